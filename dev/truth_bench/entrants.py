"""Who answers: a Python file with functions, or a CSV of answers; and what both are asked."""

from __future__ import annotations

import importlib.util
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Mapping, Optional, Sequence, Union

import numpy as np
import pandas as pd

TASKS = ("outlook", "homes", "places", "cells", "presence", "hidden", "isolated", "clocks", "life")
KEYS = ("task", "drill", "at", "item", "hours")
CLOCK_HOURS = 72.0
"""Up to which hours left are judged: the hours that public plans want backup power to last."""
CLOCK_LEVEL = 90
"""Percent of the interval of hours left."""
NUMBERS: Mapping[str, tuple[int, ...]] = {"outlook": (80, 95), "cells": (), "isolated": (), "clocks": (CLOCK_LEVEL,)}
"""Tasks that are answered by a number, and the levels of their intervals."""
MOMENTS: Mapping[str, str] = {"outlook": "hours", "homes": "at", "presence": "at"}
"""Tasks that ask several things of one item, and the column that tells them apart."""
TOMOSHIBI, MANUAL, PERSISTENCE, UTILITY = "Tomoshibi", "manual's rule", "persistence", "utility's page"
LINE, RATIO = "straight line", "ratio of 48 h"
LINE_COLUMN = "line of the file"
"""Where an answer stands in its CSV."""
BUILT_IN = (TOMOSHIBI, MANUAL, PERSISTENCE, UTILITY, LINE, RATIO)


class EntrantError(ValueError):
    """A file of answers or functions cannot be used."""


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
    """Return an entrant's rows, numbers as numbers: blank ones are NaN.

    Raises `EntrantError` with task, moment and line where rows are no table, a column is missing, a question is
    answered twice, a number is none, or an interval ends before it begins.
    """
    if rows is None:
        return None
    where = f"{name}, task {question.task}, {_moment(question)}"
    if not isinstance(rows, pd.DataFrame):
        raise EntrantError(f"{where}: the answer is no pandas table, but {type(rows).__name__}.")
    needed = ["item", "answer", *([MOMENTS[question.task]] if question.task in MOMENTS else [])]
    lacking = [column for column in needed if column not in rows]
    if lacking:
        raise EntrantError(f"{where}: the answers lack the columns {', '.join(lacking)}.")
    rows = rows.assign(item=rows["item"].astype(str))
    _refuse(where, rows, rows.duplicated([column for column in needed if column != "answer"]), "is answered twice")
    return _bounded(where, rows, NUMBERS[question.task]) if question.task in NUMBERS else rows


def _bounded(where: str, rows: pd.DataFrame, levels: tuple[int, ...]) -> pd.DataFrame:
    """Return rows of a task that is answered by numbers, with their intervals."""
    for column in ("answer", *(f"{side}{level}" for level in levels for side in ("low", "high"))):
        if column in rows:
            rows = rows.assign(**{column: _numbers(where, rows, column)})
    for level in levels:
        if {f"low{level}", f"high{level}"} <= set(rows):
            crossed = rows[f"low{level}"] > rows[f"high{level}"]
            _refuse(where, rows, crossed, f"has an interval of {level} % that ends before it begins")
    return rows


def _moment(question: Question) -> str:
    return question.drill if question.at is None else f"{question.drill} at {question.at}"


def _numbers(where: str, rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as numbers; blanks are NaN."""
    numbers = pd.to_numeric(rows[column], errors="coerce")
    blank = rows[column].isna() | (rows[column].astype(str).str.strip() == "")
    _refuse(where, rows, numbers.isna() & ~blank, f"has in “{column}” what is no number")
    return numbers.astype(float)


def _refuse(where: str, rows: pd.DataFrame, wrong: pd.Series, why: str) -> None:
    """Raise `EntrantError` with the line of a CSV, or the row of a table, of the first that is wrong."""
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        line = f"line {rows[LINE_COLUMN].iloc[place]}" if LINE_COLUMN in rows else f"row {place + 1} of the table"
        raise EntrantError(f"{where}, {line}: {rows['item'].iloc[place]} {why} ({int(wrong.sum())} such in all).")


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
    texts = ("task", "drill", "item", "answer")
    try:
        table = pd.read_csv(path, dtype={name: str for name in texts}, encoding="utf-8-sig", skip_blank_lines=False)
    except ValueError as error:
        raise EntrantError(f"{path.name} cannot be read as a CSV in UTF-8: {error}.") from error
    table[LINE_COLUMN] = np.arange(len(table)) + 2
    lacking = [column for column in (*KEYS, "answer") if column not in table]
    if lacking:
        raise EntrantError(f"{path.name} lacks the columns {', '.join(lacking)}.")
    unknown = sorted(set(table["task"].dropna()) - set(TASKS))
    if unknown:
        raise EntrantError(f"{path.name} names tasks that there are not: {', '.join(unknown)}.")
    try:
        table["at"] = pd.to_datetime(table["at"])
    except (ValueError, TypeError) as error:
        raise EntrantError(f"{path.name}: the column “at” holds what is no time ({error}).") from error

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
    """Return which answers of a CSV no drill asked for; "" where there are none.

    `questions`: task, drill, moment of all that was asked. Where answers have moments of their own, their drill counts.
    """
    if entrant.table is None:
        return ""
    asked = {(task, drill, "" if MOMENTS.get(task) == "at" else at) for task, drill, at, *_more in questions}
    table = entrant.table[~entrant.table["task"].isin(("outlook", "homes"))]
    at = table["at"].map(lambda moment: "" if pd.isna(moment) else moment.isoformat())
    at = at.mask(table["task"].map(MOMENTS) == "at", "")
    missed = table[[each not in asked for each in zip(table["task"], table["drill"], at)]]
    if not len(missed):
        return ""
    first = missed.iloc[0]
    return (
        f"{entrant.name}: {len(missed)} of {len(table)} answers on drills are to questions that were not asked, the "
        f"first in line {first[LINE_COLUMN]} (task {first['task']}, {first['drill']} at {first['at']})."
    )
