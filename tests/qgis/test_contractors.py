"""特定契約者 through the algorithms, against the practice aggregator: matched, registered, linked, deleted."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from qgis.core import QgsFeature, QgsProject, QgsVectorLayer
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.contractors import Lists
from tomoshibi.casefile.links import read_links
from tomoshibi.layers.spreadsheets import SheetError, read_xlsx, sheet_names
from tomoshibi.practice.server import Fault
from tomoshibi.tests.damaged_zip import PACKINGS, damaged_zip

HEADINGS = ["施設ID", "契約者氏名", "住所", "供給地点特定番号", "備考"]
PLANTED = "架空野 目印之助"
"""An invented name that no message may ever show."""


@pytest.fixture(scope="session")
def scenario(tmp_path_factory) -> Path:
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    folder = tmp_path_factory.mktemp("scenario") / "made"
    make_scenario(folder, seed=1, spec=ScenarioSpec(meters=2000))
    return folder


@pytest.fixture(scope="session")
def server(scenario):
    from tomoshibi.practice.server import PracticeServer

    with PracticeServer(scenario, build_seconds=0.1, match_seconds=0.1) as one:
        yield one


@pytest.fixture
def connected(server, monkeypatch):
    user, phrase = server.credentials()()
    monkeypatch.setenv("TOMOSHIBI_BASE_URL", server.url)
    monkeypatch.setenv("TOMOSHIBI_USER", user)
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
    server.faults.clear()
    for account_session in server.backend.account_sessions.values():
        account_session.lists.clear()
    return server


@pytest.fixture
def case(run, scenario, tmp_path) -> str:
    about = json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))
    return run(
        "createcase",
        {
            "CASE": str(tmp_path / "case"),
            "NAME": "訓練",
            "EVENT_TIME": about["event_time"],
            "MUNICIPALITY": about["municipality"],
            "REQUEST_KIND": "individual",
            "PRACTICE": True,
        },
    )["CASE"]


@pytest.fixture(scope="session")
def homes(server) -> list[dict]:
    """Contracts of homes: name, address, number, マスタ情報ID."""
    meters = next(iter(server.backend.account_sessions.values())).scenario.meters
    names = ("name", "address", "supply_point", "master_info_id")
    return [
        {name: meters[name][place].decode("utf-8") for name in names}
        for place in range(len(meters["use"]))
        if meters["use"][place] == 0
    ]


def rows_of(homes: list[dict]) -> list[list[str]]:
    """Two that match, one to be reviewed, one that is nowhere, and one with a number that a spreadsheet spoilt."""
    one, two, three = homes[10], homes[20], homes[30]
    return [
        ["F01", one["name"], one["address"], one["supply_point"], ""],
        ["F02", two["name"], two["address"], "3.1E+20", "数値になった番号"],
        ["F03", "別人 某", "どこか1-1", three["supply_point"], ""],
        ["F04", PLANTED, "どこにもない町9-9", "", ""],
        ["F05", PLANTED, "", "", "住所なし"],
    ]


@pytest.fixture
def names_csv(tmp_path, homes) -> str:
    path = tmp_path / "名簿.csv"
    with open(path, "w", encoding="cp932", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, *rows_of(homes)])
    return str(path)


def match(run, case: str, **more) -> dict:
    given = {"CASE": case, "LIST_NAME": "避難所", "WAIT_MINUTES": 1, "OUTPUT": "memory:", **more}
    return run("matchcontractors", given)


COUNTS = ("ROWS", "MATCHED", "REVIEW", "UNMATCHED", "PROBLEMS", "PENDING")


def test_a_list_is_checked_sent_matched_registered_compared_and_deleted(
    run, connected, case, names_csv, homes, feedback
):
    made = match(run, case, LIST=names_csv)
    assert [made[name] for name in COUNTS] == [5, 2, 1, 1, 2, 0]
    rows = {row["key"]: row for row in made["OUTPUT"].getFeatures()}
    assert [rows[key]["result"] for key in ("F01", "F02", "F03", "F04")] == ["matched", "matched", "review", "none"]
    assert not rows["F05"]["result"] and "not sent" in rows["F05"]["problems"]
    assert "3.1E+20" in rows["F02"]["problems"] and rows["F01"]["master_info_id"] == homes[10]["master_info_id"]
    assert any("LG-WAN" in line for line in feedback.warnings)

    done = run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    assert (done["REGISTERED"], done["REJECTED"]) == (2, 0)
    assert list(Case.open(Path(case)).contractors()["list_name"]) == ["避難所", "避難所"]

    both = run("listcontractors", {"CASE": case, "OUTPUT": "memory:"})
    assert (both["COUNT"], both["BOTH"], both["ONLY_HERE"], both["ONLY_THERE"]) == (2, 2, 0, 0)
    assert {row["key"] for row in both["OUTPUT"].getFeatures()} == {"F01", "F02"}
    bare = run("listcontractors", {"OUTPUT": "memory:"})
    assert (bare["COUNT"], bare["ONLY_THERE"]) == (2, 2)

    assert run("deletecontractors", {"CASE": case, "LIST_NAME": "避難所"})["COUNT"] == 1
    left = run("listcontractors", {"CASE": case, "OUTPUT": "memory:"})
    assert (left["COUNT"], left["ONLY_HERE"]) == (0, 2)
    assert len(Case.open(Path(case)).contractors()) == 0
    paths = {entry.path for entry in Case.open(Path(case)).ledger.entries() if entry.personal}
    assert {"contractors/避難所.csv", "contractors/避難所.json", "tables/contractors"} <= paths


def test_registering_again_adds_what_is_new_or_replaces_all(run, connected, case, names_csv, feedback):
    match(run, case, LIST=names_csv)
    first = run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})["LIST_ID"]
    # what a run that died left undone is done: the scope of 通電情報
    shutil.rmtree(Path(case) / "tables" / "contractors")
    again = run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    assert (again["REGISTERED"], again["LIST_ID"]) == (0, first) and len(Case.open(Path(case)).contractors()) == 2
    assert any("is registered already" in line for line in feedback.warnings)
    again = run("registercontractors", {"CASE": case, "LIST_NAME": "避難所", "REPLACE": True})
    assert again["REGISTERED"] == 2 and again["LIST_ID"] != first
    assert Lists(Case.open(Path(case))).open("避難所").info.list_ids == (again["LIST_ID"],)
    assert run("listcontractors", {"CASE": case, "OUTPUT": "memory:"})["COUNT"] == 2
    match(run, case, LIST=names_csv)
    third = run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    assert run("listcontractors", {"CASE": case, "OUTPUT": "memory:"})["COUNT"] == 2
    assert Lists(Case.open(Path(case))).open("避難所").info.list_ids == (third["LIST_ID"],)


def test_a_registration_whose_answer_was_lost_is_looked_up_in_the_list(run, connected, case, names_csv, feedback):
    match(run, case, LIST=names_csv)
    connected.faults.append(Fault("register_contractors", lost=True))
    done = run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    assert (done["REGISTERED"], done["LIST_ID"]) == (2, "")
    assert any("2 contract(s) stand in the server" in line for line in feedback.warnings)
    found = run("listcontractors", {"CASE": case, "OUTPUT": "memory:"})
    assert (found["COUNT"], found["BOTH"]) == (2, 2) and len(Case.open(Path(case)).contractors()) == 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"html": True}])
def test_a_registration_that_did_not_arrive_is_said_to_be_none(run, complaint, connected, case, names_csv, fault):
    match(run, case, LIST=names_csv)
    connected.faults.append(Fault("register_contractors", **fault))
    said = complaint("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    assert "were not registered" in said and "Register them again" in said
    assert run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})["REGISTERED"] == 2
    connected.faults.append(Fault("register_contractors", lost=True))
    said = complaint("registercontractors", {"CASE": case, "LIST_NAME": "避難所", "REPLACE": True})
    assert "not known whether the contracts were registered" in said, "all of them stood there before"


def test_a_list_of_which_nothing_matched_has_nothing_to_register(run, complaint, connected, case, homes, tmp_path):
    path = tmp_path / "a.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, rows_of(homes)[3]])
    match(run, case, LIST=str(path))
    assert "nothing to register" in complaint("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})


def test_a_deletion_that_died_before_the_scope_was_fetched_anew_is_brought_to_its_end(run, connected, case, names_csv):
    match(run, case, LIST=names_csv)
    run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    scope = Case.open(Path(case)).contractors()
    run("deletecontractors", {"CASE": case, "LIST_NAME": "避難所"})
    write_table(Path(case) / "tables" / "contractors", scope)
    assert run("deletecontractors", {"CASE": case, "LIST_NAME": "避難所"})["COUNT"] == 0
    assert len(Case.open(Path(case)).contractors()) == 0


def test_a_contract_in_two_rows_is_registered_and_counted_once(run, connected, case, homes, tmp_path):
    path = tmp_path / "a.csv"
    rows = rows_of(homes)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, rows[0], ["F09", *rows[0][1:]]])
    assert match(run, case, LIST=str(path))["MATCHED"] == 2
    assert run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})["REGISTERED"] == 1
    found = run("listcontractors", {"CASE": case, "OUTPUT": "memory:"})
    assert (found["COUNT"], found["BOTH"], found["ONLY_HERE"]) == (1, 1, 0)
    assert {row["key"] for row in found["OUTPUT"].getFeatures()} == {"F01", "F09"}


def test_links_to_facilities_appear_when_the_master_is_there(run, connected, case, names_csv, homes):
    match(run, case, LIST=names_csv)
    path = Path(case) / "contractors" / "links.csv"
    assert read_links(path).table.values.tolist() == [["F01", homes[10]["supply_point"]]]
    ids = run("registercondition", {"CASE": case, "TEMPLATE": "uc7", "FROM": "2026-01-18", "TO": "2026-01-18"})
    run("downloadpublished", {"CASE": case, "CONDITION_ID": ids["CONDITION_ID"], "WAIT_MINUTES": 2})
    found = read_links(path).table.values.tolist()
    assert found == [["F01", homes[10]["supply_point"]], ["F02", homes[20]["supply_point"]]]
    assert run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})["LINKS"] == 2


def test_a_list_is_checked_without_a_server(run, case, names_csv, monkeypatch):
    monkeypatch.delenv("TOMOSHIBI_BASE_URL", raising=False)
    made = match(run, case, LIST=names_csv, SEND=False)
    assert [made[name] for name in COUNTS] == [5, 0, 0, 0, 2, 0]


def test_a_result_that_is_not_there_yet_is_fetched_later(run, complaint, connected, case, names_csv, feedback):
    connected.backend.match_seconds = 60
    try:
        made = match(run, case, LIST=names_csv, WAIT_MINUTES=0)
    finally:
        connected.backend.match_seconds = 0.1
    assert made["PENDING"] == 4 and any("not there yet" in line for line in feedback.warnings)
    assert "waited for" in complaint("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    sent = sum(interface == "match_contracts" for interface, _, _ in connected.log)
    made = match(run, case)
    assert (made["MATCHED"], made["PENDING"]) == (2, 0)
    assert sum(interface == "match_contracts" for interface, _, _ in connected.log) == sent


def test_cancelling_while_waiting_keeps_the_run_for_later(run, provider, connected, case, names_csv):
    import threading

    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    connected.backend.match_seconds = 60
    try:
        stopping = QgsProcessingFeedback(False)
        threading.Timer(1.0, stopping.cancel).start()
        given = {"CASE": case, "LIST_NAME": "避難所", "LIST": names_csv, "WAIT_MINUTES": 5}
        algorithm = provider.algorithm("matchcontractors").create()
        result, good = algorithm.run(given, QgsProcessingContext(), stopping)
    finally:
        connected.backend.match_seconds = 0.1
    assert good and result == {}
    assert Lists(Case.open(Path(case))).find("避難所").match_id
    assert match(run, case)["MATCHED"] == 2


def test_the_csvs_for_the_screens_need_no_server_and_their_results_come_back(
    run, case, names_csv, homes, tmp_path, monkeypatch, feedback
):
    monkeypatch.delenv("TOMOSHIBI_BASE_URL", raising=False)
    match(run, case, LIST=names_csv, SEND=False)
    made = run("contractorcsv", {"CASE": case, "LIST_NAME": "避難所"})
    assert made["ROWS"] == 4 and made["IDS"] == 0
    with open(made["MATCH_CSV"], encoding="utf-8-sig", newline="") as stream:
        sent = list(csv.DictReader(stream))
    assert sent[1]["氏名(漢字)"] == homes[20]["name"] and sent[1]["供給/受電地点特定番号"] == ""
    results = tmp_path / "照合結果.csv"
    ids = [homes[10]["master_info_id"], homes[20]["master_info_id"], homes[30]["master_info_id"], ""]
    words = ["一致", "一致", "目視一致", "該当なし"]
    with open(results, "w", encoding="cp932", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["項番", "氏名(漢字)", "住所(文字)", "照合結果", "マスタ情報ID"])
        for number, (row, word, identity) in enumerate(zip(sent, words, ids), 1):
            writer.writerow([number, row["氏名(漢字)"], row["住所(文字)"], word, identity])
    back = run("contractorcsv", {"CASE": case, "LIST_NAME": "避難所", "RESULTS": str(results)})
    assert (back["MATCHED"], back["REVIEW"], back["UNMATCHED"], back["UNPLACED"]) == (3, 0, 1, 0)
    assert Path(back["REGISTER_CSV"]).read_text(encoding="utf-8-sig").split() == ["マスタ情報ID", *ids[:3]]
    run("contractorcsv", {"CASE": case, "LIST_NAME": "避難所", "REGISTERED_BY_HAND": True})
    assert sorted(Case.open(Path(case)).contractors()["master_info_id"]) == sorted(ids[:3])


@pytest.mark.parametrize(
    ("lost", "skip", "registered"),
    # the list is read before the registration and after it
    [("register_contractors", 0, False), ("contractors", 0, False), ("contractors", 1, True)],
)
def test_a_connection_lost_on_the_way_loses_no_list(run, complaint, connected, case, names_csv, lost, skip, registered):
    from tomoshibi.practice.server import Fault

    match(run, case, LIST=names_csv)
    connected.faults.append(Fault(lost, times=None, skip=skip, status=418))
    assert "418" in complaint("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    connected.faults.clear()
    info = Lists(Case.open(Path(case))).find("避難所")
    assert bool(info.list_ids) is registered


def test_a_workbook_and_a_layer_serve_as_lists(run, connected, case, homes, tmp_path, feedback):
    book = openpyxl.Workbook()
    book.active.title = "表紙"
    book.active.append(["何もない"])
    sheet = book.create_sheet("名簿")
    for row in [HEADINGS, *rows_of(homes)]:
        sheet.append(row)
    sheet["D2"] = int(homes[10]["supply_point"])
    book.save(tmp_path / "名簿.xlsx")
    path = str(tmp_path / "名簿.xlsx")
    made = match(run, case, LIST=f"{path}|layername=名簿")
    assert [made[name] for name in COUNTS] == [5, 2, 1, 1, 3, 0]

    layer = QgsVectorLayer("None?" + "&".join(f"field={name}:string" for name in HEADINGS), "名簿", "memory")
    features = []
    for row in rows_of(homes):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(row)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer)
    try:
        made = match(run, case, LIST=layer.id(), LIST_NAME="層")
    finally:
        QgsProject.instance().removeMapLayer(layer.id())
    assert [made[name] for name in COUNTS] == [5, 2, 1, 1, 2, 0]


def test_a_list_without_a_heading_says_so_and_takes_the_columns_that_are_named(
    run, complaint, connected, case, homes, tmp_path, feedback
):
    path = tmp_path / "見出しなし.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows_of(homes))
    given = {"CASE": case, "LIST_NAME": "避難所", "LIST": str(path), "WAIT_MINUTES": 1}
    said = complaint("matchcontractors", given)
    assert "field_1" in said and PLANTED not in said
    fields = {"ID_FIELD": "field_1", "NAME_FIELD": "field_2", "ADDRESS_FIELD": "field_3"}
    assert match(run, case, LIST=str(path), **fields)["MATCHED"] == 2


def test_choosing_the_supported_person_is_doubted(run, case, tmp_path, feedback):
    path = tmp_path / "要支援者.csv"
    path.write_text("要支援者氏名,住所\n電力 太郎,灯市1\n", encoding="utf-8")
    match(run, case, LIST=str(path), SEND=False, NAME_FIELD="要支援者氏名", ADDRESS_FIELD="住所")
    assert any("要支援者氏名" in line and "contract holder" in line for line in feedback.warnings)


def test_no_name_of_a_person_is_in_any_message_log_or_ledger(run, connected, case, names_csv, feedback, complaint):
    match(run, case, LIST=names_csv)
    run("registercontractors", {"CASE": case, "LIST_NAME": "避難所"})
    run("contractorcsv", {"CASE": case, "LIST_NAME": "避難所"})
    run("listcontractors", {"CASE": case, "OUTPUT": "memory:"})
    said = "".join([*feedback.infos, *feedback.warnings, *feedback.errors])
    said += complaint("matchcontractors", {"CASE": case, "LIST_NAME": "x", "LIST": names_csv, "NAME_FIELD": "無い"})
    said += (Path(case) / "ledger.jsonl").read_text(encoding="utf-8")
    said += (Path(case) / "contractors" / "避難所.json").read_text(encoding="utf-8")
    assert PLANTED in (Path(case) / "contractors" / "避難所.csv").read_text(encoding="utf-8-sig")
    assert PLANTED not in said and "目印" not in said


# -- workbooks ---------------------------------------------------------------------------------------------------------


def test_a_workbook_keeps_texts_numbers_gaps_and_sheets(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "一"
    sheet.append(["番号", None, "氏名"])
    sheet.append([])
    sheet.append(["0312", 12, " 電力 太郎 ", 1.5, True])
    sheet.append([3.12e20, None, None, 4.0])
    book.create_sheet("二").append(["別"])
    book.save(tmp_path / "a.xlsx")
    assert sheet_names(tmp_path / "a.xlsx") == ["一", "二"]
    rows = read_xlsx(tmp_path / "a.xlsx")
    assert rows[0] == ["番号", "", "氏名"] and rows[1] == ["0312", "12", "電力 太郎", "1.5", "1"]
    assert "e+20" in rows[2][0].lower() or rows[2][0].startswith("312000")
    assert rows[2][3] == "4"
    assert read_xlsx(tmp_path / "a.xlsx", "二") == [["別"]]
    with pytest.raises(SheetError, match=r"三.*一, 二"):
        read_xlsx(tmp_path / "a.xlsx", "三")


def test_readings_that_excel_keeps_beside_a_name_are_no_part_of_it(tmp_path):
    import zipfile

    book = openpyxl.Workbook()
    book.active.append(["電力太郎"])
    book.save(tmp_path / "plain.xlsx")
    said = "<si><t>電力</t><rPh sb='0' eb='2'><t>デンリョク</t></rPh><r><t>太郎</t></r></si>"
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as old, zipfile.ZipFile(tmp_path / "read.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/sharedStrings.xml":
                text = content.decode("utf-8")
                begin, end = text.index("<si>"), text.index("</si>") + len("</si>")
                content = (text[:begin] + said + text[end:]).encode("utf-8")
            new.writestr(name, content)
    assert read_xlsx(tmp_path / "read.xlsx") == [["電力太郎"]]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"a,b\r\n1,2\r\n", b"\xd0\xcf\x11\xe0 encrypted"]
    + [damaged_zip("xl/workbook.xml", packing) for packing in PACKINGS],
)
def test_what_is_no_workbook_is_refused_by_name(tmp_path, content):
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(SheetError, match=r"a\.xlsx"):
        read_xlsx(tmp_path / "a.xlsx")
