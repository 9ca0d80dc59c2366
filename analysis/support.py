"""Who is to be helped first (UC④ 避難行動要支援者の避難支援, manual §3.1.4): hazard × presence × need of care.

The manual orders by 在・不在 and 要介護度 inside the area. Here the order is written as one number whose parts cannot
outweigh each other: first the area, then presence, then care. What is not known never counts as harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import Array
from ..messages import Message, message
from .severity import HEAVY, severity_of

INSIDE, OUTSIDE, HAZARD_UNKNOWN = 1, 0, -1
"""Whether a home lies in the hazard area; -1 where its position is not known."""

NEED_HIGH, NEED_LOW, NEED_UNKNOWN = "high", "low", "unknown"
"""Value of `need`: the manual's 要介護度 高 and 低, and where the list does not say."""

HIGH_CARE = HEAVY


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
    NEED_UNKNOWN: message("need of care not stated"),
}


def care_degree(text: str) -> Optional[int]:
    """Return 0 (none) … 7 (要介護5) for words of a list; None where it cannot be told.

    A bare number 1–5 is taken as 要介護; of several the heaviest counts.
    """
    return severity_of(text).degree


def need_of(degree: Optional[int]) -> str:
    """Return `high`, `low` or `unknown` for a degree of care."""
    if degree is None:
        return NEED_UNKNOWN
    return NEED_HIGH if degree >= HIGH_CARE else NEED_LOW


def _of_hazard(places: Optional[list[int]], count: int) -> tuple[list[Optional[bool]], list[list[Message]]]:
    """Return of each person whether they are inside a hazard, None where not known, and the reason that says so."""
    if places is None:
        return [None] * count, [[] for _ in range(count)]
    inside = [None if place == HAZARD_UNKNOWN else place == INSIDE for place in places]
    return inside, [[_HAZARD_WORDS[place]] for place in places]


def support_table(
    state: Sequence[str],
    hazard: Optional[Array],
    care: Sequence[str],
    rules: SupportRules = RULES,
    degrees: Optional[Sequence[Optional[int]]] = None,
) -> pd.DataFrame:
    """Return `priority score in_hazard need reasons`, one row a person in the order given.

    `state` as in the table presence; `hazard` int (people) of `INSIDE`, `OUTSIDE`, `HAZARD_UNKNOWN`, None where no area
    was given (then it counts for nothing); `care` the words of the list, `degrees` what they mean where they were read
    with their headings. score = hazard (1000 inside, 500 not known, 0)
    + presence (300 home, 200 asleep or away, 100 no data, 0 away) + 10 × degree of care (0–7; 5 where not told).
    `priority` 1 is the highest score; of equal scores the one that stands first. `in_hazard` is NA where not known.
    `reasons`: tuples of `Message`.
    """
    count = len(state)
    degrees = [care_degree(text) for text in care] if degrees is None else list(degrees)
    needs = [need_of(degree) for degree in degrees]
    points = np.array([rules.presence[name] for name in state], dtype=np.int64)
    points += rules.care_step * np.array(
        [rules.care_unknown if degree is None else degree for degree in degrees], dtype=np.int64
    )
    places = None if hazard is None else [int(place) for place in hazard]
    inside, reasons = _of_hazard(places, count)
    if places is not None:
        points += np.array([rules.hazard[place] for place in places], dtype=np.int64)
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
