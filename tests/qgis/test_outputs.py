"""Where results go: into the case, whatever way an algorithm is run, unless another place is chosen."""

from __future__ import annotations

import inspect

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFileDestination,
    QgsProject,
    QgsVectorLayer,
)
from tomoshibi.layers.schema import SPECS
from tomoshibi.processing_provider.output_targets import CASE_WORDS, NEEDED, by_time, names_case
from tomoshibi.tests.drill_case import make_drill

OPTIONAL = QgsProcessingParameterDefinition.Flag.FlagOptional


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def facilities(drill):
    return {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}


@pytest.fixture(autouse=True)
def no_results(drill):
    for name in ("layers.gpkg", "layers.gpkg-wal", "layers.gpkg-shm"):
        (drill.case.folder / name).unlink(missing_ok=True)


def layer_of(drill, name):
    return QgsVectorLayer(f"{drill.case.folder}/layers.gpkg|layername={name}", name, "ogr")


def test_every_output_of_an_algorithm_with_a_case_goes_to_the_case_or_is_not_made_by_default(provider):
    seen = 0
    for algorithm in provider.algorithms():
        if algorithm.parameterDefinition("CASE") is None:
            continue
        for output in algorithm.destinationParameterDefinitions():
            seen += 1
            if output.createByDefault():
                assert names_case(output.defaultValue()), (algorithm.name(), output.name())
            else:
                assert output.flags() & OPTIONAL and output.defaultValue() is None, (algorithm.name(), output.name())
    assert seen > 20


def test_a_run_without_an_output_writes_into_the_layers_of_the_case_and_its_ledger(drill, run, facilities):
    found = run("shelterpower", facilities)
    layer = layer_of(drill, "shelterpower")
    assert layer.isValid() and layer.featureCount() == sum(
        found[state] for state in ("POWERED", "PARTIAL", "OUTAGE", "UNKNOWN")
    )
    assert "layers.gpkg|shelterpower" in [entry.path for entry in drill.case.ledger.entries()]


@pytest.mark.parametrize("word", [*CASE_WORDS.values(), "[CASE]"])
def test_the_word_for_the_case_is_understood_in_every_language(drill, run, facilities, word):
    run("shelterpower", {**facilities, "OUTPUT": f"{word}/layers.gpkg"})
    assert layer_of(drill, "shelterpower").isValid()


def test_a_layer_of_another_name_in_the_case_can_be_asked_for(drill, run, facilities):
    run("shelterpower", {**facilities, "OUTPUT": "ogr:dbname='[case]/layers.gpkg' table=\"morning\" (geom)"})
    assert layer_of(drill, "morning").isValid() and not layer_of(drill, "shelterpower").isValid()


@pytest.mark.parametrize("word", ["TEMPORARY_OUTPUT", "memory:"])
def test_a_temporary_layer_is_made_where_it_is_chosen(drill, run, facilities, word):
    found = run("shelterpower", {**facilities, "OUTPUT": word})
    assert found["OUTPUT"].providerType() == "memory"
    assert not (drill.case.folder / "layers.gpkg").exists()


@pytest.mark.parametrize(
    "name, given, table",
    [
        ("meshoutage", {}, "meshoutage"),
        ("meshoutage", {"VOLTAGE": "all"}, "meshoutage"),
        ("meshoutage", {"VOLTAGE": "high"}, "meshoutage_high"),
        ("meshoutage", {"AT": "2026-01-20T04:00:00"}, "meshoutage_20260120_0400"),
        ("homeaway", {"METHOD": "manual", "ONLY_LISTED": True}, "homeaway_manual_part"),
        ("shelterpower", {"KIND": "病院、診療所"}, "shelterpower_病院_診療所"),
        ("evacuationsupport", {"AT": "2026-01-20T04:00:00"}, "evacuationsupport"),
    ],
)
def test_what_is_apart_from_the_theme_of_now_has_a_layer_of_its_own(drill, provider, name, given, table):
    settled = provider.algorithm(name).settled({"CASE": str(drill.case.folder), **given}, QgsProcessingContext())
    assert settled["OUTPUT"] == f"ogr:dbname='{drill.case.folder}/layers.gpkg' table=\"{table}\" (geom)"


def test_a_file_that_has_to_be_goes_to_the_case_also_where_nothing_is_given_for_it(drill, provider):
    """QGIS takes None for the default, and the word for the case would be a folder beside the program."""
    context, folder, seen = QgsProcessingContext(), str(drill.case.folder), 0
    for algorithm in (each.create() for each in provider.algorithms() if each.parameterDefinition("CASE")):
        for definition in algorithm.destinationParameterDefinitions():
            has_to_be = NEEDED in definition.metadata() or not definition.flags() & OPTIONAL
            if isinstance(definition, QgsProcessingParameterFileDestination) and has_to_be:
                settled = algorithm.settled({"CASE": folder, definition.name(): None}, context)
                place = algorithm.parameterAsFileOutput(settled, definition.name(), context)
                assert place.startswith(f"{folder}/reports/"), (algorithm.name(), place)
                seen += 1
    assert seen >= 3


def test_a_layer_apart_says_so_in_its_name(qgis_app):
    from tomoshibi.layers.postprocess import called

    title = SPECS["homeaway"].title()
    assert called("homeaway", "homeaway") == called("homeaway", "homeaway_20260120_0400") == title
    assert called("homeaway", "homeaway_manual_part_20260120_0400") == f"{title}, manual, a part of the area"
    assert called("shelterpower", "shelterpower_病院_診療所").endswith(", 病院, 診療所")
    assert called("areaoutage", "elsewhere") == SPECS["areaoutage"].title()


def test_the_dialogs_own_value_goes_to_the_case_and_is_loaded_with_its_time_in_the_name(
    drill, run_and_load, facilities
):
    run_and_load("shelterpower", {**facilities, "OUTPUT": QgsProcessingOutputLayerDefinition("[case]/layers.gpkg")})
    (layer,) = QgsProject.instance().mapLayers().values()
    at = layer.maximumValue(layer.fields().lookupField("as_of"))
    time = f"{at.date().month()}/{at.date().day()} {at.toString('HH:mm')}"
    assert layer.name().endswith(f"as of {time}")


def test_a_result_made_again_is_shown_by_the_layer_that_was_there(drill, run_and_load, facilities):
    run_and_load("shelterpower", {**facilities, "OUTPUT": "[case]/layers.gpkg"})
    (shown,) = QgsProject.instance().mapLayers().values()
    first, count = shown.id(), shown.featureCount()
    hospitals = drill.case.folder / "hospitals.csv"
    hospitals.write_text("facility_id,name,kind,lat,lon\nF1,灯病院,病院,38.2,135.3\n", encoding="utf-8")
    run_and_load("shelterpower", {**facilities, "FACILITIES": str(hospitals), "OUTPUT": "[case]/layers.gpkg"})
    hospitals.unlink()
    (again,) = QgsProject.instance().mapLayers().values()
    assert again.id() == first and 0 < again.featureCount() < count
    assert len(QgsProject.instance().layerTreeRoot().findLayers()) == 1


def test_a_layer_opened_from_another_way_to_write_its_path_is_not_doubled(drill, run_and_load, facilities, tmp_path):
    run_and_load("shelterpower", {**facilities, "OUTPUT": "[case]/layers.gpkg"})
    (tmp_path / "way").symlink_to(drill.case.folder, target_is_directory=True)
    project = QgsProject.instance()
    project.clear()
    other = QgsVectorLayer(f"{tmp_path}/way/layers.gpkg|layername=shelterpower", "mine", "ogr")
    project.addMapLayer(other)
    run_and_load("shelterpower", {**facilities, "OUTPUT": "[case]/layers.gpkg"})
    assert list(project.mapLayers()) == [other.id()]


def test_sheets_and_reports_of_the_case_get_a_folder_for_the_time_of_the_data(tmp_path):
    from datetime import datetime

    at = datetime(2026, 1, 2, 4, 0)
    assert by_time(tmp_path, tmp_path / "sheets", at) == tmp_path / "sheets" / "20260102_0400"
    assert by_time(tmp_path, tmp_path / "reports" / "a.html", at) == tmp_path / "reports" / "20260102_0400" / "a.html"
    for place in (tmp_path / "sheets" / "own", tmp_path / "elsewhere", tmp_path.parent / "sheets"):
        assert by_time(tmp_path, place, at) == place


def test_an_output_that_is_to_go_to_the_case_without_a_case_is_refused(provider, complaint, drill, run):
    run("shelterpower", {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")})
    said = complaint("mapsheets", {"LAYERS": [f"{drill.case.folder}/layers.gpkg|layername=shelterpower"]})
    assert "no case is given" in said


def test_the_batch_dialog_with_empty_outputs_writes_every_row_into_its_own_case(drill, provider, facilities):
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(provider.algorithm("shelterpower").create())
    panel = dialog.mainWidget()
    for name, value in facilities.items():
        panel.wrappers[0][panel.parameter_to_column[name]].setParameterValue(value, QgsProcessingContext())
    # from 3.36 on QGIS asks for a context too
    context = QgsProcessingContext()
    more = (context,) if "context" in inspect.signature(panel.parametersForRow).parameters else ()
    given, good = panel.parametersForRow(0, *more, QgsProject.instance(), warnOnInvalid=True)
    dialog.close()
    assert good
    settled = provider.algorithm("shelterpower").settled(given, QgsProcessingContext())
    assert (
        settled["OUTPUT"].sink.staticValue()
        == f"ogr:dbname='{drill.case.folder}/layers.gpkg' table=\"shelterpower\" (geom)"
    )


def test_the_algorithm_dialog_gives_the_place_in_the_case_without_a_word_typed(drill, provider, facilities):
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    algorithm = provider.algorithm("shelterpower").create()
    dialog = AlgorithmDialog(algorithm)
    dialog.setParameters(facilities)
    given = dialog.createProcessingParameters()
    dialog.close()
    assert given["OUTPUT"].sink.staticValue() == "[case]/layers.gpkg"
    good, reason = algorithm.checkParameterValues(given, QgsProcessingContext())
    assert good, reason


def test_what_was_entered_for_a_dwelling_outlives_a_new_estimate_and_one_of_a_part_of_the_town(drill, run, feedback):
    run("homeaway", {"CASE": str(drill.case.folder)})
    layer = layer_of(drill, "homeaway")
    features = list(layer.getFeatures())
    place = layer.fields().lookupField("response")
    layer.dataProvider().changeAttributeValues({features[0].id(): {place: "safe"}, features[-1].id(): {place: "hurt"}})
    first, last = features[0]["supply_point"], features[-1]["supply_point"]
    del layer

    def responses():
        rows = layer_of(drill, "homeaway").getFeatures()
        return {one["supply_point"]: one["response"] for one in rows if one["response"]}

    run("homeaway", {"CASE": str(drill.case.folder)})
    assert responses() == {first: "safe", last: "hurt"} and not any("responses" in said for said in feedback.warnings)
    listed = drill.case.folder / "listed.csv"
    listed.write_text(f"supply_point\n{first}\n", encoding="utf-8")
    part = {"CASE": str(drill.case.folder), "RESIDENTS": str(listed), "ONLY_LISTED": True}
    run("homeaway", part)
    assert responses() == {first: "safe", last: "hurt"}
    run("homeaway", {**part, "OUTPUT": "ogr:dbname='[case]/layers.gpkg' table=\"homeaway\" (geom)"})
    listed.unlink()
    assert responses() == {first: "safe"}
    kept = drill.case.folder / "homeaway-responses.csv"
    assert kept.read_text(encoding="utf-8-sig").split() == [
        "supply_point,response,response_by,response_at,response_note",
        f"{last},hurt,,,",
    ]
    assert any("responses for 1 dwellings" in said for said in feedback.warnings)


@pytest.fixture
def told(qgis_app, monkeypatch):
    """The messages of QGIS's window after runs, and what their buttons open."""
    from tomoshibi.dialogs import after_run
    from tomoshibi.tests.qgis.window import Interface

    opened: list[str] = []
    monkeypatch.setattr(after_run, "_open", lambda path: opened.append(str(path)))
    iface = Interface()
    listener = after_run.AfterRun(iface)
    yield iface, opened
    listener.close()


def buttons(iface):
    from qgis.PyQt.QtWidgets import QPushButton

    (item,) = iface.messages.items()
    return {button.text(): button for button in item.findChildren(QPushButton)}


def test_the_message_after_a_run_zooms_to_the_layer_and_opens_folder_and_sheet(drill, run_and_load, facilities, told):
    iface, opened = told
    run_and_load("shelterpower", {**facilities, "OUTPUT": "[case]/layers.gpkg"})
    assert set(buttons(iface)) == {"Zoom to the layer", "Open the folder"}
    buttons(iface)["Zoom to the layer"].click()
    (layer,) = QgsProject.instance().mapLayers().values()
    assert iface.canvas.extent().contains(layer.extent().center())
    run_and_load("mapsheets", {"CASE": facilities["CASE"], "BASEMAP": "none"})
    (folder,) = (drill.case.folder / "sheets").iterdir()
    buttons(iface)["Open the folder"].click()
    buttons(iface)["Open the sheet"].click()
    assert opened == [str(folder), str(folder / "shelterpower.pdf")]


def test_what_qgis_says_of_the_end_of_a_task_does_not_lie_over_the_buttons(drill, run_and_load, facilities, told):
    from tomoshibi.tests.stall import spin_until

    iface, _ = told
    run_and_load("shelterpower", {**facilities, "OUTPUT": "[case]/layers.gpkg"})
    (ours,) = iface.messages.items()
    title = QgsApplication.processingRegistry().algorithmById("tomoshibi:shelterpower").displayName()
    iface.messages.pushMessage("Task complete", title)
    iface.messages.pushMessage("Task complete", "another")
    spin_until(lambda: len(iface.messages.items()) == 2, what="the message to be taken away")
    assert [item.text() for item in iface.messages.items() if item is not ours] == ["another"]


def test_a_temporary_result_is_not_announced_and_a_run_within_another_neither(drill, run, facilities, told):
    from tomoshibi.processing_provider.announce import quietly

    iface, _ = told
    run("shelterpower", {**facilities, "OUTPUT": "memory:"})
    with quietly():
        run("shelterpower", facilities)
    assert iface.messages.items() == []


def test_sheets_without_layers_print_the_case_and_what_is_on_the_screen(drill, run_and_load, run, facilities, tmp_path):
    run("shelterpower", facilities)
    run_and_load("meshoutage", {"CASE": facilities["CASE"], "OUTPUT": "TEMPORARY_OUTPUT"})
    found = run("mapsheets", {"CASE": facilities["CASE"], "BASEMAP": "none", "FOLDER": str(tmp_path / "sheets")})
    assert sorted(path.name for path in (tmp_path / "sheets").glob("*.pdf")) == ["meshoutage.pdf", "shelterpower.pdf"]
    assert found["PAGES"] >= 2


def test_the_report_of_figures_goes_to_a_folder_for_its_time_unless_it_is_not_wanted(drill, run):
    found = run("situationreport", {"CASE": str(drill.case.folder)})
    (page,) = (drill.case.folder / "reports").rglob("*.html")
    assert found["HTML"] == str(page) and len(page.parent.name) == len("20260120_0900")
    assert "HTML" not in run("situationreport", {"CASE": str(drill.case.folder), "HTML": None})


def test_the_log_of_newer_versions_has_links_to_what_was_made(tmp_path):
    from tomoshibi.processing_provider.announce import tell_places

    class Newer:
        def __init__(self):
            self.pushed = []

        def pushFormattedMessage(self, html, text):
            self.pushed.append((html, text))

    feedback, sheet = Newer(), tmp_path / "a & b.pdf"
    tell_places(feedback, [str(sheet), f"{tmp_path}/layers.gpkg|layername=shelterpower"])
    assert [text for _, text in feedback.pushed] == [f"Made: {sheet}", f"Made: {tmp_path}/layers.gpkg"]
    assert (
        feedback.pushed[0][0]
        == f'<a href="{(tmp_path / "x").as_uri()[:-1]}a%20%26%20b.pdf">{tmp_path}/a &amp; b.pdf</a>'
    )


def test_polygons_are_loaded_under_the_points_and_stay_where_a_person_moves_them(drill, run_and_load, facilities):
    project = QgsProject.instance()

    def order():
        return [node.layer().customProperty("tomoshibi/spec") for node in project.layerTreeRoot().findLayers()]

    def load(name, given):
        run_and_load(name, {**given, "OUTPUT": "[case]/layers.gpkg"})

    only = {"CASE": facilities["CASE"]}
    load("shelterpower", facilities)
    load("meshoutage", only)
    assert order() == ["shelterpower", "meshoutage"]
    load("homeaway", only)
    assert order() == ["homeaway", "shelterpower", "meshoutage"]
    root = project.layerTreeRoot()
    node = root.children()[2]
    root.insertChildNode(0, node.clone())
    root.removeChildNode(node)
    load("meshoutage", only)
    assert order() == ["meshoutage", "homeaway", "shelterpower"]
