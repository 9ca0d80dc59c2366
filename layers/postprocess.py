"""What happens to a result layer when QGIS has loaded it."""

from __future__ import annotations

import os
import re
from datetime import datetime
from typing import Optional

from qgis.core import (
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..translate import tr
from .large_type import enlarge
from .project_file import is_filled, is_large
from .project_groups import ProjectTree
from .schema import SPECS
from .style import EDITABLE, VOLTAGE_CLASSES, apply_style
from .style.kept import note_look, users_look
from .titles import METHODS_IN_TREE, title_in_tree
from .uris import file_and_layer
from .versions import keeps_styles, save_style

__all__ = ["apply_style", "keep_form", "style_on_load"]

PART = "part"
"""Ends the name of a layer that holds a part of the town alone."""
_TIME = re.compile(r"(^|_)\d{8}_\d{4}$")
_PLACED = "tomoshibi_placed"
"""Property of a layer of this session that has its place in the layer tree: the user may have moved it since."""
_TYPES = QgsWkbTypes.GeometryType
_ORDER = (_TYPES.PointGeometry, _TYPES.LineGeometry, _TYPES.PolygonGeometry)
_waiting: set = set()
"""Post-processors not called yet. QGIS holds no reference, and one kept by the algorithm dies with the private copy
that `runAndLoadResults` runs, so they live here until they were called."""


class _StyleOnLoad(QgsProcessingLayerPostProcessorInterface):
    """Styles one layer once, on the main thread, and lets itself go."""

    def __init__(self, spec_name: str, name: str):
        super().__init__()
        self._spec_name = spec_name
        self._name = name

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        _waiting.discard(self)
        if isinstance(layer, QgsVectorLayer) and layer.isValid():
            layer = _only_one(layer, context.project())
            look = users_look(layer)
            apply_style(layer, self._spec_name)
            layer.setName(self._name)
            _in_its_place(layer, self._spec_name, context.project())
            if EDITABLE & set(SPECS[self._spec_name].names()):
                problem = keep_form(layer, SPECS[self._spec_name].title(), context.project())
                if problem:
                    feedback.pushWarning(
                        tr("The form could not be saved beside the data; others see plain fields ({reason}).").format(
                            reason=problem
                        )
                    )
            # Last: what is kept beside the data is for every screen.
            if look is None and context.project() is not None and is_large(context.project()):
                enlarge(layer)
            note_look(layer)
            if look is not None:
                look.put_back(layer)


def keep_form(layer: QgsVectorLayer, title: str, project: Optional[QgsProject] = None) -> str:
    """Save the style and form of a layer that people fill in beside its data; return what went wrong, "" if nothing.

    Who opens the GeoPackage or the table of a database then gets the form, without the plugin. One that is there is
    left as it is: it may have been adapted, and QGIS (3.22) would ask in a window whether to overwrite it.
    `project`: of the layers that lie in the same file, which are opened anew: QGIS turns the file into one with a
    write-ahead log and back, and who has it open for reading meanwhile can no longer count or measure it ("unable to
    open database file").
    """
    if not keeps_styles(layer) or title in layer.listStylesInDatabase()[2]:
        return ""
    problem = save_style(layer, title, "Tomoshibi")
    held = project.mapLayers().values() if project is not None else ()
    beside = [each for each in held if place_of(each)[0] == place_of(layer)[0] and each.id() != layer.id()]
    for each in [layer, *beside] if place_of(layer)[0] else ():
        if not each.isEditable():
            each.reload()
            each.updateExtents()
    return problem


def _only_one(layer: QgsVectorLayer, project: Optional[QgsProject]) -> QgsVectorLayer:
    """Return the layer that shows a result from now on: the one that was on the screen before, where there is one.

    QGIS itself finds a layer of the same source (`QgsProcessingUtils.mapLayerFromString`) and loads no second one, but
    takes another way to write the source for another layer. The old one stays, with its place in the tree, in map
    themes and in layouts; it reads what was written.
    """
    if layer.providerType() != "ogr" or project is None or project.mapLayer(layer.id()) is None:
        return layer
    place = place_of(layer)
    same = (each for each in project.mapLayers().values() if each.id() != layer.id() and place_of(each) == place)
    shown = next(same, layer)
    if shown is not layer:
        project.removeMapLayer(layer.id())
    shown.reload()
    shown.updateExtents()
    return shown


def _in_its_place(layer: QgsVectorLayer, spec_name: str, project: Optional[QgsProject]) -> None:
    """Put a result that was just loaded into its group of the case's project, elsewhere below those of points."""
    if project is None or not is_filled(project):
        _under_points(layer, project)
    elif project.mapLayer(layer.id()) is not None and not ProjectTree(project).placed(layer):
        ProjectTree(project).place(layer, spec_name, True)


def _under_points(layer: QgsVectorLayer, project: Optional[QgsProject]) -> None:
    """Put a result that was just loaded below the results of points (and lines) that it would cover."""
    node = project.layerTreeRoot().findLayer(layer.id()) if project is not None else None
    if node is None or layer.property(_PLACED):
        return
    layer.setProperty(_PLACED, True)
    parent = node.parent()
    others = [each for each in parent.children() if each is not node]
    above = [
        place
        for place, each in enumerate(others)
        if isinstance(each, QgsLayerTreeLayer) and _is_result(each.layer()) and _rank(each.layer()) < _rank(layer)
    ]
    if above and parent.children().index(node) <= above[-1]:
        parent.insertChildNode(above[-1] + 2, node.clone())
        parent.removeChildNode(node)


def _is_result(layer: Optional[QgsMapLayer]) -> bool:
    return isinstance(layer, QgsVectorLayer) and str(layer.customProperty("tomoshibi/spec", "")) in SPECS


def _rank(layer: QgsVectorLayer) -> int:
    """Return where a layer is drawn: what is small above what is large."""
    return _ORDER.index(layer.geometryType()) if layer.geometryType() in _ORDER else len(_ORDER)


def place_of(layer: QgsMapLayer) -> tuple[str, str]:
    """Return (file, name of the layer in it) of a layer of a file, ("", "") of any other."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return "", ""
    return place_of_source(layer.source())


def place_of_source(source: str) -> tuple[str, str]:
    """Return (file, name of the layer in it) of a source, the file as the disk knows it."""
    path, name = file_and_layer(source)
    return os.path.normcase(os.path.realpath(path)), name


def called(spec_name: str, table: str) -> str:
    """Return what a result is called whose layer in a GeoPackage is `table`: with what sets it apart from its theme."""
    rest = _TIME.sub("", table[len(spec_name) + 1 :]) if table.startswith(f"{spec_name}_") else ""
    words = {**dict(VOLTAGE_CLASSES), **METHODS_IN_TREE}
    parts = []
    if rest == PART or rest.endswith(f"_{PART}"):
        rest = rest[: -len(PART)].rstrip("_")
        parts.append(tr("a part of the area"))
    if rest:
        parts.insert(0, words[rest]() if rest in words else rest.replace("_", ", "))
    return title_in_tree(spec_name, tr(", ").join(parts))


def named_at(title: str, moment: Optional[datetime]) -> str:
    """Return the name of a result with the time it is of: 避難所等の通電 1/2 04:00."""
    if moment is None:
        return title
    return tr("{title} as of {time}").format(title=title, time=f"{moment.month}/{moment.day} {moment:%H:%M}")


def style_on_load(context: QgsProcessingContext, dest_id: str, spec_name: str, title: str) -> None:
    """Let the layer with the destination `dest_id` be styled and named when it is loaded, if it will be."""
    if not context.willLoadLayerOnCompletion(dest_id):
        return
    processor = _StyleOnLoad(spec_name, title)
    _waiting.add(processor)
    details = context.layerToLoadOnCompletionDetails(dest_id)
    details.name = title
    details.setPostProcessor(processor)
