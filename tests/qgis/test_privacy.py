"""Nothing personal is said, logged or kept but where it belongs: every algorithm of a case, run well and run badly.

The values looked for are those of every home of the scenario (invented, but whole: name, reading of the name, address,
telephone), those planted in bad files and lists, and any number of 22 digits.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
import subprocess
import sys
import unicodedata
import zipfile
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Iterator

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback, QgsProject
from tomoshibi.messages import Progress
from tomoshibi.practice.server import PracticeServer
from tomoshibi.tests import database
from tomoshibi.tests.drill_case import Drill, make_drill

NAME, KANA, ADDRESS, PHONE = "通電 植蔵", "ツウデン ウエゾウ", "どこにもない町九丁目8-7", "000-0000-9876"
NUMBER = "9876543210987654321098"
KEY = "宛名 四二"
PLANTED = (NAME, KANA, ADDRESS, PHONE, NUMBER, KEY)
DIGITS = re.compile(r"(?<![0-9])[0-9]{22}(?![0-9])")
CHECKSUM = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
"""Of the hundreds in a ledger some hold 22 digits in a row."""

OF_PEOPLE = {"evacuationsupport", "visitplan", "matchcontractors", "registercontractors", "listcontractors"}
"""Tables that are lists of people by their purpose."""
OF_METERS = OF_PEOPLE | {"homeaway", "presencetable", "hiddenoutages", "residenceevidence"}
"""Layers and tables whose rows are supply points by their purpose."""
PRINTED = ("shelterpower", "meshoutage", "acquisitiongaps", "isolatedcommunities", "homeaway")
"""Themes printed; a sheet counts and shows places, it lists nobody."""
KEPT_IN = ("received/", "byhand/", "tables/", "readings/", "contractors/", "layers.gpkg", "inputs/", "doubts/")
"""Parts of a case folder that hold personal data by their purpose; the ledger marks them."""
MUST_RUN = frozenset(
    """casestatus importfiles importbroute registercondition downloadpublished matchcontractors registercontractors
    listcontractors contractorcsv shelterpower meshoutage areaoutage acquisitiongaps isolatedcommunities
    hiddenoutages outagetimeline outlook mapaudit
    homeaway presencetable evacuationsupport handover mapsheets refreshcase scoredrill deletecontractors""".split()
)
FIRST = (
    "importfiles registercondition downloadpublished matchcontractors registercontractors listcontractors contractorcsv"
).split()
LAST = "mapsheets refreshcase scoredrill casestatus deletecontractors".split()


class Listener(QgsProcessingFeedback):
    """Hears everything an algorithm says, at every level."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(False)
        self.heard = heard

    def pushInfo(self, info: str) -> None:
        self.heard.append(info)

    def pushWarning(self, warning: str) -> None:
        self.heard.append(warning)

    def pushDebugInfo(self, info: str) -> None:
        self.heard.append(info)

    def pushCommandInfo(self, info: str) -> None:
        self.heard.append(info)

    def pushConsoleInfo(self, info: str) -> None:
        self.heard.append(info)

    def setProgressText(self, text: str) -> None:
        self.heard.append(text)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N803
        self.heard.append(error)


class Stage:
    """A drill, its people, and everything heard so far by the run it was said in."""

    def __init__(self, drill: Drill, folder: Path) -> None:
        self.drill = drill
        self.folder = folder
        self.case = drill.case.folder
        self.package = self.case / "layers.gpkg"
        self.heard: dict[str, list[str]] = {}
        self.good: set[str] = set()
        self.logged: list[str] = []
        self.printed = ""
        meters = drill.scenario.meters
        homes = meters["use"] == 0
        texts = {
            value.decode("utf-8") for column in ("name", "kana", "address", "phone") for value in meters[column][homes]
        }
        self.needles = sorted(text for text in texts if len(text) > 3) + list(PLANTED)
        self.numbers = [value.decode("ascii") for value in meters["supply_point"][homes]]
        self.homes = [
            {name: meters[name][place].decode("utf-8") for name in ("name", "address", "supply_point", "phone")}
            for place in homes.nonzero()[0][:40:8]
        ]

    def run(self, name: str, parameters: dict, title: str = "") -> bool:
        """Run an algorithm as the toolbox does and keep all that it said; return whether it ended well."""
        heard = self.heard.setdefault(title or name, [])
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        fit, reason = algorithm.checkParameterValues(parameters, context)
        heard.append(reason)
        if not fit:
            return False
        feedback = Listener(heard)
        try:
            results, good = algorithm.run(parameters, context, feedback, {}, False)
        except QgsProcessingException as error:
            heard.append(str(error))
            return False
        finally:
            heard += [feedback.textLog(), feedback.htmlLog()]
        heard.append(repr({key: value for key, value in results.items() if key != "OUTPUT"}))
        return good

    def found(self, text: str, numbers: bool = True) -> list[str]:
        """Return the personal values in a text."""
        found = [needle for needle in self.needles if needle in text and (numbers or needle != NUMBER)]
        return found + (DIGITS.findall(CHECKSUM.sub("", text)) if numbers else [])


def garbled(source: Path, target: Path) -> Path:
    """Copy a published file; each of its first rows has planted values in one column, some have too few or too many."""
    content = source.read_bytes()
    encoding = "utf-8-sig" if _is_utf8(content) else "cp932"
    rows = list(csv.reader(content.decode(encoding).splitlines()))
    width = len(rows[0])
    for place, column in enumerate(range(width)):
        if place + 1 < len(rows):
            rows[place + 1][column] = PLANTED[place % len(PLANTED)]
    rows += [list(PLANTED), [NAME], [*rows[1], NAME, PHONE], [KANA] * width]
    with open(target, "w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return target


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def write_csv(path: Path, rows: list[list[str]]) -> str:
    with open(path, "w", encoding="cp932", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return str(path)


def lists(stage: Stage) -> dict[str, str]:
    """Write the lists of people: good ones, and those that every check complains about."""
    one, two, three = stage.homes[:3]
    folder = stage.folder
    return {
        "names": write_csv(
            folder / "names.csv",
            [
                ["整理番号", "氏名", "住所", "供給地点特定番号", "電話番号", "要介護度"],
                ["F01", one["name"], one["address"], one["supply_point"], one["phone"], "要介護3"],
                ["F02", two["name"], two["address"], "3.1E+20", two["phone"], ""],
                [KEY, NAME, three["address"], three["supply_point"], PHONE, NAME],
                ["F04", NAME, ADDRESS, NUMBER, PHONE, "要介護2"],
                ["F05", NAME, "", NUMBER[:-1], PHONE, PHONE],
                ["F05", NAME, ADDRESS * 40, NUMBER + "1", PHONE, ""],
            ],
        ),
        "nobody": write_csv(folder / "nobody.csv", [["供給地点特定番号"], [NUMBER], [NAME], [NUMBER[1:]]]),
        "nocolumn": write_csv(folder / "nocolumn.csv", [[NAME, ADDRESS], [NAME, NUMBER]]),
        "headless": write_csv(folder / "headless.csv", [[NAME, ADDRESS, NUMBER, PHONE]]),
        "log": write_csv(folder / "log.csv", [["time", "E7"], ["2026-01-21 07:00:00", "000001F8"]]),
        "spoiltlog": write_csv(
            folder / "spoiltlog.csv",
            [["time", "E7", NAME], ["2026-01-21 07:00:00", "000001F8", NUMBER], [NAME, ADDRESS, ""], [PHONE, NUMBER]],
        ),
        "links": write_csv(
            folder / "links.csv", [["facility_id", "supply_point"], [KEY, NUMBER], ["S1", NAME], [NAME, ""], [PHONE]]
        ),
    }


def given(stage: Stage, name: str, files: dict[str, str]) -> dict:
    """Return parameters under which an algorithm runs well, by the names that all algorithms share."""
    place = stage.drill.open
    event = stage.drill.case.info.event_time
    known = {
        "CASE": str(stage.case),
        "AREAS": str(place / "areas.geojson"),
        "FACILITIES": str(place / "facilities.geojson"),
        "ROADS": str(place / "roads.geojson"),
        "HAZARDS": str(place / "hazards.geojson"),
        "HAZARD_AREA": str(place / "areas.geojson"),
        "SUPPORT_LIST": files["names"],
        "NAMES": True,
        "LIST": files["names"],
        "LIST_NAME": "避難所",
        "SCENARIO": str(stage.drill.scenario.folder),
        "TEMPLATE": "uc1",
        "WAIT_MINUTES": 2,
        "FILES": [files["log"]],
        "SUPPLY_POINT": NUMBER,
        "SEGMENT": "homes",
        "FOLDER": str(stage.folder / f"{name}-out"),
        "CHART": str(stage.folder / f"{name}.svg"),
        "SUMMARY": str(stage.folder / f"{name}.txt"),
        "OUTPUT": f"ogr:dbname='{stage.package}' table=\"{name}\" (geom)",
    }
    if name == "presencetable":
        known["FROM"], known["TO"] = f"{event:%Y-%m-%d}T00:00:00", f"{event:%Y-%m-%d}T02:00:00"
    if name == "areaoutage":
        known.update(AREAS=str(place / "municipality.geojson"), AREA_FIELD="code", NAME_FIELD="name")
    if name == "mapsheets":
        known["LAYERS"] = [f"{stage.package}|layername={layer}" for layer in PRINTED]
    if name in ("requestletter", "disposalreport"):
        known["OUTPUT"] = str(stage.folder / f"{name}.txt")
    if name == "handover":
        known["EMAIL"] = "bosai@city.example.jp"
    if name == "publishpostgis":
        themes = ["shelterpower", "meshoutage", "hiddenoutages", "homeaway", "evacuationsupport", "residenceevidence"]
        known.update(CONNECTION="service=hq", SCHEMA="overheard", THEMES=themes)
    if name == "supportrequest":
        known["LIST"] = "facilities"
    if name == "importreadings":
        known["FOLDER"] = str(stage.folder / "exportreadings-out")
    algorithm = QgsApplication.processingRegistry().algorithmById(f"tomoshibi:{name}")
    return {
        definition.name(): known[definition.name()]
        for definition in algorithm.parameterDefinitions()
        if definition.name() in known
    }


def bad_inputs(stage: Stage, files: dict[str, str]) -> list[tuple[str, dict]]:
    """Return runs that complain: files with planted values where they do not belong, numbers of nobody, no times."""
    received = stage.case / "received"
    spoilt = [
        garbled(sorted(received.rglob(f"*_{kind}_*.csv"))[0], stage.folder / f"991007_X_{kind}_202601210700.csv")
        for kind in ("outage", "master", "reading", "stat")
    ]
    runs = [("importfiles", {"FILES": [str(path)]}) for path in spoilt]
    runs += [("importfiles", {"FILES": [files["headless"]]})]
    runs += [("importbroute", {"FILES": [files[name]]}) for name in ("headless", "spoiltlog")]
    runs += [("importbroute", {"FILES": [files["log"]], "SUPPLY_POINT": number}) for number in (NAME, NUMBER + "1")]
    runs += [("homeaway", {"RESIDENTS": files[name]}) for name in ("names", "nobody", "nocolumn")]
    runs += [("shelterpower", {"LINKS": files[name]}) for name in ("links", "nocolumn", "names")]
    for name in ("nobody", "nocolumn", "headless"):
        runs += [("evacuationsupport", {"SUPPORT_LIST": files[name]})]
        runs += [("matchcontractors", {"LIST": files[name], "LIST_NAME": name})]
    runs += [("matchcontractors", {"SEND": False, "LIST_NAME": "照合前"}), ("registercontractors", {"LIST_NAME": "?"})]
    runs += [("contractorcsv", {"RESULTS": files["names"]}), ("createcase", {"CASE": str(stage.case)})]
    runs += [(name, {"AT": "1999-01-01T00:00:00"}) for name in ("homeaway", "shelterpower", "hiddenoutages")]
    return runs


def of_case() -> list[str]:
    """Return every algorithm with CASE but the one that makes it: in the order of the work."""
    provider = QgsApplication.processingRegistry().providerById("tomoshibi")
    names = [
        algorithm.name()
        for algorithm in provider.algorithms()
        if algorithm.parameterDefinition("CASE") and algorithm.name() != "createcase"
    ]
    between = [name for name in names if name not in FIRST and name not in LAST]
    return [name for name in FIRST + between + LAST if name in names]


@contextmanager
def printed_to(path: Path) -> Iterator[None]:
    """Let all that this process prints, QGIS and Python's own log included, go to a file."""
    kept = [os.dup(number) for number in (1, 2)]
    with open(path, "wb") as paper:
        try:
            sys.stdout.flush()
            os.dup2(paper.fileno(), 1)
            os.dup2(paper.fileno(), 2)
            # pytest's own streams go to files of its own; these go where the process prints.
            with open(1, "w", closefd=False) as out, open(2, "w", closefd=False) as err:
                with redirect_stdout(out), redirect_stderr(err):
                    yield
        finally:
            for number, before in zip((1, 2), kept):
                os.dup2(before, number)
                os.close(before)


@pytest.fixture(scope="module")
def stage(qgis_app, tmp_path_factory, request):
    """Everything was run: first badly, then well, against a practice aggregator."""
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    registry = QgsApplication.processingRegistry()
    if registry.providerById("tomoshibi") is None:
        registry.addProvider(TomoshibiProvider())
    drill = make_drill(tmp_path_factory.mktemp("privacy"), seed=4, meters=2000)
    made = Stage(drill, tmp_path_factory.mktemp("lists"))
    files = lists(made)
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: made.logged.append(text))
    server = PracticeServer(drill.scenario.folder, build_seconds=0.1, match_seconds=0.1)
    paper = made.folder / "printed"
    # the one of all modules: QGIS would keep connections to another of the same name
    shared = request.getfixturevalue("hq_server") if database.binaries() is not None else None
    with pytest.MonkeyPatch.context() as patch, server, printed_to(paper):
        if shared is not None:
            for name, value in shared.environment(database.OWNER).items():
                patch.setenv(name, value)
        print("heard", flush=True)
        user, phrase = server.credentials()()
        # where a dry run of a disposal looks for temporary files
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("temporary")))
        patch.setenv("TOMOSHIBI_BASE_URL", server.url)
        patch.setenv("TOMOSHIBI_USER", user)
        patch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
        for name in of_case():
            parameters = given(made, name, files)
            if name == "importfiles":
                copied = made.folder / "991007_Y_outage_202601210800.csv"
                copied.write_bytes(next((made.case / "received").rglob("*_outage_*.csv")).read_bytes() + b"\n")
                parameters["FILES"] = [str(copied)]
            if made.run(name, parameters):
                made.good.add(name)
        people = {"LAYERS": [f"{made.package}|layername=evacuationsupport"], "FOLDER": str(made.folder / "people-out")}
        made.run("mapsheets", {**given(made, "mapsheets", files), **people}, "mapsheets, of people")
        everything = {"LAYERS": [], "FOLDER": str(made.folder / "everything-out")}
        made.run("mapsheets", {**given(made, "mapsheets", files), **everything}, "mapsheets, of everything")
        for name, more in bad_inputs(made, files):
            changed = {**given(made, name, files), **more}
            if "OUTPUT" in changed:
                changed["OUTPUT"] = "memory:"
            made.run(name, changed, f"{name}, badly")
    QgsApplication.processEvents()
    made.printed = paper.read_text(encoding="utf-8", errors="replace")
    return made


@pytest.mark.skipif(database.binaries() is None, reason="no PostgreSQL server with PostGIS is installed")
def test_people_were_published_to_a_database_under_the_same_ears(stage):
    assert "publishpostgis" in stage.good, stage.heard["publishpostgis"]


def test_every_algorithm_of_a_case_was_run_and_the_bad_inputs_were_complained_about(stage):
    assert stage.good >= MUST_RUN, {name: stage.heard[name] for name in sorted(MUST_RUN - stage.good)}
    for name in ("importfiles", "homeaway", "shelterpower", "evacuationsupport", "matchcontractors"):
        assert any(len(text) > 40 for text in stage.heard[f"{name}, badly"]), name


def test_the_search_finds_what_is_planted(stage):
    home = stage.homes[0]
    assert stage.found(f"row 3: {home['name']}") and stage.found(f"x{home['address']}") and stage.found(f"{NAME}?")
    assert stage.found(f"number {stage.numbers[7]}.") and not stage.found("row 3 of the list, 21 digits")


def test_nothing_personal_is_said_at_any_level_nor_in_any_error(stage):
    said = {title: stage.found("\n".join(texts)) for title, texts in stage.heard.items()}
    leaks = {title: values[:3] for title, values in said.items() if values}
    lines = [text[:300] for title in leaks for text in stage.heard[title] if stage.found(text)]
    assert not leaks, lines


def test_nothing_personal_comes_into_the_message_log_of_qgis(stage):
    assert not stage.found("\n".join(stage.logged))


def test_only_the_parts_of_a_case_that_are_meant_to_hold_personal_data(stage):
    seen = 0
    for path in sorted(stage.case.rglob("*")):
        place = path.relative_to(stage.case).as_posix()
        if path.is_file() and not place.startswith(KEPT_IN):
            seen += 1
            assert not stage.found(path.read_bytes().decode("utf-8", "replace")), place
    assert seen and {"ledger.jsonl", "recipes.json"} <= {path.name for path in stage.case.iterdir()}


def test_layers_hold_names_and_numbers_only_where_it_is_their_purpose(stage):
    with closing(sqlite3.connect(str(stage.package))) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")]
        assert {"shelterpower", "meshoutage", "acquisitiongaps", "isolatedcommunities", "outagetimeline"} <= set(tables)
        for table in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
            text = "\n".join(str(value) for row in rows for value in row if isinstance(value, str))
            assert rows or table not in MUST_RUN, table
            if table not in OF_PEOPLE:
                assert not stage.found(text, numbers=False), table
            if table not in OF_METERS:
                assert not stage.found(text), table
        held = connection.execute("SELECT name FROM evacuationsupport").fetchall()
        assert (NAME,) in held


def test_charts_sheets_and_scores_name_nobody(stage):
    made = [path for path in stage.folder.iterdir() if path.suffix in (".svg", ".txt")]
    assert made
    for path in made:
        assert not stage.found(path.read_text(encoding="utf-8")), path.name
    sheets = sorted((stage.folder / "mapsheets-out").glob("*.pdf"))
    assert sheets
    for path in sheets:
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
        # Some letters come out of a PDF as their look-alikes.
        assert not stage.found(unicodedata.normalize("NFKC", text.decode("utf-8"))), path.name


def test_people_are_printed_only_by_who_asks_for_their_layer_and_the_ledger_says_so(stage):
    made = stage.folder / "people-out"
    assert [path.name for path in made.iterdir()] == ["evacuationsupport.pdf"]
    shown = subprocess.run(["pdfinfo", str(made / "evacuationsupport.pdf")], capture_output=True, check=True).stdout
    assert int(re.search(rb"Pages:\s+(\d+)", shown).group(1)) == 2, "a map and a list"
    text = subprocess.run(
        ["pdftotext", str(made / "evacuationsupport.pdf"), "-"], capture_output=True, check=True
    ).stdout
    assert NAME in unicodedata.normalize("NFKC", text.decode("utf-8")), "this list is there to name people"
    everything = {path.name for path in (stage.folder / "everything-out").iterdir()}
    assert "evacuationsupport.pdf" not in everything and "homeaway.pdf" in everything
    entries = [entry for entry in stage.drill.case.ledger.entries() if entry.path.endswith("evacuationsupport.pdf")]
    assert entries and all(entry.personal for entry in entries)


def test_nothing_personal_is_handed_over_in_any_form(stage):
    files = sorted((stage.folder / "handover-out").iterdir())
    assert {path.suffix for path in files} == {".html", ".geojson", ".csv", ".txt", ".kml", ".xlsx", ".pdf", ".zip"}
    for path in files:
        told = path.read_bytes().decode("utf-8", "replace")
        if path.suffix in (".xlsx", ".zip"):
            with zipfile.ZipFile(path) as package:
                told = "\n".join(package.read(name).decode("utf-8") for name in package.namelist())
        if path.suffix == ".pdf":
            told = subprocess.run(["pdftotext", str(path), "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
        assert not stage.found(told), path.name


def test_the_project_of_a_case_holds_nothing_personal(stage, tmp_path):
    import zipfile

    from tomoshibi.layers.project import make_project

    path = tmp_path / "case.qgz"
    make_project(stage.case, stage.package, stage.case / "context.gpkg", path, Progress())
    with zipfile.ZipFile(path) as archive:
        texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    assert any("shelterpower" in text for text in texts)
    assert not [value for text in texts for value in stage.found(text)]


def test_nothing_personal_is_printed(stage):
    assert "heard" in stage.printed and not stage.found(stage.printed)


def test_a_fault_of_the_plugin_is_told_by_its_place_without_the_text_of_the_error(stage, provider):
    from tomoshibi.processing_provider.people.homeaway import HomeAway

    class Broken(HomeAway):
        def createInstance(self):
            return Broken()

        def work(self, parameters, context, progress):
            float(NAME)

    heard, before = [], len(stage.logged)
    with pytest.raises(QgsProcessingException) as raised:
        Broken().run({"CASE": str(stage.case), "OUTPUT": "memory:"}, QgsProcessingContext(), Listener(heard), {}, False)
    QgsApplication.processEvents()
    assert "ValueError in base.py:" in str(raised.value)
    assert not stage.found("\n".join([str(raised.value), *heard, *stage.logged[before:]]))
