"""What the toolbox shows of an algorithm before it is opened: name, group, search words, kept in a file that ships.

QGIS reads all algorithms when it starts. So that nobody waits for 60 modules and 700 parameters that most sessions
never open, an algorithm is registered as its row of `resources/toolbox.json`; its module is imported, and its
parameters made, when the first one asks for more. `make reference` writes the file; an algorithm without a row is
registered as it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsApplication, QgsProcessingAlgorithm, QgsProcessingModelAlgorithm
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from .. import settings
from ..translate import CONTEXT
from .groups import GROUPS, ICON

ROWS = settings.HOME / "resources" / "toolbox.json"
FLAGS = ("FlagNoThreading",)
"""Flags beyond the default that algorithms may have."""
STEPS_APART = 32600
"""The QGIS from which on a model runs in the background, and only those of its steps in the window that must."""
OF_WHOLE = (
    *("canExecute", "checkParameterValues", "createCustomParametersWidget"),
    *("helpUrl", "helpString", "shortHelpString"),
    *("asPythonCommand", "asQgisProcessCommand", "asMap"),
    *("parameterDefinitions", "parameterDefinition", "destinationParameterDefinitions", "countVisibleParameters"),
    *("outputDefinitions", "outputDefinition", "hasHtmlOutputs"),
)
"""Methods of QGIS's that need parameters or the module."""

Row = dict[str, Any]


def rows(path: Path = ROWS) -> dict[str, Row]:
    """Return {algorithm: title in English, group, tags, flags, of models those of steps}; empty without a file."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}


def row_of(algorithm: QgsProcessingAlgorithm) -> Row:
    """Return the row of an algorithm, which must speak English."""
    row = {
        "title": algorithm.displayName(),
        "group": algorithm.groupId(),
        "tags": list(algorithm.tags()),
        "flags": _flags_beyond(algorithm),
    }
    if isinstance(algorithm, QgsProcessingModelAlgorithm):
        # a step takes its algorithm with it when it goes
        steps = list(algorithm.childAlgorithms().values())
        row.update(
            {
                "flags": [],
                "flags_of_steps": sorted({name for step in steps for name in _flags_beyond(step.algorithm())}),
            }
        )
    return row


def _flags_beyond(algorithm: QgsProcessingAlgorithm) -> list[str]:
    default = QgsProcessingAlgorithm.flags(algorithm)
    return [name for name in FLAGS if algorithm.flags() & getattr(QgsProcessingAlgorithm.Flag, name) & ~default]


def may_wait() -> bool:
    """Whether parameters may be made when they are asked for: everywhere but where QGIS reads them without Python."""
    return QgsApplication.platform() in ("desktop", "external")


def _asked_of_whole(name: str) -> Callable[..., Any]:
    """Return a method that hands on to the algorithm itself."""

    def asked(self: ListedAlgorithm, *given: Any, **named: Any) -> Any:
        return getattr(self.whole, name)(*given, **named)

    asked.__name__ = name
    return asked


class ListedAlgorithm(QgsProcessingAlgorithm):
    """An algorithm as the toolbox lists it; whoever runs it or asks for more gets the algorithm itself."""

    def __init__(self, name: str, row: Row, make: Callable[[], QgsProcessingAlgorithm]):
        super().__init__()
        self._name, self._row, self._make = name, row, make
        self._whole: Optional[QgsProcessingAlgorithm] = None

    @property
    def whole(self) -> QgsProcessingAlgorithm:
        """The algorithm itself, with its parameters, made when it is first asked for."""
        if self._whole is None:
            self._whole = self.create()
        return self._whole

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_name", "_row", "_make", "_whole"):
            raise AttributeError(name)
        return getattr(self.whole, name)

    def createInstance(self) -> QgsProcessingAlgorithm:
        return self._make()

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        """Make no parameters: `whole` has them."""

    def name(self) -> str:
        return self._name

    def displayName(self) -> str:
        return QCoreApplication.translate(CONTEXT, self._row["title"])

    def group(self) -> str:
        return GROUPS[self._row["group"]].title()

    def groupId(self) -> str:
        return self._row["group"]

    def tags(self) -> list[str]:
        return list(self._row["tags"])

    def flags(self):
        flags = super().flags()
        of_steps = self._row.get("flags_of_steps", ()) if Qgis.QGIS_VERSION_INT < STEPS_APART else ()
        for name in (*self._row["flags"], *of_steps):
            flags |= getattr(QgsProcessingAlgorithm.Flag, name)
        return flags

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def processAlgorithm(self, *given: Any) -> dict[str, Any]:
        """Never called: QGIS runs what `createInstance` returns."""
        return self.whole.processAlgorithm(*given)


for _name in OF_WHOLE:
    # Some came with later versions of QGIS.
    if hasattr(QgsProcessingAlgorithm, _name):
        setattr(ListedAlgorithm, _name, _asked_of_whole(_name))
