"""What happens: who loses power and when it comes back, which meters fall silent for other reasons, who leaves home.

Times are minutes since the first midnight of the readings. A half-hour with any minute without power is dark.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

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

    begin: np.ndarray
    """int32 (poles, 2); `NEVER` where there is none."""
    end: np.ndarray
    """int32 (poles, 2)."""
    section: np.ndarray
    """int8 (poles): part of the area's line, 0 nearest to the feed."""
    fate: np.ndarray
    """int8 (areas): 0 kept power, 1 short, 2 restored in steps, 3 still out."""
    notes: dict = field(default_factory=dict)


KEPT, SHORT, STEPS, STILL = range(4)


def sections_of(rng: np.random.Generator, geography: Geography) -> np.ndarray:
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


def _fates(rng: np.random.Generator, geography: Geography) -> np.ndarray:
    """Return the fate of each area of the built-in municipality: feeders are sectors round the town, by kind of
    settlement.
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
    pole_town: np.ndarray,
    towns: list,
    short_chance: np.ndarray,
    meters_of_pole: np.ndarray,
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


def break_wires(
    rng: np.random.Generator, outages: PoleOutages, pole: np.ndarray, dwelling: np.ndarray, clock: Clock
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return begin, end int32 (meters, 2) and which meters hang on a broken wire, bool (meters).

    `pole` int (meters); `dwelling` int (meters): meters with the same number hang on the same service wire. Some
    poles and
    some single wires stay dark when the line is back: hidden outages (隠れ停電).
    """
    begin, end = outages.begin[pole].copy(), outages.end[pole].copy()
    was_out = outages.begin[:, 0] < NEVER
    of_pole = rng.random(len(was_out)) < np.where(was_out, 0.010, 0.001)
    of_wire = rng.random(int(dwelling.max()) + 1 if len(dwelling) else 1)[dwelling] < np.where(
        was_out[pole], 0.012, 0.002
    )
    broken = of_pole[pole] | of_wire
    begin[broken, 0] = np.minimum(begin[broken, 0], clock.event)
    end[broken, 0] = NEVER
    return begin, end, broken


def dark_slots(begin: np.ndarray, end: np.ndarray, slots: int) -> np.ndarray:
    """Return the half-hours that [begin, end) touches, bool (meters, slots); `begin`, `end` minutes, int (meters,
    k).
    """
    edge = np.arange(slots, dtype=np.int64) * SLOT_MINUTES
    dark = np.zeros((len(begin), slots), dtype=bool)
    for column in range(begin.shape[1]):
        rows = np.flatnonzero((begin[:, column] < NEVER) & (end[:, column] > begin[:, column]))
        dark[rows] |= (edge < end[rows, column][:, None]) & (edge + SLOT_MINUTES > begin[rows, column][:, None])
    return dark


def communication(
    rng: np.random.Generator,
    area: np.ndarray,
    fate: np.ndarray,
    silent_share: float,
    clock: Clock,
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Return begin, end int32 (meters, 2) of spells without communication, and the areas that lost it while they had
    power.

    The first spell is of peacetime: `silent_share` of the meters at any time, by a fault or bad radio, for days or
    for good.
    The second one is the trap: the relay of an area fails in the disaster, its power does not.
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
    lost = sorted(rng.permutation(able)[: 2 if len(able) > 2 else 1].tolist()) if len(able) else []
    for number, place in enumerate(lost):
        rows = np.flatnonzero((area == place) & (rng.random(count) < (0.95 if number == 0 else 0.6)))
        begin[rows, 1] = clock.event + rng.integers(0, 40)
        end[rows, 1] = NEVER if number == 0 else clock.event + 31 * 60
    return begin, end, [int(place) for place in lost]


def departures(
    rng: np.random.Generator, begin: np.ndarray, end: np.ndarray, clock: Clock
) -> tuple[np.ndarray, np.ndarray]:
    """Return when each home is left for a shelter and entered again, in hours, float64 (homes): inf for never."""
    count = len(begin)
    lasts = np.where(begin[:, 0] < NEVER, end[:, 0].astype(np.int64) - begin[:, 0], 0)
    chance = np.where(lasts > 12 * 60, 0.42, np.where(lasts > 0, 0.18, 0.07))
    leaves = rng.random(count) < chance
    away = clock.event / 60 + np.minimum(rng.lognormal(np.log(2.5), 1.0, count), 40)
    back = np.where(rng.random(count) < 0.35, away + rng.uniform(5, 40, count), np.inf)
    return np.where(leaves, away, np.inf), np.where(leaves, back, np.inf)
