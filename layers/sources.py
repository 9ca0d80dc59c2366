"""What a municipality has itself, read from any layer or CSV: facilities, areas."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Mapping, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeature,
    QgsFeatureSource,
)

from ..analysis.coordinates import Doubt, Place, checked, doubt_messages
from ..analysis.coordinates import place_of as place_in
from ..analysis.listed import Listed, folded, repeated, repeated_message
from ..analysis.quantities import count_of
from ..analysis.unread import Unread, shown, some, unread_messages
from ..messages import Progress, TomoshibiError, message
from .schema import CRS

if TYPE_CHECKING:
    import pandas as pd


FACILITY: Mapping[str, tuple[str, ...]] = {
    "facility_id": ("facility_id", "施設ID", "共通ID", "ID"),
    "name": ("name", "施設・場所名", "名称", "施設名", "施設名称", "避難所名"),
    "kind": ("kind", "種別", "施設種別", "施設区分"),
    "capacity": ("capacity", "想定収容人数", "収容人数", "収容可能人数", "収容人員", "定員"),
    "lat": ("lat", "緯度", "latitude", "北緯", "y"),
    "lon": ("lon", "経度", "longitude", "東経", "x"),
    "address": ("address", "住所", "所在地", "所在地_連結表記", "施設住所"),
}
"""Properties of a facility and the headings under which public lists give them: own name first, then GSI
指定緊急避難場所・指定避難所, then 自治体標準オープンデータセット; compared without differences of width and case."""
FACILITY_KNOWN = frozenset(folded(item) for items in FACILITY.values() for item in items)
FACILITY_WHO = frozenset(folded(item) for name in ("facility_id", "name", "address") for item in FACILITY[name])


class SourceError(TomoshibiError):
    """A layer that was given does not hold what is needed."""


def _text(value: object) -> str:
    if value is None or str(value) == "NULL":
        return ""
    return str(value).strip()


def _number(value: object) -> float:
    try:
        number = float(_text(value))
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def to_result_crs(crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext) -> QgsCoordinateTransform:
    """Return the way from a layer's CRS to that of the results; a layer without a CRS is taken as JGD2011."""
    source = crs if crs.isValid() else QgsCoordinateReferenceSystem(CRS)
    return QgsCoordinateTransform(source, QgsCoordinateReferenceSystem(CRS), context)


@dataclass(frozen=True)
class Facilities:
    """Facilities that were read."""

    table: pd.DataFrame
    """Columns `facility_id name kind capacity lat lon address`."""
    not_read: int
    """Values that were not understood: capacities, places."""


def facilities(listed: Listed, kinds: str, progress: Progress) -> Facilities:
    """Read facilities (重要施設); `kinds`: those to take, separated by commas of any width, "" takes all.

    A facility whose place is not known, or cannot be in Japan, is kept with NaN and named in a warning: it still has,
    or has not, power. So is one without an id. What was not understood is named by row, column and value. Raises
    `SourceError` where no id or no name can be told from the headings, or none is of the kinds.
    """
    import pandas as pd

    columns = {name: listed.place_of(headings) for name, headings in FACILITY.items()}
    for needed in ("facility_id", "name"):
        if columns[needed] is None:
            raise SourceError(
                message(
                    "The facilities have no column {column}. Rename the column that holds it to one of these.",
                    column=" / ".join(FACILITY[needed]),
                )
            )
    cells = {name: listed.column(place) for name, place in columns.items()}
    kept = _of_kinds(cells["kind"], kinds, progress)
    kept = _once(listed, cells["facility_id"], kept, progress)
    rows, unread, doubts = [], [], []
    for place in kept:
        progress.raise_if_cancelled()
        where = _where(listed, cells, place)
        amount = count_of(cells["capacity"][place])
        name = cells["name"][place]
        if not amount.understood:
            heading = listed.headings[columns["capacity"]] if columns["capacity"] is not None else ""
            unread.append(Unread(listed.numbers[place], heading, cells["capacity"][place]))
        doubts.append((name, where.doubt))
        identity = cells["facility_id"][place] or f"row {listed.numbers[place]}"
        rows.append((identity, name, cells["kind"][place], amount.value, where.lat, where.lon, cells["address"][place]))
    _tell_facilities(listed, cells, kept, unread, doubts, progress)
    misplaced = sum(doubt not in (None, Doubt.BLANK) for _, doubt in doubts)
    names = ["facility_id", "name", "kind", "capacity", "lat", "lon", "address"]
    return Facilities(pd.DataFrame(rows, columns=names), len(unread) + misplaced)


def _of_kinds(cells: list[str], kinds: str, progress: Progress) -> list[int]:
    """Return the positions of the facilities of these kinds. Raises `SourceError` where there are none."""
    wanted = {folded(kind): kind.strip() for kind in re.split("[,，、､]", kinds) if kind.strip()}
    there = {folded(kind): kind for kind in cells}
    if not wanted:
        return list(range(len(cells)))
    lacking = [kind for known, kind in wanted.items() if known not in there]
    if lacking:
        said = message(
            "No facility is of the kind {wanted}. The kinds there are: {kinds}.",
            wanted=", ".join(lacking),
            kinds=", ".join(sorted(filter(None, there.values()))) or "—",
        )
        if len(lacking) == len(wanted):
            raise SourceError(said)
        progress.warn(said)
    return [place for place, kind in enumerate(cells) if folded(kind) in wanted]


def _once(listed: Listed, ids: list[str], kept: list[int], progress: Progress) -> list[int]:
    """Leave out rows that repeat another wholly, name them, and say which ids stand on different facilities."""
    repeats = repeated(
        {
            place: (*map(str.strip, listed.rows[place]), *(listed.places[place] if listed.places else ()))
            for place in kept
            if ids[place]
        }
    )
    found = [place for place in kept if place not in repeats]
    owners = Counter(ids[place] for place in found)
    shared = [identity for identity, count in owners.items() if identity and count > 1]
    if repeats:
        progress.warn(repeated_message(listed, repeats))
    _tell_alike(listed, ids, found, progress)
    if shared:
        progress.warn(
            message(
                "{list}: the ids {ids} stand on several facilities. All stay on the list and share their supply "
                "points: give each an id of its own.",
                list=listed.name,
                ids=some(shared),
            )
        )
    return found


_COMPANY = re.compile(
    r"\((?:株|有|医|医療|社福|社医|特医|財|一財|公財|社|一社|公社|福|学|独)\)|株式会社|有限会社|医療法人(?:社団|財団)?|社会福祉法人|学校法人"
)
"""What stands before or behind a name in one list and not in another."""


def _tell_alike(listed: Listed, ids: list[str], kept: list[int], progress: Progress) -> None:
    """Say which rows may be one facility: ids, or names at one place, that differ in width, case or legal form."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, forms in zip(kept, _forms(listed, ids, kept)):
        for form in forms:
            groups.setdefault(form, []).append(row)
    alike = dict.fromkeys(tuple(rows) for rows in groups.values() if len({ids[row] for row in rows}) > 1)
    if alike:
        progress.warn(
            message(
                "{list}: rows {rows} may be one facility each, written in two ways: each row counts by itself, and "
                "links, backup power and trucks may go to one of them alone. Leave one row for each facility.",
                list=listed.name,
                rows=some([" = ".join(str(listed.numbers[row]) for row in rows) for rows in alike]),
            )
        )


def _forms(listed: Listed, ids: list[str], kept: list[int]) -> Iterator[list[tuple[str, ...]]]:
    """Yield under what each row may be another's: its id, and its name with address or coordinates."""
    columns = {name: listed.column(listed.place_of(FACILITY[name])) for name in ("name", "address", "lat", "lon")}
    for row in kept:
        name, address, lat, lon = (folded(cells[row]) for cells in columns.values())
        where = f"{lat} {lon}" if lat and lon else ""
        if listed.places and all(map(math.isfinite, listed.places[row])):
            where = str(listed.places[row])
        forms = [("id", folded(ids[row]))] if ids[row] else []
        yield [*forms, *([(_COMPANY.sub("", name), address, where)] if name and (address or where) else [])]


def _where(listed: Listed, cells: Mapping[str, list[str]], place: int) -> Place:
    """Return where a facility is: the feature itself, else its columns."""
    if listed.places and all(map(math.isfinite, listed.places[place])):
        return checked(*listed.places[place])
    return place_in(cells["lat"][place], cells["lon"][place])


def _tell_facilities(
    listed: Listed,
    cells: Mapping[str, list[str]],
    kept: list[int],
    unread: list[Unread],
    doubts: list[tuple[str, Optional[Doubt]]],
    progress: Progress,
) -> None:
    for what in (*listed.problems, *unread_messages(unread, listed.name), *doubt_messages(doubts)):
        progress.warn(what)
    nameless = [listed.numbers[place] for place in kept if not cells["facility_id"][place]]
    if nameless:
        progress.warn(
            message(
                "{list}: rows {rows} have no id of their own: they are kept, and identified by their row.",
                list=listed.name,
                rows=some(nameless),
            )
        )
    several = [place for place in kept if count_of(cells["capacity"][place]).part]
    indoors = [f"{listed.numbers[place]}: {shown(cells['capacity'][place], personal=False)}" for place in several]
    if indoors:
        progress.warn(
            message(
                "{list} tells several capacities, of which the one indoors is taken (by row: {rows}).",
                list=listed.name,
                rows=some(indoors),
            )
        )
    nowhere = sum(doubt is Doubt.BLANK for _, doubt in doubts)
    if nowhere:
        progress.warn(
            message(
                "{count} facilities have no coordinates: they are in the table but not on the map. "
                "Add latitude and longitude.",
                count=nowhere,
            )
        )


def place_of(feature: QgsFeature, transform: QgsCoordinateTransform) -> Optional[tuple[float, float]]:
    """Return latitude and longitude (degrees) of a point on a feature, by the way from `to_result_crs`.

    None where it has no geometry, or one that cannot be brought into the results' CRS: its place is unknown.
    """
    geometry = feature.geometry()
    if geometry.isNull() or geometry.isEmpty():
        return None
    try:
        point = transform.transform(geometry.pointOnSurface().asPoint())
    except QgsCsException:
        return None
    return point.y(), point.x()


DARK_SHARE = 0.5
"""An area with more silent meters than this share is an outage area."""
_RATES = (("excess_rate", "silent"), ("gap_rate", "meters"))
"""Field of the rate, and of the meters: outage rates by mesh or area; acquisition gaps and isolated communities."""


def outage_areas(source: QgsFeatureSource, context: QgsCoordinateTransformContext, progress: Progress) -> pd.DataFrame:
    """Read from a result layer where the power is out, newest time only: `lat lon meters` (silent meters).

    Of a layer of several voltage classes those of homes (`low`) alone: the others come by squares of 5 and 10 km.
    Raises `SourceError` where the layer is no such result.
    """
    import pandas as pd

    names = [field.name() for field in source.fields()]
    rate, count = next((pair for pair in _RATES if set(pair) <= set(names)), ("", ""))
    if not rate:
        raise SourceError(
            message(
                "The outage areas have no rate. Choose a layer of outage rates, acquisition gaps or isolated "
                "communities."
            )
        )
    transform = to_result_crs(source.sourceCrs(), context)
    rows, newest = [], ""
    for feature in _of_homes(source):
        progress.raise_if_cancelled()
        begin = _begin(feature, names)
        newest = max(newest, begin)
        share, meters = _number(feature[rate]), _number(feature[count])
        if share > DARK_SHARE and not math.isnan(meters):
            place = place_of(feature, transform) or (math.nan, math.nan)
            rows.append((*place, meters if count == "silent" else meters * share, begin))
    # An area that was dark at an earlier time only has its power back.
    kept = [row[:3] for row in rows if row[3] == newest]
    return pd.DataFrame(kept, columns=["lat", "lon", "meters"], dtype=float)


def _of_homes(source: QgsFeatureSource) -> Iterator[QgsFeature]:
    """Yield the features of the voltage class of homes where there are several, else all."""
    voltage = source.fields().lookupField("voltage")
    several = voltage >= 0 and "low" in source.uniqueValues(voltage)
    for feature in source.getFeatures():
        if not several or feature["voltage"] == "low":
            yield feature


def _begin(feature: QgsFeature, names: list[str]) -> str:
    """Return the begin of a feature as text that sorts by time, "" where it has none."""
    return feature["begin"].toString("yyyyMMddHHmmss") if "begin" in names and feature["begin"] else ""
