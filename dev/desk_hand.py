"""The mouse and the keyboard of `desk_walk.py`, and the eye that looks whether a hand could do what it does.

Nothing of the plugin is called from here: every click goes to the place of a widget on the screen, and it is refused
where a person could not have made it: the widget is hidden, greyed out, covered, off the screen, or behind a dialog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Optional, Union

from qgis.PyQt.QtCore import QModelIndex, QPoint, QRect, Qt, QTimer
from qgis.PyQt.QtGui import QInputMethodEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAction,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QScrollArea,
    QTabWidget,
    QWidget,
)

Wait = Union[None, float, Callable[[], object]]
"""What a step waits for: nothing but the next tick, so many seconds, or until it is true."""
Walk = Iterator[Wait]
_NO_KEY = Qt.KeyboardModifier(0)
MOST_TABS = 60
"""Presses of the Tab key after which a field counts as out of reach."""


class Stuck(Exception):
    """A hand could not go on; the text says at what."""


class Hand:
    """Clicks and types like a person, and counts it."""

    def __init__(self) -> None:
        self.clicks = 0
        self.fields = 0
        """Fields typed into."""

    # -- mouse

    def click(self, widget: QWidget, where: Optional[QPoint] = None, twice: bool = False) -> Walk:
        """Click the middle of a widget, or a point of it."""
        _into_view(widget)
        yield None
        button = isinstance(widget, QAbstractButton) and where is None
        point = where if where is not None else _middle(widget) if button else widget.rect().center()
        _reachable(widget, point)
        self.clicks += 1
        press = QTest.mouseDClick if twice else QTest.mouseClick
        # from the event loop: what opens a dialog comes back only when it is closed
        QTimer.singleShot(0, lambda: press(widget, Qt.MouseButton.LeftButton, _NO_KEY, point))
        yield 0.15

    def click_tab(self, tabs: QTabWidget, page: int) -> Walk:
        """Click the tab of a page."""
        yield from self.click(tabs.tabBar(), tabs.tabBar().tabRect(page).center())

    def click_row(self, view: QAbstractItemView, index: QModelIndex) -> Walk:
        """Click a row of a list or tree."""
        view.scrollTo(index)
        yield None
        place: QRect = view.visualRect(index)
        yield from self.click(view.viewport(), QPoint(place.left() + min(place.width() // 2, 60), place.center().y()))

    def click_menu(self, bar: QMenuBar, *actions: QAction) -> Walk:
        """Click through a menu: the entry of the menu bar, then one of each menu that opens."""
        where: QWidget = bar
        for action in actions:
            holder = where
            yield lambda: holder.isVisible()  # noqa: B023 - read before it changes
            yield from self.click(holder, holder.actionGeometry(action).center())
            if action.menu() is not None:
                where = action.menu()

    # -- keyboard

    def tab_to(self, field: QWidget) -> Walk:
        """Press the Tab key until a field has the focus."""
        window = field.window()
        for _ in range(MOST_TABS):
            now = window.focusWidget()
            if now is not None and (now is field or field.isAncestorOf(now)):
                return
            QTest.keyClick(now or window, Qt.Key.Key_Tab)
            yield None
        raise Stuck(f"the Tab key does not reach {_name(field)}")

    def type_into(self, field: QWidget, text: str) -> Walk:
        """Go to a field by the Tab key, and type in place of what is in it."""
        yield from self.tab_to(field)
        yield from self.type_here(field.window(), text)

    def type_here(self, window: QWidget, text: str) -> Walk:
        """Type in place of what is in the field that has the focus."""
        held = window.focusWidget()
        if held is None:
            raise Stuck(f"nothing in “{window.windowTitle()}” has the focus")
        self.fields += 1
        QTest.keyClick(held, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if text.isascii():
            QTest.keyClicks(held, text)
        else:
            # Japanese comes from an input method, in one piece
            written = QInputMethodEvent()
            written.setCommitString(text)
            QApplication.sendEvent(held, written)
        yield None

    def key(self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = _NO_KEY) -> Walk:
        """Press a key at a widget."""
        QTimer.singleShot(0, lambda: QTest.keyClick(widget, key, modifier))
        yield 0.1

    def name_file(self, path: Path) -> Walk:
        """Type a path into the file dialog that is open, and press Enter."""
        yield lambda: modal() is not None and modal().findChild(QLineEdit, "fileNameEdit") is not None
        field = modal().findChild(QLineEdit, "fileNameEdit")
        yield from self.type_here(field.window(), str(path))
        yield from self.key(field, Qt.Key.Key_Return)


# -- what is seen


def modal() -> Optional[QWidget]:
    """Return the dialog that waits for an answer."""
    return QApplication.activeModalWidget()


def shown(kind: type, name: str = "", inside: Optional[QWidget] = None, words: str = "") -> Optional[QWidget]:
    """Return the first visible widget of a kind with an object name, or with words on it."""
    roots = [inside] if inside is not None else QApplication.topLevelWidgets()
    for root in roots:
        for found in [root, *root.findChildren(kind)]:
            if not isinstance(found, kind) or not found.isVisible() or (name and found.objectName() != name):
                continue
            if not words or found.text().replace("&", "").strip() == words:
                return found
    return None


def need(kind: type, name: str = "", inside: Optional[QWidget] = None, words: str = "") -> QWidget:
    """Return what `shown` finds. Raises Stuck where there is nothing."""
    found = shown(kind, name, inside, words)
    if found is None:
        raise Stuck(f"there is no {kind.__name__} {name or words!r} to be seen")
    return found


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.objectName() or text!r}"


def _middle(button: QAbstractButton) -> QPoint:
    """Return where a button is pressed: a check box at its box and words, which do not fill its width."""
    return QPoint(min(button.width() // 2, 30), button.height() // 2)


def _into_view(widget: QWidget) -> None:
    """Turn the wheel until a widget inside a scrolled page is to be seen."""
    outer = widget.parentWidget()
    while outer is not None:
        if isinstance(outer, QScrollArea) and outer.widget() is not None and outer.widget().isAncestorOf(widget):
            outer.ensureWidgetVisible(widget)
        outer = outer.parentWidget()


def _reachable(widget: QWidget, point: QPoint) -> None:
    """Raise Stuck where a person could not click there."""
    if not widget.isVisible():
        raise Stuck(f"{_name(widget)} is not to be seen")
    if not widget.isEnabled():
        raise Stuck(f"{_name(widget)} is greyed out")
    _answerable(widget)
    there = widget.mapToGlobal(point)
    top = QApplication.widgetAt(there)
    if top is None or not (top is widget or widget.isAncestorOf(top) or top.isAncestorOf(widget)):
        over = "nothing" if top is None else _name(top)
        raise Stuck(f"{_name(widget)} is covered, or off the screen: {over} lies at {there.x()}, {there.y()}")


def _answerable(widget: QWidget) -> None:
    """Raise Stuck where another window waits for an answer first."""
    waiting, window = modal(), widget.window()
    own = isinstance(window, QMenu) or window is waiting or (waiting is not None and waiting.isAncestorOf(window))
    if waiting is not None and not own:
        raise Stuck(f"“{waiting.windowTitle()}” waits for an answer before {_name(widget)}: {words_of(waiting)}")


def words_of(window: QWidget) -> str:
    """Return what a dialog says, in one line."""
    said = [label.text() for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    return " / ".join(" ".join(text.split()) for text in said)[:300]
