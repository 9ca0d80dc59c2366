"""What a list of backup power and all that was told of a tank by telephone tell together (燃料残量).

Only the last reading says what is left. Those before it say whether what is gone since power was lost was burnt: more
than before was filled up; under a truck or on the line the generator stood still; an outage before took its share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Optional, Sequence

import numpy as np

from .backup import NAN, ROUNDED_UP, Backup, with_told
from .backup_figures import MOST_LITRES, burns_otherwise
from .fuel_curve import litres_per_hour
from .own_load import POWER_FACTOR
from .survival import LEAST_KVA
from .told_states import Told, ToldState

BURNS_MORE = 1.3
"""No set burns more than so many times what the list, or the table, says of it at full load."""
_RUNS = (ToldState.OUT, ToldState.GENERATOR)
_STANDS_STILL = (ToldState.POWERED, ToldState.TRUCK)


class StockDoubt(str, Enum):
    """What is to be said of a stock that was told."""

    UNUSED = "unused"
    """The list lacks what it could be of, or has a later one."""
    TOO_MUCH = "too_much"
    """The tank does not hold so much: not used."""
    TOO_LITTLE = "too_little"
    """More is gone than the generator can have burnt: used, and to be asked again."""


@dataclass(frozen=True)
class WithStocks:
    """A row of the list with what was told."""

    row: Backup
    doubts: frozenset[StockDoubt] = frozenset()


def with_stocks(row: Backup, told: Sequence[Told], lost: Optional[datetime], now: datetime) -> WithStocks:
    """Return a row with the stocks that were told of it.

    Parameters
        told: as `told_states.stocks_in_force` has it of one facility.
        lost: earliest moment at which it lost power, None where it is not known or has power.
        now: the moment of looking, after which the list tells nothing yet.
    """
    if not row.generator_kva >= LEAST_KVA or row.others or row.piped or _burns_unknown(row):
        return WithStocks(row, frozenset({StockDoubt.UNUSED}))
    read = _readings(row.known_at(now), row, told, lost)
    if read.last is None:
        return WithStocks(row, read.doubts)
    at = read.last.at
    otherwise = read.filled_up or any(_tells_otherwise(one, lost) for one in told if one.at <= at)
    found = replace(read.row, stock_at=at, before_l=NAN if otherwise else read.row.before_l)
    doubts = read.doubts | ({StockDoubt.TOO_LITTLE} if _is_too_little(found, at, lost) else set())
    return WithStocks(replace(found, burnt_l=_burnt_before(found, told, at, lost)), doubts)


@dataclass(frozen=True)
class _Readings:
    """A row after all readings of its tank."""

    row: Backup
    last: Optional[Told] = None
    """The last that counts."""
    filled_up: bool = False
    """Whether in this outage one was more than what stood there before."""
    doubts: frozenset[StockDoubt] = frozenset()


def _readings(found: Backup, listed: Backup, told: Sequence[Told], lost: Optional[datetime]) -> _Readings:
    last, filled_up = None, False
    doubts: set[StockDoubt] = set()
    for one in told:
        if one.stock is None:
            continue
        read = with_told(found, one.stock, one.at)
        if read is None or _is_too_much(read, listed):
            doubts.add(StockDoubt.UNUSED if read is None else StockDoubt.TOO_MUCH)
            continue
        if lost is not None and one.at <= lost:
            # what there was when power was lost
            read = replace(read, before_l=NAN, stock_at=None)
        else:
            filled_up |= read.fuel_l > found.fuel_l
        # what is right puts right what was told before
        found, last, doubts = read, one, set()
    return _Readings(found, last, filled_up, frozenset(doubts))


def _burns_unknown(row: Backup) -> bool:
    """Whether litres say nothing of how long it runs, as those of gas of bottles."""
    return burns_otherwise(row.fuel_kind) and not row.litres_per_hour > 0


def _tells_otherwise(one: Told, lost: Optional[datetime]) -> bool:
    """Whether what is gone since power was lost is, by a state that was told, not what the generator burnt since."""
    if lost is not None and one.at <= lost:
        return one.state in _RUNS
    return one.state in _STANDS_STILL


def _is_too_much(read: Backup, row: Backup) -> bool:
    most = max((one for one in (row.tank_l, row.fuel_l, row.before_l) if one > 0), default=MOST_LITRES)
    return read.fuel_l > (ROUNDED_UP * most if row.tank_l > 0 else MOST_LITRES)


def _most_burnt(row: Backup, hours: float) -> float:
    """Return the litres that a generator burns at most in so many hours."""
    return hours * BURNS_MORE * float(litres_per_hour(np.array([row.generator_kva * POWER_FACTOR]), row)[0])


def _is_too_little(row: Backup, at: datetime, lost: Optional[datetime]) -> bool:
    if lost is None or math.isnan(row.before_l):
        return False
    gone, hours = row.before_l - row.fuel_l, (at - lost).total_seconds() / 3600
    return gone > _most_burnt(row, hours) + (ROUNDED_UP - 1) * max(row.before_l, row.tank_l if row.tank_l > 0 else 0.0)


def _burnt_before(row: Backup, told: Sequence[Told], read: datetime, lost: Optional[datetime]) -> float:
    """Return the litres that may be gone between a reading and a later loss of power, as in an outage before it."""
    ran = [one.at for one in told if lost is not None and read <= one.at <= lost and one.state in _RUNS]
    if lost is None or not ran:
        return 0.0
    return min(row.fuel_l, _most_burnt(row, (lost - min(ran)).total_seconds() / 3600))
