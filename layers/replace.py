"""A layer of a GeoPackage replaced in one transaction, while QGIS shows it.

The rows change inside the table that is there: it never goes away, a failure leaves everything as it was, and readers
that lock the file see the old features or the new. QGIS does not lock a GeoPackage that it only reads (measured with
3.22.16), so a map drawn in the moment of the change may mix them: whoever replaces a layer has it drawn again. Where
the new layer has other columns this cannot be done, and `replace` says so; the caller then writes it as a new one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..messages import TomoshibiError, message

PATIENCE = 30.0
"""Seconds to wait for readers (a drawing map) to let the file go."""

_SWAP = (
    "DELETE FROM main.{table}",
    "INSERT INTO main.{table} ({columns}) SELECT {columns} FROM fresh.{table}",
)
_SWAP_INDEX = (
    "DELETE FROM main.{index}",
    "INSERT INTO main.{index} (id, minx, maxx, miny, maxy) SELECT id, minx, maxx, miny, maxy FROM fresh.{index}",
)
_SWAP_CONTENTS = (
    "UPDATE main.gpkg_contents SET (last_change, min_x, min_y, max_x, max_y) ="
    " (SELECT last_change, min_x, min_y, max_x, max_y FROM fresh.gpkg_contents WHERE table_name = {name})"
    " WHERE table_name = {name}",
)
_SWAP_COUNT = (
    "UPDATE main.gpkg_ogr_contents SET feature_count = (SELECT count(*) FROM main.{table}) WHERE table_name = {name}",
)
_COLUMNS = "PRAGMA {schema}.table_info({table})"
_TABLE = "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?"
_TRIGGERS = "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
_GEOMETRY = "SELECT column_name FROM main.gpkg_geometry_columns WHERE table_name = ?"
_FORGET = "DROP TRIGGER main.{trigger}"


class ReplaceError(TomoshibiError):
    """The layer could not be replaced and is as it was."""


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def stands(package: Path, layer: str) -> bool:
    """Whether a GeoPackage holds a layer of this name, so that `replace` is worth trying."""
    if not Path(package).is_file():
        return False
    try:
        with closing(sqlite3.connect(str(package), timeout=PATIENCE)) as connection:
            return connection.execute(_TABLE, (layer,)).fetchone() is not None
    except sqlite3.DatabaseError:
        # no GeoPackage: whoever writes to it says so
        return False


def replace(package: Path, fresh: Path, layer: str) -> bool:
    """Give the layer of `package` the features of the layer of the same name in `fresh`, at once or not at all.

    False where `package` has no such layer, or one with other columns. Raises `ReplaceError` where the file is held by
    another program for longer than `PATIENCE`, or cannot be written.
    """
    if not Path(package).is_file():
        return False
    try:
        with closing(sqlite3.connect(str(package), timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("ATTACH DATABASE ? AS fresh", (str(fresh),))
            # else a large change takes the file from its readers before it is complete
            connection.execute("PRAGMA main.cache_spill = 0")
            connection.execute("BEGIN IMMEDIATE")
            try:
                done = _swap(connection, layer)
                connection.execute("COMMIT" if done else "ROLLBACK")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return done
    except sqlite3.Error as error:
        raise ReplaceError(
            message(
                "The layer {layer} of {file} could not be replaced ({reason}) and is as it was. Close programs that "
                "hold the file; it is tried again at the next refresh.",
                layer=layer,
                file=Path(package).name,
                reason=str(error),
            )
        ) from error


def _swap(connection: sqlite3.Connection, layer: str) -> bool:
    """Replace rows, spatial index, extent and count; the triggers on the table rest meanwhile."""
    table = _identifier(layer)

    def columns(schema: str) -> list[tuple]:
        # name, type, not null, default, place in the key
        return [row[1:] for row in connection.execute(_COLUMNS.format(schema=schema, table=table))]

    ours = columns("main")
    if not ours or ours != columns("fresh"):
        return False
    words = {
        "table": table,
        "columns": ", ".join(_identifier(column[0]) for column in ours),
        "name": _literal(layer),
    }
    steps = [*_SWAP, *_SWAP_CONTENTS]
    geometry = connection.execute(_GEOMETRY, (layer,)).fetchone()
    if geometry is not None and connection.execute(_TABLE, (f"rtree_{layer}_{geometry[0]}",)).fetchone():
        words["index"] = _identifier(f"rtree_{layer}_{geometry[0]}")
        steps += _SWAP_INDEX
    if connection.execute(_TABLE, ("gpkg_ogr_contents",)).fetchone():
        steps += _SWAP_COUNT
    # The triggers of a GeoPackage call functions that only GDAL's SQLite has; what they keep up is copied instead.
    triggers = connection.execute(_TRIGGERS, (layer,)).fetchall()
    for name, _ in triggers:
        connection.execute(_FORGET.format(trigger=_identifier(name)))
    for step in steps:
        connection.execute(step.format(**words))
    for _, made in triggers:
        connection.execute(made)
    return True
