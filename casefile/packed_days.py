"""One day of readings as a packed file: 1 to 2 bytes a reading, read back bit for bit.

    YYYY-MM-DD.day   header, codes, high halves, numbers of the wide rows, wide rows, escapes, directory

A block is so many rows (meters) × all slots of the day. Its numbers are multiples of a unit (Wh) in codes of 8, 12 or
16 bits: 0 is MISSING, n + 1 is n units. What no code can say (NO_VALUE, a value that is no multiple or too large) has
the code 0 and stands in the escapes as (cell of the block, value); rows with many of them (high voltage among homes)
stand whole in the wide rows as int32. A block that would not be smaller is kept as int32 (32 bits); one in which hardly
anything was received has no codes at all (0 bits). The high halves are the upper 4 bits of two codes of 12 bits. Each
part holds block after block, so that blocks alike are read as one array; each begins on a multiple of 8 bytes.

The directory says unit, bits, number of wide rows and escapes, and checksum of each block; where they lie follows from
that. Its length and the file's are checked against each other before anything is read, and a block against its checksum
before its first number is used: a file that is damaged gives a `StoreError` that names the day, never another number.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import zlib
from collections import OrderedDict
from contextlib import suppress
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
PIECE_CELLS = 1024 * 48
"""Cells that are decoded at once."""
UNITS = (100, 10, 1)
"""Wh that registers count in, beside what a block's own numbers have in common."""
SAMPLE = 4096
"""Cells of a block by which its unit and bits are chosen."""
BITS = (0, 8, 12, 16)
RAW = 32
INT32 = 1 << 31
MOST_ROWS = 2_000_000_000
PARTS = 5
KEPT = 64
"""Files whose directory is kept, with which of their blocks were found sound."""
SPOOLED = 4 << 20
"""Bytes of a part that are held in memory while a file is written; more go through a file without a name."""
_BYTES = np.zeros(RAW + 1, dtype=np.int64)
"""By bits: bytes of a code; the high half of one of 12 bits is elsewhere."""
_BYTES[[8, 12, 16, RAW]] = 1, 1, 2, 4
_KNOWN_BITS = np.zeros(1 << 8, dtype=bool)
_KNOWN_BITS[[*BITS, RAW]] = True

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
_ENTRY = np.dtype([("unit", "<u4"), ("bits", "<u4"), ("wide", "<u4"), ("escapes", "<u4"), ("sum", "<u4")])
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


def unwritten(file: str, error: OSError) -> StoreError:
    """Return what is raised where the disk refuses readings."""
    return StoreError(
        message(
            "The readings cannot be written to {file} ({reason}). Free space on the disk or choose another case"
            " folder, then import again.",
            file=file,
            reason=error.strerror or "",
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
    high: bytes
    wide: IntArray
    """Numbers of the rows of the block that stand whole in `wide_wh`, `<u4`."""
    wide_wh: IntArray
    escapes: Array
    """`_ESCAPE`, in the order of the cells."""

    @property
    def parts(self) -> tuple[bytes, ...]:
        """What goes into each part of the file, in their order."""
        return self.codes, self.high, self.wide.tobytes(), self.wide_wh.tobytes(), self.escapes.tobytes()


def pack(cells: IntArray) -> Packed:
    """Return a block of int32 (rows, slots) Wh packed; slots must be even."""
    flat, slots = np.ascontiguousarray(cells, dtype=np.int32).ravel(), cells.shape[1]
    unit, bits = _fitting(flat)
    if bits == RAW:
        return _raw(flat, slots)
    codes = flat // np.int32(unit) if unit > 1 else flat
    wrong = codes * np.int32(unit) != flat if unit > 1 else None
    codes = codes + np.int32(1)
    bad: BoolArray = codes.view(np.uint32) >= np.uint32(1 << bits)
    if wrong is not None:
        bad |= wrong & (flat != MISSING)
        bad |= (flat < 0) & (flat != MISSING)
    at = np.flatnonzero(bad)
    many = np.bincount(at // slots) * _ESCAPE.itemsize > 4 * (slots + 1)
    wide = np.flatnonzero(many)
    codes[at] = 0
    if len(wide):
        codes.reshape(-1, slots)[wide] = 0
        at = at[~many[at // slots]]
    if len(at) * 8 + len(wide) * 4 * (slots + 1) + len(flat) * bits // 8 >= len(flat) * 4:
        return _raw(flat, slots)
    escapes = np.empty(len(at), dtype=_ESCAPE)
    escapes["cell"], escapes["wh"] = at, flat[at]
    wide_wh = flat.reshape(-1, slots)[wide].astype("<i4", copy=False)
    return Packed(unit, bits, *_as_bytes(codes, bits), wide.astype("<u4"), wide_wh, escapes)


def _raw(flat: IntArray, slots: int) -> Packed:
    none = np.empty(0, dtype="<u4"), np.empty((0, slots), dtype="<i4"), np.empty(0, dtype=_ESCAPE)
    return Packed(1, RAW, flat.astype("<i4", copy=False).tobytes(), b"", *none)


def _as_bytes(codes: IntArray, bits: int) -> tuple[bytes, bytes]:
    """Return the codes as they lie in the file, and their high halves."""
    if bits == 0:
        return b"", b""
    if bits == 16:
        return codes.astype("<u2").tobytes(), b""
    low = codes.astype(np.uint8).tobytes()
    if bits == 8:
        return low, b""
    high = (codes >> 8).astype(np.uint8)
    return low, (high[::2] | high[1::2] << np.uint8(4)).tobytes()


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
        self._entries: list[tuple[int, ...]] = []
        self._held: list[IntArray] = []
        self._held_rows = 0
        self._stream: IO[bytes] = open(self.part, "wb")
        self._stream.write(bytes(_HEADER.itemsize))
        # what stands behind the codes waits for the last of them
        self._behind: list[IO[bytes]] = [
            tempfile.SpooledTemporaryFile(SPOOLED, dir=str(self.path.parent)) for _ in range(PARTS - 1)
        ]

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
        packed, total = pack(cells), 0
        for stream, part in zip((self._stream, *self._behind), packed.parts):
            stream.write(part)
            total = zlib.crc32(part, total)
        self._entries.append((packed.unit, packed.bits, len(packed.wide), len(packed.escapes), total))
        self.rows += len(cells)

    def finish(self, place: Optional[Path] = None) -> None:
        """Write what is held, the escapes, directory and header, and put the file in its place, or in another.

        Raises `OSError`.
        """
        if self._held_rows:
            self._write(np.concatenate(self._held))
            self._held, self._held_rows = [], 0
        stream = self._stream
        for part in self._behind:
            stream.write(bytes(-stream.tell() % 8))
            part.seek(0)
            while piece := part.read(1 << 20):
                stream.write(piece)
            part.close()
        stream.write(bytes(-stream.tell() % 8))
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
        for stream in (self._stream, *self._behind):
            stream.close()
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
class _Run(NamedTuple):
    """Rows of blocks that lie one behind another in the same unit and bits."""

    first: int
    end: int
    """Rows."""
    unit: int
    bits: int
    at: int
    """Byte of the codes of the first row."""
    high_at: int
    """Byte of the high halves of the first row."""


class _Directory:
    """What the header and the directory of a file say, and which of its blocks were found sound in this process."""

    def __init__(self, held: Array, size: int):
        """Read the bytes of a file. Raises `ValueError` where they do not fit one another."""
        header = held[: _HEADER.itemsize].view(_HEADER)
        slots, block_rows, rows = (int(header[name][0]) for name in ("slots", "block_rows", "rows"))
        _demand(bytes(header["magic"][0]) == MAGIC and int(header["header"][0]) == _sum_of(header))
        _demand(int(header["size"][0]) == size and 0 < slots <= DAY_MINUTES and slots % 2 == 0 and rows <= MOST_ROWS)
        _demand(block_rows > 0 and block_rows * slots <= max(BLOCK_CELLS, slots))
        blocks = -(-rows // block_rows)
        begin = size - blocks * _ENTRY.itemsize
        _demand(begin >= _HEADER.itemsize)
        directory = held[begin:]
        _demand(zlib.crc32(directory.data) == int(header["directory"][0]))
        self.rows, self.slots, self.block_rows = rows, slots, block_rows
        entries = directory.view(_ENTRY)
        self.unit, self.bits, self.wide, self.escapes, self.sums = (
            entries[name].astype(np.int64) for name in ("unit", "bits", "wide", "escapes", "sum")
        )
        _demand(bool((self.bits <= RAW).all()) and bool(_KNOWN_BITS[self.bits].all()))
        _demand(bool(((self.unit > 0) & (self.unit <= (INT32 - 1) >> np.where(self.bits == RAW, 0, self.bits))).all()))
        self.heights: IntArray = np.full(blocks, block_rows, dtype=np.int64)
        if blocks:
            self.heights[-1] = rows - (blocks - 1) * block_rows
        cells = self.heights * slots
        _demand(bool(((self.wide <= self.heights) & (self.escapes <= cells)).all()))
        lengths = (
            cells * _BYTES[self.bits],
            np.where(self.bits == 12, cells // 2, 0),
            self.wide * 4,
            self.wide * (4 * slots),
            self.escapes * _ESCAPE.itemsize,
        )
        at, edges = _HEADER.itemsize, []
        for length in lengths:
            edges.append(at + np.concatenate(([0], np.cumsum(length))))
            at = int(edges[-1][-1]) + -int(edges[-1][-1]) % 8
        self.edges: tuple[IntArray, ...] = tuple(edges)
        """For each part the byte at which that of each block begins, and the last one's end, int64 (blocks + 1,)."""
        _demand(at == begin)
        self.sound: BoolArray = np.zeros(blocks, dtype=bool)
        # where blocks of another unit or other bits begin
        self._cuts = np.flatnonzero((self.unit[1:] != self.unit[:-1]) | (self.bits[1:] != self.bits[:-1])) + 1

    def runs(self, first: int, last: int) -> Iterator[_Run]:
        """Yield the blocks that hold the rows `first:last` in runs of one unit and bits."""
        low, high = first // self.block_rows, -(-last // self.block_rows)
        within = self._cuts[np.searchsorted(self._cuts, low, "right") : np.searchsorted(self._cuts, high)].tolist()
        for begin, end in zip([low, *within], [*within, high]):
            rows = begin * self.block_rows, min(end * self.block_rows, self.rows)
            at, high_at = int(self.edges[0][begin]), int(self.edges[1][begin])
            yield _Run(*rows, int(self.unit[begin]), int(self.bits[begin]), at, high_at)


def _demand(fits: bool) -> None:
    if not fits:
        raise ValueError("a day file that does not fit itself")


class _Directories:
    """The directories of the files read last: a file is read again and again, a block of meters at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[int, ...], _Directory] = OrderedDict()

    def of(self, status: os.stat_result, held: Array) -> _Directory:
        """Return the directory of a file. Raises `ValueError` where it is damaged."""
        key = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)
        with self._lock:
            found = self._known.pop(key, None)
            if found is None:
                found = _Directory(held, status.st_size)
            self._known[key] = found
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return found

    def forget(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._known.clear()


_DIRECTORIES = _Directories()


class PackedDay:
    """A packed day, mapped; blocks are decoded when they are read."""

    def __init__(self, path: Path):
        """Open a file. Raises `StoreError` where it is damaged, `OSError` where it cannot be opened."""
        self._day = path.name[:10]
        with open(path, "rb", buffering=0) as stream:
            status = os.fstat(stream.fileno())
            if status.st_size < _HEADER.itemsize:
                raise unreadable_day(self._day)
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._bytes: Array = np.frombuffer(self._map, dtype=np.uint8)
        try:
            self._directory = _DIRECTORIES.of(status, self._bytes)
        except ValueError as error:
            self.close()
            raise unreadable_day(self._day) from error
        self.shape = self._directory.rows, self._directory.slots

    def close(self) -> None:
        """Let go of the file."""
        self._bytes = np.empty(0, dtype=np.uint8)
        # where a traceback still holds a view, the last of them closes it
        with suppress(BufferError):
            self._map.close()

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

    def _read_span(self, first: int, last: int, begin: int, end: int, out: IntArray) -> None:
        height = self._directory.block_rows
        low, high = first // height, (last - 1) // height + 1
        if not self._directory.sound[low:high].all():
            self._check(range(low, high))
        step = max(1, PIECE_CELLS // (end - begin))
        for run in self._directory.runs(first, last):
            planes = self._planes(run)
            for top in range(max(first, run.first), min(last, run.end), step):
                bottom = min(top + step, last, run.end)
                place = slice(top - run.first, bottom - run.first)
                _decode(planes, place, begin, end, run, out[top - first : bottom - first])
        self._put_uncoded(None, first, last, begin, end, out)

    def _read_rows(self, rows: IntArray, begin: int, end: int, out: IntArray) -> None:
        """Read rows in their order, each of which is there."""
        blocks = rows // self._directory.block_rows
        if not self._directory.sound[blocks].all():
            self._check(np.unique(blocks).tolist())
        step = max(1, PIECE_CELLS // (end - begin))
        first, last = int(rows[0]), int(rows[-1]) + 1
        for run in self._directory.runs(first, last):
            low, high = np.searchsorted(rows, (run.first, run.end)).tolist()
            planes = self._planes(run)
            for top in range(low, high, step):
                bottom = min(top + step, high)
                _decode(planes, rows[top:bottom] - run.first, begin, end, run, out[top:bottom])
        self._put_uncoded(rows, first, last, begin, end, out)

    def _planes(self, run: _Run) -> tuple[IntArray, ...]:
        """Return the codes of a run as arrays of (its rows, …)."""
        height, slots = run.end - run.first, self.shape[1]
        if run.bits == 0:
            return ()
        held = self._bytes[run.at : run.at + height * slots * int(_BYTES[run.bits])]
        codes = held.view({8: "u1", 12: "u1", 16: "<u2", RAW: "<i4"}[run.bits]).reshape(height, slots)
        if run.bits != 12:
            return (codes,)
        return codes, self._bytes[run.high_at : run.high_at + height * (slots // 2)].reshape(height, slots // 2)

    def _part(self, part: int, low: int, high: int) -> Array:
        """Return the bytes of one part of the blocks `low:high`."""
        edges = self._directory.edges[part]
        return self._bytes[edges[low] : edges[high]]

    def _check(self, blocks: Union[range, list[int]]) -> None:
        """Raise `StoreError` where a block is not what was written."""
        directory = self._directory
        for block in blocks:
            if directory.sound[block]:
                continue
            found = 0
            for part in range(PARTS):
                found = zlib.crc32(self._part(part, block, block + 1).data, found)
            wide = self._part(2, block, block + 1).view("<u4").astype(np.int64)
            cells = self._part(4, block, block + 1).view(_ESCAPE)["cell"].astype(np.int64)
            height = int(directory.heights[block])
            if not (
                found == int(directory.sums[block])
                and _rising_below(wide, height)
                and _rising_below(cells, height * directory.slots)
            ):
                raise unreadable_day(self._day)
            directory.sound[block] = True

    def _put_uncoded(
        self, rows: Optional[IntArray], first: int, last: int, begin: int, end: int, out: IntArray
    ) -> None:
        """Put what has no code: of the rows `first:last`, or of some of them (in their order, some may stand twice)."""
        directory, slots = self._directory, self.shape[1]
        low, high = first // directory.block_rows, -(-last // directory.block_rows)
        tops = np.arange(low, high) * directory.block_rows
        if directory.edges[2][low] < directory.edges[2][high]:
            numbers = self._part(2, low, high).view("<u4").astype(np.int64)
            numbers += np.repeat(tops, directory.wide[low:high])
            place, which = _found(numbers, rows, first, last)
            out[place] = self._part(3, low, high).view("<i4").reshape(-1, slots)[which, begin:end]
        if directory.edges[4][low] < directory.edges[4][high]:
            escapes = self._part(4, low, high).view(_ESCAPE)
            own, slot = np.divmod(escapes["cell"].astype(np.int64), slots)
            own += np.repeat(tops, directory.escapes[low:high])
            inside = np.flatnonzero((slot >= begin) & (slot < end))
            place, which = _found(own[inside], rows, first, last)
            which = inside[which]
            out[place, slot[which] - begin] = escapes["wh"][which]


def _found(numbers: IntArray, rows: Optional[IntArray], first: int, last: int) -> tuple[IntArray, IntArray]:
    """Return (place among the rows asked for, place among `numbers`, which rise) of what is in both, int64."""
    if rows is None:
        low, high = np.searchsorted(numbers, (first, last)).tolist()
        return numbers[low:high] - first, np.arange(low, high)
    begins = np.searchsorted(numbers, rows, "left")
    counts = np.searchsorted(numbers, rows, "right") - begins
    places = np.repeat(np.arange(len(rows)), counts)
    return places, np.arange(len(places)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)


def _rising_below(numbers: IntArray, limit: int) -> bool:
    return not len(numbers) or (int(numbers[-1]) < limit and bool((np.diff(numbers) > 0).all()))


def _room(out: Optional[IntArray], rows: int, slots: int) -> IntArray:
    return np.full((rows, slots), MISSING, dtype=np.int32) if out is None else out


def _decode(
    planes: tuple[IntArray, ...], rows: Union[slice, IntArray], begin: int, end: int, run: _Run, out: IntArray
) -> None:
    """Put the numbers of some rows of a run into `out` (rows, end - begin)."""
    if end - begin == 1:
        _decode_slot(planes, rows, begin, run, out[:, 0])
    elif run.bits == 0:
        out[...] = MISSING
    elif run.bits == RAW:
        out[...] = _part(planes[0], rows, begin, end)
    elif run.bits == 12:
        even = begin - begin % 2, end + end % 2
        codes = _of_two_planes(_part(planes[0], rows, *even), _part(planes[1], rows, even[0] // 2, even[1] // 2))
        _as_wh(codes[:, begin - even[0] : end - even[0]], run, out)
    else:
        _as_wh(_part(planes[0], rows, begin, end), run, out)


def _decode_slot(
    planes: tuple[IntArray, ...], rows: Union[slice, IntArray], slot: int, run: _Run, out: IntArray
) -> None:
    """Put one slot of some rows into `out` (rows,): numpy is slow where it walks along rows of one number."""
    if run.bits == 0:
        out[...] = MISSING
    elif run.bits == RAW:
        out[...] = planes[0][rows, slot]
    elif run.bits == 12:
        high = planes[1][rows, slot // 2] >> np.uint8(4 * (slot % 2)) & np.uint8(15)
        _as_wh(high.astype(np.int16) << np.int16(8) | planes[0][rows, slot], run, out)
    else:
        _as_wh(planes[0][rows, slot], run, out)


def _part(plane: IntArray, rows: Union[slice, IntArray], begin: int, end: int) -> IntArray:
    return plane[rows] if end - begin == plane.shape[1] else plane[rows, begin:end]


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
    # half the bytes where the largest product still fits
    narrow = (run.unit << run.bits) <= 1 << 15
    numbers: Array = codes.astype(np.int16 if narrow else np.int32)
    numbers -= numbers.dtype.type(1)
    if run.unit > 1:
        # all ones where nothing was received, else nothing
        missing: Array = numbers >> numbers.dtype.type(15 if narrow else 31)
        numbers *= numbers.dtype.type(run.unit)
        numbers |= missing
    # numpy copies rows of one type at once, and converts best what lies without gaps
    out[...] = numbers.astype(np.int32, copy=False)
