"""A layer of a GeoPackage replaced, or added, in one transaction, while QGIS shows it.

The rows change inside the table that is there: it never goes away, a failure leaves everything as it was, and readers
that lock the file see the old features or the new. QGIS does not lock a GeoPackage that it only reads (measured with
3.22.16), so a map drawn in the moment of the change may mix them: whoever replaces a layer has it drawn again. Where
the new layer has other columns this cannot be done, and `replace` says so. Such a layer, and one that is not there yet,
is taken over with its table from the file that QGIS made it in (`adopt`), whole or not at all as well.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Iterator, Optional

from ..messages import TomoshibiError, message
from .row_numbers import Keeping, Numbers, numbers_of, settle

PATIENCE = 30.0
"""Seconds to wait for readers (a drawing map) to let the file go."""
HELD = 1 << 28
"""Bytes of a change that are held in memory until it is complete, more than a layer of 600,000 homes. Of a larger one
the rest goes to the disk on the way, and readers wait meanwhile: what a prefecture's layer holds would else be there as
a whole."""

_CLEAR = "DELETE FROM main.{table}"
_FILL = "INSERT INTO main.{table} ({columns}) SELECT {columns} FROM fresh.{table}"
_FILL_NUMBERED = (
    "INSERT INTO main.{table} ({key}, {columns}) SELECT new, {columns} FROM fresh.{table}"
    " JOIN temp.row_numbers ON old = {key} ORDER BY new"
)
_FILL_INDEX = (
    "DELETE FROM main.{index}",
    "INSERT INTO main.{index} (id, minx, maxx, miny, maxy) SELECT id, minx, maxx, miny, maxy FROM fresh.{index}",
)
_FILL_INDEX_NUMBERED = (
    _FILL_INDEX[0],
    "INSERT INTO main.{index} (id, minx, maxx, miny, maxy) SELECT new, minx, maxx, miny, maxy FROM fresh.{index}"
    " JOIN temp.row_numbers ON old = id",
)
_INDEX_PARTS = ("node", "rowid", "parent")
_NODE_SIZE = "SELECT LENGTH(data) FROM {schema}.{node} WHERE nodeno = 1"
_SWAP_CONTENTS = (
    "UPDATE main.gpkg_contents SET (last_change, min_x, min_y, max_x, max_y) ="
    " (SELECT last_change, min_x, min_y, max_x, max_y FROM fresh.gpkg_contents WHERE table_name = {name})"
    " WHERE table_name = {name}",
)
_SWAP_COUNT = (
    "UPDATE main.gpkg_ogr_contents SET feature_count = (SELECT count(*) FROM main.{table}) WHERE table_name = {name}",
)
_REGISTERS = {
    "gpkg_contents": "table_name, data_type, identifier, description, last_change, min_x, min_y, max_x, max_y, srs_id",
    "gpkg_geometry_columns": "table_name, column_name, geometry_type_name, srs_id, z, m",
    "gpkg_extensions": "table_name, column_name, extension_name, definition, scope",
    "gpkg_ogr_contents": "table_name, feature_count",
}
"""Tables of a GeoPackage that tell of its layers, and their columns."""
_NEEDED = ("gpkg_contents", "gpkg_spatial_ref_sys")
"""Tables without which a file is no GeoPackage."""
_COUNTS = "gpkg_ogr_contents"
"""GDAL's own table, kept up by triggers: where others made the file and it lacks, it is not begun."""
_REGISTER = "INSERT INTO main.{register} ({columns}) SELECT {columns} FROM fresh.{register} WHERE table_name = {name}"
_CRS = (
    "INSERT OR IGNORE INTO main.gpkg_spatial_ref_sys"
    " (srs_name, srs_id, organization, organization_coordsys_id, definition, description)"
    " SELECT srs_name, srs_id, organization, organization_coordsys_id, definition, description"
    " FROM fresh.gpkg_spatial_ref_sys"
    " WHERE srs_id IN (SELECT srs_id FROM fresh.gpkg_geometry_columns WHERE table_name = {name})"
)
_REGISTERED = "SELECT 1 FROM main.gpkg_contents WHERE table_name = {name}"
_OLD_GEOMETRY = "SELECT column_name FROM main.gpkg_geometry_columns WHERE table_name = ?"
_DROP = "DROP TABLE IF EXISTS main.{table}"
_FORGET_ROW = "DELETE FROM main.{register} WHERE table_name = {name}"
_MADE = "SELECT sql FROM fresh.sqlite_master WHERE type = 'table' AND name = ?"
_FRESH_TRIGGERS = "SELECT sql FROM fresh.sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
_ANYTHING = "SELECT 1 FROM main.sqlite_master WHERE name = ?"
_COLUMNS = "PRAGMA {schema}.table_info({table})"
_TABLE = "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?"
_TRIGGERS = "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
_GEOMETRY = "SELECT column_name FROM fresh.gpkg_geometry_columns WHERE table_name = ?"
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


def is_package(path: Path) -> bool:
    """Whether a file is a GeoPackage, and not what a failed write left of one."""
    return all(stands(path, table) for table in _NEEDED)


def replace(package: Path, fresh: Path, layer: str, keeping: Optional[Keeping] = None) -> bool:
    """Give the layer of `package` the features of the layer of the same name in `fresh`, at once or not at all.

    `keeping`: by what rows are known again, so that they keep their numbers and what people entered.
    False where `package` has no such layer, or one with other columns. Raises `ReplaceError` where the file is held by
    another program for longer than `PATIENCE`, or cannot be written.
    """
    if not Path(package).is_file():
        return False
    try:
        with _change(package, fresh) as connection:
            return _swap(connection, layer, keeping)
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


def adopt(package: Path, fresh: Path, layer: str, keeping: Optional[Keeping] = None) -> bool:
    """Take over the layer of `fresh` into `package`, with its index and triggers, at once or not at all.

    It takes the place of a layer of its name, whatever columns that has; `keeping` as for `replace`. False, and nothing
    done, where `package` is no GeoPackage, or holds something else of that name or title. Raises `ReplaceError` where
    it is held by another program for longer than `PATIENCE`, or cannot be written.
    """
    if not Path(package).is_file():
        return False
    try:
        with _change(package, fresh) as connection:
            return _take_over(connection, layer, keeping)
    except sqlite3.IntegrityError:
        # another layer has that title, or the tables hold more than GDAL's: whoever writes to it knows what then
        return False
    except sqlite3.Error as error:
        raise ReplaceError(
            message(
                "{file} cannot be written ({reason}). Check that the disk has room and no other program holds it.",
                file=Path(package).name,
                reason=str(error),
            )
        ) from error


@contextmanager
def _change(package: Path, fresh: Path) -> Iterator[sqlite3.Connection]:
    """Open `package` with `fresh` beside it for one change, done as a whole or, where it raises, not at all."""
    with closing(sqlite3.connect(str(package), timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("ATTACH DATABASE ? AS fresh", (str(fresh),))
        # else any large change takes the file from its readers before it is complete
        page = connection.execute("PRAGMA main.page_size").fetchone()[0]
        # odd: SQLite takes a number of which the last byte is 0 for "off"
        connection.execute(f"PRAGMA main.cache_spill = {HELD // int(page) | 1}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            if connection.in_transaction:
                connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _swap(connection: sqlite3.Connection, layer: str, keeping: Optional[Keeping]) -> bool:
    """Replace rows, spatial index, extent and count; the triggers on the table rest meanwhile."""
    table = _identifier(layer)

    def columns(schema: str) -> list[tuple]:
        # name, type, not null, default, place in the key
        return [row[1:] for row in connection.execute(_COLUMNS.format(schema=schema, table=table))]

    ours = columns("main")
    if not ours or ours != columns("fresh"):
        return False
    words = {"table": table, "name": _literal(layer)}
    numbers = numbers_of(connection, layer, keeping)
    # The triggers of a GeoPackage call functions that only GDAL's SQLite has; what they keep up is copied instead.
    triggers = connection.execute(_TRIGGERS, (layer,)).fetchall()
    for name, _ in triggers:
        connection.execute(_FORGET.format(trigger=_identifier(name)))
    connection.execute(_CLEAR.format(**words))
    _copy_rows(connection, layer, [column[0] for column in ours], numbers)
    settle(connection, layer, numbers)
    for step in _SWAP_CONTENTS:
        connection.execute(step.format(**words))
    if _holds(connection, _COUNTS):
        for step in _SWAP_COUNT:
            connection.execute(step.format(**words))
    for _, made in triggers:
        connection.execute(made)
    return True


def _take_over(connection: sqlite3.Connection, layer: str, keeping: Optional[Keeping]) -> bool:
    """Make table, registration, rows, index and triggers of a layer as they are in the file beside."""
    made = _statement(connection, layer)
    if not made or not all(_holds(connection, name) for name in _NEEDED):
        return False
    numbers = numbers_of(connection, layer, keeping)
    _drop(connection, layer)
    if connection.execute(_ANYTHING, (layer,)).fetchone() is not None:
        connection.execute("ROLLBACK")
        return False
    connection.execute(made)
    words = {"name": _literal(layer)}
    for register, columns in _REGISTERS.items():
        told = _statement(connection, register)
        if told and register != _COUNTS and not _holds(connection, register):
            connection.execute(told)
        if told and _holds(connection, register):
            connection.execute(_REGISTER.format(register=register, columns=columns, **words))
    index = _index_of(connection, layer)
    if index:
        connection.execute(_CRS.format(**words))
    if index and _statement(connection, index):
        connection.execute(_statement(connection, index))
    names = [row[1] for row in connection.execute(_COLUMNS.format(schema="fresh", table=_identifier(layer)))]
    _copy_rows(connection, layer, names, numbers)
    settle(connection, layer, numbers)
    counted = _holds(connection, _COUNTS)
    for (trigger,) in connection.execute(_FRESH_TRIGGERS, (layer,)).fetchall():
        if counted or _COUNTS not in trigger:
            connection.execute(trigger)
    return True


def _drop(connection: sqlite3.Connection, layer: str) -> None:
    """Drop a layer with its index and what is registered of it; nothing where it is not registered."""
    name = {"name": _literal(layer)}
    if connection.execute(_REGISTERED.format(**name)).fetchone() is None:
        return
    if _holds(connection, "gpkg_geometry_columns"):
        for (column,) in connection.execute(_OLD_GEOMETRY, (layer,)).fetchall():
            connection.execute(_DROP.format(table=_identifier(f"rtree_{layer}_{column}")))
    connection.execute(_DROP.format(table=_identifier(layer)))
    for register in _REGISTERS:
        if _holds(connection, register):
            connection.execute(_FORGET_ROW.format(register=register, **name))


def _statement(connection: sqlite3.Connection, table: str) -> str:
    """Return the SQL that makes a table of the file beside, "" where it has none of that name."""
    found = connection.execute(_MADE, (table,)).fetchone()
    return str(found[0]) if found is not None else ""


def _copy_rows(
    connection: sqlite3.Connection, layer: str, columns: list[str], numbers: Optional[Numbers] = None
) -> None:
    """Fill the empty table of a layer, and its index where both files have one; `numbers`: those the rows get."""
    index = _index_of(connection, layer)
    indexed = bool(index) and _holds(connection, index)
    if numbers is not None and numbers.changed:
        _copy_numbered(connection, layer, columns, index if indexed else "")
        return
    names = ", ".join(map(_identifier, columns))
    connection.execute(_FILL.format(table=_identifier(layer), columns=names))
    if not indexed:
        return
    nodes = _identifier(f"{index}_node")
    sizes = [
        connection.execute(_NODE_SIZE.format(schema=schema, node=nodes)).fetchone() for schema in ("main", "fresh")
    ]
    if sizes[0] != sizes[1]:
        for step in _FILL_INDEX:
            connection.execute(step.format(index=_identifier(index)))
        return
    # Nodes of one size can be taken as they are, which is many times as fast as box by box.
    for part in _INDEX_PARTS:
        table = _identifier(f"{index}_{part}")
        columns = [row[1] for row in connection.execute(_COLUMNS.format(schema="main", table=table))]
        connection.execute(_CLEAR.format(table=table))
        connection.execute(_FILL.format(table=table, columns=", ".join(map(_identifier, columns))))


def _copy_numbered(connection: sqlite3.Connection, layer: str, columns: list[str], index: str) -> None:
    """Fill the empty table of a layer with rows that get other numbers, and its index ("" for none)."""
    info = connection.execute(_COLUMNS.format(schema="main", table=_identifier(layer))).fetchall()
    key = next(row[1] for row in info if row[5])
    others = ", ".join(_identifier(name) for name in columns if name != key)
    connection.execute(_FILL_NUMBERED.format(table=_identifier(layer), key=_identifier(key), columns=others))
    for step in _FILL_INDEX_NUMBERED if index else ():
        connection.execute(step.format(index=_identifier(index)))


def _index_of(connection: sqlite3.Connection, layer: str) -> str:
    """Return the name of the spatial index of a layer, "" for a table without geometry."""
    if not _statement(connection, "gpkg_geometry_columns"):
        return ""
    geometry = connection.execute(_GEOMETRY, (layer,)).fetchone()
    return f"rtree_{layer}_{geometry[0]}" if geometry is not None else ""


def _holds(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute(_TABLE, (table,)).fetchone() is not None
