"""Whether the disk under a case is encrypted (ディスクの暗号化), as far as the system tells it to everybody.

The plugin does not encrypt a case itself: what QGIS ships on every system has no cipher that Python can use, and the
arrays and layers of a case are read in place by numpy and SQLite (docs/protection.md). It leans on the disk's
encryption, and says whether it is there. What cannot be found out is unknown, never “encrypted”.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Optional

from ..messages import Message, message

ENCRYPTING = frozenset(
    "ecryptfs fuse.encfs fuse.gocryptfs fuse.cryfs fuse.securefs fuse.veracrypt fuse.cppcryptfs".split()
)
"""File systems of Linux that are nothing but an encryption of another one."""
ELSEWHERE = frozenset("nfs nfs4 cifs smb3 smbfs fuse.sshfs 9p virtiofs fuse.davfs afs".split())
"""File systems whose disk is another computer's."""
OWN_CIPHER = frozenset("zfs bcachefs f2fs ext4".split())
"""File systems that can encrypt single folders themselves, which is not told here."""
_DEEPEST = 16
"""Of devices below devices: more is a circle."""


class Encryption(Enum):
    """What is known of the disk."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DiskEncryption:
    """What is known of the disk under a folder, and how, in words."""

    state: Encryption
    words: Message


def encryption_of(folder: Path, root: Path = Path("/")) -> DiskEncryption:
    """Return whether the disk under a folder is encrypted; `root` holds `proc` and `sys` (another folder in tests)."""
    if sys.platform.startswith("linux"):
        return _linux(Path(folder), root)
    if sys.platform == "darwin":
        where = message("see System Settings, Privacy & Security, FileVault")
    elif getattr(os.stat(folder), "st_file_attributes", 0) & getattr(stat, "FILE_ATTRIBUTE_ENCRYPTED", 0x4000):
        return DiskEncryption(Encryption.YES, message("encrypted by Windows (EFS) for this user"))
    else:
        where = message("see BitLocker in the Control Panel")
    return DiskEncryption(Encryption.UNKNOWN, message("cannot be found out from here: {where}", where=where))


def _linux(folder: Path, root: Path) -> DiskEncryption:
    mount = _mount_of(folder, root / "proc/self/mountinfo")
    if mount is None:
        return DiskEncryption(Encryption.UNKNOWN, message("the disk of the folder cannot be found out"))
    device, kind, source = mount
    if kind in ENCRYPTING:
        return DiskEncryption(Encryption.YES, message("encrypted folder ({kind})", kind=kind))
    if kind in ELSEWHERE:
        return DiskEncryption(
            Encryption.UNKNOWN, message("it lies on another computer ({kind}): ask who runs that", kind=kind)
        )
    entry = _entry_of(device, source, root)
    if entry is None:
        return DiskEncryption(Encryption.UNKNOWN, message("nothing is told of its disk ({kind})", kind=kind))
    if _all_encrypted(entry):
        return DiskEncryption(Encryption.YES, message("encrypted disk (LUKS)"))
    if kind in OWN_CIPHER:
        return DiskEncryption(
            Encryption.NO,
            message("the disk is not encrypted (a folder of its own on {kind} may be)", kind=kind),
        )
    return DiskEncryption(Encryption.NO, message("the disk is not encrypted"))


def _mount_of(folder: Path, table: Path) -> Optional[tuple[str, str, str]]:
    """Return device (`major:minor`), kind and source of the file system that a folder lies in, by `mountinfo`."""
    try:
        lines = table.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    path, best = PurePosixPath(os.path.realpath(folder)), None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, more = before.split(" "), after.split(" ")
        if len(fields) < 5 or len(more) < 2:
            continue
        place = PurePosixPath(_plain(fields[4]))
        # a later line lies over an earlier one at the same place
        if (place == path or place in path.parents) and (best is None or len(place.parts) >= len(best[0].parts)):
            best = place, (fields[2], more[0], _plain(more[1]))
    return best[1] if best else None


def _plain(text: str) -> str:
    """Return a path of `mountinfo`, in which blanks and the like are octal."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), text)


def _entry_of(device: str, source: str, root: Path) -> Optional[Path]:
    """Return the folder in `/sys` of a block device; of btrfs and the like by the name of its source."""
    entry = root / "sys/dev/block" / device
    if entry.exists():
        return entry.resolve()
    named = root / "sys/class/block" / PurePosixPath(source).name
    return named.resolve() if source.startswith("/dev/") and named.exists() else None


def _all_encrypted(entry: Path, depth: int = 0) -> bool:
    """Whether a device, or every one of the devices that it is made of, is an encrypted one."""
    try:
        name = (entry / "dm/uuid").read_text(encoding="ascii", errors="replace")
    except OSError:
        name = ""
    if name.startswith("CRYPT-"):
        return True
    below = sorted((entry / "slaves").iterdir()) if (entry / "slaves").is_dir() else []
    return bool(below) and depth < _DEEPEST and all(_all_encrypted(one.resolve(), depth + 1) for one in below)
