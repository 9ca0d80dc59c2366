"""The situation dock as it stands in QGIS's window: what it says, what a click does, and that it never waits."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsFeedback, QgsLocatorContext, QgsLocatorResult, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QApplication, QMessageBox, QProgressDialog, QPushButton
from tomoshibi import settings
from tomoshibi.analysis.key_figures import Figure
from tomoshibi.benchmarks import homeaway
from tomoshibi.casefile import history
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.dialogs import cases, jobs
from tomoshibi.dialogs.dock import window
from tomoshibi.dialogs.dock.locator import PlacesLocator
from tomoshibi.dialogs.dock.window import Doors, SituationDock
from tomoshibi.layers import build
from tomoshibi.processing_provider.dock.places import find_places
from tomoshibi.processing_provider.dock.situation import NextStep
from tomoshibi.tests.qgis.window import Interface
from tomoshibi.tests.stall import LONGEST, StallMeter, spin_until

from tests.qgis.test_sheets import _places, _result

EVENT = datetime(2026, 1, 19, 4, 10)


NAMES = ("灯総合病院", "<b>灯小学校</b>", "暁公民館")


def facilities(folder: Path, layer: str = "shelterpower") -> None:
    table = pd.DataFrame(
        {
            "facility_id": list("abc"),
            "name": list(NAMES),
            "kind": ["病院", "避難所", "避難所"],
            "state": ["outage", "outage", "powered"],
        }
    )
    places = build.points(137 + 0.01 * np.arange(3), np.full(3, 37.2))
    _result(folder / "layers.gpkg", "shelterpower", table, places, layer=layer)


def isolated(folder: Path) -> None:
    table = pd.DataFrame(
        {
            "rank": [1, 2, 3],
            "area_id": ["1", "2", "3"],
            "area_name": ["松明浜", "電線浜", "雷光谷"],
            "meters": [38, 39, 40],
            "hours": [47.5, 47.5, 3.0],
            "access_cut": ["cut", "cut", "open"],
            "group_id": ["1", "1", "2"],
        }
    )
    shapes = build.rectangles([37.2] * 3, [137.0, 137.02, 137.04], [37.21] * 3, [137.01, 137.03, 137.05])
    shapes = list(shapes)
    for shape in shapes:
        shape.convertToMultiType()
    _result(folder / "layers.gpkg", "isolatedcommunities", table, shapes)


def homes(folder: Path) -> None:
    table = pd.DataFrame({"supply_point": ["0" * 18 + "1234", "9" * 22], "state": ["home", "away"], "pole_count": 1})
    _result(folder / "layers.gpkg", "homeaway", table, build.points([137.0, 137.1], [37.2, 37.3]))


@pytest.fixture
def case(qgis_app, provider, tmp_path: Path, monkeypatch) -> Case:
    made = Case.create(tmp_path / "case", CaseInfo("灯里市 地震", EVENT, "999999", practice=True))
    _places(made.folder / "context.gpkg", "boundary", [("city", 136.99, 37.19, 0.08)])
    monkeypatch.setenv("TOMOSHIBI_CASE", str(made.folder))
    monkeypatch.setenv("TOMOSHIBI_RECENT", str(made.folder))
    return made


class Opened:
    """What the dock asked the plugin for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def doors(self) -> Doors:
        return Doors(
            lambda folder: self.asked.append(("choose", folder)),
            lambda name: self.asked.append(("window", name)),
            lambda name: self.asked.append(("dialog", name)),
        )


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def iface(qgis_app):
    made = Interface()
    yield made
    QgsProject.instance().clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made.delete()


@pytest.fixture
def dock(iface, opened):
    made = SituationDock(iface, opened.doors())
    iface.addDockWidget(window.Qt.DockWidgetArea.RightDockWidgetArea, made)
    yield made
    made.close_down()
    made.deleteLater()


def settle(dock: SituationDock) -> None:
    """Wait until nothing is read any more."""
    spin_until(lambda: not dock.reader.busy and dock.job is None, what="the end of the reading")


def shown(dock: SituationDock) -> SituationDock:
    dock.iface.window.show()
    dock.show()
    settle(dock)
    return dock


def texts(dock: SituationDock) -> list[list[str]]:
    """Return the rows of the list: the headings, then what is below them."""
    found = []
    for number in range(dock.places.topLevelItemCount()):
        top = dock.places.topLevelItem(number)
        names = (top.child(place).text(0).split("\n")[0] for place in range(top.childCount()))
        found.append([top.text(0), *names])
    return found


# -- what it says -----------------------------------------------------------------------------------------------------


def test_without_data_the_next_step_is_to_download(case, dock, opened):
    shown(dock)
    assert dock.chooser.currentText() == "灯里市 地震" and dock.badge.text() == "DRILL"
    assert dock.reach.text() == "No data were received" and "bold" in dock.reach.styleSheet()
    assert [row.value.text() for row in dock.number_rows if not row.value.isHidden()] == ["not made"] * 5
    assert texts(dock) == [
        ["Without power (critical ones first) (not made)"],
        ["Groups that may be isolated (not made)"],
    ]
    assert dock.situation.next_step is NextStep.DOWNLOAD and "download" in dock.next_text.text()
    dock.next_button.click()
    assert opened.asked == [("window", "conditions")]


def test_who_may_lose_power_within_a_day_is_a_sixth_number_where_it_was_asked(case, dock):
    clocks = pd.DataFrame(
        {
            "facility_id": list("abc"),
            "name": ["灯総合病院", "灯小学校", "暁公民館"],
            "kind": ["病院", "避難所", "避難所"],
            "state": ["running", "failed", "powered"],
            "rank": [1, 2, 3],
            "hours_left_low": [3.0, None, None],
        }
    )
    places = build.points(137 + 0.01 * np.arange(3), np.full(3, 37.2))
    _result(case.folder / "layers.gpkg", "survivalclocks", clocks, places)
    shown(dock)
    assert len(dock.number_rows) == window.MOST_NUMBERS == len(Figure) == len(dock.situation.numbers)
    last = dock.number_rows[-1]
    assert not last.value.isHidden() and last.value.text() == "1 of 3"


def test_what_is_foreseen_is_not_shown_among_the_faults_of_the_data(case, dock):
    facilities(case.folder)
    shown(dock)
    assert dock.beside.isHidden()
    dock._show(replace(dock.situation, outlook="Outlook 01/21 05:00: in 24 h 1,012 of 1,526 meters still dark"))
    assert not dock.beside.isHidden() and "1,012" in dock.beside.text() and dock.beside.styleSheet() == ""
    assert "1,012" not in dock.missing.text()


def test_numbers_names_and_change_come_from_the_layers_of_the_case(case, dock):
    facilities(case.folder)
    isolated(case.folder)
    for hour, states in ((6, ("powered", "powered", "outage")), (9, ("powered", "outage", "outage"))):
        before = pd.DataFrame({"facility_id": list("abc"), "state": states})
        history.keep(case, "shelterpower", before, datetime(2026, 1, 19, hour), "tomoshibi:shelterpower")
    shown(dock)
    assert texts(dock) == [
        ["Without power (critical ones first) (2)", "灯総合病院", "<b>灯小学校</b>"],
        ["Groups that may be isolated (2)", "松明浜 and 1 more", "雷光谷"],
    ]
    critical, _, groups, hidden, unknown = dock.situation.numbers
    assert (critical.value, critical.known) == ("1 of 1", True)
    # of the hospital alone: the school was out before, and the hall that no longer is counts elsewhere
    assert "newly out 1" in critical.change and "no longer out 0" in critical.change
    assert [(low, high) for _, low, high in critical.course] == [(0, 0), (0, 0), (1, 1)]
    assert len(dock.number_rows[0].course.places()) == 3
    assert (groups.value, groups.rest) == ("2", "road cut off or cut in part: 1 groups")
    assert unknown.change == "" and not hidden.known and unknown.value == "0 of 3"


def test_homes_without_power_are_those_of_the_newest_day_and_of_low_voltage(case, dock):
    table = pd.DataFrame(
        {
            "mesh_code": ["1", "1", "2", "1"],
            "begin": pd.to_datetime(["2026-01-19", "2026-01-20", "2026-01-20", "2026-01-20"]),
            "end": pd.to_datetime(["2026-01-20", "2026-01-21", "2026-01-21", "2026-01-21"]),
            "voltage": ["low", "low", "low", "high"],
            "meters": [100, 100, 50, 7],
            "low": [1.0, 0.1, None, 1.0],
            "high": [1.0, 0.2, None, 1.0],
            "unknown_reason": [None, None, "masked", None],
        }
    )
    shapes = list(build.rectangles([37.2] * 4, [137.0] * 4, [37.21] * 4, [137.01] * 4))
    for shape in shapes:
        shape.convertToMultiType()
    _result(case.folder / "layers.gpkg", "meshoutage", table, shapes)
    shown(dock)
    number = dock.situation.numbers[1]
    # bounds are those of the 100 meters of which something is known, as above the map
    assert number.value == "10–20 of 100" and number.rest.startswith("low voltage · unknown 50")


def test_a_part_of_a_theme_is_not_told_as_the_whole_and_a_result_of_a_moment_is(case, dock):
    facilities(case.folder, "shelterpower_避難所")
    shown(dock)
    assert not dock.situation.told_dark and dock.number_rows[0].value.text() == "not made"
    facilities(case.folder, "shelterpower_20260120_0900")
    dock.look()
    settle(dock)
    assert dock.situation.told_dark and len(dock.situation.dark) == 2


def test_a_name_from_outside_is_shown_as_it_is(case, dock):
    facilities(case.folder)
    shown(dock)
    item = dock.places.topLevelItem(0).child(1)
    assert item.text(0).startswith("<b>灯小学校</b>\n")
    assert "&lt;b&gt;" in item.toolTip(0) and "<b>" not in item.toolTip(0)


def test_results_older_than_the_data_are_to_be_refreshed_and_then_printed(case, dock):
    from tomoshibi.casefile.recipes import Recipe, keep_recipe

    facilities(case.folder)
    keep_recipe(case, Recipe("shelterpower", "shelterpower", seen=case.ledger.size()))
    _readings(case.folder)
    shown(dock)
    assert dock.situation.next_step is NextStep.BRIEF
    case.ledger.add("tomoshibi:downloadpublished", "readings", ["c1"], True)
    dock.look()
    settle(dock)
    assert dock.situation.next_step is NextStep.REFRESH and "Shelter power" in dock.next_text.text()


def test_an_unchanged_case_is_not_read_again_and_a_changed_one_is(case, dock):
    shown(dock)
    first = dock.situation
    dock.look()
    settle(dock)
    assert dock.situation is first
    facilities(case.folder)
    dock.look()
    settle(dock)
    assert dock.situation is not first and dock.situation.told_dark


def test_data_past_the_limit_are_red_and_fresh_ones_are_not(case, dock):
    statistics = pd.DataFrame({"date": [np.datetime64("2026-01-17", "D")]})
    from tomoshibi.casefile.columns import write_table

    _readings(case.folder)
    write_table(case.folder / "tables" / "statistics", statistics)
    shown(dock)
    readings, lists, stats = (told for _, told in dock.age_rows)
    assert readings.text().startswith("until 01/21 00:00") and readings.styleSheet() == ""
    assert lists.text() == "none" and lists.styleSheet() == ""
    assert stats.text().startswith("until 01/18 00:00 (3 days ago") and "bold" in stats.styleSheet()
    # the time of the newest would be read as that of all
    assert dock.reach.isHidden()


def test_a_case_that_cannot_be_read_is_said(case, dock):
    (case.folder / "case.json").write_text("{", encoding="utf-8")
    shown(dock)
    assert "cannot be read" in dock.reach.text() and not dock.buttons["brief"].isEnabled()


def test_another_case_is_chosen_by_its_name(case, dock, opened, tmp_path, monkeypatch):
    other = Case.create(tmp_path / "zz", CaseInfo("隣町 台風", EVENT, "999999"))
    monkeypatch.setenv("TOMOSHIBI_RECENT", f"{case.folder}\n{other.folder}")
    shown(dock)
    assert [dock.chooser.itemText(place) for place in range(2)] == ["灯里市 地震", "隣町 台風"]
    dock.chooser.setCurrentIndex(1)
    dock.chooser.activated.emit(1)
    assert opened.asked == [("choose", str(other.folder))]
    monkeypatch.setenv("TOMOSHIBI_CASE", str(other.folder))
    dock.case_changed()
    settle(dock)
    assert dock.chooser.currentText() == "隣町 台風" and dock.badge.text() == "REAL DISASTER"


# -- what a click does ------------------------------------------------------------------------------------------------


def test_a_click_on_a_facility_zooms_to_it_and_opens_its_form(case, dock):
    facilities(case.folder)
    shown(dock)
    dock.iface.canvas.setDestinationCrs(QgsVectorLayer("Point?crs=EPSG:6668", "x", "memory").crs())
    dock.places.itemClicked.emit(dock.places.topLevelItem(0).child(1), 0)
    (layer, feature) = dock.iface.forms[0]
    assert feature["facility_id"] == "b" and layer.id() in QgsProject.instance().mapLayers()
    assert dock.iface.canvas.extent().center().x() == pytest.approx(137.01)
    assert dock.iface.canvas.extent().width() < 0.05
    dock.places.itemClicked.emit(dock.places.topLevelItem(0).child(0), 0)
    assert len(QgsProject.instance().mapLayers()) == 1 and dock.iface.forms[1][1]["facility_id"] == "a"


def test_a_click_on_a_group_shows_all_of_it(case, dock):
    isolated(case.folder)
    shown(dock)
    dock.iface.canvas.setDestinationCrs(QgsVectorLayer("Point?crs=EPSG:6668", "x", "memory").crs())
    dock.places.itemClicked.emit(dock.places.topLevelItem(1).child(0), 0)
    seen = dock.iface.canvas.extent()
    assert seen.xMinimum() < 137.0 and 137.03 < seen.xMaximum() < 137.06
    assert dock.iface.forms == []


def test_a_click_on_a_heading_does_nothing(case, dock):
    shown(dock)
    dock.places.itemClicked.emit(dock.places.topLevelItem(0), 0)
    assert dock.iface.forms == [] and QgsProject.instance().mapLayers() == {}


def test_the_brief_is_made_and_opened(case, dock, monkeypatch):
    seen: list[str] = []
    monkeypatch.setattr(window.QDesktopServices, "openUrl", lambda url: seen.append(url.toLocalFile()))
    facilities(case.folder)
    shown(dock)
    dock.buttons["brief"].click()
    settle(dock)
    assert [Path(place).name for place in seen] == ["brief.pdf"] and Path(seen[0]).is_file()
    assert Path(seen[0]).is_relative_to(case.folder / "reports") and "brief.pdf" in dock.said.text()


def test_a_refresh_says_what_it_did(case, dock):
    shown(dock)
    dock.buttons["refresh"].click()
    assert not dock.buttons["brief"].isEnabled()
    settle(dock)
    assert "0 layer(s) made again" in dock.said.text() and dock.buttons["brief"].isEnabled()


def test_the_project_of_the_case_is_opened(case, dock, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(window, "open_case_project", lambda folder, iface: asked.append(folder) or True)
    shown(dock)
    dock.buttons["project"].click()
    assert asked == [str(case.folder)] and "is open" in dock.said.text()
    settle(dock)


# -- the maps of the morning ------------------------------------------------------------------------------------------


def test_each_map_of_the_morning_is_tried_and_what_cannot_be_made_is_named(case, dock, monkeypatch):
    shown(dock)
    asked: list[str] = []
    monkeypatch.setattr(window, "open_case_project", lambda folder, iface: bool(asked.append(folder)) or True)
    monkeypatch.setattr(window, "MOST_SAID", 20)
    dock.make_maps()
    assert not dock.buttons["refresh"].isEnabled() and not dock.stop_button.isHidden()
    settle(dock)
    # the case has no data: none can be made, and each says why
    assert dock.said.text().count("Not made: ") == len(window.MORNING) and asked == [str(case.folder)]
    assert dock.stop_button.isHidden() and dock.buttons["refresh"].isEnabled()


def test_the_maps_of_the_morning_do_not_take_the_place_of_what_is_on_the_screen(case, dock, monkeypatch):
    shown(dock)
    QgsProject.instance().addMapLayer(QgsVectorLayer("Point", "mine", "memory"))
    monkeypatch.setattr(window, "open_case_project", lambda *given: pytest.fail("the layers on the screen are gone"))
    monkeypatch.setattr(window, "MORNING", window.MORNING[:1])
    dock.make_maps()
    settle(dock)
    assert "“Project” shows them" in dock.said.text()


def test_the_maps_of_the_morning_can_be_stopped(case, dock):
    shown(dock)
    dock.make_maps()
    dock.stop_button.click()
    settle(dock)
    assert dock.said.text() == "Stopped. What was made stays." and dock._waiting == []


def test_the_model_that_ships_makes_the_same_maps(provider):
    from qgis.core import QgsApplication

    model = QgsApplication.processingRegistry().algorithmById("tomoshibi:morning_brief")
    assert {name for name, _ in window.MORNING} == set(model.childAlgorithms()) - {"mapsheets"}


def test_what_is_printed_in_the_window_can_be_stopped_between_two_pages(case, dock, monkeypatch):
    monkeypatch.setattr(window.QDesktopServices, "openUrl", lambda url: pytest.fail("a brief was made"))
    facilities(case.folder)
    shown(dock)
    seen: list[str] = []

    def press_cancel() -> None:
        if seen:
            return
        (made,) = (one for one in QApplication.topLevelWidgets() if one.objectName() == "mTomoshibiHere")
        seen.append(made.labelText())
        made.findChild(QPushButton).click()

    monkeypatch.setattr(jobs._HereDialog, "show", lambda self: (QProgressDialog.show(self), press_cancel()))
    dock.buttons["brief"].click()
    settle(dock)
    assert "between two of them" in seen[0] and dock.said.text() == "Stopped. What was made stays."
    assert not list((case.folder / "reports").rglob("*.pdf"))


# -- drill or real disaster -------------------------------------------------------------------------------------------


def real(case: Case, **more) -> None:
    record = json.loads((case.folder / "case.json").read_text(encoding="utf-8"))
    (case.folder / "case.json").write_text(json.dumps({**record, "practice": False, **more}), encoding="utf-8")


@pytest.mark.parametrize(("button", "drill"), [("drillButton", True), ("realButton", False)])
def test_where_mode_and_case_disagree_printing_asks_once_and_goes_on(case, dock, monkeypatch, button, drill):
    seen: list[str] = []
    monkeypatch.setattr(window.QDesktopServices, "openUrl", lambda url: seen.append(url.toLocalFile()))
    monkeypatch.setenv("TOMOSHIBI_PRACTICE", "1")
    real(case)
    shown(dock)
    assert dock.badge.text() == "REAL DISASTER?"
    dock.buttons["brief"].click()
    box = dock.findChild(QMessageBox, "drillBox")
    assert box is not None and "Practice mode is on" in box.text() and seen == []
    assert box.defaultButton().text() == "Cancel"
    box.findChild(QPushButton, button).click()
    spin_until(lambda: bool(seen), what="the brief")
    settle(dock)
    assert Case.open(case.folder).info.practice is drill
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    dock.buttons["brief"].click()
    assert dock.findChild(QMessageBox, "drillBox") is None
    spin_until(lambda: len(seen) == 2, what="the second brief")


@pytest.mark.parametrize("name", ["brief", "mapsheets", "situationreport"])
def test_without_a_window_a_disagreement_is_an_error_that_names_the_parameter(case, complaint, monkeypatch, name):
    monkeypatch.setenv("TOMOSHIBI_PRACTICE", "1")
    facilities(case.folder)
    real(case)
    assert "PRACTICE" in complaint(name, {"CASE": str(case.folder)})


def test_data_of_the_real_aggregator_in_a_drill_are_asked_about(case, complaint):
    real(case, practice=True, received_from=["real"])
    assert "real aggregator" in complaint("brief", {"CASE": str(case.folder)})


def test_a_case_with_data_of_the_practice_aggregator_is_a_drill_whatever_is_said(case, complaint, dock):
    real(case, received_from=["practice"])
    assert Case.open(case.folder).info.practice
    assert "stays a drill" in complaint("editcase", {"CASE": str(case.folder), "PRACTICE": "no"})
    shown(dock)
    assert dock.badge.text() == "DRILL" and dock.situation.doubt == ""


# -- the locator ------------------------------------------------------------------------------------------------------


def places(folder: Path, words: str) -> list[tuple[str, str]]:
    return [(found.title, found.group) for found in find_places(folder, words)]


def test_facilities_settlements_and_supply_points_are_found(case):
    facilities(case.folder)
    isolated(case.folder)
    homes(case.folder)
    assert places(case.folder, "公民館") == [("暁公民館", "Facilities")]
    assert places(case.folder, "浜") == [("松明浜", "Settlements"), ("電線浜", "Settlements")]
    assert places(case.folder, "１２３４") == [("0" * 18 + "1234", "Supply points")]
    assert places(case.folder, "999") == [] and places(case.folder, "") == [] and places(case.folder, "%") == []
    assert list(find_places(case.folder, "浜", lambda: True)) == []


def test_the_locator_finds_in_the_current_case_and_zooms_without_a_word_in_the_log(case, iface, log):
    facilities(case.folder)
    homes(case.folder)
    iface.canvas.setDestinationCrs(QgsVectorLayer("Point?crs=EPSG:6668", "x", "memory").crs())
    locator = PlacesLocator(iface)
    assert locator.prefix() == "tomo"
    asked = locator.clone()
    context, heard = QgsLocatorContext(), []
    context.usingPrefix = True
    asked.resultFetched.connect(lambda result: heard.append((result.displayString, result.userData)))
    asked.prepare("9999", context)
    asked.fetchResults("9999", context, QgsFeedback())
    assert [shown for shown, _ in heard] == ["9" * 22]
    result = QgsLocatorResult()
    result.userData = heard[0][1]
    locator.triggerResult(result)
    assert iface.canvas.extent().center().y() == pytest.approx(37.3)
    # a layer of people is not put on the screen by a search
    assert QgsProject.instance().mapLayers() == {} and log == []


def test_without_a_case_the_locator_finds_nothing(iface, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_CASE", "")
    settings.CURRENT_CASE.save("")
    QgsProject.instance().clear()
    locator, context, heard = PlacesLocator(iface), QgsLocatorContext(), []
    locator.resultFetched.connect(heard.append)
    locator.prepare("浜", context)
    locator.fetchResults("浜", context, QgsFeedback())
    assert cases.current() == "" and heard == []


# -- never waiting ----------------------------------------------------------------------------------------------------


def _readings(folder: Path) -> None:
    """Put readings of a few meters until 21 January into a case."""
    from datetime import date

    from tomoshibi.casefile.packed_days import write_day
    from tomoshibi.casefile.readings import METER, METERS_FILE, DayRecord, StoreIndex, write_index

    store = folder / "readings"
    records = np.zeros(3, METER)
    records["supply_point"], records["flow"], records["voltage"] = [b"1", b"2", b"3"], 1, 1
    records.tofile(store / METERS_FILE)
    write_day(store, date(2026, 1, 20), np.ones((3, 48), "int32"))
    write_index(store, StoreIndex(3, {date(2026, 1, 20): DayRecord(0, 47)}))


def _list(folder: Path, rows: int) -> None:
    """Put an outage list (通電情報) of so many meters into a case."""
    from tomoshibi.casefile.columns import write_table
    from tomoshibi.casefile.outage_about import OutageAbout, write_about

    moment = datetime(2026, 1, 30, 6)
    place = folder / "tables" / "outage" / "20260130060000_c1"
    numbers = np.char.zfill(np.arange(rows).astype(str), 22)
    write_table(place, pd.DataFrame({"supply_point": numbers, "created_at": np.full(rows, moment, "datetime64[s]")}))
    write_about(place, OutageAbout(moment, "c1", "all"))


@pytest.mark.parametrize("meters", [8_000, 600_000])
def test_reading_a_case_never_stops_the_window(provider, iface, opened, tmp_path, monkeypatch, meters):
    monkeypatch.setattr(homeaway, "DAYS", 2)
    folder = tmp_path / "large"
    homeaway.fill(folder, meters)
    facilities(folder)
    isolated(folder)
    _list(folder, meters // 3)
    count = meters // 30
    table = pd.DataFrame({"supply_point": np.arange(count).astype(str), "certainty": "sure"})
    _result(folder / "layers.gpkg", "hiddenoutages", table, build.points(np.full(count, 137.0), np.full(count, 37.2)))
    monkeypatch.setenv("TOMOSHIBI_CASE", str(folder))
    iface.window.show()
    with StallMeter() as meter:
        meter.doing = "making the dock"
        dock = SituationDock(iface, opened.doors())
        iface.addDockWidget(window.Qt.DockWidgetArea.RightDockWidgetArea, dock)
        meter.doing = "reading"
        shown(dock)
        meter.doing = "reading anew"
        dock.look(anew=True)
        settle(dock)
        meter.doing = "showing a facility"
        dock.places.itemClicked.emit(dock.places.topLevelItem(0).child(0), 0)
        QCoreApplication.processEvents()
        meter.doing = "looking whether it has changed"
        dock.look()
        settle(dock)
    assert len(iface.forms) == 1
    assert dock.situation.numbers[3].value == f"{count:,}"
    print(f"{meters} meters: longest stall {1000 * meter.longest:.0f} ms while {meter.where}, {meter.ticks} ticks")
    dock.close_down()
    dock.deleteLater()
    shutil.rmtree(folder)
    assert meter.longest < LONGEST


# -- in the plugin ----------------------------------------------------------------------------------------------------


def test_the_plugin_makes_the_dock_when_it_is_first_shown_and_takes_it_away(case, provider, iface):
    from qgis.core import QgsApplication
    from tomoshibi import classFactory

    QgsApplication.processingRegistry().removeProvider("tomoshibi")
    plugin = classFactory(iface)
    plugin.initGui()
    assert plugin.dock is None and len(iface.locators) == 1
    iface.window.show()
    plugin.dock_action.trigger()
    assert iface.docks == [plugin.dock] and settings.DOCK_SHOWN.read() == "1"
    settle(plugin.dock)
    assert plugin.dock.chooser.currentText() == "灯里市 地震"
    plugin.dock_action.trigger()
    assert plugin.dock.isHidden() and settings.DOCK_SHOWN.read() == ""
    plugin.unload()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert iface.docks == [] and iface.locators == [] and not jobs.running()
    assert iface.window.findChildren(SituationDock) == []


def test_the_next_step_is_there_however_low_the_window_is(case, dock):
    cases.make_current(str(case.folder))
    facilities(case.folder)
    shown(dock)
    dock.iface.window.resize(900, 420)
    dock.resize(dock.width(), 300)
    spin_until(lambda: not dock.next_frame.visibleRegion().isEmpty(), what="the next step")
    frame = dock.next_frame
    assert frame.visibleRegion().boundingRect() == frame.rect()
