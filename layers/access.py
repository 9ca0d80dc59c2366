"""Whether a settlement can still be reached: roads that leave it, and landslides or damage that lie across them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsGeometry,
    QgsSpatialIndex,
)

from ..messages import Progress

if TYPE_CHECKING:
    import pandas as pd

REACH_METRES = 15.0
"""How near to a road a landslide or a damage point must lie to block it: half a road and the digitising error."""


def utm(longitude: float) -> QgsCoordinateReferenceSystem:
    """Return JGD2011 / UTM zone 51N to 55N (EPSG:6688 to 6692) for a longitude, so that distances are metres."""
    zone = min(max(int((longitude + 180) // 6) + 1, 51), 55)
    return QgsCoordinateReferenceSystem(f"EPSG:{6688 + zone - 51}")


def _geometries(
    source: QgsFeatureSource, crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext
) -> list[tuple[object, QgsGeometry]]:
    request = QgsFeatureRequest()
    found = []
    transform = QgsCoordinateTransform(source.sourceCrs(), crs, context) if source.sourceCrs().isValid() else None
    for feature in source.getFeatures(request):
        geometry = feature.geometry()
        if geometry.isNull() or geometry.isEmpty():
            continue
        if transform is not None:
            geometry.transform(transform)
        found.append((feature, geometry))
    return found


def access(
    areas: QgsFeatureSource,
    id_field: str,
    roads: Optional[QgsFeatureSource],
    hazards: Optional[QgsFeatureSource],
    context: QgsCoordinateTransformContext,
    progress: Progress,
) -> Optional[pd.DataFrame]:
    """Return `area_id access_cut` with `cut` (every road out is blocked), `partly`, `open`, `unknown` (no road known).

    None where roads or hazards were not given: then nothing is known of any area.
    """
    if roads is None or hazards is None:
        return None
    import pandas as pd

    crs = utm(areas.sourceExtent().center().x() if areas.sourceCrs().isGeographic() else 137.0)
    hazard_shapes = [geometry.buffer(REACH_METRES, 4) for _, geometry in _geometries(hazards, crs, context)]
    hazard_index = _index(hazard_shapes)
    lines = [geometry for _, geometry in _geometries(roads, crs, context)]
    blocked = [_touches(line, hazard_shapes, hazard_index) for line in lines]
    line_index = _index(lines)
    rows = []
    polygons = _geometries(areas, crs, context)
    for done, (feature, polygon) in enumerate(polygons):
        progress.raise_if_cancelled()
        border = QgsGeometry(polygon.constGet().boundary())
        leaving = [number for number in line_index.intersects(border.boundingBox()) if lines[number].intersects(border)]
        rows.append((str(feature[id_field]), _state([blocked[number] for number in leaving])))
        progress.set_fraction((done + 1) / len(polygons))
    return pd.DataFrame(rows, columns=["area_id", "access_cut"])


def _state(blocked: list[bool]) -> str:
    """Return what is known of an area from its roads out, each blocked or not."""
    if not blocked:
        return "unknown"
    return "cut" if all(blocked) else "partly" if any(blocked) else "open"


def _index(shapes: list[QgsGeometry]) -> QgsSpatialIndex:
    index = QgsSpatialIndex()
    for number, shape in enumerate(shapes):
        index.addFeature(number, shape.boundingBox())
    return index


def _touches(line: QgsGeometry, shapes: list[QgsGeometry], index: QgsSpatialIndex) -> bool:
    return any(shapes[number].intersects(line) for number in index.intersects(line.boundingBox()))
