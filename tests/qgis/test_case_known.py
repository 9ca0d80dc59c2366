"""The page “What the case knows” of the case dialog, driven as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import QFileDialog, QToolButton
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.own_inputs import own_inputs
from tomoshibi.tests.dialog_stage import case, clipped, small_scenario, stage  # noqa: F401


@pytest.fixture
def page(stage, case):  # noqa: F811
    from tomoshibi.dialogs.case import CaseDialog

    dialog = CaseDialog(stage.iface)
    dialog.open_on()
    dialog.open_case(case)
    stage.idle(dialog)
    dialog.tabs.setCurrentIndex(2)
    yield dialog.known, dialog
    dialog.close()
    stage.idle(dialog)
    QgsProject.instance().clear()


def shown(page) -> dict[str, list[str]]:
    """Return {kind: [file, day, rows]} of the table."""
    texts = [[page.table.item(row, column).text() for column in range(4)] for row in range(page.table.rowCount())]
    return {line[0]: line[1:] for line in texts}


def button(page, name: str) -> QToolButton:
    cells = (page.table.cellWidget(row, 4) for row in range(page.table.rowCount()))
    return next(found for cell in cells for found in [cell.findChild(QToolButton, name)] if found is not None)


def open_file(stage, name: str) -> str:  # noqa: F811
    return str(stage.scenario / "open" / name)


def test_a_file_is_kept_shown_with_its_day_and_rows_and_removed(stage, page, case, monkeypatch):  # noqa: F811
    known, dialog = page
    assert shown(known)["施設"][1:] == ["", ""] and not button(known, "remove_FACILITIES").isEnabled()
    path = open_file(stage, "facilities.geojson")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *given: (path, ""))
    button(known, "file_FACILITIES").click()
    stage.idle(dialog)
    kept = own_inputs(Path(case))["FACILITIES"]
    assert shown(known)["施設"] == ["facilities.geojson", f"{kept.kept_at:%Y-%m-%d}", f"{kept.rows:,}"]
    assert clipped(dialog) == []
    button(known, "remove_FACILITIES").click()
    stage.idle(dialog)
    assert "FACILITIES" not in own_inputs(Path(case)) and not button(known, "remove_FACILITIES").isEnabled()


def test_layers_that_fit_are_offered_and_results_are_not(stage, page, case):  # noqa: F811
    known, dialog = page
    areas = QgsVectorLayer(open_file(stage, "areas.geojson"), "大字", "ogr")
    points = QgsVectorLayer(open_file(stage, "facilities.geojson"), "施設の点", "ogr")
    result = QgsVectorLayer("Polygon?crs=EPSG:6668", "結果", "memory")
    result.setCustomProperty("tomoshibi/spec", "meshoutage")
    QgsProject.instance().addMapLayers([areas, points, result])
    menu = button(known, "layer_AREAS").menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["大字"]
    menu.actions()[0].trigger()
    stage.idle(dialog)
    assert own_inputs(Path(case))["AREAS"].rows == areas.featureCount()


def test_period_events_and_drill_are_changed_later(stage, page, case):  # noqa: F811
    known, dialog = page
    before = Case.open(Path(case)).info
    known.days["USE_TO"].setDate(QDate(2099, 3, 31))
    known.practice.setChecked(not before.practice)
    known.events.setText(f"{known.events.text()},2099-01-01T00:00")
    known.apply.click()
    stage.idle(dialog)
    after = Case.open(Path(case)).info
    assert after.practice is not before.practice and after.request.use_to.isoformat() == "2099-03-31"
    assert len(after.all_events) == len(before.all_events) + 1
    known.apply.click()
    stage.idle(dialog)
    assert Case.open(Path(case)).info == after


def test_a_case_is_listed_by_its_name_and_by_its_folder_where_it_cannot_be_read(stage, page, case):  # noqa: F811
    from tomoshibi.processing_provider.own import name_of

    _, dialog = page
    name = Case.open(Path(case)).info.name
    assert dialog.recentList.item(0).text() == f"{name}\n{case}" and name in dialog.caseLabel.text()
    (Path(case) / "broken").mkdir()
    (Path(case) / "broken" / "case.json").write_text("[", encoding="utf-8")
    assert name_of(str(Path(case) / "broken")) == "broken"
