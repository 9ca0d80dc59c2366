"""What was true in a scenario, as tables that results can be held against."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Iterable, Optional

import numpy as np
import pandas as pd

from ..analysis import mesh
from ..arrays import Array, BoolArray, IntArray
from ..messages import message
from .contracts import FACILITY, HOME
from .household import LONG_ABSENT, SLOTS_A_DAY, VACANT
from .outages import NEVER, SLOT_MINUTES
from .scenario import SILENT_HOURS, Scenario, ScenarioError


def dark_at(scenario: Scenario, at: datetime) -> BoolArray:
    """Return which rows of the master are without power at a moment, bool (meters)."""
    minute = scenario.minutes(at)
    begin, end = scenario.meters["outage_begin"], scenario.meters["outage_end"]
    return ((begin <= minute) & (end > minute)).any(axis=1)


def dark_since(scenario: Scenario, at: datetime, rows: Optional[IntArray] = None) -> IntArray:
    """Return the minute at which each row (of `rows`, else of all) lost the power it still lacks at a moment, int64.

    `NEVER` where it has power.
    """
    minute, chosen = scenario.minutes(at), slice(None) if rows is None else rows
    begin = scenario.meters["outage_begin"][chosen].astype(np.int64)
    end = scenario.meters["outage_end"][chosen]
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


def _counted(scenario: Scenario, voltage: Optional[int], at: datetime) -> BoolArray:
    counted = scenario.active & (scenario.meters["flow"] == 1) & scenario.in_service(at)
    return counted if voltage is None else counted & (scenario.meters["voltage"] == voltage)


def relay_lost(scenario: Scenario, at: datetime) -> BoolArray:
    """Return which rows were silent at some time of the 12 h before `at` as their relay had failed, bool (meters).

    No data of the aggregator tells such an area from one without power.
    """
    minute = scenario.minutes(at)
    begin, end = scenario.meters["comm_begin"][:, 1], scenario.meters["comm_end"][:, 1]
    return (begin < minute) & (end > minute - SILENT_HOURS * 60)


def mesh_truth(scenario: Scenario, at: datetime, mesh_size: int, voltage: int = 1) -> pd.DataFrame:
    """Return what is true of every cell with meters.

    `mesh_code meters dark_share dark_12h_share dark_known_share silent_known_share relay_lost`.

    Shares of its meters: without power at a moment; of those, without one whole half-hour of power in the 12 h before
    (readings are of half-hours); without one of which the reading could have come by then. The last is what can be
    known: who has power again since an hour is still silent. `silent_known_share`: that, and those behind a relay that
    failed as long: what the best analysis of the readings would take for dark. `relay_lost`: the relay of some failed.
    """
    rows = np.flatnonzero(_counted(scenario, voltage, at) & scenario.meters["coordinates_known"])
    codes = mesh.encode(scenario.meters["lat"][rows], scenario.meters["lon"][rows], mesh_size)
    since = dark_since(scenario, at)[rows]
    # The first whole half-hour of the 12 hours ends here.
    first_end = (-(-(scenario.minutes(at) - SILENT_HOURS * 60) // SLOT_MINUTES) + 1) * SLOT_MINUTES
    dark_known = _known_dark(scenario, at, rows, first_end)
    table = pd.DataFrame(
        {
            "mesh_code": codes,
            "dark_share": (since < NEVER).astype(float),
            "dark_12h_share": (since < first_end).astype(float),
            "dark_known_share": dark_known.astype(float),
            "silent_known_share": (dark_known | _behind_relay(scenario, at, rows, first_end)).astype(float),
            "relay_lost": relay_lost(scenario, at)[rows],
        }
    )
    grouped = table.groupby("mesh_code", sort=True)
    found = grouped[["dark_share", "dark_12h_share", "dark_known_share", "silent_known_share"]].mean()
    found["relay_lost"] = grouped["relay_lost"].any()
    found.insert(0, "meters", grouped.size())
    return found.reset_index()


def _known_dark(scenario: Scenario, at: datetime, rows: IntArray, first_end: int) -> BoolArray:
    """Return which rows had no power in any half-hour of which a reading could have come, bool (rows).

    From the one that ends at minute `first_end` to the last one of which a reading could have come by `at`.
    """
    begin, end = scenario.meters["outage_begin"][rows], scenario.meters["outage_end"][rows]
    return ((begin < first_end) & (end > _last_begin(scenario, at, rows)[:, None])).any(axis=1)


def _behind_relay(scenario: Scenario, at: datetime, rows: IntArray, first_end: int) -> BoolArray:
    """Return which rows were behind a failed relay through the half-hours of `_known_dark`, bool (rows)."""
    begin, end = scenario.meters["comm_begin"][rows, 1], scenario.meters["comm_end"][rows, 1]
    return (begin < first_end) & (end > _last_begin(scenario, at, rows))


def _last_begin(scenario: Scenario, at: datetime, rows: IntArray) -> IntArray:
    """Return the beginning, in minutes, of the last half-hour of which a reading could have come by `at` (rows)."""
    came = scenario.known_until(at)[rows]
    return (came // SLOT_MINUTES - 1) * SLOT_MINUTES


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
    counted = _counted(scenario, None, until or scenario.now)
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


def _dark_through(scenario: Scenario, begin: datetime, end: datetime, rows: Array) -> Optional[Array]:
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
    """Return `supply_point slot_begin present` (bool) of every home under contract for these half-hours."""
    homes = np.flatnonzero(scenario.meters["household"] >= 0)
    points = scenario.meters["supply_point"][homes].astype(str).astype(object)
    parts = []
    for moment in slot_begins:
        number = scenario.minutes(moment) // 30
        day = scenario.first_day + timedelta(number // SLOTS_A_DAY)
        if not scenario.first_day <= day <= scenario.last_day:
            continue
        there = np.asarray(scenario.presence(day)[:, number % SLOTS_A_DAY])[homes]
        part = pd.DataFrame({"supply_point": points, "slot_begin": np.datetime64(moment, "s"), "present": there == 1})
        parts.append(part[scenario.in_service(moment)[homes]])
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["supply_point", "slot_begin", "present"])
    )


def hidden_truth(scenario: Scenario, at: datetime) -> pd.DataFrame:
    """Return `supply_point pole dark hidden line_hours can_be_seen` of every meter of use that is in service.

    `hidden`: without power though its line has it, because its wire or its pole broke; `line_hours`: hours since the
    line has power again, or since the wire broke where the line was never out, NaN without power on the line.
    `can_be_seen`: the meter sends readings by itself, communicated from the day before the event on (its silence would
    have another reason), and the master says where it stands.
    Raises `ScenarioError` for a scenario of an older version, which does not tell lines from wires.
    """
    meters = scenario.meters
    if "line_begin" not in meters:
        raise ScenarioError(
            message(
                "The scenario {name} does not tell lines from wires. Make it again to score hidden outages.",
                name=scenario.name,
            )
        )
    rows = np.flatnonzero(_counted(scenario, None, at))
    minute = scenario.minutes(at)
    begin, end = meters["line_begin"][rows].astype(np.int64), meters["line_end"][rows].astype(np.int64)
    line = ~((begin <= minute) & (end > minute)).any(axis=1)
    since = dark_since(scenario, at)[rows]
    back = np.where(end <= minute, end, -NEVER).max(axis=1)
    hidden = line & (since < NEVER)
    day_before = scenario.minutes(scenario.event_time) - 1440
    mute = ((meters["comm_begin"][rows] <= minute) & (meters["comm_end"][rows] > day_before)).any(axis=1)
    return pd.DataFrame(
        {
            "supply_point": meters["supply_point"][rows].astype(str).astype(object),
            "pole": meters["pole"][rows],
            "dark": since < NEVER,
            "hidden": hidden,
            "line_hours": np.where(hidden, (minute - np.maximum(back, np.where(hidden, since, 0))) / 60, np.nan),
            "can_be_seen": scenario.readable[rows] & meters["coordinates_known"][rows] & ~mute,
        }
    )


def residence_truth(scenario: Scenario, begin: date, end: date) -> pd.DataFrame:
    """Return `supply_point home lived_days days` of every home for the days from `begin` to before `end`.

    `home`: lived, long_absent or vacant; `lived_days`: days with somebody there in two hours or more, of the `days` of
    the tenancy that is in force at the end. Homes without a contract at the end are left out.
    """
    last = datetime.combine(end, datetime.min.time()) - timedelta(minutes=1)
    homes = np.flatnonzero((scenario.meters["household"] >= 0) & scenario.in_service(last))
    kind = scenario.meters["household"][homes]
    since = scenario.meters.get("service_begin", np.full(len(scenario.meters["use"]), -NEVER))[homes]
    lived, counted = np.zeros(len(homes), dtype=np.int64), np.zeros(len(homes), dtype=np.int64)
    for day in scenario.days():
        if begin <= day < end:
            own = since <= scenario.minutes(datetime.combine(day, datetime.min.time()))
            lived += ((np.asarray(scenario.presence(day))[homes] == 1).sum(axis=1) >= 4) & own
            counted += own
    names = np.where(kind == VACANT, "vacant", np.where(kind == LONG_ABSENT, "long_absent", "lived"))
    return pd.DataFrame(
        {
            "supply_point": scenario.meters["supply_point"][homes].astype(str).astype(object),
            "home": names.astype(object),
            "lived_days": lived,
            "days": counted,
        }
    )


def recovery_truth(
    scenario: Scenario, mesh_size: Optional[int] = None, contract_kw: tuple[float, float] = (3.0, 10.0)
) -> pd.DataFrame:
    """Return `area_id month homes lived_share index municipal_index` of the months with figures of the year before.

    Of the homes in the segment of contracts: `lived_share` is their share that is lived in, `index` that share against
    the same month a year before, NaN where nobody lived; `municipal_index` the same of all. Areas are the scenario's,
    or with `mesh_size` the cells of that size.
    """
    meters, table = scenario.meters, scenario.months
    if not table:
        raise ScenarioError(
            message("The scenario {name} has no monthly figures. Make it again with some.", name=scenario.name)
        )
    low, high = contract_kw
    segment = (meters["use"] == HOME) & (meters["contract_kw"] >= low) & (meters["contract_kw"] < high)
    segment &= meters["coordinates_known"] if mesh_size else True
    rows = np.flatnonzero(segment)
    if mesh_size is None:
        ids, group = scenario.areas()["area_id"].to_numpy(object), meters["area"][rows]
    else:
        ids, group = np.unique(mesh.encode(meters["lat"][rows], meters["lon"][rows], mesh_size), return_inverse=True)
    homes = np.bincount(group, minlength=len(ids))
    lived = table["lived"][rows].astype(np.float64)
    parts = []
    for number in range(12, len(table["months"])):
        now = np.bincount(group, lived[:, number], minlength=len(ids))
        then = np.bincount(group, lived[:, number - 12], minlength=len(ids))
        with np.errstate(invalid="ignore", divide="ignore"):
            part = {
                "area_id": ids,
                "month": pd.Timestamp(table["months"][number].astype("datetime64[ns]")),
                "homes": homes,
                "lived_share": now / np.where(homes > 0, homes, np.nan),
                "index": np.where(then > 0, now / np.where(then > 0, then, np.nan), np.nan),
                "municipal_index": now.sum() / then.sum() if then.sum() else np.nan,
            }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)
