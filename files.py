"""Writing files so that a crash, a full disk or a virus scanner leaves the old file or the new one, never half of one.

Below all packages: standard library only.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import stat
import tempfile
import time
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import IO, Callable, Iterator, Union

try:
    from lzma import LZMAError
except ImportError:
    # a Python without it opens no such member of a ZIP either
    LZMAError = zlib.error  # type: ignore[misc, assignment]
try:
    from compression.zstd import ZstdError
except ImportError:
    # before Python 3.14 no member of a ZIP is opened that was packed so
    ZstdError = zlib.error

RENAME_WAITS: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts at a rename that a virus scanner, an indexer or a share holds up."""
PART = ".part"
"""Ending of a file in the making; what a dead run left of them may be deleted."""
IN_THE_WAY = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY})
"""Errors of a rename that pass by themselves."""
LONGEST_NAME = 150
"""Bytes of a name from outside: with what is added to it while it is written, every file system takes it."""
STEERS = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that steer a screen or cannot be seen: control, format (direction marks), surrogates, private."""
DAMAGED_ZIP = (zipfile.BadZipFile, zlib.error, LZMAError, ZstdError, EOFError, NotImplementedError, ValueError)
"""What is raised where a ZIP or a member of one is damaged, whichever way it was packed.

bzip2 says it by an OSError without a number; a locked member by a RuntimeError.
"""
DAMAGED_ARRAYS = (OSError, *DAMAGED_ZIP, KeyError, TypeError, SyntaxError, TokenError, MemoryError, RuntimeError)
"""What numpy raises where a file of arrays is damaged: it reads the header as Python, and believes its sizes.

A bit that locks a member of a ZIP gives a RuntimeError.
"""
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
"""Names of devices on Windows, with any ending."""
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_PDF_END = b"%%EOF"
"""What every PDF ends in."""
_PDF_LOOKED_AT = 1024
"""Bytes at the end in which it stands."""
_NO_SYNC = {errno.EINVAL, errno.EACCES, errno.EBADF, getattr(errno, "ENOTSUP", errno.EINVAL)}


def portable_name(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a text from outside as a file name that every system takes and shows as it is; "" where nothing is left.

    No path parts, no marks that steer a screen, no dots or spaces at its ends, no name of a device, and one normal
    form (NFC). Which names are then one name on some system, `name_key` tells.

    Parameters
        text: a name as a server, an archive or another folder gives it.
        longest: most bytes in UTF-8; what is longer loses the end of its stem.
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in STEERS)
    name = re.sub(r'[\\/:*?"<>|]', "_", unicodedata.normalize("NFC", seen)).strip().rstrip(". ").lstrip(".")
    if len(name.encode("utf-8")) > longest:
        stem, dot, extension = name.rpartition(".")
        short = (stem or extension).encode("utf-8")[: longest - 20].decode("utf-8", "ignore")
        name = (short + (dot + extension[:10] if dot and stem else "")).rstrip(". ")
    return f"_{name}" if _RESERVED.match(name) else name


def name_key(name: str) -> str:
    """Return what two names have in common that are one file where case or Unicode's normal form do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_full(error: BaseException) -> bool:
    """Whether an error says that a disk, a quota or a file system has no room for what was written."""
    return isinstance(error, OSError) and error.errno in _FULL


def replace_file(source: Path, target: Path, pause: Callable[[float], None] = time.sleep) -> None:
    """Give `source` the name `target`, in one step, and see that the name is on the disk.

    Parameters
        source: a complete file in the same folder as the target.
        target: the name it gets; a file of that name is replaced.
        pause: waits for some seconds between attempts while something holds the target; may raise to give up.
    Raises
        OSError: whose `filename` is the target, the file that could not be written.
    """
    source, target = Path(source), Path(target)
    for wait in (*RENAME_WAITS, None):
        try:
            os.replace(source, target)
            break
        except FileNotFoundError as error:
            # a share may do it, lose its answer, and do it again
            if source.exists() or not target.exists():
                raise _of_target(error, target) from error
            break
        except OSError as error:
            if wait is None or error.errno not in IN_THE_WAY:
                raise _of_target(error, target) from error
            pause(wait)
    sync_folder(target.parent)


def _of_target(error: OSError, target: Path) -> OSError:
    return OSError(error.errno, error.strerror, str(target))


def sync_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk; nothing on Windows, which keeps them by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # shares keep the names themselves and know no such call for a folder
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)


@contextmanager
def fresh_file(target: Path) -> Iterator[IO[bytes]]:
    """Open a new file beside `target` that takes its place when the block ends well, and vanishes when it does not.

    Raises
        OSError: whose `filename` is the target where the name could not be given.
    """
    target = Path(target)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_prefix(target), suffix=PART)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        replace_file(part, target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and is_full(error) and not error.filename:
            # a failed write does not say of what; nobody knows the name of the part
            raise _of_target(error, target) from error
        raise


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target` for files that are to take its place; it vanishes when the block ends.

    An error of a full disk that names no file is raised as one of the target.
    """
    target = Path(target)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=_prefix(target), suffix=PART) as folder:
        try:
            yield Path(folder)
        except OSError as error:
            if is_full(error) and not error.filename:
                raise _of_target(error, target) from error
            raise


def _prefix(target: Path) -> str:
    """Return how the name of what is in the making for `target` begins: by it a dead run's is known."""
    return f".{_cut(target.name, 60)}.{_this_computer()}-{os.getpid()}-"


def write_text_atomic(target: Path, text: str) -> None:
    """Write a text in UTF-8 in place of `target`, whole or not at all. Raises as `fresh_file` does."""
    with fresh_file(target) as stream:
        stream.write(text.encode("utf-8"))


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of `content`: `os.write` may write a part of it and say so. Raises OSError."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def is_whole_pdf(path: Path) -> bool:
    """Return whether a file is there and ends as a PDF does: neither QGIS nor Qt says that the disk was full.

    Raises OSError where it cannot be read.
    """
    if not path.is_file():
        return False
    with open(path, "rb") as stream:
        stream.seek(max(0, path.stat().st_size - _PDF_LOOKED_AT))
        return _PDF_END in stream.read()


def open_member(package: zipfile.ZipFile, name: str, large: bool = False) -> IO[bytes]:
    """Open a new file of a ZIP to write it piece by piece; it is as `writestr` makes it of the whole.

    Parameters
        large: whether it may come to 2 GB, so that it has the sizes of ZIP64, which some programs do not read.
    """
    member = zipfile.ZipInfo(name, time.localtime()[:6])
    member.compress_type = package.compression
    return package.open(member, "w", force_zip64=large)


def append_line(path: Path, line: Union[str, bytes]) -> None:
    """Append one line to a file, whole and on the disk, or not at all.

    A line that a dead run left without its end is ended first, so that it does not swallow this one. Where the disk is
    full what was written of the line is taken away again.

    Raises
        OSError: the file cannot be written; it is then as it was.
    """
    content = (line.encode("utf-8") if isinstance(line, str) else line).rstrip(b"\n") + b"\n"
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        if before and _last_byte(descriptor, before) != b"\n":
            content = b"\n" + content
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        except OSError:
            if os.fstat(descriptor).st_size < before + len(content):
                os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)


def _last_byte(descriptor: int, size: int) -> bytes:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1)


def keep_private(folder: Path, group: str = "") -> int:
    """Let nobody but the user, or a group, into a folder and everything in it, whatever wrote it; return what changed.

    Folders become 0700 and files 0600; with a group 02770 (what is made in them belongs to the group too) and 0660.
    Links are not followed, and what belongs to another user is left to that user. On Windows the user's own access
    list holds, and nothing is done.

    Raises
        LookupError: this computer has no group of that name.
    """
    if os.name == "nt":
        return 0
    number = -1
    if group:
        import grp

        number = grp.getgrnam(group).gr_gid
    folder_mode, file_mode = (0o2770, 0o660) if group else (0o700, 0o600)
    changed = int(_set_mode(str(folder), os.stat(folder), folder_mode, number))
    for parent, names, files in os.walk(folder):
        for name in (*names, *files):
            path = os.path.join(parent, name)
            try:
                found = os.lstat(path)
            except FileNotFoundError:
                # in the making, and gone again
                continue
            if stat.S_ISDIR(found.st_mode):
                changed += _set_mode(path, found, folder_mode, number)
            elif stat.S_ISREG(found.st_mode):
                changed += _set_mode(path, found, file_mode, number)
    return changed


def _set_mode(path: str, found: os.stat_result, mode: int, group: int) -> bool:
    if found.st_uid != os.geteuid():
        return False
    right = stat.S_IMODE(found.st_mode) == mode and group in (-1, found.st_gid)
    if not right:
        try:
            if group not in (-1, found.st_gid):
                os.chown(path, -1, group)
            os.chmod(path, mode)
        except FileNotFoundError:
            return False
    return not right


def sweep_parts(folder: Path, older_than: float = 86_400.0) -> list[Path]:
    """Delete files and folders in the making that a dead run left in a folder and below; return them.

    Only those of `fresh_file` and `fresh_folder`: a download's part, which its next run goes on from, has no dot before
    its name. Links are not followed.

    Parameters
        older_than: seconds since the last write from which on a file of another computer counts as left behind; one of
            this computer does where its process is gone.
    """
    limit = time.time() - older_than
    gone = []
    for parent, folders, files in os.walk(folder):
        for name in [*files, *folders]:
            if not (name.startswith(".") and name.endswith(PART)):
                continue
            path = Path(parent, name)
            try:
                found = os.lstat(path)
            except FileNotFoundError:
                # in the making, and done
                continue
            if not (found.st_mtime < limit or _of_the_dead(name)):
                continue
            if stat.S_ISREG(found.st_mode):
                path.unlink(missing_ok=True)
                gone.append(path)
            elif stat.S_ISDIR(found.st_mode):
                # what another program holds open is for the next run
                shutil.rmtree(path, ignore_errors=True)
                gone.append(path)
    return sorted(gone)


def remove_parts_of(process: int, folder: Path) -> None:
    """Delete what a process of this computer that has ended left in the making in a folder, not below it."""
    for path in folder.glob(f".*.{_this_computer()}-{process}-*{PART}") if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _of_the_dead(name: str) -> bool:
    """Whether a process of this computer that is gone wrote a part of this name; unknown, so False, on Windows."""
    found = re.search(r"\.([0-9a-f]{8})-([0-9]{1,9})-[^.]*\.part$", name)
    if os.name == "nt" or found is None or found[1] != _this_computer():
        return False
    try:
        os.kill(int(found[2]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _this_computer() -> str:
    """Return eight signs that tell this computer from others that share a folder."""
    return f"{zlib.crc32(socket.gethostname().encode('utf-8', 'replace')):08x}"


def _cut(name: str, most: int) -> str:
    return name.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
