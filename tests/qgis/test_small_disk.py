"""A disk that fails in the middle of a run: it is said, what was there stays, and the next run ends right."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.tests import database
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.small_disk import no_file_beyond

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows cannot limit the size of files")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("disk"), meters=2000)


def readings(case: Case) -> dict[str, list]:
    """Return every reading of a case by its day, meters in the order of their numbers."""
    order = case.readings.meters.supply_point.argsort()
    return {str(day): case.readings.day(day)[order].tolist() for day in case.readings.days()}


def told(said: str) -> None:
    """Check that an error blames the disk, and not the plugin."""
    assert ("disk has room" in said or "space on the disk" in said) and "fault of the plugin" not in said


def imported(drill, folder: Path) -> tuple[Case, list[str]]:
    """Return an empty case in which the files of some days lie as a download left them, and these."""
    info = drill.case.info
    case = Case.create(folder, CaseInfo(info.name, info.event_time, info.municipality, practice=True))
    source = next(path.parent for path in drill.case.folder.glob("received/*/*reading*"))
    shutil.copytree(source, case.folder / "received" / "C2")
    files = sorted(str(path) for path in (case.folder / "received" / "C2").glob("*reading*.csv"))
    return case, files


def test_readings_that_the_disk_cut_short_are_told_and_those_before_stay(drill, run, complaint, tmp_path):
    case, files = imported(drill, tmp_path / "case")
    right, _ = imported(drill, tmp_path / "right")
    half = len(files) // 2
    for one, place in ((files, right), (files[:half], case)):
        there = [str(place.folder / Path(path).relative_to(case.folder)) for path in one]
        run("importfiles", {"CASE": str(place.folder), "FILES": there})
    before = readings(case)
    largest = max(path.stat().st_size for path in (right.folder / "readings").iterdir())
    for share in (0.05, 0.5, 0.9):
        with no_file_beyond(int(largest * share)):
            told(complaint("importfiles", {"CASE": str(case.folder), "FILES": files[half:]}))
        assert readings(Case.open(case.folder)) == before
    run("importfiles", {"CASE": str(case.folder), "FILES": files[half:]})
    assert readings(Case.open(case.folder)) == readings(right) != before


def test_readings_handed_on_that_the_disk_cut_short_are_told_and_leave_no_folder_that_looks_whole(
    drill, run, complaint, tmp_path
):
    given = {"CASE": str(drill.case.folder), "FOLDER": str(tmp_path / "out")}
    whole = run("exportreadings", {**given, "FOLDER": str(tmp_path / "whole")})
    largest = max(path.stat().st_size for path in Path(whole["FOLDER"]).rglob("*.parquet"))
    before = len(list(drill.case.ledger.entries()))
    for share in (0.05, 0.9):
        with no_file_beyond(int(largest * share)):
            told(complaint("exportreadings", given))
        assert not list(tmp_path.glob("out/**/*.parquet"))
        assert len(list(drill.case.ledger.entries())) == before
    assert run("exportreadings", given)["ROWS"] == whole["ROWS"]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_chart_that_the_disk_cut_short_is_told_and_the_one_before_it_stays(drill, run, complaint, tmp_path, kind):
    chart = tmp_path / f"chart.{kind}"
    given = {"CASE": str(drill.case.folder), "CHART": str(chart), "OUTPUT": "memory:"}
    run("outagetimeline", given)
    before = chart.read_bytes()
    with no_file_beyond(len(before) // 2):
        told(complaint("outagetimeline", given))
    assert chart.read_bytes() == before
    run("outagetimeline", given)
    assert len(chart.read_bytes()) == len(before)


@pytest.mark.skipif(database.binaries() is None, reason="no PostgreSQL server with PostGIS is installed")
def test_a_case_whose_project_the_disk_cut_short_is_told_and_the_published_one_stays(
    drill, run, complaint, hq_server, monkeypatch, tmp_path
):
    for name, value in hq_server.environment(database.OWNER).items():
        monkeypatch.setenv(name, value)
    for schema in ("disk", "disk_personal"):
        hq_server.rows(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    case = {"CASE": str(drill.case.folder)}
    run("meshoutage", case)
    given = {**case, "CONNECTION": "service=hq", "SCHEMA": "disk", "THEMES": ["meshoutage"], "OUTPUT": "memory:"}
    run("publishpostgis", given)
    project = "SELECT md5(content) FROM disk.qgis_projects"
    rows = "SELECT count(*), sum(meters) FROM disk.meshoutage"
    before = hq_server.rows(project), hq_server.rows(rows)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for size in (4096, (drill.case.folder / "handed_over.json").stat().st_size + 4096):
        with no_file_beyond(size):
            said = complaint("publishpostgis", given)
        told(said)
        assert hq_server.rows(project) == before[0] and hq_server.rows(rows) == before[1]
    assert run("publishpostgis", given)["TABLES"] == 1
    assert hq_server.rows(rows) == before[1]
