"""Solar roofs: found by what the readings show, and what they hide is nobody's absence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import solar
from tomoshibi.analysis.occupancy import METHODS, REASONS, About, PresenceRules, State, presence, register_step
from tomoshibi.analysis.reasons import Reason
from tomoshibi.analysis.solar import NO, NOT_KNOWN, YES, SolarRules, generation_seen
from tomoshibi.tests import habits

DAYS = 21
RULES = PresenceRules()
WINTER, SPRING, SUMMER = ("2025-12-01", 0.7), ("2026-03-30", 0.05), ("2025-06-30", 0.4)


def made(seed, kw, season=SPRING, count=60, **more):
    first, cold = season
    return habits.homes(seed, count, days=DAYS, first=first, cold=cold, solar_kw=kw, **more)


def seen(homes, rules=None):
    step = register_step(homes.readings)
    return generation_seen(homes.readings, homes.begins, homes.readings.shape[1], step, rules)


@pytest.mark.parametrize("season", [WINTER, SPRING, SUMMER])
@pytest.mark.parametrize("kw", [1.0, 2.0, 5.0])
def test_roofs_from_one_kilowatt_on_are_found(kw, season):
    assert np.mean(seen(made(7, kw, season)) == YES) >= 0.95


@pytest.mark.parametrize("season", [WINTER, SPRING, SUMMER])
def test_households_that_are_out_at_noon_are_no_roofs(season):
    found = seen(made(8, None, season, count=180))
    assert np.mean(found == YES) <= 0.006 and np.mean(found == NO) >= 0.95


def test_an_empty_home_without_a_load_cannot_be_told_from_a_roof_and_is_not_called_one():
    nothing = np.zeros((1, DAYS * 48), dtype=np.int32)
    begins = np.datetime64("2026-04-06", "s") + np.timedelta64(1800, "s") * np.arange(DAYS * 48)
    assert generation_seen(nothing, begins, DAYS * 48, np.array([10])).tolist() == [NOT_KNOWN]
    assert generation_seen(nothing[:, :0], begins, 0, np.array([10])).tolist() == [NOT_KNOWN]


def test_heating_all_night_is_no_roof():
    """What is low at noon beside a heated night is the home's base, not nothing."""
    home = np.full((1, DAYS * 48), 40, dtype=np.int32)
    hour = np.arange(DAYS * 48) % 48 / 2
    home[0, (hour >= 17) | (hour < 8)] = 260
    begins = np.datetime64("2026-01-05", "s") + np.timedelta64(1800, "s") * np.arange(DAYS * 48)
    assert generation_seen(home, begins, DAYS * 48, np.array([10])).tolist() == [NO]
    home[0, (hour >= 10) & (hour < 14)] = 0
    assert generation_seen(home, begins, DAYS * 48, np.array([10])).tolist() == [YES]


def home_of(dark, noon, slots=6, days=10):
    """Readings, int (1, days × 48): `dark` Wh in each half-hour (of all days, or of each), but on the last day `noon`
    Wh in the one that begins at 11:30 and nothing in the `slots` - 1 after it."""
    level = np.broadcast_to(dark, (days,)).astype(np.int32)
    rows = np.repeat(level[:, None], 48, axis=1)
    rows[-1, 23 : 23 + slots] = 0
    rows[-1, 23] = noon
    return rows.reshape(1, -1)


def seen_of(rows, step=10):
    begins = np.datetime64("2026-04-06", "s") + np.timedelta64(1800, "s") * np.arange(rows.shape[1])
    return generation_seen(rows, begins, rows.shape[1], np.array([step]))[0]


@pytest.mark.parametrize(("days", "said"), [(6, NOT_KNOWN), (7, NO)])
def test_two_and_a_half_hours_without_use_are_no_roof_if_a_week_is_known(days, said):
    assert seen_of(home_of(100, 0, slots=5, days=days)) == said


@pytest.mark.parametrize(
    ("dark", "noon", "step", "said"),
    [
        (100, 48, 10, YES),  # 8 % of 600 Wh in three hours
        (100, 49, 10, NO),
        (8, 0, 10, YES),
        (7, 0, 10, NOT_KNOWN),  # too little runs by itself to tell
        (12, 0, 100, YES),  # 72 Wh in three hours are 0.7 steps of the register
        (11, 0, 100, NOT_KNOWN),
        ([10] * 4 + [100] * 6, 4, 10, YES),  # the base is that of the lowest four days of ten: 60 Wh
        ([10] * 4 + [100] * 6, 5, 10, NO),
    ],
)
def test_a_roof_shows_on_one_day_on_which_three_hours_fall_to_a_twelfth_of_the_base(dark, noon, step, said):
    assert seen_of(home_of(dark, noon), step) == said


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 60), st.integers(1, 12))
def test_what_is_looked_at_first_misses_no_roof(seed, most, days):
    generator = np.random.default_rng(seed)
    rows = generator.integers(0, 120, (20, days, 48)).astype(np.int32)
    rows[:, :, 19:29] = generator.integers(0, most + 1, (20, days, 10)) * (generator.random((20, days, 1)) < 0.6)
    rows, step = rows.reshape(20, -1), np.full(20, 10)
    begins = np.datetime64("2026-04-06", "s") + np.timedelta64(1800, "s") * np.arange(rows.shape[1])
    found = generation_seen(rows, begins, rows.shape[1], step)
    whole = rows.reshape(20, days, 48)
    rules = SolarRules(days=14)
    dark = np.minimum(solar._lowest(whole[:, :, :11], rules.slots), solar._lowest(whole[:, :, 37:], rules.slots))
    exact = solar._fallen(solar._lowest(whole[:, :, 19:29], rules.slots), dark, step, rules)
    assert ((found == YES) == (exact == YES)).all()


def test_days_with_gaps_count_for_nothing():
    homes = made(9, 5.0, count=12)
    homes.readings[:, :] = np.where((np.arange(DAYS * 48) % 48 == 24), -1, homes.readings)
    homes.readings[:, 21::48] = -1
    assert (seen(homes) == NOT_KNOWN).all()
    assert (seen(homes, SolarRules(slots=2)) == YES).mean() > 0.5


@pytest.mark.parametrize("gap", ["noon", "dark"])
def test_a_day_with_a_gap_at_noon_or_in_the_dark_does_not_count_for_the_base(gap):
    """Of ten days four have a gap; the base is that of the lowest two of the other six."""
    if gap == "noon":
        days = home_of([10] * 4 + [100] * 6, 48).reshape(10, 48)
        days[:4, 24] = -1
    else:
        days = home_of([100] * 4 + [10] * 2 + [100] * 4, 5).reshape(10, 48)
        days[:4, :19] = days[:4, 29:] = -1
    # 48 of 600 Wh are 8 %; 5 of 60 Wh are more, and six days are too few to say that there is no roof.
    assert seen_of(days.reshape(1, -1)) == (YES if gap == "noon" else NOT_KNOWN)


def test_what_is_registered_holds_whether_it_shows_or_not():
    known, shown = np.array([YES, NO, NOT_KNOWN, YES, NO]), np.array([NO, YES, YES, NOT_KNOWN, NOT_KNOWN])
    assert solar.combine(known, shown).tolist() == [YES, YES, YES, YES, NO]
    assert solar.combine(None, shown).tolist() == shown.tolist()


def test_the_sun_is_up_longer_in_summer():
    rises, sets = solar.sun_hours(np.array(["2026-06-21", "2026-12-21"], dtype="datetime64[D]"))
    assert rises[0] == pytest.approx(4.6, abs=0.2) and sets[0] == pytest.approx(19.2, abs=0.2)
    assert rises[1] == pytest.approx(7.0, abs=0.2) and sets[1] == pytest.approx(16.8, abs=0.2)
    begins = np.datetime64("2026-12-21", "s") + np.timedelta64(1800, "s") * np.arange(48)
    assert np.flatnonzero(solar.in_sun(begins))[[0, -1]].tolist() == [15, 31]


def noon_of(homes):
    width = homes.readings.shape[1]
    return [day + half for day in range(width - 5 * 48, width, 48) for half in range(22, 27)]


@pytest.mark.parametrize("method", ["held", "quiet"])
@pytest.mark.parametrize("kw", [1.0, 5.0])
def test_at_noon_nobody_at_home_under_a_roof_is_called_away(method, kw):
    homes = made(10, kw, count=120)
    targets = noon_of(homes)
    found = presence(homes.readings, homes.begins, targets, method, RULES)
    there = homes.there[:, targets]
    assert np.mean(found.state[there] == State.AWAY) <= 0.03
    low = found.reason == REASONS.index(Reason.SOLAR)
    assert low.mean() > 0.5 and (found.state[low] == State.NO_DATA).all() and (found.confidence[low] == 0).all()


@pytest.mark.parametrize("method", ["held", "quiet"])
def test_much_use_under_a_roof_is_somebody_and_the_night_is_told_as_ever(method):
    homes = made(11, 5.0, count=60)
    noon = homes.readings.shape[1] - 24
    homes.readings[:, noon - 2 : noon + 1] = 2000
    found = presence(homes.readings, homes.begins, [noon], method, RULES)
    assert np.mean(found.state == State.HOME) > 0.95
    nights = [noon - 24 + half for half in range(2, 8)]
    found = presence(homes.readings, homes.begins, nights, method, RULES)
    assert np.mean(np.isin(found.state, (State.HOME, State.AWAY))) > 0.75
    assert np.mean(homes.there[:, nights][found.state == State.HOME]) > 0.9


def test_a_roof_that_is_registered_hides_use_though_it_never_shows():
    homes = made(12, None, count=60)
    targets = noon_of(homes)
    roof = About(generation=np.full(60, YES, dtype=np.int8))
    found = presence(homes.readings, homes.begins, targets, "quiet", RULES, about=roof)
    assert not (found.state == State.AWAY).any()
    bare = presence(homes.readings, homes.begins, targets, "quiet", RULES)
    assert np.mean(bare.state == State.AWAY) > 0.3


def test_the_manuals_rule_stays_as_it_is_printed():
    homes = made(13, 5.0, count=30)
    targets = noon_of(homes)
    found = presence(homes.readings, homes.begins, targets, "manual", RULES)
    roof = About(generation=np.full(30, YES, dtype=np.int8))
    again = presence(homes.readings, homes.begins, targets, "manual", RULES, about=roof)
    assert (found.state == again.state).all() and (found.state == State.AWAY).mean() > 0.5
    assert set(METHODS) == {"manual", "held", "quiet"}
