"""Choose how the outlook leans, on events other than the one it is judged by: each is held out in its turn.

    outlook_choice.py DATA

DATA is the folder with faxai2019/ and hagibis2019/ (docs/benchmark.md: where they come from). Held out are the typhoons
of September and October 2019 by municipality, from those lists, and the published totals of the earthquakes
(analysis/restoration_courses.py); what leans on earlier events leans on the others. Printed are, for each choice, the
errors and the scores of the intervals, and what was chosen: the length of the window and the weight of earlier events
by the errors of all events, how long repair settles by those of each kind, then the spread and how soon the case's own
errors count by the intervals: of a shock over all events, of a storm over the storms alone. A choice stands until
another betters its mean by more than 1 %. The list of Noto 2024 is not opened. Ends with 0 and says so where the data
are absent, with 1 where the code holds another choice than the one printed.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

import checkout  # noqa: F401  # makes `tomoshibi` importable
import numpy as np
import pandas as pd
from tomoshibi.analysis import outlook, restoration_courses
from tomoshibi.analysis.look_ahead import LEANS_HOURS
from tomoshibi.analysis.outlook import SETTLING_HOURS, Course, Prior, forecast, step_at
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
"""An origin needs so long a course, where a list begins days after the event."""
HAGIBIS_SET = "hagibis2019"
HAGIBIS_FILE = f"{HAGIBIS_SET}/tepco_chuden_2019_hagibis_hours.csv.gz"
HAGIBIS = "台風19号 2019-10-12 (関東・中部)"
HAGIBIS_LEAST = 20
"""A municipality with fewer small areas that lost power is left out."""
HAGIBIS_FEW = 10
"""One with fewer still out is not judged."""
HAGIBIS_HOURS = 72
"""The lists end 88 hours after landfall: how much longer an area was out is not known."""
STEP_HOURS = 6
MOST_HOURS = 120
"""Counts of a published total farther apart are not looked ahead to."""
AT_ONCE = 0.1
"""Hours that stand for “at once”: a course begins after the event."""

WINDOWS = (24.0, 48.0, 72.0, 96.0, 120.0, 168.0)
WEIGHTS = (0.1, 0.2, 0.4, 0.8, 1.6)
SETTLINGS = (6.0, 12.0, 24.0, 48.0, 96.0)
SHARES = (0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
LEARNINGS = (24.0, 48.0, 96.0, 192.0, 384.0, 768.0, 1536.0)
LEVELS = (80, 95)
MORE = 0.01
"""What betters a mean by no more than this share is no other choice: so much lies in which events are known."""


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
    before_hours: int = BEFORE_HOURS
    """An origin needs so long a course; where there are hours ahead."""

    def settled(self, hours: float) -> HeldOut:
        """Return the same event, its prior with so many hours added to those since the event."""
        return replace(self, prior=prior_of(self.kind, self.name, hours))

    def origins(self) -> Iterator[tuple[int, tuple[float, ...]]]:
        """Yield the steps that are looked ahead from, and the hours ahead that the course tells of."""
        hours = self.course.hours
        if not self.horizons:
            for step in range(len(hours) - 1):
                ahead = tuple(float(each) for each in hours[step + 1 :] - hours[step] if each <= MOST_HOURS)
                if ahead:
                    yield step, ahead
            return
        for step in range(self.before_hours // GRID_HOURS, len(hours), STEP_HOURS // GRID_HOURS):
            ahead = tuple(float(each) for each in self.horizons if step_at(hours, hours[step] + each) is not None)
            if ahead:
                yield step, ahead


def published(course: PublicCourse) -> HeldOut:
    """Return the totals of an event as one area."""
    hours, counts = (np.array(column, dtype=np.float64) for column in zip(*course.counts))
    prior = prior_of(course.kind, course.name, SETTLING_HOURS)
    return HeldOut(course.name, course.kind, prior, Course(np.maximum(hours, AT_ONCE), counts[None, :]))


def by_small_areas(out: pd.DataFrame) -> HeldOut:
    """Return the storm of which it is known how long each small area was out: `city_code hours`, a row an area.

    The course of a municipality are its small areas that are still out so many hours after each of them went out.
    """
    ends = [part.to_numpy() for _code, part in out.groupby("city_code")["hours"] if len(part) >= HAGIBIS_LEAST]
    hours = np.arange(GRID_HOURS, HAGIBIS_HOURS + 1, GRID_HOURS, dtype=np.float64)
    dark = np.array([[float((each > hour).sum()) for hour in hours] for each in ends])
    horizons = tuple(each for each in HORIZONS if each < HAGIBIS_HOURS)
    prior = prior_of(EventKind.STORM, HAGIBIS, SETTLING_HOURS)
    return HeldOut(HAGIBIS, EventKind.STORM, prior, Course(hours, dark), HAGIBIS_FEW, horizons, 0)


def held_out(listed: pd.DataFrame, out: pd.DataFrame) -> list[HeldOut]:
    """Return all events; the one that the list is of by municipality, and not by its published totals."""
    (own,) = (course for course in COURSES if course.name.startswith(LISTED))
    course, _grid, _cities = course_of(listed, LANDFALL, LEAST)
    by_city = HeldOut(own.name, own.kind, prior_of(own.kind, own.name, SETTLING_HOURS), course, LEAST, HORIZONS)
    return [by_city, by_small_areas(out), *(published(each) for each in COURSES if each is not own)]


def looked_ahead(event: HeldOut, prior: Prior) -> pd.DataFrame:
    """Return a row an origin, area and horizon: `hours now then expected`, and the bounds of the intervals."""
    parts = []
    for step, ahead in event.origins():
        known = event.course.until(step)
        # as areas are told while a course is young; a total, of many areas, does not stand still as one of them may
        young = bool(event.horizons) and float(known.hours[-1] - known.hours[0]) < LEANS_HOURS
        found = forecast(known, ahead, prior, to_now=young)
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


def best(means: Mapping[Any, float], stands: Any) -> Any:
    """Return the choice with the smallest mean; the one that stands where no other betters it by more than `MORE`."""
    least = min(means, key=lambda each: means[each])
    return stands if means.get(stands, math.inf) * (1 - MORE) <= means[least] else least


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
    return best(found, (outlook.WINDOW_HOURS, restoration_courses.WEIGHT))


def settle(events: list[HeldOut], window: float, weight: float) -> dict[EventKind, float]:
    """Print the errors by how long repair settles, and return the hours with the smallest mean over each kind."""
    print(line(["settling, h", *(event.name for event in events)]))
    print("|---" * (1 + len(events)) + "|")
    found: dict[EventKind, dict[float, float]] = {event.kind: {} for event in events}
    for hours in SETTLINGS:
        settled = [event.settled(hours) for event in events]
        errors = [error(looked_ahead(each, replace(each.prior, window=window, weight=weight))) for each in settled]
        for kind, of in found.items():
            of[hours] = float(np.mean([each for event, each in zip(events, errors) if event.kind is kind]))
        print(line([f"{hours:g}", *(f"{100 * each:.1f} %" for each in errors)]), flush=True)
    return {kind: best(of, restoration_courses.SETTLING[kind]) for kind, of in found.items()}


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
    share, learning = restoration_courses.SPREAD_SHARE, restoration_courses.LEARNING
    return {kind: best(of, Intervals(share[kind], learning[kind])) for kind, of in found.items()}


def leaning(event: HeldOut, window: float, weight: float, by: Intervals) -> Prior:
    """Return the prior of an event that leans so."""
    whole = spread_of([course for course in COURSES if course.name != event.name], event.prior.settling)
    return replace(event.prior, window=window, weight=weight, spread=by.share * whole, learning=by.learning)


def hold(events: list[HeldOut], window: float, weight: float, chosen: Mapping[EventKind, Intervals]) -> None:
    """Print what the intervals of a choice hold of each event."""
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


def main(words: Optional[list[str]] = None) -> int:
    """Print the tables and the choice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help=f"folder with {FILE} and {HAGIBIS_FILE}")
    asked = parser.parse_args(words)
    for name in (SET, HAGIBIS_SET):
        why = trouble(asked.data, name, sources())
        if why:
            print(f"Nothing is chosen: {why}.")
            return 0
    events = held_out(read_list(asked.data / FILE), pd.read_csv(asked.data / HAGIBIS_FILE))
    print(f"Errors ÷ dark now, each event leaning on the others, settling {SETTLING_HOURS:g} h:\n")
    window, weight = lean(events)
    print(f"\nErrors ÷ dark now, window {window:g} h, weight {weight:g}:\n")
    settling = settle(events, window, weight)
    events = [event.settled(settling[event.kind]) for event in events]
    print("\nScore of the 80 % and 95 % intervals ÷ dark now:\n")
    chosen = spread(events, window, weight)
    hold(events, window, weight, chosen)
    share, learning = restoration_courses.SPREAD_SHARE, restoration_courses.LEARNING
    kinds = {kind: Intervals(share[kind], learning[kind]) for kind in chosen}
    choice = told(window, weight, settling, chosen)
    print("\nChosen: " + choice)
    now = told(outlook.WINDOW_HOURS, restoration_courses.WEIGHT, restoration_courses.SETTLING, kinds)
    if choice != now:
        print(f"The code holds another choice: {now}")
    return int(choice != now)


def told(
    window: float, weight: float, settling: Mapping[EventKind, float], intervals: Mapping[EventKind, Intervals]
) -> str:
    """Return a choice as text."""
    kinds = "; ".join(f"{kind.value}: settling {settling[kind]:g} h, {by}" for kind, by in intervals.items())
    return f"window {window:g} h, weight {weight:g}; {kinds}"


if __name__ == "__main__":
    sys.exit(main())
