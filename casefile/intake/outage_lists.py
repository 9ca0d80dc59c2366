"""Step 4, for 通電情報: one snapshot for each moment that a list tells of."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import numpy as np

from ...aggregator.conditions import Condition
from ...aggregator.readers import ReadResult, published_time
from ...aggregator.tabular import FileProblem
from ...messages import message
from ..columns import has_table, write_table
from ..columns import read_table as read_columns
from ..outage_about import OutageAbout, read_about, write_about
from ..publications import scope_of
from ..years import latest_possible
from .run import IntakeRun, condition_of, folder_of

if TYPE_CHECKING:
    import pandas as pd

CLOCKS_DIFFER = timedelta(hours=1)
"""So much may a creation time in the rows be later than the publication in the file name."""


# -- 通電情報 ----------------------------------------------------------------------------------------------------------
def take_outage_list(run: IntakeRun, path: Path, result: ReadResult) -> list[str]:
    """Keep one snapshot for each creation time. A publication without rows says that nobody was silent, and counts."""
    table = result.table
    condition = condition_of(run, path)
    fallback = _fallback_time(run, path, condition)
    asked = _asked_moment(run, condition)
    if not len(table):
        if asked is not None:
            fallback = asked if fallback is None else min(asked, fallback)
        if result.rows:
            # nothing but broken rows is not "nobody is silent"
            return []
        if fallback is None:
            raise _no_time(path)
        run.progress.warn(
            message(
                "{file} (通電情報) has no rows: no meter in its scope was silent at {time}.",
                file=path.name,
                time=fallback.isoformat(" ", "minutes"),
            )
        )
        return [_keep_snapshot(run, path, fallback, condition, table, 0)]
    times = table["created_at"].to_numpy().astype("datetime64[s]")
    known = np.unique(times[~np.isnat(times)])
    if len(known) == 1 and fallback is None:
        fallback = known[0].astype(object)
    if np.isnat(times).any():
        if fallback is None:
            raise _no_time(path)
        times = np.where(np.isnat(times), np.datetime64(fallback, "s"), times)
    _refuse_future(run, path, times.max().astype(object))
    if asked is not None:
        # a list of a past moment is made later than the moment that it tells of
        times = np.minimum(times, np.datetime64(asked, "s"))
    made = []
    for moment in np.unique(times):
        rows = table[times == moment].copy()
        rows["created_at"] = times[times == moment]
        made.append(
            _keep_snapshot(run, path, moment.astype(object), condition, rows.reset_index(drop=True), result.rejected)
        )
    return made


def _asked_moment(run: IntakeRun, condition: Optional[Condition]) -> Optional[datetime]:
    """Return the moment a 通電情報 was asked for: 起点日時 of its condition, else as told by hand; None for neither.

    A condition that delivers again and again (定期) asks for no single moment.
    """
    if condition is not None and condition.delivery_mode != "once":
        return None
    if condition is not None and isinstance(condition.begin, datetime):
        return condition.begin
    return run.told.list_time


def _refuse_future(run: IntakeRun, path: Path, made: datetime) -> None:
    """Raise `FileProblem` where a 通電情報 says that it was made after it was published, or after now."""
    named = published_time(path, run.profile)
    latest = named + run.profile.file_names.resolution if named is not None else latest_possible(run.case.info)
    if latest is not None and made > latest + CLOCKS_DIFFER:
        raise FileProblem(
            message(
                "{file} (通電情報) says that it was made at {time}, later than it was published or than now. It was not"
                " used. Ask the utility which time is right.",
                file=path.name,
                time=made.isoformat(" ", "minutes"),
            )
        )


def _no_time(path: Path) -> FileProblem:
    return FileProblem(
        message(
            "{file} (通電情報) says nowhere when it was made: データ作成日 and データ作成時刻 are blank and the file"
            " name has no time. Say the moment it was asked for when you import it, ask for these items, or give the"
            " file the name it was published with.",
            file=path.name,
        )
    )


def _fallback_time(run: IntakeRun, path: Path, condition: Optional[Condition]) -> Optional[datetime]:
    """Return the time of a 通電情報 whose rows say none: of the file name, else the moment that was asked for."""
    named = published_time(path, run.profile)
    if named is not None:
        return named
    if condition is not None and isinstance(condition.begin, datetime):
        return condition.begin
    return run.told.list_time


def _condition_id(run: IntakeRun, path: Path) -> str:
    name = run.profile.file_names.parse(path.name)
    if name is not None and name.condition_id:
        return name.condition_id
    return folder_of(run, path)


def _keep_snapshot(
    run: IntakeRun,
    path: Path,
    created_at: datetime,
    condition: Optional[Condition],
    table: pd.DataFrame,
    unread: int,
) -> str:
    """Add rows to the snapshot of that time and condition; parts of one publication come together here.

    `unread`: rows of the file that could not be read. Whose they are is not known, so that nobody is proven to have
    power by not standing in the list: its scope is kept as unknown, until the file comes again and can be read.
    """
    import pandas as pd

    condition_id = _condition_id(run, path)
    scope = scope_of(condition, run.scope)
    safe = re.sub(r"[^0-9A-Za-z_-]", "_", condition_id)
    place = f"tables/outage/{created_at:%Y%m%d%H%M%S}_{safe}"
    folder = run.case.folder / place
    broken: dict[str, int] = {}
    if has_table(folder):
        broken = dict(read_about(folder).unread)
        old = read_columns(folder)
        old["created_at"] = old["created_at"].to_numpy().astype("datetime64[s]")
        table = pd.concat([old, table], ignore_index=True) if len(old) else table
    distinct = table.drop_duplicates("supply_point", keep="last", ignore_index=True)
    run.count_repeated(path, len(table) - len(distinct))
    table = distinct
    # the table comes last: what has one is complete
    folder.mkdir(parents=True, exist_ok=True)
    name = run.profile.file_names.parse(path.name)
    part = str(name.part or 1) if name is not None else path.name
    broken.pop(part, None)
    if unread:
        broken[part] = unread
    write_about(folder, OutageAbout(created_at, condition_id, "unknown" if broken else scope, broken))
    write_table(folder, table)
    return place
