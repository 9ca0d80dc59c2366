"""Step 1: files are kept in the case as they were received, each publication once."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Sequence

from ...aggregator.parquet_reader import is_parquet, name_apart_of_folders
from ...aggregator.rejects import SUFFIX as REJECTS_SUFFIX
from ...aggregator.tabular import FileProblem, cannot_open
from ...files import fresh_file, is_full
from ..publications import UNPACKED
from .look import look_at
from .run import BYHAND, CONDITION, IntakeRun, enter_received, turn_of
from .unpack import unpack_members

OWN_FILES = frozenset({"manifest.jsonl", CONDITION})


# -- keeping what was received ----------------------------------------------------------------------------------------
def receive_files(run: IntakeRun, files: Sequence[Path]) -> Iterator[Path]:
    """Yield the files as they lie in the case, ZIPs unpacked."""
    for file in files:
        run.progress.raise_if_cancelled()
        if file.name in OWN_FILES or file.name.endswith(REJECTS_SUFFIX):
            continue
        try:
            kept = _copied(run, file)
            if kept != file:
                run.origins[kept] = file
            if run.look(kept).zip:
                enter_received(run, kept, personal=True)
                yield from unpack_members(run, kept)
            else:
                yield kept
        except FileProblem as problem:
            run.fail(file, problem.message)
        except OSError as error:
            if is_full(error):
                raise
            run.fail(file, cannot_open(file, error).message)


def _copied(run: IntakeRun, file: Path) -> Path:
    """Return where the file lies in the case: copied by hand, unless it is under `received/` already."""
    received = (run.case.folder / "received").resolve()
    if received in file.resolve().parents:
        return file
    # a file of a size of its own is new: it is read once, while it is copied
    known = run.known(file) if file.stat().st_size in run.sizes else None
    if known is not None:
        return known
    folder = received / BYHAND
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(name_apart_of_folders(file))
    target = folder / name
    number = 1
    while target.exists() and run.digest(target) != run.digest(file):
        number += 1
        target = folder / f"{name.stem}({number}){name.suffix}"
    if not target.exists():
        with fresh_file(target) as sink:
            run.looks[target] = look_at(file, sink)
    run.keep(target, run.digest(target))
    return target


def distinct_publications(run: IntakeRun, paths: Sequence[Path]) -> list[Path]:
    """Return each publication once, in the order in which files are taken in; the others are duplicates.

    A file without rows says nothing but its name, so that two of them are two publications.
    """
    distinct: list[Path] = []
    removed: set[Path] = set()
    seen: dict[str, list[Path]] = {}
    for path in sorted(paths, key=lambda path: (turn_of(run, path), str(path))):
        before = seen.setdefault(run.digest(path), [])
        same = [other for other in before if run.stamp(path) in (None, run.stamp(other))]
        # a ZIP that was handed over twice names its members twice
        if path in removed or (same and (path in same or not _without_rows(run, path))):
            run.again(path, None)
            if path not in same and path not in removed and path.parent.name.endswith(UNPACKED):
                # a member of a ZIP that lies in the case already
                path.unlink()
                removed.add(path)
            continue
        before.append(path)
        distinct.append(path)
    return distinct


def _without_rows(run: IntakeRun, path: Path) -> bool:
    if is_parquet(path):
        return False
    head = run.look(path).head
    return head.form == "empty" or (head.form == "csv" and len(head.lines) < 2)
