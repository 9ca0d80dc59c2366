"""One page of the brief: what support was asked for, promised and came, and whom to call (支援の要請)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from qgis.PyQt.QtGui import QPainter

from ..translate import tr
from .painter_mm import FAINT, GRID, INK, SMALL_PRINT, MillimetrePainter

_MARGIN, _GAP = 10.0, 4.0
_DESIGNED = 420.0
"""Millimetres of the longer side of A3, for which sizes are made."""
_TILE, _BAND, _ALERT = "#eef3f7", "#e3e9ee", "#a50f15"
_ROW = 7.0
_COLUMNS = (0.09, 0.20, 0.11, 0.11, 0.16, 0.13, 0.10, 0.10)
"""Shares of the table's width."""


@dataclass(frozen=True)
class SupportTile:
    """One number."""

    label: str
    value: str
    rest: str = ""
    alert: bool = False


@dataclass(frozen=True)
class SupportPage:
    """What the page says, to be drawn when it is printed."""

    title: str
    subtitle: str
    place: str
    practice: str
    """"" where it is no drill."""
    tiles: tuple[SupportTile, ...]
    rows: tuple[tuple[str, ...], ...]
    """As many cells as `headings()`, what is still open first."""
    open_rows: int
    """How many of the rows are still open."""
    contacts: tuple[tuple[str, str, str], ...]
    """(what for, office and person, telephone and mail) of each."""
    notes: tuple[str, ...]
    number: str
    width: float
    """Millimetres, as the height."""
    height: float

    def draw(self, painter: QPainter, dots: float) -> None:
        """Draw it on a device of so many dots a millimetre."""
        paper = MillimetrePainter()
        paper.begin(painter, dots)
        scale = max(self.width, self.height) / _DESIGNED
        top = self._head(paper, scale)
        top = self._tiles(paper, scale, top)
        bottom = self._foot(paper, scale)
        room = self.width - 2 * _MARGIN * scale
        if self.width > self.height:
            wide = 0.7 * room
            self._table(paper, scale, (_MARGIN * scale, top, wide, bottom - top))
            left = (_MARGIN + _GAP) * scale + wide
            self._contacts(paper, scale, (left, top, room - wide - _GAP * scale, bottom - top))
            return
        high = 0.65 * (bottom - top)
        self._table(paper, scale, (_MARGIN * scale, top, room, high))
        below = top + high + _GAP * scale
        self._contacts(paper, scale, (_MARGIN * scale, below, room, bottom - below))

    def _head(self, paper: MillimetrePainter, scale: float) -> float:
        margin, right = _MARGIN * scale, self.width - _MARGIN * scale
        if self.practice:
            right -= 45 * scale
            paper.box(right, 8 * scale, 45 * scale, 12 * scale, "#ffffff", _ALERT, 0.6 * scale)
            paper.text(right, 8 * scale, 45 * scale, 12 * scale, self.practice, 20 * scale, True, "centre", _ALERT)
            right -= 3 * scale
        paper.text(margin, 6 * scale, right - margin, 15 * scale, self.title, 26 * scale, bold=True)
        room = self.width - 2 * margin
        paper.text(margin, 21 * scale, room * 0.7, 7 * scale, self.subtitle, 13 * scale)
        paper.text(margin, 21 * scale, room, 7 * scale, self.place, 12 * scale, align="right")
        return 31 * scale

    def _tiles(self, paper: MillimetrePainter, scale: float, top: float) -> float:
        margin, gap, high = _MARGIN * scale, _GAP * scale, 34 * scale
        wide = (self.width - 2 * margin - gap * (len(self.tiles) - 1)) / max(len(self.tiles), 1)
        for number, tile in enumerate(self.tiles):
            x = margin + number * (wide + gap)
            paper.box(x, top, wide, high, _TILE, GRID, 0.2 * scale)
            left, inner = x + 2 * scale, wide - 4 * scale
            colour = _ALERT if tile.alert else INK
            size = paper.fitting(tile.label, inner, 11 * scale, True)
            paper.text(left, top + scale, inner, 8 * scale, tile.label, size, True)
            size = paper.fitting(tile.value, inner, 24 * scale, True)
            paper.text(left, top + 9 * scale, inner, 13 * scale, tile.value, size, True, colour=colour)
            size = paper.fitting(tile.rest, inner, max(9 * scale, SMALL_PRINT), False)
            paper.text(left, top + 24 * scale, inner, 7 * scale, tile.rest, size)
        return top + high + 5 * scale

    def _foot(self, paper: MillimetrePainter, scale: float) -> float:
        margin = _MARGIN * scale
        room = self.width - 2 * margin - 40 * scale
        words = "\n".join(self.notes)
        small = max(9 * scale, SMALL_PRINT)
        high = paper.height_of(words, room, small)
        top = self.height - margin - high
        paper.text(margin, top, room, high, words, small, top=True)
        paper.text(margin, top, self.width - 2 * margin, high, self.number, 10 * scale, bold=True, align="right")
        return top - 3 * scale

    def _table(self, paper: MillimetrePainter, scale: float, box: tuple[float, float, float, float]) -> None:
        x, top, wide, high = box
        paper.text(x, top, wide, 7 * scale, tr("Requests and arrivals"), 12 * scale, bold=True)
        top += 8 * scale
        row_high = _ROW * scale
        fits = int((high - 8 * scale) / row_high) - 1
        shown = self.rows if len(self.rows) <= fits else self.rows[: max(fits - 1, 0)]
        widths = [share * wide for share in _COLUMNS]
        self._row(paper, scale, (x, top, row_high), widths, headings(), True)
        for number, cells in enumerate(shown, 1):
            self._row(
                paper, scale, (x, top + number * row_high, row_high), widths, cells, False, number <= self.open_rows
            )
        if len(shown) < len(self.rows):
            more = tr("{count} more rows are in the list of the case.").format(count=len(self.rows) - len(shown))
            paper.text(x, top + (len(shown) + 1) * row_high, wide, row_high, more, _text(scale), colour=FAINT)

    def _row(
        self,
        paper: MillimetrePainter,
        scale: float,
        box: tuple[float, float, float],
        widths: Sequence[float],
        cells: Sequence[str],
        head: bool,
        bold: bool = False,
    ) -> None:
        left, top, high = box
        for wide, words in zip(widths, cells):
            paper.box(left, top, wide, high, _BAND if head else "#ffffff", GRID, 0.15 * scale)
            inner = wide - 2 * scale
            size = paper.fitting(words, inner, _text(scale), head or bold)
            paper.text(left + scale, top, inner, high, words, size, head or bold)
            left += wide

    def _contacts(self, paper: MillimetrePainter, scale: float, box: tuple[float, float, float, float]) -> None:
        x, top, wide, high = box
        paper.text(x, top, wide, 7 * scale, tr("Contacts"), 12 * scale, bold=True)
        top += 8 * scale
        bottom = box[1] + high
        if not self.contacts:
            words = tr("The case keeps no list of contacts.")
            paper.text(x, top, wide, 8 * scale, words, _text(scale), colour=FAINT)
        for place, (what, who, how) in enumerate(self.contacts):
            if top + 19 * scale > bottom:
                rest = tr("{count} more contacts are in the list of the case.").format(count=len(self.contacts) - place)
                paper.text(x, top, wide, 6 * scale, rest, _text(scale), colour=FAINT)
                return
            paper.box(x, top, wide, 18 * scale, "#ffffff", GRID, 0.15 * scale)
            for line, (words, bold) in enumerate(((what, True), (who, False), (how, False))):
                inner = wide - 3 * scale
                size = paper.fitting(words, inner, _text(scale), bold)
                paper.text(x + 1.5 * scale, top + line * 6 * scale, inner, 6 * scale, words, size, bold)
            top += 19 * scale


def _text(scale: float) -> float:
    """Return the size (points) of what stands in the table and among the contacts."""
    return max(9.5 * scale, SMALL_PRINT)


def headings() -> tuple[str, ...]:
    """Return the headings of the table."""
    return (
        tr("What"),
        tr("Where to"),
        tr("Amount"),
        tr("Asked at"),
        tr("Asked of"),
        tr("State"),
        tr("Expected"),
        tr("Arrived at"),
    )
