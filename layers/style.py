"""How results look: tables of named colours, shapes and words, and the few functions that make QGIS symbols of them.

Every state differs by shape, colour and outline, and luminance falls as things get worse, so that the maps read in
colour, in grey print and for colour-blind eyes. Unknown is hatched and carries a question mark: it is never pale.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Callable, Optional, Union

from qgis.core import (
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFeatureRenderer,
    QgsFilledMarkerSymbolLayer,
    QgsFillSymbol,
    QgsFontMarkerSymbolLayer,
    QgsLayerMetadata,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapUnitScale,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointDisplacementRenderer,
    QgsProperty,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontInfo

from ..analysis.reasons import Reason, words
from ..translate import say, tr
from . import curves, residents
from .schema import SPECS, LayerSpec
from .versions import set_attribution

FONTS = ("Yu Gothic UI", "Meiryo", "Noto Sans CJK JP", "IPAexGothic")
"""Japanese font families, best first; the first one of the computer is used."""

INK = "#1a1a1a"
PAPER = "#ffffff"
POWERED = "#b9e2f5"
PARTIAL = "#e69f00"
OUTAGE = "#a50f15"
HOME = "#08306b"
AWAY = "#f7f7f7"
ASLEEP = "#e69f00"
NO_DATA = "#b0b0b0"
HATCH = "#333333"
GAP_OUTLINE = "#3f3f3f"
RATE_RAMP = ("#fdd97a", "#feb24c", "#f03b20", "#800026")
"""Outage rate, low to high."""
GAP_RAMP = ("#dadaeb", "#9e9ac8", "#6a51a3", "#3f007d")
"""Acquisition gaps, low to high: another hue than outage, since a gap is not yet an outage."""

RECOVERY_RAMP = ("#d9f0d3", "#a6dba0", "#5aae61", "#1b5e30")
"""Use against the year before, as before to far below: another hue than outage, since lights are on."""

RESTORATION_RAMP = ("#d0e1f2", "#94c4df", "#4a98c9", "#17549e")
"""Days until power is back, soon to late."""

OVERDUE = "#fee391"
"""What should have happened by now and of which nobody said that it has."""

_AREA_ALPHA = 205
"""Opacity of area fills (of 255), so that a base map shows through; an opaque layer would hide the streets."""


@dataclass(frozen=True)
class PointState:
    """One state of a point result: its value in the field, its words and how it is drawn."""

    value: str
    label: Callable[[], str]
    shape: QgsSimpleMarkerSymbolLayer.Shape
    fill: str
    size: float
    """Millimetres."""
    outline: float = 0.35
    """Width of the outline in millimetres."""
    mark: str = ""
    """`cross` a white cross over it, `half` its right half in ink, `unknown` hatched with a question mark."""


_SHAPE = QgsSimpleMarkerSymbolLayer.Shape

SHELTER_STATES = (
    PointState("powered", lambda: tr("Powered"), _SHAPE.Circle, POWERED, 4.0),
    PointState("partial", lambda: tr("Powered in part"), _SHAPE.Diamond, PARTIAL, 5.6, 0.45, "half"),
    PointState("outage", lambda: tr("Outage (no readings arrive)"), _SHAPE.Square, OUTAGE, 5.0, 0.5, "cross"),
    PointState("unknown", lambda: tr("Unknown"), _SHAPE.Hexagon, PAPER, 5.4, 0.45, "unknown"),
)

HIDDEN_STATES = (
    PointState("event", lambda: tr("Silent since the event"), _SHAPE.Square, OUTAGE, 4.6, 0.5, "cross"),
    PointState("neighbours", lambda: tr("Silent since its neighbours' outage"), _SHAPE.Diamond, PARTIAL, 5.0, 0.45),
    PointState("apart", lambda: tr("Silent at another time than dark poles beside it"), _SHAPE.Triangle, OUTAGE, 5.0),
    PointState(
        "undecided", lambda: tr("Undecided: perhaps a line still out"), _SHAPE.Circle, PAPER, 4.2, 0.45, "unknown"
    ),
    PointState("unknown", lambda: tr("Unknown"), _SHAPE.Hexagon, PAPER, 5.0, 0.45, "unknown"),
)

PRESENCE_STATES = (
    PointState("home", lambda: tr("At home"), _SHAPE.Triangle, HOME, 3.4, 0.1),
    PointState("away", lambda: tr("Away (no sign of use)"), _SHAPE.Circle, AWAY, 2.6, 0.2),
    PointState("asleep_unknown", lambda: tr("Unknown (perhaps asleep)"), _SHAPE.Diamond, ASLEEP, 3.4, 0.15, "unknown"),
    PointState("no_data", lambda: tr("Unknown (no data)"), _SHAPE.Square, NO_DATA, 2.8, 0.2, "unknown"),
)


@dataclass(frozen=True)
class AreaClass:
    """One class of an area result."""

    label: Callable[[], str]
    condition: str
    """QGIS expression."""
    fill: str
    """Colour, or "" for the hatch of the unknown."""
    hatch: tuple[float, ...] = (45.0,)
    """Angles of the hatching, in degrees: two make a lattice."""


def _rates(field: str, ramp: tuple[str, ...]) -> tuple[AreaClass, ...]:
    """The manual's four classes (UC②: ～25, 26–50, 51–75, 76～ %), the worst first, of a share 0…1."""
    return (
        AreaClass(lambda: tr("76 % and more"), f'"{field}" > 0.75', ramp[3]),
        AreaClass(lambda: tr("51–75 %"), f'"{field}" > 0.5 AND "{field}" <= 0.75', ramp[2]),
        AreaClass(lambda: tr("26–50 %"), f'"{field}" > 0.25 AND "{field}" <= 0.5', ramp[1]),
        AreaClass(lambda: tr("up to 25 %"), f'"{field}" <= 0.25', ramp[0]),
    )


_CLASSED = (
    # The class is the analysis's: of the excess over peacetime where that is known, else of the plain rate.
    AreaClass(lambda: tr("76 % and more"), '"rate_class" = 4', RATE_RAMP[3]),
    AreaClass(lambda: tr("51–75 %"), '"rate_class" = 3', RATE_RAMP[2]),
    AreaClass(lambda: tr("26–50 %"), '"rate_class" = 2', RATE_RAMP[1]),
    AreaClass(lambda: tr("up to 25 %"), '"rate_class" = 1', RATE_RAMP[0]),
    AreaClass(lambda: tr("Masked: few meters (N/A)"), 'coalesce("rate_class", 0) = 0 AND "masked"', ""),
    AreaClass(
        lambda: tr("Unknown"), 'coalesce("rate_class", 0) = 0 AND NOT coalesce("masked", false)', "", (45.0, 135.0)
    ),
)

_GAPS = (
    *_rates("gap_rate", GAP_RAMP),
    AreaClass(lambda: tr("Unknown (no meter to compare)"), '"gap_rate" IS NULL', ""),
)

_ISOLATED = (
    AreaClass(lambda: tr("Ranks 1–3"), '"rank" <= 3', "#67000d"),
    AreaClass(lambda: tr("Ranks 4–10"), '"rank" > 3 AND "rank" <= 10', "#cb181d"),
    AreaClass(lambda: tr("Rank 11 and below"), '"rank" > 10', "#fc9272"),
    AreaClass(lambda: tr("Rank unknown"), '"rank" IS NULL', ""),
)


_RECOVERY = (
    AreaClass(lambda: tr("up to 50 %"), '"index" <= 0.5', RECOVERY_RAMP[3]),
    AreaClass(lambda: tr("51–75 %"), '"index" > 0.5 AND "index" <= 0.75', RECOVERY_RAMP[2]),
    AreaClass(lambda: tr("76–90 %"), '"index" > 0.75 AND "index" <= 0.9', RECOVERY_RAMP[1]),
    AreaClass(lambda: tr("more than 90 %"), '"index" > 0.9', RECOVERY_RAMP[0]),
    AreaClass(lambda: tr("Unknown (masked or no figures)"), '"index" IS NULL', ""),
)


_CONTRACTS = (
    AreaClass(lambda: tr("more than 10 % fewer"), '"change_rate" < -0.1', RECOVERY_RAMP[3]),
    AreaClass(lambda: tr("3–10 % fewer"), '"change_rate" >= -0.1 AND "change_rate" < -0.03', RECOVERY_RAMP[2]),
    AreaClass(
        lambda: tr("up to 3 % fewer or more"), '"change_rate" >= -0.03 AND "change_rate" <= 0.03', RECOVERY_RAMP[1]
    ),
    AreaClass(lambda: tr("more than 3 % more"), '"change_rate" > 0.03', RECOVERY_RAMP[0]),
    AreaClass(lambda: tr("Change unknown (masked, or one date only)"), '"change_rate" IS NULL', ""),
)


_UNTIL = 'day("restored_at" - "as_of")'
_PLAN = (
    AreaClass(lambda: tr("Planned time has passed: ask"), f"{_UNTIL} < 0", OVERDUE),
    AreaClass(lambda: tr("Power back within a day"), f"{_UNTIL} >= 0 AND {_UNTIL} < 1", RESTORATION_RAMP[0]),
    AreaClass(lambda: tr("Power back within three days"), f"{_UNTIL} >= 1 AND {_UNTIL} < 3", RESTORATION_RAMP[1]),
    AreaClass(lambda: tr("Power back within a week"), f"{_UNTIL} >= 3 AND {_UNTIL} < 7", RESTORATION_RAMP[2]),
    AreaClass(lambda: tr("Later than a week"), f"{_UNTIL} >= 7", RESTORATION_RAMP[3]),
    AreaClass(
        lambda: tr("In the plan, time not known"), '"restored_at" IS NULL AND "plan_row" IS NOT NULL', "", (45.0, 135.0)
    ),
    AreaClass(lambda: tr("Not in the plan (unknown)"), '"restored_at" IS NULL AND "plan_row" IS NULL', ""),
)
"""By whole days (of 24 hours) from the plan's issue."""


@dataclass(frozen=True)
class Edge:
    """One kind of outline that is drawn over the classes of an area result: a second thing told by each area."""

    value: str
    label: Callable[[], str]
    condition: str
    """QGIS expression."""
    width: float
    """Millimetres."""
    dash: tuple[float, ...] = ()
    """Lengths of dashes and gaps in millimetres; none is a full line."""


_EDGES = (
    Edge("cut", lambda: tr("Road access: cut off"), "\"access_cut\" = 'cut'", 1.1),
    Edge("partly", lambda: tr("Road access: cut in part"), "\"access_cut\" = 'partly'", 0.8, (2.4, 1.2)),
    Edge("open", lambda: tr("Road access: passable"), "\"access_cut\" = 'open'", 0.2),
    Edge(
        "unknown",
        lambda: tr("Road access: unknown"),
        "coalesce(\"access_cut\", '') NOT IN ('cut', 'partly', 'open')",
        0.3,
        (0.5, 1.0),
    ),
)
"""Blank or strange is unknown, never passable."""

_FINEST = (
    "coalesce(aggregate(@layer, 'count', \"area_name\", "
    "length(\"area_name\") > length(attribute(@parent, 'area_name')) AND "
    "left(\"area_name\", length(attribute(@parent, 'area_name'))) = attribute(@parent, 'area_name')), 0) = 0"
)
"""住所 of a designated city begins that of its wards; where both are there the wards say more and the city would hide
them."""


@dataclass(frozen=True)
class LineState:
    """One state of a result made of lines: its value in the field `status`, its words and how it is drawn."""

    value: str
    label: Callable[[], str]
    colour: str
    width: float
    """Millimetres."""
    style: str = "solid"
    """Name of the pen: `solid`, `dash`, `dot`."""


_TRUCKS = (
    LineState("assigned", lambda: tr("Truck assigned"), HOME, 0.9),
    LineState("assigned_too_small", lambda: tr("Truck assigned, too small"), OUTAGE, 0.9, "dash"),
    LineState("no_truck", lambda: tr("No truck left"), INK, 0.5, "dot"),
    LineState("no_place", lambda: tr("Place not known"), INK, 0.5, "dot"),
)
"""The last two have no line: they are counted, and stand in the list."""
_NO_STATE = LineState("", lambda: tr("Unknown (no state)"), INK, 0.5, "dot")


@dataclass(frozen=True)
class Labels:
    """What is written on the map for each feature."""

    expression: str
    size: float
    """Points."""
    min_scale: float = 0.0
    """Smallest scale (largest denominator) at which labels are drawn; 0 for all."""
    over: bool = False
    """Over the middle of an area, else around a point."""
    colour: str = INK
    must: str = ""
    """Expression: labels that are placed before others."""
    sized: str = ""
    """Expression of the size in points, where it is not the same for all."""
    at: str = ""
    """Expression of the point to label around, where it is not the feature itself."""


@dataclass(frozen=True)
class Style:
    """The look of one result layer."""

    states: tuple[PointState, ...] = ()
    areas: tuple[AreaClass, ...] = ()
    edges: tuple[Edge, ...] = ()
    """Outlines over the areas."""
    lines: tuple[LineState, ...] = ()
    only: str = ""
    """QGIS expression: the features that are drawn, labelled and counted; "" for all."""
    coarse: str = ""
    """QGIS expression: areas that lie over finer ones where a layer holds several voltage classes; outlined only."""
    outline: float = 0.1
    """Width of area outlines in millimetres."""
    small: bool = False
    """Whether areas may be as small as 1 mm on paper (cells): outlines and hatching grow finer with the scale."""
    labels: Optional[Labels] = None
    legend: Optional[Callable[[], str]] = None
    """Heading of the legend: what is measured, in which unit."""
    overview_legend: Optional[Callable[[], str]] = None
    """Heading of the legend where the map is too small for single features; see `style_poles`."""
    by_pole: bool = False
    """Several features at one point are set apart in rings around it."""
    least: float = 1.3
    """Least size of those on a map of any scale, millimetres."""
    tip: str = ""
    """Field of the title of the map tip."""


STYLES: dict[str, Style] = {
    "shelterpower": Style(
        states=SHELTER_STATES,
        labels=Labels('"name"', 7.5, 100_000, must="\"state\" <> 'powered'"),
        legend=lambda: tr("Power of facilities"),
        tip="name",
    ),
    "meshoutage": Style(
        areas=_CLASSED,
        coarse='length("mesh_code") < maximum(length("mesh_code"))',
        small=True,
        labels=Labels(
            "if(coalesce(\"rate_class\", 0) = 0, '?', to_string(round(100 * \"silent_rate\")) || ' %')",
            6.0,
            12_000,
            over=True,
        ),
        legend=lambda: tr("Outage rate (meters silent for 12 hours)"),
        tip="mesh_code",
    ),
    "areaoutage": Style(
        areas=_CLASSED,
        only=_FINEST,
        outline=0.3,
        labels=Labels(
            "\"area_name\" || '\\n' || if(coalesce(\"rate_class\", 0) = 0, '?', "
            "to_string(round(100 * \"silent_rate\")) || ' %')",
            8.0,
            over=True,
        ),
        legend=lambda: tr("Outage rate (meters silent for 12 hours); wards instead of their city"),
        tip="area_name",
    ),
    "acquisitiongaps": Style(
        areas=_GAPS,
        outline=0.2,
        labels=Labels('coalesce("area_name", "area_id")', 7.0, 120_000, over=True),
        legend=lambda: tr("Gap rate (meters that sent nothing)"),
        tip="area_name",
    ),
    "isolatedcommunities": Style(
        areas=_ISOLATED,
        edges=_EDGES,
        outline=0.15,
        labels=Labels("", 8.0, over=True, must='"rank" <= 10', sized='if(coalesce("rank", 99) <= 10, 8, 5.5)'),
        legend=lambda: tr("Suspected isolation: rank, hours dark, road access"),
        tip="area_name",
    ),
    "hiddenoutages": Style(
        states=HIDDEN_STATES,
        legend=lambda: tr("Hidden outages: still silent among neighbours with power"),
        tip="state",
    ),
    "evacuationsupport": Style(
        states=PRESENCE_STATES,
        by_pole=True,
        least=2.4,
        labels=Labels('"priority"', 7.5, 150_000, must='"priority" <= 20'),
        legend=lambda: tr("People who need support: presence (number: priority)"),
        overview_legend=lambda: tr("People who need support, by pole (most urgent on top)"),
        tip="priority",
    ),
    "recoveryindex": Style(
        areas=_RECOVERY,
        outline=0.1,
        labels=Labels(
            # A grid square is named by its code, which nobody reads on a map.
            'if("area_name" <> "area_id", "area_name" || \'\\n\', \'\') || '
            "coalesce(to_string(round(100 * \"index\")) || ' %' || if(\"provisional\", ' *', ''), '?')",
            7.0,
            120_000,
            over=True,
        ),
        legend=lambda: tr("Use of homes against the same month a year before (*: provisional)"),
        tip="area_name",
    ),
    "contractcounts": Style(
        areas=_CONTRACTS,
        outline=0.1,
        labels=Labels(
            'if("area_name" <> "area_id", "area_name" || \'\\n\', \'\') || '
            "coalesce(if(\"change\" > 0, '+', '') || to_string(\"change\"), '?')",
            7.0,
            120_000,
            over=True,
        ),
        legend=lambda: tr("Contracts, fewer or more than before (計器数分析)"),
        tip="area_name",
    ),
    "powertrucks": Style(
        lines=_TRUCKS,
        labels=Labels(
            "\"rank\" || ' ' || coalesce(\"name\", \"need_id\", '') || '\\n← ' || coalesce(\"truck_id\", '') || "
            "coalesce(' ' || \"truck_kva\" || ' kVA', '')",
            7.5,
            at="end_point($geometry)",
        ),
        legend=lambda: tr("Power-supply trucks: proposal (square: truck, arrow: where it is needed)"),
        tip="name",
    ),
    "restorationplan": Style(
        areas=_PLAN,
        # A row of the plan that fits no area has no place on the map.
        only='"area_id" IS NOT NULL',
        outline=0.2,
        labels=Labels(
            "coalesce(\"area_name\", '') || coalesce('\\n' || format_date(\"restored_at\", 'M/d HH:mm'), '')",
            7.0,
            120_000,
            over=True,
        ),
        legend=lambda: tr("Restoration plan of the utility"),
        tip="area_name",
    ),
    "homeaway": Style(
        states=PRESENCE_STATES,
        by_pole=True,
        legend=lambda: tr("Presence by dwelling (rings: one pole)"),
        overview_legend=lambda: tr("Presence by pole (larger: more dwellings; most urgent on top)"),
        tip="state",
    ),
}

RESPONSES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("contacted", lambda: tr("Contacted, safe")),
    ("evacuated", lambda: tr("Has left for a shelter")),
    ("needs_help", lambda: tr("Needs help")),
    ("nobody", lambda: tr("Visited, nobody answered")),
    ("not_reached", lambda: tr("Not reached yet")),
)
"""Values of `response`, filled in by hand as people are looked for."""

VOLTAGE_CLASSES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("low", lambda: tr("low voltage")),
    ("high", lambda: tr("high voltage")),
    ("extra_high", lambda: tr("extra high voltage")),
)
"""Values of `voltage`, the finest cells first."""

METHODS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("manual", lambda: tr("Manual's rule")),
    ("held", lambda: tr("Manual's rule with night hold")),
    ("quiet", lambda: tr("Quiet hours")),
)

RESIDENTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("listed", lambda: tr("On the residents' list")),
    ("not_listed", lambda: tr("Not on the residents' list")),
)

VERDICTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("lived", lambda: tr("Lived in (居住実態あり)")),
    ("not_lived", lambda: tr("Not lived in (居住実態なし)")),
    ("cannot_tell", lambda: tr("Cannot be told (判定不能)")),
)

NEEDS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("high", lambda: tr("High (要介護3 or more)")),
    ("low", lambda: tr("Lower")),
    ("unknown", lambda: tr("Unknown")),
)

EVIDENCE: tuple[tuple[str, Callable[[], str]], ...] = (
    ("readings", lambda: tr("Readings (電力データ)")),
    ("outage_list", lambda: tr("Outage list (通電情報)")),
)

ACCESS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("cut", lambda: tr("Cut off")),
    ("partly", lambda: tr("Cut in part")),
    ("open", lambda: tr("Passable")),
    ("unknown", lambda: tr("Unknown")),
)


def _words(states: tuple[PointState, ...]) -> tuple[tuple[str, Callable[[], str]], ...]:
    return tuple((state.value, state.label) for state in states)


def _reason_word(reason: Reason) -> Callable[[], str]:
    return lambda: say(words(reason))


UNKNOWN_REASONS = tuple((reason.value, _reason_word(reason)) for reason in Reason)
"""Why something is unknown, on layers that say it."""

VALUE_MAPS: dict[str, dict[str, tuple[tuple[str, Callable[[], str]], ...]]] = {
    "shelterpower": {"state": _words(SHELTER_STATES)},
    "homeaway": {
        "state": _words(PRESENCE_STATES),
        "method": METHODS,
        "response": RESPONSES,
        "resident": RESIDENTS,
    },
    "hiddenoutages": {
        "state": _words(HIDDEN_STATES),
        "certainty": (("sure", lambda: tr("Sure")), ("undecided", lambda: tr("Undecided: perhaps a line still out"))),
    },
    "presencetable": {"state": _words(PRESENCE_STATES)},
    "residenceevidence": {"verdict": VERDICTS},
    "outagetimeline": {"evidence": EVIDENCE},
    "powertrucks": {"status": tuple((state.value, state.label) for state in _TRUCKS)},
    "evacuationsupport": {
        "state": _words(PRESENCE_STATES),
        "method": METHODS,
        "need": NEEDS,
        "response": RESPONSES,
    },
    "isolatedcommunities": {"access_cut": ACCESS},
    "meshoutage": {"voltage": VOLTAGE_CLASSES},
    "areaoutage": {"voltage": VOLTAGE_CLASSES},
}
"""{layer: {field: (value, word) …}}: codes in the file, words on the screen."""

EDITABLE = {"response", "response_by", "response_at"}
"""Fields a person fills in; every other field is the result and is read-only in the form."""


def font_family() -> str:
    """Return the first of `FONTS` that the computer has, else QGIS's default family."""
    for family in FONTS:
        # What Qt would really draw with: QgsFontUtils.fontFamilyOnSystem takes fontconfig's substitutes for the family.
        if QFontInfo(QFont(family)).family().casefold() == family.casefold():
            return family
    return QFont().family()


def _colour(name: str, alpha: int = 255) -> QColor:
    colour = QColor(name)
    colour.setAlpha(alpha)
    return colour


def _limits(least: float, most: float) -> QgsMapUnitScale:
    """Limits in millimetres for a size in metres on the ground."""
    limits = QgsMapUnitScale()
    limits.minSizeMMEnabled, limits.minSizeMM = True, least
    limits.maxSizeMMEnabled, limits.maxSizeMM = True, most
    return limits


_GROUND = QgsUnitTypes.RenderUnit.RenderMetersInMapUnits


_CELLS_ALONE = 60_000
"""Scale denominator beyond which cells have no outlines: theirs would be darker than the cells."""
_FAR = f"coalesce(@map_scale, 0) > {_CELLS_ALONE}"
_QUIET = "#858585"
"""Hatching of small cells at small scales: seen, but not before the rates."""


def _hatch(
    angle: float, distance: float, width: float, small: bool = False, quiet: bool = False
) -> QgsLinePatternFillSymbolLayer:
    """Return hatching, millimetres; `small` draws it finer at small scales, so that cells of 1 mm still show it.

    `quiet` pales it there.
    """
    lines = QgsLinePatternFillSymbolLayer()
    lines.setLineAngle(angle)
    lines.setDistance(distance)
    stroke = QgsLineSymbol.createSimple({"color": HATCH, "width": str(width)})
    if small:
        lines.setDistance(80.0)
        lines.setDistanceUnit(_GROUND)
        lines.setDistanceMapUnitScale(_limits(0.5, distance))
        stroke.symbolLayer(0).setWidth(16.0)
        stroke.symbolLayer(0).setWidthUnit(_GROUND)
        stroke.symbolLayer(0).setWidthMapUnitScale(_limits(0.14, width))
    if quiet:
        colour = QgsProperty.fromExpression(f"if({_FAR}, '{_QUIET}', '{HATCH}')")
        stroke.symbolLayer(0).setDataDefinedProperty(QgsSymbolLayer.Property.PropertyStrokeColor, colour)
    lines.setSubSymbol(stroke)
    return lines


def _plain_fill(fill: str, outline: float, alpha: int = 255) -> QgsSimpleFillSymbolLayer:
    layer = QgsSimpleFillSymbolLayer(_colour(fill, alpha))
    layer.setStrokeColor(_colour(GAP_OUTLINE))
    layer.setStrokeWidth(outline)
    return layer


def area_symbol(area: AreaClass, outline: float, small: bool = False) -> QgsFillSymbol:
    """Return the fill of one class; the unknown is dark hatching on white. `small` is for cells of perhaps 1 mm."""
    symbol = QgsFillSymbol()
    fill = _plain_fill(area.fill or PAPER, outline, _AREA_ALPHA)
    if small:
        # Outlines of a fixed width would be all that is seen of small cells.
        fill.setStrokeWidth(8.0)
        fill.setStrokeWidthUnit(_GROUND)
        fill.setStrokeWidthMapUnitScale(_limits(0.02, outline))
        fill.setDataDefinedProperty(
            QgsSymbolLayer.Property.PropertyStrokeStyle, QgsProperty.fromExpression(f"if({_FAR}, 'no', 'solid')")
        )
    symbol.changeSymbolLayer(0, fill)
    for angle in () if area.fill else area.hatch:
        symbol.appendSymbolLayer(_hatch(angle, 1.1 * len(area.hatch), 0.22, small, small and len(area.hatch) == 1))
    return symbol


def edge_symbol(edge: Edge) -> QgsFillSymbol:
    """Return one outline without a fill."""
    line = QgsSimpleLineSymbolLayer(_colour(INK), edge.width)
    line.setPenJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if edge.dash:
        line.setUseCustomDashPattern(True)
        line.setCustomDashVector(list(edge.dash))
        line.setCustomDashPatternUnit(QgsUnitTypes.RenderUnit.RenderMillimeters)
        line.setPenCapStyle(Qt.PenCapStyle.FlatCap)
    # Drawn after all fills, or a neighbour's fill would hide half of it.
    line.setRenderingPass(1)
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, line)
    return symbol


def _marker(
    shape: QgsSimpleMarkerSymbolLayer.Shape, fill: str, size: float, outline: float
) -> QgsSimpleMarkerSymbolLayer:
    layer = QgsSimpleMarkerSymbolLayer(shape, size)
    layer.setColor(_colour(fill))
    layer.setStrokeColor(_colour(INK))
    layer.setStrokeWidth(outline)
    return layer


def _unknown(state: PointState) -> list:
    """The layers of an unknown point: its shape filled with hatching, and a question mark with a white edge."""
    body = QgsFilledMarkerSymbolLayer(state.shape, state.size)
    fill = QgsFillSymbol()
    fill.changeSymbolLayer(0, _plain_fill(state.fill, state.outline))
    fill.symbolLayer(0).setStrokeColor(_colour(INK))
    fill.appendSymbolLayer(_hatch(45, 0.8, 0.18))
    body.setSubSymbol(fill)
    mark = QgsFontMarkerSymbolLayer(font_family(), "?", state.size * 0.85, _colour(INK))
    mark.setFontStyle("Bold")
    mark.setStrokeColor(_colour(PAPER))
    mark.setStrokeWidth(0.25)
    return [body, mark]


def point_symbol(state: PointState) -> QgsMarkerSymbol:
    """Return the marker of one state."""
    symbol = QgsMarkerSymbol()
    layers = [_marker(state.shape, state.fill, state.size, state.outline)]
    if state.mark == "unknown":
        layers = _unknown(state)
    elif state.mark == "cross":
        cross = QgsSimpleMarkerSymbolLayer(_SHAPE.Cross2, state.size * 0.5)
        cross.setStrokeColor(_colour(PAPER))
        cross.setStrokeWidth(0.7)
        layers.append(cross)
    elif state.mark == "half":
        # Half a square along its diagonal, turned by 45 degrees, is the right half of the diamond.
        half = QgsSimpleMarkerSymbolLayer(_SHAPE.DiagonalHalfSquare, state.size / sqrt(2), -135)
        half.setColor(_colour(INK))
        half.setStrokeColor(_colour(INK))
        layers.append(half)
    symbol.changeSymbolLayer(0, layers[0])
    for layer in layers[1:]:
        symbol.appendSymbolLayer(layer)
    return symbol


_NEWEST = '(@map_start_time IS NOT NULL OR "begin" = {newest})'
"""Of a layer with many times a map without a time shows the newest only: drawn together they would hide each other."""


def coarse_symbol(area: AreaClass) -> QgsFillSymbol:
    """Return the outline, in the colour of its class, of an area that must not hide finer ones; dashed if unknown."""
    line = QgsSimpleLineSymbolLayer(_colour(area.fill or NO_DATA), 0.7 if area.fill else 0.4)
    line.setPenJoinStyle(Qt.PenJoinStyle.MiterJoin)
    # Within its cell: the outline of the neighbour would lie on the same line.
    line.setOffset(0.45)
    if not area.fill:
        line.setPenStyle(Qt.PenStyle.DashLine if len(area.hatch) == 1 else Qt.PenStyle.DotLine)
    line.setRenderingPass(1)
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, line)
    return symbol


def _rules(style: Style, condition: str, several: bool = False) -> QgsRuleBasedRenderer:
    """Return the rules of areas and outlines; `several` where the layer holds several voltage classes."""
    root = QgsRuleBasedRenderer.Rule(None)
    several = several and bool(style.coarse)
    fine = f" AND NOT ({style.coarse})" if several else ""
    drawn = [(area.label(), f"({area.condition}){fine}" if fine else area.condition, area) for area in style.areas]
    drawn = [(label, which, area_symbol(area, style.outline, style.small)) for label, which, area in drawn]
    drawn += [(edge.label(), edge.condition, edge_symbol(edge)) for edge in style.edges]
    for area in style.areas if several else ():
        label = tr("{rate} (high voltage, larger squares)").format(rate=area.label())
        drawn.append((label, f"({area.condition}) AND {style.coarse}", coarse_symbol(area)))
    for label, which, symbol in drawn:
        rule = QgsRuleBasedRenderer.Rule(symbol)
        rule.setFilterExpression(f"({which}) AND {condition}" if condition else which)
        rule.setLabel(label)
        root.appendChild(rule)
    return QgsRuleBasedRenderer(root)


def voltages_of(layer: QgsVectorLayer) -> list[str]:
    """Return the voltage classes that a result holds, in the order of `VOLTAGE_CLASSES`; none where it has no such."""
    index = layer.fields().lookupField("voltage")
    held = layer.uniqueValues(index) if index >= 0 else set()
    if index >= 0 and not held:
        # The query failed, as it may while another connection to the GeoPackage closes; classes must not be mixed then.
        held = {feature["voltage"] for feature in layer.getFeatures()}
    return [name for name, _ in VOLTAGE_CLASSES if name in held]


def _shown(layer: QgsVectorLayer, spec: LayerSpec, style: Style) -> str:
    """Return the expression of what is drawn, "" for all: of many times the newest, of levels the finest."""
    # One voltage class may have been published later than another.
    newest = 'maximum("begin", "voltage")' if len(voltages_of(layer)) > 1 else 'maximum("begin")'
    parts = [_NEWEST.format(newest=newest) if _has_many_times(layer, spec) else "", style.only]
    return " AND ".join(f"({part})" for part in parts if part)


def _categories(states: tuple[PointState, ...]) -> QgsCategorizedSymbolRenderer:
    # A value that is none of the known ones, NULL above all, must show as unknown and never vanish.
    known = [QgsRendererCategory(state.value, point_symbol(state), state.label()) for state in states]
    known.append(QgsRendererCategory("", point_symbol(states[-1]), tr("Unknown (no state)")))
    return QgsCategorizedSymbolRenderer("state", known)


def entries(style: Style) -> tuple[Union[PointState, AreaClass, LineState], ...]:
    """Return what the legend of a result tells apart, in its order."""
    return style.states or style.areas or style.lines


def line_symbol(state: LineState) -> QgsLineSymbol:
    """Return the line of one state: a square where it begins, an arrow where it ends."""
    look = {"color": state.colour, "width": str(state.width), "line_style": state.style, "capstyle": "round"}
    symbol = QgsLineSymbol.createSimple(look)
    for place, shape, size in (("firstvertex", _SHAPE.Square, 2.6), ("lastvertex", _SHAPE.ArrowHeadFilled, 3.4)):
        # By properties, since QGIS 3.24 has another call for the placement than 3.22.
        ends = QgsMarkerLineSymbolLayer.create({"placement": place, "rotate": "1"})
        marker = QgsMarkerSymbol()
        marker.changeSymbolLayer(0, _marker(shape, state.colour, size, 0.2))
        ends.setSubSymbol(marker)
        symbol.appendSymbolLayer(ends)
    return symbol


def _line_categories(states: tuple[LineState, ...]) -> QgsCategorizedSymbolRenderer:
    found = [QgsRendererCategory(state.value, line_symbol(state), state.label()) for state in (*states, _NO_STATE)]
    return QgsCategorizedSymbolRenderer("status", found)


def _metres(symbol: QgsMarkerSymbol, metres: float, least: float, most: float) -> None:
    """Size a marker in metres on the ground within millimetres on paper, so that homes keep apart at every scale."""
    whole = symbol.size()
    for number in range(symbol.symbolLayerCount()):
        layer = symbol.symbolLayer(number)
        share = layer.size() / whole
        limits = QgsMapUnitScale()
        limits.maxSizeMMEnabled, limits.maxSizeMM = True, most * share
        if number == 0:
            limits.minSizeMMEnabled, limits.minSizeMM = True, least
        else:
            # A mark that cannot be read at a small scale may vanish; the shape below it may not.
            layer.setStrokeWidth(0)
        layer.setSizeUnit(QgsUnitTypes.RenderUnit.RenderMetersInMapUnits)
        layer.setSizeMapUnitScale(limits)
        layer.setSize(metres * share)


def _by_pole(states: tuple[PointState, ...], least: float) -> QgsPointDisplacementRenderer:
    """Set the dwellings of one pole in rings around it, each with its own state (the coordinates are the pole's)."""
    inner = _categories(states)
    for number, category in enumerate(inner.categories()):
        symbol = category.symbol().clone()
        _metres(symbol, 25.0, least, symbol.size())
        inner.updateCategorySymbol(number, symbol)
    renderer = QgsPointDisplacementRenderer("")
    renderer.setEmbeddedRenderer(inner)
    renderer.setPlacement(QgsPointDisplacementRenderer.Placement.ConcentricRings)
    renderer.setTolerance(1e-9)
    renderer.setToleranceUnit(QgsUnitTypes.RenderUnit.RenderMapUnits)
    renderer.setCircleWidth(0.1)
    renderer.setCircleColor(_colour("#7f7f7f"))
    centre = QgsMarkerSymbol.createSimple({"name": "circle", "color": INK, "size": "0.5", "outline_style": "no"})
    renderer.setCenterSymbol(centre)
    return renderer


OVERVIEW_SCALE = 20_000
"""Scale denominator above which dwellings cannot be told apart on paper."""
SQUARES_SCALE = 40_000
"""Scale denominator above which poles stand on each other, and squares of the grid are counted instead."""

HOME_TINT = "#8fb8e6"
"""Fill of circles of many homes: paler than a single home, so that the number on it can be read."""
PART_HOME, PART_UNKNOWN, PART_AWAY = "home", "unknown", "away"
"""Values of `part` of the circles of many homes (layers/homes.py)."""
_CIRCLES: tuple[AreaClass, ...] = (
    AreaClass(lambda: tr("At home (area of the circle, number)"), PART_HOME, HOME_TINT),
    AreaClass(lambda: tr("Unknown (hatched part, number with ?)"), PART_UNKNOWN, ""),
    AreaClass(lambda: tr("Away only"), PART_AWAY, AWAY),
)
"""What a square shows; `condition` is the value of `part`."""


def circle_symbols() -> list[QgsFillSymbol]:
    """Return the fills of the circles of `homes.circles`, in the order of the legend."""
    found = []
    for part in _CIRCLES:
        symbol = QgsFillSymbol()
        fill = QgsSimpleFillSymbolLayer(_colour(part.fill or PAPER))
        fill.setStrokeColor(_colour(HOME if part.condition == PART_HOME else INK))
        fill.setStrokeWidth(0.2)
        symbol.changeSymbolLayer(0, fill)
        if not part.fill:
            symbol.appendSymbolLayer(_hatch(45, 0.6, 0.15))
            for number in range(symbol.symbolLayerCount()):
                # On top of the circle that it is a part of.
                symbol.symbolLayer(number).setRenderingPass(1)
        found.append(symbol)
    return found


def _write_over(settings: QgsPalLayerSettings) -> None:
    """Let labels stand on the areas beside their own too: only another label keeps one away."""
    obstacle = settings.obstacleSettings()
    obstacle.setIsObstacle(False)
    settings.setObstacleSettings(obstacle)


def style_circles(layer: QgsVectorLayer) -> None:
    """Give a layer of `homes.circles` its fills and its numbers, the largest first."""
    categories = [
        QgsRendererCategory(part.condition, symbol, part.label()) for part, symbol in zip(_CIRCLES, circle_symbols())
    ]
    renderer = QgsCategorizedSymbolRenderer("part", categories)
    renderer.setUsingSymbolLevels(True)
    layer.setRenderer(renderer)
    settings = QgsPalLayerSettings()
    settings.fieldName = "told"
    words = text_format(6.0)
    halo = words.buffer()
    halo.setSize(0.3)
    words.setBuffer(halo)
    settings.setFormat(words)
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.centroidWhole = True
    _write_over(settings)
    settings.multilineAlign = QgsPalLayerSettings.MultiLineAlign.MultiCenter
    properties = settings.dataDefinedProperties()
    properties.setProperty(
        QgsPalLayerSettings.Property.Priority, QgsProperty.fromExpression('min(10, 2 + sqrt("count") / 2)')
    )
    settings.setDataDefinedProperties(properties)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def circles_heading(metres: int, most: int) -> str:
    """Return the heading of the legend of a map by squares."""
    return tr("Dwellings at home per {metres} m square (largest circle: {most} or more)").format(
        metres=f"{metres:,}", most=f"{most:,}"
    )


FAR_MILLIMETRES = 2.2
"""Size of what lies outside the main map, on the overview."""


def style_far(layer: QgsVectorLayer, spec_name: str) -> None:
    """Give points of the overview (field `row`: number in the legend) the shapes or colours of the main map."""
    style = STYLES[spec_name]
    categories = []
    for row, entry in enumerate(entries(style)):
        if style.states:
            symbol = point_symbol(entry)
            while symbol.symbolLayerCount() > 1:  # a mark cannot be read at this size
                symbol.deleteSymbolLayer(1)
            symbol.setSize(FAR_MILLIMETRES)
        else:
            symbol = QgsMarkerSymbol()
            fill = entry.colour if isinstance(entry, LineState) else entry.fill or PAPER
            symbol.changeSymbolLayer(0, _marker(_SHAPE.Circle, fill, FAR_MILLIMETRES, 0.3))
        categories.append(QgsRendererCategory(row, symbol, entry.label()))
    layer.setRenderer(QgsCategorizedSymbolRenderer("row", categories))
    layer.setLabelsEnabled(False)


def style_poles(layer: QgsVectorLayer, spec_name: str) -> None:
    """Give a layer of `poles.poles` the symbols of the dwellings, sized by their number and without question marks."""
    renderer = _categories(STYLES[spec_name].states)
    size = QgsProperty.fromExpression('if(@map_scale > 100000, 0.6, 1) * (1.2 + 0.35 * sqrt("pole_count"))')
    for number, category in enumerate(renderer.categories()):
        symbol = category.symbol().clone()
        while symbol.symbolLayerCount() > 1:  # a question mark cannot be read at this size
            symbol.deleteSymbolLayer(1)
        symbol.setSize(1.6)
        symbol.setDataDefinedSize(size)
        renderer.updateCategorySymbol(number, symbol)
    layer.setRenderer(renderer)


def _has_many_times(layer: QgsVectorLayer, spec: LayerSpec) -> bool:
    index = layer.fields().lookupField("begin")
    if not spec.temporal or spec.temporal[0] != "begin" or index < 0:
        return False
    return layer.minimumValue(index) != layer.maximumValue(index)


def renderer_of(layer: QgsVectorLayer, spec_name: str) -> Optional[QgsFeatureRenderer]:
    """Return the renderer of a result layer, None for a table."""
    style = STYLES.get(spec_name)
    if style is None:
        return None
    if style.lines:
        return _line_categories(style.lines)
    if style.areas:
        return _rules(style, _shown(layer, SPECS[spec_name], style), len(voltages_of(layer)) > 1)
    return _by_pole(style.states, style.least) if style.by_pole else _categories(style.states)


def text_format(size: float, colour: str = INK, bold: bool = False) -> QgsTextFormat:
    """Return a Japanese text format with a white edge; `size` in points."""
    found = QgsTextFormat()
    font = QFont(font_family())
    font.setBold(bold)
    found.setFont(font)
    if bold:
        found.setNamedStyle("Bold")
    found.setSize(size)
    found.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)
    found.setColor(_colour(colour))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(0.7)
    buffer.setColor(_colour(PAPER))
    found.setBuffer(buffer)
    return found


def _label_expression(spec_name: str, labels: Labels) -> str:
    if spec_name == "isolatedcommunities":
        # Written here and not in the table because its words are translated.
        quoted = QgsExpression.quotedString
        words = " ".join(f"WHEN \"access_cut\" = '{value}' THEN {quoted(word())}" for value, word in ACCESS)
        return (
            "coalesce(to_string(\"rank\") || ' ', '') || coalesce(\"area_name\", \"area_id\", '') || '\\n' || "
            f"coalesce(to_string(round(\"hours\")) || {quoted(' ' + tr('hours') + ' ')}, '') || "
            f"{quoted(tr('road:') + ' ')} || CASE {words} ELSE {quoted(ACCESS[-1][1]())} END"
        )
    return labels.expression


def _set_labels(layer: QgsVectorLayer, spec_name: str, labels: Labels, condition: str) -> None:
    settings = QgsPalLayerSettings()
    settings.fieldName = _label_expression(spec_name, labels)
    settings.isExpression = True
    if condition:
        settings.fieldName = f"CASE WHEN {condition} THEN {settings.fieldName} END"
    settings.setFormat(text_format(labels.size, labels.colour))
    if labels.over:
        settings.placement = QgsPalLayerSettings.Placement.OverPoint
        settings.centroidWhole = True
        _write_over(settings)
    else:
        settings.placement = QgsPalLayerSettings.Placement.AroundPoint
        settings.dist = 2.4
    if labels.at:
        settings.geometryGenerator = labels.at
        settings.geometryGeneratorEnabled = True
        settings.geometryGeneratorType = QgsWkbTypes.GeometryType.PointGeometry
    if labels.min_scale:
        settings.scaleVisibility = True
        settings.minimumScale = labels.min_scale
    properties = settings.dataDefinedProperties()
    if labels.must:
        properties.setProperty(
            QgsPalLayerSettings.Property.Priority, QgsProperty.fromExpression(f"if({labels.must}, 10, 3)")
        )
    if labels.sized:
        properties.setProperty(QgsPalLayerSettings.Property.Size, QgsProperty.fromExpression(labels.sized))
    settings.setDataDefinedProperties(properties)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _set_form(layer: QgsVectorLayer, spec: LayerSpec) -> None:
    maps = {"unknown_reason": UNKNOWN_REASONS, **VALUE_MAPS.get(spec.name, {})}
    if "state" in maps:
        maps["last_state"] = maps["state"]
    form = layer.editFormConfig()
    for column in spec.columns:
        index = layer.fields().lookupField(column.name)
        if index < 0:
            continue
        layer.setFieldAlias(index, column.alias())
        if column.name in maps:
            choices = [{word(): value} for value, word in maps[column.name]]
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueMap", {"map": choices}))
        elif column.kind == "datetime":
            shown = {
                "display_format": "yyyy-MM-dd HH:mm",
                "field_format": "yyyy-MM-dd HH:mm:ss",
                "calendar_popup": True,
            }
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("DateTime", shown))
        form.setReadOnly(index, column.name not in EDITABLE)
    layer.setEditFormConfig(form)


def _set_times(layer: QgsVectorLayer, spec: LayerSpec) -> None:
    if spec.temporal is None:
        return
    begin, end = spec.temporal
    times = layer.temporalProperties()
    times.setIsActive(True)
    times.setStartField(begin)
    if begin == end:
        # A moment: the state holds from then on, until a later layer says otherwise.
        times.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
        times.setAccumulateFeatures(True)
    else:
        times.setMode(Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromFields)
        times.setEndField(end)
    # The default limit excludes the end, so that at 06:00 the step that ends then is over.


def newest_time(layer: QgsVectorLayer, field: str) -> QDateTime:
    """Return the newest time in a field of a result layer, an invalid time where it has none."""
    index = layer.fields().lookupField(field)
    found = layer.maximumValue(index) if index >= 0 else None
    if isinstance(found, str):
        found = QDateTime.fromString(found[:19], "yyyy-MM-ddTHH:mm:ss")
    return found if isinstance(found, QDateTime) else QDateTime()


def newest_as_of(layer: QgsVectorLayer) -> QDateTime:
    """Return the newest `as_of` of a result layer, an invalid time where it has none."""
    return newest_time(layer, "as_of")


def data_until(layer: QgsVectorLayer) -> QDateTime:
    """Return until when the data of a result layer reach; of a layer that does not say it, the moment it is of."""
    until = newest_time(layer, "evidence_until")
    return until if until.isValid() else newest_as_of(layer)


def sources_of(layer: QgsVectorLayer) -> list[str]:
    """Return the texts of `source` in a result layer, sorted."""
    index = layer.fields().lookupField("source")
    return sorted(str(value) for value in layer.uniqueValues(index, 20) if value) if index >= 0 else []


def _set_provenance(layer: QgsVectorLayer, spec: LayerSpec) -> None:
    as_of = newest_as_of(layer)
    about = QgsLayerMetadata()
    about.setIdentifier(f"tomoshibi:{spec.name}")
    about.setType("dataset")
    about.setLanguage("JPN")
    about.setTitle(spec.title())
    about.setAbstract(
        tr("As of {time}. Sources: {sources}").format(
            time=as_of.toString("yyyy-MM-dd HH:mm"), sources=" / ".join(sources_of(layer))
        )
    )
    about.setRights([tr("Provided under Article 34 of the Electricity Business Act. For disaster response only.")])
    about.setLicenses([tr("Use ends with the period of use; delete then.")])
    about.setCrs(layer.crs())
    layer.setMetadata(about)
    set_attribution(layer, " / ".join(sources_of(layer)))
    layer.setCustomProperty("tomoshibi/spec", spec.name)


def _set_tip(layer: QgsVectorLayer, spec: LayerSpec, style: Style) -> None:
    """Show every filled field under its Japanese name; `represent_value` turns codes into words."""
    rows = "".join(
        f"[% if(\"{column.name}\" IS NULL, '', '<tr><td>{column.alias()}</td><td>' || "
        f"coalesce(represent_value(\"{column.name}\"), '') || '</td></tr>') %]"
        for column in spec.columns
        if column.name != curves.FIELD
    )
    layer.setMapTipTemplate(f"<table>{rows}</table>")
    if style.tip:
        layer.setDisplayExpression(f'"{style.tip}"')


def apply_style(layer: QgsVectorLayer, spec_name: str) -> None:
    """Give a result layer its symbols, labels, form, times, map tip and metadata."""
    spec, style = SPECS[spec_name], STYLES.get(spec_name)
    _set_form(layer, spec)
    _set_times(layer, spec)
    _set_provenance(layer, spec)
    if style is not None:
        layer.setRenderer(renderer_of(layer, spec_name))
        if style.labels is not None:
            _set_labels(layer, spec_name, style.labels, _shown(layer, spec, style))
        _set_tip(layer, spec, style)
    if layer.fields().lookupField(curves.FIELD) >= 0:
        curves.set_chart(layer)
    residents.add_style(layer)
    layer.triggerRepaint()
