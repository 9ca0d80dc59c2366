"""特定契約者, third tab: the rows of one list, matching and registering them."""

from __future__ import annotations

from functools import partial
from typing import Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QFileDialog

from ..processing_provider.request import contractors
from ..translate import tr
from .base import TomoshibiDialog
from .contractor_rows import ALL, MATCHED, NONE, OPEN, PROBLEM, PROBLEMS, REVIEW, RowsModel
from .contractors_lists import ROWS
from .forms import fill
from .jobs import Outcome

SEARCH_MS = 150
"""Pause in typing after which the rows are searched."""
WIDTHS = (48, 80, 120, 170, 176, 190, 84, 130, 130)
"""Widths of the columns of the rows, in pixels: measuring 50,000 rows would take too long."""


class MatchingTab(TomoshibiDialog):
    """The rows of one list; sent for matching, registered, or written for the LG-WAN screens."""

    def _build_rows(self) -> None:
        self.model = RowsModel(self)
        self.rows.setModel(self.model)
        self.rows.verticalHeader().hide()
        self.rows.horizontalHeader().setStretchLastSection(True)
        self.rows.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        for column, width in enumerate(WIDTHS):
            self.rows.setColumnWidth(column, width)
        self.rows.verticalHeader().setDefaultSectionSize(self.rows.fontMetrics().lineSpacing() + 6)
        self.search_soon = QTimer(self)
        self.search_soon.setSingleShot(True)
        self.search_soon.setInterval(SEARCH_MS)

    def _connect_rows(self) -> None:
        self.searchEdit.textChanged.connect(lambda _: self.search_soon.start())
        self.showCombo.currentIndexChanged.connect(lambda _: self.search())
        self.search_soon.timeout.connect(self.search)
        self.rows.selectionModel().currentRowChanged.connect(lambda *_: self._row_chosen())
        self.sendButton.clicked.connect(self.send)
        self.registerButton.clicked.connect(lambda: self.register(self.list_name, False))
        self.csvButton.clicked.connect(self.write_csv)
        self.resultsButton.clicked.connect(self.read_results)
        self.handButton.clicked.connect(self.registered_by_hand)

    def _translate_rows(self) -> None:
        self.searchEdit.setPlaceholderText(tr("Search in all columns"))
        fill(
            self.showCombo,
            {
                ALL: tr("All rows"),
                PROBLEM: tr("With a problem"),
                MATCHED: tr("matched"),
                REVIEW: tr("to be reviewed"),
                NONE: tr("not found"),
                OPEN: tr("Without a result"),
            },
        )
        self.waitLabel.setText(tr("Wait at most"))
        self.waitSpin.setSuffix(tr(" min"))
        self.csvButton.setText(tr("CSV for LG-WAN"))
        self.resultsButton.setText(tr("Read results…"))
        self.handButton.setText(tr("Registered by hand"))
        self.handButton.setToolTip(tr("The matched rows were registered on the LG-WAN screen; note it in the case."))
        self.registerButton.setText(tr("Register matched rows"))

    def _show_rows(self, shown: Optional[contractors.Shown]) -> None:
        self.model.put(shown)
        self.hintLabel.setText("\n".join(shown.hints) if shown else "")
        self.hintLabel.setVisible(bool(shown and shown.hints))
        title = tr("Rows of “{list}”").format(list=shown.info["name"]) if shown else tr("Rows of a list")
        self.tabs.setTabText(ROWS, title)
        self.tabs.setTabEnabled(ROWS, bool(shown) or bool(self.list_name))
        self._count()
        self._row_chosen()
        self._rows_ready()

    def search(self) -> None:
        """Show the rows that fit the search."""
        self.model.choose(self.searchEdit.text(), self.showCombo.currentData() or ALL)
        self._count()
        self._row_chosen()

    def _count(self) -> None:
        total = len(self.model.shown.rows) if self.model.shown else 0
        text = tr("{shown} of {total} rows").format(shown=f"{len(self.model.visible):,}", total=f"{total:,}")
        self.countLabel.setText(text)

    def _row_chosen(self) -> None:
        """Show the whole problem of the row that is chosen; in the table it may be cut."""
        place = self.rows.currentIndex().row()
        shown = self.model.shown
        text = shown.rows[self.model.visible[place]][PROBLEMS] if shown and 0 <= place < len(self.model.visible) else ""
        self.rowLabel.setText(text)
        self.rowLabel.setVisible(bool(text))

    def _rows_ready(self) -> None:
        shown = self.model.shown
        info = shown.info if shown else {}
        idle = bool(shown) and not self.jobs
        waiting = bool(info.get("match_id"))
        self.sendButton.setText(tr("Fetch the result") if waiting else tr("Send for matching"))
        matched = bool(info.get("counts", {}).get(MATCHED)) and not waiting
        for button in (self.sendButton, self.csvButton, self.resultsButton):
            button.setEnabled(idle)
        for button in (self.registerButton, self.handButton):
            button.setEnabled(idle and matched)

    def send(self) -> None:
        """Send the list for matching, or fetch the result of one that was sent."""
        given = {"CASE": self.case, "LIST_NAME": self.list_name, "WAIT_MINUTES": self.waitSpin.value()}
        self._start("matchcontractors", given, self._matched)

    def _matched(self, outcome: Outcome) -> None:
        if self._tell(outcome, ""):
            found = outcome.results
            text = tr("Matched: {matched}, to be reviewed: {review}, not found: {none}.").format(
                matched=f"{found['MATCHED']:,}", review=f"{found['REVIEW']:,}", none=f"{found['UNMATCHED']:,}"
            )
            if found["PENDING"]:
                text = tr("The result is not there yet. Fetch it later.")
            self.notify(text, Qgis.MessageLevel.Warning if found["PENDING"] else Qgis.MessageLevel.Success)
        self.show_list(self.list_name)

    def register(self, name: str, again: bool) -> None:
        """Register the matched rows of a list; `again`: all, in place of what was registered before."""
        given = {"CASE": self.case, "LIST_NAME": name, "REPLACE": again}
        self._start("registercontractors", given, partial(self._registered, name))

    def _registered(self, name: str, outcome: Outcome) -> None:
        if self._tell(outcome, ""):
            found = outcome.results
            text = tr("Registered: {count}, rejected: {rejected}. Links from facilities to supply points: {links}.")
            level = Qgis.MessageLevel.Warning if found["REJECTED"] else Qgis.MessageLevel.Success
            self.notify(text.format(count=found["REGISTERED"], rejected=found["REJECTED"], links=found["LINKS"]), level)
        if self.tabs.currentIndex() == ROWS and name == self.list_name:
            self.show_list(name)

    def write_csv(self) -> None:
        """Write the CSVs for the LG-WAN screens into the case."""
        self._start("contractorcsv", {"CASE": self.case, "LIST_NAME": self.list_name}, self._written)

    def _written(self, outcome: Outcome) -> None:
        if self._tell(outcome, ""):
            paths = [path for path in (outcome.results["MATCH_CSV"], outcome.results["REGISTER_CSV"]) if path]
            self.notify(tr("Written: {files}").format(files=tr(", ").join(paths)), Qgis.MessageLevel.Success)

    def choose_results(self) -> str:
        """Ask for the result list of the screens; "" where none is chosen."""
        title = tr("Result list of 契約照合")
        return QFileDialog.getOpenFileName(self, title, "", "CSV (*.csv *.txt)")[0]

    def read_results(self) -> None:
        """Read the result list of the LG-WAN screens."""
        path = self.choose_results()
        if path:
            given = {"CASE": self.case, "LIST_NAME": self.list_name, "RESULTS": path}
            self._start("contractorcsv", given, self._results_read)

    def _results_read(self, outcome: Outcome) -> None:
        if self._tell(outcome, ""):
            found = outcome.results
            text = tr("Matched: {matched}, to be reviewed: {review}, not found: {none}.").format(
                matched=found["MATCHED"], review=found["REVIEW"], none=found["UNMATCHED"]
            )
            self.notify("\n".join([text, *outcome.warnings[:1]]), Qgis.MessageLevel.Info)
            self.show_list(self.list_name)

    def registered_by_hand(self) -> None:
        """Note that the matched rows were registered on the LG-WAN screen."""
        given = {"CASE": self.case, "LIST_NAME": self.list_name, "REGISTERED_BY_HAND": True}
        self._start("contractorcsv", given, self._noted)

    def _noted(self, outcome: Outcome) -> None:
        if self._tell(outcome, tr("Noted: the matched rows are registered.")):
            self.show_list(self.list_name)
