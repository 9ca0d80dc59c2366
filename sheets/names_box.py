"""The names beside a map, in the order in which somebody should ask after them, painted as text that can be copied."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from qgis.core import QgsLayoutItem, QgsLayoutItemRenderContext, QgsPrintLayout

from ..translate import tr
from .headline import Told
from .painter_mm import FAINT, MillimetrePainter

_WIDTH = 95.0
"""Millimetres of the box for which the sizes of the letters are made."""
_NAME, _DETAIL = 10.5, 8.5
"""Points."""
_EM = 25.4 / 72
"""Millimetres of a point: the height of a Japanese letter."""
_READABLE = 7.5
"""Points below which a name cannot be read at arm's length: names that have no room at that size are counted."""
_COMFORTABLE = 8.5
"""Points below which names do not go in a box of `_WIDTH`: a large paper hangs on a wall."""
_LEADING = 1.18
"""Distance of two lines as a share of a letter's height: at less, Japanese letters touch those above."""
_DETAIL_SHARE = 0.94
"""Size of a detail below its name, as a share of the name's where both are at their smallest."""
_NUMBER = 6.0
"""Millimetres of the column of numbers."""


def _cut(told: Told, most: int) -> Told:
    """Return the first `most` of the names; the rest is counted."""
    rest = max(len(told.names) - most, 0)
    return replace(told, names=told.names[:most], more=told.more + rest) if rest else told


def paint_names(paper: MillimetrePainter, told: Told, width: float, height: float) -> None:
    """Paint the names into a box (mm) at the painter's origin: name and detail, beside or below it.

    They become smaller until the longest fits, as long as they can be read; what is longer still is cut short.
    """
    scale = width / _WIDTH
    left, top = 1 + _NUMBER * scale, 1.0 * scale
    room = width - 1 - left
    # short details, a number mostly, stand at the right of the name
    wanted = max(_NAME * scale, _READABLE)
    both = (paper.width_of(who, wanted, True) + paper.width_of(what, wanted) for who, what in told.names)
    beside = max(both, default=0.0) < room - 3
    letters = 1.0 if beside else 1.0 + _DETAIL_SHARE
    # a box that is too small for one name at a size that can be read has its first name all the same
    least = max(_READABLE, _COMFORTABLE * scale) * _EM * _LEADING * letters
    room_for = int((height - 2 * top) / least)
    if len(told.names) + bool(told.more) > room_for:
        told = _cut(told, max(room_for - 1, 1))
    rows = len(told.names) + (1.0 / letters if told.more else 0.0)
    line = min((height - 2 * top) / max(rows, 1), wanted * _EM * (1.9 if beside else 2.75))
    high = line / _LEADING / letters
    name = _fitting(paper, told, 0, wanted, room, high)
    detail = name if beside else _fitting(paper, told, 1, max(_DETAIL * scale, _READABLE), room, high * _DETAIL_SHARE)

    def write(x: float, middle: float, wide: float, words: str, points: float, **look: object) -> None:
        # the box is higher than the letters: those of Japanese fonts stand far apart, and would be cut
        paper.text(x, middle - points * _EM, wide, 2 * points * _EM, words, points, **look)

    for number, (who, what) in enumerate(told.names):
        first = top + number * line + line * (0.5 if beside else 0.27)
        digits = str(number + 1)
        size = paper.fitting(digits, left - 1.5, name, True)
        write(0.5, first, left - 1.5, digits, size, bold=True, align="right", colour=FAINT)
        write(left, first, room, paper.shortened(who, room, name, True), name, bold=True)
        if beside:
            write(left, first, room, what, detail, align="right")
        else:
            write(left, top + number * line + line * 0.75, room, paper.shortened(what, room, detail), detail)
    if told.more:
        words = tr("and {count} more").format(count=f"{told.more:,}")
        below = top + len(told.names) * line + 0.5 * line / letters
        write(left, below, room, words, min(detail, max(_DETAIL * scale, _READABLE)), colour=FAINT)


def _fitting(paper: MillimetrePainter, told: Told, place: int, points: float, room: float, high: float) -> float:
    """Return the size (points) at which all names, or all details, lie in one line of the room (mm)."""
    widest = max((paper.width_of(one[place], points, place == 0) for one in told.names), default=0.0)
    # letters must not be higher than their line; that they are wider than the room is mended by cutting them short
    least = _READABLE * (1.0 if place == 0 else _DETAIL_SHARE)
    return min(max(points * min(1.0, room / widest if widest else 1.0), least), points, high / _EM)


class NamesBox(QgsLayoutItem):
    """The names as an item of a layout, over the item `names_box` of the template."""

    def __init__(self, layout: QgsPrintLayout, box: QgsLayoutItem):
        super().__init__(layout)
        self.setBackgroundEnabled(False)
        self._box = box
        self._told = Told()
        self.failed: Optional[Exception] = None
        layout.addLayoutItem(self)
        self.attemptResize(box.sizeWithUnits())
        self.attemptMove(box.positionWithUnits())

    def show_names(self, told: Told) -> None:
        """Let these be drawn from now on; an empty frame without a title, on a page of an atlas, tells nothing."""
        self._told = told
        self._box.setVisibility(bool(told.names))
        self.invalidateCache()

    def draw(self, context: QgsLayoutItemRenderContext) -> None:
        painter = context.renderContext().painter()
        painter.save()
        try:
            size = self.sizeWithUnits()
            paper = MillimetrePainter()
            paper.begin(painter, context.renderContext().scaleFactor())
            paint_names(paper, self._told, size.width(), size.height())
        except Exception as error:  # it cannot pass through Qt: it is kept and raised after the print
            self.failed = error
        finally:
            painter.restore()
