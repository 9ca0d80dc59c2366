"""A package as one ZIP: plain, or locked by AES-256 in the form of WinZip (AE-2) that 7-Zip, WinZip and Keka open.

Python's own `zipfile` writes no encryption, and ZIP's old cipher is none. AES itself comes from the package
`cryptography`, which Debian's QGIS has where it was installed and others may not have: without it nothing is locked,
and nothing weaker takes its place. The form: https://www.winzip.com/en/support/aes-encryption/ (AE-2, key by PBKDF2
with 1,000 rounds of HMAC-SHA1, AES in counter mode, HMAC-SHA1 over the ciphertext). So few rounds are enough only where
nobody can guess: passphrases are drawn here, 24 signs of 31, and never chosen by people.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import string
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Iterator, Optional

import numpy as np

from ..arrays import Array
from ..files import fresh_file
from ..messages import TomoshibiError, message

_SIGNS = "".join(sorted(set(string.digits + string.ascii_uppercase) - set("01IOZ")))
"""What passphrases are made of: nothing that a telephone or a page confuses (no 0 and O, 1 and I, Z)."""
_GROUPS, _GROUP = 6, 4
_ROUNDS, _KEY, _SALT, _CHECK, _SEAL, _WIDTH = 1000, 32, 16, 2, 10, 16
_BLOCK = 1 << 20
"""Bytes read at once."""
_MOST = (1 << 32) - (1 << 20)
"""Bytes of a file, and of the whole, that this form without ZIP64 takes."""
_METHOD, _DEFLATE, _VERSION, _FLAGS = 99, 8, 51, 0x801
"""AES, what it hides, version needed to open, flags: locked, names in UTF-8."""
_EXTRA = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, _DEFLATE)


class NoCipher(TomoshibiError):
    """Nothing here can encrypt."""


@dataclass(frozen=True)
class _Member:
    name: bytes
    offset: int
    packed: int
    size: int


def can_encrypt() -> bool:
    """Whether this Python has AES."""
    try:
        from cryptography.hazmat.primitives.ciphers import algorithms  # noqa: F401
    except ImportError:
        return False
    return True


def refuse_without_cipher() -> None:
    """Raise `NoCipher`, saying what to do instead, where this Python has no AES."""
    if not can_encrypt():
        raise NoCipher(
            message(
                "This QGIS cannot encrypt: its Python has no package “cryptography”, and nothing weaker is used in its "
                "place. Write the packages without encryption (ENCRYPT off) and lock them with the tool your "
                "organisation prescribes (7-Zip with AES-256, or an encrypted USB stick), or have “cryptography” "
                "installed and run again."
            )
        )


def new_passphrase() -> str:
    """Return a passphrase drawn at random (119 bits), in groups that can be read out on the telephone."""
    signs = [secrets.choice(_SIGNS) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(signs[first : first + _GROUP]) for first in range(0, len(signs), _GROUP))


def write_zip(folder: Path, target: Path, when: datetime, passphrase: Optional[str] = None) -> None:
    """Write all files of a folder into one ZIP, whole or not at all.

    Parameters
        folder: its files lie in the ZIP below the name of the folder.
        when: time that all members get, so that a ZIP says nothing of the computer's own times.
        passphrase: locks it by AES-256; None for a plain ZIP.
    Raises
        NoCipher: it is to be locked, and this Python has no AES.
        TomoshibiError: it would be larger than the form takes.
    """
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    if sum(path.stat().st_size for path in files) > _MOST:
        raise TomoshibiError(
            message(
                "The package {file} would be larger than 4 GB. Choose fewer themes or columns, or smaller areas.",
                file=Path(target).name,
            )
        )
    with fresh_file(target) as stream:
        if passphrase is None:
            _write_plain(stream, Path(folder), files, when)
        else:
            refuse_without_cipher()
            _write_locked(stream, Path(folder), files, when, passphrase)


def _name(folder: Path, path: Path) -> str:
    return (Path(folder.name) / path.relative_to(folder)).as_posix()


def _write_plain(stream: IO[bytes], folder: Path, files: list[Path], when: datetime) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            member = zipfile.ZipInfo(_name(folder, path), when.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            with open(path, "rb") as source, packed.open(member, "w") as sink:
                while block := source.read(_BLOCK):
                    sink.write(block)


def _write_locked(stream: IO[bytes], folder: Path, files: list[Path], when: datetime, passphrase: str) -> None:
    stamp = _dos_time(when)
    members = []
    for path in files:
        name, offset = _name(folder, path).encode("utf-8"), stream.tell()
        # sizes are known only after the member: written again below
        stream.write(_local(name, stamp, 0, 0))
        size, packed = 0, 0
        with open(path, "rb") as source:
            for part in _locked(source, passphrase):
                stream.write(part)
                packed += len(part)
            size = source.tell()
        end = stream.tell()
        stream.seek(offset)
        stream.write(_local(name, stamp, packed, size))
        stream.seek(end)
        members.append(_Member(name, offset, packed, size))
    begin = stream.tell()
    for member in members:
        stream.write(_central(member, stamp))
    length = stream.tell() - begin
    stream.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(members), len(members), length, begin, 0))


def _dos_time(when: datetime) -> tuple[int, int]:
    day = (when.year - 1980) << 9 | when.month << 5 | when.day
    return when.hour << 11 | when.minute << 5 | when.second // 2, day


def _local(name: bytes, stamp: tuple[int, int], packed: int, size: int) -> bytes:
    head = struct.pack(
        "<4s5H3L2H", b"PK\3\4", _VERSION, _FLAGS, _METHOD, *stamp, 0, packed, size, len(name), len(_EXTRA)
    )
    return head + name + _EXTRA


def _central(member: _Member, stamp: tuple[int, int]) -> bytes:
    head = struct.pack(
        "<4s6H3L5H2L",
        *(b"PK\1\2", _VERSION, _VERSION, _FLAGS, _METHOD, *stamp, 0, member.packed, member.size),
        *(len(member.name), len(_EXTRA), 0, 0, 0, 0, member.offset),
    )
    return head + member.name + _EXTRA


def _locked(source: IO[bytes], passphrase: str) -> Iterator[bytes]:
    """Yield salt, check, ciphertext and seal of what a file holds, compressed."""
    salt = os.urandom(_SALT)
    keys = hashlib.pbkdf2_hmac("sha1", passphrase.encode("ascii"), salt, _ROUNDS, 2 * _KEY + _CHECK)
    seal = hmac.new(keys[_KEY : 2 * _KEY], digestmod=hashlib.sha1)
    yield salt + keys[-_CHECK:]
    done = 0
    for clear in _in_blocks(_compressed(source)):
        count = -(-len(clear) // _WIDTH)
        stream = _key_stream(keys[:_KEY], done + 1, count)[: len(clear)]
        hidden = (np.frombuffer(clear, "u1") ^ stream).tobytes()
        done += count
        seal.update(hidden)
        yield hidden
    yield seal.digest()[:_SEAL]


def _key_stream(key: bytes, first: int, count: int) -> Array:
    """Return AES of the counters `first` … as this form wants them, little-endian, which no counter mode counts.

    To decrypt in cipher feedback is to add AES of each block to the next one: of the counters themselves that is the
    stream, added to counters that are known.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    counters = np.zeros((count + 1, 2), "<u8")
    counters[:, 0] = np.arange(first, first + count + 1)
    blocks = counters.tobytes()
    feedback = _cipher_feedback()(blocks[:_WIDTH])
    added = Cipher(algorithms.AES(key), feedback).decryptor().update(blocks[_WIDTH:])
    stream: Array = np.frombuffer(added, "u1") ^ np.frombuffer(blocks[_WIDTH:], "u1")
    return stream


def _cipher_feedback() -> Any:
    """Return the mode of cipher feedback, which newer versions keep elsewhere."""
    try:
        from cryptography.hazmat.decrepit.ciphers.modes import CFB
    except ImportError:
        from cryptography.hazmat.primitives.ciphers.modes import CFB
    return CFB


def _compressed(source: IO[bytes]) -> Iterator[bytes]:
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    while block := source.read(_BLOCK):
        yield squeeze.compress(block)
    yield squeeze.flush()


def _in_blocks(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes of parts in pieces of whole AES blocks; only the last may be shorter."""
    held = b""
    for part in parts:
        held += part
        whole = len(held) // _WIDTH * _WIDTH
        if whole:
            yield held[:whole]
            held = held[whole:]
    if held:
        yield held
