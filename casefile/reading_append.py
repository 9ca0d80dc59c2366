"""Readings that are arrays already, straight into the store: day by day, in blocks of meters, each day committed.

For makers of scenarios and for what is read back from Parquet: no CSV in between, and memory that a block takes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Iterable, Iterator, Optional

import numpy as np

from ..aggregator.readings_reader import Block
from ..aggregator.timecode import HALF_HOUR
from ..aggregator.values import NO_VALUE
from ..arrays import BytesArray, IntArray
from ..messages import Progress
from .packed_days import MISSING, unwritten
from .reading_lock import LOCK_FILE, IngestLock
from .reading_stage import StreamedDay
from .reading_writer import FilledStore

_EPOCH = date(1970, 1, 1)
PIECE_CELLS = 4096 * 48
"""Cells that are put at once where rows do not come in their order."""


@dataclass(frozen=True)
class Appended:
    """What became of a day."""

    day: date
    stored: int
    """Readings that were new."""
    duplicates: int
    """Those that repeat one that was there."""
    conflicts: int
    """Those that differ from one that was there; the later publication was kept, else the later call."""


class StoreAppender:
    """Fills a store while it is held; made by `appending`."""

    def __init__(self, store: FilledStore, progress: Progress):
        self._store = store
        self._progress = progress

    def register(
        self, supply_point: BytesArray, flow: IntArray, voltage: IntArray, customer_id: BytesArray
    ) -> IntArray:
        """Return the rows of meters, int64, giving new ones the next; what was received first for a meter stays.

        Parameters
            supply_point: `S22`.
            flow: uint8, 1 供給, 2 受電.
            voltage: uint8, 電圧分類, 0 for not given.
            customer_id: `S34`.
        """
        return self._store.meters.register(supply_point, flow, voltage, customer_id)

    def append_day(
        self,
        day: date,
        blocks: Iterable[tuple[IntArray, IntArray]],
        published: Optional[datetime] = None,
        step: int = HALF_HOUR,
    ) -> Appended:
        """Put one day in place; whatever stops it, the day is then as it was.

        Rows in their order, of a day that the store does not have yet, are packed as they come; others are staged in a
        file. Where a value is there already the law is that of `ReadingStore.ingest`.

        Parameters
            day: the day.
            blocks: (rows that `register` gave, int64 (n,); int32 (n, slots of a day) Wh, MISSING where nothing came,
                NO_VALUE where a meter answered without a usable value).
            published: when it was published, None where that is not known.
            step: minutes between two readings.
        Raises
            ValueError: rows that are not registered, or numbers that are no readings.
            Cancelled: the day is as it was.
            StoreError: the store cannot be written.
        """
        counts = self._store.counts
        before = counts.stored, counts.duplicates, counts.conflicts
        writer, _ = self._store.of(step)
        number = (day - _EPOCH).days
        try:
            for rows, cells in blocks:
                self._progress.raise_if_cancelled()
                self._put(number, self._checked(rows, cells, writer.slots, step), cells, published, step)
            self._store.commit()
        except OSError as error:
            raise unwritten(self._store.folder.name, error) from error
        finally:
            self._store.discard()
        after = counts.stored, counts.duplicates, counts.conflicts
        return Appended(day, *(new - old for new, old in zip(after, before)))

    def _checked(self, rows: IntArray, cells: IntArray, slots: int, step: int) -> IntArray:
        """Return the rows among those of the step length."""
        if cells.shape != (len(rows), slots) or cells.dtype != np.int32:
            raise ValueError(f"{cells.dtype} {cells.shape}: not int32 of {len(rows)} rows and {slots} slots")
        if not len(rows):
            return rows
        if rows.min() < 0 or rows.max() >= len(self._store.meters):
            raise ValueError("a row that is not registered")
        if cells.min() < NO_VALUE:
            raise ValueError(f"{cells.min()} is no reading")
        return self._store.rows_at(step, np.asarray(rows, dtype=np.int64))

    def _put(self, number: int, rows: IntArray, cells: IntArray, published: Optional[datetime], step: int) -> None:
        writer, _ = self._store.of(step)
        day, when = writer.days.get(number), np.datetime64(number, "D").astype(object)
        if not len(rows):
            return
        if day is None and when not in writer.index.days:
            day = writer.days[number] = StreamedDay(writer.folder, when, writer.slots)
        if isinstance(day, StreamedDay) and rows[0] >= day.rows and (np.diff(rows) > 0).all():
            there = cells != MISSING
            slots = np.flatnonzero(there.any(axis=0))
            day.add(rows, cells)
            self._store.counts.stored += int(np.count_nonzero(there))
            if len(slots):
                day.saw(slots, published)
            return
        height = max(1, PIECE_CELLS // writer.slots)
        for first in range(0, len(rows), height):
            own, slots = np.nonzero(cells[first : first + height] != MISSING)
            days = np.full(len(own), number, dtype=np.int32)
            writer.put(Block(rows[first + own], days, slots, cells[first + own, slots]), published)


@contextmanager
def appending(folder: Path, progress: Optional[Progress] = None) -> Iterator[StoreAppender]:
    """Hold a store (made where there is none) and yield what fills it. Raises `StoreError` where another run does."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with IngestLock(folder / LOCK_FILE):
            yield StoreAppender(FilledStore(folder), progress or Progress())
    except OSError as error:
        raise unwritten(folder.name, error) from error


def append_days(
    folder: Path,
    days: Iterable[tuple[date, Iterable[tuple[IntArray, IntArray]]]],
    progress: Optional[Progress] = None,
) -> list[Appended]:
    """Put days of meters that the store knows into it, each committed before the next; see `StoreAppender`."""
    with appending(folder, progress) as store:
        return [store.append_day(day, blocks) for day, blocks in days]
