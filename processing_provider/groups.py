"""The groups of the toolbox, and its icon: what QGIS reads of them when it starts, and nothing else."""

from __future__ import annotations

from typing import Callable

from .. import settings
from ..translate import tr

ICON = settings.HOME / "resources" / "icon.svg"


class Group:
    """A group of the toolbox."""

    def __init__(self, id_: str, title: Callable[[], str]):
        self.id = id_
        """Folder of the algorithms and id of the group."""
        self.title = title
        """Name shown; called when needed, as the language is not known at import. Numbers keep the order of work."""


GROUPS = {
    group.id: group
    for group in (
        Group("acquire", lambda: tr("1 Get data")),
        Group("situation", lambda: tr("2 Situation")),
        Group("people", lambda: tr("3 People")),
        Group("recovery", lambda: tr("4 Recovery")),
        Group("publish", lambda: tr("5 Map sheets and reports")),
        Group("protect", lambda: tr("6 Request, protect, dispose")),
        Group("drill", lambda: tr("7 Drill")),
        Group("tools", lambda: tr("8 Tools")),
    )
}
