"""What lies on the edge of the pages of an atlas: squares on a coast whose middle is in no polygon."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProject,
    QgsSpatialIndex,
    QgsVectorLayer,
)

from ..layers.style import STYLES
from .contents import shown


class Edges:
    """The polygons of an atlas over a result of squares, each of which is counted where its middle is.

    Of other results nothing is lost: points have no edge, and areas lie in the municipality that they are a part of.
    """

    def __init__(self, layer: QgsVectorLayer, kind: str, coverage: QgsVectorLayer, project: QgsProject):
        self._layer, self._project = layer, project
        self._polygons: dict[int, QgsGeometry] = {}
        self._index = QgsSpatialIndex()
        if not STYLES[kind].small:
            return
        change = QgsCoordinateTransform(coverage.crs(), layer.crs(), project)
        for feature in coverage.getFeatures():
            shape = QgsGeometry(feature.geometry())
            if shape.isNull() or shape.isEmpty():
                continue
            shape.transform(change)
            feature.setGeometry(shape)
            self._polygons[feature.id()] = shape
            self._index.addFeature(feature)

    def lost(self, within: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> int:
        """Return how many touch a page's polygon (in `crs`) and have their middle in none: no page counts them."""
        if not self._polygons:
            return 0
        shape = QgsGeometry(within)
        shape.transform(QgsCoordinateTransform(crs, self._layer.crs(), self._project))
        engine = QgsGeometry.createGeometryEngine(shape.constGet())
        engine.prepareGeometry()
        request = shown(self._layer)
        request.setFilterRect(shape.boundingBox())
        return sum(
            engine.intersects(one.geometry().constGet()) and not self._inside(one.geometry().pointOnSurface())
            for one in self._layer.getFeatures(request)
        )

    def _inside(self, middle: QgsGeometry) -> bool:
        near = self._index.intersects(middle.boundingBox())
        return any(self._polygons[number].intersects(middle) for number in near)
