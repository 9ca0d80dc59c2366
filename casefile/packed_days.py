"""One day of readings as a packed file: 1 to 2 bytes a reading, read back bit for bit.

    YYYY-MM-DD.day   header, the codes of block after block, the escapes of block after block, the directory

A block is so many rows (meters) × all slots of the day. Its numbers are multiples of a unit (Wh) in codes of 8, 12 or
16 bits: 0 is MISSING, n + 1 is n units. What no code can say (NO_VALUE, a value that is no multiple or too large) has
the code 0 and stands in the escapes as (cell of the block, value). A block that would not be smaller is kept as int32
(32 bits); one in which hardly anything was received has no codes at all (0 bits), all of it escapes.

The directory says unit, bits, number of escapes and checksum of each block; where they lie follows from that. Its
length and the file's are checked against each other before anything is read, and a block against its checksum before
its first number is used: a file that is damaged gives a `StoreError` that names the day, never another number.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import zlib
from collections import OrderedDict
from datetime import date
from math import gcd
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO, Iterator, NamedTuple, Optional, Protocol, Union

import numpy as np

from ..arrays import Array, BoolArray, IntArray
from ..files import replace_file
from ..messages import TomoshibiError, message

MISSING = -1
"""No row was received for this meter and slot (Wh)."""
SUFFIX = ".day"
DAY_MINUTES = 1440
BLOCK_CELLS = 4096 * 48
"""Cells of a block: small enough for the processor's cache, large enough that numpy's calls cost nothing."""
UNITS = (100, 10, 1)
"""Wh that registers count in, beside what a block's own numbers have in common."""
SAMPLE = 4096
"""Cells of a block by which its unit and bits are chosen."""
BITS = (0, 8, 12, 16)
RAW = 32
INT32 = 1 << 31
MOST_ROWS = 2_000_000_000
KEPT_CHECKS = 256
"""Files of which it is remembered which of their blocks were found sound."""
SPOOLED = 8 << 20
"""Bytes of escapes that are held in memory while a file is written; more go through a file without a name."""

MAGIC = b"TMSBDAY3"
_HEADER = np.dtype(
    [
        ("magic", "S8"),
        ("slots", "<u4"),
        ("block_rows", "<u4"),
        ("rows", "<u8"),
        ("size", "<u8"),
        ("directory", "<u4"),
        ("header", "<u4"),
    ]
)
_ENTRY = np.dtype([("unit", "<u4"), ("bits", "<u4"), ("escapes", "<u4"), ("sum", "<u4")])
_ESCAPE = np.dtype([("cell", "<u4"), ("wh", "<i4")])


class StoreError(TomoshibiError):
    """The reading store cannot be read or written."""


def unreadable_day(day: str) -> StoreError:
    """Return what is raised where the file of a day (YYYY-MM-DD) is damaged or cannot be opened."""
    return StoreError(
        message(
            "The readings of {day} cannot be read. Delete the folder “readings” of the case and import the"
            " files again.",
            day=day,
        )
    )


class StoredDay(Protocol):
    """The readings of one day in a file, int32 (rows, slots) Wh. To be closed; a `with` does."""

    shape: tuple[int, int]

    def read(
        self, rows: Union[slice, IntArray, None], begin: int, end: int, out: Optional[IntArray] = None
    ) -> IntArray:
        """Return the slots `begin:end` of rows (all, a slice, or numbers), int32; MISSING for a row it has not."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...

    def __enter__(self) -> StoredDay: ...

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None: ...


# -- packing ----------------------------------------------------------------------------------------------------------
class Packed(NamedTuple):
    """A block as it lies in the file."""

    unit: int
    bits: int
    codes: bytes
    escapes: Array
    """`_ESCAPE`, in the order of the cells."""


def pack(cells: IntArray) -> Packed:
    """Return a block of int32 (rows, slots) Wh packed; slots must be even."""
    flat = np.ascontiguousarray(cells, dtype=np.int32).ravel()
    unit, bits = _fitting(flat)
    if bits == RAW:
        return _raw(flat)
    codes = flat // np.int32(unit) if unit > 1 else flat
    wrong = codes * np.int32(unit) != flat if unit > 1 else None
    codes = codes + np.int32(1)
    bad: BoolArray = codes.view(np.uint32) >= np.uint32(1 << bits)
    if wrong is not None:
        bad |= wrong & (flat != MISSING)
        bad |= (flat < 0) & (flat != MISSING)
    at = np.flatnonzero(bad)
    if len(at) * _ESCAPE.itemsize + len(flat) * bits // 8 >= len(flat) * RAW // 8:
        return _raw(flat)
    codes[at] = 0
    escapes = np.empty(len(at), dtype=_ESCAPE)
    escapes["cell"], escapes["wh"] = at, flat[at]
    return Packed(unit, bits, _as_bytes(codes, bits), escapes)


def _raw(flat: IntArray) -> Packed:
    return Packed(1, RAW, flat.astype("<i4", copy=False).tobytes(), np.empty(0, dtype=_ESCAPE))


def _as_bytes(codes: IntArray, bits: int) -> bytes:
    if bits == 0:
        return b""
    if bits == 8:
        return codes.astype(np.uint8).tobytes()
    if bits == 16:
        return codes.astype("<u2").tobytes()
    high = (codes >> 8).astype(np.uint8)
    return codes.astype(np.uint8).tobytes() + (high[::2] | high[1::2] << np.uint8(4)).tobytes()


def _fitting(flat: IntArray) -> tuple[int, int]:
    """Return the unit and the bits that make the smallest block of what a sample of it says."""
    stride = max(1, len(flat) // SAMPLE)
    while stride > 1 and gcd(stride, DAY_MINUTES) > 1:
        # else the same few slots of every row would be looked at
        stride += 1
    sample = flat[::stride].astype(np.int64)
    there = sample[sample != MISSING]
    positive = there[there > 0]
    common = int(np.gcd.reduce(positive)) if len(positive) else 1
    best, least = (1, RAW), RAW * len(sample)
    for unit in sorted({common, *UNITS}, reverse=True):
        whole, codes = there % unit == 0, there // unit + 1
        for bits in BITS:
            if unit > _most_unit(bits):
                continue
            escaped = int((~whole | (there < 0) | (codes >= 1 << bits)).sum())
            size = bits * len(sample) + escaped * 8 * _ESCAPE.itemsize
            if size < least:
                best, least = (unit, bits), size
    return best


def _most_unit(bits: int) -> int:
    """Return the largest unit whose multiples by every code are int32."""
    return (INT32 - 1) >> bits


class DayWriter:
    """Writes one packed day, block by block, beside its place; `finish` puts it there.

    Memory is that of a block, whatever the number of rows.
    """

    def __init__(self, path: Path, slots: int):
        self.path = Path(path)
        self.part = self.path.with_name(self.path.name + ".part")
        self.slots = slots
        self.block_rows = max(1, BLOCK_CELLS // slots)
        self.rows = 0
        self._entries: list[tuple[int, int, int, int]] = []
        self._held: list[IntArray] = []
        self._held_rows = 0
        self._stream: IO[bytes] = open(self.part, "wb")
        self._escapes: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOLED, dir=str(self.path.parent))
        self._stream.write(bytes(_HEADER.itemsize))

    def add(self, cells: IntArray) -> None:
        """Append rows, int32 (rows, slots) Wh."""
        if cells.ndim != 2 or cells.shape[1] != self.slots:
            raise ValueError(f"{cells.shape}: not rows of {self.slots} slots")
        first = 0
        if self._held_rows:
            first = min(len(cells), self.block_rows - self._held_rows)
            self._hold(cells[:first])
            if self._held_rows < self.block_rows:
                return
            self._write(np.concatenate(self._held))
            self._held, self._held_rows = [], 0
        while len(cells) - first >= self.block_rows:
            self._write(cells[first : first + self.block_rows])
            first += self.block_rows
        if first < len(cells):
            self._hold(cells[first:])

    def _hold(self, cells: IntArray) -> None:
        # what is handed over may be filled anew by the caller
        self._held.append(np.array(cells, dtype=np.int32))
        self._held_rows += len(cells)

    def _write(self, cells: IntArray) -> None:
        packed = pack(cells)
        escapes = packed.escapes.tobytes()
        self._stream.write(packed.codes)
        self._escapes.write(escapes)
        self._entries.append(
            (packed.unit, packed.bits, len(packed.escapes), zlib.crc32(escapes, zlib.crc32(packed.codes)))
        )
        self.rows += len(cells)

    def finish(self, place: Optional[Path] = None) -> None:
        """Write what is held, the escapes, directory and header, and put the file in its place, or in another.

        Raises `OSError`.
        """
        if self._held_rows:
            self._write(np.concatenate(self._held))
            self._held, self._held_rows = [], 0
        stream = self._stream
        self._escapes.seek(0)
        while piece := self._escapes.read(1 << 20):
            stream.write(piece)
        self._escapes.close()
        directory = np.array(self._entries, dtype=_ENTRY).tobytes()
        stream.write(directory)
        header = np.zeros(1, dtype=_HEADER)
        header["magic"], header["slots"], header["block_rows"] = MAGIC, self.slots, self.block_rows
        header["rows"], header["size"], header["directory"] = self.rows, stream.tell(), zlib.crc32(directory)
        header["header"] = _sum_of(header)
        stream.seek(0)
        stream.write(header.tobytes())
        stream.flush()
        os.fsync(stream.fileno())
        stream.close()
        replace_file(self.part, place or self.path)

    def discard(self) -> None:
        """Forget what was written."""
        self._stream.close()
        self._escapes.close()
        self.part.unlink(missing_ok=True)

    def __enter__(self) -> DayWriter:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if not self._stream.closed:
            self.discard()


def _sum_of(header: Array) -> int:
    return zlib.crc32(header.tobytes()[: -_HEADER["header"].itemsize])


def day_path(folder: Path, day: date) -> Path:
    """Return where the packed readings of a day are kept."""
    return Path(folder) / f"{day.isoformat()}{SUFFIX}"


def write_day(folder: Path, day: date, cells: IntArray) -> Path:
    """Write the readings of a day, int32 (rows, slots) Wh, in place of what stands; return the file.

    The index of the store is the caller's. Raises `OSError`.
    """
    path = day_path(folder, day)
    with DayWriter(path, cells.shape[1]) as writer:
        writer.add(np.asarray(cells))
        writer.finish()
    return path


# -- reading ----------------------------------------------------------------------------------------------------------
class _Checks:
    """Which blocks of which files were found sound in this process: a sum is worked out once, not at every read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[int, ...], BoolArray] = OrderedDict()

    def of(self, status: os.stat_result, blocks: int) -> BoolArray:
        """Return the marks of a file's blocks, bool, to be set by the reader."""
        key = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size, blocks)
        with self._lock:
            marks = self._known.pop(key, None)
            if marks is None:
                marks = np.zeros(blocks, dtype=bool)
            self._known[key] = marks
            while len(self._known) > KEPT_CHECKS:
                self._known.popitem(last=False)
            return marks


_CHECKS = _Checks()


class _Run(NamedTuple):
    """Rows of blocks that lie one behind another in the same unit and bits."""

    first: int
    end: int
    """Rows."""
    unit: int
    bits: int
    at: int
    """Byte of the codes of the first row."""


class PackedDay:
    """A packed day, mapped; blocks are decoded when they are read."""

    def __init__(self, path: Path):
        """Open a file. Raises `StoreError` where it is damaged, `OSError` where it cannot be opened."""
        self._day = Path(path).name[:10]
        with open(path, "rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_size < _HEADER.itemsize:
                raise unreadable_day(self._day)
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            self._bytes: Array = np.frombuffer(self._map, dtype=np.uint8)
            self._read_directory(status)
        except BaseException:
            self.close()
            raise

    def _read_directory(self, status: os.stat_result) -> None:
        header = self._bytes[: _HEADER.itemsize].view(_HEADER)
        slots, block_rows, rows, size = (int(header[name][0]) for name in ("slots", "block_rows", "rows", "size"))
        self._demand(bytes(header["magic"][0]) == MAGIC and int(header["header"][0]) == _sum_of(header))
        self._demand(size == status.st_size and 0 < slots <= DAY_MINUTES and slots % 2 == 0 and rows <= MOST_ROWS)
        self._demand(block_rows > 0 and block_rows * slots <= max(BLOCK_CELLS, slots))
        blocks = -(-rows // block_rows)
        begin = size - blocks * _ENTRY.itemsize
        self._demand(begin >= _HEADER.itemsize)
        directory = self._bytes[begin:]
        self._demand(zlib.crc32(directory.data) == int(header["directory"][0]))
        entries = directory.view(_ENTRY)
        self.shape = (rows, slots)
        self._block_rows = block_rows
        self._unit, bits = entries["unit"].astype(np.int64), entries["bits"].astype(np.int64)
        self._escaped, self._sums = (entries[name].astype(np.int64) for name in ("escapes", "sum"))
        self._bits = bits
        self._demand(bool(np.isin(bits, (*BITS, RAW)).all()))
        self._demand(bool(((self._unit > 0) & (self._unit <= (INT32 - 1) >> np.where(bits == RAW, 0, bits))).all()))
        self._demand(bool((self._escaped <= block_rows * slots).all()))
        heights = np.full(blocks, block_rows, dtype=np.int64)
        if blocks:
            heights[-1] = rows - (blocks - 1) * block_rows
        lengths = heights * slots * bits // 8
        self._begins = _HEADER.itemsize + np.concatenate(([0], np.cumsum(lengths)))
        self._escapes_at = self._begins[-1] + np.concatenate(([0], np.cumsum(self._escaped))) * _ESCAPE.itemsize
        self._demand(int(self._escapes_at[-1]) == begin)
        self._sound = _CHECKS.of(status, blocks)

    def _demand(self, sound: bool) -> None:
        if not sound:
            raise unreadable_day(self._day)

    def close(self) -> None:
        """Let go of the file."""
        self._bytes = np.empty(0, dtype=np.uint8)
        try:
            self._map.close()
        except BufferError:
            # a traceback still holds a view; the last of them closes it
            pass

    def __enter__(self) -> PackedDay:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def read(
        self, rows: Union[slice, IntArray, None], begin: int, end: int, out: Optional[IntArray] = None
    ) -> IntArray:
        """Return the slots `begin:end` of rows, int32 (rows, slots) Wh.

        Parameters
            rows: None for all, a slice without a step, or numbers in any order (int64); MISSING for one it has not.
            out: where to put them, MISSING before; a new array without it.
        Raises
            StoreError: what was read is not what was written.
        """
        count = self.shape[0]
        if rows is None or isinstance(rows, slice):
            first, last, _ = (rows or slice(None)).indices(count)
            out = _room(out, max(0, last - first), end - begin)
            if first < last and begin < end:
                self._read_span(first, last, begin, end, out)
            return out
        out = _room(out, len(rows), end - begin)
        if len(rows) and begin < end:
            self._read_numbers(rows, begin, end, out)
        return out

    def _read_numbers(self, rows: IntArray, begin: int, end: int, out: IntArray) -> None:
        """Read rows in any order, some of which may not be there."""
        count = self.shape[0]
        steps = np.diff(rows)
        if (steps == 1).all() and rows[0] >= 0 and rows[-1] < count:
            self._read_span(int(rows[0]), int(rows[-1]) + 1, begin, end, out)
            return
        there = None if rows.min() >= 0 and rows.max() < count else np.flatnonzero((rows >= 0) & (rows < count))
        asked = rows if there is None else rows[there]
        if not (steps >= 0).all():
            order = np.argsort(asked, kind="stable")
            there, asked = order if there is None else there[order], asked[order]
        if there is None:
            self._read_rows(asked, begin, end, out)
        elif len(there):
            part = np.full((len(there), end - begin), MISSING, dtype=np.int32)
            self._read_rows(asked, begin, end, part)
            out[there] = part

    def _runs(self, first: int, last: int) -> Iterator[_Run]:
        """Yield the rows `first:last` in runs of one unit and bits."""
        low, high = first // self._block_rows, -(-last // self._block_rows)
        units, bits = self._unit[low:high], self._bits[low:high]
        # the two planes of 12 bits belong to one block each
        cut = (units[1:] != units[:-1]) | (bits[1:] != bits[:-1]) | (bits[1:] == 12)
        edges = [low, *(np.flatnonzero(cut) + low + 1).tolist(), high]
        for begin, end in zip(edges[:-1], edges[1:]):
            rows = begin * self._block_rows, min(end * self._block_rows, self.shape[0])
            yield _Run(*rows, int(self._unit[begin]), int(self._bits[begin]), int(self._begins[begin]))

    def _read_span(self, first: int, last: int, begin: int, end: int, out: IntArray) -> None:
        self._check(range(first // self._block_rows, (last - 1) // self._block_rows + 1))
        step = max(1, BLOCK_CELLS // (end - begin))
        for run in self._runs(first, last):
            planes = self._planes(run)
            for top in range(max(first, run.first), min(last, run.end), step):
                bottom = min(top + step, last, run.end)
                place = slice(top - run.first, bottom - run.first)
                _decode(planes, place, begin, end, run, out[top - first : bottom - first])
        self._put_escapes(np.arange(first, last), begin, end, out)

    def _read_rows(self, rows: IntArray, begin: int, end: int, out: IntArray) -> None:
        """Read rows in their order, each of which is there."""
        blocks = rows // self._block_rows
        self._check(np.unique(blocks).tolist())
        step = max(1, BLOCK_CELLS // (end - begin))
        for run in self._runs(int(rows[0]), int(rows[-1]) + 1):
            low, high = np.searchsorted(rows, (run.first, run.end)).tolist()
            planes = self._planes(run)
            for top in range(low, high, step):
                bottom = min(top + step, high)
                _decode(planes, rows[top:bottom] - run.first, begin, end, run, out[top:bottom])
        self._put_escapes(rows, begin, end, out)

    def _planes(self, run: _Run) -> tuple[IntArray, ...]:
        """Return the codes of a run as arrays of (its rows, …)."""
        height, slots = run.end - run.first, self.shape[1]
        cells = height * slots
        if run.bits == 12:
            middle = run.at + cells
            low, high = self._bytes[run.at : middle], self._bytes[middle : middle + cells // 2]
            return low.reshape(height, slots), high.reshape(height, slots // 2)
        if run.bits == 0:
            return ()
        kind = {8: "u1", 16: "<u2", RAW: "<i4"}[run.bits]
        held = self._bytes[run.at : run.at + cells * run.bits // 8]
        return (np.frombuffer(held, dtype=kind).reshape(height, slots),)

    def _check(self, blocks: Union[range, list[int]]) -> None:
        """Raise `StoreError` where a block is not what was written."""
        for block in blocks:
            if self._sound[block]:
                continue
            escapes = self._escapes_of(block)
            found = zlib.crc32(self._bytes[self._begins[block] : self._begins[block + 1]].data)
            self._demand(zlib.crc32(escapes.tobytes(), found) == int(self._sums[block]))
            if len(escapes):
                cells = escapes["cell"].astype(np.int64)
                height = min(self._block_rows, self.shape[0] - block * self._block_rows)
                self._demand(int(cells[-1]) < height * self.shape[1] and bool((np.diff(cells) > 0).all()))
            self._sound[block] = True

    def _escapes_of(self, block: int) -> Array:
        held = self._bytes[self._escapes_at[block] : self._escapes_at[block + 1]]
        return np.frombuffer(held, dtype=_ESCAPE)

    def _put_escapes(self, rows: IntArray, begin: int, end: int, out: IntArray) -> None:
        """Put the values of rows (in their order, some may stand twice) that have no code."""
        low, high = int(rows[0]) // self._block_rows, int(rows[-1]) // self._block_rows + 1
        for block in (np.flatnonzero(self._escaped[low:high]) + low).tolist():
            first = block * self._block_rows
            top, bottom = np.searchsorted(rows, (first, first + self._block_rows)).tolist()
            if top == bottom:
                continue
            escapes = self._escapes_of(block)
            own, slots = np.divmod(escapes["cell"].astype(np.int64), self.shape[1])
            if end - begin < self.shape[1]:
                inside = (slots >= begin) & (slots < end)
                own, slots, escapes = own[inside], slots[inside], escapes[inside]
            asked = rows[top:bottom] - first
            begins = np.searchsorted(own, asked, "left")
            counts = np.searchsorted(own, asked, "right") - begins
            total = int(counts.sum())
            if total:
                place = np.repeat(np.arange(top, bottom), counts)
                which = np.arange(total) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
                out[place, slots[which] - begin] = escapes["wh"][which]


def _room(out: Optional[IntArray], rows: int, slots: int) -> IntArray:
    return np.full((rows, slots), MISSING, dtype=np.int32) if out is None else out


def _decode(
    planes: tuple[IntArray, ...], rows: Union[slice, IntArray], begin: int, end: int, run: _Run, out: IntArray
) -> None:
    """Put the numbers of some rows of a run into `out` (rows, end - begin)."""
    if run.bits == 0:
        out[...] = MISSING
    elif run.bits == RAW:
        out[...] = _part(planes[0], rows, begin, end)
    elif run.bits == 12:
        even = begin - begin % 2, end + end % 2
        codes = _of_two_planes(_part(planes[0], rows, *even), _part(planes[1], rows, even[0] // 2, even[1] // 2))
        _as_wh(codes[:, begin - even[0] : end - even[0]], run, out)
    else:
        _as_wh(_part(planes[0], rows, begin, end), run, out)


def _part(plane: IntArray, rows: Union[slice, IntArray], begin: int, end: int) -> IntArray:
    if end - begin == plane.shape[1]:
        return plane[rows] if isinstance(rows, slice) else plane.take(rows, axis=0)
    return plane[rows, begin:end]


def _of_two_planes(low: IntArray, high: IntArray) -> IntArray:
    """Return codes of 12 bits, int16: the low bytes, and two cells' high halves in one byte. Two cells at a time."""
    pairs = np.ascontiguousarray(low).view("<u2").astype("<u4")
    pairs |= pairs << np.uint32(8)
    pairs &= np.uint32(0x00FF00FF)
    halves = high.astype("<u4")
    halves <<= np.uint32(8)
    halves |= halves << np.uint32(12)
    halves &= np.uint32(0x0F000F00)
    pairs |= halves
    codes: IntArray = pairs.view("<i2")
    return codes


def _as_wh(codes: Array, run: _Run, out: Array) -> None:
    """Put codes × unit into `out`; the code 0 is -1, whatever the unit."""
    if run.unit == 1:
        out[...] = codes
        out -= np.int32(1)
        return
    # half the bytes where the largest product still fits
    narrow = (run.unit << run.bits) < 1 << 15
    numbers: Array = codes.astype(np.int16 if narrow else np.int32)
    numbers -= numbers.dtype.type(1)
    # all ones where nothing was received, else nothing
    missing: Array = numbers >> numbers.dtype.type(15 if narrow else 31)
    numbers *= numbers.dtype.type(run.unit)
    numbers |= missing
    out[...] = numbers
