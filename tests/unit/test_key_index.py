"""The index of keys, beside a dict: same positions, whatever collides, repeats or makes the table grow."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.aggregator import keys as keys_module
from tomoshibi.aggregator.keys import FEW_PLACES, HeldIndex, KeyIndex

BATCHES = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=60), max_size=6)


def as_keys(pairs):
    return np.array(pairs, dtype=np.uint64).reshape(-1, 2)


def expected_of(known, pairs):
    return [known.setdefault(pair, len(known)) for pair in pairs]


@given(BATCHES, st.sampled_from([None, range(1), range(1, 2)]), st.sampled_from([3, FEW_PLACES]))
def test_keys_get_the_positions_of_their_first_appearance(batches, telling, places):
    """With one telling word of four values nearly all keys collide."""
    index, known = KeyIndex(2, telling, places=places), {}
    for pairs in batches:
        assert index.find(as_keys(pairs)).tolist() == [known.get(pair, -1) for pair in pairs]
        assert index.add(as_keys(pairs)).tolist() == expected_of(known, pairs)
        assert len(index) == len(known)
        assert index.find(as_keys(pairs)).tolist() == [known[pair] for pair in pairs]
    assert index.keys.tolist() == [list(pair) for pair in known]


def test_keys_are_found_when_the_table_has_grown_between(monkeypatch):
    monkeypatch.setattr(keys_module, "_SMALLEST", 4)
    monkeypatch.setattr(keys_module, "_PIECE", 7)
    index, known = KeyIndex(2, range(1)), {}
    for begin in range(0, 300, 13):
        pairs = [(number % 11, number) for number in range(begin, begin + 26)]
        assert index.add(as_keys(pairs)).tolist() == expected_of(known, pairs)
    everything = list(known)
    assert index.find(as_keys(everything)).tolist() == list(range(len(known)))
    assert index.find(as_keys([(12, 1), (0, 1)])).tolist() == [-1, -1]


def test_keys_of_their_holder_are_found_without_the_bits_that_are_none_of_theirs():
    held = np.array([[1, 0x0105], [2, 0x0206], [1, 0x0307]], dtype=np.uint64)
    index = HeldIndex(held, others=0xFF00)
    assert index.find(as_keys([(2, 6), (1, 7), (1, 5), (1, 6)])).tolist() == [1, 2, 0, -1]


@given(st.lists(st.integers(0, 300), max_size=300), st.integers(0, 250))
def test_keys_sought_in_their_order_are_found_in_any_other_too(asked, known):
    index = KeyIndex(2)
    index.add(as_keys([(number % 3, number) for number in range(known)]))
    asked = as_keys([(number % 3, number) for number in asked])
    found, others = index.find_in_order(asked)
    assert found.tolist() == index.find(asked).tolist()
    assert 0 <= others <= len(asked)


def test_keys_in_their_order_are_sought_once_for_each_run(monkeypatch):
    index, asked = KeyIndex(2), as_keys([(0, number) for number in range(0, 640)])
    index.add(asked)
    find, sought = index.find, []
    monkeypatch.setattr(index, "find", lambda keys: sought.append(len(keys)) or find(keys))
    assert index.find_in_order(asked)[1] == 0
    assert sum(sought) == len(asked) // 64
