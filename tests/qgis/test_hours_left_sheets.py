"""Hours left and people on devices on paper: who fails first and between when; people only where they are asked for."""

from __future__ import annotations

import csv
import re
import subprocess

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature
from qgis.PyQt.QtCore import QDateTime
from tomoshibi.layers import schema, style
from tomoshibi.sheets import appendix
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def clocks(drill, run):
    files = {"FACILITIES": "facilities.geojson", "LINKS": "links.csv", "BACKUP": "backup.csv"}
    lists = {name: str(drill.open / file) for name, file in files.items()}
    return run("survivalclocks", {"CASE": str(drill.case.folder), **lists})


def text_of(path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], stdout=subprocess.PIPE, check=True).stdout.decode()


def test_the_sheet_says_who_fails_first_and_the_list_behind_between_when(drill, clocks, run, tmp_path):
    layer = f"{drill.case.folder / 'layers.gpkg'}|layername=survivalclocks"
    table = rows(layer_of(layer))
    own = table[table["state"].isin(["may_have_failed", "failed", "running"])]
    soon = table[table["state"].isin(["may_have_failed", "running"]) & (table["hours_left_low"] <= 24)]
    assert len(own) and clocks["FAILING"] == len(soon)
    made = run("mapsheets", {"CASE": str(drill.case.folder), "LAYERS": [layer], "FOLDER": str(tmp_path)})
    assert made
    text = text_of(next(tmp_path.rglob("survivalclocks*.pdf")))
    assert f"May fail within 24 hours: {len(soon)} of " in text
    assert "Facilities in the order in which they fail" in text
    for name in own["name"]:
        assert str(name) in text
    # a row each for who has a clock or is unknown; those with power are counted, and stand on the map alone
    powered = table.loc[table["state"] == "powered", "name"]
    assert len(powered) and f"{len(powered)} facilities with power are not in the list." in " ".join(text.split())
    listed = text[text.index("Facilities in the order in which they fail") :]
    # what has no place is named at the foot of each page
    placed = {one["name"] for one in layer_of(layer).getFeatures() if one.hasGeometry()}
    assert not [name for name in powered if name in placed and str(name) in listed]
    assert text.count("fails between") >= min(len(own[own["fails_earliest"].notna()]), 3)


def test_the_brief_and_the_dock_count_those_that_may_fail_within_a_day(drill, clocks, run, tmp_path):
    from tomoshibi.processing_provider.dock import situation

    made = run("brief", {"CASE": str(drill.case.folder), "PDF": str(tmp_path / "brief.pdf")})
    text = text_of(made["PDF"])
    assert "Facilities that may fail within 24 hours" in text and "May fail within 24 hours: " in text
    counted = situation._counted(drill.case, lambda: False)
    (number,) = [one for one in counted.numbers if one.code == "failing"]
    assert number.value.split(" ")[0].replace(",", "") == str(clocks["FAILING"])


def test_people_on_devices_are_printed_only_where_their_layer_is_asked_for(drill, run, tmp_path):
    people = str(drill.open / "devices.csv")
    run("lifesupport", {"CASE": str(drill.case.folder), "PEOPLE": people, "XLSX": str(tmp_path / "round.xlsx")})
    with open(people, encoding="utf-8", newline="") as stream:
        ids = [row["整理番号"] for row in csv.DictReader(stream)]
    layer = f"{drill.case.folder / 'layers.gpkg'}|layername=lifesupport"
    run("mapsheets", {"CASE": str(drill.case.folder), "LAYERS": [layer], "FOLDER": str(tmp_path / "own")})
    text = text_of(next((tmp_path / "own").rglob("lifesupport*.pdf")))
    assert "People in the order of calls" in text and all(one in text for one in ids)
    assert "Personal data: handle with care" in text
    run("brief", {"CASE": str(drill.case.folder), "PDF": str(tmp_path / "brief.pdf")})
    assert ids[0] not in text_of(tmp_path / "brief.pdf")


def test_the_brief_has_the_outlook_behind_its_maps_where_it_was_made(drill, run, tmp_path):
    areas = str(drill.open / "areas.geojson")
    ahead = run("outlook", {"CASE": str(drill.case.folder), "AREAS": areas, "HORIZONS": "6,24"})
    made = run("brief", {"CASE": str(drill.case.folder), "PDF": str(tmp_path / "brief.pdf")})
    text = text_of(made["PDF"])
    assert "Meters expected to be dark" in text and "All together" in text and "in 24 h" in text
    assert "of all voltages" in text
    # the outlook's pages have numbers of their own: none is missing among those of the maps
    first, *others = text.split("\f")[: made["PAGES"]]
    numbered = [re.sub(r"\s", "", page) for page in (first, *others)]
    maps = [page for page in numbered[1:] if not re.search(r"list\d+/\d", page)]
    assert numbered[0].endswith(f"1/{1 + len(maps)}") and all("Outlooklist" in page for page in numbered[-2:])
    assert sum("Outlooklist" in page for page in numbered) == 2
    assert f"{round(ahead['DARK_NOW']):,}" in text and "more areas are in the layer" in text


def test_a_table_without_a_map_is_told_as_not_printed(drill, clocks, run, feedback, tmp_path):
    run("outlook", {"CASE": str(drill.case.folder), "HORIZONS": "6"})
    layers = [f"{drill.case.folder / 'layers.gpkg'}|layername={name}" for name in ("survivalclocks", "outlook")]
    run("mapsheets", {"CASE": str(drill.case.folder), "LAYERS": layers, "FOLDER": str(tmp_path)})
    assert [text for text in feedback.warnings if "“Outlook: meters still dark” is a table without a map sheet" in text]


def test_why_it_is_unknown_stands_before_what_is_assumed_and_a_day_stands_once(qgis_app):
    one = QgsFeature(schema.fields(schema.SPECS["survivalclocks"]))
    one["rank"], one["name"], one["state"] = 1, "灯集会所", "unknown"
    one["unknown_reason"], one["assumption"] = "no_backup_data", "partly"
    one["dark_since_low"], one["dark_since_high"] = (QDateTime(2026, 1, 19, 5, minute) for minute in (46, 58))
    cells = appendix._clock(one)
    assert "nothing is told of its backup power, only some meters dark" in cells
    assert "1/19 05:46～05:58" in cells


def test_who_fails_first_lies_on_top_and_what_has_failed_has_no_time_beside_it(drill, clocks):
    layer = layer_of(f"{drill.case.folder / 'layers.gpkg'}|layername=survivalclocks")
    style.apply_style(layer, "survivalclocks")
    (clause,) = layer.renderer().orderBy().list()
    assert layer.renderer().orderByEnabled()
    assert (clause.expression().expression(), clause.ascending()) == ('"rank"', False)
    written = QgsExpression(style.STYLES["survivalclocks"].labels.expression)
    context = QgsExpressionContext()
    seen = set()
    for feature in layer.getFeatures():
        context.setFeature(feature)
        seen.add((feature["state"], "\n" in written.evaluate(context)))
    assert {("failed", False), ("may_have_failed", True)} <= seen
    assert not {("failed", True), ("running", False), ("may_have_failed", False)} & seen


def layer_of(source):
    from qgis.core import QgsVectorLayer

    return QgsVectorLayer(source, "layer", "ogr")
