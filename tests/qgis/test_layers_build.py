"""Tables become features: values, unknowns, geometries, refusals."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeatureSink,
    QgsProcessingContext,
    QgsProcessingUtils,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime
from tomoshibi.layers import build, rows, schema
from tomoshibi.messages import Progress, message

AS_OF = datetime(2024, 1, 2, 6, 0)


def shelters() -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "facility_id": ["A", "B"],
            "name": ["第一小学校", ""],
            "kind": ["指定避難所", None],
            "capacity": pd.array([120, None], dtype="Int64"),
            "state": ["powered", "unknown"],
            "meters": [2.0, np.nan],
            "silent": np.array([0, 0], dtype="int32"),
            "reason": [message("{n} of 2", n=1), None],
            "age_hours": [1.5, np.nan],
            "nearest_powered_id": ["", pd.NA],
            "nearest_powered_m": [np.nan, 12.0],
        }
    )
    lacking = set(schema.SPECS["shelterpower"].names()) - {*table.columns, "as_of", "source"}
    return table.assign(**dict.fromkeys(lacking))


def write_file(tmp_path, spec, table, geometries, name="out.gpkg"):
    context = QgsProcessingContext()
    sink, where = QgsProcessingUtils.createFeatureSink(
        str(tmp_path / name), context, schema.fields(spec), spec.wkb_type, QgsCoordinateReferenceSystem(schema.CRS)
    )
    count = build.write(sink, spec, table, geometries, AS_OF, "通電情報 2024-01-02", Progress())
    del sink
    layer = QgsVectorLayer(where, "out", "ogr")
    assert layer.isValid()
    return count, layer


def test_unknown_values_arrive_as_null_and_known_ones_as_they_were(qgis_app, tmp_path):
    spec = schema.SPECS["shelterpower"]
    count, layer = write_file(tmp_path, spec, shelters(), build.points([137.0, np.nan], [37.0, 37.0]))
    first, second = layer.getFeatures()
    assert count == 2
    assert [name for name in layer.fields().names() if name != "fid"] == spec.names()
    assert (first["name"], first["capacity"], first["meters"], first["silent"]) == ("第一小学校", 120, 2, 0)
    assert first["reason"] == "1 of 2" and first["age_hours"] == 1.5
    assert first["as_of"] == QDateTime(2024, 1, 2, 6, 0, 0) and first["source"] == "通電情報 2024-01-02"
    for name in ("kind", "capacity", "meters", "reason", "age_hours", "nearest_powered_id"):
        assert second[name] == NULL, name
    assert second["silent"] == 0
    assert first.geometry().asWkt(0) == "Point (137 37)"
    assert second.geometry().isEmpty(), "no coordinates must never become a point at 0, 0"


def test_rectangles_are_valid_closed_and_anticlockwise(qgis_app):
    (cell,) = build.rectangles([36.0], [137.0], [36.5], [137.75])
    assert cell.isGeosValid()
    assert cell.asWkt(2) == "Polygon ((137 36, 137.75 36, 137.75 36.5, 137 36.5, 137 36))"
    assert build.rectangles([np.nan], [137.0], [36.5], [137.75])[0].isNull()


def test_a_table_lacking_columns_is_refused_by_name(qgis_app, tmp_path):
    with pytest.raises(schema.SchemaError, match="age_hours, nearest_powered_m"):
        write_file(
            tmp_path,
            schema.SPECS["shelterpower"],
            shelters().drop(columns=["age_hours", "nearest_powered_m"]),
            build.points([1, 2], [1, 2]),
        )


def test_as_many_geometries_as_rows_are_demanded(qgis_app, tmp_path):
    with pytest.raises(build.WriteError, match="2 rows but 1 geometries"):
        write_file(tmp_path, schema.SPECS["shelterpower"], shelters(), build.points([1], [1]))


def test_a_sink_that_refuses_is_an_error(qgis_app):
    class Full(QgsFeatureSink):
        def addFeatures(self, features, flags=None):
            return False

        def lastError(self):
            return "disk full"

    with pytest.raises(build.WriteError, match="1 to 2 \\(disk full\\)"):
        build.write(
            Full(), schema.SPECS["shelterpower"], shelters(), build.points([1, 2], [1, 2]), AS_OF, "x", Progress()
        )


def test_every_batch_is_written_and_progress_ends_near_one(qgis_app, tmp_path):
    n = 2 * rows.BATCH + 7
    seen = []

    class Ear(Progress):
        def set_fraction(self, fraction):
            seen.append(fraction)

    table = pd.DataFrame({"supply_point": [f"{i:022d}" for i in range(n)], "state": "home"})
    table["slot_begin"] = np.datetime64("2024-01-01T00:00:00", "s") + np.arange(n) * np.timedelta64(1800, "s")
    table.loc[0, "slot_begin"] = pd.NaT
    spec = schema.SPECS["presencetable"]
    context = QgsProcessingContext()
    sink, where = QgsProcessingUtils.createFeatureSink(
        str(tmp_path / "p.gpkg"), context, schema.fields(spec), spec.wkb_type, QgsCoordinateReferenceSystem()
    )
    assert build.write(sink, spec, table, None, AS_OF, "x", Ear()) == n
    del sink
    layer = QgsVectorLayer(where, "p", "ogr")
    assert layer.featureCount() == n
    features = list(layer.getFeatures())
    assert features[0]["slot_begin"] == NULL
    assert features[-1]["slot_begin"] == QDateTime(2024, 1, 1, 0, 0, 0).addSecs(1800 * (n - 1))
    assert 0 < seen[0] < seen[-1] <= 1


def test_times_are_taken_in_every_form_without_shifting(qgis_app):
    wanted = QDateTime(2024, 1, 2, 6, 0, 0)
    for value in (AS_OF, pd.Timestamp(AS_OF), np.datetime64(AS_OF), "2024-01-02T06:00:00"):
        assert schema.to_value(value, "datetime") == wanted
    for value in (None, pd.NaT, np.datetime64("NaT"), pd.NA, float("nan"), NULL):
        assert schema.to_value(value, "datetime") == NULL


def test_until_when_the_data_reach_stands_on_every_feature_and_what_is_not_told_is_null(qgis_app, tmp_path):
    spec = schema.SPECS["shelterpower"]
    table = shelters().drop(columns=["last_proven", "last_state", "unknown_reason", "evidence_until"])
    table["unknown_reason"] = [None, "not_remote"]
    until = datetime(2024, 1, 2, 3, 30)
    sink, where = QgsProcessingUtils.createFeatureSink(
        str(tmp_path / "out.gpkg"),
        QgsProcessingContext(),
        schema.fields(spec),
        spec.wkb_type,
        QgsCoordinateReferenceSystem(schema.CRS),
    )
    build.write(sink, spec, table, build.points([137, 137], [37, 37]), AS_OF, "x", Progress(), until)
    del sink
    build.settle(where, spec)
    layer = QgsVectorLayer(where, "out", "ogr")
    told = [
        (f["evidence_until"].toString("yyyy-MM-dd HH:mm"), f["last_proven"], f["unknown_reason"])
        for f in layer.getFeatures()
    ]
    assert told == [("2024-01-02 03:30", NULL, NULL), ("2024-01-02 03:30", NULL, "not_remote")]


def test_a_word_is_never_taken_for_a_truth_value(qgis_app):
    assert [schema.to_value(value, "bool") for value in (True, np.bool_(False), 1, None)] == [True, False, True, NULL]
    with pytest.raises(schema.SchemaError, match="open"):
        schema.to_value("open", "bool")


WITHOUT_EVIDENCE = ("conditions", "contractors", "registeredcontractors", "setupcase", "supportbatches", "mergefield")
"""Tables of the office's own work."""


@pytest.mark.parametrize("spec", schema.SPECS.values(), ids=lambda spec: spec.name)
def test_every_layer_says_when_and_from_what_and_its_times_are_fields(qgis_app, spec):
    names = spec.names()
    assert names[-2:] == ["as_of", "source"] and len(set(names)) == len(names)
    assert "evidence_until" in names or spec.name in WITHOUT_EVIDENCE
    assert all(column.alias() for column in spec.columns) and spec.title()
    assert set(spec.temporal or ()) <= set(names)
