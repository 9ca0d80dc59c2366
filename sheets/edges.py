"""What no page of an atlas counts: squares on a coast whose middle is in no polygon, points and lines in none."""

from __future__ import annotations

from functools import cached_property

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProject,
    QgsSpatialIndex,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..layers.style import STYLES
from .contents import shown


class Edges:
    """The polygons of an atlas over squares, points or lines, each of which is counted where its middle is.

    A square that is lost touches a page; a point beside a simplified coast touches none, so that it is counted for all
    pages together. Of areas nothing is lost: they lie in the municipality that they are a part of.
    """

    def __init__(self, layer: QgsVectorLayer, kind: str, coverage: QgsVectorLayer, project: QgsProject):
        self._layer, self._project = layer, project
        self._polygons: dict[int, QgsGeometry] = {}
        self._index = QgsSpatialIndex()
        self._points = layer.geometryType() != QgsWkbTypes.GeometryType.PolygonGeometry
        if not (STYLES[kind].small or self._points):
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
        """Return how many squares touch a page's polygon (in `crs`) and have their middle in none, so on no page."""
        if self._points or not self._polygons:
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

    @cached_property
    def apart(self) -> int:
        """How many points or lines of the result have their middle in no polygon of the atlas: no page counts them."""
        if not self._points:
            return 0
        middles = (one.geometry().pointOnSurface() for one in self._layer.getFeatures(shown(self._layer)))
        return sum(not (middle.isNull() or middle.isEmpty() or self._inside(middle)) for middle in middles)

    def _inside(self, middle: QgsGeometry) -> bool:
        near = self._index.intersects(middle.boundingBox())
        return any(self._polygons[number].intersects(middle) for number in near)
