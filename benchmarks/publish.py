"""How fast the practice aggregator writes readings, beside the same bytes written by Python's csv module.

publish.py [--meters 2500]
"""

from __future__ import annotations

import argparse
import csv
import resource
import tempfile
import time
from pathlib import Path

import _start  # noqa: F401  # makes `tomoshibi` importable
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.practice import published_files
from tomoshibi.practice.scenario import ScenarioSpec, make_scenario


def speed(scenario, folder: Path) -> tuple[float, list[Path]]:
    """Publish the readings of all days once; return MB/s and the files."""
    wanted = TEMPLATES["uc5"].conditions(scenario.municipality, scenario.first_day, scenario.now.date())[0]
    folder.mkdir()
    begun = time.perf_counter()
    paths = published_files.publish_files(scenario, wanted, Profile.load(), folder, scenario.now)
    return size_of(paths) / (time.perf_counter() - begun), paths


def size_of(paths: list[Path]) -> float:
    """Return the MB of files."""
    return sum(path.stat().st_size for path in paths) / 1e6


def written(paths: list[Path], target: Path) -> float:
    """Write the rows of files by the csv module alone, and return MB/s."""
    took = 0.0
    for path in paths:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        begun = time.perf_counter()
        with open(target, "w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, lineterminator="\r\n").writerows(rows)
        took += time.perf_counter() - begun
    return size_of(paths) / took


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=2500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scenario = make_scenario(Path(place) / "scenario", seed=1, spec=ScenarioSpec(meters=options.meters))
        made = [speed(scenario, Path(place) / str(attempt)) for attempt in range(3)]
        best, paths = max(rate for rate, _ in made), made[-1][1]
        rival = max(written(paths, Path(place) / "rival.csv") for _ in range(3))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(f"{best:.0f} MB/s, the csv module {rival:.0f} MB/s")
    print(f"= publish: {best / rival:.2f} × Python's csv module, {options.meters:,} meters, peak {memory:.2f} GB")


if __name__ == "__main__":
    main()
