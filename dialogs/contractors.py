"""特定契約者: a list is brought, its columns chosen, its rows checked, matched and registered; one list a use case."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsFeatureRequest,
    QgsMapLayerProxyModel,
    QgsTask,
    QgsVectorLayerFeatureSource,
)
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox, QFileDialog, QTreeWidgetItem, QWidget

from ..messages import TomoshibiError
from ..processing_provider.acquire import contractors, drafts
from ..translate import say, tr
from . import cases
from .base import TomoshibiDialog
from .contractor_rows import ALL, MATCHED, NONE, OPEN, PROBLEM, PROBLEMS, REVIEW, RowsModel
from .forms import HelpFollower, choose, fill
from .jobs import Outcome, algorithm

LISTS, SOURCE, ROWS = range(3)
"""Tabs."""
SEARCH_MS = 150
"""Pause in typing after which the rows are searched."""
WIDTHS = (48, 80, 120, 170, 176, 190, 84, 130, 130)
"""Widths of the columns of the rows, in pixels: measuring 50,000 rows would take too long."""
DIFFERENCES = 200
"""Differences shown at most; the algorithm gives all."""
FIELDS = {
    "NAME_FIELD": ("name", "holder"),
    "ADDRESS_FIELD": ("address", "address"),
    "SUPPLY_POINT_FIELD": ("supply_point", "point"),
    "POSTCODE_FIELD": ("postcode", "postcode"),
    "PHONE_FIELD": ("phone", "phone"),
    "KANA_FIELD": ("kana", "kana"),
    "ID_FIELD": ("key", "key"),
}
"""Parameter → (column of the check, beginning of the names of label and combo box)."""


class ContractorsDialog(TomoshibiDialog):
    """The lists of a case, a new one, and the rows of one."""

    UI = Path(__file__).with_suffix(".ui")

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
        self.model = RowsModel(self)
        self.rows.setModel(self.model)
        self.rows.verticalHeader().hide()
        self.rows.horizontalHeader().setStretchLastSection(True)
        self.rows.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        for column, width in enumerate(WIDTHS):
            self.rows.setColumnWidth(column, width)
        self.rows.verticalHeader().setDefaultSectionSize(self.rows.fontMetrics().lineSpacing() + 6)
        self.fileEdit.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.fileEdit.setFilter("CSV, XLSX (*.csv *.txt *.tsv *.xlsx *.xlsm)")
        self.layerCombo.setFilters(QgsMapLayerProxyModel.Filter.VectorLayer)
        self.layerCombo.setAllowEmptyLayer(True)
        self.layerCombo.setLayer(None)
        for combo in self.combos().values():
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(18)
        self.confirmBox.hide()
        self.differences.hide()
        self.search_soon = QTimer(self)
        self.search_soon.setSingleShot(True)
        self.search_soon.setInterval(SEARCH_MS)
        for button in (self.caseButton, self.newButton, self.openButton, self.checkButton, self.sendButton):
            button.setAutoDefault(False)
        self.helper = HelpFollower(self.help, self._helps())
        self._connect()
        there = self._there
        self.destroyed.connect(lambda: there.clear())

    def _connect(self) -> None:
        self.buttons.rejected.connect(self.reject)
        self.caseButton.clicked.connect(self.case_wanted)
        self.newButton.clicked.connect(partial(self.tabs.setCurrentIndex, SOURCE))
        self.openButton.clicked.connect(self.open_selected)
        self.lists.itemDoubleClicked.connect(lambda *_: self.open_selected())
        self.lists.itemSelectionChanged.connect(self._selection_changed)
        self.compareButton.clicked.connect(self.compare)
        self.againButton.clicked.connect(lambda: self.register(self.selected(), True))
        self.deleteButton.clicked.connect(self.ask_delete)
        self.confirmButton.clicked.connect(self.delete)
        self.keepButton.clicked.connect(self.confirmBox.hide)
        self.fileEdit.fileChanged.connect(self._file_chosen)
        self.layerCombo.layerChanged.connect(self._layer_chosen)
        self.sheetCombo.activated.connect(lambda _: self.look())
        self.nameEdit.textChanged.connect(lambda _: self._ready())
        for combo in self.combos().values():
            combo.currentIndexChanged.connect(lambda _: self._doubt())
        self.checkButton.clicked.connect(self.check)
        self.searchEdit.textChanged.connect(lambda _: self.search_soon.start())
        self.showCombo.currentIndexChanged.connect(lambda _: self.search())
        self.search_soon.timeout.connect(self.search)
        self.rows.selectionModel().currentRowChanged.connect(lambda *_: self._row_chosen())
        self.sendButton.clicked.connect(self.send)
        self.registerButton.clicked.connect(lambda: self.register(self.list_name, False))
        self.csvButton.clicked.connect(self.write_csv)
        self.resultsButton.clicked.connect(self.read_results)
        self.handButton.clicked.connect(self.registered_by_hand)

    def combos(self) -> dict[str, QComboBox]:
        """Return the combo box of each field parameter."""
        return {name: getattr(self, f"{begin}Combo") for name, (_, begin) in FIELDS.items()}

    def _helps(self) -> dict[QWidget, Callable[[], tuple[str, str]]]:
        def about(name: str) -> Callable[[], tuple[str, str]]:
            definition = self._matcher.parameterDefinition(name)
            return lambda: (definition.description(), definition.help())

        helps = {combo: about(name) for name, combo in self.combos().items()}
        helps[self.fileEdit] = helps[self.layerCombo] = about("LIST")
        helps[self.nameEdit] = about("LIST_NAME")
        helps[self.sheetCombo] = lambda: (tr("Worksheet"), tr("Sheet of the workbook that holds the list."))
        return helps

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Contractors (特定契約者)"))
        for place, text in enumerate((tr("Lists by use case"), tr("New list"), tr("Rows of a list"))):
            self.tabs.setTabText(place, text)
        self.caseButton.setText(tr("Case…"))
        self.listsLabel.setText(
            tr(
                "One list for each use case. The aggregator holds all contractors together; here they are told apart "
                "by your own ids."
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
        self.fileLabel.setText(tr("File (CSV, XLSX)"))
        self.layerLabel.setText(tr("or layer"))
        self.sheetLabel.setText(tr("Worksheet"))
        self.nameLabel.setText(tr("Name of the list"))
        for name, (_, begin) in FIELDS.items():
            getattr(self, f"{begin}Label").setText(self._matcher.parameterDefinition(name).description())
        self.checkButton.setText(tr("Check the rows"))
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
        brief = drafts.brief(self.case) if self.case else None
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
                self.notify(say(error.what), Qgis.MessageLevel.Warning)
            else:
                kind = type(error).__name__
                self.notify(tr("This did not work: {reason}").format(reason=kind), Qgis.MessageLevel.Critical)

        task = QgsTask.fromFunction(title, lambda _: work(), on_finished=finished)
        self._tasks.append(task)
        QgsApplication.taskManager().addTask(task)

    @property
    def busy(self) -> bool:
        """Whether anything is being done for this dialog."""
        return bool(self.jobs or self._tasks)

    # -- the lists ------------------------------------------------------------------------------------------------

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
            line.setToolTip(0, tr("From {source}").format(source=info["source"]))
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

    # -- a new list -----------------------------------------------------------------------------------------------

    def source(self) -> str:
        """Return the list chosen, as LIST takes it: file with sheet, or id of a layer."""
        layer = self.layerCombo.currentLayer()
        if layer is not None:
            return layer.id()
        path = self.fileEdit.filePath().strip()
        sheet = self.sheetCombo.currentData() if self.sheetCombo.isEnabled() else ""
        return f"{path}|layername={sheet}" if path and sheet else path

    def _file_chosen(self, path: str) -> None:
        self.sheetCombo.clear()
        if path:
            self.layerCombo.setLayer(None)
            self.look()

    def _layer_chosen(self, layer: Any) -> None:
        self.sheetCombo.clear()
        if layer is not None:
            self.fileEdit.setFilePath("")
            self.look()
        elif not self.fileEdit.filePath():
            self._found(None)

    def look(self) -> None:
        """Read headings and first rows in the background and guess the columns."""
        layer = self.layerCombo.currentLayer()
        if layer is not None:
            # a layer may be read in another thread through its feature source only
            fields, features = layer.fields(), QgsVectorLayerFeatureSource(layer)
            work = partial(contractors.peek, "", _Features(fields, features), "yes", layer.name())
        else:
            if not Path(self.fileEdit.filePath().strip()).is_file():
                self._found(None)
                return
            work = partial(contractors.peek, self.source())
        self.foundLabel.setText(tr("Reading the list…"))
        self._background(tr("Reading the list…"), work, self._found)

    def _found(self, peek: Optional[contractors.Peek]) -> None:
        self._columns = list(peek.headings) if peek else []
        choices = {"": tr("(none)")}
        for heading, samples in zip(self._columns, peek.samples if peek else ()):
            example = tr(", ").join(sample for sample in samples if sample)[:40]
            choices[heading] = f"{heading} ({example})" if example else heading
        for name, combo in self.combos().items():
            combo.blockSignals(True)
            combo.clear()
            for value, text in choices.items():
                combo.addItem(text, value)
            guessed = peek.guess.get(FIELDS[name][0], "") if peek else ""
            combo.setCurrentIndex(max(combo.findData(guessed), 0))
            combo.blockSignals(False)
        sheets = peek.sheets if peek else []
        if [self.sheetCombo.itemData(place) for place in range(self.sheetCombo.count())] != sheets:
            fill(self.sheetCombo, {sheet: sheet for sheet in sheets})
            choose(self.sheetCombo, peek.sheet if peek else "")
        self.sheetCombo.setEnabled(len(sheets) > 1)
        self.foundLabel.setText(_described(peek))
        if peek and not self.nameEdit.text():
            self.nameEdit.setText(Path(peek.name).stem)
        self._doubt()

    def _doubt(self) -> None:
        """Say what is doubtful about the choice of columns, beside it."""
        chosen = self.chosen()
        mapping = {FIELDS[name][0]: heading for name, heading in chosen.items()}
        said = contractors.doubts(mapping) if mapping else []
        if self._columns and not {"NAME_FIELD", "ADDRESS_FIELD"} <= set(chosen):
            said.append(tr("Choose the columns with name and address of the contract holder."))
        self.doubtLabel.setText("\n".join(said))
        self._ready()

    def chosen(self) -> dict[str, str]:
        """Return {parameter: heading} of the columns chosen."""
        return {name: combo.currentData() for name, combo in self.combos().items() if combo.currentData()}

    def _ready(self) -> None:
        chosen = self.chosen()
        enough = {"NAME_FIELD", "ADDRESS_FIELD"} <= set(chosen) or "SUPPLY_POINT_FIELD" in chosen
        named = bool(self.nameEdit.text().strip())
        self.checkButton.setEnabled(bool(self.case and self._columns) and enough and named and not self.jobs)

    def check(self) -> None:
        """Check the rows and keep the list in the case; nothing is sent."""
        given = {
            "CASE": self.case,
            "LIST": self.source(),
            "LIST_NAME": self.nameEdit.text().strip(),
            "SEND": False,
            **self.chosen(),
        }
        self._start("matchcontractors", given, partial(self._checked, given["LIST_NAME"]))

    def _checked(self, name: str, outcome: Outcome) -> None:
        if not self._tell(outcome, ""):
            return
        found = outcome.results
        text = tr("{rows} rows, {problems} with a problem. Nothing has been sent yet.")
        level = Qgis.MessageLevel.Warning if found["PROBLEMS"] else Qgis.MessageLevel.Success
        self.notify(text.format(rows=f"{found['ROWS']:,}", problems=f"{found['PROBLEMS']:,}"), level)
        self.show_list(name)

    # -- the rows -------------------------------------------------------------------------------------------------

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


class _Features:
    """A layer as the list reader takes it, safe to read in another thread."""

    def __init__(self, fields: Any, source: QgsVectorLayerFeatureSource):
        self._fields, self._source = fields, source

    def fields(self) -> Any:
        return self._fields

    def getFeatures(self, request: QgsFeatureRequest) -> Any:
        return self._source.getFeatures(request)


def _plain(value: Any) -> str:
    return "" if value is None or str(value) == "NULL" else str(value)


def _described(peek: Optional[contractors.Peek]) -> str:
    if peek is None:
        return tr("Choose a file or a layer with one row for each contract.")
    text = tr("{rows} rows").format(rows=f"{peek.rows:,}")
    if peek.encoding:
        text += tr(", encoding {name}").format(name=peek.encoding)
    if not peek.header:
        text += "\n" + tr("The first row names no columns: they are called field_1, field_2 …. Choose them by value.")
    return text


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
