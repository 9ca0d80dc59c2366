"""Colours that keep their contrast on light and on dark windows (QGIS's Night Mapping, the dark mode of the system)."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon, QPalette, QPixmap
from qgis.PyQt.QtWidgets import QLabel

BRIGHT = {
    "#a50f15": "#ff9b94",
    "#b00020": "#ff9b94",
    "#a33600": "#ffb07a",
    "#8a5a00": "#f2c14e",
    "#1b6e2d": "#7fd08f",
    "#595959": "#b8b8b8",
    "#666666": "#b8b8b8",
    "#12324d": "#a9c8e4",
    "#1d2f42": "#dfe6ee",
}
"""Colour of a text, a line or a symbol on a light window → the same on a dark one."""
_STROKE = "#1d2f42"
"""Of the plugin's own symbols."""
_HALF = 128
"""Lightness between dark and light."""
_SIZES = (24, 48, 96)
"""Pixels that a symbol of the toolbar is drawn with."""


def on_dark() -> bool:
    """Whether windows are dark with light texts: by the palette, or by a style sheet, as in QGIS's own dark theme."""
    label = QLabel()
    # only then it has the colours of the style sheet
    label.ensurePolished()
    return label.palette().color(QPalette.ColorRole.WindowText).lightness() > _HALF


def shade(colour: str) -> str:
    """Return a colour of `BRIGHT` as it is to be on the windows that there are."""
    return BRIGHT[colour] if on_dark() else colour


def alert_style() -> str:
    """Return the style of a label that warns."""
    return f"QLabel {{ color: {shade('#a50f15')}; font-weight: bold; }}"


def symbol(path: Path) -> QIcon:
    """Return a symbol of the plugin (SVG) with lines that are seen on the windows that there are."""
    if not on_dark():
        return QIcon(str(path))
    drawn = path.read_text(encoding="utf-8").replace(_STROKE, BRIGHT[_STROKE])
    icon = QIcon()
    for size in _SIZES:
        picture = QPixmap()
        scaled = drawn.replace('width="24" height="24"', f'width="{size}" height="{size}"', 1)
        picture.loadFromData(scaled.encode("utf-8"), "SVG")
        icon.addPixmap(picture)
    return icon
