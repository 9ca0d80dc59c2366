"""A case of a drill in which failed relays are mended and readings of that time come late: for tests of the audit."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Sequence

from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.mesh import secondary_codes
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.messages import Progress
from tomoshibi.practice.published_files import publish_files
from tomoshibi.practice.scenario import ScenarioSpec
from tomoshibi.tests.drill_case import BOX, Drill, scenario_of

MENDED = 36.0
"""Hours after the event at which the relays are mended; the drill ends at 48."""


def spec_of(
    mended: float | None = MENDED, relay_share: float = 0.1, meters: int = 2000, **changes: Any
) -> ScenarioSpec:
    """Return the earthquake with failed relays that are mended so many hours after it; None: never."""
    return replace(ScenarioSpec(meters=meters), mended_hours=mended, relay_share=relay_share, **changes)


def empty_drill(folder: Path, spec: ScenarioSpec, seed: int = 3) -> Drill:
    """Return a scenario and a case that received nothing yet but the links."""
    scenario = scenario_of(folder / "scenario", seed, spec)
    info = CaseInfo(scenario.name, scenario.event_time, scenario.municipality, practice=True)
    case = Case.create(folder / "case", info)
    shutil.copy(scenario.folder / "open" / "links.csv", case.folder / "contractors" / "links.csv")
    return Drill(case, scenario)


def receive(drill: Drill, now: datetime, templates: Sequence[str] = ("uc3", "uc2", "uc2lgwan")) -> None:
    """Take in what is published at a moment: readings, statistics by mesh and by address."""
    scenario, profile = drill.scenario, Profile.load()
    first = datetime.combine(scenario.first_day, time())
    for number, template in enumerate(templates, 1):
        made = TEMPLATES[template].conditions(
            scenario.municipality,
            first,
            now,
            ["low"],
            mesh_sizes={"low": 250},
            secondary_mesh_codes=tuple(secondary_codes(*BOX).tolist()),
        )
        for condition in made:
            told = f"C{number}"
            target = drill.case.folder / "received" / f"{told}_{now:%Y%m%d%H%M}"
            files = publish_files(scenario, condition, profile, target, now, condition_id=told)
            report = take_in(drill.case, files, profile, condition, "unknown", Progress())
            if report.failed or report.rejected:
                raise RuntimeError(f"the drill's own files were refused: {report}")


def after(drill: Drill, hours: float) -> datetime:
    """Return the full hour so many hours after the event."""
    return (drill.scenario.event_time + timedelta(hours=hours)).replace(minute=0, second=0)
