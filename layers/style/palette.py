"""Colours and the font of all maps, each named once.

Luminance falls as things get worse, so that the maps read in colour, in grey print and for colour-blind eyes.
"""

from __future__ import annotations

from qgis.PyQt.QtGui import QColor, QFont, QFontInfo

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
NORMAL = "#eef0e6"
"""Not told from an ordinary day: it must not look like the lowest class of an outage."""
ISOLATION_RAMP = ("#fee0d2", "#fb6a4a", "#a50f15")
"""Urgency of a settlement without data, low to high."""
GAP_RAMP = ("#dadaeb", "#9e9ac8", "#6a51a3", "#3f007d")
"""Acquisition gaps, low to high: another hue than outage, since a gap is not yet an outage."""
RECOVERY_RAMP = ("#d9f0d3", "#a6dba0", "#5aae61", "#1b5e30")
"""Use against the year before, as before to far below: another hue than outage, since lights are on."""
RESTORATION_RAMP = ("#d0e1f2", "#94c4df", "#4a98c9", "#17549e")
"""Days until power is back, soon to late."""
OVERDUE = "#fee391"
"""What should have happened by now and of which nobody said that it has."""


def font_family() -> str:
    """Return the first of `FONTS` that the computer has, else QGIS's default family."""
    for family in FONTS:
        # What Qt would really draw with: QgsFontUtils.fontFamilyOnSystem takes fontconfig's substitutes for the family.
        if QFontInfo(QFont(family)).family().casefold() == family.casefold():
            return family
    return QFont().family()


def plain_font(family: str) -> QFont:
    """Return a font that is written without OpenType shaping, which Japanese does not need.

    Shaping puts glyphs in the place of digits beside Latin letters that no character leads to: in a PDF they are lost.
    """
    font = QFont(family)
    font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return font


def colour_of(name: str, alpha: int = 255) -> QColor:
    """Return a colour by its hexadecimal name."""
    colour = QColor(name)
    colour.setAlpha(alpha)
    return colour


HOME_TINT = "#8fb8e6"
"""Fill of circles of many homes: paler than a single home, so that the number on it can be read."""
