"""Home or away: the manual's rule to the letter, night hold, and what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import occupancy as occ
from tomoshibi.analysis import presence_score
from tomoshibi.analysis.expectation import Expected
from tomoshibi.analysis.occupancy import REASONS, About, PresenceRules, State, home_days, presence
from tomoshibi.analysis.presence_weights import RIGHT_SHARE

FIRST = np.datetime64("2023-12-28T00:00:00", "s")
WIDTH = 6 * 48
RULES = PresenceRules()


def slots(width=WIDTH):
    return FIRST + occ.SLOT * np.arange(width)


def slot_of(text):
    return int((np.datetime64(text, "s") - FIRST) // occ.SLOT)


def one_home(level=100, width=WIDTH):
    """A home that alternates around `level`, in steps of 10 Wh: the median of three days is `level`."""
    row = np.full(width, level, dtype=np.int32)
    row[0::2], row[1::2] = level - 10, level + 10
    return row[None, :].copy()


def ask(readings, *moments, method="manual", rules=RULES):
    targets = [slot_of(moment) for moment in moments]
    return presence(readings, slots(readings.shape[1]), targets, method, rules)


NOON, NIGHT = "2024-01-01T12:00", "2024-01-01T03:00"


@pytest.mark.parametrize(
    ("moment", "reading", "state"),
    [
        (NOON, 110, State.HOME),
        (NOON, 100, State.AWAY),  # equal is not above
        (NOON, 90, State.AWAY),
        (NOON, -1, State.NO_DATA),
        (NOON, 0, State.AWAY),
        (NIGHT, 110, State.HOME),
        (NIGHT, 90, State.ASLEEP_UNKNOWN),
        (NIGHT, -1, State.NO_DATA),
        ("2024-01-01T21:30", 90, State.AWAY),
        ("2024-01-01T22:00", 90, State.ASLEEP_UNKNOWN),
        ("2024-01-01T07:30", 90, State.ASLEEP_UNKNOWN),
        ("2024-01-01T08:00", 90, State.AWAY),
    ],
)
def test_the_manuals_rule_and_that_nobody_is_called_away_at_night(moment, reading, state):
    readings = one_home()
    readings[0, slot_of(moment)] = reading
    found = ask(readings, moment)
    assert found.state[0, 0] == state
    assert found.raw_home[0, 0] == (reading > 100)
    assert found.reference[0, 0] == 100 and found.used[0, 0] == 144
    assert np.isnan(found.reading[0, 0]) if reading < 0 else found.reading[0, 0] == reading


def test_the_reference_is_the_three_days_before_and_not_the_target_itself():
    readings = one_home()
    target = slot_of(NOON)
    readings[0, : target - 144] = 5000
    readings[0, target:] = 9000
    assert ask(readings, NOON).reference[0, 0] == 100
    readings[0, target - 144] = 5000
    readings[0, target - 143 : target] = 100
    assert ask(readings, NOON).reference[0, 0] == 100


def test_missing_readings_are_left_out_and_too_few_give_no_answer():
    readings = one_home()
    target = slot_of(NOON)
    readings[0, target] = 500
    readings[0, target - 72 : target] = occ.MISSING
    found = ask(readings, NOON)
    assert found.state[0, 0] == State.HOME and found.used[0, 0] == 72 and found.reference[0, 0] == 100
    readings[0, target - 73] = occ.MISSING
    found = ask(readings, NOON)
    assert found.state[0, 0] == State.NO_DATA and found.used[0, 0] == 71
    assert np.isnan(found.reference[0, 0]) and found.confidence[0, 0] == 0 and not found.raw_home[0, 0]


def test_a_target_near_the_beginning_uses_what_there_is():
    readings = one_home()
    readings[0] += 50
    found = presence(readings, slots(), [0, 71, 72, 80], "manual", RULES)
    assert found.used[0].tolist() == [0, 71, 72, 80]
    assert (found.state[0] == State.NO_DATA).tolist() == [True, True, False, False]


def evening(readings, *hits, level=300):
    for moment in hits:
        readings[0, slot_of(moment)] = level
    return readings


def sleeper():
    """Low from 20:00 on 31 December until noon, so that nothing but the evening speaks."""
    readings = one_home()
    readings[0, slot_of("2023-12-31T20:00") : slot_of("2024-01-01T13:00")] = 40
    return readings


def test_night_hold_keeps_at_home_until_nine_who_was_seen_twice_in_the_evening():
    readings = evening(sleeper(), "2023-12-31T21:00", "2023-12-31T23:30")
    moments = ["2023-12-31T23:00", "2024-01-01T00:00", "2024-01-01T05:30", "2024-01-01T08:30", "2024-01-01T09:00"]
    held = ask(readings, *moments, method="held")
    assert held.state[0].tolist() == [State.ASLEEP_UNKNOWN, State.HOME, State.HOME, State.HOME, State.AWAY]
    plain = ask(readings, *moments)
    assert plain.state[0].tolist() == [State.ASLEEP_UNKNOWN] * 3 + [State.AWAY] * 2
    # The bare rule is kept beside it, for scoring.
    assert not held.raw_home.any()
    # Two half-hours of an evening are as sure as such answers were where that was measured.
    assert 0.8 < held.confidence[0, 2] < 0.95


@pytest.mark.parametrize(
    ("hits", "home"),
    [
        (["2023-12-31T20:00", "2024-01-01T00:30"], True),
        (["2023-12-31T20:00"], False),
        (["2023-12-31T20:00", "2023-12-31T19:30"], False),
        (["2023-12-31T20:00", "2024-01-01T01:00"], False),
        (["2023-12-30T20:00", "2023-12-30T20:30"], False),
    ],
)
def test_the_evening_is_twenty_to_one_of_the_same_night(hits, home):
    found = ask(evening(sleeper(), *hits), "2024-01-01T05:30", method="held")
    assert found.state[0, 0] == (State.HOME if home else State.ASLEEP_UNKNOWN)


def test_night_hold_does_not_look_into_the_future():
    readings = evening(sleeper(), "2023-12-31T21:00", "2023-12-31T23:30")
    early = ask(readings, "2023-12-31T22:00", method="held").state[0, 0]
    assert early == State.ASLEEP_UNKNOWN
    whole = [f"2023-12-31T{hour:02d}:00" for hour in range(18, 24)]
    cut = readings.copy()
    cut[0, slot_of("2023-12-31T22:30") :] = 7777
    at_ten = whole.index("2023-12-31T22:00")
    before = ask(readings, *whole, method="held").state[0, : at_ten + 1]
    assert (ask(cut, *whole, method="held").state[0, : at_ten + 1] == before).all()


def test_a_missing_reading_is_no_data_even_under_night_hold():
    readings = evening(sleeper(), "2023-12-31T21:00", "2023-12-31T23:30")
    readings[0, slot_of("2024-01-01T05:30")] = occ.MISSING
    assert ask(readings, "2024-01-01T05:30", method="held").state[0, 0] == State.NO_DATA


def test_the_register_step_is_found_and_a_single_odd_reading_does_not_hide_it():
    generator = np.random.default_rng(1)
    base = generator.integers(0, 60, (6, 300)).astype(np.int32)
    readings = np.stack([base[0] * 100, base[1] * 10, base[2] * 7 + 1, base[3] * 0, base[4] * 100, base[5] * 100])
    readings[4, 10] = 33
    readings[5, 7:] = occ.MISSING
    assert occ.register_step(readings).tolist() == [100, 10, 1, 0, 100, 0]


def test_a_coarse_register_is_smoothed_in_held_only():
    readings = np.tile(np.array([0, 0, 100], dtype=np.int32), (1, WIDTH // 3))
    target = slot_of(NOON)
    assert target % 3 == 0
    plain = ask(readings, NOON)
    assert (plain.reading[0, 0], plain.reference[0, 0], plain.state[0, 0]) == (0, 0, State.AWAY)
    held = ask(readings, NOON, method="held")
    assert held.reading[0, 0] == pytest.approx(100 / 3) and held.reference[0, 0] == pytest.approx(100 / 3)
    # All means of three are equal: a tie is not above, and nothing is less sure.
    assert held.state[0, 0] == State.AWAY
    assert held.confidence[0, 0] == pytest.approx(RIGHT_SHARE["held"]["away"][1][0])
    readings[0, target] = 100
    assert ask(readings, NOON, method="held").state[0, 0] == State.HOME
    # The mean is taken over the readings that came, and needs the slot's own.
    readings[0, target - 1] = occ.MISSING
    assert ask(readings, NOON, method="held").reading[0, 0] == 50
    readings[0, target] = occ.MISSING
    assert ask(readings, NOON, method="held").state[0, 0] == State.NO_DATA


def test_a_fine_register_is_not_smoothed():
    readings = one_home()
    readings[0, slot_of(NOON)] = 110
    held = ask(readings, NOON, method="held")
    assert held.reading[0, 0] == 110 and held.state[0, 0] == State.HOME


def test_confidence_grows_with_distance_and_shrinks_with_missing_readings():
    target = slot_of(NOON)
    rows = np.repeat(one_home(), 5, axis=0)
    rows[:, target] = [100, 110, 200, 200, 20]
    rows[3, target - 40 : target] = occ.MISSING
    found = ask(rows, NOON)
    tie, near, far, gaps, below = found.confidence[:, 0]
    assert (found.state[:, 0] == State.AWAY).tolist() == [True, False, False, False, True]
    assert near < gaps < far and tie < below


@pytest.mark.parametrize("method", occ.METHODS)
def test_confidence_is_how_often_such_answers_were_right_and_never_falls_with_the_grade(method):
    for state in ("home", "away"):
        grades, shares = RIGHT_SHARE[method][state]
        assert len(grades) == len(shares) > 1
        assert list(grades) == sorted(grades) and list(shares) == sorted(shares)
        assert shares[0] > 0.5 and shares[-1] < 1


def test_readings_too_large_for_sixths_are_still_compared_exactly():
    readings = one_home() * 1
    readings[0] = 2_000_000_000
    readings[0, slot_of(NOON)] = 2_000_000_001
    for method in ("manual", "held"):
        assert ask(readings, NOON, method=method).state[0, 0] == State.HOME


def test_the_table_lists_all_meters_target_by_target_in_kilowatt_hours():
    readings = np.repeat(one_home(), 2, axis=0)
    readings[1, slot_of(NOON)] = occ.MISSING
    targets = [slot_of(NOON), slot_of("2024-01-01T12:30")]
    table = occ.presence_table(["05a", "05b"], readings, slots(), targets, "held", RULES)
    assert table.columns.tolist() == (
        "supply_point slot_begin state method reading reference readings_used confidence unknown_reason "
        "last_proven".split()
    )
    assert table.unknown_reason.tolist() == [None, "no_reading", None, None]
    noon, later = pd.Timestamp("2024-01-01T12:30"), pd.Timestamp("2024-01-01T13:00")
    assert table.last_proven.tolist() == [noon, pd.Timestamp("2024-01-01T12:00"), later, later]
    assert table.supply_point.tolist() == ["05a", "05b", "05a", "05b"]
    assert table.slot_begin.tolist() == [pd.Timestamp(NOON)] * 2 + [pd.Timestamp("2024-01-01T12:30")] * 2
    # With its reading of noon gone, the second meter's median is the higher of its two values.
    assert table.state.tolist() == ["away", "no_data", "home", "away"]
    assert table.reading[0] == pytest.approx(0.09) and np.isnan(table.reading[1])
    assert table.reference[0] == pytest.approx(0.1)
    assert set(table.state) <= set(occ.STATE_NAMES.values())


@pytest.mark.parametrize("method", occ.METHODS)
def test_the_table_in_parts_is_the_table(monkeypatch, method):
    monkeypatch.setattr(occ, "_ROWS", 16)
    rng = np.random.default_rng(4)
    readings = rng.gamma(1.2, 120.0, (40, WIDTH)).astype(np.int32)
    readings[rng.random(readings.shape) < 0.05] = occ.MISSING
    numbers = [f"{place:022d}" for place in range(len(readings))]
    about = About(rng.integers(-1, 2, len(readings)).astype(np.int8))
    whole = occ.presence_table(numbers, readings, slots(), [slot_of(NOON)], method, RULES, about=about)
    with occ.presence_parts(numbers, readings, slots(), slot_of(NOON), method, RULES, about) as parts:
        rows, tables = zip(*parts)
    assert [(part.start, part.stop) for part in rows] == [(0, 16), (16, 32), (32, 40)]
    assert tuple(whole.columns) == occ.PRESENCE_COLUMNS
    pd.testing.assert_frame_equal(pd.concat(tables, ignore_index=True), whole)


def test_wrong_methods_moments_and_half_hours_are_refused():
    readings = one_home()
    with pytest.raises(occ.OccupancyError, match="method"):
        presence(readings, slots(), [200], "guess", RULES)
    for targets in ([], [-1], [WIDTH]):
        with pytest.raises(occ.OccupancyError, match="moment"):
            presence(readings, slots(), targets, "manual", RULES)
    with pytest.raises(occ.OccupancyError, match="follow"):
        presence(readings, slots()[::-1], [200], "manual", RULES)
    with pytest.raises(occ.OccupancyError, match="follow"):
        presence(readings[:, :-1], slots(), [200], "manual", RULES)
    with pytest.raises(occ.OccupancyError, match="mean"):
        presence(readings, slots(), [200], "held", PresenceRules(smooth_slots=4))


def test_no_meters_give_an_empty_answer():
    empty = np.zeros((0, WIDTH), dtype=np.int32)
    for method in occ.METHODS:
        assert presence(empty, slots(), [200], method, RULES).state.shape == (0, 1)


def drawn(seed, meters, step, loss):
    generator = np.random.default_rng(seed)
    readings = (generator.gamma(1.2, 150, (meters, WIDTH)) // step * step).astype(np.int32)
    readings[generator.random(readings.shape) < loss] = occ.MISSING
    return readings


@settings(max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 10, 100]),
    st.sampled_from([0.0, 0.02, 0.4, 0.6]),
    st.lists(st.integers(0, WIDTH - 1), min_size=1, max_size=6),
)
def test_the_rule_is_the_median_of_the_past_three_days_whatever_the_readings(seed, step, loss, targets):
    readings = drawn(seed, 7, step, loss)
    found = presence(readings, slots(), targets, "manual", RULES)
    for meter in range(7):
        for column, target in enumerate(targets):
            window = readings[meter, max(target - 144, 0) : target]
            window = window[window >= 0]
            assert found.used[meter, column] == len(window)
            known = readings[meter, target] >= 0 and len(window) >= 72
            assert (found.state[meter, column] != State.NO_DATA) == known
            above = bool(known and readings[meter, target] > np.median(window))
            assert found.raw_home[meter, column] == above
            assert (found.state[meter, column] == State.HOME) == above
            if len(window) >= 72:
                assert found.reference[meter, column] == np.float32(np.median(window))


@settings(max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 10, 100]),
    st.sampled_from([0.0, 0.1, 0.5]),
    st.sampled_from(["manual", "held"]),
)
def test_states_part_the_dwellings_and_do_not_depend_on_their_order_or_on_the_future(seed, step, loss, method):
    readings = drawn(seed, 9, step, loss)
    targets = list(range(150, WIDTH, 7))
    found = presence(readings, slots(), targets, method, RULES)
    assert np.isin(found.state, [int(state) for state in State]).all()
    hour = np.array([(target % 48) / 2 for target in targets])
    night = (hour >= 22) | (hour < 8)
    assert not (found.state[:, night] == State.AWAY).any()
    assert not (found.state[:, ~night] == State.ASLEEP_UNKNOWN).any()
    assert ((found.confidence >= 0) & (found.confidence <= 1)).all()
    unknown = (found.state == State.NO_DATA) | (found.state == State.ASLEEP_UNKNOWN)
    assert (found.confidence[unknown] == 0).all()
    assert (found.raw_home <= (found.state == State.HOME)).all()
    order = np.random.default_rng(seed).permutation(9)
    again = presence(readings[order], slots(), targets[::-1], method, RULES)
    assert (again.state[:, ::-1] == found.state[order]).all()
    # What comes after the last target changes nothing, as long as the register step is plain.
    cut = readings.copy()
    cut[:, targets[5] + 1 :] = occ.MISSING
    if (occ.register_step(cut) == occ.register_step(readings)).all():
        assert (presence(cut, slots(), targets[:6], method, RULES).state == found.state[:, :6]).all()


def test_held_agrees_with_a_plain_reading_of_its_rule():
    readings = drawn(11, 25, 10, 0.05)
    targets = list(range(150, WIDTH))
    found = presence(readings, slots(), targets, "held", RULES)
    raw = presence(readings, slots(), list(range(WIDTH)), "manual", RULES).raw_home
    for column, target in enumerate(targets):
        half = target % 48
        expected = raw[:, target].copy()
        if half >= 40 or half < 18:
            begin = target - (half - 40) % 48
            window = range(begin, min(begin + 10, target + 1))
            expected |= raw[:, list(window)].sum(axis=1) >= 2
        known = found.state[:, column] != State.NO_DATA
        assert ((found.state[:, column] == State.HOME) == (expected & known)).all()


def test_blocks_of_rows_give_the_same_as_one(monkeypatch):
    readings = drawn(5, 50, 100, 0.1)
    whole = presence(readings, slots(), [180, 250], "held", RULES)
    monkeypatch.setattr(occ, "_ROWS", 7)
    parts = presence(readings, slots(), [180, 250], "held", RULES)
    for name in ("state", "raw_home", "reading", "reference", "used", "confidence", "reason", "last"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    window=st.sampled_from([1, 2, 5, 6, 144, 255, 256, 280]),
    values=st.sampled_from([2, 4, 1000]),
    loss=st.sampled_from([0.0, 0.3, 0.9]),
)
def test_counting_what_is_less_tells_the_same_as_the_median(seed, window, values, loss):
    rng = np.random.default_rng(seed)
    readings = rng.integers(0, values, (12, WIDTH)).astype(np.int32)
    readings[rng.random(readings.shape) < loss] = occ.MISSING
    block = occ._Block(readings, 1, PresenceRules(window_slots=window, min_used=1))
    for slot in (0, 1, 7, 150, WIDTH - 1):
        past = readings[:, max(slot - window, 0) : slot]
        for row, value in enumerate(readings[:, slot]):
            came = past[row][past[row] >= 0]
            expected = value >= 0 and len(came) > 0 and value > np.median(came)
            assert block.above(slot)[row] == expected


def reasons(found):
    return [None if REASONS[code] is None else REASONS[code].value for code in found.reason.ravel()]


@pytest.mark.parametrize("method", occ.METHODS)
def test_readings_of_the_tenant_before_count_for_nothing(method):
    width = 10 * 48
    readings = one_home(width=width)
    readings[0, 9 * 48 + 24] = 500
    moved_in = np.array([9 * 48], dtype=np.int32)
    found = presence(readings, slots(width), [9 * 48 + 24], method, RULES, about=About(first=moved_in))
    assert found.state[0, 0] == State.NO_DATA and reasons(found) == ["no_history"]
    assert found.used[0, 0] == (0 if method == "quiet" else 24)
    again = presence(readings, slots(width), [9 * 48 + 24], method, RULES, about=About(first=moved_in * 0))
    assert again.state[0, 0] == State.HOME and reasons(again) == [None]


def test_whoever_is_not_in_service_is_neither_home_nor_away():
    readings = np.repeat(one_home(), 3, axis=0)
    target = slot_of(NOON)
    expected = Expected.everywhere(np.ones(WIDTH, dtype=bool), 3)
    expected.last[1], expected.first[2] = target, target + 1
    found = presence(readings, slots(), [target], "manual", RULES, about=About(expected=expected))
    assert (found.state[:, 0] == State.NO_DATA).tolist() == [False, True, True]
    assert reasons(found) == [None, "not_in_service", "not_in_service"]
    assert found.last[:, 0].tolist() == [target, target - 1, -1]


def test_a_reading_that_was_not_due_is_not_a_silent_meter():
    readings = np.repeat(one_home(), 2, axis=0)
    target = slot_of(NOON)
    readings[:, target] = occ.MISSING
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, target:] = False
    whole = Expected.everywhere(np.ones(WIDTH, dtype=bool), 2)
    expected = Expected(np.array([0, 1], dtype=np.int16), received, whole.first, whole.last)
    for method in occ.METHODS:
        found = presence(readings, slots(), [target], method, RULES, about=About(expected=expected))
        assert (found.state == State.NO_DATA).all() and reasons(found) == ["no_reading", "not_due"]


@pytest.mark.parametrize(("step", "whole"), [(600, 600), (300, 300), (200, 200), (100, 100), (60, 10)])
def test_registers_behind_transformers_are_found(step, whole):
    load = np.random.default_rng(2).gamma(2.0, 150.0, (4, 14 * 48))
    counted = np.diff(np.cumsum(load, axis=1) // step * step, axis=1, prepend=0).astype(np.int32)
    assert occ.register_step(counted).tolist() == [whole] * 4


@pytest.mark.parametrize(
    ("used_at", "slot", "idle"), [([], 200, 96), ([105], 200, 95), ([104], 200, 96), ([200], 200, 0), ([0], 40, 40)]
)
def test_the_time_since_the_last_use_goes_back_two_days_and_no_further(used_at, slot, idle):
    above = np.zeros((300, 1), dtype=bool)
    above[used_at] = True
    assert presence_score._idle(above, np.ones_like(above), slot).tolist() == [idle]


def test_two_days_of_a_home_are_told_in_kilowatt_hours_beside_those_of_the_week_before():
    begins = np.datetime64("2026-01-05", "s") + np.timedelta64(1800, "s") * np.arange(9 * 48)
    readings = np.full((1, 9 * 48), 250, dtype=np.int32)
    readings[0, 7 * 48], readings[0, 7 * 48 + 1] = 0, -1
    found = home_days(readings, begins, 8 * 48 + 20)
    assert str(found.slot_begin[0]) == "2026-01-12T00:00:00" and len(found.slot_begin) == 96
    days, before = found.kwh[0], found.week_before_kwh[0]
    assert days[0] == 0 and np.isnan(days[1]) and (days[2:] == 0.25).all()
    assert (before == 0.25).all()
    early = home_days(readings[:, : 3 * 48], begins[: 3 * 48], 48)
    assert np.isnan(early.week_before_kwh).all() and (early.kwh == 0.25).all()
