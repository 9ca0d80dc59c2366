"""Which results may leave as public (公開), with exactly which columns, and their rows with nothing to work out.

No theme that holds a column about a person or a single meter is public. Of the others only the columns named here
leave: no counts of silent meters, no counts of groups, no totals of readings, and rates only to whole percents. What
is small or masked is withheld, and with it whatever would tell it (`analysis.disclosure`). A withheld row stays on the
map and says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Mapping, Optional, Sequence

import numpy as np
from qgis.core import NULL, QgsFeatureRequest, QgsGeometry, QgsVectorLayer
from qgis.PyQt.QtCore import QDate, QDateTime

from ..analysis.disclosure import (
    LEAST,
    disclose_cells,
    over_times,
    shown_before,
    small,
    without_masked_parts,
)
from ..analysis.reasons import Reason
from ..arrays import BoolArray, IntArray
from .regions import assign_shapes
from .schema import SPECS, Column

PERSONAL_COLUMNS = frozenset(
    "supply_point key meter_id master_info_id address list_name row_no same_as linked_by care need response "
    "response_by response_at resident curve reading reference week_before year_before told_by".split()
)
"""Columns about a person or a single meter, in whatever theme."""
COUNTS = frozenset(
    "silent dark_by_readings expected_by_readings relay_meters counted_meters expected received group_meters "
    "group_areas unknown excess_meters kwh kwh_year_before meters_year_before meters_before feed_in_meters feed_in_kwh "
    "households".split()
)
"""Columns that count and do not leave: what a total lacks beside its parts would tell a small part."""

_LABELS = {
    "facility_id": "施設ID",
    "name": "施設名",
    "kind": "施設の種別",
    "capacity": "収容人数",
    "state": "通電状況",
    "unknown_reason": "不明の理由",
    "last_proven": "最終確認時刻",
    "last_state": "最後に確認した状態",
    "told_state": "連絡による状態",
    "told_at": "連絡の日時",
    "told_until": "連絡の有効期限",
    "mesh_code": "メッシュコード",
    "area_code": "区域コード",
    "area_id": "区域コード",
    "area_name": "区域名",
    "voltage": "電圧分類",
    "meters": "計器数",
    "silent_rate": "停電率",
    "excess_rate": "平常時からの超過",
    "low": "超過の下限",
    "high": "超過の上限",
    "rate_class": "停電率の階級",
    "masked": "秘匿（N/A）",
    "gap_rate": "途絶率",
    "excess_gap": "平常時からの途絶率の超過",
    "begin": "開始",
    "end": "終了",
    "rank": "順位",
    "since": "停電の開始",
    "hours": "停電継続時間（時間）",
    "access_cut": "道路の通行",
    "group_id": "グループ",
    "dark_around": "途絶している隣接区域数",
    "areas_around": "隣接区域数",
    "place": "見通しの地区名",
    "restored_from": "復旧見込（開始）",
    "restored_at": "復旧見込",
    "restored_words": "復旧見込（計画の記載）",
    "done_at": "復旧実績",
    "index": "前年同月比",
    "municipal_index": "市町村全体の前年同月比",
    "provisional": "速報値",
    "change_rate": "増減率",
    "feed_in_share": "逆潮流のある割合",
    "evidence_until": "データの最終時刻",
    "as_of": "時点",
    "source": "出典",
}
"""Japanese names of the columns: what leaves is read by offices that have none of our languages set."""
_TITLES = {
    "shelterpower": "避難所等の通電状況",
    "meshoutage": "メッシュ別停電率",
    "areaoutage": "区域別停電率",
    "acquisitiongaps": "データ取得の途絶",
    "isolatedcommunities": "孤立集落（疑い）",
    "restorationplan": "電力会社の復旧見通し",
    "recoveryindex": "前年同月比の電力使用量",
    "contractcounts": "契約数の増減",
}
_RATES = "voltage meters silent_rate excess_rate low high rate_class masked begin end last_state unknown_reason"
_MADE = "evidence_until as_of source"
_TOLD = "told_state told_at told_until"
"""What somebody said of a facility by telephone, apart from what was measured; never who said it."""
_COLUMNS = {
    "shelterpower": f"facility_id name kind capacity state unknown_reason last_proven last_state {_TOLD} {_MADE}",
    "meshoutage": f"mesh_code {_RATES} {_MADE}",
    "areaoutage": f"area_code area_name {_RATES} {_MADE}",
    "acquisitiongaps": f"area_id area_name gap_rate excess_gap begin end unknown_reason {_MADE}",
    "isolatedcommunities": (
        "rank area_id area_name since hours access_cut group_id dark_around areas_around last_proven last_state "
        f"unknown_reason {_MADE}"
    ),
    "restorationplan": (f"area_id area_name place restored_from restored_at restored_words done_at {_MADE}"),
    "recoveryindex": f"area_id area_name begin end index municipal_index provisional unknown_reason {_MADE}",
    "contractcounts": f"area_id area_name begin end change_rate feed_in_share unknown_reason {_MADE}",
}
_KEYS = {"shelterpower": "facility_id", "meshoutage": "mesh_code", "areaoutage": "area_code"}
_NUMBERS = frozenset(
    "meters silent_rate excess_rate low high gap_rate excess_gap index change_rate feed_in_share hours "
    "last_state last_proven".split()
)
"""What is blank in a withheld row."""
_DOWN, _UP = frozenset(["low"]), frozenset(["high"])
_CENTS = frozenset(
    "silent_rate excess_rate low high gap_rate excess_gap index municipal_index change_rate feed_in_share".split()
)


@dataclass(frozen=True)
class PublicColumn:
    """One column that may leave."""

    name: str
    label_ja: str
    kind: str
    """As in `schema.Column`."""


@dataclass(frozen=True)
class PublicTheme:
    """A result that may leave."""

    theme: str
    """Name of its `LayerSpec`."""
    title_ja: str
    columns: tuple[PublicColumn, ...]
    geometry: str
    key: str
    """Column that tells the rows apart."""

    def names(self) -> list[str]:
        """Return the names of the columns in their order."""
        return [column.name for column in self.columns]

    def place(self, name: str) -> int:
        """Return the place of a column in a row. Raises `ValueError` where there is none."""
        return self.names().index(name)


def _public(theme: str) -> PublicTheme:
    held: dict[str, Column] = {column.name: column for column in SPECS[theme].columns}
    columns = tuple(
        PublicColumn(name, _LABELS[name], held[name].kind) for name in _COLUMNS[theme].split() if name in held
    )
    return PublicTheme(theme, _TITLES[theme], columns, SPECS[theme].geometry, _KEYS.get(theme, "area_id"))


PUBLIC: dict[str, PublicTheme] = {theme: _public(theme) for theme in _COLUMNS}
"""The results that may leave, by theme, in the order in which they are read."""


@dataclass(frozen=True)
class PublicRows:
    """The rows of one theme as they may leave."""

    theme: PublicTheme
    rows: tuple[tuple[object, ...], ...]
    """Values in the order of the theme's columns: None, bool, int, float, str, datetime."""
    shapes: tuple[QgsGeometry, ...]
    """Of each row, in JGD2011; null where there is none."""
    withheld: tuple[bool, ...]
    """Of each row, whether its figures are withheld (秘匿)."""
    left_out: tuple[str, ...] = ()
    """Names of totals that are not among the rows, because they would tell a withheld part."""

    def column(self, name: str) -> list[object]:
        """Return one column."""
        place = self.theme.place(name)
        return [row[place] for row in self.rows]

    @property
    def as_of(self) -> Optional[datetime]:
        """The newest moment shown."""
        return max((one for one in self.column("as_of") if isinstance(one, datetime)), default=None)

    @property
    def evidence_until(self) -> Optional[datetime]:
        """Until when the data reach."""
        return max((one for one in self.column("evidence_until") if isinstance(one, datetime)), default=None)

    def reasons(self) -> dict[str, int]:
        """Return {reason code: rows} of what is unknown."""
        if "unknown_reason" not in self.theme.names():
            return {}
        found: dict[str, int] = {}
        for code in self.column("unknown_reason"):
            if code:
                found[str(code)] = found.get(str(code), 0) + 1
        return dict(sorted(found.items()))

    def shown(self) -> dict[str, bool]:
        """Return {place: whether its figures are shown}, to be remembered for the next hand-over."""
        keys = self.column(self.theme.key)
        return {str(key): not out for key, out in zip(keys, self.withheld)}


@dataclass(frozen=True)
class _Read:
    """A result as it stands in its layer."""

    theme: PublicTheme
    rows: list[tuple[object, ...]]
    shapes: list[QgsGeometry]
    meters: list[float]
    earlier: frozenset[str]
    """Places that are masked or small at another time of the layer."""


def public_rows(
    layers: Mapping[str, QgsVectorLayer],
    least: int = LEAST,
    before: Optional[Mapping[str, Mapping[str, bool]]] = None,
) -> dict[str, PublicRows]:
    """Return what may leave of results, by theme.

    Give all results of a case that are public, whatever part of them is wanted: cells and areas are judged together.

    Parameters
        layers: result layer by theme; those that are not public are passed over.
        least: meters that a figure must count.
        before: `PublicRows.shown` of earlier hand-overs, by theme.
    """
    read = {theme: _read(PUBLIC[theme], layer, least) for theme, layer in layers.items() if theme in PUBLIC}
    withheld = {theme: _withheld_by_itself(one, least, (before or {}).get(theme, {})) for theme, one in read.items()}
    left_out: dict[str, BoolArray] = {}
    if "areaoutage" in read:
        left_out["areaoutage"] = _areas_left_out(read["areaoutage"], withheld["areaoutage"])
    if "meshoutage" in read:
        _cover_cells(read, withheld, left_out, least, (before or {}).get("meshoutage", {}))
    return {theme: _masked(read[theme], withheld[theme], left_out.get(theme)) for theme in PUBLIC if theme in read}


@dataclass(frozen=True)
class _Seen:
    """One feature of a result layer."""

    time: object
    row: tuple[object, ...]
    shape: QgsGeometry
    meters: float
    masked: bool
    key: str
    voltage: object
    """Voltage class, each of which has times of its own; None where there are none."""


def _read(theme: PublicTheme, layer: QgsVectorLayer, least: int) -> _Read:
    """Read the newest rows of a layer, and which places were masked or small at an earlier time of it."""
    seen = _features(theme, layer)
    newest: dict[object, datetime] = {}
    for one in seen:
        if isinstance(one.time, datetime):
            newest[one.voltage] = max(one.time, newest.get(one.voltage, one.time))
    # what has no time is unknown, not gone
    now = [one for one in seen if one.time in (None, newest.get(one.voltage))]
    before = [one for one in seen if one.time not in (None, newest.get(one.voltage))]
    return _Read(
        theme,
        [one.row for one in now],
        [one.shape for one in now],
        [one.meters for one in now],
        _earlier(theme, before, least),
    )


def _features(theme: PublicTheme, layer: QgsVectorLayer) -> list[_Seen]:
    fields = layer.fields()
    wanted = [fields.lookupField(name) for name in theme.names()]
    time = "end" if "end" in theme.names() else "as_of"
    count, mask, moment, key = (fields.lookupField(name) for name in ("meters", "masked", time, theme.key))
    held = sorted({place for place in (*wanted, count, mask, moment, key) if place >= 0})
    found = []
    for feature in layer.getFeatures(QgsFeatureRequest().setSubsetOfAttributes(held)):
        # the last value, of a field that is not there (-1), is none
        values = [*feature.attributes(), None]
        row = tuple(_plain(values[place]) for place in wanted)
        meters, masked = _number(_plain(values[count])), bool(_plain(values[mask]))
        voltage = row[theme.place("voltage")] if "voltage" in theme.names() else None
        found.append(_Seen(_plain(values[moment]), row, feature.geometry(), meters, masked, str(values[key]), voltage))
    return found


def _earlier(theme: PublicTheme, seen: list[_Seen], least: int) -> frozenset[str]:
    """Return the places of which something was masked or small in these rows."""
    if not seen:
        return frozenset()
    masked = np.array([one.masked for one in seen], bool)
    if "meters" in theme.names():
        masked = small(np.array([one.meters for one in seen], float), masked, least)
    keys = np.array([one.key for one in seen], dtype=str)
    return frozenset(keys[over_times(keys, masked)].tolist())


def _plain(value: object) -> object:
    if value is None or value == NULL:
        return None
    if isinstance(value, QDateTime):
        moment = value.toPyDateTime() if hasattr(value, "toPyDateTime") else value.toPython()
        return moment.replace(tzinfo=None, microsecond=0)
    if isinstance(value, QDate):
        return datetime(value.year(), value.month(), value.day())
    return None if isinstance(value, float) and math.isnan(value) else value


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _column(read: _Read, name: str) -> list[object]:
    return [row[read.theme.place(name)] for row in read.rows]


def _withheld_by_itself(read: _Read, least: int, before: Mapping[str, bool]) -> BoolArray:
    """Return which rows may not show their figures whatever else is shown."""
    if read.theme.theme in ("shelterpower", "restorationplan") or not read.rows:
        return np.zeros(len(read.rows), bool)
    meters = np.array(read.meters, float)
    # a row that has no figure at all is unknown for its own reason, not withheld
    told = ~np.isnan(meters)
    masked = np.zeros(len(meters), bool)
    if "masked" in read.theme.names():
        masked = np.array([bool(one) for one in _column(read, "masked")], bool)
    keys = np.array([str(one) for one in _column(read, read.theme.key)])
    once = np.array([key in read.earlier for key in keys.tolist()], bool) | shown_before(keys, before)[0]
    return (told & small(meters, masked, least)) | masked | once


def _areas_left_out(areas: _Read, withheld: BoolArray) -> BoolArray:
    """Return which areas of the outage rate hold a withheld one: a city and its wards."""
    names = [str(one or "") for one in _column(areas, "area_name")]
    out = np.zeros(len(names), bool)
    voltages = np.array([str(one) for one in _column(areas, "voltage")])
    for voltage in np.unique(voltages):
        rows = np.flatnonzero(voltages == voltage)
        shown = without_masked_parts([names[row] for row in rows], withheld[rows])
        out[rows] = ~shown & ~withheld[rows]
    return out


def _cover_cells(
    read: Mapping[str, _Read],
    withheld: dict[str, BoolArray],
    left_out: dict[str, BoolArray],
    least: int,
    before: Mapping[str, bool],
) -> None:
    """Withhold those cells too, and leave out those areas, that would tell a withheld cell."""
    cells, areas = read["meshoutage"], read.get("areaoutage")
    codes = np.array([str(one) for one in _column(cells, "mesh_code")])
    meters = np.array(cells.meters, float)
    voltages = np.array([str(one) for one in _column(cells, "voltage")])
    inside = _area_of(cells, areas)
    digits = np.char.str_len(codes) if len(codes) else np.zeros(0, int)
    for voltage in np.unique(voltages):
        if areas is not None:
            hidden = _in_withheld(areas, withheld["areaoutage"], voltage)
            withheld["meshoutage"] |= (voltages == voltage) & np.append(hidden, False)[inside]
        for size in np.unique(digits[voltages == voltage]):
            rows = np.flatnonzero((voltages == voltage) & (digits == size))
            levels = _levels(areas, inside[rows], left_out.get("areaoutage"), voltage)
            known = shown_before(codes[rows], before)[1]
            found = disclose_cells(
                codes[rows].astype(f"U{size}"),
                meters[rows],
                withheld["meshoutage"][rows],
                [of for of, _ in levels],
                least,
                known,
            )
            # a cell without figures is unknown for its own reason
            withheld["meshoutage"][rows] |= ~found.parts & ~np.isnan(meters[rows])
            for (_, holders), kept in zip(levels, found.totals):
                for place, holder in enumerate(holders[: len(kept)]):
                    if not kept[place]:
                        left_out["areaoutage"][list(holder)] = True


def _area_of(cells: _Read, areas: Optional[_Read]) -> IntArray:
    """Return the row of the area that the middle of each cell lies in, -1 for none; of several the smallest."""
    if areas is None or not areas.rows or not cells.rows:
        return np.full(len(cells.rows), -1, np.int64)
    middles = [shape.boundingBox().center() for shape in cells.shapes]
    lon, lat = (np.array([getattr(one, axis)() for one in middles], float) for axis in "xy")
    return assign_shapes(areas.shapes, lon, lat)


def _in_withheld(areas: _Read, withheld: BoolArray, voltage: str) -> BoolArray:
    """Return of each area whether it is, or lies in, one whose figures of this voltage class are withheld."""
    names = ["".join(str(one or "").split()) for one in _column(areas, "area_name")]
    classes = _column(areas, "voltage")
    hidden = [name for name, out, one in zip(names, withheld, classes) if out and str(one) == voltage]
    return np.array([any(name.startswith(one) for one in hidden) for name in names], bool)


def _levels(
    areas: Optional[_Read], inside: IntArray, out: Optional[BoolArray], voltage: str
) -> list[tuple[IntArray, list[tuple[int, ...]]]]:
    """Return the areas over cells as levels that do not overlap: (area of each cell, rows of each area)."""
    if areas is None:
        return []
    names = ["".join(str(one or "").split()) for one in _column(areas, "area_name")]
    left = np.zeros(len(names), bool) if out is None else out
    shown = (np.array([str(one) for one in _column(areas, "voltage")]) == voltage) & ~left
    return [_level(names, shown, length, inside) for length in sorted({len(name) for name in names})]


def _level(names: list[str], shown: BoolArray, length: int, inside: IntArray) -> tuple[IntArray, list[tuple[int, ...]]]:
    """Return (area with a name of this length that each cell lies in, rows of each such area)."""
    rows: dict[str, list[int]] = {}
    for row in np.flatnonzero(shown).tolist():
        if len(names[row]) == length:
            rows.setdefault(names[row], []).append(row)
    numbers = {name: place for place, name in enumerate(rows)}
    of = [numbers.get(name[:length], -1) for name in names]
    return np.array([*of, -1], np.int64)[inside], [tuple(one) for one in rows.values()]


def _masked(read: _Read, withheld: BoolArray, left_out: Optional[BoolArray]) -> PublicRows:
    """Return the rows with blanks where figures are withheld, without the totals that are left out."""
    keep = [number for number in range(len(read.rows)) if left_out is None or not left_out[number]]
    names = read.theme.names()
    gone: Sequence[int] = [] if left_out is None else np.flatnonzero(left_out).tolist()
    told = "area_name" if "area_name" in names else read.theme.key
    return PublicRows(
        read.theme,
        tuple(_row(names, read.rows[number], bool(withheld[number])) for number in keep),
        tuple(read.shapes[number] for number in keep),
        tuple(bool(withheld[number]) for number in keep),
        tuple(str(read.rows[number][names.index(told)]) for number in gone),
    )


def _row(names: list[str], row: tuple[object, ...], withheld: bool) -> tuple[object, ...]:
    return tuple(_value(name, value, withheld) for name, value in zip(names, row))


def _value(name: str, value: object, withheld: bool) -> object:
    if withheld and name in _NUMBERS:
        return None
    if withheld and name in ("rate_class", "masked", "unknown_reason"):
        return {"rate_class": 0, "masked": True}.get(name, Reason.MASKED.value)
    if name in _CENTS and isinstance(value, float):
        turn = math.floor if name in _DOWN else math.ceil if name in _UP else round
        return turn(round(value * 100, 9)) / 100
    return value
