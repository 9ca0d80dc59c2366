"""破棄報告: the report that the data were destroyed, from what the disposal did."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProcessingContext

from ...messages import message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.papers import add_contacts, add_paper, facts_of, write_paper


class DisposalReport(TomoshibiAlgorithm):
    """CASE, CONTACTS, UTILITY → OUTPUT, BLANKS, TO_FILL_IN, DISPOSED."""

    NAME = "disposalreport"
    GROUP = "protect"
    LISTS = ("CONTACTS",)
    TAGS = ("破棄報告", "廃棄報告", "破棄", "メール", "disposal", "report", "destroyed", "haki", "houkoku")

    def title(self) -> str:
        return tr("Report the disposal")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        add_contacts(self)
        add_paper(self, "disposalreport.docx")
        self.add_number("DISPOSED", tr("Whether everything was disposed of (1 or 0)"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.disposal_outcome import read_outcome
        from ...casefile.papers.disposal import disposal_report, received_kinds

        case = self.case(parameters, context)
        outcome = read_outcome(case.folder)
        if outcome is None:
            progress.warn(
                message("The case was not disposed of: the report says so. Run “Dispose of a case” (dispose) first.")
            )
        elif not outcome.proven:
            progress.warn(
                message(
                    "The disposal has not ended, or something remains: the report says so. Run “Dispose of a case” "
                    "(dispose) again."
                )
            )
        facts = facts_of(self, parameters, context, progress, case)
        paper = disposal_report(facts, outcome, received_kinds(case.ledger.entries()))
        path = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        done = outcome is not None and outcome.proven
        return {**write_paper(self, case, path, paper, progress), "DISPOSED": int(done)}
