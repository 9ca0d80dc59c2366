"""Failed radio relays that late readings showed (`tables/relays.json`): areas that were silent and had power."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Sequence

from ..aggregator.outside import parse_json
from ..analysis.relays import Relay
from ..files import write_text_atomic
from ..messages import TomoshibiError, message

if TYPE_CHECKING:
    from .case import Case

FILE = "tables/relays.json"


def keep_relays(case: Case, relays: Sequence[Relay], algorithm: str) -> bool:
    """Keep the failed relays in place of those known before, with a line of the ledger; return whether that changed.

    Raises
        OSError: the file cannot be written.
    """
    text = json.dumps([_record(relay) for relay in relays], ensure_ascii=False, indent=1)
    path = case.folder / FILE
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(path, text)
    case.ledger.add(algorithm, FILE, (), personal=True)
    return True


def known_relays(case: Case) -> list[Relay]:
    """Return the failed relays that the case knows of; [] where no audit found any.

    Raises
        TomoshibiError: the file cannot be read.
    """
    path = case.folder / FILE
    if not path.exists():
        return []
    try:
        return [
            Relay(
                str(each["area_id"]),
                int(each["meters"]),
                int(each["silent"]),
                datetime.fromisoformat(each["since"]),
                datetime.fromisoformat(each["until"]),
            )
            for each in parse_json(path.read_bytes())
        ]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TomoshibiError(
            message("{file} cannot be read. Delete it and run the audit of past maps again.", file=FILE)
        ) from error


def share_lost(case: Case) -> float:
    """Return the share of the case's meters that failed relays silenced, 0 where no audit found any.

    Raises
        TomoshibiError: the file cannot be read.
    """
    relays, meters = known_relays(case), case.readings.meters
    count = int((meters.flow == 1).sum()) if relays else 0
    return min(sum(relay.silent for relay in relays) / count, 1.0) if count else 0.0


def _record(relay: Relay) -> dict[str, object]:
    return {**asdict(relay), "since": relay.since.isoformat(), "until": relay.until.isoformat()}
