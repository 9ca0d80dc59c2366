"""JIS X 0410 codes: known places, edges, round trips, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import mesh

SIZES = sorted(mesh.LEVELS)


@pytest.mark.parametrize(
    ("metres", "code"),
    [
        (80000, "5339"),
        (10000, "533946"),
        (5000, "5339461"),
        (1000, "53394611"),
        (500, "533946113"),
        (250, "5339461132"),
        (125, "53394611323"),
    ],
)
def test_tokyo_station_has_its_known_codes(metres, code):
    # The 8 digits are the published third-level code of the station; the rest is the division rule by hand.
    assert mesh.encode(35.681236, 139.767125, metres) == code


def exact_code(lat: Fraction, lon: Fraction, metres: int) -> str:
    """The division rule of the standard, in exact fractions, written independently of the module."""
    p, rest_lat = divmod(lat * Fraction(3, 2), 1)
    u, rest_lon = divmod(lon - 100, 1)
    code = f"{int(p):02d}{int(u):02d}"
    if metres == 80000:
        return code
    q, rest_lat = divmod(rest_lat * 8, 1)
    v, rest_lon = divmod(rest_lon * 8, 1)
    code += f"{int(q)}{int(v)}"
    if metres == 10000:
        return code
    if metres == 5000:
        return code + str(1 + 2 * (rest_lat >= Fraction(1, 2)) + (rest_lon >= Fraction(1, 2)))
    r, rest_lat = divmod(rest_lat * 10, 1)
    w, rest_lon = divmod(rest_lon * 10, 1)
    code += f"{int(r)}{int(w)}"
    size = 1000
    while size > metres:
        row, rest_lat = divmod(rest_lat * 2, 1)
        column, rest_lon = divmod(rest_lon * 2, 1)
        code += str(1 + 2 * int(row) + int(column))
        size //= 2
    return code


@given(st.integers(0, 66 * 10**6), st.integers(100 * 10**6, 180 * 10**6 - 1), st.sampled_from(SIZES))
def test_codes_agree_with_the_standard_worked_in_fractions(lat_micro, lon_micro, metres):
    lat, lon = Fraction(lat_micro, 10**6), Fraction(lon_micro, 10**6)
    assert mesh.encode(float(lat), float(lon), metres) == exact_code(lat, lon, metres)


@given(st.integers(0, 127999), st.integers(192000, 345599), st.sampled_from(SIZES))
def test_south_west_corner_comes_back_to_its_own_code_and_the_other_corners_do_not(south, west, metres):
    level = mesh.LEVELS[metres]
    south, west = south // level.height * level.height, west // level.width * level.width
    code = exact_code(Fraction(south, 1920), Fraction(west, 1920), metres)
    assert mesh.valid([code], metres).all()
    s, w, n, e = (float(edge[0]) for edge in mesh.bounds([code], metres))
    assert mesh.encode(s, w, metres) == code
    assert mesh.encode(n, w, metres) != code
    assert mesh.encode(s, e, metres) != code
    lat, lon = mesh.centres([code], metres)
    assert mesh.encode(lat, lon, metres)[0] == code
    assert mesh.decode([code], metres) == (south, west)


@pytest.mark.slow
@pytest.mark.parametrize("metres", SIZES)
def test_every_corner_and_centre_of_a_region_comes_back(metres):
    # Noto for the small cells, all of Japan for the large ones.
    extent = (36.9, 136.6, 37.6, 137.4) if metres <= 1000 else (20, 122, 46, 154)
    codes = mesh.cover(*extent, metres)
    assert mesh.valid(codes, metres).all()
    assert len(np.unique(codes)) == len(codes)
    south, west, north, east = mesh.bounds(codes, metres)
    assert (mesh.encode(south, west, metres) == codes).all()
    assert (mesh.encode(*mesh.centres(codes, metres), metres) == codes).all()
    # A hair inside the far corner is still inside.
    assert (mesh.encode(north - 1e-7, east - 1e-7, metres) == codes).all()
    for written in (7, 8, 9, 12):
        assert (mesh.encode(np.round(south, written), np.round(west, written), metres) == codes).all()


@pytest.mark.parametrize("metres", SIZES)
def test_two_hundred_thousand_random_corners_come_back(metres):
    generator = np.random.default_rng(410)
    codes = mesh.encode(generator.uniform(20, 46, 200_000), generator.uniform(122, 154, 200_000), metres)
    south, west, _, _ = mesh.bounds(codes, metres)
    assert (mesh.encode(south, west, metres) == codes).all()


@given(st.floats(0, 66), st.floats(100, 179.9), st.sampled_from(SIZES), st.sampled_from(SIZES))
def test_parent_of_a_code_is_the_code_of_the_point_at_the_larger_size(lat, lon, metres, larger):
    if larger < metres:
        with pytest.raises(mesh.MeshError, match="larger"):
            mesh.parent([mesh.encode(lat, lon, metres)], metres, larger)
        return
    code = mesh.encode(lat, lon, metres)
    assert mesh.parent([code], metres, larger)[0] == mesh.encode(lat, lon, larger)


def test_five_kilometres_is_not_a_prefix_and_all_other_parents_are():
    code = "53394675"
    assert mesh.parent([code], 1000, 5000)[0] == "5339464"
    assert mesh.parent(["53394654323"], 125, 1000)[0] == "53394654"
    assert mesh.parent(["5339464"], 5000, 10000)[0] == "533946"


def test_cells_hold_their_south_and_west_edge_and_not_the_others():
    assert mesh.encode(36.0, 138.0, 80000) == "5438"
    assert mesh.encode(36.0 - 1e-6, 138.0, 80000) == "5338"
    assert mesh.encode(36.0, 138.0 - 1e-6, 80000) == "5437"


def test_unknown_and_foreign_coordinates_have_no_code_and_the_shape_is_kept():
    lat = np.array([[35.0, np.nan, 35.0], [-0.1, 66.7, 35.0]])
    lon = np.array([[135.0, 135.0, np.inf], [135.0, 135.0, 99.9]])
    assert mesh.encode(lat, lon, 1000).tolist() == [["52354000", "", ""], ["", "", ""]]
    assert mesh.encode(35.0, 180.0, 125) == ""
    assert mesh.encode([], [], 125).shape == (0,)
    assert mesh.encode(pd.Series([35.0]), pd.Series([135.0]), 10000).tolist() == ["523540"]
    assert mesh.encode(1.0, 101.0, 1000) == "01014000"


@pytest.mark.parametrize(
    ("code", "metres", "good"),
    [
        ("5339", 80000, True),
        ("53394", 80000, False),
        ("533", 80000, False),
        ("533988", 10000, False),
        ("533977", 10000, True),
        ("5339465", 5000, False),
        ("5339460", 5000, False),
        ("5339464", 5000, True),
        ("53394699", 1000, True),
        ("533946995", 500, False),
        ("533946990", 500, False),
        ("5339461132", 250, True),
        ("53394611323", 125, True),
        ("5339461132３", 125, False),
        ("533946 1323", 125, False),
        ("53804611", 1000, False),
        ("", 1000, False),
        (None, 1000, False),
        (float("nan"), 1000, False),
        (53394611, 1000, True),
        (53394611.0, 1000, False),
    ],
)
def test_codes_are_checked_digit_by_digit(code, metres, good):
    assert mesh.valid(np.array([code], dtype=object), metres).tolist() == [good]
    if not good:
        with pytest.raises(mesh.MeshError, match=f"{metres} m"):
            mesh.decode(np.array([code], dtype=object), metres)


@given(st.text(max_size=13), st.sampled_from(SIZES))
def test_any_text_is_either_a_code_that_round_trips_or_no_code(text, metres):
    if mesh.valid([text], metres)[0]:
        south, west, _, _ = mesh.bounds([text], metres)
        assert mesh.encode(south, west, metres)[0] == text
    else:
        with pytest.raises(mesh.MeshError):
            mesh.bounds([text], metres)


@given(
    st.floats(24, 45),
    st.floats(123, 150),
    st.floats(0, 0.02),
    st.floats(0, 0.02),
    st.sampled_from([125, 250, 500, 1000]),
)
def test_cover_is_exactly_the_cells_that_the_extent_intersects(south, west, height, width, metres):
    north, east = south + height, west + width
    codes = mesh.cover(south, west, north, east, metres)
    s, w, n, e = mesh.bounds(codes, metres)
    # Overlaps, up to the snapping of edges.
    assert (s <= north + 1e-7).all() and (w <= east + 1e-7).all() and (n > south).all() and (e > west).all()
    # Complete: any point of the extent has its cell among them.
    spots = np.linspace(0, 1, 9)[:-1]
    lat, lon = np.meshgrid(south + spots * height, west + spots * width)
    assert np.isin(mesh.encode(lat.ravel(), lon.ravel(), metres), codes).all()
    # Row order.
    assert (np.lexsort((w, s)) == np.arange(len(codes))).all()


@pytest.mark.parametrize("metres", SIZES)
def test_the_extent_of_a_cell_is_covered_by_that_cell_alone(metres):
    code = mesh.encode(37.39, 136.9, metres)
    extent = [float(edge[0]) for edge in mesh.bounds([code], metres)]
    assert mesh.cover(*extent, metres).tolist() == [code]


def test_a_municipality_gets_its_secondary_codes():
    assert mesh.secondary_codes(36.0, 138.0, 36.1, 138.2).tolist() == ["543800", "543801", "543810", "543811"]


def test_the_cells_of_a_prefecture_are_all_there_and_each_once():
    codes = mesh.cover(36.0, 136.0, 36.7, 137.01, 125)
    assert len(codes) > 430_000 and len(np.unique(codes)) == len(codes)


@pytest.mark.parametrize(
    "extent", [(36, 138, 35, 139), (36, 139, 37, 138), (float("nan"), 138, 37, 139), (36, 138, float("inf"), 139)]
)
def test_an_extent_that_is_reversed_or_no_number_is_refused(extent):
    with pytest.raises(mesh.MeshError, match="reversed"):
        mesh.cover(*extent, 1000)


def test_an_extent_in_metres_or_abroad_is_refused():
    with pytest.raises(mesh.MeshError, match="degrees"):
        mesh.cover(4_000_000, 300_000, 4_100_000, 400_000, 1000)
    with pytest.raises(mesh.MeshError, match="outside"):
        mesh.cover(50, 2, 51, 3, 1000)


@pytest.mark.parametrize("voltage", [1, 2, 3])
def test_each_voltage_class_takes_its_own_mesh_sizes_only(voltage):
    for metres in SIZES:
        if metres in mesh.SIZES_BY_VOLTAGE[voltage]:
            mesh.check_size(voltage, metres)
        else:
            with pytest.raises(mesh.MeshError, match=f"{metres} m"):
                mesh.check_size(voltage, metres)


def test_sizes_and_voltage_classes_that_do_not_exist_are_refused():
    with pytest.raises(mesh.MeshError, match="2000"):
        mesh.encode(35, 135, 2000)
    with pytest.raises(mesh.MeshError, match="class 4"):
        mesh.check_size(4, 125)
