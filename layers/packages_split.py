"""Whose a row is where a prefecture's results are parted by municipality, and what a package must not tell of others.

A point belongs to the one municipality that it lies in (on a border, to that of the smaller code). A named area or
district belongs to the one that holds more than half of it; to nobody where none does. A grid square belongs to every
municipality that it covers some of: its figures are of both, and left out of one package it would look like a place
without meters. It is marked `astride` then, and such figures are not to be added up. What lies beyond the border is cut
off from both, so that no package reaches into another municipality.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Iterable, Mapping, Optional, Sequence

from qgis.core import QgsFeature, QgsGeometry, QgsGeometryEngine, QgsSpatialIndex

MOST_OF_IT = 0.5
"""Share of an area above which a municipality holds it."""
SLIVER = 1e-4
"""Share of a grid square below which a municipality holds none of it: borders of two makers never run quite alike."""
SHORTEST = 2
"""Characters of the shortest name that is looked for in texts: single ones stand in any word."""


@dataclass(frozen=True)
class Municipality:
    """One of those that packages are made for."""

    code: str
    name: str
    shape: QgsGeometry
    """Multipolygon in degrees (JGD2011)."""


@dataclass(frozen=True)
class Share:
    """A row, or the part of one, that belongs to a municipality."""

    owner: int
    """Number of the municipality."""
    geometry: Optional[QgsGeometry] = None
    """What of its geometry lies there, where it was cut; None for all of it."""
    astride: bool = False


class Splitter:
    """Tells which municipality a place belongs to."""

    def __init__(self, municipalities: Sequence[Municipality]):
        self._shapes = [one.shape for one in municipalities]
        self._engines: dict[int, QgsGeometryEngine] = {}
        self._index = QgsSpatialIndex()
        for number, shape in enumerate(self._shapes):
            feature = QgsFeature(number)
            feature.setGeometry(shape)
            self._index.addFeature(feature)
        # on a common border the smaller code has it, whatever the order of the file
        self._rank = {
            number: place
            for place, number in enumerate(
                sorted(range(len(municipalities)), key=lambda number: municipalities[number].code)
            )
        }

    def shares(self, geometry: QgsGeometry, kind: str) -> list[Share]:
        """Return whose a geometry is.

        Parameters
            geometry: in degrees (JGD2011); an empty one is nobody's.
            kind: as `LayerSpec.geometry` says: `cell` is shared, `point` and `polygon` have one owner.
        """
        if geometry.isNull() or geometry.isEmpty():
            return []
        near = [
            number
            for number in sorted(self._index.intersects(geometry.boundingBox()), key=self._rank.__getitem__)
            if self._engine(number).intersects(geometry.constGet())
        ]
        if kind == "cell":
            return self._cut(geometry, near)
        return [Share(number) for number in near[:1]] if kind == "point" else self._held(geometry, near)

    def owner(self, longitude: float, latitude: float) -> Optional[int]:
        """Return the number of the municipality that a point lies in, None in none or where it is not known."""
        if longitude != longitude or latitude != latitude:
            return None
        found = self.shares(QgsGeometry.fromWkt(f"POINT ({longitude!r} {latitude!r})"), "point")
        return found[0].owner if found else None

    def _engine(self, number: int) -> QgsGeometryEngine:
        if number not in self._engines:
            engine = QgsGeometry.createGeometryEngine(self._shapes[number].constGet())
            engine.prepareGeometry()
            self._engines[number] = engine
        return self._engines[number]

    def _cut(self, geometry: QgsGeometry, near: list[int]) -> list[Share]:
        if len(near) == 1 and self._engine(near[0]).contains(geometry.constGet()):
            return [Share(near[0])]
        whole, found = geometry.area(), []
        for number in near:
            part = geometry.intersection(self._shapes[number])
            if part.isNull() or part.area() <= SLIVER * whole:
                continue
            found.append((number, _polygons(part)))
        astride = len(found) > 1
        return [Share(number, part, astride) for number, part in found]

    def _held(self, geometry: QgsGeometry, near: list[int]) -> list[Share]:
        whole = geometry.area()
        for number in near:
            if self._engine(number).contains(geometry.constGet()):
                return [Share(number)]
            part = geometry.intersection(self._shapes[number])
            if part.area() > MOST_OF_IT * whole:
                return [Share(number, _polygons(part))]
        return []


def _polygons(geometry: QgsGeometry) -> QgsGeometry:
    """Return only the polygons of what an intersection left: a shared edge or corner is none of it."""
    parts = [part for part in geometry.asGeometryCollection() if part.type() == 2 and part.area() > 0]
    made = QgsGeometry.collectGeometry(parts)
    made.convertToMultiType()
    return made


class Foreign:
    """Names and codes that only others have: no text of a package may hold one."""

    def __init__(self) -> None:
        self._owners: dict[str, set[int]] = defaultdict(set)
        self._lengths: list[int] = []
        self._found: dict[str, tuple[str, ...]] = {}

    def add(self, token: object, owner: int) -> None:
        """Remember a name or code as that of a municipality."""
        text = str(token or "").strip()
        if len(text) >= SHORTEST and text != "NULL":
            self._owners[text].add(owner)
            self._lengths, self._found = [], {}

    def names_another(self, text: str, owner: int) -> bool:
        """Whether a text holds a name or code that others have and this municipality has not.

        A name within a longer one of its own (本町 in 本町公民館) is its own.
        """
        tokens = self._tokens_in(text)
        if all(owner in self._owners[token] for token in tokens):
            return False
        rest = text
        for token in sorted(tokens, key=len, reverse=True):
            if owner in self._owners[token]:
                rest = rest.replace(token, "\0")
        return any(owner not in self._owners[token] for token in self._tokens_in(rest))

    def _tokens_in(self, text: str) -> tuple[str, ...]:
        """Return the tokens that stand in a text; a code of digits only where no digit stands beside it."""
        if text not in self._found:
            if not self._lengths:
                self._lengths = sorted({len(token) for token in self._owners})
            found = {
                text[first : first + length]
                for length in self._lengths
                for first in range(len(text) - length + 1)
                if text[first : first + length] in self._owners and _whole(text, first, first + length)
            }
            self._found[text] = tuple(found)
        return self._found[text]


def _whole(text: str, first: int, last: int) -> bool:
    """Whether what stands from `first` to `last` is no part of a longer word of ASCII letters and digits."""
    if not text[first:last].isascii():
        return True
    before, after = text[first - 1 : first], text[last : last + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


IDENTITIES = ("facility_id", "name", "area_id", "area_code", "area_name", "need_id", "truck_id")
"""Fields that name what a row is about."""


def told_of(values: Mapping[str, object]) -> Iterable[object]:
    """Yield the names and codes that a row is known by."""
    return (values[name] for name in IDENTITIES if name in values)
