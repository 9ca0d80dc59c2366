"""Cells written into a GeoPackage at once are those that a sink would have written, index and all."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingUtils,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QTime
from tomoshibi.analysis import mesh
from tomoshibi.layers import build, gpkg, schema
from tomoshibi.messages import Cancelled, Progress, message


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


def put(target, columns, bounds, progress=None):
    """Write cells at once."""
    return gpkg.write(target, columns, len(bounds[0]), build.rectangles(*bounds), progress or Progress())


def filled(path: Path, count: int) -> str:
    codes, bounds = cells(count)
    path.parent.mkdir(exist_ok=True)
    sink, destination = empty(path)
    del sink
    rates = np.where(np.arange(count) % 7 == 0, np.nan, np.arange(count) / 10)
    target = gpkg.target_of(destination)
    assert put(target, {"mesh_code": codes, "rate": rates}, bounds) == count
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


def test_an_index_packed_some_nodes_at_a_time_is_that_packed_at_once(qgis_app, tmp_path, monkeypatch):
    def index(path):
        with sqlite3.connect(path) as connection:
            parts = (f"rtree_cells_geom_{part}" for part in ("node", "rowid", "parent"))
            return [connection.execute(f"SELECT * FROM {part} ORDER BY 1").fetchall() for part in parts]

    filled(tmp_path / "whole" / "cells.gpkg", 2602)
    monkeypatch.setattr(gpkg, "_PIECE", 100)
    filled(tmp_path / "parts" / "cells.gpkg", 2602)
    whole = index(tmp_path / "whole" / "cells.gpkg")
    assert len(whole[1]) == 2602 and index(tmp_path / "parts" / "cells.gpkg") == whole


def test_an_index_that_sqlite_finds_fault_with_is_made_by_sqlite_itself(qgis_app, tmp_path, monkeypatch):
    def broken(entries, starts, above=gpkg._above):
        moved = above(entries, starts)
        moved["box"][: len(moved) // 2 + 1] += 1
        return moved

    monkeypatch.setattr(gpkg, "_above", broken)
    monkeypatch.setattr(gpkg, "_checked", {})
    layer = QgsVectorLayer(filled(tmp_path / "cells.gpkg", 2602), "cells", "ogr")
    with sqlite3.connect(tmp_path / "cells.gpkg") as connection:
        assert connection.execute("SELECT rtreecheck('rtree_cells_geom')").fetchone() == ("ok",)
    window = QgsRectangle(136.51, 36.81, 136.53, 36.82)
    found = {feature.id() for feature in layer.getFeatures(QgsFeatureRequest().setFilterRect(window))}
    assert found and found == {f.id() for f in layer.getFeatures() if f.geometry().boundingBox().intersects(window)}


def test_sqlite_checks_the_packing_once_in_a_process(qgis_app, tmp_path, monkeypatch):
    looked = []

    def counted(connection, index, right=gpkg._found_right):
        looked.append(index)
        return right(connection, index)

    monkeypatch.setattr(gpkg, "_found_right", counted)
    monkeypatch.setattr(gpkg, "_checked", {})
    filled(tmp_path / "one.gpkg", 2602)
    assert looked and set(looked) == {"checked"}
    assert gpkg._checked and all(gpkg._checked.values())
    looked.clear()
    filled(tmp_path / "two.gpkg", 2602)
    assert not looked


def test_nodes_of_a_size_that_was_not_checked_are_looked_at_themselves(qgis_app, tmp_path, monkeypatch):
    looked = []

    def counted(connection, index, right=gpkg._found_right):
        looked.append(index)
        return right(connection, index)

    monkeypatch.setattr(gpkg, "_found_right", counted)
    monkeypatch.setattr(gpkg, "_check", lambda pages: {})
    monkeypatch.setattr(gpkg, "_checked", {})
    filled(tmp_path / "cells.gpkg", 60)
    assert looked == ["rtree_cells_geom"]


@pytest.mark.parametrize("count", [1, 2, 450, 451, 20_001])
@pytest.mark.parametrize("text", [None, "", "it's", "広域", 'a"b', "x" * 3000, "a\0b"])
def test_what_all_rows_share_is_stored_as_what_they_do_not(tmp_path, count, text):
    several = [text] * count
    several[count // 2] = "other"
    with sqlite3.connect(tmp_path / "some.db") as connection:
        connection.execute('CREATE TABLE "some" (id INTEGER PRIMARY KEY, same TEXT, several TEXT, same_number REAL)')
        for part in gpkg._parts({"same": [text] * count, "several": several, "same_number": [0.5] * count}, count):
            begin = connection.execute("SELECT count(*) FROM some").fetchone()[0]
            gpkg._insert(connection, "some", {"id": range(begin + 1, begin + 1 + len(part["same"])), **part})
        found = connection.execute("SELECT id, same, several, same_number FROM some ORDER BY id").fetchall()
    assert found == list(zip(range(1, count + 1), [text] * count, several, [0.5] * count))


def test_the_layer_is_the_one_that_a_sink_writes(qgis_app, tmp_path):
    codes, bounds = cells(3000)
    rates = np.where(np.arange(3000) % 7 == 0, np.nan, np.arange(3000) / 10)
    sink, slow = empty(tmp_path / "slow.gpkg")
    rows = ([code, None if np.isnan(rate) else float(rate)] for code, rate in zip(codes.tolist(), rates))
    build.write_rows(sink, rows, build.rectangles(*bounds), 3000, Progress())
    del sink
    layers = [QgsVectorLayer(place, "x", "ogr") for place in (slow, filled(tmp_path / "fast.gpkg", 3000))]
    contents = [
        [(f.id(), f["mesh_code"], str(f["rate"]), bytes(f.geometry().asWkb())) for f in layer.getFeatures()]
        for layer in layers
    ]
    assert contents[0] == contents[1]
    # GDAL writes the extent in 16 digits, later in 17
    boxes = [layer.extent() for layer in layers]
    one, other = ([box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()] for box in boxes)
    assert one == pytest.approx(other, abs=1e-12)
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
    target = gpkg.target_of(filled(tmp_path / "cells.gpkg", 10))
    codes, bounds = cells(5)
    given = {"mesh_code": codes, "rate": np.zeros(5)}
    assert put(target, given, bounds) is None
    assert QgsVectorLayer(str(target.path), "x", "ogr").featureCount() == 10
    assert gpkg.target_of(str(tmp_path / "cells.shp")) is None
    assert gpkg.target_of("memory:abc") is None


def test_stopping_leaves_the_empty_layer_as_it_was(qgis_app, tmp_path):
    class Stopped(Progress):
        def cancelled(self) -> bool:
            return True

    sink, destination = empty(tmp_path / "cells.gpkg")
    del sink
    codes, bounds = cells(10)
    with pytest.raises(Cancelled):
        put(gpkg.target_of(destination), {"mesh_code": codes, "rate": np.zeros(10)}, bounds, Stopped())
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
    monkeypatch.setattr(gpkg, "PATIENCE", 0.1)
    with pytest.raises(TomoshibiError, match=r"cells\.gpkg cannot be written"):
        put(gpkg.target_of(destination), {"mesh_code": codes, "rate": np.zeros(10)}, bounds, Progress())
    held.close()


AS_OF = datetime(2024, 1, 2, 6, 30)


def _homes(count: int):
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "supply_point": [f"{number:022d}" for number in range(count)],
            "state": [["home", "away", None, "no_data"][number % 4] for number in range(count)],
            "method": "held",
            "reading": np.where(np.arange(count) % 5 == 0, np.nan, rng.uniform(0, 2, count)),
            "reference": rng.uniform(0, 2, count).astype("float32"),
            "readings_used": np.arange(count, dtype="int32"),
            "confidence": pd.array([None if number % 3 else 0.5 for number in range(count)], dtype="Float64"),
            "pole_count": np.where(np.arange(count) % 7 == 0, np.nan, 2.0),
            "response": None,
        }
    )
    lon, lat = rng.uniform(136.5, 137.5, count), rng.uniform(36.5, 37.5, count)
    lon[::11] = np.nan
    return table, build.points(lon, lat)


def _steps(count: int):
    begin = np.datetime64("2024-01-01T00:00:00", "s") + np.arange(count) * np.timedelta64(1800, "s")
    table = pd.DataFrame({"supply_point": [f"{n:022d}" for n in range(count)], "slot_begin": begin, "state": "home"})
    table.loc[0, "slot_begin"] = pd.NaT
    return table, None


def _gaps(count: int):
    codes, bounds = cells(count)
    table = pd.DataFrame(
        {
            "area_id": codes,
            "area_name": codes.astype(object),
            "meters": np.arange(count),
            "received": pd.array([None if number % 2 else number for number in range(count)], dtype="Int64"),
            "gap_rate": np.where(np.arange(count) % 3 == 0, np.nan, 0.5),
            "baseline_rate": 0.25,
            "excess_gap": np.nan,
            "begin": pd.Timestamp("2024-01-01 09:00"),
            "end": datetime(2024, 1, 1, 12),
        }
    )
    return table, build.rectangles(*bounds)


def _rates(count: int):
    codes, bounds = cells(count)
    table = pd.DataFrame(dict.fromkeys(schema.SPECS["meshoutage"].names()[:-2]), index=range(count))
    table["mesh_code"], table["masked"] = codes, np.arange(count) % 2 == 0
    return table, build.rectangles(*bounds)


def _both_ways(folder: Path, name: str, table, shapes) -> list[str]:
    """Write through a sink and at once; return the destinations."""
    spec = schema.SPECS[name]
    lacking = set(spec.names()) - {*table.columns, "as_of", "source"}
    table = table.assign(**dict.fromkeys(lacking))
    given = (spec, table, shapes, AS_OF, message("from {what}", what="x"), Progress())
    made = []
    for stem in ("slow", "fast"):
        sink, destination = QgsProcessingUtils.createFeatureSink(
            f"ogr:dbname='{folder / stem}.gpkg' table=\"{name}\" (geom)",
            QgsProcessingContext(),
            schema.fields(spec),
            spec.wkb_type,
            QgsCoordinateReferenceSystem(schema.CRS),
        )
        if stem == "slow":
            assert build.write(sink, *given) == len(table)
            del sink
            build.settle(destination, spec)
        else:
            del sink
            target = gpkg.target_of(destination)
            assert build.write_at_once(target, *given) == len(table)
            assert build.write_at_once(target, *given) is None, "a layer that holds features is left alone"
        made.append(destination)
    return made


@pytest.mark.parametrize("count", [1, 60, 3000])
@pytest.mark.parametrize(
    ("name", "maker"),
    [("homeaway", _homes), ("presencetable", _steps), ("acquisitiongaps", _gaps), ("meshoutage", _rates)],
)
def test_points_cells_and_tables_written_at_once_are_those_of_the_sink_byte_by_byte(
    qgis_app, tmp_path, name, maker, count
):
    table, shapes = maker(count)
    _both_ways(tmp_path, name, table, shapes)
    contents = []
    for stem in ("slow", "fast"):
        with sqlite3.connect(tmp_path / f"{stem}.gpkg") as connection:
            ask = connection.execute
            rows = ask(f"SELECT * FROM {name}").fetchall()
            extent = ask("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents").fetchall()
            index = []
            if shapes is not None:
                assert ask("SELECT rtreecheck(?)", (f"rtree_{name}_geom",)).fetchone() == ("ok",)
                index = ask(f"SELECT * FROM rtree_{name}_geom ORDER BY id").fetchall()
            triggers = ask("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name").fetchall()
            contents.append((rows, triggers, index, extent))
    slow, fast = contents
    assert slow[:2] == fast[:2]
    # The index holds boxes in float32, which SQLite widens a little more than needed.
    assert [entry[0] for entry in slow[2]] == [entry[0] for entry in fast[2]]
    assert np.allclose(np.array(slow[2]), np.array(fast[2]), rtol=0, atol=5e-5)
    # GDAL writes the extent in 16 digits, which may lie a hair inside of the features
    known = [value for value in slow[3][0] if value is not None]
    assert [value for value in fast[3][0] if value is not None] == pytest.approx(known, abs=1e-12)


@pytest.fixture(params=["Asia/Tokyo", "UTC", "America/New_York"])
def zone(request, monkeypatch):
    """The zone of the computer, for Qt, Python and SQLite alike."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def _times(destination: str, name: str) -> list[str]:
    values = [feature[name] for feature in QgsVectorLayer(destination, "x", "ogr").getFeatures()]
    return [value.toString("yyyy-MM-dd HH:mm") if value != NULL else "" for value in values]


def test_times_read_as_they_were_written_whichever_way_and_in_whichever_zone(qgis_app, tmp_path, zone):
    for destination in _both_ways(tmp_path, "acquisitiongaps", *_gaps(60)):
        assert set(_times(destination, "begin")) == {"2024-01-01 09:00"}
        assert set(_times(destination, "as_of")) == {"2024-01-02 06:30"}


def test_a_time_that_somebody_enters_stays_as_it_was_entered(qgis_app, tmp_path, zone):
    moment = QDateTime(QDate(2024, 1, 3), QTime(0, 15))
    for destination in _both_ways(tmp_path, "acquisitiongaps", *_gaps(3)):
        layer = QgsVectorLayer(destination, "x", "ogr")
        assert layer.startEditing()
        first, *_ = layer.getFeatures()
        assert layer.changeAttributeValue(first.id(), layer.fields().lookupField("begin"), moment)
        added = QgsFeature(layer.fields())
        added["end"] = moment
        assert layer.addFeature(added)
        assert layer.commitChanges(), layer.commitErrors()
        del layer
        # as texts: the same moment in UTC would be equal
        assert _times(destination, "begin")[0] == "2024-01-03 00:15" and _times(destination, "end")[0][-5:] == "12:00"
        *_, last = QgsVectorLayer(destination, "x", "ogr").getFeatures()
        assert last["end"].toString("HH:mm") == "00:15" and last["begin"] == NULL


@pytest.mark.parametrize("name", ["begin", "as_of"])
def test_a_time_with_a_zone_becomes_that_of_the_computer_and_others_stay(qgis_app, tmp_path, monkeypatch, name):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    spec = dataclasses.replace(schema.SPECS["presencetable"], columns=(schema.Column(name, "datetime", str),))
    given = {
        "2024-01-01T21:30:00Z": "2024-01-02T06:30:00.000",
        "2024-01-02T06:30:00+09:00": "2024-01-02T06:30:00.000",
        "2024-01-02T06:30:00": "2024-01-02T06:30:00",
        "2024-01-02": "2024-01-02",
        "Zoo-T-Z": "Zoo-T-Z",
        None: None,
    }
    sink, destination = QgsProcessingUtils.createFeatureSink(
        f"ogr:dbname='{tmp_path / 'x.gpkg'}' table=\"x\" (geom)",
        QgsProcessingContext(),
        schema.fields(spec),
        spec.wkb_type,
        QgsCoordinateReferenceSystem(),
    )
    del sink
    with sqlite3.connect(tmp_path / "x.gpkg") as connection:
        connection.executemany(f"INSERT INTO x ({name}) VALUES (?)", [(value,) for value in given])
    build.settle(destination, spec)
    build.settle(destination, spec)
    with sqlite3.connect(tmp_path / "x.gpkg") as connection:
        connection.executemany(f"INSERT INTO x ({name}) VALUES (?)", [(value,) for value in given])
        stored = [value for (value,) in connection.execute(f"SELECT {name} FROM x ORDER BY fid")]
    assert stored == [*given.values(), *given.values()]
    monkeypatch.undo()
    time.tzset()


def test_points_are_found_by_the_index_wherever_they_are(qgis_app, tmp_path):
    table, shapes = _homes(5000)
    _, fast = _both_ways(tmp_path, "homeaway", table, shapes)
    layer = QgsVectorLayer(fast, "x", "ogr")
    window = QgsRectangle(136.7, 36.8, 136.8, 36.9)
    found = {feature.id() for feature in layer.getFeatures(QgsFeatureRequest().setFilterRect(window))}
    inside = [f.id() for f in layer.getFeatures() if f.hasGeometry() and f.geometry().boundingBox().intersects(window)]
    assert found == set(inside) and len(found) > 20


def test_a_table_is_not_written_into_a_layer_of_points(qgis_app, tmp_path):
    sink, destination = empty(tmp_path / "cells.gpkg")
    del sink
    assert gpkg.write(gpkg.target_of(destination), {"mesh_code": ["1"], "rate": [1.0]}, 1, None, Progress()) is None
