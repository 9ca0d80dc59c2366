"""The page in QGIS's options: connection, network, defaults of new cases, practice mode, cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

from qgis.gui import QgsFileWidget, QgsOptionsPageWidget
from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QBrush, QColor, QDesktopServices, QFontMetrics, QResizeEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeWidgetItem, QWidget

from .. import settings
from ..processing_provider.request import network
from ..translate import tr
from . import OPTIONS_PAGE
from .forms import choose, fill
from .jobs import Job, Outcome
from .plain_text import show_plain, tooltip
from .shades import shade

NETWORK_PAGE = "mOptionsPageNetwork"
"""QGIS's own page of proxy and network."""
MARKS = {"ok": ("✓", "#1b6e2d"), "failed": ("✗", "#b00020"), "doubtful": ("!", "#8a5a00"), "skipped": ("–", "#666666")}
"""Sign and colour of the state of a step; the words beside them say it too."""


class OptionsPage(QgsOptionsPageWidget):
    """Shows and keeps the settings; nothing is saved before `apply`."""

    def __init__(self, iface: Any = None, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.iface = iface
        self.job: Optional[Job] = None
        uic.loadUi(str(Path(__file__).with_suffix(".ui")), self)
        show_plain(self)
        self.setObjectName(OPTIONS_PAGE)
        self.profileEdit.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.folderEdit.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.municipalityEdit.setMaxLength(6)
        self.practiceNote.setStyleSheet(
            "QLabel { background: #fde7b0; color: #5c3d00; border: 1px solid #c98f00; padding: 3px; }"
        )
        self.steps.setRootIsDecorated(False)
        self.steps.setColumnCount(3)
        self.steps.setWordWrap(True)
        self.steps.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.steps.hide()
        self.retranslate()
        self.load()
        self.practiceCheck.toggled.connect(self._judge)
        self.addressEdit.textChanged.connect(self._judge)
        self.profileEdit.fileChanged.connect(self._judge)
        self.municipalityEdit.textChanged.connect(self._judge)
        self.testButton.clicked.connect(self.test)
        self.networkButton.clicked.connect(self._network)
        self.helpButton.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self.help_page())))
        self._judge()

    def retranslate(self) -> None:
        """Set every text."""
        self.connectionBox.setTitle(tr("Connection to the aggregator"))
        self.practiceCheck.setText(tr("Practice mode"))
        self.practiceCheck.setToolTip(tr("Every dialog says that it is practice, and only this computer is spoken to."))
        self.addressLabel.setText(tr("Address"))
        self.addressEdit.setPlaceholderText(tr("https://… as given with the account"))
        self.addressEdit.setToolTip(tr("Where 電力データ集約システム is reached, as given with the account."))
        self.accountLabel.setText(tr("Account"))
        self.accountSelect.setToolTip(
            tr("Authentication configuration of QGIS of the kind “Basic”; it keeps user id and passphrase encrypted.")
        )
        self.profileLabel.setText(tr("Interface profile"))
        self.profileEdit.setFilter(tr("Interface profiles (*.json)"))
        self.profileEdit.setToolTip(tr("Edited copy of the interface profile; left empty, the profile that ships."))
        self.testButton.setText(tr("Test connection"))
        self.helpButton.setText(tr("Help"))
        self.testNote.setText(tr("What is entered here is tried, saved or not."))
        self.steps.setHeaderLabels(["", tr("Step"), tr("What was found, and what to do")])
        self.networkBox.setTitle(tr("Network, as QGIS has it"))
        self.networkButton.setText(tr("Network options of QGIS…"))
        self.caseBox.setTitle(tr("New cases"))
        self.municipalityLabel.setText(tr("Municipality code"))
        self.municipalityEdit.setToolTip(tr("団体コード, 6 digits, of the municipality whose account is used."))
        self.utilityLabel.setText(tr("Utility"))
        self.utilityCombo.setToolTip(tr("The general transmission and distribution utility the request goes to."))
        self.folderLabel.setText(tr("Folder for new cases"))
        self.folderEdit.setToolTip(tr("Only those who may see personal data should have access to it."))
        self.advancedBox.setTitle(tr("Advanced"))
        self.clusterLabel.setText(tr("Cluster"))
        self.clusterEdit.setPlaceholderText(tr("empty: this computer"))
        self.clusterEdit.setToolTip(
            tr(
                "Where many meters are worked on. Left empty, threads of this computer; “processes”, processes of it; "
                "else the address of a Dask scheduler, as tcp://10.0.0.5:8786. Its workers must see the case folder."
            )
        )
        self.clusterFolderLabel.setText(tr("Folder of the cases as the workers see it"))
        self.clusterFolderEdit.setToolTip(
            tr("For workers that see the share elsewhere, as /srv/cases. Left empty, they see it as this one does.")
        )
        fill(self.utilityCombo, {"": tr("not chosen"), **utility_names()})
        self.networkText.setText(f"{network.proxy_text()}\n{network.certificates_text()}")

    def help_page(self) -> str:
        """Return the address of the page behind the help button; it is on this computer."""
        return settings.guide_url(f"resources/help/testconnection.{settings.language()}.md")

    def load(self) -> None:
        """Show what is in force."""
        self.practiceCheck.setChecked(settings.PRACTICE.read() == "1")
        self.addressEdit.setText(settings.BASE_URL.read())
        self.accountSelect.setConfigId(settings.AUTH_CONFIG.read())
        self.profileEdit.setFilePath(settings.PROFILE.read())
        self.municipalityEdit.setText(settings.MUNICIPALITY.read())
        choose(self.utilityCombo, settings.UTILITY.read())
        self.folderEdit.setFilePath(settings.CASE_FOLDER.read())
        self.clusterEdit.setText(settings.CLUSTER.read())
        self.clusterFolderEdit.setText(settings.CLUSTER_FOLDER.read())

    def apply(self) -> None:
        """Save. An address that cannot be used is not saved; the page says why all the while."""
        address = self.addressEdit.text().strip()
        if not network.address_problem(address, self.practiceCheck.isChecked()):
            settings.BASE_URL.save(address)
        settings.PRACTICE.save("1" if self.practiceCheck.isChecked() else "")
        settings.AUTH_CONFIG.save(self.accountSelect.configId())
        settings.PROFILE.save(self.profileEdit.filePath().strip())
        settings.MUNICIPALITY.save(self.municipalityEdit.text().strip())
        settings.UTILITY.save(self.utilityCombo.currentData() or "")
        settings.CASE_FOLDER.save(self.folderEdit.filePath().strip())
        settings.CLUSTER.save(self.clusterEdit.text().strip())
        settings.CLUSTER_FOLDER.save(self.clusterFolderEdit.text().strip())

    def _judge(self, *_: object) -> None:
        """Say beside the fields what is wrong with them."""
        practice = self.practiceCheck.isChecked()
        wrong = network.address_problem(self.addressEdit.text().strip(), practice)
        mode = tr("Practice mode: only the practice aggregator on this computer is used, and its data are invented.")
        self.practiceNote.setText("\n".join(filter(None, [mode if practice else "", wrong])))
        self.practiceNote.setVisible(practice or bool(wrong))
        name, problems = network.profile_problems(self.profileEdit.filePath().strip())
        if problems:
            head = tr("{count} problem(s) in the profile").format(count=len(problems))
            self.profileNote.setText("\n".join([f"✗ {head}", *(f"・{problem}" for problem in problems)]))
        else:
            self.profileNote.setText(f"✓ {name}")
        doubt = network.municipality_problem(self.municipalityEdit.text().strip())
        self.municipalityNote.setText(doubt)
        self.municipalityNote.setVisible(bool(doubt))

        for label in (self.practiceNote, self.profileNote, self.municipalityNote, self.networkText):
            _fit(label)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._judge()

    def test(self) -> None:
        """Try what is entered, step by step, in the background; a second press stops it."""
        if self.job is not None:
            self.job.cancel()
            return
        given = {
            "BASE_URL": self.addressEdit.text().strip(),
            "AUTH": self.accountSelect.configId(),
            "PROFILE": self.profileEdit.filePath().strip(),
        }
        self.job = Job("testconnection", {name: value for name, value in given.items() if value}, keep=False)
        self.testNote.setText(tr("Trying…"))
        self.testButton.setText(tr("Cancel"))
        self.job.said.connect(self._hear)
        self.job.done.connect(self._tested)
        self.job.start()

    def _hear(self, level: str, text: str) -> None:
        self.testNote.setToolTip(tooltip(text))

    def _tested(self, outcome: Outcome) -> None:
        self.job = None
        self.testButton.setText(tr("Test connection"))
        if not outcome.ok:
            self.testNote.setText(tr("Stopped.") if outcome.cancelled else outcome.reason)
            return
        works = outcome.results["OK"]
        self.testNote.setText(tr("✓ The connection works.") if works else tr("✗ The connection does not work."))
        self.steps.clear()
        for row in json.loads(outcome.results["STEPS"]):
            mark, colour = MARKS[row["state"]]
            line = QTreeWidgetItem(self.steps, [mark, row["title"], row["text"]])
            line.setToolTip(2, tooltip(row["text"]))
            line.setForeground(0, QBrush(QColor(shade(colour))))
            line.setData(0, Qt.ItemDataRole.UserRole, row["step"])
            for column in range(3):
                line.setTextAlignment(column, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft))
        header = self.steps.header()
        header.setStretchLastSection(True)
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.steps.show()
        self._fit_steps()

    def _fit_steps(self) -> None:
        """Make the list as high as its lines, so that only the page scrolls."""
        metrics = QFontMetrics(self.steps.font())
        width = max(self.steps.viewport().width() - 190, 200)
        lines = 0
        for row in range(self.steps.topLevelItemCount()):
            text = self.steps.topLevelItem(row).text(2)
            room = metrics.boundingRect(0, 0, width, 2000, int(Qt.TextFlag.TextWordWrap), text)
            lines += max(1, round(room.height() / metrics.lineSpacing()))
        extra = 3 * self.steps.topLevelItemCount() + self.steps.header().height() + 12
        self.steps.setFixedHeight(lines * metrics.lineSpacing() + extra)

    def _network(self) -> None:
        """Open QGIS's own page of the network."""
        if self.iface is not None:
            self.iface.showOptionsDialog(self.iface.mainWindow(), NETWORK_PAGE)


def _fit(label: QLabel) -> None:
    """Give a label with several lines the height it needs: a form inside a scroll area does not."""
    label.setFixedHeight(max(label.heightForWidth(max(label.width(), 300)), 0))


def utility_names() -> dict[str, str]:
    """Return the names of 一般送配電事業者 by the words of the setting."""
    names = (
        tr("Hokkaido Electric Power Network"),
        tr("Tohoku Electric Power Network"),
        tr("TEPCO Power Grid"),
        tr("Chubu Electric Power Grid"),
        tr("Hokuriku Electric Power Transmission & Distribution"),
        tr("Kansai Transmission and Distribution"),
        tr("Chugoku Electric Power Transmission & Distribution"),
        tr("Shikoku Electric Power Transmission & Distribution"),
        tr("Kyushu Electric Power Transmission and Distribution"),
        tr("Okinawa Electric Power"),
    )
    return dict(zip(settings.UTILITIES, names))
