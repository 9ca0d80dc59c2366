"""Residence before the event (UC⑧ 罹災証明書, manual §3.1.8, §4.3): on how many days a home was lived in.

The manual looks at some two months of 在・不在. Its rule cannot serve here: by construction it calls about half of all
half-hours 在 in any home, lived in or not. Counted are *days lived*: days with enough use clearly above what
the home uses in its own quiet hours, learnt over the whole time. A home is called lived in only where that use follows
people (`life_signs`): thermostats and timers come on in empty homes too, and then nothing is said. A day of which too
little was received is not counted at all, nor is one of another tenant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Optional, Sequence, Union

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, IntArray, TimeArray
from ..messages import Message, Progress, TomoshibiError, message
from .life_signs import LifeRules, signs_of
from .quiet_hours import SLOTS_A_DAY, half_hour_of_day, weekday
from .reasons import Reason
from .registers import MISSING, blocks

LIVED, NOT_LIVED, CANNOT_TELL = "lived", "not_lived", "cannot_tell"
"""Value of `verdict`: 居住実態あり, 居住実態なし, 判定不能."""

DAY_LIVED, DAY_EMPTY, DAY_UNKNOWN = 1, 0, -1
MARKS: dict[int, str] = {DAY_LIVED: "○", DAY_EMPTY: "×", DAY_UNKNOWN: "－"}
"""Signs of the manual's grid, and one for what is not known."""

RESIDENCE_COLUMNS = "supply_point lived_days counted_days verdict first_day last_day reason unknown_reason".split()
_ROWS = 1024
"""Homes worked on at a time."""
Moment = Union[date, np.datetime64]
_NO_DAY = np.datetime64("NaT", "D")


class ResidenceError(TomoshibiError):
    """The readings do not allow the question."""


@dataclass(frozen=True)
class ResidenceRules:
    """The numbers of the verdict."""

    life: LifeRules = field(default_factory=LifeRules)
    """What is use, and what it must look like to be somebody's. Of five real lived homes the least had an hour and a
    half of it on 72 % of its days."""
    lived_slots: int = 3
    """An hour and a half of use makes a day lived …"""
    lived_slots_solar: int = 2
    """… and an hour under a solar roof, of which the dark half of the day alone says something."""
    counted_share: float = 0.75
    """Share of the half-hours that say something which must have come for a day to count."""
    min_days: int = 14
    """Counted days below which nothing is said …"""
    few_days: int = 10
    """… but that a home was lived in, which so many days tell …"""
    few_share: float = 0.9
    """… if it was on this share of them: by chance what comes on by itself looks like people for a week or so."""
    lived_share: float = 0.5
    """From this share of the counted days the home was lived in …"""
    empty_share: float = 0.1
    """… and up to this share it was not (three days a month: somebody looks after it). Between: cannot be told."""


@dataclass(frozen=True)
class Tenancies:
    """From when to when each home was its present tenant's; arrays datetime64[D] (meters), NaT where it is not known.

    What was used before is another's, and after the end nobody's.
    """

    begin: TimeArray
    end: TimeArray
    """First day on which the contract had ended."""

    @classmethod
    def unknown(cls, meters: int) -> Tenancies:
        """Nothing is known of any home: all days count."""
        return cls(np.full(meters, _NO_DAY), np.full(meters, _NO_DAY))

    def outside(self, day: TimeArray) -> BoolArray:
        """Return which days lie outside the tenancy, bool (meters, days)."""
        return (day < self.begin[:, None]) | (day >= self.end[:, None])


@dataclass(frozen=True)
class Days:
    """Which days were lived."""

    day: TimeArray
    """datetime64[D] (days)."""
    lived: IntArray
    """int8 (meters, days): `DAY_LIVED`, `DAY_EMPTY`, or `DAY_UNKNOWN` where too few readings came, on days that are
    not the tenant's, and on days with use in a home whose use may come on by itself."""
    by_itself: IntArray
    """int32 (meters): days with use that may come on by itself; 0 where the use follows people."""
    held: Tenancies


def _whole_days(readings: IntArray, slot_begin: TimeArray, end: Optional[Moment]) -> tuple[int, int, TimeArray]:
    """Return first and last slot of the whole days before the day of `end`, and the days. Raises `ResidenceError`."""
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    if readings.ndim != 2 or readings.shape[1] != len(begins) or (np.diff(begins) != np.timedelta64(1800, "s")).any():
        raise ResidenceError(
            message("The half-hours do not follow one another or do not fit the readings. Import them again.")
        )
    first = int(-half_hour_of_day(begins[:1])[0] % SLOTS_A_DAY) if len(begins) else 0
    last = len(begins)
    if end is not None and len(begins):
        midnight = np.datetime64(pd.Timestamp(end), "D").astype("datetime64[s]")
        last = int(np.clip((midnight - begins[0]) // np.timedelta64(1800, "s"), 0, last))
    last -= (last - first) % SLOTS_A_DAY
    if last <= first:
        raise ResidenceError(
            message("There is no whole day of readings before {end}. Import more days.", end=str(end)[:10])
        )
    return first, last, begins[first:last:SLOTS_A_DAY].astype("datetime64[D]")


def days_lived(
    readings: IntArray,
    slot_begin: TimeArray,
    rules: ResidenceRules,
    end: Optional[Moment] = None,
    progress: Optional[Progress] = None,
    solar: Optional[IntArray] = None,
    held: Optional[Tenancies] = None,
) -> Days:
    """Return which of the whole days before the day of `end` (None: all whole days) each home was lived in.

    `readings` int (meters, slots) Wh of use, -1 missing, an array or anything with slices of rows; `slot_begin`
    datetime64 (slots), consecutive; `solar` int8 (meters): 1 where a roof generates, whose daylight says nothing;
    `held`: whose the days are. A half-hour counts if it lies clearly above the home's own quiet hours and no timer and
    no night heater explains it. A day with too few readings is unknown unless it shows life all the same. Where the use
    may come on by itself (`life_signs`) its days are unknown. Raises `ResidenceError`, `Cancelled`.
    """
    first, last, day = _whole_days(readings, slot_begin, end)
    held = held or Tenancies.unknown(len(readings))
    lived = np.full((len(readings), len(day)), DAY_UNKNOWN, dtype=np.int8)
    by_itself = np.zeros(len(readings), dtype=np.int32)
    for rows in blocks(len(readings), _ROWS):
        if progress is not None:
            progress.raise_if_cancelled()
        block = np.array(np.asarray(readings[rows])[:, first:last])
        part = Tenancies(held.begin[rows], held.end[rows])
        block[np.repeat(part.outside(day), SLOTS_A_DAY, axis=1)] = MISSING
        marks, alive = _marks(block, None if solar is None else np.asarray(solar)[rows], rules)
        # Somebody who looks after an empty home on a few days shows no life, and needs not to.
        known, some = (marks != DAY_UNKNOWN).sum(axis=1), (marks == DAY_LIVED).sum(axis=1)
        doubtful = (marks == DAY_LIVED) & (~alive & (some > rules.empty_share * known))[:, None]
        by_itself[rows] = doubtful.sum(axis=1)
        lived[rows] = np.where(doubtful, DAY_UNKNOWN, marks)
        if progress is not None:
            progress.set_fraction(rows.stop / len(readings))
    return Days(day, lived, by_itself, held)


def _marks(block: IntArray, solar: Optional[IntArray], rules: ResidenceRules) -> tuple[IntArray, BoolArray]:
    """Return the mark of each day by its use, int8 (meters, days), and whether the use follows people, bool."""
    signs = signs_of(block, rules.life, solar)
    wanted = np.full(len(block), rules.lived_slots)
    if solar is not None:
        wanted = np.where(solar == 1, rules.lived_slots_solar, wanted)
    used = signs.used.sum(axis=2) >= wanted[:, None]
    hours = signs.usable.sum(axis=1)[:, None]
    came = signs.seen.sum(axis=2)
    marks = np.where(used, DAY_LIVED, np.where(came >= rules.counted_share * hours, DAY_EMPTY, DAY_UNKNOWN))
    return np.where((hours > 0) & (came > 0), marks, DAY_UNKNOWN).astype(np.int8), signs.alive


def joined(before: Days, after: Days) -> Days:
    """Return the days of two times that follow one another, as one; each was learnt by itself."""
    return Days(
        np.concatenate([before.day, after.day]),
        np.concatenate([before.lived, after.lived], axis=1),
        before.by_itself + after.by_itself,
        before.held,
    )


@dataclass(frozen=True)
class _Count:
    """What the verdict on one home rests on."""

    lived: int
    counted: int
    by_itself: int
    begin: np.datetime64
    """First day of the tenancy where it lies inside the days looked at, NaT else."""
    end: np.datetime64
    """First day after it where it lies inside the days looked at, NaT else."""


def _verdict(count: _Count, rules: ResidenceRules) -> tuple[str, Message, Optional[Reason]]:
    values = {"lived": count.lived, "counted": count.counted}
    if not np.isnat(count.end):
        said = message("The contract ended on {day}: nobody’s use is known from then on.", day=str(count.end))
        return CANNOT_TELL, said, Reason.NOT_IN_SERVICE
    if count.counted + count.by_itself < rules.min_days:
        if not count.by_itself and count.counted >= rules.few_days and count.lived >= rules.few_share * count.counted:
            return LIVED, _lived_in(count), None
        return _too_few(count, rules)
    all_days = count.counted + count.by_itself
    if count.lived <= rules.empty_share * all_days and count.by_itself <= rules.empty_share * all_days:
        return NOT_LIVED, message("No sign of life except on {lived} of {counted} days.", **values), None
    if count.by_itself:
        said = message(
            "Something came on on {days} days as a thermostat or a timer does, at all hours or always alike: no sign "
            "of life, and no proof of absence. Ask for other proof.",
            days=count.by_itself,
        )
        return CANNOT_TELL, said, Reason.BY_ITSELF
    if count.lived >= rules.lived_share * count.counted:
        return LIVED, _lived_in(count), None
    said = message("Lived in on {lived} of {counted} days: neither a home nor empty. Ask for other proof.", **values)
    return CANNOT_TELL, said, None


def _lived_in(count: _Count) -> Message:
    return message("Lived in on {lived} of {counted} days.", lived=count.lived, counted=count.counted)


def _too_few(count: _Count, rules: ResidenceRules) -> tuple[str, Message, Optional[Reason]]:
    """The verdict where too few days can be counted; the days before the tenancy are told apart."""
    values = {"counted": count.counted + count.by_itself, "needed": rules.min_days}
    if np.isnat(count.begin):
        said = message("Only {counted} days can be counted; {needed} are needed.", **values)
        return CANNOT_TELL, said, Reason.NO_HISTORY
    said = message(
        "Only {counted} days can be counted since the contract of this customer began on {day}; {needed} are needed. "
        "The days before are another’s.",
        day=str(count.begin),
        **values,
    )
    return CANNOT_TELL, said, Reason.NOT_IN_SERVICE


def _told(said: Message, count: _Count) -> Message:
    """Return the reason, with the day from which was counted where a tenancy began in between."""
    if np.isnat(count.begin) or "day" in said.values:
        return said
    return message(
        "{said} Counted from {day}, when the contract of this customer began; the days before are another’s.",
        said=said,
        day=str(count.begin),
    )


def residence_table(supply_point: Sequence[str], days: Days, rules: ResidenceRules) -> pd.DataFrame:
    """Return the verdict of each home: `lived_days counted_days verdict`, with the days looked at and the reason.

    `verdict` is `lived` from `lived_share` of the counted days, `not_lived` up to `empty_share`, else `cannot_tell`, as
    with fewer than `min_days` counted (`few_days` for a home lived in on nearly all of them), where the use may come on
    by itself, and where the contract had ended. It says what the meter shows, and decides nothing: a second home used
    on weekends cannot be told, and a home that had little electricity may be called empty. `unknown_reason` is the code
    of a `cannot_tell` that lacks evidence, None else.
    """
    lived = (days.lived == DAY_LIVED).sum(axis=1)
    counted = (days.lived != DAY_UNKNOWN).sum(axis=1)
    inside = days.held.begin > days.day[0]
    begin = np.where(inside, days.held.begin, _NO_DAY)
    end = np.where(days.held.end <= days.day[-1], days.held.end, _NO_DAY)
    counts = [
        _Count(int(some), int(of), int(alone), first, last)
        for some, of, alone, first, last in zip(lived, counted, days.by_itself, begin, end)
    ]
    verdicts = [(count, *_verdict(count, rules)) for count in counts]
    first_day = np.where(inside, days.held.begin, days.day[0])
    return pd.DataFrame(
        {
            "supply_point": np.asarray(supply_point, dtype=object),
            "lived_days": lived.astype(np.int64),
            "counted_days": counted.astype(np.int64),
            "verdict": pd.Series([verdict for _, verdict, _, _ in verdicts], dtype=object),
            "first_day": pd.Series(first_day.astype("datetime64[ns]")),
            "last_day": pd.Series([days.day[-1]] * len(lived), dtype="datetime64[ns]"),
            "reason": pd.Series([_told(said, count) for count, _, said, _ in verdicts], dtype=object),
            "unknown_reason": pd.Series([why and why.value for _, _, _, why in verdicts], dtype=object),
        },
        columns=RESIDENCE_COLUMNS,
    )


UNITS: tuple[str, ...] = ("month", "week", "day")
"""月次, 週次 (from Monday), 日次."""


def grid(supply_point: Sequence[str], days: Days, unit: str, rules: ResidenceRules) -> pd.DataFrame:
    """Return the ○× grid of the manual for months, weeks or days: `supply_point unit begin lived counted mark`.

    A month or week is ○ if at least `lived_share` of its counted days were lived, × if fewer, － if none is counted.
    Raises `ResidenceError` for another unit.
    """
    if unit not in UNITS:
        raise ResidenceError(message("There is no unit “{unit}”. Choose one of month, week, day.", unit=unit))
    if unit == "month":
        begin = days.day.astype("datetime64[M]").astype("datetime64[D]")
    elif unit == "week":
        begin = days.day - weekday(days.day).astype("timedelta64[D]")
    else:
        begin = days.day
    names, starts = np.unique(begin, return_index=True)
    lived = np.add.reduceat((days.lived == DAY_LIVED).astype(np.int64), starts, axis=1)
    counted = np.add.reduceat((days.lived != DAY_UNKNOWN).astype(np.int64), starts, axis=1)
    state = np.where(counted == 0, DAY_UNKNOWN, np.where(lived >= rules.lived_share * counted, DAY_LIVED, DAY_EMPTY))
    signs = np.array([MARKS[value] for value in (DAY_EMPTY, DAY_LIVED, DAY_UNKNOWN)], dtype=object)
    return pd.DataFrame(
        {
            "supply_point": np.repeat(np.asarray(supply_point, dtype=object), len(names)),
            "unit": unit,
            "begin": np.tile(names.astype("datetime64[ns]"), len(days.lived)),
            "lived": lived.ravel(),
            "counted": counted.ravel(),
            "mark": signs[state.ravel()],
        }
    )


YEAR = np.timedelta64(364, "D")
"""A year in whole weeks: the same weekday a year before."""


@dataclass(frozen=True)
class YearBefore:
    """Use beside that of the same weekdays a year before; arrays (meters)."""

    kwh_a_day: Array
    """float: mean of the half-hours known in both years, as a day; NaN with fewer than a week of them."""
    kwh_a_day_before: Array
    days: Array
    """int: days that rest on at least half of their half-hours in both years."""


def against_year_before(now: Array, before: Array, least_days: int = 7) -> YearBefore:
    """Compare readings with those of the same half-hours 364 days before (the same weekday and clock time).

    `now` and `before` int (meters, days × 48) Wh, -1 missing. Only half-hours known in both count, so that a gap in one
    year is none of the other's use.
    """
    both = (now >= 0) & (before >= 0)
    days = (both.reshape(len(both), -1, SLOTS_A_DAY).sum(axis=2) >= SLOTS_A_DAY // 2).sum(axis=1)
    count = np.where(days >= least_days, both.sum(axis=1), 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, mean_before = (
            np.where(count > 0, np.where(both, part, 0).sum(axis=1) / count * SLOTS_A_DAY / 1000, np.nan)
            for part in (now, before)
        )
    return YearBefore(mean, mean_before, days.astype(np.int64))
