"""A home's own quiet hours: the three hours of the day in which it uses least, learnt over up to 28 days.

The manual's median of three days cannot see that a home is empty: half of all half-hours lie above it by construction.
The quiet hours say what runs by itself (refrigerator, standby). They are searched over the whole day, not fixed to the
early morning, because night water heaters (エコキュート) run then and the homes of commuters are quietest at noon.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Optional

import numpy as np

from ..arrays import Array, BoolArray, IntArray, TimeArray
from .registers import MISSING, SCALE, blocks, parts_of, register_step

SLOTS_A_DAY = 48

_LARGE = 1_000_000
"""Wh; the sum of a month of readings cut off here fits 32 bits."""
_ROWS = 2048
"""Meters worked on at a time: their readings stay in the processor's memory; with fewer, threads mostly wait for one
another's turn in Python."""


@dataclass(frozen=True)
class QuietRules:
    """The numbers of the quiet reference. Energy in Wh a half-hour, hours Japanese time."""

    days: int = 28
    """Whole days looked back on, at most."""
    slots: int = 6
    """Length of the quiet hours: three hours."""
    min_used: int = 18
    """Readings of the quiet hours that must have come: three days' worth. With fewer there is no answer."""
    quantile: float = 0.95
    """Share of the quiet hours' readings up to which the reference may reach."""
    factor_halves: int = 3
    """The reference is at most 3 halves (1.5 times) of the quiet hours' median, plus the margin."""
    margin: int = 10
    """The reference is at least so much above the median, or one register step of a mean where that is more."""
    coarse_step: int = 100
    """Registers of this step (Wh) or coarser are compared by means of `smooth_slots` half-hours."""
    smooth_slots: int = 3
    heater_begin: int = 23
    heater_end: int = 7
    """Hours in which night tariffs let water heaters run."""
    heater_wh: int = 250
    """A half-hour so far above the quiet median at night may be a water heater (500 W and more)."""
    heater_slots: int = 3
    heater_share: float = 0.7
    """A home has a night heater if at least `heater_slots` half-hours were so in this share of the past nights."""
    heater_nights: int = 7
    """Nights looked at; at least three must be there."""


@dataclass(frozen=True)
class Quiet:
    """What was learnt of each meter; arrays (meters). Energies are in sixths of a Wh (`registers.SCALE`)."""

    step: IntArray
    """int32 Wh: the register's step, 0 = cannot be told."""
    begin: IntArray
    """int64: first half-hour of day (0–47) of the quiet hours, -1 where too few readings came."""
    used: IntArray
    """int32: readings of the quiet hours."""
    median: IntArray
    """int64: lower median of the quiet hours' readings (-1 unknown)."""
    reference: IntArray
    """int64: what lies above is use by somebody (-1 unknown)."""
    upper: IntArray
    """int64: the reference as if the quantile were not there (-1 unknown): what lies above is clearly use."""
    mean: IntArray
    """int64 Wh: mean of the last week's readings, without the hours of a night heater."""
    night_heater: BoolArray
    """bool: something heats on most nights, so that use at night is no sign of anybody."""

    def put(self, rows: IntArray, part: Quiet) -> None:
        """Take in what was learnt of some meters otherwise."""
        for each in fields(self):
            getattr(self, each.name)[rows] = getattr(part, each.name)

    @property
    def known(self) -> BoolArray:
        """bool (meters): enough readings came."""
        return self.begin >= 0


def half_hour_of_day(slot_begin: TimeArray) -> IntArray:
    """Return 0 … 47 for the beginnings of half-hours (datetime64), int64."""
    return np.asarray(slot_begin).astype("datetime64[s]").astype(np.int64) % 86400 // 1800


def weekday(days: Array) -> Array:
    """Return 0 (Monday) … 6 for days (datetime64), int64."""
    # 1 January 1970 was a Thursday.
    return (np.asarray(days).astype("datetime64[D]").astype(np.int64) + 3) % 7


def _last_week(block: IntArray, first: int, last: int) -> IntArray:
    """Mean of the readings of the last week of the slots [first, last), int64 (meters) Wh."""
    recent = block[:, max(first, last - 7 * SLOTS_A_DAY, 0) : max(last, 0)]
    lacking = np.add.reduce((recent < 0).view(np.uint8), axis=1, dtype=np.uint16).astype(np.int64)
    # What is missing was counted as -1.
    total = recent.sum(axis=1, dtype=np.int64) + lacking
    return total // np.maximum(recent.shape[1] - lacking, 1)


def _awake_mean(block: IntArray, midnight: int, rules: QuietRules) -> IntArray:
    """As `_last_week`, of the hours in which no night heater runs, before the slot `midnight`; int64 (meters) Wh."""
    begin = max(midnight - 7 * SLOTS_A_DAY, 0)
    hour = (np.arange(begin, midnight) - midnight) % SLOTS_A_DAY / 2
    awake = block[:, begin:midnight][:, (hour >= rules.heater_end) & (hour < rules.heater_begin)]
    return _last_week(awake, 0, awake.shape[1])


def _profile(block: IntArray, first: int, last: int, cap: IntArray) -> tuple[IntArray, IntArray]:
    """Sum (int) and number (uint8) of the readings of each half-hour of day, (meters, 48); slots [first, last).

    A reading counts at most as much as `cap` (the meter's mean): a few busy days must not hide a quiet hour.
    """
    wide = np.int64 if len(cap) and cap.max() > _LARGE else np.int32
    total: Array = np.zeros((len(block), SLOTS_A_DAY), dtype=wide)
    count: Array = np.zeros(SLOTS_A_DAY, dtype=np.uint8)
    cap = cap.astype(block.dtype)[:, None]
    lacking: Array = np.zeros((len(block), SLOTS_A_DAY), dtype=np.uint8)
    for begin in range(first, last, SLOTS_A_DAY):
        day = block[:, max(begin, 0) : begin + SLOTS_A_DAY]
        part = slice(SLOTS_A_DAY - day.shape[1], SLOTS_A_DAY)
        total[:, part] += np.minimum(day, cap)
        lacking[:, part] += (day < 0).view(np.uint8)
        count[part] += np.uint8(1)
    # What is missing was counted as -1.
    total += lacking
    return total, count - lacking


def _quietest(total: IntArray, count: IntArray, rules: QuietRules) -> IntArray:
    """First half-hour of day of the quiet hours, -1 where no span has enough readings; int64 (meters).

    Every half-hour of the span must have readings, so that its mean compares like with like.
    """
    with np.errstate(invalid="ignore"):
        mean = total / count
    around = np.concatenate([mean, mean[:, : rules.slots - 1]], axis=1)
    counted = np.concatenate([count, count[:, : rules.slots - 1]], axis=1)
    level = np.zeros((len(total), SLOTS_A_DAY))
    readings = np.zeros((len(total), SLOTS_A_DAY), dtype=np.int32)
    for step in range(rules.slots):
        level += around[:, step : step + SLOTS_A_DAY]
        readings += counted[:, step : step + SLOTS_A_DAY]
    level[(readings < rules.min_used) | np.isnan(level)] = np.inf
    begin = np.argmin(level, axis=1)
    return np.where(np.isfinite(level[np.arange(len(level)), begin]), begin, -1)


def _means(block: IntArray, begin: IntArray, days: IntArray, slots: int, rules: QuietRules) -> IntArray:
    """As `registers.smoothed`, of the quiet hours of some days of each meter; int (meters, n), in sixths.

    `begin` int (meters): half-hour of day; `days` int: slots of midnights. The half-hours stand in no order.
    """
    length = rules.slots
    found = np.empty((len(block), length, len(days)), dtype=block.dtype)
    whole = begin <= SLOTS_A_DAY - length
    # Of a span over midnight both ends are taken from the same day: no stretch, but half-hours one by one.
    for rows, spans in ((whole, [(0, length)]), (~whole, [(half, half + 1) for half in range(length)])):
        own = np.flatnonzero(rows)
        for start, end in spans if len(own) else []:
            columns = ((begin[own] + start) % SLOTS_A_DAY)[:, None] + days
            found[own, start:end] = _stretch(block, own, columns, end - start, slots)
    return found.reshape(len(block), -1)


def _stretch(block: IntArray, rows: IntArray, columns: IntArray, length: int, slots: int) -> IntArray:
    """Return the means of `length` half-hours in a row, each of `slots`, int (rows, length, days) in sixths.

    `columns` int (rows, days): the first of the half-hours; what came before the readings is missing.
    """
    # one number for each place of the block, whose rows stand one after the other
    flat, places = block.ravel(), columns + rows[:, None] * block.shape[1] - (slots - 1)
    early, values, came = int(columns.min(initial=0)), [], []
    for before in range(1 - slots, length):
        own = flat.take(places, mode="clip")
        if early + before < 0:
            own[columns < -before] = MISSING
        came.append((own >= 0).view(np.uint8))
        values.append(np.maximum(own, 0, out=own))
        places += 1
    found = np.empty((len(rows), length, columns.shape[1]), dtype=block.dtype)
    for place in range(length):
        total, count = values[place].copy(), came[place].copy()
        for more in range(place + 1, place + slots):
            total += values[more]
            count += came[more]
        total *= parts_of(count) if slots > 1 else np.uint8(SCALE)
        total[came[place + slots - 1] == 0] = MISSING
        found[:, place] = total
    return found


def _gather(block: IntArray, begin: IntArray, first: int, last: int, coarse: BoolArray, rules: QuietRules) -> IntArray:
    """Readings of the quiet hours of the days in [first, last), in sixths, sorted (missing first): (meters, n)."""
    days = np.arange(first, last, SLOTS_A_DAY)
    if len(block) and int(block.max(initial=0)) > np.iinfo(np.int32).max // SCALE:
        block = block.astype(np.int64)
    found = np.full((len(block), rules.slots * len(days)), MISSING, dtype=block.dtype)
    for rows, slots in ((coarse, rules.smooth_slots), (~coarse, 1)):
        own = np.flatnonzero(rows & (begin >= 0))
        if len(own):
            part = block if len(own) == len(block) else block[own]
            found[own] = _means(np.ascontiguousarray(part), begin[own], days, slots, rules)
    found.sort(axis=1)
    return found


def _has_heater(block: IntArray, midnight: int, median: IntArray, rules: QuietRules) -> BoolArray:
    """Whether something heats on most of the nights that ended before the day of `midnight`, bool (meters)."""
    length = (rules.heater_end - rules.heater_begin) % 24 * 2
    nights = np.zeros(len(block), dtype=np.int32)
    seen = np.zeros(len(block), dtype=np.int32)
    limit = median // SCALE + rules.heater_wh
    # The night that ends today may not be over yet.
    for number in range(1, rules.heater_nights + 1):
        begin = midnight - number * SLOTS_A_DAY - (24 - rules.heater_begin) * 2
        if begin < 0:
            break
        night = block[:, begin : begin + length]
        came = (night >= 0).sum(axis=1) >= length // 2
        nights += came
        seen += came & ((night > limit[:, None]).sum(axis=1) >= rules.heater_slots)
    return (nights >= 3) & (seen >= rules.heater_share * nights)


def learn(
    block: IntArray, slot_begin: TimeArray, slot: int, rules: QuietRules, step: Optional[IntArray] = None
) -> Quiet:
    """Learn the quiet hours of each meter from the whole days before the day of `slot`.

    `block` int (meters, slots) Wh, -1 missing; `slot_begin` datetime64 (slots), consecutive. The quiet hours are the
    `slots` half-hours of day with the lowest mean (of readings cut off at the meter's own mean of the last week). With
    q the quantile, m the (lower) median of their readings and g the margin (`margin`, or of a coarse register
    step / `smooth_slots` where that is more), the reference is q, but at least m + g and at most 1.5 m + g: a few
    evenings at home in the quiet hours must not lift it, and register noise must not exceed it. `step` int32 (meters):
    the registers' steps where they are known already (`register_steps`).
    """
    midnight = slot - int(half_hour_of_day(slot_begin[slot : slot + 1])[0])
    parts = [
        _learn(block[rows], midnight, rules, None if step is None else step[rows])
        for rows in blocks(max(len(block), 1), _ROWS)
    ]
    return Quiet(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Quiet)))


def register_steps(block: IntArray, midnight: int, rules: QuietRules) -> IntArray:
    """Return the register's step (Wh) of each meter by the days before the slot `midnight`, int32 (meters)."""
    first = midnight - SLOTS_A_DAY * min(rules.days, -(-max(midnight, 0) // SLOTS_A_DAY))
    return _step(block[:, max(first, 0) : max(midnight, 0)])


def _step(block: IntArray) -> IntArray:
    """`register_step` by every third half-hour of the last three days; by all where those hold too few above 0."""
    step = register_step(np.ascontiguousarray(block[:, -3 * SLOTS_A_DAY :: 3]))
    few = np.flatnonzero(step == 0)
    step[few] = register_step(block[few])
    return step


def _learn(block: IntArray, midnight: int, rules: QuietRules, step: Optional[IntArray]) -> Quiet:
    """`learn` for one block of meters, from the days before slot `midnight`."""
    # The first day may have begun before the readings; its slots before them are missing.
    first = midnight - SLOTS_A_DAY * min(rules.days, -(-max(midnight, 0) // SLOTS_A_DAY))
    if step is None:
        step = _step(block[:, max(first, 0) : max(midnight, 0)])
    coarse = step >= rules.coarse_step
    mean = _last_week(block, first, midnight)
    begin = _quietest(*_profile(block, first, midnight, mean), rules)
    ordered = _gather(block, begin, first, midnight, coarse, rules)
    used = (ordered >= 0).sum(axis=1, dtype=np.int32) if ordered.shape[1] else np.zeros(len(block), np.int32)
    begin = np.where(used >= rules.min_used, begin, -1)

    row, known = np.arange(len(block)), begin >= 0
    start = ordered.shape[1] - used
    some = np.maximum(used, 1)
    if ordered.shape[1]:
        median = ordered[row, np.minimum(start + (some - 1) // 2, ordered.shape[1] - 1)].astype(np.int64)
        rank = np.ceil(rules.quantile * some).astype(np.int64) - 1
        high = ordered[row, np.minimum(start + rank, ordered.shape[1] - 1)].astype(np.int64)
    else:
        median = high = np.zeros(len(block), dtype=np.int64)
    margin = np.maximum(rules.margin * SCALE, np.where(coarse, step, 0) * (SCALE // rules.smooth_slots))
    upper = median * rules.factor_halves // 2 + margin
    reference = np.clip(high, median + margin, upper)
    heater = _has_heater(block, midnight, np.where(known, median, 0), rules) & known
    heated = np.flatnonzero(heater)
    mean[heated] = _awake_mean(block[heated], midnight, rules)
    return Quiet(
        step,
        begin,
        used,
        np.where(known, median, MISSING),
        np.where(known, reference, MISSING),
        np.where(known, upper, MISSING),
        mean,
        heater,
    )
