"""Where a layer of a file lies: taken apart and put together by QGIS's own provider, never by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Union

from qgis.core import NULL, QgsProviderRegistry


def file_and_layer(uri: str) -> tuple[str, str]:
    """Return (path of the file, name of the layer in it, "" where none is named) of a source that GDAL reads."""
    parts = QgsProviderRegistry.instance().decodeUri("ogr", uri)
    name = parts.get("layerName")
    return parts.get("path") or "", "" if name in (None, NULL) else str(name)


APART = "|option:LIST_ALL_TABLES=AUTO"
"""QGIS shares what it opens with the same options; two threads on one such connection may wait for each other for ever
(one asks for styles while the other closes a layer). The option is GDAL's default and only tells this one apart."""


def apart(source: str) -> str:
    """Return the source of a layer of a GeoPackage on a connection that the layers on the screen do not share."""
    ours = source.split("|")[0].lower().endswith(".gpkg") and APART not in source
    return source + APART if ours else source


def layer_uri(path: Union[str, Path], layer: str) -> str:
    """Return the source of one layer of a file of several, such as a GeoPackage."""
    return QgsProviderRegistry.instance().encodeUri("ogr", {"path": str(path), "layerName": layer})
