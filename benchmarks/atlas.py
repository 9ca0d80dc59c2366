"""Seconds a page of an atlas of map sheets, beside QGIS's own exporter with the same layout and layers.

    atlas.py [--meters 2500] [--theme meshoutage] [--pages 46]

The case and its areas are made up. The rival is a bare `QgsLayoutExporter` over the same opened sheet with the extents
of ours, its legend and texts those of the first page: it counts nothing, tells nothing and lists nothing page by page.
Its maps have the layers of ours, and its legend is filtered by each map. Both begin with an opened sheet,
after a print that neither is asked for. Ours is told with what each step adds. Both count by processor time, which
other programs change least.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Iterator

import _start  # noqa: F401  # makes `tomoshibi` importable

SPENT: dict[str, float] = {}
"""Step → seconds of processor."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Count what is done inside."""
    before = time.process_time()
    yield
    SPENT[title] = SPENT.get(title, 0.0) + time.process_time() - before


def watch(place: Any, name: str, title: str) -> None:
    """Count a function or method from now on."""
    real: Callable[..., Any] = getattr(place, name)

    def watched(*given: Any, **named: Any) -> Any:
        with step(title):
            return real(*given, **named)

    setattr(place, name, watched)


def bare(sheet: Any, coverage: Any, outline: Any, path: Path, seen: list[Any]) -> int:
    """Print an atlas of the sheet by QGIS alone, each page of what ours has `seen` there; return the pages."""
    from qgis.core import QgsFeedback, QgsLayoutExporter
    from tomoshibi.sheets.export import pdf_settings, set_extent

    layout = sheet.page.layout
    sheet.page.project.addMapLayers([coverage], False)
    atlas = layout.atlas()
    atlas.setCoverageLayer(coverage)
    atlas.setEnabled(True)
    main = layout.itemById("map")
    main.setAtlasDriven(False)
    views = iter(seen)

    def changed(feature: Any) -> None:
        outline.turn(feature)
        set_extent(main, next(views).extent)

    atlas.featureChanged.connect(changed)
    result, message = QgsLayoutExporter.exportToPdf(atlas, str(path), pdf_settings(layout), QgsFeedback())
    if result != QgsLayoutExporter.ExportResult.Success:
        raise SystemExit(message)
    return atlas.count()


def compare(exporter: Any, layer: Any, areas: Any, theme: str, folder: Path) -> None:
    """Print both, and the ratio."""
    from tomoshibi.layers.context import PageOutline
    from tomoshibi.messages import Progress
    from tomoshibi.sheets import export as sheets_export
    from tomoshibi.sheets import situation

    # what the first sheet of a process reads (fonts, projections, words) is of neither
    exporter.sheet(layer.clone(), theme, folder / "first.pdf", 1, 1, areas.clone(), Progress())
    for place, name, title in (
        (situation, "figures", "figures counted"),
        (situation, "tell", "headline and names told"),
        (situation, "page_view", "view of the page"),
        (situation._Page, "show", "page filled, legend fitted"),
        (situation, "set_extent", "- extent of the map"),
        (situation, "set_legend", "- legend set"),
        (situation, "fill", "- texts set"),
        (situation, "fit_texts", "- texts fitted"),
        (situation, "fit_figures", "- figures fitted"),
        (situation, "fit_legend", "- legend fitted"),
        (situation.SheetExporter, "_behind", "lists behind the page"),
        (sheets_export, "mend_text", "texts made searchable"),
    ):
        watch(place, name, title)
    viewed, seen = situation.page_view, []
    situation.page_view = lambda *given: seen.append(viewed(*given)) or seen[-1]
    with closing(exporter.opened(layer.clone(), theme, 1, 1, areas)) as sheet:
        begin, before = time.perf_counter(), time.process_time()
        made = exporter._atlas(sheet.page, sheet.variables, areas.clone(), folder / "ours.pdf", Progress())
        used, took = time.process_time() - before, time.perf_counter() - begin
    told = dict(SPENT)
    with closing(exporter.opened(layer.clone(), theme, 1, 1, areas)) as sheet:
        # layers, the outline of the areas among them, legend and texts of the first page
        outline = PageOutline(areas)
        outline.turn(next(areas.getFeatures()))
        sheet.page.project.addMapLayers([outline.layer], False)
        # it has no other way than the map to tell what occurs on a page
        sheet.page._drawings.entries_on = lambda *given: None
        sheet.page.show(seen[0], [outline.layer], sheet.variables, sheet.told)
        begin, before = time.perf_counter(), time.process_time()
        theirs = bare(sheet, areas.clone(), outline, folder / "bare.pdf", seen)
        bare_used, bare_took = time.process_time() - before, time.perf_counter() - begin
    print(f"bare QgsLayoutExporter {theirs:4} pages  processor {bare_used / theirs:6.3f} s a page  {bare_took:6.1f} s")
    print(f"ours                   {made.pages:4} pages  processor {used / theirs:6.3f} s an area  {took:6.1f} s")
    for title, seconds in sorted(told.items(), key=lambda item: -item[1]):
        print(f"  {title:32} {seconds / theirs:7.3f} s an area {seconds / used:5.0%}")
    print(
        f"= atlas {theme}: {bare_used / used:.2f} of the speed of a bare QgsLayoutExporter by area, "
        f"{bare_used / theirs / (used / made.pages):.2f} by page (aim 0.9)"
    )


def main(meters: int, theme: str, pages: int) -> int:
    """Make a case and compare."""
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as place:
        os.environ.update(QGIS_CUSTOM_CONFIG_PATH=profile, TOMOSHIBI_LANGUAGE="en")
        from qgis.core import (
            QgsApplication,
            QgsFeatureRequest,
            QgsProcessingContext,
            QgsProcessingFeedback,
            QgsProject,
            QgsVectorLayer,
        )

        application = QgsApplication([], True)
        application.initQgis()
        from tomoshibi.processing_provider.provider import TomoshibiProvider
        from tomoshibi.sheets.export import template_of
        from tomoshibi.sheets.situation import SheetExporter
        from tomoshibi.tests.drill_case import forget, make_drill

        provider = TomoshibiProvider()
        if not QgsApplication.processingRegistry().addProvider(provider):
            raise SystemExit("the provider was refused")
        drill = make_drill(Path(place) / "made", meters=meters)
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{theme}")
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        given = {"CASE": str(drill.case.folder)}
        if algorithm.parameterDefinition("FACILITIES") is not None:
            given["FACILITIES"] = str(drill.open / "facilities.geojson")
        _, good = algorithm.run(given, context, QgsProcessingFeedback(False), {}, False)
        if not good:
            raise SystemExit(f"{theme} failed")
        layer = QgsVectorLayer(f"{drill.case.folder / 'layers.gpkg'}|layername={theme}", theme, "ogr")
        areas = QgsVectorLayer(str(drill.open / "areas.geojson"), "areas", "ogr")
        few = areas.materialize(QgsFeatureRequest().setLimit(pages))
        exporter = SheetExporter(
            template_of("situation_a3"), "A3", [], None, False, drill.case.info, datetime(2026, 1, 21, 6), "0"
        )
        compare(exporter, layer, few, theme, Path(place))
        forget()
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=2500)
    parser.add_argument("--theme", default="meshoutage")
    parser.add_argument("--pages", type=int, default=46)
    asked = parser.parse_args()
    main(asked.meters, asked.theme, asked.pages)
