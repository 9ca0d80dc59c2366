"""What a municipality has itself, read from any layer or CSV: facilities, areas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeature,
    QgsFeatureSource,
    QgsFields,
)

from ..messages import TomoshibiError, Watch, message
from .schema import CRS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Known:
    """A property of a facility and the headings under which public lists give it."""

    name: str
    headings: tuple[str, ...]
    """Own name first, then GSI 指定緊急避難場所・指定避難所, then 自治体標準オープンデータセット."""


FACILITY = (
    Known("facility_id", ("facility_id", "施設ID", "共通ID", "ID", "id")),
    Known("name", ("name", "施設・場所名", "名称", "施設名")),
    Known("kind", ("kind", "種別", "施設種別")),
    Known("capacity", ("capacity", "想定収容人数", "収容人数")),
    Known("lat", ("lat", "緯度", "latitude", "y")),
    Known("lon", ("lon", "経度", "longitude", "x")),
)


class SourceError(TomoshibiError):
    """A layer that was given does not hold what is needed."""


def _fields(fields: QgsFields) -> dict[str, int]:
    names = [field.name() for field in fields]
    found = {}
    for known in FACILITY:
        for heading in known.headings:
            if heading in names:
                found[known.name] = names.index(heading)
                break
    return found


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


def facilities(
    source: QgsFeatureSource, context: QgsCoordinateTransformContext, kinds: Iterable[str], watch: Watch
) -> pd.DataFrame:
    """Read facilities (重要施設) into `facility_id name kind capacity lat lon`; `kinds` empty takes all.

    A facility without coordinates is kept with NaN, and counted in a warning: it still has, or has not, power.
    Raises `SourceError` where no id or no name can be told from the headings.
    """
    import pandas as pd

    fields = _fields(source.fields())
    for needed in ("facility_id", "name"):
        if needed not in fields:
            headings = next(known.headings for known in FACILITY if known.name == needed)
            raise SourceError(
                message(
                    "The facilities have no column {column}. Rename the column that holds it to one of these.",
                    column=" / ".join(headings),
                )
            )
    wanted = {kind.strip() for kind in kinds if kind.strip()}
    transform = to_result_crs(source.sourceCrs(), context)
    rows, seen, repeated, nowhere = [], set(), 0, 0
    for feature in source.getFeatures():
        watch.check()
        record = {name: feature[index] for name, index in fields.items()}
        identity = _text(record["facility_id"])
        kind = _text(record.get("kind"))
        if wanted and kind not in wanted:
            continue
        if not identity or identity in seen:
            repeated += 1
            continue
        seen.add(identity)
        place = place_of(feature, transform) or (_number(record.get("lat")), _number(record.get("lon")))
        nowhere += math.isnan(place[0]) or math.isnan(place[1])
        rows.append((identity, _text(record["name"]), kind, _number(record.get("capacity")), *place))
    if repeated:
        watch.warn(
            message("{count} facilities have no id, or one that came before; they are left out.", count=repeated)
        )
    if nowhere:
        watch.warn(
            message(
                "{count} facilities have no coordinates: they are in the table but not on the map. "
                "Add latitude and longitude.",
                count=nowhere,
            )
        )
    return pd.DataFrame(rows, columns=["facility_id", "name", "kind", "capacity", "lat", "lon"])


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


def outage_areas(source: QgsFeatureSource, context: QgsCoordinateTransformContext, watch: Watch) -> pd.DataFrame:
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
    voltage = source.fields().lookupField("voltage")
    homes = voltage >= 0 and "low" in source.uniqueValues(voltage)
    for feature in source.getFeatures():
        watch.check()
        if homes and feature["voltage"] != "low":
            continue
        begin = feature["begin"].toString("yyyyMMddHHmmss") if "begin" in names and feature["begin"] else ""
        newest = max(newest, begin)
        share, meters = _number(feature[rate]), _number(feature[count])
        if share > DARK_SHARE and not math.isnan(meters):
            place = place_of(feature, transform) or (math.nan, math.nan)
            rows.append((*place, meters if count == "silent" else meters * share, begin))
    # An area that was dark at an earlier time only has its power back.
    kept = [row[:3] for row in rows if row[3] == newest]
    return pd.DataFrame(kept, columns=["lat", "lon", "meters"], dtype=float)
