"""What the case knows: inputs kept with the case, used where those of an algorithm are left empty."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from qgis.core import QgsFeature, QgsProcessingContext, QgsProject, QgsVectorLayer
from tomoshibi.casefile.ledger import LOCK_NAME
from tomoshibi.casefile.own_inputs import OWN_INPUTS, own_inputs
from tomoshibi.casefile.recipes import read_recipes
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.use_cases import MORNING_BRIEF


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def case(drill):
    """The case as a string; what it keeps is forgotten afterwards."""
    yield str(drill.case.folder)
    from tomoshibi.casefile.own_inputs import remove_input

    for kind in OWN_INPUTS:
        remove_input(drill.case, kind, "tomoshibi:test")
    for name in ("layers.gpkg", "context.gpkg", "recipes.json"):
        (drill.case.folder / name).unlink(missing_ok=True)


def everything(drill):
    names = {"AREAS": "areas", "ROADS": "roads", "HAZARDS": "hazards", "FACILITIES": "facilities"}
    found = {kind: str(drill.open / f"{name}.geojson") for kind, name in names.items()}
    return {**found, "BOUNDARY": str(drill.open / "municipality.geojson"), "LINKS": str(drill.open / "links.csv")}


def layer(path, name):
    return QgsVectorLayer(f"{path}/context.gpkg|layername={name}", name, "ogr")


def test_lists_are_kept_as_given_and_layers_in_the_background_of_the_case_with_their_date(drill, run, case, feedback):
    given = everything(drill)
    run("editcase", {"CASE": case, **given})
    kept = own_inputs(drill.case.folder)
    assert set(kept) == set(given) and all(one.kept_at and one.rows for one in kept.values())
    copy = drill.case.folder / "inputs" / "facilities.geojson"
    assert copy.read_bytes() == (drill.open / "facilities.geojson").read_bytes()
    assert kept["FACILITIES"].named == "facilities.geojson"
    for kind in ("AREAS", "ROADS", "HAZARDS", "BOUNDARY"):
        assert layer(case, kind.lower()).featureCount() == kept[kind].rows
    if os.name != "nt":
        assert copy.stat().st_mode & 0o077 == 0
    entered = {entry.path: entry for entry in drill.case.ledger.entries()}
    assert entered["inputs/links.csv"].personal and entered["inputs/links.csv"].sha256
    assert not entered["inputs/facilities.geojson"].personal
    assert any("facilities.geojson" in said for said in feedback.infos)


def test_algorithms_use_what_the_case_keeps_and_say_so_with_the_date(drill, run, case, feedback):
    run("editcase", {"CASE": case, **everything(drill)})
    feedback.infos.clear()
    own = run("shelterpower", {"CASE": case})
    said = [line for line in feedback.infos if line.startswith("Facilities: the case's own")]
    assert len(said) == 1 and "kept on 20" in said[0]
    given = run("shelterpower", {"CASE": case, **{key: everything(drill)[key] for key in ("FACILITIES", "LINKS")}})
    counts = ("POWERED", "PARTIAL", "OUTAGE", "UNKNOWN")
    assert [own[name] for name in counts] == [given[name] for name in counts] and own["POWERED"] > 0
    assert run("isolatedcommunities", {"CASE": case})["COUNT"] >= 0
    assert run("acquisitiongaps", {"CASE": case})["AREAS_COUNT"] <= layer(case, "areas").featureCount()
    squares = run("acquisitiongaps", {"CASE": case, "MESH_SIZE": "500", "OUTPUT": "memory:"})["OUTPUT"]
    assert len(str(next(squares.getFeatures())["area_id"])) == 9


def test_rates_by_municipality_use_the_boundary_and_not_the_settlements(drill, run, case):
    run("editcase", {"CASE": case, **everything(drill)})
    assert run("areaoutage", {"CASE": case})["CELLS"] == 3


@pytest.mark.parametrize(
    "name, kind",
    [
        ("shelterpower", "Facilities"),
        ("isolatedcommunities", "Areas"),
        ("areaoutage", "Municipal boundary"),
        ("evacuationsupport", "List of people who need support"),
        ("powertrucks", "Power-supply trucks"),
        ("restorationplan", "Restoration plan"),
    ],
)
def test_an_input_that_nobody_gives_is_named_with_what_to_do(complaint, case, name, kind):
    said = complaint(name, {"CASE": case})
    assert f"“{kind}”" in said and "editcase" in said


def test_without_links_all_is_unknown_and_said(drill, run, case, feedback):
    links = drill.case.folder / "contractors" / "links.csv"
    text = links.read_bytes()
    links.unlink()
    try:
        found = run("shelterpower", {"CASE": case, "FACILITIES": everything(drill)["FACILITIES"]})
    finally:
        links.write_bytes(text)
    assert found["POWERED"] == found["PARTIAL"] == found["OUTAGE"] == 0 < found["UNKNOWN"]
    assert any("There is no list of links" in said for said in feedback.warnings)


@pytest.mark.parametrize("kind", [kind for kind in OWN_INPUTS if kind != "ROADS"])
def test_a_result_is_refused_as_any_input_of_the_case(drill, run, complaint, case, kind):
    run("acquisitiongaps", {"CASE": case, "MESH_SIZE": "1000"})
    result = f"{case}/layers.gpkg|layername=acquisitiongaps"
    assert "is a result of Tomoshibi" in complaint("editcase", {"CASE": case, kind: result})
    if kind in ("AREAS", "HAZARDS"):
        given = {"AREAS": everything(drill)["AREAS"], kind: result}
        assert "is a result of Tomoshibi" in complaint("isolatedcommunities", {"CASE": case, **given})
    if kind == "LINKS":
        given = {"FACILITIES": everything(drill)["FACILITIES"], kind: result}
        assert "is a result of Tomoshibi" in complaint("shelterpower", {"CASE": case, **given})


def test_areas_of_open_data_are_told_by_their_own_fields(run, case):
    areas = QgsVectorLayer("Polygon?crs=EPSG:4326&field=KEY_CODE:string&field=S_NAME:string", "small areas", "memory")
    one = QgsFeature(areas.fields())
    one.setAttributes(["172040010", "河井町"])
    from qgis.core import QgsGeometry

    one.setGeometry(QgsGeometry.fromWkt("Polygon((136 37,137 37,137 38,136 38,136 37))"))
    areas.dataProvider().addFeature(one)
    run("editcase", {"CASE": case, "AREAS": areas})
    (kept,) = layer(case, "areas").getFeatures()
    assert (kept["area_id"], kept["area_name"]) == ("172040010", "河井町")


def test_a_layer_in_memory_is_kept_as_a_geopackage_and_a_table_of_links_as_csv(drill, run, case):
    shelters = QgsVectorLayer(everything(drill)["FACILITIES"], "x", "ogr")
    memory = shelters.materialize(__import__("qgis.core").core.QgsFeatureRequest())
    memory.setName("shelters of the day")
    links = QgsVectorLayer("NoGeometry?field=facility_id:string&field=supply_point:string", "links", "memory")
    row = QgsFeature(links.fields())
    row.setAttributes(["S1", "0" * 22])
    links.dataProvider().addFeature(row)
    run("editcase", {"CASE": case, "FACILITIES": memory, "LINKS": links})
    kept = own_inputs(drill.case.folder)
    assert kept["FACILITIES"].path.name == "facilities.gpkg" and kept["FACILITIES"].named == "shelters of the day"
    assert kept["LINKS"].path.read_text(encoding="utf-8-sig").split() == ["facility_id,supply_point", f"S1,{'0' * 22}"]
    assert run("shelterpower", {"CASE": case})["UNKNOWN"] > 0


def test_a_newer_list_takes_the_place_of_the_older_one_and_what_is_taken_out_is_gone(drill, run, case, tmp_path):
    before = run("verifycase", {"CASE": case})["PROBLEMS"]
    run("editcase", {"CASE": case, **everything(drill)})
    shelters = tmp_path / "避難所.csv"
    shelters.write_text("facility_id,name,kind,lat,lon\nF1,灯小学校,避難所,38.2,135.3\n", encoding="utf-8")
    run("editcase", {"CASE": case, "FACILITIES": str(shelters)})
    kept = own_inputs(drill.case.folder)["FACILITIES"]
    assert (kept.named, kept.rows, kept.path.name) == ("避難所.csv", 1, "facilities.csv")
    assert not (drill.case.folder / "inputs" / "facilities.geojson").exists()
    run("editcase", {"CASE": case, "REMOVE": ["FACILITIES", "ROADS"]})
    assert not {"FACILITIES", "ROADS"} & set(own_inputs(drill.case.folder)) and not layer(case, "roads").isValid()
    assert run("verifycase", {"CASE": case})["PROBLEMS"] == before
    # nobody told the ledger of this one
    (drill.case.folder / "inputs" / "trucks.csv").write_text("truck_id\n", encoding="utf-8")
    assert run("verifycase", {"CASE": case})["PROBLEMS"] == before + 1
    (drill.case.folder / "inputs" / "trucks.csv").unlink()


def test_a_recipe_leaves_the_cases_own_inputs_to_the_case(drill, run, case):
    run("editcase", {"CASE": case, **everything(drill)})
    run("shelterpower", {"CASE": case})
    assert "FACILITIES" not in read_recipes(drill.case)["shelterpower"].parameters


def test_a_case_that_was_filled_on_another_computer_names_no_file_outside(drill, run, case, complaint):
    record = {"path": "../../etc/passwd", "layer": "", "kept_at": "", "named": "x", "rows": 1, "sha256": ""}
    (drill.case.folder / "inputs.json").write_text(json.dumps({"FACILITIES": record}), encoding="utf-8")
    assert "outside" in complaint("shelterpower", {"CASE": case})
    (drill.case.folder / "inputs.json").write_text("{", encoding="utf-8")
    assert "inputs.json" in complaint("shelterpower", {"CASE": case})
    (drill.case.folder / "inputs.json").unlink()


def test_a_new_case_keeps_what_it_is_given(drill, run, tmp_path):
    folder = tmp_path / "new"
    info = drill.case.info
    run(
        "createcase",
        {
            "CASE": str(folder),
            "NAME": "new",
            "EVENT_TIME": info.event_time.isoformat(),
            "MUNICIPALITY": info.municipality,
            "PRACTICE": True,
            **everything(drill),
        },
    )
    assert set(own_inputs(folder)) == set(everything(drill))
    # the lock of the ledger stays: a lock that is deleted lets two runs hold it
    assert [path.name for path in folder.glob(".*")] == [f"{LOCK_NAME}.lock"]


def test_the_dialog_offers_no_layer_of_the_project_where_the_case_has_its_own(drill, provider, case, run):
    run("editcase", {"CASE": case, **everything(drill)})
    project = QgsProject.instance()
    project.addMapLayer(QgsVectorLayer(everything(drill)["AREAS"], "areas", "ogr"))
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    algorithm = provider.algorithm("isolatedcommunities").create()
    dialog = AlgorithmDialog(algorithm)
    dialog.setParameters({"CASE": case})
    given = dialog.createProcessingParameters()
    dialog.close()
    project.clear()
    assert given["AREAS"] is None
    good, reason = algorithm.checkParameterValues(given, QgsProcessingContext())
    assert good, reason


def test_the_morning_brief_needs_nothing_but_the_case_and_leaves_all_of_it_there(drill, run, case):
    run("editcase", {"CASE": case, **everything(drill)})
    run("morning_brief", {"CASE": case})
    for name in MORNING_BRIEF:
        assert QgsVectorLayer(f"{case}/layers.gpkg|layername={name}", name, "ogr").featureCount() > 0, name
    (folder,) = (drill.case.folder / "sheets").iterdir()
    assert len(list(folder.glob("*.pdf"))) == 7
    assert not QgsVectorLayer(f"{case}/layers.gpkg|layername=areas", "areas", "ogr").isValid()


def test_trucks_go_where_the_results_of_the_case_say(drill, run, complaint, case, tmp_path):
    trucks = tmp_path / "trucks.csv"
    trucks.write_text("truck_id,kva,state,lat,lon\nT1,500,standby,38.2,135.3\n", encoding="utf-8")
    run("editcase", {"CASE": case, "TRUCKS": str(trucks), **everything(drill)})
    assert "shelter" in complaint("powertrucks", {"CASE": case})
    run("shelterpower", {"CASE": case})
    assert run("powertrucks", {"CASE": case})["ASSIGNED"] == 1


def test_a_case_whose_making_died_at_what_it_keeps_is_made_to_its_end_by_the_next_run(drill, run, complaint, tmp_path):
    info = drill.case.info
    given = {
        "CASE": str(tmp_path / "case"),
        "NAME": info.name,
        "EVENT_TIME": info.event_time.isoformat(),
        "MUNICIPALITY": info.municipality,
        "PRACTICE": True,
        **everything(drill),
    }
    run("createcase", given)
    whole = own_inputs(tmp_path / "case")
    assert "already is a case" in complaint("createcase", given)
    (tmp_path / "case" / "inputs.json").unlink()
    shutil.rmtree(tmp_path / "case" / "inputs")
    (tmp_path / "case" / ".making").mkdir()
    assert "already is a case" in complaint("createcase", {**given, "NAME": "別の災害"})
    run("createcase", given)
    kept = own_inputs(tmp_path / "case")
    assert {kind: (one.rows, one.named) for kind, one in kept.items()} == {
        kind: (one.rows, one.named) for kind, one in whole.items()
    }
    assert not (tmp_path / "case" / ".making").exists()


@pytest.mark.parametrize("left", [b"", b"SQLite format 3\x00" + bytes(84)])
def test_what_a_full_disk_left_of_the_background_is_no_obstacle(drill, run, case, left):
    (drill.case.folder / "context.gpkg").write_bytes(left)
    run("editcase", {"CASE": case, "AREAS": everything(drill)["AREAS"]})
    assert layer(case, "areas").featureCount() == own_inputs(drill.case.folder)["AREAS"].rows


def test_a_layer_is_stale_once_the_case_keeps_a_newer_list(drill, run, case):
    from tomoshibi.casefile.case import Case
    from tomoshibi.casefile.recipes import is_stale

    run("editcase", {"CASE": case, **everything(drill)})
    run("shelterpower", {"CASE": case})
    recipe = read_recipes(drill.case)["shelterpower"]
    assert not is_stale(Case.open(drill.case.folder), recipe)
    run("editcase", {"CASE": case, "FACILITIES": everything(drill)["FACILITIES"]})
    assert is_stale(Case.open(drill.case.folder), recipe)
