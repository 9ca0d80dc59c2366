"""Shapes as plain numbers: GeoJSON coordinates, and whole numbers from point to point for the page."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsGeometry, QgsWkbTypes

PLACES = 6
"""Decimals of degrees in files: a tenth of a metre."""
STEPS = 100_000
"""Steps of a degree in the page: about a metre."""


def rings_of(shape: QgsGeometry) -> list[list[list[tuple[float, float]]]]:
    """Return the polygons of a shape as rings of (longitude, latitude); [] of what is no polygon."""
    if shape.isEmpty() or QgsWkbTypes.geometryType(shape.wkbType()) != QgsWkbTypes.GeometryType.PolygonGeometry:
        return []
    parts = shape.asMultiPolygon() if shape.isMultipart() else [shape.asPolygon()]
    return [[[(point.x(), point.y()) for point in ring] for ring in part] for part in parts]


def point_of(shape: QgsGeometry) -> Optional[tuple[float, float]]:
    """Return longitude and latitude of a point, None where there is none."""
    if shape.isEmpty() or QgsWkbTypes.geometryType(shape.wkbType()) != QgsWkbTypes.GeometryType.PointGeometry:
        return None
    found = shape.asMultiPoint()[0] if shape.isMultipart() else shape.asPoint()
    return found.x(), found.y()


def _turned(ring: list[list[float]], outer: bool) -> list[list[float]]:
    """Return a ring as RFC 7946 wants it: an outer one against the clock, an inner one with it."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))
    return ring if (twice > 0) == outer else ring[::-1]


def geojson(shape: QgsGeometry, multi: bool = True) -> Optional[dict[str, Any]]:
    """Return a GeoJSON geometry (RFC 7946), None where there is none; `multi`: polygons are always MultiPolygon."""
    place = point_of(shape)
    if place is not None:
        return {"type": "Point", "coordinates": [round(place[0], PLACES), round(place[1], PLACES)]}
    parts = [
        [
            _turned([[round(x, PLACES), round(y, PLACES)] for x, y in ring], number == 0)
            for number, ring in enumerate(part)
        ]
        for part in rings_of(shape)
    ]
    if not parts:
        return None
    if len(parts) == 1 and not multi:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def stepped(shape: QgsGeometry, origin: tuple[float, float]) -> list[list[int]]:
    """Return the rings of a shape as whole steps from `origin`, each point told by its way from the one before it.

    Points that fall on one another are left out; a ring of which fewer than three are left is kept as a small square,
    so that nothing vanishes.
    """
    found = []
    for ring in (ring for part in rings_of(shape) for ring in part):
        at = [(round((x - origin[0]) * STEPS), round((y - origin[1]) * STEPS)) for x, y in ring]
        kept = [at[0], *(here for before, here in zip(at, at[1:]) if here != before)]
        if len(set(kept)) < 3:
            x, y = kept[0]
            kept = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        flat = list(kept[0])
        for before, here in zip(kept, kept[1:]):
            flat += [here[0] - before[0], here[1] - before[1]]
        found.append(flat)
    return found
