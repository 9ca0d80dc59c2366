"""What is in a case, how old it is, what of it is personal, and how long it may still be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Optional

import numpy as np

from .case import Case, CaseInfo
from .data_status import present_moment
from .disk_encryption import DiskEncryption, encryption_of
from .disposal_outcome import read_outcome
from .expectations import expectations
from .imports import Import, read_imports
from .intake.run import RECEIVED, UNDO
from .ledger import now as present
from .reported import begin_of
from .terms import REMINDER_DAYS, days_left, period_in


@dataclass(frozen=True)
class CaseSummary:
    """The contents of a case. Times are Japanese wall-clock times; None is “not there” or “not known”, never 0."""

    info: CaseInfo
    at: datetime
    """Moment of looking."""
    aged_at: datetime
    """Moment at which ages are told: that of looking, in a drill its own."""
    master_points: int
    """Distinct supply points in マスタ情報."""
    reading_meters: int
    """Meters (supply point and flow) that ever sent 電力データ into the case."""
    reading_days: int
    readings: Optional[tuple[datetime, datetime]]
    """Begin of the first half-hour and end of the last one that came in bulk; rows of a few meters do not count."""
    reading_steps: tuple[tuple[int, int, int], ...]
    """(minutes, meters that ever came in it, days) of each step length of the readings, the coarsest first."""
    snapshots: int
    """通電情報 publications."""
    newest_snapshot: Optional[datetime]
    statistics_days: int
    statistics: Optional[tuple[date, date]]
    """First and last day of 通電計器数."""
    contractors: Optional[int]
    """特定契約者 registered, None where the list is not known."""
    personal: tuple[str, ...]
    """Ledger paths that hold or derive from personal data, each once."""
    harmless: int
    """Ledger paths that do not."""
    disk: DiskEncryption
    """Whether the disk under the case is encrypted."""
    imports: tuple[Import, ...] = ()
    """Imports that can be taken back, oldest first."""

    @property
    def days_left(self) -> Optional[int]:
        """Days until the last day of use: 0 on that day, negative afterwards; None where no end is set."""
        return days_left(period_in(self.info), self.at.date())

    @property
    def use_state(self) -> str:
        """`unknown` no end is set, `over` it has passed, `near` within `REMINDER_DAYS`, `open`."""
        left = self.days_left
        if left is None:
            return "unknown"
        return "over" if left < 0 else "near" if left <= REMINDER_DAYS else "open"

    def age_hours(self, moment: Optional[datetime]) -> Optional[float]:
        """Return how old a moment of the data is, in hours; None where there is none."""
        return None if moment is None else (self.aged_at - moment).total_seconds() / 3600


def summarise(case: Case, at: Optional[datetime] = None) -> CaseSummary:
    """Look through a case; `at` is the moment of looking, by default now. Raises `TomoshibiError` for a broken case."""
    looked_at = at or present()
    snapshots = case.outage_snapshots()
    statistics = case.statistics()
    days = np.unique(statistics["date"].to_numpy()) if len(statistics) else np.empty(0, dtype="datetime64[D]")
    held = _held(case)
    contractors = case.contractors()
    received = expectations(case).bulk(0)
    return CaseSummary(
        info=case.info,
        at=looked_at,
        aged_at=present_moment(case, looked_at),
        master_points=int(case.master(["supply_point"])["supply_point"].nunique()),
        reading_meters=len(case.readings.meters),
        reading_days=len(case.readings.days()),
        readings=(begin_of(received[0]), begin_of(received[1])) if received else None,
        reading_steps=_steps(case),
        snapshots=len(snapshots),
        newest_snapshot=snapshots[-1].created_at if snapshots else None,
        statistics_days=len(days),
        statistics=(_day(days[0]), _day(days[-1])) if len(days) else None,
        contractors=None if contractors is None else len(contractors),
        personal=tuple(path for path, personal in held.items() if personal),
        harmless=sum(not personal for personal in held.values()),
        disk=encryption_of(case.folder),
        imports=tuple(each for each in read_imports(case) if not each.undone),
    )


def _held(case: Case) -> dict[str, bool]:
    """Return {path of what the ledger says is there: whether it is personal}."""
    held: dict[str, bool] = {}
    outcome = read_outcome(case.folder)
    if outcome is not None and outcome.finished_at is not None:
        # what was disposed of is gone, whatever the ledger told of it
        return {**dict.fromkeys(outcome.kept, False), **dict.fromkeys((path for path, _ in outcome.remaining), True)}
    for entry in case.ledger.entries():
        held[entry.path] = entry.personal
        if entry.algorithm == UNDO and entry.path.startswith(RECEIVED):
            # taken back: the file is no longer there
            del held[entry.path]
    return held


def _steps(case: Case) -> tuple[tuple[int, int, int], ...]:
    """Return step length, meters and days of the readings in each."""
    steps = case.readings.steps()
    return tuple((step, int(case.readings.has_step(step).sum()), len(days)) for step, days in steps.items())


def _day(value: np.datetime64) -> date:
    day: date = value.astype("datetime64[D]").astype(date)
    return day
