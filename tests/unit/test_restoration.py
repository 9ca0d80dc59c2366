"""Restoration plans: names as people write them are joined, and what does not join is listed."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import restoration
from tomoshibi.analysis.plan_times import Issue
from tomoshibi.analysis.restoration import join_plan, normalised

AREAS = pd.DataFrame(
    {
        "area_id": ["a1", "a2", "a3", "a4", "a5"],
        "area_name": ["点灯町一丁目", "点灯町二丁目", "大字灯ヶ丘", "通電の浦", "北町"],
    }
)
EVENT = datetime(2026, 1, 19, 5, 46)
WITHIN = ("架空県", "灯市")


def plan(*places, **columns):
    return pd.DataFrame({"place": list(places), **columns})


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("点灯町一丁目", "a1"),
        ("点灯町１丁目", "a1"),
        (" 点灯町 2丁目 ", "a2"),
        ("灯市点灯町2丁目", "a2"),
        ("架空県灯市点灯町二丁目", "a2"),
        ("灯が丘", "a3"),
        ("灯ケ丘", "a3"),
        ("灯市 大字 灯ヶ丘", "a3"),
        ("通電ノ浦", "a4"),
        ("北町", "a5"),
    ],
)
def test_names_are_joined_however_they_are_written(place, area):
    found = join_plan(plan(place), AREAS, WITHIN)
    assert found.areas.area_id.tolist() == [area] and found.unjoined.empty
    assert found.areas.columns.tolist() == restoration.JOINED_COLUMNS and found.areas.place[0] == place


def test_areas_may_carry_the_municipalitys_name_themselves():
    areas = pd.DataFrame({"area_id": ["x"], "area_name": ["灯市北町"]})
    for place in ("北町", "灯市北町", "架空県灯市北町"):
        assert join_plan(plan(place), areas, WITHIN).areas.area_id.tolist() == ["x"]


def test_what_does_not_join_is_listed_and_not_dropped():
    found = join_plan(plan("北町", "南町", "", None, "点灯町"), AREAS, WITHIN)
    assert found.areas.area_id.tolist() == ["a5"] and found.areas.plan_row.tolist() == [1]
    assert found.unjoined.columns.tolist() == restoration.UNJOINED_COLUMNS
    assert found.unjoined[["plan_row", "reason"]].values.tolist() == [
        [2, "no_area"],
        [3, "blank"],
        [4, "blank"],
        [5, "no_area"],
    ]


def test_a_name_that_fits_several_areas_is_not_guessed():
    areas = pd.DataFrame({"area_id": ["x", "y"], "area_name": ["北町", "北 町"]})
    found = join_plan(plan("北町"), areas)
    assert found.areas.empty and found.unjoined.reason.tolist() == ["several_areas"]
    assert found.unjoined.candidates[0] == "北町, 北 町"


def test_times_are_read_and_unreadable_ones_said():
    times = ["2026-01-21 18:00", "令和8年1月22日(木) 9時30分頃", "２０２６年１月２３日", "", "未定"]
    found = join_plan(plan(*["北町"] * 5, restored_at=times), AREAS)
    assert found.areas.restored_at.tolist()[:3] == [
        pd.Timestamp("2026-01-21 18:00"),
        pd.Timestamp("2026-01-22 09:30"),
        pd.Timestamp("2026-01-23 23:59"),
    ]
    # a day alone is the whole day: the power is not promised for its first minute
    assert found.areas.restored_from.tolist()[1:3] == [pd.Timestamp("2026-01-22 09:30"), pd.Timestamp("2026-01-23")]
    assert found.areas.restored_at.isna().tolist() == [False] * 3 + [True] * 2
    assert found.unjoined[["plan_row", "reason", "candidates"]].values.tolist() == [[5, "undecided", "未定"]]
    odd = join_plan(plan("北町", restored_at=["18:00"]), AREAS)
    # an hour is of the day of the plan
    assert odd.areas.restored_at.isna().all() and odd.unjoined.reason.tolist() == ["no_day"]
    dated = join_plan(plan("北町", restored_at=["18:00"]), AREAS, issue=Issue(date(2026, 1, 20)))
    assert dated.areas.restored_at.tolist() == [pd.Timestamp("2026-01-20 18:00")] and dated.unjoined.empty


def test_power_that_is_back_is_back_by_when_the_plan_is_of_and_no_time_that_is_planned():
    words = ["復旧済み", "送電済", "完了", "1/20 9:00 復旧済", "未復旧", "一部復旧", "復旧"]
    issue = Issue(date(2026, 1, 20), datetime(2026, 1, 20, 18))
    found = join_plan(plan(*["北町"] * 7, restored_at=words), AREAS, event=EVENT, issue=issue)
    assert found.areas.done_at.tolist()[:4] == [
        *[pd.Timestamp("2026-01-20 18:00")] * 3,
        pd.Timestamp("2026-01-20 09:00"),
    ]
    assert found.areas.done_at.isna().tolist() == [False] * 4 + [True] * 3 and found.areas.restored_at.isna().all()
    assert found.unjoined[["plan_row", "reason", "candidates"]].values.tolist() == [
        [5, "undecided", "未復旧"],
        [6, "partly", "一部復旧"],
        [7, "unreadable_time", "復旧"],
    ]
    by_day = join_plan(plan("北町", restored_at=["復旧済"]), AREAS, event=EVENT, issue=Issue(date(2026, 1, 20)))
    assert by_day.areas.done_at.tolist() == [pd.Timestamp("2026-01-20 23:59")]
    undated = join_plan(plan("北町", restored_at=["復旧済"]), AREAS, event=EVENT)
    assert undated.areas.done_at.isna().all() and undated.unjoined.reason.tolist() == ["done_sometime"]


def test_a_state_of_the_work_that_says_done_counts_unless_its_time_is_to_come():
    times, states = ["1/20 12:00", "1/22", "", "1/20 12:00", ""], ["復旧済", "完了", "送電済み", "作業中", "一部復旧済"]
    issue = Issue(date(2026, 1, 20), datetime(2026, 1, 20, 18))
    found = join_plan(plan(*["北町"] * 5, restored_at=times, state=states), AREAS, event=EVENT, issue=issue).areas
    assert found.done_at.dropna().to_dict() == {
        0: pd.Timestamp("2026-01-20 12:00"),
        2: pd.Timestamp("2026-01-20 18:00"),
    }
    assert found.restored_at.dropna().to_dict() == {
        0: pd.Timestamp("2026-01-20 12:00"),
        1: pd.Timestamp("2026-01-22 23:59"),
        3: pd.Timestamp("2026-01-20 12:00"),
    }


def test_figures_that_are_not_given_stay_unknown():
    found = join_plan(plan("北町", "灯ヶ丘", households=["120", "不明"], note=["道路啓開待ち", None]), AREAS)
    assert found.areas.households[0] == 120 and pd.isna(found.areas.households[1])
    assert found.areas.note.tolist() == ["道路啓開待ち", None] and found.areas.state.isna().all()


def test_several_rows_may_name_one_area():
    assert join_plan(plan("北町", "北町"), AREAS).areas.plan_row.tolist() == [1, 2]


def test_an_empty_plan_joins_nothing():
    found = join_plan(plan(), AREAS)
    assert found.areas.empty and found.unjoined.empty and found.areas.restored_at.dtype == "datetime64[ns]"


def test_tables_without_their_columns_are_refused():
    with pytest.raises(restoration.RestorationError, match="place"):
        join_plan(pd.DataFrame({"name": ["北町"]}), AREAS)
    with pytest.raises(restoration.RestorationError, match="area_name"):
        join_plan(plan("北町"), pd.DataFrame({"area_id": ["x"]}))
    with pytest.raises(restoration.RestorationError, match="Area 1"):
        join_plan(plan("北町"), pd.DataFrame({"area_id": ["x"], "area_name": [" "]}))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("十二丁目", "12丁目"),
        ("二十丁目", "20丁目"),
        ("十十丁目", "十十丁目"),
        ("三丁目", "3丁目"),
        ("二三丁目", "23丁目"),
        ("一宮町", "一宮町"),
        ("千代田", "千代田"),
    ],
)
def test_kanji_numbers_become_digits_only_before_a_counter(name, plain):
    assert normalised(name) == plain


@given(st.text(alphabet="一二十丁目町字大灯ヶの１2 -ー区", max_size=12))
def test_normalising_twice_is_normalising_once_where_it_joins(name):
    areas = pd.DataFrame({"area_id": ["x"], "area_name": [name]})
    if normalised(name):
        assert join_plan(plan(name), areas).areas.area_id.tolist() == ["x"]


@given(st.lists(st.sampled_from([*AREAS.area_name, "南町", "", "灯市北町"]), max_size=8))
def test_every_row_of_the_plan_is_joined_or_listed(places):
    found = join_plan(plan(*places), AREAS, WITHIN)
    rows = sorted([*found.areas.plan_row, *found.unjoined.plan_row])
    assert rows == list(range(1, len(places) + 1))


@given(st.permutations(range(len(AREAS))), st.permutations(["点灯町一丁目", "灯が丘", "南町", "灯市北町"]))
def test_who_joins_whom_depends_neither_on_the_order_of_the_areas_nor_of_the_rows(areas, places):
    def pairs(rows, table):
        found = join_plan(plan(*rows), table, WITHIN)
        joined = {(rows[number - 1], area) for number, area in zip(found.areas.plan_row, found.areas.area_id)}
        return joined, {rows[number - 1] for number in found.unjoined.plan_row}

    plain = pairs(["点灯町一丁目", "灯が丘", "南町", "灯市北町"], AREAS)
    assert pairs(list(places), AREAS.iloc[list(areas)].reset_index(drop=True)) == plain
    assert plain[1] == {"南町"} and len(plain[0]) == 3
