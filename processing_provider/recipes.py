"""The parameters of a run as a recipe keeps them: what can be given again in another session, and what cannot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
    QgsProperty,
    QgsRectangle,
    QgsReferencedRectangle,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

if TYPE_CHECKING:
    from ..casefile.case import Case
    from .base import TomoshibiAlgorithm

NOT_KEPT = frozenset({"CASE", "BASE_URL", "AUTH", "PROFILE"})
"""Given by whoever makes the layer again."""
LAYER_TYPES = frozenset({"source", "vector", "layer", "maplayer", "multilayer", "raster", "extent"})
"""Types of parameters whose texts may name a layer of the project."""
_SECRET = re.compile(r"pass(word|wd|phrase)?\s*=|://[^/@\s]+:[^/@\s]*@", re.IGNORECASE)


class _Lacking(Exception):
    """A value that cannot be given again."""


def describe(
    algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, case: Case
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return (parameters as JSON values, names of those that cannot be given again).

    Layers are kept as their sources. A layer in memory, a selection of features and a source with a passphrase in it
    cannot be kept; neither can a value that follows an expression.
    """
    kept, lacking = {}, []
    for definition in algorithm.parameterDefinitions():
        name = definition.name()
        value = parameters.get(name)
        if name in NOT_KEPT or definition.isDestination() or value is None or value == "":
            continue
        try:
            kept[name] = _plain(definition, value, context, case)
        except _Lacking:
            lacking.append(name)
    return kept, tuple(lacking)


def _plain(definition: QgsProcessingParameterDefinition, value: Any, context: QgsProcessingContext, case: Case) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(definition, each, context, case) for each in value]
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        if value.selectedFeaturesOnly or getattr(value, "featureLimit", -1) >= 0:
            raise _Lacking
        return _plain(definition, value.source, context, case)
    if isinstance(value, QgsProperty):
        static = value.staticValue()
        if static is None:
            raise _Lacking
        return _plain(definition, static, context, case)
    return _safe(_text(definition, value, context), case)


def _text(definition: QgsProcessingParameterDefinition, value: Any, context: QgsProcessingContext) -> str:
    if isinstance(value, QgsMapLayer):
        return _source(value)
    if isinstance(value, (QDateTime, QDate)):
        return value.toString(Qt.DateFormat.ISODate)
    if isinstance(value, QgsReferencedRectangle):
        return f"{_bounds(value)} [{value.crs().authid()}]"
    if isinstance(value, QgsRectangle):
        return _bounds(value)
    if isinstance(value, Path):
        return str(value)
    if not isinstance(value, str):
        raise _Lacking
    layer = _layer(definition, value, context)
    return value if layer is None else _source(layer)


def _layer(
    definition: QgsProcessingParameterDefinition, value: str, context: QgsProcessingContext
) -> Optional[QgsMapLayer]:
    """Return the layer of the project or of the run that a text names, None where it is no name of a layer."""
    if definition.type() not in LAYER_TYPES:
        return None
    return QgsProcessingUtils.mapLayerFromString(value, context, False)


def _bounds(box: QgsRectangle) -> str:
    return f"{box.xMinimum()!r},{box.xMaximum()!r},{box.yMinimum()!r},{box.yMaximum()!r}"


def _source(layer: QgsMapLayer) -> str:
    """Return what a layer is opened with. Raises `_Lacking` for one that is gone with QGIS."""
    provider = layer.dataProvider()
    if provider is None or provider.name() == "memory":
        raise _Lacking
    if provider.name() == "ogr":
        return layer.source()
    return QgsProcessingUtils.encodeProviderKeyAndUri(provider.name(), layer.source())


def _safe(text: str, case: Case) -> str:
    """Return a text with paths inside the case shortened. Raises `_Lacking` where it holds a passphrase."""
    from ..casefile.recipes import shorten

    if _SECRET.search(text):
        raise _Lacking
    return shorten(case.folder, text)
