"""The outlook of areas, from totals over time."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.look_ahead import LEANS_HOURS, looked_ahead
from tomoshibi.analysis.restoration_courses import EventKind

EVENT = datetime(2026, 1, 20, 16, 10)


def course(hours: int) -> pd.DataFrame:
    """Totals of one area, 15,040.4 meters dark and fewer by a half in three days, every three hours."""
    ends = [EVENT + timedelta(hours=float(step)) for step in np.arange(3, hours + 1, 3)]
    dark = [15_040.4 * 0.5 ** ((end - EVENT) / timedelta(days=3)) for end in ends]
    table = pd.DataFrame({"end": pd.to_datetime(ends), "excess_meters": dark})
    return table.assign(area_id="A1", area_name="灯町", unknown_reason=None, source="readings")


@pytest.mark.parametrize("kind", EventKind)
def test_while_the_course_is_young_wide_intervals_reach_to_what_is_dark_now(kind):
    young = looked_ahead(course(15), pd.DataFrame(), EVENT, (6, 72), kind).table
    for level in (80, 95):
        assert (young[f"high{level}"] == np.ceil(young["dark_now"])).all()
    assert (young["high50"] < young["dark_now"]).any() and (young["low80"] <= young["expected"]).all()


def test_once_the_course_is_a_day_long_its_own_fall_may_end_an_interval_below_what_is_dark_now():
    old = looked_ahead(course(240), pd.DataFrame(), EVENT, (72,), EventKind.SHOCK).table
    assert LEANS_HOURS < 240 and (old["high80"] < old["dark_now"]).all()


def test_of_an_area_of_which_nothing_is_known_no_bound_is_told():
    table = pd.concat([course(15), course(15).assign(area_id="A2", area_name="影町", excess_meters=np.nan)])
    found = looked_ahead(table, pd.DataFrame(), EVENT, (6,), EventKind.SHOCK).table.set_index("area_id")
    assert found.loc["A2", ["expected", "high80", "high95"]].isna().all() and found.loc["A1", "high80"] > 0


def test_after_an_event_that_came_behind_the_course_nothing_is_foreseen():
    end = EVENT + timedelta(hours=240)
    later = [EVENT, EVENT + timedelta(hours=100), end + timedelta(hours=12)]
    found = looked_ahead(course(240), pd.DataFrame(), EVENT, (6, 12, 24), EventKind.SHOCK, later=later).table
    calm = looked_ahead(course(240), pd.DataFrame(), EVENT, (6, 12, 24), EventKind.SHOCK).table
    counts = ["expected", *(name for name in calm if name.startswith(("low", "high")))]
    assert found[:2][counts].equals(calm[:2][counts]) and found[2:][counts].isna().all(axis=None)
    assert found["unknown_reason"].tolist() == [None, None, "before_event"] and (found["dark_now"] > 0).all()
