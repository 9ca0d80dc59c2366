"""電源車 from the toolbox: needs from results of other algorithms, trucks as CSV, fuel against the plan."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
from qgis.core import QgsProject, QgsVectorLayer
from tomoshibi.layers.schema import SPECS
from tomoshibi.processing_provider.base import FeedbackProgress
from tomoshibi.processing_provider.recovery.powertrucks import _add_clocks, _OwnClock, powers
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

TRUCKS = """truck_id,kva,state,lat,lon,litres_per_hour
T1,100,待機中,38.20,135.30,
T2,45,待機中,38.21,135.31,9
T3,500,発電中,38.20,135.30,
T4,,standby,38.25,135.35,
"""


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def needs(drill, run):
    case = str(drill.case.folder)
    facilities = str(drill.open / "facilities.geojson")
    power = run("shelterpower", {"CASE": case, "FACILITIES": facilities, "OUTPUT": "memory:"})
    areas = str(drill.open / "areas.geojson")
    lonely = run("isolatedcommunities", {"CASE": case, "AREAS": areas, "OUTPUT": "memory:"})
    return power["OUTPUT"], lonely["OUTPUT"]


@pytest.fixture
def trucks(tmp_path):
    path = tmp_path / "trucks.csv"
    path.write_text(TRUCKS, encoding="utf-8")
    return str(path)


def parameters(drill, needs, trucks, **more):
    return {"CASE": str(drill.case.folder), "NEEDS": list(needs), "TRUCKS": trucks, "OUTPUT": "memory:", **more}


def test_every_need_is_told_and_only_trucks_on_standby_go(drill, run, needs, trucks):
    found = run("powertrucks", parameters(drill, needs, trucks))
    table = rows(found["OUTPUT"])
    assert list(table.columns) == SPECS["powertrucks"].names()
    power, lonely = (rows(layer) for layer in needs)
    dark = set(power[power["state"].isin(["outage", "partial"])]["facility_id"])
    assert dark and len(lonely) and set(table["need_id"].dropna()) == dark | set(lonely["area_id"])
    assert found["UNKNOWN"] == (power["state"] == "unknown").sum()
    assert set(table.loc[table["status"].str.startswith("assigned"), "truck_id"]) == {"T1", "T2", "T4"}
    assert found["ASSIGNED"] == 3 and found["AT_WORK"] == 1
    assert found["ASSIGNED"] + found["WITHOUT"] + found["AT_WORK"] == len(table)
    assert table["as_of"].notna().all() and table["source"].str.len().gt(0).all()
    ends = [until for layer in (power, lonely) for until in layer["evidence_until"]]
    assert set(table["evidence_until"]) == {min(ends)}, "the plan reaches as far as the shortest of what it rests on"


def test_a_line_leads_from_the_truck_to_the_need_and_none_where_no_truck_goes(drill, run, needs, trucks):
    layer = run("powertrucks", parameters(drill, needs, trucks))["OUTPUT"]
    power = {f["facility_id"]: f.geometry().asPoint() for f in needs[0].getFeatures() if f.hasGeometry()}
    starts = {"T1": (135.30, 38.20), "T2": (135.31, 38.21), "T4": (135.35, 38.25)}
    seen = 0
    for feature in layer.getFeatures():
        truck = feature["truck_id"]
        assert feature.hasGeometry() == (truck in starts or feature["status"] == "at_work")
        if truck in starts:
            first, last = feature.geometry().asPolyline()
            assert (first.x(), first.y()) == pytest.approx(starts[truck])
            if feature["need_id"] in power:
                seen += 1
                goal = power[feature["need_id"]]
                assert (last.x(), last.y()) == pytest.approx((goal.x(), goal.y()))
    assert seen


def test_fuel_is_that_of_the_hours_and_what_is_not_known_is_not_counted(drill, run, needs, trucks, feedback):
    day = run("powertrucks", parameters(drill, needs, trucks, HOURS=24))
    table = rows(day["OUTPUT"]).set_index("truck_id")
    assert table.loc["T2", "fuel_l"] == pytest.approx(24 * 9)
    assert table.loc["T4", "fuel_l"] is None or table.loc["T4", "fuel_l"] != table.loc["T4", "fuel_l"]
    assert day["FUEL_UNKNOWN"] == 1 and any("not in the sum" in text for text in feedback.warnings)
    whole = run("powertrucks", parameters(drill, needs, trucks))
    assert whole["FUEL_L"] == pytest.approx(3 * day["FUEL_L"]) and whole["DRUMS"] >= day["DRUMS"]
    assert whole["PLAN_SHARE"] == pytest.approx(whole["FUEL_L"] / 100_000)


def test_fuel_of_trucks_of_which_none_tells_what_it_burns_is_not_0(drill, run, needs, tmp_path, feedback):
    path = tmp_path / "unknown.csv"
    path.write_text("番号,容量,状態,緯度,経度\nT1,,待機,38.2,135.3\n", encoding="utf-8")
    found = run("powertrucks", parameters(drill, needs, str(path)))
    assert found["ASSIGNED"] == found["FUEL_UNKNOWN"] == 1
    assert not {"FUEL_L", "DRUMS", "TANKERS", "PLAN_SHARE"} & set(found)
    assert not any("of the plan's" in text for text in feedback.infos)


def test_a_truck_of_a_size_that_no_truck_carries_is_named_and_goes_last(drill, run, needs, tmp_path, feedback):
    path = tmp_path / "sizes.csv"
    lines = ["T1,500000,待機,38.2,135.3", "T2,6000,待機,38.2,135.3", "T3,0.5,待機,38.2,135.3", "T4,100,待機,38.2,135.3"]
    path.write_text("\n".join(["番号,容量,状態,緯度,経度", *lines]), encoding="utf-8")
    found = run("powertrucks", parameters(drill, needs, str(path)))
    assert found["NOT_READ"] == 3
    assert any("2: 500000, 3: 6000, 4: 0.5" in text for text in feedback.warnings)
    table = rows(found["OUTPUT"]).dropna(subset=["truck_id"]).set_index("truck_id")
    assert table.loc["T4", "truck_kva"] == 100 and table.loc[["T1", "T2", "T3"], "truck_kva"].isna().all()


def test_the_prefectures_order_comes_first(drill, run, needs, trucks, tmp_path):
    table = rows(run("powertrucks", parameters(drill, needs, trucks))["OUTPUT"])
    last = table.sort_values("rank")["need_id"].dropna().iloc[-1]
    for encoding in ("utf-8", "cp932"):
        order = tmp_path / f"order-{encoding}.csv"
        order.write_text(f"施設ID,備考\n{last},優先\n", encoding=encoding)
        table = rows(run("powertrucks", parameters(drill, needs, trucks, PRIORITY=str(order)))["OUTPUT"])
        assert table.sort_values("rank")["need_id"].iloc[0] == last


def test_power_by_kind_decides_which_truck_is_large_enough(drill, run, needs, trucks):
    kinds = {kind for kind in rows(needs[0])["kind"]}
    said = ",".join(f"{kind}=90" for kind in kinds)
    table = rows(run("powertrucks", parameters(drill, needs[:1], trucks, KVA=said))["OUTPUT"]).sort_values("rank")
    assert table["truck_id"].iloc[0] == "T1" and table["status"].iloc[0] == "assigned"
    assert table.set_index("truck_id").loc["T2", "status"] == "assigned_too_small"


def test_the_own_peak_of_a_facility_decides_unless_its_kind_was_typed(drill, run, needs, trucks, feedback):
    plain = rows(run("powertrucks", parameters(drill, needs[:1], trucks))["OUTPUT"])
    assert plain["need_kva"].isna().all(), "nothing tells it yet"
    case, facilities = str(drill.case.folder), str(drill.open / "facilities.geojson")
    links = str(drill.open / "links.csv")
    run("survivalclocks", {"CASE": case, "FACILITIES": facilities, "LINKS": links})
    layer = QgsVectorLayer(f"{drill.case.folder / 'layers.gpkg'}|layername=survivalclocks", "clocks", "ogr")
    try:
        peaks = rows(layer).set_index("facility_id")["need_kva"].dropna()
        table = rows(run("powertrucks", parameters(drill, needs[:1], trucks))["OUTPUT"]).set_index("need_id")
        known = [name for name in table.index.dropna() if name in peaks.index]
        assert known and all(table.loc[name, "need_kva"] == peaks[name] for name in known)
        assert any("own peak" in text for text in feedback.infos)
        assert any("7 vehicles" in text for text in [*feedback.infos, *feedback.warnings])
        kind = table.loc[known[0], "kind"]
        typed = rows(run("powertrucks", parameters(drill, needs[:1], trucks, KVA=f"{kind}=77"))["OUTPUT"])
        typed = typed.set_index("need_id")
        assert set(typed.loc[typed["kind"] == kind, "need_kva"]) == {77}
        others = [name for name in known if table.loc[name, "kind"] != kind]
        assert all(typed.loc[name, "need_kva"] == peaks[name] for name in others)
    finally:
        del layer
        (drill.case.folder / "layers.gpkg").unlink()


def test_in_the_drill_the_cases_own_trucks_go_first_to_who_fails_first(drill, run, feedback):
    case, own = str(drill.case.folder), drill.open
    package = drill.case.folder / "layers.gpkg"
    facilities = {"FACILITIES": str(own / "facilities.geojson"), "LINKS": str(own / "links.csv")}
    try:
        run("editcase", {"CASE": case, "TRUCKS": str(own / "trucks.csv")})
        run("shelterpower", {"CASE": case, **facilities})
        run("powertrucks", {"CASE": case, "OUTPUT": "memory:"})
        assert any("fails first is not known" in text for text in feedback.warnings)
        run("survivalclocks", {"CASE": case, "BACKUP": str(own / "backup.csv"), **facilities})
        feedback.warnings.clear()
        found = run("powertrucks", {"CASE": case, "OUTPUT": "memory:"})
        assert not any("fails first is not known" in text for text in feedback.warnings)
        assert found["ASSIGNED"] >= 3 and found["NOT_READ"] == 0 and found["FUEL_UNKNOWN"] == 0
        table = rows(found["OUTPUT"]).sort_values("rank")
        clocks = rows(QgsVectorLayer(f"{package}|layername=survivalclocks", "clocks", "ogr")).set_index("facility_id")
        fails = table.set_index("need_id")["fails_earliest"]
        assert all(fails[name] == clocks["fails_earliest"][name] for name in fails.dropna().index)
        now = clocks["state_at"].iloc[0]
        begun = table["fails_earliest"].map(lambda at: at is not None and at == at and at <= now)
        dark = table["need_id"].map(clocks["power_state"]) == "outage"
        shelters = table[(table["kind"] == "避難所") & begun & dark]
        assert len(shelters) > 2 and shelters["fails_earliest"].is_monotonic_increasing
    finally:
        package.unlink(missing_ok=True)


@pytest.mark.parametrize(("last", "state"), [("outage", "outage"), ("partial", "outage"), ("powered", "unknown")])
def test_an_old_clock_makes_nobody_dark_who_had_power_before_an_aftershock(last, state, feedback):
    fields = {"facility_id": "S1", "kind": "病院", "state": "unknown", "unknown_reason": "before_event"}
    facilities = pd.DataFrame([{**fields, "last_state": last}])
    clocks = {"S1": _OwnClock(10.0, datetime(2026, 1, 21, 6))}
    _add_clocks(facilities, clocks, set(), FeedbackProgress(feedback))
    assert facilities["state"].tolist() == [state]


def test_the_layer_is_styled(drill, run, needs, trucks, run_and_load):
    QgsProject.instance().addMapLayers(list(needs), False)
    run_and_load("powertrucks", parameters(drill, [layer.id() for layer in needs], trucks))
    (layer,) = [item for item in QgsProject.instance().mapLayers().values() if "truck_id" in item.fields().names()]
    assert layer.renderer().classAttribute() == "status"


def test_layers_that_are_no_needs_and_lists_that_are_no_trucks_are_refused(drill, needs, trucks, complaint, tmp_path):
    said = complaint("powertrucks", parameters(drill, [str(drill.open / "areas.geojson")], trucks))
    assert "neither a result" in said
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "truck_id" in complaint("powertrucks", parameters(drill, needs, str(other)))
    assert "kind=kVA" in complaint("powertrucks", parameters(drill, needs, trucks, KVA="病院"))


@pytest.mark.parametrize(
    ("text", "found"),
    [("", {}), ("病院=200, 避難所＝45kVA", {"病院": 200, "避難所": 45}), ("病院", None), ("=3", None), ("a=-1", None)],
)
def test_power_by_kind_is_read_as_people_write_it(text, found):
    assert powers(text) == found


NEEDED = """車番,定格容量（kVA）,状態,緯度,経度,燃料消費(L/h)
T1,100kVA,待機中（輪島）,{lat},{lon},25
T2,"1,000",STANDBY,38.21,135.31,180
T3,60,発電中,{lat},{lon},15
T4,45,故障,38.2,135.3,12
T5,150,待機中,0,0,35
T6,,待機,38.2,135.3,
T7,80,花見,38.2,135.3,9
T8,90,発電中,36.0,137.0,20
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_trucks_are_understood_as_utilities_write_them_and_one_at_work_serves_its_need(
    drill, run, needs, tmp_path, feedback, encoding
):
    power = rows(needs[0])
    dark = power.index[power["state"].isin(["outage", "partial"])]
    first = next(f for f in needs[0].getFeatures() if f["facility_id"] == power.loc[dark[0], "facility_id"])
    place = first.geometry().asPoint()
    path = tmp_path / "trucks.csv"
    path.write_text(NEEDED.format(lat=place.y(), lon=place.x()), encoding=encoding)
    found = run("powertrucks", parameters(drill, needs, str(path), HOURS=10))
    table = rows(found["OUTPUT"])
    by_truck = table.dropna(subset=["truck_id"]).set_index("truck_id")
    served = by_truck.loc["T3"]
    assert served["need_id"] == first["facility_id"] and served["status"] == "at_work" and served["fuel_l"] == 150
    assert (table["need_id"] == first["facility_id"]).sum() == 1
    assert by_truck.loc["T8", "status"] == "at_work_elsewhere" and by_truck.loc["T8", "fuel_l"] == 200
    assert by_truck.loc["T1", "truck_kva"] == 100 and by_truck.loc["T2", "truck_kva"] == 1000
    assert set(by_truck.index) == {"T1", "T2", "T3", "T6", "T8"}
    assert found["ASSIGNED"] == 3 and found["AT_WORK"] == 2 and found["NOT_READ"] == 2
    assert found["FUEL_L"] == by_truck["fuel_l"].sum() >= 350
    said = "\n".join(feedback.warnings)
    assert "T4 (故障), T7 (花見)" in said and "sent last (T6)" in said
    assert "8: 花見" in said and "0, 0: T5" in said
    assert f"one is at work at 1 facilities ({first['name']})" in said
