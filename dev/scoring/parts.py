"""What of the readings was truly published: by the files that the practice server lists, never by what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Collection, Iterable, Sequence

import numpy as np
import pandas as pd
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.timecode import HALF_HOUR, slot_of
from tomoshibi.practice.published_files import FLOWS, Order
from tomoshibi.practice.scenario import Scenario


@dataclass(frozen=True)
class ListedSet:
    """The files of one set of 電力データ: a condition's, published at one moment."""

    rows: np.ndarray
    """bool (meters): whose readings it is to hold."""
    begin: datetime
    """Midnight of its first day."""
    files: tuple[Path, ...]
    """Those that the server's list names."""
    whole: bool
    """Whether the list names all there are."""


def listed_sets(
    scenario: Scenario, order: Order, files: Iterable[Path], listed: Collection[str], contractors: Sequence[str]
) -> list[ListedSet]:
    """Return the sets of a condition, the earliest first.

    `files`: all that were made of it; `listed`: names of those in the list; `contractors`: マスタ情報ID registered.
    """
    profile, found = Profile.load(), {}
    for path in sorted(files):
        name = profile.file_names.parse(path.name)
        if name is not None and name.kind == profile.file("reading").file_kind:
            found.setdefault(name.time, []).append(path)
    rows, meters = np.zeros(len(scenario.meters["flow"]), dtype=bool), scenario.meters
    for flow, voltages in (FLOWS[name] for name in order.flows):
        rows |= (meters["flow"] == flow) & np.isin(meters["voltage"], voltages)
    if order.specified_contractors:
        rows &= np.isin(meters["master_info_id"].astype(str), list(contractors))
    sets = []
    for paths in found.values():
        first = pd.read_csv(paths[0], dtype=str, nrows=1)[_heading("slot_code")].iloc[0]
        there = tuple(path for path in paths if path.name in listed)
        begin = datetime.combine(slot_of(first, profile.slot).date(), time())
        sets.append(ListedSet(rows, begin, there, len(there) == len(paths)))
    return sorted(sets, key=lambda each: each.begin)


def told_until(scenario: Scenario, sets: Sequence[ListedSet], moment: datetime) -> np.ndarray:
    """Return the minute until which each row's readings, or their absence, can be told from sets, int64 (meters); -1
    where nothing can.

    `sets`: of one condition, fetched at `moment`. Of a set of which a part is missing only what is in the others tells
    anything: who is silent may be in the missing one.
    """
    found = np.full(len(scenario.meters["flow"]), -1, dtype=np.int64)
    known = scenario.known_until(moment)
    points = scenario.meters["supply_point"].astype(str)
    for number, each in enumerate(sets):
        if each.whole:
            last = number + 1 == len(sets)
            end = known if last else np.minimum(known, scenario.minutes(each.begin + timedelta(days=1)))
            found[each.rows] = np.maximum(found, end)[each.rows]
            continue
        for path in each.files:
            # an exchanged meter has two rows of one supply point
            minutes = _newest(path, moment).map(scenario.minutes).reindex(points)
            found = np.maximum(found, minutes.fillna(-1).to_numpy(np.int64))
    return found


def _newest(path: Path, moment: datetime) -> pd.Series:
    """Return the end of the newest reading of each supply point in a file, rows from the future left out."""
    profile = Profile.load()
    point, code = _heading("supply_point"), _heading("slot_code")
    table = pd.read_csv(path, dtype=str, usecols=[point, code])
    ends = {each: slot_of(each, profile.slot) + timedelta(minutes=HALF_HOUR) for each in table[code].unique()}
    table["end"] = table[code].map(ends)
    return table[table["end"] <= moment].groupby(point)["end"].max()


def _heading(column: str) -> str:
    """Return what a column of 電力データ is called in the files."""
    return next(item.name for item in Profile.load().file("reading").columns if item.column == column)
