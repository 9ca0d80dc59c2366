"""What a window hands over to the process that prints for it: its surroundings, the parameters, the layers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Optional, Sequence

from qgis.core import (
    QgsApplication,
    QgsLayerDefinition,
    QgsMapLayer,
    QgsMeshLayer,
    QgsProperty,
    QgsRasterLayer,
    QgsReadWriteContext,
    QgsSettings,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QLocale

from ... import settings
from ...messages import Message, TomoshibiError, message

PACKAGE = __name__.split(".processing_provider", maxsplit=1)[0]
GO = b"go"
"""The word of the window upon which a file may take its place."""
HANDED = "tomoshibi/handed"
"""Property of a layer that the window handed over."""
_READABLE = (QgsVectorLayer, QgsRasterLayer, QgsMeshLayer, QgsVectorTileLayer)
_IN_MEMORY = ("memory", "virtual")
"""Kinds of layers that are in no file."""


class OnlyHere(TomoshibiError):
    """Something to be printed exists in the window alone."""


def surroundings() -> dict[str, Any]:
    """Return what another process needs to be a QGIS like this one. In the thread of the window."""
    kept = QgsSettings()
    kept.sync()
    own = QLocale()
    return {
        "version": list(sys.version_info[:3]),
        "paths": [str(Path(entry).absolute()) for entry in sys.path],
        "package": PACKAGE,
        "organization": QCoreApplication.organizationName(),
        "domain": QCoreApplication.organizationDomain(),
        "application": QCoreApplication.applicationName(),
        "settings": kept.fileName(),
        "profile": QgsApplication.qgisSettingsDirPath(),
        "prefix": QgsApplication.prefixPath(),
        "plugins": QgsApplication.pluginPath(),
        "locale": QgsApplication.locale(),
        "numbers": own.name(),
        "number_options": int(getattr(own.numberOptions(), "value", own.numberOptions())),
        "language": settings.language(),
    }


def layers_as_text(layers: Sequence[QgsMapLayer]) -> str:
    """Return layers with their sources and looks, "" for none. In the thread of the window.

    Raises
        OnlyHere: one of them holds something that is in no file.
    """
    for layer in layers:
        why = _only_here(layer)
        if why is not None:
            raise OnlyHere(why)
    if not layers:
        return ""
    return QgsLayerDefinition.exportLayerDefinitionLayers(list(layers), QgsReadWriteContext()).toString()


def _only_here(layer: QgsMapLayer) -> Optional[Message]:
    """Return why another process would not see the same of a layer, None where it would."""
    vector = layer if isinstance(layer, QgsVectorLayer) else None
    if vector is not None and vector.isModified():
        return message("“{layer}” has edits that are not saved", layer=layer.name())
    if vector is not None and layer.providerType() in _IN_MEMORY:
        return message("“{layer}” is in no file", layer=layer.name())
    joined = vector is not None and bool(vector.vectorJoins())
    # a sign-in may be known to this window alone
    if joined or not isinstance(layer, _READABLE) or not layer.isValid() or "authcfg=" in layer.source():
        return readable_here_alone(layer.name())
    return None


def readable_here_alone(name: str) -> Message:
    """Return what is said of a layer that another process cannot open."""
    return message("“{layer}” can be read by this window alone", layer=name)


def plain(value: Any) -> Any:
    """Return a value of a parameter as JSON has it. Raises `OnlyHere` where it has no such form."""
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    raise OnlyHere(message("a value can be read by this window alone"))
