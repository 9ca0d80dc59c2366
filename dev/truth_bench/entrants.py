"""Who answers: a Python file with functions, or a CSV of answers; and what both are asked."""

from __future__ import annotations

import importlib.util
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Union

import numpy as np
import pandas as pd

TASKS = ("outlook", "homes", "places", "cells", "presence")
KEYS = ("task", "drill", "at", "item", "hours")
ANSWERS = ("answer", "low80", "high80", "low95", "high95")
TOMOSHIBI, MANUAL, PERSISTENCE, UTILITY = "Tomoshibi", "manual's rule", "persistence", "utility's page"
LINE, RATIO = "straight line", "ratio of 48 h"
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
    """Folder with what the municipality has itself: facilities, links, areas, roads."""


Question = Union[OutlookQuestion, HomesQuestion, DrillQuestion]


@dataclass(frozen=True)
class Entrant:
    """One column of the table."""

    name: str
    answer: Callable[[Question], Optional[pd.DataFrame]]
    """Question → rows with `item answer`, and `at`, `hours`, `low80` … where the task has them; None: no part in it."""


def checked(name: str, question: Question, rows: Optional[pd.DataFrame]) -> Optional[pd.DataFrame]:
    """Return an entrant's rows. Raises `EntrantError` where a column is missing or a question is answered twice."""
    if rows is None:
        return None
    needed = ["item", "answer"]
    needed += ["hours"] if question.task == "outlook" else ["at"] if question.task in ("homes", "presence") else []
    lacking = [column for column in needed if column not in rows]
    if lacking:
        raise EntrantError(f"{name}, task {question.task}: the answers lack the columns {', '.join(lacking)}.")
    rows = rows.assign(item=rows["item"].astype(str))
    if rows.duplicated([column for column in needed if column != "answer"]).any():
        raise EntrantError(f"{name}, task {question.task}: some questions are answered twice.")
    return rows


def load(path: Path) -> Entrant:
    """Return the entrant of a file: `.py` with functions named as tasks, or `.csv`. Raises `EntrantError`."""
    if path.stem in BUILT_IN:
        raise EntrantError(f"{path.name}: the name {path.stem} is taken. Call the file otherwise.")
    if path.suffix == ".csv":
        return from_csv(path)
    if path.suffix == ".py":
        return from_python(path)
    raise EntrantError(f"{path.name}: an entrant is a .py or a .csv file.")


def from_python(path: Path) -> Entrant:
    """Return the entrant whose functions stand in a file."""
    spec = importlib.util.spec_from_file_location(f"entrant_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = {task: getattr(module, task) for task in TASKS if callable(getattr(module, task, None))}
    if not functions:
        raise EntrantError(f"{path.name} has none of the functions {', '.join(TASKS)}.")

    def answer(question: Question) -> Optional[pd.DataFrame]:
        if question.task not in functions:
            return None
        try:
            return functions[question.task](question)
        except Exception as error:  # whatever strangers' code may raise is theirs to mend
            line = traceback.extract_tb(error.__traceback__)[-1]
            raise EntrantError(
                f"{path.name}, task {question.task}, {question.drill} at {question.at}: "
                f"{type(error).__name__}: {error} ({Path(line.filename).name}, line {line.lineno})."
            ) from error

    return Entrant(path.stem, answer)


def from_csv(path: Path) -> Entrant:
    """Return the entrant whose answers stand in a CSV with the columns `KEYS`, `answer`, and bounds if any."""
    table = pd.read_csv(path, dtype={name: str for name in ("task", "drill", "item", "answer")}, encoding="utf-8-sig")
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
        if question.task not in ("homes", "presence"):
            rows = rows[rows["at"] == question.at]
        if question.task in ("outlook", "cells"):
            rows = rows.assign(answer=pd.to_numeric(rows["answer"], errors="coerce"))
        return rows.reset_index(drop=True)

    return Entrant(path.stem, answer)
