"""Step 3: 電力データ go into the reading store, with 月間電力量 where a file has them beside the half-hours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ...aggregator.parquet_reader import is_parquet
from ...aggregator.timecode import HALF_HOUR
from ...messages import Message, Progress, message
from .. import months
from ..columns import has_table, write_table
from ..columns import read_table as read_columns
from ..reading_writer import IngestReport
from ..years import years_of
from .report import FileOutcome
from .run import IntakeRun, enter_made, enter_received, note_taken, published_at, warn_empty

if TYPE_CHECKING:
    import pandas as pd


# -- readings ---------------------------------------------------------------------------------------------------------
class _Share(Progress):
    """The part of the progress that the readings have."""

    def __init__(self, progress: Progress, share: float):
        self._progress = progress
        self._share = share

    def set_fraction(self, fraction: float) -> None:
        self._progress.set_fraction(fraction * self._share)

    def info(self, what: Message) -> None:
        self._progress.info(what)

    def warn(self, what: Message) -> None:
        self._progress.warn(what)

    def translate_message(self, what: Message) -> str:
        return self._progress.translate_message(what)

    def cancelled(self) -> bool:
        return self._progress.cancelled()


def take_readings(run: IntakeRun, paths: list[Path]) -> Optional[IngestReport]:
    """Feed the reading store with 電力データ; return its report, None where no file holds any."""
    if not paths:
        return None
    heads = {path: run.look(path).head for path in paths}
    report = run.case.readings.ingest(
        paths, run.profile, None, _Share(run.progress, 0.9), years_of(run.case.info), heads
    )
    for file in report.files:
        note_taken(run, file.path, "reading", file.rows, file.rejected)
        if file.rejects is not None:
            enter_received(run, file.rejects, personal=True)
        if not file.rows:
            warn_empty(run, file.path, "reading")
    for path, what in report.failed:
        run.outcomes.append(FileOutcome(path, "reading", problem=what))
    if set(report.by_step) - {HALF_HOUR}:
        for step, rows in report.by_step.items():
            run.progress.info(
                message("Readings in steps of {minutes} minutes: {rows} row(s).", minutes=step, rows=f"{rows:,}")
            )
    if report.days:
        enter_made(run, "readings", [file.path for file in report.files], personal=True)
    for file in report.files:
        _take_months_beside(run, file.path)
    return report


def _take_months_beside(run: IntakeRun, path: Path) -> None:
    """Keep 月間電力量全量 and 次回検針日 where a file of 電力データ has them beside the half-hours."""
    try:
        if is_parquet(path) or not months.beside(run.look(path).head, run.profile):
            return
        table, said = months.from_readings(path, run.profile, run.progress)
    except (ValueError, OSError) as error:
        run.progress.warn(
            message(
                "{file}: 月間電力量全量 and 次回検針日 cannot be read ({reason}); the half-hours were taken in.",
                file=path.name,
                reason=type(error).__name__,
            )
        )
        return
    for what in said:
        run.progress.warn(what)
    for place in keep_months(run, path, table):
        enter_made(run, place, [path], personal=True)


def keep_months(run: IntakeRun, path: Path, table: pd.DataFrame) -> list[str]:
    """Merge monthly totals into their table; return the places in the case that were written."""
    if not len(table):
        return []
    folder = run.case.folder / "tables" / months.KIND
    old = read_columns(folder) if has_table(folder) else None
    write_table(folder, months.merged(old, table, published_at(run, path, table)))
    return [f"tables/{months.KIND}"]
