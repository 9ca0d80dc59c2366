"""Putting a result of a case on the screen, and finding places in it: for who clicks a name."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Union

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer

from ..announce import layer_at
from .results import open_result, package_of


def shown_layer(folder: Path, name: str, project: QgsProject, load: bool) -> Optional[QgsVectorLayer]:
    """Return the layer of the project that shows a layer of the case, None where there is none.

    `load`: it is added then, styled.
    """
    from ...layers.context import result_kind
    from ...layers.schema import SPECS
    from ...layers.style import apply_style
    from ...layers.style.kept import note_look
    from ...layers.uris import layer_uri

    package = package_of(folder)
    held = layer_at(layer_uri(package, name), project)
    if isinstance(held, QgsVectorLayer):
        return held
    if not load:
        return None
    layer = open_result(package, name, apart=False)
    kind = result_kind(layer)
    if kind:
        apply_style(layer, kind)
        note_look(layer)
        layer.setName(SPECS[kind].title())
    project.addMapLayer(layer)
    return layer


def features_of(layer: QgsVectorLayer, which: Union[int, str], most: int = 200) -> list[QgsFeature]:
    """Return the feature of an id, or those that an expression finds."""
    request = QgsFeatureRequest()
    if isinstance(which, int):
        # by its key: a layer may have 600,000 features
        request.setFilterFid(which)
    else:
        request.setFilterExpression(which)
        request.setLimit(most)
    return list(layer.getFeatures(request))
