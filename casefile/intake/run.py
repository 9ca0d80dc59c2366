"""One run of an intake: what it knows of the case and of its files, and how it enters them in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Sequence

import numpy as np

from ...aggregator.conditions import Condition
from ...aggregator.errors import ConditionError
from ...aggregator.profile import Profile
from ...aggregator.readers import CONTRACTORS, published_time
from ...aggregator.rejects import SUFFIX as REJECTS_SUFFIX
from ...messages import Message, Progress, message
from .. import events_log, months
from ..case import Case
from ..ledger import now, sha256_of
from ..parquet import ExportedList
from ..publications import UNPACKED, condition_beside, file_of
from .look import Look, look_at
from .report import FileOutcome, Told

if TYPE_CHECKING:
    import pandas as pd

BYHAND = "byhand"
PERSONAL = frozenset({"reading", "master", "outage", months.KIND, events_log.KIND, CONTRACTORS})
"""Kinds that are 個人データ; statistics are not."""
CONDITION = "condition.json"
UNDO = "tomoshibi:undoimport"
"""Who enters in the ledger that a file was taken back."""
RECEIVED, MADE = "received/", ("readings", "tables/")
"""How ledger paths begin, of what was received and of what was made of it."""


@dataclass
class IntakeRun:
    """One run."""

    case: Case
    profile: Profile
    condition: Optional[Condition]
    scope: str
    progress: Progress
    algorithm: str
    told: Told = field(default_factory=Told)
    outcomes: list[FileOutcome] = field(default_factory=list)
    repeated: int = 0
    kept: dict[str, list[Path]] = field(default_factory=dict)
    """Checksum → received files of that content, of earlier runs and of this one."""
    taken: set[str] = field(default_factory=set)
    """Checksums of what stands in the readings and tables already."""
    sizes: set[int] = field(default_factory=set)
    """Bytes of the received files in `kept`: a file of another size is none of them."""
    looks: dict[Path, Look] = field(default_factory=dict)
    conditions: dict[Path, Optional[Condition]] = field(default_factory=dict)
    """Folder → the condition that lies in it."""
    origins: dict[Path, Path] = field(default_factory=dict)
    """File in the case → where it was copied from in this run."""

    exported: ExportedList = field(default_factory=ExportedList)
    """What exports consist of that files of this run are part of."""

    rows: dict[Path, int] = field(default_factory=dict)
    """Rows of each table read, also of one taken in before by a run that died before it said so."""

    def __post_init__(self) -> None:
        sources: set[str] = set()
        digest_of: dict[str, str] = {}
        for entry in self.case.ledger.entries():
            if entry.path.startswith(RECEIVED) and entry.sha256:
                digest_of[entry.path] = entry.sha256
            elif entry.path.startswith(RECEIVED) and entry.algorithm == UNDO:
                # taken back: the same file may come again, and is then new
                digest_of.pop(entry.path, None)
                sources.discard(entry.path)
            elif entry.path.startswith(MADE):
                sources.update(entry.sources)
        for place, digest in digest_of.items():
            if (self.case.folder / place).is_file():
                self.keep(self.case.folder / place, digest)
        self.taken = {digest_of[place] for place in sources if place in digest_of}

    def keep(self, path: Path, digest: str) -> None:
        """Note that a received file has this checksum."""
        self.kept.setdefault(digest, []).append(path)
        self.sizes.add(path.stat().st_size)

    def look(self, path: Path) -> Look:
        """Return what is known of a file from one reading a run. Raises `OSError`."""
        if path not in self.looks:
            self.looks[path] = look_at(path)
        return self.looks[path]

    def digest(self, path: Path) -> str:
        """Return the checksum of a file. Raises `OSError`."""
        return self.look(path).sha256

    def stamp(self, path: Path) -> Optional[datetime]:
        """Return the moment of publication that the name says."""
        return published_time(path, self.profile)

    def published(self, path: Path) -> Optional[datetime]:
        """Return when a file was published: by its name, its ZIP's, or as the server said; None where none says."""
        zipped = published_time(Path(file_of(path)), self.profile)
        return self.stamp(path) or zipped or self.told.published.get(file_of(path))

    def known(self, path: Path) -> Optional[Path]:
        """Return a received file that is the same publication: the same content, and no other time in the name."""
        stamp = self.stamp(path)
        for other in self.kept.get(self.digest(path), ()):
            if other.is_file() and stamp in (None, self.stamp(other)):
                return other
        return None

    def count_repeated(self, path: Path, rows: int) -> None:
        """Add rows of a new file whose keys were there already; a file taken in before adds none."""
        if self.digest(path) not in self.taken:
            self.repeated += rows

    def again(self, path: Path, kind: Optional[str]) -> None:
        """Note a file whose content was taken in before."""
        self.progress.info(
            message("{file} has the same content as a file taken in before; nothing is counted twice.", file=path.name)
        )
        self.outcomes.append(FileOutcome(path, kind, duplicate=True))

    def fail(self, path: Path, what: Message, kind: Optional[str] = None) -> None:
        """Note and tell a file that could not be used."""
        self.progress.warn(what)
        self.outcomes.append(FileOutcome(path, kind, problem=what))


def folder_of(run: IntakeRun, path: Path) -> str:
    """Return the folder of `received` that a file lies in: the condition's id, or `BYHAND`."""
    received = (run.case.folder / "received").resolve()
    return path.resolve().relative_to(received).parts[0]


def turn_of(run: IntakeRun, path: Path) -> tuple[datetime, str]:
    """Return what files are ordered by: publication, what says none last; then the content itself."""
    return run.stamp(path) or datetime.max, run.digest(path)


def profile_for(run: IntakeRun, path: Path) -> Profile:
    """Return the profile; for マスタ情報 without a header row, with the items that its condition asked for."""
    if run.profile.file("master").header:
        return run.profile
    condition = condition_of(run, path)
    if condition is None or not condition.master_items:
        return run.profile
    return run.profile.with_columns("master", condition.master_items)


def enter_received(run: IntakeRun, path: Path, personal: bool) -> None:
    """Enter a received file in the ledger, once for the same content."""
    digest = run.digest(path) if not path.name.endswith(REJECTS_SUFFIX) else sha256_of(path)
    place = run.case.relative(path)
    if any(entry.path == place and entry.sha256 == digest for entry in run.case.ledger.entries()):
        return
    run.case.ledger.add(run.algorithm, place, [run.case.relative(path.parent)], personal, digest)


def enter_made(run: IntakeRun, place: str, sources: Sequence[Path], personal: bool) -> None:
    """Enter in the ledger what was made of received files."""
    run.case.ledger.add(run.algorithm, place, [run.case.relative(path) for path in sources], personal)


def note_taken(run: IntakeRun, path: Path, kind: str, rows: int, rejected: int) -> None:
    """Note a file that was taken in; one that was before is not counted again."""
    run.rows[path] = rows
    if run.digest(path) in run.taken and rows:
        run.again(path, kind)
    else:
        run.outcomes.append(FileOutcome(path, kind, rows, rejected))


def warn_empty(run: IntakeRun, path: Path, kind: str) -> None:
    """Tell that a publication has no rows."""
    title = run.profile.file(kind).title if kind in run.profile.files else kind
    run.progress.warn(
        message(
            "{file} ({title}) is an empty publication: it has no rows. Check the period and the items of the"
            " condition.",
            file=path.name,
            title=title,
        )
    )


def published_at(run: IntakeRun, path: Path, table: pd.DataFrame) -> np.datetime64:
    """Return when a file was published: by its name or the server, else by its rows, else now."""
    named = run.published(path)
    if named is None and "created_at" in table and table["created_at"].notna().any():
        return np.datetime64(table["created_at"].max(), "s")
    return np.datetime64(named or now(), "s")


def condition_of(run: IntakeRun, path: Path) -> Optional[Condition]:
    """Return the condition a file was published for: the one given, else that of `condition.json` beside the file."""
    if run.condition is not None:
        return run.condition
    if file_of(path) in run.told.conditions:
        return run.told.conditions[file_of(path)]
    found = _beside(run, path)
    archive = path.parent.with_name(file_of(path)) if path.parent.name.endswith(UNPACKED) else path
    return _beside(run, run.origins[archive]) if found is None and archive in run.origins else found


def _beside(run: IntakeRun, path: Path) -> Optional[Condition]:
    if path.parent not in run.conditions:
        try:
            run.conditions[path.parent] = condition_beside(path, run.profile)
        except (OSError, ValueError, ConditionError):
            run.conditions[path.parent] = None
            run.progress.warn(
                message("{file} beside {other} cannot be read; it was left aside.", file=CONDITION, other=path.name)
            )
    return run.conditions[path.parent]
