"""Past maps are judged by what came later: pure functions of small tables."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from tomoshibi.analysis import audit
from tomoshibi.analysis.audit import DARK, POWERED, UNKNOWN, Figure, Score, Shares, Silence
from tomoshibi.analysis.relays import Relay

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
    fills = np.ones(4, dtype=bool)
    assert audit.power_at(before, after, back, fills).tolist() == [POWERED, DARK, UNKNOWN, UNKNOWN]
    assert audit.power_at(before, after, back, ~fills).tolist() == [POWERED, UNKNOWN, UNKNOWN, UNKNOWN]


def test_late_readings_of_one_municipality_prove_nothing_in_another():
    town = np.repeat(texts("17201", "17202", ""), 6)
    late = np.zeros(18, dtype=bool)
    late[:5] = True
    late[6:10] = True
    assert audit.back_fills(late, town).tolist() == [True] * 6 + [False] * 12


def test_a_meter_is_back_for_good_only_after_a_hole_on_end_and_six_hours_that_are_hardly_broken():
    present = np.ones((6, 30), dtype=bool)
    present[:, 1:8] = False  # a hole about the moment, which lies after the third half-hour
    present[1, 19] = False  # one reading lost since
    present[2, 10:16:2] = False  # what it kept still comes in
    present[3, 21:] = present[3, 4:] = False
    present[4, 1:3] = True
    present[4, 4:] = True  # a hole of one half-hour
    present[5, 18:] = False
    present[5, 8:18] = True  # for five hours only
    assert audit.back_since(present, 3).tolist() == [8, 8, -1, -1, -1, -1]


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
    assert audit.judged_bounds(low, high, known).score() == Score(right=1, wrong=1, unknown=4)


def test_half_a_meter_is_forgiven_and_no_more():
    low, high = np.array([0.645, 0.655, 0.3, 0.3]), np.array([0.9, 0.9, 0.555, 0.545])
    known = shares([10] * 4, [6] * 4, [0] * 4)
    assert audit.judged_bounds(low, high, known).score() == Score(right=2, wrong=2)


def test_one_meter_that_is_not_known_is_never_left_out_of_the_share():
    known = shares([100], [48], [5])
    assert audit.judged_bounds(np.array([0.48]), np.array([0.53]), known).score() == Score(right=1)
    assert audit.judged_bounds(np.array([0.49]), np.array([0.52]), known).score() == Score(unknown=1)
    # a square of 37 of which the map said that one is dark, and just that one is not back
    one = np.array([1 / 37])
    assert audit.judged_bounds(one, one, shares([37], [0], [1])).score() == Score(unknown=1)
    assert audit.judged_bounds(one, one, shares([37], [0], [0])).score() == Score(right=0, wrong=1)


def test_a_statement_is_of_as_many_meters_as_it_says():
    # one is in the map and was never read; one more is known than the map is of; none is told, none is here
    known = shares([54, 8, 20, 0], [0, 4, 13, 0], [0, 0, 2, 0]).among(np.array([55, 7, np.nan, 9]))
    assert known.meters.tolist() == [55, 7, 20, 0]
    assert known.dark.tolist() == [0, 3, 13, 0] and known.unknown.tolist() == [1, 1, 2, 0]
    low = high = np.array([3 / 7])
    assert audit.judged_bounds(low, high, shares([8], [4], [0])).score() == Score(wrong=1)
    assert audit.judged_bounds(low, high, shares([8], [4], [0]).among(np.array([7.0]))).score() == Score(unknown=1)


def test_a_community_was_dark_if_more_than_half_of_its_meters_were():
    assert audit.judged_dark(shares([10, 10, 10, 0], [6, 2, 4, 0], [0, 0, 4, 0])).score() == Score(1, 1, 2)


def test_a_list_of_those_dark_by_a_third_is_right_of_one_that_is_dark_by_two_fifths():
    known = shares([10, 10, 10, 10], [4, 3, 4, 5], [0, 0, 0, 0])
    asked = np.array([0.3, 0.4, np.nan, 0.5], dtype=np.float32)
    assert audit.judged_dark(known, asked).right.tolist() == [True, False, False, True]
    assert audit.judged_dark(known, asked).wrong.tolist() == [False, True, True, False]
    # who asked for more than half said that it was dark, and it was
    assert audit.judged_dark(shares([10], [6], [0]), np.array([0.8])).score() == Score(right=1)


def test_of_what_was_missing_some_came_and_the_rest_may_come():
    present = np.zeros((4, 10), dtype=bool)
    present[0, 2:5] = present[1] = True
    last, due = np.array([2, 2, 2, 8]), np.array([10, 10, 10, 10])
    assert audit.partly_sent(last, due, present, 10).tolist() == [True, False, False, False]


def test_a_meter_that_fell_silent_alone_is_no_line():
    area = texts("a", "a", "a", "b", "", "b")
    at = np.datetime64("2026-01-20T05:30", "s")
    half = np.timedelta64(30, "m")
    since = np.array([at, at + half, at + 4 * half, at, at, np.datetime64("NaT", "s")])
    assert audit.fell_together(area, since).tolist() == [True, True, False, False, False, False]
    assert audit.fell_together(area[:0], since[:0]).tolist() == []


def test_what_was_said_to_be_undecided_or_unknown_is_no_statement():
    power = np.array([DARK, POWERED, UNKNOWN, POWERED])
    assert audit.judged_meters(texts("sure", "sure", "sure", "undecided"), power).score() == Score(1, 1, 2)
    known = shares([2, 2, 2, 2, 2], [0, 2, 1, 0, 2], [0, 0, 0, 2, 0])
    said = texts("powered", "powered", "partial", "powered", "unknown")
    assert audit.judged_facilities(said, known).score() == Score(right=2, wrong=1, unknown=2)


def silence(silent, powered, since, back=None, at: datetime = AT) -> Silence:
    none = np.zeros(len(silent), dtype=bool)
    return Silence(silent, powered, since, none if back is None else back, at)


def test_an_area_whose_meters_were_silent_together_with_power_lost_its_relay():
    area = np.repeat(texts("a", "b", "c", ""), 10)
    powered = np.zeros(40, dtype=bool)
    powered[[*range(0, 8), 10, 11, *range(30, 40)]] = True
    since = np.full(40, np.datetime64("2026-01-20T05:30"), dtype="datetime64[s]")
    watched = np.ones(40, dtype=bool)
    watched[8:10] = False
    (relay,) = audit.failed_relays(area, watched, [silence(powered, powered, since)])
    assert (relay.area_id, relay.meters, relay.silent) == ("a", 8, 8)
    assert relay.since == datetime(2026, 1, 20, 5, 30) and relay.until == AT
    assert audit.share_by_area(area, watched, [relay]) == {"a": 1.0, "b": 0.0, "c": 0.0}


def test_of_a_relay_mended_in_part_only_those_that_are_back_tell_and_the_dark_ones_among_them_count():
    area = np.repeat(texts("a"), 20)
    silent = np.ones(20, dtype=bool)
    powered, back = np.zeros(20, dtype=bool), np.zeros(20, dtype=bool)
    powered[:5] = True
    back[5:7] = True
    since = np.full(20, np.datetime64("2026-01-20T05:30"), dtype="datetime64[s]")
    since[6] = np.datetime64("2026-01-20T09:00")
    (relay,) = audit.failed_relays(area, np.ones(20, dtype=bool), [silence(silent, powered, since, back)], AT)
    assert (relay.silent, relay.dark, relay.meters, relay.told_at) == (5, 1, 20, AT)
    assert relay.share == 5 / 6 and relay.bounds[0] < 5 / 6 < relay.bounds[1] <= 1


def test_a_relay_that_fails_at_a_second_event_again_is_one_area_and_two_silences():
    area, every = np.repeat(texts("a"), 10), np.ones(10, dtype=bool)
    first = np.full(10, np.datetime64("2026-01-20T05:30"), dtype="datetime64[s]")
    second = first + np.timedelta64(20, "h")
    later = AT + timedelta(hours=20)
    some = np.arange(10) < 6
    silences = [silence(every, every, first), silence(every, some, second, at=later)]
    one, two = audit.failed_relays(area, every, silences)
    assert (one.since, two.since) == (datetime(2026, 1, 20, 5, 30), datetime(2026, 1, 21, 1, 30))
    assert audit.share_by_area(area, every, [one, two]) == {"a": 1.0}


def test_what_was_said_and_what_was_are_counted_in_the_same_things():
    low, high = np.array([0.4, 0.1, np.nan]), np.array([0.6, 0.2, np.nan])
    assert audit.figure_of_bounds(low, high, shares([10, 20, 10], [5, 0, 9], [1, 0, 0])) == Figure(6, 10, 5, 6)
    assert audit.figure_of_dark(np.ones(3, dtype=bool), shares([10, 10, 10], [6, 2, 4], [0, 0, 4])) == Figure(
        3, 3, 1, 2
    )
    power = np.array([DARK, POWERED, UNKNOWN])
    assert audit.figure_of_meters(texts("sure", "sure", "undecided"), power) == Figure(2, 3, 1, 2)
    known = shares([2, 2, 2, 2], [0, 2, 1, 0], [0, 0, 0, 2])
    said = texts("powered", "powered", "partial", "unknown")
    assert audit.figure_of_facilities(said, known) == Figure(1, 2, 2, 3)
    # of one alone: who was said to have power is not counted, who was said to be unknown perhaps
    one = shares([2], [0], [0])
    assert audit.figure_of_facilities(texts("powered"), one) == Figure(0, 0, 0, 0)
    assert audit.figure_of_facilities(texts("unknown"), one) == Figure(0, 1, 0, 0)


def test_an_area_of_which_just_half_is_dark_is_not_dark():
    half = shares([10, 10], [5, 6], [0, 0])
    assert audit.figure_of_dark(np.ones(2, dtype=bool), half) == Figure(2, 2, 1, 1)
    assert audit.judged_dark(half).score() == Score(1, 1, 0)


def test_where_no_bounds_are_told_no_number_stands_for_what_is_not_known():
    nan = np.full(2, np.nan)
    assert audit.figure_of_bounds(nan, nan, shares([10, 20], [5, 0], [0, 0])) is None
    assert audit.figure_of_bounds(np.zeros(2), np.ones(2), shares([0, 0], [0, 0], [0, 0])) is None


def test_an_audit_of_a_part_of_the_time_keeps_the_relays_known_of_other_times():
    morning = Relay("a", 10, 8, AT - timedelta(hours=6), AT)
    again = Relay("a", 10, 6, AT + timedelta(hours=12), AT + timedelta(hours=20))
    gone = Relay("b", 10, 6, AT - timedelta(hours=6), AT)
    kept = audit.with_earlier([again], [morning, gone], AT + timedelta(hours=1), AT + timedelta(hours=30))
    assert kept == [morning, again, gone]
    # what this audit looked at and did not find is no relay any more
    assert audit.with_earlier([morning], [gone], AT - timedelta(hours=1), AT) == [morning]
    # of one silence seen at both times the greater count stands, with all that was seen of it
    longer = Relay("a", 10, 9, AT - timedelta(hours=6), AT + timedelta(hours=3))
    assert audit.with_earlier([morning], [longer], AT - timedelta(hours=1), AT) == [longer]
