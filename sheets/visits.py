"""UC⑦ 見守り訪問: one page a person with the ○× week, its half-hours, the best hours to call, and two weeks' curve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Iterable

import numpy as np

from ..messages import Progress
from ..translate import tr
from .pages import INNER, MARGIN, WIDTH, Heading, Pages, nice_most, write_pages

_LEFT = MARGIN + 24
_CHARTS_END = 268.0


@dataclass(frozen=True)
class Person:
    """What a page says of one person. Signs are ○, × and －, "" for a day or half-hour outside the data."""

    who: str
    supply_point: str
    last_week: str
    this_week: str
    absence: str
    """Long absence in words, "" for none."""
    days: list[tuple[str, str, list[str]]]
    """Seven: the day in words, its sign by day (9–17 o'clock), and 48 signs of its half-hours."""
    best: list[str]
    """Best hours to call, in words."""
    first: date
    kwh: np.ndarray
    """float (half-hours) of fourteen days from `first`, NaN missing."""


def visits_pdf(path: Path, heading: Heading, people: Iterable[Person], count: int, progress: Progress) -> int:
    """Write one page each; return the pages. Raises `PagesError`, `Cancelled`."""
    return write_pages(path, heading, people, count, progress, _page)


def _page(pages: Pages, one: Person) -> None:
    pages.person(one.who, one.supply_point)
    pages.box(MARGIN, 43, INNER, 17, "#f4f4f4")
    pages.text(MARGIN + 4, 44, 34, 5, tr("Best hours to call"), 8.5, bold=True)
    pages.text(MARGIN + 40, 44, INNER - 44, 5, "   ".join(one.best), 10, bold=True)
    pages.text(MARGIN + 4, 49, 34, 5, tr("By day (9:00–17:00)"), 8.5, bold=True)
    weeks = tr("last week {last}   this week {this}").format(last=one.last_week, this=one.this_week)
    pages.text(MARGIN + 40, 49, INNER - 44, 5, weeks, 9)
    pages.text(MARGIN + 4, 54, 34, 5, tr("Absence"), 8.5, bold=True)
    pages.text(MARGIN + 40, 54, INNER - 44, 5, one.absence or tr("no sign of long absence"), 9)

    y = 64.0
    pages.text(MARGIN, y, INNER, 5, tr("At home by half-hour; ruled: 9:00–17:00"), 9, bold=True)
    y += 5
    cell = (WIDTH - MARGIN - _LEFT) / 48
    for hour in range(0, 24, 3):
        pages.text(_LEFT + 2 * hour * cell - 2, y, 2 * 3 * cell, 3.6, f"{hour}:00", 6.5, colour="#6b6b6b")
    y += 3.8
    top = y
    for words, sign, half_hours in one.days:
        pages.text(MARGIN, y, 16, 5, words, 8)
        pages.text(MARGIN + 15, y, 8, 5, sign, 9, bold=True, align="centre")
        pages.signs(_LEFT, y, cell, 5, half_hours, 5.5)
        y += 5
    for slot in (18, 34):
        pages.line(_LEFT + slot * cell, top - 1, _LEFT + slot * cell, y + 1, "#a50f15", 0.4)
    pages.text(MARGIN, y + 1, INNER, 4, tr("○ at home   × no sign of use   － not known (asleep, or no readings)"), 7.5)
    _curves(pages, y + 8, one)


def _curves(pages: Pages, y: float, one: Person) -> None:
    """Draw fourteen days, two lines of a week on one scale."""
    pages.text(MARGIN, y, INNER, 5, tr("Use in each half-hour (kWh); grey: no readings"), 9, bold=True)
    y += 6
    most = nice_most(one.kwh)
    height = min(45.0, (_CHARTS_END - y) / 2 - 8)
    left = MARGIN + 12
    for week in range(2):
        part = one.kwh[week * 336 : (week + 1) * 336]
        begin = np.datetime64(one.first, "D") + 7 * week
        days = [(begin + number).item() for number in range(7)]
        ticks = [f"{day.month}/{day.day}" for day in days]
        pages.curve(left, y, WIDTH - MARGIN - left, height, part, np.ones(len(part), dtype=bool), most, ticks)
        y += height + 7
