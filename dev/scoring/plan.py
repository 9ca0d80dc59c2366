"""Which drills are scored, in which services, at which moments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Optional, Sequence

from tomoshibi.practice.scenario import Scenario, ScenarioSpec

FIRST_SCORE_SEED = 201
"""Seeds 1 to 100 are open for tuning; 101 to 103 were scored by until the service as it is came into the drill."""
CARETAKERS = 1.0
"""Visits a month to each vacant home, so that an empty home shows some use."""
MAIN, PART_MISSING, FAILED = "main", "part missing", "failed"
"""What a moment is for: all themes; only what must never be shown, because a part is missing, or nothing came."""


@dataclass(frozen=True)
class Moment:
    """One time at which a headquarters downloads and looks."""

    hours: float
    """Hours after the event."""
    kind: str = MAIN


@dataclass(frozen=True)
class DrillPlan:
    """One drill of the table."""

    name: str
    cause: str
    meters: int
    history_days: int
    services: tuple[str, ...]
    aftershock_hours: Optional[float] = None
    service_named: bool = False
    """Whether the headquarters' profile says how late the service is: without it, or earlier publications, silence of
    a whole town is not due."""
    mended_hours: Optional[float] = None
    """Hours after the event at which failed relays are mended, in drills of the audit; None: they are not."""

    def spec(self, **changes: Any) -> ScenarioSpec:
        """Return what the scenario is to be."""
        spec = ScenarioSpec.of_cause(self.cause, meters=self.meters, caretaker_visits=CARETAKERS)
        return replace(spec.with_history(self.history_days), aftershock_hours=self.aftershock_hours, **changes)


ALL = ("ideal", "today", "realtime")
FULL = (
    DrillPlan("earthquake", "earthquake", 4500, 61, ALL),
    DrillPlan("typhoon", "typhoon", 3500, 61, ALL),
    DrillPlan("feeder", "feeder", 2500, 61, ("ideal",)),
    DrillPlan("blackout", "blackout", 2000, 14, ("ideal", "realtime"), service_named=True),
    DrillPlan("aftershock", "earthquake", 2000, 14, ("realtime",), aftershock_hours=20.0, service_named=True),
)
QUICK = (DrillPlan("earthquake", "earthquake", 2000, 28, ALL),)
SEEDS = tuple(range(211, 211 + len(FULL)))
AUDIT = "audit"
"""The theme that has a drill of its own: elsewhere relays are not mended, and nothing is read late."""
AUDITED = DrillPlan("relays", "earthquake", 4500, 14, ALL, mended_hours=30.0)
AUDITED_QUICK = replace(AUDITED, meters=2000)
AUDITED_SEED = 231


def drills(quick: bool, themes: Sequence[str]) -> list[tuple[DrillPlan, int]]:
    """Return the drills in which themes are scored, with the seed of each."""
    found = list(zip(QUICK if quick else FULL, SEEDS)) if set(themes) - {AUDIT} else []
    return [*found, (AUDITED_QUICK if quick else AUDITED, AUDITED_SEED)] if AUDIT in themes else found


_HOURS = {
    "ideal": (2, 8, 14, 27, 39),
    "realtime": (2, 6, 10, 16, 27, 39),
    "today": (2, 14),
}
"""Hours after the event; whatever lies beyond the scenario's end is left out, the end itself always comes last."""
_BROKEN = {"realtime": (Moment(12, PART_MISSING), Moment(20, FAILED)), "today": (Moment(26.5, PART_MISSING),)}


def moments(scenario: Scenario, service: str, quick: bool = False) -> list[tuple[datetime, str]]:
    """Return when a headquarters looks, and what for, in order; whole hours, the scenario's end last."""
    hours = [Moment(hour) for hour in _HOURS[service]]
    if quick:
        hours = [moment for moment in hours if moment.hours in (2, 10, 14, 27)]
    found = {(_clock(scenario, moment.hours), moment.kind) for moment in (*hours, *_BROKEN.get(service, ()))}
    if service == "today":
        found |= {(morning, MAIN) for morning in _mornings(scenario)}
    early = {item for item in found if item[0] < scenario.now - timedelta(hours=2)}
    return sorted(early | {(scenario.now, MAIN)})


def _clock(scenario: Scenario, hours: float) -> datetime:
    return (scenario.event_time + timedelta(hours=hours)).replace(minute=0, second=0)


def _mornings(scenario: Scenario) -> list[datetime]:
    """Return the mornings after the event at which a day was just published."""
    at = scenario.served("today").service.next_day_at
    days = range(1, (scenario.now.date() - scenario.event_time.date()).days + 1)
    first = [datetime.combine(scenario.event_time.date() + timedelta(day), at) for day in days]
    return [moment for moment in first if moment <= scenario.now]
