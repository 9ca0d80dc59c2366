"""Files of readings that may have been cut off exactly at the end of a row: nothing in such a file shows it.

Who copies a file loses its end. Where files list meters in one order, those that follow the last one of the file, and
sent the day before, are then all missing together. That may be an outage too, so it is told, and changes nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

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
    for file in byhand:
        if file.whole and _days(file)[-1] == newest:
            gone = _gone_after(run, file)
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


def _gone_after(run: IntakeRun, file: FileReport) -> int:
    """Return how many meters that sent before a file are missing after its last one; 0 where it may well be whole.

    In the order of their numbers, or in that in which the case met them first.
    """
    store, days = run.case.readings, _days(file)
    before, now = _present(run, file, days)
    points, rows = store.meters.supply_point, np.arange(len(before))
    for after in (points > points[file.last_row], rows > file.last_row):
        follow, up_to = before & after, before & ~after
        there = int((now & follow).sum())
        gone = int(follow.sum()) - there
        if gone >= LEAST_GONE and there <= FEW_THERE * gone and now[up_to].sum() > MOST_REPORT * up_to.sum():
            return gone
    return 0


def _present(run: IntakeRun, file: FileReport, days: list[date]) -> tuple[BoolArray, BoolArray]:
    """Return which meters of a file's populations sent the day before it, and in its last half-hours; bool (meters)."""
    store = run.case.readings
    held, last = set(store.days()), days[-1]
    earlier = {last - timedelta(days=1), days[0] - timedelta(days=1)} & held
    told = np.any([each.days[last] for each in file.reported if last in each.days], axis=0)
    codes = {int(code_of(np.array(each.population.flow), np.array(each.population.voltage))) for each in file.reported}
    own: BoolArray = np.isin(code_of(store.meters.flow, store.meters.voltage), sorted(codes))
    before, now = (np.zeros(len(own), dtype=bool) for _ in range(2))
    for first in range(0, len(own), _METERS):
        run.progress.raise_if_cancelled()
        rows = first + np.flatnonzero(own[first : first + _METERS])
        for day in sorted(earlier):
            before[rows] |= (store.day(day, rows) != MISSING).any(axis=1)
        now[rows] = (store.day(last, rows)[:, told] != MISSING).any(axis=1)
    return before, now
