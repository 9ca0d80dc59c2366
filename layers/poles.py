"""Dwellings → service poles: one point a pole with its most urgent state, for maps too small for single dwellings."""

from __future__ import annotations

from qgis.core import QgsFeature, QgsFields, QgsGeometry, QgsMemoryProviderUtils, QgsVectorLayer, QgsWkbTypes

from .schema import field

URGENCY = ("home", "asleep_unknown", "no_data", "away")
"""Most urgent first: where somebody was at home a search begins; what is not known comes before nobody."""


def poles(layer: QgsVectorLayer) -> QgsVectorLayer:
    """Return a layer in memory of the poles of a home/away layer: `state` the most urgent, `pole_count` its dwellings.

    A state that is none of `URGENCY` counts as `no_data`. Dwellings without coordinates are left out.
    """
    found: dict[tuple[float, float], tuple[int, int, QgsGeometry]] = {}
    for feature in layer.getFeatures():
        geometry = feature.geometry()
        if geometry.isNull() or geometry.isEmpty():
            continue
        point = geometry.asPoint()
        state = feature["state"]
        rank = URGENCY.index(state if state in URGENCY else "no_data")
        before, count, shape = found.get((point.x(), point.y()), (rank, 0, geometry))
        found[point.x(), point.y()] = (min(before, rank), count + 1, shape)
    fields = QgsFields()
    fields.append(field("state", "text"))
    fields.append(field("pole_count", "int"))
    made = QgsMemoryProviderUtils.createMemoryLayer(layer.name(), fields, QgsWkbTypes.Type.Point, layer.crs())
    features = []
    # The least urgent is drawn first, so that it cannot hide its neighbours.
    for rank, count, shape in sorted(found.values(), key=lambda one: -one[0]):
        feature = QgsFeature(fields)
        feature.setAttributes([URGENCY[rank], count])
        feature.setGeometry(shape)
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made
