"""Rectangles into a GeoPackage at once: rows by SQLite, the spatial index packed by numpy.

A layer of cells of a whole prefecture has half a million rows. Through a sink most of the time goes into making
features one by one and inserting them one by one into the index (R*tree); here all are known beforehand. GDAL makes
the empty table, its index, triggers and registration (the sink that was opened and closed), so those are its own.
The layout of the index is that of SQLite's R*Tree module (https://www.sqlite.org/rtree.html, shadow tables).
"""

from __future__ import annotations

import struct
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Optional, Sequence

import numpy as np

from ...messages import TomoshibiError, Watch, message

if TYPE_CHECKING:
    import sqlite3

BATCH = 20_000
"""Rows handed to SQLite at once; between two of them the user may stop."""

_BLOB = np.dtype(
    [
        ("magic", "S2"),
        ("version", "u1"),
        ("flags", "u1"),
        ("srs", "<i4"),
        ("envelope", "<f8", (4,)),
        ("order", "u1"),
        ("type", "<u4"),
        ("rings", "<u4"),
        ("points", "<u4"),
        ("xy", "<f8", (5, 2)),
    ]
)
"""GeoPackage binary: header with an xy envelope, then a WKB polygon of one ring (GeoPackage 1.2, 2.1.3)."""
_ENTRY = np.dtype([("id", ">i8"), ("box", ">f4", (4,))])
"""One entry of an index node: row or node number, then min x, max x, min y, max y."""


class Target:
    """A layer of a GeoPackage."""

    def __init__(self, path: Path, table: str):
        self.path = path
        self.table = table


def target_of(destination: str) -> Optional[Target]:
    """Return the layer that a destination of Processing names, None where it is no GeoPackage."""
    path, _, rest = destination.partition("|")
    if not path.lower().endswith(".gpkg") or not Path(path).is_file():
        return None
    name = rest.partition("layername=")[2].split("|")[0]
    return Target(Path(path), name or Path(path).stem)


def write_rectangles(
    target: Target,
    columns: dict[str, Sequence],
    south: np.ndarray,
    west: np.ndarray,
    north: np.ndarray,
    east: np.ndarray,
    watch: Watch,
) -> Optional[int]:
    """Fill an empty polygon layer and return the number of rows; None, and nothing written, where that is not possible.

    `columns`: {field: n values, text or numbers, None or NaN for what is missing}; bounds in degrees, float64 (n),
    without NaN. The file must not be open elsewhere. Raises `TomoshibiError` where it cannot be written, `Cancelled`;
    nothing is then left half-way.
    """
    import sqlite3

    try:
        with closing(sqlite3.connect(str(target.path), isolation_level=None)) as connection:
            place = _place(connection, target.table)
            if place is None:
                return None
            connection.execute("BEGIN IMMEDIATE")
            try:
                written = _fill(connection, target.table, place, columns, (south, west, north, east), watch)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            return written
    except sqlite3.Error as error:
        raise TomoshibiError(
            message(
                "{file} cannot be written ({reason}). Check that the disk has room and no other program holds it.",
                file=target.path.name,
                reason=str(error),
            )
        ) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _place(connection: sqlite3.Connection, table: str) -> Optional[tuple[str, str, int]]:
    """Return (key column, geometry column, SRS id) of an empty, indexed layer, None where it is not one."""
    found = connection.execute(
        "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()
    if found is None:
        return None
    index = f"rtree_{table}_{found[0]}"
    known = connection.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN (?, ?, ?, ?)",
        (index, index + "_node", index + "_rowid", index + "_parent"),
    ).fetchone()[0]
    rows = connection.execute(" ".join(["SELECT COUNT(*) FROM", _quoted(table)])).fetchone()[0]
    info = connection.execute(" ".join(["PRAGMA table_info(", _quoted(table), ")"])).fetchall()
    keys = [column[1] for column in info if column[5]]
    return (keys[0], found[0], found[1]) if known == 4 and rows == 0 and len(keys) == 1 else None


def _fill(
    connection: sqlite3.Connection,
    table: str,
    place: tuple[str, str, int],
    columns: dict[str, Sequence],
    bounds: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    watch: Watch,
) -> int:
    key, geometry, srs = place
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
    ).fetchall()
    # The triggers would feed index and counts row by row, by functions that only GDAL has; both are filled below.
    for name, _ in triggers:
        connection.execute(" ".join(["DROP TRIGGER", _quoted(name)]))
    count = _insert_rows(connection, table, (key, geometry, *columns), list(columns.values()), srs, bounds, watch)
    south, west, north, east = bounds
    if count:
        _insert_index(connection, f"rtree_{table}_{geometry}", np.column_stack([west, east, south, north]))
        connection.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            (float(west.min()), float(south.min()), float(east.max()), float(north.max()), table),
        )
    known = connection.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone()[0]
    if known:
        connection.execute("UPDATE gpkg_ogr_contents SET feature_count = ? WHERE table_name = ?", (count, table))
    for _, sql in triggers:
        connection.execute(sql)
    return count


def _insert_rows(
    connection: sqlite3.Connection,
    table: str,
    names: Iterable[str],
    values: list[Sequence],
    srs: int,
    bounds: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    watch: Watch,
) -> int:
    names = [_quoted(name) for name in names]
    places = ", ".join("?" * len(names))
    insert = " ".join(["INSERT INTO", _quoted(table), "(", ", ".join(names), ") VALUES (", places, ")"])
    count = len(bounds[0])
    for first in range(0, count, BATCH):
        watch.check()
        last = min(first + BATCH, count)
        block = _blobs(*(bound[first:last] for bound in bounds), srs).tobytes()
        size = _BLOB.itemsize
        shapes = [block[place : place + size] for place in range(0, len(block), size)]
        connection.executemany(
            insert, zip(range(first + 1, last + 1), shapes, *(_plain(part[first:last]) for part in values))
        )
        watch.progress(last / count)
    return count


def _plain(values: Sequence) -> Sequence:
    """Return values as Python's own, which SQLite knows."""
    return values.tolist() if isinstance(values, np.ndarray) else values


def _blobs(south: np.ndarray, west: np.ndarray, north: np.ndarray, east: np.ndarray, srs: int) -> np.ndarray:
    """Return the rectangles in GeoPackage binary, anticlockwise from the south-west, shape (n)."""
    blobs = np.zeros(len(south), _BLOB)
    blobs["magic"], blobs["flags"], blobs["srs"] = b"GP", 0b11, srs
    blobs["order"], blobs["type"], blobs["rings"], blobs["points"] = 1, 3, 1, 5
    blobs["envelope"] = np.column_stack([west, east, south, north])
    for corner, (x, y) in enumerate(((west, south), (east, south), (east, north), (west, north), (west, south))):
        blobs["xy"][:, corner, 0], blobs["xy"][:, corner, 1] = x, y
    return blobs


def _outward(boxes: np.ndarray) -> np.ndarray:
    """Return boxes (n, 4: min x, max x, min y, max y) in float32, never smaller than in float64."""
    near = boxes.astype(np.float32)
    small = np.nextafter(near, np.float32(-np.inf))
    large = np.nextafter(near, np.float32(np.inf))
    near[:, 0::2] = np.where(near[:, 0::2] > boxes[:, 0::2], small[:, 0::2], near[:, 0::2])
    near[:, 1::2] = np.where(near[:, 1::2] < boxes[:, 1::2], large[:, 1::2], near[:, 1::2])
    return near


def _insert_index(connection: sqlite3.Connection, index: str, boxes: np.ndarray) -> None:
    """Fill the empty index with boxes (n, 4) of the rows 1…n, packed node by node in the order of the rows."""
    node, rowid, parent = (_quoted(index + part) for part in ("_node", "_rowid", "_parent"))
    size = connection.execute(" ".join(["SELECT LENGTH(data) FROM", node, "WHERE nodeno = 1"])).fetchone()[0]
    levels = _pack(_outward(boxes), (size - 4) // _ENTRY.itemsize)
    numbers = [np.empty(0, np.int64)] * len(levels)
    following = 2
    for height, (starts, _) in enumerate(levels):
        root = height == len(levels) - 1
        numbers[height] = np.array([1]) if root else np.arange(following, following + len(starts) - 1)
        following += len(starts) - 1
    for height, (starts, entries) in enumerate(levels):
        entries["id"] = numbers[height - 1] if height else np.arange(1, len(boxes) + 1)
        root = height == len(levels) - 1
        _write_nodes(connection, node, numbers[height], starts, entries, height if root else 0, size)
        owner = np.repeat(numbers[height], np.diff(starts)).tolist()
        table, name = (parent, "(nodeno, parentnode)") if height else (rowid, "(rowid, nodeno)")
        insert = " ".join(["INSERT INTO", table, name, "VALUES (?, ?)"])
        connection.executemany(insert, zip(entries["id"].tolist(), owner))


def _pack(boxes: np.ndarray, capacity: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the levels of a tree, leaves first: starts of the nodes among the entries (with the end), and entries."""
    levels = []
    while True:
        nodes = -(-len(boxes) // capacity)
        starts = np.linspace(0, len(boxes), nodes + 1).astype(np.int64)
        entries = np.zeros(len(boxes), _ENTRY)
        entries["box"] = boxes
        levels.append((starts, entries))
        if nodes == 1:
            return levels
        low = np.minimum.reduceat(boxes, starts[:-1])
        high = np.maximum.reduceat(boxes, starts[:-1])
        boxes = np.column_stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]])


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
    block = entries.tobytes()
    width = _ENTRY.itemsize
    insert = " ".join(["INSERT OR REPLACE INTO", table, "(nodeno, data) VALUES (?, ?)"])
    connection.executemany(
        insert,
        (
            (number, (struct.pack(">HH", depth, last - first) + block[first * width : last * width]).ljust(size, b"\0"))
            for number, first, last in zip(numbers.tolist(), starts[:-1].tolist(), starts[1:].tolist())
        ),
    )
