"""A CSV of answers: read whole before anything is asked, and refused with the line of what cannot be judged."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Mapping

import pandas as pd

from . import checks
from .checks import KEYS, LINE_COLUMN, MOMENTS, NUMBERS, TASKS, EntrantError

REAL: Mapping[str, str] = {"outlook": "noto2024", "homes": "readings_japan"}
"""Tasks on real files, and what their column `drill` says."""


def read(path: Path) -> pd.DataFrame:
    """Return the answers of a file as text, `at` as a time, with the line of each. Raises `EntrantError`."""
    table = _texts(path)
    lacking = [column for column in (*KEYS, "answer") if column not in table]
    if lacking:
        raise EntrantError(f"{path.name} lacks the columns {', '.join(lacking)}.")
    if not len(table):
        raise EntrantError(f"{path.name} holds no answers.")
    unknown = table[~table["task"].isin(TASKS)]
    if len(unknown):
        line = unknown[LINE_COLUMN].iloc[0]
        names = ", ".join(sorted(set(unknown["task"])))
        raise EntrantError(f"{path.name}, line {line}: it names tasks that there are not: {names}.")
    for task, drill in REAL.items():
        other = (table["task"] == task) & (table["drill"] != drill)
        checks.refuse(f"{path.stem}, task {task}", table, other, f"is not of the drill {drill}")
    table["at"] = checks.moments(path.stem, table)
    _check_answers(path, table)
    return table


def _texts(path: Path) -> pd.DataFrame:
    """Return the rows as they stand. Raises `EntrantError` where one has more or fewer cells than there are columns."""
    rows, lines = [], []
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(reader, [])]
            for row in reader:
                if row and len(row) != len(header):
                    raise EntrantError(
                        f"{path.name}, line {reader.line_num}: {len(row)} cells under {len(header)} columns. "
                        "Is the file cut off, or does a name hold a comma without quotes?"
                    )
                if row:
                    rows.append(row)
                    lines.append(reader.line_num)
    except (UnicodeDecodeError, csv.Error) as error:
        raise EntrantError(f"{path.name} cannot be read as a CSV in UTF-8: {error}.") from error
    if len(set(header)) < len(header):
        raise EntrantError(f"{path.name} has a column twice: {', '.join(header)}.")
    return pd.DataFrame(rows, columns=header, dtype=object).assign(**{LINE_COLUMN: lines})


def _check_answers(path: Path, table: pd.DataFrame) -> None:
    """Raise `EntrantError` where answers cannot be judged, asked for or not."""
    keyed = table.assign(hours=table["hours"].where(table["task"].map(MOMENTS) == "hours", ""))
    twice = keyed.duplicated(list(KEYS))
    for task, rows in table.groupby("task", sort=False):
        where = f"{path.stem}, task {task}"
        first = rows[twice[rows.index]].head(1)
        if len(first):
            where = f"{where}, {first['drill'].iloc[0]} at {first['at'].iloc[0]}"
        checks.refuse(where, rows, twice[rows.index], "is answered twice")
        if MOMENTS.get(str(task)) == "hours":
            checks.numbers(where, rows, "hours")
        if task in NUMBERS:
            for (drill, at), part in rows.groupby(["drill", "at"], sort=False, dropna=False):
                checks.bounded(f"{where}, {drill} at {at}", part, str(task))
