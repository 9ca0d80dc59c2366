"""How long the event loop stood still: the longest gap between ticks of a 5 ms timer, less what the machine did."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer
from tomoshibi.tests.patience import PATIENCE

TICK_MS = 5
LONGEST = 0.2
"""Seconds that a window may stand still."""
_NOTED = 0.02
"""Seconds: shorter gaps are not kept."""
_SCHEDULER = Path("/proc/thread-self/schedstat")
"""Linux: nanoseconds this thread ran, nanoseconds it was ready and another one ran, times it ran."""
_IDLE_PROGRAM = f"""
import sys, threading, time
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
last = time.perf_counter()
print("ready", flush=True)
while not ended.is_set():
    time.sleep({TICK_MS / 1000})
    now = time.perf_counter()
    if now - last > {_NOTED}:
        print(last, now)
    last = now
"""


def kept_waiting() -> float:
    """Return the seconds that this thread was ready to run and the machine ran something else; 0 where not told.

    That part of a gap is the machine's doing (other tests beside this one), and not the window's.
    """
    try:
        return int(_SCHEDULER.read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class IdleLoop:
    """A process beside this one that does nothing but tick: where it stands still too, the machine does."""

    def __init__(self) -> None:
        command = [sys.executable, "-S", "-c", _IDLE_PROGRAM]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError("the idle loop did not start")

    def standstills(self) -> list[tuple[float, float]]:
        """End the process and return when it stood still: begin and end on the clock of `time.perf_counter`."""
        lines = self.process.communicate()[0].splitlines()
        return [(float(begin), float(end)) for begin, end in (line.split() for line in lines)]


@dataclass(frozen=True)
class Gap:
    """One time in which the window did not tick."""

    begin: float
    end: float
    waited: float
    doing: str

    def own(self, idle: list[tuple[float, float]]) -> float:
        """Return the seconds of it that are the window's: without what the machine kept waiting or stood still."""
        beside = sum(max(0.0, min(self.end, end) - max(self.begin, begin)) for begin, end in idle)
        return self.end - self.begin - max(self.waited, beside)


class StallMeter:
    """A context manager around what must not freeze the window; `longest` is the longest gap in seconds, once stopped.

    The time before the first tick and after the last one counts too. Not counted is the time in which the machine kept
    the thread waiting, or in which an idle loop beside it stood still as well. `where` is what `doing` said then.
    """

    def __init__(self, parent: Optional[QObject] = None):
        self.ticks = 0
        self.doing = ""
        self.gaps: list[Gap] = []
        self._idle: list[tuple[float, float]] = []
        self._beside: Optional[IdleLoop] = None
        self._last = self._waited = 0.0
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> StallMeter:
        """Begin to measure. What other tests left in memory is not searched for garbage meanwhile."""
        gc.collect()
        gc.freeze()
        self._beside = IdleLoop()
        self._last, self._waited = time.perf_counter(), kept_waiting()
        self._timer.start(TICK_MS)
        return self

    def stop(self) -> None:
        """Measure the last gap and no more."""
        self._timer.stop()
        self._note()
        self._idle = self._beside.standstills()
        gc.unfreeze()

    def __enter__(self) -> StallMeter:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def longest(self) -> float:
        """Return the longest gap in seconds, of all that was done."""
        return max((gap.own(self._idle) for gap in self.gaps), default=0.0)

    def longest_while(self, doing: str) -> float:
        """Return the longest gap in seconds while `doing` said so."""
        return max((gap.own(self._idle) for gap in self.gaps if gap.doing == doing), default=0.0)

    @property
    def where(self) -> str:
        """Return what was done in the longest gap."""
        return max(self.gaps, key=lambda gap: gap.own(self._idle)).doing if self.gaps else ""

    def _tick(self) -> None:
        self.ticks += 1
        self._note()

    def _note(self) -> None:
        now, waited = time.perf_counter(), kept_waiting()
        if now - self._last > _NOTED:
            self.gaps.append(Gap(self._last, now, waited - self._waited, self.doing))
        self._last, self._waited = now, waited


def least_stall(longest: float, again: Callable[[], None]) -> float:
    """Return the longest stall of what was done, or, where it is too long, the least of it and of two more times.

    What a busy machine holds up, a full disk or a cold cache, it does not hold up each time; what the window does, it
    does again.
    """
    for _ in range(2):
        if longest < LONGEST:
            break
        with StallMeter() as meter:
            again()
        longest = min(longest, meter.longest)
    return longest


def spin_until(met: Callable[[], bool], seconds: float = PATIENCE, what: str = "the condition") -> None:
    """Run the event loop until something is so, sleeping in between as QGIS does. Fails after `seconds`."""
    until = time.monotonic() + seconds
    waker = QTimer()
    waker.start(10)
    while not met():
        if time.monotonic() > until:
            raise AssertionError(f"{what} was not met within {seconds} s")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    waker.stop()
