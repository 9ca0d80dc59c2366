"""Where results go: into the case by default, or into databases, told without passwords; and what stands there before.

The default of an output is a place that begins with the word for the case, `[案件]` or `[case]`, whatever the language:
only a run knows which case is meant, and puts its folder there (`settled`).
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any, Mapping, Optional

from qgis.core import (
    QgsDataSourceUri,
    QgsProcessing,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProperty,
    QgsVectorLayer,
)

from .. import settings

CASE_WORDS = {"ja": "[案件]", "en": "[case]"}
"""The word for the case at the beginning of a place, by language."""
LAYERS = "layers.gpkg"
"""GeoPackage of a case with a layer a theme."""
TIMED = {"sheets": 1, "reports": 2, "packages": 1}
"""Folders of a case with a folder for each time of the data, and how many parts the place of an output there has."""
_WORD = re.compile(r"\[(?:案件|case)\](?=[/\\]|$)", re.IGNORECASE)

MOMENT = re.compile(r"_(\d{8}_\d{4})$")
"""End of the name of a layer that was asked for a moment."""

NEEDED = "tomoshibi_needed"
"""Metadata of a file that a run is for, though it is optional for qgis_process."""

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


def in_case(place: str) -> str:
    """Return a place of whatever case a run is about, as a default of an output: `[案件]/sheets`."""
    return f"{CASE_WORDS[settings.language()]}/{place}"


def needed_file(name: str, words: str, kinds: str, place: str) -> QgsProcessingParameterFileDestination:
    """Return a file of the case that a run is for: optional, or qgis_process asks for it though it has a default."""
    made = QgsProcessingParameterFileDestination(name, words, kinds, in_case(place), True)
    made.setMetadata({NEEDED: True})
    return made


def sink_text(package: Path, layer: str) -> str:
    """Return the OUTPUT text that names one layer of a GeoPackage."""
    place, table = Path(package).as_posix().replace("'", "\\'"), layer.replace('"', '\\"')
    return f"ogr:dbname='{place}' table=\"{table}\" (geom)"


def settled(
    definition: QgsProcessingParameterDefinition, given: Mapping[str, Any], folder: Optional[Path], table: str
) -> Any:
    """Return an output with the case's folder in the place of the word for it.

    Parameters
        definition: of the output; its default holds where nothing is said of it. Only a file that is optional is left
            out where None is given for it: any other, a layer or a folder, is what the run is for.
        given: the parameters: text, `QgsProcessingOutputLayerDefinition`, None …
        folder: of the case; None where none is given: layers are then temporary, and other places stay as they are.
        table: layer of the case's GeoPackage that the result is where only the GeoPackage is named.
    """
    value = given.get(definition.name())
    text = output_text(value)
    if text is None:
        return value
    if not text:
        if definition.name() in given and _may_be_left_out(definition):
            return value
        text = str(definition.defaultValue() or "")
    place = _placed(text, folder, table, isinstance(definition, QgsProcessingParameterFeatureSink))
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        made = QgsProcessingOutputLayerDefinition(value)
        made.sink = QgsProperty.fromValue(place)
        return made
    return place or value


def _may_be_left_out(definition: QgsProcessingParameterDefinition) -> bool:
    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    return (
        isinstance(definition, QgsProcessingParameterFileDestination)
        and bool(definition.flags() & optional)
        and NEEDED not in definition.metadata()
    )


def output_text(value: Any) -> Optional[str]:
    """Return what an output was given as, "" where it is empty, None where only QGIS can tell."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty):
        if value.propertyType() != QgsProperty.Type.StaticProperty:
            return None if value.isActive() and value.propertyType() != QgsProperty.Type.InvalidProperty else ""
        value = value.staticValue()
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return ""
    return str(value) if isinstance(value, (str, Path)) else None


def _placed(text: str, folder: Optional[Path], table: str, is_layer: bool) -> str:
    package = IN_PACKAGE.match(text)
    place = package["path"] if package is not None else text
    if not _WORD.match(place):
        return text
    if folder is None:
        return QgsProcessing.TEMPORARY_OUTPUT if is_layer else text
    inside = Path(os.path.abspath(folder)) / _WORD.sub("", place, count=1).strip("/\\")
    if package is not None:
        return sink_text(inside, package["layer"])
    if is_layer and inside.suffix.lower() == ".gpkg":
        return sink_text(inside, table)
    return inside.as_posix()


def names_case(value: Any) -> bool:
    """Whether an output still begins with the word for the case: no case was given that it could stand for."""
    return bool(_WORD.match(output_text(value) or ""))


def is_part(kind: str, name: str) -> bool:
    """Whether a layer named by default is but a part of its theme: some kinds of facilities, another voltage class.

    One that was asked for a moment is whole.
    """
    more = name[len(kind) :] if name.startswith(f"{kind}_") else ""
    return bool(MOMENT.sub("", more))


def by_time(folder: Path, place: Path, moment: Optional[datetime]) -> Path:
    """Return a place in `sheets` or `reports` of a case with the time of the data in it; any other place as it is.

    `<case>/sheets` → `<case>/sheets/20240102_0400`, `<case>/reports/a.html` → `<case>/reports/20240102_0400/a.html`.
    """
    try:
        parts = Path(os.path.abspath(place)).relative_to(Path(os.path.abspath(folder))).parts
    except ValueError:
        return place
    if moment is None or not parts or parts[0] not in TIMED or len(parts) > TIMED[parts[0]]:
        return place
    return Path(folder, parts[0], f"{moment:%Y%m%d_%H%M}", *parts[1:])
