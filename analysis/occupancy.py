"""Home or away (在・不在推定) from half-hourly readings: the manual's rule, the same with night hold, and quiet hours.

The manual (§3.1.6, §4.3): a dwelling whose reading lies above the median of its past three days is 在, else 不在. By
day that is a good sign; between 22:00 and 08:00 it calls most sleeping homes empty, so nothing below the median is
printed as away at night: it is `asleep_unknown` (就寝帯・判定保留). `away` always means "no sign of use".

The method `quiet`, the default, compares with what the home uses when it is quietest (`quiet_hours`), weighs what came
before (`presence_score`), takes water heaters at night for no sign of anybody, tells long absence, which the manual's
median cannot see, and says unknown where the readings speak for both. Low readings of a solar roof by day are unknown
in `held` and `quiet`; `manual` is the manual's rule as it is printed.

Readings are integer watt-hours, -1 where no reading came. All comparisons are made in integers: a reading equals the
median in a third of all half-hours of a 100 Wh register, and equal is not above.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any, Callable, Iterator, Optional, Sequence, Union

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray, TimeArray
from ..messages import Progress, TomoshibiError, message
from . import solar
from .about_meters import About
from .holidays import is_free
from .parallel import Engine, begun, part_of, run_blocks
from .presence_score import LEAD, Recent, habits, is_night, probability, shown, well_known
from .presence_weights import RIGHT_SHARE
from .quiet_hours import SLOTS_A_DAY, QuietRules, learn, register_steps
from .reasons import Reason
from .registers import MISSING as MISSING
from .registers import REGISTER_STEPS, SCALE, blocks, register_step, smoothed, smoothed_across
from .slots import SLOT
from .solar import SolarRules

METHODS: tuple[str, ...] = ("manual", "held", "quiet")
"""manual: the manual's rule. held: the same with night hold, and registers of 100 Wh smoothed. quiet: against the
home's own quiet hours, with what came before weighed."""
DEFAULT_METHOD = "quiet"
"""The one that is right most often, measured on practice scenarios and on homes made up independently of them."""

REASONS: tuple[Optional[Reason], ...] = (None, *Reason)
"""What the numbers of `Presence.reason` mean."""
_CODE = {reason: np.uint8(code) for code, reason in enumerate(REASONS)}

WINDOW_DAYS = 4
"""Days of readings to hand in before a target: three of the median before the evening that its night hold looks at."""

_ROWS = 8192
"""Meters worked on at a time."""


def window_days(method: str) -> int:
    """Return how many days of readings before a target the method makes use of; it works with fewer.

    `quiet` gives no answer before three days (`QuietRules.min_used`), and is best from a week on.
    """
    return PresenceRules().quiet.days + 1 if method == "quiet" else WINDOW_DAYS


class State(IntEnum):
    """What is said about a dwelling in a half-hour."""

    NO_DATA = 0
    """不明: no reading, too few to compare with, or in `quiet` by day a tie."""
    HOME = 1
    """在."""
    AWAY = 2
    """不在: no sign of use by day; in `quiet` also at night, after days without use (長期不在)."""
    ASLEEP_UNKNOWN = 3
    """就寝帯・判定保留: no sign of use at night."""


STATE_NAMES: dict[int, str] = {
    State.NO_DATA: "no_data",
    State.HOME: "home",
    State.AWAY: "away",
    State.ASLEEP_UNKNOWN: "asleep_unknown",
}
"""Value of the field `state`."""


class OccupancyError(TomoshibiError):
    """The readings, the moments or the method cannot be used."""


@dataclass(frozen=True)
class PresenceRules:
    """The rule's numbers. Hours are clock hours, Japanese time."""

    window_slots: int = 144
    """Half-hours before the target whose median is the reference: three days."""
    min_used: int = 72
    """Readings of them that must have come; with fewer there is no answer."""
    night_begin: int = 22
    night_end: int = 8
    """Half-hours that begin from 22:00 to before 08:00 are night: below the median is not away."""
    evening_begin: int = 20
    evening_slots: int = 10
    """Evening of night hold: 20:00–01:00."""
    evening_needed: int = 2
    """So many half-hours at home in the evening hold until the morning."""
    hold_until: int = 9
    coarse_step: int = 100
    """Registers of this step (Wh) or coarser are smoothed in `held`."""
    smooth_slots: int = 3
    """The mean of so many half-hours, the target and those before it (1, 2 or 3)."""
    quiet: QuietRules = field(default_factory=lambda: QuietRules(days=14))
    """How the home's quiet hours are learnt; for `quiet` only."""
    solar: SolarRules = field(default_factory=lambda: SolarRules(days=14))
    """How a solar roof is found by what the readings show; for `held` and `quiet`."""
    home_from: float = 0.51
    """A probability of at least so much is HOME; for `quiet` only, as the next two."""
    away_to: float = 0.46
    """By day one of at most so much is AWAY: to call away who is at home is the worse error."""
    away_to_night: float = 0.10
    """At night."""


@dataclass(frozen=True)
class Presence:
    """The answers; every array has the shape (meters, targets)."""

    state: IntArray
    """int8: `State`."""
    raw_home: BoolArray
    """bool: reading above the reference, whatever the hour; False too where `state` is NO_DATA."""
    reading: FloatArray
    """float32 Wh as compared (the mean of three half-hours where smoothed), NaN missing."""
    reference: FloatArray
    """float32 Wh: what the reading must exceed (median of the past three days, or by quiet hours), NaN unknown."""
    used: IntArray
    """int16: readings the reference rests on."""
    confidence: FloatArray
    """float32 0–1: how often such an answer was right where it was measured; 0 where the state is unknown."""
    reason: IntArray
    """uint8: place in `REASONS` of why HOME or AWAY cannot be said."""
    last: IntArray
    """int32: half-hour of the last reading up to the target, -1 where the readings hold none."""

    @classmethod
    def empty(cls, meters: int, targets: int) -> Presence:
        """Return answers that say nothing yet."""
        shape = (meters, targets)
        return cls(
            np.zeros(shape, dtype=np.int8),
            np.zeros(shape, dtype=bool),
            np.full(shape, np.nan, dtype=np.float32),
            np.full(shape, np.nan, dtype=np.float32),
            np.zeros(shape, dtype=np.int16),
            np.zeros(shape, dtype=np.float32),
            np.zeros(shape, dtype=np.uint8),
            np.full(shape, -1, dtype=np.int32),
        )

    def put(self, rows: slice, part: Presence) -> None:
        """Take in the answers of some meters."""
        for each in fields(self):
            getattr(self, each.name)[rows] = getattr(part, each.name)


class _Block:
    """Medians of the slots of one block of meters, each worked out once, and what lies above them."""

    def __init__(self, values: IntArray, scale: int, rules: PresenceRules):
        self.values = values
        self.scale = scale
        self.rules = rules
        self.came = np.concatenate(
            [np.zeros((len(values), 1), np.int32), np.cumsum(values >= 0, axis=1, dtype=np.int32)], axis=1
        )
        self._across = np.ascontiguousarray(values.T)
        self._medians: dict[int, tuple[Array, Array]] = {}
        self._above: dict[int, Array] = {}

    def used(self, slot: int) -> IntArray:
        """Readings in the window before `slot`, int32 (meters)."""
        return self.came[:, slot] - self.came[:, self._first(slot)]

    def median(self, slot: int) -> tuple[IntArray, IntArray]:
        """Return twice the median of the window before `slot` (int64, scaled) and the readings used (int32)."""
        if slot not in self._medians:
            self._medians[slot] = self._twice_median(slot, slice(None)), self.used(slot)
        return self._medians[slot]

    def usable(self, slot: int) -> BoolArray:
        return (self.values[:, slot] >= 0) & (self.used(slot) >= self.rules.min_used)

    def above(self, slot: int) -> BoolArray:
        """Whether the reading lies above the median, bool; False where there is no answer."""
        if slot not in self._above:
            self._above[slot] = self.usable(slot) & self._exceeds(slot)
        return self._above[slot]

    def forget(self, before: int) -> None:
        """Drop what no later target needs."""
        for kept in (self._medians, self._above):
            for slot in [slot for slot in kept if slot < before]:
                del kept[slot]

    def _first(self, slot: int) -> int:
        return max(slot - self.rules.window_slots, 0)

    def _twice_median(self, slot: int, rows: Union[slice, Array]) -> IntArray:
        """Twice the median of the window of some meters, int64; 0 where the window is empty."""
        first = self._first(slot)
        used = self.used(slot)[rows]
        if slot == first:
            return np.zeros(len(used), dtype=np.int64)
        # Missing readings are negative and so come first.
        ordered = np.sort(self.values[rows, first:slot], axis=1)
        start = slot - first - used
        row = np.arange(len(used))
        some = np.maximum(used, 1)
        low = np.minimum(start + (some - 1) // 2, slot - first - 1)
        high = np.minimum(start + some // 2, slot - first - 1)
        return ordered[row, low].astype(np.int64) + ordered[row, high]

    def _exceeds(self, slot: int) -> BoolArray:
        """Whether the readings of `slot` lie above their medians, bool (meters); missing ones may be called either.

        How many readings of the window are less tells it without sorting, but where the reading lies between the two
        in the middle: those meters are sorted.
        """
        first, value = self._first(slot), self._across[slot]
        width, used = slot - first, self.used(slot)
        small = np.uint8 if width <= np.iinfo(np.uint8).max else np.int64
        less = (self._across[first:slot] < value).view(np.uint8).sum(axis=0, dtype=small).astype(np.int64)
        less -= width - used
        found = less > used // 2
        between = np.flatnonzero((less > (used - 1) // 2) & ~found & (value >= 0) & (used > 0))
        if len(between):
            found[between] = 2 * value[between].astype(np.int64) > self._twice_median(slot, between)
        return found


def _hour(slot_begin: TimeArray) -> FloatArray:
    """Clock hour of the slots, float64."""
    return (slot_begin.astype(np.int64) % 86400) / 3600


def _evening(slot: int, hour: float, rules: PresenceRules) -> range:
    """Slots of the evening that decides about `slot` by night hold, not later than it; empty by day."""
    if rules.hold_until <= hour < rules.evening_begin:
        return range(0)
    begin = slot - round(((hour - rules.evening_begin) % 24) * 2)
    return range(max(begin, 0), min(begin + rules.evening_slots, slot + 1))


def _check(
    readings: Array, slot_begin: TimeArray, targets: Sequence[int], method: str, rules: PresenceRules
) -> TimeArray:
    """Return the slots' beginnings as datetime64[s]. Raises `OccupancyError`."""
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    if method not in METHODS:
        raise OccupancyError(
            message(
                "There is no method “{method}”. Choose one of {methods}.", method=method, methods=", ".join(METHODS)
            )
        )
    if readings.ndim != 2 or readings.shape[1] != len(begins) or (np.diff(begins) != SLOT).any():
        raise OccupancyError(
            message("The half-hours do not follow one another or do not fit the readings. Import them again.")
        )
    if not len(targets) or min(targets) < 0 or max(targets) >= len(begins):
        raise OccupancyError(
            message("The moment asked for is not among the readings. Choose one inside the data received.")
        )
    if not 1 <= rules.smooth_slots <= 3:
        raise OccupancyError(message("The mean can be taken over 1, 2 or 3 half-hours only."))
    return begins


def presence(
    readings: Array,
    slot_begin: TimeArray,
    targets: Sequence[int],
    method: str,
    rules: PresenceRules,
    progress: Optional[Progress] = None,
    about: Optional[About] = None,
    engine: Optional[Engine] = None,
) -> Presence:
    """Return who is at home in the half-hours `targets`.

    `readings` int (meters, slots) Wh of use (供給 only), -1 missing: an array, or anything with `ndim`, `shape` and
    slices of rows (two weeks of 600,000 meters are 2 GB, so hand in what reads each slice from the store);
    `slot_begin` datetime64 (slots), consecutive; `targets` positions among the slots; hand in `window_days(method)`
    before the first. Only slots up to a target decide it. `about`: what else is known of the meters. `engine`: where
    blocks are worked on, threads of this process by default.

    `manual`: above the median of the `window_slots` before the target (missing ones left out) is HOME; else AWAY by day
    and ASLEEP_UNKNOWN at night; NO_DATA without a reading or with fewer than `min_used` before it. `held`: besides,
    whoever was at home by that rule in two half-hours of 20:00–01:00 so far is HOME until 09:00; registers of 100 Wh
    are compared by the mean of three half-hours.

    `quiet`: the probability of somebody being at home (`presence_score`), by what lies above the reference of the
    home's quiet hours (`quiet_hours.learn`, days before the target's day): HOME from `home_from` on, AWAY up to
    `away_to` by day and `away_to_night` at night; between them NO_DATA by day and ASLEEP_UNKNOWN at night. At night
    HOME asks for use in the evening before or the past three hours, and clear use is never AWAY. Of homes with a night
    heater what is used in its hours (23–07) counts for nothing.

    Behind a solar roof (`about.generation`, or found by `solar.generation_seen`) a low reading of the day is NO_DATA in
    `held` and `quiet`; a high one is use by somebody all the same.

    Confidence is how often such an answer was right on homes that were not used to set the weights
    (`dev/presence_weights.py`), and 0 where nothing is said. Raises `OccupancyError`, `Cancelled`.
    """
    rows, asked = _asked(readings, slot_begin, targets, method, rules, about)
    answer = Presence.empty(len(readings), len(targets))
    for found, chosen in zip(run_blocks(presence_of, asked, progress, engine), rows):
        answer.put(chosen, found)
    return answer


@dataclass(frozen=True)
class Asked:
    """What is asked of one block of meters, wherever it is worked on."""

    readings: Any
    """int (meters, slots) Wh, an array or what reads it where it is sliced."""
    begins: TimeArray
    """datetime64[s] (slots)."""
    targets: IntArray
    """int64: slots, in order of time."""
    columns: IntArray
    """int64: where their answers go."""
    method: str
    rules: PresenceRules
    about: About
    """Of these meters."""


def presence_of(asked: Asked) -> Presence:
    """Return who is at home in one block of meters."""
    raw = _of_the_present(np.asarray(asked.readings[:]), asked.about)
    answer = Presence.empty(len(raw), len(asked.targets))
    part = _Part(answer, raw, asked)
    (_by_quiet_hours if asked.method == "quiet" else _by_median)(part)
    _reasons(part)
    return answer


def _asked(
    readings: Array,
    slot_begin: TimeArray,
    targets: Sequence[int],
    method: str,
    rules: PresenceRules,
    about: Optional[About],
) -> tuple[list[slice], list[Asked]]:
    """Return the blocks of meters, and what is asked of each of them. Raises `OccupancyError`."""
    begins = _check(readings, slot_begin, targets, method, rules)
    known = about or About()
    order = np.argsort(targets, kind="stable")
    ordered = np.asarray(targets)[order]
    rows = list(blocks(len(readings), _ROWS))
    asked = [
        Asked(part_of(readings, chosen), begins, ordered, order, method, rules, known.take(chosen)) for chosen in rows
    ]
    return rows, asked


def _of_the_present(raw: IntArray, about: About) -> IntArray:
    """Return the readings of one block without those of an earlier tenancy or from outside the contract's life."""
    width = raw.shape[1]
    first, last = np.zeros(len(raw), dtype=np.int64), np.full(len(raw), width, dtype=np.int64)
    if about.first is not None:
        first = np.maximum(first, about.first)
    if about.expected is not None:
        first, last = np.maximum(first, about.expected.first), np.minimum(last, about.expected.last)
    cut = np.flatnonzero((first > 0) | (last < width))
    if not len(cut):
        return raw
    number = np.arange(width)
    inside = (number >= first[cut, None]) & (number < last[cut, None])
    kept = raw.copy()
    kept[cut] = np.where(inside, raw[cut], MISSING)
    return kept


@dataclass(frozen=True)
class _Part:
    """One block of meters, and where its answers go."""

    answer: Presence
    raw: IntArray
    asked: Asked

    @property
    def begins(self) -> TimeArray:
        """datetime64[s] (slots)."""
        return self.asked.begins

    @property
    def rules(self) -> PresenceRules:
        """The rule's numbers."""
        return self.asked.rules

    @property
    def about(self) -> About:
        """What else is known of these meters."""
        return self.asked.about

    def roofs(self, midnight: int, step: IntArray) -> BoolArray:
        """Return behind which meters something generates, as far as known before a midnight, bool (meters)."""
        known = self.about.generation
        seen = solar.generation_seen(self.raw, self.begins, midnight, step, self.rules.solar)
        return solar.combine(known, seen) == solar.YES

    def half(self, slot: int) -> int:
        """Half-hour of day of a slot, 0–47."""
        return int(self.begins[slot].astype(np.int64) % 86400 // 1800)

    def days(self) -> Iterator[tuple[int, Array, Array]]:
        """Yield the targets day by day: midnight (a slot, may be negative), slots, columns."""
        targets, columns = self.asked.targets, self.asked.columns
        day = self.begins[targets].astype("datetime64[D]")
        for today in np.unique(day):
            chosen = np.flatnonzero(day == today)
            first = int(targets[chosen[0]])
            yield first - self.half(first), targets[chosen], columns[chosen]


def _reasons(part: _Part) -> None:
    """Fill in why nothing can be said, where no other reason was given, and when a reading came last."""
    answer, raw, expected = part.answer, part.raw, part.about.expected
    for slot, column in zip(part.asked.targets.tolist(), part.asked.columns.tolist()):
        last = np.full(len(raw), slot, dtype=np.int32)
        lacking = np.flatnonzero(raw[:, slot] < 0)
        if len(lacking):
            back = raw[lacking, slot::-1] >= 0
            last[lacking] = np.where(back.any(axis=1), slot - back.argmax(axis=1), -1)
        answer.last[:, column] = last
        reason = answer.reason[:, column]
        state = answer.state[:, column]
        compared = ~np.isnan(answer.reference[:, column])
        open_ = (reason == 0) & ((state == State.NO_DATA) | (state == State.ASLEEP_UNKNOWN))
        reason[open_] = np.where(compared[open_], _CODE[Reason.UNDECIDED], _CODE[Reason.NO_HISTORY])
        reason[lacking] = _CODE[Reason.NO_READING]
        if expected is not None and len(lacking):
            why = expected.why(lacking, slot)
            reason[lacking] = [_CODE[one] if one is not None else _CODE[Reason.NO_READING] for one in why]
        if part.about.first is not None:
            reason[part.about.first > slot] = _CODE[Reason.NOT_IN_SERVICE]


def _graded(method: str, state: State, raw: FloatArray) -> FloatArray:
    """Return how often answers of a method with such a raw grade (0–1) were right, float32."""
    grades, shares = RIGHT_SHARE[method][STATE_NAMES[state]]
    return np.interp(raw, grades, shares).astype(np.float32)


def _by_median(part: _Part) -> None:
    """Fill in one block of meters by `manual` or `held`."""
    rules, raw, hold = part.rules, part.raw, part.asked.method == "held"
    step = register_step(raw)
    values = smoothed(raw, step >= rules.coarse_step, rules.smooth_slots) if hold else raw
    block = _Block(values, SCALE if hold else 1, rules)
    unit = np.where(step > 0, step, max(REGISTER_STEPS))
    hours, sun = _hour(part.begins), solar.in_sun(part.begins, rules.solar)
    for midnight, slots, columns in part.days():
        roofs = part.roofs(midnight, step) if hold and sun[slots].any() else np.zeros(len(raw), dtype=bool)
        for slot, column in zip(slots.tolist(), columns.tolist()):
            evening = _evening(slot, hours[slot], rules) if hold else range(0)
            block.forget(min(evening.start if len(evening) else slot, slot))
            _answer(part, column, block, slot, evening, unit, roofs & sun[slot])


def _is_night(hour: float, rules: PresenceRules) -> bool:
    return bool(hour >= rules.night_begin or hour < rules.night_end)


def _answer(
    part: _Part, column: int, block: _Block, slot: int, evening: range, unit: IntArray, hidden: BoolArray
) -> None:
    """Fill in one block of meters and one target; `hidden` bool (meters): a low reading says nothing."""
    answer, night = part.answer, _is_night(part.half(slot) / 2, part.rules)
    twice, used = block.median(slot)
    value = block.values[:, slot].astype(np.int64)
    usable, above = block.usable(slot), block.above(slot)
    seen = np.zeros(len(value), dtype=np.int64)
    for earlier in evening:
        seen += block.above(earlier)
    held = usable & ~above & (seen >= block.rules.evening_needed)

    state = np.where(above | held, State.HOME, State.ASLEEP_UNKNOWN if night else State.AWAY)
    blind = usable & hidden & ~above & ~held
    state = np.where(usable & ~blind, state, State.NO_DATA)
    answer.state[:, column] = state
    answer.reason[:, column] = np.where(blind, _CODE[Reason.SOLAR], 0)
    answer.raw_home[:, column] = above
    answer.reading[:, column] = np.where(value >= 0, value / block.scale, np.nan)
    enough = used >= block.rules.min_used
    answer.reference[:, column] = np.where(enough, twice / (2 * block.scale), np.nan)
    answer.used[:, column] = used

    distance = np.abs(2 * value - twice) / (2 * block.scale * unit)
    factor = np.where(held, seen / (seen + 1.0), distance / (distance + 1.0))
    raw = np.minimum(used / block.rules.window_slots, 1.0) * factor
    home, away = _graded(part.asked.method, State.HOME, raw), _graded(part.asked.method, State.AWAY, raw)
    answer.confidence[:, column] = np.where(state == State.HOME, home, np.where(state == State.AWAY, away, 0.0))


def _by_quiet_hours(part: _Part) -> None:
    """Fill in one block of meters by `quiet`."""
    sun = solar.in_sun(part.begins, part.rules.solar)
    for midnight, slots, columns in part.days():
        recent, roofs = recent_of(part.raw, part.begins, midnight, slots, part.rules, part.roofs)
        for slot, column in zip(slots.tolist(), columns.tolist()):
            _quiet_answer(part, column, recent, slot - midnight + LEAD, roofs & sun[slot])


def recent_of(
    raw: IntArray,
    begins: TimeArray,
    midnight: int,
    slots: IntArray,
    rules: PresenceRules,
    roofs_of: Callable[[int, Array], Array],
) -> tuple[Recent, BoolArray]:
    """Return what decides about some half-hours of one day of a block of meters, and behind which there is a roof.

    `raw` int (meters, slots); `midnight` the day's first slot, `slots` some of the day; `roofs_of` tells from midnight
    and register steps (Wh) behind which meters something generates, bool (meters).
    """
    step = register_steps(raw, midnight, rules.quiet)
    roofs = roofs_of(midnight, step)
    sun = solar.in_sun(begins, rules.solar)
    quiet = learn(raw, begins, int(slots[0]), rules.quiet, step)
    # behind a roof, few of all meters, the sun tells nothing
    shaded = np.flatnonzero(roofs) if sun.any() else np.zeros(0, dtype=np.int64)
    dark = solar.without_sun(raw[shaded], sun)
    if len(shaded):
        quiet.put(shaded, learn(dark, begins, int(slots[0]), rules.quiet, step[shaded]))
    # Two half-hours more, so that the first mean has what it needs.
    first, last = midnight - LEAD, int(slots[-1]) + 1
    begin = max(first - 2, 0)
    values = smoothed_across(raw[:, begin:last], quiet.step >= rules.quiet.coarse_step, rules.quiet.smooth_slots)
    kept = values[max(first, 0) - begin :]
    value = kept
    if len(kept) < last - first:
        value = np.concatenate([np.full((last - first - len(kept), len(raw)), MISSING, dtype=values.dtype), kept])
    # of one width with the readings, which compares several times as fast
    reference = np.minimum(quiet.reference, np.iinfo(value.dtype).max).astype(value.dtype)
    below = value <= reference
    known = (value >= 0) & quiet.known
    hours = np.arange(last - first) % SLOTS_A_DAY / 2
    heats = _between(hours, rules.quiet.heater_begin, rules.quiet.heater_end)
    if quiet.night_heater.any():
        known &= ~(heats[:, None] & quiet.night_heater & (value >= reference))
    if roofs.any():
        hidden = np.zeros(len(value), dtype=bool)
        hidden[max(-first, 0) :] = sun[max(first, 0) : last]
        known &= ~(hidden[:, None] & roofs & below)
    day = begins[slots[0]].astype("datetime64[D]")
    free = is_free(day - np.arange(rules.quiet.days + 1))
    alike = (np.flatnonzero(free[1:] == free[0]) + 1).tolist()
    halves = sorted({int(slot) - midnight for slot in slots})
    habit, evening = habits(raw, midnight, alike, halves, quiet.reference)
    if len(shaded):
        of_shaded, evening[shaded] = habits(dark, midnight, alike, halves, quiet.reference[shaded])
        for half, odds in of_shaded.items():
            habit[half][shaded] = odds
    return Recent(value, known, known & ~below, quiet, bool(free[0]), habit, evening), roofs


def _between(hour: FloatArray, begin: float, end: float) -> BoolArray:
    """Whether clock hours lie in [begin, end), which may pass midnight."""
    return (hour - begin) % 24 < (end - begin) % 24


def _quiet_answer(part: _Part, column: int, recent: Recent, slot: int, hidden: BoolArray) -> None:
    """Fill in one block of meters and one target; `hidden` bool (meters): a low reading says nothing."""
    answer, rules, quiet = part.answer, part.rules, recent.quiet
    half = (slot - LEAD) % SLOTS_A_DAY
    night = is_night(half)
    value, above = recent.value[slot], recent.above[slot]
    usable = quiet.known & (value >= 0)
    chance = probability(recent, slot)
    home = usable & (chance >= rules.home_from)
    if night:
        home &= shown(recent, slot)
    # Much use may run by itself, but nobody is sought elsewhere because of it.
    clear = recent.known[slot] & (value > quiet.upper)
    away = usable & ~clear & (chance <= (rules.away_to_night if night else rules.away_to))
    if night:
        away &= well_known(recent, slot)
    # Who was seen in the evening is held until the morning, sun or not.
    blind = usable & hidden & ~above & ~(home & (half < 2 * rules.hold_until))
    home, away = home & ~blind, away & ~(hidden & usable)
    unknown = State.ASLEEP_UNKNOWN if night else State.NO_DATA
    state = np.where(home, State.HOME, np.where(away, State.AWAY, np.where(usable & ~blind, unknown, State.NO_DATA)))
    answer.state[:, column] = state
    answer.reason[:, column] = np.where(blind, _CODE[Reason.SOLAR], 0)
    answer.raw_home[:, column] = usable & above
    answer.reading[:, column] = np.where(value >= 0, value / SCALE, np.nan)
    answer.reference[:, column] = np.where(quiet.known, quiet.reference / SCALE, np.nan)
    answer.used[:, column] = quiet.used
    right = np.where(home, _graded("quiet", State.HOME, chance), _graded("quiet", State.AWAY, 1 - chance))
    answer.confidence[:, column] = np.where(home | away, right, 0.0)


@dataclass(frozen=True)
class Curves:
    """The curve of two days for the feature form (30分値グラフ), with the same two days a week before beside it.

    The week before is there to be looked at: as a rule it was the weakest tried (MCC 0.27), so it gives no state.
    """

    slot_begin: TimeArray
    """datetime64[s] (96): the day before the target's day, and that day."""
    kwh: FloatArray
    """float32 (meters, 96), NaN where no reading came or none is handed in."""
    week_before_kwh: FloatArray
    """float32 (meters, 96)."""


def home_days(readings: IntArray, slot_begin: TimeArray, target: int) -> Curves:
    """Return the curves of the day of `target` and the day before it. Arrays as in `presence`; raises `OccupancyError`.

    Half-hours outside what is handed in are NaN, like those without a reading.
    """
    begins = _check(readings, slot_begin, [target], "manual", PresenceRules())
    first = target - round(float(_hour(begins[target : target + 1])[0]) * 2) - 48
    return Curves(
        begins[target] + SLOT * (np.arange(first, first + 96) - target),
        _kilowatt_hours(readings, first),
        _kilowatt_hours(readings, first - 7 * 48),
    )


def _kilowatt_hours(readings: IntArray, first: int) -> FloatArray:
    """Two days from slot `first` as float32 (meters, 96) kWh, NaN missing."""
    found = np.full((len(readings), 96), np.nan, dtype=np.float32)
    begin, end = max(first, 0), min(first + 96, readings.shape[1])
    if begin < end:
        part = np.asarray(readings[:, begin:end])
        found[:, begin - first : end - first] = np.where(part >= 0, part / np.float32(1000), np.nan)
    return found


PRESENCE_COLUMNS = (
    "supply_point",
    "slot_begin",
    "state",
    "method",
    "reading",
    "reference",
    "readings_used",
    "confidence",
    "unknown_reason",
    "last_proven",
)
"""Of the tables of `presence_table` and `presence_parts`."""


def presence_table(
    supply_point: Sequence[str],
    readings: IntArray,
    slot_begin: TimeArray,
    targets: Sequence[int],
    method: str,
    rules: PresenceRules,
    progress: Optional[Progress] = None,
    about: Optional[About] = None,
    engine: Optional[Engine] = None,
) -> pd.DataFrame:
    """Return `presence` as the table of the architecture, with `slot_begin`: target by target, all meters in order.

    `reading` and `reference` are in kWh, for people; `unknown_reason` is the code of a `Reason`, None where the state
    is known; `last_proven` the end of the last reading up to the half-hour. Raises as `presence` does.
    """
    found = presence(readings, slot_begin, targets, method, rules, progress, about, engine)
    return _table(found, supply_point, slot_begin, targets, method)


@contextmanager
def presence_parts(
    supply_point: Sequence[str],
    readings: IntArray,
    slot_begin: TimeArray,
    target: int,
    method: str,
    rules: PresenceRules,
    about: Optional[About] = None,
    engine: Optional[Engine] = None,
    progress: Optional[Progress] = None,
) -> Iterator[Iterator[tuple[slice, pd.DataFrame]]]:
    """Begin to work out `presence_table` of one half-hour; yield what yields its rows, some meters after the other.

    Of each part the positions of its meters and the table of them; those not wanted yet are worked out meanwhile.
    `supply_point`: texts or bytes, an array of them or what gives slices of one.
    Raises `OccupancyError`; the parts raise what `readings` raise.
    """
    rows, asked = _asked(readings, slot_begin, [target], method, rules, about)
    numbers = supply_point if hasattr(supply_point, "__array__") else np.asarray(supply_point)
    with begun(presence_of, asked, engine, progress) as done:
        yield (
            (chosen, _table(found, _as_texts(np.asarray(numbers[chosen])), slot_begin, [target], method))
            for found, chosen in zip(done, rows)
        )


def _as_texts(numbers: Array) -> Array:
    """Return supply points as str, which they may be as bytes: of a prefecture these are a quarter as long."""
    return numbers.astype("U22") if numbers.dtype.kind == "S" else numbers


def _table(
    found: Presence,
    supply_point: Union[Sequence[str], Array],
    slot_begin: TimeArray,
    targets: Sequence[int],
    method: str,
) -> pd.DataFrame:
    """Return answers as `presence_table` does."""
    codes = np.array([None if reason is None else reason.value for reason in REASONS], dtype=object)
    starts = np.asarray(slot_begin).astype("datetime64[ns]")
    last = found.last.T.ravel()
    proven = np.where(last >= 0, starts[np.maximum(last, 0)] + SLOT, np.datetime64("NaT", "ns"))
    names = np.array([STATE_NAMES[state] for state in sorted(STATE_NAMES)], dtype=object)
    begins = np.asarray(slot_begin)[np.asarray(targets, dtype=np.int64)].astype("datetime64[ns]")
    return pd.DataFrame(
        {
            "supply_point": np.tile(np.asarray(supply_point, dtype=object), len(begins)),
            "slot_begin": np.repeat(begins, len(supply_point)),
            "state": names[found.state.T.ravel()],
            "method": np.full(len(last), method, dtype=object),
            "reading": found.reading.T.ravel().astype(np.float64) / 1000,
            "reference": found.reference.T.ravel().astype(np.float64) / 1000,
            "readings_used": found.used.T.ravel().astype(np.int64),
            "confidence": np.round(found.confidence.T.ravel().astype(np.float64), 4),
            "unknown_reason": codes[found.reason.T.ravel()],
            "last_proven": proven,
        }
    )
