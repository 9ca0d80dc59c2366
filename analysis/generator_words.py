"""What a cell of a list tells of what hangs on a generator: 全館, 非常回路50kW, 通常時の4割 (see `generator_load`).

Lists are read where QGIS makes its toolbox: nothing here needs numpy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .backup import NAN, Carries
from .quantities import Quantity, count_of, folded, kilowatts_of, not_told

_WHOLE = re.compile(r"全館|全体|全部|全負荷|全回路|全施設|全電力|全て|すべて|whole|entire|^all$")
_SELECTED = re.compile(
    r"非常|保安|防災|重要|特定|一部|部分|限定|選択|除|のみ|だけ|以外|selected|circuit|emergency|part"
)
_OF = (
    r"(?:約|およそ|概ね|おおむね|通常時?|平常時?|平時|普段|全館|全体|全負荷|建物|施設|院内|使用量|使用電力|電力|需要|負荷|"
    r"非常用?回路|保安負荷|保安回路|重要回路|特定回路|一部|で|は|の|[(:、,])*"
)
_SHARE = re.compile(_OF + r"([0-9]+(?:\.[0-9]+)?)(割|%|パーセント)(?:程度|前後|ほど|くらい|ぐらい|弱|強)?\)?")
_POWER = re.compile(r"[^0-9.,]*([0-9][0-9,]*(?:\.[0-9]+)?kw)[^0-9]*")
_PERCENT_HEADING = re.compile(r"%|percent|パーセント")
_TENTHS_HEADING = re.compile(r"[(\[]割[)\]]")


@dataclass(frozen=True)
class Told:
    """What a cell tells of what hangs on a generator."""

    carries: Carries = Carries.UNKNOWN
    kw: float = NAN
    share: float = NAN
    understood: bool = True
    """False where something is written that says neither."""


def carries_of(text: object) -> Told:
    """Return what a cell tells: 全館, 非常回路, 非常回路50kW, 通常時の4割; blank and 不明 are not known."""
    plain = folded(text).casefold()
    if not_told(plain):
        return Told()
    share, power = _SHARE.fullmatch(plain), _POWER.fullmatch(plain)
    if share:
        # 全館の4割 is a part of it
        found = _shares(float(share.group(1)), 10.0 if share.group(2) == "割" else 100.0)
        return Told(understood=False) if not found.understood else _told_share(found.value)
    whole, selected = bool(_WHOLE.search(plain)), bool(_SELECTED.search(plain))
    if whole == selected:
        return Told(understood=False)
    if whole:
        return Told(Carries.WHOLE)
    return Told(Carries.CIRCUITS, kilowatts_of(power.group(1)).value if power else NAN)


def _told_share(share: float) -> Told:
    return Told(Carries.WHOLE) if share == 1.0 else Told(Carries.CIRCUITS, share=share)


def share_of(text: object, heading: str = "") -> Quantity:
    """Return a share of what the building uses on other days: 40%, 4割, 0.4; 40 where the heading says %."""
    plain, named = folded(text).casefold(), folded(heading).casefold()
    if not_told(plain):
        return Quantity(NAN, True)
    written = _SHARE.fullmatch(plain)
    if written:
        return _shares(float(written.group(1)), 10.0 if written.group(2) == "割" else 100.0)
    number = count_of(text) if not re.fullmatch(r"[0-9]*\.[0-9]+", plain) else Quantity(float(plain), True)
    if not number.understood:
        return number
    if _PERCENT_HEADING.search(named):
        return _shares(number.value, 100.0)
    if _TENTHS_HEADING.search(named):
        return _shares(number.value, 10.0)
    # 4 may be tenths or hundredths; from ten on it can be hundredths alone
    return _shares(number.value, 1.0 if number.value <= 1 else 100.0 if number.value >= 10 else NAN)


def _shares(number: float, of: float) -> Quantity:
    share = number / of
    return Quantity(share, True) if 0 < share <= 1 else Quantity(NAN, False)
