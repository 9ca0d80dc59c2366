"""Hand over results to those without QGIS: public themes alone, each in the forms that are asked for."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Mapping

from qgis.core import (
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ... import settings
from ...files import fresh_file, write_text_atomic
from ...messages import Message, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..output_targets import by_time, in_case
from ..results import add_evidence_outputs, evidence_outputs
from .printing import PERSONAL_FREE, from_readings, missing_of, place_of, present_time, refuse_doubt
from .public_results import made_and_kept_back, public_layers, remember, remembered

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...layers.handover.content import Handed
    from ...layers.handover.sip4d import Sender

FORMATS = ("html", "geojson", "kml", "xlsx", "geopdf", "sip4d", "mbtiles")
_USUAL = FORMATS[:-1]
"""Forms without being asked for: vector tiles are for who runs a server."""
SHARING = ("agencies", "isut", "public")
"""Words of `layers.handover.sip4d.SHARING`."""
_SMALLEST = 3
_PACKED_FROM = 50_000
"""Rows from which KML is packed: ten times smaller."""


class Handover(TomoshibiAlgorithm):
    """Files for those without QGIS."""

    NAME = "handover"
    GROUP = "publish"
    TAGS = (
        *("提供", "引き渡し", "共有", "公開", "外部提供", "HTML", "GeoJSON", "KML", "Excel", "GeoPDF", "SIP4D", "ISUT"),
        *("ベクトルタイル", "MBTiles", "vector tiles"),
        *("handover", "share", "public", "web page", "hikiwatashi", "kyoyu", "teikyo"),
    )
    # Layouts and projects belong to the main thread of QGIS.
    FLAGS = QgsProcessingAlgorithm.Flag.FlagNoThreading

    def title(self) -> str:
        return tr("Hand over results without QGIS")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_enum(
            "FORMATS",
            tr("Forms"),
            FORMATS,
            tr(
                "html: one page with map, list and search that needs no network. geojson, kml, xlsx: the same for "
                "other programs. geopdf: a page a theme that GIS opens in its place. sip4d: a SIP4D-ZIP package, which "
                "needs an address for questions. mbtiles: vector tiles with a style, for a server in the intranet."
            ),
            default=list(_USUAL),
            multiple=True,
        )
        self.add(
            QgsProcessingParameterString("RECIPIENT", tr("Given to"), optional=True),
            tr("Who gets the files, for the ledger: the report of disposal lists what is still with whom."),
        )
        self.add(
            QgsProcessingParameterString("EMAIL", tr("Address for questions (SIP4D)"), optional=True),
            tr("Mail address of the office that answers for the data. SIP4D-ZIP requires it; nothing is sent to it."),
        )
        self.add_enum(
            "SHARING",
            tr("Sharing level (SIP4D)"),
            SHARING,
            tr("Who may see it in SIP4D. agencies: 災害対応機関のみ. isut: ISUT-SITEのみ. public: 一般公開."),
            default="agencies",
        )
        self.add(
            QgsProcessingParameterNumber(
                "LEAST",
                tr("Fewest meters of a figure"),
                QgsProcessingParameterNumber.Type.Integer,
                10,
                False,
                _SMALLEST,
            ),
            tr(
                "Figures that count fewer meters are withheld, and with them what would tell them by subtraction. The "
                "manual masks too and names no limit."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFolderDestination(
                "FOLDER", tr("Folder for the files"), in_case("reports/handover"), True
            ),
            tr("By default “reports” of the case, in a folder for the time of the data."),
        )
        self.add_number("FILES", tr("Files"))
        self.add_number("WITHHELD", tr("Figures withheld"))
        self.add_number("SKIPPED", tr("What could not be handed over (one line each)"), text=True)
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        from ...layers.handover.sip4d import EMAIL

        email = self.text(parameters, context, "EMAIL")
        if email and not EMAIL.fullmatch(email):
            return [message("“{email}” is no mail address. Correct the address for questions.", email=email)]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        case = self.case(parameters, context)
        refuse_doubt(case)
        run = _Run(self, parameters, context, progress, case)
        run.write()
        results = [one.result for one in run.handed.themes if one.result is not None]
        reasons = [code for one in results for code, count in one.reasons().items() for _ in range(count)]
        return {
            "FOLDER": str(run.folder),
            "FILES": len(run.written),
            "WITHHELD": sum(sum(one.withheld) for one in results),
            "SKIPPED": "\n".join(run.skipped),
            **evidence_outputs(reasons, run.handed.until),
        }


class _Run:
    """One hand-over: what it says, and the files that say it."""

    def __init__(
        self,
        algorithm: TomoshibiAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
    ):
        from ...layers.public_themes import public_rows

        self.algorithm, self.progress, self.case = algorithm, progress, case
        self.formats = algorithm.choices(parameters, context, "FORMATS") or list(_USUAL)
        self.recipient = algorithm.text(parameters, context, "RECIPIENT")
        self.email = algorithm.text(parameters, context, "EMAIL")
        self.sharing = algorithm.choice(parameters, context, "SHARING") or SHARING[0]
        least = algorithm.parameterAsInt(parameters, "LEAST", context)
        self.layers = public_layers(case)
        self.results = public_rows(self.layers, least, remembered(case))
        self.handed = self._handed(least)
        self.folder = by_time(
            case.folder,
            Path(algorithm.parameterAsString(parameters, "FOLDER", context)),
            self.handed.until or self.handed.made_at,
        )
        self.written: list[Path] = []
        self.skipped: list[str] = []

    def _handed(self, least: int) -> Handed:
        """Return what is handed over, and the times it is of."""
        from ...casefile.data_status import status_now
        from ...casefile.ledger import now
        from ...layers.handover.content import Handed, themes_of

        case = self.case
        present = present_time(case, list(self.layers.items()), now())
        status = status_now(case, present, settings.old_hours())
        return Handed(
            case.info.name,
            case.info.practice,
            present,
            status.evidence_until,
            status.old,
            status.before_event,
            missing_of(case, present),
            themes_of(self.results),
            case.info.terms,
            case.info.operator,
            self.recipient,
            case.info.municipality,
            least,
        )

    def write(self) -> None:
        """Write all forms that are asked for, and enter each file into the ledger."""
        from ...layers.schema import SPECS

        self.folder.mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(self.formats):
            self.progress.raise_if_cancelled()
            self.progress.set_fraction(number / len(self.formats))
            _WRITERS[name](self)
        for one in self.handed.themes:
            if one.absent():
                self._skip(f"{one.theme.title_ja}: {one.absent()}")
        kept_back = made_and_kept_back(self.case)
        if kept_back:
            names = tr(", ").join(SPECS[kind].title() for kind in kept_back)
            self._skip(tr("Made, but no public theme, so not handed over: {names}").format(names=names))
        from ...layers.handover.geojson import readme

        about = self.folder / "README.txt"
        write_text_atomic(about, "\ufeff" + readme(self.handed, [path.name for path in self.written]))
        self._enter(about)
        remember(self.case, self.algorithm.NAME, self.results)

    def _enter(self, path: Path) -> None:
        from ...casefile.ledger import sha256_of

        self.written.append(path)
        self.case.ledger.add(
            f"tomoshibi:{self.algorithm.NAME}",
            self.case.relative(path),
            [place_of(self.case, layer) for layer in self.layers.values()],
            self._personal(),
            sha256_of(path),
            recipient=self.recipient,
        )

    def _personal(self) -> bool:
        """Whether what is handed over derives from 個人データ, so that it must be disposed of, masked as it is."""
        return any(theme not in PERSONAL_FREE or from_readings(layer) for theme, layer in self.layers.items())

    def _skip(self, line: str) -> None:
        self.skipped.append(line)
        self.progress.info(message("Left out: {what}", what=line))

    def outlines(self) -> list[QgsGeometry]:
        """Return the outlines below the themes: the case's boundary; none where it keeps none."""
        from ...layers.context import LAND, context_layer
        from ...layers.sources import to_result_crs

        layer = context_layer(self.case.folder / "context.gpkg", LAND)
        if layer is None:
            return []
        turn = to_result_crs(layer.crs(), layer.transformContext())
        found = []
        for feature in layer.getFeatures():
            shape = feature.geometry()
            if not shape.isEmpty():
                shape.transform(turn)
                found.append(shape)
        return found

    def html(self) -> None:
        """Write the page."""
        from ...layers.handover.page import page

        path = self.folder / "tomoshibi.html"
        write_text_atomic(path, page(self.handed, self.outlines()))
        self._enter(path)

    def geojson(self) -> None:
        """Write a GeoJSON file for each theme, and the list of their columns."""
        from ...layers.handover.geojson import columns_text, write

        for one in self.handed.themes:
            path = self.folder / f"{one.theme.theme}.geojson"
            with fresh_file(path) as stream:
                stream.writelines(write(self.handed, one))
            self._enter(path)
        path = self.folder / "columns.csv"
        write_text_atomic(path, columns_text(self.handed.themes))
        self._enter(path)

    def kml(self) -> None:
        """Write the KML file, packed (KMZ) where there are many rows."""
        from ...layers.handover.kml import write

        many = sum(len(one.rows) for one in self.handed.themes) > _PACKED_FROM
        path = self.folder / ("tomoshibi.kmz" if many else "tomoshibi.kml")
        with fresh_file(path) as stream:
            if many:
                with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
                    # no ZIP64, which libkml does not read: 2 GB are some three million rows
                    with package.open("doc.kml", "w") as inner:
                        inner.writelines(write(self.handed))
            else:
                stream.writelines(write(self.handed))
        self._enter(path)

    def xlsx(self) -> None:
        """Write the workbook."""
        from ...layers.handover.workbook import write

        path = self.folder / "tomoshibi.xlsx"
        write(path, self.handed)
        self._enter(path)

    def geopdf(self) -> None:
        """Write a page for each theme."""
        from ...layers.handover.geopdf import write

        base, plain = self.outlines(), 0
        for one in self.handed.themes:
            self.progress.raise_if_cancelled()
            written = write(self.folder / f"{one.theme.theme}.pdf", self.handed, one, base)
            plain += not (written.layered or written.picture)
            if not written.placed:
                self._skip(tr("{file}: GDAL could not say where it lies").format(file=written.path.name))
            self._enter(written.path)
        if plain:
            self.progress.info(
                message(
                    "{count} PDFs are georeferenced without layers of their own: the GDAL of this QGIS composes no "
                    "GeoPDF.",
                    count=plain,
                )
            )

    def sip4d(self) -> None:
        """Write the SIP4D-ZIP package, or say why there is none."""
        from ...layers.handover.sip4d import files, name_of, write

        if not self.email:
            self._skip(tr("SIP4D-ZIP: the address for questions (EMAIL) is missing, which the format requires"))
            return
        if not self.results:
            self._skip(tr("SIP4D-ZIP: no result was made that could be in it"))
            return
        path = self.folder / name_of(self.handed)
        write(path, files(self.handed, self._sender()))
        self._enter(path)

    def mbtiles(self) -> None:
        """Write the vector tiles with their styles, or say why there are none."""
        from ...layers.handover.tiles import NAME, write

        written = write(self.folder / f"{NAME}.mbtiles", self.handed)
        if not written:
            self._skip(tr("Vector tiles: no result has a place"))
        for path in written:
            self._enter(path)

    def _sender(self) -> Sender:
        from ...layers.handover.sip4d import Sender

        info = self.case.info
        return Sender(info.operator or info.name, self.email, info.municipality, self.sharing)


_WRITERS: Mapping[str, Callable[[_Run], None]] = {
    "html": _Run.html,
    "geojson": _Run.geojson,
    "kml": _Run.kml,
    "xlsx": _Run.xlsx,
    "geopdf": _Run.geopdf,
    "sip4d": _Run.sip4d,
    "mbtiles": _Run.mbtiles,
}
