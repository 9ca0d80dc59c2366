"""The last steps of every algorithm with a result layer: sink, features, style, ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional, Sequence, Union

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeatureSink,
    QgsFeatureSource,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingUtils,
    QgsVectorLayer,
)

from ..files import fresh_folder, replace_file
from ..layers import postprocess
from ..layers.schema import CRS, SPECS, LayerSpec, fields
from ..layers.sources import to_result_crs
from ..layers.uris import apart, file_and_layer, layer_uri
from ..messages import Message, TomoshibiError, message
from .base import FeedbackProgress, TomoshibiAlgorithm, tr, translate_message
from .output_targets import IN_PACKAGE, LAYERS, in_case, is_part, told_place

if TYPE_CHECKING:
    import pandas as pd

    from ..casefile.case import Case
    from ..layers.build import Parts
    from ..layers.row_numbers import Keeping

_SINKS = {
    "point": QgsProcessing.SourceType.TypeVectorPoint,
    "polygon": QgsProcessing.SourceType.TypeVectorPolygon,
    "line": QgsProcessing.SourceType.TypeVectorLine,
    "cell": QgsProcessing.SourceType.TypeVectorPolygon,
    "none": QgsProcessing.SourceType.TypeVector,
}


def add_output(algorithm: TomoshibiAlgorithm, spec_name: str) -> None:
    """Add OUTPUT, the result layer of this kind."""
    spec = SPECS[spec_name]
    algorithm.add(
        # optional, or qgis_process asks for it though it has a default
        QgsProcessingParameterFeatureSink(
            "OUTPUT", spec.title(), _SINKS[spec.geometry], in_case(LAYERS), optional=True, createByDefault=True
        ),
        tr(
            "Where the result goes: by default the case's GeoPackage, where it takes the place of the earlier one of "
            "this theme."
        ),
    )


def add_evidence_outputs(algorithm: TomoshibiAlgorithm) -> None:
    """Declare what every algorithm that maps states returns: UNKNOWN, UNKNOWN_BY_REASON, DATA_UNTIL."""
    declared = {output.name() for output in algorithm.outputDefinitions()}
    if "UNKNOWN" not in declared:
        algorithm.add_number("UNKNOWN", tr("Of which nothing is known"))
    algorithm.add_number("UNKNOWN_BY_REASON", tr("Unknown by reason (JSON: reason code → count)"), text=True)
    algorithm.add_number("DATA_UNTIL", tr("Data until"), text=True)


def evidence_outputs(
    reasons: Iterable[Optional[str]], until: Optional[object], unknown: Optional[int] = None
) -> dict[str, Any]:
    """Return the outputs that `add_evidence_outputs` declares.

    `reasons`: the reason code of each unknown result, blank of the others; `until`: the moment until which the data
    reach, None without data; `unknown`: how many are unknown where that is not the number of reasons.
    """
    import pandas as pd

    from ..analysis.reasons import as_json, count_by_reason

    counts = count_by_reason(reasons)
    return {
        "UNKNOWN": sum(counts.values()) if unknown is None else unknown,
        "UNKNOWN_BY_REASON": as_json(counts),
        "DATA_UNTIL": "" if until is None else pd.Timestamp(until).strftime("%Y-%m-%dT%H:%M"),
    }


def sum_known(column: Iterable[float]) -> Optional[int]:
    """Return the sum of the counts of a column that are known, None where none is: an unknown count is never 0."""
    import pandas as pd

    total = pd.to_numeric(pd.Series(column), errors="coerce").sum(min_count=1)
    return None if pd.isna(total) else int(total)


def known_numbers(**numbers: Optional[float]) -> dict[str, float]:
    """Return outputs by name, those of which nothing is known (None) left out: a model or a script finds no 0 there."""
    return {name: number for name, number in numbers.items() if number is not None}


def reasons_told(results: Mapping[str, Any]) -> str:
    """Return UNKNOWN_BY_REASON of results in words, the most frequent reason first, for a message."""
    from ..layers.style import UNKNOWN_REASONS

    words = dict(UNKNOWN_REASONS)
    counts = sorted(json.loads(results["UNKNOWN_BY_REASON"]).items(), key=lambda one: -one[1])
    return tr(", ").join(f"{words[code]() if code in words else code} {count:,}" for code, count in counts)


def add_areas(algorithm: TomoshibiAlgorithm, help_: str, optional: bool = False) -> None:
    """Add AREAS and AREA_FIELD (code) and AREA_NAME_FIELD: the polygons results are told by."""
    algorithm.add_own(
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


def refuse_result(layer: Optional[QgsVectorLayer], wanted: Message) -> None:
    """Raise where a layer is a result of our own, which QGIS offers once it lies on top; `wanted`: what to choose."""
    from ..layers.context import result_kind

    if layer is not None and result_kind(layer):
        raise TomoshibiError(
            message("“{layer}” is a result of Tomoshibi. {wanted}", layer=layer.name(), wanted=wanted),
        )


class Areas:
    """The AREAS of a run with its two fields."""

    def __init__(self, algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext):
        source = algorithm.parameterAsSource(parameters, "AREAS", context)
        self.source: Optional[QgsFeatureSource] = source
        if source is None:
            return
        refuse_result(
            algorithm.parameterAsVectorLayer(parameters, "AREAS", context),
            message("Choose the boundaries of the districts (大字, 集落, 公民館区)."),
        )
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
        self._told = False

    def shapes(self, progress: FeedbackProgress) -> dict[str, tuple[str, QgsGeometry]]:
        """Return {area code: (name, multipolygon in the results' CRS)}; parts of one code are brought together.

        What has no code or no shape is left out, and told, as are codes that do not tell areas apart.
        """
        found: dict[str, tuple[str, QgsGeometry]] = {}
        alike: dict[str, set[str]] = {}
        left_out: list[str] = []
        for feature in self.source.getFeatures():
            progress.raise_if_cancelled()
            geometry = feature.geometry()
            code = _text(feature[self.id_field])
            name = _text(feature[self.name_field]) or code
            if geometry.isNull() or geometry.isEmpty() or not code:
                left_out.append(name or str(feature.id()))
                continue
            alike.setdefault(code, set()).add(name)
            geometry.transform(self.transform)
            geometry.convertToMultiType()
            if code in found:
                name, before = found[code]
                geometry = before.combine(geometry)
                geometry.convertToMultiType()
            found[code] = (name, geometry)
        self._tell(alike, left_out, progress)
        return found

    def _tell(self, alike: dict[str, set[str]], left_out: list[str], progress: FeedbackProgress) -> None:
        """Say once which areas are left out, and which codes stand on areas of several names."""
        from ..analysis.unread import some

        if self._told:
            return
        self._told = True
        if left_out:
            progress.warn(
                message(
                    "{count} areas have no code in the field {field}, or no shape, and are left out: {areas}. Their "
                    "meters are counted in no area.",
                    count=len(left_out),
                    field=self.id_field,
                    areas=some(left_out),
                )
            )
        shared = [f"{code} ({', '.join(sorted(names)[:3])})" for code, names in alike.items() if len(names) > 1]
        if shared:
            progress.warn(
                message(
                    "{count} codes in the field {field} stand on areas of different names, and each counts as one "
                    "area: {codes}. Choose a field that tells the areas apart.",
                    count=len(shared),
                    field=self.id_field,
                    codes=some(shared),
                )
            )


def _text(value: object) -> str:
    """Return an attribute as text as it stands, "" where it is blank."""
    text = "" if value is None or value == NULL else str(value)
    return text if text.strip() else ""


def write_result(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    case: Case,
    spec_name: str,
    table: Union[pd.DataFrame, Parts],
    geometries: Optional[Iterable[QgsGeometry]],
    as_of: object,
    sources: list[Message],
    personal: bool = True,
    evidence_until: Optional[object] = None,
    entered_here: bool = True,
) -> str:
    """Write a result to OUTPUT, let it be styled when loaded, enter it in the ledger; return the layer's id or path.

    A table in parts is written while it is worked out, but only beside what stands there: where that is not possible,
    it is waited for. `personal` False is for what was made from statistics alone; what derives from 個人データ must be
    disposed of.
    `evidence_until` (datetime): until when the data of this result reach, for every feature.
    `entered_here`: what people entered and stands in the table was read from the layer that is replaced.
    """
    from .row_identity import keeping

    spec = SPECS[spec_name]
    described = " / ".join(translate_message(source) for source in sources)
    # They may have to be gone through twice.
    shapes = geometries if geometries is None or isinstance(geometries, Sequence) else list(geometries)
    kept = keeping(algorithm.NAME, case, spec_name, entered_here, progress)
    result = _Result(spec, table, shapes, as_of, described, evidence_until, kept)
    destination = _written(algorithm, parameters, context, progress, result)
    name = postprocess.called(spec_name, file_and_layer(destination)[1])
    postprocess.style_on_load(context, destination, spec_name, postprocess.named_at(name, _moment(as_of)))
    place = place_in_case(case, destination, context)
    if place:
        from ..casefile.recipes import final_place, layer_of_place

        stands = final_place(place)
        case.ledger.add(f"tomoshibi:{algorithm.NAME}", stands, [str(source) for source in sources], personal)
        _keep_recipe(algorithm, parameters, context, case, place)
        if not is_part(spec_name, layer_of_place(stands) or spec_name):
            _keep_history(algorithm, case, spec_name, table, (as_of, evidence_until), personal)
    return destination


def write_rows(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    spec_name: str,
    table: pd.DataFrame,
    source: Message,
) -> Optional[str]:
    """Write a table without places to OUTPUT, as of now; return the layer's id or path, None where none is wanted."""
    from ..casefile.ledger import now

    if parameters.get("OUTPUT") in (None, ""):
        return None
    result = _Result(SPECS[spec_name], table, None, now(), translate_message(source))
    destination = _written(algorithm, parameters, context, progress, result)
    postprocess.style_on_load(context, destination, spec_name, SPECS[spec_name].title())
    return destination


def _moment(as_of: object) -> Optional[datetime]:
    """Return the moment a result is of as a time, None where it has none."""
    import pandas as pd

    moment = pd.Timestamp(as_of) if as_of is not None else None
    return None if moment is None or pd.isna(moment) else moment.to_pydatetime()


def _keep_history(
    algorithm: TomoshibiAlgorithm,
    case: Case,
    spec_name: str,
    table: pd.DataFrame,
    moments: tuple[object, object],
    personal: bool,
) -> None:
    """Remember what the result says, so that changes are told and past maps can be judged.

    `moments`: `as_of` and `evidence_until` of a result whose rows have none of their own.
    """
    import pandas as pd

    from ..casefile import heard, history

    as_of, until = moments
    moment = pd.Timestamp(as_of if as_of is not None else pd.to_datetime(table["as_of"]).max())
    if not pd.isna(moment):
        if spec_name in history.KEPT:
            if history.UNTIL not in table and until is not None:
                table = table.assign(**{history.UNTIL: pd.Timestamp(until)})
            heard.keep(case, moment.to_pydatetime(), f"tomoshibi:{algorithm.NAME}")
        history.keep(case, spec_name, table, moment.to_pydatetime(), f"tomoshibi:{algorithm.NAME}", personal)


@dataclass(frozen=True)
class _Result:
    """What is to be written."""

    spec: LayerSpec
    table: Union[pd.DataFrame, Parts]
    geometries: Optional[Iterable[QgsGeometry]]
    as_of: object
    source: str
    evidence_until: Optional[object] = None
    keeping: Optional[Keeping] = None
    """By what the rows of the layer that is replaced are known again."""

    def to_package(self, destination: str, progress: FeedbackProgress) -> bool:
        """Write into the layer that a closed sink left empty; False, and nothing written, where that cannot be."""
        from ..layers import build, gpkg

        target = gpkg.target_of(destination)
        if target is None or not self.at_once():
            return False
        written = build.write_at_once(
            target, self.spec, self.table, self.geometries, self.as_of, self.source, progress, self.evidence_until
        )
        return written is not None

    def at_once(self) -> bool:
        """Whether the geometries are all known beforehand; areas of users are not of one length."""
        from ..layers.build import Geometries

        return self.geometries is None or isinstance(self.geometries, Geometries)

    def to_sink(self, sink: QgsFeatureSink, progress: FeedbackProgress) -> None:
        """Write feature by feature; `settled` once the sink is closed."""
        from ..layers.build import write

        write(sink, self.spec, self.table, self.geometries, self.as_of, self.source, progress, self.evidence_until)

    def settled(self, destination: str) -> str:
        """Finish what a sink, now closed, wrote; return the destination."""
        from ..aggregator.outside import make_csv_safe
        from ..layers.build import settle

        settle(destination, self.spec)
        written = Path(file_and_layer(destination)[0])
        if written.suffix.lower() == ".csv" and written.is_file():
            make_csv_safe(written)
        return destination

    def check_whole(self, destination: str, package: Optional[Path] = None) -> None:
        """Raise where a GeoPackage lacks features of the result, or the index: QGIS does not say what a full disk lost.

        `package`: whose layer the features were to take the place of, and did not yet.
        """
        from ..layers import gpkg

        target = gpkg.target_of(destination)
        if target is not None and (gpkg.rows_in(target) < len(self.table) or gpkg.lacks_index(target)):
            if package is not None:
                raise _not_made(package, target.table)
            raise TomoshibiError(
                message(
                    "The layer {layer} was not written to its end. Check that the disk of {file} has room, then run "
                    "again; what is in the layer now is not to be used.",
                    layer=target.table,
                    file=target.path.name,
                )
            )


def _not_made(package: Path, layer: str) -> TomoshibiError:
    return TomoshibiError(
        message(
            "The layer {layer} was not made to its end, and what {file} has of it stays as it was. Check that the disk "
            "has room, then run again.",
            layer=layer,
            file=package.name,
        )
    )


def _written(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    result: _Result,
) -> str:
    """Write a result in place of the layer that stands there, else as a new one; return the layer's id or path."""
    return (
        _replace(parameters, context, progress, result)
        or _write_new(parameters, context, progress, result)
        or _write(algorithm, parameters, context, progress, result)
    )


def _write(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    result: _Result,
) -> str:
    """Write to OUTPUT and return the layer's id or path: into a GeoPackage at once, elsewhere through the sink."""
    from ..layers import gpkg
    from ..layers.build import Parts

    if isinstance(result.table, Parts):
        # Opening the output may change what stands there: only for a result that is known to come about.
        result.table.wait()

    def opened() -> tuple[QgsFeatureSink, str]:
        crs = QgsCoordinateReferenceSystem(CRS)
        sink, destination = algorithm.parameterAsSink(
            parameters, "OUTPUT", context, fields(result.spec), result.spec.wkb_type, crs
        )
        if sink is None:
            raise TomoshibiError(
                message("The output cannot be written. Choose another file, or close the program that holds it.")
            )
        return sink, destination

    sink, destination = opened()
    if gpkg.target_of(destination) is not None and result.at_once():
        # The table comes into being when the sink that made it is closed.
        del sink
        if result.to_package(destination, progress):
            result.check_whole(destination)
            return destination
        # It holds features that are to be added to.
        sink, destination = opened()
    result.to_sink(sink, progress)
    del sink
    result.settled(destination)
    result.check_whole(destination)
    return destination


def _replace(
    parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress, result: _Result
) -> str:
    """Let the result take the place of the layer of a GeoPackage that OUTPUT names; return its path.

    "" and nothing done where there is no such layer, or features are to be added to it. Who has the layer open sees the
    old features or the new, never an empty or a missing table (layers/replace.py).
    """
    from ..layers.replace import adopt, replace, stands

    output, definition = _output(parameters)
    named = IN_PACKAGE.match(output)
    package, layer = (Path(named["path"]), named["layer"]) if named else (Path(output), Path(output).stem)
    if not stands(package, layer) or not (named or _is_alone(package, layer)):
        return ""
    with fresh_folder(package) as folder:
        fresh = folder / "fresh.gpkg"
        if not _made_fresh(result, fresh, layer, package, context, progress):
            return ""
        # Of other columns it is a new table, in place of the old one.
        kept = result.keeping
        if not replace(package, fresh, layer, kept) and not adopt(package, fresh, layer, kept):
            return ""
    return _loaded(layer_uri(package, layer) if named else output, layer, definition, context)


def _is_alone(package: Path, layer: str) -> bool:
    """Whether a file is a GeoPackage with this layer only, which is what naming the file alone makes of it."""
    from ..casefile.package_trim import layers_of

    return package.suffix.lower() == ".gpkg" and set(layers_of(package)) <= {layer, "layer_styles"}


def _write_new(
    parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress, result: _Result
) -> str:
    """Write a new GeoPackage, or a new layer of one, beside its place; put it there once it is whole; return its layer.

    "" and nothing done where OUTPUT names neither.
    """
    from ..layers.replace import adopt, stands

    output, definition = _output(parameters)
    named = IN_PACKAGE.match(output)
    path = Path(named["path"] if named else output)
    layer = named["layer"] if named else path.stem
    if path.suffix.lower() != ".gpkg" or not path.parent.is_dir():
        return ""
    if path.exists() and (not named or stands(path, layer)):
        return ""
    with fresh_folder(path) as folder:
        fresh = folder / path.name
        if not _made_fresh(result, fresh, layer, path, context, progress):
            return ""
        if not path.exists():
            replace_file(fresh, path)
        elif not adopt(path, fresh, layer):
            return ""
    return _loaded(layer_uri(path, layer) if named else output, layer, definition, context)


def _output(parameters: dict[str, Any]) -> tuple[str, Optional[QgsProcessingOutputLayerDefinition]]:
    """Return where OUTPUT goes, "" where that is no plain text, and how its layer is to be loaded."""
    output = parameters.get("OUTPUT")
    definition = output if isinstance(output, QgsProcessingOutputLayerDefinition) else None
    if definition is not None:
        output = "" if definition.useRemapping() else definition.sink.staticValue()
    return output if isinstance(output, str) else "", definition


def _loaded(
    destination: str,
    layer: str,
    definition: Optional[QgsProcessingOutputLayerDefinition],
    context: QgsProcessingContext,
) -> str:
    """Have a layer loaded when the algorithm has ended, where that is wanted; return its path."""
    if definition is not None and definition.destinationProject is not None:
        name = definition.destinationName or layer
        details = QgsProcessingContext.LayerDetails(name, definition.destinationProject, "OUTPUT")
        context.addLayerToLoadOnCompletion(destination, details)
    return destination


def _made_fresh(
    result: _Result, fresh: Path, layer: str, package: Path, context: QgsProcessingContext, progress: FeedbackProgress
) -> bool:
    """Write a result into a GeoPackage of its own; False where QGIS makes none. Raises where it is not whole."""
    try:
        sink, made = QgsProcessingUtils.createFeatureSink(
            f"ogr:dbname='{fresh}' table=\"{layer}\" (geom)",
            context,
            fields(result.spec),
            result.spec.wkb_type,
            QgsCoordinateReferenceSystem(CRS),
        )
        if sink is None:
            return False
        if result.at_once():
            del sink
            result.to_package(made, progress)
        else:
            result.to_sink(sink, progress)
            del sink
            result.settled(made)
    except QgsProcessingException as error:
        raise _not_made(package, layer) from error
    result.check_whole(made, package)
    return True


def _keep_recipe(
    algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, case: Case, place: str
) -> None:
    """Remember how a layer of the case was made, so that “Refresh the case” can make it again."""
    from ..casefile.ledger import now
    from ..casefile.recipes import Recipe, keep_recipe, layer_of_place
    from ..casefile.stamps import keep_stamp
    from .recipes import describe
    from .stamps import stamp_of_run

    layer = layer_of_place(place)
    if layer is not None:
        # what the case keeps is left to the case: a newer list is used when the layer is made again
        kept, lacking = describe(algorithm, without_own(algorithm, parameters, case), context, case)
        made_at = now().isoformat()
        keep_recipe(case, Recipe(layer, algorithm.NAME, kept, lacking, made_at, case.seen))
        # none where something changed meanwhile: nobody can say what of it was read
        same = case.stamp and case.stamp == stamp_of_run(algorithm, parameters, context, case)
        keep_stamp(case, layer, made_at, case.stamp if same else "")


def without_own(algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], case: Case) -> dict[str, Any]:
    """Return the parameters without those that are the case's own inputs."""
    from ..casefile.own_inputs import own_inputs

    held = own_inputs(case.folder).values() if algorithm.USES_OWN else ()
    own = {source for kept in held for source in (kept.source, apart(kept.source))}
    return {name: value for name, value in parameters.items() if not (isinstance(value, str) and value in own)}


def place_in_case(case: Case, destination: str, context: QgsProcessingContext) -> str:
    """Return where a result was written as the ledger says it; "" for a layer in memory, which is gone with QGIS."""
    if told_place(destination):
        return told_place(destination)
    # not asked of the project: its layers are the window's, and this may be another thread
    layer = context.temporaryLayerStore().mapLayer(destination)
    if layer is not None and layer.dataProvider() is not None and layer.dataProvider().name() == "memory":
        return ""
    path, name = file_and_layer(destination)
    return case.relative(Path(path)) + (f"|{name}" if name else "")
