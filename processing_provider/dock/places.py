"""Facilities, settlements and supply points of a case by their names and numbers, for the locator (Ctrl+K).

Asked while somebody types: nothing is kept of what was typed or found, and nothing is logged.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsFeature,
    QgsFeatureRequest,
    QgsRectangle,
    QgsVectorLayer,
)

from ...translate import tr
from ..output_targets import LAYERS
from .results import layer_names, open_result, package_of

LEAST_DIGITS = 4
"""Digits of a supply point's number before it is looked for: fewer fit thousands."""
MOST_EACH = 20
"""Found in one layer."""


@dataclass(frozen=True)
class Found:
    """One place."""

    title: str
    detail: str
    group: str
    layer: str
    """Layer of the file, "" where only the place is shown."""
    fid: int
    extent: QgsRectangle
    crs: QgsCoordinateReferenceSystem


@dataclass(frozen=True)
class _Looked:
    """In which fields of a layer is looked for what."""

    layers: tuple[str, ...]
    fields: tuple[str, ...]
    name: str
    detail: tuple[str, ...]
    group: Callable[[], str]
    digits: bool = False


_NAMED = (
    _Looked(("shelterpower",), ("name", "facility_id"), "name", ("kind",), lambda: tr("Facilities")),
    _Looked(
        ("isolatedcommunities", "acquisitiongaps", "areaoutage"),
        ("area_name", "area_id", "area_code"),
        "area_name",
        (),
        lambda: tr("Settlements"),
    ),
)
_NUMBERED = (
    "homeaway",
    "hiddenoutages",
    "evacuationsupport",
    "residenceevidence",
    "visitplan",
)
"""Layers with a supply point a row, those with all of them first."""


def find_places(folder: Path, words: str, stopped: Callable[[], bool] = lambda: False) -> Iterator[Found]:
    """Yield the places of a case whose name or number has the words in it.

    Parameters
        folder: of the case.
        words: as typed, in any width of letters.
        stopped: asked between the layers and the features.
    """
    typed = unicodedata.normalize("NFKC", words).strip()
    package = package_of(folder)
    held = layer_names(package) if typed else []
    if typed.isdecimal() and len(typed) >= LEAST_DIGITS:
        yield from _supply_points(package, [name for name in _NUMBERED if name in held], typed, stopped)
    for looked in _NAMED:
        told: set[str] = {""}
        for name in looked.layers:
            if name in held and not stopped():
                yield from _named(package, name, looked, typed, told, stopped)
    context = Path(folder) / "context.gpkg"
    # the settlements that stand in no result
    if "areas" in layer_names(context) and not stopped():
        yield from _named(context, "areas", _NAMED[1], typed, told, stopped)


def _named(
    package: Path, name: str, looked: _Looked, typed: str, told: set[str], stopped: Callable[[], bool]
) -> Iterator[Found]:
    """Yield what a layer names; what stands in several layers, or once for each time, is `told` once."""
    layer = open_result(package, name)
    where = _naming(layer, looked, typed)
    if not where:
        return
    details = [one for one in looked.detail if _has(layer, one)]
    before = len(told)
    group, in_result = looked.group(), name if package.name == LAYERS else ""
    for feature in layer.getFeatures(QgsFeatureRequest().setFilterExpression(where)):
        if stopped() or len(told) - before >= MOST_EACH:
            return
        title = _text(feature, looked.name)
        if title not in told and not feature.geometry().isNull():
            told.add(title)
            detail = " ".join(_text(feature, one) for one in details)
            yield _found(layer, feature, title, detail, group, in_result)


def _naming(layer: QgsVectorLayer, looked: _Looked, typed: str) -> str:
    """Return the expression of what has the words in its name or code, "" where the layer has no such fields."""
    like = QgsExpression.quotedString(f"%{_escaped(typed)}%")
    held = [one for one in looked.fields if _has(layer, one)] if _has(layer, looked.name) else []
    return " OR ".join(f"to_string({QgsExpression.quotedColumnRef(one)}) ILIKE {like}" for one in held)


def _text(feature: QgsFeature, field: str) -> str:
    return str(feature[field] or "")


def _has(layer: QgsVectorLayer, field: str) -> bool:
    return layer.fields().lookupField(field) >= 0


def _supply_points(package: Path, names: list[str], typed: str, stopped: Callable[[], bool]) -> Iterator[Found]:
    told: set[str] = set()
    like = QgsExpression.quotedString(f"%{typed}%")
    for name in names:
        if stopped() or len(told) >= MOST_EACH:
            return
        layer = open_result(package, name)
        request = QgsFeatureRequest().setFilterExpression(f'"supply_point" LIKE {like}')
        request.setLimit(MOST_EACH)
        for feature in layer.getFeatures(request):
            number = str(feature["supply_point"])
            if stopped():
                return
            if number not in told and not feature.geometry().isNull():
                told.add(number)
                yield _found(layer, feature, number, "", tr("Supply points"), name)


def _found(layer: QgsVectorLayer, feature: QgsFeature, title: str, detail: str, group: str, name: str) -> Found:
    box = QgsRectangle(feature.geometry().boundingBox())
    return Found(title, detail, group, name, feature.id(), box, layer.crs())


def _escaped(words: str) -> str:
    """Return words as LIKE takes them literally."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
