"""What past maps got right, by readings that came later, and which radio relays had failed (事後検証).

A meter that is back and sends what it kept shows that it had power while it was silent. Where meters do send what they
kept, one whose half-hours stay missing though later ones came had none. All else stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray, TextArray, TimeArray
from .reasons import Reason
from .relays import Relay, by_area, fell_with

POWERED, DARK, UNKNOWN = 1, 0, -1
LEAST_SPELL = 3
"""Half-hours that a meter must have been silent for: single ones that come late are no sign of a relay."""
FILLED = 0.8
"""Share of the missing half-hours that must have come for a silence to be one with power."""
LEAST_LATE = 5
"""So many meters must have sent what they kept, before missing half-hours of others are taken as proof of no power."""
RETURNED, UNBROKEN = 12, 0.9
"""Half-hours for which a meter must be back before what is missing is taken for no power, and the share of them that
must be there: while what it kept still comes in, its readings have holes all over."""
RELAY_METERS, RELAY_SHARE = 5, 0.3
"""Least number and share of an area's meters that were silent with power for its relay to have failed."""
MAJORITY = 0.5
"""Share without power from which on a community was dark."""
_ROUNDING = 1e-6
"""Of shares that are kept as float32."""
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


@dataclass(frozen=True)
class Verdicts:
    """What each statement of one past result turned out to be; bool (statements) each."""

    right: BoolArray
    wrong: BoolArray
    missed: BoolArray
    """Of those that are wrong: it was darker than was said, the dangerous kind."""
    told: BoolArray
    """Something was said that can be right or wrong."""

    def score(self) -> Score:
        """Count them."""
        unknown = ~self.right & ~self.wrong
        return Score(int(self.right.sum()), int(self.wrong.sum()), int(unknown.sum()))

    def reasons(self, meters: IntArray, unknown: IntArray, deaf: IntArray) -> TextArray:
        """Return why each statement that is neither right nor wrong cannot be judged, str (statements); "" for others.

        Parameters
            meters: of each thing, those that were read before the event.
            unknown: of them, those of which nothing is known.
            deaf: of these, those in whose municipality no meter sends what it kept.
        """
        found = np.full(len(self.right), Reason.UNDECIDED.value, dtype="U20")
        found[unknown > 0] = Reason.NOT_BACK.value
        found[(meters == 0) | ((deaf > 0) & (deaf == unknown))] = Reason.NO_HISTORY.value
        found[~self.told] = Reason.NO_STATEMENT.value
        found[self.right | self.wrong] = ""
        return found


def late_spells(last: IntArray, due: IntArray, present: BoolArray, end: int) -> tuple[BoolArray, BoolArray]:
    """Return which meters were silent at a past moment, and which of them had power all the same, bool (meters) each.

    Parameters
        last, due: int (meters): last half-hour read and last one expected as the case had it then; -1 for none.
        present: bool (meters, slots): what the case holds now of the half-hours that end with number `end`.
    """
    silent, missed, came = _missed(last, due, present, end)
    return silent, silent & (missed > 0) & (came >= FILLED * missed)


def partly_sent(last: IntArray, due: IntArray, present: BoolArray, end: int) -> BoolArray:
    """Return which meters were silent at a past moment and sent some of what was missing then, but not most of it.

    What still lacks may come, so it is no proof of no power. Parameters as of `late_spells`; bool (meters).
    """
    silent, missed, came = _missed(last, due, present, end)
    found: BoolArray = silent & (came > 0) & (came < FILLED * missed)
    return found


def _missed(last: IntArray, due: IntArray, present: BoolArray, end: int) -> tuple[BoolArray, IntArray, IntArray]:
    """Return which meters were silent, how many half-hours were missing of each, and how many of these came."""
    slots = present.shape[1]
    numbers = end - slots + 1 + np.arange(slots)
    silent = (due >= 0) & (last >= 0) & (due - last >= LEAST_SPELL)
    missed = (numbers[None, :] > last[:, None]) & (numbers[None, :] <= due[:, None])
    return silent, missed.sum(axis=1), (missed & present).sum(axis=1)


def back_since(present: BoolArray, lead: int) -> IntArray:
    """Return the first slot in which meters are back for good after a hole at a moment, int (meters), -1 for none.

    Parameters
        present: bool (meters, slots): readings that the case holds now, from `lead` half-hours before the moment on.

    The hole must be of `LEAST_SPELL` half-hours on end, and the `RETURNED` ones after it hardly broken.
    """
    slots = np.arange(present.shape[1])
    first = np.where(present & (slots >= lead), slots, present.shape[1]).min(axis=1, initial=present.shape[1])
    last = np.where(present & (slots < lead), slots, -1).max(axis=1, initial=-1)
    total = np.concatenate([np.zeros((len(present), 1), dtype=np.int64), np.cumsum(present, axis=1)], axis=1)
    rows, end = np.arange(len(present)), np.minimum(first + RETURNED, present.shape[1])
    came = total[rows, end] - total[rows, np.minimum(first, present.shape[1])]
    there = (first + RETURNED <= present.shape[1]) & (came >= UNBROKEN * RETURNED)
    return np.where(there & (first - last - 1 >= LEAST_SPELL), first, -1)


def fell_together(area: TextArray, since: TimeArray) -> BoolArray:
    """Return which meters fell silent with another of their neighbourhood, in one half-hour or the next to it, bool.

    A line that is out silences several; of one alone nothing tells whether its wire or its radio broke.

    Parameters
        area: str (meters without a reading at a moment): the neighbourhood of each; "" for none.
        since: datetime64 (meters): end of the last reading before; NaT without one.
    """
    _, place = np.unique(np.asarray(area, dtype=str), return_inverse=True)
    place = place.ravel().astype(np.int64)
    known = ~np.isnat(since) & (np.asarray(area) != "")
    slot = np.where(known, since.astype("datetime64[s]").astype(np.int64) // 1800, 0)
    # of two neighbouring places no slots lie next to each other
    key = place * (1 << 32) + slot
    names, count = np.unique(key[known], return_counts=True)
    found = np.zeros(len(since), dtype=np.int64)
    for step in (-1, 0, 1):
        at = np.minimum(np.searchsorted(names, key + step), max(len(names) - 1, 0))
        if len(names):
            found += np.where(names[at] == key + step, count[at], 0)
    together: BoolArray = known & (found > 1)
    return together


def power_at(before: BoolArray, after: BoolArray, back: BoolArray, back_fills: BoolArray) -> IntArray:
    """Return who had power at a moment, int8 (meters): 1 yes, 0 no, -1 not known.

    Parameters
        before, after: bool (meters): the half-hours that end and begin at the moment are there (the one it lies in).
        back: bool (meters): back for good since (`back_since`), with nothing that says why it was silent otherwise.
        back_fills: bool (meters): meters of its municipality send what they kept; else a missing half-hour proves
            nothing.
    """
    found = np.full(len(before), UNKNOWN, dtype=np.int8)
    found[before & after] = POWERED
    found[~before & ~after & back & back_fills] = DARK
    return found


def back_fills(late: BoolArray, town: TextArray) -> BoolArray:
    """Return of which meters a missing half-hour may be a proof of no power, bool (meters).

    In the municipality of each at least `LEAST_LATE` meters sent what they kept. `late` bool (meters): those that did;
    `town` str (meters), "" where it is not known.
    """
    names, code = np.unique(town, return_inverse=True)
    found: BoolArray = np.bincount(code.ravel()[late], minlength=len(names))[code.ravel()] >= LEAST_LATE
    return found


@dataclass(frozen=True)
class Figure:
    """How many without power a past result spoke of, and how many there were: meters, areas or facilities."""

    said_low: float = 0.0
    said_high: float = 0.0
    was_low: float = 0.0
    was_high: float = 0.0
    """What is not known counts in the upper one alone."""

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.said_low + other.said_low,
            self.said_high + other.said_high,
            self.was_low + other.was_low,
            self.was_high + other.was_high,
        )


NONE_LISTED = Figure(0.0, 0.0, float("nan"), float("nan"))
"""Of a list that named nobody: whom it missed is not judged."""


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

    def among(self, said: FloatArray) -> Shares:
        """Return what is known of as many meters as a statement is of, NaN for those that are counted here.

        Of meters that are in the statement and not here nothing is known. Where more are known than it is of, it is
        not known which of them those are.
        """
        whole = np.where(np.isfinite(said) & (said > 0) & (self.meters > 0), np.rint(said), self.meters).astype(int)
        known = self.meters - self.unknown
        dark = np.maximum(self.dark - np.maximum(known - whole, 0), 0)
        most = np.minimum(self.dark + np.maximum(whole - known, 0), whole)
        return Shares(whole, dark, most - dark)

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Return least and greatest share without power, float64; NaN without meters.

        Who is not known may have had power or not: it is not left out, as a map may have counted just that one right.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.dark / self.meters, (self.dark + self.unknown) / self.meters


def judged_bounds(low: FloatArray, high: FloatArray, known: Shares) -> Verdicts:
    """Judge intervals of the share without power: right where the true share lies inside, to half a meter."""
    least, most = known.bounds()
    with np.errstate(invalid="ignore", divide="ignore"):
        half = np.where(known.meters > 0, 0.5 / known.meters, np.nan)
        right = (least >= low - half) & (most <= high + half)
        missed = least > high + half
        wrong = (most < low - half) | missed
    return Verdicts(right, wrong, missed, np.isfinite(low) & np.isfinite(high))


def figure_of_bounds(low: FloatArray, high: FloatArray, known: Shares) -> Optional[Figure]:
    """Return the meters without power that intervals spoke of, and those there were, where both are told.

    None where that is nowhere: no meter is a number, and not what is known then.
    """
    told = np.isfinite(low) & np.isfinite(high) & (known.meters > 0)
    if not told.any():
        return None
    most = known.dark + known.unknown
    return Figure(
        float((low * known.meters)[told].sum()),
        float((high * known.meters)[told].sum()),
        float(known.dark[told].sum()),
        float(most[told].sum()),
    )


def figure_of_dark(certain: BoolArray, known: Shares) -> Figure:
    """Return how many areas were said to be dark, those `certain` and all, and how many of them were.

    One of which nothing is known counts in the upper figure of what was.
    """
    least, most = known.bounds()
    with np.errstate(invalid="ignore"):
        sure, perhaps = least > MAJORITY, ~(most <= MAJORITY)
    return Figure(float(certain.sum()), float(len(certain)), float(sure.sum()), float(perhaps.sum()))


def figure_of_meters(certainty: TextArray, power: IntArray) -> Figure:
    """Return how many meters were listed, surely and in all, and how many of those listed had no power."""
    said = np.asarray(certainty) == SURE
    return Figure(float(said.sum()), float(len(said)), float((power == DARK).sum()), float((power != POWERED).sum()))


def figure_of_facilities(said: TextArray, known: Shares) -> Figure:
    """Return how many facilities lacked power, in whole or in part: said, and in truth; unknown ones perhaps."""
    said = np.asarray(said)
    out, powered = np.isin(said, (PARTIAL_STATE, OUTAGE_STATE)), said == POWERED_STATE
    with_power = (known.meters > 0) & (known.dark == 0) & (known.unknown == 0)
    return Figure(float(out.sum()), float((~powered).sum()), float((known.dark > 0).sum()), float((~with_power).sum()))


def judged_dark(known: Shares, threshold: Optional[FloatArray] = None) -> Verdicts:
    """Judge areas that were said to be dark: right where more than half of their meters were.

    `threshold` float (areas): the share from which on they were listed, NaN where it is not known; where it is less
    than half, so many are enough.
    """
    least, most = known.bounds()
    asked = np.full(len(least), np.nan) if threshold is None else np.asarray(threshold, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        few, asked = asked <= MAJORITY, asked - _ROUNDING
        right = np.where(few, least >= asked, least > MAJORITY)
        return _of_dark(right, np.where(few, most < asked, most <= MAJORITY))


def judged_meters(certainty: TextArray, power: IntArray) -> Verdicts:
    """Judge meters that were said to be without power; what was said to be undecided is no statement."""
    said = np.asarray(certainty) == SURE
    return _of_dark(said & (power == DARK), said & (power == POWERED), said)


def judged_facilities(said: TextArray, known: Shares) -> Verdicts:
    """Judge the states of facilities by all their meters; a facility said to be unknown is no statement."""
    powered = known.meters - known.dark - known.unknown
    states = np.array(["", POWERED_STATE, PARTIAL_STATE, OUTAGE_STATE])
    true = np.zeros(len(said), dtype=np.int8)
    all_known = (known.meters > 0) & (known.unknown == 0)
    true[all_known & (known.dark == 0)] = 1
    true[all_known & (powered == 0)] = 3
    true[(known.dark > 0) & (powered > 0)] = 2
    told = np.isin(said, states[1:])
    order = np.argmax(np.asarray(said)[:, None] == states[None, :], axis=1)
    stated = told & (true > 0)
    return Verdicts(stated & (order == true), stated & (order != true), stated & (order < true), told)


def _of_dark(right: BoolArray, wrong: BoolArray, told: Optional[BoolArray] = None) -> Verdicts:
    """Return verdicts on things that were said to be dark: where that is wrong there was power."""
    none = np.zeros(len(right), dtype=bool)
    return Verdicts(right, wrong, none, ~none if told is None else told)


@dataclass(frozen=True)
class Silence:
    """Who was silent at a past moment, and had power; arrays (meters)."""

    silent: BoolArray
    powered: BoolArray
    since: TimeArray
    """datetime64: end of the last reading before."""
    back: BoolArray
    """bool: read again since, long enough for what it kept to have come."""
    until: datetime


def failed_relays(
    area: TextArray, watched: BoolArray, silences: Sequence[Silence], told_at: datetime = datetime.min
) -> list[Relay]:
    """Return the areas whose meters were silent together while they had power, in the order of their ids.

    Who is silent still is in neither share: a relay that is mended in part shows in those that are back. The members
    (`Relay.of`) are left to the caller.

    Parameters
        area: str (meters): the neighbourhood of each meter, whose meters speak over the same relay; "" for none.
        watched: bool (meters): read before the event.
        silences: what is known of each past moment.
        told_at: until when the data reach by which it is known.
    """
    found: list[Relay] = []
    ids, place = np.unique(np.asarray(area, dtype=str), return_inverse=True)
    place = place.ravel()
    meters = np.bincount(place[watched], minlength=len(ids))
    for silence in silences:
        behind = silence.powered & watched
        still = silence.silent & ~silence.powered & ~silence.back & watched
        count = np.bincount(place[behind], minlength=len(ids))
        known = meters - np.bincount(place[still], minlength=len(ids))
        failed = (ids != "") & (count >= RELAY_METERS) & (count >= RELAY_SHARE * known)
        for number in np.flatnonzero(failed).tolist():
            here = place == number
            since = np.sort(silence.since[behind & here])[count[number] // 2]
            dark = here & watched & silence.silent & silence.back & ~silence.powered & fell_with(silence.since, since)
            relay = Relay(
                str(ids[number]),
                int(meters[number]),
                int(count[number]),
                pd.Timestamp(since).to_pydatetime(),
                silence.until,
                int(dark.sum()),
                told_at,
            )
            found = _with(found, relay)
    return sorted(found, key=lambda relay: (relay.area_id, relay.since))


def _with(relays: list[Relay], now: Relay) -> list[Relay]:
    """Return relays with what another moment tells: of the same silence the counts where more were seen."""
    for number, before in enumerate(relays):
        same = before.area_id == now.area_id and abs(before.since - now.since) <= timedelta(minutes=30)
        if same:
            most = now if now.silent > before.silent else before
            both = replace(most, since=min(now.since, before.since), until=max(now.until, before.until))
            return [*relays[:number], both, *relays[number + 1 :]]
    return [*relays, now]


def with_earlier(relays: Sequence[Relay], earlier: Sequence[Relay], begin: datetime, end: datetime) -> list[Relay]:
    """Return relays, and those known `earlier` that an audit of the moments from `begin` to `end` did not look at."""
    found = list(relays)
    for relay in earlier:
        if not begin <= relay.until <= end:
            found = _with(found, relay)
    return sorted(found, key=lambda relay: (relay.area_id, relay.since))


def share_by_area(area: TextArray, watched: BoolArray, relays: Sequence[Relay]) -> Mapping[str, float]:
    """Return the share of the meters of each area that failed relays silenced; areas without one have 0."""
    ids, count = np.unique(np.asarray(area, dtype=str)[watched], return_counts=True)
    lost = by_area(relays)
    return {str(key): lost.get(str(key), 0) / int(number) for key, number in zip(ids, count) if key != ""}


def slots_about(moment: datetime) -> tuple[np.datetime64, np.datetime64]:
    """Return the begins of the half-hours that end and begin at a moment; twice the same where it lies in one."""
    at = np.datetime64(moment, "s").astype(np.int64)
    return tuple(np.datetime64(int((at - back) // 1800 * 1800), "s") for back in (1, 0))  # type: ignore[return-value]
