"""A map that the utility gave as a PDF or picture, laid in its place by points that are known on both.

The transform is the affine one that fits best; what each point misses by tells whether the points, or the map, are good
enough to trace on. GDAL reads the page and writes the GeoTIFF.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Sequence

import numpy as np
from osgeo import gdal, osr

from ..arrays import FloatArray
from ..messages import TomoshibiError, message

LEAST_POINTS = 3
PAGE_DPI = 150.0
"""Resolution at which a PDF page is read: streets of a 1 : 25,000 map are lines of several pixels."""
MOST_PIXELS = 120_000_000
"""Of a page: an A0 sheet at 150 dpi has 35 million."""


@dataclass(frozen=True)
class MapPoint:
    """A point known on the page and on the ground."""

    name: str
    column: float
    row: float
    """Pixels from the upper left corner of the page, rows downwards."""
    east: float
    north: float
    """Metres in the plane coordinates of the case."""


@dataclass(frozen=True)
class Fit:
    """How a page lies on the ground."""

    transform: tuple[float, float, float, float, float, float]
    """GDAL's geotransform: east = t0 + t1·column + t2·row, north = t3 + t4·column + t5·row."""
    misses: tuple[float, ...]
    """Metres by which each point lies elsewhere; all 0 where there are only three."""

    @property
    def rms(self) -> float:
        """Root of the mean square of the misses, metres."""
        return float(np.sqrt(np.mean(np.square(self.misses))))


def fit(points: Sequence[MapPoint]) -> Fit:
    """Return the affine transform that fits best.

    Raises
        TomoshibiError: fewer than three points, all on one line, or the map would lie mirrored.
    """
    if len(points) < LEAST_POINTS:
        raise TomoshibiError(
            message(
                "At least {least} points are needed to lay a map, {count} are usable.",
                least=LEAST_POINTS,
                count=len(points),
            )
        )
    page = np.array([(1.0, one.column, one.row) for one in points])
    ground = np.array([(one.east, one.north) for one in points])
    if _on_line(page[:, 1:]) or _on_line(ground):
        raise TomoshibiError(
            message("The points lie on one line or in one spot of the map. Add a point far to the side of it.")
        )
    solved, *_ = np.linalg.lstsq(page, ground, rcond=None)
    # rows count downwards and north upwards: a map that is not mirrored turns the other way round
    if np.linalg.det(solved[1:]) >= 0:
        raise TomoshibiError(
            message(
                "By these points the map would lie mirrored. Look whether x and y are swapped, or y counts from the "
                "lower edge: x counts to the right and y downwards, from the upper left corner."
            )
        )
    misses = np.hypot(*(page @ solved - ground).T)
    (east, north) = solved.T
    return Fit((*map(float, east), *map(float, north)), tuple(float(one) for one in misses))


def _on_line(places: FloatArray) -> bool:
    widths = np.linalg.svd(places - places.mean(axis=0), compute_uv=False)
    return bool(widths[-1] < 0.02 * max(widths[0], 1.0))


def open_page(path: Path, page: int) -> gdal.Dataset:
    """Return a page of a PDF, or a picture, as a raster. Raises `TomoshibiError` naming what is wrong."""
    pdf = path.suffix.lower() == ".pdf"
    name, options = (f"PDF:{page}:{path}", [f"DPI={PAGE_DPI:g}"]) if pdf else (str(path), [])
    try:
        with _exceptions():
            found = gdal.OpenEx(name, gdal.OF_RASTER, open_options=options)
    except RuntimeError as error:
        raise _unread(path, page) from error
    if found is None or found.RasterCount < 1:
        raise _unread(path, page)
    if found.RasterXSize * found.RasterYSize > MOST_PIXELS:
        raise TomoshibiError(
            message(
                "{file} has more than {most} million pixels. Save it smaller.",
                file=path.name,
                most=MOST_PIXELS // 10**6,
            )
        )
    return found


@contextmanager
def _exceptions() -> Iterator[None]:
    """Have GDAL's errors as exceptions for a while, and as they were afterwards."""
    before = gdal.GetUseExceptions()
    gdal.UseExceptions()
    try:
        yield
    finally:
        if not before:
            gdal.DontUseExceptions()


def _unread(path: Path, page: int) -> TomoshibiError:
    return TomoshibiError(
        message(
            "{file}, page {page}, cannot be read as a picture. Where this QGIS cannot read PDFs, save the page as a "
            "PNG or TIFF picture.",
            file=path.name,
            page=page,
        )
    )


def write_placed(source: gdal.Dataset, found: Fit, epsg: int, target: Path) -> None:
    """Write a page as a GeoTIFF that lies in its place. Raises `TomoshibiError` where it cannot be written."""
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(epsg)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.stem}.part.tif")
    try:
        with _exceptions():
            options = gdal.TranslateOptions(format="GTiff", creationOptions=["COMPRESS=DEFLATE", "TILED=YES"])
            made = gdal.Translate(str(part), source, options=options)
            made.SetGeoTransform(found.transform)
            made.SetProjection(crs.ExportToWkt())
            made.FlushCache()
            del made
        part.replace(target)
    except (RuntimeError, OSError) as error:
        part.unlink(missing_ok=True)
        raise TomoshibiError(
            message("{file} cannot be written. Remove the layer from QGIS, or choose another file.", file=target.name)
        ) from error
