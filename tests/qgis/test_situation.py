"""UC①②⑤ from the toolbox, on a case filled from a scenario whose truth is known."""

from __future__ import annotations

import json
import shutil
from datetime import date

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsProject, QgsVectorLayer
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.packed_days import day_path
from tomoshibi.layers.schema import SPECS
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

STATES = {"powered", "partial", "outage", "unknown"}


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"))


@pytest.fixture
def table(run):
    """Return `table(name, parameters)`: the result's rows and outputs."""

    def of(name, parameters):
        found = run(name, {"OUTPUT": "memory:", **parameters})
        return rows(found["OUTPUT"]), found

    return of


def parameters(drill, name, **more):
    areas = str(drill.open / "areas.geojson")
    own = {
        "shelterpower": {"FACILITIES": str(drill.open / "facilities.geojson")},
        "meshoutage": {},
        "areaoutage": {
            "AREAS": str(drill.open / "municipality.geojson"),
            "AREA_FIELD": "code",
            "NAME_FIELD": "name",
        },
        "acquisitiongaps": {"AREAS": areas},
        "isolatedcommunities": {
            "AREAS": areas,
            "ROADS": str(drill.open / "roads.geojson"),
            "HAZARDS": str(drill.open / "hazards.geojson"),
        },
        "homeaway": {},
    }
    return {"CASE": str(drill.case.folder), "OUTPUT": "memory:", **own[name], **more}


ALL = ("shelterpower", "meshoutage", "areaoutage", "acquisitiongaps", "isolatedcommunities", "homeaway")


@pytest.mark.parametrize("name", ALL)
def test_every_result_has_the_fields_of_the_reference_and_says_when_and_from_what(drill, table, name):
    found, _ = table(name, parameters(drill, name))
    assert list(found.columns) == SPECS[name].names()
    assert len(found) and found["as_of"].notna().all() and found["source"].str.len().gt(0).all()


@pytest.mark.parametrize("name", ALL)
def test_a_result_loaded_from_the_toolbox_is_styled_and_temporal(drill, run_and_load, name):
    run_and_load(name, {"OUTPUT": "memory:", **parameters(drill, name)})
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.renderer().type() not in ("singleSymbol", "nullSymbol")
    assert layer.temporalProperties().isActive()
    assert layer.crs().authid() == "EPSG:6668"


def test_the_four_states_of_facilities_are_counted_and_nothing_dark_is_called_powered(drill, table):
    found, outputs = table("shelterpower", parameters(drill, "shelterpower"))
    assert set(found["state"]) <= STATES
    assert sum(outputs[name] for name in ("POWERED", "PARTIAL", "OUTAGE", "UNKNOWN")) == len(found)
    truth = drill.scenario.power(drill.scenario.now.date())
    meters = drill.scenario.meters
    links = pd.read_csv(drill.open / "links.csv", dtype=str)
    slot = drill.scenario.now.hour * 2 + drill.scenario.now.minute // 30 - 1
    numbers = np.char.decode(meters["supply_point"], "ascii")
    lit = dict(zip(numbers, truth[:, slot]))
    for facility in found[found["state"] == "powered"]["facility_id"]:
        assert all(lit[number] for number in links[links["facility_id"] == facility]["supply_point"]), facility


def test_a_facility_without_a_line_in_the_link_list_is_unknown_and_says_why(drill, table):
    found, _ = table("shelterpower", parameters(drill, "shelterpower"))
    linked = set(pd.read_csv(drill.open / "links.csv", dtype=str)["facility_id"])
    alone = found[~found["facility_id"].isin(linked)]
    assert len(alone) and set(alone["state"]) == {"unknown"} and alone["reason"].str.len().gt(0).all()


def test_the_municipal_csv_gives_the_same_states_as_the_layer(drill, table):
    layer, _ = table("shelterpower", parameters(drill, "shelterpower"))
    csv, _ = table("shelterpower", parameters(drill, "shelterpower", FACILITIES=str(drill.open / "facilities.csv")))
    assert csv.set_index("facility_id")["state"].to_dict() == layer.set_index("facility_id")["state"].to_dict()


def test_only_the_kinds_asked_for_are_shown(drill, table):
    every, _ = table("shelterpower", parameters(drill, "shelterpower"))
    kind = every["kind"].iloc[0]
    some, _ = table("shelterpower", parameters(drill, "shelterpower", KIND=kind))
    assert 0 < len(some) < len(every) and set(some["kind"]) == {kind}


def test_without_the_outage_list_and_the_readings_a_case_has_nothing_to_say(run, drill, complaint, tmp_path):
    empty = Case.create(tmp_path / "case", drill.case.info)
    shutil.copy(drill.open / "links.csv", empty.folder / "contractors" / "links.csv")
    said = complaint("shelterpower", parameters(drill, "shelterpower", CASE=str(empty.folder)))
    assert "neither" in said


@pytest.mark.parametrize("name", ALL)
def test_a_folder_that_is_no_case_is_refused_with_what_to_do(complaint, drill, tmp_path, name):
    said = complaint(name, parameters(drill, name, CASE=str(tmp_path)))
    assert "not a case folder" in said and "Create case" in said


def test_masked_cells_keep_no_rate_and_are_counted_apart(drill, table):
    found, outputs = table("meshoutage", parameters(drill, "meshoutage"))
    masked = found[found["masked"] == True]  # noqa: E712 - a column
    assert outputs["MASKED"] == len(masked) > 0
    assert masked[["silent_rate", "excess_rate", "silent"]].isna().all().all()
    known = found[found["masked"] == False]  # noqa: E712
    assert known["silent_rate"].between(0, 1).all() and (known["low"] <= known["high"]).all()
    assert outputs["SILENT"] == known["silent"].sum()


def test_all_days_are_one_temporal_layer_and_the_newest_alone_by_default(drill, table):
    every, _ = table("meshoutage", parameters(drill, "meshoutage", ALL_TIMES=True))
    newest, _ = table("meshoutage", parameters(drill, "meshoutage"))
    assert every["begin"].nunique() > 7 and newest["begin"].nunique() == 1
    assert newest["begin"].iloc[0] == every["begin"].max()


def test_an_earlier_moment_shows_the_day_before_the_event(drill, table):
    found, outputs = table("meshoutage", parameters(drill, "meshoutage", AT="2026-01-18T12:00:00"))
    assert set(found["rate_class"].dropna()) <= {0, 1}
    assert outputs["SILENT"] < outputs["METERS"] * 0.05


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"MESH_SIZE": "5000"}, "5000"),
        ({"BASELINE": "yesterday"}, "no peacetime"),
        ({"BASELINE": "2026-01-18/2026-01-12"}, "no peacetime"),
        ({"VOLTAGE": "high", "MESH_SIZE": "5000"}, "no rows of this voltage class"),
        ({"AT": "2020-01-01T00:00:00"}, "Choose a later moment"),
    ],
)
def test_what_the_statistics_cannot_answer_is_said_in_one_message(complaint, drill, more, word):
    assert word in complaint("meshoutage", parameters(drill, "meshoutage", **more))


def test_a_city_is_not_counted_again_by_its_wards(drill, table):
    found, outputs = table("areaoutage", parameters(drill, "areaoutage"))
    assert len(found) == 3
    assert outputs["METERS"] == found["meters"].max()


def test_an_area_that_no_statistics_name_is_told_by_name(drill, run, feedback, tmp_path):
    given = parameters(drill, "areaoutage", AREAS=f"{drill.open / 'municipality.geojson'}|subset=\"name\" LIKE '%区'")
    run("areaoutage", {"OUTPUT": "memory:", **given})
    assert any("灯島県灯市" in warning for warning in feedback.warnings)


def test_a_step_that_was_not_received_is_unknown_and_not_a_gap(drill, table, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(drill.case.folder, folder)
    day = day_path(folder / "readings", date(2026, 1, 20))
    index = folder / "readings" / "index.json"
    import json

    record = json.loads(index.read_text())
    del record["days"]["2026-01-20"]
    index.write_text(json.dumps(record))
    day.unlink()
    found, _ = table("acquisitiongaps", parameters(drill, "acquisitiongaps", CASE=str(folder), STEP_HOURS=3))
    begin = pd.to_datetime([value.toString("yyyy-MM-dd HH:mm") for value in found["begin"]])
    inside = (begin >= "2026-01-20 00:00") & (begin < "2026-01-20 20:00")
    assert inside.any() and found.loc[inside, "gap_rate"].isna().all()
    assert found.loc[begin >= "2026-01-21 00:00", "gap_rate"].notna().any()


def test_gaps_by_grid_square_need_no_areas(drill, table):
    found, outputs = table("acquisitiongaps", {"CASE": str(drill.case.folder), "MESH_SIZE": "1000"})
    assert outputs["AREAS_COUNT"] == found["area_id"].nunique() and found["area_id"].str.len().eq(8).all()


def test_a_reversed_period_is_refused_before_anything_runs(complaint, drill):
    said = complaint(
        "acquisitiongaps",
        parameters(drill, "acquisitiongaps", FROM="2026-01-20T00:00:00", TO="2026-01-19T00:00:00"),
    )
    assert "Exchange FROM and TO" in said


def test_every_settlement_that_is_cut_off_is_on_the_list_and_ranked_before_the_reachable(drill, table):
    found, outputs = table("isolatedcommunities", parameters(drill, "isolatedcommunities"))
    truth = pd.read_csv(drill.scenario.folder / "truth" / "areas.csv", dtype={"area_id": str})
    cut = set(truth[truth["cut_off"] == 1]["area_id"])
    assert cut <= set(found["area_id"]) and outputs["COUNT"] == len(found)
    ranks = found.set_index("area_id")["rank"]
    open_ranks = ranks[found.set_index("area_id")["access_cut"] == "open"]
    assert ranks[list(cut)].max() < open_ranks.min()


def test_a_result_of_our_own_is_not_taken_for_areas_or_facilities(drill, run, complaint, tmp_path):
    made = str(tmp_path / "gaps.gpkg")
    run("acquisitiongaps", {**parameters(drill, "acquisitiongaps"), "OUTPUT": made})
    said = complaint("isolatedcommunities", parameters(drill, "isolatedcommunities", AREAS=made))
    assert "is a result of Tomoshibi. Choose the boundaries" in said
    said = complaint("shelterpower", parameters(drill, "shelterpower", FACILITIES=made))
    assert "is a result of Tomoshibi. Choose the layer or file of the facilities" in said


def test_without_roads_access_is_unknown_never_open(drill, table):
    given = parameters(drill, "isolatedcommunities", ROADS=None, HAZARDS=None)
    found, _ = table("isolatedcommunities", given)
    assert set(found["access_cut"]) == {"unknown"}


def test_results_enter_the_ledger_with_their_personal_mark(drill, run, tmp_path):
    package = drill.case.folder / "layers.gpkg"
    # The rates of the newest day come from readings, which are personal data (test_rates_window: statistics alone).
    for name, personal in (("meshoutage", True), ("homeaway", True)):
        sink = f"ogr:dbname='{package}' table=\"{name}\" (geom)"
        run(name, {**parameters(drill, name), "OUTPUT": sink})
        entries = {entry.path: entry.personal for entry in drill.case.ledger.entries()}
        assert entries[f"layers.gpkg|{name}"] is personal
        assert all(entries[path] is personal for path in entries if path.startswith(f"history/{name}/"))
        assert QgsVectorLayer(f"{package}|layername={name}", name).featureCount() > 0


def test_hidden_outages_are_found_among_powered_neighbours_and_told_apart_by_when_they_began(drill, table):
    found, outputs = table("hiddenoutages", {"CASE": str(drill.case.folder), "OUTPUT": "memory:"})
    # What may be the rest of a line still out is listed too, and counted apart.
    assert list(found.columns) == SPECS["hiddenoutages"].names()
    assert outputs["COUNT"] + outputs["UNDECIDED"] == len(found) and outputs["COUNT"] > 0
    assert set(found["state"]) <= {"event", "neighbours", "apart", "undecided"}
    assert (found["state"] == "undecided").sum() == outputs["UNDECIDED"] == (found["certainty"] != "sure").sum()
    assert found["last_proven"].notna().all() and set(found["last_state"]) == {"powered"}
    assert (found["neighbours_powered"] <= found["neighbours"]).all() and (found["hours"] >= 6).all()
    meters = drill.scenario.meters
    broken = set(np.char.decode(meters["supply_point"], "ascii")[meters["broken_wire"].astype(bool)])
    assert len(broken & set(found["supply_point"])) / len(found) >= 0.8


def test_powered_shelters_near_the_outage_are_ranked_and_the_way_by_road_is_never_shorter_than_the_crow_flies(
    drill, table, run
):
    areas = run("meshoutage", parameters(drill, "meshoutage"))["OUTPUT"]
    roads = str(drill.open / "roads.geojson")
    found, _ = table("shelterpower", parameters(drill, "shelterpower", OUTAGE_AREAS=areas, ROADS=roads))
    ranked = found[found["advice_rank"].notna()]
    assert len(ranked) and set(ranked["state"]) == {"powered"} and ranked["advice"].str.len().gt(0).all()
    both = found[found["nearest_powered_road_m"].notna() & found["nearest_powered_m"].notna()]
    assert len(both) and (both["nearest_powered_road_m"] >= both["nearest_powered_m"] * 0.9 - 1000).all()
    assert found[found["state"] == "powered"]["nearest_powered_road_m"].isna().all()


def test_a_layer_without_a_rate_is_no_outage_area(complaint, drill):
    given = parameters(drill, "shelterpower", OUTAGE_AREAS=str(drill.open / "areas.geojson"))
    assert "no rate" in complaint("shelterpower", given)


def test_a_municipality_of_several_features_gets_its_rate_on_all_of_them(run, drill, complaint, tmp_path):
    """An islet of the same name must not take the city's rate alone."""
    source = json.loads((drill.open / "municipality.geojson").read_text(encoding="utf-8"))
    given = parameters(drill, "areaoutage")
    plain = {
        f["area_name"]: f.geometry().area()
        for f in run("areaoutage", {"OUTPUT": "memory:", **given})["OUTPUT"].getFeatures()
    }
    islet = [[[135.6, 38.4], [135.601, 38.4], [135.601, 38.401], [135.6, 38.401], [135.6, 38.4]]]
    extra = [
        {
            "type": "Feature",
            "properties": dict(one["properties"]),
            "geometry": {"type": "Polygon", "coordinates": islet},
        }
        for one in source["features"]
    ]
    code = given["AREA_FIELD"]
    for number, one in enumerate([*source["features"], *extra]):
        one["properties"][code] = f"part{number}"
    path = tmp_path / "islands.geojson"
    path.write_text(json.dumps({**source, "features": [*source["features"], *extra]}), encoding="utf-8")
    found = run("areaoutage", {"OUTPUT": "memory:", **given, "AREAS": str(path)})
    whole = {f["area_name"]: f.geometry().area() for f in found["OUTPUT"].getFeatures()}
    assert set(whole) == set(plain) and all(whole[name] > plain[name] for name in plain)
    for number, one in enumerate(extra):
        one["properties"][code] = f"9920{number}"
    for number, one in enumerate(source["features"]):
        one["properties"][code] = f"9910{number}"
    path.write_text(json.dumps({**source, "features": [*source["features"], *extra]}), encoding="utf-8")
    assert "have one name" in complaint("areaoutage", {"OUTPUT": "memory:", **given, "AREAS": str(path)})
