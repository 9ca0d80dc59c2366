"""`index.json` and `meters.bin` of the reading store, and of each set of finer readings in it (`readings/15/` …)."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Iterator, Mapping, Optional, Union

import numpy as np

from ..aggregator.keys import HeldIndex, as_words
from ..aggregator.outside import parse_json
from ..aggregator.timecode import HALF_HOUR, STEPS
from ..arrays import Array, BoolArray, BytesArray, IntArray
from ..files import DAMAGED_ARRAYS, write_text_atomic
from ..messages import message
from .packed_days import MISSING as MISSING
from .packed_days import SUFFIX, PackedDay, StoredDay, day_path, unreadable_day
from .packed_days import StoreError as StoreError

INDEX_FILE = "index.json"
MOST_METERS = 2_000_000_000
"""More than there are in any country: a greater number is no number of meters."""
PIECE_BYTES = 32 << 20
"""So much of a day is read at once."""
FORMAT = 3
"""Newest format there is: 2 knows steps finer than half an hour, 3 packed days, which older versions would not see."""
PLAIN_SUFFIX = ".npy"
"""Of days that older versions wrote, as int32; the next run that fills such a day packs it."""

METER = np.dtype([("supply_point", "S22"), ("flow", "u1"), ("voltage", "u1"), ("customer_id", "S34")])
"""A record of `meters.bin`."""
METERS_FILE = "meters.bin"
_HELD = np.dtype([("supply_point", "S22"), ("flow", "u1"), ("voltage", "u1")])
"""What is held in memory of it: the words of `meter_keys`, with the voltage class in their last byte."""
_KEY_WIDTH, _WORDS = 23, 3
_VOLTAGE_BITS = int(np.frombuffer(b"\0" * 7 + b"\xff", dtype=np.uint64)[0])
"""The byte of the last of these words that is no part of the key, whichever way this computer orders them."""
_PIECE = 1 << 18
"""Records read at once."""


@dataclass(frozen=True)
class DayRecord:
    """What is known of one received day."""

    first: int
    """First slot (0–47, or step of the day) any meter has a reading in."""
    last: int
    """Last slot any meter has a reading in."""
    published: Optional[datetime] = None
    """Newest publication (name stamp of the file) in it, None where no file carried a stamp."""


@dataclass(frozen=True)
class StoreIndex:
    """What `index.json` says."""

    meters: int
    days: Mapping[date, DayRecord]
    step: int = HALF_HOUR
    """Minutes between two readings in the arrays beside it (`step_minutes`; absent: 30)."""
    finer: tuple[int, ...] = ()
    """Minutes of the sets of finer readings in folders beside it, the coarsest first."""


def read_index(folder: Path) -> StoreIndex:
    """Return what `index.json` of a store says; no file is an empty store. Raises `StoreError` where it is damaged."""
    try:
        record = parse_json((folder / INDEX_FILE).read_bytes())
        days = {
            date.fromisoformat(name): DayRecord(
                int(day["first"]),
                int(day["last"]),
                datetime.fromisoformat(day["published"]) if day["published"] else None,
            )
            for name, day in record["days"].items()
        }
        if int(record["format"]) > FORMAT:
            raise StoreError(message("The readings were stored by a newer version of Tomoshibi. Update the plugin."))
        step = int(record.get("step_minutes", HALF_HOUR))
        finer = tuple(sorted((int(minutes) for minutes in record.get("finer", ())), reverse=True))
        if not {step, *finer} <= set(STEPS):
            raise ValueError(step)
        meters = int(record["meters"])
        if not 0 <= meters <= MOST_METERS:
            raise ValueError(meters)
        return StoreIndex(meters, days, step, finer)
    except FileNotFoundError as error:
        # an index is written before the first day: whose rows these are, nobody can say without it
        if days_in(folder, SUFFIX) or days_in(folder, PLAIN_SUFFIX):
            raise unreadable_index() from error
        return StoreIndex(0, {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise unreadable_index() from error


def unreadable_index() -> StoreError:
    """Return what is raised where the index of a store is gone, damaged, or of another time than its days."""
    return StoreError(
        message(
            "The index of the readings ({file}) cannot be read. Delete the folder “readings” of the case and import"
            " the files again.",
            file=INDEX_FILE,
        )
    )


def days_in(folder: Path, suffix: str) -> list[date]:
    """Return the days of which there is a file; what others put beside them (2024-02-29.day.bak) is none of ours."""
    found = []
    for path in list(folder.glob(f"????-??-??{suffix}")):
        with suppress(ValueError):
            found.append(date.fromisoformat(path.stem))
    return found


def write_index(folder: Path, index: StoreIndex) -> None:
    """Write `index.json` in one step."""
    record = {
        "format": FORMAT,
        **({} if index.step == HALF_HOUR else {"step_minutes": index.step}),
        **({"finer": list(index.finer)} if index.finer else {}),
        "meters": index.meters,
        "days": {
            day.isoformat(): {
                "first": entry.first,
                "last": entry.last,
                "published": entry.published.isoformat() if entry.published else None,
            }
            for day, entry in sorted(index.days.items())
        },
    }
    write_text_atomic(folder / INDEX_FILE, json.dumps(record, indent=1))


class PlainDay:
    """A day as older versions wrote it: a `.npy` file of int32 (rows, slots), mapped. See `StoredDay`."""

    def __init__(self, path: Path):
        """Map a file. Raises `OSError` and `ValueError`."""
        self._cells: IntArray = np.load(path, mmap_mode="r", allow_pickle=False)
        if self._cells.dtype != np.int32 or self._cells.ndim != 2:
            raise ValueError(path.name)
        self.shape: tuple[int, int] = (self._cells.shape[0], self._cells.shape[1])

    def read(
        self, rows: Union[slice, IntArray, None], begin: int, end: int, out: Optional[IntArray] = None
    ) -> IntArray:
        """Return the slots `begin:end` of rows, as `StoredDay.read`."""
        if rows is None or isinstance(rows, slice):
            first, last, _ = (rows or slice(None)).indices(len(self._cells))
            part = self._cells[first : max(first, last), begin:end]
            if out is None:
                return np.array(part)
            out[...] = part
            return out
        if out is None:
            out = np.full((len(rows), end - begin), MISSING, dtype=np.int32)
        if follow(rows) and rows[-1] < len(self._cells):
            out[:] = self._cells[rows[0] : rows[-1] + 1, begin:end]
            return out
        there = (rows >= 0) & (rows < len(self._cells))
        # only the slots asked for are gathered, often a single one
        out[there] = np.asarray(self._cells)[:, begin:end][rows[there]]
        return out

    def close(self) -> None:
        """Let go of the file."""
        self._cells = np.empty((0, 0), dtype=np.int32)

    def __enter__(self) -> PlainDay:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()


def plain_file(folder: Path, day: date) -> Path:
    """Return where older versions kept the array of a day."""
    return folder / f"{day.isoformat()}{PLAIN_SUFFIX}"


def day_file(folder: Path, day: date) -> Path:
    """Return where the readings of a day are kept."""
    packed, plain = day_path(folder, day), plain_file(folder, day)
    return packed if packed.exists() or not plain.exists() else plain


def load_day(folder: Path, day: date) -> StoredDay:
    """Return the readings of a day, to be closed; they are read when asked for. Raises `StoreError` where it cannot."""
    try:
        # a run that packs the day puts the packed file in place before it removes the other
        for _ in range(2):
            with suppress(FileNotFoundError):
                return PackedDay(day_path(folder, day))
            with suppress(FileNotFoundError):
                return PlainDay(plain_file(folder, day))
    except DAMAGED_ARRAYS as error:
        raise unreadable_day(day.isoformat()) from error
    raise unreadable_day(day.isoformat())


def follow(rows: IntArray) -> bool:
    """Whether rows of an array follow one another, so that they can be read as one piece."""
    return bool(len(rows) and rows[0] >= 0 and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all())


def read_on(folder: Path, day: date, rows: IntArray) -> BoolArray:
    """Return which rows (≥ 0) of the array of a day have any reading, bool. Raises as `load_day` does."""
    found = np.zeros(len(rows), dtype=bool)
    with load_day(folder, day) as stored:
        known = np.flatnonzero(rows < stored.shape[0])
        length = max(1, PIECE_BYTES // (4 * stored.shape[1]))
        for first in range(0, len(known), length):
            some = known[first : first + length]
            found[some] = (stored.read(rows[some], 0, stored.shape[1]) != MISSING).any(axis=1)
    return found


class MeterIndex:
    """The meters of the store; position = row of the day arrays. One meter is one (supply point, flow).

    A meter takes 24 bytes, of which the identity is looked up as it stands (`lookup`).
    """

    def __init__(self, path: Path, count: int):
        """Read the first `count` records of `meters.bin`. Raises `ValueError` where there are fewer."""
        self._path, self._count = path, count
        if count * METER.itemsize > (path.stat().st_size if path.is_file() else 0):
            raise ValueError(path.name)
        self._records: Array = np.empty(count, dtype=_HELD)
        for span, records in self._pieces():
            for name in _HELD.names or ():
                self._records[name][span] = records[name]

    @property
    def supply_point(self) -> BytesArray:
        """供給/受電地点特定番号, `S22`."""
        return self._records["supply_point"]

    @property
    def flow(self) -> IntArray:
        """データ種別, uint8: 1 供給, 2 受電."""
        return self._records["flow"]

    @property
    def voltage(self) -> IntArray:
        """電圧分類, uint8, 0 = not given."""
        return self._records["voltage"]

    @property
    def customer_id(self) -> BytesArray:
        """需要家特定ID as first received, `S34`: longer than all the rest, and read each time it is asked for."""
        found: BytesArray = np.empty(self._count, dtype="S34")
        for span, records in self._pieces():
            found[span] = records["customer_id"]
        return found

    def customers(self, which: BoolArray) -> BytesArray:
        """Return the same of some of the meters, bool (meters)."""
        found = [np.empty(0, dtype="S34"), *(records["customer_id"][which[span]] for span, records in self._pieces())]
        return np.concatenate(found)

    def lookup(self) -> HeldIndex:
        """Return where each meter is among the rows, to be asked with `meter_keys`."""
        return HeldIndex(self._records.view(np.uint64).reshape(-1, _WORDS), _VOLTAGE_BITS)

    def _pieces(self) -> Iterator[tuple[slice, Array]]:
        for first in range(0, self._count, _PIECE):
            number = min(_PIECE, self._count - first)
            yield (
                slice(first, first + number),
                np.fromfile(self._path, dtype=METER, count=number, offset=first * METER.itemsize),
            )

    def __len__(self) -> int:
        return self._count


def meter_keys(supply_point: BytesArray, flow: IntArray) -> IntArray:
    """Return the identities of meters as the words of a `KeyIndex`: 22 bytes of supply point and one of flow."""
    words = as_words(np.asarray(supply_point, dtype="S22"), _KEY_WIDTH)
    words.view(np.uint8)[:, 22] = flow
    return words
