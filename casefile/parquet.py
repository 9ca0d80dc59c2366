"""The readings of a case as Parquet, a folder each municipality and day: for DuckDB, polars, Spark and other cases.

    municipality=991007/day=2026-04-10/part-0.parquet     half-hours; `part-15.parquet` those of 15 minutes …
    _tomoshibi.json                                       which files there are, with their checksums

The columns are those that `aggregator.parquet_reader` names, sorted by meter. Half-hours are as they came: where only
finer steps came, only those are there. Meters of which マスタ情報 tells no 住所コード are under `municipality=unknown`.

Whoever takes in less than was exported would take the rest for silence, and Parquet tells a damaged value from a right
one only where its pages have checksums: by the list a case knows what is missing or not as it was (`exported_list`).
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Mapping, Optional, Sequence

import numpy as np

from ..aggregator.conditions import check_digit
from ..aggregator.outside import parse_json
from ..aggregator.parquet_reader import PUBLISHED, SUFFIX, checked_pages, name_apart_of_folders
from ..aggregator.tabular import FileProblem
from ..aggregator.timecode import DAY_MINUTES, HALF_HOUR
from ..aggregator.values import NO_VALUE
from ..arrays import IntArray, ObjectArray
from ..dependencies import PYARROW, explain_optional
from ..files import write_text_atomic
from ..messages import Progress, TomoshibiError, message
from .case import Case
from .expectations import expectations
from .fine_readings import FineSet
from .ledger import sha256_of
from .municipality import is_prefecture
from .packed_days import StoredDay
from .reading_index import MISSING, DayRecord, MeterIndex, load_day, read_index
from .reported import EPOCH

if TYPE_CHECKING:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

UNKNOWN = "unknown"
"""Municipality of meters of which it is not known."""
LIST = "_tomoshibi.json"
_LIST = re.compile(r"_tomoshibi(\([0-9]+\))?\.json")
"""What it is called in a case, too, that holds several."""
_AGAIN = re.compile(r"\([0-9]+\)(?=\.parquet$)")
CELLS = 1 << 20
"""Cells of the store that are read, and written as a row group, at once."""


class ParquetError(TomoshibiError):
    """Parquet cannot be written or read here."""


@dataclass
class Exported:
    """What was written."""

    files: int = 0
    rows: int = 0
    unknown: int = 0
    """Readings of meters of which the municipality is not known."""
    towns: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Set:
    """The readings of one step length."""

    step: int
    folder: Path
    days: Mapping[date, DayRecord]
    meters: IntArray
    """int64: row of the store for each row of the arrays."""


def refuse_without_parquet() -> None:
    """Raise `ParquetError` where the package that reads and writes Parquet is not there."""
    lacking = explain_optional((PYARROW,), message("Parquet cannot be read or written here."))
    if lacking is not None:
        raise ParquetError(lacking)


def export_readings(
    case: Case,
    folder: Path,
    progress: Progress,
    first: Optional[date] = None,
    last: Optional[date] = None,
) -> Exported:
    """Write the readings of the days from `first` to `last` (None: all there are) below a folder.

    Memory does not grow with the case: what is held is the list of meters and one block. Raises `ParquetError` where
    the package is missing or there are no readings in the days, `StoreError`, `Cancelled`.
    """
    refuse_without_parquet()
    meters = case.readings.meters
    town = municipality_of(case, meters)
    sets = [
        (each, day)
        for each in _sets(case, len(meters))
        for day in sorted(each.days)
        if (first is None or day >= first) and (last is None or day <= last)
    ]
    if not sets:
        raise ParquetError(
            message("The case holds no readings (電力データ) of these days. Choose others, or download them first.")
        )
    names, places = np.unique(town, return_inverse=True)
    done = Exported()
    for number, (each, day) in enumerate(sets):
        progress.set_fraction(number / len(sets))
        of_town = places.reshape(-1)[each.meters]
        order = np.argsort(of_town, kind="stable")
        edges = np.searchsorted(of_town[order], np.arange(len(names) + 1))
        with load_day(each.folder, day) as stored:
            for place, name in enumerate(names.tolist()):
                rows = order[edges[place] : edges[place + 1]]
                target = folder / f"municipality={name}" / f"day={day.isoformat()}" / _name_of(each.step)
                written = _write(stored, rows[rows < stored.shape[0]], each, day, meters, target, progress)
                done.files += written > 0
                done.rows += written
                done.unknown += written * (name == UNKNOWN)
                done.towns |= {name} if written else set()
    _write_list(folder, doubted_days(case))
    return done


def doubted_days(case: Case) -> list[date]:
    """Return the days that no set holds whole and of all meters: what did not come of them is no silence."""
    told: dict[bool, set[int]] = {True: set(), False: set()}
    for each in expectations(case).sets:
        whole = each.counts and each.scope == "all"
        told[whole].update(day for curve in each.curves.values() for day in curve.days().tolist())
    return [EPOCH.date() + timedelta(days=day) for day in sorted(told[False] - told[True])]


def _write_list(folder: Path, doubted: Sequence[date]) -> None:
    """Write what an export consists of beside it, and of which days readings may be missing that never came here."""
    files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in files_below(folder)}
    days = [day.isoformat() for day in doubted]
    write_text_atomic(folder / LIST, json.dumps({"export": uuid.uuid4().hex, "files": files, "doubted": days}))


def _name_of(step: int) -> str:
    return f"part-{0 if step == HALF_HOUR else step}{SUFFIX}"


def _sets(case: Case, count: int) -> Iterator[_Set]:
    folder = case.readings.folder
    index = read_index(folder)
    yield _Set(HALF_HOUR, folder, index.days, np.arange(count))
    for step in index.finer:
        fine = FineSet(folder / str(step), step)
        # a run that fills the store meanwhile may have added meters that are not known here
        known = fine.rows[: len(fine.rows) if not len(fine.rows) or fine.rows.max() < count else 0]
        yield _Set(step, fine.folder, fine.days, known.astype(np.int64))


def municipality_of(case: Case, meters: MeterIndex) -> ObjectArray:
    """Return the 団体コード (6 digits) of each meter by the 住所コード of マスタ情報, str; `UNKNOWN` for none.

    Where マスタ情報 has no such column, that of the case, unless it is a prefecture: its files are of no other one.
    """
    found = np.full(len(meters), UNKNOWN, dtype=object)
    if "address_code" not in case.master_columns():
        own = case.info.municipality
        return found if is_prefecture(own) else np.full(len(meters), own, dtype=object)
    master = case.master(["supply_point", "address_code"])
    code = master["address_code"].astype(str).str[:5]
    known = {each: f"{each}{check_digit(each)}" for each in code.unique() if re.fullmatch(r"[0-9]{5}", each)}
    told = code.map(known).to_numpy(object)
    point = master["supply_point"].to_numpy(object).astype("S")
    there = np.flatnonzero([each is not None and each == each for each in told])
    for flow in (1, 2):
        rows = case.readings.rows_of(point[there], flow)
        found[rows[rows >= 0]] = told[there[rows >= 0]]
    return found


def _write(
    stored: StoredDay,
    rows: IntArray,
    which: _Set,
    day: date,
    meters: MeterIndex,
    target: Path,
    progress: Progress,
) -> int:
    """Write some rows of a day to a file and return how many readings; no file is made for none."""
    writer: Optional[ParquetWriter] = None
    slots, written = DAY_MINUTES // which.step, 0
    height = max(1, CELLS // slots)
    try:
        for first in range(0, len(rows), height):
            progress.raise_if_cancelled()
            chosen = rows[first : first + height]
            cells = stored.read(chosen.astype(np.int64), 0, slots)
            if not (cells != MISSING).any():
                continue
            table = _table(cells, which, chosen, day, meters)
            if writer is None:
                writer = _begun(target, table.schema, which.days[day].published)
            writer.write_table(table, row_group_size=CELLS)
            written += table.num_rows
    finally:
        if writer is not None:
            writer.close()
    return written


def _begun(target: Path, schema: pyarrow.Schema, published: Optional[datetime]) -> ParquetWriter:
    from pyarrow import parquet

    target.parent.mkdir(parents=True, exist_ok=True)
    if published is not None:
        schema = schema.with_metadata({PUBLISHED: published.isoformat().encode("ascii")})
    # without Arrow's own schema beside Parquet's: a text is a text to everybody
    checked = checked_pages(parquet.ParquetWriter, "write_page_checksum")
    return parquet.ParquetWriter(str(target), schema, compression="zstd", store_schema=False, **checked)


def _table(cells: IntArray, which: _Set, chosen: IntArray, day: date, meters: MeterIndex) -> pyarrow.Table:
    """Return the readings of some meters, meter by meter."""
    import pyarrow as pa

    place, slot = np.nonzero(cells != MISSING)
    own = which.meters[chosen]
    wh = cells[place, slot]
    points = pa.array(meters.supply_point[own].astype("U22").tolist(), type=pa.string())
    begins = np.datetime64(day, "ms") + np.arange(cells.shape[1]) * np.timedelta64(which.step * 60_000, "ms")
    return pa.table(
        {
            "supply_point": pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int32)), points),
            "flow": pa.array(meters.flow[own][place].astype(np.int8)),
            "voltage": pa.array(meters.voltage[own][place].astype(np.int8)),
            "begin": pa.array(begins[slot]),
            "step": pa.array(np.full(len(wh), which.step, dtype=np.int16)),
            "wh": pa.array(wh, mask=wh == NO_VALUE),
        }
    )


def files_below(folder: Path) -> list[Path]:
    """Return the Parquet files below a folder, by place. Links are not followed.

    What begins with a dot or `_` is left out: Spark keeps there what a job has not finished, other systems their own.
    """
    found = (path for path in folder.rglob(f"*{SUFFIX}") if not path.is_symlink() and path.is_file())
    return sorted(path for path in found if not any(part[0] in "._" for part in path.relative_to(folder).parts))


@dataclass(frozen=True)
class ExportedDay:
    """One day of an export: all its files belong together."""

    name: str
    """What tells it from any other day or export."""
    files: tuple[str, ...]
    """As `name_apart_of_folders` calls them in a case."""
    whole: bool = True
    """Whether the case that it was exported from had all of it."""


@dataclass(frozen=True)
class ExportedList:
    """What exports consist of, by the lists beside them."""

    by_digest: Mapping[str, tuple[str, ExportedDay]] = field(default_factory=dict)
    """Checksum of a file → (its name, the day it is of)."""

    def __add__(self, other: ExportedList) -> ExportedList:
        """Return both together."""
        return ExportedList({**self.by_digest, **other.by_digest})

    def changed(self, path: Path, digest: str) -> bool:
        """Whether a file has the place of one that was exported and is not that."""
        name = _AGAIN.sub("", name_apart_of_folders(path))
        return digest not in self.by_digest and any(name == told for told, _ in self.by_digest.values())


def is_exported_list(path: Path) -> bool:
    """Whether a file says what an export consists of."""
    return _LIST.fullmatch(path.name) is not None


def exported_list(path: Path) -> ExportedList:
    """Return what a list says. Raises `FileProblem` where it cannot be read."""
    try:
        told = parse_json(path.read_bytes())
        export = str(told["export"])
        files = {str(place): str(digest) for place, digest in told["files"].items()}
        doubted = {f"day={day}" for day in told["doubted"]}
        days: dict[str, list[str]] = {}
        for place in files:
            days.setdefault(Path(place).parent.name, []).append(name_apart_of_folders(Path(place)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileProblem(
            message("{file}, the list of what was exported, cannot be read. Copy or export it again.", file=path.name)
        ) from error
    known = {
        day: ExportedDay(f"{export} {day}", tuple(sorted(names)), day not in doubted) for day, names in days.items()
    }
    return ExportedList(
        {
            digest: (name_apart_of_folders(Path(place)), known[Path(place).parent.name])
            for place, digest in files.items()
        }
    )


def lists_of(folder: Path) -> list[Path]:
    """Return the lists that say what the files below a folder are part of: below it, or above."""
    below = sorted(path for path in folder.rglob(LIST) if path.is_file())
    above = [place / LIST for place in (folder.parent, folder.parent.parent) if (place / LIST).is_file()]
    return below or above[:1]
