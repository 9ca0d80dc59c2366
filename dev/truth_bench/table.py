"""The one table: a row a figure, a column an entrant."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Iterable, Mapping

NONE = "–"


@dataclass(frozen=True)
class Measured:
    """One figure of all entrants on one set of questions, or why there is none."""

    task: str
    where: str
    """What is asked about: a drill in a service, or real files."""
    figure: str
    less: bool = False
    """Whether less is better."""
    values: Mapping[str, float] = field(default_factory=dict)
    """Entrant → share; one that takes no part is left out."""
    judged: bool = True
    """Whether the best is marked: an absent set and a mere count have none."""


def not_judged(task: str, where: str, why: str) -> Measured:
    """Return the row of a set that cannot be judged on."""
    return Measured(task, where, f"not judged: {why}", judged=False)


def columns(rows: Iterable[Measured], known: Iterable[str]) -> list[str]:
    """Return the entrants with a figure, in the order of `known`."""
    there = {name for row in rows for name in row.values}
    return [name for name in known if name in there]


def _text(value: float) -> str:
    return NONE if math.isnan(value) else f"{100 * value:.1f} %"


def best(row: Measured) -> set[str]:
    """Return who has the best figure as printed; nobody where only one has any."""
    told = {name: round(value, 3) for name, value in row.values.items() if not math.isnan(value)}
    if not row.judged or len(told) < 2:
        return set()
    top = min(told.values()) if row.less else max(told.values())
    return {name for name, value in told.items() if value == top}


def markdown(rows: list[Measured], names: list[str]) -> str:
    """Return the table; the best of each row is bold."""
    lines = ["| task | on | figure | better | " + " | ".join(names) + " |", "|---" * (4 + len(names)) + "|"]
    for row in rows:
        first = best(row)
        cells = [_text(row.values.get(name, math.nan)) for name in names]
        cells = [f"**{cell}**" if name in first else cell for name, cell in zip(names, cells)]
        better = ("less" if row.less else "more") if row.judged else ""
        lines.append(f"| {row.task} | {row.where} | {row.figure} | {better} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plain(rows: list[Measured], names: list[str]) -> list[list[str]]:
    """Return the same as rows of a CSV, shares from 0 to 1."""
    found = [["task", "on", "figure", "better", *names]]
    for row in rows:
        cells = [row.values.get(name, math.nan) for name in names]
        better = ("less" if row.less else "more") if row.judged else ""
        told = ["" if math.isnan(cell) else f"{cell:.6f}" for cell in cells]
        found.append([row.task, row.where, row.figure, better, *told])
    return found
