"""Days and times as people write them: 令和8年1月22日午後3時, 8/1/22 9:00, 1月22日 午後, 1/20, 2026/1/22(木) 正午.

Only the forms listed here are read, and days as a spreadsheet counts them (46044.5). What is vague becomes a period; a
day without a year is that of the case's event.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Iterable, Optional

UNDECIDED = re.compile(r"未定|調査中|検討中|確認中|不明|未|見通し?(?:が)?立たず|-+|ー+|―+|…+|—+")
"""Words for a time that nobody can say yet."""
HOURS: dict[str, tuple[int, int]] = {
    **{"未明": (0, 3), "明け方": (3, 6), "朝": (6, 9), "午前": (0, 12), "午前中": (0, 12), "昼前": (9, 12)},
    **{
        "昼過ぎ": (12, 15),
        "午後": (12, 24),
        "夕方": (15, 18),
        "夜": (18, 24),
        "夜遅く": (21, 24),
        "夜のはじめ頃": (18, 21),
    },
    **{"am": (0, 12), "pm": (12, 24), "中": (0, 24), "終日": (0, 24), "日中": (9, 18)},
}
"""Hours of parts of the day, as 気象庁 uses the words."""
_BEFORE, _AFTER = timedelta(days=7), timedelta(days=358)
"""How long before and after the event a day without a year may lie."""
_WEEKDAY = re.compile(
    r"\((?:[日月火水木金土]|[日月火水木金土]曜日?|mon|tue|wed|thu|fri|sat|sun|祝|[日月火水木金土]・祝)\)"
)
_ABOUT = re.compile(r"(?:頃|ごろ|ころ|までに?|予定|見込み?|目途|目処)+$")
_YEAR = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_REIWA = re.compile(r"(?:令和|r)(\d{1,2}|元)(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_SHORT = re.compile(r"(\d{1,2})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?![\d:])")
_DAY = re.compile(r"(\d{1,2})(?:月|/)(\d{1,2})日?(?![\d:/])")
_CLOCK = re.compile(r"(午前|午後|am|pm)?(\d{1,2})(?::(\d{2})(?::\d{2}(?:\.0+)?)?|時(?:(\d{1,2})分|(半))?)(am|pm)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
"""Days as a spreadsheet counts them, where a cell lost the look of a date."""
_FIRST_SERIAL = datetime(1899, 12, 30)
_THIRD = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(上旬|中旬|下旬|末)")
_FIRST_OF_THIRD = {"上旬": 1, "中旬": 11, "下旬": 21}


@dataclass(frozen=True)
class Period:
    """From when to when; both the same for a moment."""

    begin: datetime
    end: datetime

    @property
    def exact(self) -> bool:
        """Whether it is a moment."""
        return self.begin == self.end


@dataclass(frozen=True)
class Told:
    """What a text says of a time."""

    period: Optional[Period]
    understood: bool
    """False where something is written that is none of the forms: to be listed."""
    undecided: bool = False
    """Whether it says that nobody can say yet: 未定."""


FIRST_YEAR, LAST_YEAR = 1950, 2149
"""Years that a plan may tell; any other is a slip of the pen."""
_BLANK = Told(None, True)
_UNREAD = Told(None, False)
_UNDECIDED = Told(None, True, undecided=True)


def period_of(text: object, event: Optional[datetime] = None, day: Optional[date] = None) -> Told:
    """Return the moment or period that a text tells.

    `event`: when the case's event began, by which a day without a year, and a year of two digits, is told; None: such
    days are not read. `day`: the day the list itself carries, by which a time alone is told.
    """
    plain = _folded(text)
    if not plain:
        return _BLANK
    if UNDECIDED.fullmatch(plain):
        return _UNDECIDED
    parts = re.split(r"[~〜～]|から", plain)
    if len(parts) == 2 and all(parts):
        return _span(parts[0], parts[1], event, day)
    found = _single(plain, event, day)
    return _UNREAD if found is None else Told(found, True)


def _folded(text: object) -> str:
    plain = unicodedata.normalize("NFKC", "" if text is None else str(text)).strip().casefold()
    plain = re.sub(r"(?<=\d)t(?=\d)", " ", plain)
    # the zone of Japan says nothing new; another one does, and is left to be listed
    plain = re.sub(r"(?<=:\d\d)(\.\d+)?\+09:?00(?!\d)", "", plain)
    plain = _WEEKDAY.sub("", re.sub(r"\s+", "␣", plain))
    return _ABOUT.sub("", plain).strip("␣")


def _span(first: str, last: str, event: Optional[datetime], day: Optional[date]) -> Told:
    begin = _single(first.strip("␣"), event, day)
    if begin is None:
        return _UNREAD
    end = _single(last.strip("␣"), event, begin.begin.date())
    if end is None or end.end < begin.begin:
        return _UNREAD
    return Told(Period(begin.begin, end.end), True)


def _single(plain: str, event: Optional[datetime], day: Optional[date]) -> Optional[Period]:
    if _SERIAL.fullmatch(plain):
        return _serial(plain, event)
    third = _THIRD.fullmatch(plain)
    if third:
        return _third(third, event)
    found = _date(plain, event)
    if found is not None:
        return _on(found[0], found[1].strip("␣の"))
    return _on(day, plain) if day is not None else None


def _serial(plain: str, event: Optional[datetime]) -> Optional[Period]:
    """Return the day, or the moment to the second, of a spreadsheet's number; None for one far from the event."""
    moment = _FIRST_SERIAL + timedelta(seconds=round(float(plain) * 86400))
    if not _near(moment.date(), event):
        return None
    return Period(moment, moment if "." in plain else moment + timedelta(days=1))


def _date(plain: str, event: Optional[datetime]) -> Optional[tuple[date, str]]:
    """Return the day at the beginning of a text, and what follows it; None where there is none."""
    for form in (_YEAR, _REIWA, _SHORT, _DAY):
        match = form.match(plain)
        if match is None:
            continue
        numbers = [1 if part == "元" else int(part) for part in match.groups()]
        if form is _DAY:
            found = _nearest(numbers[0], numbers[1], event)
        elif form is _SHORT:
            years = [year for year in (numbers[0] + 2018, numbers[0] + 2000) if _near(_day(year, *numbers[1:]), event)]
            found = _day(years[0], *numbers[1:]) if len(years) == 1 else None
        else:
            found = _day(numbers[0] + (2018 if form is _REIWA else 0), *numbers[1:])
        return None if found is None else (found, plain[match.end() :])
    return None


def _day(year: int, month: int, day: int) -> Optional[date]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near(found: Optional[date], event: Optional[datetime]) -> bool:
    return found is not None and event is not None and event.date() - _BEFORE <= found <= event.date() + _AFTER


def _nearest(month: int, day: int, event: Optional[datetime]) -> Optional[date]:
    """Return the day of the year in which it lies from a week before the event to a year after; None without one."""
    if event is None:
        return None
    years = [_day(event.year + more, month, day) for more in (-1, 0, 1)]
    return next((found for found in years if _near(found, event)), None)


def _third(match: re.Match[str], event: Optional[datetime]) -> Optional[Period]:
    month, part = int(match[2]), match[3]
    first = _day(int(match[1]), month, 1) if match[1] else _nearest(month, 15, event)
    if first is None:
        return None
    first = first.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    begin = after - timedelta(days=3) if part == "末" else first.replace(day=_FIRST_OF_THIRD[part])
    end = first.replace(day=begin.day + 10) if part in ("上旬", "中旬") else after
    return Period(_midnight(begin), _midnight(end))


def _on(day: Optional[date], rest: str) -> Optional[Period]:
    """Return the part of a day that a text tells: the whole day for a blank."""
    if day is None:
        return None
    midnight = _midnight(day)
    hours = (0, 24) if not rest else HOURS.get(rest)
    if hours is not None:
        return Period(midnight + timedelta(hours=hours[0]), midnight + timedelta(hours=hours[1]))
    moment = 720 if rest in ("正午", "昼") else _minutes(rest)
    if moment is None:
        return None
    found = midnight + timedelta(minutes=moment)
    return Period(found, found)


def _minutes(text: str) -> Optional[int]:
    match = _CLOCK.fullmatch(text.replace("␣", ""))
    if match is None or (match[1] and match[6]):
        return None
    hour = int(match[2])
    minute = int(match[3] or match[4] or (30 if match[5] else 0))
    total = _hour_of_day(hour, match[1] or match[6]) * 60 + minute
    return total if 0 <= total <= 1440 and minute < 60 else None


def _hour_of_day(hour: int, half: Optional[str]) -> int:
    """Return the hour of the day of an hour of 午前, 午後, am or pm, −1 where there is none; any other as it is."""
    if not half:
        return hour
    # 午後12時 is midnight by law and noon to most
    if hour > 12 or (hour == 12 and half in ("午前", "午後")):
        return -1
    return hour % 12 + (12 if half in ("午後", "pm") else 0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def moment_on(day: date, text: str) -> Optional[Period]:
    """Return the part of a day that a text tells (夕方, 18時), the whole day for a blank; None for anything else."""
    return _on(day, text)


_AS_OF = re.compile("現在|時点|発表|更新")


def moment_in(texts: Iterable[str], event: Optional[datetime]) -> Optional[datetime]:
    """Return the one moment as of which texts say that they are (1月20日 18時現在); None for none, or several."""
    found = set()
    for text in texts:
        plain = _folded(text)
        for word in _AS_OF.finditer(plain):
            head = plain[: word.start()].rstrip("␣")
            for place in range(len(head)):
                if place and (head[place - 1].isdigit() or head[place - 1] in "/.-年"):
                    continue
                told = _single(head[place:], event, None)
                if told is not None and told.exact:
                    found.add(told.begin)
                    break
    return next(iter(found)) if len(found) == 1 else None


def day_in(texts: object, event: Optional[datetime]) -> Optional[date]:
    """Return the one day that texts (a title, a heading) carry; None where they carry none, or several."""
    found = set()
    for text in texts if isinstance(texts, (list, tuple)) else [texts]:
        plain = _folded(text)
        for place in range(len(plain)):
            if place and plain[place - 1].isdigit():
                continue
            told = _date(plain[place:], event)
            if told is not None and (place == 0 or plain[place - 1] not in "/.-年"):
                found.add(told[0])
                break
    return next(iter(found)) if len(found) == 1 else None
