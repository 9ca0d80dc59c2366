"""UC⑧: whether homes were lived in before the event, from the toolbox."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from tomoshibi.casefile.ledger import Ledger
from tomoshibi.tests.people_drill import make_people_drill
from tomoshibi.tests.qgis.tables import rows

PLANTED = "電力 植男"


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_people_drill(tmp_path_factory.mktemp("residence"))


@pytest.fixture
def applicants(drill, tmp_path):
    people = [("L", one) for one in drill.numbers["lived"]] + [("V", one) for one in drill.numbers["vacant"]]
    lines = ["申請番号,氏名,供給地点特定番号,ID"]
    lines += [f"{place},{PLANTED},{number},{kind}{place}" for place, (kind, number) in enumerate(people)]
    lines += [f"90,{PLANTED},{'9' * 22},N90", f"91,{PLANTED},,N91"]
    path = tmp_path / "applicants.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def given(drill, applicants, tmp_path, **more):
    found = {"CASE": str(drill.case.folder), "APPLICANTS": str(applicants), "OUTPUT": "memory:"}
    return {**found, "PDF": str(tmp_path / "residence.pdf"), **more}


def test_lived_and_vacant_homes_are_told_apart_and_the_unknown_is_no_verdict(
    run, drill, applicants, tmp_path, feedback
):
    found = run("residenceevidence", given(drill, applicants, tmp_path))
    table = rows(found["OUTPUT"]).set_index("key")
    verdicts = table["verdict"]
    assert set(verdicts[verdicts.index.str.startswith("N")]) == {"cannot_tell"}
    assert "lived" not in set(verdicts[verdicts.index.str.startswith("V")])
    assert "not_lived" not in set(verdicts[verdicts.index.str.startswith("L")])
    assert found["LIVED"] >= 5 and found["NOT_LIVED"] >= 2
    assert found["LIVED"] + found["NOT_LIVED"] + found["REVIEW"] == len(table) == 11
    assert found["NO_READINGS"] == 2
    known = table.loc[[key for key in table.index if key[0] in "LV"]]
    assert (known["counted_days"] <= 62).all() and (known["lived_days"] <= known["counted_days"]).all()
    assert {value.toString("yyyy-MM-dd") for value in table["last_day"]} == {"2026-01-18"}
    assert {value.toString("yyyy-MM-dd") for value in table["first_day"]} == {"2025-11-19"}
    assert any("2 people have no readings" in warning for warning in feedback.warnings)


def test_the_pdf_has_a_page_for_every_applicant_and_stands_in_the_ledger(run, drill, applicants):
    found = run(
        "residenceevidence", {"CASE": str(drill.case.folder), "APPLICANTS": str(applicants), "OUTPUT": "memory:"}
    )
    (path,) = (drill.case.folder / "reports").glob("*/residenceevidence.pdf")
    assert path.parent.name == "20260119_0000"
    assert found["PDF"] == str(path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 11
    entry = [one for one in Ledger(drill.case.folder / "ledger.jsonl").entries() if one.path.endswith(".pdf")][-1]
    assert entry.path == f"reports/{path.parent.name}/residenceevidence.pdf"
    assert entry.personal and len(entry.sha256) == 64
    assert not list(path.parent.glob("*.part"))


def test_names_are_copied_only_where_asked_for_and_never_told(run, drill, applicants, tmp_path, feedback):
    assert rows(run("residenceevidence", given(drill, applicants, tmp_path))["OUTPUT"])["name"].isna().all()
    named = rows(run("residenceevidence", given(drill, applicants, tmp_path, NAMES=True))["OUTPUT"])
    assert set(named["name"]) == {PLANTED}
    said = feedback.infos + feedback.warnings + feedback.errors
    assert said and not any(PLANTED in line for line in said)
    assert PLANTED not in drill.case.ledger.path.read_text(encoding="utf-8")


def test_days_that_were_not_received_are_told_and_not_counted(run, drill, applicants, tmp_path, feedback):
    found = run("residenceevidence", given(drill, applicants, tmp_path, MONTHS=4))
    table = rows(found["OUTPUT"])
    assert table["counted_days"].max() <= 62
    assert any("were received" in warning for warning in feedback.warnings)


def test_a_period_without_readings_is_refused(complaint, drill, applicants, tmp_path):
    said = complaint("residenceevidence", given(drill, applicants, tmp_path, EVENT_DATE="2020-05-01"))
    assert "no readings" in said and "UC8" in said


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_every_page_says_for_what_and_under_what_terms(run, drill, applicants, tmp_path):
    run("editcase", {"CASE": str(drill.case.folder), "PURPOSE": "罹災証明書の発行", "TERMS": "C"})
    found = run("residenceevidence", given(drill, applicants, tmp_path))
    printed = subprocess.run(["pdftotext", "-layout", found["PDF"], "-"], capture_output=True, check=True)
    pages = printed.stdout.decode().rstrip("\f").split("\f")
    assert len(pages) >= 11
    assert [page for page in pages if "罹災証明書の発行" not in page or "terms of use: C" not in page] == []
