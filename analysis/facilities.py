"""Power at shelters and other facilities (重要施設の運営支援, manual §3.1.1), from 通電情報 and the latest readings.

Each supply point gets a state from the freshest evidence, with the reason in words; a facility is the sum of its supply
points. Nothing is "powered" because nothing was heard: without evidence the state is unknown, and it says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Optional

import numpy as np
import pandas as pd
from pyproj import Geod

from ..messages import Message, message

POWERED, PARTIAL, OUTAGE, UNKNOWN = "powered", "partial", "outage", "unknown"
"""States of a facility; a supply point has all but `partial`."""

SUPPLY = 1
"""データ種別 1 供給; 2 受電 (solar export) says nothing about a building's supply."""

SHELTER_POWER_COLUMNS = (
    "facility_id name kind capacity state meters silent reason age_hours nearest_powered_id nearest_powered_m "
    "lat lon as_of"
).split()

_EARTH_RADIUS = 6_371_008.8
_HOUR = np.timedelta64(3600, "s")


@dataclass(frozen=True)
class Rules:
    """The limits, in hours, that decide between powered, outage and unknown."""

    recent_hours: float = 1.5
    """A reading no older than this before the end of the readings received means powered: two slots may be lost."""
    dark_hours: float = 3.0
    """No reading for this long, although later half-hours were received, means outage."""
    stale_hours: float = 24.0
    """Evidence older than this says nothing about now."""
    list_hours: float = 12.0
    """通電情報 lists the meters that gave no reading for this long (manual, glossary 12)."""
    event_time: Optional[datetime] = None
    """Moment it struck. An outage list made less than `list_hours` after it cannot show the outage, so that a meter
    which is not in such a list stays unknown. None: not known, and the list is taken at its word."""


@dataclass(frozen=True)
class PointState:
    """What is known about one supply point."""

    state: str
    reason: Message
    as_of: np.datetime64
    """Time of the evidence; NaT where unknown."""


@dataclass(frozen=True)
class _Point:
    """One row of `points`, missing values made uniform."""

    listed: bool
    in_scope: Optional[bool]
    snapshot: np.datetime64
    reads_remotely: Optional[bool]
    last: np.datetime64
    until: np.datetime64
    silent_before: bool
    in_master: bool
    broute: np.datetime64
    """When the meter itself last measured, by a log of the B-route."""
    at: np.datetime64
    """Moment looked at."""

    @property
    def has_list(self) -> bool:
        return not np.isnat(self.snapshot)

    @property
    def has_reading(self) -> bool:
        return not (np.isnat(self.last) or np.isnat(self.until))

    @property
    def gap(self) -> float:
        """Hours without a reading up to the end of the readings received; only where `has_reading`."""
        return max(float((self.until - self.last) / _HOUR), 0.0)

    def list_explained(self, rules: Rules) -> bool:
        """Whether the last stored reading is the reason why the meter is not in the list (it came in its 12 hours)."""
        return bool(self.last > self.snapshot - np.timedelta64(int(rules.list_hours * 3600), "s"))

    def readings_count(self, rules: Rules) -> bool:
        """Whether a gap in the readings is evidence beside the list: newer than it, or hidden from it."""
        if not self.has_list or self.until > self.snapshot:
            return True
        return not self.listed and self.list_explained(rules)


def clock(moment: object) -> str:
    """Return a time as text to the minute."""
    return pd.Timestamp(moment).strftime("%Y-%m-%d %H:%M")


def _unknown(reason: Message) -> PointState:
    return PointState(UNKNOWN, reason, np.datetime64("NaT", "s"))


def _from_broute(point: _Point, rules: Rules) -> Optional[PointState]:
    """The meter itself answered on the spot: powered then. That the log ends says nothing: unknown, not outage."""
    if np.isnat(point.broute) or point.broute <= point.last:
        return None
    others = [moment for moment in (point.at, point.until, point.snapshot) if not np.isnat(moment)]
    beaten = point.has_list and point.snapshot >= point.broute
    if not beaten and all((moment - point.broute) / _HOUR <= rules.recent_hours for moment in others):
        return PointState(POWERED, message("B-route reading of {time}", time=clock(point.broute)), point.broute)
    # Where it had power while nothing was heard of it by the usual way, silence by that way is no proof.
    recent = np.timedelta64(int(rules.recent_hours * 3600), "s")
    unheard = bool(point.broute - point.last > recent)
    listed_since = point.snapshot - np.timedelta64(int(rules.list_hours * 3600), "s")
    doubted = beaten and point.listed and bool(point.broute > listed_since + recent)
    if unheard or doubted or not (point.has_list or point.has_reading):
        return _unknown(message("B-route reading of {time}, and nothing certain since", time=clock(point.broute)))
    return None


def _from_reading(point: _Point, rules: Rules) -> Optional[PointState]:
    """A reading that came lately means powered."""
    if point.has_reading and point.gap <= rules.recent_hours and not (point.has_list and point.last <= point.snapshot):
        return _reading(point)
    return None


def _reading(point: _Point) -> PointState:
    return PointState(POWERED, message("Reading received until {time}", time=clock(point.last)), point.last)


def _silence_means_nothing(point: _Point, rules: Rules) -> Optional[PointState]:
    """Silence of a meter that was silent anyway tells nothing."""
    if point.reads_remotely is False:
        return _unknown(message("The meter cannot be read remotely"))
    if point.silent_before:
        return _unknown(message("The meter was silent before the event already"))
    return None


def _from_gap(point: _Point, rules: Rules) -> Optional[PointState]:
    """Readings that stop although later half-hours were received mean outage."""
    if not point.has_reading or point.gap <= rules.recent_hours or not point.readings_count(rules):
        return None
    if point.listed and point.last <= point.snapshot and point.gap < rules.dark_hours:
        return None
    if point.gap < rules.dark_hours:
        return _unknown(message("No reading since {time}: too short to call it an outage", time=clock(point.last)))
    # The list says that a reading came in its 12 hours, which the store does not have: its gaps prove nothing.
    if point.has_list and not point.listed and point.in_scope and not point.list_explained(rules):
        return _unknown(
            message(
                "No reading since {time}, but the outage list of {list} does not name the meter",
                time=clock(point.last),
                list=clock(point.snapshot),
            )
        )
    return PointState(OUTAGE, message("No reading since {time}", time=clock(point.last)), point.until)


def _from_list(point: _Point, rules: Rules) -> Optional[PointState]:
    """A meter in the outage list was silent for 12 hours."""
    if point.has_list and point.listed:
        return PointState(OUTAGE, message("In the outage list of {time}", time=clock(point.snapshot)), point.snapshot)
    return None


def _why_absence_is_no_proof(point: _Point, rules: Rules) -> Optional[Message]:
    """Why a meter that is not in the list need not have power; None where it must have had."""
    if not point.has_list:
        return message("Neither an outage list nor a reading was received for this meter")
    if not point.in_master:
        return message("The supply point is not in the contract master (マスタ情報)")
    if point.in_scope is None:
        return message("It is not known whether the outage list of {time} covers the meter", time=clock(point.snapshot))
    if not point.in_scope:
        return message("The outage list of {time} does not cover the meter", time=clock(point.snapshot))
    if point.reads_remotely is None and not point.has_reading:
        return message("It is not known whether the meter can be read remotely")
    if rules.event_time is not None:
        since = float((point.snapshot - np.datetime64(rules.event_time, "s")) / _HOUR)
        if 0 <= since < rules.list_hours:
            return message(
                "The outage list of {time} was made less than {hours} hours after the event and cannot show it yet",
                time=clock(point.snapshot),
                hours=f"{rules.list_hours:g}",
            )
    elif not point.has_reading and not np.isnat(point.until) and point.until > point.snapshot:
        return message(
            "Not in the outage list of {time}, but no reading came until {until}",
            time=clock(point.snapshot),
            until=clock(point.until),
        )
    return None


def _from_absence(point: _Point, rules: Rules) -> PointState:
    """A meter that was asked for, can be read and is not in the list was read within the list's 12 hours."""
    doubt = _why_absence_is_no_proof(point, rules)
    if doubt is None:
        return PointState(
            POWERED, message("Not in the outage list of {time}", time=clock(point.snapshot)), point.snapshot
        )
    if point.has_reading and point.gap <= rules.recent_hours:
        return _reading(point)
    return _unknown(doubt)


_CHECKS: tuple[Callable[[_Point, Rules], Optional[PointState]], ...] = (
    _from_broute,
    _from_reading,
    _silence_means_nothing,
    _from_gap,
    _from_list,
    _from_absence,
)
"""The evidence in the order in which it decides."""


def _state(point: _Point, at: np.datetime64, rules: Rules) -> PointState:
    found = next(state for state in (check(point, rules) for check in _CHECKS) if state is not None)
    if found.state != UNKNOWN and (at - found.as_of) / _HOUR > rules.stale_hours:
        return _unknown(message("The newest evidence is of {time}: too old", time=clock(found.as_of)))
    return found


def _flag(value: object) -> Optional[bool]:
    return None if pd.isna(value) else bool(value)


def _time(value: object) -> np.datetime64:
    return np.datetime64("NaT", "s") if pd.isna(value) else np.datetime64(pd.Timestamp(value), "s")


def point_states(points: pd.DataFrame, at: datetime, rules: Rules) -> dict[str, PointState]:
    """Return the state of each supply point with flow 1 (供給), by its number.

    `points`: one row a supply point about which something is known: `supply_point flow listed in_scope snapshot_at
    reads_remotely last_reading readings_until silent_before in_master` (bool, boolean with NA, datetime64 with NaT).
    `broute_at` (datetime64), when a meter last measured by its B-route log, may be there too.
    Of several rows of one number the last counts.
    """
    moment = np.datetime64(at, "s")
    states = {}
    for row in points[points["flow"] == SUPPLY].itertuples(index=False):
        point = _Point(
            listed=_flag(row.listed) is True,
            in_scope=_flag(row.in_scope),
            snapshot=_time(row.snapshot_at),
            reads_remotely=_flag(row.reads_remotely),
            last=_time(row.last_reading),
            until=_time(row.readings_until),
            silent_before=_flag(row.silent_before) is True,
            in_master=_flag(row.in_master) is True,
            broute=_time(getattr(row, "broute_at", None)),
            at=moment,
        )
        states[str(row.supply_point)] = _state(point, moment, rules)
    return states


@dataclass(frozen=True)
class _Facility:
    state: str
    meters: int
    silent: int
    reason: Message
    as_of: np.datetime64


def _facility(found: list[PointState], export_only: bool) -> _Facility:
    """Sum up a facility's supply points. It is powered only where every one of them is known to be."""
    never = np.datetime64("NaT", "s")
    if not found:
        reason = (
            message("Only export meters (受電) are linked to the facility")
            if export_only
            else message("No supply point is linked to the facility")
        )
        return _Facility(UNKNOWN, 0, 0, reason, never)
    count = {state: sum(1 for item in found if item.state == state) for state in (POWERED, OUTAGE, UNKNOWN)}
    if count[POWERED] == len(found):
        state = POWERED
    elif count[OUTAGE] == len(found):
        state = OUTAGE
    else:
        state = PARTIAL if count[OUTAGE] else UNKNOWN
    times = [item.as_of for item in found if item.state != UNKNOWN]
    # The oldest evidence is the age of the sum.
    as_of = min(times) if times and state != UNKNOWN else never
    decisive = min(found, key=lambda item: (OUTAGE, UNKNOWN, POWERED).index(item.state)).reason
    reason = decisive
    if len(found) > 1:
        reason = message(
            "{meters} meters: {powered} powered, {outage} without power, {unknown} unknown. {reason}",
            meters=len(found),
            powered=count[POWERED],
            outage=count[OUTAGE],
            unknown=count[UNKNOWN],
            reason=decisive,
        )
    return _Facility(state, len(found), count[OUTAGE], reason, as_of)


def _linked(links: pd.DataFrame) -> dict[str, list[str]]:
    """Return {facility id: its supply points, each once}; blank numbers link nothing."""
    found: dict[str, dict[str, None]] = {}
    for facility, number in zip(links["facility_id"], links["supply_point"]):
        if not pd.isna(number) and str(number).strip():
            found.setdefault(str(facility), {})[str(number).strip()] = None
    return {facility: list(numbers) for facility, numbers in found.items()}


def nearest(
    lat: np.ndarray, lon: np.ndarray, kind: np.ndarray, target: np.ndarray, seeking: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return position (int64, -1 none) and distance (m, NaN none) of the nearest `target` of the same kind.

    Arrays (n): degrees, kind, bool who is a target, bool who looks for one. The nearest is found on the sphere, its
    distance is that on the GRS80 ellipsoid.
    """
    place = np.full(len(lat), -1, dtype=np.int64)
    metres = np.full(len(lat), np.nan)
    located = np.isfinite(lat) & np.isfinite(lon)
    for name in pd.unique(kind[seeking & located]):
        same = located & (kind == name)
        from_, to = np.flatnonzero(same & seeking), np.flatnonzero(same & target)
        if not len(to):
            continue
        for rows in np.array_split(from_, max(1, len(from_) * len(to) // 2_000_000)):
            place[rows] = to[np.argmin(_haversine(lat[rows], lon[rows], lat[to], lon[to]), axis=1)]
    found = np.flatnonzero(place >= 0)
    if len(found):
        to = place[found]
        metres[found] = ground_metres(lat[found], lon[found], lat[to], lon[to])
    return place, metres


def ground_metres(lat1: np.ndarray, lon1: np.ndarray, lat2: np.ndarray, lon2: np.ndarray) -> np.ndarray:
    """Return the distances (n, metres) between pairs of points in degrees (n), on the ellipsoid GRS80."""
    # as lists: pyproj takes an array of one for a number, which numpy 2 gives up
    lists = (np.asarray(values, dtype=np.float64).tolist() for values in (lon1, lat1, lon2, lat2))
    return np.asarray(Geod(ellps="GRS80").inv(*lists)[2], dtype=np.float64)


def _haversine(lat1: np.ndarray, lon1: np.ndarray, lat2: np.ndarray, lon2: np.ndarray) -> np.ndarray:
    """Great-circle distances in metres, shape (n, m)."""
    a1, a2 = np.radians(lat1)[:, None], np.radians(lat2)[None, :]
    turn = np.radians(lon2)[None, :] - np.radians(lon1)[:, None]
    chord = np.sin((a2 - a1) / 2) ** 2 + np.cos(a1) * np.cos(a2) * np.sin(turn / 2) ** 2
    return 2 * _EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def facility_power(
    facilities: pd.DataFrame, links: pd.DataFrame, points: pd.DataFrame, at: datetime, rules: Rules
) -> pd.DataFrame:
    """Return the power state of every facility (table `shelter power` of the architecture), in the given order.

    `facilities` and `links` as in the architecture, `points` as in `point_states`, `at` the moment of the map (evidence
    later than it must not be in `points`). A linked number of which `points` knows nothing is unknown; one that
    `points` has only with flow 2 does not count. `meters` supply points linked, `silent` those without power,
    `age_hours` from the oldest evidence to `at` (NaN unknown), `as_of` that evidence. `nearest_powered_id` (None where
    there is none) and `nearest_powered_m` are the nearest powered facility of the same kind, for those not powered.
    """
    linked = _linked(links)
    wanted = {number for numbers in linked.values() for number in numbers}
    known = points[points["supply_point"].astype(str).isin(wanted)]
    states = point_states(known, at, rules)
    export = set(known.loc[known["flow"] != SUPPLY, "supply_point"].astype(str)) - set(states)
    missing = _unknown(message("Nothing was received about the supply point"))

    summed = []
    for facility in facilities["facility_id"].astype(str):
        numbers = linked.get(facility, [])
        summed.append(_facility([states.get(n, missing) for n in numbers if n not in export], bool(numbers)))
    result = facilities[["facility_id", "name", "kind", "capacity"]].reset_index(drop=True)
    result["state"] = pd.Series([item.state for item in summed], dtype=object)
    result["meters"] = np.array([item.meters for item in summed], dtype=np.int64)
    result["silent"] = np.array([item.silent for item in summed], dtype=np.int64)
    result["reason"] = pd.Series([item.reason for item in summed], dtype=object)
    as_of = np.array([item.as_of for item in summed], dtype="datetime64[s]")
    age = (np.datetime64(at, "s") - as_of) / _HOUR
    result["age_hours"] = np.maximum(age.astype(np.float64), 0.0)

    lat = facilities["lat"].to_numpy(dtype=np.float64)
    lon = facilities["lon"].to_numpy(dtype=np.float64)
    powered = (result["state"] == POWERED).to_numpy()
    kinds = facilities["kind"].fillna("").astype(str).to_numpy(dtype=object)
    place, metres = nearest(lat, lon, kinds, powered, ~powered)
    ids = facilities["facility_id"].tolist()
    result["nearest_powered_id"] = pd.Series([ids[there] if there >= 0 else None for there in place], dtype=object)
    result["nearest_powered_m"] = metres
    result["lat"], result["lon"] = lat, lon
    result["as_of"] = as_of.astype("datetime64[ns]")
    return result[SHELTER_POWER_COLUMNS]
