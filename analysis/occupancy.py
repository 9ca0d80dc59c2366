"""Home or away (在・不在推定) from half-hourly readings: the manual's rule, and the same with night hold.

The manual (§3.1.6, §4.3): a dwelling whose reading lies above the median of its past three days is 在, else 不在. By
day that is a good sign; between 22:00 and 08:00 it calls most sleeping homes empty, so nothing below the median is
printed as away at night: it is `asleep_unknown` (就寝帯・判定保留). `away` always means "no sign of use".

Readings are integer watt-hours, -1 where no reading came. All comparisons are made in integers: a reading equals the
median in a third of all half-hours of a 100 Wh register, and equal is not above.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Iterator, Optional, Sequence

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, Watch, message

MISSING = -1
"""Watt-hours where no reading came."""

SLOT = np.timedelta64(1800, "s")

METHODS: tuple[str, ...] = ("manual", "held")
"""manual: the manual's rule. held: the same with night hold, and registers of 100 Wh smoothed."""

WINDOW_DAYS = 4
"""Days of readings to hand in before a target: three of the median before the evening that its night hold looks at."""

REGISTER_STEPS: tuple[int, ...] = (100, 10)
"""Steps (Wh) in which registers count, coarsest first; a register that fits neither counts single watt-hours."""

_STEP_SHARE = 0.98
"""Share of a meter's readings above 0 that must be whole steps: a corrected reading may be off."""
_STEP_READINGS = 8
"""Readings above 0 needed to tell the step."""
_ROWS = 8192
"""Meters worked on at a time."""
_SCALE = 6
"""Means of 1, 2 or 3 readings are whole numbers in sixths of a watt-hour."""


class State(IntEnum):
    """What is said about a dwelling in a half-hour."""

    NO_DATA = 0
    """不明: no reading, or too few in the past three days."""
    HOME = 1
    """在."""
    AWAY = 2
    """不在: no sign of use by day."""
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
    """float32 Wh: median of the past three days, NaN where too few readings came."""
    used: np.ndarray
    """int16: readings the median rests on."""
    confidence: np.ndarray
    """float32 0–1, see `presence`."""


def register_step(readings: np.ndarray) -> np.ndarray:
    """Return the step (Wh) in which each meter's register counts, int32 (meters): 100, 10, 1, or 0 = cannot be told.

    `readings` int (meters, slots) Wh, negative = missing. It is the coarsest step that nearly all readings above 0 are
    whole multiples of; readings of 0 fit every step and tell nothing.
    """
    step = np.zeros(len(readings), dtype=np.int32)
    for rows in _blocks(len(readings)):
        block = readings[rows]
        positive = block > 0
        count = positive.sum(axis=1)
        found = np.where(count >= _STEP_READINGS, 1, 0)
        for size in reversed(REGISTER_STEPS):
            whole = (positive & (block % size == 0)).sum(axis=1)
            found = np.where((found > 0) & (whole >= _STEP_SHARE * count), size, found)
        step[rows] = found
    return step


def _blocks(count: int) -> Iterator[slice]:
    for first in range(0, count, _ROWS):
        yield slice(first, min(first + _ROWS, count))


def _scaled(block: np.ndarray, coarse: np.ndarray, slots: int) -> np.ndarray:
    """Return the readings in sixths of a Wh, -1 missing: of `coarse` meters the mean of the slot and those before it.

    The mean is taken over the readings that came; where the slot's own reading is missing so is the mean.
    """
    big = len(block) and int(block.max(initial=0)) > np.iinfo(np.int32).max // _SCALE
    values = block.astype(np.int64 if big else np.int32)
    present = values >= 0
    scaled = np.where(present, values * _SCALE, MISSING)
    rows = np.flatnonzero(coarse)
    if len(rows) and slots > 1:
        kept = np.where(present[rows], values[rows], 0)
        total, count = kept.copy(), present[rows].astype(values.dtype)
        for back in range(1, slots):
            total[:, back:] += kept[:, :-back]
            count[:, back:] += present[rows][:, :-back]
        scaled[rows] = np.where(present[rows], total * (_SCALE // np.maximum(count, 1)), MISSING)
    return scaled


class _Block:
    """Medians of the slots of one block of meters, each worked out once."""

    def __init__(self, values: np.ndarray, scale: int, rules: Rules):
        self.values = values
        self.scale = scale
        self.rules = rules
        self.came = np.concatenate(
            [np.zeros((len(values), 1), np.int32), np.cumsum(values >= 0, axis=1, dtype=np.int32)], axis=1
        )
        self._known: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def median(self, slot: int) -> tuple[np.ndarray, np.ndarray]:
        """Return twice the median of the window before `slot` (int64, scaled) and the readings used (int32)."""
        if slot not in self._known:
            first = max(slot - self.rules.window_slots, 0)
            used = self.came[:, slot] - self.came[:, first]
            if slot == first:
                self._known[slot] = np.zeros(len(used), dtype=np.int64), used
                return self._known[slot]
            # Missing readings are negative and so come first.
            ordered = np.sort(self.values[:, first:slot], axis=1)
            start = slot - first - used
            row = np.arange(len(used))
            some = np.maximum(used, 1)
            low = np.minimum(start + (some - 1) // 2, slot - first - 1)
            high = np.minimum(start + some // 2, slot - first - 1)
            self._known[slot] = ordered[row, low].astype(np.int64) + ordered[row, high], used
        return self._known[slot]

    def usable(self, slot: int) -> np.ndarray:
        return (self.values[:, slot] >= 0) & (self.median(slot)[1] >= self.rules.min_used)

    def above(self, slot: int) -> np.ndarray:
        """Whether the reading lies above the median, bool; False where there is no answer."""
        return self.usable(slot) & (2 * self.values[:, slot].astype(np.int64) > self.median(slot)[0])

    def forget(self, before: int) -> None:
        """Drop medians that no later target needs."""
        for slot in [slot for slot in self._known if slot < before]:
            del self._known[slot]


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

    `readings` int (meters, slots) Wh of use (供給 only), -1 missing; `slot_begin` datetime64 (slots), consecutive;
    `targets` positions among the slots; hand in `WINDOW_DAYS` before the first. Only slots up to a target decide it.

    `manual`: above the median of the `window_slots` before the target (missing ones left out) is HOME; else AWAY by day
    and ASLEEP_UNKNOWN at night; NO_DATA without a reading or with fewer than `min_used` before it. `held`: besides,
    whoever was at home by that rule in two half-hours of 20:00–01:00 so far is HOME until 09:00; registers of 100 Wh
    are compared by the mean of three half-hours.

    Confidence: share of the window's readings that came × d / (d + 1), d being the distance between reading and median
    in register steps (100 Wh where the step is not known), so that a tie has 0; for HOME by hold alone the second
    factor is e / (e + 1) with e evening half-hours at home; 0 where the state is unknown. It orders answers and is no
    probability.
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
    for rows in _blocks(len(readings)):
        if watch is not None:
            watch.check()
        raw = np.asarray(readings[rows])
        step = register_step(raw)
        if method == "held":
            block = _Block(_scaled(raw, step >= rules.coarse_step, rules.smooth_slots), _SCALE, rules)
        else:
            block = _Block(raw, 1, rules)
        unit = np.where(step > 0, step, max(REGISTER_STEPS))
        for column in order:
            slot = int(targets[column])
            evening = _evening(slot, hours[slot], rules) if method == "held" else range(0)
            block.forget(min(evening.start if len(evening) else slot, slot))
            _answer(answer, rows, int(column), block, slot, evening, unit, _is_night(hours[slot], rules))
        if watch is not None:
            watch.progress(rows.stop / len(readings))
    return answer


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
