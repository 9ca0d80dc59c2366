"""Answers of drills beside the truth, as `make score` judges them, and the lines of the table that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Mapping

import numpy as np
import pandas as pd
from tomoshibi.analysis import mesh
from tomoshibi.dev.scoring import hours, themes, units
from tomoshibi.dev.scoring.bench import MESH_METRES, Bench
from tomoshibi.dev.scoring.themes import Rows
from tomoshibi.practice.scenario import Scenario
from tomoshibi.practice.stocks import read_truth

from .checks import CLOCK_LEVEL
from .entrants import CLOCK_HOURS

FAR_HOURS = 10_000.0
"""Whatever is farther from the moment counts as this far: no calendar holds the ends of time."""
DARK = ("exhausted", "soon", "on_battery")
"""What is said of people on devices without power."""


@dataclass(frozen=True)
class Line:
    """One figure of the table, of those that `make score` works out."""

    figure: str
    task: str
    words: str
    less: bool = False
    judged: bool = True
    """Whether the best is marked: to tell more is no merit by itself."""


LINES = (
    Line("facilities.right", "places", "power of a facility rightly told, of all"),
    Line("facilities.decided", "places", "… told, of all", judged=False),
    Line("facilities.right_of_decided", "places", "… right, of those told"),
    Line("facilities.dark_called_powered", "places", "dark facilities called powered", True),
    Line("facilities.powered_called_dark", "places", "facilities with power called out or partial", True),
    Line("cells.right", "cells", "share without power: class of the legend right, of all"),
    Line("cells.decided", "cells", "… told, of all", judged=False),
    Line("cells.right_of_decided", "cells", "… class right, of those told"),
    Line("cells.error", "cells", "… mean error of those told", True),
    Line("hidden.precision", "hidden", "hidden outages: precision"),
    Line("hidden.recall", "hidden", "hidden outages: recall"),
    Line("isolated.recall", "isolated", "isolated settlements: recall"),
    Line("isolated.precision", "isolated", "isolated settlements: precision"),
    Line("isolated.precision_at_recall", "isolated", "… read from the top to recall 0.95: precision"),
    Line("default.right", "presence", "home or away rightly told, of all half-hours"),
    Line("default.decided", "presence", "… told, of all", judged=False),
    Line("default.present_called_away", "presence", "people at home called away", True),
    Line("residents.right", "residents", "lived-in homes rightly told, of all"),
    Line(
        "clocks.score", "clocks", f"hours left of dark facilities: score of the {CLOCK_LEVEL} % interval ÷ 72 h", True
    ),
    Line("clocks.error", "clocks", "… error of the answer ÷ 72 h", True),
    Line("clocks.told", "clocks", "… told, of all", judged=False),
    Line("clocks.within", "clocks", f"… within the interval, of those told (aim: {CLOCK_LEVEL} %)", judged=False),
    Line("clocks.lit_called_failing", "clocks", "facilities with power said to fail within 72 h", True),
    Line("life.right", "life", "power of people on devices rightly told, of all"),
    Line("life.decided", "life", "… told, of all", judged=False),
    Line("life.decided_when_due", "life", "… told, of those within the data's reach", judged=False),
    Line("life.dark_called_powered", "life", "people in the dark called powered", True),
    Line("life.powered_called_dark", "life", "people with power called without", True),
    Line("life.ended_called_exhausted", "life", "batteries that have ended called exhausted"),
    Line("life.exhausted_in_truth", "life", "called exhausted that have ended"),
    Line("outlook.error", "outlook", "error at 6, 12, 24 h ÷ dark now", True),
)


# -- answers beside the truth ------------------------------------------------------------------------------------------
def places(bench: Bench, moment: datetime, answers: pd.DataFrame, rows: Rows) -> None:
    """Keep whether a facility has power."""
    shown = answers.rename(columns={"item": "facility_id", "answer": "state"})
    known = shown["facility_id"].isin(bench.scenario.facilities()["facility_id"])
    rows.add("facilities", units.facilities(bench.scenario, moment, shown[known], bench.whole, bench.told))


def cells(bench: Bench, moment: datetime, answers: pd.DataFrame, rows: Rows) -> None:
    """Keep the shares of cells, at the moment that the service's statistics speak of."""
    shown = answers.rename(columns={"item": "mesh_code", "answer": "excess_rate"})
    shown = shown[["mesh_code", "excess_rate"]].assign(low=np.nan, high=np.nan, masked=False, end=0)
    rows.add("cells", units.cells(bench.scenario, moment, shown, MESH_METRES))


def hidden(bench: Bench, moment: datetime, answers: pd.DataFrame, rows: Rows) -> None:
    """Keep which meters are listed as hidden outages."""
    listed = answers.loc[answers["answer"] == "hidden", "item"]
    shown = pd.DataFrame({"supply_point": listed, "certainty": "sure"})
    rows.add("hidden", units.hidden(bench.scenario, moment, shown))


def isolated(bench: Bench, _moment: datetime, answers: pd.DataFrame, rows: Rows) -> None:
    """Keep which settlements are listed as cut off; those with the greatest answer are read first, then by number."""
    listed = answers[answers["answer"].notna()].sort_values("item", kind="stable")
    shown = pd.DataFrame({"area_id": listed["item"], "rank": -listed["answer"].astype(float)})
    themes.count_isolated(bench.scenario, shown, rows)


def clocks(bench: Bench, moment: datetime, answers: pd.DataFrame, rows: Rows) -> None:
    """Keep the hours left of facilities; an answer without an interval is an interval without a width."""
    point = answers["answer"].astype(float)
    ends = [answers.get(f"{side}{CLOCK_LEVEL}", point).astype(float) for side in ("low", "high")]
    bounded = ends[0].notna() & ends[1].notna()
    shown = pd.DataFrame({"facility_id": answers["item"], "assumption": ""})
    for name, end in zip(("fails_earliest", "fails_latest"), ends):
        shown[name] = _later(moment, end.where(bounded, point))
    table = hours.clocks(bench.scenario, moment, shown)
    table["answer_left"] = table["facility_id"].map(point.set_axis(answers["item"]))
    rows.add("clocks", table)
    rows.add("clocks_lit", hours.lit_with_clock(bench.scenario, moment, shown))


def _later(moment: datetime, left: pd.Series) -> pd.Series:
    """Return the moments so many hours after a moment; NaT where there are none."""
    after = pd.to_timedelta(left.fillna(0.0).clip(-FAR_HOURS, FAR_HOURS), unit="h")
    return (pd.Timestamp(moment) + after).where(left.notna())


def life(bench: Bench, moment: datetime, answers: pd.DataFrame, rows: Rows) -> None:
    """Keep what is said of people on devices."""
    shown = answers.rename(columns={"item": "person_id", "answer": "state"})
    rows.add("life", hours.life(bench.scenario, moment, shown, bench.whole or moment))


def presence(scenario: Scenario, begin: datetime, weekend: bool, answers: pd.DataFrame) -> pd.DataFrame:
    """Return an entrant's answers of a day on home and away beside the truth; half-hours left out count as not told."""
    shown = answers.rename(columns={"item": "supply_point", "at": "slot_begin", "answer": "state"})
    shown = shown.assign(slot_begin=pd.to_datetime(shown["slot_begin"]))
    slots = pd.date_range(begin, periods=48, freq="30min")
    nobody = pd.DataFrame({"supply_point": "", "slot_begin": slots, "state": "no_data"})
    own = shown.loc[shown["slot_begin"].isin(slots), list(nobody)]
    return units.presence(scenario, weekend, pd.concat([own, nobody], ignore_index=True))


Judge = Callable[[Bench, datetime, pd.DataFrame, Rows], None]
AT_MOMENTS: Mapping[str, Judge] = {
    "places": places,
    "cells": cells,
    "clocks": clocks,
    "life": life,
    "hidden": hidden,
}
"""Tasks that are asked at the moments of a drill; `hidden` only where it is asked for at all."""
AT_END: Mapping[str, Judge] = {"isolated": isolated}


def items(task: str, scenario: Scenario) -> set[str]:
    """Return what a task asks about in a drill; of cells all that hold a meter."""
    if task == "cells":
        return set(mesh.encode(scenario.meters["lat"], scenario.meters["lon"], MESH_METRES).astype(str))
    if task in ("places", "clocks"):
        return set(scenario.facilities()["facility_id"].astype(str))
    if task == "life":
        return set(read_truth(scenario.folder, "devices")["person_id"].astype(str))
    if task == "isolated":
        return set(scenario.areas()["area_id"].astype(str))
    return set(scenario.meters["supply_point"].astype(str))


# -- figures that `make score` does not print --------------------------------------------------------------------------
def more(rows: Rows, found: Mapping[str, float]) -> dict[str, float]:
    """Return the figures of an entrant with those of the benchmark; `found`: as `make score` has them."""
    told = dict(found)
    if told.get("cells.decided", 0) > 0:
        told["cells.right_of_decided"] = told["cells.right"] / told["cells.decided"]
    told.update(_wrong_places(rows.of("facilities")))
    told.update(_hours_left(rows.of("clocks"), rows.of("clocks_lit")))
    told.update(_devices(rows.of("life")))
    return told


def _shares(**parts: pd.Series) -> dict[str, float]:
    """Return the mean of each part that has rows."""
    return {name: float(part.mean()) for name, part in parts.items() if len(part)}


def _named(theme: str, found: Mapping[str, float]) -> dict[str, float]:
    return {f"{theme}.{name}": value for name, value in found.items()}


def _wrong_places(table: pd.DataFrame) -> dict[str, float]:
    if not len(table):
        return {}
    lit, powered = table["true"] == "powered", table["shown"] == "powered"
    out = table["shown"].isin(("outage", "partial"))
    return _named("facilities", _shares(dark_called_powered=powered[~lit], powered_called_dark=out[lit]))


def _hours_left(table: pd.DataFrame, lit: pd.DataFrame) -> dict[str, float]:
    """Return how hours left are told, cut to 0 (has failed) … 72 (lasts so long at least).

    Where nothing is told, the interval is all of it, and the answer its middle: nobody gains by leaving out what is
    hard. Who gives an interval only is taken at its middle.
    """
    found: dict[str, float] = {}
    if len(lit):
        found["lit_called_failing"] = float((lit["high_left"] < CLOCK_HOURS).mean())
    table = table[table["linked"].astype(bool)] if len(table) else table
    if not len(table):
        return _named("clocks", found)
    told = table["told"].to_numpy(bool)
    low, high, true = (
        np.clip(np.where(told | (name == "true_left"), table[name], empty), 0.0, CLOCK_HOURS)
        for name, empty in (("low_left", 0.0), ("high_left", CLOCK_HOURS), ("true_left", np.nan))
    )
    middle = (low + high) / 2
    answer = table["answer_left"].fillna(pd.Series(middle, index=table.index)) if "answer_left" in table else middle
    missed = np.maximum(low - true, 0) + np.maximum(true - high, 0)
    score = high - low + missed * 2 / (1 - CLOCK_LEVEL / 100)
    found["score"] = float(score.mean()) / CLOCK_HOURS
    found["error"] = float(np.abs(np.clip(answer, 0.0, CLOCK_HOURS) - true).mean()) / CLOCK_HOURS
    found["told"] = float(told.mean())
    # the register tells no minute within a half-hour
    held = (missed <= 1 / 60)[told & (high > low)]
    return _named("clocks", {**found, **_shares(within=pd.Series(held))})


def _devices(table: pd.DataFrame) -> dict[str, float]:
    if not len(table):
        return {}
    shown, dark, ended = table["shown"], table["dark"].astype(bool), table["ended"].astype(bool)
    out, powered, exhausted = shown.isin(DARK), shown == "powered", shown == "exhausted"
    found = _shares(
        right=(out & dark) | (powered & ~dark),
        dark_called_powered=powered[dark],
        powered_called_dark=out[~dark],
        ended_called_exhausted=exhausted[ended],
        exhausted_in_truth=ended[exhausted],
    )
    return _named("life", found)
