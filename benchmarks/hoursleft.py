"""Hours left of facilities and people on devices beside home and away, for 600,000 meters in the same run.

    .venv/bin/python benchmarks/hoursleft.py [meters]

A case as of benchmarks/homeaway.py, in which three meters of ten fall silent with the event, is made up once, in
build/bench/hoursleft-case-<meters>, and kept, with as many facilities and people on devices as a city of that size has:
one facility in 200 meters, with two supply points each and a row of backup power, one person in 500. `survivalclocks`,
`lifesupport` and `homeaway` run whole, layer written, each in a process of its own; told is the processor time of the
first two as a ratio to the last, which counts where other programs run.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import homeaway
from _start import ROOT

METERS_A_FACILITY, METERS_A_PERSON = 200, 500
DARK_SHARE = 0.3
KINDS = ("病院", "診療所", "水道施設", "福祉避難所", "避難所", "役場")
NAMES = ("homeaway", "survivalclocks", "lifesupport")


def write_lists(folder: Path, meters: int) -> None:
    """Write the lists of facilities, their links and backup power, and of people, of a case that is filled."""
    import numpy as np
    from tomoshibi.casefile.case import Case

    master = Case.open(folder).master(["supply_point", "lat", "lon"])
    master = master[master["lat"].notna()]
    rng = np.random.default_rng(2)
    count = meters // METERS_A_FACILITY
    rows = rng.permutation(len(master))[: 2 * count + meters // METERS_A_PERSON]
    points, lat, lon = (master[name].to_numpy()[rows] for name in ("supply_point", "lat", "lon"))
    ids = [f"F{number:06d}" for number in range(count)]
    kinds = [KINDS[number % len(KINDS)] for number in range(count)]
    places = zip(ids, kinds, lat[: 2 * count : 2], lon[: 2 * count : 2])
    own = [
        [one, "50", "軽油", "500", "800", "なし", "9"] if row % 2 else [one, "なし", "", "", "", "5", ""]
        for row, one in enumerate(ids)
    ]
    tables = {
        "facilities.csv": (("facility_id", "kind", "lat", "lon", "name"), [[*place, "灯"] for place in places]),
        "links.csv": (("facility_id", "supply_point"), [[ids[row // 2], points[row]] for row in range(2 * count)]),
        "backup.csv": (
            ("facility_id", "generator_kva", "fuel_kind", "fuel_l", "tank_l", "battery_hours", "litres_per_hour"),
            own,
        ),
        "people.csv": (
            ("ID", "供給地点特定番号", "医療機器", "バッテリー時間"),
            [[f"P{row}", point, "人工呼吸器", "8" if row % 2 else ""] for row, point in enumerate(points[2 * count :])],
        ),
    }
    for name, (headings, lines) in tables.items():
        with open(folder / name, "w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([headings, *lines])


def whole(folder: Path, name: str, target: Path) -> None:
    """Run one algorithm as the toolbox does and print its counts, seconds, those of processor and the peak."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    application = QgsApplication([], False)
    application.initQgis()
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    provider = TomoshibiProvider()
    if not QgsApplication.processingRegistry().addProvider(provider):
        raise SystemExit("the provider was refused")
    lists = {
        "homeaway": {},
        "survivalclocks": {"FACILITIES": "facilities.csv", "LINKS": "links.csv", "BACKUP": "backup.csv"},
        "lifesupport": {"PEOPLE": "people.csv"},
    }[name]
    given = {"CASE": str(folder), "OUTPUT": str(target), **{key: str(folder / file) for key, file in lists.items()}}
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")
    begin, before = time.perf_counter(), time.process_time()
    results, good = algorithm.run(given, context, QgsProcessingFeedback(False), {}, False)
    seconds, used = time.perf_counter() - begin, time.process_time() - before
    if not good:
        raise SystemExit(f"{name} failed")
    print(", ".join(f"{key} {value:,.0f}" for key, value in results.items() if isinstance(value, (int, float))))
    print(seconds, used, homeaway.peak(), flush=True)


def main(arguments: argparse.Namespace) -> int:
    """Print everything."""
    folder = ROOT / "build" / "bench" / f"hoursleft-case-{arguments.meters}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with homeaway.stage(f"make up {arguments.meters:,} meters, {homeaway.DAYS} days (once)"):
            homeaway.fill(folder, arguments.meters, DARK_SHARE)
        write_lists(folder, arguments.meters)
    used = {}
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = scratch
        for name in NAMES:
            command = [sys.executable, __file__, str(arguments.meters), "--whole", str(folder), "--name", name]
            said = subprocess.run(
                [*command, "--target", str(Path(scratch) / f"{name}.gpkg")],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout.splitlines()
            seconds, used[name], memory = (float(word) for word in said[-1].split())
            print(f"  {name:16} {seconds:7.2f} s   processor {used[name]:6.2f} s   peak {memory:5.2f} GB   {said[-2]}")
    for name in NAMES[1:]:
        print(f"= {name}: {used[name] / used['homeaway']:.2f} of homeaway of {arguments.meters:,} meters by processor")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("meters", nargs="?", type=int, default=600_000)
    parser.add_argument("--whole", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.whole:
        whole(asked.whole, asked.name, asked.target)
    else:
        sys.exit(main(asked))
