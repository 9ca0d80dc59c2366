"""How a result is drawn at the scale of a page: homes one by one, by service pole, or counted by square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProject,
    QgsRectangle,
    QgsSymbol,
    QgsVectorLayer,
)

from ..layers import style
from ..layers.coarse_cells import coarse, size_of, wanted_size
from ..layers.homes import Homes, circles, read_homes, square_size, squares
from ..layers.poles import poles
from ..layers.style import STYLES, area_symbol, circle_symbols, line_symbol, point_symbol
from ..translate import tr
from .contents import shown
from .occurring import Occurring


@dataclass(frozen=True)
class Drawing:
    """What stands for the result on one page."""

    layer: QgsVectorLayer
    heading: str
    """Heading of its legend."""
    symbols: tuple[QgsSymbol, ...]
    """Symbols of the legend, whatever the map's scale."""
    summed: str = ""
    """Into what the features were summed up, "" where they were not; below the heading."""


FEW = 300
"""Homes that are told apart as points on a map of any scale: people who need support, a list of residents."""


class Drawings:
    """The drawings of one result. Layers that are made belong to the project."""

    def __init__(self, layer: QgsVectorLayer, kind: str, project: QgsProject):
        self._layer, self._kind, self._project = layer, kind, project
        self._poles: Optional[QgsVectorLayer] = None
        self._homes: Optional[Homes] = None
        self._circles: list[QgsVectorLayer] = []
        self._cells = size_of(layer) if STYLES[kind].small else 0
        self._coarse: dict[int, QgsVectorLayer] = {}
        self._occurring: dict[str, Occurring] = {}

    def at(self, scale: float, extent: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> Drawing:
        """Return the drawing for a map of this scale denominator and extent (in `crs`)."""
        look = STYLES[self._kind]
        size = wanted_size(self._cells, scale) if look.small else None
        if size is not None:
            return self._summed_up(size)
        if look.by_pole and scale > style.SQUARES_SCALE and self._layer.featureCount() > FEW:
            return self._by_square(scale, extent, crs)
        layer, heading = self._layer, look.legend
        # A few people whose numbers are in a list are told one by one; the numbers lead from the list to the map.
        numbered = look.labels is not None and self._layer.featureCount() <= FEW
        if look.by_pole and scale > style.OVERVIEW_SCALE and not numbered:
            layer, heading = self._by_pole(), look.overview_legend
        return Drawing(layer, heading() if heading else layer.name(), legend_symbols(self._kind))

    def entries_on(
        self, drawing: Drawing, extent: QgsRectangle, crs: QgsCoordinateReferenceSystem
    ) -> Optional[tuple[int, ...]]:
        """Return the numbers of the entries of a drawing's legend that occur in an extent (in `crs`).

        None where only the map can tell, for people may have styled the layer as they like.
        """
        layer = drawing.layer
        if not Occurring.tells(layer):
            return None
        held = self._occurring.get(layer.id()) or self._occurring.setdefault(layer.id(), Occurring(layer))
        turned = QgsCoordinateTransform(layer.crs(), crs, self._project)
        return held.within(turned.transformBoundingBox(extent, Qgis.TransformDirection.Reverse))

    def forget(self) -> None:
        """Take the circles of earlier pages out of the project, once no item shows them any more."""
        while len(self._circles) > 1:
            before = self._circles.pop(0)
            self._occurring.pop(before.id(), None)
            self._project.removeMapLayer(before)

    def _summed_up(self, metres: int) -> Drawing:
        if metres not in self._coarse:
            made = coarse(self._layer, shown(self._layer), self._cells, metres)
            style.style_cells(made, self._kind)
            self._project.addMapLayer(made, False)
            self._coarse[metres] = made
        look = STYLES[self._kind]
        heading = look.legend() if look.legend is not None else self._layer.name()
        summed = tr("Summed up to {metres} m squares (masked cells left out)").format(metres=f"{metres:,}")
        return Drawing(self._coarse[metres], heading, legend_symbols(self._kind), summed)

    def _by_pole(self) -> QgsVectorLayer:
        if self._poles is None:
            self._poles = poles(self._layer)
            style.style_poles(self._poles, self._kind)
            self._project.addMapLayer(self._poles, False)
        return self._poles

    def _by_square(self, scale: float, extent: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> Drawing:
        if self._homes is None:
            self._homes = read_homes(self._layer)
        metres = square_size(scale)
        made, most = circles(squares(self._homes, metres), scale, crs, extent, self._project)
        style.style_circles(made)
        self._project.addMapLayer(made, False)
        self._circles.append(made)
        return Drawing(made, style.circles_heading(metres, most), tuple(circle_symbols()))


def legend_symbols(kind: str) -> tuple[QgsSymbol, ...]:
    """Return the symbols of the legend at the size they have in the table of styles, whatever the map's scale."""
    look = STYLES[kind]
    states = tuple(point_symbol(state) for state in look.states)
    lines = tuple(line_symbol(state) for state in look.lines)
    return states or lines or tuple(area_symbol(area, look.outline) for area in look.areas)
