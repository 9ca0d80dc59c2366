"""The divisions of JIS X 0410 (地域メッシュ), and what can be said of them point by point without arrays.

Everything is counted in units of 1.875 arc-seconds (1/1920 degree), in which every edge of every level is a whole
number. `mesh` does the same for arrays; both rest on the functions here.

Source of the divisions: JIS X 0410:2002. The 5 km code (7 digits) is not a prefix of the 1 km code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..messages import TomoshibiError, message

UNITS_PER_DEGREE = 1920
"""Units of 1.875 arc-seconds in a degree."""

FINE = 1 << 12
"""Steps of a unit to which coordinates are rounded before the integer division (1.4 cm)."""
WEST_LIMIT = 100 * UNITS_PER_DEGREE
EAST_LIMIT = 180 * UNITS_PER_DEGREE
NORTH_LIMIT = 100 * 1280
"""The codes reach from 0° to 66°40′ north and, on the globe, from 100° to 180° east."""


class MeshError(TomoshibiError):
    """A mesh size, a code or an extent that JIS X 0410 or the voltage class does not have."""


@dataclass(frozen=True)
class MeshLevel:
    """One level of the grid."""

    metres: int
    """Nominal size, the key of the level everywhere in the project."""
    digits: int
    """Length of the code."""
    height: int
    """South to north, in units of 1.875 arc-seconds."""
    width: int
    """West to east, in the same units."""
    name: str
    """Japanese name."""


LEVELS: dict[int, MeshLevel] = {
    level.metres: level
    for level in (
        MeshLevel(80000, 4, 1280, 1920, "第1次地域区画"),
        MeshLevel(10000, 6, 160, 240, "第2次地域区画"),
        MeshLevel(5000, 7, 80, 120, "5倍地域メッシュ"),
        MeshLevel(1000, 8, 16, 24, "基準地域メッシュ（第3次地域区画）"),
        MeshLevel(500, 9, 8, 12, "2分の1地域メッシュ"),
        MeshLevel(250, 10, 4, 6, "4分の1地域メッシュ"),
        MeshLevel(125, 11, 2, 3, "8分の1地域メッシュ"),
    )
}

QUARTERED = (500, 250, 125)


def level_of(metres: int) -> MeshLevel:
    """Return the level of a nominal size. Raises `MeshError` where JIS X 0410 has none (as used here)."""
    if metres not in LEVELS:
        raise MeshError(
            message(
                "There is no mesh of {metres} m. Choose one of {sizes} m.",
                metres=metres,
                sizes=", ".join(str(size) for size in sorted(LEVELS)),
            )
        )
    return LEVELS[metres]


def steps(south: Any, west: Any, metres: int) -> list[Any]:
    """Return the code's digits, first to last, of the cells that hold the unit positions (whole numbers or arrays)."""
    rows = south // 1280
    columns = west // 1920 - 100
    found = [rows // 10, rows % 10, columns // 10, columns % 10]
    if metres <= 10000:
        found += [south % 1280 // 160, west % 1920 // 240]
    if metres == 5000:
        found.append(1 + 2 * (south % 160 // 80) + west % 240 // 120)
    if metres <= 1000:
        found += [south % 160 // 16, west % 240 // 24]
    for size in QUARTERED:
        if metres <= size:
            level = LEVELS[size]
            found.append(1 + 2 * (south // level.height % 2) + west // level.width % 2)
    return found


def _units(degrees: float) -> int:
    """Degrees to whole units, rounded down; what lies within rounding of an edge is on it."""
    return round(degrees * (UNITS_PER_DEGREE * FINE)) // FINE


def _code(south: int, west: int, metres: int) -> str:
    return "".join(map(str, steps(south, west, metres)))


def code_of(lat: float, lon: float, metres: int) -> str:
    """Return the code of the cell that holds a point in degrees.

    "" where a coordinate is NaN or outside the codes' range. Raises `MeshError` for a size that is none.
    """
    level_of(metres)
    if not (abs(lat) <= 90 and abs(lon) <= 360):
        return ""
    south, west = _units(lat), _units(lon)
    if not (0 <= south < NORTH_LIMIT and WEST_LIMIT <= west < EAST_LIMIT):
        return ""
    return _code(south, west, metres)


def grid(south: float, west: float, north: float, east: float, metres: int) -> tuple[range, range]:
    """Return the rows and the columns of cells, counted from 0° N and 0° E, that an extent in degrees intersects.

    A cell that only touches the extent's north or east edge is left out; a point gives the one cell that holds it.
    Raises `MeshError` for an extent that is reversed, not finite, or outside the range of the codes.
    """
    level = level_of(metres)
    if not all(map(math.isfinite, (south, west, north, east))) or south > north or west > east:
        raise MeshError(
            message(
                "The extent {south}, {west} to {north}, {east} is reversed or has no numbers. Choose the area again.",
                south=south,
                west=west,
                north=north,
                east=east,
            )
        )
    first = [_units(min(max(edge, -720), 720)) for edge in (south, west)]
    # Rounded up, so that an edge on a cell's border does not reach into the next cell.
    last = [-_units(-min(max(edge, -720), 720)) for edge in (north, east)]
    rows = range(
        max(first[0], 0) // level.height,
        min(max(-(-last[0] // level.height), first[0] // level.height + 1), NORTH_LIMIT // level.height),
    )
    columns = range(
        max(first[1], WEST_LIMIT) // level.width,
        min(max(-(-last[1] // level.width), first[1] // level.width + 1), EAST_LIMIT // level.width),
    )
    if not rows or not columns:
        raise MeshError(
            message(
                "The extent {south}, {west} to {north}, {east} lies outside Japan's grid squares. "
                "Give it in degrees (latitude, longitude), or choose the area again.",
                south=south,
                west=west,
                north=north,
                east=east,
            )
        )
    return rows, columns


Cell = tuple[str, float, float, float, float]
"""Code, and south, west, north, east in degrees."""


def cells(south: float, west: float, north: float, east: float, metres: int) -> list[Cell]:
    """Return all cells that an extent in degrees intersects, in the order of their codes. Raises as `grid` does."""
    rows, columns = grid(south, west, north, east, metres)
    level = LEVELS[metres]
    found = []
    for row in rows:
        for column in columns:
            low, left = row * level.height, column * level.width
            top, right = low + level.height, left + level.width
            lines = (low / UNITS_PER_DEGREE, left / UNITS_PER_DEGREE, top / UNITS_PER_DEGREE, right / UNITS_PER_DEGREE)
            found.append((_code(low, left, metres), *lines))
    return sorted(found)
