"""The figures that sheets, brief, dock and report share."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import key_figures
from tomoshibi.analysis.key_figures import Figure, facilities_by_group

AT = datetime(2026, 1, 21, 6, 0)


def facilities(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["name", "kind", "capacity", "state", "unknown_reason"])
    return table.assign(as_of=AT, evidence_until=datetime(2026, 1, 21, 5, 0))


def test_a_dark_hospital_counts_and_a_dark_school_does_not():
    table = facilities(
        ("灯総合病院", "病院", 120, "outage", None),
        ("灯小学校", "避難所", 300, "outage", None),
        ("灯浄水場", "水道施設", None, "partial", None),
        ("灯診療所", "診療所", None, "powered", None),
        ("明クリニック", "医療", None, "unknown", "not_linked"),
    )
    found = key_figures.critical_dark(table)
    assert (found.figure, found.low, found.high, found.of) == (Figure.CRITICAL_DARK, 2.0, 2.0, 4)
    assert found.unknown == 1
    assert found.reasons == {"not_linked": 1}
    assert (found.as_of, found.data_until) == (AT, datetime(2026, 1, 21, 5, 0))


def test_where_every_critical_facility_is_unknown_the_count_is_unknown_and_not_nought():
    found = key_figures.critical_dark(facilities(("灯総合病院", "病院", 120, "unknown", "before_event")))
    assert not found.known
    assert found.unknown == 1


def test_facilities_are_counted_by_sort_a_hospital_before_a_shelter():
    table = facilities(
        ("灯小学校", "避難所", 300, "outage", None),
        ("灯体育館", "福祉避難所", 100, "partial", None),
        ("灯公民館", "避難所", 50, "powered", None),
        ("灯総合病院", "避難所", 120, "unknown", "not_linked"),
        ("灯透析センター", None, None, "outage", None),
        ("灯浄水場", "水道施設", None, "powered", None),
    )
    group = key_figures.FacilityGroup
    assert [(each.group, each.total, each.dark, each.partly, each.unknown) for each in facilities_by_group(table)] == [
        (group.SHELTERS, 3, 1, 1, 0),
        (group.MEDICAL, 2, 1, 0, 1),
        (group.OTHERS, 1, 0, 0, 0),
    ]
    assert [each.group for each in facilities_by_group(table.iloc[:3])] == [group.SHELTERS]


def test_facilities_of_which_nothing_is_known_are_counted_with_their_reasons():
    table = facilities(
        ("灯小学校", "避難所", 300, "unknown", "not_linked"),
        ("灯公民館", "避難所", 300, "unknown", "not_linked"),
        ("灯病院", "病院", 1, "unknown", "before_event"),
        ("灯浄水場", "水道施設", 1, "powered", None),
    )
    found = key_figures.unknown_facilities(table)
    assert (found.figure, found.low, found.high, found.of, found.unknown) == (Figure.UNKNOWN, 3.0, 3.0, 4, 0)
    assert found.reasons == {"not_linked": 2, "before_event": 1}


def test_homes_in_the_dark_are_bounded_and_masked_cells_stay_apart():
    rates = pd.DataFrame(
        {
            "meters": [100, 50, 20],
            "low": [0.1, -0.02, np.nan],
            "high": [0.2, 0.04, np.nan],
            "unknown_reason": [None, None, "masked"],
            "as_of": [AT] * 3,
        }
    )
    found = key_figures.homes_dark(rates)
    assert (found.low, found.high, found.of, found.unknown) == (10.0, 22.0, 170, 20)
    assert found.reasons == {"masked": 1}
    assert found.data_until is None


def test_cells_of_which_not_even_the_meters_are_told_are_counted_as_cells_and_not_as_no_meter():
    masked = {"meters": np.nan, "low": np.nan, "high": np.nan, "unknown_reason": "masked"}
    rates = pd.DataFrame([{"meters": 100, "low": 0.1, "high": 0.2, "unknown_reason": None}, masked, masked])
    found = key_figures.homes_dark(rates)
    assert (found.of, found.unknown, found.uncounted, found.places) == (100, 0, 2, 3)
    assert key_figures.homes_dark(rates[:1]).uncounted == 0


def test_without_one_known_cell_nothing_is_said_of_homes():
    rates = pd.DataFrame({"meters": [10], "low": [np.nan], "high": [np.nan], "unknown_reason": ["before_event"]})
    found = key_figures.homes_dark(rates)
    assert not found.known
    assert found.unknown == 10


def test_an_interval_from_nothing_to_all_and_one_from_before_the_event_say_nothing():
    rates = pd.DataFrame(
        {
            "meters": [10, 20, 40, 30],
            "low": [0.0, 0.0, 0.5, 0.0],
            "high": [1.0, 0.1, 0.6, 0.4],
            "unknown_reason": ["not_due", "before_event", None, None],
        }
    )
    assert key_figures.bounded(rates).tolist() == [False, False, True, True]
    found = key_figures.homes_dark(rates)
    assert (found.low, found.high, found.unknown) == (20.0, 36.0, 30)
    assert found.reasons == {"before_event": 1, "not_due": 1}


def settlements() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rank": [1, 2, 3, 4],
            "area_id": ["a", "b", "c", "d"],
            "area_name": ["電線浜", "燈籠浦", "磯谷", "岬"],
            "group_id": ["1", "1", None, "2"],
            "meters": [30, 20, 5, 8],
            "hours": [47.0, 40.0, 12.0, np.nan],
            "access_cut": ["open", "cut", "unknown", None],
            "reason": ["x", "y", "z", "w"],
        }
    )


def test_isolated_groups_are_those_whose_road_is_cut_up_to_all():
    found = key_figures.isolated_groups(settlements(), unknown=2)
    assert (found.low, found.high, found.unknown) == (1.0, 3.0, 2)


def test_groups_are_named_by_their_most_urgent_settlement_with_the_worst_road():
    table = key_figures.groups_in_order(settlements())
    assert table["names"].tolist() == [("電線浜", "燈籠浦"), ("磯谷",), ("岬",)]
    assert table["access_cut"].tolist() == ["cut", "unknown", "unknown"]
    assert table["meters"].tolist() == [50, 5, 8]
    assert table["hours"].tolist()[:2] == [47.0, 12.0]
    assert np.isnan(table["hours"].iloc[2])
    assert key_figures.groups_in_order(settlements().head(0)).empty


def test_hidden_outages_run_from_the_sure_to_the_undecided():
    found = key_figures.hidden(pd.DataFrame({"certainty": ["sure", "undecided", "sure"]}))
    assert (found.low, found.high) == (2.0, 3.0)


def test_the_hospital_is_named_before_the_large_shelter_and_the_wholly_dark_before_the_partly():
    table = facilities(
        ("い小学校", "避難所", 900, "outage", None),
        ("ろ病院", "病院", 40, "partial", None),
        ("は病院", "病院", 20, "outage", None),
        ("に小学校", "避難所", None, "outage", None),
        ("ほ小学校", "避難所", 50, "powered", None),
    )
    named = key_figures.dark_facilities(table)
    assert named["name"].tolist() == ["は病院", "ろ病院", "い小学校", "に小学校"]
    assert named["critical"].tolist() == [True, True, False, False]
    assert len(key_figures.dark_facilities(table, most=1)) == 1


def test_who_is_new_in_the_dark_and_who_is_back_and_of_whom_it_is_not_known():
    before = pd.DataFrame({"id": list("abcde"), "state": ["powered", "outage", "outage", "unknown", "outage"]})
    now = pd.DataFrame({"id": list("abcdx"), "state": ["outage", "powered", "outage", "outage", "outage"]})
    found = key_figures.change(now, before, ("outage",), key_figures.KNOWN_STATES)
    assert (found.more, found.fewer, found.unknown) == (1, 1, 1)


@given(st.lists(st.sampled_from(["powered", "partial", "outage", "unknown"]), max_size=30))
def test_critical_dark_known_and_unknown_add_up(states: list[str]):
    table = facilities(*[(f"病院{n}", "病院", 1, state, None) for n, state in enumerate(states)])
    found = key_figures.critical_dark(table)
    dark = sum(state in ("outage", "partial") for state in states)
    assert found.unknown == states.count("unknown")
    assert found.of == len(states)
    if found.known:
        assert found.low == dark
    else:
        assert states
        assert set(states) == {"unknown"}


def test_facilities_that_may_fail_within_a_day_are_counted_and_only_the_unknown_are_unknown():
    clocks = pd.DataFrame(
        {
            "state": ["may_have_failed", "running", "running", "failed", "powered", "unknown"],
            "hours_left_low": [0.0, 23.0, 25.0, 0.0, np.nan, np.nan],
            "unknown_reason": [None, None, None, None, None, "no_backup_data"],
        }
    )
    found = key_figures.failing(clocks)
    assert (found.figure, found.low, found.high, found.of, found.unknown) == (Figure.FAILING, 2.0, 2.0, 6, 1)
    assert found.reasons == {"no_backup_data": 1} and found.ended == 1
    assert key_figures.failing(clocks[-1:]).low is None, "nothing is known: no 0"
    assert Figure.FAILING not in key_figures.told_figures({}) and len(key_figures.told_figures({})) == 5
    assert key_figures.told_figures({Figure.FAILING})[-1] is Figure.FAILING


def test_an_area_whose_interval_reaches_a_meter_is_not_ruled_out_though_none_is_expected():
    table = pd.DataFrame(
        {
            "dark_now": [9.0, 9.0, 9.0, 0.2, 9.0, np.nan],
            "expected": [0.3, 0.3, 4.0, 0.1, 0.3, np.nan],
            # the last but one does not tell how far it reaches: nothing is ruled out
            "high80": [9.0, 0.0, 9.0, 1.0, np.nan, np.nan],
        }
    )
    assert key_figures.perhaps_lasting(table) == 2
    assert list(key_figures.outlasting(table).index) == [2]
