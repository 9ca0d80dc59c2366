"""Failed radio relays that late readings showed (`tables/relays.json`): areas that were silent and had power."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Mapping, Sequence

import numpy as np

from ..aggregator.keys import as_bytes, places_among
from ..aggregator.outside import parse_json
from ..analysis.relays import NO_RELAY, Behind, Relay, behind, by_area, nobody
from ..arrays import IntArray, TextArray
from ..files import write_text_atomic
from ..messages import TomoshibiError, message
from .ledger import moment_in

if TYPE_CHECKING:
    from .case import Case
    from .case_arrays import Meters

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
        return [_relay(each) for each in parse_json(path.read_bytes())]
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
    return min(sum(by_area(relays).values()) / count, 1.0) if count else 0.0


def behind_relays(case: Case, meters: Meters, at: datetime) -> Behind:
    """Return which meters may be silent behind a relay that an audit found, as far as readings up to a moment tell.

    Raises
        TomoshibiError: the file cannot be read.
    """
    from .case_arrays import last_readings

    # a silence that begins later is not there yet, and of less than this none is told
    relays = [relay for relay in known_relays(case) if relay.since < at]
    if not relays:
        return nobody(len(meters.rows))
    last = np.full(len(meters.rows), np.datetime64("NaT", "s"))
    found = np.full(len(meters.rows), NO_RELAY, dtype=np.int32)
    for failed in _one_an_area(relays):
        member = _members(meters, relays, failed)
        some = np.flatnonzero((member != NO_RELAY) & np.isnat(last))
        if len(some):
            last[some] = last_readings(case, at, meters.rows[some])
        here = behind(relays, member, last).relay
        found = np.where(here != NO_RELAY, here, found)
    return Behind(relays, found)


def _one_an_area(relays: Sequence[Relay]) -> list[list[int]]:
    """Return the positions of relays in parts that hold no area twice: a relay may have failed at several events."""
    parts: list[list[int]] = []
    count: Counter[str] = Counter()
    for position, relay in enumerate(relays):
        if count[relay.area_id] == len(parts):
            parts.append([])
        parts[count[relay.area_id]].append(position)
        count[relay.area_id] += 1
    return parts


def _members(meters: Meters, relays: Sequence[Relay], chosen: Sequence[int]) -> IntArray:
    """Return of which of the relays chosen each meter's area is, its position, int32 (meters); `NO_RELAY` for none."""
    found = np.full(len(meters.rows), NO_RELAY, dtype=np.int32)
    numbers = [number for position in chosen for number in relays[position].of]
    if numbers:
        of = np.repeat(np.array(chosen, dtype=np.int32), [len(relays[position].of) for position in chosen])
        place = places_among(as_bytes(meters.number), as_bytes(np.array(numbers)))
        found[place[place >= 0]] = of[place >= 0]
    return found


def towns(case: Case, meters: Meters) -> TextArray:
    """Return the municipality of each meter, str (meters): 5 digits of the code of its address, "" without one."""
    from .contracts import asked_of, supply_pieces

    found = np.full(len(meters.rows), "", dtype="U5")
    if "address_code" in case.master_columns():
        asked = asked_of(case, meters.rows, meters.number)
        for piece in supply_pieces(case, ("address_code",)):
            place, position = asked.among(piece)
            codes = piece.table["address_code"].fillna("").astype(str).str[:5].to_numpy(dtype="U5")
            found[position] = codes[place]
    return found


def _relay(told: Mapping[str, Any]) -> Relay:
    """Return a relay as it is kept; files of earlier versions do not tell of what is behind it."""
    return Relay(
        str(told["area_id"]),
        int(told["meters"]),
        int(told["silent"]),
        moment_in(told["since"]),
        moment_in(told["until"]),
        int(told.get("dark", 0)),
        moment_in(told["told_at"]) if "told_at" in told else datetime.min,
        tuple(str(number) for number in told.get("of", ())),
    )


def _record(relay: Relay) -> dict[str, object]:
    moments = {name: getattr(relay, name).isoformat() for name in ("since", "until", "told_at")}
    return {**asdict(relay), **moments}
