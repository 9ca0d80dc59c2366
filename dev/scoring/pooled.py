"""Hours left of all seeds together, service by service: of one drill alone ten to twenty facilities decide."""

from __future__ import annotations

from typing import Iterable, Mapping

import pandas as pd

from .figures import called_figures, clock_figures
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
CALLED = {
    "called.asked": "asked",
    "called.answered": "told it",
    **{
        f"called.{name}": words
        for figure, words in FIGURES.items()
        if (name := figure.partition(".")[2]) not in ("width_overloaded", "holds_broken")
    },
}
"""The same of the maps that are made again once those were asked whom they name."""
HEADINGS = {"Hours left": FIGURES, "Hours left, with what was told by telephone": CALLED}
CLOCKS = ("clocks", "clocks_broken", "clocks_called")
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
    lines, missed = [], []
    for heading, names in HEADINGS.items():
        counted = f"{next(iter(names)).partition('.')[0]}.counted"
        if any(column.now.get(counted, 0.0) for column in judged):
            rows, those = _table(judged, names)
            lines += [f"## {heading}, all seeds together", "", *rows, ""]
            missed += those
    return lines, [words for words, _ in missed], [words for words, dangerous in missed if dangerous]


def _table(judged: list[Column], names: Mapping[str, str]) -> tuple[list[str], list[tuple[str, bool]]]:
    """Return the rows of a table, and what is missed in words, each with whether that is dangerous.

    `names`: figure → heading of its column.
    """
    lines = ["| drill | " + " | ".join(names.values()) + " |", "|---" * (1 + len(names)) + "|"]
    missed = []
    for service in dict.fromkeys(column.service for column in judged):
        own = [column for column in judged if column.service == service]
        lines += [_row(column.title, column.now, names) for column in own]
        found = together(own)
        lines.append(_row(f"**{service}, {len(own)} drills**", found, names))
        for line in _missed(found, service, names):
            figure = figure_text(found[line.figure], line.whole)
            missed.append((f"{line.words}: {figure} ({service}, all seeds together)", line.dangerous))
    return lines, missed


def _missed(found: Figures, service: str, names: Iterable[str]) -> list[Line]:
    """Return the lines of these figures whose target is missed."""
    nan = float("nan")
    return [_LINES[name] for name in names if _LINES[name].passes(found.get(name, nan), nan, service, found) is False]


def together(columns: list[Column]) -> Figures:
    """Return the figures of hours left of drills as if they were one."""
    tables = ([column.rows.of(name) for column in columns if column.rows] for name in CLOCKS)
    whole, broken, called = (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame() for parts in tables)
    asked = {name: sum(column.now.get(name, 0.0) for column in columns) for name in ("called.asked", "called.answered")}
    return {**asked, **clock_figures(whole, broken), **called_figures(called)}


def _row(title: str, found: Figures, names: Iterable[str]) -> str:
    cells = [figure_text(found.get(name, float("nan")), _LINES[name].whole) for name in names]
    return f"| {title} | " + " | ".join(cells) + " |"
