"""How long the event loop stood still: the longest gap between ticks of a 5 ms timer."""

from __future__ import annotations

import time
from typing import Callable, Optional

from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer

TICK_MS = 5


class StallMeter:
    """A context manager around what must not freeze the window; `longest` is the longest gap in seconds.

    The time before the first tick and after the last one counts too.
    """

    def __init__(self, parent: Optional[QObject] = None):
        self.longest = 0.0
        self.ticks = 0
        self._last = 0.0
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> StallMeter:
        self._last = time.perf_counter()
        self._timer.start(TICK_MS)
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.stop()
        self._note()

    def _tick(self) -> None:
        self.ticks += 1
        self._note()

    def _note(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def spin_until(met: Callable[[], bool], seconds: float = 30.0, what: str = "the condition") -> None:
    """Run the event loop until something is so, sleeping in between as QGIS does. Fails after `seconds`."""
    until = time.monotonic() + seconds
    waker = QTimer()
    waker.start(10)
    while not met():
        if time.monotonic() > until:
            raise AssertionError(f"{what} was not met within {seconds} s")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    waker.stop()
