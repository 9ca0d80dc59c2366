"""Registration, and nothing else: `initProcessing`, `initGui` and `unload` read as mirrors of each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTimer, QTranslator, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu, QMessageBox, QToolBar, QToolButton

from . import dependencies, settings
from .processing_provider.provider import TomoshibiProvider
from .processing_provider.steps import STEPS, Step
from .translate import tr

if TYPE_CHECKING:
    from .dialogs.after_run import AfterRun
    from .dialogs.browser import CasesInBrowser
    from .dialogs.case_project import CaseWindow
    from .dialogs.dock.locator import PlacesLocator
    from .dialogs.dock.window import SituationDock
    from .dialogs.drop import PublishedFilesDrop
    from .dialogs.refresh import Refresher
    from .dialogs.registry import OptionsFactory, Row, Windows

RESOURCES = settings.HOME / "resources"


class TomoshibiPlugin:
    """The plugin as QGIS sees it; `iface` is None under `qgis_process`."""

    def __init__(self, iface: Any):
        self.iface = iface
        self.translator: Optional[QTranslator] = None
        self.provider: Optional[TomoshibiProvider] = None
        self.menu: Optional[QMenu] = None
        self.toolbar: Optional[QToolBar] = None
        self.windows: Optional[Windows] = None
        self.options: Optional[OptionsFactory] = None
        self.refresher: Optional[Refresher] = None
        """Made when automatic refreshing is first switched on."""
        self.drops: Optional[PublishedFilesDrop] = None
        self.after_run: Optional[AfterRun] = None
        self.case_window: Optional[CaseWindow] = None
        self.browser: Optional[CasesInBrowser] = None
        self.locator: Optional[PlacesLocator] = None
        self.dock: Optional[SituationDock] = None
        """Made when it is first shown."""
        self.dock_action: Optional[QAction] = None
        self.case = ""
        """Case folder made or opened in this session, put into the dialogs of the later steps."""

    def initProcessing(self) -> None:
        """Install the language and register the provider; all that `qgis_process` needs."""
        if self.provider is not None:
            return
        dependencies.use_bundle(settings.packages_folder())
        self.translator = _translator()
        if self.translator is not None:
            QCoreApplication.installTranslator(self.translator)
        self.provider = TomoshibiProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:
        """Add menu and toolbar."""
        # only here: `qgis_process` and scripts need none of it
        from .dialogs.after_run import AfterRun
        from .dialogs.browser import CasesInBrowser
        from .dialogs.case_project import CaseWindow, open_case_project
        from .dialogs.dock.locator import PlacesLocator
        from .dialogs.drop import PublishedFilesDrop
        from .dialogs.registry import OptionsFactory, Windows
        from .processing_provider.desk import set_current_case

        self.initProcessing()
        set_current_case(self._current_case)
        window = self.iface.mainWindow()
        self.menu = QMenu(tr("Tomoshibi"), window)
        self.menu.setObjectName("mTomoshibiMenu")
        self.menu.setIcon(QIcon(str(RESOURCES / "icon.svg")))
        self.iface.pluginMenu().addMenu(self.menu)
        self._explain_lack()
        self.toolbar = self.iface.addToolBar(tr("Tomoshibi"))
        self.toolbar.setObjectName("mTomoshibiToolBar")
        self.windows = Windows(self.iface)
        self.windows.case_opened = self._case_opened
        self.dock_action = self._dock_action()
        self.menu.addAction(self.dock_action)
        self.toolbar.addAction(self.dock_action)
        for step in STEPS:
            self._add_step(step)
        self.options = OptionsFactory(self.iface)
        self.iface.registerOptionsWidgetFactory(self.options)
        self.drops = PublishedFilesDrop(self.iface)
        self.iface.registerCustomDropHandler(self.drops)
        self.after_run = AfterRun(self.iface)
        self.case_window = CaseWindow(self.iface)
        self.case_window.opened.connect(self._case_opened)
        self.browser = CasesInBrowser(partial(open_case_project, iface=self.iface))
        self.locator = PlacesLocator(self.iface)
        self.iface.registerLocatorFilter(self.locator)
        self.menu.addSeparator()
        self.menu.addAction(self._refresh_action())
        self.menu.addAction(self._options_action())
        self.menu.addAction(self._guide_action())
        if settings.DOCK_SHOWN.read() == "1":
            # once the window has its size and QGIS has put the other docks in their places
            QTimer.singleShot(0, self._show_dock_again)

    def unload(self) -> None:
        """Take away what `initGui` and `initProcessing` added."""
        from .processing_provider.desk import set_current_case

        set_current_case(None)
        self._take_dock_away()
        if self.refresher is not None:
            self.refresher.close()
            self.refresher = None
        if self.browser is not None:
            self.browser.close()
            self.browser = None
        if self.case_window is not None:
            self.case_window.close()
            self.case_window = None
        if self.after_run is not None:
            self.after_run.close()
            self.after_run = None
        if self.drops is not None:
            self.iface.unregisterCustomDropHandler(self.drops)
            self.drops = None
        if self.options is not None:
            self.iface.unregisterOptionsWidgetFactory(self.options)
            self.options = None
        if self.windows is not None:
            self.windows.close()
            self.windows = None
        if self.toolbar is not None:
            self.iface.mainWindow().removeToolBar(self.toolbar)
            self.toolbar.deleteLater()
            self.toolbar = None
        if self.menu is not None:
            self.iface.pluginMenu().removeAction(self.menu.menuAction())
            self.menu.deleteLater()
            self.menu = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None

    def _explain_lack(self) -> None:
        """Where packages are missing, say so at the head of the menu and in the message bar."""
        from .processing_provider.needs import unmet

        reason = unmet(dependencies.ALL)
        if not reason:
            return
        action = QAction(QgsApplication.getThemeIcon("/mIconWarning.svg"), tr("Packages Are Missing…"), self.menu)
        action.setObjectName("mTomoshibiLackAction")
        action.setToolTip(reason)
        action.triggered.connect(lambda checked=False: self._show_lack(reason))
        self.menu.addAction(action)
        self.menu.addSeparator()
        self.iface.messageBar().pushWarning(tr("Tomoshibi"), reason)

    def _show_lack(self, reason: str) -> None:
        """Open a box with what is missing, whose text can be copied."""
        box = QMessageBox(self.iface.mainWindow())
        box.setObjectName("mTomoshibiLackBox")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(tr("Tomoshibi"))
        box.setText(reason)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.open()

    def _add_step(self, step: Step) -> None:
        from .dialogs.registry import DIALOGS
        from .dialogs.shades import symbol

        icon = symbol(RESOURCES / f"step_{step.name}.svg")
        actions = [self._dialog_action(row) for row in DIALOGS if row.step == step.name]
        actions += [self._action(name) for name in step.algorithms if self.provider.algorithm(name) is not None]
        if not actions:
            return
        actions += self._more(step)
        if len(actions) == 1:
            actions[0].setIcon(icon)
            self.menu.addAction(actions[0])
        else:
            entries = self.menu.addMenu(icon, step.title())
            entries.setObjectName(f"mTomoshibiMenu_{step.name}")
            entries.addActions(actions)
        button = QToolButton(self.toolbar)
        button.setObjectName(f"mTomoshibiButton_{step.name}")
        if len(actions) > 1:
            button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
            button.addActions(actions)
        # Last: adding an action that is there already takes it out first, and Qt then forgets that it was the default.
        button.setDefaultAction(actions[0])
        button.setIcon(icon)
        button.setText(step.title())
        button.setToolTip(step.title())
        self.toolbar.addWidget(button)

    def _more(self, step: Step) -> list[QAction]:
        """Return the entry that opens the menu of what a step needs less often; none where there is nothing of it."""
        actions = [self._action(name) for name in step.more if self.provider.algorithm(name) is not None]
        if not actions:
            return []
        menu = QMenu(tr("Others"), self.menu)
        menu.setObjectName(f"mTomoshibiMore_{step.name}")
        menu.addActions(actions)
        return [menu.menuAction()]

    def _action(self, name: str) -> QAction:
        action = QAction(tr("{algorithm}…").format(algorithm=self.provider.algorithm(name).displayName()), self.menu)
        action.setObjectName(f"mTomoshibiAction_{name}")
        action.triggered.connect(partial(self._open, name))
        return action

    def _dialog_action(self, row: Row) -> QAction:
        action = QAction(tr("{algorithm}…").format(algorithm=row.title()), self.menu)
        action.setObjectName(f"mTomoshibiDialog_{row.name}")
        action.triggered.connect(lambda checked=False: self.windows.open(row.name))
        return action

    def _dock_action(self) -> QAction:
        from .dialogs.shades import symbol

        action = QAction(symbol(RESOURCES / "dock.svg"), tr("Situation Dock"), self.menu)
        action.setObjectName("mTomoshibiDockAction")
        action.setToolTip(tr("Show the situation of the case: how old its data are, the numbers, the next step"))
        action.setCheckable(True)
        action.triggered.connect(self._toggle_dock)
        return action

    def _toggle_dock(self, on: bool) -> None:
        """Show or hide the dock, and remember it for the next session."""
        from .processing_provider.needs import unmet

        if on and unmet(dependencies.ALL):
            self.dock_action.setChecked(False)
            self._show_lack(unmet(dependencies.ALL))
            return
        settings.DOCK_SHOWN.save("1" if on else "")
        if on and self.dock is None:
            self._make_dock()
        elif self.dock is not None:
            self.dock.setUserVisible(on)

    def _show_dock_again(self) -> None:
        """Show the dock as it was in the last session, unless the plugin is gone meanwhile."""
        from .processing_provider.needs import unmet

        if self.menu is not None and not unmet(dependencies.ALL):
            self.dock_action.setChecked(True)
            self._toggle_dock(True)

    def _make_dock(self) -> None:
        from .dialogs.dock.window import Doors, SituationDock

        doors = Doors(self._choose_case, self.windows.open, self._open)
        self.dock = SituationDock(self.iface, doors)
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        # where it stood in an earlier session
        self.iface.mainWindow().restoreDockWidget(self.dock)
        self.dock.show()
        self.dock.visibilityChanged.connect(self._dock_shown)

    def _take_dock_away(self) -> None:
        """Take away the dock and the locator, which both look into the case."""
        if self.dock is not None:
            dock, self.dock = self.dock, None
            dock.visibilityChanged.disconnect(self._dock_shown)
            dock.close_down()
            self.iface.removeDockWidget(dock)
            dock.deleteLater()
        if self.locator is not None:
            self.iface.deregisterLocatorFilter(self.locator)
            self.locator = None

    def _dock_shown(self, visible: bool) -> None:
        """Let the action follow; a dock behind another tab is still there."""
        there = visible or not self.dock.isHidden()
        self.dock_action.setChecked(there)
        if self.dock.isHidden() and self.iface.mainWindow().isVisible():
            settings.DOCK_SHOWN.save("")

    def _choose_case(self, folder: str) -> None:
        from .dialogs import cases

        cases.make_current(folder)
        self.windows.tell_case(folder)

    def _refresh_action(self) -> QAction:
        action = QAction(tr("Refresh Automatically"), self.menu)
        action.setObjectName("mTomoshibiRefreshAction")
        action.setToolTip(tr("Every few minutes: fetch what is new for the case and make its situation layers again"))
        action.setCheckable(True)
        action.triggered.connect(partial(self._refresh, action))
        return action

    def _refresh(self, action: QAction, on: bool) -> None:
        """Switch automatic refreshing on or off; the action shows whether it is on, whoever switched it."""
        if self.refresher is None:
            from .dialogs.refresh import Refresher

            self.refresher = Refresher(self.iface)
            self.refresher.switched.connect(action.setChecked)
        if on:
            self.refresher.start(self._current_case())
        else:
            self.refresher.stop()

    def _guide_action(self) -> QAction:
        action = QAction(tr("User Guide"), self.menu)
        action.setObjectName("mTomoshibiGuideAction")
        page = settings.guide_url("docs/user-guide.ja.md" if settings.language() == "ja" else "README.md")
        action.triggered.connect(lambda checked=False: QDesktopServices.openUrl(QUrl(page)))
        return action

    def _options_action(self) -> QAction:
        action = QAction(tr("Options…"), self.menu)
        action.setObjectName("mTomoshibiOptionsAction")
        action.triggered.connect(self._show_options)
        return action

    def _show_options(self) -> None:
        from .dialogs import OPTIONS_PAGE

        self.iface.showOptionsDialog(self.iface.mainWindow(), OPTIONS_PAGE)

    def _case_opened(self, folder: str) -> None:
        self.case = folder
        if self.refresher is not None:
            self.refresher.case_changed(folder)
        if self.dock is not None:
            self.dock.case_changed()

    def _current_case(self) -> str:
        """Return the case of this session, else the project's or the one last used."""
        from .dialogs import cases

        return self.case or cases.current()

    def _open(self, name: str, checked: bool = False) -> None:
        """Open the dialog of an algorithm, with the current case filled in."""
        import processing

        from .dialogs import cases

        can, reason = self.provider.algorithm(name).canExecute()
        if not can:
            self._show_lack(reason)
            return
        takes_case = self.provider.algorithm(name).parameterDefinition("CASE") is not None and name != "createcase"
        case = self._current_case()
        given = {"CASE": case} if case and takes_case else {}
        results = processing.execAlgorithmDialog(f"tomoshibi:{name}", given)
        if name == "createcase" and results.get("CASE"):
            self.case = results["CASE"]
            if cases.is_case(self.case):
                cases.make_current(self.case)
                self._case_opened(self.case)


def _translator() -> Optional[QTranslator]:
    """Return the Japanese translator where the plugin is to speak Japanese, None for English."""
    if settings.language() != "ja":
        return None
    translator = QTranslator()
    return translator if translator.load(str(settings.HOME / "i18n" / "tomoshibi_ja.qm")) else None
