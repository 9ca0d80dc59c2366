"""What a building itself uses (自家の負荷): by hour, on workdays and days off, and its peak, by its readings.

A generator must carry the peak; its fuel goes by the hours. Both are of the building's own half-hours before the event.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, TimeArray
from .holidays import is_free

HOURS = 24
LEAST_DAYS = 3
"""Days of which most half-hours came, before a load is known."""
LEAST_SHARE = 0.8
"""Share of a day's half-hours that make it count."""
WORKDAY, DAY_OFF = 0, 1
"""Rows of `OwnLoad.kw`."""
SPREAD_LEAST = 0.03
"""Days are never taken to be more alike than so: a few may be by chance. What runs in a disaster and not on other days
counts besides (`survival.LOAD_SPREAD`)."""
CLEARLY = 4.0
"""Workdays and days off are two kinds where they lie so many standard deviations of workdays apart."""
MOST_CLOSED = 1 / 3
"""Share of its workdays on which a place may have been closed without that being its usual week."""
POWER_FACTOR = 0.8
"""kW for each kVA of a generator, as generators are rated."""


@dataclass(frozen=True)
class OwnLoad:
    """What one building uses."""

    kw: FloatArray
    """float64 (2, 24): mean kW of the hours of the day, on workdays and on days off."""
    spread: float
    """How far days lie from that, as a share (0.1 = 10 %)."""
    peak_kw: float
    """Highest half-hour."""
    days: int
    """Days it rests on."""
    highest: Optional[FloatArray] = None
    """float64 (2, 24): highest half-hour of each hour of the day, kW, on workdays and on days off; None: not known, it
    may be the peak in any."""
    hour_spread: float = 0.0
    """How far single hours lie from `kw`, as a share."""
    told_spread: float = 0.0
    """How far it may be off besides, as a share, where a list tells it: that does not even out over the days."""
    days_highest: Optional[FloatArray] = None
    """float64 (days, 24): highest half-hour of each hour of each day, kW, NaN where not known."""
    days_off: Optional[BoolArray] = None
    """bool (days,): which of these are days off."""

    def at(self, hours: TimeArray) -> FloatArray:
        """Return the kW of hours (datetime64), float64."""
        return _of_hours(self.kw, hours)

    def most_at(self, hours: TimeArray) -> FloatArray:
        """Return the highest kW that there was in such hours (datetime64) or an hour before or after, float64."""
        if self.highest is None:
            return np.full(len(hours), self.peak_kw)
        around = np.stack([np.roll(self.highest, by, axis=1) for by in (-1, 0, 1)])
        return _of_hours(np.max(around, axis=0), hours)

    def times(self, factor: float) -> OwnLoad:
        """Return a load that is so many times as large at any time."""
        highest, by_day = (None if one is None else one * factor for one in (self.highest, self.days_highest))
        return replace(self, kw=self.kw * factor, peak_kw=self.peak_kw * factor, highest=highest, days_highest=by_day)

    @property
    def need_kva(self) -> float:
        """kVA that carry the peak."""
        return self.peak_kw / POWER_FACTOR


def own_load(readings: IntArray, slot_begin: TimeArray) -> Optional[OwnLoad]:
    """Return what a building uses; None where too little of it came.

    Parameters
        readings: int (meters, slots) Wh of all its supply points (供給), negative where none came; whole days.
        slot_begin: datetime64[s] (slots,), consecutive, from a midnight on, before the event.

    Returns
        means over the days on which `LEAST_SHARE` of the half-hours of every meter came. Of days off without any the
        workdays stand in, and the other way round.
    """
    if not readings.size:
        return None
    came = (readings >= 0).all(axis=0)
    whole = np.where(came, np.where(readings > 0, readings, 0).sum(axis=0, dtype=np.int64), 0).astype(np.float64)
    length = len(slot_begin) // 48 * 48
    kw = np.where(came, whole / 500.0, np.nan)[:length].reshape(-1, 48)
    good = (~np.isnan(kw)).mean(axis=1) >= LEAST_SHARE
    if int(good.sum()) < LEAST_DAYS:
        return None
    days = slot_begin[:length:48][good]
    hourly = np.stack([_mean(kw[good][:, 2 * hour : 2 * hour + 2], axis=1) for hour in range(HOURS)], axis=1)
    by_day = np.nanmean(hourly, axis=1)
    off = _days_off(is_free(days), by_day)
    shape = np.stack([_mean(hourly[~off], axis=0), _mean(hourly[off], axis=0)])
    for row, other in ((WORKDAY, DAY_OFF), (DAY_OFF, WORKDAY)):
        lacking = np.isnan(shape[row])
        shape[row, lacking] = shape[other, lacking]
    shape = np.where(np.isnan(shape), np.nanmean(shape), shape)
    halves = np.fmax(kw[good][:, 0::2], kw[good][:, 1::2])
    peak = float(np.nanmax(kw[good]))
    highest = np.stack([_highest(halves[~off], peak), _highest(halves[off], peak)])
    usual = np.array([np.nanmean(shape[int(each)]) for each in off])
    far = float(np.nanstd(by_day / np.maximum(usual, 1e-9) - 1.0)) if usual.max() > 0 else 0.0
    apart = np.where(off[:, None], shape[DAY_OFF], shape[WORKDAY])
    single = np.divide(hourly - apart, apart, out=np.full(hourly.shape, np.nan), where=apart > 0)
    hour_spread = float(np.sqrt(np.nanmean(single**2))) if np.isfinite(single).any() else 0.0
    return OwnLoad(
        *(shape, max(far, SPREAD_LEAST), peak, int(good.sum()), highest, hour_spread), days_highest=halves, days_off=off
    )


def _days_off(off: BoolArray, by_day: FloatArray) -> BoolArray:
    """Return which days count as days off, bool (days,): those of the calendar, and workdays that were used like them.

    A place that was closed for お盆 tells nothing of its workdays, nor of how they differ. Only where the two kinds of
    day clearly differ, and for few days.
    """
    if min(off.sum(), (~off).sum()) < LEAST_DAYS:
        return off
    work, free = float(np.median(by_day[~off])), float(np.median(by_day[off]))
    differ = 1.4826 * float(np.median(np.abs(by_day[~off] - work)))
    like = ~off & (by_day < (work + free) / 2)
    if not work - free > CLEARLY * differ or like.sum() > MOST_CLOSED * (~off).sum():
        return off
    found: BoolArray = off | like
    return found


def _of_hours(table: FloatArray, hours: TimeArray) -> FloatArray:
    """Return what a table (2, 24) by kind of day and hour has of hours (datetime64), float64."""
    days = hours.astype("datetime64[D]")
    found: FloatArray = table[is_free(days).astype(np.int64), hours.astype("datetime64[h]").astype(np.int64) % HOURS]
    return found


def _highest(values: FloatArray, peak: float) -> FloatArray:
    """Return the highest of each column, float64; where none is known, the peak."""
    found: FloatArray = np.max(np.where(np.isnan(values), -np.inf, values), axis=0, initial=-np.inf)
    return np.where(np.isfinite(found), found, peak)


def _mean(values: FloatArray, axis: int) -> FloatArray:
    """Return the mean along an axis of what is known, NaN where nothing is (or there are no rows)."""
    count = (~np.isnan(values)).sum(axis=axis)
    total = np.nansum(values, axis=axis)
    found: FloatArray = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return found
