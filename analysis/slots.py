"""Half-hours: the slots (コマ) that all analyses go by, each named by its beginning."""

from __future__ import annotations

from datetime import date
from typing import Union

import numpy as np
import pandas as pd

SLOT = np.timedelta64(1800, "s")
"""Length of a half-hour."""
AnyMoment = Union[date, np.datetime64, str]
"""A moment as callers have it: datetime and Timestamp are dates, text is ISO 8601."""


def event_slot(event: AnyMoment) -> np.datetime64:
    """Return the beginning of the half-hour in which an event struck, datetime64[s].

    Parameters
        event: the moment the event struck, a datetime, Timestamp, datetime64 or ISO text.
    """
    moment = np.datetime64(pd.Timestamp(event), "s")
    return moment - (moment.astype(np.int64) % 1800).astype("timedelta64[s]")
