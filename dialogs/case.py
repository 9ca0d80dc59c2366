"""The case (案件): open one, see what is in it and how long it may be used, make a new one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

from qgis.core import Qgis, QgsMapLayerProxyModel
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QDateTime, QRect, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush, QColor, QFontMetrics
from qgis.PyQt.QtWidgets import QDialogButtonBox, QFileDialog, QListWidgetItem, QTreeWidgetItem, QWidget

from .. import settings
from ..processing_provider.own import name_of
from ..translate import tr
from . import cases
from .base import TomoshibiDialog, practising
from .case_known import KnownPage
from .case_project import open_case_project
from .forms import HelpFollower, empty, fill, iso, optional_day
from .jobs import Job, Outcome, algorithm
from .plain_text import tooltip
from .shades import shade

FOLDER = Qt.ItemDataRole.UserRole
_WIDE = 10_000
"""Wider and higher than any text, pixels."""
_AROUND = 8
"""Pixels around an entry of a list."""
COLOURS = {"warning": "#b00020", "note": "#8a5a00"}
"""Text colours of the lines of the status that matter; their words say it too."""
_DOUBT = "QDateTimeEdit { background: #fde7b0; color: #5c3d00; }"
FIELDS = {
    "nameEdit": "NAME",
    "folderEdit": "CASE",
    "eventEdit": "EVENT_TIME",
    "eventsEdit": "EVENT_TIMES",
    "municipalityEdit": "MUNICIPALITY",
    "kindCombo": "REQUEST_KIND",
    "requestEdit": "REQUEST_DATE",
    "useFromEdit": "USE_FROM",
    "useToEdit": "USE_TO",
    "boundaryCombo": "BOUNDARY",
    "areasCombo": "AREAS",
    "practiceCheck": "PRACTICE",
}
"""Field of the form → parameter of `createcase`, whose name and help are shown."""
UNFIT = '<>:"/\\|?*'
"""Characters that Windows does not take in names of folders."""


def _room_for(text: str, metrics: QFontMetrics) -> QSize:
    """Return the room that lines of text take: Japanese letters may be higher than those of the list's own font."""
    return metrics.boundingRect(QRect(0, 0, _WIDE, _WIDE), 0, text).size() + QSize(_AROUND, _AROUND)


class CaseDialog(TomoshibiDialog):
    """Create, open, see what is in it."""

    UI = Path(__file__).with_suffix(".ui")
    HELP = "createcase"

    opened = pyqtSignal(str)
    """The case folder that became the current one."""

    def __init__(self, iface: Any = None, parent: Optional[QWidget] = None):
        self._creator = algorithm("createcase")
        self._looking: Optional[Job] = None
        self._folder_typed = False
        self.folder = ""
        """The case that is shown."""
        super().__init__(iface, parent)

    def build(self) -> None:
        self.folderEdit.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        for combo in (self.boundaryCombo, self.areasCombo):
            combo.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
            combo.setAllowEmptyLayer(True)
            combo.setLayer(None)
        self.eventEdit.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.eventEdit.setCalendarPopup(True)
        self.eventEdit.setAllowNull(False)
        self._event_typed = self._clock_agreed = False
        self._usual_event()
        self.eventEdit.dateTimeChanged.connect(self._event_edited)
        for edit in (self.requestEdit, self.useFromEdit, self.useToEdit):
            edit.setDisplayFormat("yyyy-MM-dd")
            optional_day(edit, tr("not entered yet"))
            empty(edit)
        self.municipalityEdit.setMaxLength(6)
        self.municipalityEdit.setText(settings.MUNICIPALITY.read())
        self.practiceCheck.setChecked(practising())
        self.known = KnownPage(self)
        self.tabs.addTab(self.known, "")
        self.facts.setRootIsDecorated(False)
        self.facts.setColumnCount(2)
        self.helper = HelpFollower(
            self.help, {getattr(self, field): self._explain(name) for field, name in FIELDS.items()}
        )
        self.buttons.rejected.connect(self.reject)
        self.recentList.currentItemChanged.connect(self._recent_chosen)
        self.openButton.clicked.connect(self._browse)
        self.refreshButton.clicked.connect(self.look)
        self.createButton.clicked.connect(self.create)
        self.nameEdit.textEdited.connect(self._suggest_folder)
        self.folderEdit.lineEdit().textEdited.connect(self._folder_edited)
        self.changeButton.clicked.connect(self._change)
        self.projectButton.clicked.connect(self._open_project)
        for button in (self.openButton, self.refreshButton, self.changeButton, self.projectButton):
            button.setAutoDefault(False)
        self.createButton.setDefault(True)

    def mark_practice(self) -> None:
        super().mark_practice()
        self._usual_event()

    def _usual_event(self) -> None:
        """Put in the present time, until another was entered; marked in a drill, which plays at another."""
        if self._event_typed:
            return
        now = QDateTime.currentDateTime()
        self.eventEdit.blockSignals(True)
        self.eventEdit.setDateTime(now.addSecs(-now.time().second()))
        self.eventEdit.blockSignals(False)
        self.eventEdit.setStyleSheet(_DOUBT if practising() else "")

    def _event_edited(self, *_: object) -> None:
        self._event_typed = True
        self.eventEdit.setStyleSheet("")

    def _clock_doubted(self) -> bool:
        """Ask once, in the dialog, where the time of a drill would be the clock's; a second press goes on with it."""
        if not practising() or self._event_typed or self._clock_agreed:
            return False
        self._clock_agreed = True
        text = tr("“{item}” is still the present time. Enter the time at which the drill plays, or press once more.")
        title = self._creator.parameterDefinition("EVENT_TIME").description()
        self.notify(text.format(item=title), Qgis.MessageLevel.Warning)
        self.eventEdit.setFocus()
        return True

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Case"))
        self.tabs.setTabText(0, tr("Open case"))
        self.tabs.setTabText(1, tr("New case"))
        self.tabs.setTabText(2, tr("What the case knows"))
        self.known.retranslate()
        self.recentLabel.setText(tr("Opened lately"))
        self.openButton.setText(tr("Open folder…"))
        self.refreshButton.setText(tr("Look again"))
        self.changeButton.setText(tr("Change…"))
        self.changeButton.setToolTip(tr("Enter an aftershock, another end of the period of use, or another name."))
        self.projectButton.setText(tr("Open the project"))
        self.projectButton.setToolTip(tr("Make or refresh the QGIS project of this case, and open it."))
        self.eventsEdit.setPlaceholderText(tr("All events, if several"))
        self.createButton.setText(tr("Create case"))
        self.facts.setHeaderLabels([tr("Item"), tr("Content")])
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        fill(
            self.kindCombo,
            {
                "blanket": tr("Blanket request: to the utility, in a disaster"),
                "individual": tr("Individual request: drills and everything else"),
            },
        )
        for field, name in FIELDS.items():
            label = getattr(self, field.replace("Edit", "Label").replace("Combo", "Label"), None)
            title = self._creator.parameterDefinition(name).description()
            if label is not None:
                label.setText(title)
            getattr(self, field).setToolTip(self._creator.parameterDefinition(name).help())
        self.usePeriodLabel.setText(tr("Period of use"))
        self.useDash.setText(tr("–"))
        self.practiceCheck.setText(self._creator.parameterDefinition("PRACTICE").description())
        self.helper.show_for(self.nameEdit)
        self._show_label()

    def open_on(self, page: str = "open") -> None:
        """Show the dialog on “open” or “new”, with the current case."""
        self.fill_recent()
        self.tabs.setCurrentIndex(1 if page == "new" or not self.recentList.count() else 0)
        self.show()
        self.raise_()

    # Open

    def fill_recent(self) -> None:
        """Fill the list; the current case comes first and is looked into."""
        current = cases.current()
        folders = list(dict.fromkeys([current, *cases.recent()] if current else cases.recent()))
        self.recentList.blockSignals(True)
        self.recentList.clear()
        for folder in folders:
            item = QListWidgetItem(f"{name_of(folder)}\n{folder}")
            item.setData(FOLDER, folder)
            item.setToolTip(tooltip(folder))
            item.setSizeHint(_room_for(item.text(), self.recentList.fontMetrics()))
            self.recentList.addItem(item)
        self.recentList.blockSignals(False)
        if current and current != self.folder:
            self._take(current)
        self._mark()

    def _mark(self) -> None:
        for row in range(self.recentList.count()):
            item = self.recentList.item(row)
            if item.data(FOLDER) == self.folder:
                self.recentList.blockSignals(True)
                self.recentList.setCurrentItem(item)
                self.recentList.blockSignals(False)

    def _recent_chosen(self, item: Optional[QListWidgetItem], before: Optional[QListWidgetItem] = None) -> None:
        if item is not None:
            self.open_case(item.data(FOLDER))

    def _browse(self) -> None:
        start = settings.CASE_FOLDER.read()
        folder = QFileDialog.getExistingDirectory(self, tr("Open case folder"), start)
        if folder:
            self.open_case(folder)

    def open_case(self, folder: str) -> None:
        """Make a case the current one and look into it."""
        if not cases.is_case(folder):
            self.notify(
                tr("{folder} is not a case folder (it has no case.json). Choose another, or make a new case.").format(
                    folder=folder
                ),
                Qgis.MessageLevel.Warning,
            )
            return
        cases.make_current(folder)
        self._take(folder)
        self.fill_recent()
        self.opened.emit(folder)

    def _take(self, folder: str) -> None:
        self.folder = folder
        self.facts.clear()
        self.useLabel.clear()
        self._show_label()
        self.known.show_case(folder)
        self.look()

    def _show_label(self) -> None:
        if self.folder:
            self.caseLabel.setText(tr("Current case: {name}").format(name=name_of(self.folder)))
        else:
            self.caseLabel.setText(tr("No case is open. Choose one from the list, open its folder, or make a new one."))
        for button in (self.refreshButton, self.changeButton, self.projectButton):
            button.setEnabled(bool(self.folder))

    def _change(self) -> None:
        """Let the user change what the case says of itself, and look again."""
        import processing

        if processing.execAlgorithmDialog("tomoshibi:editcase", {"CASE": self.folder}):
            self.known.show_case(self.folder)
            self.look()

    def _open_project(self) -> None:
        """Show the project of the case and leave the window to it."""
        if open_case_project(self.folder, self.iface):
            self.close()

    def look(self) -> None:
        """Look into the case in the background."""
        if self._looking is not None:
            self._looking.cancel()
        folder = self.folder
        self._looking = self.run(
            "casestatus", {"CASE": folder}, lambda outcome: self._seen(folder, outcome), self.progress, keep=False
        )

    def _seen(self, folder: str, outcome: Outcome) -> None:
        if folder != self.folder:
            return
        self._looking = None
        if self.failed(outcome):
            return
        sections = json.loads(outcome.results["DETAILS"])
        self.facts.clear()
        for section in sections:
            head = QTreeWidgetItem(self.facts, [section["section"]])
            head.setFirstColumnSpanned(True)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for row in section["rows"]:
                line = QTreeWidgetItem(head, [row["item"], row["value"]])
                line.setToolTip(1, tooltip(row["value"]))
                colour = COLOURS.get(row["state"])
                if colour:
                    line.setForeground(1, QBrush(QColor(shade(colour))))
            head.setExpanded(True)
        self.facts.resizeColumnToContents(0)
        self._show_use(sections[0]["rows"])
        if not settings.is_known(folder):
            self._verify(folder)

    def _verify(self, folder: str) -> None:
        """Compare the files of a case from elsewhere with its ledger, in the background."""
        self.notify(
            tr("This case was not made here. Its files are compared with its ledger; until then it is not verified."),
            Qgis.MessageLevel.Info,
        )
        self._looking = self.run(
            "verifycase", {"CASE": folder}, lambda outcome: self._verified(folder, outcome), self.progress, keep=False
        )

    def _verified(self, folder: str, outcome: Outcome) -> None:
        if folder != self.folder:
            return
        self._looking = None
        if self.failed(outcome):
            return
        if outcome.results["OK"]:
            self.notify(tr("The files of the case are as its ledger says."), Qgis.MessageLevel.Success)
        else:
            self.notify(
                tr(
                    "Not verified: {count} file(s) differ from the ledger. See the log, ask whoever handed the case "
                    "over, and run “Verify a case by its ledger”."
                ).format(count=outcome.results["PROBLEMS"]),
                Qgis.MessageLevel.Warning,
            )

    def _show_use(self, rows: list[dict[str, str]]) -> None:
        """Say above the table what must not be overlooked."""
        urgent = [f"{row['item']}: {row['value']}" for row in rows if row["state"] != "plain"]
        warned = any(row["state"] == "warning" for row in rows)
        self.useLabel.setText("\n".join(urgent))
        self.useLabel.setVisible(bool(urgent))
        colour = shade(COLOURS["warning" if warned else "note"])
        self.useLabel.setStyleSheet(f"QLabel {{ color: {colour}; font-weight: bold; }}")

    # New

    def _explain(self, name: str) -> Any:
        definition = self._creator.parameterDefinition(name)
        return lambda: (definition.description(), definition.help())

    def _folder_edited(self, text: str) -> None:
        self._folder_typed = bool(text)

    def _suggest_folder(self, name: str) -> None:
        """Offer a folder below the default one, named after the case, until another was entered."""
        base = settings.CASE_FOLDER.read()
        if self._folder_typed or not base:
            return
        plain = "".join("_" if letter in UNFIT else letter for letter in name.strip()).rstrip(".")
        self.folderEdit.setFilePath(str(Path(base) / plain) if plain else "")

    def parameters(self) -> dict[str, Any]:
        """Return what is filled in, as parameters of `createcase`."""
        return {
            "CASE": self.folderEdit.filePath().strip(),
            "NAME": self.nameEdit.text().strip(),
            "EVENT_TIME": iso(self.eventEdit),
            "EVENT_TIMES": self.eventsEdit.text().strip(),
            "MUNICIPALITY": self.municipalityEdit.text().strip(),
            "REQUEST_KIND": self.kindCombo.currentData(),
            "REQUEST_DATE": iso(self.requestEdit, time=False),
            "USE_FROM": iso(self.useFromEdit, time=False),
            "USE_TO": iso(self.useToEdit, time=False),
            "BOUNDARY": self.boundaryCombo.currentLayer(),
            "AREAS": self.areasCombo.currentLayer(),
            "PRACTICE": self.practiceCheck.isChecked(),
        }

    def create(self) -> None:
        """Make the case in the background."""
        given = self.parameters()
        if not given["CASE"]:
            self.notify(tr("No folder is given for the case. Choose a new or an empty one."), Qgis.MessageLevel.Warning)
            return
        if self._clock_doubted():
            return
        job = self.run("createcase", given, self._created, self.progress)
        self.createButton.setEnabled(job is None)

    def _created(self, outcome: Outcome) -> None:
        self.createButton.setEnabled(True)
        if self.failed(outcome):
            return
        self._folder_typed = self._event_typed = self._clock_agreed = False
        self._usual_event()
        self.tabs.setCurrentIndex(0)
        self.open_case(outcome.results["CASE"])
        text = tr("The case was created and is the current one.")
        self.notify("\n".join([text, *outcome.warnings]), Qgis.MessageLevel.Success)
