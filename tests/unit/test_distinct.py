"""Distinct pairs of numbers are those of a set, sorted, however many are compared at a time."""

from __future__ import annotations

import numpy as np
import pytest
from tomoshibi.analysis import distinct


@pytest.mark.parametrize("piece", [1, 2, 3, 1000])
def test_distinct_pairs_are_sorted_each_once_and_what_is_no_number_belongs_to_none(monkeypatch, piece):
    monkeypatch.setattr(distinct, "_PIECE", piece)
    first = np.array([2.0, 1.0, 2.0, np.nan, 1.0, 2.0, 3.0, 1.0, np.inf, 2.0])
    second = np.array([5.0, 9.0, 4.0, 1.0, 8.0, 5.0, 4.0, 9.0, 1.0, 5.0])
    ones, others, number = distinct.distinct_pairs(first, second)
    assert list(zip(ones, others)) == [(1.0, 8.0), (1.0, 9.0), (2.0, 4.0), (2.0, 5.0), (3.0, 4.0)]
    assert number.tolist() == [3, 1, 2, -1, 0, 3, 4, 1, -1, 3]
    known = number >= 0
    again = distinct.distinct_pairs(first[known], second[known])
    assert [each.tolist() for each in again] == [ones.tolist(), others.tolist(), number[known].tolist()]


def test_of_nothing_and_of_no_numbers_there_are_no_pairs():
    for values in (np.zeros(0), np.full(3, np.nan)):
        ones, others, number = distinct.distinct_pairs(values, values)
        assert len(ones) == len(others) == 0 and number.tolist() == [-1] * len(values)
