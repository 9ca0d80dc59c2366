"""Hidden outages (隠れ停電): meters still silent although pole, lane and neighbourhood have their power back.

When a line is repaired, a broken service wire (引込線) or a pole of its own fuse stays dark, and no feeder shows it. On
25 September 2019 the outage page said "none" while 146 houses of Chiba had no power; meters found some 600 of them.

Silence alone is no outage: meters that were silent in peacetime are left out, a lane of which the relay failed has
silent neighbours too, and a meter that fell silent by itself at some other time is more likely a fault of its radio.

A pole without any power was forgotten if the poles round it have theirs; several dark poles side by side are a part of
the line that waits for its repair. A pole at the edge of a part still out is not listed: in drills, of meters that have
two or more of the twelve nearest poles dark with them, not one in twenty hangs on a broken wire.

While lines come back section by section, what is left of a section is one or two poles for hours or days and looks like
a forgotten pole. A dark pole is therefore called hidden only where the poles round it say that its own section came
back without it (`_forgotten`); else it is listed as `undecided`. So is everything where the power has just gone again.
In a real recovery (docs/noto-groups.md) that tells most of the remains from the broken wires.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import Any, Iterator, Mapping, Optional, Sequence, Union

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray, ObjectArray, TimeArray
from ..messages import TomoshibiError, message
from .distinct import distinct_pairs
from .expectation import CODES, Expected, as_expected
from .flags import Present
from .reasons import Reason
from .registers import blocks as spans_of
from .relays import Behind, nobody
from .silence import Strike, blocks, reporting_before
from .slots import SLOT, AnyMoment, event_slot

Table = Union[pd.DataFrame, Mapping[str, Any]]
"""Columns by name: a table, or arrays."""

HIDDEN_COLUMNS = (
    "supply_point meter_id since hours neighbours neighbours_powered began pole_silent lat lon certainty "
    "unknown_reason last_proven last_state"
).split()

SURE, UNDECIDED = "sure", "undecided"
"""Value of `certainty`: a hidden outage, or perhaps what is left of a part of the line that is coming back."""

WITH_EVENT, WITH_NEIGHBOURS, APART = "event", "neighbours", "apart"
"""Value of `began`: the meter fell silent when the event struck, or when its neighbours did; or, among several dark
poles, at
another moment than those beside it, and so is not of their part of the line."""

_METRES_PER_DEGREE = 111_319.5
"""On the sphere of 6,378,137 m; off by less than 0.4 % in Japan, which for neighbours does not matter."""
_PAIRS = 500_000
"""Pairs of poles worked on at a time."""
_QUERIES = 1 << 16
"""Poles round which others are sought at a time."""
_DARK = 1 << 18
"""Dark poles looked at at a time: what stands round each takes a hundred times what is said of it."""
_MANY = 1 << 20
"""Meters counted at a time."""
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
    """A neighbour has power if it sent this share of the half-hours expected of it in `hours`."""
    heard_share: float = 0.2
    """Where this share of those that come with it reported, a half-hour counts as received: that neighbours must answer
    guards against the rest being late. Fewer are stray rows."""
    due_share: float = 0.5
    """Of a meter of which a smaller share of these half-hours was expected it is not known whether it is silent."""
    side_by_side: float = 1.5
    """Where most of the poles round a dark one came back: another dark pole not farther than so many times the usual
    distance of poles is the next one of the same line."""
    next_of_line: float = 2.5
    """The same where most of them never lost their power: the end of a line that is out reaches in here."""
    edge_degrees: float = 260.0
    """Where most of the poles round it came back, and they leave so wide an angle open, the pole stands at their edge;
    and so wide an angle may those that came back together leave open round two dark poles side by side."""
    same_part: float = 2.0
    """Where most of them came back, another dark pole nearer than so many times the usual distance of poles may be of
    the same part of a line: then those that came back together count, not those of several sections."""
    open_degrees: float = 200.0
    """The same angle where most of the poles round it never lost their power."""
    pair_degrees: float = 175.0
    """Two dark poles side by side were forgotten together if all that came back leave less than this open."""
    large_hours: float = 72.0
    """Of so long lines come back by large sections that are switched on; what is out longer comes back pole by pole."""
    inside_degrees: float = 180.0
    """After `large_hours` the poles that came back must stand all round the pole: it lies inside their hull."""
    step_hours: float = 24.0
    """After `large_hours` they must have come back within so many hours of one another: not step by step."""
    deep_degrees: float = 120.0
    """After `large_hours`, where most poles round it never lost their power, these must leave less than this open."""
    section_poles: int = 24
    """Of so many nearest poles those that came back together are sought."""
    moving_hours: tuple[float, float] = (3.0, 4.0)
    """Where one of the nearest poles came back within so many hours, the line is still coming back: before and after
    `large_hours`."""
    line_poles: int = 4
    """Where so many nearest poles have power and those that came back at one moment stand all round a dark pole, its
    section came back without it, though poles farther off are dark."""
    section_degrees: float = 170.0
    """So much they may leave open, clearly less than the straight border of a section."""
    next_poles: int = 6
    """Where the nearest pole with power and half of so many nearest ones still answer, the line is still on."""
    losses_a_day: float = 0.0006
    """Share of meters that stop sending in a day by themselves, until the case's own days before the event tell more.
    Assumed: on an ordinary day some 0.55 % are silent for 12 hours (manual), most of them for weeks."""
    lost_hours: float = 6.0
    """So long a meter sent nothing before the event that had stopped by itself."""
    loss_share: float = 0.25
    """Where clearly more than this share of the meters listed alone on their pole are to be expected of those that stop
    by themselves (more than of the largest number that a count by chance may stand for), none of them is sure. Several
    of one pole do not stop together, so that of all that are sure four of five are right."""
    spell_slots: int = 3
    """So many half-hours without a reading of any of its meters: the pole was without power."""


@dataclass(frozen=True)
class _Poles:
    """Places where meters hang; positions are poles."""

    of_meter: IntArray
    """int32 (meters): pole, -1 without coordinates."""
    x: FloatArray
    """float64 (poles): metres east."""
    y: FloatArray


def _poles(lat: FloatArray, lon: FloatArray) -> _Poles:
    """Meters with the same coordinates hang on one pole (引込位置座標 is the pole, manual, glossary 18)."""
    north, east, of_meter = distinct_pairs(lat, lon)
    middle = np.cos(np.radians(north.mean())) if len(north) else 1.0
    return _Poles(of_meter, east * _METRES_PER_DEGREE * middle, north * _METRES_PER_DEGREE)


def pairs_within(
    x: FloatArray, y: FloatArray, queries: IntArray, radius: float
) -> Iterator[tuple[Array, Array, Array]]:
    """Yield (position in `queries`, other point, distance m) of all pairs at most `radius` apart, itself left out.

    `x`, `y` float (points) metres, `queries` int (n) positions of points. Found by a grid of cells as wide as the
    radius: of each query only its own cell and the eight around it are looked at, some queries at a time.
    """
    if not len(x) or not len(queries):
        return
    cell, width = _cells(x, y, radius)
    order = np.argsort(cell, kind="stable").astype(np.int32)
    ordered = cell[order]
    for begin in range(0, len(queries), _QUERIES):
        own = queries[begin : begin + _QUERIES]
        # Three cells side by side follow one another in the order, so that each row of cells is one span.
        spans = [
            (
                np.searchsorted(ordered, cell[own] + ordered.dtype.type(step - 1), side="left"),
                np.searchsorted(ordered, cell[own] + ordered.dtype.type(step + 1), side="right"),
            )
            for step in (-width, 0, width)
        ]
        work = np.cumsum(sum(end - start for start, end in spans))
        blocks = np.unique(np.searchsorted(work, np.arange(_PAIRS, work[-1] + _PAIRS, _PAIRS), side="left") + 1)
        for first, last in zip([0, *blocks[:-1]], np.minimum(blocks, len(own))):
            parts = [_span(order, start[first:last], end[first:last]) for start, end in spans]
            query = np.concatenate([part[0] for part in parts]) + first
            other = np.concatenate([part[1] for part in parts])
            del parts
            me = own[query]
            apart = np.hypot(x[other] - x[me], y[other] - y[me])
            near = (apart <= radius) & (other != me)
            yield query[near] + begin, other[near], apart[near]


def _cells(x: FloatArray, y: FloatArray, radius: float) -> tuple[IntArray, int]:
    """Return the cell of a grid that each point lies in, row by row, and how many cells side by side there are."""
    rows, width = (int(np.floor((at.max() - at.min()) / radius)) + 3 for at in (y, x))
    kind: Any = np.int32 if (rows + 1) * width < np.iinfo(np.int32).max else np.int64
    row = np.floor((y - y.min()) / radius).astype(kind) + kind(1)
    column = np.floor((x - x.min()) / radius).astype(kind) + kind(1)
    return row * kind(width) + column, width


def _span(order: IntArray, begin: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """The points order[begin:end] of each query: (position of the query, point)."""
    count = end - begin
    query = np.repeat(np.arange(len(begin)), count)
    inside = np.arange(len(query)) - np.repeat(np.cumsum(count) - count, count)
    return query, order[np.repeat(begin, count) + inside]


def sums_within(x: FloatArray, y: FloatArray, values: IntArray, queries: IntArray, radius: float) -> IntArray:
    """Return the sums of `values` (points, k) over the points around each query, int64 (n, k). See `pairs_within`."""
    sums = np.zeros((len(queries), values.shape[1]), dtype=np.int64)
    for query, other, _ in pairs_within(x, y, queries, radius):
        for column in range(values.shape[1]):
            counted = np.bincount(query, values[other, column], len(queries))
            sums[:, column] += np.rint(counted).astype(np.int64)
    return sums


def nearest_within(x: FloatArray, y: FloatArray, queries: IntArray, nearest: int, reach: float) -> IntArray:
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

    reports: BoolArray
    silent: BoolArray
    """bool: no reading in the last hours asked for."""
    back: BoolArray
    """bool: sends readings again, or always did."""
    since: IntArray
    """int32: slot from which on no reading came."""
    last: IntArray
    """int32: slot of the last reading, -1 without one."""
    untold: BoolArray
    """bool: no reading came, but hardly any was expected: not known whether it is silent."""
    answers: BoolArray
    """bool: sent a reading in the newest half-hour expected of it, or that came of many like it."""


def _silence(
    present: Present,
    expected: Expected,
    usable: IntArray,
    reports: BoolArray,
    begins: TimeArray,
    rules: HiddenRules,
) -> _Silence:
    """`usable` int: the half-hours published up to the moment asked for (`Expected.published`)."""
    newest = begins[usable[-1]] + SLOT
    recent = usable[begins[usable] >= newest - np.timedelta64(int(rules.hours * 3600), "s")]
    owed, came = (np.zeros(len(present), dtype=np.int32) for _ in range(2))
    quiet = reports.copy()
    for block in blocks(len(present)):
        due = expected.of(block, recent)
        owed[block], came[block] = due.sum(axis=1), (present[block, recent] & due).sum(axis=1)
        # A reading proves power whether it was expected or not, in a set of which parts are missing too.
        quiet[block] &= ~present[block, recent[0] :].any(axis=1)
    told = owed >= max(rules.due_share * len(recent), 1)
    silent = quiet & told
    last, since = (np.full(len(present), slot, dtype=np.int32) for slot in (-1, usable[-1]))
    rows = np.flatnonzero(silent)
    for block in blocks(len(rows)):
        some = rows[block]
        seen = present[np.ix_(some, usable)]
        place = np.where(seen.any(axis=1), len(usable) - 1 - np.argmax(seen[:, ::-1], axis=1), -1)
        last[some] = np.where(place >= 0, usable[place], -1)
        missing = expected.of(some, usable) & (np.arange(len(usable)) > place[:, None])
        since[some] = usable[np.argmax(missing, axis=1)]
    back = reports & ~quiet & (came >= rules.back_share * owed)
    untold = quiet & ~told
    # What was dark when it could be told last is no neighbour with power; of others nothing is said by whom nothing is
    # known of.
    left_out = untold & ~_dark_when_told(present, expected, np.flatnonzero(untold), usable)
    answers = _answers(present[:, recent[0] :], expected, reports, int(recent[0]), rules)
    return _Silence(reports & ~left_out, silent, back, since, last, untold, answers)


def _answers(heard: Present, expected: Expected, reports: BoolArray, first: int, rules: HiddenRules) -> BoolArray:
    """Return which meters sent a reading in the newest half-hour expected of them, or later, bool (meters).

    Or in the newest that came of many like them. `heard` bool (meters, slots): which readings came from `first` on.
    """
    slots = np.arange(heard.shape[1])
    many = np.full(len(expected.received), -1, dtype=np.int64)
    for number in np.unique(expected.population[reports]).tolist():
        share = _share_heard(heard, np.flatnonzero(reports & (expected.population == number)), slots)
        common = np.flatnonzero((share >= rules.heard_share) & (share >= 0.5 * share.max(initial=0.0)))
        if len(common):
            many[number] = common[-1]
    answers = np.zeros(len(heard), dtype=bool)
    for block in blocks(len(heard)):
        due, population = expected.of(block, first + slots), expected.population[block]
        newest = np.where(due.any(axis=1), len(slots) - 1 - np.argmax(due[:, ::-1], axis=1), -1)
        newest = np.maximum(newest, np.where(population >= 0, many[population], -1))
        answers[block] = (heard[block] & (slots >= newest[:, None])).any(axis=1)
    return answers


def _share_heard(present: Present, rows: IntArray, slots: IntArray) -> FloatArray:
    """Return of which share of some meters (at least one) a reading came, float64 (slots)."""
    count = np.zeros(len(slots), dtype=np.int64)
    for block in blocks(len(rows)):
        count += present[np.ix_(rows[block], slots)].sum(axis=0)
    return count / len(rows)


def _dark_when_told(present: Present, expected: Expected, rows: IntArray, usable: IntArray) -> BoolArray:
    """Return which meters, of `rows`, missed the newest reading expected of them and sent none since, bool (meters)."""
    found = np.zeros(len(present), dtype=bool)
    for block in blocks(len(rows)):
        some = rows[block]
        due, heard = expected.of(some, usable), present[np.ix_(some, usable)]
        newest = due.shape[1] - 1 - np.argmax(due[:, ::-1], axis=1)
        since = (heard & (np.arange(due.shape[1]) >= newest[:, None])).any(axis=1)
        found[some] = due.any(axis=1) & ~since
    return found


_FEW = (Reason.POPULATION_SILENT, Reason.NOT_DUE, Reason.OUT_OF_SCOPE)
"""Why a half-hour is not received though a share of all came. Where parts are missing, who is silent is not known."""


def _received(present: Present, expected: Expected, reports: BoolArray, rules: HiddenRules) -> Expected:
    """Return the expectation with the half-hours received of which too few reported to call a whole town silent.

    Hidden outages are told by neighbours that answer; these show that the readings of their place came, however few
    came of all. `reports` bool (meters): reported before the event.
    """
    if expected.reasons is None:
        return expected
    received = expected.received.copy()
    few = np.isin(expected.reasons, [CODES.index(reason) for reason in _FEW])
    for number in np.flatnonzero(few.any(axis=1)):
        rows, slots = np.flatnonzero(reports & (expected.population == number)), np.flatnonzero(few[number])
        if len(rows):
            received[number, slots] |= _share_heard(present, rows, slots) >= rules.heard_share
    return replace(expected, received=received, reasons=np.where(received, 0, expected.reasons).astype(np.uint8))


def _usable(expected: Expected, reports: BoolArray, after: BoolArray, rules: HiddenRules) -> IntArray:
    """Return the half-hours published, int64, up to the last one expected of a share of the meters that report.

    Later ones prove power, and no silence. All of them where none `after` the event (bool, slots) was: then it is not
    known who is silent.
    """
    published = np.flatnonzero(expected.published())
    kinds = np.bincount(expected.population[reports & (expected.population >= 0)], minlength=len(expected.received))
    told = np.flatnonzero((kinds @ expected.received >= rules.heard_share * max(int(kinds.sum()), 1)) & after)
    return published[published <= told[-1]] if len(told) else published


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
    meters: Table,
    present: Present,
    expected: Union[Expected, Array],
    slot_begin: TimeArray,
    event: AnyMoment,
    rules: HiddenRules,
    until: Optional[AnyMoment] = None,
    strikes: Sequence[Strike] = (),
    behind: Optional[Behind] = None,
) -> pd.DataFrame:
    """Return the meters that are still silent while their neighbours have power, longest silence first.

    `meters` one row a meter: `supply_point`, `lat`, `lon` (degrees of the pole) and, if there, `meter_id`; `present`
    bool (meters, slots); `expected` of which meter a reading was expected when, or bool (slots) for all; `slot_begin`
    datetime64 (slots), consecutive; `event` the first one of the case, before which lies peacetime, `strikes` all of
    them (default: `event`, everywhere); only half-hours that end by `until` count (None: all).

    A meter is listed if it reported before the event (`silence.reporting_before`), is in service, sent nothing in the
    last `hours` though readings were expected, at least `neighbour_rate` of its neighbours have power, and it fell
    silent either while an event struck there or within `event_hours` of its beginning, or with its neighbours. Where at
    least as many meters of its pole have power as have not, neighbours are the meters on poles with power, counted in
    the smallest radius that holds enough. Where none has, neighbours are the nearest poles with meters that reported
    before; of these, poles that are dark since another moment are left out, and the very nearest are enough where its
    own section came back all round it (`_own_section`). In all cases the same share of the meters on the nearest poles
    with power must answer.
    `hours` since `since`, `neighbours` and `neighbours_powered` meters of them, `began` `event`, `neighbours` or, where
    dark poles were left out, `apart`; `pole_silent` silent meters of the same pole, itself included; `certainty`
    `undecided` where the pole may be what is left of a part of the line (see `_inside`), or where meters that stop by
    themselves explain as many (`_losses`), else `sure`; `unknown_reason` then `undecided` or `radio`, and
    `relay` of who fell silent with a relay that an audit found to have failed (`behind`, `relays.Behind.by`);
    `last_proven` end of the last reading, `last_state` then `powered`.
    `attrs`: `until` end of the newest half-hour looked at, `losses` how many meters alone on their pole would be listed
    though they only stopped by themselves, `silent` meters that reported before, `alone` silent among
    powered neighbours that stopped by themselves, `without_place` silent without coordinates, `without_neighbours`,
    `unknown` {reason code: meters that reported before, are in service, and of which it is not known whether they are
    silent}. Raises `HiddenError`, `GapError`.
    """
    _check(rules)
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    if until is not None:
        begins = begins[begins + SLOT <= pd.Timestamp(until).to_datetime64()]
    present, expected = present[:, : len(begins)], as_expected(expected, len(present)).between(0, len(begins))
    view = _view(meters, present, expected, begins, event, rules)
    return _search(meters, view, strikes or (Strike(event, event),), event, behind or nobody(len(present)))


def _search(meters: Table, view: _View, strikes: Sequence[Strike], event: AnyMoment, behind: Behind) -> pd.DataFrame:
    """Return what `hidden_outages` does, of what is known."""
    around, row_of_pole = _around(view)
    state, poles = view.state, view.poles
    placed = np.flatnonzero(state.silent & (poles.of_meter >= 0))
    here = row_of_pole[poles.of_meter[placed]]
    among = around.among_powered[here]
    rows, here = placed[among], here[among]
    with_event = _with_event(strikes, rows, view.begins[state.since[rows]], len(view.present), view.rules)
    kept = with_event | _together(view, rows, around.radius[here])
    began = np.where(around.apart[here], APART, np.where(with_event, WITH_EVENT, WITH_NEIGHBOURS))
    rows, here, began = rows[kept], here[kept], began[kept]
    losses = _losses(view, strikes, event)
    reason = _reasons(view, rows, losses)
    reason[behind.any[rows] & pd.isna(reason)] = Reason.RELAY.value
    result = _table(meters, view, around, rows, here, began, reason, behind)
    result.attrs = {
        "until": view.begins[view.newest] + SLOT,
        "losses": losses,
        "silent": int(state.silent.sum()),
        "alone": int((~kept).sum()),
        "without_place": int(state.silent.sum()) - len(placed),
        "without_neighbours": int((~around.known[row_of_pole[poles.of_meter[placed]]]).sum()),
        "unknown": _unknown(view.expected, np.flatnonzero(state.untold), view.newest),
    }
    return result


@dataclass(frozen=True)
class _View:
    """What is known of the meters and poles when it is looked."""

    present: Present
    expected: Expected
    begins: TimeArray
    """datetime64[s] (slots)."""
    usable: IntArray
    """int64: half-hours published up to the newest one looked at."""
    since_event: IntArray
    """int64: those of them since the event."""
    poles: _Poles
    state: _Silence
    counts: _Counts
    answers: BoolArray
    """bool (poles): some meter answers in the newest half-hour."""
    rules: HiddenRules

    @property
    def newest(self) -> int:
        """The newest half-hour looked at."""
        return int(self.usable[-1])


def _view(
    meters: Table,
    present: Present,
    expected: Expected,
    begins: TimeArray,
    event: AnyMoment,
    rules: HiddenRules,
) -> _View:
    reports = reporting_before(present, begins, event, None, expected)
    expected = _received(present, expected, reports, rules)
    usable = _usable(expected, reports, begins >= event_slot(event), rules)
    if not len(usable) or begins[usable[-1]] < event_slot(event):
        raise HiddenError(
            message(
                "There are no readings from after the event ({event}), so it is not known who has power again. "
                "Import newer readings.",
                event=str(pd.Timestamp(event))[:16],
            )
        )
    reports &= expected.last > usable[-1]
    state = _silence(present, expected, usable, reports, begins, rules)
    poles = _poles(np.asarray(meters["lat"], dtype=np.float64), np.asarray(meters["lon"], dtype=np.float64))
    answers = np.zeros(len(poles.x), dtype=bool)
    answers[poles.of_meter[(poles.of_meter >= 0) & state.reports & state.answers]] = True
    since_event = usable[begins[usable] >= event_slot(event)]
    counts = _counts(poles, state)
    return _View(present, expected, begins, usable, since_event, poles, state, counts, answers, rules)


def _table(
    meters: Table,
    view: _View,
    around: _Around,
    rows: IntArray,
    here: IntArray,
    began: ObjectArray,
    reason: ObjectArray,
    behind: Behind,
) -> pd.DataFrame:
    """Return the meters `rows`, longest silence first.

    `here` (rows of `around`), `began`, `reason` (why undecided, None where sure) are as long as `rows`.
    """
    state, ends = view.state, view.begins + SLOT
    since, proven = view.begins[state.since[rows]], ends[state.last[rows]]
    proven[state.last[rows] < 0] = np.datetime64("NaT")
    last_state = np.full(len(rows), None, dtype=object)
    last_state[state.last[rows] >= 0] = "powered"
    result = pd.DataFrame(
        {
            "supply_point": np.asarray(meters["supply_point"])[rows].astype(str).astype(object),
            "meter_id": np.asarray(meters["meter_id"], dtype=object)[rows] if "meter_id" in meters else "",
            "since": since.astype("datetime64[ns]"),
            "hours": (ends[view.newest] - since) / np.timedelta64(3600, "s"),
            "neighbours": around.neighbours[here],
            "neighbours_powered": around.powered[here],
            "began": began.astype(object),
            "pole_silent": view.counts.silent[view.poles.of_meter[rows]],
            "lat": np.asarray(meters["lat"], dtype=np.float64)[rows],
            "lon": np.asarray(meters["lon"], dtype=np.float64)[rows],
            "certainty": np.where(pd.isna(reason), SURE, UNDECIDED).astype(object),
            "unknown_reason": reason,
            "last_proven": proven.astype("datetime64[ns]"),
            "last_state": last_state,
        },
        columns=HIDDEN_COLUMNS,
    )
    own = np.full(len(view.present), -1, dtype=np.int32)
    own[rows] = np.arange(len(rows))
    result = result.join(behind.by(own, len(rows)))
    return result.sort_values(["since", "supply_point"], kind="stable").reset_index(drop=True)


def _reasons(view: _View, rows: IntArray, losses: float) -> ObjectArray:
    """Return why each of the meters `rows` is undecided, a code of `Reason`, or None where it is sure, object (n)."""
    pole = view.poles.of_meter[rows]
    inside = _inside(view, pole)
    alone = inside & (view.counts.silent[pole] == 1)
    found = np.full(len(rows), None, dtype=object)
    found[~inside] = Reason.UNDECIDED.value
    if losses > view.rules.loss_share * (np.sqrt(alone.sum() + 1) + 1) ** 2:
        found[alone] = Reason.RADIO.value
    return found


def _losses(view: _View, strikes: Sequence[Strike], event: AnyMoment) -> float:
    """Return how many meters are to be expected that stopped by themselves and look like a broken wire.

    A meter that stops while its line is out, or while wires may have broken, is seen to be silent when its neighbours
    are back. How often meters stop is counted in the second half of the days before the event: those that stopped in
    the first half did not report (`silence.reporting_before`).
    """
    state, rules = view.state, view.rules
    hour = np.timedelta64(3600, "s")
    half = (event_slot(event) - view.begins[0]) / hour / 2
    last = np.flatnonzero(view.begins < event_slot(event))[-int(2 * rules.lost_hours) :]
    stopped = watched = 0
    quiet = 0.0
    back = state.reports & state.back & (view.poles.of_meter >= 0)
    for rows in blocks(len(view.present)):
        due = view.expected.of(rows, last)
        told = state.reports[rows] & (2 * due.sum(axis=1) >= max(len(last), 1))
        watched += int(told.sum())
        stopped += int((told & ~view.present[rows][:, last].any(axis=1)).sum())
        missing = view.expected.of(rows, view.since_event) & ~view.present[rows][:, view.since_event]
        quiet += float(missing[back[rows]].sum()) / 2
    lasts = [float((event_slot(item.over) - event_slot(item.begin)) / hour) for item in strikes]
    window = sum(max(rules.event_hours, hours) for hours in lasts)
    a_day = 24 / rules.losses_a_day
    rate = (1 + stopped) / (a_day + watched * max(half - rules.lost_hours, 0.0))
    return float(rate * (quiet + window * back.sum()))


def _unknown(expected: Expected, rows: IntArray, newest: int) -> dict[str, int]:
    """Return {reason code: meters} of meters of which hardly any reading was expected; not due where none is told."""
    return dict(Counter((reason or Reason.NOT_DUE).value for reason in expected.why(rows, newest)).most_common())


def _with_event(
    strikes: Sequence[Strike], rows: IntArray, since: TimeArray, meters: int, rules: HiddenRules
) -> BoolArray:
    """Return which of the meters `rows` fell silent while an event struck them, or just after it began, bool (rows)."""
    found = np.zeros(len(rows), dtype=bool)
    late = np.timedelta64(int(rules.event_hours * 3600), "s")
    for strike in strikes:
        begin = event_slot(strike.begin)
        within = (since >= begin - SLOT) & (since <= max(begin + late, event_slot(strike.over)))
        found |= within & strike.struck(meters)[rows]
    return found


def _inside(view: _View, asked: IntArray) -> BoolArray:
    """Return which of the poles `asked` (int, n) lie inside what has power, bool (n): not at the edge of a dark part.

    A pole of which some meter has power lies inside if it still answers; a dark one if it passes `_forgotten`.
    """
    asked, place = np.unique(asked, return_inverse=True)
    inside = (view.counts.back[asked] > 0) & view.answers[asked]
    dark = view.counts.back[asked] == 0
    inside[dark] = _forgotten(_seen(view, asked[dark]), view.rules)
    return inside[place]


@dataclass(frozen=True)
class _Seen:
    """What stands round dark poles; arrays (poles). Angles are the widest ones left open, degrees."""

    still_on: BoolArray
    """bool: the nearest poles with power answer in the newest half-hour too."""
    line_on: BoolArray
    """bool: at least the very nearest do. See `_line_on`."""
    moved_hours: FloatArray
    """float64: since the last of them came back, inf where none was out."""
    many: BoolArray
    """bool: more than half of them lost their power and have it back."""
    next_dark: FloatArray
    """float64: the nearest other dark pole, in usual distances of poles."""
    next_lit: BoolArray
    """bool: the very nearest poles have power."""
    open: FloatArray
    """float64: by the nearest poles with power."""
    open_back: FloatArray
    """float64: by those of them that came back."""
    open_section: FloatArray
    """float64: by the nearest poles that came back at the moment at which most did."""
    step_hours: FloatArray
    """float64: between the first and the last of them that came back."""
    dark_hours: FloatArray
    """float64: since the pole lost its power."""


def _seen(view: _View, asked: IntArray) -> _Seen:
    """Measure what stands round the dark poles `asked`."""
    poles, rules = view.poles, view.rules
    near = _near(poles, view.counts, asked, rules, rules.section_poles)
    back = _came_back(view, near)
    north, east = (at[near.pole] - at[asked][:, None] for at in (poles.y, poles.x))
    angle = np.degrees(np.arctan2(north, east))
    first = near.lit & (np.cumsum(near.lit, axis=1) <= rules.nearest_poles)
    came = first & (back >= 0)
    section = near.lit & (np.abs(back - _most_common(back, first)[:, None]) <= 1) & (back >= 0)
    section &= np.cumsum(section, axis=1) <= rules.nearest_poles

    end = view.newest + 1
    moment = np.append(view.since_event, end)[back]
    dark_hours = (end - view.counts.went[asked]) / 2
    # Where the power has gone again nothing came back just now: `still_on` and `line_on` ask whether it is there.
    moved = came & ((moment < end) | (dark_hours > rules.large_hours)[:, None])
    last = np.where(moved, moment, -1).max(axis=1, initial=-1)
    earliest = np.where(moved, moment, end).min(axis=1, initial=end)
    apart = np.where(near.there, near.apart_m, np.inf)
    usual = np.maximum(np.median(apart[:, :6], axis=1), 1.0)
    return _Seen(
        still_on=_reaches((first & view.answers[near.pole]).sum(axis=1), first.sum(axis=1), rules.neighbour_rate),
        line_on=_line_on(near.lit, near.lit & view.answers[near.pole], rules),
        moved_hours=np.where(last >= 0, (end - last) / 2, np.inf),
        many=2 * came.sum(axis=1) > first.sum(axis=1),
        next_dark=np.where(near.there & ~near.lit, apart, np.inf).min(axis=1, initial=np.inf) / usual,
        next_lit=near.lit[:, : rules.line_poles].all(axis=1),
        open=_open_angle(angle, first),
        open_back=_open_angle(angle, came),
        open_section=_open_angle(angle, section),
        step_hours=np.maximum(last - earliest, 0) / 2,
        dark_hours=dark_hours,
    )


def _forgotten(seen: _Seen, rules: HiddenRules) -> BoolArray:
    """Return which dark poles stayed dark alone while what stands round them has its power, bool (n).

    A line comes back section by section. Where most of the poles round a dark one came back, its own section did so
    without it, unless it stands at their edge or next to another dark pole; with one not far off those that came back
    together count alone. Where most never lost their power, a line that is out may end here, and more is asked. What is
    out for days is the rest that is mended pole by pole: then those that came back must have done so together, all
    round it.
    """
    alone = seen.next_dark > np.where(seen.many, rules.side_by_side, rules.next_of_line)
    # Where sections of several lines meet, that they are back tells nothing of a pole that has a dark one next to it.
    open_ = np.where(seen.next_dark < rules.same_part, np.maximum(seen.open, seen.open_section), seen.open)
    early = np.where(seen.many, open_ < rules.edge_degrees, seen.open < rules.open_degrees)
    together = (seen.open_back < rules.inside_degrees) & (seen.step_hours <= rules.step_hours)
    late = np.where(seen.many, together, seen.open < rules.deep_degrees)
    pair = seen.many & (seen.open_section < rules.edge_degrees) & (seen.open_back < rules.pair_degrees)
    surrounded = np.where(seen.dark_hours <= rules.large_hours, early, late)
    return _settled(seen, rules) & (np.where(alone, surrounded, pair) | _own_section(seen, rules))


def _own_section(seen: _Seen, rules: HiddenRules) -> BoolArray:
    """Return which dark poles lie all inside a section that came back at one moment, bool (n), with power next to it.

    It was theirs, whatever is dark farther off. Not of what comes back pole by pole.
    """
    inside = np.maximum(seen.open_section, seen.open_back) < rules.section_degrees
    alone = seen.next_lit & (seen.next_dark > rules.side_by_side)
    return seen.many & inside & alone & (seen.dark_hours <= rules.large_hours)


def _settled(seen: _Seen, rules: HiddenRules) -> BoolArray:
    """Return where the power round dark poles is still there, and not still coming back, bool (n)."""
    early = seen.dark_hours <= rules.large_hours
    return (seen.still_on | (early & seen.line_on)) & (seen.moved_hours >= np.where(early, *rules.moving_hours))


def _line_on(lit: BoolArray, answering: BoolArray, rules: HiddenRules) -> BoolArray:
    """Return where the very nearest pole with power answers, and half of the next ones, bool (n).

    The nearest most often hangs on the same line. `lit`, `answering` (n, k): nearest first; which have power, and which
    of these answer.
    """
    rank = np.cumsum(lit, axis=1)
    next_ = rank <= rules.next_poles
    some = _reaches((answering & next_).sum(axis=1), (lit & next_).sum(axis=1), 0.5)
    return some & (answering & (rank == 1)).any(axis=1)


def _open_angle(angle: FloatArray, which: BoolArray) -> FloatArray:
    """Return the widest angle without any of the directions `which`, float64 (n) degrees; 360 with fewer than two.

    `angle`, `which` (n, k): degrees, and which of them count.
    """
    ordered = np.sort(np.where(which, angle, np.nan), axis=1)
    count = which.sum(axis=1)
    between = np.nan_to_num(np.diff(ordered, axis=1)).max(axis=1, initial=0.0)
    last = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None], axis=1)[:, 0]
    round_ = ordered[:, 0] + 360.0 - last
    return np.where(count < 2, 360.0, np.maximum(between, np.nan_to_num(round_, nan=360.0)))


def _most_common(values: IntArray, which: BoolArray) -> IntArray:
    """Return the most common of the values `which` of each row (n, k), the lowest of several; -1 without any."""
    same = (values[:, :, None] == values[:, None, :]) & which[:, None, :]
    count = np.where(which, same.sum(axis=2), 0)
    best = count == count.max(axis=1, initial=0)[:, None]
    found = np.where(best & which, values, np.iinfo(np.int64).max).min(axis=1)
    return np.where(which.any(axis=1), found, -1)


def _came_back(view: _View, near: _Near) -> IntArray:
    """Return when each near pole had its power back, int64 as `near.pole`.

    The position in the half-hours since the event, their number if it has gone again, -1 if never without.

    A pole was without power where for `spell_slots` half-hours in which readings were expected none of its meters sent
    any.
    """
    poles, state, slots, rules = view.poles, view.state, view.since_event, view.rules
    wanted, where = np.unique(near.pole, return_inverse=True)
    row = np.full(len(poles.x), -1, dtype=np.int64)
    row[wanted] = np.arange(len(wanted))
    # -1, of a meter without a place, takes the last
    rows = np.flatnonzero(state.reports & np.append(row >= 0, False)[poles.of_meter])
    rows = rows[np.argsort(row[poles.of_meter[rows]], kind="stable")]
    quiet = np.zeros((len(wanted), len(slots)), dtype=bool)
    if len(rows) and len(slots):
        heard, due = view.present[np.ix_(rows, slots)], view.expected.of(rows, slots)
        here, starts = np.unique(row[poles.of_meter[rows]], return_index=True)
        quiet[here] = np.logical_or.reduceat(due, starts, axis=0) & ~np.logical_or.reduceat(heard, starts, axis=0)
    total = np.concatenate([np.zeros((len(wanted), 1), dtype=np.int64), np.cumsum(quiet, axis=1)], axis=1)
    length = min(rules.spell_slots, len(slots))
    spell = total[:, length:] - total[:, : total.shape[1] - length] == length
    spell &= length > 0
    ends = spell.shape[1] - np.argmax(spell[:, ::-1], axis=1) + length - 1
    return np.where(spell.any(axis=1), ends, -1)[where].reshape(near.pole.shape)


@dataclass(frozen=True)
class _Counts:
    """Meters of each pole that reported before the event; int64 (poles)."""

    total: IntArray
    back: IntArray
    silent: IntArray
    went: IntArray
    """Slot from which on all of its silent meters were silent, -1 without any: until then the pole had power."""


def _counts(poles: _Poles, state: _Silence) -> _Counts:
    there = poles.of_meter >= 0
    silent = poles.of_meter[there & state.silent]
    went = np.full(len(poles.x), -1, dtype=np.int64)
    np.maximum.at(went, silent, state.since[there & state.silent])
    return _Counts(_hanging(poles, state.reports), _hanging(poles, state.back), _hanging(poles, state.silent), went)


def _hanging(poles: _Poles, which: BoolArray) -> IntArray:
    """Return how many of some meters, bool (meters), hang on each pole, int64 (poles)."""
    count = np.zeros(len(poles.x), dtype=np.int64)
    for some in spans_of(len(which), _MANY):
        pole = poles.of_meter[some]
        count += np.bincount(pole[which[some] & (pole >= 0)], minlength=len(count))
    return count


@dataclass(frozen=True)
class _Around:
    """What stands round some poles; arrays as long as `pole`."""

    pole: IntArray
    """int64: poles with silent meters."""
    known: BoolArray
    """bool: enough stands round it to tell."""
    answering: BoolArray
    """bool: the meters on the nearest poles with power answer, so that no relay has failed."""
    among_powered: BoolArray
    """bool: the silent meters stand among powered ones."""
    neighbours: IntArray
    """int64: meters that count as neighbours of the silent ones."""
    powered: IntArray
    """int64: those of them that have power."""
    radius: FloatArray
    """float64 m: circle in which an outage of the neighbours is sought."""
    apart: BoolArray
    """bool: it is told from dark poles beside it by the moment at which they fell silent."""


@dataclass(frozen=True)
class _Near:
    """The nearest poles with meters that reported before the event, round some poles; arrays (poles asked, nearest)."""

    pole: IntArray
    """int64: 0 where there is none."""
    there: BoolArray
    lit: BoolArray
    """bool: has power."""
    apart_m: FloatArray
    """float64 m; means nothing where there is none."""


def _near(poles: _Poles, counts: _Counts, asked: IntArray, rules: HiddenRules, nearest: Optional[int] = None) -> _Near:
    told = np.flatnonzero(counts.total > 0)
    own = np.searchsorted(told, asked)
    place = nearest_within(poles.x[told], poles.y[told], own, nearest or rules.nearest_poles, rules.reach_m)
    there = place >= 0
    pole = np.zeros(place.shape, dtype=np.int64)
    pole[there] = told[place[there]]
    apart = np.hypot(poles.x[pole] - poles.x[asked][:, None], poles.y[pole] - poles.y[asked][:, None])
    return _Near(pole, there, there & (counts.back[pole] > 0), apart)


def _around(view: _View) -> tuple[_Around, IntArray]:
    """Return what stands round the poles with silent meters, and the row in it of each pole, -1 without one."""
    poles, counts, rules = view.poles, view.counts, view.rules
    silent = counts.silent > 0
    dark = np.flatnonzero(silent & (counts.back == 0))
    parts = [
        _round_lit(poles, counts, np.flatnonzero(silent & (counts.back > 0)), rules),
        *(_in_own_section(view, _round_dark(poles, counts, dark[some], rules)) for some in spans_of(len(dark), _DARK)),
    ]
    whole = {item.name: np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(_Around)}
    place = np.full(len(poles.x), -1, dtype=np.int64)
    place[whole["pole"]] = np.arange(len(whole["pole"]))
    return _Around(**whole), place


def _in_own_section(view: _View, dark: _Around) -> _Around:
    """Return the dark poles with those among powered ones, too, that stand amid their own section."""
    asked = np.flatnonzero(dark.known & ~dark.among_powered & dark.answering)
    # Few have only poles with power next to them: of these alone it is asked when what stands round them came back.
    next_to = _near(view.poles, view.counts, dark.pole[asked], view.rules, view.rules.line_poles)
    asked = asked[next_to.lit.all(axis=1)]
    seen = _seen(view, dark.pole[asked])
    among = dark.among_powered.copy()
    among[asked] = _settled(seen, view.rules) & _own_section(seen, view.rules)
    return replace(dark, among_powered=among)


def _round_lit(poles: _Poles, counts: _Counts, asked: IntArray, rules: HiddenRules) -> _Around:
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
    answering = among.copy()
    answering[among] = _reaches(answer + back[among], meters + (total - silent)[among], rules.neighbour_rate)
    return _Around(asked, known, answering, answering, neighbours, powered, radius, np.zeros(len(asked), dtype=bool))


def _round_dark(poles: _Poles, counts: _Counts, asked: IntArray, rules: HiddenRules) -> _Around:
    """Count the poles without power among the nearest poles.

    A line is dark pole by pole, so poles are counted, however many meters hang on each.
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
    answering = _reaches(answer, meters, rules.neighbour_rate)
    among &= answering
    return _Around(
        asked,
        others >= rules.min_lit_poles,
        answering,
        among,
        np.where(near.there, counts.total[near.pole], 0).sum(axis=1),
        np.where(near.there, counts.back[near.pole], 0).sum(axis=1),
        np.full(len(asked), max(rules.radii_m)),
        among & ~_reaches(lit, others, rules.neighbour_rate),
    )


def _on_lit(counts: _Counts, near: _Near) -> tuple[IntArray, IntArray]:
    """Return how many meters on the nearest poles with power answer, and how many hang there.

    A relay that fails silences some of many poles.
    """
    return tuple(np.where(near.lit, of[near.pole], 0).sum(axis=1) for of in (counts.back, counts.total))


def _reaches(part: IntArray, whole: IntArray, share: float) -> BoolArray:
    """Whether part / whole is at least `share`; a rounding error must not turn 8 of 10 into less than 0.8."""
    return part >= share * whole - 1e-9


def _together(view: _View, rows: IntArray, radius: FloatArray) -> BoolArray:
    """Whether enough neighbours fell silent in the half-hour in which each meter of `rows` did, or the next, bool."""
    poles, state, usable, rules = view.poles, view.state, view.usable, view.rules
    found = np.zeros(len(rows), dtype=bool)
    place = np.searchsorted(usable, state.since[rows])
    there = poles.of_meter >= 0
    total = _hanging(poles, state.reports)
    for moment, metres in sorted(set(zip(place.tolist(), radius.tolist()))):
        chosen = np.flatnonzero((place == moment) & (radius == metres))
        if moment == 0:
            continue
        slots = usable[moment : moment + 2]
        missed = (view.expected.of(slice(None), slots) & ~view.present[:, slots]).any(axis=1)
        fell = there & state.reports & view.present[:, usable[moment - 1]] & missed
        lost = _hanging(poles, fell)
        own = poles.of_meter[rows[chosen]]
        sums = sums_within(poles.x, poles.y, np.column_stack([total, lost]), own, metres)
        # Of the own pole all but the meter itself count.
        all_of, lost_of = sums[:, 0] + total[own] - 1, sums[:, 1] + lost[own] - fell[rows[chosen]]
        found[chosen] = (all_of > 0) & (lost_of >= rules.with_neighbours * all_of)
    return found
