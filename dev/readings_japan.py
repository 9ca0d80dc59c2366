"""Say what each method makes of five real Japanese homes, by hour of day and season: there is no truth to hold it to.

    readings_japan.py FOLDER [--write]

FOLDER holds half-hourly readings, `consumption_data/<home>/<YYYYMM>.csv` without header: beginning of the half-hour,
hour of the day, Wh. The page goes to standard output, and to docs/readings-japan.md with --write.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from checkout import ROOT
from tomoshibi.analysis import occupancy, quiet_hours, registers, residence

PARTS = (("night 23–06", 23, 6), ("morning 06–09", 6, 9), ("day 09–17", 9, 17), ("evening 17–23", 17, 23))
SEASONS = (("winter", (12, 1, 2)), ("spring", (3, 4, 5)), ("summer", (6, 7, 8)), ("autumn", (9, 10, 11)))
BARE = "manual as printed"
METHODS = (BARE, "manual", "held", "quiet")
LONG_DAYS = 3
"""Days in a row without life after which a method that sees long absence should say away."""
WINDOW_DAYS = 62
"""Two months, as looked at for residence."""


@dataclass(frozen=True)
class Homes:
    """Readings of all homes on the same half-hours."""

    names: list[str]
    begins: np.ndarray
    """datetime64[s] (slots)."""
    readings: np.ndarray
    """int32 (homes, slots) Wh, -1 missing."""


@dataclass(frozen=True)
class Judged:
    """What a method says in every half-hour from the fifth week on."""

    targets: np.ndarray
    """Slots judged."""
    state: np.ndarray
    """int8 (homes, targets): `occupancy.State`."""
    tie: np.ndarray
    """bool (homes, targets): the reading equals what it is compared with."""


def load(folder: Path) -> Homes:
    """Read all homes of the folder. Raises `SystemExit` where it holds none."""
    found = {}
    for home in sorted(path for path in (Path(folder) / "consumption_data").glob("*") if path.is_dir()):
        files = sorted(home.glob("*.csv"))
        table = pd.concat([pd.read_csv(file, header=None, names=["begin", "hour", "wh"]) for file in files])
        found[home.name] = table.assign(begin=pd.to_datetime(table["begin"])).set_index("begin")["wh"]
    if not found:
        raise SystemExit(f"{folder} holds no consumption_data/<home>/<YYYYMM>.csv.")
    begins = pd.date_range(
        min(series.index.min() for series in found.values()),
        max(series.index.max() for series in found.values()),
        freq="30min",
    )
    rows = [series[~series.index.duplicated()].reindex(begins).to_numpy(float) for series in found.values()]
    readings = np.where(np.isnan(rows), registers.MISSING, np.rint(np.nan_to_num(rows))).astype(np.int32)
    return Homes(list(found), begins.to_numpy("datetime64[s]"), readings)


def judge(homes: Homes, method: str) -> Judged:
    """Return what a method says from the fifth week on."""
    rules = occupancy.PresenceRules()
    first = 35 * 48
    targets = np.arange(first, homes.readings.shape[1])
    kind = "manual" if method == BARE else method
    found = occupancy.presence(homes.readings, homes.begins, targets.tolist(), kind, rules)
    state = found.state.copy()
    if method == BARE:
        state[state == occupancy.State.ASLEEP_UNKNOWN] = occupancy.State.AWAY
    return Judged(targets, state, np.isclose(found.reading, found.reference))


def steps(homes: Homes) -> dict[str, int]:
    """Return the register step (Wh) found for each home, from its last three days as in use, and from all readings."""
    recent = registers.register_step(homes.readings[:, -3 * 48 :])
    whole = registers.register_step(homes.readings)
    if (recent != whole).any():
        raise RuntimeError("three days of readings tell another step than all of them")
    return dict(zip(homes.names, whole.tolist()))


def _rows_of_hours(begins: np.ndarray, first: int, last: int) -> np.ndarray:
    hour = begins.astype(np.int64) % 86400 // 3600
    return (hour - first) % 24 < (last - first) % 24


def _share(of: np.ndarray) -> str:
    return f"{np.mean(of):.0%}" if of.size else "–"


def _triple(state: np.ndarray) -> str:
    """Home / away / undecided."""
    at_home, away = state == occupancy.State.HOME, state == occupancy.State.AWAY
    return f"{np.mean(at_home):.0%} / {np.mean(away):.0%} / {np.mean(~at_home & ~away):.0%}"


def by_hour(homes: Homes, judged: dict[str, Judged]) -> list[str]:
    """Return the table by part of the day."""
    lines = [f"| home | method | {' | '.join(name for name, _, _ in PARTS)} |", "|---" * (2 + len(PARTS)) + "|"]
    for number, home in enumerate(homes.names):
        for method, found in judged.items():
            begins = homes.begins[found.targets]
            cells = [_triple(found.state[number, _rows_of_hours(begins, first, last)]) for _name, first, last in PARTS]
            lines.append(f"| {home} | {method} | {' | '.join(cells)} |")
    return lines


def by_season(homes: Homes, judged: dict[str, Judged]) -> list[str]:
    """Return the table by season: share of the hours 09–23 called home."""
    lines = [f"| home | method | {' | '.join(name for name, _ in SEASONS)} |", "|---" * (2 + len(SEASONS)) + "|"]
    for number, home in enumerate(homes.names):
        for method, found in judged.items():
            begins = homes.begins[found.targets]
            awake = _rows_of_hours(begins, 9, 23)
            month = begins.astype("datetime64[M]").astype(np.int64) % 12 + 1
            cells = [
                _share(found.state[number, awake & np.isin(month, months)] == occupancy.State.HOME)
                for _name, months in SEASONS
            ]
            lines.append(f"| {home} | {method} | {' | '.join(cells)} |")
    return lines


def quiet_of(homes: Homes, at: int) -> quiet_hours.Quiet:
    """Return what is learnt of each home from the four weeks before slot `at`."""
    return quiet_hours.learn(homes.readings[:, :at], homes.begins, at - 1, quiet_hours.QuietRules())


def registers_table(homes: Homes, judged: dict[str, Judged]) -> list[str]:
    """Return the table of registers, ties and quiet hours."""
    lines = [
        "| home | step found | readings of 0 | equal to the 3-day median | equal to the quiet reference | "
        "quiet hours begin (Jan / Apr / Aug / Nov) | quiet median Wh (the same) | night heater seen |",
        "|---" * 8 + "|",
    ]
    found = steps(homes)
    moments = [
        int(np.searchsorted(homes.begins, np.datetime64(day, "s")))
        for day in ("2018-01-31", "2018-04-30", "2018-08-31", "2018-11-30")
    ]
    learnt = [quiet_of(homes, moment) for moment in moments]
    for number, home in enumerate(homes.names):
        begin = " / ".join(f"{quiet.begin[number] / 2:g} h" for quiet in learnt)
        median = " / ".join(f"{quiet.median[number] / registers.SCALE:.0f}" for quiet in learnt)
        heater = sum(bool(quiet.night_heater[number]) for quiet in learnt)
        lines.append(
            f"| {home} | {found[home]} Wh | {np.mean(homes.readings[number] == 0):.1%} | "
            f"{np.mean(judged['manual'].tie[number]):.0%} | {np.mean(judged['quiet'].tie[number]):.0%} | {begin} | "
            f"{median} | {heater} of {len(learnt)} |"
        )
    return lines


def absences(homes: Homes, judged: dict[str, Judged]) -> list[str]:
    """Return days lived, verdicts over two months, runs of days without life and what the methods say in them."""
    rules = residence.ResidenceRules()
    days = residence.days_lived(homes.readings, homes.begins, rules)
    lines = [
        f"| home | days lived | days without life | longest run | verdict of {WINDOW_DAYS} days, each week again: "
        f"lived / cannot tell / not lived | in runs from day {LONG_DAYS + 1} on called home: {BARE} | held | quiet "
        "| called away: quiet |",
        "|---" * 9 + "|",
    ]
    for number, home in enumerate(homes.names):
        empty = days.lived[number] == residence.DAY_EMPTY
        edges = np.flatnonzero(np.diff(np.concatenate([[False], empty, [False]]).astype(np.int8)))
        runs = list(zip(edges[::2], edges[1::2]))
        shares = []
        for method in (BARE, "held", "quiet"):
            found = judged[method]
            day = homes.begins[found.targets].astype("datetime64[D]")
            later = np.zeros(len(day), dtype=bool)
            for first, last in runs:
                later |= (day >= days.day[first] + LONG_DAYS) & (day < days.day[last - 1] + 1)
            shares.append(_share(found.state[number, later] == occupancy.State.HOME))
        # The method looked at last is `quiet`.
        shares.append(_share(found.state[number, later] == occupancy.State.AWAY))
        lived = np.sum(days.lived[number] == residence.DAY_LIVED)
        longest = max([0, *(last - first for first, last in runs)])
        lines.append(
            f"| {home} | {lived} | {empty.sum()} | {longest} | {_verdicts(homes, number)} | {' | '.join(shares)} |"
        )
    return lines


def _verdicts(homes: Homes, number: int) -> str:
    """Return how often two months of a home are called lived, undecided, not lived; a window begins every week."""
    rules = residence.ResidenceRules()
    said = []
    for first in range(0, homes.readings.shape[1] - WINDOW_DAYS * 48 + 1, 7 * 48):
        part = slice(first, first + WINDOW_DAYS * 48)
        days = residence.days_lived(homes.readings[number : number + 1, part], homes.begins[part], rules)
        said.append(residence.residence_table([homes.names[number]], days, rules)["verdict"].iloc[0])
    return " / ".join(str(said.count(verdict)) for verdict in ("lived", "cannot_tell", "not_lived"))


def day_curves(homes: Homes) -> list[str]:
    """Return the mean use of days lived and of days without life, by part of the day, Wh in half an hour."""
    days = residence.days_lived(homes.readings, homes.begins, residence.ResidenceRules())
    lines = [f"| home | days | {' | '.join(name for name, _, _ in PARTS)} |", "|---" * (2 + len(PARTS)) + "|"]
    hour = np.arange(48) // 2
    for number, home in enumerate(homes.names):
        curves = homes.readings[number].reshape(-1, 48)
        for words, mark in (("lived", residence.DAY_LIVED), ("without life", residence.DAY_EMPTY)):
            chosen = curves[days.lived[number] == mark]
            if len(chosen):
                parts = [chosen[:, (hour - first) % 24 < (last - first) % 24].mean() for _, first, last in PARTS]
                lines.append(f"| {home} | {words} ({len(chosen)}) | {' | '.join(f'{part:.0f}' for part in parts)} |")
    return lines


def page(homes: Homes, command: str) -> str:
    """Return the page."""
    judged = {method: judge(homes, method) for method in METHODS}
    first, last = homes.begins[0], homes.begins[-1]
    return "\n".join(
        [
            "# What the methods say of five real homes",
            "",
            f"Printed by `{command}` from readings that are not part of this project:",
            f"{len(homes.names)} homes, half-hours from {str(first)[:10]} to {str(last)[:10]}. Nobody wrote down",
            "who was at home, so these are no scores: the page shows how the methods behave, and why.",
            "",
            "## Registers",
            "",
            *registers_table(homes, judged),
            "",
            "## Home / away / undecided by part of the day",
            "",
            *by_hour(homes, judged),
            "",
            "## Called home between 09 and 23 h, by season",
            "",
            *by_season(homes, judged),
            "",
            "## Days lived, and days without life",
            "",
            *absences(homes, judged),
            "",
            "Mean use of these days, Wh in half an hour:",
            "",
            *day_curves(homes),
            "",
            *oddities(homes, judged),
            "",
        ]
    )


def oddities(homes: Homes, judged: dict[str, Judged]) -> list[str]:
    """Return what looks odd in the tables, and why."""
    begins = homes.begins[judged["manual"].targets]
    night = _rows_of_hours(begins, 23, 6)
    bare = [np.mean(row[night] == occupancy.State.HOME) for row in judged[BARE].state]
    ties = [np.mean(row) for row in judged["manual"].tie]
    found = steps(homes)
    coarse = [tie for tie, home in zip(ties, homes.names) if found[home] == 100]
    fine = [tie for tie, home in zip(ties, homes.names) if found[home] != 100]
    ever = [np.mean(row == occupancy.State.HOME) for row in judged[BARE].state]
    long = [np.mean(row == occupancy.State.HOME) for row in judged["quiet"].state]
    text = f"""## What looks odd, and why

- **The manual's rule empties the homes at night.** As printed it calls {min(bare):.0%} to {max(bare):.0%} of the
  half-hours from 23 to 06 h home: sleeping people use less than the median of their three days. `manual` leaves those
  nights undecided; `held` and `quiet` go by who used power in the evening before.
- **Ties decide.** With a register of 100 Wh the reading equals the median of three days in {min(coarse):.0%} to
  {max(coarse):.0%} of all half-hours, with 10 Wh in {min(fine):.0%} to {max(fine):.0%}. Equal is not above, so `manual`
  says away; `quiet` compares means of three half-hours and takes a tie for less than use and more than none.
- **A median cannot say how much a home is lived in.** Over all hours it calls {min(ever):.0%} to {max(ever):.0%} of the
  half-hours home, because about half of all readings lie above their median in any home, less the ties. `quiet` says
  {min(long):.0%} to {max(long):.0%}.
- **Quiet hours are not always at night.** They wander with the season: towards noon where less runs by day than at
  night, in one January to the early evening because the home uses most at night. That is why they are learnt from each
  home, again for every day.
- **Where almost nothing runs by itself, `quiet` says home nearly always.** A home whose quiet median is a third of a
  register step is above it as soon as one more appliance runs. That may be right, nobody wrote it down.
- **Days without life can be days at home.** Where a lot runs by itself and the register is coarse, a day needs much
  use to count as lived. Look at the curves of such days: if they still rise in the evening, somebody was there. For the
  verdict it is enough that half of the days of two months count.
- **A night heater** is called so where something large runs on most nights of the past week; use in its hours is then
  no sign of anybody.
"""
    return text.splitlines()


def main(words: list[str]) -> int:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write docs/readings-japan.md too")
    asked = parser.parse_args(words)
    text = page(load(asked.folder), ".venv/bin/python dev/readings_japan.py FOLDER --write")
    print(text)
    if asked.write:
        (ROOT / "docs" / "readings-japan.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
