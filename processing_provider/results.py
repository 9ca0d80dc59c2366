"""The last steps of every algorithm with a result layer: sink, features, style, ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureSource,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingUtils,
)

from ..layers import postprocess
from ..layers.schema import CRS, SPECS, fields
from ..layers.sources import to_result_crs
from ..messages import Message, TomoshibiError, message
from .base import FeedbackWatch, TomoshibiAlgorithm, say, tr

if TYPE_CHECKING:
    import pandas as pd

    from ..casefile.case import Case

_SINKS = {
    "point": QgsProcessing.SourceType.TypeVectorPoint,
    "polygon": QgsProcessing.SourceType.TypeVectorPolygon,
    "cell": QgsProcessing.SourceType.TypeVectorPolygon,
    "none": QgsProcessing.SourceType.TypeVector,
}


def add_output(algorithm: TomoshibiAlgorithm, spec_name: str) -> None:
    """Add OUTPUT, the result layer of this kind."""
    spec = SPECS[spec_name]
    algorithm.add(
        QgsProcessingParameterFeatureSink("OUTPUT", spec.title(), _SINKS[spec.geometry]),
        tr("Where the result goes: a temporary layer, or a layer of the case's GeoPackage."),
    )


def add_areas(algorithm: TomoshibiAlgorithm, help_: str, optional: bool = False) -> None:
    """Add AREAS and AREA_FIELD (code) and AREA_NAME_FIELD: the polygons results are told by."""
    algorithm.add(
        QgsProcessingParameterFeatureSource(
            "AREAS", tr("Areas"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=optional
        ),
        help_,
    )
    algorithm.add(
        QgsProcessingParameterField("AREA_FIELD", tr("Field with the area code"), "area_id", "AREAS", optional=True),
        tr("Field that tells the areas apart. Left empty, area_id."),
    )
    algorithm.add(
        QgsProcessingParameterField("NAME_FIELD", tr("Field with the area name"), "area_name", "AREAS", optional=True),
        tr("Field with the name to show. Left empty, area_name; where there is none, the code is shown."),
    )


class Areas:
    """The AREAS of a run with its two fields."""

    def __init__(self, algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext):
        source = algorithm.parameterAsSource(parameters, "AREAS", context)
        self.source: Optional[QgsFeatureSource] = source
        if source is None:
            return
        names = [field.name() for field in source.fields()]
        self.id_field = algorithm.text(parameters, context, "AREA_FIELD") or "area_id"
        if self.id_field not in names:
            raise TomoshibiError(
                message(
                    "The areas have no field {field}. Choose the field that holds the area code.", field=self.id_field
                )
            )
        name_field = algorithm.text(parameters, context, "NAME_FIELD") or "area_name"
        self.name_field = name_field if name_field in names else self.id_field
        self.transform = to_result_crs(source.sourceCrs(), context.transformContext())

    def shapes(self, watch: FeedbackWatch) -> dict[str, tuple[str, QgsGeometry]]:
        """Return {area code: (name, multipolygon in the results' CRS)}; parts of one code are brought together."""
        found: dict[str, tuple[str, QgsGeometry]] = {}
        for feature in self.source.getFeatures():
            watch.check()
            geometry = feature.geometry()
            if geometry.isNull() or geometry.isEmpty():
                continue
            geometry.transform(self.transform)
            geometry.convertToMultiType()
            code = str(feature[self.id_field])
            if code in found:
                name, before = found[code]
                geometry = before.combine(geometry)
                geometry.convertToMultiType()
                found[code] = (name, geometry)
            else:
                found[code] = (str(feature[self.name_field]), geometry)
        return found


def publish(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    watch: FeedbackWatch,
    case: Case,
    spec_name: str,
    table: pd.DataFrame,
    geometries: Optional[Iterable[QgsGeometry]],
    as_of: object,
    sources: list[Message],
    personal: bool = True,
) -> str:
    """Write a result to OUTPUT, let it be styled when loaded, enter it in the ledger; return the layer's id or path.

    `personal` False is for what was made from statistics alone; what derives from 個人データ must be disposed of.
    """
    from ..layers.build import write

    spec = SPECS[spec_name]
    sink, destination = algorithm.parameterAsSink(
        parameters, "OUTPUT", context, fields(spec), spec.wkb_type, QgsCoordinateReferenceSystem(CRS)
    )
    if sink is None:
        raise TomoshibiError(
            message("The output cannot be written. Choose another file, or close the program that holds it.")
        )
    described = " / ".join(say(source) for source in sources)
    write(sink, spec, table, geometries, as_of, described, watch)
    del sink
    postprocess.style_on_load(context, destination, spec_name, spec.title())
    place = place_in_case(case, destination, context)
    if place:
        from ..casefile.recipes import final_place

        stands = final_place(place)
        case.ledger.add(f"tomoshibi:{algorithm.NAME}", stands, [str(source) for source in sources], personal)
        _keep_recipe(algorithm, parameters, context, case, place)
    return destination


def _keep_recipe(
    algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, case: Case, place: str
) -> None:
    """Remember how a layer of the case was made, so that “Refresh the case” can make it again."""
    from ..casefile.ledger import now
    from ..casefile.recipes import Recipe, keep_recipe, layer_of_place
    from .recipes import describe

    layer = layer_of_place(place)
    if layer is not None:
        kept, lacking = describe(algorithm, parameters, context, case)
        keep_recipe(case, Recipe(layer, algorithm.NAME, kept, lacking, now().isoformat(), case.seen))


def place_in_case(case: Case, destination: str, context: QgsProcessingContext) -> str:
    """Return where a result was written as the ledger says it; "" for a layer in memory, which is gone with QGIS."""
    layer = QgsProcessingUtils.mapLayerFromString(destination, context, False)
    if layer is not None and layer.dataProvider() is not None and layer.dataProvider().name() == "memory":
        return ""
    path, _, rest = destination.partition("|")
    name = rest.partition("layername=")[2].split("|")[0]
    return case.relative(Path(path)) + (f"|{name}" if name else "")
