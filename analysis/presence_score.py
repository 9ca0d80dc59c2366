"""Somebody at home? Marks for what a meter shows, weighed into a probability: the heart of the method `quiet`.

Every half-hour of the past three days is told by how it lies to the home's own quiet hours: below, equal, above. What
counts for a half-hour looked at is how far it lies above, in itself and beside what this home uses on the mean, what
came just before it, how often this home uses something at this hour on such a day (workday, or day off), how much it
used in the past day and three days, and in the night who was seen in the evening before, and whether anything was used
since. Each mark has a weight, the sum is the log odds of somebody being at home. Weights are measured
(`dev/presence_weights.py` prints them), on practice scenarios and on homes made up independently of those; the same
command holds them to others that they have not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping, Optional

import numpy as np

from ..arrays import Array, BoolArray, FloatArray, IntArray
from .presence_weights import BY_DAY, BY_HOUR, BY_NIGHT
from .quiet_hours import SLOTS_A_DAY, Quiet
from .registers import MISSING, SCALE, across

PAST_DAYS = 3
"""Days of half-hours before the day looked at that count one by one."""
LEAD = PAST_DAYS * SLOTS_A_DAY
_UNIT = 60
"""Sixths of a Wh: distances are measured by the clear limit, but not by less than this."""
_REACH = 3.0
"""Distances beyond so many units count no more."""
_COARSE, _VERY_COARSE = 100, 200
"""Steps (Wh) of registers whose low readings say less."""
_NIGHT_BEGIN, _NIGHT_END = 22, 8
_EVENING_BEGIN, _EVENING_SLOTS = 20, 10
_MORNING, _LATE_MORNING = 5, 13
"""Clock hours between which a home may still be asleep."""
_USUAL = 0.3
"""Share of half-hours with use that is assumed where nothing is known."""
_SHOWN_SLOTS = 6
"""Half-hours in which use still shows that somebody is there."""
_LIFT_SLOTS = 4
"""Half-hours whose mean makes up for what one reading of a coarse register leaves out."""
_LIFT_LEAST = 0.1
"""Added to the lift before its logarithm is taken: below a tenth of what is usual, less says no more."""
_LIFT_FLOOR = float(np.log(_LIFT_LEAST))
_IDLE_MOST = 96
"""Half-hours without use beyond which more say no more."""


@dataclass(frozen=True)
class Recent:
    """Half-hours of one block of meters, from `LEAD` before the day's midnight on. Arrays (slots, meters)."""

    value: IntArray
    """int: readings in sixths of a Wh, as compared (means of several half-hours for coarse registers), -1 missing."""
    known: BoolArray
    """bool: the half-hour tells something: a reading came, and nothing runs then that would hide people."""
    above: BoolArray
    """bool: known, and above the reference."""
    quiet: Quiet
    free: bool
    """Whether people have the day looked at off: a Saturday, Sunday or holiday."""
    habit: Mapping[int, FloatArray]
    """Half-hour of day → log odds of use at that time on such a day, float32 (meters)."""
    evening: FloatArray
    """float32 (meters): log odds of use between 18 and 23 h on such a day."""


def log_odds(hits: IntArray, of: IntArray) -> FloatArray:
    """Return the log odds of a share, float32, with one hit and one miss added so that it is always finite."""
    return np.log((hits + 1.0) / (of - hits + 1.0)).astype(np.float32)


def _count(of: BoolArray, begin: int, end: int) -> IntArray:
    """How many of the half-hours [begin, end), at most 255, are so, uint8 (meters)."""
    return np.add.reduce(of[begin:end].view(np.uint8), axis=0, dtype=np.uint8)


def _share(above: BoolArray, known: BoolArray, begin: int, end: int) -> FloatArray:
    """Share of the half-hours [begin, end) with use; what is not known counts as usual, for silence is no absence."""
    unknown = np.float32(end - begin) - _count(known, begin, end)
    return (_count(above, begin, end) + np.float32(_USUAL) * unknown) / np.float32(end - begin)


def _idle(above: BoolArray, known: BoolArray, slot: int) -> IntArray:
    """Half-hours since the last use up to `slot`, at most `_IDLE_MOST` and not more than are known."""
    first = max(slot - _IDLE_MOST + 1, 0)
    idle = np.full(above.shape[1], _IDLE_MOST, dtype=np.uint8)
    # Most have used something a short while ago, so that few are looked at far back.
    left = np.arange(above.shape[1])
    for back in range(slot - first + 1):
        hit = above[slot - back, left]
        idle[left[hit]] = back
        left = left[~hit]
        if not len(left):
            break
    return np.minimum(idle, _count(known, first, slot + 1))


def well_known(recent: Recent, slot: int) -> BoolArray:
    """Whether most of the past day is known, bool (meters): without it nobody is called away at night."""
    return _count(recent.known, slot - SLOTS_A_DAY, slot) >= SLOTS_A_DAY // 2


def is_night(half: int) -> bool:
    """Whether a half-hour of day (0–47) is one of 22:00–08:00."""
    return half >= 2 * _NIGHT_BEGIN or half < 2 * _NIGHT_END


def marks(recent: Recent, slot: int) -> Iterator[tuple[str, Array]]:
    """Yield the marks of one half-hour, float or bool (meters) each, by name.

    `slot` counts from the first of `recent`. Whether a reading lies a watt-hour above the reference or below it must
    not say much: the marks of its size change evenly.
    """
    half = (slot - LEAD) % SLOTS_A_DAY
    quiet, known, above = recent.quiet, recent.known, recent.above
    now = above[slot]
    yield "tie_before", known[slot - 1] & (recent.value[slot - 1] == quiet.reference)
    yield "above", now
    unit = np.maximum(quiet.upper, _UNIT).astype(np.float32)
    yield "distance", np.clip((recent.value[slot] - quiet.reference) / unit, -1.0, _REACH)
    yield "above_before", above[slot - 1]
    yield "habit", recent.habit[half]
    yield "evenings", recent.evening
    day = _share(above, known, slot - SLOTS_A_DAY, slot)
    days = _share(above, known, slot - LEAD, slot)
    yield "day", np.log(day + 0.03)
    yield "days", np.log(days + 0.02)
    yield "still", (day < 0.08) & (days < 0.1)
    if recent.free:
        yield "free", np.ones(len(now), dtype=bool)
    for name, step in (("coarse", _COARSE), ("very_coarse", _VERY_COARSE)):
        yield name, quiet.step >= step
    yield "hidden", ~known[slot]
    yield "idle", np.log1p(_idle(above, known, slot), dtype=np.float32)
    yield from _lift_marks(recent, slot)
    yield from _night_marks(above, slot, half)


def _lift_marks(recent: Recent, slot: int) -> Iterator[tuple[str, Array]]:
    """Yield where the use of now and of the past two hours lies between what runs by itself and the home's mean.

    Where nothing is heated or cooled, who is at home uses little more than what runs by itself: only beside the home's
    own mean that is much.
    """
    quiet = recent.quiet
    noise = np.maximum(quiet.reference - quiet.median, _UNIT).astype(np.float32)
    usual = np.maximum(quiet.mean * SCALE - quiet.median, 0) + noise / 2
    coarse = (quiet.step >= _COARSE) & (quiet.step < _VERY_COARSE)
    level = np.log(usual / noise)
    yield "level", level
    yield "level_coarse", level * coarse
    for name, slots in (("lift", 1), ("lift_hours", _LIFT_SLOTS)):
        over = _mean(recent, slot, slots) - quiet.median
        lift = np.log(np.maximum(over, 0) / usual + np.float32(_LIFT_LEAST))
        yield name, lift
        yield f"{name}_coarse", lift * coarse
        if slots == 1:
            # At an hour at which this home uses nothing as a rule, use says less of somebody being there.
            yield "habit_lift", recent.habit[(slot - LEAD) % SLOTS_A_DAY] * _part_of_usual(lift)


def _part_of_usual(lift: FloatArray) -> FloatArray:
    """Return the lift as 0 (what runs by itself) to 1 (the home's mean, or more)."""
    return np.clip((lift - _LIFT_FLOOR) / (np.log(1 + _LIFT_LEAST) - _LIFT_FLOOR), 0, 1)


def _mean(recent: Recent, slot: int, slots: int) -> FloatArray:
    """Return the mean of what is known of the last `slots` half-hours up to `slot`, float (meters), 0 without any."""
    hours = slice(slot - slots + 1, slot + 1)
    known = recent.known[hours]
    total = np.where(known, recent.value[hours], 0).sum(axis=0, dtype=np.int64)
    return total / np.maximum(known.sum(axis=0), 1)


def shown(recent: Recent, slot: int) -> BoolArray:
    """Whether use shows that somebody was there, bool (meters): in the evening before, or in the past three hours.

    Without it nobody is called at home at night: that most people are at home then says nothing of this home.
    """
    found = recent.above[max(slot - _SHOWN_SLOTS + 1, 0) : slot + 1].any(axis=0)
    for name, mark in _night_marks(recent.above, slot, (slot - LEAD) % SLOTS_A_DAY):
        if name == "held":
            found |= mark
    return found


def _night_marks(above: BoolArray, slot: int, half: int) -> Iterator[tuple[str, Array]]:
    """Yield the marks of the evening before (20:00–01:00) and of a morning in which nobody is up yet."""
    since = (half - 2 * _EVENING_BEGIN) % SLOTS_A_DAY
    if since >= 2 * (_LATE_MORNING + 24 - _EVENING_BEGIN):
        return
    begin = slot - since
    seen = _count(above, begin, min(begin + _EVENING_SLOTS, slot + 1))
    yield "evening", np.minimum(seen, 4) / 4
    yield "held", seen >= 2
    if 2 * _MORNING <= half < 2 * _LATE_MORNING:
        used = _count(above, slot - half + 2 * _MORNING, slot + 1)
        yield "not_up", (used <= 1) & (seen >= 2)


def probability(recent: Recent, slot: int, extra: Optional[Mapping[str, float]] = None) -> FloatArray:
    """Return the probability that somebody is at home in a half-hour, float32 (meters) of 0–1.

    Where the reference is not known it means nothing. `extra` are weights in place of the shipped ones.
    """
    half = (slot - LEAD) % SLOTS_A_DAY
    weights = extra if extra is not None else (BY_NIGHT if is_night(half) else BY_DAY)
    score = np.full(recent.value.shape[1], BY_HOUR[half // 2], dtype=np.float32)
    for name, mark in marks(recent, slot):
        weight = np.float32(weights.get(name, 0.0))
        if weight:
            score += mark * weight
    return (1.0 / (1.0 + np.exp(-score))).astype(np.float32)


def _over(hours: IntArray, limit: IntArray) -> tuple[IntArray, IntArray]:
    """How many of a few half-hours lie above a limit (meters) and how many came, uint8 (meters); hours (meters, n)."""
    slots = across(hours)
    return _count(slots > limit, 0, len(slots)), _count(slots > MISSING, 0, len(slots))


def habits(
    block: IntArray, midnight: int, days: list[int], halves: list[int], reference: IntArray
) -> tuple[dict[int, FloatArray], FloatArray]:
    """Return the log odds of use at some half-hours of day (with their neighbours) and in the evening, from past days.

    `block` int (meters, slots) Wh; `days` how many days before `midnight` each of the days looked at lies; `reference`
    in sixths. Without such days all is even (0).
    """
    limit = (reference // SCALE).astype(block.dtype)
    begins = [midnight - SLOTS_A_DAY * day for day in days if midnight - SLOTS_A_DAY * day >= 0]

    def odds(first: int, last: int) -> FloatArray:
        hits, came = np.zeros((2, len(block)), dtype=np.int32)
        for begin in begins:
            above, there = _over(block[:, max(begin + first, 0) : begin + last], limit)
            hits += above
            came += there
        return log_odds(hits, came)

    return {half: odds(half - 1, half + 2) for half in halves}, odds(36, 46)
