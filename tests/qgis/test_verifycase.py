"""A case that was handed over says “not verified” until its files were compared with its ledger."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from qgis.core import QgsProcessingException
from tomoshibi import settings
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.ledger import sha256_of
from tomoshibi.casefile.recipes import Recipe, keep_recipe
from tomoshibi.tests.qgis.tables import rows

NOT_VERIFIED = "Not verified"


@pytest.fixture
def unknown_profile(monkeypatch):
    """A profile that has seen no case yet."""
    monkeypatch.delenv("TOMOSHIBI_KNOWN_CASES")
    settings.KNOWN_CASES.save("")
    yield
    settings.KNOWN_CASES.save("")


@pytest.fixture
def handed_over(run, tmp_path, unknown_profile) -> Path:
    folder = tmp_path / "case"
    given = {"CASE": str(folder), "NAME": "架空の災害", "EVENT_TIME": "2026-01-20T04:00:00", "MUNICIPALITY": "990001"}
    run("createcase", {**given, "REQUEST_KIND": "blanket", "PRACTICE": True})
    case = Case.open(folder)
    path = folder / "received" / "a.csv"
    path.write_text("1", encoding="utf-8")
    case.ledger.add("tomoshibi:importfiles", "received/a.csv", sha256=sha256_of(path))
    assert settings.is_known(str(folder)), "whoever makes a case knows it"
    settings.KNOWN_CASES.save("")
    return folder


def report(run, folder: Path, feedback) -> list[str]:
    feedback.warnings.clear()
    with pytest.raises(QgsProcessingException, match="neither"):
        run("situationreport", {"CASE": str(folder), "HTML": "TEMPORARY_OUTPUT"})
    return [line for line in feedback.warnings if line.startswith(NOT_VERIFIED)]


def test_results_of_a_case_from_elsewhere_say_that_it_is_not_verified(run, handed_over, feedback):
    assert len(report(run, handed_over, feedback)) == 1


def test_a_case_whose_files_are_as_its_ledger_says_is_known_from_then_on(run, handed_over, feedback):
    found = run("verifycase", {"CASE": str(handed_over)})
    assert (found["OK"], found["PROBLEMS"], found["CHECKED"], found["KNOWN"]) == (1, 0, 1, 1)
    assert report(run, handed_over, feedback) == []


def test_what_differs_is_told_and_stays_unverified_until_it_is_accepted(run, handed_over, feedback):
    (handed_over / "received" / "a.csv").write_text("2", encoding="utf-8")
    (handed_over / "received" / "planted.csv").write_text("3", encoding="utf-8")
    found = run("verifycase", {"CASE": str(handed_over), "OUTPUT": "memory:"})
    assert (found["OK"], found["PROBLEMS"], found["CHECKED"], found["KNOWN"]) == (0, 2, 0, 0)
    assert rows(found["OUTPUT"]).values.tolist() == [
        ["received/a.csv", "changed"],
        ["received/planted.csv", "unlisted"],
    ]
    assert any("received/a.csv" in line for line in feedback.warnings)
    assert run("verifycase", {"CASE": str(handed_over), "ACCEPT": True})["KNOWN"] == 1


LINES = 5
"""Lines of the ledger of `chained`."""


def change(lines):
    return [*lines[:2], lines[2].replace(b"b.csv", b"x.csv"), *lines[3:]]


@pytest.fixture
def chained(handed_over) -> Path:
    """The case with a few more lines in its ledger."""
    case = Case.open(handed_over)
    for name in ("b", "c", "d"):
        path = handed_over / "received" / f"{name}.csv"
        path.write_text(name, encoding="utf-8")
        case.ledger.add("tomoshibi:importfiles", f"received/{name}.csv", sha256=sha256_of(path))
    return handed_over


@pytest.mark.parametrize(
    ("done", "states"),
    [
        (change, {"ledger.jsonl:4": "chain_changed"}),
        (lambda lines: [*lines[:2], *lines[3:]], {"ledger.jsonl:3": "chain_changed"}),
        (lambda lines: [*lines[:3], lines[0], *lines[3:]], {"ledger.jsonl:5": "chain_inserted"}),
        (lambda lines: [*lines[:2], lines[3], lines[2], lines[4]], {"ledger.jsonl:3": "chain_moved"}),
        (lambda lines: lines[:-1], {"ledger.jsonl:4": "chain_ended"}),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], {"ledger.jsonl:5": "chain_ended"}),
    ],
    ids=["changed", "removed", "inserted", "reordered", "last removed", "last cut"],
)
def test_what_was_done_to_a_line_of_the_ledger_is_found(run, chained, feedback, done, states):
    assert run("verifycase", {"CASE": str(chained)})["OK"] == 1
    ledger = chained / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    assert len(lines) == LINES
    ledger.write_bytes(b"".join(done(lines)))
    found = run("verifycase", {"CASE": str(chained), "OUTPUT": "memory:"})
    assert found["OK"] == 0 and states.items() <= dict(rows(found["OUTPUT"]).values.tolist()).items()
    assert any("ledger" in line.lower() for line in feedback.warnings)


def test_a_run_that_was_killed_while_it_wrote_a_line_accuses_nobody(run, chained, feedback):
    ledger = chained / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + whole[:50])
    found = run("verifycase", {"CASE": str(chained)})
    assert (found["OK"], found["LINES"], found["HEAD_KNOWN"]) == (1, LINES + 1, 1)
    assert any("half-written" in line for line in feedback.infos)


def test_a_copy_of_a_case_is_told_that_its_end_is_not_known_and_not_accused(run, chained, feedback):
    copy = chained.with_name("copy")
    shutil.copytree(chained, copy)
    lines = (copy / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (copy / "received" / "d.csv").unlink()
    (copy / "ledger.jsonl").write_bytes(b"".join(lines[:-1]))
    found = run("verifycase", {"CASE": str(copy)})
    assert (found["OK"], found["HEAD_KNOWN"]) == (1, 0)
    assert any("not noted in this QGIS profile" in line for line in feedback.infos)
    assert run("verifycase", {"CASE": str(copy)})["HEAD_KNOWN"] == 1, "from now on it is"


def test_files_and_layers_that_no_line_names_are_named_wherever_they_lie(run, chained):
    (chained / "notes.txt").write_text("x", encoding="utf-8")
    (chained / "tables" / "planted").mkdir(parents=True)
    (chained / "tables" / "planted" / "c00.npy").write_bytes(b"x")
    case = Case.open(chained)
    case.ledger.add("tomoshibi:shelterpower", "layers.gpkg|shelterpower")
    connection = sqlite3.connect(chained / "layers.gpkg")
    connection.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
    connection.executemany("INSERT INTO gpkg_contents VALUES (?)", [("shelterpower",), ("planted",)])
    connection.commit()
    connection.close()
    found = run("verifycase", {"CASE": str(chained), "OUTPUT": "memory:"})
    assert rows(found["OUTPUT"]).values.tolist() == [
        ["layers.gpkg|planted", "unlisted"],
        ["notes.txt", "unlisted"],
        ["tables/planted/c00.npy", "unlisted"],
    ]


def test_a_moved_case_is_verified_again(run, handed_over):
    run("verifycase", {"CASE": str(handed_over)})
    moved = handed_over.with_name("moved")
    handed_over.rename(moved)
    assert not settings.is_known(str(moved))


def test_a_refresh_runs_no_recipe_of_a_case_from_elsewhere_that_leads_outside(run, handed_over):
    keep_recipe(
        Case.open(handed_over),
        Recipe("shelterpower", "shelterpower", {"FACILITIES": "/vsicurl/http://198.51.100.7/spy.geojson"}),
    )
    found = run("refreshcase", {"CASE": str(handed_over), "LAYERS": "shelterpower", "REDO": "all"})
    problems = json.loads(found["DETAILS"])["problems"]
    assert found["LAYERS"] == 0 and any("on another computer" in line for line in problems)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps access lists instead of modes")
def test_what_a_run_wrote_is_the_users_alone(run, handed_over):
    loose = handed_over / "sheets" / "by-hand.txt"
    loose.write_text("x", encoding="utf-8")
    loose.chmod(0o666)
    handed_over.chmod(0o755)
    run("casestatus", {"CASE": str(handed_over)})
    modes = {stat.S_IMODE(path.stat().st_mode) for path in handed_over.rglob("*")} | {
        stat.S_IMODE(handed_over.stat().st_mode)
    }
    assert modes == {0o700, 0o600}


def test_a_group_that_is_not_there_is_told_and_nobody_else_gets_in(run, handed_over, feedback, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_CASE_GROUP", "no-such-group")
    handed_over.chmod(0o755)
    run("casestatus", {"CASE": str(handed_over)})
    assert any("no-such-group" in line for line in feedback.warnings)
    assert stat.S_IMODE(handed_over.stat().st_mode) == 0o700
