"""Work on blocks of meters on all cores: numpy lets go of Python's lock while it sorts and counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import cpu_count
from typing import Callable, Optional, Sequence, TypeVar

from ..messages import Watch

Part = TypeVar("Part")

WORKERS = min(4, cpu_count())
"""Blocks worked on at a time; every one holds its readings in memory, so that more cores are left alone."""


def side_by_side(work: Callable[[Part], None], parts: Sequence[Part], watch: Optional[Watch] = None) -> None:
    """Call `work` with each of the parts, some at a time, in any order; return when all are done.

    The parts must not touch what others write. Progress and cancel stay with the caller's thread, because QGIS's
    feedback belongs to it. Raises what a part raised, the first in order, and `Cancelled`; parts not begun are dropped.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = [pool.submit(work, part) for part in parts]
        try:
            for number, one in enumerate(waiting, 1):
                if watch is not None:
                    watch.check()
                one.result()
                if watch is not None:
                    watch.progress(number / len(waiting))
        finally:
            for one in waiting:
                one.cancel()
