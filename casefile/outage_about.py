"""What is known of one 通電情報 publication besides its rows: `about.json` beside its table."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Mapping

from ..aggregator.outside import parse_json, shown
from ..files import write_text_atomic
from ..messages import TomoshibiError, message

FILE = "about.json"
SCOPES = ("all", "contractors", "unknown")


@dataclass(frozen=True)
class OutageAbout:
    """When a list was made, for which condition, and whom it was asked for."""

    created_at: datetime
    condition_id: str
    scope: str
    """`all` `contractors` `unknown`."""
    unread: Mapping[str, int] = field(default_factory=dict)
    """Part of the list → rows that could not be read."""


def read_about(folder: Path) -> OutageAbout:
    """Return what stands beside the table in `folder`. Raises `TomoshibiError` where it cannot be read."""
    try:
        record = parse_json((folder / FILE).read_bytes())
        condition_id, scope, unread = record["condition_id"], record["scope"], record.get("unread", {})
        if scope not in SCOPES or not isinstance(condition_id, str):
            raise ValueError(scope)
        return OutageAbout(
            datetime.fromisoformat(record["created_at"]).replace(tzinfo=None),
            condition_id,
            scope,
            {str(part): int(rows) for part, rows in unread.items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise TomoshibiError(
            message(
                "{file} of the 通電情報 {folder} cannot be read. Delete that folder below tables/outage of the case "
                "and import the file again.",
                file=FILE,
                folder=shown(folder.name),
            )
        ) from error


def write_about(folder: Path, about: OutageAbout) -> None:
    """Write what is known of the table in `folder`."""
    record = {
        "created_at": about.created_at.isoformat(),
        "condition_id": about.condition_id,
        "scope": about.scope,
        **({"unread": dict(about.unread)} if about.unread else {}),
    }
    write_text_atomic(folder / FILE, json.dumps(record, ensure_ascii=False))
