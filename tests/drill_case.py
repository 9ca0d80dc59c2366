"""A case filled from a small scenario, without a server: for tests of what comes after the download."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.mesh import secondary_codes
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.intake import take_in
from tomoshibi.messages import Progress
from tomoshibi.practice.published_files import publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario

BOX = (38.0, 135.1, 38.4, 135.6)
"""South, west, north, east of the built-in municipality."""


@dataclass(frozen=True)
class Drill:
    """A filled case and the scenario it comes from."""

    case: Case
    scenario: Scenario

    @property
    def open(self) -> Path:
        """Folder of what the municipality has itself."""
        return self.scenario.folder / "open"


def make_drill(folder: Path, seed: int = 3, meters: int = 2500, step: int = 30) -> Drill:
    """Make a scenario and a case that received all of UC1, UC2, UC2′ and UC3, readings in steps of `step` minutes."""
    import pandas as pd

    make_scenario(folder / "scenario", seed=seed, spec=ScenarioSpec(meters=meters))
    scenario = Scenario.open(folder / "scenario")
    case = Case.create(
        folder / "case",
        CaseInfo(scenario.name, scenario.event_time, scenario.municipality, practice=True),
    )
    registered = pd.read_csv(scenario.folder / "contractors.csv", dtype=str)
    write_table(case.folder / "tables" / "contractors", registered)
    first = datetime.combine(scenario.first_day, time())
    profile = Profile.load()
    jobs = (("uc1", scenario.now), ("uc3", first), ("uc2", first), ("uc2lgwan", first))
    for number, (template, begin) in enumerate(jobs, 1):
        made = TEMPLATES[template].conditions(
            scenario.municipality,
            begin,
            scenario.now,
            ["low"],
            mesh_sizes={"low": 250},
            secondary_mesh_codes=tuple(secondary_codes(*BOX).tolist()),
        )
        for condition in made:
            target = case.folder / "received" / f"C{number}"
            told = f"C{number}"
            files = publish_files(scenario, condition, profile.at_step(step), target, scenario.now, condition_id=told)
            report = take_in(case, files, profile, condition, "unknown", Progress())
            if report.failed or report.rejected:
                raise RuntimeError(f"the drill's own files were refused: {report}")
    shutil.copy(scenario.folder / "open" / "links.csv", case.folder / "contractors" / "links.csv")
    return Drill(case, scenario)
