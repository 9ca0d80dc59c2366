"""Texts of others in a CSV that somebody opens in a spreadsheet: none of them runs, and each is read back as it was."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tomoshibi.aggregator.contractor_lists import read_list
from tomoshibi.aggregator.outside import SafeWriter, make_csv_safe, read_cell, safe_cell

ROOT = Path(__file__).resolve().parents[2]
APART = {
    "aggregator/outside.py": "the writer itself",
    "aggregator/contractor_lists.py": "what a service reads: the format is its own",
    "practice/openfiles.py": "invented data",
    "practice/published_files.py": "invented data, in the format of the service",
}


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.jp","押す")',
        "+81-768-00-0000",
        "-2+3",
        "@SUM(A1)",
        "＝1+1",
        " =1+1",
        "\t=1",
        "\r=1",
        "=1\n+1",
        "'=1",
        "''=1",
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_a_mark_and_is_read_back_as_it_was(text):
    assert safe_cell(text) == f"'{text}" and read_cell(safe_cell(text)) == text


@pytest.mark.parametrize(
    "value",
    ["-5", "+1.5", "-1,200", "-.5", "-1e-3", -5, -1.5, None, "-", "", "電力 太郎", "0123", "'90年の台風", "𠮷野"],
)
def test_numbers_and_plain_texts_stay_as_they_are(value):
    assert safe_cell(value) == value
    assert not isinstance(value, str) or read_cell(value) == value


def test_a_list_that_was_kept_is_read_as_it_was_given(tmp_path):
    rows = [("施設ID", "施設名", "標高"), ("007", "=1+1", "-5"), ("@8", "'=1", "2")]
    text = io.StringIO()
    SafeWriter(text).writerows(rows)
    path = tmp_path / "kept.csv"
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    assert "'=1+1" in text.getvalue() and ",-5" in text.getvalue()
    assert list(read_list(path).rows) == rows


def test_whoever_writes_a_csv_writes_it_so_that_no_cell_runs():
    found = set()
    for folder in (
        "aggregator",
        "analysis",
        "casefile",
        "dialogs",
        "layers",
        "practice",
        "processing_provider",
        "sheets",
    ):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if any(word in text for word in ("csv.writer(", "csv.DictWriter(", ".to_csv(")):
                found.add(path.relative_to(ROOT).as_posix())
    assert found == set(APART)


def test_a_csv_of_another_program_is_marked_in_place_and_nothing_else_changes(tmp_path):
    path = tmp_path / "layer.csv"
    before = 'id,name,"n",z\r\n=1,"=HYPERLINK(""a"",""b"")","170",-5\r\n"二行\n=1,2",-,"+1","-x"\n,,"",'
    path.write_bytes(before.encode("utf-8"))
    make_csv_safe(path)
    after = 'id,name,"n",z\r\n\'=1,"\'=HYPERLINK(""a"",""b"")","170",-5\r\n"二行\n=1,2",-,"+1","\'-x"\n,,"",'
    assert path.read_bytes().decode("utf-8") == after
    assert [read_cell(cell) for cell in ("'=1", "'-x")] == ["=1", "-x"]
