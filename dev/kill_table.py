"""Kill every algorithm that writes into a case, fill its disk, and print docs/kills.md: what came of the case.

    kill_table.py [--tries 5] [--seed 1] [--only name,name] [--out docs/kills.md]

Every try runs in a process of its own on a copy of a small filled case. Half of the kills come at a random moment of
the run, half at a random change that the run makes in the case folder (by the seed). Then the case is opened, the same
algorithm is run again, and what lies in the case is compared with what an undisturbed run leaves. The full disk is a
tmpfs with a random amount of room left.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

from checkout import ROOT
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.mesh import cover
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.disposal_outcome import read_outcome, state_of
from tomoshibi.casefile.imports import read_imports
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.recipes import read_recipes
from tomoshibi.messages import Progress, TomoshibiError
from tomoshibi.practice.scenario import Scenario
from tomoshibi.practice.server import PracticeServer
from tomoshibi.tests.drill_case import BOX
from tomoshibi.tests.qgis.refresh_drill import Clockwork, register_periodic
from tomoshibi.tests.use_cases import UseCases, make_use_cases

METERS = 2000
LIST = "避難所"
"""Name of the list of 特定契約者."""
FAULT = "This is a fault of the plugin"
IDS = re.compile(rb"\b[ML][0-9]{10}\b")
"""Ids that the practice aggregator counts up: of a run of 契約照合, of a registration of 特定契約者."""
PASSING = re.compile(
    r"(^|/)(ledger\.jsonl|imports\.jsonl|manifest\.jsonl|\.download\.(lock|owner)|.*\.lock|[^/]*\.gpkg-(wal|shm))$"
)
"""Files that tell of runs, not of results; and those of SQLite, which reads them with the package they belong to."""
IN_STEPS = frozenset({"publications.jsonl"})
"""Files that tell how far a run has come."""
ROOM = 512 << 20
"""Bytes of a disk that has room."""
_INSIDE = "TOMOSHIBI_KILLS_INSIDE"


# -- what lies in a case -----------------------------------------------------------------------------------------------
def contents(folder: Path) -> dict[str, str]:
    """Return what lies in a case, by its place: a digest that does not change with the moment of the run."""
    found = {}
    for path in sorted(folder.rglob("*")):
        # a run of the history is named after the moment it was made
        days = "|".join(f"{datetime.now() + timedelta(days=more):%Y%m%d}" for more in (-1, 0, 1))
        place = re.sub(rf"_(?:{days})T[0-9]{{6}}", "_today", path.relative_to(folder).as_posix())
        place = re.sub(rf"^parquet/(?:{days})_[0-9]{{6}}/", "parquet/today/", place)
        if path.name == "columns.json":
            index = json.loads(path.read_bytes())
            found[place] = _plain(json.dumps([index["rows"], list(index["columns"])]).encode())
        elif path.parent.joinpath("columns.json").is_file() and path.suffix == ".npy":
            # the files of columns take turns: what counts is the column that each is
            index = json.loads(path.with_name("columns.json").read_bytes())
            names = {stem: name for name, stem in index["columns"].items()}
            found[f"{path.parent.relative_to(folder).as_posix()}/{names.get(path.stem, place)}"] = _digest(path)
        elif path.is_file() and not PASSING.search(place):
            try:
                if path.suffix == ".gpkg":
                    found.update({f"{place}{layer}": digest for layer, digest in _of_package(path).items()})
                else:
                    found[place] = _digest(path)
            except (OSError, ValueError, sqlite3.Error, zipfile.BadZipFile) as error:
                found[place] = f"broken: {error}"
    return found


def _digest(path: Path) -> str:
    if path.suffix in (".xlsx", ".qgz", ".npz"):
        with zipfile.ZipFile(path) as stream:
            bad = stream.testzip()
            bodies = [stream.read(name) for name in sorted(stream.namelist()) if path.suffix != ".qgz"]
        return f"zip {bad} {_plain(b''.join(bodies))}"
    content = path.read_bytes()
    if path.suffix == ".jsonl":
        lines = [json.dumps(json.loads(line), sort_keys=True) for line in content.splitlines()]
        return _plain("\n".join(lines).encode())
    if path.suffix == ".pdf":
        return f"pdf {content.count(b'/Type /Page')} {content.rstrip().endswith(b'%%EOF')}"
    if path.name == "recipes.json":
        # how much of the ledger there was tells of the runs before
        content = re.sub(rb'"seen": [0-9]+', b"", content)
    if path.name == "disposal.json":
        # how many files there were to search tells of the profile and of the lock files of runs before
        content = re.sub(rb'"searched": [0-9]+', b"", content)
    return _plain(content)


def _plain(content: bytes) -> str:
    """Return the digest of bytes without the moments of this day and of ids made of them."""
    today = datetime.now()
    # a case keeps Japanese time, which may be a day ahead of this computer
    for day in (today + timedelta(days=1), today, today - timedelta(days=1)):
        for form in ("%Y-%m-%d", "%Y%m%d"):
            content = re.sub(day.strftime(form).encode() + rb"[T ]?[0-9:.+]*", b"today", content)
    return hashlib.sha256(IDS.sub(b"id", content)).hexdigest()


def _of_package(path: Path) -> dict[str, str]:
    """Return the digest of the rows of each layer of a GeoPackage, whatever order and identity they have in it."""
    connection = sqlite3.connect(path)
    try:
        found = {"": connection.execute("PRAGMA integrity_check").fetchone()[0]}
        for (layer,) in connection.execute("SELECT table_name FROM gpkg_contents ORDER BY 1").fetchall():
            cursor = connection.execute(f'SELECT * FROM "{layer}"')
            kept = [number for number, column in enumerate(cursor.description) if column[0] != "fid"]
            rows = sorted(repr([row[number] for number in kept]) for row in cursor)
            found[f"|{layer}"] = _plain(chr(10).join(rows).encode())
    finally:
        connection.close()
    return found


def opened(folder: Path) -> Optional[str]:
    """Open a case and read all that it tells of itself; return the message where that fails."""
    try:
        disposal = read_outcome(folder)
        if disposal is not None and disposal.finished_at is None:
            return str(state_of(disposal))
        case = Case.open(folder)
        list(case.ledger.entries())
        read_imports(case)
        read_recipes(case)
        for day in case.readings.days():
            case.readings.day(day)
    except TomoshibiError as error:
        return str(error.message)
    return None


# -- the process -------------------------------------------------------------------------------------------------------
class Worker:
    """A process of QGIS that waits for what it shall run."""

    def __init__(self) -> None:
        command = [sys.executable, "-B", str(ROOT / "dev" / "kill_worker.py")]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd="/",
            env=environment,
        )  # fmt: skip
        self.ready = False

    def begin(self, job: dict[str, Any]) -> None:
        """Give it something to do; returns at once."""
        if not self.ready and self.process.stdout.readline().strip() != "ready":
            raise OSError(f"QGIS did not start ({self.process.wait()})")
        self.ready = True
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()

    def end(self) -> Optional[dict[str, Any]]:
        """Return what came of it; None where the process is dead."""
        line = self.process.stdout.readline()
        return json.loads(line) if line.strip() else None

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


# -- what is run -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """One algorithm."""

    name: str
    given: Callable[[Stage, Path], dict[str, Any]]
    """Parameters but CASE, from the stage and the folder of the case."""
    case: str = "filled"
    """Which of the stage's cases it is run on."""
    again: bool = False
    """Whether it may be run on its own result, too, and then leaves the same."""


@dataclass
class Stage:
    """Cases to copy, and what algorithms are given."""

    place: Path
    uses: UseCases
    cases: dict[str, Path]
    environment: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, Any] = field(default_factory=dict)
    """Of the practice aggregator, by municipality."""
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Case → the 特定契約者 that the aggregator had for it when it was made."""

    def job(self, row: Row, folder: Path, die: Optional[int] = None) -> dict[str, Any]:
        """Return what a worker is told."""
        given = {"CASE": str(folder), **row.given(self, folder)}
        return {"name": row.name, "given": given, "folder": str(folder), "die": die, "environment": self.environment}

    def copy(self, row: Row, folder: Path, done: bool = False) -> None:
        """Put a fresh copy of the row's case at `folder`, and the aggregator back to when the case was made.

        `done`: as it was after an undisturbed run.
        """
        shutil.rmtree(folder, ignore_errors=True)
        if done:
            shutil.copytree(self.place / "done", folder)
        elif row.case:
            shutil.copytree(self.cases[row.case], folder)
        for account in self.accounts.values():
            account.lists.clear()
            account.lists.update(self.registered.get(row.case, {}))


def _layer(name: str) -> Row:
    def given(stage: Stage, folder: Path) -> dict[str, Any]:
        results = {"shelterpower": f"{folder / 'layers.gpkg'}|layername=shelterpower"}
        own = {key: value for key, value in stage.uses.given(name, results).items() if key != "CASE" and value}
        if "NEEDS" in own:
            own["NEEDS"] = [each for each in own["NEEDS"] if each]
        return {**own, "OUTPUT": _sink(folder, name)}

    return Row(name, given, again=True)


def _open_list(name: str, **files: str) -> Row:
    """Return what makes a layer from lists of the municipality's own."""

    def given(stage: Stage, folder: Path) -> dict[str, Any]:
        lists = {key: str(stage.uses.drill.open / file) for key, file in files.items()}
        return {**lists, "OUTPUT": _sink(folder, name)}

    return Row(name, given, again=True)


def _sink(folder: Path, name: str) -> str:
    return f"ogr:dbname='{folder / 'layers.gpkg'}' table=\"{name}\" (geom)"


def _list(name: str, case: str, **more: Any) -> Row:
    """Return what works on the list of 特定契約者, with a table of it in the case."""

    def given(stage: Stage, folder: Path) -> dict[str, Any]:
        fixed = {key: str(stage.place / value) if key == "LIST" else value for key, value in more.items()}
        return {"LIST_NAME": LIST, **fixed, "OUTPUT": _sink(folder, name)}

    return Row(name, given, case)


def _log(stage: Stage, _folder: Path) -> dict[str, Any]:
    return {"SUPPLY_POINT": stage.uses.drill.case.master(["supply_point"])["supply_point"].iloc[0],
            "FILES": [str(stage.place / "log.csv")]}  # fmt: skip


def _create(stage: Stage, _folder: Path) -> dict[str, Any]:
    info = stage.uses.drill.case.info
    return {
        "NAME": info.name,
        "EVENT_TIME": info.event_time.isoformat(),
        "MUNICIPALITY": info.municipality,
        "PRACTICE": True,
        "AREAS": str(stage.uses.drill.open / "areas.geojson"),
    }


def _edited(stage: Stage, _folder: Path) -> dict[str, Any]:
    """Change what the case says, and let it keep lists and layers of the municipality's own."""
    own, lists = stage.uses.drill.open, stage.uses.lists
    return {
        "NAME": "別の名",
        "USE_TO": "2099-12-31",
        "FACILITIES": str(own / "facilities.geojson"),
        "AREAS": str(own / "areas.geojson"),
        "SUPPORT_LIST": str(lists / "people.csv"),
        "TRUCKS": str(lists / "trucks.csv"),
    }


def _received(stage: Stage, _folder: Path) -> dict[str, Any]:
    files = sorted(path for path in (stage.uses.case / "received").rglob("*.csv") if "rejects" not in path.name)
    return {"FILES": [str(stage.place / "one.zip"), *map(str, files[1:])], "SCOPE": "all"}


def _last_import(_stage: Stage, folder: Path) -> dict[str, Any]:
    return {"IMPORT_ID": read_imports(Case.open(folder, resuming=True))[1].id}


def _disposed(_stage: Stage, _folder: Path) -> dict[str, Any]:
    """Dispose of the case for good; the report, which tells the minute, is left out."""
    return {"CONFIRM": "破棄する", "DRY_RUN": False, "KEEP_STATISTICS": True, "REPORT": None}


def _report(stage: Stage, folder: Path) -> dict[str, Any]:
    facilities = str(stage.uses.drill.open / "facilities.geojson")
    sheets = folder / "sheets"
    return {"FACILITIES": facilities, "HTML": str(sheets / "report.html"), "XLSX": str(sheets / "report.xlsx")}


def _visits(stage: Stage, folder: Path) -> dict[str, Any]:
    return {**_layer("visitplan").given(stage, folder), "XLSX": str(folder / "sheets" / "visits.xlsx")}


def _told(stage: Stage, _folder: Path) -> dict[str, Any]:
    """Note what a facility said; the moment is given, or every run would note another."""
    facilities = stage.uses.drill.open / "facilities.geojson"
    first = json.loads(facilities.read_text(encoding="utf-8"))["features"][0]["properties"]["facility_id"]
    moment = stage.uses.drill.scenario.now.isoformat()
    own = {"FACILITIES": str(facilities), "FACILITY_ID": first}
    return {**own, "STATE": "own_generator", "BY": "防災課", "AT": moment}


def _batches(stage: Stage, folder: Path) -> dict[str, Any]:
    listed = {"SUPPORT_LIST": str(stage.uses.lists / "people.csv"), "BATCH_FIELD": "要介護度"}
    return {**listed, "FOLDER": str(folder / "reports" / "support"), "OUTPUT": _sink(folder, "supportbatches")}


def _placed(stage: Stage, folder: Path) -> dict[str, Any]:
    places = {"MAP": str(stage.place / "map.tif"), "POINTS": str(stage.place / "points.csv")}
    return {**places, "RASTER": str(folder / "maps" / "map.tif")}


def _drawn(stage: Stage, folder: Path) -> dict[str, Any]:
    return {"UTILITY_AREAS": str(stage.uses.drill.open / "areas.geojson"), "OUTPUT": _sink(folder, "utilityareas")}


def _parquet(stage: Stage, _folder: Path) -> dict[str, Any]:
    """Take in readings of the filled case, written when first asked for: the package is not there everywhere."""
    from tomoshibi.casefile.parquet import export_readings

    folder = stage.place / "parquet"
    if not folder.is_dir():
        export_readings(Case.open(stage.uses.case), folder, Progress())
    return {"FOLDER": str(folder)}


ROWS: tuple[Row, ...] = (
    Row("createcase", _create, ""),
    Row("editcase", _edited),
    Row("importfiles", _received, "empty"),
    Row("undoimport", _last_import),
    Row("importbroute", _log),
    Row("exportreadings", lambda _stage, folder: {"FOLDER": str(folder / "parquet")}),
    Row("importreadings", _parquet, "empty"),
    _list("matchcontractors", "filled", LIST="people.csv", WAIT_MINUTES=1),
    _list("registercontractors", "matched"),
    _list("listcontractors", "registered"),
    Row("contractorcsv", lambda _stage, _folder: {"LIST_NAME": LIST, "REGISTERED_BY_HAND": True}, "matched"),
    Row("deletecontractors", lambda _stage, _folder: {"LIST_NAME": LIST, "ALSO_HERE": True}, "registered"),
    Row("downloadpublished", lambda _stage, _folder: {"WAIT_MINUTES": 1}, "empty"),
    Row("refreshcase", lambda _stage, _folder: {}, "served"),
    *map(_layer, ("shelterpower", "meshoutage", "areaoutage", "acquisitiongaps", "isolatedcommunities")),
    *map(_layer, ("hiddenoutages", "outagetimeline", "outlook", "mapaudit", "homeaway", "presencetable")),
    _layer("evacuationsupport"),
    _layer("residenceevidence"),
    Row("visitplan", _visits),
    *map(_layer, ("recoveryindex", "powertrucks", "restorationplan")),
    _open_list("survivalclocks", FACILITIES="facilities.geojson", LINKS="links.csv", BACKUP="backup.csv"),
    _open_list("lifesupport", PEOPLE="devices.csv"),
    replace(_layer("contractcounts"), case="counted"),
    Row("mapsheets", lambda _stage, folder: {"BASEMAP": "none", "FOLDER": str(folder / "sheets")}),
    Row("situationreport", _report),
    Row("brief", lambda _stage, folder: {"BASEMAP": "none", "PDF": str(folder / "reports" / "brief.pdf")}),
    Row("requestletter", lambda _stage, _folder: {"KIND": "explanation"}),
    Row("overridestate", _told, again=True),
    Row("supportbatches", _batches, "helped"),
    Row("placemap", _placed, again=True),
    Row("utilityareas", _drawn, again=True),
    Row("supportrequest", lambda _stage, _folder: {"LIST": "support"}),
    Row("handover", lambda _stage, _folder: {"FORMATS": ["html", "geojson", "kml", "xlsx"]}),
    Row("openproject", lambda _stage, _folder: {"BASEMAP": "none"}),
    Row("dispose", _disposed),
)


@contextmanager
def staged(place: Path, seed: int) -> Iterator[Stage]:
    """Make the cases: a filled one with layers, an empty one, and one filled by a practice aggregator whose clock then
    moved on.
    """
    uses = make_use_cases(place / "base", seed=seed, meters=METERS)
    cases = {name: place / name for name in ("filled", "empty", "served")}
    for name in ("empty", "served"):
        Case.create(cases[name], uses.drill.case.info)
    files = sorted(path for path in (uses.case / "received").rglob("*.csv") if "rejects" not in path.name)
    with zipfile.ZipFile(place / "one.zip", "w", zipfile.ZIP_DEFLATED) as stream:
        stream.write(files[0], files[0].name)
    scenario = Scenario.open(uses.drill.scenario.folder)
    times = "".join(f"2026-01-21 0{hour}:{minute:02d}:00,000001F8\n" for hour in range(6) for minute in range(60))
    (place / "log.csv").write_text(f"time,E7\n{times}", encoding="utf-8")
    with PracticeServer(scenario.folder, build_seconds=0.0) as server:
        user, phrase = server.credentials()()
        # a disposal searches the folder for temporary files, where this computer has other towns' people
        (place / "temporary").mkdir()
        environment = {
            "TOMOSHIBI_BASE_URL": server.url, "TOMOSHIBI_USER": user, "TOMOSHIBI_PASSPHRASE": phrase,
            "TMPDIR": str(place / "temporary"),
        }  # fmt: skip
        stage = Stage(place, uses, cases, environment, server.backend.account_sessions)
        server.now = scenario.now - timedelta(hours=12)
        clock = Clockwork(server, scenario, cases["served"], register_periodic(server, scenario))
        worker = Worker()
        try:
            _prepare(stage, worker)
        finally:
            worker.close()
        clock.advance(6)
        yield stage


def _prepare(stage: Stage, worker: Worker) -> None:
    """Fill the case of the server, and put layers into the cases, as they are when something goes on."""

    def run(row: Row, folder: Path) -> None:
        worker.begin(stage.job(row, folder))
        answer = worker.end()
        if answer is None or answer["said"]:
            raise RuntimeError(f"{row.name} does not run undisturbed: {answer}")

    by_name = {row.name: row for row in ROWS}
    run(by_name["downloadpublished"], stage.cases["served"])
    run(by_name["shelterpower"], stage.cases["served"])
    run(by_name["acquisitiongaps"], stage.cases["served"])
    run(by_name["shelterpower"], stage.uses.case)
    shutil.copytree(stage.uses.case, stage.cases["filled"])
    stage.cases["helped"] = stage.place / "helped"
    shutil.copytree(stage.cases["filled"], stage.cases["helped"])
    run(by_name["evacuationsupport"], stage.cases["helped"])
    _draw_map(stage)
    _count_contracts(stage)
    _write_contractors(stage)
    steps = (("matched", "filled", "matchcontractors"), ("registered", "matched", "registercontractors"))
    for case, before, name in steps:
        stage.cases[case] = stage.place / case
        shutil.copytree(stage.cases[before], stage.cases[case])
        run(by_name[name], stage.cases[case])
        stage.registered[case] = {
            key: value for account in stage.accounts.values() for key, value in account.lists.items()
        }


def _draw_map(stage: Stage) -> None:
    """Write a map as a utility gives it, and points known on it."""
    from osgeo import gdal

    picture = gdal.GetDriverByName("GTiff").Create(str(stage.place / "map.tif"), 400, 400, 3)
    picture.GetRasterBand(1).Fill(200)
    del picture
    south, west = BOX[:2]
    places = ((10, 10), (390, 20), (380, 390), (15, 370), (200, 210))
    points = [f"{number},{x},{y},{south + 0.1 - y / 5e3},{west + x / 4e3}" for number, (x, y) in enumerate(places)]
    (stage.place / "points.csv").write_text("\n".join(["name,x,y,lat,lon", *points]), encoding="utf-8")


def _count_contracts(stage: Stage) -> None:
    """Make a case that has 計器数分析 of a few squares, too."""
    stage.cases["counted"] = stage.place / "counted"
    shutil.copytree(stage.cases["filled"], stage.cases["counted"])
    header = [column.name for column in Profile.load().file("meter_statistics").columns]
    lines = [",".join(header)]
    for code in cover(*BOX[:2], BOX[0] + 0.02, BOX[1] + 0.03, 250).tolist():
        lines += [f"1,2,3,2,,{code},{day},3kW未満,{meters}" for day, meters in (("20260101", 100), ("20260201", 88))]
    (stage.place / "counts.csv").write_text("\n".join(lines), encoding="utf-8")
    take_in(Case.open(stage.cases["counted"]), [stage.place / "counts.csv"], Profile.load(), None, "all")


def _write_contractors(stage: Stage) -> None:
    """Write a list of contracts as a municipality has it: names and addresses that match, and one that does not."""
    meters = next(iter(stage.accounts.values())).scenario.meters
    rows = [["施設ID", "契約者氏名", "住所"], ["F99", "電力 太郎", "どこにもない町9-9"]]
    for number in range(10, 40):
        rows.append([f"F{number}", *(meters[name][number].decode("utf-8") for name in ("name", "address"))])
    with open(stage.place / "people.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


# -- trying ------------------------------------------------------------------------------------------------------------
@dataclass
class Result:
    """What came of the tries of one algorithm."""

    name: str
    tries: int = 0
    ended: int = 0
    """Runs that ended before the kill, or had room enough."""
    bad: list[str] = field(default_factory=list)
    """What was not as it should be, try by try."""
    full_tries: int = 0
    full_ended: int = 0
    said: str = ""
    """A message of a full disk."""


@dataclass(frozen=True)
class Undisturbed:
    """What a run that nothing disturbs leaves, and what it takes."""

    contents: dict[str, str]
    seconds: float
    changes: int
    bytes: int
    """By which the case folder grew."""


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, in whole pages."""
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*") if path.is_file())


def undisturbed(stage: Stage, row: Row, worker: Worker) -> Undisturbed:
    """Run an algorithm twice; both must leave the same. The second time tells how long it takes."""
    found = []
    for _ in range(2):
        folder = stage.place / "try" / "case"
        stage.copy(row, folder)
        before, begun = size_of(folder) if folder.exists() else 0, time.monotonic()
        worker.begin(stage.job(row, folder))
        answer = worker.end()
        seconds = time.monotonic() - begun
        if answer is None or answer["said"]:
            raise RuntimeError(f"{row.name} does not run undisturbed: {answer}")
        shutil.rmtree(stage.place / "done", ignore_errors=True)
        shutil.copytree(folder, stage.place / "done")
        found.append(Undisturbed(contents(folder), seconds, answer["changes"], size_of(folder) - before))
    differ = differences(found[0].contents, found[1].contents)
    if differ:
        raise RuntimeError(f"{row.name} leaves something else each time: {differ}")
    return found[1]


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Return the places at which two cases differ."""
    return sorted(place for place in {*one, *other} if one.get(place) != other.get(place))


def judged(stage: Stage, row: Row, folder: Path, worker: Worker, right: Undisturbed) -> list[str]:
    """Open the case, run once more, and return what is not right."""
    bad = []
    if (folder / "case.json").exists() or row.case:
        said = opened(folder)
        # an undo that stands half-way says so, and which algorithm ends it
        if said and row.name not in said:
            bad.append(f"does not open: {said}")
    worker.begin(stage.job(row, folder))
    answer = worker.end()
    if answer is None:
        raise RuntimeError(f"{row.name} died in the run after")
    said = opened(folder)
    if said:
        bad.append(f"does not open after the next run: {said}")
    differ = differences(contents(folder), right.contents)
    if differ:
        bad.append(f"the next run ({answer['said'] or 'ended well'}) left {differ[:4]}")
    if FAULT in (answer["said"] or ""):
        bad.append(f"the next run: {answer['said']}")
    return bad


def kill(stage: Stage, row: Row, tries: int, seed: int, worker: Worker, right: Undisturbed, result: Result) -> None:
    """Kill an algorithm a number of times, each at another moment."""
    draw = random.Random(f"{seed} {row.name}")
    folder = stage.place / "try" / "case"
    victim = Worker()
    try:
        for number in range(tries):
            stage.copy(row, folder)
            die = draw.randint(1, max(1, right.changes)) if number % 2 else None
            victim.begin(stage.job(row, folder, die))
            if die is None:
                time.sleep(draw.uniform(0.0, right.seconds))
                victim.process.kill()
            answer = victim.end()
            victim.close()
            victim = Worker()
            result.tries += 1
            result.ended += answer is not None
            how = f"kill {number + 1} at {f'change {die}' if die else 'a moment'}"
            result.bad += [f"{how}: {each}" for each in judged(stage, row, folder, worker, right)]
    finally:
        victim.close()


@contextmanager
def own_disk(folder: Path) -> Iterator[Optional[Callable[[int], None]]]:
    """Give a folder a disk of its own (tmpfs); yield what resizes it, None where this computer allows no such thing."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return

    def resize(size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], capture_output=True, check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=True)


def fill(stage: Stage, row: Row, tries: int, seed: int, worker: Worker, right: Undisturbed, result: Result) -> None:
    """Run an algorithm on a disk with too little room, then on the same with room."""
    draw = random.Random(f"{seed} full {row.name}")
    room = stage.place / "room"
    with own_disk(room) as resize:
        if resize is None:
            return
        for number in range(tries):
            # half of them where a result stands already
            stage.copy(row, room / "case", row.again and number % 2 == 1)
            before = contents(room / "case")
            disk = os.statvfs(room)
            used = disk.f_frsize * (disk.f_blocks - disk.f_bfree)
            resize(used + 4096 + int(draw.uniform(0.0, 1.0) * max(right.bytes, 1 << 16)) // 4096 * 4096)
            worker.begin(stage.job(row, room / "case"))
            answer = worker.end()
            resize(ROOM)
            if answer is None:
                raise RuntimeError(f"{row.name} died on a full disk (seed {seed}, try {number + 1})")
            found = _on_full_disk(answer["said"], room / "case", before, right, result)
            found += judged(stage, row, room / "case", worker, right)
            result.bad += [f"full disk {number + 1}: {each}" for each in found]
            shutil.rmtree(room / "case", ignore_errors=True)


def _on_full_disk(
    said: Optional[str], folder: Path, before: dict[str, str], right: Undisturbed, result: Result
) -> list[str]:
    """Note how a run on a full disk ended; return what is not right."""
    after = contents(folder)
    result.full_tries += 1
    if said is None:
        result.full_ended += 1
        differ = differences(after, right.contents)
        return [f"the run ended well but left {differ[:4]}"] if differ else []
    result.said = result.said or said
    spoilt = [
        place
        for place, digest in before.items()
        if place not in IN_STEPS and after.get(place) not in (digest, right.contents.get(place))
    ]
    return [*([said] if FAULT in said else []), *([f"neither old nor new: {spoilt[:4]}"] if spoilt else [])]


# -- the table -------------------------------------------------------------------------------------------------------
NOT_RUN = (
    *("disposalreport", "fieldpackage", "mergefield", "municipalpackages", "publishpostgis", "scoredrill"),
    *("registercondition", "deletecondition", "setupcase", "verifycase"),
)
"""Algorithms that may write into a case and are not run here: their own tests alone hold what is left of them."""
WRITES_NOTHING = (
    *("casestatus", "checkprofile", "createscenario", "listconditions", "meshcode", "meshgrid", "morning_brief"),
    *("practiceserver", "testconnection"),
)
"""Algorithms that leave no result in a case of their own: they look, work elsewhere, or are made of others."""


HEAD = """# Kills and full disks

Written by `make kills`; do not edit. Each algorithm of the table is run in a process of QGIS of its own on a copy of a
small case ({meters} meters, seed {seed}). These may write into a case as well and are not run here:
{not_run}.

- **killed**: SIGKILL, half of them at a random moment of the run, half at a random change that it makes in the case
  folder. **ended before**: runs that were faster than the kill.
- **full disks**: runs on a tmpfs with a random amount of room, from none to all that the run needs. **room enough**:
  runs that ended well on it.
- **not right**: after it the case does not open, or the same algorithm, run once more (with room), does not leave the
  same files, rows and pages as a run that nothing disturbed; or a file or layer that was there before a disk ran full
  (for half of them the result of a run before) is afterwards neither what it was nor what it was to become
  (publications.jsonl, which tells what has come so far, apart).

| algorithm | killed | ended before | full disks | room enough | not right | said of the full disk |
|---|---:|---:|---:|---:|---:|---|
"""


def line_of(result: Result) -> str:
    """Return one line of the table."""
    said = re.sub(r"\S*/(room|try)/case/?", "…/", result.said).replace("|", "\\|").replace("\n", " ") or "—"
    return (
        f"| {result.name} | {result.tries} | {result.ended} | {result.full_tries or 'not tried'} | {result.full_ended} "
        f"| {len(result.bad)} | {said} |"
    )


def table(place: Path, tries: int, seed: int, rows: tuple[Row, ...] = ROWS) -> tuple[str, list[Result]]:
    """Try everything; return the page and what it stands on."""
    results = []
    with staged(place, seed) as stage:
        worker = Worker()
        try:
            for row in rows:
                result, begun = Result(row.name), time.monotonic()
                right = undisturbed(stage, row, worker)
                kill(stage, row, tries, seed, worker, right, result)
                fill(stage, row, tries, seed, worker, right, result)
                results.append(result)
                print(f"{line_of(result)} {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
                print("".join(f"    {each}\n" for each in result.bad), end="", file=sys.stderr, flush=True)
        finally:
            worker.close()
    return page_of([line_of(result) for result in results], seed), results


def page_of(lines: list[str], seed: int) -> str:
    """Return the page of these lines of the table, with their sums."""
    found = [[cell.strip() for cell in line.split(" | ")] for line in lines]
    kills = sum(int(cells[1]) for cells in found)
    full, bad = (sum(int(cells[place]) for cells in found if cells[place].isdigit()) for place in (3, 5))
    head = HEAD.format(meters=METERS, seed=seed, not_run=", ".join(sorted(NOT_RUN)))
    table = "".join(f"{line}\n" for line in lines)
    return f"{head}{table}\n**Together.** {kills} kills, {full} full disks, {bad} not right.\n"


def beside(lines: list[str], page: str) -> list[str]:
    """Return fresh lines with those of a page that are of other algorithms, in the order of `ROWS`."""
    kept = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| algorithm |")]
    by_name = {line.split(" | ")[0][2:]: line for line in [*kept, *lines]}
    return [by_name[row.name] for row in ROWS if row.name in by_name]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="names of algorithms, with commas")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "kills.md")
    chosen = parser.parse_args()
    if shutil.which("unshare") and not os.environ.get(_INSIDE):
        # a disk of one's own needs rights that a namespace of one's own gives
        os.environ[_INSIDE] = "1"
        inside = ["unshare", "-rm"] if not subprocess.run(["unshare", "-rm", "true"], check=False).returncode else []
        return subprocess.run([*inside, sys.executable, *sys.argv], check=False).returncode
    names = set(filter(None, chosen.only.split(",")))
    rows = tuple(row for row in ROWS if not names or row.name in names)
    with tempfile.TemporaryDirectory(prefix="tomoshibi-kill-table-") as place:
        page, results = table(Path(place), chosen.tries, chosen.seed, rows)
    if names and chosen.out.is_file():
        # what was not tried now stays as it was printed
        lines = beside([line_of(result) for result in results], chosen.out.read_text(encoding="utf-8"))
        page = page_of(lines, chosen.seed)
    chosen.out.write_text(page, encoding="utf-8")
    bad = [result.name for result in results if result.bad]
    print(f"{chosen.out}: {page.splitlines()[-1]} {bad or ''}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
