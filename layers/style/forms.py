"""The form of a feature and its map tip: Japanese names, words for codes, and what a person may fill in."""

from __future__ import annotations

import re

from qgis.core import QgsEditorWidgetSetup, QgsVectorLayer

from ...translate import tr
from .. import curves
from ..schema import Column, LayerSpec
from .codes import EDITABLE, UNKNOWN_REASONS, VALUE_MAPS
from .specs import Style

_NUMBERS: tuple[tuple[str, str, int], ...] = (
    (r"_m$", " m", 0),
    (r"_km$", " km", 1),
    (r"kwh", " kWh", 1),
    (r"_kva$", " kVA", 0),
    (r"hours$", " h", 1),
    (r"litres_per_hour", " L/h", 1),
    (r"_l$", " L", 0),
    (r"megabytes", " MB", 1),
    (r"meters$", "", 0),
)
"""(what the name of a field holds, its unit, digits); other numbers are shares, with three digits."""

HIDDEN = ("fid", "nearest_powered_id")
"""Fields that say nothing to people: the number of a row, an id beside which the name stands."""
LITTLE = 0.05
"""Hours that are rounded to none."""
_MOST = 1e9
"""What no figure of a result goes beyond; without limits QGIS makes a field, and its form, as wide as 309 digits."""


def unit_of(name: str) -> tuple[str, int]:
    """Return (unit, digits) in which a number of a field is shown."""
    found = ((unit, digits) for held, unit, digits in _NUMBERS if re.search(held, name))
    return next(found, ("", 3))


def _number(name: str) -> dict[str, object]:
    """Return how a number is shown: rounded, with its unit, and blank where it is not known."""
    unit, digits = unit_of(name)
    limits = {"Min": -_MOST, "Max": _MOST}
    return {"Precision": digits, "Suffix": unit, "AllowNull": True, "Style": "SpinBox", **limits}


def set_form(layer: QgsVectorLayer, spec: LayerSpec) -> None:
    """Set names, words for codes, and what may be edited, of every field."""
    maps = {"unknown_reason": UNKNOWN_REASONS, **VALUE_MAPS.get(spec.name, {})}
    if "state" in maps:
        maps["last_state"] = maps["state"]
    form = layer.editFormConfig()
    for name in HIDDEN:
        if layer.fields().lookupField(name) >= 0:
            layer.setEditorWidgetSetup(layer.fields().lookupField(name), QgsEditorWidgetSetup("Hidden", {}))
    for column in spec.columns:
        index = layer.fields().lookupField(column.name)
        if index < 0:
            continue
        layer.setFieldAlias(index, column.alias())
        if column.name in HIDDEN:
            continue
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
        elif column.kind == "real":
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Range", _number(column.name)))
        form.setReadOnly(index, column.name not in EDITABLE)
    layer.setEditFormConfig(form)


def _shown(column: Column) -> str:
    """Return the expression of a figure with its unit and the marks of thousands, `8,723 m`."""
    unit, digits = unit_of(column.name)
    figure = f"format_number(\"{column.name}\", {digits}) || '{unit}'"
    if unit != " h":
        return figure
    return f"if(abs(\"{column.name}\") < {LITTLE}, '{tr('less than 0.1 h')}', {figure})"


def _escaped(column: Column) -> str:
    """Return the expression of a field's words fit for HTML: a name may hold marks that a map tip would obey."""
    told = _shown(column) if column.kind == "real" else f'represent_value("{column.name}")'
    words = f"coalesce({told}, '')"
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        words = f"replace({words}, '{sign}', '{written}')"
    return words


def set_tip(layer: QgsVectorLayer, spec: LayerSpec, style: Style) -> None:
    """Show every filled field under its Japanese name; `represent_value` turns codes into words."""
    rows = "".join(
        f"[% if(\"{column.name}\" IS NULL, '', '<tr><td>{column.alias()}</td><td>' || "
        f"{_escaped(column)} || '</td></tr>') %]"
        for column in spec.columns
        if column.name not in (curves.FIELD, *HIDDEN)
    )
    layer.setMapTipTemplate(f"<table>{rows}</table>")
    if style.tip:
        layer.setDisplayExpression(f'"{style.tip}"')
