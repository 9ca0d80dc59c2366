"""The heads of ledgers, kept outside of the cases: in the user's profile, where whoever changes a case does not reach.

Without one a removed last line would leave a chain that looks whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .chain import Head

_PLACE: list[Path] = []
"""The folder of the heads once it is known; empty where none are kept (tests, scripts)."""


def keep_in(folder: Optional[Path]) -> None:
    """Keep the heads of ledgers in a folder of the user's profile from now on; None: nowhere."""
    _PLACE[:] = [] if folder is None else [Path(folder)]


def _file(ledger: Path) -> Optional[Path]:
    """Return the file with the head of a ledger. By its place: a copy elsewhere goes on by itself."""
    if not _PLACE:
        return None
    return _PLACE[0] / (hashlib.sha256(os.path.realpath(ledger).encode("utf-8")).hexdigest()[:32] + ".json")


def known(ledger: Path) -> Optional[Head]:
    """Return the head of a ledger as this profile knows it, None where it knows none.

    One that cannot be read counts as none: a broken profile does not accuse a case.
    """
    path = _file(ledger)
    if path is None or not path.is_file():
        return None
    # only now: QGIS imports this file when it starts
    from ..aggregator.outside import parse_json
    from .chain import Head

    try:
        record = parse_json(path.read_bytes())
        return Head(int(record["begin"]), int(record["end"]), str(record["digest"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(ledger: Path, head: Head) -> bool:
    """Keep the head of a ledger; return whether that was possible.

    A profile that cannot be written stops no work on a case: the head then stays behind, which `verifycase` allows.
    """
    path = _file(ledger)
    if path is None:
        return False
    from ..files import write_text_atomic

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomic(path, json.dumps(asdict(head)))
    except OSError:
        return False
    return True


def forget(ledger: Path) -> None:
    """Forget the head of a ledger whose place is taken by a new case."""
    path = _file(ledger)
    if path is not None:
        path.unlink(missing_ok=True)
