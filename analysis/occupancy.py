"""Home or away (在・不在推定) from half-hourly readings: the manual's rule, the same with night hold, and quiet hours.

The manual (§3.1.6, §4.3): a dwelling whose reading lies above the median of its past three days is 在, else 不在. By
day that is a good sign; between 22:00 and 08:00 it calls most sleeping homes empty, so nothing below the median is
printed as away at night: it is `asleep_unknown` (就寝帯・判定保留). `away` always means "no sign of use".

The method `quiet` compares with what the home uses when it is quietest (`quiet_hours`), takes water heaters at night
for no sign of anybody, and tells long absence, which the manual's median cannot see.

Readings are integer watt-hours, -1 where no reading came. All comparisons are made in integers: a reading equals the
median in a third of all half-hours of a 100 Wh register, and equal is not above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Optional, Sequence, Union

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, Watch, message
from .quiet_hours import Quiet, QuietRules, learn
from .registers import MISSING as MISSING
from .registers import REGISTER_STEPS, SCALE, blocks, register_step, smoothed
from .side_by_side import side_by_side

SLOT = np.timedelta64(1800, "s")

METHODS: tuple[str, ...] = ("manual", "held", "quiet")
"""manual: the manual's rule. held: the same with night hold, and registers of 100 Wh smoothed. quiet: against the
home's own quiet hours, with night hold."""

WINDOW_DAYS = 4
"""Days of readings to hand in before a target: three of the median before the evening that its night hold looks at."""

_ROWS = 8192
"""Meters worked on at a time."""


def window_days(method: str) -> int:
    """Return how many days of readings before a target the method makes use of; it works with fewer.

    `quiet` gives no answer before three days (`QuietRules.min_used`), and is best from a week on.
    """
    return QuietRules.days + 1 if method == "quiet" else WINDOW_DAYS


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
class Rules:
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
    quiet: QuietRules = field(default_factory=QuietRules)
    """How the home's quiet hours are learnt; for `quiet` only."""
    absent_days: int = 3
    """So many days without clear use before the target are long absence (長期不在); for `quiet` only."""
    absent_slots: int = 2
    """Half-hours a day above the clear limit that still pass as nobody's: something that runs by itself."""
    absent_came: float = 0.8
    """Share of those days' readings that must have come."""
    sure_used: int = 42
    """Readings of the quiet hours from which the reference is as sure as it gets: a week's."""


@dataclass(frozen=True)
class Presence:
    """The answers; every array has the shape (meters, targets)."""

    state: np.ndarray
    """int8: `State`."""
    raw_home: np.ndarray
    """bool: reading above the reference, whatever the hour; False too where `state` is NO_DATA."""
    reading: np.ndarray
    """float32 Wh as compared (the mean of three half-hours where smoothed), NaN missing."""
    reference: np.ndarray
    """float32 Wh: what the reading must exceed (median of the past three days, or by quiet hours), NaN unknown."""
    used: np.ndarray
    """int16: readings the reference rests on."""
    confidence: np.ndarray
    """float32 0–1, see `presence`."""


class _Block:
    """Medians of the slots of one block of meters, each worked out once, and what lies above them."""

    def __init__(self, values: np.ndarray, scale: int, rules: Rules):
        self.values = values
        self.scale = scale
        self.rules = rules
        self.came = np.concatenate(
            [np.zeros((len(values), 1), np.int32), np.cumsum(values >= 0, axis=1, dtype=np.int32)], axis=1
        )
        self._across = np.ascontiguousarray(values.T)
        self._medians: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._above: dict[int, np.ndarray] = {}

    def used(self, slot: int) -> np.ndarray:
        """Readings in the window before `slot`, int32 (meters)."""
        return self.came[:, slot] - self.came[:, self._first(slot)]

    def median(self, slot: int) -> tuple[np.ndarray, np.ndarray]:
        """Return twice the median of the window before `slot` (int64, scaled) and the readings used (int32)."""
        if slot not in self._medians:
            self._medians[slot] = self._twice_median(slot, slice(None)), self.used(slot)
        return self._medians[slot]

    def usable(self, slot: int) -> np.ndarray:
        return (self.values[:, slot] >= 0) & (self.used(slot) >= self.rules.min_used)

    def above(self, slot: int) -> np.ndarray:
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

    def _twice_median(self, slot: int, rows: Union[slice, np.ndarray]) -> np.ndarray:
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

    def _exceeds(self, slot: int) -> np.ndarray:
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


def _hour(slot_begin: np.ndarray) -> np.ndarray:
    """Clock hour of the slots, float64."""
    return (slot_begin.astype(np.int64) % 86400) / 3600


def _evening(slot: int, hour: float, rules: Rules) -> range:
    """Slots of the evening that decides about `slot` by night hold, not later than it; empty by day."""
    if rules.hold_until <= hour < rules.evening_begin:
        return range(0)
    begin = slot - round(((hour - rules.evening_begin) % 24) * 2)
    return range(max(begin, 0), min(begin + rules.evening_slots, slot + 1))


def _check(
    readings: np.ndarray, slot_begin: np.ndarray, targets: Sequence[int], method: str, rules: Rules
) -> np.ndarray:
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
    readings: np.ndarray,
    slot_begin: np.ndarray,
    targets: Sequence[int],
    method: str,
    rules: Rules,
    watch: Optional[Watch] = None,
) -> Presence:
    """Return who is at home in the half-hours `targets`.

    `readings` int (meters, slots) Wh of use (供給 only), -1 missing: an array, or anything with `ndim`, `shape` and
    slices of rows (a month of 600,000 meters is 3 GB, so hand in what reads each slice from the store); `slot_begin`
    datetime64 (slots), consecutive; `targets` positions among the slots; hand in `window_days(method)` before the
    first. Only slots up to a target decide it.

    `manual`: above the median of the `window_slots` before the target (missing ones left out) is HOME; else AWAY by day
    and ASLEEP_UNKNOWN at night; NO_DATA without a reading or with fewer than `min_used` before it. `held`: besides,
    whoever was at home by that rule in two half-hours of 20:00–01:00 so far is HOME until 09:00; registers of 100 Wh
    are compared by the mean of three half-hours.

    `quiet`: above the reference of the home's quiet hours (`quiet_hours.learn`, days before the target's day) is HOME,
    as is whoever was so in two half-hours of the evening, until 09:00. Below it is AWAY by day, at night too if the
    past three days held no clear use, else ASLEEP_UNKNOWN. Equal to it is not known: NO_DATA by day. Of homes with a
    night heater what is used in its hours (23–07) counts for nothing.

    Confidence: share of the window's readings that came × d / (d + 1), d being the distance between reading and median
    in register steps (100 Wh where the step is not known), so that a tie has 0; for HOME by hold alone the second
    factor is e / (e + 1) with e evening half-hours at home; 0 where the state is unknown. In `quiet` the share is that
    of `sure_used` readings of quiet hours, and AWAY at night has d / (d + 1) with d the days without use. It orders
    answers and is no probability.
    Raises `OccupancyError`, `Cancelled`.
    """
    begins = _check(readings, slot_begin, targets, method, rules)
    hours = _hour(begins)
    shape = (len(readings), len(targets))
    answer = Presence(
        np.zeros(shape, dtype=np.int8),
        np.zeros(shape, dtype=bool),
        np.full(shape, np.nan, dtype=np.float32),
        np.full(shape, np.nan, dtype=np.float32),
        np.zeros(shape, dtype=np.int16),
        np.zeros(shape, dtype=np.float32),
    )
    order = np.argsort(targets, kind="stable")
    ordered = np.asarray(targets)[order]

    def work(rows: slice) -> None:
        raw = np.asarray(readings[rows])
        if method == "quiet":
            _by_quiet_hours(answer, rows, raw, begins, ordered, order, rules)
        else:
            _by_median(answer, rows, raw, hours, ordered, order, method == "held", rules)

    side_by_side(work, list(blocks(len(readings), _ROWS)), watch)
    return answer


def _by_median(
    answer: Presence,
    rows: slice,
    raw: np.ndarray,
    hours: np.ndarray,
    targets: np.ndarray,
    columns: np.ndarray,
    hold: bool,
    rules: Rules,
) -> None:
    """Fill in one block of meters; `targets` in order of time, `columns` where their answers go."""
    step = register_step(raw)
    values = smoothed(raw, step >= rules.coarse_step, rules.smooth_slots) if hold else raw
    block = _Block(values, SCALE if hold else 1, rules)
    unit = np.where(step > 0, step, max(REGISTER_STEPS))
    for slot, column in zip(targets.tolist(), columns.tolist()):
        evening = _evening(slot, hours[slot], rules) if hold else range(0)
        block.forget(min(evening.start if len(evening) else slot, slot))
        _answer(answer, rows, column, block, slot, evening, unit, _is_night(hours[slot], rules))


def _is_night(hour: float, rules: Rules) -> bool:
    return bool(hour >= rules.night_begin or hour < rules.night_end)


def _answer(
    answer: Presence,
    rows: slice,
    column: int,
    block: _Block,
    slot: int,
    evening: range,
    unit: np.ndarray,
    night: bool,
) -> None:
    """Fill in one block of meters and one target."""
    twice, used = block.median(slot)
    value = block.values[:, slot].astype(np.int64)
    usable, above = block.usable(slot), block.above(slot)
    seen = np.zeros(len(value), dtype=np.int64)
    for earlier in evening:
        seen += block.above(earlier)
    held = usable & ~above & (seen >= block.rules.evening_needed)

    state = np.where(above | held, State.HOME, State.ASLEEP_UNKNOWN if night else State.AWAY)
    answer.state[rows, column] = np.where(usable, state, State.NO_DATA)
    answer.raw_home[rows, column] = above
    answer.reading[rows, column] = np.where(value >= 0, value / block.scale, np.nan)
    enough = used >= block.rules.min_used
    answer.reference[rows, column] = np.where(enough, twice / (2 * block.scale), np.nan)
    answer.used[rows, column] = used

    distance = np.abs(2 * value - twice) / (2 * block.scale * unit)
    factor = np.where(held, seen / (seen + 1.0), distance / (distance + 1.0))
    share = np.minimum(used / block.rules.window_slots, 1.0)
    sure = usable & (above | held | (not night))
    answer.confidence[rows, column] = np.where(sure, share * factor, 0.0)


@dataclass(frozen=True)
class _Recent:
    """The half-hours of a block of meters that decide about the targets of one day, and what is compared with."""

    values: np.ndarray
    """int (meters, slots): readings in sixths, -1 missing."""
    first: int
    """Slot of the first column."""
    hours: np.ndarray
    """Clock hours of the columns."""
    quiet: Quiet
    rules: Rules

    def value(self, slot: int) -> np.ndarray:
        return self.values[:, slot - self.first].astype(np.int64)

    def heating(self, slot: int) -> np.ndarray:
        """Whether use in this half-hour may be a night heater's, bool (meters)."""
        night = self.rules.quiet
        return self.quiet.night_heater & _between(self.hours[slot - self.first], night.heater_begin, night.heater_end)

    def above(self, slot: int) -> np.ndarray:
        """Whether the half-hour shows use by somebody, bool (meters)."""
        return self.quiet.known & (self.value(slot) > self.quiet.reference) & ~self.heating(slot)

    def long_absent(self, slot: int) -> np.ndarray:
        """Whether the past days hold no clear use, bool (meters); False where that cannot be told."""
        length = self.rules.absent_days * 48
        begin = slot - length - self.first
        if begin < 0:
            return np.zeros(len(self.values), dtype=bool)
        past, hours = self.values[:, begin : begin + length], self.hours[begin : begin + length]
        night = self.rules.quiet
        counted = ~(self.quiet.night_heater[:, None] & _between(hours, night.heater_begin, night.heater_end))
        came = ((past >= 0) & counted).sum(axis=1)
        used = ((past > self.quiet.upper[:, None]) & counted).sum(axis=1)
        enough = came >= self.rules.absent_came * counted.sum(axis=1)
        return self.quiet.known & enough & (used <= self.rules.absent_slots * self.rules.absent_days)


def _between(hour: np.ndarray, begin: float, end: float) -> np.ndarray:
    """Whether clock hours lie in [begin, end), which may pass midnight."""
    return (hour - begin) % 24 < (end - begin) % 24


def _by_quiet_hours(
    answer: Presence,
    rows: slice,
    raw: np.ndarray,
    begins: np.ndarray,
    targets: np.ndarray,
    columns: np.ndarray,
    rules: Rules,
) -> None:
    """Fill in one block of meters; `targets` in order of time, `columns` where their answers go."""
    hours, day = _hour(begins), begins[targets].astype("datetime64[D]")
    for today in np.unique(day):
        chosen = np.flatnonzero(day == today)
        slots = targets[chosen]
        quiet = learn(raw, begins, int(slots[0]), rules.quiet)
        # Two half-hours more, so that the first mean has what it needs.
        reach = max(rules.absent_days * 48, 48) + 2
        first, last = max(int(slots[0]) - reach, 0), int(slots[-1]) + 1
        values = smoothed(raw[:, first:last], quiet.step >= rules.quiet.coarse_step, rules.quiet.smooth_slots)
        recent = _Recent(values, first, hours[first:last], quiet, rules)
        for slot, column in zip(slots, columns[chosen]):
            _quiet_answer(answer, rows, int(column), recent, int(slot), hours[slot])


def _quiet_answer(answer: Presence, rows: slice, column: int, recent: _Recent, slot: int, hour: float) -> None:
    """Fill in one block of meters and one target."""
    quiet, rules, night = recent.quiet, recent.rules, _is_night(hour, recent.rules)
    value = recent.value(slot)
    usable = quiet.known & (value >= 0)
    above = usable & recent.above(slot)
    seen = np.zeros(len(value), dtype=np.int64)
    for earlier in _evening(slot, hour, rules):
        if earlier >= recent.first:
            seen += recent.above(earlier)
    held = usable & ~above & (seen >= rules.evening_needed)
    tie = value == quiet.reference
    blind = tie | recent.heating(slot)
    absent = (recent.long_absent(slot) & ~tie) if night else np.zeros(len(value), dtype=bool)

    if night:
        state = np.where(absent, State.AWAY, State.ASLEEP_UNKNOWN)
    else:
        state = np.where(blind, State.NO_DATA, State.AWAY)
    state = np.where(above | held, State.HOME, state)
    answer.state[rows, column] = np.where(usable, state, State.NO_DATA)
    answer.raw_home[rows, column] = above
    answer.reading[rows, column] = np.where(value >= 0, value / SCALE, np.nan)
    answer.reference[rows, column] = np.where(quiet.known, quiet.reference / SCALE, np.nan)
    answer.used[rows, column] = quiet.used

    unit = np.where(quiet.step > 0, quiet.step, max(REGISTER_STEPS))
    distance = np.abs(value - quiet.reference) / (SCALE * unit)
    if night:
        distance = np.where(above, distance, rules.absent_days)
    factor = np.where(held, seen / (seen + 1.0), distance / (distance + 1.0))
    share = np.minimum(quiet.used / rules.sure_used, 1.0)
    sure = np.isin(answer.state[rows, column], (State.HOME, State.AWAY))
    answer.confidence[rows, column] = np.where(sure, share * factor, 0.0)


@dataclass(frozen=True)
class Curves:
    """The curve of two days for the feature form (30分値グラフ), with the same two days a week before beside it.

    The week before is there to be looked at: as a rule it was the weakest tried (MCC 0.27), so it gives no state.
    """

    slot_begin: np.ndarray
    """datetime64[s] (96): the day before the target's day, and that day."""
    kwh: np.ndarray
    """float32 (meters, 96), NaN where no reading came or none is handed in."""
    week_before_kwh: np.ndarray
    """float32 (meters, 96)."""


def home_days(readings: np.ndarray, slot_begin: np.ndarray, target: int) -> Curves:
    """Return the curves of the day of `target` and the day before it. Arrays as in `presence`; raises `OccupancyError`.

    Half-hours outside what is handed in are NaN, like those without a reading.
    """
    begins = _check(readings, slot_begin, [target], "manual", Rules())
    first = target - round(float(_hour(begins[target : target + 1])[0]) * 2) - 48
    return Curves(
        begins[target] + SLOT * (np.arange(first, first + 96) - target),
        _kilowatt_hours(readings, first),
        _kilowatt_hours(readings, first - 7 * 48),
    )


def _kilowatt_hours(readings: np.ndarray, first: int) -> np.ndarray:
    """Two days from slot `first` as float32 (meters, 96) kWh, NaN missing."""
    found = np.full((len(readings), 96), np.nan, dtype=np.float32)
    begin, end = max(first, 0), min(first + 96, readings.shape[1])
    if begin < end:
        part = np.asarray(readings[:, begin:end])
        found[:, begin - first : end - first] = np.where(part >= 0, part / np.float32(1000), np.nan)
    return found


def week_before(readings: np.ndarray, slot_begin: np.ndarray, target: int) -> np.ndarray:
    """Return the reading of the same half-hour a week before, float32 kWh (meters), NaN where there is none.

    For a chart or a table beside the state, never a verdict (manual §3.1.3 compares so; see `Curves`).
    """
    _check(readings, slot_begin, [target], "manual", Rules())
    place = target - 7 * 48
    if place < 0:
        return np.full(len(readings), np.nan, dtype=np.float32)
    value = np.asarray(readings[:, place])
    return np.where(value >= 0, value / np.float32(1000), np.nan).astype(np.float32)


def presence_table(
    supply_point: Sequence[str],
    readings: np.ndarray,
    slot_begin: np.ndarray,
    targets: Sequence[int],
    method: str,
    rules: Rules,
    watch: Optional[Watch] = None,
) -> pd.DataFrame:
    """Return `presence` as the table of the architecture, with `slot_begin`: target by target, all meters in order.

    `reading` and `reference` are in kWh, for people. Raises as `presence` does.
    """
    found = presence(readings, slot_begin, targets, method, rules, watch)
    names = np.array([STATE_NAMES[state] for state in sorted(STATE_NAMES)], dtype=object)
    begins = np.asarray(slot_begin)[np.asarray(targets, dtype=np.int64)].astype("datetime64[ns]")
    return pd.DataFrame(
        {
            "supply_point": np.tile(np.asarray(supply_point, dtype=object), len(begins)),
            "slot_begin": np.repeat(begins, len(readings)),
            "state": names[found.state.T.ravel()],
            "method": np.full(found.state.size, method, dtype=object),
            "reading": found.reading.T.ravel().astype(np.float64) / 1000,
            "reference": found.reference.T.ravel().astype(np.float64) / 1000,
            "readings_used": found.used.T.ravel().astype(np.int64),
            "confidence": np.round(found.confidence.T.ravel().astype(np.float64), 4),
        }
    )
