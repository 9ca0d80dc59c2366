"""特定契約者: a list is brought, its columns chosen, its rows checked, matched and registered; one list a use case."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import (
    Qgis,
    QgsTask,
)
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDialogButtonBox, QWidget

from ..messages import TomoshibiError
from ..processing_provider.request import condition_preview
from ..translate import tr, translate_message
from . import cases
from .contractors_lists import LISTS, SOURCE, ListsTab
from .contractors_matching import MatchingTab
from .contractors_source import SourceTab
from .jobs import Outcome, algorithm
from .task_start import start_task


class ContractorsDialog(ListsTab, SourceTab, MatchingTab):
    """The lists of a case, a new one, and the rows of one."""

    UI = Path(__file__).with_suffix(".ui")
    HELP = "matchcontractors"

    case_wanted = pyqtSignal()
    """The user wants to open or make a case."""

    def __init__(self, iface: Any = None, parent: Optional[QWidget] = None):
        self.case = ""
        self.list_name = ""
        self._infos: dict[str, dict[str, Any]] = {}
        self._tasks: list[QgsTask] = []
        self._there = [True]
        """Empty when the window has been taken away, which a task that ends then must know."""
        self._matcher = algorithm("matchcontractors")
        self._columns: list[str] = []
        super().__init__(iface, parent)

    # -- set-up ---------------------------------------------------------------------------------------------------

    def build(self) -> None:
        self._build_rows()
        self._build_source()
        self._build_lists()
        for button in (self.caseButton, self.newButton, self.openButton, self.checkButton, self.sendButton):
            button.setAutoDefault(False)
        self._connect()
        there = self._there
        self.destroyed.connect(lambda: there.clear())

    def _connect(self) -> None:
        self.buttons.rejected.connect(self.reject)
        self.caseButton.clicked.connect(self.case_wanted)
        self._connect_lists()
        self._connect_source()
        self._connect_rows()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Contractors (特定契約者)"))
        for place, text in enumerate((tr("Lists by use case"), tr("New list"), tr("Rows of a list"))):
            self.tabs.setTabText(place, text)
        self.caseButton.setText(tr("Case…"))
        self._translate_lists()
        self._translate_source()
        self._translate_rows()
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        self.helper.show_for(self.holderCombo)
        self._found(None)
        self._show_rows(None)
        self._show_case()

    def open_on(self, page: str = "lists") -> None:
        """Show the dialog on “lists” or “new”."""
        self._show_case()
        self.tabs.setCurrentIndex(SOURCE if page == "new" else LISTS)
        self.show()
        self.raise_()
        self.refresh()

    def case_changed(self) -> None:
        """Take up the case that has become the current one."""
        if self.case != cases.current():
            self.list_name = ""
            self._show_rows(None)
            self.lists.clear()
        self._show_case()
        self.refresh()

    def _show_case(self) -> None:
        self.case = cases.current()
        brief = condition_preview.brief(self.case) if self.case else None
        if brief is None:
            self.caseLabel.setText(tr("No case is open. Contractor lists are kept in a case: open or make one."))
        else:
            self.caseLabel.setText(
                tr("Case: {name} (municipality {code})").format(name=brief.name, code=brief.municipality)
            )
        self._ready()
        self._selection_changed()

    def _background(self, title: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Call `work` in a task, then `done` with what it returned; why it failed is shown."""
        there = self._there

        def finished(error: Optional[Exception], value: Any = None) -> None:
            if not there:
                return
            self._tasks.remove(task)
            if error is None:
                done(value)
            elif isinstance(error, TomoshibiError):
                self.notify(translate_message(error.message), Qgis.MessageLevel.Warning)
            else:
                kind = type(error).__name__
                self.notify(tr("This did not work: {reason}").format(reason=kind), Qgis.MessageLevel.Critical)

        task = QgsTask.fromFunction(title, lambda _: work(), on_finished=finished)
        self._tasks.append(task)
        start_task(task)

    @property
    def busy(self) -> bool:
        """Whether anything is being done for this dialog."""
        return bool(self.jobs or self._tasks)

    # -- running --------------------------------------------------------------------------------------------------

    def _start(self, name: str, given: dict[str, Any], done: Callable[[Outcome], None]) -> Any:
        """Run an algorithm; what can be done meanwhile is what does not change a list."""

        def ended(outcome: Outcome) -> None:
            done(outcome)
            self._all_ready()
            self.refresh()

        self.differences.hide()
        job = self.run(name, given, ended, self.progress)
        self._all_ready()
        return job

    def _all_ready(self) -> None:
        self._ready()
        self._rows_ready()
        self._selection_changed()

    def _tell(self, outcome: Outcome, text: str) -> bool:
        """Say why it failed, or `text`; return whether it came to its end."""
        if self.failed(outcome):
            return False
        if text:
            level = Qgis.MessageLevel.Warning if outcome.warnings else Qgis.MessageLevel.Success
            self.notify("\n".join([text, *outcome.warnings[:2]]), level)
        return True
