"""The way by road from a facility without power to the nearest one that has it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from qgis.analysis import QgsGraphAnalyzer, QgsGraphBuilder, QgsNetworkDistanceStrategy, QgsVectorLayerDirector
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFeatureSource, QgsPointXY, QgsProject

from ..messages import Progress
from .access import utm
from .schema import CRS

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateTransformContext

REACH_METRES = 500.0
"""A facility farther from every road than this is not reached by road."""


def _least(costs: list[float]) -> float:
    """Return the least of costs as QGIS gives them, NaN where none leads there: negative, infinite or enormous."""
    best = min((cost for cost in costs if math.isfinite(cost) and cost >= 0), default=math.nan)
    return best if best < 1e9 else math.nan


def nearest_by_road(
    roads: QgsFeatureSource,
    lat: np.ndarray,
    lon: np.ndarray,
    kind: np.ndarray,
    target: np.ndarray,
    seeking: np.ndarray,
    context: QgsCoordinateTransformContext,
    progress: Progress,
) -> np.ndarray:
    """Return the metres by road to the nearest `target` of the same kind, float64 (n), NaN where no road leads there.

    Arrays as in `analysis.facilities.nearest`. Roads are taken as open in both directions: closures are not known here.
    """
    metres = np.full(len(lat), np.nan)
    places = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon) & (target | seeking))
    if not len(places):
        return metres
    crs = utm(float(np.mean(lon[places])))
    way = QgsCoordinateTransform(QgsCoordinateReferenceSystem(CRS), crs, context)
    points = [way.transform(QgsPointXY(lon[row], lat[row])) for row in places]
    director = QgsVectorLayerDirector(roads, -1, "", "", "", QgsVectorLayerDirector.Direction.DirectionBoth)
    director.addStrategy(QgsNetworkDistanceStrategy())
    builder = QgsGraphBuilder(crs, True, 1.0, QgsProject.instance().ellipsoid() or "GRS80")
    tied = director.makeGraph(builder, points)
    graph = builder.graph()
    node = {
        row: graph.findVertex(tie)
        for row, point, tie in zip(places, points, tied)
        if point.distance(tie) <= REACH_METRES
    }
    for done, row in enumerate(places):
        progress.raise_if_cancelled()
        if not seeking[row] or row not in node:
            continue
        _, costs = QgsGraphAnalyzer.dijkstra(graph, node[row], 0)
        metres[row] = _least([costs[node[other]] for other in node if target[other] and kind[other] == kind[row]])
        progress.set_fraction((done + 1) / len(places))
    return metres
