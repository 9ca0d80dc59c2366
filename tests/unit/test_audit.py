"""Past maps are judged by what came later: pure functions of small tables."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from tomoshibi.analysis import audit
from tomoshibi.analysis.audit import DARK, POWERED, UNKNOWN, Score, Shares, Silence

AT = datetime(2026, 1, 20, 12)


def texts(*values: str) -> np.ndarray:
    return np.array(values, dtype=str)


def test_a_meter_whose_missing_half_hours_came_had_power_and_one_silent_for_an_hour_tells_nothing():
    last, due = np.array([2, 2, 8, 10, -1]), np.array([10, 10, 10, 10, 10])
    present = np.zeros((5, 10), dtype=bool)
    present[0] = True
    present[1, :2] = True
    silent, powered = audit.late_spells(last, due, present, 10)
    assert silent.tolist() == [True, True, False, False, False]
    assert powered.tolist() == [True, False, False, False, False]


def test_a_silence_of_which_a_third_came_is_none_with_power():
    present = np.zeros((1, 10), dtype=bool)
    present[0, 7:] = True
    assert not audit.late_spells(np.array([0]), np.array([10]), present, 10)[1].any()


def test_a_missing_half_hour_proves_nothing_where_meters_do_not_send_what_they_kept():
    before, after = np.array([True, False, False, True]), np.array([True, False, False, False])
    back = np.array([True, True, False, True])
    assert audit.power_at(before, after, back, True).tolist() == [POWERED, DARK, UNKNOWN, UNKNOWN]
    assert audit.power_at(before, after, back, False).tolist() == [POWERED, UNKNOWN, UNKNOWN, UNKNOWN]


def test_a_moment_between_two_half_hours_is_told_by_both_and_one_inside_by_its_own():
    assert [str(each) for each in audit.slots_about(AT)] == ["2026-01-20T11:30:00", "2026-01-20T12:00:00"]
    inside = audit.slots_about(AT.replace(minute=10))
    assert [str(each) for each in inside] == ["2026-01-20T12:00:00"] * 2


def test_meters_are_counted_by_the_thing_they_belong_to_in_the_order_asked_for():
    power = np.array([DARK, POWERED, UNKNOWN, DARK, DARK])
    known = Shares.of(texts("b", "a", "c"), texts("a", "a", "a", "b", ""), power)
    assert known.meters.tolist() == [1, 3, 0]
    assert known.dark.tolist() == [1, 1, 0] and known.unknown.tolist() == [0, 1, 0]


def shares(meters, dark, unknown) -> Shares:
    return Shares(*(np.array(each) for each in (meters, dark, unknown)))


def test_an_interval_is_right_if_the_true_share_lies_in_it_to_half_a_meter_and_unknown_if_it_may():
    low, high = np.array([0.4, 0.4, 0.4, 0.4, 0.4, np.nan]), np.array([0.6, 0.6, 0.6, 0.6, 0.6, np.nan])
    known = shares([10, 10, 10, 10, 0, 10], [5, 2, 3, 5, 0, 5], [0, 0, 4, 2, 0, 0])
    assert audit.judged_bounds(low, high, known) == Score(right=1, wrong=1, unknown=4)


def test_half_a_meter_is_forgiven_and_no_more():
    low, high = np.array([0.645, 0.655, 0.3, 0.3]), np.array([0.9, 0.9, 0.555, 0.545])
    known = shares([10] * 4, [6] * 4, [0] * 4)
    assert audit.judged_bounds(low, high, known) == Score(right=2, wrong=2)


def test_where_one_in_twenty_at_most_is_unknown_the_share_of_the_others_counts():
    known = shares([100], [48], [5])
    assert audit.judged_bounds(np.array([0.49]), np.array([0.52]), known) == Score(right=1)
    assert audit.judged_bounds(np.array([0.49]), np.array([0.52]), shares([100], [48], [6])).unknown == 1


def test_a_community_was_dark_if_more_than_half_of_its_meters_were():
    assert audit.judged_dark(shares([10, 10, 10, 0], [6, 2, 4, 0], [0, 0, 4, 0])) == Score(1, 1, 2)


def test_what_was_said_to_be_undecided_or_unknown_is_no_statement():
    power = np.array([DARK, POWERED, UNKNOWN, POWERED])
    assert audit.judged_meters(texts("sure", "sure", "sure", "undecided"), power) == Score(1, 1, 2)
    known = shares([2, 2, 2, 2, 2], [0, 2, 1, 0, 2], [0, 0, 0, 2, 0])
    said = texts("powered", "powered", "partial", "powered", "unknown")
    assert audit.judged_facilities(said, known) == Score(right=2, wrong=1, unknown=2)


def test_an_area_whose_meters_were_silent_together_with_power_lost_its_relay():
    area = np.repeat(texts("a", "b", "c", ""), 10)
    powered = np.zeros(40, dtype=bool)
    powered[[*range(0, 8), 10, 11, *range(30, 40)]] = True
    since = np.full(40, np.datetime64("2026-01-20T05:30"), dtype="datetime64[s]")
    watched = np.ones(40, dtype=bool)
    watched[8:10] = False
    (relay,) = audit.failed_relays(area, watched, [Silence(powered, powered, since, AT)])
    assert (relay.area_id, relay.meters, relay.silent) == ("a", 8, 8)
    assert relay.since == datetime(2026, 1, 20, 5, 30) and relay.until == AT
    assert audit.share_by_area(area, watched, [relay]) == {"a": 1.0, "b": 0.0, "c": 0.0}
