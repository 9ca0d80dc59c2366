"""The dialog for 特定契約者, used as a person would, in Japanese, against the practice aggregator."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from qgis.core import QgsApplication, QgsFeature, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTranslator
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.stall import LONGEST, StallMeter

ROOT = Path(__file__).resolve().parents[2]
HEADINGS = ["施設ID", "契約者氏名", "住所", "供給地点特定番号", "備考"]
PLANTED = "架空野 目印之助"
MANY = 50_000


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Path:
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    folder = tmp_path_factory.mktemp("scenario") / "made"
    make_scenario(folder, seed=1, spec=ScenarioSpec(meters=2000))
    return folder


@pytest.fixture(scope="module")
def homes(scenario) -> list[dict]:
    from tomoshibi.practice.scenario import Scenario

    meters = Scenario.open(scenario).meters
    names = ("name", "address", "supply_point", "master_info_id")
    return [
        {name: meters[name][place].decode("utf-8") for name in names}
        for place in range(len(meters["use"]))
        if meters["use"][place] == 0
    ]


@pytest.fixture(scope="module")
def aggregator(scenario, tmp_path_factory):
    """The practice aggregator as a program of its own, so that its work does not count as the window's."""
    log = tmp_path_factory.mktemp("practice") / "log"
    words = ["--port", "0", "--build-seconds", "0.1", "--match-seconds", "0.5", "--page-size", "5000"]
    with open(log, "w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tomoshibi.practice", str(scenario), *words],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "build" / "plugins")},
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
            if process.poll() is not None or (found and "Accounts are in" in log.read_text(encoding="utf-8")):
                break
            time.sleep(0.1)
        if found is None or process.poll() is not None:
            pytest.fail(log.read_text(encoding="utf-8"))
        yield found.group()
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture
def connected(aggregator, scenario, monkeypatch):
    accounts = json.loads((scenario / "practice-accounts.json").read_text(encoding="utf-8"))
    account = next(item for item in accounts if item["active"])
    monkeypatch.setenv("TOMOSHIBI_BASE_URL", aggregator)
    monkeypatch.setenv("TOMOSHIBI_USER", account["user"])
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", account["passphrase"])


@pytest.fixture
def japanese(provider, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_LANGUAGE", "ja")
    translator = QTranslator()
    if not translator.load(str(ROOT / "i18n" / "tomoshibi_ja.qm")):
        pytest.fail("the Japanese translation is not compiled: make translations")
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.fixture
def case(run, scenario, tmp_path):
    from tomoshibi import settings
    from tomoshibi.dialogs import cases

    about = json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))
    folder = run(
        "createcase",
        {
            "CASE": str(tmp_path / "案件"),
            "NAME": "訓練",
            "EVENT_TIME": about["event_time"],
            "MUNICIPALITY": about["municipality"],
            "REQUEST_KIND": "individual",
            "PRACTICE": True,
        },
    )["CASE"]
    cases.make_current(folder)
    yield folder
    settings.CURRENT_CASE.save("")
    settings.RECENT_CASES.save("")
    QgsProject.instance().clear()


@pytest.fixture
def dialog(japanese, case, connected):
    from tomoshibi.dialogs import jobs
    from tomoshibi.dialogs.contractors import ContractorsDialog

    made = ContractorsDialog()
    made.open_on("lists")
    wait(lambda: not made.busy)
    yield made
    made.close()
    jobs.stop_all()
    made.deleteLater()


def wait(true, seconds: float = PATIENCE) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail("it did not come about")
        QgsApplication.processEvents()
        time.sleep(0.002)


def idle(dialog) -> None:
    """Wait until the dialog does nothing any more, and what was started by what was done neither."""
    for _ in range(3):
        wait(lambda: not dialog.busy)
        for _ in range(5):
            QgsApplication.processEvents()


def shown(dialog) -> list[list[str]]:
    """The table as it is seen."""
    model = dialog.model
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def bar(dialog) -> str:
    """What the message bar of the dialog says now."""
    item = dialog.message_bar.currentItem()
    label = item.findChild(QLabel, "messageText") if item is not None else None
    return label.text() if label is not None else ""


@pytest.fixture
def names_csv(tmp_path, homes) -> str:
    path = tmp_path / "名簿.csv"
    one, two, three = homes[10], homes[20], homes[30]
    rows = [
        ["F01", one["name"], one["address"], one["supply_point"], ""],
        ["F02", two["name"], two["address"], "3.1E+20", ""],
        ["F03", "別人 某", "どこか1-1", three["supply_point"], ""],
        ["F04", PLANTED, "どこにもない町9-9", "", ""],
        ["F05", PLANTED, "", "", ""],
    ]
    with open(path, "w", encoding="cp932", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, *rows])
    return str(path)


def bring(dialog, path: str, name: str = "避難所") -> None:
    """Choose a file, name the list, check it."""
    dialog.newButton.click()
    dialog.nameEdit.setText(name)
    dialog.fileEdit.setFilePath(path)
    idle(dialog)
    dialog.checkButton.click()
    idle(dialog)


def test_a_list_goes_from_the_file_to_the_registration_and_out_again(dialog, case, names_csv, homes, monkeypatch):
    dialog.newButton.click()
    dialog.nameEdit.setText("避難所")
    assert not dialog.checkButton.isEnabled()
    dialog.fileEdit.setFilePath(names_csv)
    idle(dialog)
    assert "5 行" in dialog.foundLabel.text() and "cp932" in dialog.foundLabel.text()
    assert dialog.holderCombo.currentData() == "契約者氏名" and homes[10]["name"] in dialog.holderCombo.currentText()
    assert "電気契約者" in dialog.help.toPlainText() and "世帯主" in dialog.help.toPlainText()
    dialog.checkButton.click()
    idle(dialog)
    rows = shown(dialog)
    assert len(rows) == 5 and dialog.tabs.currentIndex() == 2
    assert "3.1E+20" in rows[1][5] and "この行は送りません" in rows[4][5] and rows[0][5] == ""
    assert "まだ何も送っていません" in bar(dialog)
    assert not dialog.registerButton.isEnabled()

    dialog.sendButton.click()
    idle(dialog)
    assert [row[6] for row in shown(dialog)] == ["一致", "一致", "目視確認", "該当なし", ""]
    assert "LG-WANの画面でのみ" in dialog.hintLabel.text() and "一致：2" in bar(dialog)
    dialog.showCombo.setCurrentIndex(dialog.showCombo.findData("review"))
    assert [row[1] for row in shown(dialog)] == ["F03"]
    dialog.showCombo.setCurrentIndex(dialog.showCombo.findData("all"))
    dialog.searchEdit.setText("ｆ０４")
    wait(lambda: len(shown(dialog)) == 1)
    assert "5 行中 1 行" in dialog.countLabel.text()
    dialog.searchEdit.clear()
    dialog.search()

    dialog.registerButton.click()
    idle(dialog)
    assert "登録：2 件" in bar(dialog) and shown(dialog)[0][8]

    dialog.tabs.setCurrentIndex(0)
    line = dialog.lists.topLevelItem(0)
    assert [line.text(column) for column in range(7)] == ["避難所", "5", "2", "2", "1", "1", "2"]
    assert "登録" in line.text(7)
    line.setSelected(True)
    dialog.compareButton.click()
    idle(dialog)
    assert "両方：2" in bar(dialog) and not dialog.differences.isVisible()
    dialog.againButton.click()
    idle(dialog)
    assert "登録：2 件" in bar(dialog)

    dialog.deleteButton.click()
    assert dialog.confirmBox.isVisible() and "避難所" in dialog.confirmLabel.text()
    dialog.keepButton.click()
    assert not dialog.confirmBox.isVisible()
    dialog.deleteButton.click()
    dialog.confirmButton.click()
    idle(dialog)
    assert "削除しました" in bar(dialog)
    dialog.lists.topLevelItem(0).setSelected(True)
    dialog.compareButton.click()
    idle(dialog)
    assert "案件のみ：2" in bar(dialog)
    assert dialog.differences.isVisible() and dialog.differences.topLevelItemCount() == 2


def test_what_was_settled_by_eye_is_read_back_from_the_screens(dialog, case, names_csv, homes, tmp_path, monkeypatch):
    bring(dialog, names_csv)
    dialog.csvButton.click()
    idle(dialog)
    assert "避難所.match.csv" in bar(dialog)
    results = tmp_path / "結果.csv"
    ids = [homes[place]["master_info_id"] for place in (10, 20, 30)]
    lines = [f"{number},一致,{identity}" for number, identity in enumerate(ids, 1)]
    results.write_bytes("\r\n".join(["項番,照合結果,マスタ情報ID", *lines, "4,該当なし,"]).encode("cp932"))
    monkeypatch.setattr(dialog, "choose_results", lambda: str(results))
    dialog.resultsButton.click()
    idle(dialog)
    assert [row[6] for row in shown(dialog)] == ["一致", "一致", "一致", "該当なし", ""]
    dialog.handButton.click()
    idle(dialog)
    dialog.tabs.setCurrentIndex(0)
    assert "LG-WAN" in dialog.lists.topLevelItem(0).text(7)


def test_a_supported_person_is_doubted_where_the_column_is_chosen(dialog, tmp_path):
    path = tmp_path / "要支援者.csv"
    path.write_text("整理番号,要支援者氏名,住所\n1,電力 太郎,灯市1\n", encoding="utf-8")
    dialog.newButton.click()
    dialog.fileEdit.setFilePath(str(path))
    idle(dialog)
    assert dialog.holderCombo.currentData() == "" and not dialog.checkButton.isEnabled()
    assert "契約者の氏名と住所" in dialog.doubtLabel.text()
    dialog.holderCombo.setCurrentIndex(dialog.holderCombo.findData("要支援者氏名"))
    assert "支援の対象" in dialog.doubtLabel.text() and dialog.checkButton.isEnabled()


def test_a_sheet_of_a_workbook_and_a_layer_are_chosen_like_a_file(dialog, homes, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "表紙"
    book.active.append(["作成日", "2026年1月"])
    sheet = book.create_sheet("名簿")
    rows = [["F01", homes[10]["name"], homes[10]["address"], homes[10]["supply_point"], ""]]
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    other = book.create_sheet("別の名簿")
    other.append(["世帯主", "備考"])
    other.append(["電力 太郎", ""])
    book.save(tmp_path / "名簿.xlsx")
    dialog.newButton.click()
    dialog.nameEdit.setText("ブック")
    dialog.fileEdit.setFilePath(str(tmp_path / "名簿.xlsx"))
    idle(dialog)
    assert dialog.sheetCombo.count() == 3 and dialog.sheetCombo.currentData() == "名簿"
    place = dialog.sheetCombo.findData("別の名簿")
    dialog.sheetCombo.setCurrentIndex(place)
    dialog.sheetCombo.activated.emit(place)
    idle(dialog)
    assert dialog.holderCombo.currentData() == "世帯主" and dialog.sheetCombo.currentData() == "別の名簿"
    place = dialog.sheetCombo.findData("名簿")
    dialog.sheetCombo.setCurrentIndex(place)
    dialog.sheetCombo.activated.emit(place)
    idle(dialog)
    assert dialog.holderCombo.currentData() == "契約者氏名"
    dialog.checkButton.click()
    idle(dialog)
    assert [row[1] for row in shown(dialog)] == ["F01"]

    layer = QgsVectorLayer("None?" + "&".join(f"field={name}:string" for name in HEADINGS), "層の名簿", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(rows[0])
    layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    try:
        dialog.tabs.setCurrentIndex(1)
        dialog.nameEdit.setText("層")
        dialog.layerCombo.setLayer(layer)
        idle(dialog)
        assert dialog.fileEdit.filePath() == "" and "1 行" in dialog.foundLabel.text()
        dialog.checkButton.click()
        idle(dialog)
    finally:
        QgsProject.instance().removeMapLayer(layer.id())
    assert dialog.list_name == "層" and [row[1] for row in shown(dialog)] == ["F01"]


def test_a_dialog_that_is_taken_away_while_it_reads_does_no_harm(japanese, case, names_csv, connected):
    from qgis.PyQt.QtCore import QEvent
    from tomoshibi.dialogs.contractors import ContractorsDialog

    made = ContractorsDialog()
    made.open_on("new")
    made.fileEdit.setFilePath(names_csv)
    tasks = list(made._tasks)
    made.hide()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    wait(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert tasks


def test_a_file_that_is_no_list_is_said_and_the_dialog_goes_on(dialog, tmp_path, names_csv):
    (tmp_path / "壊れた.xlsx").write_bytes(b"broken")
    dialog.newButton.click()
    dialog.fileEdit.setFilePath(str(tmp_path / "壊れた.xlsx"))
    idle(dialog)
    assert "壊れた.xlsx" in bar(dialog) and "XLSX" in bar(dialog)
    dialog.fileEdit.setFilePath(names_csv)
    idle(dialog)
    assert dialog.checkButton.isEnabled()


def test_no_connection_is_said_and_the_list_stays(dialog, names_csv, monkeypatch):
    bring(dialog, names_csv)
    monkeypatch.setenv("TOMOSHIBI_BASE_URL", "http://127.0.0.1:9")
    dialog.sendButton.click()
    idle(dialog)
    assert "127.0.0.1" in bar(dialog) and len(shown(dialog)) == 5 and dialog.sendButton.isEnabled()


def test_cancelling_while_waiting_and_closing_leave_a_run_to_be_fetched(dialog, case, names_csv, monkeypatch):
    from tomoshibi.dialogs.contractors import ContractorsDialog

    bring(dialog, names_csv)
    dialog.sendButton.click()
    wait(lambda: dialog.progress.log.blockCount() > 0)
    dialog.progress.stop.click()
    idle(dialog)
    dialog.close()
    again = ContractorsDialog()
    again.open_on("lists")
    idle(again)
    again.lists.topLevelItem(0).setSelected(True)
    again.openButton.click()
    idle(again)
    if not any(row[6] for row in shown(again)):
        again.sendButton.click()
        idle(again)
    assert [row[6] for row in shown(again)][:2] == ["一致", "一致"]
    again.close()
    again.deleteLater()


def test_closing_while_it_runs_loses_nothing(dialog, case, names_csv):
    from tomoshibi.casefile.case import Case
    from tomoshibi.casefile.contractors import Lists
    from tomoshibi.dialogs import jobs

    bring(dialog, names_csv)
    dialog.sendButton.click()
    dialog.close()
    wait(lambda: not jobs.running() and not dialog.busy)
    assert Lists(Case.open(Path(case))).find("避難所").counts["matched"] == 2


def test_without_a_case_the_dialog_says_so(japanese, monkeypatch, provider):
    from tomoshibi.dialogs import cases
    from tomoshibi.dialogs.contractors import ContractorsDialog

    monkeypatch.setattr(cases, "current", lambda: "")
    made = ContractorsDialog()
    made.open_on("lists")
    assert "案件" in made.caseLabel.text() and not made.newButton.isEnabled() and not made.checkButton.isEnabled()
    made.close()
    made.deleteLater()


def test_no_name_of_a_person_is_in_the_log_the_bar_or_qgis_messages(dialog, names_csv, case):
    heard: list[str] = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: heard.append(text))
    bring(dialog, names_csv)
    heard.append(dialog.progress.log.toPlainText())
    dialog.sendButton.click()
    idle(dialog)
    heard += [dialog.progress.log.toPlainText(), dialog.progress.line.text(), bar(dialog), dialog.hintLabel.text()]
    dialog.registerButton.click()
    idle(dialog)
    heard += [dialog.progress.log.toPlainText(), bar(dialog)]
    assert any(PLANTED in cell for row in shown(dialog) for cell in row)
    assert "目印" not in "".join(heard) and any(heard)


def test_the_dialog_fits_a_small_screen_and_clips_nothing(dialog, names_csv):
    from tomoshibi.dev.dialog_shots import complaints

    assert complaints(dialog) == []
    bring(dialog, names_csv)
    assert complaints(dialog) == []
    for page in range(3):
        dialog.tabs.setCurrentIndex(page)
        for _ in range(5):
            QgsApplication.processEvents()
        assert complaints(dialog) == []
        assert dialog.width() <= 1000 and dialog.height() <= 580


def test_every_word_of_the_dialog_is_japanese(dialog, names_csv):
    bring(dialog, names_csv)
    texts = [widget.text() for widget in dialog.findChildren((QLabel, QAbstractButton)) if widget.text()]
    texts += [dialog.tabs.tabText(page) for page in range(3)] + dialog.model.headings()
    english = [text for text in texts if re.search(r"[A-Za-z]{4,}", re.sub(r"\S*[._/]\S*|LG-WAN|XLSX|UTF", "", text))]
    assert english == [] and len(texts) > 40


def run_on(pulse: StallMeter, doing: str, true, seconds: float = PATIENCE) -> None:
    """Let the event loop itself run (not this test) until something is so."""
    pulse.doing = doing
    end = time.monotonic() + seconds
    while True:
        QgsApplication.processEvents()
        if true():
            return
        if time.monotonic() > end:
            pytest.fail(f"it did not come about: {doing}")
        time.sleep(0.001)


@pytest.fixture
def many_csv(tmp_path, homes) -> str:
    path = tmp_path / "大きな名簿.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        for number in range(MANY):
            home = homes[number] if number < len(homes) else None
            name = home["name"] if home else f"架空 某{number}"
            address = home["address"] if home else f"どこか市{number}番地"
            point = "3.1E+20" if number % 7 == 0 else ""
            writer.writerow([f"P{number:05d}", name, address, point, "備考" * (number % 3)])
    return str(path)


def walk_through(dialog, many_csv: str, name: str) -> tuple[StallMeter, list[tuple[str, float]]]:
    """Check, send, show, search, register and compare the long list; return the meter and the seconds of each stage."""
    pulse = StallMeter().start()
    stages = []

    def stage(doing: str, act, true=lambda: not dialog.busy) -> None:
        begin = time.perf_counter()
        pulse.doing = doing
        act()
        run_on(pulse, doing, true)
        run_on(pulse, doing, lambda: not dialog.busy)
        stages.append((doing, time.perf_counter() - begin))

    dialog.newButton.click()
    dialog.nameEdit.setText(name)
    stage("read", lambda: dialog.fileEdit.setFilePath(many_csv))
    stage("check", dialog.checkButton.click, lambda: len(dialog.model.visible) == MANY)
    stage("send", dialog.sendButton.click, lambda: any(flag == "matched" for flag in dialog.model.shown.flags[1:3]))
    stage("search", lambda: dialog.searchEdit.setText("某49999"), lambda: len(dialog.model.visible) == 1)
    stage("all again", dialog.searchEdit.clear, lambda: len(dialog.model.visible) == MANY)
    stage("sort", lambda: dialog.rows.sortByColumn(3, Qt.SortOrder.DescendingOrder))
    stage("problems", lambda: dialog.showCombo.setCurrentIndex(1))
    stage("scroll", dialog.rows.scrollToBottom)
    stage("register", dialog.registerButton.click)
    stage("compare", dialog.compareButton.click)
    pulse.stop()
    return pulse, stages


def test_fifty_thousand_rows_are_checked_sent_shown_and_searched_without_a_stall(dialog, many_csv, homes, capsys):
    pulse, stages = walk_through(dialog, many_csv, "大きな名簿")
    with capsys.disabled():
        print()
        for doing, seconds in stages:
            print(f"  {doing:10} {seconds:6.2f} s, longest stall {1000 * pulse.longest_while(doing):4.0f} ms")
    assert dialog.model.shown.info["counts"]["matched"] > len(homes) * 0.9
    assert pulse.longest < LONGEST, f"{1000 * pulse.longest:.0f} ms while: {pulse.where}"
