"""破棄: everything personal of a case and everything made from it goes, and it is shown that it is gone."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsProject,
)

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..files import destination
from ..output_targets import in_case
from ..request.papers import add_contacts, facts_of, write_paper

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...casefile.disposal_outcome import DisposalOutcome
    from ...casefile.disposal_plan import Plan

CONFIRMATION = "破棄する"
"""The text that must be typed; the help names it."""
_NAMED = 10
"""Places named in the log."""


class Dispose(TomoshibiAlgorithm):
    """CASE, CONFIRM, DRY_RUN, KEEP_STATISTICS → DELETED, REMAINING, REPORT."""

    NAME = "dispose"
    GROUP = "protect"
    LISTS = ("CONTACTS",)
    TAGS = ("破棄", "廃棄", "削除", "消去", "利用期間", "終了", "dispose", "delete", "destroy", "haki", "shoukyo")
    # layers of the case that are open have to be closed, which the window's thread does
    FLAGS = QgsProcessingAlgorithm.Flag.FlagNoThreading

    def title(self) -> str:
        return tr("Dispose of a case")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterBoolean("DRY_RUN", tr("Dry run: only say what would be deleted"), True),
            tr("Nothing is deleted before this is taken away and the confirmation is typed."),
        )
        self.add(
            QgsProcessingParameterString("CONFIRM", tr("Confirmation (see the help)"), optional=True),
            tr("Type 破棄する to delete; with anything else nothing is deleted. What is deleted is gone for good."),
        )
        self.add(
            QgsProcessingParameterBoolean("KEEP_STATISTICS", tr("Keep statistics"), False),
            tr(
                "Keep 統計データ as received, and what was made from it alone. 加工データ of personal data go all the "
                "same: aggregates, forecasts, audits."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean("ACCEPT", tr("End it though something remains"), False, optional=True),
            tr(
                "Where files that cannot be deleted, or places where people of the case were found, are known and are "
                "to stand in the report as they are. Otherwise the disposal stays open until they are cleared away."
            ),
            advanced=True,
        )
        add_contacts(self)
        self.add(
            QgsProcessingParameterFileDestination(
                "REPORT",
                tr("Report of the disposal"),
                f"{tr('Word document')} (*.docx);;PDF (*.pdf);;{tr('Text for a mail')} (*.txt)",
                in_case("reports/disposalreport.docx"),
                True,
            ),
            tr("破棄報告 to the utility, written when something was deleted: by default in “reports” of the case."),
        )
        for name, title in (
            ("DELETED", tr("Files, layers and traces deleted")),
            ("REMAINING", tr("What should be gone and is not")),
            ("PLANNED", tr("Files, layers and traces that would be deleted")),
            ("KEPT", tr("Files and layers kept")),
            ("OUTSTANDING", tr("Packages and exports that are with others")),
            ("SEARCHED", tr("Files searched for people of the case")),
            ("FOUND", tr("Places where one was found")),
            ("PROVEN", tr("Whether it ended, nothing remains and nothing was found (1 or 0)")),
            ("CLOSED", tr("Layers closed in QGIS")),
        ):
            self.add_number(name, title)
        self.add_number("DETAILS", tr("Details (JSON)"), text=True)

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        if self.parameterAsBoolean(parameters, "DRY_RUN", context) or self._confirmed(parameters, context):
            return []
        return [_unconfirmed()]

    def _confirmed(self, parameters: Parameters, context: QgsProcessingContext) -> bool:
        return self.text(parameters, context, "CONFIRM") == CONFIRMATION

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.case import Case
        from ...casefile.disposal import planned
        from .traces import outside_of

        case = Case.open(Path(self.parameterAsFile(parameters, "CASE", context)), resuming=True)
        keep = self.parameterAsBoolean(parameters, "KEEP_STATISTICS", context)
        if not self.parameterAsBoolean(parameters, "DRY_RUN", context):
            if not self._confirmed(parameters, context):
                raise TomoshibiError(_unconfirmed())
            return self._dispose(case, keep, parameters, context, progress)
        plan = planned(case, keep, outside_of(case.folder), progress)
        _tell_plan(plan, progress)
        return {**_numbers(0, 0), **_of_plan(plan), "REPORT": ""}

    def _dispose(
        self, case: Case, keep: bool, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile.disposal import dispose
        from ...casefile.ledger import now
        from .traces import close_layers, outside_of

        projects = {id(each): each for each in (context.project(), QgsProject.instance()) if each is not None}
        closed = [name for each in projects.values() for name in close_layers(each, case.folder)]
        if closed:
            progress.info(message("Closed in QGIS: {names}.", names=_listed(closed)))
        accept = self.parameterAsBoolean(parameters, "ACCEPT", context)
        outcome = dispose(case, keep, outside_of(case.folder), now, progress, accept)
        _tell(outcome, progress)
        report = self._report(case, outcome, parameters, context, progress)
        numbers = _numbers(outcome.count, len(outcome.remaining))
        return {
            **numbers,
            "KEPT": len(outcome.kept),
            "OUTSTANDING": len(outcome.outstanding),
            "SEARCHED": outcome.searched,
            "FOUND": len(outcome.found),
            "PROVEN": int(outcome.proven),
            "CLOSED": len(closed),
            "DETAILS": outcome.to_json(),
            "REPORT": report,
        }

    def _report(
        self,
        case: Case,
        outcome: DisposalOutcome,
        parameters: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
    ) -> str:
        """Write 破棄報告 and return where it is; "" where none is wanted."""
        from ...casefile.papers.disposal import disposal_report, received_kinds

        place = destination(self, parameters, context, "REPORT")
        if place is None:
            return ""
        facts = facts_of(self, parameters, context, progress, case)
        paper = disposal_report(facts, outcome, received_kinds(case.ledger.entries()))
        return str(write_paper(self, case, place, paper, progress)["OUTPUT"])


def _title(kind: str) -> Message:
    """Return what a kind of deleted things is called."""
    return {
        "received": message("received files"),
        "store": message("store of readings"),
        "layers": message("layers"),
        "sheets": message("map sheets and documents"),
        "reports": message("reports"),
        "forms": message("forms and packages"),
        "inputs": message("inputs that name people"),
        "postgis": message("tables of a database"),
        "traces": message("traces in QGIS and temporary files"),
    }.get(kind, message("tables and lists"))


def _unconfirmed() -> Message:
    return message(
        "Nothing was deleted: the confirmation (CONFIRM) is not the text that the help of “Dispose of a case” names."
    )


def _numbers(deleted: int, remaining: int) -> dict[str, Any]:
    names = ("PLANNED", "KEPT", "OUTSTANDING", "SEARCHED", "FOUND", "PROVEN", "CLOSED")
    return {"DELETED": deleted, "REMAINING": remaining, **dict.fromkeys(names, 0), "DETAILS": ""}


def _of_plan(plan: Plan) -> dict[str, Any]:
    counts = plan.counts(plan.items)
    details = {"planned": [asdict(each) for each in counts], "kept": plan.kept}
    return {
        "PLANNED": sum(each.count for each in counts),
        "REMAINING": len(plan.items),
        "KEPT": len(plan.kept),
        "OUTSTANDING": len(plan.outstanding),
        "DETAILS": json.dumps({**details, "items": [each.place for each in plan.items]}, ensure_ascii=False),
    }


def _listed(names: list[str]) -> str:
    from ...aggregator.outside import shown

    return ", ".join(shown(name, 80) for name in names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _tell_plan(plan: Plan, progress: FeedbackProgress) -> None:
    for each in plan.counts(plan.items):
        kind, size = _title(each.kind), each.bytes >> 20
        progress.info(message("Would be deleted: {kind}, {count} ({mb} MB).", kind=kind, count=each.count, mb=size))
    if plan.kept:
        progress.info(message("Would be kept: {names}.", names=_listed(list(plan.kept))))
    if plan.outstanding:
        progress.warn(
            message(
                "{count} packages or exports are with others: {names}. This does not delete them; have them deleted.",
                count=len(plan.outstanding),
                names=_listed([f"{each.path} ({each.recipient or '?'})" for each in plan.outstanding]),
            )
        )
    progress.info(message("Dry run: nothing was deleted."))


def _tell(outcome: DisposalOutcome, progress: FeedbackProgress) -> None:
    for each in outcome.deleted:
        kind, size = _title(each.kind), each.bytes >> 20
        progress.info(message("Deleted: {kind}, {count} ({mb} MB).", kind=kind, count=each.count, mb=size))
    for place, reason in outcome.remaining:
        progress.warn(message("Still there: {place} ({reason}).", place=place, reason=reason))
    for place in outcome.found[:_NAMED]:
        progress.warn(message("People of the case were found in {place}.", place=place))
    scope = outcome.scope
    if not scope.whole:
        progress.warn(
            message(
                "The search is not of everybody: {texts} of {all} names and addresses were looked for, {lists} lists "
                "could not be read for names, {files} files could not be looked through. The report says so.",
                texts=scope.texts,
                all=scope.texts_in_all,
                lists=scope.lists_unread,
                files=scope.files_unread,
            )
        )
    if outcome.finished_at is None:
        progress.warn(
            message(
                "The disposal has not come to its end. Clear away what is named above and run it again; or end it with "
                "ACCEPT, and the report names it."
            )
        )
    else:
        progress.info(
            message(
                "{count} files were searched for supply points, names and addresses of the case; found in {found}.",
                count=outcome.searched,
                found=len(outcome.found),
            )
        )
