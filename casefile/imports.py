"""What was taken in when: one record for each import of files (imports.jsonl), so that one can be taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Mapping, Optional

from ..aggregator.outside import parse_json
from ..files import append_line
from ..messages import TomoshibiError, message

if TYPE_CHECKING:
    from .case import Case

FILE = "imports.jsonl"


@dataclass(frozen=True)
class Import:
    """One import: the files it brought, and what it was told of them."""

    id: str
    """`20260120T041500-1`: time of the import and its number in the case."""
    algorithm: str
    files: tuple[str, ...]
    """Received files as they were given (a ZIP as one), inside the case, with `/`."""
    scope: str = "unknown"
    complete: Optional[bool] = None
    list_time: Optional[datetime] = None
    published: Mapping[str, datetime] = field(default_factory=dict)
    """File name → moment of publication as the server said."""
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """File → the condition that it was published for, as on the wire."""
    rows: int = 0
    """Rows taken in; 0 where the import was ended before its end."""
    undone: bool = False


def _moment(text: Optional[str]) -> Optional[datetime]:
    return None if text is None else datetime.fromisoformat(text)


def read_imports(case: Case) -> list[Import]:
    """Return the imports of a case in their order, those taken back among them.

    Raises `TomoshibiError` naming a line that cannot be read; a torn last line is passed over.
    """
    path = case.folder / FILE
    found: dict[str, Import] = {}
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    for number, line in enumerate(lines, 1):
        if not line.strip(b" \r\0"):
            continue
        try:
            record = parse_json(line)
            if "files" in record:
                found[record["id"]] = _import(record)
            else:
                found[record["id"]] = replace(
                    found[record["id"]], rows=record.get("rows", 0), undone=bool(record.get("undone"))
                )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if number == len(lines) or not line.endswith(b"}"):
                continue
            raise TomoshibiError(
                message("Line {line} of {file} cannot be read. Mend or remove the line.", line=number, file=FILE)
            ) from error
    return list(found.values())


def _import(record: Mapping[str, Any]) -> Import:
    return Import(
        str(record["id"]),
        str(record["algorithm"]),
        tuple(str(each) for each in record["files"]),
        str(record["scope"]),
        record["complete"],
        _moment(record["list_time"]),
        {str(name): datetime.fromisoformat(moment) for name, moment in record["published"].items()},
        dict(record["conditions"]),
    )


def begin_import(case: Case, entry: Import) -> None:
    """Note an import before anything is made of its files."""
    record = {
        "id": entry.id,
        "algorithm": entry.algorithm,
        "files": list(entry.files),
        "scope": entry.scope,
        "complete": entry.complete,
        "list_time": entry.list_time.isoformat() if entry.list_time else None,
        "published": {name: moment.isoformat() for name, moment in entry.published.items()},
        "conditions": dict(entry.conditions),
    }
    append_line(case.folder / FILE, json.dumps(record, ensure_ascii=False))


def end_import(case: Case, entry_id: str, rows: int) -> None:
    """Note how many rows an import took in."""
    append_line(case.folder / FILE, json.dumps({"id": entry_id, "rows": rows}))


def note_undone(case: Case, entry: Import) -> None:
    """Note that an import was taken back."""
    append_line(case.folder / FILE, json.dumps({"id": entry.id, "rows": entry.rows, "undone": True}))


def new_id(case: Case, moment: datetime) -> str:
    """Return the id of the next import."""
    return f"{moment:%Y%m%dT%H%M%S}-{len(read_imports(case)) + 1}"
