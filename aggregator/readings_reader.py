"""電力データ as arrays: CSV streamed block by block, every field of a block at once where its rows share a layout.

Rows that have the same widths in all fields but the energy are read at fixed offsets, as whole words: the meter's part
of a row is looked up as a key of bytes, the date and the energy as words in small tables. Every other row (other
widths, blanks, broken, JSON) goes through `RowParser`, one by one. Both give the same result, in the lines' order.
"""

from __future__ import annotations

import csv
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import FileIO
from itertools import islice
from pathlib import Path
from threading import Condition, Lock
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Union

import numpy as np

from ..arrays import Array, BoolArray, BytesArray, IntArray
from ..messages import Message, Progress, message
from .energy_table import NOT_READY, EnergyTable
from .keys import KeyIndex
from .profile import ColumnSpec, FileSpec, Profile
from .rejects import Rejects
from .tabular import (
    Columns,
    FileProblem,
    Head,
    best_encoding,
    cannot_open,
    columns_of,
    head_of,
    json_records,
    records,
    require_columns,
    split,
)
from .timecode import HALF_HOUR, SlotRule, slot_of
from .values import (
    BAD_SLOT,
    BAD_STEP,
    BAD_TEXT,
    BLANK,
    FIELD_COUNT,
    IMPOSSIBLE,
    MAX_WH,
    NO_VALUE,
    REGIONS,
    TOO_EARLY,
    TOO_LARGE,
    TOO_LATE,
    UNDECODABLE,
    UNKNOWN_CODE,
    BadValue,
    check_supply_point,
    doubtful_regions,
    most_wh,
    watt_hours,
)

KIND = "reading"
BLOCK = 2 << 20
"""Bytes read at once; small enough to stay in the processor's cache."""
THREADS = min(3, os.cpu_count() or 1)
"""Blocks that are read at the same time; what is done with them takes a processor too."""
MAX_LINE = 1 << 20
JSON_ROWS = 20_000
"""Objects gathered to a block."""
SLACK = 512
"""Zero bytes behind a block, so that words may be read past its last row."""
MAX_LAYOUTS = 4
MAX_TAIL = 64
MANY = 64
"""So many rows of one block that fit no layout are worth a new one."""
FIRST_ROWS = 100
"""Rows that are looked at where only the time codes tell the step length."""
CUSTOMER_BYTES = 34
SUPPLY_POINT_BYTES = 22
_NEWLINE = 10
_NO_ROW = b" \t\r\0\x1a"
"""What some systems put at the end of a file."""
_EPOCH = date(1970, 1, 1).toordinal()
_BEGIN = datetime(1970, 1, 1)
_FAR = 1 << 40
"""Steps from 1970 that no date reaches."""

_REGIONS = np.zeros((256, 256), dtype=bool)
"""By the first two bytes of a supply point: whether they are a grid area."""
for _area in REGIONS:
    _REGIONS[ord(_area[0]), ord(_area[1])] = True

Register = Callable[[Array, Array, Array, Array], Array]
"""(supply_point S22, flow u1, voltage u1, customer_id S34) → rows int64."""


@dataclass(frozen=True)
class Block:
    """Readings in the order of their lines."""

    rows: IntArray
    """int64: row of the meter."""
    days: IntArray
    """int32: days since 1970-01-01."""
    slots: IntArray
    """int8 or int16: slot of the day, for half-hours 0–47."""
    wh: IntArray
    """int32 Wh; `NO_VALUE` where the meter answered with an energy that it cannot have."""


@dataclass
class Tally:
    """What was found in one file."""

    rows: int = 0
    """Rows of data, good or bad."""
    blank: int = 0
    """Rows without a figure (blank or masked): no reading, and no error."""
    rounded: int = 0
    """Readings finer than 1 Wh."""
    doubtful: int = 0
    """Supply points outside the grid areas."""
    torn: bool = False
    """Whether the file ends in the middle of a row."""
    warnings: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """One row."""

    supply_point: bytes
    flow: int
    voltage: int
    customer_id: bytes
    day: int
    slot: int
    wh: Optional[int]
    """None: no figure; `NO_VALUE`: one that no meter can have."""
    rounded: bool


class ItemProblem(Exception):
    """A row that cannot be used: which item, and why."""

    def __init__(self, item: str, reason: Message):
        super().__init__(item)
        self.item = item
        self.reason = reason


class RowParser:
    """Reads one row at a time: the reference for what a row means."""

    def __init__(self, spec: FileSpec, profile: Profile, years: Optional[tuple[datetime, datetime]] = None):
        """`years`: readings that begin before the first moment or end after the second cannot be used."""
        self.spec = spec
        self.items: Mapping[str, ColumnSpec] = {column.column: column for column in spec.columns}
        self.slot_rule: SlotRule = profile.slot
        self.bad_slot = BAD_SLOT if self.slot_rule.minutes == HALF_HOUR else BAD_STEP
        self.most = MAX_WH // max(1, HALF_HOUR // self.slot_rule.minutes)
        """Wh that a reading may be so that those of half an hour have a sum."""
        self.limits = np.array([most_wh(voltage, self.slot_rule.minutes) for voltage in range(256)], dtype=np.int64)
        """Wh that a meter can count in a step, by 電圧分類."""
        self.missing = profile.missing
        self.places = profile.energy_places
        self.empty = (profile.missing, "", profile.masked)
        step = timedelta(minutes=self.slot_rule.minutes)
        self.first, self.last = -_FAR, _FAR
        """Steps since 1970 of the first reading that can be, and of the one after the last."""
        if years is not None:
            self.first, self.last = -((_BEGIN - years[0]) // step), (years[1] - _BEGIN) // step
        self._slots: dict[str, tuple[int, int]] = {}

    def slot(self, text: str) -> tuple[int, int]:
        """Return (day since 1970, slot) of a time code. Raises `BadValue`."""
        known = self._slots.get(text)
        if known is None:
            try:
                begin = slot_of(text, self.slot_rule)
            except (ValueError, OverflowError) as error:
                raise BadValue(self.bad_slot) from error
            known = (begin.toordinal() - _EPOCH, (begin.hour * 60 + begin.minute) // self.slot_rule.minutes)
            self._slots[text] = known
        return known

    def timely(self, day: int, slot: int) -> None:
        """Raise `BadValue` where no reading of this slot can have been published."""
        number = day * self.slot_rule.per_day + slot
        if number < self.first:
            raise BadValue(TOO_EARLY)
        if number >= self.last:
            raise BadValue(TOO_LATE)

    def energy(self, text: str) -> tuple[Optional[int], bool]:
        """Return (Wh or None where there is no figure, rounded). Raises `BadValue`."""
        if text in self.empty:
            return None, False
        wh, rounded = watt_hours(text, self.places)
        if wh > self.most:
            raise BadValue(TOO_LARGE)
        return wh, rounded

    def _possible(self, text: str, voltage: int) -> tuple[Optional[int], bool]:
        """Return what `energy` does; `NO_VALUE` for more than its voltage class can count. Raises `BadValue`."""
        try:
            wh, rounded = self.energy(text)
        except BadValue as problem:
            if problem.reason is TOO_LARGE:
                return NO_VALUE, False
            raise
        return (NO_VALUE, False) if wh is not None and wh > self.limits[voltage] else (wh, rounded)

    def code(self, column: str, text: str) -> int:
        """Return the project's number of a code; 0 for a blank that is allowed. Raises `BadValue`."""
        item = self.items[column]
        if not text and not item.required:
            return 0
        if not text:
            raise BadValue(BLANK)
        number = item.codes.get(text)
        if number is None:
            raise BadValue(UNKNOWN_CODE)
        return number

    def customer(self, text: str) -> bytes:
        """Return 需要家特定ID as bytes. Raises `BadValue` where it is none."""
        if not text and self.items["customer_id"].required:
            raise BadValue(BLANK)
        if len(text) > CUSTOMER_BYTES or not text.isascii() or not text.isprintable():
            raise BadValue(BAD_TEXT)
        return text.encode("ascii")

    def point(self, text: str) -> bytes:
        """Return a supply point as bytes. Raises `BadValue`."""
        digits = self.items["supply_point"].digits or SUPPLY_POINT_BYTES
        return check_supply_point(text, digits).encode("ascii")

    def row(self, values: Mapping[str, str]) -> Reading:
        """Return the reading of one row, {internal column: stripped text}. Raises `ItemProblem`."""
        if self.missing:
            values = {name: "" if text == self.missing else text for name, text in values.items()}
        column = "supply_point"
        try:
            supply_point = self.point(values[column])
            column = "flow"
            flow = self.code(column, values[column])
            column = "voltage"
            voltage = self.code(column, values[column]) if column in values else 0
            column = "customer_id"
            customer = self.customer(values[column]) if column in values else b""
            column = "slot_code"
            day, slot = self.slot(values[column])
            self.timely(day, slot)
            column = "kwh"
            wh, rounded = self._possible(values[column], voltage)
        except BadValue as problem:
            raise ItemProblem(self.items[column].name, problem.reason) from problem
        return Reading(supply_point, flow, voltage, customer, day, slot, wh, rounded)


@dataclass(frozen=True)
class Layout:
    """Offsets of a row whose fields have fixed widths but the energy: head (the meter), date, slot, energy, tail."""

    head: int
    """Bytes before the date."""
    date: int
    """Bytes of the date, at most 8."""
    slot: int
    """Bytes of the slot."""
    middle: bytes
    """Signs between slot and energy; slot and they are at most 8."""
    tail: int
    """Bytes between energy and the end of the line, CR included."""
    tail_frame: tuple[tuple[int, int], ...]
    """(offset, byte) of every separating sign in the tail."""
    spans: Mapping[str, tuple[int, int]]
    """Begin and end of the meter's columns in the head."""
    frame: tuple[tuple[int, int], ...]
    """(offset, byte) of every separating sign in the head."""

    @property
    def fixed(self) -> int:
        """Length of a row without its energy."""
        return self.head + self.date + self.slot + len(self.middle) + self.tail


def layout_of(line: bytes, columns: Columns, spec: FileSpec, rule: SlotRule) -> Optional[Layout]:
    """Return the layout that `line` (without LF) has, None where rows like it cannot be read at fixed offsets."""
    spans = _spans(line, spec.delimiter.encode())
    if spans is None or len(spans) != columns.width:
        return None
    at = {column: spans[position] for column, position in columns.at.items()}
    time, kwh = at["slot_code"], at["kwh"]
    meter = {column: at[column] for column in _OF_METER if column in at}
    unused = [span for span in spans if span not in (time, kwh, *meter.values())]
    width = time[1] - time[0] - rule.width
    if not 4 <= width <= 8 or not _in_order(time, kwh, meter.values(), unused, 8 - rule.width):
        return None
    tail = len(line) - kwh[1]
    if tail > MAX_TAIL:
        return None
    frame = _frame(line, 0, time[0], meter.values())
    tail_frame = _frame(line, kwh[1], len(line), unused)
    return Layout(time[0], width, rule.width, line[time[1] : kwh[0]], tail, tail_frame, meter, frame)


_Span = tuple[int, int]
_OF_METER: tuple[str, ...] = ("supply_point", "flow", "voltage", "customer_id")


def _in_order(time: _Span, kwh: _Span, meter: Iterable[_Span], unused: Iterable[_Span], most_between: int) -> bool:
    """Whether the meter stands before the time, the energy close after it, and what is not kept behind both."""
    return (
        kwh[1] > kwh[0]
        and time[1] <= kwh[0] <= time[1] + most_between
        and all(end <= time[0] for _, end in meter)
        # a column that the store does not keep would make every row a meter of its own
        and all(begin >= kwh[1] for begin, _ in unused)
    )


def _frame(line: bytes, begin: int, end: int, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return (offset from `begin`, byte) of what is in no span."""
    inside = {offset for span in spans for offset in range(*span)}
    return tuple((offset - begin, line[offset]) for offset in range(begin, end) if offset not in inside)


def _spans(line: bytes, delimiter: bytes) -> Optional[list[tuple[int, int]]]:
    """Return begin and end of the contents of every field, None where quoting is not plain."""
    spans = []
    begin = 0
    for part in line.rstrip(b"\r").split(delimiter):
        end = begin + len(part)
        quoted = len(part) >= 2 and part[:1] == b'"' == part[-1:]
        if part.count(b'"') != (2 if quoted else 0):
            return None
        spans.append((begin + 1, end - 1) if quoted else (begin, end))
        begin = end + 1
    return spans


def line_ends(buffer: IntArray, length: int) -> IntArray:
    """Return the positions of all line feeds in `buffer[:length]`, int64."""
    return np.flatnonzero(buffer[:length] == _NEWLINE)


class _Stopped(Exception):
    """Nobody asks for the blocks any more."""


class _Turns:
    """Lets new meters be numbered block after block, though blocks are read at the same time."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._next = 0
        self._done: set[int] = set()
        self._stopped = False

    def wait(self, number: int) -> None:
        """Wait until all blocks before this one are done. Raises `_Stopped`."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._next >= number)
            if self._stopped:
                raise _Stopped

    def done(self, number: int) -> None:
        """Say that a block will number no more meters."""
        with self._changed:
            self._done.add(number)
            while self._next in self._done:
                self._done.remove(self._next)
                self._next += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """End what waits."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


def _at_once() -> None:
    """There is nothing to wait for."""


class _LayoutReader:
    """Reads the rows of one layout. Threads may read at the same time; one of them numbers new meters."""

    def __init__(self, layout: Layout, parser: RowParser, register: Register, tally: Tally):
        self.layout = layout
        self.parser = parser
        self.register = register
        self.tally = tally
        self.words = -(-layout.head // 8)
        begin, end = layout.spans["supply_point"]
        self.cache = KeyIndex(self.words, range(begin // 8, -(-end // 8)))
        self.rows = np.empty(0, dtype=np.int32)
        self._adding = Lock()
        self._mostly_new = False
        """Whether most of the meters of the last block that had new ones were new."""
        self._in_order = True
        """Whether meters come again in the order in which they came first, as in a file sorted by time."""
        self.energies = EnergyTable(parser.energy, parser.places, parser.most, parser.empty)
        self._least_limit = int(parser.limits.min())
        labels = [int.from_bytes(label.encode("ascii"), "little") for label in parser.slot_rule.labels]
        self._slot_type = slot_type(parser.slot_rule)
        self._slot_order: IntArray = np.argsort(np.array(labels, dtype=np.uint64)).astype(self._slot_type)
        self._slot_words = np.array(labels, dtype=np.uint64)[self._slot_order]
        self._slot_mask = np.uint64((1 << (8 * layout.slot)) - 1)
        self._slot_table: IntArray = np.full(1 << 16, -1, dtype=self._slot_type)
        if layout.slot == 2:
            self._slot_table[np.array(labels, dtype=np.int64)] = np.arange(len(labels))
        self._days: dict[int, int] = {}
        self._head_rest = np.uint64((1 << (8 * (layout.head % 8))) - 1) if layout.head % 8 else None
        self._date_mask = np.uint64((1 << (8 * layout.date)) - 1)
        after = layout.slot + len(layout.middle)
        self._middle_mask = np.uint64(((1 << (8 * after)) - 1) & ~int(self._slot_mask))
        self._middle = np.uint64(int.from_bytes(b"\0" * layout.slot + layout.middle, "little"))
        # the sign behind the energy is taken too: a zero byte at its end would else make another text of it
        self._width_masks = np.array([(1 << (8 * width + 8)) - 1 for width in range(8)], dtype=np.uint64)

    def read(
        self, buffer: IntArray, starts: IntArray, lengths: IntArray, turn: Callable[[], None] = _at_once
    ) -> tuple[BoolArray, Block]:
        """Return (good, block): which of the rows could be read here, and the readings of those, in order.

        `turn` is called before new meters are numbered, and may wait.
        """
        layout = self.layout
        widths = lengths - layout.fixed
        good = (widths >= 1) & (widths <= 7)
        if not good.all():
            starts, widths = starts[good], widths[good]
        keys = _gather(buffer, starts, self.words * 8).view(np.uint64).reshape(-1, self.words)
        if self._head_rest is not None:
            keys[:, -1] &= self._head_rest
        dates = _gather(buffer, starts + layout.head, 8).view(np.uint64)
        if layout.date < 8:
            dates &= self._date_mask
        times = _gather(buffer, starts + (layout.head + layout.date), 8).view(np.uint64)
        slots = self._slot_numbers(times & self._slot_mask)
        sound = (slots >= 0) & ((times & self._middle_mask) == self._middle)
        energy_at = starts + (layout.fixed - layout.tail)
        words = _gather(buffer, energy_at, 8).view(np.uint64) & self._width_masks[widths]
        sound &= self._sound_tails(buffer, energy_at + widths)
        days = self._day_numbers(dates)
        sound &= self._timely(days, slots)
        wh, rounded = self.energies.find(words)
        rows = self._row_numbers(keys, turn)
        sound &= (wh >= 0) & (days != NOT_READY) & (rows >= 0)
        large = np.flatnonzero(wh > self._least_limit)
        if len(large):
            voltage = self._field(keys[large].view(np.uint8).reshape(len(large), -1), "voltage", "u1")
            sound[large] &= wh[large] <= self.parser.limits[voltage]
        if rounded is not None:
            with self._adding:
                self.tally.rounded += int((rounded & sound).sum())
        if not sound.all():
            good[good] = sound
            rows, days, slots, wh = rows[sound], days[sound], slots[sound], wh[sound]
        return good, Block(rows, days, slots, wh)

    def _timely(self, days: IntArray, slots: IntArray) -> Union[bool, Array]:
        """Return which readings can have been published by then; `RowParser` says why the others cannot."""
        per_day, first, last = self.parser.slot_rule.per_day, self.parser.first, self.parser.last
        if not len(days) or (int(days.min()) * per_day >= first and (int(days.max()) + 1) * per_day <= last):
            return True
        number = days.astype(np.int64) * per_day + slots
        return (number >= first) & (number < last)

    def _slot_numbers(self, words: IntArray) -> IntArray:
        """Return the slots of words; -1 for what `RowParser` has to say."""
        if self.layout.slot == 2:
            return self._slot_table[words.astype(np.int64)]
        at = np.minimum(np.searchsorted(self._slot_words, words), len(self._slot_words) - 1)
        return np.where(self._slot_words[at] == words, self._slot_order[at], -1).astype(self._slot_type)

    def _sound_tails(self, buffer: IntArray, tails: IntArray) -> Union[bool, Array]:
        """Return which rows have the tail of the layout: its separating signs in their places and none elsewhere."""
        layout = self.layout
        sound: Union[bool, Array] = True
        for offset, sign in layout.tail_frame:
            sound = (buffer[tails + offset] == sign) & sound
        if len(layout.tail_frame) < layout.tail:
            fields = np.ones(layout.tail, dtype=bool)
            fields[[offset for offset, _ in layout.tail_frame]] = False
            signs = _gather(buffer, tails, layout.tail).view(np.uint8).reshape(len(tails), -1)[:, fields]
            sound = _plain(signs, self.parser.spec.delimiter).all(axis=1) & sound
        return sound

    def _day_numbers(self, dates: IntArray) -> IntArray:
        """Return the days of date words; parsed once for each run of equal dates."""
        days = np.empty(len(dates), dtype=np.int32)
        if not len(dates):
            return days
        changes = np.flatnonzero(dates[1:] != dates[:-1]) + 1
        begins = np.concatenate(([0], changes))
        found = [self._day_number(int(word)) for word in dates[begins]]
        if len(begins) == 1:
            days[:] = found[0]
            return days
        return np.repeat(np.array(found, dtype=np.int32), np.diff(np.append(begins, len(dates))))

    def _day_number(self, word: int) -> int:
        known = self._days.get(word)
        if known is None:
            rule = self.parser.slot_rule
            text = word.to_bytes(8, "little")[: self.layout.date] + rule.labels[0].encode("ascii")
            try:
                known = self.parser.slot(text.decode("ascii"))[0]
            except (BadValue, UnicodeDecodeError):
                return NOT_READY
            self._days[word] = known
        return known

    def _row_numbers(self, keys: IntArray, turn: Callable[[], None]) -> IntArray:
        """Return the meters' rows; -1 where the head of a row is not one that can be taken here."""
        count = len(keys)
        if not count:
            return np.empty(0, dtype=np.int64)
        differs = keys[1:] != keys[:-1]
        changed = differs.view(np.uint64).ravel() if self.words == 8 else differs.any(axis=1)
        begins = np.concatenate(([0], np.flatnonzero(changed) + 1))
        heads = keys if len(begins) == count else keys[begins]
        found = self._found(heads)
        unknown = np.flatnonzero(found < 0)
        if len(unknown):
            sound = unknown[self._sound_heads(heads[unknown])]
            if len(sound):
                turn()
                found[sound] = self._add(heads[sound])
        if int(found.max()) >= len(self.rows):
            # another thread has entered their keys, and is about to number them
            with self._adding:
                pass
        rows = np.where(found >= 0, self.rows[found] if len(self.rows) else -1, -1)
        if len(begins) == count:
            return rows
        return np.repeat(rows, np.diff(np.append(begins, count)))

    def _found(self, heads: IntArray) -> IntArray:
        """Return the places of heads, int64, -1 where one is not known or not sought yet."""
        if self._mostly_new:
            # they are sought when they are added
            return np.full(len(heads), -1, dtype=np.int64)
        if not self._in_order:
            return self.cache.find(heads)
        found, others = self.cache.find_in_order(heads)
        self._in_order = 2 * others <= len(heads)
        return found

    def _sound_heads(self, heads: IntArray) -> BoolArray:
        """Return which heads hold what `RowParser` would take without a word, bool."""
        signs = heads.view(np.uint8).reshape(len(heads), -1)
        sound = np.ones(len(heads), dtype=bool)
        for offset, sign in self.layout.frame:
            sound &= signs[:, offset] == sign
        for column, (begin, end) in self.layout.spans.items():
            sound &= self._sound_field(column, signs[:, begin:end])
        return sound

    def _sound_field(self, column: str, signs: IntArray) -> BoolArray:
        item = self.parser.items[column]
        width = signs.shape[1]
        if not width:
            return np.full(len(signs), not item.required)
        if column == "supply_point":
            if width != (item.digits or SUPPLY_POINT_BYTES):
                return np.zeros(len(signs), dtype=bool)
            digits: BoolArray = ((signs >= 48) & (signs <= 57)).all(axis=1)
            return digits
        if column == "customer_id":
            plain = _plain(signs, self.parser.spec.delimiter) & (signs != 32)
            missing = self.parser.missing.encode()
            if missing and len(missing) == width:
                plain &= (signs != np.frombuffer(missing, dtype=np.uint8)).any(axis=1)[:, None]
            if width > CUSTOMER_BYTES:
                return np.zeros(len(signs), dtype=bool)
            whole: BoolArray = plain.all(axis=1)
            return whole
        return self._codes(column, signs) > 0

    def _codes(self, column: str, signs: IntArray) -> IntArray:
        numbers = np.zeros(len(signs), dtype=np.uint8)
        for code, number in self.parser.items[column].codes.items():
            text = code.encode()
            if len(text) == signs.shape[1]:
                numbers[(signs == np.frombuffer(text, dtype=np.uint8)).all(axis=1)] = number
        return numbers

    def _field(self, signs: IntArray, column: str, dtype: str) -> Array:
        begin, end = self.layout.spans.get(column, (0, 0))
        if begin == end:
            return np.zeros(len(signs), dtype=dtype)
        if dtype == "u1":
            return self._codes(column, signs[:, begin:end])
        return np.ascontiguousarray(signs[:, begin:end]).view(f"S{end - begin}").ravel().astype(dtype)

    def _add(self, heads: IntArray) -> IntArray:
        """Return the places of heads, numbering the meters of those that no other thread has added meanwhile."""
        with self._adding:
            before = len(self.cache)
            found = self.cache.add(heads)
            if len(self.cache) > before:
                signs = self.cache.keys[before:].view(np.uint8)
                points = self._field(signs, "supply_point", f"S{SUPPLY_POINT_BYTES}")
                rows = self.register(
                    points,
                    self._field(signs, "flow", "u1"),
                    self._field(signs, "voltage", "u1"),
                    self._field(signs, "customer_id", f"S{CUSTOMER_BYTES}"),
                )
                self.rows = np.concatenate((self.rows, rows.astype(np.int32)))
            self._mostly_new = 2 * (len(self.cache) - before) > len(heads)
        return found


def slot_type(rule: SlotRule) -> type[np.signedinteger[Any]]:
    """Return the smallest type that holds the slots of a day."""
    return np.int8 if rule.per_day <= np.iinfo(np.int8).max else np.int16


def _plain(signs: IntArray, delimiter: str) -> BoolArray:
    """Return which bytes are printable ASCII that needs no quotation marks."""
    plain: BoolArray = (signs >= 32) & (signs < 127) & (signs != 34) & (signs != ord(delimiter))
    return plain


def _gather(buffer: IntArray, starts: IntArray, width: int) -> Array:
    """Return `width` bytes from each start, as `V{width}`, one beside the other."""
    overlapping: Array = np.ndarray((len(buffer) - width + 1,), dtype=f"V{width}", buffer=buffer.data, strides=(1,))
    return overlapping[starts]


def at_step_of(path: Path, profile: Profile, head: Optional[Head] = None) -> Profile:
    """Return the profile for the step length in which a file of 電力データ came.

    The columns tell it; where those of several step lengths are there, so do most of the time codes of the first rows.
    A file that fits none is left to the usual one, which then says what is missing. Raises `FileProblem` where the
    file cannot be opened, or the codes fit several step lengths: a guess would give other energies.
    """
    if not profile.other_steps:
        return profile
    head = head or head_of(path)
    fitting = list(_fitting(head, profile))
    if len(fitting) < 2:
        return fitting[0][0] if fitting else profile
    known = [_codes_known(path, head, *each) for each in fitting]
    best = [variant for (variant, _), count in zip(fitting, known) if count == max(known)]
    if max(known) and len(best) > 1:
        raise FileProblem(
            message(
                "{file}: the time codes could be those of steps of {first} or of {second} minutes. Take the file with"
                " its header row, or make a profile of its own that has only the step length of these files.",
                file=path.name,
                first=best[0].slot.minutes,
                second=best[1].slot.minutes,
            )
        )
    return best[0]


def _fitting(head: Head, profile: Profile) -> Iterator[tuple[Profile, Columns]]:
    """Yield the profile for each step length of which a file has the columns, and where they are."""
    for minutes in profile.steps():
        variant = profile.at_step(minutes)
        columns = columns_of(head, variant.file(KIND))
        if columns is not None and not columns.missing:
            yield variant, columns


def _codes_known(path: Path, head: Head, profile: Profile, columns: Columns) -> int:
    """Return how many of the first rows of a file have a time code of the profile's step length."""
    spec = profile.file(KIND)
    parser, place, known = RowParser(spec, profile), columns.at["slot_code"], 0
    for record in islice(records(path, head, columns, spec), FIRST_ROWS):
        if record.problem is None:
            try:
                parser.slot(record.fields[place])
            except BadValue:
                continue
            known += 1
    return known


@dataclass(frozen=True)
class _Lines:
    """Whole lines in a buffer."""

    buffer: Array
    starts: IntArray
    ends: IntArray
    number: int
    """Of the first of them in the file, from 1."""


def _room() -> Array:
    return np.zeros(BLOCK + MAX_LINE + SLACK, dtype=np.uint8)


class ReadingsFile:
    """One 電力データ file, read as blocks. `tally` and `rejects` are complete when `blocks` has ended."""

    def __init__(
        self,
        path: Path,
        profile: Profile,
        register: Register,
        rejects: Rejects,
        progress: Progress,
        years: Optional[tuple[datetime, datetime]] = None,
        head: Optional[Head] = None,
    ):
        """`years`: between which moments readings can lie (see `RowParser`). `head`: the file's beginning, if known."""
        self.path = Path(path)
        self.spec = profile.file(KIND)
        self.parser = RowParser(self.spec, profile, years)
        self.rejects = rejects
        self.progress = progress
        self.tally = Tally()
        self.bytes_read = 0
        self.head: Head = head or head_of(self.path)
        # of no row, until `blocks` has looked for them
        self.columns = Columns({}, (), (), 0, False, self.spec.encodings[0])
        self._store_register = register
        self._doubtful: set[bytes] = set()
        self._layouts: list[_LayoutReader] = []
        self._encodings = self.spec.encodings

    def blocks(self) -> Iterator[Block]:
        """Yield the readings in the order of the file. Raises `FileProblem` where the file cannot be used at all."""
        if self.head.form == "empty":
            return
        self.columns, told = require_columns(self.path, self.head, self.spec, self.progress)
        self.tally.warnings.extend(told)
        try:
            yield from self._json() if self.head.form == "json" else self._csv()
        except OSError as error:
            raise cannot_open(self.path, error) from error
        self.tally.doubtful = len(self._doubtful)
        for warning in (doubtful_regions(self.path.name, self.tally.doubtful), self._of_torn()):
            if warning is not None:
                self.progress.warn(warning)
                self.tally.warnings.append(warning)

    def _of_torn(self) -> Optional[Message]:
        if not self.tally.torn:
            return None
        return message(
            "{file} ends in the middle of a row: it is not whole. Its rows are used; what it does not tell of is "
            "unknown, not outage. Fetch or copy it again and import it.",
            file=self.path.name,
        )

    def _register(self, points: BytesArray, flow: IntArray, voltage: IntArray, customer: BytesArray) -> IntArray:
        signs = points.view(np.uint8).reshape(len(points), -1)
        doubtful = ~_REGIONS[signs[:, 0], signs[:, 1]]
        if doubtful.any():
            self._doubtful.update(points[doubtful].tolist())
        return self._store_register(points, flow, voltage, customer)

    # -- CSV --------------------------------------------------------------------------------------------------------
    def _csv(self) -> Iterator[Block]:
        """Yield the blocks in their order; once a layout is known, threads read the next ones ahead."""
        waiting: deque[tuple[int, _Lines, Optional[Future[tuple[BoolArray, Block]]]]] = deque()
        turns, free = _Turns(), [_room() for _ in range(THREADS + 2)]
        pool = ThreadPoolExecutor(THREADS, "readings")
        try:
            for number, lines in enumerate(self._lines(free)):
                ahead = pool.submit(self._ahead, lines, turns, number) if self._layouts and THREADS > 1 else None
                waiting.append((number, lines, ahead))
                if ahead is None or len(waiting) > THREADS:
                    yield self._finished(*waiting.popleft(), turns, free)
            while waiting:
                yield self._finished(*waiting.popleft(), turns, free)
        finally:
            turns.stop()
            pool.shutdown()

    def _ahead(self, lines: _Lines, turns: _Turns, number: int) -> tuple[BoolArray, Block]:
        """Read what the first layout can of a block, in a thread."""
        good, block = self._layouts[0].read(
            lines.buffer, lines.starts, lines.ends - lines.starts, lambda: turns.wait(number)
        )
        if good.all():
            turns.done(number)
        return good, block

    def _finished(
        self,
        number: int,
        lines: _Lines,
        ahead: Optional[Future[tuple[BoolArray, Block]]],
        turns: _Turns,
        free: list[Array],
    ) -> Block:
        """Return the readings of a block, with what the first layout could not read, and give its buffer back."""
        part = ahead.result() if ahead else None
        block = self._block(lines, part)
        if part is None or not part[0].all():
            turns.done(number)
        free.append(lines.buffer)
        return block

    def _lines(self, free: list[Array]) -> Iterator[_Lines]:
        """Yield blocks of lines that may hold readings."""
        header = self.columns.header
        line = 1
        for buffer, ends in self._complete_lines(free):
            starts = np.empty_like(ends)
            starts[0] = 0
            starts[1:] = ends[:-1] + 1
            first = 0
            if line == 1 and buffer[:3].tobytes() == b"\xef\xbb\xbf":
                starts[0] = 3
            while header and first < len(starts):
                header = not buffer[starts[first] : ends[first]].tobytes().strip()
                first += 1
            if first < len(starts):
                yield _Lines(buffer, starts[first:], ends[first:], line + first)
            else:
                free.append(buffer)
            line += len(ends)

    def _complete_lines(self, free: list[Array]) -> Iterator[tuple[Array, Array]]:
        """Yield (buffer, ends of its lines); buffers are taken from `free`, where who used one puts it back."""
        buffer = free.pop()
        held = 0
        with open(self.path, "rb", buffering=0) as stream:
            while True:
                read = self._fill(stream, buffer.data[held : held + BLOCK])
                self.bytes_read += read
                length = held + read
                if not read:
                    if held:
                        # the last line has no end of its own
                        self.tally.torn = self._is_torn(buffer[:held].tobytes())
                        buffer[held] = _NEWLINE
                        yield buffer, line_ends(buffer, held + 1)
                    return
                ends = line_ends(buffer, length)
                if not len(ends):
                    held = length
                    if held > MAX_LINE:
                        raise FileProblem(
                            message(
                                "{file} has a line that does not end. It is not a table; take the file as published.",
                                file=self.path.name,
                            )
                        )
                    continue
                begin = int(ends[-1]) + 1
                held = length - begin
                following = free.pop()
                following[:held] = buffer[begin:length]
                yield buffer, ends
                buffer = following

    def _is_torn(self, line: bytes) -> bool:
        """Whether a last line without an end is only the beginning of a row."""
        return bool(line.strip(_NO_ROW)) and line.count(self.spec.delimiter.encode()) + 1 < self.columns.width

    @staticmethod
    def _fill(stream: FileIO, view: memoryview) -> int:
        """Read until `view` is full or the file ends; an unbuffered read may give less than was asked for."""
        total = 0
        while total < len(view):
            read = stream.readinto(view[total:])
            if not read:
                break
            total += read
        return total

    def _block(self, lines: _Lines, ahead: Optional[tuple[BoolArray, Block]]) -> Block:
        """Read rows: by each known layout what it can, by a new one where many are left, the rest one by one.

        `ahead` is what the first layout could read, where it was asked already.
        """
        buffer, starts, ends = lines.buffer, lines.starts, lines.ends
        lengths = ends - starts
        parts: list[tuple[Array, Block]] = []
        left = np.arange(len(starts))
        tried = 0
        while len(left):
            if tried == len(self._layouts) and not self._new_layout(buffer, starts, ends, left):
                break
            layout = self._layouts[tried]
            everything = len(left) == len(starts)
            if ahead is not None and not tried:
                good, block = ahead
            else:
                good, block = layout.read(
                    buffer, starts if everything else starts[left], lengths if everything else lengths[left]
                )
            tried += 1
            if everything and good.all():
                self.tally.rows += len(left)
                return block
            if len(block.rows):
                parts.append((left[good], block))
            left = left[~good]
        self.tally.rows += len(starts) - len(left)
        if len(left):
            parts.append(self._one_by_one(buffer, starts, ends, left, lines.number))
        return _merge(parts)

    def _new_layout(self, buffer: IntArray, starts: IntArray, ends: IntArray, left: IntArray) -> bool:
        """Make a layout of one of the rows that are left. A few odd rows are not worth one."""
        if len(self._layouts) >= MAX_LAYOUTS or (self._layouts and len(left) < MANY):
            return False
        known = [reader.layout for reader in self._layouts]
        for row in left[:MANY]:
            line = buffer[starts[row] : ends[row]].tobytes()
            layout = layout_of(line, self.columns, self.spec, self.parser.slot_rule)
            if layout is not None and layout not in known:
                self._layouts.append(_LayoutReader(layout, self.parser, self._register, self.tally))
                return True
        return False

    def _one_by_one(
        self, buffer: IntArray, starts: IntArray, ends: IntArray, left: IntArray, line: int
    ) -> tuple[IntArray, Block]:
        found: list[tuple[int, Reading]] = []
        for row in left.tolist():
            raw = buffer[starts[row] : ends[row]].tobytes()
            if not raw.strip():
                continue
            self.tally.rows += 1
            try:
                reading = self._line(raw)
            except ItemProblem as problem:
                self.rejects.add(line + row, problem.item, problem.reason, raw)
                continue
            if self._counts(reading, line + row, raw):
                found.append((row, reading))
        return self._as_block(found)

    def _counts(self, reading: Reading, line: int, raw: Union[str, bytes]) -> bool:
        """Return whether a row is a reading; one whose value cannot be is listed, and still shows that it was read."""
        self.tally.rounded += reading.rounded
        self.tally.blank += reading.wh is None
        if reading.wh == NO_VALUE:
            self.rejects.add(line, self.parser.items["kwh"].name, IMPOSSIBLE, raw, left_out=False)
        return reading.wh is not None

    def _line(self, raw: bytes) -> Reading:
        fields = None
        for encoding in self._encodings:
            try:
                fields = split(raw, encoding, self.spec.delimiter)
            except csv.Error as error:
                raise ItemProblem("—", FIELD_COUNT) from error
            if fields is not None:
                break
        if fields is None:
            raise ItemProblem("—", UNDECODABLE)
        if len(fields) != self.columns.width:
            raise ItemProblem("—", FIELD_COUNT)
        return self.parser.row({column: fields[position] for column, position in self.columns.at.items()})

    def _as_block(self, found: list[tuple[int, Reading]]) -> tuple[IntArray, Block]:
        order = np.array([row for row, _ in found], dtype=np.int64)
        readings = [reading for _, reading in found]
        rows: IntArray = np.empty(0, dtype=np.int64)
        if readings:
            rows = self._register(
                np.array([reading.supply_point for reading in readings], dtype=f"S{SUPPLY_POINT_BYTES}"),
                np.array([reading.flow for reading in readings], dtype="u1"),
                np.array([reading.voltage for reading in readings], dtype="u1"),
                np.array([reading.customer_id for reading in readings], dtype=f"S{CUSTOMER_BYTES}"),
            )
        return order, Block(
            rows,
            np.array([reading.day for reading in readings], dtype=np.int32),
            np.array([reading.slot for reading in readings], dtype=slot_type(self.parser.slot_rule)),
            np.array([reading.wh for reading in readings], dtype=np.int32),
        )

    # -- JSON -------------------------------------------------------------------------------------------------------
    def _json(self) -> Iterator[Block]:
        encoding = best_encoding(self.path, self.spec.encodings, self.columns.encoding)
        size = self.path.stat().st_size
        found: list[tuple[int, Reading]] = []
        for record in json_records(self.path, encoding, self.head.names):
            self.tally.rows += 1
            try:
                if record.problem is not None:
                    raise ItemProblem("—", record.problem)
                reading = self.parser.row({column: record.fields[at] for column, at in self.columns.at.items()})
            except ItemProblem as problem:
                self.rejects.add(record.line, problem.item, problem.reason, record.raw)
                continue
            if self._counts(reading, record.line, record.raw):
                found.append((record.line, reading))
            if len(found) >= JSON_ROWS:
                # where in the file the object ended is not known: its length stands for it
                self.bytes_read = min(size, self.bytes_read + JSON_ROWS * len(record.raw))
                yield self._as_block(found)[1]
                found = []
        yield self._as_block(found)[1]


def _merge(parts: list[tuple[IntArray, Block]]) -> Block:
    """Put blocks together in the order of the rows, which decides between values that differ."""
    if len(parts) == 1:
        return parts[0][1]
    if not parts:
        wh = np.empty(0, dtype=np.int32)
        return Block(np.empty(0, dtype=np.int64), wh, np.empty(0, dtype=np.int8), wh)
    order = np.argsort(np.concatenate([rows for rows, _ in parts]), kind="stable")
    return Block(
        np.concatenate([block.rows for _, block in parts])[order],
        np.concatenate([block.days for _, block in parts])[order],
        np.concatenate([block.slots for _, block in parts])[order],
        np.concatenate([block.wh for _, block in parts])[order],
    )
