"""Acquisition gaps (UC⑤ 孤立集落の把握, manual §3.1.5, §4.3): which areas stopped sending readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray, ObjectArray, TimeArray
from ..messages import message
from .expectation import CODES, Expected, as_expected
from .flags import Present
from .isolation import (
    ACCESS,
    ISOLATED_COLUMNS,
    MIN_METERS,
    SCORE_WEIGHTS,
    Surroundings,
    isolated,
    score,
)
from .reasons import Reason
from .silence import (
    EXPECTED_SHARE,
    REPORTING_SHARE,
    GapError,
    Tally,
    areas_of,
    blocks,
    enough,
    reporting_before,
    share,
    slots_of,
    tally,
)
from .slots import SLOT, AnyMoment, event_slot

__all__ = [
    "ACCESS",
    "EXPECTED_SHARE",
    "GAP_COLUMNS",
    "ISOLATED_COLUMNS",
    "MIN_METERS",
    "REPORTING_SHARE",
    "SCORE_WEIGHTS",
    "SLOT",
    "GapError",
    "Surroundings",
    "event_slot",
    "gap_rates",
    "isolated",
    "reporting_before",
    "score",
]

GAP_COLUMNS = (
    "area_id begin end meters expected received gap_rate baseline_rate excess_gap unknown_reason missing_reason"
).split()


@dataclass(frozen=True)
class _Cells:
    """Meters of one area and one population, counted together: they are due in the same half-hours."""

    of_meter: IntArray
    """int32 (meters): -1 where a meter does not count."""
    area: IntArray
    """int64 (cells)."""
    population: IntArray
    """int64 (cells)."""

    def by_area(self, counts: Array, areas: int) -> Array:
        """Return the sums of `counts` (cells, steps) by area, (areas, steps)."""
        total = np.zeros((areas, counts.shape[1]), dtype=counts.dtype)
        np.add.at(total, self.area, counts)
        return total


def _cells(codes: IntArray, expected: Expected) -> _Cells:
    populations = max(len(expected.received), 1)
    most = (int(codes.max(initial=-1)) + 1) * populations
    held, of_meter = np.zeros(most, dtype=bool), np.full(len(codes), -1, dtype=np.int32)
    for rows in blocks(len(codes)):
        there = (codes[rows] >= 0) & (expected.population[rows] >= 0)
        held[codes[rows][there].astype(np.int64) * populations + expected.population[rows][there]] = True
    keys = np.flatnonzero(held)
    number: IntArray = np.zeros(most, dtype=np.int32)
    number[keys] = np.arange(len(keys), dtype=np.int32)
    for rows in blocks(len(codes)):
        there = (codes[rows] >= 0) & (expected.population[rows] >= 0)
        place = codes[rows][there].astype(np.int64) * populations + expected.population[rows][there]
        of_meter[rows][there] = number[place]
    return _Cells(of_meter, keys // populations, keys % populations)


def _steps(begins: TimeArray, event: AnyMoment, step_hours: float) -> tuple[TimeArray, IntArray]:
    """Return the beginnings of the steps (n) and the step of each slot (slots); one begins with the event's slot."""
    length = round(step_hours * 2)
    if length < 1 or abs(step_hours * 2 - length) > 1e-9:
        raise GapError(
            message("A step of {hours} h is not a number of half-hours. Choose 0.5, 1, 3, 6, 12 …", hours=step_hours)
        )
    away = (begins - event_slot(event)) // SLOT
    number = away // length
    first = int(number.min())
    starts = event_slot(event) + SLOT * (np.arange(first, int(number.max()) + 1) * length)
    return starts, (number - first).astype(np.int64)


def _baseline(
    present: Present, expected: Expected, cells: _Cells, step: IntArray, peace: IntArray, population: int
) -> FloatArray:
    """Gap rate of each cell of a population over the peacetime steps, float64 (cells), NaN without such a step."""
    if not len(peace):
        return np.full(len(cells.area), np.nan)
    slots = np.flatnonzero(np.isin(step, peace))
    first, last = int(slots[0]), int(slots[-1]) + 1
    inner = step[first:last] - step[first]
    group = np.where(expected.population == population, cells.of_meter, np.int32(-1))
    counted = tally(
        present[:, first:last], expected.between(first, last), group, len(cells.area), inner, int(inner[-1]) + 1
    )
    chosen = peace - step[first]
    due = counted.expected[:, chosen].sum(axis=1)
    return share(due - counted.received[:, chosen].sum(axis=1), due)


def _baselines(
    present: Present, expected: Expected, cells: _Cells, counted: Tally, step: IntArray, before: BoolArray
) -> FloatArray:
    """Return the peacetime gap of each cell for each step, float64 (cells, steps).

    A step of which only some half-hours were received is held against as many half-hours of the peacetime steps.
    """
    steps = counted.meters.shape[1]
    found = np.full(counted.meters.shape, np.nan)
    for population in np.unique(cells.population):
        received = expected.received[population]
        cover = np.bincount(step, received, steps).astype(np.int64)
        rank = _received_rank(step, received)
        for amount in np.unique(cover[cover > 0]):
            equal = expected.received.copy()
            equal[population] = received & (rank <= amount)
            part = Expected(expected.population, equal, expected.first, expected.last)
            rates = _baseline(present, part, cells, step, np.flatnonzero(before & (cover >= amount)), int(population))
            own = np.ix_(cells.population == population, cover == amount)
            found[own] = np.broadcast_to(rates[cells.population == population][:, None], found[own].shape)
    return found


def _received_rank(step: IntArray, received: BoolArray) -> IntArray:
    """Return for each slot how many received slots of its step there are up to and with it, int64 (slots)."""
    running = np.cumsum(received)
    edges = np.searchsorted(step, step)
    return running - (running[edges] - received[edges])


def _reasons(expected: Expected, cells: _Cells, counted: Tally, areas: int, step: IntArray) -> ObjectArray:
    """Return why no reading was expected of meters of each area and step, reason codes, object (areas, steps).

    That of the most meters, None where one was expected of all; a step takes the reason of its last half-hour that was
    not received.
    """
    steps = counted.meters.shape[1]
    why = expected.codes()
    code = np.zeros((len(why), steps), dtype=np.int64)
    for number in range(len(why)):
        missing = np.flatnonzero(why[number])
        code[number, step[missing]] = why[number, missing]
    lacking = counted.meters - counted.expected
    told = np.unique(code)
    weight = np.stack([cells.by_area(np.where(code[cells.population] == one, lacking, 0), areas) for one in told])
    values = np.array([reason.value if reason else "" for reason in CODES], dtype=object)
    words = values[told[weight.argmax(axis=0)]]
    words[(weight.max(axis=0) == 0) | (words == "")] = Reason.NOT_IN_SERVICE.value
    words[cells.by_area(lacking, areas) == 0] = None
    words[cells.by_area(counted.meters, areas) == 0] = Reason.NO_HISTORY.value
    return words


def _of_areas(rates: FloatArray, cells: _Cells, counted: Tally, areas: int) -> FloatArray:
    """Return the mean of rates of cells for each area and step, weighted by the meters that were expected."""
    weight = np.where(np.isnan(rates), 0, counted.expected)
    return share(cells.by_area(np.where(weight > 0, rates, 0.0) * weight, areas), cells.by_area(weight, areas))


def _excess(gap: FloatArray, baseline: FloatArray) -> FloatArray:
    """Return how much of what reports in peacetime is silent, 0–1; where all is silent then too, it cannot be seen."""
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = np.clip((gap - baseline) / (1 - baseline), 0.0, 1.0)
    excess[baseline >= 1] = np.nan
    return excess


def gap_rates(
    present: Present,
    expected: Union[Expected, Array],
    slot_begin: TimeArray,
    area_of_meter: ObjectArray,
    event: AnyMoment,
    *,
    step_hours: float,
    baseline_days: float,
) -> pd.DataFrame:
    """Return the gap of every area and step (table `gaps` of the architecture), ordered by time, then area.

    `present` bool (meters, slots), `expected` of which meter a reading was expected when, or bool (slots) for all,
    `slot_begin` datetime64 (slots, consecutive half-hours), `area_of_meter` (meters) labels; NaN, None, "" or a
    negative number is no area: such meters are counted in `result.attrs["meters_without_area"]`. `event` is the first
    one: before it lies peacetime. Steps of `step_hours` are counted from the half-hour in which the event struck, so
    that none mixes before and after. `meters` reported before the event (`reporting_before` over `baseline_days`) and
    are in service in the step; of `expected` of them a reading was expected in it, `received` of these sent one,
    gap_rate = 1 − received / expected; baseline_rate the same over the steps of the `baseline_days` before the event
    that were received at least as long (a step received in part is held against equal parts), excess_gap = (gap −
    baseline) / (1 − baseline), not below 0. NaN, with the code in `unknown_reason`, where a reading is expected of
    fewer than `EXPECTED_SHARE` of the meters; NaN too where peacetime is not known. `missing_reason` is why none was
    expected of the others, where the area is known too. Raises `GapError`.
    """
    expected = as_expected(expected, len(present))
    begins = slots_of(slot_begin, present, expected.received)
    areas = areas_of(area_of_meter)
    reports = reporting_before(present, begins, event, baseline_days, expected)
    cells, strike = _cells(np.where(reports, areas.codes, np.int32(-1)), expected), event_slot(event)
    starts, step = _steps(begins, event, step_hours)
    ends, count = starts + SLOT * round(step_hours * 2), len(areas.ids)
    counted = tally(present, expected, cells.of_meter, len(cells.area), step, len(starts))
    whole = Tally(*(cells.by_area(part, count) for part in (counted.meters, counted.expected, counted.received)))
    known = enough(whole)
    gap = np.where(known, share(whole.expected - whole.received, whole.expected), np.nan)
    # of an area without reporting meters none is missing
    none_missing = (whole.meters == 0) & (np.bincount(step, expected.any(), len(starts)) > 0)
    peace = strike - np.timedelta64(int(baseline_days * 86400), "s")
    rates = _baselines(present, expected, cells, counted, step, (ends <= strike) & (starts >= peace))
    baseline = np.where(known, _of_areas(rates, cells, counted, count), np.nan)
    why = _reasons(expected, cells, counted, count, step)
    result = pd.DataFrame(
        {
            "area_id": np.tile(areas.ids, len(starts)),
            "begin": np.repeat(starts, count).astype("datetime64[ns]"),
            # The last step says nothing of what lies beyond the readings.
            "end": np.repeat(np.minimum(ends, begins[-1] + SLOT), count).astype("datetime64[ns]"),
            "meters": whole.meters.T.ravel(),
            "expected": whole.expected.T.ravel(),
            "received": np.where(known | none_missing, whole.received, np.nan).T.ravel(),
            "gap_rate": gap.T.ravel(),
            "baseline_rate": baseline.T.ravel(),
            "excess_gap": _excess(gap, baseline).T.ravel(),
            "unknown_reason": np.where(known, None, why).T.ravel(),  # type: ignore[call-overload]  # the stubs know no None
            "missing_reason": why.T.ravel(),
        },
        columns=GAP_COLUMNS,
    )
    result.attrs["meters_without_area"] = int((areas.codes < 0).sum())
    return result
