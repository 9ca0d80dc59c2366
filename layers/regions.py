"""Points → polygons: which town, ward or small area a pole stands in."""

from __future__ import annotations

from typing import Optional

import numpy as np
from qgis.core import (
    NULL,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsFeedback,
    QgsGeometry,
    QgsPoint,
)

from ..messages import Cancelled, TomoshibiError, message
from .schema import to_value


class RegionError(TomoshibiError):
    """The polygons cannot be used to tell places apart."""


def _request(crs_transform: Optional[QgsCoordinateTransform], names: list[str], source: QgsFeatureSource):
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes(names, source.fields())
    if crs_transform is not None and crs_transform.isValid() and not crs_transform.isShortCircuited():
        # The polygons are brought to the points: there are fewer of them.
        request.setDestinationCrs(crs_transform.destinationCrs(), crs_transform.context())
    return request


def _polygons(
    source: QgsFeatureSource,
    id_field: str,
    crs_transform: Optional[QgsCoordinateTransform],
    feedback: Optional[QgsFeedback],
) -> list[tuple[float, str, QgsGeometry]]:
    """Return (area, id, geometry), smallest first, so that a point takes the first that holds it."""
    if source.fields().lookupField(id_field) < 0:
        raise RegionError(
            message("The area layer has no field “{field}”. Choose the field with the area code.", field=id_field)
        )
    found = []
    for feature in source.getFeatures(_request(crs_transform, [id_field], source)):
        if feedback is not None and feedback.isCanceled():
            raise Cancelled()
        geometry = feature.geometry()
        if geometry.isNull() or geometry.isEmpty():
            continue
        if not geometry.isGeosValid():
            geometry = geometry.makeValid()
        identifier = to_value(feature[id_field], "text")
        found.append((geometry.area(), "" if identifier == NULL else str(identifier), geometry))
    # The id breaks a tie of areas, so the answer does not hang on the order of the file.
    return sorted(found, key=lambda item: (item[0], item[1]))


def _unique(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct (lon, lat) pairs and, per point, the row of its pair; -1 where a coordinate is unknown."""
    known = np.isfinite(lon) & np.isfinite(lat)
    pairs = np.column_stack([lon[known], lat[known]])
    rows = np.full(len(lon), -1, "int64")
    distinct, inverse = np.unique(pairs, axis=0, return_inverse=True)
    rows[known] = inverse.reshape(-1)
    return distinct, rows


def assign(
    source: QgsFeatureSource,
    id_field: str,
    lon: np.ndarray,
    lat: np.ndarray,
    crs_transform: Optional[QgsCoordinateTransform] = None,
    feedback: Optional[QgsFeedback] = None,
) -> np.ndarray:
    """Return for each point the id (text) of the polygon it lies in, "" where it lies in none or has no coordinates.

    `crs_transform` leads from the polygons' CRS to that of `lon`, `lat`. Where polygons overlap the smallest wins.
    A point on a border belongs to the smaller neighbour. Raises `RegionError` on an unknown field.
    """
    lon, lat = np.asarray(lon, "float64"), np.asarray(lat, "float64")
    distinct, rows = _unique(lon, lat)
    answer = np.full(len(distinct) + 1, "", dtype=object)  # the last one is for the points without coordinates
    polygons = _polygons(source, id_field, crs_transform, feedback)
    # Sorted by longitude, the points of a polygon's box are one slice: np.unique sorts by the first column.
    x, y = distinct[:, 0] if len(distinct) else np.empty(0), distinct[:, 1] if len(distinct) else np.empty(0)
    free = np.ones(len(distinct), dtype=bool)
    for number, (_, identifier, geometry) in enumerate(polygons):
        if feedback is not None:
            if feedback.isCanceled():
                raise Cancelled()
            feedback.setProgress(100.0 * number / len(polygons))
        box = geometry.boundingBox()
        first, last = np.searchsorted(x, (box.xMinimum(), box.xMaximum() + np.spacing(abs(box.xMaximum()))))
        inside = (y[first:last] >= box.yMinimum()) & (y[first:last] <= box.yMaximum()) & free[first:last]
        candidates = first + np.flatnonzero(inside)
        if len(candidates) == 0:
            continue
        engine = QgsGeometry.createGeometryEngine(geometry.constGet())
        engine.prepareGeometry()
        for row in candidates.tolist():
            if engine.intersects(QgsPoint(x[row], y[row])):
                answer[row] = identifier
                free[row] = False
    return answer[rows]
