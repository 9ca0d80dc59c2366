"""The meter of standing still sees a window that sleeps or computes, whatever else the machine does."""

from __future__ import annotations

import signal
import time

import pytest
from tomoshibi.tests.stall import LONGEST, StallMeter, kept_waiting, spin_until


def compute(seconds: float) -> None:
    """Use the processor for so long, of this thread's own time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.mark.parametrize("stand_still", [time.sleep, compute])
def test_standing_still_is_seen_and_where(qgis_app, stand_still):
    with StallMeter() as meter:
        meter.doing = "quick"
        spin_until(lambda: meter.ticks > 5, what="some ticks")
        meter.doing = "slow"
        stand_still(2 * LONGEST)
    assert meter.longest > 1.8 * LONGEST and meter.where == "slow"


def test_what_the_machine_kept_a_thread_waiting_never_shrinks():
    first = kept_waiting()
    compute(0.05)
    assert kept_waiting() >= first >= 0


def test_what_stands_still_beside_it_too_is_the_machine(qgis_app):
    with StallMeter() as meter:
        spin_until(lambda: meter.ticks > 5, what="some ticks")
        beside = meter._beside.process
        beside.send_signal(signal.SIGSTOP)
        time.sleep(2 * LONGEST)
        beside.send_signal(signal.SIGCONT)
        spin_until(lambda: meter.ticks > 10, what="some more ticks")
    assert meter.gaps and meter.longest < LONGEST / 2
