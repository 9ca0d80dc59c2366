"""Quiet hours: what runs by itself in a home, and home or away against it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import occupancy as occ
from tomoshibi.analysis import quiet_hours
from tomoshibi.analysis.holidays import is_free
from tomoshibi.analysis.occupancy import PresenceRules, State, presence
from tomoshibi.analysis.presence_score import LEAD, marks, probability
from tomoshibi.analysis.quiet_hours import QuietRules, learn
from tomoshibi.analysis.registers import MISSING, SCALE, register_step, smoothed

FIRST = np.datetime64("2026-01-01T00:00:00", "s")
DAYS = 9
RULES = PresenceRules()


def slots(days=DAYS, first=FIRST):
    return first + occ.SLOT * np.arange(days * 48)


def at(day, hour):
    """Slot of an hour of a day, counted from 0."""
    return day * 48 + round(hour * 2)


def lived_in(days=DAYS, base=60, awake=300):
    """A commuters' home: up 06–08 and 18–23, away between, asleep else."""
    row = np.full(days * 48, base, dtype=np.int32)
    row[1::2] += 8
    hour = np.arange(days * 48) % 48 / 2
    row[((hour >= 6) & (hour < 8)) | ((hour >= 18) & (hour < 23))] = awake
    return row[None, :].copy()


def counted_in(step, load):
    """What a register of whole steps reads of a load."""
    total = np.cumsum(load, axis=1) // step * step
    return np.diff(total, axis=1, prepend=0).astype(np.int32)


def ask(readings, *moments, rules=RULES):
    return presence(readings, slots(readings.shape[1] // 48), list(moments), "quiet", rules)


def state(readings, *moments, rules=RULES):
    return [State(value).name for value in ask(readings, *moments, rules=rules).state[0]]


def test_a_home_is_at_home_when_it_uses_more_than_when_it_is_quiet():
    home = lived_in()
    assert state(home, at(8, 7), at(8, 12), at(8, 19)) == ["HOME", "AWAY", "HOME"]
    found = ask(home, at(8, 12))
    # Median 60 of the quiet hours and a margin of 10; the quantile 68 lies below, the limit 1.5 * 60 + 10 above.
    assert found.reference[0, 0] == 70 and found.reading[0, 0] == 60 and found.used[0, 0] == 8 * 6


def test_a_busy_evening_in_the_quiet_hours_does_not_lift_the_reference():
    home = lived_in()
    for day in range(3):
        home[0, at(day, 0) : at(day, 6)] = 900
        home[0, at(day, 9) : at(day, 17)] = 900
    assert ask(home, at(8, 12)).reference[0, 0] == 1.5 * 68 + 10  # not the 900 Wh that the quantile saw


def test_sleepers_are_held_and_never_called_away_at_night():
    home = lived_in()
    assert state(home, at(8, 3)) == ["HOME"]
    # Nobody was seen in the evening before.
    home[0, at(7, 18) : at(8, 12)] = 60
    assert state(home, at(8, 3), at(8, 11)) == ["ASLEEP_UNKNOWN", "AWAY"]


def test_days_without_use_are_long_absence_at_night_too():
    home = lived_in()
    home[0, at(5, 0) :] = 60
    assert state(home, at(8, 3), at(6, 3)) == ["AWAY", "ASLEEP_UNKNOWN"]
    assert state(home, *range(at(7, 9), at(7, 22))) == ["AWAY"] * 26
    assert ask(home, at(8, 3)).confidence[0, 0] > 0.9
    home[0, at(6, 12)] = 500
    assert state(home, at(8, 3)) == ["AWAY"]  # half an hour two days before may have run by itself
    home[0, at(7, 12) : at(7, 15)] = 500
    assert state(home, at(8, 3)) == ["ASLEEP_UNKNOWN"]
    home[0, at(7, 18) : at(7, 22)] = 500
    assert state(home, at(8, 3)) == ["HOME"]


def test_silence_is_not_long_absence():
    home = lived_in()
    home[0, at(5, 0) : at(8, 3)] = MISSING
    assert state(home, at(8, 3)) == ["ASLEEP_UNKNOWN"]


def test_much_use_after_a_long_absence_is_not_away_and_by_day_it_is_somebody():
    home = lived_in()
    home[0, at(5, 0) :] = 60
    home[0, at(8, 3)] = 300  # a frost heater, or somebody back in the night
    assert state(home, at(8, 3)) == ["ASLEEP_UNKNOWN"]
    home[0, at(8, 12)] = 300
    assert state(home, at(8, 12)) == ["HOME"]


@pytest.mark.parametrize(
    ("hour", "said"),
    # At 06:30 these people are up on every other day.
    [(23.5, "ASLEEP_UNKNOWN"), (2, "ASLEEP_UNKNOWN"), (5.5, "ASLEEP_UNKNOWN"), (6.5, "AWAY")],
)
def test_a_water_heater_at_night_is_nobody(hour, said):
    home = lived_in()
    home[0, at(0, 0) : at(8, 0)][np.arange(8 * 48) % 48 < 5] = 900
    for day in range(-1, 8):
        home[0, max(at(day, 23.5), 0) : at(day + 1, 2.5)] = 900
    home[0, at(7, 18) : at(7, 23)] = 60  # nobody came home that evening
    found = ask(home, at(7, 23.5), at(8, 1), at(8, 12))
    assert [State(value).name for value in found.state[0]] == ["ASLEEP_UNKNOWN", "ASLEEP_UNKNOWN", "AWAY"]
    assert learn(home, slots(), at(8, 1), QuietRules()).night_heater[0]
    home[0, at(8, 0) :] = 60
    assert state(home, at(8, hour) if hour < 23 else at(7, hour)) == [said]


def test_an_empty_home_with_a_water_heater_is_long_absence():
    home = np.full((1, DAYS * 48), 60, dtype=np.int32)
    for day in range(-1, 9):
        home[0, max(at(day, 23.5), 0) : at(day + 1, 2.5)] = 900
    assert state(home, at(8, 1), at(8, 4), at(8, 12)) == ["AWAY", "AWAY", "AWAY"]


def test_evenings_by_a_heater_alone_hold_nobody():
    home = lived_in()
    for day in range(-1, 9):
        home[0, max(at(day, 23), 0) : at(day + 1, 3)] = 900
    home[0, at(7, 18) : at(7, 23)] = 60
    assert state(home, at(8, 4)) == ["ASLEEP_UNKNOWN"]


def test_a_register_of_100_wh_is_found_and_its_noise_is_no_use():
    load = lived_in(base=60)
    coarse = counted_in(100, load)
    found = learn(coarse, slots(), at(8, 12), QuietRules())
    assert found.step[0] == 100
    answers = [State(value).name for value in ask(coarse, *range(at(8, 9.5), at(8, 18))).state[0]]
    assert set(answers) <= {"AWAY", "NO_DATA"} and answers.count("AWAY") >= 12
    assert state(coarse, at(8, 19)) == ["HOME"]


def recent_at(home, slot):
    """What decides about one half-hour of day 8, where no roof generates."""
    recent, _ = occ.recent_of(
        home, slots(), at(8, 0), np.array([slot]), RULES, lambda _midnight, step: np.zeros(len(step), dtype=bool)
    )
    return recent


def marks_at(home, slot):
    return dict(marks(recent_at(home, slot), slot - at(8, 0) + LEAD))


def test_the_same_use_says_more_in_a_home_that_uses_little():
    home = np.concatenate([lived_in(awake=110), lived_in(awake=900)])
    slot = at(8, 12)
    home[:, slot - 3 : slot + 1] = 100
    thrifty, lavish = probability(recent_at(home, slot), slot - at(8, 0) + LEAD)
    assert thrifty > RULES.home_from > RULES.away_to > lavish


def test_a_lift_is_use_beside_the_mean_of_the_home_and_of_two_hours_for_what_a_register_leaves_out():
    home, slot = lived_in(awake=300), at(8, 12)
    home[0, slot - 3 : slot + 1] = [60, 60, 60, 110]
    found = marks_at(home, slot)
    mean = learn(home, slots(), slot, QuietRules()).mean[0]
    # 14 of 48 half-hours at 300 Wh; of the others half at 60 and half at 68.
    assert mean == (14 * 300 + 17 * 60 + 17 * 68) // 48
    noise = 10  # Wh: what the reference lies above the median of 60
    usual = mean - 60 + noise / 2
    np.testing.assert_allclose(found["level"], np.log(usual / noise), rtol=1e-5)
    np.testing.assert_allclose(found["lift"], np.log(50 / usual + 0.1), rtol=1e-5)
    np.testing.assert_allclose(found["lift_hours"], np.log(12.5 / usual + 0.1), rtol=1e-5)
    assert found["lift_coarse"][0] == found["lift_hours_coarse"][0] == found["level_coarse"][0] == 0
    part = (np.log(50 / usual + 0.1) - np.log(0.1)) / (np.log(1.1) - np.log(0.1))
    np.testing.assert_allclose(found["habit_lift"], found["habit"] * part, rtol=1e-5)


def test_the_mean_of_a_home_leaves_out_the_hours_in_which_a_heater_runs():
    home = lived_in()
    for day in range(-1, 9):
        home[0, max(at(day, 23.5), 0) : at(day + 1, 2.5)] = 900
    found = learn(home, slots(), at(8, 12), QuietRules())
    # From 7 to 23 h: 2 + 10 half-hours of 300 Wh, and of the 20 others half at 60 and half at 68.
    assert found.night_heater[0] and found.mean[0] == (12 * 300 + 10 * 60 + 10 * 68) // 32
    few = learn(home[:, at(4, 0) :], slots(5), at(4, 12), QuietRules())
    assert few.night_heater[0] and few.mean[0] == found.mean[0]  # four days, no whole week


def test_use_at_an_hour_of_which_nothing_is_known_is_no_lift():
    home, slot = lived_in(), at(8, 12)
    home[0, slot - 3 : slot + 1] = [300, MISSING, MISSING, MISSING]
    found = marks_at(home, slot)
    mean = learn(home, slots(), slot, QuietRules()).mean[0]
    np.testing.assert_allclose(found["lift"], np.log(0.1), rtol=1e-5)
    np.testing.assert_allclose(found["lift_hours"], np.log(240 / (mean - 60 + 5) + 0.1), rtol=1e-5)


def test_a_tie_says_less_than_more_use_and_more_than_less():
    home = np.repeat(lived_in(), 3, axis=0)
    home[:, at(8, 12)] = [69, 70, 71]
    slot = at(8, 12)
    below, tie, above = probability(recent_at(home, slot), slot - at(8, 0) + LEAD)
    assert below < tie < above
    home[:, at(7, 18) : at(8, 4)] = 70
    assert state(home[:1], at(8, 3)) == ["ASLEEP_UNKNOWN"]


def test_three_days_are_the_least():
    home = lived_in()
    assert state(home, at(3, 12)) == ["AWAY"]
    assert state(home, at(2, 12)) == ["NO_DATA"]
    found = ask(home, at(2, 12))
    assert np.isnan(found.reference[0, 0]) and found.confidence[0, 0] == 0
    home[0, : at(7, 0)] = MISSING
    assert state(home, at(8, 12)) == ["NO_DATA"]
    assert state(lived_in(), 0, 1) == ["NO_DATA", "NO_DATA"]


def test_a_missing_reading_is_no_data():
    home = lived_in()
    home[0, at(8, 12)] = home[0, at(8, 3)] = MISSING
    assert state(home, at(8, 12), at(8, 3)) == ["NO_DATA", "NO_DATA"]


def test_two_weeks_are_looked_back_on_and_not_more():
    days = 26
    home = lived_in(days, base=60)
    home[0, : at(11, 0)] = 10  # empty for long, two weeks ago
    assert ask(home, at(25, 12)).reference[0, 0] == 70 and ask(home, at(25, 12)).used[0, 0] == 14 * 6
    assert occ.window_days("quiet") == 15 and occ.window_days("held") == occ.WINDOW_DAYS
    whole = ask(home, at(25, 12)).confidence
    assert (
        presence(home[:, -15 * 48 :], slots(days)[-15 * 48 :], [15 * 48 - 24], "quiet", RULES).confidence == whole
    ).all()


def test_readings_may_begin_at_any_half_hour():
    home = lived_in()
    home[home == 68] = 60
    whole = ask(home, at(8, 12), at(8, 19))
    for cut in (1, 7, 47, 50):
        found = presence(home[:, cut:], slots()[cut:], [at(8, 12) - cut, at(8, 19) - cut], "quiet", RULES)
        assert (found.state == whole.state).all() and (found.reference == whole.reference).all()


def drawn(seed, meters=6, loss=0.05, step=10):
    generator = np.random.default_rng(seed)
    base = np.repeat(lived_in(), meters, axis=0) + generator.integers(0, 90, (meters, DAYS * 48))
    readings = counted_in(step, base)
    readings[generator.random(readings.shape) < loss] = MISSING
    return readings


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 10, 100]), st.sampled_from([0.0, 0.1, 0.6]))
def test_answers_do_not_depend_on_order_neighbours_or_the_future(seed, step, loss):
    readings = drawn(seed, loss=loss, step=step)
    targets = [at(5, 3), at(6, 12), at(7, 19), at(7, 23.5)]
    found = ask(readings, *targets)
    order = np.random.default_rng(seed).permutation(len(readings))
    again = presence(readings[order], slots(), targets[::-1], "quiet", RULES)
    assert (again.state[:, ::-1] == found.state[order]).all()
    alone = ask(readings[2:3], *targets)
    assert (alone.state[0] == found.state[2]).all()
    later = readings.copy()
    later[:, at(7, 23.5) + 1 :] = 5000
    for name in ("state", "reference", "used", "confidence"):
        np.testing.assert_array_equal(getattr(ask(later, *targets), name), getattr(found, name))
    assert ((found.confidence >= 0) & (found.confidence <= 1)).all()
    unknown = (found.state == State.NO_DATA) | (found.state == State.ASLEEP_UNKNOWN)
    assert (found.confidence[unknown] == 0).all()
    assert (found.state[readings[:, targets] < 0] == State.NO_DATA).all()


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400))
def test_more_use_never_turns_home_into_away(seed, more):
    readings = drawn(seed)
    target = at(8, 12)
    before = ask(readings, target).state[:, 0]
    readings[:, target] = np.where(readings[:, target] >= 0, readings[:, target] + more, MISSING)
    after = ask(readings, target).state[:, 0]
    assert (after[before == State.HOME] == State.HOME).all()


def test_the_reference_lies_between_its_limits():
    readings = drawn(3, meters=40, step=100)
    found = learn(readings, slots(), at(8, 12), QuietRules())
    assert found.known.all()
    assert (found.reference > found.median).all() and (found.reference <= found.upper).all()
    coarse = found.step == 100
    assert coarse.any() and ((found.upper - found.median * 3 // 2)[coarse] == 100 * SCALE // 3).all()


def test_blocks_of_rows_give_the_same_as_one(monkeypatch):
    readings = drawn(5, meters=23)
    whole = ask(readings, at(8, 3), at(8, 12))
    monkeypatch.setattr(occ, "_ROWS", 7)
    parts = ask(readings, at(8, 3), at(8, 12))
    for name in ("state", "raw_home", "reading", "reference", "used", "confidence"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_readings_may_come_slice_by_slice():
    class Stored:
        def __init__(self, array):
            self.array, self.shape, self.ndim, self.asked = array, array.shape, 2, []

        def __len__(self):
            return len(self.array)

        def __getitem__(self, rows):
            self.asked.append(rows)
            return self.array[rows]

    readings = drawn(5, meters=23)
    stored = Stored(readings)
    assert (ask(stored, at(8, 12)).state == ask(readings, at(8, 12)).state).all()
    assert len(stored.asked) == 1


def test_the_curve_of_two_days_has_the_week_before_beside_it():
    home = lived_in()
    home[0, at(7, 5)] = MISSING
    home[0, at(1, 5)] = 1234
    curves = occ.home_days(home, slots(), at(8, 12))
    assert curves.slot_begin[0] == FIRST + np.timedelta64(7, "D") and len(curves.slot_begin) == 96
    assert np.isnan(curves.kwh[0, at(0, 5)]) and curves.kwh[0, at(0, 19)] == np.float32(0.3)
    assert curves.week_before_kwh[0, at(1, 5)] == np.float32(1.234)
    # What is not handed in is unknown, before and after.
    early = occ.home_days(home[:, : at(1, 12) + 1], slots()[: at(1, 12) + 1], at(0, 12))
    assert np.isnan(early.kwh[0, :48]).all() and not np.isnan(early.kwh[0, 48:]).any()
    assert np.isnan(early.week_before_kwh).all()


def test_quiet_hours_over_midnight_are_found():
    home = np.full((1, DAYS * 48), 300, dtype=np.int32)
    hour = np.arange(DAYS * 48) % 48 / 2
    home[0, (hour >= 22.5) | (hour < 1.5)] = 50
    found = learn(home, slots(), at(8, 12), QuietRules())
    assert found.begin[0] == 45 and found.median[0] == 50 * SCALE
    assert quiet_hours.half_hour_of_day(slots())[at(3, 22.5)] == 45


REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "readings_japan" / "consumption_data"


@pytest.mark.parametrize("late", [0, 17, 47])
@pytest.mark.parametrize("unit", [1, 100])
def test_what_is_learnt_of_quiet_hours_is_what_their_half_hours_say_one_by_one(late, unit):
    # homes quiet at any hour, also over midnight, some readings missing, the first day begun at any half-hour
    drawn = np.random.default_rng(late + unit)
    hour = np.arange(DAYS * 48) % 48
    quiet_from = np.arange(96)[:, None] % 48
    readings = drawn.integers(3, 30, (96, DAYS * 48)) * unit
    readings = np.where((hour - quiet_from) % 48 < 6, readings // (10 * unit) * unit, readings).astype(np.int32)
    readings[drawn.random(readings.shape) < 0.05] = MISSING
    readings, times = readings[:, late:], slots()[late:]
    quiet = learn(readings, times, readings.shape[1] - 1, RULES.quiet)
    single = smoothed(readings, quiet.step >= 100, RULES.quiet.smooth_slots)
    midnights = np.arange(-late, readings.shape[1] - 48, 48)
    assert set((quiet_from[:, 0] - quiet.begin).tolist()) <= {0, 1, -1, 47, -47}
    for home, begin in enumerate(quiet.begin.tolist()):
        columns = [day + (begin + place) % 48 for day in midnights for place in range(6)]
        came = sorted(single[home, column] for column in columns if column >= 0 and single[home, column] >= 0)
        assert (quiet.used[home], quiet.median[home]) == (len(came), came[(len(came) - 1) // 2])


@pytest.mark.skipif(not REAL.is_dir(), reason="the real readings of five homes are not beside the repository")
@pytest.mark.parametrize(("home", "step"), [("137", 10), ("140", 100), ("162", 100), ("189", 10), ("208", 100)])
def test_the_register_step_of_real_homes_is_found(home, step):
    months = [pd.read_csv(path, header=None) for path in sorted((REAL / home).glob("2018*.csv"))]
    readings = pd.concat(months)[2].to_numpy(dtype=np.int32)
    windows = np.array_split(readings, len(readings) // (7 * 48))
    assert {int(register_step(window[None, :])[0]) for window in windows} == {step}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real readings of five homes are not beside the repository")
def test_a_real_home_that_was_empty_for_eleven_days_is_away_by_day_and_night():
    """11 August 2017 on: every day as flat as the next, half of what the home uses else."""
    months = [pd.read_csv(REAL / "162" / f"2017{month:02d}.csv", header=None) for month in (7, 8)]
    readings = pd.concat(months)[2].to_numpy(dtype=np.int32)[None, :]
    begins = np.datetime64("2017-07-01", "s") + occ.SLOT * np.arange(readings.shape[1])
    targets = np.flatnonzero((begins >= np.datetime64("2017-08-13")) & (begins < np.datetime64("2017-08-21"))).tolist()
    found = presence(readings, begins, targets, "quiet", RULES).state[0]
    assert np.mean(found == State.AWAY) > 0.9 and not (found == State.HOME).any()
    held = presence(readings, begins, targets, "held", RULES).state[0]
    assert np.mean(held == State.HOME) > 0.4


@pytest.mark.parametrize(
    ("day", "free"),
    [
        ("2026-01-10", True),  # a Saturday
        ("2026-01-12", True),  # 成人の日, a Monday
        ("2026-01-13", False),
        ("2025-12-30", True),  # the turn of the year, a Tuesday
        ("2026-01-03", True),
        ("2026-01-05", False),
        ("2026-05-06", True),  # 振替休日, a Wednesday
    ],
)
def test_a_holiday_is_told_by_weekends_and_holidays_and_not_by_its_weekday(day, free):
    first = np.datetime64(day, "s") - np.timedelta64(14, "D")
    begins = slots(days=15, first=first)
    use = np.full((1, 15, 48), 60, dtype=np.int32)
    use[0, :, 14:16] = 300
    off = is_free(begins[::48])
    # Somebody is there at noon on days off only.
    use[0, off, 24:28] = 500
    midnight = 14 * 48
    recent, _ = occ.recent_of(
        use.reshape(1, -1), begins, midnight, np.array([midnight + 25]), RULES, lambda *_: np.zeros(1, dtype=bool)
    )
    assert recent.free is free and bool(off[14]) is free
    days_off, days = int(off[:14].sum()), 14
    # Three half-hours of each day alike, one hit and one miss added.
    expected = np.log(3 * days_off + 1) if free else -np.log(3 * (days - days_off) + 1)
    assert recent.habit[25] == pytest.approx(expected, rel=1e-6)
