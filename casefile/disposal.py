"""Disposing (破棄) of a case: everything personal and everything made from it goes, and it is shown that it is gone.

Each step can be done again: a run that was killed is gone on with by the next one, which ends the same. Until the end
the folder `.disposal` holds the plan and what is searched for; it goes last.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Callable, Optional, Protocol

from ..aggregator.folders import locked
from ..aggregator.outside import shown
from ..files import sweep_parts, sync_folder
from ..messages import Progress
from .case import Case
from .chain import head_of
from .disposal_outcome import OUTCOME_FILE, DisposalOutcome, SearchScope, read_outcome, write_outcome
from .disposal_plan import DATABASE, WORK, Item, Plan, plan_disposal, with_databases
from .guard import place_inside
from .intake import LONGEST_TURN
from .ledger import sha256_of
from .needles import Needles, is_older, needles_of, search
from .own_inputs import forget_inputs
from .package_trim import BESIDE, keep_only, layers_of

ALGORITHM = "tomoshibi:dispose"
NEEDLES_FILE, PLAN_FILE = "needles.json", "plan.json"
_PROGRAMS = "python"
"""Folder of a QGIS profile with programs: their examples name invented people, and no case writes there."""
_THUMBNAILS = ("normal", "large", "x-large", "xx-large", "fail")


class Traces(Protocol):
    """What a desktop keeps of a case outside of it: recent projects, histories, settings, temporary files."""

    def found(self, needles: Needles, stopped: Callable[[], None]) -> list[tuple[str, int]]:
        """Return (what it is, bytes) of the traces there are. Nothing personal stands in the text.

        `stopped` is called for each file; it may raise to give up.
        """

    def delete(self, needles: Needles) -> None:
        """Delete them. Raises OSError, sqlite3.Error."""


class PublishedTo(Protocol):
    """A schema of a database that the case was published to."""

    place: str
    """As the ledger tells it."""

    def is_gone(self) -> bool:
        """Whether nothing of the case is there any more. Raises OSError where that cannot be seen."""

    def drop(self) -> None:
        """Drop what was published. Raises OSError where it cannot be."""


@dataclass(frozen=True)
class Outside:
    """Where a case may have left something outside of its folder."""

    roots: tuple[Path, ...] = ()
    """Folders searched besides the case: the QGIS profile, folders for temporary files."""
    traces: Optional[Traces] = None
    since: float = 0.0
    """Seconds since 1970 from which on a file there may be of the case: older ones are not searched."""
    thumbnails: Optional[Path] = None
    """Folder in which the desktop keeps small pictures of files (freedesktop.org), where it has one."""
    databases: tuple[PublishedTo, ...] = ()
    """Where the case was published to."""


def planned(case: Case, keep_statistics: bool, outside: Outside, progress: Optional[Progress] = None) -> Plan:
    """Return what a disposal would delete and keep (dry run). Changes nothing.

    Where one was begun, its own plan holds.
    """
    begun = _saved(case)
    if begun is not None:
        return begun[0]
    progress = progress or Progress()
    plan, needles = plan_disposal(case, keep_statistics, needles_of(case, progress))
    plan = with_databases(plan, [each.place for each in outside.databases])
    progress.set_fraction(0.1)
    return replace(plan, traces=_traces(outside, needles, progress))


def dispose(
    case: Case,
    keep_statistics: bool,
    outside: Outside,
    clock: Callable[[], datetime],
    progress: Optional[Progress] = None,
    accept: bool = False,
) -> DisposalOutcome:
    """Dispose of a case, or go on with a disposal that was ended on its way, and return what was done.

    Parameters
        keep_statistics: keep 統計データ as received and what was made of it alone.
        clock: Japanese wall-clock time.
        accept: end it though something was found or remains, which then stands in the report. Otherwise it stays
            unended, and is gone on with once that is cleared away.
    Raises
        FolderBusy: another run works on the case.
        Cancelled: between two steps; the next run goes on.
        OSError: the case cannot be written.
    """
    progress = progress or Progress()
    with locked(case.folder, progress, LONGEST_TURN):
        sweep_parts(case.folder)
        outcome = read_outcome(case.folder)
        if outcome is not None and outcome.searched and not _is_planned(case):
            _clear(case)
            return outcome if outcome.finished_at is not None else _ended(case, outcome, clock())
        plan, needles = _saved(case) or _begun(case, keep_statistics, outside, progress)
        if outcome is None:
            outcome = DisposalOutcome(clock(), None, case.info.operator, plan.keep_statistics)
            case.ledger.add(ALGORITHM, OUTCOME_FILE, ["begun"], personal=False)
            write_outcome(case.folder, outcome)
        reasons = _carry_out(case, plan, needles, outside, progress)
        outcome = _looked_over(case, plan, needles, outside, replace(outcome, finished_at=None), reasons, progress)
        write_outcome(case.folder, outcome)
        if (outcome.remaining or outcome.found) and not accept:
            return outcome
        _clear(case)
        return _ended(case, outcome, clock())


def _ended(case: Case, outcome: DisposalOutcome, at: datetime) -> DisposalOutcome:
    done = replace(outcome, finished_at=at)
    case.ledger.add(ALGORITHM, OUTCOME_FILE, [f"deleted {done.count}", f"remaining {len(done.remaining)}"], False)
    write_outcome(case.folder, done)
    return done


def _clear(case: Case) -> None:
    """Delete what was planned and searched for, the plan first: without it a disposal is done, however much is left."""
    folder = case.folder / WORK
    if folder.is_dir():
        (folder / PLAN_FILE).unlink(missing_ok=True)
        sync_folder(folder)
        shutil.rmtree(folder)
        sync_folder(case.folder)


def _is_planned(case: Case) -> bool:
    return (case.folder / WORK / PLAN_FILE).is_file()


def _saved(case: Case) -> Optional[tuple[Plan, Needles]]:
    """Return the plan of a disposal that was begun, None where none was."""
    folder = case.folder / WORK
    if not _is_planned(case):
        return None
    return Plan.load(folder / PLAN_FILE), Needles.load(folder / NEEDLES_FILE)


def _traces(outside: Outside, needles: Needles, progress: Progress) -> tuple[tuple[str, int], ...]:
    if outside.traces is None:
        return ()
    return tuple(outside.traces.found(needles, progress.raise_if_cancelled))


def _begun(case: Case, keep_statistics: bool, outside: Outside, progress: Progress) -> tuple[Plan, Needles]:
    """Write down what is to be done before anything is: what identifies people is gone with the tables."""
    plan, needles = plan_disposal(case, keep_statistics, needles_of(case, progress))
    plan = with_databases(plan, [each.place for each in outside.databases])
    plan = replace(plan, traces=_traces(outside, needles, progress))
    folder = case.folder / WORK
    folder.mkdir(exist_ok=True)
    needles.save(folder / NEEDLES_FILE)
    plan.save(folder / PLAN_FILE)
    return plan, needles


def _carry_out(case: Case, plan: Plan, needles: Needles, outside: Outside, progress: Progress) -> dict[str, str]:
    """Delete what the plan names; return {place: why it is still there}."""
    reasons: dict[str, str] = {}
    kept = set(plan.kept)
    for number, item in enumerate(plan.items):
        progress.raise_if_cancelled()
        progress.set_fraction(0.6 * number / len(plan.items))
        if item.kind == DATABASE:
            _noting(reasons, item.place, partial(_drop, item, outside))
            continue
        _forget_thumbnail(case, item, outside.thumbnails)
        if not _in_package(item.place):
            _noting(reasons, item.place, partial(_delete, case, item))
    for package in _packages(plan):
        _noting(reasons, package, partial(_trim, case, package, kept))
    forget_inputs(case, {place.partition("|")[0] for place in kept})
    _clean_folders(case.folder)
    if outside.traces is not None:
        _noting(reasons, "QGIS", partial(outside.traces.delete, needles))
    _clean_ledger(case, needles)
    return reasons


def _in_package(place: str) -> bool:
    return "|" in place or place.endswith(".gpkg")


def _packages(plan: Plan) -> list[str]:
    """Return the GeoPackages of which something goes, or stays and is to be rid of what was deleted in it before."""
    places = (*(item.place for item in plan.items), *plan.kept)
    return sorted({place.partition("|")[0] for place in places if _in_package(place)})


def _noting(reasons: dict[str, str], place: str, work: Callable[[], None]) -> None:
    """Do something; note why it could not be done, and go on: the more is gone, the better."""
    try:
        work()
    except OSError as error:
        reasons[place] = error.strerror or type(error).__name__
    except sqlite3.Error as error:
        reasons[place] = shown(error, 80)


def _path(case: Case, place: str) -> Path:
    place = place.partition("|")[0]
    return Path(place) if Path(place).is_absolute() else place_inside(case.folder, place)


def _delete(case: Case, item: Item) -> None:
    """Delete a file; one outside of the case only where it still is what the ledger says."""
    path = _path(case, item.place)
    if Path(item.place).is_absolute() and path.is_file():
        told = [entry.sha256 for entry in case.ledger.entries() if entry.path == item.place]
        if not told or told[-1] != sha256_of(path):
            raise OSError(0, "changed since it was written")
    path.unlink(missing_ok=True)


def _trim(case: Case, package: str, kept: set[str]) -> None:
    """Take layers out of a package, or delete it where none stays."""
    path = _path(case, package)
    if Path(package).is_absolute():
        if path.is_file():
            raise OSError(0, "a layer outside of the case")
        return
    layers = {place.partition("|")[2] for place in kept if place.startswith(f"{package}|")}
    if not path.is_file():
        layers = set()
    if layers:
        keep_only(path, layers)
        return
    for end in ("", *BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _clean_folders(folder: Path) -> None:
    """Delete empty folders, the innermost first, but for the one of the disposal."""
    for parent, _, _ in sorted(os.walk(folder), reverse=True):
        path = Path(parent)
        if path not in (folder, folder / WORK) and not any(path.iterdir()):
            path.rmdir()


def _forget_thumbnail(case: Case, item: Item, cache: Optional[Path]) -> None:
    """Delete the small pictures that a file browser made of a file."""
    if cache is None:
        return
    name = hashlib.md5(_path(case, item.place).absolute().as_uri().encode("ascii"), usedforsecurity=False).hexdigest()
    for size in _THUMBNAILS:
        for path in (cache / size / f"{name}.png", *(cache / size).glob(f"*/{name}.png")):
            path.unlink(missing_ok=True)


def _clean_ledger(case: Case, needles: Needles) -> None:
    """Take names and numbers out of the lines of the ledger, where any stand there, and chain it anew."""
    if needles and case.ledger.path.is_file() and needles.in_file(case.ledger.path):
        end = head_of(case.ledger.path)
        note = f"lines cleaned of personal data; the ledger before ended with {end.digest}"
        case.ledger.rewrite(needles.cleaned, ALGORITHM, note)


def _drop(item: Item, outside: Outside) -> None:
    """Drop what was published to a database."""
    for each in outside.databases:
        if each.place == item.place:
            each.drop()
            return
    raise OSError(0, "not searched: the connection is not known here")


def _gone(case: Case, item: Item, outside: Outside, reasons: dict[str, str]) -> bool:
    if item.kind == DATABASE:
        return _database_gone(item, outside, reasons)
    path = _path(case, item.place)
    if not path.exists():
        return True
    layer = item.place.partition("|")[2]
    return bool(layer) and not Path(item.place.partition("|")[0]).is_absolute() and layer not in layers_of(path)


def _database_gone(item: Item, outside: Outside, reasons: dict[str, str]) -> bool:
    """Whether a database holds nothing of the case any more; one that cannot be asked is not known to."""
    for each in outside.databases:
        if each.place == item.place:
            try:
                return each.is_gone()
            except OSError as error:
                reasons[item.place] = error.strerror or type(error).__name__
    return False


def _looked_over(
    case: Case,
    plan: Plan,
    needles: Needles,
    outside: Outside,
    outcome: DisposalOutcome,
    reasons: dict[str, str],
    progress: Progress,
) -> DisposalOutcome:
    """Return the outcome after a look at what is still there, and a search for people everywhere."""
    gone = [item for item in plan.items if _gone(case, item, outside, reasons)]
    left = [item for item in plan.items if item not in set(gone)]
    names = {item.place: _why(reasons, item.place) for item in left}
    remaining = {**{place: why for place, why in reasons.items() if place not in names}, **names}
    progress.set_fraction(0.7)
    roots = (case.folder, *outside.roots)
    passed = _passed(case, outside)
    searched = search(roots, needles, passed, progress.raise_if_cancelled)
    return replace(
        outcome,
        deleted=plan.counts(gone),
        kept=plan.kept,
        remaining=tuple(sorted((needles.cleaned(place), why) for place, why in remaining.items())),
        outstanding=tuple(replace(each, path=needles.cleaned(each.path)) for each in plan.outstanding),
        searched=searched.files,
        found=tuple(needles.cleaned(_told(case, path)) for path in searched.found),
        scope=SearchScope(
            len(needles.points), len(needles.texts), needles.texts_in_all, needles.unread, searched.unread
        ),
    )


def _why(reasons: dict[str, str], place: str) -> str:
    return reasons.get(place) or reasons.get(place.partition("|")[0], "still there")


def _told(case: Case, path: Path) -> str:
    """Return a place as the report names it: of the case inside it, else as the computer does."""
    return case.relative(path)


def _passed(case: Case, outside: Outside) -> Callable[[Path], bool]:
    """Return what tells which files and folders are not searched."""
    work, inside = case.folder / WORK, str(case.folder) + os.sep
    programs = {root / _PROGRAMS for root in outside.roots}

    def passed(path: Path) -> bool:
        if path == work or path in programs:
            return True
        return not str(path).startswith(inside) and is_older(path, outside.since)

    return passed
