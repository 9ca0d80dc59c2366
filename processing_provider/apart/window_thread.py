"""Having something done in the thread of the window by an algorithm that runs in another."""

from __future__ import annotations

import threading
from typing import Callable, Generic, Optional, TypeVar

from qgis.PyQt.QtCore import QCoreApplication, QObject, Qt, pyqtSignal, pyqtSlot

from ...messages import Cancelled, Progress

T = TypeVar("T")
_LOOK_SECONDS = 0.1
"""How often it is looked whether the run was cancelled: a window that waits for its end would never do the work."""


class _Call(Generic[T]):
    """Something to be done, and what came of it."""

    def __init__(self, work: Callable[[], T]):
        self._work = work
        self._begun = threading.Lock()
        self._ended = threading.Event()
        self._made: list[T] = []
        self._failed: Optional[BaseException] = None

    def do(self) -> None:
        """Do it, unless who asked has gone."""
        if not self._begun.acquire(blocking=False):
            return
        try:
            self._made.append(self._work())
        except BaseException as error:
            # raised where it was asked for
            self._failed = error
        finally:
            self._ended.set()

    def result(self, progress: Progress) -> T:
        """Wait for it. Raises what it raised, and `Cancelled` where the run was stopped before it began."""
        while not self._ended.wait(_LOOK_SECONDS):
            if progress.cancelled() and self._begun.acquire(blocking=False):
                raise Cancelled
        if self._failed is not None:
            raise self._failed
        return self._made[0]


class _Window(QObject):
    """Lives in the thread of the window."""

    asked = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.moveToThread(QCoreApplication.instance().thread())
        self.asked.connect(self._do, Qt.ConnectionType.QueuedConnection)

    @pyqtSlot(object)
    def _do(self, call: _Call) -> None:
        call.do()


_windows: list[_Window] = []


def in_window_thread(work: Callable[[], T], progress: Progress) -> T:
    """Return what `work` returns, done in the thread of the window; called in another.

    Raises what it raises, and `Cancelled` where the run is stopped before it began.
    """
    if not _windows:
        _windows.append(_Window())
    call = _Call(work)
    _windows[0].asked.emit(call)
    return call.result(progress)
