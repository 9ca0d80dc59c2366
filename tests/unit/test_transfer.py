from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
import tracemalloc
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.aggregator import client, errors
from tomoshibi.aggregator.client import PublishedFile
from tomoshibi.aggregator.folders import locked
from tomoshibi.aggregator.transfer import DownloadReport, download, read_manifest, safe_name
from tomoshibi.files import name_key
from tomoshibi.messages import Cancelled, Progress

MIB = 1 << 20


class Transfer:
    """A condition with one or more files, and a folder to fetch them into."""

    def __init__(self, one, folder: Path, user: str = "drill-here"):
        self.one = one
        self.folder = folder
        self.client = one.client(user)
        self.condition_id = one.published(self.client)
        self.files = self.client.list_files(self.condition_id)
        self.forget()

    def forget(self) -> None:
        self.one.server.log.clear()

    def run(self, progress=None, files=None, client=None) -> DownloadReport:
        return download(
            client or self.client, self.files if files is None else files, self.folder, progress or self.one.notes
        )

    @property
    def ranges(self) -> list[tuple[int, str]]:
        return [(status, asked) for name, status, asked in self.one.server.log if name == "download"]

    def right(self) -> None:
        """Every file is there as published, and nothing else is but what belongs there."""
        source = self.one.server.backend.account_sessions["172057"].files_folder(self.condition_id)
        for file in self.files:
            assert (self.folder / safe_name(file)).read_bytes() == (source / file.name).read_bytes()
        names = {safe_name(file) for file in self.files} | {"manifest.jsonl", ".download.lock"}
        assert {path.name for path in self.folder.iterdir()} == names

    def nothing_kept(self) -> None:
        assert {path.name for path in self.folder.iterdir()} <= {"manifest.jsonl", ".download.lock"}


@pytest.fixture
def transfer(bench, tmp_path):
    def make(sizes=None, **options) -> Transfer:
        return Transfer(bench(sizes or {"a.csv": 3 * MIB + 17}, **options), tmp_path / "received")

    return make


def test_files_arrive_verified_under_their_names_and_in_the_manifest(transfer):
    job = transfer({"a.csv": 3 * MIB + 17, "b.csv": 1, "empty.csv": 0})
    report = job.run()
    job.right()
    assert [item.verified for item in report.done] == ["sha256"] * 3 and report.failed == ()
    assert report.bytes == 3 * MIB + 18
    assert report.paths == [job.folder / name for name in ("a.csv", "b.csv", "empty.csv")]
    assert job.one.notes.fractions[-1] == 1.0
    assert job.one.notes.fractions == sorted(job.one.notes.fractions)
    for file in job.files:
        record = read_manifest(job.folder)[file.file_id]
        assert (record["size"], record["sha256"]) == (file.size, file.sha256)


def test_what_is_there_is_not_fetched_again(transfer):
    job = transfer({"a.csv": 1000, "b.csv": 2000})
    job.run()
    job.forget()
    report = job.run()
    assert job.ranges == [] and report.bytes == 0
    assert [item.fetched for item in report.done] == [False, False]
    job.right()


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x" * 1000)])
def test_what_was_lost_or_changed_is_fetched_again(transfer, damage):
    job = transfer({"a.csv": 1000, "b.csv": 2000})
    job.run()
    damage(job.folder / "a.csv")
    job.forget()
    assert [item.fetched for item in job.run().done] == [True, False]
    job.right()


def test_a_connection_cut_at_80_percent_goes_on_from_there(transfer):
    job = transfer()
    job.one.faulty("download", cut=0.8)
    report = job.run()
    job.right()
    size = job.files[0].size
    assert job.ranges == [(200, ""), (206, f"bytes={int(size * 0.8)}-")]
    assert report.bytes == size


def test_a_run_that_died_is_taken_up_by_the_next(transfer):
    job = transfer()
    job.one.faulty("download", times=None, cut=0.3)
    with pytest.raises(errors.Unreachable, match="goes on from where it stopped"):
        job.run()
    left = (job.folder / "a.csv.part").stat().st_size
    assert 0 < left < job.files[0].size and not (job.folder / "a.csv").exists()
    job.one.server.faults.clear()
    job.forget()
    assert job.run(client=job.one.client()).bytes == job.files[0].size - left
    assert job.ranges == [(206, f"bytes={left}-")]
    job.right()


def test_what_a_run_that_died_at_the_very_end_left_beside_a_complete_file_is_removed(transfer):
    job = transfer({"a.csv": 10})
    job.run()
    for ending in (".part.json", ".part.json.new"):
        (job.folder / f"a.csv{ending}").write_text("{}", encoding="utf-8")
    assert job.run().bytes == 0
    assert not list(job.folder.glob("*.part*")) and (job.folder / "a.csv").stat().st_size == 10


def test_a_complete_part_needs_no_network(transfer):
    job = transfer()
    job.run()
    os.replace(job.folder / "a.csv", job.folder / "a.csv.part")
    file = job.files[0]
    note = {"fileId": file.file_id, "size": file.size, "sha256": file.sha256, "etag": None}
    (job.folder / "a.csv.part.json").write_text(json.dumps(note))
    job.forget()
    job.run()
    assert job.ranges == []
    job.right()


def test_a_range_that_is_ignored_starts_the_file_anew(transfer):
    job = transfer()
    job.one.faulty("download", cut=0.8)
    job.one.faulty("download", ignore_range=True)
    job.run()
    job.right()
    assert [status for status, _ in job.ranges] == [200, 200]


def test_a_file_that_changed_half_way_starts_anew(transfer):
    job = transfer()
    job.one.faulty("download", cut=0.8, etag='"of-before"')
    job.run()
    job.right()
    assert [status for status, _ in job.ranges] == [200, 200]


def test_another_version_in_the_middle_is_never_joined_on(transfer):
    job = transfer()
    job.one.faulty("download", cut=0.5)
    # a server that goes on regardless of If-Range, with another tag
    job.one.faulty("download", headers={"ETag": '"another"'})
    report = job.run()
    job.right()
    assert report.failed == ()
    assert any("changed on the server" in text for text in job.one.notes.warned)


def test_a_part_of_another_file_is_thrown_away(transfer):
    job = transfer()
    job.folder.mkdir()
    (job.folder / "a.csv.part").write_bytes(b"x" * 5000)
    note = {"fileId": job.files[0].file_id, "size": 1, "sha256": "0" * 64, "etag": '"x"'}
    (job.folder / "a.csv.part.json").write_text(json.dumps(note))
    job.run()
    job.right()
    assert job.ranges == [(200, "")]


def test_a_part_with_wrong_bytes_is_found_out_and_fetched_anew(transfer):
    job = transfer()
    job.one.faulty("download", times=None, cut=0.5)
    with pytest.raises(errors.Unreachable):
        job.run()
    job.one.server.faults.clear()
    part = job.folder / "a.csv.part"
    part.write_bytes(b"\0" * part.stat().st_size)
    job.run()
    job.right()


def test_a_part_longer_than_the_file_is_thrown_away(transfer):
    job = transfer()
    job.one.faulty("download", times=None, cut=0.5)
    with pytest.raises(errors.Unreachable):
        job.run()
    job.one.server.faults.clear()
    (job.folder / "a.csv.part").write_bytes(b"\0" * (job.files[0].size + 1))
    job.run()
    job.right()


def test_a_wrong_checksum_is_tried_once_more(transfer):
    job = transfer()
    job.one.faulty("download", corrupt=True)
    assert job.run().failed == ()
    job.right()
    assert any("checksum" in text for text in job.one.notes.warned)


def test_a_checksum_that_stays_wrong_is_a_failure_and_nothing_is_kept(transfer):
    job = transfer({"a.csv": 5000, "b.csv": 100})
    job.one.faulty("download", asked=job.files[0].file_id, times=2, corrupt=True)
    report = job.run()
    assert [failed.file.name for failed in report.failed] == ["a.csv"]
    assert "checksum" in str(report.failed[0].message) and "twice" in str(report.failed[0].message)
    assert [item.path.name for item in report.done] == ["b.csv"]
    assert not list(job.folder.glob("a.csv*"))
    assert list(read_manifest(job.folder)) == [job.files[1].file_id]


def test_a_wrong_length_is_tried_once_more(transfer):
    job = transfer()
    job.one.faulty("download", shorten=0.9)
    job.run()
    job.right()


@pytest.mark.parametrize("change", [-5, 5])
def test_a_length_that_stays_wrong_is_a_failure_and_nothing_is_kept(transfer, change):
    job = transfer({"a.csv": 5000})
    listed = [replace(job.files[0], size=5000 + change)]
    report = job.run(files=listed)
    assert report.done == () and "5000 bytes" in str(report.failed[0].message)
    job.nothing_kept()


def test_without_checksum_the_length_is_compared_and_that_is_said(transfer):
    job = transfer({"a.csv": 5000}, checksums=False)
    report = job.run()
    assert report.done[0].verified == "length"
    assert any("no checksum" in text for text in job.one.notes.told)
    job.right()
    assert [item.fetched for item in job.run().done] == [False]


def test_without_checksum_a_part_is_gone_on_from_by_its_tag_only(transfer):
    job = transfer(checksums=False)
    job.one.faulty("download", times=None, cut=0.5)
    with pytest.raises(errors.Unreachable):
        job.run()
    job.one.server.faults.clear()
    left = (job.folder / "a.csv.part").stat().st_size
    note = json.loads((job.folder / "a.csv.part.json").read_text())
    (job.folder / "a.csv.part.json").write_text(json.dumps({**note, "etag": None}))
    job.forget()
    job.run()
    assert job.ranges == [(200, "")] and left
    job.right()


def test_neither_length_nor_checksum_is_said(transfer):
    job = transfer({"a.csv": 5000})
    report = job.run(files=[replace(job.files[0], size=None, sha256=None)])
    assert report.done[0].verified == "none"
    assert any("neither length nor checksum" in text for text in job.one.notes.told)
    job.right()


def test_a_token_that_expires_between_two_pieces_is_renewed(transfer):
    job = transfer()
    job.one.faulty("download", cut=0.8)
    once = iter([True])

    class Expiring(Progress):
        def set_fraction(self, fraction: float) -> None:
            if fraction > 0.5 and next(once, False):
                job.one.server.expire_tokens()

    job.run(progress=Expiring())
    job.right()
    assert [status for status, _ in job.ranges] == [200, 401, 206]


def test_a_login_page_is_not_taken_for_a_file(transfer):
    job = transfer({"a.csv": 5000, "b.csv": 10})
    job.one.faulty("download", asked=job.files[0].file_id, html=True)
    report = job.run()
    assert [failed.file.name for failed in report.failed] == ["a.csv"]
    assert "login page" in str(report.failed[0].message)
    assert not list(job.folder.glob("a.csv*"))


def test_a_file_that_is_gone_does_not_stop_the_rest(transfer):
    job = transfer({"a.csv": 50, "b.csv": 60})
    gone = replace(job.files[0], file_id="gone-0001", name="gone.csv")
    report = job.run(files=[gone, *job.files])
    assert [failed.file.file_id for failed in report.failed] == ["gone-0001"]
    job.right()


def test_a_dropped_connection_before_any_answer_is_tried_again(transfer):
    job = transfer()
    job.one.faulty("download", hang_up=True)
    job.one.faulty("download", status=503)
    job.run()
    job.right()


def test_a_stop_leaves_what_can_be_gone_on_from(transfer, stopwatch):
    job = transfer({"a.csv": 8 * MIB})
    job.one.notes.stop_at = 0.4
    with pytest.raises(Cancelled):
        job.run()
    left = (job.folder / "a.csv.part").stat().st_size
    assert 0.3 * 8 * MIB < left < 8 * MIB
    job.forget()
    job.run(progress=Progress())
    assert job.ranges == [(206, f"bytes={left}-")]
    job.right()


def test_a_stop_during_a_stall_is_heard_at_once(transfer, stopwatch):
    job = transfer()
    job.one.faulty("download", cut=0.5, stall=120)
    part, begun = job.folder / "a.csv.part", []

    def stop_in_the_stall() -> None:
        while not part.exists() or part.stat().st_size < 0.9 * MIB:
            time.sleep(0.01)
        begun.append(stopwatch())
        job.one.notes.stop.set()

    threading.Thread(target=stop_in_the_stall, daemon=True).start()
    with pytest.raises(Cancelled):
        job.run()
    assert stopwatch() - begun[0] < 60
    assert (job.folder / "a.csv.part").stat().st_size > 0.9 * MIB


@pytest.mark.slow
def test_killed_at_any_moment_the_next_run_brings_every_file(transfer, tmp_path):
    job = transfer({"a.csv": 6 * MIB, "b.csv": 6 * MIB}, latency=0.02)
    script = tmp_path / "run.py"
    script.write_text(
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tomoshibi.aggregator.client import AggregatorClient\n"
        "from tomoshibi.aggregator.transfer import download\n"
        "client = AggregatorClient(sys.argv[2], lambda: ('drill-here', sys.argv[3]))\n"
        "print('ready', flush=True)\n"
        "download(client, client.list_files(sys.argv[4]), Path(sys.argv[5]))\n"
    )
    plugins = Path(__file__).resolve().parents[2] / "build" / "plugins"
    _, phrase = job.one.server.credentials("drill-here")()
    command = [sys.executable, script, plugins, job.one.server.url, phrase, job.condition_id, job.folder]
    for wait in (0.08, 0.12, 0.16, 0.2):
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        child.stdout.readline()
        time.sleep(wait)
        child.kill()
        child.wait()
        child.stdout.close()
        for file in job.files:
            path = job.folder / file.name
            assert not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    job.run()
    job.right()


def test_two_runs_in_one_folder_do_not_meet(transfer):
    job = transfer()
    job.folder.mkdir()
    with locked(job.folder, Progress()), pytest.raises(errors.FolderBusy, match="Another run"):
        job.run()
    job.run()
    job.right()


def test_the_lock_of_a_run_that_died_holds_nobody_up(transfer, tmp_path):
    job = transfer({"a.csv": 10})
    job.folder.mkdir()
    code = (
        "import sys, fcntl, time; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX); "
        "print(1, flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, job.folder / ".download.lock"], stdout=subprocess.PIPE)
    child.stdout.readline()
    with pytest.raises(errors.FolderBusy):
        job.run()
    child.kill()
    child.wait()
    child.stdout.close()
    job.run()
    job.right()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said(transfer):
    job = transfer({"a.csv": 10})
    job.folder.mkdir()
    (job.folder / "a.csv.part.json.new").symlink_to("/dev/full")
    with pytest.raises(errors.DiskFull, match="full"):
        job.run()
    assert not (job.folder / "a.csv").exists()
    (job.folder / "a.csv.part.json.new").unlink()
    job.run()
    job.right()


def test_a_file_too_large_for_the_file_system_is_said_and_goes_on_elsewhere(transfer):
    job = transfer()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB + 5, before[1]))
    try:
        with pytest.raises(errors.DiskFull, match="large"):
            job.run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    job.run()
    job.right()


def test_a_folder_that_cannot_be_made_is_said(transfer, tmp_path):
    job = transfer()
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.DiskFull, match="cannot be written"):
        download(job.client, job.files, tmp_path / "file" / "folder")


def test_a_line_of_the_manifest_cut_by_a_power_failure_is_got_over(transfer):
    job = transfer({"a.csv": 10, "b.csv": 20})
    job.run()
    manifest = job.folder / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-30])
    assert [item.fetched for item in job.run().done] == [False, True] or job.one.notes.warned
    found = read_manifest(job.folder)
    assert set(found) == {file.file_id for file in job.files}


def test_a_file_of_the_users_is_not_overwritten(transfer):
    job = transfer({"a.csv": 10})
    job.folder.mkdir()
    (job.folder / "a.csv").write_text("mine")
    report = job.run()
    assert (job.folder / "a.csv").read_text() == "mine"
    assert report.paths[0].name == f"a_{job.files[0].file_id}.csv"
    assert report.paths[0].stat().st_size == 10
    assert job.run().paths == report.paths


def test_two_files_of_one_name_are_both_kept(transfer):
    job = transfer({"a.csv": 10, "b.csv": 20})
    twins = [job.files[0], replace(job.files[1], name="A.csv")]
    report = job.run(files=twins)
    assert [path.stat().st_size for path in report.paths] == [10, 20]
    assert job.run(files=twins).bytes == 0


@pytest.mark.parametrize("pair", [("が.csv", "か\u3099.csv"), ("ß.csv", "SS.csv"), ("a.csv", "a.csv. ")])
def test_two_names_that_are_one_file_on_some_system_are_both_kept(transfer, pair):
    job = transfer({"a.csv": 10, "b.csv": 20})
    twins = [replace(file, name=name) for file, name in zip(job.files, pair)]
    report = job.run(files=twins)
    assert [path.stat().st_size for path in report.paths] == [10, 20]
    assert len({name_key(path.name) for path in report.paths}) == 2
    assert job.run(files=twins).bytes == 0


def named(name: str, file_id: str = "F1") -> PublishedFile:
    return PublishedFile(file_id, name, "C1", "reading", None, None, None)


@given(st.text(max_size=300), st.text(min_size=1, max_size=50))
def test_no_name_leads_out_of_the_folder_or_onto_a_file_of_ours(name, file_id):
    safe = safe_name(named(name, file_id))
    assert safe and Path(safe).name == safe and safe not in (".", "..")
    assert not set(safe) & set('/\\:*?"<>|\0') and len(safe.encode("utf-8", "replace")) <= 200
    assert safe.lower() not in ("manifest.jsonl", "condition.json") and not safe.startswith(".")
    assert not safe.casefold().endswith((".part", ".part.json", ".rejects.csv"))
    assert safe == safe.rstrip(". ")


def test_names_stay_what_they_are_where_they_can():
    assert safe_name(named("172057_C1_reading_202601210600_001.csv")) == "172057_C1_reading_202601210600_001.csv"
    assert safe_name(named("電力データ 1.csv")) == "電力データ 1.csv"
    assert safe_name(named("../../etc/passwd")) == "_.._etc_passwd"
    assert safe_name(named("C:\\con.csv")) == "C__con.csv"
    assert safe_name(named("NUL.csv")) == "_NUL.csv"
    # our own name for the rejected rows of a.csv, which are written over it and never taken in
    assert safe_name(named("a.csv.rejects.csv")) == "a.csv.rejects_.csv"
    assert safe_name(named("CONIN$")) == "_CONIN$"
    assert safe_name(named("com¹.csv")) == "_com¹.csv"
    assert safe_name(named("aux .csv")) == "_aux .csv"
    assert safe_name(named("a\u202egpj.csv..")) == "agpj.csv"
    assert safe_name(named("か\u3099.csv")) == "が.csv"
    assert safe_name(named("\ud800.csv")) == "csv"
    assert safe_name(named("manifest.jsonl")) == "_manifest.jsonl"
    assert safe_name(named("...")) == "file_F1"


@pytest.mark.slow
def test_memory_stays_flat(transfer):
    job = transfer({"a.csv": 64 * MIB})
    tracemalloc.start()
    try:
        job.run()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * MIB
    job.right()


def test_several_files_come_side_by_side_within_the_limit_and_in_order(transfer):
    sizes = {f"part_{number:03d}.csv": 40_000 * (9 - number) for number in range(8)}
    job = transfer(sizes, pace=400_000)
    report = job.run()
    job.right()
    assert job.one.server.most_at_once == 3
    assert [path.name for path in report.paths] == list(sizes)
    assert [record["name"] for record in read_manifest(job.folder).values()] == list(sizes)
    fractions = job.one.notes.fractions
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(fractions) > 8


def test_the_limit_can_be_one(transfer):
    job = transfer(dict.fromkeys(["a.csv", "b.csv", "c.csv"], 60_000), pace=1e6)
    download(job.client, job.files, job.folder, job.one.notes, parallel=1)
    job.right()
    assert job.one.server.most_at_once == 1


def test_a_stop_ends_all_that_run_side_by_side(transfer):
    job = transfer(dict.fromkeys(["a.csv", "b.csv", "c.csv", "d.csv"], 3_000_000), pace=1e6)

    def stop_once_three_come(fraction: float) -> None:
        if sum(path.stat().st_size > 0 for path in job.folder.glob("*.part")) == 3:
            job.one.notes.stop.set()

    job.one.notes.set_fraction = stop_once_three_come
    with pytest.raises(Cancelled):
        job.run()
    assert job.one.server.most_at_once == 3
    left = {path.name: path.stat().st_size for path in job.folder.glob("*.part")}
    assert len(left) == 3 and all(left.values())
    time.sleep(0.3)
    assert {path.name: path.stat().st_size for path in job.folder.glob("*.part")} == left
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tomoshibi-file")]
    job.one.server.pace = None
    job.forget()
    assert job.run(progress=Progress()).bytes == 4 * 3_000_000 - sum(left.values())
    job.right()


def test_what_the_threads_say_is_heard_in_the_thread_that_asked(transfer):
    job = transfer(dict.fromkeys(["a.csv", "b.csv", "c.csv"], 60_000))
    job.one.faulty("download", asked=job.files[1].file_id, corrupt=True)
    heard = []

    class Listening(Progress):
        def set_fraction(self, fraction):
            heard.append(threading.current_thread())

        def info(self, what):
            heard.append(threading.current_thread())

        warn = info

    job.run(progress=Listening())
    assert len(heard) > 3 and set(heard) == {threading.current_thread()}


def test_a_failure_that_ends_all_stops_the_others_and_is_raised(transfer):
    job = transfer(dict.fromkeys(["a.csv", "b.csv", "c.csv"], 3_000_000), pace=1e6)
    job.one.faulty("download", asked=job.files[2].file_id, times=None, hang_up=True)
    with pytest.raises(errors.Unreachable):
        job.run()
    assert {path.name for path in job.folder.glob("*.csv")} == set()
    job.one.server.faults.clear()
    job.one.server.pace = None
    job.run()
    job.right()


def test_the_manifest_is_in_the_order_of_the_list_after_what_was_listed_before(transfer):
    job = transfer({"a.csv": 10, "b.csv": 20, "c.csv": 30})
    job.run(files=[job.files[2]])
    job.run(files=[job.files[1], job.files[0]])
    assert [record["name"] for record in read_manifest(job.folder).values()] == ["c.csv", "b.csv", "a.csv"]
    job.run()
    assert [record["name"] for record in read_manifest(job.folder).values()] == ["a.csv", "b.csv", "c.csv"]
    job.right()


def test_a_file_changed_by_another_program_while_it_comes_is_fetched_anew(transfer):
    job = transfer()
    once = iter([True])

    class Meddling(Progress):
        def __init__(self):
            self.warned = []

        def set_fraction(self, fraction):
            if fraction > 0.3 and next(once, False):
                with open(job.folder / "a.csv.part", "ab") as stream:
                    stream.write(b"meddled")

        def warn(self, what):
            self.warned.append(str(what))

    progress = Meddling()
    job.run(progress=progress)
    job.right()
    assert any("was changed while" in text for text in progress.warned)


def test_a_token_is_renewed_before_it_expires_while_files_come(transfer, monkeypatch):
    job = transfer({f"part_{number:03d}.csv": 1000 for number in range(12)}, token_seconds=1800.0)
    # by the client's clock ten minutes pass whenever it looks; by the server's no token expires
    minutes = count(0, 10)
    monkeypatch.setattr(client, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 60 * next(minutes)))
    job.forget()
    job.run()
    job.right()
    assert 401 not in [status for status, _ in job.ranges]
    assert 3 <= [name for name, *_ in job.one.server.log].count("token") <= 12


def test_a_reset_half_way_is_gone_on_from(transfer):
    job = transfer()
    job.one.faulty("download", cut=0.6, stall=0.05, reset=True)
    job.run()
    job.right()
    assert [status for status, _ in job.ranges] == [200, 206]
