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
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsLayoutSize,
    QgsMapLayer,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsProcessingContext,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from tomoshibi.analysis import mesh
from tomoshibi.casefile import data_status
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers import build, context, homes, schema, style
from tomoshibi.layers.poles import poles
from tomoshibi.layers.project import make_project
from tomoshibi.layers.versions import text_of
from tomoshibi.messages import Cancelled, Progress
from tomoshibi.processing_provider.base import FeedbackProgress
from tomoshibi.processing_provider.publish import printing
from tomoshibi.processing_provider.publish.mapsheets import MapSheets
from tomoshibi.sheets import drawing, export, extent, situation
from tomoshibi.sheets.contents import THEMES, Data, as_of_line, data_line, figures, is_apart, reach_of, remark_of
from tomoshibi.sheets.headline import Told
from tomoshibi.sheets.line_breaks import broken_lines
from tomoshibi.sheets.names_box import NamesBox

AS_OF = datetime(2026, 1, 20, 9, 0)
EVENT = datetime(2026, 1, 19, 4, 10)
METRIC = "EPSG:6690"
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


def _result(path: Path, name: str, table: pd.DataFrame, shapes, source: str = "通電情報", layer: str = "") -> None:
    spec = schema.SPECS[name]
    for column in spec.names():
        if column not in table.columns and column not in ("as_of", "source"):
            table = table.assign(**{column: None})
    _add(
        path,
        layer or name,
        schema.fields(spec),
        spec.wkb_type,
        lambda sink: build.write(sink, spec, table, shapes, AS_OF, source, Progress()),
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
    # upright where what the map shows is higher than wide
    papers = {path.stem: paper(path) for path in (tmp_path / "out").iterdir()}
    assert papers == {"homeaway": (297, 420), "meshoutage": (420, 297), "shelterpower": (297, 420)}
    about = subprocess.run(["pdfinfo", str(tmp_path / "out" / "homeaway.pdf")], capture_output=True, check=True).stdout
    assert b"Author" not in about
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
def test_the_districts_of_the_case_are_the_pages_where_that_is_asked_for(case, tmp_path, feedback):
    layers = [f"{case.folder / 'layers.gpkg'}|layername=shelterpower"]
    got = print_sheets(case.folder, tmp_path, feedback, DISTRICTS=True, LAYERS=layers)
    assert got["PAGES"] == 2
    text = words(tmp_path / "shelterpower.pdf")
    assert "east" in text and "west" in text


def test_a_case_without_areas_says_so_where_its_districts_are_asked_for(tmp_path, feedback):
    bare = Case.create(tmp_path / "bare", CaseInfo("灯里市 地震", EVENT, "999999", practice=True))
    shelters = pd.DataFrame({"facility_id": ["a"], "name": ["一小"], "state": ["powered"]})
    _result(bare.folder / "layers.gpkg", "shelterpower", shelters, build.points([137.0], [37.2]))
    assert print_sheets(bare.folder, tmp_path / "out", feedback, DISTRICTS=True) is None
    assert any("keeps no areas" in error for error in feedback.errors)


@needs_poppler
def test_a_page_of_an_atlas_is_named_after_its_polygon_and_counts_it_alone(case, tmp_path, monkeypatch):
    said, shown = [], []
    real = situation.fill

    def listen(layout, variables):
        said.append((variables["sheet_place"], variables["sheet_figures_values"].split("\n")))
        shown.append(layout.itemById("map").layers()[1].renderer().type())
        real(layout, variables)

    monkeypatch.setattr(situation, "fill", listen)
    press = situation.SheetExporter(
        export.template_of("situation_a3"), "A3", [], case.folder / "context.gpkg", False, None, AS_OF, "1"
    )
    coverage = QgsVectorLayer(f"{case.folder / 'context.gpkg'}|layername=areas", "areas", "ogr")
    coverage.setDisplayExpression('"area_id"')
    layer = layer_of(case, "shelterpower")
    press.sheet(layer, "shelterpower", tmp_path / "a.pdf", 1, 1, coverage, Progress())
    assert ("west", ["2", "1", "0", "0"]) in said and ("east", ["0", "0", "1", "2"]) in said
    assert pages(tmp_path / "a.pdf") == 2
    # what the page does not count lies under a veil, but for points, of which one on the border would lie under it
    assert set(shown) == {"invertedPolygonRenderer"}


def test_squares_on_a_coast_that_no_page_counts_are_said_on_the_page_they_touch(case, tmp_path, monkeypatch):
    said = []
    real = situation.fill

    def listen(layout, variables):
        said.append((variables["sheet_place"], variables["sheet_notice"]))
        real(layout, variables)

    monkeypatch.setattr(situation, "fill", listen)
    press = situation.SheetExporter(
        export.template_of("situation_a3"), "A3", [], case.folder / "context.gpkg", False, None, AS_OF, "1"
    )
    # the newest squares begin at 137.00, 137.01, 137.02 and 137.03, each .01 wide
    coverage = QgsVectorLayer(f"Polygon?crs={schema.CRS}&field=name:string", "areas", "memory")
    for name, west, east in (("west", 136.99, 137.014), ("east", 137.014, 137.032)):
        feature = QgsFeature(coverage.fields())
        feature["name"] = name
        feature.setGeometry(build.rectangles([37.19], [west], [37.22], [east])[0])
        assert coverage.dataProvider().addFeature(feature)
    coverage.setDisplayExpression('"name"')
    press.sheet(layer_of(case, "meshoutage"), "meshoutage", tmp_path / "a.pdf", 1, 1, coverage, Progress())
    notices = dict(said)
    # the middle of that at 137.01 is in the east: only that at 137.03 is on no page
    assert "counted on no page" not in notices["west"]
    assert notices["east"].startswith("On the edge, with the middle in no area, and so counted on no page: 1.")


def test_points_beside_a_coast_that_no_page_counts_are_said_on_every_page_with_those_in_all(
    case, tmp_path, monkeypatch
):
    said = []
    real = situation.fill

    def listen(layout, variables):
        # the layout is filled once before its pages
        if place := variables["sheet_place"]:
            counts = sum(map(int, variables["sheet_figures_values"].split("\n")))
            said.append((place, variables["sheet_notice"], counts))
        real(layout, variables)

    monkeypatch.setattr(situation, "fill", listen)
    press = situation.SheetExporter(
        export.template_of("situation_a3"), "A3", [], case.folder / "context.gpkg", False, None, AS_OF, "1"
    )
    layer = layer_of(case, "shelterpower")
    places = sorted(one.geometry().asPoint().x() for one in layer.getFeatures() if one.hasGeometry())
    # all but the last two points lie in one of two polygons
    edges = (places[0] - 0.001, places[1] + 1e-6, places[-3] + 1e-6)
    outside = sum(place > edges[2] for place in places)
    coverage = QgsVectorLayer(f"Polygon?crs={schema.CRS}&field=name:string", "areas", "memory")
    for name, west, east in zip(("west", "east"), edges, edges[1:]):
        feature = QgsFeature(coverage.fields())
        feature["name"] = name
        feature.setGeometry(build.rectangles([36.0], [west], [38.0], [east])[0])
        assert coverage.dataProvider().addFeature(feature)
    coverage.setDisplayExpression('"name"')
    press.sheet(layer, "shelterpower", tmp_path / "a.pdf", 1, 1, coverage, Progress())
    assert outside >= 1 and {place for place, *_ in said} == {"west", "east"}
    words = f"so counted on none of them: {outside} in all."
    assert all(words in notice for _, notice, _ in said)
    # what the pages count and what is said to be on none is all that has a place
    assert sum(count for *_, count in said) + outside == len(places)


@pytest.mark.parametrize(
    "case, polygon, words",
    [
        ("石川県", "石川県輪島市", "石川県輪島市"),
        ("灯島県灯市", "灯ヶ浜町", "灯島県灯市 灯ヶ浜町"),
        ("", "灯市", "灯市"),
        ("灯市", "", "灯市"),
    ],
)
def test_the_place_of_a_page_does_not_name_the_prefecture_twice(case, polygon, words):
    assert situation._place_words(case, polygon) == words


class _Stopped(Progress):
    """Cancelled while the second page is prepared; counts how often a page asks."""

    def __init__(self) -> None:
        self.asked = 0

    def cancelled(self) -> bool:
        self.asked += 1
        return self.asked > 1


def test_a_page_without_names_has_no_empty_frame_and_the_next_has_its_own(qgis_app):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    frame = layout.itemById("names_box")
    names = NamesBox(layout, frame)
    for told, visible in ((Told("x"), False), (Told("x", "t", (("灯町", "3"),)), True), (Told(), False)):
        names.show_names(told)
        assert frame.isVisible() is visible


def test_a_cancelled_atlas_stops_at_the_next_page_and_leaves_the_file_of_before(case, tmp_path):
    _places(tmp_path / "many.gpkg", "areas", [(f"{place}", 137 + place / 100, 37.19, 0.01) for place in range(12)])
    coverage = QgsVectorLayer(f"{tmp_path / 'many.gpkg'}|layername=areas", "areas", "ogr")
    press = situation.SheetExporter(
        export.template_of("situation_a3"), "A3", [], case.folder / "context.gpkg", False, None, AS_OF, "1"
    )
    (tmp_path / "out").mkdir()
    before, stopped = tmp_path / "out" / "a.pdf", _Stopped()
    before.write_bytes(b"of yesterday")
    with pytest.raises(Cancelled):
        press.sheet(layer_of(case, "shelterpower"), "shelterpower", before, 1, 1, coverage, stopped)
    # QGIS tells of a feature as it begins and as it ends, too
    assert stopped.asked <= 4
    assert before.read_bytes() == b"of yesterday" and list(before.parent.iterdir()) == [before]


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


def test_a_case_without_results_is_told_apart_from_layers_that_are_none(tmp_path, feedback):
    empty = Case.create(tmp_path / "empty", CaseInfo("灯里市 地震", EVENT, "999999", practice=True))
    assert print_sheets(empty.folder, tmp_path / "out", feedback) is None
    assert any(
        "layers.gpkg of the case holds no result yet" in error and "on the screen" in error for error in feedback.errors
    )


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
            nodes = legend.model().rootGroup().children()
            # a long heading may be broken into lines
            found["legend"] = [node.customProperty("legend/title-label").replace("\n", " ") for node in nodes]
            found["map_extent"] = layout.itemById("map").extent()
            found["crs"] = layout.itemById("map").crs().authid()
            return export.Export(path, 1)

        monkeypatch.setattr(situation, "export", take)
        info = CaseInfo("灯里市 地震", EVENT, "999999", practice=practice)
        press = situation.SheetExporter(
            export.template_of("situation_a3"),
            "A3",
            [],
            case.folder / "context.gpkg",
            base_map,
            info,
            datetime(2026, 1, 20, 12, 20),
            "9.8.7",
        )
        press.sheet(layer_of(case, kind), kind, tmp_path / "x.pdf", 2, 3, None, Progress())
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


def _status(**until: datetime) -> data_status.DataStatus:
    return data_status.DataStatus(AS_OF, until, (), EVENT, 12.0)


def _facilities(until: datetime, as_of: datetime = AS_OF) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"Point?crs={schema.CRS}", "shelterpower", "memory")
    layer.dataProvider().addAttributes(schema.fields(schema.SPECS["shelterpower"]).toList())
    layer.updateFields()
    feature = QgsFeature(layer.fields())
    feature["as_of"], feature["evidence_until"] = schema.date_time(as_of), schema.date_time(until)
    layer.dataProvider().addFeatures([feature])
    return layer


def test_facilities_say_of_each_kind_of_data_until_when_it_reaches():
    readings = datetime(2026, 1, 20, 3)
    info, theme = CaseInfo("灯里市 地震", EVENT, "999999"), THEMES["shelterpower"]
    data = Data(status=lambda at: _status(reading=readings, outage=AS_OF, statistics=datetime(2026, 1, 20)))
    layer = _facilities(AS_OF)
    line, alert = data_line(layer, AS_OF, info, data, theme)
    assert line == "Data until: Readings (電力データ) 01-20 03:00, Outage information (通電情報) 01-20 09:00"
    assert not alert
    assert is_apart(reach_of(layer, theme, data))
    assert as_of_line(layer, AS_OF, info, theme, aged=False) == "As of 2026-01-20 09:00    28 h 50 min after the event"
    # where the case has got other data since, they are not what the layer was made from
    assert reach_of(_facilities(readings), theme, data) is None
    assert data_line(layer, AS_OF, info, Data(), theme) == ("Data until 2026-01-20 09:00", False)


def _rates(kind: str, read: bool, **more: object) -> QgsVectorLayer:
    """Return a layer of one square or area, made from readings or from statistics alone."""
    layer = QgsVectorLayer(f"Polygon?crs={schema.CRS}", kind, "memory")
    layer.dataProvider().addAttributes(schema.fields(schema.SPECS[kind]).toList())
    layer.updateFields()
    feature = QgsFeature(layer.fields())
    feature["as_of"], feature["evidence_until"] = schema.date_time(AS_OF), schema.date_time(AS_OF - timedelta(hours=1))
    feature["begin"], feature["end"] = schema.date_time(datetime(2026, 1, 20)), schema.date_time(datetime(2026, 1, 21))
    values = {"meters": 5041, "silent_rate": 0.1, "rate_class": 1, "low": 0.0, "high": 0.02, "masked": False, **more}
    for name, value in {**values, **({"expected_by_readings": 4916} if read else {})}.items():
        feature[name] = value
    feature.setGeometry(build.rectangles([37], [137], [38], [138])[0])
    layer.dataProvider().addFeatures([feature])
    return layer


@pytest.mark.parametrize("kind", ["meshoutage", "areaoutage"])
def test_rates_by_readings_say_how_far_the_readings_go_and_of_which_moment_they_are(qgis_app, kind):
    info, theme = CaseInfo("灯里市 地震", EVENT, "999999"), THEMES[kind]
    read = _rates(kind, True)
    words = "Data until 2026-01-20 08:30, the rates are those of 08:00"
    assert data_line(read, AS_OF, info, Data(), theme) == (words, False)
    assert as_of_line(read, AS_OF, info, theme).endswith("30 min old at 01-20 09:00")
    assert "by readings" in theme.heading(read)
    counted = _rates(kind, False)
    assert data_line(counted, AS_OF, info, Data(), theme) == ("Data until 2026-01-20 08:00", False)
    assert theme.heading(counted) == ""


def test_a_legend_says_both_what_is_measured_and_that_squares_were_summed_up(qgis_app):
    read, counted, squares = _rates("meshoutage", True), _rates("meshoutage", False), _rates("meshoutage", False)
    measured = "Outage rate (silent since the event, by readings)"
    summed = drawing.Drawing(squares, "plain", (), "Summed up to 1,000 m squares")
    assert situation.heading_of("meshoutage", read, summed) == f"{measured}\nSummed up to 1,000 m squares"
    assert situation.heading_of("meshoutage", counted, summed) == "plain\nSummed up to 1,000 m squares"
    assert situation.heading_of("meshoutage", read, drawing.Drawing(read, "plain", ())) == measured
    assert situation.heading_of("meshoutage", counted, drawing.Drawing(counted, "plain", ())) == "plain"


def test_data_that_are_old_when_printed_are_not_called_older_than_the_moment_shown(qgis_app):
    info, theme = CaseInfo("灯里市 地震", EVENT, "999999"), THEMES["meshoutage"]
    layer = _rates("meshoutage", True)
    line, alert = data_line(layer, AS_OF + timedelta(days=2), info, Data(), theme)
    assert alert and line.endswith("more than 12 hours old when printed, 2026-01-22 09:00")


@pytest.mark.parametrize(
    ("high", "excess", "meters", "row"),
    [
        (0.12, None, 5041, "Outage or lost connection: not known"),
        (0.02, 0.004, 5041, "Like an ordinary day"),
        # a single meter of a small square is what an ordinary day has
        (0.12, None, 12, "Like an ordinary day"),
        # of a city 400 homes are a small share, and not what an ordinary day has
        (0.04, 0.018, 22_164, "Outage or lost connection: not known"),
        (0.04, 0.002, 22_164, "Like an ordinary day"),
    ],
)
def test_an_area_in_which_hundreds_may_be_out_is_not_like_an_ordinary_day(qgis_app, high, excess, meters, row):
    layer = _rates("areaoutage", True, high=high, meters=meters, area_name="灯市西区", excess_rate=excess)
    style.apply_style(layer, "areaoutage")
    project = QgsProject()
    project.addMapLayer(layer, False)
    found = figures(layer, "areaoutage", project)
    counts = dict(zip(found.names, found.values))
    assert counts[row] == "1" and sum(value == "1" for value in found.values) == 1
    # counted only where there is one
    assert ("Outage or lost connection: not known" in counts) == (row != "Like an ordinary day")
    label = QgsExpression(layer.labeling().settings().fieldName)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    told = label.evaluate(context)
    project.takeMapLayer(layer)
    assert told == (f"灯市西区\n0～{round(100 * high)} %" if row != "Like an ordinary day" else "灯市西区\n10 %")


def test_what_has_no_place_is_not_called_counted_on_the_pages_of_areas_that_do_not_count_it(qgis_app):
    layer = QgsVectorLayer(f"Point?crs={schema.CRS}", "facilities", "memory")
    layer.dataProvider().addAttributes(schema.fields(schema.SPECS["shelterpower"]).toList())
    layer.updateFields()
    for number, (name, shape) in enumerate([("灯病院", "Point (137 37)"), ("点灯台体育館", "")]):
        feature = QgsFeature(layer.fields())
        feature["facility_id"], feature["name"] = str(number), name
        if shape:
            feature.setGeometry(QgsGeometry.fromWkt(shape))
        assert layer.dataProvider().addFeature(feature)
    whole, page = (remark_of("shelterpower", layer, 1, by_page) for by_page in (False, True))
    assert whole.startswith("Counted, but not on the map") and "点灯台体育館" in whole
    assert page == "Not drawn, so counted on no page by area, only in print without areas: 点灯台体育館."


def test_needs_without_a_truck_are_not_called_of_unknown_place(qgis_app):
    layer = QgsVectorLayer(f"LineString?crs={schema.CRS}", "powertrucks", "memory")
    layer.dataProvider().addAttributes(schema.fields(schema.SPECS["powertrucks"]).toList())
    layer.updateFields()
    features = []
    for status in ("assigned", "no_truck", "no_truck", "at_work", "at_work_elsewhere", "no_place"):
        feature = QgsFeature(layer.fields())
        feature["status"] = status
        if status == "assigned":
            feature.setGeometry(QgsGeometry.fromWkt("LINESTRING(137 37, 137.1 37.1)"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    told = THEMES["powertrucks"].remark(layer)
    counts = "no truck left 2, a truck at work 2, place not known 1"
    assert told == f"Needs without an arrow: {counts} (see the list)."
    layer.setSubsetString("")
    layer.dataProvider().deleteFeatures([one.id() for one in layer.getFeatures() if one["status"] != "assigned"])
    assert THEMES["powertrucks"].remark(layer) == ""


def test_a_plan_says_nothing_of_data_and_what_is_back_is_not_overdue(qgis_app):
    info, theme = CaseInfo("灯里市 地震", EVENT, "999999"), THEMES["restorationplan"]
    layer = QgsVectorLayer(f"Polygon?crs={schema.CRS}", "restorationplan", "memory")
    layer.dataProvider().addAttributes(schema.fields(schema.SPECS["restorationplan"]).toList())
    layer.updateFields()
    for number, done in enumerate((None, AS_OF - timedelta(hours=2))):
        feature = QgsFeature(layer.fields())
        feature["area_id"], feature["plan_row"] = str(number), number + 1
        feature["as_of"], feature["restored_at"] = schema.date_time(AS_OF), schema.date_time(AS_OF - timedelta(hours=6))
        feature["done_at"] = schema.date_time(done) if done else None
        feature.setGeometry(build.rectangles([37], [137], [38], [138])[0])
        layer.dataProvider().addFeatures([feature])
    style.apply_style(layer, "restorationplan")
    found = figures(layer, "restorationplan", QgsProject())
    counts = dict(zip(found.names, found.values))
    assert counts["Planned time has passed: ask"] == "1" and counts["Power is back (by the plan)"] == "1"
    assert data_line(layer, AS_OF, info, Data(), theme) == ("", False)
    assert as_of_line(layer, AS_OF, info, theme) == "As of 2026-01-20 09:00    28 h 50 min after the event"


@pytest.mark.parametrize(("hours", "blind"), [(2, True), (13, False)])
def test_a_list_of_12_hours_is_marked_where_it_cannot_tell_of_the_event_yet(hours, blind):
    listed = EVENT + timedelta(hours=hours)
    data = Data(status=lambda at: _status(reading=EVENT - timedelta(hours=1), outage=listed))
    info = CaseInfo("灯里市 地震", EVENT, "999999")
    line, alert = data_line(_facilities(listed, listed), listed, info, data, THEMES["shelterpower"])
    assert alert is blind and ("nothing in them tells yet" in line) is blind
    # the statistics count those silent for 12 hours, too
    moment = schema.date_time(listed)
    cells = _areas("areaoutage", [{"area_code": "1", "as_of": moment, "evidence_until": moment}])
    assert data_line(cells, listed, info, Data(), THEMES["areaoutage"])[1] is blind


NOT_OF_SILENCE = ("recoveryindex", "contractcounts", "restorationplan")


@pytest.mark.parametrize("kind", [kind for kind in THEMES if kind not in NOT_OF_SILENCE])
def test_every_theme_made_from_silent_meters_says_that_silent_is_not_outage(qgis_app, kind):
    notice = THEMES[kind].notice()
    assert "not the same as an outage" in notice or "not the number of homes without power" in notice


@pytest.mark.parametrize("kind", NOT_OF_SILENCE)
def test_the_other_themes_say_that_nothing_told_is_unknown(qgis_app, kind):
    assert "are unknown" in THEMES[kind].notice()


def test_a_drill_is_marked_and_a_real_case_is_not(layout_of):
    assert layout_of("shelterpower", practice=True)["practice"] == "DRILL"
    real = layout_of("shelterpower", practice=False)
    assert real["practice"] == ""


def test_sheets_of_personal_data_are_marked_and_statistics_are_not(layout_of):
    assert "Personal data" in layout_of("homeaway")["handling"]
    assert layout_of("meshoutage")["handling"] == ""


def test_sheets_of_people_say_under_what_terms_and_others_do_not(layout_of):
    assert "terms of use: not entered" in layout_of("homeaway")["sources"]
    assert "terms of use" not in layout_of("shelterpower")["sources"]


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

    style.apply_style(layer, "meshoutage")
    got = dict(zip(*(lambda f: (f.names, f.values))(figures(layer, "meshoutage", QgsProject()))))
    assert got["76 % and more"] == "1" and got["up to 25 %"] == "1"
    assert got["Masked: few meters (N/A)"] == "1" and got["Unknown"] == "1"
    assert got["Silent meters"] == "10" and got["Meters, masked and unknown apart"] == "30"


def _areas(kind: str, rows: list[dict]) -> QgsVectorLayer:
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:6668", kind, "memory")
    layer.dataProvider().addAttributes(schema.fields(schema.SPECS[kind]).toList())
    layer.updateFields()
    features = []
    for number, row in enumerate(rows):
        feature = QgsFeature(layer.fields())
        for name, value in row.items():
            feature[name] = value
        feature.setGeometry(build.rectangles([37], [137 + number], [38], [138 + number])[0])
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    style.apply_style(layer, kind)
    return layer


def test_where_no_figure_is_known_a_sum_is_unknown_and_not_0(qgis_app):
    begin = schema.date_time(AS_OF)
    masked = {"area_id": "1", "begin": begin, "unknown_reason": "masked", "cells_unknown": 4}
    one_day = {"area_id": "2", "begin": begin, "meters": 50, "cells_unknown": 0}
    for rows, contracts in (([masked], "unknown"), ([masked, one_day], "50"), ([{**one_day, "meters": 0}], "0")):
        got = figures(_areas("contractcounts", rows), "contractcounts", QgsProject())
        told = dict(zip(got.names, got.values))
        assert (told["Contracts"], told["Contracts that feed in"]) == (contracts, "unknown")
    # why each of them is unknown: masked, or nothing earlier to compare with
    got = figures(_areas("contractcounts", [masked, one_day]), "contractcounts", QgsProject())
    told = dict(zip(got.names, got.values))
    assert (told["– figure masked or blank"], told["– too little to compare with"]) == ("1", "1")


def test_a_sheet_of_contracts_says_which_days_it_compares(qgis_app):
    days = {"begin": schema.date_time(datetime(2026, 1, 10)), "before_date": schema.date_time(datetime(2025, 1, 15))}
    heading = THEMES["contractcounts"].heading
    assert heading(_areas("contractcounts", [days])).endswith("\n2025-01-15 compared with 2026-01-10")
    alone = heading(_areas("contractcounts", [{**days, "before_date": None}]))
    assert alone.endswith("\n2026-01-10, no earlier day to compare with")


def test_households_that_a_plan_does_not_number_are_not_0(qgis_app):
    planned = {"area_id": "1", "plan_row": 1}
    for rows, told in (
        ([planned, {"area_id": "2"}], {"Households in the plan": "unknown", "– areas without a number": "1"}),
        ([planned, {**planned, "households": 7}], {"Households in the plan": "7", "– areas without a number": "1"}),
    ):
        got = figures(_areas("restorationplan", rows), "restorationplan", QgsProject())
        assert told.items() <= dict(zip(got.names, got.values)).items()


def test_reasons_stand_below_the_row_they_explain_and_figures_from_before_the_event_are_not_added_up(qgis_app):
    begin = schema.date_time(AS_OF)
    known = {"begin": begin, "rate_class": 4, "silent": 9, "meters": 10}
    before = {"begin": begin, "silent": 3, "meters": 50, "unknown_reason": "before_event", "last_state": "1"}
    masked = {"begin": begin, "masked": True, "unknown_reason": "masked"}
    layer = _areas("meshoutage", [known, {**before, "last_proven": begin}, masked])
    got = figures(layer, "meshoutage", QgsProject())
    assert list(zip(got.names, got.values))[5:] == [
        ("Masked: few meters (N/A)", "1"),
        ("Unknown", "1"),
        ("– nothing received from after the event", "1"),
        (f"– before the event, until {begin.toString('MM-dd HH:mm')}: up to 25 %", "1"),
        ("Silent meters", "9"),
        ("Meters, masked and unknown apart", "10"),
    ]


def test_what_the_readings_say_stands_beside_the_twelve_hours_of_the_statistics(qgis_app):
    row = {"begin": schema.date_time(AS_OF), "rate_class": 4, "silent": 3, "meters": 50}
    layer = _areas("meshoutage", [{**row, "dark_by_readings": 45, "expected_by_readings": 49}])
    got = dict(zip(*(lambda f: (f.names, f.values))(figures(layer, "meshoutage", QgsProject()))))
    assert got["Silent meters"] == "3"
    assert got["Silent at the end of the data, by readings"] == "45 / 49"


def test_where_nothing_is_known_the_sums_say_unknown_and_never_zero(qgis_app):
    row = {"begin": schema.date_time(AS_OF), "silent": 3, "meters": 50, "unknown_reason": "not_due"}
    layer = _areas("meshoutage", [row])
    got = figures(layer, "meshoutage", QgsProject())
    assert list(zip(got.names, got.values))[-2:] == [
        ("Silent meters", "unknown"),
        ("Meters, masked and unknown apart", "unknown"),
    ]


def test_a_city_and_its_wards_are_never_added_up_and_the_wards_alone_are_counted(qgis_app):
    assert THEMES["areaoutage"].total == ()
    names = ["灯県灯市", "灯県灯市北区", "灯県灯市南区", "灯県灯市原町", "灯県他市"]
    begin = schema.date_time(AS_OF)
    layer = _areas("areaoutage", [{"area_name": name, "rate_class": 4, "begin": begin} for name in names])
    got = figures(layer, "areaoutage", QgsProject())
    assert dict(zip(got.names, got.values))["76 % and more"] == "4"
    assert "the city as a whole is not" in THEMES["areaoutage"].notice()


def test_figures_of_isolation_count_road_access_and_a_blank_one_as_unknown(qgis_app):
    rows = [{"rank": 1, "access_cut": value} for value in ("cut", "cut", "open", None, "strange")]
    got = figures(_areas("isolatedcommunities", rows), "isolatedcommunities", QgsProject())
    assert dict(zip(got.names, got.values))["Soon: road not known"] == "2"
    assert got.values[:4] == ("2", "0", "2", "1")


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
        layers.append((layer, f"停電率（12時間以上応答なし） {number}"))
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


def test_a_legend_is_kept_for_the_next_page_only_under_the_same_headings_and_unbroken(case, qgis_app):
    project, layer = QgsProject(), layer_of(case, "meshoutage")
    project.addMapLayer(layer, False)
    layout = export.load(export.template_of("situation_a3"), project)
    legend = layout.itemById("legend")

    def heading() -> str:
        (node,) = legend.model().rootGroup().children()
        return node.customProperty("legend/title-label")

    export.set_legend(layout, [(layer, "停電率 一")])
    legend.model().rootGroup().children()[0].setCustomProperty("kept", "yes")
    export.set_legend(layout, [(layer, "停電率 一")])
    assert legend.model().rootGroup().children()[0].customProperty("kept") == "yes"
    export._wrap_legend(legend, 6)
    assert "\n" in heading()
    export.set_legend(layout, [(layer, "停電率 一")])
    assert heading() == "停電率 一"
    export.set_legend(layout, [(layer, "停電率 二")])
    assert heading() == "停電率 二"


def test_figures_with_long_words_are_made_smaller_and_names_keep_in_step_with_values(qgis_app):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    names = "\n".join(f"{LONG_NAME}{number}" for number in range(8))
    texts = {"sheet_figures_names": names, "sheet_figures_values": "\n".join(["12,345"] * 8)}
    export.fill(layout, {**dict.fromkeys(export.VARIABLES, ""), **texts})
    labels = [layout.itemById(id_) for id_ in ("figures_names", "figures_values")]
    assert any(map(export._overflows, labels)), "otherwise nothing is tried here"
    export.fit_figures(layout)
    assert not any(map(export._overflows, labels))
    assert len({text_of(label)[1] for label in labels}) == 1


def test_a_pole_shows_its_most_urgent_state_and_its_dwellings(case, qgis_app):
    made = poles(layer_of(case, "homeaway"))
    shown = sorted((one.geometry().asWkt(2), one["state"], one["pole_count"]) for one in made.getFeatures())
    assert shown == [("Point (137 37.2)", "home", 2), ("Point (137.05 37.2)", "asleep_unknown", 1)]


@pytest.mark.parametrize(
    ("poles_from", "squares_from", "heading"),
    [
        (10_000_000, 20_000_000, "Presence by dwelling (rings: one pole)"),
        (1_000, 10_000_000, "Presence by pole (larger: more dwellings; most urgent on top)"),
        (500, 1_000, "Dwellings at home per 500 m square (largest circle: 1 or more)"),
    ],
)
def test_dwellings_poles_or_squares_are_drawn_by_the_scale(layout_of, monkeypatch, poles_from, squares_from, heading):
    monkeypatch.setattr(style, "OVERVIEW_SCALE", poles_from)
    monkeypatch.setattr(style, "SQUARES_SCALE", squares_from)
    monkeypatch.setattr(drawing, "FEW", 3)
    sheet = layout_of("homeaway")
    assert sheet["legend"] == [heading] and sheet["legend_fits"]


def test_a_few_homes_stay_points_at_every_scale(layout_of, monkeypatch):
    monkeypatch.setattr(style, "OVERVIEW_SCALE", 500)
    monkeypatch.setattr(style, "SQUARES_SCALE", 1_000)
    assert layout_of("homeaway")["legend"] == ["Presence by pole (larger: more dwellings; most urgent on top)"]


LONGEST_PLACES = ("鹿児島県大島郡徳之島町 令和8年1月発生 架空半島地震 現地災害対策本部 訓練用", "Y" * 90, "灯市")
_NAMES = ["指定避難所・指定緊急避難場所", "災害拠点病院", "特別養護老人ホーム"]
KINDS = [f"{_NAMES[number % 3]}（{number}）" for number in range(12)]


def _kinds_layer() -> QgsVectorLayer:
    """Facilities of twelve kinds, each with an entry of its own in the legend."""
    layer = QgsVectorLayer("Point?crs=EPSG:6668&field=kind:string", "公共施設・要配慮者利用施設（市全域）", "memory")
    features = []
    for number, kind in enumerate(KINDS):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([kind])
        feature.setGeometry(QgsGeometry.fromWkt(f"POINT({137 + 0.002 * number} 37.205)"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    categories = [QgsRendererCategory(kind, QgsMarkerSymbol.createSimple({"size": "3"}), kind) for kind in KINDS]
    layer.setRenderer(QgsCategorizedSymbolRenderer("kind", categories))
    return layer


@pytest.mark.parametrize("paper_size", ["A3", "A4"])
@pytest.mark.parametrize("place", LONGEST_PLACES)
@pytest.mark.parametrize("kind", ["shelterpower", "meshoutage", "homeaway"])
def test_nothing_is_clipped_with_the_longest_names_and_the_busiest_legend(
    case, monkeypatch, tmp_path, kind, place, paper_size
):
    clipped, seen = [], []

    def look(layout, path):
        broken = {"notice", "sources"}
        for id_ in ("title", "subtitle", "place", "handling", "notice", "sources", "figures_names", "figures_values"):
            item = layout.itemById(id_)
            if export._overflows(item, id_ in broken):
                clipped.append((id_, item.currentText()))
        room, size = layout.itemById("legend_box").sizeWithUnits(), layout.itemById("legend").sizeWithUnits()
        if size.width() > room.width() + 0.01 or size.height() > room.height() + 0.01:
            clipped.append(("legend", f"{size.width()} × {size.height()}"))
        nodes = layout.itemById("legend").model().rootGroup().children()
        seen.append([node.customProperty("legend/title-label") for node in nodes])
        return export.Export(path, 1)

    monkeypatch.setattr(situation, "export", look)
    info = CaseInfo(place, EVENT, "999999", practice=True)
    press = situation.SheetExporter(
        export.template_of("situation_a3"),
        paper_size,
        [_kinds_layer()],
        case.folder / "context.gpkg",
        False,
        info,
        AS_OF,
        "1",
    )
    press.sheet(layer_of(case, kind), kind, tmp_path / "x.pdf", 1, 1, None, Progress())
    assert clipped == [] and seen[0][1].replace("\n", "") == "公共施設・要配慮者利用施設（市全域）"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("公共施設・要配慮者利用施設（市全域）", ["公共施設・", "要配慮者利用施", "設（市全域）"]),
        ("Presence by dwelling (rings)", ["Presence by", "dwelling", "(rings)"]),
        ("", [""]),
    ],
)
def test_long_lines_of_a_legend_are_broken_where_one_reads_on(text, lines):
    broken = export._wrapped(text, 14).split("\n")
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")
    assert broken == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("契約は減りません。", ["契約は減", "りませ", "ん。"]),  # a full stop begins no line
        ("名簿は（氏名）", ["名簿は", "（氏名）"]),  # a bracket that opens ends none
        ("one two three", ["one two", "three"]),
        ("灯市abcdef", ["灯市", "abcdef"]),
        ("1234567890", ["12345678", "90"]),  # a number has no place to be broken at
        ("短い\n12 34", ["短い", "12 34"]),
        ("", [""]),
    ],
)
def test_lines_are_broken_where_japanese_may_be(text, lines):
    def width_of(line):
        return sum(2 if ord(letter) > 255 else 1 for letter in line)

    assert broken_lines(text, 8, width_of) == lines
    assert broken_lines(text, 8, width_of) == broken_lines("\n".join(lines), 8, width_of)


def test_a_notice_is_broken_in_the_label_of_its_name_and_in_no_other(qgis_app):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    notice = layout.itemById("notice")
    words = {**dict.fromkeys(export.VARIABLES, ""), "sheet_notice": "契約数は世帯数ではありません。" * 12}
    export.fill(layout, words)
    export.fit_texts(layout)
    lines = notice.currentText().split("\n")
    assert len(lines) > 1 and "".join(lines) == words["sheet_notice"]
    assert max(export._widths(notice)) <= notice.sizeWithUnits().width()
    notice.setText("注意: [% @sheet_notice %]")
    export.fill(layout, words)
    export.fit_texts(layout)
    assert notice.currentText() == f"注意: {words['sheet_notice']}"


def test_a_page_with_a_short_name_is_not_small_because_the_page_before_had_a_long_one(qgis_app):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    sizes = []
    for name in ("灯市", LONG_NAME * 5, "灯市"):
        export.fill(layout, {**dict.fromkeys(export.VARIABLES, ""), "sheet_place": name})
        export.fit_texts(layout)
        sizes.append(text_of(layout.itemById("place"))[1])
    assert sizes[0] == pytest.approx(sizes[2], rel=1e-3) and sizes[1] < sizes[0]


def _homes(rows: list[tuple[float, float, object]]) -> QgsVectorLayer:
    layer = QgsVectorLayer("Point?crs=EPSG:6668&field=state:string", "homes", "memory")
    features = []
    for x, y, state in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([state])
        feature.setGeometry(QgsGeometry.fromWkt(f"POINT({x} {y})") if np.isfinite(x) else QgsGeometry())
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


@pytest.mark.parametrize("metres", homes.SIZES)
def test_every_dwelling_is_counted_in_one_square_and_a_blank_state_is_unknown(qgis_app, metres):
    rng = np.random.default_rng(7)
    states = [["home", "away", "asleep_unknown", "no_data", None, ""][n % 6] for n in range(600)]
    rows = [(137 + x, 37 + y, state) for (x, y), state in zip(rng.uniform(0, 0.2, (600, 2)), states)]
    read = homes.read_homes(_homes([*rows, (float("nan"), 37.0, "home")]))
    counted = homes.squares(read, metres)
    assert (counted.home.sum(), counted.away.sum(), counted.unknown.sum()) == (100, 100, 400)
    if metres in mesh.LEVELS:
        codes = mesh.encode(read.lat, read.lon, metres)
        assert len(counted.lon) == len(set(codes))
        assert set(mesh.encode(counted.lat, counted.lon, metres)) == set(codes), "the squares are those of the grid"


def test_squares_grow_with_the_scale_so_that_a_number_fits_in_them(qgis_app):
    sizes = [homes.square_size(scale) for scale in (25_000, 50_000, 100_000, 125_000, 300_000, 900_000)]
    assert sizes == [250, 500, 1000, 1000, 5000, 10000]


def test_circles_tell_at_home_by_area_and_hatch_the_unknown_share(qgis_app):
    x, y = 137.006, 37.004
    rows = [(x, y, "home")] * 3 + [(x, y, "no_data")] + [(x, y, "away")] * 9
    rows += [(x + 0.1, y, "away"), (x + 0.2, y, None)]
    crs = QgsCoordinateReferenceSystem(METRIC)
    everywhere = QgsRectangle(-1e7, -1e7, 1e7, 1e7)
    counted = homes.squares(homes.read_homes(_homes(rows)), 1000)
    made, most = homes.circles(counted, 100_000, crs, everywhere, QgsProject.instance())
    found = {(one["part"], one["told"]): one.geometry().area() for one in made.getFeatures()}
    assert set(found) == {("home", "3\n+1?"), ("unknown", ""), ("away", ""), ("unknown", "1?")}
    assert most == 4
    assert found["unknown", ""] / found["home", "3\n+1?"] == pytest.approx(1 / 4, rel=0.01)
    assert found["unknown", "1?"] / found["home", "3\n+1?"] == pytest.approx(1 / 4, rel=0.02)
    none, _ = homes.circles(counted, 100_000, crs, QgsRectangle(0, 0, 1, 1), QgsProject.instance())
    assert none.featureCount() == 0


def test_circles_of_neighbours_never_touch(qgis_app):
    rows = [(137.0063 + 0.0125 * column, 37.0042 + row / 120, "home") for row in range(5) for column in range(5)] * 30
    crs = QgsCoordinateReferenceSystem(METRIC)
    counted = homes.squares(homes.read_homes(_homes(rows)), 1000)
    made, _ = homes.circles(counted, 200_000, crs, QgsRectangle(-1e7, -1e7, 1e7, 1e7), QgsProject.instance())
    shapes = [one.geometry() for one in made.getFeatures()]
    assert len(shapes) == 25
    assert not any(one.intersects(other) for number, one in enumerate(shapes) for other in shapes[:number])


def _cloud(points: list[tuple[float, float]]) -> QgsVectorLayer:
    layer = QgsVectorLayer("Point?crs=EPSG:6668", "cloud", "memory")
    features = []
    for x, y in points:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(f"POINT({x} {y})"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


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


def _page(*boxes: tuple[float, float, float, float]) -> QgsGeometry:
    """Return a multipolygon in metres of UTM zone 54 from boxes (x, y, width, height in km)."""
    shapes = []
    for x, y, width, height in boxes:
        corner = QgsPointXY(300_000 + x * 1e3, 4_100_000 + y * 1e3)
        shapes.append(
            QgsGeometry.fromRect(QgsRectangle(corner, QgsPointXY(corner.x() + width * 1e3, corner.y() + height * 1e3)))
        )
    return QgsGeometry.collectGeometry(shapes)


def _on(page_places: list[tuple[float, float]]) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"Point?crs={METRIC}", "places", "memory")
    features = []
    for x, y in page_places:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(f"POINT({300_000 + x * 1e3} {4_100_000 + y * 1e3})"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def test_a_far_island_does_not_make_the_page_of_its_municipality_tiny_and_is_counted(qgis_app):
    crs, project = QgsCoordinateReferenceSystem(METRIC), QgsProject.instance()
    town = [(0.5 + x, 0.5 + y) for x in range(6) for y in range(6)]
    page = _page((0, 0, 10, 10), (11, 3, 1, 1), (2, 60, 0.5, 0.5))
    shown = extent.page_view(_on([*town, (2.2, 60.2)]), page, crs, project)
    assert shown.outside == 1 and shown.extent.height() < 11_000
    assert shown.extent.width() == pytest.approx(12_000), "an islet beside the land stays on the map"
    many = extent.page_view(_on([*town, *[(2.2, 60.2)] * 20]), page, crs, project)
    assert many.outside == 0 and many.extent.height() > 60_000, "where many live is never left out"
    empty = extent.page_view(_on([]), page, crs, project)
    assert empty.outside == 0 and empty.extent.height() < 11_000
    other = extent.page_view(_on([(500.0, 500.0)]), page, crs, project)
    assert other.outside == 0, "what is on no page is no page's to count"


def test_two_large_parts_of_a_municipality_are_both_on_its_page(qgis_app):
    page = _page((0, 0, 10, 10), (60, 0, 8, 8))
    shown = extent.page_view(_on([(1, 1)]), page, QgsCoordinateReferenceSystem(METRIC), QgsProject.instance())
    assert shown.extent.width() == pytest.approx(68_000)


def test_a_feature_that_comes_onto_the_map_with_the_land_is_not_called_outside(qgis_app):
    rng = np.random.default_rng(6)
    town = [(137 + x, 37.2 + y) for x, y in rng.uniform(0, 0.1, (300, 2))]
    land = QgsVectorLayer("Polygon?crs=EPSG:6668", "land", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((137 37.18, 137.1 37.18, 137.1 37.35, 137 37.35, 137 37.18))"))
    land.dataProvider().addFeatures([feature])
    land.updateExtents()
    crs = QgsCoordinateReferenceSystem(METRIC)
    assert extent.view(_cloud([*town, (137.05, 37.34)]), None, crs, QgsProject.instance()).outside == 1
    assert extent.view(_cloud([*town, (137.05, 37.34)]), land, crs, QgsProject.instance()).outside == 0


def test_the_overview_shows_the_boundary_and_points_of_what_lies_outside_never_the_result(case, monkeypatch, tmp_path):
    seen = []
    real = situation._Page._overview

    def look(page, shown):
        real(page, shown)
        layers = page.layout.itemById("overview").layers()
        seen.append(([layer.name() for layer in layers], shown.outside, page.layer in layers))
        if shown.outside:
            seen[-1] += (sorted(one["row"] for one in layers[0].getFeatures()),)

    monkeypatch.setattr(situation._Page, "_overview", look)
    monkeypatch.setattr(extent, "_PAGE_DATA", 0.5)
    press = situation.SheetExporter(
        export.template_of("situation_a3"), "A3", [], case.folder / "context.gpkg", False, None, AS_OF, "1"
    )
    pages = QgsVectorLayer("MultiPolygon?crs=EPSG:6668&field=name:string", "pages", "memory")
    feature = QgsFeature(pages.fields())
    feature.setAttributes(["灯里市"])
    feature.setGeometry(
        QgsGeometry.fromWkt(
            "MULTIPOLYGON(((136.99 37.19,137.035 37.19,137.035 37.22,136.99 37.22,136.99 37.19)),"
            "((137.0399 37.1999,137.0401 37.1999,137.0401 37.2001,137.0399 37.2001,137.0399 37.1999)))"
        )
    )
    pages.dataProvider().addFeatures([feature])
    monkeypatch.setattr(extent, "_close", lambda one, other: False)
    monkeypatch.setattr(extent, "_GAIN", 1.0)
    press.sheet(layer_of(case, "shelterpower"), "shelterpower", tmp_path / "a.pdf", 1, 1, pages, Progress())
    press.sheet(layer_of(case, "shelterpower"), "shelterpower", tmp_path / "b.pdf", 1, 1, None, Progress())
    assert seen[0] == (["far", "Municipality"], 1, False, [3]), "the fifth shelter is unknown, the last in the legend"
    assert seen[-1] == (["Municipality"], 0, False)


class _Tiles(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if "slow" in self.path:
            time.sleep(6)
        self.send_response(404 if "none" in self.path else 200)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client may have given up
            self.wfile.write(b"\x89PNG\r\n" if "page" not in self.path else b"<html>log in</html>")

    def log_message(self, *words):
        """Say nothing."""


@pytest.mark.parametrize(("path", "there"), [("good", True), ("none", False), ("page", False), ("slow", False)])
def test_the_base_map_is_there_only_where_a_tile_really_comes_in_time(qgis_app, monkeypatch, feedback, path, there):
    monkeypatch.setattr(printing, "_PROBE_MILLISECONDS", 2000)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Tiles) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(context, "GSI_PROBE", f"http://127.0.0.1:{server.server_port}/{path}.png")
        assert printing.tiles_answer(FeedbackProgress(feedback)) is there
        server.shutdown()


# Project


def test_the_project_opens_on_the_data_with_themes_and_no_trace_of_who_made_it(case, tmp_path):
    made = case.folder / "situation.qgz"
    make_project(case.folder, case.folder / "layers.gpkg", case.folder / "context.gpkg", made)
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
    assert project.crs().authid() == "EPSG:6675"
    assert QgsExpressionContextUtils.projectScope(project).variable("tomoshibi_case") == "."
    assert len(project.mapThemeCollection().mapThemes()) == 3
    shown = [node.name() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    assert shown == [
        "Power at facilities as of 1/20 09:00",
        "Outage by mesh as of 1/20 09:00",
        "Areas",
        "Municipality",
    ]
    assert project.title().startswith("[Drill]")
    assert 'name="theMapCanvas"' in text
    project.clear()


def test_a_project_without_results_shows_the_background_and_says_so(case, tmp_path, feedback):
    progress = FeedbackProgress(feedback)
    made = tmp_path / "p.qgz"
    make_project(case.folder, tmp_path / "none.gpkg", case.folder / "context.gpkg", made, progress)
    assert feedback.warnings == ["The case holds no results yet: the project shows its background only."]
    project = QgsProject()
    assert project.read(str(made))
    assert sorted(layer.name() for layer in project.mapLayers().values()) == ["Areas", "Municipality"]
    project.clear()


def test_the_islets_of_a_city_do_not_make_the_map_of_its_area_tiny(qgis_app):
    islets = [(0.2 * number, 90.0, 0.1, 0.1) for number in range(60)]
    parts = [_page((0, 0, 40, 20), *islets), _page((5, 20, 30, 20))]
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:6691", "areaoutage", "memory")
    features = []
    for shape in parts:
        feature = QgsFeature()
        feature.setGeometry(shape)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    seen = extent.view(layer, None, layer.crs(), QgsProject())
    # the city is on the map with its land, so that nothing of it is called outside
    assert seen.outside == 0
    assert seen.extent.height() == pytest.approx(40_000)
