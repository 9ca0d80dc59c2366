"""What the practice scenario says of backup power and devices: its own truth, and lists with gaps."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.listed import Listed
from tomoshibi.analysis.power_trucks import TruckState, truck_state
from tomoshibi.dev.scoring import hours, themes, units
from tomoshibi.practice import stock_truth, truth
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.practice.stocks import read_truth
from tomoshibi.processing_provider.recovery.backup_list import read_backup


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    spec = replace(
        ScenarioSpec.of_cause("earthquake", meters=2000), first_day=date(2026, 1, 17), last_day=date(2026, 1, 21)
    )
    return make_scenario(tmp_path_factory.mktemp("stocks"), seed=5, spec=spec)


def test_every_dark_facility_fails_when_its_battery_and_fuel_end(scenario):
    at = scenario.event_time + timedelta(hours=8)
    found = stock_truth.failure_truth(scenario, at).set_index("facility_id")
    dark = truth.shelter_truth(scenario, at).set_index("facility_id")
    assert set(found.index) == set(dark.index[dark["state"] != "powered"]) and len(found) > 5
    stock = read_truth(scenario.folder, "backup").set_index("facility_id").loc[found.index]
    none = stock["kva"] == 0
    expected = found["dark_minute"] + 60 * stock["battery_hours"]
    assert np.allclose(found.loc[none, "fails_minute"], expected[none])
    # no generator burns less than without load, none more than at its full load; tanks that are filled up last longer
    refilled = (stock["refilled_after_h"] > 0) & (stock["refilled_after_h"] <= 8)
    least = stock["litres_per_hour"] * stock["idle_share"]
    most = stock["litres_per_hour"] * (stock["idle_share"] + (1 - stock["idle_share"]) / 0.75)
    hours = (found["fails_minute"] - found["dark_minute"]) / 60
    burning = ~none & hours.notna() & ~refilled
    assert burning.sum() >= 3 and (hours[burning] <= (stock["fuel_l"] / least)[burning] + 0.01).all()
    whole = burning & (hours >= (stock["fuel_l"] / most) - 0.01)
    # the others stop because their peak is more than they carry, or feed selected circuits, which use less
    assert whole.sum() >= 0.8 * burning.sum()


def test_the_list_is_what_there_is_but_for_its_gaps(scenario):
    with open(scenario.folder / "open" / "backup.csv", encoding="utf-8", newline="") as stream:
        headings, *rows = list(csv.reader(stream))
    stock = read_truth(scenario.folder, "backup").set_index("facility_id")
    told = {row[0]: dict(zip(headings, row)) for row in rows}
    assert len(told) < len(stock) and set(told) <= set(stock.index)
    for name, row in told.items():
        generator = row["自家発電機容量(kVA)"]
        assert stock.loc[name, "kva"] == (0 if generator == "なし" else float(generator))
        if row["燃料備蓄量(L)"] and not row["燃料残量(L)"]:
            true = stock.loc[name, "refilled_l" if row["残量確認日時"] else "fuel_l"]
            assert float(row["燃料備蓄量(L)"]) == true
    blank = [row for row in told.values() if row["自家発電機容量(kVA)"] != "なし" and not row["燃料消費量(L/h)"]]
    assert blank and stock["complete"].mean() < 0.9


def test_a_tank_that_is_filled_up_lasts_from_then_on(scenario):
    stock = read_truth(scenario.folder, "backup").set_index("facility_id")
    hours = stock["refilled_after_h"]
    assert 0 < (hours > 0).sum() < 0.5 * (stock["kva"] > 0).sum()
    for name in hours.index[hours > 0]:
        before, after = (
            stock_truth.failure_truth(scenario, scenario.event_time + timedelta(hours=hours[name] + shift))
            .set_index("facility_id")
            .reindex([name])
            .loc[name]
            for shift in (-0.5, 0.5)
        )
        if np.isnan(after["dark_minute"]) or before["dark_minute"] != after["dark_minute"]:
            continue
        assert after["fails_minute"] >= before["fails_minute"] and not before["complete"]


def test_what_was_left_in_a_tank_was_burnt_from_the_loss_of_power_till_then(scenario):
    table = pd.read_csv(scenario.folder / "open" / "backup.csv", dtype=str, keep_default_na=False)
    asked = table[table["燃料残量(L)"] != ""].set_index("施設ID")
    assert 0 < len(asked) < 0.4 * len(table)
    stock = read_truth(scenario.folder, "backup").set_index("facility_id")
    for name, row in asked.iterrows():
        at, own = datetime.strptime(row["残量確認日時"], "%Y-%m-%d %H:%M"), stock.loc[name]
        assert scenario.event_time < at < scenario.now and own["refilled_after_h"] == 0
        true = stock_truth.failure_truth(scenario, at).set_index("facility_id").loc[name]
        hours = (scenario.minutes(at) - true["dark_minute"]) / 60 - own["battery_hours"]
        assert hours > 0 and not true["fails_minute"] <= scenario.minutes(at)
        gone, step = own["fuel_l"] - float(row["燃料残量(L)"]), own["refilled_l"] / 100
        least, most = own["idle_share"], own["idle_share"] + (1 - own["idle_share"]) / 0.75
        assert hours * own["litres_per_hour"] * least - step <= gone <= hours * own["litres_per_hour"] * most + step


def test_whoever_answers_tells_what_is_left_in_a_running_generators_tank(scenario):
    stock = read_truth(scenario.folder, "backup").set_index("facility_id")
    answers, silent = 0, 0
    for after in (3, 6, 12, 24):
        at = scenario.event_time + timedelta(hours=after)
        told = stock_truth.read_off(scenario, list(stock.index), at)
        true, minute = stock_truth.failure_truth(scenario, at).set_index("facility_id"), scenario.minutes(at)
        for name, row in true.iterrows():
            own, left = stock.loc[name], told.pop(name, None)
            hours = (minute - row["dark_minute"]) / 60 - own["battery_hours"]
            if own["kva"] <= 0 or hours <= 0 or row["fails_minute"] <= minute:
                assert left is None, name
                continue
            answers, silent = answers + (left is not None), silent + (left is None)
            if left is not None and not 0 < own["refilled_after_h"] <= after:
                most = own["idle_share"] + (1 - own["idle_share"]) / 0.75
                burnt = own["fuel_l"] - left
                assert 0 <= burnt <= hours * own["litres_per_hour"] * most + own["refilled_l"] / 100, name
        assert not told
    assert answers > silent > 0
    assert stock_truth.read_off(scenario, [], at) == {}


def test_a_tank_that_was_filled_up_is_read_off_as_full_and_what_was_burnt_since(scenario, tmp_path):
    folder = tmp_path / "filled"
    shutil.copytree(scenario.folder, folder)
    at = scenario.event_time + timedelta(hours=6)
    told = stock_truth.read_off(scenario, list(read_truth(folder, "backup")["facility_id"]), at)
    table = pd.read_csv(folder / "truth" / "backup.csv", encoding="utf-8-sig")
    rows = table["facility_id"].isin(list(told)) & (table["refilled_after_h"] == 0)
    table.loc[rows, "refilled_after_h"] = 5.0
    table.to_csv(folder / "truth" / "backup.csv", index=False, encoding="utf-8-sig")
    filled = stock_truth.read_off(Scenario.open(folder), list(told), at)
    assert rows.sum() >= 3
    for own in table[rows].itertuples():
        most = own.idle_share + (1 - own.idle_share) / 0.75
        burnt = own.refilled_l - filled[own.facility_id]
        assert 0 <= burnt <= own.litres_per_hour * most + own.refilled_l / 100
        assert filled[own.facility_id] > told[own.facility_id]


def test_some_generators_carry_less_than_the_peak(scenario):
    stock = read_truth(scenario.folder, "backup")
    small = (stock["kva"] > 0) & (0.8 * stock["kva"] < 1.2 * stock["noon_kw"])
    assert 0 < small.sum() < 0.5 * (stock["kva"] > 0).sum()


def test_both_kinds_of_what_hangs_on_a_generator_are_in_the_drill_told_and_not_told(scenario):
    stock = read_truth(scenario.folder, "backup").set_index("facility_id")
    table = pd.read_csv(scenario.folder / "open" / "backup.csv", dtype=str, keep_default_na=False)
    table = table.set_index("施設ID")
    own = stock.loc[table.index]
    generators = own["kva"] > 0
    assert set(own.loc[generators, "carries"]) == {"whole", "circuits"} and own.loc[~generators, "carries"].isna().all()
    words = {"whole": "全館", "circuits": "非常回路"}
    told = table["給電範囲"] != ""
    assert 0.6 < told[generators].mean() < 1 and not told[~generators].any()
    assert (table.loc[told, "給電範囲"] == own.loc[told, "carries"].map(words)).all()
    kw, share = table["発電機負荷(kW)"], table["給電割合"]
    use = (kw != "") | (share != "")
    assert use.any() and (own.loc[use, "carries"] == "circuits").all() and not (use & ~told).any()
    assert np.allclose(kw[kw != ""].astype(float), own.loc[kw != "", "circuits_kw"], rtol=0.05)
    assert np.allclose(
        share[share != ""].str.rstrip("%").astype(float) / 100, own.loc[share != "", "circuits_share"], atol=0.026
    )
    circuits = own["carries"] == "circuits"
    # a row that does not tell it is not complete, and what hangs on a generator it can carry
    assert not own.loc[generators & (~told | (circuits & ~use)), "complete"].any()
    most = np.where(own["circuits_kw"] > 0, own["circuits_kw"], own["circuits_share"] * own["noon_kw"])
    assert (most[circuits] < 0.9 * 0.8 * own.loc[circuits, "kva"]).all()


def test_the_reader_of_backup_lists_understands_every_heading_of_the_practice_list(scenario):
    table = pd.read_csv(scenario.folder / "open" / "backup.csv", dtype=str, keep_default_na=False)
    listed = Listed("backup.csv", list(table.columns), table.to_numpy(object).tolist(), list(range(2, len(table) + 2)))
    from tomoshibi.messages import Progress

    read = read_backup(listed, Progress())
    stock = read_truth(scenario.folder, "backup").set_index("facility_id")
    assert read.not_read == 0 and len(read.rows) == len(table)
    for name, row in read.rows.items():
        assert row.generator_kva == stock.loc[name, "kva"]
        assert row.tells_battery
        carries = stock.loc[name, "carries"]
        assert row.generator_carries.value in ("", carries)


def test_who_is_on_a_device_without_power_is_told_with_the_end_of_the_battery(scenario):
    at = scenario.event_time + timedelta(hours=8)
    found = stock_truth.device_truth(scenario, at)
    dark = truth.dark_at(scenario, at)
    assert len(found) > 50 and (found["dark"] == dark[found["row"]]).all() and found["dark"].any()
    numbers = scenario.meters["supply_point"][found["row"]].astype(str)
    assert (numbers == found["supply_point"]).all()
    ended = found["dark_minute"] + 60 * found["battery_hours"] <= scenario.minutes(at)
    assert (found["ended"] == ended.fillna(False)).all()


def test_dark_meters_are_counted_but_where_a_relay_failed(scenario):
    moments = [datetime(2026, 1, 19, 12), datetime(2026, 1, 20, 12)]
    found = stock_truth.dark_counts(scenario, moments, 3)
    assert set(pd.to_datetime(found["end"])) == set(map(pd.Timestamp, moments))
    lost = set(scenario.about["communication_lost"])
    assert lost and not lost & set(found["area_id"]) and (found["dark"] >= 0).all() and found["dark"].sum() > 0


def test_the_trucks_stand_at_depots_and_one_works_at_a_facility_in_the_dark(scenario):
    with open(scenario.folder / "open" / "trucks.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    states = [truck_state(row["状態"]) for row in rows]
    assert len(rows) >= 6 and states.count(TruckState.STANDBY) >= 3
    assert {TruckState.MOVING, TruckState.OUT_OF_ORDER} <= set(states) and TruckState.UNKNOWN not in states
    (work,) = [row for row, state in zip(rows, states) if state is TruckState.AT_WORK]
    at = scenario.event_time + timedelta(hours=8)
    dark = truth.shelter_truth(scenario, at).set_index("facility_id")["state"]
    place = scenario.facilities().set_index("name").loc[work["配置場所"]]
    assert dark[place["facility_id"]] == "outage"
    assert (float(work["緯度"]), float(work["経度"])) == (place["lat"], place["lon"])
    depots = {row["配置場所"] for row, state in zip(rows, states) if state is TruckState.STANDBY}
    assert len(depots) == 2 and all(38 < float(row["緯度"]) < 39 for row in rows)


def test_a_plan_is_judged_by_who_truly_fails_first(scenario):
    at = scenario.event_time + timedelta(hours=8)
    true = stock_truth.failure_truth(scenario, at).set_index("facility_id")
    power = units.facilities(scenario, at, None).assign(shown="outage", out_not_come=False)
    kinds = scenario.facilities().set_index("facility_id")["kind"]
    linked = power.loc[power["linked"], "facility_id"]
    later = true.loc[true.index.isin(linked) & (true["fails_minute"] > scenario.minutes(at) + 120)]
    pair = [(first, last) for last in later.index for first in true.index.intersection(linked)]
    first, last = next(
        (one, two)
        for one, two in pair
        if kinds[one] == kinds[two] and true["fails_minute"][one] < true["fails_minute"][two] - 120
    )
    on = power.loc[(power["true"] == "powered") & power["linked"], "facility_id"].iloc[0]
    power.loc[power["facility_id"] == on, "out_not_come"] = True

    def judged(sent, left):
        need = true["peak_kw"][sent] / stock_truth.POWER_FACTOR
        shown = pd.DataFrame(
            {
                "need_id": [sent, left, on],
                "kind": [kinds[sent], kinds[left], kinds[on]],
                "status": ["assigned", "no_truck", "assigned"],
                "truck_kva": [0.8 * need, np.nan, 100.0],
                "need_kva": [0.8 * need, 5.0, 5.0],
            }
        )
        return hours.trucks(scenario, at, shown, power).set_index("facility_id")

    wrong, right = judged(last, first), judged(first, last)
    assert wrong["passed"].tolist() == [False, True, False] and not right["passed"].any()
    assert wrong["power_on"].tolist() == [False, False, True]
    assert not right["carries"].any() and right["sized"][first] != bool(true["crowded"][first])


def test_what_was_told_by_telephone_stands_before_the_map_is_made_again_and_stays(monkeypatch):
    done = []

    def run(_, **given):
        done.append((given["FACILITY_ID"], given["STATE"], given.get("FUEL_LEFT")))

    bench = SimpleNamespace(
        scenario=SimpleNamespace(now=datetime(2026, 9, 12)),
        judge=SimpleNamespace(run=run),
        case=Path("case"),
        open=Path("open"),
    )
    monkeypatch.setattr(themes.stock_truth, "read_off", lambda *_: {"f1": 60.0, "f2": 800.0})
    monkeypatch.setattr(themes, "_clocks", lambda *given: done.append(given[-1]))
    themes._call(bench, datetime(2026, 9, 9), ["f1", "f2", "f3"], themes.Rows())
    notes = [("f1", "own_generator", "60L"), ("f2", "own_generator", "800L")]
    assert done == [*notes, "_called"]
