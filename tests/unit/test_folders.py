"""Folders on shares: locks that do not exist, owners that died, renames that are held up."""

from __future__ import annotations

import errno
import os
import threading
import time

import pytest
from tomoshibi import files
from tomoshibi.aggregator import errors, folders
from tomoshibi.messages import Cancelled, Progress
from tomoshibi.tests.patience import PATIENCE


@pytest.fixture
def share(tmp_path, monkeypatch):
    """A folder whose file system answers every lock with an error, as shares do."""

    def refuse(descriptor):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(folders, "_take", refuse)
    return tmp_path


def test_a_lock_that_is_held_is_waited_for_and_then_taken(tmp_path):
    order = []

    def first():
        with folders.locked(tmp_path, Progress()):
            held.set()
            time.sleep(0.3)
            order.append("first")

    held = threading.Event()
    thread = threading.Thread(target=first)
    thread.start()
    held.wait()
    with folders.locked(tmp_path, Progress(), wait=PATIENCE):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_a_wait_for_a_lock_hears_the_user(tmp_path):
    class Stop(Progress):
        def cancelled(self):
            return True

    with folders.locked(tmp_path, Progress()), pytest.raises(Cancelled), folders.locked(tmp_path, Stop(), wait=60):
        pass


def test_on_a_share_without_locks_a_mark_keeps_the_second_run_out(share):
    with folders.locked(share, Progress()):
        with pytest.raises(errors.FolderBusy, match="Another run"), folders.locked(share, Progress()):
            pass
        assert (share / folders.OWNER).exists()
    assert not (share / folders.OWNER).exists()
    with folders.locked(share, Progress()):
        pass


def test_the_mark_of_a_run_that_died_goes_stale_and_that_of_a_living_one_does_not(share, monkeypatch):
    monkeypatch.setattr(folders, "SIGN_EVERY", 0.05)
    monkeypatch.setattr(folders, "STALE", PATIENCE)
    mark = share / folders.OWNER
    mark.write_text("of a run that died")
    os.utime(mark, (0, 0))
    with folders.locked(share, Progress()):
        os.utime(mark, (0, 0))
        until = time.monotonic() + PATIENCE
        while mark.stat().st_mtime == 0:
            assert time.monotonic() < until, "no sign of life came"
            time.sleep(0.01)
        with pytest.raises(errors.FolderBusy), folders.locked(share, Progress()):
            pass
    assert sorted(path.name for path in share.iterdir()) == [folders.LOCK]


def test_a_rename_that_is_held_up_is_tried_again_and_one_that_stays_so_is_an_error(tmp_path, monkeypatch):
    real, refusals = os.replace, [2]

    def replace(source, target):
        if refusals[0]:
            refusals[0] -= 1
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(files, "RENAME_WAITS", (0.01, 0.01, 0.01))
    (tmp_path / "a").write_text("a")
    folders.rename(tmp_path / "a", tmp_path / "b", Progress())
    assert (tmp_path / "b").read_text() == "a"
    refusals[0] = 99
    with pytest.raises(OSError, match="busy"):
        folders.rename(tmp_path / "b", tmp_path / "c", Progress())
    assert (tmp_path / "b").exists()


def test_a_rename_of_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        folders.rename(tmp_path / "a", tmp_path / "b", Progress())


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "full"), (errno.EROFS, "cannot be written"), (errno.ESTALE, "cannot be written")],
)
def test_what_the_file_system_refuses_is_said(tmp_path, number, says):
    with pytest.raises(errors.DiskFull, match=says), folders.on_disk(tmp_path):
        raise OSError(number, os.strerror(number))
