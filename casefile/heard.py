"""Who had been heard when a map was made (`history/heard/`): only so does a reading show later that it came late.

The store knows the newest state alone. Beside the results of a moment therefore stands, for each row of the store, the
last half-hour that was read by then and the last one that was expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..analysis.slots import half_hours
from ..arrays import IntArray
from ..files import DAMAGED_ARRAYS, fresh_file
from ..messages import TomoshibiError, message
from .history import FOLDER, free_place
from .ledger import sha256_of

if TYPE_CHECKING:
    from .case import Case

THEME = "heard"
LOOK_BACK = np.timedelta64(24, "h")
"""How far before the moment the last half-hour that was due is looked for."""
NEVER = -1
_PIECE = 1 << 18
"""Meters looked at at a time."""
_NAME = re.compile(r"(\d{8}T\d{6})_(\d{8}T\d{6})\.npz")
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Heard:
    """Who had been heard at a moment, as the case had it then. Half-hours count from 1970 on, by their end."""

    as_of: datetime
    made_at: datetime
    last: IntArray
    """int32 (rows of the store then): the last half-hour read, -1 for none."""
    due: IntArray
    """int32 (rows): the last half-hour that was expected of the meter, -1 for none."""


def keep(case: Case, as_of: datetime, algorithm: str) -> bool:
    """Keep who was heard at a moment; return whether anything was written.

    Nothing is where the case holds no readings, or the same readings were looked at for the same moment before.

    Raises
        OSError: the file cannot be written.
    """
    from .case_arrays import floor_slot, last_readings

    count, state = len(case.readings.meters), case.readings.state()
    if not count or pd.isna(as_of):
        return False
    at = pd.Timestamp(as_of).floor("s").to_pydatetime()
    folder = case.folder / FOLDER / THEME
    named = at.strftime(_STAMP)
    for path in folder.glob(f"{named}_*.npz") if folder.is_dir() else ():
        if _state_of(path) == state:
            return False
    last, due = (np.empty(count, dtype=np.int32) for _ in range(2))
    for first in range(0, count, _PIECE):
        rows = np.arange(first, min(first + _PIECE, count))
        last[rows] = half_hours(last_readings(case, at, rows), NEVER)
        due[rows] = _due(case, rows, floor_slot(at))
    says = {
        "last": last,
        "due": due,
        "state": np.array(state),
        "rows": np.array(_rows_of(case, count)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = free_place(folder, at)
    with fresh_file(path) as stream:
        np.savez_compressed(stream, **says)
    case.ledger.add(algorithm, case.relative(path), [THEME], True, sha256_of(path))
    return True


def kept(case: Case) -> list[Heard]:
    """Return who had been heard at each moment, oldest first.

    What was kept of other rows than the store's (an import was taken back since) is left out.

    Raises
        TomoshibiError: a file cannot be read.
    """
    folder = case.folder / FOLDER / THEME
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        try:
            as_of, made_at = (datetime.strptime(text, _STAMP) for text in named.groups())
        except ValueError:
            continue
        try:
            with np.load(path, allow_pickle=False) as arrays:
                last, due, rows = arrays["last"], arrays["due"], str(arrays["rows"])
        except DAMAGED_ARRAYS as error:
            raise TomoshibiError(
                message(
                    "The history file {file} cannot be read. Delete it; past maps are then judged without it.",
                    file=f"{FOLDER}/{THEME}/{path.name}",
                )
            ) from error
        if len(last) <= len(case.readings.meters) and rows == _rows_of(case, len(last)):
            found.append(Heard(as_of, made_at, last, due))
    return found


def _state_of(path: Path) -> str:
    """Return which readings a file was made of; "" where it cannot be read, and is to be made anew."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return str(arrays["state"])
    except DAMAGED_ARRAYS:
        return ""


def _rows_of(case: Case, count: int) -> str:
    """Return what tells the first rows of the store from those of another."""
    index, digest = case.readings.meters, sha256()
    for values in (index.supply_point, index.flow):
        for first in range(0, count, _PIECE):
            digest.update(np.ascontiguousarray(values[first : min(first + _PIECE, count)]).tobytes())
    return digest.hexdigest()


def _due(case: Case, rows: IntArray, end: np.datetime64) -> IntArray:
    """Return the last half-hour before `end` that was expected of each row, int32, -1 where none was for a day."""
    from .expectations import expected

    begin = end - LOOK_BACK
    told = expected(case, rows, begin, end)
    received = told.received
    place = received.shape[1] - received[:, ::-1].argmax(axis=1)
    first = int(half_hours(np.array([begin]), NEVER)[0])
    by_population = np.where(received.any(axis=1), first + place, NEVER)
    found = np.full(len(rows), NEVER, dtype=np.int32)
    there = (told.population >= 0) & (told.first <= 0) & (told.last >= told.slots)
    found[there] = by_population[told.population[there]]
    return found
