"""Distinct pairs of numbers: the poles of meters, of which several stand at one place."""

from __future__ import annotations

import numpy as np

from ..arrays import FloatArray, IntArray

_PIECE = 1 << 19
"""Pairs compared at a time."""


def distinct_pairs(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the distinct pairs of two arrays, sorted, as two arrays; and the number of each pair, int32.

    NaN and infinity in either belong to none, -1. It takes a quarter of the memory of `np.unique` of complex numbers.
    """
    number: IntArray = np.full(len(first), -1, dtype=np.int32)
    known = np.isfinite(first) & np.isfinite(second)
    if known.all():
        order = np.lexsort((second, first))
    else:
        places = np.flatnonzero(known)
        order = places[np.lexsort((second[places], first[places]))]
    fresh = np.zeros(len(order), dtype=bool)
    for begin in range(0, len(order), _PIECE):
        own = order[max(begin - 1, 0) : begin + _PIECE]
        apart = (np.diff(first[own]) != 0) | (np.diff(second[own]) != 0)
        fresh[begin + (begin == 0) : begin + _PIECE] = apart
    fresh[:1] = True
    ones = order[fresh]
    number[order] = np.cumsum(fresh, dtype=np.int32) - 1
    return first[ones], second[ones], number
