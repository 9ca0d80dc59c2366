"""After the last day of use nothing personal is made, however it is run; people stay on the screen where so agreed."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsProject
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.ledger import now
from tomoshibi.processing_provider.output_targets import sink_text
from tomoshibi.processing_provider.registry import ALGORITHMS
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.use_cases import make_use_cases

EXECUTABLE = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
OVER = r"ended on 2020-01-31"
HARMLESS = frozenset(
    """createcase editcase setupcase casestatus undoimport deletecontractors recoveryindex contractcounts
    restorationplan verifycase scoredrill supportrequest""".split()
)
"""Algorithms of a case that make nothing of personal data, take them out, or refuse but a part of what they do."""
PEOPLE = ("homeaway", "presencetable", "evacuationsupport", "residenceevidence", "visitplan", "hiddenoutages")


@pytest.fixture(scope="module")
def uses(qgis_app, tmp_path_factory):
    return make_use_cases(tmp_path_factory.mktemp("use"), seed=7, meters=2000)


@pytest.fixture
def ended(run, uses):
    """The case, its period of use over."""
    run("editcase", {"CASE": str(uses.case), "USE_FROM": "2020-01-01", "USE_TO": "2020-01-31"})
    yield str(uses.case)
    run("editcase", {"CASE": str(uses.case), "USE_TO": "2099-12-31", "EXTENSION_BY": "架空送配電"})


def of_case():
    provider = QgsApplication.processingRegistry().providerById("tomoshibi")
    names = {module.split(".")[1] for module, _ in ALGORITHMS}
    return [each for each in provider.algorithms() if each.name() in names and each.parameterDefinition("CASE")]


def test_every_algorithm_of_a_case_but_the_harmless_ones_is_refused_before_it_looks_at_anything(provider, ended):
    asked = {each.name(): each.checkParameterValues({"CASE": ended}, QgsProcessingContext()) for each in of_case()}
    refused = {name for name, (good, why) in asked.items() if not good and "ended on 2020-01-31" in why}
    protecting = {each.name() for each in of_case() if each.groupId() in ("protect", "drill")}
    assert set(asked) - refused == (HARMLESS & set(asked)) | protecting
    for name in refused:
        assert "editcase" in asked[name][1] and "USE_TO" in asked[name][1] and "EXTENSION_BY" in asked[name][1]


def test_what_is_harmless_enters_nothing_personal(run, uses, ended):
    """Whoever makes something personal of the data must not call itself harmless."""
    case = Case.open(uses.case)
    seen = case.ledger.size()
    for name in ("setupcase", "casestatus", "recoveryindex", "restorationplan", "verifycase"):
        run(name, uses.given(name, {}))
    entered = list(case.ledger.entries(seen))
    assert entered and not [entry.path for entry in entered if entry.personal]


def test_a_run_that_nobody_checked_is_refused_too(provider, ended, uses, feedback):
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("tomoshibi:meshoutage")
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    with pytest.raises(QgsProcessingException, match=OVER):
        algorithm.run({"CASE": ended}, context, feedback, {}, False)


def test_a_model_is_refused(run, ended, uses):
    own = uses.drill.open
    given = {"CASE": ended, "FACILITIES": str(own / "facilities.geojson"), "AREAS": str(own / "areas.geojson")}
    with pytest.raises(QgsProcessingException, match=OVER):
        run("morning_brief", given)


@pytest.mark.skipif(EXECUTABLE is None, reason="qgis_process is not installed")
def test_qgis_process_is_refused(ended, tmp_path):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TOMOSHIBI", "QGIS"))},
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_PLUGINPATH": str(Path(__file__).resolve().parents[2] / "build" / "plugins"),
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path),
        "TOMOSHIBI_LANGUAGE": "en",
    }

    def answer(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [EXECUTABLE, *words], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    assert answer("plugins", "enable", "tomoshibi").returncode == 0
    done = answer("run", "tomoshibi:meshoutage", "--", f"CASE={ended}")
    assert done.returncode != 0 and "ended on 2020-01-31" in done.stdout + done.stderr


def test_an_extension_works_at_once(run, ended, uses):
    with pytest.raises(QgsProcessingException, match=OVER):
        run("meshoutage", uses.given("meshoutage", {}))
    run("editcase", {"CASE": ended, "USE_TO": "2099-01-31", "EXTENSION_BY": "架空送配電 災害担当"})
    run("meshoutage", uses.given("meshoutage", {}))
    *_, entry = Case.open(uses.case).ledger.entries()
    assert entry.personal in (True, False) and Case.open(uses.case).info.extension_by.startswith("架空")


def test_the_end_is_told_after_each_run_and_in_dock_and_status_from_fourteen_days_before(run, uses, feedback):
    from tomoshibi.processing_provider.dock.situation import read_situation

    today = now().date()

    def told(days: int) -> tuple[bool, bool]:
        run("editcase", {"CASE": str(uses.case), "USE_TO": str(today + timedelta(days=days)), "EXTENSION_BY": "架空"})
        feedback.warnings.clear()
        run("setupcase", {"CASE": str(uses.case)})
        period = read_situation(uses.case, now(), True).period
        return any("period of use ends" in line for line in feedback.warnings), "period of use ends" in period

    try:
        assert told(16) == (False, False)
        assert told(13) == (True, True)
        assert run("casestatus", {"CASE": str(uses.case)})["DAYS_LEFT"] == 13
    finally:
        run("editcase", {"CASE": str(uses.case), "USE_TO": "2099-12-31", "EXTENSION_BY": "架空"})


@pytest.fixture
def forbidden(run, uses):
    """The case, printing and export of people forbidden."""
    run("editcase", {"CASE": str(uses.case), "NO_EXPORT": "yes", "USE_TO": "2099-12-31"})
    yield uses
    run("editcase", {"CASE": str(uses.case), "NO_EXPORT": "no"})


def people_algorithms():
    """Every algorithm whose layer shows people or their homes one by one, by the columns of its layer."""
    from tomoshibi.layers.schema import SPECS

    lists = {"matchcontractors": "contractors", "registercontractors": "contractors"}
    lists["listcontractors"] = "registeredcontractors"
    return [each for each in of_case() if (kind := SPECS.get(lists.get(each.name(), each.name()))) and kind.of_people]


def test_every_algorithm_whose_rows_are_people_says_so(provider):
    found = {each.name() for each in people_algorithms()}
    assert found >= set(PEOPLE)
    assert {each.name() for each in of_case() if each.OF_PEOPLE} == found


def test_no_algorithm_of_people_writes_a_file_that_can_be_carried_away(forbidden, tmp_path):
    looked = 0
    for algorithm in people_algorithms():
        for definition in algorithm.destinationParameterDefinitions():
            for place in (tmp_path / "away.csv", tmp_path / "away.gpkg", forbidden.case / "sheets" / "away.csv"):
                given = {"CASE": str(forbidden.case), definition.name(): str(place)}
                good, why = algorithm.checkParameterValues(given, QgsProcessingContext())
                assert not good and "NO_EXPORT" in why, (algorithm.name(), definition.name(), place)
                looked += 1
        given = {"CASE": str(forbidden.case), "OUTPUT": sink_text(tmp_path / "away.gpkg", "x")}
        assert "NO_EXPORT" in algorithm.checkParameterValues(given, QgsProcessingContext())[1]
    assert looked >= 3 * (len(PEOPLE) + 3)


@pytest.mark.parametrize("name", ["visitplan", "residenceevidence", "evacuationsupport", "presencetable"])
def test_people_are_still_looked_at_on_the_screen_and_no_document_is_written(run, forbidden, feedback, name):
    before = set(forbidden.case.rglob("*.pdf")) | set(forbidden.case.rglob("*.xlsx"))
    made = run(name, forbidden.given(name, {}))
    assert made["OUTPUT"]
    assert set(forbidden.case.rglob("*.pdf")) | set(forbidden.case.rglob("*.xlsx")) == before
    if name in ("visitplan", "residenceevidence"):
        assert made["PDF"] == "" and any("no document was written" in line for line in feedback.warnings)


def test_sheets_of_people_are_refused_and_those_of_places_are_printed(run, complaint, forbidden, tmp_path):
    package = forbidden.case / "layers.gpkg"
    run("homeaway", forbidden.given("homeaway", {}))
    run("meshoutage", forbidden.given("meshoutage", {}))
    given = {"CASE": str(forbidden.case), "FOLDER": str(tmp_path), "BASEMAP": "none"}
    assert "NO_EXPORT" in complaint("mapsheets", {**given, "LAYERS": [f"{package}|layername=homeaway"]})
    run("mapsheets", given)
    assert (tmp_path / "meshoutage.pdf").is_file() and not (tmp_path / "homeaway.pdf").exists()
    made = run("brief", {"CASE": str(forbidden.case), "SHEETS": ["meshoutage", "homeaway"], "BASEMAP": "none"})
    assert "forbids printing results about people" in made["SKIPPED"]
