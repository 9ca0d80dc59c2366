"""How many meters of each population reported in each half-hour: counted while a file is read, kept with its set.

A population is (flow, voltage class, step length): meters whose readings come together, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Callable, Iterable, Mapping, NamedTuple

import numpy as np

from ..aggregator.readings_reader import Block
from ..aggregator.timecode import HALF_HOUR
from ..arrays import Array, IntArray

SLOTS = 48
EPOCH = datetime(1970, 1, 1)
CLASSES = 8
"""Room for 電圧分類 within a code of flow and voltage."""
CODES = 4 * CLASSES
FEW = 0.1
"""What fewer of a set's own meters have is a stray row, and not how far the set reaches."""
_SPAN = 400
"""Days of one block that are counted in one table; more are gathered day by day."""


class Population(NamedTuple):
    """Meters whose readings come together."""

    flow: int
    """データ種別, 1 供給, 2 受電."""
    voltage: int
    """電圧分類, 0 where files do not say."""
    step: int
    """Minutes between two readings."""


@dataclass(frozen=True)
class Reported:
    """Meters of one population that reported in a file."""

    population: Population
    meters: int
    """Distinct meters."""
    days: Mapping[date, tuple[int, ...]]
    """Day → 48 counts: meters with a reading in (the last step of) the half-hour."""

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            **self.population._asdict(),
            "meters": self.meters,
            "days": {day.isoformat(): list(counts) for day, counts in sorted(self.days.items())},
        }

    @classmethod
    def from_plain(cls, record: Mapping[str, Any]) -> Reported:
        """Return what `to_plain` wrote. Raises `ValueError` where a day has not the counts of a day."""
        days = {date.fromisoformat(day): tuple(map(int, counts)) for day, counts in record["days"].items()}
        if any(len(counts) != SLOTS for counts in days.values()):
            raise ValueError("not the half-hours of a day")
        return cls(
            Population(int(record["flow"]), int(record["voltage"]), int(record["step"])), int(record["meters"]), days
        )


@dataclass(frozen=True)
class Curve:
    """Counts of one population over half-hours, numbered from 1970-01-01 00:00."""

    first: int
    counts: IntArray
    """int64 (half-hours)."""

    @property
    def most(self) -> int:
        """Most meters in any half-hour."""
        return int(self.counts.max(initial=0))

    @property
    def few(self) -> float:
        """How many meters are more than stray rows: a tenth of the most, and of three or more at least two."""
        return max(FEW * self.most, 1.5 if self.most > 2 else 1.0)

    def begin(self, least: float) -> int:
        """Return the first half-hour in which `least` meters reported. At least one must have."""
        return self.first + int(np.flatnonzero(self.counts >= max(1.0, least))[0])

    def end(self, least: float) -> int:
        """Return the half-hour after the last in which `least` meters reported. At least one must have."""
        return self.first + int(np.flatnonzero(self.counts >= max(1.0, least))[-1]) + 1

    def days(self) -> IntArray:
        """Return the days (since 1970) on which any meter reported, int64, each once."""
        days: IntArray = np.unique((np.flatnonzero(self.counts) + self.first) // SLOTS)
        return days

    def within(self, begin: int, end: int) -> IntArray:
        """Return the counts of the half-hours `begin:end`, 0 where there are none, int64."""
        out = np.zeros(max(0, end - begin), dtype=np.int64)
        low, high = max(begin, self.first), min(end, self.first + len(self.counts))
        if low < high:
            out[low - begin : high - begin] = self.counts[low - self.first : high - self.first]
        return out


def curves(reported: Iterable[Reported]) -> dict[Population, Curve]:
    """Return the counts of several files of one set, added up by population."""
    by_population: dict[Population, dict[int, Array]] = {}
    for each in reported:
        held = by_population.setdefault(each.population, {})
        for day, counts in each.days.items():
            number = (day - EPOCH.date()).days
            held[number] = held.get(number, 0) + np.array(counts, dtype=np.int64)
    found = {}
    for population, days in by_population.items():
        first, last = min(days), max(days)
        sums = np.zeros((last - first + 1) * SLOTS, dtype=np.int64)
        for number, values in days.items():
            sums[(number - first) * SLOTS : (number - first + 1) * SLOTS] = values
        if sums.any():
            found[population] = Curve(first * SLOTS, sums)
    return found


def added(
    found: Iterable[tuple[Population, Curve]], how: Callable[[Array, Array], Array] = np.add
) -> dict[Population, Curve]:
    """Return the curves of several files put together by population: added up, or as `how` (`np.maximum`) does."""
    whole: dict[Population, Curve] = {}
    for population, curve in found:
        held = whole.get(population)
        if held is not None:
            begin = min(held.first, curve.first)
            end = max(held.first + len(held.counts), curve.first + len(curve.counts))
            curve = Curve(begin, how(held.within(begin, end), curve.within(begin, end)))
        whole[population] = curve
    return whole


def half_hour(moment: datetime) -> int:
    """Return the number of the half-hour that `moment` lies in, from 1970-01-01 00:00 on."""
    return (moment - EPOCH) // timedelta(minutes=HALF_HOUR)


def begin_of(number: int) -> datetime:
    """Return when a half-hour begins."""
    return EPOCH + number * timedelta(minutes=HALF_HOUR)


def code_of(flow: IntArray, voltage: IntArray) -> Array:
    """Return flow and voltage as one small number, uint8."""
    codes: IntArray = (np.minimum(flow, 3) * CLASSES + np.minimum(voltage, CLASSES - 1)).astype(np.uint8)
    return codes


def population_of(code: int, step: int) -> Population:
    """Return the population of a number that `code_of` made."""
    return Population(code // CLASSES, code % CLASSES, step)


class Counter:
    """Counts the readings of one file, block by block."""

    def __init__(self, step: int):
        self._step = step
        self._steps = HALF_HOUR // step
        self._days: dict[int, Array] = {}
        self._seen = np.zeros(0, dtype=bool)

    def add(self, block: Block, rows: IntArray, codes: IntArray) -> None:
        """Count a block: `rows` of the store, int64; `codes` of every row of the store, uint8 (`code_of`)."""
        if not len(rows):
            return
        most = int(rows.max()) + 1
        if most > len(self._seen):
            grown = np.zeros(max(len(codes), most) * 3 // 2, dtype=bool)
            grown[: len(self._seen)] = self._seen
            self._seen = grown
        self._seen[rows] = True
        days, slots, kinds = block.days, block.slots, codes[rows]
        if self._steps > 1:
            # a half-hour is there when its last step is
            last = slots % self._steps == self._steps - 1
            days, slots, kinds = days[last], slots[last] // self._steps, kinds[last]
            if not len(days):
                return
        base, top = int(days.min()), int(days.max())
        if top - base < _SPAN:
            self._count(base, top - base + 1, days, slots, kinds)
            return
        for day in np.unique(days).tolist():
            chosen = days == day
            self._count(day, 1, days[chosen], slots[chosen], kinds[chosen])

    def _count(self, base: int, span: int, days: IntArray, slots: IntArray, kinds: IntArray) -> None:
        key = slots.astype(np.int64)
        if span > 1:
            key += (days - base).astype(np.int64) * SLOTS
        kind = int(kinds[0])
        if (kinds == kind).all():
            counted = np.bincount(key, minlength=span * SLOTS).reshape(span, 1, SLOTS)
            place = slice(kind, kind + 1)
        else:
            key += kinds.astype(np.int64) * (span * SLOTS)
            counted = np.bincount(key, minlength=CODES * span * SLOTS).reshape(CODES, span, SLOTS).swapaxes(0, 1)
            place = slice(0, CODES)
        for offset in range(span):
            if counted[offset].any():
                held = self._days.setdefault(base + offset, np.zeros((CODES, SLOTS), dtype=np.int64))
                held[place] += counted[offset]

    def result(self, codes: IntArray) -> tuple[Reported, ...]:
        """Return what was counted, by population."""
        seen = np.flatnonzero(self._seen[: len(codes)])
        meters = np.bincount(codes[seen], minlength=CODES)
        found = []
        for code in np.flatnonzero(meters).tolist():
            days = {
                # a row that stands twice in a file is no second meter
                EPOCH.date() + timedelta(days=number): tuple(np.minimum(counts[code], meters[code]).tolist())
                for number, counts in sorted(self._days.items())
                if counts[code].any()
            }
            found.append(Reported(population_of(code, self._step), int(meters[code]), days))
        return tuple(found)
