"""Power trucks: the prefecture's order, the nearest that is large enough, and fuel against the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import power_trucks
from tomoshibi.analysis.power_trucks import TruckRules, assign, consumption, fuel, needs
from tomoshibi.messages import message

WHY = message("No sign of power")
KM = 1 / 111.0


def shelters(*rows):
    """(id, kind, state, kVA, km north)."""
    columns = "facility_id kind state need_kva lat".split()
    table = pd.DataFrame(rows, columns=columns)
    table["lat"] = 37 + table["lat"].astype(float) * KM
    return table.assign(name=table["facility_id"] + "館", lon=137.0, reason=[WHY] * len(table))


def communities(*rows):
    """(id, rank, silent, km north)."""
    table = pd.DataFrame(rows, columns="area_id rank silent lat".split())
    table["lat"] = 37 + table["lat"].astype(float) * KM
    return table.assign(lon=137.0, reason=[WHY] * len(table))


def trucks(*rows):
    """(id, kVA, km north, state)."""
    full = [(*row, "standby")[:4] if len(row) < 4 else row for row in rows]
    table = pd.DataFrame(full, columns="truck_id kva lat state".split())
    table["kva"], table["lat"] = table["kva"].astype(float), 37 + table["lat"].astype(float) * KM
    return table.assign(lon=137.0)


def wanted(*rows):
    """(id, kVA, km north)."""
    return needs(
        shelters(*((name, "hospital", "outage", kva, km) for name, kva, km in rows)), communities(), TruckRules()
    )


def test_the_prefectures_list_goes_first_and_then_the_kinds():
    found = needs(
        shelters(
            ("s1", "shelter", "outage", 50, 0),
            ("h1", "hospital", "partial", 200, 0),
            ("h2", "hospital", "outage", 200, 0),
            ("w1", "water", "outage", 100, 0),
            ("s2", "shelter", "unknown", 50, 0),
            ("s3", "shelter", "powered", 50, 0),
            ("x1", "museum", "outage", 50, 0),
            ("s4", "shelter", "outage", 50, 0),
        ),
        communities(("hill", 2, 30, 5), ("coast", 1, 12, 9)),
        TruckRules(),
        priority=["s4", "hill", "gone"],
    )
    assert found.need_id.tolist() == ["s4", "hill", "h2", "h1", "w1", "s1", "coast", "x1"]
    assert found.priority.tolist() == list(range(1, 9)) and found.columns.tolist() == power_trucks.NEED_COLUMNS
    assert found.kind.tolist()[1] == "community" and found.name.tolist()[0] == "s4館"


NOW = pd.Timestamp("2026-01-19T12:00")


def hours_left(**left):
    """Hospitals that fail so many hours from now at the earliest, None where no clock tells it."""
    table = shelters(*((name, "hospital", "outage", 50, 0) for name in left))
    fails = [pd.NaT if hours is None else NOW + pd.Timedelta(hours=hours) for hours in left.values()]
    return table.assign(fails_earliest=pd.Series(fails, dtype="datetime64[ns]"))


def test_among_one_kind_who_fails_first_goes_first_and_the_unknown_before_those_that_run():
    found = needs(hours_left(a=9, b=3, c=None, d=-1, e=-5), communities(), TruckRules(), now=NOW)
    assert found.need_id.tolist() == ["e", "d", "c", "b", "a"]
    assert found.fails_earliest.isna().tolist() == [False, False, True, False, False]


def test_who_holds_out_for_a_day_comes_after_all_who_do_not_unless_the_prefecture_lists_it():
    facilities = pd.concat([hours_left(long=30, soon=5), shelters(("x", "shelter", "outage", 50, 0))])
    found = needs(facilities, communities(("hill", 1, 30, 5)), TruckRules(), now=NOW)
    assert found.need_id.tolist() == ["soon", "x", "hill", "long"]
    found = needs(facilities, communities(("hill", 1, 30, 5)), TruckRules(), priority=["long"], now=NOW)
    assert found.need_id.tolist() == ["long", "soon", "x", "hill"]


def test_a_generator_that_is_known_to_end_soon_does_not_wait_behind_the_others():
    facilities = hours_left(a=9, b=2, c=None)
    said = facilities.assign(told_state=["confirmed_out", "own_generator", "own_generator"])
    assert needs(said, communities(), TruckRules(), now=NOW).need_id.tolist() == ["b", "a", "c"]


def test_the_plan_tells_when_each_facility_fails():
    table = assign(needs(hours_left(a=9), communities(), TruckRules(), now=NOW), trucks(("t", 60, 1)), 24)
    assert table.fails_earliest.tolist() == [NOW + pd.Timedelta(hours=9)]


def test_kinds_are_told_by_the_words_of_japanese_lists():
    kinds = ["避難所", "指定福祉避難所", "水道施設", "市立病院", "役場", "博物館", "診療所", "ＨＯＳＰＩＴＡＬ"]
    found = needs(
        shelters(*((f"f{n}", kind, "outage", 1, 0) for n, kind in enumerate(kinds))), communities(), TruckRules()
    )
    assert found.kind.tolist() == [
        "市立病院",
        "ＨＯＳＰＩＴＡＬ",
        "診療所",
        "水道施設",
        "指定福祉避難所",
        "避難所",
        "役場",
        "博物館",
    ]


def test_power_that_is_not_known_stays_unknown_unless_a_figure_is_given():
    given_ = shelters(("a", "shelter", "outage", np.nan, 0), ("b", "shelter", "outage", 30, 0))
    plain = needs(given_, communities(("hill", 1, 30, 5)), TruckRules()).set_index("need_id").need_kva
    assert np.isnan(plain["a"]) and plain["b"] == 30 and np.isnan(plain["hill"])
    rules = TruckRules(kva_by_kind={"shelter": 45}, kva_per_meter=2)
    full = needs(given_, communities(("hill", 1, 30, 5)), rules).set_index("need_id").need_kva
    assert (full["a"], full["b"], full["hill"]) == (45, 30, 60)


def test_the_nearest_truck_that_is_large_enough_is_sent():
    table = assign(wanted(("h", 200, 0)), trucks(("near", 100, 1), ("fit", 250, 5), ("far", 250, 9)), 72)
    line = table.iloc[0]
    assert table.columns.tolist() == power_trucks.ASSIGNMENT_COLUMNS
    assert (line.truck_id, line.status, line["rank"]) == ("fit", "assigned", 1)
    assert line.distance_m == pytest.approx(5000, rel=0.01)
    assert line.litres_per_hour == 41.6 and line.fuel_l == pytest.approx(41.6 * 72) and line.drums == 15


def test_of_its_own_peak_a_truck_with_a_tenth_more_is_taken_where_there_is_one_and_a_typed_need_is_as_typed():
    fleet = trucks(("tight", 100, 1), ("ample", 110, 9))
    assert assign(wanted(("h", 100, 0)), fleet, 24).truck_id[0] == "ample"
    assert assign(wanted(("h", 101, 0)), fleet, 24)[["truck_id", "status"]].values.tolist() == [["ample", "assigned"]]
    alone = assign(wanted(("h", 100, 0)), fleet.head(1), 24)
    assert alone[["truck_id", "status", "need_kva"]].values.tolist() == [["tight", "assigned", 100.0]]
    typed = shelters(("h", "hospital", "outage", np.nan, 0))
    rules = TruckRules(kva_by_kind={"hospital": 100})
    assert assign(needs(typed, communities(), rules), fleet, 24).truck_id[0] == "tight"


def test_of_trucks_in_one_yard_the_smallest_that_fits_is_sent():
    table = assign(wanted(("h", 90, 0)), trucks(("big", 500, 3), ("small", 100, 3.05)), 24)
    assert table.truck_id[0] == "small"


def test_no_truck_is_sent_twice_and_who_gets_none_is_said():
    table = assign(wanted(("a", 50, 0), ("b", 50, 0), ("c", 50, 0)), trucks(("t1", 60, 1), ("t2", 60, 2)), 24)
    assert table.truck_id.tolist() == ["t1", "t2", None] and table.status.tolist() == ["assigned"] * 2 + ["no_truck"]
    assert np.isnan(table.fuel_l[2]) and str(table.reason[2]) == "No truck is left."


def test_if_none_is_large_enough_the_largest_goes():
    table = assign(wanted(("h", 800, 0)), trucks(("near", 100, 1), ("large", 400, 20)), 24)
    assert (table.truck_id[0], table.status[0]) == ("large", "assigned_too_small")
    assert "400 kVA of 800 kVA" in str(table.reason[0])


def test_trucks_that_work_or_whose_place_is_unknown_are_not_sent():
    busy = trucks(("a", 200, 3, "generating"), ("b", 200, 3, "発電中"), ("c", 200, np.nan), ("d", 200, 7, "待機中"))
    table = assign(wanted(("h", 100, 0), ("i", 100, 0)), busy, 24)
    assert table.truck_id.tolist() == ["d", None, "a", "b"]
    assert table.status.tolist()[2:] == ["at_work_elsewhere"] * 2 and table.need_id.isna().tolist()[2:] == [True] * 2


def test_a_truck_at_work_where_it_is_needed_serves_it_and_no_second_one_is_sent():
    there = trucks(("a", 50, 0.2, "発電中"), ("b", 200, 1))
    table = assign(wanted(("h", 100, 0), ("i", 100, 0)), there, 24)
    assert table.truck_id.tolist() == ["a", "b"] and table.status.tolist() == ["at_work", "assigned"]
    assert "gives 50 kVA of 100 kVA needed" in str(table.reason[0])
    enough = assign(wanted(("h", 50, 0)), there, 24)
    assert str(enough.reason[0]) == "A truck is at work here: no other is sent."
    assert fuel(table, 24).litres == pytest.approx(table.fuel_l.sum()) and (table.fuel_l > 0).all()


@pytest.mark.parametrize(
    ("text", "state"),
    [
        *[("STANDBY", "standby"), ("待機中（輪島）", "standby"), ("待機", "standby"), ("発電車待機中", "standby")],
        *[
            ("発電中", "at_work"),
            ("応急送電（輪島病院）", "at_work"),
            ("待機場所へ移動中", "moving"),
            ("故障", "out_of_order"),
        ],
        *[("", "unknown"), ("待機解除", "unknown"), ("花見", "unknown")],
    ],
)
def test_the_states_of_trucks_are_read_as_utilities_write_them(text, state):
    assert power_trucks.truck_state(text).value == state


def test_a_truck_of_unknown_capacity_is_the_last_resort():
    fleet = trucks(("odd", np.nan, 0), ("known", 60, 8))
    table = assign(wanted(("a", 500, 0), ("b", 50, 0)), fleet, 24)
    assert table.truck_id.tolist() == ["known", "odd"] and np.isnan(table.fuel_l[1])
    assert fuel(table, 24).unknown == 1


def test_a_need_without_a_place_or_power():
    given_ = shelters(("a", "hospital", "outage", 100, np.nan), ("b", "hospital", "outage", np.nan, 0))
    table = assign(needs(given_, communities(), TruckRules()), trucks(("t", 60, 1)), 24)
    assert table.status.tolist() == ["no_place", "assigned"]
    assert table.truck_id[1] == "t" and "not known how much" in str(table.reason[1])


def test_a_trucks_own_consumption_goes_before_the_table():
    fleet = trucks(("t", 100, 1)).assign(litres_per_hour=[30.0])
    assert assign(wanted(("h", 90, 0)), fleet, 10).fuel_l[0] == 300


def test_consumption_grows_with_the_size_and_is_unknown_where_the_size_is():
    sizes = np.array([45, 52.5, 125, 500, 1000, np.nan])
    assert consumption(sizes)[:5].tolist() == pytest.approx([8.5, 9.95, 21.2, 80.6, 161.2])
    assert np.isnan(consumption(sizes)[5])
    many = consumption(np.linspace(1, 2000, 500))
    assert (np.diff(many) > 0).all()


def test_fuel_is_held_against_the_plan():
    sent = assign(wanted(*((f"h{n}", 500, 0) for n in range(20))), trucks(*((f"t{n}", 500, 1) for n in range(20))), 72)
    total = fuel(sent, 72)
    assert total.litres == pytest.approx(80.6 * 72 * 20) and total.drums == 581 and total.tankers == 24
    assert total.plan_share == pytest.approx(1.16064) and total.beyond_plan
    day = fuel(assign(wanted(("h", 500, 0)), trucks(("t", 500, 1)), 24), 24)
    assert day.drums == 10 and day.tankers == 2 and not day.beyond_plan
    assert day.plan_share == pytest.approx(80.6 * 24 / (100_000 / 3))
    nothing = fuel(assign(wanted(), trucks(), 72), 72)
    assert (nothing.litres, nothing.drums, nothing.tankers, nothing.unknown) == (0, 0, 0, 0)


def test_the_plans_figures_belong_together():
    assert power_trucks.PLAN_DRUMS * power_trucks.DRUM_L == power_trucks.PLAN_FUEL_L
    assert power_trucks.PLAN_TANKERS * power_trucks.TANKER_L == power_trucks.PLAN_FUEL_L


def test_wrong_lists_are_refused():
    with pytest.raises(power_trucks.TruckError, match="more than once"):
        assign(wanted(("h", 1, 0)), trucks(("t", 1, 0), ("t", 2, 0)), 24)
    with pytest.raises(power_trucks.TruckError, match="0 kVA"):
        assign(wanted(("h", 1, 0)), trucks(("t", 0, 0)), 24)
    for hours in (0, -1, float("nan")):
        with pytest.raises(power_trucks.TruckError, match="hours"):
            assign(wanted(("h", 1, 0)), trucks(("t", 5, 0)), hours)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_every_need_is_listed_once_no_truck_twice_and_one_more_truck_serves_no_fewer(seed):
    generator = np.random.default_rng(seed)
    places = generator.uniform(0, 30, 12)
    asked = wanted(*((f"h{n:02d}", float(generator.integers(20, 400)), places[n]) for n in range(6)))
    fleet = trucks(*((f"t{n}", float(generator.integers(20, 500)), places[6 + n]) for n in range(4)))
    table = assign(asked, fleet, 24)
    assert table.need_id.tolist() == asked.need_id.tolist()
    sent = table.truck_id.dropna()
    assert sent.is_unique and len(sent) == 4
    again = assign(asked, fleet.iloc[generator.permutation(4)].reset_index(drop=True), 24)
    pd.testing.assert_frame_equal(again.drop(columns="reason"), table.drop(columns="reason"))
    more = assign(asked, pd.concat([fleet, trucks(("t9", 300, 3))], ignore_index=True), 24)
    assert more.truck_id.notna().sum() == 5
