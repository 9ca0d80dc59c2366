"""The results that QGIS shows while a case is refreshed: which of them become new, and which stay as they are."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Mapping, Optional

from qgis.core import QgsProject, QgsVectorLayer

from ..layers.context import result_kind
from ..layers.postprocess import named_at
from ..layers.uris import file_and_layer

_EARLIER = "(?: 時点)?"
"""What earlier versions wrote behind the time, in Japanese."""

Place = tuple[str, str]
"""(file as the disk knows it, name of the layer in it); ("", "") of a layer that is in no file."""


@dataclass(frozen=True)
class Shown:
    """A layer of the project, as it was when a run began."""

    name: str
    """As the layer tree shows it."""
    place: Place
    kind: str
    """Theme of a result, "" of any other layer."""
    edited: bool


def same(path: Path) -> str:
    """Return a path as the disk knows it."""
    return os.path.normcase(os.path.realpath(path))


def vector_layers(project: Optional[QgsProject]) -> list[tuple[QgsVectorLayer, Place]]:
    """Return the vector layers of a project with their places."""
    found = []
    for layer in project.mapLayers().values() if project is not None else ():
        if isinstance(layer, QgsVectorLayer):
            path, name = file_and_layer(layer.source()) if layer.providerType() == "ogr" else ("", "")
            found.append((layer, (same(Path(path)), name) if path else ("", "")))
    return found


def shown_in(project: Optional[QgsProject]) -> tuple[Shown, ...]:
    """Return what a project shows. In the thread of the project only."""
    return tuple(
        Shown(layer.name(), place, result_kind(layer), layer.isEditable()) for layer, place in vector_layers(project)
    )


def outside_of(shown: tuple[Shown, ...], package: Path) -> list[str]:
    """Return the names of results on the screen that do not lie in a GeoPackage: no refresh reaches them."""
    return sorted({one.name for one in shown if one.kind and one.place[0] != same(package)})


def inside_of(shown: tuple[Shown, ...], package: Path) -> dict[str, str]:
    """Return {layer of a GeoPackage: its name on the screen} of the results that lie in it."""
    return {one.place[1]: one.name for one in shown if one.kind and one.place[0] == same(package)}


def show_anew(project: Optional[QgsProject], package: Path, made: Mapping[str, Optional[datetime]]) -> None:
    """Let the layers on the screen show what was written, with its time in their names where they have one.

    Parameters
        made: layer of the GeoPackage → moment it is of now. Layers that are being edited are left alone.
    """
    for layer, (path, name) in vector_layers(project):
        if path == same(package) and name in made and not layer.isEditable():
            layer.reload()
            layer.updateExtents()
            layer.setName(renamed(layer.name(), made[name]))
            layer.triggerRepaint()


def renamed(name: str, moment: Optional[datetime]) -> str:
    """Return the name of a layer with another time, where it has one: 避難所等の通電 1/2 04:00."""
    sample = named_at("\0", datetime(2000, 1, 2, 3, 4))
    pattern = re.escape(sample).replace(re.escape("1/2 03:04"), r"\d{1,2}/\d{1,2} \d\d:\d\d")
    found = re.fullmatch(pattern.replace(re.escape("\0"), "(.+?)") + _EARLIER, name)
    return name if found is None or moment is None else named_at(found[1], moment)
