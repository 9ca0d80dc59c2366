"""Hold everybody who answers to the truth, in one table: Tomoshibi, simple rules, and whoever wants to beat them.

    benchmark_truth.py [--data FOLDER] [--entrant FILE …] [--tasks outlook homes drills] [--seeds N …] [--quick]

FOLDER holds noto2024/ and readings_japan/ (docs/benchmark.md: where they come from); a set that is absent, or is not
the listed one by its SHA-256, is not judged, and its row says why. An entrant is a .py file with functions or a .csv
with answers. The table goes to standard output, and to benchmark-truth.md and .csv in the folder above OUT, beside
benchmark-truth-questions.csv, which names what was asked.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from checkout import ROOT
from tomoshibi.dev.scoring import plan
from tomoshibi.dev.truth_bench import entrants, homes, outlook, sources
from tomoshibi.dev.truth_bench.checks import EntrantError, Unused
from tomoshibi.dev.truth_bench.entrants import Entrant
from tomoshibi.dev.truth_bench.table import Measured, columns, markdown, not_judged, plain

BEGUN = time.monotonic()
TASKS = ("outlook", "homes", "drills")
QUICK_EVERY, QUICK_DAYS = 8, 60
"""With --quick: one origin of so many, and the last so many days of the homes."""


def say(what: str) -> None:
    """Tell how far it is."""
    print(f"[{time.monotonic() - BEGUN:6.1f} s] {what}", file=sys.stderr, flush=True)


@dataclass
class Run:
    """What comes of a run."""

    rows: list[Measured] = field(default_factory=list)
    questions: list[list[str]] = field(default_factory=list)
    """Task, drill, moment, folder of what had come by then."""
    unused: Unused = field(default_factory=Unused)


def real(
    data: Optional[Path],
    tasks: list[str],
    others: list[Entrant],
    quick: bool,
    listed: tuple[sources.Source, ...],
) -> Run:
    """Judge on the real files; of a set that is absent or another one, there is a row that says so."""
    run = Run()
    for task, part in (("outlook", outlook), ("homes", homes)):
        if task not in tasks:
            continue
        why = sources.trouble(data, part.SET, listed)
        if why or data is None:
            run.rows.append(not_judged(task, part.WHERE, why))
        elif task == "outlook":
            table = outlook.read(data)
            run.rows += outlook.figures(outlook.judged(table, others, QUICK_EVERY if quick else 1, run.unused))
            run.questions += outlook.questions(table)
        else:
            run.rows += homes.ask(data, others, QUICK_DAYS if quick else None, run.unused)
            run.questions += homes.questions()
        say(f"{task}: {why or 'done'}")
    return run


def invented(asked: argparse.Namespace, out: Path, others: list[Entrant], run: Run) -> None:
    """Judge on drills."""
    # QGIS is needed for the drills alone
    from tomoshibi.dev.truth_bench import drills

    empty(out)
    how = drills.How(asked.quick, asked.keep, tuple(asked.seeds), asked.jobs)
    for done in drills.all_drills(out, others, how, say):
        run.rows += done.rows
        run.questions += done.questions
        run.unused.join(done.unused)


def page(rows: list[Measured], names: list[str], seeds: tuple[int, ...], quick: bool) -> str:
    """Return the page."""
    tuned = [seed for seed in seeds if seed < plan.FIRST_SCORE_SEED]
    notes = [f"Seeds {tuned} are open for tuning: rows of their drills are no scores."] if tuned else []
    notes += ["Run with --quick: a part of the questions only, not to be held beside a whole run."] if quick else []
    text = ["# Held to the truth", "", markdown(rows, names), "", "Rules and sources: docs/benchmark.md.", *notes, ""]
    return "\n".join(text)


def options(words: list[str]) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with noto2024/ and readings_japan/")
    parser.add_argument("--entrant", type=Path, nargs="+", default=[], help=".py or .csv, one column each")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(plan.SEEDS), help="one for each drill")
    parser.add_argument("--quick", action="store_true", help="one small drill, a part of the real questions: minutes")
    parser.add_argument("--jobs", type=int, default=2, help="services that run side by side, a process each")
    parser.add_argument("--keep", action="store_true", help="keep scenarios and what was published of them")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "benchmark-truth")
    asked = parser.parse_args(words)
    needed = 1 if asked.quick else len(plan.FULL)
    if "drills" in asked.tasks and len(asked.seeds) < needed:
        names = ", ".join(drill.name for drill in plan.FULL)
        parser.error(f"--seeds needs {needed} numbers, one for each drill ({names}): {len(asked.seeds)} are given.")
    return asked


def empty(out: Path) -> None:
    """Make the folder of the run. Raises `SystemExit` where it holds what is not of an earlier run."""
    if out.exists() and any(out.iterdir()) and not (out / ".benchmark").exists():
        raise SystemExit(f"{out} holds something else. Choose another --out, or empty it.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / ".benchmark").touch()


def main(words: list[str]) -> int:
    """Judge, and print the table."""
    asked = options(words)
    out = asked.out.resolve()
    try:
        others = entrants.load_all(asked.entrant)
        run = real(asked.data, asked.tasks, others, asked.quick, sources.sources())
        if "drills" in asked.tasks:
            invented(asked, out, others, run)
    except EntrantError as error:
        print(error, file=sys.stderr)
        return 2
    for line in [*(entrants.unheard(other, run.questions) for other in others), *run.unused.lines()]:
        if line:
            say(line)
    names = columns(run.rows, [*entrants.BUILT_IN, *(other.name for other in others)])
    text = page(run.rows, names, tuple(asked.seeds), asked.quick)
    print(text)
    out.parent.mkdir(parents=True, exist_ok=True)
    (out.parent / "benchmark-truth.md").write_text(text, encoding="utf-8")
    for name, lines in (
        ("benchmark-truth.csv", plain(run.rows, names)),
        ("benchmark-truth-questions.csv", [["task", "drill", "at", "came"], *run.questions]),
    ):
        with open(out.parent / name, "w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
