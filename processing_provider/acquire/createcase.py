"""Opening a case folder."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputFolder,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ... import settings
from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..own import LISTS, Given, add_inputs
from ..request.eventinputs import add_events, add_use, struck_only_there

if TYPE_CHECKING:
    from ...casefile.case import Case, CaseInfo, Event

REQUEST_KINDS = ("blanket", "individual")
"""REQUEST_KIND values, those of `casefile.case.RequestKind`: 包括要請, 個別要請."""
CONTEXT_FILE = "context.gpkg"
MAKING = ".making"
"""Folder that marks a case in the making: what lies beside it is of a run that died."""


class CreateCase(TomoshibiAlgorithm):
    """CASE, NAME, EVENT_TIME, MUNICIPALITY, the request → CASE."""

    NAME = "createcase"
    GROUP = "acquire"
    PERSONAL = False
    LISTS = LISTS
    USES_OWN = False
    TAGS = ("案件", "案件フォルダー", "新規作成", "災害", "case", "folder", "disaster", "anken", "sakusei")

    def title(self) -> str:
        return tr("Create case")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        kind = QgsProcessingParameterDateTime.Type
        self.add(
            QgsProcessingParameterFile("CASE", tr("Case folder"), QgsProcessingParameterFile.Behavior.Folder),
            tr("Folder to make: a new one or an empty one, where only those who may see personal data have access."),
        )
        self.add(
            QgsProcessingParameterString("NAME", tr("Name of the disaster or drill")),
            tr("Name that stands on the maps."),
        )
        self.add(
            QgsProcessingParameterDateTime("EVENT_TIME", tr("Event time"), kind.DateTime),
            tr("Japanese time. What was normal is taken from before it."),
        )
        add_events(
            self,
            tr(
                "Only where there are several or they lasted: moments in Japanese time as 2026-01-19T05:46, events "
                "that lasted as begin/end, separated by commas. The first must be the event time. Later ones are "
                "entered with “Change case”."
            ),
        )
        self.add(
            QgsProcessingParameterString("MUNICIPALITY", tr("Municipality code")),
            tr("団体コード, 6 digits, of the municipality whose account is used."),
        )
        self.add_enum(
            "REQUEST_KIND",
            tr("Kind of request"),
            REQUEST_KINDS,
            tr(
                "blanket: 包括要請, to the utility in a disaster. individual: 個別要請, for drills and everything else."
            ),
            "blanket",
        )
        for name, title, help_ in (
            ("REQUEST_DATE", tr("Day of the request"), tr("Day the request was made. May be filled in later.")),
            ("USE_FROM", tr("Use from"), tr("First day on which the data may be used.")),
            ("USE_TO", tr("Use to"), tr("Last day of use: then the data and all that was made of them are deleted.")),
        ):
            self.add(QgsProcessingParameterDateTime(name, title, kind.Date, None, True), help_)
        add_inputs(self)
        self.add(
            QgsProcessingParameterBoolean("PRACTICE", tr("This is a drill"), False),
            tr("Every map of the case says that it is a drill and its data invented."),
        )
        add_use(self)
        self.add(
            QgsProcessingParameterBoolean("NO_EXPORT", tr("Forbid to print and export people"), False, optional=True),
            tr("Results about people are looked at on the screen only: lists, sheets and files of them are refused."),
            advanced=True,
        )
        self.addOutput(QgsProcessingOutputFolder("CASE", tr("Case folder")))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        wrong = []
        if not self.text(parameters, context, "NAME"):
            wrong.append(message("The case has no name. Enter one."))
        code = self.text(parameters, context, "MUNICIPALITY")
        if not re.fullmatch(r"[0-9]{6}", code):
            wrong.append(
                message("The municipality code “{code}” must have 6 digits (団体コード). Correct it.", code=code)
            )
        begin, end = (self.day(parameters, context, name) for name in ("USE_FROM", "USE_TO"))
        if begin and end and end < begin:
            wrong.append(
                message(
                    "The period of use ends ({use_to}) before it begins ({use_from}). Correct the dates.",
                    use_to=end,
                    use_from=begin,
                )
            )
        self._events(parameters, context)
        return wrong

    def _events(self, parameters: Parameters, context: QgsProcessingContext) -> tuple[Event, ...]:
        """Return the events of EVENT_TIMES, else the one of EVENT_TIME. Raises where the two do not fit."""
        from ...casefile.case import Event
        from ...casefile.events import events_text, parse_events

        first = self.moment(parameters, context, "EVENT_TIME")
        events = parse_events(self.text(parameters, context, "EVENT_TIMES"))
        if events and events[0].begin != first:
            raise TomoshibiError(
                message(
                    "The first of the events ({first}) is not the event time ({event}). Correct one of the two.",
                    first=events_text(events[:1]),
                    event=first.isoformat(timespec="minutes"),
                )
            )
        return events or (Event(first),)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...aggregator.conditions import check_digit
        from ...casefile.case import Case

        folder = Path(self.parameterAsFile(parameters, "CASE", context))
        code = self.text(parameters, context, "MUNICIPALITY")
        practice = self.parameterAsBoolean(parameters, "PRACTICE", context)
        if int(code[5]) != check_digit(code[:5]) and not practice:
            progress.warn(
                message(
                    "The municipality code {code} does not have the check digit {digit}. "
                    "Compare it with the code list.",
                    code=code,
                    digit=check_digit(code[:5]),
                )
            )
        _refuse_others_folder(folder)
        _clear(folder)
        events = struck_only_there(self._events(parameters, context), self, parameters, context, progress)
        # a case that is there is refused below, and nothing of it is touched
        there = (folder / "case.json").exists()
        info = self._info(parameters, context, events)
        with tempfile.TemporaryDirectory() as apart:
            given = Given(self, parameters, context, progress, Path(apart))
            case, counts = _half_made(given, folder, info) if there else (None, {})
            if case is None:
                counts = {} if there else _kept_context(given, folder, progress)
                case = Case.create(folder, info)
                case.ledger.add(f"tomoshibi:{self.NAME}", "case.json", personal=False)
            given.note_layers(case, counts, progress)
            given.keep_lists(case, progress)
        shutil.rmtree(folder / MAKING, ignore_errors=True)
        settings.make_known(str(folder))
        return {"CASE": str(folder)}

    def _info(self, parameters: Parameters, context: QgsProcessingContext, events: tuple[Event, ...]) -> CaseInfo:
        """Return what the case is to say of itself."""
        from ...casefile.case import CaseInfo, Request, RequestKind

        return CaseInfo(
            name=self.text(parameters, context, "NAME"),
            event_time=events[0].begin,
            municipality=self.text(parameters, context, "MUNICIPALITY"),
            request=Request(
                RequestKind(self.choice(parameters, context, "REQUEST_KIND")),
                self.day(parameters, context, "REQUEST_DATE"),
                self.day(parameters, context, "USE_FROM"),
                self.day(parameters, context, "USE_TO"),
            ),
            practice=self.parameterAsBoolean(parameters, "PRACTICE", context),
            events=events,
            purpose=self.text(parameters, context, "PURPOSE"),
            operator=self.text(parameters, context, "OPERATOR"),
            terms=self.choice(parameters, context, "TERMS"),
            no_export=self.parameterAsBoolean(parameters, "NO_EXPORT", context),
            extension_by=self.text(parameters, context, "EXTENSION_BY"),
        )


def _half_made(given: Given, folder: Path, info: CaseInfo) -> tuple[Optional[Case], dict[str, int]]:
    """Return the case that a run which died made but for what it keeps, and the features of its layers.

    None where the case is whole, or another one.
    """
    from ...casefile.case import Case
    from ...casefile.own_inputs import own_inputs

    if not (folder / MAKING).is_dir():
        return None, {}
    case = Case.open(folder)
    said = case.info
    if (said.name, said.municipality, said.all_events) != (info.name, info.municipality, info.all_events):
        return None, {}
    kept = own_inputs(folder)
    return case, {kind: kept[kind].rows or 0 for kind in given.layers if kind in kept}


def _kept_context(given: Given, folder: Path, progress: FeedbackProgress) -> dict[str, int]:
    """Put the layers that are given into the new case before it is one; return how many features each has.

    They are written in a folder that marks a case in the making, so that a run that dies leaves none without them.
    """
    from ...files import replace_file

    making, package = folder / MAKING, folder / CONTEXT_FILE
    try:
        making.mkdir(parents=True, exist_ok=True)
        counts = {kind: given.write_layer(kind, making / CONTEXT_FILE, progress) for kind in given.layers}
        if counts:
            replace_file(making / CONTEXT_FILE, package)
        return counts
    except BaseException:
        _clear(folder)
        raise


def _clear(folder: Path) -> None:
    """Delete what a run left that died while it made a case here."""
    if (folder / MAKING).is_dir() and not (folder / "case.json").exists():
        (folder / CONTEXT_FILE).unlink(missing_ok=True)
        shutil.rmtree(folder / MAKING)


def _refuse_others_folder(folder: Path) -> None:
    """Raise where the folder holds anything: a case is disposed of as a whole, so it grows apart from other files."""
    dead = (folder / MAKING).is_dir()
    if folder.is_dir() and not (folder / "case.json").exists() and not dead and any(folder.iterdir()):
        raise TomoshibiError(
            message(
                "The folder {folder} is not empty. Choose a new or an empty folder for the case.", folder=str(folder)
            )
        )
