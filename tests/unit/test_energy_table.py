"""Energies as words of bytes, beside what a row read alone says of the same text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tomoshibi.aggregator.energy_table import NOT_READY, EnergyTable
from tomoshibi.aggregator.values import MAX_WH, BadValue, watt_hours

TEXTS = st.one_of(
    st.from_regex(r"[0-9]{0,4}(\.[0-9]{0,4})?", fullmatch=True).filter(lambda text: len(text) <= 7),
    st.text(st.sampled_from("0123456789.- +eE\0#,"), max_size=7),
)


def table_of(places=3, most=MAX_WH, empty=("", "N/A", "9999")):
    def energy(text):
        if text in empty:
            return None, False
        wh, rounded = watt_hours(text, places)
        if wh > most:
            raise BadValue(None)
        return wh, rounded

    return EnergyTable(energy, places, most, empty), energy


def words_of(texts, sign=","):
    raw = [text.encode() + sign.encode() for text in texts]
    return np.array([int.from_bytes(text, "little") for text in raw], dtype=np.uint64)


@given(st.lists(TEXTS, min_size=1, max_size=40), st.sampled_from([3, 0]), st.sampled_from([MAX_WH, 4000]))
@example(["1\0", "\0", "1", "", "9999", "9999.", ".", "-0", "0.0005", "4000", "4001", "4.001"], 3, 4000)
def test_a_text_is_what_it_is_when_its_row_is_read_alone(texts, places, most):
    table, energy = table_of(places, most)
    for _ in range(2):
        wh, rounded = table.find(words_of(texts))
        for at, text in enumerate(texts):
            try:
                expected, finer = energy(text)
            except BadValue:
                expected, finer = None, False
            assert int(wh[at]) == (NOT_READY if expected is None else expected), repr(text)
            assert bool(rounded is not None and rounded[at]) == finer


def test_plain_numbers_are_not_read_one_by_one():
    def energy(text):
        pytest.fail(f"{text} was")

    texts = ["0", "0.5", "12", "12.25", "003.100", ".5", "7.", "2000.1"]
    assert EnergyTable(energy, 3, MAX_WH, ("",)).find(words_of(texts))[0].tolist() == [
        *(0, 500, 12_000, 12_250, 3_100, 500, 7_000, 2_000_100)
    ]


def test_texts_that_meet_in_one_place_of_the_table_keep_their_own_value():
    texts = [f"{wh / 1000:.3f}" for wh in range(0, 60_000, 7)]
    table = table_of()[0]
    for _ in range(2):
        wh, rounded = table.find(words_of(texts))
        assert rounded is None and wh.tolist() == list(range(0, 60_000, 7))
