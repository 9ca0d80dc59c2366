"""Between which moments data of a case can lie: what does not is a slip of a clock or a spreadsheet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Optional

from .case import CaseInfo
from .ledger import now

YEARS_BEFORE = timedelta(days=3653)
"""Longest history before the first event: five years of a standing request, and as many again."""
YEARS_AFTER = timedelta(days=3653)


def latest_possible(info: CaseInfo) -> Optional[datetime]:
    """Return the present; None for a case whose event lies beyond it, as in drills: then no clock can say."""
    present = now()
    return present if all(event.begin <= present for event in info.all_events) else None


def years_of(info: CaseInfo) -> tuple[datetime, datetime]:
    """Return the earliest begin and the latest end of a reading of the case."""
    events = [event.begin for event in info.all_events]
    return min(events) - YEARS_BEFORE, latest_possible(info) or max(events) + YEARS_AFTER
