"""Refreshing the current case every N minutes: the clockwork, and the small sign of it in QGIS's status bar.

A refresh is a run of `refreshcase` in the background; there is never more than one. Errors do not end it: it waits
longer after each, up to an hour, and says what failed and when everything last went well. How old the data are is told
from the time of the data, because a refresh that brought nothing does not make the map newer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QMenu, QToolButton, QWidget

from .. import settings
from ..processing_provider.own import name_of
from ..translate import tr
from . import cases
from .case_project import is_opening
from .jobs import Job, Outcome
from .plain_text import tooltip

INTERVALS = (5, 10, 15, 30, 60)
"""Minutes offered."""
LONGEST_WAIT = 60
"""Minutes that are never exceeded by waiting longer after errors, unless the interval itself is longer."""
MINUTE_MS = 60_000
LOOK_AGAIN_MS = 15_000
"""How often the ages shown are counted anew."""
LATE = 2
"""The sign warns when the last success is older than so many intervals."""
_JST = timezone(timedelta(hours=9))
_WARNING = "QToolButton { background: #fde7b0; color: #5c3d00; border: 1px solid #c98f00; padding: 1px 4px; }"
_PLAIN = "QToolButton { padding: 1px 4px; }"


def now() -> datetime:
    """Return the present Japanese wall-clock time, without a zone, as all times of a case are."""
    return datetime.now(_JST).replace(tzinfo=None)


@dataclass(frozen=True)
class State:
    """What is known of the refreshing of a case. Times are Japanese wall-clock times; None is not known."""

    case: str = ""
    """Case folder; "" while it is switched off."""
    minutes: int = 0
    running: bool = False
    paused: bool = False
    """It goes on only when a person says so: the account was refused, and trying again could lock it."""
    failures: int = 0
    """Refreshes in a row that brought nothing because of an error."""
    last_run: Optional[datetime] = None
    last_success: Optional[datetime] = None
    """When everything last went well; an earlier session's too."""
    next_run: Optional[datetime] = None
    problems: tuple[str, ...] = ()
    """What failed in the last refresh, in the user's language."""
    notes: tuple[str, ...] = ()
    data: tuple[tuple[str, datetime], ...] = ()
    """(kind of data, time of the newest)."""
    practice: bool = False
    """A drill: its times are not those of the clock on the wall."""

    @property
    def data_time(self) -> Optional[datetime]:
        """Time of the newest data."""
        return max((moment for _, moment in self.data), default=None)

    def late(self, at: datetime) -> bool:
        """Whether a person should look: paused, failed from the start, or no success for too long."""
        if not self.case:
            return False
        if self.last_success is None:
            return bool(self.problems) or self.paused
        return self.paused or at - self.last_success > timedelta(minutes=LATE * self.minutes)


def wait_after(minutes: int, failures: int) -> int:
    """Return the minutes until the next refresh: the interval, doubled with every further error in a row."""
    return min(minutes * 2 ** min(max(failures - 1, 0), 12), max(minutes, LONGEST_WAIT))


class RefreshController(QObject):
    """The clockwork. `start` runs the first refresh at once; `changed` tells every new `State`."""

    changed = pyqtSignal(object)

    def __init__(self, parent: Optional[QObject] = None, minute_ms: int = MINUTE_MS):
        """`minute_ms`: milliseconds of a minute, shorter in tests."""
        super().__init__(parent)
        self.state = State()
        self._minute_ms = minute_ms
        self._job: Optional[Job] = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh_now)

    @property
    def active(self) -> bool:
        """Whether it is switched on."""
        return bool(self.state.case)

    def start(self, case: str, minutes: int) -> None:
        """Refresh `case` now and every `minutes` from now on; another case is let go."""
        self.stop()
        self._tell(State(case=case, minutes=minutes))
        self.refresh_now()

    def every(self, minutes: int) -> None:
        """Change the interval; the wait that is under way begins anew."""
        self._tell(replace(self.state, minutes=minutes))
        if self.active and self._job is None and not self.state.paused:
            self._wait()

    def stop(self) -> None:
        """Switch off. A refresh that is under way is asked to stop, and what it says is not heard any more."""
        self._timer.stop()
        job, self._job = self._job, None
        if job is not None:
            job.done.disconnect(self._ended)
            job.cancel()
        if self.active:
            self._tell(State())

    def close(self) -> None:
        """Switch off and wait for the end of what is under way: the plugin is about to go."""
        job = self._job
        self.stop()
        if job is not None:
            job.wait()

    def refresh_now(self) -> None:
        """Refresh at once, unless a refresh is under way."""
        if not self.active or self._job is not None:
            return
        self._timer.stop()
        try:
            job = Job("refreshcase", {"CASE": self.state.case})
        except LookupError:
            # the provider is gone, and with it the plugin
            self.stop()
            return
        self._tell(replace(self.state, running=True, paused=False, next_run=None))
        wrong = job.wrong()
        if wrong:
            self._after(self._failed(wrong))
            return
        self._job = job
        job.done.connect(self._ended)
        job.start()

    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.cancelled:
            self._after(replace(self.state, problems=(tr("The refresh was stopped."),)))
        elif not outcome.ok:
            self._after(self._failed(outcome.reason or tr("The work ended without saying why. See QGIS’s log.")))
        else:
            self._after(self._passed(outcome.results))

    def _failed(self, reason: str) -> State:
        return replace(self.state, failures=self.state.failures + 1, problems=(reason,), notes=())

    def _passed(self, results: dict[str, Any]) -> State:
        details = json.loads(results["DETAILS"])
        without = results["STATE"] in ("offline", "refused")
        success = results["LAST_SUCCESS"]
        return replace(
            self.state,
            failures=self.state.failures + 1 if without else 0,
            paused=results["STATE"] == "refused",
            problems=tuple(details["problems"]),
            notes=tuple(details["notes"]),
            data=tuple((entry["kind"], datetime.fromisoformat(entry["time"])) for entry in details["data"]),
            practice=bool(details["practice"]),
            last_success=datetime.fromisoformat(success) if success else None,
        )

    def _after(self, state: State) -> None:
        """Note how a refresh ended, and wait for the next."""
        self._tell(replace(state, running=False, last_run=now(), next_run=None))
        if not state.paused:
            self._wait()

    def _wait(self) -> None:
        minutes = wait_after(self.state.minutes, self.state.failures)
        self._timer.start(minutes * self._minute_ms)
        self._tell(replace(self.state, next_run=now() + timedelta(minutes=minutes)))

    def _tell(self, state: State) -> None:
        self.state = state
        self.changed.emit(state)


def clock(moment: datetime, at: datetime) -> str:
    """Return a time as it is read at `at`: the hour alone on the same day."""
    return moment.strftime("%H:%M" if moment.date() == at.date() else "%Y-%m-%d %H:%M")


def age(moment: datetime, at: datetime) -> str:
    """Return how long ago a moment was, in words."""
    minutes = int((at - moment).total_seconds() // 60)
    if minutes < 0:
        return tr("later than now")
    if minutes < 120:
        return tr("{count} min ago").format(count=minutes)
    if minutes < 48 * 60:
        return tr("{count} h ago").format(count=minutes // 60)
    return tr("{count} days ago").format(count=minutes // (24 * 60))


def data_line(moment: datetime, state: State, at: datetime) -> str:
    """Return the time of data with its age; a drill has its own clock, so only the time."""
    if state.practice:
        return tr("{time} (drill)").format(time=moment.strftime("%Y-%m-%d %H:%M"))
    return tr("{time} ({age})").format(time=clock(moment, at), age=age(moment, at))


def headline(state: State, at: datetime) -> str:
    """Return the text of the sign."""
    parts = []
    if state.running:
        parts.append(tr("Refreshing…"))
    elif state.last_success is not None:
        parts.append(tr("Refreshed {time}").format(time=clock(state.last_success, at)))
    else:
        parts.append(tr("Not refreshed yet"))
    if state.data_time is not None:
        parts.append(tr("data {when}").format(when=data_line(state.data_time, state, at)))
    text = tr(" · ").join(parts)
    return "⚠ " + text if state.late(at) or state.problems else text


def explanation(state: State, at: datetime) -> str:
    """Return the tool tip: last success, next refresh, the times of the data, what failed."""
    success = tr("none yet")
    if state.last_success is not None:
        success = tr("{time} ({age})").format(time=clock(state.last_success, at), age=age(state.last_success, at))
    following = tr("as soon as this one is done")
    if state.paused:
        following = tr("none; choose “Refresh now” when the account is in order")
    elif state.next_run is not None:
        following = clock(state.next_run, at)
    lines = [
        tr("Last success {success} · next {next}").format(success=success, next=following),
        tr("Case: {name}, every {minutes} min").format(name=name_of(state.case), minutes=state.minutes),
    ]
    lines += [tr("{kind}: {when}").format(kind=kind, when=data_line(moment, state, at)) for kind, moment in state.data]
    if not state.data and state.last_run is not None:
        lines.append(tr("The time of the data is not known."))
    if state.failures > 1:
        lines.append(tr("{count} refreshes in a row failed; the wait between them grows.").format(count=state.failures))
    lines += ["⚠ " + each for each in state.problems]
    lines += list(state.notes)
    return "\n".join(lines)


class RefreshSign(QToolButton):
    """The sign in the status bar: when it was refreshed, how old the data are; its menu switches and sets."""

    chosen = pyqtSignal(int)
    """Minutes chosen in the menu."""
    asked = pyqtSignal()
    """Refresh now."""
    stopped = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.setObjectName("mTomoshibiRefreshSign")
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(self._make_menu())
        self.state = State()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look_again)
        self.hide()

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        self.now_action = menu.addAction(tr("Refresh Now"), self.asked.emit)
        menu.addSeparator()
        self.interval_actions: dict[int, QAction] = {}
        for minutes in INTERVALS:
            action = menu.addAction(tr("Every {minutes} Minutes").format(minutes=minutes))
            action.setCheckable(True)
            action.triggered.connect(lambda checked=False, chosen=minutes: self.chosen.emit(chosen))
            self.interval_actions[minutes] = action
        menu.addSeparator()
        self.stop_action = menu.addAction(tr("Stop Refreshing"), self.stopped.emit)
        return menu

    def show_state(self, state: State) -> None:
        """Show a state; hidden while it is switched off."""
        self.state = state
        self.setVisible(bool(state.case))
        if state.case:
            self._timer.start(LOOK_AGAIN_MS)
        else:
            self._timer.stop()
        for minutes, action in self.interval_actions.items():
            action.setChecked(minutes == state.minutes)
        self.now_action.setEnabled(not state.running)
        self.look_again()

    def look_again(self, at: Optional[datetime] = None) -> None:
        """Count the ages anew."""
        moment = at or now()
        self.setText(headline(self.state, moment))
        self.setToolTip(tooltip(explanation(self.state, moment)))
        self.setAccessibleDescription(self.toolTip())
        # words and a mark say it too: the colour is for those who look in passing
        self.setStyleSheet(_WARNING if self.state.late(moment) else _PLAIN)


class Refresher(QObject):
    """Automatic refreshing as the plugin has it: the clockwork, the sign, the settings; it ends with the project."""

    switched = pyqtSignal(bool)
    """Whether it is on, after each change."""

    def __init__(self, iface: Any, minute_ms: int = MINUTE_MS):
        super().__init__()
        self.iface = iface
        self.controller = RefreshController(self, minute_ms)
        self.sign = RefreshSign(iface.mainWindow())
        iface.statusBarIface().addPermanentWidget(self.sign)
        self._was_late = False
        self.sign.chosen.connect(self._choose)
        self.sign.asked.connect(self.controller.refresh_now)
        self.sign.stopped.connect(self.stop)
        self.controller.changed.connect(self._show)
        QgsProject.instance().cleared.connect(self._project_closed)

    def start(self, case: str) -> None:
        """Switch on for a case; where there is none, that is said."""
        if not cases.is_case(case):
            self._say(
                tr("No case is open. Open one or make a new one, then switch on refreshing."),
                Qgis.MessageLevel.Warning,
            )
            self.switched.emit(False)
            return
        self.controller.start(case, settings.refresh_minutes())

    def stop(self) -> None:
        """Switch off."""
        self.controller.stop()
        self.switched.emit(False)

    def _project_closed(self) -> None:
        """Switch off with the project, but not where the project of the same case comes in its place."""
        if not is_opening(self.controller.state.case):
            self.stop()

    def case_changed(self, case: str) -> None:
        """Go on with another case where it is switched on."""
        if self.controller.active and self.controller.state.case != case:
            self.start(case)

    def close(self) -> None:
        """Take everything away, after the end of what is under way."""
        QgsProject.instance().cleared.disconnect(self._project_closed)
        self.controller.close()
        self.iface.statusBarIface().removeWidget(self.sign)
        self.sign.deleteLater()
        self.deleteLater()

    def _choose(self, minutes: int) -> None:
        settings.REFRESH_MINUTES.save(str(minutes))
        self.controller.every(minutes)

    def _show(self, state: State) -> None:
        self.sign.show_state(state)
        self.switched.emit(self.controller.active)
        failing = bool(state.problems)
        if failing and not state.running and not self._was_late:
            # once when it begins to fail: the sign goes on showing it, a message each time would cover the map
            self._say("\n".join(state.problems), Qgis.MessageLevel.Warning)
        if not state.running:
            self._was_late = failing

    def _say(self, text: str, level: Qgis.MessageLevel) -> None:
        QgsApplication.messageLog().logMessage(text, tr("Tomoshibi"), level)
        self.iface.messageBar().pushMessage(tr("Tomoshibi"), text, level, 0)
