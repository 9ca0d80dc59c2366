"""A supply point that マスタ情報 has at another address, in another name, than a list: no evidence of who is on it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from tomoshibi.layers.opening import open_layer
from tomoshibi.layers.uris import layer_uri
from tomoshibi.tests.people_drill import make_people_drill
from tomoshibi.tests.qgis.tables import rows, supply_contracts

HEADING = ("ID", "氏名", "住所", "供給地点特定番号", "医療機器")
REASON = "other_address"


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_people_drill(tmp_path_factory.mktemp("elsewhere"), days=45)


@pytest.fixture(scope="module")
def contracts(drill):
    return supply_contracts(drill.case)


@pytest.fixture
def people(drill, contracts, tmp_path):
    """Own numbers (L0 … L5, V6 …), and E: the first person with the number of the second home."""
    own = [*drill.numbers["lived"], *drill.numbers["vacant"]]
    kinds = ["L"] * len(drill.numbers["lived"]) + ["V"] * len(drill.numbers["vacant"])
    told = [
        (f"{kind}{place}", *contracts.loc[number, ["name", "address"]], number, "吸引器")
        for place, (kind, number) in enumerate(zip(kinds, own))
    ]
    first = contracts.loc[own[0]]
    told += [("E", first["name"], first["address"], own[1], "吸引器")]
    told += [("EV", first["name"], first["address"], drill.numbers["vacant"][0], "吸引器")]
    path = tmp_path / "people.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADING, *told])
    return path


def reasons(found):
    return json.loads(found["UNKNOWN_BY_REASON"])


def said_once(feedback):
    said = [one for one in feedback.warnings if "at another address" in one]
    return len(said) == 1 and "rows 11, 12" in said[0] and "2 row(s)" in said[0]


def test_no_visiting_hour_and_no_absence_is_told_by_the_meter_of_another_home(run, drill, people, tmp_path, feedback):
    given = {"CASE": str(drill.case.folder), "LIST": str(people), "WEEK": "2026-01-14", "OUTPUT": "memory:"}
    files = {"XLSX": str(tmp_path / "plan.xlsx"), "PDF": str(tmp_path / "plan.pdf")}
    found = run("visitplan", {**given, **files})
    table = rows(found["OUTPUT"]).set_index("key")
    assert table.loc["L1", "best_1"] and table.loc["V6", "long_absence"] == True  # noqa: E712
    wrong = table.loc[["E", "EV"]]
    assert wrong[["best_1", "best_2", "best_3", "long_absence"]].isna().all(axis=None)
    assert wrong["away_days"].isna().all() and wrong["last_proven"].isna().all()
    days = ["last_week", "this_week", *(f"day_{number}" for number in range(1, 8))]
    assert set(wrong[days].to_numpy().ravel()) == {"－"}
    assert set(wrong["unknown_reason"]) == {REASON} and reasons(found)[REASON] == found["ELSEWHERE"] == 2
    assert found["COUNT"] == len(table) == 11 and found["NO_READINGS"] == 0
    hours = openpyxl.load_workbook(found["XLSX"]).worksheets[1]
    named = {row[0].value for row in hours.iter_rows(min_row=2)}
    assert "L1" in named and not named & {"E", "EV"}
    assert said_once(feedback)


def test_no_verdict_on_residence_is_told_by_the_meter_of_another_home(run, drill, people, tmp_path, feedback):
    given = {"CASE": str(drill.case.folder), "APPLICANTS": str(people), "OUTPUT": "memory:"}
    found = run("residenceevidence", {**given, "PDF": str(tmp_path / "residence.pdf")})
    table = rows(found["OUTPUT"]).set_index("key")
    assert table.loc["L1", "verdict"] == "lived" and table.loc["V6", "verdict"] == "not_lived"
    wrong = table.loc[["E", "EV"]]
    assert set(wrong["verdict"]) == {"cannot_tell"} and set(wrong["unknown_reason"]) == {REASON}
    assert (wrong[["lived_days", "counted_days"]] == 0).all(axis=None) and wrong["last_proven"].isna().all()
    assert wrong["reason"].str.contains("at another address").all()
    assert reasons(found)[REASON] == found["ELSEWHERE"] == 2 and found["NO_READINGS"] == 0
    assert found["LIVED"] + found["NOT_LIVED"] + found["REVIEW"] == 11
    assert said_once(feedback)


def test_a_number_with_another_address_puts_no_dwelling_on_the_residents_list(run, drill, people, tmp_path, feedback):
    own = drill.numbers["lived"]
    with open(people, encoding="utf-8", newline="") as stream:
        heading, *told = csv.reader(stream)
    kept = [row for row in told if row[0] in ("L0", "L2", "E")]
    path = tmp_path / "residents.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([heading, *kept])
    given = {"CASE": str(drill.case.folder), "RESIDENTS": str(path), "METHOD": "manual", "OUTPUT": "memory:"}
    found = run("homeaway", given)
    table = rows(found["OUTPUT"]).set_index("supply_point")
    assert table.loc[own[1], "resident"] == "elsewhere" and found["ELSEWHERE"] == 1
    assert table.loc[[own[0], own[2]], "resident"].tolist() == ["listed"] * 2
    assert (table["resident"] == "not_listed").sum() == len(table) - 3
    for state in ("home", "away"):
        for listed in ("listed", "not_listed"):
            expected = ((table["state"] == state) & (table["resident"] == listed)).sum()
            assert found[f"{state}_{listed}".upper()] == expected
    only = rows(run("homeaway", {**given, "ONLY_LISTED": True})["OUTPUT"])
    assert set(only["supply_point"]) == set(own[:3]), "whoever may be on the list is not left out"
    assert any("1 dwelling(s) may be on the residents' list or not" in line for line in feedback.warnings)


def test_a_dwelling_is_on_the_residents_list_by_its_own_row_though_another_gives_its_number_too(run, drill, people):
    given = {"CASE": str(drill.case.folder), "RESIDENTS": str(people), "METHOD": "manual", "OUTPUT": "memory:"}
    found = run("homeaway", given)
    assert set(rows(found["OUTPUT"])["resident"]) == {"listed"} and found["ELSEWHERE"] == 0


@pytest.mark.parametrize(("name", "list_"), [("lifesupport", "PEOPLE"), ("evacuationsupport", "SUPPORT_LIST")])
def test_lists_by_urgency_tell_the_same_reason_and_count_it(run, drill, people, name, list_, feedback):
    found = run(name, {"CASE": str(drill.case.folder), list_: str(people), "OUTPUT": "memory:"})
    table = rows(found["OUTPUT"]).set_index("key")
    assert len(set(table.loc[["L0", "L1"], "state"]) & {"powered", "home", "away"}) > 0
    wrong = table.loc[["E", "EV"]]
    assert not set(wrong["state"]) & {"powered", "on_battery", "home", "away"}
    assert set(wrong["unknown_reason"]) == {REASON} and reasons(found)[REASON] == found["ELSEWHERE"] == 2
    assert wrong[["last_proven", "last_state"]].isna().all(axis=None), "what was there is another home's too"
    assert found["NO_READINGS"] == 0 and found["COUNT"] == 11
    assert said_once(feedback)


def test_a_list_of_nothing_but_wrong_numbers_is_all_unknown(run, drill, contracts, tmp_path):
    own = drill.numbers["lived"]
    turned = [*own[1:], own[0]]
    told = [(number, *contracts.loc[number, ["name", "address"]], other, "") for number, other in zip(own, turned)]
    path = tmp_path / "wrong.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADING, *told])
    for name, list_ in (
        ("visitplan", "LIST"),
        ("residenceevidence", "APPLICANTS"),
        ("evacuationsupport", "SUPPORT_LIST"),
    ):
        found = run(name, {"CASE": str(drill.case.folder), list_: str(path), "OUTPUT": "memory:"})
        assert set(rows(found["OUTPUT"])["unknown_reason"]) == {REASON}, name
        assert found["UNKNOWN"] == found["ELSEWHERE"] == len(own), name


def test_the_field_gets_no_place_and_no_municipality_the_row_of_another_home(run, drill, people, tmp_path):
    from tomoshibi.processing_provider.publish.package_contents import Content

    case = str(drill.case.folder)
    run("visitplan", {"CASE": case, "LIST": str(people), "WEEK": "2026-01-14"})
    given = {"CASE": case, "RECIPIENT": "第1班", "THEMES": ["visitplan"], "COLUMNS": "visitplan.key"}
    found = run("fieldpackage", {**given, "FOLDER": str(tmp_path / "out")})
    package = f"{found['FOLDER']}/field.gpkg"
    sent = open_layer(layer_uri(Path(package), "visitplan"), "visits")
    placed = {one["key"]: not one.geometry().isEmpty() for one in sent.getFeatures()}
    assert placed["L0"] and placed["L1"] and not placed["E"] and not placed["EV"]
    layer = open_layer(layer_uri(drill.case.folder / "layers.gpkg", "visitplan"), "visits")
    split = {
        row.values[0]: row.supply_point for row in Content("visitplan", ("key",), (), "", True, None, layer).rows()
    }
    assert split["L1"] == drill.numbers["lived"][1] and split["E"] == split["EV"] == ""
