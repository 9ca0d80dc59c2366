"""JIS X 0410 standard grid squares (地域メッシュ), 80 km to 125 m, in integer arithmetic.

Everything is counted in units of 1.875 arc-seconds (1/1920 degree), in which every edge of every level is a whole
number (the 125 m cell is 2 × 3 units). Codes worked out in floating point send a point on a south-west corner to a
neighbour in half of all cells.

A cell holds its south and west edge, not its north and east edge. A coordinate less than 7 mm from an edge counts as
being on it, so that corners written with seven decimals come back to their own code.

The divisions themselves are in `mesh_levels`.
"""

from __future__ import annotations

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, ObjectArray, TextArray
from ..messages import message
from .mesh_levels import (
    EAST_LIMIT,
    FINE,
    LEVELS,
    NORTH_LIMIT,
    QUARTERED,
    UNITS_PER_DEGREE,
    WEST_LIMIT,
    MeshError,
    grid,
    level_of,
    steps,
)

_MANY = 100_000
"""Points worked on at a time."""
SIZES_BY_VOLTAGE: dict[int, tuple[int, ...]] = {1: (125, 250, 500, 1000), 2: (5000,), 3: (10000,)}
"""Mesh sizes of the statistics by 電圧分類: 1 低圧, 2 高圧, 3 特別高圧 (manual §2.4)."""


def check_size(voltage: int, metres: int) -> None:
    """Raise `MeshError` unless the statistics of this voltage class (電圧分類 1, 2, 3) come in this mesh size."""
    if voltage not in SIZES_BY_VOLTAGE:
        raise MeshError(
            message("There is no voltage class {voltage}. Choose 1 (low), 2 (high) or 3 (extra high).", voltage=voltage)
        )
    if metres not in SIZES_BY_VOLTAGE[voltage]:
        raise MeshError(
            message(
                "The voltage class {voltage} has no mesh of {metres} m. Choose one of {sizes} m.",
                voltage=voltage,
                metres=metres,
                sizes=", ".join(str(size) for size in SIZES_BY_VOLTAGE[voltage]),
            )
        )


def _units(degrees: FloatArray) -> IntArray:
    """Degrees (finite) to whole units, rounded down; what lies within rounding of an edge is on it."""
    return np.rint(degrees * (UNITS_PER_DEGREE * FINE)).astype(np.int64) // FINE


def _text(south: IntArray, west: IntArray, inside: BoolArray, metres: int) -> TextArray:
    """Codes as fixed-width text, "" where not `inside`."""
    digits = LEVELS[metres].digits
    letters = np.empty((*south.shape, digits), dtype=np.uint32)
    for place, step in enumerate(steps(south, west, metres)):
        letters[..., place] = step
    letters += ord("0")
    letters[~inside] = 0
    return letters.view(f"U{digits}")[..., 0]


def encode(lat: object, lon: object, metres: int) -> TextArray:
    """Return the codes (U4…U11, shape of the input) of the cells that hold the points.

    `lat`, `lon`: degrees, scalars or arrays of one shape. "" where a coordinate is NaN or outside the codes' range.
    Raises `MeshError` for a size that is none.
    """
    level_of(metres)
    north, east = np.broadcast_arrays(np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64))
    shape = north.shape
    north, east = np.atleast_1d(north), np.atleast_1d(east)
    known = (np.abs(north) <= 90) & (np.abs(east) <= 360)
    south = _units(np.where(known, north, -1.0))
    west = _units(np.where(known, east, -1.0))
    inside = (south >= 0) & (south < NORTH_LIMIT) & (west >= WEST_LIMIT) & (west < EAST_LIMIT)
    return _text(south, west, inside, metres).reshape(shape)


def encode_shared(lat: FloatArray, lon: FloatArray, metres: int) -> ObjectArray:
    """Return what `encode` does for many points, object (n): one text a cell, whichever points stand in it."""
    found = np.full(len(lat), "", dtype=object)
    texts: dict[str, str] = {}
    for first in range(0, len(found), _MANY):
        block = slice(first, first + _MANY)
        here, place = np.unique(encode(lat[block], lon[block], metres), return_inverse=True)
        found[block] = np.array([texts.setdefault(code, code) for code in here.tolist()], dtype=object)[place.ravel()]
    return found


def _letters(codes: object, metres: int) -> IntArray:
    """Codes as digit values, shape (n, digits + 1); what is no ASCII digit is out of 0…9, an absent one is -48."""
    digits = LEVELS[metres].digits
    text = np.asarray(codes)
    if text.dtype.kind == "S":
        text = np.char.decode(text, "ascii", "replace")
    text = np.ascontiguousarray(np.atleast_1d(text).astype(f"U{digits + 1}")).reshape(-1)
    letters = text.view(np.uint32).reshape(len(text), digits + 1) if len(text) else np.empty((0, digits + 1), np.uint32)
    return letters.astype(np.int64) - ord("0")


def _valid(letters: IntArray, metres: int) -> BoolArray:
    digits = LEVELS[metres].digits
    good = letters[:, digits] == -ord("0")
    good &= ((letters[:, :digits] >= 0) & (letters[:, :digits] <= 9)).all(axis=1)
    good &= letters[:, 2] < 8
    if metres <= 10000:
        good &= (letters[:, 4] < 8) & (letters[:, 5] < 8)
    quarters = letters[:, 6:7] if metres == 5000 else letters[:, 8:digits]
    return good & ((quarters >= 1) & (quarters <= 4)).all(axis=1)


def valid(codes: object, metres: int) -> BoolArray:
    """Return whether each of `codes` (n) is a code of this level, bool (n). Raises `MeshError` for an unknown size."""
    level_of(metres)
    return _valid(_letters(codes, metres), metres)


def decode(codes: object, metres: int) -> tuple[IntArray, IntArray]:
    """Return south and west edge of the cells, int64 (n) each, in units of 1/1920 degree from 0° N and 0° E.

    Raises `MeshError` naming the first code that is none of this level.
    """
    level_of(metres)
    letters = _letters(codes, metres)
    good = _valid(letters, metres)
    if not good.all():
        place = int(np.argmin(good))
        raise MeshError(
            message(
                "“{code}” (item {place}) is not a mesh code of {metres} m: {digits} digits are expected. "
                "Check the mesh size and the codes.",
                code=str(np.atleast_1d(np.asarray(codes)).reshape(-1)[place])[:20],
                place=place + 1,
                metres=metres,
                digits=LEVELS[metres].digits,
            )
        )
    south = (letters[:, 0] * 10 + letters[:, 1]) * 1280
    west = (letters[:, 2] * 10 + letters[:, 3] + 100) * 1920
    if metres <= 10000:
        south = south + letters[:, 4] * 160
        west = west + letters[:, 5] * 240
    if metres == 5000:
        south = south + (letters[:, 6] - 1) // 2 * 80
        west = west + (letters[:, 6] - 1) % 2 * 120
    if metres <= 1000:
        south = south + letters[:, 6] * 16
        west = west + letters[:, 7] * 24
    for place, size in enumerate(QUARTERED, 8):
        if metres <= size:
            south = south + (letters[:, place] - 1) // 2 * LEVELS[size].height
            west = west + (letters[:, place] - 1) % 2 * LEVELS[size].width
    return south, west


def bounds(codes: object, metres: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return south, west, north, east of the cells in degrees, float64 (n) each.

    Neighbours share the very same number for a common edge. Raises `MeshError` as `decode` does.
    """
    south, west = decode(codes, metres)
    level = LEVELS[metres]
    return (
        south / UNITS_PER_DEGREE,
        west / UNITS_PER_DEGREE,
        (south + level.height) / UNITS_PER_DEGREE,
        (west + level.width) / UNITS_PER_DEGREE,
    )


def centres(codes: object, metres: int) -> tuple[FloatArray, FloatArray]:
    """Return latitude and longitude of the cells' centres in degrees, float64 (n) each. Raises as `decode` does."""
    south, west = decode(codes, metres)
    level = LEVELS[metres]
    return (2 * south + level.height) / (2 * UNITS_PER_DEGREE), (2 * west + level.width) / (2 * UNITS_PER_DEGREE)


def parent(codes: object, metres: int, to_metres: int) -> TextArray:
    """Return the codes of the larger cells (`to_metres`) that hold the cells. Raises `MeshError` if not larger."""
    if level_of(to_metres).metres < level_of(metres).metres:
        raise MeshError(
            message(
                "A mesh of {metres} m cannot be summed up to {to_metres} m. Choose a larger size.",
                metres=metres,
                to_metres=to_metres,
            )
        )
    south, west = decode(codes, metres)
    return _text(south, west, np.ones(south.shape, dtype=bool), to_metres)


def cover(south: float, west: float, north: float, east: float, metres: int) -> TextArray:
    """Return the codes (n) of all cells that an extent in degrees intersects, row by row from the south-west.

    A cell that only touches the extent's north or east edge is left out; a point gives the one cell that holds it.
    Raises `MeshError` for an extent that is reversed, not finite, or outside the range of the codes.
    """
    rows, columns = grid(south, west, north, east, metres)
    level = LEVELS[metres]
    grid_south = np.repeat(np.array(rows) * level.height, len(columns))
    grid_west = np.tile(np.array(columns) * level.width, len(rows))
    return _text(grid_south, grid_west, np.ones(len(grid_south), dtype=bool), metres)


def secondary_codes(south: float, west: float, north: float, east: float) -> TextArray:
    """Return the 二次メッシュコード (6 digits) an extent intersects, for a データ提供条件. Raises as `cover` does."""
    return cover(south, west, north, east, 10000)
