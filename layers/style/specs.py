"""What each result looks like, as tables: its states and classes, outlines, lines, labels, heading of the legend.

Every state differs by shape, colour and outline. Unknown is hatched and carries a question mark: it is never pale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

from qgis.core import QgsSimpleMarkerSymbolLayer

from ...translate import tr
from .palette import (
    ASLEEP,
    AWAY,
    GAP_RAMP,
    HOME,
    INK,
    ISOLATION_RAMP,
    NO_DATA,
    NORMAL,
    OUTAGE,
    OVERDUE,
    PAPER,
    PARTIAL,
    POWERED,
    RATE_RAMP,
    RECOVERY_RAMP,
    RESTORATION_RAMP,
)


@dataclass(frozen=True)
class PointStyle:
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


SHAPE = QgsSimpleMarkerSymbolLayer.Shape
SHELTER_STATES = (
    PointStyle("powered", lambda: tr("Powered"), SHAPE.Circle, POWERED, 4.0),
    PointStyle("partial", lambda: tr("Powered in part"), SHAPE.Diamond, PARTIAL, 5.6, 0.45, "half"),
    PointStyle("outage", lambda: tr("Outage (no readings arrive)"), SHAPE.Square, OUTAGE, 5.0, 0.5, "cross"),
    PointStyle("unknown", lambda: tr("Unknown"), SHAPE.Hexagon, PAPER, 5.4, 0.45, "unknown"),
)
CLOCK_STATES = (
    PointStyle("failed", lambda: tr("Backup power has ended"), SHAPE.Square, OUTAGE, 5.6, 0.6, "cross"),
    PointStyle(
        "ended_by_time",
        lambda: tr("Must have ended after the data, if not refuelled and power not back"),
        SHAPE.Square,
        OUTAGE,
        5.6,
        0.6,
    ),
    PointStyle("may_have_failed", lambda: tr("May have ended already"), SHAPE.Square, OUTAGE, 5.0, 0.5, "half"),
    PointStyle("running", lambda: tr("On its own power"), SHAPE.Diamond, PARTIAL, 5.4, 0.45),
    PointStyle("truck", lambda: tr("Fed by a power truck"), SHAPE.Triangle, POWERED, 4.6, 0.35),
    PointStyle("powered", lambda: tr("Powered"), SHAPE.Circle, POWERED, 3.6),
    PointStyle("unknown", lambda: tr("Unknown"), SHAPE.Hexagon, PAPER, 5.4, 0.45, "unknown"),
)
LIFE_STATES = (
    PointStyle("exhausted", lambda: tr("Battery may have ended"), SHAPE.Square, OUTAGE, 5.4, 0.6, "cross"),
    PointStyle("soon", lambda: tr("Battery may end within six hours"), SHAPE.Square, OUTAGE, 4.8, 0.5, "half"),
    PointStyle("on_battery", lambda: tr("On battery, lasts longer"), SHAPE.Diamond, PARTIAL, 5.0, 0.45),
    PointStyle("powered", lambda: tr("Powered"), SHAPE.Circle, POWERED, 3.6),
    PointStyle("unknown", lambda: tr("Unknown: call as if without power"), SHAPE.Hexagon, PAPER, 5.4, 0.45, "unknown"),
)
HIDDEN_STATES = (
    PointStyle("event", lambda: tr("Silent since the event"), SHAPE.Square, OUTAGE, 4.6, 0.5, "cross"),
    PointStyle("neighbours", lambda: tr("Silent since its neighbours' outage"), SHAPE.Diamond, PARTIAL, 5.0, 0.45),
    PointStyle("apart", lambda: tr("Silent at another time than dark poles beside it"), SHAPE.Triangle, OUTAGE, 5.0),
    PointStyle(
        "undecided", lambda: tr("Undecided: perhaps a line still out"), SHAPE.Circle, PAPER, 4.2, 0.45, "unknown"
    ),
    PointStyle("unknown", lambda: tr("Unknown"), SHAPE.Hexagon, PAPER, 5.0, 0.45, "unknown"),
)
PRESENCE_STATES = (
    PointStyle("home", lambda: tr("At home"), SHAPE.Triangle, HOME, 3.4, 0.1),
    PointStyle("away", lambda: tr("Away (no sign of use)"), SHAPE.Circle, AWAY, 2.6, 0.2),
    PointStyle("asleep_unknown", lambda: tr("Unknown (perhaps asleep)"), SHAPE.Diamond, ASLEEP, 3.4, 0.15, "unknown"),
    PointStyle("no_data", lambda: tr("Unknown (no data)"), SHAPE.Square, NO_DATA, 2.8, 0.2, "unknown"),
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
    over: bool = False
    """Whether it is hatched over its colour: one that is as pale as its neighbours in a grey print."""
    rare: bool = False
    """Whether it is counted only where there is one: a line that mostly says 0 makes all others smaller."""


def _rates(field: str, ramp: tuple[str, ...]) -> tuple[AreaClass, ...]:
    """The manual's four classes (UC②: ～25, 26–50, 51–75, 76～ %), the worst first, of a share 0…1."""
    return (
        AreaClass(lambda: tr("76 % and more"), f'"{field}" > 0.75', ramp[3]),
        AreaClass(lambda: tr("51–75 %"), f'"{field}" > 0.5 AND "{field}" <= 0.75', ramp[2]),
        AreaClass(lambda: tr("26–50 %"), f'"{field}" > 0.25 AND "{field}" <= 0.5', ramp[1]),
        AreaClass(lambda: tr("up to 25 %"), f'"{field}" <= 0.25', ramp[0]),
    )


PERHAPS_SHARE, PERHAPS_METERS = 0.05, 20
"""Where no outage beyond peacetime is proven: from which share, and how many meters, without power at most it is not
like an ordinary day either."""
PERHAPS_EXCESS = 100
"""Nor where so many meters more than in peacetime are silent: of a city they are a small share, and not a few homes."""
_NO_MORE = '"rate_class" = 1 AND coalesce("low", 1) <= 0'
_PERHAPS = f'coalesce("high" > {PERHAPS_SHARE} AND "high" * "meters" >= {PERHAPS_METERS}, false)'
_PERHAPS_OF_AREA = f'({_PERHAPS} OR coalesce("excess_rate" * "meters" >= {PERHAPS_EXCESS}, false))'


def perhaps_out(high: Any, meters: Any, excess: Any) -> Any:
    """Whether more than a few meters may be out of an area whose outage is not proven; NaN where nothing is known.

    Parameters
        high, excess: shares of its meters, the most without power and those silent beyond peacetime; numbers or series.
    """
    by_share = (high > PERHAPS_SHARE) & (high * meters >= PERHAPS_METERS)
    return by_share | (excess * meters >= PERHAPS_EXCESS)


def _classed(perhaps: str) -> tuple[AreaClass, ...]:
    """The classes of an outage rate; `perhaps`: expression for more than a few meters that may be out."""
    # The class is the analysis's: of the excess over peacetime where that is known, else of the plain rate.
    return (
        AreaClass(lambda: tr("76 % and more"), '"rate_class" = 4', RATE_RAMP[3]),
        AreaClass(lambda: tr("51–75 %"), '"rate_class" = 3', RATE_RAMP[2]),
        AreaClass(lambda: tr("26–50 %"), '"rate_class" = 2', RATE_RAMP[1]),
        AreaClass(lambda: tr("up to 25 %"), '"rate_class" = 1 AND coalesce("low", 1) > 0', RATE_RAMP[0]),
        # More than a few may be dark, and nothing tells a relay that failed from an outage: that is no ordinary day.
        AreaClass(
            lambda: tr("Outage or lost connection: not known"), f"{_NO_MORE} AND {perhaps}", "", (0.0,), rare=True
        ),
        # Nothing tells it from an ordinary day; without bounds it is not known to be one.
        AreaClass(lambda: tr("Like an ordinary day"), f"{_NO_MORE} AND NOT ({perhaps})", NORMAL),
        AreaClass(lambda: tr("Masked: few meters (N/A)"), 'coalesce("rate_class", 0) = 0 AND "masked"', ""),
        AreaClass(
            lambda: tr("Unknown"), 'coalesce("rate_class", 0) = 0 AND NOT coalesce("masked", false)', "", (45.0, 135.0)
        ),
    )


_FOUND = (
    ("not_drawn", lambda: tr("Dark meters, not on the utility's map"), RATE_RAMP[3]),
    ("powered", lambda: tr("Drawn as dark, but the meters have power"), POWERED),
    ("partly", lambda: tr("Some meters have power"), RATE_RAMP[1]),
    ("agrees", lambda: tr("The meters confirm it"), NORMAL),
    ("unknown", lambda: tr("Too little is known of the meters"), ""),
)
FINDINGS = tuple((value, label) for value, label, _ in _FOUND)
"""Values of `finding`: what the meters say of the utility's outage areas, and of squares outside them."""
_FINDINGS = tuple(
    AreaClass(label, f"coalesce(\"finding\", 'unknown') = '{value}'", fill) for value, label, fill in _FOUND
)
_GAPS = (
    *_rates("gap_rate", GAP_RAMP),
    AreaClass(lambda: tr("Unknown (no meter to compare)"), '"gap_rate" IS NULL', ""),
)
_ISOLATED = (
    # By what decides how soon somebody must go; the order is that of the numbers on the map. Blank or strange is not
    # known, never passable.
    AreaClass(lambda: tr("At once: road cut off"), "\"access_cut\" = 'cut'", ISOLATION_RAMP[2]),
    AreaClass(lambda: tr("Soon: road cut in part"), "\"access_cut\" = 'partly'", ISOLATION_RAMP[1]),
    AreaClass(lambda: tr("Soon: road not known"), "coalesce(\"access_cut\", '') NOT IN ('cut', 'partly', 'open')", ""),
    AreaClass(lambda: tr("To be confirmed: road passable"), "\"access_cut\" = 'open'", ISOLATION_RAMP[0]),
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
_THEN, _NOW = 'round("expected")', 'round("dark_now")'
_MAY = 'coalesce(round("high80"), 1) >= 1'
_OUTLOOK = (
    AreaClass(lambda: tr("1,000 meters and more"), f"{_THEN} >= 1000", RATE_RAMP[3]),
    AreaClass(lambda: tr("100–999 meters"), f"{_THEN} >= 100 AND {_THEN} < 1000", RATE_RAMP[2]),
    AreaClass(lambda: tr("10–99 meters"), f"{_THEN} >= 10 AND {_THEN} < 100", RATE_RAMP[1]),
    AreaClass(lambda: tr("1–9 meters"), f"{_THEN} >= 1 AND {_THEN} < 10", RATE_RAMP[0]),
    AreaClass(
        lambda: tr("None expected, but not ruled out (80 % interval)"),
        f"{_THEN} < 1 AND {_NOW} >= 1 AND {_MAY}",
        RATE_RAMP[0],
        over=True,
    ),
    AreaClass(
        lambda: tr("Expected to have power again"), f"{_THEN} < 1 AND {_NOW} >= 1 AND NOT {_MAY}", RESTORATION_RAMP[0]
    ),
    AreaClass(lambda: tr("No meter dark beyond peacetime"), f"{_THEN} < 1 AND {_NOW} < 1", NORMAL),
    AreaClass(lambda: tr("Unknown"), '"expected" IS NULL', "", (45.0, 135.0)),
)
"""By the meters that are expected to be dark at the moment of the map."""
_SQUARES_FROM = 30_000
"""Scale denominator up to which grid squares of an audit bear labels."""
_RELAY = 'coalesce("relay_silent", 0) > 0'
_AUDITED = (
    AreaClass(lambda: tr("Darker than the map said (dangerous)"), "\"verdict\" = 'dangerous'", OUTAGE),
    AreaClass(
        lambda: tr("Less dark than said: a radio relay had failed"),
        f"\"verdict\" = 'false_alarm' AND {_RELAY}",
        OVERDUE,
        over=True,
        rare=True,
    ),
    AreaClass(
        lambda: tr("Less dark than said, other causes"),
        f"\"verdict\" = 'false_alarm' AND NOT {_RELAY}",
        OVERDUE,
        rare=True,
    ),
    AreaClass(lambda: tr("As the map said"), "\"verdict\" = 'right'", POWERED),
    AreaClass(lambda: tr("Cannot be judged"), "coalesce(\"verdict\", 'undecided') = 'undecided'", "", (45.0, 135.0)),
)
"""Whether a past map was right, the dangerous kind of wrong first."""
_DONE = "attribute($currentfeature, 'done_at') IS NOT NULL"
"""Results of earlier versions have no such field."""
_UNTIL = f'if({_DONE}, NULL, day("restored_at" - "as_of"))'
_PLAN = (
    AreaClass(lambda: tr("Planned time has passed: ask"), f"{_UNTIL} < 0", OVERDUE, (90.0,), over=True),
    AreaClass(lambda: tr("Power back within a day"), f"{_UNTIL} >= 0 AND {_UNTIL} < 1", RESTORATION_RAMP[0]),
    AreaClass(lambda: tr("Power back within three days"), f"{_UNTIL} >= 1 AND {_UNTIL} < 3", RESTORATION_RAMP[1]),
    AreaClass(lambda: tr("Power back within a week"), f"{_UNTIL} >= 3 AND {_UNTIL} < 7", RESTORATION_RAMP[2]),
    AreaClass(lambda: tr("Later than a week"), f"{_UNTIL} >= 7", RESTORATION_RAMP[3]),
    AreaClass(lambda: tr("Power is back (by the plan)"), _DONE, NORMAL, rare=True),
    AreaClass(
        lambda: tr("In the plan, time not known"),
        f'"restored_at" IS NULL AND "plan_row" IS NOT NULL AND NOT ({_DONE})',
        "",
        (45.0, 135.0),
    ),
    AreaClass(lambda: tr("Not in the plan (unknown)"), '"restored_at" IS NULL AND "plan_row" IS NULL', ""),
)
"""By whole days (of 24 hours) from the plan's issue."""


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


TRUCKS = (
    LineState("assigned", lambda: tr("Truck assigned"), HOME, 0.9),
    LineState("assigned_too_small", lambda: tr("Truck assigned, too small"), OUTAGE, 0.9, "dash"),
    LineState("at_work", lambda: tr("Truck at work here"), POWERED, 0.9),
    LineState("at_work_elsewhere", lambda: tr("Truck at work elsewhere"), POWERED, 0.5, "dot"),
    LineState("no_truck", lambda: tr("No truck left"), INK, 0.5, "dot"),
    LineState("no_place", lambda: tr("Place not known"), INK, 0.5, "dot"),
)
"""The last three have no line: they are counted, and stand in the list."""
NO_STATE = LineState("", lambda: tr("Unknown (no state)"), INK, 0.5, "dot")


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
    first: str = ""
    """Expression: of those, the labels that are placed before all."""
    sized: str = ""
    """Expression of the size in points, where it is not the same for all."""
    words: tuple[tuple[str, Callable[[], str]], ...] = ()
    """(name, word): `{name}` in the expression stands for a translated word."""
    at: str = ""
    """Expression of the point to label around, where it is not the feature itself."""
    bold: bool = False


@dataclass(frozen=True)
class Style:
    """The look of one result layer."""

    states: tuple[PointStyle, ...] = ()
    areas: tuple[AreaClass, ...] = ()
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
    order: str = ""
    """Field by which points are numbered: the first lies on top of the others."""


STYLES: dict[str, Style] = {
    "shelterpower": Style(
        states=SHELTER_STATES,
        labels=Labels('"name"', 7.5, 110_000, must="\"state\" <> 'powered'"),
        legend=lambda: tr("Power of facilities"),
        tip="name",
    ),
    "survivalclocks": Style(
        states=CLOCK_STATES,
        labels=Labels(
            # what has failed needs no interval beside it, which would hide those that still run
            '"name" || if("fails_earliest" IS NULL OR "state" = \'failed\', \'\', '
            "'\\n' || format_date(\"fails_earliest\", 'M/d HH:mm') || '～' || format_date(\"fails_latest\", "
            "if(to_date(\"fails_earliest\") = to_date(\"fails_latest\"), 'HH:mm', 'M/d HH:mm')))",
            7.5,
            110_000,
            must="\"state\" <> 'powered'",
            first="\"state\" IN ('running', 'may_have_failed')",
        ),
        legend=lambda: tr("Backup power of critical facilities: when it ends"),
        tip="name",
        order="rank",
    ),
    "meshoutage": Style(
        areas=_classed(_PERHAPS),
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
        areas=_classed(_PERHAPS_OF_AREA),
        only=_FINEST,
        outline=0.3,
        labels=Labels(
            "\"area_name\" || '\\n' || CASE WHEN coalesce(\"rate_class\", 0) = 0 THEN '?' "
            # a rate of which it is not known whether it is an outage at all says how high it may be at most
            f"WHEN {_NO_MORE} AND {_PERHAPS_OF_AREA} THEN '0～' || to_string(round(100 * \"high\")) || ' %' "
            "ELSE to_string(round(100 * \"silent_rate\")) || ' %' END",
            8.0,
            over=True,
        ),
        legend=lambda: tr("Outage rate (meters silent for 12 hours); wards instead of their city"),
        tip="area_name",
    ),
    "utilityareas": Style(
        areas=_FINDINGS,
        outline=0.5,
        labels=Labels('"name"', 7.0, 110_000),
        legend=lambda: tr("Utility's outage areas"),
        tip="name",
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
        outline=0.15,
        labels=Labels("", 9.0, over=True, must='"rank" <= 10', sized='if(coalesce("rank", 99) <= 10, 9, 7)', bold=True),
        legend=lambda: tr("Suspected isolation: how soon to go (number: order)"),
        tip="area_name",
    ),
    "hiddenoutages": Style(
        states=HIDDEN_STATES,
        legend=lambda: tr("Hidden outages: still silent among neighbours with power"),
        tip="state",
    ),
    "lifesupport": Style(
        states=LIFE_STATES,
        by_pole=True,
        least=2.4,
        labels=Labels('"priority"', 7.5, 150_000, must="\"state\" <> 'powered'"),
        legend=lambda: tr("People on powered devices (number: order of calls)"),
        tip="priority",
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
        lines=TRUCKS,
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
            'coalesce("area_name", \'\') || coalesce(\'\\n\' || if("restored_from" < "restored_at", "restored_words", '
            "format_date(\"restored_at\", 'M/d HH:mm')), '')",
            7.0,
            120_000,
            over=True,
        ),
        legend=lambda: tr("Restoration plan of the utility"),
        tip="area_name",
    ),
    "outlook": Style(
        areas=_OUTLOOK,
        only='"on_map"',
        outline=0.2,
        labels=Labels(
            '"area_name" || CASE WHEN "expected" IS NULL THEN \'\\n?\' WHEN round("dark_now") < 1 THEN \'\' '
            "ELSE '\\n' || to_string(round(\"dark_now\")) || ' → ' || to_string(round(\"expected\")) || "
            "'\\n(' || to_string(round(\"low80\")) || '–' || to_string(round(\"high80\")) || ')' END",
            7.0,
            110_000,
            over=True,
            must='coalesce(round("dark_now"), 1) >= 1',
            # the smallest districts hold the most meters
            first='coalesce("dark_now", 100) >= 100',
        ),
        legend=lambda: tr("Meters expected to be dark (label: now → then, 80 % interval)"),
        tip="area_name",
    ),
    "mapaudit": Style(
        areas=_AUDITED,
        only='"on_map"',
        outline=0.2,
        labels=Labels(
            # a square is named by its code, which nobody reads on a map, and too small for words unless seen from near
            f'CASE WHEN "area_name" <> "area_id" OR coalesce(@map_scale, 0) <= {_SQUARES_FROM} THEN '
            'if("area_name" <> "area_id", "area_name" || \'\\n\', \'\') || CASE '
            "WHEN \"verdict\" = 'dangerous' THEN '+' || to_string(round(\"more\")) "
            "WHEN \"verdict\" = 'false_alarm' THEN '−' || to_string(round(\"fewer\")) "
            "WHEN \"verdict\" = 'right' THEN '' ELSE '?' END || "
            "coalesce('\\n' || {relay} || to_string(round(100 * \"relay_of_area\")) || ' %', '') END",
            7.0,
            110_000,
            over=True,
            must=f"\"verdict\" IN ('dangerous', 'false_alarm') OR {_RELAY}",
            first="\"verdict\" = 'dangerous'",
            words=(("relay", lambda: tr("relay ")),),
        ),
        legend=lambda: tr("The past map and what it was (+ −: meters more or less dark)"),
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


def entries(style: Style) -> tuple[Union[PointStyle, AreaClass, LineState], ...]:
    """Return what the legend of a result tells apart, in its order."""
    return style.states or style.areas or style.lines
