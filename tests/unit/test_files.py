"""Files are written whole or not at all, whatever the disk, another program or a kill does."""

from __future__ import annotations

import errno
import importlib
import os
import stat
import subprocess
import sys
import textwrap
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi import files
from tomoshibi.casefile.ledger import Ledger
from tomoshibi.messages import TomoshibiError

PLUGINS = Path(files.__file__).resolve().parent / "build" / "plugins"


def test_a_rename_held_up_for_a_while_is_tried_again(tmp_path, monkeypatch):
    source, target = tmp_path / "new.part", tmp_path / "table"
    source.write_text("new")
    refused, real, waited = [2], os.replace, []

    def scanner_holds_it(old, new):
        if refused[0]:
            refused[0] -= 1
            raise PermissionError(errno.EACCES, "held", str(old))
        real(old, new)

    monkeypatch.setattr(files.os, "replace", scanner_holds_it)
    files.replace_file(source, target, waited.append)
    assert target.read_text() == "new"
    assert waited == [0.1, 0.2]


def test_a_rename_refused_for_good_names_the_target_not_the_part(tmp_path, monkeypatch):
    source, target = tmp_path / "new.part", tmp_path / "table"
    source.write_text("new")

    def refuse(old, new):
        raise PermissionError(errno.EACCES, "held", str(old))

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(OSError, match="held") as caught:
        files.replace_file(source, target, lambda seconds: None)
    assert caught.value.filename == str(target)


def test_a_file_whose_writing_fails_leaves_the_old_one_and_no_part(tmp_path):
    target = tmp_path / "case.json"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), files.fresh_file(target) as stream:
        stream.write(b"half")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["case.json"]


def test_a_short_write_is_gone_on_with(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(files.os, "write", lambda descriptor, content: real(descriptor, bytes(content)[:3]))
    files.append_line(tmp_path / "ledger", "0123456789")
    assert (tmp_path / "ledger").read_bytes() == b"0123456789\n"


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "ledger"
    path.write_bytes(b"first\n")
    real, room = os.write, [4]

    def write(descriptor, content):
        if not room[0]:
            raise OSError(errno.ENOSPC, "full")
        room[0] = 0
        return real(descriptor, bytes(content)[:4])

    monkeypatch.setattr(files.os, "write", write)
    with pytest.raises(OSError, match="full"):
        files.append_line(path, "second line")
    assert path.read_bytes() == b"first\n"


def test_a_torn_last_line_does_not_swallow_the_next(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add("tomoshibi:importfiles", "received/a.csv")
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + whole[:25])
    assert [entry.path for entry in ledger.entries()] == ["received/a.csv"]
    assert ledger.torn() == 1
    ledger.add("tomoshibi:importfiles", "received/b.csv")
    assert [entry.path for entry in ledger.entries()] == ["received/a.csv", "received/b.csv"]


@given(cut=st.integers(min_value=1))
def test_a_ledger_cut_anywhere_in_its_last_line_can_be_read(tmp_path_factory, cut):
    ledger = Ledger(tmp_path_factory.mktemp("case") / "ledger.jsonl")
    ledger.add("tomoshibi:importfiles", "received/灯.csv", ["通電情報"])
    first = ledger.path.read_bytes()
    ledger.path.write_bytes(first + first[: 1 + cut % (len(first) - 2)])
    ledger.add("tomoshibi:importfiles", "received/b.csv")
    assert [entry.path for entry in ledger.entries()] == ["received/灯.csv", "received/b.csv"]


def test_a_line_changed_by_hand_is_named_and_not_passed_over(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add("tomoshibi:importfiles", "received/a.csv")
    ledger.path.write_text(ledger.path.read_text().replace('"path"', '"place"'))
    with pytest.raises(TomoshibiError, match="Line 1"):
        list(ledger.entries())


def test_parts_of_dead_runs_are_swept_and_those_of_living_ones_are_not(tmp_path):
    old, new, kept = tmp_path / ".a.x.part", tmp_path / "b.part", tmp_path / "c.csv"
    for path in (old, new, kept):
        path.write_text("")
    os.utime(old, (0, 0))
    os.utime(kept, (0, 0))
    assert files.sweep_parts(tmp_path) == [old]
    assert sorted(os.listdir(tmp_path)) == ["b.part", "c.csv"]


def test_what_a_killed_process_of_this_computer_left_is_swept_at_once_everywhere_in_a_folder(tmp_path):
    below = tmp_path / "tables" / "master"
    below.mkdir(parents=True)
    resumed = below / "a.csv.part"
    resumed.write_text("a download goes on from it")
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from tomoshibi.files import *\n"
        "with fresh_file(Path(sys.argv[2])) as stream: stream.write(b'x'); os._exit(9)"
    )
    command = [sys.executable, "-c", program, str(PLUGINS), str(below / "name.npy")]
    assert subprocess.run(command, check=False).returncode == 9
    (left,) = below.glob(".*.part")
    with files.fresh_file(below / "other.npy") as stream:
        stream.write(b"x")
        assert files.sweep_parts(tmp_path) == [left]
    assert sorted(os.listdir(below)) == ["a.csv.part", "other.npy"]


def test_a_folder_in_the_making_of_a_killed_process_is_swept_and_that_of_a_living_one_stays(tmp_path):
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from tomoshibi.files import *\n"
        "with fresh_folder(Path(sys.argv[2])) as folder: (folder / 'layers.gpkg').write_bytes(b'x'); os._exit(9)"
    )
    command = [sys.executable, "-c", program, str(PLUGINS), str(tmp_path / "layers.gpkg")]
    assert subprocess.run(command, check=False).returncode == 9
    (left,) = tmp_path.iterdir()
    assert [path.name for path in left.iterdir()] == ["layers.gpkg"]
    (tmp_path / ".mine").mkdir()
    (tmp_path / "b.part").mkdir()
    with files.fresh_folder(tmp_path / "layers.gpkg") as folder:
        assert files.sweep_parts(tmp_path) == [left]
        assert folder.is_dir()
    assert sorted(os.listdir(tmp_path)) == [".mine", "b.part"]


@pytest.mark.slow
def test_a_run_killed_while_it_appends_leaves_a_ledger_that_opens(tmp_path):
    script = textwrap.dedent(
        """
        import sys
        sys.path.insert(0, sys.argv[1])
        from tomoshibi.casefile.ledger import Ledger
        ledger = Ledger(sys.argv[2])
        for number in range(100_000):
            ledger.add("tomoshibi:importfiles", f"received/{number}.csv", ["x" * 500])
            print(number, flush=True)
        """
    )
    path = tmp_path / "ledger.jsonl"
    for _ in range(5):
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(PLUGINS), str(path)], stdout=subprocess.PIPE, text=True
        )
        entered = int(child.stdout.readline())
        child.kill()
        child.wait()
        child.stdout.close()
        ledger = Ledger(path)
        ledger.add("tomoshibi:test", "after")
        entries = [entry.path for entry in ledger.entries()]
        assert entries[-1] == "after"
        assert f"received/{entered}.csv" in entries


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps access lists instead of modes")
def test_a_folder_is_the_users_alone_whatever_wrote_into_it(tmp_path):
    folder, outside = tmp_path / "case", tmp_path / "outside"
    (folder / "received" / "1").mkdir(parents=True)
    (folder / "received" / "1" / "a.csv").write_text("1", encoding="utf-8")
    outside.write_text("not ours", encoding="utf-8")
    (folder / "link").symlink_to(outside)
    for path, mode in (
        (folder, 0o755),
        (folder / "received", 0o777),
        (folder / "received/1/a.csv", 0o664),
        (outside, 0o644),
    ):
        path.chmod(mode)
    assert files.keep_private(folder) == 4
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "received", folder / "received/1")] == [
        0o700
    ] * 3
    assert stat.S_IMODE((folder / "received/1/a.csv").stat().st_mode) == 0o600
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
    assert files.keep_private(folder) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps access lists instead of modes")
def test_a_group_that_shares_a_case_may_read_and_write_it(tmp_path):
    import grp

    group = grp.getgrgid(os.getegid()).gr_name
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "a.csv").write_text("1", encoding="utf-8")
    files.keep_private(tmp_path / "case", group)
    assert stat.S_IMODE((tmp_path / "case").stat().st_mode) == 0o2770
    assert stat.S_IMODE((tmp_path / "case" / "a.csv").stat().st_mode) == 0o660
    with pytest.raises(LookupError):
        files.keep_private(tmp_path / "case", "no such group")


def test_a_full_disk_in_a_fresh_folder_is_told_of_the_target_and_another_error_as_it_is(tmp_path):
    target, full = tmp_path / "parquet", OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="No space left") as told, files.fresh_folder(target):
        raise full
    assert told.value.filename == str(target) and told.value.__cause__ is full
    for error in (OSError(errno.EACCES, "no"), OSError(errno.ENOSPC, "full", "a.npy")):
        with pytest.raises(OSError, match=error.strerror) as told, files.fresh_folder(target):
            raise error
        assert told.value is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("module", "name"), [("lzma", "LZMAError"), ("compression.zstd", "ZstdError")])
def test_damage_is_known_of_every_way_to_pack_that_this_python_opens(module, name):
    try:
        raised = getattr(importlib.import_module(module), name)
    except ImportError:
        raised = zlib.error
    assert getattr(files, name) is raised
    assert raised in files.DAMAGED_ZIP and raised in files.DAMAGED_ARRAYS
