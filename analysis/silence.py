"""Who is silent though a reading was expected: what gaps, isolated settlements and hidden outages share.

A meter that did not answer has no row. Its silence is held against the meters that reported before the event, and only
in half-hours in which a reading of it was expected (`analysis.expectation.Expected`): what is not published yet, what
lies in a part that is missing, and what a contract that has ended would have sent is no silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterator, Optional, Union

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray, ObjectArray, TimeArray
from ..messages import TomoshibiError, message
from .expectation import Expected, as_expected
from .flags import Present
from .registers import blocks as spans_of
from .slots import SLOT, AnyMoment, event_slot

REPORTING_SHARE = 0.5
"""A meter normally reports if it did in at least this share of the half-hours expected of it before the event."""

EXPECTED_SHARE = 0.5
"""Of fewer than this share of the meters of an area a reading is expected: nothing can be said of the area."""

_ROWS = 16_384
"""Meters worked on at a time."""
_MANY = 1 << 20
"""Meters sorted by their group at a time: of 16,384 of them then only a few groups are touched."""


class GapError(TomoshibiError):
    """The readings do not allow the question, or the arguments contradict each other."""


@dataclass(frozen=True)
class AreasOf:
    """The areas of the meters, numbered in sorted order."""

    codes: IntArray
    """int32 (meters): number of the area, -1 without one."""
    ids: Array
    """The areas' ids (n)."""


def areas_of(area_of_meter: Array) -> AreasOf:
    """Return the areas of the meters; NaN, None, "" or a negative number is no area."""
    labels = np.asarray(area_of_meter)
    if labels.dtype.kind == "O":
        return _areas_by_name(labels)
    if labels.dtype.kind in "iu":
        missing = labels < 0
    else:
        missing = np.isnan(labels) if labels.dtype.kind == "f" else labels == ""
    codes = np.full(len(labels), -1, dtype=np.int32)
    ids, codes[~missing] = np.unique(labels[~missing], return_inverse=True)
    return AreasOf(codes, ids)


def _areas_by_name(labels: ObjectArray) -> AreasOf:
    """Return the areas of meters by their names, object (meters): each name is looked at once, and only they sorted."""
    found, names = pd.factorize(labels)
    there = np.flatnonzero(names != "")
    order = there[np.argsort(names[there], kind="stable")]
    number = np.full(len(names) + 1, -1, dtype=np.int32)
    number[order] = np.arange(len(order))
    # -1, of a name that is missing, takes the last
    return AreasOf(number[found], names[order])


def slots_of(slot_begin: TimeArray, *arrays: Present) -> TimeArray:
    """Return the beginnings as datetime64[s]; raise `GapError` unless they are consecutive and fit the arrays."""
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    if len(begins) == 0 or (np.diff(begins) != SLOT).any() or any(a.shape[-1] != len(begins) for a in arrays):
        raise GapError(
            message("The half-hours do not follow one another or do not fit the readings. Import them again.")
        )
    return begins


@dataclass(frozen=True)
class Strike:
    """One event of a case, as silence is held against it."""

    begin: AnyMoment
    """Moment the event struck."""
    over: AnyMoment
    """Moment it was over; the begin of what lasted a moment."""
    where: Optional[BoolArray] = None
    """bool (meters): which the event struck; None all."""

    def struck(self, meters: int) -> BoolArray:
        """Return which meters the event struck, bool (meters)."""
        return np.ones(meters, dtype=bool) if self.where is None else np.asarray(self.where, dtype=bool)


def blocks(count: int) -> Iterator[slice]:
    """Yield spans of rows that are worked on at a time."""
    return spans_of(count, _ROWS)


def reporting_before(
    readings_present: Present,
    slot_begin: TimeArray,
    event: AnyMoment,
    days: Optional[float] = None,
    covered: Optional[Union[Array, Expected]] = None,
) -> BoolArray:
    """Return which meters normally report, bool (meters): `REPORTING_SHARE` of what was expected before the event.

    `readings_present` bool (meters, slots), `slot_begin` datetime64 (slots), `days` to look back (None: all there are),
    `covered` the expectation, or bool (slots) for one that holds for all meters; by default the slots in which any
    meter reported. The half-hour in which the event struck does not count as before. Raises `GapError` where nothing
    was
    expected before the event.
    """
    begins = slots_of(slot_begin, readings_present)
    strike = event_slot(event)
    before = begins < strike
    if days is not None:
        before &= begins >= strike - np.timedelta64(int(days * 86400), "s")
    first, last = (np.flatnonzero(before)[[0, -1]] + [0, 1]) if before.any() else (0, 0)
    if covered is None:
        covered = np.zeros(len(begins), dtype=bool)
        for rows in blocks(len(readings_present)):
            covered[first:last] |= readings_present[rows, first:last].any(axis=0)
    expected = as_expected(covered, len(readings_present)).between(int(first), int(last))
    if not expected.any().any():
        raise GapError(
            message(
                "There are no readings from before the event ({event}), so it is not known which meters normally "
                "report. Import the readings of the days before.",
                event=str(pd.Timestamp(event))[:16],
            )
        )
    reports = np.zeros(len(readings_present), dtype=bool)
    for rows in blocks(len(readings_present)):
        due = expected.of(rows)
        came = (readings_present[rows, first:last] & due).sum(axis=1, dtype=np.int32)
        of = due.sum(axis=1, dtype=np.int32)
        reports[rows] = (of > 0) & (came >= REPORTING_SHARE * of)
    return reports


@dataclass(frozen=True)
class Tally:
    """Meters counted by group and step; int64 (groups, steps)."""

    meters: IntArray
    """In service at some time of the step."""
    expected: IntArray
    """Of those, meters of which a reading was expected in the step."""
    received: IntArray
    """Of those, meters of which one came in a half-hour in which it was expected."""


def tally(present: Present, expected: Expected, group: IntArray, groups: int, step: IntArray, steps: int) -> Tally:
    """Count meters by group and step.

    `present` bool (meters, slots); `group` int (meters), -1 for meters that do not count; `step` int64 (slots),
    rising, each of 0 … `steps` - 1 at least once.
    """
    edges = np.searchsorted(step, np.arange(steps))
    counted, due = np.zeros(groups, dtype=np.int64), np.zeros((groups, steps), dtype=np.int64)
    in_step = np.logical_or.reduceat(expected.received, edges, axis=1)
    some_time = []
    for block in spans_of(len(group), _MANY):
        own, population = group[block], expected.population[block]
        first, last = expected.first[block], expected.last[block]
        there, whole = own >= 0, (first <= 0) & (last >= expected.slots)
        counted += np.bincount(own[there & whole], minlength=groups)
        for number in np.unique(population[there & whole]):
            if number >= 0:
                count = np.bincount(own[there & whole & (population == number)], minlength=groups)
                due += count[:, None] * in_step[number]
        some_time.append(block.start + np.flatnonzero(there & ~whole & (first < last)))
    meters = np.repeat(counted[:, None], steps, axis=1)
    rows = np.concatenate(some_time) if some_time else np.zeros(0, dtype=np.int64)
    for block in spans_of(len(rows), _MANY):
        meters += _in_service(expected, group, rows[block], groups, step, steps)
        due += _count(lambda chosen: expected.of(chosen), rows[block], group, groups, edges)
    received = np.zeros((groups, steps), dtype=np.int64)
    for block in spans_of(len(group), _MANY):
        rows = block.start + np.flatnonzero(group[block] >= 0)
        received += _count(lambda chosen: present[chosen] & expected.of(chosen), rows, group, groups, edges)
    return Tally(meters, due, received)


def _in_service(
    expected: Expected, group: IntArray, rows: IntArray, groups: int, step: IntArray, steps: int
) -> IntArray:
    """Return how many meters of `rows` are in service at some time of each step, int64 (groups, steps)."""
    change = np.zeros((groups, steps + 1), dtype=np.int64)
    np.add.at(change, (group[rows], step[expected.first[rows]]), 1)
    np.add.at(change, (group[rows], step[expected.last[rows] - 1] + 1), -1)
    return np.cumsum(change, axis=1)[:, :steps]


def _count(
    flags_of: Callable[[Array], Array], rows: IntArray, group: IntArray, groups: int, edges: IntArray
) -> IntArray:
    """Return int64 (groups, steps): how many meters of `rows` have a flag in each step; steps begin at `edges`.

    Worked block by block: sorted by group within the block and summed in runs, no loop over meters or groups.
    """
    total = np.zeros((groups, len(edges)), dtype=np.int64)
    # Sorted by group first, so that a block touches few groups.
    rows = rows[np.argsort(group[rows], kind="stable")]
    for block in blocks(len(rows)):
        chosen = rows[block]
        flags = np.logical_or.reduceat(flags_of(chosen), edges, axis=1).view(np.uint8)
        here, starts = np.unique(group[chosen], return_index=True)
        total[here] += np.add.reduceat(flags, starts, axis=0, dtype=np.int64)
    return total


def share(part: Array, of: IntArray) -> FloatArray:
    """Return part / of, float64, NaN where `of` is 0."""
    return np.divide(part, of, out=np.full(np.broadcast(part, of).shape, np.nan), where=of > 0)


def enough(counted: Tally, least: float = EXPECTED_SHARE) -> BoolArray:
    """Return where something can be said, bool (groups, steps): of at least a share of the meters a reading is due."""
    return (counted.expected > 0) & (counted.expected >= least * counted.meters - 1e-9)
