"""Values that lie exactly on the edge of a rule: where `<` and `<=`, "and" and "or" give different answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis import hidden, mesh_levels, outage, quiet_hours, solar
from tomoshibi.analysis.gaps import gap_rates
from tomoshibi.analysis.holidays import holidays
from tomoshibi.analysis.peacetime import PeaceDays, fit_baseline
from tomoshibi.analysis.periods import day_in, period_of
from tomoshibi.casefile import case_arrays, completeness
from tomoshibi.casefile.case import Case, CaseInfo, Request
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.expectations import Expectations
from tomoshibi.casefile.master import merge_master
from tomoshibi.casefile.readings import ReadingStore
from tomoshibi.casefile.reported import Curve, Population
from tomoshibi.messages import Progress
from tomoshibi.tests.published import HEADERS, P1, PROFILE, write

EVENT = "2024-01-02"
NA = np.nan
CODE = "53394611"
COLUMNS = "voltage unit contract_range area_kind address mesh_code date energised count total masked".split()


def row(energised, count, total=100, masked=False, code="533946111", date=EVENT, address=""):
    kind = 1 if address else 2
    return (1, 2, 5, kind, address, "" if address else code, date, energised, count, total, masked)


def rates(*rows, area_kind=2, baseline=(), **more):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["date"] = pd.to_datetime(frame["date"])
    frame = frame.astype({"count": "float64", "total": "float64", "masked": bool, "energised": "int8"})
    metres = None if area_kind == 1 else 500
    return outage.mesh_rates(
        frame, baseline_dates=baseline, progress=Progress(), voltage=1, metres=metres, area_kind=area_kind, **more
    )


# -- N/A in one class -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rows", "masked"),
    [
        ([row(2, NA, masked=True), row(1, 90)], True),
        ([row(1, NA, masked=True)], True),
        ([row(1, NA, masked=True), row(2, 10)], False),
        ([row(1, 90)], False),
    ],
    ids=["silent", "energised, silent missing", "energised, silent given", "nothing"],
)
def test_a_cell_is_hidden_by_n_a_of_its_silent_or_of_the_only_class_it_has(rows, masked):
    line = rates(*rows).iloc[0]
    assert bool(line.masked) is masked
    assert np.isnan(line.silent) or line.silent == 10


# -- a city beside its wards ------------------------------------------------------------------------
def test_a_city_row_beside_its_wards_changes_no_rate_of_theirs():
    names = ("福岡県架空市東区", "福岡県架空市西区")
    days = [f"2023-12-{day:02d}" for day in (20, 21, 22)]
    wards = []
    for place, name in enumerate(names):
        for day in days:
            silent = 2 + 20 * place
            wards += [row(1, 1000 - silent, 1000, address=name, date=day), row(2, silent, 1000, address=name, date=day)]
        wards += [row(1, 900, 1000, address=name), row(2, 100, 1000, address=name)]
    city = []
    for day, silent in (*((day, 24) for day in days), (EVENT, 200)):
        city += [row(1, 2000 - silent, 2000, address="福岡県架空市", date=day)]
        city += [row(2, silent, 2000, address="福岡県架空市", date=day)]
    alone = rates(*wards, area_kind=1, baseline=days)
    beside = rates(*wards, *city, area_kind=1, baseline=days)
    key = "area_name"
    both = beside[beside[key].isin(alone[key])]
    assert len(beside) > len(both) == len(alone)
    columns = ["baseline_rate", "low", "high"]
    np.testing.assert_allclose(
        both.sort_values(key)[columns].to_numpy(float), alone.sort_values(key)[columns].to_numpy(float), rtol=1e-12
    )


def test_what_is_not_in_the_pool_lends_its_rate_to_nobody():
    days = PeaceDays(np.array([0, 1]), np.array([10.0, 900.0]), np.array([1000.0, 1000.0]))
    pooled = fit_baseline(days, 3, np.array([True, False, True])).centre[2]
    assert pooled < 0.02 < fit_baseline(days, 3, np.array([True, True, True])).centre[2]


# -- moments ----------------------------------------------------------------------------------------
def test_a_list_of_the_very_moment_asked_for_counts_and_one_a_second_later_does_not(tmp_path, monkeypatch):
    moment = datetime(2026, 1, 19, 12)
    case = Case.create(tmp_path / "case", CaseInfo("演習", datetime(2026, 1, 19, 5, 46), "172057"))
    found = [SimpleNamespace(created_at=moment), SimpleNamespace(created_at=moment + timedelta(seconds=1))]
    monkeypatch.setattr(Case, "outage_snapshots", lambda self: found)
    assert case_arrays.lists(case, moment) == found[:1]
    assert case_arrays.lists(case, moment - timedelta(seconds=1)) == []


def test_of_two_publications_of_one_time_the_one_taken_in_last_wins():
    time = np.datetime64("2026-01-20T00:00:00", "s")
    master = None
    for address in ("架空市一丁目", "架空市二丁目"):
        new = pd.DataFrame({"supply_point": ["05" + "1" * 20], "flow": np.array([1], np.int8), "address": [address]})
        master, repeated = merge_master(master, new, time)
        assert repeated == 0
    assert master["address"].tolist() == ["架空市二丁目"]
    earlier, _ = merge_master(master, new.assign(address="架空市零丁目"), time - np.timedelta64(1, "s"))
    assert earlier["address"].tolist() == ["架空市二丁目"]


# -- duplicates -------------------------------------------------------------------------------------
@pytest.mark.parametrize("times", [1, 2, 5])
def test_equal_rows_of_one_block_are_counted_once_as_stored_and_else_as_duplicates(tmp_path, times):
    line = ["A" + "0" * 33, "1", P1, "1", "2024022901", "0.2"]
    path = write(tmp_path / "in.csv", HEADERS["reading"], [line] * times)
    report = ReadingStore(tmp_path / "store").ingest([path], PROFILE)
    assert (report.rows, report.stored, report.duplicates, report.conflicts) == (times, 1, times - 1, 0)


# -- public holidays --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("year", "listed"),
    [
        (2018, "1/1 1/8 2/11 2/12 3/21 4/29 4/30 5/3 5/4 5/5 7/16 8/11 9/17 9/23 9/24 10/8 11/3 11/23 12/23 12/24"),
        (2021, "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23"),
        (2026, "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23"),
    ],
)
def test_the_public_holidays_of_a_year_are_those_the_cabinet_office_lists(year, listed):
    assert [f"{day.month}/{day.day}" for day in sorted(holidays(year))] == listed.split()


# -- what was published around an event ----------------------------------------------------------------
def test_sets_from_a_day_before_the_event_to_a_day_after_the_moment_asked_for_are_told_of(tmp_path, monkeypatch):
    event, moment = datetime(2026, 1, 19, 5, 46), datetime(2026, 1, 19, 12)
    day, second = timedelta(days=1), timedelta(seconds=1)
    case = Case.create(tmp_path / "case", CaseInfo("演習", event, "172057"))
    times = [event - day - second, event - day, moment + day, moment + day + second, None]
    sets = [
        SimpleNamespace(
            kind="reading",
            key=number,
            published_at=published,
            listed=("",) * (number + 1),
            missing_files=("",),
            asked=SimpleNamespace(begin=None, end=None),
            condition_id="",
        )
        for number, published in enumerate(times)
    ]
    monkeypatch.setattr(completeness, "known", lambda _: sets)
    monkeypatch.setattr(completeness, "expectations", lambda _: SimpleNamespace(sets=()))
    monkeypatch.setattr(completeness, "_time", lambda each: "")
    told = [line.values["all"] for line in completeness.missing_in_short(case, moment)]
    assert told == [5, 3, 2]
    assert [line.values["all"] for line in completeness.missing_in_short(case)] == [5, 4, 3, 2]


def test_a_period_of_use_may_be_of_one_day_and_may_be_open_at_either_end(tmp_path):
    day = date(2026, 1, 19)
    for number, (first, last) in enumerate(((day, day), (day, None), (None, day))):
        request = Request(use_from=first, use_to=last)
        Case.create(tmp_path / str(number), CaseInfo("演習", datetime(2026, 1, 19, 5, 46), "172057", request))
        found = Case.open(tmp_path / str(number)).info.request
        assert (found.use_from, found.use_to) == (first, last)


def test_a_case_is_made_in_a_folder_whose_parents_and_parts_are_there_or_not(tmp_path):
    parts = tmp_path / "地震" / "案件"
    info = CaseInfo("演習", datetime(2026, 1, 19, 5, 46), "172057")
    made = Case.create(parts, info)
    assert made.info.name == "演習" and "演習" in (parts / "case.json").read_text(encoding="utf-8")
    (tmp_path / "other" / "received").mkdir(parents=True)
    assert Case.create(tmp_path / "other", info).info.name == "演習"


# -- gaps, grid squares, days --------------------------------------------------------------------------
def test_where_all_was_silent_in_peacetime_no_excess_is_seen():
    half_hour = np.timedelta64(30, "m")
    begins = np.datetime64("2026-01-01T00:00", "s") + half_hour * np.arange(96)
    expected = np.zeros((1, 96), dtype=bool)
    # Peacetime's whole steps are silent; the meter reports in the part of a step before them alone.
    expected[0, :17] = expected[0, 18:] = True
    present = expected.copy()
    present[0, 18:30] = False
    present[0, 60:] = False
    table = gap_rates(
        present,
        expected[0],
        begins,
        np.array(["a"], dtype=object),
        begins[30],
        step_hours=6,
        baseline_days=1,
    )
    # The last step is not whole, and is held against the reported half-hours before.
    after = table[table["begin"] >= pd.Timestamp(begins[30])].iloc[:-1]
    assert (after["baseline_rate"] == 1).all() and after["excess_gap"].isna().all()


def test_a_point_on_a_corner_of_cells_is_in_one_cell():
    for metres in mesh_levels.LEVELS:
        rows, columns = mesh_levels.grid(36.0, 137.0, 36.0, 137.0, metres)
        assert (len(rows), len(columns)) == (1, 1)


def test_the_last_minute_of_an_hour_and_midnight_are_times_and_what_follows_is_none():
    event = datetime(2026, 1, 19, 5, 46)
    found = period_of("1/22 9:59", event).period
    assert found.begin == datetime(2026, 1, 22, 9, 59)
    assert period_of("1/22 24:00", event).period.begin == datetime(2026, 1, 23)
    assert period_of("1/22 9:60", event).period is None
    assert period_of("1/22 24:01", event).period is None


def test_a_day_is_found_anywhere_in_a_text_and_never_in_the_middle_of_a_number():
    event = datetime(2026, 1, 19, 5, 46)
    for text in ("1/22", "第3報1/22", "見込 1/22 現在", "(1/22)"):
        assert day_in(text, event) == date(2026, 1, 22)
    assert day_in("2026/1/22", event) == date(2026, 1, 22)
    assert day_in("受付番号11/22/1", event) is None


# -- rates -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rate", [0.0, outage.MAX_BASELINE + 1e-6])
def test_a_prior_rate_of_nothing_or_beyond_the_limit_is_refused(rate):
    with pytest.raises(outage.OutageError):
        rates(row(1, 90), row(2, 10), prior_rate=rate)


@pytest.mark.parametrize("rate", [0.001, outage.MAX_BASELINE])
def test_a_prior_rate_up_to_the_limit_is_taken(rate):
    assert len(rates(row(1, 90), row(2, 10), prior_rate=rate)) == 1


def test_where_most_are_silent_in_peacetime_too_the_rate_lies_between_nothing_and_all_that_is_silent():
    days = [f"2023-12-{day:02d}" for day in (20, 21, 22)]
    peace = [line for day in days for line in (row(1, 5, date=day), row(2, 95, date=day))]
    line = rates(*peace, row(1, 4), row(2, 95), baseline=days).iloc[-1]
    assert line.baseline_rate > outage.MAX_BASELINE and np.isnan(line.excess_rate)
    assert (line.low, line.high) == (0.0, 0.96)


# -- hidden outages ----------------------------------------------------------------------------------------
def test_the_open_angle_is_the_widest_between_neighbours_round_the_circle():
    angle = np.array([[10.0, 100.0, 350.0], [10.0, 100.0, 350.0], [0.0, 90.0, 180.0], [10.0, 190.0, 300.0]])
    which = np.array([[True, True, True], [True, False, False], [True, True, True], [True, True, False]])
    assert hidden._open_angle(angle, which).tolist() == [250.0, 360.0, 180.0, 180.0]
    assert hidden._open_angle(angle[:1], np.zeros((1, 3), dtype=bool)).tolist() == [360.0]
    assert hidden._open_angle(np.array([[0.0, 350.0, 5.0]]), np.ones((1, 3), dtype=bool)).tolist() == [345.0]
    assert hidden._open_angle(np.array([[200.0, 210.0]]), np.ones((1, 2), dtype=bool)).tolist() == [350.0]


def test_the_most_common_value_is_of_those_that_count_and_the_lowest_of_several():
    values = np.array([[5, 5, 3, 3], [9, 9, 9, 2], [4, 4, 7, 7], [1, 2, 3, 4]])
    which = np.array([[1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 0], [0, 0, 0, 0]], dtype=bool)
    assert hidden._most_common(values, which).tolist() == [3, 2, 4, -1]


# -- homes ---------------------------------------------------------------------------------------------------
HALF_HOURS = np.datetime64("2026-01-05", "s") + np.timedelta64(1800, "s") * np.arange(21 * 48)


def heated(days, dark=260, noon=40):
    home = np.full((1, days * 48), noon, dtype=np.int32)
    hour = np.arange(days * 48) % 48 / 2
    home[0, (hour >= 17) | (hour < 8)] = dark
    return home


@pytest.mark.parametrize(("days", "told"), [(6, solar.NOT_KNOWN), (7, solar.NO), (8, solar.NO)])
def test_a_week_of_days_without_a_fall_says_that_there_is_no_roof(days, told):
    home = heated(days)
    assert solar.generation_seen(home, HALF_HOURS, days * 48, np.array([10])).tolist() == [told]


def test_one_day_that_falls_at_noon_is_enough_for_a_roof():
    home = heated(21)
    home[0, 5 * 48 + 18 : 5 * 48 + 30] = 0
    assert solar.generation_seen(home, HALF_HOURS, 21 * 48, np.array([10])).tolist() == [solar.YES]


@pytest.mark.parametrize(
    ("slots", "nights", "told"), [(3, 7, True), (2, 7, False), (3, 5, True), (3, 4, False)], ids=str
)
def test_an_hour_and_a_half_on_seven_tenths_of_the_nights_is_a_night_heater(slots, nights, told):
    """Of the seven nights looked at, five are more than seven tenths and four are fewer."""
    days = 12
    home = np.full((1, days * 48), 60, dtype=np.int32)
    for back in range(1, nights + 1):
        begin = (days - 1 - back) * 48 - 2
        home[0, begin : begin + slots] = 311
    begins = HALF_HOURS[: days * 48]
    asked = quiet_hours.learn(home, begins, days * 48 - 1, quiet_hours.QuietRules())
    assert bool(asked.night_heater[0]) is told


# -- what of a set is due, and what a list shows -------------------------------------------------------
LOW_VOLTAGE = Population(1, 1, 30)


def bulk_end(counts, usual=40, published=None, delay=None):
    """Return after how many half-hours the bulk ends."""
    judged = SimpleNamespace(curves={LOW_VOLTAGE: Curve(100, np.array(counts))}, scope="all", published=published)
    known = SimpleNamespace(usual={"all": {LOW_VOLTAGE: usual}}, delay=lambda *_: delay)
    until = Expectations.bulk_until(known, judged, LOW_VOLTAGE)
    return None if until is None else until - 100


@pytest.mark.parametrize(
    ("counts", "usual", "told"),
    [
        ([40] * 12 + [20], 40, 13),
        ([40] * 12 + [19], 40, 12),
        ([40] + [20] * 12 + [10], 40, 14),
        ([40] + [16] * 12 + [9], 40, 13),
        ([10], 40, 1),
        ([9], 40, None),
        ([4, 2], 4, 1),
    ],
    ids=["half of before", "less than half", "a quarter of the usual", "less than a quarter", "first", "few", "two"],
)
def test_the_bulk_is_half_of_those_before_and_a_quarter_of_the_usual(counts, usual, told):
    assert bulk_end(counts, usual) == told


def test_where_a_delay_is_known_the_bulk_is_more_than_half_of_the_usual():
    counts, published = [40] * 12 + [20], datetime(2026, 1, 19, 12)
    assert [bulk_end(counts, published=when, delay=how) for when in (None, published) for how in (None, "known")] == [
        *(13, 13, 13, 12)
    ]
    assert bulk_end([*counts, 21], published=published, delay="known") == 14


def test_zeros_are_readings_and_silence_before_the_event_is_more_than_three_missing_half_hours(tmp_path):
    event = datetime(2026, 1, 19, 5, 46)
    case = Case.create(tmp_path / "case", CaseInfo("演習", event, "172057"))
    # Half-hours with a reading on the day of the event; the event struck in the twelfth.
    ends = {f"05{number:020d}": end for number, end in enumerate((24, 24, 24, 11, 8, 7))}
    lines = [
        ["A" + point.rjust(33, "0"), "1", point, "1", f"202601{day}{slot:02d}", "0"]
        for point, end in ends.items()
        for day, last in ((18, 48), (19, end))
        for slot in range(1, last + 1)
    ]
    path = write(tmp_path / "172057_C1_reading_202601191200.csv", HEADERS["reading"], lines)
    case.readings.ingest([path], PROFILE)
    found = case_arrays.supply_points(case, np.array(list(ends)), datetime(2026, 1, 19, 12))
    assert found["silent_before"].tolist() == [False, False, False, False, False, True]
    assert found["last_reading"].iloc[3] == pd.Timestamp("2026-01-19 05:30")


def test_the_meter_id_of_every_supply_point_is_that_of_its_row_and_none_of_one_that_the_master_lacks(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("演習", datetime(2026, 1, 19, 5, 46), "172057"))
    assert case_arrays.meter_ids(case, np.array(["P2"])).tolist() == [""]
    rows = pd.DataFrame({"supply_point": ["P1", "P1", "P2"], "flow": [2, 1, 1], "meter_id": ["M9", "M1", "M2"]})
    write_table(case.folder / "tables" / "master", rows.astype({"flow": "int8"}))
    assert case_arrays.meter_ids(case, np.array(["P2", "P9", "P1"])).tolist() == ["M2", "", "M1"]
