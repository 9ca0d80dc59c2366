"""JIS X 0410 grid squares over an area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsRectangle,
    QgsWkbTypes,
)

from ...dependencies import NUMPY, lacking
from ...messages import Message, TomoshibiError, message
from ..base import DEGREES, FeedbackProgress, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    import numpy as np

BORDER = 1e-7
"""Degrees (1 cm) by which a polygon must reach into a square: less is the rounding of a common border."""


class MeshGrid(TomoshibiAlgorithm):
    """AREA, MESH_SIZE → OUTPUT polygons `mesh_code`."""

    NAME = "meshgrid"
    GROUP = "tools"
    NEEDS = ()
    TAGS = ("メッシュ", "地域メッシュ", "標準地域メッシュ", "mesh", "grid square", "JIS X 0410", "messhu")

    def title(self) -> str:
        return tr("Make grid squares")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add(
            QgsProcessingParameterExtent("AREA", tr("Area"), optional=True),
            tr("Extent to cover, drawn, typed or taken from a layer. Left empty, the extent of the clip layer."),
        )
        self.add_cell_size("1000", tr("Nominal size of the squares: 125, 250, 500 m, 1, 5, 10 or 80 km."))
        self.add(
            QgsProcessingParameterFeatureSource(
                "CLIP", tr("Clip layer"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr("Polygons; only squares that overlap them are made, and stay whole. Left empty, all of the area."),
        )
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Grid squares"), QgsProcessing.SourceType.TypeVectorPolygon),
            tr("Layer of the squares with their codes, in JGD2011 (EPSG:6668)."),
        )
        self.add_number("CELLS", tr("Number of squares"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        if self.extent(parameters, context) is None and not parameters.get("CLIP"):
            return [message("There is neither an area nor a clip layer. Choose one of them.")]
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...layers import schema

        metres = self.cell_size(parameters, context)
        clip = self._clip(parameters, context)
        area = self.extent(parameters, context)
        if area is None:
            area = QgsRectangle(clip.boundingBox())
        fields = QgsFields()
        fields.append(schema.field("mesh_code", "text"))
        sink, target = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, QgsWkbTypes.Type.Polygon, QgsCoordinateReferenceSystem(DEGREES)
        )
        if sink is None:
            raise TomoshibiError(message("The output cannot be written. Choose another file or folder for it."))
        kept: list[np.ndarray] = []
        if lacking([NUMPY]):
            cells = _write_one_by_one(sink, area, metres, clip, progress)
        else:
            kept, cells = _write_arrays(sink, target, area, metres, clip, progress)
        del sink
        if kept:
            _fill_at_once(target, kept, metres, progress.stage(0.5, 1))
        if not cells:
            progress.warn(message("No square overlaps the clip layer within the area. The output is empty."))
        return {"OUTPUT": target, "CELLS": cells}

    def _clip(self, parameters: Parameters, context: QgsProcessingContext) -> Optional[QgsGeometry]:
        """Return the polygons to clip to as one geometry in degrees, None where no layer is given."""
        source = self.parameterAsSource(parameters, "CLIP", context)
        if source is None:
            return None
        crs = QgsCoordinateReferenceSystem(DEGREES)
        request = QgsFeatureRequest().setNoAttributes()
        if source.sourceCrs().isValid():
            request.setDestinationCrs(crs, context.transformContext())
        shapes = [feature.geometry() for feature in source.getFeatures(request) if feature.hasGeometry()]
        whole = QgsGeometry.unaryUnion(shapes)
        if whole.isEmpty():
            raise TomoshibiError(
                message("The clip layer {layer} has no polygons. Choose another layer.", layer=source.sourceName())
            )
        return whole


def _write_one_by_one(
    sink: QgsFeatureSink, area: QgsRectangle, metres: int, clip: Optional[QgsGeometry], progress: FeedbackProgress
) -> int:
    """Write the squares without numpy, and return how many there are."""
    from ...analysis import mesh_levels
    from ...layers.rows import write_rows

    overlaps = _overlap_test(clip)
    count = 0
    for south, north, stage in _stages(area, metres, progress):
        cells = []
        for number, cell in enumerate(mesh_levels.cells(south, area.xMinimum(), north, area.xMaximum(), metres)):
            if number % 5000 == 0:
                progress.raise_if_cancelled()
            if overlaps(*cell[1:]):
                cells.append(cell)
        shapes = (QgsGeometry.fromRect(QgsRectangle(cell[2], cell[1], cell[4], cell[3])) for cell in cells)
        write_rows(sink, ([cell[0]] for cell in cells), shapes, len(cells), stage)
        count += len(cells)
    return count


def _write_arrays(
    sink: QgsFeatureSink,
    target: str,
    area: QgsRectangle,
    metres: int,
    clip: Optional[QgsGeometry],
    progress: FeedbackProgress,
) -> tuple[list[np.ndarray], int]:
    """Return (codes still to be written, number of squares): a GeoPackage is filled at once later, five times as fast.

    Into any other output the squares are written as they come.
    """
    from ...layers import build, gpkg

    at_once = gpkg.target_of(target) is not None
    kept: list[np.ndarray] = []
    count = 0
    for codes, bounds, stage in _squares(area, metres, clip, progress):
        count += len(codes)
        if at_once:
            kept.append(codes)
            continue
        rows = ([code] for code in codes.tolist())
        build.write_rows(sink, rows, build.rectangles(*bounds), len(codes), stage)
    return kept, count


def _fill_at_once(target: str, kept: list[np.ndarray], metres: int, progress: FeedbackProgress) -> None:
    """Fill the GeoPackage with all squares."""
    import numpy as np

    from ...analysis import mesh
    from ...layers import build, gpkg

    file = gpkg.target_of(target)
    everything = np.concatenate(kept)
    shapes = build.rectangles(*mesh.bounds(everything, metres))
    if gpkg.write(file, {"mesh_code": everything}, len(everything), shapes, progress) is None:
        raise TomoshibiError(message("The layer in {file} is not empty. Choose another output.", file=file.path.name))


def _stages(
    area: QgsRectangle, metres: int, progress: FeedbackProgress
) -> Iterator[tuple[float, float, FeedbackProgress]]:
    """Yield (south, north, its progress) of each strip of the area."""
    from ...analysis import mesh_levels

    parts = list(_bands(area, mesh_levels.level_of(metres).height / mesh_levels.UNITS_PER_DEGREE))
    for done, (south, north) in enumerate(parts):
        progress.raise_if_cancelled()
        yield south, north, progress.stage(done / len(parts), (done + 1) / len(parts))


def _squares(
    area: QgsRectangle, metres: int, clip: Optional[QgsGeometry], progress: FeedbackProgress
) -> Iterator[tuple[np.ndarray, tuple[np.ndarray, ...], FeedbackProgress]]:
    """Yield codes (n) and bounds (n each) strip by strip, with the progress of the strip."""
    import numpy as np

    from ...analysis import mesh

    for south, north, stage in _stages(area, metres, progress):
        # In the order of the codes neighbours come close together, which an index is the better for.
        codes = np.sort(mesh.cover(south, area.xMinimum(), north, area.xMaximum(), metres))
        bounds = mesh.bounds(codes, metres)
        if clip is not None:
            inside = _overlaps(clip, bounds, stage)
            codes, bounds = codes[inside], tuple(bound[inside] for bound in bounds)
        yield codes, bounds, stage


def _bands(area: QgsRectangle, cell_height: float) -> Iterator[tuple[float, float]]:
    """Yield (south, north) of strips of the area, cut along borders of cells, so that memory stays small."""
    import math

    height = max(1 / 12, cell_height)
    # What `mesh.cover` takes for a border is one here too: half a centimetre, the rounding of seven decimals.
    first = math.floor((area.yMinimum() + 5e-8) / height)
    last = max(math.ceil((area.yMaximum() - 5e-8) / height), first + 1)
    for number in range(first, last):
        yield max(area.yMinimum(), number * height), min(area.yMaximum(), (number + 1) * height)


def _overlaps(clip: QgsGeometry, bounds: tuple[np.ndarray, ...], progress: FeedbackProgress) -> np.ndarray:
    """Return which cells (n) share more than a border with the geometry."""
    import numpy as np

    overlaps = _overlap_test(clip)
    inside = np.zeros(len(bounds[0]), dtype=bool)
    for number, (south, west, north, east) in enumerate(zip(*(bound.tolist() for bound in bounds))):
        if number % 5000 == 0:
            progress.raise_if_cancelled()
        inside[number] = overlaps(south, west, north, east)
    return inside


def _overlap_test(clip: Optional[QgsGeometry]) -> Callable[[float, float, float, float], bool]:
    """Return a test for cells (south, west, north, east): whether one shares more than a border with the geometry.

    Without a geometry all do.
    """
    if clip is None:
        return lambda *edges: True
    engine = QgsGeometry.createGeometryEngine(clip.constGet())
    engine.prepareGeometry()

    def overlaps(south: float, west: float, north: float, east: float) -> bool:
        # Held by a name while the engine reads it: constGet() alone does not keep the geometry.
        cell = QgsGeometry.fromRect(QgsRectangle(west + BORDER, south + BORDER, east - BORDER, north - BORDER))
        return engine.intersects(cell.constGet())

    return overlaps
