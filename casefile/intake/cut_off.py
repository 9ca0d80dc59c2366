"""Files of readings that may have been cut off exactly at the end of a row: nothing in such a file shows it.

Who copies a file loses its end. Where files list meters in one order, those that follow the last one of the file, and
sent the day before, are then all missing together. That may be an outage too, so it is told, and changes nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...arrays import BoolArray
from ...messages import message
from ..reading_index import MISSING
from ..reading_writer import FileReport, IngestReport
from ..reported import code_of
from .run import BYHAND, IntakeRun, folder_of

LEAST_GONE = 10
"""So many meters in a row are not silent by chance where most of the others report."""
FEW_THERE = 0.05
"""Share of those that may be in the file all the same: a meter that was exchanged stands at another place."""
MOST_REPORT = 0.5
"""Share of the meters up to the last one of a file that report: of fewer nothing can be said, much is dark anyway."""
_METERS = 65_536
"""Meters looked at at a time."""


def tell_cut_off(run: IntakeRun, readings: IngestReport) -> None:
    """Say which files of the newest day, brought by hand, may lack their end, and how many meters that concerns."""
    if run.told.complete:
        return
    ordered = [file for file in readings.files if file.last_row >= 0 and _days(file)]
    byhand = [file for file in ordered if folder_of(run, file.path) == BYHAND]
    newest = max((_days(file)[-1] for file in byhand), default=None)
    ask = lru_cache(maxsize=1)(lambda asked: _present(run, asked))
    for file in byhand:
        if file.whole and _days(file)[-1] == newest:
            # parts of one set ask the same
            gone = _gone_after(run, file, *ask(_asked(file)))
            if gone:
                run.progress.warn(
                    message(
                        "{file}: {count} meters that follow its last row in the usual order, and sent the day before, "
                        "are not in it. It may have been cut off there, or they are without power. Compare its "
                        "size with that of the original; if it differs, fetch or copy it again and import it.",
                        file=file.path.name,
                        count=f"{gone:,}",
                    )
                )


def _days(file: FileReport) -> list[date]:
    """Return the days on which meters reported in a file, rising."""
    return sorted({day for each in file.reported for day, counts in each.days.items() if any(counts)})


class _Asked(NamedTuple):
    """What is asked of the meters of a file."""

    codes: tuple[int, ...]
    """Of flow and voltage class, of its populations."""
    first: date
    last: date
    """Days on which meters reported in it."""
    slots: tuple[int, ...]
    """Half-hours of the last day in which any did."""


def _asked(file: FileReport) -> _Asked:
    days = _days(file)
    codes = {int(code_of(np.array(each.population.flow), np.array(each.population.voltage))) for each in file.reported}
    told = np.any([each.days[days[-1]] for each in file.reported if days[-1] in each.days], axis=0)
    return _Asked(tuple(sorted(codes)), days[0], days[-1], tuple(np.flatnonzero(told).tolist()))


def _gone_after(run: IntakeRun, file: FileReport, before: BoolArray, now: BoolArray) -> int:
    """Return how many meters that sent before a file are missing after its last one; 0 where it may well be whole.

    In the order of their numbers, or in that in which the case met them first.
    """
    points = run.case.readings.meters.supply_point
    later = np.zeros(len(before), dtype=bool)
    later[file.last_row + 1 :] = True
    for after in (points > points[file.last_row], later):
        follow, up_to = before & after, before & ~after
        there = int((now & follow).sum())
        gone = int(follow.sum()) - there
        if gone >= LEAST_GONE and there <= FEW_THERE * gone and now[up_to].sum() > MOST_REPORT * up_to.sum():
            return gone
    return 0


def _present(run: IntakeRun, asked: _Asked) -> tuple[BoolArray, BoolArray]:
    """Return which meters of some populations sent the day before a file, and in its last half-hours; bool (meters)."""
    store = run.case.readings
    earlier = {day - timedelta(days=1) for day in (asked.first, asked.last)} & set(store.days())
    own: BoolArray = np.isin(code_of(store.meters.flow, store.meters.voltage), asked.codes)
    before, now = (np.zeros(len(own), dtype=bool) for _ in range(2))
    for first in range(0, len(own), _METERS):
        run.progress.raise_if_cancelled()
        rows = first + np.flatnonzero(own[first : first + _METERS])
        for day in sorted(earlier):
            before[rows] |= (store.day(day, rows) != MISSING).any(axis=1)
        now[rows] = (store.day(asked.last, rows)[:, asked.slots] != MISSING).any(axis=1)
    return before, now
