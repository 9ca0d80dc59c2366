"""Who is to be helped first (UC④ 避難行動要支援者の避難支援, manual §3.1.4): hazard × presence × need of care.

The manual orders by 在・不在 and 要介護度 inside the area. Here the order is written as one number whose parts cannot
outweigh each other: first the area, then presence, then care. What is not known never counts as harmless.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..messages import Message, message

INSIDE, OUTSIDE, HAZARD_UNKNOWN = 1, 0, -1
"""Whether a home lies in the hazard area; -1 where its position is not known."""

NEED_HIGH, NEED_LOW, NEED_UNKNOWN = "high", "low", "unknown"
"""Value of `need`: the manual's 要介護度 高 and 低, and where the list does not say."""

_KANJI = str.maketrans("一二三四五六七", "1234567")
_SCALES: tuple[tuple[str, Mapping[int, int]], ...] = (
    (r"要支援([12])", {1: 1, 2: 2}),
    (r"要介護(?:度)?([1-5])", {1: 3, 2: 4, 3: 5, 4: 6, 5: 7}),
    (r"区分([1-6])", {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7}),
    (r"([1-6])級", {1: 7, 2: 6, 3: 4, 4: 3, 5: 2, 6: 1}),
)
"""Words of lists and what their number means, 0 … `MOST_CARE`: 要支援 and 要介護 (介護保険法) are the scale itself;
障害支援区分 and the grades (級) of the disability handbook are set beside them, the heaviest as 要介護5."""
_NONE = ("自立", "非該当", "該当なし", "なし", "無")
_BARE = re.compile(r"(?:介護度|レベル)?([1-5])(?:\.0)?")
MOST_CARE = 7
HIGH_CARE = 5
"""From 要介護3 the manual's “高”: who usually is on a 避難行動要支援者名簿 for the degree of care alone."""


@dataclass(frozen=True)
class SupportRules:
    """The points. Each part is larger than all that come after it together."""

    hazard: Mapping[int, int]
    presence: Mapping[str, int]
    care_step: int
    """Points for each of the 7 degrees of care."""
    care_unknown: int
    """Degree that is counted where the list does not say: as 要介護3, so that a blank is not taken for health."""


RULES = SupportRules(
    hazard={INSIDE: 1000, HAZARD_UNKNOWN: 500, OUTSIDE: 0},
    presence={"home": 300, "asleep_unknown": 200, "no_data": 100, "away": 0},
    care_step=10,
    care_unknown=HIGH_CARE,
)

_HAZARD_WORDS: Mapping[int, Message] = {
    INSIDE: message("inside the hazard area"),
    OUTSIDE: message("outside the hazard area"),
    HAZARD_UNKNOWN: message("position not known: perhaps inside the hazard area"),
}
_PRESENCE_WORDS: Mapping[str, Message] = {
    "home": message("somebody at home"),
    "asleep_unknown": message("perhaps asleep"),
    "no_data": message("presence not known"),
    "away": message("no sign of use"),
}
_NEED_WORDS: Mapping[str, Message] = {
    NEED_HIGH: message("much care needed"),
    NEED_LOW: message("less care needed"),
    NEED_UNKNOWN: message("need of care not told"),
}


def care_degree(text: str) -> Optional[int]:
    """Return 0 (none) … 7 (要介護5) for what a list says of the need of care; None where it cannot be told.

    Knows 要支援1–2, 要介護1–5, 障害支援区分1–6, 1–6級 and a bare number 1–5 (taken as 要介護), in any width and with
    Chinese numerals; of several the heaviest counts.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(_KANJI)
    if not plain:
        return None
    found = [degrees[int(number)] for pattern, degrees in _SCALES for number in re.findall(pattern, plain)]
    if found:
        return max(found)
    bare = _BARE.fullmatch(plain)
    if bare:
        return int(bare.group(1)) + 2
    return 0 if plain in _NONE else None


def need_of(degree: Optional[int]) -> str:
    """Return `high`, `low` or `unknown` for a degree of care."""
    if degree is None:
        return NEED_UNKNOWN
    return NEED_HIGH if degree >= HIGH_CARE else NEED_LOW


def support_table(
    state: Sequence[str], hazard: Optional[np.ndarray], care: Sequence[str], rules: SupportRules = RULES
) -> pd.DataFrame:
    """Return `priority score in_hazard need reasons`, one row a person in the order given.

    `state` as in the table presence; `hazard` int (people) of `INSIDE`, `OUTSIDE`, `HAZARD_UNKNOWN`, None where no area
    was given (then it counts for nothing); `care` the words of the list. score = hazard (1000 inside, 500 not known, 0)
    + presence (300 home, 200 asleep or away, 100 no data, 0 away) + 10 × degree of care (0–7; 5 where not told).
    `priority` 1 is the highest score; of equal scores the one that stands first. `in_hazard` is NA where not known.
    `reasons`: tuples of `Message`.
    """
    count = len(state)
    degrees = [care_degree(text) for text in care]
    needs = [need_of(degree) for degree in degrees]
    points = np.array([rules.presence[name] for name in state], dtype=np.int64)
    points += rules.care_step * np.array(
        [rules.care_unknown if degree is None else degree for degree in degrees], dtype=np.int64
    )
    reasons: list[list[Message]] = [[] for _ in range(count)]
    inside = [None] * count
    if hazard is not None:
        places = [int(place) for place in hazard]
        points += np.array([rules.hazard[place] for place in places], dtype=np.int64)
        inside = [None if place == HAZARD_UNKNOWN else place == INSIDE for place in places]
        reasons = [[_HAZARD_WORDS[place]] for place in places]
    order = np.argsort(-points, kind="stable")
    priority = np.empty(count, dtype=np.int64)
    priority[order] = np.arange(1, count + 1)
    told = [(*first, _PRESENCE_WORDS[name], _NEED_WORDS[need]) for first, name, need in zip(reasons, state, needs)]
    return pd.DataFrame(
        {
            "priority": priority,
            "score": points,
            "in_hazard": pd.array(inside, dtype="boolean"),
            "need": pd.Series(needs, dtype=object),
            "reasons": pd.Series(told, dtype=object),
        }
    )
