"""The outlook of areas, from totals over time."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.look_ahead import LEANS_HOURS, Struck, looked_ahead
from tomoshibi.analysis.restoration_courses import EventKind
from tomoshibi.analysis.timeline import ALL

EVENT = datetime(2026, 1, 20, 16, 0)
SHOCK = Struck(EVENT, EventKind.SHOCK)
NONE = pd.DataFrame()


def course(hours: int) -> pd.DataFrame:
    """Totals of one area, 15,040.4 meters dark and fewer by a half in three days, every three hours."""
    ends = [EVENT + timedelta(hours=float(step)) for step in np.arange(3, hours + 1, 3)]
    dark = [15_040.4 * 0.5 ** ((end - EVENT) / timedelta(days=3)) for end in ends]
    table = pd.DataFrame({"end": pd.to_datetime(ends), "excess_meters": dark})
    begins = table["end"] - pd.Timedelta(hours=3)
    return table.assign(area_id="A1", area_name="灯町", begin=begins, unknown_reason=None, source="readings")


def places(hours: int, again: float = np.inf, more: float = 200.0) -> pd.DataFrame:
    """Totals of two areas and of both together; so many more are dark in A1 from so many hours after the event on."""
    whole = course(hours)
    first = whole.assign(excess_meters=whole["excess_meters"] / 100)
    later = (first["begin"] - EVENT) / pd.Timedelta(hours=1) >= again
    first = first.assign(excess_meters=first["excess_meters"] + more * later)
    second = whole.assign(area_id="A2", area_name="影町")
    total = first.assign(area_id=ALL, area_name=ALL, excess_meters=first["excess_meters"] + second["excess_meters"])
    return pd.concat([total, first, second], ignore_index=True)


@pytest.mark.parametrize("kind", EventKind)
def test_while_the_course_is_young_wide_intervals_reach_to_what_is_dark_now(kind):
    young = looked_ahead(course(15), NONE, [Struck(EVENT, kind)], (6, 72)).table
    for level in (80, 95):
        assert (young[f"high{level}"] == np.ceil(young["dark_now"])).all()
    assert (young["high50"] < young["dark_now"]).any() and (young["low80"] <= young["expected"]).all()


def test_once_the_course_is_a_day_long_its_own_fall_may_end_an_interval_below_what_is_dark_now():
    old = looked_ahead(course(240), NONE, [SHOCK], (72,)).table
    assert LEANS_HOURS < 240 and (old["high80"] < old["dark_now"]).all()


def test_of_an_area_of_which_nothing_is_known_no_bound_is_told():
    table = pd.concat([course(15), course(15).assign(area_id="A2", area_name="影町", excess_meters=np.nan)])
    found = looked_ahead(table, NONE, [SHOCK], (6,)).table.set_index("area_id")
    assert found.loc["A2", ["expected", "high80", "high95"]].isna().all() and found.loc["A1", "high80"] > 0


COUNTS = ["expected", *(f"{end}{level}" for level in (50, 80, 95) for end in ("low", "high"))]


def further(hours: float, *areas: str) -> Struck:
    """An event so many hours after the first, in some areas; none: it may have struck any."""
    return Struck(EVENT + timedelta(hours=hours), EventKind.SHOCK, frozenset(areas) if areas else None)


def of(table: pd.DataFrame, area: str) -> pd.DataFrame:
    return table[table["area_id"] == area].reset_index(drop=True)


def test_after_an_event_that_came_behind_the_course_nothing_is_foreseen():
    calm = looked_ahead(course(240), NONE, [SHOCK], (6, 12, 24)).table
    found = looked_ahead(course(240), NONE, [SHOCK, further(100), further(252)], (6, 12, 24))
    table = found.table
    assert table[:2][COUNTS].equals(calm[:2][COUNTS]) and table[2:][COUNTS].isna().all(axis=None)
    assert table["unknown_reason"].tolist() == [None, None, "before_event"] and (table["dark_now"] > 0).all()
    assert found.untold == 1


def test_an_event_in_a_part_that_no_data_tell_of_yet_leaves_the_other_areas_as_they_were():
    calm = looked_ahead(places(240), NONE, [SHOCK], (6, 24)).table
    found = looked_ahead(places(240), NONE, [SHOCK, further(241, "A1")], (6, 24))
    assert of(found.table, "A2").equals(of(calm, "A2"))
    for struck in ("A1", ALL):
        rows = of(found.table, struck)
        assert rows[COUNTS].isna().all(axis=None) and set(rows["unknown_reason"]) == {"before_event"}
    assert (found.untold, found.anew) == (1, 0)


def test_an_event_in_a_part_without_an_area_of_the_case_blanks_nothing():
    elsewhere = Struck(EVENT + timedelta(hours=241), EventKind.SHOCK, frozenset())
    calm, found = (looked_ahead(places(240), NONE, events, (6,)) for events in ([SHOCK], [SHOCK, elsewhere]))
    assert found.table.equals(calm.table) and found.untold == 0


@pytest.mark.parametrize("struck", [further(90), further(90, "A1"), further(90, "A1", "A2")])
def test_only_areas_in_which_more_are_dark_after_a_further_event_begin_anew(struck):
    table = places(105, again=90)
    found = looked_ahead(table, NONE, [SHOCK, struck], (6, 24))
    # the course of A2 and of the sum goes on: 200 of 9,000 are no new disaster
    calm = looked_ahead(table[table["area_id"] != "A1"], NONE, [SHOCK], (6, 24)).table
    assert all(of(found.table, area).equals(of(calm, area)) for area in ("A2", ALL))
    assert (found.anew, found.untold, found.leaning) == (1, 0, None)
    alone = looked_ahead(of(table, "A1"), NONE, [Struck(struck.begin, EventKind.SHOCK)], (6, 24)).table
    assert of(found.table, "A1")[COUNTS].equals(alone[COUNTS])


def test_where_new_outages_make_most_of_the_sum_all_together_begin_anew():
    found = looked_ahead(places(105, again=90, more=20_000.0), NONE, [SHOCK, further(90)], (6,))
    assert found.leaning == 12.0 and found.table["expected"].notna().all()


def test_new_outages_days_after_a_further_event_are_not_its_own():
    calm, found = (looked_ahead(places(150, again=132), NONE, e, (6,)) for e in ([SHOCK], [SHOCK, further(90)]))
    assert found.anew == 0 and found.table[COUNTS].equals(calm.table[COUNTS])


def test_where_the_count_before_a_further_event_is_not_known_it_may_have_grown():
    table = places(105)
    unknown = (table["area_id"] == "A1") & (table["end"] <= EVENT + timedelta(hours=90))
    table.loc[unknown, "excess_meters"] = np.nan
    assert looked_ahead(table, NONE, [SHOCK, further(90)], (6,)).anew == 1


def test_a_step_that_began_before_an_event_tells_nothing_of_it():
    # silent are those of which no reading came in three hours: who lost power within them is not among these
    found = looked_ahead(places(240), NONE, [SHOCK, further(239, "A1")], (6,)).table.set_index("area_id")
    assert found["expected"].notna().to_dict() == {ALL: False, "A1": False, "A2": True}
    early = course(3).assign(begin=EVENT - timedelta(hours=2))
    assert looked_ahead(early, NONE, [SHOCK], (6,)).table["unknown_reason"].tolist() == ["before_event"]


def test_earlier_forecasts_are_judged_by_the_event_that_their_area_goes_by():
    past = pd.DataFrame(
        {
            "made_from": EVENT + timedelta(hours=84),
            "evidence": "readings",
            "area_id": ["A1", "A2"],
            "horizon_h": 12.0,
            "expected": 100.0,
            "low80": 0.0,
            "high80": 200.0,
        }
    )
    events = [SHOCK, further(90)]
    assert looked_ahead(places(105, again=90), NONE, events, (6,), past).score.judged == 1
    assert looked_ahead(places(105), NONE, events, (6,), past).score.judged == 2
