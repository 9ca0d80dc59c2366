"""Seconds for 600,000 dwellings stage by stage, and those of others that write the same points into a GeoPackage.

Run it from anywhere: `python benchmarks/layers.py [dwellings]`. All is made up and written to a temporary folder.
The rivals begin with the finished GeoPackage: GDAL's copy in this process, `ogr2ogr`, SQLite alone (the same rows and
shapes into a bare table, without an index of places: the floor) and pyogrio, GeoPandas' engine, where it is installed.
"""

from __future__ import annotations

import importlib.util
import math
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import _start  # noqa: F401  # makes `tomoshibi` importable

AS_OF = datetime(2026, 1, 19, 4, 0)


@contextmanager
def stage(title: str, times: dict[str, float]):
    """Time one stage by the clock and by the processor, which counts, and print both."""
    begin, before = time.perf_counter(), processor()
    yield
    times[title] = processor() - before
    print(f"{title:52} {time.perf_counter() - begin:7.2f} s   processor {times[title]:6.2f} s", flush=True)


def processor() -> float:
    """Return the seconds of processor that this process and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def dwellings(count: int):
    """Return a home/away table of `count` rows and the coordinates of its poles (lon, lat), some of them unknown."""
    import numpy as np
    import pandas as pd
    from tomoshibi.layers import schema

    numbers = np.random.default_rng(1)
    states = np.array(["home", "away", "asleep_unknown", "no_data"], dtype=object)
    table = pd.DataFrame(
        {
            "supply_point": [f"{number:022d}" for number in range(count)],
            "state": states[numbers.integers(0, 4, count)],
            "method": "held",
            "reading": np.where(numbers.random(count) < 0.02, np.nan, numbers.random(count)),
            "reference": numbers.random(count),
            "readings_used": numbers.integers(0, 145, count),
            "confidence": numbers.random(count),
            "pole_count": numbers.integers(1, 9, count).astype("float64"),
            "response": None,
        }
    )
    lacking = set(schema.SPECS["homeaway"].names()) - {*table.columns, "as_of", "source"}
    table = table.assign(**dict.fromkeys(lacking))
    lon, lat = 136.5 + numbers.random(count), 36.5 + numbers.random(count)
    lon[numbers.random(count) < 0.01] = np.nan
    return table, lon, lat


def judged(count: int, times: dict[str, float]):
    """Judge presence from made-up readings, as the algorithm does; return the number of rows."""
    import numpy as np
    from tomoshibi.analysis.occupancy import WINDOW_DAYS, PresenceRules, presence_table

    slots = np.datetime64("2026-01-16T04:00:00", "s") + np.arange(WINDOW_DAYS * 48) * np.timedelta64(1800, "s")
    points = np.array([f"{number:022d}" for number in range(count)])
    numbers = np.random.default_rng(2)
    readings = numbers.integers(-1, 900, (count, len(slots)), dtype="int32")
    with stage(f"judge presence of {count:,} dwellings ({len(slots)} half-hours)", times):
        return len(presence_table(points, readings, slots, [len(slots) - 1], "held", PresenceRules()))


def sink_for(path: Path):
    """Return an empty layer of homes: its sink and its destination."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingContext, QgsProcessingUtils
    from tomoshibi.layers import schema

    spec = schema.SPECS["homeaway"]
    return QgsProcessingUtils.createFeatureSink(
        f"ogr:dbname='{path}' table=\"homeaway\" (geom)",
        QgsProcessingContext(),
        schema.fields(spec),
        spec.wkb_type,
        QgsCoordinateReferenceSystem(schema.CRS),
    )


PYOGRIO = """
import sys, time
from pyogrio.raw import read, write
meta, _, shapes, columns = read(sys.argv[1])
begin = time.process_time()
write(sys.argv[2], shapes, columns, meta["fields"], geometry_type=meta["geometry_type"], crs=meta["crs"], driver="GPKG")
print(time.process_time() - begin)
"""


def sqlite_alone(source: Path, target: Path) -> int:
    """Write the rows of a GeoPackage into a bare table by SQLite alone; return how many."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        rows = old.execute("SELECT * FROM homeaway")
        names = ", ".join(f'"{column[0]}"' for column in rows.description)
        places = ", ".join("?" * len(rows.description))
        new.execute("PRAGMA journal_mode = WAL")
        new.execute(f"CREATE TABLE homeaway ({names})")
        with new:
            return new.executemany(f"INSERT INTO homeaway VALUES ({places})", rows).rowcount


def rivals(package: Path, folder: Path, times: dict[str, float]) -> dict[str, float]:
    """Let others write the same points; return the seconds of processor of each."""
    from osgeo import gdal

    gdal.UseExceptions()
    found = {}
    with stage("rival: GDAL copies the same points", times):
        copy = gdal.VectorTranslate(str(folder / "gdal.gpkg"), str(package))
        del copy
    found["GDAL's copy"] = times["rival: GDAL copies the same points"]
    program = shutil.which("ogr2ogr")
    if program is not None:
        with stage("rival: ogr2ogr", times):
            subprocess.run([program, str(folder / "ogr2ogr.gpkg"), str(package)], check=True)
        found["ogr2ogr"] = times["rival: ogr2ogr"]
    with stage("floor: SQLite alone, no index of places", times):
        sqlite_alone(package, folder / "bare.gpkg")
    found["SQLite alone"] = times["floor: SQLite alone, no index of places"]
    if importlib.util.find_spec("pyogrio") is None:
        print("rival: pyogrio is not installed")
        return found
    # in a process of its own: it brings another GDAL
    told = subprocess.run(
        [sys.executable, "-c", PYOGRIO, str(package), str(folder / "pyogrio.gpkg")],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    found["pyogrio"] = float(told)
    print(f"{'rival: pyogrio (GeoPandas), the writing alone':52} {'':9}   processor {found['pyogrio']:6.2f} s")
    return found


AT_ONCE = "write at once (columns and geometries included)"
QUARTER = 4


def written_at_once(table, lon, lat, path: Path) -> tuple[int, str]:
    """Write dwellings as the algorithms do; return how many, and the destination."""
    from tomoshibi.layers import build, gpkg, schema
    from tomoshibi.messages import Progress

    sink, destination = sink_for(path)
    del sink
    spec, shapes = schema.SPECS["homeaway"], build.points(lon, lat)
    return build.write_at_once(gpkg.target_of(destination), spec, table, shapes, AS_OF, "x", Progress()), destination


def run(count: int, folder: Path) -> None:
    """Print the stages, and the ratios to the rivals."""
    from qgis.core import QgsVectorLayer
    from tomoshibi.layers import build, homes, schema, style
    from tomoshibi.messages import Progress

    times: dict[str, float] = {}
    judged(count, times)
    table, lon, lat = dwellings(count)
    spec = schema.SPECS["homeaway"]
    with stage("make the geometries", times):
        shapes = build.points(lon, lat)
    with stage("make columns of SQLite's values", times):
        for column in spec.columns:
            if column.name in table.columns:
                schema.to_stored(table[column.name], column.kind)
    with stage(AT_ONCE, times):
        written, destination = written_at_once(table, lon, lat, folder / "at_once.gpkg")
    with stage("write through the sink", times):
        sink, _ = sink_for(folder / "sink.gpkg")
        build.write(sink, spec, table, shapes, AS_OF, "x", Progress())
        del sink
    others = rivals(folder / "at_once.gpkg", folder, times)
    layer = QgsVectorLayer(destination, "homes", "ogr")
    with stage("open and style", times):
        style.apply_style(layer, "homeaway")
    with stage("read for a map by squares", times):
        read = homes.read_homes(layer)
    with stage("count by squares of 500 m", times):
        homes.squares(read, 500)
    ours = times[AT_ONCE]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    ratios = ", ".join(f"{theirs / ours:.2f} × {name}" for name, theirs in others.items())
    growth = math.log(ours / quarter(count // QUARTER, folder)) / math.log(QUARTER)
    print(
        f"= layers: {written:,} points at {ratios} (speed by processor time), growth {growth:.2f}, peak {memory:.2f} GB"
    )


def quarter(count: int, folder: Path) -> float:
    """Return the seconds of processor that fewer points take."""
    times: dict[str, float] = {}
    table, lon, lat = dwellings(count)
    with stage(f"the same of {count:,}", times):
        written_at_once(table, lon, lat, folder / "quarter.gpkg")
    return times[f"the same of {count:,}"]


def main(count: int) -> int:
    """Run it in a QGIS of its own."""
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as folder:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = profile
        from qgis.core import QgsApplication

        application = QgsApplication([], False)
        application.initQgis()
        run(count, Path(folder))
        return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 600_000))
