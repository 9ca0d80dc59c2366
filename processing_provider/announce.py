"""Telling QGIS's window that an algorithm ended and where its results are; nobody need listen."""

from __future__ import annotations

import html
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Optional

from qgis.core import QgsMapLayer, QgsProcessingFeedback, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..translate import tr

_quiet = threading.local()


class Announcer(QObject):
    """Lives in the main thread, so that who listens hears there what ended in another."""

    ended = pyqtSignal(str, dict)
    """Name below `tomoshibi:`, {output: path of a file or folder, or source of a layer in a file}."""


ANNOUNCER = Announcer()


def announce(
    name: str, results: dict[str, Any], destinations: list[str], feedback: Optional[QgsProcessingFeedback] = None
) -> None:
    """Say that an algorithm ended, with those of its results that lie in files; links to them go into the log."""
    places = {key: str(results[key]) for key in destinations if isinstance(results.get(key), str)}
    places = {key: place for key, place in places.items() if "/" in place or "\\" in place}
    if places and not within_another():
        ANNOUNCER.ended.emit(name, places)
        if feedback is not None:
            tell_places(feedback, list(places.values()))


def file_of(place: str) -> tuple[Path, str]:
    """Return (file or folder, name of the layer in it, "" where the place is no layer)."""
    from ..layers.uris import file_and_layer

    path, layer = file_and_layer(place)
    return Path(path or place), layer


def layer_at(place: str, project: QgsProject) -> Optional[QgsMapLayer]:
    """Return the layer of a project that shows what lies at a place, None where there is none."""
    from ..layers.postprocess import place_of, place_of_source

    wanted = place_of_source(place)
    return next((each for each in project.mapLayers().values() if place_of(each) == wanted), None)


def tell_places(feedback: QgsProcessingFeedback, places: list[str]) -> None:
    """Put links to folders and files into the log, where QGIS (since 3.36) takes them; its window opens them."""
    push = getattr(feedback, "pushFormattedMessage", None)
    for place in places if push is not None else ():
        path, _ = file_of(place)
        address = html.escape(path.absolute().as_uri(), quote=True)
        push(f'<a href="{address}">{html.escape(str(path))}</a>', tr("Made: {place}").format(place=path))


def within_another() -> bool:
    """Whether this thread runs an algorithm within another."""
    return bool(getattr(_quiet, "depth", 0))


@contextmanager
def quietly() -> Iterator[None]:
    """Let algorithms that this thread runs within end without being announced: who runs them tells of them."""
    _quiet.depth = getattr(_quiet, "depth", 0) + 1
    try:
        yield
    finally:
        _quiet.depth -= 1
