"""Names of others with formulas, markup and odd signs, and places that cannot be written, in what leaves the case."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from qgis.core import QgsProcessingException
from tomoshibi.layers.spreadsheets import read_xlsx
from tomoshibi.tests.drill_case import make_drill

FORMULA = '=HYPERLINK("http://example.jp","押す")'
NAMES = (
    FORMULA,
    "<script>alert(1)</script>",
    "𠮷野\n🔥館",
    "-1+2",
    "長" * 5000,
    "]]>&amp;\x0b\ud800",
    "@SUM(A1)",
    "-5",
)


@pytest.fixture
def hostile(tmp_path):
    """A drill and its list of facilities, the first eight of which have such names."""
    drill = make_drill(tmp_path, meters=2000)
    listed = json.loads((drill.open / "facilities.geojson").read_text(encoding="utf-8"))
    listed["features"] = listed["features"][:10]
    for feature, name in zip(listed["features"], NAMES):
        feature["properties"]["name"] = name
    path = tmp_path / "facilities.geojson"
    path.write_text(json.dumps(listed), encoding="utf-8")
    return drill, {"CASE": str(drill.case.folder), "FACILITIES": str(path)}


def test_no_cell_of_a_csv_that_leaves_the_case_runs_and_numbers_stay_numbers(run, hostile):
    _, own = hostile
    found = run("supportrequest", {**own, "LIST": "facilities"})
    with open(found["CSV"], encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    cells = {cell for row in rows for cell in row}
    assert f"'{FORMULA}" in cells and "'-1+2" in cells and "'@SUM(A1)" in cells and "-5" in cells
    book = {cell for row in read_xlsx(Path(found["XLSX"])) for cell in row}
    assert FORMULA in book and "<script>alert(1)</script>" in book


def test_every_form_of_a_hand_over_is_whole_with_such_names(run, hostile):
    _, own = hostile
    run("shelterpower", own)
    found = run("handover", {"CASE": own["CASE"], "EMAIL": "bosai@example.jp"})
    folder = Path(found["FOLDER"])
    assert "shelterpower.geojson" in {path.name for path in folder.iterdir()}
    assert "shelterpower" not in found["SKIPPED"] and "避難所" not in found["SKIPPED"]
    page = (folder / "tomoshibi.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    kml = ElementTree.parse(folder / "tomoshibi.kml")
    names, balloons, styles = (
        [each.text or "" for each in kml.iter(f"{{http://www.opengis.net/kml/2.2}}{tag}")]
        for tag in ("name", "description", "text")
    )
    assert "<script>alert(1)</script>" in names and not any("$[name]" in text for text in styles)
    assert any("alert(1)" in text for text in balloons) and not any("<script" in text for text in balloons)
    with zipfile.ZipFile(folder / "tomoshibi.xlsx") as book:
        for name in book.namelist():
            content = book.read(name)
            if name.endswith(".xml"):
                ElementTree.fromstring(content)
            assert b"<f>" not in content
    with open(folder / "columns.csv", encoding="utf-8-sig", newline="") as stream:
        assert not [cell for row in csv.reader(stream) for cell in row if cell[:1] in ("=", "+", "@")]


def test_a_letter_with_such_words_opens(run, hostile):
    _, own = hostile
    given = {name: NAMES[place] for place, name in enumerate(("NAME", "PURPOSE", "OPERATOR"))}
    run("editcase", {"CASE": own["CASE"], **given})
    found = run("requestletter", {"CASE": own["CASE"], "KIND": "individual"})
    for path in (Path(value) for value in found.values() if str(value).endswith(".docx")):
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                ElementTree.fromstring(book.read(name))


@pytest.mark.parametrize(
    ("name", "output", "more"),
    [
        ("supportrequest", "CSV", {"LIST": "facilities"}),
        ("supportrequest", "XLSX", {"LIST": "facilities"}),
        ("requestletter", "docx", {"KIND": "individual"}),
        ("requestletter", "pdf", {"KIND": "individual"}),
        ("requestletter", "txt", {"KIND": "individual"}),
    ],
)
def test_a_folder_where_a_file_should_be_is_named(run, hostile, tmp_path, name, output, more):
    _, own = hostile
    taken = tmp_path / f"taken.{output.lower()}"
    taken.mkdir()
    with pytest.raises(QgsProcessingException) as failure:
        run(name, {**own, **more, output if output.isupper() else "OUTPUT": str(taken)})
    assert "taken" in str(failure.value) and "fault of the plugin" not in str(failure.value)


@pytest.mark.parametrize("name", ["overridestate", "handover", "supportrequest"])
def test_a_case_that_cannot_be_written_is_named(run, hostile, name):
    drill, own = hostile
    first = json.loads(Path(own["FACILITIES"]).read_text(encoding="utf-8"))["features"][0]["properties"]["facility_id"]
    run("shelterpower", own)
    folders = [drill.case.folder, *(path for path in drill.case.folder.rglob("*") if path.is_dir())]
    modes = {path: path.stat().st_mode for path in folders}
    try:
        for path in folders:
            path.chmod(0o555)
        if os.access(drill.case.folder, os.W_OK):
            pytest.skip("the administrator writes anywhere")
        with pytest.raises(QgsProcessingException) as failure:
            run(name, {**own, "LIST": "facilities", "FACILITY_ID": first, "STATE": "truck", "BY": "防災課"})
        assert "fault of the plugin" not in str(failure.value)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_result_that_is_written_as_csv_runs_in_no_spreadsheet(run, hostile, tmp_path):
    _, own = hostile
    target = tmp_path / "施設.csv"
    found = run("shelterpower", {**own, "OUTPUT": str(target)})
    with open(target, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = {row["name"] for row in rows}
    assert {f"'{FORMULA}", "'-1+2", "'@SUM(A1)", "-5"} <= names and len(rows) == 10
    assert found["OUTPUT"] == str(target)
