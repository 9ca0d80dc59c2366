"""Numbers of rows (fid) that mean the same person, home or place whenever a layer is made anew.

Whoever has a layer open, perhaps for editing, knows its rows by number alone: QGIS saves into the row of that number,
whoever stands there by then. So a row that is certainly about the same keeps its number, every other gets one that was
never given before, and what was entered since the run read the layer goes along. All of it happens in the transaction
that replaces the layer (`layers.replace`): nobody can save in between.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import starmap, zip_longest
from operator import eq
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Sequence

Row = tuple[Any, ...]
"""Values of the identifying fields of a row, None where it has none."""
Same = Callable[[Sequence[Row], Sequence[Row]], dict[int, int]]

_SEQUENCE = "SELECT seq FROM main.sqlite_sequence WHERE name = ?"
_HAS_SEQUENCE = "SELECT 1 FROM main.sqlite_master WHERE name = 'sqlite_sequence'"
_HIGHEST = "SELECT max({key}) FROM main.{table}"
_INFO = "PRAGMA {schema}.table_info({table})"
_READ = "SELECT {columns} FROM {schema}.{table} ORDER BY {key}"
_ENTERED = "SELECT {columns} FROM {schema}.{table} WHERE {there}"
_MAP = "CREATE TEMP TABLE row_numbers (old INTEGER PRIMARY KEY, new INTEGER NOT NULL UNIQUE)"
_MAPPED = "INSERT INTO temp.row_numbers VALUES (?, ?)"
_UNMAP = "DROP TABLE IF EXISTS temp.row_numbers"
_MOVED = "SELECT 1 FROM temp.row_numbers WHERE old <> new LIMIT 1"
_IS_NEW = "SELECT 1 FROM temp.row_numbers WHERE new = ?"
_NEW_OF = "SELECT new FROM temp.row_numbers WHERE old = ?"
_LAST = "SELECT max(new) FROM temp.row_numbers"
_ALONE = (
    "CREATE TEMP TABLE alone_{side} AS SELECT min(at) AS at, {names} FROM (SELECT {key} AS at, {values}"
    " FROM {side}.{table}) WHERE {told} GROUP BY {names} HAVING count(*) = 1"
)
_FORGET_ALONE = "DROP TABLE IF EXISTS temp.alone_{side}"
_INDEX_ALONE = "CREATE INDEX temp.alone_main_names ON alone_main ({names})"
_PAIRS = "CREATE TEMP TABLE pairs (came INTEGER PRIMARY KEY, kept INTEGER NOT NULL)"
_PAIRED = (
    "INSERT INTO temp.pairs SELECT comes.at, stands.at FROM temp.alone_fresh AS comes"
    " CROSS JOIN temp.alone_main AS stands ON {equal}"
)
_FORGET_PAIRS = "DROP TABLE IF EXISTS temp.pairs"
_MAP_PAIRS = (
    "INSERT INTO temp.row_numbers"
    " SELECT {key}, coalesce(kept, :last + row_number() OVER (PARTITION BY kept IS NULL ORDER BY {key}))"
    " FROM fresh.{table} LEFT JOIN temp.pairs ON came = {key}"
)
_PUT = "UPDATE main.{table} SET {values} WHERE {key} = ?"


@dataclass(frozen=True)
class Keeping:
    """What stays with the rows of a layer that is made anew."""

    columns: tuple[str, ...]
    """Fields that tell what a row is about."""
    same: Optional[Same] = None
    """Given those of the rows that come and of the rows that stand: {place among the first: place among the second} of
    those that are certainly about the same. None: those whose `columns` are equal, not all of them empty, and which are
    alone with them on both sides; of these no list is held, however many rows there are."""
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
    unmoved = all(starmap(eq, zip_longest(*(rows() for rows in both))))
    if unmoved and not _alike(both[0](), keeping, entered.values()):
        return Numbers(highest, False, _to_be_put(keeping, entered, set(entered), filled, fields))
    connection.execute(_MAP)
    if keeping.same is None:
        _map_equal(connection, layer, keeping.columns, (key, fields), (fresh_key, fresh_fields), highest)
    else:
        _map_same(connection, keeping.same, *(list(rows()) for rows in both), highest, unmoved)
    return _as_mapped(connection, keeping, entered, filled, fields, highest)


def _alike(rows: Iterator[Row], keeping: Keeping, entered: Iterable[Mapping[str, Any]]) -> bool:
    """Whether rows that nothing tells apart are among some: which of them is which, their order does not say.

    Of dwellings, of which no list is held, only those are looked at in which something was entered.
    """
    people = keeping.same is not None
    wanted = {tuple(row.get(name) for name in keeping.columns) for row in entered}
    seen: set[Row] = set()
    for _, *told in rows:
        row = tuple(told)
        if not people and row not in wanted:
            continue
        if row in seen or not any(row):
            return True
        seen.add(row)
    return False


def _as_mapped(
    connection: sqlite3.Connection,
    keeping: Keeping,
    entered: Mapping[int, dict[str, Any]],
    filled: set[int],
    fields: Sequence[str],
    highest: int,
) -> Numbers:
    """Return the numbers that `temp.row_numbers` tells; `entered`, `filled`: rows of `main` and of `fresh`."""
    changed = connection.execute(_MOVED).fetchone() is not None
    there = {at for at in entered if connection.execute(_IS_NEW, (at,)).fetchone() is not None}
    gone = [row for at, row in entered.items() if at not in there]
    if gone:
        keeping.lost(gone)
    # a number after the highest was not there before: what it holds comes with the new rows
    filled = {number for at in filled for (number,) in connection.execute(_NEW_OF, (at,)) if number <= highest}
    last = max(highest, connection.execute(_LAST).fetchone()[0] or 0)
    if not changed:
        connection.execute(_UNMAP)
    return Numbers(last, changed, _to_be_put(keeping, entered, there, filled, fields))


def _map_equal(
    connection: sqlite3.Connection,
    layer: str,
    columns: Sequence[str],
    main: tuple[str, Sequence[str]],
    fresh: tuple[str, Sequence[str]],
    last: int,
) -> None:
    """Fill `temp.row_numbers` by rows whose fields are equal; `main`, `fresh`: their keys and columns."""
    names = [f"c{place}" for place in range(len(columns))]
    for schema, (key, fields) in (("main", main), ("fresh", fresh)):
        values = [_name(name) if name in fields else "NULL" for name in columns]
        words = {
            "side": schema,
            "table": _name(layer),
            "key": _name(key),
            "values": ", ".join(f"{value} AS {name}" for value, name in zip(values, names)),
            "names": ", ".join(names),
            "told": " OR ".join(f"({name} IS NOT NULL AND {name} <> '')" for name in names),
        }
        connection.execute(_FORGET_ALONE.format(**words))
        connection.execute(_ALONE.format(**words))
    connection.execute(_INDEX_ALONE.format(names=", ".join(names)))
    connection.execute(_FORGET_PAIRS)
    connection.execute(_PAIRS)
    connection.execute(_PAIRED.format(equal=" AND ".join(f"stands.{name} IS comes.{name}" for name in names)))
    connection.execute(_MAP_PAIRS.format(key=_name(fresh[0]), table=_name(layer)), {"last": last})
    for schema in ("main", "fresh"):
        connection.execute(_FORGET_ALONE.format(side=schema))
    connection.execute(_FORGET_PAIRS)


def _map_same(
    connection: sqlite3.Connection,
    same_of: Same,
    standing: Sequence[Row],
    coming: Sequence[Row],
    last: int,
    unmoved: bool,
) -> None:
    """Fill `temp.row_numbers` by who is certainly the same: the number that stands for it, else one after `last`.

    `unmoved`: both are alike row by row; who is alone with what tells it then is the same too.
    """
    same = same_of([row[1:] for row in coming], [row[1:] for row in standing])
    if unmoved:
        times = Counter(row[1:] for row in coming)
        same = {**{place: place for place, row in enumerate(coming) if times[row[1:]] == 1 and any(row[1:])}, **same}
    numbers = []
    for place in range(len(coming)):
        last += place not in same
        numbers.append(standing[same[place]][0] if place in same else last)
    connection.executemany(_MAPPED, zip([row[0] for row in coming], numbers))


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
