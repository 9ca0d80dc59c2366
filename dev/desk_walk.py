"""Runs inside QGIS Desktop (`--code`): from the practice server to the brief by mouse and keys.

TOMOSHIBI_DESK is the file that dev/desk.py wrote: what a newcomer was told (address, account, event, folders), where
pictures go, and where the outcome is written. A picture is saved at each step, and of the moment where it fails.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

sys.path.append(str(Path(os.environ["TOMOSHIBI_DESK_CODE"])))

from desk_hand import Hand, Stuck, Walk, modal, need, shown, words_of
from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsAuthConfigSelect, QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QPoint, Qt, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTabWidget,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from qgis.utils import iface

TICK_MS = 60
STEP_SECONDS = 60
"""How long a step may wait for one thing."""
FROZEN_SECONDS = 40
"""How long the window may not answer."""
CHECK_BOX = 10
"""Pixels from the left of a layer's row to the middle of its box."""
DAYS_PLAYED = 3.0
OWN_INPUTS = ("FACILITIES", "LINKS", "BOUNDARY", "AREAS", "ROADS", "HAZARDS")
"""What a municipality has itself, in the scenario's folder `open`."""
CONDITIONS = 3
"""Of the usual set."""


class Viewer(QObject):
    """Stands for the desktop's PDF viewer."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        """Files that were handed over to be opened."""
        QDesktopServices.setUrlHandler("file", self, "open")

    @pyqtSlot(QUrl)
    def open(self, url: QUrl) -> None:
        """Take a file."""
        self.opened.append(url.toLocalFile())


class Desk:
    """What was told, what was done, and how far the walk came."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = json.loads(Path(os.environ["TOMOSHIBI_DESK"]).read_text(encoding="utf-8"))
        self.pictures = Path(self.told["pictures"])
        self.hand = Hand()
        self.window: QWidget = iface.mainWindow()
        self.viewer = Viewer()
        self.done: list[dict[str, Any]] = []
        self.brief = self.played = ""

    def picture(self, name: str) -> None:
        """Save the whole screen."""
        screen = QApplication.primaryScreen()
        screen.grabWindow(0).save(str(self.pictures / f"{name}.png"), "PNG")

    def report(self, problem: str) -> None:
        """Write the outcome."""
        outcome = {"steps": self.done, "problem": problem, "brief": self.brief, "played": self.played}
        outcome["fields"] = self.hand.fields
        Path(self.told["outcome"]).write_text(json.dumps(outcome, ensure_ascii=False, indent=1), encoding="utf-8")


# -- the steps


def start(desk: Desk) -> Walk:
    """QGIS as it opens with the plugin from the zip."""
    desk.window.showNormal()
    desk.window.setGeometry(0, 0, *desk.told["screen"])
    yield 1.0
    if shown(QToolButton, "mTomoshibiButton_case") is None:
        raise Stuck("the plugin's toolbar is not there; did the plugin load?")


def _button_of(desk: Desk, action: QAction) -> QToolButton:
    """Return the button of the toolbar that an action has."""
    buttons = (one for one in desk.window.findChildren(QToolButton) if one.isVisible())
    return next(button for button in buttons if button.defaultAction() is action)


def _menu(desk: Desk, name: str) -> Walk:
    """Click through QGIS's plugin menu to an entry of the plugin's own."""
    own = desk.window.findChild(QMenu, "mTomoshibiMenu")
    entry = desk.window.findChild(QAction, name)
    yield from desk.hand.click_menu(desk.window.menuBar(), iface.pluginMenu().menuAction(), own.menuAction(), entry)


def connection(desk: Desk) -> Walk:
    """Options: practice mode, address, account, folder of cases; test the connection."""
    hand = desk.hand
    yield from _menu(desk, "mTomoshibiOptionsAction")
    yield lambda: modal() is not None and modal().findChild(QLineEdit, "addressEdit")
    options = modal()
    page = options.findChild(QLineEdit, "addressEdit").parentWidget().window()
    find = lambda kind, name: need(kind, name, inside=page)  # noqa: E731
    yield from hand.click(find(QWidget, "practiceCheck"))
    yield from hand.type_into(find(QLineEdit, "addressEdit"), desk.told["address"])
    yield from _account(desk, find(QgsAuthConfigSelect, "accountSelect"), options)
    yield from hand.type_into(find(QLineEdit, "municipalityEdit"), desk.told["municipality"])
    yield from hand.type_into(find(QWidget, "folderEdit"), desk.told["cases"])
    yield from hand.click(find(QPushButton, "testButton"))
    note = find(QLabel, "testNote")
    yield lambda: note.text()[:1] in ("✓", "✗")
    desk.picture("02a-connection-tested")
    if note.text()[:1] != "✓":
        raise Stuck(f"the test of the connection says: {note.text()}")
    yield from hand.click(options.findChild(QDialogButtonBox, "buttonBox").button(QDialogButtonBox.StandardButton.Ok))
    yield lambda: modal() is None


def _account(desk: Desk, select: QWidget, options: QWidget) -> Walk:
    """Make an authentication configuration of QGIS, with a new master password."""
    hand = desk.hand
    yield from hand.click(need(QWidget, "btnConfigAdd", inside=select))
    yield lambda: modal() not in (None, options)
    word = modal().findChild(QLineEdit, "leMasterPass")
    if word is not None:
        asker = modal()
        desk.picture("02b-master-password")
        yield from hand.type_into(word, desk.told["master"])
        again = asker.findChild(QLineEdit, "leMasterPassVerify")
        if again is not None and again.isVisible():
            yield from hand.type_into(again, desk.told["master"])
        yield from hand.key(asker.focusWidget(), Qt.Key.Key_Return)
        yield lambda: modal() is not asker
    yield lambda: modal() not in (None, options) and modal().findChild(QLineEdit, "leName") is not None
    form = modal()
    yield from hand.type_into(form.findChild(QLineEdit, "leName"), "drill")
    user = shown(QLineEdit, "leUsername", inside=form)
    if user is None:
        kinds = need(QWidget, "cmbAuthMethods", inside=form)
        yield from hand.tab_to(kinds)
        for _ in range(kinds.count()):
            if shown(QLineEdit, "leUsername", inside=form) is not None and kinds.currentText().startswith("Basic"):
                break
            yield from hand.key(kinds, Qt.Key.Key_Down)
        user = need(QLineEdit, "leUsername", inside=form)
    yield from hand.type_into(user, desk.told["user"])
    yield from hand.type_into(need(QLineEdit, "lePassword", inside=form), desk.told["passphrase"])
    desk.picture("02c-account")
    yield from hand.click(shown(QPushButton, inside=form, words="保存") or need(QPushButton, inside=form, words="Save"))
    yield lambda: modal() is options


def case(desk: Desk) -> Walk:
    """A new case by the defaults of its form; only its name and the time of the event are typed."""
    hand = desk.hand
    yield from hand.click(need(QToolButton, "mTomoshibiButton_case"))
    yield lambda: shown(QDialog, "CaseDialog") is not None
    dialog = need(QDialog, "CaseDialog")
    yield 0.5
    if need(QTabWidget, "tabs", dialog).currentIndex() != 1:
        yield from hand.click_tab(need(QTabWidget, "tabs", dialog), 1)
    yield from hand.type_into(dialog.findChild(QLineEdit, "nameEdit"), desk.told["name"])
    yield from _moment(desk, dialog.findChild(QWidget, "eventEdit"), desk.told["event"])
    if not dialog.findChild(QWidget, "practiceCheck").isChecked():
        raise Stuck("practice mode is on, and the new case is not a drill")
    desk.picture("03a-case-form")
    yield from hand.click(need(QPushButton, "createButton", dialog))
    yield lambda: dialog.findChild(QTabWidget, "tabs").currentIndex() != 1
    facts = dialog.findChild(QTreeWidget, "facts")
    yield lambda: facts.topLevelItemCount() > 0


def _moment(desk: Desk, field: QWidget, text: str) -> Walk:
    """Type a date, and a time where the field has one, over what stands there."""
    hand = desk.hand
    yield from hand.tab_to(field)
    yield from hand.type_here(field.window(), text)
    yield from hand.key(field, Qt.Key.Key_Tab)


def known(desk: Desk) -> Walk:
    """What the municipality has itself, taken from its folder and kept in the case."""
    hand = desk.hand
    dialog = need(QDialog, "CaseDialog")
    yield from hand.click_tab(need(QTabWidget, "tabs", dialog), 2)
    yield lambda: shown(QPushButton, "knownFolder", dialog) is not None
    yield from hand.click(need(QPushButton, "knownFolder", dialog))
    yield from hand.name_file(Path(desk.told["open"]))
    yield lambda: shown(QDialog, "FolderDialog") is not None
    window = need(QDialog, "FolderDialog")
    yield 0.4
    desk.picture("04a-folder")
    yield from hand.click(need(QPushButton, "folderKeep", window))
    yield lambda: sip.isdeleted(window) or not window.isVisible()
    for kind in OWN_INPUTS:
        yield lambda kind=kind: need(QToolButton, f"remove_{kind}", dialog).isEnabled()
    yield lambda: not dialog.jobs
    desk.picture("04b-known")
    yield from hand.key(dialog, Qt.Key.Key_Escape)


def conditions(desk: Desk) -> Walk:
    """Register the usual set: list of outages, readings and statistics."""
    hand = desk.hand
    yield from hand.click(need(QToolButton, "mTomoshibiButton_get"))
    yield lambda: shown(QDialog, "ConditionsDialog") is not None
    dialog = need(QDialog, "ConditionsDialog")
    tabs = need(QTabWidget, "tabs", dialog)
    yield 0.5
    desk.picture("05a-list")
    yield from hand.click(need(QPushButton, "usualButton", dialog))
    yield lambda: shown(QWidget, "usualBox", dialog) is not None
    yield from _moment(desk, need(QWidget, "usualMoment", dialog), desk.told["moment"])
    yield from _moment(desk, need(QWidget, "usualTo", dialog), desk.told["moment"][:10])
    yield 0.4
    desk.picture("05b-usual-set")
    button = need(QPushButton, "registerButton", dialog)
    said = dialog.findChild(QLabel, "sendLabel").text()
    if not button.isEnabled() or "✗" in said:
        raise Stuck(f"the usual set cannot be registered: {said}")
    yield from hand.click(button)
    yield lambda: tabs.currentIndex() == 0


def download(desk: Desk) -> Walk:
    """Select all that is registered and download it as soon as it is published."""
    hand = desk.hand
    dialog = need(QDialog, "ConditionsDialog")
    table = dialog.findChild(QTreeWidget, "table")
    yield lambda: table.topLevelItemCount() >= CONDITIONS
    yield from hand.tab_to(table)
    yield from hand.key(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    button = need(QPushButton, "downloadButton", dialog)
    yield lambda: button.isEnabled()
    yield from hand.click(button)
    yield 0.5
    desk.picture("06a-downloading")
    messages = lambda: [  # noqa: E731
        label.text() for label in dialog.findChildren(QLabel, "messageText") if label.isVisible()
    ]
    yield lambda: messages() and button.isEnabled()
    desk.picture("06b-downloaded")
    yield from hand.key(dialog, Qt.Key.Key_Escape)
    yield lambda: sip.isdeleted(dialog) or not dialog.isVisible()


def dock(desk: Desk) -> Walk:
    """Show the dock; it says what comes next."""
    action = desk.window.findChild(QAction, "mTomoshibiDockAction")
    yield from desk.hand.click(_button_of(desk, action))
    yield lambda: shown(QDockWidget, "mTomoshibiSituationDock") is not None
    next_button = need(QDockWidget, "mTomoshibiSituationDock").findChild(QPushButton, "nextButton")
    yield lambda: next_button.isVisible() and next_button.isEnabled()


def maps(desk: Desk) -> Walk:
    """Do the step that the dock proposes: the maps of the morning, made in the background and shown."""
    panel = need(QDockWidget, "mTomoshibiSituationDock")
    yield from desk.hand.click(need(QPushButton, "nextButton", panel))
    yield lambda: shown(QToolButton, "dockStop", panel) is not None
    desk.picture("08a-maps-under-way")
    yield lambda: panel.findChild(QPushButton, "briefButton").isEnabled()
    said = panel.findChild(QLabel, "said").text()
    if "✗" in said or not QgsProject.instance().fileName():
        raise Stuck(f"the maps are not shown: {said}")
    yield from _drawn()


def brief(desk: Desk) -> Walk:
    """The brief: one click on the dock; the PDF is opened."""
    panel = need(QDockWidget, "mTomoshibiSituationDock")
    button = need(QPushButton, "briefButton", panel)
    yield lambda: button.isEnabled()
    desk.viewer.opened.clear()
    yield from desk.hand.click(button)
    yield lambda: modal() is not None or bool(desk.viewer.opened)
    desk.picture("09a-printing")
    yield lambda: bool(desk.viewer.opened)
    desk.brief = desk.viewer.opened[0]
    if not desk.brief.endswith(".pdf") or not Path(desk.brief).is_file():
        raise Stuck(f"the dock opened {desk.brief}, which is no PDF that exists")
    yield lambda: button.isEnabled()


def project(desk: Desk) -> Walk:
    """The project of the case: one click on the dock."""
    panel = need(QDockWidget, "mTomoshibiSituationDock")
    yield from desk.hand.click(need(QPushButton, "projectButton", panel))
    yield lambda: modal() is not None or QgsProject.instance().fileName()
    if modal() is not None:
        raise Stuck(f"the project asks: {words_of(modal())}")
    yield from _drawn()
    panel = need(QDockWidget, "mTomoshibiSituationDock")
    yield lambda: need(QTreeWidget, "places", panel).topLevelItemCount() > 0
    yield 1.0
    if QgsProject.instance().isDirty():
        raise Stuck("the project has just been opened, and would ask to be saved")


def _drawn() -> Walk:
    canvas: QgsMapCanvas = iface.mapCanvas()
    yield 0.5
    yield lambda: not canvas.isDrawing()


def facility(desk: Desk) -> Walk:
    """Click a facility without power in the dock's list: the map goes there."""
    panel = need(QDockWidget, "mTomoshibiSituationDock")
    places = need(QTreeWidget, "places", panel)
    canvas = iface.mapCanvas()
    before = canvas.extent()
    head = next((places.topLevelItem(row) for row in range(places.topLevelItemCount())), None)
    if head is None or head.childCount() == 0:
        raise Stuck("the dock lists no facility without power")
    yield from desk.hand.click_row(places, places.indexFromItem(head.child(0)))
    yield lambda: canvas.extent().width() < before.width() / 2
    yield from _drawn()
    yield 0.5


def _forms_closed(desk: Desk) -> Walk:
    """Close the form that the click opened."""
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog) and window.isVisible() and window is not desk.window:
            yield from desk.hand.key(window, Qt.Key.Key_Escape)


def _course_shown(desk: Desk) -> Walk:
    """Show the whole case, and the result that has a course: it is switched off in the project as it opens."""
    yield from desk.hand.click(_button_of(desk, desk.window.findChild(QAction, "mActionZoomFullExtent")))
    yield from _drawn()
    root, view = QgsProject.instance().layerTreeRoot(), iface.layerTreeView()
    node = next(node for node in root.findLayers() if "layername=acquisitiongaps" in node.layer().source())
    if node.isVisible():
        # switched on when time was to be played
        return
    view.scrollTo(view.node2index(node))
    yield None
    place = view.visualRect(view.node2index(node))
    yield from desk.hand.click(view.viewport(), QPoint(place.left() + CHECK_BOX, place.center().y()))
    yield node.isVisible


def slider(desk: Desk) -> Walk:
    """Play the time slider over three days."""
    hand = desk.hand
    yield from _forms_closed(desk)
    action = desk.window.findChild(QAction, "mActionTemporalController")
    panel = next(d for d in desk.window.findChildren(QDockWidget) if d.objectName() == "Temporal Controller")
    if not panel.isVisible():
        yield from hand.click(_button_of(desk, action))
    yield lambda: panel.isVisible()
    controller = iface.mapCanvas().temporalController()
    animated = need(QWidget, "mNavigationAnimated", panel)
    if not animated.isChecked():
        yield from hand.click(animated)
    rewind = need(QWidget, "mRewindButton", panel) if shown(QWidget, "mRewindButton", panel) else None
    if rewind is not None:
        yield from hand.click(rewind)
    yield from _course_shown(desk)
    moments: list[Any] = [controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())]
    controller.updateTemporalRange.connect(moments.append)
    yield from hand.click(need(QWidget, "mForwardButton", panel))
    for days, name in ((DAYS_PLAYED / 2, "12a-slider-halfway"), (DAYS_PLAYED, "12b-slider-played")):
        yield lambda days=days: moments[0].begin().secsTo(moments[-1].end()) >= days * 86400
        yield lambda: not iface.mapCanvas().isDrawing()
        desk.picture(name)
    first, last = moments[0].begin(), moments[-1].end()
    desk.played = f"{first.toString('MM/dd HH:mm')} – {last.toString('MM/dd HH:mm')}, {len(moments)} moments"
    yield from hand.click(need(QWidget, "mStopButton", panel))
    yield from _drawn()


def leave(desk: Desk) -> Walk:
    """Quit by QGIS's menu: nothing may be asked."""
    memory = [
        layer.name()
        for layer in QgsProject.instance().mapLayers().values()
        if isinstance(layer, QgsVectorLayer) and layer.providerType() == "memory"
    ]
    if memory:
        raise Stuck(f"temporary layers are on the screen: {', '.join(memory)}")
    # the view and the slider are the project's; what the plugin itself changes leaves nothing to be asked
    save = desk.window.findChild(QAction, "mActionSaveProject")
    yield from desk.hand.click(_button_of(desk, save))
    yield lambda: modal() is not None or not QgsProject.instance().isDirty()
    menu = desk.window.findChild(QMenu, "mProjectMenu")
    entry = desk.window.findChild(QAction, "mActionExit")
    desk.report("")
    yield from desk.hand.click_menu(desk.window.menuBar(), menu.menuAction(), entry)
    yield 3.0
    if modal() is not None:
        raise Stuck(f"QGIS asks on leaving: {words_of(modal())}")
    raise Stuck("QGIS did not leave")


STEPS: tuple[tuple[str, Callable[[Desk], Walk]], ...] = (
    ("start", start),
    ("connection", connection),
    ("case", case),
    ("known", known),
    ("conditions", conditions),
    ("download", download),
    ("dock", dock),
    ("maps", maps),
    ("brief", brief),
    ("project", project),
    ("facility", facility),
    ("slider", slider),
    ("quit", leave),
)


class Walker:
    """Goes through the steps, a tick of a timer at a time; dialogs that wait for an answer do not hold it up."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.place = 0
        self.walk: Optional[Walk] = None
        self.until: Callable[[], object] = lambda: True
        self.since = self.begun = time.monotonic()
        self.clicks = 0
        self.busy = False
        self.ticked = 0.0
        self.timer = QTimer()
        self.timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin; the window is complete by now."""
        self.timer.start(TICK_MS)

    def tick(self) -> None:
        """Go on where what was waited for has come."""
        if time.monotonic() - self.ticked > 1.0:
            # from a thread of its own, which needs nothing of Python: leave where the window does not answer any more
            self.ticked = time.monotonic()
            faulthandler.dump_traceback_later(FROZEN_SECONDS, exit=True)
        if self.busy:
            return
        self.busy = True
        try:
            self.go_on()
        except Stuck as stuck:
            self.fail(str(stuck))
        except Exception:
            self.fail(traceback.format_exc())
        finally:
            self.busy = False

    def go_on(self) -> None:
        """One tick."""
        if not self.until():
            if time.monotonic() - self.since > STEP_SECONDS:
                waiting = modal()
                asked = f"; “{waiting.windowTitle()}” is open: {words_of(waiting)}" if waiting is not None else ""
                raise Stuck(f"what should come did not come within {STEP_SECONDS} s{asked}")
            return
        if self.walk is None:
            self.begun, self.clicks = time.monotonic(), self.desk.hand.clicks
            name, step = STEPS[self.place]
            self.desk.report(f"{name}: the window did not answer for {FROZEN_SECONDS} s; desktop.log says where it was")
            self.walk = step(self.desk)
        try:
            wait = next(self.walk)
        except StopIteration:
            self.end_step()
            return
        self.since = time.monotonic()
        if wait is None:
            self.until = lambda: True
        elif callable(wait):
            self.until = wait
        else:
            over = self.since + wait
            self.until = lambda: time.monotonic() >= over

    def end_step(self) -> None:
        """Keep what the step took, and its picture."""
        name = STEPS[self.place][0]
        self.desk.picture(f"{self.place + 1:02d}-{name}")
        took = {"clicks": self.desk.hand.clicks - self.clicks, "seconds": round(time.monotonic() - self.begun, 1)}
        self.desk.done.append({"step": name, **took})
        print(f"walk: {name}: {took['clicks']} clicks, {took['seconds']} s", flush=True)
        self.walk, self.until = None, lambda: True
        self.place += 1

    def fail(self, why: str) -> None:
        """Save a picture of the moment and leave."""
        self.timer.stop()
        name = STEPS[self.place][0]
        self.desk.picture(f"{self.place + 1:02d}-{name}-failed")
        self.desk.report(f"{name}: {why}")
        sys.stdout.flush()
        os._exit(1)


faulthandler.enable()
try:
    walker = Walker()
except Exception:
    traceback.print_exc()
    os._exit(1)
iface.initializationCompleted.connect(lambda: QTimer.singleShot(500, walker.start))
