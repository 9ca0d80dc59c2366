"""One look at a received file: its checksum, its beginning, whether it is a ZIP, and a copy of it."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Optional

from ...aggregator.tabular import HEAD_BYTES, Head, head_in

BLOCK = 1 << 20


@dataclass(frozen=True)
class Look:
    """What one reading of a file told."""

    sha256: str
    head: Head
    zip: bool
    """Whether it ends as a ZIP does."""


def look_at(path: Path, copy: Optional[IO[bytes]] = None) -> Look:
    """Read a file once, block by block, and write it to `copy` where that is given. Raises `OSError`."""
    digest, beginning = hashlib.sha256(), b""
    with open(path, "rb", buffering=0) as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            if len(beginning) < HEAD_BYTES:
                beginning += block[: HEAD_BYTES - len(beginning)]
            if copy is not None:
                copy.write(block)
        return Look(digest.hexdigest(), head_in(beginning), zipfile.is_zipfile(stream))
