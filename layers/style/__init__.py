"""How results look: tables of named colours, shapes and words, and the few functions that make QGIS symbols of them.

Every state differs by shape, colour and outline, and luminance falls as things get worse, so that the maps read in
colour, in grey print and for colour-blind eyes. Unknown is hatched and carries a question mark: it is never pale.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Mapping, Sequence

from qgis.core import QgsVectorLayer

from .. import curves, residents
from ..opening import forget_code
from ..schema import SPECS
from .codes import ACCESS, EDITABLE, METHODS, RESPONSES, UNKNOWN_REASONS, VALUE_MAPS, VERDICTS, VOLTAGE_CLASSES
from .forms import set_form, set_tip
from .labels import numbered, set_labels, text_format
from .metadata import data_until, newest_as_of, newest_time, set_provenance, set_times, sources_of
from .palette import (
    FONTS,
    GAP_RAMP,
    HATCH,
    HOME,
    INK,
    OUTAGE,
    PAPER,
    PARTIAL,
    POWERED,
    RATE_RAMP,
    font_family,
    plain_font,
)
from .renderers import drawn_features, renderer_of, voltages_of
from .small_scales import (
    OVERVIEW_SCALE,
    PART_AWAY,
    PART_HOME,
    PART_UNKNOWN,
    SQUARES_SCALE,
    circle_symbols,
    circles_heading,
    style_cells,
    style_circles,
    style_far,
    style_poles,
)
from .specs import SHELTER_STATES, STYLES, Style, entries
from .symbols import area_symbol, line_symbol, point_symbol

__all__ = [
    "ACCESS",
    "EDITABLE",
    "FONTS",
    "GAP_RAMP",
    "HATCH",
    "HOME",
    "INK",
    "METHODS",
    "OUTAGE",
    "OVERVIEW_SCALE",
    "PAPER",
    "PARTIAL",
    "PART_AWAY",
    "PART_HOME",
    "PART_UNKNOWN",
    "POWERED",
    "RATE_RAMP",
    "RESPONSES",
    "SHELTER_STATES",
    "SQUARES_SCALE",
    "STYLES",
    "UNKNOWN_REASONS",
    "VALUE_MAPS",
    "VERDICTS",
    "VOLTAGE_CLASSES",
    "Style",
    "apply_style",
    "area_symbol",
    "circle_symbols",
    "circles_heading",
    "data_until",
    "entries",
    "font_family",
    "label_first",
    "line_symbol",
    "newest_as_of",
    "newest_time",
    "plain_font",
    "point_symbol",
    "sources_of",
    "style_cells",
    "style_circles",
    "style_far",
    "style_poles",
    "text_format",
    "voltages_of",
]


def label_first(
    layer: QgsVectorLayer, spec_name: str, ids: Sequence[int], scale: float, numbers: Mapping[int, int]
) -> None:
    """Label these features at any scale where the map is too small (scale denominator `scale`) to label all.

    `numbers`: id of a feature → its number in the list beside the map, which its label then bears.
    """
    style = STYLES[spec_name]
    labels = style.labels
    if labels is None:
        return
    shown = drawn_features(layer, SPECS[spec_name], style)
    if not labels.expression:
        set_labels(layer, numbered(labels, numbers, ids), shown)
    elif ids and labels.min_scale and scale > labels.min_scale:
        chosen = f"$id IN ({', '.join(str(int(one)) for one in ids)})"
        set_labels(layer, replace(labels, min_scale=0.0, must="true"), chosen)
    else:
        # as they were: the page before may have been of a smaller scale
        set_labels(layer, labels, shown)


def apply_style(layer: QgsVectorLayer, spec_name: str) -> None:
    """Give a result layer its symbols, labels, form, times, map tip and metadata."""
    spec, style = SPECS[spec_name], STYLES.get(spec_name)
    forget_code(layer)
    set_form(layer, spec)
    set_times(layer, spec)
    set_provenance(layer, spec)
    if style is not None:
        layer.setRenderer(renderer_of(layer, spec_name))
        if style.labels is not None:
            set_labels(layer, style.labels, drawn_features(layer, spec, style))
        set_tip(layer, spec, style)
    if layer.fields().lookupField(curves.FIELD) >= 0:
        curves.set_chart(layer)
    residents.add_style(layer)
    layer.triggerRepaint()
