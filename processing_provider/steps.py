"""The steps of the work, as the menu and the toolbar show them, with the algorithms of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from ..translate import tr
from .registry import ALGORITHMS


@dataclass(frozen=True)
class Step:
    """One step of the work: an entry of the menu and a button of the toolbar."""

    name: str
    """Object name, and name of the icon `resources/step_<name>.svg`."""
    title: Callable[[], str]
    """Called for the name shown, because the language is not known at import."""
    algorithms: tuple[str, ...]
    """Algorithms of the step in the order of work; the button opens the first."""
    more: tuple[str, ...] = ()
    """Algorithms that a person needs less often: in a menu of their own below those."""

    @property
    def all_algorithms(self) -> tuple[str, ...]:
        """All of its algorithms."""
        return self.algorithms + self.more


def _of(*groups: str, first: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the algorithms of toolbox groups in the order of the registry, some first and some left out."""
    names = [module.split(".")[1] for module, _ in ALGORITHMS if module.split(".")[0] in groups]
    return first + tuple(name for name in names if name not in first + without)


MOST_ENTRIES = 7
"""Entries of a step, its dialogs and the menu of the others among them: more are not taken in at a glance."""
_CASE = ("setupcase", "casestatus", "verifycase")
_MADE_BY_DIALOG = ("createcase", "editcase")
_AWAY = ("handover", "municipalpackages", "fieldpackage", "mergefield", "publishpostgis")
"""What leaves the case for others, and comes back."""
_GET = ("downloadpublished", "importfiles", "refreshcase", "testconnection")
_SELDOM = ("overridestate", "outagetimeline", "outlook", "mapaudit", "placemap", "utilityareas")

STEPS = (
    Step("case", lambda: tr("Case"), _CASE, _MADE_BY_DIALOG),
    Step("get", lambda: tr("Get Data"), _GET, _of("acquire", without=_CASE + _MADE_BY_DIALOG + _GET)),
    Step("situation", lambda: tr("Situation"), _of("situation", without=_SELDOM), _SELDOM),
    Step("people", lambda: tr("People"), _of("people")),
    Step("recovery", lambda: tr("Recovery"), _of("recovery")),
    Step("sheets", lambda: tr("Map Sheets"), (*_of("publish", first=("brief",), without=_AWAY), "morning_brief")),
    Step("share", lambda: tr("Share"), _AWAY),
    Step("protect", lambda: tr("Request and Dispose"), _of("protect", without=_CASE)),
    Step("drill", lambda: tr("Drill"), _of("drill")),
)
"""The steps in the order of work."""
