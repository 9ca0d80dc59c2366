"""The projects of a published case, kept in the database: one of public themes, one with what is about people too."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

from qgis.core import QgsMapLayer, QgsProject, QgsProjectMetadata, QgsReferencedRectangle, QgsVectorLayer
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from ...messages import TomoshibiError, message
from ...translate import tr
from ..context import OUTSIDE
from ..project import data_extent, plane_crs
from ..project_file import without_user
from ..project_groups import ProjectTree, first_shown
from .database import PROVIDER, WAITS, Database, without_login
from .sql import filled

PROJECT = "situation"
"""Name of a project in its schema."""
_TITLE = "TitleLabel"
"""QGIS's title on the map, in a project."""
_TOP_LEFT = 1
"""Where it stands, as QGIS counts the places."""
_PALE = "255,255,255,215"
"""Ground of the title: dark letters are read on it, and the map shows through."""
_KEEP = """
{waits};
CREATE TABLE IF NOT EXISTS {schema:name}.qgis_projects (name text PRIMARY KEY, metadata jsonb, content bytea);
INSERT INTO {schema:name}.qgis_projects SELECT {project:literal}, jsonb_build_object('last_modified_time',
to_char(localtimestamp, 'YYYY-MM-DD"T"HH24:MI:SS'), 'last_modified_user', ''), decode({content:literal}, 'hex')
ON CONFLICT (name) DO UPDATE SET metadata = EXCLUDED.metadata, content = EXCLUDED.content;
GRANT SELECT ON {schema:name}.qgis_projects TO {readers:names}
"""


@dataclass(frozen=True)
class Shown:
    """A layer of a project."""

    kind: str
    layer: QgsVectorLayer


def write_project(
    database: Database,
    schema: str,
    title: str,
    municipality: str,
    shown: Sequence[Shown],
    readers: Sequence[str],
    land: Optional[QgsVectorLayer] = None,
) -> None:
    """Write a project into a schema of the database, and let roles read it.

    Parameters
        shown: its layers, styled; they go into the project.
        municipality: 団体コード, for the plane coordinates of the map.
        land: what lies below them all; it goes into the project.
    Raises
        TomoshibiError: it cannot be written.
    """
    project = QgsProject()
    project.setTitle(title)
    about = QgsProjectMetadata()
    about.setTitle(title)
    about.setAuthor("")
    project.setMetadata(about)
    tree = ProjectTree(project)
    first = first_shown([one.kind for one in shown])
    for one in shown:
        project.addMapLayer(one.layer, False)
        tree.place(one.layer, one.kind, one.kind in first)
    if land is not None:
        project.setBackgroundColor(QColor(OUTSIDE))
        tree.place_behind(land, 0, True)
    located: list[QgsMapLayer] = [one.layer for one in shown if one.layer.isSpatial() and one.layer.featureCount()]
    project.setCrs(plane_crs(municipality, located, project))
    extent = data_extent(located, project.crs(), project)
    if not extent.isNull():
        project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, project.crs()))
    for kind in ("WMSServiceTitle", "WFSServiceTitle"):
        project.writeEntry(kind, "/", title)
    _tell_times(project, title, [one.layer for one in shown])
    content = _written(project)
    project.clear()
    database.run(
        filled(_KEEP, schema=schema, project=PROJECT, content=content.hex(), readers=list(readers), waits=WAITS),
    )


def _tell_times(project: QgsProject, title: str, layers: Sequence[QgsVectorLayer]) -> None:
    """Write above the map of which moment each result is.

    Asked of the tables whenever the map is drawn: a seat that stays open while others publish shows the new rows, and a
    name of a layer would tell the old moment.
    """
    lines = [title]
    for layer in layers:
        if layer.fields().lookupField("as_of") >= 0:
            moment = f"format_date(aggregate('{layer.id()}', 'max', \"as_of\"), 'M/d HH:mm')"
            told = tr("{title}, as of {time}").format(title=layer.name(), time=f"[% coalesce({moment}, '?') %]")
            lines.append(told)
    project.writeEntry(_TITLE, "/Enabled", True)
    project.writeEntry(_TITLE, "/Label", "\n".join(lines))
    project.writeEntry(_TITLE, "/Placement", _TOP_LEFT)
    project.writeEntry(_TITLE, "/BackgroundColor", _PALE)


def _written(project: QgsProject) -> bytes:
    """Return a project as QGIS writes it (.qgz), without who saved it and without the publisher's login.

    QGIS writes the login of a layer's connection into the project, and gives nobody the chance to take it out before.
    """
    with tempfile.TemporaryDirectory(prefix="tomoshibi-") as folder:
        path = Path(folder) / f"{PROJECT}.qgz"
        if not project.write(str(path)) or not zipfile.is_zipfile(path):
            raise TomoshibiError(
                message(
                    "The project cannot be written ({reason}). Check that the disk has room for temporary files "
                    "({folder}), then run again.",
                    reason=project.error() or "-",
                    folder=tempfile.gettempdir(),
                )
            )
        made = io.BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for item in old.namelist():
                held = old.read(item)
                new.writestr(item, _mended(held) if item.endswith(".qgs") else held)
    return made.getvalue()


def _mended(text: bytes) -> bytes:
    document = QDomDocument()
    document.setContent(text.decode("utf-8"))
    without_user(document)
    sources: dict[str, str] = {}
    layers = document.elementsByTagName("maplayer")
    for number in range(layers.count()):
        element = layers.at(number).toElement()
        source = element.firstChildElement("datasource")
        if element.firstChildElement("provider").text() != PROVIDER or source.isNull():
            continue
        told = without_login(source.text())
        sources[element.firstChildElement("id").text()] = told
        while source.hasChildNodes():
            source.removeChild(source.firstChild())
        source.appendChild(document.createTextNode(told))
    places = document.elementsByTagName("layer-tree-layer")
    for number in range(places.count()):
        element = places.at(number).toElement()
        if element.attribute("id") in sources:
            element.setAttribute("source", sources[element.attribute("id")])
    return bytes(document.toByteArray(1))
