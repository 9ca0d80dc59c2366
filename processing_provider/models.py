"""The models that ship: files of QGIS's model designer, whose names and texts are told in the user's language here.

A model file holds one language, and its inputs in the order of their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from qgis.core import QgsProcessingContext, QgsProcessingModelAlgorithm, QgsProcessingModelChildAlgorithm
from qgis.PyQt.QtGui import QIcon

from .. import dependencies
from ..layers.schema import SPECS
from ..messages import TomoshibiError
from ..translate import tr, translate_message
from .base import own_title, shown_help
from .groups import GROUPS, ICON
from .needs import unmet
from .output_targets import LAYERS, in_case
from .permission import refuse_use


@dataclass(frozen=True)
class Words:
    """What a model says of itself."""

    title: Callable[[], str]
    inputs: tuple[tuple[str, Callable[[], str], Callable[[], str]], ...]
    """(parameter, its name, its help), in the order shown."""
    tags: tuple[str, ...]


MODELS: dict[str, Words] = {
    "morning_brief": Words(
        lambda: tr("Make the morning brief: layers and map sheets of a case"),
        (
            (
                "CASE",
                lambda: tr("Case folder"),
                lambda: tr(
                    "The folder made with “Create case”. Everything received and made for one disaster is in it."
                ),
            ),
            (
                "FACILITIES",
                lambda: tr("Facilities"),
                lambda: tr("Shelters and key facilities, as for “Show which shelters have power”."),
            ),
            ("AREAS", lambda: tr("Areas"), lambda: tr("Polygons of settlements (大字, 集落): one community each.")),
            ("ROADS", lambda: tr("Roads"), lambda: tr("As for “Find communities that may be isolated”.")),
            (
                "HAZARDS",
                lambda: tr("Landslides and damage"),
                lambda: tr("As for “Find communities that may be isolated”."),
            ),
        ),
        ("朝の状況", "定時報告", "災害対策本部", "一括", "morning", "brief", "batch", "asa", "teiji"),
    ),
}


class ShippedModel(QgsProcessingModelAlgorithm):
    """A model that ships, in the user's language."""

    def __init__(self, path: Path):
        super().__init__()
        self._path = path
        self.good = self.fromFile(str(path))
        """Whether QGIS could read it: the algorithms of its steps must be there."""
        self._words: Optional[Words] = MODELS.get(path.stem)
        if self.good and self._words is not None:
            self._tell(self._words)

    def _tell(self, words: Words) -> None:
        for name, title, help_ in words.inputs:
            definition = self.parameterDefinition(name)
            told = definition.clone()
            told.setDescription(own_title(title()) if name != "CASE" else title())
            told.setHelp(help_())
            self.updateModelParameter(told)
        self.setParameterOrder([name for name, _, _ in words.inputs])
        for step in self.childAlgorithms().values():
            outputs = step.modelOutputs()
            for output in outputs.values():
                algorithm = step.algorithmId().split(":")[1]
                output.setDescription(SPECS[algorithm].title() if algorithm in SPECS else tr("Folder for the PDFs"))
                output.setDefaultValue(in_case(LAYERS if algorithm in SPECS else "sheets"))
            step.setModelOutputs(outputs)
            self.setChildAlgorithm(step)
        if hasattr(self, "setOutputOrder"):
            # Since QGIS 3.32; before, by name.
            self.setOutputOrder([name for step in self._in_order() for name in step.modelOutputs()])
        self.updateDestinationParameters()

    def _in_order(self) -> list[QgsProcessingModelChildAlgorithm]:
        """Return the steps row by row and from left to right, as they are drawn."""
        return sorted(self.childAlgorithms().values(), key=lambda step: (step.position().y(), step.position().x()))

    def createInstance(self) -> QgsProcessingModelAlgorithm:
        return type(self)(self._path)

    def canExecute(self) -> tuple[bool, str]:
        reason = unmet(dependencies.ALL)
        return (False, reason) if reason else super().canExecute()

    def checkParameterValues(self, parameters: dict, context: QgsProcessingContext) -> tuple[bool, str]:
        reason = unmet(dependencies.ALL) or self._not_permitted(parameters, context)
        return (False, reason) if reason else super().checkParameterValues(parameters, context)

    def _not_permitted(self, parameters: dict, context: QgsProcessingContext) -> str:
        """Return why nothing may be made of the case; QGIS would say of its first step only that it failed."""
        folder = Path(self.parameterAsFile(parameters, "CASE", context))
        try:
            if (folder / "case.json").is_file():
                refuse_use(folder)
        except TomoshibiError as error:
            return translate_message(error.message)
        return ""

    def displayName(self) -> str:
        return self._words.title() if self._words is not None else super().displayName()

    def group(self) -> str:
        return GROUPS[self.groupId()].title() if self.groupId() in GROUPS else super().group()

    def tags(self) -> list[str]:
        return list(self._words.tags) if self._words is not None else super().tags()

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def shortHelpString(self) -> str:
        return shown_help(self._path.stem, self.parameterDefinitions())
