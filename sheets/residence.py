"""UC⑧ 居住実態の確認: one page an applicant with verdict, month/week/day grid and the half-hours of every month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Iterable

import numpy as np

from ..messages import Watch
from ..translate import tr
from .pages import INNER, MARGIN, WIDTH, Heading, Pages, nice_most, write_pages

_DAYS = 31
_CHARTS_END = 262.0
"""Millimetres from the top where the curves end."""


@dataclass(frozen=True)
class Applicant:
    """What a page says of one applicant. Signs are ○, × and －."""

    who: str
    supply_point: str
    verdict: str
    reason: str
    months: list[tuple[date, str]]
    """First day and sign."""
    weeks: list[tuple[date, str]]
    days: list[tuple[date, str]]
    kwh: np.ndarray
    """float (half-hours) from the first of the days, NaN missing."""


def residence_pdf(path: Path, heading: Heading, applicants: Iterable[Applicant], count: int, watch: Watch) -> int:
    """Write one page each; return the pages. Raises `PagesError`, `Cancelled`."""
    return write_pages(path, heading, applicants, count, watch, _page)


def _page(pages: Pages, one: Applicant) -> None:
    pages.person(one.who, one.supply_point)
    pages.box(MARGIN, 43, INNER, 15, "#f4f4f4")
    pages.text(MARGIN + 4, 44, INNER - 8, 7, one.verdict, 13, bold=True)
    pages.text(MARGIN + 4, 51, INNER - 8, 6, one.reason, 9)

    y = 61.0
    y = _row(pages, y, tr("By month"), one.months, "%Y/%-m", 20.0)
    y = _row(pages, y, tr("By week (from Monday)"), one.weeks, "%-m/%-d", 12.0)
    y = _calendar(pages, y, one.days)
    pages.text(
        MARGIN,
        y,
        INNER,
        5,
        tr("○ lived in   × no sign of life   － too few readings. A month or week is ○ from half of its counted days."),
        7.5,
    )
    _curves(pages, y + 7, one)


def _words(day: date, form: str) -> str:
    """`strftime` without leading zeros, which is not the same on every system."""
    return form.replace("%Y", str(day.year)).replace("%-m", str(day.month)).replace("%-d", str(day.day))


def _row(pages: Pages, y: float, title: str, cells: list[tuple[date, str]], form: str, cell: float) -> float:
    pages.text(MARGIN, y, INNER, 5, title, 9, bold=True)
    y += 5
    per_line = int(INNER // cell)
    for first in range(0, len(cells), per_line):
        part = cells[first : first + per_line]
        pages.labels(MARGIN, y, cell, 3.6, [_words(day, form) for day, _ in part])
        pages.signs(MARGIN, y + 3.6, cell, 5, [sign for _, sign in part])
        y += 9.6
    return y + 1


def _calendar(pages: Pages, y: float, days: list[tuple[date, str]]) -> float:
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
        y += 5
    return y + 1.5


def _curves(pages: Pages, y: float, one: Applicant) -> None:
    """Draw the half-hours, one line a month on one scale, each day in its own place of 31."""
    pages.text(MARGIN, y, INNER, 5, tr("Use in each half-hour (kWh); grey: no readings"), 9, bold=True)
    y += 6
    months: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}
    for number, (day, _) in enumerate(one.days):
        blank = np.full(_DAYS * 48, np.nan), np.zeros(_DAYS * 48, dtype=bool)
        line, asked = months.setdefault((day.year, day.month), blank)
        place = slice((day.day - 1) * 48, day.day * 48)
        line[place], asked[place] = one.kwh[number * 48 : (number + 1) * 48], True
    most = nice_most(one.kwh)
    height = min(30.0, (_CHARTS_END - y) / max(len(months), 1) - 5.0)
    left = MARGIN + 14
    for (year, month), (line, asked) in months.items():
        pages.text(MARGIN - 6, y + height / 2 - 3, 14, 5, f"{year}/{month}", 7)
        ticks = [str(number) for number in range(1, _DAYS + 1)]
        pages.curve(left, y, WIDTH - MARGIN - left, height, line, asked, most, ticks)
        y += height + 5
