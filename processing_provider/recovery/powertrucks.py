"""電源車: who needs a truck first, which goes where, how much fuel it takes (災害時連携計画, 別添3–5)."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeatureSource,
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

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackWatch, TomoshibiAlgorithm, tr, wall_clock
from ..results import add_output, publish

if TYPE_CHECKING:
    import pandas as pd

    from ...analysis.power_trucks import Fuel

SHELTERS, COMMUNITIES = "shelters", "communities"
PLACES = "lat lon".split()
FIELDS = {
    SHELTERS: "facility_id kind name state reason".split(),
    COMMUNITIES: "area_id area_name rank silent reason".split(),
}
"""Fields that a layer of needs is told by: results of shelterpower and isolatedcommunities."""
TRUCK = {
    "truck_id": ("truck_id", "車両ID", "車両番号", "番号", "id"),
    "kva": ("kva", "容量", "容量(kVA)", "定格容量", "出力"),
    "state": ("state", "状態", "稼働状況", "状況"),
    "litres_per_hour": ("litres_per_hour", "燃費", "燃料消費量", "燃料消費量(L/h)"),
    "lat": ("lat", "緯度", "latitude"),
    "lon": ("lon", "経度", "longitude"),
}
"""Properties of a truck, and the headings under which lists give them."""
PRIORITY = {"id": ("id", "facility_id", "area_id", "施設ID", "共通ID", "地区コード")}


class PowerTrucks(TomoshibiAlgorithm):
    """Assignments of trucks, and the fuel for them."""

    NAME = "powertrucks"
    GROUP = "recovery"
    TAGS = ("電源車", "重要施設", "燃料", "災害時連携計画", "power truck", "generator", "fuel", "dengensha", "nenryo")

    def title(self) -> str:
        return tr("Propose where power-supply trucks go")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterMultipleLayers("NEEDS", tr("Needs"), QgsProcessing.SourceType.TypeVectorAnyGeometry),
            tr("Results of “Show which shelters have power” and “Find communities that may be isolated”, one or both."),
        )
        self.add(
            QgsProcessingParameterFeatureSource("TRUCKS", tr("Trucks"), [QgsProcessing.SourceType.TypeVector]),
            tr(
                "Layer or CSV with truck_id, kva, state, lat, lon and, if known, litres_per_hour. Only trucks on "
                "standby (standby, 待機中) are sent."
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
                "Such as 病院=200, 避難所=45: what a facility of a kind needs where it is not known. Left empty, "
                "unknown: "
                "then the nearest truck is proposed."
            ),
        )
        add_output(self, self.NAME)
        for name, words in (
            ("ASSIGNED", tr("Trucks assigned")),
            ("WITHOUT", tr("Needs without a truck")),
            ("UNKNOWN", tr("Facilities of which nothing is known")),
            ("FUEL_L", tr("Fuel (litres)")),
            ("DRUMS", tr("Drums of 200 L")),
            ("TANKERS", tr("Vehicles that bring fuel")),
            ("PLAN_SHARE", tr("Share of the plan's fuel")),
            ("FUEL_UNKNOWN", tr("Trucks whose fuel is not known")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, words))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        if powers(self.text(parameters, context, "KVA")) is None:
            return [message("The power by kind is not understood. Write kind=kVA, separated by commas.")]
        return []

    def work(self, parameters: dict[str, Any], context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        from ...analysis.power_trucks import TruckRules, assign, fuel, needs
        from ...casefile import evidence
        from ...layers.style import newest_as_of

        case = self.case(parameters, context)
        layers = [item for item in self.parameterAsLayerList(parameters, "NEEDS", context) or []]
        tables = _needs(layers, context, watch)
        trucks = _trucks(self.parameterAsSource(parameters, "TRUCKS", context), context, watch)
        hours = self.parameterAsDouble(parameters, "HOURS", context)
        rules = TruckRules(kva_by_kind=powers(self.text(parameters, context, "KVA")) or {})
        order = self.parameterAsFile(parameters, "PRIORITY", context)
        wanted = needs(tables[SHELTERS], tables[COMMUNITIES], rules, _priority(Path(order)) if order else ())
        unknown = int((tables[SHELTERS]["state"] == "unknown").sum())
        if unknown:
            watch.warn(
                message(
                    "It is not known whether {count} facilities have power: no truck is planned for them. Ask them.",
                    count=unknown,
                )
            )
        table = assign(wanted, trucks, hours)
        said = fuel(table, hours)
        _tell(table, said, watch)
        times = [wall_clock(newest_as_of(layer)) for layer in layers]
        as_of = max((time for time in times if time is not None), default=None) or evidence.newest(case)
        sources = [message("Power of facilities and isolated communities, {time}", time=f"{as_of:%Y-%m-%d %H:%M}")]
        destination = publish(self, parameters, context, watch, case, self.NAME, table, _lines(table), as_of, sources)
        assigned = int(table["truck_id"].notna().sum())
        return {
            "OUTPUT": destination,
            "ASSIGNED": assigned,
            "WITHOUT": len(table) - assigned,
            "UNKNOWN": unknown,
            "FUEL_L": said.litres,
            "DRUMS": said.drums,
            "TANKERS": said.tankers,
            "PLAN_SHARE": said.plan_share,
            "FUEL_UNKNOWN": said.unknown,
        }


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
        found.append([*own, *(place_of(feature, transform) or stated)])
    return found


def _needs(layers: list[Any], context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, pd.DataFrame]:
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
        rows[kind] += _rows(layer, FIELDS[kind], context)
        watch.check()
    tables = {kind: pd.DataFrame(rows[kind], columns=[*fields, *PLACES]) for kind, fields in FIELDS.items()}
    communities = tables[COMMUNITIES]
    # A community without a rank comes after those that have one.
    communities["rank"] = pd.to_numeric(communities["rank"], errors="coerce").fillna(1e9)
    communities["silent"] = pd.to_numeric(communities["silent"], errors="coerce")
    return tables


def _trucks(source: Optional[QgsFeatureSource], context: QgsProcessingContext, watch: FeedbackWatch) -> pd.DataFrame:
    """Read the trucks. Raises `TomoshibiError` where no id or no state can be told from the headings."""
    import pandas as pd

    from ...layers.sources import place_of, to_result_crs

    if source is None:
        raise TomoshibiError(message("The trucks cannot be read. Choose a layer or a CSV file."))
    names = [field.name() for field in source.fields()]
    own = {name: next((word for word in words if word in names), "") for name, words in TRUCK.items()}
    for needed in ("truck_id", "state"):
        if not own[needed]:
            raise TomoshibiError(
                message(
                    "The trucks have no column {column}. Rename the column that holds it to one of these.",
                    column=" / ".join(TRUCK[needed]),
                )
            )
    transform = to_result_crs(source.sourceCrs(), context.transformContext())
    rows, nameless = [], 0
    for feature in source.getFeatures():
        said = {name: feature[word] if word else "" for name, word in own.items()}
        identity = str(_plain(said["truck_id"])).strip()
        if not identity:
            nameless += 1
            continue
        place = place_of(feature, transform) or (_number(said["lat"]), _number(said["lon"]))
        rows.append(
            (identity, _number(said["kva"]), str(_plain(said["state"])), _number(said["litres_per_hour"]), *place)
        )
    if nameless:
        watch.warn(message("{count} trucks have no id and are left out.", count=nameless))
    return pd.DataFrame(rows, columns=["truck_id", "kva", "state", "litres_per_hour", "lat", "lon"])


def _priority(path: Path) -> list[str]:
    from .lists import table_of

    return [item for item in table_of(path, PRIORITY, ("id",))["id"].tolist() if item]


def _lines(table: pd.DataFrame) -> list[QgsGeometry]:
    """Return a line from each truck to where it is to go; none where no truck goes."""
    found = []
    for row in table.itertuples(index=False):
        if row.truck_id is None:
            found.append(QgsGeometry())
            continue
        ends = (QgsPointXY(row.truck_lon, row.truck_lat), QgsPointXY(row.lon, row.lat))
        found.append(QgsGeometry.fromPolylineXY(list(ends)))
    return found


def _tell(table: pd.DataFrame, said: Fuel, watch: FeedbackWatch) -> None:
    without = int(table["truck_id"].isna().sum())
    if without:
        watch.warn(message("{count} needs have no truck: none is left, or their place is not known.", count=without))
    if said.unknown:
        watch.warn(message("The fuel of {count} trucks is not known and is not in the sum.", count=said.unknown))
    watch.tell(
        message(
            "Fuel for {hours} hours: {litres} L ({drums} drums, {tankers} vehicles), {share} % of the plan's.",
            hours=f"{said.hours:g}",
            litres=f"{said.litres:,.0f}",
            drums=said.drums,
            tankers=said.tankers,
            share=round(100 * said.plan_share),
        )
    )
    if said.beyond_plan:
        watch.warn(message("This is more fuel than the plan provides (100,000 L in 72 hours). Ask the utility early."))
