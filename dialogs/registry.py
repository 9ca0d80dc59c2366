"""The dialogs, one row each, and the windows that are open; a module is imported when it is first needed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Callable, Optional

from qgis.gui import QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QWidget

from .. import settings
from ..translate import tr


@dataclass(frozen=True)
class Row:
    """One dialog."""

    name: str
    step: str
    """Step of the menu (`processing_provider.steps`) that it leads."""
    module: str
    """Module of this package."""
    dialog: str
    """Class: a `TomoshibiDialog` with `open_on()`."""
    title: Callable[[], str]
    """Called for the name shown, because the language is not known at import."""


DIALOGS = (
    Row("case", "case", "case", "CaseDialog", lambda: tr("Case")),
    Row("conditions", "get", "conditions", "ConditionsDialog", lambda: tr("Data Conditions")),
    Row("contractors", "get", "contractors", "ContractorsDialog", lambda: tr("Contractors (特定契約者)")),
)
"""In the order of the menu; those of a step stand before its algorithms."""


class Windows:
    """The dialogs that were opened: one window each, kept with what is in it."""

    def __init__(self, iface: Any):
        self.iface = iface
        self.case_opened: Callable[[str], None] = lambda folder: None
        """Called with the folder of the case that became the current one."""
        self._open: dict[str, Any] = {}

    def open(self, name: str, *page: str) -> Any:
        """Show a dialog (on a page of it) and return it."""
        dialog = self._open.get(name)
        if dialog is None:
            row = next(row for row in DIALOGS if row.name == name)
            dialog = getattr(import_module(f".{row.module}", __package__), row.dialog)(self.iface)
            self._open[name] = dialog
            if hasattr(dialog, "opened"):
                dialog.opened.connect(self.tell_case)
            if hasattr(dialog, "case_wanted"):
                dialog.case_wanted.connect(lambda: self.open("case"))
        dialog.open_on(*page)
        return dialog

    def tell_case(self, folder: str) -> None:
        """Tell all that are open of the case that became the current one."""
        self.case_opened(folder)
        for dialog in self._open.values():
            if hasattr(dialog, "case_changed"):
                dialog.case_changed()

    def close(self) -> None:
        """Stop what runs and take the windows away."""
        if not self._open:
            return
        from .jobs import stop_all

        stop_all()
        for dialog in self._open.values():
            dialog.hide()
            dialog.deleteLater()
        self._open = {}


class OptionsFactory(QgsOptionsWidgetFactory):
    """Registers the page with QGIS's options; the page itself is imported when they are opened."""

    def __init__(self, iface: Any = None):
        super().__init__(tr("Tomoshibi"), QIcon(str(settings.HOME / "resources" / "icon.svg")))
        self.iface = iface

    def createWidget(self, parent: Optional[QWidget] = None) -> QWidget:
        from .options import OptionsPage

        return OptionsPage(self.iface, parent)
