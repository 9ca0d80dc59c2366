"""Whether the files of a case are those that its ledger tells of: for a case that came from somewhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from ..aggregator.outside import shown
from ..messages import Message, Progress, message
from . import heads
from .case import CASE_FILE, LEDGER_FILE, Case
from .chain import Break, Broken, ChainState, check
from .disposal_outcome import OUTCOME_FILE, read_outcome
from .guard import LeadsOutside, place_inside
from .ledger import sha256_of
from .package_trim import BESIDE, layers_of

NAMED = 5
"""Files named in a message."""
_OF_THE_CASE = frozenset(
    (
        CASE_FILE,
        LEDGER_FILE,
        OUTCOME_FILE,
        "recipes.json",
        "imports.jsonl",
        "inputs.json",
        "refresh.json",
        "stamps.json",
    )
)
"""Files in which a case tells of itself."""
_OF_A_DOWNLOAD = frozenset(("manifest.jsonl", "condition.json"))
"""Files of a received folder that tell what was asked for, and how far its download has come."""


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
    chain: ChainState = field(default_factory=lambda: ChainState(0, 0, (), ()))
    """What the lines of the ledger say of each other."""
    head_known: bool = False
    """Whether this profile knows where the ledger ended: without it a removed last line cannot be found."""

    @property
    def good(self) -> bool:
        """Whether nothing differs."""
        return not (self.changed or self.missing or self.unlisted or self.outside or self.chain.broken)

    def messages(self) -> list[Message]:
        """Return what differs, one message a kind, naming the first files."""
        kinds = (
            (self.changed, message("{count} file(s) are not as the ledger says: {names}", **_named(self.changed))),
            (self.missing, message("{count} file(s) of the ledger are missing: {names}", **_named(self.missing))),
            (self.unlisted, message("{count} file(s) are not in the ledger: {names}", **_named(self.unlisted))),
            (self.outside, message("{count} place(s) lead out of the case: {names}", **_named(self.outside))),
        )
        return [*map(_broken, self.chain.broken), *(what for found, what in kinds if found)]

    def notes(self) -> list[Message]:
        """Return what is no sign of a change and should be known: torn lines, a ledger whose end nobody noted here."""
        torn, chain = self.chain.torn, self.chain
        noted = []
        if torn:
            noted.append(
                message(
                    "{count} line(s) of the ledger were left half-written by runs that were ended ({lines}): what they "
                    "announced was not entered.",
                    count=len(torn),
                    lines=", ".join(map(str, torn[:NAMED])),
                )
            )
        if not self.head_known:
            noted.append(
                message(
                    "Where the ledger ended is not noted in this QGIS profile (the case was made or copied elsewhere): "
                    "whether last lines were removed cannot be told here. Compare with whoever handed it over: "
                    "{lines} lines.",
                    lines=chain.lines,
                )
            )
        if chain.chained < chain.lines - len(torn):
            noted.append(
                message(
                    "{count} line(s) of the ledger were written by a version without a chain: they are held by the "
                    "line after them only.",
                    count=chain.lines - len(torn) - chain.chained,
                )
            )
        return noted


def _broken(found: Broken) -> Message:
    """Return what a place where the chain is broken means."""
    line = found.line
    return {
        Break.CHANGED: message("The ledger was changed before line {line}: a line there is not as written.", line=line),
        Break.INSERTED: message("Lines were put into the ledger before line {line} later.", line=line),
        Break.MOVED: message("Line {line} of the ledger stands elsewhere than where it was written.", line=line),
        Break.UNCHAINED: message("Line {line} of the ledger was not written by this version.", line=line),
        Break.ENDED: message(
            "The last lines of the ledger that this QGIS profile knows of are gone or were changed: it now ends with "
            "line {line}.",
            line=line,
        ),
    }[found.how]


def _named(places: tuple[str, ...]) -> dict[str, object]:
    names = ", ".join(shown(place, 80) for place in places[:NAMED])
    return {"count": len(places), "names": names + (" …" if len(places) > NAMED else "")}


def verify(case: Case, progress: Optional[Progress] = None) -> Verification:
    """Compare the lines of the ledger with each other, and every file that has a checksum in it with that.

    Of a file that was written several times the last line counts. Raises `TomoshibiError` where the ledger cannot be
    read, OSError where a file cannot.
    """
    progress = progress or Progress()
    known = heads.known(case.ledger.path)
    chain = check(case.ledger.path, known)
    told, named = _told(case)
    files, missing, outside = _sorted(case, told)
    changed, whole, done = [], sum(size for size, *_ in files) or 1, 0
    for size, place, path, digest in sorted(files):
        progress.raise_if_cancelled()
        if sha256_of(path) != digest:
            changed.append(place)
        done += size
        progress.set_fraction(done / whole)
    return Verification(
        len(files) - len(changed),
        tuple(changed),
        tuple(sorted(missing)),
        _unlisted(case, named),
        tuple(outside),
        chain,
        known is not None,
    )


def _told(case: Case) -> tuple[dict[str, str], set[str]]:
    """Return ({place: checksum of its last line}, all places) of the ledger."""
    told: dict[str, str] = {}
    named: set[str] = set()
    for entry in case.ledger.entries():
        named.add(entry.path)
        told.pop(entry.path, None)
        if entry.sha256:
            told[entry.path] = entry.sha256
    return told, named


def _sorted(case: Case, told: dict[str, str]) -> tuple[list[tuple[int, str, Path, str]], list[str], list[str]]:
    """Return ((bytes, place, path, checksum) of files that are there, places that are missing, that lead outside)."""
    files, missing, outside = [], [], []
    # what was disposed of is rightly gone
    disposed = read_outcome(case.folder) is not None
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
        elif not disposed:
            missing.append(place)
    return files, missing, outside


def _unlisted(case: Case, named: set[str]) -> tuple[str, ...]:
    """Return files and layers that no line tells of, neither by name nor by a folder they are in."""
    packages = {place.partition("|")[0] for place in named if "|" in place}
    found: list[str] = []
    for path in sorted(case.folder.rglob("*")):
        place = path.relative_to(case.folder).as_posix()
        if not path.is_file() or _is_told(place, named) or _is_own(place):
            continue
        layers = sorted(f"{place}|{layer}" for layer in layers_of(path)) if place in packages else [place]
        found += [each for each in layers if each not in named]
    return tuple(found)


def _is_told(place: str, named: set[str]) -> bool:
    """Whether a line tells of a file by its name, as the one QGIS keeps of before (~), or by a folder that it is in."""
    return (
        place in named
        or place.rstrip("~") in named
        or any(parent.as_posix() in named for parent in Path(place).parents)
    )


def _is_own(place: str) -> bool:
    """Whether a case writes a file of this place for itself, without a line."""
    parts = Path(place).parts
    hidden = any(part.startswith(".") for part in parts)
    return hidden or place in _OF_THE_CASE or place.endswith(BESIDE) or parts[-1] in _OF_A_DOWNLOAD
