"""Invented disasters in all services: made and published once, answered by all, judged as `make score` judges them.

A drill is made once for its services. Each service is a job: a headquarters that downloads moment by moment, of whom
Tomoshibi, the rules and the entrants are asked at the same moments, by the same files. Jobs run side by side in
processes of their own, and each holds the algorithms in one more (`dev/scoring/judge.py`).
"""

from __future__ import annotations

import os
import shutil
import time as clock
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Optional

import numpy as np
import pandas as pd
from checkout import ROOT
from tomoshibi.dev.scoring import plan, themes, units
from tomoshibi.dev.scoring.bench import Bench, history_files, weekday_and_weekend
from tomoshibi.dev.scoring.figures import figures
from tomoshibi.practice.scenario import Scenario, make_scenario

from . import entrants as who
from . import judges
from .checks import Unused
from .entrants import DrillQuestion, Entrant, checked
from .rules import BASELINES
from .table import Measured

ASKED = ("facilities", "hidden", "clocks", "life", "outlook")
"""Themes of `make score` that Tomoshibi is asked at each moment; cells apart, as nobody is asked for municipalities."""
DEFAULT_METHOD = ("",)
WAIT_SECONDS = 1.0
"""From one look to the next whether a job has failed."""


@dataclass(frozen=True)
class How:
    """How a run goes."""

    quick: bool = False
    """One small drill and fewer moments."""
    keep: bool = False
    """Whether scenarios and what had been published stay."""
    seeds: tuple[int, ...] = plan.SEEDS
    jobs: int = 2
    """Services that run side by side, each in a process of its own; 1: one after the other in this one."""

    def drills(self) -> list[tuple[plan.DrillPlan, int]]:
        """Return the drills, with the seed of each."""
        return list(zip(plan.QUICK if self.quick else plan.FULL, self.seeds))


@dataclass
class Asked:
    """What a run keeps of one drill in one service: rows of each entrant, as `make score` judges them."""

    rows: dict[str, themes.Rows] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    questions: list[list[str]] = field(default_factory=list)
    """Task, drill, moment, and where it is kept the folder of what had come by then, as a path in that of the run."""
    unused: Unused = field(default_factory=Unused)
    """Answers of entrants that nothing came of."""

    def of(self, name: str) -> themes.Rows:
        """Return the rows of an entrant."""
        return self.rows.setdefault(name, themes.Rows())


# -- one drill in one service ------------------------------------------------------------------------------------------
def tasks_at(scenario: Scenario, moment: datetime) -> list[str]:
    """Return the tasks that are asked at a moment."""
    return [task for task in judges.AT_MOMENTS if task != "hidden" or themes.hidden_is_asked(scenario, moment)]


def ask_all(bench: Bench, question: DrillQuestion, others: Iterable[Entrant], asked: Asked) -> None:
    """Let rules and entrants answer a question, and keep how they did."""
    moment = question.at.to_pydatetime()
    judge = {**judges.AT_MOMENTS, **judges.AT_END}[question.task]
    answers = {name: say(bench.scenario, moment) for name, say in BASELINES[question.task].items()}
    answers.update({other.name: heard(bench, question, other, asked) for other in others})
    for name, rows in answers.items():
        if rows is not None:
            judge(bench, moment, rows, asked.of(name))


def heard(bench: Bench, question: DrillQuestion, other: Entrant, asked: Asked) -> Optional[pd.DataFrame]:
    """Return an entrant's answer, None where it takes no part; note what of it nothing comes of."""
    rows = checked(other.name, question, other.answer(question))
    if rows is not None:
        asked.unused.note(other.name, question.task, rows, judges.items(question.task, bench.scenario))
    return rows


def ask_presence(bench: Bench, drill: str, history: list[Path], others: Iterable[Entrant], asked: Asked) -> None:
    """Ask who was at home on a working day and a day at the weekend before the event."""
    themes.presence(bench, asked.of(who.TOMOSHIBI), DEFAULT_METHOD)
    for day, weekend in weekday_and_weekend(bench.scenario):
        begin = datetime.combine(day, time())
        span = {"FROM": begin.isoformat(), "TO": (begin + timedelta(1)).isoformat()}
        by_rule = bench.ask("presencetable", units.PRESENCE, METHOD="manual", **span)
        asked.of(who.MANUAL).add("presence.default", units.presence(bench.scenario, weekend, by_rule))
        if by_rule is not None:
            asked.of(who.PERSISTENCE).add(
                "presence.default", units.presence(bench.scenario, weekend, by_rule.assign(state="home"))
            )
        question = _question(bench, "presence", drill, begin, history)
        asked.questions.append([question.task, drill, begin.isoformat(), ""])
        for other in others:
            rows = heard(bench, question, other, asked)
            if rows is not None:
                asked.of(other.name).add("presence.default", judges.presence(bench.scenario, begin, weekend, rows))


def _question(bench: Bench, task: str, drill: str, moment: datetime, history: list[Path]) -> DrillQuestion:
    received = bench.case / "received"
    return DrillQuestion(task, drill, pd.Timestamp(moment), received, tuple(history), bench.open)


def keep_received(bench: Bench, moment: datetime) -> str:
    """Keep what had come by a moment, as links to the same files; return its folder, as a path in that of the run."""
    folder = bench.folder / "came" / f"{moment:%Y%m%d%H%M}"
    shutil.copytree(bench.case / "received", folder, copy_function=os.link)
    return folder.relative_to(bench.folder.parents[1]).as_posix()


def run(bench: Bench, drill: str, history: list[Path], others: list[Entrant], how: How) -> Asked:
    """Go through a drill in one service.

    Where a part is withheld or nothing comes, data are downloaded as ever, and nobody is asked: such moments are in no
    row of the table.
    """
    asked, scenario = Asked(), bench.scenario
    own = asked.of(who.TOMOSHIBI)
    try:
        bench.make_case(history)
        for moment, kind in plan.moments(scenario, bench.service_name, how.quick):
            bench.fetch(moment, kind)
            if kind != plan.MAIN:
                continue
            themes.look(bench, moment, kind, ASKED, own, calls=False)
            themes.cells(bench, moment, own)
            tasks = [*tasks_at(scenario, moment), *(judges.AT_END if moment == scenario.now else ())]
            for task in tasks:
                ask_all(bench, _question(bench, task, drill, moment, history), others, asked)
            came = keep_received(bench, moment) if how.keep else ""
            asked.questions += [[task, drill, moment.isoformat(), came] for task in tasks]
        themes.isolated(bench, own)
        # who was at home, or lived there, before the event is in a late service as in the ideal one
        if bench.service.ideal:
            ask_presence(bench, drill, history, others, asked)
            themes.residents(bench, own)
        asked.errors = list(bench.judge.errors)
        return asked
    finally:
        bench.close()


def measured(drill: str, asked: Asked) -> list[Measured]:
    """Return the lines of the table for one drill in one service."""
    told = {name: judges.more(rows, figures(rows)) for name, rows in asked.rows.items()}
    stays = told.get(who.TOMOSHIBI, {}).get("outlook.error_stays", np.nan)
    told.setdefault(who.PERSISTENCE, {})["outlook.error"] = stays
    found = []
    for line in judges.LINES:
        values = {name: own[line.figure] for name, own in told.items() if not np.isnan(own.get(line.figure, np.nan))}
        if values:
            found.append(Measured(line.task, drill, line.words, line.less, values, line.judged))
    return found


# -- all of them -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Job:
    """One drill in one service."""

    folder: Path
    """Of the drill: its `scenario` and `history` are there."""
    drill: plan.DrillPlan
    service: str
    seed: int
    others: tuple[Path, ...]
    """Files of the entrants."""
    how: How

    @property
    def name(self) -> str:
        """How the table names it."""
        return f"{self.drill.name} {self.service} {self.seed}"


@dataclass(frozen=True)
class Done:
    """What comes of a job."""

    rows: list[Measured]
    errors: list[str]
    questions: list[list[str]]
    unused: Unused
    seconds: float
    slowest: list[tuple[str, float]]
    """The algorithms that took longest, with their seconds in all."""


def make(folder: Path, drill: plan.DrillPlan, seed: int) -> None:
    """Make a drill, and the files of the weeks before, which all its services share."""
    history_files(make_scenario(folder / "scenario", seed=seed, spec=drill.spec()), folder / "history")


def work(job: Job) -> Done:
    """Let everybody answer in one service. Raises `EntrantError`."""
    begun = clock.monotonic()
    others = [who.load(path) for path in job.others]
    history = sorted((job.folder / "history").glob("*.csv"))
    scenario = Scenario.open(job.folder / "scenario")
    bench = Bench(job.folder / job.service, scenario, job.service, ROOT, job.drill.service_named)
    asked = run(bench, job.name, history, others, job.how)
    slowest = sorted(bench.judge.seconds.items(), key=lambda item: -item[1])[:4]
    seconds = clock.monotonic() - begun
    return Done(measured(job.name, asked), asked.errors, asked.questions, asked.unused, seconds, slowest)


@contextmanager
def _workers(count: int) -> Iterator[Callable[..., Callable[[], Any]]]:
    """Yield what takes a function and its arguments to a worker and returns how to fetch its result.

    What fails ends the other workers at once: their judges end with the pipes that they read from.
    """
    if count < 2:
        yield lambda function, *arguments: lambda: function(*arguments)
        return
    with get_context("spawn").Pool(count) as pool:
        sent: list[AsyncResult] = []

        def send(function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
            sent.append(pool.apply_async(function, arguments))
            return lambda mine=sent[-1]: _first_to_fail(mine, sent)

        yield send


def _first_to_fail(mine: AsyncResult, sent: list[AsyncResult]) -> Any:
    """Return a result; while it is not there, raise what another one failed with."""
    while not mine.ready():
        for other in sent:
            if other.ready() and not other.successful():
                other.get()
        mine.wait(WAIT_SECONDS)
    return mine.get()


def _tell(name: str, done: Done, say: Callable[[str], None]) -> None:
    """Say what a job's algorithms refused, and what took its time."""
    for error in done.errors:
        say(f"{name} refused: {error[:300]}")
    told = ", ".join(f"{algorithm} {seconds:.0f} s" for algorithm, seconds in done.slowest)
    say(f"{name}: done in {done.seconds:.0f} s, of which {told}")


def all_drills(out: Path, others: list[Entrant], how: How, say: Callable[[str], None]) -> Iterator[Done]:
    """Make the drills, let everybody answer, and yield what comes of each service, in the order of the table."""
    paths = tuple(other.path for other in others if other.path is not None)
    with _workers(how.jobs) as send:
        made = [
            (out / drill.name, drill, seed, send(make, out / drill.name, drill, seed)) for drill, seed in how.drills()
        ]
        sent = []
        for folder, drill, seed, ready in made:
            ready()
            jobs = [Job(folder, drill, service, seed, paths, how) for service in drill.services]
            sent.append((folder, [(job.name, send(work, job)) for job in jobs]))
        for folder, runs in sent:
            for name, result in runs:
                done: Done = result()
                _tell(name, done, say)
                yield done
            if not how.keep:
                shutil.rmtree(folder, ignore_errors=True)
