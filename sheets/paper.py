"""Drawing in millimetres: words, lines and boxes, on whatever a painter paints on."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from qgis.PyQt.QtSvg import QSvgGenerator

from ..layers.style import font_family

INK, FAINT, GRID = "#1a1a1a", "#6b6b6b", "#b5b5b5"
SVG_DPI = 2540
"""A hundred units a millimetre: with fewer, the rounded widths of letters add up and words run into one another."""
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class Paper:
    """A sheet that is drawn on; sizes in millimetres from the upper left, texts in points."""

    def __init__(self, dpi: int, painter: Optional[QPainter] = None):
        self._painter = painter
        self._scale = dpi / 25.4
        self._dpi = dpi
        self._family = font_family()

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
        self._painter.drawText(self._rect(x, y, width, height), flags, words)

    def height_of(self, words: str, width: float, size: float = 9.0, bold: bool = False) -> float:
        """Return the height (mm) of words that are wrapped into `width` (mm)."""
        return self._bounds(words, width, size, bold).height() / self._scale

    def width_of(self, words: str, size: float = 9.0, bold: bool = False) -> float:
        """Return the width (mm) of words in one line."""
        metrics = QFontMetricsF(self._font(size, bold), self._painter.device())
        return metrics.horizontalAdvance(words) / self._scale

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = GRID, width: float = 0.15) -> None:
        """Draw a line (mm)."""
        self._pen(colour, width)
        self._painter.drawLine(self._point(x1, y1), self._point(x2, y2))

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str = INK, stroke: float = 0.15
    ) -> None:
        """Draw a filled box (mm)."""
        self._pen(edge, stroke)
        self._painter.setBrush(QColor(fill))
        self._painter.drawRect(self._rect(x, y, width, height))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _font(self, size: float, bold: bool) -> QFont:
        font = QFont(self._family)
        font.setPointSizeF(size)
        font.setBold(bold)
        return font

    def _bounds(self, words: str, width: float, size: float, bold: bool) -> QRectF:
        metrics = QFontMetricsF(self._font(size, bold), self._painter.device())
        room = QRectF(0, 0, width * self._scale, 1e6)
        return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), words)

    def _pen(self, colour: str, width: float) -> None:
        pen = QPen(QColor(colour))
        pen.setWidthF(width * self._scale)
        self._painter.setPen(pen)

    def _point(self, x: float, y: float) -> QPointF:
        return QPointF(x * self._scale, y * self._scale)

    def _rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        return QRectF(x * self._scale, y * self._scale, width * self._scale, height * self._scale)


class SvgPaper(Paper):
    """A page as SVG in memory; use it as a context, then take `svg`."""

    def __init__(self, width: float, height: float):
        super().__init__(SVG_DPI)
        self.width, self.height = width, height
        self.svg = b""
        self._buffer, self._device = QBuffer(), QSvgGenerator()

    def __enter__(self) -> SvgPaper:
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        size = QSize(round(self.width * self._scale), round(self.height * self._scale))
        self._device.setResolution(SVG_DPI)
        self._device.setSize(size)
        self._device.setViewBox(QRectF(0, 0, size.width(), size.height()))
        self._device.setOutputDevice(self._buffer)
        self._painter = QPainter(self._device)
        return self

    def __exit__(self, *_: object) -> None:
        self._painter.end()
        self._painter = None
        self.svg = bytes(self._buffer.data())
