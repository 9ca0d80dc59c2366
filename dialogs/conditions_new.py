"""データ提供条件, second tab: a registration from a use case, checked while it is filled in."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable

from qgis.core import Qgis, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsGeometry, QgsProject, QgsWkbTypes
from qgis.gui import QgsExtentWidget, QgsRubberBand
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, QTimer
from qgis.PyQt.QtGui import QColor, QFontMetrics
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QListWidgetItem, QSizePolicy, QTreeWidgetItem

from ..messages import TomoshibiError
from ..processing_provider.base import DEGREES
from ..processing_provider.request import condition_labels, condition_preview
from ..translate import tr, translate_message
from .conditions_list import IDENTITY, SEND
from .conditions_usual import UsualSet
from .forms import HelpFollower, fill, iso
from .refresh import now
from .shades import shade

JUDGE_MS = 150
"""Pause in typing after which the form is checked."""
LONGEST_DAYS = 31
"""Days after the event that are put in at most; more can be asked for."""


class NewTab(UsualSet):
    """The form of a new registration: use case, period, area, items; and its area on the map."""

    def _build_new(self) -> None:
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
        for combo, letters in ((self.useCaseCombo, 20), (self.unitCombo, 8), (self.tableCombo, 8)):
            combo.setSizeAdjustPolicy(combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(letters)
        self.codesList.setFixedHeight(QFontMetrics(self.font()).lineSpacing() * 5)
        for edit in (self.fromEdit, self.toEdit):
            edit.setCalendarPopup(True)
            edit.setAllowNull(False)
        self.masterTree.setColumnCount(2)
        self.masterTree.setRootIsDecorated(False)
        self.judge_soon = QTimer(self)
        self.judge_soon.setSingleShot(True)
        self.judge_soon.setInterval(JUDGE_MS)
        self._fill_choices()
        self._help_texts()

    def _connect_new(self) -> None:
        self.showButton.clicked.connect(partial(self.tabs.setCurrentIndex, SEND))
        self.useCaseCombo.currentIndexChanged.connect(self._use_case_changed)
        self.extent.extentChanged.connect(self._area_changed)
        # While the area is drawn, the window must not lie on the map.
        self.extent.toggleDialogVisibility.connect(self.setVisible)
        self.judge_soon.timeout.connect(self.judge)
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

    def _translate_new(self) -> None:
        self.useCaseLabel.setText(tr("Use case"))
        self.dash.setText(tr("–"))
        self.voltageLabel.setText(tr("Voltage class"))
        for name, check in self._voltages().items():
            check.setText(condition_labels.word("voltage", name))
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
        self.showButton.setText(tr("Show what will be sent"))

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

    def _fill_choices(self) -> None:
        numbers = condition_labels.marks()
        titles = condition_preview.use_cases()
        fill(self.useCaseCombo, {name: titles[name] for name in numbers})
        sizes = {"": tr("usual: low 500, high 5000, extra high 10000")}
        fill(self.sizeCombo, {**sizes, **{size: size for size in ("125", "250", "500", "1000", "5000", "10000")}})
        usual = {"": tr("as usual for the use case")}
        for combo, item, names in (
            (self.unitCombo, "aggregation_unit", ("day", "month")),
            (self.provisionCombo, "provision_unit", ("daily", "monthly")),
            (self.deliveryCombo, "delivery_mode", ("once", "periodic")),
        ):
            fill(combo, {**usual, **{name: condition_labels.word(item, name) for name in names}})
        fill(self.formatCombo, {name: condition_labels.word("format", name) for name in ("csv", "json")})
        tables = {name: condition_labels.word("table", name) for name in ("energised", "forward", "reverse")}
        # 計器数分析 of both directions is asked for at once
        counted = ("meters_forward", "meters_reverse")
        tables[",".join(counted)] = tr(", ").join(condition_labels.word("table", name) for name in counted)
        fill(self.tableCombo, {**usual, **tables})
        self.lowCheck.setChecked(True)

    def _help_texts(self) -> None:
        described = condition_labels.items()

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
        return self.useCaseCombo.currentText(), condition_labels.use_case_help()[self.use_case]

    def _from_help(self) -> tuple[str, str]:
        title, text = condition_labels.items()["begin"]
        days = condition_preview.BEFORE.get(self.use_case)
        if days:
            usual = tr("For this use case, {days} days before the event are usual, to compare with.").format(days=days)
            text = f"{text}\n{usual}"
        return title, text

    @property
    def use_case(self) -> str:
        """The use case chosen."""
        return self.useCaseCombo.currentData() or "uc1"

    def _use_case_changed(self, *_: object) -> None:
        moment, statistics, mesh = condition_preview.shape(self.use_case)
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
        now = self._now()
        event = self.brief.event_time if self.brief is not None else None
        day = QDate(event.year, event.month, event.day) if event else now.date()
        if moment:
            self.fromEdit.setDateTime(now)
            return
        days = condition_preview.BEFORE.get(self.use_case, 0)
        self.fromEdit.setDateTime(QDateTime(day.addDays(-days), QTime(0, 0)))
        last = min(now.date(), day.addDays(LONGEST_DAYS))
        if self.use_case == "uc9" and self.brief is not None and self.brief.use_to:
            limit = day.addDays(-days).addYears(condition_preview.LONGEST_YEARS).addDays(-1)
            last = min(QDate.fromString(self.brief.use_to, "yyyy-MM-dd"), limit)
        self.toEdit.setDateTime(QDateTime(max(last, day), QTime(0, 0)))

    def _now(self) -> QDateTime:
        """Return the moment that is now for the case: in a drill the newest of its data, else the clock, to the minute.

        A drill plays at another time than that of the clock.
        """
        drill = self.brief is not None and self.brief.practice
        told = (condition_preview.newest(self.case) or self.brief.event_time) if drill else now()
        return QDateTime(QDate(told.year, told.month, told.day), QTime(told.hour, told.minute))

    def _usual_area(self) -> None:
        """Put in the area of the case's own boundary, once for each case: it is what is nearly always asked for."""
        if self.case == self._area_of:
            return
        self._area_of = self.case
        area = condition_preview.case_area(self.case) if self.case else None
        if area is None:
            self.extent.clear()
        else:
            self.extent.setOutputExtentFromUser(area, QgsCoordinateReferenceSystem(DEGREES))

    def _fill_master(self) -> None:
        choices = (
            condition_preview.master_choices(self.use_case, self._profile_in_force())
            if self._profile_in_force()
            else []
        )
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
                self._profile = condition_preview.profile()
            except TomoshibiError as error:
                self._say_problems([translate_message(error.message)], [])
        return self._profile

    def _area_changed(self, *_: object) -> None:
        codes, wrong = [], ""
        if self.extent.isValid():
            codes, wrong = condition_preview.area_codes(self.extent.outputExtent())
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
        moment, statistics, mesh = condition_preview.shape(self.use_case)
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
        self.plans = []
        self.usualBox.hide()
        self.drafts = []
        profile = self._profile_in_force()
        if profile is None:
            return
        self.drafts, wrong, doubted = self._judged(self.parameters(), [], profile)
        self._say_problems(wrong, doubted)
        self._fill_drafts(bool(wrong))
        self._draw(self.codes() if condition_preview.shape(self.use_case)[2] else [])

    def _say_problems(self, wrong: list[str], doubted: list[str]) -> None:
        lines = [*(f"✗ {text}" for text in wrong), *(f"! {text}" for text in doubted)]
        self.problems.setText("\n".join(lines) or tr("✓ Nothing is wrong."))
        colour = shade("#b00020" if wrong else "#8a5a00" if doubted else "#1b6e2d")
        self.problems.setStyleSheet(f"QLabel {{ color: {colour}; }}")

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
        for square in condition_preview.squares(codes):
            shape = QgsGeometry.fromRect(square)
            shape.transform(change)
            self._band.addGeometry(shape, None)
