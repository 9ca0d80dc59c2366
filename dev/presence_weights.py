"""Measure the weights of the estimate of presence, how often its answers are right, and hold both to unseen homes.

    presence_weights.py [--write] [--homes 240]

Homes are of two worlds that do not know of each other: practice scenarios (seeds 1 to 10 for the weights and the
frequencies, from 101 on for the check) and tests/habits.py (other seeds for each). The weights are those of a logistic
regression; the frequencies are measured on homes that the weights have not seen; the check is on homes that neither
has seen. With --write, analysis/presence_weights.py is written anew and the page goes to docs/presence.md.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Mapping, Sequence

import numpy as np
from checkout import ROOT
from tomoshibi.analysis import occupancy, presence_score, solar
from tomoshibi.analysis.holidays import is_free
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.practice.score import binary_measures
from tomoshibi.tests import habits

DAYS = 14
"""Days judged, all 48 half-hours of each."""
HISTORY = 21
"""Days before them."""
RIDGE = 4.0
CAUSES = ("earthquake", "typhoon", "feeder")
SEASONS = (("2025-11-24", 0.7), ("2026-03-30", 0.05), ("2025-06-30", 0.4))
"""First day (a Monday) and how much heating or cooling there is."""
LARGE_STEPS = (200, 300, 600)
DRILL_SEEDS = {"fit": (1, 2, 3), "grade": (4, 5, 6), "check": (111, 112, 113)}
HABIT_SEEDS = {"fit": 1000, "grade": 2000, "check": 3000}
IDENTITY = {method: {state: ((0.0, 1.0), (0.0, 1.0)) for state in ("home", "away")} for method in occupancy.METHODS}
WEIGHTS = ROOT / "analysis" / "presence_weights.py"
"""What `--write` writes beside the page."""
LEAST_IN_BIN = 400
"""Answers behind one knot of the frequencies."""


@dataclass(frozen=True)
class Homes:
    """Homes with a known presence."""

    world: str
    name: str
    begins: np.ndarray
    readings: np.ndarray
    there: np.ndarray
    weight: float = 1.0
    """How much each half-hour counts beside those of other sets."""

    @property
    def targets(self) -> np.ndarray:
        """The half-hours judged."""
        return np.arange(self.readings.shape[1] - DAYS * 48, self.readings.shape[1])


def of_drill(folder: Path, cause: str, seed: int, count: int, roofs: bool = False) -> Homes:
    """Return homes of a practice scenario, up to the day before the event: those without a solar roof, or with one."""
    place = folder / f"{cause}{seed}"
    spec = ScenarioSpec.of_cause(cause, meters=2000, caretaker_visits=1.0).with_history(DAYS + HISTORY)
    scenario = Scenario.open(place) if place.is_dir() else make_scenario(place, seed=seed, spec=spec)
    meters = scenario.meters
    rows = np.flatnonzero((meters["household"] >= 0) & ((meters["roof_kw"] > 0) == roofs))
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, count).astype(int))]
    days = [day for day in scenario.days() if day < scenario.event_time.date()][-(DAYS + HISTORY) :]
    readings = [np.where(scenario.received(day)[rows], scenario.readings(day)[rows], -1) for day in days]
    there = [np.asarray(scenario.presence(day))[rows] == 1 for day in days]
    begins = np.datetime64(days[0], "s") + occupancy.SLOT * np.arange(48 * len(days))
    joined = np.concatenate(readings, axis=1).astype(np.int32)
    return Homes("drill", f"{cause} {seed}" + " roofs" * roofs, begins, joined, np.concatenate(there, axis=1))


def of_habits(seed: int, count: int, **more: object) -> Homes:
    """Return homes of tests/habits.py."""
    made = habits.homes(seed, count, days=DAYS + HISTORY, **more)
    words = " ".join(str(value) for value in more.values())
    return Homes("habits", f"{seed} {words}", made.begins, made.readings, made.there)


def sets(folder: Path, part: str, count: int) -> list[Homes]:
    """Return the homes of one part: `fit`, `grade` or `check`."""
    found = [of_drill(folder, cause, seed, count) for cause, seed in zip(CAUSES, DRILL_SEEDS[part])]
    seed = HABIT_SEEDS[part]
    for number, (first, cold) in enumerate(SEASONS):
        found.append(of_habits(seed + number, count // 2, first=first, cold=cold))
        found.append(of_habits(seed + 10 + number, count // 2, first=first, cold=cold, calm=0.25))
    found.append(of_habits(seed + 20, count // 4, steps=LARGE_STEPS))
    return found


# -- weights ----------------------------------------------------------------------------------------------------------


def marks_of(homes: Homes) -> Iterable[tuple[bool, int, dict[str, np.ndarray], np.ndarray]]:
    """Yield (night, hour, marks, truth) of every half-hour judged, of the meters that can be judged."""
    rules = occupancy.PresenceRules()
    blank = np.zeros(len(homes.readings), dtype=bool)
    for midnight in range(int(homes.targets[0]), homes.readings.shape[1], 48):
        slots = np.arange(midnight, midnight + 48)
        recent, _ = occupancy.recent_of(
            homes.readings, homes.begins, midnight, slots, rules, lambda _midnight, _step: blank
        )
        for slot in slots.tolist():
            place = slot - midnight + presence_score.LEAD
            good = recent.quiet.known & (recent.value[place] >= 0)
            marks = {name: np.asarray(mark, np.float32)[good] for name, mark in presence_score.marks(recent, place)}
            half = (slot - midnight) % 48
            yield presence_score.is_night(half), half // 2, marks, homes.there[good, slot]


def matrices(parts: Sequence[Homes]) -> dict[bool, tuple[list[str], np.ndarray, np.ndarray, np.ndarray]]:
    """Return {night: (names, marks and hours, truth, weights)} of all homes; worlds weigh the same."""
    rows: dict[bool, list[tuple[int, dict[str, np.ndarray], np.ndarray, float]]] = {False: [], True: []}
    share = {world: sum(len(one.readings) for one in parts if one.world == world) for world in ("drill", "habits")}
    for homes in parts:
        for night, hour, marks, truth in marks_of(homes):
            rows[night].append((hour, marks, truth, 1000.0 / share[homes.world]))
    found = {}
    for night, kept in rows.items():
        names = sorted({name for _, marks, _, _ in kept for name in marks})
        total = sum(len(truth) for _, _, truth, _ in kept)
        table = np.zeros((total, len(names) + 24), dtype=np.float32)
        truth_all, weight_all, begin = np.zeros(total), np.zeros(total), 0
        for hour, marks, truth, weight in kept:
            rows_ = slice(begin, begin + len(truth))
            for place, name in enumerate(names):
                if name in marks:
                    table[rows_, place] = marks[name]
            table[rows_, len(names) + hour] = 1
            truth_all[rows_], weight_all[rows_] = truth, weight
            begin += len(truth)
        found[night] = (names, table, truth_all, weight_all)
    return found


def regress(table: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression, found by Newton's steps."""
    found = np.zeros(table.shape[1])
    for _ in range(30):
        slope = np.zeros(len(found))
        curve = RIDGE * np.eye(len(found))
        for begin in range(0, len(table), 200_000):
            part = table[begin : begin + 200_000].astype(np.float64)
            chance = 1 / (1 + np.exp(-part @ found))
            slope += part.T @ (weight[begin : begin + 200_000] * (truth[begin : begin + 200_000] - chance))
            curve += (part * (weight[begin : begin + 200_000] * chance * (1 - chance))[:, None]).T @ part
        step = np.linalg.solve(curve, slope - RIDGE * found)
        found += step
        if np.abs(step).max() < 1e-4:
            return found
    raise RuntimeError("the weights did not settle")


def fitted(parts: Sequence[Homes]) -> tuple[dict[str, float], dict[str, float], list[float]]:
    """Return the weights by day, by night, and those of the hours."""
    by: dict[bool, dict[str, float]] = {}
    hours = [0.0] * 24
    for night, (names, table, truth, weight) in matrices(parts).items():
        found = regress(table, truth, weight)
        by[night] = {name: round(float(value), 2) for name, value in zip(names, found)}
        for hour in range(24):
            if table[:, len(names) + hour].any():
                hours[hour] = round(float(found[len(names) + hour]), 2)
    return by[False], by[True], hours


# -- frequencies ------------------------------------------------------------------------------------------------------


def answers(homes: Homes, method: str) -> occupancy.Presence:
    """Return what a method says of all half-hours judged."""
    about = occupancy.About(generation=np.full(len(homes.readings), solar.NOT_KNOWN, dtype=np.int8))
    return occupancy.presence(
        homes.readings, homes.begins, homes.targets.tolist(), method, occupancy.PresenceRules(), about=about
    )


def rising(raw: np.ndarray, right: np.ndarray, weight: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return knots (grade, share right) that never fall, from answers with a raw grade; neighbours are pooled."""
    order = np.argsort(raw, kind="stable")
    count = max(min(12, len(order) // LEAST_IN_BIN), 1)
    groups = [
        [*(float(np.average(of[part], weights=weight[part])) for of in (raw, right)), float(weight[part].sum())]
        for part in np.array_split(order, count)
    ]
    pooled: list[list[float]] = []
    for group in groups:
        pooled.append(group)
        while len(pooled) > 1 and pooled[-2][1] >= pooled[-1][1]:
            last, before = pooled.pop(), pooled.pop()
            total = last[2] + before[2]
            pooled.append([(a * last[2] + b * before[2]) / total for a, b in zip(last[:2], before[:2])] + [total])
    return tuple(round(one[0], 3) for one in pooled), tuple(round(one[1], 3) for one in pooled)


def graded(parts: Sequence[Homes]) -> dict[str, dict[str, tuple[tuple[float, ...], tuple[float, ...]]]]:
    """Return {method: {state: knots}}."""
    occupancy.RIGHT_SHARE = IDENTITY
    share = {world: sum(len(one.readings) for one in parts if one.world == world) for world in ("drill", "habits")}
    found: dict[str, dict[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {}
    for method in occupancy.METHODS:
        raws: dict[str, list[np.ndarray]] = {"home": [], "away": []}
        rights: dict[str, list[np.ndarray]] = {"home": [], "away": []}
        weights: dict[str, list[np.ndarray]] = {"home": [], "away": []}
        for homes in parts:
            said = answers(homes, method)
            truth = homes.there[:, homes.targets]
            for name, state in (("home", occupancy.State.HOME), ("away", occupancy.State.AWAY)):
                chosen = said.state == state
                raws[name].append(said.confidence[chosen])
                rights[name].append(truth[chosen] == (name == "home"))
                weights[name].append(np.full(int(chosen.sum()), 1000.0 / share[homes.world]))
        found[method] = {
            name: rising(np.concatenate(raws[name]), np.concatenate(rights[name]), np.concatenate(weights[name]))
            for name in raws
        }
    return found


def roofs(folder: Path, part: str, count: int) -> list[Homes]:
    """Return homes with a solar roof of one part."""
    found = [of_drill(folder, cause, seed, count, True) for cause, seed in zip(CAUSES, DRILL_SEEDS[part])]
    seed = HABIT_SEEDS[part] + 100
    for number, (first, cold) in enumerate(SEASONS):
        for kw in (1.0, 2.0, 5.0):
            found.append(of_habits(seed + 10 * number + int(kw), count // 3, first=first, cold=cold, solar_kw=kw))
    return found


# -- the check --------------------------------------------------------------------------------------------------------


def measures(homes: Homes, said: occupancy.Presence) -> list[str]:
    """Return MCC on workdays and at weekends, share decided, share of those at home called away, as text."""
    truth = homes.there[:, homes.targets]
    work = ~is_free(homes.begins[homes.targets])
    decided = np.isin(said.state, (occupancy.State.HOME, occupancy.State.AWAY))
    cells = []
    for columns in (work, ~work):
        chosen = decided[:, columns]
        at_home = (said.state[:, columns] == occupancy.State.HOME)[chosen]
        cells.append(f"{binary_measures(at_home, truth[:, columns][chosen])['mcc']:.3f}")
    cells.append(f"{decided.mean():.3f}")
    cells.append(f"{np.mean((said.state == occupancy.State.AWAY)[truth]):.3f}")
    return cells


def checked(parts: Sequence[Homes]) -> list[str]:
    """Return the page's tables."""
    lines = [
        "| homes | method | MCC workdays | MCC weekends | decided | at home called away |",
        "|---" * 6 + "|",
    ]
    bins = np.array([0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01])
    held: dict[tuple[str, str, str], list[np.ndarray]] = {}
    for homes in parts:
        truth = homes.there[:, homes.targets]
        for method in occupancy.METHODS:
            said = answers(homes, method)
            lines.append(f"| {homes.world} {homes.name} | {method} | {' | '.join(measures(homes, said))} |")
            for name, state in (("home", occupancy.State.HOME), ("away", occupancy.State.AWAY)):
                chosen = said.state == state
                place = np.digitize(said.confidence[chosen], bins) - 1
                right = truth[chosen] == (name == "home")
                counts = np.array([np.bincount(place, minlength=7), np.bincount(place, right, minlength=7)])
                for world in (homes.world, "all"):
                    held.setdefault((method, name, world), []).append(counts)
    names = [f"{low:.2f}–{min(high, 1):.2f}" for low, high in zip(bins[:-1], bins[1:])]
    lines += ["", f"| method | answer | homes | {' | '.join(names)} |", "|---" * (3 + len(names)) + "|"]
    for (method, name, world), counts in sorted(held.items()):
        total = np.sum(counts, axis=0)
        cells = [f"{right / n:.2f} ({int(n):,})" if n >= 100 else "–" for n, right in total.T]
        lines.append(f"| {method} | {name} | {world} | {' | '.join(cells)} |")
    return lines


def under_roofs(parts: Sequence[Homes]) -> list[str]:
    """Return the table of homes with a solar roof of which nothing but the readings tells."""
    lines = [
        "| homes with a roof | method | at home called away, 11–13 h | the same all day | found at home, 11–13 h "
        "| decided by day | at night |",
        "|---" * 7 + "|",
    ]
    for homes in parts:
        truth = homes.there[:, homes.targets]
        hour = homes.begins[homes.targets].astype(np.int64) % 86400 / 3600
        noon, day = (hour >= 11) & (hour < 13), (hour >= 8) & (hour < 22)
        for method in occupancy.METHODS:
            state = answers(homes, method).state
            away, home = state == occupancy.State.AWAY, state == occupancy.State.HOME
            cells = [
                f"{away[:, noon][truth[:, noon]].mean():.3f}",
                f"{away[truth].mean():.3f}",
                f"{home[:, noon][truth[:, noon]].mean():.2f}",
                *(f"{(away | home)[:, hours].mean():.2f}" for hours in (day, ~day)),
            ]
            lines.append(f"| {homes.world} {homes.name} | {method} | {' | '.join(cells)} |")
    return lines


def module(by_day: Mapping[str, float], by_night: Mapping[str, float], hours: Sequence[float], grades: Mapping) -> str:
    """Return the text of analysis/presence_weights.py."""
    lines = [
        '"""Measured weights and frequencies of the estimate of presence. '
        'Printed by `dev/presence_weights.py`; not by hand."""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Mapping",
        "",
    ]
    for name, weights in (("BY_DAY", by_day), ("BY_NIGHT", by_night)):
        lines += [f"{name}: Mapping[str, float] = {{"] + [f'    "{key}": {value},' for key, value in weights.items()]
        lines += ["}"]
    lines += ['"""Log odds that each mark of `presence_score.marks` adds, 08–22 h and 22–08 h."""']
    lines += ["BY_HOUR: tuple[float, ...] = ("] + [f"    {value}," for value in hours] + [")"]
    lines += ['"""Log odds of each hour of the clock."""']
    lines += ["RIGHT_SHARE: Mapping[str, Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {"]
    for method, states in grades.items():
        lines.append(f'    "{method}": {{')
        for state, (knots, shares) in states.items():
            lines.append(f'        "{state}": (')
            lines += [
                f"            ({', '.join(map(str, values))}{',' * (len(values) == 1)})," for values in (knots, shares)
            ]
            lines.append("        ),")
        lines.append("    },")
    lines += ["}", '"""Method → state → raw grades (rising) and how often answers with such a grade were right."""', ""]
    return "\n".join(lines)


PAGE = """# Home or away: what the estimate rests on, and how often it is right

Printed by `{command}`. The weights of `quiet` are measured on practice scenarios (seeds {fit}) and on homes that were
made up without a look at them (tests/habits.py: other appliances, other habits); the frequencies behind the field
`confidence` on others of both; what follows is of homes that neither has seen (seeds {check}, and others of
tests/habits.py). `MCC` leaves undecided answers out, `decided` is the share that is not.
Printed with the weights of analysis/presence_weights.py, SHA-256 `{digest}`.

"""


def main(words: list[str]) -> int:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the module and the page")
    parser.add_argument("--check", action="store_true", help="only hold the shipped weights to unseen homes")
    parser.add_argument("--homes", type=int, default=240, help="homes of each set")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if not asked.check:
            by_day, by_night, hours = fitted(sets(folder, "fit", asked.homes))
            presence_score.BY_DAY, presence_score.BY_NIGHT, presence_score.BY_HOUR = by_day, by_night, tuple(hours)
            grades = graded(sets(folder, "grade", asked.homes))
            occupancy.RIGHT_SHARE = grades
            text = module(by_day, by_night, hours, grades)
            print(text)
        else:
            text = WEIGHTS.read_text(encoding="utf-8")
        page = PAGE.format(
            command=".venv/bin/python dev/presence_weights.py --write",
            fit=", ".join(map(str, DRILL_SEEDS["fit"] + DRILL_SEEDS["grade"])),
            check=", ".join(map(str, DRILL_SEEDS["check"])),
            digest=hashlib.sha256(text.encode()).hexdigest(),
        ) + "\n".join(
            [*checked(sets(folder, "check", asked.homes)), "", *under_roofs(roofs(folder, "check", asked.homes))]
        )
        print(page)
    if asked.write and not asked.check:
        WEIGHTS.write_text(text, encoding="utf-8")
        (ROOT / "docs" / "presence.md").write_text(page + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
