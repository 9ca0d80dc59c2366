"""What the practice aggregator publishes: the manual's own traps are in the files, and the readers read them."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tomoshibi.aggregator.conditions import TEMPLATES, Condition
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.readers import read_table, recognise
from tomoshibi.casefile.readings import ReadingStore
from tomoshibi.messages import Progress, TomoshibiError
from tomoshibi.practice import contracts, published_files, truth
from tomoshibi.practice.published_files import Order, PublishError
from tomoshibi.practice.scenario import Scenario, ScenarioSpec
from tomoshibi.tests.drill_case import scenario_of

pytestmark = pytest.mark.slow
"""A scenario is made and published again and again."""

EVENT = date(2026, 1, 19)
LAST = date(2026, 1, 21)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profile.load(None)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Scenario:
    return scenario_of(tmp_path_factory.mktemp("published") / "s", 1)


def order(scenario: Scenario, **items) -> Order:
    return Order(municipality=scenario.municipality, **{"begin": LAST, "end": LAST, **items})


def rows_of(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes().decode("utf-8")
    assert raw.endswith("\r\n")
    return list(csv.DictReader(raw.splitlines()))


def test_readings_come_back_from_the_reading_store_as_the_scenario_has_them(scenario, profile, tmp_path):
    wanted = order(scenario, begin=EVENT, data_kinds=("reading",))
    paths = published_files.publish_files(scenario, wanted, profile, tmp_path, scenario.now, condition_id="C1")
    assert [path.name for path in paths] == [
        f"991007_C1_reading_{stamp}.csv" for stamp in ("202601200000", "202601210000", "202601210600")
    ]
    assert {recognise(path, profile) for path in paths} == {"reading"}
    store = ReadingStore(tmp_path / "store")
    store.ingest(paths, profile, tmp_path / "rejects", Progress())
    meters = store.meters
    own = {scenario.meters["supply_point"][row]: row for row in np.flatnonzero(scenario.active)}
    rows = np.array([own[point] for point in np.asarray(meters.supply_point)])
    assert (scenario.meters["flow"][rows] == meters.flow).all()
    for day in (EVENT, date(2026, 1, 20), LAST):
        arrived = scenario.available(day, scenario.now)
        expected = np.where(arrived, scenario.readings(day), -1)
        assert np.array_equal(store.day(day), expected[rows])
        assert not arrived[np.setdiff1d(np.arange(len(arrived)), rows)].any()


def test_a_silent_meter_has_no_row_and_dark_ones_are_silent(scenario, profile, tmp_path):
    [path] = published_files.publish_files(
        scenario, order(scenario, data_kinds=("reading",)), profile, tmp_path, scenario.now
    )
    said = {row["供給/受電地点特定番号"] for row in rows_of(path)}
    points = scenario.meters["supply_point"].astype(str)
    day_before = scenario.event_time
    dark = truth.dark_since(scenario, scenario.now) < scenario.minutes(day_before + timedelta(hours=6))
    assert dark.sum() > 500
    assert not said & set(points[dark])
    assert not said & (set(points[~scenario.readable]) - set(points[scenario.readable]))
    assert len(said) > 5000


def test_no_reading_is_published_before_its_delay(scenario, profile, tmp_path):
    [path] = published_files.publish_files(
        scenario, order(scenario, data_kinds=("reading",)), profile, tmp_path, scenario.now
    )
    slots = {int(row["取得年月日時刻コード"][-2:]) for row in rows_of(path)}
    # Slot 11 ends at 05:30; at six o'clock only areas with the shortest way have it.
    assert slots <= set(range(1, 12))
    assert set(range(1, 11)) <= slots


def test_parts_are_numbered_and_hold_what_one_file_would(scenario, profile, tmp_path):
    wanted = order(scenario, data_kinds=("reading",), flows=("low_supply",))
    [whole] = published_files.publish_files(scenario, wanted, profile, tmp_path / "one", scenario.now)
    parts = published_files.publish_files(scenario, wanted, profile, tmp_path / "many", scenario.now, 20_000)
    assert [path.stem[-4:] for path in parts] == [f"_{number:03d}" for number in range(1, len(parts) + 1)]
    bodies = [path.read_bytes().split(b"\r\n", 1) for path in parts]
    assert {header for header, _ in bodies} == {whole.read_bytes().split(b"\r\n", 1)[0]}
    assert b"".join(body for _, body in bodies) == whole.read_bytes().split(b"\r\n", 1)[1]
    assert all(body.count(b"\r\n") == 20_000 for _, body in bodies[:-1])
    assert profile.file_names.parse(parts[0].name).kind == "reading"


def test_json_and_zip_hold_the_same_rows_as_csv(scenario, profile, tmp_path):
    items = {"data_kinds": ("reading",), "flows": ("high_supply",)}
    [plain] = published_files.publish_files(scenario, order(scenario, **items), profile, tmp_path / "c", scenario.now)
    [as_json] = published_files.publish_files(
        scenario, order(scenario, format="json", **items), profile, tmp_path / "j", scenario.now
    )
    [zipped] = published_files.publish_files(
        scenario, order(scenario, **items), profile, tmp_path / "z", scenario.now, zipped=True
    )
    objects = json.loads(as_json.read_text(encoding="utf-8"))
    assert [{key: str(value) for key, value in item.items() if key != "30分電力量"} for item in objects] == [
        {key: value for key, value in row.items() if key != "30分電力量"} for row in rows_of(plain)
    ]
    assert [item["30分電力量"] for item in objects] == [float(row["30分電力量"]) for row in rows_of(plain)]
    with zipfile.ZipFile(zipped) as archive:
        [name] = archive.namelist()
        assert archive.read(name) == plain.read_bytes()


def test_meters_follow_one_another_within_a_day(scenario, profile, tmp_path):
    [path] = published_files.publish_files(
        scenario, order(scenario, data_kinds=("reading",), flows=("low_export",)), profile, tmp_path, scenario.now
    )
    rows = [(row["供給/受電地点特定番号"], row["取得年月日時刻コード"], row["データ種別"]) for row in rows_of(path)]
    seen = list(dict.fromkeys(point for point, _, _ in rows))
    assert {flow for _, _, flow in rows} == {"2"}
    assert [point for point, _, _ in rows] == sorted((point for point, _, _ in rows), key=seen.index)


def test_the_master_has_blanks_poles_and_contracts_that_ended(scenario, profile, tmp_path):
    [path] = published_files.publish_files(
        scenario, order(scenario, data_kinds=("master",)), profile, tmp_path, scenario.now
    )
    read = read_table(path, "master", profile, tmp_path)
    assert read.rejected == 0
    table = read.table
    assert len(table) == len(scenario.meters["use"])
    assert 0.003 < table["lat"].isna().mean() < 0.03
    for column in ("kana", "phone", "building_class", "address_code"):
        assert (table[column] == "").any()
    homes = table[table["lat"].notna()].groupby(["lat", "lon"]).size()
    assert homes.max() >= 8
    assert (table["abolished_on"] != "").sum() > 100
    assert {"1", "2", "3", "4"} == set(table["remote_reading"])
    assert set(table["voltage"]) == {1, 2, 3}
    assert table["contract_kw"].isna().any()


def test_the_master_holds_the_items_chosen_and_the_number_to_join_by(scenario, profile, tmp_path):
    wanted = order(scenario, data_kinds=("master",), master_items=("lon", "lat"), flows=("high_supply",))
    [path] = published_files.publish_files(scenario, wanted, profile, tmp_path, scenario.now)
    rows = rows_of(path)
    assert list(rows[0]) == [
        "供給/受電地点特定番号",
        "引込位置座標(世界測地系:緯度)",
        "引込位置座標(世界測地系:経度)",
    ]
    assert len(rows) == ((scenario.meters["voltage"] > 1) & (scenario.meters["flow"] == 1)).sum()


def test_outage_information_is_silence_of_twelve_hours_without_coordinates(scenario, profile, tmp_path):
    at = scenario.now
    [path] = published_files.publish_files(
        scenario, order(scenario, begin=at, data_kinds=("outage",)), profile, tmp_path, at
    )
    rows = rows_of(path)
    assert list(rows[0]) == [
        "供給/受電地点特定番号",
        "計器ID",
        "氏名(漢字)",
        "住所(文字)",
        "データ作成日",
        "データ作成時刻",
    ]
    assert {(row["データ作成日"], row["データ作成時刻"]) for row in rows} == {("20260121", "0600")}
    said = np.isin(scenario.meters["supply_point"].astype(str), [row["供給/受電地点特定番号"] for row in rows])
    said &= scenario.active
    dark = truth.dark_at(scenario, at)
    assert (said & ~dark).any(), "communication lost, power there"
    assert (dark & scenario.readable & ~said).any(), "out for less than twelve hours"
    assert not said[~scenario.readable].any()
    assert np.array_equal(said, scenario.silent(at))
    long_dark = truth.dark_since(scenario, at) < scenario.minutes(at) - 13 * 60
    assert said[long_dark & scenario.readable & scenario.in_service(at)].all()


def test_the_contractor_flag_leaves_only_those_registered(scenario, profile, tmp_path):
    flag = order(scenario, begin=scenario.now, data_kinds=("outage",), specified_contractors=True)
    [path] = published_files.publish_files(scenario, flag, profile, tmp_path / "a", scenario.now)
    ids = set(scenario.contractors()["master_info_id"])
    registered = np.isin(scenario.meters["master_info_id"].astype(str), list(ids))
    expected = scenario.meters["supply_point"][scenario.silent(scenario.now) & registered].astype(str)
    assert {row["供給/受電地点特定番号"] for row in rows_of(path)} == set(expected)
    assert len(expected) > 5
    [none] = published_files.publish_files(scenario, flag, profile, tmp_path / "b", scenario.now, contractors=[])
    assert rows_of(none) == []


def statistics(scenario: Scenario, profile: Profile, folder: Path, **items):
    wanted = order(scenario, begin=scenario.statistics_from, data_class="statistics", table="energised", **items)
    [path] = published_files.publish_files(scenario, wanted, profile, folder, scenario.now)
    assert recognise(path, profile) == "statistics"
    read = read_table(path, "statistics", profile, folder)
    assert read.rejected == 0
    return read.table


def test_statistics_mask_small_cells_and_their_classes_do_not_add_up(scenario, profile, tmp_path):
    table = statistics(scenario, profile, tmp_path, voltage="low", mesh_size=250)
    assert 0.1 < table["masked"].mean() < 0.6
    assert table.loc[table["masked"], ["count", "total"]].isna().all().all()
    known = table[~table["masked"]]
    assert known["total"].min() == published_files.SMALLEST_CELL
    pairs = known.pivot_table(index=["mesh_code", "date"], columns="energised", values="count")
    total = known.groupby(["mesh_code", "date"])["total"].first()
    missing = total - pairs.sum(axis=1)
    assert (missing >= 0).all()
    assert 0.003 < missing.sum() / total.sum() < 0.012
    days = known["date"].nunique()
    assert days == (LAST - scenario.statistics_from).days + 1
    assert (known.groupby("mesh_code").size() == 2 * days).all()


def test_statistics_before_the_event_are_a_peacetime_baseline(scenario, profile, tmp_path):
    table = statistics(scenario, profile, tmp_path, area_type="address")
    city = table[(table["address"] == "灯島県灯市") & (table["energised"] == 2)].set_index("date")
    share = city["count"] / city["total"]
    calm = share[share.index < np.datetime64(EVENT)]
    assert len(calm) >= 7
    assert calm.between(0.003, 0.01).all()
    assert share.loc[np.datetime64("2026-01-20")] > 0.1


def test_city_and_ward_rows_stand_in_one_file(scenario, profile, tmp_path):
    table = statistics(scenario, profile, tmp_path, area_type="address")
    one = table[(table["date"] == np.datetime64(LAST)) & (table["energised"] == 1)].set_index("address")["total"]
    assert set(one.index) == {"灯島県灯市", "灯島県灯市東区", "灯島県灯市西区"}
    assert one["灯島県灯市"] == one["灯島県灯市東区"] + one["灯島県灯市西区"]


def test_statistics_come_in_the_cells_asked_for_only(scenario, profile, tmp_path):
    every = statistics(scenario, profile, tmp_path / "a", voltage="low", mesh_size=1000)
    codes = sorted({code[:6] for code in every["mesh_code"]})
    assert len(codes) > 1
    some = statistics(
        scenario, profile, tmp_path / "b", voltage="low", mesh_size=1000, secondary_mesh_codes=(codes[0],)
    )
    assert {code[:6] for code in some["mesh_code"]} == {codes[0]}
    high = statistics(scenario, profile, tmp_path / "c", voltage="high", mesh_size=5000)
    assert high["masked"].any() and (~high["masked"]).any()
    assert {len(code) for code in high["mesh_code"]} == {7}
    with pytest.raises(TomoshibiError, match="no mesh"):
        statistics(scenario, profile, tmp_path / "d", voltage="high", mesh_size=250)


def test_flow_statistics_sum_what_was_received(scenario, profile, tmp_path):
    wanted = order(
        scenario,
        begin=date(2026, 1, 15),
        end=date(2026, 1, 15),
        data_class="statistics",
        table="forward",
        area_type="address",
    )
    [path] = published_files.publish_files(scenario, wanted, profile, tmp_path, scenario.now)
    read = read_table(path, "flow_statistics", profile, tmp_path)
    homes = read.table[(read.table["address"] == "灯島県灯市") & (read.table["contract_range"] == "3kW以上10kW未満")]
    rows = scenario.active & (scenario.meters["flow"] == 1) & (scenario.meters["voltage"] == 1)
    rows &= (scenario.meters["contract_kw"] >= 3) & (scenario.meters["contract_kw"] < 10)
    day = date(2026, 1, 15)
    used = np.where(scenario.available(day, scenario.now), scenario.readings(day), 0)[rows].sum() / 1000
    assert homes["kwh"].iloc[0] == pytest.approx(used, abs=0.06)
    assert homes["meters"].iloc[0] == rows.sum()


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_use_case_is_understood_as_object_and_as_it_stands_on_the_wire(template, scenario, profile, tmp_path):
    when = scenario.now if template == "uc1" else EVENT
    conditions = TEMPLATES[template].conditions(
        scenario.municipality, when, LAST, secondary_mesh_codes=("573512", "573522")
    )
    for number, condition in enumerate(conditions):
        assert isinstance(condition, Condition)
        by_object = published_files.publish_files(scenario, condition, profile, tmp_path / f"o{number}", scenario.now)
        by_wire = published_files.publish_files(
            scenario, condition.to_wire(profile), profile, tmp_path / f"w{number}", scenario.now
        )
        assert [path.name for path in by_object] == [path.name for path in by_wire]
        assert all(a.read_bytes() == b.read_bytes() for a, b in zip(by_object, by_wire))


def test_another_municipality_and_broken_conditions_are_refused(scenario, profile, tmp_path):
    with pytest.raises(PublishError, match="011002"):
        published_files.publish_files(
            scenario, Order("011002", LAST, LAST, data_kinds=("master",)), profile, tmp_path, scenario.now
        )
    with pytest.raises(PublishError, match="lacks"):
        published_files.publish_files(scenario, {"municipalityCode": "991007"}, profile, tmp_path, scenario.now)
    wire = {"municipalityCode": "991007", "from": "2026-01-21", "to": "2026-01-21", "dataKinds": ["9"]}
    with pytest.raises(PublishError, match="dataKinds"):
        published_files.publish_files(scenario, wire, profile, tmp_path, scenario.now)
    assert published_files.publish_files(
        scenario, order(scenario, begin=date(2027, 1, 1), end=date(2027, 1, 2), data_kinds=("reading",)),
        profile, tmp_path, scenario.now,
    ) == []  # fmt: skip


def test_a_ward_gets_its_own_meters_only(scenario, profile, tmp_path):
    ward = scenario.divisions[1]
    [path] = published_files.publish_files(
        scenario, Order(ward["code"], LAST, LAST, data_kinds=("master",)), profile, tmp_path, scenario.now
    )
    assert len(rows_of(path)) == (scenario.meters["division"] == 1).sum()


def test_a_profile_with_other_names_and_order_is_followed(scenario, profile, tmp_path):
    raw = json.loads(json.dumps(profile.marks))
    columns = raw["files"]["reading"]["columns"]
    columns.reverse()
    next(item for item in columns if item["column"] == "kwh")["name"] = "kWh"
    raw["files"]["reading"]["delimiter"]["value"] = ";"
    changed = Profile.of(raw)
    wanted = order(scenario, data_kinds=("reading",), flows=("high_supply",))
    [path] = published_files.publish_files(scenario, wanted, changed, tmp_path, scenario.now)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "kWh;取得年月日時刻コード;電圧分類;供給/受電地点特定番号;データ種別;需要家特定ID"
    assert recognise(path, changed) == "reading"


def test_only_meters_in_use_are_counted(scenario):
    assert not scenario.active[np.isin(scenario.meters["use"], (contracts.ABOLISHED, contracts.UNMETERED))].any()
    small = ScenarioSpec(meters=2500)
    assert small.first_statistics_day == date(2026, 1, 9)
    assert isinstance(datetime.combine(small.first_day, datetime.min.time()), datetime)
