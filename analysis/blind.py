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
from typing import NamedTuple, Optional, Sequence, Union

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray, ObjectArray, TextArray, TimeArray
from .expectation import Expected
from .reasons import Reason

WINDOW = np.timedelta64(12 * 60 + 30, "m")
"""An outage must have lasted so long to show: 12 hours, and the half-hour in which the power failed may still count."""
LOOK_BACK = np.timedelta64(6, "h")
"""Readings say what is so at a moment if they are of half-hours that ended not longer before it."""
SETTLED = np.timedelta64(2, "h")
"""Readings of so long after the event tell who lost power in it."""
NEARLY_ALL = 0.9
"""A cell's readings are taken up to the last half-hour that was expected of so many of its meters; those of whom it was
not are not watched. The half-hour before it must have been expected of half of them."""


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
    """Cells or addresses the event struck; None all."""


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
    """`begin` (the day) `key until` and the columns of `counted` and `peace_counts`, of the days of `days_to_read`."""
    relays_lost: float = 0.0
    """Share of the meters that failed relays silenced though they had power, as late readings showed; 0 not known."""
    doubtful: Optional[pd.DataFrame] = None
    """`begin` (the day) `key` and the columns of `relays.Behind.by`: who may have power behind a relay that failed."""


NOTHING_HIDDEN = Blind()


@dataclass(frozen=True)
class Standing:
    """Where in time the figures of cells and days stand. Arrays of one length."""

    first: TimeArray
    """datetime64[s]: earliest moment a figure may stand for."""
    last: TimeArray
    """datetime64[s]: latest one."""
    reason: ObjectArray
    """object: `before_event`, `not_due` or ""."""
    after_event: BoolArray
    """bool: some event struck there before `last`."""
    lasting: BoolArray
    """bool: some event there was not over by `last`."""
    age: FloatArray
    """float64: days from the begin of the last event there to `last`, NaN where none struck."""
    relays_lost: float = 0.0
    """As in `Blind`."""


def standing(keys: TextArray, dates: TimeArray, published: TimeArray, blind: Blind) -> Standing:
    """Return where the figures of cells `keys` (str) on `dates` (datetime64[D]) stand, published then (NaT not known).

    What was published before the day was over stands for no later moment.
    """
    begin = dates.astype("datetime64[D]").astype("datetime64[s]")
    last = begin + np.timedelta64(1, "D").astype("timedelta64[s]")
    early = ~np.isnat(published) & (published >= begin) & (published < last)
    last = np.where(early, published, last)
    if blind.moment is DayMoment.BEGIN:
        last = begin
    first = last if blind.moment is DayMoment.END else begin
    reason = np.full(len(keys), "", dtype=object)
    after, lasting = np.zeros(len(keys), dtype=bool), np.zeros(len(keys), dtype=bool)
    age = np.full(len(keys), np.nan)
    for event in sorted(blind.events, key=lambda event: event.begin):
        here = np.ones(len(keys), dtype=bool) if event.keys is None else np.isin(keys, sorted(event.keys))
        struck = here & (event.begin < last)
        after |= struck
        age[struck] = (last[struck] - event.begin) / np.timedelta64(1, "D")
        lasting |= struck & (event.over > last)
        reason[struck & (first < event.over + WINDOW)] = Reason.NOT_DUE.value
        asked = not blind.each_day and (blind.at is None or event.begin <= blind.at)
        if asked:
            reason[here & (event.begin >= last)] = Reason.BEFORE_EVENT.value
    return Standing(first, last, reason, after, lasting, age, blind.relays_lost)


def days_to_read(dates: TimeArray, published: TimeArray, blind: Blind) -> dict[np.datetime64, np.datetime64]:
    """Return {day: latest moment its figures stand for} of the days of which readings can tell more than the figures.

    Those about which an event leaves something open, and the newest day after an event: an outage younger than 12 h
    that no event names is in no figure either, and who has power again since an hour is still silent in it.
    """
    everywhere = tuple(Struck(event.begin, event.over) for event in blind.events)
    of_all = Blind(everywhere, blind.moment, blind.at, each_day=True)
    found = standing(np.full(len(dates), ""), dates, published, of_all)
    days = dates.astype("datetime64[D]")
    newest = days == days.max() if len(days) else np.zeros(0, dtype=bool)
    wanted = (found.reason == Reason.NOT_DUE.value) | (newest & found.after_event)
    return {day: found.last[wanted & (days == day)].max() for day in np.unique(days[wanted])}


@dataclass(frozen=True)
class Watched:
    """Which meters readings tell of at one moment of each cell, and who of them was heard."""

    names: TextArray
    """str: the cells, "" among them where meters stand nowhere."""
    code: IntArray
    """int (meters): position in `names`."""
    due: BoolArray
    """bool (meters): a reading was expected on both sides of the moment."""
    heard: BoolArray
    """bool (meters): one came, due or not."""
    slot: IntArray
    """int (cells): number of the half-hour that begins at the moment."""
    told: BoolArray
    """bool (cells): something is known."""

    @property
    def dark(self) -> BoolArray:
        """Which are silent, bool (meters): without power, or as in peacetime."""
        return self.due & ~self.heard

    def count(self, **flags: BoolArray) -> pd.DataFrame:
        """Return `key`, the number of meters by cell of each of the `flags`, bool (meters), and `slot`."""
        size = len(self.names)
        table = pd.DataFrame(
            {"key": self.names, **{name: np.bincount(self.code, of, size) for name, of in flags.items()}}
        )
        return table.assign(slot=self.slot)[self.told].reset_index(drop=True)


class Keyed(NamedTuple):
    """The cells of meters."""

    names: TextArray
    """str (cells), sorted; "" where meters of none are among them."""
    code: IntArray
    """int64 (meters): which of them."""


def keyed(key: TextArray) -> Keyed:
    """Return the cells of meters; `key` str or object (meters), "" for none."""
    key = np.asarray(key)
    if key.dtype.kind != "O":
        names, code = np.unique(key.astype(str), return_inverse=True)
        return Keyed(names, code.reshape(-1))
    # few names among many meters: each is looked at once, and only they are sorted
    found, each = pd.factorize(key)
    names, order = np.unique(each.astype(str), return_inverse=True)
    return Keyed(names, order.reshape(-1)[found])


def watched(present: BoolArray, expected: Expected, key: Union[TextArray, Keyed]) -> Watched:
    """Return who was heard at the newest moment that readings tell of in each cell.

    `present` bool (meters, slots): a reading arrived, of the half-hours of `LOOK_BACK` before the moment that are after
    the event; `expected` of the same; `key` str (meters) the cell, "" for none, or `keyed` of it. A meter is expected
    with the last half-hour that was expected of nearly all of its cell and the one before it, and dark where neither
    came. That is what was so at the moment between the two, where number `slot` begins: whoever is heard before it
    had power up to it, whoever is heard after it has it from then on. Of its end the last half-hour alone could not
    tell who has just lost power from a reading lost, nor who has just got it back from who is dark. Where an event
    leaves one half-hour, that one counts alone, and `slot` is the one after it.
    Where nothing is expected in a cell, as of a set that is not whole, who was heard is all that is known of it, of the
    last half-hour in which half as many reported as in any. Cells without any reading are not told.
    """
    names, code = key if isinstance(key, Keyed) else keyed(key)
    placed = (names != "")[code][:, None]
    wanted = expected.of(slice(None)) & placed
    counts = np.column_stack([np.bincount(code, column, len(names)) for column in wanted.T])
    most = counts.max(axis=1)
    last = _last(counts >= NEARLY_ALL * most[:, None])
    earlier = (counts >= most[:, None] / 2) & (np.arange(counts.shape[1]) < last[:, None])
    reported = (present & placed).sum(axis=0)
    newest = int(_last(reported[None, :] >= reported.max() / 2)[0])
    unsaid = most == 0
    earlier[unsaid] = np.arange(counts.shape[1]) == newest - 1
    last[unsaid] = newest
    two = earlier.any(axis=1)
    before = np.where(two, _last(earlier), last)
    meter = np.arange(len(code))
    used = [(meter, slot[code]) for slot in (before, last)]
    due = wanted[used[0]] & wanted[used[1]]
    heard = present[used[0]] | present[used[1]]
    told = (names != "") & (~unsaid | (reported[newest] > 0))
    return Watched(names, code, due, heard, np.where(two, last, last + 1), told)


@dataclass(frozen=True)
class Around:
    """What readings tell of the same meters just before the first event, and of those dark now since."""

    before: Watched
    lasting: BoolArray
    """bool (meters): silent just after the event already, and nothing of it came since."""


def counted(now: Watched, around: Optional[Around]) -> pd.DataFrame:
    """Count by cell what is so now: `key expected dark proven told_before silent_before silent_since slot`.

    `around`: None where no readings are of the time just before the first event. `proven` all who were heard, due or
    not; `told_before` who is expected and of whom readings tell before the event; `silent_before` who is dark and was
    not heard then either: silent as in peacetime, or not told of; `silent_since` who is dark, was heard then, and is
    silent since the event.
    """
    none = np.zeros(len(now.due), dtype=bool)
    told, heard, lasting = none, none, none
    if around is not None:
        heard, lasting = around.before.heard, around.lasting
        told = around.before.due | heard
    return now.count(
        expected=now.due,
        dark=now.dark,
        proven=now.heard,
        told_before=now.due & told,
        silent_before=now.dark & ~heard,
        silent_since=now.dark & heard & lasting,
    )


def peace_counts(days: Sequence[Optional[Watched]]) -> pd.DataFrame:
    """Count by cell what is so in peacetime: `key peace_expected peace_dark peace_heard peace_lost`.

    `days`: one after the other, the newest first, None where no readings came. Sums over the days of who is expected
    and who of them is silent, and of those who were heard the day before, and who of them is silent.
    """
    names = ("peace_expected", "peace_dark", "peace_heard", "peace_lost")
    parts = []
    for day, eve in zip(days, (*days[1:], None)):
        if day is not None:
            both = day.due & (eve.heard if eve is not None else np.zeros(len(day.due), dtype=bool))
            parts.append(day.count(**dict(zip(names, (day.due, day.dark, both, both & day.dark)))))
    if not parts:
        return pd.DataFrame({"key": pd.Series(dtype=object), **{name: pd.Series(dtype="float64") for name in names}})
    return pd.concat(parts).groupby("key")[list(names)].sum().reset_index()


def _last(flags: BoolArray) -> IntArray:
    """Return the last column set of each row, int64 (rows); the last of all where none is."""
    return flags.shape[1] - 1 - flags[:, ::-1].argmax(axis=1)
