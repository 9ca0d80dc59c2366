"""Tenancy, ended contracts, and lists without supply points, in the algorithms about single people."""

from __future__ import annotations

import json

import numpy as np
import openpyxl
import pytest
from tomoshibi.casefile.columns import write_table
from tomoshibi.tests.people_drill import make_people_drill
from tomoshibi.tests.qgis.tables import rows

PLANTED = "電力 植男"
STREET = "架空県灯市本町"


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """Homes whose master has one row each, with names and addresses of our own."""
    made = make_people_drill(tmp_path_factory.mktemp("tenancy"), seed=6)
    folder = made.case.folder / "tables" / "master"
    master = made.case.master()
    numbers = [*made.numbers["lived"], *made.numbers["vacant"]]
    place = {number: number_ for number_, number in enumerate(numbers)}
    master = master[master["supply_point"].isin(numbers)].reset_index(drop=True)
    order = [place[number] for number in master["supply_point"]]
    master["name"] = [f"電力 植{'一二三四五六七八九'[one]}" for one in order]
    master["kana"] = ""
    master["address"] = [f"{STREET}{one + 1}丁目2番3号" for one in order]
    dates = {"installed_on": "2010-04-01", "renewed_on": None, "abolished_on": None, "removed_on": None}
    for name, value in dates.items():
        master[name] = np.full(len(master), np.datetime64(value or "NaT", "s"))
    one, two, three = (master["supply_point"] == made.numbers["lived"][number] for number in (0, 1, 2))
    master.loc[one, "renewed_on"] = np.datetime64("2026-01-09", "s")
    master.loc[two, "renewed_on"] = np.datetime64("2025-12-20", "s")
    master.loc[three, "abolished_on"] = np.datetime64("2026-01-10", "s")
    write_table(folder, master)
    return made


def written(path, header, lines):
    path.write_text("\n".join([header, *lines]), encoding="utf-8-sig")
    return str(path)


def evidence(run, drill, listed, tmp_path, **more):
    given = {"CASE": str(drill.case.folder), "APPLICANTS": listed, "OUTPUT": "memory:"}
    found = run("residenceevidence", {**given, "PDF": str(tmp_path / "r.pdf"), **more})
    return rows(found["OUTPUT"]).set_index("key"), found


def test_days_are_counted_from_the_tenancys_first_day_and_an_ended_contract_cannot_be_told(run, drill, tmp_path):
    lived = drill.numbers["lived"]
    listed = written(
        tmp_path / "a.csv", "ID,供給地点特定番号", [f"P{place},{number}" for place, number in enumerate(lived[:4])]
    )
    table, found = evidence(run, drill, listed, tmp_path)
    # 9 to 18 January are ten days, lived on nearly all of them; the 51 before are the former tenant's
    assert table.loc["P0", "counted_days"] == 10 and table.loc["P0", "lived_days"] >= 9
    assert table.loc["P0", "verdict"] == "lived" and "2026-01-09" in table.loc["P0", "reason"]
    assert table.loc["P0", "first_day"].toString("yyyy-MM-dd") == "2026-01-09"
    assert 20 <= table.loc["P1", "counted_days"] <= 30 and table.loc["P1", "verdict"] == "lived"
    assert "2025-12-20" in table.loc["P1", "reason"]
    assert table.loc["P2", "verdict"] == "cannot_tell" and "2026-01-10" in table.loc["P2", "reason"]
    assert table.loc["P3", "verdict"] == "lived" and table.loc["P3", "counted_days"] > 50
    assert json.loads(found["UNKNOWN_BY_REASON"]) == {"not_in_service": 1}
    assert found["DATA_UNTIL"].startswith("2026-01-19")


def test_residents_are_found_by_name_and_address_and_doubtful_ones_stay_unknown(run, drill, tmp_path, feedback):
    lines = [
        "A,電力　植四,架空県灯市本町４－２－３",  # lived[3]
        "B,電力 植五,本町5丁目2番3号",  # lived[4], municipality left out
        "C,電力 植五,架空県灯市本町9-9-9",  # the name alone
        "D,電力 植男,架空県灯市本町6-2-3",  # the address alone
        "E,電力 植男,架空県灯市旭町1",
        ",電力 植六,架空県灯市本町6-2-3",  # no id
        "A,電力　植四,架空県灯市本町４－２－３",  # repeated whole
    ]
    listed = written(tmp_path / "names.csv", "ID,氏名,住所", lines)
    table, _ = evidence(run, drill, listed, tmp_path)
    lived = drill.numbers["lived"]
    assert len(table) == 6
    assert table.loc["A", "supply_point"] == lived[3] and table.loc["B", "supply_point"] == lived[4]
    assert table.loc["A", "linked_by"] == "name_address" and table.loc["A", "verdict"] == "lived"
    assert table.loc[["C", "D", "E"], "supply_point"].isna().all()
    assert table.loc[["C", "D"], "linked_by"].tolist() == ["review_name", "review_address"]
    assert table.loc[["C", "D", "E"], "unknown_reason"].tolist() == ["not_linked"] * 3
    assert lived[5] in set(table["supply_point"])
    assert table["name"].isna().all()
    said = feedback.infos + feedback.warnings
    assert any("rows 2, 3, 7" in line for line in said) and any("rows 4, 5" in line for line in said)
    assert any("8 (= 2)" in line for line in said) and any("rows 7 have no id" in line for line in said)
    assert not any("植" in line or "本町" in line for line in said)
    assert "植" not in drill.case.ledger.path.read_text(encoding="utf-8")


def test_two_people_of_one_home_both_stay_on_the_list(run, drill, tmp_path):
    number = drill.numbers["lived"][4]
    listed = written(tmp_path / "two.csv", "氏名,供給地点特定番号", [f"電力 植男,{number}", f"電力 植子,{number}"])
    given = {"CASE": str(drill.case.folder), "APPLICANTS": listed, "OUTPUT": "memory:", "PDF": str(tmp_path / "t.pdf")}
    assert len(rows(run("residenceevidence", given)["OUTPUT"])) == 2


def test_the_residents_of_the_map_are_found_by_name_and_address_too(run, drill, tmp_path):
    listed = written(tmp_path / "map.csv", "氏名,住所", ["電力植四,本町4-2-3", "電力 植男,本町5-2-3"])
    given = {"CASE": str(drill.case.folder), "RESIDENTS": listed, "OUTPUT": "memory:", "AT": "2026-01-18T12:10:00"}
    table = rows(run("homeaway", given)["OUTPUT"])
    assert table.loc[table["resident"] == "listed", "supply_point"].tolist() == [drill.numbers["lived"][3]]


def test_the_visiting_plan_proposes_no_hours_of_a_former_tenant_and_says_why(run, drill, tmp_path):
    lived = drill.numbers["lived"]
    lines = [f"P{place},{lived[place]}" for place in range(4)] + ["X,"]
    listed = written(tmp_path / "visits.csv", "ID,供給地点特定番号", lines)
    given = {"CASE": str(drill.case.folder), "LIST": listed, "WEEK": "2026-01-14", "OUTPUT": "memory:"}
    found = run("visitplan", {**given, "XLSX": str(tmp_path / "p.xlsx"), "PDF": str(tmp_path / "p.pdf")})
    table = rows(found["OUTPUT"]).set_index("key")
    assert table.loc["P3", "best_1"] and table.loc["P3", "unknown_reason"] is None
    assert table.loc["X", "unknown_reason"] == "not_linked" and table.loc["X", "best_1"] is None
    assert table.loc["P2", "unknown_reason"] == "not_in_service" and table.loc["P2", "best_1"] is None
    assert table.loc["P2", "long_absence"] is None and np.isnan(table.loc["P2", "away_days"])
    # of 5 to 11 January the days from the 9th on are this tenant's; the hours rest on these alone
    sheet = openpyxl.load_workbook(found["XLSX"]).worksheets[1]
    weeks = [row[7].value for row in sheet.iter_rows(min_row=2) if row[0].value == "P0"]
    assert weeks and max(weeks) <= 2
    counts = json.loads(found["UNKNOWN_BY_REASON"])
    assert counts["not_linked"] == 1 and found["UNKNOWN"] == sum(counts.values())
    assert found["DATA_UNTIL"].startswith("2026-01-19")


def test_the_time_after_the_event_is_shown_and_decides_nothing(run, drill, tmp_path):
    listed = written(tmp_path / "one.csv", "ID,供給地点特定番号", [f"P,{drill.numbers['lived'][3]}"])
    event = "2026-01-05"
    with_it, _ = evidence(run, drill, listed, tmp_path, EVENT_DATE=event, MONTHS_AFTER=1)
    without, _ = evidence(run, drill, listed, tmp_path, EVENT_DATE=event, MONTHS_AFTER=0)
    for name in ("verdict", "lived_days", "counted_days", "last_day"):
        assert with_it.loc["P", name] == without.loc["P", name]
    assert with_it.loc["P", "last_day"].toString("yyyy-MM-dd") == "2026-01-04"
