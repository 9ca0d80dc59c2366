"""Texts from outside in widgets: Qt takes a text that looks like HTML for HTML, and would show what it asks for."""

from __future__ import annotations

import html

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QWidget

_might_be_rich = getattr(Qt, "mightBeRichText", None)
"""Not bound by every PyQt; without it every text is written out."""


def tooltip(text: str) -> str:
    """Return a text as a tool tip that shows it as it is."""
    if _might_be_rich is not None and not _might_be_rich(text):
        return text
    return "<qt>" + "<br>".join(html.escape(line, quote=False) for line in text.splitlines()) + "</qt>"


def show_plain(window: QWidget) -> None:
    """Let every label of a window show its text as it is."""
    for label in window.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
