"""Visits (UC⑦ 見守り訪問, manual §3.1.7, §4.3): the manual's week table, the best hours to call, and long absence.

It starts from the states of each half-hour (`occupancy.presence`), so it can be made by any of its methods; `quiet` is
the one to use. What is not known is －, neither ○ nor ×: a caller who is sent away by a gap in the data is not told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray, ObjectArray, TimeArray
from ..messages import TomoshibiError, message
from .holidays import is_holiday
from .occupancy import State
from .quiet_hours import SLOTS_A_DAY, half_hour_of_day, weekday
from .slots import SLOT, AnyMoment

AT_HOME, AWAY, UNKNOWN = 1, 0, -1
MARKS: dict[int, str] = {AT_HOME: "○", AWAY: "×", UNKNOWN: "－"}

DAYTIME = (18, 34)
"""Half-hours of day of 昼: 9:00–17:00 (manual §3.1.7)."""
ROW = (18, 39)
"""Half-hours of the manual's row of one day: 09:00 … 19:00."""
WEEKDAYS = 7
WEEK = np.timedelta64(WEEKDAYS, "D")

ROW_COLUMNS = [f"t{slot // 2:02d}{slot % 2 * 30:02d}" for slot in range(*ROW)]
BEST_COLUMNS = "supply_point rank weekday hour share weeks".split()


class VisitError(TomoshibiError):
    """The states do not allow the question."""


@dataclass(frozen=True)
class VisitRules:
    """The numbers of the visiting plan."""

    daytime_slots: int = 4
    """A day is ○ by day if somebody was at home for a quarter of 9:00–17:00: two hours …"""
    known_slots: int = 8
    """… and × if not although at least half of it is known."""
    first_hour: int = 9
    last_hour: int = 19
    """Calls begin from 9 to before 19 o'clock."""
    best: int = 3
    """So many weekday-hours are proposed."""
    strength_person: float = 2.0
    """Weeks of evidence that a person's habit at this hour (on working days, or on days off) counts for."""
    strength_all: float = 4.0
    """Weeks of evidence that all people's habit at this hour counts for."""
    least_weeks: float = 2.0
    """Weeks of a person's own at this hour, on working days or on days off, without which it is not proposed."""
    absent_days: int = 3
    """So many days in a row without anybody at home are long absence (長期不在)."""
    absent_known: int = 24
    """Half-hours of a day that must be known for it to count as one without anybody."""


def _checked(state: IntArray, slot_begin: TimeArray) -> TimeArray:
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    if state.ndim != 2 or state.shape[1] != len(begins) or not len(begins) or (np.diff(begins) != SLOT).any():
        raise VisitError(
            message("The half-hours do not follow one another or do not fit the states. Work them out again.")
        )
    return begins


def _home(state: IntArray) -> IntArray:
    """int8: 1 at home, 0 away, -1 not known (no data, or asleep or away)."""
    return np.select([state == State.HOME, state == State.AWAY], [AT_HOME, AWAY], UNKNOWN).astype(np.int8)


def by_day(state: IntArray, slot_begin: TimeArray) -> tuple[TimeArray, IntArray]:
    """Return the days (datetime64[D]) and, int8 (people, days, 48), 1 at home, 0 away, -1 not known or not handed in.

    `state` int (people, slots): `occupancy.State`; `slot_begin` datetime64 (slots), consecutive. Raises `VisitError`.
    """
    begins = _checked(state, slot_begin)
    before = int(half_hour_of_day(begins[:1])[0])
    count = -(-(before + len(begins)) // SLOTS_A_DAY)
    spread = np.full((len(state), count * SLOTS_A_DAY), UNKNOWN, dtype=np.int8)
    spread[:, before : before + len(begins)] = _home(state)
    first = begins[0].astype("datetime64[D]")
    return first + np.arange(count).astype("timedelta64[D]"), spread.reshape(len(state), count, SLOTS_A_DAY)


def daytime_marks(home: IntArray, rules: VisitRules) -> IntArray:
    """Return the 昼 (9:00–17:00) mark of each day, int8 (people, days), from `by_day`'s array."""
    part = home[:, :, slice(*DAYTIME)]
    present = (part == AT_HOME).sum(axis=2)
    known = (part != UNKNOWN).sum(axis=2)
    away = np.where(known >= rules.known_slots, AWAY, UNKNOWN)
    return np.where(present >= rules.daytime_slots, AT_HOME, away).astype(np.int8)


def _week_mark(marks: IntArray) -> IntArray:
    """総合: ○ if any day is ○, × if the rest is known to be ×, － if nothing is known; int8 (people)."""
    if not marks.shape[1]:
        return np.full(len(marks), UNKNOWN, dtype=np.int8)
    return np.where(
        (marks == AT_HOME).any(axis=1), AT_HOME, np.where((marks == AWAY).any(axis=1), AWAY, UNKNOWN)
    ).astype(np.int8)


def _signs(marks: IntArray) -> ObjectArray:
    table = np.array([MARKS[AWAY], MARKS[AT_HOME], MARKS[UNKNOWN]], dtype=object)
    return table[np.asarray(marks)]


def monday_of(day: AnyMoment) -> np.datetime64:
    """Return the Monday of the week that a day lies in, datetime64[D]."""
    stamp = np.datetime64(pd.Timestamp(day), "D")
    return stamp - np.timedelta64(int(weekday(np.array([stamp]))[0]), "D")


def week_table(
    supply_point: Sequence[str],
    state: IntArray,
    slot_begin: TimeArray,
    week: AnyMoment,
    rules: VisitRules,
    row_day: Optional[AnyMoment] = None,
) -> pd.DataFrame:
    """Return the manual's week table, one row a person, with ○, × and －.

    `week` any day of the week asked for (it begins on Monday); `row_day` the day whose half-hours are shown (None: the
    last day of that week of which anything is handed in). `last_week` and `this_week` 総合: ○ if by day anybody was at
    home on any day, as in the manual's sample. `day_1` … `day_7` 昼 of Monday … Sunday; `t0900` … `t1900` the
    half-hours of `row_day`. `away_days` days in a row up to the last one without anybody at home, `long_absence` bool.
    Days that were not handed in are －. Arrays as in `by_day`. Raises `VisitError`.
    """
    days, home = by_day(state, slot_begin)
    monday = monday_of(week)
    inside = (days >= monday) & (days < monday + WEEK)
    if not inside.any():
        raise VisitError(
            message("There are no states of the week from {monday}. Choose a week inside the data.", monday=str(monday))
        )
    marks = daytime_marks(home, rules)
    shown = np.full((len(state), WEEKDAYS), UNKNOWN, dtype=np.int8)
    shown[:, (days[inside] - monday).astype(np.int64)] = marks[:, inside]
    before = (days >= monday - WEEK) & (days < monday)
    chosen = days[inside][-1] if row_day is None else np.datetime64(pd.Timestamp(row_day), "D")
    if chosen not in days:
        raise VisitError(message("There are no states of {day}. Choose a day inside the data.", day=str(chosen)))
    row = home[:, int(np.flatnonzero(days == chosen)[0]), slice(*ROW)]

    table = pd.DataFrame({"supply_point": np.asarray(supply_point, dtype=object)})
    table["last_week"], table["this_week"] = _signs(_week_mark(marks[:, before])), _signs(_week_mark(shown))
    for number in range(WEEKDAYS):
        table[f"day_{number + 1}"] = _signs(shown[:, number])
    table["row_day"] = pd.Series([chosen] * len(table), dtype="datetime64[ns]")
    for place, name in enumerate(ROW_COLUMNS):
        table[name] = _signs(row[:, place])
    last = int(np.flatnonzero(inside)[-1]) + 1
    table["away_days"] = days_away(home[:, :last], rules)
    table["long_absence"] = table["away_days"] >= rules.absent_days
    return table


def days_away(home: IntArray, rules: VisitRules) -> IntArray:
    """Return how many days up to the last one nobody was at home, int64 (people), from `by_day`'s array.

    A day with fewer than `absent_known` half-hours known ends the count: silence is no absence. Only the last day may
    be unfinished: it counts as soon as enough of it is known, and does not end the count before.
    """
    present = (home == AT_HOME).any(axis=2)
    known = (home != UNKNOWN).sum(axis=2) >= rules.absent_known
    empty = known & ~present
    # A last day of which only some is known yet, without anybody, is passed over.
    unfinished = ~known[:, -1] & ~present[:, -1] & (home[:, -1] != UNKNOWN).any(axis=1)
    empty = np.where(unfinished[:, None], np.roll(empty, 1, axis=1), empty)
    run = np.argmin(np.concatenate([empty[:, ::-1], np.zeros((len(home), 1), dtype=bool)], axis=1), axis=1)
    return run.astype(np.int64)


WORKING, OFF = slice(0, 5), slice(5, WEEKDAYS)
"""Monday to Friday; Saturday and Sunday."""
_KINDS = ((0, WORKING), (1, OFF))


def home_shares(days: TimeArray, home: IntArray, rules: VisitRules) -> tuple[FloatArray, IntArray]:
    """Return the shrunk share of being at home, float64 (people, 7, 24), and the weeks it rests on, int64.

    Of each weekday and hour the half-hours known are counted as weeks (two are one). A public holiday is none of its
    weekday: it tells of days off, as Saturdays and Sundays do, and of no working day. With n weeks and h of them at
    home the share is (h + a·p) / (n + a), where p is the person's share at this hour on working days or on days off,
    itself shrunk in the same way towards everybody's with b: a is `strength_person`, b `strength_all`. So two weeks of
    data do not make a certainty, and a person without data has everybody's habit.
    """
    return _shares(days, home, rules)[:2]


def _shares(days: TimeArray, home: IntArray, rules: VisitRules) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return what `home_shares` does, and the person's own weeks on such days at this hour, float64 (people, 7, 24)."""
    present, known = (home == AT_HOME), (home != UNKNOWN)
    of_week, off = weekday(days), is_holiday(days)
    shape = (len(home), WEEKDAYS, 24)
    there, weeks = np.zeros(shape), np.zeros(shape)
    for number in range(WEEKDAYS):
        chosen = (of_week == number) & (~off | (number >= WORKING.stop))
        for target, source in ((there, present), (weeks, known)):
            target[:, number] = _by_hour(source[:, chosen])
    shares, own_weeks = np.zeros(shape), np.zeros(shape)
    alone = off & (of_week < WORKING.stop)
    for kind, part in _KINDS:
        own, seen = there[:, part].sum(axis=1), weeks[:, part].sum(axis=1)
        if kind:
            own, seen = own + _by_hour(present[:, alone]), seen + _by_hour(known[:, alone])
        total, count = own.sum(axis=0), seen.sum(axis=0)
        everybody = np.where(count > 0, total / np.maximum(count, 1), 0.5)
        habit = (own + rules.strength_all * everybody) / (seen + rules.strength_all)
        a = rules.strength_person
        shares[:, part] = (there[:, part] + a * habit[:, None, :]) / (weeks[:, part] + a)
        own_weeks[:, part] = seen[:, None, :]
    return shares, np.floor(weeks).astype(np.int64), own_weeks


def _by_hour(which: BoolArray) -> FloatArray:
    """Return how many weeks (two half-hours) of each hour are chosen, float64 (people, 24); bool (people, days, 48)."""
    return which.sum(axis=1).reshape(len(which), 24, 2).sum(axis=2) / 2


def best_hours(supply_point: Sequence[str], state: IntArray, slot_begin: TimeArray, rules: VisitRules) -> pd.DataFrame:
    """Return the best hours to call: `rank` 1 … `best` of each person, `weekday` 1 (Monday) … 7, `hour`, `share`.

    `share` is that of `home_shares` over all days handed in (hand in two to eight weeks), `weeks` how many of them it
    rests on. Equal shares are ordered by weekday and hour. Only hours of which `least_weeks` of the person's own are
    known are proposed: what is not known is no habit of being away, nor everybody's. Arrays as in `by_day`; raises
    `VisitError`.
    """
    days, home = by_day(state, slot_begin)
    shares, weeks, own = _shares(days, home, rules)
    hours = np.arange(rules.first_hour, rules.last_hour)
    part = shares[:, :, hours].reshape(len(home), -1)
    part[own[:, :, hours].reshape(len(home), -1) < rules.least_weeks] = -1
    order = np.argsort(-np.round(part, 9), axis=1, kind="stable")[:, : rules.best]
    rows, ranks = np.nonzero(np.take_along_axis(part, order, axis=1) >= 0)
    cell = order[rows, ranks]
    day, hour = cell // len(hours), hours[cell % len(hours)]
    return pd.DataFrame(
        {
            "supply_point": np.asarray(supply_point, dtype=object)[rows],
            "rank": (ranks + 1).astype(np.int64),
            "weekday": (day + 1).astype(np.int64),
            "hour": hour.astype(np.int64),
            "share": part[rows, cell],
            "weeks": weeks[rows, day, hour],
        },
        columns=BEST_COLUMNS,
    )
