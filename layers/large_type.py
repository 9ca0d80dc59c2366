"""Labels and symbols made larger for a screen that a room reads (大きな文字)."""

from __future__ import annotations

from qgis.core import (
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointDisplacementRenderer,
    QgsProperty,
    QgsRenderContext,
    QgsSymbol,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)

FACTOR = 1.6
"""How much larger: what is read at 60 cm on a desk is read at a metre on a wall."""


def enlarge(layer: QgsVectorLayer, factor: float = FACTOR) -> None:
    """Make labels, markers and lines of a layer larger than its style has them; areas stay as they are."""
    _enlarge_labels(layer, factor)
    renderer = layer.renderer()
    if renderer is None:
        return
    renderer = renderer.clone()
    if isinstance(renderer, QgsPointDisplacementRenderer):
        inner = renderer.embeddedRenderer().clone()
        for symbol in inner.symbols(QgsRenderContext()):
            _enlarge_symbol(symbol, factor)
        renderer.setEmbeddedRenderer(inner)
    else:
        for symbol in renderer.symbols(QgsRenderContext()):
            _enlarge_symbol(symbol, factor)
    layer.setRenderer(renderer)


def _enlarge_labels(layer: QgsVectorLayer, factor: float) -> None:
    labeling = layer.labeling()
    if not layer.labelsEnabled() or not isinstance(labeling, QgsVectorLayerSimpleLabeling):
        return
    settings = labeling.settings()
    text = settings.format()
    text.setSize(text.size() * factor)
    buffer = text.buffer()
    buffer.setSize(buffer.size() * factor)
    text.setBuffer(buffer)
    settings.setFormat(text)
    settings.dist *= factor
    properties = settings.dataDefinedProperties()
    size = properties.property(QgsPalLayerSettings.Property.Size)
    if size.isActive() and size.expressionString():
        larger = QgsProperty.fromExpression(f"({size.expressionString()}) * {factor}")
        properties.setProperty(QgsPalLayerSettings.Property.Size, larger)
        settings.setDataDefinedProperties(properties)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _enlarge_symbol(symbol: QgsSymbol, factor: float) -> None:
    if isinstance(symbol, QgsMarkerSymbol):
        for part in symbol.symbolLayers():
            if part.sizeUnit() == QgsUnitTypes.RenderUnit.RenderMetersInMapUnits:
                # Sized on the ground: only what it may be on paper grows.
                limits = part.sizeMapUnitScale()
                limits.minSizeMM *= factor
                limits.maxSizeMM *= factor
                part.setSizeMapUnitScale(limits)
        symbol.setSize(symbol.size() * factor)
    elif isinstance(symbol, QgsLineSymbol):
        symbol.setWidth(symbol.width() * factor)
