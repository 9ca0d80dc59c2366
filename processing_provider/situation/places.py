"""Where meters stand, by the user's areas or by grid squares: what UC⑤'s algorithms share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Sequence

from qgis.core import QgsGeometry, QgsProcessingContext

from ...messages import TomoshibiError, message
from ..base import FeedbackWatch, TomoshibiAlgorithm
from ..results import Areas

if TYPE_CHECKING:
    import numpy as np

    from ...casefile.case import Case
    from ...casefile.evidence import Arrivals, Meters

PEACE_DAYS = 3
"""Days before the event whose readings say what is normal."""


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


def by_areas(areas: Areas, meters: Meters, watch: FeedbackWatch) -> Places:
    """Return the user's areas and which of them each meter stands in."""
    from ...layers.regions import assign

    shapes = areas.shapes(watch)
    of_meter = assign(areas.source, areas.id_field, meters.lon, meters.lat, areas.transform, watch.feedback)
    _warn_outside(of_meter, watch)
    return Places(
        of_meter,
        {code: name for code, (name, _) in shapes.items()},
        {code: geometry for code, (_, geometry) in shapes.items()},
    )


def by_cells(metres: int, meters: Meters, watch: FeedbackWatch) -> Places:
    """Return the grid squares that hold meters."""
    import numpy as np

    from ...analysis.mesh import encode

    of_meter = encode(meters.lat, meters.lon, metres)
    _warn_outside(of_meter, watch)
    codes = np.unique(of_meter[of_meter != ""])
    return Places(of_meter.astype(object), {code: code for code in codes.tolist()}, {}, metres)


def _warn_outside(of_meter: Any, watch: FeedbackWatch) -> None:
    outside = int((of_meter == "").sum())
    if outside == len(of_meter):
        raise TomoshibiError(
            message(
                "No meter stands in any of the areas. Check that マスタ情報 with coordinates was received, and the "
                "areas' CRS."
            )
        )
    if outside:
        watch.warn(
            message(
                "{count} meters stand in none of the areas or have no coordinates; they are not counted.", count=outside
            )
        )


def received(
    case: Case, meters: Meters, begin: datetime | None, end: datetime | None, watch: FeedbackWatch
) -> tuple[Arrivals, np.datetime64]:
    """Return which readings arrived from `PEACE_DAYS` before the event (or `begin`, if earlier) to `end`, and that end.

    The end is the last covered half-hour not after `end`. Raises `TomoshibiError` where the period holds no readings.
    """
    import numpy as np

    from ...casefile import evidence

    period = evidence.period(case)
    until = evidence.readings_until(case, end) if end else period[1] if period else None
    event = evidence.floor_slot(case.info.event_time)
    if until is None or until <= event:
        raise TomoshibiError(
            message("No readings were received after the event. Download or import the days since then.")
        )
    start = event - np.timedelta64(PEACE_DAYS, "D")
    if begin is not None:
        start = min(start, evidence.floor_slot(begin))
    return evidence.arrivals(case, meters.rows, start, until, watch), until


def check_period(algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Any]:
    """Return a message where FROM is not before TO."""
    begin = algorithm.moment(parameters, context, "FROM")
    end = algorithm.end_moment(parameters, context)
    if begin and end and end <= begin:
        return [message("The period ends before it begins. Exchange FROM and TO.")]
    return []
