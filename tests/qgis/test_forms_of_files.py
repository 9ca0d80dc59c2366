"""Files as other systems write them, from the toolbox: JSON in envelopes or by line, a list of four columns."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.tests.published import HEADERS, P1, ROWS

LIST = """供給/受電地点特定番号,計器ID,氏名（漢字）,住所（文字）
0500000000000000000011,A1111111,灯町小学校,灯島県灯市灯町１丁目１番地１号
0500000000000000000044,A1111112,電線浜公民館,灯島県灯市電線浜２番地
"""


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("訓練", datetime(2026, 1, 19, 5, 46), "991023", practice=True))


@pytest.fixture
def taken(run, case, tmp_path):
    def of(name, text, encoding="utf-8", **more):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return run("importfiles", {"CASE": str(case.folder), "FILES": [str(path)], **more})

    return of


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_the_manuals_list_of_four_columns_takes_the_moment_it_was_asked_for(taken, case, feedback, encoding):
    refused = taken("list.csv", LIST, encoding)
    assert refused["FAILED"] == 1 and any("Say the moment it was asked for" in line for line in feedback.warnings)
    found = taken("list.csv", LIST, encoding, LIST_TIME="2026-01-20T08:00:00")
    assert (found["ROWS"], found["FAILED"]) == (2, 0)
    (snapshot,) = case.outage_snapshots()
    assert snapshot.created_at == datetime(2026, 1, 20, 8)
    assert snapshot.table["supply_point"].tolist() == ["0500000000000000000011", "0500000000000000000044"]


def forms(kind):
    one = dict(zip(HEADERS[kind], ROWS[kind]))
    return {
        "array": json.dumps([one, one], ensure_ascii=False),
        "envelope": json.dumps({"status": "ok", "count": 2, "data": [one, one]}, ensure_ascii=False, indent=1),
        "lines": "\n".join([json.dumps(one, ensure_ascii=False)] * 2) + "\n",
    }


@pytest.mark.parametrize("form", ["array", "envelope", "lines"])
@pytest.mark.parametrize("kind", ["master", "outage", "reading"])
def test_json_is_read_as_an_array_in_an_envelope_and_by_line(taken, case, kind, form):
    found = taken(f"{kind}.json", forms(kind)[form])
    assert (found["FAILED"], found["REJECTED"]) == (0, 0) and found["FILES"] == 1
    if kind == "reading":
        assert case.readings.rows_of([P1], 1)[0] >= 0
    else:
        assert found["ROWS"] == 2


def test_a_broken_line_of_json_costs_itself_only(taken):
    lines = forms("outage")["lines"].splitlines()
    found = taken("outage.json", "\n".join([lines[0], lines[0][:-9], lines[0]]))
    assert (found["ROWS"], found["REJECTED"], found["FAILED"]) == (2, 1, 0)


def test_an_empty_envelope_is_no_traceback(taken):
    assert taken("outage.json", '{"data": []}')["FAILED"] == 1
