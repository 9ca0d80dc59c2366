"""Folders as they are in municipalities: full, read-only, on a share that knows no locks or lets a rename wait.

Everything the file system refuses becomes a `DiskFull` or `FolderBusy` that names the folder and what to do.
"""

from __future__ import annotations

import errno
import os
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

from ..files import replace_file
from ..messages import Progress, message
from .errors import DiskFull, FolderBusy
from .transport import pause

NAME = ".download"
"""What the two files of a lock are called before their ending, unless it is for something else in the folder."""
LOCK = f"{NAME}.lock"
"""Held by the run that works in the folder; the system lets it go when that run ends or dies."""
OWNER = f"{NAME}.owner"
"""Takes its place on a share that knows no locks; a run that died leaves it, and it goes stale."""
SIGN_EVERY, STALE = 5.0, 30.0
"""Seconds between two signs of life of an owner; seconds without one after which it counts as dead."""

_LOCKED_BYTE = 1 << 20
_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, getattr(errno, "EDEADLOCK", errno.EAGAIN)}
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a `DiskFull` that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(
                message(
                    "The disk of {folder} is full. Make room and run again: it goes on from where it stopped.",
                    folder=str(path if path.is_dir() else path.parent),
                )
            ) from error
        if error.errno == errno.EFBIG:
            raise DiskFull(
                message(
                    "The file system does not hold a file as large as {file}. Choose another folder.", file=path.name
                )
            ) from error
        raise DiskFull(
            message(
                "{path} cannot be written ({reason}). Choose a folder that you may write to, and run again.",
                path=str(path),
                reason=error.strerror or type(error).__name__,
            )
        ) from error


@contextmanager
def locked(folder: Path, progress: Progress, wait: float = 0.0, name: str = NAME, every: float = 0.2) -> Iterator[None]:
    """Hold the folder's lock; another run that holds it is waited for up to `wait` seconds.

    Parameters
        name: what the lock is called, for one that is not of the whole folder.
        every: seconds between two attempts.

    Raises `FolderBusy`, `DiskFull`, `Cancelled`. The lock is the system's, so a run that died leaves none behind.
    """
    lock = folder / f"{name}.lock"
    with on_disk(lock):
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    owner = None
    try:
        try:
            _patiently(lambda: _take(descriptor), folder, progress, wait, every)
        except OSError:
            progress.info(
                message("The folder {folder} is on a share without locks; a file marks it.", folder=str(folder))
            )
            mark = folder / f"{name}.owner"
            owner = _Owner(mark)
            with on_disk(mark):
                _patiently(owner.take, folder, progress, wait, every)
        yield
    finally:
        if owner is not None:
            owner.leave()
        os.close(descriptor)


def _patiently(take: Callable[[], None], folder: Path, progress: Progress, wait: float, every: float) -> None:
    """Take a lock, trying for `wait` seconds. Raises `FolderBusy`, and OSError where the folder knows no such lock."""
    until, told = time.monotonic() + wait, False
    while True:
        try:
            take()
            return
        except OSError as error:
            if error.errno not in _HELD:
                raise
            if time.monotonic() >= until:
                raise FolderBusy(
                    message(
                        "Another run is working in {folder}. Wait until it ends, then try again.",
                        folder=str(folder),
                    )
                ) from error
        if not told:
            progress.info(message("Another run works in {folder}; waiting until it ends.", folder=str(folder)))
            told = True
        pause(every, progress)


def _take(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class _Owner:
    """The mark of the run that works in a folder that cannot be locked, with a sign of life now and then."""

    def __init__(self, path: Path):
        self._path = path
        self._name = uuid.uuid4().hex
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._live, name="tomoshibi-owner", daemon=True)

    def take(self) -> None:
        """Mark the folder. Raises OSError (EAGAIN) where a living run has."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if self._age() < STALE:
                raise OSError(errno.EAGAIN, "held") from None
            # a rename happens once, so that of two that find it stale one goes on
            aside = self._path.with_name(f"{self._path.name}.{self._name}")
            replace_file(self._path, aside)
            os.unlink(aside)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as stream:
            stream.write(self._name)
        self._thread.start()

    def _age(self) -> float:
        """Return the seconds since the last sign, by the share's own clock."""
        probe = self._path.with_name(f"{self._path.name}.{self._name}")
        probe.write_bytes(b"")
        try:
            return probe.stat().st_mtime - self._path.stat().st_mtime
        except FileNotFoundError:
            return STALE
        finally:
            probe.unlink()

    def _live(self) -> None:
        while not self._done.wait(SIGN_EVERY):
            os.utime(self._path)

    def leave(self) -> None:
        """Take the mark away."""
        if not self._thread.ident:
            return
        self._done.set()
        self._thread.join()
        with on_disk(self._path):
            if self._path.read_text(encoding="ascii") == self._name:
                self._path.unlink()


def rename(source: Path, target: Path, progress: Progress) -> None:
    """Give a file its name and see that this is on the disk too. Raises OSError, `Cancelled`."""
    replace_file(source, target, lambda seconds: pause(seconds, progress))
