"""Rows of a layer made anew keep their numbers where their fields say for certain that they are the same."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.layers.row_numbers import Keeping, numbers_of

words = st.one_of(st.none(), st.sampled_from(["", "0310", "310", "灯"]))
pairs = st.lists(st.tuples(words, words), max_size=8)
KEEPING = Keeping(("supply_point", "slot"), None, ("response",))


def opened(standing, coming, tens=10):
    """Return a connection with both layers; rows are numbered from 1, those that stand by tens."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("ATTACH DATABASE ':memory:' AS fresh")
    for schema, rows, step in (("main", standing, tens), ("fresh", coming, 1)):
        connection.execute(
            f"CREATE TABLE {schema}.homes (fid INTEGER PRIMARY KEY, supply_point TEXT, slot TEXT, response TEXT)"
        )
        numbered = [(step * (place + 1), *row, None) for place, row in enumerate(rows)]
        connection.executemany(f"INSERT INTO {schema}.homes VALUES (?, ?, ?, ?)", numbered)
    return connection


def as_told(standing, coming):
    """The numbers by the rule as it is told: alone on both sides, and not all fields empty."""
    once, here = (
        {row for row, count in Counter(rows).items() if count == 1 and any(row)} for rows in (standing, coming)
    )
    last, numbers = 10 * len(standing), []
    for row in coming:
        kept = row in once and row in here
        last += not kept
        numbers.append(10 * (standing.index(row) + 1) if kept else last)
    return numbers


@given(pairs, pairs)
def test_rows_with_equal_fields_alone_on_both_sides_keep_their_numbers(standing, coming):
    with closing(opened(standing, coming)) as connection:
        numbers = numbers_of(connection, "homes", KEEPING)
        expected = as_told(standing, coming)
        if numbers.changed:
            assert [new for (new,) in connection.execute("SELECT new FROM temp.row_numbers ORDER BY old")] == expected
        else:
            assert expected == list(range(1, len(coming) + 1)) or not coming
        assert numbers.last == max([10 * len(standing), *expected])


@given(pairs, pairs, st.sets(st.integers(0, 7)))
def test_what_was_entered_goes_with_its_row_or_is_told_as_lost(standing, coming, answered):
    lost = []
    keeping = Keeping(KEEPING.columns, None, KEEPING.entered, lost=lost.extend)
    with closing(opened(standing, coming)) as connection:
        answered = {place for place in answered if place < len(standing)}
        for place in answered:
            connection.execute("UPDATE main.homes SET response = ? WHERE fid = ?", (f"at {place}", 10 * (place + 1)))
        numbers = numbers_of(connection, "homes", keeping)
    kept = set(as_told(standing, coming))
    stays = {10 * (place + 1): f"at {place}" for place in answered if 10 * (place + 1) in kept}
    assert {number: row["response"] for number, row in numbers.entered.items()} == stays
    assert {row["response"] for row in lost} == {f"at {place}" for place in answered} - set(stays.values())


@given(pairs, pairs)
def test_what_new_rows_hold_gives_way_where_a_row_stays_and_stands_where_it_is_new(standing, coming):
    with closing(opened(standing, coming)) as connection:
        connection.execute("UPDATE fresh.homes SET response = 'read before'")
        numbers = numbers_of(connection, "homes", KEEPING)
    kept = {number for number in as_told(standing, coming) if number <= 10 * len(standing)}
    assert {number: row["response"] for number, row in numbers.entered.items()} == dict.fromkeys(kept)


@given(pairs, st.sets(st.integers(0, 7)))
def test_where_the_same_rows_come_again_those_that_are_alike_keep_no_answer_of_each_other(same, answered):
    """Their order says nothing: it may be by what changed of them."""
    lost = []
    keeping = Keeping(KEEPING.columns, None, KEEPING.entered, lost=lost.extend)
    with closing(opened(same, same, 1)) as connection:
        answered = {place for place in answered if place < len(same)}
        for place in answered:
            connection.execute("UPDATE main.homes SET response = ? WHERE fid = ?", (f"at {place}", place + 1))
        numbers = numbers_of(connection, "homes", keeping)
    alone = {place for place in answered if same.count(same[place]) == 1 and any(same[place])}
    assert {number: row["response"] for number, row in numbers.entered.items()} == {
        place + 1: f"at {place}" for place in alone
    }
    assert {row["response"] for row in lost} == {f"at {place}" for place in answered - alone}
