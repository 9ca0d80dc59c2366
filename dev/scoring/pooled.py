"""Hours left of all seeds together, service by service: of one drill alone ten to twenty facilities decide."""

from __future__ import annotations

import pandas as pd

from .figures import clock_figures
from .table import LINES, Column, Figures, Line, figure_text

FIGURES = {
    "clocks.before": "fail before",
    "clocks.holds": "interval holds",
    "clocks.holds_complete": "complete rows",
    "clocks.width_complete": "median width",
    "clocks.width_carried": "of these that carry what is used",
    "clocks.width_battery": "on a battery",
    "clocks.width_generator": "on such a generator",
    "clocks.width_seen": "its stock seen",
    "clocks.width_not_seen": "not seen",
    "clocks.width_overloaded": "too small",
    "clocks.holds_broken": "a part missing",
    "clocks.counted": "clocks",
    "clocks.counted_complete": "complete",
}
"""Figure → heading of its column."""
CLOCKS = ("clocks", "clocks_broken")
"""Tables of `Rows` that these are worked out from."""
_LINES = {line.figure: line for line in LINES}


def pooled_clocks(columns: list[Column]) -> tuple[list[str], list[str], list[str]]:
    """Return lines of Markdown, a row a drill and below them one of each service's together, and the targets missed.

    Missed are those of the rows together alone, in words; the dangerous ones among them, too. Every moment of every
    facility counts once, as in the columns of the drills. Nothing where no clock was judged.
    """
    judged = [column for column in columns if column.rows is not None and column.now.get("clocks.counted", 0.0)]
    if not judged:
        return [], [], []
    lines = ["## Hours left, all seeds together", "", "| drill | " + " | ".join(FIGURES.values()) + " |"]
    lines.append("|---" * (1 + len(FIGURES)) + "|")
    missed, dangerous = [], []
    for service in dict.fromkeys(column.service for column in judged):
        own = [column for column in judged if column.service == service]
        lines += [_row(column.title, column.now) for column in own]
        found = together(own)
        lines.append(_row(f"**{service}, {len(own)} drills**", found))
        for line in _missed(found, service):
            missed.append(
                f"{line.words}: {figure_text(found[line.figure], line.whole)} ({service}, all seeds together)"
            )
            dangerous += missed[-1:] if line.dangerous else []
    return [*lines, ""], missed, dangerous


def _missed(found: Figures, service: str) -> list[Line]:
    """Return the lines of `FIGURES` whose target is missed."""
    nan = float("nan")
    return [_LINES[name] for name in FIGURES if _LINES[name].passes(found.get(name, nan), nan, service, found) is False]


def together(columns: list[Column]) -> Figures:
    """Return the figures of hours left of drills as if they were one."""
    tables = ([column.rows.of(name) for column in columns if column.rows] for name in CLOCKS)
    whole, broken = (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame() for parts in tables)
    return clock_figures(whole, broken)


def _row(title: str, found: Figures) -> str:
    cells = [figure_text(found.get(name, float("nan")), _LINES[name].whole) for name in FIGURES]
    return f"| {title} | " + " | ".join(cells) + " |"
