"""What this run brought, noted so that it can be taken back (`casefile.undo`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from ..imports import Import, begin_import, new_id
from ..ledger import now
from ..publications import UNPACKED, file_of
from .run import IntakeRun, condition_of


def note_import(run: IntakeRun, received: Sequence[Path]) -> Optional[Import]:
    """Note the received files of a run before anything is made of them; None where there are none."""
    given: dict[str, None] = {}
    conditions: dict[str, Mapping[str, Any]] = {}
    for path in received:
        unpacked = path.parent.name.endswith(UNPACKED)
        given[run.case.relative(path.parent.with_name(file_of(path)) if unpacked else path)] = None
        condition = condition_of(run, path)
        if condition is not None:
            conditions[file_of(path)] = condition.to_wire(run.profile)
    if not given:
        return None
    entry = Import(
        new_id(run.case, now()),
        run.algorithm,
        tuple(given),
        run.scope,
        run.told.complete,
        run.told.list_time,
        run.told.published,
        conditions,
    )
    begin_import(run.case, entry)
    return entry
