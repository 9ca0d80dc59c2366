"""Numbers as people write them: 1,200人, 約300, 屋内120／屋外400, １５０, 100kVA. Nothing else is guessed at."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Mapping, Optional

_ABOUT = r"(?:約|およそ|おおよそ|概ね|おおむね|凡そ|計|合計|延べ|定員|最大|~|〜|およそ|程度)?"
_UNITS = r"(?:人|名|戸|軒|世帯|棟|床|か所|箇所|台|件)?"
_ROUND = r"(?:程度|前後|ほど|くらい|ぐらい|弱|強|余り|余)?"
_NUMBER = r"([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
_WHOLE = re.compile(rf"{_ABOUT}{_NUMBER}{_UNITS}{_ROUND}(?:\(.*\))?")
_INDOOR = re.compile(rf"(?:屋内|室内|建物内|内)[:=]?{_ABOUT}{_NUMBER}{_UNITS}{_ROUND}")
_POWER = re.compile(rf"{_ABOUT}{_NUMBER}(?:kva|kv・a|ｋｖａ)?", re.IGNORECASE)
_KILOWATTS = re.compile(rf"{_ABOUT}{_NUMBER}(kw)?{_ROUND}", re.IGNORECASE)
_LITRES = re.compile(rf"{_ABOUT}{_NUMBER}(l|kl|リットル|キロリットル|立|m3)?{_ROUND}", re.IGNORECASE)
_DURATION = re.compile(rf"{_ABOUT}{_NUMBER}(h|hours?|時間|時間程度|日|日間|d|分|分間|min)?{_ROUND}", re.IGNORECASE)
_UNIT_OF_HEADING = re.compile(r"[(\[](h|hours?|時間|日|日間|days?|分|分間|min|minutes?)[)\]]|_?(hours|minutes)$")
LITRES = ("L", "リットル", "kL", "キロリットル")
HOURS = ("時間", "h", "hours", "分", "min", "minutes", "日", "日間", "days")
"""Units that a heading may name, and that then count for its cells."""
_KILOLITRES = re.compile(r"[(\[](kl|キロリットル)[)\]]")
_IN_LITRES = {"kl": 1000.0, "キロリットル": 1000.0, "m3": 1000.0}
_PER_HOUR = re.compile(r"(?<=[0-9])(?:l|リットル)(?:/h|/hr|/時間?|毎時)$", re.IGNORECASE)
_PIECE = re.compile(
    r"([+と・、,/]?)(内蔵|内部|本体|外部|外付け?|予備)?(?:バッテリー?|電池)?[:=]?" + _ABOUT + _NUMBER + ""
    r"(時間|hours?|h|日間|日|d|分間|分|min|m)(半)?" + _ROUND,
    re.IGNORECASE,
)
"""A part of how long batteries last."""
_BETWEEN = re.compile("[~〜–—-]|から")
_UNIT_AT_END = re.compile(rf"(時間|hours?|h|日間|日|d|分間|分|min){_ROUND}$", re.IGNORECASE)
_MINUTE = 1 / 60
_IN_HOURS = {"日": 24.0, "日間": 24.0, "d": 24.0, "day": 24.0, "days": 24.0, "分": _MINUTE, "分間": _MINUTE}
_IN_HOURS.update(min=_MINUTE, minute=_MINUTE, minutes=_MINUTE, m=_MINUTE)
MOST_HOURS = 240.0
"""No battery lasts longer: more is a slip of the pen, or stands for "always"."""
MOST_BARE_HOURS = 24.0
"""A larger number of which neither cell nor heading tells the unit may be minutes: 90 of a suction unit."""
_YEARS = re.compile(
    rf"{_ABOUT}{_NUMBER}(年|年間|years?|か月|ヶ月|カ月|ケ月|箇月)?{_ROUND}(?:経過|使用)?", re.IGNORECASE
)
_IN_YEARS = dict.fromkeys(("か月", "ヶ月", "カ月", "ケ月", "箇月"), 1 / 12)
MOST_YEARS = 60.0
"""No battery is older: more is a slip of the pen, or a year of the calendar."""
_INSTALLED = re.compile(
    r"(令和|平成|昭和|[rhs])?([0-9]{1,4}|元)年?度?(?:[-/.]?([0-9]{1,2})月?(?:[-/.]?([0-9]{1,2})日?(?:[t0:]*))?)?(?:頃|ごろ)?",
    re.IGNORECASE,
)
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
FIRST_INSTALLED, LAST_INSTALLED = 1950, 2149
NOTHING = frozenset(("なし", "ナシ", "無", "無し", "ない", "none"))
"""Words that say that there is none; a dash may be a blank, and says nothing."""
_NOT_TOLD = re.compile(r"[-ー―—・?]*|不明|未確認|未記入|未定|確認中|調査中")
_LARGEST = 1e9


@dataclass(frozen=True)
class Quantity:
    """A number that was read, or not."""

    value: float
    """NaN where it is not known."""
    understood: bool
    """False where something is written that is no number: to be listed."""
    part: bool = False
    """Whether it is one of several that the text holds: that indoors, where outdoors is told too."""


_NONE = Quantity(math.nan, True)
_UNREAD = Quantity(math.nan, False)


def folded(text: object) -> str:
    """Return a text in one width, without blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", "" if text is None else str(text))).replace("，", ",")


def not_told(text: object) -> bool:
    """Return whether a cell is blank, or says that nobody knows: 不明, 確認中, a dash."""
    return bool(_NOT_TOLD.fullmatch(folded(text)))


def count_of(text: object) -> Quantity:
    """Return a number of people, households or beds; where indoors and outdoors are told apart, that indoors."""
    plain = folded(text)
    if not plain:
        return _NONE
    # ² and ① would fold to digits
    if any(unicodedata.category(sign) == "No" for sign in str(text)):
        return _UNREAD
    whole = _WHOLE.fullmatch(plain)
    if whole:
        return _checked(whole.group(1))
    indoor = _INDOOR.search(plain)
    if indoor:
        found = _checked(indoor.group(1))
        return Quantity(found.value, found.understood, part="屋外" in plain or "外" in plain)
    return _UNREAD


def power_of(text: object) -> Quantity:
    """Return a capacity in kVA: 100, 100kVA, 1,000."""
    plain = folded(text)
    found = _POWER.fullmatch(plain)
    return _NONE if not plain else _checked(found.group(1)) if found else _UNREAD


def kilowatts_of(text: object) -> Quantity:
    """Return a load in kW: 50, 50kW, 約50kW; なし is 0."""
    return _measured(text, _KILOWATTS, {})


def litres_of(text: object, heading: str = "") -> Quantity:
    """Return an amount of fuel in litres: 1,900, 1900L, 2kL, 1,900リットル; なし is 0.

    Where the cell has no unit, that of the heading counts: 備蓄量(kL).
    """
    found, written = _measured(text, _LITRES, _IN_LITRES), _LITRES.fullmatch(folded(text))
    if written and not written.group(2) and _KILOLITRES.search(folded(heading).casefold()):
        return _checked(repr(1000 * found.value)) if found.understood else found
    return found


def duration_of(text: object, heading: str = "") -> Quantity:
    """Return a time that a battery lasts in hours: 8, 24h, 24時間, 90分, 3日; なし is 0.

    Where the cell has no unit, that of the heading counts: バッテリー(分), battery_hours.
    """
    plain = folded(text)
    together = _hours_together(plain)
    if together is not None:
        return _UNREAD if together > MOST_HOURS else Quantity(together, True)
    written, named = _DURATION.fullmatch(plain), _UNIT_OF_HEADING.search(folded(heading).casefold())
    own = written.group(2) if written else None
    unit = own or (named.group(1) or named.group(2) if named else None)
    found = _measured(text, _DURATION, _IN_HOURS)
    if unit and not own:
        found = Quantity(found.value * _IN_HOURS.get(unit, 1.0), found.understood)
    return _UNREAD if found.value > (MOST_HOURS if unit else MOST_BARE_HOURS) else found


def durations_of(text: object, heading: str = "") -> tuple[Quantity, Quantity]:
    """Return the least and the most hours that a battery lasts: 6～8時間, 30-60分; the same twice of one figure.

    Where the first of the two has no unit, that of the second counts, else as in `duration_of`.
    """
    one = duration_of(text, heading)
    ends = _BETWEEN.split(folded(text))
    if one.understood or len(ends) != 2:
        return one, one
    unit = _UNIT_AT_END.search(ends[1])
    first = ends[0] if _UNIT_AT_END.search(ends[0]) or unit is None else ends[0] + unit.group(1)
    least, most = duration_of(first, heading), duration_of(ends[1], heading)
    return (least, most) if least.understood and most.understood and 0 < least.value < most.value else (one, one)


def _hours_together(plain: str) -> Optional[float]:
    """Return the hours that several pieces of a text tell together, None where it is not of this form.

    2時間30分, 1時間半, 有(3時間), 内蔵30分+外部4時間. Between 10分・30分 nobody can tell.
    """
    inner = re.fullmatch(r"(?:有り?|あり)[(:]?(.+?)[)]?", plain)
    pieces = inner.group(1) if inner else plain
    total, place, parts, last = 0.0, 0, 0, 0.0
    while place < len(pieces):
        found = _PIECE.match(pieces, place)
        if not found:
            return None
        between, kind, number, unit, half = found.groups()
        hours = _IN_HOURS.get(unit.casefold(), 1.0)
        # without a sign between them only 2時間30分 is a sum, and beside each other only what is named
        if parts and not (between in ("+", "と") or (kind if between else hours < last)):
            return None
        total += (float(number.replace(",", "")) + (0.5 if half else 0.0)) * hours
        place, parts, last = found.end(), parts + 1, hours
    return total if parts > 1 or inner or re.search("半$", pieces) else None


def rate_of(text: object) -> Quantity:
    """Return a consumption in litres an hour: 9, 9L/h, 9.5リットル/時."""
    return number_of(_PER_HOUR.sub("", folded(text)))


def years_of(text: object) -> Quantity:
    """Return an age in years: 5, 5年, 約5年, 5.5, 18か月; a year of the calendar is none, and なし is no age."""
    if folded(text) in NOTHING:
        return _NONE
    found = _measured(text, _YEARS, _IN_YEARS)
    return _UNREAD if found.value > MOST_YEARS else found


@dataclass(frozen=True)
class FirstDay:
    """The first day that a text allows."""

    day: Optional[datetime]
    """None where none is told."""
    understood: bool
    """False where something is written that is no day, month or year: to be listed."""


def first_day_of(text: object) -> FirstDay:
    """Return the first day of a day, month or year: 2019, 2019年4月, 2019/4/1, 令和元年, H30.4, 平成30年度."""
    plain = folded(text)
    if not plain or plain in NOTHING:
        return FirstDay(None, True)
    found = _INSTALLED.fullmatch(plain)
    if not found:
        return FirstDay(None, False)
    era, year, month, day = found.groups()
    number = 1 if year == "元" else int(year)
    # of a 年度 the first day counts: the battery is not older than its April, and taken for as old as its January
    number += _ERAS[era.casefold()] if era else 0
    if not FIRST_INSTALLED <= number <= LAST_INSTALLED:
        return FirstDay(None, False)
    try:
        return FirstDay(datetime(number, int(month or 1), int(day or 1)), True)
    except ValueError:
        return FirstDay(None, False)


def number_of(text: object) -> Quantity:
    """Return a plain number, with or without commas of thousands (9,5 is none of them); blank is not known."""
    plain = folded(text)
    if not plain:
        return _NONE
    try:
        value = (
            float(plain.replace(",", ""))
            if re.fullmatch(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]*)?(e[+-]?[0-9]+)?", plain)
            else math.nan
        )
    except ValueError:
        return _UNREAD
    return Quantity(value, True) if math.isfinite(value) else _UNREAD


def _measured(text: object, pattern: re.Pattern[str], units: Mapping[str, float]) -> Quantity:
    """Return what a text tells in the unit asked for: `units` says what one of another is; なし is 0."""
    plain = folded(text)
    if plain in NOTHING:
        return Quantity(0.0, True)
    found = pattern.fullmatch(plain)
    if not found:
        return _NONE if not plain else _UNREAD
    told = _checked(found.group(1))
    return Quantity(told.value * units.get((found.group(2) or "").casefold(), 1.0), told.understood)


def _checked(text: str) -> Quantity:
    value = float(text.replace(",", "")) if len(text) <= 20 else math.inf
    return Quantity(value, True) if value < _LARGEST else _UNREAD
