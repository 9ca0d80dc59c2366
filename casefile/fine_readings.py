"""Readings in steps finer than half an hour (15, 10, 6, 5, 3, 2, 1 minutes), as they came, beside the half-hours.

    readings/15/index.json       as of the store, with step_minutes
    readings/15/meters.bin       int32 for each meter with such readings: its row in the store
    readings/15/YYYY-MM-DD.day   (those meters, steps of a day) Wh, MISSING where no row was received; see `packed_days`
    readings/steps.bin           one byte for each meter of the store: in which step lengths it ever came

Nothing in here is worked out from anything else: the half-hours are summed when they are asked for, so that there is
nothing that a run that dies or a revised file could leave out of step.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Optional

import numpy as np

from ..aggregator.timecode import DAY_MINUTES, HALF_HOUR, STEPS
from ..aggregator.values import NO_VALUE
from ..arrays import BoolArray, IntArray
from ..messages import message
from .reading_index import MISSING, PIECE_BYTES, StoreError, follow, load_day, read_index, read_on

ROWS_FILE = "meters.bin"
ROW = np.dtype("<i4")
STEPS_FILE = "steps.bin"


def step_bit(step: int) -> int:
    """Return the bit of a step length in `steps.bin`. There are eight divisors of half an hour."""
    return 1 << STEPS.index(step)


def steps_of_bits(bits: int) -> tuple[int, ...]:
    """Return the step lengths of a byte of `steps.bin`, the coarsest first."""
    return tuple(step for step in STEPS if bits & step_bit(step))


def summed(values: IntArray, steps: int) -> IntArray:
    """Return int32 (rows, n) Wh, each the sum of `steps` neighbours of int32 (rows, n·steps); MISSING if one is.

    Else `NO_VALUE` if one has none.

    The reader lets no single value pass that could make a sum too large for int32.
    """
    total: IntArray = values[:, ::steps].copy()
    signs: IntArray = total.copy()
    for place in range(1, steps):
        part = values[:, place::steps]
        np.add(total, part, out=total)
        np.bitwise_or(signs, part, out=signs)
    lacking = np.nonzero(signs < 0)
    if len(lacking[0]):
        parts = values.reshape(len(values), -1, steps)[lacking]
        total[lacking] = np.where((parts == MISSING).any(axis=1), MISSING, NO_VALUE)
    return total


class FineSet:
    """All readings of one step length."""

    def __init__(self, folder: Path, step: int):
        self.folder = folder
        self.step = step
        index = read_index(folder)
        self.days = index.days
        self.rows = np.empty(0, dtype=ROW)
        """Row of the store for each row of the arrays, int32."""
        if index.meters:
            self.rows = np.fromfile(folder / ROWS_FILE, dtype=ROW, count=index.meters)
        if len(self.rows) != index.meters or (index.meters and index.step != step):
            raise StoreError(
                message(
                    "The list of meters ({file}) is shorter than the index of the readings says. Delete the folder"
                    " “readings” of the case and import the files again.",
                    file=f"{step}/{ROWS_FILE}",
                )
            )
        self._places = np.empty(0, dtype=np.int32)

    def half_hours(self) -> dict[date, tuple[int, int]]:
        """Return first and last half-hour of each day of which every step lies within what was received."""
        steps = HALF_HOUR // self.step
        found = {}
        for day, record in self.days.items():
            first, last = -(-record.first // steps), (record.last + 1) // steps - 1
            if first <= last:
                found[day] = (first, last)
        return found

    def places(self, count: int) -> IntArray:
        """Return for each of `count` rows of the store its row in the arrays, int32, -1 where it has none."""
        places = self._places
        if len(places) != count:
            places = np.full(count, -1, dtype=np.int32)
            # a run that fills the store meanwhile may have added meters that the reader does not know yet
            known = np.flatnonzero(self.rows < count)
            places[self.rows[known]] = known
            # another thread must not see it before it is filled, nor get one of another length
            self._places = places
        return places

    def read_on(self, day: date, rows: IntArray, count: int) -> BoolArray:
        """Return which rows (≥ 0) of the store, which has `count`, have any reading of a day, bool."""
        found = np.zeros(len(rows), dtype=bool)
        if day in self.days:
            at = self.places(count)[rows]
            found[at >= 0] = read_on(self.folder, day, at[at >= 0])
        return found

    def fill(
        self, out: IntArray, day: date, span: tuple[int, int], step: int, rows: Optional[IntArray], count: int
    ) -> None:
        """Put the sums of the slots `span` (of `step` minutes) of a day where `out` (rows, slots) is MISSING.

        `rows` of the store, None for all of its `count`. What is there stays: a longer step has fewer roundings.
        """
        if day not in self.days or not len(self.rows):
            return
        places = self.places(count)
        if rows is None:
            at = places[: len(out)]
        else:
            known = (rows >= 0) & (rows < count)
            at = np.where(known, places[np.where(known, rows, 0)], -1)
        steps = step // self.step
        begin, end = span[0] * steps, span[1] * steps
        length = max(1, PIECE_BYTES // (4 * (DAY_MINUTES // self.step)))
        with load_day(self.folder, day) as stored:
            wanted = np.flatnonzero((at >= 0) & (at < stored.shape[0]))
            for first in range(0, len(wanted), length):
                chosen = wanted[first : first + length]
                place = slice(chosen[0], chosen[-1] + 1) if follow(chosen) else chosen
                held = out[place]
                empty = held == MISSING
                if empty.any():
                    sums = summed(stored.read(at[chosen].astype(np.int64), begin, end), steps)
                    out[place] = sums if empty.all() else np.where(empty, sums, held)
