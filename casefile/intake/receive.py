"""Step 1: files are kept in the case as they were received, each publication once."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Iterator, Sequence

from ...aggregator.rejects import SUFFIX as REJECTS_SUFFIX
from ...aggregator.tabular import FileProblem, cannot_open, head_of
from ...files import fresh_file, is_full
from ..ledger import sha256_of
from ..publications import UNPACKED
from .run import BYHAND, CONDITION, IntakeRun, enter_received, turn_of
from .unpack import COPY_BLOCK, unpack_members

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
            if zipfile.is_zipfile(kept):
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
    known = run.known(file)
    if known is not None:
        return known
    folder = received / BYHAND
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    number = 1
    digest = run.digest(file)
    while target.exists() and sha256_of(target) != digest:
        number += 1
        target = folder / f"{file.stem}({number}){file.suffix}"
    if not target.exists():
        with open(file, "rb") as source, fresh_file(target) as sink:
            shutil.copyfileobj(source, sink, COPY_BLOCK)
    run.kept.setdefault(digest, []).append(target)
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
        if path in removed or (same and (path in same or not _without_rows(path))):
            run.again(path, None)
            if path not in same and path not in removed and path.parent.name.endswith(UNPACKED):
                # a member of a ZIP that lies in the case already
                path.unlink()
                removed.add(path)
            continue
        before.append(path)
        distinct.append(path)
    return distinct


def _without_rows(path: Path) -> bool:
    try:
        head = head_of(path)
    except FileProblem:
        return True
    return head.form == "empty" or (head.form == "csv" and len(head.lines) < 2)
