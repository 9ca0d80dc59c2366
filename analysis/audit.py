"""What past maps got right, by readings that came later, and which radio relays had failed (事後検証).

A meter that is back and sends what it kept shows that it had power while it was silent. Where meters do send what they
kept, one whose half-hours stay missing though later ones came had none. All else stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Mapping, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray, TextArray, TimeArray
from .relays import Relay

POWERED, DARK, UNKNOWN = 1, 0, -1
LEAST_SPELL = 3
"""Half-hours that a meter must have been silent for: single ones that come late are no sign of a relay."""
FILLED = 0.8
"""Share of the missing half-hours that must have come for a silence to be one with power."""
LEAST_LATE = 5
"""So many meters must have sent what they kept, before missing half-hours of others are taken as proof of no power."""
RETURNED = 6
"""Half-hours for which a meter must be back: what it kept comes within that time."""
RELAY_METERS, RELAY_SHARE = 5, 0.3
"""Least number and share of an area's meters that were silent with power for its relay to have failed."""
MOST_UNKNOWN = 0.05
"""Share of an area's meters of which nothing is known, up to which the share of the others stands for all."""
MAJORITY = 0.5
"""Share without power from which on a community was dark."""
POWERED_STATE, PARTIAL_STATE, OUTAGE_STATE = "powered", "partial", "outage"
SURE = "sure"


@dataclass(frozen=True)
class Score:
    """How many statements of one past result were right, wrong, and cannot be judged."""

    right: int = 0
    wrong: int = 0
    unknown: int = 0

    @property
    def judged(self) -> int:
        """Statements that were right or wrong."""
        return self.right + self.wrong


def late_spells(last: IntArray, due: IntArray, present: BoolArray, end: int) -> tuple[BoolArray, BoolArray]:
    """Return which meters were silent at a past moment, and which of them had power all the same, bool (meters) each.

    Parameters
        last, due: int (meters): last half-hour read and last one expected as the case had it then; -1 for none.
        present: bool (meters, slots): what the case holds now of the half-hours that end with number `end`.
    """
    slots = present.shape[1]
    numbers = end - slots + 1 + np.arange(slots)
    silent = (due >= 0) & (last >= 0) & (due - last >= LEAST_SPELL)
    missed = (numbers[None, :] > last[:, None]) & (numbers[None, :] <= due[:, None])
    of = missed.sum(axis=1)
    came = (missed & present).sum(axis=1)
    return silent, silent & (of > 0) & (came >= FILLED * of)


def power_at(before: BoolArray, after: BoolArray, back: BoolArray, back_fills: bool) -> IntArray:
    """Return who had power at a moment, int8 (meters): 1 yes, 0 no, -1 not known.

    Parameters
        before, after: bool (meters): the half-hours that end and begin at the moment are there (the one it lies in).
        back: bool (meters): later readings have come, for `RETURNED` half-hours.
        back_fills: meters of the case send what they kept; if not, a missing half-hour proves nothing.
    """
    found = np.full(len(before), UNKNOWN, dtype=np.int8)
    found[before & after] = POWERED
    if back_fills:
        found[~before & ~after & back] = DARK
    return found


@dataclass(frozen=True)
class Shares:
    """What is known of the meters of some things; arrays (things)."""

    meters: IntArray
    dark: IntArray
    unknown: IntArray

    @classmethod
    def of(cls, ids: TextArray, of_meter: TextArray, power: IntArray) -> Shares:
        """Count meters by the thing that they belong to ("" for none)."""
        order = np.argsort(ids, kind="stable")
        place = np.searchsorted(ids[order], of_meter)
        place = np.minimum(place, max(len(ids) - 1, 0))
        there = (ids[order][place] == of_meter) & (of_meter != "") if len(ids) else np.zeros(len(power), dtype=bool)
        of = order[place[there]]
        count = len(ids)
        return cls(
            np.bincount(of, minlength=count),
            np.bincount(of[power[there] == DARK], minlength=count),
            np.bincount(of[power[there] == UNKNOWN], minlength=count),
        )

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Return least and greatest share without power, float64; NaN without meters.

        Where little is unknown, the share of the others is both.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            least, most = self.dark / self.meters, (self.dark + self.unknown) / self.meters
            share = self.dark / (self.meters - self.unknown)
        little = (self.meters > self.unknown) & (self.unknown <= MOST_UNKNOWN * self.meters)
        return np.where(little, share, least), np.where(little, share, most)


def judged_bounds(low: FloatArray, high: FloatArray, known: Shares) -> Score:
    """Judge intervals of the share without power: right where the true share lies inside, to half a meter."""
    least, most = known.bounds()
    with np.errstate(invalid="ignore", divide="ignore"):
        half = np.where(known.meters > 0, 0.5 / known.meters, np.nan)
        right = (least >= low - half) & (most <= high + half)
        wrong = (most < low - half) | (least > high + half)
    return _score(right, wrong)


def judged_dark(known: Shares) -> Score:
    """Judge areas that were said to be dark: right where more than half of their meters were."""
    least, most = known.bounds()
    with np.errstate(invalid="ignore"):
        return _score(least > MAJORITY, most <= MAJORITY)


def judged_meters(certainty: TextArray, power: IntArray) -> Score:
    """Judge meters that were said to be without power; what was said to be undecided is no statement."""
    said = np.asarray(certainty) == SURE
    return _score(said & (power == DARK), said & (power == POWERED))


def judged_facilities(said: TextArray, known: Shares) -> Score:
    """Judge the states of facilities by all their meters; a facility said to be unknown is no statement."""
    powered = known.meters - known.dark - known.unknown
    true = np.full(len(said), "", dtype="U8")
    all_known = (known.meters > 0) & (known.unknown == 0)
    true[all_known & (known.dark == 0)] = POWERED_STATE
    true[all_known & (powered == 0)] = OUTAGE_STATE
    true[(known.dark > 0) & (powered > 0)] = PARTIAL_STATE
    said = np.asarray(said)
    stated = np.isin(said, (POWERED_STATE, PARTIAL_STATE, OUTAGE_STATE)) & (true != "")
    return _score(stated & (said == true), stated & (said != true))


def _score(right: BoolArray, wrong: BoolArray) -> Score:
    return Score(int(right.sum()), int(wrong.sum()), int((~right & ~wrong).sum()))


def total(scores: Sequence[Score]) -> Score:
    """Return the sum of scores."""
    return Score(
        sum(each.right for each in scores), sum(each.wrong for each in scores), sum(each.unknown for each in scores)
    )


@dataclass(frozen=True)
class Silence:
    """Who was silent at a past moment, and had power; arrays (meters)."""

    silent: BoolArray
    powered: BoolArray
    since: TimeArray
    """datetime64: end of the last reading before."""
    until: datetime


def failed_relays(area: TextArray, watched: BoolArray, silences: Sequence[Silence]) -> list[Relay]:
    """Return the areas whose meters were silent together while they had power, in the order of their ids.

    Parameters
        area: str (meters): the neighbourhood of each meter, whose meters speak over the same relay; "" for none.
        watched: bool (meters): read before the event.
        silences: what is known of each past moment.
    """
    found: dict[str, Relay] = {}
    ids, place = np.unique(np.asarray(area, dtype=str), return_inverse=True)
    place = place.ravel()
    meters = np.bincount(place[watched], minlength=len(ids))
    for silence in silences:
        behind = silence.powered & watched
        count = np.bincount(place[behind], minlength=len(ids))
        failed = (ids != "") & (count >= RELAY_METERS) & (count >= RELAY_SHARE * meters)
        for number in np.flatnonzero(failed).tolist():
            since = pd.Timestamp(np.sort(silence.since[behind & (place == number)])[count[number] // 2])
            key = str(ids[number])
            before = found.get(key)
            found[key] = Relay(
                key,
                int(meters[number]),
                max(int(count[number]), before.silent if before else 0),
                min(since.to_pydatetime(), before.since) if before else since.to_pydatetime(),
                max(silence.until, before.until) if before else silence.until,
            )
    return [found[key] for key in sorted(found)]


def share_by_area(area: TextArray, watched: BoolArray, relays: Sequence[Relay]) -> Mapping[str, float]:
    """Return the share of the meters of each area that failed relays silenced; areas without one have 0."""
    ids, count = np.unique(np.asarray(area, dtype=str)[watched], return_counts=True)
    lost = {relay.area_id: relay.silent for relay in relays}
    return {str(key): lost.get(str(key), 0) / int(number) for key, number in zip(ids, count) if key != ""}


def slots_about(moment: datetime) -> tuple[np.datetime64, np.datetime64]:
    """Return the begins of the half-hours that end and begin at a moment; twice the same where it lies in one."""
    at = np.datetime64(moment, "s").astype(np.int64)
    return tuple(np.datetime64(int((at - back) // 1800 * 1800), "s") for back in (1, 0))  # type: ignore[return-value]
