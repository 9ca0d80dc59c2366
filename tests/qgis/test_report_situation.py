"""The page of figures and the workbook, from a case filled from a scenario."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from tomoshibi.analysis import key_figures
from tomoshibi.layers.spreadsheet import Sheet, write_xlsx
from tomoshibi.layers.spreadsheets import read_xlsx, sheet_names
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


AT = "2026-01-21T05:30:00"


def parameters(drill, **more):
    own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    sheets = drill.case.folder / "sheets"
    return {**own, "HTML": str(sheets / "report.html"), "XLSX": str(sheets / "report.xlsx"), **more}


def told(drill) -> dict[str, dict[str, str]]:
    """Return the table of the workbook: area → column → figure."""
    heading, *rows_ = read_xlsx(drill.case.folder / "sheets" / "report.xlsx")
    return {row[0]: dict(zip(heading, row)) for row in rows_}


def page(drill) -> str:
    return (drill.case.folder / "sheets" / "report.html").read_text(encoding="utf-8")


def printed(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def test_page_and_workbook_tell_the_same_figures_as_the_algorithms_they_come_from(drill, run):
    run("situationreport", parameters(drill))
    said = told(drill)["All together"]
    case, facilities = parameters(drill)["CASE"], parameters(drill)["FACILITIES"]
    power = run("shelterpower", {"CASE": case, "FACILITIES": facilities, "AT": AT, "OUTPUT": "memory:"})
    assert float(said["Facilities: Outage"]) == power["OUTAGE"]
    assert float(said["Facilities: In part"]) == power["PARTIAL"]
    assert float(said["Facilities: Not known"]) == power["UNKNOWN"]
    line = rows(run("outagetimeline", {"CASE": case, "STEP_HOURS": 1, "OUTPUT": "memory:"})["OUTPUT"])
    last = line[line["evidence"] == "readings"].sort_values("end").iloc[-1]
    assert float(said["Readings (電力データ): Silent"]) == last["silent"]
    assert f"<td>{int(last['silent']):,}</td>" in page(drill) and "PRACTICE DATA" in page(drill)


def test_the_table_has_a_row_an_area_that_add_up_to_the_whole(drill, run):
    found = run("situationreport", parameters(drill, AREAS=str(drill.open / "areas.geojson")))
    table = told(drill)
    whole = table.pop("All together")
    assert found["ROWS"] == len(table) + 1 > 20 and "月影浜" in table
    counts = [name for name in whole if name != "Areas" and "Share" not in name and "points" not in name]
    assert len(counts) >= 10
    for name in counts:
        known = [float(row[name]) for row in table.values() if row[name] != "Unknown"]
        assert whole[name] == "Unknown" or sum(known) == float(whole[name]), name
    # nobody is lost who stands in none of the areas
    run("situationreport", parameters(drill))
    together = told(drill)["All together"]
    # silence beyond peacetime is told area by area, and never below 0
    assert all(together[name] == whole[name] for name in counts if "Beyond" not in name)
    assert float(whole["Facilities: In all"]) > 0
    # the areas with most meters dark beyond peacetime come first
    dark = [
        float(row["Readings (電力データ): Beyond peacetime"]) for name, row in table.items() if "Outside" not in name
    ]
    assert dark == sorted(dark, reverse=True) and dark[0] > 0


def test_the_change_of_a_share_is_told_in_points(drill, run):
    run("situationreport", parameters(drill, SINCE="2026-01-20T05:30:00"))
    said = told(drill)["All together"]
    case = parameters(drill)["CASE"]
    line = rows(run("outagetimeline", {"CASE": case, "STEP_HOURS": 1, "OUTPUT": "memory:"})["OUTPUT"])
    share = line[line["evidence"] == "readings"].set_index("end")["excess_rate"].astype(float)
    moments = {f"{moment:%d %H}": value for moment, value in zip((end.toPyDateTime() for end in share.index), share)}
    change = 100 * (moments["21 05"] - moments["20 05"])
    assert float(said["Readings (電力データ): Change (points)"]) == pytest.approx(change, abs=0.06)
    assert float(said["Readings (電力データ): Share of it"]) == pytest.approx(moments["21 05"], abs=1e-6)


def test_before_the_readings_begin_nothing_is_known_and_neither_is_the_change(drill, run):
    run("situationreport", parameters(drill, SINCE="2026-01-11T00:00:00", AREAS=str(drill.open / "areas.geojson")))
    table = told(drill)
    assert {row["Readings (電力データ): Change"] for row in table.values()} == {"Unknown"}
    assert 'class="unknown">Unknown' in page(drill)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_the_numbers_are_those_of_the_brief_and_of_the_results_before(tmp_path, run):
    drill = make_drill(tmp_path, meters=2000)
    own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    areas = {"CASE": own["CASE"], "AREAS": str(drill.open / "municipality.geojson")}
    areas.update(AREA_FIELD="code", NAME_FIELD="name")
    for at in ("2026-01-20T05:30:00", AT):
        run("shelterpower", {**own, "AT": at})
        run("areaoutage", {**areas, "AT": at} if at != AT else areas)
    brief = printed(Path(run("brief", {"CASE": own["CASE"], "BASEMAP": "none"})["PDF"]))
    made = run("situationreport", {**parameters(drill), **areas, "PDF": str(tmp_path / "report.pdf")})
    report = printed(Path(made["PDF"]))
    assert pages_of(Path(made["PDF"])) == 1
    for label in ("Critical facilities without power", "Facilities not known"):
        value = re.search(rf"<div>{label}<b>([^<]+)</b>", page(drill)).group(1)
        assert value in brief and value in report and re.fullmatch(r"\d+ of \d+", value)
    homes = re.search(r"<div>Meters without power beyond peacetime<b>([^<]+)</b>", page(drill)).group(1)
    assert homes in brief and homes in report
    said = told(drill)["All together"]
    low, high = (float(said[f"Outage rate by area: Dark beyond peacetime ({end})"]) for end in ("at least", "at most"))
    assert f"{round(low):,}–{round(high):,} of" in homes
    history = read_xlsx(drill.case.folder / "sheets" / "report.xlsx", "Since the event")
    # results of moments close to one another are told in one row
    assert len(history) == 4 and history[0][:2] == ["From", "To"]
    dark = history[0].index("Critical facilities without power (at least)")
    for moment, row in zip((AT, "2026-01-20T05:30:00"), (history[1], history[3])):
        shelters = rows(run("shelterpower", {**own, "AT": moment, "OUTPUT": "memory:"})["OUTPUT"])
        critical = [key_figures.is_critical(*one) for one in zip(shelters["kind"], shelters["name"])]
        assert float(row[dark]) == shelters[critical]["state"].isin(["outage", "partial"]).sum()


def test_an_earlier_report_tells_the_results_of_then_and_not_what_came_after(tmp_path, run):
    drill = make_drill(tmp_path, meters=2000)
    own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    then = "2026-01-20T05:30:00"
    run("shelterpower", own)
    run("situationreport", parameters(drill, AT=then))
    assert "Critical facilities without power<b>not made</b>" in page(drill)
    for at in (then, AT):
        run("shelterpower", {**own, "AT": at})
    run("situationreport", parameters(drill, AT=then))
    unknown = int(
        rows(run("shelterpower", {**own, "AT": then, "OUTPUT": "memory:"})["OUTPUT"])["state"].eq("unknown").sum()
    )
    assert f"Facilities not known<b>{unknown} of 60</b>" in page(drill)
    assert f"{pd.Timestamp(AT):%m-%d}" not in page(drill)


def test_nothing_personal_is_in_the_report_and_it_is_entered_in_the_ledger(drill, run):
    made = {"AREAS": str(drill.open / "areas.geojson"), "PDF": str(drill.case.folder / "sheets" / "report.pdf")}
    run("situationreport", parameters(drill, **made))
    assert not re.search(r"\d{22}", page(drill))
    holders = set(drill.case.master(["name"])["name"]) - {""}
    assert holders and not [name for name in holders if name in page(drill)]
    for name in ("report.html", "report.xlsx", "report.pdf"):
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


def test_a_workbook_prints_a_page_wide_with_its_heading_on_every_page_and_a_grid_at_its_own_size(tmp_path):
    path = tmp_path / "a.xlsx"
    wide = tuple(f"{number}" for number in range(15))
    write_xlsx(path, [Sheet("灯's & 町", wide, [wide] * 60), Sheet("grid", wide, [wide], narrow=True)])
    with zipfile.ZipFile(path) as book:
        workbook, listed, grid = (
            ElementTree.fromstring(book.read(f"xl/{name}.xml"))
            for name in ("workbook", "worksheets/sheet1", "worksheets/sheet2")
        )
    titles = [one.text for one in workbook.iter() if one.tag.endswith("}definedName")]
    assert titles == ["'灯''s & 町'!$1:$1", "'grid'!$1:$1"]
    (setup,), (own,) = ([one for one in sheet.iter() if one.tag.endswith("}pageSetup")] for sheet in (listed, grid))
    assert setup.get("orientation") == "landscape" and setup.get("paperSize") == "9"
    assert (setup.get("fitToWidth"), setup.get("fitToHeight")) == ("1", "0") and own.get("fitToWidth") is None
    assert next(one.tag.rpartition("}")[2] for one in listed) == "sheetPr", "Excel takes it only before all others"
    assert sheet_names(path) == ["灯's & 町", "grid"] and len(read_xlsx(path)) == 61


def pages_of(path: Path) -> int:
    found = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True).stdout.decode()
    return int(re.search(r"Pages:\s+(\d+)", found).group(1))
