"""Grid squares and their codes, as a user runs them."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer


def layer_of(kind: str, shapes: list[str], crs: str = "EPSG:6668", fields: str = "") -> QgsVectorLayer:
    """Return a memory layer of WKT shapes; "" is a feature without geometry."""
    layer = QgsVectorLayer(f"{kind}?crs={crs}{fields}", "made", "memory")
    features = []
    for shape in shapes:
        feature = QgsFeature(layer.fields())
        if shape:
            feature.setGeometry(QgsGeometry.fromWkt(shape))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer, False)
    return layer


def codes_of(layer: QgsVectorLayer, field: str = "mesh_code") -> list:
    return [feature[field] or None for feature in layer.getFeatures()]


def test_a_secondary_mesh_holds_one_hundred_squares_of_one_kilometre(run):
    made = run(
        "meshgrid", {"AREA": "137,137.125,37.3333333333333,37.4166666666667", "MESH_SIZE": "1000", "OUTPUT": "memory:"}
    )
    codes = codes_of(made["OUTPUT"])
    assert made["CELLS"] == len(codes) == len(set(codes)) == 100
    assert {code[:6] for code in codes} == {"563700"}
    assert made["OUTPUT"].crs().authid() == "EPSG:6668"
    assert made["OUTPUT"].extent().width() == pytest.approx(0.125)


@pytest.mark.parametrize(("size", "count"), [("80000", 2), ("10000", 4), ("5000", 6), ("500", 400)])
def test_squares_of_each_size_cover_an_area_across_a_border_without_twins(run, size, count):
    step = {"80000": 0.5, "10000": 0.125, "5000": 0.0833, "500": 0.0625}[size]
    tall = {"80000": 0.3, "10000": 1 / 12, "5000": 1 / 24, "500": 1 / 24}[size]
    area = f"{138 - step},{138 + step},{37.3333333333333 - 0},{37.3333333333333 + tall}"
    if size == "10000":
        area = f"{138 - step},{138 + step},{37.3333333333333 - tall},{37.3333333333333 + tall}"
    if size == "5000":
        area = f"{138 - 0.125},{138 + 0.0625},{37.3333333333333 - tall},{37.3333333333333 + tall}"
    if size == "500":
        area = f"{138 - step},{138 + step},{37.3333333333333 - tall},{37.3333333333333 + tall}"
    made = run("meshgrid", {"AREA": area, "MESH_SIZE": size, "OUTPUT": "memory:"})
    codes = codes_of(made["OUTPUT"])
    assert len(codes) == len(set(codes)) == count


def test_an_area_in_another_coordinate_system_is_converted(run):
    made = run("meshgrid", {"AREA": "-5000,5000,-5000,5000 [EPSG:6675]", "MESH_SIZE": "10000", "OUTPUT": "memory:"})
    # Zone VII of the plane rectangular system has its origin at 36°N, 137°10′E.
    assert {"543701", "533771"} <= set(codes_of(made["OUTPUT"]))


def test_clipping_keeps_whole_squares_that_overlap_and_leaves_those_that_only_touch(run):
    clip = layer_of(
        "Polygon",
        ["POLYGON((137 37.3333333333333,137.05 37.3333333333333,137.05 37.35,137 37.35,137 37.3333333333333))"],
    )
    made = run("meshgrid", {"MESH_SIZE": "1000", "CLIP": clip, "OUTPUT": "memory:"})
    codes = codes_of(made["OUTPUT"])
    assert sorted(codes) == [
        "56370000",
        "56370001",
        "56370002",
        "56370003",
        "56370010",
        "56370011",
        "56370012",
        "56370013",
    ]
    assert {round(f.geometry().area(), 10) for f in made["OUTPUT"].getFeatures()} == {round(0.0125 / 120, 10)}


@pytest.mark.parametrize(
    ("south", "north", "rows"),
    [("37.3333333", "37.4166667", 10), ("37.3333334", "37.4166666", 10), ("37.333333", "37.416667", 12)],
)
def test_an_area_written_with_seven_decimals_ends_on_the_border_and_a_larger_one_beyond(run, south, north, rows):
    made = run("meshgrid", {"AREA": f"137,137.0125,{south},{north}", "MESH_SIZE": "1000", "OUTPUT": "memory:"})
    assert made["CELLS"] == rows


def test_neither_area_nor_clip_layer_is_said_before_the_run(complaint):
    assert "neither an area nor a clip layer" in complaint("meshgrid", {"MESH_SIZE": "1000", "OUTPUT": "memory:"})


def test_an_area_outside_the_grid_is_refused(complaint):
    text = complaint("meshgrid", {"AREA": "-10,-9,37,38", "MESH_SIZE": "10000", "OUTPUT": "memory:"})
    assert "outside Japan" in text


def test_a_size_that_is_none_is_refused(complaint):
    assert "MESH_SIZE" in complaint("meshgrid", {"AREA": "137,138,37,38", "MESH_SIZE": "200", "OUTPUT": "memory:"})


def test_points_get_the_code_of_their_square_and_corners_their_own(run, feedback):
    layer = layer_of("Point", ["POINT(137 37.3333333333333)", "POINT(136.9999 37.3333333333333)", "", "POINT(0 51)"])
    made = run("meshcode", {"INPUT": layer, "MESH_SIZE": "1000", "OUTPUT": "memory:"})
    assert codes_of(made["OUTPUT"]) == ["56370000", "56360709", None, None]
    assert (made["COUNT"], made["WITHOUT_CODE"]) == (4, 2)
    assert any("2 of 4 features have no code" in line for line in feedback.warnings)


def test_points_in_metres_are_converted_and_keep_their_geometry(run):
    layer = layer_of("Point", ["POINT(0 0)"], "EPSG:6675")
    made = run("meshcode", {"INPUT": layer, "MESH_SIZE": "80000", "OUTPUT": "memory:"})
    assert codes_of(made["OUTPUT"]) == ["5437"]
    assert next(made["OUTPUT"].getFeatures()).geometry().asWkt() == "Point (0 0)"


def test_polygons_are_coded_by_a_point_inside_and_it_is_said(run, feedback):
    layer = layer_of("Polygon", ["POLYGON((137.001 37.334,137.002 37.334,137.002 37.335,137.001 37.334))"])
    made = run("meshcode", {"INPUT": layer, "MESH_SIZE": "1000", "OUTPUT": "memory:"})
    assert codes_of(made["OUTPUT"]) == ["56370000"]
    assert any("not single points" in line for line in feedback.infos)


def test_no_feature_is_lost_between_batches(run, monkeypatch):
    from tomoshibi.processing_provider.tools import meshcode

    monkeypatch.setattr(meshcode, "BATCH", 3)
    layer = layer_of("Point", [f"POINT({137 + number / 100} 37.5)" for number in range(10)])
    made = run("meshcode", {"INPUT": layer, "MESH_SIZE": "1000", "OUTPUT": "memory:"})
    assert made["COUNT"] == made["OUTPUT"].featureCount() == 10


def test_a_field_of_the_same_name_is_kept_and_the_new_one_named(run, feedback):
    layer = layer_of("Point", ["POINT(137.001 37.334)"], fields="&field=mesh_code:string")
    made = run("meshcode", {"INPUT": layer, "MESH_SIZE": "1000", "OUTPUT": "memory:"})
    assert codes_of(made["OUTPUT"], "mesh_code_2") == ["56370000"]
    assert any("mesh_code_2" in line for line in feedback.warnings)


def test_a_layer_without_coordinate_system_is_refused(complaint):
    layer = layer_of("Point", ["POINT(137 37)"], "")
    assert "no coordinate system" in complaint("meshcode", {"INPUT": layer, "MESH_SIZE": "1000", "OUTPUT": "memory:"})


@pytest.mark.parametrize("place", ["grid.gpkg", "ogr:dbname='{0}/layers.gpkg' table=\"grid\" (geom)"])
def test_a_geopackage_gets_the_same_squares_as_a_layer_in_memory(run, tmp_path, place):
    output = place.format(tmp_path) if place.startswith("ogr:") else str(tmp_path / place)
    given = {"AREA": "137,137.125,37.3333333,37.4166667", "MESH_SIZE": "500"}
    made = run("meshgrid", {**given, "OUTPUT": output})
    other = run("meshgrid", {**given, "OUTPUT": "memory:"})
    written = QgsVectorLayer(made["OUTPUT"], "grid", "ogr") if isinstance(made["OUTPUT"], str) else made["OUTPUT"]
    assert made["CELLS"] == written.featureCount() == 400
    assert {(f["mesh_code"], f.geometry().asWkt(9)) for f in written.getFeatures()} == {
        (f["mesh_code"], f.geometry().asWkt(9)) for f in other["OUTPUT"].getFeatures()
    }
