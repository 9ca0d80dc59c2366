"""Flags that are eight to a byte are indexed as an array of bool is, and the analyses say the same of them."""

import numpy as np
import pandas as pd
import pytest
from tomoshibi.aggregator.keys import as_bytes, places_among
from tomoshibi.analysis import silence
from tomoshibi.analysis.flags import Flags
from tomoshibi.analysis.gaps import gap_rates, isolated
from tomoshibi.analysis.hidden import HiddenRules, hidden_outages
from tomoshibi.analysis.mesh import encode, encode_shared

EVENT = np.datetime64("2026-01-19T05:46", "s")
SLOTS = np.datetime64("2026-01-16T00:00", "s") + np.timedelta64(1800, "s") * np.arange(5 * 48)


def packed(flags):
    found = Flags.empty(*flags.shape)
    for first in range(0, len(flags), 7):
        found.put(slice(first, min(first + 7, len(flags))), flags[first : first + 7])
    return found


@pytest.mark.parametrize("slots", [1, 8, 13, 48, 100])
def test_flags_are_indexed_as_an_array_is(slots):
    rng = np.random.default_rng(slots)
    flags = rng.random((30, slots)) < 0.5
    found, rows = packed(flags), np.array([29, 0, 3, 3])
    some = rng.integers(0, slots, 4)
    assert found.shape == flags.shape and len(found) == 30
    for begin, end in ((0, slots), (slots // 3, slots), (slots // 2, slots // 2)):
        part, whole = found[:, begin:end], flags[:, begin:end]
        assert isinstance(part, Flags) and (np.asarray(part) == whole).all()
        assert (part[rows] == whole[rows]).all() and (part[5:9] == whole[5:9]).all()
        assert (part[flags[:, 0]] == whole[flags[:, 0]]).all()
        assert (part[rows, 1:3] == whole[rows, 1:3]).all()
    assert (found[:, some] == flags[:, some]).all() and (found[2:9, some] == flags[2:9, some]).all()
    assert (found[np.ix_(rows, some)] == flags[np.ix_(rows, some)]).all()
    assert (found[rows, some] == flags[rows, some]).all() and (found[:, slots - 1] == flags[:, slots - 1]).all()
    assert (found[:, ::2] == flags[:, ::2]).all() and (found[rows, ::-1] == flags[rows, ::-1]).all()
    assert (np.asarray(found.joined(packed(flags[:, :5]))) == np.concatenate([flags, flags[:, :5]], axis=1)).all()


@pytest.fixture
def town(monkeypatch):
    """1,200 meters on a grid, one quarter of them dark since the event, one meter more in the middle of the others."""
    monkeypatch.setattr(silence, "_ROWS", 100)
    rng = np.random.default_rng(1)
    present = rng.random((1200, len(SLOTS))) > 0.02
    row, column = np.divmod(np.arange(1200), 40)
    after = EVENT <= SLOTS
    present[np.ix_((row < 15) & (column < 20), after)] = False
    present[25 * 40 + 30, after] = False
    lat, lon = 37.4 + row * 0.0004, 136.9 + column * 0.0005
    area = np.array(["A", "B", "C", "D"], dtype=object)[row // 15 * 2 + column // 20]
    return present, area, {"supply_point": np.arange(1200).astype("S22"), "lat": lat, "lon": lon}


def test_gaps_isolation_and_hidden_outages_are_those_of_an_array(town):
    present, area, meters = town
    covered = np.ones(len(SLOTS), dtype=bool)
    for each in (
        lambda flags: gap_rates(flags, covered, SLOTS, area, EVENT, step_hours=3, baseline_days=3),
        lambda flags: isolated(flags, covered, SLOTS, area, EVENT, threshold=0.8, hours=12, until=None, access=None),
        lambda flags: hidden_outages(meters, flags, covered, SLOTS, EVENT, HiddenRules()),
    ):
        pd.testing.assert_frame_equal(each(packed(present)), each(present))
    assert gap_rates(packed(present), covered, SLOTS, area, EVENT, step_hours=3, baseline_days=3)["gap_rate"].max() == 1


def test_the_table_of_hidden_outages_is_the_same_of_texts_and_of_bytes(town):
    present, _, meters = town
    texts = pd.DataFrame({**meters, "supply_point": meters["supply_point"].astype(str).astype(object)})
    covered = np.ones(len(SLOTS), dtype=bool)
    found = [hidden_outages(each, present, covered, SLOTS, EVENT, HiddenRules()) for each in (meters, texts)]
    pd.testing.assert_frame_equal(*found)
    assert "1030" in found[0]["supply_point"].tolist()


def test_areas_by_name_are_numbered_in_the_order_of_their_names_and_blanks_are_none():
    named = np.array(["b", None, "", "a", "b", float("nan"), "c"], dtype=object)
    found = silence.areas_of(named)
    assert found.codes.tolist() == [1, -1, -1, 0, 1, -1, 2] and found.ids.tolist() == ["a", "b", "c"]
    assert silence.areas_of(np.full(3, "", dtype=object)).codes.tolist() == [-1, -1, -1]


def test_keys_are_found_among_others_the_last_of_equal_ones():
    keys = np.array([b"one", b"two", b"one", b"a much longer key than those"])
    asked = as_bytes(np.array(["one", "two", "three", "one", "two"], dtype=object))
    assert places_among(keys, asked).tolist() == [2, 1, -1, 2, 1]
    assert places_among(keys, as_bytes(np.array(["灯"]))).tolist() == [-1]
    assert places_among(keys, np.zeros(0, dtype="S1")).tolist() == []


def test_cells_of_many_points_are_those_of_each():
    lat, lon = np.array([36.5, 36.5001, np.nan, 36.7]), np.array([136.5, 136.5001, 136.5, 136.9])
    found = encode_shared(lat, lon, 500)
    assert found.tolist() == encode(lat, lon, 500).tolist() and found[2] == "" and found[0] is found[1]
