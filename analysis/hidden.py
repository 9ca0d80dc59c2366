"""Hidden outages (隠れ停電): meters still silent although pole, lane and neighbourhood have their power back.

When a line is repaired, a broken service wire (引込線) or a pole of its own fuse stays dark, and no feeder shows it. On
25 September 2019 the outage page said "none" while 146 houses of Chiba had no power; meters found some 600 of them.

Silence alone is no outage: meters that were silent in peacetime are left out, a lane of which the relay failed has
silent neighbours too, and a meter that fell silent by itself at some other time is more likely a fault of its radio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Optional

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, message
from .gaps import SLOT, event_slot, reporting_before

HIDDEN_COLUMNS = "supply_point meter_id since hours neighbours neighbours_powered began pole_silent lat lon".split()

WITH_EVENT, WITH_NEIGHBOURS = "event", "neighbours"
"""Value of `began`: the meter fell silent when it struck, or when its neighbours did."""

_METRES_PER_DEGREE = 111_319.5
"""On the sphere of 6,378,137 m; off by less than 0.4 % in Japan, which for neighbours does not matter."""
_PAIRS = 2_000_000
"""Pairs of poles worked on at a time."""


class HiddenError(TomoshibiError):
    """The readings or the numbers do not allow the question."""


@dataclass(frozen=True)
class HiddenRules:
    """The numbers of the search."""

    neighbour_rate: float = 0.9
    """Share of the neighbours that must have power (parameter NEIGHBOUR_RATE)."""
    hours: float = 6.0
    """So long the meter was silent while its neighbours sent readings, up to the newest (parameter HOURS)."""
    radii_m: tuple[float, ...] = (150.0, 400.0)
    """Neighbours are sought in the smallest circle round the pole that holds enough of them: lane, settlement.
    The last one is also the circle in which meters on poles with power must answer (else the relay has failed)."""
    min_neighbours: int = 3
    outnumber: int = 3
    """Round a pole without power must stand so many times as many neighbours as it has silent meters."""
    nearest_poles: int = 12
    """A pole of which no meter has power is hidden only among poles that have: of so many nearest ones …"""
    dark_poles: int = 1
    """… at most so many are dark too. More are a part of the line that is not repaired yet."""
    event_hours: float = 1.0
    """How long after the event's time wires may have broken; make it 12 or 24 for a typhoon."""
    with_neighbours: float = 0.5
    """Share of the neighbours that fell silent in the same two half-hours: an outage began there."""
    back_share: float = 0.5
    """A neighbour has power if it sent this share of the half-hours received in `hours`."""


@dataclass(frozen=True)
class _Poles:
    """Places where meters hang; positions are poles."""

    of_meter: np.ndarray
    """int64 (meters): pole, -1 without coordinates."""
    x: np.ndarray
    """float64 (poles): metres east."""
    y: np.ndarray


def _poles(lat: np.ndarray, lon: np.ndarray) -> _Poles:
    """Meters with the same coordinates hang on one pole (引込位置座標 is the pole, manual, glossary 18)."""
    located = np.isfinite(lat) & np.isfinite(lon)
    of_meter = np.full(len(lat), -1, dtype=np.int64)
    if not located.any():
        return _Poles(of_meter, np.zeros(0), np.zeros(0))
    places, of_meter[located] = np.unique(lat[located] + 1j * lon[located], return_inverse=True)
    middle = np.cos(np.radians(places.real.mean()))
    return _Poles(of_meter, places.imag * _METRES_PER_DEGREE * middle, places.real * _METRES_PER_DEGREE)


def pairs_within(
    x: np.ndarray, y: np.ndarray, queries: np.ndarray, radius: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (position in `queries`, other point, distance m) of all pairs at most `radius` apart, itself left out.

    `x`, `y` float (points) metres, `queries` int (n) positions of points. Found by a grid of cells as wide as the
    radius: of each query only its own cell and the eight around it are looked at, some queries at a time.
    """
    if not len(x) or not len(queries):
        return
    column = np.floor((x - x.min()) / radius).astype(np.int64) + 1
    row = np.floor((y - y.min()) / radius).astype(np.int64) + 1
    width = int(column.max()) + 2
    cell = row * width + column
    order = np.argsort(cell, kind="stable")
    ordered = cell[order]
    # Three cells side by side follow one another in the order, so that each row of cells is one span.
    spans = [
        (
            np.searchsorted(ordered, cell[queries] + step - 1, side="left"),
            np.searchsorted(ordered, cell[queries] + step + 1, side="right"),
        )
        for step in (-width, 0, width)
    ]
    work = np.cumsum(sum(end - begin for begin, end in spans))
    blocks = np.unique(np.searchsorted(work, np.arange(_PAIRS, work[-1] + _PAIRS, _PAIRS), side="left") + 1)
    for first, last in zip([0, *blocks[:-1]], np.minimum(blocks, len(queries))):
        parts = [_span(order, begin[first:last], end[first:last]) for begin, end in spans]
        query = np.concatenate([part[0] for part in parts]) + first
        other = np.concatenate([part[1] for part in parts])
        me = queries[query]
        apart = np.hypot(x[other] - x[me], y[other] - y[me])
        near = (apart <= radius) & (other != me)
        yield query[near], other[near], apart[near]


def _span(order: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points order[begin:end] of each query: (position of the query, point)."""
    count = end - begin
    query = np.repeat(np.arange(len(begin)), count)
    inside = np.arange(len(query)) - np.repeat(np.cumsum(count) - count, count)
    return query, order[np.repeat(begin, count) + inside]


def sums_within(x: np.ndarray, y: np.ndarray, values: np.ndarray, queries: np.ndarray, radius: float) -> np.ndarray:
    """Return the sums of `values` (points, k) over the points around each query, int64 (n, k). See `pairs_within`."""
    sums = np.zeros((len(queries), values.shape[1]), dtype=np.int64)
    for query, other, _ in pairs_within(x, y, queries, radius):
        for column in range(values.shape[1]):
            counted = np.bincount(query, values[other, column], len(queries))
            sums[:, column] += np.rint(counted).astype(np.int64)
    return sums


def marked_nearest(
    x: np.ndarray, y: np.ndarray, marked: np.ndarray, queries: np.ndarray, nearest: int, radius: float
) -> np.ndarray:
    """Return how many of the `nearest` points (at most `radius` away) round each query are `marked`, int64 (n)."""
    found = np.zeros(len(queries), dtype=np.int64)
    for query, other, apart in pairs_within(x, y, queries, radius):
        order = np.lexsort((other, apart, query))
        query, other = query[order], other[order]
        rank = np.arange(len(query)) - np.searchsorted(query, query)
        chosen = (rank < nearest) & marked[other]
        found += np.bincount(query[chosen], minlength=len(queries))
    return found


@dataclass(frozen=True)
class _Silence:
    """What is known of each meter in the half-hours received; arrays (meters)."""

    reports: np.ndarray
    silent: np.ndarray
    """bool: no reading in the last hours asked for."""
    back: np.ndarray
    """bool: sends readings again, or always did."""
    since: np.ndarray
    """int64: slot from which on no reading came."""


def _silence(
    present: np.ndarray, usable: np.ndarray, reports: np.ndarray, begins: np.ndarray, rules: HiddenRules
) -> _Silence:
    """`usable` int: the covered slots up to the moment asked for."""
    newest = begins[usable[-1]] + SLOT
    recent = usable[begins[usable] >= newest - np.timedelta64(int(rules.hours * 3600), "s")]
    came = present[:, recent].sum(axis=1)
    last = np.full(len(present), -1, dtype=np.int64)
    silent = reports & (came == 0)
    rows = np.flatnonzero(silent)
    if len(rows):
        heard = present[np.ix_(rows, usable)]
        last[rows] = np.where(heard.any(axis=1), len(usable) - 1 - np.argmax(heard[:, ::-1], axis=1), -1)
    since = usable[np.minimum(last + 1, len(usable) - 1)]
    return _Silence(reports, silent, reports & (came >= rules.back_share * len(recent)), since)


def _check(rules: HiddenRules) -> None:
    if not 0 < rules.neighbour_rate <= 1 or rules.hours < 0.5 or not rules.radii_m or min(rules.radii_m) <= 0:
        raise HiddenError(
            message(
                "A neighbour rate of {rate} with {hours} h cannot be used. Give a share above 0 and up to 1, and at "
                "least half an hour.",
                rate=rules.neighbour_rate,
                hours=rules.hours,
            )
        )


def hidden_outages(
    meters: pd.DataFrame,
    present: np.ndarray,
    covered: np.ndarray,
    slot_begin: np.ndarray,
    event: object,
    rules: HiddenRules,
    until: Optional[object] = None,
) -> pd.DataFrame:
    """Return the meters that are still silent while their neighbours have power, longest silence first.

    `meters` one row a meter: `supply_point`, `lat`, `lon` (degrees of the pole) and, if there, `meter_id`; `present`
    bool (meters, slots); `covered` bool (slots): readings of it were received at all; `slot_begin` datetime64 (slots),
    consecutive; `event` when it struck; only half-hours that end by `until` count (None: all).

    A meter is listed if it reported before the event (`gaps.reporting_before`), sent nothing in the last `hours`, at
    least `neighbour_rate` of its neighbours have power, and it fell silent either within `event_hours` of the event or
    with its neighbours. Where at least as many meters of its pole have power as have not, neighbours are the meters on
    poles with power; where none has, they are those of all other poles round it, must be thrice as many, and of the
    nearest poles hardly one may be dark. They are counted in the smallest radius that holds enough; in the largest one
    the same share of the meters on poles with power must answer too.
    `hours` since `since`, `neighbours` and `neighbours_powered` as counted, `began` `event` or `neighbours`,
    `pole_silent` silent meters of the same pole, itself included.
    `attrs`: `silent` meters that reported before, `alone` silent among powered neighbours that stopped by themselves,
    `without_place` silent without coordinates, `without_neighbours`. Raises `HiddenError`, `GapError`.
    """
    _check(rules)
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    covered = np.asarray(covered, dtype=bool)
    reports = reporting_before(present, begins, event, None, covered)
    ends = begins + SLOT
    usable = np.flatnonzero(covered if until is None else covered & (ends <= np.datetime64(pd.Timestamp(until), "s")))
    if not len(usable) or begins[usable[-1]] < event_slot(event):
        raise HiddenError(
            message(
                "There are no readings from after the event ({event}), so it is not known who has power again. "
                "Import newer readings.",
                event=str(pd.Timestamp(event))[:16],
            )
        )
    state = _silence(present, usable, reports, begins, rules)
    poles = _poles(meters["lat"].to_numpy(dtype=np.float64), meters["lon"].to_numpy(dtype=np.float64))
    around = _around(poles, state, rules)

    placed = state.silent & (poles.of_meter >= 0)
    rows = np.flatnonzero(placed)
    known = around.neighbours[poles.of_meter[rows]] >= rules.min_neighbours
    rows = rows[around.among_powered[poles.of_meter[rows]]]
    here = poles.of_meter[rows]
    neighbours, powered, radius = around.neighbours[here], around.powered[here], around.radius[here]

    since = begins[state.since[rows]]
    late = np.timedelta64(int(rules.event_hours * 3600), "s")
    with_event = (since >= event_slot(event) - SLOT) & (since <= event_slot(event) + late)
    with_others = ~with_event & _together(poles, present, state, rows, radius, usable, rules)
    kept = with_event | with_others
    pole_silent = np.bincount(poles.of_meter[placed], minlength=max(len(poles.x), 1))
    result = pd.DataFrame(
        {
            "supply_point": meters["supply_point"].to_numpy(dtype=object)[rows],
            "meter_id": meters["meter_id"].to_numpy(dtype=object)[rows] if "meter_id" in meters else "",
            "since": since.astype("datetime64[ns]"),
            "hours": (ends[usable[-1]] - since) / np.timedelta64(3600, "s"),
            "neighbours": neighbours.astype(np.int64),
            "neighbours_powered": powered.astype(np.int64),
            "began": np.where(with_event, WITH_EVENT, WITH_NEIGHBOURS).astype(object),
            "pole_silent": pole_silent[poles.of_meter[rows]].astype(np.int64),
            "lat": meters["lat"].to_numpy(dtype=np.float64)[rows],
            "lon": meters["lon"].to_numpy(dtype=np.float64)[rows],
        },
        columns=HIDDEN_COLUMNS,
    )[kept]
    result = result.sort_values(["since", "supply_point"], kind="stable").reset_index(drop=True)
    result.attrs["silent"] = int(state.silent.sum())
    result.attrs["alone"] = int((~kept).sum())
    result.attrs["without_place"] = int((state.silent & ~placed).sum())
    result.attrs["without_neighbours"] = int((~known).sum())
    return result


@dataclass(frozen=True)
class _Around:
    """What stands round each pole; arrays (poles), filled for poles with silent meters."""

    neighbours: np.ndarray
    """int64: meters that count as neighbours of the silent ones."""
    powered: np.ndarray
    """int64: those of them that have power."""
    radius: np.ndarray
    """float64 m: circle in which they were counted."""
    among_powered: np.ndarray
    """bool: the silent meters stand among powered ones."""


def _around(poles: _Poles, state: _Silence, rules: HiddenRules) -> _Around:
    count, there = len(poles.x), poles.of_meter >= 0
    total = np.bincount(poles.of_meter[there & state.reports], minlength=count)
    back = np.bincount(poles.of_meter[there & state.back], minlength=count)
    silent = np.bincount(poles.of_meter[there & state.silent], minlength=count)
    lit = back > 0
    on_lit = np.where(lit, total, 0)
    neighbours, powered = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    radius = np.zeros(count)
    # A pole with many meters is rather a part of the line than the one pole that was forgotten.
    needed = np.where(lit, rules.min_neighbours, np.maximum(rules.min_neighbours, rules.outnumber * silent))
    candidates = asked = np.flatnonzero(silent)
    for metres in rules.radii_m:
        sums = sums_within(poles.x, poles.y, np.column_stack([total, on_lit, back]), asked, metres)
        # Silent meters of the own pole hang on the same wires.
        neighbours[asked] = np.where(lit[asked], sums[:, 1], sums[:, 0]) + (total - silent)[asked]
        powered[asked] = sums[:, 2] + back[asked]
        radius[asked] = metres
        asked = asked[neighbours[asked] < needed[asked]]

    good = candidates[
        (neighbours[candidates] >= needed[candidates])
        & _reaches(powered[candidates], neighbours[candidates], rules.neighbour_rate)
    ]
    sums = sums_within(poles.x, poles.y, np.column_stack([on_lit, back]), good, max(rules.radii_m))
    good = good[_reaches(sums[:, 1] + back[good], sums[:, 0] + (on_lit - lit * silent)[good], rules.neighbour_rate)]
    dark = (total > 0) & ~lit
    near = marked_nearest(poles.x, poles.y, dark, good, rules.nearest_poles, max(rules.radii_m))
    # More silent than powered meters on one pole are no broken wire but a relay that fails, or power just coming back.
    good = good[np.where(lit, back >= silent, False)[good] | (~lit[good] & (near <= rules.dark_poles))]
    among = np.zeros(count, dtype=bool)
    among[good] = True
    return _Around(neighbours, powered, radius, among)


def _reaches(part: np.ndarray, whole: np.ndarray, share: float) -> np.ndarray:
    """Whether part / whole is at least `share`; a rounding error must not turn 8 of 10 into less than 0.8."""
    return part >= share * whole - 1e-9


def _together(
    poles: _Poles,
    present: np.ndarray,
    state: _Silence,
    rows: np.ndarray,
    radius: np.ndarray,
    usable: np.ndarray,
    rules: HiddenRules,
) -> np.ndarray:
    """Whether enough neighbours fell silent in the half-hour in which each meter of `rows` did, or the next, bool."""
    found = np.zeros(len(rows), dtype=bool)
    place = np.searchsorted(usable, state.since[rows])
    there = poles.of_meter >= 0
    count = len(poles.x)
    total = np.bincount(poles.of_meter[there & state.reports], minlength=count)
    for moment, metres in sorted(set(zip(place.tolist(), radius.tolist()))):
        chosen = np.flatnonzero((place == moment) & (radius == metres))
        if moment == 0:
            continue
        slots = usable[moment : moment + 2]
        fell = there & state.reports & present[:, usable[moment - 1]] & ~present[:, slots].all(axis=1)
        lost = np.bincount(poles.of_meter[fell], minlength=count)
        own = poles.of_meter[rows[chosen]]
        sums = sums_within(poles.x, poles.y, np.column_stack([total, lost]), own, metres)
        # Of the own pole all but the meter itself count.
        all_of, lost_of = sums[:, 0] + total[own] - 1, sums[:, 1] + lost[own] - fell[rows[chosen]]
        found[chosen] = (all_of > 0) & (lost_of >= rules.with_neighbours * all_of)
    return found
