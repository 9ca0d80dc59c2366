"""Size and seconds of every form of a hand-over at the size of a prefecture, and of its page in a browser.

The row compares the GeoJSON of the cells with GDAL's own of the same cells, by processor time, and tells the growth
from a quarter of the cells.

Run it from anywhere: `python benchmarks/handover.py [cells]`. All is made up and written to a temporary folder; the
default is 300,000 cells of 125 m, 4,000 districts with 200 points each and 6,000 facilities.
"""

from __future__ import annotations

import math
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

import _start  # noqa: F401  # makes `tomoshibi` importable

USED: dict[str, float] = {}
"""Stage → seconds of processor, of the last time."""
QUARTER = 4


@contextmanager
def stage(title: str, path: Optional[Path] = None) -> Iterator[None]:
    """Time one stage and print it, with the size of the file that it made."""
    begin, before = time.perf_counter(), time.process_time()
    yield
    USED[title] = time.process_time() - before
    size = f"{path.stat().st_size / 1e6:8.1f} MB" if path is not None else ""
    print(f"{title:44} {time.perf_counter() - begin:7.1f} s {size}", flush=True)


def main() -> None:
    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), count)
    application.exitQgis()


def measure(folder: Path, count: int) -> None:
    """Write all forms into a folder and print what each took."""
    import numpy as np
    from tomoshibi.analysis.disclosure import disclose_cells
    from tomoshibi.layers.handover import geojson, geopdf, kml, page, sip4d, workbook
    from tomoshibi.tests.browsers import BROWSERS
    from tomoshibi.tests.handed import handover

    with stage(f"made up: {count:,} cells"):
        handed = handover(6_000, count, 4_000, 200)
    mesh = next(one for one in handed.themes if one.theme.theme == "meshoutage")
    codes = np.array(mesh.result.column("mesh_code"))
    meters = np.array([np.nan if one is None else one for one in mesh.result.column("meters")], float)
    with stage("which cells may be shown"):
        disclose_cells(codes, meters, np.isnan(meters))
    path = folder / "page.html"
    with stage("HTML", path):
        path.write_text(page.page(handed, []), encoding="utf-8")
    for name, (program, driver) in BROWSERS.items():
        if program:
            with driver(folder / name) as browser, stage(f"  opened and drawn by {name}"):
                browser.open(path)
                browser.ask("window.tomoshibi.choose('meshoutage')")
    place = folder / "mesh.geojson"
    with stage("GeoJSON of the cells", place), open(place, "wb") as stream:
        stream.writelines(geojson.write(handed, mesh))
    place = folder / "all.kml"
    with stage("KML", place), open(place, "wb") as stream:
        stream.writelines(kml.write(handed))
    with stage("workbook", folder / "all.xlsx"):
        workbook.write(folder / "all.xlsx", handed)
    sender = sip4d.Sender("灯島県", "bosai@example.jp", "170003")
    with stage("SIP4D-ZIP", folder / "sip4d.zip"):
        sip4d.write(folder / "sip4d.zip", sip4d.files(handed, sender))
    with stage("PDF of the cells", folder / "mesh.pdf"):
        written = geopdf.write(folder / "mesh.pdf", handed, mesh, [])
    compare(handed, mesh, count, folder / "mesh.geojson")
    print(f"PDF: says where it lies {written.placed}, has layers {written.layered}, is a picture {written.picture}")


def compare(handed, mesh, count: int, place: Path) -> None:
    """Print the row: the cells as GeoJSON by GDAL, and a quarter of them by us."""
    from osgeo import gdal
    from tomoshibi.layers.handover import geojson
    from tomoshibi.tests.handed import handover

    gdal.UseExceptions()
    ours = USED["GeoJSON of the cells"]
    gdal.VectorTranslate(str(place.with_suffix(".gpkg")), str(place))
    rival = place.with_name("rival.geojson")
    with stage("rival: GDAL's GeoJSON of the same cells", rival):
        gdal.VectorTranslate(str(rival), str(place.with_suffix(".gpkg")), format="GeoJSON")
    theirs = USED["rival: GDAL's GeoJSON of the same cells"]
    few = handover(6_000, count // QUARTER, 4_000, 200)
    fewer = next(one for one in few.themes if one.theme.theme == "meshoutage")
    with stage("GeoJSON of a quarter"), open(place.with_name("few.geojson"), "wb") as stream:
        stream.writelines(geojson.write(few, fewer))
    growth = math.log(ours / USED["GeoJSON of a quarter"]) / math.log(QUARTER)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(
        f"= handover: GeoJSON of {count:,} cells {theirs / ours:.2f} × GDAL's (speed by processor time), "
        f"growth {growth:.2f}, peak {memory:.2f} GB"
    )


if __name__ == "__main__":
    main()
