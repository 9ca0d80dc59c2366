"""A package of results for others: a new GeoPackage written row by row, and a project with relative paths.

Never a copy with deletions: SQLite leaves what was deleted in free pages and in the index, and a copied project keeps
extents, bookmarks and themes. What is not written here is not in it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProject,
    QgsProjectMetadata,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..messages import TomoshibiError, message
from ..translate import tr
from . import gpkg
from .context import CONTEXT, LAND, context_layer
from .districts import name_field, write_names
from .opening import open_layer
from .packages_split import Municipality
from .project import data_extent, plane_crs, write_project
from .project_groups import PEOPLE, ProjectTree, first_shown, group_of, order_of
from .project_views import set_time
from .schema import CRS, SPECS, field
from .style import apply_style
from .uris import layer_uri

ASTRIDE = "astride"
"""Field of grid squares: whether the square lies in several municipalities."""
BATCH = 500
_MARGIN = 1.08


@dataclass(frozen=True)
class Held:
    """A result in a package."""

    kind: str
    """Name of its `LayerSpec`."""
    table: str
    """Name of the layer in the GeoPackage."""
    title: str
    columns: tuple[str, ...]
    """Its fields, in order, without those that QGIS keeps for itself."""

    @property
    def times(self) -> list[str]:
        """Its fields that hold times."""
        return [name for name in self.columns if name in SPECS[self.kind].times()]


def fields_of(held: Held, extra: Sequence[tuple[str, str]] = ()) -> QgsFields:
    """Return the fields of a result in a package; `extra`: (name, kind) of those that packages alone have."""
    kinds = {column.name: column.kind for column in SPECS[held.kind].columns}
    made = QgsFields()
    for name in held.columns:
        made.append(field(name, kinds[name]))
    for name, kind in extra:
        made.append(field(name, kind))
    return made


class TableWriter:
    """One layer of a new GeoPackage, written row by row."""

    def __init__(self, package: Path, table: str, fields: QgsFields, wkb: QgsWkbTypes.Type):
        self._package, self.table, self.count = Path(package), table, 0
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = "GPKG"
        options.layerName = table
        options.layerOptions = ["FID=fid", "GEOMETRY_NAME=geom", "SPATIAL_INDEX=YES"]
        actions = QgsVectorFileWriter.ActionOnExistingFile
        options.actionOnExistingFile = (
            actions.CreateOrOverwriteLayer if self._package.exists() else actions.CreateOrOverwriteFile
        )
        self._writer: Optional[QgsVectorFileWriter] = QgsVectorFileWriter.create(
            str(package), fields, wkb, QgsCoordinateReferenceSystem(CRS), QgsCoordinateTransformContext(), options
        )
        self._batch: list[QgsFeature] = []
        self._check()

    def add(self, values: list[object], geometry: Optional[QgsGeometry] = None) -> None:
        """Write one row: QGIS values in the order of the fields. Raises `TomoshibiError` where it is refused."""
        feature = QgsFeature()
        # the first is the number that GeoPackage gives
        feature.setAttributes(values)
        if geometry is not None:
            feature.setGeometry(geometry)
        self._batch.append(feature)
        if len(self._batch) >= BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is still held, and let the file go. Raises `TomoshibiError` where rows are missing afterwards."""
        self._flush()
        self._writer = None
        if gpkg.rows_in(gpkg.Target(self._package, self.table)) != self.count:
            raise _unwritten(self._package, "")

    def _flush(self) -> None:
        if self._writer is not None and self._batch:
            if not self._writer.addFeatures(self._batch, QgsFeatureSink.Flag.FastInsert):
                raise _unwritten(self._package, self._writer.errorMessage())
            self.count += len(self._batch)
            self._batch = []

    def _check(self) -> None:
        if self._writer is None or self._writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
            raise _unwritten(self._package, self._writer.errorMessage() if self._writer is not None else "")


def _unwritten(package: Path, reason: str) -> TomoshibiError:
    return TomoshibiError(
        message(
            "The package {file} could not be written ({reason}). Check that the disk has room, then run again; nothing "
            "of this run is to be handed over.",
            file=package.name,
            reason=reason or "-",
        )
    )


def settle(package: Path, held: Sequence[Held]) -> None:
    """Finish a GeoPackage that was written: times as they read, no free page, no journal beside it."""
    for one in held:
        gpkg.keep_wall_clock(gpkg.Target(Path(package), one.table), one.times)
    with closing(sqlite3.connect(str(package), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


def write_boundary(package: Path, municipality: Municipality) -> None:
    """Write the municipality's own boundary, for the background."""
    fields = QgsFields()
    for name in ("area_code", "area_name"):
        fields.append(field(name, "text"))
    writer = TableWriter(package, LAND.name, fields, QgsWkbTypes.Type.MultiPolygon)
    shape = QgsGeometry(municipality.shape)
    shape.convertToMultiType()
    writer.add([municipality.code, municipality.name], shape)
    writer.close()


def opened(package: Path, held: Held) -> QgsVectorLayer:
    """Return a result of a package with its look, words and Japanese names."""
    layer = open_layer(layer_uri(package, held.table), held.table, "ogr")
    apply_style(layer, held.kind)
    layer.setName(held.title)
    index = layer.fields().lookupField(ASTRIDE)
    if index >= 0:
        layer.setFieldAlias(index, tr("Astride the border"))
    return layer


def copy_background(package: Path, context_gpkg: Path, area: Optional[QgsRectangle]) -> None:
    """Write boundary, areas and roads that a case has into a package, names alone, for use without a network.

    `area`: in degrees (JGD2011), only what lies in it; None for all.
    """
    for style in CONTEXT:
        layer = context_layer(context_gpkg, style)
        if layer is None:
            continue
        fields, name = QgsFields(), name_field(layer)
        fields.append(field("area_name", "text"))
        writer = TableWriter(package, style.name, fields, layer.wkbType())
        request = QgsFeatureRequest()
        request.setDestinationCrs(QgsCoordinateReferenceSystem(CRS), QgsCoordinateTransformContext())
        if area is not None:
            request.setFilterRect(area)
        for feature in layer.getFeatures(request):
            writer.add([str(feature[name]) if name and feature[name] != NULL else NULL], feature.geometry())
        writer.close()


def background(package: Path) -> list[QgsVectorLayer]:
    """Return what a package has of a background, top to bottom."""
    return [layer for layer in (context_layer(package, style) for style in CONTEXT) if layer is not None]


def write_package_project(
    folder: Path, package: Path, layers: Sequence[tuple[Held, QgsVectorLayer]], title: str, code: str
) -> Path:
    """Write the project of a package beside its GeoPackage, with relative paths; return its file.

    Parameters
        layers: the results as `opened` gives them.
        title: shown as the title of the window.
        code: 団体コード, "" where only the layers tell where it lies.
    """
    project = QgsProject()
    tree = ProjectTree(project)
    first = first_shown([held.kind for held, _ in layers])
    for held, layer in sorted(layers, key=lambda one: order_of(one[0].kind)):
        # areas of several results would lie over one another; people are what a list goes out for
        tree.place(layer, held.kind, held.kind in first or group_of(held.kind) is PEOPLE)
    ground = background(package)
    for rank, each in enumerate(ground):
        if each.customProperty("tomoshibi/context") == "areas":
            write_names(each)
        each.setReadOnly(True)
        tree.place_behind(each, rank, True)
    shown = [layer for _, layer in layers if layer.isSpatial() and layer.featureCount()] or ground
    project.setCrs(plane_crs(code, shown, project))
    project.setEllipsoid("EPSG:7019")
    extent = data_extent(shown, project.crs(), project)
    extent.scale(_MARGIN)
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, project.crs()))
    set_time(project, [layer for _, layer in layers])
    project.setTitle(title)
    about = QgsProjectMetadata()
    about.setTitle(title)
    about.setAuthor("")
    project.setMetadata(about)
    project.writeEntryBool("Paths", "/Absolute", False)
    path = Path(folder) / f"{Path(package).stem}.qgz"
    write_project(project, path)
    project.clear()
    return path


def write_styles(folder: Path, layers: Sequence[tuple[Held, QgsVectorLayer]]) -> None:
    """Write the look of each result as QML, for whoever puts a layer into a project of their own."""
    folder.mkdir(exist_ok=True)
    for held, layer in layers:
        layer.saveNamedStyle(str(folder / f"{held.table}.qml"))
