"""Whether a PDF was written to its end: neither QGIS nor Qt says that the disk was full."""

from __future__ import annotations

from pathlib import Path

END = b"%%EOF"
"""What every PDF ends in."""
LOOKED_AT = 1024
"""Bytes at the end in which it stands."""


def is_whole(path: Path) -> bool:
    """Return whether a file is there and ends as a PDF does. Raises OSError where it cannot be read."""
    if not path.is_file():
        return False
    with open(path, "rb") as stream:
        stream.seek(max(0, path.stat().st_size - LOOKED_AT))
        return END in stream.read()
