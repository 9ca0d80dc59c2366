"""A case filled from a small scenario, without a server: for tests of what comes after the download."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Callable, Optional

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


_MADE: dict[str, Path] = {}
"""What was made in this run → its folder, from which tests get copies."""


def _once(what: str, make: Callable[[Path], object]) -> Path:
    """Return the folder of something that is made once in a run of the tests, and deleted at its end."""
    if what not in _MADE:
        folder = Path(tempfile.mkdtemp(prefix="tomoshibi-tests-"))
        try:
            make(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _MADE[what] = folder
    return _MADE[what]


def forget() -> None:
    """Delete what was made; at the end of a run, and not at exit, which a process with QGIS may not live to see."""
    for folder in _MADE.values():
        shutil.rmtree(folder, ignore_errors=True)
    _MADE.clear()


def _copy(source: str, target: str) -> str:
    """Copy a file of a scenario; arrays, which nobody writes into, are linked."""
    if source.endswith((".npy", ".npz")):
        with suppress(OSError):  # where a folder of tests lies on another disk
            os.link(source, target)
            return target
    return shutil.copy2(source, target)


def scenario_of(folder: Path, seed: int, spec: Optional[ScenarioSpec] = None) -> Scenario:
    """Return a scenario in a folder that is not there yet, as `make_scenario` makes it."""
    made = _once(f"scenario {seed} {spec!r}", lambda new: make_scenario(new / "scenario", seed=seed, spec=spec))
    shutil.copytree(made / "scenario", folder, copy_function=_copy)
    return Scenario.open(folder)


def make_drill(folder: Path, seed: int = 3, meters: int = 2500, step: int = 30) -> Drill:
    """Return a scenario and a case that received all of UC1, UC2, UC2′ and UC3, readings in steps of `step` minutes."""
    made = _once(f"drill {seed} {meters} {step}", lambda new: _fill(new, seed, meters, step))
    shutil.copytree(made / "scenario", folder / "scenario", copy_function=_copy)
    shutil.copytree(made / "case", folder / "case")
    return Drill(Case.open(folder / "case"), Scenario.open(folder / "scenario"))


def _fill(folder: Path, seed: int, meters: int, step: int) -> None:
    import pandas as pd

    scenario_of(folder / "scenario", seed, ScenarioSpec(meters=meters))
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
