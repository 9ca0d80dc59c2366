"""From totals over time (`timeline`) to the outlook of each area: which counts are meant, of what nothing is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray
from .forecast_score import SAID_COLUMNS, ForecastScore, forecast_score, said_for_now
from .outlook import LEVELS, Course, Forecast, forecast
from .reasons import Reason
from .restoration_courses import EventKind, prior_of
from .timeline import ALL

LEANS_HOURS = 24.0
"""A course shorter than this leans on earlier events."""
ROSE_SHARE, ROSE_METERS = 0.1, 5.0
"""More dark meters than a day ago by both of these: something new has happened."""
OUTLOOK_COLUMNS = (
    "area_id area_name horizon_h at dark_now expected low50 high50 low80 high80 low95 high95 evidence unknown_reason "
    "as_of_course"
).split() + list(SAID_COLUMNS)
DAY_HOURS = 24.0
"""Hours ahead that are told where only one can be."""
NO_SCORE = ForecastScore()
"""Of a case that has no earlier forecast."""


@dataclass(frozen=True)
class AreaOutlook:
    """What is expected, one row an area and horizon."""

    table: pd.DataFrame
    """`OUTLOOK_COLUMNS`; blank counts where nothing can be said, with the code of the reason."""
    until: Optional[datetime]
    """The moment the outlook starts from; None where there is none."""
    rose: int
    """Areas where more meters are dark than a day before."""
    leaning: Optional[float]
    """Hours of the course where it is short; None where it tells enough of its own."""
    score: ForecastScore = NO_SCORE
    """How the case's earlier forecasts after the same event, by the same evidence, came true."""


@dataclass(frozen=True)
class _Grid:
    """Dark meters by area and step."""

    ids: list[str]
    names: dict[str, str]
    course: Course
    reasons: dict[str, Optional[str]]
    """Area → reason of its last step."""
    evidence: str
    begin: pd.Timestamp

    @property
    def last(self) -> pd.Timestamp:
        """The moment of the last step."""
        return self.begin + pd.Timedelta(hours=float(self.course.hours[-1]))


def looked_ahead(
    course: pd.DataFrame,
    lists: pd.DataFrame,
    event: datetime,
    horizons: Sequence[float],
    kind: EventKind,
    past: Optional[pd.DataFrame] = None,
    later: Sequence[datetime] = (),
) -> AreaOutlook:
    """Return the outlook of each area and of all together (`area_id` "").

    Parameters
        course: totals over time by readings (`timeline.gap_timeline`): meters beyond peacetime are those dark.
        lists: totals by outage lists (`timeline.list_timeline`), used where no step of the readings after the event is
            known: meters silent for 12 hours, those silent in peacetime among them.
        event: moment it struck.
        horizons: hours ahead.
        kind: of the event.
        past: earlier forecasts of the case: `made_from` (datetime), `evidence`, `area_id`, `horizon_h`, `expected`,
            `low80`, `high80`.
        later: when further events struck that are known of. What one of them did after the last step no course tells:
            of the time after it nothing is said.
    """
    grid = _grid(course, "excess_meters", event)
    if grid is None and len(lists):
        grid = _grid(lists, "silent", event)
    if grid is None:
        return AreaOutlook(_nothing(course, event, horizons), None, 0, None)
    length = float(grid.course.hours[-1] - grid.course.hours[0])
    found = forecast(grid.course, horizons, prior_of(kind), to_now=length < LEANS_HOURS)
    earlier = _since(past, grid) if past is not None else None
    table = _untold_from(_table(grid, found, horizons), [moment for moment in later if moment >= grid.last])
    if earlier is not None and len(earlier):
        said = said_for_now(earlier, float(grid.course.hours[-1]))
        table = table.drop(columns=list(SAID_COLUMNS)).merge(said, on=["area_id", "horizon_h"], how="left")
    return AreaOutlook(
        table,
        grid.last.to_pydatetime(),
        _rose(grid.course),
        length if length < LEANS_HOURS else None,
        forecast_score(grid.course, grid.ids, earlier) if earlier is not None else NO_SCORE,
    )


def nearest_to_a_day(hours: Iterable[float]) -> float:
    """Return which of some hours ahead is told where only one can be: of two as near the first, of none a day."""
    return min(hours, key=lambda each: abs(each - DAY_HOURS), default=DAY_HOURS)


def _since(past: pd.DataFrame, grid: _Grid) -> pd.DataFrame:
    """Return the earlier forecasts made after the event of a course and before its last step, by the same evidence."""
    hours = (pd.to_datetime(past["made_from"]) - grid.begin) / pd.Timedelta(hours=1)
    own = (hours > 0) & (hours < grid.course.hours[-1]) & (past["evidence"] == grid.evidence)
    return past.assign(made_from_h=hours)[own]


def _grid(table: pd.DataFrame, counts: str, event: datetime) -> Optional[_Grid]:
    """Return the counts after the event up to the last step of which any is known; None where none is."""
    begin = pd.Timestamp(event)
    after = table[pd.to_datetime(table["end"]) > begin]
    known = after[after[counts].notna()]
    if not len(known):
        return None
    after = after[after["end"] <= known["end"].max()]
    dark = after.pivot_table(index="area_id", columns="end", values=counts, aggfunc="first", dropna=False)
    ids = sorted(after["area_id"].unique())
    ends = np.sort(pd.to_datetime(after["end"].unique()))
    dark = dark.reindex(index=ids, columns=ends)
    hours = (pd.DatetimeIndex(ends) - begin) / pd.Timedelta(hours=1)
    last = after[after["end"] == after["end"].max()]
    return _Grid(
        [str(code) for code in ids],
        dict(zip(after["area_id"].astype(str), after["area_name"].astype(str))),
        Course(hours.to_numpy(dtype=np.float64), np.maximum(dark.to_numpy(dtype=np.float64), 0.0)),
        dict(zip(last["area_id"].astype(str), last["unknown_reason"])),
        str(after["source"].iloc[0]),
        begin,
    )


def _table(grid: _Grid, found: Forecast, horizons: Sequence[float]) -> pd.DataFrame:
    now = grid.course.dark[:, -1]
    rows = []
    for place, code in enumerate(grid.ids):
        blank = bool(np.isnan(now[place]))
        reason = grid.reasons.get(code) or Reason.NO_HISTORY.value
        for number, horizon in enumerate(horizons):
            bounds: dict[str, float] = {}
            for level in LEVELS:
                bounds[f"low{level}"] = float(found.low[level][place, number])
                bounds[f"high{level}"] = float(found.high[level][place, number])
            rows.append(
                {
                    "area_id": code,
                    "area_name": grid.names.get(code, code),
                    "horizon_h": float(horizon),
                    "at": grid.last + pd.Timedelta(hours=float(horizon)),
                    "dark_now": float(now[place]),
                    "expected": float(found.expected[place, number]),
                    **bounds,
                    "evidence": grid.evidence,
                    "unknown_reason": reason if blank else None,
                    "as_of_course": grid.last,
                }
            )
    return pd.DataFrame(rows, columns=OUTLOOK_COLUMNS)


def _untold_from(table: pd.DataFrame, struck: Sequence[datetime]) -> pd.DataFrame:
    """Return an outlook that says nothing of moments after the first of the events that came behind its course."""
    if not struck:
        return table
    after = table["at"] > pd.Timestamp(min(struck))
    counts = ["expected", *(f"{end}{level}" for level in LEVELS for end in ("low", "high"))]
    found = table.copy()
    found.loc[after, counts] = np.nan
    found.loc[after & found["unknown_reason"].isna(), "unknown_reason"] = Reason.BEFORE_EVENT.value
    return found


def _nothing(course: pd.DataFrame, event: datetime, horizons: Sequence[float]) -> pd.DataFrame:
    """Return rows that say that nothing is known: of each area that the course names, else of all together."""
    named = {str(code): str(name) for code, name in zip(course["area_id"].tolist(), course["area_name"].tolist())}
    after = course[pd.to_datetime(course["end"]) > pd.Timestamp(event)]
    reasons = {str(code): reason for code, reason in zip(after["area_id"].tolist(), after["unknown_reason"].tolist())}
    rows = [
        {
            "area_id": code,
            "area_name": name,
            "horizon_h": float(horizon),
            "unknown_reason": reasons.get(code) or Reason.BEFORE_EVENT.value,
        }
        for code, name in sorted(named.items() if named else [(str(ALL), str(ALL))])
        for horizon in horizons
    ]
    table = pd.DataFrame(rows).reindex(columns=OUTLOOK_COLUMNS)
    for name in ("at", "as_of_course"):
        table[name] = pd.to_datetime(table[name])
    return table


def _rose(course: Course) -> int:
    """Return in how many areas more meters are dark than a day before."""
    before = np.flatnonzero(course.hours <= course.hours[-1] - 24.0)
    if not len(before):
        return 0
    now, then = course.dark[:, -1], course.dark[:, before[-1]]
    return int(np.count_nonzero(_grown(now, then)))


def _grown(now: FloatArray, then: FloatArray) -> BoolArray:
    with np.errstate(invalid="ignore"):
        found: BoolArray = (now > then * (1 + ROSE_SHARE)) & (now > then + ROSE_METERS)
    return found
