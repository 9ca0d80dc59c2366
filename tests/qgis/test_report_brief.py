"""The shipped model “morning brief”: it is offered, and a batch runs it for the cases of four municipalities."""

from __future__ import annotations

import re
from contextlib import contextmanager
from time import monotonic

import pytest
from qgis.core import Qgis, QgsApplication, QgsProcessingContext, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QTextEdit
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.titles import title_in_tree
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.qgis.tables import rows
from tomoshibi.tests.use_cases import MORNING_BRIEF

MUNICIPALITIES = 4
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.fixture(scope="module")
def drills(tmp_path_factory):
    return [
        make_drill(tmp_path_factory.mktemp(f"drill{seed}"), seed=seed, meters=2000)
        for seed in range(11, 11 + MUNICIPALITIES)
    ]


def parameters(drill, folder) -> dict:
    folder.mkdir()
    own = {name: str(drill.open / f"{name.lower()}.geojson") for name in ("FACILITIES", "AREAS", "ROADS", "HAZARDS")}
    wanted = {output: str(folder / f"{output.split(':')[0]}.gpkg") for output in outputs()}
    sheets = next(name for name in wanted if name.startswith("mapsheets"))
    return {"CASE": str(drill.case.folder), **own, **wanted, sheets: str(folder)}


def outputs() -> list[str]:
    model = QgsApplication.processingRegistry().algorithmById("tomoshibi:morning_brief")
    return [definition.name() for definition in model.destinationParameterDefinitions()]


def test_the_model_is_offered_with_the_inputs_of_a_municipality_and_stays_when_the_toolbox_is_refreshed(provider):
    for _ in range(2):
        model = QgsApplication.processingRegistry().algorithmById("tomoshibi:morning_brief")
        assert model is not None and model.groupId() == "publish"
        names = {definition.name() for definition in model.parameterDefinitions()}
        assert {"CASE", "FACILITIES", "AREAS", "ROADS", "HAZARDS"} <= names
        assert {name.split(":")[0] for name in outputs()} == {*MORNING_BRIEF, "mapsheets"}
        provider.refreshAlgorithms()


def test_the_dialog_of_the_model_is_japanese_and_asks_in_the_order_of_the_work(japanese):
    model = japanese.algorithm("morning_brief")
    told = [model.displayName(), model.group(), *(one.description() for one in model.parameterDefinitions())]
    assert all(JAPANESE.search(words) for words in told), told
    fresh = model.create()
    asked = [one for one in fresh.parameterDefinitions() if not one.isDestination()]
    assert [one.name() for one in asked] == ["CASE", "FACILITIES", "AREAS", "ROADS", "HAZARDS"]
    assert all(JAPANESE.search(one.help()) for one in asked)
    assert JAPANESE.search(model.shortHelpString())


@contextmanager
def batch_dialog(model):
    """QGIS's own batch dialog for an algorithm."""
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(model.create())
    try:
        yield dialog
    finally:
        dialog.close()
        dialog.deleteLater()
        QCoreApplication.processEvents()


def fill(panel, row: int, given: dict) -> None:
    """Type the values of one run into a row of the batch dialog's table."""
    context = QgsProcessingContext()
    for name, value in given.items():
        column = panel.parameter_to_column[name]
        wrapper = panel.wrappers[row][column]
        if wrapper is not None:
            wrapper.setParameterValue(value, context)
        else:
            # The first row of the table fills all the others.
            panel.tblParameters.cellWidget(row + 1, column).setValue(value)


def run(dialog) -> None:
    """Press “Run” and wait for the end: newer versions of QGIS run a batch beside the dialog, which must be shown."""
    dialog.show()
    dialog.runButton().click()
    until = monotonic() + PATIENCE
    while not dialog.runButton().isEnabled() and monotonic() < until:
        QCoreApplication.processEvents()
    assert dialog.runButton().isEnabled()


def test_the_batch_dialog_runs_it_for_four_municipalities_and_every_case_gets_its_layers_and_sheets(
    japanese, drills, tmp_path, log
):
    project = QgsProject.instance()
    project.clear()
    with batch_dialog(japanese.algorithm("morning_brief")) as dialog:
        panel = dialog.mainWidget()
        panel.addRow(len(drills) - 1)
        assert panel.batchRowCount() == len(drills)
        for number, drill in enumerate(drills):
            fill(panel, number, parameters(drill, tmp_path / str(number)))
        panel.checkLoadLayersOnCompletion.setChecked(True)
        run(dialog)
    assert not [line for line in log if line[0] == Qgis.MessageLevel.Critical], log
    loaded = {layer.source().split("|")[0]: layer.name() for layer in project.mapLayers().values()}
    seen = set()
    for number, drill in enumerate(drills):
        folder = tmp_path / str(number)
        for theme in MORNING_BRIEF:
            source = str(folder / f"{theme}.gpkg")
            layer = QgsVectorLayer(source, theme, "ogr")
            assert [name for name in layer.fields().names() if name != "fid"] == SPECS[theme].names()
            assert layer.featureCount() > 0, theme
            # behind it the time of the data
            assert loaded[source].startswith(title_in_tree(theme))
        assert sorted(path.stem for path in folder.glob("*.pdf")) == sorted(MORNING_BRIEF)
        assert all(path.read_bytes().startswith(b"%PDF") for path in folder.glob("*.pdf"))
        shelters = rows(QgsVectorLayer(str(folder / "shelterpower.gpkg"), "shelters", "ogr"))
        seen.add(tuple(shelters["facility_id"] + shelters["state"]))
        sheets = [entry for entry in drill.case.ledger.entries() if entry.algorithm == "tomoshibi:mapsheets"]
        assert len(sheets) == len(MORNING_BRIEF)
    assert len(seen) == len(drills)
    styled = [layer.customProperty("tomoshibi/spec") for layer in project.mapLayers().values()]
    assert sorted(styled) == sorted(MORNING_BRIEF * len(drills))
    project.clear()


def test_a_row_of_the_batch_that_fails_says_why_and_stops_no_other(japanese, drills, tmp_path):
    with batch_dialog(japanese.algorithm("morning_brief")) as dialog:
        panel = dialog.mainWidget()
        panel.addRow(1)
        fill(panel, 0, {**parameters(drills[0], tmp_path / "0"), "CASE": str(tmp_path)})
        fill(panel, 1, parameters(drills[1], tmp_path / "1"))
        panel.checkLoadLayersOnCompletion.setChecked(False)
        run(dialog)
        told = "\n".join(widget.toPlainText() for widget in dialog.findChildren(QTextEdit))
    assert not list((tmp_path / "0").glob("*.pdf"))
    assert len(list((tmp_path / "1").glob("*.pdf"))) == len(MORNING_BRIEF)
    assert "案件フォルダ" in told and "Traceback" not in told
