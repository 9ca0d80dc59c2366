"""Seconds for 600,000 dwellings stage by stage, and those of GDAL copying the same points.

Run it from anywhere: `python benchmarks/layers.py [dwellings]`. All is made up and written to a temporary folder.
GDAL's time is that of `gdal.VectorTranslate` (ogr2ogr) from the finished GeoPackage into another.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
PLUGINS.mkdir(parents=True, exist_ok=True)
if not (PLUGINS / "tomoshibi").exists():
    (PLUGINS / "tomoshibi").symlink_to(ROOT, target_is_directory=True)
sys.path[:] = [str(PLUGINS)] + [entry for entry in sys.path if entry and Path(entry).resolve() != ROOT / "benchmarks"]

LIMIT = 5.0
"""Seconds in which a layer of 600,000 points is to be written."""
AS_OF = datetime(2026, 1, 19, 4, 0)


@contextmanager
def stage(title: str, times: dict[str, float]):
    """Time one stage and print it."""
    begin = time.perf_counter()
    yield
    times[title] = time.perf_counter() - begin
    print(f"{title:52} {times[title]:7.2f} s", flush=True)


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


def run(count: int, folder: Path) -> bool:
    """Print the stages; return whether the layer was written within the limit."""
    from osgeo import gdal
    from qgis.core import QgsVectorLayer
    from tomoshibi.layers import build, gpkg, homes, schema, style
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
    with stage("write at once (columns and geometries included)", times):
        sink, destination = sink_for(folder / "at_once.gpkg")
        del sink
        written = build.write_at_once(
            gpkg.target_of(destination), spec, table, build.points(lon, lat), AS_OF, "x", Progress()
        )
    with stage("write through the sink", times):
        sink, _ = sink_for(folder / "sink.gpkg")
        build.write(sink, spec, table, shapes, AS_OF, "x", Progress())
        del sink
    with stage("GDAL copies the same points", times):
        gdal.UseExceptions()
        copy = gdal.VectorTranslate(str(folder / "gdal.gpkg"), str(folder / "at_once.gpkg"))
        del copy
    layer = QgsVectorLayer(destination, "homes", "ogr")
    with stage("open and style", times):
        style.apply_style(layer, "homeaway")
    with stage("read for a map by squares", times):
        read = homes.read_homes(layer)
    with stage("count by squares of 500 m", times):
        homes.squares(read, 500)
    ours, theirs = times["write at once (columns and geometries included)"], times["GDAL copies the same points"]
    print(
        f"{written:,} points: {written / ours:,.0f} features/s, {theirs / ours:.2f} times GDAL's copy, limit {LIMIT} s"
    )
    return ours < LIMIT


def main(count: int) -> int:
    """Run it in a QGIS of its own; return 0 where the limit was kept."""
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as folder:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = profile
        from qgis.core import QgsApplication

        application = QgsApplication([], False)
        application.initQgis()
        return 0 if run(count, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 600_000))
