"""The ledger (台帳): one line for every file or layer written into a case, so that all can be disposed of.

Rule: data and what was derived from it are deleted and reported when use ends (manual §2.3, 用語集; METI 事務連絡).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Iterable, Iterator, Optional

from ..aggregator.outside import parse_json
from ..files import append_line
from ..messages import TomoshibiError, message

JST = timezone(timedelta(hours=9))
"""Japanese standard time; Japan has no summer time, so wall-clock times inside the project carry no zone."""


def now() -> datetime:
    """Return the present Japanese wall-clock time, without a zone, to the second."""
    return datetime.now(JST).replace(tzinfo=None, microsecond=0)


def sha256_of(path: Path, block: int = 1 << 20) -> str:
    """Return the SHA-256 of a file, read block by block."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while chunk := stream.read(block):
            digest.update(chunk)
    return digest.hexdigest()


@dataclass(frozen=True)
class Entry:
    """One thing written into the case."""

    when: str
    """ISO 8601 Japanese wall-clock time of writing."""
    algorithm: str
    """Id of the algorithm that wrote it, e.g. `tomoshibi:shelterpower`."""
    path: str
    """Path inside the case folder, with `/`; a layer is `layers.gpkg|shelterpower`; a file outside is absolute."""
    sources: tuple[str, ...]
    """What it was made from: paths as above or names of conditions."""
    personal: bool
    """Whether it holds or derives from personal data (個人データ) and so must be disposed of."""
    sha256: Optional[str]
    """Checksum of a file as written; None for a layer or for arrays that grow."""


def is_torn(line: bytes) -> bool:
    """Whether a line is the beginning of an entry that was never written to its end."""
    text = line.rstrip(b"\r\n")
    if text and text.strip(b"\0") == b"":
        # a file system that kept the length and lost the content
        return True
    return text[: len(_BEGINNING)] == _BEGINNING[: len(text)] and not text.endswith(b"}")


_BEGINNING = b'{"when": "'
"""How every line begins."""


class Ledger:
    """The file `ledger.jsonl`, appended to line by line."""

    def __init__(self, path: Path):
        self.path = Path(path)

    def add(
        self,
        algorithm: str,
        path: str,
        sources: Iterable[str] = (),
        personal: bool = True,
        sha256: Optional[str] = None,
    ) -> Entry:
        """Append one entry and return it. What is not known to be harmless is personal."""
        entry = Entry(now().isoformat(), algorithm, path, tuple(sources), personal, sha256)
        # Appended whole, so that two runs on one case do not cut each other's lines.
        append_line(self.path, json.dumps(asdict(entry), ensure_ascii=False))
        return entry

    def size(self) -> int:
        """Return the length in bytes: what is entered later stands beyond it."""
        return self.path.stat().st_size if self.path.exists() else 0

    def torn(self) -> int:
        """Return how many lines were left half-written by runs that the system ended."""
        if not self.path.exists():
            return 0
        with open(self.path, "rb") as stream:
            return sum(1 for line in stream if is_torn(line))

    def entries(self, beyond: int = 0) -> Iterator[Entry]:
        """Yield the entries in the order of writing, or those `beyond` a size.

        A line that a run cut off by the system left half-written is passed over (see `torn`): what it announced was
        not entered, and the next run enters it. Raises `TomoshibiError` naming any other line that cannot be read
        (counted from there).
        """
        if not self.path.exists():
            return
        with open(self.path, "rb") as stream:
            stream.seek(beyond)
            for number, line in enumerate(stream, 1):
                try:
                    record = parse_json(line)
                    entry = Entry(**{**record, "sources": tuple(record["sources"])})
                    if not isinstance(entry.path, str) or not isinstance(entry.sha256, (str, type(None))):
                        raise TypeError("no place")
                    yield entry
                except (ValueError, TypeError, KeyError) as error:
                    if is_torn(line):
                        continue
                    raise TomoshibiError(
                        message(
                            "Line {line} of the ledger {file} cannot be read. Mend or remove the line.",
                            line=number,
                            file=self.path.name,
                        )
                    ) from error
