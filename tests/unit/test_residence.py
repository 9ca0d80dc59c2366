"""Residence: days lived, and the verdict that rests on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import residence
from tomoshibi.analysis.life_signs import LifeRules, signs_of
from tomoshibi.analysis.registers import MISSING
from tomoshibi.analysis.residence import (
    ResidenceRules,
    Tenancies,
    against_year_before,
    days_lived,
    grid,
    joined,
    residence_table,
)
from tomoshibi.tests import appliances

FIRST = np.datetime64("2025-11-03T00:00:00", "s")  # a Monday
DAYS = 60
RULES = ResidenceRules()


def slots(days=DAYS):
    return FIRST + np.timedelta64(1800, "s") * np.arange(days * 48)


def home(lived=(), days=DAYS, base=40, seed=1):
    """A refrigerator that runs and rests, and on some days people: up at seven, things small and large, an evening."""
    generator = np.random.default_rng(seed)
    row = np.full(days * 48, base, dtype=np.int32)
    row[::3] += 35
    for day in lived:
        begin = day * 48 + 34 + int(generator.integers(0, 3))
        evening = generator.integers(60, 240, 46 - 34 - int(generator.integers(0, 3)))
        evening[int(generator.integers(0, 8))] += int(generator.integers(300, 900))
        row[begin : begin + len(evening)] += evening.astype(np.int32)
        row[day * 48 + 14 + int(generator.integers(0, 3))] += int(generator.integers(80, 500))
    return row[None, :].copy()


def clockwork(days=DAYS, base=40, takes=250):
    """A refrigerator, and something that comes on from 18 to 22 h every day and always takes the same."""
    row = home((), days, base)
    for day in range(days):
        row[0, day * 48 + 36 : day * 48 + 44] = takes
    return row


def verdict(readings, end=None, rules=RULES):
    days = days_lived(readings, slots(readings.shape[1] // 48), rules, end)
    return residence_table(["05"] * len(readings), days, rules).iloc[0]


@pytest.mark.parametrize(
    ("lived", "said"),
    [
        (range(60), "lived"),
        (range(30), "lived"),
        (range(29), "cannot_tell"),
        (range(0, 60, 7), "cannot_tell"),
        (range(7), "cannot_tell"),
        (range(6), "not_lived"),
        ([], "not_lived"),
    ],
)
def test_the_verdict_counts_days_lived(lived, said):
    line = verdict(home(lived))
    assert (line.lived_days, line.counted_days, line.verdict) == (len(list(lived)), 60, said)
    assert line.first_day == pd.Timestamp("2025-11-03") and line.last_day == pd.Timestamp("2026-01-01")


def test_an_hour_and_a_half_makes_a_day():
    row = home(range(60))
    row[0, 5 * 48 + 1 : 6 * 48] = 40
    row[0, 5 * 48 + 38 : 5 * 48 + 40] = 700
    assert verdict(row).lived_days == 59
    row[0, 5 * 48 + 40] = 700
    assert verdict(row).lived_days == 60


def test_days_with_few_readings_are_not_counted_unless_they_show_life():
    row = home(range(60))
    row[0, 3 * 48 : 3 * 48 + 46] = MISSING
    row[0, 4 * 48 + 20 : 4 * 48 + 24] = (700, 300, 90, 450)
    row[0, 4 * 48 + 30 : 5 * 48] = MISSING
    line = verdict(row)
    assert (line.lived_days, line.counted_days) == (59, 59)


def test_too_few_days_tell_nothing():
    line = verdict(home(range(9), days=9))
    assert (line.verdict, line.counted_days, line.unknown_reason) == ("cannot_tell", 9, "no_history")
    line = verdict(home([], days=13))
    assert (line.verdict, line.counted_days, line.unknown_reason) == ("cannot_tell", 13, "no_history")
    assert verdict(home([], days=14)).verdict == "not_lived"
    silent = np.full((1, DAYS * 48), MISSING, dtype=np.int32)
    assert verdict(silent)[["lived_days", "counted_days", "verdict"]].tolist() == [0, 0, "cannot_tell"]


@pytest.mark.parametrize(
    ("lived", "days", "said"),
    [(10, 10, "lived"), (9, 10, "lived"), (8, 10, "cannot_tell"), (12, 13, "lived"), (11, 13, "cannot_tell")],
)
def test_ten_days_tell_that_a_home_was_lived_in_on_nearly_all_of_them(lived, days, said):
    line = verdict(home(range(lived), days=days))
    assert (line.verdict, line.lived_days, line.counted_days) == (said, lived, days)
    assert verdict(home(range(lived), days=14)).verdict == "lived"


def test_a_lost_day_of_a_fortnight_hides_no_home():
    row = home(range(14), days=14)
    row[0, 6 * 48 : 7 * 48] = MISSING
    assert verdict(row)[["lived_days", "counted_days", "verdict"]].tolist() == [13, 13, "lived"]


def test_who_uses_much_and_evenly_is_recognised_and_what_comes_on_by_itself_so_is_not():
    def rows(first, last):
        generator = np.random.default_rng(7700)
        hour = np.arange(48) / 2
        for _ in range(10):
            begin, end = generator.normal(first, 0.7, (14, 1)), generator.normal(last, 0.7, (14, 1))
            use = generator.uniform(60, 250, (14, 48)) * ((hour >= begin) & (hour < end))
            yield (home([], days=14)[0] + use.ravel()).astype(np.int32)

    evenings = list(rows(13.0, 22.5))
    assert (verdicts(evenings)["verdict"] == "lived").all()
    sizes = signs_of(np.array(evenings), LifeRules()).sizes
    assert ((sizes > 1.5) & (sizes < 1.73)).all()  # smaller than of any other home that is recognised
    few_hours = list(rows(18.0, 21.5))  # a lamp of an empty house: no third of all hours
    assert (verdicts(few_hours)["verdict"] == "cannot_tell").all()
    before_dawn = list(rows(0.0, 9.5))  # a frost heater
    assert (verdicts(before_dawn)["verdict"] == "cannot_tell").all()


def test_the_day_of_the_event_and_what_follows_do_not_count():
    row = home(range(20))
    line = verdict(row, end=pd.Timestamp("2025-11-23 05:46"))
    assert (line.counted_days, line.lived_days, line.last_day) == (20, 20, pd.Timestamp("2025-11-22"))
    row[0, 20 * 48 :] = 4000
    assert verdict(row, end=date(2025, 11, 23)).lived_days == 20
    with pytest.raises(residence.ResidenceError, match="whole day"):
        verdict(row, end=date(2025, 11, 3))


def test_a_water_heater_at_night_is_no_life():
    row = home([])
    for day in range(DAYS):
        row[0, day * 48 + 2 : day * 48 + 8] = 900
    assert verdict(row).verdict == "not_lived"


def verdicts(rows, **more):
    readings = np.array(rows, dtype=np.int32)
    days = days_lived(readings, slots(readings.shape[1] // 48), RULES, **more)
    return residence_table([""] * len(readings), days, RULES)


def test_what_comes_on_at_the_same_clock_time_every_day_is_no_life():
    row = clockwork()
    assert verdict(row).verdict == "not_lived" and verdict(row).lived_days == 0
    assert verdict(clockwork(takes=2000)).verdict == "not_lived"


@pytest.mark.parametrize(
    ("days", "said"), [(5, [5, 60, "not_lived"]), (6, [6, 60, "not_lived"]), (7, [0, 53, "cannot_tell"])]
)
def test_what_shows_no_life_on_up_to_a_tenth_of_the_days_is_somebody_who_looks_after_the_home(days, said):
    row = home()
    for day in range(0, 3 * days, 3):
        row[0, day * 48 + 36 : day * 48 + 44] = 250
    assert verdict(row)[["lived_days", "counted_days", "verdict"]].tolist() == said


def test_a_thermostat_that_runs_and_rests_all_day_is_no_life_and_no_proof_of_absence():
    row = home([])
    for begin in range(3, row.shape[1] - 2, 9):
        row[0, begin : begin + 2] += 400
    line = verdict(row)
    assert (line.verdict, line.lived_days, line.unknown_reason) == ("cannot_tell", 0, "by_itself")
    assert "thermostat" in str(line.reason)
    assert (days_lived(row, slots(), RULES).lived == residence.DAY_UNKNOWN).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", appliances.BY_THEMSELVES)
def test_empty_homes_in_which_something_comes_on_by_itself_are_not_called_lived_in(kind):
    generator = np.random.default_rng(7100)
    seasons = (3.0, 13.0, 25.0)
    rows = [
        appliances.empty_home(generator, 61, (kind,), step, mean)
        for step in (1, 10, 100)
        for mean in seasons
        for _ in range(12)
    ]
    assert (verdicts(rows)["verdict"] == "lived").sum() <= 0.02 * len(rows) + 1


@pytest.mark.slow
@pytest.mark.parametrize("way", appliances.WAYS)
def test_lived_homes_of_every_way_of_life_are_recognised(way):
    generator = np.random.default_rng(7200)
    rows = [
        appliances.lived_home(generator, 61, way, step, mean)
        for step in (1, 10, 100)
        for mean in (3.0, 13.0, 25.0)
        for _ in range(12)
    ]
    said = verdicts(rows)["verdict"]
    assert (said == "lived").mean() >= 0.97 - 1 / len(rows)
    assert not (said == "not_lived").any()


@pytest.mark.slow
def test_a_register_of_600_wh_calls_no_empty_home_lived_in_and_no_lived_one_empty():
    generator = np.random.default_rng(7300)
    empty = [appliances.empty_home(generator, 61, (kind,), 600, 10.0) for kind in appliances.BY_THEMSELVES] * 3
    assert not (verdicts(empty)["verdict"] == "lived").any()
    lived = [appliances.lived_home(generator, 61, way, 600, 10.0) for way in appliances.WAYS for _ in range(4)]
    assert not (verdicts(lived)["verdict"] == "not_lived").any()


def test_low_daylight_readings_under_a_solar_roof_are_no_proof_of_absence():
    row = home(range(60))
    daylight = np.tile((np.arange(48) >= 14) & (np.arange(48) < 34), 60)
    row[0, daylight] = 0
    solar = np.ones(1, dtype=np.int8)
    line = verdicts(row, solar=solar).iloc[0]
    assert (line.verdict, line.counted_days) == ("lived", 60)
    # what is used by day alone is not seen, and the dark half of an empty home still is
    still = home([])
    still[0, daylight] = 0
    assert verdicts(still, solar=solar).iloc[0].verdict == "not_lived"


def under_a_roof_with_a_night_heater(generator, row, step, mean):
    """Readings with a heat-pump water heater added, and nothing left of the hours from 7 to 17."""
    load = appliances.heat_pump_water_heater(generator, 61, appliances.weather(generator, 61, mean))
    heated = row + appliances.register(appliances.half_hours(load), step)
    heated[np.tile((np.arange(48) >= 14) & (np.arange(48) < 34), 61)] = 0
    return heated


SEASONS_AND_STEPS = [(step, mean) for step in (10, 100) for mean in (3.0, 13.0, 25.0)]


@pytest.mark.slow
def test_evenings_alone_recognise_lived_homes_under_a_roof_with_a_night_heater():
    generator = np.random.default_rng(7400)
    rows = [
        under_a_roof_with_a_night_heater(generator, appliances.lived_home(generator, 61, way, step, mean), step, mean)
        for step, mean in SEASONS_AND_STEPS
        for way in appliances.WAYS
        for _ in range(4)
    ]
    said = verdicts(rows, solar=np.ones(len(rows), dtype=np.int8))["verdict"]
    assert (said == "lived").mean() >= 0.9
    assert not (said == "not_lived").any()


@pytest.mark.parametrize("kind", appliances.BY_THEMSELVES)
def test_evenings_alone_call_no_empty_home_lived_in(kind):
    generator = np.random.default_rng(7500)
    rows = [
        under_a_roof_with_a_night_heater(
            generator, appliances.empty_home(generator, 61, (kind,), step, mean), step, mean
        )
        for step, mean in SEASONS_AND_STEPS
        for _ in range(12)
    ]
    said = verdicts(rows, solar=np.ones(len(rows), dtype=np.int8))["verdict"]
    assert (said == "lived").sum() <= 0.02 * len(rows) + 1


@pytest.mark.slow
def test_a_home_that_is_cooled_while_people_sleep_is_lived_in():
    generator = np.random.default_rng(7600)
    asleep = (np.arange(48) >= 44) | (np.arange(48) < 14)
    rows = []
    for _ in range(20):
        row = appliances.lived_home(generator, 61, "ordinary", 10, 26.0).reshape(61, 48)
        # How hot a night is decides what it takes, and people choose when it begins.
        night = generator.uniform(150, 450, (61, 1)) * generator.uniform(0.6, 1.4, (61, 48))
        rows.append((row + np.where(asleep, night, 40)).astype(np.int32).ravel() // 10 * 10)
    signs = signs_of(np.array(rows), LifeRules())
    assert ((signs.peak < 6.5) | (signs.peak > 22)).mean() >= 0.9
    assert (verdicts(rows)["verdict"] == "lived").mean() >= 0.9


def test_days_before_the_tenancy_are_anothers_and_are_not_counted():
    row = home([day for day in range(DAYS) if day < 35])
    begin = np.array([np.datetime64("2025-12-08")])  # day 35
    held = Tenancies(begin, np.array([np.datetime64("NaT", "D")]))
    line = verdicts(row, held=held).iloc[0]
    assert (line.verdict, line.lived_days, line.counted_days) == ("not_lived", 0, 25)
    assert line.first_day == pd.Timestamp("2025-12-08") and "2025-12-08" in str(line.reason)
    late = Tenancies(np.array([np.datetime64("2025-12-25")]), held.end)
    line = verdicts(home(range(60)), held=late).iloc[0]
    assert (line.verdict, line.counted_days, line.unknown_reason) == ("cannot_tell", 8, "not_in_service")
    assert "2025-12-25" in str(line.reason) and "another" in str(line.reason)


def test_after_the_contract_ended_nothing_can_be_told():
    held = Tenancies(np.array([np.datetime64("NaT", "D")]), np.array([np.datetime64("2025-12-20")]))
    line = verdicts(home(range(60)), held=held).iloc[0]
    assert (line.verdict, line.unknown_reason, line.counted_days) == ("cannot_tell", "not_in_service", 47)
    assert "2025-12-20" in str(line.reason)
    after = Tenancies(held.begin, np.array([np.datetime64("2026-03-01")]))
    assert verdicts(home(range(60)), held=after).iloc[0].verdict == "lived"


def test_what_another_tenant_used_changes_nothing_for_the_next():
    row = home(range(60))
    other = row.copy()
    other[0, : 30 * 48] = clockwork(30, takes=3000)[0]
    held = Tenancies(np.array([FIRST + np.timedelta64(30, "D")]).astype("datetime64[D]"), np.full(1, "NaT", "M8[D]"))
    first, second = verdicts(row, held=held), verdicts(other, held=held)
    pd.testing.assert_frame_equal(first.drop(columns="reason"), second.drop(columns="reason"))
    assert first.counted_days[0] == 30


def test_days_before_and_after_the_event_are_joined():
    row = home(range(40))
    before, after = (days_lived(row[:, part], slots()[part], RULES) for part in (slice(0, 1920), slice(1920, 2880)))
    whole = joined(before, after)
    assert len(whole.day) == 60 and whole.day[40] == FIRST.astype("datetime64[D]") + 40
    assert (whole.lived[0] == [1] * 40 + [0] * 20).all()


def test_the_manuals_rule_would_have_called_the_empty_home_lived_in():
    from tomoshibi.analysis import occupancy

    row = home([])
    row[0] += np.random.default_rng(0).integers(-9, 10, row.shape[1], dtype=np.int32)
    found = occupancy.presence(row, slots(), list(range(20 * 48, 22 * 48)), "manual", occupancy.PresenceRules())
    assert found.raw_home.mean() > 0.3
    assert verdict(row).verdict == "not_lived"


def test_a_home_without_any_use_and_one_with_a_trickle_are_empty():
    for level in (0, 3):
        load = np.full((1, DAYS * 48), level)
        coarse = np.diff(np.cumsum(load, axis=1) // 100 * 100, axis=1, prepend=0).astype(np.int32)
        assert verdict(coarse).verdict == "not_lived"


def test_the_grid_has_months_weeks_and_days():
    row = home([day for day in range(DAYS) if day < 30])
    row[0, 35 * 48 : 42 * 48] = MISSING
    days = days_lived(row, slots(), RULES)
    months = grid(["05"], days, "month", RULES)
    assert months.begin.tolist() == [pd.Timestamp("2025-11-01"), pd.Timestamp("2025-12-01"), pd.Timestamp("2026-01-01")]
    assert months.mark.tolist() == ["○", "×", "×"] and months.counted.tolist() == [28, 24, 1]
    weeks = grid(["05"], days, "week", RULES)
    assert weeks.mark.tolist() == ["○"] * 4 + ["×", "－"] + ["×"] * 3
    assert weeks.begin[0] == pd.Timestamp("2025-11-03")
    daily = grid(["05"], days, "day", RULES)
    assert daily.mark.tolist() == ["○"] * 30 + ["×"] * 5 + ["－"] * 7 + ["×"] * 18
    with pytest.raises(residence.ResidenceError, match="unit"):
        grid(["05"], days, "year", RULES)


def test_half_hours_that_do_not_follow_one_another_are_refused():
    with pytest.raises(residence.ResidenceError, match="follow"):
        days_lived(home(), slots()[::-1], RULES)
    with pytest.raises(residence.ResidenceError, match="follow"):
        days_lived(home()[:, 1:], slots(), RULES)


def test_readings_may_begin_in_the_middle_of_a_day():
    row = home(range(60))
    days = days_lived(row[:, 7:-9], slots()[7:-9], RULES)
    assert len(days.day) == 58 and days.day[0] == np.datetime64("2025-11-04") and (days.lived == 1).all()


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.1, 0.4]))
def test_counts_part_the_days_and_order_does_not_matter(seed, loss):
    generator = np.random.default_rng(seed)
    rows = np.concatenate([home(np.flatnonzero(generator.random(20) < share), days=20) for share in (0, 0.4, 1)])
    rows[generator.random(rows.shape) < loss] = MISSING
    days = days_lived(rows, slots(20), RULES)
    table = residence_table(["a", "b", "c"], days, RULES)
    assert ((table.lived_days >= 0) & (table.lived_days <= table.counted_days) & (table.counted_days <= 20)).all()
    assert (days.lived.shape) == (3, 20)
    back = days_lived(rows[::-1], slots(20), RULES)
    assert (back.lived[::-1] == days.lived).all()
    shares = (table.lived_days / table.counted_days.replace(0, np.nan)).fillna(0)
    assert (table.verdict[(shares >= RULES.lived_share) & (table.counted_days >= RULES.min_days)] == "lived").all()


def test_blocks_give_the_same_as_one(monkeypatch):
    rows = np.concatenate([home(range(number, 60, 3)) for number in range(7)])
    whole = days_lived(rows, slots(), RULES).lived
    monkeypatch.setattr(residence, "_ROWS", 3)
    assert (days_lived(rows, slots(), RULES).lived == whole).all()


@pytest.mark.slow
def test_homes_of_a_scenario_are_told_from_empty_ones(tmp_path):
    from tomoshibi.practice.household import VACANT
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    spec = ScenarioSpec(meters=2000, first_day=date(2025, 12, 20), statistics_from=date(2026, 1, 9))
    scenario = make_scenario(tmp_path / "s", seed=42, spec=spec)
    homes = np.flatnonzero((scenario.meters["household"] >= 0) & scenario.readable)
    readings = np.concatenate(
        [np.where(scenario.received(day)[homes], scenario.readings(day)[homes], MISSING) for day in scenario.days()],
        axis=1,
    ).astype(np.int32)
    begins = np.datetime64(scenario.start, "s") + np.timedelta64(1800, "s") * np.arange(readings.shape[1])
    rules = replace(RULES, min_days=14)
    table = residence_table(homes.astype(str), days_lived(readings, begins, rules, scenario.event_time), rules)
    empty = scenario.meters["household"][homes] >= VACANT
    assert (table.verdict[empty] == "lived").mean() <= 0.02
    assert (table.verdict[~empty] == "lived").mean() >= 0.97
    assert (table.verdict[~empty] == "not_lived").mean() <= 0.01


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_a_day_that_did_not_come_is_unknown_and_another_home_changes_nothing(seed):
    generator = np.random.default_rng(seed)
    rows = np.concatenate([home(np.flatnonzero(generator.random(30) < share), days=30) for share in (0.1, 0.9)])
    lost = generator.random(30) < 0.3
    rows[:, np.repeat(lost, 48)] = MISSING
    days = days_lived(rows, slots(30), RULES)
    assert (days.lived[:, lost] == residence.DAY_UNKNOWN).all()
    alone = days_lived(rows[:1], slots(30), RULES)
    assert (alone.lived == days.lived[:1]).all()
    for unit in residence.UNITS:
        marks = grid(["a", "b"], days, unit, RULES)
        assert (marks.lived <= marks.counted).all()
        assert ((marks.mark == residence.MARKS[residence.DAY_UNKNOWN]) == (marks.counted == 0)).all()
        assert (
            marks.groupby("supply_point").counted.sum().tolist()
            == (days.lived != residence.DAY_UNKNOWN).sum(1).tolist()
        )


def test_only_half_hours_known_in_both_years_are_compared():
    """Seven days of 100 Wh a half-hour, and 200 the year before; half of each day lacks in one of them."""
    now, before = np.full((3, 7 * 48), 100, dtype=np.int32), np.full((3, 7 * 48), 200, dtype=np.int32)
    hour = np.arange(7 * 48) % 48
    now[0, hour < 12], before[0, hour >= 36] = -1, -1
    now[1, 0], now[1, 5] = 0, 148  # nothing, and what is above, are readings
    now[2, 6 * 48 : 7 * 48 - 23] = -1  # of the last day fewer than half came
    found = against_year_before(now, before)
    assert found.days.tolist() == [7, 7, 6]
    assert found.kwh_a_day[:2] == pytest.approx([4.8, (336 * 100 - 52) / 336 * 48 / 1000])
    assert found.kwh_a_day_before[:2] == pytest.approx([9.6, 9.6])
    assert np.isnan(found.kwh_a_day[2]) and np.isnan(found.kwh_a_day_before[2])
    few = against_year_before(now, before, least_days=6)
    assert few.kwh_a_day[2] == pytest.approx(4.8) and few.days.dtype == np.int64
