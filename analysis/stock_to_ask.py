"""Whom to ask what is left in the tank: of whom a reading of the gauge would tell more narrowly when they fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .backup import TO_ASK, Assumption, Backup, with_told
from .backup_doubts import doubtful_clock
from .survival import LEAST_KVA, Clock, ClockState, Facility, stock_expected
from .told_states import ToldStock

WIDE = 0.2
"""An interval wider than this share of the time from the loss of power to its middle is worth a call."""
NARROWER = 0.8
"""… if one that rests on a reading now would be at most so many times as wide."""
OLD_HOURS = 12.0
"""Hours for which a tank that was read is not asked for again."""
_HOUR = np.timedelta64(3600, "s")


def with_question(clock: Clock, facility: Facility, at: np.datetime64, hours: float, now: np.datetime64) -> Clock:
    """Return a clock, marked `STOCK_TO_ASK` where its facility is to be asked what is left.

    Parameters
        clock: as `backup_doubts.doubtful_clock` tells it of the other four.
    """
    if not _is_to_ask(clock, facility, at, hours, now):
        return clock
    return replace(clock, assumptions=(*clock.assumptions, Assumption.STOCK_TO_ASK))


def _is_to_ask(clock: Clock, facility: Facility, at: np.datetime64, hours: float, now: np.datetime64) -> bool:
    backup = facility.backup
    if clock.state not in (ClockState.RUNNING, ClockState.MAY_HAVE_FAILED) or backup is None or backup.others:
        return False
    if backup.piped or not backup.generator_kva >= LEAST_KVA:
        return False
    # what hangs on it decides there, not what is left
    if {Assumption.OVERLOADED, *TO_ASK} & set(clock.assumptions):
        return False
    middle = clock.earliest + (clock.latest - clock.earliest) / 2
    if clock.latest - clock.earliest <= WIDE * (middle - facility.dark_low):
        return False
    if _is_unsure(backup):
        return True
    if backup.stock_at is not None and now - np.datetime64(backup.stock_at, "s") <= OLD_HOURS * _HOUR:
        return False
    return _narrows(clock, facility, backup, at, hours, now)


def _is_unsure(backup: Backup) -> bool:
    """Whether nobody knows what was in the tank at any moment of this outage."""
    return bool(np.isnan(backup.fuel_l) or backup.stock_doubted or backup.burnt_l > 0)


def _narrows(
    clock: Clock, facility: Facility, backup: Backup, at: np.datetime64, hours: float, now: np.datetime64
) -> bool:
    """Whether a reading now, of what is most likely left, would tell clearly more."""
    left = stock_expected(facility, now)
    read = None if left is None else with_told(backup, ToldStock(litres=left), now.astype("datetime64[s]").item())
    if read is None:
        return False
    then = doubtful_clock(replace(facility, backup=read), at, hours, now)
    return bool(then.latest - then.earliest <= NARROWER * (clock.latest - clock.earliest))
