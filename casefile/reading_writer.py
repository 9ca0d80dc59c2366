"""Filling the reading store: blocks of readings into mapped arrays of days that grow, packed when all is read."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Callable, Mapping, Optional, Protocol

import numpy as np

from ..aggregator.keys import FEW_PLACES, KeyIndex, as_words, mixed_words
from ..aggregator.parquet_reader import ParquetReadings, is_parquet, published_of
from ..aggregator.profile import Profile
from ..aggregator.readings_reader import Block, ReadingsFile, Register, Tally, at_step_of
from ..aggregator.rejects import Rejects
from ..aggregator.tabular import FileProblem, Head, head_of
from ..aggregator.timecode import DAY_MINUTES, HALF_HOUR
from ..arrays import Array, BytesArray, IntArray
from ..messages import Message, Progress, message
from .fine_readings import ROW, ROWS_FILE, STEPS_FILE, FineSet, step_bit
from .packed_days import SUFFIX, unwritten
from .reading_index import (
    INDEX_FILE,
    METER,
    METERS_FILE,
    MISSING,
    PLAIN_SUFFIX,
    DayRecord,
    StoreError,
    StoreIndex,
    days_in,
    load_day,
    meter_keys,
    plain_file,
    read_index,
    unreadable_index,
    write_index,
)
from .reading_lock import LOCK_FILE, IngestLock
from .reading_stage import PIECE_ROWS, SMALLEST, AnyDay, StagedDay, StreamedDay
from .reported import Counter, Reported, code_of

MOST_LOST, FEW_LOST = 0.005, 10
"""More unreadable rows than both, as a share and a number, and a file is not whole: they may be of one half-hour."""
MAPPED_BYTES = 96 << 20
"""So much of the day files is mapped at once; more days than that take turns."""
_EPOCH = date(1970, 1, 1)
Years = tuple[datetime, datetime]
"""Moments between which readings may lie: no earlier begin, no later end."""
AT_ONCE = 1 << 19
"""Meters entered into the index at a time."""


@dataclass(frozen=True)
class FileReport:
    """What became of one file."""

    path: Path
    rows: int
    """Rows of data, good or bad."""
    rejected: int
    rejects: Optional[Path]
    """The rejects file, None where no row was rejected."""
    warnings: tuple[Message, ...] = ()
    step: int = HALF_HOUR
    """Minutes between two of its readings."""
    reported: tuple[Reported, ...] = ()
    """How many meters reported in which half-hour, by population."""
    whole: bool = True
    """Whether it tells all that was in it: it does not end in the middle of a row, and nearly all rows could be read.
    """
    last_row: int = -1
    """Row of the store of the meter that its last good row is of; -1 for none, and of other steps."""


@dataclass(frozen=True)
class IngestReport:
    """What became of all files."""

    files: tuple[FileReport, ...]
    failed: tuple[tuple[Path, Message], ...]
    """Files that could not be used, and why."""
    rows: int
    """Rows of data, good or bad."""
    stored: int
    """Readings that were new."""
    duplicates: int
    """Rows that repeat a reading already there."""
    conflicts: int
    """Rows that gave another value for a reading already there; the later publication was kept."""
    rejected: int
    blank: int
    """Rows without a figure."""
    rounded: int
    """Readings finer than 1 Wh."""
    new_meters: int
    changed_meters: int
    """How often a meter came with another customer or voltage than at first; what came first stays."""
    days: tuple[date, ...]
    """Days that were written."""

    @property
    def by_step(self) -> dict[int, int]:
        """Step length (minutes) → rows of data of the files that came in it, the coarsest first."""
        steps = sorted({file.step for file in self.files if file.rows}, reverse=True)
        return {step: sum(file.rows for file in self.files if file.step == step) for step in steps}


@dataclass
class _Counts:
    stored: int = 0
    duplicates: int = 0
    conflicts: int = 0


class _Meters:
    """The meters of the store while it is filled: known ones are found, new ones appended in memory until `commit`."""

    def __init__(self, folder: Path, count: int):
        self.path = folder / METERS_FILE
        self.committed = count
        if count * METER.itemsize > (self.path.stat().st_size if self.path.is_file() else 0):
            raise StoreError(
                message(
                    "The list of meters ({file}) is shorter than the index of the readings says. Delete the folder"
                    " “readings” of the case and import the files again.",
                    file=METERS_FILE,
                )
            )
        self._codes: IntArray = np.empty(count, dtype=np.uint8)
        self._said: IntArray = np.empty(count, dtype=np.uint64)
        self._new: list[Array] = []
        # as a file of a prefecture's parts adds some more to those there are
        self._index = KeyIndex(3, None, count + count // 8, FEW_PLACES)
        for first in range(0, count, AT_ONCE):
            number = min(AT_ONCE, count - first)
            some = np.fromfile(self.path, dtype=METER, count=number, offset=first * METER.itemsize)
            self._codes[first : first + number] = code_of(some["flow"], some["voltage"])
            self._said[first : first + number] = _said_of(some["voltage"], some["customer_id"])
            self._index.add(meter_keys(some["supply_point"], some["flow"]))
        self.changed = 0

    def __len__(self) -> int:
        return len(self._index)

    def register(
        self, supply_point: BytesArray, flow: IntArray, voltage: IntArray, customer_id: BytesArray
    ) -> IntArray:
        """Return the rows of meters, giving new ones the next. What was received first for a meter stays."""
        before = len(self._index)
        rows = self._index.add(meter_keys(supply_point, flow))
        after = len(self._index)
        said = _said_of(voltage, customer_id)
        if after > len(self._codes):
            room = max(after, len(self._codes) * 9 // 8, SMALLEST) - len(self._codes)
            self._codes = np.concatenate((self._codes, np.zeros(room, dtype=np.uint8)))
            self._said = np.concatenate((self._said, np.zeros(room, dtype=np.uint64)))
        # reversed, so that the first of several rows of one new meter is the one that stays
        fresh = np.flatnonzero(rows >= before)[::-1]
        if after > before:
            records = np.zeros(after - before, dtype=METER)
            place = rows[fresh] - before
            for name, values in (
                ("supply_point", supply_point),
                ("flow", flow),
                ("voltage", voltage),
                ("customer_id", customer_id),
            ):
                records[name][place] = values[fresh]
            self._new.append(records)
        self._codes[rows[fresh]] = code_of(flow[fresh], voltage[fresh])
        self._said[rows[fresh]] = said[fresh]
        if len(fresh) < len(rows):
            self.changed += int((self._said[rows] != said).sum())
        return rows

    @property
    def codes(self) -> IntArray:
        """Flow and voltage of every meter, uint8 (`reported.code_of`)."""
        return self._codes[: len(self)]

    def commit(self) -> None:
        """Append the new meters to the file. What a run that died left behind the committed ones is overwritten."""
        if len(self) > self.committed:
            _append(self.path, self.committed * METER.itemsize, *self._new)
            self.committed, self._new = len(self), []


def _said_of(voltage: IntArray, customer_id: BytesArray) -> IntArray:
    """Return what is said of meters besides their identity as one number each, uint64: a quarter of the text's length.

    Two different customers have the same number once in 10 ** 19.
    """
    width = METER["customer_id"].itemsize
    words = as_words(np.asarray(customer_id, dtype=METER["customer_id"]), width + 1)
    words.view(np.uint8)[:, width] = voltage
    return mixed_words(words, range(words.shape[1]))


class Committed(Protocol):
    """The meters of a set of readings while it is filled."""

    def __len__(self) -> int: ...

    def commit(self) -> None:
        """Append the new meters to the file."""


class _FineMeters:
    """The meters of one set of finer readings while it is filled: rows of the store → rows of the set."""

    def __init__(self, held: FineSet):
        self.path = held.folder / ROWS_FILE
        self.committed = len(held.rows)
        self._rows = held.rows
        self._places = np.empty(0, dtype=ROW)

    def __len__(self) -> int:
        return len(self._rows)

    def store_rows(self, rows: IntArray) -> IntArray:
        """Return the rows of the store for rows of the set, int64."""
        return self._rows[rows].astype(np.int64)

    def register(self, rows: IntArray) -> IntArray:
        """Return the rows of the set for rows of the store, int64, giving new ones the next."""
        most = int(rows.max()) + 1 if len(rows) else 0
        if most > len(self._places):
            self._places = np.full(most * 3 // 2, -1, dtype=ROW)
            self._places[self._rows] = np.arange(len(self._rows))
        new, first = np.unique(rows[self._places[rows] < 0], return_index=True)
        new = new[np.argsort(first)]
        self._places[new] = len(self._rows) + np.arange(len(new))
        self._rows = np.concatenate((self._rows, new.astype(ROW)))
        return self._places[rows].astype(np.int64)

    def commit(self) -> None:
        """Append the new meters to the file, as `_Meters.commit`."""
        if len(self) > self.committed:
            _append(self.path, self.committed * ROW.itemsize, self._rows[self.committed :])
            self.committed = len(self)


def _append(path: Path, begin: int, *parts: Array) -> None:
    """Write records from byte `begin` on, part by part, and end the file there."""
    with open(path, "r+b" if path.exists() else "w+b") as stream:
        stream.seek(begin)
        for records in parts:
            stream.write(np.ascontiguousarray(records).view(np.uint8).data)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())


@dataclass
class _Writer:
    """All day files of one step length in one ingest."""

    folder: Path
    index: StoreIndex
    meters: Committed
    counts: _Counts
    days: dict[int, AnyDay] = field(default_factory=dict)

    @property
    def slots(self) -> int:
        """Slots of a day."""
        return DAY_MINUTES // self.index.step

    def put(self, block: Block, published: Optional[datetime]) -> None:
        """Store one block of readings."""
        if not len(block.rows):
            return
        if (block.days == block.days[0]).all():
            self._put(int(block.days[0]), block.rows, block.slots, block.wh, published)
            return
        # a stable sort of small numbers takes one pass, and keeps the order of the lines within a day
        base = block.days.min()
        span = int(block.days.max()) - int(base)
        order = np.argsort((block.days - base).astype(np.uint16 if span < 1 << 16 else np.int64), kind="stable")
        days = block.days[order]
        begins = np.concatenate(([0], np.flatnonzero(days[1:] != days[:-1]) + 1, [len(days)]))
        for begin, end in zip(begins[:-1].tolist(), begins[1:].tolist()):
            part = order[begin:end]
            self._put(int(days[begin]), block.rows[part], block.slots[part], block.wh[part], published)

    def _put(self, number: int, rows: IntArray, slots: IntArray, wh: IntArray, published: Optional[datetime]) -> None:
        day = self.staged(number)
        day.room_for(len(self.meters))
        later = published is None or day.published is None or published >= day.published
        put_cells(day.map(), rows * self.slots + slots, wh, later, self.counts)
        day.saw(slots, published)

    def staged(self, number: int) -> StagedDay:
        """Return a day (since 1970) that readings can be put into in any order."""
        day = self.days.pop(number, None)
        if day is None:
            when = _EPOCH + timedelta(days=number)
            day = StagedDay(self.folder, when, self.index.days.get(when), self.slots)
        elif isinstance(day, StreamedDay):
            day = day.staged()
        # the day used last stands last: those before it are let go first
        self.days[number] = day
        held = sum(other.mapped_bytes for other in self.days.values())
        for other in self.days.values():
            if held <= MAPPED_BYTES or other is day:
                break
            held -= other.mapped_bytes
            other.unmap()
        return day

    def begin_commit(self) -> None:
        """Put the meters in place, then the index that counts them: a day may only have rows that it counts."""
        self.meters.commit()
        self.index = replace(self.index, meters=len(self.meters))
        write_index(self.folder, self.index)

    def commit_days(self) -> list[date]:
        """Put day by day in place. Whatever stops it, the store can be read."""
        written = []
        for number in sorted(self.days):
            when = _EPOCH + timedelta(days=number)
            day = self.days[number]
            day.finish(len(self.meters))
            days = {**self.index.days, when: day.record}
            self.index = replace(self.index, days=days)
            write_index(self.folder, self.index)
            written.append(when)
        self.days = {}
        return written

    def discard(self) -> None:
        """Forget everything that was not committed."""
        for day in self.days.values():
            day.discard()
        self.days = {}


class FilledStore:
    """The half-hours and all sets of finer readings of one ingest."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.counts = _Counts()
        index = _clean(folder, read_index(folder))
        self.meters = _Meters(folder, index.meters)
        self.half_hours = _Writer(folder, index, self.meters, self.counts)
        self.finer: dict[int, _Writer] = {}
        self._fine_meters: dict[int, _FineMeters] = {}
        for step in index.finer:
            self._open(step)
        self._came = np.full(index.meters, step_bit(HALF_HOUR), dtype=np.uint8)
        if index.finer and index.meters:
            held = np.fromfile(folder / STEPS_FILE, dtype=np.uint8, count=index.meters)
            self._came[: len(held)] = held

    def _open(self, step: int) -> _Writer:
        if step not in self.finer:
            folder = self.folder / str(step)
            folder.mkdir(exist_ok=True)
            held = FineSet(folder, step)
            index = _clean(folder, StoreIndex(len(held.rows), held.days, step))
            meters = self._fine_meters[step] = _FineMeters(held)
            self.finer[step] = _Writer(folder, index, meters, self.counts)
        return self.finer[step]

    def of(self, step: int) -> tuple[_Writer, Register]:
        """Return what writes the readings of a step length, and what gives its meters their rows."""
        writer = self.half_hours if step == HALF_HOUR else self._open(step)

        def register(points: BytesArray, flow: IntArray, voltage: IntArray, customer: BytesArray) -> IntArray:
            return self.rows_at(step, self.meters.register(points, flow, voltage, customer))

        return writer, register

    def rows_at(self, step: int, rows: IntArray) -> IntArray:
        """Return the rows that meters (rows of the store) have among those of a step length, int64."""
        if len(self.meters) > len(self._came):
            grown = np.zeros(len(self.meters) * 3 // 2, dtype=np.uint8)
            grown[: len(self._came)] = self._came
            self._came = grown
        self._came[rows] |= step_bit(step)
        return rows if step == HALF_HOUR else self._fine_meters[step].register(rows)

    def put(self, step: int, block: Block, published: Optional[datetime], counter: Counter) -> None:
        """Put a block of readings of one step length into their days, and count whose they are."""
        self.of(step)[0].put(block, published)
        rows = block.rows if step == HALF_HOUR else self._fine_meters[step].store_rows(block.rows)
        counter.add(block, rows, self.meters.codes)

    def commit(self) -> tuple[date, ...]:
        """Put everything in place: meters, then day by day. Whatever stops it, the store can be read."""
        finer = {step: writer for step, writer in self.finer.items() if writer.days}
        if not finer and not self.half_hours.days:
            return ()
        index = self.half_hours.index
        steps = tuple(sorted({*index.finer, *finer}, reverse=True))
        if steps:
            _append(self.folder / STEPS_FILE, 0, self._came[: len(self.meters)])
        self.half_hours.index = replace(index, finer=steps)
        self.half_hours.begin_commit()
        written: set[date] = set()
        for writer in finer.values():
            writer.begin_commit()
            written.update(writer.commit_days())
        written.update(self.half_hours.commit_days())
        if finer:
            # readers look at this file to see that something is new
            write_index(self.folder, self.half_hours.index)
        return tuple(sorted(written))

    def discard(self) -> None:
        """Forget everything that was not committed."""
        for writer in (self.half_hours, *self.finer.values()):
            writer.discard()


def put_cells(cells: IntArray, at: IntArray, wh: IntArray, later: bool, counts: _Counts) -> None:
    """Write `wh` into `cells[at]` and count what was new, a repetition, or another value for a cell that has one.

    Where values differ, the last one stays if `later` (this publication is not older than what is there); else the
    first.
    """
    old = cells[at]
    if (old == MISSING).all():
        if (at[1:] > at[:-1]).all():
            cells[at] = wh
            counts.stored += len(at)
            return
        # numbers of the rows, written and read back, tell whether a cell is named twice
        numbers = np.arange(len(at), dtype=np.int32)
        cells[at] = numbers
        if (cells[at] == numbers).all():
            cells[at] = wh
            counts.stored += len(at)
            return
        cells[at] = MISSING
    order = np.argsort(at, kind="stable")
    sorted_at, values = at[order], wh[order]
    first = np.concatenate(([True], sorted_at[1:] != sorted_at[:-1]))
    begins = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    held = old[order][begins]
    fresh = held == MISSING
    counts.stored += int(fresh.sum())
    if later:
        before = np.concatenate(([0], values[:-1])).astype(np.int32)
        before[begins] = np.where(fresh, values[begins], held)
        kept = values[np.append(begins[1:], len(values)) - 1]
    else:
        kept = np.where(fresh, values[begins], held)
        before = kept[group]
    differs = int((before != values).sum())
    counts.conflicts += differs
    counts.duplicates += len(at) - int(fresh.sum()) - differs
    cells[sorted_at[begins]] = kept


def _clean(folder: Path, index: StoreIndex) -> StoreIndex:
    """Remove what a run that died left behind; take in a day it had put in place but not yet entered."""
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)
    _refuse_strange_rows(folder, index)
    days = dict(index.days)
    for day in days_in(folder, SUFFIX):
        plain_file(folder, day).unlink(missing_ok=True)
    for day in sorted({*days_in(folder, SUFFIX), *days_in(folder, PLAIN_SUFFIX)}):
        if day not in days:
            slots = _received(folder, day)
            if len(slots):
                days[day] = DayRecord(int(slots[0]), int(slots[-1]))
    return replace(index, days=days)


def _refuse_strange_rows(folder: Path, index: StoreIndex) -> None:
    """Raise `StoreError` where a day has rows that the index does not count, as in a store put together of two copies.

    A new meter would get such a row, and with it the readings of another one.
    """
    for day in {*index.days, *days_in(folder, SUFFIX), *days_in(folder, PLAIN_SUFFIX)}:
        # a day that cannot be read is told where it is asked for
        with suppress(StoreError), load_day(folder, day) as stored:
            if stored.shape[0] > index.meters:
                break
    else:
        return
    raise unreadable_index()


def _received(folder: Path, day: date) -> IntArray:
    """Return the slots of a day in which any meter has a reading."""
    with load_day(folder, day) as stored:
        rows, slots = stored.shape
        found = np.zeros(slots, dtype=bool)
        for first in range(0, rows, PIECE_ROWS):
            found |= (stored.read(slice(first, first + PIECE_ROWS), 0, slots) != MISSING).any(axis=0)
    return np.flatnonzero(found)


def ingest(
    folder: Path,
    paths: list[Path],
    profile: Profile,
    rejects: Optional[Path],
    progress: Progress,
    disagreeing: Callable[[tuple[date, ...]], int],
    years: Optional[Years],
    heads: Mapping[Path, Head],
) -> IngestReport:
    """Fill the store in `folder`; see `ReadingStore.ingest`.

    `disagreeing` counts, of the days that were filled, the half-hours whose step lengths do not add up to one another.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with IngestLock(folder / LOCK_FILE):
            store = FilledStore(folder)
            try:
                report = _ingest(store, paths, profile, rejects, progress, years, heads)
                if store.finer:
                    _warn_of(disagreeing(report.days), progress)
                return report
            finally:
                store.discard()
    except OSError as error:
        raise unwritten(f"{folder.name}/{INDEX_FILE}", error) from error


def _ingest(
    store: FilledStore,
    paths: list[Path],
    profile: Profile,
    rejects: Optional[Path],
    progress: Progress,
    years: Optional[Years],
    heads: Mapping[Path, Head],
) -> IngestReport:
    before = len(store.meters)
    reports: list[FileReport] = []
    tallies: list[Tally] = []
    failed: list[tuple[Path, Message]] = []
    total = max(1, sum(path.stat().st_size for path in paths if path.is_file()))
    done = 0
    for path, published in _in_order(paths, profile):
        try:
            found = _one(path)(store, path, heads, published, profile, rejects, progress, years, done, total)
        except FileProblem as problem:
            failed.append((path, problem.message))
            progress.warn(problem.message)
            continue
        finally:
            done += path.stat().st_size if path.is_file() else 0
        for report, tally in found:
            reports.append(report)
            tallies.append(tally)
    days = store.commit()
    _warn_of_conflicts(store.counts.conflicts, progress)
    return IngestReport(
        files=tuple(reports),
        failed=tuple(failed),
        rows=sum(tally.rows for tally in tallies),
        stored=store.counts.stored,
        duplicates=store.counts.duplicates,
        conflicts=store.counts.conflicts,
        rejected=sum(report.rejected for report in reports),
        blank=sum(tally.blank for tally in tallies),
        rounded=sum(tally.rounded for tally in tallies),
        new_meters=len(store.meters) - before,
        changed_meters=store.meters.changed,
        days=days,
    )


def _warn_of_conflicts(count: int, progress: Progress) -> None:
    if count:
        progress.warn(
            message(
                "{count} reading(s) differ from what was there; those of the later publication were kept.", count=count
            )
        )


def _warn_of(count: int, progress: Progress) -> None:
    """Say how many half-hours came in two step lengths that do not add up to one another."""
    if count:
        progress.warn(
            message(
                "{count} half-hour(s) came in steps of two lengths that differ by 0.1 kWh or more. The figure of the"
                " longer step is used. Ask the utility which is right.",
                count=count,
            )
        )


def _in_order(paths: list[Path], profile: Profile) -> list[tuple[Path, Optional[datetime]]]:
    """Return files and the times of publication their names say, oldest publication first, else as they were given."""
    stamped = []
    for path in paths:
        name = profile.file_names.parse(path.name)
        published = published_of(path) if is_parquet(path) and name is None else None
        stamped.append((path, name.time if name else published))
    known = [stamp for _, stamp in stamped if stamp is not None]
    latest = max(known) if known else None
    # a file without a stamp counts as the latest: somebody chose to give it now
    return sorted(stamped, key=lambda item: item[1] or latest or datetime.max)


def _one(path: Path) -> Callable[..., list[tuple[FileReport, Tally]]]:
    """Return what takes in a file of this form, and returns what became of each step length in it."""
    return _one_parquet if is_parquet(path) else _one_file


def _one_file(
    store: FilledStore,
    path: Path,
    heads: Mapping[Path, Head],
    published: Optional[datetime],
    profile: Profile,
    rejects: Optional[Path],
    progress: Progress,
    years: Optional[Years],
    done: int,
    total: int,
) -> list[tuple[FileReport, Tally]]:
    head = heads.get(path) or head_of(path)
    kept = Rejects(path, rejects, progress)
    profile = at_step_of(path, profile, head)
    step = profile.slot.minutes
    register, counter, last_row = store.of(step)[1], Counter(step), -1
    try:
        source = ReadingsFile(path, profile, register, kept, progress, limits_of(published, profile, years), head)
        for block in source.blocks():
            store.put(step, block, published, counter)
            if step == HALF_HOUR and len(block.rows):
                last_row = int(block.rows[-1])
            progress.raise_if_cancelled()
            progress.set_fraction(min(1.0, (done + source.bytes_read) / total))
    finally:
        warnings = kept.tell(progress)
    if source.tally.rounded:
        note = message(
            "{file}: {count} reading(s) were finer than 1 Wh and were rounded.",
            file=path.name,
            count=source.tally.rounded,
        )
        progress.info(note)
        warnings = [*warnings, note]
    where = kept.path if kept.count + kept.doubted else None
    tally = source.tally
    lost = _lost(path, kept, tally.rows, progress)
    told = (*tally.warnings, *warnings, *lost)
    reported = counter.result(store.meters.codes)
    whole = not tally.torn and not lost
    return [(FileReport(path, tally.rows, kept.count, where, told, step, reported, whole, last_row), tally)]


def _lost(path: Path, kept: Rejects, rows: int, progress: Progress) -> list[Message]:
    """Warn where so many rows of a file cannot be read that the silence of meters may be theirs; return what is said.

    A row that cannot be read may be the answer of any meter.
    """
    if kept.unreadable <= max(FEW_LOST, MOST_LOST * rows):
        return []
    said = message(
        "{file}: {count} of {all} rows cannot be read: it does not count as whole. What it does not tell of is unknown,"
        " not outage. Fetch or copy it again, not through a spreadsheet, and import it.",
        file=path.name,
        count=kept.unreadable,
        all=rows,
    )
    progress.warn(said)
    return [said]


def _one_parquet(
    store: FilledStore,
    path: Path,
    _heads: Mapping[Path, Head],
    published: Optional[datetime],
    profile: Profile,
    rejects: Optional[Path],
    progress: Progress,
    years: Optional[Years],
    done: int,
    total: int,
) -> list[tuple[FileReport, Tally]]:
    """Take in a file that may hold several step lengths; return what became of each."""
    kept = Rejects(path, rejects, progress)
    counters: dict[int, Counter] = {}
    size = path.stat().st_size
    limits = limits_of(published, profile, years)
    try:
        source = ParquetReadings(path, lambda step: store.of(step)[1], kept, progress, limits)
        for step, block in source.blocks():
            store.put(step, block, published, counters.setdefault(step, Counter(step)))
            progress.raise_if_cancelled()
            progress.set_fraction(min(1.0, (done + source.share_read * size) / total))
    finally:
        told = tuple(kept.tell(progress))
    where, rejected, found = kept.path if kept.count + kept.doubted else None, kept.count, []
    lost = _lost(path, kept, sum(tally.rows for tally in source.tallies.values()), progress)
    told = (*told, *lost)
    for step, tally in source.tallies.items() or {HALF_HOUR: Tally()}.items():
        reported = counters[step].result(store.meters.codes) if step in counters else ()
        report = FileReport(path, tally.rows, rejected, where, (*tally.warnings, *told), step, reported, not lost)
        found.append((report, tally))
        # what was rejected is told once, with the first of them
        where, rejected, told = None, 0, ()
    return found


def limits_of(published: Optional[datetime], profile: Profile, years: Optional[Years]) -> Optional[Years]:
    """Return the moments between which data of a file can lie: none are later than its publication."""
    if published is None:
        return years
    return (years[0] if years else datetime.min, published + profile.file_names.resolution)
