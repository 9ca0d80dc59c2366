"""How time and memory of the maps grow with the number of meters: 1×, 4× and 16×, each map in a process of its own.

    .venv/bin/python benchmarks/growth.py [--base 40000] [--times 1 4 16] [--only gaps …] [--folder FOLDER] [--exports]

The cases (14 days of readings, マスタ情報 with coordinates, 通電情報, 通電計器数, areas, facilities with links, an
outage in part of the land) are made up in build/bench and kept. Printed are seconds of processor, the peak of memory
over that of QGIS alone, and the exponents: 1 is linear. What each map says is held coarsely against what is true, so
that a map that is quick and wrong is seen: that, and nothing about time, decides the exit code.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

from _made_land import DAYS, EVENT, MUNICIPALITY, Land, facility_meters, write_own
from _start import ROOT

COUNTRY = 8_000_000


# -- the case ---------------------------------------------------------------------------------------------------------
def fill(folder: Path, meters: int, exports: bool) -> None:
    """Make the case of so many meters, as taking in leaves it, and `own/` beside its tables."""
    from country import store_days, store_first_day, take_in_lists, write_master_table
    from tomoshibi.casefile import publications
    from tomoshibi.casefile.case import Case, CaseInfo

    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    land = Land(meters, exports)
    case = Case.create(part, CaseInfo("benchmark", EVENT, MUNICIPALITY, practice=True))
    write_own(land, part / "own")
    store_first_day(case, land)
    store_days(case, land, range(1, DAYS))
    write_master_table(case, land)
    take_in_lists(case, land)
    publications.write(case, publications.known(case))
    part.rename(folder)


# -- the maps ---------------------------------------------------------------------------------------------------------
def about(value: float, true: float, least: float = 0.8, most: float = 1.2) -> bool:
    """Whether a count is near what is true."""
    return least * true <= value <= most * true


def dark_areas(land: Land) -> int:
    """Areas that stay dark."""
    import numpy as np

    return int(land.patch(np.arange(land.areas), 0).sum())


def gaps_right(land: Land, results: dict[str, Any], layer: Any) -> bool:
    """The areas that are dark at the end, and no others."""
    last = max(feature["end"].toString() for feature in layer.getFeatures())
    dark = sum(1 for one in layer.getFeatures() if one["end"].toString() == last and (one["excess_gap"] or 0) > 0.8)
    return results["AREAS_COUNT"] == land.areas and dark == dark_areas(land)


def hidden_right(land: Land, results: dict[str, Any], layer: Any) -> bool:
    """Most of the meters that were left out when the power came back."""
    return about(results["COUNT"] + results["UNDECIDED"], forgotten(land), 0.5, 1.6)


def forgotten(land: Land) -> int:
    """Meters dark where the power is back."""
    import numpy as np
    from _made_land import AREA_METERS

    found = 0
    for first in range(0, land.meters, 50_000):
        last = min(first + 50_000, land.meters)
        back = land.patch(land.seats(first, last) // AREA_METERS, 1)
        found += int(np.count_nonzero(land.silent_now(first, last) & back))
    return found


def shelters_right(land: Land, results: dict[str, Any], layer: Any) -> bool:
    """The facilities whose meter is dark."""
    dark = sum(int(land.silent_now(meter, meter + 1)[0]) for meter in facility_meters(land).tolist())
    return results["OUTAGE"] == dark and results["POWERED"] >= 0.9 * (len(facility_meters(land)) - dark)


def mesh_right(land: Land, results: dict[str, Any], layer: Any) -> bool:
    """About as many meters are silent as are dark."""
    import numpy as np

    dark = sum(
        int(np.count_nonzero(land.silent_now(first, min(first + 50_000, land.meters))))
        for first in range(0, land.meters, 50_000)
    )
    return about(results["METERS"], land.meters, 0.97, 1.0) and about(results["SILENT"], dark, 0.9, 1.3)


def homes_right(land: Land, results: dict[str, Any], layer: Any) -> bool:
    """Every dwelling is told, and as readings are drawn, in more than half somebody is up at four in the morning."""
    total = results["HOME"] + results["AWAY"] + results["UNKNOWN"]
    return total == land.meters == layer.featureCount() and about(results["HOME"], 0.56 * total)


Right = Callable[[Land, dict[str, Any], Any], bool]
MAPS: dict[str, tuple[str, dict[str, str], Right]] = {
    "gaps": ("acquisitiongaps", {"AREAS": "areas"}, gaps_right),
    "isolated": (
        "isolatedcommunities", {"AREAS": "areas"}, lambda land, results, layer: results["COUNT"] == dark_areas(land)
    ),
    "hidden": ("hiddenoutages", {}, hidden_right),
    "shelters": ("shelterpower", {"FACILITIES": "facilities", "LINKS": "links"}, shelters_right),
    "mesh": ("meshoutage", {}, mesh_right),
    "presence": ("homeaway", {}, homes_right),
}  # fmt: skip
OWN = {"areas": "areas.geojson", "facilities": "facilities.csv", "links": "links.csv"}


def peak() -> float:
    """Return the process's peak of memory, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(name: str, folder: Path, meters: int, target: Path) -> None:
    """Run one map in this process, as the toolbox does, and print what it took and whether it is right as JSON."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject, QgsVectorLayer

    application = QgsApplication([], False)
    application.initQgis()
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    provider = TomoshibiProvider()
    if not QgsApplication.processingRegistry().addProvider(provider):
        raise SystemExit("the provider was refused")
    which, inputs, right = MAPS[name]
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{which}")
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    output = f"ogr:dbname='{target}' table=\"{which}\" (geom)"
    given = {key: str(folder / "own" / OWN[value]) for key, value in inputs.items()}
    idle, begin, before = peak(), time.perf_counter(), time.process_time()
    feedback = QgsProcessingFeedback(False)
    results, good = algorithm.run({"CASE": str(folder), "OUTPUT": output, **given}, context, feedback, {}, False)
    seconds, wall, most = time.process_time() - before, time.perf_counter() - begin, peak()
    if not good:
        raise SystemExit(f"{which} failed: {feedback.textLog()}")
    layer = QgsVectorLayer(f"{target}|layername={which}", name, "ogr")
    told = {key: value for key, value in results.items() if isinstance(value, (int, float))}
    true = right(Land(meters), results, layer)
    print(json.dumps({"cpu": seconds, "wall": wall, "peak": most, "idle": idle, "right": bool(true), "told": told}))
    del layer
    sys.stdout.flush()
    os._exit(0)


def measured(name: str, folder: Path, meters: int) -> dict[str, Any]:
    """Run one map in a process of its own."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        environment = {**os.environ, "QGIS_CUSTOM_CONFIG_PATH": scratch}
        command = [sys.executable, __file__, "--child", name, "--case", str(folder), "--meters", str(meters)]
        done = subprocess.run(
            [*command, "--target", str(Path(scratch) / "map.gpkg")],
            stdout=subprocess.PIPE, text=True, check=True, env=environment,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def exponent(meters: list[int], values: list[float]) -> float:
    """Return the slope of the logarithms, by least squares; NaN for one size."""
    if len(meters) < 2:
        return math.nan
    x, y = [math.log(each) for each in meters], [math.log(max(each, 1e-9)) for each in values]
    middle, height = sum(x) / len(x), sum(y) / len(y)
    return sum((a - middle) * (b - height) for a, b in zip(x, y)) / sum((a - middle) ** 2 for a in x)


def case_of(asked: argparse.Namespace, meters: int) -> Path:
    """Return the folder of the case of so many meters."""
    return asked.folder / f"growth-case-{meters}{'-exports' if asked.exports else ''}"


def main(asked: argparse.Namespace) -> int:
    """Print the table; return 1 where a map was wrong."""
    sizes, wrong = [asked.base * times for times in asked.times], []
    print(
        f"{'':10}{'meters':>10}{'processor s':>13}{'wall s':>9}{'peak MB':>9}{'QGIS alone':>12}{'bytes a meter':>15}"
        "  right"
    )
    lines = []
    for meters in sizes:
        folder = case_of(asked, meters)
        if not folder.is_dir():
            # in a process of its own, whose peak of memory is not inherited by those that are measured
            command = [sys.executable, __file__, "--fill", str(folder), "--meters", str(meters)]
            subprocess.run([*command, *(["--exports"] if asked.exports else [])], check=True)
    for name in asked.only:
        found = []
        for meters in sizes:
            one = measured(name, case_of(asked, meters), meters)
            found.append(one)
            each = (one["peak"] - one["idle"]) * 1048576 / meters
            print(
                f"{name:10}{meters:10,}{one['cpu']:13.2f}{one['wall']:9.2f}{one['peak']:9.0f}{one['idle']:12.0f}{each:15.0f}"
                "  "
                + ("yes" if one["right"] else f"NO: {one['told']}"), flush=True,
            )  # fmt: skip
            if not one["right"]:
                wrong.append(name)
        by_meter = exponent(sizes, [one["cpu"] for one in found])
        steep = exponent(sizes[-2:], [one["cpu"] for one in found[-2:]])
        grown = found[-1]["peak"] - found[-1]["idle"]
        if len(found) > 1:
            slope = (found[-1]["peak"] - found[-2]["peak"]) / (sizes[-1] - sizes[-2])
            grown = max(slope * (COUNTRY - sizes[-1]), 0.0) + found[-1]["peak"]
        lines.append(f"= {name:10} exponent of time {by_meter:5.2f}, of the last step {steep:5.2f}; "
                     f"memory at {COUNTRY:,} meters about {grown / 1024:5.1f} GB")  # fmt: skip
    print("\n".join(lines))
    return int(bool(wrong))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=int, default=40_000)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--only", nargs="+", choices=tuple(MAPS), default=list(MAPS))
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--exports", action="store_true", help="one home of ten has a 受電 contract")
    for hidden in ("child", "case", "target", "fill"):
        parser.add_argument(f"--{hidden}", help=argparse.SUPPRESS)
    parser.add_argument("--meters", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, Path(options.case), options.meters, Path(options.target))
    elif options.fill:
        fill(Path(options.fill), options.meters, options.exports)
    else:
        sys.exit(main(options))
