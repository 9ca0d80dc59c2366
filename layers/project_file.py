"""The project file of a case: its name, which project it is, and what must not stand in it. Light: no tables."""

from __future__ import annotations

import os
from pathlib import Path

from qgis.core import QgsExpressionContextUtils, QgsProject
from qgis.PyQt.QtXml import QDomDocument

PROJECT = "situation.qgz"
"""Project file of a case."""
LARGE_VARIABLE = "tomoshibi_large_type"
"""Project variable: `yes` where labels and symbols are made larger for a wall screen."""

SCOPE = "Tomoshibi"
"""Scope of this plugin's entries in a project."""


def is_filled(project: QgsProject) -> bool:
    """Whether a project was filled as the project of a case: it has groups for results then."""
    return bool(project.readBoolEntry(SCOPE, "/filled")[0])


def is_project_of(project: QgsProject, file: Path) -> bool:
    """Whether a project is the one that lies in a file."""
    said = project.fileName()
    return bool(said) and os.path.normcase(os.path.realpath(said)) == os.path.normcase(os.path.realpath(file))


def is_large(project: QgsProject) -> bool:
    """Whether labels and symbols of a case's project are for a wall screen."""
    return QgsExpressionContextUtils.projectScope(project).variable(LARGE_VARIABLE) == "yes"


def without_user(document: QDomDocument) -> None:
    """Take the account name out of a project that is being written: QGIS says who saved it."""
    root = document.documentElement()
    for name in ("saveUser", "saveUserFull"):
        root.removeAttribute(name)
