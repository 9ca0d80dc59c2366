"""電力データ of a case as Parquet, for DuckDB, polars, Spark and other cases."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterDateTime, QgsProcessingParameterFolderDestination

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..output_targets import in_case


class ExportReadings(TomoshibiAlgorithm):
    """CASE, FROM, TO, FOLDER → FOLDER; FILES, ROWS, MUNICIPALITIES, NO_MUNICIPALITY."""

    NAME = "exportreadings"
    GROUP = "tools"
    TAGS = ("電力データ", "書き出し", "Parquet", "DuckDB", "Spark", "polars", "export", "kakidashi")
    PERSONAL = True

    def title(self) -> str:
        return tr("Export readings as Parquet")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        kind = QgsProcessingParameterDateTime.Type.Date
        self.add(
            QgsProcessingParameterDateTime("FROM", tr("From"), kind, None, True),
            tr("First day. Left empty, the first that there is."),
        )
        self.add(
            QgsProcessingParameterDateTime("TO", tr("To"), kind, None, True),
            tr("Last day, which goes along. Left empty, the last that there is."),
        )
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Folder"), in_case("parquet"), True),
            tr(
                "Folders municipality=… and day=… are made in it. By default a folder of the case for the time of the "
                "run. Readings are personal data: outside the case they are to be protected as the case is."
            ),
        )
        self.add_number("FILES", tr("Files written"))
        self.add_number("ROWS", tr("Readings written"))
        self.add_number("MUNICIPALITIES", tr("Municipalities among them"))
        self.add_number("NO_MUNICIPALITY", tr("Readings of meters of which the municipality is not known"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        first, last = (self.day(parameters, context, name) for name in ("FROM", "TO"))
        if first and last and last < first:
            return [message("The period ends before it begins. Exchange FROM and TO.")]
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.ledger import now, sha256_of
        from ...casefile.parquet import LIST, UNKNOWN, export_readings, files_below
        from ...casefile.terms import refuse_export
        from ...files import fresh_folder, replace_file

        case = self.case(parameters, context)
        target = Path(self.parameterAsString(parameters, "FOLDER", context))
        inside = Path(os.path.realpath(case.folder)) in Path(os.path.realpath(target)).parents
        if inside:
            target = target / f"{now():%Y%m%d_%H%M%S}"
        else:
            refuse_export(case)
        if any(target.glob("municipality=*")):
            raise TomoshibiError(
                message(
                    "{folder} already holds exported readings. Choose another folder, or delete those.",
                    folder=str(target),
                )
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        days = (self.day(parameters, context, name) for name in ("FROM", "TO"))
        with fresh_folder(target) as making:
            done = export_readings(case, making, progress, *days)
            target.mkdir(exist_ok=True)
            # before they are there: a run that dies leaves no readings that a disposal does not know of; elsewhere it
            # deletes nothing but files that are as they were written
            told = (
                {target: None}
                if inside
                else {target / path.relative_to(making): path for path in (making / LIST, *files_below(making))}
            )
            for place, path in told.items():
                digest = None if path is None else sha256_of(path)
                case.ledger.add(f"tomoshibi:{self.NAME}", case.relative(place), ["readings"], True, digest)
            # the list first: of an export that is ended on its way, what is missing is known
            for made in sorted(making.iterdir(), key=lambda made: (made.name != LIST, made.name)):
                replace_file(made, target / made.name)
        if done.unknown:
            progress.info(
                message(
                    "{count} readings are of meters without 住所コード in マスタ情報: they are under "
                    "municipality={name}.",
                    count=f"{done.unknown:,}",
                    name=UNKNOWN,
                )
            )
        return {
            "FOLDER": str(target),
            "FILES": done.files,
            "ROWS": done.rows,
            "MUNICIPALITIES": len(done.towns - {UNKNOWN}),
            "NO_MUNICIPALITY": done.unknown,
        }
