"""Blocks worked on side by side: everything is done once, errors and cancel come out, progress stays in its thread."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from tomoshibi.analysis.parallel import PATIENCE as LOOKS
from tomoshibi.analysis.parallel import WORKERS, begun, run_blocks
from tomoshibi.messages import Cancelled, Progress
from tomoshibi.tests.patience import PATIENCE


class Counting(Progress):
    """Notes progress and the threads it came from, and cancels after so many checks."""

    def __init__(self, checks: int = 1 << 30):
        super().__init__()
        self.left, self.fractions, self.threads = checks, [], set()

    def raise_if_cancelled(self) -> None:
        self.threads.add(threading.get_ident())
        self.left -= 1
        if self.left < 0:
            raise Cancelled()

    def set_fraction(self, fraction: float) -> None:
        self.threads.add(threading.get_ident())
        self.fractions.append(fraction)


def test_every_part_is_worked_on_once_and_progress_is_told_in_the_callers_thread():
    done, progress = np.zeros(50, dtype=int), Counting()

    def work(part: int) -> int:
        done[part] += 1
        return part * part

    assert list(run_blocks(work, range(50), progress)) == [part * part for part in range(50)]
    assert (done == 1).all()
    assert (
        progress.fractions == sorted(progress.fractions)
        and progress.fractions[-1] == 1.0
        and len(progress.fractions) == 50
    )
    assert progress.threads == {threading.get_ident()}


def test_no_parts_are_no_work():
    assert list(run_blocks(lambda part: pytest.fail("nothing to do"), [])) == []


def test_the_first_error_in_order_comes_out():
    def work(part: int) -> None:
        if part in (3, 7):
            raise ValueError(str(part))

    with pytest.raises(ValueError, match=r"^3$"):
        list(run_blocks(work, range(20)))


def test_after_a_cancel_parts_not_begun_are_dropped():
    begun, go = [], threading.Event()

    def work(part: int) -> None:
        begun.append(part)
        go.wait(PATIENCE)

    class Stopped(Counting):
        def raise_if_cancelled(self) -> None:
            go.set()
            raise Cancelled()

    with pytest.raises(Cancelled):
        list(run_blocks(work, range(1000), Stopped()))
    assert len(begun) < 1000


def test_parts_are_handed_over_in_their_order_while_later_ones_are_at_work():
    go, first = threading.Event(), threading.get_ident()

    def work(part: int) -> int:
        assert threading.get_ident() != first
        if part >= WORKERS:
            assert go.wait(PATIENCE)
        return part

    with begun(work, range(20)) as done:
        assert next(done) == 0
        go.set()
        assert list(done) == list(range(1, 20))


def test_what_a_part_raises_comes_out_where_its_turn_is():
    def work(part: int) -> int:
        if part == 3:
            raise ValueError("three")
        return part

    found = []
    with pytest.raises(ValueError, match=r"^three$"), begun(work, range(20)) as done:
        found.extend(done)
    assert found == [0, 1, 2]


def test_who_leaves_early_drops_the_parts_not_begun_and_waits_for_the_others():
    at_work, ended = [], []

    def work(part: int) -> None:
        at_work.append(part)
        time.sleep(0.01)
        ended.append(part)

    with pytest.raises(Cancelled), begun(work, range(1000)) as done:
        next(done)
        raise Cancelled
    assert len(at_work) < 1000 and sorted(ended) == sorted(at_work)


@pytest.mark.skipif(WORKERS < 2, reason="one core works on one part at a time")
def test_two_parts_are_worked_on_at_the_same_time():
    meet = threading.Barrier(2, timeout=PATIENCE)
    list(run_blocks(lambda part: meet.wait(), range(2)))


def test_who_waits_for_a_block_may_stop_all_the_same():
    go = threading.Event()

    class Waiting(Progress):
        looks = 0

        def cancelled(self) -> bool:
            self.looks += 1
            if self.looks == 3:
                go.set()
            return self.looks == 3

    progress = Waiting()
    with pytest.raises(Cancelled), begun(lambda part: go.wait(PATIENCE), range(4), None, progress) as done:
        next(done)
    assert progress.looks == 3 and LOOKS < 1


def test_one_block_is_done_here_whatever_the_engine_is():
    class Nowhere:
        def workers(self):
            pytest.fail("nobody is asked for one block")

    assert list(run_blocks(str, [7], None, Nowhere())) == ["7"]
