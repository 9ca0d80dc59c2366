"""Cases in QGIS's browser: a double click on a case folder opens its project; opened ones are among the favourites.

All that is shown are QGIS's own items. Items and providers made in Python are asked by the browser in threads, and end
QGIS with a crash when it closes, or the plugin is taken away, while it asks (measured with 3.22).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import QgsDataItem, QgsDirectoryItem, QgsSettings
from qgis.gui import QgsDataItemGuiContext, QgsDataItemGuiProvider, QgsGui
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

from .. import settings
from ..translate import tr

_FAVOURITES = "browser/favourites"
"""Setting of QGIS: folders among the favourites of the browser."""
_NAMED = "|||"
"""What QGIS writes between the folder and the name of a favourite."""
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
        action = QAction(_icon(), tr("Open the Project of the Case"), menu)
        action.setObjectName("mTomoshibiOpenProject")
        action.triggered.connect(lambda checked=False: self._open(folder))
        first = menu.actions()[0] if menu.actions() else None
        menu.insertAction(first, action) if first is not None else menu.addAction(action)


def _icon() -> QIcon:
    return QIcon(str(settings.HOME / "resources" / "icon.svg"))


def _folder_of(item: QgsDataItem) -> str:
    return item.dirPath() if isinstance(item, QgsDirectoryItem) else ""


class CasesInBrowser:
    """Cases in the browser of this window; `close` takes away what can be done with them."""

    def __init__(self, open_project: Callable[[str], Any]):
        self._items: Optional[CaseItems] = CaseItems(open_project)
        QgsGui.dataItemGuiProviderRegistry().addProvider(self._items)

    def close(self) -> None:
        """Take it away: the registry deletes what it is given back."""
        QgsGui.dataItemGuiProviderRegistry().removeProvider(self._items)
        self._items = None


def keep_in_favourites(folder: str, iface: Any) -> None:
    """Put a case among the favourites of the browser, under the name of the case, where it is not there yet."""
    model = iface.browserModel()
    name = case_name(folder)
    said = QgsSettings().value(_FAVOURITES) or []
    # A list of one comes back from the file as a text; each is `folder|||name`.
    told = [said] if isinstance(said, str) else said
    held = {os.path.realpath(str(each).split(_NAMED)[0]) for each in told}
    if model is not None and name and os.path.realpath(folder) not in held:
        model.addFavoriteDirectory(folder, name)
