"""Flags of meters and half-hours, eight to a byte: two weeks of a prefecture's meters stay in memory.

Which of 8,000,000 meters sent a reading in which half-hour of a week is 2.7 GB of bool, and 0.34 GB here. What is asked
for is unpacked, so that whoever works block by block never has more of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

import numpy as np

from ..arrays import BoolArray, IntArray

BLOCK = 16_384
"""Meters unpacked at a time where all are gone through."""


@dataclass(frozen=True)
class Flags:
    """bool (meters, slots) that is indexed as an array is; a span of the half-hours of all meters stays packed."""

    packed: IntArray
    """uint8 (meters, bytes)."""
    begin: int
    """Bit of the first half-hour."""
    slots: int
    """Number of half-hours."""

    ndim = 2

    @classmethod
    def empty(cls, meters: int, slots: int) -> Flags:
        """Return flags none of which is set."""
        return cls(np.zeros((meters, -(-slots // 8)), dtype=np.uint8), 0, slots)

    @property
    def shape(self) -> tuple[int, int]:
        """Meters and half-hours."""
        return len(self.packed), self.slots

    def __len__(self) -> int:
        return len(self.packed)

    def put(self, rows: slice, flags: BoolArray) -> None:
        """Set the flags of some meters, bool (meters of the slice, slots)."""
        self.packed[rows] = np.packbits(flags, axis=1)

    def joined(self, later: Flags) -> Flags:
        """Return the flags with those of the half-hours that follow, of the same meters."""
        found = Flags.empty(len(self), self.slots + later.slots)
        for first in range(0, len(self), BLOCK):
            rows = slice(first, min(first + BLOCK, len(self)))
            found.put(rows, np.concatenate([self[rows], later[rows]], axis=1))
        return found

    def __getitem__(self, key: Any) -> Any:
        rows, slots = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(slots, slice) and slots.step not in (None, 1):
            slots = np.arange(self.slots)[slots]
            rows = rows if isinstance(rows, slice) else np.arange(len(self))[rows][:, None]
        if isinstance(slots, slice):
            begin, end, _ = slots.indices(self.slots)
            if isinstance(rows, slice) and rows == slice(None):
                return Flags(self.packed, self.begin + begin, max(end - begin, 0))
            return self._span(rows, self.begin + begin, max(end - begin, 0))
        bits = self.begin + np.asarray(slots)
        if np.ndim(rows) == 2:
            # as `np.ix_` names them
            return _bits(self.packed[np.ravel(rows)], np.ravel(bits))
        if isinstance(rows, slice):
            return _bits(self.packed[rows], bits)
        # a pair each
        return (self.packed[rows, bits >> 3] >> (7 - (bits & 7)).astype(np.uint8) & 1).astype(bool)

    def _span(self, rows: Union[slice, IntArray], begin: int, count: int) -> BoolArray:
        first = begin // 8
        some = self.packed[rows, first : -(-(begin + count) // 8)].view(np.uint8)
        part = np.unpackbits(some, axis=1)
        found: BoolArray = part[:, begin - first * 8 : begin - first * 8 + count].view(bool)
        return found

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Return all flags unpacked, bool, as numpy asks for them."""
        whole = self._span(slice(None), self.begin, self.slots)
        return whole if dtype is None else whole.astype(dtype)


def _bits(packed: IntArray, bits: IntArray) -> BoolArray:
    """Return some bits of each row, bool (rows, bits), or (rows) of a single one."""
    shift = (7 - (bits & 7)).astype(np.uint8)
    found: BoolArray = (packed[:, bits >> 3] >> shift & np.uint8(1)).view(bool)
    return found


Present = Union[BoolArray, Flags]
"""Which readings came, bool (meters, slots): an array, or flags that are indexed as one."""
