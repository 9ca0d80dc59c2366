"""How late and how completely the practice aggregator publishes: one table of services, ideal and as they are.

`ideal` publishes a half-hour within the hour and everything of it. `today` is the service of the manual as of May 2025
(前日までの電力データ): a day is published the next morning, lists and statistics rest on the same data. `realtime` is
the one that the manual announces (数時間の情報鮮度): hours late, high voltage some hours behind low voltage.

What is not in the manual (at what hour a day is published, how often a part is late, …) is assumed; every assumption
is a figure of `SERVICES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Mapping, Optional, Sequence

import numpy as np

from ..arrays import IntArray
from ..messages import TomoshibiError, message

LOW, HIGH, EXTRA_HIGH = 1, 2, 3
HALF_HOUR_STEP = 30


class ServiceError(TomoshibiError):
    """There is no such service."""


@dataclass(frozen=True)
class Delay:
    """How much later than in the ideal service the readings of a voltage class are published."""

    voltage: int
    step: int
    """Length of the steps, minutes; a length without a row of its own goes by that of half-hours."""
    minutes: int


@dataclass(frozen=True)
class Held:
    """A part of a set that is not in the list at once."""

    polls: int
    """Times that the list is read before it is in it."""
    minutes: int
    """Minutes of the drill's clock after the publication before it is in it."""


@dataclass(frozen=True)
class Service:
    """One way to publish."""

    name: str
    delays: tuple[Delay, ...] = ()
    next_day_at: Optional[time] = None
    """Time of the next morning at which a day is published; None: as it comes."""
    late_part_chance: float = 0.0
    """Chance that one part of a set of several is listed only when the list is read again."""
    missing_part_chance: float = 0.0
    """Chance that one part of a set of several is missing from the list for hours."""
    missing_part_hours: tuple[int, int] = (3, 12)
    failed_chance: float = 0.0
    """Chance that making the files of a condition fails."""
    empty_chance: float = 0.0
    """Chance that a condition is answered as empty though there are data."""
    newer_contractors: int = 0
    """特定契約者 whose readings come newer than everybody else's, where only 特定契約者 are asked for."""
    newer_hours: int = 0
    future_chance: float = 0.0
    """Chance that a day's set holds a row from the future."""
    future_years: int = 10
    meters_ahead: int = 0
    """Meters whose readings come hours before those of all others."""

    @property
    def ideal(self) -> bool:
        """Whether everything comes within the hour and whole."""
        return not self.delays and self.next_day_at is None

    def delay(self, voltage: IntArray, step: int = HALF_HOUR_STEP) -> IntArray:
        """Return the minutes by which readings of each voltage class come later than in the ideal service, int64."""
        found = np.zeros(len(voltage), dtype=np.int64)
        for row in sorted(self.delays, key=lambda row: row.step == step):
            if row.step in (step, HALF_HOUR_STEP):
                found[np.asarray(voltage) == row.voltage] = row.minutes
        return found

    def last_midnight(self, now: datetime) -> Optional[datetime]:
        """Return the end of the last day that is published at `now`; None where days are not waited for."""
        if self.next_day_at is None:
            return None
        today = datetime.combine(now.date(), time())
        return today if now.time() >= self.next_day_at else today - timedelta(1)

    def published_on(self, day_end: datetime) -> datetime:
        """Return when the day that ends at a midnight is published."""
        return day_end if self.next_day_at is None else datetime.combine(day_end.date(), self.next_day_at)

    def known_to(self, now: datetime) -> datetime:
        """Return the moment up to which lists and statistics made at `now` can look."""
        return self.last_midnight(now) or now

    def held_back(self, seed: int, set_name: str, parts: Sequence[str]) -> dict[str, Held]:
        """Return which of a set's files are not in the list at once; the same seed and names give the same answer."""
        if len(parts) < 2:
            return {}
        rng = _drawn(seed, 1, set_name)
        chance, part = rng.random(), parts[int(rng.integers(len(parts)))]
        if chance < self.late_part_chance:
            return {part: Held(1, 0)}
        if chance < self.late_part_chance + self.missing_part_chance:
            low, high = self.missing_part_hours
            return {part: Held(0, 60 * int(rng.integers(low, high + 1)))}
        return {}

    def outcome(self, seed: int, condition_id: str) -> str:
        """Return what becomes of a condition: "failed", "empty", or "" where its files are made."""
        chance = _drawn(seed, 2, condition_id).random()
        if chance < self.failed_chance:
            return "failed"
        return "empty" if chance < self.failed_chance + self.empty_chance else ""

    def from_future(self, seed: int, set_name: str) -> bool:
        """Whether a day's set holds a row from the future."""
        return self.future_chance > 0 and bool(_drawn(seed, 3, set_name).random() < self.future_chance)


def _drawn(seed: int, what: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, 20, what, *name.encode("utf-8")])


_FLAWS: Mapping[str, Any] = {
    "late_part_chance": 0.15,
    "missing_part_chance": 0.1,
    "failed_chance": 0.04,
    "empty_chance": 0.02,
    "newer_contractors": 12,
    "newer_hours": 25,
    "future_chance": 0.1,
    "meters_ahead": 1,
}
"""What goes wrong in a service as it is. Assumed: no figures are public."""

SERVICES: Mapping[str, Service] = {
    "ideal": Service("ideal"),
    "today": Service("today", next_day_at=time(6, 0), **_FLAWS),
    "realtime": Service("realtime", (Delay(LOW, 30, 120), Delay(HIGH, 30, 360), Delay(EXTRA_HIGH, 30, 360)), **_FLAWS),
}


def service_of(name: str) -> Service:
    """Return the service of a name. Raises `ServiceError` where there is none."""
    if name not in SERVICES:
        raise ServiceError(
            message(
                "There is no service “{name}”. Choose one of {names}.", name=name, names=", ".join(sorted(SERVICES))
            )
        )
    return SERVICES[name]
