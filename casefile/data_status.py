"""How far the data of a case reach at a moment, and what is missing: for layers, sheets, reports and the refresh."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional

from ..messages import Message, message
from .case import Case

KINDS = ("reading", "outage", "statistics")
"""Kinds of data whose age matters, in the order in which they are told."""
_LAG = {"reading": timedelta(0), "outage": timedelta(hours=12), "statistics": timedelta(hours=12)}
"""Kind of data → how long something must have lasted before they tell of it: lists and counts name who was silent for
12 hours."""


@dataclass(frozen=True)
class DataStatus:
    """How far the data reach."""

    at: datetime
    """Moment looked at."""
    until: dict[str, datetime]
    """Kind of data → the moment until which it says something (end of the last half-hour, time of the last list)."""
    missing: tuple[Message, ...]
    """What is missing of the published sets, one message each."""
    last_event: datetime
    """The last event that began not after `at`."""
    limit_hours: float
    """Data older than this at `at` are called old."""

    def until_of(self, *kinds: str) -> Optional[datetime]:
        """Return the newest moment of which data of these kinds say something; None without any."""
        return max((self.until[kind] for kind in kinds if kind in self.until), default=None)

    @property
    def evidence_until(self) -> Optional[datetime]:
        """The newest moment of which any data say something; None without data."""
        return max(self.until.values(), default=None)

    @property
    def before_event(self) -> bool:
        """Whether all data end before the last event: then nothing can be said of the time after it."""
        return self.evidence_until is None or self.evidence_until <= self.last_event

    @property
    def blind(self) -> bool:
        """Whether nothing is told yet of what came after the last event, though a newer list may be there."""
        return all(until - _LAG[kind] <= self.last_event for kind, until in self.until.items())

    @property
    def old(self) -> bool:
        """Whether the data must be marked: they do not tell of the last event, or end too long before the moment."""
        if self.blind or self.evidence_until is None:
            return True
        return self.at - self.evidence_until > timedelta(hours=self.limit_hours)


def data_status(
    case: Case, at: datetime, limit_hours: float = 12.0, missing: Optional[tuple[Message, ...]] = None
) -> DataStatus:
    """Return how far the data of a case reach at `at`.

    `missing`: what is missing, where it is known better than by `completeness.missing_of_sets`.
    """
    import pandas as pd

    from . import case_arrays
    from .completeness import missing_of_sets

    until: dict[str, datetime] = {}
    readings = case_arrays.readings_until(case, at)
    if readings is not None:
        until["reading"] = pd.Timestamp(readings).to_pydatetime()
    lists = case_arrays.lists(case, at)
    if lists:
        until["outage"] = lists[-1].created_at
    statistics = case.statistics()
    if len(statistics):
        ends = pd.to_datetime(statistics["date"]) + pd.Timedelta(days=1)
        ends = ends[ends <= at]
        if len(ends):
            until["statistics"] = ends.max().to_pydatetime()
    struck = [event.begin for event in case.info.all_events if event.begin <= at]
    told = tuple(missing_of_sets(case)) if missing is None else missing
    return DataStatus(at, until, told, max(struck, default=case.info.event_time), limit_hours)


def told(status: DataStatus) -> Message:
    """Return in words until when the data reach, and why they must be marked where they must."""
    until = status.evidence_until
    if until is None:
        return message("No data were received")
    time = f"{until:%Y-%m-%d %H:%M}"
    if status.before_event:
        return message(
            "Data until {time}: they end before the event of {event}, and nothing is known of what came after it",
            time=time,
            event=f"{status.last_event:%m-%d %H:%M}",
        )
    if status.blind:
        return message(
            "Data until {time}: they do not tell yet of what came after the event of {event}",
            time=time,
            event=f"{status.last_event:%m-%d %H:%M}",
        )
    if status.old:
        return message(
            "Data until {time}: more than {hours} hours before {at}",
            time=time,
            hours=f"{status.limit_hours:g}",
            at=f"{status.at:%m-%d %H:%M}",
        )
    return message("Data until {time}", time=time)


def status_now(case: Case, clock: datetime, limit_hours: float) -> DataStatus:
    """Return how far the data reach now, and what is missing, in few words; now as by `present_moment`."""
    from .completeness import missing_in_short

    at = present_moment(case, clock)
    return data_status(case, at, limit_hours, tuple(missing_in_short(case, at)))


def looked_at(case: Case, data_at: datetime, asked: Optional[datetime], clock: datetime) -> datetime:
    """Return the moment of looking at a map of `data_at`: `asked` where a person asked for a moment, else now.

    What ends by itself (a battery, a tank) is told at it; what is dark, at the moment of the data, which may be hours
    before.
    """
    return asked if asked is not None else max(data_at, present_moment(case, clock))


def data_moment(case: Case, newest: datetime, clock: datetime) -> datetime:
    """Return the moment of a map of supply points for which none was asked: `newest`, that of their newest data.

    Where these end before the last event that has struck by now (an aftershock, too), it is when that struck: the power
    of before the event must not pass for power after it.
    """
    now = present_moment(case, clock)
    return max([newest, *(event.begin for event in case.info.all_events if event.begin <= now)])


def present_moment(case: Case, clock: datetime) -> datetime:
    """Return the moment that is now for a case: the clock's; in a drill when its data end, or were published."""
    from . import case_arrays, publications

    if not case.info.practice:
        return clock
    # what was published tells the drill's clock: data of yesterday, published this morning, are hours old
    published = [each.published_at for each in publications.known(case) if each.published_at is not None]
    known = [case.info.last_event().begin, *published]
    with suppress(case_arrays.NoData):
        known.append(case_arrays.newest(case))
    return max(known)
