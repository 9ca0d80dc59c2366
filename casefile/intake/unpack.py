"""Step 1, for ZIPs: members are unpacked beside the archive, none outside its folder, none without limit.

A member that cannot be had is told and the others are unpacked.
"""

from __future__ import annotations

import errno
import os
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import Iterator, Sequence

from ...aggregator.outside import shown
from ...aggregator.rejects import name_apart
from ...aggregator.tabular import FileProblem
from ...files import DAMAGED_ZIP, LONGEST_NAME, fresh_file, name_key, portable_name
from ...messages import message
from ..publications import UNPACKED
from .run import IntakeRun

MAX_MEMBERS = 10_000
MAX_RATIO = 200
"""A ZIP that grows more than this, and is large, holds no published tables."""
LARGE = 256 << 20
SHARE_OF_DISK = 0.5
"""Of the free disk that one ZIP may fill: its tables need the rest."""
COPY_BLOCK = 1 << 20
_OF_A_MEMBER = frozenset({None, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})
"""What an OSError says where the member is to blame; any other is the disk's or the folder's, and no ZIP is damaged."""
_LOCKED = 1
"""Bit of a member's flags: it is encrypted."""


def unpack_members(run: IntakeRun, archive: Path) -> Iterator[Path]:
    """Yield the members of a ZIP, unpacked into `<name>.unzipped`. Only the last part of a member's name counts.

    Raises
        FileProblem: nothing of the archive can be had.
        OSError: the disk is full, or the folder cannot be written.
    """
    folder = archive.with_name(archive.name + UNPACKED)
    try:
        stream = zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise FileProblem(message("{file} is a damaged ZIP. Get it again.", file=archive.name)) from error
    with stream:
        members = [member for member in stream.infolist() if not member.is_dir()]
        _check_archive(archive, members)
        folder.mkdir(exist_ok=True)
        names: set[str] = set()
        for member in members:
            run.progress.raise_if_cancelled()
            try:
                target = folder / _member_name(run, archive, member, names)
                _unpack(stream, member, target)
            except FileProblem as problem:
                run.fail(archive, problem.message)
            except (*DAMAGED_ZIP, OSError) as error:
                if isinstance(error, OSError) and error.errno not in _OF_A_MEMBER:
                    raise
                what = message("{file}: {member} is damaged. Get the ZIP again.", file=archive.name, member=target.name)
                run.fail(archive, what)
            else:
                yield target


def _check_archive(archive: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    if not members:
        raise FileProblem(message("{file} is an empty ZIP: nothing was published.", file=archive.name))
    if all(member.flag_bits & _LOCKED for member in members):
        raise FileProblem(
            message("{file} is locked with a passphrase. Unlock it and import what is inside.", file=archive.name)
        )
    total = sum(member.file_size for member in members)
    # by the size of the archive: members may share their bytes, so that each for itself looks honest
    bomb = total > LARGE and total > MAX_RATIO * archive.stat().st_size
    if bomb or len(members) > MAX_MEMBERS:
        raise FileProblem(
            message(
                "{file} would unpack to far more than published data can be. It was not unpacked; get it again.",
                file=archive.name,
            )
        )
    if total > SHARE_OF_DISK * shutil.disk_usage(archive.parent).free:
        raise FileProblem(
            message(
                "There is no room to unpack {file} ({size} MB). Free space on the disk, then import again.",
                file=archive.name,
                size=total >> 20,
            )
        )


def _member_name(run: IntakeRun, archive: Path, member: zipfile.ZipInfo, taken: set[str]) -> str:
    """Return a plain file name for a member: no folders, nothing a system refuses or reads as another member's name.

    Raises
        FileProblem: the name is longer than file systems take, or the member is locked.
    """
    text = member.filename
    if not member.flag_bits & 0x800:
        # names that are not UTF-8 come from Japanese Windows
        try:
            text = text.encode("cp437").decode("cp932")
        except UnicodeError:
            text = member.filename
    given = PurePosixPath(text.replace("\\", "/")).name
    if len(given.encode("utf-8", "replace")) > LONGEST_NAME:
        raise FileProblem(
            message(
                "{file}: a member has a name that is too long ({member}). It was left out; rename it, pack it again.",
                file=archive.name,
                member=shown(given, 60),
            )
        )
    if member.flag_bits & _LOCKED:
        raise FileProblem(
            message("{file}: {member} is locked with a passphrase.", file=archive.name, member=shown(given, 60))
        )
    name = _free(name_apart(portable_name(given)) or "member", taken)
    if name != given:
        run.progress.warn(
            message("{file}: {member} is kept as {name}.", file=archive.name, member=shown(given, 60), name=name)
        )
    return name


def _free(plain: str, taken: set[str]) -> str:
    """Return a name as it is, or numbered where it is taken; from now on it is."""
    stem, suffix = os.path.splitext(plain)
    name, number = plain, 1
    while name_key(name) in taken:
        number += 1
        name = f"{stem}({number}){suffix}"
    taken.add(name_key(name))
    return name


def _unpack(stream: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    left = member.file_size
    with fresh_file(target) as sink, stream.open(member) as source:
        while block := source.read(COPY_BLOCK):
            left -= len(block)
            if left < 0:
                raise zipfile.BadZipFile(member.filename)
            sink.write(block)
