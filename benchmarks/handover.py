"""Size and seconds of every form of a hand-over at the size of a prefecture, and of its page in a browser.

Run it from anywhere: `python benchmarks/handover.py [cells]`. All is made up and written to a temporary folder; the
default is 300,000 cells of 125 m, 4,000 districts with 200 points each and 6,000 facilities.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

import _start  # noqa: F401  # makes `tomoshibi` importable


@contextmanager
def stage(title: str, path: Optional[Path] = None) -> Iterator[None]:
    """Time one stage and print it, with the size of the file that it made."""
    begin = time.perf_counter()
    yield
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
    print(f"PDF: says where it lies {written.placed}, has layers {written.layered}, is a picture {written.picture}")


if __name__ == "__main__":
    main()
