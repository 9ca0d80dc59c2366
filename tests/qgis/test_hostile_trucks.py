"""Lists of trucks as hurried people leave them: no truck is sent by what nobody can mean, and good rows survive."""

from __future__ import annotations

import csv

import pytest
from tomoshibi.analysis.power_trucks import TruckState, truck_state
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

HEADING = ("車両番号", "容量(kVA)", "状態", "緯度", "経度", "燃費")
PLACE = ("38.20", "135.30")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def plan(drill, run, tmp_path):
    """Return `plan(*rows of trucks, **parameters)`: the table of the proposal, and the outputs."""
    case = str(drill.case.folder)
    given = {"CASE": case, "FACILITIES": str(drill.open / "facilities.geojson"), "OUTPUT": "memory:"}
    power = run("shelterpower", {**given, "LINKS": str(drill.open / "links.csv")})["OUTPUT"]

    def planned(*trucks, heading=HEADING, **more):
        path = tmp_path / "trucks.csv"
        with open(path, "w", encoding="cp932", newline="") as stream:
            csv.writer(stream).writerows([heading, *trucks])
        found = run("powertrucks", {"CASE": case, "NEEDS": [power], "TRUCKS": str(path), "OUTPUT": "memory:", **more})
        return rows(found["OUTPUT"]), found

    return planned


def of(table):
    return table[table["truck_id"].notna()].set_index("truck_id")


def test_a_truck_that_rows_tell_differently_is_not_sent_and_the_others_are(plan, feedback):
    twice = ("T1", "100", "待機中", *PLACE, "9"), ("ｔ1", "45", "発電中", "38.21", "135.31", "9")
    table, found = plan(*twice, ("T2", "45", "待機中", *PLACE, "9"), ("合計", "190", "", "", "", ""))
    assert set(of(table).index) == {"T2"} and found["ASSIGNED"] == 1 and found["AT_WORK"] == 0
    assert any("trucks.csv: rows 2 = 3 tell of one truck differently" in said for said in feedback.warnings)


def test_a_truck_of_no_capacity_is_one_of_unknown_capacity(plan, feedback):
    table, found = plan(("T1", "0", "待機中", *PLACE, ""), ("T2", "45", "待機中", *PLACE, "9L/h"))
    assert found["ASSIGNED"] == 2 and found["NOT_READ"] == 1
    assert of(table).loc["T2", "litres_per_hour"] == 9
    assert any("“容量(kVA)”" in said and "2: 0" in said for said in feedback.warnings)


@pytest.mark.parametrize(("kva", "rate"), [("100", "0.25"), ("100", "2500"), ("500000", "")])
def test_figures_that_no_truck_has_make_no_fuel(plan, kva, rate):
    by_table = of(plan(("T1", "100" if rate else "", "待機中", *PLACE, ""))[0]).loc["T1"]
    table, found = plan(("T1", kva, "待機中", *PLACE, rate))
    assert found["NOT_READ"] == 1
    fuel = of(table).loc["T1", "fuel_l"]
    assert fuel == by_table["fuel_l"] or (fuel is None and by_table["fuel_l"] is None)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("待機中（輪島）", TruckState.STANDBY),
        ("待機中（派遣可）", TruckState.STANDBY),
        ("待機中（故障）", TruckState.OUT_OF_ORDER),
        ("待機（移動中）", TruckState.MOVING),
        ("待機中（能登へ派遣予定）", TruckState.UNKNOWN),
        ("待機中【19日まで】", TruckState.UNKNOWN),
        ("発電中（予定10時間）", TruckState.AT_WORK),
    ],
)
def test_a_note_that_speaks_against_standby_is_heard(text, state):
    assert truck_state(text) is state


def test_a_truck_out_of_order_by_its_note_is_not_sent(plan):
    table, found = plan(("T1", "100", "待機中（故障）", *PLACE, "9"), ("T2", "45", "待機中（輪島）", *PLACE, "9"))
    assert set(of(table).index) == {"T2"} and found["ASSIGNED"] == 1


def test_a_column_of_kilowatts_is_named_and_no_capacity(plan, feedback):
    heading = ("車両番号", "出力(kW)", "状態", "緯度", "経度")
    table, _ = plan(("T1", "100", "待機中", *PLACE), heading=heading)
    assert of(table)["truck_kva"].isna().all()
    assert "trucks.csv: columns not read: 出力(kW)." in feedback.warnings


def test_ids_of_the_order_are_those_of_the_needs_in_any_width_and_the_others_are_named(plan, tmp_path, feedback):
    table, _ = plan(("T1", "100", "待機中", *PLACE, "9"))
    last = table["need_id"].dropna().iloc[-1]
    path = tmp_path / "order.csv"
    path.write_text(f"順位,施設ID\n1,存在しない\n2,{last.lower()}\n", encoding="utf-8")
    table, _ = plan(("T1", "100", "待機中", *PLACE, "9"), PRIORITY=str(path))
    assert table.sort_values("rank")["need_id"].iloc[0] == last
    assert any("1 ids of order.csv" in said and "存在しない" in said for said in feedback.warnings)
