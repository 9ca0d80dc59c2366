"""JIS X 0410 codes of points."""

from __future__ import annotations

from itertools import islice
from typing import Any, Optional

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingUtils,
    QgsWkbTypes,
)

from ...messages import TomoshibiError, message
from ..base import DEGREES, FeedbackProgress, Parameters, TomoshibiAlgorithm, tr

BATCH = 5000


class MeshCode(TomoshibiAlgorithm):
    """INPUT, MESH_SIZE → OUTPUT with `mesh_code`."""

    NAME = "meshcode"
    GROUP = "tools"
    NEEDS = ()
    TAGS = ("メッシュコード", "地域メッシュ", "mesh code", "grid square", "JIS X 0410", "messhu koudo")

    def title(self) -> str:
        return tr("Add grid square codes")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add(
            QgsProcessingParameterFeatureSource("INPUT", tr("Layer"), [QgsProcessing.SourceType.TypeVectorAnyGeometry]),
            tr("Points. Of lines and polygons, a point that lies on them decides the square."),
        )
        self.add_cell_size("1000", tr("Nominal size of the squares: 125, 250, 500 m, 1, 5, 10 or 80 km."))
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", tr("With codes")),
            tr(
                "The same features with the field mesh_code, empty where a feature has no place or lies outside "
                "Japan's grid."
            ),
        )
        self.add_number("COUNT", tr("Features"))
        self.add_number("WITHOUT_CODE", tr("Features without a code"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...layers import schema
        from ...layers.rows import write_rows

        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise TomoshibiError(message("The input layer cannot be opened. Choose another one."))
        if not source.sourceCrs().isValid():
            raise TomoshibiError(
                message("The layer {layer} has no coordinate system. Set its CRS.", layer=source.sourceName())
            )
        added = QgsFields()
        added.append(schema.field("mesh_code", "text"))
        fields = QgsProcessingUtils.combineFields(source.fields(), added)
        if fields[fields.count() - 1].name() != "mesh_code":
            progress.warn(
                message(
                    "The layer already has a field mesh_code; the new codes are in {field}.",
                    field=fields[fields.count() - 1].name(),
                )
            )
        if QgsWkbTypes.flatType(source.wkbType()) != QgsWkbTypes.Type.Point:
            progress.info(message("These are not single points: a point that lies on each feature decides its square."))
        sink, target = self.parameterAsSink(parameters, "OUTPUT", context, fields, source.wkbType(), source.sourceCrs())
        if sink is None:
            raise TomoshibiError(message("The output cannot be written. Choose another file or folder for it."))
        to_degrees = QgsCoordinateTransform(
            source.sourceCrs(), QgsCoordinateReferenceSystem(DEGREES), context.transformContext()
        )
        metres = self.cell_size(parameters, context)
        total = max(source.featureCount(), 1)
        count = without = 0
        features = source.getFeatures()
        while True:
            progress.raise_if_cancelled()
            batch = list(islice(features, BATCH))
            if not batch:
                break
            codes = _codes(batch, to_degrees, metres)
            rows = [[*feature.attributes(), code or NULL] for feature, code in zip(batch, codes)]
            write_rows(sink, rows, [feature.geometry() for feature in batch], len(batch), progress.stage(1, 1))
            count += len(batch)
            without += codes.count("")
            progress.set_fraction(count / total)
        if without:
            progress.warn(
                message(
                    "{without} of {count} features have no code: no geometry, or outside Japan's grid squares.",
                    without=without,
                    count=count,
                )
            )
        return {"OUTPUT": target, "COUNT": count, "WITHOUT_CODE": without}


def _codes(features: list[QgsFeature], to_degrees: QgsCoordinateTransform, metres: int) -> list[str]:
    """Return the code of each feature, "" where it has no place in the grid."""
    from ...analysis.mesh_levels import code_of

    codes = []
    for feature in features:
        codes.append("")
        point = _place(feature.geometry())
        if point is None:
            continue
        try:
            moved = to_degrees.transform(point)
        except QgsCsException:
            # Not on the earth in this CRS: no place, and so no code.
            continue
        codes[-1] = code_of(moved.y(), moved.x(), metres)
    return codes


def _place(geometry: QgsGeometry) -> Optional[QgsPointXY]:
    if geometry.isNull() or geometry.isEmpty():
        return None
    if QgsWkbTypes.flatType(geometry.wkbType()) == QgsWkbTypes.Type.Point:
        return geometry.asPoint()
    inner = geometry.pointOnSurface()
    return None if inner.isNull() else inner.asPoint()
