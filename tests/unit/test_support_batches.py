"""People of a list parted among those who look after them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.support_batches import Batch, batches, contact_columns, parts_of


def test_each_goes_to_theirs_and_those_who_have_nobody_come_first():
    assert batches(["電力 花子", "", "電力 太郎", "電力 花子"]) == [
        Batch(0, "", (1,)),
        Batch(1, "電力 太郎", (2,)),
        Batch(2, "電力 花子", (0, 3)),
    ]


def test_who_has_two_stands_in_both():
    assert [batch.places for batch in batches(["電力 太郎、電力 花子", "電力 花子"])] == [(0,), (0, 1)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("電力 太郎／電力 花子", ("電力 太郎", "電力 花子")),
        ("電力 太郎・電力 花子", ("電力 太郎", "電力 花子")),
        ("電力　太郎", ("電力 太郎",)),
        ("電力 太郎,電力 太郎", ("電力 太郎",)),
        (" 、 ", ()),
        ("a,b,c,d,e,f", ("a,b,c,d,e,f",)),
    ],
)
def test_the_people_of_a_cell(cell, expected):
    assert parts_of(cell) == expected


@given(st.lists(st.text(alphabet="あい、,/ ", max_size=6), max_size=30))
def test_nobody_is_ever_left_out(cells):
    assert {place for batch in batches(cells) for place in batch.places} == set(range(len(cells)))


def test_the_columns_that_say_how_to_reach_somebody_are_carried():
    headings = ["番号", "氏名", "電話番号", "要介護度", "緊急連絡先", "避難支援等実施者", "生年月日", "Phone (home)"]
    assert contact_columns(headings, [5]) == [2, 4, 7]
