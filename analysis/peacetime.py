"""Silence in peacetime: how many meters give no reading for 12 hours although they have power, and how far days differ.

Two facts that are easily taken for one another stand here with their sources. A *silent* meter gave no reading for 12
hours: on an ordinary day about one in two hundred. A *lost half-hour* is a single reading that did not come in time:
two or three in a thousand, nearly all of them from meters that are heard in the next half-hour. Targets for reading
meters remotely at all (90 to 99 %, of 2014) are a third thing and say nothing of either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Array, BoolArray, FloatArray, IntArray, ObjectArray

ORDINARY_SILENCE = 0.005
"""Share of meters silent for 12 hours on an ordinary day. Source: the manual's own sample of 通電計器数 (§3.2), 2,946
of 533,031 meters of a designated city on 1 January 2025, 0.55 %, rounded."""
ORDINARY_RANGE = (0.001, 0.03)
"""Where 95 % of areas lie. Assumed: in the same sample one ward has 0 silent of 86,177; bad radio in hills makes a few
percent."""
SLOT_LOSS = (0.002, 0.003)
"""Share of single half-hours not collected at once. Source: 次世代スマートメーター制度検討会, 2021: 速報値 collected to
99.7 % over multi-hop radio and 99.8 % over 1:N. No measure of 12-hour silence; never the prior of an outage rate."""

_ORDINARY_SHAPE, _ORDINARY_RATE = 1.78, 172.0
"""Gamma distribution of λ over areas with 2.5 % below, and 2.5 % above, `ORDINARY_RANGE`; its mode is 0.45 %."""
_POOL_WEIGHT = 0.5
"""Pseudo-count with which the ordinary share steadies the pooled rate (else 0 silent meters would mean "never")."""
_STRENGTH_LIMITS = (20.0, 100_000.0)
"""Limits, in meter-days, of the estimated strength of the pooled rate."""
_DEFAULT_STRENGTH = 200.0
"""Strength, in meter-days, where there are fewer than ten cells to estimate it from."""
_UNKNOWN_DAYS = 0.01
"""Squared spread of a day's silence about its mean where one day alone was received: 10 %."""
_MOST_SPREAD = 4.0
"""Greatest squared spread between days: beyond, the baseline says nothing any more."""


@dataclass(frozen=True)
class Baseline:
    """Peacetime silence of every cell: Gamma(shape, rate) of its λ on one more day, and where it comes from."""

    shape: FloatArray
    rate: FloatArray
    centre: FloatArray
    """Share to be shown and taken off: the mean of λ, or what is ordinary where no peacetime day was received."""
    source: ObjectArray
    """`cell` its own days, `municipality` the other cells' days, `ordinary` what is ordinary elsewhere."""

    def of(self, cells: IntArray) -> Baseline:
        """Return that of some cells, by position."""
        return Baseline(self.shape[cells], self.rate[cells], self.centre[cells], self.source[cells])


@dataclass(frozen=True)
class PeaceDays:
    """Figures of peacetime, one row a cell and day. Arrays of one length."""

    cell: IntArray
    """int: position of the cell."""
    silent: FloatArray
    meters: FloatArray


def ordinary(cells: int, prior: float = ORDINARY_SILENCE) -> Baseline:
    """Return the baseline of cells where no peacetime day was received; `prior` the ordinary share of silent meters."""
    return Baseline(
        np.full(cells, _ORDINARY_SHAPE),
        np.full(cells, _ORDINARY_RATE * ORDINARY_SILENCE / prior),
        np.full(cells, prior),
        np.full(cells, "ordinary", dtype=object),
    )


def _strength(silent: Array, exposure: Array, pooled: float) -> float:
    """Strength (meter-days) of the pooled rate by the method of moments: how alike the cells are."""
    if len(silent) < 10:
        return _DEFAULT_STRENGTH
    expected = exposure * pooled
    extra = float(((silent - expected) ** 2 - expected).sum())
    if extra <= 0:
        return _STRENGTH_LIMITS[1]
    return float(np.clip(pooled * float((exposure**2).sum()) / extra, *_STRENGTH_LIMITS))


def day_spread(days: PeaceDays, cells: int) -> float:
    """Return the squared spread of a cell's silence from day to day beyond chance, 0 where it keeps to its mean.

    Method of moments over all cells: with s silent on a day where the cell's own rate lets e be expected, Σ (s − e)² =
    Σ e + spread · Σ e². Weather, works and a relay that fails for a day make it; each cell's mean takes one day off.
    """
    count = np.bincount(days.cell, minlength=cells)
    often = count[days.cell] > 1
    if not often.any():
        return _UNKNOWN_DAYS
    silent = np.bincount(days.cell, days.silent, cells)
    meters = np.bincount(days.cell, days.meters, cells)
    expected = (days.meters * (silent / np.maximum(meters, 1.0))[days.cell])[often]
    free = (count / np.maximum(count - 1, 1))[days.cell][often]
    extra = float((free * (days.silent[often] - expected) ** 2 - expected).sum())
    square = float((expected**2).sum())
    return float(np.clip(extra / square, 0.0, _MOST_SPREAD)) if square > 0 else 0.0


def fit_baseline(days: PeaceDays, cells: int, pool: BoolArray, prior: float = ORDINARY_SILENCE) -> Baseline:
    """Fit λ of every cell: gamma-Poisson with empirical-Bayes shrinkage to the pooled rate, days of their own spread.

    `days` what was received of peacetime, none is allowed; `cells` how many there are; `pool` (cells) bool: those that
    count towards the pooled rate (a city row must not, beside its wards); `prior` ordinary share of silent meters.
    """
    silent = np.bincount(days.cell, days.silent, cells)
    exposure = np.bincount(days.cell, days.meters, cells)
    known = exposure > 0
    if not known.any():
        return ordinary(cells, prior)
    pooling = known & pool if (known & pool).any() else known
    pooled = (silent[pooling].sum() + _POOL_WEIGHT) / (exposure[pooling].sum() + _POOL_WEIGHT / prior)
    strength = _strength(silent[pooling], exposure[pooling], pooled)
    shape = pooled * strength + np.where(known, silent, 0.0)
    mean = shape / (strength + np.where(known, exposure, 0.0))
    among = pooling[days.cell]
    spread = day_spread(PeaceDays(days.cell[among], days.silent[among], days.meters[among]), cells)
    # λ of one more day: that of the cell, times what sets days apart.
    of_day = 1.0 / (1.0 / shape + spread + spread / shape)
    return Baseline(of_day, of_day / mean, mean, np.where(known, "cell", "municipality").astype(object))
