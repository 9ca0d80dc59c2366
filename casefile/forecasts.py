"""Earlier outlooks of a case, from its history: what was foreseen, of what, and from which moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from ..messages import Message, TomoshibiError
from . import history

if TYPE_CHECKING:
    from .case import Case

THEME = "outlook"
COLUMNS = ("made_from", "evidence", "area_id", "horizon_h", "expected", "low80", "high80")


def past_forecasts(case: Case, since: datetime) -> tuple[pd.DataFrame, list[Message]]:
    """Return the forecasts made from moments after `since`, and what could not be read.

    Of several made from one moment the last stands.

    Returns
        `COLUMNS`: `made_from` datetime64, `horizon_h` and counts float64, NaN where nothing was foreseen.
    """
    runs = {run.as_of: run for run in history.runs(case, THEME) if run.as_of > since}
    parts, problems = [pd.DataFrame(columns=list(COLUMNS))], []
    for as_of, run in runs.items():
        try:
            parts.append(_told(history.read(run), as_of))
        except TomoshibiError as error:
            problems.append(error.message)
    found = pd.concat(parts[1:], ignore_index=True) if len(parts) > 1 else parts[0]
    return found, problems


def _told(said: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """Return one outlook: the id of a row is area, hours and evidence (`history.KEPT`)."""
    if not len(said):
        return pd.DataFrame(columns=list(COLUMNS))
    told = pd.DataFrame([str(each).rsplit(history.BY, 2) for each in said["id"]], index=said.index)
    found = pd.DataFrame(
        {
            "made_from": pd.Timestamp(as_of),
            "evidence": told[2],
            "area_id": told[0],
            "horizon_h": pd.to_numeric(told[1], errors="coerce"),
            "expected": pd.to_numeric(said["state"], errors="coerce"),
            "low80": said["low"].astype("float64"),
            "high80": said["high"].astype("float64"),
        }
    )
    return found[list(COLUMNS)]
