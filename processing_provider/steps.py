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


def _of(*groups: str, first: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the algorithms of toolbox groups in the order of the registry, some first and some left out."""
    names = [module.split(".")[1] for module, _ in ALGORITHMS if module.split(".")[0] in groups]
    return first + tuple(name for name in names if name not in first + without)


_CASE = ("createcase", "editcase", "setupcase", "casestatus", "verifycase")

STEPS = (
    Step("case", lambda: tr("Case"), _CASE),
    Step("get", lambda: tr("Get Data"), _of("acquire", first=("downloadpublished",), without=_CASE)),
    Step("situation", lambda: tr("Situation"), _of("situation")),
    Step("people", lambda: tr("People"), _of("people")),
    Step("recovery", lambda: tr("Recovery"), _of("recovery")),
    Step("sheets", lambda: tr("Map Sheets"), (*_of("publish"), "morning_brief")),
    Step("drill", lambda: tr("Drill"), _of("drill")),
)
"""The steps in the order of work."""
