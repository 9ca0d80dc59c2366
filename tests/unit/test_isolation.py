"""Isolated settlements: groups of neighbours, the order and its reasons, what is unknown, several events."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.expectation import CODES, Expected
from tomoshibi.analysis.isolation import Surroundings, components, isolated
from tomoshibi.analysis.reasons import Reason
from tomoshibi.analysis.relays import NO_RELAY, Behind, Relay
from tomoshibi.analysis.silence import SLOT, Strike

FIRST = np.datetime64("2024-01-01T00:00:00", "s")
STRIKE = 48
EVENT = pd.Timestamp("2024-01-02 00:10")
WIDTH = STRIKE + 48
AREAS = list("abcdef")
METERS = 4


def scene(dark, width=WIDTH):
    """Six areas of four meters; `dark` {area: first dark slot after the event}."""
    area = np.repeat(np.array(AREAS, dtype=object), METERS)
    present = np.ones((len(area), width), dtype=bool)
    for name, since in dark.items():
        present[area == name, STRIKE + since :] = False
    return present, area


def find(present, area, expected=None, **more):
    width = present.shape[1]
    expected = np.ones(width, dtype=bool) if expected is None else expected
    options = {"threshold": 0.8, "hours": 6, "until": None, "access": None, **more}
    return isolated(present, expected, FIRST + SLOT * np.arange(width), area, EVENT, **options)


def line_of(areas, metres=1000.0):
    """Areas in a row, each the neighbour of the next."""
    return Surroundings(
        tuple(zip(areas, areas[1:])), {name: (number * metres, 0.0) for number, name in enumerate(areas)}
    )


def test_two_adjacent_dark_areas_and_one_apart_are_two_groups():
    table = find(*scene({"a": 0, "b": 0, "e": 0}), surroundings=line_of(AREAS)).set_index("area_id")
    assert table.attrs["groups"] == 2 and len(table) == 3
    assert table.group_id["a"] == table.group_id["b"] != table.group_id["e"]
    assert table.group_areas.to_dict() == {"a": 2, "b": 2, "e": 1}
    assert table.group_meters.to_dict() == {"a": 8, "b": 8, "e": 4}
    assert "Group of 2 adjacent areas (8 meters)" in str(table.reason["a"])
    assert "All of it went dark at once" in str(table.reason["a"])
    assert "Group" not in str(table.reason["e"])


def test_a_group_that_went_dark_bit_by_bit_does_not_say_at_once():
    table = find(*scene({"a": 0, "b": 3}), surroundings=line_of(AREAS)).set_index("area_id")
    assert "Group of 2" in str(table.reason["a"]) and "at once" not in str(table.reason["a"])


def test_areas_linked_only_through_one_with_power_are_not_one_group():
    table = find(*scene({"a": 0, "c": 0}), surroundings=line_of(AREAS))
    assert table.group_id.nunique() == 2


def test_without_grouping_every_area_stands_alone_and_ranks_as_before():
    with_groups = find(*scene({"a": 0, "b": 0, "e": 0}), surroundings=line_of(AREAS))
    alone = find(*scene({"a": 0, "b": 0, "e": 0}), surroundings=line_of(AREAS), group=False)
    assert alone.group_id.isna().all() and alone.group_areas.isna().all() and alone.attrs["groups"] == 0
    assert alone.area_id.tolist() == with_groups.area_id.tolist()
    assert not any("Group" in str(reason) for reason in alone.reason)


def test_the_one_deep_in_the_dark_ranks_before_the_one_beside_power_whatever_their_size():
    present, area = scene({"a": 0, "b": 0, "c": 0, "e": 0})
    # e is ten times as large as the others and lies between two areas with power.
    more = np.repeat(present[area == "e"][:1], 40, axis=0)
    present, area = np.vstack([present, more]), np.concatenate([area, np.full(40, "e", dtype=object)])
    table = find(present, area, surroundings=line_of(AREAS))
    assert table.area_id.tolist() == ["a", "b", "c", "e"]
    first = table.iloc[0]
    assert (first.nearest_powered_km, first.dark_around, first.areas_around) == (3.0, 1, 1)
    assert "Nearest area with power: 3.0 km" in str(first.reason)
    assert "1 of 1 neighbouring areas are dark too" in str(first.reason)
    assert table.iloc[3].meters == 44 and table.group_id.tolist() == ["1", "1", "1", "2"]


def test_members_are_linked_by_pairs_of_members_only():
    assert components(np.array([3, 5, 7, 9]), [(3, 7), (7, 9), (5, 6), (6, 3)]).tolist() == [0, 1, 0, 0]
    assert components(np.array([], dtype=int), [(1, 2)]).tolist() == []


def published(populations, received, reasons=None, first=None, last=None):
    """Return the expectation of meters of these populations."""
    count, slots = len(populations), received.shape[1]
    return Expected(
        np.asarray(populations, dtype=np.int16),
        received,
        np.zeros(count, dtype=np.int32) if first is None else np.asarray(first, dtype=np.int32),
        np.full(count, slots, dtype=np.int32) if last is None else np.asarray(last, dtype=np.int32),
        reasons,
    )


def test_where_a_part_is_missing_areas_are_unknown_and_never_isolated():
    present, area = scene({"a": 0})
    # b to f come in a part that is missing since the event.
    population = (area != "a").astype(np.int16)
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, STRIKE:] = False
    present[population == 1, STRIKE:] = False
    reasons = np.where(received, 0, CODES.index(Reason.SET_INCOMPLETE)).astype(np.uint8)
    table = find(present, area, published(population, received, reasons))
    assert table.area_id.tolist() == ["a"]
    assert table.attrs["unknown"] == dict.fromkeys("bcdef", "set_incomplete")
    assert set(find(present, area).area_id) == set(AREAS)


def test_what_had_power_up_to_the_very_half_hour_of_the_event_and_is_not_known_since_is_before_the_event():
    present, area = scene({"a": 0})
    population = (area != "a").astype(np.int16)
    received = np.ones((2, WIDTH), dtype=bool)
    # Of b to f only the first half-hour of all came: it ends when the event begins.
    received[1, 1:] = False
    present[population == 1, 1:] = False
    reasons = np.where(received, 0, CODES.index(Reason.SET_INCOMPLETE)).astype(np.uint8)
    begins = FIRST + SLOT * np.arange(6)
    told = published(population, received, reasons).between(0, 6)
    table = isolated(
        present[:, :6], told, begins, area, pd.Timestamp(begins[1]), threshold=0.8, hours=0.5, until=None, access=None
    )
    assert table.attrs["unknown"] == dict.fromkeys("bcdef", "before_event")


def test_a_whole_town_that_is_silent_in_a_whole_set_is_isolated_though_nobody_reports():
    present, area = scene(dict.fromkeys(AREAS, 0))
    assert not present[:, STRIKE:].any()
    table = find(present, area, surroundings=line_of(AREAS))
    assert set(table.area_id) == set(AREAS) and (table.gap_rate == 1).all() and table.attrs["groups"] == 1
    assert table.last_proven.eq(pd.Timestamp("2024-01-02 00:00")).all() and set(table.last_state) == {"powered"}
    assert table.evidence_until.eq(pd.Timestamp("2024-01-03 00:00")).all() and table.nearest_powered_km.isna().all()


def test_contracts_that_ended_do_not_make_a_settlement_dark():
    present, area = scene({"a": 0})
    ended = np.zeros(len(area), dtype=bool)
    # All but one of b ended when the event struck; half of a had ended long before.
    ended[np.flatnonzero(area == "b")[:3]] = True
    present[ended, STRIKE:] = False
    received = np.ones((1, WIDTH), dtype=bool)
    last = np.where(ended, STRIKE, WIDTH)
    table = find(present, area, published(np.zeros(len(area)), received, last=last))
    assert table.area_id.tolist() == ["a"] and table.meters.tolist() == [4]
    assert set(find(present, area).area_id) == {"a"}
    assert set(find(present, area, threshold=0.7).area_id) == {"a", "b"}
    assert find(present, area, published(np.zeros(len(area)), received, last=last), threshold=0.7).area_id.tolist() == [
        "a"
    ]


def test_an_area_whose_readings_are_hours_behind_is_unknown_not_dark():
    present, area = scene({"a": 0, "b": 0})
    population = (area == "b").astype(np.int16)
    received = np.ones((2, WIDTH), dtype=bool)
    for behind, found in ((8, ["a", "b"]), (13, ["a"])):
        received[1, WIDTH - behind :] = False
        table = find(present, area, published(population, received.copy()))
        assert sorted(table.area_id) == found
    assert table.attrs["unknown"] == {"b": "not_due"}


def test_dark_since_any_event_that_struck_there_counts_and_peacetime_ends_with_the_first():
    again = STRIKE + 20
    moment = pd.Timestamp(FIRST + SLOT * again)
    present, area = scene({"a": 0, "b": 20, "c": 5})
    where = np.isin(area, ["b", "c"])
    strikes = (Strike(EVENT, EVENT, area == "a"), Strike(moment, moment, where))
    table = find(present, area, strikes=strikes).set_index("area_id")
    # c was dark before the only event that struck there; d to f were struck by none.
    assert sorted(table.index) == ["a", "b"] and table.since["b"] == moment
    assert find(present, area).area_id.nunique() == 3


def test_what_had_power_before_the_last_event_is_unknown_after_it():
    present, area = scene({"a": 0})
    later = pd.Timestamp("2024-01-03 05:00")
    table = find(present, area, strikes=(Strike(EVENT, EVENT), Strike(later, later, area != "f")))
    assert table.area_id.tolist() == ["a"]
    assert table.attrs["unknown"] == dict.fromkeys("bcde", "before_event")


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_whole_and_numbered_by_their_best_member(seed):
    generator = np.random.default_rng(seed)
    names = [f"n{number:02d}" for number in range(30)]
    area = np.repeat(np.array(names, dtype=object), 3)
    present = np.ones((90, WIDTH), dtype=bool)
    chosen = generator.random(30) < 0.5
    present[np.repeat(chosen, 3), STRIKE:] = False
    pairs = [(a, b) for a in range(30) for b in range(a + 1, 30) if generator.random() < 0.06]
    places = {name: tuple(generator.uniform(0, 9000, 2)) for name in names}
    around = Surroundings(tuple((names[a], names[b]) for a, b in pairs), places)
    table = find(present, area, surroundings=around).set_index("area_id")
    assert set(table.index) == {name for name, dark in zip(names, chosen) if dark}
    for a, b in pairs:
        if chosen[a] and chosen[b]:
            assert table.group_id[names[a]] == table.group_id[names[b]]
    sizes = table.groupby("group_id").size()
    assert (table.group_areas == table.group_id.map(sizes)).all()
    best = table.groupby("group_id").score.max()
    best.index = best.index.astype(int)
    assert best.sort_index().is_monotonic_decreasing and table.score.is_monotonic_decreasing


def relay_of(area, name, count):
    member = np.full(len(area), NO_RELAY, dtype=np.int64)
    member[np.flatnonzero(area == name)[:count]] = 0
    return Behind([Relay(name, METERS, 5, EVENT.to_pydatetime(), EVENT.to_pydatetime(), 0)], member)


def test_a_settlement_that_a_failed_relay_may_explain_stays_listed_unknown_and_ranks_lower():
    present, area = scene({"a": 0, "e": 0})
    sure = find(present, area).set_index("area_id")
    table = find(present, area, behind=relay_of(area, "a", 3)).set_index("area_id")
    assert set(table.index) == set(sure.index) == {"a", "e"} and sure.index[0] == "a"
    assert table.index[0] == "e" and table["rank"]["a"] == 2 and table.score["a"] < sure.score["a"]
    assert table.unknown_reason["a"] == "relay" and pd.isna(table.unknown_reason["e"])
    assert table.attrs["unknown"] == {"a": "relay"} and table.gap_rate["a"] == 1.0
    assert "3 of them fell silent with a radio relay" in str(table.reason["a"])


def test_one_meter_behind_a_relay_changes_no_settlement_that_is_dark_without_it():
    present, area = scene({"a": 0})
    table = find(present, area, behind=relay_of(area, "a", 1), threshold=0.7).set_index("area_id")
    assert table.unknown_reason["a"] is None and not table.attrs["unknown"] and table.relay_meters["a"] == 1
