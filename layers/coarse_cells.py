"""A layer of larger squares for a map on which the cells of the statistics would be smaller than a millimetre."""

from __future__ import annotations

from typing import Optional

import pandas as pd
from qgis.core import (
    NULL,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsMemoryProviderUtils,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..analysis.coarse_rates import COLUMNS, sum_up
from ..analysis.mesh import LEVELS, bounds
from .build import rectangles
from .schema import SPECS, field, to_value

SMALL_MILLIMETRES = 1.0
"""Cells narrower than that on paper are summed up …"""
WIDE_MILLIMETRES = 1.6
"""… to squares at least so wide."""
_READ = ("mesh_code", "meters", "silent", "silent_rate", "excess_rate", "low", "high", "rate_class", "masked")
_BY_DIGITS = {level.digits: metres for metres, level in LEVELS.items()}


def size_of(layer: QgsVectorLayer) -> int:
    """Return the size (m) of the finest cells of a layer of rates, 0 where its codes are of no size."""
    place = layer.fields().lookupField("mesh_code")
    first = next(layer.getFeatures(QgsFeatureRequest().setLimit(1)), None) if place >= 0 else None
    return 0 if first is None else _BY_DIGITS.get(len(str(first["mesh_code"])), 0)


def wanted_size(metres: int, scale: float) -> Optional[int]:
    """Return the size (m) of squares for a map at a scale denominator, None where the cells themselves can be seen."""
    if not metres or metres * 1000 / scale >= SMALL_MILLIMETRES:
        return None
    larger = [size for size in sorted(LEVELS) if size > metres]
    return next((size for size in larger if size * 1000 / scale >= WIDE_MILLIMETRES), larger[-1] if larger else None)


def coarse(layer: QgsVectorLayer, request: QgsFeatureRequest, metres: int, to_metres: int) -> QgsVectorLayer:
    """Return a layer in memory with the rates of larger squares, in degrees.

    Parameters
        request: the features of the map, of one voltage class and one moment.
        metres, to_metres: size of the cells and of the squares.
    """
    spec = SPECS["meshoutage"]
    columns = {column.name: column for column in spec.columns}
    rows = [tuple(_plain(one[name]) for name in _READ) for one in layer.getFeatures(request)]
    table = pd.DataFrame(rows, columns=list(_READ))
    table = table[table["mesh_code"].astype(str).str.len() == LEVELS[metres].digits]
    squares = sum_up(table, metres, to_metres)
    fields = QgsFields()
    for name in COLUMNS:
        fields.append(field(name, columns[name].kind if name in columns else "int"))
    made = QgsMemoryProviderUtils.createMemoryLayer("coarse", fields, QgsWkbTypes.Type.Polygon, layer.crs())
    shapes = rectangles(*bounds(squares["mesh_code"].to_numpy(dtype=str), to_metres)) if len(squares) else ()
    features = []
    for row, shape in zip(squares.itertuples(index=False), shapes):
        feature = QgsFeature(fields)
        kinds = (columns[name].kind if name in columns else "int" for name in COLUMNS)
        feature.setAttributes([to_value(value, kind) for value, kind in zip(row, kinds)])
        feature.setGeometry(shape)
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made


def _plain(value: object) -> object:
    return None if value == NULL else value
