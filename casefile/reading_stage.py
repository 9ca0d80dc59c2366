"""One day of readings on its way into the store: staged as plain numbers, or packed as they come in their order."""

from __future__ import annotations

import mmap
from datetime import date, datetime
from pathlib import Path
from typing import Optional, Union

import numpy as np

from ..arrays import IntArray
from .packed_days import DayWriter, PackedDay, StoredDay, day_path, unreadable_day
from .reading_index import MISSING, DayRecord, load_day, plain_file

SMALLEST = 4096
"""Rows that a new day of half-hours has room for; one of finer steps for as many bytes."""
PIECE_ROWS = 4096
"""Rows of a day that are copied or packed at once."""


class DayInTheMaking:
    """What is known of a day while its readings come."""

    def __init__(self, folder: Path, day: date, record: Optional[DayRecord], slots: int):
        self.folder = folder
        self.day = day
        self.slots = slots
        self.published = record.published if record else None
        self.first = record.first if record else slots
        self.last = record.last if record else -1
        self.newest = self.published

    def saw(self, slots: IntArray, published: Optional[datetime]) -> None:
        """Note which slots (at least one) and publication the day holds."""
        self.first = min(self.first, int(slots.min()))
        self.last = max(self.last, int(slots.max()))
        if published is not None and (self.newest is None or published > self.newest):
            self.newest = published

    @property
    def record(self) -> DayRecord:
        """What the index is to say of the day."""
        return DayRecord(self.first, self.last, self.newest)


class StagedDay(DayInTheMaking):
    """The readings of a day in any order: int32 cells in a file without header (`*.part`), packed when all came."""

    def __init__(self, folder: Path, day: date, record: Optional[DayRecord], slots: int):
        super().__init__(folder, day, record, slots)
        self.part = folder / f"{day.isoformat()}.cells.part"
        self.row_bytes = 4 * slots
        self.capacity = 0
        self._mapped: Optional[mmap.mmap] = None
        self.cells = np.empty(0, dtype=np.int32)
        self.part.write_bytes(b"")
        if record is not None:
            with load_day(folder, day) as stored:
                self.copy(stored)

    def copy(self, stored: StoredDay) -> None:
        """Begin with the rows that another file holds."""
        rows, slots = stored.shape
        if slots != self.slots:
            raise unreadable_day(self.day.isoformat())
        with open(self.part, "wb") as stream:
            for first in range(0, rows, PIECE_ROWS):
                stream.write(stored.read(slice(first, first + PIECE_ROWS), 0, slots).tobytes())
        self.capacity = rows

    def room_for(self, rows: int) -> None:
        """Make room for so many rows; new cells are MISSING."""
        if rows <= self.capacity:
            return
        self.unmap()
        capacity = max(rows, self.capacity * 3 // 2, SMALLEST * 48 // self.slots)
        chunk = np.full((1 << 20) // 4, MISSING, dtype=np.int32).tobytes()
        with open(self.part, "r+b") as stream:
            stream.seek(self.capacity * self.row_bytes)
            left = (capacity - self.capacity) * self.row_bytes
            while left > 0:
                stream.write(chunk[: min(left, len(chunk))])
                left -= len(chunk)
        self.capacity = capacity

    def map(self) -> IntArray:
        """Return the cells, int32 `(capacity * slots,)`, mapped from the file."""
        if self._mapped is None:
            with open(self.part, "r+b") as stream:
                self._mapped = mmap.mmap(stream.fileno(), self.capacity * self.row_bytes)
            self.cells = np.frombuffer(self._mapped, dtype=np.int32)
        return self.cells

    def unmap(self) -> None:
        """Let go of the memory; what was written is in the file."""
        if self._mapped is not None:
            self.cells = np.empty(0, dtype=np.int32)
            self._mapped.close()
            self._mapped = None

    @property
    def mapped_bytes(self) -> int:
        """Bytes mapped now."""
        return 0 if self._mapped is None else self.capacity * self.row_bytes

    def finish(self, rows: int) -> None:
        """Pack the first `rows` rows and put them in place of what stands; what older versions wrote goes."""
        self.unmap()
        self.room_for(rows)
        with DayWriter(day_path(self.folder, self.day), self.slots) as packed:
            with open(self.part, "rb") as stream:
                for first in range(0, rows, PIECE_ROWS):
                    piece = np.fromfile(stream, dtype=np.int32, count=min(PIECE_ROWS, rows - first) * self.slots)
                    packed.add(piece.reshape(-1, self.slots))
            packed.finish()
        plain_file(self.folder, self.day).unlink(missing_ok=True)
        self.part.unlink()

    def discard(self) -> None:
        """Forget what was written."""
        self.unmap()
        self.part.unlink(missing_ok=True)


class StreamedDay(DayInTheMaking):
    """The readings of a day that the store does not have yet, of rows in their order: packed as they come."""

    mapped_bytes = 0

    def __init__(self, folder: Path, day: date, slots: int):
        super().__init__(folder, day, None, slots)
        self._packed = DayWriter(day_path(folder, day), slots)
        self.rows = 0

    def add(self, rows: IntArray, cells: IntArray) -> None:
        """Append rows (int64, each greater than the one before and than all before), int32 (rows, slots) Wh."""
        begin, end = int(rows[0]), int(rows[-1]) + 1
        for gap in range(self.rows, begin, PIECE_ROWS):
            self._packed.add(np.full((min(PIECE_ROWS, begin - gap), self.slots), MISSING, dtype=np.int32))
        if end - begin > len(rows):
            spread = np.full((end - begin, self.slots), MISSING, dtype=np.int32)
            spread[rows - begin] = cells
            cells = spread
        self._packed.add(cells)
        self.rows = end

    def staged(self) -> StagedDay:
        """Return the day as one whose rows may come in any order; this one is void then."""
        place = self.folder / f"{self.day.isoformat()}.streamed.part"
        self._packed.finish(place)
        staged = StagedDay(self.folder, self.day, None, self.slots)
        with PackedDay(place) as stored:
            staged.copy(stored)
        place.unlink()
        if self.last >= 0:
            staged.saw(np.array([self.first, self.last]), self.newest)
        return staged

    def unmap(self) -> None:
        """Nothing is mapped."""

    def finish(self, _: int) -> None:
        """Put the day in its place; rows of the store that did not come are none of the day's, and so MISSING."""
        self._packed.finish()

    def discard(self) -> None:
        """Forget what was written."""
        self._packed.discard()


AnyDay = Union[StagedDay, StreamedDay]
