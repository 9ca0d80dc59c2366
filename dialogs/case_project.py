"""The project of a case in QGIS's window: opened from the dock, the dialog, the toolbox and the browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, TypeVar

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsExpressionContextUtils,
    QgsFeedback,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QDateTime, QEventLoop, QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QMessageBox
from qgis.PyQt.QtXml import QDomDocument

from ..processing_provider.desk import PROJECT, desk, is_large, is_project_of, set_desk, show_course, without_user
from ..settings import CASE_VARIABLE
from ..translate import tr
from . import cases
from .browser import keep_in_favourites
from .jobs import ERROR, WARNING, JobFeedback, algorithm, busy

T = TypeVar("T")
_opening: list[str] = []
"""Case folders whose project is being opened."""
_NAVIGATION_OFF = 0
"""Value of QGIS's modes of time navigation in which the map has no time."""
_NAVIGATION_PLAYED = 1
"""That in which it is played."""
_READ_SECONDS = 15
"""Seconds that a message of little weight is shown."""
_STAYS = 0
"""Seconds of a message that stays until it is closed."""


def open_case_project(case_folder: str, iface: Any) -> bool:
    """Make or refresh the project of a case and show it; False where that failed or was not wanted.

    Main thread only, and as long as its layers take to open. The project that is open is refreshed in its place;
    another one is closed, with the question what is to become of its changes. What goes wrong is told in the message
    bar. Large type stays as the open project has it.
    """
    project, path = QgsProject.instance(), Path(case_folder) / PROJECT
    refreshed = path.is_file() and is_project_of(project, path)
    if not refreshed and not may_close(Path(case_folder), iface):
        return False
    held, window, canvas = desk(), _Window(iface), iface.mapCanvas()
    set_desk(window)
    # the map would be drawn anew after each layer
    canvas.freeze(True)
    try:
        done = _run({"CASE": str(case_folder), "LARGE_TYPE": refreshed and is_large(project)}, iface)
    finally:
        canvas.freeze(False)
        set_desk(held)
    if done and window.wanted:
        _answer()
        return open_file(Path(window.wanted), iface)
    canvas.refresh()
    return done


def _run(parameters: dict[str, Any], iface: Any) -> bool:
    """Run `openproject` on what is on the screen; tell in the message bar what was wrong."""
    context, ear = QgsProcessingContext(), JobFeedback()
    context.setProject(QgsProject.instance())
    said: list[tuple[str, str]] = []
    ear.said.connect(lambda level, text: said.append((level, text)))
    ear.progressChanged.connect(_answer)
    maker = algorithm("openproject")
    good, reason = maker.checkParameterValues(parameters, context)
    if good:
        good = maker.run(parameters, context, ear)[1]
        reason = "\n".join(text for level, text in said if level == ERROR)
    warned = [text for level, text in said if level == WARNING]
    if not good:
        _tell(iface, reason or tr("The project could not be opened. See QGIS’s log."), Qgis.MessageLevel.Critical)
    elif warned:
        _tell(iface, "\n".join(warned), Qgis.MessageLevel.Warning)
    return good


def _answer(*_: object) -> None:
    """Let the window draw itself between two parts of a work that belongs to its thread; clicks wait for the end."""
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def open_file(path: Path, iface: Any) -> bool:
    """Open a project in the window and remember its case; False where QGIS could not."""
    _opening.append(os.path.realpath(path.parent))
    try:
        opened = iface.addProject(str(path))
    finally:
        _opening.pop()
    if not opened:
        _tell(
            iface,
            tr("{file} could not be opened. See QGIS’s log.").format(file=path.name),
            Qgis.MessageLevel.Critical,
        )
        return False
    if cases.is_case(str(path.parent)):
        cases.remember(str(path.parent))
        keep_in_favourites(str(path.parent), iface)
    return True


def is_opening(case_folder: str) -> bool:
    """Whether the project of this case is being opened: what belongs to the case goes on then."""
    return bool(case_folder) and os.path.realpath(case_folder) in _opening


def may_close(case_folder: Path, iface: Any) -> bool:
    """Whether the open project may be closed; asks where it has changes that would be lost."""
    project = QgsProject.instance()
    edited = [
        layer for layer in project.mapLayers().values() if isinstance(layer, QgsVectorLayer) and layer.isModified()
    ]
    if edited:
        _tell(
            iface,
            tr("Layers have edits that are not saved: {layers}. Save or drop them first.").format(
                layers=", ".join(layer.name() for layer in edited)
            ),
            Qgis.MessageLevel.Warning,
        )
        return False
    buttons = QMessageBox.StandardButton
    temporary = [layer.name() for layer in project.mapLayers().values() if _only_here(layer)]
    if temporary:
        text = tr("Temporary layers are lost when the project of the case is opened: {layers}.")
        return ask(iface, text.format(layers=", ".join(temporary)), buttons.Discard | buttons.Cancel) == buttons.Discard
    if not project.isDirty() or nothing_is_lost(project, case_folder):
        return True
    text = tr("The open project has changes that are not saved. Save them before the project of the case is opened?")
    answer = ask(iface, text, buttons.Save | buttons.Discard | buttons.Cancel)
    if answer == buttons.Save:
        iface.actionSaveProject().trigger()
        return not project.isDirty()
    return answer == buttons.Discard


def ask(iface: Any, text: str, buttons: QMessageBox.StandardButton) -> QMessageBox.StandardButton:
    """Ask what is to become of the open project."""
    return QMessageBox.question(iface.mainWindow(), tr("Tomoshibi"), text, buttons, QMessageBox.StandardButton.Cancel)


def _only_here(layer: QgsMapLayer) -> bool:
    """Whether a layer holds features that lie in no file."""
    return isinstance(layer, QgsVectorLayer) and layer.providerType() == "memory" and layer.featureCount() > 0


def nothing_is_lost(project: QgsProject, case_folder: Path) -> bool:
    """Whether a project that was never saved shows nothing but what lies in the case."""
    inside = case_folder.resolve()
    places = [layer.source().split("|")[0] for layer in project.mapLayers().values()]
    return not project.fileName() and all(inside in Path(place).resolve().parents for place in places)


def _tell(iface: Any, text: str, level: Qgis.MessageLevel) -> None:
    iface.messageBar().pushMessage(tr("Tomoshibi"), text, level, _STAYS)


class _Window:
    """The window while `open_case_project` runs: what is to be opened is opened by it."""

    def __init__(self, iface: Any):
        self._iface = iface
        self.wanted = ""

    def save(self) -> bool:
        self._iface.actionSaveProject().trigger()
        return not QgsProject.instance().isDirty()

    def open(self, project: Path) -> None:
        self.wanted = str(project)

    def busy(self, title: str, feedback: QgsFeedback, work: Callable[[], T]) -> T:
        return busy(title, feedback, work)


class CaseWindow(QObject):
    """QGIS's window for projects of cases that are made by the toolbox; `close` lets it go."""

    opened = pyqtSignal(str)
    """The folder of the case whose project was opened."""

    def __init__(self, iface: Any):
        super().__init__()
        self._iface = iface
        project = QgsProject.instance()
        project.writeProject.connect(self._mend)
        project.readProject.connect(self._read)
        canvas = iface.mapCanvas()
        controller = canvas.temporalController() if canvas is not None else None
        self._controller = controller if hasattr(controller, "updateTemporalRange") else None
        self._playing = False
        if self._controller is not None:
            # the signal of the mode itself cannot be connected to in 3.22; this one follows it
            self._controller.updateTemporalRange.connect(self._played)
        set_desk(self)

    def close(self) -> None:
        """Let the window go."""
        set_desk(None)
        project = QgsProject.instance()
        project.writeProject.disconnect(self._mend)
        project.readProject.disconnect(self._read)
        if self._controller is not None:
            self._controller.updateTemporalRange.disconnect(self._played)

    def save(self) -> bool:
        """Save the project that is open, as QGIS's menu does."""
        return _Window(self._iface).save()

    def open(self, project: Path) -> None:
        """Open a project once the algorithm that made it has ended: until then the layers of the old may be in use."""

        def opened() -> None:
            if may_close(project.parent, self._iface):
                open_file(project, self._iface)

        QTimer.singleShot(0, opened)

    def busy(self, title: str, feedback: QgsFeedback, work: Callable[[], T]) -> T:
        """Do what belongs to the window's own thread, with a button to stop it."""
        return busy(title, feedback, work)

    def _read(self, document: QDomDocument) -> None:
        project = QgsProject.instance()
        folder = str(Path(project.fileName()).parent)
        if project.fileName() and is_project_of(project, Path(folder) / PROJECT) and cases.is_case(folder):
            self.opened.emit(folder)
            QTimer.singleShot(0, self._show_now)

    def _show_now(self) -> None:
        """Let a map without a time show the newest of each result.

        QGIS (3.22) leaves the present hour as the time of its map when it closes a project with a time range, though
        its time navigation is off: results of a day ago would not be drawn.
        """
        canvas = self._iface.mapCanvas()
        controller = canvas.temporalController()
        mode = controller.navigationMode() if hasattr(controller, "navigationMode") else None
        # a number before 3.36, since then of an enum of another name
        off = mode is not None and getattr(mode, "value", mode) == _NAVIGATION_OFF
        if off and not canvas.temporalRange().isInfinite():
            canvas.setTemporalRange(QgsDateTimeRange(QDateTime(), QDateTime()))

    def _played(self, _moment: QgsDateTimeRange) -> None:
        """Show a result that has a course where time begins to be played and none is on: nothing would move."""
        mode = self._controller.navigationMode()
        before, self._playing = self._playing, getattr(mode, "value", mode) == _NAVIGATION_PLAYED
        if before or not self._playing:
            return
        name = show_course(QgsProject.instance())
        if name:
            text = tr("“{layer}” is shown: it is the result that changes with the time.").format(layer=name)
            self._iface.messageBar().pushMessage(tr("Tomoshibi"), text, Qgis.MessageLevel.Info, _READ_SECONDS)

    def _mend(self, document: QDomDocument) -> None:
        """Leave the account name out of every case's project that is saved in this window."""
        if QgsExpressionContextUtils.projectScope(QgsProject.instance()).variable(CASE_VARIABLE):
            without_user(document)
