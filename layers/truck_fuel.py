"""電源車の燃料: what the trucks of a result need, read back from its features, beside what the plan provides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Optional

from qgis.core import QgsFeature

if TYPE_CHECKING:
    from ..analysis.power_trucks import Fuel


def fuel_of(features: Iterable[QgsFeature]) -> Optional[Fuel]:
    """Return the fuel of the trucks assigned in features of a result `powertrucks`; None where none of it is known.

    The hours are what they were planned for: litres by litres an hour.
    """
    import pandas as pd

    from ..analysis.power_trucks import fuel
    from .spreadsheets import plain

    names = ("truck_id", "litres_per_hour", "fuel_l")
    table = pd.DataFrame([[plain(one[name]) for name in names] for one in features], columns=names)
    table[["litres_per_hour", "fuel_l"]] = table[["litres_per_hour", "fuel_l"]].apply(pd.to_numeric, errors="coerce")
    table["truck_id"] = table["truck_id"].where(table["truck_id"] != "")
    known = table[(table["litres_per_hour"] > 0) & (table["fuel_l"] > 0)]
    if known.empty:
        return None
    return fuel(table, float((known["fuel_l"] / known["litres_per_hour"]).iloc[0]))


def provided(hours: float) -> tuple[float, float, float]:
    """Return what the plan provides for so many hours: litres, drums, vehicles (their number is the same throughout).

    別添4: 100,000 L, 500 drums and 20 vehicles for 72 hours.
    """
    from ..analysis.power_trucks import PLAN_DRUMS, PLAN_FUEL_L, PLAN_HOURS, PLAN_TANKERS

    share = hours / PLAN_HOURS
    return PLAN_FUEL_L * share, PLAN_DRUMS * share, float(PLAN_TANKERS)
