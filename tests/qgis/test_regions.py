"""Which polygon a pole stands in."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
)
from tomoshibi.layers import regions


def layer_of(polygons, crs="EPSG:6668", field="code:string"):
    layer = QgsVectorLayer(f"Polygon?crs={crs}&field={field}", "areas", "memory")
    features = []
    for code, wkt in polygons:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([code])
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def box(x, y, size=1.0):
    return f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"


def test_points_outside_or_without_coordinates_belong_to_no_area(qgis_app):
    layer = layer_of([("a", box(0, 0)), ("b", box(1, 0)), (None, box(5, 5))])
    got = regions.assign(layer, "code", [0.5, 1.5, 9, np.nan, 0.5, 5.5], [0.5, 0.5, 9, 0.5, 0.5, 5.5])
    assert got.tolist() == ["a", "b", "", "", "a", ""]


def test_of_overlapping_areas_the_smallest_wins_in_any_order(qgis_app):
    pair = [("big", box(0, 0, 4)), ("small", box(1, 1))]
    for polygons in (pair, pair[::-1]):
        assert regions.assign(layer_of(polygons), "code", [1.5, 3.0], [1.5, 3.0]).tolist() == ["small", "big"]


def test_a_point_on_a_common_border_always_has_the_same_area(qgis_app):
    pair = [("a", box(0, 0)), ("b", box(1, 0))]
    got = {regions.assign(layer_of(order), "code", [1.0], [0.5])[0] for order in (pair, pair[::-1])}
    assert got == {"a"}


def test_polygons_of_another_crs_are_brought_to_the_points(qgis_app):
    metric = QgsCoordinateReferenceSystem("EPSG:6675")
    degrees = QgsCoordinateReferenceSystem("EPSG:6668")
    back = QgsCoordinateTransform(degrees, metric, QgsProject.instance())
    centre = back.transform(QgsPointXY(137.0, 37.0))
    layer = layer_of([("a", box(centre.x() - 500, centre.y() - 500, 1000))], "EPSG:6675")
    transform = QgsCoordinateTransform(metric, degrees, QgsProject.instance())
    assert regions.assign(layer, "code", [137.0, 137.1], [37.0, 37.0], transform).tolist() == ["a", ""]


def test_an_invalid_polygon_still_holds_its_points(qgis_app):
    bow = "POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))"
    assert regions.assign(layer_of([("bow", bow)]), "code", [0.2, 1.0], [1.0, 1.9]).tolist() == ["bow", ""]


def test_inside_any_polygon_is_told_without_a_field(qgis_app):
    layer = layer_of([("a", box(0, 0)), ("b", box(1, 0))])
    got = regions.assign_any(layer, [0.5, 1.5, 3.0, np.nan], [0.5, 0.5, 0.5, 0.5])
    assert got.tolist() == [True, True, False, False]
    assert regions.assign_any(layer, [np.nan], [1.0]).tolist() == [False]


def test_an_unknown_field_is_named(qgis_app):
    with pytest.raises(regions.RegionError, match="KEY_CODE"):
        regions.assign(layer_of([("a", box(0, 0))]), "KEY_CODE", [0.5], [0.5])


def test_a_hundred_thousand_poles_lie_in_the_right_regions(qgis_app):
    side = 55
    cells = [(f"{x:02d}{y:02d}", box(x, y)) for x in range(side) for y in range(side)]
    layer = layer_of(cells)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(0, side, (2, 100_000))
    got = regions.assign(layer, "code", lon, lat)
    wanted = [f"{int(x):02d}{int(y):02d}" for x, y in zip(lon, lat)]
    assert got.tolist() == wanted
