"""Keeping lists and layers in the case (案件のもの): what `createcase` and `editcase` share."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFeatureSource,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProject,
    QgsProviderConnectionException,
    QgsProviderRegistry,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..layers.schema import field
from ..messages import Progress, TomoshibiError, message
from .base import DEGREES, FeedbackProgress, Parameters, TomoshibiAlgorithm, is_empty, tr, translate_message

if TYPE_CHECKING:
    from ..casefile.case import Case
    from ..casefile.own_inputs import Kept

LISTS = ("FACILITIES", "LINKS", "SUPPORT_LIST", "RESIDENTS", "TRUCKS", "BACKUP", "PLAN", "CONTACTS", "REQUESTS")
"""Kinds that are lists; they are read by `listed`."""
LAYERS = ("BOUNDARY", "AREAS", "ROADS", "HAZARDS")
"""Kinds that are layers of `context.gpkg`."""
CODES = ("area_id", "area_code", "KEY_CODE", "N03_007", "code", "id", "fid")
"""Fields that hold the code of an area in open data, the surest first; of names `layers.districts.NAME_FIELDS`."""
_SINGLE_FILES = (".geojson", ".json")


def add_inputs(algorithm: TomoshibiAlgorithm) -> None:
    """Add the inputs that a case may keep; keep them with `Given`."""
    kinds = QgsProcessing.SourceType
    for name, title, kind, help_ in (
        ("BOUNDARY", tr("Municipal boundary"), kinds.TypeVectorPolygon, tr("For the background of maps and sheets.")),
        ("AREAS", tr("Areas"), kinds.TypeVectorPolygon, tr("Settlements or districts (大字, 集落, 公民館区).")),
        ("ROADS", tr("Roads"), kinds.TypeVectorLine, tr("For the ways to facilities and out of settlements.")),
        ("HAZARDS", tr("Landslides and damage"), kinds.TypeVectorAnyGeometry, tr("Points, lines or polygons.")),
        ("FACILITIES", tr("Facilities"), kinds.TypeVector, tr("Shelters, hospitals, waterworks: layer, CSV or XLSX.")),
        (
            "LINKS",
            tr("Facilities and their supply points"),
            kinds.TypeVector,
            tr("CSV or XLSX with the columns facility_id and supply_point."),
        ),
        ("SUPPORT_LIST", tr("List of people who need support"), kinds.TypeVector, tr("避難行動要支援者名簿.")),
        ("RESIDENTS", tr("Residents' list"), kinds.TypeVector, tr("CSV or XLSX, as for “Estimate who was at home”.")),
        ("TRUCKS", tr("Power-supply trucks"), kinds.TypeVector, tr("As for “Propose where power-supply trucks go”.")),
        (
            "BACKUP",
            tr("Backup power of facilities"),
            kinds.TypeVector,
            tr("As for “Tell how long critical facilities last”: facility_id, generator_kva, fuel_l …"),
        ),
        ("PLAN", tr("Restoration plan"), kinds.TypeVector, tr("The utility's plan, CSV or Excel.")),
        (
            "CONTACTS",
            tr("Contacts"),
            kinds.TypeVector,
            tr("The desks that papers go to and come from: 区分, 組織, 部署, 氏名, 電話番号, メールアドレス."),
        ),
        (
            "REQUESTS",
            tr("Support asked for"),
            kinds.TypeVector,
            tr("Trucks and fuel, filled in: the list of “List what support is asked for”."),
        ),
    ):
        algorithm.add(
            QgsProcessingParameterFeatureSource(name, title, [kind], optional=True),
            help_ + " " + tr("A copy is kept in the case with its date; all algorithms use it where theirs is empty."),
        )
    for name, title in (("AREA_FIELD", tr("Field with the area code")), ("NAME_FIELD", tr("Field with the area name"))):
        algorithm.add(
            QgsProcessingParameterField(name, title, None, "AREAS", optional=True),
            tr("Of the areas. Left empty, it is recognised by its name (area_id, KEY_CODE, S_NAME …)."),
            advanced=True,
        )


@dataclass(frozen=True)
class _List:
    """A list that is to be kept."""

    kind: str
    path: Path
    rows: int
    named: str
    sheet: str = ""


class Given:
    """The inputs that a run gives, read before anything of the case changes."""

    def __init__(
        self,
        algorithm: TomoshibiAlgorithm,
        parameters: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        folder: Path,
    ):
        """Read them. `folder`: for what has to be written before it can be kept.

        Raises `TomoshibiError` where one cannot be read or has no rows.
        """
        self._algorithm = algorithm
        self._context = context
        self.layers: dict[str, QgsFeatureSource] = {}
        """Sources of the layers, by kind."""
        for kind in LAYERS:
            source = algorithm.parameterAsSource(parameters, kind, context)
            if source is not None:
                self.layers[kind] = source
        self._fields = {name: algorithm.text(parameters, context, name) for name in ("AREA_FIELD", "NAME_FIELD")}
        given = [kind for kind in LISTS if not is_empty(parameters.get(kind))]
        self._lists = [_list(algorithm, parameters, context, progress, kind, folder) for kind in given]

    def __bool__(self) -> bool:
        return bool(self.layers or self._lists)

    def write_layer(self, kind: str, package: Path, progress: Progress) -> int:
        """Copy a layer into a GeoPackage and return how many features it has."""
        return copy_layer(self.layers[kind], package, kind.lower(), self._context, progress, self._named(kind))

    def note_layers(self, case: Case, counts: dict[str, int], progress: Progress) -> list[Kept]:
        """Note layers that lie in `context.gpkg` now, and say so."""
        from ..casefile.own_inputs import keep_layer

        id_ = f"tomoshibi:{self._algorithm.NAME}"
        return [
            _said(keep_layer(case, kind, rows, id_, self.layers[kind].sourceName()), progress)
            for kind, rows in counts.items()
        ]

    def keep_lists(self, case: Case, progress: Progress) -> list[Kept]:
        """Keep the lists, and say so."""
        from ..casefile.own_inputs import keep_file

        id_ = f"tomoshibi:{self._algorithm.NAME}"
        return [
            _said(keep_file(case, one.kind, one.path, one.rows, id_, one.named, one.sheet), progress)
            for one in self._lists
        ]

    def _named(self, kind: str) -> Optional[tuple[str, str]]:
        """Return the fields with code and name of polygons that are told by them, None of other layers."""
        if kind not in ("AREAS", "BOUNDARY"):
            return None
        from ..layers.districts import NAME_FIELDS

        names = [one.name() for one in self.layers[kind].fields()]
        code, name = (self._fields.values()) if kind == "AREAS" else ("", "")
        return code or _first(CODES, names), name or _first(NAME_FIELDS, names)


def _said(kept: Kept, progress: Progress) -> Kept:
    from ..casefile.own_inputs import OWN_INPUTS

    progress.info(
        message(
            "{input}: {count} rows of {file} are kept in the case.",
            input=OWN_INPUTS[kept.kind].title(),
            count=kept.rows,
            file=kept.named,
        )
    )
    return kept


def _first(wanted: Iterable[str], there: list[str]) -> str:
    folded = {name.lower(): name for name in reversed(there)}
    return next((folded[name.lower()] for name in wanted if name.lower() in folded), "")


def _list(
    algorithm: TomoshibiAlgorithm,
    parameters: Parameters,
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    kind: str,
    folder: Path,
) -> _List:
    """Return a list with the file that is to be kept: as it was given, else what a layer is written to."""
    from ..casefile.own_inputs import OWN_INPUTS
    from .listed import file_of, read_table

    given = parameters[kind]
    text = file_of(given)
    layer = None if text else algorithm.parameterAsVectorLayer(parameters, kind, context)
    part = isinstance(given, QgsProcessingFeatureSourceDefinition) and given.selectedFeaturesOnly
    if not text and layer is not None and layer.providerType() == "ogr" and not part:
        text = file_of(layer.source())
    if text:
        path, _, rest = text.partition("|")
        rows = len(read_table(text, None, _known(kind), progress).rows)
        return _List(kind, Path(path), rows, Path(path).name, rest.partition("layername=")[2].split("|")[0])
    source = algorithm.parameterAsSource(parameters, kind, context)
    if source is None or source.featureCount() == 0:
        raise TomoshibiError(
            message(
                "“{input}” cannot be read or has no rows. Choose a CSV, an XLSX workbook or a layer.",
                input=OWN_INPUTS[kind].title(),
            )
        )
    named = layer.name() if layer is not None else source.sourceName()
    if OWN_INPUTS[kind].plain:
        path = folder / f"{kind.lower()}.csv"
        return _List(kind, path, _write_csv(source, path, progress), named)
    alone = None if layer is None or part else _file_alone(layer)
    if alone is not None:
        return _List(kind, alone, source.featureCount(), alone.name)
    path = folder / f"{kind.lower()}.gpkg"
    return _List(kind, path, copy_layer(source, path, kind.lower(), context, progress), named, kind.lower())


def _file_alone(layer: QgsVectorLayer) -> Optional[Path]:
    """Return the file of a layer that is all of one file, None where it is not."""
    path = Path(layer.source().split("|")[0])
    whole = layer.providerType() == "ogr" and not layer.subsetString()
    return path if whole and path.suffix.lower() in _SINGLE_FILES and path.is_file() else None


def _known(kind: str) -> Iterable[str]:
    """Return the headings by which the sheet of a workbook is found."""
    from ..analysis import support_requests
    from ..casefile import contacts, links, people
    from ..layers.sources import FACILITY_KNOWN
    from .recovery import backup_list, plans, powertrucks

    return {
        "FACILITIES": FACILITY_KNOWN,
        "LINKS": links.KNOWN,
        "SUPPORT_LIST": people.KNOWN,
        "RESIDENTS": people.KNOWN,
        "TRUCKS": powertrucks.KNOWN,
        "BACKUP": backup_list.KNOWN,
        "PLAN": plans.KNOWN,
        "CONTACTS": contacts.KNOWN,
        "REQUESTS": support_requests.KNOWN,
    }[kind]


def _write_csv(source: QgsFeatureSource, path: Path, progress: Progress) -> int:
    from ..aggregator.outside import SafeWriter
    from ..layers.spreadsheets import plain

    count = 0
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = SafeWriter(stream)
        writer.writerow([one.name() for one in source.fields()])
        for feature in source.getFeatures():
            progress.raise_if_cancelled()
            writer.writerow([plain(value) for value in feature.attributes()])
            count += 1
    return count


def keep_in_context(given: Given, case: Case, progress: Progress) -> dict[str, int]:
    """Put the layers that are given into `context.gpkg` of a case; return how many features each has.

    Each is written apart and whole, and then takes the place of the earlier one.
    """
    from ..casefile.own_inputs import CONTEXT
    from ..files import replace_file
    from ..layers.replace import adopt, is_package, replace

    package = case.folder / CONTEXT
    counts = {}
    for kind in given.layers:
        with tempfile.TemporaryDirectory(prefix=".fresh-", dir=case.folder) as folder:
            fresh = Path(folder) / CONTEXT
            counts[kind] = given.write_layer(kind, fresh, progress)
            if not is_package(package):
                # there is none, or what a full disk left of one
                replace_file(fresh, package)
            elif not (replace(package, fresh, kind.lower()) or adopt(package, fresh, kind.lower())):
                given.write_layer(kind, package, progress)
    return counts


def drop_layer(package: Path, layer: str) -> None:
    """Delete a layer of a GeoPackage. Raises `TomoshibiError` where it cannot be."""
    try:
        QgsProviderRegistry.instance().providerMetadata("ogr").createConnection(str(package), {}).dropVectorTable(
            "", layer
        )
    except QgsProviderConnectionException as error:
        raise TomoshibiError(
            message("{file} cannot be changed. Close the programs that hold it, then try again.", file=package.name)
        ) from error


_LITTLE = 1 << 20
"""Bytes of a disk that count as full when something could not be written."""


def copy_layer(
    source: QgsFeatureSource,
    path: Path,
    layer: str,
    context: QgsProcessingContext,
    progress: Progress,
    named: Optional[tuple[str, str]] = None,
) -> int:
    """Copy features into a layer of a GeoPackage, in JGD2011; return how many.

    `named`: fields that hold code and name ("" none), which go into `area_id` and `area_name` where those are lacking.
    Raises `TomoshibiError` where it cannot be written.
    """
    from ..layers.gpkg import Target, rows_in

    degrees = QgsCoordinateReferenceSystem(DEGREES)
    fields, places, more = _copied_fields(source.fields(), named)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = layer
    options.fileEncoding = "UTF-8"
    if path.exists():
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    flat = QgsWkbTypes.flatType(QgsWkbTypes.multiType(source.wkbType()))
    spatial = flat not in (QgsWkbTypes.Type.NoGeometry, QgsWkbTypes.Type.Unknown)
    writer = QgsVectorFileWriter.create(
        str(path), fields, flat if spatial else source.wkbType(), degrees, context.transformContext(), options
    )
    request = QgsFeatureRequest()
    if source.sourceCrs().isValid():
        request.setDestinationCrs(degrees, context.transformContext())
    count = 0
    for feature in source.getFeatures(request):
        progress.raise_if_cancelled()
        geometry = feature.geometry()
        if spatial and geometry.isEmpty():
            continue
        copied = QgsFeature(fields)
        values = feature.attributes()
        copied.setAttributes(
            [values[place] for place in places]
            + [str(count + 1) if place is None else str(values[place]) for place in more]
        )
        if not geometry.isNull():
            geometry.convertToMultiType()
            copied.setGeometry(geometry)
        if not writer.addFeature(copied, QgsFeatureSink.Flag.FastInsert):
            break
        count += 1
    reason = writer.errorMessage()
    del writer
    lost = count - rows_in(Target(path, layer))
    if reason or lost > 0:
        if shutil.disk_usage(path.parent).free < _LITTLE:
            raise TomoshibiError(
                message(
                    "{file} cannot be written ({reason}). Check that the disk has room and no other program holds it.",
                    file=path.name,
                    reason=os.strerror(errno.ENOSPC),
                )
            )
        raise TomoshibiError(
            message(
                "The layer “{layer}” cannot be copied into the case ({reason}). "
                "Save it as a GeoPackage of its own first.",
                layer=layer,
                reason=reason or os.strerror(errno.ENOSPC),
            )
        )
    return count


def _copied_fields(
    fields: QgsFields, named: Optional[tuple[str, str]]
) -> tuple[QgsFields, list[int], list[Optional[int]]]:
    """Return (fields of a copy, places of those copied as they are, places of code and name, None for a number)."""
    # A field called fid would be taken for GeoPackage's own key, and refused where its values repeat.
    places = [number for number, one in enumerate(fields) if one.name().lower() != "fid"]
    made = QgsFields()
    for number in places:
        made.append(fields[number])
    more: list[Optional[int]] = []
    code = fields.lookupField(named[0]) if named and named[0] else None
    for wanted, held in zip(("area_id", "area_name"), named or ()):
        if held == wanted:
            continue
        if made.lookupField(wanted) >= 0:
            places = [number for number in places if fields[number].name().lower() != wanted]
            made.remove(made.lookupField(wanted))
        made.append(field(wanted, "text"))
        more.append(fields.lookupField(held) if held else code)
    return made, places, more


@dataclass(frozen=True)
class Said:
    """What a case says of itself that may be changed later, as forms show it."""

    events: str
    """ISO moments and intervals, separated by commas, as EVENT_TIMES takes them."""
    use_from: Optional[date]
    use_to: Optional[date]
    practice: bool


def said_of(folder: Path) -> Said:
    """Return what a case says of itself. Raises `TomoshibiError` where it cannot be opened."""
    from ..casefile.case import Case
    from ..casefile.events import events_text

    info = Case.open(Path(folder)).info
    return Said(events_text(info.all_events), info.request.use_from, info.request.use_to, info.practice)


def kept_rows(folder: Path) -> list[tuple[str, str, Optional[Kept], bool]]:
    """Return (kind, its name in the user's language, what the case keeps of it, whether it can be taken out).

    Raises `TomoshibiError` where what the case keeps cannot be understood.
    """
    from ..casefile.own_inputs import OWN_INPUTS, own_inputs, removable

    kept = own_inputs(Path(folder))
    return [
        (kind, translate_message(one.title()), kept.get(kind), kind in kept and removable(kept[kind]))
        for kind, one in OWN_INPUTS.items()
    ]


def offered(kind: str, project: QgsProject) -> list[QgsVectorLayer]:
    """Return the layers of a project that may be kept as an input: of the right geometry, and no results of our own."""
    from ..casefile.own_inputs import OWN_INPUTS
    from ..layers.context import result_kind

    types = QgsWkbTypes.GeometryType
    wanted = {"polygon": (types.PolygonGeometry,), "line": (types.LineGeometry,)}.get(OWN_INPUTS[kind].geometry)
    found = []
    for layer in project.mapLayers().values():
        if not isinstance(layer, QgsVectorLayer) or not layer.isValid() or result_kind(layer):
            continue
        if wanted is None or layer.geometryType() in wanted:
            found.append(layer)
    return sorted(found, key=lambda layer: layer.name())


def name_of(folder: str) -> str:
    """Return what a case calls itself, the name of its folder where that cannot be read."""
    from ..aggregator.outside import parse_json, shown

    try:
        name = parse_json((Path(folder) / "case.json").read_bytes())["name"]
    except (OSError, ValueError, KeyError, TypeError):
        # what is wrong with the case is said where it is opened
        return Path(folder).name
    return shown(name) if isinstance(name, str) and name.strip() else Path(folder).name
