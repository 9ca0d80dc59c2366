"""Grid squares without arrays are those with arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import mesh, mesh_levels

SIZES = sorted(mesh_levels.LEVELS)


@given(st.floats(-90, 90), st.floats(90, 190), st.sampled_from(SIZES))
def test_a_point_has_the_code_that_the_arrays_give_it(lat, lon, metres):
    assert mesh_levels.code_of(lat, lon, metres) == str(mesh.encode(lat, lon, metres))


@given(st.integers(0, 1279), st.integers(0, 1919), st.sampled_from(SIZES))
def test_corners_written_with_seven_decimals_have_the_code_that_the_arrays_give_them(row, column, metres):
    lat, lon = round(36 + row / 1920, 7), round(137 + column / 1920, 7)
    assert mesh_levels.code_of(lat, lon, metres) == str(mesh.encode(lat, lon, metres))


def test_a_point_without_a_place_has_no_code():
    assert [mesh_levels.code_of(*place, 1000) for place in ((float("nan"), 137.0), (36.0, 99.9), (67.0, 137.0))] == [
        *("", "", "")
    ]


@given(st.floats(24, 45), st.floats(123, 148), st.floats(0, 0.05), st.floats(0, 0.05), st.sampled_from(SIZES))
def test_the_cells_of_an_extent_are_those_of_the_arrays_in_the_order_of_the_codes(south, west, high, wide, metres):
    cells = mesh_levels.cells(south, west, south + high, west + wide, metres)
    codes = np.sort(mesh.cover(south, west, south + high, west + wide, metres))
    assert [cell[0] for cell in cells] == codes.tolist()
    assert [cell[1:] for cell in cells] == list(zip(*(edge.tolist() for edge in mesh.bounds(codes, metres))))


@pytest.mark.parametrize("extent", [(36, 137, 35, 138), (float("nan"), 137, 36, 138), (10, 10, 11, 11)])
def test_an_extent_that_is_none_is_refused(extent):
    with pytest.raises(mesh_levels.MeshError):
        mesh_levels.cells(*extent, 1000)
