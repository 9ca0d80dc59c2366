"""電力データ in Parquet, as `exportreadings` writes it and as DuckDB, polars or Spark write it anew: blocks of arrays.

    supply_point  string     供給/受電地点特定番号, 22 digits
    flow          integer    データ種別: 1 供給, 2 受電
    voltage       integer    電圧分類 1 to 3; 0, null or no such column: not told
    begin         timestamp  beginning of the step; without a zone Japanese time, with one converted to it
    step          integer    minutes of the step
    wh            integer    Wh; null: the meter answered without a usable value

A row that is not there is no reading. The municipality and the day of the folders are for those who choose files; what
counts is in the columns. Rows are judged as those of CSV are (`readings_reader`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

import numpy as np

from ..arrays import Array, BoolArray, IntArray
from ..messages import Message, Progress, message
from .readings_reader import Block, Register, Tally
from .rejects import Rejects
from .tabular import FileProblem
from .timecode import DAY_MINUTES, HALF_HOUR, STEPS
from .values import (
    BAD_STEP,
    BLANK,
    IMPOSSIBLE,
    NEGATIVE,
    NO_VALUE,
    TOO_EARLY,
    TOO_LATE,
    UNKNOWN_CODE,
    BadValue,
    check_supply_point,
    doubtful_regions,
    most_wh,
    region_doubtful,
)

if TYPE_CHECKING:
    import pyarrow

SUFFIX = ".parquet"
PUBLISHED = b"tomoshibi.published"
"""Key of a file's metadata: when the newest publication in it was published (ISO)."""
NEEDED = ("supply_point", "flow", "begin", "step", "wh")
ROWS = 1 << 18
"""Rows read at once."""
_DIGITS = 22
_MINUTE = 60_000_000
_JST = 9 * 60 * _MINUTE
_FLOWS, _VOLTAGES = 4, 4
"""Room for データ種別 and 電圧分類 in the number of a meter."""


def is_parquet(path: Path) -> bool:
    """Whether the name of a file says that it is Parquet."""
    return path.suffix.lower() == SUFFIX


def checked_pages(kind: Callable[..., Any], name: str) -> dict[str, bool]:
    """Return what makes pyarrow write or check the checksums of pages, where its version can (from 12 on)."""
    return {name: True} if name in signature(kind.__init__).parameters else {}


def name_apart_of_folders(path: Path) -> str:
    """Return the name of a file with the folders that part readings (`municipality=…`, `day=…`) in it.

    All files of an export have one name; in one folder each needs its own.
    """
    above = [part for part in path.parts[-3:-1] if is_parquet(path) and "=" in part]
    return "_".join([*above, path.name])


def town_of(path: Path) -> str:
    """Return the 団体コード that a Parquet file says it is of, "" where it says none."""
    found = re.match(r"municipality=([0-9]{5,6})_", path.name) if is_parquet(path) else None
    return found[1] if found else ""


class _Points:
    """Distinct supply points of some rows, judged once; the last stands for null."""

    def __init__(self, dictionary: pyarrow.Array):
        self.dictionary = dictionary
        self.texts: list[Optional[str]] = [*dictionary.to_pylist(), None]
        self.problems = [_problem(text) for text in self.texts]
        self.good = np.array([problem is None for problem in self.problems], dtype=bool)
        self.numbers = np.array(
            [text if good else "" for text, good in zip(self.texts, self.good)], dtype=f"S{_DIGITS}"
        )
        self.doubtful = np.array([good and region_doubtful(str(text)) for text, good in zip(self.texts, self.good)])


@dataclass(frozen=True)
class _Rows:
    """One batch of rows as arrays (rows); where a value is null, another stands."""

    points: _Points
    point: IntArray
    """int64: place in `points`."""
    flow: IntArray
    voltage: IntArray
    begin: IntArray
    """int64: microseconds since 1970, Japanese time."""
    step: IntArray
    wh: IntArray
    null: dict[str, BoolArray]
    """Column → where it is null."""

    def text(self, row: int) -> str:
        """Return a row as the rejects file shows it."""
        begin = "" if self.null["begin"][row] else str(np.datetime64(int(self.begin[row]), "us"))[:19]
        rest = {name: "" if self.null[name][row] else getattr(self, name)[row] for name in ("flow", "step", "wh")}
        number = self.points.texts[self.point[row]]
        return f"{number or ''},{rest['flow']},{self.voltage[row]},{begin},{rest['step']},{rest['wh']}"


class ParquetReadings:
    """One file. `tallies` (by step length) and `rejects` are complete when `blocks` has ended."""

    def __init__(
        self,
        path: Path,
        register: Callable[[int], Register],
        rejects: Rejects,
        progress: Progress,
        years: Optional[tuple[datetime, datetime]] = None,
    ):
        """`register` gives for a step length what gives meters their rows; `years`: as of `ReadingsFile`."""
        self.path = Path(path)
        self.rejects = rejects
        self.progress = progress
        self.tallies: dict[int, Tally] = {}
        self.share_read = 0.0
        self._register = register
        self._first, self._last = -(1 << 62), 1 << 62
        if years is not None:
            self._first, self._last = (int(np.datetime64(each, "us").astype(np.int64)) for each in years)
        self._doubtful: set[bytes] = set()

    def blocks(self) -> Iterator[tuple[int, Block]]:
        """Yield (step length, readings) in the order of the file. Raises `FileProblem` where it cannot be used."""
        row = 0
        for rows in self._batches():
            yield from self._judged(rows, row + 1)
            row += len(rows.point)
        warning = doubtful_regions(self.path.name, len(self._doubtful))
        if warning is not None:
            self.progress.warn(warning)
            for tally in list(self.tallies.values())[:1]:
                tally.doubtful = len(self._doubtful)
                tally.warnings.append(warning)

    def _batches(self) -> Iterator[_Rows]:
        from pyarrow import ArrowException, parquet

        try:
            with open(self.path, "rb") as stream:
                checked = checked_pages(parquet.ParquetFile, "page_checksum_verification")
                file = parquet.ParquetFile(stream, read_dictionary=["supply_point"], **checked)
                _refuse_schema(self.path, file.schema_arrow)
                names = [name for name in (*NEEDED, "voltage") if name in file.schema_arrow.names]
                read, whole, points = 0, max(file.metadata.num_rows, 1), None
                for batch in file.iter_batches(ROWS, columns=names):
                    read += batch.num_rows
                    self.share_read = read / whole
                    if batch.num_rows:
                        rows = _arrays(batch, points)
                        points = rows.points
                        yield rows
        except (ArrowException, OSError) as error:
            raise unreadable(self.path, error) from error

    def _judged(self, rows: _Rows, line: int) -> Iterator[tuple[int, Block]]:
        """Reject what cannot be, and yield the rest by step length; `line` is the number of the first row."""
        good = np.ones(len(rows.point), dtype=bool)
        bad = np.flatnonzero(~rows.points.good[rows.point])
        why = [rows.points.problems[place] for place in rows.point[bad].tolist()]
        self._reject(rows, line, good, "supply_point", bad, why)
        for item, wrong, reason in self._checks(rows):
            self._reject(rows, line, good, item, np.flatnonzero(wrong & good), reason)
        for step in np.unique(rows.step[good]).tolist():
            own = np.flatnonzero(good & (rows.step == step))
            yield step, self._block(rows, own, step, line)
        lost = int((~good).sum())
        if lost:
            # of what step length they would be is not known
            self._tally(next(iter(self.tallies), HALF_HOUR)).rows += lost

    def _checks(self, rows: _Rows) -> Iterator[tuple[str, BoolArray, Message]]:
        """Yield what a row may be rejected for: item, which rows, why."""
        for name in ("flow", "begin", "step"):
            yield name, rows.null[name], BLANK
        yield "flow", (rows.flow != 1) & (rows.flow != 2), UNKNOWN_CODE
        yield "voltage", (rows.voltage < 0) | (rows.voltage >= _VOLTAGES), UNKNOWN_CODE
        known = np.isin(rows.step, STEPS)
        yield "step", ~known, BAD_STEP
        length = np.where(known, rows.step, HALF_HOUR) * _MINUTE
        yield "begin", rows.begin % length != 0, BAD_STEP
        yield "begin", rows.begin < self._first, TOO_EARLY
        yield "begin", rows.begin + length > self._last, TOO_LATE
        yield "wh", ~rows.null["wh"] & (rows.wh < 0), NEGATIVE

    def _reject(self, rows: _Rows, line: int, good: BoolArray, item: str, which: IntArray, why: Any) -> None:
        for place, row in enumerate(which.tolist()):
            self.rejects.add(line + row, item, why[place] if isinstance(why, list) else why, rows.text(row))
        good[which] = False

    def _block(self, rows: _Rows, own: IntArray, step: int, line: int) -> Block:
        """Return the readings of some rows, all of one step length."""
        tally = self._tally(step)
        tally.rows += len(own)
        voltage = rows.voltage[own]
        meter = (rows.point[own] * _FLOWS + rows.flow[own]) * _VOLTAGES + voltage
        place = np.full(len(rows.points.texts) * _FLOWS * _VOLTAGES, -1, dtype=np.int64)
        place[meter] = 0
        distinct = np.flatnonzero(place >= 0)
        point, flow, kind = (distinct // (_FLOWS * _VOLTAGES), distinct // _VOLTAGES % _FLOWS, distinct % _VOLTAGES)
        self._doubtful.update(rows.points.numbers[point[rows.points.doubtful[point]]].tolist())
        customer = np.zeros(len(distinct), dtype="S34")
        numbers = rows.points.numbers[point]
        place[distinct] = self._register(step)(numbers, flow.astype("u1"), kind.astype("u1"), customer)
        limits = np.array([most_wh(number, step) for number in range(_VOLTAGES)], dtype=np.int64)
        impossible = ~rows.null["wh"][own] & (rows.wh[own] > limits[voltage])
        for row in own[impossible].tolist():
            self.rejects.add(line + row, "wh", IMPOSSIBLE, rows.text(row), left_out=False)
        wh = np.where(rows.null["wh"][own] | impossible, NO_VALUE, rows.wh[own])
        minutes = rows.begin[own] // _MINUTE
        slots = (minutes % DAY_MINUTES) // step
        return Block(
            place[meter],
            (minutes // DAY_MINUTES).astype(np.int32),
            slots.astype(np.int16),
            wh.astype(np.int32),
        )

    def _tally(self, step: int) -> Tally:
        return self.tallies.setdefault(step, Tally())


def _problem(text: Optional[str]) -> Optional[Message]:
    """Return what is wrong with a supply point, None where nothing is."""
    try:
        check_supply_point(text or "", _DIGITS)
    except BadValue as problem:
        return problem.reason
    return None


def _refuse_schema(path: Path, schema: pyarrow.Schema) -> None:
    """Raise `FileProblem` unless the columns are those of readings."""
    from pyarrow import types

    kinds: dict[str, Callable[[Any], bool]] = {
        "supply_point": lambda kind: _is_text(kind.value_type if types.is_dictionary(kind) else kind),
        "begin": types.is_timestamp,
        **dict.fromkeys(("flow", "voltage", "step", "wh"), types.is_integer),
    }
    names = schema.names
    missing = [name for name in NEEDED if name not in names]
    # of two columns of one name nobody can say which is meant
    wrong = [
        name
        for name, fits in kinds.items()
        if name in names and (names.count(name) > 1 or not fits(schema.field(name).type))
    ]
    if missing or wrong:
        raise FileProblem(
            message(
                "{file}: the columns {columns} are missing or of another type than readings have. It needs "
                "supply_point (text), flow, voltage, step, wh (whole numbers) and begin (timestamp), as "
                "“exportreadings” writes them.",
                file=path.name,
                columns=", ".join([*missing, *wrong]),
            )
        )


def _is_text(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    views = getattr(types, "is_string_view", None)
    return bool(types.is_string(kind) or types.is_large_string(kind) or (views is not None and views(kind)))


def _arrays(batch: pyarrow.RecordBatch, before: Optional[_Points]) -> _Rows:
    """Return a batch as arrays; `before`: the supply points of the batch before it, most often the same."""
    import pyarrow as pa

    columns = dict(zip(batch.schema.names, batch.columns))
    count, null = batch.num_rows, {}
    values: dict[str, Array] = {"voltage": np.zeros(count, dtype=np.int64)}
    for name in ("flow", "voltage", "step", "wh"):
        if name in columns:
            null[name] = columns[name].is_null().to_numpy(zero_copy_only=False)
            values[name] = columns[name].cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    begin = columns["begin"]
    null["begin"] = begin.is_null().to_numpy(zero_copy_only=False)
    moments = begin.cast(pa.timestamp("us", begin.type.tz), safe=False).cast(pa.int64())
    values["begin"] = moments.fill_null(0).to_numpy(zero_copy_only=False) + (_JST if begin.type.tz else 0)
    point = columns["supply_point"]
    if not pa.types.is_dictionary(point.type):
        point = point.dictionary_encode()
    same = before is not None and before.dictionary.equals(point.dictionary)
    points = before if before is not None and same else _Points(point.dictionary)
    places = point.indices.cast(pa.int64()).fill_null(len(points.texts) - 1).to_numpy(zero_copy_only=False)
    return _Rows(points, places, null=null, **values)


def published_of(path: Path) -> Optional[datetime]:
    """Return when what a file holds was published, as its export says; None where nothing says it."""
    from pyarrow import ArrowException, parquet

    try:
        told = (parquet.read_schema(path).metadata or {}).get(PUBLISHED)
        return None if told is None else datetime.fromisoformat(told.decode("ascii"))
    except (ArrowException, OSError, ValueError):
        # whatever is wrong with the file is told when it is read
        return None


def unreadable(path: Path, error: BaseException) -> FileProblem:
    """Return the problem of a file that is no Parquet, or a damaged one."""
    return FileProblem(
        message(
            "{file} cannot be read as Parquet ({reason}). Copy or export it again.",
            file=path.name,
            reason=type(error).__name__,
        )
    )
