"""Where a past map was right (答え合わせの地図): what its statements meant for each area, beside what it was.

A statement is of a grid square or municipality and bounds the share of its meters without power. Of an area that holds
a part of the square's meters it says at least and at most so many as the whole leaves for the part. Only what lies
outside of that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray, TextArray
from .audit import DARK, UNKNOWN
from .reasons import Reason

WRONG_SHARE, WRONG_METERS = 0.05, 20
"""From which share of an area's meters, or how many of them, otherwise than said it was wrong there: the bounds of
single squares are to hold 95 % of the time, and one meter makes no area wrong."""
TOLD_SHARE = 0.5
"""Share of an area's meters of which something must have been said, and must be known, to judge it."""


class Verdict(str, Enum):
    """What a past map turned out to be in an area; the value is the code in the field."""

    DANGEROUS = "dangerous"
    """More meters without power than was said: the dangerous kind."""
    FALSE_ALARM = "false_alarm"
    """Fewer than was said."""
    RIGHT = "right"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Statements:
    """What a past map said of squares or municipalities; arrays (units)."""

    unit: TextArray
    low: FloatArray
    high: FloatArray
    """Share of its meters without power, at least and at most; NaN where it said nothing."""
    decided: BoolArray
    """bool: it was drawn in a class, not as unknown."""
    meters: Optional[FloatArray] = None
    """How many meters the share is of; None or NaN where that is not known: of those that are counted here."""


@dataclass(frozen=True)
class Named:
    """A name for each meter, as numbers: of millions of texts nothing is sorted or copied twice."""

    names: TextArray
    code: IntArray
    """int32 (meters): place among `names`."""

    @classmethod
    def of(cls, texts: TextArray) -> Named:
        """Return the names of some texts, str (meters)."""
        names, code = np.unique(texts, return_inverse=True)
        return cls(names, code.ravel().astype(np.int32))

    def among(self, some: TextArray) -> BoolArray:
        """Return which meters have a name that is among `some`, bool (meters)."""
        found: BoolArray = np.isin(self.names, some)[self.code]
        return found


@dataclass(frozen=True)
class Seen:
    """What is known of meters now; arrays (meters)."""

    area: Named
    """The area of each, "" for none."""
    unit: Named
    """What a statement could be of, "" for none."""
    counted: BoolArray
    """bool: it was read before the event; silence of others is no news."""
    power: IntArray
    """int8: of that moment, `audit.POWERED`, `DARK`, `UNKNOWN`."""
    back_fills: BoolArray
    """bool: meters of its municipality send what they kept."""


def by_area(said: Statements, seen: Seen) -> pd.DataFrame:
    """Return a row an area: `area_id meters meters_told said_low … was_high more fewer verdict unknown_reason`.

    Counts are of meters (float64), those `said_…` and `was_…` of those of which something was said (`meters_told`), NaN
    where nothing was. `more`, `fewer`: without power beyond what was said at most, and short of what was said at least.
    `unknown_reason`: why it is undecided, None of the others.
    """
    pairs = _pairs(said, seen)
    codes, place = np.unique(pairs["area"].to_numpy(), return_inverse=True)
    ids, place = seen.area.names[codes], place.ravel()
    found = pd.DataFrame({"area_id": ids})

    def total(name: str, which: BoolArray) -> FloatArray:
        weight = np.where(which, pairs[name].to_numpy(float), 0.0)
        counted: FloatArray = np.bincount(place, weight, len(ids)).astype(np.float64)
        return counted

    every, told = np.ones(len(pairs), dtype=bool), pairs["told"].to_numpy(bool)
    found["meters"] = total("meters", every)
    of = total("meters", told)
    for name in ("said_low", "said_high", "was_low", "was_high"):
        found[name] = np.where(of > 0, total(name, told), np.nan)
    found["meters_told"] = of
    found["more"], found["fewer"] = total("more", told), total("fewer", told)
    enough = np.maximum(np.minimum(WRONG_SHARE * of, WRONG_METERS), 1.0 - 1e-9)
    known = total("meters", told) - total("unknown", told)
    said_enough = of >= TOLD_SHARE * found["meters"].to_numpy()
    inside = (found["was_low"] >= found["said_low"] - enough) & (found["was_high"] <= found["said_high"] + enough)
    judged = said_enough & (known >= TOLD_SHARE * of)
    found["verdict"] = np.select(
        [said_enough & (found["more"] >= enough), said_enough & (found["fewer"] >= enough), judged & inside],
        [Verdict.DANGEROUS.value, Verdict.FALSE_ALARM.value, Verdict.RIGHT.value],
        Verdict.UNDECIDED.value,
    )
    unknown, deaf = total("unknown", every), total("deaf", every)
    why = np.where((deaf > 0) & (deaf >= unknown), Reason.NO_HISTORY.value, Reason.NOT_BACK.value)
    why = np.where(said_enough, why, Reason.NO_STATEMENT.value).astype(object)
    if not seen.back_fills.any():
        why[:] = Reason.NO_HISTORY.value
    why[found["verdict"].to_numpy() != Verdict.UNDECIDED.value] = None
    found["unknown_reason"] = why
    return found


def _pairs(said: Statements, seen: Seen) -> pd.DataFrame:
    """Return a row an area and unit whose meters are in both: its counts, what was said of it, and what it was."""
    rows = np.flatnonzero(seen.counted & (seen.area.names != "")[seen.area.code])
    kinds = len(seen.unit.names)
    pair, place = np.unique(seen.area.code[rows].astype(np.int64) * kinds + seen.unit.code[rows], return_inverse=True)
    place, power = place.ravel(), seen.power[rows]

    def count(which: BoolArray) -> FloatArray:
        counted: FloatArray = np.bincount(place[which], minlength=len(pair)).astype(np.float64)
        return counted

    pairs = pd.DataFrame({"area": pair // kinds, "meters": count(np.ones(len(rows), dtype=bool))})
    pairs["dark"], pairs["unknown"] = count(power == DARK), count(power == UNKNOWN)
    pairs["deaf"] = count((power == UNKNOWN) & ~seen.back_fills[rows])
    unit = pair % kinds
    name = seen.unit.names[unit]
    statement = pd.DataFrame({"low": said.low, "high": said.high, "decided": said.decided}, index=said.unit)
    statement["of"] = np.nan if said.meters is None else said.meters
    statement = statement[~statement.index.duplicated(keep="last")].reindex(name)
    low, high = statement["low"].to_numpy(float), statement["high"].to_numpy(float)
    counted = np.bincount(seen.unit.code[seen.counted], minlength=kinds)[unit].astype(np.float64)
    # a meter that the statement is of and that is not counted here may be any of those without power
    whole = np.fmax(counted, statement["of"].to_numpy(float))
    decided = statement["decided"].eq(True).to_numpy(bool)
    meters, dark, unknown = (pairs[name].to_numpy(float) for name in ("meters", "dark", "unknown"))
    pairs["told"] = np.isfinite(low) & np.isfinite(high) & decided & (name != "")
    pairs["said_low"] = np.maximum(low * whole - (whole - meters), 0.0)
    pairs["said_high"] = np.minimum(high * whole, meters)
    pairs["was_low"], pairs["was_high"] = dark, dark + unknown
    # half a meter is forgiven, as where single statements are judged
    more, fewer = pairs["was_low"] - pairs["said_high"], pairs["said_low"] - pairs["was_high"]
    pairs["more"] = np.where(more > 0.5, more, 0.0)
    pairs["fewer"] = np.where(fewer > 0.5, fewer, 0.0)
    return pairs
