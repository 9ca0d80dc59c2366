"""The dialog of データ提供条件, driven as a person would, against the practice aggregator."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLineEdit, QPushButton
from tomoshibi.processing_provider.request import condition_preview
from tomoshibi.tests.dialog_stage import case, clipped, small_scenario, stage  # noqa: F401
from tomoshibi.tests.stall import LONGEST, StallMeter

LEFT = Qt.MouseButton.LeftButton


def test_the_help_button_opens_a_page_of_this_computer(stage, dialog, monkeypatch):  # noqa: F811
    from tomoshibi.dialogs import base

    opened = []
    monkeypatch.setattr(base.QDesktopServices, "openUrl", opened.append)
    QTest.mouseClick(dialog.findChild(QPushButton, "helpButton"), LEFT)
    (url,) = opened
    assert url.isLocalFile() and Path(url.toLocalFile()).is_file() and "registercondition.ja" in url.toLocalFile()


@pytest.fixture
def dialog(stage):  # noqa: F811
    from tomoshibi.dialogs.conditions import ConditionsDialog

    made = ConditionsDialog(stage.iface)
    yield made
    for job in made.jobs:
        job.cancel()
    made.close()
    stage.idle(made)


@pytest.fixture
def register(run, case, stage):  # noqa: F811
    """Return `register(template, **more)`: registered without the dialog."""

    def runner(template: str, **more) -> list[str]:
        given = {"FROM": stage.about["first_day"], "TO": stage.about["last_day"], **more}
        return run("registercondition", {"CASE": case, "TEMPLATE": template, **given})["CONDITION_ID"].split(",")

    return runner


def choose(dialog, use_case: str) -> None:
    dialog.useCaseCombo.setCurrentIndex(dialog.useCaseCombo.findData(use_case))


def cells(dialog, row: int = 0) -> list[str]:
    return [dialog.table.topLevelItem(row).text(column) for column in range(8)]


def over_the_municipality(stage, dialog) -> None:  # noqa: F811
    layer = QgsVectorLayer(str(stage.scenario / "open" / "municipality.geojson"), "municipality", "ogr")
    dialog.extent.setOutputExtentFromUser(layer.extent(), QgsCoordinateReferenceSystem("EPSG:6668"))


def test_the_area_is_the_cases_own_boundary_until_another_is_chosen(stage, dialog, case):  # noqa: F811
    from osgeo import gdal

    dialog.open_on("new")
    stage.idle(dialog)
    choose(dialog, "uc2")
    assert not dialog.extent.isValid() and dialog.codes() == []
    assert [edit.text() for edit in dialog.extent.findChildren(QLineEdit) if edit.isVisible()] == ["未選択"]
    boundary = str(stage.scenario / "open" / "municipality.geojson")
    done = gdal.VectorTranslate(str(Path(case) / "context.gpkg"), boundary, format="GPKG", layerName="boundary")
    done.FlushCache()
    del done
    dialog._area_of = ""
    dialog.case_changed()
    layer = QgsVectorLayer(boundary, "municipality", "ogr")
    expected, wrong = condition_preview.area_codes(layer.extent())
    assert dialog.codes() == expected != [] and wrong == ""
    middle = layer.extent().center()
    smaller = QgsRectangle(middle.x(), middle.y(), middle.x() + 0.001, middle.y() + 0.001)
    dialog.extent.setOutputExtentFromUser(smaller, QgsCoordinateReferenceSystem("EPSG:6668"))
    dialog.case_changed()
    assert len(dialog.codes()) == 1


def test_the_window_steps_aside_while_the_area_is_drawn_on_the_map(stage, dialog):  # noqa: F811
    dialog.open_on("new")
    stage.idle(dialog)
    choose(dialog, "uc2")
    dialog.extent.toggleDialogVisibility.emit(False)
    assert not dialog.isVisible()
    dialog.extent.toggleDialogVisibility.emit(True)
    assert dialog.isVisible() and dialog.use_case == "uc2"


def test_statistics_are_registered_for_each_voltage_class_after_they_were_shown(stage, dialog, case):  # noqa: F811
    dialog.open_on("new")
    stage.idle(dialog)
    choose(dialog, "uc2")
    assert dialog.problems.text().startswith("✗") and not dialog.registerButton.isEnabled()
    assert "二次メッシュ" in dialog.problems.text()
    over_the_municipality(stage, dialog)
    dialog.highCheck.setChecked(True)
    dialog.judge()
    codes = dialog.codes()
    assert codes and all(len(code) == 6 for code in codes)
    dialog.codesList.item(0).setCheckState(Qt.CheckState.Unchecked)
    dialog.judge()
    assert dialog.problems.text() == "✓ 問題はありません。"
    QTest.mouseClick(dialog.showButton, LEFT)
    wire = json.loads(dialog.wireText.toPlainText())
    assert wire["secondaryMeshCodes"] == codes[1:] and wire["municipalityCode"] == stage.about["municipality"]
    assert dialog.registerButton.text() == "2件を登録" and clipped(dialog) == []
    assert [dialog.draftTree.topLevelItem(place).text(0) for place in range(2)] == [
        "通電計器数、低圧",
        "通電計器数、高圧",
    ]
    QTest.mouseClick(dialog.registerButton, LEFT)
    assert not dialog.registerButton.isEnabled()
    stage.until(lambda: dialog.table.topLevelItemCount() == 2 and not dialog.jobs)
    assert "2件登録しました" in stage.said(dialog)
    held = next(iter(stage.server.backend.account_sessions.values())).conditions.values()
    assert next(item.wire for item in held) == wire
    assert cells(dialog)[1:3] == ["UC②", "通電計器数"]


def test_only_the_master_items_that_are_ticked_are_asked_for_each_with_its_reason(stage, dialog, case):  # noqa: F811
    dialog.open_on("new")
    choose(dialog, "uc3")
    lines = [dialog.masterTree.topLevelItem(row) for row in range(dialog.masterTree.topLevelItemCount())]
    ticked = [line for line in lines if line.checkState(0) == Qt.CheckState.Checked]
    assert lines[0].text(0) == "供給/受電地点特定番号" and not lines[0].flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert all(line.text(1) and line.text(1) != "このユースケースには不要" for line in ticked)
    assert {line.text(1) for line in lines if line not in ticked} == {"このユースケースには不要"}
    named = next(line for line in ticked if line.text(0).startswith("氏名"))
    named.setCheckState(0, Qt.CheckState.Unchecked)
    dialog.judge()
    items = json.loads(dialog.drafts[0].wire)["masterItems"]
    assert named.text(0) not in items and len(items) == len(ticked) - 1
    assert dialog.toEdit.isVisible() and not dialog.lowCheck.isVisible() and not dialog.extent.isVisible()


@pytest.mark.parametrize("use_case", ["uc1", "uc2", "uc2lgwan", "uc3", "uc4", "uc5", "uc6", "uc7", "uc8", "uc9"])
def test_every_use_case_is_filled_in_explained_and_fits(stage, dialog, case, use_case):  # noqa: F811
    from tomoshibi.aggregator.conditions import TEMPLATES

    dialog.open_on("new")
    over_the_municipality(stage, dialog)
    choose(dialog, use_case)
    assert dialog.problems.text() == "✓ 問題はありません。"
    assert dialog.useCaseCombo.currentText() in dialog.help.toPlainText()
    assert len(dialog.help.toPlainText()) > 50
    template = TEMPLATES[use_case]
    assert len(dialog.drafts) == len(template.tables)
    for draft in dialog.drafts:
        assert json.loads(draft.wire) and all(row.item and row.value and row.about for row in draft.rows)
    assert clipped(dialog) == []
    dialog.tabs.setCurrentIndex(2)
    stage.until(lambda: True)
    assert clipped(dialog) == []


def test_the_way_form_unit_and_table_can_be_chosen_in_the_form(stage, dialog, case):  # noqa: F811
    dialog.open_on("new")
    over_the_municipality(stage, dialog)
    choose(dialog, "uc2")
    assert dialog.tableCombo.isVisible() and not dialog.provisionCombo.isVisible()
    for combo, data in (
        (dialog.tableCombo, "meters_forward,meters_reverse"),
        (dialog.deliveryCombo, "periodic"),
        (dialog.formatCombo, "json"),
    ):
        combo.setCurrentIndex(combo.findData(data))
    dialog.judge()
    wires = [json.loads(draft.wire) for draft in dialog.drafts]
    assert [wire["table"] for wire in wires] == ["3", "4"]
    assert {(wire["deliveryMode"], wire["format"]) for wire in wires} == {("2", "2")}
    choose(dialog, "uc5")
    assert dialog.provisionCombo.isVisible() and not dialog.tableCombo.isVisible()
    dialog.provisionCombo.setCurrentIndex(dialog.provisionCombo.findData("monthly"))
    dialog.judge()
    assert json.loads(dialog.drafts[0].wire)["provisionUnit"] == "2"
    choose(dialog, "uc1")
    assert not dialog.provisionCombo.isVisible() and "provisionUnit" not in json.loads(dialog.drafts[0].wire)


def test_the_explanation_follows_the_field(stage, dialog, case):  # noqa: F811
    dialog.open_on("new")
    choose(dialog, "uc2")
    seen = set()
    for field in (dialog.useCaseCombo, dialog.fromEdit, dialog.toEdit, dialog.lowCheck, dialog.sizeCombo):
        dialog.helper.show_for(field)
        seen.add(dialog.help.toPlainText())
    assert len(seen) == 5 and any("7日前" in text for text in seen)


def test_what_the_form_refuses_is_what_the_algorithm_refuses(stage, dialog, case, complaint):  # noqa: F811
    dialog.open_on("new")
    stage.idle(dialog)
    choose(dialog, "uc2")
    over_the_municipality(stage, dialog)
    dialog.sizeCombo.setCurrentIndex(dialog.sizeCombo.findData("5000"))
    dialog.judge()
    shown = dialog.problems.text()
    assert shown == f"✗ {complaint('registercondition', dialog.parameters())}"
    dialog.fromEdit.setDate(dialog.toEdit.date().addDays(1))
    dialog.judge()
    assert complaint("registercondition", dialog.parameters()) in dialog.problems.text()
    dialog.lowCheck.setChecked(False)
    dialog.judge()
    assert "電圧分類が選ばれていません" in dialog.problems.text()


def test_deleting_asks_first_and_can_be_thought_better_of(stage, dialog, register):  # noqa: F811
    kept, gone = register("uc1")[0], register("uc5")[0]
    dialog.open_on("list")
    stage.idle(dialog)
    assert not dialog.deleteButton.isEnabled()
    row = next(place for place in range(2) if cells(dialog, place)[0] == gone)
    dialog.table.topLevelItem(row).setSelected(True)
    QTest.mouseClick(dialog.deleteButton, LEFT)
    assert dialog.confirmBox.isVisible() and gone in dialog.confirmLabel.text() and clipped(dialog) == []
    QTest.mouseClick(dialog.keepButton, LEFT)
    assert not dialog.confirmBox.isVisible() and not dialog.jobs
    QTest.mouseClick(dialog.deleteButton, LEFT)
    QTest.mouseClick(dialog.confirmButton, LEFT)
    stage.until(lambda: dialog.table.topLevelItemCount() == 1 and not dialog.jobs)
    assert cells(dialog)[0] == kept and "1件削除しました" in stage.said(dialog)


def test_the_list_says_status_period_voltage_area_and_files_in_words(stage, dialog, register):  # noqa: F811
    area = str(stage.scenario / "open" / "municipality.geojson")
    register("uc2", AREA=area, VOLTAGE=["low"])
    register("uc1", FROM=stage.about["now"], TO=None)
    dialog.open_on("list")
    published = lambda: {cells(dialog, row)[3] for row in range(dialog.table.topLevelItemCount())}  # noqa: E731
    stage.idle(dialog)
    while published() != {"公開済み"}:
        QTest.mouseClick(dialog.refreshButton, LEFT)
        stage.idle(dialog)
    shown = {cells(dialog, row)[1]: cells(dialog, row)[2:] for row in range(2)}
    period = f"{stage.about['first_day']}～{stage.about['last_day']}"
    assert shown["UC②"][:4] == ["通電計器数", "公開済み", period, "低圧"]
    assert "500 mメッシュ" in shown["UC②"][4] and shown["UC②"][5] == "1"
    assert shown["UC①"][2] == stage.about["now"].replace("T", " ")[:16] and shown["UC①"][4] == "特定契約者"
    dialog.filterEdit.setText("UC②")
    assert [dialog.table.topLevelItem(row).isHidden() for row in range(2)].count(True) == 1


def test_a_download_goes_on_when_the_dialog_is_closed_and_says_so_when_done(stage, dialog, case, register):  # noqa: F811
    from tomoshibi.casefile.case import Case

    stage.server.latency = 0.1
    register("uc5", FROM="2026-01-20", TO="2026-01-21")
    heard = []
    dialog.received.connect(heard.append)
    dialog.open_on("list")
    stage.idle(dialog)
    dialog.table.selectAll()
    QTest.mouseClick(dialog.downloadButton, LEFT)
    assert dialog.progress.isVisible() and not dialog.downloadButton.isEnabled()
    dialog.close()
    assert "バックグラウンドで続きます" in stage.iface.bar.text()
    stage.until(lambda: "ダウンロード完了" in stage.iface.bar.text())
    assert heard == [case]
    assert len(Case.open(Path(case)).readings.days()) == 2


def test_a_download_can_be_stopped_and_gone_on_with(stage, dialog, case, register):  # noqa: F811
    from tomoshibi.casefile.case import Case

    register("uc5", FROM="2026-01-20", TO="2026-01-21")
    stage.server.latency = 0.3
    dialog.open_on("list")
    stage.idle(dialog)
    dialog.table.selectAll()
    QTest.mouseClick(dialog.downloadButton, LEFT)
    QTest.mouseClick(dialog.progress.stop, LEFT)
    stage.idle(dialog)
    assert "中止しました" in stage.said(dialog) and dialog.progress.line.text() == "中止しました。"
    stage.server.latency = 0
    dialog.table.selectAll()
    QTest.mouseClick(dialog.downloadButton, LEFT)
    stage.until(lambda: "ダウンロード完了" in stage.said(dialog))
    stage.idle(dialog)
    assert len(Case.open(Path(case)).readings.days()) == 2 and clipped(dialog) == []
    files = len(list((Path(case) / "received" / cells(dialog)[0]).glob("*.zip"))) or cells(dialog)[7].split()[0]
    assert cells(dialog)[7] == f"{files} ✓ 取得済み"


def test_an_error_moves_no_field_and_is_gone_when_the_dialog_is_opened_again(stage, dialog):  # noqa: F811
    dialog.open_on("new")
    stage.idle(dialog)
    before = dialog.useCaseCombo.mapTo(dialog, dialog.useCaseCombo.rect().topLeft())
    dialog.notify("1行目\n2行目")
    stage.idle(dialog)
    assert "2行目" in stage.said(dialog)
    assert dialog.useCaseCombo.mapTo(dialog, dialog.useCaseCombo.rect().topLeft()) == before
    dialog.close()
    dialog.open_on("new")
    stage.idle(dialog)
    assert dialog.message_bar.currentItem() is None


def test_in_a_drill_the_moment_asked_for_is_that_of_its_data(stage, dialog, case, register):  # noqa: F811
    register("uc1", FROM=stage.about["now"], TO=None)
    dialog.open_on("new")
    stage.idle(dialog)
    choose(dialog, "uc1")
    event = condition_preview.brief(case).event_time
    assert condition_preview.newest(case) is None and dialog.fromEdit.dateTime().toPyDateTime() == event


def test_a_slow_answer_does_not_freeze_the_window_and_closing_stops_the_reading(stage, dialog, register):  # noqa: F811
    for _ in range(3):
        register("uc5")
    stage.server.latency = 1.0
    with StallMeter() as heart:
        dialog.open_on("list")
        stage.until(lambda: "取得しています" in dialog.readLabel.text())
        stage.idle(dialog)
    assert heart.longest < LONGEST, heart.longest
    assert dialog.table.topLevelItemCount() == 3
    dialog.refresh()
    dialog.close()
    stage.idle(dialog)
    assert stage.iface.bar.messages == []


def test_a_refusal_of_the_aggregator_is_shown_and_the_form_stays(stage, dialog, case):  # noqa: F811
    from tomoshibi.practice.server import Fault

    dialog.open_on("new")
    stage.idle(dialog)
    choose(dialog, "uc1")
    stage.server.faults.append(Fault("register_condition", status=403))
    QTest.mouseClick(dialog.registerButton, LEFT)
    stage.idle(dialog)
    assert "403" in stage.said(dialog) and dialog.registerButton.isEnabled() and clipped(dialog) == []


def test_the_squares_are_drawn_on_the_map_and_taken_away_again(stage, dialog, case):  # noqa: F811
    dialog.open_on("new")
    choose(dialog, "uc2")
    over_the_municipality(stage, dialog)
    assert dialog._band.asGeometry().area() > 0
    dialog.close()
    assert dialog._band.asGeometry().isEmpty()


def test_without_network_and_without_a_case_the_dialog_opens(stage, dialog, monkeypatch):  # noqa: F811
    def refuse(*_):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr("tomoshibi.aggregator.transport.pause", lambda seconds, progress: None)
    dialog.open_on("list")
    assert dialog.isVisible() and "案件を開いていません" in dialog.caseLabel.text()
    stage.idle(dialog)
    assert "127.0.0.1" in stage.said(dialog) and "取得できませんでした" in dialog.readLabel.text()
    dialog.tabs.setCurrentIndex(1)
    assert "先に案件を開くか" in dialog.problems.text() and not dialog.registerButton.isEnabled()


def test_the_usual_set_is_checked_and_registered_at_once_and_what_fails_is_named(stage, dialog, case):  # noqa: F811
    from osgeo import gdal

    dialog.open_on("list")
    stage.idle(dialog)
    QTest.mouseClick(dialog.usualButton, LEFT)
    # without a boundary there are no squares to ask statistics for; the others can be registered
    assert [bool(plan.wrong) for plan in dialog.plans] == [False, False, True] and dialog.registerButton.isEnabled()
    assert "UC②" in dialog.sendLabel.text() and clipped(dialog) == []
    boundary = str(stage.scenario / "open" / "municipality.geojson")
    done = gdal.VectorTranslate(str(Path(case) / "context.gpkg"), boundary, format="GPKG", layerName="boundary")
    done.FlushCache()
    del done
    QTest.mouseClick(dialog.usualButton, LEFT)
    assert [plan.wrong for plan in dialog.plans] == [()] * 3 and dialog.draftTree.topLevelItemCount() == 3
    assert dialog.draftTree.topLevelItem(0).text(0).startswith("UC①")
    # the second of the three is lost on the way: the last goes on
    spoiled = dialog.plans[1].given
    spoiled["TEMPLATE"] = "nosuch"
    QTest.mouseClick(dialog.registerButton, LEFT)
    stage.until(lambda: dialog.table.topLevelItemCount() == 2 and not dialog.jobs)
    told = stage.said(dialog)
    assert "✓ UC①" in told and "✓ UC②" in told and "✗ UC③" in told
    assert dialog.plans == [] and not dialog.usualBox.isVisible()
    QTest.mouseClick(dialog.usualButton, LEFT)
    # what is registered already is said before it is asked for once more
    known = next(line for line in (dialog.table.topLevelItem(row) for row in range(2)) if "UC①" in line.text(1))
    assert known.text(0) in dialog.sendLabel.text()
