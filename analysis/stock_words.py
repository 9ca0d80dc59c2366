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
_ABOUT = r"(?:約|およそ|概ね|おおむね|残り|残)?"
_ROUND = r"(?:程度|前後|ほど|くらい|ぐらい|弱|強)?"
_SHARE = re.compile(_ABOUT + r"([0-9]+(?:\.[0-9]+)?)(割|%|パーセント)" + _ROUND)
_PART = re.compile(_ABOUT + r"([0-9]{1,2})(?:/([0-9]{1,2})|分の([0-9]{1,2}))" + _ROUND)


def stock_of(text: object) -> Optional[ToldStock]:
    """Return what a text tells of what is left in a tank, None where it tells nothing that can be read.

    A number without a unit is litres. 3分の2 is two thirds, as 2/3 is.
    """
    plain = folded(text).casefold()
    share = _share_of(plain)
    if share is not None:
        return ToldStock(share=share) if 0 <= share <= 1 else None
    found = litres_of(text)
    return ToldStock(litres=found.value) if plain and found.understood and found.value >= 0 else None


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
