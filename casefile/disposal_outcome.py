"""What a disposal (破棄) of a case did, for its report: records only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from ..aggregator.outside import parse_json
from ..files import write_text_atomic
from ..messages import Message, TomoshibiError, message

OUTCOME_FILE = "disposal.json"
"""File in the case folder that says that the case was disposed of, or is being."""
KINDS = ("received", "store", "tables", "layers", "sheets", "reports", "forms", "inputs", "postgis", "traces")
"""Kinds of what is deleted, in the order of the report."""


class CaseDisposed(TomoshibiError):
    """The data of the case were disposed of, or are being."""


@dataclass(frozen=True)
class Deleted:
    """What was deleted of one kind."""

    kind: str
    """One of `KINDS`."""
    count: int
    """Files, layers of a package, or traces."""
    bytes: int


@dataclass(frozen=True)
class Outstanding:
    """Something made of the data that left the case: it is with somebody else, and was not deleted."""

    path: str
    recipient: str
    when: str
    """ISO 8601 Japanese wall-clock time."""
    what: str
    """Id of the algorithm that made it."""


@dataclass(frozen=True)
class SearchScope:
    """What the search looked for, and what it could not look at."""

    points: int = 0
    """Supply points looked for."""
    texts: int = 0
    """Names, addresses and telephone numbers looked for."""
    texts_in_all: int = 0
    """How many of them the case held."""
    lists_unread: int = 0
    """Tables and lists of the case that could not be read for names: whoever stands there alone was not looked for."""
    files_unread: int = 0
    """Files that could not be looked through to their end."""

    @property
    def whole(self) -> bool:
        """Whether everybody of the case was looked for everywhere."""
        return self.texts >= self.texts_in_all and not self.lists_unread and not self.files_unread


@dataclass(frozen=True)
class DisposalOutcome:
    """What a disposal did."""

    begun_at: datetime
    """Japanese wall-clock time, as all times here."""
    finished_at: Optional[datetime]
    """None while it has not come to its end: run it again."""
    operator: str
    kept_statistics: bool
    """Whether 統計データ as received, and what was made of it alone, were kept at the user's wish."""
    deleted: tuple[Deleted, ...] = ()
    kept: tuple[str, ...] = ()
    """Places that were kept, as the ledger names them."""
    remaining: tuple[tuple[str, str], ...] = ()
    """(path, reason) of what should be gone and is not."""
    outstanding: tuple[Outstanding, ...] = ()
    searched: int = 0
    """Files and traces searched afterwards for supply points, names and addresses of the case."""
    found: tuple[str, ...] = ()
    """Places where one of them was found; not what was found."""
    scope: SearchScope = SearchScope()

    @property
    def count(self) -> int:
        """Everything deleted."""
        return sum(each.count for each in self.deleted)

    @property
    def proven(self) -> bool:
        """Whether it ended, nothing remains and nothing was found."""
        return self.finished_at is not None and not self.remaining and not self.found and self.searched > 0

    def to_json(self) -> str:
        """Return it as a JSON text."""
        record = asdict(self)
        for name in ("begun_at", "finished_at"):
            record[name] = record[name].isoformat() if record[name] else None
        return json.dumps(record, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> DisposalOutcome:
        """Return what a JSON text of `to_json` says. Raises ValueError, KeyError, TypeError for any other."""
        record: dict[str, Any] = parse_json(text)
        return cls(
            datetime.fromisoformat(record["begun_at"]),
            datetime.fromisoformat(record["finished_at"]) if record["finished_at"] else None,
            str(record["operator"]),
            bool(record["kept_statistics"]),
            tuple(Deleted(**each) for each in record["deleted"]),
            tuple(map(str, record["kept"])),
            tuple((str(place), str(reason)) for place, reason in record["remaining"]),
            tuple(Outstanding(**each) for each in record["outstanding"]),
            int(record["searched"]),
            tuple(map(str, record["found"])),
            SearchScope(**record["scope"]) if "scope" in record else SearchScope(),
        )


def read_outcome(case_folder: Path) -> Optional[DisposalOutcome]:
    """Return what the disposal of a case did, None where it was never disposed of.

    Raises
        TomoshibiError: the file is there and cannot be understood.
    """
    path = Path(case_folder) / OUTCOME_FILE
    if not path.is_file():
        return None
    try:
        return DisposalOutcome.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TomoshibiError(
            message("{file} of the case cannot be read. Run “Dispose of a case” (dispose) again.", file=OUTCOME_FILE)
        ) from error


def state_of(outcome: DisposalOutcome) -> Message:
    """Return what a disposal means for whoever opens the case."""
    if outcome.finished_at is None:
        return message(
            "The disposal of the case, begun on {begun}, has not come to its end. Run “Dispose of a case” (dispose) "
            "again: it goes on where it stopped.",
            begun=f"{outcome.begun_at:%Y-%m-%d %H:%M}",
        )
    return message(
        "The data of the case were disposed of on {day}: no results can be made of them. For new data make a new case.",
        day=f"{outcome.finished_at:%Y-%m-%d}",
    )


def refuse_disposed(case_folder: Path) -> None:
    """Raise where the data of a case were, or are being, disposed of.

    Raises
        CaseDisposed: nothing new is to come into the case, and there is nothing left that results could be made of.
    """
    found = read_outcome(case_folder)
    if found is not None:
        raise CaseDisposed(state_of(found))


def write_outcome(case_folder: Path, outcome: DisposalOutcome) -> None:
    """Write what a disposal did so far into the case folder, whole or not at all. Raises OSError."""
    write_text_atomic(Path(case_folder) / OUTCOME_FILE, outcome.to_json())
