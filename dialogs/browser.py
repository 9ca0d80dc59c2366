"""Cases in QGIS's browser: a case folder is shown by the case's name, and a double click opens its project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import QgsApplication, QgsDataItem, QgsDataItemProvider, QgsDataProvider, QgsDirectoryItem
from qgis.gui import QgsDataItemGuiContext, QgsDataItemGuiProvider, QgsGui
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

from .. import settings
from ..translate import tr

_MOST = 100_000
"""Bytes of a `case.json` that is looked at: one that is larger is none."""


def case_name(folder: str) -> str:
    """Return the name of the case in a folder, marked where it is a drill, "" where there is none."""
    path = Path(folder, "case.json")
    try:
        if not path.is_file() or path.stat().st_size > _MOST:
            return ""
        said = json.loads(path.read_text(encoding="utf-8"))
        name = str(said["name"]).splitlines()[0].strip()
        drill = bool(said.get("practice"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        # any other program's case.json
        return ""
    return tr("{case} [drill]").format(case=name) if name and drill else name


class CaseFolders(QgsDataItemProvider):
    """Shows case folders by the name of their case; asked by QGIS from threads of its own."""

    def name(self) -> str:
        return "tomoshibi:cases"

    def capabilities(self) -> int:
        return int(QgsDataProvider.DataCapability.Dir)

    def handlesDirectoryPath(self, path: str) -> bool:
        return bool(case_name(path))

    def createDataItem(self, path: str, parent: Optional[QgsDataItem]) -> Optional[QgsDataItem]:
        name = case_name(path) if path and parent is not None else ""
        if not name:
            return None
        # QGIS's own kind of item and none of Python's: it lives as long as the browser wants it to.
        item = QgsDirectoryItem(parent, f"{name} ({os.path.basename(path)})", path, path)
        item.setSortKey(f"  {os.path.basename(path)}")
        return item


class CaseItems(QgsDataItemGuiProvider):
    """What can be done with a case folder in the browser."""

    def __init__(self, open_project: Callable[[str], Any]):
        super().__init__()
        self._open = open_project

    def name(self) -> str:
        return "tomoshibi:cases"

    def handleDoubleClick(self, item: QgsDataItem, context: QgsDataItemGuiContext) -> bool:
        folder = _folder_of(item)
        if not case_name(folder):
            return False
        self._open(folder)
        return True

    def populateContextMenu(
        self, item: QgsDataItem, menu: QMenu, selected: list[QgsDataItem], context: QgsDataItemGuiContext
    ) -> None:
        folder = _folder_of(item)
        if not case_name(folder):
            return
        action = QAction(QIcon(str(settings.HOME / "resources" / "icon.svg")), tr("Open the Project of the Case"), menu)
        action.setObjectName("mTomoshibiOpenProject")
        action.triggered.connect(lambda checked=False: self._open(folder))
        first = menu.actions()[0] if menu.actions() else None
        menu.insertAction(first, action) if first is not None else menu.addAction(action)


def _folder_of(item: QgsDataItem) -> str:
    return item.dirPath() if isinstance(item, QgsDirectoryItem) else ""


class CasesInBrowser:
    """Cases in the browser of this window; `close` takes them away."""

    def __init__(self, open_project: Callable[[str], Any]):
        self._folders: Optional[CaseFolders] = CaseFolders()
        self._items: Optional[CaseItems] = CaseItems(open_project)
        QgsApplication.dataItemProviderRegistry().addProvider(self._folders)
        QgsGui.dataItemGuiProviderRegistry().addProvider(self._items)

    def close(self) -> None:
        """Take them away: both registries delete what they are given back."""
        QgsGui.dataItemGuiProviderRegistry().removeProvider(self._items)
        QgsApplication.dataItemProviderRegistry().removeProvider(self._folders)
        self._folders = self._items = None
