"""Titles of what is made of a case: a drill's say so, wherever they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Mapping

from ..translate import tr
from .schema import SPECS

if TYPE_CHECKING:
    from ..casefile.case import CaseInfo


def marked(title: str, info: CaseInfo) -> str:
    """Return a title, with the word for a drill before it where the case is one."""
    return tr("[Drill] {title}").format(title=title) if info.practice else title


def power_title(name: str, info: CaseInfo) -> str:
    """Return the title of a project of a case; `name`: the case, or who gets the project."""
    return marked(tr("{case}: power from smart meters").format(case=name), info)


_IN_TREE: Mapping[str, Callable[[], str]] = {
    "shelterpower": lambda: tr("Power at facilities"),
    "survivalclocks": lambda: tr("Hours left, facilities"),
    "meshoutage": lambda: tr("Outage by mesh"),
    "acquisitiongaps": lambda: tr("Data gaps"),
    "utilityareas": lambda: tr("Utility's outages"),
    "outlook": lambda: tr("Outlook of the outage"),
    "lifesupport": lambda: tr("People on devices"),
    "recoveryindex": lambda: tr("Use on the year before"),
    "contractcounts": lambda: tr("Contracts and solar"),
    "evacuationsupport": lambda: tr("Support, by priority"),
}
"""Names that leave room for their time in the layer tree, of results whose titles are longer; its tooltip has these."""
METHODS_IN_TREE: Mapping[str, Callable[[], str]] = {
    "manual": lambda: tr("manual"),
    "held": lambda: tr("night hold"),
    "quiet": lambda: tr("quiet hours"),
}
"""Code of a method → its word in the layer tree."""


def title_in_tree(kind: str, detail: str = "") -> str:
    """Return what a result is called in the layer tree, which is narrow; `detail`: what sets it apart from its kind."""
    title = _IN_TREE[kind]() if kind in _IN_TREE else SPECS[kind].title()
    return tr("{title}, {detail}").format(title=title, detail=detail) if detail else title
