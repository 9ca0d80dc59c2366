"""The project of a case in QGIS's window: opened, refreshed, asked about, found in the browser."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsDateTimeRange,
    QgsDirectoryItem,
    QgsFeature,
    QgsProject,
    QgsSettings,
    QgsTemporalNavigationObject,
    QgsVectorLayer,
)
from qgis.gui import QgsDataItemGuiContext, QgsGui
from qgis.PyQt.QtCore import QDateTime, QTimer
from qgis.PyQt.QtWidgets import QAction, QMenu, QMessageBox
from tomoshibi import settings
from tomoshibi.casefile.case import Case
from tomoshibi.dialogs import browser, case_project
from tomoshibi.dialogs.case_project import CaseWindow, open_case_project
from tomoshibi.processing_provider import desk
from tomoshibi.processing_provider.publish import openproject

from tests.qgis.test_project import cells, facilities, homes, make_case
from tests.qgis.window import Interface


class Browser:
    """The model of QGIS's browser, as much of it as favourites need: it takes a folder as often as it is given."""

    def addFavoriteDirectory(self, folder: str, name: str) -> None:
        held = QgsSettings().value("browser/favourites") or []
        held = [*([held] if isinstance(held, str) else held), f"{folder}|||{name}"]
        # as it comes back from the file
        QgsSettings().setValue("browser/favourites", held if len(held) > 1 else held[0])


class Window(Interface):
    """QGIS's window with a menu that saves and a way to open projects."""

    def __init__(self):
        super().__init__()
        self.opened: list[str] = []
        self.saved = 0
        self.browser = Browser()
        self._save = QAction("Save", self.window)
        self._save.triggered.connect(self._saved)

    def addProject(self, path: str) -> bool:
        self.opened.append(path)
        return QgsProject.instance().read(path)

    def browserModel(self) -> Browser:
        return self.browser

    def actionSaveProject(self) -> QAction:
        return self._save

    def told(self) -> list[str]:
        return [item.text() for item in self.messages.items()]

    def _saved(self) -> None:
        self.saved += 1
        QgsProject.instance().write()


@pytest.fixture()
def case(provider, tmp_path: Path, monkeypatch) -> Case:
    monkeypatch.setattr(openproject, "base_map", lambda wish, progress: False)
    made = make_case(tmp_path / "case")
    facilities(made.folder)
    cells(made.folder)
    return made


@pytest.fixture()
def window(qgis_app):
    QgsSettings().remove("browser/favourites")
    desk.set_desk(None)
    made = Window()
    yield made
    QgsProject.instance().clear()
    desk.set_desk(None)
    made.window.deleteLater()


def test_the_project_is_made_and_opened_then_refreshed_in_its_place_without_a_question(case, window, monkeypatch):
    monkeypatch.setattr(case_project, "ask", lambda iface, text, buttons: pytest.fail("nothing was to be asked"))
    assert open_case_project(str(case.folder), window)
    path = str(case.folder / "situation.qgz")
    assert window.opened == [path] and QgsProject.instance().fileName() == path
    assert settings.CURRENT_CASE.read() == str(case.folder)
    homes(case.folder)
    assert open_case_project(str(case.folder), window)
    assert window.opened == [path] and window.saved == 1, "refreshed and saved, not opened again"
    assert len(QgsProject.instance().mapLayers()) == 5
    assert window.told() == []


def test_the_window_draws_itself_after_each_layer_of_the_project(case, window):
    turns: list[str] = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(stage[0]))
    timer.start(0)
    for stage in (["made"], ["refreshed"]):
        assert open_case_project(str(case.folder), window)
        assert turns.count(stage[0]) > len(QgsProject.instance().mapLayers())
    assert not window.canvas.isFrozen()


def test_large_type_stays_when_the_open_project_is_refreshed(case, window):
    import processing

    path = Path(processing.run("tomoshibi:openproject", {"CASE": str(case.folder), "LARGE_TYPE": True})["PROJECT"])
    assert window.addProject(str(path))
    assert open_case_project(str(case.folder), window)
    assert desk.is_large(QgsProject.instance())


def test_results_of_the_case_in_a_project_that_was_never_saved_are_no_reason_to_ask(case, window, monkeypatch):
    monkeypatch.setattr(case_project, "ask", lambda iface, text, buttons: pytest.fail("nothing is lost"))
    shown = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=shelterpower", "s", "ogr")
    QgsProject.instance().addMapLayer(shown)
    QgsProject.instance().setDirty(True)
    assert open_case_project(str(case.folder), window) and len(window.opened) == 1


@pytest.mark.parametrize(("answer", "opened"), [("Discard", 1), ("Cancel", 0)])
def test_changes_of_another_project_are_asked_about(case, window, monkeypatch, answer, opened):
    monkeypatch.setattr(case_project, "ask", lambda iface, text, buttons: getattr(QMessageBox.StandardButton, answer))
    QgsProject.instance().addMapLayer(QgsVectorLayer("Point?crs=EPSG:6668", "other", "memory"))
    QgsProject.instance().setDirty(True)
    assert open_case_project(str(case.folder), window) is bool(opened)
    assert len(window.opened) == opened


@pytest.mark.parametrize(("answer", "opened"), [("Discard", 1), ("Cancel", 0)])
def test_temporary_layers_are_asked_about_though_the_project_was_saved(case, window, monkeypatch, answer, opened):
    told: list[str] = []

    def ask(iface, text, buttons):
        told.append(text)
        return getattr(QMessageBox.StandardButton, answer)

    monkeypatch.setattr(case_project, "ask", ask)
    layer = QgsVectorLayer("Point?crs=EPSG:6668", "現地班", "memory")
    assert layer.dataProvider().addFeatures([QgsFeature()])[0]
    QgsProject.instance().addMapLayer(layer)
    QgsProject.instance().setDirty(False)
    assert open_case_project(str(case.folder), window) is bool(opened)
    assert len(window.opened) == opened and "現地班" in told[0]


def test_another_project_is_saved_where_that_is_wanted(case, window, monkeypatch, tmp_path):
    monkeypatch.setattr(case_project, "ask", lambda iface, text, buttons: QMessageBox.StandardButton.Save)
    other = tmp_path / "other.qgz"
    assert QgsProject.instance().write(str(other))
    QgsProject.instance().setTitle("changed")
    QgsProject.instance().setDirty(True)
    assert open_case_project(str(case.folder), window)
    project = QgsProject()
    assert project.read(str(other)) and project.title() == "changed"


def test_edits_of_a_layer_are_never_lost(case, window):
    layer = QgsVectorLayer("Point?crs=EPSG:6668&field=a:int", "現地班", "memory")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    assert layer.addFeature(QgsFeature(layer.fields()))
    assert not open_case_project(str(case.folder), window)
    assert "現地班" in window.told()[0] and window.opened == []
    layer.rollBack()


def test_what_is_wrong_is_told_in_the_message_bar(window, provider, tmp_path):
    assert not open_case_project(str(tmp_path), window)
    assert len(window.told()) == 1 and window.opened == []


def test_the_toolbox_opens_what_it_made_once_the_algorithm_has_ended(case, window):
    import processing

    listening = CaseWindow(window)
    found: list[str] = []
    listening.opened.connect(found.append)
    processing.run("tomoshibi:openproject", {"CASE": str(case.folder)})
    assert window.opened == []
    QgsApplication.processEvents()
    assert window.opened == [str(case.folder / "situation.qgz")]
    assert found == [str(case.folder)], "the plugin goes on with this case"
    listening.close()
    assert desk.desk() is None


def test_nobodys_name_is_saved_with_the_project_of_a_case_from_the_menu(case, window):
    listening = CaseWindow(window)
    assert open_case_project(str(case.folder), window)
    QgsProject.instance().setDirty(True)
    window.actionSaveProject().trigger()
    listening.close()
    with zipfile.ZipFile(case.folder / "situation.qgz") as archive:
        assert "saveUser" not in archive.read("situation.qgs").decode("utf-8")


# Browser


def test_a_case_folder_is_named_after_its_case_and_marked_as_a_drill(case, tmp_path):
    assert browser.case_name(str(case.folder)) == "灯里市 地震 [drill]"
    plain = make_case(tmp_path / "real")
    said = json.loads((plain.folder / "case.json").read_text(encoding="utf-8"))
    (plain.folder / "case.json").write_text(json.dumps({**said, "practice": False}), encoding="utf-8")
    assert browser.case_name(str(plain.folder)) == "灯里市 地震"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": ""}', '{"name": 3', '"name"', "x" * 200_000, "[" * 90_000])
def test_a_folder_with_another_case_json_is_left_to_qgis(tmp_path, text):
    (tmp_path / "case.json").write_text(text, encoding="utf-8")
    assert browser.case_name(str(tmp_path)) == ""
    assert browser.case_name(str(tmp_path / "none")) == ""


def test_a_double_click_on_a_case_folder_opens_its_project_and_other_folders_open_as_ever(case, qgis_app):
    asked: list[str] = []
    shown = browser.CasesInBrowser(asked.append)
    try:
        mine = QgsDirectoryItem(None, "case", str(case.folder))
        plain = QgsDirectoryItem(None, "plain", str(case.folder.parent))
        items, context = QgsGui.dataItemGuiProviderRegistry().providers()[-1], QgsDataItemGuiContext()
        assert items.handleDoubleClick(mine, context) and asked == [str(case.folder)]
        assert not items.handleDoubleClick(plain, context)
        menu = QMenu()
        items.populateContextMenu(plain, menu, [], context)
        assert not menu.actions()
        menu.addAction("Other")
        items.populateContextMenu(mine, menu, [], context)
        assert [action.text() for action in menu.actions()] == ["Open the Project of the Case", "Other"]
        menu.actions()[0].trigger()
        assert asked == [str(case.folder)] * 2
    finally:
        shown.close()
    assert "tomoshibi:cases" not in [each.name() for each in QgsGui.dataItemGuiProviderRegistry().providers()]


class Canvas:
    """A map with a time, and the controller of its time."""

    def __init__(self, mode: int):
        self.mode = mode
        now = QDateTime.currentDateTime()
        self.range = QgsDateTimeRange(now, now.addSecs(3600))

    def temporalController(self) -> Canvas:
        return self

    def freeze(self, on: bool) -> None:
        """Nothing is drawn."""

    def refresh(self) -> None:
        """Nothing is drawn."""

    def navigationMode(self):
        return self.mode

    def temporalRange(self) -> QgsDateTimeRange:
        return self.range

    def setTemporalRange(self, given: QgsDateTimeRange) -> None:
        self.range = given


@pytest.mark.parametrize(("mode", "newest"), [(0, True), (2, False)])
def test_a_map_that_kept_a_time_of_another_project_shows_the_newest_of_a_case(case, window, mode, newest):
    canvas = Canvas(mode)
    window.mapCanvas = lambda: canvas
    listening = CaseWindow(window)
    assert open_case_project(str(case.folder), window)
    QgsApplication.processEvents()
    listening.close()
    assert canvas.range.isInfinite() is newest, "a time that was chosen stays"


def test_an_opened_case_is_among_the_favourites_of_the_browser_once_under_its_name(case, window):
    for _ in range(2):
        QgsProject.instance().clear()
        assert open_case_project(str(case.folder), window)
    assert QgsSettings().value("browser/favourites") == f"{case.folder}|||灯里市 地震 [drill]"


def test_automatic_refreshing_goes_on_when_the_project_of_its_case_is_opened_and_ends_with_any_other(case, window):
    from tomoshibi.dialogs.refresh import Refresher

    refresher = Refresher(window)
    try:
        refresher.start(str(case.folder))
        assert refresher.controller.active
        assert open_case_project(str(case.folder), window)
        assert refresher.controller.active
        QgsProject.instance().clear()
        assert not refresher.controller.active
    finally:
        refresher.close()


def test_time_that_begins_to_be_played_shows_a_result_with_a_course(case, window):
    # the canvas points to it until it goes itself: it must not be collected before
    controller = QgsTemporalNavigationObject(window.canvas)
    window.canvas.setTemporalController(controller)
    held = CaseWindow(window)
    assert open_case_project(str(case.folder), window)
    mesh = next(node for node in QgsProject.instance().layerTreeRoot().findLayers() if "Outage by mesh" in node.name())
    mesh.setItemVisibilityChecked(False)
    controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
    assert mesh.isVisible() and "changes with the time" in window.told()[-1]
    # somebody who switches it off while time is played is left alone
    mesh.setItemVisibilityChecked(False)
    controller.setCurrentFrameNumber(0)
    assert not mesh.isVisible()
    held.close()
    controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.NavigationOff)
