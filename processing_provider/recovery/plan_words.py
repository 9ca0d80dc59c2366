"""What the utility's restoration plan says of each area, in its own words: for results that show it beside theirs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...messages import TomoshibiError, message

if TYPE_CHECKING:
    from ..base import FeedbackProgress
    from ..results import Areas

MOST_SIGNS = 60
"""Longest words of a plan that are shown."""


def plan_words(path: str, event: datetime, areas: Areas, progress: FeedbackProgress) -> dict[str, str]:
    """Return {area code: the times that the plan names for it, as written}; areas that it does not name are left out.

    `event`: when the case's event began. A plan that cannot be read is told and says nothing: what stands beside it is
    worth having alone.
    """
    import pandas as pd

    from .plans import placed_plan, tell_not_placed

    try:
        plan = placed_plan(Path(path), areas.shapes(progress), event, progress).joined
    except TomoshibiError as error:
        progress.warn(message("The restoration plan is not shown beside the outlook: {why}", why=error.message))
        return {}
    tell_not_placed(plan.unjoined, progress)
    joined = plan.areas
    found: dict[str, list[str]] = {}
    for code, words, done in zip(joined["area_id"], joined["restored_words"], joined["done_at"]):
        text = str(words or "") if pd.isna(done) else f"{pd.Timestamp(done):%m-%d %H:%M} ✓"
        if text and text not in found.setdefault(str(code), []):
            found[str(code)].append(text)
    return {code: " / ".join(texts)[:MOST_SIGNS] for code, texts in found.items() if texts}
