"""The reading store (電力データ): meter × half-hour arrays of integer Wh, one file a day, and an index of meters.

    readings/index.json        how many meters are committed; first and last slot received of each day
    readings/meters.bin        one record a meter, only ever appended to
    readings/YYYY-MM-DD.npy    int32 (meters known that day, 48) Wh, MISSING where no row was received

A day is written to `*.part` and renamed, so whatever stops an ingest leaves a store that can be read; meters that were
added later than a day was written are MISSING in it. A day without a file was not received: its slots are unknown, not
silent.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Mapping, Optional, Union

import numpy as np

from ..aggregator.keys import KeyIndex, as_words
from ..messages import TomoshibiError, Watch, message

if TYPE_CHECKING:
    from ..aggregator.profile import Profile
    from .reading_writer import IngestReport

SLOTS = 48
"""Half-hours of a day."""
MISSING = -1
"""No row was received for this meter and slot (Wh)."""
SLOT = timedelta(minutes=30)
METER = np.dtype([("supply_point", "S22"), ("flow", "u1"), ("voltage", "u1"), ("customer_id", "S34")])
"""A record of `meters.bin`."""
INDEX_FILE = "index.json"
METERS_FILE = "meters.bin"
FORMAT = 1
_KEY_WIDTH = 23

DayLike = Union[date, np.datetime64]


class StoreError(TomoshibiError):
    """The reading store cannot be read or written."""


@dataclass(frozen=True)
class DayRecord:
    """What is known of one received day."""

    first: int
    """First slot (0–47) any meter has a reading in."""
    last: int
    """Last slot (0–47) any meter has a reading in."""
    published: Optional[datetime] = None
    """Newest publication (name stamp of the file) in it, None where no file carried a stamp."""


@dataclass(frozen=True)
class StoreIndex:
    """What `index.json` says."""

    meters: int
    days: Mapping[date, DayRecord]


class MeterIndex:
    """The meters of the store; position = row of the day arrays. One meter is one (supply point, flow)."""

    def __init__(self, records: np.ndarray):
        self.supply_point = np.ascontiguousarray(records["supply_point"])
        """供給/受電地点特定番号, `S22`."""
        self.flow = np.ascontiguousarray(records["flow"])
        """データ種別, uint8: 1 供給, 2 受電."""
        self.voltage = np.ascontiguousarray(records["voltage"])
        """電圧分類, uint8, 0 = not given."""
        self.customer_id = np.ascontiguousarray(records["customer_id"])
        """需要家特定ID as first received, `S34`."""

    def __len__(self) -> int:
        return len(self.supply_point)


def meter_keys(supply_point: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Return the identities of meters as the words of a `KeyIndex`: 22 bytes of supply point and one of flow."""
    words = as_words(np.asarray(supply_point, dtype="S22"), _KEY_WIDTH)
    words.view(np.uint8)[:, 22] = flow
    return words


def as_day(day: DayLike) -> date:
    """Return a `date` for a date, datetime or numpy day."""
    if isinstance(day, np.datetime64):
        return day.astype("datetime64[D]").astype(object)
    return day.date() if isinstance(day, datetime) else day


def _as_datetime(moment: Union[datetime, np.datetime64]) -> datetime:
    return moment.astype("datetime64[s]").astype(object) if isinstance(moment, np.datetime64) else moment


def slots_between(begin: datetime, end: datetime) -> int:
    """Return the number of slots that begin in `[begin, end)`. Both must lie on half-hours.

    Raises `TomoshibiError` where they do not or the end is before the begin.
    """
    for moment in (begin, end):
        if moment.minute % 30 or moment.second or moment.microsecond:
            raise TomoshibiError(
                message("{moment} is not on a half-hour. Give a time ending in :00 or :30.", moment=str(moment))
            )
    if end < begin:
        raise TomoshibiError(
            message(
                "The period ends ({end}) before it begins ({begin}). Exchange the two times.",
                begin=begin.isoformat(" "),
                end=end.isoformat(" "),
            )
        )
    return int((end - begin) / SLOT)


def read_index(folder: Path) -> StoreIndex:
    """Return what `index.json` of a store says; no file is an empty store. Raises `StoreError` where it is damaged."""
    try:
        record = json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))
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
        return StoreIndex(int(record["meters"]), days)
    except FileNotFoundError:
        return StoreIndex(0, {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            message(
                "The index of the readings ({file}) cannot be read. Delete the folder “readings” of the case and import"
                " the files again.",
                file=INDEX_FILE,
            )
        ) from error


def write_index(folder: Path, index: StoreIndex) -> None:
    """Write `index.json` in one step."""
    record = {
        "format": FORMAT,
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
    temporary = folder / (INDEX_FILE + ".part")
    temporary.write_text(json.dumps(record, indent=1), encoding="utf-8")
    os.replace(temporary, folder / INDEX_FILE)


class ReadingStore:
    """The readings of one case. Opening is free; arrays are read when asked for, and files are closed again at once."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self._stamp: Optional[tuple[int, int]] = None
        self._index = StoreIndex(0, {})
        self._meters: Optional[MeterIndex] = None
        self._lookup: Optional[KeyIndex] = None

    def _refresh(self) -> StoreIndex:
        """Read the index again where another run, or this one, has changed it."""
        try:
            status = (self.folder / INDEX_FILE).stat()
            stamp = (status.st_mtime_ns, status.st_ino)
        except FileNotFoundError:
            stamp = (0, 0)
        if stamp != self._stamp:
            self._index, self._stamp = read_index(self.folder), stamp
            self._meters = self._lookup = None
        return self._index

    @property
    def meters(self) -> MeterIndex:
        """The meters ever received, in the order of the rows of every array of the store."""
        index = self._refresh()
        if self._meters is None:
            records = np.empty(0, dtype=METER)
            if index.meters:
                records = np.fromfile(self.folder / METERS_FILE, dtype=METER, count=index.meters)
            if len(records) != index.meters:
                raise StoreError(
                    message(
                        "The list of meters ({file}) is shorter than the index of the readings says. Delete the folder"
                        " “readings” of the case and import the files again.",
                        file=METERS_FILE,
                    )
                )
            self._meters = MeterIndex(records)
        return self._meters

    def days(self) -> list[date]:
        """Return the days received, oldest first."""
        return sorted(self._refresh().days)

    def day_file(self, day: DayLike) -> Path:
        """Return where the array of a day is kept."""
        return self.folder / f"{as_day(day).isoformat()}.npy"

    def day(self, day: DayLike, rows: Optional[np.ndarray] = None) -> np.ndarray:
        """Return the readings of one day, int32 `(meters, 48)` Wh, or `(len(rows), 48)`; MISSING where there is no row.

        A row of -1 (unknown meter) gives MISSING.
        """
        count = len(self.meters) if rows is None else len(rows)
        out = np.full((count, SLOTS), MISSING, dtype=np.int32)
        self._fill(out, as_day(day), 0, SLOTS, rows)
        return out

    def _fill(self, out: np.ndarray, day: date, begin: int, end: int, rows: Optional[np.ndarray]) -> None:
        """Copy slots `begin:end` of a day into `out` (rows, end - begin), leaving MISSING where the day has nothing."""
        if day not in self._refresh().days:
            return
        try:
            stored = np.load(self.day_file(day), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise StoreError(
                message(
                    "The readings of {day} cannot be read. Delete the folder “readings” of the case and import the"
                    " files again.",
                    day=day.isoformat(),
                )
            ) from error
        if rows is None:
            known = min(len(out), len(stored))
            out[:known] = stored[:known, begin:end]
            return
        rows = np.asarray(rows, dtype=np.int64)
        if _follow(rows) and rows[-1] < len(stored):
            out[:] = stored[rows[0] : rows[-1] + 1, begin:end]
            return
        there = (rows >= 0) & (rows < len(stored))
        if there.all():
            out[:] = stored[rows][:, begin:end]
        else:
            out[there] = stored[rows[there]][:, begin:end]

    def window(self, begin: datetime, end: datetime, rows: Optional[np.ndarray] = None) -> np.ndarray:
        """Return the readings of the slots that begin in `[begin, end)`, int32 `(meters or len(rows), slots)` Wh.

        MISSING is "no row": whether that is silence or a day not received, `covered` tells. Times lie on half-hours.
        """
        begin, end = _as_datetime(begin), _as_datetime(end)
        count = len(self.meters) if rows is None else len(rows)
        out = np.full((count, slots_between(begin, end)), MISSING, dtype=np.int32)
        for day, first, last, at in _pieces(begin, end):
            self._fill(out[:, at : at + last - first], day, first, last, rows)
        return out

    def lazy_window(self, begin: datetime, end: datetime, rows: np.ndarray) -> LazyWindow:
        """Return what `window` returns without reading it: slices of its rows are read when they are asked for."""
        begin, end = _as_datetime(begin), _as_datetime(end)
        return LazyWindow(self, begin, end, np.asarray(rows, dtype=np.int64), slots_between(begin, end))

    def coverage(self) -> Optional[tuple[datetime, datetime]]:
        """Return the begin of the first slot received and the end of the last one, None for an empty store."""
        days = self._refresh().days
        if not days:
            return None
        oldest, newest = min(days), max(days)
        return (
            datetime.combine(oldest, time()) + days[oldest].first * SLOT,
            datetime.combine(newest, time()) + (days[newest].last + 1) * SLOT,
        )

    def covered(self, begin: datetime, end: datetime) -> np.ndarray:
        """Return for each slot in `[begin, end)` whether it lies within received data, bool `(slots,)`.

        Within means: between the first and the last slot any meter has a reading in, of a day that was received. Only
        there is a missing row silence; elsewhere it is unknown.
        """
        begin, end = _as_datetime(begin), _as_datetime(end)
        out = np.zeros(slots_between(begin, end), dtype=bool)
        days = self._refresh().days
        for day, first, last, at in _pieces(begin, end):
            if day in days:
                slots = np.arange(first, last)
                out[at : at + last - first] = (slots >= days[day].first) & (slots <= days[day].last)
        return out

    def last_reading(self, at: datetime, rows: Optional[np.ndarray] = None) -> np.ndarray:
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

    def rows_of(self, supply_points: Iterable, flow: Optional[Union[int, np.ndarray]] = None) -> np.ndarray:
        """Return the rows of supply points (text or bytes) as int64, -1 where unknown.

        `flow` 1 供給, 2 受電, one for all or one each; without it, 供給 where the point has one, else 受電.
        """
        points = _points(supply_points)
        if flow is None:
            rows = self._rows(points, np.full(len(points), 1, dtype=np.uint8))
            return np.where(rows >= 0, rows, self._rows(points, np.full(len(points), 2, dtype=np.uint8)))
        return self._rows(points, np.broadcast_to(np.asarray(flow, dtype=np.uint8), points.shape))

    def _rows(self, points: np.ndarray, flow: np.ndarray) -> np.ndarray:
        meters = self.meters
        if self._lookup is None:
            self._lookup = KeyIndex(3)
            self._lookup.add(meter_keys(meters.supply_point, meters.flow))
        return self._lookup.find(meter_keys(points, flow))

    def ingest(
        self,
        paths: Iterable[Path],
        profile: Profile,
        rejects: Optional[Path] = None,
        watch: Optional[Watch] = None,
    ) -> IngestReport:
        """Stream published 電力データ files (CSV or JSON) into the store, in memory that does not grow with the files.

        `rejects` is the folder for `<name>.rejects.csv`, by default beside each file. Identical repeated rows are
        counted and not stored twice; where values differ, the later publication (stamp in the file name, then order of
        the call) wins and the row is counted. A file that cannot be used is in `IngestReport.failed`; others go on.
        Raises `Cancelled` (the store is then as it was) and `StoreError` where another run fills the store.
        """
        from .reading_writer import ingest

        return ingest(self.folder, [Path(path) for path in paths], profile, rejects, watch or Watch())


@dataclass(frozen=True)
class LazyWindow:
    """Readings (rows, slots) that stay in the files: a month of a prefecture's meters is larger than the memory."""

    store: ReadingStore
    begin: datetime
    end: datetime
    rows: np.ndarray
    slots: int

    ndim = 2

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and slots."""
        return len(self.rows), self.slots

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, part: slice) -> np.ndarray:
        """Read a slice of the rows, int32 (rows of the slice, slots) Wh. Raises as `ReadingStore.window` does."""
        return self.store.window(self.begin, self.end, self.rows[part])


def _follow(rows: np.ndarray) -> bool:
    """Whether rows of the store follow one another, so that they can be read as one piece."""
    return bool(len(rows) and rows[0] >= 0 and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all())


def _points(supply_points: Iterable) -> np.ndarray:
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


def _pieces(begin: datetime, end: datetime) -> list[tuple[date, int, int, int]]:
    """Cut `[begin, end)` at midnights: (day, first slot, slot after the last, position of the first in the window)."""
    pieces = []
    at, moment = 0, begin
    while moment < end:
        midnight = datetime.combine(moment.date() + timedelta(days=1), time())
        first = int((moment - datetime.combine(moment.date(), time())) / SLOT)
        last = first + int((min(midnight, end) - moment) / SLOT)
        pieces.append((moment.date(), first, last, at))
        at += last - first
        moment = midnight
    return pieces
