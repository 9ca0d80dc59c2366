"""The real files that are judged on: where they come from, and whether those at hand are the same."""

from __future__ import annotations

import csv
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

LIST = Path(__file__).with_name("sources.csv")


@dataclass(frozen=True)
class Source:
    """One real file; it stays where it is, and is no part of the project."""

    file: str
    """Its path in the folder of data; its first part names the set."""
    sha256: str
    """Of its content; of one that is packed (.gz) the content unpacked, as packers differ."""
    repository: str
    commit: str
    path_there: str
    licence: str

    @property
    def set_name(self) -> str:
        """The set it belongs to."""
        return self.file.partition("/")[0]


def sources(listed: Path = LIST) -> tuple[Source, ...]:
    """Return all real files, in the order of the list."""
    with open(listed, encoding="utf-8", newline="") as stream:
        return tuple(Source(**row) for row in csv.DictReader(stream))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content, unpacked. Raises `OSError` where it cannot be read or unpacked."""
    raw = path.read_bytes()
    return hashlib.sha256(gzip.decompress(raw) if path.suffix == ".gz" else raw).hexdigest()


def trouble(data: Optional[Path], set_name: str, listed: tuple[Source, ...]) -> str:
    """Return why a set of files cannot be judged on; "" where all of it is there and the same.

    A file that is not the listed one is named with both sums: figures of other data stand in no table.
    """
    if data is None:
        return "data absent: no folder was given (DATA=)"
    files = [source for source in listed if source.set_name == set_name]
    absent = [source for source in files if not (data / source.file).is_file()]
    if absent:
        return f"data absent: {absent[0].file}" + (f" and {len(absent) - 1} more" if len(absent) > 1 else "")
    for source in files:
        try:
            found = digest(data / source.file)
        except (OSError, EOFError) as error:
            return f"data cannot be read: {source.file} ({type(error).__name__})"
        if found != source.sha256:
            return f"another file: {source.file} has the SHA-256 {found[:12]}…, listed is {source.sha256[:12]}…"
    return ""
