"""Scores of home and away by method and seed, against the truth of practice scenarios.

Run it from anywhere: `python benchmarks/score_presence.py [--seeds 11 12 13] [--meters 4000] [--first-day 2026-01-12]`.
Every half-hour of the 24 h before the event is judged for every home. `mcc` leaves undecided answers out (`coverage` is
the share decided); `mcc all` counts them as away. Seeds 1 to 3 were used for tuning, so score others.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import _start  # noqa: F401  # makes `tomoshibi` importable
import numpy as np
from tomoshibi.analysis import occupancy
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.practice.score import binary_measures, score_presence
from tomoshibi.practice.truth import presence_truth

SHOWN = ("mcc", "balanced_accuracy", "coverage", "present_called_away")


def readings_of(scenario: Scenario) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return supply points and received readings (meters, slots) of all homes up to the event, and the slots."""
    homes = np.flatnonzero(scenario.meters["household"] >= 0)
    days = [day for day in scenario.days() if day <= scenario.event_time.date()]
    arrays = [
        np.where(scenario.received(day)[homes], scenario.readings(day)[homes], occupancy.MISSING).astype(np.int32)
        for day in days
    ]
    begins = np.datetime64(scenario.start, "s") + occupancy.SLOT * np.arange(48 * len(days))
    return scenario.meters["supply_point"][homes].astype(str), np.concatenate(arrays, axis=1), begins


def scores(scenario: Scenario) -> list[tuple[str, str, str, list[float]]]:
    """Return (method, period, seconds, measures)."""
    points, readings, begins = readings_of(scenario)
    end = scenario.minutes(scenario.event_time) // 30
    targets = list(range(end - 48, end))
    moments = [begins[target].astype("datetime64[s]").astype(datetime) for target in targets]
    truth = presence_truth(scenario, moments)
    found = []
    for method in occupancy.METHODS:
        begin = time.perf_counter()
        table = occupancy.presence_table(points, readings, begins, targets, method, occupancy.PresenceRules())
        took = time.perf_counter() - begin
        result = score_presence(table, truth).set_index("measure")["value"]
        joined = table.merge(truth, on=["supply_point", "slot_begin"])
        known = (joined["state"] != "no_data").to_numpy()
        everything = binary_measures(
            (joined["state"] == "home").to_numpy()[known], joined["present"].to_numpy(bool)[known]
        )["mcc"]
        for period in ("24h", "day", "night"):
            measures = [float(result[f"{method}.{period}.{name}"]) for name in SHOWN]
            found.append((method, period, f"{took:.1f}", [*measures, everything if period == "24h" else float("nan")]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--meters", type=int, default=4000)
    parser.add_argument("--first-day", type=date.fromisoformat, default=ScenarioSpec().first_day)
    asked = parser.parse_args()
    spec = ScenarioSpec(
        meters=asked.meters,
        first_day=asked.first_day,
        statistics_from=max(asked.first_day, ScenarioSpec().event_time.date() - timedelta(10)),
    )
    print(f"{'seed':>5} {'method':8} {'period':6} {'s':>5}", *(f"{name:>20}" for name in (*SHOWN, "mcc all")))
    with tempfile.TemporaryDirectory() as folder:
        for seed in asked.seeds:
            scenario = make_scenario(Path(folder) / str(seed), seed=seed, spec=spec)
            for method, period, took, measures in scores(scenario):
                cells = ("–" if np.isnan(value) else f"{value:.3f}" for value in measures)
                print(f"{seed:>5} {method:8} {period:6} {took:>5}", *(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
