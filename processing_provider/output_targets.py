"""Where results go beside files: tables of databases, told without passwords, and what stands there before a run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

from qgis.core import QgsDataSourceUri, QgsProcessingOutputLayerDefinition, QgsVectorLayer

DATABASES = ("postgres", "mssql", "oracle", "hana")
"""Data providers of QGIS that an OUTPUT such as `postgres://dbname=… table=…` may name."""

IN_PACKAGE = re.compile(r"ogr:dbname='(?P<path>[^']+)' table=\"(?P<layer>[^\"]+)\"")
"""OUTPUT: a layer of a GeoPackage, as QGIS writes it."""


def told_place(destination: str) -> str:
    """Return a table of a database as it may be told (kind, host, database, table), "" for any other destination.

    The connection itself may hold a user and a password, which belong into no ledger.
    """
    kind, _, rest = destination.partition("://")
    if kind not in DATABASES:
        return ""
    uri = QgsDataSourceUri(rest)
    host = ":".join(part for part in (uri.host(), uri.port()) if part)
    base = "/".join(part for part in (uri.service() or host, uri.database()) if part)
    return f"{kind}: {base} {'.'.join(part for part in (uri.schema(), uri.table()) if part)}"


def standing_layer(output: object) -> Optional[QgsVectorLayer]:
    """Return the layer that stands where an OUTPUT parameter would write, None where nothing stands there."""
    if isinstance(output, QgsProcessingOutputLayerDefinition):
        output = output.sink.staticValue()
    if not isinstance(output, str):
        return None
    from ..layers.opening import open_layer
    from ..layers.uris import layer_uri

    kind, _, rest = output.partition("://")
    package = IN_PACKAGE.match(output)
    if kind in DATABASES:
        layer = open_layer(rest, "standing", kind)
    elif package is not None and Path(package["path"]).is_file():
        layer = open_layer(layer_uri(package["path"], package["layer"]), "standing", "ogr")
    elif Path(output).is_file():
        layer = open_layer(output, "standing", "ogr")
    else:
        return None
    return layer if layer.isValid() else None
