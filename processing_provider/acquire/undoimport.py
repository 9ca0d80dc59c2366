"""One import of files taken back out of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterString

from ...messages import message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr


class UndoImport(TomoshibiAlgorithm):
    """CASE, IMPORT_ID → FILES, ROWS, ID."""

    NAME = "undoimport"
    GROUP = "acquire"
    PERSONAL = False  # it takes data out
    TAGS = ("取り消し", "取込", "誤ったファイル", "undo", "import", "take back", "torikeshi", "torikomi")

    def title(self) -> str:
        return tr("Take back an import")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterString("IMPORT_ID", tr("Import"), optional=True),
            tr("Id of the import, as the status of the case lists it. Left empty, the last one."),
        )
        self.add_profile()
        self.add_number("FILES", tr("Files taken back"))
        self.add_number("ROWS", tr("Rows that the import had brought"))
        self.add_number("ID", tr("Import taken back"), text=True)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.case import Case
        from ...casefile.undo import undo_import

        case = Case.open(Path(self.parameterAsFile(parameters, "CASE", context)), resuming=True)
        done = undo_import(
            case, self.text(parameters, context, "IMPORT_ID"), self.profile(parameters, context), progress
        )
        progress.info(
            message(
                "The import {id} was taken back: {files} file(s), {rows} rows. Layers made before still show them: "
                "refresh the case.",
                id=done.entry.id,
                files=done.files,
                rows=done.entry.rows,
            )
        )
        return {"FILES": done.files, "ROWS": done.entry.rows, "ID": done.entry.id}
