"""Leaves of a layout behind the map: pages that are drawn elsewhere and put in as pictures in SVG."""

from __future__ import annotations

from base64 import b64encode
from typing import Sequence

from qgis.core import (
    QgsLayoutItemPage,
    QgsLayoutItemPicture,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsUnitTypes,
)

from .lists import Page

_MILLIMETRES = QgsUnitTypes.LayoutUnit.LayoutMillimeters


class Leaves:
    """The pages that follow those of the template; an atlas changes them from page to page."""

    def __init__(self, layout: QgsPrintLayout):
        self._layout = layout
        self._own = layout.pageCollection().pageCount()
        self._items: list[QgsLayoutItemPicture] = []
        size = layout.pageCollection().page(0).pageSize()
        self.size: tuple[float, float] = (size.width(), size.height())
        """Width and height of a page, millimetres."""

    def turn(self, pages: Sequence[Page]) -> None:
        """Let these follow, and no others."""
        collection = self._layout.pageCollection()
        while self._items:
            self._layout.removeLayoutItem(self._items.pop())
        while collection.pageCount() > self._own:
            collection.deletePage(collection.pageCount() - 1)
        for page in pages:
            leaf = QgsLayoutItemPage(self._layout)
            leaf.setPageSize(QgsLayoutSize(*self.size, _MILLIMETRES))
            collection.addPage(leaf)
            self._put(page.svg, (0.0, 0.0, *self.size))
            if page.picture:
                self._put(page.picture, page.box)

    def _put(self, svg: bytes, box: tuple[float, float, float, float]) -> None:
        """Put a picture on the last page. It stays in memory: a file could outlive the sheet."""
        item = QgsLayoutItemPicture(self._layout)
        self._layout.addLayoutItem(item)
        item.setMode(QgsLayoutItemPicture.Format.FormatSVG)
        item.setPicturePath("base64:" + b64encode(svg).decode("ascii"))
        x, y, width, height = box
        item.attemptResize(QgsLayoutSize(width, height, _MILLIMETRES))
        item.attemptMove(QgsLayoutPoint(x, y, _MILLIMETRES), page=self._layout.pageCollection().pageCount() - 1)
        self._items.append(item)
