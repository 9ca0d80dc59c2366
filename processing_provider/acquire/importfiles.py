"""Files fetched by hand over LG-WAN or brought on a stick."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterDateTime

from ...messages import Message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr, translate_message
from ..files import absent, add_files, add_taken_in, files_given, taken_in

SCOPES = ("unknown", "all", "contractors")
"""SCOPE values, those of `casefile.case.OutageSnapshot.scope`."""


ANSWERS = {"yes": True, "no": False, "unknown": None}
"""COMPLETE values: what somebody who fetched the files knows of their sets."""


class ImportFiles(TomoshibiAlgorithm):
    """CASE, FILES, SCOPE, COMPLETE, LIST_TIME → FILES, ROWS, REJECTED, FAILED, DUPLICATES, REPEATED, MISSING."""

    NAME = "importfiles"
    GROUP = "acquire"
    TAGS = ("取り込み", "LG-WAN", "CSV", "手動", "import", "files", "usb", "torikomi")

    def title(self) -> str:
        return tr("Import files")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        add_files(
            self,
            tr(
                "CSV, JSON or ZIP as published, in any order; what they hold is recognised by their content. A file "
                "that was taken in before is not counted again; parts may come one after another."
            ),
        )
        self.add_enum(
            "SCOPE",
            tr("Scope of 通電情報"),
            SCOPES,
            tr(
                "Whom 通電情報 was asked for: all: every meter of the municipality. contractors: the registered "
                "特定契約者 only. unknown: then a meter that is not listed is unknown, never powered. Readings without "
                "a condition beside them count as asked for the same: import readings of every meter apart."
            ),
            "unknown",
        )
        self.add_enum(
            "COMPLETE",
            tr("Are the files complete?"),
            tuple(ANSWERS),
            tr(
                "Whether these are all files of their sets, as the screen listed them. yes: what is missing in them is "
                "silence. no: it is unknown. unknown: numbers of parts and of meters are looked at; where nothing "
                "seems to be missing, the sets count as whole."
            ),
            "unknown",
        )
        self.add(
            QgsProcessingParameterDateTime("LIST_TIME", tr("Moment 通電情報 was asked for"), optional=True),
            tr(
                "Where 通電情報 was asked for a moment in the past and no condition.json lies beside the files: that "
                "moment. Left empty, the list is dated by its own creation time."
            ),
        )
        self.add_profile()
        add_taken_in(self)
        self.add_number("MISSING", tr("What is missing in the case"), text=True)

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        return absent(self, parameters, context)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.completeness import missing, unchecked
        from ...casefile.intake import Told, take_in

        case = self.case(parameters, context)
        files = files_given(self, parameters, context)
        profile = self.profile(parameters, context)
        told = Told(
            ANSWERS[self.choice(parameters, context, "COMPLETE") or "unknown"],
            self.moment(parameters, context, "LIST_TIME"),
        )
        report = take_in(case, files, profile, None, self.choice(parameters, context, "SCOPE"), progress, told=told)
        lacking = missing(case)
        for what in (*lacking, *unchecked(case)):
            progress.warn(what)
        return {
            **taken_in(report),
            "MISSING": "\n".join(translate_message(what) for what in lacking),
        }
