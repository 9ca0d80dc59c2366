"""Half-hours: the slots (コマ) that all analyses go by, each named by its beginning."""

from __future__ import annotations

from datetime import date
from typing import Union

import numpy as np
import pandas as pd

from ..arrays import IntArray, TimeArray

SLOT_SECONDS = 1800
SLOT = np.timedelta64(SLOT_SECONDS, "s")
"""Length of a half-hour."""
AnyMoment = Union[date, np.datetime64, str]
"""A moment as callers have it: datetime and Timestamp are dates, text is ISO 8601."""


def event_slot(event: AnyMoment) -> np.datetime64:
    """Return the beginning of the half-hour in which an event struck, datetime64[s].

    Parameters
        event: the moment the event struck, a datetime, Timestamp, datetime64 or ISO text.
    """
    moment = np.datetime64(pd.Timestamp(event), "s")
    return moment - (moment.astype(np.int64) % SLOT_SECONDS).astype("timedelta64[s]")


def half_hours(moments: TimeArray, blank: int) -> IntArray:
    """Return the whole half-hours from 1970 to each moment, int32; `blank` for NaT."""
    numbers = moments.astype("datetime64[s]").astype(np.int64) // SLOT_SECONDS
    return np.where(np.isnat(moments), blank, numbers).astype(np.int32)
