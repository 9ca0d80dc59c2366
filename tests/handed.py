"""A hand-over without a case, of any size: cells, areas and facilities of an invented prefecture."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

import numpy as np
from qgis.core import QgsGeometry, QgsPointXY, QgsRectangle
from tomoshibi.analysis import mesh
from tomoshibi.layers.handover.content import Handed, HandedTheme
from tomoshibi.layers.public_themes import PUBLIC, PublicRows

NOW = datetime(2024, 1, 3, 8, 0)
MADE = {
    "as_of": NOW,
    "evidence_until": NOW,
    "end": NOW,
    "begin": datetime(2024, 1, 2, 8, 0),
    "source": "Statistics (通電計器数)",
    "voltage": "low",
}
SOUTH, WEST = 37.0, 136.6


def _rows(theme: str, values: list[dict[str, object]], shapes: list[QgsGeometry]) -> PublicRows:
    public = PUBLIC[theme]
    rows = tuple(tuple({**MADE, **each}.get(name) for name in public.names()) for each in values)
    withheld = tuple(bool(each.get("masked")) for each in values)
    return PublicRows(public, rows, tuple(shapes), withheld)


def cells(count: int, seed: int = 1) -> PublicRows:
    """Return outage rates of about `count` cells of 125 m, as dense as lived-in land is."""
    drawn = np.random.default_rng(seed)
    side = int(np.sqrt(count * 2.5)) + 1
    height, width = 2 / 1920, 3 / 1920
    rows, columns = np.divmod(drawn.choice(side * side, count, replace=False), side)
    codes = mesh.encode(SOUTH + (rows + 0.5) * height, WEST + (columns + 0.5) * width, 125)
    south, west, north, east = mesh.bounds(codes, 125)
    boxes = np.stack([west, south, east, north], 1).tolist()
    shapes = [QgsGeometry.fromRect(QgsRectangle(*box)) for box in boxes]
    masked = drawn.random(count) < 0.4
    meters, rates = drawn.integers(10, 400, count), drawn.random(count)
    values: list[dict[str, object]] = []
    for code, out, number, rate in zip(codes.tolist(), masked.tolist(), meters.tolist(), rates.tolist()):
        if out:
            values.append({"mesh_code": code, "masked": True, "rate_class": 0, "unknown_reason": "masked"})
            continue
        share = round(rate, 2)
        told = {"silent_rate": share, "excess_rate": share, "low": max(share - 0.06, 0.0), "high": share + 0.06}
        told = {name: round(value, 2) for name, value in told.items()}
        values.append(
            {"mesh_code": code, "masked": False, "rate_class": 1 + int(share * 3.99), "meters": number, **told}
        )
    return _rows("meshoutage", values, shapes)


def areas(count: int, points: int, seed: int = 2) -> PublicRows:
    """Return gaps of `count` districts whose outlines have `points` points each."""
    drawn = np.random.default_rng(seed)
    side = int(np.sqrt(count)) + 1
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    shapes, values = [], []
    for number in range(count):
        radius = 0.009 * (1 + 0.2 * drawn.random(points))
        x = WEST + 0.02 * (number % side) + radius * np.cos(turn)
        y = SOUTH + 0.02 * (number // side) + radius * np.sin(turn)
        ring = [QgsPointXY(*point) for point in np.stack([x, y], 1).tolist()]
        shapes.append(QgsGeometry.fromPolygonXY([[*ring, ring[0]]]))
        rate = round(float(drawn.random()), 2)
        values.append({"area_id": f"A{number}", "area_name": f"第{number}地区", "gap_rate": rate, "excess_gap": rate})
    return _rows("acquisitiongaps", values, shapes)


def city_over_wards() -> PublicRows:
    """Return a city like an ordinary day over the whole of it, and one of its two wards nearly all dark."""
    parts = {"灯島県灯市": (0.0, 0.2), "灯島県灯市西区": (0.0, 0.1), "灯島県灯市東区": (0.1, 0.2)}
    classes = {"灯島県灯市": (1, 0.0), "灯島県灯市西区": (4, 0.8), "灯島県灯市東区": (1, 0.0)}
    values: list[dict[str, object]] = []
    shapes = []
    for name, (west, east) in parts.items():
        grade, low = classes[name]
        values.append({"area_code": name, "area_name": name, "rate_class": grade, "low": low, "meters": 500})
        shapes.append(QgsGeometry.fromRect(QgsRectangle(WEST + west, SOUTH, WEST + east, SOUTH + 0.2)))
    return _rows("areaoutage", values, shapes)


def facilities(count: int, seed: int = 3) -> PublicRows:
    """Return `count` shelters in all states, one of them without a place."""
    drawn = np.random.default_rng(seed)
    states = ("powered", "outage", "partial", "unknown")
    shapes, values = [], []
    for number in range(count):
        state = states[number % 4]
        place = (WEST + float(drawn.random()) / 2, SOUTH + float(drawn.random()) / 2)
        shapes.append(QgsGeometry.fromPointXY(QgsPointXY(*place)) if number else QgsGeometry())
        values.append(
            {
                "facility_id": f"F{number:05}",
                "name": f"灯第{number}小学校",
                "kind": "避難所",
                "state": state,
                "unknown_reason": "not_linked" if state == "unknown" else None,
            }
        )
    return _rows("shelterpower", values, shapes)


def handover(
    shelters: int = 12, squares: int = 40, districts: int = 6, points: int = 40, practice: bool = True
) -> Handed:
    """Return a hand-over of these many facilities, cells and districts; all other themes were not made."""
    made: dict[str, Optional[PublicRows]] = {
        "shelterpower": facilities(shelters),
        "meshoutage": cells(squares),
        "acquisitiongaps": areas(districts, points),
        "areaoutage": city_over_wards(),
    }
    themes = tuple(HandedTheme(public, made.get(name)) for name, public in PUBLIC.items())
    return Handed("灯島県 大地震", practice, NOW, NOW, False, False, (), themes, "A", "灯島県 危機管理課", "", "170003")
