"""The utility's map laid under the layers, and the areas traced on it held against the meters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMarginsF
from qgis.PyQt.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from tomoshibi.casefile import case_arrays, contracts
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

WEST, NORTH = 136.9, 37.4
"""Upper left corner of the made-up map, degrees."""
PIXELS = {"一": (100, 100), "二": (900, 120), "三": (880, 700), "四": (120, 680), "五": (500, 400)}


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("utility"))


def ground(column, row):
    """Return latitude and longitude of a pixel: the made-up map is turned by some degrees."""
    return NORTH - 1e-4 * row + 1e-5 * column, WEST + 1e-4 * column + 1e-5 * row


@pytest.fixture
def picture(tmp_path):
    image = QImage(1000, 800, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    path = tmp_path / "配電線 map.png"
    image.save(str(path))
    return path


def points_file(tmp_path, pixels, moved=()):
    lines = ["地点,x,y,緯度,経度"]
    for name, (column, row) in pixels.items():
        lat, lon = ground(column, row)
        lines.append(f"{name},{column},{row},{lat + (0.01 if name in moved else 0)},{lon}")
    path = tmp_path / "points.csv"
    path.write_text("\n".join(lines), encoding="cp932")
    return path


def placed(run, drill, picture, points, **more):
    return run("placemap", {"CASE": str(drill.case.folder), "MAP": str(picture), "POINTS": str(points), **more})


def off_by(raster):
    """Return how far a known pixel lies from where it belongs, metres."""
    layer = QgsRasterLayer(str(raster), "map")
    assert layer.isValid() and layer.crs().authid().startswith("EPSG:66")
    lat, lon = ground(500, 400)
    to_map = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:6668"), layer.crs(), QgsProject.instance())
    wanted = to_map.transform(QgsPointXY(lon, lat))
    from osgeo import gdal

    t = gdal.Open(str(raster)).GetGeoTransform()
    east, north = t[0] + 500 * t[1] + 400 * t[2], t[3] + 500 * t[4] + 400 * t[5]
    return QgsPointXY(east, north).distance(wanted)


def test_a_picture_lies_where_its_points_say_turned_as_it_is(run, drill, picture, tmp_path):
    found = placed(run, drill, picture, points_file(tmp_path, PIXELS))
    assert found["POINTS_USED"] == 5 and found["RMS_M"] < 2 and off_by(found["RASTER"]) < 1
    assert str(drill.case.folder) in found["RASTER"]


def test_a_point_on_another_place_is_named_with_its_miss(run, drill, picture, tmp_path, feedback):
    found = placed(run, drill, picture, points_file(tmp_path, PIXELS, moved=("五",)))
    assert found["WORST"].startswith("五") and found["RMS_M"] > 100
    assert any("五 misses by" in line for line in feedback.warnings)


def test_the_points_of_the_georeferencer_are_taken(run, drill, picture, tmp_path):
    lines = ["#CRS: " + QgsCoordinateReferenceSystem("EPSG:6668").toWkt(), "mapX,mapY,sourceX,sourceY,enable,dX,dY"]
    for number, (column, row) in enumerate(PIXELS.values()):
        lat, lon = ground(column, row)
        lines.append(f"{lon + (0.5 if number == 4 else 0)},{lat},{column},{-row},{0 if number == 4 else 1},0,0")
    path = tmp_path / "map.points"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = placed(run, drill, picture, path)
    assert found["POINTS_USED"] == 4 and off_by(found["RASTER"]) < 1


def test_a_page_of_a_pdf_is_laid(run, drill, tmp_path):
    path = tmp_path / "map.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    painter.drawLine(0, 0, 1000, 1000)
    painter.end()
    found = placed(run, drill, path, points_file(tmp_path, PIXELS))
    assert off_by(found["RASTER"]) < 1 and QgsRasterLayer(found["RASTER"], "map").width() > 1000


@pytest.mark.parametrize(
    ("pixels", "word"),
    [
        ({"一": (1, 1), "二": (900, 900)}, "At least 3"),
        ({"一": (1, 1), "二": (400, 400), "三": (700, 700)}, "one line"),
        ({"一": (500, 500), "二": (500, 500), "三": (500, 500)}, "one line"),
    ],
)
def test_too_few_points_or_points_on_a_line_are_refused(run, drill, picture, tmp_path, pixels, word):
    with pytest.raises(QgsProcessingException) as failure:
        placed(run, drill, picture, points_file(tmp_path, pixels))
    assert word in str(failure.value)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"%PDF-1.4 broken"])
def test_what_is_no_picture_is_named(run, drill, tmp_path, content):
    path = tmp_path / "map.pdf"
    path.write_bytes(content)
    with pytest.raises(QgsProcessingException) as failure:
        placed(run, drill, path, points_file(tmp_path, PIXELS))
    assert "map.pdf" in str(failure.value)


def polygons(*rectangles):
    layer = QgsVectorLayer("Polygon?crs=EPSG:6668&field=name:string", "traced", "memory")
    for name, rectangle in rectangles:
        feature = QgsFeature(layer.fields())
        feature["name"] = name
        feature.setGeometry(QgsGeometry.fromRect(rectangle))
        layer.dataProvider().addFeatures([feature])
    return layer


def test_traced_areas_are_held_against_the_meters_and_dark_squares_outside_are_listed(run, drill):
    master = contracts.supply_rows(drill.case, ("lat", "lon"), case_arrays.newest(drill.case))
    west, south, east, north = master["lon"].min(), master["lat"].min(), master["lon"].max(), master["lat"].max()
    everywhere = QgsRectangle(west - 1, south - 1, east + 1, north + 1)
    sea = QgsRectangle(west - 3, south - 3, west - 2, south - 2)
    own = {"CASE": str(drill.case.folder), "OUTPUT": "memory:", "NAME_FIELD": "name"}
    outputs = run("utilityareas", {**own, "UTILITY_AREAS": polygons(("全域", everywhere), ("海", sea))})
    table = rows(outputs["OUTPUT"]).set_index("name")
    assert table.at["海", "finding"] == "unknown" and outputs["NOT_DRAWN"] == 0
    whole = table.loc["全域"]
    assert whole["meters"] > 1000 and whole["out"] + whole["powered"] + whole["unknown"] == whole["meters"]
    outputs = run("utilityareas", {**own, "UTILITY_AREAS": polygons(("海", sea))})
    table = rows(outputs["OUTPUT"])
    outside = table[table["finding"] == "not_drawn"]
    assert len(outside) == outputs["NOT_DRAWN"] > 0 and outside["out"].sum() == outputs["METERS_NOT_DRAWN"]
    assert outside["out"].sum() <= whole["out"]


def with_points(tmp_path, lines, heading="地点,x,y,緯度,経度"):
    path = tmp_path / "points.csv"
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return path


def lines_of(pixels, change=lambda *values: values):
    return [",".join(map(str, change(name, *place, *ground(*place)))) for name, place in pixels.items()]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda name, x, y, lat, lon: (name, y * 0.9, x * 0.8, lat, lon), "mirror"),
        (lambda name, x, y, lat, lon: (name, x, 800 - y, lat, lon), "mirror"),
        (lambda name, x, y, lat, lon: (name, x, -y, lat, lon), "At least 3"),
        (lambda name, x, y, lat, lon: (name, x, y, lon, lat), "At least 3"),
        (lambda name, x, y, lat, lon: (name, x, y, 38.2, 135.3), "one line"),
        (lambda name, x, y, lat, lon: (name, x, y, 38.2, lon), "one line"),
        (lambda name, x, y, lat, lon: (name, "nan", y, lat, lon), "At least 3"),
        (lambda name, x, y, lat, lon: (name, x, "inf", lat, lon), "At least 3"),
        (lambda name, x, y, lat, lon: (name, 4 * x, 4 * y, lat, lon), "At least 3"),
    ],
)
def test_points_that_cannot_be_are_refused_and_no_map_is_laid(run, drill, picture, tmp_path, change, word):
    target = tmp_path / "laid.tif"
    with pytest.raises(QgsProcessingException) as failure:
        placed(run, drill, picture, with_points(tmp_path, lines_of(PIXELS, change)), RASTER=str(target))
    assert word in str(failure.value) and not list(tmp_path.glob("laid*"))


def test_a_point_off_the_page_or_outside_japan_is_named_and_left_out(run, drill, picture, tmp_path, feedback):
    lines = [*lines_of(PIXELS), "=六,5000,5,38.2,135.3", "七,5,5,135.3,38.2"]
    found = placed(run, drill, picture, with_points(tmp_path, lines), RASTER=str(tmp_path / "laid.tif"))
    assert found["POINTS_USED"] == 5
    assert any("=六" in line and "1000 × 800" in line for line in feedback.warnings)
    assert any("七" in line and "not in Japan" in line for line in feedback.warnings)


def test_a_page_that_the_pdf_does_not_have_is_named(run, drill, tmp_path):
    path = tmp_path / "map.pdf"
    writer = QPdfWriter(str(path))
    painter = QPainter(writer)
    painter.drawLine(0, 0, 1000, 1000)
    writer.newPage()
    painter.drawLine(0, 0, 1000, 1000)
    painter.end()
    target = str(tmp_path / "laid.tif")
    with pytest.raises(QgsProcessingException) as failure:
        placed(run, drill, path, points_file(tmp_path, PIXELS), PAGE=3, RASTER=target)
    assert "map.pdf" in str(failure.value) and "page 3" in str(failure.value)
    assert placed(run, drill, path, points_file(tmp_path, PIXELS), PAGE=2, RASTER=target)["POINTS_USED"] == 5


def test_points_in_another_reference_system_that_are_nowhere_are_told(run, drill, picture, tmp_path, feedback):
    lines = ["#CRS: ", "mapX,mapY,sourceX,sourceY,enable", *(f"{1e9 + n},{2e9 * n},{n},{n * n},1" for n in range(4))]
    path = tmp_path / "map.points"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(QgsProcessingException) as failure:
        placed(run, drill, picture, path)
    assert "At least 3" in str(failure.value)
    assert sum("not in Japan" in line for line in feedback.warnings) == 4


def test_a_map_laid_onto_itself_or_into_a_folder_is_refused_and_the_map_stays(run, drill, picture, tmp_path):
    from osgeo import gdal

    given = tmp_path / "map.tif"
    gdal.Translate(str(given), str(picture))
    before = given.read_bytes()
    with pytest.raises(QgsProcessingException) as failure:
        placed(run, drill, given, points_file(tmp_path, PIXELS), RASTER=str(given))
    assert "map.tif" in str(failure.value) and given.read_bytes() == before
    folder = tmp_path / "folder.tif"
    folder.mkdir()
    with pytest.raises(QgsProcessingException) as failure:
        placed(run, drill, picture, points_file(tmp_path, PIXELS), RASTER=str(folder))
    assert "folder.tif" in str(failure.value) and not list(tmp_path.glob("*.part*"))


def traced(*wkts, crs="EPSG:6668"):
    layer = QgsVectorLayer(
        f"Polygon?crs={crs}&field=name:string" if crs else "Polygon?field=name:string", "t", "memory"
    )
    if not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    for number, wkt in enumerate(wkts):
        feature = QgsFeature(layer.fields())
        feature["name"] = f"=<b>{number}"
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        layer.dataProvider().addFeatures([feature])
    return layer


def compared(run, drill, layer, **more):
    given = {"CASE": str(drill.case.folder), "OUTPUT": "memory:", "NAME_FIELD": "name", "UTILITY_AREAS": layer}
    return run("utilityareas", {**given, **more})


def test_polygons_that_cross_themselves_or_are_only_a_line_do_no_harm(run, drill, feedback):
    bow = "Polygon((135 38, 136 39, 136 38, 135 39, 135 38))"
    spike = "Polygon((135 38, 136 38, 136 39, 136 38, 135 38))"
    tailed = "Polygon((135 38, 136 38, 136 39, 135 39, 135 38, 134 37, 135 38))"
    outputs = compared(run, drill, traced(bow, spike, tailed))
    table = rows(outputs["OUTPUT"]).set_index("name")
    assert {"=<b>0", "=<b>2"} <= set(table.index) and "=<b>1" not in table.index
    assert table.at["=<b>2", "meters"] > 0
    assert any("1 outage areas have no shape" in line for line in feedback.warnings)


def test_traced_areas_without_a_reference_system_are_refused_where_they_are_no_degrees(run, drill, feedback):
    metres = "Polygon((1000 -2000, 5000 -2000, 5000 3000, 1000 3000, 1000 -2000))"
    with pytest.raises(QgsProcessingException) as failure:
        compared(run, drill, traced(metres, crs=""))
    assert "CRS" in str(failure.value)
    degrees = "Polygon((135 38, 136 38, 136 39, 135 39, 135 38))"
    assert len(rows(compared(run, drill, traced(degrees, crs=""))["OUTPUT"]))
    assert any("CRS" in line for line in feedback.warnings)


def test_an_area_in_the_sea_is_unknown_and_named(run, drill, feedback):
    outputs = compared(run, drill, traced("Polygon((130 38, 130.1 38, 130.1 38.1, 130 38))"))
    assert outputs["UNKNOWN"] == 1 and outputs["POWERED"] == outputs["AGREES"] == 0
    assert any("=<b>0" in line and "no meter" in line for line in feedback.warnings)


def test_where_no_meter_is_known_no_dark_squares_outside_are_not_counted_as_none(run, drill):
    before = (drill.case.info.event_time - timedelta(days=400)).strftime("%Y-%m-%dT%H:%M:%S")
    outputs = compared(run, drill, traced("Polygon((130 38, 130.1 38, 130.1 38.1, 130 38))"), AT=before)
    assert outputs["UNKNOWN"] == 1 and not {"NOT_DRAWN", "METERS_NOT_DRAWN"} & set(outputs)


def test_an_empty_layer_of_areas_is_refused(run, drill):
    with pytest.raises(QgsProcessingException) as failure:
        compared(run, drill, traced())
    assert "no outage area" in str(failure.value)
