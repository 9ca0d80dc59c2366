"""Work on blocks of meters, in threads of this process or on any other `concurrent.futures.Executor`.

A block is worked on by a function of a module that takes one argument and returns its arrays: it writes into nothing
that others see, so that it runs as well in another process or on another computer (`casefile.engine`). Its readings
are named, not sent: whoever works on it reads them. Here threads are best: numpy lets go of Python's lock while it
sorts and counts.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing import cpu_count
from typing import Any, Callable, Iterator, Optional, Protocol, Sequence, TypeVar

from ..messages import Progress

Part = TypeVar("Part")
Result = TypeVar("Result")

WORKERS = min(4, cpu_count())
"""Blocks worked on at a time; every one holds its readings in memory, so that more cores are left alone."""
PATIENCE = 0.5
"""Seconds of waiting for a block between two looks at whether the user wants to stop."""


class Engine(Protocol):
    """Where blocks are worked on."""

    def workers(self) -> AbstractContextManager[Executor]:
        """Return what works on blocks until the context is left."""
        ...


class Threads:
    """Threads of this process."""

    def workers(self) -> AbstractContextManager[Executor]:
        """Return a pool of `WORKERS` threads."""
        return ThreadPoolExecutor(WORKERS)


THREADS = Threads()


@dataclass(frozen=True)
class SomeRows:
    """Some rows of what reads slices of its rows, not read yet."""

    readings: Any
    rows: slice

    def __getitem__(self, all_of_them: slice) -> Any:
        """Read them."""
        return self.readings[self.rows][all_of_them]


def part_of(readings: Any, rows: slice) -> Any:
    """Return some rows of readings, not read yet; by name, where they have one (`casefile.blocks`)."""
    named = getattr(readings, "part", None)
    return SomeRows(readings, rows) if named is None else named(rows)


def run_blocks(
    work: Callable[[Part], Result],
    parts: Sequence[Part],
    progress: Optional[Progress] = None,
    engine: Optional[Engine] = None,
) -> Iterator[Result]:
    """Call `work` with each of the parts, some at a time; yield what it returns in the order of the parts.

    `work` and the parts can be pickled, or the engine is that of threads. Progress and cancel stay with the caller's
    thread, because QGIS's feedback belongs to it. Raises what a part raised, the first in order, and `Cancelled`; parts
    not begun are dropped.
    """
    told = progress or Progress()
    with begun(work, parts, engine, told) as results:
        told.raise_if_cancelled()
        for number, result in enumerate(results, 1):
            yield result
            told.set_fraction(number / len(parts))
            told.raise_if_cancelled()


@contextmanager
def begun(
    work: Callable[[Part], Result],
    parts: Sequence[Part],
    engine: Optional[Engine] = None,
    progress: Optional[Progress] = None,
) -> Iterator[Iterator[Result]]:
    """Begin to call `work` with each of the parts, some at a time; yield what it returns in the order of the parts.

    The caller does something else meanwhile. The iterator raises what a part raised, and `Cancelled`; leaving drops the
    parts not begun, and waits for those at work. A single block goes nowhere: it is done here.
    """
    used = THREADS if engine is None or len(parts) < 2 else engine
    with used.workers() as pool:
        waiting = deque(pool.submit(work, part) for part in parts)
        try:
            yield _results(waiting, progress or Progress())
        finally:
            for one in waiting:
                one.cancel()


def _results(waiting: deque[Future[Result]], progress: Progress) -> Iterator[Result]:
    while waiting:
        while not wait((waiting[0],), PATIENCE).done:
            progress.raise_if_cancelled()
        yield waiting.popleft().result()
