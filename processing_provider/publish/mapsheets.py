"""The HQ's map PDFs: one a theme, or an atlas over the polygons of a coverage layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsMapLayer,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorLayer,
)

from ... import settings
from ...messages import Message, TomoshibiError, message
from ..apart.handover import HANDED
from ..base import FeedbackProgress, tr
from ..output_targets import LAYERS, by_time, in_case
from ..permission import left_out
from ..printed_apart import PrintedApart
from .printing import (
    PERSONAL_FREE,
    add_base_map,
    add_paper,
    base_map,
    from_readings,
    missing_of,
    past_of,
    place_of,
    present_time,
    refuse_doubt,
    status_of,
)

if TYPE_CHECKING:
    from ...casefile.case import Case


class MapSheets(PrintedApart):
    """Map sheets as PDF."""

    NAME = "mapsheets"
    GROUP = "publish"
    TAGS = ("地図帳票", "印刷", "PDF", "状況図", "災害対策本部", "map", "print", "atlas", "layout", "chizu", "insatsu")
    LAYERS_OF = ("LAYERS", "COVERAGE")

    def title(self) -> str:
        return tr("Make map sheets (PDF)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add(
            QgsProcessingParameterFile(
                "CASE", tr("Case folder"), QgsProcessingParameterFile.Behavior.Folder, optional=True
            ),
            tr(
                "The case gives the name, the boundary and areas of the background, and the ledger. Left empty, only "
                "the layers are drawn."
            ),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(
                "LAYERS", tr("Layers"), QgsProcessing.SourceType.TypeMapLayer, optional=True
            ),
            tr(
                "Each result of Tomoshibi becomes a sheet; all other layers are drawn below it. Left empty, every "
                "result in layers.gpkg of the case and every temporary one on the screen, but those that name people."
            ),
        )
        self.add(
            QgsProcessingParameterString("SHEET", tr("Sheet"), "situation_a3"),
            tr("situation_a3, or the path of a layout template (QPT) of your own with the same item ids."),
        )
        self.add(
            QgsProcessingParameterVectorLayer(
                "COVERAGE", tr("One page for each"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr("Polygons, e.g. school districts: each becomes a page with its own figures. Left empty: one page."),
        )
        self.add(
            QgsProcessingParameterBoolean("DISTRICTS", tr("One page for each district of the case"), False),
            tr(
                "The case's own areas (公民館区, 大字) become the pages, where “One page for each” is left empty. "
                "Pages are named after them."
            ),
        )
        add_paper(self)
        add_base_map(self)
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Folder for the PDFs"), in_case("sheets"), True),
            tr(
                "One PDF a theme, named after it; an older one of the same name is replaced. By default a folder of "
                "the case for the time of the data."
            ),
        )
        self.addOutput(QgsProcessingOutputNumber("PAGES", tr("Pages")))

    def layers_on_screen(self, project: QgsProject) -> list[QgsMapLayer]:
        return [layer for _, layer in _temporary(project)]

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        from ...sheets.export import template_of

        template_of(self.text(parameters, context, "SHEET"))
        if not parameters.get("LAYERS") and not parameters.get("CASE"):
            return [message("Choose layers to print, or a case whose layers.gpkg holds results.")]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile.ledger import now, sha256_of
        from ...layers.context import result_kind
        from ...layers.project import result_layers
        from ...sheets.contents import THEMES, Data, has_map
        from ...sheets.export import template_of
        from ...sheets.pdf_files import entered_whole
        from ...sheets.situation import SheetExporter
        from ...sheets.voltages import by_voltage, sheets_of

        case = self.case(parameters, context) if parameters.get("CASE") else None
        refuse_doubt(case)
        given = self.parameterAsLayerList(parameters, "LAYERS", context) or []
        results = [(result_kind(layer), layer) for layer in given if result_kind(layer)]
        background = [layer for layer in given if not result_kind(layer)]
        if not given and case is not None:
            results = result_layers(case.folder / LAYERS) + _temporary(context.project())
        drawn = [(kind, layer) for kind, layer in results if kind in THEMES and has_map(layer, kind)]
        _tell_tables([kind for kind, layer in results if given and (kind, layer) not in drawn], progress)
        if not given:
            # A list of people is printed by who asks for it by name, never along with everything else.
            held = [layer for kind, layer in drawn if THEMES[kind].of_people]
            drawn = [(kind, layer) for kind, layer in drawn if not THEMES[kind].of_people]
            for layer in held:
                told = message("“{layer}” names people: give it in Layers to print it.", layer=layer.name())
                if not drawn:
                    raise TomoshibiError(told)
                progress.info(told)
        if not drawn and not given:
            raise TomoshibiError(
                message(
                    "layers.gpkg of the case holds no result yet, and none is on the screen. Make the layers of the "
                    "situation first, for instance with the morning brief."
                )
            )
        if not drawn:
            raise TomoshibiError(
                message("None of the layers is a result of Tomoshibi. Choose layers made by its algorithms.")
            )
        drawn = _printable(case, drawn, bool(given), progress)
        present = present_time(case, drawn, now())
        folder = _folder(Path(self.parameterAsString(parameters, "FOLDER", context)), case, drawn)
        press = SheetExporter(
            template_of(self.text(parameters, context, "SHEET")),
            self.choice(parameters, context, "PAPER"),
            [layer.clone() for layer in background],
            case.folder / "context.gpkg" if case else None,
            base_map(self.choice(parameters, context, "BASEMAP"), progress),
            case.info if case else None,
            present,
            settings.metadata("version"),
            Data(settings.old_hours(), missing_of(case, present), past_of(case), status_of(case)),
        )
        coverage = self.parameterAsVectorLayer(parameters, "COVERAGE", context)
        if coverage is None and self.parameterAsBoolean(parameters, "DISTRICTS", context):
            coverage = _districts(case)
        pages = 0
        stems: list[str] = []
        count = sum(sheets_of(layer) for _, layer in drawn)
        sheets = ((kind, more, layer, part) for kind, layer in drawn for more, part in by_voltage(layer, kind))
        for number, (kind, more, layer, part) in enumerate(sheets):
            progress.raise_if_cancelled()
            stem = f"{kind}{more}"
            stems.append(stem if stem not in stems else f"{stem}_{stems.count(stem) + 1}_{number + 1}")
            stage = progress.stage(number / count, (number + 1) / count)
            with entered_whole():
                export = press.sheet(part, kind, folder / f"{stems[-1]}.pdf", number + 1, count, coverage, stage)
                if case is not None:
                    case.ledger.add(
                        f"tomoshibi:{self.NAME}",
                        case.relative(export.path),
                        [place_of(case, layer)],
                        kind not in PERSONAL_FREE or from_readings(layer),
                        sha256_of(export.path),
                    )
            pages += export.pages
            progress.info(message("{file}: {pages} pages", file=export.path.name, pages=export.pages))
            stage.set_fraction(1.0)
        return {"FOLDER": str(folder), "PAGES": pages}


def _tell_tables(kinds: list[str], progress: FeedbackProgress) -> None:
    """Name the results that were asked for and have no map."""
    from ...layers.schema import SPECS

    for kind in kinds:
        told = SPECS[kind].title()
        progress.warn(message("“{layer}” is a table without a map sheet: it is not printed.", layer=told))


def _printable(
    case: Optional[Case], drawn: list[tuple[str, QgsMapLayer]], asked: bool, progress: FeedbackProgress
) -> list[tuple[str, QgsMapLayer]]:
    """Return what the case lets be printed; raise where people are asked for by name and must stay on the screen."""
    from ...casefile.terms import refuse_export

    why = {kind: told for kind, _ in drawn if (told := left_out(case, kind)) is not None}
    if case is not None and why and (asked or len(why) == len({kind for kind, _ in drawn})):
        refuse_export(case)
    for told in why.values():
        progress.info(message("Left out: {what}", what=told))
    return [(kind, layer) for kind, layer in drawn if kind not in why]


def _districts(case: Optional[Case]) -> QgsVectorLayer:
    """Return the areas of the case as the pages of an atlas, each named after its district."""
    from ...layers.context import CONTEXT, context_layer
    from ...layers.districts import name_field

    style = next(one for one in CONTEXT if one.name == "areas")
    layer = context_layer(case.folder / "context.gpkg", style) if case is not None else None
    if layer is None:
        raise TomoshibiError(
            message(
                "The case keeps no areas. Add them with “Edit case” (AREAS), or choose polygons in “One page for each”."
            )
        )
    field = name_field(layer)
    if field:
        layer.setDisplayExpression(f'"{field}"')
    return layer


def _folder(place: Path, case: Optional[Case], drawn: list[tuple[str, QgsMapLayer]]) -> Path:
    """Return where the sheets go: in `sheets` of the case a folder for the newest time of what is drawn."""
    from ...layers.style import newest_as_of
    from ..base import wall_clock

    times = [wall_clock(newest_as_of(layer)) for _, layer in drawn if isinstance(layer, QgsVectorLayer)]
    newest = max((time for time in times if time is not None), default=None)
    return place if case is None else by_time(case.folder, place, newest)


def _temporary(project: Optional[QgsProject]) -> list[tuple[str, QgsMapLayer]]:
    """Return (kind, layer) of the results on the screen that are gone with QGIS, and so not in the case."""
    from ...layers.context import result_kind

    apart = QgsProcessingUtils.tempFolder()
    found = []
    for layer in project.mapLayers().values() if project is not None else ():
        temporary = layer.isTemporary() or layer.source().startswith(apart) or bool(layer.customProperty(HANDED))
        if temporary and result_kind(layer):
            found.append((result_kind(layer), layer))
    return found
