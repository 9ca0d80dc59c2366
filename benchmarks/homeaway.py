"""Run `homeaway` for 600,000 meters from a filled store into a GeoPackage, each stage beside its floor.

    .venv/bin/python benchmarks/homeaway.py [meters] [--methods quiet held]

The case (30 days, a master with 建物分類 and 契約電力, the record of what was published) is made up once, in
build/bench/homeaway-case-<meters>, and kept. Each run is a process of its own, so that its peak of memory is its own.
The floors: numpy's median over the same array, and GDAL copying the same points; the run, layer written included, is
told as a ratio to that copy, by the clock and by the processor time of both, which counts where other programs run.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from _start import ROOT

EVENT = datetime(2026, 1, 30, 4, 10)
DAYS = 30
BLOCK = 50_000
"""Meters drawn at once; the readings of others are the same in another order of homes."""


def fill(folder: Path, meters: int, dark_share: float = 0.0) -> None:
    """Make the case: a master and a month of readings, written as the store and the tables are.

    `dark_share` of the meters send nothing from the event on.
    """
    import numpy as np
    import pandas as pd
    from tomoshibi.casefile import publications
    from tomoshibi.casefile.case import Case, CaseInfo
    from tomoshibi.casefile.columns import write_table
    from tomoshibi.casefile.master import SEVERAL
    from tomoshibi.casefile.packed_days import DayWriter, day_path
    from tomoshibi.casefile.readings import METER, METERS_FILE, DayRecord, StoreIndex, write_index

    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    case = Case.create(part, CaseInfo("benchmark", EVENT, "991007", practice=True))
    rng = np.random.default_rng(1)
    number = np.char.add("05", np.char.zfill(rng.permutation(meters).astype(str), 20))
    records = np.zeros(meters, METER)
    records["supply_point"], records["flow"], records["voltage"] = number.astype("S22"), 1, 1
    records.tofile(case.folder / "readings" / METERS_FILE)
    base = rng.gamma(1.2, 120.0, (BLOCK, 48)).astype("int32")
    base[rng.random(base.shape) < 0.01] = -1
    levels = (rng.random((meters, 1)) * 2).astype("float32")
    days = {}
    for place in range(DAYS):
        day = date(2026, 1, 1) + timedelta(days=place)
        with DayWriter(day_path(case.folder / "readings", day), 48) as out:
            for begin in range(0, meters, BLOCK):
                end = min(begin + BLOCK, meters)
                drawn = np.roll(base, int(rng.integers(BLOCK)), axis=0)[: end - begin]
                cells = np.where(drawn >= 0, drawn * levels[begin:end], -1).astype("int32")
                if day == EVENT.date():
                    cells[: int(len(cells) * dark_share), EVENT.hour * 2 :] = -1
                out.add(cells)
            out.finish()
        days[day] = DayRecord(0, 47)
    write_index(case.folder / "readings", StoreIndex(meters, days))
    pole = rng.integers(0, meters // 4, meters)
    lon, lat = 136.5 + rng.random(meters // 4), 36.5 + rng.random(meters // 4)
    master = pd.DataFrame({"supply_point": number, "flow": np.ones(meters, "int8"), "lat": lat[pole], "lon": lon[pole]})
    master.loc[rng.random(meters) < 0.01, ["lat", "lon"]] = np.nan
    master["building_class"] = np.where(rng.random(meters) < 0.06, "other", "dwelling").astype(object)
    master["contract_kw"] = rng.choice([3.0, 4.0, 6.0], meters)
    master["remote_reading"] = "yes"
    # As importing leaves it: no supply point has several rows.
    master[SEVERAL] = np.zeros(meters, dtype=bool)
    write_table(case.folder / "tables" / "master", master.sample(frac=1.0, random_state=1).reset_index(drop=True))
    publications.write(case, publications.known(case))
    part.rename(folder)


@contextmanager
def stage(title: str):
    """Time one stage and print it with the peak of memory so far."""
    begin = time.perf_counter()
    yield
    print(f"  {title:58} {time.perf_counter() - begin:7.2f} s   peak {peak():5.2f} GB", flush=True)


def peak() -> float:
    """Return the process's peak of memory in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def stages(folder: Path, method: str) -> None:
    """Print what each stage takes by itself, and the floors."""
    import numpy as np
    from tomoshibi.analysis.occupancy import PresenceRules, presence_table, window_days
    from tomoshibi.casefile import case_arrays, presence
    from tomoshibi.casefile.case import Case

    case = Case.open(folder)
    with stage("what was published"):
        begin, end = case_arrays.home_window(case, EVENT, window_days(method))
    at = end.astype(datetime)
    with stage("dwellings and their poles"):
        meters = presence.dwellings(case)
    with stage("what else is known of them"):
        about = presence.about(case, meters.rows, meters.supply_point, begin, end, at)
    lazy = case.readings.window_view(begin, end, meters.rows)
    slots = begin + case_arrays.SLOT * np.arange(lazy.shape[1])
    with stage(f"read {lazy.shape[1]} half-hours, block by block"):
        for first in range(0, len(lazy), 8192):
            lazy[first : first + 8192]
    with stage("presence, reading included"):
        presence_table(meters.supply_point, lazy, slots, [len(slots) - 1], method, PresenceRules(), about=about)
    with stage("floor: numpy's median of the same array, block by block"):
        for first in range(0, len(lazy), 8192):
            np.median(lazy[first : first + 8192], axis=1)


def whole(folder: Path, method: str, target: Path) -> None:
    """Run the algorithm as the toolbox does and print seconds and peak; the last line is read by the caller."""
    output = f"ogr:dbname='{target}' table=\"homeaway\" (geom)"
    results, seconds, used = run_whole("homeaway", {"CASE": str(folder), "METHOD": method, "OUTPUT": output})
    print(f"  {results['HOME']:,} home, {results['AWAY']:,} away, {results['UNKNOWN']:,} unknown")
    print(seconds, used, peak(), flush=True)


def run_whole(name: str, given: dict[str, str]) -> tuple[dict[str, Any], float, float]:
    """Run one algorithm; return its results, the seconds and those of processor. Raises `SystemExit` where it fails."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    _provider()
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")
    begin, before = time.perf_counter(), time.process_time()
    results, good = algorithm.run(given, context, QgsProcessingFeedback(False), {}, False)
    seconds, used = time.perf_counter() - begin, time.process_time() - before
    if not good:
        raise SystemExit(f"{name} failed")
    return results, seconds, used


@cache
def _provider() -> Any:
    """Return the QGIS that runs the algorithms, with the plugin's provider."""
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    provider = TomoshibiProvider()
    if not QgsApplication.processingRegistry().addProvider(provider):
        raise SystemExit("the provider was refused")
    return application, provider


def copied(source: Path, target: Path) -> tuple[float, float]:
    """Return the seconds GDAL takes to copy the points, and those of processor."""
    from osgeo import gdal

    gdal.UseExceptions()
    begin, before = time.perf_counter(), time.process_time()
    done = gdal.VectorTranslate(str(target), str(source))
    del done
    return time.perf_counter() - begin, time.process_time() - before


def main(arguments: argparse.Namespace) -> int:
    """Print everything."""
    folder = ROOT / "build" / "bench" / f"homeaway-case-{arguments.meters}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with stage(f"make up {arguments.meters:,} meters, {DAYS} days (once)"):
            fill(folder, arguments.meters)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = scratch
        for method in arguments.methods:
            print(f"{method}, {arguments.meters:,} meters, stage by stage", flush=True)
            command = [sys.executable, __file__, str(arguments.meters), "--methods", method]
            subprocess.run([*command, "--stages", str(folder)], check=True)
            target = Path(scratch) / f"{method}.gpkg"
            said = subprocess.run(
                [*command, "--whole", str(folder), "--target", str(target)],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout.splitlines()
            seconds, used, memory = (float(word) for word in said[-1].split())
            print("\n".join(said[:-1]))
            title = "the whole algorithm, layer written"
            print(f"  {title:58} {seconds:7.2f} s   processor {used:5.2f} s   peak {memory:5.2f} GB")
            floor, floor_used = copied(target, Path(scratch) / f"{method}-copy.gpkg")
            print(f"  {'floor: GDAL copies the same points':58} {floor:7.2f} s   processor {floor_used:5.2f} s")
            print(f"  {'ratio to the copy':58} {seconds / floor:7.2f}     processor {used / floor_used:5.2f}")
            print(
                f"= homeaway {method}: {used / floor_used:.2f} of GDAL's copy of {arguments.meters:,} points by "
                f"processor ({seconds / floor:.2f} by the clock), peak {memory:.2f} GB",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("meters", nargs="?", type=int, default=600_000)
    parser.add_argument("--methods", nargs="+", default=["quiet", "held"])
    parser.add_argument("--stages", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--whole", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.stages:
        stages(asked.stages, asked.methods[0])
    elif asked.whole:
        whole(asked.whole, asked.methods[0], asked.target)
    else:
        sys.exit(main(asked))
