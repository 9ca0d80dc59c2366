"""Work on blocks of meters on all cores: numpy lets go of Python's lock while it sorts and counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import cpu_count
from typing import Callable, Optional, Sequence, TypeVar

from ..messages import Progress

Part = TypeVar("Part")

WORKERS = min(4, cpu_count())
"""Blocks worked on at a time; every one holds its readings in memory, so that more cores are left alone."""


def in_parallel(work: Callable[[Part], None], parts: Sequence[Part], progress: Optional[Progress] = None) -> None:
    """Call `work` with each of the parts, some at a time, in any order; return when all are done.

    The parts must not touch what others write. Progress and cancel stay with the caller's thread, because QGIS's
    feedback belongs to it. Raises what a part raised, the first in order, and `Cancelled`; parts not begun are dropped.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = [pool.submit(work, part) for part in parts]
        try:
            for number, one in enumerate(waiting, 1):
                if progress is not None:
                    progress.raise_if_cancelled()
                one.result()
                if progress is not None:
                    progress.set_fraction(number / len(waiting))
        finally:
            for one in waiting:
                one.cancel()
