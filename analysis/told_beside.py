"""What was told of facilities by telephone, beside what was measured of them."""

from __future__ import annotations

from datetime import datetime
from typing import Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, ObjectArray, TimeArray
from .told_states import Told, ToldState

PASSED_BY_SILENCE = (ToldState.POWERED,)
PASSED_BY_POWER = (ToldState.OUT, ToldState.GENERATOR)
"""What no longer counts once it is measured otherwise; a truck's power may be what is measured."""


def beside_measured(
    facilities: ObjectArray, silent_until: TimeArray, powered_until: TimeArray, told: Mapping[str, Told]
) -> pd.DataFrame:
    """Return what is told of facilities beside their measured states.

    Parameters
        facilities: object (n), ids in the order of the map.
        silent_until: datetime64[s] (n), newest moment at which any of its meters was measured silent; NaT never.
        powered_until: datetime64[s] (n), newest moment at which all of its meters were measured with power; NaT never.
        told: what holds at the moment of the map (`in_force`).

    Returns
        a row a facility: told_state (code, None where nothing holds), told_at, told_until (datetime64[ns]), told_by,
        told_passed (bool: something was said, and a later measurement went before it).
    """
    rows = [told.get(str(one)) for one in facilities]
    at = _moments([None if one is None else one.at for one in rows])
    until = _moments([None if one is None else one.until for one in rows])
    passed = _said(rows, PASSED_BY_SILENCE) & (silent_until > at)
    passed |= _said(rows, PASSED_BY_POWER) & (powered_until > at)
    state = [None if one is None or gone else one.state.value for one, gone in zip(rows, passed)]
    return pd.DataFrame(
        {
            "told_state": pd.Series(state, dtype=object),
            "told_at": at.astype("datetime64[ns]"),
            "told_until": until.astype("datetime64[ns]"),
            "told_by": pd.Series([None if one is None else one.by for one in rows], dtype=object),
            "told_passed": passed,
        },
        index=range(len(rows)),
    )


def _moments(values: Sequence[Optional[datetime]]) -> TimeArray:
    return np.array([np.datetime64(value or "NaT", "s") for value in values], dtype="datetime64[s]")


def _said(rows: Sequence[Optional[Told]], states: tuple[ToldState, ...]) -> BoolArray:
    return np.array([one is not None and one.state in states for one in rows], dtype=bool)
