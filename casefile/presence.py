"""A case as the estimate of presence takes it: the dwellings, and what is known of them besides their readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Union

import numpy as np
import pandas as pd

from ..analysis import dwellings as homes
from ..analysis.about_meters import About
from ..analysis.contract_life import DATES
from ..analysis.dwellings import LOW_VOLTAGE
from ..analysis.expectation import Expected
from ..analysis.slots import SLOT
from ..arrays import Array, IntArray
from ..messages import Progress, message
from . import case_arrays, contracts
from .case import Case
from .case_arrays import Meters, Numbers
from .contracts import SUPPLY
from .expectations import expected
from .export_contracts import GENERATION

_KIND = ("voltage", "building_class", "business", "contract_kw", "remote_reading")
_PIECE = 1 << 18
"""Meters worked on at a time."""


@dataclass(frozen=True)
class Moment:
    """The half-hour that is judged."""

    end: np.datetime64
    """Its end, datetime64[s]."""
    asked: datetime
    """The moment asked for, or that of the event."""

    @property
    def hours_before(self) -> float:
        """How long before the moment asked for the half-hour ends."""
        return float((np.datetime64(self.asked, "s") - self.end) / np.timedelta64(1, "h"))


def moment_of(case: Case, asked: Optional[datetime], progress: Progress) -> Moment:
    """Return the half-hour to judge: the last complete one before `asked`.

    Without `asked`, the last one before the newest event that was received in bulk, with a warning where the readings
    end before the event. Raises `evidence.NoData` where there is none, or where the one asked for was not received.
    """
    if asked is not None:
        return Moment(case_arrays.home_window(case, asked, 0)[1], asked)
    event = case.info.last_event().begin
    end = case_arrays.readings_until(case, event)
    if end is None:
        return Moment(case_arrays.home_window(case, event, 0)[1], event)
    found = Moment(end, event)
    if end < case_arrays.floor_slot(event):
        progress.warn(
            message(
                "The readings end at {end}, {hours} hours before the event: shown is who was at home then. People may "
                "have come or gone since.",
                end=f"{pd.Timestamp(end):%Y-%m-%d %H:%M}",
                hours=round(found.hours_before, 1),
            )
        )
    return found


def dwellings(case: Case, progress: Optional[Progress] = None) -> Meters:
    """Return the low-voltage meters of use that are a dwelling's, or of which マスタ情報 does not say what they are.

    Those whose contract has ended are among them: they are told as not in service. Raises `evidence.NoData` where no
    readings came, or none of a dwelling.
    """
    meters = case_arrays.meters(case, LOW_VOLTAGE, None, _KIND, lambda rows: homes.dwellings(rows) != homes.NO)
    index = case.readings.meters
    others = int(((index.flow == SUPPLY) & (index.voltage == LOW_VOLTAGE)).sum()) - len(meters.rows)
    if progress is not None and others:
        progress.info(message("{count} meters are no dwellings' and are left out.", count=others))
    if not len(meters.rows):
        raise case_arrays.NoData(
            message(
                "By マスタ情報 none of the meters with readings is a dwelling's. Check 建物分類 and 契約電力 in it."
            )
        )
    return meters


def about(
    case: Case, rows: Array, numbers: Union[Array, Numbers], begin: np.datetime64, end: np.datetime64, at: datetime
) -> About:
    """Return what is known of meters besides their readings in the half-hours from `begin` up to `end`.

    `rows` of the reading store, -1 for numbers without readings; `numbers` their supply points.
    """
    columns = set(case.master_columns())
    generation, first = None, None
    generates = bool(set(GENERATION) & columns or (case.readings.meters.flow != SUPPLY).any())
    if generates or set(DATES) & columns:
        asked = contracts.asked_of(case, rows, numbers)
        generation = contracts.generation(case, asked, at) if generates else None
        if set(DATES) & columns:
            first = _slots_before(contracts.tenancy_begin(case, asked, at), begin, int((end - begin) // SLOT))
    known = rows >= 0
    if known.all():
        return About(generation, first, expected(case, rows, begin, end))
    there = np.flatnonzero(known)
    return About(generation, first, _spread(expected(case, rows[there], begin, end), there, len(rows)))


def _spread(due: Expected, there: Array, count: int) -> Expected:
    """Return the expectation of `count` meters, of which those at the positions `there` are known of."""
    population = np.full(count, -1, dtype=due.population.dtype)
    first, last = np.zeros(count, dtype=np.int32), np.full(count, due.slots, dtype=np.int32)
    for values, own in ((population, due.population), (first, due.first), (last, due.last)):
        values[there] = own
    return Expected(population, due.received, first, last, due.reasons)


def _slots_before(since: Array, begin: np.datetime64, slots: int) -> IntArray:
    """Return how many half-hours from `begin` on end after, or begin before, the moments, int32; 0 where not known."""
    found: IntArray = np.zeros(len(since), dtype=np.int32)
    for at in range(0, len(since), _PIECE):
        some = since[at : at + _PIECE]
        whole = -(-(some - begin).astype("timedelta64[s]").astype(np.int64) // 1800)
        found[at : at + _PIECE] = np.where(np.isnat(some), 0, np.clip(whole, 0, slots))
    return found
