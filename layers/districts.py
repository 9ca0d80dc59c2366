"""The names that people call places by: which district (大字, 集落) of the case a point lies in."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPalLayerSettings,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)

from .context import CONTEXT, LAND, context_layer
from .regions import assign
from .schema import CRS
from .style.labels import text_format, write_over

NAME_FIELDS = (
    *("area_name", "S_NAME", "N03_004", "name", "名称", "地区名"),
    *("町丁・字等名称", "町丁・字名", "大字名", "MOJI", "title"),
)
"""Fields that hold the name of a district, the surest first: ours, e-Stat's, 国土数値情報's, municipalities'."""


def name_field(layer: QgsVectorLayer) -> str:
    """Return the field with the names of districts, "" where there is none."""
    held = {name.casefold(): name for name in layer.fields().names()}
    wanted = (name.casefold() for name in (*NAME_FIELDS, "area_id"))
    return next((held[name] for name in wanted if name in held), "")


NEAR = 120_000
"""Scale denominator up to which districts are named; beyond it, their municipalities."""


NAMED = {"areas": True, LAND.name: False}
"""Background that is named on maps → whether near (districts) or far (municipalities)."""


def write_names(layer: QgsVectorLayer, near: bool = True) -> None:
    """Write names of places on the map, where nothing else is to be read.

    `near`: of districts, up to the scale at which they are told apart; else of municipalities, in larger letters.
    """
    field = name_field(layer)
    if not field:
        return
    settings = QgsPalLayerSettings()
    settings.fieldName = field
    settings.isExpression = False
    settings.setFormat(text_format(7.0, "#4a4a4a") if near else text_format(9.0, "#4a4a4a", bold=True))
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.centroidWhole = True
    settings.priority = 0
    settings.scaleVisibility = True
    settings.minimumScale, settings.maximumScale = (NEAR, 0) if near else (0, NEAR)
    write_over(settings)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


class Districts:
    """The districts of a case."""

    def __init__(self, layer: QgsVectorLayer, field: str):
        self._layer, self._field = layer, field

    @classmethod
    def of(cls, context_gpkg: Optional[Path]) -> Optional[Districts]:
        """Return the districts that a case keeps, None where it keeps none with names."""
        style = next(one for one in CONTEXT if one.name == "areas")
        layer = context_layer(context_gpkg, style) if context_gpkg is not None else None
        field = name_field(layer) if layer is not None else ""
        return cls(layer, field) if layer is not None and field else None

    def names(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Return the name of the district of each point.

        Parameters
            lon, lat: float64 (n), degrees (JGD2011), NaN where the place is unknown.

        Returns
            str as objects (n); "" outside of all districts and without a place.
        """
        degrees = QgsCoordinateReferenceSystem(CRS)
        lead = QgsCoordinateTransform(self._layer.crs(), degrees, QgsProject.instance().transformContext())
        return assign(self._layer, self._field, lon, lat, lead)
