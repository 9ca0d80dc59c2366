"""What a sheet shows: the data and the land they lie on, without letting one far island make everything else tiny."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsMemoryProviderUtils,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..layers.schema import CRS, field
from ..layers.style import STYLES
from .contents import features_within, legend_row, shown

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
    """The extent of the main map, in its CRS, and which features lie outside."""

    extent: QgsRectangle
    far: tuple[int, ...] = ()
    """Ids of the features outside."""

    @property
    def outside(self) -> int:
        """How many features lie outside."""
        return len(self.far)


def boxes_of(
    layer: QgsVectorLayer, crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> tuple[np.ndarray, np.ndarray]:
    """Return min x, min y, max x, max y in `crs` of the parts of what is drawn, float64 (n, 4), and feature ids.

    Of a layer with many times that is the newest.
    """
    transform = QgsCoordinateTransform(layer.crs(), crs, project)
    found, owners = [], []
    for feature in layer.getFeatures(shown(layer)):
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


def _touching(boxes: np.ndarray, extent: QgsRectangle) -> np.ndarray:
    """Return which boxes (n) share a point with the extent."""
    return (
        (boxes[:, 0] <= extent.xMaximum())
        & (boxes[:, 2] >= extent.xMinimum())
        & (boxes[:, 1] <= extent.yMaximum())
        & (boxes[:, 3] >= extent.yMinimum())
    )


def _near(boxes: np.ndarray) -> np.ndarray:
    """Return which boxes (n) are not far from the others: at most `_OUTSIDE` of their area are, of points of them all.

    By area, since a city may have a hundred islets.
    """
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    weights = np.maximum(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1), 1.0)
    low, high = _quantiles(middle, weights, _OUTSIDE / 4)
    pad = 0.1 * np.maximum(high - low, LEAST_METRES)
    return ((middle >= low - pad) & (middle <= high + pad)).all(axis=1)


def _quantiles(values: np.ndarray, weights: np.ndarray, share: float) -> np.ndarray:
    """Return the two values (2, columns) outside of which `share` of the weights lies on either side."""
    found = np.empty((2, values.shape[1]))
    for column, one in enumerate(values.T):
        order = np.argsort(one, kind="stable")
        sums = np.cumsum(weights[order])
        # values that are there, and none between them: between a city and an islet lies the sea
        found[:, column] = one[order][np.searchsorted(sums, np.array([share, 1 - share]) * sums[-1])]
    return found


def view(
    layer: QgsVectorLayer, land: Optional[QgsVectorLayer], crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> View:
    """Return what the main map shows of a result over the land of the case (None where there is none).

    Without data it is the land; without land as well a place in the middle of Japan: an empty sheet is a result too.
    """
    data, owners = boxes_of(layer, crs, project)
    ground = boxes_of(land, crs, project)[0] if land is not None else data[:0]
    if not len(data):
        return View(_wide(_around(ground) if len(ground) else _nowhere(crs, project)))
    near = _near(data)
    extent = _around(data)
    kept = len(np.unique(owners[near])) / len(np.unique(owners))
    if kept >= 1 - _OUTSIDE and _area(_around(data[near])) < _GAIN * _area(extent):
        extent = _around(data[near])
    touching = ground[_touching(ground, extent)]
    if len(touching):
        whole = _around(touching)
        if max(extent.width() / whole.width(), extent.height() / whole.height()) > _WHOLE_FROM:
            extent.combineExtentWith(whole)
    extent = _wide(extent)
    on_map = _touching(data, extent)
    # A feature with one part on the map is on the map.
    return View(extent, tuple(np.setdiff1d(owners[~on_map], owners[on_map]).tolist()))


_PAGE_LAND, _PAGE_DATA = 0.98, 0.9
"""Least share of a page's land and of its features that its map shows: an island of one shelter may be left out."""


def page_view(
    layer: QgsVectorLayer,
    page: QgsGeometry,
    crs: QgsCoordinateReferenceSystem,
    project: QgsProject,
    features: Optional[Iterable[QgsFeature]] = None,
) -> View:
    """Return what the map of one page of an atlas shows of its polygon (in `crs`): all of it, but for far islands.

    The parts of the polygon are taken from the largest on, the nearest first, until nearly all land and most features
    are on the map; the rest is left out where this makes the map much smaller. `features`: what lies on the page, where
    it has been read before.
    """
    if features is None:
        features = features_within(layer, page, crs, project)
    parts = [part.boundingBox() for part in page.constParts()]
    land = np.array([part.area() for part in page.constParts()])
    owners, places = _middles(features, QgsCoordinateTransform(layer.crs(), crs, project))
    whole = _wide(QgsRectangle(page.boundingBox()))
    extent = QgsRectangle(parts[int(land.argmax())])
    left = set(range(len(parts))) - {int(land.argmax())}
    shown_land = land.max()

    def enough() -> bool:
        inside = sum(extent.contains(place) for place in places)
        return shown_land >= _PAGE_LAND * land.sum() and inside >= _PAGE_DATA * len(places)

    while left and not (enough() and not any(_close(extent, parts[number]) for number in left)):
        nearest = min(left, key=lambda number: (_gap(extent, parts[number]), number))
        extent.combineExtentWith(parts[nearest])
        shown_land += land[nearest]
        left.discard(nearest)
    extent = _wide(extent)
    if _area(extent) >= _GAIN * _area(whole):
        extent = whole
    return View(extent, tuple(owner for owner, place in zip(owners, places) if not extent.contains(place)))


def _middles(features: Iterable[QgsFeature], transform: QgsCoordinateTransform) -> tuple[list[int], list[QgsPointXY]]:
    """Return ids and transformed middles of features."""
    owners, places = [], []
    for feature in features:
        owners.append(feature.id())
        places.append(transform.transform(feature.geometry().pointOnSurface().asPoint()))
    return owners, places


def _gap(one: QgsRectangle, other: QgsRectangle) -> float:
    """Return the distance between two boxes, 0 where they touch."""
    across = max(one.xMinimum() - other.xMaximum(), other.xMinimum() - one.xMaximum(), 0.0)
    along = max(one.yMinimum() - other.yMaximum(), other.yMinimum() - one.yMaximum(), 0.0)
    return float(np.hypot(across, along))


def _close(extent: QgsRectangle, part: QgsRectangle) -> bool:
    """Whether a part is so near that showing it costs little: a tenth of the map."""
    return _gap(extent, part) <= 0.1 * max(extent.width(), extent.height(), LEAST_METRES)


def far_points(
    layer: QgsVectorLayer, kind: str, far: tuple[int, ...], crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> QgsVectorLayer:
    """Return a layer in memory (in `crs`) with a point for each feature outside, `row` its place in the legend."""
    fields = QgsFields()
    fields.append(field("row", "int"))
    made = QgsMemoryProviderUtils.createMemoryLayer("far", fields, QgsWkbTypes.Type.Point, crs)
    transform = QgsCoordinateTransform(layer.crs(), crs, project)
    row = legend_row(STYLES[kind], layer)
    features = []
    for one in layer.getFeatures(QgsFeatureRequest().setFilterFids(list(far))):
        feature = QgsFeature(fields)
        feature.setAttributes([row(one)])
        shape = one.geometry().pointOnSurface()
        shape.transform(transform)
        feature.setGeometry(shape)
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made


def _wide(extent: QgsRectangle) -> QgsRectangle:
    return extent.buffered(max(LEAST_METRES - max(extent.width(), extent.height()), 0.0) / 2)


def _nowhere(crs: QgsCoordinateReferenceSystem, project: QgsProject) -> QgsRectangle:
    degrees = QgsCoordinateReferenceSystem(CRS)
    middle = QgsCoordinateTransform(degrees, crs, project).transform(137.0, 36.0)
    return QgsRectangle(middle.x(), middle.y(), middle.x(), middle.y())
