"""Leaves of a layout behind the map: pages that are drawn with a painter, as text that can be searched and copied."""

from __future__ import annotations

from typing import Optional, Protocol, Sequence

from qgis.core import (
    QgsLayoutItem,
    QgsLayoutItemPage,
    QgsLayoutItemRenderContext,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsUnitTypes,
)
from qgis.PyQt.QtGui import QPainter

from .lists import Page

_MILLIMETRES = QgsUnitTypes.LayoutUnit.LayoutMillimeters


class Drawn(Protocol):
    """What can be drawn on a page."""

    def draw(self, painter: QPainter, dots: float) -> None:
        """Draw it on a device of so many dots a millimetre."""


class Leaf(QgsLayoutItem):
    """One page as an item of the layout, drawn by a painter."""

    def __init__(self, layout: QgsPrintLayout, page: Drawn):
        super().__init__(layout)
        self._page = page
        self.failed: Optional[Exception] = None

    def draw(self, context: QgsLayoutItemRenderContext) -> None:
        painter = context.renderContext().painter()
        painter.save()
        try:
            self._page.draw(painter, context.renderContext().scaleFactor())
        except Exception as error:  # it cannot pass through Qt: it is kept and raised after the print
            self.failed = error
        finally:
            painter.restore()


class AppendixPages:
    """The pages that follow those of the template; an atlas changes them from page to page."""

    def __init__(self, layout: QgsPrintLayout):
        self._layout = layout
        # Nobody undoes a print, and for the case every page would keep a copy of all before it.
        layout.undoStack().blockCommands(True)
        self._own = layout.pageCollection().pageCount()
        self._leaves: list[Leaf] = []
        size = layout.pageCollection().page(0).pageSize()
        self.size: tuple[float, float] = (size.width(), size.height())
        """Width and height of a page, millimetres."""

    def turn(self, pages: Sequence[Page]) -> None:
        """Let these follow, and no others. Raises what went wrong with those before."""
        self.check()
        collection = self._layout.pageCollection()
        while self._leaves:
            self._layout.removeLayoutItem(self._leaves.pop())
        while collection.pageCount() > self._own:
            collection.deletePage(collection.pageCount() - 1)
        for _ in pages:
            sheet = QgsLayoutItemPage(self._layout)
            sheet.setPageSize(QgsLayoutSize(*self.size, _MILLIMETRES))
            collection.addPage(sheet)
        for number, page in enumerate(pages, self._own):
            leaf = Leaf(self._layout, page)
            self._layout.addLayoutItem(leaf)
            leaf.attemptResize(QgsLayoutSize(*self.size, _MILLIMETRES))
            leaf.attemptMove(QgsLayoutPoint(0, 0, _MILLIMETRES), page=number)
            self._leaves.append(leaf)

    def check(self) -> None:
        """Raise what went wrong while the pages were drawn."""
        for leaf in self._leaves:
            if leaf.failed is not None:
                raise leaf.failed
