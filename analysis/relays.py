"""Failed radio relays (通信中継局の故障): meters that fell silent together though they had power, and what that leaves.

Where late readings showed that meters of an area had power while they were silent, others that fell silent in the same
half-hour and are not back may be behind the same relay. They may have power; that is all that is known. So they are
counted apart: what is said of a cell or area gets a lower bound without them, a single meter never becomes powered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray, TimeArray
from .slots import SLOT

NO_RELAY = -1
RELAY_TIMES = ("relay_since", "relay_told")
RELAY_COLUMNS = ("relay_meters", "relay_share", "relay_low", "relay_high", *RELAY_TIMES)
"""Columns of `Behind.by`, which every layer carries that counts who may be behind a failed relay."""
FEW_LEFT = 0.1
"""Share of those that fell silent with a relay, below which the ones that are left do not wait for its repair."""
_Z = 1.96
"""95 % inside."""


@dataclass(frozen=True)
class Relay:
    """An area whose meters were silent together while they had power."""

    area_id: str
    meters: int
    """Meters of the area that are read."""
    silent: int
    """Meters that were silent with power."""
    since: datetime
    """End of the last reading before the silence, of most of them."""
    until: datetime
    """Newest moment at which the silence was seen."""
    dark: int = 0
    """Meters that fell silent in the same half-hour, are back, and had no power."""
    told_at: datetime = datetime.min
    """Until when the data of the audit reached that found it."""
    of: tuple[str, ...] = ()
    """Supply points of the area."""

    @property
    def share(self) -> float:
        """Share that had power, of those that fell silent together and are back."""
        return self.silent / max(self.silent + self.dark, 1)

    @property
    def bounds(self) -> tuple[float, float]:
        """95 % interval of the share (Wilson)."""
        count = max(self.silent + self.dark, 1)
        middle = (self.share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
        half = _Z / (1 + _Z**2 / count) * (self.share * (1 - self.share) / count + _Z**2 / (4 * count**2)) ** 0.5
        return max(middle - half, 0.0), max(min(middle + half, 1.0), self.share)


def by_area(relays: Sequence[Relay]) -> Mapping[str, int]:
    """Return how many meters failed relays silenced in each area: where one failed twice, the greater number."""
    found: dict[str, int] = {}
    for relay in relays:
        found[relay.area_id] = max(relay.silent, found.get(relay.area_id, 0))
    return found


def fell_with(since: TimeArray, relay_since: Array) -> BoolArray:
    """Return which silences began in the half-hour of a relay's or the next to it, bool; `since`: last readings' ends.

    Meters of one relay are read one after the other, so that their last readings are of two half-hours.
    """
    apart = np.abs(since.astype("datetime64[s]") - np.asarray(relay_since).astype("datetime64[s]"))
    found: BoolArray = ~np.isnat(apart) & (apart <= SLOT)
    return found


@dataclass(frozen=True)
class Behind:
    """Which meters may be silent behind a relay that is known to have failed; arrays (meters)."""

    relays: Sequence[Relay]
    relay: IntArray
    """int32: position in `relays`, `NO_RELAY` for none."""

    @property
    def any(self) -> BoolArray:
        """bool: may be behind one."""
        return self.relay != NO_RELAY

    def by(self, code: IntArray, count: int, which: Optional[BoolArray] = None) -> pd.DataFrame:
        """Return what is known by place: `relay_meters relay_share relay_low relay_high relay_since relay_told`.

        `code` int (meters): place of each, -1 for none; `count` of places; `which` bool (meters): those that are
        counted, None all. A row a place: how many meters may have power, and of the relays behind which they are the
        share that had power of those that are back, its 95 % interval, since when they were silent and until when the
        data of the audit reached (weighted by meters, the earliest and the newest). NaN and NaT where there is none.
        """
        rows = np.flatnonzero(self.any & (code >= 0) & (True if which is None else which))
        place, relay = code[rows], self.relay[rows]
        number = np.bincount(place, minlength=count).astype(np.float64)
        found = pd.DataFrame({"relay_meters": np.where(number > 0, number, np.nan)})
        with np.errstate(invalid="ignore", divide="ignore"):
            for name, of in (
                ("relay_share", [each.share for each in self.relays]),
                ("relay_low", [each.bounds[0] for each in self.relays]),
                ("relay_high", [each.bounds[1] for each in self.relays]),
            ):
                weight = np.array(of, dtype=np.float64)[relay]
                found[name] = np.bincount(place, weight, count) / np.where(number > 0, number, np.nan)
        of_place = pd.DataFrame({"place": place, "since": _times(self.relays, "since")[relay]})
        of_place["told"] = _times(self.relays, "told_at")[relay]
        grouped = of_place.groupby("place")
        for name, moments in (("relay_since", grouped["since"].min()), ("relay_told", grouped["told"].max())):
            found[name] = moments.reindex(range(count)).to_numpy().astype("datetime64[s]")
        return found


def _times(relays: Sequence[Relay], name: str) -> TimeArray:
    moments = [None if getattr(each, name) == datetime.min else getattr(each, name) for each in relays]
    return np.array(moments, dtype="datetime64[s]")


def nobody(meters: int) -> Behind:
    """Return that no meter is known to be behind a failed relay."""
    return Behind((), np.broadcast_to(np.int32(NO_RELAY), meters))


def behind(relays: Sequence[Relay], member: IntArray, last: TimeArray) -> Behind:
    """Return which meters may be behind failed relays: of their areas, and silent since the same half-hour.

    `member` int (meters): position in `relays` of the one whose area a meter is of, `NO_RELAY` for none; `last`
    datetime64 (meters): end of the last reading by the moment looked at, NaT without one. Who was heard since is behind
    none, nor who fell silent at another time. Where hardly any of them are left the relay is mended: those have other
    reasons.
    """
    found = np.full(len(member), NO_RELAY, dtype=np.int32)
    some = np.flatnonzero(member != NO_RELAY)
    if len(some):
        since = _times(relays, "since")[member[some]]
        found[some] = np.where(fell_with(last[some], since), member[some], NO_RELAY)
    left = np.bincount(found[found != NO_RELAY], minlength=len(relays))
    back = np.array([relay.silent + relay.dark for relay in relays], dtype=np.int64)
    mended = np.append(left < FEW_LEFT * (left + back), False)
    return Behind(relays, np.where(mended[found], NO_RELAY, found))


def without(rate: FloatArray, meters: FloatArray, doubtful: FloatArray) -> FloatArray:
    """Return shares of `meters` without those that may have power, never below 0, float64."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.maximum(rate - doubtful / meters, 0.0)
