"""The map of an audit: where a past map was right, by area or square, and behind which relays meters had power."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Mapping, Optional, Sequence

from qgis.core import QgsGeometry

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...analysis.audit_areas import Statements
    from ...analysis.relays import Relay
    from ...casefile.history import Run

DRAWN = ("meshoutage", "areaoutage")
"""Maps that bound the share without power, by place; of those that the case keeps the finest is drawn."""
_UNKNOWN_CLASS = "0"
"""Class of a rate that a map drew as unknown."""


def drawn_run(runs: Sequence[Run], newest: datetime, hours: float) -> Optional[Run]:
    """Return the past map that is drawn: that nearest to `hours` before the newest data, None without any."""
    import pandas as pd

    from ...casefile.history import read

    def far(run: Run) -> tuple[float, float]:
        before = (newest - run.as_of) / pd.Timedelta(hours=1)
        # of two as near the older one, which had longer to be found out
        return abs(before - hours), -before

    for theme in DRAWN:
        of_theme = [run for run in runs if run.theme == theme]
        if of_theme:
            nearest = min(map(far, of_theme))
            # of one moment the one with the most squares, and of these the one that was made last
            return max([run for run in of_theme if far(run) == nearest], key=lambda run: (len(read(run)), run.made_at))
    return None


def statements(said: pd.DataFrame) -> Statements:
    """Return what a past map said (`history.read`), by square or municipality."""
    from ...analysis.audit_areas import Statements
    from ...casefile.history import METERS

    low, high = (said[name].to_numpy(float) for name in ("low", "high"))
    decided = ~said["state"].isin(["", _UNKNOWN_CLASS]).to_numpy()
    return Statements(said["id"].to_numpy(str), low, high, decided, said[METERS].to_numpy(float))


def rows(
    found: pd.DataFrame,
    run: Optional[Run],
    figures_of: Optional[datetime],
    relays: Sequence[Relay],
    shapes: Mapping[str, tuple[str, QgsGeometry]],
) -> tuple[pd.DataFrame, list[QgsGeometry]]:
    """Return the rows of the areas (`audit_areas.by_area`) as the layer has them, and the polygon of each.

    Parameters
        run: the past map, None where the case keeps none.
        figures_of: the newest moment that its figures are of.
        relays: those that the case knows of.
        shapes: area → name and polygon; of those without one nothing is drawn.
    """
    import pandas as pd

    from ...analysis.relays import by_area

    table = found[found["area_id"].isin(list(shapes))].reset_index(drop=True)
    ids = table["area_id"]
    lost = by_area(relays)
    table["area_name"] = [shapes[one][0] for one in ids]
    table["map_theme"] = None if run is None else run.theme
    table["shown_at"] = pd.NaT if run is None else pd.Timestamp(run.as_of)
    table["made_at"] = pd.NaT if run is None else pd.Timestamp(run.made_at)
    table["figures_of"] = pd.NaT if figures_of is None else pd.Timestamp(figures_of)
    table["relay_silent"] = [lost.get(one) for one in ids]
    table["relay_silent"] = pd.to_numeric(table["relay_silent"])
    table["relay_of_area"] = (table["relay_silent"] / table["meters"]).clip(upper=1.0)
    first = {relay.area_id: relay.since for relay in sorted(relays, key=lambda one: one.since, reverse=True)}
    last = {relay.area_id: relay.until for relay in sorted(relays, key=lambda one: one.until)}
    table["relay_since"] = pd.to_datetime([first.get(one, pd.NaT) for one in ids])
    table["relay_until"] = pd.to_datetime([last.get(one, pd.NaT) for one in ids])
    table["on_map"] = True
    return table, [shapes[one][1] for one in ids]


def square_shapes(codes: np.ndarray, metres: int) -> dict[str, tuple[str, QgsGeometry]]:
    """Return grid square → its code and rectangle."""
    from ...analysis.mesh import bounds
    from ...layers.build import rectangles

    shapes = rectangles(*bounds(codes, metres))
    found = {}
    for code, shape in zip(codes.tolist(), shapes):
        shape.convertToMultiType()
        found[code] = (code, shape)
    return found
