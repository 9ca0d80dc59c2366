"""Databases that a case was published to: what leads there again, for the next publication and for the disposal.

`postgis.json` holds an entry a schema: connection (no password), schema, the mark that tells the case there.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
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


def to_publish(folder: Path, connection: str, schema: str, server: str) -> Published:
    """Return the entry of a schema, made and kept before anything is written there where it is new."""
    held = published(folder)
    same = [each for each in held if (each.schema, each.server) == (schema, server)]
    mark = same[0].mark if same else uuid.uuid4().hex
    entry = Published(connection, schema, mark, server)
    kept = [each for each in held if each not in same] + [entry]
    write_text_atomic(Path(folder) / PUBLISHED_FILE, json.dumps([asdict(each) for each in kept], ensure_ascii=False))
    return entry


def last_schema(folder: Path, server: str) -> Optional[str]:
    """Return the schema that a case was published to last in a database, None where it was not."""
    same = [each.schema for each in published(folder) if each.server == server]
    return same[-1] if same else None
