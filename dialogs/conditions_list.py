"""データ提供条件, first tab: what is registered and how far it is; downloading and deleting."""

from __future__ import annotations

from functools import partial
from typing import Any, Optional

from qgis.core import NULL, Qgis
from qgis.PyQt.QtCore import QDateTime, Qt, QTimer
from qgis.PyQt.QtWidgets import QAbstractItemView, QTreeWidgetItem

from ..processing_provider.request import condition_labels, condition_preview
from ..translate import tr
from .base import TomoshibiDialog
from .jobs import Outcome
from .plain_text import tooltip

LIST, NEW, SEND = range(3)
"""Tabs of the dialog."""
AGAIN_MS = 15_000
"""After how long the list is read again while a condition is not published yet."""
IDENTITY = Qt.ItemDataRole.UserRole
NONE = "–"
"""In place of something that a condition does not have."""


class _Row(QTreeWidgetItem):
    """A line of the table; columns with numbers are sorted as numbers."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        column = self.treeWidget().sortColumn()
        mine, theirs = self.text(column), other.text(column)
        if mine.isdigit() and theirs.isdigit():
            return int(mine) < int(theirs)
        return mine < theirs


class ListTab(TomoshibiDialog):
    """The list of registered conditions, with what can be done to those that are selected."""

    def _build_list(self) -> None:
        self.confirmBox.hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setColumnCount(8)
        self.again = QTimer(self)
        self.again.setSingleShot(True)
        self.again.setInterval(AGAIN_MS)

    def _connect_list(self) -> None:
        self.refreshButton.clicked.connect(self.refresh)
        self.filterEdit.textChanged.connect(self._filter)
        self.table.itemSelectionChanged.connect(self._selection_changed)
        self.downloadButton.clicked.connect(self.download)
        self.deleteButton.clicked.connect(self.ask_delete)
        self.confirmButton.clicked.connect(self.delete)
        self.keepButton.clicked.connect(self.confirmBox.hide)
        self.again.timeout.connect(self._read_again)

    def _translate_list(self) -> None:
        self.filterEdit.setPlaceholderText(tr("Filter"))
        self.refreshButton.setText(tr("Refresh"))
        self.table.setHeaderLabels(
            [
                tr("Condition ID"),
                tr("Use case"),
                tr("Data"),
                tr("Status"),
                tr("Period"),
                tr("Voltage class"),
                tr("Area"),
                tr("Files"),
            ]
        )
        self.downloadButton.setText(tr("Download when published"))
        self.waitLabel.setText(tr("Wait at most"))
        self.waitSpin.setSuffix(tr(" min"))
        self.deleteButton.setText(tr("Delete…"))
        self.confirmButton.setText(tr("Delete"))
        self.keepButton.setText(tr("Keep"))

    def refresh(self) -> None:
        """Read the list in the background."""
        if self._reading is not None:
            return
        self.again.stop()
        self._show_read(tr("Reading the list…"))
        self.refreshButton.setEnabled(False)
        given = {"OUTPUT": "memory:", "COUNT_FILES": True}
        self._reading = self.run("listconditions", given, self._read, keep=False)
        if self._reading is None:
            self._read_done("")

    def _read(self, outcome: Outcome) -> None:
        job, self._reading = self._reading, None
        if self.failed(outcome):
            stale = tr("The list could not be read; what is shown was read before.")
            self._read_done(stale if self.table.topLevelItemCount() else tr("The list could not be read."))
            return
        layer = job.table()
        rows = [{field.name(): feature[field.name()] for field in layer.fields()} for feature in layer.getFeatures()]
        self._fill_table([{key: None if value == NULL else value for key, value in row.items()} for row in rows])
        now = QDateTime.currentDateTime().toString("HH:mm:ss")
        self._read_done(tr("{count} conditions, read at {time}").format(count=len(rows), time=now))
        self._open_states = not all(condition_labels.is_final(row["status"]) for row in rows)
        if self._open_states and self.isVisible():
            self.again.start()

    def _read_done(self, text: str) -> None:
        self.refreshButton.setEnabled(True)
        self._show_read(text)

    def _read_again(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show_read(self, text: str) -> None:
        self.readLabel.setText(text)

    def _fill_table(self, rows: list[dict[str, Any]]) -> None:
        chosen = set(self.selected())
        taken = condition_preview.downloaded(self.case, [row["condition_id"] for row in rows])
        self.table.setUpdatesEnabled(False)
        self.table.setSortingEnabled(False)
        self.table.clear()
        for row in rows:
            line = _Row(self.table, _cells(row, taken.get(row["condition_id"], 0)))
            line.setData(0, IDENTITY, row["condition_id"])
            line.setToolTip(1, _titles(row["use_cases"]))
            line.setToolTip(6, tooltip(row["mesh_codes"] or ""))
            if row["megabytes"] is not None:
                line.setToolTip(7, tr("{size} MB").format(size=f"{row['megabytes']:.1f}"))
            line.setSelected(row["condition_id"] in chosen)
        for column in range(8):
            self.table.resizeColumnToContents(column)
        # Qt forgets the arrow of the column that is sorted by.
        self.table.setColumnWidth(0, self.table.columnWidth(0) + 16)
        self.table.setSortingEnabled(True)
        self.table.setUpdatesEnabled(True)
        self._filter(self.filterEdit.text())
        self._selection_changed()

    def _filter(self, text: str) -> None:
        wanted = text.strip().lower()
        for place in range(self.table.topLevelItemCount()):
            line = self.table.topLevelItem(place)
            cells = " ".join(line.text(column) for column in range(8)).lower()
            line.setHidden(wanted not in cells)

    def selected(self) -> list[str]:
        """Return the ids of the conditions that are selected."""
        return [line.data(0, IDENTITY) for line in self.table.selectedItems()]

    def _selection_changed(self) -> None:
        chosen = bool(self.table.selectedItems())
        self.deleteButton.setEnabled(chosen)
        self.downloadButton.setEnabled(chosen and self.brief is not None and not self._downloading())
        if not chosen:
            self.confirmBox.hide()

    def _downloading(self) -> bool:
        return any(job.name == "downloadpublished" for job in self.jobs)

    def ask_delete(self) -> None:
        """Ask in the dialog whether the selected conditions are really to go."""
        chosen = self.selected()
        self.confirmLabel.setText(
            tr(
                "Delete {count} condition(s) at the aggregator? {ids}\n"
                "Nothing more will be provided for them. What was downloaded stays in the case."
            ).format(count=len(chosen), ids=tr(", ").join(chosen))
        )
        self._about_to_go = chosen
        self.confirmBox.show()
        self.keepButton.setFocus()

    def delete(self) -> None:
        """Delete the conditions that were asked about."""
        self.confirmBox.hide()
        self.run("deletecondition", {"CONDITION_ID": ",".join(self._about_to_go)}, self._deleted, self.sending)

    def _deleted(self, outcome: Outcome) -> None:
        if not self.failed(outcome):
            text = tr("{count} condition(s) deleted.").format(count=outcome.results["COUNT"])
            level = Qgis.MessageLevel.Warning if outcome.warnings else Qgis.MessageLevel.Success
            self.notify("\n".join([text, *outcome.warnings]), level)
        if self.isVisible():
            self.refresh()

    def download(self) -> None:
        """Wait for the selected conditions and download them, in the background."""
        given = {
            "CASE": self.case,
            "CONDITION_ID": ",".join(self.selected()),
            "WAIT_MINUTES": self.waitSpin.value(),
        }
        self.run("downloadpublished", given, partial(self._downloaded, self.case), self.progress)
        self._selection_changed()

    def _downloaded(self, case: str, outcome: Outcome) -> None:
        self._selection_changed()
        if outcome.cancelled:
            self.notify(tr("The download was stopped. What is complete is kept; start it again to go on."))
            return
        if self.failed(outcome):
            if self.isVisible():
                self.notify_main(outcome.reason, Qgis.MessageLevel.Critical)
            return
        found = outcome.results
        lines = [
            tr("Downloaded: {files} file(s), {rows} rows taken in.").format(
                files=int(found["FILES"]), rows=f"{int(found['ROWS']):,}"
            )
        ]
        lines += [
            text.format(count=int(found[key]))
            for key, text in (
                ("PENDING", tr("{count} condition(s) are not published yet: download again later.")),
                ("FAILED", tr("{count} file(s) or condition(s) failed: see the log.")),
                ("REJECTED", tr("{count} row(s) were rejected: see the files *.rejects.csv.")),
            )
            if found[key]
        ]
        level = Qgis.MessageLevel.Warning if len(lines) > 1 else Qgis.MessageLevel.Success
        self.notify_main("\n".join(lines), level)
        if self.isVisible():
            self.notify("\n".join(lines), level)
            self.refresh()
        self.received.emit(case)


def _titles(use_cases: Optional[str]) -> str:
    """Return the names of use cases, a line each."""
    titles = condition_preview.use_cases()
    return "\n".join(titles.get(each, each) for each in (use_cases or "").split(", ") if each)


def _joined(item: str, names: Optional[str]) -> str:
    """Return choices as people read them."""
    return tr(", ").join(condition_labels.word(item, each) for each in (names or "").split(", ") if each)


def _cells(row: dict[str, Any], taken: int) -> list[str]:
    """Return the texts of one line of the table; what is not known stays empty. `taken`: files the case took in."""
    marks = condition_labels.marks()
    cases_ = "".join(marks.get(each, each) + " " for each in (row["use_cases"] or "").split(", ") if each).strip()
    data = _joined("data_kinds", row["data_kinds"]) or _joined("table", row["table_kind"])
    area = ""
    if row["mesh_codes"]:
        count = len(row["mesh_codes"].split(", "))
        area = tr("{size} m mesh, {count} secondary").format(size=row["mesh_size"], count=count)
    elif row["data_class"] == "statistics":
        area = condition_labels.word("area_type", "address")
    elif row["contractors_only"] is not None:
        area = tr("specified contractors") if row["contractors_only"] else tr("all contracts")
    moment = row["data_kinds"] == "outage"
    return [
        row["condition_id"],
        cases_ or NONE,
        data,
        condition_labels.word("status", row["status"]),
        _period(row["begin"], row["end"], moment),
        _joined("voltage", row["voltage"]) or NONE,
        area,
        _files(row["files"], taken),
    ]


def _files(published: Optional[int], taken: int) -> str:
    """Return how many files there are, and how many of them the case has."""
    if not taken:
        return "" if published is None else str(published)
    if published is None or taken >= published:
        return tr("{count} ✓ downloaded").format(count=taken)
    return tr("{count} of {all} downloaded").format(count=taken, all=published)


def _period(begin: Optional[QDateTime], end: Optional[QDateTime], moment: bool) -> str:
    if begin is None or end is None:
        return ""
    if moment:
        return begin.toString("yyyy-MM-dd HH:mm")
    first, last = begin.toString("yyyy-MM-dd"), end.toString("yyyy-MM-dd")
    return first if first == last else tr("{begin} – {end}").format(begin=first, end=last)
