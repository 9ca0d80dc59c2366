"""Settlements that may be isolated (孤立集落の推定, UC⑤): dark since an event, in groups of neighbours, in an order.

Darkness alone does not tell who is cut off. What counts besides: the roads, where they are known; how complete the
silence is; how long it lasts; how far the nearest area with power is; and whether the areas round it are dark too. The
number of meters only breaks ties: a large settlement is no more cut off than a small one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Optional, Sequence, Union

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray, ObjectArray, TextArray, TimeArray
from ..messages import Message, message
from .expectation import Expected, as_expected
from .flags import Present
from .reasons import Reason
from .relays import RELAY_COLUMNS, Behind, nobody, without
from .silence import (
    GapError,
    Strike,
    Tally,
    areas_of,
    enough,
    reporting_before,
    share,
    slots_of,
    tally,
)
from .slots import SLOT, AnyMoment, event_slot

MIN_METERS = 3
"""An area with fewer reporting meters is shown, and said to rest on few meters."""

ACCESS: tuple[str, ...] = ("cut", "unknown", "partly", "open")
"""Road access of a settlement, from the strongest evidence of isolation to the weakest."""

ACCESS_WEIGHT: dict[str, float] = {"cut": 1.0, "unknown": 0.6, "partly": 0.4, "open": 0.0}
SCORE_WEIGHTS: dict[str, float] = {"access": 50.0, "gap": 15.0, "duration": 10.0, "apart": 15.0, "around": 10.0}
"""Score 0–100 = 50·access + 15·gap_rate + 10·min(hours / 72, 1) + 15·min(km to the nearest area with power / 5, 1) +
10·share of the neighbouring areas that are dark too.

Half the score is access, so that of two dark settlements the one known to be cut off never ranks below one whose roads
are open; 72 hours is the span in which lives are saved; 5 km is an hour's walk on a mountain road.
"""
FAR_KM = 5.0
LIT_SHARE = 0.5
"""An area has power where at most this share of its meters is silent."""
STALE_HOURS = 6.0
"""An area whose newest half-hour is so much older than the newest published is unknown: it may have power again."""
AT_ONCE_HOURS = 1.0
"""Areas that went dark within so many hours did so together."""

ISOLATED_COLUMNS = (
    "rank area_id meters silent gap_rate since hours access_cut score reason group_id group_areas group_meters "
    "last_proven last_state evidence_until nearest_powered_km dark_around areas_around"
).split()


@dataclass(frozen=True)
class Surroundings:
    """Where areas lie: which of them are neighbours, and their middles."""

    edges: tuple[tuple[str, str], ...] = ()
    """Ids of areas that touch or lie near each other; each pair once."""
    centres: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Metres east and north of the middle of each area."""


def score(access: TextArray, gap_rate: Array, hours: Array, apart_km: Array, around: Array) -> FloatArray:
    """Return the score 0–100 by which settlements are ranked, see `SCORE_WEIGHTS`.

    `apart_km` to the nearest area with power, `around` share (0–1) of the neighbouring areas that are dark; NaN where
    not known counts nothing.
    """
    parts = {
        "access": np.array([ACCESS_WEIGHT[state] for state in access], dtype=np.float64),
        "gap": np.asarray(gap_rate, dtype=np.float64),
        "duration": np.minimum(np.asarray(hours, dtype=np.float64) / 72, 1.0),
        "apart": np.minimum(np.nan_to_num(np.asarray(apart_km, dtype=np.float64), posinf=FAR_KM) / FAR_KM, 1.0),
        "around": np.nan_to_num(np.asarray(around, dtype=np.float64)),
    }
    total = np.zeros(len(access))
    for name, part in parts.items():
        total += SCORE_WEIGHTS[name] * part
    return total


def _access_of(access: Optional[pd.DataFrame], ids: ObjectArray) -> ObjectArray:
    """Return the road access of each area, "unknown" where nothing is said. Raises `GapError` for other words."""
    if access is None:
        return np.full(len(ids), "unknown", dtype=object)
    said = {str(area): state for area, state in zip(access["area_id"], access["access_cut"]) if not pd.isna(state)}
    for area, state in said.items():
        if state not in ACCESS:
            raise GapError(
                message(
                    "The access “{state}” of area {area} is not known. Use cut, partly, open or unknown.",
                    state=state,
                    area=area,
                )
            )
    return np.array([said.get(str(area), "unknown") for area in ids], dtype=object)


@dataclass(frozen=True)
class _Spells:
    """The darkness of each area that lasts to its newest known half-hour; arrays (areas)."""

    dark: BoolArray
    """bool."""
    since: IntArray
    """int64: slot; means nothing where it is not dark."""
    newest: IntArray
    """int64: newest slot of which something is known, -1 without one."""
    lit: IntArray
    """int64: newest slot in which it was not dark, -1 without one."""
    rate: FloatArray
    """float64: share of silent meters in the newest slot, NaN without one."""


def _spells(counted: Tally, known: BoolArray, threshold: float) -> _Spells:
    rate = share(counted.expected - counted.received, counted.expected)
    slot = np.arange(known.shape[1])
    # A rounding error must not turn 8 of 10 into less than 0.8.
    dark = known & (np.nan_to_num(rate) >= threshold - 1e-12)

    def last_of(flags: BoolArray) -> IntArray:
        return np.where(flags, slot, -1).max(axis=1, initial=-1)

    newest, lit = last_of(known), last_of(known & ~dark)
    after = dark & (slot > lit[:, None])
    since = np.argmax(after, axis=1) if len(slot) else np.zeros(len(known), dtype=np.int64)
    own = rate[np.arange(len(rate)), np.maximum(newest, 0)] if len(slot) else np.zeros(len(rate))
    return _Spells(after.any(axis=1), since, newest, lit, np.where(newest >= 0, own, np.nan))


def isolated(
    present: Present,
    expected: Union[Expected, Array],
    slot_begin: TimeArray,
    area_of_meter: ObjectArray,
    event: AnyMoment,
    *,
    threshold: float,
    hours: float,
    until: Optional[AnyMoment],
    access: Optional[pd.DataFrame],
    surroundings: Optional[Surroundings] = None,
    strikes: Sequence[Strike] = (),
    group: bool = True,
    behind: Optional[Behind] = None,
) -> pd.DataFrame:
    """Return the settlements that went dark and stayed dark (table `isolated` of the architecture), ranked from 1.

    Arrays as in `gaps.gap_rates`. A settlement is dark in a half-hour where at least `threshold` (0–1) of its meters
    that reported before the first event, and of which a reading was expected, are silent; where a reading was expected
    of fewer than `EXPECTED_SHARE` of them nothing is known, which neither breaks nor begins darkness. It is returned if
    it is dark in every known half-hour from `since` to its newest one that ends not after `until` (None: of all), for
    at least `hours`, and `since` is not before the half-hour that precedes an event that struck there. `event` is the
    first of the case, `strikes` are all of them (default: `event`, everywhere); an event struck an area if it
    struck a meter in it. `access`: `area_id`, `access_cut` ∈ cut, partly, open, unknown. `silent`, `gap_rate` are those
    of the newest half-hour, `evidence_until` its end, `last_proven` the end of the last one with power (`last_state`).
    With `group`, settlements that are neighbours in `surroundings` are one group: `group_id` 1 … in the order of the
    best score in it, `group_areas` and `group_meters` of its members. Ranked by `score`, then meters.
    `behind` a failed relay are meters that may have power: not dark without them is `unknown_reason` = `relay`.
    `attrs`: `meters_without_area`, `areas_without_meters` none of whose meters reported before, `groups`, `not_struck`
    dark areas that no event struck, `unknown` {area id: reason code} of areas whose newest known half-hour is
    `STALE_HOURS` older than the newest published, or that had power before the last event there and are not known
    since. Raises `GapError`.
    """
    _check(threshold, hours)
    expected = as_expected(expected, len(present))
    begins = slots_of(slot_begin, present, expected.received)
    areas = areas_of(area_of_meter)
    reports = reporting_before(present, begins, event, None, expected)
    expected = _until(expected, begins, until)
    codes = np.where(reports, areas.codes, np.int32(-1))
    counted = tally(present, expected, codes, len(areas.ids), np.arange(len(begins)), len(begins))
    spells = _spells(counted, enough(counted), threshold)
    last = int(np.flatnonzero(np.append(True, expected.published()))[-1]) - 1
    empty = counted.meters.max(axis=1, initial=0) == 0
    stale = (spells.newest < max(last - STALE_HOURS * 2, 0)) & ~empty
    since, ends = begins[spells.since], begins[np.maximum(spells.newest, 0)] + SLOT
    lasted = (ends - since) / np.timedelta64(3600, "s")
    dark = spells.dark & ~stale & (lasted >= hours)
    first, newest = _struck(strikes or (Strike(event, event),), codes, len(areas.ids))
    found = dark & _not_before(since, first - SLOT)
    relays = (behind or nobody(len(present))).by(codes, len(areas.ids))
    known = _Known(areas.ids, counted, spells, _access_of(access, areas.ids), since, ends, lasted, stale, relays)
    result = _ranked(np.flatnonzero(found), known, begins, surroundings or Surroundings(), group)
    result["unknown_reason"] = _doubt(result, threshold)
    result.attrs.update(_of_areas(_why(expected, codes, np.flatnonzero(stale), last), known, newest, result))
    result.attrs["meters_without_area"] = int((areas.codes < 0).sum())
    result.attrs["areas_without_meters"] = int(empty.sum())
    result.attrs["not_struck"] = int((dark & np.isnat(first)).sum())
    return result


def _of_areas(why: Sequence[str], known: _Known, struck: TimeArray, result: pd.DataFrame) -> dict[str, Any]:
    """Return `unknown` and `groups` of `isolated`.

    `why` the code of each stale area, `struck` when the last event struck each, `result` the settlements listed.
    """
    ids = known.ids
    unknown = dict(zip(ids[known.stale].tolist(), why))
    listed = np.isin(ids, result["area_id"])
    had_power = ~known.stale & ~listed & (known.spells.newest >= 0) & _not_before(struck, known.ends)
    unknown.update(dict.fromkeys(ids[had_power].tolist(), Reason.BEFORE_EVENT.value))
    doubtful = result[result["unknown_reason"].notna()]
    unknown.update(zip(doubtful["area_id"], doubtful["unknown_reason"]))
    return {"unknown": unknown, "groups": int(result["group_id"].nunique())}


def _check(threshold: float, hours: float) -> None:
    if not 0 < threshold <= 1 or hours < 0:
        raise GapError(
            message(
                "A threshold of {threshold} with {hours} h cannot be used. Give a share above 0 and up to 1.",
                threshold=threshold,
                hours=hours,
            )
        )


def _until(expected: Expected, begins: TimeArray, until: Optional[AnyMoment]) -> Expected:
    """Return what was expected in the half-hours that end not after a moment, in all for None."""
    if until is None:
        return expected
    late = np.flatnonzero(begins + SLOT > np.datetime64(pd.Timestamp(until), "s"))
    return expected.until(int(late[0])) if len(late) else expected


def _not_before(moments: TimeArray, others: TimeArray) -> BoolArray:
    """Return which moments are not before the others; False where either is NaT."""
    there = ~np.isnat(moments) & ~np.isnat(others)
    return there & (moments >= others)


def _struck(strikes: Sequence[Strike], codes: IntArray, areas: int) -> tuple[TimeArray, TimeArray]:
    """Return the half-hours in which the first and the last event struck each area, datetime64[s] (areas), NaT none."""
    nothing = np.datetime64("NaT", "s")
    first, last = np.full(areas, nothing), np.full(areas, nothing)
    for strike in strikes:
        here = np.flatnonzero(np.bincount(codes[strike.struck(len(codes)) & (codes >= 0)], minlength=areas))
        slot = event_slot(strike.begin)
        first[here], last[here] = np.fmin(first[here], slot), np.fmax(last[here], slot)
    return first, last


def _why(expected: Expected, codes: IntArray, areas: IntArray, slot: int) -> list[str]:
    """Return the reason code of each area of which nothing is known in `slot`: that of the most meters."""
    found: list[str] = []
    if not len(areas):
        return found
    order = np.argsort(codes, kind="stable")
    begins, ends = (np.searchsorted(codes[order], areas, side) for side in ("left", "right"))
    for begin, end in zip(begins.tolist(), ends.tolist()):
        # pandas 3 would make plain texts of them
        reasons = [reason.value for reason in expected.why(order[begin:end], max(slot, 0)) if reason is not None]
        counts = pd.Series(reasons, dtype=object).value_counts()
        found.append(str(counts.idxmax()) if len(counts) else Reason.NOT_DUE.value)
    return found


@dataclass(frozen=True)
class _Known:
    """What is known of all areas; arrays (areas)."""

    ids: ObjectArray
    counted: Tally
    spells: _Spells
    roads: ObjectArray
    since: TimeArray
    ends: TimeArray
    lasted: FloatArray
    stale: BoolArray
    relays: pd.DataFrame
    """Who may have power behind a relay that failed (`relays.Behind.by`)."""

    def newest(self, counts: IntArray, areas: IntArray) -> IntArray:
        """Return the counts (areas, slots) of the newest known half-hour of some areas."""
        return counts[areas, np.maximum(self.spells.newest[areas], 0)]


@dataclass(frozen=True)
class _Around:
    """What lies round each area found; arrays as long as `found`."""

    apart_km: FloatArray
    """To the middle of the nearest area with power, NaN where not known."""
    dark: IntArray
    """int64: neighbouring areas that are dark too."""
    told: IntArray
    """int64: neighbouring areas of which something is known."""
    group: IntArray
    """int64: number of the group, in the order of its first member."""

    @property
    def share(self) -> FloatArray:
        """Share of the neighbours that are dark, NaN without neighbours."""
        return share(self.dark, self.told)


def _around(found: IntArray, known: _Known, surroundings: Surroundings) -> _Around:
    place = {str(area): number for number, area in enumerate(known.ids)}
    there = (known.spells.newest >= 0) & ~known.stale
    lit, dark = there & (known.spells.rate <= LIT_SHARE), there & known.spells.dark
    pairs = np.array(
        [(place[a], place[b]) for a, b in surroundings.edges if a in place and b in place and a != b], dtype=np.int64
    ).reshape(-1, 2)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    told = np.bincount(both[:, 0][there[both[:, 1]]], minlength=len(known.ids))
    near = np.bincount(both[:, 0][dark[both[:, 1]]], minlength=len(known.ids))
    centres = np.array(
        [surroundings.centres.get(str(area), (np.nan, np.nan)) for area in known.ids], dtype=np.float64
    ).reshape(-1, 2)
    powered = centres[lit & np.isfinite(centres).all(axis=1)]
    apart = np.full(len(found), np.nan)
    for number, area in enumerate(found.tolist()):
        if len(powered):
            apart[number] = np.hypot(*(powered - centres[area]).T).min() / 1000
    return _Around(apart, near[found], told[found], components(found, pairs))


def components(members: IntArray, pairs: Iterable[tuple[int, int]]) -> IntArray:
    """Return the group of each of `members` (int, distinct), int64 from 0 in the order of the first member.

    Members are in one group where `pairs` of members link them, through other members too.
    """
    place = {int(member): number for number, member in enumerate(members)}
    root = np.arange(len(members))

    def of(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = int(root[number])
        return number

    for a, b in pairs:
        if int(a) in place and int(b) in place:
            low, high = sorted((of(place[int(a)]), of(place[int(b)])))
            root[high] = low
    return np.unique([of(number) for number in range(len(members))], return_inverse=True)[1].astype(np.int64)


def _ranked(found: IntArray, known: _Known, begins: TimeArray, surroundings: Surroundings, group: bool) -> pd.DataFrame:
    """The table of the areas `found`, best score first; ties by meters, then by the order of the areas."""
    around = _around(found, known, surroundings)
    meters = known.newest(known.counted.expected, found)
    silent = meters - known.newest(known.counted.received, found)
    relays = known.relays.iloc[found].reset_index(drop=True)
    powered = (relays["relay_share"] * relays["relay_meters"]).fillna(0.0).to_numpy()
    rate = without(known.spells.rate[found], meters.astype(np.float64), powered)
    points = score(known.roads[found], rate, known.lasted[found], around.apart_km, around.share)
    order = np.lexsort((found, -meters, -np.round(points, 9)))
    chosen = found[order]
    lit = known.spells.lit[chosen]
    proven = np.where(lit >= 0, begins[np.maximum(lit, 0)] + SLOT, np.datetime64("NaT", "s"))
    table = pd.DataFrame(
        {
            "rank": np.arange(1, len(chosen) + 1, dtype=np.int64),
            "area_id": known.ids[chosen],
            "meters": meters[order].astype(np.int64),
            "silent": silent[order].astype(np.int64),
            "gap_rate": known.spells.rate[chosen],
            "since": known.since[chosen].astype("datetime64[ns]"),
            "hours": known.lasted[chosen].astype(np.float64),
            "access_cut": pd.Series(known.roads[chosen], dtype=object),
            "score": points[order].astype(np.float64),
            "last_proven": proven.astype("datetime64[ns]"),
            "last_state": pd.Series(["powered" if slot >= 0 else None for slot in lit.tolist()], dtype=object),
            "evidence_until": known.ends[chosen].astype("datetime64[ns]"),
            "nearest_powered_km": around.apart_km[order],
            "dark_around": around.dark[order].astype(np.int64),
            "areas_around": around.told[order].astype(np.int64),
        }
    )
    numbers = pd.factorize(around.group[order])[0] + 1
    table["group_id"] = pd.Series([str(number) for number in numbers] if group else [None] * len(table), dtype=object)
    members = table.groupby(pd.Series(numbers, index=table.index))
    sizes, counts = members["meters"].transform("size"), members["meters"].transform("sum")
    table["group_areas"] = sizes.astype(np.int64) if group else pd.Series(np.nan, index=table.index)
    table["group_meters"] = counts.astype(np.int64) if group else pd.Series(np.nan, index=table.index)
    spread = (members["since"].transform("max") - members["since"].transform("min")) / pd.Timedelta(hours=1)
    table = table.join(relays.iloc[order].reset_index(drop=True))
    table["reason"] = pd.Series(
        [_reason(row, group, apart <= AT_ONCE_HOURS) for row, apart in zip(table.itertuples(index=False), spread)],
        dtype=object,
    )
    return table[[*ISOLATED_COLUMNS, *RELAY_COLUMNS]]


def _doubt(table: pd.DataFrame, threshold: float) -> ObjectArray:
    """Return `relay` for settlements that would not be dark without who may have power behind a relay, else None."""
    doubtful = table["relay_meters"].fillna(0.0).to_numpy(float)
    left = without(table["gap_rate"].to_numpy(float), table["meters"].to_numpy(float), doubtful)
    reason = np.full(len(table), None, dtype=object)
    reason[(doubtful > 0) & (left < threshold - 1e-12)] = Reason.RELAY.value
    return reason


def _access_words(state: str) -> Message:
    return {
        "cut": message("Roads: cut."),
        "partly": message("Roads: cut in part."),
        "open": message("Roads: open."),
        "unknown": message("Roads: not known."),
    }[state]


def _reason(row: Any, group: bool, at_once: bool) -> Message:
    """Say why an area ranks where it does: darkness, roads, surroundings, group."""
    text = message(
        "Dark since {since} ({hours} h): {silent} of {meters} meters that reported before are silent. {access}",
        since=pd.Timestamp(row.since).strftime("%Y-%m-%d %H:%M"),
        hours=f"{row.hours:g}",
        meters=row.meters,
        silent=row.silent,
        access=_access_words(row.access_cut),
    )
    if np.isfinite(row.nearest_powered_km):
        text = message("{text} Nearest area with power: {km} km.", text=text, km=f"{row.nearest_powered_km:.1f}")
    if row.areas_around:
        text = message(
            "{text} {dark} of {all} neighbouring areas are dark too.",
            text=text,
            dark=row.dark_around,
            all=row.areas_around,
        )
    if group and row.group_areas > 1:
        words = message(
            "{text} Group of {areas} adjacent areas ({meters} meters).",
            text=text,
            areas=row.group_areas,
            meters=row.group_meters,
        )
        text = message("{text} All of it went dark at once.", text=words) if at_once else words
    if row.relay_meters > 0:
        text = message(
            "{text} {count} of them fell silent with a radio relay that had failed ({since}) and may have power: of "
            "those that are back {share} % had.",
            text=text,
            count=f"{row.relay_meters:.0f}",
            since=pd.Timestamp(row.relay_since).strftime("%Y-%m-%d %H:%M"),
            share=f"{100 * row.relay_share:.0f}",
        )
    if row.meters < MIN_METERS:
        return message("{text} Few meters: check by other means.", text=text)
    return text
