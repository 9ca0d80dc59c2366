"""What a map sheet says in words and figures, by theme: tables of texts, and counts taken from the layer itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Callable, Iterable, Optional

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime

from ..layers.schema import SPECS, date_time
from ..layers.style import (
    METHODS,
    STYLES,
    UNKNOWN_REASONS,
    VALUE_MAPS,
    Style,
    data_until,
    entries,
    newest_as_of,
    sources_of,
)
from ..layers.truck_fuel import fuel_of
from ..translate import tr, translate_message
from .figure_words import kind_title
from .headline import HEADLINES, Past
from .voltages import titled

if TYPE_CHECKING:
    from ..casefile.case import CaseInfo
    from ..casefile.data_status import DataStatus

MOST_REASONS = 4
"""Reasons why something is unknown that are counted apart on a sheet."""
BEFORE_EVENT = "before_event"
"""Code of what is unknown because nothing came from after the event (`analysis.reasons`)."""
NO_HISTORY = "no_history"
"""Code of what there is nothing to compare with."""
MASKED = "masked"
"""Code of what was published without figures; where the legend has a row for it, the row says the reason."""
MOST_MISSING = 2
"""Sets of which something is missing that a sheet names."""


@dataclass(frozen=True)
class Theme:
    """The words of one theme's sheet."""

    title: Callable[[], str]
    counted: Callable[[], str]
    """Heading of the figures: what the numbers count."""
    notice: Callable[[], str]
    """The line that keeps the map from being misread."""
    handling: Callable[[], str] = lambda: ""
    """How the sheet is to be handled; "" where it is made of statistics alone."""
    total: tuple[tuple[str, Callable[[], str]], ...] = ()
    """Fields that are added up below the counts, with their words."""
    known_total: bool = False
    """Whether the sums leave out what is unknown: figures from before the event are not those of now."""
    more: Optional[Callable[[QgsVectorLayer, list[QgsFeature]], list[tuple[str, str]]]] = None
    """Further figures (name, value) of a layer and of those of its features that the page counts."""
    heading: Callable[[QgsVectorLayer], str] = lambda layer: ""
    """Heading of the legend where it depends on the data; "" for that of the style."""
    remark: Callable[[QgsVectorLayer], str] = lambda layer: ""
    """What is to be known of this one result, below the notice; "" for nothing."""
    names_placeless: bool = False
    """Whether those counted and not drawn are named on a sheet that counts them: one may be a dark hospital."""
    title_of: Optional[Callable[[QgsVectorLayer, Optional[CaseInfo]], str]] = None
    """Title where it depends on the data; None for `title`."""
    looks_back: bool = False
    """Whether it may be meant to show a moment before the event: data that end there are no fault then."""
    lag_hours: Optional[Callable[[QgsVectorLayer], float]] = None
    """For how many hours something must last before the figures of a layer tell of it; None for none."""
    ahead: Callable[[QgsVectorLayer], timedelta] = lambda layer: timedelta(0)
    """How much longer the data of a layer reach than the moment that its figures tell of."""
    rests_on: tuple[str, ...] = ()
    """Kinds of data (`casefile.data_status.KINDS`) of which each is told until when it reaches, where it is more than
    one: a list of 06:00 says nothing of readings that end at 03:00."""
    handed_over: bool = False
    """Whether it shows what others handed over: until when it holds they do not say, and no data of the case do."""
    of_people: bool = False
    """Whether its sheet names single people: it is printed only where its layer is asked for."""
    by_area: bool = False
    """Whether its layer may hold no area at all: then there is nothing to draw."""
    why: Callable[[QgsFeature], str] = lambda feature: _told_reason(feature)
    """Code why what the map shows of a feature is unknown, "" where it is known; of layers that say such reasons."""


def _rate_notice() -> str:
    return tr(
        "The rate is the share of meters that could not be read; it is not the number of homes without power. Masked "
        "cells (N/A) are not zero."
    )


def _silence_notice() -> str:
    return tr(
        "A meter that cannot be read is not the same as an outage: it is silent too when only its communication is cut."
    )


def _presence_title(layer: QgsVectorLayer, case: Optional[CaseInfo]) -> str:
    """Return the title of a map of presence: at which moment, and that it is an estimate."""
    as_of = newest_as_of(layer)
    if not as_of.isValid():
        return tr("At home or away (estimate)")
    time = as_of.toString("MM-dd HH:mm")
    if case is not None and as_of <= date_time(case.last_event(moment_of(as_of)).begin):
        return tr("At home or away just before the event ({time}, estimate)").format(time=time)
    return tr("At home or away at {time} (estimate)").format(time=time)


def _restricted() -> str:
    return tr("Handle with care")


def _nothing(value: object) -> bool:
    return value is None or value == NULL


def _told_reason(feature: QgsFeature) -> str:
    return str(feature["unknown_reason"] or "")


def nowhere(feature: QgsFeature) -> bool:
    """Whether a feature has no place: no geometry, or an empty one, as some files keep it."""
    return feature.geometry().isNull() or feature.geometry().isEmpty()


def month_of(layer: QgsVectorLayer) -> Optional[QgsFeature]:
    """Return a feature of the newest month of a result `recoveryindex`, None where it is empty."""
    return next(layer.getFeatures(shown(layer)), None)


def _month_words(layer: QgsVectorLayer) -> str:
    one = month_of(layer)
    if one is None:
        return tr("no month")
    words = tr("provisional figures (速報, *)") if one["provisional"] else tr("final figures (確報)")
    return tr("{month}, {words}").format(month=one["begin"].toString("yyyy-MM"), words=words)


def _month_heading(layer: QgsVectorLayer) -> str:
    return tr("Use of homes against the year before\n{month}").format(month=_month_words(layer))


def _municipal(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    one = month_of(layer)
    index = None if one is None else one["municipal_index"]
    told = tr("unknown") if _nothing(index) else f"{100 * index:.0f} %"
    return [(tr("Municipality as a whole"), told)]


def _contracts_why(feature: QgsFeature) -> str:
    """Return why a change is unknown: the reason of the row tells of the contracts now, which may be known alone."""
    return _told_reason(feature) or (NO_HISTORY if _nothing(feature["change_rate"]) else "")


def _contracts_heading(layer: QgsVectorLayer) -> str:
    """Return which two days are compared: without them nobody knows since when contracts are fewer."""
    heading = STYLES["contractcounts"].legend()
    one = next(iter(layer.getFeatures(shown(layer))), None)
    if one is None or _nothing(one["begin"]):
        return heading
    now = one["begin"].toString("yyyy-MM-dd")
    if _nothing(one["before_date"]):
        return heading + "\n" + tr("{now}, no earlier day to compare with").format(now=now)
    before = one["before_date"].toString("yyyy-MM-dd")
    return heading + "\n" + tr("{before} compared with {now}").format(before=before, now=now)


def _plan_lines(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    """Return what the sum of households leaves out, and how many rows are on no map."""
    planned = [one for one in features if not _nothing(one["plan_row"])]
    blank = sum(_nothing(one["households"]) for one in planned)
    lines = [(tr("– areas without a number"), f"{blank:,}")] if blank else []
    return [*lines, (tr("Rows that fit no area"), f"{len(off_map(layer)):,}")]


def off_map(layer: QgsVectorLayer) -> list[QgsFeature]:
    """Return the rows of a restoration plan that fit no area, in the plan's order."""
    request = QgsFeatureRequest().setFilterExpression('"area_id" IS NULL')
    return sorted(layer.getFeatures(request), key=lambda one: one["plan_row"])


def _on_no_page_remark(layer: QgsVectorLayer) -> str:
    """Say what no page of an atlas counts, since it lies in no polygon: by name where those are facilities."""
    lost = [one for one in layer.getFeatures(shown(layer)) if layer.isSpatial() and nowhere(one)]
    if not lost:
        return ""
    named = {"facility_id", "name"} <= set(layer.fields().names())
    told = _some([one["name"] for one in lost]) if named else f"{len(lost):,}"
    return tr("Not drawn, so counted on no page by area, only in print without areas: {what}.").format(what=told)


def remark_of(kind: str, layer: QgsVectorLayer, placeless: int, by_page: bool) -> str:
    """Return what is to be known of a result above the notice of its theme, "" for nothing.

    Parameters
        placeless: how many of those counted are not drawn.
        by_page: whether each page counts what lies in its polygon alone.
    """
    theme = THEMES[kind]
    said = theme.remark(layer)
    if by_page:
        return " ".join(filter(None, (said, _on_no_page_remark(layer))))
    if said := said or (_without_place_remark(layer) if theme.names_placeless else ""):
        return said
    if not placeless:
        return ""
    return tr("Not drawn, their place is not known: {count}").format(count=f"{placeless:,}")


_NAMED = 4
"""Names that are told below the map; the list has all."""


def _off_map_remark(layer: QgsVectorLayer) -> str:
    rows = off_map(layer)
    if not rows:
        return ""
    told = _some([one["place"] for one in rows])
    return tr("Not on the map, fits no area: {names} (see the list).").format(names=told)


def _not_drawn_remark(layer: QgsVectorLayer) -> str:
    """Say which needs have no line on the map, and why: their place is known, but no truck goes there."""
    counted = Counter(str(one["status"]) for one in layer.getFeatures() if nowhere(one))
    words = (
        (("no_truck",), tr("no truck left {count}")),
        (("at_work", "at_work_elsewhere"), tr("a truck at work {count}")),
        (("no_place",), tr("place not known {count}")),
    )
    told = [
        (sum(counted.pop(status, 0) for status in statuses), word.format)
        for statuses, word in words
        if any(status in counted for status in statuses)
    ]
    told += [(sum(counted.values()), tr("other needs {count}").format)] if counted else []
    if not told:
        return ""
    counts = tr(", ").join(word(count=f"{count:,}") for count, word in told)
    return tr("Needs without an arrow: {counts} (see the list).").format(counts=counts)


def _without_place_remark(layer: QgsVectorLayer) -> str:
    """Name the facilities that are counted and not drawn."""
    names = [one["name"] for one in layer.getFeatures() if nowhere(one)]
    if not names:
        return ""
    return tr("Counted, but not on the map, for its place is not known: {names}.").format(names=_some(names))


def _some(names: list[object]) -> str:
    """Return the first of some names as one text, and how many more there are."""
    texts = [tr("(blank)") if _nothing(one) or not one else str(one) for one in names]
    told = tr(", ").join(texts[:_NAMED])
    return told + (tr(" and {count} more").format(count=len(texts) - _NAMED) if len(texts) > _NAMED else "")


def _fuel(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    found = fuel_of(features)
    if found is None:
        return [(tr("Fuel"), tr("unknown"))]
    lines = [
        (tr("Fuel for {hours} hours (L)").format(hours=f"{found.hours:g}"), f"{found.litres:,.0f}"),
        (tr("in drums of 200 L"), f"{found.drums:,}"),
        (tr("Vehicles that bring fuel"), f"{found.tankers:,}"),
        (tr("Share of the plan (100,000 L in 72 h)"), f"{100 * found.plan_share:.0f} %"),
    ]
    return lines + ([(tr("Trucks whose fuel is not known"), f"{found.unknown:,}")] if found.unknown else [])


def _support(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    inside = [one["in_hazard"] for one in features]
    return [
        (tr("Inside the hazard area"), f"{sum(not _nothing(value) and bool(value) for value in inside):,}"),
        (tr("Not known whether inside"), f"{sum(_nothing(value) for value in inside):,}"),
        (tr("No response entered yet"), f"{sum(_nothing(one['response']) for one in features):,}"),
        (tr("Without coordinates: in the list only"), f"{sum(map(nowhere, features)):,}"),
    ]


def _methods(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    """Return by which rule it was estimated: two sheets of one moment may differ in nothing else."""
    words = dict(METHODS)
    used = {str(one["method"]) for one in features if not _nothing(one["method"])}
    return [(tr("Method: {method}").format(method=words[name]()), "") for name in sorted(used & set(words))]


def _by_readings(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    """Return how many meters the readings say are silent at the end of the data: the 12 hours of statistics lag."""
    if layer.fields().lookupField("dark_by_readings") < 0:
        return []
    told = [one for one in features if not _nothing(one["dark_by_readings"]) and not one["unknown_reason"]]
    if not told:
        return []
    dark, expected = (sum(one[f"{name}_by_readings"] or 0 for one in told) for name in ("dark", "expected"))
    words = tr("Silent at the end of the data, by readings")
    return [(words, f"{dark:,} / {expected:,}")]


def _rate_heading(layer: QgsVectorLayer) -> str:
    """Return what the rate is measured by, where it is not the 12 hours of the statistics."""
    place = layer.fields().lookupField("expected_by_readings")
    held = layer.uniqueValues(place, 2) if place >= 0 else set()
    return tr("Outage rate (silent since the event, by readings)") if any(map(_something, held)) else ""


def _area_heading(layer: QgsVectorLayer) -> str:
    if not _rate_heading(layer):
        return ""
    return tr("Outage rate (silent since the event, by readings); wards instead of their city")


def _rate_ahead(layer: QgsVectorLayer) -> timedelta:
    """Return how far beyond their moment the readings of a rate reach: it is that between the last two half-hours."""
    return _HALF_HOUR if _rate_heading(layer) else timedelta(0)


_HALF_HOUR = timedelta(minutes=30)
_STATISTICS_LAG = 12.0
"""Hours of silence that the statistics of the aggregator count."""


def _rate_lag(layer: QgsVectorLayer) -> float:
    return 0.0 if _rate_heading(layer) else _STATISTICS_LAG


def _something(value: object) -> bool:
    return not _nothing(value)


def _map_hours(layer: QgsVectorLayer) -> str:
    """Return how many hours ahead the map of an outlook is of, "" where it has none."""
    told = next(iter(layer.getFeatures(shown(layer))), None)
    return "" if told is None else f"{float(told['horizon_h']):g}"


def _outlook_title(layer: QgsVectorLayer, case: Optional[CaseInfo]) -> str:
    """Return the title with the moment that the map is of: hours ahead count from the end of the data, not from now."""
    hours, title = _map_hours(layer), tr("Outlook: meters still dark")
    if not hours:
        return title
    told = next(iter(layer.getFeatures(shown(layer))))["at"]
    time = "" if _nothing(told) else told.toString("MM-dd HH:mm")
    words = tr("{title}, {time} ({hours} h after the data end)") if time else tr("{title}, {hours} hours ahead")
    return words.format(title=title, hours=hours, time=time)


def _outlook_heading(layer: QgsVectorLayer) -> str:
    hours = _map_hours(layer)
    words = tr("Meters expected to be dark in {hours} h (label: now → then, 80 % interval)")
    return words.format(hours=hours) if hours else ""


def _in_all(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    """Return what is foreseen of all areas together: intervals of areas cannot be added up."""
    hours = _map_hours(layer)
    where = f"coalesce(\"area_id\", '') = '' AND \"horizon_h\" = {hours or 0}"
    one = next(iter(layer.getFeatures(QgsFeatureRequest().setFilterExpression(where))), None)
    if one is None or _nothing(one["expected"]):
        return []
    bounds = " – ".join(f"{round(one[name]):,}" for name in ("low80", "high80"))
    return [(tr("All together, expected"), f"{round(one['expected']):,}"), (tr("All together, 80 % interval"), bounds)]


def _audit_title(layer: QgsVectorLayer, case: Optional[CaseInfo]) -> str:
    """Return the title of an audit: which past map it holds against what came later."""
    one = next(iter(layer.getFeatures(shown(layer))), None)
    title = tr("Was the past map right?")
    if one is None or _nothing(one["map_theme"]):
        return title
    theme = THEMES[str(one["map_theme"])].title()
    words = tr("{title} {theme} of {time}")
    return words.format(title=title, theme=theme, time=one["shown_at"].toString("MM-dd HH:mm"))


def _audit_remark(layer: QgsVectorLayer) -> str:
    """Say of which moment the past figures are, and by readings until when they are judged."""
    one = next(iter(layer.getFeatures(shown(layer))), None)
    if one is None or _nothing(one["figures_of"]):
        return ""
    of, until = (one[name].toString("MM-dd HH:mm") for name in ("figures_of", "evidence_until"))
    words = tr("The map's figures are of {of}, judged by readings received until {until}.")
    return words.format(of=of, until=until)


def _audit_of_maps(layer: QgsVectorLayer, features: list[QgsFeature]) -> list[tuple[str, str]]:
    """Return of each theme how many statements were right and wrong, of the past map nearest to the one drawn."""
    drawn = next((one["shown_at"] for one in features if not _nothing(one["shown_at"])), None)
    request = QgsFeatureRequest().setFilterExpression('"theme" IS NOT NULL').setFlags(_NO_GEOMETRY)
    runs = list(layer.getFeatures(request))
    if drawn is not None:
        runs.sort(key=lambda one: -abs(one["shown_at"].secsTo(drawn)))
    nearest = {str(one["theme"]): one for one in runs}
    # where nothing is judged, the headline says so
    judged = [theme for theme in THEMES if theme in nearest and any(_audited(nearest[theme])[:3])]
    lines = [(tr("By map: as said / darker / less dark / not judged"), "")] if judged else []
    for theme in judged:
        name = tr("– {theme}").format(theme=SPECS[theme].title())
        lines.append((name, "/".join(f"{count:,}" for count in _audited(nearest[theme]))))
    return lines


def _audited(row: QgsFeature) -> list[int]:
    """Return how many statements of a past map were right, darker, less dark, and cannot be judged."""
    counts = (row[name] for name in ("right", "wrong_dark", "wrong_powered", "unknown"))
    return [0 if _nothing(count) else int(count) for count in counts]


_NO_GEOMETRY = QgsFeatureRequest.Flag.NoGeometry


def has_map(layer: QgsVectorLayer, kind: str) -> bool:
    """Whether a result of a theme has anything to draw: an outlook of a whole municipality has no areas."""
    if not layer.isSpatial():
        return False
    request = QgsFeatureRequest().setFilterExpression(STYLES[kind].only).setLimit(1)
    return not THEMES[kind].by_area or any(True for _ in layer.getFeatures(request))


_RATE_TOTALS = (("silent", lambda: tr("Silent meters")), ("meters", lambda: tr("Meters, masked and unknown apart")))

THEMES: dict[str, Theme] = {
    "shelterpower": Theme(
        lambda: tr("Power at shelters and key facilities"),
        lambda: tr("Facilities"),
        _silence_notice,
        _restricted,
        names_placeless=True,
        rests_on=("reading", "outage"),
    ),
    "survivalclocks": Theme(
        lambda: tr("How long critical facilities last on their own power"),
        lambda: tr("Facilities"),
        lambda: (
            tr(
                "Intervals by the list of backup power and the building's own use; what is assumed stands in the list. "
                "A facility without a clock is not out of danger: ask it."
            )
            + "\n"
            + _silence_notice()
        ),
        _restricted,
        names_placeless=True,
        rests_on=("reading", "outage"),
    ),
    "lifesupport": Theme(
        lambda: tr("People on powered devices at home"),
        lambda: tr("People on the list"),
        lambda: (
            tr(
                "In the order of calls: the battery may have ended, may end within six hours, unknown, lasts longer. "
                "Whoever is not known to have power is to be called as if there were none. Points are service poles."
            )
            + "\n"
            + _silence_notice()
        ),
        lambda: tr("Personal data: handle with care"),
        rests_on=("reading", "outage"),
        of_people=True,
    ),
    "meshoutage": Theme(
        lambda: tr("Outage rate by mesh"),
        lambda: tr("Mesh cells"),
        _rate_notice,
        total=_RATE_TOTALS,
        known_total=True,
        more=_by_readings,
        heading=_rate_heading,
        lag_hours=_rate_lag,
        ahead=_rate_ahead,
    ),
    # No totals: a designated city stands beside its own wards, and adding them would count every meter twice.
    "areaoutage": Theme(
        lambda: tr("Outage rate by area"),
        lambda: tr("Areas"),
        lambda: (
            _rate_notice()
            + "\n"
            + tr("Where wards of a city are known they are drawn and counted, and the city as a whole is not.")
        ),
        heading=_area_heading,
        lag_hours=_rate_lag,
        ahead=_rate_ahead,
    ),
    "acquisitiongaps": Theme(
        lambda: tr("Data acquisition gaps by area"),
        lambda: tr("Areas"),
        lambda: _silence_notice() + "\n" + tr("Areas left white have no meter that could tell anything."),
        _restricted,
        (("meters", lambda: tr("Meters compared")),),
    ),
    "isolatedcommunities": Theme(
        lambda: tr("Communities that may be isolated"),
        lambda: tr("Areas"),
        lambda: (
            tr("Suspected from meters that fell silent and stayed silent: confirm before acting.")
            + " "
            + tr("Areas left white are not confirmed to be reachable.")
            + "\n"
            + _silence_notice()
        ),
        _restricted,
        (("meters", lambda: tr("Meters in them")),),
    ),
    "hiddenoutages": Theme(
        lambda: tr("Hidden outages"),
        lambda: tr("Meters"),
        lambda: (
            tr(
                "Meters still silent where their neighbours have power again: a service wire may be broken. "
                "Points are poles."
            )
            + "\n"
            + _silence_notice()
        ),
        lambda: tr("Handle with care (personal data)"),
    ),
    "homeaway": Theme(
        lambda: tr("At home or away, by dwelling"),
        lambda: tr("Dwellings"),
        lambda: (
            tr(
                "Estimated from use of electricity; “away” means no sign of use, and nobody's whereabouts are "
                "confirmed. Points are service poles."
            )
            + "\n"
            + _silence_notice()
        ),
        lambda: tr("Personal data: handle with care"),
        more=_methods,
        title_of=_presence_title,
        looks_back=True,
    ),
    "evacuationsupport": Theme(
        lambda: tr("Whom to help evacuate first"),
        lambda: tr("People who need support"),
        lambda: (
            tr(
                "In the order of hazard area, presence and need of care. Presence is estimated from use of "
                "electricity; “away” means no sign of use, and nobody's whereabouts are confirmed. Points are service "
                "poles."
            )
            + "\n"
            + _silence_notice()
        ),
        lambda: tr("Personal data: handle with care"),
        more=_support,
        of_people=True,
    ),
    "recoveryindex": Theme(
        lambda: tr("Use of homes against the year before"),
        lambda: tr("Areas"),
        lambda: (
            tr(
                "Less use is no proof of an empty or damaged home: weather, saving and ended contracts lower it too. "
                "Areas without figures (masked or missing) are unknown, not 0 %."
            )
            + "\n"
            + tr("Provisional figures still grow until the 15th of the month after next.")
        ),
        total=(
            ("cells_known", lambda: tr("Grid squares compared")),
            ("cells_unknown", lambda: tr("Grid squares not known")),
        ),
        more=_municipal,
        heading=_month_heading,
    ),
    "contractcounts": Theme(
        lambda: tr("Contracts fewer or more than before"),
        lambda: tr("Areas"),
        lambda: tr(
            "Contracts are not households, and fewer contracts are no proof of empty homes: holders change, meters are "
            "joined. Squares that are masked or not named are unknown, not 0."
        ),
        total=(
            ("meters", lambda: tr("Contracts")),
            ("feed_in_meters", lambda: tr("Contracts that feed in")),
            ("cells_unknown", lambda: tr("Grid squares not known")),
        ),
        heading=_contracts_heading,
        why=_contracts_why,
    ),
    "outlook": Theme(
        lambda: tr("Outlook: meters still dark"),
        lambda: tr("Areas"),
        lambda: (
            tr(
                "A forecast by the course so far and earlier events, no promise of the utility. New outages are not "
                "foreseen. Counts are of meters of all voltages silent beyond peacetime, not of homes alone."
            )
            + "\n"
            + _silence_notice()
        ),
        _restricted,
        # what is expected of areas cannot be added up: the line of all together is a forecast of its own
        (("dark_now", lambda: tr("Meters of all voltages dark now")),),
        known_total=True,
        more=_in_all,
        heading=_outlook_heading,
        title_of=_outlook_title,
        by_area=True,
    ),
    "mapaudit": Theme(
        lambda: tr("Was the past map right?"),
        lambda: tr("Areas"),
        lambda: (
            tr(
                "By meters that sent later what they had kept. Who is not back cannot be judged: neither right nor "
                "wrong. Meters silent since before the event are not counted. This is of a past moment, not of now."
            )
            + "\n"
            + _silence_notice()
        ),
        _restricted,
        more=_audit_of_maps,
        remark=_audit_remark,
        title_of=_audit_title,
        looks_back=True,
        by_area=True,
    ),
    "restorationplan": Theme(
        lambda: tr("When power is to be back (the utility's plan)"),
        lambda: tr("Areas"),
        lambda: tr(
            "The utility's forecast as handed over; it may change. Areas that the plan does not name, or without a "
            "time, are unknown: not restored, not without an outage."
        ),
        total=(("households", lambda: tr("Households in the plan")),),
        more=_plan_lines,
        remark=_off_map_remark,
        handed_over=True,
    ),
    "powertrucks": Theme(
        lambda: tr("Where power-supply trucks go (proposal)"),
        lambda: tr("Needs"),
        lambda: (
            tr(
                "A proposal for talks with the utility. Distances are in a straight line, roads are not considered. "
                "Facilities of which it is not known whether they have power have no truck planned: ask them."
            )
            + "\n"
            + _silence_notice()
        ),
        _restricted,
        more=_fuel,
        remark=_not_drawn_remark,
    ),
}


def title_of(kind: str, layer: QgsVectorLayer, case: Optional[CaseInfo]) -> str:
    """Return the title of a theme for one result: of which moment or voltage class it is, where the theme says so."""
    theme = THEMES[kind]
    return theme.title_of(layer, case) if theme.title_of is not None else titled(theme.title(), layer)


@dataclass(frozen=True)
class Figures:
    """The figures box: one name and one value a line."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...] = ()
    """What was counted, as `headline.tell` asks for it."""
    placeless: int = 0
    """How many of those counted have no place and are not drawn."""


def shown(layer: QgsVectorLayer, context: Optional[QgsExpressionContext] = None) -> QgsFeatureRequest:
    """Return a request for what the map shows: of several times the newest, of several levels the finest.

    `context`: for expressions, where the project must not be asked (outside of its thread).
    """
    request = QgsFeatureRequest()
    conditions = []
    if layer.fields().lookupField("begin") >= 0 and layer.temporalProperties().startField() == "begin":
        conditions.append('"begin" = maximum("begin")')
    style = STYLES.get(str(layer.customProperty("tomoshibi/spec", "")))
    if style is not None and style.only:
        conditions.append(style.only)
    if conditions:
        if context is None:
            context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        request.setExpressionContext(context)
        request.setFilterExpression(" AND ".join(f"({condition})" for condition in conditions))
    return request


def features_within(
    layer: QgsVectorLayer, within: Optional[QgsGeometry], crs: QgsCoordinateReferenceSystem, project: QgsProject
):
    """Yield the features that the map shows, or those whose middle is inside `within` (in `crs`)."""
    request = shown(layer)
    if within is None:
        yield from layer.getFeatures(request)
        return
    shape = QgsGeometry(within)
    shape.transform(QgsCoordinateTransform(crs, layer.crs(), project))
    request.setFilterRect(shape.boundingBox())
    engine = QgsGeometry.createGeometryEngine(shape.constGet())
    engine.prepareGeometry()
    for feature in layer.getFeatures(request):
        middle = feature.geometry().pointOnSurface()
        if not middle.isNull() and engine.intersects(middle.constGet()):
            yield feature


def legend_row(style: Style, layer: QgsVectorLayer) -> Callable[[QgsFeature], int]:
    """Return a function from a feature to the row of the legend that it is drawn with.

    A line of a strange status is drawn, and counted, behind the last.
    """
    if style.lines:
        known = {state.value: number for number, state in enumerate(style.lines)}
        return lambda feature: known.get(feature["status"], len(style.lines))
    if style.states:
        rows = {state.value: number for number, state in enumerate(style.states)}
        # The last state is the unknown one: a blank or strange value is drawn and counted as that.
        return lambda feature: rows.get(feature["state"], len(style.states) - 1)
    expressions = [QgsExpression(area.condition) for area in style.areas]
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    for expression in expressions:
        expression.prepare(context)

    def row(feature: QgsFeature) -> int:
        context.setFeature(feature)
        return next((number for number, one in enumerate(expressions) if one.evaluate(context)), len(expressions) - 1)

    return row


def figures(
    layer: QgsVectorLayer,
    kind: str,
    project: QgsProject,
    within: Optional[QgsGeometry] = None,
    crs: Optional[QgsCoordinateReferenceSystem] = None,
    features: Optional[Iterable[QgsFeature]] = None,
) -> Figures:
    """Count what the sheet shows: a line for each entry of the legend, zero included, then the totals of the theme.

    `features`: what lies `within`, where it has been read before.
    """
    style, theme = STYLES[kind], THEMES[kind]
    row = legend_row(style, layer)
    counts: Counter[int] = Counter()
    sums: dict[str, float] = {}
    counted: list[QgsFeature] = []
    why = _Why()
    placeless = 0
    read, rows = reader(kind), []
    explained = layer.fields().lookupField("unknown_reason") >= 0
    if features is None:
        features = features_within(layer, within, crs or layer.crs(), project)
    for feature in features:
        if theme.more is not None:
            counted.append(feature)
        rows.append(read(feature))
        placeless += layer.isSpatial() and nowhere(feature)
        number = row(feature)
        counts[number] += 1
        reason = theme.why(feature) if explained else ""
        if reason:
            why.add(number, reason, feature)
            if theme.known_total:
                continue
        for field, _ in theme.total:
            value = feature[field]
            if not _nothing(value):
                sums[field] = sums.get(field, 0) + value
    lines: list[tuple[str, str]] = []
    told = entries(style)
    for number, entry in enumerate(told):
        if counts[number] or not getattr(entry, "rare", False):
            lines += [(entry.label(), f"{counts[number]:,}"), *why.lines(number, kind)]
    # Where nothing is known there is no sum, and no 0.
    none = tr("unknown") if rows else "0"
    lines += [(label(), f"{round(sums[field]):,}" if field in sums else none) for field, label in theme.total]
    strange = counts[len(told)]
    lines += [(tr("Unknown (no state)"), f"{strange:,}"), *why.lines(len(told), kind)] if strange else []
    lines += theme.more(layer, counted) if theme.more is not None else []
    return Figures(tuple(name for name, _ in lines), tuple(value for _, value in lines), tuple(rows), placeless)


def reader(kind: str) -> Callable[[QgsFeature], tuple[object, ...]]:
    """Return a function from a feature to the values that the headline of its theme is told from."""
    headline = HEADLINES.get(kind)
    columns = headline.columns if headline is not None else ()
    placed = "lon" in columns

    def read(feature: QgsFeature) -> tuple[object, ...]:
        middle = feature.geometry().boundingBox().center() if placed and not nowhere(feature) else None
        return tuple(_value(feature, name, middle) for name in columns)

    return read


def _value(feature: QgsFeature, name: str, middle: Optional[QgsPointXY]) -> object:
    if name == "fid":
        return feature.id()
    if name in ("lon", "lat"):
        return float("nan") if middle is None else middle.x() if name == "lon" else middle.y()
    value = feature[name] if feature.fieldNameIndex(name) >= 0 else None
    if isinstance(value, QDateTime):
        return moment_of(value) if value.isValid() else None
    return None if value == NULL else value


class _Why:
    """Why what a sheet counts is unknown, by the row of the legend that it is drawn with."""

    def __init__(self) -> None:
        self._reasons: dict[int, Counter[str]] = {}
        self._earlier: dict[int, dict[str, list[QDateTime]]] = {}

    def add(self, number: int, reason: str, feature: QgsFeature) -> None:
        """Count a feature that is unknown for a reason, in a row of the legend."""
        self._reasons.setdefault(number, Counter())[reason] += 1
        if reason == BEFORE_EVENT and feature.fieldNameIndex("last_state") >= 0 and feature["last_state"]:
            states = self._earlier.setdefault(number, {})
            states.setdefault(str(feature["last_state"]), []).append(feature["last_proven"])

    def lines(self, number: int, kind: str) -> list[tuple[str, str]]:
        """Return what stands below a row of the legend: (name, count) of its reasons, and what was before the event."""
        reasons = self._reasons.get(number, Counter())
        if set(reasons) == {MASKED} and number < len(entries(STYLES[kind])) - 1:
            return []
        return [*_by_reason(reasons), *_before_event(kind, self._earlier.get(number, {}))]


def _by_reason(counted: Counter[str]) -> list[tuple[str, str]]:
    """Return how many are unknown for which reason, the most frequent first; the rest together."""
    known = [(word, counted[code]) for code, word in UNKNOWN_REASONS if counted[code]]
    known.sort(key=lambda one: -one[1])
    told = [(tr("– {reason}").format(reason=word()), f"{count:,}") for word, count in known[:MOST_REASONS]]
    rest = sum(count for _, count in known[MOST_REASONS:])
    return [*told, (tr("– other reasons"), f"{rest:,}")] if rest else told


def _before_event(kind: str, earlier: dict[str, list[QDateTime]]) -> list[tuple[str, str]]:
    """Return in which state those were before the event of which nothing is known since, and until when at most."""
    maps = VALUE_MAPS.get(kind, {})
    words = dict((*maps.get("state", ()), *maps.get("last_state", ())))
    told = []
    for state, times in earlier.items():
        known = [time for time in times if isinstance(time, QDateTime) and time.isValid()]
        name = words[state]() if state in words else state
        line = tr("– before the event: {state}").format(state=name)
        if known:
            line = tr("– before the event, until {time}: {state}").format(
                state=name, time=max(known).toString("MM-dd HH:mm")
            )
        told.append((line, f"{len(times):,}"))
    return told


def _hours(begin: QDateTime, end: QDateTime) -> str:
    minutes = max(begin.secsTo(end) // 60, 0)
    if minutes < 120:
        return tr("{minutes} min").format(minutes=minutes)
    if minutes < 72 * 60:
        return tr("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
    return tr("{days} days {hours} h").format(days=minutes // 1440, hours=minutes % 1440 // 60)


def moment_of(time: QDateTime) -> datetime:
    """Return a time of Qt as wall-clock time."""
    return datetime.fromisoformat(time.toString("yyyy-MM-ddTHH:mm:ss"))


def data_end(layer: QgsVectorLayer, theme: Theme) -> QDateTime:
    """Return until when the data reach that a layer was made from, invalid where it does not say so."""
    until = data_until(layer)
    return until.addSecs(round(theme.ahead(layer).total_seconds())) if until.isValid() else until


def as_of_line(
    layer: QgsVectorLayer, present: datetime, info: Optional[CaseInfo], theme: Theme, aged: bool = True
) -> str:
    """Return the sub-title: the moment shown, how long after the last event, and how old the data are at `present`.

    Not how old they are where that is told of each kind of them apart (`aged` False).
    """
    as_of, until = newest_as_of(layer), data_end(layer, theme)
    if not as_of.isValid():
        return tr("The time of the data is unknown")
    parts = [tr("As of {time}").format(time=as_of.toString("yyyy-MM-dd HH:mm"))]
    if info is not None:
        struck = date_time(info.last_event(moment_of(as_of)).begin)
        if struck <= as_of:
            parts.append(tr("{age} after the event").format(age=_hours(struck, as_of)))
        else:
            parts.append(tr("{age} before the event").format(age=_hours(as_of, struck)))
    if aged and not theme.handed_over:
        told = date_time(present)
        newest = tr("newest data at {time}") if until.secsTo(told) < 60 else tr("{age} old at {time}")
        parts.append(newest.format(age=_hours(until, told), time=told.toString("MM-dd HH:mm")))
    return "    ".join(parts)


@dataclass(frozen=True)
class Data:
    """What is known of the data of a case beside what its layers say."""

    limit_hours: float = 12.0
    """Data that end longer before the moment shown are old, and marked."""
    missing: tuple[str, ...] = ()
    """What is missing of the published sets, the newest first, in few words."""
    past: Callable[[str, datetime], Optional[Past]] = lambda kind, as_of: None
    """Returns what the result of a theme before a moment said."""
    status: Callable[[datetime], Optional[DataStatus]] = lambda at: None
    """Returns how far each kind of data of the case reaches at a moment."""


def reach_of(layer: QgsVectorLayer, theme: Theme, data: Data) -> Optional[DataStatus]:
    """Return how far each kind of data reaches that a layer was made from, None for a theme of one kind.

    Nor can it be told where the case has got other data since: what it holds now is not what the layer was made from.
    """
    as_of, until = newest_as_of(layer), data_until(layer)
    if not theme.rests_on or not as_of.isValid():
        return None
    status = data.status(moment_of(as_of))
    if status is None or status.until_of(*theme.rests_on) != moment_of(until):
        return None
    known = {kind: status.until[kind] for kind in theme.rests_on if kind in status.until}
    return replace(status, until=known)


def is_apart(reach: Optional[DataStatus]) -> bool:
    """Whether kinds of data end at different times, so that one time does not tell of all."""
    return reach is not None and len(set(reach.until.values())) > 1


def data_line(
    layer: QgsVectorLayer, present: datetime, info: Optional[CaseInfo], data: Data, theme: Theme
) -> tuple[str, bool]:
    """Return until when the data reach and what is missing, and whether it is to be marked.

    It must where they end before the last event, or too long before the moment shown, or where parts are missing; not
    where the map of the theme looks back and shows a moment before the event.
    """
    until, as_of, told = data_end(layer, theme), newest_as_of(layer), date_time(present)
    if not until.isValid() or theme.handed_over:
        return "", False
    reach = reach_of(layer, theme, data)
    words = _until_words(until, data_until(layer), reach)
    shown_at = max(as_of, told)
    struck = date_time(info.last_event(moment_of(shown_at)).begin) if info is not None else shown_at
    if theme.looks_back and as_of <= struck:
        return words, False
    since = struck if info is not None and struck <= shown_at else None
    blind = since is not None and _is_blind(layer, theme, reach, since)
    old = _old(data_until(layer), as_of, shown_at, since, blind, data.limit_hours)
    missing = list(data.missing[:MOST_MISSING])
    if len(data.missing) > MOST_MISSING:
        missing.append(tr("and {count} more").format(count=len(data.missing) - MOST_MISSING))
    return tr("; ").join(filter(None, (words, old, *missing))), bool(old or missing)


def _until_words(until: QDateTime, moment: QDateTime, reach: Optional[DataStatus]) -> str:
    """Return until when the data reach; `moment`: that of which the figures are, `reach` as of `reach_of`."""
    if reach is not None and is_apart(reach):
        return tr("Data until: {kinds}").format(kinds=by_kind(reach))
    time = until.toString("yyyy-MM-dd HH:mm")
    if until != moment:
        words = tr("Data until {time}, the rates are those of {moment}")
        return words.format(time=time, moment=moment.toString("HH:mm"))
    return tr("Data until {time}").format(time=time)


def _old(
    until: QDateTime,
    as_of: QDateTime,
    shown_at: QDateTime,
    struck: Optional[QDateTime],
    blind: bool,
    limit_hours: float,
) -> str:
    """Return why data must be marked as old, "" where they need not; `struck` None where no event came before."""
    if struck is not None and until <= struck:
        time = struck.toString("MM-dd HH:mm")
        return tr("they end before the event of {time}: nothing is known of what came after it").format(time=time)
    if struck is not None and blind:
        time = struck.toString("MM-dd HH:mm")
        return tr("nothing in them tells yet of what came after the event of {time}").format(time=time)
    if until.secsTo(as_of) > limit_hours * 3600:
        return tr("more than {hours} hours before the moment shown").format(hours=f"{limit_hours:g}")
    if until.secsTo(shown_at) > limit_hours * 3600:
        time = shown_at.toString("yyyy-MM-dd HH:mm")
        return tr("more than {hours} hours old when printed, {time}").format(hours=f"{limit_hours:g}", time=time)
    return ""


def _is_blind(layer: QgsVectorLayer, theme: Theme, reach: Optional[DataStatus], struck: QDateTime) -> bool:
    """Whether what a layer was made from cannot tell yet of an event that struck at a moment."""
    if reach is not None:
        return reach.blind
    hours = theme.lag_hours(layer) if theme.lag_hours is not None else 0.0
    return struck.secsTo(data_until(layer)) < hours * 3600


def data_words(status: DataStatus) -> tuple[tuple[str, bool], ...]:
    """Return the lines of a page of all kinds of data: until when each reaches, and in red why they must be marked.

    Parameters
        status: how far the data reach, and what is missing.

    Returns
        (line, whether it is to be marked) each.
    """
    from ..casefile.data_status import told

    kinds = tr("Data until: {kinds}").format(kinds=by_kind(status))
    lines = [(translate_message(told(status)), True)] if status.old or not status.until else []
    if status.until:
        lines.append((kinds, False))
    return (*lines, *((translate_message(each), True) for each in status.missing))


def by_kind(status: DataStatus) -> str:
    """Return until when each kind of data reaches, in words."""
    parts = [f"{kind_title(kind)} {until:%m-%d %H:%M}" for kind, until in status.until.items()]
    return tr(", ").join(parts)


def sources_line(layer: QgsVectorLayer, background: str) -> str:
    """Return the sources of the result and of the background, a line each; of many results' sources the first three."""
    found = sources_of(layer)
    listed = " / ".join(found[:3])
    if len(found) > 3:
        listed += tr(" and {count} more").format(count=len(found) - 3)
    return "\n".join(
        line
        for line in (
            tr("Sources: {sources}").format(sources=listed or tr("unknown")),
            background,
            tr(
                "From smart-meter data under Article 34 of the Electricity Business Act, for disaster response only. "
                "Delete when the period of use ends."
            ),
        )
        if line
    )
