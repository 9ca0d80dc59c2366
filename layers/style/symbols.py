"""The symbols of QGIS that the tables of `specs` ask for: fills, outlines, markers, lines."""

from __future__ import annotations

from math import sqrt

from qgis.core import (
    QgsFilledMarkerSymbolLayer,
    QgsFillSymbol,
    QgsFontMarkerSymbolLayer,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapUnitScale,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsProperty,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSymbolLayer,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...analysis.told_states import ToldState
from .palette import GAP_OUTLINE, HATCH, INK, NO_DATA, PAPER, colour_of, font_family
from .specs import SHAPE, AreaClass, LineState, PointStyle

_AREA_ALPHA = 205
"""Opacity of area fills (of 255), so that a base map shows through; an opaque layer would hide the streets."""


def _limits(least: float, most: float) -> QgsMapUnitScale:
    """Limits in millimetres for a size in metres on the ground."""
    limits = QgsMapUnitScale()
    limits.minSizeMMEnabled, limits.minSizeMM = True, least
    limits.maxSizeMMEnabled, limits.maxSizeMM = True, most
    return limits


_GROUND = QgsUnitTypes.RenderUnit.RenderMetersInMapUnits
_CELLS_ALONE = 60_000
"""Scale denominator beyond which cells have no outlines: theirs would be darker than the cells."""
_FAR = f"coalesce(@map_scale, 0) > {_CELLS_ALONE}"
_IN_LEGEND = "@map_scale IS NULL"
_NEAR = f"@map_scale <= {_CELLS_ALONE}"
_QUIET = "#858585"
"""Hatching of small cells at small scales: seen, but not before the rates."""


def hatching(angle: float, distance: float, width: float) -> QgsLinePatternFillSymbolLayer:
    """Return hatching, millimetres."""
    lines = QgsLinePatternFillSymbolLayer()
    lines.setLineAngle(angle)
    lines.setDistance(distance)
    lines.setSubSymbol(QgsLineSymbol.createSimple({"color": HATCH, "width": str(width)}))
    return lines


def _hatching_of_cells(angle: float, distance: float, width: float, quiet: bool) -> list[QgsLinePatternFillSymbolLayer]:
    """Return hatching that is finer on small maps, so that cells of 1 mm still show it, and `quiet` is paler there.

    Each layer is drawn where its condition holds: a colour that depends on an expression would be worked out again for
    each cell.
    """
    found = []
    for colour, where in ((HATCH, _NEAR), (_QUIET if quiet else HATCH, _FAR)):
        lines = hatching(angle, distance, width)
        lines.setDistance(80.0)
        lines.setDistanceUnit(_GROUND)
        lines.setDistanceMapUnitScale(_limits(0.5, distance))
        stroke = lines.subSymbol().symbolLayer(0)
        stroke.setColor(QColor(colour))
        stroke.setWidth(16.0)
        stroke.setWidthUnit(_GROUND)
        stroke.setWidthMapUnitScale(_limits(0.14, width))
        found.append(_drawn_where(where, lines))
    return found


def _drawn_where(condition: str, layer: QgsSymbolLayer) -> QgsSymbolLayer:
    layer.setDataDefinedProperty(QgsSymbolLayer.Property.PropertyLayerEnabled, QgsProperty.fromExpression(condition))
    return layer


def plain_fill(fill: str, outline: float, alpha: int = 255) -> QgsSimpleFillSymbolLayer:
    """Return a fill of one colour with its outline in millimetres."""
    layer = QgsSimpleFillSymbolLayer(colour_of(fill, alpha))
    layer.setStrokeColor(colour_of(GAP_OUTLINE))
    layer.setStrokeWidth(outline)
    return layer


def area_symbol(area: AreaClass, outline: float, small: bool = False) -> QgsFillSymbol:
    """Return the fill of one class; the unknown is dark hatching on white. `small` is for cells of perhaps 1 mm."""
    symbol = QgsFillSymbol()
    fill = plain_fill(area.fill or PAPER, outline, _AREA_ALPHA)
    if small:
        # Outlines of a fixed width would be all that is seen of small cells.
        fill.setStrokeWidth(8.0)
        fill.setStrokeWidthUnit(_GROUND)
        fill.setStrokeWidthMapUnitScale(_limits(0.02, outline))
        fill.setDataDefinedProperty(
            QgsSymbolLayer.Property.PropertyStrokeStyle, QgsProperty.fromExpression(f"if({_FAR}, 'no', 'solid')")
        )
    symbol.changeSymbolLayer(0, fill)
    if area.over or not area.fill:
        for one in _hatches(area, outline, small):
            symbol.appendSymbolLayer(one)
    return symbol


def _hatches(area: AreaClass, outline: float, small: bool) -> list[QgsSymbolLayer]:
    """Return the hatching of a class, finer on small maps where it is `small`, but coarse in any legend."""
    sizes = 1.1 * len(area.hatch), 0.22
    coarse = [hatching(angle, *sizes) for angle in area.hatch]
    if not small:
        return coarse
    quiet = len(area.hatch) == 1
    fine = [one for angle in area.hatch for one in _hatching_of_cells(angle, *sizes, quiet)]
    # a legend draws all layers, as fine as the map: plain grey, which these cover
    covering = (plain_fill(area.fill or PAPER, outline), *coarse)
    return [*fine, *(_drawn_where(_IN_LEGEND, one) for one in covering)]


def simple_marker(
    shape: QgsSimpleMarkerSymbolLayer.Shape, fill: str, size: float, outline: float
) -> QgsSimpleMarkerSymbolLayer:
    """Return a marker of one shape; size and outline in millimetres."""
    layer = QgsSimpleMarkerSymbolLayer(shape, size)
    layer.setColor(colour_of(fill))
    layer.setStrokeColor(colour_of(INK))
    layer.setStrokeWidth(outline)
    return layer


def _unknown(state: PointStyle) -> list:
    """The layers of an unknown point: its shape filled with hatching, and a question mark with a white edge."""
    body = QgsFilledMarkerSymbolLayer(state.shape, state.size)
    fill = QgsFillSymbol()
    fill.changeSymbolLayer(0, plain_fill(state.fill, state.outline))
    fill.symbolLayer(0).setStrokeColor(colour_of(INK))
    fill.appendSymbolLayer(hatching(45, 0.8, 0.18))
    body.setSubSymbol(fill)
    mark = QgsFontMarkerSymbolLayer(font_family(), "?", state.size * 0.85, colour_of(INK))
    mark.setFontStyle("Bold")
    mark.setStrokeColor(colour_of(PAPER))
    mark.setStrokeWidth(0.25)
    return [body, mark]


def _ring(size: float) -> QgsSimpleMarkerSymbolLayer:
    """Return the ring around what was told by telephone, drawn only around such features and so not in legends."""
    ring = QgsSimpleMarkerSymbolLayer(SHAPE.Circle, size * 1.7)
    ring.setColor(QColor(0, 0, 0, 0))
    ring.setStrokeColor(colour_of(INK))
    ring.setStrokeWidth(0.6)
    ring.setStrokeStyle(Qt.PenStyle.NoPen)
    # a legend has no feature: QGIS takes the name of the field for its value there, and every layer for enabled
    states = ", ".join(f"'{state.value}'" for state in ToldState if state is not ToldState.WITHDRAWN)
    told = f"coalesce(\"told_state\", '') IN ({states})"
    for name, expression in (
        (QgsSymbolLayer.Property.PropertyLayerEnabled, told),
        (QgsSymbolLayer.Property.PropertyStrokeStyle, f"if({told}, 'solid', 'no')"),
    ):
        ring.setDataDefinedProperty(name, QgsProperty.fromExpression(expression))
    return ring


def point_symbol(state: PointStyle, ringed: bool = False) -> QgsMarkerSymbol:
    """Return the marker of one state; `ringed` with a ring around what was told by telephone."""
    symbol = QgsMarkerSymbol()
    layers = [simple_marker(state.shape, state.fill, state.size, state.outline)]
    if state.mark == "unknown":
        layers = _unknown(state)
    elif state.mark == "cross":
        cross = QgsSimpleMarkerSymbolLayer(SHAPE.Cross2, state.size * 0.5)
        cross.setStrokeColor(colour_of(PAPER))
        cross.setStrokeWidth(0.7)
        layers.append(cross)
    elif state.mark == "half":
        # Half a square along its diagonal, turned by 45 degrees, is the right half of the diamond.
        half = QgsSimpleMarkerSymbolLayer(SHAPE.DiagonalHalfSquare, state.size / sqrt(2), -135)
        half.setColor(colour_of(INK))
        half.setStrokeColor(colour_of(INK))
        layers.append(half)
    if ringed:
        layers.append(_ring(state.size))
    symbol.changeSymbolLayer(0, layers[0])
    for layer in layers[1:]:
        symbol.appendSymbolLayer(layer)
    return symbol


def coarse_symbol(area: AreaClass) -> QgsFillSymbol:
    """Return the outline, in the colour of its class, of an area that must not hide finer ones; dashed if unknown."""
    line = QgsSimpleLineSymbolLayer(colour_of(area.fill or NO_DATA), 0.7 if area.fill else 0.4)
    line.setPenJoinStyle(Qt.PenJoinStyle.MiterJoin)
    # Within its cell: the outline of the neighbour would lie on the same line.
    line.setOffset(0.45)
    if not area.fill:
        line.setPenStyle(Qt.PenStyle.DashLine if len(area.hatch) == 1 else Qt.PenStyle.DotLine)
    line.setRenderingPass(1)
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, line)
    return symbol


def line_symbol(state: LineState) -> QgsLineSymbol:
    """Return the line of one state: a square where it begins, an arrow where it ends."""
    look = {"color": state.colour, "width": str(state.width), "line_style": state.style, "capstyle": "round"}
    symbol = QgsLineSymbol.createSimple(look)
    for place, shape, size in (("firstvertex", SHAPE.Square, 2.6), ("lastvertex", SHAPE.ArrowHeadFilled, 3.4)):
        # By properties, since QGIS 3.24 has another call for the placement than 3.22.
        ends = QgsMarkerLineSymbolLayer.create({"placement": place, "rotate": "1"})
        marker = QgsMarkerSymbol()
        marker.changeSymbolLayer(0, simple_marker(shape, state.colour, size, 0.2))
        ends.setSubSymbol(marker)
        symbol.appendSymbolLayer(ends)
    return symbol
