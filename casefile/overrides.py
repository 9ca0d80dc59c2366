"""What people said of facilities by telephone (電話確認), as the case keeps it: `told.jsonl`, only ever appended to.

Nothing is changed or taken out: what no longer holds is ended or withdrawn by a later line, so that a past map can be
made again as it was.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Iterable, Optional, Sequence

from ..aggregator.outside import parse_json, shown
from ..analysis.told_states import Told, ToldState, ToldStock, in_force, stocks_in_force
from ..files import append_line
from ..messages import TomoshibiError, message
from .case import Case
from .ledger import moment_in, now

TOLD_FILE = "told.jsonl"
MOST_LETTERS = 100
"""Of a name."""
AHEAD = timedelta(hours=1)
"""By how much the clock of another computer may be ahead of this one."""
AHEAD_IN_DRILL = timedelta(days=1)
"""How long after the newest data of a drill, whose time is that of its data, something may be told."""


def add_told(case: Case, told: Iterable[Told], algorithm: str) -> int:
    """Append what was said, enter it in the ledger and return how many facilities it was said of.

    What is the last thing said of a facility already, as after a run that was ended on its way, is not written twice.
    """
    path = case.folder / TOLD_FILE
    count = 0
    last = {one.facility_id: one for one in all_told(case)}
    for one in told:
        count += 1
        if last.get(one.facility_id) == replace(one, by=one.by[:MOST_LETTERS]):
            continue
        record: dict[str, Any] = {
            "facility_id": one.facility_id,
            "state": one.state.value,
            "by": one.by[:MOST_LETTERS],
            "at": one.at.isoformat(),
            "until": one.until.isoformat() if one.until else None,
        }
        if one.stock is not None:
            record.update(stock_l=one.stock.litres, stock_share=one.stock.share)
        append_line(path, json.dumps(record, ensure_ascii=False))
    case.ledger.add(algorithm, TOLD_FILE, (), personal=True)
    return count


def all_told(case: Case) -> list[Told]:
    """Return everything said, in the order of entry. Raises `TomoshibiError` naming a line that cannot be read."""
    path = case.folder / TOLD_FILE
    if not path.exists():
        return []
    found = []
    with open(path, "rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.rstrip().endswith(b"}"):
                # blank, or left half-written by a run that the system ended: it was never said to be entered
                continue
            try:
                found.append(_told(parse_json(line)))
            except (ValueError, TypeError, KeyError) as error:
                raise TomoshibiError(
                    message(
                        "{file}, line {line}: what was said of a facility cannot be read ({problem}). Put the file "
                        "back from a copy, or remove the line and enter it again.",
                        file=TOLD_FILE,
                        line=number,
                        problem=shown(str(error)),
                    )
                ) from error
    return found


def _told(record: Any) -> Told:
    until = record["until"]
    return Told(
        str(record["facility_id"]),
        ToldState(record["state"]),
        str(record["by"])[:MOST_LETTERS],
        moment_in(record["at"]),
        moment_in(until) if until else None,
        _stock(record.get("stock_l"), record.get("stock_share")),
    )


def _figure(told: Any) -> Optional[float]:
    """Return a number of a line, None where it tells none. Raises `ValueError` for what is none, as true."""
    if isinstance(told, bool):
        raise ValueError("stock")
    return None if told is None else float(told)


def _stock(told_l: Any, told_share: Any) -> Optional[ToldStock]:
    """Return the stock of a line, None where it tells none. Raises `ValueError` where it can be none."""
    litres, share = (_figure(told) for told in (told_l, told_share))
    if litres is None and share is None:
        return None
    if litres is not None and share is None and 0 <= litres < math.inf:
        return ToldStock(litres=litres)
    if share is not None and litres is None and 0 <= share <= 1:
        return ToldStock(share=share)
    raise ValueError("stock")


def latest(case: Case, data_at: Optional[datetime]) -> Optional[datetime]:
    """Return the moment after which nothing can have been said yet; None in a drill without data."""
    if not case.info.practice:
        return max(filter(None, (now(), data_at))) + AHEAD
    return data_at + AHEAD_IN_DRILL if data_at else None


def told_moment(case: Case, data_at: Optional[datetime], told: Sequence[Told]) -> datetime:
    """Return the moment for which told states count on a map that nobody asked for another moment.

    A telephone is faster than the data: what was said after them counts too. In a drill time is that of its data. A
    slip of the pen that lies ahead of all that does not end what the others said.
    """
    most = latest(case, data_at)
    moments = (
        [one.at for one in told if most is None or one.at <= most]
        + ([data_at] if data_at else [])
        + ([] if case.info.practice else [now()])
    )
    return max(moments, default=now())


def told_of(case: Case, data_at: datetime, asked: Optional[datetime]) -> dict[str, Told]:
    """Return what holds of each facility on a map of `data_at`; `asked` where a person asked for that very moment."""
    return in_force(*_told_by(case, data_at, asked))


def stocks_told_of(case: Case, data_at: datetime, asked: Optional[datetime]) -> dict[str, tuple[Told, ...]]:
    """Return what was told of facilities of whose tank something was, on a map of `data_at`; `asked` as `told_of`."""
    return stocks_in_force(*_told_by(case, data_at, asked))


def _told_by(case: Case, data_at: datetime, asked: Optional[datetime]) -> tuple[list[Told], datetime]:
    """Return everything said, and the moment up to which it counts on a map; parameters as of `told_of`."""
    told = all_told(case)
    return told, asked or told_moment(case, data_at, told)
