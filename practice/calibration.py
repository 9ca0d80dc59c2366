"""Shows how the manual's rule for home and away fares on a scenario's quiet days.

    python -m tomoshibi.practice.calibration FOLDER

A check of the household model, not a part of it: the presence is drawn first, and nothing in the model knows the rule.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from .household import SLOTS_A_DAY, VACANT
from .scenario import Scenario
from .score import binary_measures

WARM_UP_DAYS = 3
"""The rule's reference: the median of so many days."""
EVERY = 3
"""Only every third half-hour is judged."""
HOMES = 4000


def measure(scenario: Scenario) -> dict[str, float]:
    """Return the measures of "reading > median of the past three days = home" on the days before the event.

    Keys `<homes>.<period>.<measure>` (`all` or `lived` in; `24h`, `day` 06–22 h, `night`), and `asleep_called_away`:
    the share of homes with somebody in, between 23 and 05 h, that the rule calls away.
    """
    days = [day for day in scenario.days() if day < scenario.event_time.date()]
    homes = np.flatnonzero(scenario.meters["household"] >= 0)[:: max(1, scenario.about["homes"] // HOMES)]
    readings = np.concatenate([np.asarray(scenario.readings(day))[homes] for day in days], axis=1)
    received = np.concatenate([np.asarray(scenario.received(day))[homes] for day in days], axis=1)
    there = np.concatenate([np.asarray(scenario.presence(day))[homes] for day in days], axis=1) == 1
    known = received.mean(axis=1) > 0.9
    readings, there = readings[known], there[known]
    lived = scenario.meters["household"][homes][known] < VACANT
    span = WARM_UP_DAYS * SLOTS_A_DAY
    slots = np.arange(span, readings.shape[1], EVERY)
    said = np.stack([readings[:, slot] > np.median(readings[:, slot - span : slot], axis=1) for slot in slots], axis=1)
    true = there[:, slots]
    clock = slots % SLOTS_A_DAY / 2
    periods = {"24h": clock >= 0, "day": (clock >= 6) & (clock < 22), "night": (clock < 6) | (clock >= 22)}
    found = {}
    for group, rows in (("all", np.ones(len(lived), dtype=bool)), ("lived", lived)):
        for period, columns in periods.items():
            part = np.ix_(rows, columns)
            for name, value in binary_measures(said[part].ravel(), true[part].ravel()).items():
                found[f"{group}.{period}.{name}"] = value
    asleep = true & ((clock >= 23) | (clock < 5))
    found["asleep_called_away"] = float(np.mean(~said[asleep])) if asleep.any() else float("nan")
    found["present_share"] = float(true.mean())
    return found


def main(words: list[str]) -> int:
    """Print the measures."""
    for name, value in measure(Scenario.open(Path(words[0]))).items():
        print(f"{name:32} {value:8.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
