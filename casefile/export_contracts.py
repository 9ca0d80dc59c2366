"""Who generates, where 受電 contracts or readings are known: joined to contracts of use by number, customer and roof.

A 受電 contract stands in a row of its own, most often with another number. Of a prefecture's contracts only the
identities of 受電 are held, and a byte a row of what was found; all others are gone through piece by piece.
"""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import numpy as np

from ..aggregator.keys import FEW_PLACES, KeyIndex, as_words, mixed_words
from ..analysis import contract_life
from ..analysis import dwellings as homes
from ..analysis.contract_life import DATES, Moment
from ..analysis.dwellings import EXPORT, NO, NOT_KNOWN, YES
from ..arrays import BoolArray, BytesArray, IntArray
from .case import Case
from .columns import read_stored, read_table, row_count, stored_width
from .master import Piece

GENERATION = ("generator_kind", "export_contract", "contract_export_kw", "generator_kw")
"""Columns of a contract of use that say whether something generates behind it."""
NOT_ASKED = -2
"""Instead of an answer: the row is not in force or not in service, or is of 受電."""
_ROOF = ("address", "lat", "lon")
_JOINED = ("supply_point", "customer_id")
"""What a contract of use and one of 受電 may have in common."""
_PIECE = 1 << 17
"""Rows whose address is looked at at a time."""


class _Identities:
    """Numbers or customers of 受電, each once, and which of them a contract of use that generates has as well.

    A blank is none of them: it has nothing in common with another.
    """

    def __init__(self, width: int):
        self._width = width
        self._index = KeyIndex(-(-width // 8), None, 0, FEW_PLACES)
        self.joined: BoolArray = np.zeros(0, dtype=bool)

    def add(self, texts: BytesArray) -> IntArray:
        """Return where texts stand among the identities, those that are new as the next ones; -1 for a blank."""
        place: IntArray = np.full(len(texts), -1, dtype=np.int64)
        there = np.flatnonzero(texts != b"")
        place[there] = self._index.add(as_words(texts[there], self._width))
        self.joined = np.zeros(len(self._index), dtype=bool)
        return place

    def find(self, texts: BytesArray) -> IntArray:
        """Return where texts stand among the identities, -1 for those that are none."""
        return self._index.find(as_words(texts, self._width))


def generation_of_rows(case: Case, at: Moment) -> IntArray:
    """Return for each row of マスタ情報 whether something generates behind it, int8 (rows of the table).

    As `analysis.dwellings.has_generation` says of all rows in force and in service at a moment, with the meters that
    受電 readings came of; 受電 that neither its number nor its customer joins to a home is sought by its place.
    `NOT_ASKED` of the other rows.
    """
    folder, there = case.folder / "tables" / "master", case.master_columns()
    told: IntArray = np.full(row_count(folder), NOT_ASKED, dtype=np.int8)
    joins = _of_readings(case, [name for name in _JOINED if name in there])
    rows, places = _of_contracts(case, at, told, joins)
    export = bool((case.readings.meters.flow == EXPORT).any()) or len(rows) > 0
    for piece in case.master_pieces(GENERATION, at):
        piece = piece.take(np.flatnonzero(told[piece.rows] != NOT_ASKED))
        yes = homes.has_generation(piece.table) == YES
        found = {name: known.find(read_stored(folder, name, piece.rows)) for name, known in joins.items()}
        for place in found.values():
            yes |= place >= 0
        told[piece.rows] = np.where(yes, YES, NO if export else NOT_KNOWN)
        for name, place in found.items():
            joins[name].joined[place[place >= 0]] = True
    alone = np.ones(len(rows), dtype=bool)
    for name, known in joins.items():
        place = places[name]
        alone[place >= 0] &= ~known.joined[place[place >= 0]]
    if alone.any() and set(_ROOF) <= set(there):
        told[_same_roofs(case, at, told, rows[alone])] = YES
    return told


def _of_readings(case: Case, names: Sequence[str]) -> dict[str, _Identities]:
    """Return the identities of the meters that 受電 readings came of, by the columns of マスタ情報 of these names."""
    index, folder = case.readings.meters, case.folder / "tables" / "master"
    export = index.flow == EXPORT
    found = {}
    for name in names:
        some = index.supply_point[export] if name == "supply_point" else index.customers(export)
        found[name] = _Identities(max(some.dtype.itemsize, stored_width(folder, name)))
        found[name].add(some)
    return found


def _of_contracts(
    case: Case, at: Moment, told: IntArray, joins: Mapping[str, _Identities]
) -> tuple[IntArray, dict[str, IntArray]]:
    """Add the identities of the 受電 contracts in service; return their rows (rising) and where each stands by name.

    Of the contracts of use in service `told` becomes `NOT_KNOWN`.
    """
    folder = case.folder / "tables" / "master"
    rows: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    places: dict[str, list[IntArray]] = {name: [np.zeros(0, dtype=np.int64)] for name in joins}
    for piece in case.master_pieces(("flow", *DATES), at):
        serving = contract_life.in_service(piece.table, at) != contract_life.NO
        export = np.zeros(len(serving), dtype=bool)
        if "flow" in piece.table:
            export = piece.table["flow"].to_numpy() == EXPORT
        own = _rows_of(piece)
        told[own[serving & ~export]] = NOT_KNOWN
        own = own[serving & export]
        rows.append(own)
        for name, known in joins.items() if len(own) else ():
            places[name].append(known.add(read_stored(folder, name, own)))
    return np.concatenate(rows), {name: np.concatenate(found) for name, found in places.items()}


def _rows_of(piece: Piece) -> IntArray:
    """Return where the rows of a piece stand in the table, int64 rising."""
    rows = piece.rows
    return np.arange(rows.start, rows.stop) if isinstance(rows, slice) else np.asarray(rows, dtype=np.int64)


def _same_roofs(case: Case, at: Moment, told: IntArray, alone: IntArray) -> IntArray:
    """Return the rows of contracts of use at the address and pole of some of 受電 (`alone`, rising), int64.

    A number made of address and place says which rows may be at one place; those are compared some roofs at a time.
    """
    folder, there = case.folder / "tables" / "master", case.master_columns()
    names = [*_ROOF, *(name for name in ("name",) if name in there)]
    rows, numbers = _numbered(folder, alone)
    wanted = np.unique(numbers)
    if not len(wanted):
        return rows
    all_rows, all_numbers = [rows], [numbers]
    for piece in case.master_pieces((), at):
        own = _rows_of(piece)
        rows, numbers = _numbered(folder, own[told[own] != NOT_ASKED])
        near = wanted[np.searchsorted(wanted, numbers).clip(max=len(wanted) - 1)] == numbers
        all_rows.append(rows[near])
        all_numbers.append(numbers[near])
    rows, numbers = np.concatenate(all_rows), np.concatenate(all_numbers)
    order = np.argsort(numbers, kind="stable")
    starts = np.append(np.flatnonzero(np.diff(numbers[order])) + 1, len(order))
    reached = np.arange(_PIECE, len(order) + _PIECE, _PIECE).clip(max=len(order))
    found: list[IntArray] = []
    first = 0
    for last in starts[np.unique(np.searchsorted(starts, reached))].tolist():
        own = np.sort(rows[order[first:last]])
        theirs = np.isin(own, alone)
        same = homes.same_roof(read_table(folder, names, own), theirs)
        found.append(own[same & ~theirs])
        first = last
    return np.concatenate(found)


def _numbered(folder: Path, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return those of some rows that have an address and a place, and a number made of both, uint64."""
    kept: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    numbers: list[IntArray] = [np.zeros(0, dtype=np.uint64)]
    for first in range(0, len(rows), _PIECE):
        some = rows[first : first + _PIECE]
        address = read_stored(folder, "address", some)
        # 0.0 added: there are two zeros
        lat, lon = (read_stored(folder, name, some).astype(np.float64) + 0.0 for name in ("lat", "lon"))
        words = np.column_stack([as_words(address, address.dtype.itemsize), lat.view(np.uint64), lon.view(np.uint64)])
        whole = (address != b"") & ~np.isnan(lat) & ~np.isnan(lon)
        kept.append(some[whole])
        numbers.append(mixed_words(words, range(words.shape[1]))[whole])
    return np.concatenate(kept), np.concatenate(numbers)
