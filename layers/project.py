"""The QGIS project of a case: results by theme over the case's own background, nothing personal, relative paths."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDateTimeRange,
    QgsExpressionContextUtils,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsMapSettings,
    QgsMapThemeCollection,
    QgsProject,
    QgsProjectMetadata,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, QSize
from qgis.PyQt.QtXml import QDomDocument

from ..casefile.guard import is_layer_name
from ..files import replace_file
from ..messages import Progress, TomoshibiError, message
from ..settings import CASE_VARIABLE
from ..translate import tr
from .access import utm
from .context import context_layers, gsi_layer, result_kind
from .opening import open_layer
from .schema import CRS, SPECS
from .style import METHODS, apply_style
from .uris import layer_uri

_THEMES = (
    "shelterpower",
    "meshoutage",
    "areaoutage",
    "acquisitiongaps",
    "isolatedcommunities",
    "hiddenoutages",
    "homeaway",
    "recoveryindex",
    "contractcounts",
    "restorationplan",
    "powertrucks",
)
"""Themes in the order of the layer tree; the first is shown when the project opens."""
_PEOPLE = ("hiddenoutages", "homeaway", "presencetable", "evacuationsupport", "residenceevidence", "visitplan")
"""Results that tell of single dwellings, in a group of their own."""


class ProjectError(TomoshibiError):
    """The project cannot be written."""


def _layer_names(path: Path) -> list[str]:
    container = open_layer(str(path), "layers", "ogr")
    if not container.isValid():
        return []
    return [
        name
        for name in (part.split("!!::!!")[1] for part in container.dataProvider().subLayers())
        if is_layer_name(name)
    ]


def result_layers(path: Path) -> list[tuple[str, QgsVectorLayer]]:
    """Return (spec name, styled layer) of every result in a GeoPackage, themes in their order."""
    found = []
    for name in _layer_names(path):
        layer = open_layer(layer_uri(path, name), name, "ogr")
        kind = name if name in SPECS else result_kind(layer)
        if kind and layer.isValid():
            apply_style(layer, kind)
            layer.setName(_title(kind, name, layer))
            found.append((kind, name, layer))
    order = {name: number for number, name in enumerate(SPECS)}
    return [(kind, layer) for kind, name, layer in sorted(found, key=lambda one: (order[one[0]], one[1]))]


def _title(kind: str, name: str, layer: QgsVectorLayer) -> str:
    """Return what a result is called: by the method it was made with, else by its table where several are of a kind."""
    title, words = SPECS[kind].title(), dict(METHODS)
    place = layer.fields().lookupField("method")
    used = layer.uniqueValues(place, 2) if place >= 0 else set()
    if len(used) == 1 and next(iter(used)) in words:
        return tr("{title} ({detail})").format(title=title, detail=words[next(iter(used))]())
    return title if name == kind else tr("{title} ({detail})").format(title=title, detail=name)


def data_extent(layers: list[QgsMapLayer], crs: QgsCoordinateReferenceSystem, project: QgsProject) -> QgsRectangle:
    """Return the extent of all features in `crs`, empty where there are none."""
    extent = QgsRectangle()
    for layer in layers:
        part = layer.extent()
        if part.isNull() or layer.featureCount() == 0:
            continue
        part = QgsCoordinateTransform(layer.crs(), crs, project).transformBoundingBox(part)
        if extent.isNull():
            extent = part
        else:
            extent.combineExtentWith(part)
    return extent


def metric_crs(layers: list[QgsMapLayer], project: QgsProject) -> QgsCoordinateReferenceSystem:
    """Return JGD2011 / UTM (EPSG:6688 to 6692) for where the layers lie."""
    degrees = QgsCoordinateReferenceSystem(CRS)
    extent = data_extent(layers, degrees, project)
    return utm(137.0 if extent.isNull() else extent.center().x())


def _time_range(layers: list[QgsVectorLayer]) -> Optional[QgsDateTimeRange]:
    begins, ends = [], []
    for layer in layers:
        times = layer.temporalProperties()
        for names, found, pick in (
            (times.startField(), begins, layer.minimumValue),
            (times.endField() or times.startField(), ends, layer.maximumValue),
        ):
            index = layer.fields().lookupField(names)
            value = pick(index) if index >= 0 else None
            if isinstance(value, str):
                value = QDateTime.fromString(value[:19], "yyyy-MM-ddTHH:mm:ss")
            if isinstance(value, QDateTime) and value.isValid():
                found.append(value)
    return QgsDateTimeRange(min(begins), max(ends)) if begins and ends else None


def _tree(
    project: QgsProject, results: list[tuple[str, QgsVectorLayer]], background: list[QgsMapLayer]
) -> dict[str, list[QgsMapLayer]]:
    """Build the layer tree and return {theme: its layers}."""
    root = project.layerTreeRoot()
    situation: QgsLayerTreeGroup = root.addGroup(tr("Situation"))
    people: QgsLayerTreeGroup = root.addGroup(tr("People (personal data)"))
    ground: QgsLayerTreeGroup = root.addGroup(tr("Background"))
    themes: dict[str, list[QgsMapLayer]] = {}
    for kind, layer in results:
        project.addMapLayer(layer, False)
        node = (people if kind in _PEOPLE else situation).addLayer(layer)
        first = kind not in themes and kind in _THEMES
        node.setItemVisibilityChecked(first and not themes)
        node.setExpanded(first and not themes)
        if first:
            themes[kind] = [layer]
    for layer in background:
        project.addMapLayer(layer, False)
        ground.addLayer(layer)
    tiles = gsi_layer()
    project.addMapLayer(tiles, False)
    # Unchecked: a project on a closed network must not wait for tiles.
    ground.addLayer(tiles).setItemVisibilityChecked(False)
    for group in (situation, people):
        if not group.children():
            root.removeChildNode(group)
    return themes


def _themes(project: QgsProject, themes: dict[str, list[QgsMapLayer]], background: list[QgsMapLayer]) -> None:
    for kind, layers in themes.items():
        record = QgsMapThemeCollection.MapThemeRecord()
        for layer in [*layers, *background]:
            record.addLayerRecord(QgsMapThemeCollection.MapThemeLayerRecord(layer))
        project.mapThemeCollection().insert(SPECS[kind].title(), record)


def _without_user(path: Path) -> None:
    """Take the account name out of a project file: QGIS writes who saved it."""
    mended = path.with_suffix(".part")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(mended, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            body = old.read(item)
            if item.filename.endswith(".qgs"):
                text = body.decode("utf-8")
                body = re.sub(r' saveUser(Full)?="[^"]*"', "", text, count=2).encode("utf-8")
            new.writestr(item.filename, body)
    replace_file(mended, path)


def _from_there(case_folder: Path, project_file: Path) -> str:
    """Return the case's folder as seen from the project's, "" where there is no such way (another drive)."""
    try:
        return Path(os.path.relpath(case_folder.resolve(), project_file.resolve().parent)).as_posix()
    except ValueError:
        return ""


def _with_canvas(view: QgsReferencedRectangle, document: QDomDocument) -> None:
    """Add the extent of the canvas: QGIS Desktop opens on it, and only this element tells it."""
    settings = QgsMapSettings()
    settings.setDestinationCrs(view.crs())
    settings.setOutputSize(QSize(1200, 800))
    settings.setExtent(view)
    element = document.createElement("mapcanvas")
    element.setAttribute("name", "theMapCanvas")
    settings.writeXml(element, document)
    document.documentElement().appendChild(element)


def make_project(
    case_folder: Path, layers_gpkg: Path, context_gpkg: Path, out_qgz: Path, progress: Optional[Progress] = None
) -> Path:
    """Write the project of a case and return its path.

    Themes are the results of `layers_gpkg`; background is what `context_gpkg` has. Raises `ProjectError` where there is
    no result or the file cannot be written, `CaseError` where `case_folder` is none.
    """
    from ..casefile.case import Case

    info = Case.open(Path(case_folder)).info
    progress = progress or Progress()
    results = result_layers(Path(layers_gpkg))
    if not results:
        raise ProjectError(
            message("{file} holds no results. Run the algorithms of the situation first.", file=Path(layers_gpkg).name)
        )
    project = QgsProject()
    background = context_layers(Path(context_gpkg))
    if not background:
        progress.warn(message("The case has no boundary and areas (context.gpkg): the project has no background."))
    located = [layer for _, layer in results if layer.isSpatial()] + background
    crs = metric_crs(located, project)
    project.setCrs(crs)
    project.setEllipsoid("EPSG:7019")
    title = tr("{case}: power from smart meters").format(case=info.name)
    project.setTitle(tr("[Drill] {title}").format(title=title) if info.practice else title)
    _themes(project, _tree(project, results, background), background)
    extent = data_extent(background or located, crs, project)
    extent.scale(1.08)
    view = QgsReferencedRectangle(extent, crs)
    project.viewSettings().setDefaultViewExtent(view)
    times = _time_range([layer for _, layer in results])
    if times is not None:
        project.timeSettings().setTemporalRange(times)
    about = QgsProjectMetadata()
    about.setTitle(project.title())
    about.setAuthor("")
    project.setMetadata(about)
    project.writeEntryBool("Paths", "/Absolute", False)
    out_qgz = Path(out_qgz)
    QgsExpressionContextUtils.setProjectVariable(project, CASE_VARIABLE, _from_there(Path(case_folder), out_qgz))
    project.writeProject.connect(lambda document: _with_canvas(view, document))
    out_qgz.parent.mkdir(parents=True, exist_ok=True)
    if not project.write(str(out_qgz)):
        raise ProjectError(
            message(
                "The project {file} cannot be written ({reason}). Close it in QGIS, or choose another folder.",
                file=out_qgz.name,
                reason=project.error() or "-",
            )
        )
    _without_user(out_qgz)
    project.clear()
    return out_qgz
