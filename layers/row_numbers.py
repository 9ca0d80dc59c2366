"""Numbers of rows (fid) that mean the same person, home or place whenever a layer is made anew.

Whoever has a layer open, perhaps for editing, knows its rows by number alone: QGIS saves into the row of that number,
whoever stands there by then. So a row that is certainly about the same keeps its number, every other gets one that was
never given before, and what was entered since the run read the layer goes along. All of it happens in the transaction
that replaces the layer (`layers.replace`): nobody can save in between.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from functools import partial
from itertools import starmap, zip_longest
from operator import eq
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence

Row = tuple[Any, ...]
"""Values of the identifying fields of a row, None where it has none."""

_SEQUENCE = "SELECT seq FROM main.sqlite_sequence WHERE name = ?"
_HAS_SEQUENCE = "SELECT 1 FROM main.sqlite_master WHERE name = 'sqlite_sequence'"
_HIGHEST = "SELECT max({key}) FROM main.{table}"
_INFO = "PRAGMA {schema}.table_info({table})"
_READ = "SELECT {columns} FROM {schema}.{table} ORDER BY {key}"
_ENTERED = "SELECT {columns} FROM {schema}.{table} WHERE {there}"
_MAP = "CREATE TEMP TABLE row_numbers (old INTEGER PRIMARY KEY, new INTEGER NOT NULL UNIQUE)"
_MAPPED = "INSERT INTO temp.row_numbers VALUES (?, ?)"
_UNMAP = "DROP TABLE IF EXISTS temp.row_numbers"
_PUT = "UPDATE main.{table} SET {values} WHERE {key} = ?"


@dataclass(frozen=True)
class Keeping:
    """What stays with the rows of a layer that is made anew."""

    columns: tuple[str, ...]
    """Fields that tell what a row is about."""
    same: Callable[[Sequence[Row], Sequence[Row]], dict[int, int]]
    """Given those of the rows that come and of the rows that stand: {place among the first: place among the second} of
    those that are certainly about the same."""
    entered: tuple[str, ...] = ()
    """Fields that people fill in."""
    from_here: bool = True
    """Whether what the new rows hold in them was read from this layer, so that what stands there now goes before it,
    be it empty."""
    lost: Callable[[list[dict[str, Any]]], None] = field(default=lambda rows: None)
    """Called, before anything is changed for good, with the rows in which something was entered and that are not among
    the new ones: {field of `columns` and `entered`: value as SQLite gives it}."""


@dataclass(frozen=True)
class Numbers:
    """The numbers that the rows of a new layer get."""

    last: int
    """The highest number ever given, theirs among them."""
    changed: bool
    """Whether they are others than in the file that the layer was made in."""
    entered: Mapping[int, Mapping[str, Any]]
    """What stands in rows that stay, by number."""


def numbers_of(connection: sqlite3.Connection, layer: str, keeping: Optional[Keeping]) -> Optional[Numbers]:
    """Number the rows of `fresh` by those that stand in `main`; None where nothing is to be kept.

    Where they get others than they have, the table `temp.row_numbers` (old, new) says which.
    """
    key, fields = _fields(connection, "main", layer)
    fresh_key, fresh_fields = _fields(connection, "fresh", layer)
    if keeping is None or not key or not fresh_key:
        return None
    read = partial(_rows, connection, layer=layer, columns=keeping.columns)
    both = partial(read, "main", key=key, fields=fields), partial(read, "fresh", key=fresh_key, fields=fresh_fields)
    highest = connection.execute(_HIGHEST.format(key=_name(key), table=_name(layer))).fetchone()[0] or 0
    highest = max(int(highest), _sequence(connection, layer))
    connection.execute(_UNMAP)
    entered = _entered(connection, "main", layer, key, keeping, fields)
    filled = set(_entered(connection, "fresh", layer, fresh_key, keeping, fresh_fields))
    # of a prefecture these are gone through row by row: most often nobody came and nobody went
    if all(starmap(eq, zip_longest(*(rows() for rows in both)))):
        return Numbers(highest, False, _to_be_put(keeping, entered, set(entered), filled, fields))
    standing, coming = (list(rows()) for rows in both)
    old = [row[0] for row in coming]
    new = _numbered(keeping, coming, standing, highest)
    if new != old:
        connection.execute(_MAP)
        connection.executemany(_MAPPED, zip(old, new))
    number = dict(zip(old, new))
    filled = {number[row] for row in filled}
    there = set(new)
    gone = [row for at, row in entered.items() if at not in there]
    if gone:
        keeping.lost(gone)
    wanted = _to_be_put(keeping, entered, there, filled & {row[0] for row in standing}, fields)
    return Numbers(max([highest, *new]), new != old, wanted)


def _numbered(keeping: Keeping, coming: Sequence[Row], standing: Sequence[Row], last: int) -> list[int]:
    """Return the numbers of the rows that come: that of the row that stands for the same, else one after `last`."""
    same = keeping.same([row[1:] for row in coming], [row[1:] for row in standing])
    numbers = []
    for place in range(len(coming)):
        last += place not in same
        numbers.append(standing[same[place]][0] if place in same else last)
    return numbers


def settle(connection: sqlite3.Connection, layer: str, numbers: Optional[Numbers]) -> None:
    """Put what people entered into the rows that stayed, once all are written; forget no number that was given."""
    if numbers is None:
        return
    key, fields = _fields(connection, "main", layer)
    for number, row in numbers.entered.items():
        names = [name for name in row if name in fields]
        if names:
            values = ", ".join(f"{_name(name)} = ?" for name in names)
            sql = _PUT.format(table=_name(layer), values=values, key=_name(key))
            connection.execute(sql, [*(row[name] for name in names), number])
    if connection.execute(_HAS_SEQUENCE).fetchone() is None:
        return
    known = connection.execute(_SEQUENCE, (layer,)).fetchone()
    if known is None:
        connection.execute("INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, ?)", (layer, numbers.last))
    elif known[0] < numbers.last:
        connection.execute("UPDATE main.sqlite_sequence SET seq = ? WHERE name = ?", (numbers.last, layer))


def _to_be_put(
    keeping: Keeping,
    entered: Mapping[int, Mapping[str, Any]],
    coming: set[int],
    filled: set[int],
    fields: Sequence[str],
) -> dict[int, Mapping[str, Any]]:
    """Return what is written into rows that stay: what stands in them, also where it was emptied meanwhile.

    `filled`: the numbers of those that stay in which the new rows hold something.
    """
    names = [name for name in keeping.entered if name in fields]
    found: dict[int, Mapping[str, Any]] = {number: row for number, row in entered.items() if number in coming}
    if keeping.from_here and names:
        empty = dict.fromkeys(names)
        found.update((number, empty) for number in filled - set(found))
    return {number: {name: row[name] for name in names} for number, row in found.items()}


def _entered(
    connection: sqlite3.Connection, schema: str, layer: str, key: str, keeping: Keeping, fields: Sequence[str]
) -> dict[int, dict[str, Any]]:
    """Return the rows in which something was entered, by number."""
    names = [name for name in keeping.entered if name in fields]
    if not names:
        return {}
    told = [name for name in keeping.columns if name in fields] + names
    there = " OR ".join(f"({_name(name)} IS NOT NULL AND {_name(name)} <> '')" for name in names)
    columns = ", ".join(map(_name, (key, *told)))
    rows = connection.execute(_ENTERED.format(schema=schema, columns=columns, table=_name(layer), there=there))
    return {row[0]: dict(zip(told, row[1:])) for row in rows}


def _rows(
    connection: sqlite3.Connection, schema: str, layer: str, key: str, columns: Sequence[str], fields: Sequence[str]
) -> Iterator[Row]:
    """Yield number and identifying fields of all rows, None for fields that the layer lacks."""
    wanted = ", ".join([_name(key), *(_name(name) if name in fields else "NULL" for name in columns)])
    sql = _READ.format(columns=wanted, schema=schema, table=_name(layer), key=_name(key))
    yield from connection.execute(sql)


def _fields(connection: sqlite3.Connection, schema: str, layer: str) -> tuple[str, list[str]]:
    """Return the key of a table, "" where it has none of one column, and the names of its columns."""
    info = connection.execute(_INFO.format(schema=schema, table=_name(layer))).fetchall()
    keys = [column[1] for column in info if column[5]]
    return (keys[0] if len(keys) == 1 else ""), [column[1] for column in info]


def _sequence(connection: sqlite3.Connection, layer: str) -> int:
    """Return the highest number that was ever given to a row, 0 where none is noted."""
    if connection.execute(_HAS_SEQUENCE).fetchone() is None:
        return 0
    known = connection.execute(_SEQUENCE, (layer,)).fetchone()
    return int(known[0]) if known is not None else 0


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
