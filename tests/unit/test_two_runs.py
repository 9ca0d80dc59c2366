"""Two runs on one case at the same time: they take turns, and nothing of either is lost or doubled."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from tomoshibi.aggregator import errors
from tomoshibi.aggregator.folders import locked
from tomoshibi.casefile import intake
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.messages import Progress
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.published import HEADERS, PROFILE, ROWS, Ear, write

POINT = "03123405678901234567{:02d}"


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", datetime(2024, 1, 1, 16, 10), "172057"))


def masters(folder, numbers):
    """One マスタ情報 file a number, each with a supply point of its own."""
    row, header = ROWS["master"], HEADERS["master"]
    at = header.index("供給/受電地点特定番号")
    files = []
    for number in numbers:
        mine = [*row[:at], POINT.format(number), *row[at + 1 :]]
        files.append(write(folder / f"master_{number:02d}.csv", header, [mine]))
    return files


@pytest.mark.slow
def test_two_runs_that_take_files_into_one_case_lose_and_double_nothing(case, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    halves = [masters(folder, range(0, 6)), masters(folder, range(4, 10))]
    reports, problems = [], []

    def run(files):
        try:
            reports.append(intake.take_in(Case.open(case.folder), files, PROFILE, None, "all", Ear()))
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=run, args=(files,)) for files in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert problems == [] and [report.failed for report in reports] == [(), ()]
    assert sorted(case.master()["supply_point"]) == [POINT.format(number) for number in range(10)]
    assert len(list(case.ledger.entries())) >= 10


def test_a_run_that_does_not_get_its_turn_says_so_and_changes_nothing(case, tmp_path, monkeypatch):
    folder = tmp_path / "stick"
    folder.mkdir()
    files = masters(folder, [1])
    monkeypatch.setattr(intake, "LONGEST_TURN", 0.3)
    ear = Ear()
    with locked(case.folder, Progress()), pytest.raises(errors.FolderBusy, match="Another run"):
        intake.take_in(case, files, PROFILE, None, "all", ear)
    assert len(case.master()) == 0 and not list((case.folder / "received").rglob("*.csv"))
