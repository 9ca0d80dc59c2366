"""The ledger (台帳): one line for every file or layer written into a case, so that all can be disposed of.

Rule: data and what was derived from it are deleted and reported when use ends (manual §2.3, 用語集; METI 事務連絡).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Callable, Iterable, Iterator, Optional

from ..aggregator.folders import locked
from ..aggregator.outside import parse_json
from ..files import append_line, fresh_file
from ..messages import Progress, TomoshibiError, message
from . import chain, heads

JST = timezone(timedelta(hours=9))
"""Japanese standard time; Japan has no summer time, so wall-clock times inside the project carry no zone."""


def now() -> datetime:
    """Return the present Japanese wall-clock time, without a zone, to the second."""
    return datetime.now(JST).replace(tzinfo=None, microsecond=0)


def moment_in(text: str) -> datetime:
    """Return a moment that a file of the case tells. Raises `ValueError` where it has a zone, which ours never have."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        raise ValueError(f"{text} has a zone")
    return found


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
    recipient: str = ""
    """Who got it, where it leaves the case (a package, a tablet, an export); "" of what stays."""
    operator: str = ""
    """Who answers for the use (利用責任者), as the case said when the line was written."""
    purpose: str = ""
    """What the data are used for (利用目的), as the case said when the line was written."""
    previous: Optional[str] = None
    """SHA-256 of what stands before this line from the last chained line on (`casefile.chain`); None in old lines."""


_FIELDS = tuple(each.name for each in fields(Entry))
"""What is read of a line: a newer version may write more."""
LOCK_NAME = ".ledger"
"""Name of the lock that a run holds while it appends: two runs keep one chain."""
_LONGEST_TURN = 30.0
"""Seconds that another run's line is waited for."""


class Ledger:
    """The file `ledger.jsonl`, appended to line by line; each line holds the hash of the one before (連鎖)."""

    def __init__(self, path: Path, operator: str = "", purpose: str = ""):
        self.path = Path(path)
        self.operator = operator
        self.purpose = purpose

    def add(
        self,
        algorithm: str,
        path: str,
        sources: Iterable[str] = (),
        personal: bool = True,
        sha256: Optional[str] = None,
        recipient: str = "",
    ) -> Entry:
        """Append one entry and return it. What is not known to be harmless is personal.

        Parameters
            recipient: who gets what leaves the case (municipality, 課, team, person); "" of what stays in it.
        Raises
            OSError: the ledger cannot be written; it is then as it was.
            FolderBusy: another run kept the ledger for half a minute.
        """
        with locked(self.path.parent, Progress(), _LONGEST_TURN, LOCK_NAME, 0.01):
            entry = Entry(
                now().isoformat(),
                algorithm,
                path,
                tuple(sources),
                personal,
                sha256,
                recipient,
                self.operator,
                self.purpose,
                chain.previous_of_next(self.path),
            )
            known = heads.known(self.path)
            whole = known is None or known.holds(self.path)
            # Appended whole and on the disk, so that a run that dies does not cut another's line.
            append_line(self.path, json.dumps(asdict(entry), ensure_ascii=False))
            if whole:
                # else the head that is no longer there stays known, until somebody says why
                heads.keep(self.path, chain.head_of(self.path))
        return entry

    def rewrite(self, change: Callable[[str], str], algorithm: str, note: str) -> None:
        """Write the ledger anew, its texts changed, as one new chain that ends with a line about that.

        For a disposal only, which must leave no names: the old chain is lost with it.

        Parameters
            change: what is made of places, sources and recipients.
            algorithm, note: of the line at the end.
        """
        with locked(self.path.parent, Progress(), _LONGEST_TURN, LOCK_NAME, 0.01):
            content, begin = b"", 0
            when, of_use = now().isoformat(), (self.operator, self.purpose)
            last = Entry(when, algorithm, self.path.name, (note,), False, None, "", *of_use)
            for entry in [*self.entries(), last]:
                record = {**asdict(entry), "path": change(entry.path), "sources": [*map(change, entry.sources)]}
                record["recipient"] = change(entry.recipient)
                record["previous"] = hashlib.sha256(content[begin:]).hexdigest()
                begin = len(content)
                content += json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n"
            # a run that dies here leaves an end that is not known, which accuses nobody
            heads.forget(self.path)
            with fresh_file(self.path) as stream:
                stream.write(content)
            heads.keep(self.path, chain.head_of(self.path))

    def size(self) -> int:
        """Return the length in bytes: what is entered later stands beyond it."""
        return self.path.stat().st_size if self.path.exists() else 0

    def torn(self) -> int:
        """Return how many lines were left half-written by runs that the system ended."""
        if not self.path.exists():
            return 0
        with open(self.path, "rb") as stream:
            return sum(1 for line in stream if chain.is_torn(line))

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
                    known = {name: record[name] for name in _FIELDS if name in record}
                    entry = Entry(**{**known, "sources": tuple(record["sources"])})
                    if not isinstance(entry.path, str) or not isinstance(entry.sha256, (str, type(None))):
                        raise TypeError("no place")
                    yield entry
                except (ValueError, TypeError, KeyError) as error:
                    if chain.is_torn(line):
                        continue
                    raise TomoshibiError(
                        message(
                            "Line {line} of the ledger {file} cannot be read. Mend or remove the line.",
                            line=number,
                            file=self.path.name,
                        )
                    ) from error
