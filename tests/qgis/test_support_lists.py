"""重要施設リスト, requests for trucks and fuel, and their page of the brief, from the toolbox."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tomoshibi.casefile.case import Case
from tomoshibi.files import write_text_atomic
from tomoshibi.layers.spreadsheets import read_xlsx, sheet_names
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.test_recovery_trucks import TRUCKS

CONTACTS = """区分,組織,部署,氏名,電話番号
一般送配電事業者,灯火送配電株式会社,配電部,通電 次郎,000-0000-0002
燃料,灯町石油販売,,,000-0000-0003
"""


@pytest.fixture
def drill(tmp_path):
    return make_drill(tmp_path, meters=2000)


@pytest.fixture
def proposal(drill, run, tmp_path):
    """The drill with a proposal for trucks."""
    trucks = tmp_path / "trucks.csv"
    write_text_atomic(trucks, TRUCKS)
    case = str(drill.case.folder)
    run("shelterpower", {"CASE": case, "FACILITIES": str(drill.open / "facilities.geojson")})
    run("powertrucks", {"CASE": case, "TRUCKS": str(trucks)})
    return drill


def asked(drill, which: str, **more) -> dict:
    return {"CASE": str(drill.case.folder), "LIST": which, **more}


def table(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def filled(drill, run, tmp_path: Path) -> tuple[Path, list[dict[str, str]]]:
    """The list of support, filled in by people: the first truck came, the second is refused, fuel is granted."""
    rows = table(run("supportrequest", asked(drill, "support"))["CSV"])
    trucks = [row for row in rows if row["種別"] == "電源車"]
    fuel = [row for row in rows if row["種別"] == "燃料"]
    trucks[0].update(要請日時="1/21 8:00", 要請先="灯火送配電", 回答="可", 到着日時="1/21 13:00")
    trucks[1].update(要請日時="1/21 8:05", 要請先="灯火送配電", 回答="不可")
    fuel[0].update(要請日時="1/21 9:00", 要請先="灯町石油販売", 回答="手配済", 到着見込み="1/21 18:00")
    path = tmp_path / "filled.csv"
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path, rows


def test_the_list_of_facilities_has_every_facility_once_and_no_supply_point_unless_asked_for(drill, run):
    facilities = str(drill.open / "facilities.geojson")
    found = run("supportrequest", asked(drill, "facilities", FACILITIES=facilities))
    rows = table(found["CSV"])
    assert found["COUNT"] == len(rows) == 60 and len({row["施設ID"] for row in rows}) == 60
    assert [int(row["優先順位"]) for row in rows] == list(range(1, 61))
    text = Path(found["CSV"]).read_text(encoding="utf-8-sig")
    assert not re.search(r"\d{22}", text)
    book = read_xlsx(Path(found["XLSX"]))
    assert book[0] == list(rows[0]) and len(book) == 61
    assert sheet_names(Path(found["XLSX"]))[0] == "【訓練】重要施設リスト"
    last = list(drill.case.ledger.entries())[-1]
    assert last.path == "reports/supportrequest_facilities.csv" and not last.personal


def test_with_supply_points_the_list_is_personal_and_its_recipient_stands_in_the_ledger(drill, run):
    more = {"FACILITIES": str(drill.open / "facilities.geojson"), "NUMBERS": True, "RECIPIENT": "灯火送配電"}
    rows = table(run("supportrequest", asked(drill, "facilities", **more))["CSV"])
    linked = [row for row in rows if row["供給地点特定番号"]]
    assert linked and all(re.fullmatch(r"\d{22}(、\d{22})*", row["供給地点特定番号"]) for row in linked)
    assert all(row["番号の根拠"] == "対応づけなし" for row in rows if not row["供給地点特定番号"])
    for entry in list(drill.case.ledger.entries())[-2:]:
        assert entry.personal and entry.recipient == "灯火送配電"


def test_a_case_that_forbids_export_gives_no_supply_points_but_the_list_without(drill, run, complaint):
    run("editcase", {"CASE": str(drill.case.folder), "NO_EXPORT": "yes"})
    facilities = {"FACILITIES": str(drill.open / "facilities.geojson")}
    assert "NO_EXPORT" in complaint("supportrequest", asked(drill, "facilities", NUMBERS=True, **facilities))
    assert not (drill.case.folder / "reports" / "supportrequest_facilities.csv").exists()
    assert run("supportrequest", asked(drill, "facilities", **facilities))["COUNT"] == 60


def test_once_the_use_is_over_the_list_goes_on_without_supply_points(drill, run, complaint):
    run("editcase", {"CASE": str(drill.case.folder), "USE_TO": "2026-01-31"})
    facilities = {"FACILITIES": str(drill.open / "facilities.geojson")}
    assert "2026-01-31" in complaint("supportrequest", asked(drill, "facilities", NUMBERS=True, **facilities))
    assert run("supportrequest", asked(drill, "facilities", **facilities))["COUNT"] == 60


def test_without_a_list_of_facilities_it_says_what_to_do(drill, complaint):
    assert "editcase" in complaint("supportrequest", asked(drill, "facilities"))


def test_every_need_of_the_proposal_is_listed_and_nothing_counts_as_asked_for(proposal, run):
    found = run("supportrequest", asked(proposal, "trucks"))
    rows = table(found["CSV"])
    assert found["COUNT"] == len(rows) > 3 and found["ASKED"] == found["ARRIVED"] == 0
    assert {row["要請日時"] for row in rows} == {""} and any("T1" in row["内訳"] for row in rows)
    fuel = table(run("supportrequest", asked(proposal, "fuel"))["CSV"])
    assert {row["単位"] for row in fuel} == {"L"} and all(row["内訳"].startswith("T") for row in fuel)


def test_what_people_filled_in_is_carried_on_and_counted(proposal, run, tmp_path):
    path, rows = filled(proposal, run, tmp_path)
    found = run("supportrequest", asked(proposal, "support", REQUESTS=str(path)))
    assert table(found["CSV"]) == rows
    assert (found["ASKED"], found["ARRIVED"], found["REFUSED"], found["GRANTED"], found["WAITING"]) == (3, 1, 1, 1, 1)
    trucks = run("supportrequest", asked(proposal, "trucks", REQUESTS=found["XLSX"]))
    assert (trucks["ASKED"], trucks["ARRIVED"], trucks["REFUSED"]) == (2, 1, 1)


def test_an_empty_case_gives_an_empty_list_and_says_so(drill, run, feedback):
    assert run("supportrequest", asked(drill, "trucks"))["COUNT"] == 0
    assert any("powertrucks" in line for line in feedback.warnings)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_the_brief_has_a_page_of_support_where_the_case_keeps_requests(proposal, run, tmp_path):
    case = str(proposal.case.folder)
    before = run("brief", {"CASE": case, "SHEETS": ["shelterpower"], "BASEMAP": "none"})
    path, _ = filled(proposal, run, tmp_path)
    contacts = tmp_path / "contacts.csv"
    write_text_atomic(contacts, CONTACTS)
    run("editcase", {"CASE": case, "REQUESTS": str(path), "CONTACTS": str(contacts)})
    after = run("brief", {"CASE": case, "SHEETS": ["shelterpower"], "BASEMAP": "none"})
    assert after["PAGES"] == before["PAGES"] + 1
    printed = subprocess.run(["pdftotext", "-layout", after["PDF"], "-"], capture_output=True, check=True)
    page = printed.stdout.decode().rstrip("\f").split("\f")[-1]
    for words in ("Support asked for", "DRILL", "灯火送配電", "000-0000-0002", "灯町石油販売", "01/21 13:00"):
        assert words in page, page
    assert re.search(r"Trucks arrived.*", page) and "refused: 1" in page
    assert "Support asked for" not in printed.stdout.decode().split("\f")[0]


def test_a_list_of_requests_that_cannot_be_read_does_not_keep_the_brief_from_being_made(proposal, run, tmp_path):
    case = str(proposal.case.folder)
    path, _ = filled(proposal, run, tmp_path)
    run("editcase", {"CASE": case, "REQUESTS": str(path)})
    kept = Case.open(proposal.case.folder).folder / "inputs" / "requests.csv"
    write_text_atomic(kept, "a,b\n1,2\n")
    found = run("brief", {"CASE": case, "SHEETS": ["shelterpower"], "BASEMAP": "none"})
    assert "Support asked for: The list of requests has no column" in found["SKIPPED"] and found["PAGES"] >= 2


def about(found) -> str:
    """All that the sheet 説明 of a workbook says."""
    import openpyxl

    book = openpyxl.load_workbook(found["XLSX"])
    return "\n".join(str(cell) for row in book["説明"].iter_rows(values_only=True) for cell in row if cell)


def order(tmp_path: Path, *ids: str) -> str:
    path = tmp_path / "order.csv"
    path.write_text("id\n" + "".join(f"{one}\n" for one in ids), encoding="utf-8")
    return str(path)


def test_ids_of_the_order_that_are_no_facility_are_counted_in_the_log_and_named_in_the_workbook_alone(
    drill, run, tmp_path, feedback
):
    given = asked(drill, "facilities", FACILITIES=str(drill.open / "facilities.geojson"))
    known = table(run("supportrequest", given)["CSV"])[30]["施設ID"]
    wide = known.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert wide != known
    strange = [f"県{number:02d}" for number in range(1, 26)]
    found = run("supportrequest", {**given, "PRIORITY": order(tmp_path, "県01", wide, *strange)})
    rows = table(found["CSV"])
    assert rows[0]["施設ID"] == known and rows[0]["順位の根拠"] == "優先順位のリスト"
    assert all(row["順位の根拠"] == "種別による順（初期値）" for row in rows[1:])
    assert found["COUNT"] == 60 and found["NOT_KNOWN"] == 25
    said = [one for one in feedback.warnings if "order.csv" in one]
    assert len(said) == 1 and "25 id(s)" in said[0] and "run again" in said[0]
    assert not any("県" in one for one in (*feedback.warnings, *feedback.infos))
    told = about(found)
    assert "25件" in told and "県01" in told and "県20" in told and "県21" not in told and "ほか5件" in told
    assert run("supportrequest", {**given, "PRIORITY": order(tmp_path, known)})["NOT_KNOWN"] == 0


def test_an_order_of_which_nothing_is_known_orders_nothing_and_says_so(drill, run, tmp_path, feedback):
    given = asked(drill, "facilities", FACILITIES=str(drill.open / "facilities.geojson"))
    found = run("supportrequest", {**given, "PRIORITY": order(tmp_path, "県1", "県2")})
    assert {row["順位の根拠"] for row in table(found["CSV"])} == {"種別による順（初期値）"}
    assert found["NOT_KNOWN"] == 2 and any("orders no facility at all" in one for one in feedback.warnings)
    assert "優先順位は都道府県の決定による。" in about(found)
    empty = tmp_path / "empty.csv"
    empty.write_text("id,名称\n,灯町役場\n", encoding="utf-8")
    blank = run("supportrequest", {**given, "PRIORITY": str(empty)})
    assert blank["NOT_KNOWN"] == 0 and any("no id in it" in one for one in feedback.warnings)


def test_a_request_finds_its_place_in_any_width_and_one_for_a_place_unknown_is_told(proposal, run, tmp_path, feedback):
    path, rows = filled(proposal, run, tmp_path)
    trucks = [row for row in rows if row["種別"] == "電源車"]
    own = trucks[0]["行き先ID"]
    trucks[0]["行き先ID"] = own.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    trucks[1]["行き先ID"] = "県立99"
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = run("supportrequest", asked(proposal, "support", REQUESTS=str(path)))
    made = [row for row in table(found["CSV"]) if row["種別"] == "電源車"]
    assert [row["行き先ID"] for row in made if row["到着日時"]] == [own], "it came, and is not asked for once more"
    assert found["NOT_KNOWN"] == 1 and "県立99" in {row["行き先ID"] for row in made}
    said = [one for one in feedback.warnings if "1 id(s)" in one]
    assert len(said) == 1 and "県立99" not in said[0] and "行き先ID" in said[0]
    assert "県立99" in about(found)


def test_a_list_without_a_row_is_never_calm(proposal, run, tmp_path, feedback):
    trucks = tmp_path / "none.csv"
    write_text_atomic(trucks, "truck_id,kva,state,lat,lon\nT1,100,修理中,36.0,138.0\n")
    run("powertrucks", {"CASE": str(proposal.case.folder), "TRUCKS": str(trucks)})
    found = run("supportrequest", asked(proposal, "fuel"))
    assert found["COUNT"] == 0
    assert any("has no row" in one and "not that nothing is needed" in one for one in feedback.warnings)
