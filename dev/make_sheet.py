"""Write the layout templates `sheets/templates/situation_a3*.qpt`; run with the oldest QGIS that is supported (3.22).

The template is what ships and may be edited in QGIS's layout designer: keep the item ids, keep texts as expressions.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsFillSymbol,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutMeasurement,
    QgsLayoutObject,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsProperty,
    QgsReadWriteContext,
    QgsRectangle,
    QgsScaleBarSettings,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QFont

FOLDER = Path(__file__).resolve().parents[1] / "sheets" / "templates"
FAMILY = "Noto Sans CJK JP"
INK, GREY, ALERT = "#1a1a1a", "#555555", "#a50f15"
LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
Box = tuple[float, float, float, float]
"""x, y, width, height in millimetres."""

LABELS = (
    # id, expression, points, bold, colour, horizontal alignment, framed
    ("title", "@sheet_title", 26, True, INK, LEFT, False),
    ("subtitle", "@sheet_subtitle", 13, False, INK, LEFT, False),
    # One of the two is blank: how far the data reach, and the same where they must be marked.
    ("data", "@sheet_data", 11.5, False, INK, LEFT, False),
    ("data_alert", "@sheet_data_alert", 11.5, True, ALERT, LEFT, False),
    ("place", "@sheet_place", 12, False, INK, RIGHT, False),
    ("practice", "@sheet_practice", 22, True, ALERT, CENTRE, True),
    ("handling", "@sheet_handling", 11, True, ALERT, CENTRE, True),
    ("headline", "@sheet_headline", 21, True, INK, LEFT, False),
    ("headline_more", "@sheet_headline_more", 13, False, INK, LEFT, False),
    ("change", "@sheet_change", 12, False, INK, RIGHT, False),
    ("figures_title", "@sheet_figures_title", 12, True, INK, LEFT, False),
    ("figures_names", "@sheet_figures_names", 13, False, INK, LEFT, False),
    ("figures_values", "@sheet_figures_values", 13, True, INK, RIGHT, False),
    ("names_title", "@sheet_names_title", 12, True, INK, LEFT, False),
    ("legend_title", "@sheet_legend_title", 12, True, INK, LEFT, False),
    ("notice", "@sheet_notice", 10.5, True, ALERT, LEFT, False),
    ("sources", "@sheet_sources", 8, False, INK, LEFT, False),
    ("version", "@sheet_version", 8, False, GREY, RIGHT, False),
    ("crs", "@sheet_crs", 8, False, GREY, RIGHT, False),
    (
        "page",
        "if(coalesce(@atlas_totalfeatures, 0) > 0, @atlas_featurenumber || ' / ' || @atlas_totalfeatures, "
        "@sheet_number || ' / ' || @sheet_count)",
        10, True, INK, RIGHT, False,
    ),
    ("scale", "'1 : ' || format_number(item_variables('map')['map_scale'], 0)", 10, True, INK, LEFT, False),
    ("basemap", "@sheet_basemap", 7, False, INK, RIGHT, False),
)  # fmt: skip

LANDSCAPE: dict[str, Box] = {
    "page_size": (0, 0, 420, 297),
    "title": (10, 8, 265, 13), "subtitle": (10, 20.5, 300, 5.5),
    "data": (10, 26, 300, 5.5), "data_alert": (10, 26, 300, 5.5), "place": (315, 21, 95, 9),
    "practice": (365, 8, 45, 12), "handling": (285, 8, 77, 12),
    "headline_box": (10, 33, 400, 18),
    "headline": (13, 33.5, 394, 10), "headline_more": (13, 43.3, 250, 7), "change": (263, 43.3, 144, 7),
    "map": (10, 53, 300, 206),
    "overview": (249, 211, 59, 46), "scalebar": (14, 244, 70, 13), "north": (291, 57, 15, 18),
    "figures_title": (315, 53, 95, 7), "figures_box": (315, 60, 95, 53),
    "figures_names": (317, 61.5, 68, 50.5), "figures_values": (385, 61.5, 23, 50.5),
    "names_title": (315, 115, 95, 7), "names_box": (315, 122, 95, 82),
    "legend_title": (315, 206, 95, 7), "legend_box": (315, 213, 95, 55), "legend": (315, 213, 95, 55),
    "notice": (10, 260, 300, 11), "sources": (10, 272, 300, 17),
    "version": (315, 270.5, 95, 5), "crs": (315, 275.5, 95, 5), "page": (380, 281, 30, 6), "scale": (315, 281, 60, 6),
    "basemap": (143, 254.5, 104, 5),
}  # fmt: skip

PORTRAIT: dict[str, Box] = {
    "page_size": (0, 0, 297, 420),
    "title": (10, 8, 150, 13), "subtitle": (10, 20.5, 190, 5.5),
    "data": (10, 26, 277, 5.5), "data_alert": (10, 26, 277, 5.5), "place": (202, 21, 85, 5),
    "practice": (242, 8, 45, 12), "handling": (162, 8, 77, 12),
    "headline_box": (10, 33, 277, 18),
    "headline": (13, 33.5, 271, 10), "headline_more": (13, 43.3, 170, 7), "change": (184, 43.3, 100, 7),
    "map": (10, 53, 277, 233),
    "overview": (239, 225, 46, 59), "scalebar": (14, 271, 70, 13), "north": (268, 57, 15, 18),
    "figures_title": (10, 288, 88, 7), "figures_box": (10, 295, 88, 76),
    "figures_names": (12, 296.5, 62, 73.5), "figures_values": (74, 296.5, 22, 73.5),
    "names_title": (101, 288, 95, 7), "names_box": (101, 295, 95, 76),
    "legend_title": (199, 288, 88, 7), "legend_box": (199, 295, 88, 76), "legend": (199, 295, 88, 76),
    "notice": (10, 373, 277, 14), "sources": (10, 389, 200, 21),
    "version": (212, 390, 75, 5), "crs": (212, 395, 75, 5), "page": (257, 401, 30, 6), "scale": (212, 401, 45, 6),
    "basemap": (133, 281, 104, 5),
}  # fmt: skip
ARRANGEMENTS: dict[str, dict[str, Box]] = {"situation_a3": LANDSCAPE, "situation_a3_portrait": PORTRAIT}
"""Name of the template → where its items lie. A place that is higher than wide is drawn on the upright one."""


def place(item: QgsLayoutItem, id_: str, box: Box) -> None:
    x, y, width, height = box
    millimetres = QgsUnitTypes.LayoutUnit.LayoutMillimeters
    item.setId(id_)
    item.attemptMove(QgsLayoutPoint(x, y, millimetres))
    item.attemptResize(QgsLayoutSize(width, height, millimetres))


def font(points: float, bold: bool) -> QFont:
    found = QFont(FAMILY)
    found.setPointSizeF(points)
    found.setBold(bold)
    return found


def frame(item: QgsLayoutItem, colour: str, width: float) -> None:
    item.setFrameEnabled(True)
    item.setFrameStrokeColor(QColor(colour))
    item.setFrameStrokeWidth(QgsLayoutMeasurement(width, QgsUnitTypes.LayoutUnit.LayoutMillimeters))


def blank_hides(item: QgsLayoutItem, variable: str) -> None:
    properties = item.dataDefinedProperties()
    properties.setProperty(
        QgsLayoutObject.DataDefinedProperty.ExcludeFromExports,
        QgsProperty.fromExpression(f"coalesce({variable}, '') = ''"),
    )
    item.setDataDefinedProperties(properties)


def box(layout: QgsPrintLayout, id_: str, where: Box, fill: str = "#ffffff") -> None:
    shape = QgsLayoutItemShape(layout)
    shape.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    symbol = shape.symbol().clone()
    symbol.setColor(QColor(fill))
    symbol.symbolLayer(0).setStrokeColor(QColor("#888888"))
    symbol.symbolLayer(0).setStrokeWidth(0.2)
    shape.setSymbol(symbol)
    layout.addLayoutItem(shape)
    place(shape, id_, where)


def maps(layout: QgsPrintLayout, boxes: dict[str, Box]) -> QgsLayoutItemMap:
    main = QgsLayoutItemMap(layout)
    layout.addLayoutItem(main)
    place(main, "map", boxes["map"])
    frame(main, INK, 0.4)
    _, _, width, height = boxes["map"]
    # without one the item's shape of extent is not a number
    main.setExtent(QgsRectangle(0, 0, 100 * width, 100 * height))
    # Nobody knows from a municipality's own boundary what is sea and what is a neighbour: outside is a neutral grey.
    main.setBackgroundColor(QColor("#e9edf0"))
    inset = QgsLayoutItemMap(layout)
    layout.addLayoutItem(inset)
    place(inset, "overview", boxes["overview"])
    frame(inset, INK, 0.3)
    _, _, width, height = boxes["overview"]
    inset.setExtent(QgsRectangle(0, 0, 1000 * width, 1000 * height))
    inset.setBackgroundColor(QColor("#e9edf0"))
    inset.overview().setLinkedMap(main)
    inset.overview().setFrameSymbol(
        QgsFillSymbol.createSimple({"style": "no", "outline_color": ALERT, "outline_width": "0.8"})
    )
    return main


def furniture(layout: QgsPrintLayout, main: QgsLayoutItemMap, boxes: dict[str, Box]) -> None:
    legend = QgsLayoutItemLegend(layout)
    layout.addLayoutItem(legend)
    legend.setLinkedMap(main)
    legend.setAutoUpdateModel(False)
    legend.setLegendFilterByMapEnabled(True)
    legend.setResizeToContents(True)
    legend.setReferencePoint(QgsLayoutItem.ReferencePoint.UpperLeft)
    for part, points, bold in (
        (QgsLegendStyle.Style.Title, 13, True),
        (QgsLegendStyle.Style.Group, 12, True),
        (QgsLegendStyle.Style.Subgroup, 12, True),
        (QgsLegendStyle.Style.SymbolLabel, 12, False),
    ):
        legend.setStyleFont(part, font(points, bold))
    legend.setSymbolWidth(8)
    legend.setSymbolHeight(5)
    legend.setBackgroundEnabled(False)
    place(legend, "legend", boxes["legend"])

    scalebar = QgsLayoutItemScaleBar(layout)
    layout.addLayoutItem(scalebar)
    scalebar.setLinkedMap(main)
    scalebar.setStyle("Double Box")
    scalebar.setUnits(QgsUnitTypes.DistanceUnit.DistanceKilometers)
    scalebar.setUnitLabel("km")
    scalebar.setMapUnitsPerScaleBarUnit(1)
    scalebar.setNumberOfSegments(2)
    scalebar.setNumberOfSegmentsLeft(0)
    scalebar.setSegmentSizeMode(QgsScaleBarSettings.SegmentSizeMode.SegmentSizeFitWidth)
    scalebar.setMinimumBarWidth(30)
    scalebar.setMaximumBarWidth(60)
    text = QgsTextFormat()
    text.setFont(font(9, False))
    text.setSize(9)
    scalebar.setTextFormat(text)
    scalebar.setBackgroundEnabled(True)
    scalebar.setBackgroundColor(QColor(255, 255, 255, 220))
    place(scalebar, "scalebar", boxes["scalebar"])

    north = QgsLayoutItemPicture(layout)
    layout.addLayoutItem(north)
    north.setPicturePath(":/images/north_arrows/layout_default_north_arrow.svg")
    north.setLinkedMap(main)
    north.setNorthMode(QgsLayoutItemPicture.NorthMode.TrueNorth)
    place(north, "north", boxes["north"])


def labels(layout: QgsPrintLayout, boxes: dict[str, Box]) -> None:
    for id_, expression, points, bold, colour, align, framed in LABELS:
        label = QgsLayoutItemLabel(layout)
        layout.addLayoutItem(label)
        label.setText(f"[% {expression} %]")
        label.setFont(font(points, bold))
        label.setFontColor(QColor(colour))
        label.setHAlign(align)
        top = id_.startswith("figures_n") or id_.startswith("figures_v") or id_ == "sources"
        label.setVAlign(Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
        label.setMarginX(0)
        label.setMarginY(0)
        place(label, id_, boxes[id_])
        if framed:
            frame(label, colour, 0.6)
            label.setBackgroundEnabled(True)
            blank_hides(label, expression)
        if id_ == "basemap":
            label.setBackgroundEnabled(True)
            label.setBackgroundColor(QColor(255, 255, 255, 200))
            blank_hides(label, expression)


def main() -> int:
    """Build the layouts and save them."""
    application = QgsApplication([], True)
    application.initQgis()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, boxes in ARRANGEMENTS.items():
        if not template(name, boxes).saveAsTemplate(str(FOLDER / f"{name}.qpt"), QgsReadWriteContext()):
            print(f"{name}: the template could not be written")
            return 1
    return 0


def template(name: str, boxes: dict[str, Box]) -> QgsPrintLayout:
    """Return one layout."""
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName(name)
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*boxes["page_size"][2:]))
    layout.renderContext().setDpi(300)
    main_map = maps(layout, boxes)
    box(layout, "headline_box", boxes["headline_box"], "#eef3f7")
    for id_ in ("figures_box", "names_box", "legend_box"):
        box(layout, id_, boxes[id_])
    furniture(layout, main_map, boxes)
    labels(layout, boxes)
    return layout


if __name__ == "__main__":
    sys.exit(main())
