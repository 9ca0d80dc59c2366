"""The reading store (電力データ): meter × half-hour arrays of integer Wh, one file a day, and an index of meters.

    readings/index.json        how many meters are committed; first and last slot received of each day
    readings/meters.bin        one record a meter, only ever appended to
    readings/YYYY-MM-DD.day    (meters known that day, 48) Wh, MISSING where no row was received (NO_VALUE, -2, where
                               the meter answered with an energy that it cannot have); see `packed_days`
    readings/YYYY-MM-DD.npy    the same as int32, as older versions wrote it
    readings/15/ …             the same for readings that came in finer steps; see `fine_readings`

What asks for half-hours gets them whatever the steps were: as published, else the sum of the steps, the coarsest that
are all there; where one step did not come, the half-hour is MISSING. A day is written to `*.part` and renamed, so
whatever stops an ingest leaves a store that can be read; meters that were added later than a day was written are
MISSING in it. A day without a file was not received: its slots are unknown, not silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Optional, Union

import numpy as np

from ..aggregator.keys import HeldIndex
from ..aggregator.timecode import HALF_HOUR
from ..arrays import Array, BoolArray, BytesArray, IntArray, TimeArray
from ..messages import Progress, TomoshibiError, message
from .blocks import NamedWindow
from .fine_readings import STEPS_FILE, FineSet, step_bit, steps_of_bits
from .reading_index import (
    INDEX_FILE,
    METER,
    METERS_FILE,
    MISSING,
    DayRecord,
    MeterIndex,
    StoreError,
    StoreIndex,
    day_file,
    load_day,
    meter_keys,
    read_index,
    read_on,
    write_index,
)
from .reported import Reported, code_of, population_of

if TYPE_CHECKING:
    from ..aggregator.profile import Profile
    from ..aggregator.tabular import Head
    from .reading_writer import IngestReport

__all__ = [
    "INDEX_FILE",
    "METER",
    "METERS_FILE",
    "MISSING",
    "SLOTS",
    "DayRecord",
    "MeterIndex",
    "ReadingStore",
    "StepGroup",
    "StoreError",
    "StoreIndex",
    "as_day",
    "meter_keys",
    "read_index",
    "slots_between",
    "write_index",
]

SLOTS = 48
"""Half-hours of a day."""
SLOT = timedelta(minutes=30)
DISAGREE_WH = 100
"""What a register of 0.1 kWh, the coarsest there is, cannot explain by its rounding."""
COMPARED = 20_000
"""Meters compared at once."""
LEAST_SHARE = 0.01
"""Fewer of the meters than this (given up, or tried out) do not hold up the others where their steps stopped coming."""

DayLike = Union[date, np.datetime64]
Moment = Union[datetime, np.datetime64]


def as_day(day: DayLike) -> date:
    """Return a `date` for a date, datetime or numpy day."""
    if isinstance(day, np.datetime64):
        day = _as_datetime(day)
    return day.date() if isinstance(day, datetime) else day


def _as_datetime(moment: Moment) -> datetime:
    if isinstance(moment, np.datetime64):
        found: datetime = moment.astype("datetime64[s]").astype(object)
        return found
    return moment


def slots_between(begin: datetime, end: datetime, step: int = HALF_HOUR) -> int:
    """Return the number of slots of `step` minutes that begin in `[begin, end)`. Both must lie on such slots.

    Raises `TomoshibiError` where they do not or the end is before the begin.
    """
    for moment in (begin, end):
        if moment.minute % step or moment.second or moment.microsecond:
            raise TomoshibiError(
                message("{moment} is not on a half-hour. Give a time ending in :00 or :30.", moment=str(moment))
                if step == HALF_HOUR
                else message(
                    "{moment} is not on a step of {minutes} minutes. Give a time that is.",
                    moment=str(moment),
                    minutes=step,
                )
            )
    if end < begin:
        raise TomoshibiError(
            message(
                "The period ends ({end}) before it begins ({begin}). Exchange the two times.",
                begin=begin.isoformat(" "),
                end=end.isoformat(" "),
            )
        )
    return int((end - begin) / timedelta(minutes=step))


class _Version:
    """The store as one version of its index has it, and what was read of it so far.

    Threads share it: each part of it is seen whole or not at all, and the next version is another object.
    """

    def __init__(self, folder: Path, stamp: tuple[int, int]):
        self.folder = folder
        self.stamp = stamp
        self.index = read_index(folder)
        self.fine = tuple(FineSet(folder / str(step), step) for step in self.index.finer)
        whole = {day: (record.first, record.last) for day, record in self.index.days.items()}
        self.spans = {HALF_HOUR: whole, **{fine.step: fine.half_hours() for fine in self.fine}}
        """For each step length, day by day, the first and the last half-hour it covers."""
        self.days_of = {HALF_HOUR: self.index.days, **{fine.step: fine.days for fine in self.fine}}

    def days(self) -> list[date]:
        """Return the days received, oldest first."""
        return sorted(set().union(*self.spans.values()))

    @cached_property
    def meters(self) -> MeterIndex:
        """The meters ever received, in the order of the rows."""
        try:
            return MeterIndex(self.folder / METERS_FILE, self.index.meters)
        except ValueError as error:
            raise _shorter(METERS_FILE) from error

    @cached_property
    def lookup(self) -> HeldIndex:
        """Where each meter is among the rows."""
        return self.meters.lookup()

    @cached_property
    def came(self) -> IntArray:
        """For each meter the step lengths it ever came in, uint8: bits of `steps.bin`."""
        count = len(self.meters)
        came = np.full(count, step_bit(HALF_HOUR), dtype=np.uint8)
        if self.fine and count:
            came = np.fromfile(self.folder / STEPS_FILE, dtype=np.uint8, count=count)
        if len(came) != count:
            raise _shorter(STEPS_FILE)
        return came

    @cached_property
    def newest(self) -> IntArray:
        """For each meter the step lengths of the last day it was read on, uint8 bits.

        What an exchanged meter sends now, and what it sent before, are so told apart.
        """
        came = self.came
        newest = came.copy()
        several = np.flatnonzero(came & (came - 1))
        for day in sorted(set().union(*self.days_of.values()), reverse=True):
            if not len(several):
                break
            found = np.zeros(len(several), dtype=np.uint8)
            if day in self.index.days:
                found |= np.where(read_on(self.folder, day, several), step_bit(HALF_HOUR), 0).astype(np.uint8)
            for fine in self.fine:
                found |= np.where(fine.read_on(day, several, len(came)), step_bit(fine.step), 0).astype(np.uint8)
            newest[several[found > 0]] = found[found > 0]
            several = several[found == 0]
        return newest


def _shorter(file: str) -> StoreError:
    return StoreError(
        message(
            "The list of meters ({file}) is shorter than the index of the readings says. Delete the folder"
            " “readings” of the case and import the files again.",
            file=file,
        )
    )


class ReadingStore:
    """The readings of one case. Opening is free; arrays are read when asked for, and files are closed again at once.

    Threads may ask one store at the same time.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self.seen_as = ""
        """The folder as those who work on its blocks see it, where they see it elsewhere (`casefile.engine`)."""
        self._reading = Lock()
        self._version: Optional[_Version] = None

    def _current(self) -> _Version:
        """Return the store as its index has it now; read again where another run, or this one, has changed it."""
        try:
            status = (self.folder / INDEX_FILE).stat()
            stamp = (status.st_mtime_ns, status.st_ino)
        except FileNotFoundError:
            stamp = (0, 0)
        with self._reading:
            if self._version is None or self._version.stamp != stamp:
                self._version = _Version(self.folder, stamp)
            return self._version

    def stamp(self) -> tuple[int, int]:
        """Return what changes with every change of the store."""
        return self._current().stamp

    @property
    def meters(self) -> MeterIndex:
        """The meters ever received, in the order of the rows of every array of the store."""
        return self._current().meters

    def days(self) -> list[date]:
        """Return the days received, oldest first."""
        return self._current().days()

    def steps(self) -> dict[int, list[date]]:
        """Return the days received in each step length {minutes: days, oldest first}, the coarsest first."""
        return {step: sorted(days) for step, days in self._current().days_of.items() if days}

    def has_step(self, step: int) -> BoolArray:
        """Return which meters ever came in a step length, bool (meters,)."""
        return (self._current().came & step_bit(step)) > 0

    def group_by_step(self, rows: IntArray) -> list[StepGroup]:
        """Return the groups of meters (`rows`, ≥ 0) that came in the same step lengths, and last in the same ones.

        What is not received yet is so for all meters of a group: files of one step length come together.
        """
        version = self._current()
        if not version.fine:
            return [StepGroup(np.arange(len(rows)), (HALF_HOUR,), (HALF_HOUR,))] if len(rows) else []
        rows = np.asarray(rows, dtype=np.int64)
        both = version.came[rows].astype(np.uint16) << 8 | version.newest[rows]
        return [
            StepGroup(np.flatnonzero(both == each), steps_of_bits(int(each) >> 8), steps_of_bits(int(each) & 255))
            for each in np.unique(both)
        ]

    def day_file(self, day: DayLike) -> Path:
        """Return where the half-hours of a day are kept."""
        return day_file(self.folder, as_day(day))

    def day(self, day: DayLike, rows: Optional[IntArray] = None) -> IntArray:
        """Return the readings of one day, int32 `(meters, 48)` Wh, or `(len(rows), 48)`; MISSING where there is no row.

        A row of -1 (unknown meter) gives MISSING.
        """
        count = len(self.meters) if rows is None else len(rows)
        out = np.full((count, SLOTS), MISSING, dtype=np.int32)
        self._fill(out, as_day(day), 0, SLOTS, rows)
        return out

    def _fill(
        self,
        out: IntArray,
        day: date,
        begin: int,
        end: int,
        rows: Optional[IntArray],
        step: int = HALF_HOUR,
    ) -> None:
        """Copy slots `begin:end` of a day into `out` (rows, end - begin), leaving MISSING where the day has nothing."""
        version = self._current()
        asked = None if rows is None else np.asarray(rows, dtype=np.int64)
        if day in version.index.days and step == HALF_HOUR:
            with load_day(self.folder, day) as stored:
                if asked is None:
                    known = min(len(out), stored.shape[0])
                    stored.read(slice(0, known), begin, end, out[:known])
                else:
                    stored.read(asked, begin, end, out)
        for fine in version.fine:
            if step % fine.step == 0:
                fine.fill(out, day, (begin, end), step, asked, len(version.meters))

    def window(self, begin: Moment, end: Moment, rows: Optional[IntArray] = None) -> IntArray:
        """Return the readings of the slots that begin in `[begin, end)`, int32 `(meters or len(rows), slots)` Wh.

        MISSING (-1) is "no row": whether that is silence or a day not received, `covered` tells. NO_VALUE (-2) is an
        answer without a usable value: ask `!= MISSING` who answered, and `>= 0` what was used. Times lie on half-hours.
        """
        begin, end = _as_datetime(begin), _as_datetime(end)
        count = len(self.meters) if rows is None else len(rows)
        out = np.full((count, slots_between(begin, end)), MISSING, dtype=np.int32)
        for day, first, last, at in _pieces(begin, end):
            self._fill(out[:, at : at + last - first], day, first, last, rows)
        return out

    def fine_window(self, begin: Moment, end: Moment, step: int, rows: Optional[IntArray] = None) -> IntArray:
        """Return the readings of the steps of `step` minutes that begin in `[begin, end)`, int32 (rows, steps) Wh.

        As they came in that step, else summed of finer ones; MISSING where neither came: a longer step is not cut up.
        Times lie on such steps. For 30 minutes this is `window`.
        """
        begin, end = _as_datetime(begin), _as_datetime(end)
        count = len(self.meters) if rows is None else len(rows)
        out = np.full((count, slots_between(begin, end, step)), MISSING, dtype=np.int32)
        for day, first, last, at in _pieces(begin, end, step):
            self._fill(out[:, at : at + last - first], day, first, last, rows, step)
        return out

    def window_view(self, begin: Moment, end: Moment, rows: IntArray) -> NamedWindow:
        """Return what `window` returns without reading it: slices of its rows are read when they are asked for."""
        begin, end = _as_datetime(begin), _as_datetime(end)
        asked = np.asarray(rows)
        name = self.seen_as or str(self.folder)
        return NamedWindow(name, begin, end, asked, slots_between(begin, end), self.state(), self)

    def state(self) -> str:
        """Return what tells this store from any other, and from itself before and after an import; "" for none."""
        try:
            return sha256((self.folder / INDEX_FILE).read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""

    def disagreements(self, day: DayLike) -> int:
        """Return in how many half-hours of a day two step lengths of one meter differ by `DISAGREE_WH` or more."""
        day, count, version = as_day(day), 0, self._current()
        if sum(day in span for span in version.spans.values()) < 2:
            return 0
        came = version.came
        for fine in version.fine:
            shared = np.flatnonzero((came & step_bit(fine.step) > 0) & (came != step_bit(fine.step)))
            for first in range(0, len(shared), COMPARED):
                rows = shared[first : first + COMPARED]
                longer, own = (np.full((len(rows), SLOTS), MISSING, dtype=np.int32) for _ in range(2))
                fine.fill(own, day, (0, SLOTS), HALF_HOUR, rows, len(came))
                self._fill(longer, day, 0, SLOTS, rows)
                there = (own >= 0) & (longer >= 0)
                count += int((np.abs(longer[there].astype(np.int64) - own[there]) >= DISAGREE_WH).sum())
        return count

    def reported(self) -> Iterator[tuple[Optional[datetime], list[Reported]]]:
        """Yield for each day and step length its newest publication and how many meters reported when.

        For cases of which nothing else tells what was published: all days are read.
        """
        version = self._current()
        codes = code_of(version.meters.flow, version.meters.voltage)
        sets = [(HALF_HOUR, version.index.days, None), *((fine.step, fine.days, fine) for fine in version.fine)]
        for step, days, fine in sets:
            for day, record in sorted(days.items()):
                yield record.published, self._reported(day, step, fine, codes)

    def _reported(self, day: date, step: int, fine: Optional[FineSet], codes: IntArray) -> list[Reported]:
        own = codes if fine is None else codes[fine.rows]
        last = HALF_HOUR // step - 1
        counts = np.zeros((int(codes.max(initial=0)) + 1, SLOTS), dtype=np.int64)
        meters = np.zeros(len(counts), dtype=np.int64)
        with load_day(self.folder if fine is None else fine.folder, day) as stored:
            for first in range(0, stored.shape[0], COMPARED):
                part = stored.read(slice(first, first + COMPARED), 0, stored.shape[1])
                there = part[:, last :: last + 1] != MISSING
                kinds = own[first : first + COMPARED]
                for code in np.unique(kinds).tolist():
                    counts[code] += there[kinds == code].sum(axis=0)
                    meters[code] += int(there[kinds == code].any(axis=1).sum())
        return [
            Reported(population_of(code, step), int(meters[code]), {day: tuple(counts[code].tolist())})
            for code in np.flatnonzero(meters).tolist()
        ]

    def coverage(self) -> Optional[tuple[datetime, datetime]]:
        """Return the begin of the first half-hour received and the end of the last one, None for an empty store."""
        spans = [span for span in self._current().spans.values() if span]
        if not spans:
            return None
        oldest, newest = min(map(min, spans)), max(map(max, spans))
        return (
            datetime.combine(oldest, time()) + min(span[oldest][0] for span in spans if oldest in span) * SLOT,
            datetime.combine(newest, time()) + (max(span[newest][1] for span in spans if newest in span) + 1) * SLOT,
        )

    def covered(self, begin: Moment, end: Moment, rows: Optional[IntArray] = None) -> BoolArray:
        """Return for each slot in `[begin, end)` whether it lies within received data, bool `(slots,)`.

        Within means: between the first and the last half-hour any meter has a reading in, of a day that was received.
        Only there is a missing row silence; elsewhere it is unknown. With `rows` (≥ 0), the meters whose silence is
        asked for, a slot counts only where it is received for all of them: those that came in one step length say
        nothing of those whose files are still to come in another (but for fewer than `LEAST_SHARE` of them). For an
        exchanged meter, what came in its old step length says nothing of the time after the last of its new one.
        """
        begin, end = _as_datetime(begin), _as_datetime(end)
        version = self._current()
        spans = version.spans
        count = slots_between(begin, end)
        each = {step: _within(span, begin, end) for step, span in spans.items()}
        out = np.zeros(count, dtype=bool)
        late = np.zeros(count, dtype=bool)
        if rows is None or not version.fine:
            for own in each.values():
                out |= own
            return out
        slots = np.arange(count)
        for group in self.group_by_step(rows):
            ended = _extent(spans, group.newest, begin)[1]
            own = np.zeros(count, dtype=bool)
            for step in group.steps:
                own |= each[step] & (slots < ended)
            out |= own
            if len(group.positions) >= LEAST_SHARE * len(rows):
                late |= ~own & (slots >= _extent(spans, group.steps, begin)[0])
        return out & ~late

    def last_reading(self, at: datetime, rows: Optional[IntArray] = None) -> TimeArray:
        """Return the end of the last slot with a reading that had ended by `at`: datetime64[s] a row, NaT for none."""
        moment = np.datetime64(_as_datetime(at), "s")
        asked = np.arange(len(self.meters)) if rows is None else np.asarray(rows, dtype=np.int64)
        out = np.full(len(asked), "NaT", dtype="datetime64[s]")
        open_rows = np.flatnonzero(asked >= 0)
        for day in reversed(self.days()):
            begin = np.datetime64(day, "s")
            ended = min(SLOTS, int((moment - begin) // np.timedelta64(30, "m")))
            if ended <= 0 or not len(open_rows):
                continue
            everyone = len(open_rows) == len(self.meters) and rows is None
            there = self.day(day, None if everyone else asked[open_rows])[:, :ended] != MISSING
            any_there = there.any(axis=1)
            last = ended - there[any_there][:, ::-1].argmax(axis=1)
            out[open_rows[any_there]] = begin + last * np.timedelta64(1800, "s")
            open_rows = open_rows[~any_there]
        return out

    def rows_of(self, supply_points: Iterable[Any], flow: Optional[Union[int, Array]] = None) -> IntArray:
        """Return the rows of supply points (text or bytes) as int64, -1 where unknown.

        `flow` 1 供給, 2 受電, one for all or one each; without it, 供給 where the point has one, else 受電.
        """
        points = _points(supply_points)
        if flow is None:
            rows = self._rows(points, np.full(len(points), 1, dtype=np.uint8))
            return np.where(rows >= 0, rows, self._rows(points, np.full(len(points), 2, dtype=np.uint8)))
        return self._rows(points, np.broadcast_to(np.asarray(flow, dtype=np.uint8), points.shape))

    def let_go(self) -> None:
        """Forget by what `rows_of` finds meters, eight bytes of each; it is worked out anew when it is asked again."""
        self._current().__dict__.pop("lookup", None)

    def _rows(self, points: BytesArray, flow: IntArray) -> IntArray:
        return self._current().lookup.find(meter_keys(points, flow))

    def ingest(
        self,
        paths: Iterable[Path],
        profile: Profile,
        rejects: Optional[Path] = None,
        progress: Optional[Progress] = None,
        years: Optional[tuple[datetime, datetime]] = None,
        heads: Optional[Mapping[Path, Head]] = None,
    ) -> IngestReport:
        """Stream published 電力データ files (CSV or JSON) into the store, in memory that does not grow with the files.

        `rejects` is the folder for `<name>.rejects.csv`, by default beside each file. Identical repeated rows are
        counted and not stored twice; where values differ, the later publication (stamp in the file name, then order of
        the call) wins and the row is counted. A file that cannot be used is in `IngestReport.failed`; others go on.
        Readings that end after the file's publication, or lie outside `years` (begin, end), are rejects. `heads` are
        the beginnings of files where they were read already.
        Raises `Cancelled` (the store is then as it was) and `StoreError` where another run fills the store.
        """
        from .reading_writer import ingest

        return ingest(
            self.folder,
            [Path(path) for path in paths],
            profile,
            rejects,
            progress or Progress(),
            self._disagreeing,
            years,
            heads or {},
        )

    def _disagreeing(self, days: Iterable[date]) -> int:
        """Count the half-hours of these days that came in two step lengths which do not add up to one another."""
        fresh = ReadingStore(self.folder)
        return sum(fresh.disagreements(day) for day in days)


def _extent(
    spans: Mapping[int, Mapping[date, tuple[int, int]]], steps: tuple[int, ...], begin: datetime
) -> tuple[float, float]:
    """Return how many slots after `begin` the first half-hour of step lengths begins and the last one ends."""
    held = [span for step, span in spans.items() if step in steps and span]
    if not held:
        return float("inf"), float("-inf")
    first = min(datetime.combine(min(span), time()) + span[min(span)][0] * SLOT for span in held)
    last = max(datetime.combine(max(span), time()) + (span[max(span)][1] + 1) * SLOT for span in held)
    return (first - begin) / SLOT, (last - begin) / SLOT


@dataclass(frozen=True)
class StepGroup:
    """Meters that came in the same step lengths."""

    positions: Array
    """int64: positions among the rows that were asked for."""
    steps: tuple[int, ...]
    """Minutes of the step lengths they ever came in, the coarsest first."""
    newest: tuple[int, ...]
    """Those of the last day they were read on: a meter that was exchanged has another one now than before."""


def _points(supply_points: Iterable[Any]) -> BytesArray:
    """Supply points as `S22`; what is longer, or not ASCII, becomes a key that no meter has."""
    if isinstance(supply_points, np.ndarray) and supply_points.dtype.kind == "S":
        points = supply_points
    else:
        points = np.array([_ascii(point) for point in supply_points], dtype="S")
    if points.dtype.itemsize <= 22:
        return points.astype("S22")
    return np.where(np.char.str_len(points) <= 22, points, b"?").astype("S22")


def _ascii(point: object) -> bytes:
    text = point if isinstance(point, bytes) else str(point).encode("ascii", "replace")
    return text.strip()


def _pieces(begin: datetime, end: datetime, step: int = HALF_HOUR) -> list[tuple[date, int, int, int]]:
    """Cut `[begin, end)` at midnights: (day, first slot, slot after the last, position of the first in the window)."""
    pieces = []
    at, moment, slot = 0, begin, timedelta(minutes=step)
    while moment < end:
        midnight = datetime.combine(moment.date() + timedelta(days=1), time())
        first = int((moment - datetime.combine(moment.date(), time())) / slot)
        last = first + int((min(midnight, end) - moment) / slot)
        pieces.append((moment.date(), first, last, at))
        at += last - first
        moment = midnight
    return pieces


def _within(span: Mapping[date, tuple[int, int]], begin: datetime, end: datetime) -> BoolArray:
    """Return for each half-hour in `[begin, end)` whether it lies in the spans (first, last) of days, bool."""
    out = np.zeros(slots_between(begin, end), dtype=bool)
    for day, first, last, at in _pieces(begin, end):
        if day in span:
            slots = np.arange(first, last)
            out[at : at + last - first] = (slots >= span[day][0]) & (slots <= span[day][1])
    return out
