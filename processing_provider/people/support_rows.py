"""The rows of a list of people to be helped, as they go out to those who look after them and come back answered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Optional

from ...aggregator.outside import shown
from ...analysis.periods import period_of
from ...casefile.answers import ENTERED, IDENTITY, person_of
from ...casefile.packages_field import Answer
from ...messages import Message, Progress, TomoshibiError, message
from ..entered import write_answers
from ..output_targets import LAYERS

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...layers.gpkg import Target
    from ...layers.spreadsheets import SheetRows

RESULT = "evacuationsupport"
"""Layer of the case with the people, in their order, and what was entered for them."""
FIELDS = ("priority", "row_no", "state", "care", "in_hazard", "reason", *IDENTITY, *ENTERED)
MOST_TEXT = 500
"""Letters taken of what somebody entered."""


@dataclass(frozen=True)
class SupportRow:
    """One person of the result."""

    number: int
    """Of the row in its layer."""
    values: Mapping[str, Any]
    """Values of `FIELDS` as they are stored; None where the layer has none."""

    @property
    def answer(self) -> Answer:
        """What was entered for the person."""
        return Answer.of(self.values)

    @property
    def code(self) -> str:
        """What tells the row in a workbook: the row of the list, and a digest of whose it is."""
        person = person_of(self.values)
        digest = hashlib.sha256("\0".join((person.number, person.key, person.name)).encode()).hexdigest()
        return f"{self.values['row_no']}-{digest[:10]}"


def support_list_of(case: Case) -> Target:
    """Return where the list of the people stands."""
    from ...layers.gpkg import Target

    return Target(Path(case.folder) / LAYERS, RESULT)


def support_rows(target: Target) -> list[SupportRow]:
    """Return the people in the order of their priority. Raises `TomoshibiError` where there is no such list."""
    from ...layers.gpkg import read_rows

    stored = read_rows(target, FIELDS)
    if stored is None:
        raise TomoshibiError(
            message("The case has no list of whom to help. Run “List whom to help evacuate first” (evacuationsupport).")
        )
    found = [SupportRow(number, {**dict.fromkeys(FIELDS), **values}) for number, values in stored.items()]
    return sorted(found, key=lambda row: (row.values["priority"] is None, row.values["priority"] or 0))


@dataclass(frozen=True)
class Told:
    """What a workbook says of one person."""

    code: str
    answer: Answer
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
) -> Iterator[tuple[Optional[Told], Optional[Message]]]:
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
        yield _told(cell, book, response, where, event), None


def _told(cell: Mapping[str, str], book: Workbook, response: str, where: str, event: datetime) -> Told:
    """Return the answer of a row; a moment that cannot be read stands in the note."""
    by, note, written = (cell.get(name, "") for name in (book.by, book.note, book.at))
    at = _moment(written, event)
    unread = written if at is None else ""
    note = f"{note} ({unread})".strip() if unread else note
    moment = at.isoformat(timespec="seconds") if at is not None else ""
    return Told(cell[book.code], Answer(response, by, moment, note), where, unread)


def _moment(text: str, event: datetime) -> Optional[datetime]:
    """Return the moment that a cell tells; None where it tells none, or no day, or no time of the day."""
    period = period_of(text, event).period
    return period.begin if period is not None and period.exact else None


def merge(target: Target, told: Iterable[Told], labels: Mapping[str, str], progress: Progress) -> Merged:
    """Enter answers in the list, by whose they are; what is there already is never overwritten.

    `labels`: code of an answer → its word.

    Raises `TomoshibiError` where the list cannot be written.
    """
    rows = support_rows(target)
    standing = {row.code: row for row in rows}
    taken: dict[int, Told] = {}
    problems: list[Message] = []
    same = 0
    for one in told:
        row = standing.get(one.code)
        if row is None:
            problems.append(
                message("{where}: this person is not, or no longer, in the list; look there.", where=one.where)
            )
            continue
        before = (taken[row.number].answer if row.number in taken else row.answer).response
        if before == one.answer.response:
            same += 1
        elif before:
            problems.append(_contradicted(one, before, labels))
        else:
            taken[row.number] = one
    progress.raise_if_cancelled()
    written = write_answers(
        target, {row.number: row.values for row in rows}, {number: one.answer.values() for number, one in taken.items()}
    )
    lost = [one for number, one in taken.items() if number not in set(written)]
    problems += [
        message("{where}: the list was changed meanwhile; give the workbook again.", where=one.where) for one in lost
    ]
    return Merged(len(written), same, tuple(problems))


def _contradicted(one: Told, before: str, labels: Mapping[str, str]) -> Message:
    return message(
        "{where}: “{new}” was answered, but “{old}” stands in the list already, and stays. Ask which holds.",
        where=one.where,
        new=labels.get(one.answer.response, one.answer.response),
        old=shown(labels.get(before, before)),
    )
