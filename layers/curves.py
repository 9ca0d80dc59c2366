"""The curve of two days as a short text in a field, and the chart that map tip and form draw of it (SVG).

The text is `2026-01-18;12,13,,…;11,…`: the first day, the half-hours of two days in hundredths of a kWh (a blank is a
reading that did not come), and the same half-hours a week before. The chart is one QGIS expression, so that it works in
a GeoPackage that is handed on, without the plugin.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from qgis.core import (
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorHtmlElement,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsVectorLayer,
)

from ..translate import tr

if TYPE_CHECKING:
    import numpy as np

    from ..analysis.occupancy import Curves

FIELD = "curve"
SLOTS = 96
"""Half-hours of two days."""
_FORM = "^[0-9-]{10};[0-9,]*;[0-9,]*$"
"""Of the text, as a regular expression of QGIS."""
_UNIT = 100
"""Of a kWh: the texts are whole numbers."""
_LEFT, _TOP, _STEP, _HEIGHT, _WIDTH = 34, 8, 3, 84, 340
"""Pixels of the chart: its left and upper edge, a half-hour, the height of the curve, the whole width."""


def curve_texts(first: date, curves: Curves) -> list[str]:
    """Return the text of each meter; `curves` (meters, 96) as `analysis.occupancy.home_days` gives them."""
    own, before = _texts(curves.kwh), _texts(curves.week_before_kwh)
    return [f"{first.isoformat()};{values};{week}" for values, week in zip(own, before)]


def _texts(kwh: np.ndarray) -> list[str]:
    # NaN becomes -1, and the last of the words, the blank, stands at -1
    import numpy as np

    whole = np.where(np.isnan(kwh), -1, np.round(np.nan_to_num(kwh) * _UNIT)).astype(np.int64)
    most = int(whole.max(initial=0))
    words = np.array([*(str(value) for value in range(most + 1)), ""], dtype=object) if most < 1_000_000 else None
    if words is None:
        return [",".join("" if value < 0 else str(value) for value in row) for row in whole.tolist()]
    return [",".join(row) for row in words[whole].tolist()]


def _line(values: str, colour: str, width: float, dash: str) -> str:
    """Return the expression of a path through an array of texts, broken where a reading is missing."""
    x = f"({_LEFT} + {_STEP} * (@element + 0.5))"
    y = f"({_TOP + _HEIGHT} - {_HEIGHT} * to_int({values}[@element]) / @most)"
    place = f"round({x}, 1) || ' ' || round({y}, 1)"
    # Every piece begins with a line of next to no length, so that a lone half-hour is seen as a dot.
    begin, on = f"'M' || {place} || 'l0.1 0'", f"'L' || {place}"
    point = (
        f"if({values}[@element] = '', '', if(@element = 0, {begin}, if({values}[@element - 1] = '', {begin}, {on})))"
    )
    return (
        f'\'<path fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" '
        f'stroke-dasharray="{dash}" d="\' || array_to_string(array_foreach(generate_series(0, {SLOTS - 1}), '
        f"{point}), ' ') || '\"/>'"
    )


def _text(x: float, y: float, words: str, anchor: str = "middle", colour: str = "#333333") -> str:
    quoted = QgsExpression.quotedString(words)
    return (
        f'\'<text x="{x}" y="{y}" font-size="9" font-family="sans-serif" text-anchor="{anchor}" '
        f"fill=\"{colour}\">' || {quoted} || '</text>'"
    )


def _keys(y: int) -> str:
    """Return the expression of the legend below the chart: which line is what."""
    return (
        f'\'<line x1="{_LEFT}" x2="{_LEFT + 14}" y1="{y - 3}" y2="{y - 3}" stroke="#08306b" '
        f'stroke-width="1.6"/><line x1="{_LEFT + 76}" x2="{_LEFT + 90}" y1="{y - 3}" y2="{y - 3}" '
        f'stroke="#8a8a8a" stroke-dasharray="4 2"/><line x1="{_LEFT + 162}" x2="{_LEFT + 176}" '
        f'y1="{y - 3}" y2="{y - 3}" stroke="#e69f00" stroke-dasharray="2 2"/>'
        f'<line x1="{_LEFT + 240}" x2="{_LEFT + 240}" y1="{y - 9}" y2="{y + 1}" stroke="#a50f15"/>\''
        f" || {_text(_LEFT + 17, y, tr('these days'), 'start')} || "
        f"{_text(_LEFT + 93, y, tr('week before'), 'start')} || "
        f"{_text(_LEFT + 179, y, tr('reference'), 'start')} || {_text(_LEFT + 244, y, tr('moment'), 'start')}"
    )


def chart_expression() -> str:
    """Return the expression whose value is the chart as SVG, "" for a feature without a curve."""
    bottom, right = _TOP + _HEIGHT, _LEFT + _STEP * SLOTS
    hours = "".join(
        " || " + _text(_LEFT + _STEP * slot, bottom + 11, f"{slot // 2 % 24}") for slot in range(0, SLOTS + 1, 12)
    )
    days = "".join(
        f' || \'<text x="{_LEFT + _STEP * (24 + 48 * day)}" y="{bottom + 22}" font-size="9" '
        f'font-family="sans-serif" text-anchor="middle" fill="#333333">\' || '
        f"format_date(to_datetime(@part[0] || ' 00:00:00') + to_interval('{day} days'), 'M/d') || '</text>'"
        for day in (0, 1)
    )
    lines = "".join(
        f'<line x1="{_LEFT + _STEP * slot}" x2="{_LEFT + _STEP * slot}" y1="{_TOP}" y2="{bottom}" '
        f'stroke="{"#777777" if slot % 48 == 0 else "#dddddd"}" stroke-width="0.7"/>'
        for slot in range(0, SLOTS + 1, 12)
    )
    frame = f'<line x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="#777777"/>'
    moment = (
        f'coalesce(\'<line stroke="#a50f15" stroke-width="1.4" y1="{_TOP}" y2="{bottom}" x1="\' || @at || '
        "'\" x2=\"' || @at || '\"/>', '')"
    )
    reference = (
        f'coalesce(\'<line stroke="#e69f00" stroke-width="1" stroke-dasharray="2 2" x1="{_LEFT}" '
        f"x2=\"{right}\" y1=\"' || @level || '\" y2=\"' || @level || '\"/>', '')"
    )
    key_y = bottom + 36
    keys = _keys(key_y)
    most = (
        "max(10, array_max(array_foreach(array_cat(@own, @week), if(@element = '', 0, to_int(@element)))), "
        f'coalesce("reference" * {_UNIT}, 0))'
    )
    # By its digits: a file may give the time another zone than the text of the curve has.
    shown = "to_datetime(format_date(\"as_of\", 'yyyy-MM-dd HH:mm:ss'))"
    at = f"round({_LEFT} + {_STEP} * (epoch({shown}) - epoch(to_datetime(@part[0] || ' 00:00:00'))) / 1800000.0, 1)"
    level = f'round({bottom} - {_HEIGHT} * "reference" * {_UNIT} / @most, 1)'
    top = (
        f'\'<text x="{_LEFT - 3}" y="{_TOP + 7}" font-size="9" font-family="sans-serif" text-anchor="end" '
        f"fill=\"#333333\">' || round(@most / {_UNIT}.0, 2) || '</text>' || "
        f"{_text(_LEFT - 3, _TOP + 18, 'kWh', 'end')} || {_text(_LEFT - 3, bottom, '0', 'end')}"
    )
    drawn = (
        f'\'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{key_y + 8}">{lines}{frame}\' || '
        f"{_line('@week', '#8a8a8a', 1.0, '4 2')} || {_line('@own', '#08306b', 1.6, 'none')} || {reference} || "
        f"{moment} || {top}{hours}{days} || {keys} || '</svg>'"
    )
    inner = f"with_variable('at', {at}, with_variable('level', {level}, {drawn}))"
    inner = f"with_variable('most', {most}, {inner})"
    inner = f"with_variable('week', string_to_array(@part[2]), {inner})"
    inner = f"with_variable('own', string_to_array(@part[1]), {inner})"
    inner = f"with_variable('part', string_to_array(\"{FIELD}\", ';'), {inner})"
    # Only a curve as written above is drawn: the text may come from another computer.
    return f"if(regexp_match(coalesce(\"{FIELD}\", ''), '{_FORM}') = 0, '', {inner})"


def set_chart(layer: QgsVectorLayer) -> None:
    """Show the chart above the fields of the form and at the head of the map tip, and hide the text itself."""
    place = layer.fields().lookupField(FIELD)
    if place < 0:
        return
    expression = chart_expression()
    layer.setEditorWidgetSetup(place, QgsEditorWidgetSetup("Hidden", {}))
    form = layer.editFormConfig()
    form.setLayout(QgsEditFormConfig.EditorLayout.TabLayout)
    root = form.invisibleRootContainer()
    root.clear()
    tab = QgsAttributeEditorContainer(tr("Presence"), root)
    chart = QgsAttributeEditorHtmlElement(tr("Two days and the week before (kWh in 30 minutes)"), tab)
    quoted = json.dumps(expression, ensure_ascii=False)
    chart.setHtmlCode(f"<script>document.write(expression.evaluate({quoted}));</script>")
    tab.addChildElement(chart)
    for number, field in enumerate(layer.fields()):
        if field.name() not in (FIELD, "fid"):
            tab.addChildElement(QgsAttributeEditorField(field.name(), number, tab))
    form.addTab(tab)
    layer.setEditFormConfig(form)
    layer.setMapTipTemplate(f"[% {expression} %]{layer.mapTipTemplate()}")
