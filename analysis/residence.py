"""Residence before the event (UC⑧ 罹災証明書, manual §3.1.8, §4.3): on how many days a home was lived in.

The manual looks at some two months of 在・不在. Its rule cannot serve here: by construction it calls about half of all
half-hours 在 in any home, lived in or not. Counted are *days lived*: days with enough use clearly above what
the home uses in its own quiet hours, learnt over the whole time. A refrigerator, standby and a water heater at night
are no life; a day of which too little was received is not counted at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Optional, Sequence

import numpy as np
import pandas as pd

from ..messages import Message, TomoshibiError, Watch, message
from .quiet_hours import SLOTS_A_DAY, QuietRules, half_hour_of_day, learn, weekday
from .registers import SCALE, blocks, smoothed

LIVED, NOT_LIVED, CANNOT_TELL = "lived", "not_lived", "cannot_tell"
"""Value of `verdict`: 居住実態あり, 居住実態なし, 判定不能."""

DAY_LIVED, DAY_EMPTY, DAY_UNKNOWN = 1, 0, -1
MARKS: dict[int, str] = {DAY_LIVED: "○", DAY_EMPTY: "×", DAY_UNKNOWN: "－"}
"""Signs of the manual's grid, and one for what is not known."""

RESIDENCE_COLUMNS = "supply_point lived_days counted_days verdict first_day last_day reason".split()
_ROWS = 1024
"""Homes worked on at a time."""


class ResidenceError(TomoshibiError):
    """The readings do not allow the question."""


@dataclass(frozen=True)
class ResidenceRules:
    """The numbers of the verdict."""

    quiet: QuietRules = field(default_factory=lambda: QuietRules(days=62))
    """Quiet hours over the whole time looked at."""
    above_wh: int = 40
    """A half-hour is lived if it lies so far above the quiet hours' median (80 W more for half an hour: beyond what a
    refrigerator that runs and rests adds; a light and a television of a frugal person reach it) …"""
    above_share: float = 0.5
    """… and by at least this share of the median, where something large runs by itself."""
    lived_slots: int = 3
    """An hour and a half of such use makes a day lived. Of five real lived homes the least was so on 72 % of its days;
    with 60 Wh and two hours a one-person home would have come to 15 % in a summer month."""
    counted_slots: int = 36
    """Half-hours that must have come for a day to count: three quarters."""
    min_days: int = 14
    """Counted days below which nothing is said."""
    lived_share: float = 0.5
    """From this share of the counted days the home was lived in …"""
    empty_share: float = 0.1
    """… and up to this share it was not (three days a month: somebody looks after it). Between: cannot be told."""


@dataclass(frozen=True)
class Days:
    """Which days were lived."""

    day: np.ndarray
    """datetime64[D] (days)."""
    lived: np.ndarray
    """int8 (meters, days): `DAY_LIVED`, `DAY_EMPTY`, or `DAY_UNKNOWN` where too few readings came."""


def _whole_days(readings: np.ndarray, slot_begin: np.ndarray, end: Optional[object]) -> tuple[int, int, np.ndarray]:
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
    readings: np.ndarray,
    slot_begin: np.ndarray,
    rules: ResidenceRules,
    end: Optional[object] = None,
    watch: Optional[Watch] = None,
) -> Days:
    """Return which of the whole days before the day of `end` (None: all whole days) each home was lived in.

    `readings` int (meters, slots) Wh of use, -1 missing, an array or anything with slices of rows; `slot_begin`
    datetime64 (slots), consecutive. A half-hour counts if it lies more than `above_wh` and `above_share` of the quiet
    median above that median (means of three half-hours where the register is coarse), and a night heater does not
    explain it. A day with fewer than `counted_slots` readings is unknown unless it shows life all the same; so is every
    day where the quiet hours cannot be learnt. Raises `ResidenceError`, `Cancelled`.
    """
    first, last, day = _whole_days(readings, slot_begin, end)
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    lived = np.full((len(readings), len(day)), DAY_UNKNOWN, dtype=np.int8)
    quiet_rules = replace(rules.quiet, days=max(rules.quiet.days, len(day)))
    hour = np.arange(last - first) % SLOTS_A_DAY / 2
    night = (hour >= quiet_rules.heater_begin) | (hour < quiet_rules.heater_end)
    for rows in blocks(len(readings), _ROWS):
        if watch is not None:
            watch.check()
        block = np.asarray(readings[rows])[:, :last]
        # The whole time is past: the slot after its end learns from all of it.
        after = np.append(begins[:last], begins[last - 1] + np.timedelta64(1800, "s"))
        quiet = learn(block, after, last, quiet_rules)
        values = smoothed(block, quiet.step >= quiet_rules.coarse_step, quiet_rules.smooth_slots)[:, first:]
        limit = quiet.median + np.maximum(rules.above_wh * SCALE, (quiet.median * rules.above_share).astype(np.int64))
        used = (values > limit[:, None]) & ~(quiet.night_heater[:, None] & night)
        shape = (len(block), len(day), SLOTS_A_DAY)
        alive = used.reshape(shape).sum(axis=2) >= rules.lived_slots
        enough = (values >= 0).reshape(shape).sum(axis=2) >= rules.counted_slots
        marks = np.where(alive, DAY_LIVED, np.where(enough, DAY_EMPTY, DAY_UNKNOWN))
        lived[rows] = np.where(quiet.known[:, None], marks, DAY_UNKNOWN)
        if watch is not None:
            watch.progress(rows.stop / len(readings))
    return Days(day, lived)


def _verdict(lived: int, counted: int, rules: ResidenceRules) -> tuple[str, Message]:
    if counted < rules.min_days:
        return CANNOT_TELL, message(
            "Only {counted} days can be counted; {needed} are needed.", counted=counted, needed=rules.min_days
        )
    values = {"lived": lived, "counted": counted}
    if lived >= rules.lived_share * counted:
        return LIVED, message("Lived in on {lived} of {counted} days.", **values)
    if lived <= rules.empty_share * counted:
        return NOT_LIVED, message("No sign of life except on {lived} of {counted} days.", **values)
    return CANNOT_TELL, message(
        "Lived in on {lived} of {counted} days: neither a home nor empty. Ask for other proof.", **values
    )


def residence_table(supply_point: Sequence[str], days: Days, rules: ResidenceRules) -> pd.DataFrame:
    """Return the verdict of each home: `lived_days counted_days verdict`, with the days looked at and the reason.

    `verdict` is `lived` from `lived_share` of the counted days, `not_lived` up to `empty_share`, else `cannot_tell`, as
    with fewer than `min_days` counted. It says what the meter shows, and decides nothing: a second home used on
    weekends cannot be told, and a home that had little electricity may be called empty.
    """
    lived = (days.lived == DAY_LIVED).sum(axis=1)
    counted = (days.lived != DAY_UNKNOWN).sum(axis=1)
    verdicts = [_verdict(int(some), int(of), rules) for some, of in zip(lived, counted)]
    return pd.DataFrame(
        {
            "supply_point": np.asarray(supply_point, dtype=object),
            "lived_days": lived.astype(np.int64),
            "counted_days": counted.astype(np.int64),
            "verdict": pd.Series([verdict for verdict, _ in verdicts], dtype=object),
            "first_day": pd.Series([days.day[0]] * len(lived), dtype="datetime64[ns]"),
            "last_day": pd.Series([days.day[-1]] * len(lived), dtype="datetime64[ns]"),
            "reason": pd.Series([reason for _, reason in verdicts], dtype=object),
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
