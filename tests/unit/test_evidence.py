"""A case as arrays: nothing that was not received becomes silence, nothing that was not asked for becomes power."""

import json
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile import case_arrays
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.messages import Progress

EVENT = datetime(2026, 1, 19, 5, 46)
POINTS = [f"05{number:020d}" for number in range(4)]
HEADER = "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,30分電力量\r\n"


def rows(point, day, slots, flow=1, voltage=1):
    identity = "A" + point.rjust(33, "0")
    return "".join(f"{identity},{flow},{point},{voltage},{day:%Y%m%d}{slot:02d},0.2\r\n" for slot in slots)


@pytest.fixture
def case(tmp_path):
    """Two days received whole, the third until 06:00; meter 1 stops at the event, 2 was silent all along before it."""
    made = Case.create(tmp_path / "case", CaseInfo("訓練", EVENT, "990001"))
    text = HEADER
    for day in (date(2026, 1, 17), date(2026, 1, 18)):
        text += rows(POINTS[0], day, range(1, 49)) + rows(POINTS[1], day, range(1, 49))
    text += rows(POINTS[0], date(2026, 1, 19), range(1, 25)) + rows(POINTS[1], date(2026, 1, 19), range(1, 12))
    text += rows(POINTS[2], date(2026, 1, 19), range(24, 25)) + rows(POINTS[3], date(2026, 1, 19), range(1, 25), 2)
    path = tmp_path / "990001_C1_reading_202601191200.csv"
    path.write_bytes(text.encode("utf-8"))
    made.readings.ingest([path], Profile.load(None), tmp_path, Progress())
    write_table(
        made.folder / "tables" / "master",
        pd.DataFrame(
            {
                "supply_point": POINTS[:3],
                "flow": np.array([1, 1, 1], np.int8),
                "master_info_id": ["M0", "M1", "M2"],
                "lat": [38.2, 38.3, np.nan],
                "lon": [135.3, 135.4, np.nan],
                "remote_reading": ["1", "1", "3"],
            }
        ),
    )
    return made


def add_snapshot(case, at, listed, scope):
    folder = case.folder / "tables" / "outage" / f"{at:%Y%m%d%H%M}_C2"
    write_table(folder, pd.DataFrame({"supply_point": pd.Series(listed, dtype=object)}))
    about = {"created_at": at.isoformat(), "condition_id": "C2", "scope": scope}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def known(case, at=datetime(2026, 1, 19, 12)):
    return case_arrays.supply_points(case, np.array([*POINTS, "0999"]), at).set_index("supply_point")


def test_the_newest_moment_is_the_end_of_the_last_half_hour_received(case):
    assert case_arrays.newest(case) == datetime(2026, 1, 19, 12)
    add_snapshot(case, datetime(2026, 1, 19, 18), [], "all")
    assert case_arrays.newest(case) == datetime(2026, 1, 19, 18)


def test_an_empty_case_says_that_it_has_no_data(tmp_path):
    empty = Case.create(tmp_path, CaseInfo("訓練", EVENT, "990001"))
    for question in (case_arrays.newest, case_arrays.meters):
        with pytest.raises(case_arrays.NoData):
            question(empty)


def test_readings_end_with_the_last_covered_half_hour_before_the_moment(case):
    assert case_arrays.readings_until(case, datetime(2026, 1, 19, 8, 10)) == np.datetime64("2026-01-19T08:00")
    assert case_arrays.readings_until(case, datetime(2026, 1, 25)) == np.datetime64("2026-01-19T12:00")
    assert case_arrays.readings_until(case, datetime(2026, 1, 16)) is None


def test_export_meters_and_missing_coordinates_are_not_mistaken_for_homes_on_the_map(case):
    found = case_arrays.meters(case)
    assert sorted(found.supply_point.tolist()) == POINTS[:3]
    assert np.isnan(found.lat[found.supply_point == POINTS[2]]).all()


def test_a_meter_not_listed_is_in_scope_only_where_it_was_asked_for(case):
    add_snapshot(case, datetime(2026, 1, 19, 11), [POINTS[1]], "contractors")
    table = known(case)
    assert table.loc[POINTS[1], "listed"] and not table.loc[POINTS[0], "listed"]
    assert table["in_scope"].isna()[POINTS[0]], "the registered list was not received, so the scope is not known"
    write_table(case.folder / "tables" / "contractors", pd.DataFrame({"master_info_id": ["M0"], "list_name": ["UC1"]}))
    table = known(case)
    assert bool(table.loc[POINTS[0], "in_scope"]) is True
    assert bool(table.loc[POINTS[2], "in_scope"]) is False


def test_a_list_whose_scope_is_unknown_never_makes_an_unlisted_meter_in_scope(case):
    add_snapshot(case, datetime(2026, 1, 19, 11), [POINTS[1]], "unknown")
    assert known(case)["in_scope"].isna()[POINTS[0]]


def test_a_list_that_comes_before_the_master_says_who_is_silent_and_nothing_of_others(tmp_path):
    """Lists of registered contractors (UC1) are asked for first."""
    made = Case.create(tmp_path, CaseInfo("訓練", EVENT, "990001"))
    write_table(made.folder / "tables" / "contractors", pd.DataFrame({"master_info_id": ["M0"], "list_name": ["UC1"]}))
    add_snapshot(made, EVENT + timedelta(hours=13), [POINTS[1]], "contractors")
    table = known(made, EVENT + timedelta(hours=14))
    assert table.loc[POINTS[1], "listed"] and not table.loc[POINTS[0], "listed"]
    assert table["in_scope"].isna()[POINTS[0]]


def test_a_number_that_no_file_knows_is_known_to_be_unknown(case):
    row = known(case).loc["0999"]
    assert not row["in_master"] and pd.isna(row["last_reading"]) and pd.isna(row["reads_remotely"])


def test_a_list_from_after_the_moment_is_no_evidence_for_it(case):
    add_snapshot(case, datetime(2026, 1, 19, 11), [POINTS[1]], "all")
    assert known(case, datetime(2026, 1, 19, 10))["snapshot_at"].isna().all()


def test_silence_before_the_event_is_told_apart_from_silence_after_it(case):
    table = known(case)
    assert table.loc[POINTS[2], "silent_before"] and not table.loc[POINTS[1], "silent_before"]
    assert table.loc[POINTS[1], "last_reading"] == pd.Timestamp("2026-01-19 05:30")
    assert bool(table.loc[POINTS[2], "reads_remotely"]) is True, "its code says no, but it did send a reading"
    assert bool(known(case, datetime(2026, 1, 19, 8)).loc[POINTS[2], "reads_remotely"]) is False


def test_half_hours_that_were_not_received_are_not_covered(case):
    found = case_arrays.meters(case)
    begin, end = np.datetime64("2026-01-18T23:00", "s"), np.datetime64("2026-01-19T13:00", "s")
    arrived = case_arrays.arrivals(case, found.rows, begin, end, Progress())
    assert arrived.present.shape == (3, 28)
    assert arrived.covered.tolist() == [True] * 26 + [False] * 2
    first = arrived.present[found.supply_point == POINTS[0]][0]
    assert first.tolist() == [True] * 26 + [False] * 2


def test_presence_is_refused_for_a_half_hour_that_was_not_received(case):
    begin, end = case_arrays.home_window(case, EVENT, 4)
    assert end == np.datetime64("2026-01-19T05:30") and end - begin >= np.timedelta64(4, "D")
    with pytest.raises(case_arrays.NoData, match="2026-01-19 12:00"):
        case_arrays.home_window(case, EVENT + timedelta(days=1), 4)


def test_presence_without_any_reading_asks_for_readings_and_not_for_another_time(tmp_path):
    empty = Case.create(tmp_path / "empty", CaseInfo("演習", EVENT, "172057"))
    with pytest.raises(case_arrays.NoData, match="holds no readings"):
        case_arrays.home_window(empty, EVENT, 4)
