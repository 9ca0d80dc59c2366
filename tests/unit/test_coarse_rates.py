"""Cells summed up to larger ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import mesh
from tomoshibi.analysis.coarse_rates import sum_up


def cells(*rows: tuple) -> pd.DataFrame:
    columns = "mesh_code meters silent silent_rate excess_rate low high rate_class masked".split()
    return pd.DataFrame(rows, columns=columns)


CODES = mesh.encode(
    np.array([37.2001, 37.2001, 37.2018, 37.2018]), np.array([137.0001, 137.002, 137.0001, 137.002]), 125
)
PARENT = mesh.parent(CODES[:1], 125, 500)[0]


def test_shares_are_weighed_by_meters_and_what_is_masked_stays_apart():
    assert set(mesh.parent(CODES, 125, 500)) == {PARENT}
    table = sum_up(
        cells(
            (CODES[0], 90, 90, 1.0, 1.0, 0.9, 1.0, 4, False),
            (CODES[1], 10, 0, 0.0, 0.0, 0.0, 0.1, 1, False),
            (CODES[2], np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0, True),
        ),
        125,
        500,
    )
    (one,) = table.itertuples(index=False)
    assert (one.mesh_code, one.meters, one.silent, one.rate_class) == (PARENT, 100.0, 90.0, 4)
    assert one.silent_rate == pytest.approx(0.9)
    assert (one.low, one.high) == (pytest.approx(0.81), pytest.approx(0.91))
    assert (bool(one.masked), one.masked_cells) == (False, 1)


def test_only_masked_cells_make_a_masked_square_and_unknown_ones_an_unknown():
    masked = sum_up(cells((CODES[0], None, None, None, None, None, None, 0, True)), 125, 500)
    assert masked["masked"].tolist() == [True]
    assert masked["rate_class"].tolist() == [0]
    unknown = sum_up(
        cells((CODES[0], 50, None, None, None, None, None, 0, False), (CODES[1], 10, 0, 0.0, 0.0, 0.0, 0.1, 1, False)),
        125,
        500,
    )
    assert unknown["masked"].tolist() == [False]
    assert unknown["rate_class"].tolist() == [0]
    assert np.isnan(unknown["low"].iloc[0])


def test_a_smaller_size_is_refused():
    with pytest.raises(mesh.MeshError):
        sum_up(cells((CODES[0], 1, 0, 0.0, 0.0, 0.0, 0.0, 1, False)), 125, 125 // 2)


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1), st.booleans()), min_size=1, max_size=4))
def test_nothing_is_added_and_nothing_lost(drawn: list[tuple[int, float, bool]]):
    rows = []
    for code, (meters, share, masked) in zip(CODES, drawn):
        known = (meters, meters * share, share, share, share, share, 1, False)
        rows.append((code, *((None,) * 6 + (0, True) if masked else known)))
    table = sum_up(cells(*rows), 125, 500)
    told = [(meters, share) for meters, share, masked in drawn if not masked]
    assert table["masked_cells"].sum() == sum(masked for _, _, masked in drawn)
    assert table["meters"].fillna(0).sum() == sum(meters for meters, _ in told)
    assert table["silent"].fillna(0).sum() == pytest.approx(sum(meters * share for meters, share in told))
