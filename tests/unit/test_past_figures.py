"""What a key figure was in an earlier result, as far as the history tells it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tomoshibi.analysis.key_figures import Figure
from tomoshibi.analysis.past_figures import Bounds, past_figure


def past(**states: str) -> pd.DataFrame:
    return pd.DataFrame({"id": list(states), "state": list(states.values()), "low": np.nan, "high": np.nan})


FACILITIES = pd.DataFrame(
    {"facility_id": ["a", "b", "c"], "kind": ["病院", "避難所", "診療所"], "name": ["灯", "明", "暁"]}
)


def test_only_critical_facilities_count_and_a_part_counts_too():
    then = past(a="partial", b="outage", c="powered")
    assert past_figure(Figure.CRITICAL_DARK, FACILITIES, then) == Bounds(1.0, 1.0)


def test_where_nothing_was_known_of_them_the_figure_is_not_told_and_not_nought():
    assert past_figure(Figure.CRITICAL_DARK, FACILITIES, past(a="unknown", b="outage", c="")) is None
    assert past_figure(Figure.UNKNOWN, FACILITIES, past(a="unknown", b="outage", c="")) == Bounds(2.0, 2.0)


def test_homes_are_bounded_with_the_meters_of_now_and_unknown_squares_stay_apart():
    now = pd.DataFrame({"mesh_code": ["1", "2", "3"], "meters": [100, 10, None]})
    then = pd.DataFrame({"id": ["1", "2", "3", "4"], "low": [0.1, np.nan, 1, 1], "high": [0.2, np.nan, 1, 1]})
    assert past_figure(Figure.HOMES_DARK, now, then.assign(state="")) == Bounds(10.0, 20.0)


def test_a_square_that_stands_twice_is_not_summed():
    now = pd.DataFrame({"mesh_code": ["1"], "meters": [100]})
    then = pd.DataFrame({"id": ["1", "1"], "state": "", "low": [0.1, 0.2], "high": [0.2, 0.3]})
    assert past_figure(Figure.HOMES_DARK, now, then) is None


def test_settlements_and_hidden_outages_are_counted_sure_to_all():
    areas = pd.DataFrame({"area_id": ["1"]})
    assert past_figure(Figure.ISOLATED_GROUPS, areas, past(a="cut", b="partly", c="open")) == Bounds(2.0, 3.0)
    assert past_figure(Figure.HIDDEN, areas, past(a="sure", b="undecided")) == Bounds(1.0, 2.0)
