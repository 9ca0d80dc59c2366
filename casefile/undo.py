"""Taking one import back: the case is made again without its files, beside the old one, and takes its place at once.

Readings and tables do not remember which file each row came from, and a row may have come twice. So they are made again
from all other imports in the order in which those came; what stands is replaced only when all of it is ready.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Iterable, Optional

from ..aggregator.conditions import Condition
from ..aggregator.folders import locked
from ..aggregator.profile import Profile
from ..aggregator.rejects import SUFFIX as REJECTS_SUFFIX
from ..aggregator.rejects import rejects_path
from ..files import replace_file, sync_folder, write_text_atomic
from ..messages import Progress, TomoshibiError, message
from .case import UNDO_FOLDER, UNDO_READY, Case
from .contractor_links import PLACE
from .guard import place_inside
from .imports import FILE, Import, note_undone, read_imports
from .intake import LONGEST_TURN, take_in
from .intake.doubts import FOLDER
from .intake.report import Told
from .intake.run import UNDO as ALGORITHM
from .ledger import sha256_of
from .publications import FILE as PUBLICATIONS
from .publications import UNPACKED, Publication, known, write

_MADE = ("readings", "tables", PUBLICATIONS, PLACE, FOLDER)
"""What is made of received files, inside the case."""
_KEPT = ("tables/contractors", "tables/broute", "contractors")
"""What lies among it and comes from elsewhere."""


class UndoError(TomoshibiError):
    """There is no such import, or it cannot be taken back."""


@dataclass(frozen=True)
class Undone:
    """What was taken back."""

    entry: Import
    files: int
    """Received files deleted."""


def undo_import(case: Case, import_id: str, profile: Profile, progress: Optional[Progress] = None) -> Undone:
    """Take one import out of a case; an undo that was ended on its way is brought to its end first.

    Parameters
        import_id: id of the import; "" is the last one.
        profile: how files are read, as for taking in.
    Raises
        UndoError: there is no such import, or a file of another import is no longer there.
        FolderBusy: another run works on the case.
        Cancelled: before anything was changed.
    """
    progress = progress or Progress()
    with locked(case.folder, progress, LONGEST_TURN):
        resume(case)
        imports = read_imports(case)
        entry = _chosen(imports, import_id)
        others = [each for each in imports if not each.undone and each.id != entry.id]
        shared = {place for each in others for place in each.files}
        own = tuple(place for place in entry.files if place not in shared)
        _refuse_lost(case, others)
        _made_again(case, others, profile, progress)
        write_text_atomic(case.folder / UNDO_FOLDER / UNDO_READY, "\n".join((entry.id, *own)))
        return _finish(case)


def resume(case: Case) -> Optional[Undone]:
    """Bring an undo that was ended after everything was ready to its end; leave no other traces. Holds the case."""
    folder = case.folder / UNDO_FOLDER
    if (folder / UNDO_READY).is_file():
        return _finish(case)
    shutil.rmtree(folder, ignore_errors=True)
    return None


def _chosen(imports: list[Import], import_id: str) -> Import:
    standing = [each for each in imports if not each.undone]
    if not standing:
        raise UndoError(
            message(
                "The case tells of no import that can be taken back (imports made by older versions were not noted)."
            )
        )
    found = [each for each in standing if each.id == import_id] if import_id else standing[-1:]
    if not found:
        raise UndoError(
            message(
                "The case has no import {id}. The last ones are: {names}.",
                id=import_id[:40],
                names=", ".join(each.id for each in standing[-5:]),
            )
        )
    return found[0]


def _refuse_lost(case: Case, others: Iterable[Import]) -> None:
    """Raise where a file that the case would be made of is gone: its readings would be lost with the undo."""
    for each in others:
        for place in each.files:
            if not place_inside(case.folder, place).is_file():
                raise UndoError(
                    message(
                        "{file} of the import {id} is no longer in the case, so that it cannot be made again without "
                        "losing what came with it. Put the file back first.",
                        file=place,
                        id=each.id,
                    )
                )


def _made_again(case: Case, others: list[Import], profile: Profile, progress: Progress) -> None:
    """Make readings, tables and publications of all other imports in a case of its own, in `UNDO_FOLDER`."""
    folder = case.folder / UNDO_FOLDER / "case"
    fresh = Case.create(folder, case.info)
    for name in _KEPT:
        if (case.folder / name).is_dir():
            shutil.copytree(case.folder / name, folder / name, dirs_exist_ok=True)
    write(fresh, _bare_sets(case))
    for each in others:
        progress.raise_if_cancelled()
        progress.info(message("Taking in again: import {id}, {count} file(s) …", id=each.id, count=len(each.files)))
        conditions = {name: Condition.from_wire(wire, profile) for name, wire in each.conditions.items()}
        files = [_linked(case, folder, place) for place in each.files]
        told = Told(each.complete, each.list_time, each.published, conditions)
        take_in(fresh, files, profile, None, each.scope, progress, each.algorithm, told)


def _bare_sets(case: Case) -> list[Publication]:
    """Return what the server's lists said of the sets, without parts: those come with the files that stay.

    A file that the list names and that is taken back is missing from then on: its set is incomplete.
    """
    # the list of an export is a received file, and comes with the others
    told = [each for each in known(case) if each.condition_id and (each.listed is not None or each.status)]
    return [replace(each, parts=(), complete=None) for each in told]


def _linked(case: Case, folder: Path, place: str) -> Path:
    """Return a received file in the fresh case: a second name of the same file where the disk can give one."""
    source, target = place_inside(case.folder, place), place_inside(folder, place)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    beside = source.with_name("condition.json")
    if beside.is_file() and not (target.parent / beside.name).exists():
        shutil.copyfile(beside, target.parent / beside.name)
    return target


def _finish(case: Case) -> Undone:
    """Let what was made take the old one's place, delete the import's files, and note it; can be done again."""
    folder = case.folder / UNDO_FOLDER
    entry_id, *own = (folder / UNDO_READY).read_text(encoding="utf-8").split("\n")
    for name in _MADE:
        fresh, standing, old = folder / "case" / name, case.folder / name, folder / "old" / name
        if not fresh.exists() and old.exists():
            continue
        if standing.exists() and not old.exists():
            old.parent.mkdir(parents=True, exist_ok=True)
            replace_file(standing, old)
        if fresh.exists():
            replace_file(fresh, standing)
        sync_folder(standing.parent)
    (case.folder / "readings").mkdir(exist_ok=True)
    (case.folder / "tables").mkdir(exist_ok=True)
    gone = 0
    for place in own:
        gone += _deleted(case, place)
    for place in ("readings", "tables/"):
        # what was made of the readings and tables before is out of date now
        case.ledger.add(ALGORITHM, place, [FILE], personal=True)
    _enter_made(case)
    entry = next(each for each in read_imports(case) if each.id == entry_id)
    if not entry.undone:
        note_undone(case, entry)
    shutil.rmtree(folder)
    return Undone(entry, gone)


def _deleted(case: Case, place: str) -> bool:
    """Delete a received file with what was unpacked or rejected of it, and enter it; return whether it was there."""
    path = place_inside(case.folder, place)
    there = path.is_file()
    path.unlink(missing_ok=True)
    rejects_path(path).unlink(missing_ok=True)
    shutil.rmtree(path.with_name(path.name + UNPACKED), ignore_errors=True)
    inside, beside = f"{place}{UNPACKED}/", f"{place}{REJECTS_SUFFIX}"
    told = {entry.path for entry in case.ledger.entries() if entry.sha256}
    for gone in (place, *sorted(each for each in told if each == beside or each.startswith(inside))):
        case.ledger.add(ALGORITHM, gone, [FILE], personal=False)
    return there


def _enter_made(case: Case) -> None:
    """Enter the single files that were made anew or are gone."""
    told = {entry.path: entry.sha256 for entry in case.ledger.entries()}
    there = {case.relative(path) for path in (case.folder / FOLDER).glob("*")}
    for place in sorted(there | {each for each in told if each == PLACE or each.startswith(f"{FOLDER}/")}):
        path = case.folder / place
        digest = sha256_of(path) if path.is_file() else None
        if told.get(place) != digest:
            case.ledger.add(ALGORITHM, place, [FILE], True, digest)
