"""From totals over time (`timeline`) to the outlook of each area: which counts are meant, of what nothing is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray
from .forecast_score import SAID_COLUMNS, ForecastScore, forecast_score, said_for_now
from .outlook import LEVELS, Course, Forecast, forecast
from .reasons import Reason
from .restoration_courses import EventKind, prior_of
from .slots import event_slot
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
SHOWS_HOURS = 24.0
"""New outages that come up later than so long after a further event are not taken for its own."""
NO_SCORE = ForecastScore()
"""Of a case that has no earlier forecast."""


@dataclass(frozen=True)
class Struck:
    """An event of the case, and where it struck."""

    begin: datetime
    kind: EventKind
    areas: Optional[frozenset[str]] = None
    """`area_id` of the areas that it may have struck; None: it may have struck any."""

    def may_have(self, area: str) -> bool:
        """Return whether it may have struck an area; all together, where any part of them."""
        return self.areas is None or area in self.areas or (area == ALL and bool(self.areas))


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
    """Hours of the course of all together where it is short; None where it tells enough of its own."""
    anew: int = 0
    """Areas in which a further event put out more meters: their course begins anew with it."""
    untold: int = 0
    """Areas that an event may have struck of which the course does not tell yet."""
    score: ForecastScore = NO_SCORE
    """How the case's earlier forecasts after the same event, by the same evidence, came true."""


@dataclass(frozen=True)
class _Grid:
    """Dark meters by area and step."""

    ids: list[str]
    names: dict[str, str]
    course: Course
    begins: FloatArray
    """float64 (steps,): hours since the event at which each step begins."""
    reasons: dict[str, Optional[str]]
    """Area → reason of its last step."""
    evidence: str
    begin: pd.Timestamp

    @property
    def last(self) -> pd.Timestamp:
        """The moment of the last step."""
        return self.begin + pd.Timedelta(hours=float(self.course.hours[-1]))

    @property
    def areas(self) -> list[str]:
        """`area_id` of the areas, without all together; of that where no area is told."""
        return [code for code in self.ids if code != ALL] or self.ids

    def first_after(self, event: datetime) -> int:
        """Return the first step that tells of an event: what fell silent within a step counts from the next one on."""
        hours = (pd.Timestamp(event_slot(event)) - self.begin) / pd.Timedelta(hours=1)
        return int(np.searchsorted(self.begins, hours - 1e-9))

    def since(self, event: datetime, areas: IntArray) -> Course:
        """Return the course of some areas from an event on."""
        first = self.first_after(event)
        gone = (pd.Timestamp(event) - self.begin) / pd.Timedelta(hours=1)
        return Course(self.course.hours[first:] - gone, self.course.dark[areas, first:])


def looked_ahead(
    course: pd.DataFrame,
    lists: pd.DataFrame,
    events: Sequence[Struck],
    horizons: Sequence[float],
    past: Optional[pd.DataFrame] = None,
) -> AreaOutlook:
    """Return the outlook of each area and of all together (`area_id` "").

    An area goes on by its own course since the event that put its meters out: since the first one, or since a further
    one that struck it and after which more were dark. What an event did after the last step no course tells: of the
    areas that it may have struck, and of all together, nothing is said of the time after it.

    Parameters
        course: totals over time by readings (`timeline.gap_timeline`): meters beyond peacetime are those dark.
        lists: totals by outage lists (`timeline.list_timeline`), used where no step of the readings after the event is
            known: meters silent for 12 hours, those silent in peacetime among them.
        events: those of the case that are known of, oldest first; one or more.
        horizons: hours ahead.
        past: earlier forecasts of the case: `made_from` (datetime), `evidence`, `area_id`, `horizon_h`, `expected`,
            `low80`, `high80`.
    """
    first = events[0].begin
    grid = _grid(course, "excess_meters", first) or _grid(lists, "silent", first)
    if grid is None:
        return AreaOutlook(_nothing(course, first, horizons), None, 0, None)
    own = _own_event(grid, events)
    found, lengths = _by_event(grid, events, own, horizons)
    untold = _untold(grid, events)
    table = _table(grid, found, horizons, untold)
    earlier = _since(past, grid, [events[number].begin for number in own]) if past is not None else None
    length = lengths[grid.ids.index(ALL)] if ALL in grid.ids else max(lengths)
    return AreaOutlook(
        table if earlier is None else _beside_earlier(table, earlier, float(grid.course.hours[-1])),
        grid.last.to_pydatetime(),
        _rose(grid.course),
        length if length < LEANS_HOURS else None,
        sum(own[grid.ids.index(code)] > _first_of(events, code) for code in grid.areas),
        sum(code in untold for code in grid.areas),
        forecast_score(grid.course, grid.ids, earlier) if earlier is not None else NO_SCORE,
    )


def _beside_earlier(table: pd.DataFrame, earlier: pd.DataFrame, hours: float) -> pd.DataFrame:
    """Return an outlook with what earlier forecasts said of its last step, so many hours after the event."""
    if not len(earlier):
        return table
    said = said_for_now(earlier, hours)
    return table.drop(columns=list(SAID_COLUMNS)).merge(said, on=["area_id", "horizon_h"], how="left")


def _first_of(events: Sequence[Struck], area: str) -> int:
    """Return the first event that may have struck an area; that of the case where none has."""
    return next((number for number, event in enumerate(events) if event.may_have(area)), 0)


def _own_event(grid: _Grid, events: Sequence[Struck]) -> list[int]:
    """Return the event that the course of each area goes by.

    It is the last one after which more meters were dark there than before, within `SHOWS_HOURS`, else the first that
    struck there. Where it is not known how many were dark before or after one, that one counts as if it were so.
    """
    steps = [grid.first_after(event.begin) for event in events]
    shows = [grid.first_after(pd.Timestamp(event.begin) + pd.Timedelta(hours=SHOWS_HOURS)) for event in events]
    found = []
    for code, dark in zip(grid.ids, grid.course.dark):
        own = _first_of(events, code)
        for number in range(own + 1, len(events)):
            if not events[number].may_have(code) or steps[number] == len(dark):
                continue
            before, after = _last_known(dark[: steps[number]]), _most(dark[steps[number] : shows[number]])
            if np.isnan(before) or np.isnan(after) or _grown(np.array(after), np.array(before)):
                own = number
        # no step may tell of the first event there yet: the course of the case has to do
        found.append(own if steps[own] < len(dark) else 0)
    return found


def _last_known(counts: FloatArray) -> float:
    known = counts[~np.isnan(counts)]
    return float(known[-1]) if len(known) else float("nan")


def _most(counts: FloatArray) -> float:
    known = counts[~np.isnan(counts)]
    return float(known.max()) if len(known) else float("nan")


def _by_event(
    grid: _Grid, events: Sequence[Struck], own: Sequence[int], horizons: Sequence[float]
) -> tuple[Forecast, list[float]]:
    """Return what is expected of each area by its own course, and the hours that this is long."""
    shape = (len(grid.ids), len(horizons))
    expected, lengths = np.full(shape, np.nan), np.zeros(len(grid.ids))
    low, high = ({level: np.full(shape, np.nan) for level in LEVELS} for _ in range(2))
    for number in sorted(set(own)):
        areas = np.flatnonzero(np.asarray(own) == number)
        course = grid.since(events[number].begin, areas)
        length = float(course.hours[-1] - course.hours[0])
        found = forecast(course, horizons, prior_of(events[number].kind), to_now=length < LEANS_HOURS)
        expected[areas], lengths[areas] = found.expected, length
        for level in LEVELS:
            low[level][areas], high[level][areas] = found.low[level], found.high[level]
    return Forecast(expected, low, high), lengths.tolist()


def _untold(grid: _Grid, events: Sequence[Struck]) -> dict[str, datetime]:
    """Return when the first event struck that may have struck an area and of which no step tells, by area."""
    behind = [event for event in events if grid.first_after(event.begin) == len(grid.begins)]
    found = {code: [event.begin for event in behind if event.may_have(code)] for code in grid.ids}
    return {code: min(begins) for code, begins in found.items() if begins}


def nearest_to_a_day(hours: Iterable[float]) -> float:
    """Return which of some hours ahead is told where only one can be: of two as near the first, of none a day."""
    return min(hours, key=lambda each: abs(each - DAY_HOURS), default=DAY_HOURS)


def _since(past: pd.DataFrame, grid: _Grid, begins: Sequence[datetime]) -> pd.DataFrame:
    """Return the earlier forecasts made before the last step, by the same evidence, and after the event of each area.

    `begins`: when the event struck that the course of each area goes by.
    """
    made = pd.to_datetime(past["made_from"])
    hours = (made - grid.begin) / pd.Timedelta(hours=1)
    after = made > pd.to_datetime(past["area_id"].map(dict(zip(grid.ids, begins))))
    own = after & (hours < grid.course.hours[-1]) & (past["evidence"] == grid.evidence)
    return past.assign(made_from_h=hours)[own]


def _grid(table: pd.DataFrame, counts: str, event: datetime) -> Optional[_Grid]:
    """Return the counts after the event up to the last step of which any is known; None where none is.

    A step that began before the event tells nothing of it: silent are those of which no reading came in all of it.
    """
    if not len(table):
        return None
    begin = pd.Timestamp(event)
    after = table[pd.to_datetime(table["begin"]) >= pd.Timestamp(event_slot(event))]
    known = after[after[counts].notna()]
    if not len(known):
        return None
    after = after[after["end"] <= known["end"].max()]
    dark = after.pivot_table(index="area_id", columns="end", values=counts, aggfunc="first", dropna=False)
    ids = sorted(after["area_id"].unique())
    ends = np.sort(pd.to_datetime(after["end"].unique()))
    dark = dark.reindex(index=ids, columns=ends)
    hours = (pd.DatetimeIndex(ends) - begin) / pd.Timedelta(hours=1)
    begins = pd.DatetimeIndex(after.groupby("end")["begin"].first().reindex(ends))
    last = after[after["end"] == after["end"].max()]
    return _Grid(
        [str(code) for code in ids],
        dict(zip(after["area_id"].astype(str), after["area_name"].astype(str))),
        Course(hours.to_numpy(dtype=np.float64), np.maximum(dark.to_numpy(dtype=np.float64), 0.0)),
        ((begins - begin) / pd.Timedelta(hours=1)).to_numpy(dtype=np.float64),
        dict(zip(last["area_id"].astype(str), last["unknown_reason"])),
        str(after["source"].iloc[0]),
        begin,
    )


def _table(grid: _Grid, found: Forecast, horizons: Sequence[float], untold: Mapping[str, datetime]) -> pd.DataFrame:
    """Return a row an area and horizon; `untold`: from when on nothing can be said of an area."""
    now = grid.course.dark[:, -1]
    rows = []
    for place, code in enumerate(grid.ids):
        reason = None if not np.isnan(now[place]) else grid.reasons.get(code) or Reason.NO_HISTORY.value
        for number, horizon in enumerate(horizons):
            at = grid.last + pd.Timedelta(hours=float(horizon))
            behind = code in untold and at > pd.Timestamp(untold[code])
            told = {"expected": float(found.expected[place, number])}
            for level in LEVELS:
                told[f"low{level}"] = float(found.low[level][place, number])
                told[f"high{level}"] = float(found.high[level][place, number])
            if behind:
                told = dict.fromkeys(told, np.nan)
            rows.append(
                {
                    "area_id": code,
                    "area_name": grid.names.get(code, code),
                    "horizon_h": float(horizon),
                    "at": at,
                    "dark_now": float(now[place]),
                    **told,
                    "evidence": grid.evidence,
                    "unknown_reason": reason or (Reason.BEFORE_EVENT.value if behind else None),
                    "as_of_course": grid.last,
                }
            )
    return pd.DataFrame(rows, columns=OUTLOOK_COLUMNS)


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
