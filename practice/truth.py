"""What was true in a scenario, as tables that results can be held against."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Iterable, Optional

import numpy as np
import pandas as pd

from ..analysis import mesh
from .contracts import FACILITY
from .household import SLOTS_A_DAY
from .outages import NEVER
from .scenario import SILENT_HOURS, Scenario


def dark_at(scenario: Scenario, at: datetime) -> np.ndarray:
    """Return which rows of the master are without power at a moment, bool (meters)."""
    minute = scenario.minutes(at)
    begin, end = scenario.meters["outage_begin"], scenario.meters["outage_end"]
    return ((begin <= minute) & (end > minute)).any(axis=1)


def dark_since(scenario: Scenario, at: datetime) -> np.ndarray:
    """Return the minute at which each row lost the power it still lacks at a moment, int64 (meters); `NEVER` with
    power.
    """
    minute = scenario.minutes(at)
    begin, end = scenario.meters["outage_begin"].astype(np.int64), scenario.meters["outage_end"]
    return np.where((begin <= minute) & (end > minute), begin, NEVER).min(axis=1)


def shelter_truth(scenario: Scenario, at: datetime) -> pd.DataFrame:
    """Return `facility_id state changed_hours` of every facility, linked or not.

    `state`: powered, partial or outage, by all its supply points; `changed_hours`: since when it has not been fully
    powered, NaN
    where it is.
    """
    rows = np.flatnonzero(scenario.meters["use"] == FACILITY)
    facility = scenario.meters["facility"][rows]
    ids = scenario.facilities()["facility_id"].to_numpy(object)
    since = dark_since(scenario, at)[rows]
    points = np.bincount(facility, minlength=len(ids))
    dark = np.bincount(facility[since < NEVER], minlength=len(ids))
    first = np.full(len(ids), NEVER, dtype=np.int64)
    np.minimum.at(first, facility, since)
    state = np.where(dark == 0, "powered", np.where(dark < points, "partial", "outage"))
    hours = np.where(first < NEVER, (scenario.minutes(at) - first) / 60, np.nan)
    table = pd.DataFrame({"facility_id": ids, "state": state.astype(object), "changed_hours": hours})
    return table[points > 0].reset_index(drop=True)


def _counted(scenario: Scenario, voltage: Optional[int]) -> np.ndarray:
    counted = scenario.active & (scenario.meters["flow"] == 1)
    return counted if voltage is None else counted & (scenario.meters["voltage"] == voltage)


def mesh_truth(scenario: Scenario, at: datetime, mesh_size: int, voltage: int = 1) -> pd.DataFrame:
    """Return `mesh_code meters dark_share dark_12h_share`: shares of meters without power at a moment, and for the 12
    h before.
    """
    rows = np.flatnonzero(_counted(scenario, voltage) & scenario.meters["coordinates_known"])
    codes = mesh.encode(scenario.meters["lat"][rows], scenario.meters["lon"][rows], mesh_size)
    since = dark_since(scenario, at)[rows]
    table = pd.DataFrame(
        {
            "mesh_code": codes,
            "dark_share": (since < NEVER).astype(float),
            "dark_12h_share": (since <= scenario.minutes(at) - SILENT_HOURS * 60).astype(float),
        }
    )
    grouped = table.groupby("mesh_code", sort=True)
    found = grouped.mean()
    found.insert(0, "meters", grouped.size())
    return found.reset_index()


def gap_truth(
    scenario: Scenario,
    steps: Iterable[tuple[datetime, datetime]],
    until: Optional[datetime] = None,
    mesh_size: Optional[int] = None,
) -> pd.DataFrame:
    """Return `area_id begin end meters dark_share`: share of meters without power through each whole step [begin, end).

    Half-hours from `until` on (default: the scenario's now) are not looked at. Areas are the scenario's, or with
    `mesh_size` the
    cells of that size, whose code is then the `area_id`.
    """
    counted = _counted(scenario, None)
    if mesh_size is None:
        ids = scenario.areas()["area_id"].to_numpy(object)
        rows = np.flatnonzero(counted)
        group = scenario.meters["area"][rows]
    else:
        rows = np.flatnonzero(counted & scenario.meters["coordinates_known"])
        codes = mesh.encode(scenario.meters["lat"][rows], scenario.meters["lon"][rows], mesh_size)
        ids, group = np.unique(codes, return_inverse=True)
    meters = np.bincount(group, minlength=len(ids))
    limit = until or scenario.now
    parts = []
    for begin, end in steps:
        dark = _dark_through(scenario, begin, min(end, limit), rows)
        if dark is None:
            continue
        with np.errstate(invalid="ignore"):
            share = np.bincount(group, dark, minlength=len(ids)) / np.where(meters > 0, meters, np.nan)
        parts.append(pd.DataFrame({"area_id": ids, "begin": begin, "end": end, "meters": meters, "dark_share": share}))
    columns = ["area_id", "begin", "end", "meters", "dark_share"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _dark_through(scenario: Scenario, begin: datetime, end: datetime, rows: np.ndarray) -> Optional[np.ndarray]:
    """Return which rows have no power in any half-hour that lies in [begin, end), None where none does."""
    first, last = -(-scenario.minutes(begin) // 30), scenario.minutes(end) // 30
    total = len(scenario.days()) * SLOTS_A_DAY
    first, last = max(first, 0), min(last, total)
    if first >= last:
        return None
    dark = np.ones(len(rows), dtype=bool)
    for number in range(first // SLOTS_A_DAY, (last - 1) // SLOTS_A_DAY + 1):
        low = max(first - number * SLOTS_A_DAY, 0)
        high = min(last - number * SLOTS_A_DAY, SLOTS_A_DAY)
        power = scenario.power(scenario.first_day + timedelta(number))[:, low:high]
        dark &= ~np.asarray(power)[rows].any(axis=1)
    return dark


def presence_truth(scenario: Scenario, slot_begins: Iterable[datetime]) -> pd.DataFrame:
    """Return `supply_point slot_begin present` (bool) of every home for these half-hours."""
    homes = np.flatnonzero(scenario.meters["household"] >= 0)
    points = scenario.meters["supply_point"][homes].astype(str).astype(object)
    parts = []
    for moment in slot_begins:
        number = scenario.minutes(moment) // 30
        day = scenario.first_day + timedelta(number // SLOTS_A_DAY)
        if not scenario.first_day <= day <= scenario.last_day:
            continue
        there = np.asarray(scenario.presence(day)[:, number % SLOTS_A_DAY])[homes]
        parts.append(
            pd.DataFrame({"supply_point": points, "slot_begin": np.datetime64(moment, "s"), "present": there == 1})
        )
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["supply_point", "slot_begin", "present"])
    )
