"""Every use case through `qgis_process`, in Japanese, on one case, given only what a person must give."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from qgis.core import QgsVectorLayer
from tomoshibi.layers.schema import SPECS
from tomoshibi.tests.use_cases import NAMES, PERSON, make_use_cases

ROOT = Path(__file__).resolve().parents[2]
# Debian's wrapper script hands qgis_process an option that it does not know; the program itself is beside it.
EXECUTABLE = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
PICTURES = {"CHART"}
"""Files that are drawn only where they are asked for."""

pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason="qgis_process is not installed")


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return make_use_cases(tmp_path_factory.mktemp("cases"))


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """Return `call(*words)`: what qgis_process answers, as JSON."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TOMOSHIBI", "QGIS"))},
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_PLUGINPATH": str(ROOT / "build" / "plugins"),
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path_factory.mktemp("profile")),
        "TOMOSHIBI_LANGUAGE": "ja",
    }

    def answer(*words: str) -> dict:
        done = subprocess.run(
            [EXECUTABLE, *words], env=environment, capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout[done.stdout.index("{") :]) if "--json" in words else {}

    answer("plugins", "enable", "tomoshibi")
    return answer


@pytest.fixture(scope="module")
def made(call, cases, tmp_path_factory):
    """Return what each run answered, by algorithm, in an order in which results can be given on."""
    folder = tmp_path_factory.mktemp("out")
    answers: dict[str, dict] = {}
    for name in NAMES:
        results = {done: answer["results"].get("OUTPUT", "") for done, answer in answers.items()}
        given = cases.given(name, results)
        given.update({"HTML": str(folder / "report.html")} if name == "situationreport" else {})
        given.update({"OUTPUT": str(folder / f"{name}.gpkg")} if name in SPECS else {})
        words = [
            f"{key}={item}" for key, value in given.items() for item in (value if isinstance(value, list) else [value])
        ]
        answers[name] = call("--json", "run", f"tomoshibi:{name}", "--", *words)
    return answers


@pytest.fixture
def algorithm(japanese, name):
    """The algorithm as Japanese users see it."""
    return japanese.algorithm(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_use_case_answers_with_its_layer_and_every_other_output_it_declares(made, algorithm, name):
    results = made[name]["results"]
    declared = {output.name(): output.type() for output in algorithm.outputDefinitions()}
    # without hazards nobody knows who lives in one
    unknown = {"INSIDE"} if name == "evacuationsupport" else set()
    unasked = PICTURES | unknown | ({"XLSX", "PDF"} if name == "situationreport" else set())
    assert set(declared) - set(results) <= unasked
    if name in SPECS:
        layer = QgsVectorLayer(results["OUTPUT"], name, "ogr")
        assert layer.isValid() and layer.featureCount() > 0
        names = layer.fields().names()
        assert [field for field in names if field != "fid"] == SPECS[name].names()
    for output in ("PDF", "XLSX", "HTML"):
        if results.get(output):
            assert Path(results[output]).stat().st_size > 500, output
    for key, kind in declared.items():
        if kind == "outputNumber" and results.get(key) is not None:
            assert results[key] >= 0, key


@pytest.mark.parametrize("name", NAMES)
def test_a_use_case_is_told_and_named_in_japanese(made, algorithm, name):
    assert JAPANESE.search(made[name]["algorithm_details"]["name"])
    assert made[name]["algorithm_details"]["name"] == algorithm.displayName()
    for entry in (*algorithm.parameterDefinitions(), *algorithm.outputDefinitions()):
        assert JAPANESE.search(entry.description()), f"{entry.name()}: {entry.description()}"
    assert all(JAPANESE.search(entry.help()) for entry in algorithm.parameterDefinitions())
    said = [line for lines in made[name]["log"].values() for line in lines]
    assert all(JAPANESE.search(line) for line in said), said
    assert "error" not in made[name]["log"] and not any(PERSON in line for line in said)


def test_the_counts_agree_with_the_layers(made):
    def rows(name):
        return list(QgsVectorLayer(made[name]["results"]["OUTPUT"], name, "ogr").getFeatures())

    states = [feature["state"] for feature in rows("shelterpower")]
    counted = {state: made["shelterpower"]["results"][state.upper()] for state in set(states)}
    assert counted == {state: states.count(state) for state in counted} and counted["outage"]
    cells = rows("meshoutage")
    assert made["meshoutage"]["results"]["CELLS"] == len(cells)
    assert made["meshoutage"]["results"]["MASKED"] == sum(bool(cell["masked"]) for cell in cells)
    people = made["evacuationsupport"]["results"]
    assert people["HOME"] + people["AWAY"] + people["UNKNOWN"] == people["COUNT"] == len(rows("evacuationsupport"))
    verdicts = made["residenceevidence"]["results"]
    assert verdicts["LIVED"] + verdicts["NOT_LIVED"] + verdicts["REVIEW"] == len(rows("residenceevidence"))
    plan = made["restorationplan"]["results"]
    assert (plan["JOINED"], plan["UNJOINED"], plan["WITHOUT_TIME"]) == (2, 1, 1)
    hidden = made["hiddenoutages"]["results"]
    assert hidden["COUNT"] + hidden["UNDECIDED"] == len(rows("hiddenoutages"))
