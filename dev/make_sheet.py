"""Write `sheets/templates/situation_a3.qpt` anew; run with the oldest QGIS that is supported (3.22).

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

OUT = Path(__file__).resolve().parents[1] / "sheets" / "templates" / "situation_a3.qpt"
FAMILY = "Noto Sans CJK JP"
INK, GREY, ALERT = "#1a1a1a", "#555555", "#a50f15"
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight

LABELS = (
    # id, expression, x, y, width, height, points, bold, colour, horizontal alignment, framed
    ("title", "@sheet_title", 10, 8, 250, 13, 26, True, INK, LEFT, False),
    ("subtitle", "@sheet_subtitle", 10, 20.5, 290, 5.5, 13, False, INK, LEFT, False),
    # One of the two is blank: how far the data reach, and the same where they must be marked.
    ("data", "@sheet_data", 10, 26, 300, 5.5, 11.5, False, INK, LEFT, False),
    ("data_alert", "@sheet_data_alert", 10, 26, 300, 5.5, 11.5, True, ALERT, LEFT, False),
    ("place", "@sheet_place", 315, 21, 95, 9, 12, False, INK, RIGHT, False),
    ("practice", "@sheet_practice", 365, 8, 45, 12, 22, True, ALERT, Qt.AlignmentFlag.AlignHCenter, True),
    ("handling", "@sheet_handling", 285, 8, 77, 12, 11, True, ALERT, Qt.AlignmentFlag.AlignHCenter, True),
    ("figures_title", "@sheet_figures_title", 315, 34, 95, 8, 12, True, INK, LEFT, False),
    ("figures_names", "@sheet_figures_names", 317, 43.5, 68, 49.5, 13, False, INK, LEFT, False),
    ("figures_values", "@sheet_figures_values", 385, 43.5, 23, 49.5, 13, True, INK, RIGHT, False),
    ("legend_title", "@sheet_legend_title", 315, 97, 95, 8, 12, True, INK, LEFT, False),
    ("overview_title", "@sheet_overview_title", 315, 187, 95, 7, 10, True, INK, LEFT, False),
    ("notice", "@sheet_notice", 10, 260, 300, 11, 10.5, True, ALERT, LEFT, False),
    ("sources", "@sheet_sources", 10, 272, 300, 17, 8, False, INK, LEFT, False),
    ("version", "@sheet_version", 315, 270.5, 95, 5, 8, False, GREY, RIGHT, False),
    ("crs", "@sheet_crs", 315, 275.5, 95, 5, 8, False, GREY, RIGHT, False),
    (
        "page",
        "if(coalesce(@atlas_totalfeatures, 0) > 0, @atlas_featurenumber || ' / ' || @atlas_totalfeatures, "
        "@sheet_number || ' / ' || @sheet_count)",
        380, 281, 30, 6, 10, True, INK, RIGHT, False,
    ),
    (
        "scale",
        "'1 : ' || format_number(item_variables('map')['map_scale'], 0)",
        315, 281, 60, 6, 10, True, INK, LEFT, False,
    ),
    ("basemap", "@sheet_basemap", 205, 254.5, 104, 5, 7, False, INK, RIGHT, False),
)  # fmt: skip


def place(item: QgsLayoutItem, id_: str, x: float, y: float, width: float, height: float) -> None:
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


def box(layout: QgsPrintLayout, id_: str, x: float, y: float, width: float, height: float) -> None:
    shape = QgsLayoutItemShape(layout)
    shape.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    symbol = shape.symbol().clone()
    symbol.setColor(QColor("#ffffff"))
    symbol.symbolLayer(0).setStrokeColor(QColor("#888888"))
    symbol.symbolLayer(0).setStrokeWidth(0.2)
    shape.setSymbol(symbol)
    layout.addLayoutItem(shape)
    place(shape, id_, x, y, width, height)


def maps(layout: QgsPrintLayout) -> QgsLayoutItemMap:
    main = QgsLayoutItemMap(layout)
    layout.addLayoutItem(main)
    place(main, "map", 10, 32, 300, 227)
    frame(main, INK, 0.4)
    main.setExtent(QgsRectangle(0, 0, 30000, 22700))  # without one the item's shape of extent is not a number
    # Nobody knows from a municipality's own boundary what is sea and what is a neighbour: outside is a neutral grey.
    main.setBackgroundColor(QColor("#e9edf0"))
    inset = QgsLayoutItemMap(layout)
    layout.addLayoutItem(inset)
    place(inset, "overview", 315, 195, 95, 74)
    frame(inset, INK, 0.3)
    inset.setExtent(QgsRectangle(0, 0, 95000, 74000))
    inset.setBackgroundColor(QColor("#e9edf0"))
    inset.overview().setLinkedMap(main)
    inset.overview().setFrameSymbol(
        QgsFillSymbol.createSimple({"style": "no", "outline_color": ALERT, "outline_width": "0.8"})
    )
    return main


def furniture(layout: QgsPrintLayout, main: QgsLayoutItemMap) -> None:
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
    place(legend, "legend", 315, 105, 95, 78)

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
    place(scalebar, "scalebar", 14, 244, 70, 13)

    north = QgsLayoutItemPicture(layout)
    layout.addLayoutItem(north)
    north.setPicturePath(":/images/north_arrows/layout_default_north_arrow.svg")
    north.setLinkedMap(main)
    north.setNorthMode(QgsLayoutItemPicture.NorthMode.TrueNorth)
    place(north, "north", 291, 36, 15, 18)


def labels(layout: QgsPrintLayout) -> None:
    for id_, expression, x, y, width, height, points, bold, colour, align, framed in LABELS:
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
        place(label, id_, x, y, width, height)
        if framed:
            frame(label, colour, 0.6)
            label.setBackgroundEnabled(True)
            blank_hides(label, expression)
        if id_ == "basemap":
            label.setBackgroundEnabled(True)
            label.setBackgroundColor(QColor(255, 255, 255, 200))
            blank_hides(label, expression)


def main() -> int:
    """Build the layout and save it."""
    application = QgsApplication([], True)
    application.initQgis()
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName("situation_a3")
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(420, 297))
    layout.renderContext().setDpi(300)
    main_map = maps(layout)
    box(layout, "figures_box", 315, 42, 95, 52)
    box(layout, "legend_box", 315, 105, 95, 80)
    furniture(layout, main_map)
    labels(layout)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    good = layout.saveAsTemplate(str(OUT), QgsReadWriteContext())
    print(OUT if good else "the template could not be written")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
