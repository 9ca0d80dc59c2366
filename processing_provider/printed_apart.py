"""An algorithm that draws layouts: in a process of its own where a window waits for it, and in this one otherwise."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterFolderDestination,
    QgsProcessingUtils,
    QgsProject,
)

from ..layers.opening import in_window
from ..messages import message
from .apart.handover import PACKAGE, OnlyHere, layers_as_text, plain, surroundings
from .apart.process import CannotStart, printed_apart
from .apart.python import python_of_qgis
from .apart.window_thread import in_window_thread
from .base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from .desk import desk
from .on_screen import same, vector_layers
from .output_targets import LAYERS
from .publish.printing import tiles_answer

_broken: list[str] = []
"""Why no process can be started here, once that is known."""


def can_print_apart() -> bool:
    """Whether there is a window to be kept free, and a process can be started for it."""
    return desk() is not None and not _broken


class PrintedApart(TomoshibiAlgorithm):
    """Draws layouts, which belong to the main thread of QGIS.

    With a window it runs in the background and its work is done by a process of its own; what that cannot do, or see,
    is done in the window, as is everything that is run there by a script.
    """

    LAYERS_OF: tuple[str, ...] = ()
    """Parameters that take layers."""

    def flags(self):
        held = super().flags()
        return held if can_print_apart() else held | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def layers_on_screen(self, project: QgsProject) -> list[QgsMapLayer]:
        """Return what of the window is printed though no parameter names it. In the thread of the window."""
        return []

    def way(self) -> Callable[[Parameters, QgsProcessingContext, FeedbackProgress], Any]:
        return self.work if in_window() or desk() is None else self._work_apart

    def _work_apart(
        self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        """Let a process do the work, or the window where that cannot."""
        given, project = self._placed(parameters, context), context.project()
        case = self._case_folder(given, context)
        if case is not None:
            for name in in_window_thread(partial(_unsaved, project, case / LAYERS), progress):
                progress.warn(message("“{layer}” has edits that are not saved: they are not printed.", layer=name))
        try:
            request = in_window_thread(partial(self._request, given, project), progress)
            if "BASEMAP" in given and self.choice(given, context, "BASEMAP") != "none":
                request["tiles"] = tiles_answer(progress)
            python = python_of_qgis()
            if python is None:
                raise CannotStart("python")
            return printed_apart(python, request, case, self._outputs(given), progress)
        except OnlyHere as error:
            progress.info(message("{why}: it is printed in this window, which waits meanwhile.", why=error.message))
        except CannotStart as error:
            _tell_once(str(error))
        return in_window_thread(partial(self._here, given, project, progress), progress)

    def _placed(self, parameters: Parameters, context: QgsProcessingContext) -> Parameters:
        """Return the parameters with the outputs where they go: a temporary place is one of this process."""
        made = dict(parameters)
        for each in self.destinationParameterDefinitions():
            folder = isinstance(each, QgsProcessingParameterFolderDestination)
            read = self.parameterAsString if folder else self.parameterAsFileOutput
            made[each.name()] = read(parameters, each.name(), context)
        return made

    def _request(self, parameters: Parameters, project: Optional[QgsProject]) -> dict[str, Any]:
        """Return what the process is asked; raises `OnlyHere` where it would not see what this window shows."""
        given, layers = dict(parameters), []
        for name in self.LAYERS_OF:
            given[name] = _named(given.get(name), project, layers)
        if project is not None and not any(map(given.get, self.LAYERS_OF)):
            layers += self.layers_on_screen(project)
        return {
            **surroundings(),
            "module": type(self).__module__[len(PACKAGE) + 1 :],
            "algorithm": type(self).__name__,
            "parameters": {name: plain(value) for name, value in given.items()},
            "layers": layers_as_text(layers),
            "tiles": None,
        }

    def _outputs(self, parameters: Parameters) -> list[Path]:
        """Return the folders beside the case's that the process may write into."""
        found = [Path(str(parameters[each.name()])) for each in self.destinationParameterDefinitions()]
        return [*found, *(place.parent for place in found)]

    def _here(
        self, parameters: Parameters, project: Optional[QgsProject], progress: FeedbackProgress
    ) -> dict[str, Any]:
        """Do the work in the thread of the window."""
        window, context = desk(), QgsProcessingContext()
        context.setProject(project)
        work = partial(self.work, parameters, context, progress)
        return work() if window is None else window.busy(self.title(), progress.feedback, work)


def _named(value: Any, project: Optional[QgsProject], layers: list[QgsMapLayer]) -> Any:
    """Return the value of a parameter with ids in the place of layers of the window, which are put into `layers`."""
    if isinstance(value, (list, tuple)):
        return [_named(part, project, layers) for part in value]
    layer = _shown(value, project)
    if layer is None:
        return value
    if layer not in layers:
        layers.append(layer)
    return layer.id()


def _shown(value: Any, project: Optional[QgsProject]) -> Optional[QgsMapLayer]:
    """Return the layer of the window that a value of a parameter names, None where it names none."""
    if isinstance(value, QgsMapLayer) or not isinstance(value, str) or project is None:
        return value if isinstance(value, QgsMapLayer) else None
    context = QgsProcessingContext()
    context.setProject(project)
    return QgsProcessingUtils.mapLayerFromString(value, context, False)


def _unsaved(project: Optional[QgsProject], package: Path) -> list[str]:
    """Return the names of layers on the screen that lie in a file and have edits that it does not hold."""
    held = vector_layers(project)
    return [layer.name() for layer, (path, _) in held if path == same(package) and layer.isModified()]


def _tell_once(reason: str) -> None:
    """Say in QGIS's log that printing is done in the window from now on, and why."""
    if not _broken:
        _broken.append(reason)
        words = tr(
            "Sheets are printed in the window, which waits meanwhile: no process could be started for it ({reason})."
        ).format(reason=reason)
        QgsApplication.messageLog().logMessage(words, "Tomoshibi", Qgis.MessageLevel.Warning)
