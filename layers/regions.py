"""Points → polygons: which town, ward or small area a pole stands in."""

from __future__ import annotations

from typing import Optional, Sequence

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

from ..analysis.distinct import distinct_pairs
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
    id_field: Optional[str],
    crs_transform: Optional[QgsCoordinateTransform],
    feedback: Optional[QgsFeedback],
) -> list[tuple[float, str, QgsGeometry]]:
    """Return (area, id, geometry), smallest first, so that a point takes the first that holds it."""
    if id_field is not None and source.fields().lookupField(id_field) < 0:
        raise RegionError(
            message("The area layer has no field “{field}”. Choose the field with the area code.", field=id_field)
        )
    found = []
    for feature in source.getFeatures(_request(crs_transform, [id_field] if id_field else [], source)):
        if feedback is not None and feedback.isCanceled():
            raise Cancelled()
        geometry = feature.geometry()
        if geometry.isNull() or geometry.isEmpty():
            continue
        if not geometry.isGeosValid():
            geometry = geometry.makeValid()
        identifier = to_value(feature[id_field], "text") if id_field else ""
        found.append((geometry.area(), "" if identifier == NULL else str(identifier), geometry))
    # The id breaks a tie of areas, so the answer does not hang on the order of the file.
    return sorted(found, key=lambda item: (item[0], item[1]))


def _unique(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct (lon, lat) pairs and, per point, the row of its pair; -1 where a coordinate is unknown."""
    x, y, rows = distinct_pairs(lon, lat)
    return np.column_stack([x, y]), rows


def _find(
    distinct: np.ndarray, polygons: list[tuple[float, str, QgsGeometry]], feedback: Optional[QgsFeedback]
) -> np.ndarray:
    """Return for each (x, y), sorted by x, the number of the first polygon that holds it, -1 where none does."""
    # Sorted by x, the points of a polygon's box are one slice: a polygon never looks at the others.
    x, y = distinct[:, 0], distinct[:, 1]
    answer = np.full(len(distinct), -1, dtype="int64")
    for number, (_, _, geometry) in enumerate(polygons):
        if feedback is not None:
            if feedback.isCanceled():
                raise Cancelled()
            feedback.setProgress(100.0 * number / len(polygons))
        box = geometry.boundingBox()
        first, last = np.searchsorted(x, box.xMinimum(), "left"), np.searchsorted(x, box.xMaximum(), "right")
        near = y[first:last]
        inside = (near >= box.yMinimum()) & (near <= box.yMaximum()) & (answer[first:last] < 0)
        candidates = first + np.flatnonzero(inside)
        if len(candidates) == 0:
            continue
        engine = QgsGeometry.createGeometryEngine(geometry.constGet())
        engine.prepareGeometry()
        for row in candidates.tolist():
            if engine.intersects(QgsPoint(x[row], y[row])):
                answer[row] = number
    return answer


def assign(
    source: QgsFeatureSource,
    id_field: Optional[str],
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
    polygons = _polygons(source, id_field, crs_transform, feedback)
    # Number -1, of a point in no polygon or without coordinates, takes the last name, which is blank.
    names = np.array([identifier for _, identifier, _ in polygons] + [""], dtype=object)
    return names[np.append(_find(distinct, polygons, feedback), -1)[rows]]


def assign_any(
    source: QgsFeatureSource,
    lon: np.ndarray,
    lat: np.ndarray,
    crs_transform: Optional[QgsCoordinateTransform] = None,
    feedback: Optional[QgsFeedback] = None,
) -> np.ndarray:
    """Return for each point whether it lies in any of the polygons, bool; False without coordinates. See `assign`."""
    lon, lat = np.asarray(lon, "float64"), np.asarray(lat, "float64")
    distinct, rows = _unique(lon, lat)
    return np.append(_find(distinct, _polygons(source, None, crs_transform, feedback), feedback) >= 0, False)[rows]


def assign_shapes(shapes: Sequence[QgsGeometry], lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return for each point the number of the smallest of these polygons that holds it, -1 where none does.

    Polygons and points are in one CRS; polygons without a geometry hold nothing.
    """
    distinct, rows = _unique(np.asarray(lon, "float64"), np.asarray(lat, "float64"))
    there = [(shape.area(), number, shape) for number, shape in enumerate(shapes) if not shape.isEmpty()]
    there.sort(key=lambda one: one[:2])
    polygons = [(area, str(number), shape) for area, number, shape in there]
    numbers = np.array([number for _, number, _ in there] + [-1], dtype="int64")
    return numbers[np.append(_find(distinct, polygons, None), -1)[rows]]
