"""What a list of backup power leaves open, as an interval: when a stock was seen, and how old a battery is.

A clock is asked twice, once for each end of what may be meant, and what lies between the two is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Optional

import numpy as np

from .backup import NAN, Assumption, Backup
from .survival import Clock, ClockState, Facility, clock

BATTERY_SHARES: tuple[tuple[float, float], ...] = ((0.0, 1.0), (2.5, 0.5), (5.0, 0.5))
"""(years, least share of the hours that a battery gave when new); older ones may give nothing.

At the end of its life a battery gives half, after it soon less (JEMA 汎用UPSのユーザーズガイドライン, in
paperzz.com/doc/6333318: to be exchanged after 1 to 3 years, one of long life after 2 to 5). The ordinary kind is due
after 2.5 years at 25 °C (電池工業会 SBA G0202, by store.ecbuyers.com/faq/014045.html). That one that is older, up to 5
years, is of the kind that lasts, is assumed; kinds of 7 years and more (fujielectric.co.jp/products/power_supply/ups/
ups_battery) are not told apart by any list.
"""
_YEAR_DAYS = 365.25
_END_OF_NOTHING = np.datetime64("0001-01-01", "s")


def battery_share(years: float) -> float:
    """Return the least share of its hours that a battery of so many years gives."""
    ages, shares = zip(*BATTERY_SHARES)
    return 0.0 if years > ages[-1] else float(np.interp(years, ages, shares))


def battery_age(backup: Backup, now: datetime) -> Optional[float]:
    """Return the years of a battery at a moment, the most that its row allows; None where it tells none."""
    told = [] if np.isnan(backup.battery_years) else [backup.battery_years]
    if backup.battery_from is not None and backup.battery_from <= now:
        told.append((now - backup.battery_from).total_seconds() / 86400 / _YEAR_DAYS)
    return max(told, default=None)


def doubtful_clock(facility: Facility, at: np.datetime64, hours: float, now: Optional[np.datetime64] = None) -> Clock:
    """Return when a facility fails, with what its row of the list leaves open; parameters as of `survival.clock`."""
    if facility.backup is None:
        return clock(facility, at, hours, now)
    if facility.backup.others:
        return _of_rows(facility, facility.backup, at, hours, now)
    looked = (at if now is None else now).astype("datetime64[s]").item()
    early, late, why = _meant(facility.backup, looked)
    if early == late:
        found = clock(replace(facility, backup=early), at, hours, now)
    else:
        found = _both(*(clock(replace(facility, backup=one), at, hours, now) for one in (early, late)))
    if np.isnat(found.earliest):
        return found
    if "battery_hours" in facility.backup.unread:
        why = (*why, Assumption.BATTERY_UNREAD)
    return replace(found, assumptions=(*found.assumptions, *why))


def _of_rows(
    facility: Facility, backup: Backup, at: np.datetime64, hours: float, now: Optional[np.datetime64]
) -> Clock:
    """Return when a facility fails of which rows tell differently: by any of them, or by all together."""
    meant = (replace(backup, others=()), *backup.others, backup.joint)
    first, *further = (doubtful_clock(replace(facility, backup=one), at, hours, now) for one in meant)
    found = first
    for other in further:
        found = _both(*sorted((found, other), key=lambda one: _END_OF_NOTHING if np.isnat(one.latest) else one.latest))
    if np.isnat(found.earliest):
        return found
    return replace(found, assumptions=(*found.assumptions, Assumption.SEVERAL_ROWS))


def _meant(backup: Backup, now: datetime) -> tuple[Backup, Backup, tuple[Assumption, ...]]:
    """Return what the row means if the facility fails early, and if late, and what that is told as."""
    early = late = backup
    why = []
    if backup.stock_doubted and not np.isnan(backup.fuel_l):
        # at the earliest it was so much when power was lost, at the latest it is now
        early, late = replace(early, stock_at=None, before_l=NAN), replace(late, stock_at=now, before_l=NAN)
        why.append(Assumption.STOCK_TIME)
    elif backup.stock_at is not None and backup.stock_until is not None and backup.stock_at <= now:
        late = replace(late, stock_at=max(backup.stock_at, min(backup.stock_until, now)))
        why.append(Assumption.STOCK_TIME)
    if backup.burnt_l > 0:
        early = replace(early, fuel_l=max(0.0, backup.fuel_l - backup.burnt_l))
        why.append(Assumption.STOCK_EARLIER)
    if backup.battery_hours > 0:
        years = battery_age(backup, now)
        share = 1.0 if years is None else battery_share(years)
        early = replace(early, battery_hours=backup.battery_hours * share)
        if not share and np.isnan(backup.generator_kva):
            # it is the battery that may give nothing, and not the row: without it there is no other backup
            early = replace(early, generator_kva=0.0)
        why.append(Assumption.BATTERY_NEW if years is None else Assumption.BATTERY_AGE)
    return early, late, tuple(why)


_STARTED = (ClockState.MAY_HAVE_FAILED, ClockState.FAILED, ClockState.ENDED_BY_TIME)


def _both(early: Clock, late: Clock) -> Clock:
    """Return what two clocks tell together; nothing where one of them tells nothing."""
    if np.isnat(early.earliest) or np.isnat(late.earliest):
        return early if np.isnat(early.earliest) else late
    state = late.state
    if early.state in _STARTED and state is ClockState.RUNNING:
        state = ClockState.MAY_HAVE_FAILED
    more = tuple(one for one in late.assumptions if one not in early.assumptions)
    return replace(
        early,
        state=state,
        earliest=min(early.earliest, late.earliest),
        latest=max(early.latest, late.latest),
        litres_to_hours=max(early.litres_to_hours, late.litres_to_hours),
        assumptions=(*early.assumptions, *more),
    )
