"""Published files as tables: what a file is, by its content; and マスタ情報, 通電情報 and statistics as DataFrames.

Good rows are never lost because of bad ones: these go to `<name>.rejects.csv` with line, item and reason, and are
counted. 電力データ is too large for a table; `readings_reader` streams it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Optional, Sequence

import numpy as np

from ..arrays import Array, TimeArray
from ..messages import Message, Progress, message
from .profile import COLUMNS, ColumnSpec, FileSpec, Profile
from .readings_reader import RowParser, at_step_of
from .rejects import Rejects
from .row_blocks import BLOCK_ROWS, RowBlock, row_blocks
from .tabular import Head, best_encoding, cannot_open, columns_of, head_of, require_columns, split_any
from .timecode import YEARS, parse_full
from .values import (
    BAD_DATE,
    BLANK,
    JAPAN,
    NEGATIVE,
    NO_SUCH_DAY,
    NOT_A_NUMBER,
    OUTSIDE,
    REGIONS,
    TOO_EARLY,
    TOO_LARGE,
    TOO_LATE,
    UNKNOWN_CODE,
    BadValue,
    check_supply_point,
    doubtful_regions,
    region_doubtful,
)

if TYPE_CHECKING:
    import pandas as pd

TABLES = (
    *("master", "outage", "statistics", "flow_statistics", "meter_statistics", "monthly", "meter_event"),
    "contractors",
)
"""Kinds that `read_table` reads."""
CONTRACTORS = "contractors"
"""List of 特定契約者: not published as a file, but kept as one by those who have LG-WAN only."""
_MOMENTS: Mapping[str, tuple[str, str]] = {
    "created_at": ("created_date", "created_time"),
    "event_at": ("event_date", "event_time"),
}
"""Column of a table → the columns of date and time in a file that it comes from."""
_OF_THE_ROW = ("date", "event_date")
"""Dates without which a row says nothing; others are blanked where they cannot be."""
_PLAIN_SIGNS = "0123456789.-"
_NAN = float("nan")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_SIGNED = frozenset({"lat", "lon"})
_NAT = np.datetime64("NaT", "s")
_COUNTED = frozenset({"statistics", "flow_statistics", "meter_statistics"})
_WHOLE = _COUNTED | {"outage", "monthly", "meter_event", "contractors"}
"""Kinds whose table has all its columns, whatever the file has."""


@dataclass(frozen=True)
class ReadResult:
    """A table and what was left out of it."""

    table: pd.DataFrame
    """Columns and dtypes as in docs/architecture.md; times are datetime64."""
    rows: int
    """Rows of data in the file, good or bad."""
    rejected: int
    warnings: tuple[Message, ...]
    rejects: Optional[Path] = None
    """The rejects file, None where no row was rejected."""


MANUAL_LIST = frozenset(("supply_point", "meter_id", "name", "address"))
"""Columns of the manual's own sample of 通電情報 (§3.2), which マスタ情報 has too."""


def recognise(path: Path, profile: Profile, head: Optional[Head] = None) -> Optional[str]:
    """Return the kind of a CSV or JSON file by its columns, without a header by the shape of its fields; None if none.

    The file name decides only where two kinds fit equally (マスタ情報 and 通電情報 with the same few columns).
    `head` is its beginning where it was read already. Raises `FileProblem` where the file cannot be opened.
    """
    path = Path(path)
    head = head or head_of(path)
    stepped = at_step_of(path, profile, head)
    best = _best_kinds(head, stepped)
    if not best:
        listed = columns_of(head, contractors_spec(profile))
        return CONTRACTORS if listed is not None and not listed.missing else None
    if "meter_statistics" in best and "flow_statistics" in best:
        # 計器数分析 may come with the columns of 順潮流／逆潮流: 集計表分類 tells its rows
        best.remove("meter_statistics")
    return best[0] if len(best) == 1 else _of_equals(best, path, head, stepped)


def _of_equals(best: list[str], path: Path, head: Head, profile: Profile) -> Optional[str]:
    """Return which of several kinds whose columns fit equally a file is, by its name or the manual's own sample."""
    name = profile.file_names.parse(path.name)
    named = [kind for kind in best if name is not None and profile.file(kind).file_kind == name.kind]
    if len(named) == 1:
        return named[0]
    found = columns_of(head, profile.file("outage")) if "outage" in best else None
    return "outage" if found is not None and set(found.at) == MANUAL_LIST else None


def _best_kinds(head: Head, profile: Profile) -> list[str]:
    """Return the kinds whose columns fit a file best; several where they fit equally, none where none fits."""
    scored = []
    for kind, spec in profile.files.items():
        columns = columns_of(head, spec)
        if columns is None or columns.missing or (not columns.header and not _shaped(head, spec, profile)):
            continue
        # without names, the kind that asks more of its fields is the surer one
        strict = 0 if columns.header else sum(column.type not in ("text", "number") for column in spec.columns)
        scored.append(((len(columns.unknown), -len(columns.at), -strict), kind))
    best = min((score for score, _ in scored), default=None)
    return sorted(kind for score, kind in scored if score == best)


def contractors_spec(profile: Profile) -> FileSpec:
    """Return how a list of 特定契約者 is written: マスタ情報ID by the profile’s name, and リスト名 where given."""
    master = profile.file("master")
    named = [column.name for column in master.columns if column.column == "master_info_id"]
    columns = (
        ColumnSpec(named[0] if named else "マスタ情報ID", "master_info_id", "text", True),
        ColumnSpec("リスト名", "list_name", "text", False),
    )
    return FileSpec(CONTRACTORS, "特定契約者", CONTRACTORS, True, master.encodings, master.delimiter, columns)


def _shaped(head: Head, spec: FileSpec, profile: Profile) -> bool:
    """Whether most of the first rows of a file without header read as rows of this kind."""
    good = 0
    converters = {column.column: _converter(column, profile) for column in spec.columns}
    for line in head.lines:
        fields = ["" if text == profile.missing else text for text in split_any(line, spec)]
        if len(fields) == len(spec.columns):
            good += _reads(dict(zip((column.column for column in spec.columns), fields)), spec, converters)
    return good * 2 > len(head.lines)


def _reads(values: Mapping[str, str], spec: FileSpec, converters: Mapping[str, Callable[[str], Any]]) -> bool:
    try:
        for column in spec.columns:
            if column.required and not values[column.column]:
                return False
            converters[column.column](values[column.column])
    except BadValue:
        return False
    return True


def read_table(
    path: Path,
    kind: str,
    profile: Profile,
    rejects: Optional[Path] = None,
    progress: Optional[Progress] = None,
    years: Optional[tuple[datetime, datetime]] = None,
) -> ReadResult:
    """Read one file of `kind` (of `TABLES`).

    `rejects`: folder or `.csv` file for the rejected rows, None for `<name>.rejects.csv` beside the input. `years`:
    between which moments the days lie that its rows are of, None where that is not known.
    Raises `FileProblem` naming the file and what it lacks; `Cancelled`.
    """
    path, progress = Path(path), progress or Progress()
    spec = contractors_spec(profile) if kind == CONTRACTORS else profile.file(kind)
    kept = Rejects(path, rejects, progress)
    head = head_of(path)
    if head.form == "empty":
        return ReadResult(_table(kind, {}, 0), 0, 0, ())
    columns, warnings = require_columns(path, head, spec, progress)
    try:
        encoding = best_encoding(path, spec.encodings, columns.encoding)
        columns = replace(columns, encoding=encoding)
        reader = _TableReader(spec, profile, columns.at, kept, years or YEARS)
        for block in row_blocks(path, head, columns, spec):
            progress.raise_if_cancelled()
            reader.take(block)
    except OSError as error:
        raise cannot_open(path, error) from error
    finally:
        told = kept.tell(progress)
    warnings.extend(told)
    doubtful = doubtful_regions(path.name, len(reader.doubtful))
    if doubtful is not None:
        progress.warn(doubtful)
        warnings.append(doubtful)
    table = _table(kind, reader.columns(), reader.good)
    return ReadResult(table, reader.rows, kept.count, tuple(warnings), kept.path if kept.count + kept.doubted else None)


# -- values -----------------------------------------------------------------------------------------------------------
def _converter(column: ColumnSpec, profile: Profile) -> Callable[[str], Any]:
    """Return what turns the text of a column into its value; it raises `BadValue`."""
    if column.type == "code":
        return lambda text: _code(text, column)
    if column.type == "energy":
        return RowParser(profile.file("reading"), profile).energy
    if column.type == "number":
        return lambda text: _number(text, column, profile)
    if column.type == "date":
        return lambda text: _moment(text, profile.date_format)
    if column.type == "time":
        return lambda text: _moment(text, profile.time_format)
    if column.type == "slot":
        return RowParser(profile.file("reading"), profile).slot
    if column.digits:
        return lambda text: check_supply_point(text, column.digits) if text else ""
    return lambda text: text


def _code(text: str, column: ColumnSpec) -> int:
    if not text:
        return 0
    number = column.codes.get(text)
    if number is None:
        raise BadValue(UNKNOWN_CODE)
    return number


def _number(text: str, column: ColumnSpec, profile: Profile) -> float:
    if not text or text == profile.missing or (column.masked and text == profile.masked):
        return float("nan")
    if not _NUMBER.fullmatch(text):
        raise BadValue(NOT_A_NUMBER)
    value = float(text)
    if not math.isfinite(value):
        raise BadValue(TOO_LARGE)
    if value < 0 and column.column not in _SIGNED:
        raise BadValue(NEGATIVE)
    return value


def _moment(text: str, form: str) -> Optional[datetime]:
    """Return a date or time of day, None for blank."""
    if not text:
        return None
    try:
        return parse_full(text, form)
    except ValueError as error:
        raise BadValue(BAD_DATE) from error


class _TableReader:
    """Gathers the good rows of a file, block by block and column by column."""

    def __init__(
        self,
        spec: FileSpec,
        profile: Profile,
        at: Mapping[str, int],
        rejects: Rejects,
        years: tuple[datetime, datetime],
    ):
        self.spec = spec
        self.years = years
        self.profile = profile
        self.at = at
        self.rejects = rejects
        self.used = [column for column in spec.columns if column.column in at]
        self.rows = 0
        self.good = 0
        self.doubtful: set[str] = set()
        self._converters = {column.column: _converter(column, profile) for column in self.used}
        self._known: dict[str, dict[str, Any]] = {column.column: {} for column in self.used}
        self._arrays: dict[str, list[Array]] = {column.column: [_array([], column)] for column in self.used}
        self._masked: list[bool] = []

    def take(self, block: RowBlock) -> None:
        """Add the good rows of a block, reject the others."""
        self.rows += len(block)
        for record, reason in block.broken:
            self.rejects.add(record.line, "—", reason, record.raw)
        fields = {column.column: block.fields[self.at[column.column]] for column in self.used}
        bad: dict[int, tuple[ColumnSpec, Message]] = {}
        values = {column.column: self._convert(column, fields[column.column], bad) for column in self.used}
        doubted = self._forget_days(values, bad)
        for row, (column, reason) in sorted(bad.items(), key=lambda item: item[0]):
            self.rejects.add(block.lines[row], column.name, reason, block.raw[row])
        for row, column in doubted:
            if row not in bad:
                self.rejects.add(block.lines[row], column.name, NO_SUCH_DAY, block.raw[row], left_out=False)
        self._forget_places_outside(values, block, bad)
        self._keep(values, fields, bad, len(block.lines))

    def _texts(self, fields: Iterable[str]) -> list[str]:
        """Return fields as stripped text, blank where the sign of a missing value stands."""
        texts, missing = list(map(str.strip, fields)), self.profile.missing
        return ["" if text == missing else text for text in texts] if missing else texts

    def _convert(
        self, column: ColumnSpec, fields: Sequence[str], bad: dict[int, tuple[ColumnSpec, Message]]
    ) -> list[Any]:
        """Return the values of a column; rows that have none, and no complaint of an earlier column, go into `bad`."""
        distinct = set(fields)
        if len(distinct) * 2 > len(fields):
            # hardly any comes twice: identifiers, names, coordinates
            texts = self._texts(fields)
            found = None if column.required and "" in texts else all_values(column, texts)
            if found is not None:
                return found
        known = self._known[column.column]
        reasons = self._learn(column, distinct, known)
        for row, field in enumerate(fields) if reasons else ():
            if field in reasons:
                bad.setdefault(row, (column, reasons[field]))
        return list(map(known.get, fields))

    def _learn(self, column: ColumnSpec, distinct: set[str], known: dict[str, Any]) -> dict[str, Message]:
        """Add the values of fields to those that are known; return why those have none that have none."""
        if len(known) > BLOCK_ROWS:
            known.clear()
        reasons: dict[str, Message] = {}
        new = list(distinct.difference(known))
        for field, text in zip(new, self._texts(new)):
            try:
                if column.required and not text:
                    raise BadValue(BLANK)
                known[field] = self._converters[column.column](text)
            except BadValue as problem:
                reasons[field] = problem.reason
        return reasons

    def _forget_days(
        self, values: dict[str, list[Any]], bad: dict[int, tuple[ColumnSpec, Message]]
    ) -> list[tuple[int, ColumnSpec]]:
        """Put rows of days that no data can be of into `bad`; blank other such dates and return (row, column) of them.

        Years such as 1899 and 9999 are what systems write for "none"; no clock gets there.
        """
        doubted = []
        for column in self.used:
            if column.type != "date":
                continue
            own = column.column in _OF_THE_ROW
            # what lies after its publication by its clock only is told where events are taken in
            first, last = self.years if column.column == "date" else YEARS
            moments = values[column.column]
            outside = {moment for moment in set(moments) if moment is not None and not first <= moment < last}
            for row, moment in enumerate(moments) if outside else ():
                if moment not in outside:
                    continue
                moments[row] = None
                if own:
                    bad.setdefault(row, (column, TOO_EARLY if moment < first else TOO_LATE))
                else:
                    doubted.append((row, column))
        return doubted

    def _forget_places_outside(self, values: dict[str, list[Any]], block: RowBlock, bad: Mapping[int, Any]) -> None:
        """Blank and list the coordinates of rows that do not stand in Japan: 0, or latitude and longitude exchanged."""
        places = [column for column in self.used if column.column in ("lat", "lon")]
        for column in places if len(places) == 2 else ():
            low, high = JAPAN[column.column == "lon"]
            degrees = np.array(values[column.column], dtype=np.float64)
            for row in np.flatnonzero((degrees < low) | (degrees > high)).tolist():
                if row not in bad:
                    self.rejects.add(block.lines[row], column.name, OUTSIDE, block.raw[row], left_out=False)
                for each in places:
                    values[each.column][row] = float("nan")

    def _keep(
        self, values: dict[str, list[Any]], fields: Mapping[str, Sequence[str]], bad: Mapping[int, Any], count: int
    ) -> None:
        rows = [row for row in range(count) if row not in bad] if bad else range(count)
        for column in self.used:
            held = values[column.column]
            self._arrays[column.column].append(_array([held[row] for row in rows] if bad else held, column))
        self._masked.extend(self._which_masked(fields, rows))
        self.good += len(rows)
        if "supply_point" in values:
            self._doubt(self._arrays["supply_point"][-1].tolist())

    def _doubt(self, points: Sequence[str]) -> None:
        """Remember the supply points that do not begin with a grid area."""
        if not {point[:2] for point in points} <= REGIONS:
            self.doubtful.update(point for point in points if point and region_doubtful(point))

    def _which_masked(self, fields: Mapping[str, Sequence[str]], rows: Sequence[int]) -> list[bool]:
        """Return of rows whether any of their figures is masked; nothing for a kind without such figures."""
        masked = [self._texts(fields[column.column]) for column in self.used if column.masked]
        sign = self.profile.masked
        return [any(column[row] == sign for column in masked) for row in rows] if masked else []

    def columns(self) -> dict[str, Any]:
        """Return the columns as arrays, `masked` among them where figures may be."""
        made: dict[str, Any] = {}
        for column in self.used:
            made[column.column] = np.concatenate(self._arrays.pop(column.column))
        for name in ("kwh", "month_kwh"):
            if name in made and not self.profile.energy_places:
                made[name] = made[name] / 1000
        if any(column.masked for column in self.spec.columns):
            made["masked"] = np.array(self._masked, dtype=bool)
        return made


def all_values(column: ColumnSpec, texts: Sequence[str]) -> Optional[list[Any]]:
    """Return the values of many texts at once; None where one of them has to be looked at by itself.

    What it returns is what `_converter` makes of each.
    """
    if column.type == "number":
        return _all_numbers(column, texts)
    if column.type != "text":
        return None
    if not column.digits:
        return list(texts)
    # what is not a digit of ASCII, blank or of another length gets its reason by itself
    joined = "".join(texts)
    alike = joined.isascii() and joined.isdigit() and set(map(len, texts)) == {column.digits}
    return list(texts) if alike else None


def _all_numbers(column: ColumnSpec, texts: Sequence[str]) -> Optional[list[float]]:
    if "".join(texts).strip(_PLAIN_SIGNS):
        return None
    try:
        # of these signs Python reads as a number what `_NUMBER` does
        numbers = [float(text) if text else _NAN for text in texts]
    except ValueError:
        return None
    values = np.array(numbers)
    below = column.column not in _SIGNED and bool((values < 0).any())
    return None if below or np.isinf(values).any() else numbers


def _array(values: Sequence[Any], column: ColumnSpec) -> Array:
    if column.type == "code":
        return np.array(values, dtype=np.int8)
    if column.type == "number":
        return np.array(values, dtype=np.float64)
    if column.type in ("date", "time"):
        return _moments_of(values)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _moments_of(values: Sequence[Optional[datetime]]) -> TimeArray:
    """Return moments as datetime64[s], each distinct one converted once."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    distinct = np.array([_NAT if value is None else value for value in places], dtype="datetime64[s]")
    return distinct[np.fromiter(map(places.__getitem__, values), dtype=np.int64, count=len(values))]


# -- tables -----------------------------------------------------------------------------------------------------------
_DTYPES: Mapping[str, Any] = {
    **dict.fromkeys(("flow", "voltage", "unit", "table_kind", "area_kind", "energised"), np.int8),
    **dict.fromkeys(
        ("contract_kw", "contract_export_kw", "lat", "lon", "generator_kw", "count", "total", "meters", "kwh"),
        np.float64,
    ),
    "month_kwh": np.float64,
    "event": np.int8,
    **dict.fromkeys(("date", "created_at", "event_at", "next_reading_on"), "datetime64[s]"),
    "masked": bool,
}


def _table(kind: str, columns: dict[str, Any], count: int) -> pd.DataFrame:
    """Put the columns of a kind together; `created_date` and `created_time` become `created_at`, and so on."""
    import pandas as pd

    data: dict[str, Any] = {}
    for name in _names(kind):
        if name in _MOMENTS:
            if kind in _WHOLE or _MOMENTS[name][0] in columns:
                data[name] = _moments(columns, _MOMENTS[name], count)
        elif name in columns:
            data[name] = columns[name]
        elif kind in _WHOLE:
            data[name] = _blank(name, count)
    return pd.DataFrame(data, index=pd.RangeIndex(count))


def _names(kind: str) -> list[str]:
    if kind == CONTRACTORS:
        return ["master_info_id", "list_name"]
    moments = {date: name for name, (date, _) in _MOMENTS.items()}
    times = {time for _, time in _MOMENTS.values()}
    names = [moments.get(name, name) for name in COLUMNS[kind] if name not in times]
    return [*names, "masked"] if kind in _COUNTED else names


def _blank(name: str, count: int) -> Array:
    dtype = _DTYPES.get(name)
    if dtype is None:
        return np.full(count, "", dtype=object)
    if dtype is np.float64:
        return np.full(count, np.nan)
    return np.zeros(count, dtype=dtype)


def _moments(columns: Mapping[str, Any], names: tuple[str, str], count: int) -> TimeArray:
    """Return date and time together; NaT where either is blank, for midnight would be made up."""
    if any(name not in columns for name in names):
        return np.full(count, _NAT)
    days: TimeArray = columns[names[0]]
    times: TimeArray = columns[names[1]]
    moments: TimeArray = days + (times - times.astype("datetime64[D]"))
    return moments


def published_time(path: Path, profile: Profile) -> Optional[datetime]:
    """Return the moment of publication that a file name says, None where it says none."""
    name = profile.file_names.parse(Path(path).name)
    return name.time if name else None


def unrecognised(path: Path) -> Message:
    """What to tell of a file that is none of the kinds of the profile."""
    return message(
        "{file} is none of the published kinds: its columns are not those of the profile. Check that it is the file as"
        " published, or correct the names (or “header”) in the profile.",
        file=Path(path).name,
    )
