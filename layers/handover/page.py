"""The page (HTML): one file with map, list and search that asks nothing of any network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any, Optional, Sequence

from qgis.core import QgsGeometry, QgsRectangle

from ...messages import TomoshibiError, message
from ...settings import HOME
from .content import LEGENDS, PERCENT, WORDS, Handed, HandedTheme, moment
from .shapes import STEPS, point_of, stepped

LIMIT = 20_000_000
"""Bytes of a page."""
_RESOURCES = HOME / "resources" / "handover"
_TOLERANCES = (0.0, 0.0001, 0.0005, 0.002, 0.005)
"""Degrees by which shapes are simplified (11 m, 55 m …), one after the other while the page is too large."""
_METRES = {0.0001: 10, 0.0005: 50, 0.002: 200, 0.005: 500}
_NAMES = {"shelterpower": "name"}


def page(handed: Handed, base: Sequence[QgsGeometry], limit: int = LIMIT) -> str:
    """Return the page.

    Parameters
        base: outlines below the themes (boundary, municipalities), in degrees.
        limit: bytes that it may have; shapes are simplified until it fits, and the page says so.

    Raises
        TomoshibiError: it does not fit however simple its shapes are.
    """
    for tolerance in _TOLERANCES:
        text = _page(handed, base, tolerance)
        if len(text.encode("utf-8")) < limit:
            return text
    raise TomoshibiError(
        message(
            "The page would be larger than {limit} MB even with simple shapes. Map larger grid squares (MESH_SIZE), or "
            "hand over GeoJSON.",
            limit=limit // 1_000_000,
        )
    )


def _page(handed: Handed, base: Sequence[QgsGeometry], tolerance: float) -> str:
    style, script = (_resource(name) for name in ("page.css", "page.js"))
    lines = handed.lines()
    marked = set(lines[:-1]) if handed.old or handed.before_event or handed.until is None else set(handed.missing)
    filled = {
        "CSP": _policy(style, script),
        "TITLE": html.escape(handed.title),
        "STYLE": style,
        "DRILL": '<p class="drill" role="alert">訓　練</p>' if handed.practice else "",
        "LINES": "".join(f"<li{' class=mark' if line in marked else ''}>{html.escape(line)}</li>" for line in lines),
        "SOURCE": html.escape(handed.source()),
        "DATA": _json(_data(handed, base, tolerance)),
        "SCRIPT": script,
    }
    parts = _resource("page.html").split("@")
    # every other part is the name of a place: what is put in is never looked through again
    return "".join(part if number % 2 == 0 else filled[part] for number, part in enumerate(parts))


def _resource(name: str) -> str:
    return Path(_RESOURCES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return what the page may do: nothing but its own style and script, told by their hashes."""
    told = [base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{told[0]}'; script-src 'sha256-{told[1]}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _json(value: object) -> str:
    """Return JSON that no text in it can break out of."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (
        text.replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )


def _data(handed: Handed, base: Sequence[QgsGeometry], tolerance: float) -> dict[str, Any]:
    box = QgsRectangle()
    for shape in [*base, *(shape for one in handed.themes if one.result for shape in one.result.shapes)]:
        if not shape.isEmpty():
            box.combineExtentWith(shape.boundingBox())
    origin = (0.0, 0.0) if box.isNull() else (math.floor(box.xMinimum()), math.floor(box.yMinimum()))
    middle = 0.0 if box.isNull() else box.center().y()
    thinned = (
        [f"地図の形は約{_METRES[tolerance]} mに簡略化しています（ファイルを小さくするため）。"] if tolerance else []
    )
    return {
        "practice": handed.practice,
        "origin": list(origin),
        "steps": STEPS,
        "shrink": round(math.cos(math.radians(middle)), 6),
        "base": [stepped(_simple(shape, max(tolerance, 0.0001)), origin) for shape in base],
        "thinned": thinned,
        "themes": [_theme(one, origin, tolerance) for one in handed.themes],
    }


def _simple(shape: QgsGeometry, tolerance: float) -> QgsGeometry:
    if not tolerance:
        return shape
    found = shape.simplify(tolerance)
    return shape if found.isEmpty() else found


def _theme(one: HandedTheme, origin: tuple[float, float], tolerance: float) -> dict[str, Any]:
    theme, result = one.theme, one.result
    legend = LEGENDS[theme.theme]
    codes = {cls.code: number for number, cls in enumerate(legend)}
    order = list(range(len(one.rows)))
    if result is not None and theme.geometry == "cell":
        keys = result.column(theme.key)
        order.sort(key=lambda number: int(str(keys[number])))
    classes = one.classes()
    return {
        "id": theme.theme,
        "title": theme.title_ja,
        "key": theme.key,
        "name": _NAMES.get(theme.theme, "area_name"),
        "count": len(order),
        "absent": one.absent(),
        "notes": one.notes(),
        "asOf": moment(result.as_of if result else None),
        "until": moment(result.evidence_until if result else None),
        "classes": [{"label": cls.label, "colour": cls.colour, "mark": cls.mark} for cls in legend],
        "cls": [codes[classes[number]] for number in order],
        "columns": [
            _column(one, place, order, theme.geometry == "cell" and column.name == theme.key)
            for place, column in enumerate(theme.columns)
        ],
        **_places(one, order, origin, tolerance),
    }


def _places(one: HandedTheme, order: list[int], origin: tuple[float, float], tolerance: float) -> dict[str, Any]:
    """Return where the rows lie: codes of cells told by their steps, points, or rings."""
    shapes = [one.result.shapes[number] for number in order] if one.result is not None else []
    if one.theme.geometry == "point":
        return {"points": [_stepped_point(shape, origin) for shape in shapes]}
    if one.theme.geometry == "cell" and one.result is not None:
        keys = one.result.column(one.theme.key)
        codes = [int(str(keys[number])) for number in order]
        return {"cells": [here - before for before, here in zip([0, *codes], codes)]}
    return {"rings": [stepped(_simple(shape, tolerance), origin) for shape in shapes]}


def _stepped_point(shape: QgsGeometry, origin: tuple[float, float]) -> Optional[list[int]]:
    place = point_of(shape)
    return None if place is None else [round((place[n] - origin[n]) * STEPS) for n in (0, 1)]


def _column(one: HandedTheme, place: int, order: list[int], from_shape: bool) -> dict[str, Any]:
    """Return a column as the page keeps it: one value for all, a list with numbers into it, or value by value."""
    column = one.theme.columns[place]
    found: dict[str, Any] = {"n": column.name, "l": column.label_ja}
    if column.name in PERCENT:
        found["p"] = 1
    if column.name in WORDS:
        found["w"] = WORDS[column.name]
    if from_shape:
        return {**found, "a": []}
    values = [_plain(one.rows[number][place]) for number in order]
    distinct = list(dict.fromkeys((type(value).__name__, value) for value in values))
    if len(distinct) <= 1:
        return {**found, "v": distinct[0][1] if distinct else None}
    if len(distinct) <= len(values) // 2:
        number_of = {key: number for number, key in enumerate(distinct)}
        return {
            **found,
            "d": [value for _, value in distinct],
            "i": [number_of[(type(value).__name__, value)] for value in values],
        }
    return {**found, "a": values}


def _plain(value: object) -> object:
    return moment(value) if isinstance(value, datetime) else value
