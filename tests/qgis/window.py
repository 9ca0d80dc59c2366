"""As much of QGIS's main window as the plugin and its dialogs need."""

from __future__ import annotations

from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QMainWindow, QMenu, QToolBar


class StatusBar:
    """QGIS's status bar, as much of it as a sign needs."""

    def __init__(self, window: QMainWindow):
        self.bar = window.statusBar()

    def addPermanentWidget(self, widget) -> None:
        self.bar.addPermanentWidget(widget)

    def removeWidget(self, widget) -> None:
        self.bar.removeWidget(widget)


class Interface:
    """As much of QGIS's interface as the plugin and the refresher need."""

    def __init__(self):
        self.window = QMainWindow()
        self.plugins = QMenu("Plugins", self.window)
        self.messages = QgsMessageBar(self.window)
        self.drops: list = []
        self.status = StatusBar(self.window)
        self.canvas = QgsMapCanvas(self.window)
        self.locators: list = []
        self.docks: list = []
        self.forms: list = []
        """(layer, feature) of the forms that were opened."""

    def delete(self) -> None:
        """Take the window away now: what is left to the garbage collector may outlive QGIS."""
        sip.delete(self.window)

    def mainWindow(self) -> QMainWindow:
        return self.window

    def statusBarIface(self) -> StatusBar:
        return self.status

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def messageBar(self) -> QgsMessageBar:
        return self.messages

    def pluginMenu(self) -> QMenu:
        return self.plugins

    def addToolBar(self, title: str) -> QToolBar:
        return self.window.addToolBar(title)

    def registerCustomDropHandler(self, handler) -> None:
        self.drops.append(handler)

    def unregisterCustomDropHandler(self, handler) -> None:
        self.drops.remove(handler)

    def registerOptionsWidgetFactory(self, factory) -> None:
        pass

    def unregisterOptionsWidgetFactory(self, factory) -> None:
        pass

    def registerLocatorFilter(self, filter_) -> None:
        self.locators.append(filter_)

    def deregisterLocatorFilter(self, filter_) -> None:
        self.locators.remove(filter_)

    def addDockWidget(self, area, dock) -> None:
        self.window.addDockWidget(area, dock)
        self.docks.append(dock)

    def removeDockWidget(self, dock) -> None:
        self.window.removeDockWidget(dock)
        self.docks.remove(dock)

    def openFeatureForm(self, layer, feature, update_only, modal) -> None:
        self.forms.append((layer, feature))
