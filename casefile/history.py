"""What each result of a case said, kept run by run: changes are told from it, and past maps can be judged by it.

A run is one file of arrays, `history/<theme>/<as_of>_<made_at>.npz`: id, state, low, high, evidence_until, of_meters,
voltage. `homeaway` and the lists of people are not kept: they tell of a moment before the event, and of persons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, Optional

import numpy as np
import pandas as pd

from ..arrays import Array, FloatArray, TextArray, TimeArray
from ..files import DAMAGED_ARRAYS, fresh_file
from ..messages import TomoshibiError, message
from .ledger import now, sha256_of

if TYPE_CHECKING:
    from .case import Case

FOLDER = "history"
UNTIL = "evidence_until"
METERS, VOLTAGE = "of_meters", "voltage"
_NAME = re.compile(r"(\d{8}T\d{6})_(\d{8}T\d{6})\.npz")
BY = "|"
"""Between the id of a thing and what tells apart what is said of it."""
_STAMP = "%Y%m%dT%H%M%S"
_HOMES = "low"
"""Voltage class of homes."""
_MOST_ROWS = 20_000_000
"""Rows of one run that are read: more is no history of ours."""


@dataclass(frozen=True)
class Kept:
    """Which columns of a result layer are kept."""

    id: str
    """Column that tells the things apart."""
    state: str
    """Column of the state."""
    low: Optional[str] = None
    high: Optional[str] = None
    """Columns of the bounds (shares 0–1; of a forecast, meters)."""
    meters: Optional[str] = None
    """Column of the number of meters that the bounds are shares of."""
    by: tuple[str, ...] = ()
    """Columns that tell apart what is said of one thing; they follow its id, each behind a `BY`."""


KEPT: Mapping[str, Kept] = {
    "shelterpower": Kept("facility_id", "state"),
    "meshoutage": Kept("mesh_code", "rate_class", "low", "high", "meters"),
    "areaoutage": Kept("area_code", "rate_class", "low", "high", "meters"),
    "acquisitiongaps": Kept("area_id", "unknown_reason", "excess_gap", "excess_gap"),
    # who is listed was said to be dark by this share of its meters at least
    "isolatedcommunities": Kept("area_id", "access_cut", "threshold"),
    "hiddenoutages": Kept("supply_point", "certainty"),
    # of a forecast the state is the number foreseen
    "outlook": Kept("area_id", "expected", "low80", "high80", by=("horizon_h", "evidence")),
}
"""Theme (layer name) → what is kept of it."""


@dataclass(frozen=True)
class Run:
    """One result of the past."""

    theme: str
    as_of: datetime
    """Moment shown."""
    made_at: datetime
    path: Path


def keep(
    case: Case, theme: str, table: pd.DataFrame, as_of: datetime, algorithm: str, personal: bool = True
) -> Optional[Path]:
    """Keep what a result says, and return the file; None where the theme has no history.

    What was said of the same moment before, word for word, is not kept again.

    Parameters
        table: a row a thing, with the columns that `KEPT` names.
        algorithm: id of what made it, for the ledger.
        personal: whether readings of single meters or lists went into the result.

    Raises
        OSError: the file cannot be written.
    """
    kept = KEPT.get(theme)
    if kept is None or pd.isna(as_of):
        return None
    table = _of_now(table)
    says = {
        "id": _ids(table, kept),
        "state": _texts(table, kept.state),
        "low": _shares(table, kept.low),
        "high": _shares(table, kept.high),
        UNTIL: _until(table),
        METERS: _shares(table, kept.meters),
        VOLTAGE: _texts(table, VOLTAGE),
    }
    said = [run for run in runs(case, theme) if run.as_of == pd.Timestamp(as_of).floor("s").to_pydatetime()]
    if said and _says(said[-1], says):
        _enter(case, said[-1].path, theme, algorithm, personal, anew=False)
        return said[-1].path
    folder = case.folder / FOLDER / theme
    folder.mkdir(parents=True, exist_ok=True)
    path = free_place(folder, as_of)
    with fresh_file(path) as stream:
        np.savez_compressed(stream, **says)
    _enter(case, path, theme, algorithm, personal, anew=True)
    return path


def free_place(folder: Path, as_of: datetime) -> Path:
    """Return the file of what is made now of a moment: of two in one second the later gets the next."""
    made_at, moment = now(), pd.Timestamp(as_of).strftime(_STAMP)
    while (path := folder / f"{moment}_{made_at.strftime(_STAMP)}.npz").exists():
        made_at += timedelta(seconds=1)
    return path


def _enter(case: Case, path: Path, theme: str, algorithm: str, personal: bool, anew: bool) -> None:
    """Enter a file in the ledger; one that is not `anew` only where the run that wrote it did not get so far."""
    place = case.relative(path)
    if anew or all(entry.path != place for entry in case.ledger.entries()):
        case.ledger.add(algorithm, place, [theme], personal, sha256_of(path))


def runs(case: Case, theme: str) -> list[Run]:
    """Return the results kept of a theme, in the order of the moments they show, then of their making."""
    folder = case.folder / FOLDER / theme
    found = []
    for path in folder.iterdir() if theme in KEPT and folder.is_dir() else ():
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        try:
            as_of, made_at = (datetime.strptime(text, _STAMP) for text in named.groups())
        except ValueError:
            continue
        found.append(Run(theme, as_of, made_at, path))
    return sorted(found, key=lambda run: (run.as_of, run.made_at))


def last_before(case: Case, theme: str, moment: datetime) -> Optional[Run]:
    """Return the newest result of a theme that shows a moment before this one, None where there is none."""
    earlier = [run for run in runs(case, theme) if run.as_of < moment]
    return earlier[-1] if earlier else None


def read(run: Run) -> pd.DataFrame:
    """Return what a result said: id, state, low, high, evidence_until, of_meters, voltage.

    `state` is "" where it was blank, `low` and `high` are NaN where they are unknown. `evidence_until` (datetime64, NaT
    where it is not kept) is the moment that the figures of a row are of; `of_meters` (NaN where it is not kept) how
    many meters the bounds are shares of; `voltage` their class, "" where it is not kept.

    Raises
        TomoshibiError: the file cannot be read.
    """
    try:
        with np.load(run.path, allow_pickle=False) as arrays:
            table = pd.DataFrame({name: arrays[name] for name in ("id", "state", "low", "high")})
            # files of earlier versions do not tell it
            until = arrays[UNTIL] if UNTIL in arrays.files else np.full(len(table), "NaT", dtype="datetime64[s]")
            table[UNTIL] = until.astype("datetime64[s]")
            table[METERS] = arrays[METERS] if METERS in arrays.files else np.full(len(table), np.nan, dtype=np.float32)
            table[VOLTAGE] = arrays[VOLTAGE] if VOLTAGE in arrays.files else np.full(len(table), "")
        if len(table) > _MOST_ROWS:
            raise ValueError(len(table))
    except DAMAGED_ARRAYS as error:
        raise TomoshibiError(
            message(
                "The history file {file} cannot be read. Delete it; the change since that result is not told.",
                file=f"{FOLDER}/{run.theme}/{run.path.name}",
            )
        ) from error
    return table


def _says(run: Run, says: Mapping[str, Array]) -> bool:
    """Whether a run said the very same; a file that cannot be read said nothing."""
    try:
        table = read(run)
    except TomoshibiError:
        return False
    return len(table) == len(says["id"]) and all(
        np.array_equal(table[name].to_numpy().astype(column.dtype), column, equal_nan=column.dtype.kind in "fM")
        for name, column in says.items()
    )


def _of_now(table: pd.DataFrame) -> pd.DataFrame:
    """Return what a result says of its newest moment and of homes: a thing must stand once in a run."""
    if "begin" in table and len(table):
        newest = pd.to_datetime(table["begin"])
        table = table[(newest == newest.max()) | newest.isna()]
    if VOLTAGE in table and table[VOLTAGE].nunique() > 1:
        homes = table[VOLTAGE] == _HOMES
        table = table[homes] if homes.any() else table
    return table


def _texts(table: pd.DataFrame, name: Optional[str]) -> TextArray:
    if name is None or name not in table:
        return np.full(len(table), "", dtype="U1")
    column = table[name]
    if pd.api.types.is_float_dtype(column):
        # classes of which some are blank come as floats
        column = column.map("{:g}".format).where(column.notna(), "")
    texts = column.astype(object).where(column.notna(), "").astype(str)
    return texts.to_numpy(dtype=str) if len(texts) else np.zeros(0, dtype="U1")


def _ids(table: pd.DataFrame, kept: Kept) -> TextArray:
    ids = _texts(table, kept.id)
    for name in kept.by:
        ids = np.char.add(np.char.add(ids, BY), _texts(table, name))
    return ids


def _until(table: pd.DataFrame) -> TimeArray:
    if UNTIL not in table:
        return np.full(len(table), "NaT", dtype="datetime64[s]")
    return pd.to_datetime(table[UNTIL]).to_numpy().astype("datetime64[s]")


def _shares(table: pd.DataFrame, name: Optional[str]) -> FloatArray:
    if name is None or name not in table:
        return np.full(len(table), np.nan, dtype=np.float32)
    return pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float32)
