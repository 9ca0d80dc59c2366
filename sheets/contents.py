"""What a map sheet says in words and figures, by theme: tables of texts, and counts taken from the layer itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Optional

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
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime

from ..layers.schema import date_time
from ..layers.style import STYLES, Style, newest_as_of, sources_of
from ..translate import tr


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


def _rate_notice() -> str:
    return tr(
        "The rate is the share of meters that could not be read for 12 hours or more; it is not the number of homes "
        "without power. Masked cells (N/A) are not zero."
    )


def _silence_notice() -> str:
    return tr(
        "A meter that cannot be read is not the same as an outage: it is silent too when only its communication is cut."
    )


def _restricted() -> str:
    return tr("Handle with care")


_RATE_TOTALS = (("silent", lambda: tr("Silent meters")), ("meters", lambda: tr("Meters, masked apart")))

THEMES: dict[str, Theme] = {
    "shelterpower": Theme(
        lambda: tr("Power at shelters and key facilities"),
        lambda: tr("Facilities"),
        _silence_notice,
        _restricted,
    ),
    "meshoutage": Theme(lambda: tr("Outage rate by mesh"), lambda: tr("Mesh cells"), _rate_notice, total=_RATE_TOTALS),
    # No totals: a designated city stands beside its own wards, and adding them would count every meter twice.
    "areaoutage": Theme(
        lambda: tr("Outage rate by area"),
        lambda: tr("Areas"),
        lambda: (
            _rate_notice()
            + "\n"
            + tr("Where wards of a city are known they are drawn and counted, and the city as a whole is not.")
        ),
    ),
    "acquisitiongaps": Theme(
        lambda: tr("Data acquisition gaps by area"),
        lambda: tr("Areas"),
        _silence_notice,
        _restricted,
        (("meters", lambda: tr("Meters compared")),),
    ),
    "isolatedcommunities": Theme(
        lambda: tr("Communities that may be isolated"),
        lambda: tr("Areas"),
        lambda: (
            tr("Suspected from meters that fell silent and stayed silent: confirm before acting.")
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
    ),
}


@dataclass(frozen=True)
class Figures:
    """The figures box: one name and one value a line."""

    names: tuple[str, ...]
    values: tuple[str, ...]


def shown(layer: QgsVectorLayer) -> QgsFeatureRequest:
    """Return a request for what the map shows: of several times the newest, of several levels the finest."""
    request = QgsFeatureRequest()
    conditions = []
    if layer.fields().lookupField("begin") >= 0 and layer.temporalProperties().startField() == "begin":
        conditions.append('"begin" = maximum("begin")')
    style = STYLES.get(str(layer.customProperty("tomoshibi/spec", "")))
    if style is not None and style.only:
        conditions.append(style.only)
    if conditions:
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
    """Return a function from a feature to the row of the legend that it is drawn with."""
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


def _edge_of(style: Style) -> Callable[[QgsFeature], str]:
    """Return a function from a feature to the kind of its outline; a blank or strange one counts as the last."""
    known = {edge.value for edge in style.edges}
    if not known:
        return lambda feature: ""
    return lambda feature: feature["access_cut"] if feature["access_cut"] in known else style.edges[-1].value


def figures(
    layer: QgsVectorLayer,
    kind: str,
    project: QgsProject,
    within: Optional[QgsGeometry] = None,
    crs: Optional[QgsCoordinateReferenceSystem] = None,
) -> Figures:
    """Count what the sheet shows: a line for each entry of the legend, zero included, then the totals of the theme."""
    style, theme = STYLES[kind], THEMES[kind]
    row, edge = legend_row(style, layer), _edge_of(style)
    counts: Counter[int] = Counter()
    sums: Counter[str] = Counter()
    edged: Counter[str] = Counter()
    for feature in features_within(layer, within, crs or layer.crs(), project):
        counts[row(feature)] += 1
        edged[edge(feature)] += 1
        for field, _ in theme.total:
            value = feature[field]
            if value is not None and value != NULL:
                sums[field] += value
    entries = style.states or style.areas
    names = [entry.label() for entry in (*entries, *style.edges)] + [label() for _, label in theme.total]
    values = [counts[number] for number in range(len(entries))]
    values += [edged[one.value] for one in style.edges] + [round(sums[field]) for field, _ in theme.total]
    return Figures(tuple(names), tuple(f"{value:,}" for value in values))


def _hours(begin: QDateTime, end: QDateTime) -> str:
    minutes = max(begin.secsTo(end) // 60, 0)
    if minutes < 120:
        return tr("{minutes} min").format(minutes=minutes)
    if minutes < 72 * 60:
        return tr("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
    return tr("{days} days {hours} h").format(days=minutes // 1440, hours=minutes % 1440 // 60)


def as_of_line(layer: QgsVectorLayer, present: datetime, event: Optional[datetime]) -> str:
    """Return the sub-title: the moment of the data, how long after the event, and how old they are at `present`."""
    as_of = newest_as_of(layer)
    if not as_of.isValid():
        return tr("The time of the data is unknown")
    parts = [tr("As of {time}").format(time=as_of.toString("yyyy-MM-dd HH:mm"))]
    if event is not None:
        struck = date_time(event)
        if struck <= as_of:
            parts.append(tr("{age} after the event").format(age=_hours(struck, as_of)))
        else:
            parts.append(tr("{age} before the event").format(age=_hours(as_of, struck)))
    told = date_time(present)
    if as_of.secsTo(told) < 60:
        parts.append(tr("newest data at {time}").format(time=told.toString("MM-dd HH:mm")))
    else:
        parts.append(tr("{age} old at {time}").format(age=_hours(as_of, told), time=told.toString("MM-dd HH:mm")))
    return "    ".join(parts)


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
