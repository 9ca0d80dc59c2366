"""What a sheet shows: the data and the land they lie on, without letting one far island make everything else tiny."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from .contents import newest

LEAST_METRES = 1500.0
"""Least width of a map on the ground: three shelters in one street need their surroundings."""

_WHOLE_FROM = 0.5
"""Share of the land from which the whole of it is shown: a coast that is cut off looks like a mistake."""
_OUTSIDE = 0.02
"""Largest share of features that may lie outside the map; their number is printed on the sheet."""
_GAIN = 0.8
"""The map leaves far features out only where this makes it smaller than this share of the area."""


@dataclass(frozen=True)
class View:
    """The extent of the main map, in its CRS, and how many features lie outside."""

    extent: QgsRectangle
    outside: int


def boxes_of(
    layer: QgsVectorLayer, crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> tuple[np.ndarray, np.ndarray]:
    """Return min x, min y, max x, max y in `crs` of the parts of what is drawn, float64 (n, 4), and feature ids.

    Of a layer with many times that is the newest.
    """
    transform = QgsCoordinateTransform(layer.crs(), crs, project)
    found, owners = [], []
    for feature in layer.getFeatures(newest(layer)):
        geometry = feature.geometry()
        if geometry.isNull() or geometry.isEmpty():
            continue
        geometry.transform(transform)
        for part in geometry.constParts():
            box = part.boundingBox()
            found.append((box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
            owners.append(feature.id())
    return np.array(found, dtype="float64").reshape(-1, 4), np.array(owners, dtype="int64")


def _around(boxes: np.ndarray) -> QgsRectangle:
    return QgsRectangle(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())


def _area(box: QgsRectangle) -> float:
    return max(box.width(), 1.0) * max(box.height(), 1.0)


def _near(boxes: np.ndarray) -> np.ndarray:
    """Return which boxes (n) are not far from the others: at most `_OUTSIDE` of them are."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    low, high = np.quantile(middle, (_OUTSIDE / 4, 1 - _OUTSIDE / 4), axis=0)
    pad = 0.1 * np.maximum(high - low, LEAST_METRES)
    return ((middle >= low - pad) & (middle <= high + pad)).all(axis=1)


def view(
    layer: QgsVectorLayer, land: Optional[QgsVectorLayer], crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> View:
    """Return what the main map shows of a result over the land of the case (None where there is none).

    Without data it is the land; without land as well a place in the middle of Japan: an empty sheet is a result too.
    """
    data, owners = boxes_of(layer, crs, project)
    ground = boxes_of(land, crs, project)[0] if land is not None else data[:0]
    if not len(data):
        return View(_wide(_around(ground) if len(ground) else _nowhere(crs, project)), 0)
    near = _near(data)
    extent = _around(data)
    if near.mean() >= 1 - _OUTSIDE and _area(_around(data[near])) < _GAIN * _area(extent):
        extent = _around(data[near])
    else:
        near[:] = True
    touching = ground[
        (ground[:, 0] <= extent.xMaximum())
        & (ground[:, 2] >= extent.xMinimum())
        & (ground[:, 1] <= extent.yMaximum())
        & (ground[:, 3] >= extent.yMinimum())
    ]
    if len(touching):
        whole = _around(touching)
        if max(extent.width() / whole.width(), extent.height() / whole.height()) > _WHOLE_FROM:
            extent.combineExtentWith(whole)
    # A feature with one part on the map is on the map.
    return View(_wide(extent), len(np.setdiff1d(owners[~near], owners[near])))


def _wide(extent: QgsRectangle) -> QgsRectangle:
    return extent.buffered(max(LEAST_METRES - max(extent.width(), extent.height()), 0.0) / 2)


def _nowhere(crs: QgsCoordinateReferenceSystem, project: QgsProject) -> QgsRectangle:
    degrees = QgsCoordinateReferenceSystem("EPSG:6668")
    middle = QgsCoordinateTransform(degrees, crs, project).transform(137.0, 36.0)
    return QgsRectangle(middle.x(), middle.y(), middle.x(), middle.y())
