"""Blocks of meters worked on by a Dask cluster: the same rows as in threads, whoever is lost on the way."""

from __future__ import annotations

import hashlib
import re
import shutil
import socket
from pathlib import Path

import pytest
from tomoshibi import dependencies
from tomoshibi.analysis import occupancy
from tomoshibi.casefile import blocks, engine
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

pytest.importorskip("distributed", reason="Dask is not installed: pip install -r requirements-engines.txt")
from tomoshibi.tests.cluster import PLUGINS, Apart

NAMES = ("homeaway", "acquisitiongaps", "isolatedcommunities", "hiddenoutages")
BLOCK = 256
"""Meters of a block here, so that a small town falls into many."""
DIGITS = re.compile(r"(?<![0-9])[0-9]{22}(?![0-9])")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(occupancy, "_ROWS", BLOCK)
    monkeypatch.setattr(blocks, "ROWS", BLOCK)


@pytest.fixture
def apart(tmp_path, monkeypatch):
    """A scheduler without workers, which the settings name; what its members said must hold nobody's number."""
    cluster = Apart(tmp_path)
    monkeypatch.setenv("TOMOSHIBI_DASK", cluster.address)
    yield cluster
    said = cluster.close()
    assert not DIGITS.search(said) and "電力" not in said and "通電" not in said


@pytest.fixture
def sent(monkeypatch):
    """Return the list of what was sent to the cluster."""
    found, submit = [], engine._Watched.submit

    def counted(pool, work, *parts):
        found.append(work.__name__)
        return submit(pool, work, *parts)

    monkeypatch.setattr(engine._Watched, "submit", counted)
    return found


def parameters(drill, name):
    areas = str(drill.open / "areas.geojson")
    more = {"AREAS": areas} if name in ("acquisitiongaps", "isolatedcommunities") else {}
    return {"CASE": str(drill.case.folder), "OUTPUT": "memory:", **more}


def hash_of(run, drill, name):
    """Return the hash of all rows of a layer, and how many there are."""
    table = rows(run(name, parameters(drill, name))["OUTPUT"])
    return hashlib.sha256(table.to_csv(index=False).encode()).hexdigest(), len(table)


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def expected():
    """What threads make of the case, by name; made once."""
    return {}


@pytest.fixture
def in_threads(run, drill, expected, monkeypatch):
    def of(name):
        if name not in expected:
            with monkeypatch.context() as patch:
                patch.delenv("TOMOSHIBI_DASK", raising=False)
                expected[name] = hash_of(run, drill, name)
        return expected[name]

    return of


def test_a_scheduler_and_workers_started_apart_make_the_same_rows(run, drill, small, apart, sent, in_threads):
    apart.add()
    apart.add()
    for name in NAMES:
        before = len(sent)
        assert hash_of(run, drill, name) == in_threads(name), name
        assert len(sent) - before > 6, name
    assert {"presence_of", "arrived"} <= set(sent)


def test_a_local_cluster_of_two_workers_makes_the_same_rows(run, drill, small, sent, in_threads, monkeypatch, tmp_path):
    from distributed import LocalCluster

    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path), silence_logs=50
    ) as cluster:
        monkeypatch.setenv("TOMOSHIBI_DASK", cluster.scheduler_address)
        assert hash_of(run, drill, "homeaway") == in_threads("homeaway") and len(sent) > 6


def test_processes_of_this_computer_make_the_same_rows(run, drill, small, in_threads, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_DASK", "processes")
    assert hash_of(run, drill, "homeaway") == in_threads("homeaway")


@pytest.fixture
def first_done(monkeypatch):
    """Return `first_done(what)`: do it once, as the first block comes back."""
    end = engine._Watched._end

    def when(what):
        waiting = [what]

        def ended(pool, outer, result=None, error=None):
            if waiting:
                waiting.pop()()
            end(pool, outer, result, error)

        monkeypatch.setattr(engine._Watched, "_end", ended)

    return when


@pytest.mark.parametrize("name", ["homeaway", "acquisitiongaps"])
def test_a_worker_killed_in_the_middle_changes_nothing(run, drill, small, apart, first_done, in_threads, name):
    apart.add()
    lost = apart.add()
    first_done(lost.kill)
    assert hash_of(run, drill, name) == in_threads(name)
    assert lost.process.wait(60) == -9


def test_all_workers_killed_is_told_and_the_case_is_as_it_was(drill, small, apart, first_done, complaint, monkeypatch):
    monkeypatch.setattr(engine, "LOST_AFTER", 2.0)
    workers = [apart.add(), apart.add()]
    first_done(lambda: [each.kill() for each in workers])
    before = files_of(drill.case.folder)
    said = complaint("homeaway", {"CASE": str(drill.case.folder)})
    assert f"The Dask cluster {apart.address} was lost" in said and "Nothing was changed" in said
    assert files_of(drill.case.folder) == before


def test_a_scheduler_that_is_killed_is_told(drill, small, apart, first_done, complaint, monkeypatch):
    monkeypatch.setattr(engine, "LOST_AFTER", 2.0)
    apart.add()
    first_done(apart.scheduler.kill)
    assert "was lost" in complaint("homeaway", parameters(drill, "homeaway"))


def test_an_address_that_nobody_answers_is_an_error_and_nothing_is_worked_on_here(drill, small, complaint, monkeypatch):
    monkeypatch.setattr(engine, "ANSWERS_IN", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("TOMOSHIBI_DASK", address)
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert f"No Dask scheduler answers at {address}" in said and "empty it to work on this computer" in said
    for wrong in ("somewhere", "http://127.0.0.1:1", "tcp://"):
        monkeypatch.setenv("TOMOSHIBI_DASK", wrong)
        assert f"No Dask scheduler answers at {wrong}" in complaint("homeaway", parameters(drill, "homeaway"))


def test_in_practice_mode_only_this_computer_may_be_the_cluster(
    run, drill, complaint, apart, small, in_threads, monkeypatch
):
    monkeypatch.setenv("TOMOSHIBI_PRACTICE", "1")
    apart.add()
    assert hash_of(run, drill, "homeaway") == in_threads("homeaway")
    for elsewhere in ("tcp://10.0.0.5:8786", "10.0.0.5:8786", "tls://cluster.example.jp:8786"):
        monkeypatch.setenv("TOMOSHIBI_DASK", elsewhere)
        said = complaint("homeaway", parameters(drill, "homeaway"))
        assert "In practice mode only this computer is spoken to" in said and elsewhere in said


def test_a_cluster_without_workers_is_told(drill, small, apart, complaint):
    assert f"The Dask cluster {apart.address} has no workers" in complaint("homeaway", parameters(drill, "homeaway"))


def test_where_dask_is_missing_it_is_told_how_to_install_it(drill, small, complaint, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_DASK", "tcp://127.0.0.1:8786")
    there = dependencies._is_there
    monkeypatch.setattr(dependencies, "_is_there", lambda name: name != "distributed" and there(name))
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert "Dask is not installed here" in said and "does not have distributed" in said and "apt install" in said


def test_a_worker_that_does_not_see_the_store_is_told_and_a_folder_mounted_elsewhere_is_used(
    run, drill, small, apart, complaint, in_threads, monkeypatch, tmp_path
):
    apart.add()
    monkeypatch.setenv("TOMOSHIBI_DASK_FOLDER", "/nowhere/cases/")
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert "does not see the readings of the case in /nowhere/cases/case/readings" in said
    mounted = tmp_path / "mounted"
    mounted.symlink_to(drill.case.folder.parent, target_is_directory=True)
    monkeypatch.setenv("TOMOSHIBI_DASK_FOLDER", str(mounted))
    assert hash_of(run, drill, "homeaway") == in_threads("homeaway")


def test_a_worker_that_sees_an_older_copy_of_the_store_is_told(drill, small, apart, complaint, monkeypatch, tmp_path):
    apart.add()
    old = tmp_path / "copies" / "case" / "readings"
    shutil.copytree(drill.case.folder / "readings", old)
    index = (old / "index.json").read_text(encoding="utf-8")
    (old / "index.json").write_text(index.replace('"first": 0', '"first": 1', 1), encoding="utf-8")
    monkeypatch.setenv("TOMOSHIBI_DASK_FOLDER", str(tmp_path / "copies"))
    assert "does not see the readings of the case" in complaint("homeaway", parameters(drill, "homeaway"))
    (old / "index.json").write_text(index, encoding="utf-8")
    days = sorted(path for path in old.iterdir() if re.match(r"\d{4}-\d\d-\d\d\.", path.name))
    lost = next(path for path in days if path.stem == f"{drill.case.info.event_time:%Y-%m-%d}")
    lost.unlink()
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert f"The readings of {lost.stem} cannot be read" in said, "what a worker cannot read is no silence"


def test_a_worker_with_another_version_or_without_tomoshibi_is_told(drill, small, apart, complaint, tmp_path):
    other = tmp_path / "other" / "tomoshibi"
    other.mkdir(parents=True)
    for part in ("__init__.py", "arrays.py", "messages.py", "files.py", "dependencies.py"):
        shutil.copy(PLUGINS / "tomoshibi" / part, other)
    for part in ("analysis", "aggregator", "casefile"):
        shutil.copytree(PLUGINS / "tomoshibi" / part, other / part)
    with (other / "analysis" / "slots.py").open("a", encoding="utf-8") as stream:
        stream.write("# another line\n")
    stranger = apart.add(other.parent)
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert "has another version of Tomoshibi than this computer" in said and "Put the same zip on both" in said
    stranger.close()
    apart.add(None)
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert "has no Tomoshibi of this version" in said and "PYTHONPATH" in said


def test_other_versions_of_packages_are_told(drill, small, apart, complaint, monkeypatch):
    apart.add()
    own = engine._versions()
    monkeypatch.setattr(engine, "_versions", lambda: {**own, "numpy": "0.1"})
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert f"has other versions than this computer: numpy {own['numpy']} ≠ 0.1" in said


def test_a_worker_with_other_packages_that_joins_in_the_middle_works_on_nothing(
    drill, small, apart, first_done, complaint, tmp_path
):
    other = tmp_path / "other"
    other.mkdir()
    (other / "tomoshibi").symlink_to(PLUGINS / "tomoshibi", target_is_directory=True)
    told = other / "numpy-0.1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n", encoding="utf-8")
    alike = apart.add()

    def replaced():
        apart.add(other)
        alike.kill()

    first_done(replaced)
    said = complaint("homeaway", parameters(drill, "homeaway"))
    assert "has other versions than this computer: numpy 0.1" in said
