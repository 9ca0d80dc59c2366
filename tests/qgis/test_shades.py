"""Colours of the windows keep their contrast in light and in dark themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QApplication
from tomoshibi.dialogs import shades

LIGHT, DARK = "#efefef", "#323232"
"""Windows of QGIS's default theme and of Night Mapping."""
READABLE = 4.5
"""Contrast of small text (WCAG 2.1, level AA)."""
DOCK = Path(shades.__file__).resolve().parents[1] / "resources" / "dock.svg"


def luminance(colour: str) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(colour).getRgbF()]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=["palette", "style sheet"])
def dark(request, qgis_app):
    """Dark windows, by the palette, or by a style sheet as QGIS's Night Mapping has it."""
    application, before = QApplication.instance(), QApplication.palette()
    if request.param == "palette":
        palette = QPalette(QColor(DARK))
        palette.setColor(QPalette.ColorRole.WindowText, QColor("#dddddd"))
        QApplication.setPalette(palette)
    else:
        application.setStyleSheet(f"QWidget {{ color: #b1b1b1; background-color: {DARK}; }}")
    yield
    application.setStyleSheet("")
    QApplication.setPalette(before)


@pytest.mark.parametrize("colour", sorted(shades.BRIGHT))
def test_a_text_is_read_on_light_and_on_dark_windows(colour, dark):
    assert contrast(colour, LIGHT) >= READABLE
    assert contrast(shades.shade(colour), DARK) >= READABLE


def test_in_a_light_theme_colours_and_symbols_stay_as_they_are(provider):
    assert not shades.on_dark() and shades.shade("#8a5a00") == "#8a5a00"
    assert darkest(shades.symbol(DOCK)) < 100


def test_symbols_of_the_toolbar_have_light_lines_in_a_dark_theme(dark):
    assert darkest(shades.symbol(DOCK)) > 150


def darkest(icon) -> int:
    image = icon.pixmap(48, 48).toImage()
    seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return min(colour.lightness() for colour in seen if colour.alpha() > 250)
