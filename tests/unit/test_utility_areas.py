"""A map of outage areas held against meters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.utility_areas import CompareRules, compare

RULES = CompareRules()


def held(meters, areas=1):
    """Return both tables of meters given as (area, cell, state)."""
    area = np.array([one[0] for one in meters], dtype=np.int64)
    cell = np.array([one[1] for one in meters], dtype=object)
    state = np.array([one[2] for one in meters], dtype=object)
    return compare(area, cell, state == "out", state == "on", areas, RULES)


@pytest.mark.parametrize(
    ("out", "on", "unknown", "finding"),
    [
        (10, 0, 0, "agrees"),
        (5, 5, 0, "agrees"),
        (4, 6, 0, "partly"),
        (1, 9, 0, "partly"),
        (0, 10, 0, "powered"),
        (1, 19, 0, "powered"),
        (2, 2, 0, "unknown"),
        (0, 0, 50, "unknown"),
        (0, 5, 20, "unknown"),
        (0, 6, 14, "powered"),
        (0, 0, 0, "unknown"),
    ],
)
def test_an_area_is_judged_by_the_known_among_its_meters(out, on, unknown, finding):
    meters = [(0, "c", "out")] * out + [(0, "c", "on")] * on + [(0, "c", "?")] * unknown
    row = held(meters)[0].iloc[0]
    assert row.finding == finding and (row.out, row.powered, row.unknown) == (out, on, unknown)


def test_dark_squares_outside_all_areas_are_named_the_largest_first():
    meters = [(-1, "small", "out")] * 3 + [(-1, "large", "out")] * 9 + [(-1, "two", "out")] * 2
    meters += (
        [(-1, "mixed", "out")] * 3 + [(-1, "mixed", "on")] * 4 + [(0, "inside", "out")] * 9 + [(-1, "", "out")] * 9
    )
    found = held(meters)[1]
    assert found["cell"].tolist() == ["large", "small"] and found["out"].tolist() == [9, 3]
    assert set(found["finding"]) == {"not_drawn"}


def test_an_area_without_meters_is_unknown_and_never_calm():
    drawn, _ = held([(1, "c", "on")] * 9, areas=3)
    assert drawn["finding"].tolist() == ["unknown", "powered", "unknown"] and np.isnan(drawn["share"].iloc[0])


def test_an_area_of_which_nothing_is_known_has_no_share_and_nothing_is_divided_by_nought():
    with np.errstate(all="raise"):
        drawn, _ = held([(0, "c", "?")] * 9)
    assert np.isnan(drawn["share"].iloc[0])


@given(st.lists(st.tuples(st.integers(-1, 3), st.sampled_from("ab"), st.sampled_from(["out", "on", "?"])), max_size=80))
def test_every_meter_is_counted_once_at_most(meters):
    drawn, dark = held(meters, areas=4)
    inside = sum(area >= 0 for area, _, _ in meters)
    assert drawn["meters"].sum() == inside and dark["meters"].sum() <= len(meters) - inside
    assert (drawn["out"] + drawn["powered"] + drawn["unknown"] == drawn["meters"]).all()
