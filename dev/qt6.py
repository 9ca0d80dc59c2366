"""Run under PyQt6 what QGIS 4 will run under it, without QGIS: no QGIS 4 can be installed by a package yet.

    qt6.py FOLDER     FOLDER: where `pip install --target FOLDER PyQt6` put it (make qt6)

Every form is loaded, every package without QGIS is imported, and every class, enum and member that the sources take
from `qgis.PyQt` is looked up. `qgis.PyQt` and `qgis.gui` are thin stand-ins. Exit code 1 where anything is missing.
"""

from __future__ import annotations

import ast
import importlib
import io
import os
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PURE = ("aggregator", "analysis", "casefile", "practice")
MODULES = ("QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtXml", "QtSvg", "QtPrintSupport", "uic")
MOVED = ("QAction", "QActionGroup", "QShortcut")
"""In QtGui since Qt 6; `qgis.PyQt.QtWidgets` of QGIS 4 still has them."""


def stand_in() -> None:
    """Make `qgis.PyQt` that of PyQt6, and the widgets of `qgis.gui` plain widgets."""
    from PyQt6 import QtGui, QtWidgets

    qgis, pyqt, gui = (types.ModuleType(name) for name in ("qgis", "qgis.PyQt", "qgis.gui"))
    qgis.__path__, pyqt.__path__ = [], []
    for name in MODULES:
        try:
            module = importlib.import_module(f"PyQt6.{name}")
        except ImportError:
            continue
        sys.modules[f"qgis.PyQt.{name}"] = module
        setattr(pyqt, name, module)
    for name in MOVED:
        setattr(QtWidgets, name, getattr(QtGui, name))
    forms = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("*/*.ui"))
    for name, base in set(re.findall(r"<class>(Qgs\w+)</class><extends>(\w+)</extends>", forms)):
        setattr(gui, name, type(name, (getattr(QtWidgets, base),), {}))
    qgis.PyQt, qgis.gui = pyqt, gui
    sys.modules.update({"qgis": qgis, "qgis.PyQt": pyqt, "qgis.gui": gui})


def broken_forms() -> list[str]:
    """Load every form; return what is wrong with any."""
    from PyQt6 import QtWidgets, uic

    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    found = []
    for path in sorted(ROOT.glob("*/*.ui")):
        text = path.read_text(encoding="utf-8")
        base = re.search(r'<widget class="(\w+)"', text).group(1)
        try:
            uic.loadUi(io.StringIO(text), getattr(QtWidgets, base)())
        except (AttributeError, TypeError, ValueError, uic.exceptions.UIFileException) as error:
            found.append(f"{path.name}: {error}")
    del application
    return found


def broken_imports() -> list[str]:
    """Import every module of the packages without QGIS; return those that fail."""
    found = []
    for name in ["messages", "files", "dependencies", "translate", *_modules()]:
        try:
            importlib.import_module(f"tomoshibi.{name}")
        except ImportError as error:
            found.append(f"{name}: {error}")
    return found


def _modules() -> list[str]:
    paths = [path for package in PURE for path in (ROOT / package).rglob("*.py") if path.name != "__main__.py"]
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)


def unknown_names() -> list[str]:
    """Return what the sources take from `qgis.PyQt` that PyQt6 does not have, with its place."""
    found = []
    shipped = [path for path in sorted(ROOT.glob("*.py")) + sorted(ROOT.glob("*/**/*.py")) if _ships(path)]
    for path in shipped:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known: dict[str, object] = {}
        for node, alias in _imports(tree):
            module = sys.modules.get(node.module or "")
            if module is None or not hasattr(module, alias.name):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.module}.{alias.name}")
            else:
                known[alias.asname or alias.name] = getattr(module, alias.name)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                found += [f"{path.relative_to(ROOT)}:{node.lineno}: {name}" for name in _lost(node, known)]
    return found


def _imports(tree: ast.AST) -> Iterator[tuple[ast.ImportFrom, ast.alias]]:
    """Yield what is imported from the modules of `qgis.PyQt`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt."):
            for alias in node.names:
                yield node, alias


def _ships(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] not in {"tests", "dev", "benchmarks", "build", "dist", ".venv"}


def _lost(node: ast.Attribute, known: dict[str, object]) -> list[str]:
    """Return the chain `Class.Enum.Member` where PyQt6 does not have it."""
    names, inner = [node.attr], node.value
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name) or inner.id not in known:
        return []
    value = known[inner.id]
    for name in reversed(names):
        if not hasattr(value, name):
            return [".".join([inner.id, *reversed(names)])]
        value = getattr(value, name)
    return []


def main(words: list[str]) -> int:
    """Check all and print what was found."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path[:0] = [words[0], str(ROOT / "build" / "plugins")]
    stand_in()
    wrong = broken_forms() + broken_imports() + unknown_names()
    from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR

    print("\n".join(wrong) or "nothing is missing")
    forms = len(list(ROOT.glob("*/*.ui")))
    versions = f"Qt {QT_VERSION_STR}, PyQt {PYQT_VERSION_STR}"
    print(f"qt6: {versions}: {forms} forms, {len(_modules())} modules, {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
