"""The locator (Ctrl+K): “tomo” and a name or number finds facilities, settlements and supply points of the case.

What was typed and found is neither kept nor logged: it may tell of people.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeedback,
    QgsLocatorContext,
    QgsLocatorFilter,
    QgsLocatorResult,
    QgsRectangle,
)

from ...translate import tr
from .. import cases

PREFIX = "tomo"
_BETWEEN = "\x1f"
"""Between the parts of what a result carries; in no name or path."""


class PlacesLocator(QgsLocatorFilter):
    """Finds places of the current case."""

    def __init__(self, iface: Any):
        super().__init__()
        self.iface = iface
        self._folder = ""

    def clone(self) -> PlacesLocator:
        return PlacesLocator(self.iface)

    def name(self) -> str:
        return "tomoshibiplaces"

    def displayName(self) -> str:
        return tr("Places of the case (Tomoshibi)")

    def prefix(self) -> str:
        return PREFIX

    def prepare(self, string: str, context: QgsLocatorContext) -> list[str]:
        # in the window's thread, as the project may be asked here only
        self._folder = cases.current()
        return []

    def fetchResults(self, string: str, context: QgsLocatorContext, feedback: QgsFeedback) -> None:
        if not self._folder or len(string.strip()) < (1 if context.usingPrefix else 2):
            return
        from ...processing_provider.dock.places import find_places

        for found in find_places(Path(self._folder), string, feedback.isCanceled):
            result = QgsLocatorResult()
            result.filter = self
            result.displayString = found.title
            result.description = found.detail
            result.group = found.group
            box = found.extent
            corners = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
            parts = (self._folder, found.layer, str(found.fid), found.crs.toWkt(), *map(repr, corners))
            # a plain text: results are copied from thread to thread by code that knows nothing of Python
            result.userData = _BETWEEN.join(parts)
            self.resultFetched.emit(result)

    def triggerResult(self, result: QgsLocatorResult) -> None:
        from .showing import flash, show_place, zoom_to

        folder, layer, fid, wkt, *corners = result.userData.split(_BETWEEN)
        box, crs = QgsRectangle(*map(float, corners)), QgsCoordinateReferenceSystem.fromWkt(wkt)
        if not layer or not show_place(self.iface, Path(folder), layer, int(fid), False, load=False):
            zoom_to(self.iface, box, crs)
            flash(self.iface, box, crs)
