"""Published files dropped on QGIS's window: asked about in the message bar, then imported into the current case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import Qgis
from qgis.gui import QgsCustomDropHandler
from qgis.PyQt.QtCore import QMimeData
from qgis.PyQt.QtWidgets import QAction, QMenu, QPushButton

from ..translate import tr
from . import cases

if TYPE_CHECKING:
    from .jobs import Job, Outcome

_STAYS = 0
"""Seconds of a message that stays until it is closed."""


class PublishedFilesDrop(QgsCustomDropHandler):
    """Takes drops that hold published files and nothing that QGIS itself could open; leaves the others to QGIS."""

    def __init__(self, iface: Any):
        super().__init__()
        self.iface = iface
        self.job: Optional[Job] = None
        """The import that runs, or ran last."""

    def handleMimeDataV2(self, data: QMimeData) -> bool:
        # only now: QGIS imports this file when it starts
        from ..processing_provider.request.byhand import SUFFIXES, holds_published

        files = [inside for url in data.urls() if url.isLocalFile() for inside in _files(Path(url.toLocalFile()))]
        if not files or any(path.suffix.lower() not in SUFFIXES for path in files):
            return False
        if not any(holds_published(path) for path in files):
            return False
        self.ask([str(path) for path in files])
        return True

    def ask(self, files: list[str]) -> None:
        """Ask in the message bar whether files are to be imported into the current case, and whom they are about."""
        from ..processing_provider.acquire.importfiles import SCOPES
        from ..processing_provider.own import name_of

        folder = cases.current()
        if not folder:
            self._say(
                tr("These are published files. Open or create a case first, then drop them again."),
                Qgis.MessageLevel.Warning,
            )
            return
        bar = self.iface.messageBar()
        text = tr("Import {count} published file(s) into the case “{case}”?")
        item = bar.createMessage(tr("Tomoshibi"), text.format(count=len(files), case=name_of(folder)))
        # one button with a menu: a box beside it is cut off where the window is narrow
        button = QPushButton(tr("Import"), item)
        button.setObjectName("dropImport")
        menu = QMenu(button)
        menu.addAction(tr("通電情報 was asked for:")).setEnabled(False)
        for name, words in zip(
            SCOPES, (tr("not known whom"), tr("every meter"), tr("the registered contractors only"))
        ):
            menu.addAction(words).setData(name)

        def accepted(action: QAction) -> None:
            bar.popWidget(item)
            self.take(folder, files, action.data())

        menu.triggered.connect(accepted)
        button.setMenu(menu)
        item.layout().addWidget(button)
        bar.pushWidget(item, Qgis.MessageLevel.Info, _STAYS)

    def take(self, folder: str, files: list[str], scope: str) -> None:
        """Import files into a case in the background, and say how it went."""
        from .jobs import Job

        job = Job("importfiles", {"CASE": folder, "FILES": files, "SCOPE": scope})
        wrong = job.wrong()
        if wrong:
            self._say(wrong, Qgis.MessageLevel.Warning)
            return
        self.job = job
        job.done.connect(self._done)
        job.start()

    def _done(self, outcome: Outcome) -> None:
        if outcome.cancelled:
            return
        if not outcome.ok:
            self._say(
                outcome.reason or tr("The work ended without saying why. See QGIS’s log."), Qgis.MessageLevel.Critical
            )
            return
        found = outcome.results
        text = tr(
            "{files} file(s) with {rows} row(s) imported; {duplicates} were there already, {failed} could not be used,"
            " {rejected} row(s) rejected."
        ).format(
            files=found["FILES"],
            rows=found["ROWS"],
            duplicates=found["DUPLICATES"],
            failed=found["FAILED"],
            rejected=found["REJECTED"],
        )
        doubtful = bool(found["FAILED"] or found["REJECTED"] or found["MISSING"])
        self._say(
            "\n".join([text, *(outcome.warnings if doubtful else ())]),
            Qgis.MessageLevel.Warning if doubtful else Qgis.MessageLevel.Success,
        )

    def _say(self, text: str, level: Qgis.MessageLevel) -> None:
        first, _, more = text.partition("\n")
        if more:
            self.iface.messageBar().pushMessage(tr("Tomoshibi"), first, more, level, _STAYS)
        else:
            self.iface.messageBar().pushMessage(tr("Tomoshibi"), first, level, _STAYS)


def _files(path: Path) -> list[Path]:
    """Return a file, or what may be a published file of a folder; what else lies there does not matter."""
    if not path.is_dir():
        return [path]
    from ..processing_provider.request.byhand import SUFFIXES

    return sorted(each for each in path.iterdir() if each.is_file() and each.suffix.lower() in SUFFIXES)
