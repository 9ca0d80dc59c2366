"""Enum members are named through their enum, as QGIS 4 requires: `Qt.ItemDataRole.UserRole`, not `Qt.UserRole`."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest
from tomoshibi.dev import package

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [name for name in package.shipped() if name.endswith(".py")]


def imported(tree: ast.AST) -> dict[str, type]:
    """Return the classes of QGIS and Qt that a file imports, by the name it uses."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.") and not node.level:
            module = importlib.import_module(node.module)
            for alias in node.names:
                value = getattr(module, alias.name, None)
                if isinstance(value, type):
                    found[alias.asname or alias.name] = value
    return found


def enum_of(owner: type, kind: type) -> str:
    """Return the name by which a class holds an enum, "" where it does not; many of QGIS's moved and kept the name."""
    if getattr(owner, kind.__name__, None) is kind:
        return kind.__name__
    return next((name for name in dir(owner) if getattr(owner, name, None) is kind), "")


def unscoped(source: str, name: str = "<text>") -> Iterator[str]:
    """Yield every enum member that is taken from its class rather than from its enum."""
    tree = ast.parse(source, name)
    classes = imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in classes:
            owner = classes[node.value.id]
            kind = type(getattr(owner, node.attr, None))
            # The fields of QVariant are one of the few unscoped names that work in both: QGIS 4 keeps them alive.
            if kind is owner or owner.__name__ == "QVariant" or issubclass(owner, Enum):
                continue
            if issubclass(kind, (int, Enum)) and (enum := enum_of(owner, kind)):
                yield f"{node.lineno}: write {node.value.id}.{enum}.{node.attr}"


@pytest.mark.parametrize("name", SHIPPED)
def test_enum_members_are_scoped(name: str):
    assert list(unscoped((ROOT / name).read_text(encoding="utf-8"), name)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from qgis.PyQt.QtCore import Qt\nQt.UserRole",
        "from qgis.PyQt.QtCore import Qt\nQt.AlignLeft",
        "from qgis.core import QgsProcessing\nQgsProcessing.TypeVectorPoint",
        "from qgis.core import QgsWkbTypes as W\nW.Point",
        "from qgis.core import QgsProcessingParameterNumber\nQgsProcessingParameterNumber.Integer",
        "from qgis.PyQt.QtWidgets import QDialogButtonBox\nQDialogButtonBox.Ok",
    ],
)
def test_an_unscoped_member_is_found(source: str):
    assert list(unscoped(source))


@pytest.mark.parametrize(
    "source",
    [
        "from qgis.PyQt.QtCore import Qt\nQt.ItemDataRole.UserRole",
        "from qgis.core import Qgis\nQgis.MessageLevel.Warning",
        "from qgis.core import QgsProcessing\nQgsProcessing.SourceType.TypeVectorPoint",
        "from qgis.PyQt.QtCore import QVariant\nQVariant.String",
        "from qgis.core import QgsProject\nQgsProject.instance()",
    ],
)
def test_a_scoped_member_passes(source: str):
    assert list(unscoped(source)) == []
