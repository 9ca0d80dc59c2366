"""Score every theme in every service against the truth of drills with seeds that were not used for tuning.

    score.py [--code FOLDER] [--services ideal today realtime] [--seeds N … | --each N …] [--themes …] [--quick]
             [--out build/score]

Earthquake, typhoon, feeder fault, blackout of the grid and an aftershock; each drill is published by the practice
aggregator as late and as broken as the service is, and a headquarters downloads at several moments and asks the public
algorithms. With --code another checkout of the project (a worktree of an older commit) is asked the same on the same
scenarios, in a process of its own, and its figures stand beside in brackets. The table also goes to score.md in the
folder above OUT. Ends with 1 where something is shown that must never be. With --seeds each drill has
its own; with --each every drill is made with each of these seeds, and hours left are told of all of them together, too.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from checkout import ROOT
from tomoshibi.dev.scoring import audits, plan, themes
from tomoshibi.dev.scoring.bench import Bench, history_files
from tomoshibi.dev.scoring.figures import figures
from tomoshibi.dev.scoring.pooled import CLOCKS, pooled_clocks
from tomoshibi.dev.scoring.table import WHY, Column, Figures, table_of
from tomoshibi.practice.scenario import make_scenario

BEGUN = time.monotonic()


def say(what: str) -> None:
    """Tell how far it is."""
    print(f"[{time.monotonic() - BEGUN:6.1f} s] {what}", file=sys.stderr, flush=True)


def judge(
    bench: Bench, service: str, history: list[Path], asked: argparse.Namespace
) -> tuple[Figures, list[str], themes.Rows]:
    """Let one checkout go through a drill in one service; return its figures, what it refused, and its clocks."""
    folder, scenario, rows = bench.folder, bench.scenario, themes.Rows()
    try:
        bench.make_case(history)
        for moment, kind in plan.moments(scenario, service, asked.quick):
            bench.fetch(moment, kind)
            themes.look(bench, moment, kind, tuple(asked.themes), rows, not asked.no_calls)
        themes.finish(bench, tuple(asked.themes) if service == "ideal" else _late_themes(asked.themes), rows)
        # the older code's own are too many to be read
        looked = rows.tables.get("facilities", []) + rows.tables.get("facilities_broken", [])
        for table in [] if folder.name.endswith("-before") else looked:
            for row in table[table["beyond"] | table["out_not_come"] | table["ended"]].itertuples():
                say(f"{folder.name} {row.moment:%m-%d %H:%M} {row.facility_id}: {row.shown}, in truth {row.true}")
        say(f"{folder.name}: " + ", ".join(f"{name} {spent:.0f} s" for name, spent in bench.judge.seconds.items()))
        return figures(rows), bench.judge.errors, rows.only(*CLOCKS)
    finally:
        bench.close()


def _late_themes(asked: list[str]) -> tuple[str, ...]:
    """Return what is asked at the end of a late service: who was at home before the event struck is as in the ideal
    one.
    """
    return tuple(theme for theme in asked if theme in ("facilities", "isolated"))


def score_drill(folder: Path, drill: plan.DrillPlan, seed: int, asked: argparse.Namespace) -> list[Column]:
    """Make one drill and let the checkouts go through it, side by side; return a column for each service."""
    scenario = make_scenario(folder / "scenario", seed=seed, spec=drill.spec())
    history = history_files(scenario, folder / "history")
    say(f"{drill.name} {seed}: {len(scenario.meters['use'])} rows, {len(scenario.days())} days")
    codes = {"now": ROOT, **({"before": asked.code.resolve()} if asked.code else {})}
    columns = []
    for service in [name for name in drill.services if name in asked.services]:
        with ThreadPoolExecutor(len(codes)) as pool:
            benches = {
                name: Bench(folder / f"{drill.name}-{service}-{name}", scenario, service, code, drill.service_named)
                for name, code in codes.items()
            }
            runs = {name: pool.submit(judge, bench, service, history, asked) for name, bench in benches.items()}
            found = {name: run.result() for name, run in runs.items()}
        for name, (_figures, errors, _rows) in found.items():
            for error in errors:
                say(f"{drill.name} {service} {name} refused: {error[:300]}")
        before = found["before"][0] if "before" in found else {}
        columns.append(Column(f"{drill.name} {service} {seed}", service, found["now"][0], before, found["now"][2]))
    return columns


def audit_drill(folder: Path, drill: plan.DrillPlan, seed: int, asked: argparse.Namespace) -> list[Column]:
    """Let past maps be audited in each service, the relays mended, mended in part, never, and sound; a column each."""
    spec = drill.spec(mended_hours=drill.mended_hours)
    made = {
        way: make_scenario(folder / f"scenario-{way}", seed=seed, spec=replace(spec, **changes))
        for way, changes in audits.WAYS.items()
    }
    say(f"{drill.name} {seed}: {len(made['mended'].meters['use'])} rows, {', '.join(made)}")
    columns = []
    for service in [name for name in drill.services if name in asked.services]:
        seen = {}
        for way, scenario in made.items():
            bench = Bench(folder / f"{drill.name}-{service}-{way}", scenario, service, ROOT, drill.service_named)
            try:
                seen[way] = audits.go(bench, way)
                for error in bench.judge.errors:
                    say(f"{drill.name} {service} {way} refused: {error[:300]}")
            finally:
                bench.close()
            say(f"{drill.name} {service} {way}")
        columns.append(Column(f"{drill.name} {service} {seed}", service, audits.figures(seen, made), {}))
    return columns


def together(columns: list[Column]) -> tuple[list[str], list[str]]:
    """Return lines on how often the outlook's intervals hold in all drills and services together, and what is missed.

    Areas of one drill come back together: of one drill alone its luck decides.
    """
    counted = [column.now for column in columns if column.now.get("outlook.counted", 0.0)]
    whole = sum(one["outlook.counted"] for one in counted)
    if not whole:
        return [], []
    lines, missed = ["## All drills and services together", ""], []
    for level in (80, 95):
        share = sum(one[f"outlook.in{level}"] * one["outlook.counted"] for one in counted) / whole
        said = f"outlook: {level} % interval holds {share:.3f} of {whole:.0f}, to be within 0.05"
        lines.append(f"- {said}")
        if whole >= ENOUGH and abs(share - level / 100) > 0.05:
            missed.append(said)
    return [*lines, ""], missed


ENOUGH = 400
"""Areas and horizons from which on the intervals of the outlook are judged."""


def report(columns: list[Column], seeds: list[int]) -> tuple[str, int]:
    """Return the page and how many dangerous targets were missed."""
    parts, missed, dangerous = [], [], []
    for service in plan.ALL:
        own = [column for column in columns if column.service == service]
        if own:
            lines, miss, danger = table_of(own)
            parts += [f"## {service}", "", *lines, ""]
            missed += miss
            dangerous += danger
    lines, miss, danger = pooled_clocks(columns)
    parts += lines
    missed += miss
    dangerous += danger
    lines, miss = together(columns)
    parts += lines
    missed += miss
    tuned = [seed for seed in seeds if seed < plan.FIRST_SCORE_SEED]
    text = [
        "# Scores against the truth",
        "",
        "In brackets: the older code on the same scenarios. Bold: what must never be shown.",
        "",
        *parts,
        f"Seeds for scoring begin at {plan.FIRST_SCORE_SEED}."
        + (f" Seeds {tuned} were open for tuning: these are no scores." if tuned else ""),
        f"Targets missed: {len(missed)}" + "".join(f"\n- {item}" for item in missed),
        f"Dangerous targets missed: {len(dangerous)}" + "".join(f"\n- {item}" for item in dangerous),
        "",
        WHY,
    ]
    return "\n".join(text), len(dangerous)


def options(words: list[str]) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "score")
    parser.add_argument("--code", type=Path, help="another checkout, judged beside this one")
    parser.add_argument("--services", nargs="+", choices=plan.ALL, default=list(plan.ALL))
    parser.add_argument(
        "--drills", nargs="+", choices=[drill.name for drill in (*plan.FULL, plan.AUDITED)], help="only these"
    )
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seeds", type=int, nargs="+", help="one for each drill")
    seeds.add_argument("--each", type=int, nargs="+", help="several, each of them for every drill that is asked for")
    parser.add_argument("--themes", nargs="+", choices=themes.THEMES, default=list(themes.THEMES))
    parser.add_argument("--quick", action="store_true", help="one small drill, fewer moments: minutes")
    parser.add_argument("--no-calls", action="store_true", help="nobody is asked by telephone what is left in a tank")
    parser.add_argument("--keep", action="store_true", help="keep scenarios and logs")
    return parser.parse_args(words)


def planned(asked: argparse.Namespace) -> list[tuple[plan.DrillPlan, int]]:
    """Return the drills that are asked for, each with its seed."""
    wanted = plan.drills(asked.quick, asked.themes)
    if asked.each:
        found = [(drill, seed) for drill, _ in wanted for seed in asked.each]
    else:
        seeds = asked.seeds or [seed for _drill, seed in wanted]
        found = [(drill, seed) for (drill, _), seed in zip(wanted, seeds)]
    return [(drill, seed) for drill, seed in found if not asked.drills or drill.name in asked.drills]


def main(words: list[str]) -> int:
    """Score the drills and print the table."""
    asked = options(words)
    out = asked.out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / ".score").exists():
        raise SystemExit(f"{out} holds something else. Choose another --out, or empty it.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / ".score").touch()
    runs = planned(asked)
    columns = []
    for drill, seed in runs:
        run = score_drill if drill.mended_hours is None else audit_drill
        columns += run(out / f"{drill.name}-{seed}", drill, seed, asked)
        if not asked.keep:
            shutil.rmtree(out / f"{drill.name}-{seed}", ignore_errors=True)
    text, dangerous = report(columns, [seed for _drill, seed in runs])
    print(text)
    (out.parent / "score.md").write_text(text + "\n", encoding="utf-8")
    say("done")
    return 1 if dangerous else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
