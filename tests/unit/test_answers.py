"""Who is who in two lists: only where it is certain."""

from __future__ import annotations

import pytest
from tomoshibi.casefile.answers import Finder, Person, has_entry, person_of

POINT, OTHER = "05" + "0" * 20, "05" + "1" * 20


@pytest.mark.parametrize(
    ("row", "person"),
    [
        ({"supply_point": f" {POINT} ", "key": 12, "name": "電力　太郎"}, Person(POINT, "12", "電力太郎")),
        ({"name": "ﾃﾞﾝﾘｮｸ ﾀﾛｳ"}, Person("", "", "デンリョクタロウ")),
        ({"supply_point": None, "key": None}, Person("", "", "")),
    ],
)
def test_a_row_tells_whose_it_is_without_differences_of_width_and_blanks(row, person):
    assert person_of(row) == person


@pytest.mark.parametrize(
    ("person", "identities"),
    [
        (Person(POINT, "P1", "電力太郎"), [("P1",), (POINT, "電力太郎")]),
        (Person(POINT, "P1", ""), [("P1",)]),
        (Person(POINT, "", "電力太郎"), [(POINT, "電力太郎")]),
        (Person(POINT, "", ""), [(POINT, "")]),
        (Person("", "", "電力太郎"), []),
    ],
)
def test_an_own_id_tells_the_person_and_a_home_only_with_the_name_or_alone(person, identities):
    assert person.identities == identities


def test_people_agree_where_nothing_that_both_tell_differs():
    one = Person(POINT, "P1", "電力太郎")
    assert one.agrees(Person("", "P1", "")) and one.agrees(one)
    assert not one.agrees(Person(OTHER, "P1", "")) and not one.agrees(Person("", "P1", "電力花子"))
    assert not one.agrees(Person("", "P2", ""))


def test_an_entry_is_any_of_the_four_fields():
    assert not has_entry({}) and not has_entry({"response": None, "response_note": "", "name": "電力太郎"})
    assert all(has_entry({name: "x"}) for name in ("response", "response_by", "response_at", "response_note"))


HERE = [Person(POINT, "P1", "電力太郎"), Person(OTHER, "P2", "電力花子"), Person(OTHER, "P3", "灯次郎")]


@pytest.mark.parametrize(
    ("person", "place"),
    [
        (Person("", "P2", ""), 1),
        (Person(OTHER, "", "灯次郎"), 2),
        (Person(OTHER, "P2", "灯次郎"), None),  # the id of one, the name of another
        (Person("", "P9", ""), None),
        (Person(OTHER, "", ""), None),  # two live there
    ],
)
def test_somebody_is_found_by_what_is_theirs_alone(person, place):
    assert Finder(HERE, [person]).place(person) == place


def test_nobody_is_found_by_what_two_have_in_either_list():
    twice = Person("", "P1", "")
    assert Finder(HERE, [twice, twice]).place(twice) is None
    assert Finder([*HERE, Person("", "P1", "")], [twice]).place(twice) is None
    assert Finder(HERE, [twice]).place(twice) == 0
