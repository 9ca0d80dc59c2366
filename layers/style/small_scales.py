"""Points where a map is too small for single features: circles of many homes, poles, and what lies off the main map."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsRendererCategory,
    QgsSimpleFillSymbolLayer,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)

from ...translate import tr
from .labels import text_format, write_over
from .palette import AWAY, HOME, HOME_TINT, INK, PAPER, colour_of
from .renderers import area_rules, state_categories
from .specs import SHAPE, STYLES, AreaClass, LineState, entries
from .symbols import hatching, point_symbol, simple_marker

OVERVIEW_SCALE = 20_000
"""Scale denominator above which dwellings cannot be told apart on paper."""
SQUARES_SCALE = 40_000
"""Scale denominator above which poles stand on each other, and squares of the grid are counted instead."""
PART_HOME, PART_UNKNOWN, PART_AWAY = "home", "unknown", "away"
"""Values of `part` of the circles of many homes (layers/homes.py)."""
_CIRCLES: tuple[AreaClass, ...] = (
    AreaClass(lambda: tr("At home (area of the circle, number)"), PART_HOME, HOME_TINT),
    AreaClass(lambda: tr("Unknown (hatched part, number with ?)"), PART_UNKNOWN, ""),
    AreaClass(lambda: tr("Away only"), PART_AWAY, AWAY),
)
"""What a square shows; `condition` is the value of `part`."""


def circle_symbols() -> list[QgsFillSymbol]:
    """Return the fills of the circles of `homes.circles`, in the order of the legend."""
    found = []
    for part in _CIRCLES:
        symbol = QgsFillSymbol()
        fill = QgsSimpleFillSymbolLayer(colour_of(part.fill or PAPER))
        fill.setStrokeColor(colour_of(HOME if part.condition == PART_HOME else INK))
        fill.setStrokeWidth(0.2)
        symbol.changeSymbolLayer(0, fill)
        if not part.fill:
            symbol.appendSymbolLayer(hatching(45, 0.8, 0.22))
            for number in range(symbol.symbolLayerCount()):
                # On top of the circle that it is a part of.
                symbol.symbolLayer(number).setRenderingPass(1)
        found.append(symbol)
    return found


def style_circles(layer: QgsVectorLayer) -> None:
    """Give a layer of `homes.circles` its fills and its numbers, the largest first."""
    categories = [
        QgsRendererCategory(part.condition, symbol, part.label()) for part, symbol in zip(_CIRCLES, circle_symbols())
    ]
    renderer = QgsCategorizedSymbolRenderer("part", categories)
    renderer.setUsingSymbolLevels(True)
    layer.setRenderer(renderer)
    settings = QgsPalLayerSettings()
    settings.fieldName = "told"
    words = text_format(7.0)
    halo = words.buffer()
    halo.setSize(0.4)
    words.setBuffer(halo)
    settings.setFormat(words)
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.centroidWhole = True
    write_over(settings)
    settings.multilineAlign = QgsPalLayerSettings.MultiLineAlign.MultiCenter
    properties = settings.dataDefinedProperties()
    properties.setProperty(
        QgsPalLayerSettings.Property.Priority, QgsProperty.fromExpression('min(10, 2 + sqrt("count") / 2)')
    )
    settings.setDataDefinedProperties(properties)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def circles_heading(metres: int, most: int) -> str:
    """Return the heading of the legend of a map by squares."""
    return tr("Dwellings at home per {metres} m square (largest circle: {most} or more)").format(
        metres=f"{metres:,}", most=f"{most:,}"
    )


def style_cells(layer: QgsVectorLayer, spec_name: str) -> None:
    """Give squares that are summed up of a result's cells the look of its cells, without labels."""
    layer.setRenderer(area_rules(STYLES[spec_name]))
    layer.setLabelsEnabled(False)


FAR_MILLIMETRES = 2.2
"""Size of what lies outside the main map, on the overview."""


def style_far(layer: QgsVectorLayer, spec_name: str) -> None:
    """Give points of the overview (field `row`: number in the legend) the shapes or colours of the main map."""
    style = STYLES[spec_name]
    categories = []
    for row, entry in enumerate(entries(style)):
        if style.states:
            symbol = point_symbol(entry)
            while symbol.symbolLayerCount() > 1:  # a mark cannot be read at this size
                symbol.deleteSymbolLayer(1)
            symbol.setSize(FAR_MILLIMETRES)
        else:
            symbol = QgsMarkerSymbol()
            fill = entry.colour if isinstance(entry, LineState) else entry.fill or PAPER
            symbol.changeSymbolLayer(0, simple_marker(SHAPE.Circle, fill, FAR_MILLIMETRES, 0.3))
        categories.append(QgsRendererCategory(row, symbol, entry.label()))
    layer.setRenderer(QgsCategorizedSymbolRenderer("row", categories))
    layer.setLabelsEnabled(False)


def style_poles(layer: QgsVectorLayer, spec_name: str) -> None:
    """Give a layer of `poles.poles` the symbols of the dwellings, sized by their number and without question marks."""
    renderer = state_categories(STYLES[spec_name].states)
    size = QgsProperty.fromExpression('if(@map_scale > 100000, 0.6, 1) * (1.2 + 0.35 * sqrt("pole_count"))')
    for number, category in enumerate(renderer.categories()):
        symbol = category.symbol().clone()
        while symbol.symbolLayerCount() > 1:  # a question mark cannot be read at this size
            symbol.deleteSymbolLayer(1)
        symbol.setSize(1.6)
        symbol.setDataDefinedSize(size)
        renderer.updateCategorySymbol(number, symbol)
    layer.setRenderer(renderer)
