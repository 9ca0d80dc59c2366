"""What the 12 hours of 通電計器数 hide at the rates of a case, and what its readings tell of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Callable, Optional

from ...messages import message
from ..base import FeedbackProgress

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...analysis.blind import Blind, Struck
    from ...casefile.case import Case
    from ...casefile.case_arrays import Meters

    CellOf = Callable[[Meters], np.ndarray]
    """Returns the cell or address of each meter, str, "" for none."""

PEACE_DAYS = 3
"""Days before the event whose readings at the same time of day say what is silent in peacetime."""


def events_of(case: Case, codes: np.ndarray, metres: Optional[int]) -> tuple[Struck, ...]:
    """Return the events of a case as the statistics see them; `codes` the mesh codes, `metres` None by address.

    A cell is struck if its centre or a corner is. A municipality is struck by every event: a part of it may be.
    """
    import numpy as np

    from ...analysis import mesh
    from ...analysis.blind import Struck
    from ...casefile.events import inside

    found = []
    for event in case.info.all_events:
        keys = None
        if event.area and metres is not None:
            south, west, north, east = mesh.bounds(codes, metres)
            places = ((south, west), (south, east), (north, west), (north, east), mesh.centres(codes, metres))
            hit = np.any([inside(event.area, lat, lon) for lat, lon in places], axis=0)
            keys = frozenset(codes[hit].tolist())
        found.append(Struck(np.datetime64(event.begin, "s"), np.datetime64(event.over, "s"), keys))
    return tuple(found)


def readings_of(
    case: Case, voltage: int, rows: pd.DataFrame, blind: Blind, cell_of: CellOf, progress: FeedbackProgress
) -> Optional[pd.DataFrame]:
    """Return what readings tell that the figures cannot, as `Blind.readings`; None where nothing.

    `rows` of the statistics that are to be mapped, by `date` and `published_at`.
    """
    import numpy as np
    import pandas as pd

    from ...analysis.blind import LOOK_BACK, days_to_read
    from ...casefile import case_arrays

    if "published_at" in rows:
        published = rows["published_at"].to_numpy().astype("datetime64[s]")
    else:
        published = np.full(len(rows), np.datetime64("NaT", "s"))
    days = days_to_read(rows["date"].to_numpy().astype("datetime64[D]"), published, blind)
    if not days or case_arrays.period(case) is None:
        return None
    try:
        meters = case_arrays.meters(case, voltage)
    except case_arrays.NoData:
        return None
    cell = np.asarray(cell_of(meters), dtype=str)
    parts = []
    for day, last in days.items():
        end = _floor(last)
        struck = max(event.begin for event in blind.events if event.begin < last)
        begin = max(end - LOOK_BACK, _floor(struck) + case_arrays.SLOT)
        counted = _count(case, meters, cell, begin, end, progress) if begin < end else None
        if counted is None:
            continue
        first = min(event.begin for event in blind.events).astype("datetime64[D]")
        back = end.astype("datetime64[D]") - first
        usual = _usual(case, meters, cell, begin - back, end - back, progress)
        counted = counted.join(usual, on="key").fillna({name: 0 for name in usual})
        parts.append(counted.assign(begin=day.astype("datetime64[s]")))
    return pd.concat(parts, ignore_index=True) if parts else None


def _usual(
    case: Case, meters: Meters, cell: np.ndarray, begin: np.datetime64, end: np.datetime64, progress: FeedbackProgress
) -> pd.DataFrame:
    """Return `peace_expected peace_dark` by cell, over the days before a period on the day of the first event."""
    import numpy as np
    import pandas as pd

    days = (np.timedelta64(number, "D") for number in range(1, PEACE_DAYS + 1))
    found = (_count(case, meters, cell, begin - back, end - back, progress) for back in days)
    parts = [one for one in found if one is not None]
    names = {"expected": "peace_expected", "dark": "peace_dark"}
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in names.values()})
    return pd.concat(parts).groupby("key")[list(names)].sum().rename(columns=names)


def _floor(moment: np.datetime64) -> np.datetime64:
    from ...casefile.case_arrays import floor_slot

    return floor_slot(moment.astype("datetime64[s]").astype(datetime))


def _count(
    case: Case, meters: Meters, cell: np.ndarray, begin: np.datetime64, end: np.datetime64, progress: FeedbackProgress
) -> Optional[pd.DataFrame]:
    """Return what `watched` counts in a period and `until`, the moment it is of; None without any."""
    from ...analysis.blind import watched
    from ...casefile import case_arrays

    came = case_arrays.arrivals(case, meters.rows, begin, end, progress)
    found = watched(came.present, came.expected, cell)
    return found.assign(until=begin + case_arrays.SLOT * found["slot"].to_numpy()) if len(found) else None


def tell(table: pd.DataFrame, case: Case, progress: FeedbackProgress) -> None:
    """Say of how many cells nothing can be said since the event, and why."""
    from ...analysis.reasons import Reason

    reason = table["unknown_reason"]
    early, blind = (int((reason == one.value).sum()) for one in (Reason.BEFORE_EVENT, Reason.NOT_DUE))
    last = f"{case.info.all_events[-1].begin:%Y-%m-%d %H:%M}"
    if early:
        progress.warn(
            message(
                "The statistics of {count} cells or areas end before the last event ({time}): the map says nothing of "
                "the time after it.",
                count=early,
                time=last,
            )
        )
    if blind:
        progress.warn(
            message(
                "{count} cells or areas are unknown: an outage shows in these statistics only 12 hours after the event "
                "({time}). Wait for the next day's figures, or import readings (電力データ).",
                count=blind,
                time=last,
            )
        )
    read = int(table["expected_by_readings"].notna().sum())
    if read:
        progress.info(
            message(
                "In {count} cells or areas readings tell what the 12 hours hide; the layer is personal.", count=read
            )
        )
