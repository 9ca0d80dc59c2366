"""Hold the verdict on residence to homes built from five real ones: lived windows, and windows of absent days.

    residence_homes.py FOLDER [--seed N] [--days 62]

FOLDER as for readings_japan.py. Days on which nobody was there are found by their own flatness, never by the rules
that are tried, and put together again to two months (or DAYS days); what comes on by itself in an empty home
(tests/appliances.py) is added before the home's own register counts again. A table goes to standard output.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SPEC = importlib.util.spec_from_file_location("readings_japan", ROOT / "dev" / "readings_japan.py")
japan = importlib.util.module_from_spec(_SPEC)
# Dataclasses look their module up by name.
sys.modules[_SPEC.name] = japan
_SPEC.loader.exec_module(japan)

import numpy as np  # noqa: E402
from tomoshibi.analysis.residence import (  # noqa: E402
    CANNOT_TELL,
    LIVED,
    NOT_LIVED,
    ResidenceRules,
    days_lived,
    residence_table,
)
from tomoshibi.tests import appliances  # noqa: E402

DAYS = 62
EACH = 4
"""Empty homes built from each real one and each kind of appliance."""
LEAST_FLAT = 5
"""Flat days below which a home's nights are put together instead."""
FLAT = 0.3
MEAN_OF_SEASON = (4.0, 14.0, 26.0)
"""Outdoor °C of the two months."""
FIRST = np.datetime64("2025-11-03", "s")


def days_of(homes: japan.Homes, number: int) -> np.ndarray:
    """Return the readings of one home, int (days, 48), whole days without gaps only."""
    days = homes.readings[number].reshape(-1, 48)
    return days[(days >= 0).all(axis=1)]


def flat(days: np.ndarray) -> np.ndarray:
    """Return which days are flat by themselves, bool: the range of their three-hour means is under a third of usual.

    The refrigerator runs and rests on such a day, and nothing rises in the morning or the evening.
    """
    kernel = np.ones(6) / 6
    means = np.array([np.convolve(day, kernel, "valid") for day in days])
    spread = means.max(axis=1) - means.min(axis=1)
    return spread <= FLAT * np.median(spread)


def night_days(days: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """Return days made of the home's own hours from 1 to 5, for homes without an absent day: int (count, 48)."""
    nights = days[:, 2:10]
    calm = nights[nights.max(axis=1) <= np.quantile(nights.max(axis=1), 0.3)]
    return calm[rng.integers(0, len(calm), (count, 6))].reshape(count, 48)


def empty_windows(homes: japan.Homes, seed: int, length: int = DAYS) -> dict[str, list[np.ndarray]]:
    """Return {what runs by itself: readings of so many days, int (length * 48), of each empty home}."""
    found: dict[str, list[np.ndarray]] = {}
    steps = japan.steps(homes)
    for kind in ("nothing", *appliances.BY_THEMSELVES):
        rows = []
        for number, name in enumerate(homes.names):
            days = days_of(homes, number)
            absent = days[flat(days)]
            for copy in range(EACH):
                rng = np.random.default_rng((seed, number, copy, len(found)))
                if len(absent) >= LEAST_FLAT:
                    chosen = absent[rng.integers(0, len(absent), length)]
                else:
                    chosen = night_days(days, rng, length)
                wh = chosen.ravel().astype(float)
                if kind != "nothing":
                    outdoor = appliances.weather(rng, length, MEAN_OF_SEASON[copy % 3])
                    wh = wh + appliances.half_hours(appliances.BY_THEMSELVES[kind](rng, length, outdoor))
                rows.append(appliances.register(wh, steps[name], rng.uniform(0, steps[name])))
        found[kind] = rows
    return found


def lived_windows(homes: japan.Homes, length: int = DAYS) -> dict[str, list[np.ndarray]]:
    """Return {name: readings of so many days, each beginning a fortnight later} without the absent days, by home."""
    found = {}
    for number, name in enumerate(homes.names):
        days = days_of(homes, number)
        days = days[~flat(days)]
        found[name] = [days[first : first + length].ravel() for first in range(0, len(days) - length + 1, 14)]
    return found


def coarser(windows: dict[str, list[np.ndarray]], step: int) -> list[np.ndarray]:
    """Return all windows as a register of so many Wh would have counted them."""
    return [appliances.register(row, step, step / 3) for rows in windows.values() for row in rows]


def verdicts(rows: list[np.ndarray]) -> dict[str, int]:
    """Return how many of the windows get each verdict."""
    readings = np.array(rows, dtype=np.int32)
    begins = FIRST + np.timedelta64(1800, "s") * np.arange(readings.shape[1])
    rules = ResidenceRules()
    said = residence_table([""] * len(rows), days_lived(readings, begins, rules), rules)["verdict"]
    return {verdict: int((said == verdict).sum()) for verdict in (LIVED, CANNOT_TELL, NOT_LIVED)}


def page(homes: japan.Homes, seed: int, length: int = DAYS) -> str:
    """Return the table."""
    lines = ["| homes | number | lived | cannot tell | not lived |", "|---|---|---|---|---|"]
    lived, empty = lived_windows(homes, length), empty_windows(homes, seed, length)
    groups = {f"lived, home {name}": rows for name, rows in lived.items()}
    groups.update({f"lived, register of {step} Wh": coarser(lived, step) for step in (100, 600)})
    groups["lived, by night (12 h later)"] = [np.roll(row, 24) for rows in lived.values() for row in rows]
    groups.update({f"empty, {kind}": rows for kind, rows in empty.items()})
    groups["empty, register of 600 Wh"] = coarser(empty, 600)
    for name, rows in groups.items():
        count = verdicts(rows)
        lines.append(f"| {name} | {len(rows)} | {count[LIVED]} | {count[CANNOT_TELL]} | {count[NOT_LIVED]} |")
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=DAYS, help="days of each window")
    asked = parser.parse_args(words)
    print(page(japan.load(asked.folder), asked.seed, asked.days))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
