"""Hold the outlook against the real list of Noto 2024: how far forecasts go wrong beside what anybody could guess.

    noto_outlook.py DATA [--step-hours 6] [--begun-hours HOURS]

DATA is the folder with rikuden_2024_noto_outage_long.csv.gz (北陸電力送配電 by town, every hour from 2024-01-11). At
each origin the list so far is all that is known; what is printed are errors of the totals of municipalities, beside
persistence (all stay dark), a straight line and the ratio of the last 48 hours, and how many of the true counts the
intervals hold. The prior of the outlook is of other events (analysis/restoration_courses.py), and how it leans on them
is chosen on other events too (dev/outlook_choice.py). With --begun-hours the outlook knows the last hours before each
origin alone, as if the case had begun then. Ends with 0 and says so where the data are absent, with 1 where the outlook
is no better than one of the others at 72 hours.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Optional

import checkout  # noqa: F401  # makes `tomoshibi` importable
import numpy as np
import pandas as pd
from tomoshibi.analysis.look_ahead import LEANS_HOURS
from tomoshibi.analysis.outlook import LEVELS, Course, forecast, step_at
from tomoshibi.analysis.restoration_courses import EventKind, prior_of
from tomoshibi.dev.truth_bench.entrants import LINE, PERSISTENCE, RATIO

FILE = "rikuden_2024_noto_outage_long.csv.gz"
EVENT = pd.Timestamp("2024-01-01 16:10")
HORIZONS = (6, 12, 24, 48, 72)
GRID_HOURS = 3
BEFORE_HOURS = 48
"""An origin needs so long a course: straight line and ratio are of it."""
OLD_HOURS = 3
"""A list this old is not the count of a moment."""
LEAST = 10
"""A municipality with fewer without power is not judged: the list gives fewer than ten as five."""
SIZES = ((10, 20), (20, 200), (200, np.inf))
WAYS = ("outlook", PERSISTENCE, LINE, RATIO)


def read_list(file: Path, *more: str) -> pd.DataFrame:
    """Return the list in order of time: `at city outage_est`, and more of its columns."""
    table = pd.read_csv(file, usecols=["snapshot_jst", "city", "outage_est", *more])
    table.insert(0, "at", pd.to_datetime(table.pop("snapshot_jst")).dt.tz_localize(None))
    return table.sort_values("at", kind="stable").reset_index(drop=True)


def read_course(folder: Path) -> tuple[Course, pd.DatetimeIndex, list[str]]:
    """Return the totals of municipalities on a grid of hours; NaN where no list is new enough."""
    return course_of(read_list(folder / FILE))


def course_of(
    table: pd.DataFrame, event: pd.Timestamp = EVENT, least: int = LEAST
) -> tuple[Course, pd.DatetimeIndex, list[str]]:
    """Return the same of a list `at city outage_est`, and of an event; municipalities that ever had so many dark."""
    totals = table.groupby(["at", "city"])["outage_est"].sum().unstack(fill_value=0)
    totals = totals.loc[:, totals.max() >= least]
    first = totals.index[0].ceil(f"{GRID_HOURS}h")
    grid = pd.date_range(first, totals.index[-1], freq=f"{GRID_HOURS}h")
    place = totals.index.searchsorted(grid, side="right") - 1
    counts = totals.to_numpy(dtype=np.float64)[place]
    counts[(grid - totals.index[place]) > pd.Timedelta(hours=OLD_HOURS)] = np.nan
    hours = ((grid - event) / pd.Timedelta(hours=1)).to_numpy(dtype=np.float64)
    return Course(hours, counts.T), grid, [str(name) for name in totals.columns]


def simple_ways(now: np.ndarray, before: np.ndarray, hours: float) -> dict[str, np.ndarray]:
    """Return what is foreseen in so many hours by who knows the counts now and those of `BEFORE_HOURS` ago alone."""
    share = np.divide(now, before, out=np.ones_like(now), where=before > 0)
    return {
        PERSISTENCE: now,
        LINE: np.clip(now + (now - before) * hours / BEFORE_HOURS, 0, now),
        RATIO: np.clip(now * share ** (hours / BEFORE_HOURS), 0, now),
    }


def judged(course: Course, step_hours: int, begun_hours: Optional[int] = None) -> pd.DataFrame:
    """Return a row an origin, municipality and horizon: `origin city hours now then`, a column a way, the intervals.

    `begun_hours`: how much of the course the outlook knows at each origin; None: all so far.
    """
    prior, back = prior_of(EventKind.SHOCK), BEFORE_HOURS // GRID_HOURS
    parts = []
    for origin in range(back, len(course.hours), step_hours // GRID_HOURS):
        first = 0 if begun_hours is None else max(origin - begun_hours // GRID_HOURS, 0)
        known = Course(course.hours[first : origin + 1], course.dark[:, first : origin + 1])
        young = float(known.hours[-1] - known.hours[0]) < LEANS_HOURS
        found = forecast(known, HORIZONS, prior, to_now=young)
        now, before = course.dark[:, origin], course.dark[:, origin - back]
        for place, hours in enumerate(HORIZONS):
            then = step_at(course.hours, float(course.hours[origin]) + hours)
            if then is None or then <= origin:
                continue
            part = pd.DataFrame(
                {
                    "origin": origin,
                    "city": np.arange(len(now)),
                    "hours": hours,
                    "now": now,
                    "then": course.dark[:, then],
                    "outlook": found.expected[:, place],
                    **simple_ways(now, before, hours),
                    **{f"low{level}": found.low[level][:, place] for level in LEVELS},
                    **{f"high{level}": found.high[level][:, place] for level in LEVELS},
                }
            )
            known_then = part["now"].notna() & part["then"].notna() & np.isfinite(before)
            parts.append(part[known_then & (part["now"] >= LEAST)])
    return pd.concat(parts, ignore_index=True)


def errors(table: pd.DataFrame) -> pd.DataFrame:
    """Return the errors relative to the count now, a row an horizon, way of counting and way of foreseeing.

    Ways of counting: `pooled` (all errors against all counts), `of origins` (mean over origins of that), `of places`
    (mean over municipalities and origins), `of totals` (the sum of the municipalities).
    """
    rows = []
    for hours, part in table.groupby("hours"):
        for way in WAYS:
            error = (part[way] - part["then"]).abs()
            origins = pd.DataFrame({"error": error, "now": part["now"]}).groupby(part["origin"]).sum()
            sums = part.groupby("origin")[[way, "then", "now"]].sum()
            rows.append(
                {
                    "hours": hours,
                    "way": way,
                    "pooled": error.sum() / part["now"].sum(),
                    "of origins": (origins["error"] / origins["now"]).mean(),
                    "of places": (error / part["now"]).mean(),
                    "of totals": ((sums[way] - sums["then"]).abs() / sums["now"]).mean(),
                    "bias": (part[way] - part["then"]).sum() / part["now"].sum(),
                    "origins": len(origins),
                    "rows": len(part),
                }
            )
    return pd.DataFrame(rows)


def held(table: pd.DataFrame, level: int) -> pd.Series:
    """Return which true counts an interval holds; one that rose is held as the one now."""
    then = np.minimum(table["then"], table["now"])
    return (table[f"low{level}"] <= then) & (then <= table[f"high{level}"])


def interval_score(table: pd.DataFrame, level: int) -> float:
    """Return the score of an interval against all counts now: width, and each miss by 2 ÷ (1 − level); as `held`."""
    low, high, then = table[f"low{level}"], table[f"high{level}"], np.minimum(table["then"], table["now"])
    missed = np.maximum(low - then, 0) + np.maximum(then - high, 0)
    return float(((high - low).abs() + missed * 2 / (1 - level / 100)).sum() / table["now"].sum())


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many true counts the intervals hold, by horizon and size; a count that rose ends at the one now.

    `stayed`: the share of counts that are not below the one now. Every interval that ends there holds as many.
    `least for 80 %`: what intervals that end there hold, if those of each size hold 80 %, or what stayed if more did.
    """
    then = np.minimum(table["then"], table["now"])
    rows = []
    for hours in HORIZONS:
        for low, high in (*SIZES, (LEAST, np.inf)):
            chosen = (table["hours"] == hours) & (table["now"] >= low) & (table["now"] < high)
            row = {"hours": hours, "size": f"{low}–{'' if high == np.inf else f'{high:g}'}", "rows": int(chosen.sum())}
            row["stayed"] = float((then >= table["now"])[chosen].mean()) if chosen.any() else float("nan")
            for level in LEVELS:
                row[f"in {level} %"] = float(held(table[chosen], level).mean()) if chosen.any() else float("nan")
            row["least for 80 %"] = max(row["stayed"], 0.8)
            rows.append(row)
        *sizes, whole = rows[-len(SIZES) - 1 :]
        told = [row for row in sizes if row["rows"]]
        held_least = sum(row["least for 80 %"] * row["rows"] for row in told)
        whole["least for 80 %"] = held_least / whole["rows"] if told else float("nan")
    return pd.DataFrame([*rows, _all_hours([row for row in rows[len(SIZES) :: len(SIZES) + 1] if row["rows"]])])


def _all_hours(whole: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the row of all horizons together; `whole`: that of all sizes of each."""
    count = sum(row["rows"] for row in whole)
    shares = ["stayed", *(f"in {level} %" for level in LEVELS), "least for 80 %"]
    means = {name: sum(row[name] * row["rows"] for row in whole) / count if count else float("nan") for name in shares}
    return {"hours": "all", "size": f"{LEAST}–", "rows": count, **means}


COUNTED = ("pooled", "of origins", "of places", "of totals")


def markdown(table: pd.DataFrame) -> str:
    """Return a table as Markdown, shares with one decimal in per cent."""

    def cell(name: str, value: object) -> str:
        share = name in (*COUNTED, "bias", "stayed") or name.startswith(("in ", "least "))
        return f"{100 * float(value):.1f} %" if share else str(value)

    lines = ["| " + " | ".join(table.columns) + " |", "|---" * len(table.columns) + "|"]
    lines += ["| " + " | ".join(map(cell, table.columns, row)) + " |" for row in table.itertuples(index=False)]
    return "\n".join(lines)


def main(words: Optional[list[str]] = None) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help=f"folder with {FILE}")
    parser.add_argument(
        "--step-hours", type=int, default=6, help=f"from one origin to the next, by {GRID_HOURS} (default 6)"
    )
    parser.add_argument("--begun-hours", type=int, help="hours of the list before each origin that the outlook knows")
    asked = parser.parse_args(words)
    if asked.step_hours < GRID_HOURS or asked.step_hours % GRID_HOURS:
        parser.error(f"--step-hours {asked.step_hours}: origins lie on a grid of {GRID_HOURS} hours; take a multiple")
    if asked.begun_hours is not None and asked.begun_hours < 0:
        parser.error(f"--begun-hours {asked.begun_hours}: take 0, the count of the origin alone, or more")
    if not (asked.data / FILE).is_file():
        print(f"{FILE} is not in {asked.data}: nothing is judged.")
        return 0
    course, grid, cities = read_course(asked.data)
    table = judged(course, asked.step_hours, asked.begun_hours)
    print(f"{len(cities)} municipalities, {grid[0]:%Y-%m-%d %H:%M} to {grid[-1]:%Y-%m-%d %H:%M}, JST")
    print(f"An origin every {asked.step_hours} hours; at least {LEAST} without power at the origin.\n")
    found = errors(table)
    print("Errors relative to the count now:\n\n" + markdown(found) + "\n")
    print("True counts that the intervals hold:\n\n" + markdown(coverage(table)))
    last = found[found["hours"] == 72].set_index("way")
    worse = [name for name in COUNTED if last.loc["outlook", name] >= last[name].drop("outlook").min()]
    for name in worse:
        print(f"No better than another at 72 hours: {name}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
