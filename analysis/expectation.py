"""Which readings were to be expected of which meter: only there is a missing reading silence.

A reading is expected of a meter in a half-hour if a publication that is whole holds meters of its population (voltage
class, step length, scope), the half-hour was due in it, and the meter was in service. `casefile.evidence` works this
out from what was published; the analyses take it as it is and open no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

import numpy as np

Rows = Union[slice, np.ndarray]


@dataclass(frozen=True)
class Expected:
    """Expectation of readings, kept by population: the meters of a prefecture fall into a few."""

    population: np.ndarray
    """int16 (meters): row of `received`; -1 where nothing is ever expected (not remotely readable, never in scope)."""
    received: np.ndarray
    """bool (populations, slots): a whole publication holds the population and the half-hour was due in it."""
    first: np.ndarray
    """int32 (meters): first slot in service, 0 where it was before the window."""
    last: np.ndarray
    """int32 (meters): slot after the last in service, the number of slots where it goes on."""

    @classmethod
    def everywhere(cls, covered: np.ndarray, meters: int) -> Expected:
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

    def any(self) -> np.ndarray:
        """Return the half-hours expected of any meter, bool (slots): those of which a map can say something."""
        used = np.unique(self.population[self.population >= 0])
        return self.received[used].any(axis=0) if len(used) else np.zeros(self.slots, dtype=bool)

    def of(self, rows: Rows, slots: Rows = slice(None)) -> np.ndarray:
        """Return whether a reading is expected, bool (rows, slots), of some meters and half-hours."""
        population = self.population[rows]
        number = np.arange(self.slots, dtype=np.int32)[slots]
        found = self.received[:, slots][np.maximum(population, 0)]
        found = found & (population >= 0)[:, None]
        return found & (number >= self.first[rows][:, None]) & (number < self.last[rows][:, None])

    def take(self, rows: np.ndarray) -> Expected:
        """Return the expectation of some meters (bool or positions)."""
        return Expected(self.population[rows], self.received, self.first[rows], self.last[rows])

    def until(self, slot: int) -> Expected:
        """Return the expectation with nothing expected from `slot` on."""
        received = self.received.copy()
        received[:, slot:] = False
        return Expected(self.population, received, self.first, self.last)
