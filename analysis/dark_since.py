"""Since when a supply point has been without power (停電の開始): an interval by its evidence, never a single guess.

The low end is the last moment of which it is proven that there was power, or the event if that is later; the high end
is the end of the first half-hour that was expected and did not come, or from which on a list calls it silent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..arrays import BoolArray, DurationArray, FloatArray, IntArray, TimeArray
from .point_states import NEVER, OUTAGE, STATES, SUPPLY, PointStates, Why, hours
from .point_states import WHYS as _WHYS
from .slots import SLOT

_HOUR = np.timedelta64(3600, "s")


@dataclass(frozen=True)
class DarkSince:
    """The interval in which power was lost. Arrays of one length, datetime64[s]; NaT of all that is not without."""

    low: TimeArray
    high: TimeArray


def dark_since(points: pd.DataFrame, states: PointStates) -> DarkSince:
    """Return since when each supply point of `states` is without power.

    Parameters
        points: the table that `states` was made from (`point_states.point_states`).
        states: what is known of each.

    Returns
        for points in the state `outage` the interval; where nothing tells when power was there last, it begins with
        the first event that struck there; where that is not known either, the low end is NaT.
    """
    own = points[points["flow"] == SUPPLY].drop_duplicates("supply_point", keep="last").reset_index(drop=True)
    rules = states.rules
    dark = np.asarray(states.state) == STATES.index(OUTAGE)

    def times(name: str) -> TimeArray:
        if name not in own:
            return np.full(len(own), NEVER)
        return pd.to_datetime(own[name]).to_numpy().astype("datetime64[s]")

    last, until, since = times("last_reading"), times("readings_until"), times("list_since")
    snapshot, event = times("snapshot_at"), times("first_event")
    listed = own["listed"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    since = np.where(listed & np.isnat(since), snapshot - hours(rules.list_hours), since)
    proven = np.fmax(np.fmax(last, times("broute_at")), times("restored_at"))
    proven = np.fmax(proven, times("cleared_at") - hours(rules.list_hours))
    low = np.fmax(proven, event)
    gap = np.full(len(own), np.nan)
    if "silent_hours" in own:
        gap = own["silent_hours"].to_numpy(dtype=np.float64)
    gap = np.where(np.isnan(gap), np.maximum((until - last) / _HOUR, 0.0), gap)
    # one reading in some hundreds is lost on its way: that the first one missing was, and the silence began later, is
    # as rare, since what is dark is so by six missing in a row
    read = ~np.isnat(until) & ~np.isnan(gap)
    missed = np.where(np.isnat(times("first_missed")), _minus(until, gap) + SLOT, times("first_missed"))
    by_readings = np.where(read & (np.nan_to_num(gap) > 0), missed, NEVER)
    by_list = np.where(listed, since + SLOT, NEVER)
    told = np.where(np.asarray(states.why) == _WHYS.index(Why.LOST), times("lost_at"), NEVER)
    # what was missing before the event was missing by chance: the next one may have been, too
    silent = np.fmin(by_readings, by_list)
    silent = np.where(np.isnat(silent), NEVER, np.fmax(silent, _end_of_slot(event)))
    high = np.fmin(silent, told)
    # what the meter told is the moment itself
    low = np.where(~np.isnat(told), told, low)
    high = np.fmax(high, low)
    return DarkSince(np.where(dark, low, NEVER), np.where(dark, high, NEVER))


def _end_of_slot(moments: TimeArray) -> TimeArray:
    """Return the end of the half-hour in which each moment lies, NaT for NaT."""
    found: TimeArray = moments.astype("datetime64[m]") - (moments.astype("datetime64[m]").astype(np.int64) % 30)
    return np.where(np.isnat(moments), NEVER, found.astype("datetime64[s]") + SLOT)


def _minus(moments: TimeArray, gap: FloatArray) -> TimeArray:
    span: DurationArray = np.round(np.nan_to_num(gap) * 3600).astype("timedelta64[s]")
    found: TimeArray = moments - span
    return found


def of_places(since: DarkSince, place: IntArray, point: IntArray, count: int) -> DarkSince:
    """Return the interval of places that have several supply points: the first loss of power to the last.

    Parameters
        place, point: int64 pairs of one length: position of the place, and of its supply point (-1: nothing known).
        count: number of places.
    """
    low, high = np.full(count, NEVER), np.full(count, NEVER)
    known: BoolArray = point >= 0
    chosen, where = point[known], place[known]
    np.fmin.at(low, where, since.low[chosen])
    np.fmax.at(high, where, since.high[chosen])
    return DarkSince(low, high)
