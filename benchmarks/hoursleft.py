"""Hours left, people on devices, outlook and audit beside home and away, for 600,000 meters in the same run.

    .venv/bin/python benchmarks/hoursleft.py [meters]

A case as of benchmarks/homeaway.py, in which three meters of ten fall silent with the event, is made up once, in
build/bench/hoursleft-case-<meters>, and kept, with as many facilities and people on devices as a city of that size has:
one facility in 200 meters, with two supply points each and a row of backup power, one person in 500; with 100 areas,
and maps of two past moments, which an audit judges. `homeaway` and the four run whole, layer written, each in a process
of its own; told is the processor time of the four as a ratio to that of `homeaway`, which counts where other programs
run.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import homeaway
from _start import ROOT

METERS_A_FACILITY, METERS_A_PERSON = 200, 500
DARK_SHARE = 0.3
KINDS = ("病院", "診療所", "水道施設", "福祉避難所", "避難所", "役場")
LISTS: dict[str, dict[str, str]] = {
    "homeaway": {},
    "survivalclocks": {"FACILITIES": "facilities.csv", "LINKS": "links.csv", "BACKUP": "backup.csv"},
    "lifesupport": {"PEOPLE": "people.csv"},
    "outlook": {"AREAS": "areas.geojson"},
    "mapaudit": {"AREAS": "areas.geojson"},
}
"""Algorithm → what it is given beside the case."""
PAST_HOURS = (8, 16)
"""Hours after the event of the maps that an audit judges."""
SQUARES = 10
"""Areas along each side."""


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


def _write_areas(path: Path, lon: Any, lat: Any) -> None:
    """Write squares that cover the meters."""
    west, south = float(lon.min()) - 0.01, float(lat.min()) - 0.01
    wide, high = (float(axis.max() - axis.min() + 0.02) / SQUARES for axis in (lon, lat))
    features = []
    for number in range(SQUARES**2):
        x, y = west + number % SQUARES * wide, south + number // SQUARES * high
        ring = [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high], [x, y]]
        about = {"area_id": f"A{number:02d}", "area_name": f"灯{number}"}
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": about, "geometry": shape})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def prepare(folder: Path) -> None:
    """Write the lists, keep maps of past moments, and let a third of the silent meters send what they kept."""
    import numpy as np
    from tomoshibi.casefile.case import Case
    from tomoshibi.casefile.packed_days import DayWriter, day_path

    case = Case.open(folder)
    meters = len(case.master(["supply_point"]))
    write_lists(folder, meters)
    for hours in PAST_HOURS:
        at = homeaway.EVENT + timedelta(hours=hours)
        homeaway.run_whole("hiddenoutages", {"CASE": str(folder), "AT": f"{at:%Y-%m-%dT%H:%M:%S}"})
    day = np.datetime64(homeaway.EVENT.date(), "s")
    cells = case.readings.window_view(day, day + np.timedelta64(1, "D"), np.arange(meters))[:]
    first = homeaway.EVENT.hour * 2
    with DayWriter(day_path(folder / "readings", homeaway.EVENT.date()), 48) as out:
        for begin in range(0, meters, homeaway.BLOCK):
            block = np.array(cells[begin : begin + homeaway.BLOCK])
            back = block[: int(len(block) * DARK_SHARE / 3)]
            back[:, first:] = back[:, :1]
            out.add(block)
        out.finish()
    # written last: it says that all is there
    places = case.master(["lat", "lon"]).dropna()
    _write_areas(folder / "areas.geojson", places["lon"], places["lat"])


def whole(folder: Path, name: str, target: Path) -> None:
    """Run one algorithm as the toolbox does and print its counts, seconds, those of processor and the peak."""
    given = {
        "CASE": str(folder),
        "OUTPUT": str(target),
        **{key: str(folder / file) for key, file in LISTS[name].items()},
    }
    results, seconds, used = homeaway.run_whole(name, given)
    print(", ".join(f"{key} {value:,.0f}" for key, value in results.items() if isinstance(value, (int, float))))
    print(seconds, used, homeaway.peak(), flush=True)


def main(arguments: argparse.Namespace) -> int:
    """Print everything."""
    folder = ROOT / "build" / "bench" / f"hoursleft-case-{arguments.meters}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with homeaway.stage(f"make up {arguments.meters:,} meters, {homeaway.DAYS} days (once)"):
            homeaway.fill(folder, arguments.meters, DARK_SHARE)
    used: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = scratch
        if not (folder / "areas.geojson").is_file():
            with homeaway.stage("lists, past maps and what came late (once)"):
                subprocess.run([sys.executable, __file__, "--prepare", str(folder)], check=True)
        for name in LISTS:
            command = [sys.executable, __file__, str(arguments.meters), "--whole", str(folder), "--name", name]
            said = subprocess.run(
                [*command, "--target", str(Path(scratch) / f"{name}.gpkg")],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout.splitlines()
            seconds, used[name], memory = (float(word) for word in said[-1].split())
            print(f"  {name:16} {seconds:7.2f} s   processor {used[name]:6.2f} s   peak {memory:5.2f} GB   {said[-2]}")
    for name in list(LISTS)[1:]:
        print(f"= {name}: {used[name] / used['homeaway']:.2f} of homeaway of {arguments.meters:,} meters by processor")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("meters", nargs="?", type=int, default=600_000)
    parser.add_argument("--whole", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.prepare:
        prepare(asked.prepare)
    elif asked.whole:
        whole(asked.whole, asked.name, asked.target)
    else:
        sys.exit(main(asked))
