"""Tasks `places`, `cells`, `presence`: invented disasters in all services, judged as `make score` judges them."""

from __future__ import annotations

import csv
import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Callable, Iterable, Mapping

import numpy as np
import pandas as pd
from checkout import ROOT
from tomoshibi.analysis import mesh
from tomoshibi.dev.scoring import plan, themes, units
from tomoshibi.dev.scoring.bench import MESH_METRES, Bench, history_files, weekday_and_weekend
from tomoshibi.dev.scoring.figures import figures
from tomoshibi.practice.scenario import Scenario, make_scenario

from . import entrants as who
from .entrants import DrillQuestion, Entrant, checked
from .table import Measured

PARTS_OF_LATE = ("facilities", "isolated")
"""What is asked at the end of a late service: who was at home before the event is as in the ideal one."""
HALF = 0.5
"""Of the contracts of an area, from which on a reader of the utility's page takes a place in it for dark."""


@dataclass(frozen=True)
class How:
    """How a run goes."""

    quick: bool = False
    """One small drill and fewer moments."""
    keep: bool = False
    """Whether scenarios and what had been published stay."""
    seeds: tuple[int, ...] = plan.SEEDS


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
    Line("isolated.precision_at_recall", "isolated", "isolated settlements: precision, read to recall 0.95"),
    Line("default.right", "presence", "home or away rightly told, of all half-hours"),
    Line("default.present_called_away", "presence", "people at home called away", True),
    Line("residents.right", "residents", "lived-in homes rightly told, of all"),
    Line("clocks.holds", "clocks", "hours left: interval holds the true failure"),
    Line("life.decided_when_due", "life", "people on devices told, of those within the data's reach"),
    Line("outlook.error", "outlook", "error at 6, 12, 24 h ÷ dark now", True),
)


@dataclass
class Asked:
    """What a run keeps of one drill in one service: rows of each entrant, as `make score` judges them."""

    rows: dict[str, themes.Rows] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    questions: list[list[str]] = field(default_factory=list)
    """Task, drill, moment, and the folder of what had come by then, as a path in the folder of the run."""

    def of(self, name: str) -> themes.Rows:
        """Return the rows of an entrant."""
        return self.rows.setdefault(name, themes.Rows())


# -- baselines: rows `item answer` -------------------------------------------------------------------------------------
def listed(scenario: Scenario, moment: datetime) -> np.ndarray:
    """Return which meters stand in the newest list of 12 hours without a reading, as published, bool (meters)."""
    return scenario.silent(scenario.service.known_to(moment), moment)


def line_dark(scenario: Scenario, moment: datetime) -> np.ndarray:
    """Return which meters' line is out, bool (meters): what the utility knows at once; of broken wires it does not."""
    minute = scenario.minutes(moment)
    begin, end = scenario.meters["line_begin"], scenario.meters["line_end"]
    return ((begin <= minute) & (end > minute)).any(axis=1)


def page_share(scenario: Scenario, moment: datetime) -> np.ndarray:
    """Return the share of each area's contracts that the utility's page lists, float64 (areas); 0 without contracts."""
    use = scenario.active & (scenario.meters["flow"] == 1) & scenario.in_service(moment)
    area, size = scenario.meters["area"], len(scenario.areas())
    out = np.bincount(area[use & line_dark(scenario, moment)], minlength=size)
    return out / np.maximum(np.bincount(area[use], minlength=size), 1)


def _places_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The manual's rule: on the list is out, not on the list has power; of places without a link nothing is told."""
    links = scenario.links()
    out = set(scenario.meters["supply_point"][listed(scenario, moment)].astype(str))
    share = links["supply_point"].isin(out).groupby(links["facility_id"]).mean()
    said = np.where(share == 0, "powered", np.where(share == 1, "outage", "partial"))
    return pd.DataFrame({"item": share.index, "answer": said})


def _places_as_before(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """Persistence: all have power, as before the event."""
    return pd.DataFrame({"item": scenario.facilities()["facility_id"], "answer": "powered"})


def _places_by_page(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The utility's page: an area without an outage has power, one with half of its contracts out is dark."""
    rows = np.flatnonzero(scenario.meters["use"] == units.FACILITY)
    facility, first = np.unique(scenario.meters["facility"][rows], return_index=True)
    share = page_share(scenario, moment)[scenario.meters["area"][rows[first]]]
    said = np.where(share == 0, "powered", np.where(share >= HALF, "outage", "unknown"))
    ids = scenario.facilities()["facility_id"].to_numpy(object)
    return pd.DataFrame({"item": ids[facility], "answer": said})


def _cells(scenario: Scenario, at: datetime, value: np.ndarray) -> pd.DataFrame:
    """Return the mean of a figure of meters over the cells, of low-voltage contracts in service."""
    meters = scenario.meters
    counted = scenario.active & (meters["flow"] == 1) & (meters["voltage"] == 1) & scenario.in_service(at)
    rows = np.flatnonzero(counted & meters["coordinates_known"])
    codes = mesh.encode(meters["lat"][rows], meters["lon"][rows], MESH_METRES)
    mean = pd.Series(value[rows].astype(float)).groupby(np.asarray(codes).astype(str)).mean()
    return pd.DataFrame({"item": mean.index, "answer": mean.to_numpy()})


def _cells_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    at = scenario.service.known_to(moment)
    return _cells(scenario, at, listed(scenario, moment))


def _cells_as_before(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    return _cells(scenario, moment, np.zeros(len(scenario.meters["flow"])))


def _cells_by_page(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The page is as new as the moment; it is held against the moment that the service's statistics speak of."""
    at = scenario.service.known_to(moment)
    return _cells(scenario, at, page_share(scenario, at)[scenario.meters["area"]])


BASELINES: Mapping[str, Mapping[str, Callable[[Scenario, datetime], pd.DataFrame]]] = {
    "places": {who.MANUAL: _places_by_list, who.PERSISTENCE: _places_as_before, who.UTILITY: _places_by_page},
    "cells": {who.MANUAL: _cells_by_list, who.PERSISTENCE: _cells_as_before, who.UTILITY: _cells_by_page},
}


# -- judging: as `make score` does -------------------------------------------------------------------------------------
def places(bench: Bench, moment: datetime, rows: pd.DataFrame) -> pd.DataFrame:
    """Return an entrant's answers beside the truth."""
    shown = rows.rename(columns={"item": "facility_id", "answer": "state"})
    known = shown["facility_id"].isin(bench.scenario.facilities()["facility_id"])
    return units.facilities(bench.scenario, moment, shown[known], bench.whole, bench.told)


def cells(bench: Bench, moment: datetime, rows: pd.DataFrame) -> pd.DataFrame:
    """Return an entrant's shares beside the truth, at the moment that the service's statistics speak of."""
    shown = rows.rename(columns={"item": "mesh_code", "answer": "excess_rate"})
    shown = shown[["mesh_code", "excess_rate"]].assign(low=np.nan, high=np.nan, masked=False, end=0)
    return units.cells(bench.scenario, moment, shown, MESH_METRES)


def presence(scenario: Scenario, begin: datetime, weekend: bool, rows: pd.DataFrame) -> pd.DataFrame:
    """Return an entrant's answers of a day on home and away beside the truth; half-hours left out count as not told."""
    shown = rows.rename(columns={"item": "supply_point", "at": "slot_begin", "answer": "state"})
    shown = shown.assign(slot_begin=pd.to_datetime(shown["slot_begin"]))
    slots = pd.date_range(begin, periods=48, freq="30min")
    nobody = pd.DataFrame({"supply_point": "", "slot_begin": slots, "state": "no_data"})
    own = shown.loc[shown["slot_begin"].isin(slots), list(nobody)]
    return units.presence(scenario, weekend, pd.concat([own, nobody], ignore_index=True))


JUDGES = {"places": ("facilities", places), "cells": ("cells", cells)}


def ask_all(bench: Bench, question: DrillQuestion, others: Iterable[Entrant], asked: Asked) -> None:
    """Let baselines and entrants answer a question of places or cells, and keep how they did."""
    moment = question.at.to_pydatetime()
    table, judge = JUDGES[question.task]
    answers = {name: say(bench.scenario, moment) for name, say in BASELINES[question.task].items()}
    answers.update({other.name: checked(other.name, question, other.answer(question)) for other in others})
    for name, rows in answers.items():
        if rows is not None:
            asked.of(name).add(table, judge(bench, moment, rows))


def ask_presence(bench: Bench, drill: str, history: list[Path], others: Iterable[Entrant], asked: Asked) -> None:
    """Ask who was at home on a working day and a day at the weekend before the event."""
    for day, weekend in weekday_and_weekend(bench.scenario):
        begin = datetime.combine(day, time())
        span = {"FROM": begin.isoformat(), "TO": (begin + timedelta(1)).isoformat()}
        by_rule = bench.ask("presencetable", METHOD="manual", **span)
        asked.of(who.MANUAL).add("presence.default", units.presence(bench.scenario, weekend, by_rule))
        if by_rule is not None:
            asked.of(who.PERSISTENCE).add(
                "presence.default", units.presence(bench.scenario, weekend, by_rule.assign(state="home"))
            )
        question = _question(bench, "presence", drill, begin, history)
        for other in others:
            rows = checked(other.name, question, other.answer(question))
            if rows is not None:
                asked.of(other.name).add("presence.default", presence(bench.scenario, begin, weekend, rows))


def _question(bench: Bench, task: str, drill: str, moment: datetime, history: list[Path]) -> DrillQuestion:
    received = bench.case / "received"
    return DrillQuestion(task, drill, pd.Timestamp(moment), received, tuple(history), bench.open)


def keep_received(bench: Bench, drill: str, moment: datetime, asked: Asked) -> None:
    """Keep what had come by a moment, as links to the same files, and the moment among the questions."""
    folder = bench.folder / "came" / f"{moment:%Y%m%d%H%M}"
    shutil.copytree(bench.case / "received", folder, copy_function=os.link)
    asked.questions += [
        [task, drill, moment.isoformat(), folder.relative_to(bench.folder.parents[1]).as_posix()] for task in JUDGES
    ]


def run(bench: Bench, drill: str, history: list[Path], others: list[Entrant], how: How) -> Asked:
    """Go through a drill in one service."""
    asked, scenario = Asked(), bench.scenario
    late = not bench.service.ideal
    try:
        bench.make_case(history)
        for moment, kind in plan.moments(scenario, drill.split()[1], how.quick):
            bench.fetch(moment, kind)
            themes.look(bench, moment, kind, themes.THEMES, asked.of(who.TOMOSHIBI))
            for task in JUDGES if kind == plan.MAIN else ():
                ask_all(bench, _question(bench, task, drill, moment, history), others, asked)
            if how.keep and kind == plan.MAIN:
                keep_received(bench, drill, moment, asked)
        themes.finish(bench, PARTS_OF_LATE if late else themes.THEMES, asked.of(who.TOMOSHIBI))
        if not late:
            ask_presence(bench, drill, history, others, asked)
        asked.errors = list(bench.judge.errors)
        return asked
    finally:
        bench.close()


def measured(drill: str, asked: Asked) -> list[Measured]:
    """Return the lines of the table for one drill in one service."""
    told = {name: _more(figures(rows), rows) for name, rows in asked.rows.items()}
    stays = told.get(who.TOMOSHIBI, {}).get("outlook.error_stays", np.nan)
    told.setdefault(who.PERSISTENCE, {})["outlook.error"] = stays
    found = []
    for line in LINES:
        values = {name: own[line.figure] for name, own in told.items() if not np.isnan(own.get(line.figure, np.nan))}
        if values:
            found.append(Measured(line.task, drill, line.words, line.less, values, line.judged))
    return found


def _more(found: dict[str, float], rows: themes.Rows) -> dict[str, float]:
    """Return the figures with those that `make score` does not print."""
    if found.get("cells.decided", 0) > 0:
        found["cells.right_of_decided"] = found["cells.right"] / found["cells.decided"]
    table = rows.of("facilities")
    if not len(table):
        return found
    lit, powered = table["true"] == "powered", table["shown"] == "powered"
    out = table["shown"].isin(("outage", "partial"))
    for name, wrong in (("dark_called_powered", powered[~lit]), ("powered_called_dark", out[lit])):
        if len(wrong):
            found[f"facilities.{name}"] = float(wrong.mean())
    return found


def all_drills(out: Path, others: list[Entrant], how: How, say: Callable[[str], None]) -> list[Measured]:
    """Make the drills and let everybody answer; where they are kept, `questions.csv` in `out` says what is asked."""
    found, questions = [], []
    for drill, seed in zip(plan.QUICK if how.quick else plan.FULL, how.seeds):
        folder = out / drill.name
        scenario = make_scenario(folder / "scenario", seed=seed, spec=drill.spec())
        history = history_files(scenario, folder / "history")
        for service in drill.services:
            name = f"{drill.name} {service} {seed}"
            bench = Bench(folder / service, scenario, service, ROOT, drill.service_named)
            asked = run(bench, name, history, others, how)
            for error in asked.errors:
                say(f"{name} refused: {error[:300]}")
            say(f"{name}: done")
            found += measured(name, asked)
            questions += asked.questions
        if not how.keep:
            shutil.rmtree(folder, ignore_errors=True)
    if how.keep:
        with open(out / "questions.csv", "w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["task", "drill", "at", "came"], *questions])
    return found
