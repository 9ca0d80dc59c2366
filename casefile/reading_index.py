"""`index.json` and `meters.bin` of the reading store, and of each set of finer readings in it (`readings/15/` …)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Mapping, Optional

import numpy as np

from ..aggregator.keys import as_words
from ..aggregator.outside import parse_json
from ..aggregator.timecode import HALF_HOUR, STEPS
from ..arrays import Array, BoolArray, BytesArray, IntArray
from ..files import write_text_atomic
from ..messages import TomoshibiError, message

MISSING = -1
"""No row was received for this meter and slot (Wh)."""
INDEX_FILE = "index.json"
MOST_METERS = 2_000_000_000
"""More than there are in any country: a greater number is no number of meters."""
PIECE_BYTES = 32 << 20
"""So much of a day is read at once."""
FORMAT = 2
"""Newest format there is: 2 where steps finer than half an hour came, which a version that knows 1 would not see."""

METER = np.dtype([("supply_point", "S22"), ("flow", "u1"), ("voltage", "u1"), ("customer_id", "S34")])
"""A record of `meters.bin`."""
METERS_FILE = "meters.bin"
_KEY_WIDTH = 23


class StoreError(TomoshibiError):
    """The reading store cannot be read or written."""


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
    except FileNotFoundError:
        return StoreIndex(0, {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise StoreError(
            message(
                "The index of the readings ({file}) cannot be read. Delete the folder “readings” of the case and import"
                " the files again.",
                file=INDEX_FILE,
            )
        ) from error


def write_index(folder: Path, index: StoreIndex) -> None:
    """Write `index.json` in one step."""
    plain = index.step == HALF_HOUR and not index.finer
    record = {
        "format": 1 if plain else FORMAT,
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


def day_file(folder: Path, day: date) -> Path:
    """Return where the array of a day is kept."""
    return folder / f"{day.isoformat()}.npy"


def load_day(folder: Path, day: date) -> IntArray:
    """Return the array of a day, int32 (meters, slots), mapped and not read. Raises `StoreError` where it cannot."""
    try:
        cells: IntArray = np.load(day_file(folder, day), mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise StoreError(
            message(
                "The readings of {day} cannot be read. Delete the folder “readings” of the case and import the"
                " files again.",
                day=day.isoformat(),
            )
        ) from error
    return cells


def follow(rows: IntArray) -> bool:
    """Whether rows of an array follow one another, so that they can be read as one piece."""
    return bool(len(rows) and rows[0] >= 0 and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all())


def read_on(folder: Path, day: date, rows: IntArray) -> BoolArray:
    """Return which rows (≥ 0) of the array of a day have any reading, bool. Raises as `load_day` does."""
    stored = load_day(folder, day)
    found = np.zeros(len(rows), dtype=bool)
    known = np.flatnonzero(rows < len(stored))
    length = max(1, PIECE_BYTES // (4 * stored.shape[1]))
    for first in range(0, len(known), length):
        some = known[first : first + length]
        found[some] = (stored[rows[some]] != MISSING).any(axis=1)
    return found


class MeterIndex:
    """The meters of the store; position = row of the day arrays. One meter is one (supply point, flow)."""

    def __init__(self, records: Array):
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


def meter_keys(supply_point: BytesArray, flow: IntArray) -> IntArray:
    """Return the identities of meters as the words of a `KeyIndex`: 22 bytes of supply point and one of flow."""
    words = as_words(np.asarray(supply_point, dtype="S22"), _KEY_WIDTH)
    words.view(np.uint8)[:, 22] = flow
    return words
