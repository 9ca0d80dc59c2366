"""計器数分析 and 逆潮流 from the toolbox: growth and solar by cell, and a check on the totals of the outage rate."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.mesh import cover
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.publications import note_list
from tomoshibi.layers.schema import SPECS
from tomoshibi.messages import Progress
from tomoshibi.tests.published import HEADERS, write
from tomoshibi.tests.qgis.tables import rows

A, B = cover(37.39, 136.9, 37.394, 136.906, 250)[:2].tolist()
PROFILE = Profile.load()
MAPS = ("contractcounts", "meshoutage")


def counted(code, date, meters, table_kind="3"):
    cells = {
        "電圧分類": "1",
        "集計単位": "2",
        "集計表分類": table_kind,
        "エリア単位区分": "2",
        "住所": "",
        "メッシュコード": code,
        "対象年月日": date,
        "契約電力区分": "3kW未満",
        "計器数": meters,
    }
    return [cells[column.name] for column in PROFILE.file("meter_statistics").columns]


def energised(code, silent, total, date="20240115"):
    head = ["1", "2", "5", "2", "", code, date]
    return [[*head, "1", str(total - silent), str(total)], [*head, "2", str(silent), str(total)]]


@pytest.fixture
def case(tmp_path):
    made = Case.create(tmp_path / "case", CaseInfo("輪島", datetime(2024, 1, 10, 8, 20), "172049"))
    header = [column.name for column in PROFILE.file("meter_statistics").columns]
    counts = [counted(A, "20240101", "100"), counted(B, "20240101", "N/A"), counted(A, "20240201", "88")]
    counts += [counted(B, "20240201", "N/A"), counted(A, "20240201", "22", "4")]
    flow = ["1", "2", "2", "2", "", A, "20240201", "3kW未満", "22", "44.0"]
    files = [
        write(tmp_path / "counts.csv", header, counts),
        write(tmp_path / "reverse.csv", HEADERS["flow_statistics"], [flow]),
        write(tmp_path / "energised.csv", HEADERS["statistics"], energised(A, 3, 150) + energised(B, 1, 40)),
    ]
    report = take_in(made, files, PROFILE, None, "all", Progress())
    assert not report.failed and not report.rejected
    return made


def test_contracts_their_decline_and_solar_are_mapped_by_cell(case, run, feedback):
    outputs = run("contractcounts", {"CASE": str(case.folder), "OUTPUT": "memory:"})
    found = rows(outputs["OUTPUT"])
    assert list(found.columns) == SPECS["contractcounts"].names()
    line, hidden = (found.set_index("area_id").loc[code] for code in (A, B))
    assert (line.meters, line.change, round(line.change_rate, 3)) == (88, -12, -0.12)
    assert (line.feed_in_meters, line.feed_in_share, line.feed_in_kwh_per_meter) == (22, 0.25, 2.0)
    assert hidden.unknown_reason == "masked" and hidden.meters != hidden.meters
    assert (outputs["METERS"], outputs["CHANGE"], outputs["FEED_IN"], outputs["UNKNOWN"]) == (88, -12, 22, 1)
    assert json.loads(outputs["UNKNOWN_BY_REASON"]) == {"masked": 1} and outputs["DATA_UNTIL"] == "2024-02-02T00:00"
    assert any("1 grid squares are masked" in warning for warning in feedback.warnings)


def test_counts_that_nobody_knows_are_left_out_and_never_0(run, tmp_path):
    made = Case.create(tmp_path / "masked", CaseInfo("輪島", datetime(2024, 1, 10, 8, 20), "172049"))
    header = [column.name for column in PROFILE.file("meter_statistics").columns]
    lines = [counted(A, "20240201", "N/A"), counted(B, "20240201", "N/A")]
    assert not take_in(made, [write(tmp_path / "m.csv", header, lines)], PROFILE, None, "all", Progress()).failed
    outputs = run("contractcounts", {"CASE": str(made.folder), "OUTPUT": "memory:"})
    assert (outputs["AREAS_COUNT"], outputs["UNKNOWN"]) == (2, 2)
    assert not {"METERS", "CHANGE", "FEED_IN"} & set(outputs)


def test_with_one_date_the_change_is_unknown_while_the_contracts_are_counted(run, tmp_path):
    made = Case.create(tmp_path / "once", CaseInfo("輪島", datetime(2024, 1, 10, 8, 20), "172049"))
    header = [column.name for column in PROFILE.file("meter_statistics").columns]
    lines = [counted(A, "20240201", "88"), counted(B, "20240201", "0")]
    assert not take_in(made, [write(tmp_path / "m.csv", header, lines)], PROFILE, None, "all", Progress()).failed
    outputs = run("contractcounts", {"CASE": str(made.folder), "OUTPUT": "memory:"})
    assert outputs["METERS"] == 88 and not {"CHANGE", "FEED_IN"} & set(outputs)


def test_meters_of_masked_statistics_are_left_out_of_what_a_rate_returns(run, tmp_path):
    made = Case.create(tmp_path / "dark", CaseInfo("輪島", datetime(2024, 1, 10, 8, 20), "172049"))
    head = ["1", "2", "5", "2", "", A, "20240115"]
    lines = [[*head, "1", "N/A", "N/A"], [*head, "2", "N/A", "N/A"]]
    file = write(tmp_path / "e.csv", HEADERS["statistics"], lines)
    assert not take_in(made, [file], PROFILE, None, "all", Progress()).failed
    outputs = run("meshoutage", {"CASE": str(made.folder), "OUTPUT": "memory:"})
    assert outputs["CELLS"] == outputs["MASKED"] == 1 and not {"METERS", "SILENT"} & set(outputs)


def test_maps_are_of_what_was_counted_and_say_which_figures_nothing_dates(case, run, tmp_path):
    """Taken in years later, by files whose names say no time: neither map is of the day of the import."""
    made = [rows(run(name, {"CASE": str(case.folder), "OUTPUT": "memory:"})["OUTPUT"]) for name in MAPS]
    moments = [table["as_of"].iloc[0].toPyDateTime() for table in made]
    assert moments == [datetime(2024, 2, 2), datetime(2024, 1, 16)]
    said = "file(s) of statistics do not say when they were published"
    assert [table["source"].iloc[0].partition(said)[0][-2:] for table in made] == ["2 ", "1 "]
    lines = energised(A, 3, 150, "20240116")
    dated = write(tmp_path / "172049_C1_stat_202401170600.csv", HEADERS["statistics"], lines)
    other = Case.create(tmp_path / "dated", CaseInfo("輪島", datetime(2024, 1, 10, 8, 20), "172049"))
    take_in(other, [dated], PROFILE, None, "all", Progress())
    found = rows(run("meshoutage", {"CASE": str(other.folder), "OUTPUT": "memory:"})["OUTPUT"])
    assert said not in found["source"].iloc[0]


def test_an_outage_rate_whose_total_differs_from_the_count_is_marked(case, run, feedback):
    found = rows(run("meshoutage", {"CASE": str(case.folder), "OUTPUT": "memory:"})["OUTPUT"]).set_index("mesh_code")
    assert (found.loc[A, "counted_meters"], bool(found.loc[A, "totals_differ"])) == (100, True)
    assert found.loc[B, "totals_differ"] is None
    assert any("differ by more than 5 %" in warning for warning in feedback.warnings)


def test_a_case_without_counts_says_what_to_request(complaint, tmp_path):
    empty = Case.create(tmp_path / "case", CaseInfo("輪島", datetime(2024, 1, 10), "172049"))
    assert "計器数分析" in complaint("contractcounts", {"CASE": str(empty.folder), "OUTPUT": "memory:"})


def test_newer_statistics_that_came_empty_are_told(case, run, feedback):
    condition = TEMPLATES["uc2"].conditions("172049", date(2024, 2, 2), date(2024, 3, 1))[0]
    note_list(case, PROFILE, "C7", condition, [], "empty", "test", datetime(2124, 3, 1))
    run("contractcounts", {"CASE": str(case.folder), "OUTPUT": "memory:"})
    assert any("came empty: C7" in text for text in feedback.warnings)
