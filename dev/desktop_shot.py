"""Runs inside QGIS Desktop (`--code`): arrange the window, wait until the map is drawn, save a picture of it, leave.

TOMOSHIBI_SHOT is the picture to write, TOMOSHIBI_SHOT_DOCK that of the situation dock alone, TOMOSHIBI_SHOT_SIZE the
size of the window as WIDTHxHEIGHT.
"""

from __future__ import annotations

import os
import sys
from typing import Optional

from qgis.core import QgsApplication, QgsCoordinateTransform, QgsMapLayerType, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QElapsedTimer, QTimer
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QTreeWidget, QWidget
from qgis.utils import iface

WAIT_MS = 250
"""Between two looks at the map."""
QUIET = 8
"""How many looks in a row must find nothing being drawn."""
LONGEST_MS = 180_000
"""When to give up waiting; map tiles that do not answer must not keep the picture for ever."""
HIDDEN = ("Browser", "Browser2", "MessageLog", "Overview", "LayerStyling", "UndoRedo", "GPSInformation")
"""Docks that would take room from the map."""


class Shot:
    """Looks at the map until it is quiet, then saves the window and leaves."""

    def __init__(self) -> None:
        self.window = iface.mainWindow()
        self.clock = QElapsedTimer()
        self.quiet = 0
        self.arranged = False
        self.timer = QTimer()
        self.timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin; the window is complete by now."""
        self.clock.start()
        self.timer.start(WAIT_MS)

    def arrange(self) -> None:
        """Show the layers, the situation dock, and the whole map."""
        width, height = map(int, os.environ["TOMOSHIBI_SHOT_SIZE"].split("x"))
        self.window.showNormal()
        self.window.setGeometry(0, 0, width, height)
        for name in HIDDEN:
            dock = self.window.findChild(QDockWidget, name)
            if dock is not None:
                dock.hide()
        action = self.window.findChild(QAction, "mTomoshibiDockAction")
        if action is not None and not action.isChecked():
            action.trigger()
        self.frame()

    def frame(self) -> None:
        """Show the view the project opens with, or all its vector layers; map tiles would show the whole world."""
        project, canvas = QgsProject.instance(), iface.mapCanvas()
        view = project.viewSettings().defaultViewExtent()
        if not view.isEmpty():
            canvas.setReferencedExtent(view)
        elif not canvas.extent().intersects(self.extent_of_vectors()):
            whole = self.extent_of_vectors()
            canvas.setExtent(whole.buffered(whole.width() * 0.02))
        canvas.refresh()

    def extent_of_vectors(self) -> QgsRectangle:
        """Return the rectangle around all vector layers that have any feature, in the map's coordinates."""
        project, extent = QgsProject.instance(), QgsRectangle()
        for layer in project.mapLayers().values():
            if layer.type() == QgsMapLayerType.VectorLayer and layer.isSpatial() and layer.featureCount():
                change = QgsCoordinateTransform(layer.crs(), project.crs(), project)
                extent.combineExtentWith(change.transformBoundingBox(layer.extent()))
        return extent

    def situation(self) -> Optional[QWidget]:
        """Return the dock once it shows what it has read."""
        dock = self.window.findChild(QDockWidget, "mTomoshibiSituationDock")
        places = dock.findChild(QTreeWidget, "places") if dock is not None else None
        return dock if places is not None and places.topLevelItemCount() else None

    def look(self) -> None:
        """Called by the timer: arrange once the project is there, save once the map has been quiet."""
        loaded = bool(QgsProject.instance().mapLayers())
        if loaded and not self.arranged:
            self.arranged = True
            self.arrange()
        drawing = iface.mapCanvas().isDrawing() or self.situation() is None or not self.arranged
        # QGIS tells of each task that ended while its window was not the active one
        iface.messageBar().clearWidgets()
        self.quiet = 0 if drawing else self.quiet + 1
        if self.quiet >= QUIET or self.clock.elapsed() > LONGEST_MS:
            self.timer.stop()
            self.save()

    def save(self) -> None:
        """Save the picture and leave; what is wrong goes to the log that dev/desktop.py names."""
        broken = [layer.name() for layer in QgsProject.instance().mapLayers().values() if not layer.isValid()]
        plugin = QgsApplication.processingRegistry().providerById("tomoshibi") is not None
        dock = self.situation()
        if dock is None or not self.arranged or not plugin or broken:
            state = f"project loaded: {self.arranged}; plugin loaded: {plugin}; unreadable layers: {broken}"
            state += f"; situation read: {dock is not None}"
            print(f"shot: not saved; {state}", file=sys.stderr)
        elif not self.window.grab().save(os.environ["TOMOSHIBI_SHOT"], "PNG"):
            print("shot: the picture could not be written", file=sys.stderr)
        elif not dock.grab().save(os.environ["TOMOSHIBI_SHOT_DOCK"], "PNG"):
            print("shot: the picture of the dock could not be written", file=sys.stderr)
        QgsProject.instance().setDirty(False)
        QgsApplication.exit(0)


shot = Shot()
iface.initializationCompleted.connect(lambda: QTimer.singleShot(WAIT_MS, shot.start))
