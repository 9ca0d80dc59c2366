"""One import is taken out again as if it had never come, whatever came before, with or after it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile import undo
from tomoshibi.casefile.case import Case, CaseError
from tomoshibi.casefile.imports import read_imports
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.publications import known
from tomoshibi.casefile.undo import UndoError, undo_import
from tomoshibi.messages import Progress
from tomoshibi.tests.drill_case import make_drill

pytestmark = pytest.mark.slow
"""Drills are imported and taken back again and again."""

PROFILE = Profile.load()
PLUGINS = Path(undo.__file__).resolve().parents[1] / "build" / "plugins"


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, list[Path]]:
    """Published files by kind: what the imports of the tests are put together from."""
    drill = make_drill(tmp_path_factory.mktemp("undo"), seed=5, meters=2000)
    received = sorted((drill.case.folder / "received").rglob("*.csv"))
    found: dict[str, list[Path]] = {"folder": [drill.case.folder]}
    for path in received:
        kind = next(each for each in ("master", "outage", "reading", "statistics", "") if f"_{each}" in path.name)
        found.setdefault(kind, []).append(path)
    return found


@pytest.fixture
def case(files, tmp_path) -> Case:
    return Case.create(tmp_path / "case", Case.open(files["folder"][0]).info)


def brought(case: Case, given: list[Path], scope: str = "all") -> None:
    take_in(case, given, PROFILE, None, scope, Progress())


def content(case: Case) -> dict[str, object]:
    """Return what maps are made of."""
    case = Case.open(case.folder)
    days = case.readings.days()
    return {
        "master": case.master_rows().to_dict("list") if (case.folder / "tables" / "master").exists() else None,
        "outage": [(each.created_at, each.scope, each.table.to_dict("list")) for each in case.outage_snapshots()],
        "days": days,
        "readings": [case.readings.day(day).tolist() for day in days],
        "sets": [(each.key, each.state, each.scope, [part.name for part in each.parts]) for each in known(case)],
    }


def test_the_last_import_is_taken_back_as_if_it_had_never_come(case, files):
    brought(case, files["master"])
    brought(case, files["outage"][:1])
    before = content(case)
    brought(case, files["reading"][:1])
    assert content(case)["days"] and not before["days"]
    done = undo_import(case, "", PROFILE)
    assert (done.files, done.entry.rows > 0) == (1, True) and repr(content(case)) == repr(before)
    assert not list((case.folder / "received").rglob(files["reading"][0].name))


def test_an_import_between_others_is_taken_back_and_the_others_stay(case, files):
    brought(case, files["master"])
    brought(case, files["reading"][:1])
    brought(case, files["outage"][:1])
    middle = read_imports(case)[1].id
    undo_import(case, middle, PROFILE)
    found = content(case)
    assert not found["days"] and len(found["outage"]) == 1 and found["master"]["supply_point"]
    assert [each.undone for each in read_imports(case)] == [False, True, False]


def test_a_file_that_came_twice_stays_with_the_other_import(case, files):
    brought(case, files["master"])
    brought(case, files["master"])
    before = content(case)
    assert undo_import(case, "", PROFILE).files == 0
    assert repr(content(case)) == repr(before)


def test_what_was_taken_back_can_come_again(case, files):
    brought(case, files["reading"][:1])
    before = content(case)
    undo_import(case, "", PROFILE)
    report = take_in(case, files["reading"][:1], PROFILE, None, "all", Progress())
    assert report.files == 1 and not report.duplicates and repr(content(case)) == repr(before)


def test_undoing_again_and_again_ends_in_an_empty_case_and_a_message(case, files):
    brought(case, files["master"])
    brought(case, files["outage"][:1])
    undo_import(case, "", PROFILE)
    undo_import(case, "", PROFILE)
    found = content(case)
    assert not found["days"] and not found["outage"] and not found["master"] and not found["sets"]
    with pytest.raises(UndoError, match="no import"):
        undo_import(case, "", PROFILE)


def test_an_import_that_is_not_there_is_named_with_those_that_are(case, files):
    brought(case, files["master"])
    with pytest.raises(UndoError, match=read_imports(case)[0].id):
        undo_import(case, "20990101T000000-9", PROFILE)


def test_nothing_is_changed_where_a_file_of_another_import_is_gone(case, files):
    brought(case, files["master"])
    brought(case, files["outage"][:1])
    before = content(case)
    place = read_imports(case)[0].files[0]
    (case.folder / place).unlink()
    with pytest.raises(UndoError, match="no longer in the case"):
        undo_import(case, "", PROFILE)
    assert repr(content(case)) == repr(before)


def test_the_ledger_tells_what_was_taken_back_and_that_nothing_personal_is_left_of_it(case, files):
    brought(case, files["master"])
    place = read_imports(case)[0].files[0]
    (case.folder / f"{place}.rejects.csv").write_text("x", encoding="utf-8")
    undo_import(case, "", PROFILE)
    gone = [each for each in case.ledger.entries() if each.algorithm == undo.ALGORITHM and each.path == place]
    assert [(each.personal, each.sha256) for each in gone] == [(False, None)]


def test_what_was_told_of_the_other_files_is_not_lost(case, files):
    take_in(case, files["outage"][:1], PROFILE, None, "contractors", Progress())
    brought(case, files["master"])
    undo_import(case, "", PROFILE)
    assert [each.scope for each in Case.open(case.folder).outage_snapshots()] == ["contractors"]


KILLED = """
import os, sys
sys.path.insert(0, {plugins!r})
from pathlib import Path
from tomoshibi import files
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile import undo
from tomoshibi.casefile.case import Case

left, kept = {calls}, undo.replace_file
def replace_file(source, target):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    kept(source, target)
undo.replace_file = replace_file
undo.undo_import(Case.open(Path({case!r})), "", Profile.load())
"""


@pytest.mark.slow
@pytest.mark.parametrize("calls", range(6))
def test_an_undo_killed_while_things_change_places_is_finished_by_the_next(case, files, calls):
    brought(case, files["master"])
    before = content(case)
    brought(case, files["reading"][:1])
    program = KILLED.format(plugins=str(PLUGINS), calls=calls, case=str(case.folder))
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False
    )
    if ended.returncode == 9:
        with pytest.raises(CaseError, match="undoimport"):
            Case.open(case.folder)
    case = Case.open(case.folder, resuming=True)
    undo.resume(case)
    assert repr(content(case)) == repr(before) and not (case.folder / ".undo").exists()
    assert [each.undone for each in read_imports(case)] == [False, True]
