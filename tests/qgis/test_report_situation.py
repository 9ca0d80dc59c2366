"""The page of figures and the workbook, from a case filled from a scenario."""

from __future__ import annotations

import re
import zipfile

import pytest
from tomoshibi.layers.spreadsheet import Sheet, write_xlsx
from tomoshibi.layers.spreadsheets import read_xlsx, sheet_names
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


def parameters(drill, **more):
    own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    sheets = drill.case.folder / "sheets"
    return {**own, "HTML": str(sheets / "report.html"), "XLSX": str(sheets / "report.xlsx"), **more}


def test_page_and_workbook_tell_the_same_figures_as_the_algorithms_they_come_from(drill, run):
    found = run("situationreport", parameters(drill))
    table = read_xlsx(drill.case.folder / "sheets" / "report.xlsx")
    said = {row[1]: row for row in table[1:] if row[0] == "All together"}
    case, facilities = parameters(drill)["CASE"], parameters(drill)["FACILITIES"]
    power = run(
        "shelterpower", {"CASE": case, "FACILITIES": facilities, "AT": "2026-01-21T05:30:00", "OUTPUT": "memory:"}
    )
    assert float(said["Facilities without power"][2]) == power["OUTAGE"]
    assert float(said["Facilities without power"][5]) == power["UNKNOWN"]
    line = rows(run("outagetimeline", {"CASE": case, "STEP_HOURS": 1, "OUTPUT": "memory:"})["OUTPUT"])
    last = line[line["evidence"] == "readings"].sort_values("end").iloc[-1]
    assert float(said["Silent meters (readings)"][2]) == last["silent"]
    page = (drill.case.folder / "sheets" / "report.html").read_text(encoding="utf-8")
    assert f"<td>{int(last['silent']):,}</td>" in page and "PRACTICE DATA" in page
    assert found["ROWS"] >= 7


def test_areas_are_told_one_by_one_and_the_unknown_is_named(drill, run):
    areas = str(drill.open / "areas.geojson")
    run("situationreport", parameters(drill, AREAS=areas, SINCE="2026-01-11T00:00:00"))
    table = read_xlsx(drill.case.folder / "sheets" / "report.xlsx")
    names = {row[0] for row in table[1:]}
    assert "月影浜" in names and len(names) > 20
    # Before the readings begin nothing is known, and neither is the change.
    silent = [row for row in table[1:] if row[1] == "Silent meters (readings)"]
    assert {row[3] for row in silent} == {"Unknown"} == {row[4] for row in silent}
    page = (drill.case.folder / "sheets" / "report.html").read_text(encoding="utf-8")
    assert 'class="unknown">Unknown' in page


def test_nothing_personal_is_in_the_report_and_it_is_entered_in_the_ledger(drill, run):
    run("situationreport", parameters(drill, AREAS=str(drill.open / "areas.geojson")))
    page = (drill.case.folder / "sheets" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"\d{22}", page)
    holders = set(drill.case.master(["name"])["name"]) - {""}
    assert holders and not [name for name in holders if name in page]
    for name in ("report.html", "report.xlsx"):
        entry = [entry for entry in drill.case.ledger.entries() if entry.path == f"sheets/{name}"][-1]
        assert entry.algorithm == "tomoshibi:situationreport" and entry.personal and entry.sha256


def test_a_comparison_that_is_not_earlier_is_refused(drill, complaint):
    said = complaint("situationreport", parameters(drill, AT="2026-01-20T00:00:00", SINCE="2026-01-20T00:00:00"))
    assert "not before" in said


def test_a_workbook_keeps_numbers_texts_and_unknowns_apart(tmp_path):
    path = tmp_path / "a.xlsx"
    number = "0123456789012345678901"
    write_xlsx(path, [Sheet("a/b", ("x", "y"), [(number, 1.5), ("<&>", float("nan")), ("", None)], (), "不明")])
    assert sheet_names(path) == ["a b"]
    assert read_xlsx(path)[:3] == [["x", "y"], [number, "1.5"], ["<&>", "不明"]]
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None and number in book.read("xl/worksheets/sheet1.xml").decode("utf-8")
