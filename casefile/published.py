"""Databases that a case was published to: what leads there again, for the next publication and for the disposal.

`postgis.json` holds an entry a schema: connection (no password), schema, the mark that tells the case there.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Optional

from ..aggregator.outside import parse_json
from ..files import write_text_atomic
from ..messages import TomoshibiError, message

PUBLISHED_FILE = "postgis.json"


@dataclass(frozen=True)
class Published:
    """One schema that results of a case were published to."""

    connection: str
    """Name of a connection of QGIS, or what leads to one without a password."""
    schema: str
    mark: str
    """What tells the case in the database, so that no other case is overwritten or dropped."""
    server: str
    """Server and database as they may be told."""
    database: str = ""
    """What tells the database from any other, by whatever name it is reached; "" where an older version published."""

    def is_at(self, other: Published) -> bool:
        """Whether both are one schema of one database."""
        return (self.schema, self.server) == (other.schema, other.server) and self.database in ("", other.database)

    @property
    def place(self) -> str:
        """The schema as the ledger tells it."""
        return f"postgres: {self.server} {self.schema}"


def published(folder: Path) -> list[Published]:
    """Return where a case was published to, in the order of publishing. Raises `TomoshibiError` where it is unclear."""
    path = Path(folder) / PUBLISHED_FILE
    if not path.is_file():
        return []
    try:
        return [Published(**each) for each in parse_json(path.read_bytes())]
    except (ValueError, TypeError) as error:
        raise TomoshibiError(
            message(
                "{file} of the case cannot be read: it says which databases the case was published to. Restore it from "
                "a copy of the case.",
                file=PUBLISHED_FILE,
            )
        ) from error


def to_publish(folder: Path, wanted: Published, held: Optional[str]) -> Published:
    """Return the entry of a schema, made and kept before anything is written there where it is new.

    Parameters
        wanted: where to; its mark does not count.
        held: the mark that stands in that schema, None where none does. A database that was restored elsewhere, or
            that a service of the same name leads to now, is another one: the entry of the first stays.
    """
    entries = published(folder)
    same = [each for each in entries if each.is_at(wanted)]
    known = [each.mark for each in (*same, *entries) if each.schema == wanted.schema]
    ours = held in known
    mark = str(held) if ours else (same[0].mark if same else uuid.uuid4().hex)
    entry = replace(wanted, mark=mark)
    kept = [each for each in entries if each not in same] + [entry]
    write_text_atomic(Path(folder) / PUBLISHED_FILE, json.dumps([asdict(each) for each in kept], ensure_ascii=False))
    return entry


def last_schema(folder: Path, server: str) -> Optional[str]:
    """Return the schema that a case was published to last in a database, None where it was not."""
    same = [each.schema for each in published(folder) if each.server == server]
    return same[-1] if same else None
