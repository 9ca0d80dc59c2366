"""Step 1, for ZIPs: members are unpacked beside the archive, none outside its folder, none without limit."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Iterator, Sequence

from ...aggregator.tabular import FileProblem
from ...files import replace_file
from ...messages import message
from ..publications import UNPACKED
from .run import IntakeRun

MAX_MEMBERS = 10_000
MAX_RATIO = 200
"""A member of a ZIP that grows more than this, and is large, is no published table."""
LARGE = 256 << 20
COPY_BLOCK = 1 << 20


def unpack_members(run: IntakeRun, archive: Path) -> Iterator[Path]:
    """Yield the members of a ZIP, unpacked into `<name>.unzipped`. Only the last part of a member's name counts."""
    folder = archive.with_name(archive.name + UNPACKED)
    try:
        with zipfile.ZipFile(archive) as stream:
            members = [member for member in stream.infolist() if not member.is_dir()]
            _check_archive(archive, members)
            folder.mkdir(exist_ok=True)
            names: set[str] = set()
            for member in members:
                run.watch.check()
                name = _member_name(member, names)
                try:
                    yield _unpack(stream, member, folder / name)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                    raise FileProblem(
                        message("{file}: {member} is damaged. Get the ZIP again.", file=archive.name, member=name)
                    ) from error
            if not members:
                raise FileProblem(message("{file} is an empty ZIP: nothing was published.", file=archive.name))
    except zipfile.BadZipFile as error:
        raise FileProblem(message("{file} is a damaged ZIP. Get it again.", file=archive.name)) from error


def _check_archive(archive: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise FileProblem(
            message("{file} is locked with a passphrase. Unlock it and import what is inside.", file=archive.name)
        )
    total = sum(member.file_size for member in members)
    bomb = any(
        member.file_size > LARGE and member.file_size > MAX_RATIO * max(1, member.compress_size) for member in members
    )
    if bomb or len(members) > MAX_MEMBERS:
        raise FileProblem(
            message(
                "{file} would unpack to far more than published data can be. It was not unpacked; get it again.",
                file=archive.name,
            )
        )
    if total > shutil.disk_usage(archive.parent).free:
        raise FileProblem(
            message(
                "There is no room to unpack {file} ({size} MB). Free space on the disk, then import again.",
                file=archive.name,
                size=total >> 20,
            )
        )


def _member_name(member: zipfile.ZipInfo, taken: set[str]) -> str:
    """Return a plain file name for a member: no folders, no signs that a file name may not have, no name twice."""
    text = member.filename
    if not member.flag_bits & 0x800:
        # names that are not UTF-8 come from Japanese Windows
        try:
            text = text.encode("cp437").decode("cp932")
        except UnicodeError:
            text = member.filename
    plain = PurePosixPath(text.replace("\\", "/")).name
    plain = re.sub(r'[<>:"|?*\x00-\x1f]', "_", plain).strip(" .") or "member"
    stem, suffix = os.path.splitext(plain)
    number = 1
    while plain.lower() in taken:
        number += 1
        plain = f"{stem}({number}){suffix}"
    taken.add(plain.lower())
    return plain


def _unpack(stream: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Path:
    part = target.with_name(target.name + ".part")
    left = member.file_size
    try:
        with stream.open(member) as source, open(part, "wb") as sink:
            while block := source.read(COPY_BLOCK):
                left -= len(block)
                if left < 0:
                    raise zipfile.BadZipFile(member.filename)
                sink.write(block)
        replace_file(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target
