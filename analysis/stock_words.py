"""What somebody says of a tank on the telephone: 320, 320L, 1.2kL, 6割, 60%, 半分, 3/4, 満タン, 空.

Lists are read where QGIS makes its toolbox: nothing here needs numpy.
"""

from __future__ import annotations

import math
import re
from typing import Optional

from .quantities import NOTHING, folded, litres_of
from .told_states import ToldStock

LEVELS = {"満タン": 1.0, "満量": 1.0, "満": 1.0, "フル": 1.0, "空": 0.0, "カラ": 0.0, "から": 0.0}
LEVELS.update(dict.fromkeys(("半分", "半量", "half"), 0.5))
"""Words for how full a tank is."""
SURELY_LITRES = 100.0
"""A larger number without a unit is litres; up to it, who says it may mean kL, % or 割."""
_UNIT = re.compile("l|リットル|立|m3|%")
_LEFT = re.compile("^(?:残量|残り|のこり|残|あと)[は:]?")
_ABOUT = r"(?:約|およそ|概ね|おおむね)?"
_ROUND = r"(?:程度|前後|ほど|くらい|ぐらい|弱|強)?"
_SHARE = re.compile(_ABOUT + r"([0-9]+(?:\.[0-9]+)?)(割|%|パーセント)" + _ROUND)
_PART = re.compile(_ABOUT + r"([0-9]{1,2})(?:/([0-9]{1,2})|分の([0-9]{1,2}))" + _ROUND)


def stock_of(text: object) -> Optional[ToldStock]:
    """Return what a text tells of what is left in a tank, None where it tells nothing that can be read.

    A number without a unit is litres. 3分の2 is two thirds, as 2/3 is.
    """
    plain = _plain(text)
    share = _share_of(plain)
    if share is not None:
        return ToldStock(share=share) if 0 <= share <= 1 else None
    found = litres_of(plain)
    return ToldStock(litres=found.value) if plain and found.understood and found.value >= 0 else None


def may_be_another_unit(text: object) -> bool:
    """Whether a text is a number without a unit that may be kL, % or 割 as well as litres: 3, 60; not 0."""
    plain = _plain(text)
    return _UNIT.search(plain) is None and 0 < litres_of(plain).value <= SURELY_LITRES


def _plain(text: object) -> str:
    """Return a text in one width and case, without what people say around it."""
    return _LEFT.sub("", folded(text).casefold()).replace("リッター", "リットル").replace("位", "くらい")


def _share_of(plain: str) -> Optional[float]:
    """Return the share of a tank that a text tells, NaN for one that there cannot be; None where it tells none."""
    if plain in LEVELS or plain in NOTHING:
        return LEVELS.get(plain, 0.0)
    share, part = _SHARE.fullmatch(plain), _PART.fullmatch(plain)
    if share:
        return float(share.group(1)) / (10.0 if share.group(2) == "割" else 100.0)
    if part is None:
        return None
    first, second, after = part.groups()
    above, below = (int(after), int(first)) if after else (int(first), int(second))
    return above / below if below else math.nan
