"""What the service as it is makes of a map: its ways to mislead, from small files through the public algorithms."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from tomoshibi.casefile.case import Case
from tomoshibi.tests import appliances
from tomoshibi.tests.home_case import make_case, number
from tomoshibi.tests.published import master_row
from tomoshibi.tests.qgis.tables import rows
from tomoshibi.tests.qgis.test_published_sets import (
    AT,
    DARK,
    HIGH,
    HIGH_LIT,
    LIT,
    LOW,
    MIDNIGHT,
    NOON,
    Town,
    point,
    until,
)


@pytest.fixture
def town(run, tmp_path):
    return Town(run, tmp_path)


def listed(town) -> list[tuple[str, str]]:
    """Return (item, reason) of every row that was listed."""
    found = []
    for path in sorted(Path(town.case).rglob("*.rejects.csv")):
        with open(path, encoding="utf-8-sig", newline="") as stream:
            found += [(line["item"], line["reason"]) for line in csv.DictReader(stream)]
    return found


def silent(number: int, day: str = "20260119", time: str = "1200") -> list[str]:
    """Return a row of 通電情報."""
    return [point(number), f"M{number}", f"電力 {number}", "訓練市", day, time]


def why(town, **more) -> dict[str, int]:
    """Return the facilities that are unknown by reason."""
    given = {"CASE": town.case, "FACILITIES": str(town.facilities), "LINKS": str(town.links), "OUTPUT": "memory:"}
    return json.loads(town.run("shelterpower", {**given, **more})["UNKNOWN_BY_REASON"])


# -- what an event and a midnight hide --------------------------------------------------------------------------------
def test_twelve_hours_of_a_list_count_from_the_end_of_what_lasts(town, run):
    """A typhoon from 20:00 to 06:00: who is not in a list made before 18:00 may have gone dark in it."""
    run("editcase", {"CASE": town.case, "EVENT_TIMES": "2026-01-18T20:00:00/2026-01-19T06:00:00"})
    for clock, lit in ((17, False), (18, True)):
        moment = datetime(2026, 1, 19, clock)
        town.take("outage", moment, [silent(30, time=f"{clock}00")], SCOPE="all")
        at = {"AT": moment.isoformat()}
        states = town.states(**at)
        assert states["F1"] == ("powered" if lit else "unknown")
        assert why(town, **at).get("before_event", 0) == (0 if lit else 2)


def test_a_town_that_went_dark_at_midnight_is_unknown_until_something_tells_of_the_new_day(town, run):
    """Its set ends as one of a past day would: that is no silence of the day that follows, and no power either."""
    run("editcase", {"CASE": town.case, "EVENT_TIMES": "2026-01-18T23:55:00"})
    day = datetime(2026, 1, 18)
    town.take("reading", NOON, until(MIDNIGHT, LOW, day) + until(MIDNIGHT, HIGH, day))
    assert set(town.states(**AT).values()) == {"unknown"} and sum(why(town, **AT).values()) == 3
    # one row of the new day in a whole set, and its silence is due
    evening = datetime(2026, 1, 19, 20)
    town.take("reading", evening, until(datetime(2026, 1, 19, 17), [5], MIDNIGHT))
    late = {"AT": "2026-01-19T17:00:00"}
    # a few rows alone are no set of all: only where it is said for whom they were asked
    assert "outage" not in town.states(**late).values()
    town.take("outage", datetime(2026, 1, 19, 13), [silent(each, time="1300") for each in LOW + HIGH], SCOPE="all")
    assert set(town.states(AT="2026-01-19T13:00:00").values()) == {"outage"}, "the list of those silent tells it"


def test_sets_dated_by_midnight_teach_no_delay_and_make_nobody_dark(run, tmp_path):
    """00:00 is the name of a day: a delay learnt from it would call what comes hours later silent."""
    town = Town(run, tmp_path, dated=((16, 0), (17, 0), (18, 0)))
    town.take("reading", NOON, until(DARK, LOW))
    assert "outage" not in town.states(**AT).values()


# -- homes ------------------------------------------------------------------------------------------------------------
def test_of_empty_homes_in_which_something_comes_on_by_itself_none_is_called_lived_in(run, tmp_path):
    """Boilers, coolers, heaters against frost: 36 empty homes and 18 that are lived in, by the public algorithm."""
    generator = np.random.default_rng(7301)
    kinds = [(kind,) for kind in appliances.BY_THEMSELVES][:6]
    ways = list(appliances.WAYS)[:3]
    sizes = [(step, mean) for step in (10, 100) for mean in (3.0, 13.0, 25.0)]
    empty = [appliances.empty_home(generator, 61, kind, *size) for kind in kinds for size in sizes]
    lived = [appliances.lived_home(generator, 61, way, *size) for way in ways for size in sizes]
    begins = np.datetime64("2025-11-19T00:00", "s") + np.timedelta64(1800, "s") * np.arange(61 * 48)
    readings = np.array([*empty, *lived]).astype(np.int32)
    case = make_case(tmp_path, begins, readings, datetime(2026, 1, 19, 5, 46))
    path = tmp_path / "applicants.csv"
    lines = ["ID,供給地点特定番号", *(f"H{home},{number(home)}" for home in range(len(readings)))]
    path.write_text("\n".join(lines), encoding="utf-8")
    given = {"CASE": str(case.folder), "APPLICANTS": str(path), "OUTPUT": "memory:", "PDF": str(tmp_path / "r.pdf")}
    table = rows(run("residenceevidence", given)["OUTPUT"]).set_index("key")
    said = [table.loc[f"H{home}", "verdict"] for home in range(len(readings))]
    assert said[: len(empty)].count("lived") <= 0.02 * len(empty) + 1
    assert said[len(empty) :].count("lived") >= 0.97 * len(lived) - 1
    until_day = {value.toString("yyyy-MM-dd") for value in table["last_proven"]}
    assert until_day == {"2026-01-19"} == {value.toString("yyyy-MM-dd") for value in table["evidence_until"]}


@pytest.mark.parametrize(
    "roof", [{"generator_kind": "太陽光"}, {"export_contract": "有"}, {"contract_export_kw": "4.5"}]
)
def test_generation_that_the_master_knows_makes_low_use_by_day_unknown(town, run, roof):
    town.take(
        "master",
        datetime(2026, 1, 19, 1),
        [master_row(point(5), name="電力 5", lat="38.2", lon="135.3", remote_reading="1", **roof)],
    )
    lines = until(datetime(2026, 1, 19, 12), LOW)
    for line in lines:
        if line[2] == point(5) and line[4] > "2026011916":
            line[5] = "0.0"
    town.take("reading", datetime(2026, 1, 19, 15), lines + until(datetime(2026, 1, 19, 8), HIGH))
    found = rows(run("homeaway", {"CASE": town.case, "AT": "2026-01-19T12:00:00", "OUTPUT": "memory:"})["OUTPUT"])
    assert found.set_index("supply_point")["unknown_reason"][point(5)] == "solar"


# -- values that cannot be --------------------------------------------------------------------------------------------
def test_a_meter_that_sends_an_impossible_energy_answered_and_its_value_is_unknown_and_listed(town, run):
    odd = until(LIT, [1])
    odd[-1][5] = "999999"
    others = until(LIT, [each for each in LOW if each not in (1, 30, 31)]) + until(HIGH_LIT, HIGH)
    report = town.take("reading", NOON, [*odd, *others, *until(DARK, [30, 31])])
    assert (report["REJECTED"], report["FAILED"]) == (0, 0)
    [(item, reason)] = listed(town)
    assert item == "30分電力量" and "voltage class" in reason
    states = town.states(**AT)
    assert (states["F1"], states["F2"]) == ("powered", "outage"), "who answers is not silent, who does not is"
    shown = rows(run("homeaway", {"CASE": town.case, "OUTPUT": "memory:", **AT})["OUTPUT"]).set_index("supply_point")
    assert shown.loc[point(1), "state"] not in ("home", "away") and shown["reading"].isna()[point(1)]
    assert shown.loc[point(0), "reading"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("9999123101", "later than the publication"),
        ("1899123101", "years before"),
        ("2036010101", "later than the publication"),
        ("2026011930", "later than the publication"),
    ],
)
def test_readings_of_impossible_days_are_rejects_with_their_reason_and_change_nothing(town, code, why):
    stray = until(LIT, [5])[:1]
    stray[0][4] = code
    report = town.take("reading", NOON, until(LIT, LOW) + until(HIGH_LIT, HIGH) + stray)
    assert report["REJECTED"] == 1
    [(item, reason)] = listed(town)
    assert item == "取得年月日時刻コード" and why in reason
    states = town.states(**AT)
    assert (states["F1"], states["F2"]) == ("powered", "powered")


def test_readings_before_the_meter_was_installed_are_kept_and_say_nothing_of_it(town, run):
    new = master_row(point(5), name="電力 5", lat="38.2", lon="135.3", remote_reading="1", installed_on="20260119")
    town.take("master", datetime(2026, 1, 19, 1), [new])
    town.take("reading", NOON, until(LIT, LOW) + until(HIGH_LIT, HIGH))
    case = Case.open(Path(town.case))
    [row] = case.readings.rows_of([point(5)])
    assert (case.readings.day(datetime(2026, 1, 18))[row] >= 0).any(), "kept"

    def shown(at: str) -> str:
        found = rows(run("homeaway", {"CASE": town.case, "AT": at, "OUTPUT": "memory:"})["OUTPUT"])
        return found.set_index("supply_point")["unknown_reason"].get(point(5), "not listed")

    assert shown("2026-01-18T12:00:00") in ("not_in_service", "not listed")
    assert shown("2026-01-19T09:00:00") not in ("not_in_service", "not listed")


@pytest.mark.parametrize("day", ["99991231", "18991231", "00010101"])
def test_a_list_dated_on_an_impossible_day_is_dated_by_its_publication_and_told(town, day):
    report = town.take("outage", NOON, [silent(0, day)], SCOPE="all")
    assert (report["REJECTED"], report["FAILED"]) == (0, 0)
    [(item, reason)] = listed(town)
    assert item == "データ作成日" and "no data can be of" in reason
    assert [each.created_at for each in Case.open(Path(town.case)).outage_snapshots()] == [NOON]


def test_a_list_made_after_its_publication_is_refused_and_named(town):
    report = town.take("outage", NOON, [silent(0, "20360101")], SCOPE="all")
    assert report["FAILED"] == 1 and "could not be used" in report["MISSING"]
    assert Case.open(Path(town.case)).outage_snapshots() == []


def test_a_list_with_a_row_that_cannot_be_read_proves_no_power_of_those_it_does_not_name(town):
    """The row may be of anybody: it was dark, and is not in what could be read."""
    moment = datetime(2026, 1, 20, 6)
    late = {"AT": "2026-01-20T06:30:00"}
    broken = silent(1, f"{moment:%Y%m%d}", f"{moment:%H%M}")
    broken[0] = "3.1E+20"
    lines = [silent(30, f"{moment:%Y%m%d}", f"{moment:%H%M}"), broken]
    report = town.take("outage", moment, lines, SCOPE="all", condition="C2")
    assert report["REJECTED"] == 1
    assert (town.states(**late)["F1"], town.states(**late)["F2"]) == ("unknown", "partial")
    lines[1] = silent(31, f"{moment:%Y%m%d}", f"{moment:%H%M}")
    town.take("outage", moment, lines, SCOPE="all", condition="C2")
    assert town.states(**late)["F1"] == "powered", "the corrected list"


@pytest.mark.parametrize("day", ["99991231", "18991231", "00010101", "21500101"])
def test_statistics_of_impossible_days_are_rejects(town, day):
    line = ["1", "2", "5", "2", "", "56363799", day, "1", "90", "100"]
    report = town.take("statistics", NOON, [line], condition="C3")
    assert report["REJECTED"] == 1 and [item for item, _ in listed(town)] == ["対象年月日"]


@pytest.mark.parametrize(("lat", "lon"), [("0", "0"), ("135.3", "38.2"), ("38.2", "99.9"), ("-38.2", "135.3")])
def test_a_meter_outside_japan_has_no_place_and_is_told_by_its_item(town, run, lat, lon, feedback):
    far = master_row(point(0), name="電力 0", lat=lat, lon=lon, remote_reading="1")
    report = town.take("master", datetime(2026, 1, 19, 1), [far])
    assert report["REJECTED"] == 0
    assert all("座標" in item and "outside Japan" in reason for item, reason in listed(town)) and listed(town)
    assert any("座標" in line and "is not used" in line for line in feedback.warnings)
    town.take("reading", NOON, until(LIT, LOW) + until(HIGH_LIT, HIGH))
    assert town.meters_in_gaps() == {65}, "in no area"
    assert town.states(**AT)["F1"] == "powered", "and read all the same"
