"""Work on blocks of meters on all cores: numpy lets go of Python's lock while it sorts and counts."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import cpu_count
from typing import Callable, Iterator, Optional, Sequence, TypeVar

from ..messages import Progress

Part = TypeVar("Part")

WORKERS = min(4, cpu_count())
"""Blocks worked on at a time; every one holds its readings in memory, so that more cores are left alone."""


def in_parallel(work: Callable[[Part], None], parts: Sequence[Part], progress: Optional[Progress] = None) -> None:
    """Call `work` with each of the parts, some at a time, in any order; return when all are done.

    The parts must not touch what others write. Progress and cancel stay with the caller's thread, because QGIS's
    feedback belongs to it. Raises what a part raised, the first in order, and `Cancelled`; parts not begun are dropped.
    """
    with begun(work, parts) as done:
        if progress is not None:
            progress.raise_if_cancelled()
        for number, _ in enumerate(done, 1):
            if progress is not None:
                progress.set_fraction(number / len(parts))
                progress.raise_if_cancelled()


@contextmanager
def begun(work: Callable[[Part], None], parts: Sequence[Part]) -> Iterator[Iterator[Part]]:
    """Begin to call `work` with each of the parts, some at a time; yield the parts in their order as they are done.

    The caller does something else with those that are done meanwhile. The parts must not touch what others write. The
    iterator raises what a part raised; leaving drops the parts not begun, and waits for those at work.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = [(part, pool.submit(work, part)) for part in parts]
        try:
            yield _done(waiting)
        finally:
            for _, one in waiting:
                one.cancel()


def _done(waiting: Sequence[tuple[Part, Future[None]]]) -> Iterator[Part]:
    for part, one in waiting:
        one.result()
        yield part
