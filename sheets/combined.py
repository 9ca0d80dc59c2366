"""Several layouts as one PDF: each is opened when its turn comes and closed before the next."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional, Protocol, Sequence

from qgis.core import (
    QgsAbstractLayoutIterator,
    QgsLayoutExporter,
    QgsLayoutItemPage,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsUnitTypes,
)

from ..messages import Message, Progress, message
from .appendix_pages import Drawn, Leaf
from .export import Export, SheetError, check_export, pdf_settings
from .pdf_files import fresh_pdf
from .situation import OpenSheet

_MILLIMETRES = QgsUnitTypes.LayoutUnit.LayoutMillimeters


class Opened(Protocol):
    """A layout that is ready to be printed."""

    @property
    def layout(self) -> QgsPrintLayout:
        """The layout."""

    def check(self) -> None:
        """Raise what went wrong while it was drawn."""

    def close(self) -> None:
        """Let go of it."""


class DrawnPage:
    """One page that is drawn by a painter, as a layout of its own."""

    def __init__(self, page: Drawn, width: float, height: float):
        self._project = QgsProject()
        self.layout = QgsPrintLayout(self._project)
        self.layout.undoStack().blockCommands(True)
        sheet = QgsLayoutItemPage(self.layout)
        sheet.setPageSize(QgsLayoutSize(width, height, _MILLIMETRES))
        self.layout.pageCollection().addPage(sheet)
        self._leaf = Leaf(self.layout, page)
        self.layout.addLayoutItem(self._leaf)
        self._leaf.attemptResize(QgsLayoutSize(width, height, _MILLIMETRES))
        self._leaf.attemptMove(QgsLayoutPoint(0, 0, _MILLIMETRES))

    def check(self) -> None:
        """Raise what went wrong while it was drawn."""
        if self._leaf.failed is not None:
            raise self._leaf.failed

    def close(self) -> None:
        """Let go of it."""
        self._project.clear()


class MapPage:
    """The sheet of one theme, with the pages behind it."""

    def __init__(self, sheet: OpenSheet):
        self._sheet = sheet
        self.layout = sheet.page.layout

    def check(self) -> None:
        """Raise what went wrong while it was drawn."""
        self._sheet.page.check()

    def close(self) -> None:
        """Let go of it."""
        self._sheet.close()


class _Iterator(QgsAbstractLayoutIterator):
    """Opens one layout after the other for QGIS's exporter."""

    def __init__(self, parts: Sequence[Callable[[], Opened]], progress: Progress, skip: Callable[[int, Message], None]):
        super().__init__()
        self._parts, self._progress, self._skip = parts, progress, skip
        self._place = -1
        self._now: Optional[Opened] = None
        self.failed: Optional[Exception] = None
        self.pages = 0

    def beginRender(self) -> bool:
        return bool(self._parts)

    def endRender(self) -> bool:
        self._close()
        return True

    def count(self) -> int:
        return len(self._parts)

    def layout(self) -> QgsPrintLayout:
        return self._now.layout

    def filePath(self, base: str, extension: str) -> str:
        return f"{base}.{extension}"

    def next(self) -> bool:
        # An exception cannot pass through Qt: it is kept and raised after the export.
        try:
            self._close()
            while self._place + 1 < len(self._parts):
                self._progress.raise_if_cancelled()
                self._place += 1
                self._progress.set_fraction(self._place / len(self._parts))
                try:
                    self._now = self._parts[self._place]()
                except SheetError as error:
                    # one map that cannot be drawn must not cost the others
                    self._skip(self._place, error.message)
                    continue
                self.pages += self._now.layout.pageCollection().pageCount()
                return True
        except Exception as error:
            self.failed = error
        return False

    def _close(self) -> None:
        if self._now is not None:
            now, self._now = self._now, None
            try:
                now.check()
            finally:
                now.close()


def export_together(
    parts: Sequence[Callable[[], Opened]], path: Path, progress: Progress, skip: Callable[[int, Message], None]
) -> Export:
    """Write several layouts into one PDF.

    Parameters
        parts: what opens each, in their order.
        skip: called with the place and the reason of each that cannot be drawn.

    Raises
        SheetError: nothing could be drawn, or the file was not written to its end.
    """
    iterator = _Iterator(parts, progress, skip)
    with fresh_pdf(path) as part:
        result, _ = QgsLayoutExporter.exportToPdf(iterator, str(part), pdf_settings(None))
        if iterator.failed is not None:
            raise iterator.failed
        if not iterator.pages:
            raise SheetError(message("Nothing of the brief could be drawn. Make the results of the situation first."))
        check_export(result, part, path)
    return Export(path, iterator.pages)
