"""データ提供条件: the usual set (UC①②③) checked and registered at once, each condition with its own outcome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from qgis.core import Qgis
from qgis.gui import QgsDateTimeEdit
from qgis.PyQt.QtCore import QDate, QDateTime, QTime
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QWidget

from ..messages import TomoshibiError
from ..processing_provider.request import condition_labels, condition_preview
from ..translate import tr, translate_message
from .base import TomoshibiDialog
from .conditions_list import IDENTITY, LIST, NEW, SEND
from .forms import iso
from .jobs import Job, Outcome

USUAL = ("uc1", "uc3", "uc2")
"""Use cases of the usual set, what is published soonest first."""


@dataclass(frozen=True)
class Plan:
    """What would be registered for one use case, and what is wrong with it."""

    use_case: str
    given: dict[str, Any]
    """Parameters of `registercondition`."""
    drafts: tuple[condition_preview.Draft, ...]
    wrong: tuple[str, ...]
    doubted: tuple[str, ...]

    @property
    def mark(self) -> str:
        """UC①."""
        return condition_labels.marks()[self.use_case]


class UsualSet(TomoshibiDialog):
    """The usual set, on the page of what will be sent."""

    def _build_usual(self) -> None:
        self.plans: list[Plan] = []
        """Of the usual set; empty while the form is shown."""
        self._queue: list[Plan] = []
        self._told: list[str] = []
        self._lost = 0
        self.usualBox = QWidget(self)
        self.usualBox.setObjectName("usualBox")
        row = QHBoxLayout(self.usualBox)
        row.setContentsMargins(0, 0, 0, 0)
        self._usual_labels = {name: QLabel(self.usualBox) for name in ("moment", "period", "dash")}
        self.usualMoment, self.usualFrom, self.usualTo = (QgsDateTimeEdit(self.usualBox) for _ in range(3))
        for edit, shown in ((self.usualMoment, "yyyy-MM-dd HH:mm"), (self.usualFrom, ""), (self.usualTo, "")):
            edit.setAllowNull(False)
            edit.setCalendarPopup(True)
            edit.setDisplayFormat(shown or "yyyy-MM-dd")
        self.usualMoment.setObjectName("usualMoment")
        self.usualFrom.setObjectName("usualFrom")
        self.usualTo.setObjectName("usualTo")
        for widget in (
            *(self._usual_labels["moment"], self.usualMoment, self._usual_labels["period"], self.usualFrom),
            *(self._usual_labels["dash"], self.usualTo),
        ):
            row.addWidget(widget)
        row.addStretch(1)
        self.sendLayout.insertWidget(0, self.usualBox)
        self.usualBox.hide()

    def _connect_usual(self) -> None:
        self.usualButton.clicked.connect(self.open_usual)
        self.tabs.currentChanged.connect(self._form_again)
        for edit in (self.usualMoment, self.usualFrom, self.usualTo):
            edit.dateTimeChanged.connect(lambda *_: self._judge_usual())

    def _translate_usual(self) -> None:
        self.usualButton.setText(tr("Usual set (UC①②③)…"))
        self.usualButton.setToolTip(
            tr("Outage list, readings with マスタ情報 and statistics of the municipality: checked, registered at once.")
        )
        self._usual_labels["moment"].setText(tr("UC① as of"))
        self._usual_labels["period"].setText(tr("UC②③ from"))
        self._usual_labels["dash"].setText(tr("–"))

    def _form_again(self, page: int) -> None:
        """Go on with the form where a person turns to it."""
        if page == NEW and self.plans and not self._registering():
            self.judge()

    def _registering(self) -> bool:
        return any(job.name == "registercondition" for job in self.jobs)

    def open_usual(self) -> None:
        """Show what the usual set would send, with the usual times of the case."""
        self.judge_soon.stop()
        now, event = self._now(), self.brief.event_time if self.brief is not None else None
        day = QDate(event.year, event.month, event.day) if event is not None else now.date()
        moments = (
            (self.usualMoment, now),
            (self.usualFrom, QDateTime(day.addDays(-condition_preview.BEFORE["uc3"]), QTime(0, 0))),
            (self.usualTo, QDateTime(max(now.date(), day), QTime(0, 0))),
        )
        for edit, moment in moments:
            edit.blockSignals(True)
            edit.setDateTime(moment)
            edit.blockSignals(False)
        self.usualBox.show()
        self._judge_usual()
        self.tabs.setCurrentIndex(SEND)

    def _judge_usual(self) -> None:
        """Check each use case of the set with the code of the algorithm, and show what would be sent."""
        self.plans = [self._plan(use_case) for use_case in USUAL]
        good = [plan for plan in self.plans if not plan.wrong]
        self.drafts = [draft for plan in good for draft in plan.drafts]
        self._show_drafts([f"{plan.mark} {draft.title}" for plan in good for draft in plan.drafts])
        lines = []
        for plan in self.plans:
            if plan.wrong:
                lines += [tr("✗ {mark} is left out: {reason}").format(mark=plan.mark, reason=why) for why in plan.wrong]
                continue
            lines.append(tr("✓ {mark} can be registered.").format(mark=plan.mark))
            doubted = [*self._there_already(plan.mark), *plan.doubted]
            lines += [tr("! {mark}: {doubt}").format(mark=plan.mark, doubt=doubt) for doubt in doubted]
        self.sendLabel.setText("\n".join(lines))
        self.registerButton.setEnabled(bool(self.drafts))

    def _there_already(self, mark: str) -> list[str]:
        """Say which conditions of a use case are registered already, as far as the list was read."""
        lines = [self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount())]
        there = [line.data(0, IDENTITY) for line in lines if mark in line.text(1)]
        text = tr("{ids} asks for it already; another condition is added.")
        return [text.format(ids=tr(", ").join(there))] if there else []

    def _plan(self, use_case: str) -> Plan:
        profile = self._profile_in_force()
        if profile is None:
            return Plan(use_case, {}, (), (self.problems.text(),), ())
        given, wrong = self._usual_given(use_case, profile)
        drafts, found, doubted = self._judged(given, wrong, profile)
        return Plan(use_case, given, tuple(drafts), tuple(found), tuple(doubted))

    def _usual_given(self, use_case: str, profile: Any) -> tuple[dict[str, Any], list[str]]:
        """Return (parameters of `registercondition`, what is lacking for them)."""
        moment, statistics, mesh = condition_preview.shape(use_case)
        given = {"CASE": self.case, "TEMPLATE": use_case, "DELIVERY": None, "FORMAT": "csv"}
        needed = [one.column for one in condition_preview.master_choices(use_case, profile) if one.needed]
        if moment:
            given["FROM"] = iso(self.usualMoment)
        else:
            given.update(FROM=iso(self.usualFrom, time=False), TO=iso(self.usualTo, time=False))
        if statistics:
            given["VOLTAGE"] = ["low"]
        if needed:
            given["MASTER_ITEMS"] = needed
        if not mesh:
            return given, []
        codes, lacking = self._usual_codes()
        return {**given, "MESH_CODES": ",".join(codes)}, lacking

    def _usual_codes(self) -> tuple[list[str], list[str]]:
        """Return (secondary meshes of the case's boundary, why there are none)."""
        area = condition_preview.case_area(self.case) if self.case else None
        if area is None:
            text = tr("The case keeps no municipal boundary. Keep one in the case, or draw the area on the next page.")
            return [], [text]
        codes, reason = condition_preview.area_codes(area)
        return codes, [reason] if reason else []

    def _judged(
        self, given: dict[str, Any], wrong: list[str], profile: Any
    ) -> tuple[list[condition_preview.Draft], list[str], list[str]]:
        """Return (what would be sent, what is wrong, what is doubtful) of the parameters of `registercondition`."""
        drafts: list[condition_preview.Draft] = []
        found = [*wrong]
        if self.brief is None:
            found.append(tr("No case is open. Open or make one first."))
        if given.get("VOLTAGE") == []:
            found.append(tr("No voltage class is chosen. Choose at least one."))
        if not found:
            good, reason = self._registrar.checkParameterValues(given, Job("registercondition", given).context)
            found += [] if good else reason.splitlines()
        if not found:
            try:
                drafts = condition_preview.drafts(self._registrar, given, self.brief.municipality, profile)
            except TomoshibiError as error:
                found.append(translate_message(error.message))
        found += [text for draft in drafts for text in draft.wrong]
        doubted = [text for draft in drafts for text in draft.doubts]
        return drafts, list(dict.fromkeys(found)), list(dict.fromkeys(doubted))

    # -- registering

    def _register_usual(self) -> None:
        """Register one use case after the other; what fails is named, and the others go on."""
        self._queue = [plan for plan in self.plans if not plan.wrong]
        left = [plan for plan in self.plans if plan.wrong]
        self._told = [tr("✗ {mark} is left out: {reason}").format(mark=one.mark, reason=one.wrong[0]) for one in left]
        self._lost = len(left)
        self.registerButton.setEnabled(False)
        self.usualBox.setEnabled(False)
        self._register_next()

    def _register_next(self) -> None:
        if not self._queue:
            self._usual_ended()
            return
        plan = self._queue.pop(0)
        if self.run("registercondition", plan.given, partial(self._usual_registered, plan), self.sending) is None:
            self._lost += 1
            self._told.append(tr("✗ {mark} cannot be registered.").format(mark=plan.mark))
            self._register_next()

    def _usual_registered(self, plan: Plan, outcome: Outcome) -> None:
        if outcome.ok:
            ids = outcome.results["CONDITION_ID"].replace(",", tr(", "))
            self._told.append(tr("✓ {mark} registered: {ids}").format(mark=plan.mark, ids=ids))
            self._told += [tr("! {mark}: {doubt}").format(mark=plan.mark, doubt=each) for each in outcome.warnings]
        else:
            self._lost += 1
            why = outcome.reason or tr("Stopped.")
            self._told.append(tr("✗ {mark} was not registered: {reason}").format(mark=plan.mark, reason=why))
        if outcome.cancelled:
            self._told += [
                tr("✗ {mark} was not registered: {reason}").format(mark=each.mark, reason=tr("Stopped."))
                for each in self._queue
            ]
            self._lost += len(self._queue)
            self._queue = []
        self._register_next()

    def _usual_ended(self) -> None:
        self.usualBox.setEnabled(True)
        level = Qgis.MessageLevel.Warning if self._lost else Qgis.MessageLevel.Success
        self.notify("\n".join(self._told), level)
        self.tabs.setCurrentIndex(LIST)
        self.judge()
        if self.isVisible():
            self.refresh()
