"""特定契約者, first tab: the lists of a case, how far each is, and how they compare with the aggregator's."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.core import Qgis, QgsFeatureRequest
from qgis.PyQt.QtWidgets import QTreeWidgetItem

from ..processing_provider.request import contractors
from ..translate import tr
from .base import TomoshibiDialog
from .contractor_rows import MATCHED, NONE, REVIEW
from .jobs import Outcome
from .plain_text import tooltip

LISTS, SOURCE, ROWS = range(3)
"""Tabs of the dialog."""
DIFFERENCES = 200
"""Differences shown at most; the algorithm gives all."""


class ListsTab(TomoshibiDialog):
    """One line for each list of the case, with what can be done to the one that is selected."""

    def _build_lists(self) -> None:
        self.confirmBox.hide()
        self.differences.hide()

    def _connect_lists(self) -> None:
        self.newButton.clicked.connect(partial(self.tabs.setCurrentIndex, SOURCE))
        self.openButton.clicked.connect(self.open_selected)
        self.lists.itemDoubleClicked.connect(lambda *_: self.open_selected())
        self.lists.itemSelectionChanged.connect(self._selection_changed)
        self.compareButton.clicked.connect(self.compare)
        self.againButton.clicked.connect(lambda: self.register(self.selected(), True))
        self.deleteButton.clicked.connect(self.ask_delete)
        self.confirmButton.clicked.connect(self.delete)
        self.keepButton.clicked.connect(self.confirmBox.hide)

    def _translate_lists(self) -> None:
        self.listsLabel.setText(
            tr(
                "One list for each use case. The aggregator holds all contractors together; here they are "
                "distinguished by your own ids."
            )
        )
        self.lists.setHeaderLabels(
            [
                tr("List"),
                tr("Rows"),
                tr("With problems"),
                tr("Matched"),
                tr("To be reviewed"),
                tr("Not found"),
                tr("Registered"),
                tr("State"),
            ]
        )
        self.differences.setHeaderLabels([tr("Difference"), tr("List"), tr("Own id"), tr("Row")])
        self.newButton.setText(tr("New list…"))
        self.openButton.setText(tr("Show rows"))
        self.compareButton.setText(tr("Compare with the aggregator"))
        self.againButton.setText(tr("Register again"))
        self.deleteButton.setText(tr("Delete…"))
        self.alsoHereCheck.setText(tr("Delete the list in the case too"))
        self.confirmButton.setText(tr("Delete"))
        self.keepButton.setText(tr("Keep"))

    def refresh(self) -> None:
        """Read the lists of the case in the background."""
        if self.case:
            self._background(tr("Reading the lists…"), partial(contractors.overview, self.case), self._show_lists)

    def _show_lists(self, infos: list[dict[str, Any]]) -> None:
        chosen = self.selected() or self.list_name
        self._infos = {info["name"]: info for info in infos}
        self.lists.clear()
        for info in infos:
            counts = info["counts"]
            numbers = [info["rows"], info["problems"], *(counts.get(name, 0) for name in (MATCHED, REVIEW, NONE))]
            cells = [info["name"], *(f"{number:,}" for number in numbers), f"{info['registered']:,}", _state(info)]
            line = QTreeWidgetItem(self.lists, cells)
            line.setToolTip(0, tooltip(tr("From {source}").format(source=info["source"])))
            line.setSelected(info["name"] == chosen)
        for column in range(self.lists.columnCount()):
            self.lists.resizeColumnToContents(column)
        self._selection_changed()

    def selected(self) -> str:
        """Return the name of the list that is selected, "" where none is."""
        chosen = self.lists.selectedItems()
        return chosen[0].text(0) if chosen else ""

    def _selection_changed(self) -> None:
        name = self.selected()
        idle = bool(name) and not self.jobs
        self.newButton.setEnabled(bool(self.case))
        self.openButton.setEnabled(bool(name))
        self.compareButton.setEnabled(bool(self.case) and not self.jobs)
        self.againButton.setEnabled(idle and bool(self._infos[name]["counts"].get(MATCHED)))
        self.deleteButton.setEnabled(idle)
        if not name:
            self.confirmBox.hide()

    def open_selected(self) -> None:
        """Show the rows of the selected list."""
        self.show_list(self.selected())

    def show_list(self, name: str) -> None:
        """Load the rows of a list in the background and show them."""
        self.list_name = name
        self.tabs.setCurrentIndex(ROWS)
        self._background(tr("Reading the list…"), partial(contractors.shown, self.case, name), self._show_rows)

    def ask_delete(self) -> None:
        """Ask in the dialog whether the list is really to go."""
        self.confirmLabel.setText(
            tr("Delete the registration of “{list}” at the aggregator? What was downloaded stays in the case.").format(
                list=self.selected()
            )
        )
        self.alsoHereCheck.setChecked(False)
        self.confirmBox.show()
        self.keepButton.setFocus()

    def delete(self) -> None:
        """Delete the list that was asked about."""
        self.confirmBox.hide()
        given = {"CASE": self.case, "LIST_NAME": self.selected(), "ALSO_HERE": self.alsoHereCheck.isChecked()}
        self._start("deletecontractors", given, self._deleted)

    def _deleted(self, outcome: Outcome) -> None:
        self._tell(outcome, tr("The registration was deleted."))
        self.list_name = ""
        self._show_rows(None)

    def compare(self) -> None:
        """Compare the selected list, or all, with what the aggregator has."""
        given = {"CASE": self.case, "LIST_NAME": self.selected(), "OUTPUT": "memory:"}
        job = self._start("listcontractors", given, lambda outcome: self._compared(job, outcome))

    def _compared(self, job: Any, outcome: Outcome) -> None:
        found = outcome.results
        if outcome.ok:
            text = tr("Registered: {count}. In both: {both}, only in the case: {here}, only registered: {there}.")
            said = text.format(
                count=found["COUNT"], both=found["BOTH"], here=found["ONLY_HERE"], there=found["ONLY_THERE"]
            )
            differ = bool(found["ONLY_HERE"] or found["ONLY_THERE"])
            self.notify(said, Qgis.MessageLevel.Warning if differ else Qgis.MessageLevel.Success)
            self._show_differences(job.table() if differ else None)
        else:
            self._tell(outcome, "")

    def _show_differences(self, layer: Any) -> None:
        self.differences.clear()
        self.differences.setVisible(layer is not None)
        if layer is None:
            return
        words = {"here": tr("only in the case"), "there": tr("only registered")}
        request = QgsFeatureRequest().setFilterExpression("\"state\" <> 'both'").setLimit(DIFFERENCES)
        for row in layer.getFeatures(request):
            cells = [words.get(row["state"], row["state"]), *(_plain(row[name]) for name in ("list_name", "key"))]
            QTreeWidgetItem(self.differences, [*cells, _plain(row["row_no"])])
        for column in range(self.differences.columnCount()):
            self.differences.resizeColumnToContents(column)


def _plain(value: Any) -> str:
    return "" if value is None or str(value) == "NULL" else str(value)


def _state(info: dict[str, Any]) -> str:
    """Return in words how far a list is."""
    if info["match_id"]:
        return tr("waiting for the result")
    if info["by_hand"]:
        return tr("registered on the LG-WAN screen")
    if info["list_ids"]:
        return tr("registered {time}").format(time=info["registered_at"].replace("T", " ")[:16])
    if info["matched_at"]:
        return tr("matched {time}").format(time=info["matched_at"].replace("T", " ")[:16])
    return tr("checked")
