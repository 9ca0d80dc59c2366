"""Features a second for 430,000 cells of 125 m with code and rate into a GeoPackage, beside `native:creategrid`.

Run it from anywhere: `python benchmarks/meshgrid.py [times]`. Both write the same number of polygons in one run and the
best of the times counts; the second line is the algorithm `tomoshibi:meshgrid` (code alone) through Processing.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from _start import find_processing

SOUTH, WEST = 36 + 10 / 12, 136.5
ROWS, COLUMNS = 656, 656
"""A little more than 430,000 cells of 1/960° by 1/640°."""


def cells_with_rates(folder: Path) -> int:
    """Write code and rate of every cell into a GeoPackage at once; return the number of cells."""
    import numpy as np
    from qgis.core import QgsCoordinateReferenceSystem, QgsFields, QgsProcessingContext, QgsProcessingUtils, QgsWkbTypes
    from tomoshibi.analysis import mesh
    from tomoshibi.layers import build, gpkg, schema
    from tomoshibi.messages import Progress

    codes = np.sort(mesh.cover(SOUTH, WEST, SOUTH + ROWS / 960, WEST + COLUMNS / 640, 125))
    rates = np.arange(len(codes)) % 1000 / 10
    fields = QgsFields()
    fields.append(schema.field("mesh_code", "text"))
    fields.append(schema.field("silent_rate", "real"))
    sink, target = QgsProcessingUtils.createFeatureSink(
        str(folder / "ours.gpkg"),
        QgsProcessingContext(),
        fields,
        QgsWkbTypes.Type.Polygon,
        QgsCoordinateReferenceSystem("EPSG:6668"),
    )
    del sink
    columns = {"mesh_code": codes, "silent_rate": rates}
    return gpkg.write(
        gpkg.target_of(target), columns, len(codes), build.rectangles(*mesh.bounds(codes, 125)), Progress()
    )


def grid_algorithm(folder: Path) -> int:
    """Run `tomoshibi:meshgrid` over the same area; return the number of cells."""
    import processing

    area = f"{WEST},{WEST + COLUMNS / 640},{SOUTH},{SOUTH + ROWS / 960} [EPSG:6668]"
    made = processing.run(
        "tomoshibi:meshgrid", {"AREA": area, "MESH_SIZE": "125", "OUTPUT": str(folder / "algorithm.gpkg")}
    )
    return made["CELLS"]


def native_grid(folder: Path) -> int:
    """Run `native:creategrid` with rectangles over the same area; return the number of cells."""
    import processing
    from qgis.core import QgsVectorLayer

    made = processing.run(
        "native:creategrid",
        {
            "TYPE": 2,
            "EXTENT": f"{WEST},{WEST + COLUMNS / 640},{SOUTH},{SOUTH + ROWS / 960} [EPSG:6668]",
            "HSPACING": 1 / 640,
            "VSPACING": 1 / 960,
            "CRS": "EPSG:6668",
            "OUTPUT": str(folder / "native.gpkg"),
        },
    )
    return QgsVectorLayer(made["OUTPUT"], "native", "ogr").featureCount()


def rate(job, times: int) -> tuple[int, float]:
    """Return the number of features and the best features/s of some times."""
    best = 0.0
    count = 0
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            count = job(Path(folder))
            best = max(best, count / (time.perf_counter() - begin))
    return count, best


def main(times: int) -> int:
    """Print the three rates."""
    with tempfile.TemporaryDirectory() as profile:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = profile
        from qgis.core import QgsApplication

        application = QgsApplication([], False)
        application.initQgis()
        find_processing()
        from processing.core.Processing import Processing
        from qgis.analysis import QgsNativeAlgorithms
        from tomoshibi.processing_provider.provider import TomoshibiProvider

        Processing.initialize()
        registry = QgsApplication.processingRegistry()
        if registry.providerById("native") is None:
            registry.addProvider(QgsNativeAlgorithms())
        registry.addProvider(TomoshibiProvider())
        count, ours = rate(cells_with_rates, times)
        print(f"tomoshibi, code and rate  {count:>8,} cells  {ours:>10,.0f} features/s", flush=True)
        count, algorithm = rate(grid_algorithm, times)
        print(f"tomoshibi:meshgrid        {count:>8,} cells  {algorithm:>10,.0f} features/s", flush=True)
        count, native = rate(native_grid, times)
        print(f"native:creategrid         {count:>8,} cells  {native:>10,.0f} features/s", flush=True)
        print(f"ratio to native: {ours / native:.2f} with code and rate, {algorithm / native:.2f} meshgrid (aim: 1.0)")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
        print(
            f"= meshgrid: {algorithm / native:.2f} × native:creategrid, {ours / native:.2f} with code and rate, "
            f"{count:,} cells, peak {memory:.2f} GB"
        )
        return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2))
