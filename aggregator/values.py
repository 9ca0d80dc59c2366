"""Single values as they stand in published files: energy, codes, identifiers. Exact, and with a reason for every no."""

from __future__ import annotations

import re
from typing import Optional

from ..messages import Message, message

MAX_WH = 2**31 - 1
NO_VALUE = -2
"""The meter answered, but with an energy that no meter can have (Wh)."""
_MOST_KWH = (500_000, 100, 4_000, 500_000)
_MOST_DIGITS = 15
_ENERGY = re.compile(r"(-?)([0-9]*)(?:\.([0-9]*))?")
REGIONS = frozenset(f"{number:02d}" for number in range(1, 11))
"""First two digits of a supply point: the ten grid areas."""


def most_wh(voltage: int, minutes: int) -> int:
    """Return the Wh that a meter of a 電圧分類 (0 = not told, 1 to 3) can count in so many minutes, and no more.

    Four times what a contract of the class allows, 50 kW at low and 2,000 kW at high voltage, and the largest power
    stations at special high voltage: a default such as 999999 is above, and no real use is.
    """
    return _MOST_KWH[voltage if voltage < len(_MOST_KWH) else 0] * 1000 * minutes // 30


JAPAN = ((20.0, 46.0), (122.0, 154.0))
"""Degrees of latitude and of longitude between which everything stands."""

BLANK = message("it is blank.")
NOT_A_NUMBER = message("it is not a number.")
NEGATIVE = message("it is negative.")
TOO_LARGE = message("it is larger than any meter counts.")
IMPOSSIBLE = message("it is more than a meter of its voltage class can count. That the meter answered is used.")
OUTSIDE = message("it is outside Japan, so that the place is not known.")
UNKNOWN_CODE = message("the profile does not list this code.")
BAD_SLOT = message("it is not a date with a half-hour 01 to 48 of the profile.")
BAD_STEP = message("it is not a date with the number or time of a step, as the profile says for these files.")
TOO_LATE = message("it is later than the publication of the file, or than now.")
TOO_EARLY = message("it is years before the case begins.")
NO_SUCH_DAY = message("it is a day that no data can be of. The rest of the row is used.")
BAD_DATE = message("it is not a date or time of the profile’s form.")
NOT_DIGITS = message("it does not have the right number of digits (a spreadsheet may have changed it).")
BAD_TEXT = message("it holds characters that an identifier cannot have, or is too long.")
FIELD_COUNT = message("the row does not have the number of fields of the first row.")
UNDECODABLE = message("bytes that the encodings of the profile do not know.")
NOT_AN_OBJECT = message("it is not an object with named values.")


class BadValue(ValueError):
    """A value that cannot be used; `reason` says why."""

    def __init__(self, reason: Message):
        super().__init__(str(reason))
        self.reason = reason


def watt_hours(text: str, places: int = 3) -> tuple[int, bool]:
    """Return kWh text as whole Wh, and whether it was finer than 1 Wh (then rounded, halves up). Exact, no floats.

    `places`: digits behind the point down to 1 Wh: 3 for kWh, 0 for text in Wh. Raises `BadValue`.
    """
    sign, digits, fraction = _parts_of(text)
    if len(digits) > _MOST_DIGITS:
        # Python itself refuses to read some thousand digits
        raise BadValue(NEGATIVE if sign else TOO_LARGE)
    value = int(digits or "0") * 10**places + int(fraction[:places].ljust(places, "0") or "0")
    rest = fraction[places:]
    finer = bool(rest.strip("0"))
    if sign and (value or finer):
        raise BadValue(NEGATIVE)
    value += rest[:1] >= "5"
    if value > MAX_WH:
        raise BadValue(TOO_LARGE)
    return value, finer


def _parts_of(text: str) -> tuple[bool, str, str]:
    """Return whether a number is negative, its digits before the point without leading zeros, and those behind it."""
    found = _ENERGY.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        raise BadValue(NOT_A_NUMBER)
    return bool(found[1]), (found[2] or "").lstrip("0"), found[3] or ""


def check_supply_point(text: str, digits: int) -> str:
    """Return a supply point number that is text of `digits` digits. Raises `BadValue`."""
    if not text:
        raise BadValue(BLANK)
    if (digits and len(text) != digits) or not (text.isascii() and text.isdigit()):
        raise BadValue(NOT_DIGITS)
    return text


def region_doubtful(supply_point: str) -> bool:
    """Whether the first two digits are none of the ten grid areas."""
    return supply_point[:2] not in REGIONS


def doubtful_regions(file: str, count: int) -> Optional[Message]:
    """The warning for `count` supply points outside the grid areas, None for none."""
    if not count:
        return None
    return message(
        "{file}: {count} supply point(s) do not begin with a grid area (01 to 10). They were kept; check that the"
        " column is 供給/受電地点特定番号.",
        file=file,
        count=count,
    )
