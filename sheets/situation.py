"""The press: one theme after the other onto a sheet, in a project of its own that touches nobody's."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Sequence

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ..layers.context import LAND, PageOutline, context_layer, context_layers, gsi_layer
from ..layers.districts import NAMED, Districts, write_names
from ..layers.project import data_extent, metric_crs
from ..layers.schema import SPECS, date_time, to_value
from ..layers.style import STYLES, apply_style, label_first, newest_as_of, style_far
from ..messages import Progress
from ..translate import tr, translate_message
from .appendix import BEHIND, blocks
from .appendix_pages import AppendixPages
from .contents import (
    THEMES,
    Data,
    Figures,
    as_of_line,
    data_line,
    features_within,
    figures,
    is_apart,
    moment_of,
    reach_of,
    remark_of,
    shown,
    sources_line,
    title_of,
)
from .drawing import Drawing, Drawings
from .edges import Edges
from .export import (
    PAPERS,
    Export,
    SheetError,
    export,
    export_atlas,
    fill,
    fit_figures,
    fit_legend,
    fit_texts,
    give_room,
    load,
    rescale,
    room_of,
    set_extent,
    set_legend,
    turned,
)
from .extent import View, far_points, page_view, view
from .headline import Around, Told, changed, tell
from .lists import Headline, pages
from .names_box import NamesBox
from .pages import personal_notice

if TYPE_CHECKING:
    from ..casefile.case import CaseInfo


UPRIGHT = 0.9
"""From so many times as high as wide on a place is larger on an upright page: its map is nearly square, that of the
other half as wide again as high."""
_OVER_MAP = ("overview", "scalebar", "north", "basemap")
"""Items that lie over the map."""


@dataclass(frozen=True)
class SheetExporter:
    """What all sheets of one run share."""

    template: Path
    paper: str
    """Key of `PAPERS`."""
    background: list[QgsMapLayer]
    """Layers of the user's own, drawn below the result; the press takes them over."""
    context_gpkg: Optional[Path]
    base_map: bool
    """Whether GSI's tiles lie under the map."""
    case: Optional[CaseInfo]
    present: datetime
    """The time at which the age of the data is told."""
    version: str
    data: Data = field(default_factory=Data)
    """What is known of the data beside what the layers say."""

    def sheet(
        self,
        layer: QgsVectorLayer,
        kind: str,
        path: Path,
        number: int,
        count: int,
        coverage: Optional[QgsVectorLayer],
        progress: Progress,
    ) -> Export:
        """Print one result layer (taken over) to `path`. Raises `SheetError`."""
        with closing(self.opened(layer, kind, number, count, coverage)) as sheet:
            if coverage is None:
                made = export(sheet.page.layout, path)
            else:
                made = self._atlas(sheet.page, sheet.variables, coverage, path, progress)
            sheet.page.check()
            return made

    def opened(
        self, layer: QgsVectorLayer, kind: str, number: int, count: int, coverage: Optional[QgsVectorLayer] = None
    ) -> OpenSheet:
        """Return the sheet of one result layer (taken over), ready to be printed; close it. Raises `SheetError`."""
        project = QgsProject()
        try:
            return self._open(project, layer, kind, number, count, coverage)
        except BaseException:
            project.clear()
            raise

    def _open(
        self,
        project: QgsProject,
        layer: QgsVectorLayer,
        kind: str,
        number: int,
        count: int,
        coverage: Optional[QgsVectorLayer],
    ) -> OpenSheet:
        if not layer.customProperty("tomoshibi/spec"):
            apply_style(layer, kind)
        below = self._below(kind)
        crs = metric_crs([layer], project)
        project.setCrs(crs)
        project.addMapLayers([layer, *below], False)
        boundary = context_layer(self.context_gpkg, LAND) if self.context_gpkg else None
        project.addMapLayers([one for one in [boundary] if one is not None], False)
        seen = view(layer, boundary, crs, project) if coverage is None else None
        layout = self._layout(project, kind, crs, seen)
        counted = figures(layer, kind, project) if coverage is None else Figures((), ())
        around = Around(Districts.of(self.context_gpkg))
        told = tell(kind, counted.rows, around) if coverage is None else Told()
        if coverage is None and not told.names_title:
            give_room(layout)
        variables = self._variables(layer, kind, crs, number, count, counted, told, coverage)
        # Only the user's own background layers are worth a line in the legend.
        page = _Page(
            layout, layer, kind, below, len(self.background), boundary, Drawings(layer, kind, project), project, around
        )
        if seen is not None:
            page.show(seen, [], variables, told)
            self._behind(page, None, variables, f"{number} / {count}")
        return OpenSheet(project, page, variables, told, counted)

    def _below(self, kind: str) -> list[QgsMapLayer]:
        """Return new layers for below the result: the user's own, the case's, and tiles."""
        own = context_layers(self.context_gpkg, self.base_map) if self.context_gpkg else []
        for one in own:
            near = NAMED.get(str(one.customProperty("tomoshibi/context")))
            # a result that names its areas does so near by; from afar its municipalities say where one is
            if near is not None and not (near and _names_areas(kind)):
                write_names(one, near)
        return [one.clone() for one in self.background] + own + ([gsi_layer()] if self.base_map else [])

    def _layout(
        self, project: QgsProject, kind: str, crs: QgsCoordinateReferenceSystem, seen: Optional[View]
    ) -> QgsPrintLayout:
        """Return a layout of the template, upright where what it shows is higher than wide."""
        upright = seen is not None and seen.extent.height() > UPRIGHT * seen.extent.width()
        layout = load(turned(self.template) if upright else self.template, project)
        layout.setName(kind)
        rescale(layout, PAPERS[self.paper])
        for item in filter(None, map(layout.itemById, ("map", "overview"))):
            item.setCrs(crs)
            item.setKeepLayerSet(True)
        for item in filter(None, map(layout.itemById, _OVER_MAP)):
            # a name under one of them could not be read
            layout.itemById("map").addLabelBlockingItem(item)
        return layout

    def _atlas(
        self, page: _Page, variables: dict[str, object], coverage: QgsVectorLayer, path: Path, progress: Progress
    ) -> Export:
        polygons, outline = coverage.clone(), PageOutline(coverage)
        page.project.addMapLayers([polygons, outline.layer], False)
        crs = page.layout.itemById("map").crs()
        edges = Edges(page.layer, page.kind, coverage, page.project)

        def prepare(feature: QgsFeature, shape: QgsGeometry) -> None:
            inside = list(features_within(page.layer, shape, crs, page.project))
            here = figures(page.layer, page.kind, page.project, shape, crs, inside)
            place = _place_words(str(variables["sheet_place"] or ""), _name_of(feature, polygons))
            told = tell(page.kind, here.rows, page.around)
            words = {**variables, **_figure_variables(here, told), "sheet_place": place}
            words["sheet_notice"] = _with_lost(edges.lost(shape, crs), edges.apart, str(words["sheet_notice"]))
            outline.turn(feature)
            page.show(page_view(page.layer, shape, crs, page.project, inside), [outline.layer], words, told)
            atlas = page.layout.atlas()
            self._behind(page, inside, words, f"{atlas.currentFeatureNumber() + 1} / {atlas.count()}")

        return export_atlas(page.layout, polygons, path, prepare, progress)

    def _behind(
        self, page: _Page, within: Optional[Sequence[QgsFeature]], variables: dict[str, object], number: str
    ) -> None:
        """Put the pages behind the map that tell of what it counts: lists, charts; none for most themes.

        `within`: what a page of an atlas counts.
        """
        if page.kind not in BEHIND:
            return
        notice = str(variables["sheet_notice"]).replace("\n", "  ")
        said = {name: str(variables[f"sheet_{name}"]) for name in ("subtitle", "place", "practice", "handling")}
        said["subtitle"] = "    ".join(filter(None, (said["subtitle"], str(variables["sheet_data"]))))
        notice = "  ".join(filter(None, (str(variables["sheet_data_alert"]), notice)))
        sources = str(variables["sheet_sources"]).replace("\n", "  ")
        if THEMES[page.kind].of_people:
            sources = f"{sources}  {personal_notice()}"
        head = Headline(str(variables["sheet_title"]), **said, notice=notice, sources=sources, number=number)
        counted = page.layer.getFeatures(shown(page.layer)) if within is None else within
        event = self.case.event_time if self.case else None
        made = blocks(page.kind, page.layer, counted, event)
        page.appendix_pages.turn(pages(made, head, *page.appendix_pages.size))

    def _variables(
        self,
        layer: QgsVectorLayer,
        kind: str,
        crs: QgsCoordinateReferenceSystem,
        number: int,
        count: int,
        counted: Figures,
        told: Told,
        coverage: Optional[QgsVectorLayer],
    ) -> dict[str, object]:
        theme, case = THEMES[kind], self.case
        reach, alert = data_line(layer, self.present, case, self.data, theme)
        apart = is_apart(reach_of(layer, theme, self.data))
        remarks = (remark_of(kind, layer, counted.placeless, coverage is not None), theme.notice())
        notice = "\n".join(part for part in remarks if part)
        shown_at = newest_as_of(layer)
        past = self.data.past(kind, moment_of(shown_at)) if shown_at.isValid() else None
        printed = date_time(self.present).toString("yyyy-MM-dd HH:mm")
        credit = tr("Base map: GSI tiles (pale), Geospatial Information Authority of Japan") if self.base_map else ""
        own = tr("Background: boundary and areas of the case") if self.context_gpkg and not self.base_map else ""
        return {
            "sheet_title": title_of(kind, layer, case),
            "sheet_subtitle": as_of_line(layer, self.present, case, theme, not apart),
            "sheet_data": "" if alert else reach,
            "sheet_data_alert": reach if alert else "",
            "sheet_place": case.name if case else "",
            "sheet_practice": tr("DRILL") if case and case.practice else "",
            "sheet_handling": theme.handling(),
            "sheet_figures_title": tr("Count: {what}").format(what=theme.counted()),
            **_figure_variables(counted, told),
            "sheet_change": changed(kind, counted.rows, past),
            "sheet_legend_title": tr("Legend"),
            "sheet_overview_title": tr("Location"),
            "sheet_notice": notice,
            "sheet_sources": "\n".join(filter(None, (sources_line(layer, credit or own), _terms(kind, case)))),
            "sheet_version": tr("Tomoshibi {version}, made {time}").format(version=self.version, time=printed),
            "sheet_crs": f"{crs.description()} ({crs.authid()})",
            "sheet_basemap": tr("Geospatial Information Authority of Japan") if self.base_map else "",
            "sheet_number": number,
            "sheet_count": count,
        }


def _terms(kind: str, case: Optional[CaseInfo]) -> str:
    """Return under what terms results about people may be used, "" for other results."""
    if case is None or not SPECS[kind].of_people:
        return ""
    from ..casefile.terms import terms_in

    return translate_message(terms_in(case))


@dataclass(frozen=True)
class OpenSheet:
    """A sheet that is ready to be printed."""

    project: QgsProject
    page: _Page
    variables: dict[str, object]
    told: Told
    counted: Figures

    def close(self) -> None:
        """Let go of it. Layers die with their project: nothing of the sheet may outlive it."""
        self.project.clear()


class _Page:
    """The items of a layout that change from page to page."""

    def __init__(
        self,
        layout: QgsPrintLayout,
        layer: QgsVectorLayer,
        kind: str,
        below: list[QgsMapLayer],
        named: int,
        boundary: Optional[QgsVectorLayer],
        drawings: Drawings,
        project: QgsProject,
        around: Around,
    ):
        self.layout, self.layer, self.kind, self.project, self.around = layout, layer, kind, project, around
        self._below, self._named, self._boundary, self._drawings = below, named, boundary, drawings
        box = layout.itemById("names_box")
        self._names = NamesBox(layout, box) if box is not None else None
        self._room = room_of(layout)
        self._far: Optional[QgsVectorLayer] = None
        self._ground: Optional[QgsRectangle] = None
        self._headings: dict[tuple[bool, str], str] = {}
        self.appendix_pages = AppendixPages(layout)

    def check(self) -> None:
        """Raise what went wrong while the page was drawn."""
        self.appendix_pages.check()
        if self._names is not None and self._names.failed is not None:
            raise self._names.failed

    def show(self, seen: View, above: list[QgsMapLayer], variables: dict[str, object], told: Told) -> None:
        """Set maps, names, legend and texts. `above` lie over a result of areas, and below points on their border."""
        if self._names is not None:
            self._names.show_names(told)
        main = self.layout.itemById("map")
        set_extent(main, seen.extent)
        drawing = self._drawings.at(main.scale(), main.extent(), main.crs())
        drawn = [*above, drawing.layer] if STYLES[self.kind].areas else [drawing.layer, *above]
        main.setLayers([*drawn, *self._below])
        if drawing.layer is self.layer:
            label_first(self.layer, self.kind, told.first, main.scale(), told.numbers)
        self._overview(seen)
        told_of = (drawing.layer is self.layer, drawing.heading)
        if told_of not in self._headings:
            self._headings[told_of] = heading_of(self.kind, self.layer, drawing)
        heading = self._headings[told_of]
        entries = [(drawing.layer, heading), *((one, one.name()) for one in self._below[: self._named])]
        # of layers of the user's own the map tells what occurs
        occurring = None if self._named else self._drawings.entries_on(drawing, main.extent(), main.crs())
        set_legend(self.layout, entries, drawing.symbols, occurring)
        self._drawings.forget()
        if seen.outside:
            far = tr("{count} lie outside this map (see the location map).").format(count=seen.outside)
            variables = {**variables, "sheet_notice": f"{far} {variables['sheet_notice']}"}
        fill(self.layout, variables)
        fit_texts(self.layout)
        fit_figures(self.layout)
        try:
            fit_legend(self.layout, self._room)
        except SheetError:
            # Names can be looked up; a legend that cannot be read makes the map worthless.
            if self._names is None or not self._without_names(variables):
                raise
            fit_legend(self.layout, self._room)

    def _without_names(self, variables: dict[str, object]) -> bool:
        """Give the room of the names to the legend; False where there is none to give."""
        if not give_room(self.layout):
            return False
        self.layout.removeLayoutItem(self._names)
        self._names = None
        self._room = room_of(self.layout)
        fill(self.layout, {**variables, "sheet_names_title": ""})
        return True

    def _overview(self, seen: View) -> None:
        """Show the boundary, the frame of the main map and, as points, what lies outside; never the whole result."""
        inset = self.layout.itemById("overview")
        if inset is None:
            return
        main = self.layout.itemById("map")
        whole = QgsRectangle(main.extent())
        # A second map of the same place says nothing. Where it is not printed, names may stand in its place.
        printed = self._more_than(whole, seen)
        if printed == inset.excludeFromExports():
            inset.setExcludeFromExports(not printed)
        if printed:
            main.addLabelBlockingItem(inset)
        else:
            main.removeLabelBlockingItem(inset)
        layers = [self._boundary] if self._boundary is not None else list(self._below)
        if self._boundary is not None:
            whole.combineExtentWith(self._land())
        before, self._far = self._far, None
        if seen.far:
            self._far = far_points(self.layer, self.kind, seen.far, main.crs(), self.project)
            style_far(self._far, self.kind)
            self.project.addMapLayer(self._far, False)
            layers.insert(0, self._far)
            whole.combineExtentWith(self._far.extent())
        inset.setLayers(layers)
        if before is not None:
            self.project.removeMapLayer(before)
        if printed:
            whole.scale(1.05)
            inset.zoomToExtent(whole)

    def _land(self) -> QgsRectangle:
        """Return the extent of the boundary in the map's CRS."""
        if self._ground is None:
            crs = self.layout.itemById("map").crs()
            self._ground = data_extent([self._boundary], crs, self.project)
        return QgsRectangle(self._ground)

    def _more_than(self, extent: QgsRectangle, seen: View) -> bool:
        """Whether there is more to the place than an extent (in the map's CRS) shows."""
        if seen.far or self._boundary is None:
            return True
        return not extent.contains(self._land())


def _names_areas(kind: str) -> bool:
    """Whether the result itself is named on the map: names of districts would lie over its own, or over its points."""
    return STYLES[kind].labels is not None and not STYLES[kind].small


def heading_of(kind: str, layer: QgsVectorLayer, drawing: Drawing) -> str:
    """Return the heading of the legend: what is measured, and into what it was summed up where it was."""
    measured = THEMES[kind].heading(layer) or drawing.heading
    return f"{measured}\n{drawing.summed}" if drawing.summed else measured


def _place_words(case: str, polygon: str) -> str:
    """Return the place of a page of an atlas; a polygon whose name begins with that of the case says it all."""
    return polygon if case and polygon.startswith(case) else " ".join(filter(None, (case, polygon)))


def _with_lost(lost: int, apart: int, notice: str) -> str:
    """Return the notice of a page of an atlas, before it how many on its edge, and in all, no page counts."""
    on_edge = tr("On the edge, with the middle in no area, and so counted on no page: {count}.")
    in_none = tr(
        "In none of the areas of these pages (beside a coast or border), so counted on none of them: {count} in all."
    )
    told = [words.format(count=f"{count:,}") for words, count in ((on_edge, lost), (in_none, apart)) if count]
    return " ".join((*told, notice))


def _figure_variables(counted: Figures, told: Told) -> dict[str, object]:
    first, _, more = told.headline.partition("\n")
    return {
        "sheet_headline": first,
        "sheet_headline_more": more,
        "sheet_change": "",
        "sheet_names_title": told.names_title,
        "sheet_figures_names": "\n".join(counted.names),
        "sheet_figures_values": "\n".join(counted.values),
    }


def _name_of(feature: QgsFeature, layer: QgsVectorLayer) -> str:
    """Return the name of a page: the layer's display name, which QGIS takes from a field like `name` by itself."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    name = to_value(QgsExpression(layer.displayExpression()).evaluate(context), "text")
    return "" if name == NULL else str(name)
