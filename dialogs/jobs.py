"""Runs of algorithms in the background: the only way a dialog gets work done.

A job outlives the dialog that started it: it is held here until it is done, so that closing a window stops nothing by
accident. `stop_all` ends what still runs when the plugin is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Optional, TypeVar

from qgis.core import (
    QgsApplication,
    QgsFeedback,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication, QMainWindow, QProgressDialog

from ..translate import tr
from .task_start import add_waiting, start_task

INFO, WARNING, ERROR = "info", "warning", "error"
"""Levels of what a job says."""

_RUNNING: set[Job] = set()
T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """How a job ended."""

    ok: bool
    """Whether the algorithm came to its end; `results` are its outputs then."""
    cancelled: bool
    results: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it failed, "" where it did not."""
        return "\n".join(self.errors)


class JobFeedback(QgsProcessingFeedback):
    """Hands on what the algorithm says; called in the thread of the task, heard in the window's."""

    said = pyqtSignal(str, str)

    def __init__(self) -> None:
        super().__init__(False)

    def pushInfo(self, info: str) -> None:
        self.said.emit(INFO, info)

    def setProgressText(self, text: str) -> None:
        self.said.emit(INFO, text)

    def pushWarning(self, warning: str) -> None:
        self.said.emit(WARNING, warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N803
        self.said.emit(ERROR, error)


class Job(QObject):
    """One run of an algorithm of the plugin. Make it, connect to it, `start` it."""

    said = pyqtSignal(str, str)
    """Level and text of a line."""
    progressed = pyqtSignal(float)
    """0 to 100."""
    done = pyqtSignal(object)
    """The `Outcome`, once."""

    def __init__(self, name: str, parameters: dict[str, Any], keep: bool = True):
        """`keep`: goes on when its dialog is closed. Raises `LookupError` for an algorithm that is not registered."""
        super().__init__()
        self.name = name
        self.parameters = parameters
        self.keep = keep
        self.context = QgsProcessingContext()
        self.context.setProject(QgsProject.instance())
        self.algorithm = algorithm(name)
        self._ear = JobFeedback()
        self._ear.said.connect(self._hear)
        self._ear.progressChanged.connect(self.progressed)
        self._warnings: list[str] = []
        self._errors: list[str] = []
        self._task: Optional[QgsProcessingAlgRunnerTask] = None
        self._here = False
        """Runs, or is about to, in the window's own thread."""

    @property
    def title(self) -> str:
        """Name of the algorithm as it is shown."""
        return self.algorithm.displayName()

    @property
    def running(self) -> bool:
        """Whether it was started and is not done."""
        return self._task is not None or self._here

    def wrong(self) -> str:
        """Return what is wrong with the parameters, "" where nothing is."""
        good, reason = self.algorithm.checkParameterValues(self.parameters, self.context)
        return "" if good else reason

    def start(self) -> None:
        """Run in the background; what belongs to the window's own thread runs there, as soon as it is free."""
        _RUNNING.add(self)
        if self.algorithm.flags() & QgsProcessingAlgorithm.Flag.FlagNoThreading:
            self._here = True
            QTimer.singleShot(0, self._run_here)
            return
        task = QgsProcessingAlgRunnerTask(self.algorithm, self.parameters, self.context, self._ear)
        task.setDescription(self.title)
        task.executed.connect(self._executed)
        # The manager owns the task; Python has to hold it too, or its signals are never heard.
        self._task = task
        start_task(task)

    def cancel(self) -> None:
        """Ask it to stop; `done` follows when it has."""
        self._ear.cancel()

    def table(self, output: str = "OUTPUT") -> Optional[QgsVectorLayer]:
        """Return a result layer of a finished job (`memory:`), now the caller's; None where there is none."""
        identity = self.outcome.results.get(output)
        return self.context.takeResultLayer(identity) if identity else None

    def wait(self) -> None:
        """Wait for the end of a job that was cancelled. Only for taking the plugin away."""
        if self._task is not None:
            add_waiting()
            self._task.waitForFinished(10_000)

    def _run_here(self) -> None:
        if self not in _RUNNING:
            return
        results, good = busy(
            self.title, self._ear, lambda: self.algorithm.run(self.parameters, self.context, self._ear)
        )
        self._here = False
        self._executed(good, results)

    def _hear(self, level: str, text: str) -> None:
        if level == WARNING:
            self._warnings.append(text)
        elif level == ERROR:
            self._errors.append(text)
        self.said.emit(level, text)

    def _executed(self, good: bool, results: dict[str, Any]) -> None:
        if self._task is not None:
            # QGIS's task points to these until it is deleted, which may be long after this
            self._task.destroyed.connect(partial(_let_go, (self._ear, self.context, self.algorithm)))
        self._task = None
        cancelled = self._ear.isCanceled()
        self.outcome = Outcome(
            good and not cancelled, cancelled, dict(results), tuple(self._warnings), tuple(self._errors)
        )
        _RUNNING.discard(self)
        self.done.emit(self.outcome)


def _let_go(_held: tuple[object, ...], *_: object) -> None:
    """Let go of what was held until now."""


def busy(title: str, feedback: QgsFeedback, work: Callable[[], T]) -> T:
    """Do what belongs to the window's own thread, with what it is, how far it is and a button to stop it."""
    window = _HereDialog(title, feedback)
    QgsApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
    try:
        return work()
    finally:
        QgsApplication.restoreOverrideCursor()
        window.go()


class _HereDialog(QProgressDialog):
    """What runs in the window's own thread, how far it is, and a button to stop it.

    Sheets are drawn there, as layouts belong to it. Between two pages the window draws itself and hears this button
    alone: nothing else can be clicked, so that nothing that is being drawn goes away.
    """

    def __init__(self, title: str, ear: QgsFeedback):
        # of the main window: any other may be closed, and would take this along
        super().__init__(next((one for one in QApplication.topLevelWidgets() if isinstance(one, QMainWindow)), None))
        self._ear = ear
        self.setObjectName("mTomoshibiHere")
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setRange(0, 100)
        self.setMinimumDuration(0)
        self.setMinimumWidth(460)
        self.setAutoReset(False)
        self.setAutoClose(False)
        self._tell(tr("Preparing…"))
        self.setCancelButtonText(tr("Cancel"))
        self.canceled.connect(self._stop)
        if isinstance(ear, JobFeedback):
            ear.said.connect(self._hear)
        ear.progressChanged.connect(self._advance)
        self.show()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def go(self) -> None:
        """Close: the work has ended."""
        if isinstance(self._ear, JobFeedback):
            self._ear.said.disconnect(self._hear)
        self._ear.progressChanged.disconnect(self._advance)
        self.hide()
        self.deleteLater()

    def _tell(self, line: str) -> None:
        what = tr("The pages are drawn one after the other; the window answers between two of them.")
        self.setLabelText(f"{what}\n{line}")

    def _hear(self, level: str, text: str) -> None:
        if not self._ear.isCanceled():
            self._tell(text.splitlines()[0][:120] if text else "")
        self._answer()

    def _advance(self, percent: float) -> None:
        self.setValue(int(percent))
        if percent > 0 and not self._ear.isCanceled():
            self._tell(tr("Drawing…"))
        self._answer()

    def _stop(self) -> None:
        self._ear.cancel()
        self._tell(tr("Stopping after this page…"))
        self.show()

    def _answer(self) -> None:
        # only this window can be clicked: it is modal
        QCoreApplication.processEvents()


def algorithm(name: str) -> QgsProcessingAlgorithm:
    """Return `tomoshibi:<name>`. Raises `LookupError` where the provider does not have it."""
    found = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")
    if found is None:
        raise LookupError(f"tomoshibi:{name} is not registered")
    return found


def running() -> list[Job]:
    """Return the jobs that are not done."""
    return list(_RUNNING)


def stop_all() -> None:
    """Cancel every job and wait for its end: the algorithms' provider is about to go."""
    for job in running():
        job.cancel()
    for job in running():
        job.wait()
    _RUNNING.clear()
