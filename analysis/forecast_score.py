"""How earlier outlooks of a case came true (見通しの答え合わせ), by what its course tells now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
import pandas as pd

from ..arrays import FloatArray
from .outlook import Course

PAST_COLUMNS = ("area_id", "horizon_h", "made_from_h", "expected", "low80", "high80")
"""An earlier forecast a row; `made_from_h`: hours since the event that it starts from."""
SAID_COLUMNS = ("said_expected", "said_low80", "said_high80")
"""What was foreseen for now."""
NEAR_HOURS = 1.5
"""A forecast of a moment so near is one of it."""
MOST_GAP_HOURS = 12.0
"""Between counts farther apart a count is not told."""
LEAST_METERS = 1.0
"""An area with fewer dark at the origin had nothing to foresee."""


@dataclass(frozen=True)
class ForecastScore:
    """Earlier forecasts of a case beside what came."""

    judged: int = 0
    """Forecasts whose moment has come, of areas whose counts are known then and at the origin."""
    held: int = 0
    """Of these: counts within the 80 % interval; one that rose counts as the one at the origin."""
    error: float = float("nan")
    """All errors ÷ all counts at the origins."""
    waiting: int = 0
    """Forecasts whose moment has not come."""


def count_at(course: Course, hours: float) -> FloatArray:
    """Return the dark meters of each area at a moment, float64 (areas,): between two steps in proportion of time.

    NaN before and behind the course, and where the steps around are unknown or too far apart.
    """
    place = int(np.searchsorted(course.hours, hours - 1e-9))
    if place >= len(course.hours):
        return np.full(len(course.dark), np.nan)
    if abs(course.hours[place] - hours) < 1e-6:
        return course.dark[:, place]
    length = course.hours[place] - course.hours[place - 1] if place else np.inf
    if length > MOST_GAP_HOURS:
        return np.full(len(course.dark), np.nan)
    share = (hours - course.hours[place - 1]) / length
    between: FloatArray = course.dark[:, place - 1] * (1 - share) + course.dark[:, place] * share
    return between


def beside_what_came(course: Course, ids: Sequence[str], past: pd.DataFrame) -> pd.DataFrame:
    """Return the earlier forecasts (`PAST_COLUMNS`) of areas of the course with `now` (at the origin) and `came`."""
    rows = {code: place for place, code in enumerate(ids)}
    known = past[past["area_id"].isin(list(rows))].reset_index(drop=True)
    place = known["area_id"].map(rows).to_numpy(dtype=np.int64)
    begin, ahead = (known[name].to_numpy(dtype=np.float64) for name in ("made_from_h", "horizon_h"))
    found = {}
    for name, moments in (("now", begin), ("came", begin + ahead)):
        counts = np.full(len(known), np.nan)
        for moment in np.unique(moments):
            chosen = moments == moment
            counts[chosen] = count_at(course, float(moment))[place[chosen]]
        found[name] = counts
    return known.assign(**found)


def forecast_score(course: Course, ids: Sequence[str], past: pd.DataFrame) -> ForecastScore:
    """Return how the earlier forecasts of a course came true.

    Parameters
        course: dark meters since the event that the forecasts were made after.
        ids: area of each row of the course.
        past: `PAST_COLUMNS`; forecasts without a number are left out.
    """
    told = past[past["expected"].notna()]
    waiting = int((told["made_from_h"] + told["horizon_h"] > course.hours[-1] + 1e-6).sum()) if len(told) else 0
    table = beside_what_came(course, ids, told)
    table = table[table["came"].notna() & (table["now"] >= LEAST_METERS)]
    if not len(table):
        return ForecastScore(waiting=waiting)
    # new outages are not foreseen: restoration stands still at the worst
    came = np.minimum(table["came"], table["now"])
    held = (table["low80"] <= came) & (came <= table["high80"])
    error = (table["expected"] - table["came"]).abs().sum() / table["now"].sum()
    return ForecastScore(len(table), int(held.sum()), float(error), waiting)


def said_for_now(past: pd.DataFrame, now_h: float) -> pd.DataFrame:
    """Return what was foreseen for a moment, `area_id horizon_h` and `SAID_COLUMNS`: the forecasts nearest to it.

    `now_h`: hours since the event.
    """
    off = (past["made_from_h"] + past["horizon_h"] - now_h).abs()
    near = past.assign(off=off)[(off <= NEAR_HOURS) & past["expected"].notna()].sort_values("off", kind="stable")
    near = near.drop_duplicates(["area_id", "horizon_h"])
    names = dict(zip(("expected", "low80", "high80"), SAID_COLUMNS))
    return near.rename(columns=names)[["area_id", "horizon_h", *SAID_COLUMNS]].reset_index(drop=True)
