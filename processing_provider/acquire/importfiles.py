"""Files fetched by hand over LG-WAN or brought on a stick."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProcessing, QgsProcessingContext, QgsProcessingParameterMultipleLayers

from ...messages import Message, message
from ..base import FeedbackWatch, Parameters, TomoshibiAlgorithm, tr

SCOPES = ("unknown", "all", "contractors")
"""SCOPE values, those of `casefile.case.OutageSnapshot.scope`."""


class ImportFiles(TomoshibiAlgorithm):
    """CASE, FILES, SCOPE → FILES, ROWS, REJECTED."""

    NAME = "importfiles"
    GROUP = "acquire"
    TAGS = ("取り込み", "LG-WAN", "CSV", "手動", "import", "files", "usb", "torikomi")

    def title(self) -> str:
        return tr("Import files")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterMultipleLayers("FILES", tr("Files"), QgsProcessing.SourceType.TypeFile),
            tr("CSV, JSON or ZIP as published; what they hold is recognised by their content."),
        )
        self.add_enum(
            "SCOPE",
            tr("Scope of 通電情報"),
            SCOPES,
            tr(
                "Whom 通電情報 was asked for: all: every meter of the municipality. contractors: the registered "
                "特定契約者 only. unknown: then a meter that is not listed is unknown, never powered."
            ),
            "unknown",
        )
        self.add_profile()
        self.add_number("FILES", tr("Files taken in"))
        self.add_number("ROWS", tr("Rows taken in"))
        self.add_number("REJECTED", tr("Rows rejected"))
        self.add_number("FAILED", tr("Files that could not be used"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        return [
            message("The file {file} is not there. Choose it again.", file=str(path))
            for path in self._files(parameters, context)
            if not path.is_file()
        ]

    def _files(self, parameters: Parameters, context: QgsProcessingContext) -> list[Path]:
        return [Path(path) for path in self.parameterAsFileList(parameters, "FILES", context)]

    def work(self, parameters: Parameters, context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        from ...casefile.intake import take_in

        case = self.case(parameters, context)
        files = self._files(parameters, context)
        report = take_in(
            case, files, self.profile(parameters, context), None, self.choice(parameters, context, "SCOPE"), watch
        )
        return {"FILES": report.files, "ROWS": report.rows, "REJECTED": report.rejected, "FAILED": len(report.failed)}
