"""What the utility's restoration plan says of each area, in its own words: for results that show it beside theirs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...messages import TomoshibiError, message

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ..base import FeedbackProgress
    from ..results import Areas

MOST_SIGNS = 60
"""Longest words of a plan that are shown."""


def plan_words(path: str, case: Case, areas: Areas, progress: FeedbackProgress) -> dict[str, str]:
    """Return {area code: the times that the plan names for it, as written}; areas that it does not name are left out.

    A plan that cannot be read is told and says nothing: what stands beside it is worth having alone.
    """
    import pandas as pd

    from ...analysis.restoration import join_plan
    from ...casefile.ledger import now
    from ..listed import read_table
    from .plans import KNOWN, WHO, read_plan

    try:
        event = case.info.last_event(now()).begin
        read = read_plan(read_table(Path(path), None, KNOWN, progress, WHO), event, progress)
        shapes = areas.shapes(progress)
        named = pd.DataFrame([(code, name) for code, (name, _) in shapes.items()], columns=["area_id", "area_name"])
        joined = join_plan(read.table, named, list(read.within), event, read.day).areas
    except TomoshibiError as error:
        progress.warn(message("The restoration plan is not shown beside the outlook: {why}", why=error.message))
        return {}
    found: dict[str, list[str]] = {}
    for code, words, done in zip(joined["area_id"], joined["restored_words"], joined["done_at"]):
        text = str(words or "") if pd.isna(done) else f"{pd.Timestamp(done):%m-%d %H:%M} ✓"
        if text and text not in found.setdefault(str(code), []):
            found[str(code)].append(text)
    return {code: " / ".join(texts)[:MOST_SIGNS] for code, texts in found.items() if texts}
