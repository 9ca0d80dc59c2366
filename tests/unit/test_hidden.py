"""Hidden outages: silent meters among neighbours that have their power back, and silence that is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import hidden
from tomoshibi.analysis.hidden import HiddenRules, hidden_outages, nearest_within, sums_within
from tomoshibi.analysis.relays import NO_RELAY, RELAY_COLUMNS, Behind, Relay

FIRST = np.datetime64("2026-01-12T00:00:00", "s")
EVENT = pd.Timestamp("2026-01-19 05:46")
STRIKE = 7 * 48 + 11
WIDTH = 9 * 48
BACK = STRIKE + 20
RULES = HiddenRules()


def village(poles=16, homes=2):
    """A lane of poles 40 m apart with some homes each, dark for ten hours from the event."""
    pole = np.repeat(np.arange(poles), homes)
    meters = pd.DataFrame(
        {
            "supply_point": [f"05{number:020d}" for number in range(len(pole))],
            "meter_id": [f"A{number}" for number in range(len(pole))],
            "lat": 37.0 + pole * 40 / 111_320,
            "lon": 137.0,
        }
    )
    present = np.ones((len(pole), WIDTH), dtype=bool)
    present[:, STRIKE:BACK] = False
    return meters, present


def search(meters, present, rules=RULES, covered=None, until=None, event=EVENT):
    covered = np.ones(present.shape[1], dtype=bool) if covered is None else covered
    begins = FIRST + hidden.SLOT * np.arange(present.shape[1])
    return hidden_outages(meters, present, covered, begins, event, rules, until)


def found(*given, **more):
    return sorted(int(number) % 1000 for number in search(*given, **more).supply_point)


def test_one_broken_wire_is_found_where_pole_and_lane_are_back():
    meters, present = village()
    present[9, STRIKE:] = False
    table = search(meters, present)
    assert table.columns.tolist() == [*hidden.HIDDEN_COLUMNS, *RELAY_COLUMNS]
    line = table.iloc[0]
    assert len(table) == 1 and line.supply_point.endswith("9") and line.meter_id == "A9"
    assert line.since == pd.Timestamp("2026-01-19 05:30") and line.hours == (WIDTH - STRIKE) / 2
    # Three poles of two homes on each side within 150 m, and the other home of its pole.
    assert (line.neighbours, line.neighbours_powered) == (13, 13)
    assert (line.began, line.pole_silent) == ("event", 1)


def test_a_meter_that_fell_silent_with_a_failed_relay_is_undecided_and_stays_listed():
    meters, present = village()
    present[[5, 9, 20], STRIKE:] = False
    member = np.full(len(meters), NO_RELAY, dtype=np.int64)
    member[9] = 0
    relay = Relay("A", 32, 5, EVENT.to_pydatetime(), EVENT.to_pydatetime())
    begins = FIRST + hidden.SLOT * np.arange(present.shape[1])
    covered = np.ones(present.shape[1], dtype=bool)
    without = hidden_outages(meters, present, covered, begins, EVENT, RULES)
    table = hidden_outages(meters, present, covered, begins, EVENT, RULES, behind=Behind([relay], member))
    assert table.supply_point.tolist() == without.supply_point.tolist() and (without.certainty == "sure").all()
    told = table.set_index(table.supply_point.str[-2:])
    assert told.certainty.to_dict() == {"05": "sure", "09": "undecided", "20": "sure"}
    assert told.unknown_reason["09"] == "relay" and told.relay_share["09"] == 1.0
    assert told.relay_meters.drop("09").isna().all()


def test_a_lane_from_west_to_east_is_searched_like_one_from_south_to_north():
    meters, present = village()
    present[9, STRIKE:] = False
    present[20:22, STRIKE:] = False
    turned = meters.assign(lat=37.0, lon=137.0 + (meters.lat - 37.0) / np.cos(np.radians(37.0)))
    columns = ["supply_point", "neighbours", "neighbours_powered", "certainty", "pole_silent"]
    pd.testing.assert_frame_equal(search(turned, present)[columns], search(meters, present)[columns])
    # one of the two coordinates says nothing
    for name in ("lat", "lon"):
        half = turned.copy()
        half.loc[9, name] = np.nan
        table = search(half, present)
        assert table.attrs["without_place"] == 1 and not table.supply_point.str.endswith("09").any()


def test_without_any_place_nothing_is_listed_and_all_that_is_silent_is_counted():
    meters, present = village()
    present[9, STRIKE:] = False
    table = search(meters.assign(lat=np.nan, lon=np.nan), present)
    assert len(table) == 0 and table.attrs["without_place"] == table.attrs["silent"] == 1


def test_a_whole_dark_pole_is_found_too():
    meters, present = village()
    present[8:10, STRIKE:] = False
    table = search(meters, present)
    assert found(meters, present) == [8, 9] and table.pole_silent.tolist() == [2, 2]
    # The twelve nearest poles of two homes.
    assert (table.neighbours.tolist(), table.neighbours_powered.tolist()) == ([24, 24], [24, 24])


def test_what_is_not_repaired_yet_is_not_hidden():
    meters, present = village()
    present[16:, STRIKE:] = False
    assert found(meters, present) == []
    present[:] = True
    present[:, STRIKE:] = False
    assert found(meters, present) == []


def test_peacetime_silence_is_no_outage():
    meters, present = village()
    present[9, 2 * 48 :] = False
    assert found(meters, present) == []
    assert search(meters, present).attrs["silent"] == 0


def test_a_meter_that_stops_by_itself_at_another_time_is_counted_apart():
    meters, present = village()
    present[9, BACK + 10 :] = False
    table = search(meters, present)
    assert len(table) == 0 and table.attrs["alone"] == 1
    assert found(meters, present, rules=replace(RULES, event_hours=24)) == [9]


def test_a_later_outage_of_the_lane_may_break_a_wire_as_well():
    meters, present = village()
    present[:, BACK + 5 : BACK + 9] = False
    present[9, BACK + 5 :] = False
    table = search(meters, present)
    assert found(meters, present) == [9] and table.began.tolist() == ["neighbours"]


def test_a_relay_that_failed_is_not_an_outage_of_many():
    meters, present = village(homes=6)
    silent = np.random.default_rng(1).random(len(meters)) < 0.6
    present[silent, STRIKE:] = False
    assert found(meters, present) == []


def test_a_pole_on_which_most_are_silent_is_no_broken_wire():
    meters, present = village(homes=4)
    present[20:23, STRIKE:] = False
    assert found(meters, present) == []
    present[21, BACK:] = True
    assert found(meters, present) == [20, 22]


def test_power_must_have_been_back_for_the_hours_asked_for():
    meters, present = village()
    present[9, STRIKE:] = False
    until = lambda slots: pd.Timestamp(FIRST + hidden.SLOT * (BACK + slots))  # noqa: E731
    assert found(meters, present, until=until(5)) == []
    assert found(meters, present, until=until(12)) == [9]
    assert found(meters, present, until=until(5), rules=replace(RULES, hours=2)) == [9]


def test_half_hours_that_were_not_received_are_no_silence():
    meters, present = village()
    covered = np.ones(WIDTH, dtype=bool)
    present[:, -20:] = False
    covered[-20:] = False
    assert found(meters, present, covered=covered) == []
    present[9, STRIKE:] = False
    table = search(meters, present, covered=covered)
    assert len(table) == 1 and table.hours[0] == (WIDTH - 20 - STRIKE) / 2


def test_what_cannot_be_told_is_counted():
    meters, present = village()
    meters.loc[[9, 11], ["lat", "lon"]] = np.nan
    present[9, STRIKE:] = False
    lonely = pd.DataFrame({"supply_point": ["05"], "meter_id": ["B"], "lat": [37.5], "lon": [137.5]})
    meters = pd.concat([meters, lonely], ignore_index=True)
    present = np.vstack([present, present[9]])
    table = search(meters, present)
    assert len(table) == 0
    assert (table.attrs["without_place"], table.attrs["without_neighbours"]) == (1, 1)


def test_questions_that_the_readings_do_not_answer_are_refused():
    meters, present = village()
    with pytest.raises(hidden.HiddenError, match="after the event"):
        search(meters, present, until=pd.Timestamp("2026-01-19 05:00"))
    for rules in (replace(RULES, neighbour_rate=0), replace(RULES, neighbour_rate=1.1), replace(RULES, hours=0)):
        with pytest.raises(hidden.HiddenError, match="rate"):
            search(meters, present, rules=rules)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 60.0, 400.0, 5000.0]))
def test_the_grid_finds_the_neighbours_that_all_distances_find(seed, radius):
    generator = np.random.default_rng(seed)
    count = int(generator.integers(1, 80))
    # a grid of 20 m, on which many pairs are exactly as far apart as the radius
    x, y = (20.0 * generator.integers(first, last, count) for first, last in ((0, 100), (-25, 25)))
    values = generator.integers(0, 9, (count, 2))
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    near = (apart <= radius) & ~np.eye(count, dtype=bool)
    queries = np.flatnonzero(generator.random(count) < 0.7)
    np.testing.assert_array_equal(sums_within(x, y, values, queries, radius), (near @ values)[queries])
    nearest = nearest_within(x, y, queries, 3, radius)
    for place, query in enumerate(queries):
        order = [other for other in np.argsort(apart[query], kind="stable") if near[query, other]][:3]
        assert nearest[place].tolist() == order + [-1] * (3 - len(order))


@pytest.mark.parametrize(
    ("values", "counted", "most_common"),
    [
        ([5, 5, 2], [1, 1, 1], 5),
        ([5, 2, 2, 5], [1, 1, 1, 1], 2),
        ([7, 2, 2, 2], [1, 0, 1, 0], 2),
        ([7, 7, 2, 2, 2], [1, 1, 0, 0, 1], 7),
        ([-1, -1, 4], [1, 1, 1], -1),
        ([3, 3], [0, 0], -1),
    ],
)
def test_the_moment_at_which_most_came_back_is_the_most_common_of_those_that_count_the_first_of_several(
    values, counted, most_common
):
    found = hidden._most_common(np.array([values]), np.array([counted], dtype=bool))
    assert found.tolist() == [most_common]


@pytest.mark.parametrize(
    ("degrees", "counted", "widest"),
    [
        ([0, 90, 180, -90], [1, 1, 1, 1], 90),
        ([0, 90, 180, -90], [1, 1, 1, 0], 180),
        ([10, 200, -150], [1, 0, 1], 200),
        ([-170, 170, 0], [1, 1, 1], 170),
        ([30, 40], [1, 1], 350),
        ([30, 40], [0, 1], 360),
        ([30, 40], [0, 0], 360),
    ],
)
def test_the_widest_angle_left_open_goes_over_north_and_is_all_round_with_fewer_than_two(degrees, counted, widest):
    angle = np.array([degrees], dtype=float)
    assert hidden._open_angle(angle, np.array([counted], dtype=bool)).tolist() == pytest.approx([widest])


@pytest.mark.parametrize(
    ("lit", "answering", "on"),
    [
        # the nearest pole is dark, the next one answers, and three of the six nearest with power
        ([0, 1, 1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 0, 0, 0, 0], True),
        ([0, 1, 1, 1, 1, 1, 1, 1], [0, 1, 1, 0, 0, 0, 0, 1], False),
        ([1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1], False),
        ([1, 1, 0, 0], [1, 0, 0, 0], True),
        ([0, 0], [0, 0], False),
    ],
)
def test_the_line_is_on_where_the_very_nearest_pole_with_power_answers_and_half_of_the_six_nearest(lit, answering, on):
    given = (np.array([flags], dtype=bool) for flags in (lit, answering))
    assert hidden._line_on(*given, RULES).tolist() == [on]


def test_pairs_are_worked_on_in_parts(monkeypatch):
    generator = np.random.default_rng(4)
    x, y = generator.uniform(0, 500, 300), generator.uniform(0, 500, 300)
    values, queries = np.ones((300, 1), dtype=np.int64), np.arange(300)
    whole = sums_within(x, y, values, queries, 100.0)
    for name, number in (("_PAIRS", 500), ("_QUERIES", 7)):
        monkeypatch.setattr(hidden, name, number)
        assert (sums_within(x, y, values, queries, 100.0) == whole).all()


def test_cells_of_a_land_too_wide_for_short_numbers_are_told_apart():
    x, y = np.array([0.0, 0.5, 2e6, 2e6]), np.array([0.0, 0.5, 2e6, 2e6 + 0.5])
    assert sums_within(x, y, np.ones((4, 1), dtype=np.int64), np.arange(4), 1.0)[:, 0].tolist() == [1, 1, 1, 1]


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_order_does_not_matter_and_a_meter_with_power_never_hides_anybody(seed):
    generator = np.random.default_rng(seed)
    meters, present = village()
    present[generator.random(len(meters)) < 0.08, STRIKE:] = False
    table = search(meters, present)
    order = generator.permutation(len(meters))
    again = search(meters.iloc[order].reset_index(drop=True), present[order])
    pd.testing.assert_frame_equal(again, table)
    assert (table.neighbours_powered <= table.neighbours).all()
    on_lit = table[table.pole_silent == 1]
    assert (on_lit.neighbours_powered >= RULES.neighbour_rate * on_lit.neighbours - 1e-9).all()
    lit = int(np.flatnonzero(present[::2, -1] & present[1::2, -1])[0]) * 2
    more = meters.iloc[[lit]].assign(supply_point="05x")
    with_more = search(pd.concat([meters, more], ignore_index=True), np.vstack([present, np.ones(WIDTH, dtype=bool)]))
    assert set(table.supply_point) <= set(with_more.supply_point)


def town(blocks=5, homes=3):
    """Streets that cross: poles 40 m apart along a grid of streets, each with some homes, dark for ten hours.

    Returns the meters, which of them are present when, and row and column of each meter's pole.
    """
    row, column = np.divmod(np.repeat(np.arange(blocks * 2 * blocks * 2), homes), blocks * 2)
    meters = pd.DataFrame(
        {
            "supply_point": [f"05{number:020d}" for number in range(len(row))],
            "lat": 37.0 + row * 40 / 111_320,
            "lon": 137.0 + column * 40 / 88_900,
        }
    )
    present = np.ones((len(row), WIDTH), dtype=bool)
    present[:, STRIKE:BACK] = False
    return meters, present, row, column


def listed(table, meters):
    return meters.supply_point.isin(table.supply_point).to_numpy()


def test_a_dark_pole_is_hidden_however_many_meters_hang_on_it():
    meters, present = village(poles=8, homes=2)
    many = pd.concat([meters.iloc[[6]]] * 18).assign(supply_point=[f"05many{number}" for number in range(18)])
    meters, present = pd.concat([meters, many], ignore_index=True), np.vstack([present, present[[6] * 18]])
    dark = (meters.lat == meters.lat[6]).to_numpy()
    present[dark, STRIKE:] = False
    table = search(meters, present)
    assert dark.sum() == 20 and (listed(table, meters) == dark).all()
    assert set(table.pole_silent) == {20} and set(table.neighbours) == {14}


def test_two_dark_poles_side_by_side_are_hidden_and_three_are_a_part_of_the_line():
    meters, present = village()
    present[12:16, STRIKE:] = False
    assert found(meters, present) == [12, 13, 14, 15]
    present[16:18, STRIKE:] = False
    assert found(meters, present) == []


def test_dark_poles_looked_at_one_by_one_are_told_as_those_looked_at_together(monkeypatch):
    meters, present, row, column = town()
    for pole in (2, 5), (7, 3), (0, 8), (0, 9), (1, 9):
        present[(row == pole[0]) & (column == pole[1]), STRIKE:] = False
    whole = search(meters, present)
    monkeypatch.setattr(hidden, "_DARK", 1)
    assert listed(whole, meters)[(row == 7) & (column == 3)].all()
    pd.testing.assert_frame_equal(search(meters, present), whole)


def test_the_end_of_a_street_still_out_is_no_hidden_outage_but_a_pole_forgotten_elsewhere_is():
    meters, present, row, column = town()
    end = (row == 0) & (column >= 5)
    forgotten = (row == 7) & (column == 3)
    present[end | forgotten, STRIKE:] = False
    assert (listed(search(meters, present), meters) == forgotten).all()


def lonely(apart_m):
    """A pole of one meter amid a ring of eight at 450 m, and one more pole beside it."""
    round_ = np.arange(8) * np.pi / 4
    north, east = (np.r_[0.0, apart_m, 450.0 * part] for part in (np.cos(round_), np.sin(round_)))
    east[1] = 0.0
    meters, present = village(poles=10, homes=1)
    meters["lat"], meters["lon"] = 37.0 + north / 111_320, 137.0 + east / (111_320 * np.cos(np.radians(37.0)))
    present[0, BACK + 10 :] = False
    return meters, present


@pytest.mark.parametrize(("apart_m", "listed"), [(100.0, [0]), (440.0, [])])
def test_a_pole_that_went_dark_at_another_time_is_listed_if_its_one_neighbour_lost_its_power_with_it(apart_m, listed):
    meters, present = lonely(apart_m)
    assert found(meters, present) == []
    present[1, BACK + 10] = False
    assert found(meters, present) == listed
    assert search(meters, present).attrs["alone"] == 1 - len(listed)


def test_where_few_poles_stand_round_it_the_answer_is_unknown():
    meters, present = village(poles=7)
    present[6:8, STRIKE:] = False
    table = search(meters, present)
    assert len(table) == 0 and table.attrs["without_neighbours"] == 2
    meters, present = village(poles=8)
    present[6:8, STRIKE:] = False
    assert found(meters, present) == [6, 7] and search(meters, present).attrs["without_neighbours"] == 0


def test_poles_out_of_reach_say_nothing():
    meters, present = village(poles=14)
    # Pole 5 moves to a valley of its own, 1 km from the nearest other.
    meters.loc[10:11, "lon"] = 137.0 + 1000 / 88_900
    present[10:12, STRIKE:] = False
    assert found(meters, present) == [] and search(meters, present).attrs["without_neighbours"] == 2
    assert found(meters, present, rules=replace(RULES, reach_m=1300.0)) == [10, 11]


def test_where_poles_stand_far_apart_two_dark_ones_are_a_part_of_the_line():
    meters, present = village()
    present[12:16, STRIKE:] = False
    for metres, hidden_ones in ((80, [12, 13, 14, 15]), (100, [])):
        wide = meters.assign(lat=37.0 + (meters.lat - 37.0) * metres / 40)
        assert found(wide, present) == hidden_ones
    present[14:16] = present[0]
    assert found(wide, present) == [12, 13]


def storm(since_pole, since_section):
    """Of a lane that kept its power, pole 5 and the poles 8 to 11 are dark since so many half-hours after the event."""
    meters, present = village(poles=16)
    present[:, STRIKE:] = True
    present[10:12, STRIKE + since_pole :] = False
    present[16:24, STRIKE + since_section :] = False
    return meters, present


STORM = replace(RULES, event_hours=12.0)


@pytest.mark.parametrize(
    ("since_pole", "since_section", "told"),
    [(3, 8, True), (14, 8, True), (8, 8, False), (8, 9, False), (9, 8, False), (8, 10, True)],
)
def test_a_pole_is_told_from_a_dark_part_of_the_line_by_the_moment_it_fell_silent(since_pole, since_section, told):
    meters, present = storm(since_pole, since_section)
    table = search(meters, present, rules=STORM)
    assert found(meters, present, rules=STORM) == ([10, 11] if told else [])
    assert set(table.began) == ({"apart"} if told else set())


def test_a_pole_that_sends_now_and_then_is_not_known_to_have_gone_at_another_moment():
    meters, present = storm(3, 8)
    present[16:24, -3] = True
    assert found(meters, present, rules=STORM) == []


def test_the_moment_tells_nothing_where_most_of_the_poles_are_dark():
    meters, present = storm(3, 8)
    present[24:32, STRIKE + 8 :] = False
    assert found(meters, present, rules=STORM) == [10, 11]
    present[0:4, STRIKE + 8 :] = False
    assert found(meters, present, rules=STORM) == []


def test_where_a_relay_fails_neither_a_pole_nor_a_wire_is_called_hidden():
    meters, present = village(poles=14, homes=4)
    present[28:32, STRIKE:] = False
    assert found(meters, present) == [28, 29, 30, 31]
    # Far fewer than half of the meters are silent, one here and one there.
    present[0:28:4, STRIKE:] = False
    assert found(meters, present) == []


def test_a_wire_is_not_called_broken_where_the_relay_fails_round_the_pole():
    meters, present = village(poles=11, homes=4)
    # Poles 160 m apart: in the nearer circle only the other meters of its own pole are neighbours.
    meters["lat"] = 37.0 + (meters.lat - 37.0) * 4
    present[20, STRIKE:] = False
    assert found(meters, present) == [20]
    present[[0, 4, 8, 28, 36, 40], STRIKE:] = False
    assert found(meters, present) == []


def stopping(count):
    """A town with one silent meter alone and one dark pole, in which so many others stopped just before the event.

    Returns the meters, which are present, which one is silent alone, and which hang on the dark pole.
    """
    meters, present, row, column = town()
    first = np.arange(len(meters)) % 3 == 0
    alone, dark = first & (row == 2) & (column == 2), (row == 7) & (column == 3)
    present[alone | dark, STRIKE:] = False
    present[np.flatnonzero(first & (row >= 5) & (column >= 7))[:count], STRIKE - 20 :] = False
    return meters, present, alone, dark


def test_where_as_many_meters_stop_by_themselves_one_silent_alone_is_undecided_and_a_dark_pole_is_sure():
    rules = replace(RULES, event_hours=12.0)
    for stopped, reason in ((14, None), (15, "radio")):
        meters, present, alone, dark = stopping(stopped)
        table = search(meters, present, rules=rules)
        # pandas 3 has NaN for a blank text
        said = dict(
            zip(table.supply_point, table.unknown_reason.astype(object).where(table.unknown_reason.notna(), None))
        )
        assert said == {**dict.fromkeys(meters.supply_point[dark]), **dict.fromkeys(meters.supply_point[alone], reason)}
        assert (table.certainty == "undecided").sum() == (reason is not None)
        # 300 meters watched for the second half of 173.5 hours, less the six in which one must be silent to have
        # stopped; those with power were out for 10 hours, and may have stopped in 12 more.
        rate = (1 + stopped) / (24 / 0.0006 + 300 * (173.5 / 2 - 6))
        assert table.attrs["losses"] == pytest.approx(rate * (300 - 4 - stopped) * 22)


def test_of_hours_that_were_not_due_nothing_is_learnt_of_meters_that_stop():
    rules = replace(RULES, event_hours=12.0)
    meters, present, alone, dark = stopping(15)
    covered = np.ones(WIDTH, dtype=bool)
    covered[STRIKE - 7 : STRIKE] = False
    table = search(meters, present, rules=rules, covered=covered)
    assert table.attrs["losses"] == pytest.approx(0.0006 / 24 * (300 - 4 - 15) * 22)
    assert set(table.certainty) == {"sure"} and len(table) == alone.sum() + dark.sum()


def test_poles_of_which_nothing_was_heard_before_stay_unknown_and_change_nothing():
    meters, present = village()
    present[8:10, STRIKE:] = False
    table = search(meters, present)
    mute = meters.assign(
        supply_point=[f"05mute{number}" for number in range(len(meters))], lat=meters.lat + 10 / 111_320
    )
    for readings in (np.zeros_like(present), present & (np.arange(WIDTH) >= BACK)):
        both = search(pd.concat([meters, mute], ignore_index=True), np.vstack([present, readings]))
        pd.testing.assert_frame_equal(both, table)
        alone = search(pd.concat([meters[8:10], mute], ignore_index=True), np.vstack([present[8:10], readings]))
        assert len(alone) == 0 and alone.attrs["without_neighbours"] == 2


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_in_any_town_no_meter_that_reports_is_listed_and_order_does_not_matter(seed):
    generator = np.random.default_rng(seed)
    meters, present, row, column = town(blocks=4, homes=2)
    part = row * generator.normal() + column * generator.normal() > generator.uniform(-6, 6)
    present[part & (generator.random() < 0.7), STRIKE + int(generator.integers(0, 3)) :] = False
    broken = (generator.random(64) < 0.05)[row * 8 + column] | (generator.random(len(row)) < 0.02)
    since = np.where(generator.random(len(row)) < 0.5, STRIKE, STRIKE + 5)
    present &= ~(broken[:, None] & (np.arange(WIDTH) >= since[:, None]))
    present[generator.random(len(row)) < 0.03, : STRIKE - 1] = False
    meters.loc[generator.random(len(row)) < 0.03, ["lat", "lon"]] = np.nan
    table = search(meters, present, rules=STORM)
    said = listed(table, meters)
    assert not (said & present[:, -12:].any(axis=1)).any()
    assert not (said & ~present[:, : STRIKE - 1].any(axis=1)).any()
    assert not (said & meters.lat.isna().to_numpy()).any()
    order = generator.permutation(len(row))
    pd.testing.assert_frame_equal(search(meters.iloc[order].reset_index(drop=True), present[order], rules=STORM), table)


@pytest.mark.slow
def test_most_broken_wires_of_a_scenario_are_found(tmp_path):
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario
    from tomoshibi.practice.truth import dark_at

    scenario = make_scenario(tmp_path / "s", seed=41, spec=ScenarioSpec(meters=4000))
    known, at = scenario.meters, scenario.now
    rows = np.flatnonzero((known["flow"] == 1) & scenario.active)
    present = np.concatenate([scenario.available(day, at)[rows] for day in scenario.days()], axis=1)
    placed = known["coordinates_known"][rows]
    meters = pd.DataFrame(
        {
            "supply_point": known["supply_point"][rows].astype(str),
            "lat": np.where(placed, known["lat"][rows], np.nan),
            "lon": np.where(placed, known["lon"][rows], np.nan),
        }
    )
    begins = np.datetime64(scenario.start, "s") + hidden.SLOT * np.arange(present.shape[1])
    table = hidden_outages(meters, present, present.any(axis=0), begins, scenario.event_time, RULES)
    said = meters.supply_point.isin(table.supply_point).to_numpy()
    broken = known["broken_wire"][rows] & scenario.readable[rows] & placed
    # Hidden are those whose lane had its power back for the hours asked for and a reading's way.
    since = at - timedelta(hours=RULES.hours + 1)
    lit = ~dark_at(scenario, since)[rows] & ~dark_at(scenario, at)[rows] & placed
    lat, lon = meters.lat.to_numpy(), meters.lon.to_numpy()
    others = placed & ~known["broken_wire"][rows]
    true = np.zeros(len(rows), dtype=bool)
    for row in np.flatnonzero(broken):
        near = others & (np.hypot((lat - lat[row]) * 111_320, (lon - lon[row]) * 88_800) <= 150)
        true[row] = near.any() and lit[near].mean() >= 0.9
    assert true.sum() >= 10
    assert said[true].mean() >= 0.85
    assert (said & broken).sum() >= 0.8 * said.sum()
