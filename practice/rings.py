"""Plane geometry on rings of points: enough to draw municipalities and to place poles, with numpy alone.

A ring is float64 (n, 2) as x, y (longitude, latitude, or kilometres), not closed. A polygon is a list of rings, the
first
one its outside. A shape is a list of polygons.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from ..arrays import Array, BoolArray, FloatArray

Ring = FloatArray
Polygon = list[Ring]
Shape = list[Polygon]


def in_ring(x: FloatArray, y: FloatArray, ring: Ring) -> BoolArray:
    """Return whether the points are inside the ring, bool (n). Even-odd rule; a point on an edge may be either."""
    inside = np.zeros(len(x), dtype=bool)
    if not len(x) or len(ring) < 3:
        return inside
    x1, y1 = ring[:, 0], ring[:, 1]
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    near = np.flatnonzero((x >= x1.min()) & (x <= x1.max()) & (y >= y1.min()) & (y <= y1.max()))
    # Blocks keep the points × edges table under some 30 MB.
    step = max(1, 4_000_000 // len(ring))
    for start in range(0, len(near), step):
        part = near[start : start + step]
        px, py = x[part][:, None], y[part][:, None]
        crosses = (y1 > py) != (y2 > py)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x1 + (py - y1) * (x2 - x1) / (y2 - y1)
        inside[part] = (np.count_nonzero(crosses & (px < at), axis=1) % 2).astype(bool)
    return inside


def in_shape(x: FloatArray, y: FloatArray, shape: Shape) -> BoolArray:
    """Return whether the points are in any polygon of the shape and in none of its holes, bool (n)."""
    found = np.zeros(len(x), dtype=bool)
    for polygon in shape:
        inside = in_ring(x, y, polygon[0])
        for hole in polygon[1:]:
            inside &= ~in_ring(x, y, hole)
        found |= inside
    return found


def area_of(ring: Ring) -> float:
    """Return the signed area of a ring: positive where it runs counter-clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def clip(ring: Ring, normal: FloatArray, offset: float) -> list[Ring]:
    """Return the parts of a simple ring where `point · normal <= offset`: none, one or several rings."""
    distance = ring @ normal - offset
    inside = distance <= 0
    if inside.all():
        return [ring]
    if not inside.any():
        return []
    follower = np.roll(np.arange(len(ring)), -1)
    leaves = np.flatnonzero(inside & ~inside[follower])
    enters = np.flatnonzero(~inside & inside[follower])

    def crossing(edge: int) -> FloatArray:
        a, b = edge, follower[edge]
        share = distance[a] / (distance[a] - distance[b])
        return ring[a] + share * (ring[b] - ring[a])

    points = {int(edge): crossing(int(edge)) for edge in np.concatenate([leaves, enters])}
    along = np.array([-normal[1], normal[0]])
    # Along the cutting line, inside and outside of the ring alternate: crossings pair off in order.
    order = sorted(points, key=lambda edge: float(points[edge] @ along))
    partner = {}
    for one, other in zip(order[::2], order[1::2]):
        partner[one], partner[other] = other, one

    def chained(left: set[int]) -> list[Array]:
        """Follow the ring and the cutting line from the first edge that is left until they close."""
        first = edge = min(left)
        chain: list[Array] = []
        while True:
            left.discard(edge)
            chain.append(points[edge])
            place = int(follower[edge])
            while place not in points or not inside[place]:
                chain.append(ring[place])
                place = int(follower[place])
            chain.append(ring[place])
            chain.append(points[place])
            edge = partner[place]
            if edge == first or edge not in left:
                return chain

    rings, left = [], {int(edge) for edge in enters}
    while left:
        chain = chained(left)
        if len(chain) >= 3:
            rings.append(np.array(chain))
    return rings


def voronoi(sites: FloatArray, land: Ring) -> list[list[Ring]]:
    """Return, for each site (n, 2), the rings of the land that lies nearer to it than to any other site."""
    cells = []
    for number, site in enumerate(sites):
        parts = [land]
        for other in np.argsort(np.hypot(*(sites - site).T), kind="stable"):
            if other == number:
                continue
            normal = sites[other] - site
            offset = float((sites[other] @ sites[other] - site @ site) / 2)
            parts = [piece for part in parts for piece in clip(part, normal, offset)]
        cells.append([part for part in parts if abs(area_of(part)) > 1e-9])
    return cells


def _outer_edges(rings: Sequence[Ring], digits: int) -> set[tuple[Any, Any]]:
    """Return the edges of rings, all run counter-clockwise, that no other ring runs the other way."""
    edges: set[tuple[Any, Any]] = set()
    for ring in rings:
        points = [tuple(point) for point in np.round(ring if area_of(ring) > 0 else ring[::-1], digits)]
        for a, b in zip(points, [*points[1:], points[0]]):
            if (b, a) in edges and a != b:
                edges.remove((b, a))
            elif a != b:
                edges.add((a, b))
    return edges


def dissolve(rings: Sequence[Ring], digits: int = 6) -> list[Ring]:
    """Return the outline of rings that share their common edges exactly (to `digits` decimals)."""
    following: dict[Any, list[Any]] = {}
    for a, b in sorted(_outer_edges(rings, digits)):
        following.setdefault(a, []).append(b)
    outlines = []
    while following:
        start = place = next(iter(following))
        chain = []
        while place in following:
            chain.append(place)
            heads = following[place]
            head = heads.pop(0)
            if not heads:
                del following[place]
            place = head
            if place == start:
                break
        if len(chain) >= 3:
            outlines.append(np.array(chain))
    return sorted(outlines, key=lambda ring: -abs(area_of(ring)))


def centre_of(shape: Shape) -> tuple[float, float]:
    """Return the centroid (x, y) of the shape's largest outside ring."""
    ring = max((polygon[0] for polygon in shape), key=lambda item: abs(area_of(item)))
    x, y = ring[:, 0], ring[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    total = cross.sum()
    if abs(total) < 1e-15:
        return float(x.mean()), float(y.mean())
    return (
        float(((x + np.roll(x, -1)) * cross).sum() / (3 * total)),
        float(((y + np.roll(y, -1)) * cross).sum() / (3 * total)),
    )


def shape_of(geometry: dict[str, Any]) -> Shape:
    """Return the shape of a GeoJSON Polygon or MultiPolygon (rings opened)."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[np.asarray(ring, dtype=np.float64)[:-1, :2] for ring in polygon] for polygon in polygons]


def geometry_of(shape: Shape, digits: int = 6) -> dict[str, Any]:
    """Return the shape as GeoJSON: outside counter-clockwise, rings closed."""
    polygons = []
    for polygon in shape:
        rings = []
        for number, ring in enumerate(polygon):
            turned = ring if (area_of(ring) > 0) == (number == 0) else ring[::-1]
            points = np.round(turned, digits).tolist()
            rings.append([*points, points[0]])
        polygons.append(rings)
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}
