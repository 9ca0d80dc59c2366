"""Changing what a case says of itself."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputFolder,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterString,
)

from ...messages import Message, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..own import LAYERS, LISTS, Given, add_inputs, drop_layer, keep_in_context
from ..request.eventinputs import add_events, add_use, struck_only_there

if TYPE_CHECKING:
    from datetime import date

    from ...casefile.case import Case, CaseInfo

PRACTICE = ("keep", "yes", "no")
"""PRACTICE and NO_EXPORT values."""
KINDS = (*LAYERS, *LISTS)
"""REMOVE values: the kinds of inputs that a case keeps."""


class EditCase(TomoshibiAlgorithm):
    """CASE and what is to change → CASE."""

    NAME = "editcase"
    GROUP = "acquire"
    PERSONAL = False
    LISTS = LISTS
    USES_OWN = False
    TAGS = ("案件", "変更", "余震", "再発災", "発生時刻", "利用期間", "case", "event", "aftershock", "anken", "henko")

    def title(self) -> str:
        return tr("Change case")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        kind = QgsProcessingParameterDateTime.Type
        self.add_case()
        self.add(
            QgsProcessingParameterString("NAME", tr("Name of the disaster or drill"), optional=True),
            tr("Name that stands on the maps. Left empty, it stays as it is."),
        )
        add_events(
            self,
            tr(
                "All events, also those already known: moments in Japanese time as 2026-01-19T05:46, events that lasted"
                " as begin/end, several separated by commas. What lies before the first is peacetime; evidence from "
                "before the last says nothing of the time after it. Left empty, they stay as they are."
            ),
        )
        for name, title, help_ in (
            ("USE_FROM", tr("Use from"), tr("First day on which the data may be used. Left empty, it stays.")),
            ("USE_TO", tr("Use to"), tr("Last day of use, also a prolonged one. Left empty, it stays.")),
        ):
            self.add(QgsProcessingParameterDateTime(name, title, kind.Date, None, True), help_)
        self.add_enum(
            "PRACTICE",
            tr("This is a drill"),
            PRACTICE,
            tr("keep: as it is. yes: every map says that it is a drill. no: the data are real."),
            "keep",
        )
        add_use(self)
        self.add_enum(
            "NO_EXPORT",
            tr("Forbid to print and export people"),
            PRACTICE,
            tr("keep: as it is. yes: results about people stay on the screen; lists, sheets and files are refused."),
            "keep",
            advanced=True,
        )
        add_inputs(self)
        self.add_enum(
            "REMOVE",
            tr("Take out"),
            KINDS,
            tr("Lists and layers that the case is to keep no longer; those given in the same run are kept."),
            multiple=True,
            optional=True,
            advanced=True,
        )
        self.addOutput(QgsProcessingOutputFolder("CASE", tr("Case folder")))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        from ...casefile.events import parse_events

        parse_events(self.text(parameters, context, "EVENT_TIMES"))
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        case = self.case(parameters, context)
        with tempfile.TemporaryDirectory() as apart:
            given = Given(self, parameters, context, progress, Path(apart))
            info = self._changed(case.info, parameters, context, progress)
            removed = self._remove(parameters, context, case, progress)
            given.note_layers(case, keep_in_context(given, case, progress), progress)
            given.keep_lists(case, progress)
        if info == case.info and (given or removed):
            return {"CASE": str(case.folder)}
        if info == case.info:
            progress.warn(message("Nothing was given that differs from the case: it stays as it is."))
        else:
            case.change(info)
            case.ledger.add(f"tomoshibi:{self.NAME}", "case.json", personal=False)
        _tell_of_use(case.info, info, progress)
        if case.info.practice and not info.practice:
            progress.warn(
                message("The maps of the case no longer say that it is a drill. Make sure that its data are real.")
            )
        if info.all_events != case.info.all_events:
            progress.info(
                message("The events of the case have changed: make its layers again with “Refresh the case”, REDO all.")
            )
        return {"CASE": str(case.folder)}

    def _remove(
        self, parameters: Parameters, context: QgsProcessingContext, case: Case, progress: FeedbackProgress
    ) -> int:
        """Let the case forget what is to be taken out; return how many it kept."""
        from ...casefile.own_inputs import CONTEXT, OWN_INPUTS, remove_input

        count = 0
        for kind in self.choices(parameters, context, "REMOVE"):
            if not remove_input(case, kind, f"tomoshibi:{self.NAME}"):
                continue
            if OWN_INPUTS[kind].layer:
                drop_layer(case.folder / CONTEXT, OWN_INPUTS[kind].layer)
            count += 1
            progress.info(message("{input}: the case keeps none any more.", input=OWN_INPUTS[kind].title()))
        return count

    def _changed(
        self, info: CaseInfo, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> CaseInfo:
        """Return what the case is to say: what is given, and the rest as it is."""
        from ...casefile.drills import refuse_real
        from ...casefile.events import parse_events, with_areas

        given = parse_events(self.text(parameters, context, "EVENT_TIMES"))
        known = info.all_events
        events = with_areas(given, known) if given else known
        events = struck_only_there(events, self, parameters, context, progress)
        practice, no_export = (self.choice(parameters, context, name) for name in ("PRACTICE", "NO_EXPORT"))
        if practice == "no":
            refuse_real(info)
        return replace(
            info,
            event_time=events[0].begin,
            events=info.events if events == known else events,
            request=replace(info.request, **self._days(parameters, context)),
            practice=info.practice if practice == "keep" else practice == "yes",
            no_export=info.no_export if no_export == "keep" else no_export == "yes",
            practice_confirmed=info.practice_confirmed or practice != "keep",
            **self._words(parameters, context),
        )

    def _days(self, parameters: Parameters, context: QgsProcessingContext) -> dict[str, date]:
        """Return the days of the request that are given."""
        days = {name: self.day(parameters, context, name.upper()) for name in ("use_from", "use_to")}
        return {name: day for name, day in days.items() if day}

    def _words(self, parameters: Parameters, context: QgsProcessingContext) -> dict[str, str]:
        """Return the texts that are given."""
        texts = ("name", "purpose", "operator", "extension_by")
        words = {name: self.text(parameters, context, name.upper()) for name in texts}
        words["terms"] = self.choice(parameters, context, "TERMS")
        return {name: text for name, text in words.items() if text}


def _tell_of_use(before: CaseInfo, after: CaseInfo, progress: FeedbackProgress) -> None:
    """Say what follows from a new period of use and from a new rule for people."""
    ended, ends = before.request.use_to, after.request.use_to
    if ended and ends and ends > ended and before.extension_by == after.extension_by:
        progress.warn(
            message(
                "The last day of use is now {use_to}, later than {before}: enter who at the utility agreed to it "
                "(EXTENSION_BY), for the report of the disposal.",
                use_to=ends,
                before=ended,
            )
        )
    if before.no_export and not after.no_export:
        progress.warn(
            message("Results about people may be printed and exported again. Make sure that this is allowed.")
        )
