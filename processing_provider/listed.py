"""The one reader of all tables that people keep: persons, facilities, trucks, plans, orders of priority.

CSV and tab-separated text (UTF-8, with or without byte order mark, CP932, UTF-16), XLSX and ODS with merged cells,
JSON, and layers come out alike: headings, rows of texts, the row each stands in, and a place where a layer has one.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Collection, Mapping, Optional, Sequence

from ..messages import Message, Progress, TomoshibiError, message

if TYPE_CHECKING:
    from qgis.core import QgsFeatureSource, QgsProcessingContext

    from ..analysis.listed import Listed
    from .base import TomoshibiAlgorithm

WORKBOOKS = (".xlsx", ".xlsm", ".ods")
TEXTS = (".csv", ".txt", ".tsv")
OBJECTS = (".json", ".jsonl", ".ndjson")
READ_HERE = (*WORKBOOKS, *TEXTS, *OBJECTS)
"""Files that are read as text, so that numbers of 22 digits stay whole; anything else is read as a layer."""
LARGEST_JSON = 64 << 20
MOST_SHEETS = 20
"""Sheets of a workbook that are looked at for the table."""


def read_table(
    given: object,
    layer: Optional[QgsFeatureSource],
    known: Collection[str],
    progress: Progress,
    identity: Collection[str] = (),
    name: str = "",
    context: Optional[QgsProcessingContext] = None,
) -> Listed:
    """Return the table of a file (`given`: path, with an optional `|layername=sheet`), else of the features of a layer.

    `known`: headings by which the columns are told, `identity`: those of them that hold who or what a row is about.
    Raises `TomoshibiError` where there is no table, it cannot be read, or it has no rows.
    """
    from ..analysis.listed import without_totals

    text = file_of(given)
    if text:
        found = _of_file(text, known, identity, progress)
    elif layer is not None:
        found = _of_layer(layer, name, context, progress)
    else:
        raise _no_list(given)
    found, sums = without_totals(found)
    if sums:
        progress.warn(
            message(
                "{list}: rows {rows} are sums (合計): nobody and nothing is in them, and they are left out.",
                list=found.name,
                rows=", ".join(map(str, sums)),
            )
        )
    if not found.rows:
        raise TomoshibiError(message("The list {list} has no rows. Choose another file or sheet.", list=found.name))
    return found


def missing(given: object) -> Optional[Message]:
    """Return what to say of a file of a list that is not there; None for anything else."""
    if not isinstance(given, str) or "|" in given or Path(given).suffix.lower() not in READ_HERE:
        return None
    path = Path(given)
    return None if path.exists() else message("{file} is not there. Choose the list again.", file=path.name)


def _no_list(given: object) -> TomoshibiError:
    """Return the error for what is no list: a file that is not there, or of a kind that is not read."""
    path = Path(str(given).split("|")[0]) if isinstance(given, (str, Path)) and str(given) else None
    if path is None:
        return TomoshibiError(message("There is no list. Choose a CSV, an XLSX workbook or a layer."))
    said = missing(str(path))
    if said is not None:
        return TomoshibiError(said)
    return TomoshibiError(
        message(
            "{file} is no list that can be read. Save it as “Excel workbook (.xlsx)”, as ODS or as CSV UTF-8.",
            file=path.name,
        )
    )


def read_parameter(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: Progress,
    name: str,
    known: Collection[str],
    identity: Collection[str] = (),
) -> Listed:
    """Return the table that a parameter (layer, feature source or file) names; see `read_table`."""
    given = parameters.get(name)
    text = file_of(given)
    if text:
        return read_table(text, None, known, progress, identity)
    layer = algorithm.parameterAsVectorLayer(parameters, name, context)
    # a CSV that QGIS opened has lost what its encoding or its numbers were
    text = file_of(layer.source()) if layer is not None and layer.providerType() == "ogr" else ""
    if text and not layer.selectedFeatureCount():
        return read_table(text, None, known, progress, identity)
    source = algorithm.parameterAsSource(parameters, name, context) or layer
    called = layer.name() if layer is not None else name
    return read_table("", source, known, progress, identity, called, context)


def file_of(given: object) -> str:
    """Return a path, with an optional `|layername=sheet`, where it is a file read here; "" otherwise."""
    if not isinstance(given, (str, Path)):
        return ""
    path = Path(str(given).split("|")[0])
    if path.suffix.lower() not in READ_HERE or not path.is_file():
        return ""
    return "" if path.suffix.lower() in OBJECTS and _is_geojson(path) else str(given)


def _is_geojson(path: Path) -> bool:
    with open(path, "rb") as stream:
        head = stream.read(1 << 16).replace(b" ", b"")
    return b'"FeatureCollection"' in head or b'"type":"Feature"' in head or b'"Topology"' in head


@dataclass(frozen=True)
class _Raw:
    """Rows as they stand in a file, heading and titles among them."""

    rows: list[Sequence[str]]
    numbers: list[int]
    filled: frozenset[tuple[int, int]] = frozenset()
    broken: frozenset[int] = frozenset()


def _of_file(text: str, known: Collection[str], identity: Collection[str], progress: Progress) -> Listed:
    path, _, rest = text.partition("|")
    suffix = Path(path).suffix.lower()
    said: list[Message] = []
    if suffix in WORKBOOKS:
        raw = _of_workbook(Path(path), rest.partition("layername=")[2].split("|")[0], known, progress, said)
    elif suffix in OBJECTS:
        raw = _of_objects(Path(path))
    else:
        from ..aggregator.contractor_lists import read_list

        kept = read_list(Path(path), progress)
        raw = _Raw(list(kept.rows), list(kept.lines), frozenset(), kept.broken)
    return _headed(Path(path).name, raw, known, identity, said)


def _of_workbook(path: Path, sheet: str, known: Collection[str], progress: Progress, said: list[Message]) -> _Raw:
    """Return a sheet: the one named, else the first with a known heading, else the first."""
    from ..analysis.listed import find_heading
    from ..layers.spreadsheets import read_sheet, sheet_names

    names = [sheet] if sheet else sheet_names(path)[:MOST_SHEETS]
    found = read_sheet(path, names[0] if names else "", progress)
    if len(names) > 1 and not find_heading(found.rows, known).rows:
        for name in names[1:]:
            other = read_sheet(path, name, progress)
            if find_heading(other.rows, known).rows:
                said.append(message("{file}: the sheet “{sheet}” was read.", file=path.name, sheet=name))
                found = other
                break
    return _Raw(list(found.rows), found.numbers, found.filled)


def _of_objects(path: Path) -> _Raw:
    """Return the rows of JSON: an array of objects, alone or as a member of an object, or one object a line."""
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LARGEST_JSON else b""
    except OSError as error:
        raise _unread_json(path, error.strerror or "") from error
    if size > LARGEST_JSON:
        raise _unread_json(path, f"> {LARGEST_JSON >> 20} MB")
    objects = _objects(path, raw)
    headings = list(dict.fromkeys(str(key) for entry in objects for key in entry))
    rows: list[Sequence[str]] = [headings]
    rows += [[_plain(entry.get(heading)) for heading in headings] for entry in objects]
    return _Raw(rows, list(range(1, len(rows) + 1)))


def _objects(path: Path, raw: bytes) -> list[Mapping[str, object]]:
    found = _parsed(path, _decoded(path, raw))
    if isinstance(found, dict):
        inner = [value for value in found.values() if isinstance(value, list)]
        found = inner[0] if len(inner) == 1 else [found]
    entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
    if not entries or len(entries) != len(found):
        raise _unread_json(path, "")
    return entries


def _decoded(path: Path, raw: bytes) -> str:
    for encoding in ("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unread_json(path, "UTF-8")


def _parsed(path: Path, text: str) -> object:
    """Return JSON as objects, or as a list of those on each line; numbers stay texts: 22 digits are no double."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    try:
        try:
            return decoder.decode(text)
        except ValueError:
            return [decoder.decode(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise _unread_json(path, str(error)[:100]) from error


def _unread_json(path: Path, reason: str) -> TomoshibiError:
    return TomoshibiError(
        message(
            "{file} cannot be read as JSON with one object for each row ({reason}). Choose another file, or save it "
            "as CSV.",
            file=path.name,
            reason=reason,
        )
    )


def _plain(value: object) -> str:
    return "" if value is None else value.strip() if isinstance(value, str) else str(value)


def _headed(name: str, raw: _Raw, known: Collection[str], identity: Collection[str], said: list[Message]) -> Listed:
    """Find the heading, and say what was made of the table."""
    from ..analysis.listed import Listed, find_heading
    from ..casefile.contractor_checks import has_header, headings_of

    heading = find_heading(raw.rows, known, identity)
    if heading.rows:
        names, begin = heading.names, heading.first + heading.rows
    else:
        first = bool(raw.rows) and has_header(raw.rows[0])
        names, begin = [*raw.rows[0]] if raw.rows else [], int(first)
        names = headings_of(names, first)
    rows = raw.rows[begin:]
    width = max([len(names), *(len(row) for row in rows)], default=0)
    names = headings_of([*names, *[""] * (width - len(names))], True)
    if heading.rows == 2:
        first, second = raw.numbers[heading.first : heading.first + 2]
        said.append(
            message(
                "{list}: rows {first} and {second} are taken together as the heading.",
                list=name,
                first=first,
                second=second,
            )
        )
    filled = frozenset((row - begin, column) for row, column in raw.filled if row >= begin)
    said += _cells_said(name, raw, {row + begin for row, _ in filled})
    above = tuple(cell for row in raw.rows[: heading.first] for cell in row if cell.strip())
    return Listed(name, names, rows, raw.numbers[begin:], [], filled, above, tuple(said))


def _cells_said(name: str, raw: _Raw, filled: set[int]) -> list[Message]:
    """Say in which rows merged cells were filled in, and which rows could not be read."""
    from ..analysis.unread import some

    said = []
    if filled:
        said.append(
            message(
                "{list}: merged cells count for all their rows (rows {rows}).",
                list=name,
                rows=some([raw.numbers[row] for row in sorted(filled)]),
            )
        )
    if raw.broken:
        said.append(
            message(
                "{list}: rows {rows} hold signs that could not be read (wrong encoding). Save the list as CSV UTF-8.",
                list=name,
                rows=some([raw.numbers[place] for place in sorted(raw.broken)]),
            )
        )
    return said


def _of_layer(
    layer: QgsFeatureSource, name: str, context: Optional[QgsProcessingContext], progress: Progress
) -> Listed:
    from qgis.core import QgsProject, QgsWkbTypes

    from ..analysis.listed import Listed
    from ..layers.sources import place_of, to_result_crs
    from ..layers.spreadsheets import CHECK_EVERY, plain

    transforms = context.transformContext() if context is not None else QgsProject.instance().transformContext()
    spatial = QgsWkbTypes.geometryType(layer.wkbType()) not in (
        QgsWkbTypes.GeometryType.NullGeometry,
        QgsWkbTypes.GeometryType.UnknownGeometry,
    )
    transform = to_result_crs(layer.sourceCrs(), transforms) if spatial else None
    rows: list[Sequence[str]] = []
    numbers, places = [], []
    for number, feature in enumerate(layer.getFeatures(), 2):
        if number % CHECK_EVERY == 0:
            progress.raise_if_cancelled()
        row = [plain(value) for value in feature.attributes()]
        place = place_of(feature, transform) if transform is not None else None
        if not any(row) and place is None:
            continue
        rows.append(row)
        numbers.append(number)
        places.append(place or (math.nan, math.nan))
    headings = [one.name() for one in layer.fields()]
    return Listed(name, headings, rows, numbers, places if spatial else [])
