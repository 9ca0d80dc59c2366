"""What was asked for and what came, as people write it; the lists that are exchanged."""

from __future__ import annotations

import math
from datetime import datetime

import pandas as pd
import pytest
from tomoshibi.analysis.listed import Listed
from tomoshibi.analysis.support_lists import (
    BY_KIND,
    BY_LIST,
    FACILITY_HEADINGS,
    SUPPORT_HEADINGS,
    facilities_list,
    fuel_list,
    support_list,
    trucks_list,
)
from tomoshibi.analysis.support_requests import Progressed, Request, Support, counted, requests_in, support_of
from tomoshibi.messages import TomoshibiError

EVENT = datetime(2026, 1, 19, 5, 46)
HEADINGS = ["種別", "行き先ID", "行き先", "数量", "要請日時", "要請先", "回答", "到着見込み", "到着日時"]


def listed(*rows: list[str], headings: list[str] = HEADINGS) -> Listed:
    return Listed("requests.csv", headings, [list(row) for row in rows], list(range(2, len(rows) + 2)))


def progress_of(answer: str, due: str = "", arrived: str = "", asked: str = "1/20 8:00") -> Progressed:
    row = ["電源車", "H1", "灯町病院", "100kVA", asked, "灯火送配電", answer, due, arrived]
    (found,), unread = requests_in(listed(row), EVENT)
    assert unread == []
    return found.progressed


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", "asked"),
        ("可", "granted"),
        ("承知、1台手配", "granted"),
        ("不可", "refused"),
        ("派遣できません", "refused"),
        ("可否確認中", "asked"),
        ("判断中", "asked"),
        ("調整中", "asked"),
        ("未回答", "asked"),
    ],
)
def test_an_answer_counts_only_as_what_it_says(answer, expected):
    assert progress_of(answer).value == expected


def test_a_request_has_arrived_only_where_a_time_of_arrival_is_written():
    assert progress_of("可", "1/20 15:00") is Progressed.GRANTED
    assert progress_of("可", "1/20 15:00", "1/20 16:10") is Progressed.ARRIVED
    assert progress_of("", "1/20 15:00") is Progressed.GRANTED


def test_days_without_a_year_are_those_of_the_event_and_what_is_not_understood_is_named():
    row = ["燃料", "", "灯町公民館", "約2,000L", "1月20日 午前9時30分", "", "", "そのうち", ""]
    (found,), unread = requests_in(listed(row), EVENT)
    assert (found.kind, found.amount, found.asked_at) == (Support.FUEL, 2000.0, datetime(2026, 1, 20, 9, 30))
    assert [(one.row, one.column, one.value) for one in unread] == [(2, "到着見込み", "そのうち")]
    assert found.progressed is Progressed.ASKED


def test_a_list_without_the_place_is_refused_with_the_headings_there_may_be():
    with pytest.raises(TomoshibiError, match="行き先"):
        requests_in(listed(["電源車"], headings=["種別"]), EVENT)


@pytest.mark.parametrize(
    ("text", "kind"), [("電源車", "truck"), ("電源車用の燃料", "fuel"), ("軽油", "fuel"), ("水", "other")]
)
def test_what_is_asked_for_is_told_by_its_words(text, kind):
    assert support_of(text).value == kind


def test_amounts_that_are_not_known_are_counted_apart():
    at = datetime(2026, 1, 20, 8, 0)
    requests = (
        Request(Support.FUEL, "a", "A", 1000.0, at, arrived_at=at),
        Request(Support.FUEL, "b", "B", asked_at=at),
        Request(Support.FUEL, "c", "C", 500.0),
        Request(Support.TRUCK, "d", "D", 100.0, at),
    )
    said = counted(requests, Support.FUEL)
    assert (said.asked, said.arrived, said.waiting) == (2, 1, 1)
    assert (said.amount_asked, said.amount_arrived, said.amounts_unknown) == (1000.0, 1000.0, 1)


def test_the_sum_of_amounts_of_which_none_is_known_is_unknown_and_of_none_at_all_0():
    at = datetime(2026, 1, 20, 8, 0)
    said = counted([Request(Support.FUEL, "b", "B", asked_at=at)], Support.FUEL)
    assert math.isnan(said.amount_asked) and said.amount_arrived == 0 and said.amounts_unknown == 1
    assert counted([], Support.FUEL).amount_asked == 0


NEEDS = pd.DataFrame(
    [
        [1, "H1", "灯町病院", "病院", 200.0, "停電", "T1", 250.0, 41.6, 2995.2, 15, "assigned"],
        [2, "S1", "灯町小学校", "避難所", None, "停電", None, None, None, None, None, "no_truck"],
    ],
    columns="rank need_id name kind need_kva reason truck_id truck_kva litres_per_hour fuel_l drums status".split(),
    dtype=object,
)


def test_what_people_entered_stands_beside_the_need_and_requests_for_other_places_are_not_lost():
    rows = (
        ["電源車", "H1", "", "", "1/20 8:00", "灯火送配電", "可", "1/20 12:00", ""],
        ["電源車", "", "灯町浄水場", "60", "1/20 9:00", "", "", "", ""],
        ["毛布", "", "公民館", "50", "1/20 9:00", "", "", "", ""],
    )
    requests, _ = requests_in(listed(*rows), EVENT)
    trucks = [dict(zip(SUPPORT_HEADINGS, row)) for row in trucks_list(NEEDS, requests).rows]
    assert [(row["行き先"], row["数量"], row["要請日時"]) for row in trucks] == [
        ("灯町病院", 200, "1/20 8:00"),
        ("灯町小学校", None, None),
        ("灯町浄水場", 60, "1/20 9:00"),
    ]
    assert trucks[0]["内訳"] == "配置案：T1（250 kVA）；停電" and "なし" in trucks[1]["内訳"]
    both = [row[0] for row in support_list(NEEDS, requests, 72).rows]
    assert both == ["電源車", "電源車", "電源車", "燃料", "その他"]


def test_a_list_that_was_written_is_read_back_as_it_was():
    rows = (["電源車", "H1", "灯町病院", "200", "1/20 8:00", "灯火送配電", "可", "", "1/20 13:00"],)
    requests, _ = requests_in(listed(*rows), EVENT)
    written = support_list(NEEDS, requests, 72)
    cells = [["" if cell is None else str(cell) for cell in row] for row in written.rows]
    again, unread = requests_in(listed(*cells, headings=list(written.headings)), EVENT)
    assert unread == []
    assert [each.progressed.value for each in again] == ["arrived", "not_asked", "not_asked"]
    assert [row[8:] for row in support_list(NEEDS, again, 72).rows] == [row[8:] for row in written.rows]


def test_several_requests_for_one_place_all_stay_in_their_order():
    rows = (
        ["燃料", "H1", "灯町病院", "1000", "1/20 8:00", "", "", "", "1/20 12:00"],
        ["燃料", "H1", "灯町病院", "2000", "1/21 8:00", "", "", "", ""],
        ["電源車", "S1", "灯町小学校", "", "", "", "", "", ""],
    )
    requests, _ = requests_in(listed(*rows), EVENT)
    found = fuel_list(NEEDS, requests, 72).rows
    assert [(row[3], row[8]) for row in found] == [("灯町病院", "1/20 8:00"), ("灯町病院", "1/21 8:00")]
    assert [row[8] for row in trucks_list(NEEDS, requests).rows] == [None, None]


def test_the_fuel_is_held_against_the_plan_and_trucks_without_a_figure_are_not_in_the_sum():
    needs = NEEDS.copy()
    needs.loc[1, ["truck_id", "truck_kva"]] = ["T2", 100.0]
    found = fuel_list(needs, (), 72)
    assert [(row[3], row[5], row[6]) for row in found.rows] == [("灯町病院", 2995.2, "L"), ("灯町小学校", None, "L")]
    assert (
        "2,995 L（輸送車両 1 台相当）" in found.notes[0] and "100,000 L" in found.notes[1] and "1 台" in found.notes[2]
    )


PLACES = pd.DataFrame(
    [
        ["S1", "灯町小学校", "避難所", 300.0, 38.1, 135.2, "灯町1-1"],
        ["H1", "灯町病院", "病院", float("nan"), 38.2, 135.3, "灯町2-2"],
        ["W1", "灯町浄水場", "水道", float("nan"), float("nan"), float("nan"), ""],
    ],
    columns=["facility_id", "name", "kind", "capacity", "lat", "lon", "address"],
)
LINKS = pd.DataFrame({"facility_id": ["H1", "H1"], "supply_point": ["0" * 21 + "1", "0" * 21 + "2"]})


def told(**more) -> list[dict[str, object]]:
    found = facilities_list(PLACES, LINKS, ["", "link", ""], {"H1": "000-0000-0001"}, **more)
    return [dict(zip(FACILITY_HEADINGS, row)) for row in found.rows]


def test_the_prefectures_order_goes_first_and_the_rest_follows_by_kind():
    assert [row["施設ID"] for row in told()] == ["H1", "W1", "S1"]
    assert {row["順位の根拠"] for row in told()} == {BY_KIND}
    ordered = told(priority=["S1"])
    assert [(row["施設ID"], row["順位の根拠"]) for row in ordered] == [
        ("S1", BY_LIST),
        ("H1", BY_KIND),
        ("W1", BY_KIND),
    ]


def test_supply_points_are_written_where_linked_and_only_if_asked_for():
    first, second, _ = told()
    assert first["供給地点特定番号"] == "0" * 21 + "1、" + "0" * 21 + "2" and first["番号の根拠"] == "対応表"
    assert second["供給地点特定番号"] is None and second["番号の根拠"] == "対応づけなし" and second["緯度"] is None
    assert all(row["供給地点特定番号"] is None and row["番号の根拠"] is None for row in told(numbers=False))
    assert first["連絡先"] == "000-0000-0001"
