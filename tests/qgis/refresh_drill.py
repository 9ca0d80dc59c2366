"""A drill whose clock moves on, for tests of refreshing: periodic conditions, a case, and two situation layers."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from tomoshibi.aggregator.client import AggregatorClient
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile.case import Case
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.practice.server import PracticeServer
from tomoshibi.tests.patience import PATIENCE


@dataclass
class Clockwork:
    """A practice aggregator that was told the time, a case at that time, and what was registered."""

    server: PracticeServer
    scenario: Scenario
    case: Path
    conditions: list[str]

    @property
    def layers(self) -> Path:
        """The case's GeoPackage."""
        return self.case / "layers.gpkg"

    def sink(self, name: str) -> str:
        """OUTPUT of a layer of the case."""
        return f"ogr:dbname='{self.layers}' table=\"{name}\" (geom)"

    def advance(self, hours: float) -> datetime:
        """Let the drill's clock go on and wait until the aggregator has published what is due."""
        moment = self.server.now + timedelta(hours=hours)
        self.server.now = moment
        self.wait_until_published(moment)
        return moment

    def wait_until_published(self, moment: datetime) -> None:
        import time

        account_session = self.server.backend.account_sessions[self.scenario.municipality]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if all(held.built_for == moment.isoformat() for held in account_session.conditions.values()):
                return
            time.sleep(0.02)
        raise AssertionError("the practice aggregator did not publish")

    def open(self) -> Case:
        return Case.open(self.case)


def make_scenario_folder(folder: Path) -> Path:
    """Make a small scenario."""
    make_scenario(folder, seed=5, spec=ScenarioSpec(meters=2000))
    return folder


def register_periodic(server: PracticeServer, scenario: Scenario, templates=("uc1", "uc3")) -> list[str]:
    """Register conditions that are published anew as time goes on (定期)."""
    client = AggregatorClient(server.url, server.credentials(), Profile.load(), None)
    first = datetime.combine(scenario.now.date() - timedelta(days=3), datetime.min.time())
    made = []
    for template in templates:
        begin = server.now if template == "uc1" else first
        for condition in TEMPLATES[template].conditions(scenario.municipality, begin, scenario.now, ["low"]):
            periodic = replace(condition, delivery_mode="periodic", end=scenario.now + timedelta(days=30))
            made.append(client.register_condition(periodic))
    return made


def make_case(run, scenario: Scenario, folder: Path) -> Path:
    """Make a case for the scenario through its algorithm."""
    about = json.loads((scenario.folder / "scenario.json").read_text(encoding="utf-8"))
    case = run(
        "createcase",
        {
            "CASE": str(folder),
            "NAME": "訓練",
            "EVENT_TIME": about["event_time"],
            "MUNICIPALITY": about["municipality"],
            "REQUEST_KIND": "individual",
            "PRACTICE": True,
        },
    )["CASE"]
    (Path(case) / "contractors").mkdir(exist_ok=True)
    shutil.copy(scenario.folder / "open" / "links.csv", Path(case) / "contractors" / "links.csv")
    shutil.copy(scenario.folder / "open" / "facilities.geojson", Path(case) / "facilities.geojson")
    return Path(case)


@contextmanager
def running(run, scenario_folder: Path, tmp_path: Path, monkeypatch):
    """Yield a case with everything that was published twelve hours before the scenario's end; no layers yet."""
    folder = tmp_path / "scenario"
    shutil.copytree(scenario_folder, folder)
    scenario = Scenario.open(folder)
    with PracticeServer(folder, build_seconds=0.0) as server:
        user, phrase = server.credentials()()
        monkeypatch.setenv("TOMOSHIBI_BASE_URL", server.url)
        monkeypatch.setenv("TOMOSHIBI_USER", user)
        monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
        server.now = scenario.now - timedelta(hours=12)
        case = make_case(run, scenario, tmp_path / "case")
        made = Clockwork(server, scenario, case, register_periodic(server, scenario))
        run("downloadpublished", {"CASE": str(case), "WAIT_MINUTES": 1})
        yield made
