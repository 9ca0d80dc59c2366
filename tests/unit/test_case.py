"""The case folder and its ledger."""

import json
from datetime import date, datetime

import pytest
from tomoshibi.casefile.case import Case, CaseError, CaseInfo, Request, RequestKind
from tomoshibi.casefile.ledger import Ledger
from tomoshibi.casefile.own_inputs import INPUTS_FILE, forget_inputs
from tomoshibi.messages import TomoshibiError
from tomoshibi.tests.ledger_writers import write_at_once

INFO = CaseInfo(
    name="灯市地震",
    event_time=datetime(2026, 1, 19, 5, 46),
    municipality="990001",
    request=Request(RequestKind.INDIVIDUAL, date(2026, 1, 19), date(2026, 1, 19), date(2026, 2, 1)),
    practice=True,
)


def test_a_case_that_was_created_opens_with_what_was_said(tmp_path):
    Case.create(tmp_path / "案件", INFO)
    info = Case.open(tmp_path / "案件").info
    assert (info.name, info.event_time, info.request, info.practice) == (INFO.name, INFO.event_time, INFO.request, True)
    assert info.created_at is not None


def test_a_case_is_never_created_over_another(tmp_path):
    Case.create(tmp_path, INFO)
    with pytest.raises(CaseError, match="already is a case folder"):
        Case.create(tmp_path, INFO)


def test_a_folder_that_is_no_case_says_what_to_do(tmp_path):
    with pytest.raises(CaseError, match="Create case"):
        Case.open(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"name": 1}', '{"format": "x"}'])
def test_a_broken_case_file_is_an_error_with_a_remedy(tmp_path, text):
    (tmp_path / "case.json").write_text(text)
    with pytest.raises(CaseError, match="cannot be read"):
        Case.open(tmp_path)


def test_a_case_of_a_newer_version_is_refused(tmp_path):
    Case.create(tmp_path, INFO)
    record = json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))
    (tmp_path / "case.json").write_text(json.dumps({**record, "format": 99}), encoding="utf-8")
    with pytest.raises(CaseError, match="newer version"):
        Case.open(tmp_path)


def test_a_period_of_use_that_ends_before_it_begins_is_refused(tmp_path):
    request = Request(use_from=date(2026, 2, 1), use_to=date(2026, 1, 1))
    with pytest.raises(CaseError, match="ends"):
        Case.create(tmp_path, CaseInfo("a", datetime(2026, 1, 1), "990001", request))
    assert not (tmp_path / "case.json").exists()


def test_an_empty_case_knows_that_it_knows_nothing(tmp_path):
    case = Case.create(tmp_path, INFO)
    assert len(case.master()) == 0
    assert case.outage_snapshots() == []
    assert len(case.statistics()) == 0
    assert case.contractors() is None
    assert case.readings.coverage() is None


def test_the_ledger_keeps_the_order_and_holds_what_is_not_known_harmless_as_personal(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add("tomoshibi:importfiles", "received/a.csv", sha256="0" * 64)
    ledger.add("tomoshibi:meshoutage", "layers.gpkg|meshoutage", ["received/b.csv"], personal=False)
    entries = list(ledger.entries())
    assert [entry.path for entry in entries] == ["received/a.csv", "layers.gpkg|meshoutage"]
    assert [entry.personal for entry in entries] == [True, False]


@pytest.mark.slow
def test_two_runs_on_one_case_do_not_cut_each_others_ledger_lines(tmp_path):
    path = tmp_path / "ledger.jsonl"
    write_at_once(path, [name + "あ" * 50 for name in "abc"], 50)
    assert len(list(Ledger(path).entries())) == 150


def test_a_broken_ledger_line_is_named_by_its_number(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add("tomoshibi:test", "a")
    with open(ledger.path, "a", encoding="utf-8") as stream:
        stream.write("{broken\n")
    with pytest.raises(TomoshibiError, match="Line 2"):
        list(ledger.entries())


@pytest.mark.parametrize("left", [{"facilities", "areas"}, {"areas"}, set()])
def test_of_its_inputs_a_case_knows_only_of_those_whose_files_are_left(tmp_path, left):
    case = Case.create(tmp_path / "case", CaseInfo("訓練", datetime(2026, 1, 19, 5, 46), "172057"))
    records = {kind: {"path": f"inputs/{kind}.gpkg"} for kind in ("facilities", "areas")}
    path = case.folder / INPUTS_FILE
    path.write_text(json.dumps(records), encoding="utf-8")
    forget_inputs(case, {f"inputs/{kind}.gpkg" for kind in left})
    assert (json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}) == {
        kind: records[kind] for kind in records if kind in left
    }
    assert path.exists() == bool(left)
