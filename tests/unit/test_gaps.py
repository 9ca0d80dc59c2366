"""Acquisition gaps: which meters count, what is unknown, and which settlements went dark and stayed dark."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import gaps
from tomoshibi.analysis import silence as gaps_rows
from tomoshibi.analysis.expectation import CODES, Expected
from tomoshibi.analysis.reasons import Reason
from tomoshibi.analysis.relays import RELAY_COLUMNS

SLOT = np.timedelta64(30, "m")
FIRST = np.datetime64("2023-12-30T00:00:00", "s")
EVENT = pd.Timestamp("2024-01-01 16:10")
STRIKE = int((np.datetime64("2024-01-01T16:00") - FIRST) // SLOT)
WIDTH = STRIKE + 48


def slots(width=WIDTH):
    return FIRST + SLOT * np.arange(width)


def all_there(meters, width=WIDTH):
    return np.ones((meters, width), dtype=bool), np.ones(width, dtype=bool)


def rates(present, covered, areas, step=6.0, days=2.0):
    labels = np.array(areas, dtype=object)
    begins = slots(present.shape[1])
    return gaps.gap_rates(present, covered, begins, labels, EVENT, step_hours=step, baseline_days=days)


def dark(present, covered, areas, access=None, **more):
    options = {"threshold": 0.8, "hours": 6, "until": None, **more}
    return gaps.isolated(
        present, covered, slots(present.shape[1]), np.array(areas, dtype=object), EVENT, access=access, **options
    )


def at(table, area, begin):
    rows = table[(table.area_id == area) & (table.begin == pd.Timestamp(begin))]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_step_counts_meters_with_at_least_one_reading_against_those_that_reported_before():
    present, covered = all_there(10)
    present[0, :] = False  # never reported: not counted at all
    present[1:4, STRIKE:] = False
    present[4, STRIKE : STRIKE + 11] = False  # one reading in the step is enough
    line = at(rates(present, covered, ["a"] * 10), "a", "2024-01-01 16:00")
    assert (line.meters, line.received) == (9, 6)
    assert line.gap_rate == pytest.approx(3 / 9)
    assert line.baseline_rate == 0 and line.excess_gap == pytest.approx(3 / 9)
    assert line.end == pd.Timestamp("2024-01-01 22:00")


def test_no_step_mixes_before_and_after_and_steps_follow_one_another():
    present, covered = all_there(4)
    table = rates(present, covered, ["a", "a", "b", "b"], step=5)
    assert pd.Timestamp("2024-01-01 16:00") in set(table.begin)
    one = table[table.area_id == "a"]
    assert (one.end[:-1].to_numpy() == one.begin[1:].to_numpy()).all()
    assert list(table.columns) == gaps.GAP_COLUMNS
    assert table.begin.is_monotonic_increasing


def test_steps_that_were_not_received_are_unknown_and_never_a_full_gap():
    present, covered = all_there(5)
    covered[STRIKE : STRIKE + 12] = False
    present[:, STRIKE : STRIKE + 12] = False
    table = rates(present, covered, ["a"] * 5)
    line = at(table, "a", "2024-01-01 16:00")
    assert np.isnan([line.received, line.gap_rate, line.baseline_rate, line.excess_gap]).all()
    assert at(table, "a", "2024-01-01 22:00").gap_rate == 0


def test_a_step_covered_in_part_uses_its_covered_half_hours_and_is_held_against_equal_parts():
    generator = np.random.default_rng(5)
    present, covered = all_there(4000)
    present &= generator.random(present.shape) > 0.3
    covered[STRIKE + 1 : STRIKE + 12] = False
    present[:, ~covered] = False
    table = rates(present, covered, ["a"] * 4000)
    part = at(table, "a", "2024-01-01 16:00")
    # One half-hour of a step misses 30 %, as it does in peacetime: no excess.
    assert part.gap_rate == pytest.approx(0.3, abs=0.03)
    assert part.baseline_rate == pytest.approx(0.3, abs=0.03)
    assert part.excess_gap < 0.03
    assert at(table, "a", "2024-01-01 22:00").baseline_rate < 0.001


def test_a_reading_in_a_half_hour_that_is_not_covered_does_not_count():
    present, covered = all_there(3)
    present[:, STRIKE:] = False
    covered[STRIKE] = False
    present[0, STRIKE] = True
    assert at(rates(present, covered, ["a"] * 3), "a", "2024-01-01 16:00").gap_rate == 1


def test_meters_without_an_area_are_counted_not_dropped_in_silence():
    present, covered = all_there(6)
    areas = ["a", None, np.nan, "", "b", "b"]
    for table in (rates(present, covered, areas), dark(present, covered, areas)):
        assert table.attrs["meters_without_area"] == 3
    for numbers in (np.array([0, -1, 2]), np.array([0, np.nan, 2])):
        assert (gaps.areas_of(numbers).codes < 0).tolist() == [False, True, False]


def test_an_area_whose_meters_never_report_is_listed_as_unknown():
    present, covered = all_there(4)
    present[:2] = False
    line = at(rates(present, covered, ["a", "a", "b", "b"]), "a", "2024-01-01 16:00")
    assert line.meters == 0 and np.isnan(line.gap_rate)
    assert dark(present, covered, ["a", "a", "b", "b"]).attrs["areas_without_meters"] == 1


def test_where_nothing_comes_in_peacetime_at_that_time_either_the_excess_is_unknown():
    present, covered = all_there(4)
    covered[STRIKE + 1 :] = False  # of the step after the event its first half-hour alone was received
    present[:, STRIKE] = False
    present[:2, STRIKE % 12 : STRIKE : 12] = False  # … in which area a is silent on every day
    table = rates(present, covered, ["a", "a", "b", "b"])
    always, usually = (at(table, area, "2024-01-01 16:00") for area in ("a", "b"))
    assert (always.gap_rate, always.baseline_rate) == (1, 1) and np.isnan(always.excess_gap)
    assert (usually.gap_rate, usually.baseline_rate, usually.excess_gap) == (1, 0, 1)


def test_reporting_before_needs_half_of_the_covered_half_hours_before_the_event():
    present, covered = all_there(4)
    present[0, 1:STRIKE:2] = False
    present[1, : STRIKE // 2 + 1] = False
    present[2, :STRIKE] = False
    assert gaps.reporting_before(present, slots(), EVENT).tolist() == [True, False, False, True]
    # Only the last day: the second meter reported all of it.
    assert gaps.reporting_before(present, slots(), EVENT, 1).tolist() == [True, True, False, True]
    # Half-hours that were not received do not count against a meter.
    present[0] = True
    hidden = covered.copy()
    hidden[: STRIKE // 2 + 1] = False
    present[:, ~hidden] = False
    assert gaps.reporting_before(present, slots(), EVENT).tolist() == [True, True, False, True]
    assert gaps.reporting_before(present, slots(), EVENT, covered=hidden).tolist() == [True, True, False, True]


def test_without_readings_from_before_the_event_the_question_is_refused():
    present, covered = all_there(3)
    covered[:STRIKE] = False
    present[:, :STRIKE] = False
    for ask in (rates, dark):
        with pytest.raises(gaps.GapError, match="before the event"):
            ask(present, covered, ["a"] * 3)
    with pytest.raises(gaps.GapError, match="before the event"):
        gaps.reporting_before(present[:, :10], slots(10), "2023-12-29")


def test_arguments_that_contradict_each_other_are_refused():
    present, covered = all_there(3)
    with pytest.raises(gaps.GapError, match="step"):
        rates(present, covered, ["a"] * 3, step=0.7)
    with pytest.raises(gaps.GapError, match="follow"):
        rates(present, covered[:-1], ["a"] * 3)
    with pytest.raises(gaps.GapError, match="share"):
        dark(present, covered, ["a"] * 3, threshold=0)
    with pytest.raises(gaps.GapError, match="closed"):
        dark(present, covered, ["a"] * 3, access=pd.DataFrame({"area_id": ["a"], "access_cut": ["closed"]}))


def settlements():
    """a: dark since the event; b: 3 h later; c: came back; d: 70 % silent; e: dark long before; f: 2 meters."""
    areas = list("aaaaabbbbbcccccddddddddddeeeeeff")
    present, covered = all_there(len(areas))
    rows = {name: np.flatnonzero(np.array(areas) == name) for name in "abcdef"}
    present[rows["a"], STRIKE:] = False
    present[rows["b"], STRIKE + 6 :] = False
    present[rows["c"], STRIKE : STRIKE + 40] = False
    present[rows["d"][:7], STRIKE:] = False
    present[rows["e"], STRIKE - 10 :] = False
    present[rows["f"], STRIKE:] = False
    return present, covered, areas


def test_settlements_that_went_dark_and_stayed_dark_are_found_and_ranked():
    table = dark(*settlements())
    assert list(table.columns) == [*gaps.ISOLATED_COLUMNS, *RELAY_COLUMNS, "unknown_reason"]
    # f has fewer meters than b and is dark for longer: how many live there does not say who is cut off.
    assert table.area_id.tolist() == ["a", "f", "b"]
    assert table["rank"].tolist() == [1, 2, 3]
    first = table.iloc[0]
    assert first.since == pd.Timestamp("2024-01-01 16:00") and first.hours == 24
    assert (first.meters, first.silent, first.gap_rate, first.access_cut) == (5, 5, 1.0, "unknown")
    assert table.hours[2] == 21
    assert "5 of 5" in str(first.reason) and "Roads: not known" in str(first.reason)
    assert "Few meters" in str(table.reason[1]) and "Few meters" not in str(first.reason)


def test_the_slot_before_the_event_may_be_missing_already_but_not_the_one_before_that():
    for early, found in ((0, True), (1, True), (2, False)):
        present, covered = all_there(5)
        present[:, STRIKE - early :] = False
        assert len(dark(present, covered, ["a"] * 5)) == found


def test_what_has_not_been_received_yet_is_not_darkness_and_does_not_end_it():
    present, covered, areas = settlements()
    # The last six hours have not been published: nothing changes but the hours.
    covered[-12:] = False
    present[:, -12:] = False
    table = dark(present, covered, areas).set_index("area_id")
    assert table.hours["a"] == 18
    # c was dark until then.
    assert "c" in table.index
    # A hole in the middle does not end darkness.
    present, covered, areas = settlements()
    covered[STRIKE + 10 : STRIKE + 14] = False
    present[:, STRIKE + 10 : STRIKE + 14] = False
    assert dark(present, covered, areas).hours[0] == 24


def test_until_looks_no_further_than_the_moment_asked_for():
    present, covered, areas = settlements()
    table = dark(present, covered, areas, until=pd.Timestamp("2024-01-02 08:00")).set_index("area_id")
    assert table.hours["a"] == 16 and "c" in table.index
    assert len(dark(present, covered, areas, until=pd.Timestamp("2024-01-01 20:00"), hours=6)) == 0


def test_a_threshold_that_is_met_exactly_counts():
    areas = ["a"] * 10
    present, covered = all_there(10)
    present[:8, STRIKE:] = False
    assert len(dark(present, covered, areas, threshold=0.8)) == 1
    assert len(dark(present, covered, areas, threshold=0.81)) == 0


def test_a_settlement_known_to_be_cut_off_ranks_before_all_others():
    present, covered, areas = settlements()
    access = pd.DataFrame({"area_id": ["f", "a", "b"], "access_cut": ["cut", "open", "partly"]})
    table = dark(present, covered, areas, access)
    assert table.area_id.tolist() == ["f", "b", "a"]
    assert table.access_cut.tolist() == ["cut", "partly", "open"]
    assert table.score.is_monotonic_decreasing
    assert "Roads: cut." in str(table.reason[0])


def test_the_score_keeps_the_order_of_access_and_stays_within_0_and_100():
    def points(state, gap, hours, apart, around):
        return gaps.score(np.array([state]), [gap], [hours], [apart], [around])[0]

    same = [points(state, 1.0, 24.0, 2.0, 0.5) for state in gaps.ACCESS]
    assert same == sorted(same, reverse=True) and len(set(same)) == 4
    assert points("cut", 1.0, 500.0, 80.0, 1.0) == 100
    assert points("cut", 0.0, 0.0, 0.0, 0.0) >= points("open", 1.0, 99, 80.0, 1.0)
    # What is not known of the surroundings counts nothing.
    assert points("cut", 1.0, 500.0, np.nan, np.nan) == 75


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.floats(0.02, 0.9), st.sampled_from([0.5, 1, 3, 6]), st.integers(1, 30))
def test_gap_laws_hold_for_any_readings(seed, loss, step, meters):
    generator = np.random.default_rng(seed)
    covered = generator.random(WIDTH) > 0.2
    covered[STRIKE - 4] = True
    present = (generator.random((meters, WIDTH)) > loss) & covered
    areas = generator.choice(np.array(["a", "b", "c", ""], dtype=object), meters)
    table = rates(present, covered, areas, step)
    numbers = table[["gap_rate", "baseline_rate", "excess_gap"]]
    assert ((numbers >= 0) & (numbers <= 1) | numbers.isna()).to_numpy().all()
    assert (table.received.isna() | (table.received <= table.meters)).all()
    uncovered = [
        not covered[(slots() >= np.datetime64(b)) & (slots() < np.datetime64(e))].any()
        for b, e in zip(table.begin, table.end)
    ]
    assert table.gap_rate[uncovered].isna().all()
    # Against a direct count.
    reports = gaps.reporting_before(present, slots(), EVENT, 2, covered)
    for line in table.sample(min(5, len(table)), random_state=1).itertuples():
        inside = (slots() >= np.datetime64(line.begin)) & (slots() < np.datetime64(line.end)) & covered
        mine = reports & (areas == line.area_id)
        assert line.meters == mine.sum()
        if inside.any():
            assert line.received == present[mine][:, inside].any(axis=1).sum()
    # Neither the order of the meters nor a further block of rows changes anything.
    order = generator.permutation(meters)
    pd.testing.assert_frame_equal(rates(present[order], covered, areas[order], step), table)
    # One more silent meter never lowers a gap.
    victim = generator.integers(meters)
    fewer = present.copy()
    fewer[victim, STRIKE:] = False
    again = rates(fewer, covered, areas, step)
    assert (again.gap_rate >= table.gap_rate - 1e-12)[table.gap_rate.notna()].all()


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 1.0), st.integers(0, 20))
def test_isolated_agrees_with_a_plain_reading_of_its_rule(seed, threshold, hours):
    generator = np.random.default_rng(seed)
    covered = generator.random(WIDTH) > 0.1
    covered[STRIKE - 4] = True
    meters = 24
    areas = generator.choice(np.array(["a", "b", "c", "d"], dtype=object), meters)
    present = np.ones((meters, WIDTH), dtype=bool)
    for name in "abcd":
        begin = generator.integers(STRIKE - 5, WIDTH)
        rows = np.flatnonzero(areas == name)
        present[rows[generator.random(len(rows)) < 0.9], begin : generator.integers(begin, WIDTH + 20)] = False
    present &= generator.random(present.shape) > 0.02
    present &= covered
    table = dark(present, covered, areas, threshold=threshold, hours=hours)
    reports = gaps.reporting_before(present, slots(), EVENT, None, covered)
    expected = {}
    for name in np.unique(areas):
        mine = reports & (areas == name)
        if not mine.any():
            continue
        since = None
        for slot in np.flatnonzero(covered)[::-1]:
            if (~present[mine, slot]).mean() < threshold - 1e-12:
                break
            since = slot
        if since is not None and since >= STRIKE - 1:
            lasted = (np.flatnonzero(covered)[-1] + 1 - since) / 2
            if lasted >= hours:
                expected[name] = (slots()[since], lasted)
    assert {r.area_id: (np.datetime64(r.since, "s"), r.hours) for r in table.itertuples()} == expected
    assert table["rank"].tolist() == list(range(1, len(table) + 1))


def test_blocks_of_rows_give_the_same_as_one(monkeypatch):
    generator = np.random.default_rng(3)
    present = generator.random((500, WIDTH)) > 0.2
    covered = np.ones(WIDTH, dtype=bool)
    areas = generator.choice(np.array(["a", "b", "c"], dtype=object), 500)
    whole = rates(present, covered, areas)
    monkeypatch.setattr(gaps_rows, "_ROWS", 7)
    pd.testing.assert_frame_equal(rates(present, covered, areas), whole)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.5), st.sampled_from([1, 3, 6]))
def test_a_meter_more_lowers_no_count_and_what_did_not_come_is_unknown(seed, loss, step):
    generator = np.random.default_rng(seed)
    covered = np.repeat(generator.random(WIDTH // 4 + 1) > 0.3, 4)[:WIDTH]
    covered[STRIKE - 8 : STRIKE] = True
    present = (generator.random((9, WIDTH)) > loss) & covered
    areas = generator.choice(np.array(["a", "b"], dtype=object), 9)
    table = rates(present, covered, areas, step)
    silent = table.meters - table.received
    assert (silent.dropna() >= 0).all()
    # Known, not known: one or the other, for every area and step.
    assert (table.received.isna() | table.received.between(0, table.meters)).all()
    one = (generator.random((1, WIDTH)) > loss) & covered
    more = rates(np.vstack([present, one]), covered, [*areas, areas[0]], step)
    both = table.merge(more, on=["area_id", "begin"], suffixes=("", "_more"))
    assert len(both) == len(table)
    assert (both.meters_more >= both.meters).all()
    assert (both.received_more >= both.received)[both.received.notna()].all()
    assert (both.meters_more - both.received_more >= silent - 1e-9)[both.received.notna()].all()
    assert both.received_more[both.received.isna()].isna().all()


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_isolated_does_not_depend_on_the_order_of_the_meters_and_its_rates_are_shares(seed):
    generator = np.random.default_rng(seed)
    present, covered = all_there(20)
    areas = generator.choice(np.array(list("abcd"), dtype=object), 20)
    for name in "abc":
        present[
            np.flatnonzero((areas == name) & (generator.random(20) < 0.9)), STRIKE + generator.integers(0, 20) :
        ] = False
    table = dark(present, covered, areas)
    assert table.gap_rate.between(0, 1).all() and (table.silent <= table.meters).all()
    assert table["rank"].tolist() == list(range(1, len(table) + 1)) and table.score.is_monotonic_decreasing
    order = generator.permutation(20)
    again = dark(present[order], covered, areas[order])
    pd.testing.assert_frame_equal(again.drop(columns="reason"), table.drop(columns="reason"))


def expectation(populations, received, first=None, last=None, reasons=None):
    """Return the expectation of meters of these populations; `received` bool (populations, slots)."""
    count, width = len(populations), received.shape[1]
    return Expected(
        np.asarray(populations, dtype=np.int16),
        received,
        np.zeros(count, dtype=np.int32) if first is None else np.asarray(first, dtype=np.int32),
        np.full(count, width, dtype=np.int32) if last is None else np.asarray(last, dtype=np.int32),
        reasons,
    )


def test_an_expectation_of_one_population_gives_what_bool_slots_give():
    generator = np.random.default_rng(8)
    covered = generator.random(WIDTH) > 0.2
    present = (generator.random((60, WIDTH)) > 0.3) & covered
    areas = generator.choice(np.array(["a", "b", ""], dtype=object), 60)
    plain = rates(present, covered, areas)
    pd.testing.assert_frame_equal(rates(present, Expected.everywhere(covered, 60), areas), plain)
    # Two populations that come alike are no other.
    two = expectation(generator.integers(0, 2, 60), np.stack([covered, covered]))
    pd.testing.assert_frame_equal(rates(present, two, areas), plain)
    assert plain.expected.where(plain.gap_rate.notna(), plain.meters).eq(plain.meters).all()


def test_of_a_part_that_is_missing_nothing_is_said_and_the_rest_keeps_its_rate():
    areas = ["a"] * 10 + ["b"] * 10 + ["c"] * 10
    # Of a all, of b four, of c none are in the part that came; one meter of each is dark.
    population = np.ones(30, dtype=int)
    population[:10] = population[10:16] = 0
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, STRIKE:] = False
    present = np.ones((30, WIDTH), dtype=bool)
    present[[0, 10, 20], STRIKE:] = False
    present[population == 1, STRIKE:] = False
    reasons = np.where(received, 0, CODES.index(Reason.SET_INCOMPLETE)).astype(np.uint8)
    table = rates(present, expectation(population, received, reasons=reasons), areas)
    a, b, c = (at(table, name, "2024-01-01 16:00") for name in "abc")
    assert (a.meters, a.expected, a.gap_rate) == (10, 10, 0.1) and pd.isna(a.unknown_reason)
    assert (b.meters, b.expected, b.received) == (10, 6, 5) and pd.isna(b.unknown_reason)
    assert b.gap_rate == pytest.approx(1 / 6)
    assert (c.meters, c.expected, c.unknown_reason) == (10, 0, "set_incomplete") and np.isnan(
        [c.gap_rate, c.received]
    ).all()
    # Taken for silence, the missing part would be an outage of two towns.
    assert at(rates(present, np.ones(WIDTH, dtype=bool), areas), "c", "2024-01-01 16:00").gap_rate == 1


def test_of_fewer_than_half_of_the_meters_nothing_is_said():
    for due, known in ((5, True), (4, False)):
        population = (np.arange(10) >= due).astype(int)
        received = np.ones((2, WIDTH), dtype=bool)
        received[1, STRIKE:] = False
        present = received[population]
        line = at(rates(present, expectation(population, received), ["a"] * 10), "a", "2024-01-01 16:00")
        assert bool(line.gap_rate == 0) is known and (line.unknown_reason is None) is known


def test_a_blackout_of_the_whole_town_in_a_whole_set_is_a_gap_of_one():
    present, covered = all_there(20)
    present[:, STRIKE:] = False
    table = rates(present, expectation(np.zeros(20), covered[None, :]), ["a"] * 10 + ["b"] * 10)
    after = table[table.begin >= pd.Timestamp("2024-01-01 16:00")]
    assert (after.gap_rate == 1).all() and (after.excess_gap == 1).all() and (after.received == 0).all()


def test_high_voltage_hours_behind_is_unknown_for_those_hours_and_known_before():
    present, _ = all_there(10)
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, -8:] = False
    population = np.array([0] * 5 + [1] * 5)
    present[5:, -8:] = False
    table = rates(present, expectation(population, received), ["low"] * 5 + ["high"] * 5, step=1)
    high = table[table.area_id == "high"].set_index("begin")
    late = high.index >= pd.Timestamp(slots()[-8])
    assert high.gap_rate[late].isna().all() and set(high.unknown_reason[late]) == {"not_due"}
    assert (high.gap_rate[~late] == 0).all() and (table[table.area_id == "low"].gap_rate == 0).all()
    # Together the area is told by those of whom a reading was expected.
    both = rates(present, expectation(population, received), ["a"] * 10, step=1).set_index("begin")
    assert (both.gap_rate == 0).all() and both.expected[late].eq(5).all() and both.expected[~late].eq(10).all()


def test_contracts_that_ended_are_in_no_denominator_and_new_ones_have_no_past():
    present, covered = all_there(10)
    last = np.full(10, WIDTH)
    last[0] = STRIKE - 20  # ended before the event struck
    last[1] = STRIKE + 6  # ended in the middle of the step
    present[0, last[0] :] = present[1, last[1] :] = False
    first = np.zeros(10, dtype=int)
    first[2] = STRIKE - 4
    present[2, : first[2]] = False
    table = rates(present, expectation(np.zeros(10), covered[None, :], first, last), ["a"] * 10)
    before, line, later = (
        at(table, "a", begin) for begin in ("2023-12-31 16:00", "2024-01-01 16:00", "2024-01-01 22:00")
    )
    assert (before.meters, before.gap_rate) == (9, 0)
    assert (line.meters, line.expected, line.gap_rate) == (9, 9, 0)
    assert (later.meters, later.gap_rate) == (8, 0)
    # Without the dates two contracts that ended are two silent meters.
    assert at(rates(present, covered, ["a"] * 10), "a", "2024-01-01 22:00").gap_rate > 0


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 1, 3, 6]))
def test_rates_are_over_those_expected_and_agree_with_a_plain_count(seed, step):
    generator = np.random.default_rng(seed)
    count = int(generator.integers(4, 40))
    received = np.repeat(generator.random((3, WIDTH // 6 + 1)) > 0.3, 6, axis=1)[:, :WIDTH]
    received[:, STRIKE - 12 : STRIKE] = True
    told = expectation(
        generator.integers(-1, 3, count),
        received,
        np.where(generator.random(count) < 0.2, generator.integers(0, WIDTH, count), 0),
        np.where(generator.random(count) < 0.2, generator.integers(0, WIDTH, count), WIDTH),
    )
    areas = generator.choice(np.array(["a", "b"], dtype=object), count)
    present = generator.random((count, WIDTH)) > 0.3
    table = rates(present, told, areas, step)
    due = told.of(slice(None))
    reports = gaps.reporting_before(present, slots(), EVENT, 2, told)
    number = np.arange(WIDTH)
    for row in table.sample(min(12, len(table)), random_state=1).itertuples():
        inside = (slots() >= np.datetime64(row.begin)) & (slots() < np.datetime64(row.end))
        mine = reports & (areas == row.area_id)
        served = (told.first[:, None] <= number) & (number < told.last[:, None])
        assert row.meters == (mine & served[:, inside].any(axis=1)).sum()
        assert row.expected == (mine & due[:, inside].any(axis=1)).sum()
        if row.expected and row.expected >= 0.5 * row.meters:
            assert row.received == (mine & (due & present)[:, inside].any(axis=1)).sum()
            assert row.gap_rate == pytest.approx(1 - row.received / row.expected)
        else:
            assert np.isnan(row.gap_rate) and row.unknown_reason in {reason.value for reason in Reason}
    order = generator.permutation(count)
    mixed = Expected(told.population[order], received, told.first[order], told.last[order])
    pd.testing.assert_frame_equal(rates(present[order], mixed, areas[order], step), table)


def test_the_reason_of_the_only_meter_of_an_area_is_told():
    present, _ = all_there(3)
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, STRIKE:] = False
    reasons = np.where(received, 0, CODES.index(Reason.SET_INCOMPLETE)).astype(np.uint8)
    population, ends = np.array([0, 0, 1], dtype=np.int16), np.full(3, WIDTH, dtype=np.int32)
    told = Expected(population, received, np.zeros(3, dtype=np.int32), ends, reasons)
    table = rates(present, told, ["a", "a", "b"])
    line = at(table, "b", "2024-01-01 16:00")
    assert (line.unknown_reason, line.missing_reason) == ("set_incomplete", "set_incomplete")
    assert pd.isna(at(table, "a", "2024-01-01 16:00").missing_reason)


def test_the_rate_of_an_area_with_one_meter_counts():
    one_cell_an_area = SimpleNamespace(by_area=lambda values, areas: values)
    counted = SimpleNamespace(expected=np.array([[1, 2, 0]]))
    found = gaps._of_areas(np.array([[0.25, 0.5, np.nan]]), one_cell_an_area, counted, 3)
    assert found[0, :2].tolist() == [0.25, 0.5] and np.isnan(found[0, 2])
