"""The utility's map of its lines or of the outage (配電線地図), laid in its place under the layers."""

from __future__ import annotations

import csv
import math
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsRasterLayer,
)

from ...aggregator.outside import shown
from ...messages import TomoshibiError, message
from ..base import DEGREES, FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..output_targets import in_case
from .facilities import read_facilities

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...layers.placed_map import Fit, MapPoint

NAME = ("name", "名称", "地点", "地点名", "施設名", "目印")
COLUMN = ("x", "column", "列", "画像x", "ピクセルx", "横")
ROW = ("y", "row", "行", "画像y", "ピクセルy", "縦")
LAT = ("lat", "緯度", "latitude")
LON = ("lon", "経度", "longitude", "lng")
WIDE_M = 100.0
"""Miss from which a point is named: more than a block of houses."""
MOST_BYTES = 1_000_000
"""Of a file of points."""


class PlaceMap(TomoshibiAlgorithm):
    """CASE, MAP, PAGE, POINTS → RASTER; RMS_M, WORST."""

    NAME = "placemap"
    GROUP = "situation"
    LISTS = ("FACILITIES",)
    TAGS = ("配電線地図", "停電範囲", "PDF", "位置合わせ", "幾何補正", "georeference", "utility map", "haidensen")

    def title(self) -> str:
        return tr("Lay the utility's map under the layers")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterFile("MAP", tr("Map (PDF or picture)")),
            tr("The map as the utility gave it: PDF, PNG, JPEG or TIFF."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "PAGE", tr("Page of the PDF"), QgsProcessingParameterNumber.Type.Integer, 1, False, 1
            ),
            tr("Counted from 1; of a picture it counts for nothing."),
        )
        self.add(
            QgsProcessingParameterFile("POINTS", tr("Points known on both")),
            tr(
                "At least three, better six, far apart: a CSV with name, x and y (pixels from the upper left corner of "
                "the map) and lat and lon, or only the name where it is a facility of the case; or the file .points "
                "that the Georeferencer of QGIS saves."
            ),
        )
        self.add_own(
            QgsProcessingParameterFeatureSource("FACILITIES", tr("Facilities"), [QgsProcessing.SourceType.TypeVector]),
            tr("Where points without coordinates are looked up by their name."),
            advanced=True,
        )
        self.add(
            # optional, or qgis_process asks for it though it has a default
            QgsProcessingParameterRasterDestination(
                "RASTER", tr("Map in its place"), in_case("maps/utility_map.tif"), True
            ),
            tr("By default in “maps” of the case."),
        )
        self.add_number("POINTS_USED", tr("Points used"))
        self.add_number("RMS_M", tr("Mean miss of the points (m)"))
        self.add_number("WORST", tr("Point that misses most"), text=True)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.ledger import sha256_of
        from ...layers.placed_map import fit, open_page, write_placed

        case = self.case(parameters, context)
        source = Path(self.parameterAsFile(parameters, "MAP", context))
        page = open_page(source, self.parameterAsInt(parameters, "PAGE", context))
        places = _usable(self._places(parameters, context, progress), page.RasterXSize, page.RasterYSize, progress)
        epsg, points = _on_ground(case, places)
        found = fit(points)
        _tell(points, found, progress)
        target = _target(Path(self.parameterAsOutputLayer(parameters, "RASTER", context)).with_suffix(".tif"), source)
        write_placed(page, found, epsg, target)
        progress.raise_if_cancelled()
        layer = QgsRasterLayer(str(target), source.stem)
        if not layer.isValid():
            raise TomoshibiError(message("{file} was written, but QGIS cannot open it.", file=target.name))
        case.ledger.add(f"tomoshibi:{self.NAME}", case.relative(target), [source.name], False, sha256_of(target))
        worst = max(zip(found.misses, points), key=lambda pair: pair[0])
        return {
            "RASTER": str(target),
            "POINTS_USED": len(points),
            "RMS_M": round(found.rms, 1),
            "WORST": f"{worst[1].name}: {worst[0]:.0f} m",
        }

    def _places(
        self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> list[tuple[str, float, float, float, float]]:
        """Return name, column, row, latitude, longitude of each point that can be used; others are warned of."""
        path = Path(self.parameterAsFile(parameters, "POINTS", context))
        if path.suffix.lower() == ".points":
            return _of_georeferencer(path)
        from ..listed import read_table

        listed = read_table(str(path), None, frozenset((*NAME, *COLUMN, *ROW, *LAT, *LON)), progress)
        wanted = {"name": NAME, "x": COLUMN, "y": ROW, "lat": LAT, "lon": LON}
        cells = {name: listed.column(listed.place_of(words)) for name, words in wanted.items()}
        known = self._facilities(parameters, context, progress)
        found = []
        for number, (name, *texts) in enumerate(zip(*cells.values())):
            x, y, lat, lon = (_number(text) for text in texts)
            if lat is None or lon is None:
                lat, lon = known.get(name, (None, None))
            if None in (x, y, lat, lon):
                progress.warn(
                    message(
                        "{list}, row {row}: {name} is left out. It needs x and y on the map, and lat and lon or the "
                        "name of one facility of the case.",
                        list=listed.name,
                        row=listed.numbers[number],
                        name=shown(name),
                    )
                )
                continue
            found.append((name or str(listed.numbers[number]), x, y, lat, lon))
        return found

    def _facilities(
        self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, tuple[float, float]]:
        """Return where the facilities are whose name is theirs alone; none where the case keeps none."""
        if not parameters.get("FACILITIES"):
            return {}
        table = read_facilities(self, parameters, context, progress).table.dropna(subset=["lat", "lon"])
        table = table[~table["name"].duplicated(keep=False)]
        return {str(one.name): (float(one.lat), float(one.lon)) for one in table.itertuples(index=False)}


def _number(text: str) -> Optional[float]:
    try:
        found = float(unicodedata.normalize("NFKC", text).replace(",", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _target(wanted: Path, source: Path) -> Path:
    """Return where the map is written. Raises `TomoshibiError` where that is the map that was given, or a folder."""
    if wanted.is_dir():
        raise TomoshibiError(message("{file} is a folder. Choose another file for the result.", file=wanted.name))
    if wanted.exists() and wanted.samefile(source):
        raise TomoshibiError(
            message(
                "{file} is the map itself, and would be lost. Choose another file for the result.", file=wanted.name
            )
        )
    return wanted


def _usable(
    places: Sequence[tuple[str, float, float, float, float]], wide: int, high: int, progress: FeedbackProgress
) -> list[tuple[str, float, float, float, float]]:
    """Return the points that lie on the page and in Japan; others are warned of."""
    from ...analysis.coordinates import in_japan

    found = []
    for name, column, row, lat, lon in places:
        if not in_japan(lat, lon):
            progress.warn(
                message(
                    "{name} is left out: {lat}, {lon} is not in Japan. Look whether latitude and longitude are "
                    "swapped, or the reference system is another.",
                    name=shown(name),
                    lat=f"{lat:g}",
                    lon=f"{lon:g}",
                )
            )
        elif not (0 <= column <= wide and 0 <= row <= high):
            progress.warn(
                message(
                    "{name} is left out: {x}, {y} is not on the map, which has {wide} × {high} pixels. Read the points "
                    "from the picture in this size.",
                    name=shown(name),
                    x=f"{column:g}",
                    y=f"{row:g}",
                    wide=wide,
                    high=high,
                )
            )
        else:
            found.append((name, column, row, lat, lon))
    return found


def _of_georeferencer(path: Path) -> list[tuple[str, float, float, float, float]]:
    """Return the points of a file of QGIS's Georeferencer; those that were switched off are left out.

    Raises `TomoshibiError` where it cannot be read.
    """
    try:
        lines = path.read_bytes()[:MOST_BYTES].decode("utf-8-sig").splitlines()
        crs = QgsCoordinateReferenceSystem(DEGREES)
        for line in lines:
            if line.startswith("#CRS:"):
                crs = QgsCoordinateReferenceSystem.fromWkt(line[5:].strip())
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        points = [_georeferenced(row) for row in rows if row.get("enable", "1") != "0"]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise TomoshibiError(
            message("{file} is not a file of points of the Georeferencer. Save it there again.", file=path.name)
        ) from error
    to_degrees = QgsCoordinateTransform(
        crs, QgsCoordinateReferenceSystem(DEGREES), QgsProcessingContext().transformContext()
    )
    found = []
    for number, (east, north, column, row) in enumerate(points, 1):
        try:
            place = to_degrees.transform(QgsPointXY(east, north))
        except QgsCsException:  # nowhere on the earth in that reference system
            place = QgsPointXY(east, north)
        found.append((str(number), column, row, place.y(), place.x()))
    return found


def _georeferenced(row: dict[str, str]) -> tuple[float, float, float, float]:
    """Return east, north, column, row (downwards); older versions call the page's columns pixelX and pixelY."""
    x, y = row.get("sourceX") or row["pixelX"], row.get("sourceY") or row["pixelY"]
    return float(row["mapX"]), float(row["mapY"]), float(x), abs(float(y))


def _on_ground(case: Case, places: Sequence[tuple[str, float, float, float, float]]) -> tuple[int, list[MapPoint]]:
    """Return the plane CRS of the case and the points in it."""
    from ...analysis.plane_zones import epsg_of
    from ...layers.placed_map import MapPoint

    if not places:
        return 6668, []
    lat, lon = (sum(values) / len(places) for values in zip(*(place[3:] for place in places)))
    epsg = epsg_of(case.info.municipality, lon, lat)
    to_plane = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(DEGREES),
        QgsCoordinateReferenceSystem(f"EPSG:{epsg}"),
        QgsProcessingContext().transformContext(),
    )
    found = []
    for name, column, row, north, east in places:
        ground = to_plane.transform(QgsPointXY(east, north))
        found.append(MapPoint(name, column, row, ground.x(), ground.y()))
    return epsg, found


def _tell(points: Sequence[MapPoint], found: Fit, progress: FeedbackProgress) -> None:
    if len(points) == 3:
        progress.warn(
            message("With three points nothing tells how well the map lies. Give more of them to know the miss.")
        )
    for point, miss in zip(points, found.misses):
        if miss > WIDE_M:
            progress.warn(
                message(
                    "{name} misses by {metres} m: look whether it is the same place on both, or leave it out.",
                    name=shown(point.name),
                    metres=round(miss),
                )
            )
