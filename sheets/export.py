"""From a template to a PDF: load, check the ids, fill the variables, fit the legend, export, look at what was written.

A template holds no text: every label is an expression over the layout variables of `VARIABLES`, so that a
cartographer may redesign the sheet in QGIS as long as the item ids stay.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence

from qgis.core import (
    NULL,
    Qgis,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeedback,
    QgsGeometry,
    QgsLayerTreeLayer,
    QgsLayerTreeNode,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsMapLayer,
    QgsMapLayerLegendUtils,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsSymbol,
    QgsSymbolLegendNode,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFontMetricsF
from qgis.PyQt.QtXml import QDomDocument

from ..files import is_whole_pdf
from ..layers.style import FONTS, font_family
from ..layers.versions import scale_text, text_of, write_plainly
from ..messages import Progress, TomoshibiError, message
from .line_breaks import broken_lines
from .pdf_files import fresh_pdf
from .pdf_text import mend_text

TEMPLATES = Path(__file__).parent / "templates"

REQUIRED = ("title", "subtitle", "map", "legend", "scalebar", "notice", "sources", "page")
"""Items without which a sheet must not leave the house."""

VARIABLES = (
    "sheet_title",
    "sheet_subtitle",
    "sheet_data",
    "sheet_data_alert",
    "sheet_place",
    "sheet_practice",
    "sheet_handling",
    "sheet_headline",
    "sheet_headline_more",
    "sheet_change",
    "sheet_names_title",
    "sheet_figures_title",
    "sheet_figures_names",
    "sheet_figures_values",
    "sheet_legend_title",
    "sheet_overview_title",
    "sheet_notice",
    "sheet_sources",
    "sheet_version",
    "sheet_crs",
    "sheet_basemap",
    "sheet_number",
    "sheet_count",
)
"""Layout variables every sheet gets; a template may use any of them."""

PAPERS = {"A3": 1.0, "A4": 0.7071}
"""Paper → factor by which the A3 template is made smaller."""

_SCALES = (1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 7.5, 8, 9, 10)
_SMALLEST_LEGEND = 0.6
"""Share of the template's text size below which a legend cannot be read on paper."""
_LEGEND_STEP = 0.93
_MOST_STEPS = 10
"""More steps than `_SMALLEST_LEGEND` allows."""
_ARRANGEMENTS = ((1, 0), (1, 52), (2, 0), (2, 32), (2, 26), (3, 0), (3, 26))
"""Columns of the legend and units its lines are broken at (a Japanese letter is two; 0 for none), best first."""
_FULL = "tomoshibi/full"
"""Property of a legend's layer: its heading in one line."""
_SHRUNK = "tomoshibi/shrunk"
"""Property of an item: by how much its text is smaller than the template's. A page of an atlas begins anew."""
_FITTED = "tomoshibi/fitted"
"""Property of a legend: what it showed on pages before → how it was fitted."""
_SHOWN = "tomoshibi/shown"
"""Property of a legend: the layers, headings and entries it was told to show; none where it asks the map."""
_STANDS = "tomoshibi/stands"
"""Property of a legend that was fitted: the room (mm) it was fitted for."""
_TO_BE_DRAWN = "tomoshibi/to_be_drawn"
"""Property of a legend: it must be drawn before its size can be asked for."""
_TRIAL_DPI = 30
PRINT_DPI = 300
_MEASURED_PIXELS = 200
_MILLIMETRES = QgsUnitTypes.LayoutUnit.LayoutMillimeters


class SheetError(TomoshibiError):
    """A map sheet cannot be made."""


def shipped() -> tuple[str, ...]:
    """Return the ids of the templates that ship."""
    return tuple(sorted(path.stem for path in TEMPLATES.glob("*.qpt") if not path.stem.endswith("_portrait")))


def template_of(sheet: str) -> Path:
    """Return the file of a shipped template id or of a QPT path. Raises `SheetError` naming what can be chosen."""
    path = TEMPLATES / f"{sheet}.qpt" if sheet in shipped() else Path(sheet)
    if not path.is_file():
        raise SheetError(
            message(
                "There is no sheet “{sheet}”. Give one of {known}, or the path of a QPT file.",
                sheet=sheet,
                known=", ".join(shipped()),
            )
        )
    return path


def turned(template: Path) -> Path:
    """Return the upright form of a template, `<name>_portrait.qpt` beside it; the same where there is none."""
    upright = template.with_name(f"{template.stem}_portrait{template.suffix}")
    return upright if upright.is_file() else template


def load(template: Path, project: QgsProject) -> QgsPrintLayout:
    """Return a layout from a template, its fonts replaced by one the computer has; `project` must outlive the layout.

    Raises `SheetError` where the file is no template, and one that names every required item it lacks.
    """
    text = Path(template).read_text(encoding="utf-8")
    wanted = font_family()
    for family in FONTS:
        if family != wanted:
            text = text.replace(family, wanted)
    # A template saved on another computer may name a folder of pictures there; shipped ones come from QGIS's resources.
    document = QDomDocument()
    layout = QgsPrintLayout(project)
    if not document.setContent(text):
        raise SheetError(_not_a_template(template))
    _, good = layout.loadFromTemplate(document, QgsReadWriteContext())
    if not good or layout.pageCollection().pageCount() == 0:
        raise SheetError(_not_a_template(template))
    _write_plainly(layout)
    missing = [id_ for id_ in REQUIRED if layout.itemById(id_) is None]
    if missing:
        raise SheetError(
            message(
                "The sheet {file} lacks the items {ids}. Give those ids to items of the layout (Item Properties → "
                "Item ID).",
                file=Path(template).name,
                ids=", ".join(missing),
            )
        )
    return layout


def _write_plainly(layout: QgsPrintLayout) -> None:
    """Let all texts of a layout be found and copied in the PDF."""
    for item in layout.items():
        if isinstance(item, (QgsLayoutItemLabel, QgsLayoutItemScaleBar)):
            write_plainly(item)
        elif isinstance(item, QgsLayoutItemLegend):
            for part in _LEGEND_PARTS:
                style = item.style(part)
                write_plainly(style)
                item.setStyle(part, style)


def _not_a_template(template: Path):
    return message(
        "{file} is no layout template. Save one with “Save as Template” in QGIS's layout window.",
        file=Path(template).name,
    )


def fill(layout: QgsPrintLayout, variables: Mapping[str, object]) -> None:
    """Set the layout variables. Raises `SheetError` where a variable of `VARIABLES` has no value."""
    lacking = [name for name in VARIABLES if name not in variables]
    if lacking:
        raise SheetError(
            message(
                "The sheet's texts {names} are not given. This is a fault of the plugin: please report it.",
                names=", ".join(lacking),
            )
        )
    # one by one each of them would copy and tell all that are held
    QgsExpressionContextUtils.setLayoutVariables(layout, {**_variables(layout), **variables})
    _read_variables(layout)


def _variables(layout: QgsPrintLayout) -> dict[str, object]:
    """Return the variables that a layout holds."""
    names, values = (layout.customProperty(f"variable{part}") for part in ("Names", "Values"))
    return dict(zip(names or (), values or ()))


_ONE_VARIABLE = re.compile(r"\[% *@(\w+) *%\]")
"""All that a label says where it says one variable."""


def _text(label: QgsLayoutItemLabel) -> str:
    """Return what a label says. QGIS gathers all variables of the project to tell one of the layout."""
    found = _ONE_VARIABLE.fullmatch(label.text())
    held = _variables(label.layout()) if found is not None else {}
    if found is None or found.group(1) not in held or label.mode() != QgsLayoutItemLabel.Mode.ModeFont:
        return label.currentText()
    value = held[found.group(1)]
    return "" if value is None or value == NULL else str(value)


def _read_variables(layout: QgsPrintLayout) -> None:
    """Let what keeps the value of an expression ask for it again; labels ask whenever they are drawn.

    To refresh the whole layout took half the time of a page of an atlas.
    """
    for item in layout.items():
        if isinstance(item, QgsLayoutItem) and item.dataDefinedProperties().hasActiveProperties():
            item.refresh()
    for frames in layout.multiFrames():
        frames.refresh()


def rescale(layout: QgsPrintLayout, factor: float) -> None:
    """Make the pages and everything on them smaller by one factor (A3 → A4), texts included."""
    if factor == 1.0:
        return
    pages = layout.pageCollection()
    for number in range(pages.pageCount()):
        page = pages.page(number)
        size = page.pageSize()
        page.setPageSize(QgsLayoutSize(round(size.width() * factor), round(size.height() * factor), _MILLIMETRES))
    for item in layout.items():
        if not isinstance(item, QgsLayoutItem) or item in [pages.page(n) for n in range(pages.pageCount())]:
            continue
        where, size = item.positionWithUnits(), item.sizeWithUnits()
        item.attemptMove(QgsLayoutPoint(where.x() * factor, where.y() * factor, _MILLIMETRES))
        item.attemptResize(QgsLayoutSize(size.width() * factor, size.height() * factor, _MILLIMETRES))
        if isinstance(item, QgsLayoutItemLabel):
            scale_text(item, factor)
        elif isinstance(item, QgsLayoutItemLegend):
            _shrink_legend(item, factor)
        elif isinstance(item, QgsLayoutItemScaleBar):
            scale_text(item, factor)
            item.setHeight(item.height() * factor)
            item.setMinimumBarWidth(item.minimumBarWidth() * factor)
            item.setMaximumBarWidth(item.maximumBarWidth() * factor)


_LEGEND_PARTS = (
    QgsLegendStyle.Style.Title,
    QgsLegendStyle.Style.Group,
    QgsLegendStyle.Style.Subgroup,
    QgsLegendStyle.Style.Symbol,
    QgsLegendStyle.Style.SymbolLabel,
)


def _shrink_legend(legend: QgsLayoutItemLegend, factor: float) -> None:
    """Make texts, symbols and the gaps between them smaller by one factor."""
    for part in _LEGEND_PARTS:
        style = legend.style(part)
        if part != QgsLegendStyle.Style.Symbol:
            scale_text(style, factor)
        for side in (QgsLegendStyle.Side.Top, QgsLegendStyle.Side.Bottom, QgsLegendStyle.Side.Left):
            style.setMargin(side, style.margin(side) * factor)
        legend.setStyle(part, style)
    legend.setSymbolWidth(legend.symbolWidth() * factor)
    legend.setSymbolHeight(legend.symbolHeight() * factor)
    legend.setBoxSpace(legend.boxSpace() * factor)


def set_legend(
    layout: QgsPrintLayout,
    entries: list[tuple[QgsMapLayer, str]],
    symbols: Sequence[QgsSymbol] = (),
    occurring: Optional[Sequence[int]] = None,
) -> None:
    """Let the legend show these layers under these headings, top to bottom, and nothing else.

    `symbols` stand for the entries of the first layer: markers sized by the map's scale would be dots in the legend.
    `occurring`: the numbers of its entries that the map shows; None to let the map be asked.
    """
    legend = layout.itemById("legend")
    legend.setAutoUpdateModel(False)
    tree = legend.model().rootGroup()
    if occurring is not None and not legend.legendFilterOutAtlas():
        _set_occurring(legend, entries if occurring else entries[1:], symbols, list(occurring))
        return
    legend.removeCustomProperty(_SHOWN)
    if _shows(tree.children(), entries):
        # asked for again, since the map may be of another place
        legend.setLegendFilterByMapEnabled(True)
        return
    tree.clear()
    for layer, heading in entries:
        node = tree.addLayer(layer)
        node.setCustomProperty("legend/title-label", heading)
        if layer is entries[0][0]:
            for number, symbol in enumerate(symbols):
                QgsMapLayerLegendUtils.setLegendNodeCustomSymbol(node, number, symbol)
        legend.model().refreshLayerLegend(node)
    legend.setWrapString("\n")
    legend.setLegendFilterByMapEnabled(True)


def _set_occurring(
    legend: QgsLayoutItemLegend,
    entries: list[tuple[QgsMapLayer, str]],
    symbols: Sequence[QgsSymbol],
    occurring: list[int],
) -> None:
    """Let a legend show these entries of the one layer, or nothing; as it is where it shows them already."""
    shown = json.dumps([[(layer.id(), heading) for layer, heading in entries], occurring], ensure_ascii=False)
    before = legend.customProperty(_SHOWN)
    if before == shown:
        return
    legend.setCustomProperty(_SHOWN, shown)
    legend.removeCustomProperty(_STANDS)
    if before is None or any(number >= len(symbols) for number in occurring):
        legend.setCustomProperty(_TO_BE_DRAWN, True)
    tree = legend.model().rootGroup()
    _wrap_legend(legend, 0)
    if not (entries and _shows(tree.children(), entries)):
        tree.clear()
        for layer, heading in entries:
            tree.addLayer(layer).setCustomProperty("legend/title-label", heading)
    for node in tree.children():
        _list_entries(legend, node, occurring, symbols)
    legend.setWrapString("\n")
    legend.setLegendFilterByMapEnabled(False)


def _list_entries(
    legend: QgsLayoutItemLegend, node: QgsLayerTreeNode, occurring: list[int], symbols: Sequence[QgsSymbol]
) -> None:
    """List these entries of a layer, each with its symbol where there is one."""
    model = legend.model()
    QgsMapLayerLegendUtils.setLegendNodeOrder(node, occurring)
    model.refreshLayerLegend(node)
    # as a property of the node a symbol is written and read again as XML at each turn
    for number, entry in zip(occurring, model.layerOriginalLegendNodes(node)):
        if number < len(symbols) and isinstance(entry, QgsSymbolLegendNode):
            entry.setCustomSymbol(symbols[number].clone())


def _shows(nodes: Sequence[QgsLayerTreeNode], entries: list[tuple[QgsMapLayer, str]]) -> bool:
    """Whether a legend shows these layers under these headings as they are, with no line broken by `_wrap_legend`."""
    held = [
        (node.layerId(), node.customProperty("legend/title-label"))
        for node in nodes
        if isinstance(node, QgsLayerTreeLayer) and node.customProperty(_FULL) is None
    ]
    return len(held) == len(nodes) and held == [(layer.id(), heading) for layer, heading in entries]


def _wrapped(text: str, units: int) -> str:
    """Break a text into lines of at most `units` (a Japanese letter is two), at a bracket or blank if one is near."""
    lines, line, width = [], "", 0
    for letter in text:
        step = 2 if unicodedata.east_asian_width(letter) in "WFA" else 1
        if width + step > units and line:
            cut = max(line.rfind(mark, len(line) // 2) for mark in " （(・")
            cut = cut + (line[cut] in " ・") if cut > 0 else len(line)
            lines.append(line[:cut].rstrip())
            line = line[cut:]
            width = sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in line)
        line += letter
        width += step
    return "\n".join([*lines, line])


def _wrap_legend(legend: QgsLayoutItemLegend, units: int) -> None:
    """Break headings and entries into lines of at most `units`; 0 for none."""
    for node in legend.model().rootGroup().children():
        full = node.customProperty(_FULL)
        if full is None and not units:
            continue
        full = full or node.customProperty("legend/title-label")
        node.setCustomProperty("legend/title-label", _wrapped(full, units) if units else full)
        if units:
            node.setCustomProperty(_FULL, full)
        else:
            node.removeCustomProperty(_FULL)
        held = legend.model().layerOriginalLegendNodes(node)
        for number, entry in zip(QgsMapLayerLegendUtils.legendNodeOrder(node), held):
            label = _wrapped(str(entry.data(Qt.ItemDataRole.DisplayRole)).replace("\n", ""), units) if units else ""
            QgsMapLayerLegendUtils.setLegendNodeUserLabel(node, number, label)
            # to refresh the legend of the layer would make all its entries anew
            entry.setUserLabel(label)


def _legend_size(layout: QgsPrintLayout, columns: int, filtered: bool = False) -> QgsLayoutSize:
    """Return what room a legend takes in columns; `filtered` where it has been drawn for its map before."""
    legend = layout.itemById("legend")
    legend.setColumnCount(columns)
    legend.setSplitLayer(columns > 1)
    if not filtered:
        # The filter by map is applied when the legend is drawn, so it is drawn once, small and for nobody.
        QgsLayoutExporter(layout).renderRegionToImage(legend.sceneBoundingRect(), dpi=_TRIAL_DPI)
    legend.adjustBoxSize()
    return legend.sizeWithUnits()


def _told(legend: QgsLayoutItemLegend) -> list[tuple[str, ...]]:
    """Return the headings of a legend, each with its entries as drawn."""
    model = legend.model()
    return [
        (
            str(node.customProperty("legend/title-label")),
            *(str(entry.data(Qt.ItemDataRole.DisplayRole)) for entry in model.layerLegendNodes(node)),
        )
        for node in model.rootGroup().children()
    ]


def _described(legend: QgsLayoutItemLegend, *boxes: QgsLayoutSize) -> str:
    """Return all that decides how a legend is fitted: its headings and entries as drawn, and its size and room."""
    sizes = [round(each, 2) for box in boxes for each in (box.width(), box.height())]
    return json.dumps([_told(legend), sizes], ensure_ascii=False)


def fit_legend(layout: QgsPrintLayout, room: QgsLayoutSize) -> None:
    """Set the legend in two columns, break its lines, then make it smaller, until it lies in `room` (millimetres).

    Most pages of an atlas have the legend of one before: what fitted it is tried first. Raises `SheetError` where it
    cannot be read any more: a clipped legend is worse than none.
    """
    legend = layout.itemById("legend")
    told = legend.customProperty(_SHOWN) is not None
    stands = json.dumps([round(each, 2) for each in (room.width(), room.height())])
    if told and legend.customProperty(_STANDS) == stands:
        return
    legend.setResizeToContents(True)
    legend.setReferencePoint(QgsLayoutItem.ReferencePoint.UpperLeft)
    _as_in_template(legend)
    if told:
        _fit_told(layout, room)
        legend.setCustomProperty(_STANDS, stands)
    else:
        _fit_asking(layout, room)


def _fit_told(layout: QgsPrintLayout, room: QgsLayoutSize) -> None:
    """Fit a legend that was told its entries."""
    legend = layout.itemById("legend")
    drawn = not legend.customProperty(_TO_BE_DRAWN)
    legend.removeCustomProperty(_TO_BE_DRAWN)
    wanted = _described(legend, room)
    if drawn and _fitted_as_before(layout, wanted, room):
        return
    size = _legend_size(layout, 1, filtered=drawn)
    _remember(legend, wanted, (0, 1, 0) if _fits(size, room) else _searched(layout, room))


def _fit_asking(layout: QgsPrintLayout, room: QgsLayoutSize) -> None:
    """Fit a legend that asks the map for its entries: what it shows has no description before it was drawn."""
    legend = layout.itemById("legend")
    size = _legend_size(layout, 1)
    if _fits(size, room):
        return
    wanted = _described(legend, size, room)
    if not _fitted_as_before(layout, wanted, room):
        _remember(legend, wanted, _searched(layout, room))


def _remember(legend: QgsLayoutItemLegend, wanted: str, how: tuple[int, int, int]) -> None:
    held = {**_fitted_before(legend), wanted: how}
    legend.setCustomProperty(_FITTED, json.dumps(held, ensure_ascii=False))


def _fitted_as_before(layout: QgsPrintLayout, wanted: str, room: QgsLayoutSize) -> bool:
    """Fit a legend as it was on a page before; False, and the size of the template, where it was on none or not so."""
    legend = layout.itemById("legend")
    fitted = _fitted_before(legend)
    if wanted not in fitted:
        return False
    smaller, columns, units = fitted[wanted]
    for _ in range(smaller):
        _smaller(legend)
    if units:
        _wrap_legend(legend, units)
    if _fits(_legend_size(layout, columns, filtered=True), room):
        return True
    _as_in_template(legend)
    return False


def _fitted_before(legend: QgsLayoutItemLegend) -> dict[str, tuple[int, int, int]]:
    """Return how legends were fitted on pages before; none where a template says something else there."""
    try:
        held = json.loads(str(legend.customProperty(_FITTED) or "{}"))
        found = {
            str(shown): (int(smaller), int(columns), int(units)) for shown, (smaller, columns, units) in held.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return {shown: how for shown, how in found.items() if how[1:] in _ARRANGEMENTS and 0 <= how[0] < _MOST_STEPS}


def _fits(size: QgsLayoutSize, room: QgsLayoutSize) -> bool:
    return size.width() <= room.width() + 0.01 and size.height() <= room.height() + 0.01


def _as_in_template(legend: QgsLayoutItemLegend) -> None:
    """Give a legend the size of the template again."""
    _shrink_legend(legend, 1 / float(legend.customProperty(_SHRUNK, 1.0)))
    legend.setCustomProperty(_SHRUNK, 1.0)


def _smaller(legend: QgsLayoutItemLegend) -> float:
    """Make a legend one step smaller; return its share of the template's size."""
    _shrink_legend(legend, _LEGEND_STEP)
    shrunk = float(legend.customProperty(_SHRUNK, 1.0)) * _LEGEND_STEP
    legend.setCustomProperty(_SHRUNK, shrunk)
    return shrunk


def _searched(layout: QgsPrintLayout, room: QgsLayoutSize) -> tuple[int, int, int]:
    """Fit the legend; return the steps by which it is smaller, its columns and the units its lines are broken at."""
    legend = layout.itemById("legend")
    wrapped, shrunk, smaller = False, 1.0, 0
    while shrunk >= _SMALLEST_LEGEND:
        for columns, units in _ARRANGEMENTS:
            if units or wrapped:
                _wrap_legend(legend, units)
            wrapped = bool(units)
            size = _legend_size(layout, columns, filtered=True)
            if _fits(size, room):
                return smaller, columns, units
        shrunk, smaller = _smaller(legend), smaller + 1
    raise SheetError(
        message(
            "The legend needs {width} × {height} mm and the sheet has {room_width} × {room_height} mm for it. "
            "Choose fewer background layers, or a sheet with more room.",
            width=round(size.width()),
            height=round(size.height()),
            room_width=round(room.width()),
            room_height=round(room.height()),
        )
    )


def fit_figures(layout: QgsPrintLayout) -> None:
    """Make the figures smaller until no line is broken: names and values are two labels that must keep in step.

    They share their room by what each needs.
    """
    labels = [item for item in map(layout.itemById, ("figures_names", "figures_values")) if item is not None]
    if len(labels) == 2:
        _share(*labels)
    _fit(labels, False)


_APART = 2.0
"""Millimetres between the names and the values of the figures."""


def _share(left: QgsLayoutItemLabel, right: QgsLayoutItemLabel) -> None:
    """Move the border between two labels that stand side by side to where both are as large as they can be."""
    begin, end = left.positionWithUnits().x(), right.positionWithUnits().x() + right.sizeWithUnits().width()
    wide = [max(_widths(item)) for item in (left, right)]
    if not min(wide) > 0:
        return
    room = end - begin - _APART
    first = room * wide[0] / sum(wide)
    left.attemptResize(QgsLayoutSize(first, left.sizeWithUnits().height(), _MILLIMETRES))
    right.attemptMove(QgsLayoutPoint(begin + first + _APART, right.positionWithUnits().y(), _MILLIMETRES))
    right.attemptResize(QgsLayoutSize(room - first, right.sizeWithUnits().height(), _MILLIMETRES))


_LINES = (
    *("title", "subtitle", "data", "data_alert", "place", "handling", "version", "crs"),
    *("headline", "headline_more", "change"),
)
_PARAGRAPHS = ("notice", "sources")


def fit_texts(layout: QgsPrintLayout) -> None:
    """Make texts smaller until they lie inside their labels: long names of places and cases, notices of three lines."""
    for names, broken in ((_LINES, False), (_PARAGRAPHS, True)):
        for item in filter(None, map(layout.itemById, names)):
            if isinstance(item, QgsLayoutItemLabel):
                _fit([item], broken)
                if broken:
                    _break_lines(layout, item)


def _fit(labels: list[QgsLayoutItemLabel], broken: bool) -> None:
    """Make labels smaller together until all fit; `broken` where their lines may be broken."""
    shrunk = 1.0
    for item in labels:
        before = float(item.customProperty(_SHRUNK, 1.0))
        if before != 1.0:
            scale_text(item, 1 / before)
            item.setCustomProperty(_SHRUNK, 1.0)
    # to evaluate a text takes longer than to measure it
    texts = [_text(item) for item in labels]
    while shrunk > _SMALLEST_LEGEND / 2 and any(_overflows(item, broken, text) for item, text in zip(labels, texts)):
        shrunk *= _LEGEND_STEP
        for item in labels:
            scale_text(item, _LEGEND_STEP)
            item.setCustomProperty(_SHRUNK, shrunk)


def _overflows(label: QgsLayoutItemLabel, broken: bool = False, text: Optional[str] = None) -> bool:
    """Whether a line of the label would lie outside, or be broken where it may not (`broken`).

    `text`: what the label says where it has been asked before. QGIS 3.22 measures texts of one line only.
    """
    text = _text(label) if text is None else text
    if not text:
        return False
    spacing, letter = _heights(label)
    room = label.sizeWithUnits()
    if not broken and max(_widths(label, text)) > room.width() * _ACROSS:
        return True
    count = len(_lines(label, text) if broken else text.split("\n"))
    # What is blank above and below the letters may lie outside; at the top of a label it is above the first line.
    first = _TO_LETTERS * letter if label.vAlign() == Qt.AlignmentFlag.AlignTop else letter
    return spacing * (count - 1) + first > room.height()


_ACROSS = 0.98
"""Share of the width of a label that its lines take: printers and screens do not measure them quite alike."""
_TO_LETTERS = 1.3
"""Height from the top of a line to the bottom of its letters, as a share of a letter's."""


def _widths(label: QgsLayoutItemLabel, text: Optional[str] = None) -> list[float]:
    """Return the width (mm) of each line of a label, or of its `text` where it has been asked before."""
    text = _text(label) if text is None else text
    metrics, millimetres = _measure(label)
    return [metrics.horizontalAdvance(line) * millimetres for line in text.split("\n")]


def _lines(label: QgsLayoutItemLabel, text: str) -> list[str]:
    """Return the lines of the text of a label, those wider than it broken."""
    metrics, millimetres = _measure(label)
    across = label.sizeWithUnits().width() * _ACROSS
    return broken_lines(text, across, lambda line: metrics.horizontalAdvance(line) * millimetres)


def _break_lines(layout: QgsPrintLayout, label: QgsLayoutItemLabel) -> None:
    """Break the lines of a label that shows the variable of its name and nothing else."""
    variable = f"sheet_{label.id()}"
    if label.text().strip() == f"[% @{variable} %]":
        text = _text(label)
        broken = "\n".join(_lines(label, text))
        if broken != text:
            QgsExpressionContextUtils.setLayoutVariable(layout, variable, broken)
            label.refresh()


def _heights(label: QgsLayoutItemLabel) -> tuple[float, float]:
    """Return the distance of its lines, and the height of its letters (mm)."""
    metrics, millimetres = _measure(label)
    return metrics.lineSpacing() * millimetres, _MEASURED_PIXELS * millimetres


def _measure(label: QgsLayoutItemLabel) -> tuple[QFontMetricsF, float]:
    font, points = text_of(label)
    font.setPixelSize(_MEASURED_PIXELS)
    return QFontMetricsF(font), points * 25.4 / 72 / _MEASURED_PIXELS


def nice_scale(scale: float) -> float:
    """Return the next round scale denominator that shows at least as much, e.g. 25,000 for 23,400."""
    power = 1.0
    while scale > power * 10:
        power *= 10
    return next(step * power for step in _SCALES if step * power >= scale * (1 - 1e-9))


def set_extent(item: QgsLayoutItemMap, extent: QgsRectangle) -> None:
    """Show `extent` (in the map's CRS) with a margin, at a round scale."""
    wide = QgsRectangle(extent)
    wide.scale(1.05)
    now = item.extent()
    if item.crs().isGeographic() or not (now.width() > 0 and now.height() > 0 and wide.width() > 0):
        item.zoomToExtent(wide)
        item.setScale(nice_scale(item.scale()))
        return
    # every change of a map's extent is told to the legend, the scale bar and all that show a variable of the map
    across = max(wide.width(), wide.height() * now.width() / now.height())
    scale = item.scale() * across / now.width()
    across *= nice_scale(scale) / scale
    up = across * now.height() / now.width()
    middle = wide.center()
    item.zoomToExtent(
        QgsRectangle(middle.x() - across / 2, middle.y() - up / 2, middle.x() + across / 2, middle.y() + up / 2)
    )


@dataclass(frozen=True)
class Export:
    """What was written."""

    path: Path
    pages: int


def pdf_settings(layout: Optional[QgsPrintLayout]) -> QgsLayoutExporter.PdfExportSettings:
    """Return how a PDF is written; of several layouts (None) with the resolution of print."""
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = layout.renderContext().dpi() if layout is not None else PRINT_DPI
    if layout is not None:
        # The layout's own choices (Layout → Export Settings) are honoured where it says anything.
        settings.forceVectorOutput = bool(layout.customProperty("forceVector", False))
        settings.rasterizeWholeImage = bool(layout.customProperty("rasterize", False))
    # QGIS would name the user of the computer as the author.
    settings.exportMetadata = False
    # Outlines cannot be searched or copied; 3.22 writes labels of a layout as text whatever it is told.
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    return settings


_RESULTS = {
    "Canceled": QgsLayoutExporter.ExportResult.Canceled,
    "MemoryError": QgsLayoutExporter.ExportResult.MemoryError,
    "FileError": QgsLayoutExporter.ExportResult.FileError,
    "PrintError": QgsLayoutExporter.ExportResult.PrintError,
    "SvgLayerError": QgsLayoutExporter.ExportResult.SvgLayerError,
    "IteratorError": QgsLayoutExporter.ExportResult.IteratorError,
}


def check_export(result: object, part: Path, path: Path) -> None:
    """Raise `SheetError` where an export to `part`, on its way to `path`, did not end well or the file has no end.

    Let its text be searched.
    """
    if result != QgsLayoutExporter.ExportResult.Success:
        kind = next((name for name, value in _RESULTS.items() if value == result), str(result))
        raise SheetError(
            message(
                "The map sheet {file} was not written ({reason}). Close it in other programs, and check that the "
                "folder may be written to and the disk has room.",
                file=str(path),
                reason=kind,
            )
        )
    if not is_whole_pdf(part):
        raise SheetError(
            message(
                "The map sheet {file} was not written to its end. Check that the disk has room, then run again.",
                file=str(path),
            )
        )
    mend_text(part)


def export(layout: QgsPrintLayout, path: Path) -> Export:
    """Write one page as PDF. Raises `SheetError` on anything but a file with something in it."""
    path = Path(path)
    with fresh_pdf(path) as part:
        result = QgsLayoutExporter(layout).exportToPdf(str(part), pdf_settings(layout))
        check_export(result, part, path)
    return Export(path, layout.pageCollection().pageCount())


def export_atlas(
    layout: QgsPrintLayout,
    coverage: QgsVectorLayer,
    path: Path,
    prepare: Callable[[QgsFeature, QgsGeometry], None],
    progress: Progress,
) -> Export:
    """Write one page for every polygon of `coverage` into one PDF.

    `prepare` is called with each feature and its geometry in the map's CRS before the page is drawn: it sets the extent
    of the map, the figures and the legend, and may add pages. Raises `SheetError` on an empty coverage or anything but
    a file with something in it, and what `prepare` raises; no page is drawn after that.
    """
    path = Path(path)
    atlas = layout.atlas()
    atlas.setCoverageLayer(coverage)
    atlas.setEnabled(True)
    main: QgsLayoutItemMap = layout.itemById("map")
    # The extent of each page is `prepare`'s, which may leave out what is far.
    main.setAtlasDriven(False)
    failed: list[Exception] = []
    pages: dict[int, int] = {}
    brake = QgsFeedback()

    def changed(feature) -> None:
        # An exception cannot pass through Qt's signal: it is kept and raised after the export.
        try:
            progress.raise_if_cancelled()
            shape = layout.reportContext().currentGeometry(main.crs())
            prepare(feature, shape)
            pages[atlas.currentFeatureNumber()] = layout.pageCollection().pageCount()
            progress.set_fraction(atlas.currentFeatureNumber() / max(atlas.count(), 1))
        except (TomoshibiError, ValueError, KeyError) as error:
            failed.append(error)
            # QGIS looks at it after this and before it draws
            brake.cancel()

    with fresh_pdf(path) as part:
        atlas.featureChanged.connect(changed)
        result, _ = QgsLayoutExporter.exportToPdf(atlas, str(part), pdf_settings(layout), brake)
        atlas.featureChanged.disconnect(changed)
        if failed:
            raise failed[0]
        if result == QgsLayoutExporter.ExportResult.IteratorError or atlas.count() == 0:
            raise SheetError(message("The coverage layer has no polygons. Choose another, or leave it empty."))
        check_export(result, part, path)
    return Export(path, sum(pages.values()))


def give_room(layout: QgsPrintLayout) -> bool:
    """Let the legend have the room of the names, where there are none; False where the template has no such room."""
    names, title = layout.itemById("names_box"), layout.itemById("legend_title")
    box, legend = layout.itemById("legend_box"), layout.itemById("legend")
    heading = layout.itemById("names_title")
    if names is None or title is None or box is None or heading is None:
        return False
    whole = names.sceneBoundingRect().united(box.sceneBoundingRect())
    title.attemptMove(heading.positionWithUnits())
    for item in (box, legend):
        item.attemptMove(QgsLayoutPoint(whole.x(), whole.y(), _MILLIMETRES))
        item.attemptResize(QgsLayoutSize(whole.width(), whole.height(), _MILLIMETRES))
    layout.removeLayoutItem(names)
    return True


def room_of(layout: QgsPrintLayout) -> QgsLayoutSize:
    """Return the size that the template reserves for the legend: that of `legend_box`, else of the legend as drawn."""
    item = layout.itemById("legend_box") or layout.itemById("legend")
    return item.sizeWithUnits()
