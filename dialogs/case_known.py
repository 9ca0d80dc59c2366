"""The page “What the case knows” of the case dialog: what is kept, of when, and buttons to replace or remove it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import Qgis, QgsProject
from qgis.gui import QgsDateEdit
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..messages import TomoshibiError
from ..processing_provider.base import translate_message
from ..processing_provider.own import LISTS, Said, kept_rows, offered, said_of
from ..translate import tr
from .case_folder import FolderDialog, Looker
from .forms import empty, iso, optional_day
from .jobs import Job, Outcome
from .plain_text import tooltip

if TYPE_CHECKING:
    from .case import CaseDialog

KIND, FILE, DAY, ROWS, BUTTONS = range(5)
"""Columns of the table."""


class KnownPage(QWidget):
    """Shows and changes what a case keeps; the work is `editcase`'s."""

    def __init__(self, dialog: CaseDialog):
        super().__init__(dialog)
        self._dialog = dialog
        self._said: Optional[Said] = None
        self._place = ""
        """The folder that is looked through."""
        self._kinds_shown: list[str] = []
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.table = QTableWidget(0, BUTTONS + 1, self)
        self.table.setObjectName("knownTable")
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.events = QLineEdit(self)
        self.events.setObjectName("knownEvents")
        self.days = {name: QgsDateEdit(self) for name in ("USE_FROM", "USE_TO")}
        for edit in self.days.values():
            edit.setDisplayFormat("yyyy-MM-dd")
            optional_day(edit, tr("not entered yet"))
        self.practice = QCheckBox(self)
        self.apply = QPushButton(self)
        self.apply.setObjectName("knownApply")
        self.check = QPushButton(self)
        self.folder = QPushButton(self)
        self.folder.setObjectName("knownFolder")
        self.looker = Looker(self)
        for button in (self.apply, self.check, self.folder):
            button.setAutoDefault(False)
        self._form = QFormLayout()
        self._labels = {name: QLabel(self) for name in ("EVENT_TIMES", "USE_FROM")}
        period = QHBoxLayout()
        for edit in self.days.values():
            period.addWidget(edit)
        self._form.addRow(self._labels["EVENT_TIMES"], self.events)
        self._form.addRow(self._labels["USE_FROM"], period)
        last = QHBoxLayout()
        last.addWidget(self.practice, 1)
        last.addWidget(self.apply)
        last.addWidget(self.check)
        first = QHBoxLayout()
        first.addWidget(self.about, 1)
        first.addWidget(self.folder)
        layout = QVBoxLayout(self)
        layout.addLayout(first)
        layout.addWidget(self.table)
        layout.addLayout(self._form)
        layout.addLayout(last)
        self.apply.clicked.connect(self._change)
        self.check.clicked.connect(self._setup)
        self.folder.clicked.connect(self._choose_folder)
        self.looker.found.connect(self._offer_folder)
        self.looker.failed.connect(self._folder_failed)

    def retranslate(self) -> None:
        """Set the texts."""
        self.about.setText(
            tr("Copies of these lie in the case; algorithms use them where their own inputs are left empty.")
        )
        self.table.setHorizontalHeaderLabels([tr("Kind"), tr("Kept in the case"), tr("Kept on"), tr("Rows"), ""])
        self._labels["EVENT_TIMES"].setText(tr("All events"))
        self._labels["USE_FROM"].setText(tr("Period of use"))
        self.practice.setText(tr("This is a drill"))
        self.apply.setText(tr("Apply"))
        self.check.setText(tr("Check what is missing…"))
        self.folder.setText(tr("Take all from a folder…"))
        self.folder.setToolTip(
            tr("Looks at each list and layer of a folder, shows what it is taken for, and keeps what you agree to.")
        )

    def show_case(self, folder: str) -> None:
        """Show what a case keeps, "" none."""
        self.setEnabled(bool(folder))
        self.table.setRowCount(0)
        self._said = None
        if not folder:
            return
        try:
            rows, self._said = kept_rows(Path(folder)), said_of(Path(folder))
        except TomoshibiError as error:
            # what is wrong with the case is said where it is looked into, too
            self.about.setText(translate_message(error.message))
            self.setEnabled(False)
            return
        self.table.setRowCount(len(rows))
        self._kinds_shown = [kind for kind, *_ in rows]
        for line, (kind, title, kept, there) in enumerate(rows):
            texts = [title, tr("not kept"), "", ""]
            if kept is not None:
                day = f"{kept.kept_at:%Y-%m-%d}" if kept.kept_at else ""
                texts = [title, kept.named, day, "" if kept.rows is None else f"{kept.rows:,}"]
            for column, text in enumerate(texts):
                cell = QTableWidgetItem(text)
                cell.setToolTip(tooltip(text))
                self.table.setItem(line, column, cell)
            self.table.item(line, ROWS).setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setCellWidget(line, BUTTONS, self._buttons(kind, title, there))
        self.table.resizeColumnsToContents()
        self.table.resizeRowsToContents()
        self.table.horizontalHeader().setSectionResizeMode(FILE, QHeaderView.ResizeMode.Stretch)
        self.events.setText(self._said.events)
        for name, day in (("USE_FROM", self._said.use_from), ("USE_TO", self._said.use_to)):
            empty(self.days[name])
            if day is not None:
                self.days[name].setDate(QDate(day.year, day.month, day.day))
        self.practice.setChecked(self._said.practice)

    def _buttons(self, kind: str, title: str, there: bool) -> QWidget:
        """Return the buttons of a row."""
        holder = QWidget(self.table)
        row = QHBoxLayout(holder)
        row.setContentsMargins(2, 0, 2, 0)
        file = QToolButton(holder)
        file.setObjectName(f"file_{kind}")
        file.setText(tr("File…"))
        file.clicked.connect(lambda checked=False: self._choose_file(kind, title))
        layer = QToolButton(holder)
        layer.setObjectName(f"layer_{kind}")
        layer.setText(tr("Layer"))
        layer.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(layer)
        menu.aboutToShow.connect(lambda: self._offer(menu, kind))
        layer.setMenu(menu)
        remove = QToolButton(holder)
        remove.setObjectName(f"remove_{kind}")
        remove.setText(tr("Remove"))
        remove.setEnabled(there)
        remove.clicked.connect(lambda checked=False: self._edit({"REMOVE": [kind]}))
        for button in (file, layer, remove):
            row.addWidget(button)
        return holder

    def _choose_file(self, kind: str, title: str) -> None:
        lists = tr(
            "Lists and tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.ods *.json);;Layers (*.gpkg *.geojson *.shp)"
            ";;All files (*)"
        )
        layers = tr("Layers (*.gpkg *.geojson *.shp *.kml);;All files (*)")
        head = tr("Choose a file for “{input}”").format(input=title)
        path, _ = QFileDialog.getOpenFileName(self, head, "", lists if kind in LISTS else layers)
        if path:
            self._edit({kind: path})

    def _choose_folder(self) -> None:
        """Look through a folder in the background."""
        place = QFileDialog.getExistingDirectory(self, tr("Folder with lists and layers of the municipality"), "")
        if place and not self.looker.busy:
            self._place = place
            self.folder.setEnabled(False)
            self.folder.setText(tr("Looking…"))
            self.looker.look(place)

    def _looked(self) -> None:
        self.folder.setEnabled(True)
        self.folder.setText(tr("Take all from a folder…"))

    def _folder_failed(self, why: str) -> None:
        self._looked()
        self._dialog.notify(why, Qgis.MessageLevel.Warning)

    def _offer_folder(self, found: object) -> None:
        """Show what was found, and keep what is agreed to."""
        self._looked()
        dialog, folder = self._dialog, self._dialog.folder
        if not folder:
            return
        held = {kind: kept.named for kind, _, kept, _ in kept_rows(Path(folder)) if kept is not None}

        def run(given: dict[str, str], done: Callable[[Outcome], None]) -> Optional[Job]:
            return dialog.run("editcase", {"CASE": folder, **given}, done, dialog.progress)

        window = FolderDialog(self._place, found, held, run, self)
        window.finished.connect(lambda _: self._kept_from(folder, window.kept))
        window.open()

    def _kept_from(self, folder: str, kinds: list[str]) -> None:
        """Show what the case keeps now."""
        if self._dialog.folder != folder or not kinds:
            return
        self.show_case(folder)
        self._dialog.look()
        titles = [self.table.item(row, KIND).text() for row, kind in enumerate(self._kinds_shown) if kind in kinds]
        text = tr("Kept in the case: {kinds}.").format(kinds=tr(", ").join(titles))
        self._dialog.notify(text, Qgis.MessageLevel.Success)

    def _offer(self, menu: QMenu, kind: str) -> None:
        """Fill the menu with the layers of the project that fit."""
        menu.clear()
        for layer in offered(kind, QgsProject.instance()):
            action = menu.addAction(layer.name())
            action.triggered.connect(partial(self._keep_layer, kind, layer.id()))
        if menu.isEmpty():
            menu.addAction(tr("no fitting layer in the project")).setEnabled(False)

    def _keep_layer(self, kind: str, layer: str, checked: bool = False) -> None:
        self._edit({kind: layer})

    def _change(self) -> None:
        """Let the case say what the form says, where it differs."""
        if self._said is None:
            return
        given: dict[str, Any] = {name: iso(edit, time=False) for name, edit in self.days.items()}
        if self.events.text().strip() != self._said.events:
            given["EVENT_TIMES"] = self.events.text().strip()
        if self.practice.isChecked() != self._said.practice:
            given["PRACTICE"] = "yes" if self.practice.isChecked() else "no"
        self._edit({name: value for name, value in given.items() if value})

    def _edit(self, given: dict[str, Any]) -> None:
        """Change the case in the background, then show it again."""
        dialog, folder = self._dialog, self._dialog.folder

        def done(outcome: Outcome) -> None:
            self.setEnabled(True)
            if dialog.failed(outcome):
                return
            if outcome.warnings:
                dialog.notify("\n".join(outcome.warnings))
            if dialog.folder == folder:
                self.show_case(folder)
                dialog.look()

        job = dialog.run("editcase", {"CASE": folder, **given}, done, dialog.progress)
        self.setEnabled(job is None)

    def _setup(self) -> None:
        """Open the checklist for peacetime."""
        import processing

        processing.execAlgorithmDialog("tomoshibi:setupcase", {"CASE": self._dialog.folder})
