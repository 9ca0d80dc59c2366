"""The Processing provider: its name, its version and its algorithms."""

from __future__ import annotations

from importlib import import_module

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .. import settings
from ..translate import tr
from .base import ICON
from .registry import ALGORITHMS


class TomoshibiProvider(QgsProcessingProvider):
    """Provider `tomoshibi`."""

    def id(self) -> str:
        return "tomoshibi"

    def name(self) -> str:
        return tr("Tomoshibi")

    def longName(self) -> str:
        return tr("Tomoshibi: smart-meter data for disaster response")

    def versionInfo(self) -> str:
        return settings.metadata("version")

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def loadAlgorithms(self) -> None:
        for module, name in ALGORITHMS:
            self.addAlgorithm(getattr(import_module(f".{module}", __package__), name)())
