"""What people said of a facility by telephone (電話確認), held against what was measured.

A told state never becomes a measured one: both are shown, each as what it is. A later measurement goes before words:
silence measured after “it has power” was said wins, and so does power measured after “it is out”. A generator of its
own (自家発) or a truck (電源車) says nothing of the line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Iterable, Optional


class ToldState(str, Enum):
    """What was said of a facility."""

    POWERED = "confirmed_powered"
    """通電を確認: the line gives power."""
    OUT = "confirmed_out"
    """停電を確認: the line gives none."""
    GENERATOR = "own_generator"
    """自家発: it runs on its own generator."""
    TRUCK = "truck"
    """電源車: a power truck feeds it."""
    WITHDRAWN = "withdrawn"
    """What was said before no longer holds."""


@dataclass(frozen=True)
class ToldStock:
    """What was left in a tank (燃料残量), as somebody read it off: litres, or a share of the tank."""

    litres: Optional[float] = None
    share: Optional[float] = None
    """0–1."""


@dataclass(frozen=True)
class Told:
    """One thing said of one facility."""

    facility_id: str
    state: ToldState
    by: str
    """Who said or noted it; a person's name never leaves the case."""
    at: datetime
    """Moment for which it was said."""
    until: Optional[datetime] = None
    """Moment from which it no longer holds; None until something later is said or measured."""
    stock: Optional[ToldStock] = None
    """What was left in the tank of its generator at `at`."""


def in_force(told: Iterable[Told], at: datetime) -> dict[str, Told]:
    """Return what holds of each facility at a moment: the last said not after it, unless ended or withdrawn.

    `told` in the order in which it was entered: of two things said for one moment the later entry holds.
    """
    found: dict[str, Told] = {}
    for one in told:
        known = found.get(one.facility_id)
        if one.at <= at and (known is None or known.at <= one.at):
            found[one.facility_id] = one
    return {
        key: one
        for key, one in found.items()
        if one.state is not ToldState.WITHDRAWN and (one.until is None or at < one.until)
    }


def stocks_in_force(told: Iterable[Told], at: datetime) -> dict[str, tuple[Told, ...]]:
    """Return what was told, up to a moment, of each facility of whose tank something was, in the order of the moments.

    A stock was what it was when it was read: neither its `until` nor another state said later ends it, but what is
    withdrawn is gone. Of two stocks of one moment the later entry is the mended one. `told` as for `in_force`.
    """
    found: dict[str, list[Told]] = {}
    for one in sorted((one for one in told if one.at <= at), key=lambda each: each.at):
        before = found.setdefault(one.facility_id, [])
        if one.state is ToldState.WITHDRAWN:
            before.clear()
            continue
        if one.stock is not None:
            before[:] = [replace(each, stock=None) if each.at == one.at else each for each in before]
        before.append(one)
    return {key: (*all_of,) for key, all_of in found.items() if any(one.stock is not None for one in all_of)}
