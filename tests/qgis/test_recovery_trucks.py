"""電源車 from the toolbox: needs from results of other algorithms, trucks as CSV, fuel against the plan."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject
from tomoshibi.layers.schema import SPECS
from tomoshibi.processing_provider.recovery.powertrucks import powers
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
    assert dark and len(lonely) and set(table["need_id"]) == dark | set(lonely["area_id"])
    assert found["UNKNOWN"] == (power["state"] == "unknown").sum()
    assert set(table["truck_id"].dropna()) == {"T1", "T2", "T4"}
    assert found["ASSIGNED"] == 3 and found["ASSIGNED"] + found["WITHOUT"] == len(table)
    assert table["as_of"].notna().all() and table["source"].str.len().gt(0).all()


def test_a_line_leads_from_the_truck_to_the_need_and_none_where_no_truck_goes(drill, run, needs, trucks):
    layer = run("powertrucks", parameters(drill, needs, trucks))["OUTPUT"]
    power = {f["facility_id"]: f.geometry().asPoint() for f in needs[0].getFeatures() if f.hasGeometry()}
    starts = {"T1": (135.30, 38.20), "T2": (135.31, 38.21), "T4": (135.35, 38.25)}
    seen = 0
    for feature in layer.getFeatures():
        truck = feature["truck_id"]
        assert feature.hasGeometry() == (truck in starts)
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


def test_the_prefectures_order_comes_first(drill, run, needs, trucks, tmp_path):
    table = rows(run("powertrucks", parameters(drill, needs, trucks))["OUTPUT"])
    last = table.sort_values("rank")["need_id"].iloc[-1]
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
