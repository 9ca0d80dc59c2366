"""Events that meters tell of themselves: loss of power (Last Gasp), its return, and answers to polling.

The next meters tell an outage within minutes, where half-hours are hours late. A meter that answered had power then.
That nothing is told proves nothing: a Last Gasp can be lost, and where a whole area goes dark most of them are.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Optional

import numpy as np
import pandas as pd

from ..aggregator.profile import number_of
from ..arrays import TextArray, TimeArray
from .case import Case
from .columns import has_table, read_table
from .master import PUBLISHED

KIND = "meter_event"
PLACE = "tables/events"
KINDS = {"power_lost_at": "power_lost", "power_back_at": "power_back", "answered_at": "answered"}
"""Column of `last_events` → kind of event (イベント種別)."""


def merged(old: Optional[pd.DataFrame], new: pd.DataFrame, published: np.datetime64) -> pd.DataFrame:
    """Return the log with the events of a file taken in, each once: `supply_point event event_at published_at`."""
    new = new[["supply_point", "event", "event_at"]].copy()
    new[PUBLISHED] = np.full(len(new), published)
    tables = [new] if old is None else [old, new]
    for table in tables:
        for name in ("event_at", PUBLISHED):
            table[name] = table[name].to_numpy().astype("datetime64[s]")
    whole = pd.concat(tables, ignore_index=True).sort_values(["event_at", PUBLISHED], kind="stable")
    return whole.drop_duplicates(["supply_point", "event", "event_at"], keep="first", ignore_index=True)


def events(case: Case) -> pd.DataFrame:
    """Return all events of the case, oldest first; empty where none were received."""
    folder = Path(case.folder) / PLACE
    if not has_table(folder):
        return pd.DataFrame(
            {
                "supply_point": pd.Series(dtype=object),
                "event": np.zeros(0, np.int8),
                "event_at": np.zeros(0, "datetime64[s]"),
                PUBLISHED: np.zeros(0, "datetime64[s]"),
            }
        )
    return read_table(folder)


def last_events(case: Case, numbers: TextArray, at: datetime) -> pd.DataFrame:
    """Return when each supply point last lost power, got it back and answered, not after `at`, by events received.

    One row a number, in the order given, with `power_lost_at`, `power_back_at`, `answered_at` (datetime64[s], NaT
    where no such event was received). What was published after `at` could not be known then, and is left out.
    """
    moment = np.datetime64(at, "s")
    found = events(case)
    known = (found["event_at"].to_numpy().astype("datetime64[s]") <= moment) & (
        found[PUBLISHED].to_numpy().astype("datetime64[s]") <= moment
    )
    found = found[known]
    wanted = np.asarray(numbers, dtype=str).astype(object)
    table = {}
    for column, name in KINDS.items():
        own = found[found["event"] == number_of(KIND, name)]
        last = own.groupby("supply_point")["event_at"].max()
        place = last.index.get_indexer(wanted)  # type: ignore[arg-type]  # the stubs want an Index
        moments = np.full(len(wanted), np.datetime64("NaT", "s"))
        moments[place >= 0] = last.to_numpy().astype("datetime64[s]")[place[place >= 0]]
        table[column] = moments
    return pd.DataFrame(table)


def told_until(case: Case, numbers: TextArray) -> TimeArray:
    """Return when the newest event of supply points was published, datetime64[s] (one, or none without events)."""
    found = events(case)
    own = found[found["supply_point"].isin(np.asarray(numbers, dtype=str).tolist())]
    return own[PUBLISHED].to_numpy().astype("datetime64[s]").max(keepdims=True) if len(own) else np.zeros(0, "M8[s]")
