"""Nobody drops off a list: blank ids, merged cells, equal rows, headings of two rows, scales side by side."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.listed import Listed
from tomoshibi.casefile.people import people

POINT = "05000000000000000000{:02d}"


def listed(headings, rows, filled=(), places=()):
    return Listed("名簿.csv", list(headings), rows, list(range(2, len(rows) + 2)), list(places), frozenset(filled))


def read(headings, rows, **more):
    return people(listed(headings, rows, **more), {})


def said(found):
    return "\n".join(str(one) for one in found.problems)


def test_people_without_ids_are_all_kept_and_marked():
    rows = [
        ["1", "灯市灯町1-3", "要介護２", ""],
        ["2", "灯市灯町1-3", "要介護２", ""],
        ["3", "灯市灯町1-4", "要介護２", ""],
    ]
    found = read(("No", "住所", "要介護度", "供給地点特定番号"), rows)
    assert found.table["row_no"].tolist() == [2, 3, 4]
    assert found.table["same_as"].tolist() == ["3", "2", ""]
    assert "rows 2, 3 are alike" in said(found)


def test_a_whole_row_that_repeats_a_name_is_taken_once_and_it_is_said_which():
    rows = [["電力 太郎", POINT.format(11), "要介護4"]] * 2 + [["電力 太郎", POINT.format(11), "要介護5"]]
    found = read(("氏名", "供給地点特定番号", "要介護度"), rows)
    assert found.table["row_no"].tolist() == [2, 4]
    assert "3 (= 2)" in said(found)


def test_equal_rows_with_a_supply_point_alone_are_two_people_of_one_home():
    found = read(("供給地点特定番号", "要介護度"), [[POINT.format(11), "要介護2"]] * 2)
    assert found.table["row_no"].tolist() == [2, 3] and found.table["same_as"].tolist() == ["3", "2"]


def test_an_id_on_two_names_keeps_both_and_warns():
    found = read(("宛名番号", "氏名"), [["1001", "電力 太郎"], ["1001", "電力 花子"]], filled={(1, 0)})
    assert len(found.table) == 2 and set(found.table["key"]) == {"1001"}
    assert "1 id(s) stand on several people" in said(found)


def test_a_homes_number_stands_where_there_is_no_id_of_a_persons_own():
    found = read(("世帯番号", "氏名"), [["1001", "電力 太郎"], ["1001", "電力 花子"]])
    assert found.table["key"].tolist() == ["1001", "1001"]


def test_of_two_scales_the_heavier_counts_and_columns_that_are_not_read_are_named():
    rows = [["A1", "要支援1", "1級", "", ""], ["A2", "", "6", "", "x"], ["A3", "要介護（４）", "", "", ""]]
    rows += [["A4", "", "", "区分６", ""], ["A5", "要介護Ⅲ", "", "２", ""], ["A6", "", "", "", ""]]
    found = read(("ID", "要介護度", "障害等級", "障害支援区分", "備考"), rows)
    degrees = found.table["care_degree"].tolist()
    assert degrees[:5] == [7, 1, 6, 7, 5] and np.isnan(degrees[5])
    assert found.table["care"].tolist()[:2] == ["要支援1・障害 1級", "障害 6"]
    assert "columns not read: 備考" in said(found) and found.unread == 0


def test_a_degree_that_is_not_understood_is_listed_and_does_not_make_anybody_light():
    rows = [["A1", "要支援1", "重度"], ["A2", "要介護5", "重度"]]
    found = read(("ID", "要介護度", "障害等級"), rows)
    assert np.isnan(found.table["care_degree"][0]) and found.table["care_degree"][1] == 7
    assert found.unread == 2 and "column “障害等級”: 2 value(s)" in said(found)


def test_the_lists_own_coordinates_are_read_and_wrong_ones_told_by_row():
    rows = [["A1", "38.19", "135.29"], ["A2", "135.30", "38.18"], ["A3", "", ""], ["A4", "0", "0"]]
    found = read(("ID", "緯度", "経度"), rows)
    assert found.table["lat"].tolist()[0] == 38.19 and found.table["lat"].isna().sum() == 3
    assert found.unread == 2 and "swapped it would fit: 3" in said(found) and "0, 0: 5" in said(found)


def test_a_chosen_column_of_another_heading_is_read_as_care():
    found = people(listed(("ID", "程度"), [["A1", "5"]]), {"care": "程度"})
    assert found.table["care_degree"].tolist() == [7]
    with pytest.raises(Exception, match="no column “無い”"):
        people(listed(("ID",), [["A1"]]), {"key": "無い"})


words = st.sampled_from(["", "電力 太郎", "電力 花子", "通電 次郎"])
people_rows = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["", "K1", "K2", "K3"]),
        words,
        st.sampled_from(["灯市灯町1-1", "灯市灯町1-2"]),
        st.sampled_from(["", "要介護2", "要介護4", "??"]),
        st.sampled_from(["", POINT.format(11), POINT.format(12), "3.1E+20"]),
    ),
    max_size=12,
)
HEADINGS = ("No", "宛名番号", "氏名", "住所", "要介護度", "供給地点特定番号")


@given(
    people_rows,
    st.sets(st.tuples(st.integers(0, 11), st.integers(0, 5)), max_size=6),
    st.sets(st.sampled_from(range(6)), max_size=4),
    st.booleans(),
)
def test_a_list_is_never_shortened_without_saying_who(rows, filled, left_out, with_names):
    """Every row with anything in it is in the result, or named with the row that it repeats, name or id included."""
    kept = [place for place in range(6) if place not in left_out or place == 5]
    rows = [[row[place] for place in kept] for row in rows]
    table = listed([HEADINGS[place] for place in kept], rows, filled)
    found = people(table, {}, None, with_names)
    gone = {int(a): int(b) for a, b in re.findall(r"(\d+) \(= (\d+)\)", said(found))}
    numbers = [number for number, row in zip(table.numbers, rows) if any(row)]
    assert sorted([*found.table["row_no"], *gone]) == numbers
    for one, other in gone.items():
        mine, theirs = rows[one - 2], rows[other - 2]
        assert mine == theirs and other in set(found.table["row_no"])
        told = [mine[kept.index(place)] for place in (1, 2) if place in kept]
        assert any(told)
        assert not {one - 2, other - 2} & {row for row, _ in filled}
    assert (found.table["name"] != "").any() <= with_names
