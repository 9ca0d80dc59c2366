"""Step 4: every other kind of file is read and merged into its table; one row a key, the newest publication stands."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, Sequence

import numpy as np

from ...aggregator.profile import number_of
from ...aggregator.readers import CONTRACTORS, ReadResult, read_table
from ...aggregator.tabular import FileProblem, cannot_open
from ...files import is_full
from ...messages import message
from .. import events_log, months
from ..columns import has_table, write_table
from ..columns import read_table as read_columns
from ..ledger import now
from ..master import PUBLISHED
from ..municipality import belongs, other_prefecture
from ..reading_writer import limits_of
from ..readings import StoreError
from ..years import years_of
from .master import take_master
from .outage_lists import take_outage_list
from .readings import keep_months
from .recognise import of_elsewhere
from .report import NAMED
from .run import (
    PERSONAL,
    IntakeRun,
    enter_made,
    enter_received,
    note_taken,
    profile_for,
    turn_of,
    warn_empty,
)

if TYPE_CHECKING:
    import pandas as pd

METERS = "meter_statistics"
"""計器数分析: how many meters (contracts) there are, which says nothing of who had power."""
COUNTING = tuple(number_of("table", name) for name in ("meters_forward", "meters_reverse"))
MONTHLY = number_of("aggregation_unit", "month")
STATISTICS_KEYS: Mapping[str, tuple[str, ...]] = {
    "statistics": ("voltage", "unit", "table_kind", "area_kind", "address", "mesh_code", "date", "energised"),
    "flow_statistics": ("voltage", "unit", "table_kind", "area_kind", "address", "mesh_code", "date", "contract_range"),
    METERS: ("voltage", "unit", "table_kind", "area_kind", "address", "mesh_code", "date", "contract_range"),
}


def _take_events(run: IntakeRun, path: Path, result: ReadResult) -> list[str]:
    if not len(result.table):
        return []
    folder = run.case.folder / events_log.PLACE
    old = read_columns(folder) if has_table(folder) else None
    table = result.table
    moments = table["event_at"].to_numpy().astype("datetime64[s]")
    # what does not say when it was published was known as soon as its newest event
    stamp = np.datetime64(run.stamp(path) or moments.max().astype(object), "s")
    ahead = int((moments > stamp).sum())
    if ahead:
        run.progress.warn(
            message(
                "{file}: {count} event(s) lie after the publication of the file and were left out: their clocks are"
                " wrong.",
                file=path.name,
                count=ahead,
            )
        )
    table = table[moments <= stamp]
    write_table(folder, events_log.merged(old, table, stamp))
    return [events_log.PLACE]


# -- tables -----------------------------------------------------------------------------------------------------------
def take_tables(run: IntakeRun, files: Sequence[tuple[Path, str]]) -> None:
    """Take in (file, kind) of all kinds but readings, in the order of their publication."""
    for number, (path, kind) in enumerate(sorted(files, key=lambda item: turn_of(run, item[0])), 1):
        run.progress.raise_if_cancelled()
        _take_table(run, path, kind)
        run.progress.set_fraction(0.9 + 0.1 * number / len(files))


def _take_table(run: IntakeRun, path: Path, kind: str) -> None:
    try:
        years = limits_of(run.stamp(path), run.profile, years_of(run.case.info))
        result = read_table(path, kind, profile_for(run, path), None, run.progress, years)
        if result.rejects is not None:
            enter_received(run, result.rejects, personal=kind in PERSONAL)
        result = _own_rows(run, path, result)
        made = _TAKERS[kind](run, path, result)
    except (FileProblem, StoreError) as problem:
        run.fail(path, problem.message, kind)
        return
    except OSError as error:
        if is_full(error) or (error.filename and Path(os.fsdecode(error.filename)) != path):
            # not the file's fault: what could not be written is named
            raise
        run.fail(path, cannot_open(path, error).message, kind)
        return
    if not result.rows and kind != "outage":
        warn_empty(run, path, kind)
    for place in made:
        enter_made(run, place, [path], kind in PERSONAL)
    note_taken(run, path, kind, result.rows, result.rejected)


def _own_rows(run: IntakeRun, path: Path, result: ReadResult) -> ReadResult:
    """Return what was read without rows of other municipalities. Raises `FileProblem` where all of it is theirs."""
    table, ours = result.table, run.case.info.municipality
    if "address_code" in table and len(table):
        codes = table["address_code"].astype(str).str[:5]
        own = {code: belongs(ours, code) for code in codes.unique()}
        foreign = ~codes.map(own).to_numpy(bool)
        if foreign.any():
            theirs = ", ".join(sorted(code for code, mine in own.items() if not mine)[:NAMED])
            coded = (codes != "").to_numpy()
            if foreign[coded].all():
                raise FileProblem(of_elsewhere(run, path, theirs))
            run.progress.warn(
                message(
                    "{file}: {count} row(s) are of another municipality ({theirs}) and were left out; the case is of"
                    " {ours}. They are in the file as received.",
                    file=path.name,
                    count=int(foreign.sum()),
                    theirs=theirs,
                    ours=ours,
                )
            )
            return replace(result, table=table[~foreign].reset_index(drop=True))
    elif "address" in table:
        elsewhere = other_prefecture(ours, table["address"].unique())
        if elsewhere is not None:
            raise FileProblem(of_elsewhere(run, path, elsewhere))
    return result


def _take_flows(run: IntakeRun, path: Path, result: ReadResult) -> list[str]:
    """Keep 順潮流／逆潮流, and 計器数分析, which may come in the same columns, apart from it."""
    counting = result.table["table_kind"].isin(COUNTING)
    made = []
    for kind, rows in (("flow_statistics", ~counting), (METERS, counting)):
        table = result.table[rows].reset_index(drop=True)
        made += _take_statistics(run, path, table if kind != METERS else table.drop(columns="kwh"), kind)
    return made


def _take_statistics(run: IntakeRun, path: Path, table: pd.DataFrame, kind: str) -> list[str]:
    if not len(table):
        return []
    import pandas as pd

    folder = run.case.folder / "tables" / kind
    table = table.copy()
    before, said = len(table), run.published(path)
    table[PUBLISHED] = np.full(len(table), np.datetime64(said, "s") if said else _known_from(run, path, table))
    if has_table(folder):
        old = read_columns(folder)
        for name in ("date", PUBLISHED):
            old[name] = old[name].to_numpy().astype("datetime64[s]")
            table[name] = table[name].to_numpy().astype("datetime64[s]")
        before += len(old)
        table = pd.concat([old, table], ignore_index=True)
        # whoever gives a file of no time after others means it to stand
        table = table.sort_values(PUBLISHED, kind="stable", ignore_index=True) if said else table
    table = table.drop_duplicates(list(STATISTICS_KEYS[kind]), keep="last", ignore_index=True)
    run.count_repeated(path, before - len(table))
    write_table(folder, table)
    return [f"tables/{kind}"]


def _known_from(run: IntakeRun, path: Path, table: pd.DataFrame) -> np.datetime64:
    """Return from when figures that nothing dates were known, datetime64[s]: when what they count was over, or now.

    Never the clock of this computer where they are older: final and preliminary figures are told apart by it.
    """
    days = table["date"].to_numpy().astype("datetime64[D]")
    monthly = table["unit"].to_numpy() == MONTHLY
    over = np.where(monthly, (days.astype("datetime64[M]") + 1).astype("datetime64[D]"), days + 1)
    moment: np.datetime64 = min(over.max().astype("datetime64[s]"), np.datetime64(now(), "s"))
    run.progress.warn(
        message(
            "{file} does not say when it was published: its figures count as known from {time} on, when the newest day"
            " or month in it was over. If it was published under a name with a time, import it under that name.",
            file=path.name,
            time=f"{moment.astype(datetime):%Y-%m-%d %H:%M}",
        )
    )
    return moment


def _take_contractors(run: IntakeRun, path: Path, result: ReadResult) -> list[str]:
    if not len(result.table):
        return []
    import pandas as pd

    folder = run.case.folder / "tables" / "contractors"
    table = result.table.copy()
    table["list_name"] = table["list_name"].where(table["list_name"] != "", path.stem)
    if has_table(folder):
        table = pd.concat([read_columns(folder), table], ignore_index=True)
    distinct = table.drop_duplicates(ignore_index=True)
    run.count_repeated(path, len(table) - len(distinct))
    write_table(folder, distinct)
    return ["tables/contractors"]


_TAKERS = {
    "master": take_master,
    "outage": take_outage_list,
    "statistics": lambda run, path, result: _take_statistics(run, path, result.table, "statistics"),
    "flow_statistics": _take_flows,
    METERS: lambda run, path, result: _take_statistics(run, path, result.table, METERS),
    months.KIND: lambda run, path, result: keep_months(run, path, months.of_table(result.table)),
    events_log.KIND: _take_events,
    CONTRACTORS: _take_contractors,
}
