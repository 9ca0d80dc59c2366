"""Which areas are neighbours: polygons that touch, or lie so near each other that a road or a river parts them."""

from __future__ import annotations

from typing import Mapping

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsRectangle,
    QgsSpatialIndex,
)

from ..messages import Progress
from .access import utm
from .schema import CRS

NEAR_METRES = 100.0
"""Areas at most so far apart are neighbours: a road, a river, or the seam between two hand-drawn outlines."""


def neighbours(
    shapes: Mapping[str, QgsGeometry],
    context: QgsCoordinateTransformContext,
    progress: Progress,
    near_metres: float = NEAR_METRES,
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of ids of areas at most `near_metres` apart, each once, in the order of `shapes`.

    `shapes`: geometry by id, in the CRS of result layers. Raises `Cancelled` on cancelling.
    """
    if not shapes:
        return ()
    box = QgsRectangle()
    for shape in shapes.values():
        box.combineExtentWith(shape.boundingBox())
    transform = QgsCoordinateTransform(QgsCoordinateReferenceSystem(CRS), utm(box.center().x()), context)
    ids, metric, index = list(shapes), [], QgsSpatialIndex()
    for number, shape in enumerate(shapes.values()):
        geometry = QgsGeometry(shape)
        geometry.transform(transform)
        metric.append(geometry)
        feature = QgsFeature(number)
        feature.setGeometry(geometry)
        index.addFeature(feature)
    found = []
    for number, geometry in enumerate(metric):
        progress.raise_if_cancelled()
        reach = geometry.boundingBox().buffered(near_metres)
        engine = QgsGeometry.createGeometryEngine(geometry.constGet())
        engine.prepareGeometry()
        for other in sorted(index.intersects(reach)):
            if other > number and 0 <= engine.distance(metric[other].constGet()) <= near_metres:
                found.append((ids[number], ids[other]))
    return tuple(found)
