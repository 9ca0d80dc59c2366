"""No masked or small count can be worked out from what is shown: by subtraction, at two sizes, at two times."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis.disclosure import (
    LEAST,
    Totals,
    disclose,
    disclose_cells,
    over_times,
    shown_before,
    small,
    without_masked_parts,
)


def _told(secret: np.ndarray, sums: list[np.ndarray]) -> list[int]:
    """Return the withheld parts that follow from sums over parts (rows of 0 and 1) and from the parts shown."""
    if not sums or not secret.any():
        return []
    rows = np.array(sums, float)[:, secret]
    rank = np.linalg.matrix_rank(rows)
    return [
        int(np.flatnonzero(secret)[place])
        for place in range(rows.shape[1])
        if np.linalg.matrix_rank(np.vstack([rows, np.eye(rows.shape[1])[place]])) == rank
    ]


def _sums(levels: list[Totals], shown: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    return [
        (level.of == number).astype(float)
        for level, kept in zip(levels, shown)
        for number in range(len(kept))
        if kept[number] and (level.of == number).any()
    ]


def test_a_masked_cell_takes_another_one_with_it_so_that_the_municipality_less_its_cells_does_not_tell_it() -> None:
    meters = np.array([np.nan, 40.0, 25.0, 60.0])
    found = disclose(meters, np.isnan(meters), [Totals(np.zeros(4, int))])
    assert found.parts.tolist() == [False, True, False, True]
    assert found.totals[0].tolist() == [True]


def test_a_total_over_one_masked_part_and_nothing_else_is_left_out() -> None:
    meters = np.array([4.0, 40.0])
    found = disclose(meters, np.zeros(2, bool), [Totals(np.array([0, 1])), Totals(np.zeros(2, int))])
    assert not found.totals[0][0]
    told = _told(~found.parts, _sums([Totals(np.array([0, 1])), Totals(np.zeros(2, int))], found.totals))
    assert told == []


def test_two_masked_cells_that_count_too_few_together_take_a_third_one() -> None:
    meters = np.array([2.0, 3.0, 30.0, 50.0])
    assert disclose(meters, np.zeros(4, bool), [Totals(np.zeros(4, int))]).parts.tolist() == [False, False, False, True]


def test_without_totals_only_small_and_masked_counts_are_withheld_and_an_empty_cell_is_shown() -> None:
    meters = np.array([0.0, 1.0, 9.0, 10.0, np.nan, 80.0])
    masked = np.array([False] * 5 + [True])
    assert disclose(meters, masked).parts.tolist() == [True, False, False, True, False, False]
    assert small(meters, masked).tolist() == [False, True, True, False, True, True]


def test_a_cell_of_250_m_less_its_four_of_125_m_tells_no_masked_one() -> None:
    codes = np.array(["53394611111", "53394611112", "53394611113", "53394611114"])
    meters = np.array([np.nan, 30.0, 20.0, 50.0])
    assert disclose_cells(codes, meters, np.isnan(meters)).parts.tolist() == [False, True, False, True]


def test_a_large_cell_whose_one_half_is_masked_keeps_the_other_half_back_at_every_size() -> None:
    # in the second half of the kilometre there is one small cell, in the first there are two large ones
    codes = np.array(["53394611111", "53394611112", "53394611444"])
    meters = np.array([30.0, 40.0, 4.0])
    shown = disclose_cells(codes, meters, np.zeros(3, bool)).parts
    assert shown.tolist() == [False, True, False]


def test_a_city_with_a_masked_ward_is_left_out_and_its_other_wards_stay() -> None:
    names = ["灯島県灯市", "灯島県 灯市 中央区", "灯島県灯市東区", "灯島県明市"]
    masked = np.array([False, False, True, False])
    assert without_masked_parts(names, masked).tolist() == [False, True, False, True]


def test_a_place_masked_at_one_time_is_withheld_at_all_times() -> None:
    codes = np.array(["a", "b", "a", "b"])
    assert over_times(codes, np.array([False, False, True, False])).tolist() == [True, False, True, False]


def test_a_cell_shown_yesterday_covers_nothing_today() -> None:
    meters = np.array([4.0, 20.0, 30.0])
    before = shown_before(np.array(["a", "b", "c"]), {"b": True})
    found = disclose(meters, before[0], [Totals(np.zeros(3, int))], known=before[1])
    assert found.parts.tolist() == [False, True, False]


_COUNTS = st.lists(st.one_of(st.none(), st.integers(0, 60)), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(_COUNTS, st.data())
def test_whatever_totals_are_shown_no_withheld_part_follows_and_no_remainder_is_small(counts, data) -> None:
    meters = np.array([np.nan if one is None else float(one) for one in counts])
    levels = [
        Totals(np.array(data.draw(st.lists(st.integers(-1, 3), min_size=len(counts), max_size=len(counts)))))
        for _ in range(data.draw(st.integers(0, 3)))
    ]
    found = disclose(meters, np.isnan(meters), levels)
    secret = ~found.parts
    assert not (small(meters, np.isnan(meters)) & found.parts).any()
    sums = _sums(levels, found.totals)
    assert _told(secret, sums) == []
    known = np.nan_to_num(meters)
    for each in sums:
        rest = (each > 0) & secret
        assert not rest.any() or rest.sum() >= 2
        assert not rest.any() or known[rest].sum() >= LEAST


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 60)), min_size=16, max_size=16), st.data())
def test_two_sizes_and_areas_shown_together_tell_no_withheld_cell(counts, data) -> None:
    codes = np.array([f"533946111{a}{b}" for a in range(1, 5) for b in range(1, 5)])
    meters = np.array([np.nan if one is None else float(one) for one in counts])
    areas = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=16, max_size=16)))
    fine = disclose_cells(codes, meters, np.isnan(meters), [areas])
    larger = np.unique(codes.astype("U10"))
    of = np.searchsorted(larger, codes.astype("U10"))
    sums = np.bincount(of, np.nan_to_num(meters), len(larger))
    lost = np.bincount(of, np.isnan(meters), len(larger)) > 0
    coarse = disclose_cells(larger, sums, lost & (sums < LEAST), [])
    shown = [(of == number).astype(float) for number in np.flatnonzero(coarse.parts)]
    shown += _sums([Totals(areas)], fine.totals)
    assert _told(~fine.parts, shown) == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=8), st.data())
def test_two_times_with_their_totals_tell_no_cell_that_was_withheld_both_times(pairs, data) -> None:
    """Counts that stay the same from one time to the other are known once they were shown."""
    count = len(pairs)
    first = np.array([one for one, _ in pairs], float)
    changed = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    second = np.where(changed, [other for _, other in pairs], first)
    whole = [Totals(np.zeros(count, int))]
    codes = np.array([str(number) for number in range(count)])
    one = disclose(first, np.zeros(count, bool), whole)
    held, known = shown_before(codes, dict(zip(codes, one.parts.tolist())))
    other = disclose(second, held, whole, known=known)
    secret = ~one.parts & ~other.parts & ~changed
    # what changed is another unknown at each time: it can only hide more; the rest is one unknown at both
    for shown in (one, other):
        for each in _sums(whole, shown.totals):
            seen = one.parts | other.parts
            rest = (each > 0) & ~seen
            assert not (rest & secret).any() or rest.sum() >= 2


def test_half_a_million_cells_of_a_prefecture_are_worked_out_by_whole_columns() -> None:
    generator = np.random.default_rng(3)
    cells = np.unique(generator.integers(0, 8**2 * 10**4, 60_000))
    codes = np.array([f"53{number // 64 % 100:02d}46{number // 6400 % 10}{number % 10}" for number in cells.tolist()])
    codes = np.unique([f"{code}{1 + n % 4}{1 + n // 4 % 4}{1 + n // 16 % 4}" for n, code in enumerate(codes.tolist())])
    meters = generator.integers(1, 90, len(codes)).astype(float)
    shown = disclose_cells(codes, meters, np.zeros(len(codes), bool)).parts
    assert not shown[meters < LEAST].any()
    assert shown.mean() > 0.5
