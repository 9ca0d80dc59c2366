"""The manual's four classes of UC③: presence joined to the residents' list, as a second style of the layer.

The layer keeps its own style by presence, which map sheets draw; “Residents' list” is chosen among its styles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from qgis.core import QgsMarkerSymbol, QgsRuleBasedRenderer, QgsVectorLayer

from ..translate import tr

FIELD = "resident"


@dataclass(frozen=True)
class Class:
    """One class of presence and list."""

    label: Callable[[], str]
    state: str
    resident: str
    """"" for any."""
    shape: str
    fill: str
    """"" for an outline only: not on the list."""
    outline: str
    size: float


CLASSES = (
    Class(lambda: tr("On the list, at home"), "home", "listed", "triangle", "#08306b", "#08306b", 3.6),
    Class(lambda: tr("Not on the list, at home"), "home", "not_listed", "triangle", "#ffffff", "#08306b", 3.6),
    Class(lambda: tr("On the list, no sign of use"), "away", "listed", "circle", "#6b6b6b", "#1a1a1a", 2.6),
    Class(lambda: tr("Not on the list, no sign of use"), "away", "not_listed", "circle", "#ffffff", "#6b6b6b", 2.6),
    Class(lambda: tr("On the list, unknown"), "", "listed", "diamond", "#e69f00", "#1a1a1a", 3.2),
    Class(lambda: tr("Not on the list, unknown"), "", "not_listed", "diamond", "#ffffff", "#b36b00", 3.2),
    Class(
        lambda: tr("Listed with another address, at home"), "home", "elsewhere", "triangle", "#c6dbef", "#08306b", 3.6
    ),
    Class(
        *(lambda: tr("Listed with another address, no sign of use"), "away", "elsewhere", "circle"),
        *("#d9d9d9", "#6b6b6b", 2.6),
    ),
    Class(lambda: tr("Listed with another address, unknown"), "", "elsewhere", "diamond", "#fee6b3", "#b36b00", 3.2),
)
"""Filled is on the list, an outline is not, pale is not clear; the shape tells presence. No state falls through."""


def _rule(entry: Class) -> str:
    state = f"\"state\" = '{entry.state}'" if entry.state else "coalesce(\"state\", '') NOT IN ('home', 'away')"
    return f"{state} AND \"{FIELD}\" = '{entry.resident}'"


def renderer() -> QgsRuleBasedRenderer:
    """Return the renderer of the classes: the manual's four, what is unknown, and whose listing is not clear."""
    root = QgsRuleBasedRenderer.Rule(None)
    for entry in reversed(CLASSES):
        symbol = QgsMarkerSymbol.createSimple(
            {
                "name": entry.shape,
                "color": entry.fill,
                "outline_color": entry.outline,
                "outline_width": "0.5",
                "size": str(entry.size),
            }
        )
        rule = QgsRuleBasedRenderer.Rule(symbol)
        rule.setFilterExpression(_rule(entry))
        rule.setLabel(entry.label())
        root.insertChild(0, rule)
    return QgsRuleBasedRenderer(root)


def add_style(layer: QgsVectorLayer) -> None:
    """Add the style to a layer that was joined to a residents' list; its own style stays the one in use."""
    place = layer.fields().lookupField(FIELD)
    if place < 0 or not any(isinstance(value, str) and value for value in layer.uniqueValues(place, 3)):
        return
    styles = layer.styleManager()
    name, own = tr("Presence and residents' list"), styles.currentStyle()
    if name in styles.styles() or not styles.addStyleFromLayer(name):
        return
    styles.setCurrentStyle(name)
    layer.setRenderer(renderer())
    styles.setCurrentStyle(own)
