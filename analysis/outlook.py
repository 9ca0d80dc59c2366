"""How many meters will still be dark in the coming hours (停電の見通し): the case's own course, leaning on past events.

After a disaster the meters without power fall about as a power of the time since it struck, once repair has got under
way: N(t + h) = N(t) · ((t + s) / (t + h + s))^a with s = `Prior.settling`, fast at first, slow at the end. The exponent
`a` is that of the case's last days, drawn towards the one of earlier events of the kind where the case has told little
yet. How far such forecasts went wrong in the case so far, and in earlier events, gives the intervals. No forecast is
below 0 or above what is dark now: new outages are not foreseen.

Source: courses of restoration as published (`restoration_courses`). How long the window is (`WINDOW_HOURS`), how much
earlier events weigh, how long after an event repair settles, how wide their spread is taken and how soon the case's own
errors count (`restoration_courses`) is chosen by `dev/outlook_choice.py` on events other than Noto 2024.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np

from ..arrays import FloatArray, IntArray
from ..messages import TomoshibiError, message

LEVELS = (50, 80, 95)
"""Per cent of forecasts that the intervals are to hold."""
WINDOW_HOURS = 120.0
"""The exponent is that of the course so far back. Chosen on held-out events (dev/outlook_choice.py)."""
LEAST_WINDOW_HOURS = 6.0
"""A shorter course tells nothing of its own."""
FEW_METERS = 3.0
"""Added to counts before their logarithm is taken, so that the last meters do not decide."""
OFFSET = 0.2
"""Added to exponents before they are compared: a standstill is no infinite error."""
SIZES = (20.0, 200.0)
"""Bounds between small, middle and large counts: small ones go by leaps, and are further from their forecasts."""
SETTLING_HOURS = 12.0
"""Added to the hours since the event: the first hours go to finding what is broken. With it the earthquakes of 2011 and
2016 fall from their first moment on by about the same power as later; of storms see `restoration_courses.SETTLING`."""
LUMPS = (1.2, 1.2, 0.0)
"""Spread of ln(exponent + OFFSET) on top of the prior's, by size class: few meters hang on few lines, and a line comes
back as a whole or not at all. Learned from drills (seeds below 200)."""
EARLY_HOURS = 9.0
"""A course shorter than this tells nothing of its own of how areas differ. Chosen on drills (seeds below 200): with 12,
intervals of a day ahead held far too few areas of a grid that comes back at once."""
WHOLE_LINES = 1.0
"""Early in a course, lines that come back as a whole are those beyond so many standard deviations: one in six."""
STEP_TOLERANCE = 0.5
"""A step of the course may lie so many hours from the moment that is looked for."""


class OutlookError(TomoshibiError):
    """The course or the horizons cannot be used."""


@dataclass(frozen=True)
class Prior:
    """What earlier events of a kind tell before the case's own course does."""

    exponent: float
    weight: float
    """How long a course (in ln of hours since the event) the exponent counts for."""
    spread: float
    """Standard deviation of ln(exponent as it came + OFFSET) about the forecast."""
    learning: float
    """Hours of independent forecasts of the case itself that weigh as much as the spread."""
    window: float = WINDOW_HOURS
    """Hours of the course that tell its exponent."""
    settling: float = SETTLING_HOURS
    """Added to the hours since the event."""
    early_spread: float = math.inf
    """Early in a course (`EARLY_HOURS`) the spread on the side of a faster repair is no more than this."""


@dataclass(frozen=True)
class Course:
    """Dark meters so far."""

    hours: FloatArray
    """float64 (steps,): hours since the event struck, rising; all above 0."""
    dark: FloatArray
    """float64 (areas, steps): meters without power; NaN where it is not known."""

    def __post_init__(self) -> None:
        if self.dark.ndim != 2 or self.dark.shape[1] != len(self.hours) or (np.diff(self.hours) <= 0).any():
            raise OutlookError(message("The course of the outage is not in order of time. Ask for it again."))
        if len(self.hours) and self.hours[0] <= 0:
            raise OutlookError(message("The course of the outage begins before the event. Check the event time."))

    def until(self, step: int) -> Course:
        """Return the course as it was known at a step."""
        return Course(self.hours[: step + 1], self.dark[:, : step + 1])


@dataclass(frozen=True)
class Forecast:
    """What is expected of some areas at some horizons; every array float64 (areas, horizons), NaN where unknown."""

    expected: FloatArray
    low: Mapping[int, FloatArray]
    """Level (`LEVELS`, per cent) → lower bound."""
    high: Mapping[int, FloatArray]


def window_begin(hours: FloatArray, step: int, window: float = WINDOW_HOURS) -> Optional[int]:
    """Return the step where the window of the exponent begins; None where the course is too short to tell one."""
    first = int(np.searchsorted(hours, hours[step] - window - 1e-9))
    return first if hours[step] - hours[first] >= LEAST_WINDOW_HOURS else None


def exponents(course: Course, step: int, prior: Prior) -> FloatArray:
    """Return the exponent of each area as known at a step, float64 (areas,); the prior's where the course is short.

    A count that rose counts as a standstill.
    """
    dark, hours = course.dark, course.hours
    first = window_begin(hours, step, prior.window)
    if first is None:
        return np.full(len(dark), prior.exponent)
    # the first moment of the window at which the area was known
    window = dark[:, first : step + 1]
    known = ~np.isnan(window)
    begin = first + np.where(known.any(axis=1), known.argmax(axis=1), step - first)
    now = dark[:, step]
    before = dark[np.arange(len(dark)), begin]
    fell = np.maximum(np.log((before + FEW_METERS) / (now + FEW_METERS)), 0.0)
    length = np.log((hours[step] + prior.settling) / (hours[begin] + prior.settling))
    found = (fell + prior.weight * prior.exponent) / (length + prior.weight)
    return np.where(np.isnan(found), prior.exponent, found)


def remaining(
    now: FloatArray, hours: float, horizon: float, exponent: FloatArray, settling: float = SETTLING_HOURS
) -> FloatArray:
    """Return the meters still dark `horizon` hours after `hours` since the event, float64; 0 … `now`."""
    begin = hours + settling
    return np.clip(now * (begin / (begin + horizon)) ** exponent, 0.0, now)


def as_it_came(
    now: FloatArray, later: FloatArray, hours: float, horizon: float, settling: float = SETTLING_HOURS
) -> FloatArray:
    """Return the exponent that leads from `now` to `later`, float64; 0 where the count rose."""
    begin = hours + settling
    return np.maximum(np.log((now + 1.0) / (later + 1.0)) / np.log((begin + horizon) / begin), 0.0)


def size_class(now: FloatArray) -> IntArray:
    """Return whether counts are small, middle or large: 0, 1, 2 (int64)."""
    return np.searchsorted(np.asarray(SIZES), np.nan_to_num(now), side="right")


@dataclass(frozen=True)
class Errors:
    """How far forecasts of one horizon went wrong: ln of (exponent as it came + OFFSET) / (forecast's + OFFSET)."""

    value: FloatArray
    weight: FloatArray
    """Of how many independent forecasts each counts for."""
    size: IntArray
    """`size_class` of the count it was made from."""


def step_at(hours: FloatArray, moment: float) -> Optional[int]:
    """Return the step nearest to a moment, None where none is near enough."""
    place = int(np.searchsorted(hours, moment))
    near = [step for step in (place - 1, place) if 0 <= step < len(hours)]
    best = min(near, key=lambda step: abs(hours[step] - moment), default=None)
    return best if best is not None and abs(hours[best] - moment) <= STEP_TOLERANCE else None


def past_errors(course: Course, horizon: float, prior: Prior) -> Errors:
    """Return how the forecasts that could have been made in this course went wrong, as far as it tells by its end.

    Forecasts of moments nearer together than the horizon tell the same thing: each counts for its share of it.
    """
    values, weights, sizes = [], [], []
    for step in range(len(course.hours)):
        then = step_at(course.hours, float(course.hours[step]) + horizon)
        if then is None or then <= step:
            continue
        now, later = course.dark[:, step], course.dark[:, then]
        came = as_it_came(now, later, float(course.hours[step]), horizon, prior.settling)
        error = np.log((came + OFFSET) / (exponents(course, step, prior) + OFFSET))
        told = np.flatnonzero(~np.isnan(error) & (now >= 1.0))
        apart = course.hours[step] - course.hours[step - 1] if step else horizon
        values.append(error[told])
        # areas of one moment share its weather and its crews: twenty tell no twenty times as much
        weights.append(np.full(len(told), min(1.0, float(apart) / horizon) / max(np.sqrt(len(told)), 1.0)))
        sizes.append(size_class(now[told]))
    if not values:
        return Errors(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))
    return Errors(np.concatenate(values), np.concatenate(weights), np.concatenate(sizes))


_NORMAL = np.array([-1.96, -1.44, -1.15, -0.93, -0.76, -0.6, -0.45, -0.32, -0.19, -0.06])
_GRID = np.concatenate([_NORMAL, -_NORMAL[::-1]])
"""Twenty errors that stand for a normal distribution."""


def quantiles(
    errors: Errors, size: int, prior: Prior, horizon: float, shares: Sequence[float], early: bool = False
) -> FloatArray:
    """Return quantiles of the errors to be expected of counts of a size class, float64 (shares,).

    The case's own errors, those of the same size, beside the prior's spread; each by its weight. The spread is as wide
    as to hold areas that stand still. `early`: these are held by an end at the count now, and the other end need not
    lie as far off, but for lines that come back as a whole.
    """
    own = errors.size == size
    spread = np.hypot(prior.spread, LUMPS[size])
    inner = early & (_GRID > 0) & (_GRID < WHOLE_LINES)
    value = np.concatenate([errors.value[own], _GRID * np.where(inner, min(spread, prior.early_spread), spread)])
    lean = max(prior.learning / horizon, 1.0)
    weight = np.concatenate([errors.weight[own], np.full(len(_GRID), lean / len(_GRID))])
    order = np.argsort(value, kind="stable")
    upto = np.cumsum(weight[order])
    middle = (upto - weight[order] / 2) / upto[-1]
    return np.interp(shares, middle, value[order])


def _tails(level: int) -> tuple[float, float, float, float]:
    """Return the shares of errors, the slowest first, at which an interval ends that may miss on both sides or on one.

    Of the slow end, of the fast end, of the slow end alone, of the fast end alone.
    """
    missed = 1 - level / 100
    return missed / 2, 1 - missed / 2, missed, 1 - missed


_SHARES = (0.5, *(share for level in LEVELS for share in _tails(level)))
"""Of the middle, and of the ends of the intervals in the order of `LEVELS`."""


def forecast(course: Course, horizons: Sequence[float], prior: Prior, to_now: bool = False) -> Forecast:
    """Return what is expected of each area from the last step of a course on.

    Parameters
        course: dark meters of the areas so far; of areas whose last count is NaN nothing is said.
        horizons: hours ahead, each above 0.
        prior: of the kind of event (`restoration_courses.prior_of`).
        to_now: whether all but the narrowest intervals end at the count now. Of a young course nothing tells that
            repair has begun in an area; a bound below what is dark would say so.

    Returns
        expected counts and intervals, whole meters outwards, each within 0 … the count now.

    Raises
        OutlookError: there is no step, or a horizon is not above 0.
    """
    if not len(course.hours) or any(horizon <= 0 for horizon in horizons):
        raise OutlookError(message("There is no course to look ahead from, or a number of hours is not above 0."))
    last = len(course.hours) - 1
    now, hours = course.dark[:, last], float(course.hours[last])
    exponent = exponents(course, last, prior)
    shape = (len(now), len(horizons))
    expected = np.full(shape, np.nan)
    low, high = ({level: np.full(shape, np.nan) for level in LEVELS} for _ in range(2))
    sizes = size_class(now)
    early = to_now and hours - float(course.hours[0]) < EARLY_HOURS
    for place, horizon in enumerate(horizons):
        errors = past_errors(course, horizon, prior)
        for size in np.unique(sizes):
            chosen = np.flatnonzero(sizes == size)
            at_shares = quantiles(errors, int(size), prior, horizon, _SHARES, early)
            bent = [_bent(exponent[chosen], error) for error in at_shares]
            left = [remaining(now[chosen], hours, horizon, each, prior.settling) for each in bent]
            expected[chosen, place] = left[0]
            for level, ends in _ends(now[chosen], left, to_now).items():
                low[level][chosen, place], high[level][chosen, place] = ends
    return Forecast(expected, low, high)


def _ends(now: FloatArray, left: Sequence[FloatArray], to_now: bool) -> dict[int, tuple[FloatArray, FloatArray]]:
    """Return the intervals by level, of what would be left at each of `_SHARES`."""
    found = {}
    for number, level in enumerate(LEVELS):
        bounds = left[1 + 4 * number : 5 + 4 * number]
        found[level] = _interval(now, *bounds, to_now=to_now and level != min(LEVELS))
    return found


def _interval(
    now: FloatArray,
    slow: FloatArray,
    fast: FloatArray,
    slow_alone: FloatArray,
    fast_alone: FloatArray,
    *,
    to_now: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Return the interval in whole meters, outwards, as narrow as it can be and still hold its share.

    Nothing lies above the count now, and nothing below 0: an interval that ends there leaves all that it may miss to
    its other end, instead of half of it.

    Parameters
        now: float64 (areas,); the others: meters left at the shares of `_tails`, float64 (areas,).
        to_now: whether it ends at the count now whatever was foreseen.
    """
    low, high = np.floor(fast), np.ceil(np.maximum(slow, now) if to_now else slow)
    from_now, from_zero = np.floor(fast_alone), np.ceil(slow_alone)
    at_now, at_zero = high >= now, low <= 0
    # where both ends are bounds the narrower one of the two is taken
    upper = at_now & (to_now | ~at_zero | (now - from_now <= from_zero))
    lower = at_zero & ~upper
    return np.where(upper, from_now, low), np.where(lower, from_zero, high)


def _bent(exponent: FloatArray, error: float) -> FloatArray:
    """Return exponents that went wrong by an error, never below 0."""
    return np.maximum((exponent + OFFSET) * np.exp(error) - OFFSET, 0.0)
