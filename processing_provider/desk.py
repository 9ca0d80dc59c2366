"""What a window of QGIS does with the project of a case; without one nobody does it, and the file is all there is."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional, Protocol, TypeVar

from qgis.core import QgsFeedback, QgsProject, QgsVectorLayer

from ..layers.project_file import PROJECT, is_filled, is_large, is_project_of, without_user

__all__ = ["PROJECT", "Desk", "desk", "is_large", "is_project_of", "set_desk", "show_course", "without_user"]

T = TypeVar("T")


class Desk(Protocol):
    """QGIS's window, as much of it as the project of a case needs; called in the main thread."""

    def save(self) -> bool:
        """Save the project that is open, as its menu does; False where it could not."""

    def open(self, project: Path) -> None:
        """Open a project once the algorithm that made it has ended."""

    def busy(self, title: str, feedback: QgsFeedback, work: Callable[[], T]) -> T:
        """Do what belongs to the window's own thread, with what it is, how far it is and a button to stop it."""


def show_course(project: QgsProject) -> str:
    """Switch on a result that has a course in the project of a case; return its name, "" where one is on or none is."""
    if not is_filled(project):
        return ""
    from ..layers.context import result_kind
    from ..layers.project_views import has_course

    nodes = [
        node
        for node in project.layerTreeRoot().findLayers()
        if isinstance(node.layer(), QgsVectorLayer) and result_kind(node.layer()) and has_course(node.layer())
    ]
    if not nodes or any(node.isVisible() for node in nodes):
        return ""
    nodes[0].setItemVisibilityCheckedParentRecursive(True)
    return str(nodes[0].name())


_desks: list[Desk] = []


def set_desk(desk: Optional[Desk]) -> None:
    """Name the window, or None where it is closed."""
    _desks[:] = [] if desk is None else [desk]


def desk() -> Optional[Desk]:
    """Return the window, None where QGIS runs without one."""
    return _desks[0] if _desks else None


_cases: list[Callable[[], str]] = []


def set_current_case(ask: Optional[Callable[[], str]]) -> None:
    """Name who knows the case that a person works on, or None where the window is closed."""
    _cases[:] = [] if ask is None else [ask]


def current_case() -> str:
    """Return the folder of the case that a person works on, "" where there is none or QGIS runs without a window."""
    return _cases[0]() if _cases else ""
