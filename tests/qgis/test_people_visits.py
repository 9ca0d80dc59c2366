"""UC⑦: the visiting plan, from the toolbox."""

from __future__ import annotations

import re
import shutil
import subprocess

import openpyxl
import pytest
from tomoshibi.casefile.ledger import Ledger
from tomoshibi.tests.people_drill import make_people_drill
from tomoshibi.tests.qgis.tables import rows

PLANTED = "電力 植男"
SIGNS = {"○", "×", "－"}


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_people_drill(tmp_path_factory.mktemp("visits"), days=45)


@pytest.fixture
def people(drill, tmp_path):
    pairs = [("L", one) for one in drill.numbers["lived"]] + [("V", one) for one in drill.numbers["vacant"]]
    lines = ["ID,氏名,供給地点特定番号"]
    lines += [f"{kind}{place},{PLANTED},{number}" for place, (kind, number) in enumerate(pairs)]
    lines += [f"N90,{PLANTED},{'9' * 22}"]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines), encoding="cp932")
    return path


def given(drill, people, tmp_path, **more):
    found = {"CASE": str(drill.case.folder), "LIST": str(people), "WEEK": "2026-01-14", "OUTPUT": "memory:"}
    return {**found, "XLSX": str(tmp_path / "plan.xlsx"), "PDF": str(tmp_path / "plan.pdf"), **more}


def test_the_week_long_absence_and_the_unknown_are_told_apart(run, drill, people, tmp_path, feedback):
    found = run("visitplan", given(drill, people, tmp_path))
    table = rows(found["OUTPUT"]).set_index("key")
    assert found["COUNT"] == len(table) == 10 and found["NO_READINGS"] == 1
    absent = set(table.index[table["long_absence"] == True])  # noqa: E712
    assert {"V6", "V7", "V8"} <= absent and found["LONG_ABSENT"] == len(absent)
    assert table.loc["V6", "this_week"] == "×" and table.loc["V6", "best_1"] is None
    unknown = table.loc["N90"]
    assert unknown["this_week"] == unknown["day_1"] == "－"
    assert unknown["long_absence"] is None and unknown["best_1"] is None
    assert table.loc["N90":"N90", "away_days"].isna().all()
    assert {sign for number in range(1, 8) for sign in table[f"day_{number}"]} <= SIGNS
    assert table.loc["L0", "best_1"] and "%" in table.loc["L0", "best_1"]
    assert any("1 people have no readings" in warning for warning in feedback.warnings)


def test_the_workbook_opens_well_and_keeps_numbers_as_texts(run, drill, people, tmp_path):
    book = openpyxl.load_workbook(run("visitplan", given(drill, people, tmp_path))["XLSX"])
    week, best, about = book.worksheets
    head = [cell.value for cell in week[1]]
    assert head[5:12] == ["Mon 1/12", "Tue 1/13", "Wed 1/14", "Thu 1/15", "Fri 1/16", "Sat 1/17", "Sun 1/18"]
    assert head[12] == "09:00" and head[32] == "19:00" and week.freeze_panes == "C2"
    numbers = [row[2].value for row in week.iter_rows(min_row=2)]
    listed = [*drill.numbers["lived"], *drill.numbers["vacant"], "9" * 22]
    assert numbers == listed and all(isinstance(number, str) for number in numbers)
    assert {cell.value for row in week.iter_rows(min_row=2, min_col=4, max_col=33) for cell in row} == SIGNS
    assert week.column_dimensions["C"].width >= 22 and week.column_dimensions["M"].width <= 8
    shares = [row[6].value for row in best.iter_rows(min_row=2)]
    assert shares and all(0.2 <= share <= 1 for share in shares) and best["G2"].number_format == "0.00%"
    assert any("2026-01-18" in str(row[1].value) for row in about.iter_rows(min_row=2))


def test_the_table_says_what_the_workbook_says(run, drill, people, tmp_path):
    found = run("visitplan", given(drill, people, tmp_path))
    table = rows(found["OUTPUT"])
    sheet = openpyxl.load_workbook(found["XLSX"]).worksheets[0]
    names = ["last_week", "this_week", *(f"day_{number}" for number in range(1, 8))]
    printed = [[cell.value for cell in row[3:12]] for row in sheet.iter_rows(min_row=2)]
    assert printed == table[names].to_numpy().tolist()


def test_documents_go_into_the_case_and_its_ledger_as_personal(run, drill, people):
    run("visitplan", {"CASE": str(drill.case.folder), "LIST": str(people), "WEEK": "2026-01-14", "OUTPUT": "memory:"})
    # in the folder of its time, so that the plan of next week leaves this one where it is
    (folder,) = (drill.case.folder / "reports").iterdir()
    assert re.fullmatch(r"\d{8}_\d{4}", folder.name)
    pdf = (folder / "visitplan.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 10
    entries = {entry.path: entry for entry in Ledger(drill.case.folder / "ledger.jsonl").entries()}
    for name in (f"reports/{folder.name}/visitplan.pdf", f"reports/{folder.name}/visitplan.xlsx"):
        assert entries[name].personal and len(entries[name].sha256) == 64


def test_names_are_copied_only_where_asked_for_and_never_told(run, drill, people, tmp_path, feedback):
    found = run("visitplan", given(drill, people, tmp_path))
    cells = [cell.value for sheet in openpyxl.load_workbook(found["XLSX"]) for row in sheet for cell in row]
    assert PLANTED not in cells and rows(found["OUTPUT"])["name"].isna().all()
    named = run("visitplan", given(drill, people, tmp_path, NAMES=True))
    assert openpyxl.load_workbook(named["XLSX"]).worksheets[0]["B2"].value == PLANTED
    said = feedback.infos + feedback.warnings + feedback.errors
    assert said and not any(PLANTED in line for line in said)
    assert PLANTED not in drill.case.ledger.path.read_text(encoding="utf-8")


def test_without_a_week_the_newest_readings_are_shown(run, drill, people, tmp_path):
    found = run("visitplan", given(drill, people, tmp_path, WEEK=None))
    head = [cell.value for cell in openpyxl.load_workbook(found["XLSX"]).worksheets[0][1]]
    assert head[5] == "Mon 1/19"


def test_a_week_outside_the_data_is_refused(complaint, drill, people, tmp_path):
    assert "week" in complaint("visitplan", given(drill, people, tmp_path, WEEK="2027-03-01"))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_purpose_and_terms_are_printed_on_every_page_and_in_the_workbook(run, drill, people, tmp_path):
    said = {"PURPOSE": "避難者の見守り", "TERMS": "A", "OPERATOR": "防災課長", "USE_TO": "2099-02-28"}
    run("editcase", {"CASE": str(drill.case.folder), **said})
    found = run("visitplan", given(drill, people, tmp_path))
    printed = subprocess.run(["pdftotext", "-layout", found["PDF"], "-"], capture_output=True, check=True)
    pages = printed.stdout.decode().rstrip("\f").split("\f")
    assert len(pages) == found["COUNT"]
    for page in pages:
        assert "Purpose: 避難者の見守り" in page and "terms of use: A" in page and "2099-02-28" in page, page
        assert "Article 34" in page
    about = openpyxl.load_workbook(found["XLSX"]).worksheets[2]
    terms = {row[0].value: row[1].value for row in about.iter_rows(min_row=2)}["Terms of use"]
    assert "避難者の見守り" in terms and "防災課長" in terms
