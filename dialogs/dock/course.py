"""The course of a number (推移) as a small line: a band between its bounds, the newest value marked."""

from __future__ import annotations

from datetime import datetime
from typing import Optional, Sequence

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ..shades import shade

_LINE, _GRID = "#12324d", QColor("#b8c4ce")
_BAND_ALPHA = 50
_MARGIN = 3.0


class Course(QWidget):
    """Draws (moment, lower bound, upper bound), the oldest first; nothing where there are fewer than two."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.points: tuple[tuple[datetime, float, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(68, 30)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_points(self, points: Sequence[tuple[datetime, float, float]]) -> None:
        """Draw other points."""
        self.points = tuple(points)
        self.update()

    def places(self) -> list[tuple[float, float, float]]:
        """Return (x, y of the lower bound, y of the upper bound) of each point; nought is the bottom line."""
        if len(self.points) < 2:
            return []
        begin, end = self.points[0][0], self.points[-1][0]
        whole = max((end - begin).total_seconds(), 1.0)
        most = max(max(high for _, _, high in self.points), 1.0)
        wide, high_ = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        return [
            (
                _MARGIN + wide * (moment - begin).total_seconds() / whole,
                _MARGIN + high_ * (1 - low / most),
                _MARGIN + high_ * (1 - high / most),
            )
            for moment, low, high in self.points
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        places = self.places()
        if not places:
            return
        line, band = QColor(shade(_LINE)), QColor(shade(_LINE))
        band.setAlpha(_BAND_ALPHA)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_GRID, 1.0))
        bottom = self.height() - _MARGIN
        painter.drawLine(QPointF(_MARGIN, bottom), QPointF(self.width() - _MARGIN, bottom))
        upper = [QPointF(x, high) for x, _, high in places]
        lower = [QPointF(x, low) for x, low, _ in places]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(line, 1.6))
        painter.drawPolyline(QPolygonF([QPointF(x, (low + high) / 2) for x, low, high in places]))
        x, low, high = places[-1]
        painter.setBrush(line)
        painter.drawEllipse(QRectF(x - 2, (low + high) / 2 - 2, 4, 4))
        painter.end()
