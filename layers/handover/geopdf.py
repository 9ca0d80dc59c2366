"""A page (PDF) a theme that GIS opens in its place: GeoPDF where GDAL can compose one, else a georeferenced PDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from qgis.core import (
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsMemoryProviderUtils,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsSymbol,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...analysis.plane_zones import epsg_of
from ...files import fresh_folder, is_whole_pdf, replace_file
from ...messages import TomoshibiError, message
from ..schema import CRS, field
from ..style import SHELTER_STATES, area_symbol, point_symbol
from ..style.palette import INK, OUTAGE, PAPER, font_family, plain_font
from ..style.specs import AreaClass
from .content import LEGENDS, Handed, HandedTheme, LegendClass, moment, shown

_PAGE = (420.0, 297.0)
"""Millimetres: A3, landscape."""
_MAP = (10.0, 40.0, 290.0, 225.0)
_SIDE = (306.0, 104.0)
"""Left edge and width of what stands beside the map."""
MOST_DRAWN = 20_000
"""Features that a page holds one by one; of more it is a picture."""
_ANGLES = {"hatch": (45.0,), "lattice": (45.0, 135.0), "fill": ()}
"""Degrees of the hatching: Qt's own patterns are so fine in a PDF that they print as a calm grey."""
_COLUMNS = (("label", "text"), ("name", "text"), ("class", "text"), ("as_of", "text"), ("evidence_until", "text"))
_AREAS = QgsWkbTypes.Type.MultiPolygon
_PLACED = (b"/Measure", b"/LGIDict")
"""What a PDF holds that says where on earth it lies: ISO 32000, or OGC's best practice."""
_LAYERED = b"/OCProperties"


@dataclass(frozen=True)
class Written:
    """A PDF as it came out."""

    path: Path
    placed: bool
    """Whether it says where on earth it lies."""
    layered: bool
    """Whether it is a GeoPDF with layers and attributes."""
    picture: bool
    """Whether it is a picture, because there was too much to draw one by one."""


def _symbol(cls: LegendClass, point: bool, cells: bool) -> QgsSymbol:
    """Return the symbol of a class; `cells` of squares, whose outlines would be darker than they are."""
    if point:
        return point_symbol(next(state for state in SHELTER_STATES if state.value == cls.code))
    angles = _ANGLES[cls.mark]
    area = AreaClass(lambda: cls.label, "", "" if angles else cls.colour, angles or (45.0,))
    symbol = area_symbol(area, 0.1, cells)
    # a city lies below its wards here, and must not be seen through them
    symbol.symbolLayer(0).setFillColor(QColor(cls.colour if area.fill else PAPER))
    return symbol


def _layer(one: HandedTheme) -> QgsVectorLayer:
    """Return a layer in memory with what a theme may show."""
    point, cells = one.theme.geometry == "point", one.theme.theme == "meshoutage"
    fields = QgsFields()
    for name, kind in _COLUMNS:
        fields.append(field(name, kind))
    layer = _memory_layer(one.theme.title_ja, fields, QgsWkbTypes.Type.Point if point else _AREAS)
    classes = {cls.code: cls for cls in LEGENDS[one.theme.theme]}
    shapes = one.result.shapes if one.result is not None else ()
    features = [
        _feature(one, row, shape, classes[code], fields)
        for row, shape, code in zip(one.rows, shapes, one.classes())
        if not shape.isEmpty()
    ]
    # large areas first: a city must not hide its wards
    features.sort(key=lambda feature: -feature.geometry().area())
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    categories = [QgsRendererCategory(cls.code, _symbol(cls, point, cells), cls.label) for cls in classes.values()]
    layer.setRenderer(QgsCategorizedSymbolRenderer("class", categories))
    return layer


def _feature(
    one: HandedTheme, row: tuple[object, ...], shape: QgsGeometry, cls: LegendClass, fields: QgsFields
) -> QgsFeature:
    feature = QgsFeature(fields)
    if _pictured(one):
        # only drawn, never asked: the shape is shared, and nobody reads its attributes
        feature.setAttributes([None, None, cls.code, None, None])
        feature.setGeometry(shape)
        return feature
    values = dict(zip(one.theme.names(), row))
    name = values.get("name") or values.get("area_name") or values[one.theme.key]
    feature.setAttributes(
        [cls.label, str(name), cls.code, *(shown(each, values[each]) for each in ("as_of", "evidence_until"))]
    )
    placed = QgsGeometry(shape)
    if one.theme.geometry != "point":
        placed.convertToMultiType()
    feature.setGeometry(placed)
    return feature


def _pictured(one: HandedTheme) -> bool:
    """Whether the page of a theme is a picture."""
    return len(one.rows) > MOST_DRAWN


def _memory_layer(name: str, fields: QgsFields, kind: QgsWkbTypes.Type) -> QgsVectorLayer:
    return QgsMemoryProviderUtils.createMemoryLayer(name, fields, kind, QgsCoordinateReferenceSystem(CRS))


def _outline(base: Sequence[QgsGeometry]) -> QgsVectorLayer:
    layer = _memory_layer("境界", QgsFields(), _AREAS)
    features = []
    for shape in base:
        feature = QgsFeature()
        placed = QgsGeometry(shape)
        placed.convertToMultiType()
        feature.setGeometry(placed)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    symbol = QgsFillSymbol.createSimple({"style": "no", "outline_color": "#1a1a1a", "outline_width": "0.5"})
    layer.renderer().setSymbol(symbol)
    return layer


class _Page:
    """The layout of one page."""

    def __init__(self, project: QgsProject):
        self.layout = QgsPrintLayout(project)
        self.layout.initializeDefaults()
        self.layout.pageCollection().page(0).setPageSize(
            QgsLayoutSize(*_PAGE, QgsUnitTypes.LayoutUnit.LayoutMillimeters)
        )
        self.family = font_family()

    def place(self, item: object, x: float, y: float, width: float, height: float) -> None:
        """Put an item on the page, in millimetres."""
        unit = QgsUnitTypes.LayoutUnit.LayoutMillimeters
        self.layout.addLayoutItem(item)
        item.attemptMove(QgsLayoutPoint(x, y, unit))
        item.attemptResize(QgsLayoutSize(width, height, unit))

    def text(
        self, words: str, size: float, box: tuple[float, float, float, float], ink: str = "#1a1a1a"
    ) -> QgsLayoutItemLabel:
        """Write a text on the page."""
        label = QgsLayoutItemLabel(self.layout)
        label.setText(words)
        font = plain_font(self.family)
        font.setPointSizeF(size)
        label.setFont(font)
        label.setFontColor(QColor(ink))
        self.place(label, *box)
        return label


def _extent(layers: list[QgsVectorLayer], crs: QgsCoordinateReferenceSystem, project: QgsProject) -> QgsRectangle:
    box = QgsRectangle()
    for layer in layers:
        if layer.featureCount():
            box.combineExtentWith(
                QgsCoordinateTransform(layer.crs(), crs, project).transformBoundingBox(layer.extent())
            )
    if box.isNull() or box.isEmpty():
        centre = box.center() if not box.isNull() else QgsRectangle(-1e5, -1e5, 1e5, 1e5).center()
        box = QgsRectangle(centre.x() - 1e3, centre.y() - 1e3, centre.x() + 1e3, centre.y() + 1e3)
    box.scale(1.06)
    return box


def _shaped(box: QgsRectangle) -> QgsRectangle:
    """Return a box made as wide or as high as the map is on the page."""
    ratio = _MAP[2] / _MAP[3]
    wide, high = max(box.width(), box.height() * ratio), max(box.height(), box.width() / ratio)
    return QgsRectangle.fromCenterAndSize(box.center(), wide, high)


def _composed(project: QgsProject, handed: Handed, one: HandedTheme, base: Sequence[QgsGeometry], zone: int) -> _Page:
    """Lay out the page of a theme."""
    theme, outline = _layer(one), _outline(base)
    project.addMapLayers([theme, outline])
    crs = QgsCoordinateReferenceSystem(f"EPSG:{zone}")
    project.setCrs(crs)
    page = _Page(project)
    drawn = QgsLayoutItemMap(page.layout)
    page.place(drawn, *_MAP)
    drawn.setLayers([outline, theme])
    drawn.setCrs(crs)
    # an item that has no extent yet cannot be zoomed: it takes one of its own shape
    drawn.setExtent(_shaped(_extent([outline] if outline.featureCount() else [theme], crs, project)))
    drawn.setFrameEnabled(True)
    page.layout.setReferenceMap(drawn)
    result = one.result
    page.text(f"{'【訓練】' if handed.practice else ''}{one.theme.title_ja}　{handed.case}", 20, (10, 8, 400, 11))
    page.text("　".join(handed.lines()), 11, (10, 20, 400, 7), OUTAGE if handed.practice or handed.old else INK)
    if result is not None:
        times = f"表示時点 {moment(result.as_of)}　データの時点 {moment(result.evidence_until)} まで"
        page.text(times, 12, (10, 29, 400, 8))
    _legend(page, drawn, theme, _SIDE[0], _MAP[1])
    notes = one.notes()
    if _pictured(one):
        notes.append("数が多いため、このページは画像です。1件ずつの内容はほかの形式にあります。")
    page.text("\n".join(f"・{note}" for note in notes), 9, (_SIDE[0], 150, _SIDE[1], 115))
    page.text(handed.source(), 9, (10, 270, 400, 20))
    if one.absent():
        said = page.text(one.absent(), 22, (40, 130, 230, 40), OUTAGE)
        said.setBackgroundEnabled(True)
        said.setFrameEnabled(True)
        said.setHAlign(Qt.AlignmentFlag.AlignHCenter)
    if handed.practice:
        mark = page.text("訓　練", 96, (70, 110, 180, 60), OUTAGE)
        mark.setItemOpacity(0.16)
    return page


def _legend(page: _Page, drawn: QgsLayoutItemMap, layer: QgsVectorLayer, x: float, y: float) -> None:
    legend = QgsLayoutItemLegend(page.layout)
    legend.setTitle("凡例")
    legend.setLinkedMap(drawn)
    legend.setAutoUpdateModel(False)
    group = legend.model().rootGroup()
    group.clear()
    group.addLayer(layer)
    for style in (
        QgsLegendStyle.Style.Title,
        QgsLegendStyle.Style.Group,
        QgsLegendStyle.Style.Subgroup,
        QgsLegendStyle.Style.SymbolLabel,
    ):
        font = plain_font(page.family)
        font.setPointSizeF(11)
        legend.setStyleFont(style, font)
    page.place(legend, x, y, _SIDE[1], 100)


def _settings(layered: bool, picture: bool) -> QgsLayoutExporter.PdfExportSettings:
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.rasterizeWholeImage = picture
    settings.dpi = 200
    settings.appendGeoreference = True
    settings.exportMetadata = True
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    settings.writeGeoPdf = layered
    settings.includeGeoPdfFeatures = layered
    return settings


def write(path: Path, handed: Handed, one: HandedTheme, base: Sequence[QgsGeometry], layered: bool = True) -> Written:
    """Write the page of a theme; in the main thread only.

    Parameters
        base: outlines over the theme, in degrees.
        layered: whether a GeoPDF is tried; where GDAL cannot compose one, a plain georeferenced PDF is written.

    Raises
        TomoshibiError: it cannot be written; one of before stays.
    """
    box = QgsRectangle()
    for shape in [*base, *(one.result.shapes if one.result else ())]:
        if not shape.isEmpty():
            box.combineExtentWith(shape.boundingBox())
    middle = box.center()
    project = QgsProject()
    page = _composed(project, handed, one, base, epsg_of(handed.municipality, middle.x(), middle.y()))
    picture = _pictured(one)
    with fresh_folder(path) as folder:
        part = folder / path.name
        for tried in (True, False) if layered and not picture else (False,):
            part.unlink(missing_ok=True)
            done = QgsLayoutExporter(page.layout).exportToPdf(str(part), _settings(tried, picture))
            if done == QgsLayoutExporter.ExportResult.Success and is_whole_pdf(part):
                break
        else:
            raise TomoshibiError(
                message(
                    "{file} cannot be written. Check that the disk has room and no other program holds it.",
                    file=path.name,
                )
            )
        content = part.read_bytes()
        replace_file(part, path)
    return Written(path, any(mark in content for mark in _PLACED), _LAYERED in content, picture)
