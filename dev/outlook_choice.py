"""Choose how the outlook leans, on events other than the one it is judged by: each is held out in its turn.

    outlook_choice.py DATA

DATA is the folder with faxai2019/ (docs/benchmark.md: where it comes from). Held out are the typhoon of 2019 by
municipality, from that list, and the published totals of the earthquakes (analysis/restoration_courses.py); what leans
on earlier events leans on the others. Printed are, for each choice, the errors and the scores of the intervals, and
what was chosen: the length of the window and the weight of earlier events by the errors, then the spread and how soon
the case's own errors count by the intervals: of a shock over all events, of a storm over the storms alone. The list of
Noto 2024 is not opened. Ends with 0 and says so where the data are absent, with 1 where the code holds another choice
than the one printed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Iterator, Optional

import checkout  # noqa: F401  # makes `tomoshibi` importable
import numpy as np
import pandas as pd
from tomoshibi.analysis import outlook, restoration_courses
from tomoshibi.analysis.outlook import Course, Prior, forecast, step_at
from tomoshibi.analysis.restoration_courses import COURSES, EventKind, PublicCourse, prior_of, spread_of
from tomoshibi.dev.noto_outlook import GRID_HOURS, HORIZONS, course_of, held, interval_score, read_list
from tomoshibi.dev.truth_bench.sources import sources, trouble

SET = "faxai2019"
FILE = f"{SET}/tepco_2019_faxai_outage_long.csv.gz"
LANDFALL = pd.Timestamp("2019-09-09 05:00")
LISTED = "台風15号"
"""The published course of the event that the list is of begins so."""
LEAST = 100
"""A municipality with fewer without power is not judged: the list gives fewer than 100 of a town as 50."""
BEFORE_HOURS = 24
"""An origin needs so long a course."""
STEP_HOURS = 6
MOST_HOURS = 120
"""Counts of a published total farther apart are not looked ahead to."""
AT_ONCE = 0.1
"""Hours that stand for “at once”: a course begins after the event."""

WINDOWS = (24.0, 48.0, 72.0, 96.0, 120.0, 168.0)
WEIGHTS = (0.1, 0.2, 0.4, 0.8, 1.6)
SHARES = (0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
LEARNINGS = (24.0, 48.0, 96.0, 192.0, 384.0, 768.0, 1536.0)
LEVELS = (80, 95)


@dataclass(frozen=True)
class HeldOut:
    """An event that is looked ahead in as if it were the one at hand."""

    name: str
    kind: EventKind
    prior: Prior
    """Of the other events."""
    course: Course
    least: int = 1
    horizons: tuple[int, ...] = ()
    """Hours ahead; none: to each later count of the course."""

    def origins(self) -> Iterator[tuple[int, tuple[float, ...]]]:
        """Yield the steps that are looked ahead from, and the hours ahead that the course tells of."""
        hours = self.course.hours
        if not self.horizons:
            for step in range(len(hours) - 1):
                ahead = tuple(float(each) for each in hours[step + 1 :] - hours[step] if each <= MOST_HOURS)
                if ahead:
                    yield step, ahead
            return
        for step in range(BEFORE_HOURS // GRID_HOURS, len(hours), STEP_HOURS // GRID_HOURS):
            ahead = tuple(float(each) for each in self.horizons if step_at(hours, hours[step] + each) is not None)
            if ahead:
                yield step, ahead


def published(course: PublicCourse) -> HeldOut:
    """Return the totals of an event as one area."""
    hours, counts = (np.array(column, dtype=np.float64) for column in zip(*course.counts))
    prior = prior_of(course.kind, course.name)
    return HeldOut(course.name, course.kind, prior, Course(np.maximum(hours, AT_ONCE), counts[None, :]))


def held_out(listed: pd.DataFrame) -> list[HeldOut]:
    """Return all events; the one that the list is of by municipality, and not by its published totals."""
    (own,) = (course for course in COURSES if course.name.startswith(LISTED))
    course, _grid, _cities = course_of(listed, LANDFALL, LEAST)
    by_city = HeldOut(own.name, own.kind, prior_of(own.kind, own.name), course, LEAST, HORIZONS)
    return [by_city, *(published(each) for each in COURSES if each is not own)]


def looked_ahead(event: HeldOut, prior: Prior) -> pd.DataFrame:
    """Return a row an origin, area and horizon: `hours now then expected`, and the bounds of the intervals."""
    parts = []
    for step, ahead in event.origins():
        found = forecast(event.course.until(step), ahead, prior)
        now = event.course.dark[:, step]
        for place, hours in enumerate(ahead):
            then = step_at(event.course.hours, float(event.course.hours[step]) + hours)
            if then is None or then <= step:
                continue
            part = {"hours": hours, "now": now, "then": event.course.dark[:, then]}
            part["expected"] = found.expected[:, place]
            for level in LEVELS:
                part[f"low{level}"], part[f"high{level}"] = found.low[level][:, place], found.high[level][:, place]
            table = pd.DataFrame(part)
            parts.append(table[(table["now"] >= event.least) & table["then"].notna()])
    return pd.concat(parts, ignore_index=True)


def error(table: pd.DataFrame) -> float:
    """Return all errors against all counts now."""
    return float((table["expected"] - table["then"]).abs().sum() / table["now"].sum())


def score(table: pd.DataFrame) -> float:
    """Return the mean score of the intervals."""
    return sum(interval_score(table, level) for level in LEVELS) / len(LEVELS)


def line(cells: list[str]) -> str:
    """Return a row of a table in Markdown."""
    return "| " + " | ".join(cells) + " |"


def per_cent(values: list[float]) -> list[str]:
    """Return shares as text, and their mean."""
    return [f"{100 * each:.1f} %" for each in [*values, float(np.mean(values))]]


def lean(events: list[HeldOut]) -> tuple[float, float]:
    """Print the errors by window and weight, and return the pair with the smallest mean over the events."""
    print(line(["window, h", "weight", *(event.name for event in events), "mean"]))
    print("|---" * (3 + len(events)) + "|")
    found = {}
    for window, weight in product(WINDOWS, WEIGHTS):
        priors = [replace(event.prior, window=window, weight=weight) for event in events]
        errors = [error(looked_ahead(event, prior)) for event, prior in zip(events, priors)]
        found[window, weight] = float(np.mean(errors))
        print(line([f"{window:g}", f"{weight:g}", *per_cent(errors)]), flush=True)
    return min(found, key=lambda pair: found[pair])


@dataclass(frozen=True)
class Intervals:
    """What the intervals of a kind of event rest on."""

    share: float
    """Of the spread of pieces and events (`restoration_courses.SPREAD_SHARE`)."""
    learning: float
    """Hours (`restoration_courses.LEARNING`)."""

    def __str__(self) -> str:
        return f"share {self.share:g}, learning {self.learning:g} h"


def spread(events: list[HeldOut], window: float, weight: float) -> dict[EventKind, Intervals]:
    """Print the scores of the intervals by share of the spread and hours of learning; return the best of each kind.

    Of shocks only totals were published, which tell nothing of how areas differ: their choice is over all events.
    """
    print(line(["share", "learning, h", *(event.name for event in events), "mean"]))
    print("|---" * (3 + len(events)) + "|")
    storms = [place for place, event in enumerate(events) if event.kind is EventKind.STORM]
    judged = {EventKind.SHOCK: list(range(len(events))), EventKind.STORM: storms}
    found: dict[EventKind, dict[Intervals, float]] = {kind: {} for kind in judged}
    for share, learning in product(SHARES, LEARNINGS):
        by = Intervals(share, learning)
        scores = [score(looked_ahead(event, leaning(event, window, weight, by))) for event in events]
        for kind, places in judged.items():
            found[kind][by] = float(np.mean([scores[place] for place in places]))
        print(line([f"{share:g}", f"{learning:g}", *per_cent(scores)]), flush=True)
    return {kind: min(of, key=lambda by: of[by]) for kind, of in found.items()}


def leaning(event: HeldOut, window: float, weight: float, by: Intervals) -> Prior:
    """Return the prior of an event that leans so."""
    whole = spread_of([course for course in COURSES if course.name != event.name])
    return replace(event.prior, window=window, weight=weight, spread=by.share * whole, learning=by.learning)


def main(words: Optional[list[str]] = None) -> int:
    """Print the tables and the choice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help=f"folder with {FILE}")
    asked = parser.parse_args(words)
    why = trouble(asked.data, SET, sources())
    if why:
        print(f"Nothing is chosen: {why}.")
        return 0
    events = held_out(read_list(asked.data / FILE))
    print("Errors ÷ dark now, each event leaning on the others:\n")
    window, weight = lean(events)
    print("\nScore of the 80 % and 95 % intervals ÷ dark now:\n")
    chosen = spread(events, window, weight)
    print("\nTrue counts that the intervals of the choice hold:\n")
    print(line(["event", "hours", "counts", "stayed", *(f"in {level} %" for level in LEVELS), "width of 80 %"]))
    print("|---" * 7 + "|")
    for event in events:
        table = looked_ahead(event, leaning(event, window, weight, chosen[event.kind]))
        for hours, part in table.groupby("hours") if event.horizons else [("all", table)]:
            stayed = float((part["then"] >= part["now"]).mean())
            width = float((part["high80"] - part["low80"]).sum() / part["now"].sum())
            each_of = (stayed, *(held(part, level).mean() for level in LEVELS), width)
            shares = [f"{100 * each:.1f} %" for each in each_of]
            print(line([event.name, f"{hours:g}" if event.horizons else hours, f"{len(part)}", *shares]))
    share, learning = restoration_courses.SPREAD_SHARE, restoration_courses.LEARNING
    kinds = {kind: Intervals(share[kind], learning[kind]) for kind in chosen}
    print("\nChosen: " + told(window, weight, chosen))
    now = told(outlook.WINDOW_HOURS, restoration_courses.WEIGHT, kinds)
    if told(window, weight, chosen) != now:
        print(f"The code holds another choice: {now}")
    return int(told(window, weight, chosen) != now)


def told(window: float, weight: float, intervals: dict[EventKind, Intervals]) -> str:
    """Return a choice as text."""
    kinds = "; ".join(f"{kind.value}: {by}" for kind, by in intervals.items())
    return f"window {window:g} h, weight {weight:g}; {kinds}"


if __name__ == "__main__":
    sys.exit(main())
