"""Where meters stand, by the user's areas or by grid squares: what UC⑤'s algorithms share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Sequence

from qgis.core import QgsGeometry, QgsProcessingContext

from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm
from ..results import Areas

if TYPE_CHECKING:
    import numpy as np

    from ...analysis.silence import Strike
    from ...casefile.case import Case
    from ...casefile.case_arrays import Arrivals, Meters

PEACE_DAYS = 3
"""Days before the event whose readings say what is normal."""
METRES_A_DEGREE = 111_320.0
"""Of latitude."""
CENTRE_ROWS = 1 << 18
"""Meters of areas whose middles are looked for at a time."""


@dataclass(frozen=True)
class Places:
    """Areas or cells, and the one each meter stands in."""

    of_meter: np.ndarray
    """str (meters,): code of the area or cell; "" outside all or without coordinates."""
    names: dict[str, str]
    """Name by code."""
    shapes: dict[str, QgsGeometry]
    """Geometry by code, in the results' CRS; none for cells."""
    metres: int = 0
    """Size of the cells, 0 for areas."""

    def geometries(self, codes: Sequence[str]) -> Sequence[QgsGeometry]:
        """Return the geometry of each code; cells as `build.Geometries`, which are written at once."""
        if not self.metres:
            return [self.shapes[code] for code in codes]
        import numpy as np

        from ...analysis.mesh import bounds
        from ...layers.build import rectangles

        return rectangles(*bounds(np.asarray(codes, dtype=str), self.metres))

    def centres(self, meters: Meters) -> dict[str, tuple[float, float]]:
        """Return the middle of the meters of each area, metres east and north: where people live in it."""
        import numpy as np
        import pandas as pd

        found, names = pd.factorize(self.of_meter)
        found = np.append(np.where(names == "", -1, np.arange(len(names))), -1).astype(np.int32)[found]
        found[np.isnan(meters.lat) | np.isnan(meters.lon)] = -1
        narrow = np.cos(np.radians(np.nanmean(meters.lat)))
        order = np.argsort(found, kind="stable")
        found = found[order]
        middles = {}
        # some areas at a time: what a median takes is more than the places themselves
        first = int(np.searchsorted(found, 0))
        while first < len(found):
            last = int(np.searchsorted(found, found[min(first + CENTRE_ROWS, len(found)) - 1], "right"))
            own = order[first:last]
            table = pd.DataFrame(
                {
                    "area": found[first:last],
                    "east": meters.lon[own] * METRES_A_DEGREE * narrow,
                    "north": meters.lat[own] * METRES_A_DEGREE,
                }
            )
            part = table.groupby("area")[["east", "north"]].median()
            middles.update(zip(names[part.index], part.itertuples(index=False, name=None)))
            first = last
        return middles


def by_areas(areas: Areas, meters: Meters, progress: FeedbackProgress, outside: str = "") -> Places:
    """Return the user's areas and which of them each meter stands in; `outside`: code of those that stand in none."""
    from ...layers.regions import assign

    shapes = areas.shapes(progress)
    of_meter = assign(areas.source, areas.id_field, meters.lon, meters.lat, areas.transform, progress.feedback)
    if outside and (of_meter != "").any():
        of_meter[of_meter == ""] = outside
    _warn_outside(of_meter, progress)
    return Places(
        of_meter,
        {code: name for code, (name, _) in shapes.items()},
        {code: geometry for code, (_, geometry) in shapes.items()},
    )


def by_cells(metres: int, meters: Meters, progress: FeedbackProgress) -> Places:
    """Return the grid squares that hold meters."""
    import numpy as np
    import pandas as pd

    from ...analysis.mesh import encode_shared

    of_meter = encode_shared(meters.lat, meters.lon, metres)
    _warn_outside(of_meter, progress)
    codes = np.unique(pd.unique(of_meter))
    return Places(of_meter, {code: code for code in codes.tolist() if code}, {}, metres)


def _warn_outside(of_meter: Any, progress: FeedbackProgress) -> None:
    outside = int((of_meter == "").sum())
    if outside == len(of_meter):
        raise TomoshibiError(
            message(
                "No meter stands in any of the areas. Check that マスタ情報 with coordinates was received, and the "
                "areas' CRS."
            )
        )
    if outside:
        progress.warn(
            message(
                "{count} meters stand in none of the areas or have no coordinates; they are not counted.", count=outside
            )
        )


@dataclass(frozen=True)
class Received:
    """What arrived of the readings of a case, and until when they reach."""

    arrived: Arrivals
    until: np.datetime64
    """End of the last half-hour that was published, be it in a set of which parts are missing."""

    @property
    def newest(self) -> datetime:
        """`until` as a moment: the time of what is shown."""
        import pandas as pd

        return pd.Timestamp(self.until).to_pydatetime()


def received(
    case: Case,
    meters: Meters,
    begin: datetime | None,
    end: datetime | None,
    progress: FeedbackProgress,
    beyond: int = 0,
) -> Received:
    """Return which readings arrived from `PEACE_DAYS` before the event (or `begin`, if earlier) to `end`, of those due.

    And what came in so many hours `beyond` those received in bulk, though not after `end`: few of all reported then.
    Raises `NoData` where the period holds no readings.
    """
    import numpy as np

    from ...casefile import case_arrays

    period = case_arrays.period(case)
    until = case_arrays.readings_until(case, end) if end else period[1] if period else None
    event = case_arrays.event_slot(case)
    if until is not None and until > event:
        start = event - np.timedelta64(PEACE_DAYS, "D")
        if begin is not None:
            start = min(start, case_arrays.floor_slot(begin))
        told = np.flatnonzero(case_arrays.expected(case, meters.rows, start, until).published())
        last, until = until, start + case_arrays.SLOT * (int(told[-1]) + 1) if len(told) else None
        if until is not None and beyond:
            later = until + np.timedelta64(beyond, "h")
            last = max(last, later if end is None else min(later, case_arrays.floor_slot(end)))
    if until is None or until <= event:
        raise case_arrays.NoData(
            message("No readings were received after the event. Download or import the days since then.")
        )
    _warn_of_events(case, until, end, progress)
    return Received(case_arrays.arrivals(case, meters.rows, start, last, progress), until)


def _warn_of_events(case: Case, until: np.datetime64, end: datetime | None, progress: FeedbackProgress) -> None:
    """Say so where the readings end before the last event; who looks at an earlier moment (`end`) misses nothing."""
    import pandas as pd

    last = case.info.last_event(end).begin
    if pd.Timestamp(until) <= last:
        progress.warn(
            message(
                "The readings end at {until}, before the last event ({event}): what happened since is not known.",
                until=str(pd.Timestamp(until))[:16],
                event=f"{last:%Y-%m-%d %H:%M}",
            )
        )


def strikes(case: Case, meters: Meters) -> tuple[Strike, ...]:
    """Return the events of a case, and which meters each struck."""
    from ...analysis.silence import Strike
    from ...casefile.events import struck_by

    return tuple(
        Strike(event.begin, event.over, struck_by(event, meters.lat, meters.lon) if event.area else None)
        for event in case.info.all_events
    )


def check_period(algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Any]:
    """Return a message where FROM is not before TO."""
    begin = algorithm.moment(parameters, context, "FROM")
    end = algorithm.end_moment(parameters, context)
    if begin and end and end <= begin:
        return [message("The period ends before it begins. Exchange FROM and TO.")]
    return []
