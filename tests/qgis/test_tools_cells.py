"""Cells written into a GeoPackage at once are those that a sink would have written, index and all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingUtils,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)
from tomoshibi.analysis import mesh
from tomoshibi.layers import build, schema
from tomoshibi.messages import Cancelled, Watch
from tomoshibi.processing_provider.tools import cells as cells_file


def empty(path: Path):
    """Return (sink, destination) of a fresh layer with a code and a rate."""
    fields = QgsFields()
    fields.append(schema.field("mesh_code", "text"))
    fields.append(schema.field("rate", "real"))
    crs = QgsCoordinateReferenceSystem("EPSG:6668")
    return QgsProcessingUtils.createFeatureSink(
        str(path), QgsProcessingContext(), fields, QgsWkbTypes.Type.Polygon, crs
    )


def cells(count: int):
    """Return codes and bounds of some cells of 125 m, in the order of the codes."""
    codes = np.sort(mesh.cover(36.8, 136.5, 36.9, 136.7, 125))[:count]
    return codes, mesh.bounds(codes, 125)


def filled(path: Path, count: int) -> str:
    codes, bounds = cells(count)
    sink, destination = empty(path)
    del sink
    rates = np.where(np.arange(count) % 7 == 0, np.nan, np.arange(count) / 10)
    target = cells_file.target_of(destination)
    assert cells_file.write_rectangles(target, {"mesh_code": codes, "rate": rates}, *bounds, Watch()) == count
    return destination


@pytest.mark.parametrize("count", [0, 1, 50, 51, 52, 2601, 2602, 12000])
def test_the_index_is_sound_and_finds_what_is_there(qgis_app, tmp_path, count):
    layer = QgsVectorLayer(filled(tmp_path / "cells.gpkg", count), "cells", "ogr")
    with sqlite3.connect(tmp_path / "cells.gpkg") as connection:
        (index,) = (
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%USING rtree%'")
        )
        assert connection.execute("SELECT rtreecheck(?)", (index,)).fetchone() == ("ok",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert layer.featureCount() == count
    window = QgsRectangle(136.51, 36.81, 136.53, 36.82)
    found = {feature.id() for feature in layer.getFeatures(QgsFeatureRequest().setFilterRect(window))}
    assert found == {f.id() for f in layer.getFeatures() if f.geometry().boundingBox().intersects(window)}


def test_the_layer_is_the_one_that_a_sink_writes(qgis_app, tmp_path):
    codes, bounds = cells(3000)
    rates = np.where(np.arange(3000) % 7 == 0, np.nan, np.arange(3000) / 10)
    sink, slow = empty(tmp_path / "slow.gpkg")
    rows = ([code, None if np.isnan(rate) else float(rate)] for code, rate in zip(codes.tolist(), rates))
    build.write_rows(sink, rows, build.rectangles(*bounds), 3000, Watch())
    del sink
    layers = [QgsVectorLayer(place, "x", "ogr") for place in (slow, filled(tmp_path / "fast.gpkg", 3000))]
    contents = [
        [(f.id(), f["mesh_code"], str(f["rate"]), bytes(f.geometry().asWkb())) for f in layer.getFeatures()]
        for layer in layers
    ]
    assert contents[0] == contents[1]
    assert layers[0].extent() == layers[1].extent()
    assert layers[0].crs() == layers[1].crs()
    with sqlite3.connect(tmp_path / "slow.gpkg") as one, sqlite3.connect(tmp_path / "fast.gpkg") as other:
        made = [
            [
                sql.replace("slow", "x").replace("fast", "x")
                for (sql,) in base.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name")
            ]
            for base in (one, other)
        ]
    assert sorted(made[0]) == sorted(made[1])


def test_the_layer_can_be_edited_afterwards_and_its_index_follows(qgis_app, tmp_path):
    layer = QgsVectorLayer(filled(tmp_path / "cells.gpkg", 5000), "cells", "ogr")
    assert layer.dataProvider().deleteFeatures(list(range(1, 4000)))
    assert layer.featureCount() == 1001
    del layer
    with sqlite3.connect(tmp_path / "cells.gpkg") as connection:
        assert connection.execute("SELECT rtreecheck('rtree_cells_geom')").fetchone() == ("ok",)
        assert connection.execute("SELECT COUNT(*) FROM rtree_cells_geom").fetchone() == (1001,)


def test_a_layer_that_holds_rows_and_a_file_of_another_kind_are_left_alone(qgis_app, tmp_path):
    target = cells_file.target_of(filled(tmp_path / "cells.gpkg", 10))
    codes, bounds = cells(5)
    given = {"mesh_code": codes, "rate": np.zeros(5)}
    assert cells_file.write_rectangles(target, given, *bounds, Watch()) is None
    assert QgsVectorLayer(str(target.path), "x", "ogr").featureCount() == 10
    assert cells_file.target_of(str(tmp_path / "cells.shp")) is None
    assert cells_file.target_of("memory:abc") is None


def test_stopping_leaves_the_empty_layer_as_it_was(qgis_app, tmp_path):
    class Stopped(Watch):
        def cancelled(self) -> bool:
            return True

    sink, destination = empty(tmp_path / "cells.gpkg")
    del sink
    codes, bounds = cells(10)
    with pytest.raises(Cancelled):
        cells_file.write_rectangles(
            cells_file.target_of(destination), {"mesh_code": codes, "rate": np.zeros(10)}, *bounds, Stopped()
        )
    with sqlite3.connect(tmp_path / "cells.gpkg") as connection:
        assert (
            connection.execute(
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cells'"
            ).fetchone()[0]
            > 0
        )
    assert QgsVectorLayer(destination, "x", "ogr").featureCount() == 0


def test_a_file_held_by_another_program_is_named(qgis_app, tmp_path, monkeypatch):
    from tomoshibi.messages import TomoshibiError

    sink, destination = empty(tmp_path / "cells.gpkg")
    del sink
    codes, bounds = cells(10)
    held = sqlite3.connect(tmp_path / "cells.gpkg", isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **more: connect(path, timeout=0.1, **more))
    with pytest.raises(TomoshibiError, match=r"cells\.gpkg cannot be written"):
        cells_file.write_rectangles(
            cells_file.target_of(destination), {"mesh_code": codes, "rate": np.zeros(10)}, *bounds, Watch()
        )
    held.close()
