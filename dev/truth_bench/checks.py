"""What can be judged: tables of answers, with the row or line of the first that cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Collection, Mapping, Optional

import numpy as np
import pandas as pd

KEYS = ("task", "drill", "at", "item", "hours")
CLOCK_LEVEL = 90
"""Percent of the interval of hours left."""
TASKS = ("outlook", "homes", "places", "cells", "presence", "hidden", "isolated", "clocks", "life")
NUMBERS: Mapping[str, tuple[int, ...]] = {"outlook": (80, 95), "cells": (), "isolated": (), "clocks": (CLOCK_LEVEL,)}
"""Tasks that are answered by a number, and the levels of their intervals."""
RANGES: Mapping[str, tuple[float, float]] = {"outlook": (0.0, np.inf), "cells": (0.0, 1.0)}
"""Between what a number must lie: counts, and shares that somebody may give in percent."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "homes": ("home", "away"),
    "presence": ("home", "away"),
    "places": ("powered", "partial", "outage"),
    "life": ("powered", "on_battery", "soon", "exhausted"),
    "hidden": ("hidden",),
}
"""Tasks that are answered by a word, and the words; any other is not told."""
MOMENTS: Mapping[str, str] = {"outlook": "hours", "homes": "at", "presence": "at"}
"""Tasks that ask several things of one item, and the column that tells them apart."""
LINE_COLUMN = "line of the file"
"""Where an answer stands in its CSV."""
ZONE = "Asia/Tokyo"
BLANK = ("", "nan")
"""How files write what is not told, in small letters."""


class EntrantError(ValueError):
    """A file of answers or functions cannot be used."""


def place_of(rows: pd.DataFrame, place: int) -> str:
    """Return the line of a CSV, or the row of a table, that stands at a place."""
    if LINE_COLUMN in rows:
        return f"line {rows[LINE_COLUMN].iloc[place]}"
    return f"row {place + 1} of the table"


def refuse(where: str, rows: pd.DataFrame, wrong: pd.Series, why: str) -> None:
    """Raise `EntrantError` with the place of the first row that is `wrong`, bool (rows), if any is."""
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        item = rows["item"].iloc[place]
        raise EntrantError(f"{where}, {place_of(rows, place)}: {item} {why} ({int(wrong.sum())} such in all).")


def numbers(where: str, rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as numbers; blanks are NaN. Raises `EntrantError`."""
    texts = rows[column].astype(str).str.strip()
    found = pd.to_numeric(rows[column], errors="coerce").astype(float)
    blank = rows[column].isna() | texts.str.lower().isin(BLANK)
    refuse(where, rows, ~np.isfinite(found) & ~blank, f"has in “{column}” what is no number")
    return found.where(~blank)


def bounded(where: str, rows: pd.DataFrame, task: str) -> pd.DataFrame:
    """Return rows of a task that is answered by numbers, with their intervals. Raises `EntrantError`."""
    low, high = RANGES.get(task, (-np.inf, np.inf))
    for column in ("answer", *(f"{side}{level}" for level in NUMBERS[task] for side in ("low", "high"))):
        if column in rows:
            rows = rows.assign(**{column: numbers(where, rows, column)})
    outside = (rows["answer"] < low) | (rows["answer"] > high)
    refuse(where, rows, outside, f"has an answer that is not from {low:g} to {high:g}")
    for level in NUMBERS[task]:
        ends = [f"low{level}" in rows, f"high{level}" in rows]
        if any(ends) and not all(ends):
            raise EntrantError(f"{where}: an interval of {level} % has both low{level} and high{level}, or neither.")
        if all(ends):
            crossed = rows[f"low{level}"] > rows[f"high{level}"]
            refuse(where, rows, crossed, f"has an interval of {level} % that ends before it begins")
    return rows


@dataclass
class Unused:
    """Answers that nothing came of, by entrant, task and why: how many, and the first."""

    found: dict[tuple[str, str, str], tuple[int, str]] = field(default_factory=dict)

    def note(
        self,
        name: str,
        task: str,
        rows: pd.DataFrame,
        items: Collection[str],
        begins: Optional[Collection[object]] = None,
    ) -> None:
        """Count the rows about none of the `items`, or of the half-hours `begins`, and those in no word of the task."""
        known = rows["item"].isin(list(items)).to_numpy(bool)
        if begins is not None:
            known &= rows["at"].isin(begins).to_numpy(bool)
        self._add(name, task, "are about nothing that was asked", rows, ~known)
        if task in WORDS:
            said = rows["answer"].astype(object).where(rows["answer"].notna(), "").astype(str)
            spoken = said.isin(WORDS[task]) | said.str.strip().str.lower().isin(BLANK)
            why = f"are none of {', '.join(WORDS[task])} and count as not told"
            self._add(name, task, why, rows, known & ~spoken.to_numpy(bool))

    def _add(self, name: str, task: str, why: str, rows: pd.DataFrame, which: np.ndarray) -> None:
        if which.any():
            place = int(np.flatnonzero(which)[0])
            first = f"{rows['item'].iloc[place]}, “{rows['answer'].iloc[place]}”, in {place_of(rows, place)}"
            self.add(name, task, why, int(which.sum()), first)

    def add(self, name: str, task: str, why: str, count: int, first: str) -> None:
        """Count answers that nothing came of."""
        before, earliest = self.found.get((name, task, why), (0, first))
        self.found[name, task, why] = before + count, earliest

    def join(self, other: Unused) -> None:
        """Take in what another one counted."""
        for (name, task, why), (count, first) in other.found.items():
            self.add(name, task, why, count, first)

    def lines(self) -> list[str]:
        """Return what is to be told."""
        return [
            f"{name}, task {task}: {count} answers {why}, the first: {first}."
            for (name, task, why), (count, first) in self.found.items()
        ]


def moments(where: str, rows: pd.DataFrame, column: str = "at") -> pd.Series:
    """Return a column of times as datetime64, of Japan and without a zone; blanks are NaT. Raises `EntrantError`."""
    known: dict[object, pd.Timestamp] = {}
    wrong = []
    for value in rows[column].drop_duplicates():
        try:
            stamp = pd.NaT if str(value).strip().lower() in BLANK else pd.Timestamp(value)
            zoned = stamp is not pd.NaT and stamp.tz is not None
            known[value] = stamp.tz_convert(ZONE).tz_localize(None) if zoned else stamp
        except (ValueError, TypeError, OverflowError):
            wrong.append(value)
    refuse(where, rows, rows[column].isin(wrong), f"has in “{column}” what is no time")
    return pd.to_datetime(rows[column].map(known))
