"""Results written twice: the new layer takes the old one's place, while it is open too."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Optional

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers import build, postprocess, replace, schema
from tomoshibi.layers.opening import open_layer
from tomoshibi.layers.postprocess import place_of_source
from tomoshibi.layers.uris import APART
from tomoshibi.messages import Cancelled, TomoshibiError, message
from tomoshibi.processing_provider import results
from tomoshibi.processing_provider.base import FeedbackProgress, TomoshibiAlgorithm
from tomoshibi.tests.small_disk import no_file_beyond

AS_OF = datetime(2026, 1, 20, 9, 0)


class _Maker(TomoshibiAlgorithm):
    """Writes what its test gave it."""

    NAME = "homeaway"
    GROUP = "people"
    given: tuple = ()

    def title(self) -> str:
        return "maker"

    def initAlgorithm(self, configuration=None) -> None:
        results.add_output(self, self.NAME)


def _table(states: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(dict.fromkeys(schema.SPECS["homeaway"].names()[:-2]), index=range(len(states)))
    table["supply_point"] = [f"{number:022d}" for number in range(len(states))]
    table["state"] = states
    return table


def _points(count: int):
    return build.points(137 + 0.01 * np.arange(count), np.full(count, 37.0))


@pytest.fixture
def case(qgis_app, tmp_path) -> Case:
    return Case.create(tmp_path / "case", CaseInfo("灯里市 地震", datetime(2026, 1, 19, 4, 10), "999999"))


@pytest.fixture
def publish(case, feedback):
    """Return `publish(output, states, geometries)`: one run, its destination and its context."""
    contexts = []

    def run(output, states, geometries=None):
        algorithm = _Maker().create()
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        contexts.append(context)
        shapes = geometries if geometries is not None else _points(len(states))
        destination = results.write_result(
            algorithm,
            {"OUTPUT": output},
            context,
            FeedbackProgress(feedback),
            case,
            "homeaway",
            states if isinstance(states, build.Parts) else _table(states),
            shapes,
            AS_OF,
            [message("x")],
        )
        return destination, context

    assert issubclass(_Maker, QgsProcessingAlgorithm)
    yield run
    contexts.clear()


def _output(case: Case, name: str = "homeaway") -> str:
    return f"ogr:dbname='{case.folder / 'layers.gpkg'}' table=\"{name}\" (geom)"


def _coming(states: list[str], stop: Optional[Exception] = None) -> build.Parts:
    """Return a table whose rows come two by two, and where wanted break off before the last ones."""
    table = _table(states)

    def rows():
        for first in range(0, len(table), 2):
            if stop is not None and first + 2 >= len(table):
                raise stop
            yield table.iloc[first : first + 2].reset_index(drop=True)

    return build.Parts(rows(), len(table), list(table.columns))


def _states(layer: QgsVectorLayer) -> list[str]:
    return [feature["state"] for feature in layer.getFeatures()]


def test_a_layer_made_again_replaces_the_old_one_while_it_is_open_and_others_stay(case, publish):
    publish(_output(case, "other"), ["no_data"])
    first, _ = publish(_output(case), ["home", "home", "away"])
    shown = QgsVectorLayer(first, "shown", "ogr")
    reading = shown.getFeatures()
    next(reading)
    again, _ = publish(_output(case), ["away"])
    assert again == first
    del reading
    shown.reload()
    assert _states(shown) == ["away"] and shown.featureCount() == 1
    assert _states(QgsVectorLayer(first.replace("=homeaway", "=other"), "other", "ogr")) == ["no_data"]
    with sqlite3.connect(case.folder / "layers.gpkg") as connection:
        assert connection.execute("SELECT rtreecheck('rtree_homeaway_geom')").fetchone() == ("ok",)
        assert connection.execute("SELECT COUNT(*) FROM rtree_homeaway_geom").fetchone() == (1,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [path.name for path in case.folder.glob(".*.part")] == []
    assert [entry.path for entry in case.ledger.entries()].count("layers.gpkg|homeaway") == 2


def test_a_layer_too_large_to_be_held_until_it_is_complete_is_replaced_as_well(case, publish, monkeypatch):
    publish(_output(case), ["home"] * 3000)
    package = case.folder / "layers.gpkg"
    with replace._change(package, case.folder.parent / "beside.gpkg") as connection:
        page = connection.execute("PRAGMA main.page_size").fetchone()[0]
        assert 0 <= connection.execute("PRAGMA main.cache_spill").fetchone()[0] - replace.HELD // page <= 1
    monkeypatch.setattr(replace, "HELD", 0)
    again, _ = publish(_output(case), ["away"] * 3000)
    assert set(_states(QgsVectorLayer(again, "again", "ogr"))) == {"away"}
    with sqlite3.connect(package) as connection:
        assert connection.execute("SELECT rtreecheck('rtree_homeaway_geom')").fetchone() == ("ok",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_layers_on_the_screen_can_be_measured_after_a_form_was_kept_beside_them(case, publish, capfd):
    package = case.folder / "layers.gpkg"
    publish(_output(case), ["home"] * 3)
    publish(_output(case, "others"), ["away"] * 2)
    project = QgsProject()
    beside, entered = (QgsVectorLayer(f"{package}|layername={name}", name, "ogr") for name in ("others", "homeaway"))
    project.addMapLayers([beside, entered])
    assert postprocess.keep_form(entered, "在・不在", project) == ""
    place = beside.fields().lookupField("as_of")
    beside.updateExtents()
    assert not beside.extent().isNull() and beside.minimumValue(place) is not None and beside.featureCount() == 2
    assert "unable to open" not in capfd.readouterr().err
    project.clear()


def test_another_thread_than_the_windows_opens_a_result_on_a_connection_of_its_own(case, publish):
    publish(_output(case), ["home"])
    source = f"{case.folder / 'layers.gpkg'}|layername=homeaway"
    with ThreadPoolExecutor(1) as other:
        told = other.submit(lambda: open_layer(source, "homeaway").source()).result()
    assert APART in told and place_of_source(told) == place_of_source(source)
    assert open_layer(source, "homeaway").source() == source


def test_a_layer_of_other_columns_is_written_anew(case, publish):
    first, _ = publish(_output(case), ["home", "away"])
    with sqlite3.connect(case.folder / "layers.gpkg") as connection:
        connection.execute("ALTER TABLE homeaway ADD COLUMN older TEXT")
    publish(_output(case), ["away"])
    layer = QgsVectorLayer(first, "x", "ogr")
    assert _states(layer) == ["away"] and "older" not in layer.fields().names()


@pytest.mark.parametrize("way", ["at once", "through the sink"])
def test_a_layer_that_was_not_written_to_its_end_takes_no_place(case, publish, monkeypatch, way):
    first, _ = publish(_output(case), ["home", "home", "away"])
    name = "write_at_once" if way == "at once" else "write"
    whole = getattr(build, name)

    def cut_short(target, spec, table, geometries, *more):
        return whole(target, spec, table.iloc[:1], _points(1) if way == "at once" else geometries[:1], *more)

    monkeypatch.setattr(build, name, cut_short)
    shapes = None if way == "at once" else [QgsGeometry.fromWkt("POINT(137 37)")] * 2
    with pytest.raises(TomoshibiError, match=r"homeaway was not made .* layers\.gpkg has of it stays"):
        publish(_output(case), ["away", "away"], shapes)
    assert _states(QgsVectorLayer(first, "x", "ogr")) == ["home", "home", "away"]
    assert [path.name for path in case.folder.glob(".*.part")] == []


def test_geometries_of_any_kind_go_through_the_sink_and_replace_as_well(case, publish):
    shapes = [QgsGeometry.fromWkt("POINT(137 37)"), QgsGeometry()]
    publish(_output(case), ["home"])
    where, _ = publish(_output(case), ["home", "away"], shapes)
    layer = QgsVectorLayer(where, "x", "ogr")
    assert _states(layer) == ["home", "away"]
    assert [feature.hasGeometry() for feature in layer.getFeatures()] == [True, False]


def test_the_replaced_layer_is_loaded_where_loading_was_asked_for(case, publish):
    publish(_output(case), ["home"])
    definition = QgsProcessingOutputLayerDefinition(_output(case), QgsProject.instance())
    where, context = publish(definition, ["away"])
    assert context.willLoadLayerOnCompletion(where)
    assert context.layerToLoadOnCompletionDetails(where).name.startswith(schema.SPECS["homeaway"].title())


def test_a_layer_in_memory_and_another_format_are_written_as_ever(case, publish, tmp_path):
    where, context = publish("memory:", ["home", "away"])
    assert _states(context.takeResultLayer(where)) == ["home", "away"]
    where, _ = publish(str(tmp_path / "out.geojson"), ["home"])
    assert _states(QgsVectorLayer(where, "x", "ogr")) == ["home"]
    where, _ = publish(str(tmp_path / "out.gpkg"), ["home"])
    where, _ = publish(str(tmp_path / "out.gpkg"), ["away"])
    assert _states(QgsVectorLayer(where, "x", "ogr")) == ["away"]


def _made(path) -> list[tuple]:
    with sqlite3.connect(path) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name LIKE '%homeaway%' ORDER BY name"
        ).fetchall()


def _registered(path) -> list[list[tuple]]:
    registers = ("contents", "geometry_columns", "extensions", "ogr_contents")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE gpkg_contents SET last_change = ''")
        return [
            connection.execute(f"SELECT * FROM gpkg_{name} WHERE table_name = 'homeaway'").fetchall()
            for name in registers
        ]


@pytest.mark.parametrize("kind", ["points at once", "through the sink"])
def test_a_new_layer_of_a_package_is_the_one_that_qgis_makes_there(case, publish, tmp_path, monkeypatch, kind):
    states = ["home", "away", "no_data"]
    shapes = None if kind == "points at once" else [*list(_points(2)), QgsGeometry()]
    package = "ogr:dbname='{}' table=\"{}\" (geom)"
    for name in ("ours", "qgis"):
        publish(package.format(tmp_path / f"{name}.gpkg", "other"), ["no_data", "away"])
        if name == "qgis":
            monkeypatch.setattr(results, "_write_new", lambda *_given: "")
        where, _ = publish(package.format(tmp_path / f"{name}.gpkg", "homeaway"), states, shapes)
        assert where == f"{tmp_path}/{name}.gpkg|layername=homeaway"
    ours, qgis = tmp_path / "ours.gpkg", tmp_path / "qgis.gpkg"
    assert _rows(ours) == _rows(qgis) and _made(ours) == _made(qgis) and _registered(ours) == _registered(qgis)
    with sqlite3.connect(ours) as connection:
        assert connection.execute("SELECT rtreecheck('rtree_homeaway_geom')").fetchone() == ("ok",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert _states(QgsVectorLayer(f"{ours}|layername=other", "x", "ogr")) == ["no_data", "away"]


def test_a_new_layer_of_a_package_can_be_edited_and_its_index_and_count_follow(case, publish):
    publish(_output(case, "other"), ["no_data"])
    where, _ = publish(_output(case), ["home", "away"])
    layer = QgsVectorLayer(where, "x", "ogr")
    feature = QgsFeature(layer.fields())
    feature["state"] = "home"
    feature.setGeometry(QgsGeometry.fromWkt("POINT(138 38)"))
    assert layer.startEditing() and layer.addFeature(feature) and layer.deleteFeature(1) and layer.commitChanges()
    window = QgsFeatureRequest().setFilterRect(QgsRectangle(137.9, 37.9, 138.1, 38.1))
    assert [found["state"] for found in layer.getFeatures(window)] == ["home"]
    del layer
    with sqlite3.connect(case.folder / "layers.gpkg") as connection:
        counted = connection.execute("SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'homeaway'")
        assert counted.fetchone() == (2,)
        assert connection.execute("SELECT id FROM rtree_homeaway_geom ORDER BY id").fetchall() == [(2,), (3,)]


def test_a_file_that_is_no_geopackage_is_not_added_to(case, publish, tmp_path):
    path = tmp_path / "notes.gpkg"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("INSERT INTO notes VALUES ('mine')")
    publish(f"ogr:dbname='{tmp_path / 'one.gpkg'}' table=\"homeaway\" (geom)", ["home"])
    assert not replace.adopt(path, tmp_path / "one.gpkg", "homeaway")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot limit the size of files")
@pytest.mark.parametrize("kind", ["points at once", "through the sink"])
@pytest.mark.parametrize("name", ["homeaway", "third", "older", "new file"])
def test_what_stood_there_before_stays_as_it_was_on_a_full_disk(case, publish, tmp_path, kind, name):
    package = case.folder / "layers.gpkg"
    publish(_output(case, "other"), ["no_data"] * 10)
    publish(_output(case), ["home", "away"] * 20)
    publish(_output(case, "older"), ["home", "away"] * 20)
    with sqlite3.connect(package) as connection:
        connection.execute("ALTER TABLE older ADD COLUMN a_field_of_long_ago TEXT")
        before = "\n".join(connection.iterdump())
    states = ["home"] * 2000
    shapes = None if kind == "points at once" else list(_points(2000))
    new = tmp_path / "new.gpkg"
    alone = f"ogr:dbname='{new}' table=\"{name}\" (geom)"
    publish(alone, states, shapes)
    # nothing, some, and almost all of the layer fits; or it does beside the file, but not in it
    sizes = [4096, 100_000, new.stat().st_size - 4096, new.stat().st_size + 4096]
    new.unlink()
    output = alone if name == "new file" else _output(case, name)
    for size in sizes[:3] if name == "new file" else sizes:
        with no_file_beyond(size), pytest.raises(TomoshibiError):
            publish(output, states, shapes)
        with sqlite3.connect(package) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert "\n".join(connection.iterdump()) == before
        assert not new.exists() and not list(tmp_path.rglob(".*.part"))
    where, _ = publish(output, states, shapes)
    assert _states(QgsVectorLayer(where, "x", "ogr")) == states


OUTPUTS = ("memory:", "out.geojson", "out.gpkg", "ogr:dbname='{folder}/in.gpkg' table=\"homeaway\" (geom)")


def _rows(path) -> list[tuple]:
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT * FROM homeaway ORDER BY fid").fetchall()


@pytest.mark.parametrize("output", OUTPUTS)
def test_rows_that_come_one_after_the_other_are_written_as_a_whole_table(case, publish, tmp_path, output):
    states = ["home", "away", "no_data", "home", "asleep_unknown"]
    output = output.format(folder=tmp_path) if output.startswith(("ogr", "memory")) else str(tmp_path / output)
    where, context = publish(output, _coming(states))
    assert _states(context.takeResultLayer(where) or QgsVectorLayer(where, "x", "ogr")) == states
    assert sorted(path.name for path in tmp_path.glob(".*.part")) == []


def test_rows_of_a_new_file_are_the_same_whole_or_in_parts(case, publish, tmp_path):
    states = ["home", "away", "no_data"]
    package = "ogr:dbname='{}' table=\"homeaway\" (geom)"
    first, _ = publish(package.format(tmp_path / "whole.gpkg"), states)
    second, _ = publish(package.format(tmp_path / "parts.gpkg"), _coming(states))
    assert (first, second) == tuple(f"{tmp_path}/{name}.gpkg|layername=homeaway" for name in ("whole", "parts"))
    assert _rows(tmp_path / "whole.gpkg") == _rows(tmp_path / "parts.gpkg")


@pytest.mark.parametrize("stop", [TomoshibiError(message("the readings of 3 January cannot be read")), Cancelled()])
@pytest.mark.parametrize("output", OUTPUTS[1:])
def test_rows_that_break_off_leave_no_new_file(case, publish, tmp_path, output, stop):
    before = sorted(tmp_path.rglob("*"))
    output = output.format(folder=tmp_path) if output.startswith("ogr") else str(tmp_path / output)
    with pytest.raises(type(stop)):
        publish(output, _coming(["home"] * 7, stop))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("stop", [TomoshibiError(message("the readings of 3 January cannot be read")), Cancelled()])
def test_rows_that_break_off_leave_what_stands_there_as_it_was(case, publish, tmp_path, stop):
    publish(_output(case, "other"), ["no_data"])
    publish(_output(case), ["home", "away", "home"])
    publish(str(tmp_path / "homeaway.gpkg"), ["away"])
    before = [path.read_bytes() for path in (case.folder / "layers.gpkg", tmp_path / "homeaway.gpkg")]
    # in place of a layer, as a new one beside others, and in place of a whole file
    for output in (_output(case), _output(case, "third"), str(tmp_path / "homeaway.gpkg")):
        with pytest.raises(type(stop)):
            publish(output, _coming(["home"] * 7, stop))
    assert [path.read_bytes() for path in (case.folder / "layers.gpkg", tmp_path / "homeaway.gpkg")] == before
    assert [path.name for path in case.folder.glob(".*.part")] == []


def test_a_table_in_parts_is_kept_as_it_came(case):
    """Kept short while it is worked out, and the same whenever it is gone through."""
    numbers = [f"{number:022d}" for number in range(300)]
    odd = ["電力", None, "a", "", float("nan"), "b\0"] * 50
    made = pd.DataFrame({"n": np.array(numbers, dtype=object), "odd": np.array(odd, dtype=object)})
    made["state"] = np.array(["home", None, "away"] * 100, dtype=object)
    made["kwh"], made["at"] = np.linspace(0, 1, 300), np.datetime64("2026-01-19T05:46", "ns")
    made["none"] = np.full(300, None, dtype=object)
    pieces = [made.iloc[first : first + 150].reset_index(drop=True) for first in (0, 150)]
    parts = build.Parts(iter(pieces), 300, list(made.columns))
    for _ in range(2):
        for came, piece in zip(parts, pieces):
            pd.testing.assert_frame_equal(came, piece)
    pd.testing.assert_frame_equal(parts.whole(), made)
    pd.testing.assert_frame_equal(parts.whole(["state"]), made[["state"]])
    with pytest.raises(RuntimeError):
        build.Parts(iter(pieces[:1]), 300, list(made.columns)).wait()


def test_what_stands_beside_a_table_in_parts_is_joined_to_it_and_counted_with_it():
    made = pd.DataFrame({"n": np.array(["1", "2", "3", "4", "5"], dtype=object)})
    made["state"] = np.array(["home", "away", None, "home", "home"], dtype=object)
    pieces = [made.iloc[:3].reset_index(drop=True), made.iloc[3:].reset_index(drop=True)]
    beside = {
        "n": build.Made(np.array([1, 2, 3, 4, 5]), lambda some: some.astype(str).astype(object)),
        "resident": build.Coded(np.array([0, 1, 1, 0, 1]), np.array(["listed", "not_listed"], dtype=object)),
        "curve": None,
    }
    parts = build.Parts(iter(pieces), 5, ["n", "state"], beside)
    residents = ["listed", "not_listed", "not_listed", "listed", "not_listed"]
    for _ in range(2):
        came = pd.concat(list(parts), ignore_index=True)
        assert came["n"].tolist() == made["n"].tolist() and came["resident"].tolist() == residents
    assert parts.whole()["resident"].tolist() == residents and parts.whole(["n"])["n"].tolist() == list("12345")
    assert parts.columns == ["n", "state", "resident", "curve"]
    assert parts.tally(["state", "resident", "curve"]) == {
        ("home", "listed", None): 2,
        ("home", "not_listed", None): 1,
        ("away", "not_listed", None): 1,
        (None, "not_listed", None): 1,
    }
