"""What hangs on a generator (発電機の給電範囲): the whole building (全館), or selected circuits only (非常回路).

The two end in different ways: a set that is too small for the whole building stops in the first hour of too much use;
one that feeds selected circuits never does, and its fuel goes by these. No reading tells which: it is a question for
the list. Hospitals tell it as a share of what they use on other days (非常用回路によって … 通常時の4割程度: 箕面市議会
2011-10-12, chiholog.net/osakalog).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from .backup import Backup
from .own_load import HOURS, POWER_FACTOR, SPREAD_LEAST, OwnLoad

TRIPS = 1.1
"""Share of what it gives beyond which a set stops: by ISO 8528-1 a prime one gives 10 % more for an hour in twelve."""
TOLD_SPREAD = 0.05
"""Standard deviation of what selected circuits use about what is told of it, a round figure."""


@dataclass(frozen=True)
class Hanging:
    """What a generator feeds."""

    load: Optional[OwnLoad]
    """None: how much it uses is not known."""
    part: Optional[OwnLoad] = None
    """Without `load`, as of `survival.Facility`."""
    can_stop: bool = True
    """Whether it may be too much for the generator."""


def hanging(load: Optional[OwnLoad], part: Optional[OwnLoad], backup: Backup) -> Hanging:
    """Return what hangs on a generator, the building's own use and the row of its list being known.

    A row that tells kW or a share of selected circuits tells that they are selected; of the whole building its own
    half-hours know more than a figure. A figure that the set cannot carry is none: nothing is then known of it.
    """
    if not backup.tells_circuits:
        return Hanging(load, part)
    gives = backup.generator_kva * POWER_FACTOR * TRIPS
    if backup.generator_load_kw > 0:
        flat = np.full((2, HOURS), backup.generator_load_kw)
        told = OwnLoad(flat, SPREAD_LEAST, backup.generator_load_kw, 0)
    elif backup.generator_load_share > 0 and load is not None:
        told = load.times(backup.generator_load_share)
    else:
        return Hanging(None, can_stop=False)
    if float(told.kw.max()) > gives:
        return Hanging(load, part)
    return Hanging(replace(told, told_spread=_round_spread(backup)), can_stop=False)


def _round_spread(backup: Backup) -> float:
    """Return the standard deviation of a told figure, as a share: a round one may be anything that rounds to it."""
    told = backup.generator_load_kw if backup.generator_load_kw > 0 else 100 * backup.generator_load_share
    steps = [step for step in (100.0, 10.0, 5.0, 1.0) if step <= told / 4]
    step = next((each for each in steps if math.isclose(told / each, round(told / each), abs_tol=1e-6)), 0.0)
    return max(TOLD_SPREAD, step / math.sqrt(12) / told)
