"""データ提供条件: what is registered, how far it is, registering from a use case, deleting, downloading."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsWkbTypes,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialogButtonBox,
    QPushButton,
    QWidget,
)

from ..processing_provider.request import condition_preview
from ..translate import tr
from . import cases
from .base import ProgressPanel
from .conditions_list import LIST, NEW, SEND, ListTab
from .conditions_new import NewTab
from .conditions_send import SendTab
from .jobs import Job, algorithm


class ConditionsDialog(ListTab, NewTab, SendTab):
    """The list, a new registration, and what would be sent."""

    UI = Path(__file__).with_suffix(".ui")
    HELP = "registercondition"

    case_wanted = pyqtSignal()
    """The user wants to open or make a case."""
    received = pyqtSignal(str)
    """Case folder into which a download has brought files."""

    def __init__(self, iface: Any = None, parent: Optional[QWidget] = None):
        self.drafts: list[condition_preview.Draft] = []
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
        self._build_list()
        self._build_new()
        self._build_send()
        self._build_usual()
        self._connect()

    def _connect(self) -> None:
        self.buttons.rejected.connect(self.reject)
        self.caseButton.clicked.connect(self.case_wanted)
        self._connect_list()
        self._connect_new()
        self._connect_send()
        self._connect_usual()
        for button in self._quiet_buttons():
            button.setAutoDefault(False)

    def _quiet_buttons(self) -> list[QPushButton]:
        """Return the buttons that Enter must not press by accident."""
        names = "refresh case delete download keep confirm back register usual".split()
        return [getattr(self, f"{name}Button") for name in names]

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Data Conditions"))
        self.tabs.setTabText(LIST, tr("Registered"))
        self.tabs.setTabText(NEW, tr("New from a use case"))
        self.tabs.setTabText(SEND, tr("What will be sent"))
        self.caseButton.setText(tr("Case…"))
        self._translate_list()
        self._translate_new()
        self._translate_send()
        self._translate_usual()
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        self._show_case()
        self._show_read("")
        self._selection_changed()
        self._use_case_changed()

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
        self.brief = condition_preview.brief(self.case) if self.case else None
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

    def _leave(self) -> None:
        self.again.stop()
        if self._band is not None:
            self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        super()._leave()
