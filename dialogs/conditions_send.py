"""データ提供条件, third tab: what would be sent, and registering it."""

from __future__ import annotations

from functools import partial
from typing import Optional

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QTreeWidgetItem

from ..translate import tr
from .base import TomoshibiDialog
from .conditions_list import IDENTITY, LIST, NEW
from .jobs import Outcome
from .plain_text import tooltip


class SendTab(TomoshibiDialog):
    """The conditions that would be registered, item by item and as they go over the wire."""

    def _build_send(self) -> None:
        self.draftTree.setColumnCount(2)
        self.draftTree.setRootIsDecorated(True)

    def _connect_send(self) -> None:
        self.backButton.clicked.connect(partial(self.tabs.setCurrentIndex, NEW))
        self.registerButton.clicked.connect(self.register)
        self.draftTree.currentItemChanged.connect(self._draft_chosen)

    def _translate_send(self) -> None:
        self.draftTree.setHeaderLabels([tr("Item"), tr("Content")])
        self.backButton.setText(tr("Back"))

    def _fill_drafts(self, wrong: bool) -> None:
        self._show_drafts([draft.title for draft in self.drafts])
        ready = bool(self.drafts) and not wrong
        self.registerButton.setEnabled(ready)
        if ready:
            text = tr("{count} condition(s) will be registered at the aggregator, exactly as they stand here.")
            self.sendLabel.setText(text.format(count=len(self.drafts)))
        else:
            self.sendLabel.setText(tr("Nothing can be sent yet: {reason}").format(reason=self.problems.text()))

    def _show_drafts(self, titles: list[str]) -> None:
        """Show the conditions that would be registered, under these titles."""
        self.draftTree.clear()
        for place, (draft, title) in enumerate(zip(self.drafts, titles)):
            head = QTreeWidgetItem(self.draftTree, [title])
            head.setData(0, IDENTITY, place)
            head.setFirstColumnSpanned(True)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for row in draft.rows:
                line = QTreeWidgetItem(head, [row.item, row.value])
                line.setData(0, IDENTITY, place)
                line.setData(1, IDENTITY, row.about)
                line.setToolTip(1, tooltip(row.value))
            head.setExpanded(place == 0)
        self.draftTree.resizeColumnToContents(0)
        self.registerButton.setText(tr("Register {count} condition(s)").format(count=len(self.drafts)))
        if self.drafts:
            self.draftTree.setCurrentItem(self.draftTree.topLevelItem(0))
        else:
            self.wireText.clear()

    def _draft_chosen(self, item: Optional[QTreeWidgetItem], before: Optional[QTreeWidgetItem] = None) -> None:
        if item is None:
            return
        self.wireText.setPlainText(self.drafts[item.data(0, IDENTITY)].wire)
        self.draftHelp.setText(item.data(1, IDENTITY) or tr("Choose an item to see what it means."))

    def register(self) -> None:
        """Register what is shown."""
        if self.plans:
            self._register_usual()
            return
        job = self.run("registercondition", self.parameters(), self._registered, self.sending)
        self.registerButton.setEnabled(job is None)

    def _registered(self, outcome: Outcome) -> None:
        self.registerButton.setEnabled(True)
        if self.failed(outcome):
            return
        text = tr("{count} condition(s) registered: {ids}").format(
            count=outcome.results["COUNT"], ids=outcome.results["CONDITION_ID"].replace(",", tr(", "))
        )
        self.notify("\n".join([text, *outcome.warnings]), Qgis.MessageLevel.Success)
        self.tabs.setCurrentIndex(LIST)
        if self.isVisible():
            self.refresh()
