"""How long the event loop stood still: the longest gap between ticks of a 5 ms timer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Callable, Optional

from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer

TICK_MS = 5
LONGEST = 0.2
"""Seconds that a window may stand still."""
_SCHEDULER = Path("/proc/thread-self/schedstat")
"""Linux: nanoseconds this thread ran, nanoseconds it was ready and another one ran, times it ran."""


def kept_waiting() -> float:
    """Return the seconds that this thread was ready to run and the machine ran something else; 0 where not told.

    That part of a gap is the machine's doing (other tests beside this one), and not the window's.
    """
    try:
        return int(_SCHEDULER.read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class StallMeter:
    """A context manager around what must not freeze the window; `longest` is the longest gap in seconds.

    The time before the first tick and after the last one counts too; the time the machine kept the thread waiting does
    not. `where` is what `doing` said during the longest gap.
    """

    def __init__(self, parent: Optional[QObject] = None):
        self.longest = 0.0
        self.ticks = 0
        self.doing = ""
        self.where = ""
        self._last = self._waited = 0.0
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> StallMeter:
        """Begin to measure."""
        self._last, self._waited = time.perf_counter(), kept_waiting()
        self._timer.start(TICK_MS)
        return self

    def stop(self) -> None:
        """Measure the last gap and no more."""
        self._timer.stop()
        self._note()

    def __enter__(self) -> StallMeter:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _tick(self) -> None:
        self.ticks += 1
        self._note()

    def _note(self) -> None:
        now, waited = time.perf_counter(), kept_waiting()
        gap = now - self._last - (waited - self._waited)
        if gap > self.longest:
            self.longest, self.where = gap, self.doing
        self._last, self._waited = now, waited


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
