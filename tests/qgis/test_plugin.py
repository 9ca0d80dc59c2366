"""The plugin as QGIS loads and unloads it."""

from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

ROOT = Path(__file__).resolve().parents[2]


class Interface:
    """As much of QGIS's interface as registration needs."""

    def __init__(self):
        self.window = QMainWindow()
        self.plugins = QMenu("Plugins", self.window)
        self.factories: list = []
        self.drops: list = []
        self.locators: list = []

    def mainWindow(self):
        return self.window

    def mapCanvas(self):
        return None

    def pluginMenu(self):
        return self.plugins

    def addToolBar(self, title: str) -> QToolBar:
        return self.window.addToolBar(title)

    def registerCustomDropHandler(self, handler) -> None:
        self.drops.append(handler)

    def unregisterCustomDropHandler(self, handler) -> None:
        self.drops.remove(handler)

    def registerLocatorFilter(self, filter_) -> None:
        self.locators.append(filter_)

    def deregisterLocatorFilter(self, filter_) -> None:
        self.locators.remove(filter_)

    def registerOptionsWidgetFactory(self, factory) -> None:
        self.factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory) -> None:
        self.factories.remove(factory)


@pytest.fixture
def without_provider(qgis_app):
    """The plugin registers the provider itself: there is none before, and none is left."""
    registry = QgsApplication.processingRegistry()
    if registry.providerById("tomoshibi") is not None:
        registry.removeProvider("tomoshibi")
    yield registry
    if registry.providerById("tomoshibi") is not None:
        registry.removeProvider("tomoshibi")


def test_loading_and_unloading_twice_leaves_nothing_behind(without_provider):
    from qgis.PyQt.QtCore import QCoreApplication, QEvent
    from tomoshibi import classFactory

    iface = Interface()
    for _ in range(2):
        plugin = classFactory(iface)
        plugin.initGui()
        assert without_provider.providerById("tomoshibi") is not None
        assert [action.text() for action in iface.plugins.actions()] == ["Tomoshibi"]
        assert (
            len(iface.window.findChildren(QToolBar))
            == 1
            == len(iface.factories)
            == len(iface.drops)
            == len(iface.locators)
        )
        plugin.unload()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert without_provider.providerById("tomoshibi") is None
        assert iface.plugins.actions() == iface.factories == iface.drops == iface.locators == []
        assert iface.window.findChildren(QToolBar) == []


def test_menu_and_toolbar_have_the_steps_in_order_and_every_algorithm_is_there(without_provider):
    from tomoshibi import classFactory
    from tomoshibi.plugin import RESOURCES, STEPS
    from tomoshibi.processing_provider.registry import ALGORITHMS
    from tomoshibi.processing_provider.steps import MOST_ENTRIES

    iface = Interface()
    plugin = classFactory(iface)
    plugin.initGui()
    buttons = [
        button.objectName() for button in plugin.toolbar.findChildren(QToolButton) if button.objectName()[:1] == "m"
    ]
    assert buttons == [f"mTomoshibiButton_{step.name}" for step in STEPS]
    for step in STEPS:
        assert (RESOURCES / f"step_{step.name}.svg").is_file()
        assert all(plugin.provider.algorithm(name) is not None for name in step.all_algorithms)
        entries = plugin.menu.findChild(QMenu, f"mTomoshibiMenu_{step.name}").actions()
        assert 2 <= len(entries) <= MOST_ENTRIES == 7
        more = entries[-1].menu()
        shown = [action.objectName() for action in more.actions()] if more is not None else []
        assert shown == [f"mTomoshibiAction_{name}" for name in step.more]
    named = {action.objectName() for action in plugin.menu.findChildren(type(plugin.menu.menuAction()))}
    listed = [name for step in STEPS for name in step.all_algorithms]
    assert {f"mTomoshibiAction_{name}" for name in listed} <= named
    # What works on layers of any origin is found in the toolbox only.
    tools = {module.split(".")[1] for module, _ in ALGORITHMS if module.startswith("tools.")}
    assert sorted(listed) == sorted({one.name() for one in plugin.provider.algorithms()} - tools)
    plugin.unload()


def test_a_click_on_a_button_does_what_the_first_entry_of_its_menu_does(without_provider, monkeypatch):
    import processing
    from tomoshibi import classFactory
    from tomoshibi.plugin import STEPS

    opened = []
    monkeypatch.setattr(processing, "execAlgorithmDialog", lambda name, given: opened.append(name) or {}, raising=False)
    plugin = classFactory(Interface())
    plugin.initGui()
    plugin.windows.open = opened.append
    first = {}
    for step in STEPS:
        button = plugin.toolbar.findChild(QToolButton, f"mTomoshibiButton_{step.name}")
        entry = button.actions()[0]
        opened.clear()
        button.click()
        first[step.name] = list(opened)
        opened.clear()
        entry.trigger()
        assert first[step.name] == opened and len(opened) == 1
    assert first["case"] == ["case"] and first["recovery"] == ["tomoshibi:recoveryindex"]
    assert first["sheets"] == ["tomoshibi:brief"]
    plugin.unload()


def test_an_entry_opens_its_dialog_and_the_case_made_goes_on_to_the_next(without_provider, monkeypatch):
    import processing
    from tomoshibi import classFactory

    opened = []

    def dialog(algorithm: str, parameters: dict) -> dict:
        opened.append((algorithm, parameters))
        return {"CASE": "/cases/one"} if algorithm.endswith("createcase") else {}

    monkeypatch.setattr(processing, "execAlgorithmDialog", dialog, raising=False)
    plugin = classFactory(Interface())
    plugin.initGui()
    for name in ("homeaway", "createcase", "homeaway", "meshgrid"):
        plugin._open(name)
    plugin.unload()
    assert opened == [
        ("tomoshibi:homeaway", {}),
        ("tomoshibi:createcase", {}),
        ("tomoshibi:homeaway", {"CASE": "/cases/one"}),
        ("tomoshibi:meshgrid", {}),
    ]


def test_the_language_follows_qgis_unless_it_is_set(qgis_app, monkeypatch):
    from tomoshibi import settings

    monkeypatch.setenv("TOMOSHIBI_LANGUAGE", "ja_JP")
    assert settings.language() == "ja"
    monkeypatch.setenv("TOMOSHIBI_LANGUAGE", "fr")
    assert settings.language() == "en"
    monkeypatch.delenv("TOMOSHIBI_LANGUAGE")
    settings.LANGUAGE.save("ja")
    assert settings.language() == "ja"
    settings.LANGUAGE.save("")
    assert settings.language() == ("ja" if QgsApplication.locale().startswith("ja") else "en")


def test_metadata_has_what_the_plugin_repository_asks_for():
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    general = parser["general"]
    for item in "name description about version qgisMinimumVersion author email tracker repository".split():
        assert general[item].strip(), item
    assert general["hasProcessingProvider"] == "yes"
    assert (general["qgisMinimumVersion"], general["qgisMaximumVersion"]) == ("3.22", "4.99")
    assert "supportsQt6" not in general and "plugin" not in general["name"].lower()
    assert general["description"].isascii() and "<" not in general["about"]
    assert (ROOT / general["icon"]).is_file()


def test_starting_imports_neither_pandas_nor_requests():
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "startup.py"), "1"], capture_output=True, text=True, check=False
    )
    assert "imported against the rule: none" in done.stdout, done.stdout + done.stderr
