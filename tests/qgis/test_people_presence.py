"""UC③④⑥ on homes whose presence is known: solar roofs, long absence, shops, tenancies, data that end too early."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsProcessingException
from tomoshibi.tests import habits
from tomoshibi.tests.home_case import make_case, number
from tomoshibi.tests.qgis.tables import rows

DAYS, COUNT = 17, 60
MONDAY = "2026-03-30"
NOON = datetime(2026, 4, 15, 12, 30)
"""A Wednesday."""


def homes(seed, **more):
    return habits.homes(seed, COUNT, days=DAYS, first=MONDAY, cold=0.05, **more)


def at_home(made, moment):
    """Whether somebody was there in the half-hour that ends at a moment, by supply point."""
    slot = int(np.searchsorted(made.begins, np.datetime64(moment, "s"))) - 1
    return pd.Series(made.there[:, slot], index=[number(home) for home in range(len(made.there))])


def mapped(run, case, **more):
    found = run("homeaway", {"CASE": str(case.folder), "OUTPUT": "memory:", **more})
    return rows(found["OUTPUT"]).set_index("supply_point"), found


def moment_text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize("kw", [1.0, 5.0])
def test_at_noon_nobody_at_home_under_a_solar_roof_is_called_away(run, tmp_path, kw):
    made = homes(31, solar_kw=kw)
    case = make_case(tmp_path, made.begins, made.readings, datetime(2026, 4, 16, 0, 0))
    wrong = present = 0
    for hour in (11, 12, 13):
        moment = NOON.replace(hour=hour)
        table, found = mapped(run, case, AT=moment_text(moment))
        there = at_home(made, moment).reindex(table.index)
        wrong, present = wrong + ((table["state"] == "away") & there).sum(), present + there.sum()
        hidden = table["unknown_reason"] == "solar"
        assert hidden.mean() > 0.6 and set(table.loc[hidden, "state"]) == {"no_data"}
        assert json.loads(found["UNKNOWN_BY_REASON"])["solar"] == hidden.sum()
        assert found["UNKNOWN"] == sum(json.loads(found["UNKNOWN_BY_REASON"]).values())
        assert found["DATA_UNTIL"] == moment.strftime("%Y-%m-%dT%H:%M")
    assert wrong / present <= 0.03


def test_a_meter_that_feeds_in_tells_of_the_roof(run, tmp_path):
    made = homes(32)
    case = make_case(tmp_path, made.begins, made.readings, NOON, exporting=tuple(range(10)))
    table, _ = mapped(run, case, AT=moment_text(NOON))
    roofs = table.index.isin([number(home) for home in range(10)])
    assert not (table["state"][roofs] == "away").any() and (table["unknown_reason"][roofs] == "solar").any()
    assert (table["state"][~roofs] == "away").any() and not (table["unknown_reason"][~roofs] == "solar").any()


def test_the_default_sees_long_absence_by_day_and_night(run, tmp_path):
    made = homes(33, absent_share=0.0)
    empty = np.arange(COUNT) % 3 == 0
    first = int(np.searchsorted(made.begins, np.datetime64("2026-04-10", "s")))
    rng = np.random.default_rng(5)
    for home in np.flatnonzero(empty):
        alone = habits.by_itself(rng, DAYS * habits.STEPS_A_DAY)
        made.readings[home] = habits.register(
            habits.half_hours(alone) + np.where(np.arange(DAYS * 48) < first, made.readings[home], 0), made.step[home]
        )
    case = make_case(tmp_path, made.begins, made.readings, datetime(2026, 4, 16, 0, 0))
    gone = [number(home) for home in np.flatnonzero(empty)]
    said = []
    for moment in ("2026-04-14T03:30:00", "2026-04-14T12:30:00", "2026-04-15T07:30:00", "2026-04-15T20:30:00"):
        table, _ = mapped(run, case, AT=moment)
        assert set(table["method"]) == {"quiet"}
        said += table.loc[gone, "state"].tolist()
    assert np.mean(np.array(said) == "home") <= 0.05
    assert np.mean(np.array(said) == "away") >= 0.85


def test_shops_and_facilities_are_no_dwellings_and_ended_contracts_are_not_in_service(run, tmp_path):
    made = homes(34)
    kinds = ["dwelling"] * 40 + ["other"] * 10 + [""] * 10
    ended = np.full(COUNT, np.datetime64("NaT", "s"))
    ended[:5] = np.datetime64("2026-04-12", "s")
    made.readings[:5, made.begins >= ended[0]] = -1
    master = {
        "building_class": kinds,
        "business": [""] * 55 + ["business"] * 5,
        "contract_kw": np.full(COUNT, 4.0),
        "abolished_on": ended,
    }
    case = make_case(tmp_path, made.begins, made.readings, NOON, master)
    table, found = mapped(run, case, AT=moment_text(NOON))
    assert set(table.index) == {number(home) for home in [*range(40), *range(50, 55)]}
    assert (table["unknown_reason"].iloc[:5] == "not_in_service").all() and (table["state"].iloc[:5] == "no_data").all()
    assert json.loads(found["UNKNOWN_BY_REASON"])["not_in_service"] == 5
    assert not (table["unknown_reason"].iloc[5:] == "not_in_service").any()
    last = {value.toString("yyyy-MM-dd HH:mm") for value in table["last_proven"].iloc[:5]}
    assert last == {"2026-04-12 00:00"}
    listed = run("presencetable", {"CASE": str(case.folder), "TO": moment_text(NOON), "OUTPUT": "memory:"})
    assert set(rows(listed["OUTPUT"])["supply_point"]) == set(table.index)


def test_of_a_home_that_falls_silent_the_layer_says_when_it_was_last_proven_and_not_that_it_is_empty(run, tmp_path):
    made = homes(37)
    silent_from = np.datetime64("2026-04-15T08:30", "s")
    made.readings[:5, made.begins >= silent_from] = -1
    made.readings[5, made.begins >= np.datetime64("2026-04-11", "s")] = -1
    case = make_case(tmp_path, made.begins, made.readings, NOON)
    table, found = mapped(run, case, AT=moment_text(NOON))
    told = [value.toString("yyyy-MM-dd HH:mm") if value else "" for value in table["last_proven"]]
    # the end of the last half-hour with a reading: of the others the one that is judged
    assert told == ["2026-04-15 08:30"] * 5 + ["2026-04-11 00:00"] + ["2026-04-15 12:30"] * (COUNT - 6)
    assert set(table["state"].iloc[:6]) == {"no_data"} and table["unknown_reason"].iloc[:6].notna().all()
    assert found["DATA_UNTIL"] == "2026-04-15T12:30"


@pytest.mark.parametrize("output", ["alone.gpkg", "{folder}/layers.gpkg"])
def test_a_day_that_cannot_be_read_ends_the_run_and_leaves_no_half_layer(run, tmp_path, output):
    made = homes(38)
    case = make_case(tmp_path, made.begins, made.readings, NOON)
    path = tmp_path / output.format(folder=case.folder)
    output = f"ogr:dbname='{path}' table=\"homeaway\" (geom)"
    given = {"CASE": str(case.folder), "AT": moment_text(NOON), "OUTPUT": output}
    if path.parent == case.folder:
        run("homeaway", given)
    before = path.read_bytes() if path.exists() else None
    case.readings.day_file(datetime(2026, 4, 10)).write_bytes(b"no array")
    with pytest.raises(QgsProcessingException, match="2026-04-10 cannot be read"):
        run("homeaway", given)
    assert (path.read_bytes() if path.exists() else None) == before
    assert not list(tmp_path.rglob(".*.part"))


def test_use_of_the_tenant_before_is_no_measure_for_the_new_one(run, tmp_path):
    made = homes(35)
    renewed = np.full(COUNT, np.datetime64("2025-04-01", "s"))
    renewed[:20] = np.datetime64("2026-04-14", "s")
    master = {"installed_on": np.full(COUNT, np.datetime64("2010-01-01", "s")), "renewed_on": renewed}
    case = make_case(tmp_path, made.begins, made.readings, NOON, master)
    table, _ = mapped(run, case, AT=moment_text(NOON))
    assert (table["unknown_reason"].iloc[:20] == "no_history").all()
    assert (table["unknown_reason"].iloc[20:] == "no_history").sum() == 0
    assert (table["readings_used"].iloc[20:] > 60).all()


def test_the_first_days_of_a_store_are_not_guessed(run, tmp_path):
    made = homes(36)
    early = made.begins >= np.datetime64("2026-04-14", "s")
    case = make_case(tmp_path, made.begins[early], made.readings[:, early], NOON)
    table, found = mapped(run, case, AT=moment_text(NOON))
    assert set(table["state"]) == {"no_data"} and set(table["unknown_reason"]) == {"no_history"}
    assert json.loads(found["UNKNOWN_BY_REASON"]) == {"no_history": COUNT}


def test_data_that_end_before_the_event_are_shown_as_of_their_end(run, complaint, tmp_path, feedback):
    made = homes(37)
    event = datetime(2026, 4, 16, 5, 46)
    kept = made.begins < np.datetime64("2026-04-16", "s")
    case = make_case(tmp_path, made.begins[kept], made.readings[:, kept], event)
    table, found = mapped(run, case)
    assert {value.toString("yyyy-MM-dd HH:mm") for value in table["as_of"]} == {"2026-04-16 00:00"}
    assert found["DATA_UNTIL"] == "2026-04-16T00:00"
    assert any("5.8 hours before the event" in line for line in feedback.warnings)
    said = complaint("homeaway", {"CASE": str(case.folder), "AT": "2026-04-16T05:46:00", "OUTPUT": "memory:"})
    assert "No readings were received" in said


@pytest.mark.parametrize(
    ("event", "moment", "reason"),
    [
        ("2026-04-16T05:46", "2026-04-16T08:00:00", "before_event"),
        ("2026-04-16T05:46", "2026-04-17T09:00:00", "before_event"),
        ("2026-04-17T05:46", "2026-04-16T20:00:00", "too_old"),
    ],
)
def test_people_to_help_are_unknown_where_the_readings_end_too_early(run, tmp_path, event, moment, reason):
    made = homes(38)
    event = datetime.fromisoformat(event)
    kept = made.begins < np.datetime64("2026-04-16", "s")
    case = make_case(tmp_path, made.begins[kept], made.readings[:, kept], event)
    people = tmp_path / "people.csv"
    numbers = [number(home) for home in range(20)]
    text = "".join(f"{one},P{place}\n" for place, one in enumerate(numbers))
    people.write_text("supply_point,key\n" + text + ",P99\n" + f"{'9' * 22},P98\n", encoding="utf-8")
    given = {"CASE": str(case.folder), "SUPPORT_LIST": str(people), "OUTPUT": "memory:"}
    before = run("evacuationsupport", {**given, "AT": "2026-04-15T23:45:00"})
    known = rows(before["OUTPUT"]).set_index("key")
    assert before["HOME"] > 10
    found = run("evacuationsupport", {**given, "AT": moment})
    table = rows(found["OUTPUT"]).set_index("key")
    assert found["HOME"] == found["AWAY"] == 0 and set(table["state"]) == {"no_data"}
    home = known.index[known["state"] == "home"]
    counted = json.loads(found["UNKNOWN_BY_REASON"])
    assert (table.loc[home, "unknown_reason"] == reason).all() and (table.loc[home, "confidence"] == 0).all()
    assert set(table["last_state"].dropna()) <= {"home", "away"} and table.loc[home, "last_state"].notna().all()
    assert table.loc["P99", "unknown_reason"] == "not_linked" and counted["not_linked"] == 1
    assert table.loc["P98", "unknown_reason"] == "out_of_scope"
    assert found["DATA_UNTIL"] == "2026-04-16T00:00"


def test_the_same_weekday_a_week_and_a_year_before_stand_beside_the_state(run, tmp_path):
    made = homes(39)
    year = made.begins - np.timedelta64(364, "D")
    begins = np.concatenate([year, made.begins])
    case = make_case(tmp_path, begins, np.concatenate([made.readings[:, ::-1], made.readings], axis=1), NOON)
    table, _ = mapped(run, case, AT=moment_text(NOON))
    slot = int(np.searchsorted(made.begins, np.datetime64(NOON, "s"))) - 1
    np.testing.assert_allclose(table["year_before"], made.readings[:, ::-1][:, slot] / 1000)
    np.testing.assert_allclose(table["week_before"], made.readings[:, slot - 7 * 48] / 1000)
    (tmp_path / "alone").mkdir()
    alone = make_case(tmp_path / "alone", made.begins, made.readings, NOON)
    assert mapped(run, alone, AT=moment_text(NOON))[0]["year_before"].isna().all()
