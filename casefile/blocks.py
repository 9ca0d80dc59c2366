"""Blocks of readings by name: what travels to whoever works on a block is where its readings are, not the readings.

A block names the folder of the store, a period and rows of meters. In this process it is read from the store at hand;
pickled, it leaves that behind, and whoever gets it opens the folder by its name (`casefile.engine`) and makes sure that
it is the same store: one that is not there would read as "nothing came".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Optional

import numpy as np

from ..arrays import IntArray, TimeArray
from ..messages import message
from .reading_index import MISSING, StoreError

if TYPE_CHECKING:
    from .readings import ReadingStore

ROWS = 16_384
"""Meters of a block: with two weeks of half-hours 44 MB."""
_opened: list[ReadingStore] = []
"""The store that the last block of another process was read from: its list of meters is read once."""


@dataclass(frozen=True)
class NamedWindow:
    """Readings (rows, slots) that stay in the files: a month of a prefecture's meters is larger than the memory."""

    folder: str
    """Folder of the store as those who work on blocks see it."""
    begin: datetime
    end: datetime
    rows: IntArray
    """int: rows of the store, -1 for none."""
    slots: int
    state: str
    """What the index of the store was when the block was named (`ReadingStore.state`)."""
    store: Optional[ReadingStore] = field(default=None, repr=False, compare=False)
    """The store in this process; it does not travel."""

    ndim = 2

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and slots."""
        return len(self.rows), self.slots

    def __len__(self) -> int:
        return len(self.rows)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "store": None}

    def part(self, rows: slice) -> NamedWindow:
        """Return some of the rows, not read yet."""
        return replace(self, rows=self.rows[rows])

    def __getitem__(self, rows: slice) -> IntArray:
        """Read a slice of the rows, int32 (rows of the slice, slots) Wh. Raises `StoreError`."""
        return self.opened().window(self.begin, self.end, self.rows[rows])

    def opened(self) -> ReadingStore:
        """Return the store. Raises `StoreError` where the folder holds none, or another than the one meant."""
        return self.store or store_of(self.folder, self.state)


@dataclass(frozen=True)
class LastAsked:
    """Of which meters the last reading is asked for."""

    block: NamedWindow
    at: datetime


def spans(count: int) -> Iterator[slice]:
    """Yield the blocks that `count` meters fall into."""
    for first in range(0, count, ROWS):
        yield slice(first, min(first + ROWS, count))


def arrived(block: NamedWindow) -> IntArray:
    """Return which readings of a block came, eight to a byte, uint8 (meters, bytes); see `analysis.flags`."""
    return np.packbits(block[:] != MISSING, axis=1)


def last_read(asked: LastAsked) -> TimeArray:
    """Return the end of the last reading not after a moment, datetime64[s] (meters), NaT without one."""
    return asked.block.opened().last_reading(asked.at, asked.block.rows)


def store_of(folder: str, state: str) -> ReadingStore:
    """Return the store of a folder. Raises `StoreError` where there is none, or not the one that is meant."""
    from .readings import ReadingStore

    store = next((each for each in _opened[:] if each.folder == Path(folder)), None) or ReadingStore(Path(folder))
    _opened[:] = [store]
    if store.state() != state:
        raise StoreError(
            message(
                "The readings in {folder} are not there, or not those of the case, for the worker {worker}. Let all "
                "workers see the folder of the case (setting “folder of the cases as the workers see it”), and run it "
                "again once nothing is being imported.",
                folder=folder,
                worker=_worker(),
            )
        )
    return store


def _worker() -> str:
    """Return the name of this computer."""
    import platform

    return platform.node()
