"""Dwellings → squares of the grid: how many were at home in each, for maps on which even poles stand on each other.

A circle a square: its area is the number of dwellings that were at home or are unknown, its hatched part the unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

import numpy as np
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsMemoryProviderUtils,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..analysis import mesh
from .schema import CRS, field
from .style import PART_AWAY, PART_HOME, PART_UNKNOWN

_HEIGHT_1000, _WIDTH_1000 = mesh.LEVELS[1000].height, mesh.LEVELS[1000].width
SIZES = (125, 250, 500, 1000, 2000, 5000, 10000)
"""Metres of the squares that may be chosen, finest first: the grid's, and the 2倍地域メッシュ of JIS X 0410."""
LEAST_MILLIMETRES = 8.0
"""Least width of a square on paper: a circle with a number in it."""
_MOST = 0.9
"""Share of the squares whose circles differ in size; the few with still more dwellings have the largest circle too."""
_LARGEST = 0.96
"""Diameter of the largest circle as a share of its square, so that neighbours never touch."""
_SMALLEST_MILLIMETRES = 3.6
"""Diameter in which a number of two digits can be read."""
_TWO_LINES_MILLIMETRES = 7.0
_AWAY_MILLIMETRES = 0.8
_EARTH = 6_371_000.0
"""Metres of the Earth's radius."""
_BORDER = 1e-6
"""Share of a square by which a point on its southern or western border belongs to it in spite of rounding."""
_STEPS = 48
"""Corners of a whole circle."""


@dataclass(frozen=True)
class Homes:
    """The dwellings of a home/away layer that have coordinates."""

    lon: np.ndarray
    """float64 (n), degrees."""
    lat: np.ndarray
    home: np.ndarray
    """bool (n)."""
    away: np.ndarray
    """bool (n); what is neither is unknown."""


@dataclass(frozen=True)
class Squares:
    """Counts by square."""

    metres: int
    lon: np.ndarray
    """float64 (n): middle of the square in degrees."""
    lat: np.ndarray
    home: np.ndarray
    """int64 (n), as the other counts."""
    away: np.ndarray
    unknown: np.ndarray


def square_size(scale: float) -> int:
    """Return the metres of the finest square that is at least `LEAST_MILLIMETRES` wide at a scale denominator."""
    return next((size for size in SIZES if size * 1000 / scale >= LEAST_MILLIMETRES), SIZES[-1])


def read_homes(layer: QgsVectorLayer) -> Homes:
    """Read a home/away layer once. A state that is neither `home` nor `away` is unknown, a blank one too."""
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes(["state"], layer.fields())
    request.setDestinationCrs(QgsCoordinateReferenceSystem(CRS), QgsProject.instance().transformContext())
    lon, lat, states = [], [], []
    for feature in layer.getFeatures(request):
        geometry = feature.geometry()
        if geometry.isNull() or geometry.isEmpty():
            continue
        point = geometry.asPoint()
        state = feature["state"]
        lon.append(point.x())
        lat.append(point.y())
        states.append("" if state is None or state == NULL else str(state))
    told = np.array(states, dtype="U16")
    return Homes(np.array(lon, "float64"), np.array(lat, "float64"), told == PART_HOME, told == PART_AWAY)


def squares(homes: Homes, metres: int) -> Squares:
    """Count the dwellings by square of the standard grid (地域メッシュ)."""
    height, width = _HEIGHT_1000 * metres / 1000, _WIDTH_1000 * metres / 1000
    # Squares of every size begin at whole degrees and two thirds of degrees, so counting from 0 fits the grid.
    row = np.floor(homes.lat * mesh.UNITS_PER_DEGREE / height + _BORDER).astype(np.int64)
    column = np.floor(homes.lon * mesh.UNITS_PER_DEGREE / width + _BORDER).astype(np.int64)
    found, place = np.unique(np.column_stack([row, column]), axis=0, return_inverse=True)
    place = place.reshape(-1)

    def count(which: np.ndarray) -> np.ndarray:
        return np.bincount(place[which], minlength=len(found))

    return Squares(
        metres,
        (found[:, 1] + 0.5) * width / mesh.UNITS_PER_DEGREE,
        (found[:, 0] + 0.5) * height / mesh.UNITS_PER_DEGREE,
        count(homes.home),
        count(homes.away),
        count(~(homes.home | homes.away)),
    )


def _sector(x: float, y: float, radius: float, share: float) -> QgsGeometry:
    """Return the part of a circle from north clockwise, `share` of it."""
    steps = max(int(_STEPS * share), 2)
    angles = [radians(90 - 360 * share * step / steps) for step in range(steps + 1)]
    ring = [QgsPointXY(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles]
    if share < 1:
        ring.append(QgsPointXY(x, y))
    return QgsGeometry.fromPolygonXY([ring])


def _label(home: int, unknown: int, wide: float) -> str:
    """Return what stands in a circle `wide` mm across: `12`, where there is room `+3?` below it, `3?` without homes.

    Where there is no room the hatched part alone tells of the unknown.
    """
    if not home:
        return f"{unknown:,}?"
    return f"{home:,}\n+{unknown:,}?" if unknown and wide >= _TWO_LINES_MILLIMETRES else f"{home:,}"


def circles(
    counted: Squares, scale: float, crs: QgsCoordinateReferenceSystem, extent: QgsRectangle, project: QgsProject
) -> tuple[QgsVectorLayer, int]:
    """Return a layer in memory (in `crs`, metres) of what lies in `extent`, and how many the largest circle stands for.

    Fields: `part` (`home`, `unknown`, `away`), `told` (the number to print, "" for none), `count` (of the circle).
    Sizes are true at the scale denominator `scale` only.
    """
    fields = QgsFields()
    for name, kind in (("part", "text"), ("told", "text"), ("count", "int")):
        fields.append(field(name, kind))
    made = QgsMemoryProviderUtils.createMemoryLayer("squares", fields, QgsWkbTypes.Type.Polygon, crs)
    transform = QgsCoordinateTransform(QgsCoordinateReferenceSystem(CRS), crs, project)
    middles = [transform.transform(x, y) for x, y in zip(counted.lon.tolist(), counted.lat.tolist())]
    inside = [number for number, point in enumerate(middles) if extent.contains(point)]
    sought = counted.home + counted.unknown
    told = sought[inside][sought[inside] > 0]
    most = int(np.ceil(np.quantile(told, _MOST))) if len(told) else 0
    features: list[QgsFeature] = []

    def add(shape: QgsGeometry, part: str, told: str, count: int) -> None:
        feature = QgsFeature(fields)
        feature.setGeometry(shape)
        feature.setAttributes([part, told, count])
        features.append(feature)

    millimetre, widest = scale / 1000, _LARGEST * _height(counted.metres)
    for number in inside:
        x, y = middles[number].x(), middles[number].y()
        home, unknown, both = int(counted.home[number]), int(counted.unknown[number]), int(sought[number])
        if not both:
            add(_sector(x, y, _AWAY_MILLIMETRES / 2 * millimetre, 1), PART_AWAY, "", int(counted.away[number]))
            continue
        # Where many are unknown the circle is no smaller: they may all have been at home.
        wide = max(widest * sqrt(min(both / most, 1)), _SMALLEST_MILLIMETRES * millimetre)
        words = _label(home, unknown, wide / millimetre)
        if home:
            add(_sector(x, y, wide / 2, 1), PART_HOME, words, both)
        if unknown:
            add(_sector(x, y, wide / 2, unknown / both), PART_UNKNOWN, "" if home else words, both)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made, most


def _height(metres: int) -> float:
    """Return the true height of a square in metres: 30 seconds of latitude, the square of 1 km, are 926 m."""
    return _HEIGHT_1000 * metres / 1000 / mesh.UNITS_PER_DEGREE * radians(_EARTH)
