"""Signs of life in two months of readings: use that follows people, told from what comes on by itself.

A thermostat (boiler, freezer, dehumidifier, frost heater, cooler) runs and rests: at all hours alike or with the
weather, always in the same sizes. A timer or a heat-pump water heater comes on at the same clock time every day. People
get up and go to bed, do not do the same at the same half-hour every day, and use small things and large ones. So a
home shows life where its use is *irregular* (not what this half-hour usually is), *rises and falls* over the day, and
*varies in size*; how much of the last two is asked for depends on when it peaks, for nobody's life peaks before dawn
as a frost heater does. All is learnt from the home itself over the whole time, and nothing from other homes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from .quiet_hours import SLOTS_A_DAY
from .registers import register_step

COARSER_STEPS: tuple[int, ...] = (600,)
"""Steps (Wh) above those of `registers.REGISTER_STEPS`: a register behind a current transformer."""


@dataclass(frozen=True)
class PartRules:
    """What is asked of a home whose use peaks in one part of the day."""

    rise: float
    """Least `Signs.rise`."""
    spread: float
    """Least `Signs.spread`."""
    sizes: float
    """Least `Signs.sizes`, where rise and spread are no more than asked for …"""
    ease: float
    """… and so much less for each e-fold of the rise beyond what is asked, if the spread is four times what is asked
    (less in proportion): a clear morning and evening make up for use that is small and even."""


@dataclass(frozen=True)
class LifeRules:
    """The numbers, found on five real homes and homes of appliances (dev/residence_homes.py). Energy in Wh."""

    above_wh: int = 40
    """A half-hour is used if it lies so far above the quiet level (80 W more for half an hour) …"""
    above_share: float = 0.5
    """… and by at least this share of that level, where something large runs by itself."""
    quiet_slots: int = 6
    """Length of the quiet hours: three hours."""
    coarse_step: int = 100
    """Registers of this step (Wh) or coarser: a reading is spread over the half-hours since the one before."""
    smooth_slots: int = 3
    fine_margin: int = 20
    coarse_margin: int = 34
    """So near to what is usual is the same: the noise of a refrigerator, a third of a step of 100 Wh."""
    timer_share: float = 0.5
    """A timer comes on in at least this share of the days …"""
    timer_width: float = 0.2
    """… and takes the same, to this share, from the tenth to the ninetieth of a hundred times."""
    usual_width: float = 0.15
    """What lies so near (a share) to the medians of this half-hour and its neighbours is as usual."""
    heater_wh: int = 250
    heater_slots: int = 3
    heater_share: float = 0.7
    """Something heats at night if so many half-hours from 23 to 7 lie so far above the quiet level in this share of the
    nights; nothing is then said from these hours."""
    lived_slots: int = 3
    """An hour and a half of use makes a day."""
    irregular_slots: int = 2
    irregular_share: float = 0.66
    irregular_share_coarsest: float = 0.8
    irregular_slots_solar: int = 1
    """Of the days with use this share must have so many half-hours that are not as usual (in the dark half of the day,
    under a solar roof, one); a register of 600 Wh scatters
    what a timer takes."""
    irregular_rise: float = 1.16
    irregular_rise_coarsest: float = 2.2
    """Least rise of the irregular half-hours over the day; more is asked of a register of 600 Wh."""
    beyond_share: float = 0.28
    """Share of the days with use that must have more than the least used hours explain if they went on all day."""
    same_size: float = 0.53
    """Largest share of the used half-hours that may have one size, to a sixth."""
    least_sizes: float = 1.73
    """`PartRules.ease` goes no further than this."""
    sizes_coarse: float = 0.95
    """Factor on what is asked of the sizes: means of three half-hours level them."""
    evening: PartRules = PartRules(1.88, 1.43, 2.05, 0.30)
    """Peak from 16:30 to 1:30."""
    day: PartRules = PartRules(2.08, 1.57, 2.61, 0.63)
    """Peak from 6:30 to 16:30, as of a cooler or a ventilator."""
    night: PartRules = PartRules(2.40, 3.36, 3.58, 0.28)
    """Peak from 1:30 to 6:30, as of a frost heater."""
    evening_begin: float = 16.5
    evening_end: float = 1.5
    night_end: float = 6.5
    warm: PartRules = PartRules(1.36, 2.6, 3.6, 0.0)
    warm_irregular: float = 0.91
    """A home that uses something all night too (an electric blanket) rises little: with a peak in the evening, very
    different sizes and irregular days it is lived in all the same."""
    awake: PartRules = PartRules(1.1, 1.3, 1.7, 0.0)
    awake_irregular: float = 0.85
    awake_beyond: float = 0.40
    """A home with a night heater may show its life from 7 to 23 alone, with a peak in the evening: without the hours of
    sleep it rises little."""
    cooled: PartRules = PartRules(2.0, 5.0, 2.2, 0.0)
    cooled_irregular: float = 0.92
    cooled_beyond: float = 0.9
    cooled_same: float = 0.25
    cooled_used: float = 0.5
    """A home that is cooled or heated while people sleep peaks at night: where use takes half of all hours, never one
    size, and rises and varies clearly, it is somebody's all the same; a frost heater has few sizes or few hours."""
    busy: PartRules = PartRules(4.0, 4.0, 1.5, 0.0)
    busy_used: float = 0.3
    busy_days: float = 0.9
    busy_irregular_rise: float = 2.0
    busy_same: float = 0.3
    busy_beyond: float = 0.8
    """Who uses much uses it evenly, above all by what a coarse register shows: where use takes a third of all hours on
    nearly all days and rises and varies clearly towards day or evening, small sizes are somebody's too."""
    dusk_used: float = 0.55
    dusk_sizes: float = 1.5
    dusk_same: float = 0.4
    dusk_irregular: float = 0.4
    """Under a solar roof the hours from 18 to 23 alone may tell: what comes on by itself never takes so large a share
    of them …"""
    late: PartRules = PartRules(3.1, 3.5, 1.8, 0.0)
    late_used: float = 0.21
    late_same: float = 0.3
    late_irregular: float = 0.8
    late_days: float = 0.6
    late_slots: int = 2
    """… and where a night heater hides the night too, an hour of them on most days does, if use varies and rises."""


_EASED_TO = 6.0
"""Rises more than so many times what is asked are all alike."""
LOW_SLOTS, HIGH_SLOTS = 10, 8
"""Half-hours of the least used five hours (nobody sleeps less) and of the most used four."""
_LEAST = 20
"""Used half-hours below which their sizes say nothing."""
NIGHT = np.r_[46:48, 0:14]
"""Half-hours of day 23:00 to 7:00."""
DAYLIGHT = np.r_[12:36]
"""Half-hours of day 6:00 to 18:00, in which a solar roof hides use."""
DUSK = slice(36, 46)
"""Half-hours of day 18:00 to 23:00, which neither a solar roof nor a night heater hides."""


@dataclass(frozen=True)
class Signs:
    """What the readings of some homes show; arrays (meters) unless said."""

    used: BoolArray
    """bool (meters, days, 48): use above what runs by itself and above timers, where something can be said."""
    seen: BoolArray
    """bool (meters, days, 48): a reading came, and its hour says something of this home."""
    usable: BoolArray
    """bool (meters, 48): half-hours of day that say something: not those of a night heater or of daylight on a roof."""
    irregular: FloatArray
    """float: share of the days with use that have use not as usual."""
    beyond: FloatArray
    """float: share of the days with use that have more of it than the least used hours explain."""
    irregular_rise: FloatArray
    """float: as `rise`, of the irregular half-hours only."""
    rise: FloatArray
    """float: how much more often there is use in the busiest four hours than in the least used five."""
    spread: FloatArray
    """float: how much more the use varies from day to day in the most varying hours than in the least."""
    sizes: FloatArray
    """float: the 98th of a hundred used half-hours over the median one, above the quiet level."""
    same: FloatArray
    """float: largest share of the used half-hours of one size."""
    peak: FloatArray
    """float: hour of the day, middle of the busiest four hours."""
    alive: BoolArray
    """bool: the use follows people; False: what comes on may come on by itself."""


def spread_out(block: IntArray) -> FloatArray:
    """Return readings of a coarse register spread evenly since the one before, float32 (meters, slots), NaN missing.

    A register of 600 Wh shows 0, 0, 0, 600: that is 150 in each. Zeros before a gap or the end stay 0.
    """
    place = np.arange(block.shape[1])
    stop = block != 0
    last = np.maximum.accumulate(np.where(stop, place, -1), axis=1)
    before = np.concatenate([np.full((len(block), 1), -1), last[:, :-1]], axis=1)
    level = np.where(block > 0, block / np.maximum(place - before, 1), 0.0)
    ahead = np.minimum.accumulate(np.where(stop, place, block.shape[1])[:, ::-1], axis=1)[:, ::-1]
    padded = np.concatenate([level, np.zeros((len(block), 1))], axis=1)
    found = np.take_along_axis(padded, ahead, axis=1)
    return np.where(block < 0, np.nan, found).astype(np.float32)


def _means(values: FloatArray, slots: int) -> FloatArray:
    """Return centred means over so many half-hours, of those that came; NaN stays NaN."""
    there = ~np.isnan(values)
    total, count = np.zeros_like(values), np.zeros(values.shape, dtype=np.float32)
    filled = np.where(there, values, 0)
    for shift in range(-(slots // 2), slots - slots // 2):
        to = slice(max(-shift, 0), values.shape[1] - max(shift, 0))
        source = slice(max(shift, 0), values.shape[1] - max(-shift, 0))
        total[:, to] += filled[:, source]
        count[:, to] += there[:, source]
    return np.where(there, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _step(block: IntArray) -> IntArray:
    """Return the register's step, Wh (meters): as `register_step`, and the steps coarser than those."""
    step, positive = register_step(block), block > 0
    count = positive.sum(axis=1)
    for size in COARSER_STEPS:
        whole = (positive & (block % size == 0)).sum(axis=1)
        step = np.where((step >= 100) & (whole >= 0.98 * count), size, step)
    return step


def _ordered(values: FloatArray, which: BoolArray) -> tuple[FloatArray, IntArray]:
    """Return values sorted along the days (axis 1), those not chosen last, and how many are chosen."""
    return np.sort(np.where(which, values, np.inf), axis=1), which.sum(axis=1)


def _quantile(ordered: FloatArray, count: IntArray, share: float) -> FloatArray:
    """Return the quantile along axis 1 of `_ordered`, 0 where nothing is chosen."""
    place = np.clip(np.rint(share * (count - 1)).astype(np.int64), 0, ordered.shape[1] - 1)
    found = np.take_along_axis(ordered, np.expand_dims(place, 1), axis=1)[:, 0]
    return np.where(count > 0, found, 0.0)


def _ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    return top / np.maximum(bottom, 1)


def _windows(share: FloatArray, slots: int) -> FloatArray:
    """Return means over `slots` half-hours of day from each on, around midnight; NaN where one cannot be used."""
    around = np.concatenate([share, share[:, : slots - 1]], axis=1)
    total = np.cumsum(np.concatenate([np.zeros((len(share), 1)), np.nan_to_num(around)], axis=1), axis=1)
    gaps = np.cumsum(np.concatenate([np.zeros((len(share), 1)), np.isnan(around)], axis=1), axis=1)
    mean = (total[:, slots:] - total[:, :-slots]) / slots
    return np.where(gaps[:, slots:] > gaps[:, :-slots], np.nan, mean)


def _least_and_most(share: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the share in the least used and the busiest hours and the hour of the latter; 0, 0, 0 where none is."""
    low, high = _windows(share, LOW_SLOTS), _windows(share, HIGH_SLOTS)
    known = ~np.isnan(low).all(axis=1) & ~np.isnan(high).all(axis=1)
    least = np.where(known, np.where(np.isnan(low), np.inf, low).min(axis=1), 0)
    place = np.where(np.isnan(high), -np.inf, high).argmax(axis=1)
    most = np.where(known, np.nan_to_num(high[np.arange(len(high)), place]), 0)
    return least, most, (place / 2 + HIGH_SLOTS / 4) % 24


def _rise(least: FloatArray, most: FloatArray) -> FloatArray:
    """A fiftieth is added to both, so that a handful of half-hours is no rise."""
    return (most + 0.02) / (least + 0.02)


def _quiet_level(values: FloatArray, usable: BoolArray, rules: LifeRules) -> FloatArray:
    """Return the median of the three hours of day with the lowest mean, float (meters); `values` (meters, days, 48)."""
    there = ~np.isnan(values)
    mean = np.where(there, values, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    means = _windows(np.where(usable & there.any(axis=1), mean, np.nan), rules.quiet_slots)
    begin = np.where(np.isnan(means), np.inf, means).argmin(axis=1)
    hours = (begin[:, None] + np.arange(rules.quiet_slots)) % SLOTS_A_DAY
    calm = np.take_along_axis(values, hours[:, None, :], axis=2).reshape(len(values), -1)
    ordered, count = _ordered(calm, ~np.isnan(calm))
    return _quantile(ordered, count, 0.5)


def _night_heater(values: FloatArray, level: FloatArray, rules: LifeRules) -> BoolArray:
    """Whether something heats on most nights, bool (meters)."""
    row = values.reshape(len(values), -1)
    nights = row[:, NIGHT[0] : NIGHT[0] + (values.shape[1] - 1) * SLOTS_A_DAY].reshape(len(row), -1, SLOTS_A_DAY)
    night = nights[:, :, : len(NIGHT)]
    came = (~np.isnan(night)).sum(axis=2) >= len(NIGHT) // 2
    heats = (np.nan_to_num(night) > (level + rules.heater_wh)[:, None, None]).sum(axis=2) >= rules.heater_slots
    return (came.sum(axis=1) >= 3) & ((came & heats).sum(axis=1) >= rules.heater_share * came.sum(axis=1))


def _timers(excess: FloatArray, used: BoolArray, came: IntArray, margin: FloatArray, rules: LifeRules) -> FloatArray:
    """Return what a timer takes in each half-hour of day, float (meters, 48); 0 where there is none.

    Beside the half-hours that are the same nearly every day are those in which it begins or ends: up to two on each
    side, in which it takes no more.
    """
    ordered, count = _ordered(excess, used)
    middle, width = _quantile(ordered, count, 0.5), np.maximum(rules.timer_width, 0)
    same = _quantile(ordered, count, 0.9) - _quantile(ordered, count, 0.1)
    core = (count >= rules.timer_share * np.maximum(came, 1)) & (same <= np.maximum(width * middle, margin[:, None]))
    takes = np.where(core, middle, 0.0)
    near_enough = 1 + rules.usual_width
    for _ in range(2):
        known = takes
        for shift in (1, -1):
            beside = np.roll(known, shift, axis=1)
            limit = beside * near_enough + margin[:, None]
            within = (used & (excess <= limit[:, None, :])).sum(axis=1)
            joins = (takes == 0) & (beside > 0) & (count > 0) & (within >= 0.85 * count)
            takes = np.where(joins, beside, takes)
    return takes


def _usual(values: FloatArray, level: FloatArray, margin: FloatArray, rules: LifeRules) -> BoolArray:
    """Return where a reading is what this half-hour of day or one beside it usually is, bool (meters, days, 48)."""
    ordered, count = _ordered(values, ~np.isnan(values))
    median = _quantile(ordered, count, 0.5)
    around = np.stack([np.roll(median, shift, axis=1) for shift in (-1, 0, 1)])
    base = level[:, None]
    top, bottom = around.max(axis=0), around.min(axis=0)
    over = top + np.maximum(margin[:, None], rules.usual_width * (top - base))
    under = bottom - np.maximum(margin[:, None], rules.usual_width * (bottom - base))
    return (values <= over[:, None, :]) & (values >= under[:, None, :])


def _spread(values: FloatArray, wanted: BoolArray) -> FloatArray:
    """Return `Signs.spread`, 1 where fewer than a quarter of the day says something.

    That is the median of the most varying quarter of the half-hours of day over the mean of the least varying fifth.
    """
    ordered, count = _ordered(values, ~np.isnan(values))
    width = _quantile(ordered, count, 0.85) - _quantile(ordered, count, 0.15)
    row = np.sort(np.where(wanted, width, np.inf), axis=1)
    kept, number = wanted.sum(axis=1), np.arange(len(wanted))
    least = np.maximum(kept * LOW_SLOTS // SLOTS_A_DAY, 1)
    low = np.cumsum(np.where(np.isfinite(row), row, 0), axis=1)[number, least - 1] / least
    place = np.clip(kept - kept // 8, 0, SLOTS_A_DAY - 1)
    middle = (row[number, place] + row[number, np.maximum(place - 1, 0)]) / 2
    return np.where(kept >= SLOTS_A_DAY // 4, np.where(np.isfinite(middle), middle, 0) / np.maximum(low, 6), 1.0)


def _sizes(excess: FloatArray, used: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return `Signs.sizes` and `Signs.same`; 1 and 1 where too few half-hours are used."""
    flat, chosen = excess.reshape(len(excess), -1), used.reshape(len(used), -1)
    ordered, count = _ordered(flat, chosen)
    enough = count > _LEAST
    sizes = np.where(enough, _ratio(_quantile(ordered, count, 0.98), _quantile(ordered, count, 0.5)), 1.0)
    # Bins of a twelfth; the fullest two beside each other.
    bins = np.clip(np.floor(np.log(np.maximum(flat, 1)) / 0.08).astype(np.int64), 0, 199)
    at = (np.arange(len(flat))[:, None] * 200 + bins)[chosen]
    counted = np.bincount(at, minlength=200 * len(flat)).reshape(len(flat), 200)
    fullest = (counted[:, :-1] + counted[:, 1:]).max(axis=1)
    return sizes, np.where(enough, fullest / np.maximum(count, 1), 1.0)


def _in_evening(peak: FloatArray, rules: LifeRules) -> BoolArray:
    return (peak >= rules.evening_begin) | (peak < rules.evening_end)


def _asked(peak: FloatArray, name: str, rules: LifeRules) -> FloatArray:
    """Return one of `PartRules` for each home, by when it peaks."""
    evening = _in_evening(peak, rules)
    night = ~evening & (peak < rules.night_end)
    of = [getattr(part, name) for part in (rules.evening, rules.night, rules.day)]
    return np.where(evening, of[0], np.where(night, of[1], of[2]))


def _sizes_asked(shape: _Shape, coarse: BoolArray, rules: LifeRules) -> FloatArray:
    """Return the least `Signs.sizes` of each home."""
    rise = np.log(np.clip(shape.rise / _asked(shape.peak, "rise", rules), 1, _EASED_TO))
    spread = np.log(np.maximum(shape.spread / _asked(shape.peak, "spread", rules), 1)) / np.log(4)
    asked = _asked(shape.peak, "sizes", rules) * np.where(coarse, rules.sizes_coarse, 1.0)
    return np.maximum(asked - _asked(shape.peak, "ease", rules) * rise * np.minimum(spread, 1), rules.least_sizes)


def prepared(block: IntArray, rules: LifeRules) -> tuple[FloatArray, IntArray]:
    """Return the readings as float32 (meters, slots), NaN missing, those of coarse registers evened; and the step."""
    step = _step(block)
    values = np.where(block < 0, np.nan, block).astype(np.float32)
    coarse = np.flatnonzero(step >= rules.coarse_step)
    if len(coarse):
        values[coarse] = _means(spread_out(block[coarse]), rules.smooth_slots)
    return values, step


def signs_of(block: IntArray, rules: LifeRules, solar: Optional[IntArray] = None) -> Signs:
    """Return the signs of life of some homes over whole days.

    `block` int (meters, days × 48) Wh of use, -1 missing; `solar` int8 (meters): 1 where a roof generates (None: on
    none), of whose daylight nothing is said.
    """
    values, step = prepared(block, rules)
    values = values.reshape(len(block), -1, SLOTS_A_DAY)
    usable = np.ones((len(block), SLOTS_A_DAY), dtype=bool)
    if solar is not None:
        usable[np.ix_(np.asarray(solar) == 1, DAYLIGHT)] = False
    level = _quiet_level(values, usable, rules)
    there = ~np.isnan(values)
    excess = np.maximum(np.nan_to_num(values) - level[:, None, None], 0)
    limit = np.maximum(rules.above_wh, level * rules.above_share)
    margin = np.where(step >= rules.coarse_step, rules.coarse_margin, rules.fine_margin).astype(float)
    above = there & usable[:, None, :] & (excess > limit[:, None, None])
    timers = _timers(excess, above, there.sum(axis=1), margin, rules)
    used = above & (excess > (timers * 1.2 + limit[:, None])[:, None, :])
    odd = above & ~_usual(values, level, margin, rules)
    whole = _Shape.of(values, excess, used, usable, timers)
    heater = _night_heater(values, level, rules)
    usable = usable.copy()
    usable[np.ix_(heater, NIGHT)] = False
    seen = there & usable[:, None, :]
    awake = _Shape.of(values, excess, used & seen, usable, timers)
    odd &= seen
    days = _OddDays.of(used & seen, odd, usable, seen, step, rules)
    alive = days.enough & (
        _by_day(whole, step, rules) | _all_night(whole, days, rules) | _awake(awake, days, heater, rules)
    )
    dark = ~usable[:, DAYLIGHT].any(axis=1)
    for much in (_cooled, _busy):
        alive |= ~dark & ~heater & much(whole, used & seen, seen, days, rules)
    alive |= dark & _at_dusk(_Dusk.of(excess, used & seen, odd, seen, rules), whole, heater, rules)
    found = (whole.rise, whole.spread, whole.sizes, whole.same, whole.peak)
    return Signs(used & seen, seen, usable, days.irregular, whole.beyond, days.rise, *found, alive)


def _by_day(shape: _Shape, step: IntArray, rules: LifeRules) -> BoolArray:
    """Whether use rises and falls over the day and varies in size as people's does, bool (meters)."""
    return (
        (shape.beyond >= rules.beyond_share)
        & (shape.rise >= _asked(shape.peak, "rise", rules))
        & (shape.spread >= _asked(shape.peak, "spread", rules))
        & (shape.sizes >= _sizes_asked(shape, step >= rules.coarse_step, rules))
        & (shape.same <= rules.same_size)
    )


def _all_night(shape: _Shape, days: _OddDays, rules: LifeRules) -> BoolArray:
    """Whether it is a lived home that uses something all night too, bool (meters)."""
    return (
        _in_evening(shape.peak, rules)
        & (shape.rise >= rules.warm.rise)
        & (shape.spread >= rules.warm.spread)
        & (shape.sizes >= rules.warm.sizes)
        & (shape.same <= rules.same_size)
        & (days.irregular >= rules.warm_irregular)
    )


def _awake(shape: _Shape, days: _OddDays, heater: BoolArray, rules: LifeRules) -> BoolArray:
    """Whether a home with a night heater shows life in the other hours, bool (meters)."""
    return (
        heater
        & (shape.peak >= rules.evening_begin)
        & (shape.rise >= rules.awake.rise)
        & (shape.spread >= rules.awake.spread)
        & (shape.sizes >= rules.awake.sizes)
        & (shape.beyond >= rules.awake_beyond)
        & (days.irregular >= rules.awake_irregular)
    )


def _cooled(shape: _Shape, used: BoolArray, seen: BoolArray, days: _OddDays, rules: LifeRules) -> BoolArray:
    """Whether it is a lived home that is cooled or heated at night most of all, bool (meters)."""
    share = used.sum(axis=(1, 2)) / np.maximum(seen.sum(axis=(1, 2)), 1)
    return (
        days.enough
        & (share >= rules.cooled_used)
        & (shape.rise >= rules.cooled.rise)
        & (shape.spread >= rules.cooled.spread)
        & (shape.sizes >= rules.cooled.sizes)
        & (shape.same <= rules.cooled_same)
        & (shape.beyond >= rules.cooled_beyond)
        & (days.irregular >= rules.cooled_irregular)
    )


def _busy(shape: _Shape, used: BoolArray, seen: BoolArray, days: _OddDays, rules: LifeRules) -> BoolArray:
    """Whether it is a lived home that uses much and evenly by day or in the evening, bool (meters)."""
    share = used.sum(axis=(1, 2)) / np.maximum(seen.sum(axis=(1, 2)), 1)
    with_use = (used.sum(axis=2) >= rules.lived_slots).sum(axis=1) / np.maximum(seen.any(axis=2).sum(axis=1), 1)
    return (
        days.enough
        & (share >= rules.busy_used)
        & (with_use >= rules.busy_days)
        & (_in_evening(shape.peak, rules) | (shape.peak >= rules.night_end))
        & (shape.rise >= rules.busy.rise)
        & (shape.spread >= rules.busy.spread)
        & (shape.sizes >= rules.busy.sizes)
        & (shape.same <= rules.busy_same)
        & (shape.beyond >= rules.busy_beyond)
        & (days.rise >= rules.busy_irregular_rise)
    )


@dataclass(frozen=True)
class _Dusk:
    """What the hours from 18 to 23 show; arrays float (meters), as in `Signs`."""

    used: FloatArray
    """Share of the half-hours that came."""
    days: FloatArray
    """Share of the days with an hour of use."""
    irregular: FloatArray
    sizes: FloatArray
    same: FloatArray

    @classmethod
    def of(cls, excess: FloatArray, used: BoolArray, odd: BoolArray, seen: BoolArray, rules: LifeRules) -> _Dusk:
        excess, used, odd, seen = excess[:, :, DUSK], used[:, :, DUSK], odd[:, :, DUSK], seen[:, :, DUSK]
        with_use = used.sum(axis=2) >= rules.lived_slots
        irregular = with_use & ((odd & used).sum(axis=2) >= rules.irregular_slots_solar)
        return cls(
            used.sum(axis=(1, 2)) / np.maximum(seen.sum(axis=(1, 2)), 1),
            (used.sum(axis=2) >= rules.late_slots).sum(axis=1) / np.maximum(seen.any(axis=2).sum(axis=1), 1),
            irregular.sum(axis=1) / np.maximum(with_use.sum(axis=1), 1),
            *_sizes(excess, used),
        )


def _at_dusk(dusk: _Dusk, shape: _Shape, heater: BoolArray, rules: LifeRules) -> BoolArray:
    """Whether the evening shows life where daylight says nothing, bool (meters)."""
    much = (
        (dusk.used >= rules.dusk_used)
        & (dusk.sizes >= rules.dusk_sizes)
        & (dusk.same <= rules.dusk_same)
        & (dusk.irregular >= rules.dusk_irregular)
    )
    late = (
        heater
        & (dusk.used >= rules.late_used)
        & (dusk.days >= rules.late_days)
        & (dusk.sizes >= rules.late.sizes)
        & (dusk.same <= rules.late_same)
        & (dusk.irregular >= rules.late_irregular)
        & (shape.rise >= rules.late.rise)
        & (shape.spread >= rules.late.spread)
    )
    return much | late


@dataclass(frozen=True)
class _OddDays:
    """How the use that is not as usual lies; see `Signs`."""

    irregular: FloatArray
    rise: FloatArray
    enough: BoolArray
    """bool: it is as irregular as people are."""

    @classmethod
    def of(
        cls, used: BoolArray, odd: BoolArray, usable: BoolArray, seen: BoolArray, step: IntArray, rules: LifeRules
    ) -> _OddDays:
        share = np.where(usable, odd.sum(axis=1) / np.maximum(seen.sum(axis=1), 1), np.nan)
        rise = _rise(*_least_and_most(share)[:2])
        with_use = used.sum(axis=2) >= rules.lived_slots
        dark = ~usable[:, DAYLIGHT].any(axis=1)
        wanted = np.where(dark, rules.irregular_slots_solar, rules.irregular_slots)
        irregular = (with_use & (odd.sum(axis=2) >= wanted[:, None])).sum(axis=1)
        irregular = irregular / np.maximum(with_use.sum(axis=1), 1)
        coarsest = step > rules.coarse_step
        enough = irregular >= np.where(coarsest, rules.irregular_share_coarsest, rules.irregular_share)
        enough &= rise >= np.where(coarsest, rules.irregular_rise_coarsest, rules.irregular_rise)
        return cls(irregular, rise, enough)


@dataclass(frozen=True)
class _Shape:
    """How the use of some hours of the day lies; see `Signs`."""

    rise: FloatArray
    peak: FloatArray
    spread: FloatArray
    sizes: FloatArray
    same: FloatArray
    beyond: FloatArray

    @classmethod
    def of(
        cls, values: FloatArray, excess: FloatArray, used: BoolArray, usable: BoolArray, timers: FloatArray
    ) -> _Shape:
        came = (~np.isnan(values)).sum(axis=1)
        least, most, peak = _least_and_most(np.where(usable, used.sum(axis=1) / np.maximum(came, 1), np.nan))
        sizes, same = _sizes(excess, used)
        # Of a home that stands empty on most days, those with use say how it is used.
        of_day = used.sum(axis=2)
        with_use = of_day >= LifeRules.lived_slots
        explained = LifeRules.lived_slots + least * usable.sum(axis=1)
        beyond = (of_day >= explained[:, None]).sum(axis=1) / np.maximum(with_use.sum(axis=1), 1)
        values = np.where(with_use[:, :, None], values, np.nan)
        return cls(_rise(least, most), peak, _spread(values, usable & (timers == 0)), sizes, same, beyond)
