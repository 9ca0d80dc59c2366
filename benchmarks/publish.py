"""How fast the practice aggregator writes readings: MB/s of the best of three publications.

publish.py [--meters 2500]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import _start  # noqa: F401  # makes `tomoshibi` importable
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.practice import published_files
from tomoshibi.practice.scenario import ScenarioSpec, make_scenario


def speed(scenario, folder: Path) -> float:
    """Publish the readings of all days once, and return MB/s."""
    wanted = TEMPLATES["uc5"].conditions(scenario.municipality, scenario.first_day, scenario.now.date())[0]
    folder.mkdir()
    begun = time.perf_counter()
    paths = published_files.publish_files(scenario, wanted, Profile.load(), folder, scenario.now)
    return sum(path.stat().st_size for path in paths) / 1e6 / (time.perf_counter() - begun)


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=2500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scenario = make_scenario(Path(place) / "scenario", seed=1, spec=ScenarioSpec(meters=options.meters))
        best = max(speed(scenario, Path(place) / str(attempt)) for attempt in range(3))
    print(f"= publish: {best:.0f} MB/s ({options.meters:,} meters)")


if __name__ == "__main__":
    main()
