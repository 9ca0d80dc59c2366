"""What マスタ情報 says of the meters of the reading store: where they stand in it, and when they were in service.

Worked out once for a case and held by row numbers: twelve bytes a meter. Neither the numbers of the contracts nor their
dates are held, which together take ten times as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

import numpy as np

from ..analysis import contract_life
from ..analysis.contract_life import DATES, Spans
from ..analysis.slots import half_hours
from ..arrays import BoolArray, IntArray
from .columns import has_table, read_stored, row_count, table_stamp
from .master import pieces_of_all, several_rows

if TYPE_CHECKING:
    from .case import Case

SUPPLY, EXPORT = 1, 2
"""データ種別 供給 and 受電."""
EVER = 1 << 30
"""Half-hours from 1970 on, or before it, that no date reaches: service has no known end, or begin."""


@dataclass(frozen=True)
class Lives:
    """From when to when each meter of the store is in service, over all its contracts; int32 (rows of the store).

    Whole half-hours from 1970 on, begun ones not counted; `-EVER` and `EVER` where no begin and no end is known.
    """

    begin: IntArray
    end: IntArray


@dataclass(frozen=True)
class KnownMeters:
    """Where the rows of マスタ情報 stand in the reading store, of one state of both."""

    stamp: object
    row: IntArray
    """int32 (rows of the table): row of the store, -1 without readings. A row that does not say its flow is of 供給."""
    lives: Optional[Lives]
    """None where マスタ情報 has no dates."""


def known_meters(case: Case) -> KnownMeters:
    """Return where the contracts of a case stand in its store; worked out again only when either has changed."""
    folder = case.folder / "tables" / "master"
    stamp = (case.readings.stamp(), table_stamp(folder))
    held = case.known_meters
    if held is None or held.stamp != stamp:
        held = KnownMeters(stamp, np.zeros(0, dtype=np.int32), None)
        if has_table(folder):
            row = _rows(case)
            held = KnownMeters(stamp, row, _lives(case, row))
        case.known_meters = held
    return held


def _rows(case: Case) -> IntArray:
    folder = case.folder / "tables" / "master"
    found: IntArray = np.empty(row_count(folder), dtype=np.int32)
    for piece in pieces_of_all(folder, ("flow",)):
        flow = np.full(len(piece.table), SUPPLY, dtype=np.uint8)
        if "flow" in piece.table:
            flow[piece.table["flow"].to_numpy() == EXPORT] = EXPORT
        found[piece.rows] = case.readings.rows_of(piece.points(), flow)
    # numbers of single meters are asked for later, if at all
    case.readings.let_go()
    return found


def _lives(case: Case, row: IntArray) -> Optional[Lives]:
    folder = case.folder / "tables" / "master"
    there = case.master_columns()
    dated = [name for name in DATES if name in there]
    if not dated:
        return None
    count = len(case.readings.meters)
    found = Lives(np.full(count, -EVER, dtype=np.int32), np.full(count, EVER, dtype=np.int32))
    several = several_rows(folder)
    silent = "flow" in there and bool((read_stored(folder, "flow") == 0).any())
    # where one row says its flow and another one does not, the one that does is right
    for said in (False, True) if silent else (True,):
        entered = np.zeros(count, dtype=bool)
        for piece in pieces_of_all(folder, ("flow", *dated)):
            meter, crowd = row[piece.rows], several[piece.rows]
            own = meter >= 0
            if silent:
                own &= (piece.table["flow"].to_numpy() != 0) == said
            if own.any():
                _enter(found, entered, meter[own], crowd[own], contract_life.spans(piece.table[own]))
    return found


def _enter(lives: Lives, entered: BoolArray, meter: IntArray, crowd: BoolArray, life: Spans) -> None:
    """Enter when contracts ran; of meters with a `crowd` of rows the first begin and the last end hold."""
    begin, end = half_hours(life.begin, -EVER), half_hours(life.end, EVER)
    fresh = meter[crowd & ~entered[meter]]
    lives.begin[fresh], lives.end[fresh] = EVER, -EVER
    entered[meter] = True
    lives.begin[meter[~crowd]], lives.end[meter[~crowd]] = begin[~crowd], end[~crowd]
    np.minimum.at(lives.begin, meter[crowd], begin[crowd])
    np.maximum.at(lives.end, meter[crowd], end[crowd])
