"""From when, and by when, a building uses more than its generator gives (過負荷), by the half-hours of other days."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Optional

import numpy as np

from ..arrays import BoolArray, FloatArray
from .holidays import is_free
from .own_load import HOURS, OwnLoad

LEAST_DAYS = 3
"""Days of a kind (workdays, days off), from which on they stand for such days to come; else all days do."""
_DEVIATIONS = np.array([NormalDist().inv_cdf((number + 0.5) / 41) for number in range(41)])
"""Values of a standard normal figure that are alike in chance."""
_HOUR = np.timedelta64(3600, "s")
_DAY = np.timedelta64(1, "D")


def may_stop_after(
    load: OwnLoad, gives: float, start: np.datetime64, until: np.datetime64, crowded: bool
) -> Optional[float]:
    """Return after how many hours a building may first use more than `gives` kW; None for not before `until`.

    By the highest half-hour of that hour, or one beside it, on workdays or days off; of a place full of people
    (`crowded`), by the highest of all.
    """
    first = start.astype("datetime64[h]")
    clock_hours = first + np.arange(max(0, math.ceil((until - first) / _HOUR)))
    most = np.full(len(clock_hours), load.peak_kw) if crowded else load.most_at(clock_hours)
    over = np.flatnonzero(most > gives)
    if not len(over):
        return None
    return max(0.0, float((clock_hours[over[0]] - start) / _HOUR))


def has_stopped_by(
    load: OwnLoad, gives: float, start: np.datetime64, until: np.datetime64, spread: float, chance: float
) -> Optional[np.datetime64]:
    """Return by when a building has used more than a generator gives, with a given chance; None for not by `until`.

    Parameters
        load: its own use.
        gives: kW beyond which the generator stops.
        start: from when on it runs, datetime64[s].
        until: how far to look.
        spread: standard deviation of what the building uses in an outage about other days, as a share.
        chance: with which it has stopped by then.

    Returns
        the end of an hour, datetime64[s]. A day to come is like any of those known of its kind, one whole day at a
        time, as the hours of a day go together; the outage adds the same share to all of them.
    """
    if load.days_highest is None or load.days_off is None:
        return None
    factors = np.maximum(1 + spread * _DEVIATIONS, 0.0)
    runs_on = np.ones(len(factors))
    # of the hour that has begun, nobody knows whether it is still to come
    at = start.astype("datetime64[h]") + np.timedelta64(1, "h")
    while at < until:
        day = at.astype("datetime64[D]")
        hour = int((at - day.astype("datetime64[h]")) / np.timedelta64(1, "h"))
        chances = runs_on * _runs_on(load.days_highest, load.days_off, day, hour, gives / np.maximum(factors, 1e-9))
        stopped = np.flatnonzero(1 - chances.mean(axis=1) >= chance)
        if len(stopped):
            ends = (at + np.timedelta64(int(stopped[0]) + 1, "h")).astype("datetime64[s]")
            return ends if ends < until else None
        runs_on = chances[-1]
        at = (day + _DAY).astype("datetime64[h]")
    return None


def _runs_on(highest: FloatArray, off: BoolArray, day: np.datetime64, hour: int, gives: FloatArray) -> FloatArray:
    """Return of how many days of a kind no half-hour from an hour on exceeds `gives`, float64 (hours left, gives)."""
    own = off == bool(is_free(np.array([day]))[0])
    days = highest[own] if own.sum() >= LEAST_DAYS else highest
    most = np.fmax.accumulate(np.where(np.isnan(days), 0.0, days)[:, hour:HOURS], axis=1)
    found: FloatArray = (most[:, :, None] <= gives).mean(axis=0)
    return found
