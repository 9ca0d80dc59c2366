"""The press: one theme after the other onto a sheet, in a project of its own that touches nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsLayoutSize,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsSymbol,
    QgsVectorLayer,
)

from ..layers.context import LAND, PAGES, context_layer, context_layers, gsi_layer, style_context
from ..layers.poles import poles
from ..layers.project import data_extent, metric_crs
from ..layers.schema import date_time, to_value
from ..layers.style import OVERVIEW_SCALE, STYLES, apply_style, area_symbol, point_symbol, style_poles
from ..messages import Watch
from ..translate import tr
from .contents import THEMES, Figures, as_of_line, figures, sources_line
from .export import (
    PAPERS,
    Export,
    export,
    export_atlas,
    fill,
    fit_figures,
    fit_legend,
    load,
    rescale,
    room_of,
    set_extent,
    set_legend,
)
from .extent import view

if TYPE_CHECKING:
    from ..casefile.case import CaseInfo


@dataclass(frozen=True)
class Press:
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

    def sheet(
        self,
        layer: QgsVectorLayer,
        kind: str,
        path: Path,
        number: int,
        count: int,
        coverage: Optional[QgsVectorLayer],
        watch: Watch,
    ) -> Export:
        """Print one result layer (taken over) to `path`. Raises `SheetError`."""
        project = QgsProject()
        if not layer.customProperty("tomoshibi/spec"):
            apply_style(layer, kind)
        below = [one.clone() for one in self.background]
        below += context_layers(self.context_gpkg, self.base_map) if self.context_gpkg else []
        below += [gsi_layer()] if self.base_map else []
        crs = metric_crs([layer], project)
        project.setCrs(crs)
        project.addMapLayers([layer, *below], False)
        layout = load(self.template, project)
        layout.setName(kind)
        rescale(layout, PAPERS[self.paper])
        room = room_of(layout)
        outside = self._draw(layout, layer, below, crs, project)
        drawn = layer
        if coverage is None and STYLES[kind].by_pole and layout.itemById("map").scale() > OVERVIEW_SCALE:
            drawn = poles(layer)
            style_poles(drawn, kind)
            project.addMapLayer(drawn, False)
            for item in filter(None, map(layout.itemById, ("map", "overview"))):
                item.setLayers([drawn if one is layer else one for one in item.layers()])
        heading = _heading(layer, kind, drawn is not layer)
        entries = [(drawn, heading), *((one, one.name()) for one in self._shown(below))]
        set_legend(layout, entries, _legend_symbols(kind))
        variables = self._variables(layer, kind, crs, number, count, figures(layer, kind, project))
        if outside and coverage is None:
            far = tr("{count} lie outside this map (see the location map).").format(count=outside)
            variables["sheet_notice"] = f"{far} {variables['sheet_notice']}"
        fill(layout, variables)
        try:
            if coverage is None:
                fit_figures(layout)
                fit_legend(layout, room)
                return export(layout, path)
            return self._atlas(layout, layer, kind, variables, coverage, room, path, project, watch)
        finally:
            # Layers die with their project: nothing of the sheet may outlive it.
            project.clear()

    def _shown(self, below: list[QgsMapLayer]) -> list[QgsMapLayer]:
        """The background layers worth a line in the legend: the user's own."""
        return below[: len(self.background)]

    def _draw(
        self,
        layout: QgsPrintLayout,
        layer: QgsVectorLayer,
        below: list[QgsMapLayer],
        crs: QgsCoordinateReferenceSystem,
        project: QgsProject,
    ) -> int:
        """Lay out main map and overview; return how many features lie outside the main map."""
        boundary = context_layer(self.context_gpkg, LAND) if self.context_gpkg else None
        shown = view(layer, boundary, crs, project)
        main = layout.itemById("map")
        main.setCrs(crs)
        main.setLayers([layer, *below])
        main.setKeepLayerSet(True)
        set_extent(main, shown.extent)
        inset = layout.itemById("overview")
        if inset is None:
            return shown.outside
        project.addMapLayers([one for one in [boundary] if one is not None], False)
        inset.setCrs(crs)
        # What lies outside the main map is to be seen somewhere.
        inset.setLayers([*([layer] if shown.outside else []), *([boundary] if boundary else below)])
        inset.setKeepLayerSet(True)
        whole = QgsRectangle(main.extent())
        if boundary is not None:
            whole.combineExtentWith(data_extent([boundary], crs, project))
        if shown.outside:
            whole.combineExtentWith(data_extent([layer], crs, project))
        whole.scale(1.05)
        inset.zoomToExtent(whole)
        return shown.outside

    def _atlas(
        self,
        layout: QgsPrintLayout,
        layer: QgsVectorLayer,
        kind: str,
        variables: dict[str, object],
        coverage: QgsVectorLayer,
        room: QgsLayoutSize,
        path: Path,
        project: QgsProject,
        watch: Watch,
    ) -> Export:
        pages, outline = coverage.clone(), coverage.clone()
        style_context(outline, PAGES)
        project.addMapLayers([pages, outline], False)

        main = layout.itemById("map")
        main.setLayers([layer, outline, *[one for one in main.layers() if one is not layer]])

        def prepare(feature: QgsFeature, shape: QgsGeometry) -> None:
            here = figures(layer, kind, project, shape, main.crs())
            place = " ".join(part for part in (variables["sheet_place"], _name_of(feature, pages)) if part)
            fill(layout, {**variables, **_figure_variables(here), "sheet_place": place})
            fit_figures(layout)
            fit_legend(layout, room)

        return export_atlas(layout, pages, path, prepare, watch)

    def _variables(
        self,
        layer: QgsVectorLayer,
        kind: str,
        crs: QgsCoordinateReferenceSystem,
        number: int,
        count: int,
        counted: Figures,
    ) -> dict[str, object]:
        theme, case = THEMES[kind], self.case
        printed = date_time(self.present).toString("yyyy-MM-dd HH:mm")
        credit = tr("Base map: GSI tiles (pale), Geospatial Information Authority of Japan") if self.base_map else ""
        own = tr("Background: boundary and areas of the case") if self.context_gpkg and not self.base_map else ""
        return {
            "sheet_title": theme.title(),
            "sheet_subtitle": as_of_line(layer, self.present, case.event_time if case else None),
            "sheet_place": case.name if case else "",
            "sheet_practice": tr("DRILL") if case and case.practice else "",
            "sheet_handling": theme.handling(),
            "sheet_figures_title": tr("Count: {what}").format(what=theme.counted()),
            **_figure_variables(counted),
            "sheet_legend_title": tr("Legend"),
            "sheet_overview_title": tr("Location"),
            "sheet_notice": theme.notice(),
            "sheet_sources": sources_line(layer, credit or own),
            "sheet_version": tr("Tomoshibi {version}, made {time}").format(version=self.version, time=printed),
            "sheet_crs": f"{crs.description()} ({crs.authid()})",
            "sheet_basemap": tr("Geospatial Information Authority of Japan") if self.base_map else "",
            "sheet_number": number,
            "sheet_count": count,
        }


def _figure_variables(counted: Figures) -> dict[str, object]:
    return {
        "sheet_figures_names": "\n".join(counted.names),
        "sheet_figures_values": "\n".join(counted.values),
    }


def _heading(layer: QgsVectorLayer, kind: str, overview: bool) -> str:
    heading = STYLES[kind].overview_legend if overview else STYLES[kind].legend
    return heading() if heading else layer.name()


def _legend_symbols(kind: str) -> list[QgsSymbol]:
    """Return the symbols of the legend at the size they have in the table of styles, whatever the map's scale."""
    style = STYLES[kind]
    states = [point_symbol(state) for state in style.states]
    return states or [area_symbol(area, style.outline) for area in style.areas]


def _name_of(feature: QgsFeature, layer: QgsVectorLayer) -> str:
    """Return the name of a page: the layer's display name, which QGIS takes from a field like `name` by itself."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    name = to_value(QgsExpression(layer.displayExpression()).evaluate(context), "text")
    return "" if name == NULL else str(name)
