"""The project of a case: made, refreshed in its place, and what of it people made their own."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    QgsApplication,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsLayerTreeModel,
    QgsMarkerSymbol,
    QgsProcessingContext,
    QgsProject,
    QgsReferencedRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtGui import QColor
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers import build
from tomoshibi.layers.context import LAND, OUTSIDE
from tomoshibi.layers.districts import NAMED
from tomoshibi.layers.postprocess import named_at
from tomoshibi.layers.project_groups import GROUPS, order_of
from tomoshibi.layers.project_views import time_range
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.style import apply_style
from tomoshibi.layers.style.kept import users_look
from tomoshibi.layers.versions import temporal_unit
from tomoshibi.processing_provider.desk import set_desk, show_course
from tomoshibi.processing_provider.on_screen import renamed

from tests.qgis.test_sheets import _places, _result

EVENT = datetime(2026, 1, 19, 4, 10)
CITY = (136.99, 37.19, 0.08)


def facilities(folder: Path, state: str = "outage") -> None:
    table = pd.DataFrame(
        {
            "facility_id": list("abc"),
            "name": ["灯総合病院", "灯小学校", "灯診療所"],
            "kind": ["病院", "避難所", "診療所"],
            "state": [state, "outage", "powered"],
        }
    )
    _result(folder / "layers.gpkg", "shelterpower", table, build.points(137 + 0.01 * np.arange(3), np.full(3, 37.2)))


def cells(folder: Path) -> None:
    days = [datetime(2026, 1, 18) + timedelta(days=number) for number in range(3)]
    table = pd.DataFrame(
        {
            "mesh_code": "5536",
            "meters": 10.0,
            "silent": 9.0,
            "silent_rate": 0.9,
            "rate_class": 4,
            "masked": False,
            "begin": days,
            "end": [day + timedelta(days=1) for day in days],
        }
    )
    west = np.full(3, 137.0)
    _result(
        folder / "layers.gpkg",
        "meshoutage",
        table,
        build.rectangles(np.full(3, 37.2), west, np.full(3, 37.21), west + 0.01),
    )


def squares(count: int):
    west = 137 + 0.01 * np.arange(count)
    made = []
    for shape in build.rectangles(np.full(count, 37.2), west, np.full(count, 37.21), west + 0.01):
        shape.convertToMultiType()
        made.append(shape)
    return made


def gaps(folder: Path) -> None:
    begin = [EVENT + timedelta(hours=3 * number) for number in range(4)]
    end = [*(each + timedelta(hours=3) for each in begin[:3]), begin[3] + timedelta(hours=1)]
    table = pd.DataFrame(
        {
            "area_id": "a",
            "area_name": "灯町",
            "meters": 10,
            "received": 3,
            "gap_rate": 0.7,
            "begin": begin,
            "end": end,
        }
    )
    _result(folder / "layers.gpkg", "acquisitiongaps", table, squares(4))


def homes(folder: Path) -> None:
    table = pd.DataFrame({"supply_point": ["0" * 22], "state": ["home"], "pole_count": 1})
    _result(folder / "layers.gpkg", "homeaway", table, build.points([137.0], [37.2]))


def make_case(folder: Path, code: str = "999999", x: float = CITY[0], y: float = CITY[1], **more) -> Case:
    made = Case.create(folder, CaseInfo("灯里市 地震", EVENT, code, practice=True))
    _places(made.folder / "context.gpkg", "boundary", [("city", x, y, CITY[2])])
    _places(made.folder / "context.gpkg", "areas", [("灯町", x, y, 0.03), ("暁町", x + 0.03, y, 0.03)])
    return made


@pytest.fixture()
def case(qgis_app, tmp_path: Path) -> Case:
    made = make_case(tmp_path / "case")
    facilities(made.folder)
    cells(made.folder)
    return made


@pytest.fixture(autouse=True)
def _own_project(qgis_app):
    set_desk(None)
    yield
    QgsProject.instance().clear()
    set_desk(None)


def run(case: Case, **more) -> Path:
    import processing

    given = {"CASE": str(case.folder), "BASEMAP": "none", **more}
    return Path(processing.run("tomoshibi:openproject", given)["PROJECT"])


def read(path: Path) -> QgsProject:
    project = QgsProject()
    assert project.read(str(path))
    return project


def entries(project: QgsProject) -> dict[str, list[str]]:
    """Return {group: names of its layers}, top to bottom; "" for what lies in none."""
    root = project.layerTreeRoot()
    found = {group.name(): [node.name() for node in group.findLayers()] for group in root.findGroups(False)}
    loose = [node.name() for node in root.children() if node.name() not in found]
    return {**found, "": loose} if loose else found


def test_the_groups_hold_the_results_points_over_areas_each_with_its_time(provider, case):
    gaps(case.folder)
    homes(case.folder)
    path = run(case)
    assert path == case.folder / "situation.qgz"
    project = read(path)
    assert list(entries(project).items()) == [
        ("Facilities", ["Power at facilities as of 1/20 09:00"]),
        ("People (personal data)", ["At home or away as of 1/20 09:00"]),
        ("Outage", ["Outage by mesh as of 1/20 09:00"]),
        ("Loss of data", ["Data gaps as of 1/20 09:00"]),
        ("Background", ["Areas", "Municipality"]),
    ]
    order = [layer.geometryType() for layer in project.layerTreeRoot().layerOrder()]
    results = order[:-2]
    assert results == sorted(results), "points (0) over areas (2)"
    shown = [node.name().split(" as of")[0] for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    assert shown == ["Power at facilities", "Outage by mesh", "Areas", "Municipality"]
    assert project.title().startswith("[Drill]")
    areas = next(layer for layer in project.mapLayers().values() if layer.name() == "Areas")
    assert areas.labelsEnabled() and areas.labeling().settings().fieldName == "area_id"


def test_every_kind_of_result_has_its_group_and_no_points_lie_below_areas(qgis_app):
    held = [kind for group in GROUPS for kind in group.kinds]
    assert len(held) == len(set(held)) and set(held) == set(SPECS)
    drawn = [kind for kind in sorted(SPECS, key=order_of) if SPECS[kind].geometry != "none"]
    kinds = [SPECS[kind].geometry for kind in drawn]
    assert "point" not in kinds[kinds.index("polygon") :]


def test_run_twice_nothing_is_doubled_and_what_people_added_stays(provider, case):
    path = run(case)
    project = read(path)
    added = QgsVectorLayer("Point?crs=EPSG:6668", "現地班", "memory")
    copy = next(layer for layer in project.mapLayers().values() if layer.name().startswith("Power at")).clone()
    copy.setName("わたしの写し")
    project.addMapLayer(copy, False)
    project.addMapLayer(added, False)
    root = project.layerTreeRoot()
    root.insertLayer(0, added)
    root.insertLayer(1, copy)
    mesh = next(node for node in root.findLayers() if node.name().startswith("Outage by"))
    mesh.setItemVisibilityChecked(False)
    root.findGroup("Outage").setName("停電（班用）")
    project.mapThemeCollection().insert("班の図", project.mapThemeCollection().mapThemeState("Outage rate by mesh"))
    assert project.write(str(path))
    project.clear()
    gaps(case.folder)
    assert run(case) == path
    again = read(path)
    assert entries(again) == {
        "": ["現地班", "わたしの写し"],
        "Facilities": ["Power at facilities as of 1/20 09:00"],
        "停電（班用）": ["Outage by mesh as of 1/20 09:00"],
        "Loss of data": ["Data gaps as of 1/20 09:00"],
        "Background": ["Areas", "Municipality"],
    }
    assert [group.name() for group in again.layerTreeRoot().findGroups(False)] == [
        "Facilities",
        "停電（班用）",
        "Loss of data",
        "Background",
    ]
    shown = [node.name().split(" as of")[0] for node in again.layerTreeRoot().findLayers() if node.isVisible()]
    assert shown == ["現地班", "わたしの写し", "Power at facilities", "Areas", "Municipality"]
    assert "班の図" in again.mapThemeCollection().mapThemes()


def test_the_open_project_is_refreshed_in_its_place(provider, case):
    path = run(case)
    project = QgsProject.instance()
    assert project.read(str(path))
    before = {layer.name(): layer.id() for layer in project.mapLayers().values()}
    facilities(case.folder, "powered")
    cells(case.folder)
    homes(case.folder)
    run(case)
    assert project.fileName() == str(path) and not project.isDirty()
    after = {layer.name(): layer.id() for layer in project.mapLayers().values()}
    assert before.items() < after.items() and len(after) == len(before) + 1
    shelters = project.mapLayer(after["Power at facilities as of 1/20 09:00"])
    assert {feature["name"]: feature["state"] for feature in shelters.getFeatures()}["灯総合病院"] == "powered"


def test_results_that_were_loaded_before_go_into_their_group_as_they_were_shown(provider, case):
    path = run(case)
    homes(case.folder)
    project = QgsProject.instance()
    assert project.read(str(path))
    loaded = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=homeaway", "home", "ogr")
    project.addMapLayer(loaded)
    run(case)
    assert entries(project)["People (personal data)"] == ["At home or away as of 1/20 09:00"]
    assert "" not in entries(project)
    assert project.layerTreeRoot().findLayer(loaded.id()).itemVisibilityChecked()


def test_a_result_that_the_case_has_no_more_is_taken_out(provider, case):
    path = run(case)
    (case.folder / "layers.gpkg").unlink()
    cells(case.folder)
    run(case)
    project = read(path)
    assert [layer for layer in project.mapLayers().values() if "Shelter" in layer.name()] == []
    assert entries(project)["Outage"] == ["Outage by mesh as of 1/20 09:00"]


def test_another_open_project_is_left_alone_where_there_is_no_window(provider, case):
    project = QgsProject.instance()
    other = QgsVectorLayer("Point?crs=EPSG:6668", "other", "memory")
    project.addMapLayer(other)
    path = run(case)
    assert [layer.name() for layer in project.mapLayers().values()] == ["other"] and path.is_file()


@pytest.mark.parametrize(
    ("code", "x", "y", "crs"),
    [
        ("172049", 136.9, 37.4, "EPSG:6675"),  # 輪島市: VII
        ("134210", 142.2, 27.1, "EPSG:6682"),  # 小笠原村: XIV
        ("472077", 124.16, 24.34, "EPSG:6684"),  # 石垣市: XVI
        ("012025", 140.73, 41.77, "EPSG:6679"),  # 函館市: XI
        ("991007", 138.4, 38.0, "EPSG:6676"),  # a drill's: where it lies
    ],
)
def test_the_coordinates_are_the_plane_rectangular_ones_of_the_place(provider, tmp_path, code, x, y, crs):
    path = run(make_case(tmp_path / "case", code, x, y))
    project = read(path)
    assert project.crs().authid() == crs
    view = project.viewSettings().defaultViewExtent()
    assert view.crs().authid() == crs and 6000 < view.width() < 11000


def test_there_is_a_theme_for_each_sheet_with_its_title_and_its_layers(provider, case):
    homes(case.folder)
    project = read(run(case))
    themes = project.mapThemeCollection()
    assert set(themes.mapThemes()) == {
        "Power at shelters and key facilities",
        "Outage rate by mesh",
        "At home or away at 01-20 09:00 (estimate)",
    }
    layers = [layer.name() for layer in themes.mapThemeVisibleLayers("Power at shelters and key facilities")]
    assert layers == ["Power at facilities as of 1/20 09:00", "Areas", "Municipality"]
    root = project.layerTreeRoot()
    root.findGroup("Outage").setItemVisibilityChecked(False)
    themes.applyTheme("Outage rate by mesh", root, QgsLayerTreeModel(root))
    shown = [node.name() for node in root.findLayers() if node.isVisible()]
    assert shown == ["Outage by mesh as of 1/20 09:00", "Areas", "Municipality"]


def test_the_tooltip_of_the_tree_tells_what_the_short_name_leaves_out(provider, case):
    homes(case.folder)
    project = read(run(case))
    tree = QgsLayerTreeModel(project.layerTreeRoot())
    told = {}
    for node in project.layerTreeRoot().findLayers():
        told[node.name()] = tree.data(tree.node2index(node), Qt.ItemDataRole.ToolTipRole)
    assert "Shelter power" in told["Power at facilities as of 1/20 09:00"]
    assert "As of 2026-01-20 09:00. Sources:" in told["Power at facilities as of 1/20 09:00"]


def test_a_name_that_an_earlier_version_wrote_gets_its_time_too():
    now = datetime(2026, 1, 21, 6)
    assert renamed(f"{named_at('避難所', EVENT)} 時点", now) == renamed(named_at("避難所", EVENT), now)
    assert renamed(named_at("避難所", EVENT), now) == named_at("避難所", now) and renamed("避難所", now) == "避難所"


def test_the_slider_has_the_range_of_the_data_and_a_day_as_its_step(provider, case):
    project = read(run(case))
    times = project.timeSettings()
    seen = times.temporalRange()
    assert seen.begin().toString("MM-dd HH:mm") == "01-18 00:00"
    # the figures of the last day are told before it has ended, and nothing is known of its other hours
    assert seen.end().toString("MM-dd HH:mm") == "01-20 09:00"
    assert (times.timeStep(), times.timeStepUnit()) == (1.0, temporal_unit("Days"))


def test_the_slider_goes_on_to_a_moment_of_looking_after_the_data_and_to_every_step_whatever_it_says(provider, case):
    layer = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=meshoutage", "mesh", "ogr")
    apply_style(layer, "meshoutage")
    plain = QgsVectorLayer(
        "Point?crs=EPSG:6668&field=as_of:datetime&field=state_at:datetime&field=evidence_until:datetime", "c", "memory"
    )
    one = QgsFeature(plain.fields())
    for name, text in (("as_of", "20T06"), ("state_at", "20T21"), ("evidence_until", "20T05")):
        one[name] = QDateTime.fromString(f"2026-01-{text}:00:00", Qt.DateFormat.ISODate)
    assert plain.dataProvider().addFeatures([one])[0]
    assert time_range([layer, plain]).end().toString("MM-dd HH:mm") == "01-20 21:00"
    assert time_range([layer]).end().toString("MM-dd HH:mm") == "01-20 09:00"


def test_with_gaps_the_step_is_theirs_so_that_none_lie_over_one_another(provider, case):
    gaps(case.folder)
    project = read(run(case))
    times = project.timeSettings()
    assert (times.timeStep(), times.timeStepUnit()) == (3.0, temporal_unit("Hours"))


def test_bookmarks_lead_to_the_whole_the_districts_and_dark_critical_facilities(provider, case):
    path = run(case)
    project = read(path)
    own = QgsReferencedRectangle(project.viewSettings().defaultViewExtent())
    mark = type(project.bookmarkManager().bookmarks()[0])()
    mark.setId("mine")
    mark.setName("現地本部")
    mark.setExtent(own)
    project.bookmarkManager().addBookmark(mark)
    assert project.write(str(path))
    run(case)
    project = read(path)
    marks = project.bookmarkManager().bookmarks()
    assert [(mark.group(), mark.name()) for mark in marks if mark.id() != "mine"] == [
        ("Case", "Whole area"),
        ("Districts", "灯町"),
        ("Districts", "暁町"),
        ("Critical facilities without power", "灯総合病院"),
    ]
    assert [mark.name() for mark in marks if mark.id() == "mine"] == ["現地本部"]
    box = next(mark.extent() for mark in marks if mark.name() == "灯総合病院")
    assert box.crs().authid() == "EPSG:6668" and box.center().x() == pytest.approx(137.0)


def _sizes(path: Path) -> tuple[float, float, float]:
    """Return points of the shelters' labels and of the districts' names, and millimetres of a shelter's symbol."""
    project = read(path)
    layers = {layer.name().split(" as of")[0]: layer for layer in project.mapLayers().values()}
    renderer = layers["Power at facilities"].renderer()
    categories = renderer.categories()
    labels = [layers[name].labeling().settings().format().size() for name in ("Power at facilities", "Areas")]
    return labels[0], labels[1], categories[0].symbol().size()


def test_large_type_is_1_6_times_as_large_and_goes_back(provider, case):
    plain = _sizes(run(case))
    large = _sizes(run(case, LARGE_TYPE=True))
    assert large == pytest.approx([1.6 * size for size in plain])
    project = read(case.folder / "situation.qgz")
    assert QgsExpressionContextUtils.projectScope(project).variable("tomoshibi_large_type") == "yes"
    assert _sizes(run(case, LARGE_TYPE=True)) == pytest.approx(large), "never larger and larger"
    assert _sizes(run(case)) == pytest.approx(plain)


def test_homes_grow_too_but_stay_where_their_pole_is(provider, case):
    from tomoshibi.layers.large_type import enlarge
    from tomoshibi.layers.project import result_layers

    homes(case.folder)
    layer = next(layer for kind, layer in result_layers(case.folder / "layers.gpkg") if kind == "homeaway")

    def limits():
        # each is owned by the one before
        renderer = layer.renderer()
        inner = renderer.embeddedRenderer()
        categories = inner.categories()
        symbol = categories[0].symbol()
        return symbol.symbolLayer(0).sizeMapUnitScale().maxSizeMM

    before = limits()
    enlarge(layer)
    assert limits() == pytest.approx(1.6 * before)
    assert layer.renderer().placement() == layer.renderer().Placement.ConcentricRings


def test_the_file_says_nobodys_name_and_moves_with_the_case(provider, case):
    path = run(case)
    with zipfile.ZipFile(path) as archive:
        text = archive.read("situation.qgs").decode("utf-8")
    assert "saveUser" not in text and str(case.folder) not in text
    project = read(path)
    variables = QgsExpressionContextUtils.projectScope(project)
    assert variables.variable("tomoshibi_case") == "."
    (entry,) = [one for one in case.ledger.entries() if one.path == "situation.qgz"]
    assert entry.personal, "it names a hospital without power"


def test_without_results_the_project_shows_the_background(provider, tmp_path):
    made = make_case(tmp_path / "case")
    project = read(run(made))
    assert entries(project) == {"Background": ["Areas", "Municipality"]}
    (entry,) = [one for one in made.ledger.entries() if one.path == "situation.qgz"]
    assert not entry.personal


def test_without_tiles_what_is_no_land_is_grey_and_places_have_names(provider, case):
    project = read(run(case))
    assert project.backgroundColor().name() == OUTSIDE != LAND.fill
    named = {
        layer.customProperty("tomoshibi/context"): layer.labeling().settings()
        for layer in project.mapLayers().values()
        if layer.customProperty("tomoshibi/context") in NAMED and layer.labelsEnabled()
    }
    # districts near, municipalities far: never both
    assert named["areas"].minimumScale == named["boundary"].maximumScale > 0
    project.setBackgroundColor(QColor("#123456"))
    assert project.write()
    assert read(run(case)).backgroundColor().name() == "#123456"


def test_tiles_lie_below_where_they_answer_and_are_off_where_they_do_not(provider, case, monkeypatch):
    from tomoshibi.processing_provider.publish import openproject

    monkeypatch.setattr(openproject, "base_map", lambda wish, progress: wish == "gsi")
    path = run(case, BASEMAP="gsi")
    project = read(path)
    assert entries(project)["Background"] == ["Areas", "Municipal boundary", "GSI tiles (pale)"]
    areas = next(layer for layer in project.mapLayers().values() if layer.name() == "Areas")
    assert not areas.labelsEnabled(), "the tiles bring names"
    run(case)
    project = read(path)
    shown = [node.name() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    assert shown[-2:] == ["Areas", "Municipality"]


def test_a_project_that_cannot_be_read_is_not_written_over(provider, case, feedback):
    path = case.folder / "situation.qgz"
    path.write_bytes(b"no zip")
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("tomoshibi:openproject")
    parameters = {"CASE": str(case.folder), "BASEMAP": "none"}
    assert not algorithm.run(parameters, QgsProcessingContext(), feedback)[1]
    assert "situation.qgz cannot be read" in feedback.errors[0] and path.read_bytes() == b"no zip"


def test_a_disk_that_fails_while_the_project_is_written_leaves_the_one_that_was_there(
    provider, case, monkeypatch, feedback
):
    from tomoshibi.layers import project as module

    path = run(case)
    before = path.read_bytes()
    gaps(case.folder)

    def full(target):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(module, "fresh_file", full)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("tomoshibi:openproject")
    parameters = {"CASE": str(case.folder), "BASEMAP": "none"}
    assert not algorithm.run(parameters, QgsProcessingContext(), feedback)[1]
    assert path.read_bytes() == before
    assert [each.name for each in case.folder.glob("*.qgz")] == ["situation.qgz"]


def test_a_result_that_is_made_while_the_screen_is_in_large_type_is_in_it_too(provider, case):
    path = run(case, LARGE_TYPE=True)
    project = QgsProject.instance()
    assert project.read(str(path))

    def size():
        layer = next(layer for layer in project.mapLayers().values() if layer.name().startswith("Power at facilities"))
        return layer.labeling().settings().format().size()

    before, source = size(), f"{case.folder / 'layers.gpkg'}|layername=shelterpower"
    load(project, source, "shelterpower", "Power at facilities as of 1/20 10:00")
    assert size() == pytest.approx(before)


def load(project: QgsProject, source: str, kind: str, name: str) -> None:
    """Load a result as QGIS does when an algorithm has ended."""
    from tomoshibi.layers.postprocess import style_on_load

    context = QgsProcessingContext()
    context.setProject(project)
    context.addLayerToLoadOnCompletion(source, QgsProcessingContext.LayerDetails("s", project, "OUTPUT"))
    style_on_load(context, source, kind, name)
    loaded = QgsVectorLayer(source, "s", "ogr")
    project.addMapLayer(loaded)
    context.layerToLoadOnCompletionDetails(source).postProcessor().postProcessLayer(loaded, context, None)


def test_what_the_toolbox_makes_goes_into_its_group_of_the_open_project(provider, case):
    path = run(case)
    homes(case.folder)
    project = QgsProject.instance()
    assert project.read(str(path))
    load(project, f"{case.folder / 'layers.gpkg'}|layername=homeaway", "homeaway", "At home or away")
    assert entries(project)["People (personal data)"] == ["At home or away"] and "" not in entries(project)
    again = QgsProject()
    load(again, f"{case.folder / 'layers.gpkg'}|layername=homeaway", "homeaway", "At home or away")
    assert entries(again) == {"": ["At home or away"]}


def test_where_time_is_played_a_result_that_has_a_course_is_switched_on(provider, case):
    gaps(case.folder)
    path = run(case)
    project = QgsProject.instance()
    # the mesh, which is on, has several days
    assert project.read(str(path)) and show_course(project) == ""
    nodes = {node.name().split(" as of")[0]: node for node in project.layerTreeRoot().findLayers()}
    project.removeMapLayer(nodes["Outage by mesh"].layerId())
    assert show_course(project) == "Data gaps as of 1/20 09:00"
    assert nodes["Data gaps"].isVisible()
    # what is on already, and projects of other people, are left alone
    assert show_course(project) == "" and show_course(QgsProject()) == ""


@pytest.mark.parametrize("way", ["refresh", "toolbox"])
def test_a_look_that_somebody_changed_stays_when_the_result_is_made_again(provider, case, way):
    path = run(case)
    project = QgsProject.instance()
    assert project.read(str(path))

    def layer(name: str) -> QgsVectorLayer:
        return next(one for one in project.mapLayers().values() if one.name().startswith(name))

    def again() -> None:
        if way == "refresh":
            run(case)
        else:
            load(
                project, f"{case.folder / 'layers.gpkg'}|layername=shelterpower", "shelterpower", "Power at facilities"
            )

    # nobody touched it, though it was saved and opened: it is given its look anew
    ours = layer("Power at facilities").renderer().dump()
    again()
    assert users_look(layer("Power at facilities")) is None and layer("Power at facilities").renderer().dump() == ours
    red = QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple({"color": "#ff0000"}))
    layer("Power at facilities").setRenderer(red)
    layer("Power at facilities").setLabelsEnabled(False)
    assert project.write() and project.read(str(path))
    for _ in range(2):
        again()
        kept = layer("Power at facilities")
        assert kept.renderer().type() == "singleSymbol" and not kept.labelsEnabled()
    # what it says of its times is of the new data all the same
    assert kept.temporalProperties().isActive()
