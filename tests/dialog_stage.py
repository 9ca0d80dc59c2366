"""What the tests of the dialogs share: QGIS in Japanese, a practice aggregator, a case, and a person's patience."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsExpressionContextUtils, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QTranslator
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel, QMainWindow, QToolButton
from tomoshibi import settings
from tomoshibi.dev import translations
from tomoshibi.tests.patience import PATIENCE

LARGEST = (1000, 580)


class Bar:
    """QGIS's message bar, remembered."""

    def __init__(self):
        self.messages: list[tuple[str, object]] = []

    def pushMessage(self, title, text, level, duration):
        self.messages.append((text, level))

    def text(self) -> str:
        return "\n".join(text for text, _ in self.messages)


class Window:
    """As much of QGIS's interface as dialogs need."""

    def __init__(self):
        from qgis.gui import QgsMapCanvas

        self.window = QMainWindow()
        self.bar = Bar()
        self.canvas = QgsMapCanvas(self.window)
        self.options: list[str] = []

    def mainWindow(self):
        return self.window

    def messageBar(self):
        return self.bar

    def mapCanvas(self):
        return self.canvas

    def showOptionsDialog(self, parent, page):
        self.options.append(page)


class Stage:
    """Waits as a person does, and looks."""

    def __init__(self, server, scenario: Path):
        self.server = server
        self.scenario = scenario
        self.about = json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))
        self.iface = Window()

    def until(self, true, seconds: float = PATIENCE) -> None:
        """Let events be handled until something is so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not come about"
            QCoreApplication.processEvents()
            time.sleep(0.005)
        for _ in range(5):
            QCoreApplication.processEvents()

    def idle(self, dialog) -> None:
        """Wait until a dialog runs nothing."""
        self.until(lambda: not dialog.jobs)

    def said(self, dialog) -> str:
        """Return what the dialog's message bar says."""
        return "\n".join(label.text() for label in dialog.message_bar.findChildren(QLabel, "messageText"))


def clipped(window) -> list[str]:
    """Return the texts that do not fit, and the window itself where it is too large."""
    found = []
    if window.width() > LARGEST[0] or window.height() > LARGEST[1]:
        found.append(f"{window.width()} × {window.height()}")
    for widget in [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]:
        named = not isinstance(widget, QToolButton) or widget.objectName() == "logButton"
        if not named or not widget.isVisible() or not widget.text() or widget.objectName() == "progressLine":
            continue
        wanted = widget.sizeHint()
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        height = widget.heightForWidth(widget.width()) if wraps else wanted.height()
        if (not wraps and wanted.width() > widget.width()) or height > widget.height():
            found.append(f"{widget.objectName()}: {widget.text()}")
    return found


@pytest.fixture(scope="module")
def small_scenario(tmp_path_factory) -> Path:
    """A scenario, made once a module."""
    from tomoshibi.practice.scenario import ScenarioSpec
    from tomoshibi.tests.drill_case import scenario_of

    return scenario_of(tmp_path_factory.mktemp("scenario") / "made", 1, ScenarioSpec(meters=2000)).folder


@pytest.fixture
def stage(provider, small_scenario, tmp_path, monkeypatch):
    """The plugin's dialogs in Japanese against a fresh practice aggregator; settings as of a new user."""
    import shutil

    from tomoshibi.dialogs import jobs
    from tomoshibi.practice.server import PracticeServer

    compiled = tmp_path / "ja.qm"
    assert translations.compile_(compiled) == 0
    translator = QTranslator()
    assert translator.load(str(compiled))
    QCoreApplication.installTranslator(translator)
    monkeypatch.setenv("TOMOSHIBI_LANGUAGE", "ja")
    # The names of algorithms and parameters are made when the provider is loaded.
    provider.refreshAlgorithms()
    for setting in settings.ALL:
        QgsSettings().remove(settings.PREFIX + setting.name)
    QgsExpressionContextUtils.removeProjectVariable(QgsProject.instance(), "tomoshibi_case")
    scenario = tmp_path / "scenario"
    shutil.copytree(small_scenario, scenario)
    with PracticeServer(scenario, build_seconds=0.1) as server:
        user, phrase = server.credentials()()
        monkeypatch.setenv("TOMOSHIBI_BASE_URL", server.url)
        monkeypatch.setenv("TOMOSHIBI_USER", user)
        monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
        made = Stage(server, scenario)
        yield made
        jobs.stop_all()
        QCoreApplication.processEvents()
        made.iface.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for setting in settings.ALL:
        QgsSettings().remove(settings.PREFIX + setting.name)
    QgsExpressionContextUtils.removeProjectVariable(QgsProject.instance(), "tomoshibi_case")
    QCoreApplication.removeTranslator(translator)
    if QgsApplication.processingRegistry().providerById("tomoshibi") is not None:
        provider.refreshAlgorithms()


@pytest.fixture
def case(stage, run, tmp_path) -> str:
    """The folder of a fresh case, and the current one."""
    from tomoshibi.dialogs import cases

    folder = run(
        "createcase",
        {
            "CASE": str(tmp_path / "訓練の案件"),
            "NAME": "図上訓練",
            "EVENT_TIME": stage.about["event_time"],
            "MUNICIPALITY": stage.about["municipality"],
            "REQUEST_KIND": "individual",
            "USE_FROM": stage.about["first_day"],
            "USE_TO": "2099-12-31",
            "PRACTICE": True,
        },
    )["CASE"]
    cases.make_current(folder)
    return folder
