"""Taking layers out of a GeoPackage so that nothing of them stays: no table, index, free page, nor log beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Iterable

BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what SQLite keeps beside a database that is open."""
_FORGET = {
    "gpkg_contents": "DELETE FROM gpkg_contents WHERE lower(table_name) = lower(?)",
    "gpkg_geometry_columns": "DELETE FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)",
    "gpkg_extensions": "DELETE FROM gpkg_extensions WHERE lower(table_name) = lower(?)",
    "gpkg_ogr_contents": "DELETE FROM gpkg_ogr_contents WHERE lower(table_name) = lower(?)",
    "gpkg_data_columns": "DELETE FROM gpkg_data_columns WHERE lower(table_name) = lower(?)",
    "gpkg_metadata_reference": "DELETE FROM gpkg_metadata_reference WHERE lower(table_name) = lower(?)",
    "gpkg_tile_matrix": "DELETE FROM gpkg_tile_matrix WHERE lower(table_name) = lower(?)",
    "gpkg_tile_matrix_set": "DELETE FROM gpkg_tile_matrix_set WHERE lower(table_name) = lower(?)",
    "layer_styles": "DELETE FROM layer_styles WHERE lower(f_table_name) = lower(?)",
}
"""Tables of a GeoPackage with rows about layers, and how those of one are deleted."""


def layers_of(package: Path) -> list[str]:
    """Return the layers of a GeoPackage; none where it is no package that can be read."""
    try:
        with closing(sqlite3.connect(f"{Path(package).resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return [name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")]
    except sqlite3.Error:
        return []


def keep_only(package: Path, kept: Iterable[str]) -> None:
    """Take all layers but some out of a GeoPackage, and everything that it held besides; may be done again.

    Raises
        sqlite3.Error: it is held by another program, or broken.
    """
    wanted = set(kept)
    with closing(sqlite3.connect(package, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("BEGIN IMMEDIATE")
        for layer in _tables(connection, "SELECT table_name FROM gpkg_contents"):
            if layer not in wanted:
                _drop(connection, layer)
        connection.execute("COMMIT")
        # the log is taken in and deleted, and the pages that became free are given back
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")


def _tables(connection: sqlite3.Connection, query: str) -> list[str]:
    return [str(name) for (name,) in connection.execute(query).fetchall()]


def _drop(connection: sqlite3.Connection, layer: str) -> None:
    held = set(_tables(connection, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"))
    for trigger in _tables(connection, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        about = connection.execute("SELECT tbl_name FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()
        if about and about[0] == layer:
            connection.execute(f"DROP TRIGGER {_quoted(trigger)}")
    if "gpkg_geometry_columns" in held:
        columns = connection.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,))
        for (column,) in columns.fetchall():
            connection.execute(f"DROP TABLE IF EXISTS {_quoted(f'rtree_{layer}_{column}')}")
    if layer in held:
        connection.execute(f"DROP TABLE {_quoted(layer)}")
    for table, statement in _FORGET.items():
        if table in held:
            connection.execute(statement, (layer,))
    if "sqlite_sequence" in held:
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (layer,))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
