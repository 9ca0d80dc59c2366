"""Pages behind a map sheet: tables that are read and filled in by hand, and charts, drawn to the size of the paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Sequence, Union

from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QPainter

from ..translate import tr
from .painter_mm import FAINT, GRID, INK, MillimetrePainter

MARGIN = 10.0
_HEAD, _FOOT = 24.0, 22.0
"""Millimetres kept at the top, and at least at the bottom, of a page."""
_FOOT_TEXTS = 15.0
"""Millimetres of notice and sources in the foot of that height; of a narrow page they are higher, and so is it."""
_NOTICE_SIZE, _SOURCES_SIZE = 7.5, 6.5
_NUMBER = 34.0
"""Millimetres beside the notice for the number of the page."""
_PLACE = 0.4
"""Share of the line below the title that the place may take."""
_PAD = 1.2
_SIZE = 8.5
"""Points of the text of a table."""
_LEAST_ROW = 6.0
_BAND, _SHADE, _ALERT = "#e3e9ee", "#f4f4f4", "#a50f15"


@dataclass(frozen=True)
class ListColumn:
    """One column of a table."""

    heading: str
    share: float
    """Width beside that of the others."""
    align: str = "left"
    by_hand: bool = False
    """Whether it is filled in with a pen: ruled, and its heading marked."""


@dataclass(frozen=True)
class ListTable:
    """A table over as many pages as it needs."""

    title: str
    columns: tuple[ListColumn, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""
    """Below its title, on each page."""
    least: float = _LEAST_ROW
    """Least height of a row, millimetres."""
    unknown: frozenset[int] = field(default_factory=frozenset)
    """Rows that are shaded, because something about them is not known."""
    wide: float = 1.0
    """Share of the page's width."""


@dataclass(frozen=True)
class Picture:
    """A drawing that fills the width or the height of a page."""

    paint: Callable[[QPainter, QRectF], None]
    """Paints into a box of the painter's units."""
    height: float
    """As a share of its width."""
    wide: float = 1.0
    """Largest share of the page's width."""


@dataclass(frozen=True)
class Headline:
    """What stands at the head and foot of each page of a list."""

    title: str
    subtitle: str
    place: str
    practice: str
    """"" where it is no drill."""
    handling: str
    notice: str
    sources: str
    number: str
    """Of the sheet it belongs to."""


@dataclass(frozen=True)
class Page:
    """One page, to be drawn when it is printed."""

    parts: tuple[Union[_Part, Picture], ...]
    head: Headline
    width: float
    """Millimetres, as the height."""
    height: float
    number: str
    """Of all: 2/5."""

    def draw(self, painter: QPainter, dots: float) -> None:
        """Draw it on a device of so many dots a millimetre."""
        paper = MillimetrePainter()
        paper.begin(painter, dots)
        _heading(paper, self.head, self.width)
        _footing(paper, self.head, self.width, self.height, self.number)
        for part in self.parts:
            if isinstance(part, Picture):
                paper.painted(_fitted(part, self.width, self.height - _foot_of(self.head, self.width)), part.paint)
            else:
                _table(paper, part)


Block = Union[ListTable, Picture]


def pages(blocks: Sequence[Block], head: Headline, width: float, height: float) -> list[Page]:
    """Return the pages (mm) that the blocks fill: tables one below the other, each picture on a page of its own."""
    laid = _lay(blocks, width, height, _foot_of(head, width))
    return [Page(tuple(parts), head, width, height, f"{number}/{len(laid)}") for number, parts in enumerate(laid, 1)]


@dataclass(frozen=True)
class _Part:
    """Rows of a table on one page."""

    table: ListTable
    top: float
    rows: tuple[int, ...]
    heights: tuple[float, ...]
    widths: tuple[float, ...]
    continued: bool


def _lay(blocks: Sequence[Block], width: float, height: float, foot: float) -> list[list[Union[_Part, Picture]]]:
    """Return what stands on each page above its foot (mm)."""
    laid: list[list[Union[_Part, Picture]]] = []
    bottom, y = height - foot, height
    measure = MillimetrePainter()
    for block in blocks:
        if isinstance(block, Picture):
            laid.append([block])
            y = height
            continue
        widths = _widths(block, (width - 2 * MARGIN) * block.wide)
        heights = [_row_height(measure, block, row, widths) for row in block.rows]
        done = 0
        while done < len(heights) or (not heights and done == 0):
            first = heights[done] if heights else _LEAST_ROW
            if y + _top_height(measure, block, widths) + first > bottom:
                laid.append([])
                y = _HEAD
            top, start = y, done
            y += _top_height(measure, block, widths)
            # A row higher than a page would never fit: it gets a page of its own.
            while done < len(heights) and (y + heights[done] <= bottom or done == start):
                y += heights[done]
                done += 1
            rows = tuple(range(start, done))
            laid[-1].append(_Part(block, top, rows, tuple(heights[start:done]), widths, start > 0))
            if not heights:
                y += _LEAST_ROW
                break
        y += 5.0
    return laid


def _widths(table: ListTable, room: float) -> tuple[float, ...]:
    whole = sum(column.share for column in table.columns)
    return tuple(room * column.share / whole for column in table.columns)


def _row_height(paper: MillimetrePainter, table: ListTable, row: Sequence[str], widths: Sequence[float]) -> float:
    cells = zip(row, widths)
    return max(table.least, *(paper.height_of(cell, width - 2 * _PAD, _SIZE) + 2 * _PAD for cell, width in cells))


def _heading_height(paper: MillimetrePainter, table: ListTable, widths: Sequence[float]) -> float:
    cells = [(one.heading, width - 2 * _PAD) for one, width in zip(table.columns, widths)]
    heights = (paper.height_of(words, room, _heading_size(paper, words, room), True) for words, room in cells)
    return max(heights) + 2 * _PAD


def _heading_size(paper: MillimetrePainter, words: str, room: float) -> float:
    """Return the points of the heading of a column, whose units in brackets cannot be wrapped."""
    return paper.fitting_box(words, room, _HEAD, _SIZE, True)


def _note_height(paper: MillimetrePainter, table: ListTable, widths: Sequence[float]) -> float:
    return paper.height_of(table.note, sum(widths), _SIZE) + 1.0 if table.note else 0.0


def _top_height(paper: MillimetrePainter, table: ListTable, widths: Sequence[float]) -> float:
    return 8.0 + _note_height(paper, table, widths) + _heading_height(paper, table, widths)


def _fitted(picture: Picture, width: float, bottom: float) -> tuple[float, float, float, float]:
    """Return the largest box of the picture's shape between the head and the foot, which begins at `bottom` (mm)."""
    room = width - 2 * MARGIN, bottom - _HEAD
    wide = min(room[0] * picture.wide, room[1] / picture.height)
    return MARGIN, _HEAD, wide, wide * picture.height


def _heading(paper: MillimetrePainter, head: Headline, width: float) -> None:
    right = width - MARGIN
    for words, wide, size in ((head.practice, 26.0, 12.0), (head.handling, 62.0, 8.5)):
        if words:
            right -= wide
            paper.box(right, 7, wide, 8, "#ffffff", _ALERT, 0.5)
            paper.text(right + 1, 7, wide - 2, 8, words, size, bold=True, align="centre", colour=_ALERT)
            right -= 3
    room = right - MARGIN
    paper.text(MARGIN, 6, room, 9, head.title, paper.fitting(head.title, room, 15, True), bold=True)
    whole = width - 2 * MARGIN
    size = paper.fitting(head.place, whole * _PLACE, 9, False)
    place = paper.width_of(head.place, size)
    room = whole - place - 4
    paper.text(MARGIN, 15, room, 6.5, head.subtitle, paper.fitting_box(head.subtitle, room, 6.5, 9))
    paper.text(width - MARGIN - place - 2, 16, place + 2, 5, head.place, size, align="right")
    paper.line(MARGIN, 22, width - MARGIN, 22, INK, 0.4)


def _foot_texts(head: Headline, width: float) -> tuple[float, float]:
    """Return how high (mm) notice and sources of the foot are."""
    measure, room = MillimetrePainter(), width - 2 * MARGIN
    notice = measure.height_of(head.notice, room - _NUMBER, _NOTICE_SIZE, True) if head.notice else 0.0
    return notice, measure.height_of(head.sources, room, _SOURCES_SIZE) if head.sources else 0.0


def _foot_of(head: Headline, width: float) -> float:
    """Return how high (mm) the foot is in which all of its texts can be read."""
    return _FOOT + max(sum(_foot_texts(head, width)) - _FOOT_TEXTS, 0.0)


def _footing(paper: MillimetrePainter, head: Headline, width: float, height: float, number: str) -> None:
    top, room = height - _foot_of(head, width) + 2, width - 2 * MARGIN
    notice, sources = _foot_texts(head, width)
    paper.line(MARGIN, top, width - MARGIN, top, GRID, 0.2)
    paper.text(
        MARGIN, top + 0.5, room - _NUMBER, notice + 0.5, head.notice, _NOTICE_SIZE, True, colour=_ALERT, top=True
    )
    below = top + max(notice + 1.0, 6.5)
    paper.text(MARGIN, below, room, sources + 0.5, head.sources, _SOURCES_SIZE, colour=FAINT, top=True)
    words = tr("{sheet}  list {number}").format(sheet=head.number, number=number)
    paper.text(width - MARGIN - _NUMBER, top + 1, _NUMBER, 5, words, 8.5, bold=True, align="right")


def _table(paper: MillimetrePainter, part: _Part) -> None:
    table, widths, y = part.table, part.widths, part.top
    title = tr("{title} (continued)").format(title=table.title) if part.continued else table.title
    paper.text(MARGIN, y, sum(widths), 7, title, 11, bold=True)
    y += 8.0
    if table.note:
        paper.text(MARGIN, y, sum(widths), _note_height(paper, table, widths), table.note, _SIZE, top=True)
        y += _note_height(paper, table, widths)
    high = _heading_height(paper, table, widths)
    x = MARGIN
    for column, width in zip(table.columns, widths):
        paper.box(x, y, width, high, "#ffffff" if column.by_hand else _BAND, INK)
        room = width - 2 * _PAD
        size = _heading_size(paper, column.heading, room)
        paper.text(x + _PAD, y, room, high, column.heading, size, bold=True, align=column.align)
        x += width
    y += high
    if not part.rows:
        paper.text(MARGIN + _PAD, y, sum(widths), _LEAST_ROW, tr("none"), _SIZE)
    for row, high in zip(part.rows, part.heights):
        x = MARGIN
        for cell, column, width in zip(table.rows[row], table.columns, widths):
            paper.box(x, y, width, high, _SHADE if row in table.unknown and not column.by_hand else "#ffffff", GRID)
            paper.text(x + _PAD, y, width - 2 * _PAD, high, cell, _SIZE, align=column.align)
            x += width
        y += high
