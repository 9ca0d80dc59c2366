"""What an intake gives back, and what it may be told besides the files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Sequence

from ...aggregator.conditions import Condition
from ...messages import Message
from ..reading_writer import IngestReport

NAMED = 5
"""Municipalities, or codes, named in a message."""


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file."""

    path: Path
    kind: Optional[str]
    """None where it could not be told."""
    rows: int = 0
    rejected: int = 0
    problem: Optional[Message] = None
    """Why the file could not be used; None where it was."""
    duplicate: bool = False
    """Whether its content was taken in before, in this run or an earlier one; its rows are not counted again."""


@dataclass(frozen=True)
class IntakeReport:
    """What was taken in."""

    files: int
    """Files taken in (members of a ZIP count each)."""
    rows: int
    """Rows of data in them, good or bad."""
    rejected: int
    by_kind: dict[str, int]
    """Kind → rows."""
    outcomes: tuple[FileOutcome, ...] = ()
    readings: Optional[IngestReport] = None
    """What the reading store says; None where there were no 電力データ."""
    repeated: int = 0
    """Rows of new files that were there already, by their keys (counted in `rows`, stored once)."""

    @property
    def duplicates(self) -> tuple[FileOutcome, ...]:
        """The files whose content was taken in before."""
        return tuple(outcome for outcome in self.outcomes if outcome.duplicate)

    @property
    def failed(self) -> tuple[FileOutcome, ...]:
        """The files that could not be used."""
        return tuple(outcome for outcome in self.outcomes if outcome.problem is not None)


@dataclass(frozen=True)
class Told:
    """What is known of files besides what stands in them."""

    complete: Optional[bool] = None
    """Whether all files of the sets are there, as somebody who fetched them by hand says; None: not known."""
    list_time: Optional[datetime] = None
    """Moment a 通電情報 was asked for, where no condition says it."""
    published: Mapping[str, datetime] = field(default_factory=dict)
    """File name → moment of publication as the server says, for names that do not."""
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    """File name → condition that it was published for, where an earlier import knew it."""


def good(outcomes: Iterable[FileOutcome]) -> list[FileOutcome]:
    """Return the outcomes of files that were taken in, for the first time and without a problem."""
    return [outcome for outcome in outcomes if outcome.problem is None and not outcome.duplicate]


def report_of(outcomes: Sequence[FileOutcome], readings: Optional[IngestReport], repeated: int) -> IntakeReport:
    """Return the sums over all files; `repeated` are rows of tables that were there already."""
    taken = good(outcomes)
    by_kind: Counter[Any] = Counter()
    for outcome in taken:
        by_kind[outcome.kind] += outcome.rows
    return IntakeReport(
        files=len(taken),
        rows=sum(outcome.rows for outcome in taken),
        rejected=sum(outcome.rejected for outcome in taken),
        by_kind=dict(by_kind),
        outcomes=tuple(outcomes),
        readings=readings,
        repeated=repeated + (readings.duplicates if readings else 0),
    )
