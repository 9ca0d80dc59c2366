"""Moments of a stock and ages of batteries as lists write them, and how far they leave the end of a clock open."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from tomoshibi.analysis.backup import Assumption, Backup, Carries
from tomoshibi.analysis.backup_doubts import battery_age, battery_share, doubtful_clock
from tomoshibi.analysis.listed import Listed
from tomoshibi.analysis.quantities import first_day_of, years_of
from tomoshibi.analysis.survival import ClockState, Facility, clock
from tomoshibi.processing_provider.recovery.backup_list import read_backup

EVENT = datetime(2026, 1, 19, 5, 46)
DARK = np.datetime64("2026-01-20T16:00", "s")
NOW = np.datetime64("2026-01-21T12:00", "s")
MIDNIGHT, NOON = datetime(2026, 1, 21), datetime(2026, 1, 21, 12)
TANK = Backup(generator_kva=50, fuel_l=400, tank_l=400, battery_hours=0, litres_per_hour=10)


class Heard:
    """What was warned of."""

    def __init__(self):
        self.warnings: list[str] = []

    def warn(self, what):
        self.warnings.append(str(what))


def listed(**columns) -> Listed:
    headings = ["施設ID", "自家発電機容量(kVA)", "燃料備蓄量(L)", "蓄電池(時間)", *columns]
    count = len(next(iter(columns.values())))
    rows = [[f"S{row}", "50", "400", "なし", *(cells[row] for cells in columns.values())] for row in range(count)]
    return Listed("backup.csv", headings, rows, list(range(2, 2 + count)), [], [])


def read(heard=None, **columns) -> list[Backup]:
    return [*read_backup(listed(**columns), heard or Heard(), EVENT).rows.values()]


def told(backup: Backup):
    return doubtful_clock(Facility("病院", "outage", DARK, DARK, backup=backup), NOW, 72, NOW)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-21 04:00", "2026/1/21 4:00", "2026年1月21日4時", "２０２６－０１－２１ ０４：００：００"),
        *("2026-01-21T04:00+09:00", "2026-01-21T04:00:00+09:00", "2026-01-21T04:00:00.000+0900"),
        *("1/21 4:00", "1月21日 午前4時", "令和8年1月21日4時", "R8.1.21 4:00"),
    ],
)
def test_moments_are_read_as_people_write_them(text):
    (row,) = read(残量確認日時=[text])
    assert (row.stock_at, row.stock_until, row.stock_doubted) == (datetime(2026, 1, 21, 4), None, False)


def test_a_moment_of_another_zone_is_not_taken_for_one_of_japan():
    for text in ("2026-01-21T04:00:00Z", "2026-01-21T04:00:00+00:00", "2026-01-21T04:00:00+08:00"):
        (row,) = read(残量確認日時=[text])
        assert row.stock_doubted and row.stock_at is None, text


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-01-21", MIDNIGHT, MIDNIGHT + timedelta(1)),
        ("1/21", MIDNIGHT, MIDNIGHT + timedelta(1)),
        ("1月21日 午前", MIDNIGHT, NOON),
        ("1/21 9時頃", datetime(2026, 1, 21, 8), datetime(2026, 1, 21, 10)),
    ],
)
def test_a_day_without_an_hour_is_anywhere_on_that_day_and_named(text, begin, end):
    heard = Heard()
    (row,) = read(heard, 残量確認日時=[text])
    assert (row.stock_at, row.stock_until, row.stock_doubted) == (begin, end, False)
    (warned,) = heard.warnings
    assert "backup.csv" in warned and "rows 2" in warned and text in warned and "Add the hour" in warned


@pytest.mark.parametrize("text", ["昨日", "2026-13-01 04:00", "9:00", "不明", "12/20 9:00"])
def test_a_moment_that_cannot_be_read_is_any_and_named_by_list_row_and_column(text):
    heard = Heard()
    (row,) = read(heard, 残量確認日時=[text])
    assert row.stock_doubted and row.stock_at is row.stock_until is None
    assert any("残量確認日時" in warned and f"2: {text}" in warned for warned in heard.warnings)
    assert any("rows 2" in warned and "loss of power" in warned for warned in heard.warnings)
    assert not read(残量確認日時=[""])[0].stock_doubted, "a blank is of the loss of power, as before"


def test_a_stock_of_any_time_lasts_from_the_loss_of_power_at_least_and_from_now_at_most():
    lost, seen = (
        clock(Facility("病院", "outage", DARK, DARK, backup=replace(TANK, stock_at=at)), NOW, 72, NOW)
        for at in (None, NOON)
    )
    found = told(replace(TANK, stock_doubted=True))
    assert (found.earliest, found.latest) == (lost.earliest, seen.latest) and lost.latest < seen.latest
    assert Assumption.STOCK_TIME in found.assumptions
    assert found.litres_to_hours == max(lost.litres_to_hours, seen.litres_to_hours)


def test_a_stock_of_a_day_lasts_from_its_first_hour_at_least_and_from_its_last_at_most_and_never_from_later_than_now():
    day = replace(TANK, stock_at=MIDNIGHT, stock_until=MIDNIGHT + timedelta(1))
    first, noon = (
        clock(Facility("病院", "outage", DARK, DARK, backup=replace(TANK, stock_at=at)), NOW, 72, NOW)
        for at in (MIDNIGHT, NOON)
    )
    found = told(day)
    assert (found.earliest, found.latest) == (first.earliest, noon.latest)
    later = doubtful_clock(Facility("病院", "outage", DARK, DARK, backup=day), NOW, 72, NOW + np.timedelta64(2, "D"))
    assert later.latest > found.latest and later.earliest == found.earliest
    whole = told(replace(TANK, stock_at=MIDNIGHT))
    assert Assumption.STOCK_TIME in found.assumptions and Assumption.STOCK_TIME not in whole.assumptions


def test_the_state_is_that_of_the_whole_interval():
    short = replace(TANK, fuel_l=60.0, stock_doubted=True)
    assert told(short).state is ClockState.MAY_HAVE_FAILED
    assert told(replace(short, stock_doubted=False)).state is ClockState.FAILED


def test_a_doubtful_moment_of_a_stock_that_is_not_told_changes_nothing():
    blank = replace(TANK, fuel_l=float("nan"))
    # as texts: what is not known is not equal to itself
    assert repr(told(replace(blank, stock_doubted=True))) == repr(told(blank))


@pytest.mark.parametrize(
    ("years", "share"), [(0, 1.0), (1.25, 0.75), (2.5, 0.5), (4, 0.5), (5, 0.5), (5.1, 0.0), (12, 0)]
)
def test_an_old_battery_gives_half_and_one_beyond_its_life_may_give_nothing(years, share):
    assert battery_share(years) == pytest.approx(share)


def battery(**more) -> Backup:
    return Backup(generator_kva=0.0, battery_hours=10.0, **more)


def test_the_age_widens_the_early_end_alone_and_an_unknown_age_is_told_as_assumed():
    plain = clock(Facility("病院", "outage", DARK, DARK, backup=battery()), NOW, 72, NOW)
    unknown, old, dead = (told(battery(**more)) for more in ({}, {"battery_years": 3.0}, {"battery_years": 9.0}))
    assert (unknown.earliest, unknown.latest) == (plain.earliest, plain.latest)
    assert unknown.assumptions == (Assumption.BATTERY_NEW,) and old.assumptions == (Assumption.BATTERY_AGE,)
    assert old.latest == dead.latest == plain.latest
    assert (old.earliest - DARK) / (plain.earliest - DARK) == pytest.approx(0.5, abs=0.001)
    assert dead.earliest == DARK


@pytest.mark.parametrize("kind", ["病院", "携帯電話基地局"])
def test_a_dead_battery_of_a_row_that_tells_no_generator_lasts_no_longer_than_a_new_one(kind):
    new, dead = (
        doubtful_clock(Facility(kind, "outage", DARK, DARK, backup=backup), NOW, 72, NOW)
        for backup in (Backup(battery_hours=8.0), Backup(battery_hours=8.0, battery_years=9.0))
    )
    assert dead.earliest == DARK and dead.latest == new.latest
    assert dead.assumptions == (Assumption.BATTERY_AGE,), "no figure of its kind stands for its own"


def test_a_year_of_installation_is_as_old_as_it_may_be_and_one_that_has_not_come_says_nothing():
    assert battery_age(battery(battery_from=datetime(2024, 1, 1)), NOON) == pytest.approx(2.06, abs=0.01)
    assert battery_age(battery(battery_from=datetime(2027, 1, 1)), NOON) is None
    both = battery(battery_from=datetime(2024, 1, 1), battery_years=4.0)
    assert battery_age(both, NOON) == 4.0, "the older of two that differ"
    ahead = told(battery(battery_from=datetime(2027, 1, 1)))
    assert ahead.assumptions == (Assumption.BATTERY_NEW,)


def test_no_battery_has_no_age_and_a_facility_with_power_no_doubts():
    assert Assumption.BATTERY_AGE not in told(replace(TANK, battery_years=9.0)).assumptions
    lit = Facility("病院", "powered", DARK, DARK, backup=battery(battery_years=9.0))
    assert doubtful_clock(lit, NOW, 72, NOW).assumptions == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(("2019", (2019, 1, 1)), ("2019年", (2019, 1, 1)), ("2019年4月", (2019, 4, 1)), ("2019/4/15", (2019, 4, 15))),
        *(("令和元年", (2019, 1, 1)), ("H30.4", (2018, 4, 1)), ("平成30年度", (2018, 1, 1)), ("R3年6月", (2021, 6, 1))),
        *(("2019-04-15 00:00:00", (2019, 4, 15)), ("201904", (2019, 4, 1)), ("２０１９年４月頃", (2019, 4, 1))),
    ],
)
def test_days_months_and_years_of_installation_are_read(text, day):
    found = first_day_of(text)
    assert found.understood and found.day == datetime(*day)


@pytest.mark.parametrize("text", ["5年", "19", "不明", "2019年13月", "3019", "元年"])
def test_what_is_no_year_of_installation_is_to_be_listed(text):
    assert not first_day_of(text).understood
    heard = Heard()
    read(heard, 設置年=[text])
    assert any("設置年" in warned and f"2: {text}" in warned for warned in heard.warnings)


@pytest.mark.parametrize(
    ("text", "years"), [("5", 5.0), ("5年", 5.0), ("約5年", 5.0), ("18か月", 1.5), ("6年経過", 6.0)]
)
def test_ages_are_read_in_years(text, years):
    assert years_of(text).value == pytest.approx(years)
    assert read(蓄電池経過年数=[text])[0].battery_years == pytest.approx(years)


@pytest.mark.parametrize("text", ["2019", "2019年", "古い", "-3"])
def test_what_is_no_age_is_to_be_listed_and_none_is_never_new(text):
    assert not years_of(text).understood
    assert np.isnan(read(蓄電池経過年数=["なし"])[0].battery_years)


def fuel_list(*rows: tuple[str, ...]) -> Listed:
    headings = [
        "施設ID",
        "自家発電機容量(kVA)",
        "燃料の種類",
        "備蓄量(kL)",
        "タンク容量(L)",
        "燃料消費量(L/h)",
        "発電機の対象負荷",
    ]
    return Listed("b.csv", headings, [list(row) for row in rows], list(range(2, 2 + len(rows))), [], [])


def test_fuel_that_cannot_be_is_named_with_its_reason_and_never_believed():
    heard = Heard()
    found = read_backup(
        fuel_list(
            ("S0", "100", "軽油", "300", "950", "", ""),
            ("S1", "100", "軽油", "5", "950", "", ""),
            ("S2", "100", "軽油", "0.9", "950", "", ""),
            ("S3", "100", "軽油", "", "1.9", "0.02", ""),
        ),
        heard,
        EVENT,
    )
    assert found.not_read == 5
    assert (
        math.isnan(found.rows["S0"].fuel_l) and found.rows["S0"].tank_l == 950 and "fuel_l" in found.rows["S0"].unread
    )
    assert math.isnan(found.rows["S1"].fuel_l) and math.isnan(found.rows["S1"].tank_l)
    assert (found.rows["S2"].fuel_l, found.rows["S2"].tank_l) == (900, 950)
    assert math.isnan(found.rows["S3"].tank_l) and math.isnan(found.rows["S3"].litres_per_hour)
    said = "\n".join(heard.warnings)
    assert "60 days at full load (2: 備蓄量(kL) 300)" in said
    assert "than the tank holds (3: 備蓄量(kL) 5, 3: タンク容量(L) 950)" in said
    assert "15 minutes at full load (5: タンク容量(L) 1.9)" in said
    assert "so little or so much (5: 燃料消費量(L/h) 0.02)" in said


def test_a_load_among_the_words_of_what_a_generator_feeds_is_held_against_its_capacity():
    heard = Heard()
    small, large = (("S0", "100", "軽油", "1", "", "", f"非常回路（{kw}kW）") for kw in (40, 400))
    assert read_backup(fuel_list(small), heard, EVENT).rows["S0"].generator_load_kw == 40
    found = read_backup(fuel_list(large), heard, EVENT)
    assert math.isnan(found.rows["S0"].generator_load_kw) and found.not_read == 1
    assert found.rows["S0"].generator_carries is Carries.CIRCUITS
