"""Hidden outages (隠れ停電): meters still silent although pole, lane and neighbourhood have their power back.

When a line is repaired, a broken service wire (引込線) or a pole of its own fuse stays dark, and no feeder shows it. On
25 September 2019 the outage page said "none" while 146 houses of Chiba had no power; meters found some 600 of them.

Silence alone is no outage: meters that were silent in peacetime are left out, a lane of which the relay failed has
silent neighbours too, and a meter that fell silent by itself at some other time is more likely a fault of its radio.

A pole without any power was forgotten if the poles round it have theirs; several dark poles side by side are a part of
the line that waits for its repair. A part of one or two poles looks the same and is listed. A pole at the edge of a
part still out is not listed: in drills, of meters that have two or more of the twelve nearest poles dark with them, not
one in twenty hangs on a broken wire.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Iterator, Optional

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, message
from .gaps import SLOT, event_slot, reporting_before

HIDDEN_COLUMNS = "supply_point meter_id since hours neighbours neighbours_powered began pole_silent lat lon".split()

WITH_EVENT, WITH_NEIGHBOURS, APART = "event", "neighbours", "apart"
"""Value of `began`: the meter fell silent when it struck, or when its neighbours did; or, among several dark poles, at
another moment than those beside it, and so is not of their part of the line."""

_METRES_PER_DEGREE = 111_319.5
"""On the sphere of 6,378,137 m; off by less than 0.4 % in Japan, which for neighbours does not matter."""
_PAIRS = 2_000_000
"""Pairs of poles worked on at a time."""
_HALVINGS = 4
"""The nearest poles are sought in a circle of reach / 2 ** 4 first, in the whole reach last."""


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
    """Neighbours of a pole with power are sought in the smallest circle that holds enough of them: lane, settlement.
    The last one is also the circle in which others must have fallen silent with a pole without power."""
    min_neighbours: int = 3
    nearest_poles: int = 12
    """A pole of which no meter has power is held against so many nearest poles, of which `neighbour_rate` must have
    power: a pole alone was forgotten, several side by side are a part of the line that is not repaired yet. On those
    of them with power the meters must answer, else the relay has failed."""
    reach_m: float = 800.0
    """Poles farther away say nothing about this one."""
    min_lit_poles: int = 7
    """So many of the nearest poles must have power, more than half of twelve; where fewer stand in reach the answer is
    unknown."""
    dense_m: float = 500.0
    """Where the nearest poles do not fit in this circle, none of the others may be dark with it: in scattered
    settlements a part of the line is no more than a pole or two."""
    apart_slots: int = 1
    """A part of the line loses its power at one moment: dark poles that fell silent more than so many half-hours
    sooner or later are none of the same part."""
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


def nearest_within(x: np.ndarray, y: np.ndarray, queries: np.ndarray, nearest: int, reach: float) -> np.ndarray:
    """Return the `nearest` points round each query, nearest first, int64 (n, nearest); -1 where no more are in reach.

    Arguments as in `pairs_within`; of points equally far the one with the lower position comes first. Circles grow, so
    that where points stand close together only the nearest are looked at.
    """
    found = np.full((len(queries), nearest), -1, dtype=np.int64)
    asked = np.arange(len(queries))
    for radius in reach / 2.0 ** np.arange(_HALVINGS, -1, -1):
        for query, other, apart in pairs_within(x, y, queries[asked], radius):
            order = np.lexsort((other, apart, query))
            query, other = query[order], other[order]
            rank = np.arange(len(query)) - np.searchsorted(query, query)
            first = rank < nearest
            found[asked[query[first]], rank[first]] = other[first]
        asked = asked[found[asked, -1] < 0]
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
    poles with power, counted in the smallest radius that holds enough. Where none has, neighbours are the nearest
    poles with meters that reported before; of these, poles that are dark since another moment are left out. In both
    cases the same share of the meters on the nearest poles with power must answer.
    `hours` since `since`, `neighbours` and `neighbours_powered` meters of them, `began` `event`, `neighbours` or, where
    dark poles were left out, `apart`; `pole_silent` silent meters of the same pole, itself included.
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
    around, row_of_pole = _around(poles, state, rules)

    placed = state.silent & (poles.of_meter >= 0)
    rows = np.flatnonzero(placed)
    here = row_of_pole[poles.of_meter[rows]]
    known = around.known[here]
    rows, here = rows[around.among_powered[here]], here[around.among_powered[here]]

    since = begins[state.since[rows]]
    late = np.timedelta64(int(rules.event_hours * 3600), "s")
    with_event = (since >= event_slot(event) - SLOT) & (since <= event_slot(event) + late)
    with_others = ~with_event & _together(poles, present, state, rows, around.radius[here], usable, rules)
    kept = with_event | with_others
    began = np.where(around.apart[here], APART, np.where(with_event, WITH_EVENT, WITH_NEIGHBOURS))
    pole_silent = np.bincount(poles.of_meter[placed], minlength=max(len(poles.x), 1))
    result = pd.DataFrame(
        {
            "supply_point": meters["supply_point"].to_numpy(dtype=object)[rows],
            "meter_id": meters["meter_id"].to_numpy(dtype=object)[rows] if "meter_id" in meters else "",
            "since": since.astype("datetime64[ns]"),
            "hours": (ends[usable[-1]] - since) / np.timedelta64(3600, "s"),
            "neighbours": around.neighbours[here],
            "neighbours_powered": around.powered[here],
            "began": began.astype(object),
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
class _Counts:
    """Meters of each pole that reported before the event; int64 (poles)."""

    total: np.ndarray
    back: np.ndarray
    silent: np.ndarray
    went: np.ndarray
    """Slot from which on all of its silent meters were silent, -1 without any: until then the pole had power."""


def _counts(poles: _Poles, state: _Silence) -> _Counts:
    count, there = len(poles.x), poles.of_meter >= 0
    silent = poles.of_meter[there & state.silent]
    went = np.full(count, -1, dtype=np.int64)
    np.maximum.at(went, silent, state.since[there & state.silent])
    return _Counts(
        np.bincount(poles.of_meter[there & state.reports], minlength=count),
        np.bincount(poles.of_meter[there & state.back], minlength=count),
        np.bincount(silent, minlength=count),
        went,
    )


@dataclass(frozen=True)
class _Around:
    """What stands round some poles; arrays as long as `pole`."""

    pole: np.ndarray
    """int64: poles with silent meters."""
    known: np.ndarray
    """bool: enough stands round it to tell."""
    among_powered: np.ndarray
    """bool: the silent meters stand among powered ones."""
    neighbours: np.ndarray
    """int64: meters that count as neighbours of the silent ones."""
    powered: np.ndarray
    """int64: those of them that have power."""
    radius: np.ndarray
    """float64 m: circle in which an outage of the neighbours is sought."""
    apart: np.ndarray
    """bool: it is told from dark poles beside it by the moment at which they fell silent."""


@dataclass(frozen=True)
class _Near:
    """The nearest poles with meters that reported before the event, round some poles; arrays (poles asked, nearest)."""

    pole: np.ndarray
    """int64: 0 where there is none."""
    there: np.ndarray
    lit: np.ndarray
    """bool: has power."""
    apart_m: np.ndarray
    """float64 m; means nothing where there is none."""


def _near(poles: _Poles, counts: _Counts, asked: np.ndarray, rules: HiddenRules) -> _Near:
    told = np.flatnonzero(counts.total > 0)
    own = np.searchsorted(told, asked)
    place = nearest_within(poles.x[told], poles.y[told], own, rules.nearest_poles, rules.reach_m)
    there = place >= 0
    pole = np.zeros(place.shape, dtype=np.int64)
    pole[there] = told[place[there]]
    apart = np.hypot(poles.x[pole] - poles.x[asked][:, None], poles.y[pole] - poles.y[asked][:, None])
    return _Near(pole, there, there & (counts.back[pole] > 0), apart)


def _around(poles: _Poles, state: _Silence, rules: HiddenRules) -> tuple[_Around, np.ndarray]:
    """Return what stands round the poles with silent meters, and the row in it of each pole, -1 without one."""
    counts = _counts(poles, state)
    silent = counts.silent > 0
    parts = [
        _round_lit(poles, counts, np.flatnonzero(silent & (counts.back > 0)), rules),
        _round_dark(poles, counts, np.flatnonzero(silent & (counts.back == 0)), rules),
    ]
    whole = {item.name: np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(_Around)}
    place = np.full(len(poles.x), -1, dtype=np.int64)
    place[whole["pole"]] = np.arange(len(whole["pole"]))
    return _Around(**whole), place


def _round_lit(poles: _Poles, counts: _Counts, asked: np.ndarray, rules: HiddenRules) -> _Around:
    """Poles with power and silent meters: their neighbours are the meters on poles with power, and on the own one."""
    total, back, silent = counts.total[asked], counts.back[asked], counts.silent[asked]
    on_lit = np.where(counts.back > 0, counts.total, 0)
    neighbours, powered = np.zeros(len(asked), dtype=np.int64), np.zeros(len(asked), dtype=np.int64)
    radius = np.zeros(len(asked))
    short = np.arange(len(asked))
    for metres in rules.radii_m:
        sums = sums_within(poles.x, poles.y, np.column_stack([on_lit, counts.back]), asked[short], metres)
        # Silent meters of the own pole hang on the same wires.
        neighbours[short] = sums[:, 0] + (total - silent)[short]
        powered[short] = sums[:, 1] + back[short]
        radius[short] = metres
        short = short[neighbours[short] < rules.min_neighbours]
    known = neighbours >= rules.min_neighbours
    # More silent than powered meters on one pole are no broken wire but a relay that fails, or power just coming back.
    among = known & (back >= silent) & _reaches(powered, neighbours, rules.neighbour_rate)
    answer, meters = _on_lit(counts, _near(poles, counts, asked[among], rules))
    among[among] = _reaches(answer + back[among], meters + (total - silent)[among], rules.neighbour_rate)
    return _Around(asked, known, among, neighbours, powered, radius, np.zeros(len(asked), dtype=bool))


def _round_dark(poles: _Poles, counts: _Counts, asked: np.ndarray, rules: HiddenRules) -> _Around:
    """Poles without power: their neighbours are the nearest poles. A line is dark pole by pole, so poles are counted,
    however many meters hang on each.
    """
    near = _near(poles, counts, asked, rules)
    went = counts.went[near.pole]
    # A pole that sends now and then is not known to have gone at another time.
    elsewhere = near.there & ~near.lit & (went >= 0)
    elsewhere &= np.abs(went - counts.went[asked][:, None]) > rules.apart_slots
    others, lit, apart = (which.sum(axis=1) for which in (near.there, near.lit, elsewhere))
    answer, meters = _on_lit(counts, near)
    farthest = np.where(near.there, near.apart_m, 0.0).max(axis=1, initial=0.0)
    among = (lit >= rules.min_lit_poles) & _reaches(lit, others - apart, rules.neighbour_rate)
    among &= (farthest <= rules.dense_m) | (lit == others - apart)
    among &= _reaches(answer, meters, rules.neighbour_rate)
    return _Around(
        asked,
        others >= rules.min_lit_poles,
        among,
        np.where(near.there, counts.total[near.pole], 0).sum(axis=1),
        np.where(near.there, counts.back[near.pole], 0).sum(axis=1),
        np.full(len(asked), max(rules.radii_m)),
        among & ~_reaches(lit, others, rules.neighbour_rate),
    )


def _on_lit(counts: _Counts, near: _Near) -> tuple[np.ndarray, np.ndarray]:
    """Return how many meters on the nearest poles with power answer, and how many hang there: a relay that fails
    silences some of many poles.
    """
    return tuple(np.where(near.lit, of[near.pole], 0).sum(axis=1) for of in (counts.back, counts.total))


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
