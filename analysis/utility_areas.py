"""What the utility's map of the outage (停電範囲) says, held against what the meters say.

Where both agree the map can be leaned on. Where they do not, one of them is late or wrong, and a person has to ask: an
area drawn as dark whose meters have power is perhaps restored; dark meters outside every area are known to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd

from ..arrays import Array, IntArray


class Finding(str, Enum):
    """What comes of comparing one place."""

    AGREES = "agrees"
    """Drawn as dark, and so are most of its meters."""
    PARTLY = "partly"
    """Drawn as dark; some of its meters have power."""
    POWERED = "powered"
    """Drawn as dark, yet nearly all of its meters have power."""
    UNKNOWN = "unknown"
    """Drawn as dark; too little is known of its meters."""
    NOT_DRAWN = "not_drawn"
    """Dark meters side by side where the map has no area."""


@dataclass(frozen=True)
class CompareRules:
    """The limits of the comparison."""

    least_known: int = 5
    """Meters that must be known in a place before anything is said of it."""
    least_share: float = 0.3
    """Of the meters of a place that must be known."""
    dark: float = 0.5
    """Share of dark meters among the known from which an area is dark."""
    powered: float = 0.1
    """Share below which it has power."""
    least_dark: int = 3
    """Dark meters in a square outside all areas from which it is named."""


COUNTED = ("meters", "out", "powered", "unknown")


def compare(
    area: IntArray, cell: Array, out: Array, powered: Array, areas: int, rules: CompareRules
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold areas of a map against the states of meters.

    Parameters
        area: int64 (meters), number of the area each stands in, -1 outside all.
        cell: object (meters), code of the square each stands in, "" without coordinates.
        out, powered: bool (meters), what is known of each; neither: unknown.
        areas: how many areas there are.

    Returns
        a row an area: meters, out, powered, unknown, share (of the known that are dark; NaN), finding;
        a row a square outside all areas that is dark: cell, and the same.
    """
    drawn = _counted(area, areas, out, powered)
    drawn["finding"] = [_finding(row, rules).value for row in drawn.itertuples()]
    outside = (area < 0) & (cell != "")
    codes, place = np.unique(cell[outside].astype(str), return_inverse=True)
    found = _counted(place.reshape(-1).astype(np.int64), len(codes), out[outside], powered[outside])
    found.insert(0, "cell", codes.astype(object))
    dark = (found["out"] >= rules.least_dark) & (found["share"] >= rules.dark)
    found = found[dark].sort_values("out", ascending=False, kind="stable").reset_index(drop=True)
    found["finding"] = Finding.NOT_DRAWN.value
    return drawn, found


def _counted(place: IntArray, count: int, out: Array, powered: Array) -> pd.DataFrame:
    inside = place >= 0
    tallies = {
        name: np.bincount(place[inside & chosen], minlength=count)
        for name, chosen in (("meters", True), ("out", out), ("powered", powered))
    }
    table = pd.DataFrame({name: values.astype(np.int64) for name, values in tallies.items()})
    table["unknown"] = table["meters"] - table["out"] - table["powered"]
    known = (table["out"] + table["powered"]).to_numpy(float)
    table["share"] = np.divide(table["out"].to_numpy(float), known, out=np.full(count, np.nan), where=known > 0)
    return table


def _finding(row: object, rules: CompareRules) -> Finding:
    known = row.out + row.powered  # type: ignore[attr-defined]  # a row of a table
    if known < rules.least_known or known < rules.least_share * row.meters:  # type: ignore[attr-defined]
        return Finding.UNKNOWN
    if row.share >= rules.dark:  # type: ignore[attr-defined]
        return Finding.AGREES
    return Finding.POWERED if row.share < rules.powered else Finding.PARTLY  # type: ignore[attr-defined]
