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

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
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
                USE_TO="2026-12-31",
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
    if not (PLUGINS / "tomoshibi").exists():
        PLUGINS.mkdir(parents=True, exist_ok=True)
        (PLUGINS / "tomoshibi").symlink_to(ROOT, target_is_directory=True)
    sys.path[:] = [str(PLUGINS)] + [entry for entry in sys.path if entry and Path(entry).resolve() != ROOT]
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
    for folder in (Path(QgsApplication.pkgDataPath()) / "python" / "plugins", *map(Path, sys.path)):
        if (folder / "processing" / "__init__.py").is_file():
            sys.path.append(str(folder))
            break
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
        if not own or not widget.isVisible() or not widget.text() or widget.objectName() == "progressLine":
            continue
        wanted = widget.sizeHint()
        height = wanted.height()
        if isinstance(widget, QLabel) and widget.wordWrap():
            wanted.setWidth(0)
            height = widget.heightForWidth(widget.width())
        if wanted.width() > widget.width() or height > widget.height():
            found.append(f"{widget.objectName() or type(widget).__name__} “{widget.text()[:30]}” is clipped")
    return found


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


def case_wrong(stage: Stage):
    """A new case with a wrong code."""
    dialog = case_new(stage)
    dialog.municipalityEdit.setText("12")
    dialog.createButton.click()
    stage.settle()
    return dialog


STATES: dict[str, Callable[[Stage], object]] = {
    "case-status": case_status,
    "case-new": case_new,
    "case-wrong": case_wrong,
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
