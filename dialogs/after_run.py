"""The message when an algorithm has ended: open the folder, open the sheet, zoom to the layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsApplication, QgsCoordinateTransform, QgsProject
from qgis.gui import QgsMessageBarItem
from qgis.PyQt.QtCore import QObject, QTimer, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QPushButton

from ..processing_provider.announce import ANNOUNCER, file_of, layer_at
from ..translate import tr

SECONDS = 30
"""How long the message stays."""
_MARGIN = 1.1


class AfterRun(QObject):
    """Shows one message in QGIS's window, the newest; `close` stops listening."""

    def __init__(self, iface: Any):
        super().__init__()
        self._iface = iface
        self._shown: Optional[QgsMessageBarItem] = None
        self._title = ""
        """Name of the algorithm that is shown."""
        self._listens = False
        ANNOUNCER.ended.connect(self.show)

    def close(self) -> None:
        """Listen no longer."""
        ANNOUNCER.ended.disconnect(self.show)
        if self._listens:
            self._iface.messageBar().widgetAdded.disconnect(self._added)
        self._forget()

    def show(self, name: str, places: dict[str, str]) -> None:
        """Show what the algorithm `name` made and where (`places`: output → file, folder or source of a layer)."""
        algorithm = QgsApplication.processingRegistry().algorithmById(f"tomoshibi:{name}")
        if algorithm is None:
            return
        self._forget()
        bar = self._iface.messageBar()
        made = tr(", ").join(dict.fromkeys(map(_name_of, places.values())))
        words = tr("{algorithm}: made {places}").format(algorithm=algorithm.displayName(), places=made)
        item = bar.createMessage(tr("Tomoshibi"), words)
        for text, action in self._actions(list(places.values())):
            button = QPushButton(text, item)
            button.clicked.connect(lambda checked=False, do=action: do())
            item.layout().addWidget(button)
        self._title = algorithm.displayName()
        bar.pushWidget(item, Qgis.MessageLevel.Success, SECONDS)
        self._shown = item
        if not self._listens:
            bar.widgetAdded.connect(self._added)
            self._listens = True
        item.destroyed.connect(self._gone)

    def _added(self, *_: object) -> None:
        """Look once the message is there; QGIS 3.22 hands it over as a widget of no kind."""
        if self._shown is not None:
            QTimer.singleShot(0, self._take_away)

    def _take_away(self) -> None:
        """Take away that QGIS, too, tells of the end of the same task: its message would lie over the buttons."""
        bar = self._iface.messageBar()
        for item in bar.items() if self._shown is not None else ():
            if isinstance(item, QgsMessageBarItem) and item is not self._shown and item.text() == self._title:
                bar.popWidget(item)

    def _actions(self, places: list[str]) -> list[tuple[str, Callable[[], None]]]:
        """Return the buttons: their words and what each does."""
        found: list[tuple[str, Callable[[], None]]] = []
        for place in places:
            file, layer = file_of(place)
            if layer or file.suffix.lower() == ".gpkg":
                found.append((tr("Zoom to the layer"), lambda place=place: self._zoom(place)))
            elif file.is_file():
                found.append((tr("Open {file}").format(file=file.name), lambda file=file: _open(file)))
            sheets = sorted(file.glob("*.pdf")) if file.is_dir() else []
            if sheets:
                found.append((tr("Open the sheet"), lambda sheet=sheets[0]: _open(sheet)))
            folder = file if file.is_dir() else file.parent
            found.append((tr("Open the folder"), lambda folder=folder: _open(folder)))
        words = dict.fromkeys(text for text, _ in found)
        return [next(one for one in found if one[0] == text) for text in words]

    def _zoom(self, place: str) -> None:
        """Show the layer that lies at a place, loading it where it is not on the screen."""
        project = QgsProject.instance()
        layer = layer_at(place, project)
        if layer is None:
            layer = self._iface.addVectorLayer(place, file_of(place)[1], "ogr")
        canvas = self._iface.mapCanvas()
        if layer is None or canvas is None or layer.extent().isNull():
            return
        crs = canvas.mapSettings().destinationCrs()
        extent = QgsCoordinateTransform(layer.crs(), crs, project).transformBoundingBox(layer.extent())
        extent.scale(_MARGIN)
        canvas.setExtent(extent)
        canvas.refresh()

    def _forget(self) -> None:
        shown, self._shown = self._shown, None
        if shown is not None:
            self._iface.messageBar().popWidget(shown)

    def _gone(self) -> None:
        self._shown = None


def _name_of(place: str) -> str:
    """Return what a result is called: its file or folder, and the layer in it."""
    file, layer = file_of(place)
    return tr("{layer} in {file}").format(layer=layer, file=file.name) if layer else file.name


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
