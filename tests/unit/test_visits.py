"""Visits: the manual's week table, the best hours to call, and long absence."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import visits
from tomoshibi.analysis.occupancy import State
from tomoshibi.analysis.visits import (
    MARKS,
    UNKNOWN,
    VisitRules,
    best_hours,
    by_day,
    days_away,
    home_shares,
    monday_of,
    week_table,
)

FIRST = np.datetime64("2026-01-05T00:00:00", "s")  # a Monday
RULES = VisitRules()
HOME, AWAY, NO_DATA, ASLEEP = (int(state) for state in (State.HOME, State.AWAY, State.NO_DATA, State.ASLEEP_UNKNOWN))


def slots(days=14):
    return FIRST + np.timedelta64(1800, "s") * np.arange(days * 48)


def person(spans=(), days=14, rest=AWAY):
    """States of one person: away by day, undecided at night, at home in spans (day, from hour, to hour)."""
    row = np.full(days * 48, rest, dtype=np.int8)
    hour = np.arange(days * 48) % 48 / 2
    row[(hour < 8) | (hour >= 22)] = ASLEEP
    for day, begin, end in spans:
        row[day * 48 + int(begin * 2) : day * 48 + int(end * 2)] = HOME
    return row[None, :]


def week(states, day="2026-01-14", **more):
    return week_table(["05"] * len(states), states, slots(states.shape[1] // 48), day, RULES, **more)


def test_the_table_has_two_weeks_seven_days_and_a_row_of_half_hours():
    table = week(person([(0, 10, 13), (12, 9, 11), (13, 17, 19.5)]))
    before = ["supply_point", "last_week", "this_week", *(f"day_{number}" for number in range(1, 8)), "row_day"]
    assert table.columns.tolist() == [*before, *visits.ROW_COLUMNS, "away_days", "long_absence"]
    line = table.iloc[0]
    assert (line.last_week, line.this_week) == ("○", "○")
    assert [line[f"day_{number}"] for number in range(1, 8)] == ["×"] * 5 + ["○", "×"]
    assert line.row_day == pd.Timestamp("2026-01-18")
    assert "".join(line[visits.ROW_COLUMNS]) == "×" * 16 + "○" * 5
    assert visits.ROW_COLUMNS[0] == "t0900" and visits.ROW_COLUMNS[-1] == "t1900"


def test_two_hours_by_day_make_a_day_at_home():
    assert week(person([(7, 9, 10.5)])).day_1[0] == "×"
    assert week(person([(7, 9, 11)])).day_1[0] == "○"
    # The evening is not daytime.
    assert week(person([(7, 17, 22)])).day_1[0] == "×"


def test_what_is_not_known_is_neither_at_home_nor_away():
    states = person()
    states[0, 7 * 48 + 18 : 7 * 48 + 27] = NO_DATA
    line = week(states).iloc[0]
    assert line.day_1 == "－" and line.day_2 == "×" and line.this_week == "×"
    line = week(person(rest=NO_DATA)).iloc[0]
    assert {line.last_week, line.this_week, line.day_3, line.t0900} == {"－"}
    # A week of which nothing was handed in before.
    only = week_table(["05"], person(days=7), slots(7), "2026-01-05", RULES)
    assert (only.last_week[0], only.this_week[0]) == ("－", "×")


def test_another_day_can_be_shown_and_must_be_there():
    table = week(person([(8, 9, 10)]), row_day="2026-01-13")
    assert table.row_day[0] == pd.Timestamp("2026-01-13") and table.t0930[0] == "○" and table.t1000[0] == "×"
    with pytest.raises(visits.VisitError, match="2026-02-01"):
        week(person(), row_day="2026-02-01")
    with pytest.raises(visits.VisitError, match="2026-01-26"):
        week(person(), "2026-02-01")


def test_a_week_that_is_not_over_shows_what_is_there():
    states = person(days=10)
    line = week_table(["05"], states, slots(10), "2026-01-12", RULES).iloc[0]
    assert [line[f"day_{number}"] for number in range(1, 8)] == ["×"] * 3 + ["－"] * 4
    assert line.row_day == pd.Timestamp("2026-01-14")


@pytest.mark.parametrize(("last_home", "days", "long"), [(13, 0, False), (12, 1, False), (10, 3, True), (0, 13, True)])
def test_long_absence_is_days_without_anybody(last_home, days, long):
    line = week(person([(day, 19, 21) for day in range(last_home + 1)])).iloc[0]
    assert (line.away_days, line.long_absence) == (days, long)


def test_silence_is_not_absence():
    states = person([(0, 19, 21)])
    states[0, 11 * 48 : 12 * 48] = NO_DATA
    assert week(states).away_days[0] == 2
    states[0, 13 * 48 :] = NO_DATA
    assert week(states).away_days[0] == 0


def test_a_day_that_has_just_begun_does_not_end_an_absence():
    days, home = by_day(person([(0, 19, 21)], days=6)[:, : 5 * 48 + 20], slots(6)[: 5 * 48 + 20])
    assert len(days) == 6 and days_away(home, RULES)[0] == 4


def test_the_best_hours_are_those_at_home_in_the_past_weeks():
    spans = [(day, 14, 17) for day in range(28) if day % 7 == 2]
    table = best_hours(["05"], person(spans, days=28), slots(28), RULES)
    assert table.columns.tolist() == visits.BEST_COLUMNS
    assert table["rank"].tolist() == [1, 2, 3] and table.weekday.tolist() == [3, 3, 3]
    assert sorted(table.hour) == [14, 15, 16] and table.weeks.tolist() == [4, 4, 4]
    assert ((table.share > 0.6) & (table.share < 1)).all()


def test_hours_outside_visiting_time_are_not_proposed():
    table = best_hours(["05"], person([(day, 19, 22) for day in range(14)]), slots(), RULES)
    assert table.hour.between(9, 18).all()


def test_little_evidence_is_drawn_towards_habit():
    always = np.repeat(person([(day, 10, 11) for day in range(14)]), 20, axis=0)
    once = person([(2, 15, 16)], days=14)
    once[0, 3 * 48 :] = NO_DATA
    days, home = by_day(np.concatenate([always, once]), slots())
    shares, weeks = home_shares(days, home, RULES)
    assert weeks[-1, 2, 15] == 1 and weeks[-1, 4, 10] == 0
    assert shares[-1, 4, 10] > 0.5  # everybody is at home at ten
    assert 0.2 < shares[-1, 2, 15] < 0.6  # once is not always
    assert ((shares >= 0) & (shares <= 1)).all()


def test_who_is_not_known_gets_no_hours():
    states = np.concatenate([person(rest=NO_DATA), person([(0, 9, 12)])])
    states[0] = NO_DATA
    table = best_hours(["a", "b"], states, slots(), RULES)
    assert set(table.supply_point) == {"b"}


def test_states_that_do_not_fit_the_half_hours_are_refused():
    for states, begins in ((person(), slots()[1:]), (person(), slots()[::-1]), (person()[:, :0], slots()[:0])):
        with pytest.raises(visits.VisitError, match="half-hours"):
            by_day(states, begins)


def test_states_may_begin_at_any_half_hour():
    states = person([(3, 9, 12)])
    days, home = by_day(states[:, 21:], slots()[21:])
    whole_days, whole = by_day(states, slots())
    assert (days == whole_days).all() and (home[:, 1:] == whole[:, 1:]).all()
    assert (home[0, 0, :21] == visits.UNKNOWN).all()


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_marks_and_shares_do_not_depend_on_order_and_stay_in_bounds(seed):
    states = np.random.default_rng(seed).integers(0, 4, (5, 14 * 48)).astype(np.int8)
    names = np.array(list("abcde"))
    table = week_table(names, states, slots(), "2026-01-12", RULES)
    back = week_table(names[::-1], states[::-1], slots(), "2026-01-12", RULES)
    pd.testing.assert_frame_equal(back.iloc[::-1].reset_index(drop=True), table)
    best = best_hours(names, states, slots(), RULES)
    assert best.share.between(0, 1).all() and (best.groupby("supply_point").share.diff().dropna() <= 1e-9).all()
    again = best_hours(names[::-1], states[::-1], slots(), RULES)
    pd.testing.assert_frame_equal(
        again.sort_values(["supply_point", "rank"]).reset_index(drop=True).round(9),
        best.sort_values(["supply_point", "rank"]).reset_index(drop=True).round(9),
    )


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_what_is_not_known_is_never_called_away_and_another_person_changes_no_mark(seed):
    generator = np.random.default_rng(seed)
    states = generator.integers(0, 4, (4, 14 * 48)).astype(np.int8)
    lost = generator.random(14) < 0.4
    states[:, np.repeat(lost, 48)] = int(State.NO_DATA)
    names = np.array(list("abcd"))
    table = week_table(names, states, slots(), "2026-01-12", RULES)
    begin = monday_of("2026-01-12") - slots()[0].astype("datetime64[D]")
    first = int(begin / np.timedelta64(1, "D"))
    for number in range(7):
        if lost[first + number]:
            assert (table[f"day_{number + 1}"] == MARKS[UNKNOWN]).all()
    alone = week_table(names[:2], states[:2], slots(), "2026-01-12", RULES)
    pd.testing.assert_frame_equal(alone, table.iloc[:2])
    nothing = week_table(names, np.full_like(states, int(State.NO_DATA)), slots(), "2026-01-12", RULES)
    signs = nothing[[name for name in nothing if name[:4] in ("last", "this", "day_") or name[0] == "t"]]
    assert (signs.drop(columns=["row_day"], errors="ignore") == MARKS[UNKNOWN]).all().all()
    assert (nothing.away_days == 0).all() and not nothing.long_absence.any()
    assert best_hours(names, np.full_like(states, int(State.NO_DATA)), slots(), RULES).empty


def test_a_holiday_is_none_of_its_weekday_and_unknown_hours_are_not_proposed():
    from tomoshibi.analysis.holidays import holidays, is_holiday

    assert date(2026, 1, 12) in holidays(2026) and date(2026, 5, 6) in holidays(2026)
    assert {date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 23)} <= holidays(2026)
    assert date(2020, 10, 12) not in holidays(2020) and date(2020, 7, 24) in holidays(2020)
    assert date(2019, 2, 23) not in holidays(2019) and date(2018, 12, 24) in holidays(2018)
    assert is_holiday(np.array(["2026-01-02", "2026-01-05"], dtype="M8[D]")).tolist() == [True, False]
    # four weeks, away on every Monday but the holiday of 12 January
    days = np.datetime64("2025-12-22") + np.arange(28).astype("timedelta64[D]")
    home = np.zeros((1, 28, 48), dtype=np.int8)
    home[0, 21] = 1
    shares, weeks = home_shares(days, home, RULES)
    assert weeks[0, 0, 10] == 2  # 22 December and 5 January: the 29th is of the turn of the year
    assert shares[0, 0].max() < 0.001 < 0.02 < shares[0, 6].min()
    begins = days[0].astype("datetime64[s]") + np.timedelta64(1800, "s") * np.arange(28 * 48)
    state = np.full((2, 28 * 48), State.NO_DATA, dtype=np.int8)
    state[0] = State.HOME
    state[1, :20] = State.AWAY  # ten hours of one night
    assert set(best_hours(["a", "b"], state, begins, RULES)["supply_point"]) == {"a"}
