"""Task `outlook`: how many are still dark in 6 to 72 hours, on the real list of Noto 2024."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

import numpy as np
import pandas as pd
from tomoshibi.analysis.outlook import Course, forecast, step_at
from tomoshibi.analysis.restoration_courses import EventKind, prior_of
from tomoshibi.dev import noto_outlook
from tomoshibi.dev.noto_outlook import (
    BEFORE_HOURS,
    GRID_HOURS,
    HORIZONS,
    LEAST,
    course_of,
    held,
    interval_score,
    read_list,
    simple_ways,
)

from . import entrants as who
from .checks import Unused
from .entrants import Entrant, OutlookQuestion, checked
from .table import Measured

SET = "noto2024"
FILE = f"{SET}/{noto_outlook.FILE}"
WHERE = "Noto 2024, municipalities"
STEP_HOURS = 6
"""From origin to origin."""
LEVELS = (80, 95)


def read(data: Path) -> pd.DataFrame:
    """Return the list in order of time: `at city town outage_est restore_expected`."""
    return read_list(data / FILE, "town", "restore_expected")


def _rows(items: list[str], hours: int, answer: np.ndarray, **bounds: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"item": items, "hours": hours, "answer": answer, **bounds})


def tomoshibi(course: Course, step: int, items: list[str]) -> pd.DataFrame:
    """Return the forecast of the project as known at a step."""
    found, parts = forecast(course.until(step), HORIZONS, prior_of(EventKind.SHOCK)), []
    for place, hours in enumerate(HORIZONS):
        low = {f"low{level}": found.low[level][:, place] for level in LEVELS}
        high = {f"high{level}": found.high[level][:, place] for level in LEVELS}
        parts.append(_rows(items, hours, found.expected[:, place], **low, **high))
    return pd.concat(parts, ignore_index=True)


def simple(course: Course, step: int, items: list[str]) -> dict[str, pd.DataFrame]:
    """Return what persistence, a straight line, and the ratio of the last 48 hours foresee at a step."""
    now, before = course.dark[:, step], course.dark[:, step - BEFORE_HOURS // GRID_HOURS]
    parts: dict[str, list[pd.DataFrame]] = {}
    for hours in HORIZONS:
        for name, ahead in simple_ways(now, before, hours).items():
            parts.setdefault(name, []).append(_rows(items, hours, ahead))
    return {name: pd.concat(rows, ignore_index=True) for name, rows in parts.items()}


def utility(listed: pd.DataFrame, now: np.ndarray, at: pd.Timestamp, items: list[str]) -> pd.DataFrame:
    """Return what the utility's page says: towns with an expected time of restoration have power from then on.

    Of towns with 復旧未定, and of times that are past, it says nothing: they stay dark.
    """
    newest = listed[listed["at"] == listed["at"].max()]
    told = newest["restore_expected"].fillna("").astype(str)
    stamp = told.str.extract(r"^(\d{4}/\d{2}/\d{2} \d{2}:\d{2})頃$")[0]
    due = pd.to_datetime(stamp, format="%Y/%m/%d %H:%M")
    parts = []
    for hours in HORIZONS:
        back = newest[(due > at) & (due <= at + pd.Timedelta(hours=hours))]
        fewer = back.groupby("city")["outage_est"].sum().reindex(items).fillna(0).to_numpy(float)
        parts.append(_rows(items, hours, np.clip(now - fewer, 0, None)))
    return pd.concat(parts, ignore_index=True)


def origins(course: Course, every: int = 1) -> list[int]:
    """Return the steps of a course at which is asked: every six hours, from 48 hours after its begin.

    Those are left out for which, or for 48 hours before which, no list is new enough. `every`: only each so many.
    """
    back = BEFORE_HOURS // GRID_HOURS
    known = ~np.isnan(course.dark).all(axis=0)
    steps = range(back, len(known), STEP_HOURS // GRID_HOURS * every)
    return [step for step in steps if known[step] and known[step - back]]


def questions(listed: pd.DataFrame) -> list[list[str]]:
    """Return task, set and moment of all questions, and "" as nothing has to be kept of them."""
    course, grid, _items = course_of(listed)
    return [["outlook", SET, grid[step].isoformat(), ""] for step in origins(course)]


def judged(
    listed: pd.DataFrame, others: list[Entrant], every: int = 1, unused: Optional[Unused] = None
) -> pd.DataFrame:
    """Return a row a question and entrant: `entrant origin item hours now then answer told`, and bounds.

    `every`: only each so many origins. No answer counts as persistence; `told` bool is whether there was one. `unused`
    takes what nobody asked for.
    """
    course, grid, items = course_of(listed)
    parts, unused = [], Unused() if unused is None else unused
    for step in origins(course, every):
        now, at = course.dark[:, step], grid[step]
        known = listed.iloc[: int(listed["at"].searchsorted(at, side="right"))]
        question = OutlookQuestion(at, HORIZONS, tuple(items), known)
        answers: dict[str, Optional[pd.DataFrame]] = {who.TOMOSHIBI: tomoshibi(course, step, items)}
        answers.update(simple(course, step, items))
        answers[who.UTILITY] = utility(known, now, at, items)
        for other in others:
            # whoever changes the list in place changes a copy of it
            rows = checked(other.name, question, other.answer(replace(question, listed=known.copy())))
            if rows is not None:
                unused.note(other.name, question.task, rows, question.items)
                answers[other.name] = rows[rows["hours"].isin(HORIZONS)].astype({"hours": int})
        true = _true(course, step, items)
        for name, rows in answers.items():
            if rows is not None:
                parts.append(true.merge(rows, on=["item", "hours"], how="left").assign(entrant=name, origin=step))
    table = pd.concat(parts, ignore_index=True)
    table["told"] = table["answer"].notna()
    table["answer"] = table["answer"].astype(float).fillna(table["now"])
    return table


def _true(course: Course, step: int, items: list[str]) -> pd.DataFrame:
    """Return `item hours now then` of the municipalities that are judged at a step."""
    now, parts = course.dark[:, step], []
    before = course.dark[:, step - BEFORE_HOURS // GRID_HOURS]
    for hours in HORIZONS:
        place = step_at(course.hours, float(course.hours[step]) + hours)
        if place is None or place <= step:
            continue
        table = pd.DataFrame({"item": items, "hours": hours, "now": now, "then": course.dark[:, place]})
        parts.append(table[(table["now"] >= LEAST) & table["then"].notna() & np.isfinite(before)])
    empty = pd.DataFrame(columns=["item", "hours", "now", "then"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def figures(table: pd.DataFrame) -> list[Measured]:
    """Return the errors of all answers against all counts now, by horizon, and how many counts the intervals hold.

    A count that rose is held as the one now: intervals of restoration do not foresee new outages.
    """
    rows = []
    for hours, part in table.groupby("hours"):
        error = (part["answer"] - part["then"]).abs().groupby(part["entrant"]).sum()
        told = (error / part["now"].groupby(part["entrant"]).sum()).to_dict()
        rows.append(Measured("outlook", WHERE, f"error at {hours} h ÷ dark now", True, told))
    last = table[table["hours"] == max(HORIZONS)]
    sums = last.groupby(["entrant", "origin"])[["answer", "then", "now"]].sum()
    far = ((sums["answer"] - sums["then"]).abs() / sums["now"]).groupby("entrant").mean().to_dict()
    rows.append(Measured("outlook", WHERE, f"… at {max(HORIZONS)} h of the sum of all, mean of origins", True, far))
    told = table["told"].astype(float).groupby(table["entrant"]).mean().to_dict()
    rows.append(Measured("outlook", WHERE, "… told, of all", False, told, judged=False))
    return rows + [row for level in LEVELS if f"low{level}" in table for row in _intervals(table, level)]


def _intervals(table: pd.DataFrame, level: int) -> list[Measured]:
    """Return how many counts an interval holds, and its score: width, and each miss by 2 ÷ (1 − level); less is better.

    Who gives an interval to some questions is judged on all of them: without one it is 0 to the count now.
    """
    holds, score = {}, {}
    for name, part in table.groupby("entrant"):
        low, high = (pd.to_numeric(part[f"{side}{level}"], errors="coerce") for side in ("low", "high"))
        if not (low.notna() & high.notna()).any():
            continue
        part = part.assign(**{f"low{level}": low.fillna(0.0), f"high{level}": high.fillna(part["now"])})
        holds[name] = float(held(part, level).mean())
        score[name] = interval_score(part, level)
    if not holds:
        return []
    words = f"counts within the {level} % interval (aim: {level} %)"
    return [
        Measured("outlook", WHERE, words, False, holds, judged=False),
        Measured("outlook", WHERE, f"score of the {level} % interval ÷ dark now", True, score),
    ]
