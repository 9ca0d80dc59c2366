"""What happens: who loses power and when it comes back, which meters fall silent for other reasons, who leaves home.

Times are minutes since the first midnight of the readings. A half-hour with any minute without power is dark.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable

import numpy as np

from ..arrays import Array, BoolArray, FloatArray, IntArray
from .geography import Geography

NEVER = 1 << 30
"""An end that does not come in the scenario."""
SECTIONS = 3
FRESH_HOURS = 4
SLOT_MINUTES = 30


@dataclass(frozen=True)
class Clock:
    """The scenario's moments, in minutes since the first midnight of the readings."""

    event: int
    now: int
    first: int
    """The beginning of the statistics: zero or before."""
    end: int
    """The last midnight."""


@dataclass(frozen=True)
class PoleOutages:
    """When poles are without power."""

    begin: IntArray
    """int32 (poles, 2); `NEVER` where there is none."""
    end: IntArray
    """int32 (poles, 2)."""
    section: IntArray
    """int8 (poles): part of the area's line, 0 nearest to the feed."""
    fate: IntArray
    """int8 (areas): 0 kept power, 1 short, 2 restored in steps, 3 still out."""
    notes: dict[str, Any] = field(default_factory=dict[str, Any])


KEPT, SHORT, STEPS, STILL = range(4)


def sections_of(rng: np.random.Generator, geography: Geography) -> IntArray:
    """Return the section (0 … 2) of the line each pole hangs on, int8: thirds of an area in a drawn direction."""
    poles = geography.poles
    area = poles["area"].to_numpy()
    angle = rng.uniform(0, 2 * np.pi, len(geography.areas))[area]
    along = poles["lon"].to_numpy() * 0.8 * np.cos(angle) + poles["lat"].to_numpy() * np.sin(angle)
    order = np.lexsort((along, area))
    counts = np.bincount(area, minlength=len(geography.areas))
    first = np.cumsum(counts) - counts
    rank = np.empty(len(area), dtype=np.int64)
    rank[order] = np.arange(len(area)) - first[area[order]]
    return (rank * SECTIONS // np.maximum(counts[area], 1)).astype(np.int8)


def _fates(rng: np.random.Generator, geography: Geography) -> IntArray:
    """Return the fate of each area of the built-in municipality: feeders are sectors round the town.

    It goes by the kind of settlement too.
    """
    areas = geography.areas
    east = areas["lon"].to_numpy() - areas["lon"].iloc[0]
    north = areas["lat"].to_numpy() - areas["lat"].iloc[0]
    turn = np.arctan2(north, east) / (2 * np.pi) % 1
    fate = np.zeros(len(areas), dtype=np.int8)
    kinds = areas["kind"].to_numpy()
    for group, drawn in (
        (("centre",), (KEPT, SHORT, STEPS)),
        (("suburb",), (KEPT, SHORT, STEPS, STEPS, STILL)),
        (("coast", "hill"), (STILL, STILL, STEPS, STEPS, SHORT, KEPT)),
    ):
        rows = np.flatnonzero(np.isin(kinds, group))
        rows = rows[np.argsort(turn[rows], kind="stable")]
        feeder = np.arange(len(rows)) * len(drawn) // len(rows)
        fate[rows] = rng.permutation(drawn)[feeder]
    cut = np.flatnonzero(geography.unreachable)
    fate[cut] = STILL
    # A road that is shut does not mean that the power is out: one such settlement has it back.
    if len(cut) > 2:
        fate[cut[0]] = STEPS
    return fate


def built_in(rng: np.random.Generator, geography: Geography, clock: Clock) -> PoleOutages:
    """Return the outages of the built-in municipality."""
    fate = _fates(rng, geography)
    poles = geography.poles
    area = poles["area"].to_numpy()
    section = sections_of(rng, geography)
    count = len(geography.areas)
    hour = 60
    ends = np.full((count, SECTIONS), NEVER, dtype=np.int64)
    step = np.sort(
        np.column_stack([rng.uniform(low, high, count) for low, high in ((7, 18), (17, 30), (29, 44))]), axis=1
    )
    ends[fate == STEPS] = clock.event + (step[fate == STEPS] * hour).astype(np.int64)
    short = rng.uniform(1.5, 9.5, count)[:, None] + rng.uniform(0, 1.0, (count, SECTIONS))
    ends[fate == SHORT] = clock.event + (short[fate == SHORT] * hour).astype(np.int64)
    # In a third of the areas that are still out, and reachable, the part next to the feed is back.
    partly = (fate == STILL) & ~geography.unreachable & (rng.random(count) < 0.33)
    ends[partly, 0] = clock.event + (rng.uniform(20, 44, count)[partly] * hour).astype(np.int64)
    start = clock.event + rng.integers(0, 5, count)
    hit = (fate[area] != KEPT) & (rng.random(len(poles)) < 0.97)
    begin = np.full((len(poles), 2), NEVER, dtype=np.int32)
    end = np.full((len(poles), 2), NEVER, dtype=np.int32)
    begin[hit, 0] = start[area[hit]]
    end[hit, 0] = ends[area[hit], section[hit]]
    # An aftershock trips two of the areas that had their power back.
    again = rng.permutation(np.flatnonzero(fate == SHORT))[:2]
    tripped = np.isin(area, again)
    begin[tripped, 1] = clock.event + 27 * hour
    end[tripped, 1] = clock.event + 30 * hour + 20
    # Just before now another area goes out: too late for 通電情報, which needs 12 hours of silence.
    served = np.intersect1d(np.flatnonzero(fate == SHORT), geography.facilities["area"].to_numpy())
    fresh = np.isin(area, np.setdiff1d(served, again)[:1])
    begin[fresh, 1], end[fresh, 1] = max(clock.event, clock.now - FRESH_HOURS * hour), NEVER
    return PoleOutages(begin, end, section, fate)


def _feeders(geography: Geography, count: int) -> IntArray:
    """Return the feeder of each area, int64 (areas): `count` sectors round the middle with about as many areas each."""
    areas = geography.areas
    east = areas["lon"].to_numpy() - areas["lon"].iloc[0]
    north = areas["lat"].to_numpy() - areas["lat"].iloc[0]
    order = np.argsort(np.arctan2(north, east), kind="stable")
    feeder = np.empty(len(areas), dtype=np.int64)
    feeder[order] = np.arange(len(areas)) * count // len(areas)
    return feeder


def _empty(geography: Geography) -> tuple[IntArray, IntArray]:
    shape = (len(geography.poles), 2)
    return np.full(shape, NEVER, dtype=np.int32), np.full(shape, NEVER, dtype=np.int32)


AREAS_A_FEEDER = 4
"""Areas that hang on one feeder, about."""
STORM_HOURS = 9.0
"""Hours in which a typhoon passes: from the first feeder lost to the last."""


def typhoon(rng: np.random.Generator, geography: Geography, clock: Clock) -> PoleOutages:
    """Return the outages of a typhoon: feeders drop one after another as it passes, and come back in steps over days.

    It comes from one side, so that feeders there drop first; far sections of a line are lost more often and are
    repaired last; some areas have their power back for hours and lose it again to a fallen tree.
    """
    poles, areas = geography.poles, geography.areas
    area = poles["area"].to_numpy()
    section = sections_of(rng, geography)
    count = len(areas)
    feeders = max(3, count // AREAS_A_FEEDER)
    feeder = _feeders(geography, feeders)
    fate_of_feeder = rng.permutation(
        np.resize(np.array([KEPT, SHORT, STEPS, STEPS, STILL, STEPS, KEPT, SHORT, STEPS, STILL]), feeders)
    )
    fate = fate_of_feeder[feeder].astype(np.int8)
    # A coastal or hill settlement at the end of its line fares as badly as its roads do.
    fate[geography.unreachable] = STILL
    angle = rng.uniform(0, 2 * np.pi)
    along = (areas["lon"].to_numpy() * 0.8) * np.cos(angle) + areas["lat"].to_numpy() * np.sin(angle)
    reach = (along - along.min()) / max(float(np.ptp(along)), 1e-9)
    passes = clock.event + (60 * STORM_HOURS * (0.85 * reach + 0.15 * rng.random(count))).astype(np.int64)
    lost = passes[:, None] + rng.integers(0, 90, (count, SECTIONS)) - np.array([0, 20, 45])
    lost = np.maximum(lost, clock.event)
    # Of a line that comes back soon only what lies behind the fault is out.
    spared = (fate == SHORT)[:, None] & (np.arange(SECTIONS) < rng.integers(0, SECTIONS, count)[:, None])
    ends = np.full((count, SECTIONS), NEVER, dtype=np.int64)
    hours = np.cumsum(rng.uniform((6, 5, 6), (30, 16, 24), (count, SECTIONS)), axis=1)
    ends[fate == STEPS] = (lost + (hours * 60).astype(np.int64))[fate == STEPS]
    ends[fate == SHORT] = (lost + (rng.uniform(0.3, 9, count)[:, None] * 60).astype(np.int64))[fate == SHORT]
    partly = (fate == STILL) & ~geography.unreachable & (rng.random(count) < 0.6)
    ends[partly, 0] = (lost[:, 0] + (rng.uniform(20, 60, count) * 60).astype(np.int64))[partly]
    hit = (fate[area] != KEPT) & ~spared[area, section] & (rng.random(len(poles)) < 0.97)
    begin, end = _empty(geography)
    begin[hit, 0], end[hit, 0] = lost[area[hit], section[hit]], ends[area[hit], section[hit]]
    tripped = np.isin(area, rng.permutation(np.flatnonzero(fate == SHORT))[:2]) & hit
    begin[tripped, 1] = end[tripped, 0].astype(np.int64) + rng.integers(120, 900)
    end[tripped, 1] = begin[tripped, 1] + rng.integers(60, 600)
    return PoleOutages(begin, end, section, fate)


def feeder_fault(rng: np.random.Generator, geography: Geography, clock: Clock) -> PoleOutages:
    """Return the outages of faults on two feeders: most back within hours, the last part a day later."""
    poles = geography.poles
    area = poles["area"].to_numpy()
    section = sections_of(rng, geography)
    count = len(geography.areas)
    feeders = max(3, count // AREAS_A_FEEDER)
    feeder = _feeders(geography, feeders)
    first = int(rng.integers(feeders))
    second = (first + int(rng.integers(2, max(3, feeders - 1)))) % feeders
    fate = np.zeros(count, dtype=np.int8)
    fate[feeder == first], fate[feeder == second] = SHORT, STEPS
    begun = {first: clock.event, second: clock.event + int(rng.integers(3, 50))}
    hours = {first: np.sort(rng.uniform(1.2, 6, SECTIONS)), second: np.array([*np.sort(rng.uniform(3, 9, 2)), np.inf])}
    # The end of the second line hangs on a pole that must be set anew.
    hours[second][-1] = rng.uniform(27.5, 34)
    begin, end = _empty(geography)
    for line in (first, second):
        rows = np.flatnonzero((feeder[area] == line) & (rng.random(len(poles)) < 0.98))
        begin[rows, 0] = begun[line]
        end[rows, 0] = begun[line] + (hours[line][section[rows]] * 60).astype(np.int64)
    return PoleOutages(begin, end, section, fate)


DARK_AT_LEAST_HOURS = 16.0
"""Hours before the first feeders come back after the whole grid went down."""


def blackout(rng: np.random.Generator, geography: Geography, clock: Clock) -> PoleOutages:
    """Return the outage of a whole grid (Hokkaido, September 2018).

    Every pole goes dark within minutes, feeders come back one after another over two days, far sections of a line last.
    """
    poles = geography.poles
    area = poles["area"].to_numpy()
    section = sections_of(rng, geography)
    count = len(geography.areas)
    feeders = max(3, count // AREAS_A_FEEDER)
    hours = np.sort(rng.uniform(DARK_AT_LEAST_HOURS, 44, feeders))[rng.permutation(feeders)]
    later = np.cumsum(rng.uniform(0, 2.0, (count, SECTIONS)), axis=1)
    ends = clock.event + ((hours[_feeders(geography, feeders)][:, None] + later) * 60).astype(np.int64)
    begin, end = _empty(geography)
    begin[:, 0] = clock.event + rng.integers(0, 3, count)[area]
    end[:, 0] = ends[area, section]
    return PoleOutages(begin, end, section, np.full(count, STEPS, dtype=np.int8))


AFTERSHOCK_HITS = 0.3
"""Share of the areas that an aftershock takes the power from, where it is on. Assumed."""


def aftershock(rng: np.random.Generator, geography: Geography, outages: PoleOutages, minute: int) -> PoleOutages:
    """Return the outages with those of an aftershock added as one more spell: some areas for hours, some for good."""
    area = geography.poles["area"].to_numpy()
    count = len(geography.areas)
    hit = rng.random(count) < AFTERSHOCK_HITS
    lasts = (60 * rng.uniform(1.5, 20, count)).astype(np.int64)
    ends = np.where(rng.random(count) < 0.3, NEVER, minute + lasts)
    on = ~((outages.begin <= minute) & (outages.end > minute)).any(axis=1)
    rows = hit[area] & on & (rng.random(len(area)) < 0.97)
    begin = np.where(rows, minute + rng.integers(0, 4, count)[area], NEVER).astype(np.int32)
    end = np.where(rows, ends[area], NEVER).astype(np.int32)
    return replace(
        outages,
        begin=np.column_stack([outages.begin, begin]),
        end=np.column_stack([outages.end, end]),
    )


@dataclass(frozen=True)
class Cause:
    """What a kind of disaster does to lines, wires and people."""

    outages: Callable[[np.random.Generator, Geography, Clock], PoleOutages]
    pole_breaks: tuple[float, float] = (0.010, 0.001)
    """Chance that a whole pole stays dark when its line is back: where the line was out, elsewhere."""
    wire_breaks: tuple[float, float] = (0.012, 0.002)
    """The same for a single service wire."""
    wire_hours: float = 0.0
    """Wires break within so many hours from the event; 0: with it."""
    leaves: tuple[float, float, float] = (0.42, 0.18, 0.07)
    """Chance that a home is left for a shelter: dark for more than 12 h, dark for less, with power."""
    landslides: bool = True


CAUSES: dict[str, Cause] = {
    "earthquake": Cause(built_in),
    "typhoon": Cause(typhoon, (0.008, 0.0005), (0.016, 0.003), STORM_HOURS, (0.16, 0.06, 0.03)),
    "feeder": Cause(feeder_fault, (0.004, 0.0), (0.012, 0.0), 0.0, (0.03, 0.01, 0.0), landslides=False),
    "blackout": Cause(blackout, (0.002, 0.0), (0.003, 0.0), 0.0, (0.05, 0.02, 0.0), landslides=False),
}
"""Shares are assumed: of hidden outages only totals are public (some 600 in Chiba, September 2019)."""


@dataclass(frozen=True)
class Town:
    """A town of a published outage history, by minutes on the scenario's clock."""

    begin: int
    end: int
    contracts: float
    """Contracts out at the first snapshot."""


def recorded(
    rng: np.random.Generator,
    geography: Geography,
    clock: Clock,
    pole_town: Array,
    towns: list[Any],
    short_chance: Array,
    meters_of_pole: Array,
) -> PoleOutages:
    """Return outages after a published history.

    `pole_town` int (poles): position in `towns`; `towns`: `Town` where the first snapshot lists it, else None;
    `short_chance`
    float (towns): chance of an outage that was over before the first snapshot, for towns not in it; `meters_of_pole`
    int (poles).
    """
    count = len(geography.poles)
    begin = np.full((count, 2), NEVER, dtype=np.int32)
    end = np.full((count, 2), NEVER, dtype=np.int32)
    lon, lat = geography.poles["lon"].to_numpy(), geography.poles["lat"].to_numpy()
    order = np.argsort(pole_town, kind="stable")
    bounds = np.searchsorted(pole_town[order], np.arange(len(towns) + 1))
    for number, town in enumerate(towns):
        rows = order[bounds[number] : bounds[number + 1]]
        draw = rng.random(4)
        if not len(rows):
            continue
        if town is None:
            if draw[0] >= short_chance[number]:
                continue
            share, start = 0.6 + 0.4 * draw[1], clock.event + int(3 * draw[2])
            # Most were back within hours, some within days; all before the first snapshot.
            stop = clock.event + int(60 * np.exp(np.log(7) + 1.0 * rng.standard_normal()))
        else:
            share, start, stop = min(1.0, town.contracts / max(1, meters_of_pole[rows].sum())), town.begin, town.end
        angle = draw[3] * 2 * np.pi
        along = lon[rows] * 0.8 * np.cos(angle) + lat[rows] * np.sin(angle)
        near = rows[np.argsort(along, kind="stable")]
        reached = np.cumsum(meters_of_pole[near]) - meters_of_pole[near]
        out = near[reached < share * meters_of_pole[near].sum()]
        begin[out, 0], end[out, 0] = start, stop
    area = geography.poles["area"].to_numpy()
    weight = np.maximum(meters_of_pole, 1)
    total = np.maximum(np.bincount(area, weight, len(geography.areas)), 1)
    dark = (
        np.bincount(area, weight * ((begin[:, 0] <= clock.now) & (end[:, 0] > clock.now)), len(geography.areas)) / total
    )
    ever = np.bincount(area, weight * (begin[:, 0] < NEVER), len(geography.areas)) / total
    fate = np.where(dark >= 0.5, STILL, np.where(ever >= 0.3, np.where(dark > 0.05, STEPS, SHORT), KEPT)).astype(
        np.int8
    )
    return PoleOutages(begin, end, sections_of(rng, geography), fate)


def followed(
    rng: np.random.Generator,
    geography: Geography,
    clock: Clock,
    pole_town: Array,
    minutes: Array,
    contracts: Array,
    meters_of_pole: Array,
) -> PoleOutages:
    """Return outages that follow a published history snapshot by snapshot.

    `pole_town` int (poles); `minutes` int (snapshots) on the scenario's clock; `contracts` float (towns, snapshots) out
    at each; `meters_of_pole` int (poles). In a town the poles go out and come back in one order, along a drawn
    direction: at a snapshot those are out whose meters together make up the contracts published, to half a pole. What
    changes between two snapshots changes half-way; before the first one all is as in it, back to the event.
    """
    lon, lat = geography.poles["lon"].to_numpy(), geography.poles["lat"].to_numpy()
    order = np.argsort(pole_town, kind="stable")
    bounds = np.searchsorted(pole_town[order], np.arange(len(contracts) + 1))
    turns = np.concatenate([[clock.event], (minutes[:-1] + minutes[1:]) // 2])
    spells: dict[int, list[tuple[int, int]]] = {}
    for number in range(len(contracts)):
        rows = order[bounds[number] : bounds[number + 1]]
        angle = rng.random() * 2 * np.pi
        if not len(rows) or not contracts[number].any():
            continue
        near = rows[np.argsort(lon[rows] * 0.8 * np.cos(angle) + lat[rows] * np.sin(angle), kind="stable")]
        middle = np.cumsum(meters_of_pole[near]) - meters_of_pole[near] / 2
        out = middle[:, None] <= contracts[number]
        for pole, row in zip(near[out.any(axis=1)], out[out.any(axis=1)]):
            edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
            ends = [int(turns[edge]) if edge < len(turns) else NEVER for edge in edges]
            spells[int(pole)] = list(zip(ends[::2], ends[1::2]))
    width = max([2, *(len(found) for found in spells.values())])
    begin = np.full((len(geography.poles), width), NEVER, dtype=np.int32)
    end = np.full((len(geography.poles), width), NEVER, dtype=np.int32)
    for pole, found in spells.items():
        begin[pole, : len(found)], end[pole, : len(found)] = np.array(found).T
    area = geography.poles["area"].to_numpy()
    hit = np.bincount(area, begin[:, 0] < NEVER, len(geography.areas)) > 0
    still = np.bincount(area, (end == NEVER)[:, 0] & (begin[:, 0] < NEVER), len(geography.areas)) > 0
    fate = np.where(still, STILL, np.where(hit, STEPS, KEPT)).astype(np.int8)
    return PoleOutages(begin, end, sections_of(rng, geography), fate)


def break_wires(
    rng: np.random.Generator,
    outages: PoleOutages,
    pole: IntArray,
    dwelling: IntArray,
    clock: Clock,
    cause: Cause = CAUSES["earthquake"],
) -> tuple[IntArray, IntArray, BoolArray]:
    """Return begin, end int32 (meters, 2) and which meters hang on a broken wire, bool (meters).

    `pole` int (meters); `dwelling` int (meters): meters with the same number hang on the same service wire. Some
    poles and some single wires stay dark when the line is back: hidden outages (隠れ停電).
    """
    begin, end = outages.begin[pole].copy(), outages.end[pole].copy()
    was_out = outages.begin[:, 0] < NEVER
    of_pole = rng.random(len(was_out)) < np.where(was_out, *cause.pole_breaks)
    of_wire = rng.random(int(dwelling.max()) + 1 if len(dwelling) else 1)[dwelling] < np.where(
        was_out[pole], *cause.wire_breaks
    )
    broken = of_pole[pole] | of_wire
    breaks = np.full(len(pole), clock.event, dtype=np.int64)
    if cause.wire_hours:
        spread = (cause.wire_hours * 60 * rng.random(int(max(dwelling.max(), len(was_out))) + 1)).astype(np.int64)
        breaks += np.where(of_pole[pole], spread[pole], spread[dwelling])
    begin[broken, 0] = np.minimum(begin[broken, 0], breaks[broken])
    end[broken, 0] = NEVER
    return begin, end, broken


def dark_slots(begin: IntArray, end: IntArray, slots: int) -> BoolArray:
    """Return the half-hours that [begin, end) touches, bool (meters, slots).

    `begin`, `end` minutes, int (meters, k).
    """
    edge = np.arange(slots, dtype=np.int64) * SLOT_MINUTES
    dark = np.zeros((len(begin), slots), dtype=bool)
    for column in range(begin.shape[1]):
        rows = np.flatnonzero((begin[:, column] < NEVER) & (end[:, column] > begin[:, column]))
        dark[rows] |= (edge < end[rows, column][:, None]) & (edge + SLOT_MINUTES > begin[rows, column][:, None])
    return dark


def communication(
    rng: np.random.Generator,
    area: IntArray,
    fate: IntArray,
    silent_share: float,
    clock: Clock,
    relay_share: float,
) -> tuple[IntArray, IntArray, list[int]]:
    """Return begin, end int32 (meters, 2) of spells without communication, and the areas that lost it with power on.

    The first spell is of peacetime: `silent_share` of the meters at any time, by a fault or bad radio, for days or
    for good.
    The second one is the trap: the relay of an area fails in the disaster, its power does not; `relay_share` of all
    areas, every other one for good and nearly all of its meters. No data of the aggregator tell that from an outage.
    """
    count = len(area)
    begin = np.full((count, 2), NEVER, dtype=np.int32)
    end = np.full((count, 2), NEVER, dtype=np.int32)
    length = clock.end - clock.first
    lasting = rng.random(count) < silent_share * 0.7
    begin[lasting, 0] = clock.first - 1440
    # Spells of one to five days, as many as make up the rest of the share at any time.
    mean = 3 * 1440
    passing = ~lasting & (rng.random(count) < silent_share * 0.3 * (length + mean) / mean)
    starts = clock.first - 5 * 1440 + rng.integers(0, length + 5 * 1440, count)
    begin[passing, 0] = starts[passing]
    end[passing, 0] = (starts + rng.integers(1440, 5 * 1440, count))[passing]
    sizes = np.bincount(area, minlength=len(fate))
    able = np.flatnonzero((fate == KEPT) & (sizes >= 20))
    lost = sorted(rng.permutation(able)[: round(relay_share * len(fate))].tolist())
    for number, place in enumerate(lost):
        for_good = number % 2 == 0
        rows = np.flatnonzero((area == place) & (rng.random(count) < (0.95 if for_good else 0.6)))
        begin[rows, 1] = clock.event + rng.integers(0, 40)
        end[rows, 1] = NEVER if for_good else clock.event + 31 * 60
    return begin, end, [int(place) for place in lost]


def departures(
    rng: np.random.Generator, begin: IntArray, end: IntArray, clock: Clock, cause: Cause = CAUSES["earthquake"]
) -> tuple[FloatArray, FloatArray]:
    """Return when each home is left for a shelter and entered again, in hours, float64 (homes): inf for never."""
    count = len(begin)
    lasts = np.where(begin[:, 0] < NEVER, end[:, 0].astype(np.int64) - begin[:, 0], 0)
    long, short, none = cause.leaves
    chance = np.where(lasts > 12 * 60, long, np.where(lasts > 0, short, none))
    leaves = rng.random(count) < chance
    # Rounded (0.4 s): the last bit of a logarithmic draw depends on how numpy was compiled.
    away = np.round(clock.event / 60 + np.minimum(rng.lognormal(np.log(2.5), 1.0, count), 40), 4)
    back = np.where(rng.random(count) < 0.35, np.round(away + rng.uniform(5, 40, count), 4), np.inf)
    return np.where(leaves, away, np.inf), np.where(leaves, back, np.inf)
