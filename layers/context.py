"""What lies under the results: the case's own boundary and areas, and GSI's tiles where there is a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from qgis.core import (
    QgsFeature,
    QgsFields,
    QgsFillSymbol,
    QgsInvertedPolygonRenderer,
    QgsLineSymbol,
    QgsMapLayer,
    QgsMarkerSymbol,
    QgsMemoryProviderUtils,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..translate import tr
from .opening import open_layer
from .schema import SPECS
from .uris import layer_uri
from .versions import set_attribution

GSI_PALE = "type=xyz&zmin=5&zmax=18&url=https://cyberjapandata.gsi.go.jp/xyz/pale/%7Bz%7D/%7Bx%7D/%7By%7D.png"
"""地理院タイル 淡色地図; to be credited 「国土地理院」 (国土地理院コンテンツ利用規約)."""
GSI_PROBE = "https://cyberjapandata.gsi.go.jp/xyz/pale/5/28/12.png"
"""One tile of Japan: whether the tile server can be reached."""


@dataclass(frozen=True)
class ContextStyle:
    """The look of one layer of `context.gpkg`."""

    name: str
    """Layer name in the GeoPackage."""
    title: Callable[[], str]
    kind: str
    """`land` filled, `outline` polygons without fill, `line`, `point`."""
    fill: str
    stroke: str
    width: float
    """Millimetres."""


OUTSIDE = "#e9edf0"
"""What is neither land of the case nor known: sea or a neighbour, a neutral grey as on the map sheets."""
LAND = ContextStyle("boundary", lambda: tr("Municipality"), "land", "#fbfaf6", "#555555", 0.6)
CONTEXT = (
    ContextStyle("areas", lambda: tr("Areas"), "outline", "", "#a8a8a8", 0.12),
    ContextStyle("roads", lambda: tr("Roads"), "line", "", "#b5b0a5", 0.25),
    LAND,
)
"""Top to bottom."""
BORDER = ContextStyle("boundary", lambda: tr("Municipal boundary"), "outline", "", "#333333", 0.7)
"""The boundary again without its fill, above a base map that the land would hide."""


_PAGE = {"color": "233,237,240,150", "outline_color": "#1f4e9c", "outline_width": "0.9", "joinstyle": "round"}
"""The line around the polygon of a page of an atlas, and its veil."""


class PageOutline:
    """Around the polygon of an atlas's page, and a veil over what lies outside: that is not counted on the page.

    It holds the polygon of one page. A filter on the layer of all pages would read them all for each.
    """

    def __init__(self, coverage: QgsVectorLayer):
        fields, kind = QgsFields(), QgsWkbTypes.Type.MultiPolygon
        self.layer = QgsMemoryProviderUtils.createMemoryLayer("page", fields, kind, coverage.crs())
        self.layer.setRenderer(QgsInvertedPolygonRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(_PAGE))))
        self.layer.setLabelsEnabled(False)

    def turn(self, page: QgsFeature) -> None:
        """Show another polygon, a feature of the coverage."""
        shown = QgsFeature()
        shown.setGeometry(page.geometry())
        held = self.layer.dataProvider()
        held.truncate()
        held.addFeatures([shown])
        self.layer.updateExtents()


def _renderer(style: ContextStyle) -> QgsSingleSymbolRenderer:
    if style.kind == "line":
        return QgsSingleSymbolRenderer(QgsLineSymbol.createSimple({"color": style.stroke, "width": str(style.width)}))
    if style.kind == "point":
        return QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple({"color": style.stroke, "size": str(style.width)}))
    filled = {"color": style.fill, "style": "solid"} if style.kind == "land" else {"style": "no"}
    symbol = QgsFillSymbol.createSimple(
        {**filled, "outline_color": style.stroke, "outline_width": str(style.width), "joinstyle": "round"}
    )
    return QgsSingleSymbolRenderer(symbol)


def style_context(layer: QgsVectorLayer, style: ContextStyle) -> None:
    """Give a background layer its look and its name."""
    layer.setRenderer(_renderer(style))
    layer.setLabelsEnabled(False)
    layer.setName(style.title())
    layer.setCustomProperty("tomoshibi/context", style.name)


def context_layer(path: Path, style: ContextStyle) -> Optional[QgsVectorLayer]:
    """Return one layer of `context.gpkg`, styled; None where the file or the layer is not there."""
    if not Path(path).is_file():
        return None
    layer = open_layer(layer_uri(path, style.name), style.name, "ogr")
    if not layer.isValid() or layer.geometryType() == QgsWkbTypes.GeometryType.NullGeometry:
        return None
    style_context(layer, style)
    return layer


def context_layers(path: Path, over_base_map: bool = False) -> list[QgsVectorLayer]:
    """Return the background layers that a case has, top to bottom; `over_base_map` leaves out the land's fill."""
    styles = [BORDER if style is LAND and over_base_map else style for style in CONTEXT]
    return [layer for layer in (context_layer(path, style) for style in styles) if layer is not None]


def gsi_layer() -> QgsRasterLayer:
    """Return GSI's pale map as a tile layer; nothing is fetched before it is drawn."""
    layer = QgsRasterLayer(GSI_PALE, tr("GSI tiles (pale)"), "wms")
    set_attribution(layer, "国土地理院")
    return layer


def result_kind(layer: QgsMapLayer) -> str:
    """Return the name of the `LayerSpec` a layer was made by, "" where it is no result.

    A styled layer says it; one opened from a file is known by its layer name and its fields.
    """
    if not isinstance(layer, QgsVectorLayer) or not layer.isValid():
        return ""
    said = str(layer.customProperty("tomoshibi/spec", ""))
    if said in SPECS:
        return said
    fields = set(layer.fields().names())
    fitting = [spec for spec in SPECS.values() if {*spec.required(), "as_of", "source"} <= fields]
    named = [spec for spec in fitting if f"layername={spec.name}" in layer.source() or layer.name() == spec.name]
    return (named or fitting)[0].name if fitting else ""
