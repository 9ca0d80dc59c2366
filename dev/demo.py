"""The main job, end to end: scenario → practice aggregator over HTTP → case → layers, project, map sheets, score.

    demo.py --out build/demo [--data FOLDER] [--seed N] [--service today]

Every step is the Processing algorithm that a person would run in QGIS; the practice aggregator is a process of its own.
With a service that is late, a second case shows what a headquarters can and cannot know two hours after the event
struck.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Sequence

from checkout import PLUGINS, ROOT, find_processing

LOG = "demo.log"
THEMES = (
    *("shelterpower", "survivalclocks", "meshoutage", "acquisitiongaps", "isolatedcommunities", "hiddenoutages"),
    *("outlook", "powertrucks", "homeaway"),
)
PERSONAL = ("lifesupport",)
"""Sheets that name people, in a folder of their own: they are not for the wall."""


class Steps:
    """Prints each step with the time it took, so that progress is visible all along."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.times: dict[str, float] = {}

    @contextmanager
    def step(self, title: str):
        """Time one step."""
        begun = time.monotonic()
        print(f"[{begun - self.start:6.1f} s] {title} …", flush=True)
        yield
        self.times[title] = round(time.monotonic() - begun, 2)
        print(f"[{time.monotonic() - self.start:6.1f} s] {title}: {self.times[title]:.1f} s", flush=True)


def start_qgis(profile: Path):
    """Start QGIS without a window, in a profile of its own, in Japanese, with the provider registered."""
    profile.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("TOMOSHIBI_LANGUAGE", "ja")
    os.environ["QGIS_CUSTOM_CONFIG_PATH"] = str(profile)
    from qgis.core import QgsApplication

    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    find_processing()
    from processing.core.Processing import Processing

    Processing.initialize()
    from tomoshibi.plugin import TomoshibiPlugin

    plugin = TomoshibiPlugin(None)
    plugin.initProcessing()
    return application, plugin


class Runner:
    """Runs algorithms of the plugin and shows what they say."""

    def __init__(self, log: Path):
        from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProject

        runner = self

        class Feedback(QgsProcessingFeedback):
            """Warnings and errors go to the terminal, everything to the log."""

            def pushInfo(self, info):
                runner.say(f"          {info}", shown=False)

            def pushWarning(self, warning):
                runner.say(f"          ! {warning}")

            def reportError(self, error, fatalError=False):  # noqa: N803 - QGIS names it
                runner.say(f"          !! {error}")

            def pushDebugInfo(self, info):
                runner.say(f"          {info}", shown=False)

            def pushCommandInfo(self, info):
                runner.say(f"          {info}", shown=False)

            def pushConsoleInfo(self, info):
                runner.say(f"          {info}", shown=False)

            def setProgressText(self, text):
                runner.say(f"          {text}", shown=False)

        self.log = open(log, "w", encoding="utf-8")
        self.feedback = Feedback
        self.context = QgsProcessingContext
        self.project = QgsProject.instance()

    def say(self, line: str, shown: bool = True) -> None:
        """Write a line to the log, and to the terminal where it matters."""
        self.log.write(line + "\n")
        if shown:
            print(line, flush=True)

    def run(self, algorithm: str, **parameters):
        """Run `tomoshibi:<algorithm>`; whatever it raises ends the demo."""
        import processing

        self.log.write(f"{algorithm} {parameters}\n")
        context = self.context()
        context.setProject(self.project)
        feedback = self.feedback()
        return processing.run(f"tomoshibi:{algorithm}", parameters, context=context, feedback=feedback)


@contextmanager
def practice_aggregator(scenario: Path, log: Path, now: str = "", plugins: Path = PLUGINS):
    """Start the practice aggregator as a process of its own on a free loopback port; yield its address and account.

    `now`: the drill's clock; "" for the scenario's end. `plugins`: the folder of the package it is started from.
    """
    environment = {**os.environ, "PYTHONPATH": str(plugins), "PYTHONUNBUFFERED": "1"}
    with open(log, "w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tomoshibi.practice", str(scenario), "--port", "0", "--build-seconds", "2"),
                *(("--now", now) if now else ()),
            ],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        try:
            address = _address(process, log)
            accounts = json.loads((scenario / "practice-accounts.json").read_text(encoding="utf-8"))
            yield address, next(account for account in accounts if account["active"])
        finally:
            process.terminate()
            process.wait(30)


def _address(process: subprocess.Popen, log: Path) -> str:
    """Wait until the practice aggregator says where it is reached."""
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
        if found and "Accounts are in" in log.read_text(encoding="utf-8"):
            return found.group()
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"The practice aggregator did not start; see {log}")


def layer(path: str, name: str) -> str:
    """Return the sink text for a layer of a GeoPackage."""
    return f"ogr:dbname='{path}' table=\"{name}\" (geom)"


class Demo:
    """The steps of the main job, in the order a person would take them."""

    def __init__(self, out: Path, data: Path | None, seed: int, steps: Steps, runner: Runner, service: str = "ideal"):
        self.out = out
        self.data = data
        self.seed = seed
        self.service = service
        self.steps = steps
        self.run_algorithm = runner.run
        self.case = out / "case"
        self.layers = self.case / "layers.gpkg"
        self.scenario = out / "scenario"
        self.open = self.scenario / "open"
        self.results: dict[str, dict] = {}

    def run(self) -> dict:
        """Run every step and return the summary."""
        with self.steps.step("Make the practice scenario"):
            self.run_algorithm(
                "createscenario",
                DATA=str(self.data or ""),
                SEED=self.seed,
                SERVICE=self.service,
                FOLDER=str(self.scenario),
            )
        about = json.loads((self.scenario / "scenario.json").read_text(encoding="utf-8"))
        with practice_aggregator(self.scenario, self.out / "practice.log") as (address, account):
            use(address, account)
            self.acquire(about)
        self.situation()
        self.people(about)
        self.hours_left()
        with self.steps.step("Write the QGIS project"):
            self.run_algorithm("openproject", CASE=str(self.case), BASEMAP="none")
        with self.steps.step("Print the map sheets"):
            self.results["mapsheets"] = self.print_sheets(THEMES, "sheets")
            self.results["mapsheets_personal"] = self.print_sheets(PERSONAL, "sheets/personal")
        with self.steps.step("Make the brief"):
            # those that a meeting asks for first: all are printed as sheets already
            sheets = ["shelterpower", "survivalclocks", "meshoutage", "isolatedcommunities"]
            self.results["brief"] = self.run_algorithm("brief", CASE=str(self.case), SHEETS=sheets, BASEMAP="none")
        if self.data:
            with self.steps.step("Print the map sheets municipality by municipality"):
                self.results["mapsheets_by_municipality"] = self.print_sheets(
                    THEMES, "sheets/municipalities", COVERAGE=str(self.open / "municipality.geojson")
                )
        with self.steps.step("Score against the truth"):
            score = self.score()
        if self.service != "ideal":
            self.early(about)
        return {
            "scenario": {key: about[key] for key in ("name", "seed", "event_time", "now")},
            "seconds": self.steps.times,
            "counts": {name: _numbers(result) for name, result in self.results.items()},
            "score": score,
        }

    def acquire(self, about: dict) -> None:
        """Get the data as the manual's use cases ask for them, over HTTP."""
        with self.steps.step("Create the case and test the connection"):
            self.open_case(self.case, about["name"], about)
            self.results["testconnection"] = self.run_algorithm("testconnection")
        with self.steps.step("Register what to provide (データ提供条件)"):
            registered = self.register(self.case, about, about["now"])
        with self.steps.step("Download what was published, verify, take in"):
            self.results["downloadpublished"] = self.download(self.case, registered)

    def open_case(self, case: Path, name: str, about: dict) -> None:
        """Open a case for the scenario's events."""
        events = [item["begin"] + (f"/{item['end']}" if item["end"] else "") for item in about["events"]]
        self.run_algorithm(
            "createcase",
            NAME=name,
            EVENT_TIME=about["event_time"],
            **({"EVENT_TIMES": ",".join(events)} if len(events) > 1 or "/" in events[0] else {}),
            MUNICIPALITY=about["municipality"],
            REQUEST_KIND="individual",
            REQUEST_DATE=about["event_time"][:10],
            USE_FROM=about["event_time"][:10],
            # the clock of this computer is later than that of the data
            USE_TO="2099-12-31",
            PRACTICE=True,
            CASE=str(case),
            **self.own_inputs(),
        )

    def own_inputs(self) -> dict[str, str]:
        """Return what a municipality has itself, which the case keeps."""
        files = {
            "BOUNDARY": "municipality.geojson",
            "AREAS": "areas.geojson",
            "ROADS": "roads.geojson",
            "HAZARDS": "hazards.geojson",
            "FACILITIES": "facilities.geojson",
            "LINKS": "links.csv",
            "BACKUP": "backup.csv",
            "TRUCKS": "trucks.csv",
        }
        return {kind: str(self.open / name) for kind, name in files.items() if (self.open / name).exists()}

    def register(self, case: Path, about: dict, until: str) -> dict[str, tuple[str, dict]]:
        """Register the conditions of the use cases; return {condition: (template, parameters)}."""
        mesh = {"VOLTAGE": ["low"], "MESH_SIZE": "250", "AREA": str(self.open / "municipality.geojson")}
        days = {"FROM": about["statistics_from"], "TO": until[:10]}
        wanted = (
            ("uc1", {"FROM": until}),
            ("uc3", {"FROM": about["first_day"], "TO": until[:10]}),
            ("uc2", {**days, **mesh}),
            ("uc2lgwan", {**days, "VOLTAGE": ["low"]}),
        )
        return {self.register_one(case, template, more): (template, more) for template, more in wanted}

    def register_one(self, case: Path, template: str, more: dict) -> str:
        """Register one condition and return its id."""
        made = self.run_algorithm("registercondition", CASE=str(case), TEMPLATE=template, **more)
        return made["CONDITION_ID"]

    def download(self, case: Path, registered: dict[str, tuple[str, dict]]) -> dict:
        """Download what was published; what failed or came back empty, as a service may, is registered once more."""
        asked = {"CASE": str(case), "WAIT_MINUTES": 10}
        result = self.run_algorithm("downloadpublished", CONDITION_ID=",".join(registered), **asked)
        if self.service == "ideal":
            return result
        listed = self.run_algorithm("listconditions", CASE=str(case), OUTPUT="memory:")["OUTPUT"]
        states = {row["condition_id"]: row["status"] for row in listed.getFeatures()}
        again = [
            self.register_one(case, *registered[name]) for name in registered if states[name] in ("failed", "empty")
        ]
        return self.run_algorithm("downloadpublished", CONDITION_ID=",".join(again), **asked) if again else result

    def early(self, about: dict) -> None:
        """Show what a headquarters can and cannot know two hours after the event struck, in a case of its own."""
        moment = (datetime.fromisoformat(about["event_time"]) + timedelta(hours=2)).isoformat()
        case = self.out / "case_two_hours_after"
        with self.steps.step(f"What can be known at {moment}: download"):
            with practice_aggregator(self.scenario, self.out / "practice_early.log", moment) as (address, account):
                use(address, account)
                self.open_case(case, f"{about['name']} 発災2時間後", about)
                self.download(case, self.register(case, about, moment))
        with self.steps.step(f"What can be known at {moment}: layers and sheets"):
            for name, parameters in (
                ("shelterpower", {"AT": moment}),
                ("meshoutage", {"MESH_SIZE": "250", "VOLTAGE": "low", "BASELINE": "7"}),
            ):
                self.results[f"{name} {moment}"] = self.run_algorithm(name, CASE=str(case), **parameters)
            self.run_algorithm(
                "mapsheets",
                CASE=str(case),
                BASEMAP="none",
                FOLDER=str(self.out / "sheets" / "two_hours_after"),
            )

    def situation(self) -> None:
        """Make the layers of the situation from what the case knows."""
        jobs = {
            "shelterpower": {},
            "meshoutage": {"MESH_SIZE": "250", "VOLTAGE": "low", "BASELINE": "7", "ALL_TIMES": True},
            "areaoutage": {"VOLTAGE": "low"},
            "acquisitiongaps": {"STEP_HOURS": 3},
            "isolatedcommunities": {},
            "hiddenoutages": {},
        }
        for name, parameters in jobs.items():
            with self.steps.step(f"Layer {name}"):
                self.results[name] = self.run_algorithm(name, CASE=str(self.case), **parameters)

    def people(self, about: dict) -> None:
        """Estimate presence at the moment of the event, by both methods."""
        for method, name in (("held", "homeaway"), ("manual", "homeaway_manual")):
            with self.steps.step(f"Layer {name}"):
                self.results[name] = self.run_algorithm(
                    "homeaway",
                    CASE=str(self.case),
                    AT=about["event_time"],
                    METHOD=method,
                    OUTPUT=layer("[case]/layers.gpkg", name),
                )

    def hours_left(self) -> None:
        """Tell how long facilities and people on devices last on their own power, where trucks go, and the outlook."""
        jobs = {
            "survivalclocks": {},
            "powertrucks": {},
            "lifesupport": {"PEOPLE": str(self.open / "devices.csv")},
            "outlook": {},
        }
        for name, parameters in jobs.items():
            with self.steps.step(f"Layer {name}"):
                self.results[name] = self.run_algorithm(name, CASE=str(self.case), **parameters)

    def print_sheets(self, themes: Sequence[str], folder: str, **more: str) -> dict:
        """Print the map sheets of some themes into a folder of the demo."""
        return self.run_algorithm(
            "mapsheets",
            CASE=str(self.case),
            LAYERS=[f"{self.layers}|layername={name}" for name in themes],
            BASEMAP="none",
            FOLDER=str(self.out / folder),
            **more,
        )

    def score(self) -> dict:
        """Return {theme: {measure: value}} from `scoredrill`."""
        path = self.out / "score.json"
        self.run_algorithm(
            "scoredrill", SCENARIO=str(self.scenario), CASE=str(self.case), OUTPUT="memory:", SUMMARY=str(path)
        )
        return json.loads(path.read_text(encoding="utf-8"))


def use(address: str, account: dict) -> None:
    """Let the algorithms speak with a practice aggregator."""
    os.environ["TOMOSHIBI_BASE_URL"] = address
    os.environ["TOMOSHIBI_USER"] = account["user"]
    os.environ["TOMOSHIBI_PASSPHRASE"] = account["passphrase"]


TOLD = ("UNKNOWN_BY_REASON", "DATA_UNTIL")
"""Texts among the outputs that say why something is unknown, and how far the data reach."""


def _numbers(result: dict) -> dict:
    return {
        key: value
        for key, value in result.items()
        if (isinstance(value, (int, float)) and key != "OUTPUT") or (key in TOLD and value not in ("", "{}"))
    }


def print_summary(summary: dict) -> None:
    """Print counts and scores, a line each."""
    for name, counts in summary["counts"].items():
        print(f"{name:22}", "  ".join(f"{key} {value}" for key, value in counts.items()))
    for theme, measures in summary["score"].items():
        for measure, value in measures.items():
            print(f"  {theme:18} {measure:48} {value if value is not None else 'not defined'}")


def clear(out: Path) -> None:
    """Make `out` an empty folder. Only what an earlier demo left is deleted; anything else ends the demo."""
    if out.exists() and any(out.iterdir()) and not (out / LOG).exists():
        raise SystemExit(f"{out} holds something else than a demo. Choose another OUT, or empty it.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / LOG).touch()


def main(words: list[str]) -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "demo")
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--service", choices=("ideal", "today", "realtime"), default="ideal")
    options = parser.parse_args(words)
    out = options.out.resolve()
    clear(out)
    steps = Steps()
    with steps.step("Start QGIS"):
        application, plugin = start_qgis(out / "profile")
        runner = Runner(out / LOG)
    summary = Demo(out, options.data, options.seed, steps, runner, options.service).run()
    runner.log.close()
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
    shutil.rmtree(out / "profile", ignore_errors=True)
    print_summary(summary)
    print(f"Done in {time.monotonic() - steps.start:.0f} s: {out}", flush=True)
    plugin.unload()
    application.exitQgis()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
