"""Renderers of result layers: which feature gets which symbol, and which features are drawn at all."""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFeatureRequest,
    QgsMapUnitScale,
    QgsMarkerSymbol,
    QgsPointDisplacementRenderer,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsUnitTypes,
    QgsVectorLayer,
)

from ...translate import tr
from ..schema import SPECS, LayerSpec
from .codes import VOLTAGE_CLASSES
from .palette import INK, colour_of
from .specs import NO_STATE, STYLES, LineState, PointStyle, Style
from .symbols import area_symbol, coarse_symbol, line_symbol, point_symbol

_NEWEST = '(@map_start_time IS NOT NULL OR "begin" = {newest})'
"""Of a layer with many times a map without a time shows the newest only: drawn together they would hide each other."""


def _rules(style: Style, condition: str, several: bool = False) -> QgsRuleBasedRenderer:
    """Return the rules of areas; `several` where the layer holds several voltage classes."""
    root = QgsRuleBasedRenderer.Rule(None)
    several = several and bool(style.coarse)
    fine = f" AND NOT ({style.coarse})" if several else ""
    drawn = [(area.label(), f"({area.condition}){fine}" if fine else area.condition, area) for area in style.areas]
    drawn = [(label, which, area_symbol(area, style.outline, style.small)) for label, which, area in drawn]
    for area in style.areas if several else ():
        label = tr("{rate} (high voltage, larger squares)").format(rate=area.label())
        drawn.append((label, f"({area.condition}) AND {style.coarse}", coarse_symbol(area)))
    for label, which, symbol in drawn:
        rule = QgsRuleBasedRenderer.Rule(symbol)
        rule.setFilterExpression(f"({which}) AND {condition}" if condition else which)
        rule.setLabel(label)
        root.appendChild(rule)
    return QgsRuleBasedRenderer(root)


def area_rules(style: Style) -> QgsRuleBasedRenderer:
    """Return the rules of areas of one voltage class and one moment."""
    return _rules(style, "")


def voltages_of(layer: QgsVectorLayer) -> list[str]:
    """Return the voltage classes that a result holds, in the order of `VOLTAGE_CLASSES`; none where it has no such."""
    index = layer.fields().lookupField("voltage")
    held = layer.uniqueValues(index) if index >= 0 else set()
    if index >= 0 and not held:
        # The query failed, as it may while another connection to the GeoPackage closes; classes must not be mixed then.
        held = {feature["voltage"] for feature in layer.getFeatures()}
    return [name for name, _ in VOLTAGE_CLASSES if name in held]


def drawn_features(layer: QgsVectorLayer, spec: LayerSpec, style: Style) -> str:
    """Return the expression of what is drawn, "" for all: of many times the newest, of levels the finest."""
    # One voltage class may have been published later than another.
    newest = 'maximum("begin", "voltage")' if len(voltages_of(layer)) > 1 else 'maximum("begin")'
    parts = [_NEWEST.format(newest=newest) if _has_many_times(layer, spec) else "", style.only]
    return " AND ".join(f"({part})" for part in parts if part)


def state_categories(states: tuple[PointStyle, ...], ringed: bool = False) -> QgsCategorizedSymbolRenderer:
    """Return one category for each state of a point; `ringed` where some may be told by telephone."""
    # A value that is none of the known ones, NULL above all, must show as unknown and never vanish.
    known = [QgsRendererCategory(state.value, point_symbol(state, ringed), state.label()) for state in states]
    known.append(QgsRendererCategory("", point_symbol(states[-1], ringed), tr("Unknown (no state)")))
    return QgsCategorizedSymbolRenderer("state", known)


def _line_categories(states: tuple[LineState, ...]) -> QgsCategorizedSymbolRenderer:
    found = [QgsRendererCategory(state.value, line_symbol(state), state.label()) for state in (*states, NO_STATE)]
    return QgsCategorizedSymbolRenderer("status", found)


def _metres(symbol: QgsMarkerSymbol, metres: float, least: float, most: float) -> None:
    """Size a marker in metres on the ground within millimetres on paper, so that homes keep apart at every scale."""
    whole = symbol.size()
    for number in range(symbol.symbolLayerCount()):
        layer = symbol.symbolLayer(number)
        share = layer.size() / whole
        limits = QgsMapUnitScale()
        limits.maxSizeMMEnabled, limits.maxSizeMM = True, most * share
        if number == 0:
            limits.minSizeMMEnabled, limits.minSizeMM = True, least
        else:
            # A mark that cannot be read at a small scale may vanish; the shape below it may not.
            layer.setStrokeWidth(0)
        layer.setSizeUnit(QgsUnitTypes.RenderUnit.RenderMetersInMapUnits)
        layer.setSizeMapUnitScale(limits)
        layer.setSize(metres * share)


def _by_pole(states: tuple[PointStyle, ...], least: float) -> QgsPointDisplacementRenderer:
    """Set the dwellings of one pole in rings around it, each with its own state (the coordinates are the pole's)."""
    inner = state_categories(states)
    for number, category in enumerate(inner.categories()):
        symbol = category.symbol().clone()
        _metres(symbol, 25.0, least, symbol.size())
        inner.updateCategorySymbol(number, symbol)
    renderer = QgsPointDisplacementRenderer("")
    renderer.setEmbeddedRenderer(inner)
    renderer.setPlacement(QgsPointDisplacementRenderer.Placement.ConcentricRings)
    renderer.setTolerance(1e-9)
    renderer.setToleranceUnit(QgsUnitTypes.RenderUnit.RenderMapUnits)
    renderer.setCircleWidth(0.1)
    renderer.setCircleColor(colour_of("#7f7f7f"))
    centre = QgsMarkerSymbol.createSimple({"name": "circle", "color": INK, "size": "0.5", "outline_style": "no"})
    renderer.setCenterSymbol(centre)
    return renderer


def _has_many_times(layer: QgsVectorLayer, spec: LayerSpec) -> bool:
    index = layer.fields().lookupField("begin")
    if not spec.temporal or spec.temporal[0] != "begin" or index < 0:
        return False
    return layer.minimumValue(index) != layer.maximumValue(index)


def renderer_of(layer: QgsVectorLayer, spec_name: str) -> Optional[QgsFeatureRenderer]:
    """Return the renderer of a result layer, None for a table."""
    style = STYLES.get(spec_name)
    if style is None:
        return None
    if style.lines:
        return _line_categories(style.lines)
    if style.areas:
        return _rules(style, drawn_features(layer, SPECS[spec_name], style), len(voltages_of(layer)) > 1)
    if style.by_pole:
        return _by_pole(style.states, style.least)
    renderer = state_categories(style.states, layer.fields().lookupField("told_state") >= 0)
    if style.order:
        renderer.setOrderBy(QgsFeatureRequest.OrderBy([QgsFeatureRequest.OrderByClause(f'"{style.order}"', False)]))
        renderer.setOrderByEnabled(True)
    return renderer
