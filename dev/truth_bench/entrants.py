"""Who answers: a Python file with functions, or a CSV of answers; and what both are asked."""

from __future__ import annotations

import importlib.util
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Optional, Sequence, Union

import numpy as np
import pandas as pd

from . import answer_files, checks
from .answer_files import REAL
from .checks import LINE_COLUMN, MOMENTS, NUMBERS, TASKS, EntrantError

CLOCK_HOURS = 72.0
"""Up to which hours left are judged: the hours that public plans want backup power to last."""
TOMOSHIBI, MANUAL, PERSISTENCE, UTILITY = "Tomoshibi", "manual's rule", "persistence", "utility's page"
LINE, RATIO = "straight line", "ratio of 48 h"
BUILT_IN = (TOMOSHIBI, MANUAL, PERSISTENCE, UTILITY, LINE, RATIO)


@dataclass(frozen=True)
class OutlookQuestion:
    """How many will still be dark in each municipality, so many hours after `at`?"""

    at: pd.Timestamp
    hours: tuple[int, ...]
    items: tuple[str, ...]
    """Municipalities asked for."""
    listed: pd.DataFrame
    """The list up to `at`: `at city town outage_est restore_expected`."""
    task: str = "outlook"
    drill: str = "noto2024"


@dataclass(frozen=True)
class HomesQuestion:
    """Was anybody at home in each half-hour? An answer rests on readings up to the end of its own half-hour only."""

    items: tuple[str, ...]
    """Homes."""
    begins: np.ndarray
    """datetime64[s] (slots)."""
    readings: np.ndarray
    """int32 (homes, slots) Wh, -1 missing."""
    asked: np.ndarray
    """Slots asked for."""
    task: str = "homes"
    drill: str = "readings_japan"
    at: Optional[pd.Timestamp] = None


@dataclass(frozen=True)
class DrillQuestion:
    """What is so at a moment of a drill, by what had been published by then?"""

    task: str
    drill: str
    """Cause, service and seed, as the table names it."""
    at: pd.Timestamp
    """The moment; of `presence` the midnight at which the day begins whose half-hours are asked for."""
    received: Path
    """Folder with the aggregator's files as downloaded by then."""
    history: tuple[Path, ...]
    """Files of the readings of the weeks before."""
    open: Path
    """Folder with what the municipality has itself: facilities, their backup power, people on devices, areas, roads."""


Question = Union[OutlookQuestion, HomesQuestion, DrillQuestion]


@dataclass(frozen=True)
class Entrant:
    """One column of the table."""

    name: str
    answer: Callable[[Question], Optional[pd.DataFrame]]
    """Question → rows with `item answer`, and `at`, `hours`, `low80` … where the task has them; None: no part in it."""
    path: Optional[Path] = None
    """Its file: another process reads it again."""
    table: Optional[pd.DataFrame] = None
    """Of a CSV: all its answers."""


def checked(name: str, question: Question, rows: Optional[pd.DataFrame]) -> Optional[pd.DataFrame]:
    """Return an entrant's rows, numbers as numbers and times as times: blank ones are NaN and NaT.

    Raises `EntrantError` with task, moment and line where rows are no table, a column is missing, a question is
    answered twice, a number or time is none, or an interval ends before it begins.
    """
    if rows is None:
        return None
    where = f"{name}, task {question.task}, {_moment(question)}"
    if not isinstance(rows, pd.DataFrame):
        raise EntrantError(f"{where}: the answer is no pandas table, but {type(rows).__name__}.")
    apart = MOMENTS.get(question.task)
    needed = ["item", "answer", *([apart] if apart else [])]
    lacking = [column for column in needed if column not in rows]
    if lacking:
        raise EntrantError(f"{where}: the answers lack the columns {', '.join(lacking)}.")
    rows = rows.reset_index(drop=True)
    rows = rows.assign(item=rows["item"].astype(str))
    if apart:
        rows = rows.assign(**{apart: (checks.numbers if apart == "hours" else checks.moments)(where, rows, apart)})
    twice = rows.duplicated([column for column in needed if column != "answer"])
    checks.refuse(where, rows, twice, "is answered twice")
    return checks.bounded(where, rows, question.task) if question.task in NUMBERS else rows


def _moment(question: Question) -> str:
    return question.drill if question.at is None else f"{question.drill} at {question.at}"


def load(path: Path) -> Entrant:
    """Return the entrant of a file: `.py` with functions named as tasks, or `.csv`. Raises `EntrantError`."""
    if path.stem in BUILT_IN:
        raise EntrantError(f"{path.name}: the name {path.stem} is taken. Call the file otherwise.")
    if path.suffix in (".csv", ".py") and not path.is_file():
        raise EntrantError(f"{path} is not there.")
    if path.suffix == ".csv":
        return from_csv(path)
    if path.suffix == ".py":
        return from_python(path)
    raise EntrantError(f"{path.name}: an entrant is a .py or a .csv file.")


def load_all(paths: Iterable[Path]) -> list[Entrant]:
    """Return the entrants of files. Raises `EntrantError`, also where two have one name."""
    found: dict[str, Entrant] = {}
    for path in paths:
        if path.stem in found:
            raise EntrantError(f"{path.name}: another file is called {path.stem} too. Call one of them otherwise.")
        found[path.stem] = load(path)
    return list(found.values())


def from_python(path: Path) -> Entrant:
    """Return the entrant whose functions stand in a file."""
    spec = importlib.util.spec_from_file_location(f"entrant_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever strangers' code may raise is theirs to mend
        raise EntrantError(f"{path.name} cannot be run: {_told(path, error)}") from error
    functions = {task: getattr(module, task) for task in TASKS if callable(getattr(module, task, None))}
    if not functions:
        raise EntrantError(f"{path.name} has none of the functions {', '.join(TASKS)}.")

    def answer(question: Question) -> Optional[pd.DataFrame]:
        if question.task not in functions:
            return None
        try:
            return functions[question.task](question)
        except Exception as error:  # whatever strangers' code may raise is theirs to mend
            raise EntrantError(
                f"{path.name}, task {question.task}, {_moment(question)}: {_told(path, error)}"
            ) from error

    return Entrant(path.stem, answer, path)


def _told(path: Path, error: Exception) -> str:
    """Return an error with the last line of the entrant's own file that led to it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    own = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    return f"{type(error).__name__}: {error} ({path.name}{'' if own is None else f', line {own}'})."


def from_csv(path: Path) -> Entrant:
    """Return the entrant whose answers stand in a CSV with the columns `KEYS`, `answer`, and bounds if any."""
    table = answer_files.read(path)

    def answer(question: Question) -> Optional[pd.DataFrame]:
        task = table[table["task"] == question.task]
        if not len(task):
            return None
        rows = task[task["drill"] == question.drill]
        if MOMENTS.get(question.task) != "at":
            rows = rows[rows["at"] == question.at]
        return rows.reset_index(drop=True)

    return Entrant(path.stem, answer, path, table)


def unheard(entrant: Entrant, questions: Iterable[Sequence[str]]) -> str:
    """Return which answers of a CSV nothing asked for; "" where there are none.

    `questions`: task, drill, moment of all that was asked. Where answers have moments of their own, their drill counts.
    Tasks on real files that were not run are left out, and drills where none was.
    """
    if entrant.table is None:
        return ""
    asked = {(task, drill, "" if MOMENTS.get(task) == "at" else at) for task, drill, at, *_more in questions}
    tasks = {task for task, *_more in asked}
    run = tasks | (set(TASKS) - set(REAL) if tasks - set(REAL) else set())
    table = entrant.table[entrant.table["task"].isin(run)]
    at = table["at"].map(lambda moment: "" if pd.isna(moment) else moment.isoformat())
    at = at.mask(table["task"].map(MOMENTS) == "at", "")
    missed = table[[each not in asked for each in zip(table["task"], table["drill"], at)]]
    if not len(missed):
        return ""
    first = missed.iloc[0]
    return (
        f"{entrant.name}: {len(missed)} of {len(table)} answers are to questions that were not asked, the "
        f"first in line {first[LINE_COLUMN]} (task {first['task']}, {first['drill']} at {first['at']})."
    )
