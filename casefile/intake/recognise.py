"""Step 2: what kind of publication each file is, by its content, and whether it is this municipality's."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Sequence

from ...aggregator.parquet_reader import is_parquet, town_of
from ...aggregator.readers import recognise, unrecognised
from ...aggregator.tabular import FileProblem
from ...messages import Message, message
from ..municipality import belongs
from ..parquet import ParquetError, exported_list, is_exported_list, refuse_without_parquet
from .run import IntakeRun, enter_received, profile_for


def of_another_municipality(run: IntakeRun, path: Path, kind: str) -> bool:
    """Whether the name says that a file is another municipality's; it is then told and left where it is."""
    name = run.profile.file_names.parse(path.name)
    theirs = name.municipality if name else town_of(path)
    if belongs(run.case.info.municipality, theirs):
        return False
    run.fail(path, of_elsewhere(run, path, theirs), kind)
    return True


def of_elsewhere(run: IntakeRun, path: Path, theirs: str) -> Message:
    """Return the message of a file that is of another municipality than the case."""
    return message(
        "{file} is of {theirs}, the case of {ours}. It is kept in “received” of the case but not used. Import it into"
        " the case of that municipality.",
        file=path.name,
        theirs=theirs,
        ours=run.case.info.municipality,
    )


def recognise_files(run: IntakeRun, paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return (file, kind) of all that can be recognised; the others are noted as failed."""
    kinds = []
    take_lists(run, paths)
    for path in paths:
        if is_exported_list(path):
            continue
        try:
            if is_parquet(path):
                kind: Optional[str] = _kind_of_parquet(run, path)
            else:
                kind = recognise(path, profile_for(run, path), run.look(path).head) or _kind_of_empty(run, path)
        except FileProblem as problem:
            run.fail(path, problem.message)
            continue
        if kind is None:
            # what it holds is not known, so it counts as personal
            enter_received(run, path, personal=True)
            run.fail(path, unrecognised(path))
        else:
            kinds.append((path, kind))
    return kinds


def take_lists(run: IntakeRun, paths: Sequence[Path]) -> None:
    """Note what exports consist of, by their lists."""
    for path in filter(is_exported_list, paths):
        enter_received(run, path, personal=True)
        try:
            run.exported += exported_list(path)
        except FileProblem as problem:
            run.fail(path, problem.message)


def _kind_of_parquet(run: IntakeRun, path: Path) -> str:
    """Return what Parquet holds: only readings come in it.

    Raises `FileProblem` where it cannot be read here, or is not what was exported under its name.
    """
    if run.exported.changed(run.origins.get(path, path), run.digest(path)):
        enter_received(run, path, personal=True)
        raise FileProblem(
            message(
                "{file} is not as it was exported: it was damaged on its way, or written anew. It is not used, and "
                "what it held is unknown, not outage. Copy or export it again.",
                file=path.name,
            )
        )
    try:
        refuse_without_parquet()
    except ParquetError as error:
        raise FileProblem(error.message) from error
    return "reading"


def _kind_of_empty(run: IntakeRun, path: Path) -> Optional[str]:
    """Return the kind that the name of an empty file says: there is no content to go by."""
    if run.look(path).head.form != "empty":
        return None
    name = run.profile.file_names.parse(path.name)
    kinds = [kind for kind, spec in run.profile.files.items() if name is not None and spec.file_kind == name.kind]
    return kinds[0] if kinds else None
