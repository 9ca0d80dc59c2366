"""Items of a list with a name and, below it and fainter, what is to be known of it."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, QSize, Qt
from qgis.PyQt.QtGui import QFont, QFontMetrics, QPainter, QPalette
from qgis.PyQt.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

_MARGIN, _SMALLER = 3, 0.9


class TwoLines(QStyledItemDelegate):
    """Draws texts of two lines; others as they are always drawn."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        name, _, detail = str(index.data() or "").partition("\n")
        if not detail:
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        style = own.widget.style() if own.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        chosen = bool(own.state & QStyle.StateFlag.State_Selected)
        ink = own.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        room = own.rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.save()
        painter.setPen(ink)
        for words, font in ((name, own.font), (detail, _small(own.font))):
            metrics = QFontMetrics(font)
            painter.setFont(font)
            told = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), told)
            room = room.adjusted(0, metrics.lineSpacing() + 1, 0, 0)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        lines = 2 if "\n" in str(index.data() or "") else 1
        # as narrow as the list is: what does not fit is elided, and stands in the tool tip
        return QSize(
            40 if lines == 2 else hint.width(), lines * QFontMetrics(option.font).lineSpacing() + 2 * _MARGIN + 1
        )


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setBold(False)
    small.setPointSizeF(max(font.pointSizeF() * _SMALLER, 6.0))
    return small
