"""データ提供条件: what is registered, how far it is, registering from a use case, deleting, downloading."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import (
    NULL,
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsExtentWidget, QgsRubberBand
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFontMetrics
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QTreeWidgetItem,
    QWidget,
)

from ..messages import TomoshibiError
from ..processing_provider.acquire import drafts, words
from ..translate import say, tr
from . import cases
from .base import ProgressPanel, TomoshibiDialog
from .forms import HelpFollower, fill, iso
from .jobs import Job, Outcome, algorithm

DEGREES = "EPSG:6668"
IDENTITY = Qt.ItemDataRole.UserRole
AGAIN_MS = 15_000
"""After how long the list is read again while a condition is not published yet."""
JUDGE_MS = 150
"""Pause in typing after which the form is checked."""
NONE = "–"
"""In place of something that a condition does not have."""
FINAL = ("published", "empty", "failed")
LONGEST_DAYS = 31
"""Days after the event that are put in at most; more can be asked for."""
LIST, NEW, SEND = range(3)
"""Tabs."""


class _Row(QTreeWidgetItem):
    """A line of the table; columns with numbers are sorted as numbers."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        column = self.treeWidget().sortColumn()
        mine, theirs = self.text(column), other.text(column)
        if mine.isdigit() and theirs.isdigit():
            return int(mine) < int(theirs)
        return mine < theirs


class ConditionsDialog(TomoshibiDialog):
    """The list, a new registration, and what would be sent."""

    UI = Path(__file__).with_suffix(".ui")

    case_wanted = pyqtSignal()
    """The user wants to open or make a case."""
    received = pyqtSignal(str)
    """Case folder into which a download has brought files."""

    def __init__(self, iface: Any = None, parent: Optional[QWidget] = None):
        self.drafts: list[drafts.Draft] = []
        self._registrar = algorithm("registercondition")
        self._reading: Optional[Job] = None
        self._profile: Any = None
        self._band: Optional[QgsRubberBand] = None
        self._open_states = False
        self._area_of = ""
        """Case of which the area was filled in."""
        super().__init__(iface, parent)

    # -- set-up ---------------------------------------------------------------------------------------------------

    def build(self) -> None:
        self.sending = ProgressPanel(self)
        """Registering and deleting, beside a download that may go on for long."""
        self.progressPlace.addWidget(self.sending)
        self.extent = QgsExtentWidget(self, QgsExtentWidget.WidgetStyle.CondensedStyle)
        self.extent.setObjectName("extent")
        self.extent.setOutputCrs(QgsCoordinateReferenceSystem(DEGREES))
        self.extent.setNullValueAllowed(True, tr("not chosen"))
        # Until it is cleared, no area is shown as four zeros.
        self.extent.clear()
        if self.iface is not None:
            self.extent.setMapCanvas(self.iface.mapCanvas())
        self.areaPlace.addWidget(self.extent)
        for box in (self.voltageBox, self.areaBox):
            box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.confirmBox.hide()
        self.useCaseCombo.setSizeAdjustPolicy(self.useCaseCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.useCaseCombo.setMinimumContentsLength(20)
        for combo in (self.unitCombo, self.tableCombo):
            combo.setSizeAdjustPolicy(combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(8)
        self.codesList.setFixedHeight(QFontMetrics(self.font()).lineSpacing() * 5)
        for edit in (self.fromEdit, self.toEdit):
            edit.setCalendarPopup(True)
            edit.setAllowNull(False)
        for tree in (self.masterTree, self.draftTree):
            tree.setRootIsDecorated(tree is self.draftTree)
            tree.setColumnCount(2)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setColumnCount(8)
        self.judge_soon = QTimer(self)
        self.judge_soon.setSingleShot(True)
        self.judge_soon.setInterval(JUDGE_MS)
        self.again = QTimer(self)
        self.again.setSingleShot(True)
        self.again.setInterval(AGAIN_MS)
        self._fill_choices()
        self._help_texts()
        self._connect()

    def _connect(self) -> None:
        self.buttons.rejected.connect(self.reject)
        self.caseButton.clicked.connect(self.case_wanted)
        self.refreshButton.clicked.connect(self.refresh)
        self.filterEdit.textChanged.connect(self._filter)
        self.table.itemSelectionChanged.connect(self._selection_changed)
        self.downloadButton.clicked.connect(self.download)
        self.deleteButton.clicked.connect(self.ask_delete)
        self.confirmButton.clicked.connect(self.delete)
        self.keepButton.clicked.connect(self.confirmBox.hide)
        self.showButton.clicked.connect(partial(self.tabs.setCurrentIndex, SEND))
        self.backButton.clicked.connect(partial(self.tabs.setCurrentIndex, NEW))
        self.registerButton.clicked.connect(self.register)
        self.draftTree.currentItemChanged.connect(self._draft_chosen)
        self.useCaseCombo.currentIndexChanged.connect(self._use_case_changed)
        self.extent.extentChanged.connect(self._area_changed)
        # While the area is drawn, the window must not lie on the map.
        self.extent.toggleDialogVisibility.connect(self.setVisible)
        self.judge_soon.timeout.connect(self.judge)
        self.again.timeout.connect(self._read_again)
        soon = self.judge_soon.start
        for signal in (
            self.fromEdit.dateTimeChanged,
            self.toEdit.dateTimeChanged,
            self.sizeCombo.currentIndexChanged,
            *(combo.currentIndexChanged for combo in self._ways().values()),
            self.codesList.itemChanged,
            self.masterTree.itemChanged,
            *(check.toggled for check in self._voltages().values()),
        ):
            signal.connect(lambda *_: soon())
        for button in self._quiet_buttons():
            button.setAutoDefault(False)

    def _quiet_buttons(self) -> list[QPushButton]:
        """Return the buttons that Enter must not press by accident."""
        names = "refresh case delete download keep confirm back register".split()
        return [getattr(self, f"{name}Button") for name in names]

    def _ways(self) -> dict[str, QComboBox]:
        """Return the choices that the use case has usual values for, by parameter."""
        return {
            "AGGREGATION": self.unitCombo,
            "TABLES": self.tableCombo,
            "UNIT": self.provisionCombo,
            "DELIVERY": self.deliveryCombo,
            "FORMAT": self.formatCombo,
        }

    def _voltages(self) -> dict[str, QCheckBox]:
        return {"low": self.lowCheck, "high": self.highCheck, "extra_high": self.extraHighCheck}

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Data Conditions"))
        self.tabs.setTabText(LIST, tr("Registered"))
        self.tabs.setTabText(NEW, tr("New from a use case"))
        self.tabs.setTabText(SEND, tr("What will be sent"))
        self.caseButton.setText(tr("Case…"))
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
        self.useCaseLabel.setText(tr("Use case"))
        self.dash.setText(tr("–"))
        self.voltageLabel.setText(tr("Voltage class"))
        for name, check in self._voltages().items():
            check.setText(words.word("voltage", name))
        self.sizeLabel.setText(tr("Mesh size (m)"))
        self.unitLabel.setText(tr("Statistics by"))
        self.tableLabel.setText(tr("Statistics table"))
        self.provisionLabel.setText(tr("Unit of provision"))
        self.deliveryLabel.setText(tr("Way of delivery"))
        self.formatLabel.setText(tr("File format"))
        self.areaLabel.setText(tr("Area"))
        self.codesLabel.setText(tr("Secondary meshes"))
        self.masterLabel.setText(tr("Items of マスタ情報"))
        self.masterTree.setHeaderLabels([tr("Item"), tr("Why")])
        self.draftTree.setHeaderLabels([tr("Item"), tr("Content")])
        self.showButton.setText(tr("Show what will be sent"))
        self.backButton.setText(tr("Back"))
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        self._show_case()
        self._show_read("")
        self._selection_changed()
        self._use_case_changed()

    def _fill_choices(self) -> None:
        numbers = words.marks()
        titles = drafts.use_cases()
        fill(self.useCaseCombo, {name: titles[name] for name in numbers})
        sizes = {"": tr("usual: low 500, high 5000, extra high 10000")}
        fill(self.sizeCombo, {**sizes, **{size: size for size in ("125", "250", "500", "1000", "5000", "10000")}})
        usual = {"": tr("as usual for the use case")}
        for combo, item, names in (
            (self.unitCombo, "aggregation_unit", ("day", "month")),
            (self.provisionCombo, "provision_unit", ("daily", "monthly")),
            (self.deliveryCombo, "delivery_mode", ("once", "periodic")),
        ):
            fill(combo, {**usual, **{name: words.word(item, name) for name in names}})
        fill(self.formatCombo, {name: words.word("format", name) for name in ("csv", "json")})
        tables = {name: words.word("table", name) for name in ("energised", "forward", "reverse")}
        # 計器数分析 of both directions is asked for at once
        counted = ("meters_forward", "meters_reverse")
        tables[",".join(counted)] = tr(", ").join(words.word("table", name) for name in counted)
        fill(self.tableCombo, {**usual, **tables})
        self.lowCheck.setChecked(True)

    def _help_texts(self) -> None:
        described = words.items()

        def about(item: str) -> Callable[[], tuple[str, str]]:
            return lambda: described[item]

        self.helper = HelpFollower(
            self.help,
            {
                self.useCaseCombo: self._use_case_help,
                self.fromEdit: self._from_help,
                self.toEdit: about("end"),
                self.lowCheck: about("voltage"),
                self.highCheck: about("voltage"),
                self.extraHighCheck: about("voltage"),
                self.sizeCombo: about("mesh_size"),
                self.unitCombo: about("aggregation_unit"),
                self.tableCombo: about("table"),
                self.provisionCombo: about("provision_unit"),
                self.deliveryCombo: about("delivery_mode"),
                self.formatCombo: about("format"),
                self.extent: lambda: (
                    tr("Area"),
                    tr(
                        "Take it from the map, from a layer, or draw it. What is asked for are the 10 km squares "
                        "(二次メッシュ) that it touches; they are listed below and shown on the map."
                    ),
                ),
                self.codesList: about("secondary_mesh_codes"),
                self.masterTree: about("master_items"),
            },
        )

    def _use_case_help(self) -> tuple[str, str]:
        return self.useCaseCombo.currentText(), words.use_case_help()[self.use_case]

    def _from_help(self) -> tuple[str, str]:
        title, text = words.items()["begin"]
        days = drafts.BEFORE.get(self.use_case)
        if days:
            usual = tr("For this use case, {days} days before the event are usual, to compare with.").format(days=days)
            text = f"{text}\n{usual}"
        return title, text

    @property
    def use_case(self) -> str:
        """The use case chosen."""
        return self.useCaseCombo.currentData() or "uc1"

    def open_on(self, page: str = "list") -> None:
        """Show the dialog on “list” or “new”, and read the list."""
        self._show_case()
        self._use_case_changed()
        self.tabs.setCurrentIndex(NEW if page == "new" else LIST)
        self.show()
        self.raise_()
        self.refresh()

    def _show_case(self) -> None:
        self.case = cases.current()
        self.brief = drafts.brief(self.case) if self.case else None
        if self.brief is None:
            self.caseLabel.setText(
                tr("No case is open. The list can be looked at; registering and downloading need a case.")
            )
        else:
            self.caseLabel.setText(
                tr("Case: {name} (municipality {code})").format(name=self.brief.name, code=self.brief.municipality)
            )
        self._selection_changed()
        self._usual_area()

    def case_changed(self) -> None:
        """Go on with another current case."""
        self._show_case()
        self._use_case_changed()

    # -- the list -------------------------------------------------------------------------------------------------

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
        self._open_states = any(row["status"] not in FINAL for row in rows)
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
        self.table.setUpdatesEnabled(False)
        self.table.setSortingEnabled(False)
        self.table.clear()
        for row in rows:
            line = _Row(self.table, _cells(row))
            line.setData(0, IDENTITY, row["condition_id"])
            line.setToolTip(1, _titles(row["use_cases"]))
            line.setToolTip(6, row["mesh_codes"] or "")
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

    # -- deleting -------------------------------------------------------------------------------------------------

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

    # -- downloading ----------------------------------------------------------------------------------------------

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

    # -- a new registration ---------------------------------------------------------------------------------------

    def _use_case_changed(self, *_: object) -> None:
        moment, statistics, mesh = drafts.shape(self.use_case)
        for widget in (self.voltageLabel, self.voltageBox, self.unitLabel, self.unitCombo):
            widget.setVisible(statistics)
        for widget in (self.tableLabel, self.tableCombo):
            widget.setVisible(statistics)
        for widget in (self.provisionLabel, self.provisionCombo):
            widget.setVisible(not statistics and not moment)
        for widget in (self.sizeLabel, self.sizeCombo, self.areaLabel, self.areaBox, self.codesLabel, self.codesList):
            widget.setVisible(mesh)
        shown = "yyyy-MM-dd HH:mm" if moment else "yyyy-MM-dd"
        for edit in (self.fromEdit, self.toEdit):
            edit.setDisplayFormat(shown)
        self.dash.setVisible(not moment)
        self.toEdit.setVisible(not moment)
        self.fromLabel.setText(tr("Moment") if moment else tr("Period"))
        self._usual_period(moment)
        self._fill_master()
        self.helper.show_for(self.useCaseCombo)
        self.judge()

    def _usual_period(self, moment: bool) -> None:
        """Put in the period that the use case usually asks for, from the event of the case."""
        now = QDateTime.currentDateTime()
        now = now.addSecs(-now.time().second())
        event = self.brief.event_time if self.brief is not None else None
        day = QDate(event.year, event.month, event.day) if event else now.date()
        if moment:
            self.fromEdit.setDateTime(now)
            return
        days = drafts.BEFORE.get(self.use_case, 0)
        self.fromEdit.setDateTime(QDateTime(day.addDays(-days), QTime(0, 0)))
        last = min(now.date(), day.addDays(LONGEST_DAYS))
        if self.use_case == "uc9" and self.brief is not None and self.brief.use_to:
            limit = day.addDays(-days).addYears(drafts.LONGEST_YEARS).addDays(-1)
            last = min(QDate.fromString(self.brief.use_to, "yyyy-MM-dd"), limit)
        self.toEdit.setDateTime(QDateTime(max(last, day), QTime(0, 0)))

    def _usual_area(self) -> None:
        """Put in the area of the case's own boundary, once for each case: it is what is nearly always asked for."""
        if self.case == self._area_of:
            return
        self._area_of = self.case
        area = drafts.case_area(self.case) if self.case else None
        if area is None:
            self.extent.clear()
        else:
            self.extent.setOutputExtentFromUser(area, QgsCoordinateReferenceSystem(DEGREES))

    def _fill_master(self) -> None:
        choices = drafts.master_choices(self.use_case, self._profile_in_force()) if self._profile_in_force() else []
        self.masterTree.blockSignals(True)
        self.masterTree.clear()
        for choice in choices:
            line = QTreeWidgetItem(self.masterTree, [choice.name, choice.reason])
            line.setData(0, IDENTITY, choice.column)
            line.setCheckState(0, Qt.CheckState.Checked if choice.needed else Qt.CheckState.Unchecked)
            line.setToolTip(1, choice.reason)
            if choice.column == "supply_point":
                line.setFlags(line.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
        self.masterTree.resizeColumnToContents(0)
        self.masterTree.blockSignals(False)
        for widget in (self.masterLabel, self.masterTree):
            widget.setVisible(bool(choices))

    def _profile_in_force(self) -> Any:
        """Return the profile, None (with the reason in the form) where it cannot be used."""
        if self._profile is None:
            try:
                self._profile = drafts.profile()
            except TomoshibiError as error:
                self._say_problems([say(error.what)], [])
        return self._profile

    def _area_changed(self, *_: object) -> None:
        codes, wrong = [], ""
        if self.extent.isValid():
            codes, wrong = drafts.area_codes(self.extent.outputExtent())
        self.codesList.blockSignals(True)
        self.codesList.clear()
        for code in codes:
            item = QListWidgetItem(f"{code[:4]}-{code[4:]}")
            item.setData(IDENTITY, code)
            item.setCheckState(Qt.CheckState.Checked)
            self.codesList.addItem(item)
        self.codesList.blockSignals(False)
        if wrong:
            self.notify(wrong, Qgis.MessageLevel.Warning)
        self.judge()

    def codes(self) -> list[str]:
        """Return the secondary meshes that are ticked."""
        items = [self.codesList.item(row) for row in range(self.codesList.count())]
        return [item.data(IDENTITY) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _ticked_master(self) -> list[str]:
        lines = [self.masterTree.topLevelItem(row) for row in range(self.masterTree.topLevelItemCount())]
        return [line.data(0, IDENTITY) for line in lines if line.checkState(0) == Qt.CheckState.Checked]

    def parameters(self) -> dict[str, Any]:
        """Return what is filled in, as parameters of `registercondition`."""
        moment, statistics, mesh = drafts.shape(self.use_case)
        given: dict[str, Any] = {"CASE": self.case, "TEMPLATE": self.use_case, "FROM": iso(self.fromEdit, time=moment)}
        if not moment:
            given["TO"] = iso(self.toEdit, time=False)
        if statistics:
            given["VOLTAGE"] = [name for name, check in self._voltages().items() if check.isChecked()]
            given["AGGREGATION"] = self.unitCombo.currentData() or None
            given["TABLES"] = [name for name in (self.tableCombo.currentData() or "").split(",") if name]
        elif not moment:
            given["UNIT"] = self.provisionCombo.currentData() or None
        if mesh:
            given["MESH_SIZE"] = self.sizeCombo.currentData() or None
            given["MESH_CODES"] = ",".join(self.codes())
        if self.masterTree.topLevelItemCount():
            given["MASTER_ITEMS"] = self._ticked_master()
        given["DELIVERY"] = self.deliveryCombo.currentData() or None
        given["FORMAT"] = self.formatCombo.currentData()
        return given

    def judge(self) -> None:
        """Check the form with the code of the algorithm, and prepare what would be sent."""
        self.judge_soon.stop()
        given = self.parameters()
        self.drafts, wrong, doubted = [], [], []
        if self.brief is None:
            wrong.append(tr("No case is open. Open or make one first."))
        if given.get("VOLTAGE") == []:
            wrong.append(tr("No voltage class is chosen. Choose at least one."))
        profile = self._profile_in_force()
        if profile is None:
            return
        if not wrong:
            good, reason = self._registrar.checkParameterValues(given, Job("registercondition", given).context)
            wrong += [] if good else reason.splitlines()
        if not wrong:
            try:
                self.drafts = drafts.drafts(self._registrar, given, self.brief.municipality, profile)
            except TomoshibiError as error:
                wrong.append(say(error.what))
            wrong += [text for draft in self.drafts for text in draft.wrong]
            doubted += [text for draft in self.drafts for text in draft.doubts]
        self._say_problems(list(dict.fromkeys(wrong)), list(dict.fromkeys(doubted)))
        self._fill_drafts(bool(wrong))
        self._draw(self.codes() if drafts.shape(self.use_case)[2] else [])

    def _say_problems(self, wrong: list[str], doubted: list[str]) -> None:
        lines = [*(f"✗ {text}" for text in wrong), *(f"! {text}" for text in doubted)]
        self.problems.setText("\n".join(lines) or tr("✓ Nothing is wrong."))
        colour = "#b00020" if wrong else "#8a5a00" if doubted else "#1b6e2d"
        self.problems.setStyleSheet(f"QLabel {{ color: {colour}; }}")

    def _fill_drafts(self, wrong: bool) -> None:
        self.draftTree.clear()
        for place, draft in enumerate(self.drafts):
            head = QTreeWidgetItem(self.draftTree, [draft.title])
            head.setData(0, IDENTITY, place)
            head.setFirstColumnSpanned(True)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for row in draft.rows:
                line = QTreeWidgetItem(head, [row.item, row.value])
                line.setData(0, IDENTITY, place)
                line.setData(1, IDENTITY, row.about)
                line.setToolTip(1, row.value)
            head.setExpanded(place == 0)
        self.draftTree.resizeColumnToContents(0)
        ready = bool(self.drafts) and not wrong
        self.registerButton.setEnabled(ready)
        self.registerButton.setText(tr("Register {count} condition(s)").format(count=len(self.drafts)))
        if ready:
            text = tr("{count} condition(s) will be registered at the aggregator, exactly as they stand here.")
            self.sendLabel.setText(text.format(count=len(self.drafts)))
        else:
            self.sendLabel.setText(tr("Nothing can be sent yet: {reason}").format(reason=self.problems.text()))
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

    # -- on the map -----------------------------------------------------------------------------------------------

    def _draw(self, codes: list[str]) -> None:
        """Show the secondary meshes on QGIS's map."""
        if self.iface is None:
            return
        canvas = self.iface.mapCanvas()
        if self._band is None:
            self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            self._band.setStrokeColor(QColor("#b00020"))
            self._band.setFillColor(QColor(176, 0, 32, 30))
            self._band.setWidth(2)
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        degrees = QgsCoordinateReferenceSystem(DEGREES)
        change = QgsCoordinateTransform(degrees, canvas.mapSettings().destinationCrs(), QgsProject.instance())
        for square in drafts.squares(codes):
            shape = QgsGeometry.fromRect(square)
            shape.transform(change)
            self._band.addGeometry(shape, None)

    def _leave(self) -> None:
        self.again.stop()
        if self._band is not None:
            self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        super()._leave()


def _titles(use_cases: Optional[str]) -> str:
    """Return the names of use cases, a line each."""
    titles = drafts.use_cases()
    return "\n".join(titles.get(each, each) for each in (use_cases or "").split(", ") if each)


def _joined(item: str, names: Optional[str]) -> str:
    """Return choices as people read them."""
    return tr(", ").join(words.word(item, each) for each in (names or "").split(", ") if each)


def _cells(row: dict[str, Any]) -> list[str]:
    """Return the texts of one line of the table; what is not known stays empty."""
    marks = words.marks()
    cases_ = "".join(marks.get(each, each) + " " for each in (row["use_cases"] or "").split(", ") if each).strip()
    data = _joined("data_kinds", row["data_kinds"]) or _joined("table", row["table_kind"])
    area = ""
    if row["mesh_codes"]:
        count = len(row["mesh_codes"].split(", "))
        area = tr("{size} m mesh, {count} secondary").format(size=row["mesh_size"], count=count)
    elif row["data_class"] == "statistics":
        area = words.word("area_type", "address")
    elif row["contractors_only"] is not None:
        area = tr("specified contractors") if row["contractors_only"] else tr("all contracts")
    moment = row["data_kinds"] == "outage"
    return [
        row["condition_id"],
        cases_ or NONE,
        data,
        words.word("status", row["status"]),
        _period(row["begin"], row["end"], moment),
        _joined("voltage", row["voltage"]) or NONE,
        area,
        "" if row["files"] is None else str(row["files"]),
    ]


def _period(begin: Optional[QDateTime], end: Optional[QDateTime], moment: bool) -> str:
    if begin is None or end is None:
        return ""
    if moment:
        return begin.toString("yyyy-MM-dd HH:mm")
    first, last = begin.toString("yyyy-MM-dd"), end.toString("yyyy-MM-dd")
    return first if first == last else tr("{begin} – {end}").format(begin=first, end=last)
