"""The rows of a contractor list in a table: 50,000 of them are shown, searched and sorted without a pause."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QBrush, QColor

from ..processing_provider.request.contractors import Shown, searchable
from ..translate import tr
from .shades import shade

ALL, PROBLEM, MATCHED, REVIEW, NONE, OPEN = "all", "!", "matched", "review", "none", "open"
"""What is shown: every row, those with a problem, by result, those without a result."""
PROBLEMS, RESULT = 5, 6
"""Columns of `Shown.rows`."""
_COLOURS = {MATCHED: "#e3f1e3", REVIEW: "#fdf0cf", NONE: "#f8dfdc"}
_NOTHING = QModelIndex()


class RowsModel(QAbstractTableModel):
    """The rows; only those that fit search and choice are visible. Holds texts, makes no items."""

    def __init__(self, parent: Any = None):
        super().__init__(parent)
        self.shown: Optional[Shown] = None
        self.visible: list[int] = []
        """Positions in `shown.rows`, in the order of the table."""
        self._needle, self._kind = "", ALL
        self._column, self._descending = 0, False

    def put(self, shown: Optional[Shown]) -> None:
        """Show another list, or none."""
        self.shown = shown
        self._arrange()

    def choose(self, needle: str, kind: str) -> None:
        """Show the rows that hold a text, without differences of width and case, and are of a kind."""
        self._needle, self._kind = searchable(needle), kind
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; the row number as a number."""
        self._column, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        if self.shown is None:
            self.visible = []
        else:
            rows, column = self.shown.rows, self._column
            found = self._found(self.shown)
            if column > 0:
                found.sort(key=lambda place: rows[place][column])
            self.visible = found[::-1] if self._descending else found
        self.endResetModel()

    def _found(self, shown: Shown) -> list[int]:
        needle, kind, texts = self._needle, self._kind, shown.texts
        places = range(len(shown.rows))
        if kind == PROBLEM:
            found = [place for place in places if shown.flags[place].endswith("!")]
        elif kind == OPEN:
            found = [place for place in places if shown.flags[place] in ("", "!")]
        elif kind == ALL:
            found = list(places)
        else:
            found = [place for place in places if shown.flags[place].startswith(kind)]
        return [place for place in found if needle in texts[place]] if needle else found

    def headings(self) -> list[str]:
        """Return the names of the columns."""
        return [
            tr("Row"),
            tr("Own id"),
            tr("Contract holder"),
            tr("Contract address"),
            tr("Supply point"),
            tr("Problem"),
            tr("Result"),
            tr("Master information ID (マスタ情報ID)"),
            tr("Registered at"),
        ]

    def rowCount(self, parent: QModelIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self.visible)

    def columnCount(self, parent: QModelIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self.headings())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.headings()[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.shown is None or not index.isValid():
            return None
        place = self.visible[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.shown.rows[place][index.column()]
        if role == Qt.ItemDataRole.BackgroundRole and index.column() == RESULT:
            colour = _COLOURS.get(self.shown.flags[place].rstrip("!"))
            return QBrush(QColor(colour)) if colour else None
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == RESULT:
            # light in whatever theme, and so with dark words
            return QBrush(QColor("#1a1a1a")) if self.shown.flags[place].rstrip("!") in _COLOURS else None
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == PROBLEMS:
            return QBrush(QColor(shade("#a33600")))
        return None
