"""The report of the situation (状況報告) as one printed page, painted in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

from ..analysis.report import in_rows
from ..translate import tr
from .pages import HEIGHT, WIDTH, Heading, Pages
from .painter_mm import FAINT, GRID, INK, MillimetrePainter
from .report import Column, Kind, Report, area, bounds, cell, columns, is_alert, is_unknown

_MARGIN = 10.0
_ROOM = WIDTH - 2 * _MARGIN
_BAND, _TILE, _ALERT, _SHADE = "#e3e9ee", "#eef3f7", "#a50f15", "#e4e4e4"
_ROW, _HEAD_ROW, _GROUP_ROW = 4.4, 8.0, 5.0
_TEXT = 7.5
"""Points in the tables."""
_TWO_LINES = 6.0
"""Millimetres."""
_NAMES = 34.0
"""Millimetres of the column of names."""
_MOST_HISTORY = 8
"""Moments on the page; the workbook has all."""


class _Paper(Pages):
    """A page whose head and foot the report draws itself."""

    def page(self) -> None:
        """Begin the page with nothing on it."""


def write_report(path: Path, report: Report) -> None:
    """Write the report as a PDF of one page.

    Raises
        PagesError: the file cannot be written.
    """
    with _Paper(path, Heading(report.title, report.place, bool(report.practice), report.times), 1) as paper:
        paper.page()
        top = _head(paper, report)
        top = _tiles(paper, report, top)
        bottom = _foot(paper, report)
        bottom = _history(paper, report, bottom)
        _table(paper, report, top, bottom)


def _head(paper: MillimetrePainter, report: Report) -> float:
    """Draw title, place and how far the data reach; return where they end (mm)."""
    room = _ROOM
    if report.practice:
        room -= 32
        paper.box(WIDTH - _MARGIN - 30, 9, 30, 9, "#ffffff", _ALERT, 0.5)
        size = paper.fitting(report.practice, 28, 12, True)
        paper.text(WIDTH - _MARGIN - 30, 9, 30, 9, report.practice, size, True, "centre", _ALERT)
    title = f"{report.place}  {report.title}"
    paper.text(_MARGIN, 8, room, 11, title, paper.fitting(title, room, 17, True), True)
    paper.text(_MARGIN, 19, _ROOM, 5, report.times, 9)
    top = 24.5
    for words, alert in report.data:
        colour = _ALERT if alert else INK
        high = max(paper.height_of(words, _ROOM, 8, alert), 4.0)
        paper.text(_MARGIN, top, _ROOM, high, words, 8, bold=alert, colour=colour, top=True)
        top += high
    return top + 1.5


def _tiles(paper: MillimetrePainter, report: Report, top: float) -> float:
    if not report.numbers:
        return top
    gap, high = 2.0, 26.0
    wide = (_ROOM - gap * (len(report.numbers) - 1)) / len(report.numbers)
    for place, one in enumerate(report.numbers):
        left = _MARGIN + place * (wide + gap)
        paper.box(left, top, wide, high, _TILE if one.known else "#ffffff", GRID, 0.2)
        inner = wide - 2
        paper.text(left + 1, top + 0.5, inner, 5, one.label, paper.fitting(one.label, inner, 8, True), True)
        ink = INK if one.known else FAINT
        size = paper.fitting(one.value, inner, 16, True)
        paper.text(left + 1, top + 5.5, inner, 8, one.value, size, True, colour=ink)
        below = top + 13.5
        for words in (one.rest, one.change):
            size = paper.fitting_box(words, inner, _TWO_LINES, 6.5)
            paper.text(left + 1, below, inner, _TWO_LINES, words, size, top=True)
            below += min(paper.height_of(words, inner, size), _TWO_LINES) if words else 0.0
    return top + high + 3


def _foot(paper: MillimetrePainter, report: Report) -> float:
    """Draw notes and sources from the bottom up; return where they begin (mm)."""
    bottom = HEIGHT - _MARGIN
    for words, size, colour in (
        (report.sources, 6.5, FAINT),
        *((note, 7.5, INK) for note in reversed(report.notes)),
    ):
        high = paper.height_of(words, _ROOM, size) if words else 0.0
        bottom -= high
        paper.text(_MARGIN, bottom, _ROOM, high, words, size, colour=colour, top=True)
        bottom -= 0.5
    return bottom - 1.5


def _history(paper: MillimetrePainter, report: Report, bottom: float) -> float:
    rows = _thinned(report.history.rows, _MOST_HISTORY)
    if not rows:
        return bottom
    high = 6.0 + _HEAD_ROW + _ROW * len(rows)
    top = bottom - high
    paper.text(_MARGIN, top, _ROOM, 5.5, tr("Since the event"), 10, True)
    grid = _Grid(paper, _widths([1.0] * len(report.history.headings)), top + 6)
    grid.row((tr("As of"), *report.history.headings), _HEAD_ROW, head=True)
    for row in rows:
        grid.row((row.words, *(bounds(told) for told in row.told)), _ROW)
    return top - 3


def _table(paper: MillimetrePainter, report: Report, top: float, bottom: float) -> None:
    if not report.groups:
        return
    shown = columns(report)
    table, summed = in_rows(report.table, max(int((bottom - top - _GROUP_ROW - _HEAD_ROW) / _ROW), 3))
    grid = _Grid(paper, _widths([column.wide for column in shown]), top)
    grid.groups([(f"{group.title()} {moment}", len(group.columns)) for group, moment in report.groups])
    grid.row((tr("Areas"), *(column.heading() for column in shown)), _HEAD_ROW, head=True)
    last = len(table) - 1
    for place, row in enumerate(table.itertuples(index=False)):
        rest = summed if place == last else 0
        words = [_summed(row, column, rest) for column in shown]
        looks = [_look(row, column, word) for column, word in zip(shown, words)]
        grid.row((area(row, rest), *words), _ROW, looks=looks, bold=not place)


def _summed(row: Any, column: Column, summed: int) -> str:
    """Return a cell; a share of areas that were summed is not told, which is not the same as not known."""
    return "–" if summed and column.kind in (Kind.SHARE, Kind.POINTS) else cell(row, column)


def _look(row: Any, column: Column, words: str) -> str:
    if is_unknown(row, column) and words != "–":
        return "unknown"
    return "alert" if is_alert(row, column) else ""


def _widths(shares: Sequence[float]) -> list[float]:
    each = (_ROOM - _NAMES) / max(sum(shares), 1.0)
    return [_NAMES, *(each * share for share in shares)]


@dataclass
class _Grid:
    """Rows of a table, one below the other."""

    paper: MillimetrePainter
    widths: list[float]
    top: float

    def groups(self, titles: Sequence[tuple[str, int]]) -> None:
        """Draw the row of what several columns tell together; (words, columns) each."""
        left, place = _MARGIN + self.widths[0], 1
        for words, count in titles:
            wide = sum(self.widths[place : place + count])
            self.paper.box(left, self.top, wide, _GROUP_ROW, _BAND, GRID)
            size = self.paper.fitting(words, wide - 1, _TEXT, True)
            self.paper.text(left, self.top, wide, _GROUP_ROW, words, size, True, "centre")
            left, place = left + wide, place + count
        self.top += _GROUP_ROW

    def row(
        self, words: Sequence[str], high: float, head: bool = False, looks: Sequence[str] = (), bold: bool = False
    ) -> None:
        """Draw one row; `looks` of its cells after the first: alert, unknown or ""."""
        left = _MARGIN
        for place, (word, wide) in enumerate(zip(words, self.widths)):
            look = looks[place - 1] if place and looks else ""
            fill = _BAND if head else _SHADE if look == "unknown" else "#ffffff"
            self.paper.box(left, self.top, wide, high, fill, GRID)
            heavy = bold or look == "alert"
            size = (
                self.paper.fitting_box(word, wide - 1, high - 0.5, _TEXT)
                if head
                else self.paper.fitting(word, wide - 1, _TEXT, heavy)
            )
            align = "left" if not place else "centre" if head else "right"
            colour = _ALERT if look == "alert" else INK
            self.paper.text(left + 0.5, self.top, wide - 1, high, word, size, heavy, align, colour)
            left += wide
        self.top += high


def _thinned(rows: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many, evenly spread, the first and the last among them."""
    if len(rows) <= most:
        return list(rows)
    return [rows[round(place * (len(rows) - 1) / (most - 1))] for place in range(most)]
