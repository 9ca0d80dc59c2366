"""Whether the files of a case are those that its ledger tells of: for a case that came from somewhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..aggregator.outside import shown
from ..messages import Message, Progress, message
from .case import Case
from .guard import LeadsOutside, place_inside
from .ledger import sha256_of

NAMED = 5
"""Files named in a message."""
_LISTED_FOLDERS = ("received", "sheets", "reports", "contractors", "doubts", "inputs")
"""Folders in which every file has a line in the ledger; the others hold tables and layers that are told as a whole."""


@dataclass(frozen=True)
class Verification:
    """How the files of a case compare with its ledger. Paths are inside the case, with `/`."""

    checked: int
    """Files whose SHA-256 is as the ledger says."""
    changed: tuple[str, ...] = ()
    """Files with another SHA-256."""
    missing: tuple[str, ...] = ()
    """Files the ledger tells of that are not there."""
    unlisted: tuple[str, ...] = ()
    """Files the ledger does not tell of."""
    outside: tuple[str, ...] = ()
    """Places the ledger gives with a checksum that lead out of the case."""

    @property
    def good(self) -> bool:
        """Whether nothing differs."""
        return not (self.changed or self.missing or self.unlisted or self.outside)

    def messages(self) -> list[Message]:
        """Return what differs, one message a kind, naming the first files."""
        kinds = (
            (self.changed, message("{count} file(s) are not as the ledger says: {names}", **_named(self.changed))),
            (self.missing, message("{count} file(s) of the ledger are missing: {names}", **_named(self.missing))),
            (self.unlisted, message("{count} file(s) are not in the ledger: {names}", **_named(self.unlisted))),
            (self.outside, message("{count} place(s) lead out of the case: {names}", **_named(self.outside))),
        )
        return [what for found, what in kinds if found]


def _named(places: tuple[str, ...]) -> dict[str, object]:
    names = ", ".join(shown(place, 80) for place in places[:NAMED])
    return {"count": len(places), "names": names + (" …" if len(places) > NAMED else "")}


def verify(case: Case, progress: Optional[Progress] = None) -> Verification:
    """Compare every file that has a checksum in the ledger with it, the small ones first.

    Of a file that was written several times the last line counts. Raises `TomoshibiError` where the ledger cannot be
    read, OSError where a file cannot.
    """
    progress = progress or Progress()
    told: dict[str, str] = {}
    named: set[str] = set()
    outside: list[str] = []
    for entry in case.ledger.entries():
        named.add(entry.path)
        told.pop(entry.path, None)
        if entry.sha256:
            told[entry.path] = entry.sha256
    files, missing = [], []
    for place, digest in told.items():
        if Path(place).is_absolute():
            # made outside the case at the user's wish
            continue
        try:
            path = place_inside(case.folder, place)
        except LeadsOutside:
            outside.append(place)
            continue
        if path.is_file():
            files.append((path.stat().st_size, place, path, digest))
        else:
            missing.append(place)
    changed, whole, done = [], sum(size for size, *_ in files) or 1, 0
    for size, place, path, digest in sorted(files):
        progress.raise_if_cancelled()
        if sha256_of(path) != digest:
            changed.append(place)
        done += size
        progress.set_fraction(done / whole)
    return Verification(
        len(files) - len(changed), tuple(changed), tuple(sorted(missing)), _unlisted(case, named), tuple(outside)
    )


def _unlisted(case: Case, named: set[str]) -> tuple[str, ...]:
    """Return files in `_LISTED_FOLDERS` that no line tells of, neither by name nor by a folder they are in."""
    found = []
    for folder in _LISTED_FOLDERS:
        for path in sorted((case.folder / folder).rglob("*")):
            place = path.relative_to(case.folder).as_posix()
            parents = {parent.as_posix() for parent in Path(place).parents}
            if path.is_file() and not path.name.startswith(".") and place not in named and not parents & named:
                found.append(place)
    return tuple(found)
