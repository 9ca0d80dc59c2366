"""Solar roofs (太陽光発電): generation hides use, so that low readings of the day say nothing about anybody.

What a meter reads of a home with a solar roof is what is left of its use once the roof has given its part. At noon of a
bright day that is nothing at all, whoever is at home; from 1 kWp on the refrigerator alone disappears. Such a roof is
known from マスタ情報 or from a meter that feeds in (受電), or it shows in the readings themselves: around noon they
fall, on the brightest days, to far below what the home never goes below in the dark. A household that is out at noon
keeps what runs by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, TimeArray
from .registers import MISSING

YES, NO, NOT_KNOWN = 1, 0, -1
"""Whether there is generation behind a meter."""
SLOTS_A_DAY = 48
LATITUDE = 36.0
"""Degrees north for which sunrise and sunset are reckoned: the middle of Japan."""
NOON = 11.9
"""Clock hour at which the sun stands highest there; half an hour earlier in Nemuro, an hour later in Naha."""
_GAP = 1 << 26
"""Wh; more than any sum of readings, and six of it fit 32 bits."""
_MOST = 10_000_000
"""Wh; readings above count as so much."""
_ROWS = 2048


@dataclass(frozen=True)
class SolarRules:
    """The numbers. Hours of the clock, Japanese time."""

    days: int = 28
    """Whole days looked back on, at most."""
    begin: float = 9.5
    end: float = 14.5
    """Hours in which the roof gives most."""
    slots: int = 6
    """A stretch of so many half-hours is looked for, the lowest of the day: longer than a refrigerator rests."""
    collapse: float = 0.08
    """A day has collapsed whose lowest stretch around noon is at most this part of the base."""
    base_share: float = 0.4
    """The base is the mean of the lowest stretches in the dark, over the lowest of so large a part of the days."""
    least_wh: float = 8.0
    """Wh a half-hour: with a smaller base, a fall cannot be told from an empty home."""
    least_steps: float = 0.7
    """Register steps that the base must fill in a stretch: with fewer, zeros are the register's."""
    needed: int = 1
    """Days that must have collapsed: what runs by itself never stops for three hours, so that one tells."""
    least_days: int = 7
    """Days that must be there to say that there is no generation."""
    margin: float = 0.5
    """Hours after sunrise and before sunset in which a roof gives nothing that would matter."""


def sun_hours(days: TimeArray) -> tuple[FloatArray, FloatArray]:
    """Return the clock hours of sunrise and sunset on some days (datetime64), float64 of the same shape."""
    days = np.asarray(days).astype("datetime64[D]")
    number = (days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    tilt = np.radians(23.44) * np.sin(2 * np.pi * (number - 80) / 365.25)
    half = np.arccos(-np.tan(np.radians(LATITUDE)) * np.tan(tilt)) / np.pi * 12
    return NOON - half, NOON + half


def in_sun(slot_begin: TimeArray, rules: Optional[SolarRules] = None) -> BoolArray:
    """Return in which half-hours a roof gives something that matters, bool (slots)."""
    rules = rules or SolarRules()
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    middle = (begins.astype(np.int64) % 86400) / 3600 + 0.25
    rises, sets = sun_hours(begins)
    return (middle > rises + rules.margin) & (middle < sets - rules.margin)


def generation_seen(
    block: IntArray, slot_begin: TimeArray, midnight: int, step: IntArray, rules: Optional[SolarRules] = None
) -> IntArray:
    """Return whether the readings show generation, int8 (meters): `YES`, `NO`, or `NOT_KNOWN`.

    `block` int (meters, slots) Wh of use, -1 missing; `slot_begin` datetime64 (slots), consecutive; the days before the
    slot `midnight` are looked at; `step` int (meters): Wh of the register, 0 where it cannot be told.
    """
    rules = rules or SolarRules()
    count = min(rules.days, max(midnight, 0) // SLOTS_A_DAY)
    if not count:
        return np.full(len(block), NOT_KNOWN, dtype=np.int8)
    first = midnight - count * SLOTS_A_DAY
    middle = np.asarray(slot_begin)[first + count // 2 * SLOTS_A_DAY : first + count // 2 * SLOTS_A_DAY + 1]
    found = [
        _seen(block[begin : begin + _ROWS, first:midnight], middle, step[begin : begin + _ROWS], rules)
        for begin in range(0, max(len(block), 1), _ROWS)
    ]
    return np.concatenate(found)


def _seen(block: IntArray, middle: TimeArray, step: IntArray, rules: SolarRules) -> IntArray:
    """`generation_seen` for whole days of one block of meters; `middle` lies in the day in the middle of them."""
    days = block.reshape(len(block), -1, SLOTS_A_DAY)
    begin, end = int(rules.begin * 2), int(rules.end * 2)
    # Half-hours that every stretch holds: where they did not fall, no stretch did, and most meters need no more.
    core, there = _sum(days, range(max(end - rules.slots, begin), min(begin + rules.slots, end)))
    whole = np.count_nonzero(there, axis=1)
    answer = np.where(whole >= rules.least_days, NO, NOT_KNOWN).astype(np.int8)
    # The base cannot lie above the mean of one stretch of the night; gaps may hide a part of it.
    most = 2 * rules.collapse * _sum(days, range(2, 2 + rules.slots))[0].mean(axis=1)
    rows = np.flatnonzero(np.count_nonzero(there & (core <= most[:, None]), axis=1) >= rules.needed)
    if len(rows):
        rises, sets = (float(hours[0]) for hours in sun_hours(middle))
        noon = _lowest(days[rows, :, begin:end], rules.slots)
        mornings, evenings = days[rows, :, : int(rises * 2)], days[rows, :, int(np.ceil(sets * 2)) :]
        dark = np.minimum(_lowest(mornings, rules.slots), _lowest(evenings, rules.slots))
        answer[rows] = _fallen(noon, dark, step[rows], rules)
    return answer


def _sum(days: IntArray, halves: range) -> tuple[IntArray, BoolArray]:
    """Return the sum of some half-hours of each day and whether all came, int32 and bool (meters, days)."""
    total = np.zeros(days.shape[:2], dtype=np.int32)
    there = np.ones(days.shape[:2], dtype=bool)
    for half in halves:
        used = np.minimum(days[:, :, half], _MOST)
        there &= used >= 0
        total += np.maximum(used, 0)
    return total, there


def _fallen(noon: IntArray, dark: IntArray, step: IntArray, rules: SolarRules) -> IntArray:
    """Whether the lowest sums around noon fall below the base, int8 (meters); sums int (days, meters)."""
    known = (noon < _GAP) & (dark < _GAP)
    whole = known.sum(axis=0)
    ordered = np.sort(np.where(known, dark, _GAP), axis=0)
    taken = np.maximum((rules.base_share * whole).astype(np.int64), 1)
    inside = np.arange(len(ordered))[:, None] < np.minimum(taken, whole)
    base = np.where(inside, ordered, 0).sum(axis=0, dtype=np.int64) / taken
    collapsed = (known & (noon <= rules.collapse * base)).sum(axis=0)
    telling = (base >= rules.least_wh * rules.slots) & (base >= rules.least_steps * step) & (whole > 0)
    no = np.where(telling & (whole >= rules.least_days), NO, NOT_KNOWN)
    return np.where(telling & (collapsed >= rules.needed), YES, no).astype(np.int8)


def _lowest(hours: IntArray, slots: int) -> IntArray:
    """Return the lowest sum of `slots` half-hours in a row of each day, int32 (days, meters); `_GAP` without one.

    `hours` int (meters, days, half-hours), -1 missing. A stretch with a gap does not count.
    """
    used = np.minimum(hours.transpose(2, 1, 0), _MOST).astype(np.int32, order="C")
    if len(used) < slots:
        return np.full(used.shape[1:], _GAP, dtype=np.int32)
    # A gap lifts every sum that holds it above all others.
    used[used < 0] = _GAP
    total = np.add.reduce(used[:slots], axis=0, dtype=np.int32)
    lowest = total.copy()
    for last in range(slots, len(used)):
        total += used[last]
        total -= used[last - slots]
        np.minimum(lowest, total, out=lowest)
    return np.minimum(lowest, _GAP)


def combine(known: Optional[IntArray], seen: IntArray) -> IntArray:
    """Return `YES`, `NO` or `NOT_KNOWN`, int8 (meters): what the readings show and, before it, what is known.

    A roof that shows is there, whatever was registered; one that is registered is there, whether it shows or not.
    """
    if known is None:
        return seen
    return np.where((seen == YES) | (known == YES), YES, np.where(known == NO, NO, seen)).astype(np.int8)


def without_sun(block: IntArray, hidden: BoolArray) -> IntArray:
    """Return readings of roofs in which those in the sun (`hidden`, bool, slots) are missing."""
    return np.where(hidden, MISSING, block).astype(block.dtype, copy=False)
