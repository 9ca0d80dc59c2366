"""Slots of a day and their codes (取得年月日時刻コード), and times as they stand on the wire.

Inside the project times are Japanese wall-clock times without a zone; the zone is written and read here only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Mapping

JST = timezone(timedelta(hours=9))
DAY_MINUTES = 24 * 60
HALF_HOUR = 30
"""Minutes of the slots that the analyses go by."""
STEPS = (30, 15, 10, 6, 5, 3, 2, 1)
"""Minutes that may lie between two readings: the divisors of half an hour, the coarsest first."""
YEARS = (datetime(1900, 1, 1), datetime(2200, 1, 1))
"""Between which moments every date lies that data can be of: others, as 0001 and 9999, are written for "none"."""
_ANY_DAY = datetime(2000, 1, 1)
_FOUR_DIGITS = 1000


@dataclass(frozen=True)
class SlotRule:
    """How a slot is written: date, then a number or a time of day. The default is the assumed one."""

    date_format: str = "%Y%m%d"
    digits: int = 2
    """Digits of the slot's number."""
    first: int = 1
    """Number of the slot that begins at 00:00."""
    minutes: int = 30
    time_format: str = ""
    """Form of the time of day, as `%H%M`; empty: slots are numbered."""
    ends: bool = False
    """Whether the time is the slot's end: then the last is 24:00, or 00:00 of the next day."""

    @property
    def per_day(self) -> int:
        """Slots in a day."""
        return DAY_MINUTES // self.minutes

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands behind the date, for every slot of a day."""
        return _labels(self)

    @property
    def width(self) -> int:
        """Length of a label; all are of one length."""
        return len(self.labels[0])


@cache
def _labels(rule: SlotRule) -> tuple[str, ...]:
    if not rule.time_format:
        return tuple(f"{number + rule.first:0{rule.digits}d}" for number in range(rule.per_day))
    steps = range(1, rule.per_day) if rule.ends else range(rule.per_day)
    times = [(_ANY_DAY + timedelta(minutes=rule.minutes * step)).strftime(rule.time_format) for step in steps]
    midnight = rule.time_format.replace("%H", "24")
    return (*times, _ANY_DAY.strftime(midnight)) if rule.ends else tuple(times)


@cache
def _slots(rule: SlotRule) -> Mapping[str, int]:
    """Label → slot; -1 is the last slot of the day before."""
    slots = {label: slot for slot, label in enumerate(rule.labels)}
    if rule.ends:
        slots.setdefault(_ANY_DAY.strftime(rule.time_format), -1)
    return slots


def parse_full(text: str, form: str) -> datetime:
    """Return the moment that a text in a form of `strptime` names. Only the full form counts: `2024229` is no date.

    Raises `ValueError` where it names none.
    """
    moment = datetime.strptime(text, form)
    if format_full(moment, form) != text:
        raise ValueError(f"date or time not in full: {text[:40]!r}")
    return moment


def format_full(moment: datetime, form: str) -> str:
    """Return a moment in a form of `strftime`, the year always in four digits: some systems write the year 1 as `1`."""
    return moment.strftime(form.replace("%Y", f"{moment.year:04d}") if moment.year < _FOUR_DIGITS else form)


ASSUMED = SlotRule()


def slot_of(code: str, rule: SlotRule = ASSUMED) -> datetime:
    """Return the beginning of the slot that `code` names. Raises `ValueError` where it names none.

    >>> slot_of("2024022901")
    datetime.datetime(2024, 2, 29, 0, 0)
    """
    date_text, label = code[: -rule.width], code[-rule.width :]
    index = _slots(rule).get(label)
    if index is None:
        raise ValueError(f"slot in {code!r}")
    return parse_full(date_text, rule.date_format) + timedelta(minutes=index * rule.minutes)


def code_of(slot_begin: datetime, rule: SlotRule = ASSUMED) -> str:
    """Return the code of the slot that begins at `slot_begin`. Raises `ValueError` where none begins then."""
    minutes = slot_begin.hour * 60 + slot_begin.minute
    if slot_begin.tzinfo is not None or slot_begin.second or slot_begin.microsecond or minutes % rule.minutes:
        raise ValueError(f"no slot begins at {slot_begin.isoformat()}")
    return format_full(slot_begin, rule.date_format) + rule.labels[minutes // rule.minutes]


def parse_jst(text: str) -> datetime:
    """Return the Japanese wall-clock time of an ISO 8601 text. Another zone is converted, no zone means Japanese time.

    Raises `ValueError` where `text` is no date or time, or one that no calendar of ours holds.
    """
    # Python 3.9 does not know the letter Z
    moment = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
    try:
        return moment if moment.tzinfo is None else moment.astimezone(JST).replace(tzinfo=None)
    except OverflowError:
        raise ValueError(f"time out of range: {text[:40]!r}") from None


def format_jst(moment: datetime) -> str:
    """Return a Japanese wall-clock time as ISO 8601 with `+09:00`, to the second."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(JST).replace(tzinfo=None)
    return moment.replace(microsecond=0).isoformat() + "+09:00"
