"""What each result layer holds: fields, Japanese names and times, declared once.

The names are the public face (algorithm reference).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Callable, Iterable, Optional

from qgis.core import NULL, QgsField, QgsFields, QgsWkbTypes
from qgis.PyQt.QtCore import QDate, QDateTime, QTime

from ..messages import Message, TomoshibiError, message
from ..translate import tr, translate_message
from .versions import FIELD_TYPES

CRS = "EPSG:6668"
"""JGD2011, longitude and latitude: the CRS of every result layer."""


class SchemaError(TomoshibiError):
    """A table does not hold what its layer needs."""


@dataclass(frozen=True)
class Column:
    """One field of a result layer."""

    name: str
    kind: str
    """`text`, `int`, `real`, `bool` or `datetime`."""
    alias: Callable[[], str]
    """The name for people, translated when it is asked for."""


@dataclass(frozen=True)
class LayerSpec:
    """One kind of result layer or table."""

    name: str
    """Id of the algorithm that makes it, and the layer name inside `layers.gpkg`."""
    title: Callable[[], str]
    """The name for people, translated when it is asked for."""
    geometry: str
    """`point`, `polygon` or `none`."""
    columns: tuple[Column, ...]
    temporal: Optional[tuple[str, str]] = None
    """Fields of the begin and the end of what a feature says; (`as_of`, `as_of`) for a moment; None for a table."""
    added: frozenset[str] = frozenset()
    """Fields that results of earlier versions lack."""

    @property
    def wkb_type(self) -> QgsWkbTypes.Type:
        """The geometry type for a sink."""
        return _GEOMETRIES[self.geometry]

    @property
    def of_people(self) -> bool:
        """Whether it shows people or their homes one by one."""
        return bool({"supply_point", "person_id"} & set(self.names()))

    def names(self) -> list[str]:
        """The field names in their order."""
        return [column.name for column in self.columns]

    def required(self) -> list[str]:
        """The names of the fields that a table must bring: not those that are constant or may be left out."""
        return [name for name in self.names() if name not in OPTIONAL and name not in self.added]

    def times(self) -> list[str]:
        """The names of the fields that hold times."""
        return [column.name for column in self.columns if column.kind == "datetime"]


_GEOMETRIES = {
    "point": QgsWkbTypes.Type.Point,
    "line": QgsWkbTypes.Type.LineString,
    "polygon": QgsWkbTypes.Type.MultiPolygon,
    "cell": QgsWkbTypes.Type.Polygon,
    "none": QgsWkbTypes.Type.NoGeometry,
}

_AS_OF = Column("as_of", "datetime", lambda: tr("As of"))
_SOURCE = Column("source", "text", lambda: tr("Source"))
_MADE = (_AS_OF, _SOURCE)
"""When and from what: what lists and tables of the office's own work carry."""
_PROVENANCE = (Column("evidence_until", "datetime", lambda: tr("Data until")), *_MADE)
"""What every result layer carries: until when the data reach, the moment shown, and from what."""
# a code of `analysis.reasons.Reason`; NULL where the state is known
_UNKNOWN_REASON = Column("unknown_reason", "text", lambda: tr("Why unknown"))
_PROOF = (
    Column("last_proven", "datetime", lambda: tr("Last proven")),
    Column("last_state", "text", lambda: tr("Last state")),
    _UNKNOWN_REASON,
)
"""What layers about one place or meter carry: when and as what it was last proven, and why nothing can be said."""
# what people said by telephone stands beside the measured state and never becomes it
_TOLD = (
    Column("told_state", "text", lambda: tr("Told by telephone")),
    Column("told_at", "datetime", lambda: tr("Told for")),
    Column("told_until", "datetime", lambda: tr("Holds until")),
    Column("told_by", "text", lambda: tr("Told by")),
    Column("told_passed", "bool", lambda: tr("A later measurement went before it")),
)
_ADDED = "restored_from restored_words done_at".split()
_ADDED += "expected group_id group_areas group_meters nearest_powered_km dark_around areas_around certainty".split()
_ADDED += "said_low said_high was_low was_high".split()
_ADDED += "relay_meters relay_share relay_low relay_high relay_since relay_told".split()
_ADDED += "response response_by response_at response_note nearest_powered_name".split()
# number, key or name_address; review_… where somebody must look: a name or an address alone, or several
_LINKED_BY = Column("linked_by", "text", lambda: tr("Supply point found by"))
# which other rows are alike and have nothing that tells people apart
_SAME_AS = Column("same_as", "text", lambda: tr("Possibly the same as row"))
_LIST_ROW = Column("row_no", "int", lambda: tr("Row of the list"))
_LISTED = (_LINKED_BY, _LIST_ROW, _SAME_AS)
"""What results about the people of a list carry: how and where each was found in it."""
OPTIONAL = frozenset([*(column.name for column in (*_PROVENANCE, *_PROOF, *_LISTED, *_TOLD)), *_ADDED])
_METERS = Column("meters", "int", lambda: tr("Meters"))
_EXPECTED = Column("expected", "int", lambda: tr("Meters of which a reading was expected"))
_SILENT = Column("silent", "int", lambda: tr("Silent meters"))
_BEGIN = Column("begin", "datetime", lambda: tr("Begin"))
_END = Column("end", "datetime", lambda: tr("End"))
_REASON = Column("reason", "text", lambda: tr("Reason"))
_EVIDENCE = Column("evidence", "text", lambda: tr("Evidence"))
_PRIORITY = Column("priority", "int", lambda: tr("Priority"))
_FACILITY = (
    Column("facility_id", "text", lambda: tr("Facility ID")),
    Column("name", "text", lambda: tr("Name")),
    Column("kind", "text", lambda: tr("Kind of facility")),
)
_DARK_SINCE = (
    Column("dark_since_low", "datetime", lambda: tr("Dark since, at the earliest")),
    Column("dark_since_high", "datetime", lambda: tr("Dark since, at the latest")),
)
"""Between what moments the power went (`analysis.dark_since`)."""
_AREA_ID = Column("area_id", "text", lambda: tr("Area code"))
_AREA_NAME = Column("area_name", "text", lambda: tr("Area name"))
_SUPPLY_POINT = Column("supply_point", "text", lambda: tr("Supply point"))
_LIST_NAME = Column("list_name", "text", lambda: tr("Name of the list"))
_ROW_NO = Column("row_no", "int", lambda: tr("Row of the list"))
_OWN_ID = Column("key", "text", lambda: tr("Own id"))
_HOLDER = Column("name", "text", lambda: tr("Name of the contract holder"))
_PERSON = Column("name", "text", lambda: tr("Name of the person"))
_STATE = Column("state", "text", lambda: tr("Presence"))
_RESPONSE = Column("response", "text", lambda: tr("Response"))
_ENTERED = (
    _RESPONSE,
    Column("response_by", "text", lambda: tr("Response by")),
    Column("response_at", "datetime", lambda: tr("Response at")),
    Column("response_note", "text", lambda: tr("Note of the response")),
)
"""What people enter who look for somebody: at the desk, or in the field on a tablet."""
_MASTER_INFO_ID = Column("master_info_id", "text", lambda: tr("Master information ID (マスタ情報ID)"))

# an audit of past maps showed that a relay of theirs had failed: they may have power (`analysis.relays`)
_RELAY = (
    Column("relay_meters", "int", lambda: tr("Silent since a relay failed: may have power")),
    Column("relay_share", "real", lambda: tr("Had power, of those that are back (0–1)")),
    Column("relay_low", "real", lambda: tr("… this share, lower bound (0–1)")),
    Column("relay_high", "real", lambda: tr("… this share, upper bound (0–1)")),
    Column("relay_since", "datetime", lambda: tr("Relay failed since")),
    Column("relay_told", "datetime", lambda: tr("Relay known from data until")),
)
"""What layers carry that count silence: how much of it a relay explains, by what share and since when it is known."""

_RATES = (
    _METERS,
    _SILENT,
    Column("silent_rate", "real", lambda: tr("Outage rate (0–1)")),
    Column("baseline_rate", "real", lambda: tr("Peacetime rate (0–1)")),
    Column("excess_rate", "real", lambda: tr("Excess over peacetime (0–1)")),
    Column("low", "real", lambda: tr("Excess, lower bound (0–1)")),
    Column("high", "real", lambda: tr("Excess, upper bound (0–1)")),
    # 1…4 are the classes of the manual, 0 is masked or unknown.
    Column("rate_class", "int", lambda: tr("Outage rate class")),
    Column("masked", "bool", lambda: tr("Masked (N/A)")),
    _BEGIN,
    _END,
    # `low`, `high` or `extra_high`: each has cells of its own size, and rates of two are never added up.
    Column("voltage", "text", lambda: tr("Voltage class")),
    # NULL where no readings were asked: they tell what the 12 hours hide
    Column("dark_by_readings", "int", lambda: tr("Silent since the event (readings)")),
    Column("expected_by_readings", "int", lambda: tr("Meters that readings tell of")),
    # 計器数分析 counts the same meters: where the two differ one of them is wrong
    Column("counted_meters", "int", lambda: tr("Meters by 計器数分析")),
    Column("totals_differ", "bool", lambda: tr("Totals differ")),
    *_RELAY,
    *_PROOF,
)

_ALL = (
    LayerSpec(
        "shelterpower",
        lambda: tr("Shelter power"),
        "point",
        (
            *_FACILITY,
            Column("capacity", "int", lambda: tr("Capacity (persons)")),
            Column("state", "text", lambda: tr("Power")),
            _METERS,
            _SILENT,
            _REASON,
            Column("age_hours", "real", lambda: tr("Age of the data (hours)")),
            Column("nearest_powered_name", "text", lambda: tr("Nearest powered facility")),
            Column("nearest_powered_id", "text", lambda: tr("Nearest powered facility (ID)")),
            Column("nearest_powered_m", "real", lambda: tr("Distance to it (m)")),
            Column("nearest_powered_road_m", "real", lambda: tr("By road to the nearest powered (m)")),
            Column("advice_rank", "int", lambda: tr("Open first (rank)")),
            Column("advice_meters", "int", lambda: tr("Silent meters it would serve")),
            Column("advice", "text", lambda: tr("Advice on opening")),
            _LINKED_BY,
            *_TOLD,
            *_PROOF,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "survivalclocks",
        lambda: tr("Hours left of critical facilities"),
        "point",
        (
            Column("rank", "int", lambda: tr("Order")),
            *_FACILITY,
            # `analysis.survival.ClockState`
            Column("state", "text", lambda: tr("Clock")),
            # the moment of looking: state and hours left are told at it, what is dark at `as_of`
            Column("state_at", "datetime", lambda: tr("Clock told at")),
            Column("power_state", "text", lambda: tr("Power")),
            *_DARK_SINCE,
            Column("fails_earliest", "datetime", lambda: tr("Fails at the earliest")),
            Column("fails_latest", "datetime", lambda: tr("Fails at the latest")),
            Column("hours_left_low", "real", lambda: tr("Hours left, at least")),
            Column("hours_left_high", "real", lambda: tr("Hours left, at most")),
            Column("need_kva", "real", lambda: tr("Needs (kVA, own peak)")),
            Column("generator_kva", "real", lambda: tr("Generator (kVA)")),
            Column("fuel_kind", "text", lambda: tr("Fuel")),
            Column("stock_l", "real", lambda: tr("Stock (L)")),
            # blank: what there was when power was lost
            Column("stock_at", "datetime", lambda: tr("Stock seen at")),
            Column("litres_to_hours", "real", lambda: tr("Litres lacking for the hours asked for")),
            Column("load_days", "int", lambda: tr("Days its own load rests on")),
            # codes of `analysis.backup.Assumption`, separated by commas
            Column("assumption", "text", lambda: tr("Assumed")),
            _REASON,
            *_PROOF,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "meshoutage",
        lambda: tr("Outage rate by mesh"),
        "cell",
        (Column("mesh_code", "text", lambda: tr("Mesh code")), *_RATES, *_PROVENANCE),
        ("begin", "end"),
    ),
    LayerSpec(
        "areaoutage",
        lambda: tr("Outage rate by area"),
        "polygon",
        (
            Column("area_code", "text", lambda: tr("Area code")),
            _AREA_NAME,
            *_RATES,
            *_PROVENANCE,
        ),
        ("begin", "end"),
    ),
    LayerSpec(
        "utilityareas",
        lambda: tr("Utility's outage areas and the meters"),
        "polygon",
        (
            Column("name", "text", lambda: tr("Name")),
            # `agrees`, `partly`, `powered`, `unknown`; `not_drawn` a square outside all areas
            Column("finding", "text", lambda: tr("What the meters say")),
            _METERS,
            Column("out", "int", lambda: tr("Meters without power")),
            Column("powered", "int", lambda: tr("Meters with power")),
            Column("unknown", "int", lambda: tr("Meters of which nothing is known")),
            Column("share", "real", lambda: tr("Share without power (0–1)")),
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "acquisitiongaps",
        lambda: tr("Data acquisition gaps"),
        "polygon",
        (
            _AREA_ID,
            _AREA_NAME,
            _METERS,
            _EXPECTED,
            Column("received", "int", lambda: tr("Meters that reported")),
            Column("gap_rate", "real", lambda: tr("Gap rate (0–1)")),
            Column("baseline_rate", "real", lambda: tr("Peacetime rate (0–1)")),
            Column("excess_gap", "real", lambda: tr("Excess over peacetime (0–1)")),
            _BEGIN,
            _END,
            _UNKNOWN_REASON,
            *_PROVENANCE,
        ),
        ("begin", "end"),
    ),
    LayerSpec(
        "isolatedcommunities",
        lambda: tr("Isolated communities (suspected)"),
        "polygon",
        (
            Column("rank", "int", lambda: tr("Rank")),
            _AREA_ID,
            _AREA_NAME,
            _METERS,
            _SILENT,
            Column("gap_rate", "real", lambda: tr("Gap rate (0–1)")),
            Column("since", "datetime", lambda: tr("Dark since")),
            Column("hours", "real", lambda: tr("Hours dark")),
            # `cut`, `partly`, `open` or `unknown`: a truth value could not say "unknown".
            Column("access_cut", "text", lambda: tr("Road access")),
            Column("score", "real", lambda: tr("Score")),
            _REASON,
            # 1 is the group with the best score in it; NULL where areas are not grouped
            Column("group_id", "text", lambda: tr("Group")),
            Column("group_areas", "int", lambda: tr("Areas of the group")),
            Column("group_meters", "int", lambda: tr("Meters of the group")),
            Column("nearest_powered_km", "real", lambda: tr("Nearest area with power (km)")),
            Column("dark_around", "int", lambda: tr("Neighbouring areas that are dark")),
            Column("areas_around", "int", lambda: tr("Neighbouring areas")),
            *_RELAY,
            *_PROOF,
            *_PROVENANCE,
        ),
        ("since", "as_of"),
    ),
    LayerSpec(
        "hiddenoutages",
        lambda: tr("Hidden outages"),
        "point",
        (
            _SUPPLY_POINT,
            Column("meter_id", "text", lambda: tr("Meter ID")),
            Column("since", "datetime", lambda: tr("Dark since")),
            Column("hours", "real", lambda: tr("Hours dark")),
            Column("neighbours", "int", lambda: tr("Neighbours compared")),
            Column("neighbours_powered", "int", lambda: tr("Neighbours with power")),
            Column("state", "text", lambda: tr("Fell silent")),
            Column("pole_silent", "int", lambda: tr("Silent meters at the pole")),
            # `sure` or `undecided`: beside a part that is still dark and moving
            Column("certainty", "text", lambda: tr("Certainty")),
            *_RELAY,
            *_PROOF,
            *_PROVENANCE,
        ),
        ("since", "as_of"),
    ),
    LayerSpec(
        "outagetimeline",
        lambda: tr("Outage over time"),
        "none",
        (
            _BEGIN,
            _END,
            _AREA_ID,
            _AREA_NAME,
            # `readings` 電力データ, `outage_list` 通電情報
            _EVIDENCE,
            _METERS,
            _EXPECTED,
            _SILENT,
            Column("unknown", "int", lambda: tr("Meters not known")),
            Column("silent_rate", "real", lambda: tr("Share of silent meters (0–1)")),
            Column("baseline_rate", "real", lambda: tr("Peacetime rate (0–1)")),
            Column("excess_rate", "real", lambda: tr("Excess over peacetime (0–1)")),
            Column("excess_meters", "real", lambda: tr("Meters beyond peacetime")),
            _UNKNOWN_REASON,
            *_PROVENANCE,
        ),
    ),
    LayerSpec(
        "outlook",
        lambda: tr("Outlook: meters still dark"),
        "polygon",
        (
            _AREA_ID,
            _AREA_NAME,
            Column("horizon_h", "real", lambda: tr("Hours ahead")),
            Column("at", "datetime", lambda: tr("Moment looked ahead to")),
            Column("dark_now", "real", lambda: tr("Meters dark at the end of the data")),
            Column("expected", "real", lambda: tr("Meters expected to be dark")),
            Column("low50", "real", lambda: tr("50 % interval, from")),
            Column("high50", "real", lambda: tr("50 % interval, to")),
            Column("low80", "real", lambda: tr("80 % interval, from")),
            Column("high80", "real", lambda: tr("80 % interval, to")),
            Column("low95", "real", lambda: tr("95 % interval, from")),
            Column("high95", "real", lambda: tr("95 % interval, to")),
            Column("utility_says", "text", lambda: tr("The utility says")),
            # what an earlier outlook, so many hours ago, said of the end of the data
            Column("said_expected", "real", lambda: tr("Foreseen for now, so many hours ago")),
            Column("said_low80", "real", lambda: tr("Foreseen for now, 80 % interval, from")),
            Column("said_high80", "real", lambda: tr("Foreseen for now, 80 % interval, to")),
            # of each area the row of one horizon has a geometry
            Column("on_map", "bool", lambda: tr("Drawn on the map")),
            _EVIDENCE,
            _UNKNOWN_REASON,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "mapaudit",
        lambda: tr("Audit of past maps"),
        # a row a past map, without a place, and a row an area or square of the one that is drawn
        "polygon",
        (
            Column("theme", "text", lambda: tr("Map")),
            Column("shown_at", "datetime", lambda: tr("Moment shown")),
            Column("made_at", "datetime", lambda: tr("Made at")),
            Column("right", "int", lambda: tr("Right")),
            Column("wrong", "int", lambda: tr("Wrong")),
            Column("unknown", "int", lambda: tr("Cannot be judged")),
            # meters, areas or facilities; NULL where nothing came late
            Column("said_low", "real", lambda: tr("Without power, as said: at least")),
            Column("said_high", "real", lambda: tr("Without power, as said: at most")),
            Column("was_low", "real", lambda: tr("Without power, in truth: at least")),
            Column("was_high", "real", lambda: tr("Without power, in truth: at most")),
            Column("wrong_dark", "int", lambda: tr("Wrong: it was darker than said")),
            Column("wrong_powered", "int", lambda: tr("Wrong: there was more power than said")),
            _AREA_ID,
            _AREA_NAME,
            _METERS,
            Column("meters_told", "int", lambda: tr("Meters of which the map said something")),
            Column("map_theme", "text", lambda: tr("Map drawn")),
            Column("figures_of", "datetime", lambda: tr("Moment its figures are of")),
            Column("verdict", "text", lambda: tr("Was the map right")),
            Column("more", "real", lambda: tr("Meters without power beyond what was said")),
            Column("fewer", "real", lambda: tr("Meters with power that were said to have none")),
            Column("relay_silent", "int", lambda: tr("Silent with power behind a failed relay")),
            Column("relay_of_area", "real", lambda: tr("… share of the area's meters (0–1)")),
            Column("relay_since", "datetime", lambda: tr("Relay failed since")),
            Column("relay_until", "datetime", lambda: tr("Relay seen failed until")),
            Column("on_map", "bool", lambda: tr("Drawn on the map")),
            _UNKNOWN_REASON,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
        frozenset(
            "wrong_dark wrong_powered area_id area_name meters meters_told map_theme figures_of verdict more fewer "
            "relay_silent relay_of_area relay_until on_map".split()
        ),
    ),
    LayerSpec(
        "homeaway",
        lambda: tr("At home or away"),
        "point",
        (
            _SUPPLY_POINT,
            Column("state", "text", lambda: tr("Presence")),
            Column("method", "text", lambda: tr("Method")),
            Column("reading", "real", lambda: tr("Reading (kWh in 30 minutes)")),
            Column("reference", "real", lambda: tr("Reference (kWh in 30 minutes)")),
            Column("readings_used", "int", lambda: tr("Readings used")),
            Column("confidence", "real", lambda: tr("Confidence")),
            Column("pole_count", "int", lambda: tr("Dwellings at the pole")),
            Column("week_before", "real", lambda: tr("Reading a week before (kWh in 30 minutes)")),
            Column("year_before", "real", lambda: tr("Reading a year before, same weekday (kWh in 30 minutes)")),
            # `listed`, `not_listed`, `elsewhere` (not clear), NULL where no residents' list was given.
            Column("resident", "text", lambda: tr("Residents' list")),
            *_ENTERED,
            Column("curve", "text", lambda: tr("Curve of two days")),
            *_PROOF,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "presencetable",
        lambda: tr("Presence by half-hour"),
        "none",
        (
            _SUPPLY_POINT,
            Column("slot_begin", "datetime", lambda: tr("Half-hour (begin)")),
            Column("state", "text", lambda: tr("Presence")),
            *_PROOF,
            *_PROVENANCE,
        ),
    ),
    LayerSpec(
        "evacuationsupport",
        lambda: tr("Evacuation support, by priority"),
        "point",
        (
            _PRIORITY,
            Column("score", "int", lambda: tr("Score")),
            _SUPPLY_POINT,
            _OWN_ID,
            _PERSON,
            Column("care", "text", lambda: tr("Care level")),
            Column("need", "text", lambda: tr("Need of care")),
            _STATE,
            Column("in_hazard", "bool", lambda: tr("Inside the hazard area")),
            _REASON,
            Column("method", "text", lambda: tr("Method")),
            Column("confidence", "real", lambda: tr("Confidence")),
            *_ENTERED,
            *_LISTED,
            *_PROOF,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "lifesupport",
        lambda: tr("People on powered devices"),
        "point",
        (
            _PRIORITY,
            Column("person_id", "text", lambda: tr("Person")),
            Column("device", "text", lambda: tr("Device")),
            Column("device_kind", "text", lambda: tr("Kind of device")),
            Column("vendor", "text", lambda: tr("Vendor")),
            Column("district", "text", lambda: tr("District")),
            # `analysis.life_support.LifeState`
            Column("state", "text", lambda: tr("Battery")),
            # the moment of looking: batteries are told at it, who is dark at `as_of`
            Column("state_at", "datetime", lambda: tr("Batteries told at")),
            *_DARK_SINCE,
            Column("battery_from", "datetime", lambda: tr("Battery ends, at the earliest")),
            Column("battery_until", "datetime", lambda: tr("Battery ends, at the latest")),
            Column("battery_hours", "real", lambda: tr("Hours of the battery, as told")),
            Column("assumed", "bool", lambda: tr("Hours assumed by the kind of device")),
            _REASON,
            _SUPPLY_POINT,
            _OWN_ID,
            _PERSON,
            *_ENTERED,
            *_LISTED,
            *_PROOF,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "recoveryindex",
        lambda: tr("Use against the year before"),
        "polygon",
        (
            _AREA_ID,
            _AREA_NAME,
            _BEGIN,
            _END,
            Column("index", "real", lambda: tr("Use against the year before (1 = the same)")),
            Column("municipal_index", "real", lambda: tr("The municipality's (1 = the same)")),
            Column("index_per_meter", "real", lambda: tr("Use by contract against the year before")),
            Column("provisional", "bool", lambda: tr("Provisional figures (速報)")),
            Column("kwh", "real", lambda: tr("Use (kWh)")),
            Column("kwh_year_before", "real", lambda: tr("Use a year before (kWh)")),
            _METERS,
            Column("meters_year_before", "int", lambda: tr("Meters a year before")),
            Column("days", "int", lambda: tr("Days compared")),
            Column("cells_known", "int", lambda: tr("Grid squares compared")),
            Column("cells_unknown", "int", lambda: tr("Grid squares not known")),
            Column("unknown_reason", "text", lambda: tr("Why unknown")),
            *_PROVENANCE,
        ),
        ("begin", "end"),
    ),
    LayerSpec(
        "contractcounts",
        lambda: tr("Contracts, growth and solar"),
        "polygon",
        (
            _AREA_ID,
            _AREA_NAME,
            _BEGIN,
            _END,
            Column("meters", "int", lambda: tr("Contracts")),
            Column("before_date", "datetime", lambda: tr("Compared with")),
            Column("meters_before", "int", lambda: tr("Contracts before, in the squares compared")),
            Column("change", "int", lambda: tr("Contracts more or fewer")),
            Column("change_rate", "real", lambda: tr("Change (0.1 = 10 % more)")),
            Column("feed_in_date", "datetime", lambda: tr("Feed-in counted on")),
            Column("feed_in_meters", "int", lambda: tr("Contracts that feed in")),
            Column("feed_in_share", "real", lambda: tr("Share that feeds in (0–1)")),
            Column("feed_in_kwh", "real", lambda: tr("Fed in (kWh)")),
            Column("feed_in_kwh_per_meter", "real", lambda: tr("Fed in by contract (kWh)")),
            Column("cells", "int", lambda: tr("Grid squares known")),
            Column("cells_unknown", "int", lambda: tr("Grid squares not known")),
            Column("unknown_reason", "text", lambda: tr("Why unknown")),
            *_PROVENANCE,
        ),
        ("begin", "end"),
    ),
    LayerSpec(
        "residenceevidence",
        lambda: tr("Residence before the event"),
        "none",
        (
            _SUPPLY_POINT,
            _OWN_ID,
            _PERSON,
            Column("lived_days", "int", lambda: tr("Days lived in")),
            Column("counted_days", "int", lambda: tr("Days counted")),
            Column("verdict", "text", lambda: tr("Verdict")),
            _REASON,
            Column("first_day", "datetime", lambda: tr("First day")),
            Column("last_day", "datetime", lambda: tr("Last day")),
            Column("kwh_a_day", "real", lambda: tr("Use a day (kWh)")),
            Column("kwh_a_day_before", "real", lambda: tr("Use a day a year before, same weekdays (kWh)")),
            Column("days_compared", "int", lambda: tr("Days compared")),
            *_ENTERED,
            *_LISTED,
            *_PROOF,
            *_PROVENANCE,
        ),
    ),
    LayerSpec(
        "powertrucks",
        lambda: tr("Power-supply trucks (proposal)"),
        "line",
        (
            Column("rank", "int", lambda: tr("Rank")),
            Column("need_id", "text", lambda: tr("Facility or area")),
            Column("kind", "text", lambda: tr("Kind of need")),
            Column("name", "text", lambda: tr("Name")),
            Column("need_kva", "real", lambda: tr("Power needed (kVA)")),
            # of facilities, where the case tells how long they last
            Column("fails_earliest", "datetime", lambda: tr("Fails at the earliest")),
            Column("truck_id", "text", lambda: tr("Truck")),
            Column("truck_kva", "real", lambda: tr("Power of the truck (kVA)")),
            Column("distance_m", "real", lambda: tr("Distance (m)")),
            Column("litres_per_hour", "real", lambda: tr("Fuel (L/h)")),
            Column("fuel_l", "real", lambda: tr("Fuel (litres)")),
            Column("drums", "int", lambda: tr("Drums of 200 L")),
            Column("status", "text", lambda: tr("Assignment")),
            _REASON,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "restorationplan",
        lambda: tr("Restoration plan"),
        "polygon",
        (
            _AREA_ID,
            _AREA_NAME,
            Column("place", "text", lambda: tr("Place in the plan")),
            # from when to when the power is to be back; the same for a moment
            Column("restored_from", "datetime", lambda: tr("Power back from")),
            Column("restored_at", "datetime", lambda: tr("Power back by")),
            Column("restored_words", "text", lambda: tr("Power back, as the plan says")),
            Column("done_at", "datetime", lambda: tr("Power was back by")),
            Column("households", "int", lambda: tr("Households")),
            Column("state", "text", lambda: tr("State of the work")),
            Column("note", "text", lambda: tr("Note")),
            Column("plan_row", "int", lambda: tr("Row of the plan")),
            # Why a row of the plan fits no area, or has no time; NULL where nothing is amiss.
            _REASON,
            *_PROVENANCE,
        ),
        ("as_of", "as_of"),
    ),
    LayerSpec(
        "visitplan",
        lambda: tr("Visiting plan"),
        "none",
        (
            _SUPPLY_POINT,
            _OWN_ID,
            _PERSON,
            Column("last_week", "text", lambda: tr("Last week")),
            Column("this_week", "text", lambda: tr("This week")),
            Column("day_1", "text", lambda: tr("Mon")),
            Column("day_2", "text", lambda: tr("Tue")),
            Column("day_3", "text", lambda: tr("Wed")),
            Column("day_4", "text", lambda: tr("Thu")),
            Column("day_5", "text", lambda: tr("Fri")),
            Column("day_6", "text", lambda: tr("Sat")),
            Column("day_7", "text", lambda: tr("Sun")),
            Column("away_days", "int", lambda: tr("Days away")),
            Column("long_absence", "bool", lambda: tr("Long absence")),
            *(
                Column(f"best_{rank}", "text", lambda rank=rank: tr("Best hour {rank}").format(rank=rank))
                for rank in (1, 2, 3)
            ),
            *_ENTERED,
            *_LISTED,
            *_PROOF,
            *_PROVENANCE,
        ),
    ),
    LayerSpec(
        "supportbatches",
        lambda: tr("Batches of people to help"),
        "none",
        (
            Column("batch", "text", lambda: tr("Batch")),
            Column("people", "int", lambda: tr("Number of people")),
            Column("at_home", "int", lambda: tr("At home")),
            Column("unknown", "int", lambda: tr("Presence unknown")),
            Column("answered", "int", lambda: tr("Answered")),
            Column("needs_help", "int", lambda: tr("Need help")),
            Column("not_reached", "int", lambda: tr("Not reached")),
            Column("file", "text", lambda: tr("Workbook")),
            *_MADE,
        ),
    ),
    LayerSpec(
        "setupcase",
        lambda: tr("Checklist"),
        "none",
        (
            Column("item", "text", lambda: tr("Item")),
            # `ok`, `old`, `review`, `later`, `missing`
            Column("state", "text", lambda: tr("State")),
            Column("detail", "text", lambda: tr("Detail")),
            *_MADE,
        ),
    ),
    LayerSpec(
        "mergefield",
        lambda: tr("Conflicts of a field package"),
        "none",
        (
            Column("result", "text", lambda: tr("Result")),
            # a code of `casefile.packages_field.Conflict`
            Column("conflict", "text", lambda: tr("Why it was not taken over")),
            _SUPPLY_POINT,
            _OWN_ID,
            _PERSON,
            Column("field_response", "text", lambda: tr("From the field")),
            Column("field_by", "text", lambda: tr("From the field: by")),
            Column("field_at", "text", lambda: tr("From the field: at")),
            Column("field_note", "text", lambda: tr("From the field: note")),
            Column("home_response", "text", lambda: tr("In the list now")),
            Column("home_by", "text", lambda: tr("In the list now: by")),
            Column("home_at", "text", lambda: tr("In the list now: at")),
            Column("sent_response", "text", lambda: tr("As it was sent")),
            Column("detail", "text", lambda: tr("Detail")),
            Column("row_uuid", "text", lambda: tr("Id of the row")),
            *_MADE,
        ),
    ),
    LayerSpec(
        "conditions",
        lambda: tr("Data conditions"),
        "none",
        (
            Column("condition_id", "text", lambda: tr("Condition ID")),
            Column("status", "text", lambda: tr("Status")),
            Column("registered_at", "datetime", lambda: tr("Registered at")),
            Column("data_class", "text", lambda: tr("Data class")),
            Column("data_kinds", "text", lambda: tr("Kinds of data")),
            Column("table_kind", "text", lambda: tr("Statistics table")),
            Column("delivery", "text", lambda: tr("Delivery")),
            Column("contractors_only", "bool", lambda: tr("Registered contractors only")),
            Column("voltage", "text", lambda: tr("Voltage class")),
            Column("mesh_size", "int", lambda: tr("Mesh size (m)")),
            Column("mesh_codes", "text", lambda: tr("Secondary mesh codes")),
            Column("begin", "datetime", lambda: tr("Begin")),
            Column("end", "datetime", lambda: tr("End")),
            Column("use_cases", "text", lambda: tr("Use case")),
            Column("files", "int", lambda: tr("Files published")),
            Column("megabytes", "real", lambda: tr("Size (MB)")),
            *_MADE,
        ),
    ),
    LayerSpec(
        "contractors",
        lambda: tr("Contractor list"),
        "none",
        (
            _LIST_NAME,
            _ROW_NO,
            _OWN_ID,
            _HOLDER,
            Column("address", "text", lambda: tr("Address of the contract")),
            _SUPPLY_POINT,
            Column("problems", "text", lambda: tr("Problems of the row")),
            Column("result", "text", lambda: tr("Result of matching")),
            _MASTER_INFO_ID,
            Column("registered_at", "datetime", lambda: tr("Registered at")),
            *_MADE,
        ),
    ),
    LayerSpec(
        "registeredcontractors",
        lambda: tr("Registered contractors"),
        "none",
        (
            _LIST_NAME,
            _MASTER_INFO_ID,
            # `both`, `here` (in the case only), `there` (registered only)
            Column("state", "text", lambda: tr("Where it stands")),
            _ROW_NO,
            _OWN_ID,
            _HOLDER,
            _SUPPLY_POINT,
            *_MADE,
        ),
    ),
)

SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
"""Every result layer and table by name."""


def field(name: str, kind: str) -> QgsField:
    """Return a field of one of the kinds `text`, `int`, `real`, `bool`, `datetime`. Raises `KeyError` on another."""
    return QgsField(name, FIELD_TYPES[kind])


def fields(spec: LayerSpec) -> QgsFields:
    """Return the fields of a result layer. Aliases are set on the loaded layer: a GeoPackage sink loses them."""
    found = QgsFields()
    for column in spec.columns:
        found.append(field(column.name, column.kind))
    return found


def _missing(value: object) -> bool:
    """Whether a value is None, NaN, NaT or pandas' NA, without importing pandas."""
    if value is None or value == NULL:
        return True
    return bool(value != value) if isinstance(value, float) else type(value).__name__ in ("NAType", "NaTType")


def date_time(value: object) -> QDateTime:
    """Return a Japanese wall-clock `datetime`, `date` or ISO text as a QDateTime without a zone; None: invalid."""
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if hasattr(value, "astype") and not isinstance(value, (datetime, date)):
        value = value.astype("datetime64[s]").item()
    if value is None:
        return QDateTime()
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return QDateTime(
        QDate(value.year, value.month, value.day),
        QTime(value.hour, value.minute, value.second, value.microsecond // 1000),
    )


def _text(value: object) -> str:
    return translate_message(value) if isinstance(value, Message) else str(value)


def _bool(value: object) -> bool:
    if isinstance(value, str):  # bool("no") would be true
        raise SchemaError(
            message("“{value}” is not a truth value. This is a fault of the plugin: please report it.", value=value)
        )
    return bool(value)


def _time(value: object) -> object:
    found = date_time(value)
    return found if found.isValid() else NULL


_CONVERT: dict[str, Callable[[object], object]] = {
    "text": _text,
    "int": lambda value: round(float(value)) if isinstance(value, float) else int(value),
    "real": float,
    "bool": _bool,
    "datetime": _time,
}


def to_value(value: object, kind: str) -> object:
    """Return one value as QGIS takes it: None, NaN, NaT and NA become NULL, a `Message` becomes a translated text."""
    return NULL if _missing(value) else _CONVERT[kind](value)


def to_values(values: Iterable[object], kind: str) -> list[object]:
    """Return a column (Series, array, list) as the values QGIS takes, in one pass; see `to_value`."""
    dtype = getattr(values, "dtype", None)
    letter = getattr(dtype, "kind", "O")
    if letter in "biuf" and hasattr(values, "to_numpy"):
        values = values.to_numpy()  # an ExtensionDtype stays an object array with NA in it
        letter = getattr(values.dtype, "kind", "O")
    if letter in "iub" and kind in ("int", "bool"):
        return values.astype(bool).tolist() if kind == "bool" else values.tolist()
    if letter == "f" and kind == "real":
        return [NULL if value != value else value for value in values.tolist()]
    if kind == "text":
        # Most are plain texts already; to ask each whether it is NULL would take longer than all the rest.
        return [value if type(value) is str else to_value(value, kind) for value in list(values)]
    if letter == "M":
        return _times(values) if kind == "datetime" else [to_value(value, kind) for value in list(values)]
    return [to_value(value, kind) for value in list(values)]


def to_stored(values: Iterable[object], kind: str) -> list[object]:
    """Return a column as SQLite takes it and GDAL writes it: None for missing, times as text, truth as 0 and 1.

    The values are those of `to_values`; whole columns of plain numbers and texts take a shorter way to them.
    """
    plain = str(getattr(values, "dtype", ""))
    if kind == "real" and plain in ("float32", "float64"):
        return values.tolist()  # SQLite stores NaN as NULL; an ExtensionDtype, which has NA, is not among these
    if kind == "int" and plain in ("float32", "float64"):
        # round() of a number and rint() of an array both go to the even neighbour
        return [None if value != value else int(value) for value in values.round().tolist()]
    if kind == "text":
        return [value if type(value) is str or value is None else _stored_text(value) for value in list(values)]
    if kind == "datetime" and plain.startswith("datetime64"):
        return _stored_times(values)
    found = to_values(values, kind)
    if plain == "bool" or plain.startswith(("int", "uint")):  # "boolean", as "Int64", has NA
        return found
    texts: dict[int, str] = {}
    stored = (lambda value: _stored_time(value, texts)) if kind == "datetime" else (lambda value: value)
    return [None if value == NULL else stored(value) for value in found]


def _stored_text(value: object) -> Optional[str]:
    found = to_value(value, "text")
    return found if isinstance(found, str) else None


def _stored_time(value: QDateTime, known: dict[int, str]) -> str:
    """Return a time as GeoPackage text; each is made into text once."""
    moment = value.toMSecsSinceEpoch()
    if moment not in known:
        known[moment] = value.toString("yyyy-MM-ddTHH:mm:ss.zzz")
    return known[moment]


def _stored_times(values: object) -> list[Optional[str]]:
    """Return a column of times as GeoPackage text; each distinct one is made into text once."""
    moments = (values.to_numpy() if hasattr(values, "to_numpy") else values).astype("datetime64[s]")
    import numpy as np

    distinct, place = np.unique(moments.astype(np.int64), return_inverse=True)
    there = distinct.astype("datetime64[s]")
    texts = np.array([None if np.isnat(one) else f"{one}.000" for one in there], dtype=object)
    return texts[place.reshape(-1)].tolist()


def _times(values: object) -> list[object]:
    """Convert each distinct time once: a layer of 400,000 cells has a handful of them."""
    seconds = (values.to_numpy() if hasattr(values, "to_numpy") else values).astype("datetime64[s]")
    known: dict[object, object] = {}
    found = []
    for value in seconds.tolist():
        if value not in known:
            known[value] = NULL if value is None else date_time(value)
        found.append(known[value])
    return found


def check_columns(spec: LayerSpec, names: Iterable[str]) -> None:
    """Raise `SchemaError` naming every column that a layer's table lacks; those of `OPTIONAL` may be left out."""
    there = set(names)
    lacking = [name for name in spec.required() if name not in there]
    if lacking:
        raise SchemaError(
            message(
                "The result “{layer}” lacks the columns {columns}. This is a fault of the plugin: please report it.",
                layer=spec.name,
                columns=", ".join(lacking),
            )
        )
