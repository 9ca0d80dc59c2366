"""The dock's window: what was read is put into widgets here, and buttons start the work; nothing is computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QElapsedTimer, Qt, QTimer, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QFont, QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...messages import TomoshibiError
from ...processing_provider.announce import ANNOUNCER
from ...processing_provider.desk import PROJECT, is_project_of
from ...processing_provider.dock.morning import MORNING
from ...processing_provider.dock.situation import NextStep, Number, Place, Situation, doubt_now
from ...translate import tr, translate_message
from .. import cases
from ..base import practising
from ..case_project import nothing_is_lost, open_case_project
from ..jobs import Job, Outcome, algorithm
from ..plain_text import tooltip
from ..refresh import age, now
from ..shades import alert_style, shade
from .course import Course
from .reading import Read, Reader
from .showing import show_place
from .two_lines import TwoLines

LOOK_MS = 60_000
"""How often it is looked whether the case has changed."""
CLICK_MS = 800
"""How long after a click Qt may tell of it a second time, as of an activation."""
MOST_MISSING = 3
"""Lines of what is missing; the rest is in the tool tip."""
MOST_SAID = 6
"""Lines of what a run said; the rest is in the tool tip."""
LEAST_WIDTH = 320
"""Pixels of the dock."""
_INDENT = 10
_DRILL = (
    "QLabel { background: #fde7b0; color: #5c3d00; border: 1px solid #c98f00; padding: 2px 6px; font-weight: bold; }"
)
_REAL = "QLabel { background: #a50f15; color: white; padding: 2px 6px; font-weight: bold; }"
_STEP = (
    "QFrame#nextFrame { background: #eef3f7; border: 1px solid #b8c4ce; margin: 0px 6px; }"
    "QFrame#nextFrame QLabel { background: transparent; color: #1a1a1a; }"
)
"""Light in whatever theme, and so with dark words."""
_PLACE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class Doors:
    """What the dock asks of the plugin."""

    choose: Callable[[str], None]
    """Make a case the current one, for all windows."""
    window: Callable[[str], object]
    """Open one of the plugin's windows by its name."""
    dialog: Callable[[str], None]
    """Open the dialog of an algorithm with the case filled in."""


def _label(parent: QWidget, name: str, words: str = "", wrap: bool = True) -> QLabel:
    made = QLabel(words, parent)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return made


MOST_NUMBERS = 6
"""The five of every situation, and how many may lose their power within a day where that was asked."""


class _NumberRow:
    """The widgets of one number: what it counts, the number with its course, and what it does not tell."""

    def __init__(self, parent: QWidget, rows: QVBoxLayout, place: int):
        self.label = _label(parent, f"numberLabel{place}")
        self.value = _label(parent, f"numberValue{place}", wrap=False)
        bold = QFont(self.value.font())
        bold.setPointSizeF(bold.pointSizeF() * 1.4)
        bold.setBold(True)
        self.value.setFont(bold)
        self.course = Course(parent)
        self.more = _label(parent, f"numberMore{place}")
        small = QFont(self.more.font())
        small.setPointSizeF(small.pointSizeF() * 0.9)
        self.more.setFont(small)
        rows.addWidget(self.label)
        row = QHBoxLayout()
        row.setContentsMargins(_INDENT, 0, 0, 0)
        row.addWidget(self.value, 1)
        row.addWidget(self.course)
        rows.addLayout(row)
        self.more.setContentsMargins(_INDENT, 0, 0, 4)
        rows.addWidget(self.more)

    def show_number(self, number: Number, newest: Optional[datetime] = None) -> None:
        """Show one number; its moment is told where it is not the newest of all."""
        self.label.show()
        self.value.show()
        self.label.setText(number.label)
        self.value.setText(number.value)
        self.value.setStyleSheet("" if number.known else f"QLabel {{ color: {shade('#595959')}; }}")
        moment = tr("As of {time}").format(time=f"{number.as_of:%Y-%m-%d %H:%M}") if number.as_of else ""
        self.value.setToolTip(moment)
        late = moment if newest is not None and number.as_of is not None and number.as_of < newest else ""
        more = tr(" · ").join(part for part in (late, number.rest, number.change) if part)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.course.show_points(number.course)
        self.course.setVisible(len(number.course) > 1)
        self.course.setToolTip(tooltip(_course_words(number)))

    def hide(self) -> None:
        """Show nothing: there are fewer numbers."""
        for part in (self.label, self.value, self.course, self.more):
            part.hide()


def _course_words(number: Number) -> str:
    lines = []
    for moment, low, high in number.course:
        value = f"{round(low):,}" if round(low) == round(high) else f"{round(low):,}–{round(high):,}"
        lines.append(tr("{time}: {value}").format(time=f"{moment:%m/%d %H:%M}", value=value))
    return "\n".join(lines)


class SituationDock(QgsDockWidget):
    """The situation of the current case."""

    def __init__(self, iface: Any, doors: Doors):
        super().__init__(tr("Situation"), iface.mainWindow())
        self.setObjectName("mTomoshibiSituationDock")
        self.iface, self.doors = iface, doors
        self.situation: Optional[Situation] = None
        self.job: Optional[Job] = None
        """What a button started and is not done."""
        self._making = False
        """Whether the maps of the morning are being made and shown."""
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._lost: list[str] = []
        """Maps of the morning still to be made, and what is said of those that could not be."""
        self.reader = Reader(self)
        self.reader.read.connect(self._heard)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._clicked = QElapsedTimer()
        self._build()
        self._choose_text(tr("Reading…"))
        ANNOUNCER.ended.connect(self._ended_elsewhere)
        QgsProject.instance().readProject.connect(self.look)

    # -- widgets

    def _build(self) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(self._case_row(inside))
        column.addLayout(self._data_rows(inside))
        column.addWidget(self._line(inside))
        numbers = QVBoxLayout()
        numbers.setSpacing(1)
        self.number_rows = [_NumberRow(inside, numbers, place) for place in range(MOST_NUMBERS)]
        column.addLayout(numbers)
        self.beside = _label(inside, "beside")
        column.addWidget(self.beside)
        self.places = QTreeWidget(inside)
        self.places.setObjectName("places")
        self.places.setHeaderHidden(True)
        self.places.setMinimumHeight(160)
        self.places.setIndentation(12)
        self.places.itemClicked.connect(self._go_to)
        self.places.itemActivated.connect(self._activated)
        self.places.setItemDelegate(TwoLines(self.places))
        column.addWidget(self.places, 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        # a dock is as wide as it is made: its texts break, and nothing hides to the right
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(LEAST_WIDTH)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        # what is pressed is always there, however low the window is
        whole = QWidget(self)
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 6)
        rows.addWidget(area, 1)
        rows.addWidget(self._next_frame(whole))
        buttons = self._buttons(whole)
        buttons.setContentsMargins(6, 0, 6, 0)
        rows.addLayout(buttons)
        last = QHBoxLayout()
        last.setContentsMargins(6, 0, 6, 0)
        self.said = _label(whole, "said")
        self.stop_button = QToolButton(whole)
        self.stop_button.setObjectName("dockStop")
        self.stop_button.setText(tr("Cancel"))
        self.stop_button.setToolTip(tr("Stop this work; what is complete is kept"))
        self.stop_button.clicked.connect(lambda checked=False: self.stop())
        self.stop_button.hide()
        last.addWidget(self.said, 1)
        last.addWidget(self.stop_button)
        rows.addLayout(last)
        self.setWidget(whole)

    def _line(self, parent: QWidget) -> QFrame:
        line = QFrame(parent)
        line.setFrameShape(QFrame.Shape.HLine)
        return line

    def _case_row(self, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        self.chooser = QComboBox(parent)
        self.chooser.setObjectName("caseChooser")
        self.chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.chooser.setToolTip(tr("The case; choose another one opened lately"))
        self.chooser.activated.connect(self._chosen)
        self.badge = _label(parent, "badge", wrap=False)
        self.again = QToolButton(parent)
        self.again.setObjectName("otherCase")
        self.again.setText("…")
        self.again.setToolTip(tr("Open another case, make a new one, or change what this one knows"))
        self.again.clicked.connect(lambda checked=False: self.doors.window("case"))
        row.addWidget(self.chooser, 1)
        row.addWidget(self.badge)
        row.addWidget(self.again)
        return row

    def _data_rows(self, parent: QWidget) -> QVBoxLayout:
        rows = QVBoxLayout()
        self.reach = _label(parent, "reach")
        rows.addWidget(self.reach)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self.age_rows = []
        for place in range(3):
            kind, told = _label(parent, f"ageKind{place}"), _label(parent, f"age{place}")
            told.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(kind, place, 0)
            grid.addWidget(told, place, 1)
            self.age_rows.append((kind, told))
        rows.addLayout(grid)
        self.missing = _label(parent, "missing")
        self.missing.setStyleSheet(alert_style())
        rows.addWidget(self.missing)
        return rows

    def _next_frame(self, parent: QWidget) -> QFrame:
        frame = QFrame(parent)
        frame.setObjectName("nextFrame")
        frame.setStyleSheet(_STEP)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 4, 12, 4)
        self.next_text = _label(frame, "nextText")
        self.next_button = QPushButton(frame)
        self.next_button.setObjectName("nextButton")
        self.next_button.clicked.connect(lambda checked=False: self.do_next())
        row.addWidget(self.next_text, 1)
        row.addWidget(self.next_button)
        self.next_frame = frame
        return frame

    def _buttons(self, parent: QWidget) -> QGridLayout:
        grid = QGridLayout()
        self.buttons: dict[str, QPushButton] = {}
        for name, words, hint, do in (
            ("refresh", tr("Refresh"), tr("Fetch what is new and make the maps again"), self.refresh),
            ("brief", tr("Morning Brief"), tr("Make the brief for the headquarters, one PDF, and open it"), self.brief),
            ("sheets", tr("Map Sheets"), tr("Print every result of the case as PDF"), self.sheets),
            ("project", tr("Project"), tr("Build or refresh the QGIS project of the case"), self.project),
        ):
            button = QPushButton(words, parent)
            button.setObjectName(f"{name}Button")
            button.setToolTip(hint)
            button.clicked.connect(lambda checked=False, do=do: do())
            grid.addWidget(button, len(self.buttons) // 2, len(self.buttons) % 2)
            self.buttons[name] = button
        return grid

    # -- reading

    def look(self, anew: bool = False) -> None:
        """Read the current case in the background, where it has changed.

        Not while a run that was started here writes into it: its end is followed by a reading.
        """
        written = self.situation is not None and (self.job is not None or self._making)
        if not self.isHidden() and not written:
            self.reader.ask(cases.current(), cases.remembered(), anew is True)

    def _heard(self, read: Read) -> None:
        if read.situation is not None:
            self.situation = read.situation
            self._show(read.situation)
        elif self.situation is not None and not read.problem:
            self._show_ages(self.situation)
        self._show_cases(read.cases)
        if read.problem:
            self._choose_text(read.problem)
        elif not cases.current():
            self.situation = None
            self._choose_text(tr("No case is open. Open one or make a new one with “…”."))

    def _show_cases(self, held: tuple[tuple[str, str], ...]) -> None:
        folder = cases.current()
        self.chooser.blockSignals(True)
        self.chooser.clear()
        for place, name in held:
            self.chooser.addItem(name, place)
            self.chooser.setItemData(self.chooser.count() - 1, tooltip(place), Qt.ItemDataRole.ToolTipRole)
        if folder and self.chooser.findData(folder) < 0 and self.situation is not None:
            self.chooser.insertItem(0, self.situation.name, folder)
        self.chooser.setCurrentIndex(self.chooser.findData(folder))
        self.chooser.blockSignals(False)

    def _choose_text(self, words: str) -> None:
        """Show nothing but words: there is no situation."""
        self.reach.setText(words)
        self.reach.show()
        self.reach.setStyleSheet("")
        self.badge.hide()
        self.missing.hide()
        self.beside.hide()
        for kind, told in self.age_rows:
            kind.setText("")
            told.setText("")
        for row in self.number_rows:
            row.show_number(Number("", "", "", "", "", False))
        self.places.clear()
        self.next_frame.hide()
        self._enable()

    def _show(self, found: Situation) -> None:
        words = tr("DRILL") if found.practice else tr("REAL DISASTER")
        self.badge.setText(tr("{word}?").format(word=words) if found.doubt else words)
        self.badge.setStyleSheet(_DRILL if found.practice else _REAL)
        self.badge.setToolTip(tooltip(found.doubt))
        self.badge.show()
        # each kind of data is told below: the newest of their times would be read as that of all
        marked = found.old or not any(age.until for age in found.ages)
        self.reach.setText(found.reach if marked else "")
        self.reach.setVisible(marked)
        self.reach.setStyleSheet(alert_style() if found.old else "")
        self._show_ages(found)
        self._show_words(found)
        self._show_numbers(found)
        self.next_text.setText(found.next_words)
        words = _step_button(found.next_step)
        self.next_button.setText(words)
        self.next_button.setVisible(bool(words))
        self.next_frame.show()
        self._show_places(found)
        self._enable()

    def _show_words(self, found: Situation) -> None:
        """Show what is missing and wrong, and, not in red, what is foreseen and what was found of past maps."""
        lines = [line for line in (found.period, found.support) if line]
        lines += found.missing[:MOST_MISSING]
        if len(found.missing) > MOST_MISSING:
            lines.append(tr("and {count} more").format(count=len(found.missing) - MOST_MISSING))
        lines += found.problems
        self.missing.setText("\n".join(lines))
        self.missing.setToolTip(tooltip("\n".join((*found.missing, *found.problems))))
        self.missing.setVisible(bool(lines))
        # no fault of the data: it stands below the numbers
        beside = "\n".join(filter(None, (found.outlook, found.audit)))
        self.beside.setText(beside)
        self.beside.setVisible(bool(beside))

    def _show_numbers(self, found: Situation) -> None:
        newest = max((number.as_of for number in found.numbers if number.as_of is not None), default=None)
        for row, number in zip(self.number_rows, found.numbers):
            row.show_number(number, newest)
        for row in self.number_rows[len(found.numbers) :]:
            row.hide()

    def _show_ages(self, found: Situation) -> None:
        moment = found.moment(now())
        for (kind, told), one in zip(self.age_rows, found.ages):
            kind.setText(one.kind)
            words = tr("none")
            if one.until is not None:
                words = tr("until {time} ({age})").format(time=f"{one.until:%m/%d %H:%M}", age=age(one.until, moment))
            told.setText(words)
            told.setStyleSheet(alert_style() if found.is_old(one, moment) else "")

    def _show_places(self, found: Situation) -> None:
        self.places.clear()
        for title, told, places, more in (
            (tr("Without power (critical ones first)"), found.told_dark, found.dark, found.more_dark),
            (tr("Groups that may be isolated"), found.told_groups, found.groups, 0),
        ):
            count = f"{len(places) + more:,}" if told else tr("not made")
            top = QTreeWidgetItem([tr("{title} ({count})").format(title=title, count=count)])
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.places.addTopLevelItem(top)
            for place in places:
                item = QTreeWidgetItem([f"{place.name}\n{place.detail}"])
                item.setData(0, _PLACE, place)
                if place.critical:
                    bold = QFont(item.font(0))
                    bold.setBold(True)
                    item.setFont(0, bold)
                item.setToolTip(0, tooltip(f"{place.name}\n{place.detail}"))
                top.addChild(item)
            if more:
                top.addChild(QTreeWidgetItem([tr("and {count} more").format(count=more)]))
            top.setExpanded(True)

    def _enable(self) -> None:
        free = self.situation is not None and self.job is None and not self._making
        for button in (*self.buttons.values(), self.next_button):
            button.setEnabled(free)
        self.stop_button.setVisible(self.job is not None)
        self.stop_button.setEnabled(True)

    # -- what is clicked

    def _chosen(self, place: int) -> None:
        folder = self.chooser.itemData(place)
        if folder and folder != cases.current():
            self.doors.choose(folder)

    def _go_to(self, item: QTreeWidgetItem) -> None:
        self._clicked.start()
        place = item.data(0, _PLACE)
        if not isinstance(place, Place) or self.situation is None:
            return
        if not show_place(self.iface, Path(self.situation.folder), place.theme, place.which, form=place.single):
            self._say(tr("“{name}” has no place on the map.").format(name=place.name))

    def _activated(self, item: QTreeWidgetItem) -> None:
        """Go to what the Enter key chose; of a click, `_go_to` has heard already."""
        if not self._clicked.isValid() or self._clicked.elapsed() > CLICK_MS:
            self._go_to(item)

    def do_next(self) -> None:
        """Do the step that is proposed."""
        step = self.situation.next_step if self.situation is not None else NextStep.NOTHING
        {
            NextStep.DOWNLOAD: lambda: self.doors.window("conditions"),
            NextStep.RUN: self.make_maps,
            NextStep.REFRESH: self.refresh,
            NextStep.BRIEF: self.brief,
            NextStep.NOTHING: self.refresh,
        }[step]()

    def make_maps(self) -> None:
        """Make the maps of the morning with what the case keeps, in the background; what cannot be made is named."""
        if self.situation is not None and self.job is None and not self._making:
            self._making, self._waiting, self._lost = True, list(MORNING), []
            self._make_next()

    def _make_next(self) -> None:
        if not self._waiting:
            self._maps_ended()
            return
        name, given = self._waiting.pop(0)
        if not self._start(name, dict(given), partial(self._map_ended, name)):
            self._lost.append(self.said.text())
            self._make_next()

    def _map_ended(self, name: str, outcome: Outcome) -> None:
        if outcome.cancelled:
            self._waiting = []
            self._made(tr("Stopped. What was made stays."), False)
            return
        if not outcome.ok:
            title = algorithm(name).displayName()
            why = outcome.reason or tr("The work ended without saying why. See QGIS’s log.")
            self._lost.append(tr("{work}: {reason}").format(work=title, reason=why))
        self._make_next()

    def _maps_ended(self) -> None:
        """Show what was made, where that costs nobody his project; say what was not."""
        if self.situation is not None and self._may_show(Path(self.situation.folder)):
            open_case_project(self.situation.folder, self.iface)
            shown = tr("The maps were made and are shown.")
        else:
            shown = tr("The maps were made. “Project” shows them.")
        lost = [tr("Not made: {what}").format(what=each) for each in self._lost]
        self._made("\n".join([shown, *lost]), bool(lost))

    def _made(self, words: str, alert: bool) -> None:
        self._making = False
        self._enable()
        self._say(words, alert=alert)
        self.look(anew=True)

    def _may_show(self, folder: Path) -> bool:
        """Whether the window shows the project of the case already, or nothing but what lies in the case."""
        project = QgsProject.instance()
        return nothing_is_lost(project, folder) or is_project_of(project, folder / PROJECT)

    def stop(self) -> None:
        """Stop what runs; what is complete stays."""
        if self.job is not None:
            self._waiting = []
            self.stop_button.setEnabled(False)
            self.job.cancel()

    def refresh(self) -> None:
        """Fetch what is new and make the maps again."""
        self._run("refreshcase", {}, self._refreshed)

    def brief(self) -> None:
        """Make the brief and open it."""
        self._print("brief", lambda results: results["PDF"])

    def sheets(self) -> None:
        """Print the results of the case and open their folder."""
        self._print("mapsheets", lambda results: results["FOLDER"])

    def project(self) -> None:
        """Build or refresh the project of the case, and show it."""
        if self.situation is not None and open_case_project(self.situation.folder, self.iface):
            self._say(tr("The project of the case is open."))
        self.look()

    # -- work

    def _print(self, name: str, place: Callable[[dict[str, Any]], str]) -> None:
        """Print, after a person has said whether it is a drill where that is not clear."""
        if self.situation is None:
            return
        go_on = partial(self._run, name, {}, lambda outcome: self._printed(place(outcome.results)))
        try:
            doubt = doubt_now(Path(self.situation.folder), practising())
        except TomoshibiError as error:
            self._say(translate_message(error.message), alert=True)
            return
        if doubt:
            self._ask(doubt, go_on)
        else:
            go_on()

    def _ask(self, doubt: str, go_on: Callable[[], None]) -> None:
        """Ask whether it is a drill, keep the answer in the case, and go on."""
        box = QMessageBox(self)
        box.setObjectName("drillBox")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Drill or real disaster?"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(doubt)
        box.setInformativeText(tr("What is printed will say so. You are asked once; the case keeps the answer."))
        for words, said, name in (
            (tr("Print as a drill"), "yes", "drillButton"),
            (tr("Print as a real disaster"), "no", "realButton"),
        ):
            button = box.addButton(words, QMessageBox.ButtonRole.AcceptRole)
            button.setObjectName(name)
            keep = partial(self._run, "editcase", {"PRACTICE": said}, lambda outcome: go_on())
            button.clicked.connect(lambda checked=False, keep=keep: keep())
        # the Enter key must not decide it
        box.setDefaultButton(box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
        box.open()

    def _run(self, name: str, parameters: dict[str, Any], done: Callable[[Outcome], None]) -> None:
        """Run an algorithm on the case; one at a time."""
        self._start(name, parameters, partial(self._done, done))

    def _start(self, name: str, parameters: dict[str, Any], ended: Callable[[Outcome], None]) -> bool:
        """Start an algorithm on the case; False, with the reason shown, where its inputs are wrong."""
        if self.situation is None or self.job is not None:
            return False
        job = Job(name, {"CASE": self.situation.folder, **parameters})
        wrong = job.wrong()
        if wrong:
            self._say(tr("{work}: {reason}").format(work=job.title, reason=wrong), alert=True)
            return False
        self.job = job
        self._enable()
        self._say(tr("{work} …").format(work=job.title))
        job.progressed.connect(partial(self._advance, job.title))
        job.done.connect(partial(self._free, ended))
        job.start()
        return True

    def _free(self, ended: Callable[[Outcome], None], outcome: Outcome) -> None:
        self.job = None
        self._enable()
        ended(outcome)

    def _advance(self, title: str, percent: float) -> None:
        self.said.setText(tr("{work} … {percent} %").format(work=title, percent=int(percent)))

    def _done(self, done: Callable[[Outcome], None], outcome: Outcome) -> None:
        if outcome.ok:
            self._say(tr("Done at {time}.").format(time=f"{now():%H:%M}"))
            done(outcome)
        elif outcome.cancelled:
            self._say(tr("Stopped. What was made stays."))
        else:
            self._say(outcome.reason or tr("The work ended without saying why. See QGIS’s log."), alert=True)
        self.look(anew=True)

    def _refreshed(self, outcome: Outcome) -> None:
        self._say(str(outcome.results["MESSAGE"]), alert=outcome.results["STATE"] != "ok")

    def _printed(self, place: str) -> None:
        self._say(tr("Printed: {file}").format(file=_inside(place, self.situation)))
        QDesktopServices.openUrl(QUrl.fromLocalFile(place))

    def _say(self, words: str, alert: bool = False) -> None:
        lines = words.splitlines()
        self.said.setText("\n".join([*lines[:MOST_SAID], "…"] if len(lines) > MOST_SAID else lines))
        self.said.setToolTip(tooltip(words))
        self.said.setStyleSheet(alert_style() if alert else "")
        if alert and self.isHidden():
            self.iface.messageBar().pushMessage(tr("Tomoshibi"), words, Qgis.MessageLevel.Warning, 0)

    # -- what happens elsewhere

    def _ended_elsewhere(self, name: str, places: dict[str, str]) -> None:
        self.look()

    def case_changed(self) -> None:
        """Read the case that is the current one now."""
        if self.situation is not None and self.situation.folder != cases.current():
            self.situation = None
            self._choose_text(tr("Reading…"))
        self.look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start(LOOK_MS)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def close_down(self) -> None:
        """Stop reading and listening: the plugin is about to go."""
        self._timer.stop()
        ANNOUNCER.ended.disconnect(self._ended_elsewhere)
        QgsProject.instance().readProject.disconnect(self.look)
        job, self.job = self.job, None
        if job is not None:
            job.done.disconnect()
            job.cancel()
            job.wait()
        self.reader.close()


def _inside(place: str, situation: Optional[Situation]) -> str:
    """Return a place as seen from the case."""
    folder = Path(situation.folder) if situation is not None else Path()
    return Path(place).relative_to(folder).as_posix() if folder in Path(place).parents else place


def _step_button(step: NextStep) -> str:
    """Return the words of the button beside the next step, "" where there is nothing to do."""
    return {
        NextStep.DOWNLOAD: lambda: tr("Data Conditions…"),
        NextStep.RUN: lambda: tr("Make the Maps"),
        NextStep.REFRESH: lambda: tr("Refresh"),
        NextStep.BRIEF: lambda: tr("Morning Brief"),
        NextStep.NOTHING: lambda: "",
    }[step]()
