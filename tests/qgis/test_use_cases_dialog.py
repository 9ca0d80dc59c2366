"""Every use case from the dialog that QGIS's toolbox opens for it, in Japanese: filled in, run, loaded and styled."""

from __future__ import annotations

import re
from contextlib import contextmanager
from time import monotonic

import pytest
from qgis.core import (
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsMapLayer,
    QgsPointDisplacementRenderer,
    QgsProject,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QMessageBox
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.style import STYLES
from tomoshibi.layers.titles import title_in_tree
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.use_cases import NAMES, PERSON, make_use_cases

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
PICTURES = {"CHART", "XLSX"}
UNKNOWN = {"evacuationsupport": {"INSIDE"}}
"""Numbers that are left out where nothing tells them: without hazards who lives in one."""
"""Files that are made only where they are asked for."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return make_use_cases(tmp_path_factory.mktemp("cases"))


@pytest.fixture
def boxes(monkeypatch):
    """Message boxes that a dialog opened: they would wait for a person."""
    asked = []
    for kind in ("warning", "critical", "question", "information"):
        monkeypatch.setattr(QMessageBox, kind, staticmethod(lambda parent, title, text, *more: asked.append(text)))
    return asked


@contextmanager
def opened(algorithm):
    """The dialog of QGIS's toolbox for an algorithm."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    dialog = AlgorithmDialog(algorithm.create())
    try:
        yield dialog
    finally:
        dialog.close()
        dialog.deleteLater()
        QCoreApplication.processEvents()


def run(dialog) -> tuple[bool, dict]:
    """Press “Run” and wait for the end."""
    ended: list = []
    dialog.algorithmFinished.connect(lambda good, results: ended.append((good, dict(results))))
    dialog.runButton().click()
    until = monotonic() + PATIENCE
    while not ended and monotonic() < until:
        QCoreApplication.processEvents()
    assert ended, dialog.messageBar().currentItem() and dialog.messageBar().currentItem().text()
    return ended[0]


@pytest.fixture(scope="module")
def earlier(japanese, cases, tmp_path_factory):
    """Results that “powertrucks” asks for."""
    import processing

    folder = tmp_path_factory.mktemp("earlier")
    made: dict[str, str] = {}
    for name in ("shelterpower", "isolatedcommunities"):
        given = {**cases.given(name, made), "OUTPUT": str(folder / f"{name}.gpkg")}
        made[name] = processing.run(f"tomoshibi:{name}", given)["OUTPUT"]
    return made


@pytest.mark.parametrize("name", NAMES)
def test_the_dialog_of_a_use_case_is_japanese_and_loads_a_styled_layer(
    japanese, cases, earlier, log, boxes, name, tmp_path
):
    project = QgsProject.instance()
    project.clear()
    with opened(japanese.algorithm(name)) as dialog:
        assert JAPANESE.search(dialog.windowTitle())
        given = dict(cases.given(name, earlier))
        if name == "situationreport":
            given["HTML"] = str(tmp_path / "report.html")
        dialog.setParameters(given)
        good, results = run(dialog)
    assert good and not boxes
    # the report is printed only where a PDF is asked for
    unasked = PICTURES | UNKNOWN.get(name, set()) | ({"PDF"} if name == "situationreport" else set())
    assert set(results) >= {output.name() for output in japanese.algorithm(name).outputDefinitions()} - unasked
    assert not [line for line in log if line[0] == Qgis.MessageLevel.Critical or PERSON in line[2]], log
    layers = list(project.mapLayers().values())
    if name not in SPECS:
        assert not layers and (tmp_path / "report.html").stat().st_size > 500
        return
    (layer,) = layers
    assert isinstance(layer, QgsVectorLayer) and layer.type() == QgsMapLayer.LayerType.VectorLayer
    assert layer.featureCount() > 0 and layer.name().startswith(title_in_tree(name)) and JAPANESE.search(layer.name())
    look = STYLES.get(name)
    if look is not None:
        expected = (
            QgsRuleBasedRenderer
            if look.areas
            else QgsPointDisplacementRenderer
            if look.by_pole
            else QgsCategorizedSymbolRenderer
        )
        assert isinstance(layer.renderer(), expected)
    times = layer.temporalProperties()
    assert times.isActive() == (SPECS[name].temporal is not None)
    if SPECS[name].temporal:
        begin, end = SPECS[name].temporal
        assert times.startField() == begin and (begin == end or times.endField() == end)
    for column in SPECS[name].columns:
        alias = layer.attributeAlias(layer.fields().lookupField(column.name))
        assert alias == column.alias() and (JAPANESE.search(alias) or column.name == "kind"), column.name
    project.clear()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "situationreport"])
def test_every_choice_of_a_dialog_tells_what_its_words_mean_and_gives_the_word(japanese, cases, earlier, name):
    with opened(japanese.algorithm(name)) as dialog:
        dialog.setParameters(cases.given(name, earlier))
        for definition in dialog.algorithm().parameterDefinitions():
            if definition.type() != "enum" or definition.name() in ("MESH_SIZE", "PAPER", "FORMAT"):
                continue
            wrapper = dialog.mainWidget().wrappers[definition.name()]
            box = wrapper.wrappedWidget()
            assert [box.itemData(place) for place in range(box.count())] == definition.options()
            for place, word in enumerate(definition.options()):
                assert JAPANESE.search(box.itemText(place)) and word not in box.itemText(place)
                box.setCurrentIndex(place)
                assert wrapper.parameterValue() == word
                assert dialog.createProcessingParameters()[definition.name()] == word
