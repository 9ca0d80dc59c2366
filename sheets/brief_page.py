"""The first page of the brief (朝のまとめ): numbers, names and how far the data reach, to be read in ten seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtGui import QPainter

from ..analysis.key_figures import Figure, KeyFigure
from .figure_words import figure_label, figure_rest, figure_value, mostly_unknown
from .headline import Told
from .names_box import paint_names
from .painter_mm import FAINT, GRID, INK, SMALL_PRINT, MillimetrePainter

_MARGIN, _GAP = 10.0, 4.0
_TILE, _TILE_INK = "#eef3f7", "#12324d"
_ALERT = "#a50f15"
_DESIGNED = 420.0
"""Millimetres of the longer side of A3, for which sizes are made."""


@dataclass(frozen=True)
class Tile:
    """One of the five numbers."""

    figure: Figure
    counted: Optional[KeyFigure]
    """None where its map was not made."""
    change: str = ""


@dataclass(frozen=True)
class Column:
    """The names of one theme."""

    kind: str
    title: str
    told: Told


@dataclass(frozen=True)
class BriefPage:
    """What the first page says, to be drawn when it is printed."""

    title: str
    subtitle: str
    place: str
    practice: str
    """"" where it is no drill."""
    handling: str
    data: tuple[tuple[str, bool], ...]
    """Lines of how far the data reach and what is missing; True for those in red."""
    headline: str
    """The situation in words, with its figures."""
    tiles: tuple[Tile, ...]
    columns: tuple[Column, ...]
    skipped: tuple[str, ...]
    """What could not be told, each with the reason."""
    notice: str
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
        top = self._headline(paper, scale, top)
        top = self._tiles(paper, scale, top)
        bottom = self._foot(paper, scale)
        self._columns(paper, painter, dots, scale, top, bottom)

    def _head(self, paper: MillimetrePainter, scale: float) -> float:
        margin, right = _MARGIN * scale, self.width - _MARGIN * scale
        for words, wide, size in ((self.practice, 45.0, 20.0), (self.handling, 77.0, 11.0)):
            if words:
                right -= wide * scale
                paper.box(right, 8 * scale, wide * scale, 12 * scale, "#ffffff", _ALERT, 0.6 * scale)
                paper.text(right, 8 * scale, wide * scale, 12 * scale, words, size * scale, True, "centre", _ALERT)
                right -= 3 * scale
        paper.text(margin, 6 * scale, right - margin, 15 * scale, self.title, 26 * scale, bold=True)
        room = self.width - 2 * margin
        paper.text(margin, 21 * scale, room * 0.7, 7 * scale, self.subtitle, 13 * scale)
        paper.text(margin, 21 * scale, room, 7 * scale, self.place, 12 * scale, align="right")
        top = 29 * scale
        for words, alert in self.data:
            colour = _ALERT if alert else INK
            high = max(paper.height_of(words, room, 11 * scale, alert), 5 * scale)
            paper.text(margin, top, room, high, words, 11 * scale, bold=alert, colour=colour, top=True)
            top += high + 0.5 * scale
        return top + 2 * scale

    def _headline(self, paper: MillimetrePainter, scale: float, top: float) -> float:
        if not self.headline:
            return top
        left, room = _MARGIN * scale, self.width - 2 * _MARGIN * scale
        inner, most = room - 6 * scale, 24 * scale
        size = paper.fitting_box(self.headline, inner, most, 18 * scale, True)
        high = paper.height_of(self.headline, inner, size, True)
        paper.box(left, top, room, high + 3 * scale, _TILE, GRID, 0.2 * scale)
        paper.text(left + 3 * scale, top + 1.5 * scale, inner, high + 0.5, self.headline, size, True, top=True)
        return top + high + 6 * scale

    def _tiles(self, paper: MillimetrePainter, scale: float, top: float) -> float:
        margin, gap = _MARGIN * scale, _GAP * scale
        wide = (self.width - 2 * margin - gap * (len(self.tiles) - 1)) / max(len(self.tiles), 1)
        below_value = [self._below_value(paper, scale, tile, wide - 4 * scale) for tile in self.tiles]
        # what no tile needs, the names below have
        high = 24.5 * scale + max((sum(part[2] for part in parts) for parts in below_value), default=0.0)
        for number, tile in enumerate(self.tiles):
            x = margin + number * (wide + gap)
            known = tile.counted is not None and tile.counted.known
            paper.box(x, top, wide, high, _TILE if known else "#ffffff", GRID, 0.2 * scale)
            inner, left = wide - 4 * scale, x + 2 * scale
            label = figure_label(tile.figure)
            paper.text(
                left, top + 1 * scale, inner, 9 * scale, label, paper.fitting(label, inner, 11 * scale, True), True
            )
            value = figure_value(tile.counted)
            size = paper.fitting(value, inner, 26 * scale, True)
            colour = _TILE_INK if known and not mostly_unknown(tile.counted) else FAINT
            paper.text(left, top + 9 * scale, inner, 14 * scale, value, size, True, colour=colour)
            below = top + 23 * scale
            for words, size, part in below_value[number]:
                paper.text(left, below, inner, part + 0.5, words, size, top=True)
                below += part
        return top + high + 5 * scale

    def _below_value(
        self, paper: MillimetrePainter, scale: float, tile: Tile, inner: float
    ) -> tuple[tuple[str, float, float], ...]:
        """Return what stands below the value of a tile: (words, points, millimetres high) each."""
        found = []
        for words in filter(None, (figure_rest(tile.counted), tile.change)):
            size = paper.fitting_box(words, inner, 11 * scale, max(9 * scale, SMALL_PRINT))
            found.append((words, size, paper.height_of(words, inner, size)))
        return tuple(found)

    def _foot(self, paper: MillimetrePainter, scale: float) -> float:
        margin = _MARGIN * scale
        room = self.width - 2 * margin - 40 * scale
        words, small = "  ".join(self.skipped), max(9 * scale, SMALL_PRINT)
        high = paper.height_of(self.notice, room, small, True)
        high += paper.height_of(words, room, small) if words else 0.0
        top = self.height - margin - high
        if words:
            part = paper.height_of(words, room, small)
            paper.text(margin, top, room, part, words, small, top=True)
            top += part
        rest = self.height - margin - top
        paper.text(margin, top, room, rest, self.notice, small, bold=True, colour=_ALERT, top=True)
        paper.text(margin, top, self.width - 2 * margin, rest, self.number, 10 * scale, bold=True, align="right")
        return self.height - margin - high - 3 * scale

    def _columns(
        self, paper: MillimetrePainter, painter: QPainter, dots: float, scale: float, top: float, bottom: float
    ) -> None:
        if not self.columns:
            return
        margin, gap = _MARGIN * scale, _GAP * scale
        most = 4 if self.width > self.height else 2
        # six stand better in two rows of three than in four and two
        across = -(-len(self.columns) // -(-len(self.columns) // most))
        down = -(-len(self.columns) // across)
        wide = (self.width - 2 * margin - gap * (across - 1)) / across
        high = (bottom - top - gap * (down - 1)) / down
        for number, column in enumerate(self.columns):
            x, y = margin + number % across * (wide + gap), top + number // across * (high + gap)
            first, _, more = column.told.headline.partition("\n")
            paper.text(x, y, wide, 6 * scale, column.title, paper.fitting(column.title, wide, 12 * scale, True), True)
            said = 6.5 * scale
            for words, points in ((first, 11.0 * scale), (more, max(9.0 * scale, SMALL_PRINT))):
                part = paper.height_of(words, wide, points) if words else 0.0
                paper.text(x, y + said, wide, part, words, points, top=True)
                said += part
            said += 1.5 * scale
            if not column.told.names:
                continue
            paper.box(x, y + said, wide, high - said, "#ffffff", GRID, 0.2 * scale)
            painter.save()
            paper.move(x, y + said)
            paint_names(paper, column.told, wide, high - said)
            painter.restore()
