"""What of a case is to be deleted when its use ends (破棄), and what is kept: by the ledger, the sources followed.

Kept is only what is known to be harmless: the municipality's own lists and layers that name nobody, letters, and, if
asked, 統計データ as received with what was made from it alone. Everything else goes, also what no line tells of.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Iterable, Mapping, Sequence

from ..aggregator.outside import parse_json
from ..files import write_text_atomic
from .case import CASE_FILE, LEDGER_FILE, Case
from .disposal_outcome import OUTCOME_FILE, Deleted, Outstanding
from .ledger import Entry
from .needles import Needles
from .own_inputs import INPUTS_FILE, OWN_INPUTS, own_inputs
from .package_trim import BESIDE, layers_of
from .published import PUBLISHED_FILE

WORK = ".disposal"
"""Folder of a case that is being disposed of: plan and what is searched for. It goes last."""
FROM_STATISTICS = frozenset(
    f"tomoshibi:{name}" for name in ("meshoutage", "areaoutage", "recoveryindex", "contractcounts")
)
"""Algorithms whose results are made of 統計データ alone where the ledger does not call them personal."""
PAPERS = frozenset(f"tomoshibi:{name}" for name in ("requestletter", "disposalreport", "dispose"))
"""Algorithms that write letters and reports, which name no customer."""
_STAYS = frozenset(
    (CASE_FILE, LEDGER_FILE, OUTCOME_FILE, INPUTS_FILE, PUBLISHED_FILE, ".ledger.lock", ".download.lock")
)
"""Files that stay whatever is disposed of, though not with all that they say."""
_OF_A_DOWNLOAD = frozenset(("manifest.jsonl", "condition.json"))
_DATABASE = re.compile(r"(?:postgres|mssql|oracle|hana): (\S+)")
"""How the ledger tells of a table of a database, and its server: it is deleted there, not here."""
DATABASE = "postgis"
"""Kind of a schema of a database that the case was published to."""
_KINDS: Mapping[str, str] = {
    "received": "received",
    "byhand": "received",
    "readings": "store",
    "tables": "tables",
    "sheets": "sheets",
    "reports": "reports",
    "packages": "forms",
    "field": "forms",
    "passphrases": "forms",
    "inputs": "inputs",
    "context.gpkg": "inputs",
    "layers.gpkg": "layers",
}
"""Kind of what lies below a place of a case; hidden files are traces, and all else tables."""


@dataclass(frozen=True)
class Item:
    """One file, or one layer of a GeoPackage, that is to be deleted."""

    kind: str
    """One of `disposal_outcome.KINDS`."""
    place: str
    """Path inside the case with `/`, `package|layer`, or an absolute path."""
    bytes: int


@dataclass(frozen=True)
class Plan:
    """What a disposal does."""

    keep_statistics: bool
    items: tuple[Item, ...]
    kept: tuple[str, ...] = ()
    """Places that are kept: files, `package|layer`."""
    outstanding: tuple[Outstanding, ...] = ()
    traces: tuple[tuple[str, int], ...] = ()
    """(what, bytes) of the traces in the profile and in temporary folders."""

    def counts(self, gone: Iterable[Item]) -> tuple[Deleted, ...]:
        """Return what was deleted by kind; `gone`: the items that are no longer there."""
        found: dict[str, list[int]] = {}
        for kind, size in [*((item.kind, item.bytes) for item in gone), *(("traces", size) for _, size in self.traces)]:
            entry = found.setdefault(kind, [0, 0])
            entry[0] += 1
            entry[1] += size
        return tuple(Deleted(kind, count, size) for kind, (count, size) in sorted(found.items()))

    def save(self, path: Path) -> None:
        """Write it whole or not at all. Raises OSError."""
        write_text_atomic(path, json.dumps(asdict(self), ensure_ascii=False))

    @classmethod
    def load(cls, path: Path) -> Plan:
        """Return what `save` wrote. Raises OSError, ValueError, KeyError, TypeError."""
        record = parse_json(path.read_bytes())
        return cls(
            bool(record["keep_statistics"]),
            tuple(Item(**each) for each in record["items"]),
            tuple(record["kept"]),
            tuple(Outstanding(**each) for each in record["outstanding"]),
            tuple((str(what), int(size)) for what, size in record["traces"]),
        )


def plan_disposal(case: Case, keep_statistics: bool, needles: Needles) -> tuple[Plan, Needles]:
    """Return what is to be deleted, and what is to be searched for afterwards. Changes nothing.

    Parameters
        keep_statistics: keep 統計データ as received and what was made of it alone.
        needles: what identifies the people of the case (`needles_of`).
    Returns
        the plan, and the needles without names and addresses that the municipality's own harmless lists hold too.
    """
    entries = list(case.ledger.entries())
    own = _own(case)
    for place in sorted({place.partition("|")[0] for place in own} | {CASE_FILE}):
        needles = needles.without((case.folder / place).read_bytes())
    wanted = own | _papers(entries) | (_statistics(entries) if keep_statistics else set())
    kept = {place for place in wanted if _harmless(case, place, needles)}
    items, held = _inside(case, kept)
    outside, outstanding = _outside(entries)
    return Plan(keep_statistics, (*items, *outside), held, outstanding), needles


def with_databases(plan: Plan, places: Sequence[str]) -> Plan:
    """Return the plan with the schemas that the case was published to: dropped here, and not with others any more."""
    reached = tuple(f"{place}{end}" for place in places for end in (".", "_personal."))
    left = tuple(each for each in plan.outstanding if not (reached and each.path.startswith(reached)))
    return replace(plan, items=(*plan.items, *(Item(DATABASE, place, 0) for place in places)), outstanding=left)


def _own(case: Case) -> set[str]:
    """Return the places of the municipality's own inputs that name nobody."""
    folder = case.folder.resolve()
    return {
        case.relative(kept.path) + (f"|{kept.layer}" if kept.path.suffix == ".gpkg" and kept.layer else "")
        for kind, kept in own_inputs(case.folder).items()
        if not OWN_INPUTS[kind].personal and folder in kept.path.resolve().parents
    }


def _papers(entries: Iterable[Entry]) -> set[str]:
    return {entry.path for entry in entries if entry.algorithm in PAPERS and not entry.personal}


def _statistics(entries: Iterable[Entry]) -> set[str]:
    """Return the places of 統計データ and of what was made of it alone, the sources followed."""
    last = {entry.path: entry for entry in entries}
    harmless = {path: _sources(entry, last) for path, entry in last.items() if not entry.personal}
    found = {path for path in harmless if _is_statistics(last[path])}
    while True:
        step = _followed(harmless, found)
        if step == found:
            return found
        harmless = {path: sources for path, sources in harmless.items() if path in step or path not in found}
        found = step


def _followed(harmless: Mapping[str, set[str]], found: set[str]) -> set[str]:
    """Return what is made of nothing that goes: some of `found`, and more that is made of it."""
    made = {path for path, sources in harmless.items() if sources and sources <= found}
    return {path for path in found | made if harmless[path] <= found}


def _is_statistics(entry: Entry) -> bool:
    """Whether a line that is not personal tells of 統計データ as received, or of a result made of them."""
    return entry.path.startswith(("received/", "tables/")) or entry.algorithm in FROM_STATISTICS


def _sources(entry: Entry, last: Mapping[str, Entry]) -> set[str]:
    """Return the places of the ledger that something was made from; sources in words say nothing here."""
    named = {place for source in entry.sources for place in (source, f"layers.gpkg|{source}") if place in last}
    return named - {entry.path}


def _harmless(case: Case, place: str, needles: Needles) -> bool:
    """Whether a place that may be kept is there and holds nobody: a package as a whole is looked at once trimmed."""
    path = case.folder / place.partition("|")[0]
    if "|" in place:
        return path.is_file()
    if path.is_file():
        return _free(path, needles)
    return path.is_dir() and all(_free(each, needles) for each in path.rglob("*") if each.is_file())


def _free(path: Path, needles: Needles) -> bool:
    """Whether a file was looked through and names nobody; one that cannot be looked through is not known to."""
    try:
        return not needles.in_file(path)
    except OSError:
        return False


def _inside(case: Case, kept: set[str]) -> tuple[list[Item], tuple[str, ...]]:
    """Return (items, places kept) of everything in the case folder."""
    items: list[Item] = []
    held: list[str] = []
    files = sorted(path for path in case.folder.rglob("*") if path.is_file() and not path.is_symlink())
    for path in files:
        place = case.relative(path)
        if place in _STAYS or place.startswith(f"{WORK}/") or _goes_with_package(path):
            continue
        gone, staying = _of_file(case, path, place, kept)
        items += gone
        held += staying
    return items, tuple(dict.fromkeys(held))


def _of_file(case: Case, path: Path, place: str, kept: set[str]) -> tuple[list[Item], list[str]]:
    """Return (what goes, what stays) of one file."""
    if _is_kept(place, kept) or (path.name in _OF_A_DOWNLOAD and _all_kept(case, path.parent, kept)):
        return [], [_named(place, kept)]
    if path.suffix == ".gpkg":
        return _of_package(path, place, kept)
    return [Item(_kind(place), place, path.stat().st_size)], []


def _all_kept(case: Case, folder: Path, kept: set[str]) -> bool:
    """Whether every received file beside what tells of its download stays, so that this may."""
    others = [case.relative(path) for path in folder.iterdir() if path.name not in _OF_A_DOWNLOAD]
    return bool(others) and all(_is_kept(place, kept) for place in others)


def _named(place: str, kept: set[str]) -> str:
    """Return what a file that stays is told as: the folder that the ledger names, where it is one of many in it."""
    return next((parent.as_posix() for parent in Path(place).parents if parent.as_posix() in kept), place)


def _of_package(path: Path, place: str, kept: set[str]) -> tuple[list[Item], list[str]]:
    """Return (layers that go, layers that stay) of a GeoPackage; its bytes count once where all of it goes."""
    names = layers_of(path)
    staying = sorted(f"{place}|{name}" for name in names if f"{place}|{name}" in kept)
    going = [name for name in names if f"{place}|{name}" not in kept]
    size = 0 if staying else path.stat().st_size
    if not names:
        return [Item(_kind(place), place, size)], []
    items = [Item(_kind(place), f"{place}|{name}", size if number == 0 else 0) for number, name in enumerate(going)]
    return items, staying


def _goes_with_package(path: Path) -> bool:
    """Whether a file is what SQLite keeps beside a package: it goes when that is trimmed or deleted."""
    return any(path.name.endswith(end) and path.with_name(path.name[: -len(end)]).is_file() for end in BESIDE)


def _is_kept(place: str, kept: set[str]) -> bool:
    return place in kept or any(parent.as_posix() in kept for parent in Path(place).parents)


def _kind(place: str) -> str:
    first = place.split("/")[0]
    return "traces" if first.startswith(".") or place.endswith(".part") else _KINDS.get(first, "tables")


def _outside(entries: Sequence[Entry]) -> tuple[list[Item], tuple[Outstanding, ...]]:
    """Return the files that this computer still has where they were written elsewhere, and what is with others."""
    last = {entry.path: entry for entry in entries}
    given = {(entry.path, _holder(entry)): entry for entry in entries if _holder(entry)}
    items = []
    for place, entry in last.items():
        path = Path(place.partition("|")[0])
        if not entry.personal or not path.is_absolute():
            continue
        if path.is_file():
            items.append(Item("sheets", place, path.stat().st_size))
        elif not entry.recipient:
            # moved away, nobody knows to whom
            given[(place, "")] = entry
    told = [Outstanding(each.path, who, each.when, each.algorithm) for (_, who), each in given.items()]
    return items, tuple(told)


def _holder(entry: Entry) -> str:
    """Return who has what a line tells of, where that is not this computer; "" of what is in the case."""
    server = _DATABASE.match(entry.path)
    return entry.recipient or (server[1] if server and entry.personal else "")
