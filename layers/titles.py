"""Titles of what is made of a case: a drill's say so, wherever they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..translate import tr

if TYPE_CHECKING:
    from ..casefile.case import CaseInfo


def marked(title: str, info: CaseInfo) -> str:
    """Return a title, with the word for a drill before it where the case is one."""
    return tr("[Drill] {title}").format(title=title) if info.practice else title


def power_title(name: str, info: CaseInfo) -> str:
    """Return the title of a project of a case; `name`: the case, or who gets the project."""
    return marked(tr("{case}: power from smart meters").format(case=name), info)
