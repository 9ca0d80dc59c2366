"""“Refresh the case” against the practice aggregator, whose clock moves on."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from datetime import datetime
from pathlib import Path

import pytest
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime
from tomoshibi.casefile.recipes import read_recipes
from tomoshibi.layers.postprocess import named_at
from tomoshibi.layers.replace import ReplaceError, replace
from tomoshibi.practice.server import Fault
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.qgis.refresh_drill import Clockwork, make_scenario_folder, running

FETCHED = "download"


@pytest.fixture(scope="module")
def scenario_folder(tmp_path_factory) -> Path:
    return make_scenario_folder(tmp_path_factory.mktemp("scenario") / "made")


@pytest.fixture
def drill(run, scenario_folder, tmp_path, monkeypatch):
    """A case with everything that was published twelve hours before the scenario's end, and two layers of it."""
    with running(run, scenario_folder, tmp_path, monkeypatch) as made:
        layers(run, made)
        made.server.log.clear()
        yield made
        QgsProject.instance().clear()


def layers(run, drill: Clockwork) -> None:
    run(
        "shelterpower",
        {
            "CASE": str(drill.case),
            "FACILITIES": str(drill.case / "facilities.geojson"),
            "OUTPUT": drill.sink("shelterpower"),
        },
    )
    run(
        "acquisitiongaps",
        {
            "CASE": str(drill.case),
            "AREAS": str(drill.scenario.folder / "open" / "areas.geojson"),
            "STEP_HOURS": 3,
            "OUTPUT": drill.sink("acquisitiongaps"),
        },
    )


def as_of(drill: Clockwork, name: str) -> datetime:
    layer = QgsVectorLayer(f"{drill.layers}|layername={name}", name, "ogr")
    assert layer.featureCount() > 0
    found = {feature["as_of"].toString("yyyy-MM-dd HH:mm:ss") for feature in layer.getFeatures()}
    assert len(found) == 1
    return datetime.fromisoformat(found.pop())


def fetched(drill: Clockwork) -> int:
    return sum(interface == FETCHED for interface, _, _ in drill.server.log)


def refresh(run, drill: Clockwork, **more) -> dict:
    return run("refreshcase", {"CASE": str(drill.case), **more})


# -- recipes --------------------------------------------------------------------------------------------------------


def test_a_layer_of_the_case_is_remembered_with_its_parameters_and_paths_inside_the_case(drill):
    recipes = read_recipes(drill.open())
    assert set(recipes) == {"shelterpower", "acquisitiongaps"}
    assert recipes["shelterpower"].parameters == {"FACILITIES": "case:facilities.geojson"}
    assert recipes["acquisitiongaps"].parameters["STEP_HOURS"] == 3
    assert recipes["acquisitiongaps"].parameters["AREAS"] == str(drill.scenario.folder / "open" / "areas.geojson")
    text = (drill.case / "recipes.json").read_text(encoding="utf-8")
    user, phrase = drill.server.credentials()()
    assert user not in text and phrase not in text and drill.server.url not in text


def test_layers_of_the_project_and_times_are_remembered_so_that_another_session_understands_them(run, drill):
    layer = QgsVectorLayer(str(drill.case / "facilities.geojson"), "facilities", "ogr")
    QgsProject.instance().addMapLayer(layer)
    moment = QDateTime.fromString("2026-01-20T10:00:00", "yyyy-MM-ddTHH:mm:ss")
    for given in (layer, layer.id(), QgsProcessingFeatureSourceDefinition(layer.id())):
        run(
            "shelterpower",
            {"CASE": str(drill.case), "FACILITIES": given, "AT": moment, "OUTPUT": drill.sink("at_ten")},
        )
        recipe = read_recipes(drill.open())["at_ten"]
        assert recipe.parameters == {"FACILITIES": "case:facilities.geojson", "AT": "2026-01-20T10:00:00"}
        assert recipe.lacking == ()


def test_what_is_gone_with_qgis_is_named_when_the_layer_is_to_be_made_anew(run, drill):
    layer = QgsVectorLayer(str(drill.case / "facilities.geojson"), "facilities", "ogr")
    memory = layer.materialize(QgsFeatureRequest())
    QgsProject.instance().addMapLayer(memory)
    run("shelterpower", {"CASE": str(drill.case), "FACILITIES": memory.id(), "OUTPUT": drill.sink("shelterpower")})
    assert read_recipes(drill.open())["shelterpower"].lacking == ("FACILITIES",)
    result = refresh(run, drill, REDO="all")
    assert result["LAYERS"] == 1 and result["FAILED"] == 1 and result["STATE"] == "partial"
    assert "FACILITIES was a temporary layer" in result["MESSAGE"]


def test_a_source_with_a_passphrase_is_not_written_down(drill, provider):
    from tomoshibi.processing_provider.recipes import describe

    secret = "postgres://dbname='gis' user='u' password='himitsu' table=\"t\""
    kept, lacking = describe(
        provider.algorithm("shelterpower"), {"FACILITIES": secret}, QgsProcessingContext(), drill.open()
    )
    assert kept == {} and lacking == ("FACILITIES",)


# -- one pass --------------------------------------------------------------------------------------------------------


def test_only_the_new_file_is_fetched_and_the_layers_are_of_its_time(run, drill):
    assert refresh(run, drill)["FILES"] == 0 and fetched(drill) == 0
    before = {name: as_of(drill, name) for name in ("shelterpower", "acquisitiongaps")}
    held = {path: path.stat().st_mtime_ns for path in (drill.case / "received").rglob("*.csv")}
    moment = drill.advance(12)
    result = refresh(run, drill)
    new = [path for path in (drill.case / "received").rglob("*.csv") if path not in held]
    assert result["STATE"] == "ok" and result["FAILED"] == 0 and result["LAYERS"] == 2
    assert result["FILES"] == fetched(drill) == len(new) > 0
    assert {path: path.stat().st_mtime_ns for path in held} == held
    for name, time in before.items():
        assert as_of(drill, name) > time
    assert as_of(drill, "shelterpower") == datetime.fromisoformat(result["DATA_TIME"]) <= moment
    assert datetime.fromisoformat(result["LAST_SUCCESS"])
    places = [entry.path for entry in drill.open().ledger.entries()]
    assert places.count("layers.gpkg|shelterpower") == 2 and not any(".refresh" in place for place in places)


def test_where_nothing_is_new_nothing_is_written(run, drill):
    refresh(run, drill)
    before = drill.layers.read_bytes(), (drill.case / "ledger.jsonl").read_bytes()
    result = refresh(run, drill)
    assert (result["FILES"], result["LAYERS"], result["FAILED"], result["STATE"]) == (0, 0, 0, "ok")
    assert (drill.layers.read_bytes(), (drill.case / "ledger.jsonl").read_bytes()) == before
    assert refresh(run, drill, REDO="all")["LAYERS"] == 2


def test_a_refreshed_layer_is_what_its_algorithm_makes(run, drill):
    from tomoshibi.tests.qgis.tables import rows

    drill.advance(12)
    refresh(run, drill)
    refreshed = rows(QgsVectorLayer(f"{drill.layers}|layername=shelterpower", "a", "ogr"))
    run(
        "shelterpower",
        {
            "CASE": str(drill.case),
            "FACILITIES": str(drill.case / "facilities.geojson"),
            "OUTPUT": drill.sink("by_hand"),
        },
    )
    by_hand = rows(QgsVectorLayer(f"{drill.layers}|layername=by_hand", "b", "ogr"))
    assert len(by_hand) and refreshed.astype(str).equals(by_hand.astype(str))


def test_chosen_layers_only(run, drill):
    drill.advance(12)
    before = as_of(drill, "acquisitiongaps")
    assert refresh(run, drill, LAYERS="shelterpower")["LAYERS"] == 1
    assert as_of(drill, "acquisitiongaps") == before
    assert refresh(run, drill)["LAYERS"] == 1
    assert as_of(drill, "acquisitiongaps") > before


def test_a_layer_that_fails_is_named_and_the_other_is_made(run, drill):
    before = as_of(drill, "shelterpower")
    first = refresh(run, drill)["LAST_SUCCESS"]
    assert first
    (drill.case / "facilities.geojson").unlink()
    drill.advance(12)
    result = refresh(run, drill)
    assert (result["LAYERS"], result["FAILED"], result["STATE"]) == (1, 1, "partial")
    assert "The layer shelterpower was not made again" in result["MESSAGE"]
    assert result["LAST_SUCCESS"] == first
    assert as_of(drill, "shelterpower") == before
    assert [path.name for path in (drill.case / ".refresh").iterdir()] == [".download.lock"]
    shutil.copy(drill.scenario.folder / "open" / "facilities.geojson", drill.case / "facilities.geojson")
    again = refresh(run, drill)
    assert (again["LAYERS"], again["FAILED"], again["STATE"]) == (1, 0, "ok")
    assert again["LAST_SUCCESS"] >= first


def test_without_the_server_the_reason_is_said_and_layers_follow_files_brought_by_hand(run, drill):
    first = refresh(run, drill)["LAST_SUCCESS"]
    drill.server.stop()
    facilities = drill.case / "facilities.geojson"
    facilities.write_bytes(facilities.read_bytes() + b"\n")
    result = refresh(run, drill)
    assert (result["STATE"], result["LAYERS"], result["FAILED"]) == ("offline", 1, 1)
    assert "No server answers" in result["MESSAGE"] and result["LAST_SUCCESS"] == first


def test_a_wrong_passphrase_is_told_apart_because_a_person_has_to_act(run, drill, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", "not this one")
    assert refresh(run, drill)["STATE"] == "refused"


def test_by_hand_alone_needs_no_address(run, drill, monkeypatch, feedback):
    monkeypatch.delenv("TOMOSHIBI_BASE_URL")
    result = refresh(run, drill, REDO="all")
    assert (result["STATE"], result["LAYERS"]) == ("ok", 2)
    assert "No address of the aggregator is set" in result["MESSAGE"]


def test_a_file_that_comes_wrong_is_counted_and_fetched_the_next_time(run, drill):
    drill.advance(12)
    drill.server.faults.append(Fault(FETCHED, times=2, corrupt=True))
    result = refresh(run, drill)
    assert result["STATE"] == "partial" and result["FAILED"] == 1
    drill.server.faults.clear()
    again = refresh(run, drill)
    assert again["STATE"] == "ok" and again["FILES"] == 1


def test_two_refreshes_of_one_case_do_not_meet(complaint, drill):
    from tomoshibi.aggregator.transfer import locked
    from tomoshibi.messages import Progress

    (drill.case / ".refresh").mkdir(exist_ok=True)
    with locked(drill.case / ".refresh", Progress()):
        assert "Another refresh of this case is at work" in complaint("refreshcase", {"CASE": str(drill.case)})


def test_a_case_that_was_moved_is_refreshed_where_it_is_now(run, drill, tmp_path):
    drill.case = drill.case.rename(tmp_path / "moved")
    result = refresh(run, drill, LAYERS="shelterpower", REDO="all")
    assert (result["LAYERS"], result["FAILED"]) == (1, 0)


def test_details_say_the_time_of_each_kind_of_data(run, drill):
    details = json.loads(refresh(run, drill)["DETAILS"])
    kinds = {entry["kind"]: entry["time"] for entry in details["data"]}
    assert set(kinds) == {"Outage information (通電情報)", "Readings (電力データ)"}
    assert details["practice"] is True


# -- layers that are shown -------------------------------------------------------------------------------------------


def test_a_layer_that_is_shown_has_the_new_features_afterwards(run, drill):
    layer = QgsVectorLayer(f"{drill.layers}|layername=shelterpower", "shown", "ogr")
    QgsProject.instance().addMapLayer(layer)
    iterator = layer.getFeatures()
    first = next(iterator)
    repaints = []
    layer.repaintRequested.connect(lambda *_: repaints.append(1))
    drill.advance(12)
    del iterator
    assert refresh(run, drill)["LAYERS"] == 2
    assert repaints and layer.isValid()
    assert layer.getFeature(first.id())["as_of"] > first["as_of"]
    assert layer.featureCount() == len(list(layer.getFeatures()))


def test_a_layer_that_is_being_edited_is_left_alone_and_said(run, drill):
    layer = QgsVectorLayer(f"{drill.layers}|layername=shelterpower", "shown", "ogr")
    QgsProject.instance().addMapLayer(layer)
    assert layer.startEditing()
    drill.advance(12)
    result = refresh(run, drill)
    assert result["LAYERS"] == 1 and "being edited" in result["MESSAGE"] and result["STATE"] == "partial"
    layer.rollBack()
    assert refresh(run, drill)["LAYERS"] == 1


# -- replacing -------------------------------------------------------------------------------------------------------


def cells(path: Path, values: list[float], name: str = "t", fields: str = "rate:double") -> Path:
    memory = QgsVectorLayer(f"Polygon?crs=EPSG:6668&field={fields}", name, "memory")
    made = []
    for number, value in enumerate(values):
        feature = QgsFeature(memory.fields())
        feature.setAttributes([value])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(number, 0, number + 1, 1)))
        made.append(feature)
    memory.dataProvider().addFeatures(made)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", name
    if path.exists():
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    error = QgsVectorFileWriter.writeAsVectorFormatV3(memory, str(path), QgsCoordinateTransformContext(), options)
    assert error[0] == QgsVectorFileWriter.WriterError.NoError, error
    return path


WHOLE = {(500, 0.0), (700, 1.0), (1100, 2.0)}


def read_on(stop: threading.Event, read, seen: list) -> threading.Thread:
    """Read in another thread until told to stop; what was read goes to `seen` as (count, distinct values…)."""

    def work() -> None:
        while not stop.is_set():
            found = read()
            seen.append((len(found), *sorted(set(found))))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_readers_that_lock_see_the_old_features_or_the_new_and_never_a_part(qgis_app, tmp_path):
    package = cells(tmp_path / "layers.gpkg", [0.0] * 500)
    fresh = [cells(tmp_path / f"{kind}.gpkg", [float(kind)] * (300 + 400 * kind)) for kind in (1, 2)]
    stop, seen = threading.Event(), []

    def read() -> list[float]:
        connection = sqlite3.connect(package, timeout=PATIENCE)
        found = [row[0] for row in connection.execute("SELECT rate FROM t")]
        connection.close()
        return found

    thread = read_on(stop, read, seen)
    for number in range(40):
        assert replace(package, fresh[number % 2], "t")
    stop.set()
    thread.join()
    assert set(seen) <= WHOLE and len(set(seen)) >= 2


def test_a_map_that_reads_all_the_while_shows_the_new_features_once_it_is_drawn_again(qgis_app, tmp_path):
    # QGIS reads GeoPackages without locks, so what is drawn in the moment of the change may be mixed: it is drawn again
    package = cells(tmp_path / "layers.gpkg", [0.0] * 500)
    fresh = [cells(tmp_path / f"{kind}.gpkg", [float(kind)] * (300 + 400 * kind)) for kind in (1, 2)]
    shown = QgsVectorLayer(f"{package}|layername=t", "t", "ogr")
    source = shown.dataProvider().featureSource()
    stop, seen = threading.Event(), []
    thread = read_on(stop, lambda: [each["rate"] for each in source.getFeatures(QgsFeatureRequest())], seen)
    for number in range(40):
        assert replace(package, fresh[number % 2], "t")
        shown.reload()
        assert [each["rate"] for each in shown.getFeatures()] == [float(number % 2 + 1)] * (700 + 400 * (number % 2))
    stop.set()
    thread.join()
    assert shown.isValid() and len(seen) > 10 and any(each in WHOLE for each in seen)


def test_the_replaced_layer_is_a_sound_geopackage(qgis_app, tmp_path):
    package = cells(tmp_path / "layers.gpkg", [0.0] * 5)
    cells(package, [9.0], "other")
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    before = sqlite3.connect(package).execute(triggers).fetchall()
    assert replace(package, cells(tmp_path / "new.gpkg", [1.0] * 8), "t")
    connection = sqlite3.connect(package)
    assert connection.execute(triggers).fetchall() == before
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("SELECT count(*) FROM rtree_t_geom").fetchone() == (8,)
    count = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 't'"
    assert connection.execute(count).fetchone() == (8,)
    connection.close()
    layer = QgsVectorLayer(f"{package}|layername=t", "t", "ogr")
    assert layer.featureCount() == 8 and layer.extent().width() == 8
    assert len(list(layer.getFeatures(QgsFeatureRequest(QgsRectangle(6.1, 0.1, 6.9, 0.9))))) == 1
    layer.startEditing()
    layer.addFeature(QgsFeature(layer.fields()))
    assert layer.commitChanges() and layer.featureCount() == 9
    assert QgsVectorLayer(f"{package}|layername=other", "t", "ogr").featureCount() == 1


def test_other_columns_or_no_such_layer_are_not_replaced(qgis_app, tmp_path):
    package = cells(tmp_path / "layers.gpkg", [0.0] * 5)
    assert not replace(package, cells(tmp_path / "a.gpkg", [1.0], fields="ratio:double"), "t")
    assert not replace(package, cells(tmp_path / "b.gpkg", [1.0], name="u"), "u")
    assert not replace(tmp_path / "none.gpkg", package, "t")
    assert QgsVectorLayer(f"{package}|layername=t", "t", "ogr").featureCount() == 5


def test_a_file_that_another_program_holds_stays_as_it_was(qgis_app, tmp_path, monkeypatch):
    monkeypatch.setattr("tomoshibi.layers.replace.PATIENCE", 0.1)
    package = cells(tmp_path / "layers.gpkg", [0.0] * 5)
    holder = sqlite3.connect(package, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ReplaceError, match="is as it was"):
        replace(package, cells(tmp_path / "new.gpkg", [1.0] * 8), "t")
    holder.execute("ROLLBACK")
    holder.close()
    assert QgsVectorLayer(f"{package}|layername=t", "t", "ogr").featureCount() == 5


# -- what is on the screen, and what people entered -------------------------------------------------------------------

LINES = "宛名番号,氏名,供給地点特定番号,要介護度\n"


def show(source: str, name: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(source, name, "ogr")
    assert layer.isValid() and QgsProject.instance().addMapLayer(layer) is layer
    return layer


def support(run, drill: Clockwork, people: list[tuple[str, str, str, str]]) -> Path:
    path = drill.case / "people.csv"
    path.write_text(LINES + "\n".join(",".join(one) for one in people), encoding="utf-8")
    return path


def numbers(drill: Clockwork, count: int) -> list[str]:
    return drill.open().master(["supply_point", "flow"]).query("flow == 1")["supply_point"].tolist()[:count]


def enter(layer: QgsVectorLayer, key: str, response: str) -> None:
    feature = next(one for one in layer.getFeatures() if one["key"] == key)
    assert layer.startEditing()
    feature["response"] = response
    assert layer.updateFeature(feature) and layer.commitChanges()


def entered(layer: QgsVectorLayer) -> dict[str, str]:
    return {one["key"]: one["response"] for one in layer.getFeatures() if one["response"]}


def test_what_was_made_and_what_on_the_screen_was_not_is_said(run, drill, tmp_path):
    show(f"{drill.layers}|layername=shelterpower", "避難所")
    apart = tmp_path / "apart.gpkg"
    shutil.copy(drill.layers, apart)
    show(f"{apart}|layername=shelterpower", "写し")
    result = refresh(run, drill, REDO="all")
    said = result["MESSAGE"].splitlines()
    assert said[1] == "Made again: Shelter power, Data acquisition gaps."
    (line,) = [line for line in said if line.startswith("On the screen and not made again")]
    assert "写し. They lie outside" in line and "避難所" not in line


def test_the_time_in_the_name_of_a_layer_on_the_screen_follows(run, drill):
    before = as_of(drill, "shelterpower")
    layer = show(f"{drill.layers}|layername=shelterpower", named_at("避難所", before))
    plain = show(f"{drill.layers}|layername=acquisitiongaps", "途絶 1/2")
    drill.advance(12)
    refresh(run, drill)
    after = as_of(drill, "shelterpower")
    assert after > before and layer.name() == named_at("避難所", after) and plain.name() == "途絶 1/2"


def test_a_refresh_keeps_what_people_entered_with_the_person_it_is_about(run, drill):
    first, second, third = numbers(drill, 3)
    people = [
        ("P1", "電力 太郎", first, "要介護1"),
        ("P2", "通電 花子", second, "要介護2"),
        ("P3", "復旧 次郎", third, ""),
    ]
    path = support(run, drill, people)
    given = {"CASE": str(drill.case), "SUPPORT_LIST": str(path), "OUTPUT": drill.sink("evacuationsupport")}
    run("evacuationsupport", given)
    layer = show(f"{drill.layers}|layername=evacuationsupport", "要支援者")
    enter(layer, "P1", "evacuated")
    enter(layer, "P3", "contacted")
    # an ordinary refresh leaves it alone, and says so
    path.touch()
    drill.advance(12)
    said = refresh(run, drill)["MESSAGE"]
    assert "On the screen and not made again: 要支援者. A refresh makes" in said
    assert entered(layer) == {"P1": "evacuated", "P3": "contacted"}
    # another order, another degree of care, and P3's id was given to somebody else
    support(
        run, drill, [("P3", "節電 三郎", second, ""), ("P2", *people[1][1:]), ("P1", "電力　太郎", first, "要介護5")]
    )
    result = refresh(run, drill, LAYERS="evacuationsupport", REDO="all")
    assert result["LAYERS"] == 1 and result["STATE"] == "ok"
    assert entered(layer) == {"P1": "evacuated"}
    assert "evacuationsupport-responses.csv" in result["MESSAGE"]
    apart = (drill.case / "evacuationsupport-responses.csv").read_text(encoding="utf-8-sig")
    assert "P3" in apart and "contacted" in apart
    # nothing is uncertain any more
    assert "responses.csv" not in refresh(run, drill, LAYERS="evacuationsupport", REDO="all")["MESSAGE"]
    assert entered(layer) == {"P1": "evacuated"}


def test_a_refresh_keeps_what_was_entered_for_a_home(run, drill):
    run("homeaway", {"CASE": str(drill.case), "METHOD": "manual", "OUTPUT": drill.sink("homeaway")})
    layer = show(f"{drill.layers}|layername=homeaway", "在・不在")
    feature = next(layer.getFeatures())
    number = feature["supply_point"]
    assert layer.startEditing()
    feature["response"] = "contacted"
    assert layer.updateFeature(feature) and layer.commitChanges()
    assert refresh(run, drill, LAYERS="homeaway", REDO="all")["LAYERS"] == 1
    assert {one["supply_point"]: one["response"] for one in layer.getFeatures() if one["response"]} == {
        number: "contacted"
    }
