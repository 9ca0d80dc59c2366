"""The Processing provider: its name, its version and its algorithms."""

from __future__ import annotations

from importlib import import_module

from qgis.core import QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .. import settings
from ..casefile import heads
from ..translate import tr
from .base import ICON
from .models import FOLDER, ShippedModel
from .registry import ALGORITHMS


class TomoshibiProvider(QgsProcessingProvider):
    """Provider `tomoshibi`."""

    def __init__(self) -> None:
        super().__init__()
        # A model finds its steps in the registry, where they are only once the provider has been added.
        QgsApplication.processingRegistry().providerAdded.connect(self._added)

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
        heads.keep_in(settings.heads_folder())
        for module, name in ALGORITHMS:
            self.addAlgorithm(getattr(import_module(f".{module}", __package__), name)())
        if QgsApplication.processingRegistry().providerById(self.id()) is not None:
            self._offer_models()

    def _added(self, provider_id: str) -> None:
        if provider_id == self.id():
            self._offer_models()
            self.algorithmsLoaded.emit()

    def _offer_models(self) -> None:
        for path in sorted(FOLDER.glob("*.model3")):
            if self.algorithm(path.stem) is None:
                model = ShippedModel(path)
                if model.good:
                    self.addAlgorithm(model)
