"""Power at shelters and other facilities (重要施設の運営支援, manual §3.1.1), from 通電情報 and the latest readings.

Each supply point gets a state from the freshest evidence (`point_states`); a facility is the sum of its supply points.
Nothing is "powered" because nothing was heard: without evidence the state is unknown, and it says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from pyproj import Geod

from ..arrays import BoolArray, FloatArray, IntArray, ObjectArray, TimeArray
from ..messages import Message, message
from .dark_since import dark_since, of_places
from .point_states import (
    NEVER,
    OUTAGE,
    PARTIAL,
    POWERED,
    STATES,
    SUPPLY,
    UNKNOWN,
    WHYS,
    PointRules,
    PointStates,
    Why,
    point_states,
)
from .reasons import Reason

__all__ = [
    "OUTAGE",
    "PARTIAL",
    "POWERED",
    "SUPPLY",
    "UNKNOWN",
    "PointRules",
    "facility_power",
    "nearest",
    "point_states",
]

SHELTER_POWER_COLUMNS = (
    "facility_id name kind capacity state meters silent reason age_hours nearest_powered_id nearest_powered_m "
    "last_proven last_state unknown_reason lat lon as_of known_until silent_until powered_until dark_since_low "
    "dark_since_high"
).split()

_EARTH_RADIUS = 6_371_008.8
_HOUR = np.timedelta64(3600, "s")


@dataclass(frozen=True)
class _Pairs:
    """Facilities and the supply points that count for them, one row each pair, in the order of the links."""

    facility: IntArray
    """int64: position of the facility."""
    point: IntArray
    """int64: position among the supply points, -1 where nothing is known of the number."""
    linked: BoolArray
    """bool (facilities): has any number, be it one that does not count."""


def _pairs(facilities: pd.DataFrame, links: pd.DataFrame, points: pd.DataFrame, states: PointStates) -> _Pairs:
    """Join facilities, links and supply points; blank numbers link nothing, export meters (受電) do not count."""
    table = pd.DataFrame(
        {
            "facility": links["facility_id"].astype(str).to_numpy(object),
            "number": links["supply_point"]  # type: ignore[misc]  # the stubs take it for bool
            .astype(object)
            .where(links["supply_point"].notna(), "")
            .astype(str)
            .str.strip(),
        }
    )
    table = table[table["number"] != ""].drop_duplicates()
    ids = pd.DataFrame({"facility": facilities["facility_id"].astype(str), "place": np.arange(len(facilities))})
    table = ids.merge(table.assign(order=np.arange(len(table))), on="facility").sort_values(["place", "order"])
    number = table["number"].to_numpy(object)
    point = states.numbers.get_indexer(number)  # type: ignore[arg-type]  # the stubs want an Index
    export = pd.Index(points.loc[points["flow"] != SUPPLY, "supply_point"].astype(str))
    counts = (point >= 0) | ~pd.Index(number).isin(export)
    place = table["place"].to_numpy(dtype=np.int64)
    linked = np.zeros(len(facilities), dtype=bool)
    linked[place] = True
    return _Pairs(place[counts], point[counts].astype(np.int64), linked)


def _summed(pairs: _Pairs, states: PointStates) -> tuple[pd.DataFrame, IntArray, IntArray]:
    """Sum up each facility's supply points; return the sums, the decisive pair of each (-1 none) and all counts.

    It is powered only where every one of them is known to be, and so was its last state.
    """
    count = len(pairs.linked)
    never_heard = np.append(states.state, STATES.index(UNKNOWN)).astype(np.int64)
    state = never_heard[pairs.point]
    tally = np.bincount(pairs.facility * 3 + state, minlength=count * 3).reshape(count, 3)
    times = np.append(states.as_of, NEVER)[pairs.point]
    proven = np.append(states.last_proven, NEVER)[pairs.point]
    told = np.append(states.last_state, None)[pairs.point]  # type: ignore[arg-type]  # the stubs know no None
    before = np.array([STATES.index(each) if each else STATES.index(UNKNOWN) for each in told], dtype=np.int64)
    earlier = np.bincount(pairs.facility * 3 + before, minlength=count * 3).reshape(count, 3)
    found = pd.DataFrame({"state": _together(tally), "meters": tally.sum(axis=1)})
    found["silent"] = tally[:, STATES.index(OUTAGE)]
    last = _together(earlier)
    last[last == UNKNOWN] = None
    found["last_state"] = last
    # the oldest evidence is the age of the sum; of what never was proven the sum never was
    found["as_of"] = np.where(found["state"] == UNKNOWN, NEVER, _oldest(times, pairs.facility, count, skip=True))
    found["last_proven"] = _oldest(proven, pairs.facility, count, skip=False)
    found["known_until"] = _oldest(np.append(states.known_until, NEVER)[pairs.point], pairs.facility, count, skip=True)
    # what people said by telephone is held against these
    dark = state == STATES.index(OUTAGE)
    found["silent_until"] = _newest(times[dark], pairs.facility[dark], count)
    found["powered_until"] = np.where(found["state"] == POWERED, found["as_of"], NEVER)
    decisive = np.full(count, -1, dtype=np.int64)
    order = np.lexsort((np.arange(len(state)), state, pairs.facility))
    first = np.append(True, np.diff(pairs.facility[order]) != 0)[: len(order)]
    decisive[pairs.facility[order][first]] = order[first]
    return found, decisive, tally


def _together(tally: IntArray) -> ObjectArray:
    """Return the state of facilities (object) by how many of their supply points have which (n, 3)."""
    number = tally.sum(axis=1)
    state = np.full(len(tally), UNKNOWN, dtype=object)
    state[(number > 0) & (tally[:, STATES.index(POWERED)] == number)] = POWERED
    dark = tally[:, STATES.index(OUTAGE)]
    state[dark > 0] = PARTIAL
    state[(number > 0) & (dark == number)] = OUTAGE
    return state


def _oldest(times: TimeArray, place: IntArray, count: int, skip: bool) -> TimeArray:
    """Return the oldest time of each facility; NaT where there is none, or (not `skip`) where one is not known."""
    far = np.datetime64("9999-01-01", "s")
    found = np.full(count, far)
    np.minimum.at(found, place, np.where(np.isnat(times), far, times))
    found[found == far] = NEVER
    if not skip:
        found[place[np.isnat(times)]] = NEVER
    return found


def _newest(times: TimeArray, place: IntArray, count: int) -> TimeArray:
    """Return the newest time of each facility, NaT where there is none."""
    found = np.full(count, NEVER)
    np.fmax.at(found, place, times)
    return found


def _words(pairs: _Pairs, states: PointStates, decisive: IntArray, tally: IntArray) -> list[Message]:
    """Return in words on what the state of each facility rests."""
    powered, outage, unknown = (STATES.index(state) for state in (POWERED, OUTAGE, UNKNOWN))
    found = []
    for place, pair in enumerate(decisive.tolist()):
        if pair < 0:
            linked = pairs.linked[place]
            found.append(
                message("Only export meters (受電) are linked to the facility")
                if linked
                else message("No supply point is linked to the facility")
            )
            continue
        point = int(pairs.point[pair])
        words = states.words(point) if point >= 0 else message("Nothing was received about the supply point")
        meters = int(tally[place].sum())
        if meters > 1:
            words = message(
                "{meters} meters: {powered} powered, {outage} without power, {unknown} unknown. {reason}",
                meters=meters,
                powered=int(tally[place, powered]),
                outage=int(tally[place, outage]),
                unknown=int(tally[place, unknown]),
                reason=words,
            )
        found.append(words)
    return found


def _codes(pairs: _Pairs, states: PointStates, decisive: IntArray, state: ObjectArray) -> ObjectArray:
    """Return the reason code of each facility that is unknown (object), None of the others."""
    reasons = np.array([why.value.reason.value if why.value.reason else None for why in WHYS], dtype=object)
    codes = np.full(len(decisive), Reason.NOT_LINKED.value, dtype=object)
    has = decisive >= 0
    point = pairs.point[decisive[has]]
    why = np.append(states.why, WHYS.index(Why.NEVER_HEARD))[point]
    codes[has] = reasons[why]
    codes[state != UNKNOWN] = None
    return codes


def nearest(
    lat: FloatArray, lon: FloatArray, kind: ObjectArray, target: BoolArray, seeking: BoolArray
) -> tuple[IntArray, FloatArray]:
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


def ground_metres(lat1: FloatArray, lon1: FloatArray, lat2: FloatArray, lon2: FloatArray) -> FloatArray:
    """Return the distances (n, metres) between pairs of points in degrees (n), on the ellipsoid GRS80."""
    # as lists: pyproj takes an array of one for a number, which numpy 2 gives up
    lists = (np.asarray(values, dtype=np.float64).tolist() for values in (lon1, lat1, lon2, lat2))
    return np.asarray(Geod(ellps="GRS80").inv(*lists)[2], dtype=np.float64)


def _haversine(lat1: FloatArray, lon1: FloatArray, lat2: FloatArray, lon2: FloatArray) -> FloatArray:
    """Great-circle distances in metres, shape (n, m)."""
    a1, a2 = np.radians(lat1)[:, None], np.radians(lat2)[None, :]
    turn = np.radians(lon2)[None, :] - np.radians(lon1)[:, None]
    chord = np.sin((a2 - a1) / 2) ** 2 + np.cos(a1) * np.cos(a2) * np.sin(turn / 2) ** 2
    return 2 * _EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def facility_power(
    facilities: pd.DataFrame, links: pd.DataFrame, points: pd.DataFrame, at: datetime, rules: PointRules
) -> pd.DataFrame:
    """Return the power state of every facility (table `shelter power` of the architecture), in the given order.

    `facilities` and `links` as in the architecture, `points` as in `point_states`, `at` the moment of the map (evidence
    later than it must not be in `points`). A linked number of which `points` knows nothing is unknown; one that
    `points` has only with flow 2 does not count. `meters` supply points linked, `silent` those without power,
    `age_hours` from the oldest evidence to `at` (NaN unknown), `as_of` that evidence, `known_until` until when it
    reaches (of the oldest), `unknown_reason` the code of why it is unknown, `last_state` and `last_proven` what was
    known before, NaT where not all supply points were ever proven to have power. `nearest_powered_id` (None where
    there is none) and `nearest_powered_m` are the nearest powered facility of the same kind, for those not powered.
    `silent_until` is the newest moment at which any of its meters was silent, `powered_until` that at which all of
    them had power (NaT never). `dark_since_low` and `dark_since_high` are the interval in which power was lost, of
    the first of its meters to the last (`dark_since`).
    """
    states = point_states(points, at, rules)
    pairs = _pairs(facilities, links, points, states)
    found, decisive, tally = _summed(pairs, states)
    state = found["state"].to_numpy(object)
    result = facilities[["facility_id", "name", "kind", "capacity"]].reset_index(drop=True)
    result["state"] = pd.Series(state, dtype=object)
    result["meters"] = found["meters"].to_numpy(np.int64)
    result["silent"] = found["silent"].to_numpy(np.int64)
    result["reason"] = pd.Series(_words(pairs, states, decisive, tally), dtype=object)
    as_of = found["as_of"].to_numpy().astype("datetime64[s]")
    age = (np.datetime64(at, "s") - as_of) / _HOUR  # type: ignore[operator]  # times part to a duration
    result["age_hours"] = np.maximum(age.astype(np.float64), 0.0)
    result["last_proven"] = found["last_proven"].to_numpy().astype("datetime64[ns]")
    result["last_state"] = pd.Series(found["last_state"].to_numpy(object), dtype=object)
    result["unknown_reason"] = pd.Series(_codes(pairs, states, decisive, state), dtype=object)

    lat = facilities["lat"].to_numpy(dtype=np.float64)
    lon = facilities["lon"].to_numpy(dtype=np.float64)
    powered = state == POWERED
    kinds = facilities["kind"].fillna("").astype(str).to_numpy(dtype=object)
    place, metres = nearest(lat, lon, kinds, powered, ~powered)
    ids = facilities["facility_id"].tolist()
    result["nearest_powered_id"] = pd.Series([ids[there] if there >= 0 else None for there in place], dtype=object)
    result["nearest_powered_m"] = metres
    result["lat"], result["lon"] = lat, lon
    result["as_of"] = as_of.astype("datetime64[ns]")
    for name in ("known_until", "silent_until", "powered_until"):
        result[name] = found[name].to_numpy().astype("datetime64[ns]")
    since = of_places(dark_since(points, states), pairs.facility, pairs.point, len(facilities))
    result["dark_since_low"] = since.low.astype("datetime64[ns]")
    result["dark_since_high"] = since.high.astype("datetime64[ns]")
    return result[SHELTER_POWER_COLUMNS]
