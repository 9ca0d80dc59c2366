"""What a generator burns at part load (部分負荷の燃料消費量): by its size and load, and how well that is known.

Fuel goes with the load, but not in proportion: without load an engine burns a seventh to a quarter of what it burns at
three quarters of its load, small ones more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import FloatArray
from .backup import Backup
from .own_load import POWER_FACTOR
from .power_trucks import consumption

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of full load of the figures below."""
PART_LOAD: tuple[tuple[float, tuple[float, ...], tuple[float, ...]], ...] = (
    (75.0, (0.27, 0.50, 0.73, 1.0, 1.26), (0.05, 0.031, 0.027, 0.0, 0.044)),
    (100.0, (0.165, 0.44, 0.705, 1.0, 1.28), (0.04, 0.028, 0.02, 0.0, 0.035)),
    (150.0, (0.14, 0.42, 0.70, 1.0, 1.33), (0.035, 0.025, 0.012, 0.0, 0.03)),
)
"""(kW at full load, what it burns at `SHARES` as a share of three quarters of its load, standard deviation of one set).

Means and deviations of a general table: 20 to 75 kW, 100 to 135 kW, 150 kW and more (oer.enviraj.com/general/
diesel-generator-fuel-consumption-chart; much the same in eventpower.ca/useful-information); between them it is
interpolated. Of large sets the table is smoothed: one maker's sheet (768 kW, QSK23-G3: .38, .70, 1.33;
studylib.net/doc/18053321) differs by more than its deviations, and what is given here holds it. The table begins at a
quarter of the load: what is burnt without any is drawn on from there, no source tells it.
"""


@dataclass(frozen=True)
class Burnt:
    """What a generator burns at loads; arrays of one length, float64."""

    litres: FloatArray
    """Litres an hour."""
    by_load: FloatArray
    """By how much of itself that changes where the load changes by some share (0: not at all, 1: in proportion)."""
    curve_spread: FloatArray
    """Standard deviation, as a share, for what one set differs from others of its size."""


def burnt(load_kw: FloatArray, backup: Backup) -> Burnt:
    """Return what a generator burns at loads (kW); at most what it burns at full load."""
    full = backup.generator_kva * POWER_FACTOR
    rated = backup.litres_per_hour
    if not rated > 0:
        rated = float(consumption(np.array([backup.generator_kva]))[0])
    share = np.minimum(np.asarray(load_kw, dtype=np.float64) / full, 1.0)
    sizes, curves, spreads = zip(*PART_LOAD)
    curve, off = (np.array([np.interp(full, sizes, each) for each in zip(*rows)]) for rows in (curves, spreads))
    part = np.interp(share, SHARES, curve)
    slope = np.diff(curve) / np.diff(SHARES)
    step = np.clip(np.searchsorted(SHARES, share, side="right") - 1, 0, len(slope) - 1)
    spread = np.interp(share, SHARES, off) / part
    return Burnt(rated * part, np.where(share < 1.0, slope[step] * share / part, 0.0), spread)


def litres_per_hour(load_kw: FloatArray, backup: Backup) -> FloatArray:
    """Return litres an hour of a generator at loads (kW), float64."""
    return burnt(load_kw, backup).litres
