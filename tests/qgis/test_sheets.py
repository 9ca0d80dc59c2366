"""Map sheets and the project: what is on the paper, what is refused, and that no network is needed."""

from __future__ import annotations

import contextlib
import http.server
import re
import shutil
import subprocess
import threading
import time
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsLayoutSize,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers import build, context, schema
from tomoshibi.layers.poles import poles
from tomoshibi.layers.project import ProjectError, make_project
from tomoshibi.messages import Watch
from tomoshibi.processing_provider.base import FeedbackWatch
from tomoshibi.processing_provider.publish import mapsheets
from tomoshibi.processing_provider.publish.mapsheets import MapSheets
from tomoshibi.sheets import export, extent, situation
from tomoshibi.sheets.contents import THEMES, figures

AS_OF = datetime(2026, 1, 20, 9, 0)
EVENT = datetime(2026, 1, 19, 4, 10)
LONG_NAME = "とても長い名前のつく架空の町にある総合福祉保健センター分館"


def _add(path: Path, name: str, fields: QgsFields, wkb, features) -> None:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", name
    if path.exists():
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    sink = QgsVectorFileWriter.create(
        str(path),
        fields,
        wkb,
        QgsCoordinateReferenceSystem(schema.CRS),
        QgsCoordinateTransformContext(),
        options,
    )
    features(sink)
    assert sink.hasError() == 0, sink.errorMessage()
    del sink


def _result(path: Path, name: str, table: pd.DataFrame, shapes, source: str = "通電情報") -> None:
    spec = schema.SPECS[name]
    for column in spec.names():
        if column not in table.columns and column not in ("as_of", "source"):
            table = table.assign(**{column: None})
    _add(
        path,
        name,
        schema.fields(spec),
        spec.wkb_type,
        lambda sink: build.write(sink, spec, table, shapes, AS_OF, source, Watch()),
    )


def _places(path: Path, name: str, squares: list[tuple[str, float, float, float]]) -> None:
    def write(sink):
        for code, x, y, size in squares:
            feature = QgsFeature()
            shape = next(iter(build.rectangles([y], [x], [y + size], [x + size])))
            shape.convertToMultiType()
            feature.setGeometry(shape)
            feature.setAttributes([code])
            assert sink.addFeature(feature)

    fields = QgsFields()
    fields.append(schema.field("area_id", "text"))
    _add(path, name, fields, QgsWkbTypes.Type.MultiPolygon, write)


def _make_case(folder: Path, practice: bool = True) -> Case:
    case = Case.create(folder, CaseInfo("灯里市 地震", EVENT, "999999", practice=practice))
    layers, context = folder / "layers.gpkg", folder / "context.gpkg"
    states = ["powered", "powered", "partial", "outage", "unknown", None]
    names = ["一小", "二小", "三小", LONG_NAME, "五小", "六小"]
    lon, lat = 137 + 0.01 * np.arange(6), np.full(6, 37.2)
    shelters = pd.DataFrame({"facility_id": list("abcdef"), "name": names, "state": states})
    _result(layers, "shelterpower", shelters, build.points(lon, lat))
    cells = pd.DataFrame(
        {
            "mesh_code": list("123456"),
            "meters": [10.0, 10, np.nan, 10, 10, 10],
            "silent": [1.0, 9, np.nan, np.nan, 2, 8],
            "silent_rate": [0.1, 0.9, np.nan, np.nan, 0.2, 0.8],
            "rate_class": [1, 4, 0, 0, 1, 4],
            "masked": [False, False, True, False, False, False],
            "begin": [datetime(2026, 1, 20)] * 4 + [datetime(2026, 1, 19)] * 2,
            "end": [datetime(2026, 1, 21)] * 4 + [datetime(2026, 1, 20)] * 2,
        }
    )
    west = np.array([137.0, 137.01, 137.02, 137.03, 137.0, 137.01])
    _result(layers, "meshoutage", cells, build.rectangles(np.full(6, 37.2), west, np.full(6, 37.21), west + 0.01))
    homes = pd.DataFrame(
        {
            "supply_point": [f"{i:022d}" for i in range(4)],
            "state": ["home", "away", "asleep_unknown", "no_data"],
            "pole_count": 2,
        }
    )
    _result(layers, "homeaway", homes, build.points([137.0, 137.0, 137.05, np.nan], [37.2, 37.2, 37.2, np.nan]))
    _places(context, "boundary", [("city", 136.99, 37.19, 0.08)])
    _places(context, "areas", [("west", 136.99, 37.19, 0.035), ("east", 137.025, 37.19, 0.035)])
    return case


@pytest.fixture(scope="module")
def case(qgis_app, tmp_path_factory):
    return _make_case(tmp_path_factory.mktemp("sheets") / "case")


def layer_of(case: Case, name: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername={name}", name, "ogr")
    assert layer.isValid()
    return layer


def print_sheets(case_folder, folder, feedback, **more):
    """Run the algorithm as Processing does, registered or not."""
    algorithm = MapSheets().create()
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    parameters = {"CASE": str(case_folder), "BASEMAP": "none", "FOLDER": str(folder), **more}
    good, reason = algorithm.checkParameterValues(parameters, context)
    assert good, reason
    results, done = algorithm.run(parameters, context, feedback)
    return results if done else None


def words(path: Path) -> str:
    """The text of a PDF; the sheets print text as outlines, so the fonts are asked for instead where there is none."""
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def pages(path: Path) -> int:
    shown = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True).stdout.decode()
    return int(re.search(r"Pages:\s+(\d+)", shown).group(1))


def paper(path: Path) -> tuple[int, int]:
    shown = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True).stdout.decode()
    width, height = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", shown).groups()
    return round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)


needs_poppler = pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler-utils is not installed")


@needs_poppler
def test_each_theme_of_a_case_becomes_a_page_of_a3_and_enters_the_ledger(case, tmp_path, feedback):
    got = print_sheets(case.folder, tmp_path / "out", feedback)
    assert got == {"FOLDER": str(tmp_path / "out"), "PAGES": 3}
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["homeaway.pdf", "meshoutage.pdf", "shelterpower.pdf"]
    assert {paper(path) for path in (tmp_path / "out").iterdir()} == {(420, 297)}
    entries = {Path(entry.path).name: entry for entry in case.ledger.entries()}
    assert entries["homeaway.pdf"].personal and not entries["meshoutage.pdf"].personal
    assert entries["shelterpower.pdf"].sources == ("layers.gpkg|shelterpower",)
    assert feedback.errors == []


@needs_poppler
def test_an_atlas_has_a_page_for_each_polygon(case, tmp_path, feedback):
    areas = f"{case.folder / 'context.gpkg'}|layername=areas"
    layers = [f"{case.folder / 'layers.gpkg'}|layername=shelterpower"]
    got = print_sheets(case.folder, tmp_path, feedback, COVERAGE=areas, LAYERS=layers, PAPER="A4")
    assert got["PAGES"] == 2 and pages(tmp_path / "shelterpower.pdf") == 2
    assert paper(tmp_path / "shelterpower.pdf") == (297, 210)


@needs_poppler
def test_a_page_of_an_atlas_is_named_after_its_polygon_and_counts_it_alone(case, tmp_path, monkeypatch):
    said = []
    real = situation.fill

    def listen(layout, variables):
        said.append((variables["sheet_place"], variables["sheet_figures_values"].split("\n")))
        real(layout, variables)

    monkeypatch.setattr(situation, "fill", listen)
    press = situation.Press(
        export.template_of("situation_a3"), "A3", [], case.folder / "context.gpkg", False, None, AS_OF, "1"
    )
    coverage = QgsVectorLayer(f"{case.folder / 'context.gpkg'}|layername=areas", "areas", "ogr")
    coverage.setDisplayExpression('"area_id"')
    layer = layer_of(case, "shelterpower")
    press.sheet(layer, "shelterpower", tmp_path / "a.pdf", 1, 1, coverage, Watch())
    assert ("west", ["2", "1", "0", "0"]) in said and ("east", ["0", "0", "1", "2"]) in said
    assert pages(tmp_path / "a.pdf") == 2


def test_layers_of_others_are_drawn_below_and_make_no_sheet(case, tmp_path, feedback):
    layers = [
        f"{case.folder / 'layers.gpkg'}|layername=meshoutage",
        f"{case.folder / 'context.gpkg'}|layername=areas",
    ]
    assert print_sheets(case.folder, tmp_path, feedback, LAYERS=layers)["PAGES"] == 1


def test_layers_alone_do_without_a_case(case, tmp_path, feedback):
    layers = [f"{case.folder / 'layers.gpkg'}|layername=shelterpower"]
    assert print_sheets("", tmp_path, feedback, LAYERS=layers, CASE=None)["PAGES"] == 1


def test_layers_that_are_no_results_are_refused(case, tmp_path, feedback):
    layers = [f"{case.folder / 'context.gpkg'}|layername=areas"]
    assert print_sheets(case.folder, tmp_path, feedback, LAYERS=layers) is None
    assert any("None of the layers is a result" in error for error in feedback.errors)


def test_the_users_layers_are_left_as_they_were(case, tmp_path, feedback):
    project = QgsProject.instance()
    project.clear()
    layer = layer_of(case, "shelterpower")
    project.addMapLayer(layer)
    before = layer.renderer().type()
    print_sheets(case.folder, tmp_path, feedback, LAYERS=[layer.id()])
    assert layer.renderer().type() == before and list(project.mapLayers()) == [layer.id()]
    assert project.layoutManager().layouts() == []
    project.clear()


def test_a_folder_that_cannot_be_written_is_an_error_with_the_file_named(case, tmp_path, feedback):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    assert print_sheets(case.folder, blocked, feedback) is None
    assert feedback.errors and "blocked" in feedback.errors[0]


# Template


def test_the_template_has_every_id_no_hard_text_and_only_known_variables(qgis_app):
    text = export.template_of("situation_a3").read_text(encoding="utf-8")
    labels = re.findall(r'labelText="([^"]*)"', text)
    assert len(labels) > 10
    for label in labels:
        assert re.fullmatch(r"\[% .+ %\]", label, re.S), label
        assert set(re.findall(r"@(sheet_\w+)", label)) <= set(export.VARIABLES)
    version = re.search(r'version="(\d+)\.(\d+)', text)
    if version:
        assert (int(version.group(1)), int(version.group(2))) <= (3, 22)
    assert "nan" not in text and "/home/" not in text and "/usr/" not in text
    export.load(export.template_of("situation_a3"), QgsProject.instance())


def test_every_required_id_that_lacks_is_named_at_once(qgis_app, tmp_path):
    text = export.template_of("situation_a3").read_text(encoding="utf-8")
    mine = tmp_path / "mine.qpt"
    mine.write_text(text.replace('id="notice"', 'id="x"').replace('id="sources"', 'id="y"'), encoding="utf-8")
    with pytest.raises(export.SheetError, match="notice, sources"):
        export.load(mine, QgsProject.instance())


@pytest.mark.parametrize("content", ["", "junk", "<Layout></Layout>", "<html/>"])
def test_a_file_that_is_no_template_is_refused(qgis_app, tmp_path, content):
    junk = tmp_path / "junk.qpt"
    junk.write_text(content, encoding="utf-8")
    with pytest.raises(export.SheetError, match=r"junk\.qpt is no layout template"):
        export.load(junk, QgsProject.instance())


def test_an_unknown_sheet_names_those_there_are(qgis_app):
    with pytest.raises(export.SheetError, match="situation_a3"):
        export.template_of("nothing")


def test_a_variable_left_out_is_named(qgis_app):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    with pytest.raises(export.SheetError, match="sheet_notice"):
        export.fill(layout, dict.fromkeys([name for name in export.VARIABLES if name != "sheet_notice"], ""))


def test_a_file_that_cannot_be_written_is_never_success(qgis_app, tmp_path):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    (tmp_path / "sheet.pdf").mkdir()
    with pytest.raises((export.SheetError, OSError)):
        export.export(layout, tmp_path / "sheet.pdf")


@pytest.mark.parametrize(
    ("scale", "round_one"), [(1000, 1000), (1001, 1250), (23_400, 25_000), (77_000, 80_000), (99_999, 100_000)]
)
def test_scales_are_round_and_never_cut_the_data(scale, round_one):
    assert export.nice_scale(scale) == round_one


# What the sheet says


class Taken(Exception):
    """Carries the layout out of the press just before it would be printed."""


@pytest.fixture
def layout_of(case, monkeypatch, tmp_path):
    """Return `layout_of(theme, …)`: what would be printed, as {item id: text} with the layout itself under `layout`."""

    def run(kind: str, practice: bool = True, base_map: bool = False) -> dict:
        found = {}

        def take(layout, path):
            for item in layout.items():
                if hasattr(item, "currentText"):
                    found[item.id()] = item.currentText()
            legend = layout.itemById("legend")
            room = layout.itemById("legend_box").sizeWithUnits()
            size = legend.sizeWithUnits()
            found["legend_fits"] = size.width() <= room.width() and size.height() <= room.height()
            found["legend"] = [
                node.customProperty("legend/title-label") for node in legend.model().rootGroup().children()
            ]
            found["map_extent"] = layout.itemById("map").extent()
            found["crs"] = layout.itemById("map").crs().authid()
            return export.Export(path, 1)

        monkeypatch.setattr(situation, "export", take)
        info = CaseInfo("灯里市 地震", EVENT, "999999", practice=practice)
        press = situation.Press(
            export.template_of("situation_a3"),
            "A3",
            [],
            case.folder / "context.gpkg",
            base_map,
            info,
            datetime(2026, 1, 20, 12, 20),
            "9.8.7",
        )
        press.sheet(layer_of(case, kind), kind, tmp_path / "x.pdf", 2, 3, None, Watch())
        return found

    return run


def test_a_sheet_says_when_how_old_from_what_and_how_it_may_be_misread(layout_of):
    sheet = layout_of("meshoutage")
    assert sheet["subtitle"].startswith("As of 2026-01-20 09:00")
    assert "28 h 50 min after the event" in sheet["subtitle"] and "3 h 20 min old at 01-20 12:20" in sheet["subtitle"]
    assert "not the number of homes without power" in sheet["notice"]
    assert "通電情報" in sheet["sources"] and "9.8.7" in sheet["version"]
    assert sheet["page"] == "2 / 3" and sheet["crs"] == "EPSG:6690"
    assert re.fullmatch(r"1 : [\d,]+", sheet["scale"])
    assert sheet["legend_fits"]


@pytest.mark.parametrize("kind", THEMES)
def test_every_theme_says_that_silent_is_not_outage(qgis_app, kind):
    notice = THEMES[kind].notice()
    assert "not the same as an outage" in notice or "not the number of homes without power" in notice


def test_a_drill_is_marked_and_a_real_case_is_not(layout_of):
    assert layout_of("shelterpower", practice=True)["practice"] == "DRILL"
    real = layout_of("shelterpower", practice=False)
    assert real["practice"] == ""


def test_sheets_of_personal_data_are_marked_and_statistics_are_not(layout_of):
    assert "Personal data" in layout_of("homeaway")["handling"]
    assert layout_of("meshoutage")["handling"] == ""


def test_the_base_map_is_credited_where_it_is_drawn_and_only_there(layout_of):
    assert layout_of("meshoutage")["basemap"] == ""
    with_tiles = layout_of("meshoutage", base_map=True)
    assert with_tiles["basemap"] and "Geospatial Information Authority" in with_tiles["sources"]


def test_figures_count_a_blank_state_as_unknown_and_name_what_is_zero(case, qgis_app):
    got = figures(layer_of(case, "shelterpower"), "shelterpower", QgsProject())
    assert dict(zip(got.names, got.values)) == {
        "Powered": "2",
        "Powered in part": "1",
        "Outage (no readings arrive)": "1",
        "Unknown": "2",
    }


def test_figures_of_many_times_are_those_of_the_newest_and_masked_adds_nothing(case, qgis_app):
    layer = layer_of(case, "meshoutage")
    from tomoshibi.layers.style import apply_style

    apply_style(layer, "meshoutage")
    got = dict(zip(*(lambda f: (f.names, f.values))(figures(layer, "meshoutage", QgsProject()))))
    assert got["76 % and more"] == "1" and got["up to 25 %"] == "1"
    assert got["Masked: few meters (N/A)"] == "1" and got["Unknown"] == "1"
    assert got["Silent meters"] == "10" and got["Meters, masked apart"] == "30"


def test_a_city_and_its_wards_are_never_added_up(qgis_app):
    assert THEMES["areaoutage"].total == ()


def test_figures_of_a_page_count_what_lies_in_its_polygon(case, qgis_app):
    layer = layer_of(case, "shelterpower")
    west = QgsGeometry.fromWkt("POLYGON((136.9 37, 137.015 37, 137.015 37.5, 136.9 37.5, 136.9 37))")
    crs = QgsCoordinateReferenceSystem(schema.CRS)
    got = figures(layer, "shelterpower", QgsProject(), west, crs)
    assert got.values == ("2", "0", "0", "0")


def test_a_legend_too_large_for_its_box_is_made_smaller_and_one_that_stays_so_stops_the_run(case, qgis_app):
    project = QgsProject()
    layers: list[tuple[QgsMapLayer, str]] = []
    for number in range(4):
        layer = layer_of(case, "meshoutage")
        from tomoshibi.layers.style import apply_style

        apply_style(layer, "meshoutage")
        project.addMapLayer(layer, False)
        layers.append((layer, f"停電率（12時間以上検針なし） {number}"))
    layout = export.load(export.template_of("situation_a3"), project)
    main = layout.itemById("map")
    main.setCrs(QgsCoordinateReferenceSystem("EPSG:6668"))
    main.setLayers([layer for layer, _ in layers])
    main.zoomToExtent(layers[0][0].extent())
    export.set_legend(layout, layers)
    room = export.room_of(layout)
    drawn = export._legend_size(layout, 1)
    assert drawn.height() > room.height(), "otherwise nothing is tried here"
    export.fit_legend(layout, room)
    size = layout.itemById("legend").sizeWithUnits()
    assert size.height() <= room.height() + 0.01 and size.width() <= room.width() + 0.01
    with pytest.raises(export.SheetError, match="The legend needs"):
        export.fit_legend(layout, QgsLayoutSize(20, 10))


def test_figures_with_long_words_are_made_smaller_and_names_keep_in_step_with_values(qgis_app):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    names = "\n".join(f"{LONG_NAME}{number}" for number in range(8))
    texts = {"sheet_figures_names": names, "sheet_figures_values": "\n".join(["12,345"] * 8)}
    export.fill(layout, {**dict.fromkeys(export.VARIABLES, ""), **texts})
    labels = [layout.itemById(id_) for id_ in ("figures_names", "figures_values")]
    assert any(map(export._overflows, labels)), "otherwise nothing is tried here"
    export.fit_figures(layout)
    assert not any(map(export._overflows, labels))
    assert len({label.font().pointSizeF() for label in labels}) == 1


def test_a_pole_shows_its_most_urgent_state_and_its_dwellings(case, qgis_app):
    made = poles(layer_of(case, "homeaway"))
    shown = sorted((one.geometry().asWkt(2), one["state"], one["pole_count"]) for one in made.getFeatures())
    assert shown == [("Point (137 37.2)", "home", 2), ("Point (137.05 37.2)", "asleep_unknown", 1)]


def test_a_map_too_small_for_dwellings_is_drawn_by_pole_and_a_larger_one_is_not(layout_of, monkeypatch):
    monkeypatch.setattr(situation, "OVERVIEW_SCALE", 1_000)
    assert layout_of("homeaway")["legend"] == ["Presence by pole (larger: more dwellings; most urgent on top)"]
    monkeypatch.setattr(situation, "OVERVIEW_SCALE", 10_000_000)
    assert layout_of("homeaway")["legend"] == ["Presence by dwelling (rings: one pole)"]


def _cloud(points: list[tuple[float, float]]) -> QgsVectorLayer:
    layer = QgsVectorLayer("Point?crs=EPSG:6668", "cloud", "memory")
    features = []
    for x, y in points:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(f"POINT({x} {y})"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


METRIC = "EPSG:6690"


def test_one_far_island_does_not_make_the_map_tiny_and_is_counted(qgis_app):
    rng = np.random.default_rng(4)
    town = [(137 + x, 37.2 + y) for x, y in rng.uniform(0, 0.1, (300, 2))]
    crs = QgsCoordinateReferenceSystem(METRIC)
    shown = extent.view(_cloud([*town, (137.0, 38.2)]), None, crs, QgsProject.instance())
    assert shown.outside == 1 and shown.extent.height() < 20_000
    everything = extent.view(_cloud(town), None, crs, QgsProject.instance())
    assert everything.outside == 0 and everything.extent.height() > 10_000


def test_two_towns_are_both_on_the_map(qgis_app):
    rng = np.random.default_rng(5)
    both = [(137 + x, 37.2 + y) for x, y in rng.uniform(0, 0.05, (150, 2))]
    both += [(137.5 + x, 37.6 + y) for x, y in rng.uniform(0, 0.05, (30, 2))]
    shown = extent.view(_cloud(both), None, QgsCoordinateReferenceSystem(METRIC), QgsProject.instance())
    assert shown.outside == 0 and shown.extent.width() > 40_000


def test_a_handful_of_points_is_never_cut(qgis_app):
    shown = extent.view(
        _cloud([(137, 37), (137.001, 37), (138, 38)]),
        None,
        QgsCoordinateReferenceSystem(METRIC),
        QgsProject.instance(),
    )
    assert shown.outside == 0 and shown.extent.width() > 80_000


def test_one_point_and_no_point_still_give_a_map(qgis_app):
    crs = QgsCoordinateReferenceSystem(METRIC)
    for cloud in ([(137.0, 37.0)], []):
        shown = extent.view(_cloud(cloud), None, crs, QgsProject.instance())
        assert shown.extent.width() == pytest.approx(extent.LEAST_METRES) and shown.outside == 0


class _Tiles(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if "slow" in self.path:
            time.sleep(1.5)
        self.send_response(404 if "none" in self.path else 200)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client may have given up
            self.wfile.write(b"\x89PNG\r\n" if "page" not in self.path else b"<html>log in</html>")

    def log_message(self, *words):
        """Say nothing."""


@pytest.mark.parametrize(("path", "there"), [("good", True), ("none", False), ("page", False), ("slow", False)])
def test_the_base_map_is_there_only_where_a_tile_really_comes_in_time(qgis_app, monkeypatch, feedback, path, there):
    monkeypatch.setattr(mapsheets, "_PROBE_MILLISECONDS", 500)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Tiles) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(context, "GSI_PROBE", f"http://127.0.0.1:{server.server_port}/{path}.png")
        assert mapsheets._tiles_answer(FeedbackWatch(feedback)) is there
        server.shutdown()


# Project


def test_the_project_opens_on_the_data_with_themes_and_no_trace_of_who_made_it(case, tmp_path):
    made = make_project(
        case.folder, case.folder / "layers.gpkg", case.folder / "context.gpkg", case.folder / "situation.qgz"
    )
    with zipfile.ZipFile(made) as archive:
        text = archive.read("situation.qgs").decode("utf-8")
    assert "saveUser" not in text
    sources = re.findall(r"<datasource>([^<]+)</datasource>", text)
    local = [source for source in sources if not source.startswith("type=xyz")]
    assert len(local) == 5 and all(source.startswith("./") for source in local)
    assert str(case.folder) not in text
    moved = tmp_path / "moved"
    shutil.copytree(case.folder, moved)
    project = QgsProject()
    assert project.read(str(moved / "situation.qgz"))
    assert all(layer.isValid() for layer in project.mapLayers().values())
    assert project.crs().authid() == "EPSG:6690"
    assert len(project.mapThemeCollection().mapThemes()) == 3
    shown = [node.name() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    assert shown == ["Shelter power", "Areas", "Municipality"]
    assert project.title().startswith("[Drill]")
    assert 'name="theMapCanvas"' in text
    project.clear()


def test_a_project_without_results_is_refused(case, tmp_path):
    with pytest.raises(ProjectError, match="holds no results"):
        make_project(case.folder, tmp_path / "none.gpkg", case.folder / "context.gpkg", tmp_path / "p.qgz")
