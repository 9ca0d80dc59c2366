"""The chain (連鎖) of the ledger: each line holds the hash of what stands before it, so that no line changes unseen.

`previous` of a line is the SHA-256 of the bytes from the beginning of the last chained line before it up to its own
beginning. What lies between two chained lines (a line that a killed run left torn, a line of an older version) is thus
held by the next one; the first chained line holds all that was there before the chain began.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Iterator, Optional

from ..aggregator.outside import parse_json

_BEGINNING = b'{"when": "'
"""How every line begins."""
_TAIL = 1 << 16
"""Bytes of the end of a ledger in which its last line is looked for first."""


def is_torn(line: bytes) -> bool:
    """Whether a line is the beginning of an entry that was never written to its end."""
    text = line.rstrip(b"\r\n")
    if text and text.strip(b"\0") == b"":
        # a file system that kept the length and lost the content
        return True
    return text[: len(_BEGINNING)] == _BEGINNING[: len(text)] and not text.endswith(b"}")


@dataclass(frozen=True)
class Head:
    """The end of a chain: where its last line begins and ends in the file, and the SHA-256 of it."""

    begin: int
    end: int
    digest: str

    def holds(self, path: Path) -> bool:
        """Whether the ledger still has this line where it was. Raises OSError where it cannot be read."""
        if not path.exists():
            return self.end == 0
        with open(path, "rb") as stream:
            stream.seek(self.begin)
            return _digest(stream.read(self.end - self.begin)) == self.digest


class Break(Enum):
    """How a chain is broken."""

    CHANGED = "changed"
    """A line before the one named was changed, or lines were removed."""
    INSERTED = "inserted"
    """Lines before the one named were put in later."""
    MOVED = "moved"
    """The line named stands elsewhere than where it was written."""
    UNCHAINED = "unchained"
    """The line named holds no hash though the chain had begun, and no later line holds it."""
    ENDED = "ended"
    """The last lines that this profile knows of are gone or were changed."""


@dataclass(frozen=True)
class Broken:
    """One place where the chain does not hold."""

    line: int
    """Number of the line in the file, from 1."""
    how: Break


@dataclass(frozen=True)
class ChainState:
    """What the lines of a ledger say of each other."""

    lines: int
    chained: int
    """Lines that hold the hash of what stands before them."""
    torn: tuple[int, ...]
    """Numbers of lines that a killed run left half-written; no sign of tampering."""
    broken: tuple[Broken, ...]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _previous(line: bytes) -> Optional[str]:
    """Return the hash that a line holds, None where it holds none or is no whole line."""
    try:
        record = parse_json(line)
    except ValueError:
        return None
    found = record.get("previous") if isinstance(record, dict) else None
    return found if isinstance(found, str) else None


def head_of(path: Path) -> Head:
    """Return the end of a ledger's chain: its last chained line with what stands behind it. Raises OSError."""
    size = path.stat().st_size if path.exists() else 0
    if not size:
        return Head(0, 0, _digest(b""))
    reach = _TAIL
    with open(path, "rb") as stream:
        while True:
            begin = max(size - reach, 0)
            stream.seek(begin)
            tail = stream.read(size - begin)
            for at, line in reversed(list(_split(tail))):
                # the first line of a tail may be a part of one
                if (at or not begin) and _previous(line) is not None:
                    return Head(begin + at, size, _digest(tail[at:]))
            if not begin:
                return Head(0, size, _digest(tail))
            reach *= 4


def _split(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        end = content.find(b"\n", at) + 1 or len(content)
        yield at, content[at:end]
        at = end


def previous_of_next(path: Path) -> str:
    """Return what the next line of a ledger holds as `previous`. Raises OSError where the ledger cannot be read."""
    head = head_of(path)
    if not head.end:
        return head.digest
    with open(path, "rb") as stream:
        stream.seek(head.begin)
        content = stream.read(head.end - head.begin)
    # what a dead run left without its end is ended by the next line
    return _digest(content if content.endswith(b"\n") else content + b"\n")


def check(path: Path, head: Optional[Head] = None) -> ChainState:
    """Compare every line of a ledger with what the next one holds of it, and its end with the head kept elsewhere.

    Parameters
        head: the last line this profile wrote or saw; None where it knows none (a case of another computer).
    Raises
        OSError: the ledger cannot be read.
    """
    content = path.read_bytes() if path.exists() else b""
    found = list(_split(content))
    torn = tuple(number for number, (_, line) in enumerate(found, 1) if is_torn(line))
    chained = [(number, at, held) for number, (at, line) in enumerate(found, 1) if (held := _previous(line))]
    broken = [*_breaks(content, found, chained), *_unchained(found, chained)]
    if head is not None and not head.holds(path):
        broken.append(Broken(len(found), Break.ENDED))
    return ChainState(len(found), len(chained), torn, tuple(broken))


def _breaks(content: bytes, found: list[tuple[int, bytes]], chained: list[tuple[int, int, str]]) -> Iterator[Broken]:
    """Yield the chained lines, as (number, offset, hash held), that do not hold what stands before them."""
    alone = {_digest(b""): -1, **{_digest(line): at for at, line in found}}
    last = 0
    for number, at, held in chained:
        if held != _digest(content[last:at]):
            yield Broken(number, _how(alone.get(held), at))
        last = at


def _unchained(found: list[tuple[int, bytes]], chained: list[tuple[int, int, str]]) -> Iterator[Broken]:
    """Yield whole lines behind the last chained one: nothing holds them."""
    for number, (at, line) in enumerate(found, 1):
        if chained and at > chained[-1][1] and not is_torn(line):
            yield Broken(number, Break.UNCHAINED)


def _how(before: Optional[int], at: int) -> Break:
    """Return how the chain is broken at a line; `before`: where the line stands that it was written behind."""
    if before is None:
        return Break.CHANGED
    return Break.INSERTED if before < at else Break.MOVED
