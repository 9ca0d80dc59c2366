"""Slots of half an hour and their codes (取得年月日時刻コード), and times as they stand on the wire.

Inside the project times are Japanese wall-clock times without a zone; the zone is written and read here only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

JST = timezone(timedelta(hours=9))
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class SlotRule:
    """How a slot is written. The default is the assumed one; a profile may say otherwise."""

    date_format: str = "%Y%m%d"
    digits: int = 2
    """Digits of the slot's number."""
    first: int = 1
    """Number of the slot that begins at 00:00."""
    minutes: int = 30

    @property
    def per_day(self) -> int:
        """Slots in a day."""
        return _DAY_MINUTES // self.minutes


ASSUMED = SlotRule()


def slot_of(code: str, rule: SlotRule = ASSUMED) -> datetime:
    """Return the beginning of the slot that `code` names. Raises `ValueError` where it names none.

    >>> slot_of("2024022901")
    datetime.datetime(2024, 2, 29, 0, 0)
    """
    date_text, number_text = code[: -rule.digits], code[-rule.digits :]
    if not re.fullmatch(rf"[0-9]{{{rule.digits}}}", number_text):
        raise ValueError(f"slot number in {code!r}")
    day = datetime.strptime(date_text, rule.date_format)
    # strptime takes "2024229" and the like; only the full form is a code
    if day.strftime(rule.date_format) != date_text:
        raise ValueError(f"date in {code!r}")
    index = int(number_text) - rule.first
    if not 0 <= index < rule.per_day:
        raise ValueError(f"slot number in {code!r}")
    return day + timedelta(minutes=index * rule.minutes)


def code_of(slot_begin: datetime, rule: SlotRule = ASSUMED) -> str:
    """Return the code of the slot that begins at `slot_begin`. Raises `ValueError` where none begins then."""
    minutes = slot_begin.hour * 60 + slot_begin.minute
    if slot_begin.tzinfo is not None or slot_begin.second or slot_begin.microsecond or minutes % rule.minutes:
        raise ValueError(f"no slot begins at {slot_begin.isoformat()}")
    return slot_begin.strftime(rule.date_format) + f"{minutes // rule.minutes + rule.first:0{rule.digits}d}"


def parse_jst(text: str) -> datetime:
    """Return the Japanese wall-clock time of an ISO 8601 text. Another zone is converted, no zone means Japanese time.

    Raises `ValueError` where `text` is no date or time.
    """
    # Python 3.9 does not know the letter Z
    moment = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
    return moment if moment.tzinfo is None else moment.astimezone(JST).replace(tzinfo=None)


def format_jst(moment: datetime) -> str:
    """Return a Japanese wall-clock time as ISO 8601 with `+09:00`, to the second."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(JST).replace(tzinfo=None)
    return moment.replace(microsecond=0).isoformat() + "+09:00"
