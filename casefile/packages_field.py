"""Field packages (タブレット): what went out, what came back, and what becomes of each row.

Rows are told by a UUID that is drawn for the package, and at home by the person or dwelling (`casefile.answers`); never
by their number, which a list made elsewhere does not share. What was sent is kept, so that a return is compared three
ways: as sent, as it is at home now, as it came back. Only what changed in the field and not at home is taken over.

    field/<package>.json   what was sent: of each row whose it is and what had been entered
    field/answers.jsonl    what was taken over, a line each, never changed
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional

from ..aggregator.outside import parse_json
from ..files import append_line, write_text_atomic
from ..messages import TomoshibiError, message
from .answers import ENTERED, Person, person_of

FOLDER, ANSWERS = "field", "answers.jsonl"
FORMAT = 1
ROW_ID = "row_uuid"
"""Field of a field package that tells its rows apart."""
PHOTO, PICTURE = "photo", "curve_picture"
"""Fields of a field package that name a picture taken there, and the curve of two days that went along."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LONGEST = 2000
"""Characters of a text from the field that are read."""
_JAPAN = timezone(timedelta(hours=9))
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True)
class Answer:
    """What was entered in a row; "" where nothing was."""

    response: str = ""
    by: str = ""
    at: str = ""
    """ISO 8601, Japanese wall-clock time, to the second."""
    note: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Answer:
        """Return what a row holds in the fields `ENTERED`, as SQLite or QGIS gives them."""
        response, by, at, note = (row.get(name) for name in ENTERED)
        return cls(_text(response), _text(by), moment_text(at), _text(note))

    def values(self) -> dict[str, Optional[str]]:
        """Return the fields `ENTERED` as SQLite takes them."""
        at = f"{self.at}.000" if self.at else None
        return dict(zip(ENTERED, (self.response or None, self.by or None, at, self.note or None)))

    def __bool__(self) -> bool:
        return self != Answer()


@dataclass(frozen=True)
class SentRow:
    """A row of a package, as it went out."""

    uuid: str
    person: Person
    answer: Answer


@dataclass(frozen=True)
class Sent:
    """A package that went out."""

    id: str
    made_at: str
    recipient: str
    columns: Mapping[str, tuple[str, ...]]
    """Result → the fields it had in the package."""
    rows: Mapping[str, tuple[SentRow, ...]]
    """Result → its rows."""


@dataclass(frozen=True)
class Returned:
    """A row that came back."""

    table: str
    uuid: str
    answer: Answer
    person: Person
    """As the row says it: blank where the package did not hold such columns."""
    wrong: Optional[str] = None
    """Name of a field whose value has another type than it must have; None where all can be read."""
    photo: str = ""


class Conflict:
    """Why a row that came back is not taken over: codes of the table of conflicts (words: `layers/style/codes.py`)."""

    TWICE = "answered_twice"
    """Another package's answer stands there by now."""
    AT_HOME = "changed_at_home"
    """Somebody changed it at home since it was sent."""
    GONE = "gone"
    """Who it is about is no longer in the list, or not with certainty."""
    UNKNOWN = "unknown_row"
    """No package of this case sent it: added in the field, or of another case."""
    COPIED = "copied"
    """It came back several times with different answers."""
    PERSON = "other_person"
    """It names somebody else than it was sent for."""
    TYPE = "not_understood"
    """A value is none that the field may hold."""
    EMPTIED = "emptied"
    """What had been entered was taken out in the field."""
    COLUMNS = "newer_columns"
    """The table has columns that were not sent: of a newer plugin, or added by hand."""


def decide(base: Answer, home: Answer, theirs: Answer, from_others: bool) -> Optional[str]:
    """Return what becomes of a row: "" take it over, None leave it as it is, else the code of the conflict.

    Parameters
        base: as it was sent, or as this package last brought it.
        home: as it stands in the list now.
        theirs: as it came back.
        from_others: whether what stands at home was brought by another package.
    """
    if theirs in (base, home):
        return None
    if not theirs.response and base.response:
        return Conflict.EMPTIED
    if home == base:
        return ""
    return Conflict.TWICE if from_others else Conflict.AT_HOME


def moment_text(value: object) -> str:
    """Return a time as ISO 8601 in Japanese wall-clock time to the second; "" where there is none or it is none.

    One with a zone (QGIS from 3.34.8 on writes UTC) is brought to Japan's; one without is Japanese time.
    """
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat()
    text = str(value or "").strip()
    if not _TIME.fullmatch(text):
        return ""
    try:
        moment = datetime.fromisoformat(_readable(text))
    except ValueError:
        return ""
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(_JAPAN).replace(tzinfo=None)
        except OverflowError:
            return ""
    return moment.replace(microsecond=0).isoformat()


def _readable(text: str) -> str:
    """Return a time as Python before 3.11 reads it: no Z, no odd count of decimals, a colon in the zone."""
    zone = re.search(r"(Z|[+-]\d\d:?\d\d)$", text[10:])
    plain = text if zone is None else text[: len(text) - len(zone[0])]
    offset = "" if zone is None else "+00:00" if zone[0] == "Z" else f"{zone[0][:3]}:{zone[0][-2:]}"
    plain = re.sub(r"\.\d+$", "", plain)
    return plain + (":00" if plain[10:].count(":") == 1 else "") + (offset if len(plain) > 10 else "")


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()[:LONGEST]


def keep_sent(case_folder: Path, sent: Sent) -> Path:
    """Write what a package holds into the case; return the file."""
    folder = Path(case_folder) / FOLDER
    folder.mkdir(exist_ok=True)
    record = {
        "format": FORMAT,
        "id": sent.id,
        "made_at": sent.made_at,
        "recipient": sent.recipient,
        "columns": {kind: list(columns) for kind, columns in sent.columns.items()},
        "rows": {
            kind: [[row.uuid, *_person_list(row.person), *_answer_list(row.answer)] for row in rows]
            for kind, rows in sent.rows.items()
        },
    }
    path = folder / f"{sent.id}.json"
    write_text_atomic(path, json.dumps(record, ensure_ascii=False))
    return path


def _person_list(person: Person) -> list[str]:
    return [person.number, person.key, person.name]


def _answer_list(answer: Answer) -> list[str]:
    return [answer.response, answer.by, answer.at, answer.note]


def all_sent(case_folder: Path) -> list[Sent]:
    """Return every package that went out of a case, the oldest first. Raises `TomoshibiError` naming a broken file."""
    folder = Path(case_folder) / FOLDER
    found = [_read_sent(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []
    return sorted(found, key=lambda sent: sent.made_at)


def _read_sent(path: Path) -> Sent:
    try:
        record = parse_json(path.read_bytes())
        if int(record["format"]) > FORMAT or not UUID.fullmatch(record["id"]):
            raise ValueError("format")
        rows = {
            str(kind): tuple(
                SentRow(str(row[0]), Person(*map(str, row[1:4])), Answer(*map(str, row[4:8]))) for row in kept
            )
            for kind, kept in record["rows"].items()
        }
        columns = {str(kind): tuple(map(str, names)) for kind, names in record["columns"].items()}
        return Sent(record["id"], str(record["made_at"]), str(record["recipient"]), columns, rows)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise TomoshibiError(
            message(
                "{file} of the case, which says what a field package held, cannot be read. Restore it from a copy, or "
                "update the plugin where a newer one wrote it.",
                file=f"{FOLDER}/{path.name}",
            )
        ) from error


@dataclass(frozen=True)
class Taken:
    """An answer that was taken over."""

    when: str
    package: str
    """Id of the package that brought it."""
    table: str
    uuid: str
    answer: Answer
    photo: str = ""
    """File of the case with the picture taken there."""


def keep_taken(case_folder: Path, taken: Iterable[Taken]) -> None:
    """Append what was taken over to the answers of the case."""
    path = Path(case_folder) / FOLDER / ANSWERS
    for one in taken:
        record = {
            "when": one.when,
            "package": one.package,
            "table": one.table,
            "row": one.uuid,
            **dict(zip(ENTERED, _answer_list(one.answer))),
            "photo": one.photo,
        }
        append_line(path, json.dumps(record, ensure_ascii=False))


def all_taken(case_folder: Path) -> list[Taken]:
    """Return what was taken over before, the oldest first; a line that a dead run left half-written is passed over."""
    path = Path(case_folder) / FOLDER / ANSWERS
    if not path.is_file():
        return []
    found = []
    for line in path.read_bytes().splitlines():
        try:
            record = parse_json(line)
            answer = Answer(*(str(record[name]) for name in ENTERED))
            when, package, table, row = (str(record[name]) for name in ("when", "package", "table", "row"))
            found.append(Taken(when, package, table, row, answer, str(record.get("photo", ""))))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def returned_person(row: Mapping[str, Any]) -> Person:
    """Return whose a row that came back says it is."""
    return person_of({name: _text(value) for name, value in row.items()})
