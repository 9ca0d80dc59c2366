"""What the 12 hours of 通電計器数 hide at the rates of a case, and what its readings tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Callable, Optional

from ...messages import message
from ..base import FeedbackProgress

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...analysis.blind import Blind, Keyed, Struck, Watched
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

    from ...analysis.blind import LOOK_BACK, SETTLED, Around, counted, days_to_read, keyed, peace_counts
    from ...casefile import case_arrays

    days = days_to_read(rows["date"].to_numpy().astype("datetime64[D]"), _published(rows), blind)
    if not days or case_arrays.period(case) is None:
        return None
    try:
        meters = case_arrays.meters(case, voltage)
    except case_arrays.NoData:
        return None
    watch = _Watch(case, meters, keyed(cell_of(meters)), progress)
    first = min(blind.events, key=lambda event: event.begin)
    eve, settled = _floor(first.begin), _floor(first.over) + case_arrays.SLOT + SETTLED
    before, after = watch(eve - LOOK_BACK, eve), watch(settled - SETTLED, settled)
    parts = []
    for day, last in days.items():
        end = _floor(last)
        struck = max(event.begin for event in blind.events if event.begin < last)
        begin = max(end - LOOK_BACK, _floor(struck) + case_arrays.SLOT)
        now = watch(begin, end) if begin < end else None
        if now is None:
            continue
        then = after if settled <= begin else None
        table = counted(now.watched, None if before is None else Around(before.watched, watch.lasting(then, now, end)))
        back = end.astype("datetime64[D]") - first.begin.astype("datetime64[D]")
        days_before = (back + np.timedelta64(number, "D") for number in range(1, PEACE_DAYS + 1))
        peace = [watch(begin - of, end - of) for of in days_before]
        usual = peace_counts([None if one is None else one.watched for one in peace])
        table = table.merge(usual, on="key", how="left").fillna({name: 0 for name in usual if name != "key"})
        moments = {"until": now, "before": before, "after": then}
        moments = {name: _moments(of, table["key"]) for name, of in moments.items()}
        parts.append(table.assign(begin=day.astype("datetime64[s]"), **moments))
    return pd.concat(parts, ignore_index=True) if parts else None


def doubtful_of(case: Case, voltage: int, rows: pd.DataFrame, blind: Blind, cell_of: CellOf) -> Optional[pd.DataFrame]:
    """Return who may have power behind a relay that an audit found, as `Blind.doubtful`; None where none is known.

    `rows` of the statistics that are to be mapped, by `date` and `published_at`.
    """
    import numpy as np
    import pandas as pd

    from ...analysis.blind import keyed, standing
    from ...analysis.outage import wards_of
    from ...analysis.relays import Behind
    from ...casefile import case_arrays
    from ...casefile.relays import behind_relays, known_relays

    if not known_relays(case) or case_arrays.period(case) is None:
        return None
    try:
        meters = case_arrays.meters(case, voltage)
    except case_arrays.NoData:
        return None
    days = rows["date"].to_numpy().astype("datetime64[D]")
    last = standing(np.full(len(days), ""), days, _published(rows), blind).last
    cell = keyed(cell_of(meters))
    levels = _levels(cell.names.tolist(), wards_of(rows["address"].dropna().astype(str)) if "address" in rows else {})
    # a city is the cell of meters that lie in no ward, and stands once, with those of its wards
    names, number = np.unique(np.array(levels, dtype=str), return_inverse=True)
    number = np.where(names == "", -1, np.arange(len(names)))[number.reshape(len(levels), -1)]
    parts = []
    for day in np.unique(days):
        at = last[days == day].max().astype("datetime64[s]").astype(datetime)
        behind = behind_relays(case, meters, at)
        own = np.flatnonzero(behind.any)
        if len(own):
            each = Behind(behind.relays, np.tile(behind.relay[own], len(levels)))
            table = each.by(number[:, cell.code[own]].ravel(), len(names))
            table = table.assign(key=names, begin=day.astype("datetime64[s]"))
            parts.append(table[table["relay_meters"].notna()])
    return pd.concat(parts, ignore_index=True) if parts else None


def _levels(names: list[str], parents: dict[str, str]) -> list[list[str]]:
    """Return the names of cells, of what holds each, and so on; "" where nothing does."""
    levels = [names]
    while any(upper := [parents.get(name, "") for name in levels[-1]]):
        levels.append(upper)
    return levels


def _published(rows: pd.DataFrame) -> np.ndarray:
    """Return when rows were published, datetime64[s], NaT where a case of an earlier version does not tell it."""
    import numpy as np

    if "published_at" in rows:
        return rows["published_at"].to_numpy().astype("datetime64[s]")
    return np.full(len(rows), np.datetime64("NaT", "s"))


@dataclass(frozen=True)
class _Seen:
    """What readings from `begin` on tell of."""

    watched: Watched
    begin: np.datetime64

    @property
    def moment(self) -> np.ndarray:
        """datetime64[s] (cells): the moment they are of."""
        from ...casefile.case_arrays import SLOT

        return self.begin + SLOT * self.watched.slot


@dataclass(frozen=True)
class _Watch:
    """Asks the readings of a case; `cell` says which each meter is of."""

    case: Case
    meters: Meters
    cell: Keyed
    progress: FeedbackProgress

    def __call__(self, begin: np.datetime64, end: np.datetime64) -> Optional[_Seen]:
        """Return what readings of a period tell of; None where they tell of no cell."""
        import numpy as np

        from ...analysis.blind import watched
        from ...casefile import case_arrays

        came = case_arrays.arrivals(self.case, self.meters.rows, begin, end, self.progress)
        found = watched(np.asarray(came.present), came.expected, self.cell)
        return _Seen(found, begin) if found.told.any() else None

    def lasting(self, after: Optional[_Seen], now: _Seen, end: np.datetime64) -> np.ndarray:
        """Return which meters are silent `now` and just `after` the event, with no reading between, bool (meters)."""
        import numpy as np

        from ...casefile.case_arrays import last_readings

        found = np.zeros(len(self.cell.code), dtype=bool)
        if after is not None:
            rows = np.flatnonzero(now.watched.dark & after.watched.dark)
            last = last_readings(self.case, end.astype("datetime64[s]").astype(datetime), self.meters.rows[rows])
            found[rows] = last <= after.moment[after.watched.code[rows]]
        return found


def _moments(seen: Optional[_Seen], keys: pd.Series) -> np.ndarray:
    """Return the moment that readings are of in each of the cells `keys`, datetime64[s], NaT where none came."""
    import numpy as np
    import pandas as pd

    if seen is None:
        return np.full(len(keys), np.datetime64("NaT", "s"))
    told = seen.watched.told
    return pd.Series(seen.moment[told], index=seen.watched.names[told]).reindex(keys).to_numpy()


def _floor(moment: np.datetime64) -> np.datetime64:
    from ...casefile.case_arrays import floor_slot

    return floor_slot(moment.astype("datetime64[s]").astype(datetime))


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
