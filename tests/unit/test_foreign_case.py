"""A case folder that came from somewhere else is only read, and nothing outside it is touched."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.casefile.case import Case, CaseError, CaseInfo
from tomoshibi.casefile.columns import read_table, write_table
from tomoshibi.casefile.guard import LeadsOutside, is_layer_name, place_inside
from tomoshibi.casefile.ledger import sha256_of
from tomoshibi.casefile.recipes import Recipe, expand, keep_recipe, read_recipes
from tomoshibi.casefile.reported import Reported
from tomoshibi.casefile.verification import verify
from tomoshibi.messages import TomoshibiError


@pytest.fixture
def case(tmp_path) -> Case:
    return Case.create(tmp_path / "case", CaseInfo("架空の災害", datetime(2026, 1, 20, 4, 0), "990001"))


@pytest.mark.parametrize("name", ["received", ".refresh", "readings", "tables", "sheets", "case.json", "deep/er"])
def test_a_link_in_a_case_is_refused_and_named(case, tmp_path, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    kept = case.folder / name
    kept.parent.mkdir(exist_ok=True)
    if name == "case.json":
        kept.rename(outside / "case.json")
        outside = outside / "case.json"
    elif kept.is_dir():
        kept.rmdir()
    kept.symlink_to(outside)
    with pytest.raises(LeadsOutside, match=name):
        Case.open(case.folder)


def test_a_pipe_in_a_case_is_refused(case):
    os.mkfifo(case.folder / "received" / "pipe")
    with pytest.raises(LeadsOutside, match="received/pipe"):
        Case.open(case.folder)


def test_a_case_may_itself_be_reached_by_a_link(case, tmp_path):
    (tmp_path / "shortcut").symlink_to(case.folder)
    assert Case.open(tmp_path / "shortcut").info.name == "架空の災害"


@pytest.mark.parametrize("stem", ["../secret", "/etc/passwd", "c00/../../x", "C00", "c00.npy", "", 3, None])
def test_an_index_of_columns_reads_no_file_but_its_own(case, tmp_path, stem):
    np.save(tmp_path / "secret.npy", np.arange(3))
    folder = case.folder / "tables" / "master"
    write_table(folder, pd.DataFrame({"a": [1, 2, 3]}))
    (folder / "columns.json").write_text(json.dumps({"rows": 3, "columns": {"a": stem}}), encoding="utf-8")
    with pytest.raises(TomoshibiError, match="index of the table master"):
        read_table(folder)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"rows": "3", "columns": {}}',
        '{"rows": 3, "columns": []}',
        "[" * 100_000,
        "\x00",
        '{"rows": 3}',
    ],
)
def test_an_index_that_is_none_is_an_error_that_names_the_table(case, content):
    folder = case.folder / "tables" / "master"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "columns.json").write_text(content, encoding="utf-8")
    with pytest.raises(TomoshibiError, match="master"):
        read_table(folder)


@pytest.mark.parametrize(
    "content", [b"", b"\x93NUMPY", b"PK\x03\x04", np.lib.format.MAGIC_PREFIX + b"\x01\x00\x10\x00{'descr': "]
)
def test_a_column_that_is_no_array_is_an_error_that_names_it(case, content):
    folder = case.folder / "tables" / "master"
    write_table(folder, pd.DataFrame({"a": [1, 2, 3]}))
    (folder / "c00.npy").write_bytes(content)
    with pytest.raises(TomoshibiError, match="column a"):
        read_table(folder)


@pytest.mark.parametrize(
    "name", ["../../X", "/tmp/x", "a\\b", ".refresh", "x\n", "C:x", "[% env('HOME') %]", "<img>", ""]
)
def test_a_layer_is_not_called_what_leads_outside_or_is_run(case, name):
    assert not is_layer_name(name)
    keep_recipe(case, Recipe(name, "shelterpower"))
    assert read_recipes(case) == {}
    written = {"algorithm": "shelterpower", "parameters": {}, "lacking": [], "made_at": "", "seen": 0}
    (case.folder / "recipes.json").write_text(json.dumps({"format": 1, "layers": {name: written}}), encoding="utf-8")
    with pytest.raises(TomoshibiError, match=r"recipes\.json"):
        read_recipes(case)


@pytest.mark.parametrize("name", ["shelterpower", "停電した避難所", "避難所 2（夜）", "v1.2", "meshoutage-high"])
def test_a_layer_may_be_called_what_people_call_it(case, name):
    assert is_layer_name(name)
    keep_recipe(case, Recipe(name, "shelterpower"))
    assert list(read_recipes(case)) == [name]


@pytest.mark.parametrize(
    "place", ["case:../x", "case:a/../../x", "case:/etc/passwd", "case:C:\\x", "case:..\\x", "case:"]
)
def test_a_path_of_a_recipe_stays_in_the_case(case, place):
    with pytest.raises(LeadsOutside):
        expand(case.folder, place)


@given(st.text(max_size=40))
def test_a_place_is_inside_or_refused(place):
    folder = Path("/case")
    try:
        found = place_inside(folder, place)
    except LeadsOutside:
        return
    assert os.path.normpath(found).startswith("/case")


@pytest.mark.parametrize(
    "change",
    [
        {"municipality": "../../x"},
        {"municipality": "<img src=x>"},
        {"municipality": 990001},
        {"request": []},
        {"event_time": "9999-99-99"},
        {"format": "x"},
        {"events": [{"begin": 3}]},
    ],
)
def test_a_case_file_of_another_form_is_an_error_that_names_it(case, change):
    path = case.folder / "case.json"
    record = {**json.loads(path.read_text(encoding="utf-8")), **change}
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(CaseError, match=r"case\.json"):
        Case.open(case.folder)


@pytest.mark.parametrize(
    "content", ["", "[]", "null", "[" * 100_000, '{"format": 1}', "\ud800".encode("utf-16", "ignore")]
)
def test_a_case_file_that_is_none_is_an_error_that_names_it(case, content):
    path = case.folder / "case.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with pytest.raises(CaseError, match=r"case\.json"):
        Case.open(case.folder)


def test_a_name_that_steers_the_screen_is_cut_and_cleaned(case):
    path = case.folder / "case.json"
    record = {**json.loads(path.read_text(encoding="utf-8")), "name": "\x1b[31m災害\u202e\n" + "あ" * 5000}
    path.write_text(json.dumps(record), encoding="utf-8")
    name = Case.open(case.folder).info.name
    assert name.startswith("災害") and len(name) == 200


def fill(case: Case) -> None:
    for name, text in (("received/1/a.csv", "1"), ("received/1/b.csv", "22"), ("sheets/x.pdf", "333")):
        path = case.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        case.ledger.add("tomoshibi:importfiles", name, sha256=sha256_of(path))


def test_a_case_as_its_ledger_tells_it_is_good(case):
    fill(case)
    found = verify(case)
    assert found.good and found.checked == 3 and found.messages() == []


def test_what_a_case_and_qgis_write_for_themselves_is_not_missed_in_the_ledger(case):
    fill(case)
    case.ledger.add("tomoshibi:openproject", "situation.qgz", personal=False)
    for name in ("situation.qgz", "situation.qgz~", "refresh.json", "recipes.json", "layers.gpkg-wal", ".part"):
        (case.folder / name).write_text("{}", encoding="utf-8")
    assert verify(case).good
    (case.folder / "other.qgz~").write_text("{}", encoding="utf-8")
    assert verify(case).unlisted == ("other.qgz~",)


def test_what_differs_from_the_ledger_is_named_by_kind(case):
    fill(case)
    (case.folder / "received/1/a.csv").write_text("9", encoding="utf-8")
    (case.folder / "received/1/b.csv").unlink()
    (case.folder / "received/1/c.csv").write_text("new", encoding="utf-8")
    case.ledger.add("tomoshibi:importfiles", "../outside.csv", sha256="0" * 64)
    found = verify(case)
    assert not found.good and found.checked == 1
    assert found.changed == ("received/1/a.csv",) and found.missing == ("received/1/b.csv",)
    assert found.unlisted == ("received/1/c.csv",) and found.outside == ("../outside.csv",)
    assert [one.values["count"] for one in found.messages()] == [1, 1, 1, 1]


def test_the_last_line_of_a_file_written_again_counts(case):
    fill(case)
    path = case.folder / "sheets/x.pdf"
    path.write_text("again", encoding="utf-8")
    assert verify(case).changed == ("sheets/x.pdf",)
    case.ledger.add("tomoshibi:mapsheets", "sheets/x.pdf", sha256=sha256_of(path))
    assert verify(case).good


def test_a_line_of_the_ledger_that_names_no_place_and_a_day_of_too_few_half_hours_are_refused(case):
    case.ledger.add("tomoshibi:x", "received/a.csv")
    line = json.loads(case.ledger.path.read_text(encoding="utf-8").splitlines()[0])
    case.ledger.path.write_text(json.dumps({**line, "path": {"a": 1}}) + "\n", encoding="utf-8")
    with pytest.raises(TomoshibiError, match="ledger"):
        list(case.ledger.entries())
    record = {"flow": 1, "voltage": 1, "step": 30, "meters": 1, "days": {"2026-01-19": [1] * 47}}
    with pytest.raises(ValueError, match="half-hours"):
        Reported.from_plain(record)
