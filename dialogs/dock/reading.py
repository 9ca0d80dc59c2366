"""Reading a case in the background: one reading at a time, and none where nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional

from qgis.core import QgsTask
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...messages import Cancelled, TomoshibiError
from ...processing_provider.base import fault_message
from ...processing_provider.dock.situation import Situation, names_of, read_situation, stamp_of
from ...translate import tr, translate_message
from ..base import practising
from ..refresh import now
from ..task_start import add_waiting, start_task

AGAIN_AFTER = timedelta(minutes=10)
"""An unchanged case is read again after so long, because its data grow old."""
_FLAGS = QgsTask.Flag.CanCancel | getattr(QgsTask.Flag, "Hidden", QgsTask.Flag.CanCancel)
"""Hidden (QGIS 3.26): the task bar must not flicker every minute."""


@dataclass(frozen=True)
class Read:
    """What one reading brought."""

    cases: tuple[tuple[str, str], ...]
    """(folder, name) of the cases opened lately."""
    situation: Optional[Situation]
    """None where nothing has changed, or it could not be read."""
    problem: str = ""


class _Task(QgsTask):
    """One reading."""

    def __init__(self, folder: str, recent: list[str], known: Optional[tuple[object, ...]]):
        super().__init__(tr("Read the situation"), _FLAGS)
        self.folder, self.recent, self.known = folder, recent, known
        self.practising = practising()
        self.stamp: tuple[object, ...] = ()
        self.found: Optional[Read] = None
        self.failed: Optional[Exception] = None
        """A fault of the plugin, for who looks for it."""
        self.whole = False
        """Whether a whole situation was read."""

    def run(self) -> bool:
        cases = names_of(self.recent)
        self.stamp = (*stamp_of(Path(self.folder)), self.practising)
        if not self.folder or self.stamp == self.known:
            self.found = Read(cases, None)
            return True
        try:
            situation = read_situation(Path(self.folder), now(), self.practising, self.isCanceled)
        except Cancelled:
            return False
        except TomoshibiError as error:
            self.found = Read(cases, None, translate_message(error.message))
            return True
        except Exception as error:
            # a task that raises ends QGIS's thread without a word; the dock says it
            self.failed = error
            self.found = Read(cases, None, translate_message(fault_message(error)))
            return True
        self.found, self.whole = Read(cases, situation), True
        return True


class Reader(QObject):
    """Reads the situation of a case when asked; `read` hears each `Read`."""

    read = pyqtSignal(object)

    def __init__(self, parent: Optional[QObject] = None):
        super().__init__(parent)
        self._task: Optional[_Task] = None
        self._wanted: Optional[tuple[str, list[str], bool]] = None
        self._known: Optional[tuple[object, ...]] = None
        self._read_at: Optional[datetime] = None

    @property
    def busy(self) -> bool:
        """Whether a reading is under way."""
        return self._task is not None

    def ask(self, folder: str, recent: list[str], anew: bool = False) -> None:
        """Read a case, where it has changed since it was read last or is to be read `anew`."""
        if self._task is not None:
            self._wanted = (folder, recent, anew or (self._wanted is not None and self._wanted[2]))
            if self._task.folder != folder:
                self._task.cancel()
            return
        late = self._read_at is None or datetime.now() - self._read_at > AGAIN_AFTER
        task = _Task(folder, recent, None if anew or late else self._known)
        task.taskCompleted.connect(self._ended)
        task.taskTerminated.connect(self._ended)
        # the manager owns the task; Python has to hold it too
        self._task = task
        start_task(task)

    def close(self) -> None:
        """Stop, and wait for the end of what is under way."""
        self._wanted = None
        task, self._task = self._task, None
        if task is not None:
            add_waiting()
            task.taskCompleted.disconnect(self._ended)
            task.taskTerminated.disconnect(self._ended)
            task.cancel()
            task.waitForFinished(10_000)

    def _ended(self) -> None:
        task, self._task = self._task, None
        wanted, self._wanted = self._wanted, None
        if task is not None and task.found is not None and (wanted is None or wanted[0] == task.folder):
            if task.whole:
                self._known, self._read_at = task.stamp, datetime.now()
            self.read.emit(task.found)
        if wanted is not None:
            self.ask(*wanted)
