"""Whether a case is ready for a disaster (平常時の点検): what it keeps, how old it is, what is missing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Optional

from ..messages import Message, TomoshibiError, message
from .case import Case
from .disk_encryption import Encryption, encryption_of
from .own_inputs import OWN_INPUTS, Kept, own_inputs

if TYPE_CHECKING:
    import pandas as pd

OLD = timedelta(days=365)
"""After this a list is called old: they are to be gone through once a year (防災業務計画, 名簿の更新)."""
LEAST_FREE = 20 * 1000**3
"""Bytes that must be free: readings of 600,000 meters for a month, with the files they come in."""
AT_NEED = ("HAZARDS", "PLAN", "TRUCKS", "REQUESTS")
"""Inputs that come with the disaster."""
DRILL = "tomoshibi:scoredrill"
"""What ends a drill."""


class State(Enum):
    """What is to be said of one item."""

    OK = "ok"
    """There, and new enough."""
    OLD = "old"
    REVIEW = "review"
    """There, but a person must look at it."""
    LATER = "later"
    """Not there, and not needed before the disaster."""
    MISSING = "missing"


@dataclass(frozen=True)
class Check:
    """One line of the list."""

    item: Message
    state: State
    detail: Message
    """What is there and of when, or what to do."""


def inputs(case: Case, at: datetime) -> list[Check]:
    """Return of each input that a case may keep whether it is there, and how old. Raises as `own_inputs` does."""
    kept = own_inputs(case.folder)
    return [_input(kind, kept.get(kind), at) for kind in OWN_INPUTS]


def _input(kind: str, kept: Optional[Kept], at: datetime) -> Check:
    title = OWN_INPUTS[kind].title()
    if kept is None and kind in AT_NEED:
        return Check(title, State.LATER, message("Comes with the disaster: keep it then with “Change case”."))
    if kept is None:
        return Check(title, State.MISSING, message("Keep it in the case with “Change case” (editcase)."))
    rows = "-" if kept.rows is None else str(kept.rows)
    if kept.kept_at is None:
        return Check(title, State.REVIEW, message("{file}, of when is not known.", file=kept.named))
    old = at - kept.kept_at > OLD
    said = message("{file}: {rows} rows, kept on {date}.", file=kept.named, rows=rows, date=f"{kept.kept_at:%Y-%m-%d}")
    return Check(title, State.OLD if old else State.OK, said)


def links(facilities: pd.DataFrame, table: pd.DataFrame) -> Check:
    """Return how many facilities have supply points. Both tables have `facility_id`."""
    ids = facilities["facility_id"].astype(str)
    linked = int(ids.isin(set(table["facility_id"].astype(str))).sum())
    said = message("{linked} of {count} facilities have supply points.", linked=linked, count=len(ids))
    state = State.OK if linked == len(ids) else State.REVIEW if linked else State.MISSING
    return Check(message("Facilities linked to supply points"), state, said)


def names(linked_by: Iterable[str]) -> Check:
    """Return how a trial match of names and addresses went; `linked_by` as `facility_links.with_names` says it."""
    how = list(linked_by)
    certain = sum(one == "name_address" for one in how)
    review = sum(one.startswith("review") for one in how)
    none = len(how) - certain - review
    said = message(
        "Of {count} facilities {certain} are found for certain by name and address, {review} are to be reviewed, "
        "{none} are not found.",
        count=len(how),
        certain=certain,
        review=review,
        none=none,
    )
    return Check(_NAMES, State.OK if certain == len(how) else State.REVIEW, said)


_NAMES = message("Trial match of names with マスタ情報")


def unmatched() -> Check:
    """Return that names cannot be tried: there are no facilities, or マスタ情報 has no names."""
    return Check(_NAMES, State.MISSING, message("It needs facilities in the case, and マスタ情報 with names."))


def master(case: Case, at: datetime) -> Check:
    """Return how old マスタ情報 of the case is."""
    from .publications import known

    title = message("Contract master (マスタ情報)")
    count = len(case.master(["supply_point"]))
    if not count:
        return Check(title, State.MISSING, message("Ask for マスタ情報 in peacetime: links and names need it."))
    times = [each.published_at for each in known(case) if each.kind == "master" and each.published_at is not None]
    if not times:
        said = message("{count} supply points, of when is not known.", count=count)
        return Check(title, State.REVIEW, said)
    newest = max(times)
    said = message("{count} supply points, published on {date}.", count=count, date=f"{newest:%Y-%m-%d}")
    return Check(title, State.OLD if at - newest > OLD else State.OK, said)


def use(case: Case, at: datetime) -> Check:
    """Return whether the request and its period of use are entered and not over."""
    title, request = message("Request and period of use"), case.info.request
    if request.use_to is None or not case.info.purpose:
        return Check(
            title,
            State.MISSING,
            message("Enter the last day of use, and what the data are used for, with “Change case”."),
        )
    said = message("Until {date}.", date=request.use_to.isoformat())
    return Check(title, State.OLD if request.use_to < at.date() else State.OK, said)


def space(folder: Path) -> Check:
    """Return how much room the disk of a folder has."""
    free = shutil.disk_usage(folder).free
    said = message(
        "{free} GB are free; {wanted} GB are needed for a month of readings.",
        free=f"{free / 1000**3:.0f}",
        wanted=LEAST_FREE // 1000**3,
    )
    return Check(message("Room on the disk"), State.OK if free >= LEAST_FREE else State.MISSING, said)


def encryption(folder: Path) -> Check:
    """Return whether the disk of a folder is encrypted."""
    found = encryption_of(folder)
    state = {Encryption.YES: State.OK, Encryption.NO: State.MISSING, Encryption.UNKNOWN: State.REVIEW}[found.state]
    return Check(message("Encryption of the disk"), state, message("The disk of the case: {state}.", state=found.words))


def drill(folders: Iterable[Path], at: datetime) -> Check:
    """Return when a drill was last scored in any of some cases; those that cannot be read count for nothing."""
    times = [time for folder in folders for time in _drills(Path(folder))]
    title = message("Drill")
    if not times:
        said = message("No drill was scored yet: make a scenario, go through a morning, score it (scoredrill).")
        return Check(title, State.MISSING, said)
    last = max(times)
    state = State.OLD if at - last > OLD else State.OK
    return Check(title, state, message("Last scored on {date}.", date=f"{last:%Y-%m-%d}"))


def _drills(folder: Path) -> list[datetime]:
    from .ledger import Ledger

    try:
        entries = list(Ledger(folder / "ledger.jsonl").entries())
        return [datetime.fromisoformat(entry.when) for entry in entries if entry.algorithm == DRILL]
    except (OSError, ValueError, TomoshibiError):
        # a case of long ago that nobody can read any more proves no drill
        return []
