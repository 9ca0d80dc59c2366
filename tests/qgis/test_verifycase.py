"""A case that was handed over says “not verified” until its files were compared with its ledger."""

from __future__ import annotations

import json
import os
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
