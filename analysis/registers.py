"""How meters count: the step of a register, found from its readings, and the mean that makes up for a coarse one.

A-route registers of low voltage count whole 100 Wh (three of five homes looked at) or 10 Wh. What lies below a step is
carried over to a later half-hour, so that a constant use of 60 Wh reads 0, 100, 100, 0, 100 …; one reading says little,
the mean of three says almost all.
"""

from __future__ import annotations

from typing import Iterator

import numpy as np

from ..arrays import Array, BoolArray, IntArray

MISSING = -1
"""Watt-hours where no reading came."""

REGISTER_STEPS: tuple[int, ...] = (100, 10)
"""Steps (Wh) in which registers count, coarsest first; a register that fits neither counts single watt-hours."""

MULTIPLES: tuple[int, ...] = (60, 40, 30, 24, 20, 16, 15, 12, 10, 8, 6, 5, 4, 3, 2)
"""乗率 of meters behind current transformers: they multiply the coarsest step, 6 × 100 Wh for example."""

SCALE = 6
"""Means of 1, 2 or 3 readings are whole numbers in sixths of a watt-hour."""

PARTS = np.array([SCALE, SCALE, SCALE // 2, SCALE // 3], dtype=np.int32)
"""Sixths that each of so many readings of a mean counts."""

_STEP_SHARE = 0.98
"""Share of a meter's readings above 0 that must be whole steps: a corrected reading may be off."""
_STEP_READINGS = 8
"""Readings above 0 needed to tell the step."""
_MULTIPLE_READINGS = 20
"""Readings above 0 needed to tell a multiple of it: few readings are multiples by chance."""
_ROWS = 8192
"""Meters worked on at a time."""
_NEAR = 512
"""Meters whose half-hours of a few days are smoothed at a time."""
_TILE = 128
"""Meters whose readings are turned from rows to columns at a time."""


def parts_of(count: IntArray) -> IntArray:
    """Return `PARTS` of counts 0 … 3, uint8 both: by comparing, which is several times as fast as looking up."""
    parts: Array = np.uint8(PARTS[1]) - (count > 1).view(np.uint8) * np.uint8(PARTS[1] - PARTS[2])
    parts -= (count > 2).view(np.uint8) * np.uint8(PARTS[2] - PARTS[3])
    return parts


def across(block: IntArray) -> IntArray:
    """Return a copy of a block in which rows and columns are exchanged, some rows at a time: they stay near."""
    found: IntArray = np.empty(block.shape[::-1], dtype=block.dtype)
    for rows in blocks(len(block), _TILE):
        found[:, rows] = block[rows].T
    return found


def blocks(count: int, rows: int = _ROWS) -> Iterator[slice]:
    """Yield slices of `rows` meters that together cover `count`."""
    for first in range(0, count, rows):
        yield slice(first, min(first + rows, count))


def register_step(readings: IntArray) -> IntArray:
    """Return the step (Wh) in which each meter's register counts, int32 (meters), 0 = cannot be told.

    `readings` int (meters, slots) Wh, negative = missing. It is 100, 10 or 1, or 100 times one of `MULTIPLES`: the
    coarsest step that nearly all readings above 0 are whole multiples of; readings of 0 fit every step and tell
    nothing.
    """
    step = np.zeros(len(readings), dtype=np.int32)
    for rows in blocks(len(readings)):
        block = readings[rows]
        positive = block > 0
        count = positive.sum(axis=1)
        found = np.where(count >= _STEP_READINGS, 1, 0)
        for size in reversed(REGISTER_STEPS):
            # Twice as fast as the remainder.
            whole = (positive & (block // size * size == block)).sum(axis=1)
            found = np.where((found > 0) & (whole >= _STEP_SHARE * count), size, found)
        coarse = np.flatnonzero((found == REGISTER_STEPS[0]) & (count >= _MULTIPLE_READINGS))
        found[coarse] = _multiple(block, coarse)
        step[rows] = found
    return step


def _multiple(block: IntArray, rows: IntArray) -> IntArray:
    """Return the step of some meters that count in 100 Wh, or in a multiple of it."""
    step = np.full(len(rows), REGISTER_STEPS[0], dtype=np.int64)
    if not len(rows):
        return step
    values = block[rows]
    # A single step above 0 settles most meters at once.
    ones = (values == REGISTER_STEPS[0]).sum(axis=1)
    count = (values > 0).sum(axis=1)
    left = np.flatnonzero(ones <= (1 - _STEP_SHARE) * count)
    for multiple in MULTIPLES:
        size = multiple * REGISTER_STEPS[0]
        chosen = values[left]
        whole = ((chosen > 0) & (chosen // size * size == chosen)).sum(axis=1) >= _STEP_SHARE * count[left]
        step[left[whole]] = size
        left = left[~whole]
    return step


def smoothed(block: IntArray, coarse: BoolArray, slots: int) -> IntArray:
    """Return the readings in sixths of a Wh, int (meters, slots), -1 missing.

    Of the meters `coarse` (bool) it is the mean of the slot and the `slots` - 1 before it, over the readings that came;
    where the slot's own reading is missing so is the mean. `slots` is 1, 2 or 3.
    """
    big = len(block) and int(block.max(initial=0)) > np.iinfo(np.int32).max // SCALE
    values: IntArray = block.astype(np.int64 if big else np.int32)
    present = values >= 0
    scaled = np.where(present, values * SCALE, MISSING)
    rows = np.flatnonzero(coarse)
    if len(rows) and slots > 1:
        kept = np.where(present[rows], values[rows], 0)
        total: Array = kept.copy()
        count: Array = present[rows].astype(values.dtype)
        for back in range(1, slots):
            total[:, back:] += kept[:, :-back]
            count[:, back:] += present[rows][:, :-back]
        scaled[rows] = np.where(present[rows], total * (SCALE // np.maximum(count, 1)), MISSING)
    return scaled


def smoothed_across(block: IntArray, coarse: BoolArray, slots: int) -> IntArray:
    """Return what `smoothed` does with slots and meters exchanged, int (slots, meters)."""
    big = len(block) and int(block.max(initial=0)) > np.iinfo(np.int32).max // SCALE
    found: IntArray = np.empty(block.shape[::-1], dtype=np.int64 if big else np.int32)
    # a few meters at a time: what is worked out of them stays in the nearest memory
    for rows in blocks(len(block), _NEAR):
        own: Array = across(block[rows]).astype(found.dtype, copy=False)
        came = (own >= 0).view(np.uint8)
        np.maximum(own, 0, out=own)
        some = coarse[rows] if slots > 1 else np.zeros(1, dtype=bool)
        if some.any():
            total, count = own.copy(), came.copy()
            for back in range(1, slots):
                total[back:] += own[:-back]
                count[back:] += came[:-back]
            total *= parts_of(count)
        own *= SCALE
        if some.any():
            np.copyto(own, total, where=some)
        np.copyto(own, MISSING, where=came == 0)
        found[:, rows] = own
    return found
