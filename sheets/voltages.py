"""One sheet a voltage class: cells of several sizes on one map would hide each other, and one count would mix them."""

from __future__ import annotations

from typing import Iterator

from qgis.core import QgsVectorLayer

from ..layers.style import VOLTAGE_CLASSES, apply_style, voltages_of
from ..translate import tr

PLAIN = VOLTAGE_CLASSES[0][0]
"""The class whose sheet has no addition to its file name: homes."""


def sheets_of(layer: QgsVectorLayer) -> int:
    """Return how many sheets `by_voltage` gives."""
    return max(len(voltages_of(layer)), 1)


def by_voltage(layer: QgsVectorLayer, kind: str) -> Iterator[tuple[str, QgsVectorLayer]]:
    """Yield (addition to the file name, layer) of each sheet of a result: a copy, or one for each voltage class.

    A copy of a layer in memory must not be copied again: QGIS (3.22) loses its filter.
    """
    held = voltages_of(layer)
    if len(held) < 2:
        yield "", layer.clone()
    for voltage in held if len(held) > 1 else ():
        part = layer.clone()
        only = f"\"voltage\" = '{voltage}'"
        part.setSubsetString(f"({layer.subsetString()}) AND {only}" if layer.subsetString() else only)
        # Styled anew: what lay over finer cells is the finest now.
        apply_style(part, kind)
        yield "" if voltage == PLAIN else f"_{voltage}", part


def titled(title: str, layer: QgsVectorLayer) -> str:
    """Return the title of a sheet with the voltage class it is of, where its result says so."""
    held = voltages_of(layer)
    if len(held) != 1:
        return title
    return tr("{title} ({voltage})").format(title=title, voltage=dict(VOLTAGE_CLASSES)[held[0]]())
