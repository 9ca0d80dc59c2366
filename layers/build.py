"""Tables → features: geometries packed by numpy, written in batches, every refusal of the sink raised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Iterable, Iterator, Mapping, Optional, Protocol, Sequence, Union

import numpy as np
from qgis.core import QgsFeatureSink, QgsGeometry

from ..messages import Progress, message
from . import gpkg
from .rows import WriteError, write_rows
from .schema import LayerSpec, check_columns, to_stored, to_value, to_values

if TYPE_CHECKING:
    import pandas as pd

_FEW = 100
"""Texts of which each is kept once."""
_MOST = 1 << 15
"""Numbers that codes of two bytes tell apart."""
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("xy", "<f8", (2,))])
_RECTANGLE = np.dtype([("order", "u1"), ("type", "<u4"), ("rings", "<u4"), ("points", "<u4"), ("xy", "<f8", (5, 2))])


def _geometry(wkb: bytes) -> QgsGeometry:
    geometry = QgsGeometry()
    geometry.fromWkb(wkb)
    return geometry


def _multi(geometry: QgsGeometry) -> QgsGeometry:
    geometry = QgsGeometry(geometry)
    geometry.convertToMultiType()
    return geometry


class Geometries(Sequence):
    """Geometries kept as one block of little-endian WKB records and made one by one; an empty one where unknown."""

    def __init__(self, records: np.ndarray, known: np.ndarray, bounds: np.ndarray):
        self.known = known
        self._records = records
        self._bounds = bounds

    def __len__(self) -> int:
        return len(self.known)

    def __getitem__(self, index: int) -> QgsGeometry:
        own = range(len(self))[index]
        return _geometry(self.packed(slice(own, own + 1)).tobytes()) if self.known[own] else QgsGeometry()

    def __iter__(self) -> Iterator[QgsGeometry]:
        for first in range(0, len(self), gpkg.BATCH):
            some = slice(first, first + gpkg.BATCH)
            records = self.packed(some)
            block, size = records.tobytes(), records.dtype.itemsize
            for index, known in enumerate(self.known[some].tolist()):
                yield _geometry(block[index * size : (index + 1) * size]) if known else QgsGeometry()

    def packed(self, rows: slice) -> np.ndarray:
        """Return the records of some of them."""
        return self._records[rows]

    def boxes(self, rows: np.ndarray) -> np.ndarray:
        """Return min x, max x, min y, max y of some of them (positions), float64 (n, 4)."""
        return self._bounds[rows]


class Points(Geometries):
    """Points, whose records are made when they are asked for: they take three times what the coordinates do."""

    def __init__(self, lon: np.ndarray, lat: np.ndarray):
        self.known = np.isfinite(lon) & np.isfinite(lat)
        self._lon, self._lat = lon, lat

    def packed(self, rows: slice) -> np.ndarray:
        """Return the records of some of them."""
        lon = self._lon[rows]
        records = np.zeros(len(lon), _POINT)
        records["order"], records["type"] = 1, 1
        records["xy"][:, 0], records["xy"][:, 1] = lon, self._lat[rows]
        return records

    def boxes(self, rows: np.ndarray) -> np.ndarray:
        """Return the point twice, float64 (n, 4): min x, max x, min y, max y."""
        lon, lat = self._lon[rows], self._lat[rows]
        return np.column_stack([lon, lon, lat, lat])


def points(lon: np.ndarray, lat: np.ndarray) -> Geometries:
    """Return points at `lon`, `lat` (degrees); NaN in either gives an empty geometry, never a point at 0, 0."""
    return Points(np.asarray(lon, "float64"), np.asarray(lat, "float64"))


def rectangles(south: np.ndarray, west: np.ndarray, north: np.ndarray, east: np.ndarray) -> Geometries:
    """Return closed, anticlockwise rectangles in degrees; NaN in any bound gives an empty geometry."""
    south, west, north, east = (np.asarray(bound, "float64") for bound in (south, west, north, east))
    records = np.zeros(len(south), _RECTANGLE)
    records["order"], records["type"], records["rings"], records["points"] = 1, 3, 1, 5
    for corner, (x, y) in enumerate(((west, south), (east, south), (east, north), (west, north), (west, south))):
        records["xy"][:, corner, 0], records["xy"][:, corner, 1] = x, y
    return Geometries(records, np.isfinite(south + west + north + east), np.column_stack([west, east, south, north]))


@dataclass(frozen=True)
class _Kept:
    """Rows that came, in a quarter of a table of them: {column: values, or codes and what they stand for}."""

    columns: dict[str, tuple[np.ndarray, Optional[np.ndarray]]]
    count: int

    @classmethod
    def of(cls, part: pd.DataFrame) -> _Kept:
        return cls({name: _short(part[name].to_numpy()) for name in part.columns}, len(part))

    def table(self, columns: Optional[Sequence[str]] = None) -> pd.DataFrame:
        """Return the rows with some of the columns, by default with all."""
        import pandas as pd

        wanted = list(self.columns if columns is None else columns)
        return pd.DataFrame({name: _long(*self.columns[name]) for name in wanted}, index=pd.RangeIndex(self.count))


def _short(values: np.ndarray) -> tuple[np.ndarray, Optional[np.ndarray]]:
    """Return values as codes and what they stand for where these are few, texts of digits and letters as bytes."""
    import pandas as pd

    if not len(values):
        return values, None
    if values.dtype != object:
        return _few_numbers(values)
    if len(set(map(id, values[:_FEW]))) < _FEW:
        codes, texts = pd.factorize(values)
        blank = values[codes < 0]
        if len(texts) < _FEW and all(one is None for one in blank):
            return codes.astype(np.int8), np.append(np.asarray(texts, dtype=object), None)
    if all(type(one) is str and one.isascii() and not one.endswith("\0") for one in values):
        return values.astype("S"), None
    return values, None


def _few_numbers(values: np.ndarray) -> tuple[np.ndarray, Optional[np.ndarray]]:
    """Return numbers or times as codes and what they stand for where that is shorter."""
    import pandas as pd

    codes, found = pd.factorize(values)
    if values.itemsize < 8 or 4 * len(found) > len(values) or len(found) >= _MOST:
        return values, None
    # -1, of a blank, takes the last
    blank = np.full(1, np.nan if values.dtype.kind == "f" else np.datetime64("NaT")).astype(values.dtype)
    width = np.int8 if len(found) < _FEW else np.int16
    return codes.astype(width), np.append(np.asarray(found, dtype=values.dtype), blank)


def _long(values: np.ndarray, texts: Optional[np.ndarray]) -> np.ndarray:
    """Return what `_short` was given."""
    if texts is not None:
        return texts[values]
    return values.astype(str).astype(object) if values.dtype.kind == "S" else values


class Beside(Protocol):
    """Values of all rows of a table, some of which are asked for at a time."""

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Return the values of some rows."""
        ...


@dataclass(frozen=True)
class Coded:
    """What stands beside a table by codes (rows), and what they stand for: a quarter as long where these are few."""

    codes: np.ndarray
    values: np.ndarray

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Return the values of some rows."""
        return self.values[self.codes[rows]]


@dataclass(frozen=True)
class Made:
    """What stands beside a table and is made of something shorter only where it is asked for."""

    of: Beside
    make: Callable[[np.ndarray], np.ndarray]

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Return the values of some rows."""
        return self.make(self.of[rows])


class Parts:
    """A table that is still worked out: its rows come some after the other, and are kept.

    What stands `beside` it, {column: values of all rows, None for none}, its maker holds anyway: it is joined to the
    rows when they are gone through, and is not kept with them.
    """

    def __init__(
        self,
        rows: Iterator[pd.DataFrame],
        count: int,
        columns: Sequence[str],
        beside: Optional[Mapping[str, Optional[Beside]]] = None,
    ):
        self._coming, self._count = rows, count
        self._come: list[_Kept] = []
        self._beside = dict(beside or {})
        self.columns = list(dict.fromkeys([*columns, *self._beside]))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """Yield the parts in order, waiting for those that have not come; raise what working them out raises."""
        yield from self._pieces(self.columns)
        first = sum(kept.count for kept in self._come)
        for part in self._coming:
            self._keep(part)
            yield self._joined(part, self.columns, first)
            first += len(part)
        self._check_whole()

    def wait(self) -> None:
        """Wait for all rows; raise what working them out raises."""
        for part in self._coming:
            self._keep(part)
        self._check_whole()

    def _keep(self, part: pd.DataFrame) -> None:
        self._come.append(_Kept.of(part.drop(columns=[name for name in self._beside if name in part])))

    def _joined(self, part: pd.DataFrame, columns: Sequence[str], first: int) -> pd.DataFrame:
        """Return rows, the first of which is the row `first`, with those of the columns beside them that they lack."""
        for name in columns:
            if name in self._beside and name not in part:
                values = self._beside[name]
                part[name] = None if values is None else values[first : first + len(part)]
        return part

    def _pieces(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Yield some columns of the parts that have come."""
        first = 0
        own = [name for name in columns if name not in self._beside]
        for kept in list(self._come):
            yield self._joined(kept.table(own), columns, first)
            first += kept.count

    def _check_whole(self) -> None:
        if sum(kept.count for kept in self._come) != self._count:
            raise RuntimeError("the parts of a table ended before its last row")

    def whole(self, columns: Optional[Sequence[str]] = None) -> pd.DataFrame:
        """Return the table, or some of its columns, with all rows."""
        import pandas as pd

        wanted = list(columns or self.columns)
        self.wait()
        return pd.concat([piece[wanted] for piece in self._pieces(wanted)], ignore_index=True)

    def tally(self, columns: Sequence[str]) -> Counter[tuple[object, ...]]:
        """Return how many rows have the same values in some columns, in their order; what is missing is None."""
        import pandas as pd

        self.wait()
        found: Counter[tuple[object, ...]] = Counter()
        for piece in self._pieces(columns):
            number = np.zeros(len(piece), dtype=np.int64)
            kinds = []
            for name in columns:
                codes, values = pd.factorize(piece[name].to_numpy(dtype=object))
                # -1, of what is missing, takes the last
                kinds.append([*values, None])
                number = number * len(kinds[-1]) + codes % len(kinds[-1])
            distinct, count = np.unique(number, return_counts=True)
            places = np.unravel_index(distinct, [len(values) for values in kinds])
            for row, many in zip(zip(*places), count.tolist()):
                found[tuple(values[place] for values, place in zip(kinds, row))] += many
        return found


def _columns(spec: LayerSpec, table: pd.DataFrame, constants: dict[str, object]) -> list[list[object]]:
    return [
        to_values(table[column.name], column.kind)
        if column.name in table.columns
        else [to_value(constants.get(column.name), column.kind)] * len(table)
        for column in spec.columns
    ]


def _check(spec: LayerSpec, table: Union[pd.DataFrame, Parts], geometries: Optional[Iterable[QgsGeometry]]) -> None:
    check_columns(spec, table.columns)
    if geometries is not None and hasattr(geometries, "__len__") and len(geometries) != len(table):
        raise WriteError(
            message(
                "The result “{layer}” has {rows} rows but {shapes} geometries. This is a fault of the plugin: please "
                "report it.",
                layer=spec.name,
                rows=len(table),
                shapes=len(geometries),
            )
        )


def write(
    sink: QgsFeatureSink,
    spec: LayerSpec,
    table: Union[pd.DataFrame, Parts],
    geometries: Optional[Iterable[QgsGeometry]],
    as_of: object,
    source: object,
    progress: Progress,
    evidence_until: object = None,
) -> int:
    """Write `table` with its geometries (None for a table without) and return the number of features.

    `as_of` and `evidence_until` (datetime) and `source` (text or `Message`) go to every feature that has no column of
    that name; what else the table may leave out (`schema.OPTIONAL`) is NULL.
    Raises `SchemaError` where a column is lacking, `WriteError` where the sink refuses, `Cancelled` on cancelling.
    """
    _check(spec, table, geometries)
    if geometries is not None and spec.geometry == "polygon":
        geometries = map(_multi, geometries)
    constants = {"as_of": as_of, "source": source, "evidence_until": evidence_until}
    rows = zip(*_columns(spec, table.whole() if isinstance(table, Parts) else table, constants))
    return write_rows(sink, rows, geometries, len(table), progress)


def write_at_once(
    target: gpkg.Target,
    spec: LayerSpec,
    table: Union[pd.DataFrame, Parts],
    geometries: Optional[Geometries],
    as_of: object,
    source: object,
    progress: Progress,
    evidence_until: object = None,
) -> Optional[int]:
    """Write as `write` does, into an empty layer of a GeoPackage that nobody has open; many times as fast.

    Of a table in parts, those that have come are written while the others are worked out.

    Return the number of features; None, and nothing written, where the layer holds features. Raises as `write` does.
    """
    _check(spec, table, geometries)
    constants = {"as_of": as_of, "source": source, "evidence_until": evidence_until}
    parts = _stored(spec, table, constants)
    return gpkg.write_parts(target, parts, len(table), geometries, progress, spec.times())


def _stored(
    spec: LayerSpec, table: Union[pd.DataFrame, Parts], constants: dict[str, object]
) -> Iterator[dict[str, list[object]]]:
    """Yield the columns of some rows after the others as SQLite takes them: all at once would be a gigabyte."""
    fixed = {column.name: to_stored([constants.get(column.name)], column.kind) for column in spec.columns}
    starts = range(0, len(table), gpkg.BATCH)
    parts = table if isinstance(table, Parts) else (table.iloc[first : first + gpkg.BATCH] for first in starts)
    for part in parts:
        yield {
            column.name: to_stored(part[column.name], column.kind)
            if column.name in table.columns
            else fixed[column.name] * len(part)
            for column in spec.columns
        }


def settle(destination: str, spec: LayerSpec) -> None:
    """Finish what a sink, now closed, wrote to `destination`: times of a GeoPackage stay without a zone.

    Raises `TomoshibiError` where the file cannot be written.
    """
    target = gpkg.target_of(destination)
    if target is not None:
        gpkg.keep_wall_clock(target, spec.times())
