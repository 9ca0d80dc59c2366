"""The meter of standing still sees a window that sleeps or computes, whatever else the machine does."""

from __future__ import annotations

import signal
import time

import pytest
from tomoshibi.tests import stall
from tomoshibi.tests.stall import LONGEST, Gap, StallMeter, kept_waiting, spin_until


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
    # of how much of it the machine stood still as well depends on what else it does
    assert max(gap.end - gap.begin for gap in meter.gaps if gap.doing == "slow") >= 2 * LONGEST


def test_the_longest_gap_is_the_one_that_is_longest_without_what_the_machine_did(qgis_app):
    meter = StallMeter()
    meter.gaps = [Gap(0.0, 0.5, 0.1, "quick"), Gap(1.0, 1.5, 0.05, "slow"), Gap(2.0, 2.2, 0.0, "slow")]
    meter._idle = [(0.1, 0.4), (1.4, 1.6), (5.0, 6.0)]
    assert meter.longest == pytest.approx(0.4) and meter.where == "slow"
    assert meter.longest_while("quick") == pytest.approx(0.2) and meter.longest_while("none") == 0.0


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


@pytest.mark.parametrize(
    "first, again, least",
    [(0.1, [], 0.1), (0.4, [0.1], 0.1), (0.4, [0.3, 0.05], 0.05), (0.4, [0.3, 0.5], 0.3), (0.2, [0.2, 0.2], 0.2)],
)
def test_what_stands_still_each_time_is_the_window(monkeypatch, first, again, least):
    measured, done = iter(again), []

    class Scripted:
        def __enter__(self):
            return self

        def __exit__(self, *error: object) -> None:
            self.longest = next(measured)

    monkeypatch.setattr(stall, "StallMeter", Scripted)
    assert stall.least_stall(first, lambda: done.append(1)) == least and len(done) == len(again)
