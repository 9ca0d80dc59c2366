"""Pictures of the dialogs, each in a state that a person meets, against the practice aggregator; needs no screen.

    dialog_shots.py IMAGES [NAME …]     write IMAGES/dialog-<name>.png for all states of `STATES`, or for those named

A state is a function that takes the `Stage` and returns the window to draw. A picture larger than 1000 × 580, or with
a text that does not fit, is an error.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

from checkout import ROOT, find_processing

WORK = ROOT / "build" / "dialog-shots"
LARGEST = (1000, 580)
SECONDS = 60
"""How long a state may take to come about."""


class Stage:
    """QGIS without a screen, in Japanese, with a practice aggregator, a case and the plugin."""

    def __init__(self) -> None:
        self.application = start_qgis()
        from qgis.core import QgsApplication
        from qgis.PyQt.QtGui import QFont
        from tomoshibi.plugin import TomoshibiPlugin
        from tomoshibi.practice.server import PracticeServer

        QgsApplication.setFont(QFont("Noto Sans CJK JP", 9))
        self.plugin = TomoshibiPlugin(None)
        self.plugin.initProcessing()
        self.scenario = scenario()
        self.about = json.loads((self.scenario / "scenario.json").read_text(encoding="utf-8"))
        shutil.rmtree(self.scenario / "aggregator", ignore_errors=True)
        self.server = PracticeServer(self.scenario, build_seconds=0.2).start()
        user, phrase = self.server.credentials()()
        os.environ.update(TOMOSHIBI_BASE_URL=self.server.url, TOMOSHIBI_USER=user, TOMOSHIBI_PASSPHRASE=phrase)
        self.folder = Path(tempfile.mkdtemp(prefix="tomoshibi-shots-"))
        self._case = ""

    def case(self) -> str:
        """A case folder with data in it, made once."""
        if not self._case:
            from tomoshibi.dialogs import cases

            folder = str(self.folder / "輪島訓練")
            self.run(
                "createcase",
                CASE=folder,
                NAME="図上訓練（架空の地震）",
                EVENT_TIME=self.about["event_time"],
                MUNICIPALITY=self.about["municipality"],
                REQUEST_KIND="individual",
                REQUEST_DATE=self.about["event_time"][:10],
                USE_FROM=self.about["first_day"],
                USE_TO="2099-12-31",
                PRACTICE=True,
            )
            area = str(self.scenario / "open" / "municipality.geojson")
            days = {"FROM": self.about["first_day"], "TO": self.about["now"][:10]}
            every = ["low", "high", "extra_high"]
            self.run("registercondition", CASE=folder, TEMPLATE="uc1", FROM=self.about["now"])
            self.run("registercondition", CASE=folder, TEMPLATE="uc2", AREA=area, VOLTAGE=every, **days)
            self.run("registercondition", CASE=folder, TEMPLATE="uc5", **days)
            self.run("downloadpublished", CASE=folder, WAIT_MINUTES=2)
            cases.make_current(folder)
            self._case = folder
        return self._case

    def run(self, name: str, **parameters) -> dict:
        """Run an algorithm to its end."""
        import processing

        return processing.run(f"tomoshibi:{name}", parameters)

    def until(self, true: Callable[[], object]) -> None:
        """Let QGIS work until something is so. Raises `TimeoutError` where it does not come about."""
        end = time.monotonic() + SECONDS
        while not true():
            if time.monotonic() > end:
                raise TimeoutError("the state did not come about")
            self.application.processEvents()
            time.sleep(0.01)
        self.settle()

    def settle(self) -> None:
        """Let what is on its way arrive."""
        for _ in range(20):
            self.application.processEvents()
            time.sleep(0.01)

    def idle(self, dialog) -> None:
        """Wait until a dialog runs nothing."""
        self.until(lambda: not dialog.jobs)

    def close(self) -> None:
        """Take everything away."""
        from tomoshibi.dialogs import jobs

        jobs.stop_all()
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.plugin.unload()


def start_qgis():
    """Start QGIS in a profile of its own."""
    profile = WORK / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    profile.mkdir(parents=True)
    os.environ.update(
        QT_QPA_PLATFORM="offscreen",
        QGIS_CUSTOM_CONFIG_PATH=str(profile),
        QGIS_AUTH_DB_DIR_PATH=str(profile),
        TOMOSHIBI_LANGUAGE="ja",
    )
    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    find_processing()
    from processing.core.Processing import Processing

    Processing.initialize()
    return application


def scenario() -> Path:
    """Return a small practice scenario, made once."""
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    folder = WORK / "scenario"
    if not (folder / "scenario.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        make_scenario(folder, seed=1, spec=ScenarioSpec(meters=2000))
    return folder


def complaints(window) -> list[str]:
    """Return what is wrong with a window as it is drawn: too large, or a text that does not fit."""
    from qgis.PyQt.QtWidgets import QAbstractButton, QLabel, QToolButton

    found = []
    if window.width() > LARGEST[0] or window.height() > LARGEST[1]:
        found.append(f"{window.width()} × {window.height()} is larger than {LARGEST[0]} × {LARGEST[1]}")
    for widget in [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]:
        own = not isinstance(widget, QToolButton) or widget.objectName() == "logButton"
        if own and widget.isVisible() and widget.text() and widget.objectName() != "progressLine" and _clipped(widget):
            found.append(f"{widget.objectName() or type(widget).__name__} “{widget.text()[:30]}” is clipped")
    return found


def _clipped(widget) -> bool:
    """Whether a text needs more room than its widget has; one that wraps may be as high as it likes to be narrow."""
    from qgis.PyQt.QtWidgets import QLabel

    wanted = widget.sizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height()
    return wanted.width() > widget.width() or wanted.height() > widget.height()


# -- states ------------------------------------------------------------------------------------------------------------


def case_status(stage: Stage):
    """What is in a case."""
    from tomoshibi.dialogs.case import CaseDialog

    stage.case()
    dialog = CaseDialog()
    dialog.open_on("open")
    stage.idle(dialog)
    return dialog


def case_new(stage: Stage):
    """The form of a new case, half filled in."""
    from tomoshibi.dialogs.case import CaseDialog

    dialog = CaseDialog()
    dialog.open_on("new")
    stage.idle(dialog)
    dialog.nameEdit.setText("図上訓練（架空の地震）")
    dialog.municipalityEdit.setText(stage.about["municipality"])
    dialog.folderEdit.setFilePath("D:/防災/案件/図上訓練")
    dialog.helper.show_for(dialog.useToEdit)
    stage.settle()
    return dialog


def case_folder(stage: Stage):
    """What a folder of the municipality holds and is taken for, before it is kept; two files are doubtful."""
    from tomoshibi.dialogs.case import CaseDialog
    from tomoshibi.dialogs.case_folder import FolderDialog

    dialog = CaseDialog()
    dialog.open_case(stage.case())
    stage.idle(dialog)
    folder = stage.folder / "灯市のデータ"
    shutil.copytree(stage.scenario / "open", folder, dirs_exist_ok=True)
    shutil.copyfile(folder / "areas.geojson", folder / "学区.geojson")
    page = dialog.known
    page._place = str(folder)
    page.looker.look(str(folder))
    stage.until(lambda: page.findChild(FolderDialog) is not None)
    return page.findChild(FolderDialog)


def case_wrong(stage: Stage):
    """A new case with a wrong code."""
    dialog = case_new(stage)
    dialog.municipalityEdit.setText("12")
    dialog.createButton.click()
    stage.settle()
    return dialog


def conditions_list(stage: Stage):
    """What is registered and published."""
    from tomoshibi.dialogs.conditions import ConditionsDialog

    stage.case()
    dialog = ConditionsDialog()
    dialog.open_on("list")
    stage.idle(dialog)
    return dialog


def conditions_delete(stage: Stage):
    """Asking before anything is deleted."""
    dialog = conditions_list(stage)
    for row in range(2):
        dialog.table.topLevelItem(row).setSelected(True)
    dialog.deleteButton.click()
    stage.settle()
    return dialog


def conditions_downloading(stage: Stage):
    """A download on its way, with its log open."""
    from tomoshibi.practice.server import Fault

    dialog = conditions_list(stage)
    dialog.table.selectAll()
    stage.server.faults.append(Fault("files", delay=1.5))
    dialog.downloadButton.click()
    dialog.progress.details.setChecked(True)
    stage.until(lambda: dialog.progress.log.blockCount() > 0 and dialog.progress.bar.isVisible())
    return dialog


def conditions_downloaded(stage: Stage):
    """The message when a download is done."""
    dialog = conditions_list(stage)
    dialog.table.selectAll()
    dialog.downloadButton.click()
    stage.idle(dialog)
    return dialog


def conditions_offline(stage: Stage):
    """No answer from the aggregator."""
    dialog = conditions_list(stage)
    right, os.environ["TOMOSHIBI_BASE_URL"] = os.environ["TOMOSHIBI_BASE_URL"], "http://127.0.0.1:9"
    dialog.refresh()
    stage.idle(dialog)
    os.environ["TOMOSHIBI_BASE_URL"] = right
    return dialog


def new_condition(stage: Stage, use_case: str):
    """Open the form on a use case."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer
    from tomoshibi.dialogs.conditions import ConditionsDialog

    stage.case()
    dialog = ConditionsDialog()
    dialog.open_on("new")
    stage.idle(dialog)
    dialog.useCaseCombo.setCurrentIndex(dialog.useCaseCombo.findData(use_case))
    layer = QgsVectorLayer(str(stage.scenario / "open" / "municipality.geojson"), "municipality", "ogr")
    dialog.extent.setOutputExtentFromUser(layer.extent(), QgsCoordinateReferenceSystem("EPSG:6668"))
    stage.settle()
    return dialog


def conditions_statistics(stage: Stage):
    """UC②: by mesh, for three voltage classes."""
    dialog = new_condition(stage, "uc2")
    dialog.highCheck.setChecked(True)
    dialog.extraHighCheck.setChecked(True)
    dialog.helper.show_for(dialog.codesList)
    dialog.judge()
    stage.settle()
    return dialog


def conditions_master(stage: Stage):
    """UC③: the items of the contract master, each with its reason."""
    return new_condition(stage, "uc3")


def conditions_outage(stage: Stage):
    """UC①: by the moment."""
    return new_condition(stage, "uc1")


def conditions_wrong(stage: Stage):
    """A form with mistakes, each said."""
    dialog = new_condition(stage, "uc2")
    dialog.extent.clear()
    dialog.sizeCombo.setCurrentIndex(dialog.sizeCombo.findData("5000"))
    dialog.fromEdit.setDateTime(dialog.toEdit.dateTime())
    dialog.judge()
    stage.settle()
    return dialog


def conditions_send(stage: Stage):
    """What will be sent, before it is sent."""
    dialog = conditions_statistics(stage)
    dialog.showButton.click()
    dialog.draftTree.setCurrentItem(dialog.draftTree.topLevelItem(0).child(2))
    stage.settle()
    return dialog


def conditions_usual(stage: Stage):
    """The usual set, checked and ready to be registered, in a case that has no boundary."""
    dialog = conditions_list(stage)
    dialog.usualButton.click()
    stage.settle()
    return dialog


def options_page(stage: Stage):
    """The page in QGIS's options."""
    from qgis.core import QgsSettings
    from tomoshibi.dialogs.options import OptionsPage

    QgsSettings().setValue("tomoshibi/municipality", stage.about["municipality"])
    page = OptionsPage()
    page.resize(780, 560)
    page.show()
    stage.settle()
    return page


def options_tested(stage: Stage):
    """Test connection: everything works."""
    page = options_page(stage)
    page.testButton.click()
    stage.until(lambda: page.job is None)
    return page


def options_refused(stage: Stage):
    """Test connection: the account is refused."""
    right, os.environ["TOMOSHIBI_PASSPHRASE"] = os.environ["TOMOSHIBI_PASSPHRASE"], "yoake no akari"
    page = options_tested(stage)
    os.environ["TOMOSHIBI_PASSPHRASE"] = right
    return page


def options_practice(stage: Stage):
    """Practice mode, and a profile with problems."""
    page = options_page(stage)
    shipped = json.loads((ROOT / "aggregator" / "profiles" / "assumed.json").read_text(encoding="utf-8"))
    del shipped["interfaces"]["token"]
    shipped["keys"]["user_id"]["key"] = ""
    shipped["conventions"]["zone"]["value"] = "Z"
    broken = stage.folder / "profile.json"
    broken.write_text(json.dumps(shipped, ensure_ascii=False), encoding="utf-8")
    page.practiceCheck.setChecked(True)
    page.profileEdit.setFilePath(str(broken))
    stage.settle()
    return page


def practice_everywhere(stage: Stage):
    """Practice mode in a form with a message: the highest a dialog gets."""
    from qgis.core import QgsSettings

    QgsSettings().setValue("tomoshibi/practice", "1")
    dialog = conditions_master(stage)
    dialog.notify("\n".join(["図上訓練の条件を2件登録しました。", "団体コードの検査数字が合いません。"]))
    stage.settle()
    QgsSettings().remove("tomoshibi/practice")
    return dialog


STATES: dict[str, Callable[[Stage], object]] = {
    "case-status": case_status,
    "case-new": case_new,
    "case-wrong": case_wrong,
    "case-folder": case_folder,
    "conditions-list": conditions_list,
    "conditions-delete": conditions_delete,
    "conditions-downloading": conditions_downloading,
    "conditions-downloaded": conditions_downloaded,
    "conditions-offline": conditions_offline,
    "conditions-outage": conditions_outage,
    "conditions-statistics": conditions_statistics,
    "conditions-master": conditions_master,
    "conditions-wrong": conditions_wrong,
    "conditions-send": conditions_send,
    "conditions-usual": conditions_usual,
    "conditions-practice": practice_everywhere,
    "options": options_page,
    "options-tested": options_tested,
    "options-refused": options_refused,
    "options-practice": options_practice,
}
"""Name of the picture → how the state comes about."""


def main(words: list[str]) -> int:
    """Draw the pictures; 1 where one has something wrong in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(words)
    options.images.mkdir(parents=True, exist_ok=True)
    stage = Stage()
    wrong = 0
    for name in options.names or STATES:
        window = STATES[name](stage)
        target = options.images / f"dialog-{name}.png"
        if not window.grab().save(str(target), "PNG"):
            raise SystemExit(f"dialog_shots: {target} cannot be written")
        found = complaints(window)
        wrong += len(found)
        print(f"{target.name}: {window.width()} × {window.height()}", *found, sep="\n    ", flush=True)
        window.close()
        window.deleteLater()
        stage.settle()
    stage.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    # QGIS's own libraries do not always survive Python's way out without a window.
    os._exit(code)
