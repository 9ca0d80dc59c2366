"""QGIS whose Python has no pandas: real processes, with the package hidden as if it had never been installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from tomoshibi import dependencies
from tomoshibi.dev import bundle
from tomoshibi.tests.hidden_packages import hide
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.qgis.test_startup import DESKTOP

ROOT = Path(__file__).resolve().parents[2]
EXECUTABLE = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
"""Debian's wrapper script hands qgis_process an option that it does not know; the program itself is beside it."""

MENU = """
from qgis.core import QgsProcessingContext
from qgis.PyQt.QtWidgets import QMessageBox
interface = Interface()
plugin = tomoshibi.classFactory(interface)
plugin.initGui()
action = plugin.menu.actions()[0]
told = {"action": action.objectName(), "menu": action.toolTip(), "bar": interface.messages.currentItem().text()}
action.trigger()
settle(0.1)
told["box"] = interface.window.findChild(QMessageBox, "mTomoshibiLackBox").text()
opened = []
from tomoshibi.dialogs.registry import DIALOGS
for row in DIALOGS:
    opened.append(plugin.windows.open(row.name).isVisible())
from tomoshibi.dialogs.options import OptionsPage
OptionsPage(interface)
settle(0.2)
told["dialogs"] = opened
algorithm = plugin.provider.algorithm("homeaway").create()
told["execute"] = algorithm.canExecute()
told["check"] = algorithm.checkParameterValues({"CASE": sys.argv[1]}, QgsProcessingContext())
told["without"] = sorted(a.name() for a in plugin.provider.algorithms() if a.canExecute()[0])
told["loaded"] = [name for name in ("pandas", "requests", "pyproj") if name in sys.modules]
told["failures"] = failures
plugin.unload()
print(json.dumps(told))
sys.stdout.flush()
os._exit(0)
"""


def environment(folder: Path, *names: str) -> dict[str, str]:
    """Return the environment of a QGIS without the packages `names`, with a profile of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOMOSHIBI", "QGIS"))}
    return {
        **kept,
        **hide(folder / "python", *names),
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_PLUGINPATH": str(ROOT / "build" / "plugins"),
        "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profile"),
        "TOMOSHIBI_LANGUAGE": "en",
    }


def process(variables: dict[str, str], *words: str) -> subprocess.CompletedProcess:
    """Run `qgis_process`."""
    return subprocess.run(
        [EXECUTABLE, *words],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def run(variables: dict[str, str], name: str, **given: object) -> subprocess.CompletedProcess:
    """Run an algorithm through `qgis_process`."""
    return process(variables, "run", f"tomoshibi:{name}", "--", *(f"{key}={value}" for key, value in given.items()))


@pytest.fixture(scope="module")
def without_pandas(tmp_path_factory) -> dict[str, str]:
    """The environment of a QGIS without pandas, whose profile has the plugin."""
    variables = environment(tmp_path_factory.mktemp("hidden"), "pandas")
    if EXECUTABLE is not None:
        assert process(variables, "plugins", "enable", "tomoshibi").returncode == 0
    return variables


@pytest.fixture(scope="module")
def menu(without_pandas, tmp_path_factory) -> dict:
    """What a QGIS with a window and without pandas says and does."""
    done = subprocess.run(
        [sys.executable, "-c", DESKTOP + MENU, str(ROOT / "build" / "plugins"), ""],
        env=without_pandas,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        cwd=tmp_path_factory.mktemp("menu"),
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_without_pandas_qgis_starts_and_the_head_of_the_menu_says_what_to_do(menu):
    assert menu["failures"] == []
    assert menu["action"] == "mTomoshibiLackAction"
    assert "pandas 1.1 or later (not installed)" in menu["menu"]
    assert "python3-pandas" in menu["menu"] and "numpy" not in menu["menu"]
    assert menu["box"] == menu["bar"] == menu["menu"]


def test_the_first_screens_of_the_dialogs_need_nothing(menu):
    assert menu["dialogs"] == [True, True, True]
    assert menu["loaded"] == []


def test_algorithms_that_need_no_packages_are_left_in_the_toolbox(menu):
    assert {"meshgrid", "meshcode"} <= set(menu["without"])
    assert "homeaway" not in menu["without"] and "morning_brief" not in menu["without"]


@pytest.mark.skipif(EXECUTABLE is None, reason="qgis_process is not installed")
def test_the_message_is_the_same_in_menu_check_and_qgis_process(menu, without_pandas, tmp_path):
    assert menu["execute"] == [False, menu["menu"]]
    assert menu["check"] == [False, menu["menu"]]
    done = run(without_pandas, "homeaway", CASE=tmp_path, OUTPUT=tmp_path / "x.gpkg")
    assert done.returncode != 0
    # The profile of qgis_process is a folder further down.
    folder = Path(without_pandas["QGIS_CUSTOM_CONFIG_PATH"])
    expected = menu["menu"].split(str(folder))[0]
    assert expected in done.stdout
    assert str(folder / "profiles" / "default" / "python") in done.stdout


@pytest.mark.skipif(EXECUTABLE is None, reason="qgis_process is not installed")
def test_grid_squares_and_codes_are_made_without_any_of_the_packages(tmp_path, run_grids):
    variables = environment(tmp_path, "numpy", "pandas", "pyproj", "requests")
    assert process(variables, "plugins", "enable", "tomoshibi").returncode == 0
    box = "135.2,135.31,38.1,38.2 [EPSG:4326]"
    grid = tmp_path / "grid.geojson"
    done = run(variables, "meshgrid", AREA=box, MESH_SIZE=500, OUTPUT=grid)
    assert done.returncode == 0, done.stdout
    coded = tmp_path / "codes.geojson"
    assert run(variables, "meshcode", INPUT=grid, MESH_SIZE=1000, OUTPUT=coded).returncode == 0
    squares = json.loads(grid.read_text(encoding="utf-8"))["features"]
    assert {each["properties"]["mesh_code"] for each in squares} == run_grids(box, 500)
    codes = [each["properties"] for each in json.loads(coded.read_text(encoding="utf-8"))["features"]]
    assert all(each["mesh_code_2"] == each["mesh_code"][:8] for each in codes) and len(codes) == len(squares)


@pytest.mark.skipif(EXECUTABLE is None, reason="qgis_process is not installed")
def test_packages_unpacked_in_the_profile_are_found_and_serve(tmp_path):
    variables = environment(tmp_path, "pandas")
    assert process(variables, "plugins", "enable", "tomoshibi").returncode == 0
    parts = tmp_path / "parts"
    parts.mkdir()
    for name in ("pandas", "pytz", "dateutil", "six.py"):
        found = Path(variables["HIDDEN_REAL"]) / name
        if found.exists():
            (shutil.copytree if found.is_dir() else shutil.copy)(found, parts / name)
    described = metadata.distribution("pandas")._path
    shutil.copytree(described, parts / described.name)
    bundle.trim(parts, metadata.version("numpy"))
    target = bundle.pack(parts, dependencies.tag(), tmp_path / "bundle.zip", metadata.version("numpy"))
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "profile" / "profiles" / "default" / "python")
    done = run(variables, "createscenario", SEED=2, METERS=2000, FOLDER=tmp_path / "scenario")
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "scenario" / "meters.npz").is_file()


@pytest.fixture
def run_grids(run, tmp_path):
    """Return `run_grids(box, metres)`: the codes that this QGIS, which has numpy, makes of it."""
    from qgis.core import QgsVectorLayer

    def codes(box: str, metres: int) -> set[str]:
        target = str(tmp_path / "here.gpkg")
        run("meshgrid", {"AREA": box, "MESH_SIZE": str(metres), "OUTPUT": target})
        return {feature["mesh_code"] for feature in QgsVectorLayer(target, "squares").getFeatures()}

    return codes
