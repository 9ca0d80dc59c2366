"""UC⑧ 居住実態の確認: one page an applicant with verdict, month/week/day grid and the half-hours of every month.

A red line marks the event; what lies after it is shown and decides nothing. Where the months leave the curves too
little room, they go on a second page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Iterable, Optional

import numpy as np

from ..messages import Progress
from ..translate import tr
from .pages import INNER, MARGIN, WIDTH, Heading, Pages, nice_most, write_pages

_DAYS = 31
_CHARTS_END = 262.0
"""Millimetres from the top where the curves end."""


_LOWEST = 9.0
"""Millimetres of height below which a curve cannot be read."""
_TALLEST = 30.0
EVENT = "#a50f15"


@dataclass(frozen=True)
class Applicant:
    """What a page says of one applicant. Signs are ○, × and －."""

    who: str
    supply_point: str
    verdict: str
    reason: str
    months: list[tuple[date, str]]
    """First day and sign; those after the event follow those before."""
    weeks: list[tuple[date, str]]
    days: list[tuple[date, str]]
    kwh: np.ndarray
    """float (half-hours) from the first of the days, NaN missing."""
    event: Optional[date] = None
    """Day of the event; None where nothing is shown after it."""
    before: tuple[int, int] = (0, 0)
    """How many of months and weeks lie before the event."""
    compared: str = ""
    """In words: the use beside that of the year before."""
    kwh_before: Optional[np.ndarray] = None
    """float: as `kwh`, the same weekdays a year before; None where nothing is known of them."""


def pages_each(one: Applicant) -> int:
    """Return the pages that an applicant takes; the same for all with the same days."""
    return 1 if _height(_curves_top(one), one) >= _LOWEST else 2


def residence_pdf(path: Path, heading: Heading, applicants: Iterable[Applicant], count: int, progress: Progress) -> int:
    """Write the pages (`count` of them); return the applicants. Raises `PagesError`, `Cancelled`."""
    return write_pages(path, heading, applicants, count, progress, _page)


def _page(pages: Pages, one: Applicant) -> None:
    pages.person(one.who, one.supply_point)
    pages.box(MARGIN, 43, INNER, 15, "#f4f4f4")
    pages.text(MARGIN + 4, 44, INNER - 8, 6, one.verdict, 13, bold=True)
    pages.text(MARGIN + 4, 50, INNER - 8, 7.5, one.reason, 8)

    y = 61.0
    months, weeks = one.before if one.event else (len(one.months), len(one.weeks))
    y = _row(pages, y, tr("By month"), one.months, "%Y/%-m", 20.0, months)
    y = _row(pages, y, tr("By week (from Monday)"), one.weeks, "%-m/%-d", 12.0, weeks)
    y = _calendar(pages, y, one.days, one.event)
    legend = tr(
        "○ lived in   × no sign of life   － too few readings. A month or week is ○ from half of its counted days."
    )
    if one.event:
        legend += "  " + tr("Red line: the event ({day}).").format(day=one.event)
    pages.text(MARGIN, y, INNER, 5, legend, 7.5)
    y += 7
    if one.compared:
        pages.text(MARGIN, y - 1, INNER, 5, one.compared, 9)
        y += 5
    if _height(y, one) < _LOWEST:
        pages.page()
        pages.person(one.who, one.supply_point)
        y = 45.0
    _curves(pages, y, one)


def _lines(cells: int, cell: float) -> int:
    """Return the lines that a row of cells takes."""
    return -(-cells // int(INNER // cell))


def _curves_top(one: Applicant) -> float:
    """Return the millimetres from the top where the curves of the first page begin."""
    rows = 9.6 * (_lines(len(one.months), 20.0) + _lines(len(one.weeks), 12.0)) + 12
    return 61 + rows + 10.1 + 5 * len(_months(one)) + 7 + (5 if one.compared else 0)


def _months(one: Applicant) -> list[tuple[int, int]]:
    return list(dict.fromkeys((day.year, day.month) for day, _ in one.days))


def _height(y: float, one: Applicant) -> float:
    """Return the height of the curve of a month, where the curves begin at y."""
    return min(_TALLEST, (_CHARTS_END - y - 6) / max(len(_months(one)), 1) - 5.0)


def _words(day: date, form: str) -> str:
    """`strftime` without leading zeros, which is not the same on every system."""
    return form.replace("%Y", str(day.year)).replace("%-m", str(day.month)).replace("%-d", str(day.day))


def _row(
    pages: Pages, y: float, title: str, cells: list[tuple[date, str]], form: str, cell: float, before: int
) -> float:
    """Draw cells in as many lines as they take, with the event between the `before` first and the others."""
    pages.text(MARGIN, y, INNER, 5, title, 9, bold=True)
    y += 5
    per_line = int(INNER // cell)
    for first in range(0, len(cells), per_line):
        part = cells[first : first + per_line]
        pages.labels(MARGIN, y, cell, 3.6, [_words(day, form) for day, _ in part])
        pages.signs(MARGIN, y + 3.6, cell, 5, [sign for _, sign in part])
        if first <= before < first + len(part) and before < len(cells):
            x = MARGIN + (before - first) * cell
            pages.line(x, y, x, y + 8.9, EVENT, 0.6)
        y += 9.6
    return y + 1


def _calendar(pages: Pages, y: float, days: list[tuple[date, str]], event: Optional[date]) -> float:
    """Draw the days, one line a month."""
    pages.text(MARGIN, y, INNER, 5, tr("By day"), 9, bold=True)
    left, cell = MARGIN + 14, (INNER - 14) / _DAYS
    pages.labels(left, y + 5, cell, 3.6, [str(number) for number in range(1, _DAYS + 1)])
    y += 8.6
    signs: dict[tuple[int, int], list[str]] = {}
    for day, sign in days:
        signs.setdefault((day.year, day.month), [""] * _DAYS)[day.day - 1] = sign
    for (year, month), row in signs.items():
        pages.text(MARGIN, y, 13, 5, f"{year}/{month}", 7)
        pages.signs(left, y, cell, 5, row, 6.5)
        if event is not None and (event.year, event.month) == (year, month):
            x = left + (event.day - 1) * cell
            pages.line(x, y, x, y + 5, EVENT, 0.6)
        y += 5
    return y + 1.5


def _curves(pages: Pages, y: float, one: Applicant) -> None:
    """Draw the half-hours, one line a month on one scale, each day in its own place of 31."""
    title = tr("Use in each half-hour (kWh); grey: no readings; white without a line: not looked at")
    if one.kwh_before is not None:
        title = tr(
            "Use in each half-hour (kWh); grey: no readings; white without a line: not looked at; grey line: the same "
            "weekdays a year before"
        )
    height = _height(y, one)
    pages.text(MARGIN, y, INNER, 5, title, 9, bold=True)
    y += 6
    shown = [one.kwh, one.kwh_before] if one.kwh_before is not None else [one.kwh]
    most = nice_most(np.concatenate(shown))
    left = MARGIN + 14
    for year, month in _months(one):
        lines = [np.full(_DAYS * 48, np.nan) for _ in shown]
        asked = np.zeros(_DAYS * 48, dtype=bool)
        for number, (day, _) in enumerate(one.days):
            if (day.year, day.month) == (year, month):
                place = slice((day.day - 1) * 48, day.day * 48)
                asked[place] = True
                for line, kwh in zip(lines, shown):
                    line[place] = kwh[number * 48 : (number + 1) * 48]
        pages.text(MARGIN - 6, y + height / 2 - 3, 14, 5, f"{year}/{month}", 7)
        ticks = [str(number) for number in range(1, _DAYS + 1)]
        width = WIDTH - MARGIN - left
        pages.curve(left, y, width, height, lines[0], asked, most, ticks, lines[1] if len(lines) > 1 else None)
        if one.event is not None and (one.event.year, one.event.month) == (year, month):
            x = left + width * (one.event.day - 1) / _DAYS
            pages.line(x, y, x, y + height, EVENT, 0.5)
        y += height + 5
