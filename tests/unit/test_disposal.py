"""A disposal deletes by the ledger, keeps what it may, and ends the same wherever it was ended on its way."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from tomoshibi.casefile import disposal, needles
from tomoshibi.casefile.case import Case, CaseInfo, Request
from tomoshibi.casefile.chain import check
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.disposal import Outside, dispose, planned
from tomoshibi.casefile.disposal_outcome import read_outcome
from tomoshibi.casefile.ledger import sha256_of
from tomoshibi.casefile.needles import Needles, search
from tomoshibi.casefile.own_inputs import keep_file, keep_layer
from tomoshibi.casefile.package_trim import keep_only, layers_of
from tomoshibi.messages import Cancelled, TomoshibiError
from tomoshibi.tests.published import Ear

NOON = datetime(2026, 3, 1, 12)
MOMENTS = 50
NAMES = [f"架空　{number}郎太" for number in range(40)]
ADDRESSES = [f"灯島市架空町{number}番地" for number in range(40)]
POINTS = [f"05012345678901234{number:05d}" for number in range(40)]
WANTED = Needles(frozenset(each.encode() for each in POINTS), (*NAMES, *ADDRESSES))


def package(path: Path, layers: dict[str, list[str]]) -> None:
    """Write a file that is a GeoPackage as far as layers and their tables go."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT)")
    connection.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT)")
    for layer, values in layers.items():
        connection.execute("INSERT INTO gpkg_contents VALUES (?, 'features')", (layer,))
        connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom')", (layer,))
        connection.execute(f'CREATE VIRTUAL TABLE "rtree_{layer}_geom" USING rtree(id, minx, maxx)')
        connection.execute(f'CREATE TABLE "{layer}" (name TEXT)')
        connection.executemany(f'INSERT INTO "{layer}" VALUES (?)', [(value,) for value in values])
    connection.commit()
    connection.close()


def write(case: Case, place: str, content: bytes, algorithm: str = "importfiles", **more) -> None:
    path = case.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    case.ledger.add(f"tomoshibi:{algorithm}", place, more.pop("sources", []), sha256=sha256_of(path), **more)


def fill(folder: Path) -> Case:
    """A case with everything that a disposal tells apart."""
    request = Request(use_from=date(2026, 1, 1), use_to=date(2026, 2, 28))
    case = Case.create(folder, CaseInfo("架空の災害", datetime(2026, 1, 20, 4), "990001", request, operator="防災課"))
    rows = "\n".join(",".join(row) for row in zip(POINTS, NAMES, ADDRESSES))
    write(case, "received/1/master.csv", rows.encode("cp932"))
    write(case, "received/2/stat.csv", b"date,count\n2026-01-20,5\n", personal=False)
    (folder / "received" / "2" / "manifest.jsonl").write_text("{}\n", encoding="utf-8")
    table = pd.DataFrame({"supply_point": POINTS, "name": NAMES, "address": ADDRESSES, "flow": 1})
    write_table(folder / "tables" / "master", table)
    case.ledger.add("tomoshibi:importfiles", "tables/master", ["received/1/master.csv"])
    write_table(folder / "tables" / "statistics", pd.DataFrame({"date": ["20260120"], "count": [5]}))
    case.ledger.add("tomoshibi:importfiles", "tables/statistics", ["received/2/stat.csv"], personal=False)
    package(folder / "layers.gpkg", {"homeaway": NAMES * 20, "recoveryindex": ["区域"], "recoveryindex_old": NAMES})
    case.ledger.add("tomoshibi:homeaway", "layers.gpkg|homeaway", ["Readings"])
    case.ledger.add("tomoshibi:recoveryindex", "layers.gpkg|recoveryindex", ["Statistics"], personal=False)
    write(
        case, "sheets/1/recoveryindex.pdf", b"%PDF", "mapsheets", sources=["layers.gpkg|recoveryindex"], personal=False
    )
    # called harmless, but made of what is not
    write(case, "sheets/1/total.pdf", b"%PDF", "mapsheets", sources=["layers.gpkg|homeaway"], personal=False)
    write(case, "reports/letter.docx", b"PK", "requestletter", personal=False)
    write(case, "packages/甲市.zip", b"PK", "municipalpackages", recipient="甲市 福祉課")
    package(folder / "context.gpkg", {"areas": ["架空区"]})
    keep_layer(case, "AREAS", 1, "tomoshibi:editcase", "areas")
    people = folder.parent / "people.csv"
    people.write_text("氏名,住所\n" + "\n".join(f"{a},{b}" for a, b in zip(NAMES, ADDRESSES)), encoding="utf-8")
    keep_file(case, "SUPPORT_LIST", people, 40, "tomoshibi:editcase")
    trucks = folder.parent / "trucks.csv"
    trucks.write_text("truck_id,kva\nT1,100\n", encoding="utf-8")
    keep_file(case, "TRUCKS", trucks, 1, "tomoshibi:editcase")
    people.unlink()
    (folder / "stray.txt").write_text(NAMES[0], encoding="utf-16")
    (folder / "received" / "x.csv.part").write_text(POINTS[0], encoding="utf-8")
    return Case.open(folder)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("filled") / "case").folder


@pytest.fixture
def case(filled, tmp_path):
    shutil.copytree(filled, tmp_path / "case")
    return Case.open(tmp_path / "case")


def run(case: Case, keep: bool = False, **more):
    return dispose(case, keep, Outside(**more), lambda: NOON)


def there(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


OF_THE_CASE = {"case.json", "ledger.jsonl", "disposal.json", "inputs.json", "context.gpkg", "inputs/trucks.csv"}


def test_the_outcome_says_for_how_much_it_was_searched(case):
    scope = run(case).scope
    assert scope.whole and scope.points == len(POINTS) and scope.texts == scope.texts_in_all > len(NAMES)


def test_a_list_that_cannot_be_read_for_names_makes_the_search_one_of_some_only(case, tmp_path):
    book = tmp_path / "people.xlsx"
    book.write_bytes(b"PK\x03\x04" + bytes(range(256)))
    keep_file(case, "RESIDENTS", book, 3, "tomoshibi:editcase")
    scope = run(Case.open(case.folder)).scope
    assert scope.lists_unread == 1 and not scope.whole


def test_of_more_names_than_are_looked_for_the_outcome_tells_how_many(case, monkeypatch):
    monkeypatch.setattr(needles, "MOST_TEXTS", 10)
    scope = run(case).scope
    assert 0 < scope.texts < scope.texts_in_all and not scope.whole


def test_what_was_called_harmless_and_cannot_be_looked_through_goes(case):
    write(case, "reports/broken.docx", b"PK\x03\x04" + b"\0" * 60, "requestletter", personal=False)
    outcome = run(Case.open(case.folder))
    assert "reports/broken.docx" not in there(case.folder) and "reports/letter.docx" in there(case.folder)
    assert outcome.proven


def test_a_dry_run_can_be_stopped_while_it_looks_for_traces(case):
    class Slow:
        def found(self, wanted, stopped):
            stopped()
            raise AssertionError("it was not asked")

        def delete(self, wanted):
            raise AssertionError("a dry run deletes nothing")

    ear = Ear()
    ear.raise_if_cancelled = lambda: (_ for _ in ()).throw(Cancelled())
    with pytest.raises(Cancelled):
        planned(case, False, Outside(traces=Slow()), ear)


def test_a_disposal_that_died_before_its_plan_was_written_begins_again(case):
    (case.folder / ".disposal").mkdir()
    assert run(case).proven and not (case.folder / ".disposal").exists()


@pytest.mark.parametrize("left", [["needles.json"], []])
def test_a_disposal_that_died_while_its_plan_was_deleted_keeps_what_it_counted(case, monkeypatch, left):
    counted = []

    def dies(folder):
        counted.append(read_outcome(folder.parent).deleted)
        assert folder.name == ".disposal" and {path.name for path in folder.iterdir()} == {"needles.json"}
        for path in folder.iterdir():
            if path.name not in left:
                path.unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(disposal.shutil, "rmtree", dies)
    with pytest.raises(KeyboardInterrupt):
        run(case)
    monkeypatch.undo()
    outcome = run(case)
    assert outcome.proven and outcome.deleted == counted[0] != () and outcome.scope.points == len(POINTS)
    assert not (case.folder / ".disposal").exists()


def test_everything_goes_but_what_the_case_says_of_itself_its_own_harmless_lists_and_letters(case):
    outcome = run(case)
    assert there(case.folder) == OF_THE_CASE | {"reports/letter.docx"}
    assert outcome.proven and not outcome.kept_statistics and outcome.operator == "防災課"
    assert json.loads((case.folder / "inputs.json").read_text(encoding="utf-8")).keys() == {"AREAS", "TRUCKS"}
    assert search([case.folder], WANTED, lambda _: False, lambda: None).found == ()


def test_statistics_and_what_was_made_from_them_alone_stay_where_asked(case):
    outcome = run(case, keep=True)
    stay = {"received/2/stat.csv", "received/2/manifest.jsonl", "layers.gpkg", "sheets/1/recoveryindex.pdf"}
    found = there(case.folder)
    assert {place for place in found if not place.startswith("tables/statistics/")} == OF_THE_CASE | stay | {
        "reports/letter.docx"
    }
    assert "tables/statistics/columns.json" in found
    assert layers_of(case.folder / "layers.gpkg") == ["recoveryindex"]
    assert {"tables/statistics", "layers.gpkg|recoveryindex", "inputs/trucks.csv"} <= set(outcome.kept)
    assert search([case.folder], WANTED, lambda _: False, lambda: None).found == (), "free pages too"


def test_a_dry_run_says_the_same_and_changes_nothing(case):
    before = {place: sha256_of(case.folder / place) for place in there(case.folder)}
    plan = planned(case, True, Outside())
    assert {place: sha256_of(case.folder / place) for place in there(case.folder)} == before
    outcome = run(case, keep=True)
    assert (outcome.deleted, outcome.kept) == (plan.counts(plan.items), plan.kept)


def test_what_is_with_others_is_named_with_its_recipient_and_not_called_deleted(case):
    outcome = run(case)
    assert [(each.path, each.recipient) for each in outcome.outstanding] == [("packages/甲市.zip", "甲市 福祉課")]


def test_a_table_of_a_database_is_named_with_its_server(case):
    case.ledger.add("tomoshibi:homeaway", "postgres: db.example:5432/saigai public.homeaway", ["Readings"])
    assert ("postgres: db.example:5432/saigai public.homeaway", "db.example:5432/saigai") in [
        (each.path, each.recipient) for each in run(case).outstanding
    ]


def test_a_list_that_is_called_harmless_and_names_a_supply_point_goes(case):
    path = case.folder / "inputs" / "trucks.csv"
    path.write_text(f"truck_id,at\nT1,{POINTS[7]}\n", encoding="utf-8")
    outcome = run(case)
    assert not path.exists() and outcome.proven and "inputs/trucks.csv" not in outcome.kept


def test_what_cannot_be_deleted_keeps_the_disposal_open_and_it_ends_once_that_is_gone(case, monkeypatch):
    stuck, unlink = case.folder / "stray.txt", Path.unlink

    def held(path, **more):
        if path == stuck:
            raise PermissionError(13, "held by another program")
        return unlink(path, **more)

    monkeypatch.setattr(Path, "unlink", held)
    outcome = run(case)
    assert outcome.remaining == (("stray.txt", "held by another program"),) and outcome.found == ("stray.txt",)
    assert outcome.finished_at is None and not outcome.proven
    monkeypatch.undo()
    assert run(case).proven and not (case.folder / ".disposal").exists()


def test_a_case_with_a_broken_table_is_disposed_of_all_the_same(case):
    (case.folder / "tables" / "master" / "columns.json").write_text("{", encoding="utf-8")
    heard = Ear()
    outcome = dispose(case, False, Outside(), lambda: NOON, heard)
    assert heard.warned and outcome.proven and there(case.folder) == OF_THE_CASE | {"reports/letter.docx"}


def test_a_case_that_was_disposed_of_is_not_disposed_of_twice(case):
    first = run(case)
    lines = check(case.ledger.path).lines
    assert dispose(case, False, Outside(), lambda: datetime(2030, 1, 1)) == first
    assert check(case.ledger.path).lines == lines


def test_names_in_the_ledger_are_taken_out(case):
    case.ledger.add("tomoshibi:importfiles", "tables/master", [f"{NAMES[3]}.csv"])
    assert run(case).proven
    state = check(case.ledger.path)
    assert state.broken == () and NAMES[3] not in case.ledger.path.read_text(encoding="utf-8")


def test_a_search_reaches_the_folders_around_the_case(case, tmp_path):
    profile = tmp_path / "profile"
    (profile / "python").mkdir(parents=True)
    (profile / "python" / "example.py").write_text(NAMES[1], encoding="utf-8")
    (profile / "log.txt").write_text(NAMES[2], encoding="utf-8")
    outcome = run(case, roots=(profile,))
    assert outcome.found == (str(profile / "log.txt"),) and not outcome.proven


def test_small_pictures_of_what_goes_are_deleted_and_those_of_others_stay(case, tmp_path):
    cache = tmp_path / "thumbnails"
    (cache / "large").mkdir(parents=True)
    names = [
        hashlib.md5(path.absolute().as_uri().encode(), usedforsecurity=False).hexdigest()
        for path in (case.folder / "sheets" / "1" / "total.pdf", tmp_path / "other.pdf")
    ]
    for name in names:
        (cache / "large" / f"{name}.png").write_bytes(b"png")
    assert run(case, thumbnails=cache).proven
    assert [path.stem for path in (cache / "large").iterdir()] == names[1:]


def test_a_package_keeps_the_layers_it_is_to_keep_and_no_byte_of_the_others(tmp_path):
    path = tmp_path / "a.gpkg"
    package(path, {"a": NAMES * 30, "a_b": ["区域"]})
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("INSERT INTO a VALUES (?)", (NAMES[9],))
    connection.commit()
    connection.close()
    keep_only(path, ["a_b"])
    keep_only(path, ["a_b"])
    assert layers_of(path) == ["a_b"] and not WANTED.in_file(path)
    assert [each.name for each in tmp_path.iterdir()] == ["a.gpkg"]
    connection = sqlite3.connect(path)
    assert connection.execute('SELECT count(*) FROM "rtree_a_b_geom"').fetchone() == (0,)
    connection.close()


_PLUGINS = Path(__file__).resolve().parents[2] / "build" / "plugins"
# Counted is each look at the case and each change in it.
_DISPOSER = """
import os, signal, sys
plugins, folder, die = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path.insert(0, plugins)
from datetime import datetime
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.disposal import Outside, dispose
steps = {"open", "os.scandir", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "sqlite3.connect"}
count = 0
def heard(event, arguments):
    global count
    if event in steps and folder in str(arguments[0]):
        count += 1
        if count == die:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(heard)
dispose(Case.open(folder), True, Outside(), lambda: datetime.fromisoformat(sys.argv[4]))
print(count)
"""


def _killed(folder: Path, die: int) -> int:
    """Dispose of a case in a process that kills itself at its step numbered `die`; return how many it came to.

    A fresh process, no fork: a fork of a process with threads, as numpy has them, may never end.
    """
    command = [sys.executable, "-X", "utf8", "-c", _DISPOSER, str(_PLUGINS), str(folder), str(die), NOON.isoformat()]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return int(done.stdout or 0)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a process is killed")
def test_a_disposal_killed_at_fifty_moments_ends_the_same(filled, tmp_path):
    def copied(name: str) -> Path:
        shutil.copytree(filled, tmp_path / name)
        return tmp_path / name

    whole = copied("whole")
    steps = _killed(whole, 0)
    right, contents = read_outcome(whole), there(whole)
    assert steps >= MOMENTS and right.proven
    for number in range(MOMENTS):
        folder = copied("try")
        die = 1 + number * (steps - 1) // (MOMENTS - 1)
        assert _killed(folder, die) == 0, f"it was killed at step {die}"
        outcome = run(Case.open(folder), keep=True)
        assert replace(outcome, searched=0) == replace(right, searched=0), f"killed at step {die} of {steps}"
        assert there(folder) == contents, f"killed at step {die} of {steps}"
        assert check(folder / "ledger.jsonl").broken == ()
        assert search([folder], WANTED, lambda _: False, lambda: None).found == ()
        shutil.rmtree(folder)


def test_a_disposal_that_was_begun_refuses_results_until_it_ended(case):
    from tomoshibi.casefile.disposal_outcome import refuse_disposed, write_outcome

    outcome = run(case)
    with pytest.raises(TomoshibiError, match="were disposed of on 2026-03-01"):
        refuse_disposed(case.folder)
    write_outcome(case.folder, replace(outcome, finished_at=None))
    with pytest.raises(TomoshibiError, match="has not come to its end"):
        refuse_disposed(case.folder)
