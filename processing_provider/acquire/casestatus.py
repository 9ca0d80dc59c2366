"""What is in a case: data times, ages, what is personal, days left."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext

from ... import settings
from ...messages import Message, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr, translate_message

if TYPE_CHECKING:
    from ...casefile.case import Event
    from ...casefile.data_status import DataStatus
    from ...casefile.summary import CaseSummary

IMPORTS_SHOWN = 20
"""Imports listed: the last ones are those that a mistake is seen in."""
PLAIN, NOTE, WARNING = "plain", "note", "warning"
"""How a line of the status is to be taken."""


class CaseStatus(TomoshibiAlgorithm):
    """CASE → NAME, METERS, SNAPSHOTS, STATISTICS_DAYS, READING_DAYS, PERSONAL, DAYS_LEFT, DETAILS."""

    NAME = "casestatus"
    GROUP = "acquire"
    PERSONAL = False
    TAGS = ("案件", "状況", "利用期間", "個人データ", "台帳", "case", "status", "period of use", "anken", "joukyou")

    def title(self) -> str:
        return tr("Show what is in a case")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add_number("NAME", tr("Name of the disaster or drill"), text=True)
        self.add_number("MUNICIPALITY", tr("Municipality code"), text=True)
        self.add_number("METERS", tr("Supply points in the contract master"))
        self.add_number("READING_DAYS", tr("Days of readings"))
        self.add_number("SNAPSHOTS", tr("Outage publications"))
        self.add_number("STATISTICS_DAYS", tr("Days of statistics"))
        self.add_number("PERSONAL", tr("Files and layers with personal data"))
        self.add_number("DAYS_LEFT", tr("Days left of the period of use"))
        self.add_number("DETAILS", tr("Everything that was found (JSON)"), text=True)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.data_status import status_now
        from ...casefile.disposal_outcome import read_outcome
        from ...casefile.summary import summarise

        case = self.case(parameters, context)
        summary = summarise(case)
        sections = details(summary)
        if read_outcome(case.folder) is None:
            # after a disposal nothing is missing: it is gone
            sections.append(reach(status_now(case, summary.at, settings.old_hours())))
        for _, rows in sections:
            for item, value, state in rows:
                line = message("{item}: {value}", item=item, value=value)
                (progress.warn if state == WARNING else progress.info)(line)
        written = [
            {
                "section": translate_message(title),
                "rows": [{"item": translate_message(i), "value": _shown(v), "state": state} for i, v, state in rows],
            }
            for title, rows in sections
        ]
        return {
            "NAME": summary.info.name,
            "MUNICIPALITY": summary.info.municipality,
            "METERS": summary.master_points,
            "READING_DAYS": summary.reading_days,
            "SNAPSHOTS": summary.snapshots,
            "STATISTICS_DAYS": summary.statistics_days,
            "PERSONAL": len(summary.personal),
            "DAYS_LEFT": summary.days_left,
            "DETAILS": json.dumps(written, ensure_ascii=False),
        }


def reach(status: DataStatus) -> tuple[Message, list[tuple[Message, object, str]]]:
    """Return the section that tells how far the data reach and what is missing of them."""
    from ...casefile.data_status import told

    rows: list[tuple[Message, object, str]] = [(message("Data"), told(status), WARNING if status.old else PLAIN)]
    rows += [(message("Missing"), what, WARNING) for what in status.missing]
    return message("How far the data reach"), rows


def _shown(value: object) -> str:
    return translate_message(value) if isinstance(value, Message) else str(value)


def _age(summary: CaseSummary, moment: Optional[datetime]) -> Message:
    """Return a moment of the data with its age, as a person says it."""
    hours = summary.age_hours(moment)
    if moment is None or hours is None:
        return message("none")
    when = moment.strftime("%Y-%m-%d %H:%M")
    if hours < 0:
        return message("{when} (later than now)", when=when)
    if hours < 48:
        return message("{when} ({hours} h ago)", when=when, hours=f"{hours:.0f}")
    return message("{when} ({days} days ago)", when=when, days=int(hours // 24))


def _use_period(summary: CaseSummary) -> tuple[Message, str]:
    request, left = summary.info.request, summary.days_left
    left_until = {"days": left, "day": request.use_to}
    texts = {
        "unknown": (message("no end is set; look it up in the request"), NOTE),
        "over": (
            message("over since {day}: delete the data and report it", day=request.use_to),
            WARNING,
        ),
        "near": (message("{days} days left, until {day}: prepare the deletion", **left_until), WARNING),
        "open": (message("{days} days left, until {day}", **left_until), PLAIN),
    }
    return texts[summary.use_state]


Row = tuple[Message, object, str]
"""Item, its value, and how to take it."""


def details(summary: CaseSummary) -> list[tuple[Message, list[Row]]]:
    """Return (section, rows of (item, value, how to take it)), ready to be shown."""
    imports = _import_rows(summary)
    return [
        (message("Case"), _case_rows(summary)),
        (message("Data"), _data_rows(summary)),
        *([(message("Imports, the last one below (undoimport takes one back)"), imports)] if imports else []),
        (message("Personal data"), _personal_rows(summary)),
    ]


def _case_rows(summary: CaseSummary) -> list[Row]:
    info, request = summary.info, summary.info.request
    kind = {"blanket": message("blanket request"), "individual": message("individual request")}[request.kind.value]
    asked = message("{kind}, {day}", kind=kind, day=request.date or message("day not entered"))
    period, urgency = _use_period(summary)
    drill: list[Row] = [(message("Drill"), message("the data are invented"), NOTE)]
    return [
        (message("Name"), info.name, PLAIN),
        *(drill if info.practice else ()),
        (message("Struck at"), _events(info.all_events), PLAIN),
        (message("Municipality code"), info.municipality, PLAIN),
        (message("Request"), asked, PLAIN),
        (message("Period of use"), period, urgency),
    ]


def _data_rows(summary: CaseSummary) -> list[Row]:
    span = message("none")
    if summary.readings:
        begin, end = (moment.date() for moment in summary.readings)
        span = message("{days} days, {begin} to {end}", days=summary.reading_days, begin=begin, end=end)
    statistics = message("none")
    if summary.statistics:
        first, last = summary.statistics
        statistics = message("{days} days, {begin} to {end}", days=summary.statistics_days, begin=first, end=last)
    return [
        (message("Contract master"), _count(summary.master_points), PLAIN),
        (message("Meters with readings"), _count(summary.reading_meters), PLAIN),
        (message("Readings"), span, PLAIN),
        (message("Steps of the readings"), _steps(summary), PLAIN),
        (message("Newest reading"), _age(summary, summary.readings[1] if summary.readings else None), PLAIN),
        (message("Outage publications"), _count(summary.snapshots), PLAIN),
        (message("Newest outage publication"), _age(summary, summary.newest_snapshot), PLAIN),
        (message("Statistics"), statistics, PLAIN),
        (
            message("Registered contractors"),
            message("list not known") if summary.contractors is None else _count(summary.contractors),
            PLAIN,
        ),
    ]


def _import_rows(summary: CaseSummary) -> list[Row]:
    return [
        (
            message("Import"),
            message("{id}: {files} file(s), {rows} rows", id=one.id, files=len(one.files), rows=one.rows),
            PLAIN,
        )
        for one in summary.imports[-IMPORTS_SHOWN:]
    ]


def _disk(summary: CaseSummary) -> str:
    """Return how to take whether the disk is encrypted: a warning where personal data lie open."""
    from ...casefile.disk_encryption import Encryption

    if summary.disk.state is Encryption.NO:
        return WARNING if summary.personal else NOTE
    return NOTE if summary.disk.state is Encryption.UNKNOWN else PLAIN


def _personal_rows(summary: CaseSummary) -> list[Row]:
    personal = len(summary.personal)
    return [
        (
            message("To be deleted"),
            message("{count} files and layers", count=personal) if personal else message("none"),
            NOTE if personal else PLAIN,
        ),
        (message("Not personal"), message("{count} files and layers", count=summary.harmless), PLAIN),
        (message("Encryption of the disk"), summary.disk.words, _disk(summary)),
        *((message("File or layer"), path, PLAIN) for path in summary.personal),
    ]


def _events(events: tuple[Event, ...]) -> Message:
    """Return when the events struck, the oldest first.

    With the end where one lasted, and whether it struck a part of the area only.
    """
    told = []
    for event in events:
        begin, end = f"{event.begin:%Y-%m-%d %H:%M}", f"{event.end:%Y-%m-%d %H:%M}" if event.end else ""
        lasted = message("{begin} to {end}", begin=begin, end=end) if end else message("{begin}", begin=begin)
        told.append(message("{event} (in a part of the area)", event=lasted) if event.area else lasted)
    return _in_a_row(told)


def _in_a_row(told: list[Message]) -> Message:
    """Return messages as one, with commas between them."""
    found = told[0]
    for one in told[1:]:
        found = message("{first}, {second}", first=found, second=one)
    return found


def _steps(summary: CaseSummary) -> Message:
    """Return in which step lengths readings came, and how many meters ever came in each."""
    told = [
        message("{minutes} min ({meters} meters)", minutes=minutes, meters=f"{meters:,}")
        for minutes, meters, _ in summary.reading_steps
    ]
    return _in_a_row(told or [message("none")])


def _count(number: int) -> object:
    return f"{number:,}" if number else message("none")
