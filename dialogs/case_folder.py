"""Taking all that a case may keep from a folder at once: what each file was taken for is shown before it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsTask
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..messages import Cancelled, TomoshibiError
from ..processing_provider.base import fault_message, translate_message
from ..translate import tr
from .jobs import Job, Outcome
from .plain_text import tooltip
from .shades import alert_style
from .task_start import start_task

if TYPE_CHECKING:
    from ..processing_provider.inputs.folder import FolderOffers, Offer

Run = Callable[[dict[str, str], Callable[[Outcome], None]], Optional[Job]]
"""Starts `editcase` with parameters; None where they are wrong."""
FILE, ROWS, KIND, TOLD = range(4)
"""Columns of the table."""
SIZE = (860, 460)
MOST_NAMED = 10
"""Files that were not looked into, named at most."""
_DOUBT = "QComboBox { background: #fde7b0; color: #5c3d00; }"


class _Look(QgsTask):
    """Looks through a folder."""

    def __init__(self, folder: Path):
        super().__init__(tr("Look through the folder"), QgsTask.Flag.CanCancel)
        self.folder = folder
        self.found: Optional[FolderOffers] = None
        self.problem = ""
        self.failed: Optional[Exception] = None
        """A fault of the plugin, for who looks for it."""

    def run(self) -> bool:
        from ..processing_provider.inputs.folder import look_through

        try:
            self.found = look_through(self.folder, self.isCanceled)
        except Cancelled:
            return False
        except TomoshibiError as error:
            self.problem = translate_message(error.message)
        except Exception as error:
            # a task that raises ends QGIS's thread without a word; the dialog says it
            self.failed = error
            self.problem = translate_message(fault_message(error))
        return True


class Looker(QObject):
    """Looks through one folder in the background; `found` hears what is in it, `failed` why that is not known."""

    found = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent: Optional[QObject] = None):
        super().__init__(parent)
        self._task: Optional[_Look] = None

    @property
    def busy(self) -> bool:
        """Whether it looks."""
        return self._task is not None

    def look(self, folder: str) -> None:
        """Begin; nothing where it looks already."""
        if self._task is not None:
            return
        self._task = _Look(Path(folder))
        self._task.taskCompleted.connect(self._ended)
        self._task.taskTerminated.connect(self._ended)
        start_task(self._task)

    def _ended(self) -> None:
        task, self._task = self._task, None
        if task is not None and task.found is not None:
            self.found.emit(task.found)
        elif task is not None and task.problem:
            self.failed.emit(task.problem)


class FolderDialog(QDialog):
    """What a folder holds and what each is taken for; every row can be changed, and is kept by a run of its own."""

    def __init__(self, folder: str, found: FolderOffers, held: dict[str, str], run: Run, parent: QWidget):
        """Show what was found.

        Parameters
            folder: that was looked through.
            found: the lists and layers in it.
            held: {kind: name of what the case keeps of it now}.
            run: starts `editcase` with parameters, for who hears its outcome; None where they are wrong.
        """
        super().__init__(parent)
        from ..processing_provider.inputs.folder import kinds_told

        self.setObjectName("FolderDialog")
        self.setWindowTitle(tr("Take all from a folder"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self._found, self._held, self._run = found, held, run
        self._kinds = kinds_told()
        self._waiting: list[int] = []
        self._working = False
        self.kept: list[str] = []
        """Kinds that the case keeps from here."""
        words = tr(
            "{folder}: each file is kept in the case as what is chosen here. Look at every row before you agree."
        )
        self._build(words.format(folder=folder))
        self.boxes = [self._row(row, offer) for row, offer in enumerate(found.offers)]
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(TOLD, QHeaderView.ResizeMode.Stretch)
        self.table.resizeRowsToContents()
        self._judge()

    def _build(self, words: str) -> None:
        about, self.alert, self.note = QLabel(words, self), QLabel(self), QLabel(self)
        self.alert.setObjectName("folderAlert")
        self.alert.setStyleSheet(alert_style())
        self.note.setObjectName("folderNote")
        for label in (about, self.alert, self.note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.table = QTableWidget(0, TOLD + 1, self)
        self.table.setObjectName("folderTable")
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setHorizontalHeaderLabels([tr("File"), tr("Rows"), tr("Taken as"), tr("Why")])
        self.buttons = QDialogButtonBox(self)
        self.keep = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.keep.setObjectName("folderKeep")
        self.leave = self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.leave.setText(tr("Cancel"))
        column = QVBoxLayout(self)
        for part in (about, self.table, self.alert, self.note, self.buttons):
            column.addWidget(part)
        self.keep.clicked.connect(self._keep)
        self.buttons.rejected.connect(self.reject)

    def _row(self, row: int, offer: Offer) -> QComboBox:
        """Add the row of one file; return the box with what it is taken for."""
        self.table.insertRow(row)
        for column, text in ((FILE, offer.name), (ROWS, f"{offer.rows:,}" if offer.rows else ""), (TOLD, offer.why)):
            cell = QTableWidgetItem(text)
            cell.setToolTip(tooltip(text))
            self.table.setItem(row, column, cell)
        self.table.item(row, ROWS).setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box = QComboBox(self.table)
        box.setObjectName(f"taken_{row}")
        if offer.open:
            box.addItem(tr("choose…"), None)
        box.addItem(tr("not taken"), "")
        for kind in dict.fromkeys((*offer.kinds, *self._kinds)):
            box.addItem(self._kinds[kind], kind)
        box.setCurrentIndex(box.findData(offer.taken) if offer.taken or not offer.open else 0)
        box.setEnabled(bool(offer.rows))
        box.currentIndexChanged.connect(lambda _: self._judge())
        self.table.setCellWidget(row, KIND, box)
        return box

    def _judge(self) -> None:
        """Say what is open, taken twice, replaced or lacking; keep only where nothing is open."""
        chosen = [box.currentData() for box in self.boxes]
        twice = [kind for kind in self._kinds if chosen.count(kind) > 1]
        for box, kind in zip(self.boxes, chosen):
            box.setStyleSheet(_DOUBT if kind is None or kind in twice else "")
        wrong = self._wrong(chosen, twice)
        self.alert.setText("\n".join(wrong))
        self.alert.setVisible(bool(wrong))
        self.note.setText("\n".join(self._notes(chosen)))
        count = sum(bool(kind) for kind in chosen)
        self.keep.setText(tr("Keep {count} in the case").format(count=count))
        self.keep.setEnabled(bool(count) and not wrong)

    def _wrong(self, chosen: list[Optional[str]], twice: list[str]) -> list[str]:
        """Return what must be chosen first."""
        unsaid = [offer.name for offer, kind in zip(self._found.offers, chosen) if kind is None]
        text = tr("Choose what these are, or “not taken”: {files}.")
        lines = [text.format(files=tr(", ").join(unsaid))] if unsaid else []
        text = tr("{kind} is chosen more than once: the case keeps one.")
        return lines + [text.format(kind=self._kinds[kind]) for kind in twice]

    def _notes(self, chosen: list[Optional[str]]) -> list[str]:
        """Return what is replaced, what is lacking, and what was not looked into."""
        replaced = [
            tr("{kind} ({file})").format(kind=title, file=self._held[kind])
            for kind, title in self._kinds.items()
            if kind in chosen and kind in self._held
        ]
        lacking = [title for kind, title in self._kinds.items() if kind not in chosen and kind not in self._held]
        passed = list(self._found.passed_over[:MOST_NAMED])
        notes = (
            (replaced, tr("Replaced in the case: {kinds}.")),
            (lacking, tr("Not in the folder, and not in the case: {kinds}.")),
            (passed, tr("Not looked into: {files}.")),
        )
        join = tr(", ").join
        return [text.format(kinds=join(names), files=join(names)) for names, text in notes if names]

    # -- keeping

    def _keep(self) -> None:
        """Keep what is chosen, one after the other; each row says how it went."""
        self._waiting = [row for row, box in enumerate(self.boxes) if box.currentData()]
        for part in (self.keep, self.leave, *self.boxes):
            part.setEnabled(False)
        self._working = True
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._ended()
            return
        row = self._waiting.pop(0)
        self.table.item(row, TOLD).setText(tr("Being kept…"))
        given = {self.boxes[row].currentData(): self._found.offers[row].source}
        if self._run(given, lambda outcome: self._kept(row, outcome)) is None:
            self._say(row, tr("✗ It cannot be kept; the case dialog says why."))
            self._next()

    def _kept(self, row: int, outcome: Outcome) -> None:
        kind = self.boxes[row].currentData()
        if outcome.ok:
            self.kept.append(kind)
            self._say(row, "\n".join([tr("✓ Kept in the case."), *outcome.warnings]))
        else:
            self._say(row, tr("✗ {reason}").format(reason=outcome.reason or tr("Stopped.")))
        self._next()

    def _say(self, row: int, text: str) -> None:
        self.table.item(row, TOLD).setText(text)
        self.table.item(row, TOLD).setToolTip(tooltip(text))
        self.table.resizeRowToContents(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # reasons break into lines where the column is narrow
        self.table.resizeRowsToContents()

    def reject(self) -> None:
        # the runs under way answer to the rows of this window
        if not self._working:
            super().reject()

    def _ended(self) -> None:
        """Close where all went well; what did not stays to be read."""
        self._working = False
        self.leave.setEnabled(True)
        wanted = [box.currentData() for box in self.boxes if box.currentData()]
        if len(self.kept) == len(wanted):
            self.accept()
            return
        lost = [self._kinds[kind] for kind in wanted if kind not in self.kept]
        self.alert.setText(tr("Not kept: {kinds}. The rows say why.").format(kinds=tr(", ").join(lost)))
        self.alert.show()
        self.leave.setText(tr("Close"))
