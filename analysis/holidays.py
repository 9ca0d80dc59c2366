"""Public holidays of Japan (国民の祝日, 振替休日, 国民の休日), worked out by the law as it stands since 2016.

Habits of a Wednesday say nothing of a Wednesday that is a holiday. Days that offices and firms take off besides
(お盆, 12/29–1/3) are no public holidays; of these the last of December to 3 January are taken as such here, for nearly
everybody has them off.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from ..arrays import BoolArray, TimeArray

_FIXED = ((1, 1), (2, 11), (4, 29), (5, 3), (5, 4), (5, 5), (11, 3), (11, 23))
_MONDAYS = ((1, 2), (9, 3), (10, 2))
"""Month and number of the Monday: 成人の日, 敬老の日, スポーツの日 (体育の日)."""
_MOVED = {
    # two Olympic years and the change of the throne, by laws of their own
    2019: (((5, 1), (10, 22)), ()),
    2020: (((7, 23), (7, 24), (8, 10)), ("10/2",)),
    2021: (((7, 22), (7, 23), (8, 8)), ("10/2",)),
}
_TURN_OF_YEAR = ((1, 2), (1, 3), (12, 29), (12, 30), (12, 31))


def _monday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(-first.weekday()) % 7 + 7 * (number - 1))


def _equinoxes(year: int) -> tuple[date, date]:
    """春分 and 秋分 of 1980 to 2099, by the usual formula."""
    past = year - 1980
    spring = int(20.8431 + 0.242194 * past) - past // 4
    autumn = int(23.2488 + 0.242194 * past) - past // 4
    return date(year, 3, spring), date(year, 9, autumn)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year from 2016 on."""
    added, left_out = _MOVED.get(year, ((), ()))
    days = {date(year, month, day) for month, day in (*_FIXED, *added)} | set(_equinoxes(year))
    days |= {_monday(year, month, number) for month, number in _MONDAYS if f"{month}/{number}" not in left_out}
    if year not in (2020, 2021):
        days |= {_monday(year, 7, 3), date(year, 8, 11)}
    # 天皇誕生日 moved with the throne; 2019 had none
    if year != 2019:
        days.add(date(year, 12, 23) if year < 2019 else date(year, 2, 23))
    return frozenset(_with_days_between(days))


def _with_days_between(days: set[date]) -> set[date]:
    """Add the day after a Sunday (振替休日) and the one day between two holidays (国民の休日)."""
    found = set(days)
    one = timedelta(days=1)
    for day in sorted(days):
        if day.weekday() == 6:
            later = day + one
            while later in found:
                later += one
            found.add(later)
    between = {day + one for day in days if day + 2 * one in days and day + one not in found}
    return found | {day for day in between if day.weekday() != 6}


def is_holiday(days: TimeArray) -> BoolArray:
    """Return which days (datetime64) are public holidays or of the turn of the year, bool; weekends are not asked."""
    plain = np.asarray(days).astype("datetime64[D]")
    # hours of a month are of thirty days
    each, place = np.unique(plain, return_inverse=True)
    told = [day in holidays(day.year) or (day.month, day.day) in _TURN_OF_YEAR for day in each.tolist()]
    found: BoolArray = np.array(told, dtype=bool)[place.ravel()].reshape(plain.shape)
    return found


def is_free(days: TimeArray) -> BoolArray:
    """Return which days (datetime64) people have off, bool: Saturdays, Sundays and what `is_holiday` says (休日)."""
    plain = np.asarray(days).astype("datetime64[D]")
    # 1 January 1970 was a Thursday.
    return ((plain.astype(np.int64) + 3) % 7 >= 5) | is_holiday(plain)
