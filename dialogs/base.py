"""What all dialogs share: they collect parameters, check them, run an algorithm in the background, show what it says.

A dialog stays usable while a job runs. Closing it keeps work that changes anything or fetches data (registering,
deleting, downloading) going on: its end is told in QGIS's main window, and QGIS's task list can stop it. Mere reading
is stopped.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsApplication
from qgis.gui import QgsMessageBar
from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, QTime, QUrl
from qgis.PyQt.QtGui import QCloseEvent, QDesktopServices, QFontMetrics, QIcon, QShowEvent
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from .. import settings
from ..translate import tr
from .jobs import ERROR, WARNING, Job, Outcome
from .plain_text import show_plain, tooltip

LARGEST = (1000, 580)
"""Width and height no dialog goes beyond (QGIS human interface guidelines)."""
LOG_LINES = 2000
"""Lines that the log of a job keeps."""

Done = Callable[[Outcome], None]


class ProgressPanel(QWidget):
    """The progress of one job: what it does, a bar, a button to stop it, and its log, folded away."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.job: Optional[Job] = None
        self.line = QLabel(self)
        self.line.setObjectName("progressLine")
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(self)
        self.bar.setObjectName("progressBar")
        self.bar.setFixedWidth(180)
        self.stop = QPushButton(self)
        self.stop.setObjectName("stopButton")
        self.stop.setAutoDefault(False)
        self.details = QToolButton(self)
        self.details.setObjectName("logButton")
        self.details.setCheckable(True)
        self.log = QPlainTextEdit(self)
        self.log.setObjectName("log")
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(LOG_LINES)
        self.log.setFixedHeight(QFontMetrics(self.font()).lineSpacing() * 6)
        self.log.hide()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for column, widget in enumerate((self.line, self.bar, self.stop, self.details)):
            layout.addWidget(widget, 0, column)
        layout.addWidget(self.log, 1, 0, 1, 4)
        layout.setColumnStretch(0, 1)
        self.stop.clicked.connect(self._stop)
        self.details.toggled.connect(self.log.setVisible)
        self.retranslate()
        self._idle()
        self.hide()

    def retranslate(self) -> None:
        """Set the texts."""
        self.stop.setText(tr("Cancel"))
        self.stop.setToolTip(tr("Stop this work; what is complete is kept"))
        self.details.setText(tr("Log"))
        self.details.setToolTip(tr("Show what the work said, line by line"))

    def follow(self, job: Job) -> None:
        """Show a job from now on."""
        self.job = job
        self.show()
        self.log.clear()
        self._tell(job.title)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop.setEnabled(True)
        self.stop.show()
        self.details.show()
        job.said.connect(self._hear)
        job.progressed.connect(self._advance)
        job.done.connect(self._end)

    def _tell(self, text: str) -> None:
        """Show a line, cut to the room there is."""
        self.line.setText(QFontMetrics(self.line.font()).elidedText(text, Qt.TextElideMode.ElideRight, 560))
        self.line.setToolTip(tooltip(text))

    def _hear(self, level: str, text: str) -> None:
        mark = {ERROR: "✗ ", WARNING: "! "}.get(level, "")
        self.log.appendPlainText(mark + text)
        self._tell(text)

    def _advance(self, percent: float) -> None:
        self.bar.setRange(0, 100)
        self.bar.setValue(int(percent))

    def _stop(self) -> None:
        if self.job is not None:
            self.stop.setEnabled(False)
            self._tell(tr("Stopping…"))
            self.job.cancel()

    def _end(self, outcome: Outcome) -> None:
        job, self.job = self.job, None
        if outcome.cancelled:
            self._tell(tr("Stopped."))
        elif outcome.ok and job is not None:
            time = QTime.currentTime().toString("HH:mm")
            self._tell(tr("{algorithm}: ended at {time}").format(algorithm=job.title, time=time))
        else:
            self._tell(outcome.reason.split("\n")[0])
        self._idle()
        # That something was read shows by itself.
        self.setVisible(not outcome.ok or job is None or job.keep)

    def _idle(self) -> None:
        self.bar.hide()
        self.stop.hide()
        self.details.setVisible(bool(self.log.toPlainText()))


class TomoshibiDialog(QDialog):
    """A dialog from a `.ui` file. Subclasses give `UI`, `build`, `retranslate`, and connect in `build`."""

    UI = Path()
    """The `.ui` file beside the module; its texts are set in `retranslate`, not in the file."""
    HELP = ""
    """Algorithm whose help is behind the help button."""

    def __init__(self, iface: Any = None, parent: Optional[QWidget] = None):
        """`iface` is QGIS's window; None in tests, where messages go to QGIS's message log instead."""
        super().__init__(parent or (iface.mainWindow() if iface is not None else None))
        self.iface = iface
        self.jobs: list[Job] = []
        uic.loadUi(str(self.UI), self)
        show_plain(self)
        self.setWindowIcon(QIcon(str(settings.HOME / "resources" / "icon.svg")))
        self.message_bar = QgsMessageBar(self)
        self.message_bar.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.practice_banner = QLabel(self)
        self.practice_banner.setObjectName("practiceBanner")
        self.practice_banner.setWordWrap(True)
        self.practice_banner.setStyleSheet(
            "QLabel { background: #fde7b0; color: #5c3d00; border: 1px solid #c98f00; padding: 3px; }"
        )
        self.layout().insertWidget(0, self.practice_banner)
        # above the buttons: at the top it would push the fields away from under the pointer
        self.layout().insertWidget(self.layout().count() - 1, self.message_bar)
        self.progress = ProgressPanel(self)
        """Where jobs are followed; goes to the layout `progressPlace` of the `.ui` file."""
        self.progressPlace.addWidget(self.progress)
        self._add_help()
        self.build()
        self.practice_banner.setText(
            tr("Practice mode: only the practice aggregator on this computer is used, and its data are invented.")
        )
        self.retranslate()
        self.mark_practice()

    def help_page(self) -> str:
        """Return the address of the page behind the help button; it is on this computer."""
        return settings.guide_url(f"resources/help/{self.HELP}.{settings.language()}.md")

    def _add_help(self) -> None:
        box = self.findChild(QDialogButtonBox, "buttons")
        button = box.addButton(QDialogButtonBox.StandardButton.Help)
        button.setObjectName("helpButton")
        button.setText(tr("Help"))
        button.setAutoDefault(False)
        box.helpRequested.connect(lambda: QDesktopServices.openUrl(QUrl(self.help_page())))

    # What a subclass writes

    def build(self) -> None:
        """Make what the `.ui` file cannot say, and connect."""

    def retranslate(self) -> None:
        """Set every text."""
        raise NotImplementedError(type(self).__name__)

    # What a subclass uses

    def mark_practice(self) -> None:
        """Show the banner while practice mode is on."""
        self.practice_banner.setVisible(practising())

    def notify(self, text: str, level: Qgis.MessageLevel = Qgis.MessageLevel.Info) -> None:
        """Say something inside the dialog, or in QGIS's window where the dialog is closed."""
        if not self.isVisible():
            self.notify_main(text, level)
            return
        self.message_bar.clearWidgets()
        # QGIS's own item is one line high; a label takes the room that its lines need.
        label = QLabel(_one_line(text), self)
        label.setObjectName("messageText")
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setFixedHeight(label.heightForWidth(max(self.width() - 140, 300)))
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        item = self.message_bar.pushWidget(label, level, 0)
        for browser in item.findChildren(QTextBrowser):
            # It is empty, and would take half of the width.
            browser.hide()

    def notify_main(self, text: str, level: Qgis.MessageLevel = Qgis.MessageLevel.Info) -> None:
        """Say something in QGIS's window; it stays until it is closed."""
        if self.iface is not None:
            self.iface.messageBar().pushMessage(tr("Tomoshibi"), _one_line(text), level, 0)
        else:
            QgsApplication.messageLog().logMessage(text, tr("Tomoshibi"), level)

    def run(
        self,
        name: str,
        parameters: dict[str, Any],
        done: Done,
        panel: Optional[ProgressPanel] = None,
        keep: bool = True,
    ) -> Optional[Job]:
        """Check the parameters and start an algorithm; None, with the reason shown, where they are wrong.

        `done` hears the outcome. `keep=False`: mere reading, stopped when the dialog is closed.
        """
        job = Job(name, parameters, keep)
        wrong = job.wrong()
        if wrong:
            self.notify(wrong, Qgis.MessageLevel.Warning)
            return None
        if keep:
            self.message_bar.clearWidgets()
        self.jobs.append(job)
        if panel is not None:
            panel.follow(job)

        def ended(outcome: Outcome) -> None:
            self.jobs.remove(job)
            done(outcome)

        job.done.connect(ended)
        job.start()
        return job

    def failed(self, outcome: Outcome) -> bool:
        """Say why a job failed, if it did; a job that the user stopped needs no words."""
        if not outcome.ok and not outcome.cancelled:
            self.notify(outcome.reason or tr("The work ended without saying why. See QGIS’s log."), _CRITICAL)
        return not outcome.ok

    # What Qt asks

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.mark_practice()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)

    def reject(self) -> None:
        self._leave()
        super().reject()

    def _leave(self) -> None:
        """Let jobs that matter go on, and say so; stop the others."""
        self.message_bar.clearWidgets()
        going_on = []
        for job in list(self.jobs):
            if job.keep:
                going_on.append(job.title)
            else:
                job.cancel()
        if going_on and self.isVisible():
            self.notify_main(
                tr("“{work}” goes on in the background; a message follows when it is done.").format(
                    work=tr("”, “").join(going_on)
                )
            )


_CRITICAL = Qgis.MessageLevel.Critical


def practising() -> bool:
    """Whether practice mode is on."""
    return settings.PRACTICE.read() == "1"


def _one_line(text: str) -> str:
    """Return a text as the message bar shows it: as it is, with its lines apart."""
    return "<br>".join(html.escape(line, quote=False) for line in text.splitlines() if line)
