"""Small things that forms need: help that follows the field, dates that may be empty, words for choices."""

from __future__ import annotations

import html
from typing import Callable, Mapping, Optional

from qgis.gui import QgsDateTimeEdit
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, QTimer
from qgis.PyQt.QtGui import QFocusEvent
from qgis.PyQt.QtWidgets import QComboBox, QTextBrowser, QWidget

Help = Mapping[QWidget, Callable[[], "tuple[str, str]"]]
"""Field → (its name, what is said about it)."""


class HelpFollower(QObject):
    """Shows in a panel what is said about the field that has the focus or lies under the pointer's click."""

    def __init__(self, panel: QTextBrowser, texts: Help):
        super().__init__(panel)
        self.panel = panel
        self.texts = texts
        self.shown: Optional[QWidget] = None
        for field in texts:
            for widget in (field, *field.findChildren(QWidget)):
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.show_for(watched)
        return False

    def show_for(self, widget: QObject) -> None:
        """Show the help of the field that `widget` is, or is part of."""
        while widget is not None and widget not in self.texts:
            widget = widget.parent()
        if widget is not None:
            self.shown = widget
            title, text = self.texts[widget]()
            self.panel.setHtml(paragraphs(title, text))


def paragraphs(title: str, text: str) -> str:
    """Return a heading and a text as HTML, a paragraph for each line."""
    body = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())
    return f"<h4>{html.escape(title, quote=False)}</h4>{body}"


def fill(combo: QComboBox, choices: Mapping[str, str]) -> None:
    """Fill a combo box with {value: text}, keeping what is chosen."""
    chosen = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    for value, text in choices.items():
        combo.addItem(text, value)
    combo.setCurrentIndex(max(combo.findData(chosen), 0))
    combo.blockSignals(False)


def choose(combo: QComboBox, value: str) -> None:
    """Choose a value; an unknown one leaves the choice."""
    place = combo.findData(value)
    if place >= 0:
        combo.setCurrentIndex(place)


def optional_day(edit: QgsDateTimeEdit, null_text: str) -> None:
    """Let a date field be empty, and show it so."""
    edit.setCalendarPopup(True)
    edit.setAllowNull(True)
    edit.setNullRepresentation(null_text)
    _Emptiness(edit)


def empty(edit: QgsDateTimeEdit) -> None:
    """Empty a date field and say so in it."""
    edit.clear()
    say_empty(edit)


def say_empty(edit: QgsDateTimeEdit) -> None:
    """Let an empty date field say that it is; QGIS (3.22) shows today's date until it loses the focus."""
    if edit.isNull() and not edit.hasFocus():
        QCoreApplication.sendEvent(edit, QFocusEvent(QEvent.Type.FocusOut))


class _Emptiness(QObject):
    """Says that a field is empty whenever it comes to be seen."""

    def __init__(self, edit: QgsDateTimeEdit):
        super().__init__(edit)
        self._edit = edit
        edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.EnabledChange):
            # QGIS's own handling of the event comes first
            QTimer.singleShot(0, self._say)
        elif event.type() == QEvent.Type.FocusIn and self._edit.isNull():
            QTimer.singleShot(0, self._begin)
        return False

    def _begin(self) -> None:
        """Let what is typed begin with the year: QGIS leaves the cursor behind the last part."""
        if self._edit.hasFocus() and self._edit.isNull():
            self._edit.setSelectedSection(self._edit.sectionAt(0))

    def _say(self) -> None:
        say_empty(self._edit)


def iso(edit: QgsDateTimeEdit, time: bool = True) -> Optional[str]:
    """Return what a field holds as ISO text without a zone, None where it is empty."""
    if edit.isNull():
        return None
    return edit.dateTime().toString("yyyy-MM-ddTHH:mm:ss" if time else "yyyy-MM-dd")
