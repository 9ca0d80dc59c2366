"""電力データ from Parquet into a case: from `exportreadings`, or as DuckDB, polars or Spark wrote it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterFile

from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..files import add_taken_in, taken_in


class ImportReadings(TomoshibiAlgorithm):
    """CASE, FOLDER → FILES, ROWS, REJECTED, FAILED, DUPLICATES, REPEATED, CONFLICTS."""

    NAME = "importreadings"
    GROUP = "tools"
    TAGS = ("電力データ", "取り込み", "Parquet", "DuckDB", "Spark", "polars", "import", "torikomi")
    PERSONAL = True

    def title(self) -> str:
        return tr("Import readings from Parquet")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterFile("FOLDER", tr("Folder"), QgsProcessingParameterFile.Behavior.Folder),
            tr(
                "All files *.parquet below it are taken in. Their columns are those of “Export readings as Parquet” "
                "(exportreadings); files of other municipalities than the case's are kept and not used."
            ),
        )
        self.add_profile()
        add_taken_in(self)
        self.add_number("CONFLICTS", tr("Rows that differ from what was there"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.completeness import missing_of_sets, unchecked
        from ...casefile.intake import take_in
        from ...casefile.parquet import files_below, lists_of, refuse_without_parquet

        refuse_without_parquet()
        case = self.case(parameters, context)
        folder = Path(self.parameterAsFile(parameters, "FOLDER", context))
        files = files_below(folder)
        if not files:
            raise TomoshibiError(
                message(
                    "There are no Parquet files (*.parquet) below {folder}. Choose the folder that holds the folders "
                    "municipality=….",
                    folder=str(folder),
                )
            )
        profile = self.profile(parameters, context)
        # what is missing of an export, or not as it was, its list says
        report = take_in(
            case, [*lists_of(folder), *files], profile, progress=progress, algorithm=f"tomoshibi:{self.NAME}"
        )
        for what in (*missing_of_sets(case), *unchecked(case)):
            progress.warn(what)
        return {**taken_in(report), "CONFLICTS": report.readings.conflicts if report.readings else 0}
