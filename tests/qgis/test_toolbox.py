"""What the toolbox lists of an algorithm that nobody has opened is what the algorithm says itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingAlgorithm, QgsProcessingContext
from tomoshibi.processing_provider import toolbox

ROOT = Path(__file__).resolve().parents[2]

REGISTERED = """
import json, sys
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import tomoshibi
plugin = tomoshibi.classFactory(None)
plugin.initProcessing()
listed = [algorithm.displayName() for algorithm in plugin.provider.algorithms()]
new = [name for name in set(sys.modules) - before if name.startswith("tomoshibi.")]
print(json.dumps({"listed": len(listed), "modules": sorted(new)}))
"""


def shown(algorithm: QgsProcessingAlgorithm) -> dict:
    """Return what the toolbox shows and searches."""
    return {
        "id": algorithm.id(),
        "title": algorithm.displayName(),
        "group": (algorithm.groupId(), algorithm.group()),
        "tags": algorithm.tags(),
        "flags": int(algorithm.flags()),
        "icon": algorithm.svgIconPath(),
    }


def test_every_algorithm_is_listed_as_it_is(provider):
    for listed in provider.algorithms():
        whole = listed.create()
        assert shown(listed) == shown(whole)
        assert toolbox.rows()[listed.name()] == toolbox.row_of(whole), "make reference"


def test_titles_and_groups_are_listed_in_the_users_language(japanese):
    for listed in japanese.algorithms():
        assert (listed.displayName(), listed.group()) == (listed.create().displayName(), listed.create().group())


def test_who_asks_a_listed_algorithm_for_more_gets_what_the_algorithm_says(provider):
    for listed in provider.algorithms():
        whole = listed.create()
        assert [one.name() for one in listed.parameterDefinitions()] == [
            one.name() for one in whole.parameterDefinitions()
        ]
        assert [one.name() for one in listed.outputDefinitions()] == [one.name() for one in whole.outputDefinitions()]
        assert listed.shortHelpString() == whole.shortHelpString()
        assert listed.canExecute() == whole.canExecute()
    shelters = provider.algorithm("shelterpower")
    assert shelters.parameterDefinition("CASE").name() == "CASE"
    assert shelters.asPythonCommand({"CASE": "x"}, QgsProcessingContext()).startswith(
        "processing.run(\"tomoshibi:shelterpower\", {'CASE'"
    )
    assert shelters.makes_personal() is True


def test_listing_imports_no_algorithm(tmp_path):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", REGISTERED, str(ROOT / "build" / "plugins")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["listed"] == len(toolbox.rows())
    assert not [name for name in told["modules"] if name.startswith(("tomoshibi.analysis", "tomoshibi.layers"))]
    assert not [name for name in told["modules"] if name.count(".") == 3], told["modules"]


def test_an_algorithm_without_a_row_is_there_all_the_same(qgis_app, tmp_path, monkeypatch):
    from tomoshibi.processing_provider import provider

    monkeypatch.setattr(provider, "rows", lambda: toolbox.rows(tmp_path / "missing.json"))
    registry = QgsApplication.processingRegistry()
    if registry.providerById("tomoshibi") is not None:
        registry.removeProvider("tomoshibi")
    try:
        assert registry.addProvider(provider.TomoshibiProvider())
        made = registry.providerById("tomoshibi")
        assert {one.name() for one in made.algorithms()} == set(toolbox.rows())
        assert not any(isinstance(one, toolbox.ListedAlgorithm) for one in made.algorithms())
    finally:
        registry.removeProvider("tomoshibi")


def test_where_qgis_reads_parameters_without_python_they_are_made_at_once(monkeypatch):
    for platform, waits in (("desktop", True), ("external", True), ("qgis_process", False), ("server", False)):
        monkeypatch.setattr(QgsApplication, "platform", staticmethod(lambda name=platform: name))
        assert toolbox.may_wait() is waits


def test_the_toolbox_opens_an_algorithm_with_the_current_case_in_it(provider, monkeypatch):
    from importlib import import_module

    from tomoshibi.processing_provider.desk import set_current_case

    class Dialog:
        def __init__(self, algorithm, in_place=False, parent=None):
            self.name, self.given = algorithm.name(), None

        def setParameters(self, given):
            self.given = given

    monkeypatch.setattr(import_module("processing.gui.AlgorithmDialog"), "AlgorithmDialog", Dialog)
    opened = lambda name: provider.algorithm(name).create().createCustomParametersWidget(None)  # noqa: E731
    assert opened("outlook") is None, "without a window there is no case to fill in"
    set_current_case(lambda: "/cases/noto")
    try:
        found = opened("outlook")
        assert (found.name, found.given) == ("outlook", {"CASE": "/cases/noto"})
        assert opened("createcase") is None and opened("createscenario") is None
    finally:
        set_current_case(None)
