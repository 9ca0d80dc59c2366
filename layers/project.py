"""The QGIS project of a case: results by theme over the case's own background, nothing personal, relative paths.

The same steps make it and refresh it, in a file or on the screen: what is there already of a source stays where it is
and is drawn anew, what is new is added, what the case has no more is taken out. What people added is not touched.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpressionContextUtils,
    QgsMapLayer,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsProjectMetadata,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from ..analysis.plane_zones import epsg_of
from ..casefile.guard import is_layer_name
from ..files import fresh_file
from ..messages import Progress, TomoshibiError, message
from ..settings import CASE_VARIABLE
from ..translate import tr
from .access import utm
from .context import BORDER, CONTEXT, LAND, OUTSIDE, context_layer, gsi_layer, result_kind, style_context
from .districts import NAMED, write_names
from .large_type import enlarge
from .opening import open_layer
from .postprocess import named_at, place_of, place_of_source
from .project_file import LARGE_VARIABLE, SCOPE, is_filled, without_user
from .project_groups import ProjectTree, first_shown, order_of
from .project_views import set_bookmarks, set_themes, set_time
from .schema import CRS, SPECS
from .style import METHODS, apply_style, newest_as_of
from .style.kept import UsersLook, note_look, users_look
from .titles import METHODS_IN_TREE, power_title, title_in_tree
from .uris import layer_uri
from .versions import set_title

if TYPE_CHECKING:
    from ..casefile.case import CaseInfo

_TILES = "tomoshibi/tiles"
"""Property of the layer of map tiles that was put here."""
_MARGIN = 1.08
_MIDDLE = QgsPointXY(137.0, 36.0)
"""Of Japan: where a case lies that has neither a prefecture nor any layer."""


class ProjectError(TomoshibiError):
    """The project cannot be read or written."""


@dataclass(frozen=True)
class Look:
    """How a project is to look."""

    tiles: bool = False
    """Whether map tiles answer: GSI's map lies below, else the case's own land."""
    large: bool = False
    """Whether labels and symbols are for a wall screen."""
    theme_title: Callable[[str, QgsVectorLayer], str] = lambda kind, layer: SPECS[kind].title()
    """Names of map themes: kind of result and its layer → name."""
    sheets: tuple[str, ...] = ()
    """Kinds of results that have a map sheet and so a map theme; () for all that can be drawn."""


@dataclass(frozen=True)
class Made:
    """What a project holds."""

    results: int
    dark: int
    """Critical facilities without power that have a bookmark."""
    kept: int
    """Layers that were there before and stay."""


def _layer_names(path: Path) -> list[str]:
    container = open_layer(str(path), "layers", "ogr")
    if not container.isValid():
        return []
    return [
        name
        for name in (part.split("!!::!!")[1] for part in container.dataProvider().subLayers())
        if is_layer_name(name)
    ]


class _Parts:
    """Tells how far a work of many parts is, after each: a window that waits for it draws itself then."""

    def __init__(self, progress: Optional[Progress], count: int):
        self._progress, self._count, self._done = progress or Progress(), count, 0

    def done(self) -> None:
        """Another part is done."""
        self._done += 1
        self._progress.set_fraction(min(self._done / self._count, 1.0))


def _opened(path: Path, part_done: Callable[[], None] = lambda: None) -> list[tuple[str, str, QgsVectorLayer]]:
    """Return (spec name, table, layer without its look) of every result in a GeoPackage, themes in their order."""
    found = []
    for name in _layer_names(path):
        part_done()
        layer = open_layer(layer_uri(path, name), name, "ogr")
        kind = name if name in SPECS else result_kind(layer)
        if kind and layer.isValid():
            found.append((kind, name, layer))
    order = {name: number for number, name in enumerate(SPECS)}
    return sorted(found, key=lambda one: (order[one[0]], one[1]))


def result_layers(path: Path) -> list[tuple[str, QgsVectorLayer]]:
    """Return (spec name, styled layer) of every result in a GeoPackage, themes in their order."""
    found = []
    for kind, name, layer in _opened(path):
        apply_style(layer, kind)
        layer.setName(_title(kind, name, layer))
        found.append((kind, layer))
    return found


def _title(kind: str, name: str, layer: QgsVectorLayer) -> str:
    """Return what a result is called: by the method it was made with, else by its table where several are of a kind."""
    title, method = SPECS[kind].title(), _method(layer)
    detail = dict(METHODS)[method]() if method else "" if name == kind else name
    return tr("{title} ({detail})").format(title=title, detail=detail) if detail else title


def _title_in_tree(kind: str, name: str, layer: QgsVectorLayer) -> str:
    """Return what `_title` does, in the words of the layer tree."""
    method = _method(layer)
    return title_in_tree(kind, METHODS_IN_TREE[method]() if method else "" if name == kind else name)


def _method(layer: QgsVectorLayer) -> str:
    """Return the code of the method that a result was made with, "" where it tells none, or several."""
    place = layer.fields().lookupField("method")
    used = layer.uniqueValues(place, 2) if place >= 0 else set()
    method = next(iter(used)) if len(used) == 1 else ""
    return str(method) if method in dict(METHODS) else ""


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


def _from_there(case_folder: Path, project_file: Path) -> str:
    """Return the case's folder as seen from the project's, "" where there is no such way (another drive)."""
    try:
        return Path(os.path.relpath(case_folder.resolve(), project_file.resolve().parent)).as_posix()
    except ValueError:
        return ""


def plane_crs(code: str, layers: list[QgsMapLayer], project: QgsProject) -> QgsCoordinateReferenceSystem:
    """Return JGD2011 / Japan Plane Rectangular CS (平面直角座標系, EPSG:6669 to 6687) of where a case lies.

    Parameters
        code: 団体コード of the case's municipality; "" or a drill's where only the layers tell.
    """
    extent = data_extent(layers, QgsCoordinateReferenceSystem(CRS), project)
    middle = _MIDDLE if extent.isNull() else extent.center()
    return QgsCoordinateReferenceSystem(f"EPSG:{epsg_of(code, middle.x(), middle.y())}")


def _with_canvas(project: QgsProject, document: QDomDocument) -> None:
    """Add the extent of the canvas, where no window did: QGIS Desktop opens on it, and only this element tells it."""
    view = project.viewSettings().defaultViewExtent()
    if not document.elementsByTagName("mapcanvas").isEmpty() or view.isEmpty():
        return
    settings = QgsMapSettings()
    settings.setDestinationCrs(view.crs())
    settings.setOutputSize(QSize(1200, 800))
    settings.setExtent(view)
    element = document.createElement("mapcanvas")
    element.setAttribute("name", "theMapCanvas")
    settings.writeXml(element, document)
    document.documentElement().appendChild(element)


class _Filler:
    """Fills one project with what a case holds, whether it is empty or was filled before."""

    def __init__(
        self, project: QgsProject, package: Path, context_gpkg: Path, look: Look, part_done: Callable[[], None]
    ):
        self.project, self.look, self.kept, self._part_done = project, look, 0, part_done
        self._package, self._context = Path(package), Path(context_gpkg)
        self._tree = ProjectTree(project)
        self._there: dict[tuple[str, str], list[QgsVectorLayer]] = {}
        for layer in project.mapLayers().values():
            if place_of(layer) != ("", ""):
                self._there.setdefault(place_of(layer), []).append(layer)
        self.areas: Optional[QgsVectorLayer] = None
        """The districts of the case, where it keeps them."""

    def results(self) -> list[tuple[str, QgsVectorLayer]]:
        """Add or draw anew every result; return (spec name, layer), the highest in the tree first."""
        opened = sorted(_opened(self._package, self._part_done), key=lambda one: (*order_of(one[0]), one[1]))
        shown, begun, made = first_shown([kind for kind, _, _ in opened]), self._begun(), []
        self._forget({place_of(layer) for _, _, layer in opened})
        for kind, name, fresh in opened:
            self._part_done()
            layer = self._one_of(fresh)
            if layer is not fresh and not layer.isEditable():
                layer.reload()
                layer.updateExtents()
            look = users_look(layer)
            apply_style(layer, kind)
            layer.setName(named_at(_title_in_tree(kind, name, layer), _moment_of(layer)))
            set_title(layer, _title(kind, name, layer))
            first = kind in shown and kind not in [each for each, _ in made]
            self._tree.place(layer, kind, first and not begun)
            self._finish(layer, look)
            made.append((kind, layer))
        return made

    def background(self) -> list[QgsMapLayer]:
        """Add or draw anew the case's own background and map tiles; return what is shown of it, the highest first."""
        shown: list[QgsMapLayer] = []
        for rank, style in enumerate(CONTEXT):
            self._part_done()
            fresh = context_layer(self._context, style)
            if fresh is None:
                continue
            layer = self._one_of(fresh)
            style_context(layer, BORDER if style is LAND and self.look.tiles else style)
            if style.name == "areas":
                self.areas = layer
            # The tiles bring names of their own.
            if style.name in NAMED and not self.look.tiles:
                write_names(layer, NAMED[style.name])
            self._tree.place_behind(layer, rank, True)
            self._finish(layer)
            shown.append(layer)
        tiles = self._tiles()
        return [*shown, tiles] if tiles is not None else shown

    def _tiles(self) -> Optional[QgsMapLayer]:
        """Return GSI's map where it answers; where it does not, one put here earlier is switched off."""
        held = next((each for each in self.project.mapLayers().values() if each.customProperty(_TILES)), None)
        if not self.look.tiles:
            node = self._tree.node_of(held) if held is not None else None
            if node is not None:
                # A project on a closed network must not wait for tiles.
                node.setItemVisibilityChecked(False)
            return None
        tiles = held or gsi_layer()
        tiles.setCustomProperty(_TILES, True)
        self._tree.place_behind(tiles, len(CONTEXT), True)
        node = self._tree.node_of(tiles)
        if node is not None:
            node.setItemVisibilityChecked(True)
        return tiles

    def _begun(self) -> bool:
        """Whether the project was filled before: what is shown is then people's choice."""
        return is_filled(self.project)

    def _one_of(self, fresh: QgsVectorLayer) -> QgsVectorLayer:
        """Return the layer that shows a source from now on: the one in the project where there is one.

        Of several that were placed in the tree by this plugin one is left; copies that people made stay.
        """
        held = self._there.get(place_of(fresh), [])
        if not held:
            return fresh
        self.kept += 1
        placed = [layer for layer in held if self._tree.placed(layer)]
        for double in placed[1:]:
            self.project.removeMapLayer(double.id())
        return placed[0] if placed else held[0]

    def _forget(self, places: set[tuple[str, str]]) -> None:
        """Take out the layers of results that the case has no more."""
        package = place_of_source(str(self._package))[0]
        for place, layers in self._there.items():
            for layer in layers:
                if place[0] == package and place not in places and self._tree.placed(layer):
                    self.project.removeMapLayer(layer.id())

    def _finish(self, layer: QgsVectorLayer, look: Optional[UsersLook] = None) -> None:
        """Make it large where that is wished, unless somebody gave it a look of his own, which it gets back."""
        if self.look.large and look is None:
            enlarge(layer)
        note_look(layer)
        if look is not None:
            look.put_back(layer)
        layer.triggerRepaint()


def _moment_of(layer: QgsVectorLayer) -> Optional[datetime]:
    """Return the time a result is of, None where it has none."""
    moment = newest_as_of(layer)
    return datetime.fromisoformat(moment.toString("yyyy-MM-ddTHH:mm:ss")) if moment.isValid() else None


def fill_project(
    project: QgsProject,
    case_folder: Path,
    package: Path,
    context_gpkg: Path,
    out_qgz: Path,
    look: Look,
    progress: Optional[Progress] = None,
) -> Made:
    """Put into a project what a case holds: layers by group, themes, bookmarks, time; nothing is written.

    Parameters
        project: empty, or filled earlier: then layers of the same source stay and are drawn anew.
        package, context_gpkg: results and background of the case; either may be missing.
        out_qgz: where the project will lie, from which the case is named.
    Raises
        CaseError: `case_folder` is no case.
    """
    from ..casefile.case import Case

    info = Case.open(Path(case_folder)).info
    begun = is_filled(project)
    parts = _Parts(progress, 4 * len(_layer_names(Path(package))) + len(CONTEXT) + 4)
    filler = _Filler(project, package, context_gpkg, look, parts.done)
    results = filler.results()
    background = filler.background()
    if not begun:
        # Without tiles nobody draws the sea: what is not land must not look like it.
        project.setBackgroundColor(QColor(OUTSIDE))
    located = [layer for _, layer in results if layer.isSpatial()]
    ground: list[QgsMapLayer] = [layer for layer in background if isinstance(layer, QgsVectorLayer)]
    extent = _first_view(project, info, ground or located, begun)
    parts.done()
    _themes(project, results, background, look)
    parts.done()
    facilities = next((layer for kind, layer in results if kind == "shelterpower"), None)
    dark = set_bookmarks(project, extent, project.crs(), filler.areas, facilities)
    parts.done()
    set_time(project, [layer for _, layer in results], parts.done)
    project.setTitle(power_title(info.name, info))
    about = QgsProjectMetadata()
    about.setTitle(project.title())
    about.setAuthor("")
    project.setMetadata(about)
    project.writeEntryBool("Paths", "/Absolute", False)
    project.writeEntry(SCOPE, "/filled", True)
    QgsExpressionContextUtils.setProjectVariable(project, CASE_VARIABLE, _from_there(Path(case_folder), out_qgz))
    QgsExpressionContextUtils.setProjectVariable(project, LARGE_VARIABLE, "yes" if look.large else "no")
    project.setDirty(True)
    return Made(len(results), dark, filler.kept)


def _first_view(project: QgsProject, info: CaseInfo, ground: list[QgsMapLayer], begun: bool) -> QgsRectangle:
    """Set the CRS and the view a project opens with, once; return the extent of the case in its CRS."""
    if not begun:
        project.setCrs(plane_crs(info.municipality, ground, project))
        project.setEllipsoid("EPSG:7019")
    extent = data_extent(ground, project.crs(), project)
    extent.scale(_MARGIN)
    if not begun or project.viewSettings().defaultViewExtent().isEmpty():
        project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, project.crs()))
    return extent


def _themes(
    project: QgsProject, results: list[tuple[str, QgsVectorLayer]], background: list[QgsMapLayer], look: Look
) -> None:
    """Make a theme of each kind of result that is drawn on a sheet, with the first layer of it."""
    themes: dict[str, list[QgsMapLayer]] = {}
    done = set()
    for kind, layer in results:
        if layer.isSpatial() and kind not in done and (not look.sheets or kind in look.sheets):
            done.add(kind)
            themes[look.theme_title(kind, layer)] = [layer, *background]
    set_themes(project, themes)


def write_project(project: QgsProject, out_qgz: Path) -> None:
    """Write a project to its file whole or not at all, without the name of who saved it.

    Raises
        ProjectError: QGIS cannot write it.
        OSError: it cannot be put in its place.
    """
    out_qgz = Path(out_qgz)
    out_qgz.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that paths are relative to it.
    beside = out_qgz.with_name(f"{out_qgz.stem}.new.qgz")

    def mend(document: QDomDocument) -> None:
        _with_canvas(project, document)
        without_user(document)

    project.writeProject.connect(mend)
    try:
        written = project.write(str(beside))
        if written:
            _put_in_place(beside, out_qgz)
    finally:
        project.writeProject.disconnect(mend)
        beside.unlink(missing_ok=True)
        project.setFileName(str(out_qgz))
    if not written:
        raise ProjectError(
            message(
                "The project {file} cannot be written ({reason}). Close it in QGIS, or choose another folder.",
                file=out_qgz.name,
                reason=project.error() or "-",
            )
        )
    project.setDirty(False)


def _put_in_place(beside: Path, out_qgz: Path) -> None:
    """Give a project file the place and name of another, its parts too: they are named after their file."""
    with zipfile.ZipFile(beside) as old, fresh_file(out_qgz) as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            for item in old.infolist():
                new.writestr(item.filename.replace(beside.stem, out_qgz.stem, 1), old.read(item))


def make_project(
    case_folder: Path,
    layers_gpkg: Path,
    context_gpkg: Path,
    out_qgz: Path,
    progress: Optional[Progress] = None,
    look: Optional[Look] = None,
) -> Made:
    """Write the project of a case, or refresh one that lies there.

    Themes are the results of `layers_gpkg`; background is what `context_gpkg` has. Raises `ProjectError` where one that
    lies there cannot be read, or it cannot be written, `CaseError` where `case_folder` is none.
    """
    progress = progress or Progress()
    out_qgz = Path(out_qgz)
    project = QgsProject()
    if out_qgz.is_file() and not project.read(str(out_qgz)):
        raise ProjectError(
            message(
                "The project {file} cannot be read ({reason}). Move it out of the case; a new one is then made.",
                file=out_qgz.name,
                reason=project.error() or "-",
            )
        )
    made = fill_project(project, case_folder, layers_gpkg, context_gpkg, out_qgz, look or Look(), progress)
    tell_lacks(made, context_gpkg, progress)
    write_project(project, out_qgz)
    project.clear()
    return made


def tell_lacks(made: Made, context_gpkg: Path, progress: Progress) -> None:
    """Warn of what a project has not."""
    if not made.results:
        progress.warn(message("The case holds no results yet: the project shows its background only."))
    if not any(context_layer(Path(context_gpkg), style) is not None for style in CONTEXT):
        progress.warn(message("The case has no boundary and areas (context.gpkg): the project has no background."))
