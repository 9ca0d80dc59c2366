"""Drawing in millimetres: words, lines and boxes, on whatever a painter paints on."""

from __future__ import annotations

import re
from typing import Callable, Optional

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ..layers.style import font_family, plain_font

INK, FAINT, GRID = "#1a1a1a", "#6b6b6b", "#b5b5b5"
UNITS = 100
"""Units of the painter a millimetre: fonts are so large in them that no device rounds the widths of letters."""
_RUN = re.compile(r"[!-~]{4,}")
"""Letters between which Qt breaks no line."""
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}

SMALL_PRINT = 7.0
"""Points below which nothing that must be read is written, whatever the size of the paper."""


class MillimetrePainter:
    """A sheet that is drawn on; sizes in millimetres from the upper left, texts in points.

    Words can be measured without a painter.
    """

    def __init__(self) -> None:
        self._painter: Optional[QPainter] = None
        self._family = font_family()

    def begin(self, painter: QPainter, dots: float) -> None:
        """Draw with this painter from now on, on a device of so many dots a millimetre."""
        self._painter = painter
        painter.scale(dots / UNITS, dots / UNITS)

    def text(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        words: str,
        size: float = 9.0,
        bold: bool = False,
        align: str = "left",
        colour: str = INK,
        top: bool = False,
    ) -> None:
        """Write words into a box (mm), wrapped; `align` left, centre or right; `top`: not in the middle."""
        self._painter.setFont(self._font(size, bold))
        self._painter.setPen(QColor(colour))
        upright = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter
        flags = int(_ALIGN[align] | upright) | int(Qt.TextFlag.TextWordWrap)
        self._painter.drawText(self._rect(x, y, width, height), flags, self._wrappable(words, width, size, bold))

    def _wrappable(self, words: str, width: float, size: float, bold: bool) -> str:
        """Return words with line breaks in those that are wider than `width` (mm): a number of 22 digits, an address.

        Japanese is wrapped between any two letters; what is not is never broken by Qt, but cut off.
        """

        def parted(found: re.Match[str]) -> str:
            run, lines = found.group(), [""]
            if self.width_of(run, size, bold) <= width:
                return run
            for letter in run:
                if lines[-1] and self.width_of(lines[-1] + letter, size, bold) > width:
                    lines.append("")
                lines[-1] += letter
            return "\n".join(lines)

        return _RUN.sub(parted, words)

    def height_of(self, words: str, width: float, size: float = 9.0, bold: bool = False) -> float:
        """Return the height (mm) of words that are wrapped into `width` (mm)."""
        return self._bounds(words, width, size, bold).height() / UNITS

    def width_of(self, words: str, size: float = 9.0, bold: bool = False) -> float:
        """Return the width (mm) of words in one line."""
        metrics = QFontMetricsF(self._font(size, bold))
        return metrics.horizontalAdvance(words) / UNITS

    def fitting(self, words: str, room: float, points: float, bold: bool) -> float:
        """Return the points, at most `points`, at which words stand in one line of `room` (mm)."""
        # a little less than it takes, or the words are wrapped
        wide = 1.02 * self.width_of(words, points, bold)
        return points if wide <= room else points * max(room / wide, 0.4)

    def shortened(self, words: str, room: float, points: float, bold: bool = False) -> str:
        """Return words that stand in one line of `room` (mm), cut with an ellipsis where they do not.

        Of items with two blanks between them the last are left out whole: half a figure would be another one.
        """
        if self.width_of(words, points, bold) <= room:
            return words
        items = words.split("  ")
        while len(items) > 1:
            items.pop()
            shorter = "  ".join([*items, "…"])
            if self.width_of(shorter, points, bold) <= room:
                return shorter
        words = items[0]
        while words and self.width_of(words + "…", points, bold) > room:
            words = words[:-1]
        # after a blank it would stand alone, as if nothing were left of a word
        return words.rstrip() + "…"

    def fitting_box(self, words: str, width: float, height: float, points: float, bold: bool = False) -> float:
        """Return the points, at most `points`, at which words that are wrapped stand in a box (mm)."""
        while points > 4:
            bounds = self._bounds(words, width, points, bold)
            # wider where it cannot be wrapped: a unit in Japanese brackets
            if bounds.height() <= height * UNITS and bounds.width() <= width * UNITS:
                break
            points *= 0.95
        return points

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = GRID, width: float = 0.15) -> None:
        """Draw a line (mm)."""
        self._pen(colour, width)
        self._painter.drawLine(self._point(x1, y1), self._point(x2, y2))

    def painted(self, box: tuple[float, float, float, float], paint: Callable[[QPainter, QRectF], None]) -> None:
        """Let somebody else paint into a box (x, y, width, height in mm)."""
        self._painter.save()
        paint(self._painter, self._rect(*box))
        self._painter.restore()

    def move(self, x: float, y: float) -> None:
        """Let what is drawn from now on begin at a place (mm); the painter's `save` and `restore` end it."""
        self._painter.translate(x * UNITS, y * UNITS)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str = INK, stroke: float = 0.15
    ) -> None:
        """Draw a filled box (mm)."""
        self._pen(edge, stroke)
        self._painter.setBrush(QColor(fill))
        self._painter.drawRect(self._rect(x, y, width, height))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _font(self, size: float, bold: bool) -> QFont:
        font = plain_font(self._family)
        font.setPixelSize(round(size * 25.4 / 72 * UNITS))
        font.setBold(bold)
        return font

    def _bounds(self, words: str, width: float, size: float, bold: bool) -> QRectF:
        metrics = QFontMetricsF(self._font(size, bold))
        room = QRectF(0, 0, width * UNITS, 1e6)
        return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), self._wrappable(words, width, size, bold))

    def _pen(self, colour: str, width: float) -> None:
        pen = QPen(QColor(colour))
        pen.setWidthF(width * UNITS)
        self._painter.setPen(pen)

    def _point(self, x: float, y: float) -> QPointF:
        return QPointF(x * UNITS, y * UNITS)

    def _rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        return QRectF(x * UNITS, y * UNITS, width * UNITS, height * UNITS)
