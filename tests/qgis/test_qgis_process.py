"""Every algorithm through `qgis_process`, as a script without a window would run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tomoshibi.practice.server import PracticeServer
from tomoshibi.tests.drill_case import make_drill

ROOT = Path(__file__).resolve().parents[2]
# Debian's wrapper script hands qgis_process an option that it does not know; the program itself is beside it.
EXECUTABLE = shutil.which("qgis_process.bin") or shutil.which("qgis_process")

pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason="qgis_process is not installed")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("process"), seed=7)


@pytest.fixture(scope="module")
def server(drill):
    with PracticeServer([drill.scenario.folder], build_seconds=0.1) as running:
        yield running


@pytest.fixture(scope="module")
def call(drill, server, tmp_path_factory):
    """Return `call(*words)`: what qgis_process answers, as JSON."""
    account = next(account for account in server.accounts if account.active)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TOMOSHIBI", "QGIS"))},
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_PLUGINPATH": str(ROOT / "build" / "plugins"),
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path_factory.mktemp("profile")),
        "TOMOSHIBI_BASE_URL": server.url,
        "TOMOSHIBI_USER": account.user,
        "TOMOSHIBI_PASSPHRASE": account.phrase,
        "TOMOSHIBI_LANGUAGE": "en",
    }

    def answer(*words: str) -> dict:
        done = subprocess.run(
            [EXECUTABLE, *words], env=environment, capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return json.loads(done.stdout[done.stdout.index("{") :]) if "--json" in words else {"text": done.stdout}

    answer("plugins", "enable", "tomoshibi")
    return answer


def test_the_provider_and_all_its_algorithms_are_listed(call):
    providers = call("--json", "list")["providers"]
    from tomoshibi.processing_provider.registry import ALGORITHMS

    models = len(list((ROOT / "models").glob("*.model3")))
    assert len(providers["tomoshibi"]["algorithms"]) == len(ALGORITHMS) + models


def run(call, name, parameters):
    words = [
        f"{key}={item}" for key, value in parameters.items() for item in (value if isinstance(value, list) else [value])
    ]
    return call("--json", "run", f"tomoshibi:{name}", "--", *words)["results"]


def test_the_road_from_the_case_to_the_map_sheets_runs_step_by_step(call, drill, tmp_path):
    case = tmp_path / "case"
    now, first = drill.scenario.now.isoformat(), drill.scenario.first_day.isoformat()
    run(
        call,
        "createcase",
        {
            "CASE": case,
            "NAME": "訓練",
            "EVENT_TIME": "2026-01-19T05:46:00",
            "MUNICIPALITY": drill.scenario.municipality,
            "FACILITIES": drill.open / "facilities.geojson",
            "LINKS": drill.open / "links.csv",
        },
    )
    assert run(call, "testconnection", {})["OK"]
    made = run(call, "registercondition", {"CASE": case, "TEMPLATE": "uc1", "FROM": now})
    assert made["COUNT"] == 1 and made["CONDITION_ID"]
    more = run(call, "registercondition", {"CASE": case, "TEMPLATE": "uc3", "FROM": first, "TO": first})
    assert run(call, "listconditions", {"OUTPUT": tmp_path / "conditions.gpkg"})["COUNT"] == 2
    got = run(call, "downloadpublished", {"CASE": case, "CONDITION_ID": made["CONDITION_ID"], "WAIT_MINUTES": 1})
    assert got["FILES"] == 1 and got["FAILED"] == 0
    refreshed = run(call, "refreshcase", {"CASE": case, "CONDITION_ID": more["CONDITION_ID"]})
    assert (refreshed["STATE"], refreshed["FAILED"]) == ("ok", 0) and refreshed["LAST_SUCCESS"]
    assert run(call, "deletecondition", {"CONDITION_ID": more["CONDITION_ID"]})["COUNT"] == 1
    files = sorted((drill.case.folder / "received" / "C2").glob("*.csv"))
    assert run(call, "importfiles", {"CASE": case, "FILES": files})["REJECTED"] == 0
    states = run(call, "shelterpower", {"CASE": case})
    assert states["POWERED"] and states["OUTAGE"] and (case / "layers.gpkg").is_file()
    sheets = run(call, "mapsheets", {"CASE": case, "BASEMAP": "none"})
    brief = run(call, "brief", {"CASE": case, "BASEMAP": "none"})
    assert Path(brief["PDF"]).is_file() and case / "reports" in Path(brief["PDF"]).parents
    assert Path(run(call, "requestletter", {"CASE": case, "DOCUMENT": "application"})["OUTPUT"]).is_file()
    (folder,) = (case / "sheets").iterdir()
    assert sheets["PAGES"] == 1 and Path(sheets["FOLDER"]) == folder and (folder / "shelterpower.pdf").is_file()


SITUATION = {
    "meshoutage": {"MESH_SIZE": "250"},
    "areaoutage": {"AREAS": "municipality.geojson", "AREA_FIELD": "code", "NAME_FIELD": "name"},
    "acquisitiongaps": {"AREAS": "areas.geojson"},
    "isolatedcommunities": {"AREAS": "areas.geojson", "ROADS": "roads.geojson", "HAZARDS": "hazards.geojson"},
    "homeaway": {"METHOD": "held"},
    "presencetable": {"FROM": "2026-01-19T04:00:00", "TO": "2026-01-19T05:00:00"},
    "scoredrill": {},
}


@pytest.mark.parametrize("name", SITUATION)
def test_each_question_to_a_case_is_answered(call, drill, tmp_path, name):
    given = {key: drill.open / value if value.endswith(".geojson") else value for key, value in SITUATION[name].items()}
    if name == "scoredrill":
        given["SCENARIO"] = drill.scenario.folder
    found = run(call, name, {"CASE": drill.case.folder, "OUTPUT": tmp_path / "out.gpkg", **given})
    assert Path(str(found["OUTPUT"]).split("|")[0]).is_file()


def test_tools_and_drill_run_too(call, drill, tmp_path):
    made = run(call, "createscenario", {"SEED": 2, "METERS": 2000, "FOLDER": tmp_path / "scenario"})
    assert made["METERS"] >= 2000
    box = "135.2,135.3,38.1,38.2 [EPSG:4326]"
    assert run(call, "meshgrid", {"AREA": box, "MESH_SIZE": "1000", "OUTPUT": tmp_path / "grid.gpkg"})["CELLS"] > 50
    given = {"INPUT": drill.open / "facilities.geojson", "MESH_SIZE": "500", "OUTPUT": tmp_path / "codes.gpkg"}
    assert run(call, "meshcode", given)["COUNT"] > 10
