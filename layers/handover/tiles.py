"""Vector tiles (MBTiles) of what is handed over, for a server in the intranet, with a style for MapLibre and for QGIS.

A tile holds the columns of the public table, as text, and the class that the legend tells; a place that has no geometry
is in the other forms alone. The style needs no sprites and no fonts, so nothing is fetched from anywhere.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Iterator

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsMarkerSymbol,
    QgsMemoryProviderUtils,
    QgsRectangle,
    QgsTileMatrix,
    QgsTileXYZ,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsVectorTileWriter,
    QgsWkbTypes,
)
from qgis.PyQt.QtXml import QDomDocument

from ...files import fresh_folder, replace_file, write_text_atomic
from ...messages import TomoshibiError, message
from ..schema import CRS, field
from .content import LEGENDS, Handed, HandedTheme, LegendClass

NAME = "tomoshibi"
MIN_ZOOM, MAX_ZOOM = 5, 14
"""A tile of the highest is 2 km wide in Japan: a cell of 250 m is drawn to the metre."""
_MARGIN = 0.001
"""Degrees around what lies at the border of all: half a symbol."""
_WEB, _WORLD = "EPSG:3857", "EPSG:4326"
_SCHEMA = (
    "CREATE TABLE metadata (name text, value text)",
    "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)",
    "CREATE UNIQUE INDEX tile_index on tiles (zoom_level, tile_column, tile_row)",
)
"""Of MBTiles 1.3."""


def write(path: Path, handed: Handed) -> list[Path]:
    """Write tiles and both styles; return the files, none where no theme has a place.

    Raises
        TomoshibiError: the tiles cannot be written; those of before stay.
        OSError: a style cannot.
    """
    layers = [(one, _layer(one)) for one in handed.themes]
    layers = [(one, layer) for one, layer in layers if layer.featureCount()]
    if not layers:
        return []
    writer = QgsVectorTileWriter()
    parts = []
    for one, layer in layers:
        part = QgsVectorTileWriter.Layer(layer)
        part.setLayerName(one.theme.theme)
        parts.append(part)
    writer.setLayers(parts)
    writer.setTransformContext(QgsCoordinateTransformContext())
    try:
        with fresh_folder(path) as folder:
            _pack(folder / path.name, writer, [layer for _, layer in layers], handed)
            replace_file(folder / path.name, path)
    except sqlite3.Error as error:
        raise TomoshibiError(
            message(
                "The vector tiles cannot be written ({reason}). Check that the disk has room, then run again.",
                reason=str(error),
            )
        ) from error
    shown = [one for one, _ in layers]
    style, qml = path.with_suffix(".style.json"), path.with_suffix(".qml")
    write_text_atomic(style, json.dumps(maplibre(handed, shown, path.name), ensure_ascii=False, indent=1))
    write_text_atomic(qml, _qml(path, shown))
    return [path, style, qml]


def _pack(path: Path, writer: QgsVectorTileWriter, layers: list[QgsVectorLayer], handed: Handed) -> None:
    """Write an MBTiles: QGIS's own writer goes on where the disk is full, and tells nobody of the tiles it left out.

    Raises `sqlite3.Error`, OSError.
    """
    box = _extent(layers)
    with closing(sqlite3.connect(path)) as package:
        for line in _SCHEMA:
            package.execute(line)
        package.executemany("INSERT INTO metadata VALUES (?, ?)", _metadata(handed, layers, box).items())
        package.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", _tiles(writer, box))
        package.commit()
    with open(path, "rb+") as stream:
        os.fsync(stream.fileno())


def _tiles(writer: QgsVectorTileWriter, box: QgsRectangle) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield zoom, column, row (counted from the south, as MBTiles has it) and content of each tile that holds any."""
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        matrix = QgsTileMatrix.fromWebMercator(zoom)
        ours = matrix.tileRangeFromExtent(box)
        for row in range(ours.startRow(), ours.endRow() + 1):
            for column in range(ours.startColumn(), ours.endColumn() + 1):
                tile = bytes(writer.writeSingleTile(QgsTileXYZ(column, row, zoom)))
                if tile:
                    yield zoom, column, matrix.matrixHeight() - 1 - row, gzip.compress(tile, mtime=0)


def _metadata(handed: Handed, layers: list[QgsVectorLayer], box: QgsRectangle) -> dict[str, str]:
    """Return what an MBTiles says of itself."""
    world = _between(_WEB, _WORLD).transformBoundingBox(box)
    listed = [{"id": each.name(), "fields": {one.name(): "String" for one in each.fields()}} for each in layers]
    return {
        "name": handed.title,
        "description": "\n".join([*handed.lines(), handed.source()]),
        "attribution": handed.source(),
        "type": "overlay",
        "format": "pbf",
        "minzoom": str(MIN_ZOOM),
        "maxzoom": str(MAX_ZOOM),
        "bounds": ",".join(
            f"{each:.6f}" for each in (world.xMinimum(), world.yMinimum(), world.xMaximum(), world.yMaximum())
        ),
        "crs": _WEB,
        "json": json.dumps({"vector_layers": listed}),
    }


def _layer(one: HandedTheme) -> QgsVectorLayer:
    """Return a layer in memory with what a theme may show and its class."""
    fields = QgsFields()
    fields.append(field("class", "text"))
    fields.append(field("class_label", "text"))
    for column in one.theme.columns:
        fields.append(field(column.name, "text"))
    kind = QgsWkbTypes.Type.Point if one.theme.geometry == "point" else QgsWkbTypes.Type.MultiPolygon
    layer = QgsMemoryProviderUtils.createMemoryLayer(one.theme.theme, fields, kind, QgsCoordinateReferenceSystem(CRS))
    labels = {each.code: each.label for each in LEGENDS[one.theme.theme]}
    shapes = one.result.shapes if one.result is not None else ()
    features = []
    for row, shape, code in zip(one.rows, shapes, one.classes()):
        if shape.isEmpty():
            continue
        feature = QgsFeature(fields)
        feature.setAttributes([code, labels[code], *map(_text, row)])
        placed = QgsGeometry(shape)
        if one.theme.geometry != "point":
            placed.convertToMultiType()
        feature.setGeometry(placed)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def _text(value: object) -> object:
    """Return a value as text: QGIS (3.22) takes a number and a text that convert to equal for one value of a tile."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)


def _extent(layers: list[QgsVectorLayer]) -> QgsRectangle:
    box = QgsRectangle()
    box.setMinimal()
    for layer in layers:
        box.combineExtentWith(layer.extent())
    return _between(CRS, _WEB).transformBoundingBox(box.buffered(_MARGIN))


def _between(source: str, target: str) -> QgsCoordinateTransform:
    crs, other = QgsCoordinateReferenceSystem(source), QgsCoordinateReferenceSystem(target)
    return QgsCoordinateTransform(crs, other, QgsCoordinateTransformContext())


def maplibre(handed: Handed, shown: list[HandedTheme], tiles: str) -> dict[str, Any]:
    """Return the style for MapLibre (version 8): a layer a theme, areas below points.

    Parameters
        tiles: name of the file, as servers of MBTiles read it beside the style.
    """
    source = {"type": "vector", "url": f"mbtiles://{tiles}", "attribution": handed.source()}
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": "#f4f4f2"}}
    ]
    for one in sorted(shown, key=lambda one: one.theme.geometry == "point"):
        colours: list[Any] = ["match", ["get", "class"]]
        for each in LEGENDS[one.theme.theme]:
            colours += [each.code, each.colour]
        colours.append("#333333")
        point = one.theme.geometry == "point"
        paint: dict[str, Any] = (
            {"circle-color": colours, "circle-radius": 6, "circle-stroke-color": "#1a1a1a", "circle-stroke-width": 1.2}
            if point
            else {"fill-color": colours, "fill-opacity": 0.6, "fill-outline-color": "#555555"}
        )
        layers.append(
            {
                "id": one.theme.theme,
                "type": "circle" if point else "fill",
                "source": NAME,
                "source-layer": one.theme.theme,
                "paint": paint,
                "metadata": {"title": one.theme.title_ja},
            }
        )
    return {"version": 8, "name": handed.title, "sources": {NAME: source}, "layers": layers}


def _qml(path: Path, shown: list[HandedTheme]) -> str:
    """Return the style that QGIS opens the tiles with: of the same name beside them."""
    layer = QgsVectorTileLayer(f"type=mbtiles&url={path}", NAME)
    renderer = QgsVectorTileBasicRenderer()
    order = sorted(shown, key=lambda one: one.theme.geometry == "point")
    renderer.setStyles([_drawn(one, each) for one in order for each in LEGENDS[one.theme.theme]])
    layer.setRenderer(renderer)
    document = QDomDocument()
    layer.exportNamedStyle(document)
    return document.toString(2)


def _drawn(one: HandedTheme, each: LegendClass) -> QgsVectorTileBasicRendererStyle:
    point = one.theme.geometry == "point"
    kind = QgsWkbTypes.GeometryType.PointGeometry if point else QgsWkbTypes.GeometryType.PolygonGeometry
    style = QgsVectorTileBasicRendererStyle(f"{one.theme.title_ja}：{each.label}", one.theme.theme, kind)
    code = each.code.replace("'", "''")
    style.setFilterExpression(f"\"class\" = '{code}'")
    if point:
        mark = {"name": each.mark, "color": each.colour, "outline_color": "#1a1a1a"}
        style.setSymbol(QgsMarkerSymbol.createSimple({**mark, "size": "3.4"}))
    else:
        hatched = {"hatch": "b_diagonal", "lattice": "diagonal_x"}.get(each.mark, "solid")
        style.setSymbol(
            QgsFillSymbol.createSimple(
                {"color": each.colour, "style": hatched, "outline_color": "#555555", "outline_width": "0.1"}
            )
        )
    return style
