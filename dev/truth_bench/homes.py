"""Task `homes`: was anybody at home, on the readings of five real Japanese homes.

Nobody wrote down who was at home. Two kinds of half-hours speak for themselves all the same: the day of a home whose
use is flat from morning to night (nobody does anything there), and the night of a home that is lived in on that day
and the one before (somebody sleeps there). Only these are judged; which they are is told by no method of the project
(`dev/residence_homes.py`: flat).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

import numpy as np
import pandas as pd
from tomoshibi.analysis import occupancy
from tomoshibi.dev import residence_homes

from . import entrants as who
from .checks import Unused
from .entrants import Entrant, HomesQuestion, checked
from .table import Measured

SET = "readings_japan"
WHERE = "5 Japanese homes"
WARM_UP_DAYS = 35
"""Methods may learn from so many days first."""
SLOTS = 48
DAY, NIGHT = (10.0, 22.0), (0.0, 5.0)
"""Hours of flat days, and of nights of days lived."""
UNJUDGED, EMPTY, LIVED = 0, 1, 2
NAMES = {occupancy.State.HOME: "home", occupancy.State.AWAY: "away"}


def truth(readings: np.ndarray) -> np.ndarray:
    """Return what speaks for itself: int8 (homes, slots) of `EMPTY`, `LIVED`, `UNJUDGED`; whole days of readings."""
    days = readings.reshape(len(readings), -1, SLOTS)
    hour = np.arange(SLOTS) / 2
    by_day, by_night = (DAY[0] <= hour) & (hour < DAY[1]), (NIGHT[0] <= hour) & (hour < NIGHT[1])
    found = np.zeros(days.shape, dtype=np.int8)
    for number, home in enumerate(days):
        whole = (home >= 0).all(axis=1)
        flat = np.zeros(len(home), dtype=bool)
        if whole.any():
            flat[whole] = residence_homes.flat(home[whole])
        lively = whole & ~flat
        found[number, np.flatnonzero(flat)[:, None], np.flatnonzero(by_day)] = EMPTY
        slept = lively & np.concatenate([[False], lively[:-1]])
        found[number, np.flatnonzero(slept)[:, None], np.flatnonzero(by_night)] = LIVED
    return found.reshape(readings.shape)


def own(question: HomesQuestion, method: str) -> np.ndarray:
    """Return what a method of the project says: "home", "away" or "" (homes, asked)."""
    rules = occupancy.PresenceRules()
    found = occupancy.presence(question.readings, question.begins, question.asked.tolist(), method, rules)
    said = np.full(found.state.shape, "", dtype=object)
    for state, name in NAMES.items():
        said[found.state == state] = name
    return said


def given(question: HomesQuestion, rows: pd.DataFrame) -> np.ndarray:
    """Return an entrant's rows as `own` does; what is not answered is ""."""
    slot = pd.Series(np.arange(len(question.asked)), index=pd.DatetimeIndex(question.begins[question.asked]))
    home = pd.Series(np.arange(len(question.items)), index=list(question.items))
    column = slot.reindex(pd.DatetimeIndex(rows["at"])).to_numpy(float)
    row = home.reindex(rows["item"]).to_numpy(float)
    kept = np.isfinite(column) & np.isfinite(row)
    said = np.full((len(home), len(slot)), "", dtype=object)
    said[row[kept].astype(int), column[kept].astype(int)] = rows["answer"].to_numpy(object)[kept]
    return said


def questions() -> list[list[str]]:
    """Return task and set of the one question, without a moment: each answer has its own."""
    return [["homes", SET, "", ""]]


def ask(
    data: Path, others: list[Entrant], last_days: Optional[int] = None, unused: Optional[Unused] = None
) -> list[Measured]:
    """Return the figures; `last_days`: only so many days are judged; `unused` takes what nobody asked for."""
    unused = Unused() if unused is None else unused
    homes = residence_homes.japan.load(data / SET)
    whole = len(homes.begins) // SLOTS * SLOTS
    readings, begins = homes.readings[:, :whole], homes.begins[:whole]
    true = truth(readings)
    first = max(WARM_UP_DAYS, whole // SLOTS - last_days) * SLOTS if last_days else WARM_UP_DAYS * SLOTS
    asked = np.flatnonzero((true != UNJUDGED).any(axis=0) & (np.arange(whole) >= first))
    question = HomesQuestion(tuple(homes.names), begins, readings, asked)
    said = {who.TOMOSHIBI: own(question, occupancy.DEFAULT_METHOD), who.MANUAL: own(question, "manual")}
    said[who.PERSISTENCE] = np.full((len(homes.names), len(asked)), "home", dtype=object)
    for other in others:
        # whoever changes the readings in place changes a copy of them
        rows = checked(other.name, question, other.answer(replace(question, readings=readings.copy())))
        if rows is not None:
            unused.note(other.name, question.task, rows, question.items, pd.DatetimeIndex(begins))
            said[other.name] = given(question, rows)
    return figures(said, true[:, asked])


def figures(said: dict[str, np.ndarray], true: np.ndarray) -> list[Measured]:
    """Return the figures of all entrants: wrong by kind, and right in the mean of both kinds."""
    kinds = (("flat days", EMPTY, "home", "away"), ("nights of lived days", LIVED, "away", "home"))
    rows = []
    for words, kind, wrong, _right in kinds:
        chosen = true == kind
        told = {name: float((states[chosen] == wrong).mean()) for name, states in said.items() if chosen.any()}
        rows.append(Measured("homes", WHERE, f"{words} called {wrong} ({int(chosen.sum())} half-hours)", True, told))
    both = {
        name: float(np.mean([(states[true == kind] == right).mean() for _w, kind, _x, right in kinds]))
        for name, states in said.items()
        if all((true == kind).any() for _w, kind, _x, _r in kinds)
    }
    rows.append(Measured("homes", WHERE, "rightly called, mean of both", False, both))
    judged = true != UNJUDGED
    words = list(NAMES.values())
    told = {name: float(np.isin(states[judged], words).mean()) for name, states in said.items() if judged.any()}
    rows.append(Measured("homes", WHERE, "… told, of all", False, told, judged=False))
    return rows
