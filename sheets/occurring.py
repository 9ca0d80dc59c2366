"""Which entries of a legend occur where: read once for all pages of an atlas, where QGIS's filter reads every page."""

from __future__ import annotations

from typing import Optional

import numpy as np
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRenderer,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointDisplacementRenderer,
    QgsRectangle,
    QgsRenderContext,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
)

_OF_THE_MAP = {"map_start_time"}
"""Variables of a map in our own rules; the maps of a sheet show no time, and have no such."""


def _drawing(renderer: Optional[QgsFeatureRenderer]) -> Optional[QgsFeatureRenderer]:
    """Return who decides how a feature is drawn: of points that make room for each other that is a renderer inside."""
    return renderer.embeddedRenderer() if isinstance(renderer, QgsPointDisplacementRenderer) else renderer


def _by_feature_alone(renderer: Optional[QgsFeatureRenderer]) -> bool:
    """Whether the entries of a renderer's features are the same on every map."""
    if isinstance(renderer, QgsRuleBasedRenderer):
        rules = renderer.rootRule().descendants()
        asked = [rule.filter().referencedVariables() for rule in rules if rule.filter() is not None]
        return not any(rule.dependsOnScale() for rule in rules) and set().union(*asked) <= _OF_THE_MAP
    return isinstance(renderer, QgsCategorizedSymbolRenderer)


class Occurring:
    """The entries of one layer's legend: by feature, with the boxes (in the layer's CRS) that they lie in."""

    def __init__(self, layer: QgsVectorLayer):
        """Read them. Raises ValueError where `Occurring.tells` says no."""
        if not self.tells(layer):
            raise ValueError("the entries of this layer's legend depend on more than its features")
        self._layer = layer
        renderer = _drawing(layer.renderer()).clone()
        numbers = {item.ruleKey(): number for number, item in enumerate(renderer.legendSymbolItems())}
        context = QgsRenderContext()
        context.setExpressionContext(QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer)))
        fields = layer.fields()
        ids: list[int] = []
        entries: list[int] = []
        boxes: list[tuple[float, float, float, float]] = []
        renderer.startRender(context, fields)
        request = QgsFeatureRequest().setSubsetOfAttributes(renderer.usedAttributes(context), fields)
        for feature in layer.getFeatures(request):
            if not feature.hasGeometry() or feature.geometry().isEmpty():
                continue
            box = feature.geometry().boundingBox()
            context.expressionContext().setFeature(feature)
            # the root of a tree of rules has a key and no entry
            for key in numbers.keys() & renderer.legendKeysForFeature(feature, context):
                ids.append(feature.id())
                entries.append(numbers[key])
                boxes.append((box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
        renderer.stopRender(context)
        self._ids = np.array(ids, dtype=np.int64)
        self._entries = np.array(entries, dtype=np.int16)
        self._boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)

    @staticmethod
    def tells(layer: object) -> bool:
        """Whether the entries that occur can be told of a layer without a map; not of every layer people style."""
        if not isinstance(layer, QgsVectorLayer) or layer.hasScaleBasedVisibility():
            return False
        renderer = _drawing(layer.renderer())
        if not _by_feature_alone(renderer):
            return False
        return all(renderer.legendSymbolItemChecked(item.ruleKey()) for item in renderer.legendSymbolItems())

    def within(self, extent: QgsRectangle) -> tuple[int, ...]:
        """Return the numbers of the entries of which a feature shares a point with an extent (in the layer's CRS)."""
        low, high = (extent.xMinimum(), extent.yMinimum()), (extent.xMaximum(), extent.yMaximum())
        touching = ((self._boxes[:, :2] <= high) & (self._boxes[:, 2:] >= low)).all(axis=1)
        inside = touching & ((self._boxes[:, :2] >= low) & (self._boxes[:, 2:] <= high)).all(axis=1)
        sure = set(np.unique(self._entries[inside]).tolist())
        left = touching & ~np.isin(self._entries, list(sure))
        return tuple(sorted(sure | self._touched(self._ids[left], self._entries[left], extent)))

    def _touched(self, ids: np.ndarray, entries: np.ndarray, extent: QgsRectangle) -> set[int]:
        """Return those of entries of which a feature, and not its box alone, shares a point with an extent."""
        if not len(ids):
            return set()
        of_feature: dict[int, set[int]] = {}
        for one, entry in zip(ids.tolist(), entries.tolist()):
            of_feature.setdefault(one, set()).add(entry)
        box = QgsGeometry.fromRect(extent)
        frame = QgsGeometry.createGeometryEngine(box.constGet())
        frame.prepareGeometry()
        found: set[int] = set()
        request = QgsFeatureRequest().setFilterFids(list(of_feature)).setNoAttributes()
        for feature in self._layer.getFeatures(request):
            if not of_feature[feature.id()] <= found and frame.intersects(feature.geometry().constGet()):
                found |= of_feature[feature.id()]
        return found
