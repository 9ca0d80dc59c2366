"""The rows of a list of people to be helped, as they go out to those who look after them and come back answered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Optional

from qgis.core import NULL, QgsFeatureRequest, QgsVectorLayer

from ...aggregator.outside import shown
from ...analysis.periods import period_of
from ...casefile.answers import ENTERED, IDENTITY, person_of
from ...messages import Message, Progress, TomoshibiError, message

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...layers.spreadsheets import SheetRows

RESULT = "evacuationsupport"
"""Layer of the case with the people, in their order, and what was entered for them."""
FIELDS = ("priority", "row_no", "state", "care", "in_hazard", "reason", *IDENTITY, *ENTERED)
MOST_TEXT = 500
"""Letters taken of what somebody entered."""


@dataclass(frozen=True)
class SupportRow:
    """One person of the result."""

    fid: int
    values: Mapping[str, Any]
    """Values of `FIELDS`; None where the layer has none."""

    @property
    def code(self) -> str:
        """What tells the row in a workbook: the row of the list, and a digest of whose it is."""
        person = person_of(self.values)
        digest = hashlib.sha256("\0".join((person.number, person.key, person.name)).encode()).hexdigest()
        return f"{self.values['row_no']}-{digest[:10]}"


def open_support(case: Case) -> QgsVectorLayer:
    """Return the layer of the people. Raises `TomoshibiError` where it was not made."""
    from ...layers.opening import open_layer

    package = Path(case.folder) / "layers.gpkg"
    layer = open_layer(f"{package}|layername={RESULT}", RESULT) if package.is_file() else None
    if layer is None or not layer.isValid():
        raise TomoshibiError(
            message("The case has no list of whom to help. Run “List whom to help evacuate first” (evacuationsupport).")
        )
    return layer


def support_rows(layer: QgsVectorLayer) -> list[SupportRow]:
    """Return the people in the order of their priority."""
    names = [name for name in FIELDS if layer.fields().lookupField(name) >= 0]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    found = [
        SupportRow(
            feature.id(),
            {**dict.fromkeys(FIELDS), **{name: _plain(feature[name]) for name in names}},
        )
        for feature in layer.getFeatures(request)
    ]
    return sorted(found, key=lambda row: (row.values["priority"] is None, row.values["priority"] or 0))


def _plain(value: Any) -> Any:
    if value is None or value == NULL:
        return None
    return value.toPyDateTime() if hasattr(value, "toPyDateTime") else value


@dataclass(frozen=True)
class Answer:
    """What a workbook says of one person."""

    code: str
    response: str
    """Code of the answer."""
    by: str
    at: Optional[datetime]
    note: str
    where: str
    """File and row it stands in."""
    unread: str = ""
    """What stands where the moment should, and is none; the note keeps it."""


@dataclass(frozen=True)
class Merged:
    """What became of the answers."""

    taken: int
    same: int
    """Answers that were there already."""
    problems: tuple[Message, ...]
    """Those that were not taken, each with where it stands and why."""


@dataclass(frozen=True)
class Workbook:
    """Where the columns of a workbook that came back are looked for."""

    code: str
    response: str
    by: str
    at: str
    note: str
    words: Mapping[str, str]
    """Word of an answer, in any language, → its code."""


def answers_in(
    path: Path, sheet: SheetRows, book: Workbook, event: datetime
) -> Iterator[tuple[Optional[Answer], Optional[Message]]]:
    """Yield the answers of the rows of a workbook, or what is wrong with one.

    `event`: when the case's event began, by which a day without a year is told.

    Raises `TomoshibiError` where it is not one of the workbooks that were sent out.
    """
    rows = sheet.rows
    heading = list(rows[0]) if rows else []
    if book.code not in heading or book.response not in heading:
        raise TomoshibiError(
            message(
                "{file} is none of the workbooks that were sent out: it has no columns {code} and {response}.",
                file=shown(path.name),
                code=book.code,
                response=book.response,
            )
        )
    places = {
        name: heading.index(name) for name in (book.code, book.response, book.by, book.at, book.note) if name in heading
    }
    for number, row in zip(sheet.numbers[1:], rows[1:]):
        cell = {name: str(row[place]).strip()[:MOST_TEXT] if place < len(row) else "" for name, place in places.items()}
        if not cell[book.response]:
            continue
        where = f"{shown(path.name)}:{number}"
        response = book.words.get(cell[book.response])
        if response is None:
            yield (
                None,
                message("{where}: “{word}” is none of the answers.", where=where, word=shown(cell[book.response])),
            )
            continue
        yield _answer(cell, book, response, where, event), None


def _answer(cell: Mapping[str, str], book: Workbook, response: str, where: str, event: datetime) -> Answer:
    """Return the answer of a row; a moment that cannot be read stands in the note."""
    by, note, written = (cell.get(name, "") for name in (book.by, book.note, book.at))
    at = _moment(written, event)
    unread = written if at is None else ""
    note = f"{note} ({unread})".strip() if unread else note
    return Answer(cell[book.code], response, by, at, note, where, unread)


def _moment(text: str, event: datetime) -> Optional[datetime]:
    """Return the moment that a cell tells; None where it tells none, or no day, or no time of the day."""
    period = period_of(text, event).period
    return period.begin if period is not None and period.exact else None


def merge(layer: QgsVectorLayer, answers: Iterable[Answer], labels: Mapping[str, str], progress: Progress) -> Merged:
    """Enter answers in the layer, by whose they are; what is there already is never overwritten.

    `labels`: code of an answer → its word.

    Raises `TomoshibiError` where the layer cannot be written.
    """
    standing = {row.code: row for row in support_rows(layer)}
    taken: dict[int, Answer] = {}
    problems: list[Message] = []
    same = 0
    for answer in answers:
        row = standing.get(answer.code)
        if row is None:
            problems.append(
                message("{where}: this person is not, or no longer, in the list; look there.", where=answer.where)
            )
            continue
        before = taken[row.fid].response if row.fid in taken else row.values["response"]
        if before == answer.response:
            same += 1
        elif before:
            problems.append(
                message(
                    "{where}: “{new}” was answered, but “{old}” stands in the list already, and stays. Ask which "
                    "holds.",
                    where=answer.where,
                    new=labels.get(answer.response, answer.response),
                    old=shown(labels.get(str(before), str(before))),
                )
            )
        else:
            taken[row.fid] = answer
    progress.raise_if_cancelled()
    _enter(layer, taken)
    return Merged(len(taken), same, tuple(problems))


def _enter(layer: QgsVectorLayer, taken: Mapping[int, Answer]) -> None:
    from qgis.PyQt.QtCore import QDateTime

    fields = layer.fields()
    changes: dict[int, dict[int, Any]] = {}
    for fid, answer in taken.items():
        values = {"response": answer.response, "response_by": answer.by or None, "response_note": answer.note or None}
        values["response_at"] = (
            QDateTime.fromString(answer.at.isoformat(), "yyyy-MM-ddTHH:mm:ss") if answer.at else None
        )
        changes[fid] = {
            fields.lookupField(name): value
            for name, value in values.items()
            if fields.lookupField(name) >= 0 and value is not None
        }
    if changes and not layer.dataProvider().changeAttributeValues(changes):
        raise TomoshibiError(
            message(
                "The answers cannot be written into the list. Close other programs that have {file} open.",
                file="layers.gpkg",
            )
        )
