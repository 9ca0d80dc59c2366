"""Which readings were to be expected of which meter: only there is a missing reading silence.

A reading is expected of a meter in a half-hour if a publication that is whole holds meters of its population (voltage
class, step length, scope), the half-hour was due in it, and the meter was in service. `casefile.case_arrays` works this
out from what was published; the analyses take it as it is and open no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

import numpy as np

from ..arrays import Array, BoolArray, IntArray, ObjectArray
from .reasons import Reason

Rows = Union[slice, Array]
CODES: tuple[Optional[Reason], ...] = (None, *Reason)
"""What the numbers of `Expected.reasons` mean."""


@dataclass(frozen=True)
class Expected:
    """Expectation of readings, kept by population: the meters of a prefecture fall into a few."""

    population: IntArray
    """int16 (meters): row of `received`; -1 where nothing is ever expected (not remotely readable, never in scope)."""
    received: BoolArray
    """bool (populations, slots): a whole publication holds the population and the half-hour was due in it."""
    first: IntArray
    """int32 (meters): first slot in service, 0 where it was before the window."""
    last: IntArray
    """int32 (meters): slot after the last in service, the number of slots where it goes on."""
    reasons: Optional[IntArray] = None
    """uint8 (populations, slots): 0 where received, else the place in `CODES` of why nothing can be said."""

    @classmethod
    def everywhere(cls, covered: BoolArray, meters: int) -> Expected:
        """Return the expectation of one population in service throughout; `covered` bool (slots)."""
        covered = np.asarray(covered, dtype=bool)
        return cls(
            np.zeros(meters, dtype=np.int16),
            covered[None, :],
            np.zeros(meters, dtype=np.int32),
            np.full(meters, len(covered), dtype=np.int32),
        )

    @property
    def slots(self) -> int:
        """Number of half-hours."""
        return self.received.shape[1]

    def __len__(self) -> int:
        return len(self.population)

    def any(self) -> BoolArray:
        """Return the half-hours expected of any meter, bool (slots): those of which a map can say something."""
        used = np.unique(self.population[self.population >= 0])
        return self.received[used].any(axis=0) if len(used) else np.zeros(self.slots, dtype=bool)

    def published(self) -> BoolArray:
        """Return the half-hours expected of any meter, or in a set of which parts are missing, bool (slots)."""
        if self.reasons is None:
            return self.any()
        used = np.unique(self.population[self.population >= 0])
        torn = self.reasons[used] == CODES.index(Reason.SET_INCOMPLETE)
        return self.any() | torn.any(axis=0)

    def of(self, rows: Rows, slots: Rows = slice(None)) -> BoolArray:
        """Return whether a reading is expected, bool (rows, slots), of some meters and half-hours."""
        population = self.population[rows]
        number = np.arange(self.slots, dtype=np.int32)[slots]
        found = self.received[:, slots][np.maximum(population, 0)]
        found = found & (population >= 0)[:, None]
        return found & (number >= self.first[rows][:, None]) & (number < self.last[rows][:, None])

    def take(self, rows: Rows) -> Expected:
        """Return the expectation of some meters (bool, positions or a slice)."""
        return Expected(self.population[rows], self.received, self.first[rows], self.last[rows], self.reasons)

    def between(self, begin: int, end: int) -> Expected:
        """Return the expectation of the half-hours from `begin` up to `end` alone, numbered from 0."""
        width = end - begin
        if begin == 0 and width == self.slots and self.inside():
            return self
        first, last = (np.clip(edge - begin, 0, width).astype(np.int32) for edge in (self.first, self.last))
        reasons = None if self.reasons is None else self.reasons[:, begin:end]
        return Expected(self.population, self.received[:, begin:end], first, last, reasons)

    def inside(self) -> bool:
        """Whether no meter's service is said to begin or end outside the half-hours."""
        return not len(self.first) or (
            bool(min(self.first.min(), self.last.min()) >= 0) and (max(self.first.max(), self.last.max()) <= self.slots)
        )

    def codes(self) -> IntArray:
        """Return why nothing is expected, uint8 (populations, slots): place in `CODES`, 0 where it was received.

        Where `reasons` does not tell, what follows the last half-hour received was not due, what lies before it is
        missing.
        """
        if self.reasons is not None:
            return np.where(self.received, 0, self.reasons).astype(np.uint8)
        later = np.logical_or.accumulate(self.received[:, ::-1], axis=1)[:, ::-1]
        guess = np.where(later, CODES.index(Reason.SET_INCOMPLETE), CODES.index(Reason.NOT_DUE))
        return np.where(self.received, 0, guess).astype(np.uint8)

    def until(self, slot: int) -> Expected:
        """Return the expectation with nothing expected from `slot` on."""
        received = self.received.copy()
        received[:, slot:] = False
        reasons = self.reasons
        if reasons is not None:
            reasons = reasons.copy()
            reasons[:, slot:][reasons[:, slot:] == 0] = CODES.index(Reason.NOT_DUE)
        return Expected(self.population, received, self.first, self.last, reasons)

    def why(self, rows: Rows, slot: int) -> ObjectArray:
        """Return why no reading of a half-hour is expected of some meters, `Reason` or None where one is, object."""
        population = self.population[rows]
        codes = np.full(len(population), CODES.index(Reason.NOT_REMOTE), dtype=np.uint8)
        there = population >= 0
        if self.reasons is not None:
            codes[there] = self.reasons[population[there], slot]
        else:
            codes[there] = np.where(self.received[population[there], slot], 0, CODES.index(Reason.NOT_DUE))
        outside = (slot < self.first[rows]) | (slot >= self.last[rows])
        codes[outside & there] = CODES.index(Reason.NOT_IN_SERVICE)
        return np.array(CODES, dtype=object)[codes]


@dataclass(frozen=True)
class Heard:
    """What expectation says of the half-hours after a meter's last reading. Arrays (meters)."""

    silent: IntArray
    """int64: half-hours since that were expected, and are missing."""
    first: IntArray
    """int64: the slot after the first of these; 0 where there is none."""
    until: IntArray
    """int64: the slot after the last expected one of the window; 0 where none was."""
    unheard: IntArray
    """int64: half-hours since of which a set that is not whole would tell."""
    why: ObjectArray
    """object: code of `Reason` why that is not known; None where `unheard` is 0."""

    UNKNOWN = (Reason.SET_INCOMPLETE, Reason.POPULATION_SILENT)
    """Why silence is not known although other readings of the time were published."""

    @classmethod
    def of(cls, expected: Expected, since: IntArray) -> Heard:
        """`since` int64 (meters): the slot after the one with the last reading, 0 where there is none."""
        since = np.clip(np.asarray(since, dtype=np.int64), 0, expected.slots)
        begin, end = np.maximum(since, expected.first), np.maximum(expected.last, expected.first).astype(np.int64)
        before = np.maximum.accumulate(np.where(expected.received, np.arange(1, expected.slots + 1), 0), axis=1)
        before = np.concatenate([np.zeros((len(before), 1), dtype=np.int64), before], axis=1)
        known = expected.population >= 0
        place = np.maximum(expected.population, 0)
        until = np.where(known, before[place, end], 0)
        until = np.where(until > expected.first, until, 0)
        after = np.where(expected.received, np.arange(expected.slots), expected.slots)
        after = np.minimum.accumulate(after[:, ::-1], axis=1)[:, ::-1]
        after = np.concatenate([after, np.full((len(after), 1), expected.slots)], axis=1)
        first = after[place, np.minimum(begin, expected.slots)]
        first = np.where(known & (first < end), first + 1, 0)
        unheard = np.zeros(len(since), dtype=np.int64)
        why = np.full(len(since), None, dtype=object)
        for reason in cls.UNKNOWN if expected.reasons is not None else ():
            own = _between(expected.reasons == CODES.index(reason), place, begin, end)  # type: ignore[arg-type]  # an array compared is an array
            own[~known] = 0
            why[own > unheard] = reason.value
            unheard = np.maximum(unheard, own)
        return cls(silent_between(expected, since, end), first, until, unheard, why)


def silent_between(expected: Expected, begin: IntArray, end: IntArray) -> IntArray:
    """Return how many half-hours of `begin:end` (int64, a pair a meter) are expected, int64 (meters)."""
    begin = np.maximum(begin, expected.first)
    found = _between(
        expected.received,
        np.maximum(expected.population, 0),
        begin,
        np.clip(end, begin, np.maximum(expected.last, begin)),
    )
    return np.where(expected.population >= 0, found, 0)


def _between(flags: BoolArray, place: IntArray, begin: IntArray, end: IntArray) -> IntArray:
    """Return how many flags (populations, slots) lie in `begin:end` of each meter's population, int64 (meters)."""
    counts = np.concatenate([np.zeros((len(flags), 1), dtype=np.int64), np.cumsum(flags, axis=1)], axis=1)
    return counts[place, np.maximum(end, begin)] - counts[place, begin]


def as_expected(told: Union[Expected, Array], meters: int) -> Expected:
    """Return `told` as an expectation; bool (slots) stands for one population of `meters` in service throughout."""
    return told if isinstance(told, Expected) else Expected.everywhere(told, meters)
