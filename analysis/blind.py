"""What the 12 hours hide: an outage younger than that is in no figure of 通電計器数, and no calm map may be made of it.

A day's figure says which meters gave no reading for the 12 hours before *its moment*. The manual does not tell which
moment of 対象年月日 that is; where the profile does not name it either, it is taken to lie anywhere in the day. A
figure whose moment may lie within 12 hours of an event's end says nothing about the outages of that event; one of a day
that ended before the event says nothing of the time after it. Readings, where the case holds them, narrow what is left
open.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

import numpy as np
import pandas as pd

from .expectation import Expected
from .reasons import Reason

WINDOW = np.timedelta64(12 * 60 + 30, "m")
"""An outage must have lasted so long to show: 12 hours, and the half-hour in which the power failed may still count."""
LOOK_BACK = np.timedelta64(6, "h")
"""Readings say what is so at a moment if they are of half-hours that ended not longer before it."""
LAST_SLOTS = 2
"""Expected half-hours, the last ones, in all of which a meter must be missing to count as without power; and so many
must be expected to say anything of it. Single ones are lost in peacetime too; more would tell of the past."""


class DayMoment(str, Enum):
    """Moment of the day that a figure of 通電計器数 stands for; the value is that of the profile."""

    BEGIN = "begin"
    END = "end"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Struck:
    """One event as the statistics see it."""

    begin: np.datetime64
    over: np.datetime64
    """When it was over: `begin` itself for a shock."""
    keys: Optional[frozenset[str]] = None
    """Cells or addresses it struck; None all."""


@dataclass(frozen=True)
class Blind:
    """What must be known to say what the 12 hours hide; without events nothing is hidden."""

    events: tuple[Struck, ...] = ()
    moment: DayMoment = DayMoment.UNKNOWN
    at: Optional[np.datetime64] = None
    """Moment looked at: events after it are not asked about. None: all of them are."""
    each_day: bool = False
    """Every day is looked at as it was then, as in a layer of all days: none is too old."""
    readings: Optional[pd.DataFrame] = None
    """`begin` (the day) `key expected dark peace_expected peace_dark until`, as `watched` counts, of blind days."""


NOTHING_HIDDEN = Blind()


@dataclass(frozen=True)
class Standing:
    """Where in time the figures of cells and days stand. Arrays of one length."""

    first: np.ndarray
    """datetime64[s]: earliest moment a figure may stand for."""
    last: np.ndarray
    """datetime64[s]: latest one."""
    reason: np.ndarray
    """object: `before_event`, `not_due` or ""."""
    after_event: np.ndarray
    """bool: some event struck there before `last`."""
    lasting: np.ndarray
    """bool: some event there was not over by `last`."""


def standing(keys: np.ndarray, dates: np.ndarray, published: np.ndarray, blind: Blind) -> Standing:
    """Return where the figures of cells `keys` (str) on `dates` (datetime64[D]) stand, published then (NaT not known).

    What was published before the day was over stands for no later moment.
    """
    begin = dates.astype("datetime64[D]").astype("datetime64[s]")
    last = begin + np.timedelta64(1, "D").astype("timedelta64[s]")
    early = ~np.isnat(published) & (published > begin) & (published < last)
    last = np.where(early, published, last)
    if blind.moment is DayMoment.BEGIN:
        last = begin
    first = last if blind.moment is DayMoment.END else begin
    reason = np.full(len(keys), "", dtype=object)
    after, lasting = np.zeros(len(keys), dtype=bool), np.zeros(len(keys), dtype=bool)
    for event in sorted(blind.events, key=lambda event: event.begin):
        here = np.ones(len(keys), dtype=bool) if event.keys is None else np.isin(keys, sorted(event.keys))
        struck = here & (event.begin < last)
        after |= struck
        lasting |= struck & (event.over > last)
        reason[struck & (first < event.over + WINDOW)] = Reason.NOT_DUE.value
        asked = not blind.each_day and (blind.at is None or event.begin <= blind.at)
        if asked:
            reason[here & (event.begin >= last)] = Reason.BEFORE_EVENT.value
    return Standing(first, last, reason, after, lasting)


def blind_days(dates: np.ndarray, published: np.ndarray, blind: Blind) -> dict[np.datetime64, np.datetime64]:
    """Return {day: latest moment its figures stand for} of the days about which an event leaves something open."""
    everywhere = tuple(Struck(event.begin, event.over) for event in blind.events)
    of_all = Blind(everywhere, blind.moment, blind.at, each_day=True)
    found = standing(np.full(len(dates), ""), dates, published, of_all)
    hidden = found.reason == Reason.NOT_DUE.value
    days = dates.astype("datetime64[D]")
    return {day: found.last[hidden & (days == day)].max() for day in np.unique(days[hidden])}


def watched(present: np.ndarray, expected: Expected, key: np.ndarray) -> pd.DataFrame:
    """Count by cell the meters that readings say something about: `key expected dark`.

    `present` bool (meters, slots): a reading arrived, of the half-hours of `LOOK_BACK` before the moment that are after
    the event; `expected` of the same; `key` str (meters) the cell, "" for none. A meter is expected with `LAST_SLOTS`
    or more, and dark where none of the last of them came.
    """
    wanted = expected.of(slice(None))
    from_end = np.cumsum(wanted[:, ::-1], axis=1)[:, ::-1]
    used = wanted & (from_end <= LAST_SLOTS)
    enough = used.sum(axis=1) >= LAST_SLOTS
    dark = enough & ~(present & used).any(axis=1)
    placed = np.asarray(key, dtype=str) != ""
    table = pd.DataFrame({"key": key, "expected": enough.astype(float), "dark": dark.astype(float)})[placed]
    return table.groupby("key", sort=True)[["expected", "dark"]].sum().reset_index()
