"""How fresh a case is: the times of its data, and when a refresh last went well (refresh.json)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Optional

import numpy as np

from ..aggregator.outside import parse_json
from ..files import write_text_atomic
from .case import Case
from .columns import column_names, has_table, read_table
from .expectations import expectations
from .reported import begin_of

STATE_FILE = "refresh.json"


@dataclass(frozen=True)
class DataTimes:
    """Times of the newest data, Japanese wall-clock time; None where there are none."""

    outage: Optional[datetime]
    """Creation time of the newest 通電情報."""
    readings: Optional[datetime]
    """End of the last half-hour of 電力データ."""
    statistics: Optional[datetime]
    """Time of the newest publication of 通電計器数."""

    @property
    def newest(self) -> Optional[datetime]:
        """The newest of all."""
        return max((each for each in (self.outage, self.readings, self.statistics) if each), default=None)


@dataclass(frozen=True)
class Passed:
    """What is kept of the refreshes of a case."""

    last_run: Optional[datetime] = None
    last_success: Optional[datetime] = None
    """When everything that was to be done was done."""


def data_times(case: Case) -> DataTimes:
    """Return the times of the newest data in the case: of readings, until when they came in bulk.

    Only names, single columns and what is known of the published sets are read.
    """
    snapshots = [
        datetime.strptime(folder.name[:14], "%Y%m%d%H%M%S")
        for folder in (case.folder / "tables" / "outage").glob("*")
        if has_table(folder)
    ]
    received = expectations(case).bulk()
    readings = begin_of(received[1]) if received else None
    return DataTimes(max(snapshots, default=None), readings, _statistics_time(case))


def _statistics_time(case: Case) -> Optional[datetime]:
    folder = case.folder / "tables" / "statistics"
    if "published_at" not in column_names(folder):
        return None
    times = read_table(folder, ["published_at"])["published_at"].to_numpy().astype("datetime64[s]")
    times = times[~np.isnat(times)]
    return times.max().astype(object) if len(times) else None


def read_passed(case: Case) -> Passed:
    """Return what earlier refreshes left; nothing where there were none or the note cannot be read."""
    try:
        record = parse_json((case.folder / STATE_FILE).read_bytes())
        return Passed(**{name: datetime.fromisoformat(value) if value else None for name, value in record.items()})
    except (OSError, ValueError, TypeError, AttributeError):
        # only a note for people: without it the next success is the first that is known
        return Passed()


def keep_passed(case: Case, passed: Passed) -> None:
    """Keep the note."""
    record = {name: value.isoformat() if value else None for name, value in asdict(passed).items()}
    write_text_atomic(case.folder / STATE_FILE, json.dumps(record))
