"""電源車: who needs a truck first, which goes where, how much fuel it takes (災害時連携計画, 別添3–5)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from qgis.core import (
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from ...analysis.listed import folded, repeated, repeated_message
from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr, wall_clock
from ..listed import read_parameter
from ..output_targets import LAYERS
from ..results import add_output, write_result

if TYPE_CHECKING:
    import pandas as pd

    from ...analysis.coordinates import Doubt, Place
    from ...analysis.listed import Listed
    from ...analysis.power_trucks import Fuel
    from ...casefile.case import Case

SHELTERS, COMMUNITIES = "shelters", "communities"
CLOCKS = "survivalclocks"
"""Layer of the case that tells the peak of each facility, and when it fails."""
NEEDS = ("shelterpower", "isolatedcommunities")
"""Layers of the case whose places need power."""
PLACES = "lat lon".split()
FIELDS = {
    SHELTERS: "facility_id kind name state reason".split(),
    COMMUNITIES: "area_id area_name rank silent reason".split(),
}
"""Fields that a layer of needs is told by: results of shelterpower and isolatedcommunities."""
SAID = {SHELTERS: ["told_state", "unknown_reason", "last_state"], COMMUNITIES: []}
"""Fields that it may have besides."""
TRUCK: Mapping[str, tuple[str, ...]] = {
    "truck_id": ("truck_id", "車両ID", "車両番号", "車番", "番号", "管理番号", "id"),
    "kva": ("kva", "容量", "容量(kVA)", "定格容量", "定格容量(kVA)", "出力", "出力(kVA)", "発電容量", "発電機容量"),
    "state": ("state", "状態", "稼働状況", "状況", "稼動状況", "稼働状態"),
    "litres_per_hour": (
        "litres_per_hour",
        "燃費",
        "燃料消費量",
        "燃料消費量(L/h)",
        "燃料消費",
        "燃料消費(L/h)",
        "燃費(L/h)",
    ),
    "lat": ("lat", "緯度", "latitude"),
    "lon": ("lon", "経度", "longitude"),
}
"""Properties of a truck, and the headings under which lists give them; compared without width and case."""
KNOWN = frozenset(folded(word) for words in TRUCK.values() for word in words)
_OF_TRUCK = re.compile("容量|出力|発電|燃|消費|状態|状況|緯度|経度|kva|kw|fuel")
SENT, WORKING = ["assigned", "assigned_too_small"], ["at_work", "at_work_elsewhere"]
"""Status of needs with a truck on its way, and of trucks that work already."""
PRIORITY = {"id": ("id", "facility_id", "area_id", "施設ID", "共通ID", "地区コード")}


class PowerTrucks(TomoshibiAlgorithm):
    """Assignments of trucks, and the fuel for them."""

    NAME = "powertrucks"
    GROUP = "recovery"
    LISTS = ("TRUCKS",)
    NEEDED = ("TRUCKS",)
    TAGS = ("電源車", "重要施設", "燃料", "災害時連携計画", "power truck", "generator", "fuel", "dengensha", "nenryo")

    def title(self) -> str:
        return tr("Propose where power-supply trucks go")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterMultipleLayers(
                "NEEDS", tr("Needs"), QgsProcessing.SourceType.TypeVectorAnyGeometry, optional=True
            ),
            tr(
                "Results of “Show which shelters have power” and “Find communities that may be isolated”, one or both. "
                "Left empty, those in layers.gpkg of the case."
            ),
        )
        self.add_own(
            QgsProcessingParameterFeatureSource("TRUCKS", tr("Trucks"), [QgsProcessing.SourceType.TypeVector]),
            tr(
                "Layer, CSV or XLSX with truck_id, kva, state, lat, lon and, if known, litres_per_hour. Only trucks on "
                "standby (standby, 待機中) are sent; one at work (発電中) within 300 m of a need serves it, and its "
                "fuel counts."
            ),
        )
        number = QgsProcessingParameterNumber.Type
        self.add(
            QgsProcessingParameterNumber("HOURS", tr("Hours of supply"), number.Double, 72.0, False, 1.0, 720.0),
            tr("For how long the trucks are to run. The plan's amounts are for 72 hours."),
        )
        self.add(
            QgsProcessingParameterFile("PRIORITY", tr("Order of priority"), optional=True),
            tr(
                "The prefecture's list, CSV or Excel with a column id: ids of facilities and areas, first to last. "
                "What is not on it follows by kind: hospitals, waterworks, welfare, shelters, offices, communities."
            ),
        )
        self.add(
            QgsProcessingParameterString("KVA", tr("Power needed by kind (kVA)"), optional=True),
            tr(
                "Such as 病院=200, 避難所=45: what each facility of a kind needs. Left empty, the own peak that “Tell "
                "how long critical facilities last” found in the case; where that is unknown, the nearest truck is "
                "proposed."
            ),
        )
        add_output(self, self.NAME)
        for name, words in (
            ("ASSIGNED", tr("Trucks assigned")),
            ("AT_WORK", tr("Trucks at work already")),
            ("WITHOUT", tr("Needs without a truck")),
            ("UNKNOWN", tr("Facilities of which nothing is known")),
            ("FUEL_L", tr("Fuel (litres)")),
            ("DRUMS", tr("Drums of 200 L")),
            ("TANKERS", tr("Vehicles that bring fuel")),
            ("PLAN_SHARE", tr("Share of the plan's fuel")),
            ("FUEL_UNKNOWN", tr("Trucks whose fuel is not known")),
            ("NOT_READ", tr("Values of the list that were not understood")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, words))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        if powers(self.text(parameters, context, "KVA")) is None:
            return [message("The power by kind is not understood. Write kind=kVA, separated by commas.")]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import pandas as pd

        from ...analysis.power_trucks import TruckRules, assign, fuel, needs
        from ...casefile import case_arrays

        case = self.case(parameters, context)
        layers = [*(self.parameterAsLayerList(parameters, "NEEDS", context) or _needs_of_case(case))]
        tables = _needs(layers, context, progress)
        listed = read_parameter(self, parameters, context, progress, "TRUCKS", KNOWN)
        trucks, not_read = _trucks(listed, progress)
        hours = self.parameterAsDouble(parameters, "HOURS", context)
        rules = TruckRules(kva_by_kind=powers(self.text(parameters, context, "KVA")) or {})
        clocks, told_at = _own_clocks(case)
        _add_clocks(tables[SHELTERS], clocks, set(rules.kva_by_kind), progress)
        as_of, until = _moments(layers)
        as_of = as_of or case_arrays.newest(case)
        path = self.parameterAsFile(parameters, "PRIORITY", context)
        order = _order(read_priority(Path(path), progress), tables, Path(path).name, progress) if path else ()
        now = pd.Timestamp(max(as_of, told_at or as_of))
        wanted = needs(tables[SHELTERS], tables[COMMUNITIES], rules, order, now)
        unknown = int((tables[SHELTERS]["state"] == "unknown").sum())
        if unknown:
            progress.warn(
                message(
                    "It is not known whether {count} facilities have power: no truck is planned for them. Ask them.",
                    count=unknown,
                )
            )
        table = assign(wanted, trucks, hours)
        said = fuel(table, hours)
        _tell(table, said, progress)
        sources = [message("Power of facilities and isolated communities, {time}", time=f"{as_of:%Y-%m-%d %H:%M}")]
        destination = write_result(
            *(self, parameters, context, progress, case, self.NAME, table, _lines(table), as_of, sources),
            evidence_until=until,
        )
        counts = table["status"].value_counts()
        return {
            "OUTPUT": destination,
            "ASSIGNED": int(counts.reindex(SENT).sum()),
            "AT_WORK": int(counts.reindex(WORKING).sum()),
            "WITHOUT": int(table["truck_id"].isna().sum()),
            "NOT_READ": not_read,
            "UNKNOWN": unknown,
            **_fuel_outputs(said),
            "FUEL_UNKNOWN": said.unknown,
        }


def _fuel_outputs(said: Fuel) -> dict[str, float]:
    """Return FUEL_L, DRUMS, TANKERS and PLAN_SHARE; none where the fuel of none of the trucks is known."""
    if not said.known:
        return {}
    return {"FUEL_L": said.litres, "DRUMS": said.drums, "TANKERS": said.tankers, "PLAN_SHARE": said.plan_share}


def _moments(layers: Sequence[QgsVectorLayer]) -> tuple[Optional[datetime], Optional[datetime]]:
    """Return the newest moment of layers, and until when the data of all of them reach: what ends first counts."""
    from ...layers.style import data_until, newest_as_of

    newest, reach = (
        [time for time in (wall_clock(moment(layer)) for layer in layers) if time is not None]
        for moment in (newest_as_of, data_until)
    )
    return max(newest, default=None), min(reach, default=None)


def _needs_of_case(case: Case) -> list[QgsVectorLayer]:
    """Return the results of the case that trucks may go to. Raises `TomoshibiError` where it has none."""
    from ...layers.opening import open_layer
    from ...layers.uris import layer_uri

    package = case.folder / LAYERS
    opened = [open_layer(layer_uri(package, name), name, "ogr") for name in NEEDS]
    found = [layer for layer in opened if package.is_file() and layer.isValid()]
    if not found:
        raise TomoshibiError(
            message(
                "The case holds no need yet. Run “Show which shelters have power” or “Find communities that may be "
                "isolated” first."
            )
        )
    return found


@dataclass(frozen=True)
class _OwnClock:
    """What the layer `survivalclocks` of the case tells of a facility."""

    need_kva: float
    """kVA that carry its own peak; NaN unknown."""
    fails_earliest: Any
    """datetime, None where no clock runs."""


def _own_clocks(case: Case) -> tuple[dict[str, _OwnClock], Optional[datetime]]:
    """Return facility id → what its clock tells, and the newest moment at which the clocks were told."""
    from ...layers.opening import open_layer
    from ...layers.style import newest_time
    from ...layers.uris import layer_uri

    package = case.folder / LAYERS
    layer = open_layer(layer_uri(package, CLOCKS), CLOCKS, "ogr") if package.is_file() else None
    if layer is None or not layer.isValid():
        return {}, None
    found = {
        str(one["facility_id"]): _OwnClock(_number(one["need_kva"]), _moment(one["fails_earliest"]))
        for one in layer.getFeatures()
    }
    return found, wall_clock(newest_time(layer, "state_at"))


def _moment(value: Any) -> Optional[datetime]:
    """A field of a moment, None for NULL."""
    return wall_clock(value) if hasattr(value, "toPyDateTime") and value.isValid() else None


def _add_clocks(
    facilities: pd.DataFrame, clocks: Mapping[str, _OwnClock], typed: set[str], progress: FeedbackProgress
) -> None:
    """Add what the clocks of the case tell of each facility: `need_kva` (NaN unknown) and `fails_earliest` (NaT).

    Of the kinds `typed` by hand no power: what a person says counts.
    """
    import pandas as pd

    from ...analysis.reasons import Reason

    nothing = _OwnClock(float("nan"), None)
    own = [clocks.get(str(name), nothing) for name in facilities["facility_id"]]
    facilities["need_kva"] = [
        float("nan") if str(kind) in typed else one.need_kva for one, kind in zip(own, facilities["kind"])
    ]
    facilities["fails_earliest"] = pd.Series([one.fails_earliest for one in own], dtype="datetime64[ns]")
    # an aftershock brings no power back: whose clock runs was dark before it, unless power came after that was told
    dark = facilities["unknown_reason"].eq(Reason.BEFORE_EVENT.value) & facilities["fails_earliest"].notna()
    dark &= facilities["last_state"] != "powered"
    facilities.loc[dark & (facilities["state"] == "unknown"), "state"] = "outage"
    known = int(facilities["need_kva"].notna().sum())
    if known:
        progress.info(
            message(
                "The power needed by {count} facilities is their own peak before the event (“Tell how long critical"
                " facilities last”). For a kind with a value in “Power needed by kind”, that value counts.",
                count=known,
            )
        )
    if facilities["fails_earliest"].isna().all() and len(facilities):
        progress.warn(
            message(
                "Which facility fails first is not known: among one kind they follow by their id. Run “Tell how long "
                "critical facilities last” first."
            )
        )


def powers(text: str) -> Optional[dict[str, float]]:
    """Return {kind: kVA} of a text such as `病院=200, 避難所=45`, None where it cannot be understood."""
    found: dict[str, float] = {}
    for part in unicodedata.normalize("NFKC", text).replace("、", ",").split(","):
        if not part.strip():
            continue
        kind, _, number = part.partition("=")
        try:
            found[kind.strip()] = float(number.lower().replace("kva", ""))
        except ValueError:
            return None
        if not kind.strip() or not found[kind.strip()] > 0:
            return None
    return found


def _plain(value: object) -> object:
    """A field's value, None for NULL."""
    from ...layers.spreadsheets import plain

    return plain(value) if str(value) != "NULL" else ""


def _number(value: object) -> float:
    try:
        return float(str(_plain(value)))
    except ValueError:
        return float("nan")


def _rows(source: Any, fields: list[str], context: QgsProcessingContext) -> list[list[Any]]:
    """Return the fields of each feature (as text), then latitude and longitude of a point on it."""
    from ...layers.sources import place_of, to_result_crs

    names = {field.name() for field in source.fields()}
    crs = source.sourceCrs()
    transform = to_result_crs(crs, context.transformContext())
    found = []
    for feature in source.getFeatures():
        own = [str(_plain(feature[name])) if name in names else "" for name in fields]
        stated = [_number(feature[name]) if name in names else float("nan") for name in PLACES]
        # a result never has a place outside Japan, but a layer may have been made elsewhere
        found.append([*own, *_in_japan(place_of(feature, transform) or stated)])
    return found


def _in_japan(place: Sequence[float]) -> tuple[float, float]:
    from ...analysis.coordinates import checked

    found = checked(*place)
    return found.lat, found.lon


def _needs(layers: list[Any], context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, pd.DataFrame]:
    """Return the facilities and the communities of the layers. Raises `TomoshibiError` for a layer of neither."""
    import pandas as pd

    rows: dict[str, list[list[Any]]] = {SHELTERS: [], COMMUNITIES: []}
    for layer in layers:
        names = {field.name() for field in layer.fields()} if isinstance(layer, QgsVectorLayer) else set()
        kind = next((kind for kind, fields in FIELDS.items() if set(fields) <= names), None)
        if kind is None:
            raise TomoshibiError(
                message(
                    "The layer {layer} is neither a result of shelterpower nor of isolatedcommunities. Choose such "
                    "layers.",
                    layer=layer.name(),
                )
            )
        rows[kind] += _rows(layer, FIELDS[kind] + SAID[kind], context)
        progress.raise_if_cancelled()
    tables = {
        kind: pd.DataFrame(rows[kind], columns=[*fields, *SAID[kind], *PLACES]) for kind, fields in FIELDS.items()
    }
    communities = tables[COMMUNITIES]
    # A community without a rank comes after those that have one.
    communities["rank"] = pd.to_numeric(communities["rank"], errors="coerce").fillna(1e9)
    communities["silent"] = pd.to_numeric(communities["silent"], errors="coerce")
    return tables


def _trucks(listed: Listed, progress: FeedbackProgress) -> tuple[pd.DataFrame, int]:
    """Return the trucks, and how many values were not understood; each is named.

    Raises `TomoshibiError` where no id or no state can be told from the headings.
    """
    import pandas as pd

    from ...analysis.unread import Unread, columns_not_read, unread_messages

    places = {name: listed.place_of(words) for name, words in TRUCK.items()}
    for needed in ("truck_id", "state"):
        if places[needed] is None:
            raise TomoshibiError(
                message(
                    "The trucks have no column {column}. Rename the column that holds it to one of these.",
                    column=" / ".join(TRUCK[needed]),
                )
            )
    cells = {name: listed.column(place) for name, place in places.items()}
    rows, unread, doubts, kept = [], [], [], _once(listed, cells["truck_id"], progress)
    for row, sure in kept.items():
        values, lacking = _figures(cells, row)
        for name in lacking:
            unread.append(Unread(listed.numbers[row], listed.headings[places[name] or 0], cells[name][row]))
        where = _where(listed, cells, row)
        doubts.append((cells["truck_id"][row], where.doubt))
        # of one that is told differently nothing is known but that it is there
        state = cells["state"][row] if sure else ""
        rows.append((cells["truck_id"][row], values["kva"], state, values["litres_per_hour"], where.lat, where.lon))
    not_read = columns_not_read(listed, places.values(), _OF_TRUCK)
    for what in (*listed.problems, *unread_messages(unread, listed.name), *not_read):
        progress.warn(what)
    misplaced = _tell_places(doubts, progress)
    _tell_unsent(rows, progress)
    return pd.DataFrame(rows, columns=["truck_id", "kva", "state", "litres_per_hour", "lat", "lon"]), (
        len(unread) + misplaced
    )


def _figures(cells: Mapping[str, list[str]], row: int) -> tuple[dict[str, float], list[str]]:
    """Return capacity and consumption of a truck, NaN unknown, and the names of what of it is not understood.

    A capacity of nothing, and figures that no generator has, are not known.
    """
    from ...analysis.backup_figures import LEAST_TRUCK_KVA, MOST_TRUCK_KVA, doubted
    from ...analysis.power_trucks import TruckState, truck_state
    from ...analysis.quantities import power_of, rate_of

    nan = float("nan")
    read = {"kva": power_of(cells["kva"][row]), "litres_per_hour": rate_of(cells["litres_per_hour"][row])}
    values = {name: one.value for name, one in read.items()}
    lacking = [name for name, one in read.items() if not one.understood]
    told = {"generator_kva": values["kva"], "litres_per_hour": values["litres_per_hour"], "fuel_l": nan, "tank_l": nan}
    wrong = {{"generator_kva": "kva"}.get(name, name) for name in doubted(told, "")}
    wrong |= {"kva"} if values["kva"] < LEAST_TRUCK_KVA or values["kva"] > MOST_TRUCK_KVA else set()
    values.update(dict.fromkeys(wrong, nan))
    lacking += sorted(wrong)
    if truck_state(cells["state"][row]) is TruckState.UNKNOWN:
        lacking.append("state")
    return values, lacking


def _tell_unsent(rows: list[tuple[Any, ...]], progress: FeedbackProgress) -> None:
    """Name the trucks that are not sent because of what they do, and those whose capacity is not known."""
    from ...analysis.power_trucks import TruckState, truck_state
    from ...analysis.unread import some

    ready = (TruckState.STANDBY, TruckState.AT_WORK)
    unsent = [f"{row[0]} ({row[2]})" for row in rows if truck_state(row[2]) not in ready]
    if unsent:
        progress.warn(message("{count} trucks are not on standby: {names}.", count=len(unsent), names=some(unsent)))
    unknown = [row[0] for row in rows if row[1] != row[1]]
    if unknown:
        progress.warn(
            message(
                "The capacity of {count} trucks is not known: they are sent last ({names}).",
                count=len(unknown),
                names=some(unknown),
            )
        )


def _once(listed: Listed, ids: list[str], progress: FeedbackProgress) -> dict[int, bool]:
    """Return the rows with an id, one for each, and whether it alone tells of the truck; say which are left out."""
    nameless = [listed.numbers[row] for row, identity in enumerate(ids) if not identity]
    named = [row for row, identity in enumerate(ids) if identity]
    repeats = repeated({row: tuple(map(str.strip, listed.rows[row])) for row in named})
    if repeats:
        progress.warn(repeated_message(listed, repeats))
    if nameless:
        progress.warn(
            message(
                "{count} trucks have no id and are left out (rows {rows}).",
                count=len(nameless),
                rows=", ".join(str(number) for number in nameless),
            )
        )
    return _told_once(listed, ids, [row for row in named if row not in repeats], progress)


def _told_once(listed: Listed, ids: list[str], kept: Sequence[int], progress: FeedbackProgress) -> dict[int, bool]:
    """Return the first row of each truck, and whether it alone tells of it; say which rows differ."""
    from ...analysis.unread import some

    found: dict[str, list[int]] = {}
    for row in kept:
        found.setdefault(folded(ids[row]), []).append(row)
    several = [rows for rows in found.values() if len(rows) > 1]
    if several:
        progress.warn(
            message(
                "{list}: rows {rows} tell of one truck differently: it is not sent. Leave one row for each truck.",
                list=listed.name,
                rows=some([" = ".join(str(listed.numbers[row]) for row in rows) for rows in several]),
            )
        )
    return {rows[0]: len(rows) == 1 for rows in found.values()}


def _where(listed: Listed, cells: Mapping[str, list[str]], row: int) -> Place:
    from ...analysis.coordinates import checked, place_of

    if listed.places and listed.places[row][0] == listed.places[row][0]:
        return checked(*listed.places[row])
    return place_of(cells["lat"][row], cells["lon"][row])


def _tell_places(doubts: list[tuple[str, Optional[Doubt]]], progress: FeedbackProgress) -> int:
    """Name the trucks whose place is not known; return how many tell one that is not understood."""
    from ...analysis.coordinates import Doubt, doubt_messages
    from ...analysis.unread import some

    for what in doubt_messages(doubts):
        progress.warn(what)
    nowhere = [name for name, doubt in doubts if doubt is Doubt.BLANK]
    if nowhere:
        progress.warn(
            message(
                "The place of {count} trucks is not told: they are not sent ({names}).",
                count=len(nowhere),
                names=some(nowhere),
            )
        )
    return sum(doubt not in (None, Doubt.BLANK) for _, doubt in doubts)


def read_priority(path: Path, progress: FeedbackProgress) -> list[str]:
    """Return the ids of a list of priorities, first to last. Raises `TomoshibiError` where it has no column of ids."""
    from ..listed import read_table

    listed = read_table(path, None, frozenset(folded(word) for word in PRIORITY["id"]), progress)
    place = listed.place_of(PRIORITY["id"])
    if place is None:
        raise TomoshibiError(
            message(
                "{file} has no column {column}. Rename the column that holds it to one of these.",
                file=listed.name,
                column=" / ".join(PRIORITY["id"]),
            )
        )
    return [item for item in listed.column(place) if item]


def _order(
    listed: Sequence[str], tables: Mapping[str, pd.DataFrame], name: str, progress: FeedbackProgress
) -> list[str]:
    """Return the ids of the prefecture's order that are in the needs, as these write them; the others are named."""
    from ...analysis.listed import ids_meant
    from ...analysis.unread import some

    known = [*tables[SHELTERS]["facility_id"].astype(str), *tables[COMMUNITIES]["area_id"].astype(str)]
    meant = ids_meant(listed, known)
    strange = [one for one in listed if one not in meant]
    if strange:
        progress.warn(
            message(
                "{count} ids of {list} are neither among the facilities nor among the areas, and order nothing: {ids}.",
                count=len(strange),
                list=name,
                ids=some(strange),
            )
        )
    return [meant[one] for one in listed if one in meant]


def _lines(table: pd.DataFrame) -> list[QgsGeometry]:
    """Return a line from each truck to where it is to go; none where no truck goes."""
    found = []
    for row in table.itertuples(index=False):
        if row.truck_id is None or row.need_id is None:
            found.append(QgsGeometry())
            continue
        ends = (QgsPointXY(row.truck_lon, row.truck_lat), QgsPointXY(row.lon, row.lat))
        found.append(QgsGeometry.fromPolylineXY(list(ends)))
    return found


def _tell(table: pd.DataFrame, said: Fuel, progress: FeedbackProgress) -> None:
    from ...analysis.power_trucks import COMMUNITY, FIRST_TANKERS
    from ...analysis.unread import some

    without = int(table["truck_id"].isna().sum())
    if without:
        progress.warn(message("{count} needs have no truck: none is left, or their place is not known.", count=without))
    served = table[(table["status"] == "at_work") & (table["kind"] != COMMUNITY)]
    if len(served):
        # a facility said to be fed by a truck is no need any more: of these nothing was noted
        progress.warn(
            message(
                "By the list of trucks one is at work at {count} facilities ({names}), but their maps still say they "
                "are without power. Ask there, and note it with “Note what a facility said by telephone” (truck).",
                count=len(served),
                names=some([str(name) for name in served["name"]]),
            )
        )
    if said.unknown:
        progress.warn(message("The fuel of {count} trucks is not known and is not in the sum.", count=said.unknown))
    if not said.known:
        return
    progress.info(
        message(
            "Fuel for {hours} hours: {litres} L ({drums} drums, {tankers} vehicles), {share} % of the plan's.",
            hours=f"{said.hours:g}",
            litres=f"{said.litres:,.0f}",
            drums=said.drums,
            tankers=said.tankers,
            share=round(100 * said.plan_share),
        )
    )
    if said.litres:
        first = message(
            "In the first 24 hours the trucks burn {litres} L; the {vehicles} vehicles that the plan has on the way "
            "within 24 hours bring about {brought} L.",
            litres=f"{said.first_litres:,.0f}",
            vehicles=FIRST_TANKERS,
            brought=f"{said.first_brought:,.0f}",
        )
        (progress.warn if said.first_litres > said.first_brought else progress.info)(first)
    if said.beyond_plan:
        progress.warn(
            message("This is more fuel than the plan provides (100,000 L in 72 hours). Ask the utility early.")
        )
