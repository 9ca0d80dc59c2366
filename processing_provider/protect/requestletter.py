"""利用申請のメール, 包括要請, 個別要請 and the papers that explain a request, filled in from the case."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProcessingContext

from ...messages import message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.papers import add_contacts, add_paper, facts_of, write_paper

KINDS = ("application", "comprehensive", "individual", "explanation")
"""KIND values, those of `casefile.papers.letters.Letter`."""
USE_CASES = ("uc1", "uc2", "uc2lgwan", "uc3", "uc4", "uc5", "uc6", "uc7", "uc8", "uc9")
STANDARD = "requestletter.docx"
"""Name of the file where none is chosen; each kind of letter has one of its own."""


class RequestLetter(TomoshibiAlgorithm):
    """CASE, KIND, USE_CASES, ACCESS, CONTACTS, UTILITY → OUTPUT, BLANKS, TO_FILL_IN."""

    NAME = "requestletter"
    GROUP = "protect"
    LISTS = ("CONTACTS",)
    TAGS = ("利用申請", "包括要請", "個別要請", "説明資料", "要請文書", "request", "letter", "application", "yousei")

    def title(self) -> str:
        return tr("Write the request for the data")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add_enum(
            "KIND",
            tr("Document"),
            KINDS,
            tr(
                "application: mail that applies for the use of the aggregator (利用申請). comprehensive: blanket "
                "request to the utility in a disaster (包括要請). individual: individual request to METI, for drills "
                "and all else (個別要請). explanation: the papers that explain it (個別要請の説明資料)."
            ),
            "comprehensive",
        )
        self.add_enum(
            "USE_CASES",
            tr("Use cases"),
            USE_CASES,
            tr(
                "What the data are to be asked for: kinds and items of data follow from it. Left empty, the conditions "
                "of the files that the case received."
            ),
            multiple=True,
            optional=True,
        )
        self.add_enum(
            "ACCESS",
            tr("Way to the data"),
            ("lgwan", "api"),
            tr("How the data are got from the aggregator: LG-WAN, API, or both."),
            multiple=True,
            optional=True,
        )
        add_contacts(self)
        add_paper(self, STANDARD)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.papers.letters import Letter, letter

        case = self.case(parameters, context)
        kind = Letter(self.choice(parameters, context, "KIND"))
        facts = facts_of(
            self,
            parameters,
            context,
            progress,
            case,
            self.choices(parameters, context, "USE_CASES"),
            self.choices(parameters, context, "ACCESS"),
        )
        if kind is Letter.COMPREHENSIVE and case.info.practice:
            progress.warn(
                message(
                    "For a drill, 通電情報 is asked for by an individual request with its explanation (individual, "
                    "explanation): a blanket request gives it in a disaster only."
                )
            )
        path = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        if path.name == STANDARD:
            ending = ".txt" if kind is Letter.APPLICATION else path.suffix
            path = path.with_name(f"{self.NAME}_{kind.value}{ending}")
        return write_paper(self, case, path, letter(kind, facts), progress)
