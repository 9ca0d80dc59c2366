"""The page “What the case knows” of the case dialog, driven as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import QFileDialog, QToolButton
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.own_inputs import own_inputs
from tomoshibi.dialogs.case_folder import FolderDialog
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


def take_folder(stage, page, folder: Path, monkeypatch) -> FolderDialog:  # noqa: F811
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: str(folder))
    page.folder.click()
    stage.until(lambda: not page.looker.busy)
    found = page.findChildren(FolderDialog)
    return found[-1] if found else None


def test_all_of_a_folder_is_kept_at_once_after_it_was_shown(stage, page, case, monkeypatch):  # noqa: F811
    known, dialog = page
    window = take_folder(stage, known, stage.scenario / "open", monkeypatch)
    told = {window.table.item(row, 0).text(): window.boxes[row].currentData() for row in range(len(window.boxes))}
    assert told["facilities.geojson"] == "FACILITIES" and told["facilities.csv"] == ""
    assert told["municipality.geojson"] == "BOUNDARY" and told["links.csv"] == "LINKS"
    contested = list(told).index("facilities.csv")
    assert own_inputs(Path(case)) == {} and "facilities.geojson" in window.table.item(contested, 3).text()
    window.keep.click()
    stage.idle(dialog)
    chosen = {kind for kind in told.values() if kind}
    assert chosen >= {"FACILITIES", "LINKS", "BOUNDARY", "AREAS", "ROADS", "HAZARDS", "BACKUP"}
    stage.until(lambda: len(own_inputs(Path(case))) == len(chosen))
    assert set(own_inputs(Path(case))) == chosen
    assert button(known, "remove_LINKS").isEnabled() and "facilities.geojson" in shown(known)["施設"]


def test_what_is_doubtful_in_a_folder_is_asked_and_what_cannot_be_kept_is_named(
    stage,  # noqa: F811
    page,
    case,  # noqa: F811
    monkeypatch,
    tmp_path,
):
    known, dialog = page
    folder = tmp_path / "folder"
    folder.mkdir()
    areas = Path(open_file(stage, "areas.geojson")).read_text(encoding="utf-8")
    for name in ("districts.geojson", "villages.geojson"):
        (folder / name).write_text(areas, encoding="utf-8")
    (folder / "links.csv").write_text("facility_id,supply_point\nA,0508749569621655657707\n", encoding="utf-8")
    (folder / "notes.docx").write_bytes(b"x")
    window = take_folder(stage, known, folder, monkeypatch)
    assert [box.currentData() for box in window.boxes] == [None, "LINKS", None] and not window.keep.isEnabled()
    assert "districts.geojson" in window.alert.text() and "notes.docx" in window.note.text()
    for row in (0, 2):
        window.boxes[row].setCurrentIndex(window.boxes[row].findData("AREAS"))
    assert not window.keep.isEnabled()
    window.boxes[2].setCurrentIndex(window.boxes[2].findData(""))
    assert window.keep.isEnabled()
    (folder / "links.csv").write_text("", encoding="utf-8")
    window.keep.click()
    stage.until(lambda: not window._working and not dialog.jobs)
    assert set(own_inputs(Path(case))) == {"AREAS"} and window.isVisible()
    assert window.table.item(1, 3).text().startswith("✗") and window.alert.text() != ""
    window.reject()
    assert [line[0] for line in shown(known).values() if line[1]] == ["districts"]


def test_a_case_is_not_taken_for_a_folder_of_inputs(stage, page, case, monkeypatch):  # noqa: F811
    known, dialog = page
    assert take_folder(stage, known, Path(case), monkeypatch) is None
    assert stage.said(dialog) != "" and known.folder.isEnabled()


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
