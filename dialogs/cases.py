"""The current case: kept in the project where there is one, and for this user; only the path of its folder."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsExpressionContextUtils, QgsProject

from .. import settings

VARIABLE = settings.CASE_VARIABLE
RECENT = 10
"""Case folders remembered."""


def is_case(folder: str) -> bool:
    """Whether a folder has a case in it."""
    return bool(folder) and (Path(folder) / "case.json").is_file()


def current() -> str:
    """Return the folder of the current case, "" where there is none: the project's, else the user's last."""
    project = QgsProject.instance()
    said = str(QgsExpressionContextUtils.projectScope(project).variable(VARIABLE) or "")
    if said and project.absolutePath():
        # A project that was handed over with its case says where it is from where the project is.
        said = str(Path(project.absolutePath(), said))
    for folder in (said, settings.CURRENT_CASE.read()):
        if is_case(folder):
            return folder
    return ""


def make_current(folder: str) -> None:
    """Make a case the current one, for the project and for this user."""
    QgsExpressionContextUtils.setProjectVariable(QgsProject.instance(), VARIABLE, folder)
    remember(folder)


def remember(folder: str) -> None:
    """Make a case the one this user worked with last; the project says it itself."""
    settings.CURRENT_CASE.save(folder)
    settings.RECENT_CASES.save("\n".join([folder, *(each for each in recent() if each != folder)][:RECENT]))


def remembered() -> list[str]:
    """Return the cases opened lately, newest first, without a look at the disk: some may be gone."""
    return [folder for folder in settings.RECENT_CASES.read().splitlines() if folder]


def recent() -> list[str]:
    """Return the cases opened lately that are still there, newest first."""
    return [folder for folder in remembered() if is_case(folder)]
