"""A case with two months of readings of a few homes, as UC⑦ and UC⑧ ask for: lived in, vacant, and long absent ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

import numpy as np
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.messages import Progress
from tomoshibi.practice.published_files import publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario

VACANT = "vacant"


@dataclass(frozen=True)
class PeopleDrill:
    """A filled case and its people."""

    case: Case
    scenario: Scenario
    numbers: dict[str, list[str]]
    """Supply points by `lived` and `vacant`."""


def _still(scenario: Scenario) -> np.ndarray:
    """Return the meters that count 200 Wh a day at most, bool (meters)."""
    most = np.max([np.asarray(scenario.readings(day)).sum(axis=1) for day in scenario.days()], axis=0)
    return most <= 200


def make_people_drill(folder: Path, seed: int = 5, lived: int = 6, vacant: int = 3, days: int = 62) -> PeopleDrill:
    """Make the scenario and a case that received the readings of the chosen homes only, by UC8's template."""
    from tomoshibi.practice.household import KIND_NAMES

    make_scenario(folder / "scenario", seed=seed, spec=ScenarioSpec(meters=2000).with_history(days))
    scenario = Scenario.open(folder / "scenario")
    meters = scenario.meters
    kinds = meters["household"]
    home = (meters["flow"] == 1) & (meters["voltage"] == 1) & meters["coordinates_known"]
    empty = KIND_NAMES.index(VACANT)
    chosen = {
        "lived": np.flatnonzero(home & (kinds >= 0) & (kinds < empty))[:lived],
        # of some vacant homes nobody can tell: a trickle adds up to a step of 100 Wh, or something comes on by itself
        "vacant": np.flatnonzero(home & (kinds == empty) & _still(scenario))[:vacant],
    }
    rows = np.concatenate(list(chosen.values()))
    case = Case.create(
        folder / "case", CaseInfo(scenario.name, scenario.event_time, scenario.municipality, practice=True)
    )
    profile = Profile.load()
    begin = datetime.combine(scenario.first_day, time())
    for condition in TEMPLATES["uc8"].conditions(scenario.municipality, begin, scenario.now, ["low"]):
        asked = replace(condition, specified_contractors=True)
        identities = np.char.decode(meters["master_info_id"][rows], "ascii").tolist()
        target = case.folder / "received" / "C1"
        files = publish_files(scenario, asked, profile, target, scenario.now, condition_id="C1", contractors=identities)
        report = take_in(case, files, profile, asked, "contractors", Progress())
        if report.failed or report.rejected:
            raise RuntimeError(f"the drill's own files were refused: {report}")
    decoded = np.char.decode(meters["supply_point"], "ascii")
    return PeopleDrill(case, scenario, {name: decoded[found].tolist() for name, found in chosen.items()})
