"""Features into an empty layer of a GeoPackage at once: rows by SQLite, the spatial index packed by numpy.

A layer of cells of a whole prefecture, or of its dwellings, has half a million rows. Through a sink most of the time
goes into making features one by one and inserting them one by one into the index (R*tree); here all are known
beforehand. GDAL makes the empty table, its index, triggers and registration (the sink that was opened and closed), so
those are its own. The layout of the index is that of SQLite's R*Tree module (https://www.sqlite.org/rtree.html); half a
million boxes are packed in 0.5 s where SQLite takes 4 s to insert them. The layout depends on the library alone, so
SQLite checks small packed indexes (`rtreecheck`) once in a process. Where it finds a fault, or nodes of that size were
not checked, it looks at the index itself (0.5 s); what it does not find right is filled row by row as GDAL would.

Times are stored as they read, without a zone. QGIS from 3.34.8 on turns what is written through an open GeoPackage into
UTC and reads it back as UTC (its issue 57262): nine hours early in Japan, and only for some rows. So what came through
QGIS is turned back, and two triggers of each layer do the same to what people enter afterwards, with whatever QGIS.
"""

from __future__ import annotations

import struct
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterable, Iterator, Mapping, Optional, Protocol, Sequence

import numpy as np

from ..messages import Progress, TomoshibiError, message
from .uris import file_and_layer

if TYPE_CHECKING:
    import sqlite3

_PIECE = 1 << 17
"""Boxes worked on at a time."""
BATCH = 20_000
"""Rows handed to SQLite at once; between two of them the user may stop."""

_VALUES = 900
"""Values handed over in one statement: SQLite before 3.32 takes 999. Rows together cost half of rows one by one."""
_LONGEST = 1000
"""Characters of a text that may stand in a statement itself."""

PATIENCE = 30.0
"""Seconds to wait for readers (a drawing map) to let the file go."""

_HEADER = [("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs", "<i4")]
_ENVELOPE = ("envelope", "<f8", (4,))
_MANY = [("order", "u1"), ("type", "<u4"), ("parts", "<u4")]
"""GeoPackage binary (1.2, 2.1.3): header, envelope unless it is a point, opening of a collection, then WKB."""
_POINT = 1
_COLLECTIONS = {"MULTIPOINT": 4, "MULTIPOLYGON": 6}
_ZONED = "GLOB '*T*[-+Z]*'"
"""SQL: whether a time is stored with a zone."""
_ENTRY = np.dtype([("id", ">i8"), ("box", ">f4", (4,))])
"""One entry of an index node: row or node number, then min x, max x, min y, max y."""
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_CHECKED_PAGES, _CHECKED_BOXES = (512, 4096), 8000
"""Bytes of pages, and boxes, of the indexes that SQLite checks: three levels of usual pages, four of small ones."""
_checked: dict[int, bool] = {}
"""Bytes of a node → whether SQLite found a packed index of such nodes right, in this process."""


@dataclass(frozen=True)
class Target:
    """A layer of a GeoPackage."""

    path: Path
    table: str


class Shapes(Protocol):
    """Geometries of one kind: `build.points` and `build.rectangles` make them."""

    known: np.ndarray
    """bool (n): False where there is no geometry."""

    def packed(self, rows: slice) -> np.ndarray:
        """Return the WKB of some of them, as a structured array: all of one length."""
        ...

    def boxes(self, rows: np.ndarray) -> np.ndarray:
        """Return min x, max x, min y, max y of some of them (positions), float64 (n, 4)."""
        ...


BoxesOf = Callable[[np.ndarray], np.ndarray]
"""Returns the boxes (n, 4: min x, max x, min y, max y) of what stands at some places."""


@dataclass(frozen=True)
class _Layer:
    """The table to be filled."""

    table: str
    key: str
    geometry: str
    """Its geometry column, "" for a table without."""
    srs: int
    many: int
    """WKB type of the collection that a single geometry is put into; 0 for none."""


def target_of(destination: str) -> Optional[Target]:
    """Return the layer that a destination of Processing names, None where it is no GeoPackage."""
    path, name = file_and_layer(destination)
    if not path.lower().endswith(".gpkg") or not Path(path).is_file():
        return None
    return Target(Path(path), name or Path(path).stem)


def rows_in(target: Target) -> int:
    """Return how many features a layer holds on the disk; 0 where there is no such layer, or it cannot be read."""
    import sqlite3

    try:
        with closing(sqlite3.connect(target.path)) as connection:
            return int(connection.execute(" ".join(["SELECT count(*) FROM", _quoted(target.table)])).fetchone()[0])
    except sqlite3.DatabaseError:
        return 0


def lacks_index(target: Target) -> bool:
    """Whether a layer has a geometry and no spatial index: GDAL makes it last, and without room leaves it out."""
    import sqlite3

    sql = (
        "SELECT count(*) FROM gpkg_geometry_columns WHERE table_name = ? AND NOT EXISTS"
        " (SELECT 1 FROM sqlite_master WHERE name = 'rtree_' || table_name || '_' || column_name)"
    )
    try:
        with closing(sqlite3.connect(target.path)) as connection:
            return bool(connection.execute(sql, (target.table,)).fetchone()[0])
    except sqlite3.DatabaseError:
        # a file of tables alone need not know of geometries
        return False


def write(
    target: Target,
    columns: Mapping[str, Iterable],
    count: int,
    shapes: Optional[Shapes],
    progress: Progress,
    times: Sequence[str] = (),
) -> Optional[int]:
    """Fill an empty layer and return the number of rows; None, and nothing written, where that is not possible.

    `columns`: {field: `count` values as SQLite takes them: text or numbers, None or NaN for what is missing}; `shapes`
    None for a table without geometry; `times`: the fields that are to stay without a zone. The file must not be open
    for writing elsewhere. Raises `TomoshibiError` where it cannot be written, `Cancelled`; nothing is then left
    half-way.
    """
    return write_parts(target, _parts(columns, count), count, shapes, progress, times)


def write_parts(
    target: Target,
    parts: Iterable[Mapping[str, Sequence]],
    count: int,
    shapes: Optional[Shapes],
    progress: Progress,
    times: Sequence[str] = (),
) -> Optional[int]:
    """Fill an empty layer as `write` does, with some rows after the other: what is still worked out is waited for.

    `parts`: {field: values} of the next rows, together `count`. What a part raises is raised, and nothing written.
    """
    with _opened(target) as connection:
        layer = _layer(connection, target.table)
        if layer is None or bool(layer.geometry) != (shapes is not None):
            return None
        with _changing(connection, target.table):
            _fill(connection, layer, parts, count, shapes, progress)
        _guard(connection, target.table, layer.key, times)
    return count


def _parts(columns: Mapping[str, Iterable], count: int) -> Iterator[dict[str, list]]:
    """Yield columns `BATCH` rows at a time."""
    pieces = {name: _pieces(column, count) for name, column in columns.items()}
    for _ in range(0, count, BATCH):
        yield {name: next(values) for name, values in pieces.items()}


def _pieces(column: Iterable, count: int) -> Iterator[list]:
    """Yield the values of a column `BATCH` at a time."""
    values = iter(column)
    for first in range(0, count, BATCH):
        if isinstance(column, np.ndarray):
            yield column[first : first + BATCH].tolist()
        else:
            yield list(islice(values, min(BATCH, count - first)))


def read_rows(target: Target, columns: Sequence[str]) -> Optional[dict[int, dict[str, object]]]:
    """Return {number of the row: {field: value as it is stored}}; None where there is no such layer.

    Fields that the layer does not have are left out. Raises `TomoshibiError` where the file cannot be read.
    """
    if not target.path.is_file():
        return None
    with _opened(target) as connection:
        key, there = _key_and_fields(connection, target.table)
        names = [name for name in columns if name in there]
        if not key:
            return None
        wanted = ", ".join(map(_quoted, (key, *names)))
        rows = connection.execute(" ".join(["SELECT", wanted, "FROM", _quoted(target.table)]))
        return {row[0]: dict(zip(names, row[1:])) for row in rows}


def change_rows(
    target: Target, changes: Mapping[int, tuple[Mapping[str, object], Mapping[str, object]]], kinds: Mapping[str, str]
) -> list[int]:
    """Change values of rows that still hold what was read; return the numbers of the rows that were changed.

    Parameters
        changes: {number of the row: (values as `read_rows` gave them, new values as SQLite takes them)}.
        kinds: {field: its type in SQL} of all fields that are changed; one that the layer lacks is added.
    Raises
        TomoshibiError: the file cannot be written; nothing was changed then.
    """
    changed = []
    with _opened(target) as connection:
        key, there = _key_and_fields(connection, target.table)
        table = _quoted(target.table)
        with _changing(connection, target.table):
            for name in kinds:
                if name not in there:
                    connection.execute(" ".join(["ALTER TABLE", table, "ADD COLUMN", _quoted(name), kinds[name]]))
            names = list(kinds)
            values = ", ".join(f"{_quoted(name)} = ?" for name in names)
            same = " AND ".join(f"{_quoted(name)} IS ?" for name in names)
            sql = " ".join(["UPDATE", table, "SET", values, "WHERE", _quoted(key), "= ? AND", same])
            for number, (before, after) in changes.items():
                given = [after.get(name) for name in names] + [number] + [before.get(name) for name in names]
                if connection.execute(sql, given).rowcount == 1:
                    changed.append(number)
    return changed


def _key_and_fields(connection: sqlite3.Connection, table: str) -> tuple[str, set[str]]:
    """Return the key and all fields of a table; "" and none where there is no such table."""
    info = connection.execute(" ".join(["PRAGMA table_info(", _quoted(table), ")"])).fetchall()
    keys = [column[1] for column in info if column[5]]
    return (keys[0] if len(keys) == 1 else ""), {column[1] for column in info}


def keep_wall_clock(target: Target, times: Sequence[str]) -> None:
    """Store the times of a layer as they read, those that QGIS turned into UTC as well as those entered from now on.

    `times` are the names of fields; those that the layer does not have are passed over. The file must not be open for
    writing elsewhere. Raises `TomoshibiError` where it cannot be written.
    """
    with _opened(target) as connection:
        info = connection.execute(" ".join(["PRAGMA table_info(", _quoted(target.table), ")"])).fetchall()
        keys = [column[1] for column in info if column[5]]
        known = {column[1] for column in info}
        there = [name for name in times if name in known]
        if not there or len(keys) != 1:
            return
        with _changing(connection, target.table):
            connection.execute(
                " ".join(["UPDATE", _quoted(target.table), "SET", _without_zone(there), "WHERE", _any_zoned("", there)])
            )
        _guard(connection, target.table, keys[0], there)


@contextmanager
def _opened(target: Target) -> Iterator[sqlite3.Connection]:
    """Open a file for one change, which is done as a whole or not at all. Raises `TomoshibiError`."""
    import sqlite3

    try:
        with closing(sqlite3.connect(str(target.path), timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise TomoshibiError(
            message(
                "{file} cannot be written ({reason}). Check that the disk has room and no other program holds it.",
                file=target.path.name,
                reason=str(error),
            )
        ) from error


@contextmanager
def _changing(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """Let the triggers of a table rest: they call functions that only GDAL has."""
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
    ).fetchall()
    for name, _ in triggers:
        connection.execute(" ".join(["DROP TRIGGER", _quoted(name)]))
    yield
    for _, sql in triggers:
        connection.execute(sql)


def _guard(connection: sqlite3.Connection, table: str, key: str, times: Sequence[str]) -> None:
    """Add the triggers that store times of a table without a zone, whoever writes them."""
    if not times:
        return
    names = ", ".join(map(_quoted, times))
    for event, after in (("insert", "INSERT"), ("update", f"UPDATE OF {names}")):
        trigger = ["CREATE TRIGGER IF NOT EXISTS", _quoted(f"wall_clock_{table}_{event}"), "AFTER", after, "ON"]
        trigger += [_quoted(table), "WHEN", _any_zoned("NEW.", times), "BEGIN UPDATE", _quoted(table), "SET"]
        trigger += [_without_zone(times), "WHERE", _quoted(key), "= NEW." + _quoted(key), "; END"]
        connection.execute(" ".join(trigger))


def _any_zoned(row: str, times: Sequence[str]) -> str:
    return " OR ".join(f"{row}{_quoted(name)} {_ZONED}" for name in times)


def _without_zone(times: Sequence[str]) -> str:
    """Return the assignments that undo what QGIS did: to the zone of the computer that wrote, which is this one."""
    return ", ".join(
        f"{name} = CASE WHEN {name} {_ZONED} THEN "
        f"coalesce(strftime('%Y-%m-%dT%H:%M:%f', {name}, 'localtime'), {name}) ELSE {name} END"
        for name in map(_quoted, times)
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _layer(connection: sqlite3.Connection, table: str) -> Optional[_Layer]:
    """Return an empty table, indexed if it has a geometry; None where it is not one."""
    kinds = connection.execute("SELECT data_type FROM gpkg_contents WHERE table_name = ?", (table,)).fetchone()
    info = connection.execute(" ".join(["PRAGMA table_info(", _quoted(table), ")"])).fetchall()
    keys = [column[1] for column in info if column[5]]
    if kinds is None or len(keys) != 1:
        return None
    if connection.execute(" ".join(["SELECT 1 FROM", _quoted(table), "LIMIT 1"])).fetchone() is not None:
        return None
    found = connection.execute(
        "SELECT column_name, srs_id, geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()
    if found is None:
        return _Layer(table, keys[0], "", 0, 0) if kinds[0] == "attributes" else None
    name, srs, kind = found
    index = f"rtree_{table}_{name}"
    known = connection.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN (?, ?, ?, ?)",
        (index, index + "_node", index + "_rowid", index + "_parent"),
    ).fetchone()[0]
    return _Layer(table, keys[0], name, srs, _COLLECTIONS.get(kind.upper(), 0)) if known == 4 else None


def _fill(
    connection: sqlite3.Connection,
    layer: _Layer,
    parts: Iterable[Mapping[str, Sequence]],
    count: int,
    shapes: Optional[Shapes],
    progress: Progress,
) -> None:
    # The triggers, which rest, would feed index and counts row by row; both are filled here. The index comes first:
    # the rows may still have to be waited for.
    if shapes is not None and shapes.known.any():
        _fill_index(connection, layer, shapes)
    _insert_rows(connection, layer, parts, count, shapes, progress)
    known = connection.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone()[0]
    if known:
        connection.execute("UPDATE gpkg_ogr_contents SET feature_count = ? WHERE table_name = ?", (count, layer.table))


def _fill_index(connection: sqlite3.Connection, layer: _Layer, shapes: Shapes) -> None:
    """Fill the index and the extent of a layer."""
    places = np.flatnonzero(shapes.known).astype(np.int32)
    index = f"rtree_{layer.table}_{layer.geometry}"

    def boxes_of(some: np.ndarray) -> np.ndarray:
        return shapes.boxes(places[some])

    _insert_index(connection, index, places + np.int32(1), boxes_of)
    if not _sound(connection, index):
        _index_by_rows(connection, index, places + np.int32(1), boxes_of)
    low, high = np.full(4, np.inf), np.full(4, -np.inf)
    for some in _spans(len(places)):
        boxes = boxes_of(some)
        low, high = np.minimum(low, boxes.min(axis=0)), np.maximum(high, boxes.max(axis=0))
    connection.execute(
        "UPDATE gpkg_contents SET min_x = ?, max_x = ?, min_y = ?, max_y = ? WHERE table_name = ?",
        (low.tolist()[0], high.tolist()[1], low.tolist()[2], high.tolist()[3], layer.table),
    )


def _spans(count: int) -> Iterator[np.ndarray]:
    """Yield some places after the others, int64: what is worked out of each takes more than the answer."""
    for first in range(0, count, _PIECE):
        yield np.arange(first, min(first + _PIECE, count))


def _insert_rows(
    connection: sqlite3.Connection,
    layer: _Layer,
    parts: Iterable[Mapping[str, Sequence]],
    count: int,
    shapes: Optional[Shapes],
    progress: Progress,
) -> None:
    first = 0
    for part in parts:
        progress.raise_if_cancelled()
        last = first + len(next(iter(part.values())))
        values: dict[str, Sequence] = {layer.key: range(first + 1, last + 1)}
        if shapes is not None:
            values[layer.geometry] = _blobs(shapes, first, last, layer)
        _insert(connection, layer.table, {**values, **part})
        progress.set_fraction(last / count)
        first = last


def _insert(connection: sqlite3.Connection, table: str, columns: Mapping[str, Sequence]) -> None:
    """Insert rows: many in one statement, and what is the same in all of them written into it."""
    count = len(next(iter(columns.values())))
    if not count:
        return
    fixed = {name: _literal(values) for name, values in columns.items()}
    varying = [values for name, values in columns.items() if fixed[name] is None]
    into = " ".join(["INSERT INTO", _quoted(table), "(", ", ".join(map(_quoted, columns)), ") VALUES "])
    row = "(" + ", ".join(literal or "?" for literal in fixed.values()) + ")"
    width, together = len(varying), max(_VALUES // len(varying), 1)
    flat = chain.from_iterable(zip(*varying))
    many, rest = divmod(count, together)
    for rows, times in ((together, many), (1, rest)):
        if times:
            given = islice(zip(*repeat(flat, rows * width)), times)
            connection.executemany(into + ", ".join([row] * rows), given)


def _literal(values: Sequence) -> Optional[str]:
    """Return what is the same in all rows as SQL, None where it differs or is neither NULL nor a short text."""
    value = values[0]
    if value is None:
        return "NULL" if isinstance(values, list) and values.count(None) == len(values) else None
    if type(value) is not str or len(value) > _LONGEST or "\0" in value or values[-1] != value:
        return None
    same = isinstance(values, list) and values.count(value) == len(values)
    return "'" + value.replace("'", "''") + "'" if same else None


def _blobs(shapes: Shapes, first: int, last: int, layer: _Layer) -> list[Optional[bytes]]:
    """Return the geometries of some rows (one or more) in GeoPackage binary, None where there is none."""
    records = shapes.packed(slice(first, last))
    point = records["type"][0] == _POINT
    parts = [*_HEADER, *([] if point else [_ENVELOPE]), *(_MANY if layer.many else [])]
    if layer.many:
        parts[-3:] = [(f"many_{name}", kind) for name, kind in _MANY]
    blobs = np.zeros(len(records), [*parts, ("wkb", records.dtype)])
    # Little-endian; an envelope of x and y, which points do without.
    blobs["magic"], blobs["flags"], blobs["srs"] = b"GP", 0b1 if point else 0b11, layer.srs
    if not point:
        blobs["envelope"] = shapes.boxes(np.arange(first, last))
    if layer.many:
        blobs["many_order"], blobs["many_type"], blobs["many_parts"] = 1, layer.many, 1
    blobs["wkb"] = records
    block, size = blobs.tobytes(), blobs.itemsize
    known = shapes.known[first:last].tolist()
    return [block[at * size : (at + 1) * size] if there else None for at, there in enumerate(known)]


def _outward(boxes: np.ndarray) -> np.ndarray:
    """Return boxes (n, 4: min x, max x, min y, max y) in float32, never smaller than in float64."""
    near = boxes.astype(np.float32)
    small = np.nextafter(near, np.float32(-np.inf))
    large = np.nextafter(near, np.float32(np.inf))
    near[:, 0::2] = np.where(near[:, 0::2] > boxes[:, 0::2], small[:, 0::2], near[:, 0::2])
    near[:, 1::2] = np.where(near[:, 1::2] < boxes[:, 1::2], large[:, 1::2], near[:, 1::2])
    return near


def _near_together(boxes_of: BoxesOf, count: int) -> np.ndarray:
    """Return an order of boxes, int32, in which neighbours on the map come close together (Z-order of the middles)."""
    key = np.zeros(count, np.uint64)
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for some in _spans(count):
        middle = _middles(boxes_of(some))
        low, high = np.minimum(low, middle.min(axis=0)), np.maximum(high, middle.max(axis=0))
    for some in _spans(count):
        middle, code = _middles(boxes_of(some)), np.zeros(len(some), np.uint32)
        for axis in range(2):
            span = max(float(high[axis] - low[axis]), 1e-12)
            place = ((middle[:, axis] - low[axis]) / span * 0xFFFF).astype(np.uint32)
            # The 16 bits are set apart, to leave room for those of the other axis between them.
            for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
                place = (place | (place << np.uint32(shift))) & np.uint32(mask)
            code |= place << np.uint32(axis)
        key[some] = code.astype(np.uint64) << _HALF | some.astype(np.uint64)
    # With where it stands behind its code no key is there twice, and none is moved to an array beside.
    key.sort()
    order = np.empty(count, np.int32)
    for some in _spans(count):
        order[some] = (key[some] & _LOW).astype(np.int32)
    return order


def _middles(boxes: np.ndarray) -> np.ndarray:
    """Return twice the middle of boxes (n, 4), float64 (n, 2)."""
    return np.column_stack([boxes[:, 0] + boxes[:, 1], boxes[:, 2] + boxes[:, 3]])


def _insert_index(connection: sqlite3.Connection, index: str, rows: np.ndarray, boxes_of: BoxesOf) -> None:
    """Fill the empty index with the boxes of rows (n, rising), packed node by node, neighbours together."""
    size = _node_size(connection, index)
    capacity = (size - 4) // _ENTRY.itemsize
    entries, numbers = _insert_leaves(connection, index, rows, boxes_of, size)
    height, following = 1, 2 + len(numbers)
    while len(entries) > 1:
        entries["id"] = numbers
        starts = _starts(len(entries), capacity)
        root = len(starts) == 2
        numbers = np.array([1]) if root else np.arange(following, following + len(starts) - 1)
        following += len(starts) - 1
        node = _quoted(index + "_node")
        _write_nodes(connection, node, numbers, starts, entries, height if root else 0, size)
        # In the order of the key a table grows at its end only.
        owner = np.repeat(numbers.astype(np.int32), np.diff(starts))
        for some in _spans(len(entries)):
            ids, owners = entries["id"][some].tolist(), owner[some].tolist()
            _insert(connection, index + "_parent", {"nodeno": ids, "parentnode": owners})
        entries, height = _above(entries, starts), height + 1


def _insert_leaves(
    connection: sqlite3.Connection, index: str, rows: np.ndarray, boxes_of: BoxesOf, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Write the nodes of the leaves, some at a time; return the boxes of the nodes as entries, and their numbers."""
    order = _near_together(boxes_of, len(rows))
    capacity = (size - 4) // _ENTRY.itemsize
    starts = _starts(len(rows), capacity)
    numbers = np.array([1]) if len(starts) == 2 else np.arange(2, len(starts) + 1)
    above, owner = np.zeros(len(numbers), _ENTRY), np.empty(len(rows), np.int32)
    step = max(_PIECE // capacity, 1)
    for first in range(0, len(numbers), step):
        edges, some = starts[first : first + step + 1], numbers[first : first + step]
        place = order[edges[0] : edges[-1]]
        entries = np.zeros(len(place), _ENTRY)
        entries["id"], entries["box"] = rows[place], _outward(boxes_of(place))
        _write_nodes(connection, _quoted(index + "_node"), some, edges - edges[0], entries, 0, size)
        above[first : first + step] = _above(entries, edges - edges[0])
        owner[place] = np.repeat(some.astype(np.int32), np.diff(edges))
    del order
    # In the order of the key a table grows at its end only.
    for span in _spans(len(rows)):
        _insert(connection, index + "_rowid", {"rowid": rows[span].tolist(), "nodeno": owner[span].tolist()})
    return above, numbers


def _starts(entries: int, capacity: int) -> np.ndarray:
    """Return where the nodes of one level begin among its entries, with the end."""
    return np.linspace(0, entries, -(-entries // capacity) + 1).astype(np.int64)


def _above(entries: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the entries of the level above: the boxes round those of each node, without the numbers."""
    above = np.zeros(len(starts) - 1, _ENTRY)
    for side, widest in enumerate((np.minimum, np.maximum, np.minimum, np.maximum)):
        above["box"][:, side] = widest.reduceat(entries["box"][:, side].astype(np.float32), starts[:-1])
    return above


def _node_size(connection: sqlite3.Connection, index: str) -> int:
    """Return the bytes of a node of an empty index."""
    node = _quoted(index + "_node")
    return int(connection.execute(" ".join(["SELECT LENGTH(data) FROM", node, "WHERE nodeno = 1"])).fetchone()[0])


def _sound(connection: sqlite3.Connection, index: str) -> bool:
    """Whether SQLite finds nothing wrong with how an index is packed; False too where it cannot look (before 3.24).

    What it found of small indexes holds for all that have nodes of the same size.
    """
    size = _node_size(connection, index)
    if size not in _checked:
        page = connection.execute("PRAGMA page_size").fetchone()[0]
        _checked.update(_check({*_CHECKED_PAGES, page}))
    return _checked.get(size, False) or _found_right(connection, index)


def _check(pages: Iterable[int]) -> dict[int, bool]:
    """Return {bytes of a node: whether SQLite finds nothing wrong} of small packed indexes in pages of some sizes."""
    import sqlite3

    at = np.arange(_CHECKED_BOXES)
    # Scattered, points among them; the numbers of the rows have gaps.
    west, south = (at * step % 1.0 * side - side / 2 for step, side in ((0.6180339887, 360.0), (0.4142135624, 180.0)))
    boxes = np.column_stack([west, west + at % 5 / 100, south, south + at % 5 / 200])
    found: dict[int, bool] = {}
    for page in pages:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(" ".join(["PRAGMA page_size =", str(int(page))]))
            connection.execute("CREATE VIRTUAL TABLE checked USING rtree (id, minx, maxx, miny, maxy)")
            size = _node_size(connection, "checked")
            _insert_index(connection, "checked", 3 * at + 1, boxes.__getitem__)
            found[size] = found.get(size, True) and _found_right(connection, "checked")
    return dict.fromkeys(found, all(found.values()))


def _found_right(connection: sqlite3.Connection, index: str) -> bool:
    """Whether SQLite finds nothing wrong with an index; False too where it has no such check."""
    import sqlite3

    try:
        return bool(connection.execute("SELECT rtreecheck(?)", (index,)).fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def _index_by_rows(connection: sqlite3.Connection, index: str, rows: np.ndarray, boxes_of: BoxesOf) -> None:
    """Fill an index by SQLite itself, whatever stands in it: slower, and right whatever its layout is."""
    node, rowid, parent = (_quoted(index + part) for part in ("_node", "_rowid", "_parent"))
    for part in (rowid, parent):
        connection.execute(" ".join(["DELETE FROM", part]))
    connection.execute(" ".join(["DELETE FROM", node, "WHERE nodeno <> 1"]))
    connection.execute(" ".join(["UPDATE", node, "SET data = zeroblob(LENGTH(data))"]))
    insert = " ".join(["INSERT INTO", _quoted(index), "VALUES (?, ?, ?, ?, ?)"])
    for some in _spans(len(rows)):
        boxes = boxes_of(some)
        connection.executemany(insert, zip(rows[some].tolist(), *(boxes[:, side].tolist() for side in range(4))))


def _write_nodes(
    connection: sqlite3.Connection,
    table: str,
    numbers: np.ndarray,
    starts: np.ndarray,
    entries: np.ndarray,
    depth: int,
    size: int,
) -> None:
    """Write the nodes of one level; `depth` stands in the root alone."""
    block = memoryview(entries.view(np.uint8))
    width = _ENTRY.itemsize
    insert = " ".join(["INSERT OR REPLACE INTO", table, "(nodeno, data) VALUES (?, ?)"])
    connection.executemany(
        insert,
        (
            (number, (struct.pack(">HH", depth, last - first) + block[first * width : last * width]).ljust(size, b"\0"))
            for number, first, last in zip(numbers.tolist(), starts[:-1].tolist(), starts[1:].tolist())
        ),
    )
