"""The Processing provider: its name, its version and its algorithms."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .. import settings
from ..casefile import heads
from ..translate import tr
from .groups import ICON
from .registry import ALGORITHMS
from .toolbox import ListedAlgorithm, Row, may_wait, rows

if TYPE_CHECKING:
    from .base import TomoshibiAlgorithm
    from .models import ShippedModel

FOLDER = settings.HOME / "models"
"""Model files, named by their ids."""


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
        listed = rows() if may_wait() else {}
        for module, name in ALGORITHMS:
            make = partial(_make, module, name)
            id_ = module.rpartition(".")[2]
            self.addAlgorithm(ListedAlgorithm(id_, listed[id_], make) if id_ in listed else make())
        if QgsApplication.processingRegistry().providerById(self.id()) is not None:
            self._offer_models(listed)

    def _added(self, provider_id: str) -> None:
        if provider_id == self.id():
            self._offer_models(rows() if may_wait() else {})
            self.algorithmsLoaded.emit()

    def _offer_models(self, listed: dict[str, Row]) -> None:
        for path in sorted(FOLDER.glob("*.model3")):
            if self.algorithm(path.stem) is not None:
                continue
            if path.stem in listed:
                self.addAlgorithm(ListedAlgorithm(path.stem, listed[path.stem], partial(_model, path)))
            elif (model := _model(path)).good:
                self.addAlgorithm(model)


def _make(module: str, name: str) -> TomoshibiAlgorithm:
    """Import the module of an algorithm and make one."""
    return getattr(import_module(f".{module}", __package__), name)()


def _model(path: Path) -> ShippedModel:
    from .models import ShippedModel

    return ShippedModel(path)
