"""What a row of a result is about, so that it is known again whenever the result is made or published anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from ..casefile.answers import ENTERED, IDENTITY, Finder, person_of
from ..messages import Progress

if TYPE_CHECKING:
    from ..casefile.case import Case
    from ..layers.row_numbers import Keeping, Row

PEOPLE = frozenset(("evacuationsupport", "lifesupport", "residenceevidence", "visitplan"))
"""Results with a person a row: told by own id, supply point and name, where that is certain."""
_TIMED = ("voltage", "begin", "end")
KEYS: Mapping[str, tuple[str, ...]] = {
    "shelterpower": ("facility_id",),
    "survivalclocks": ("facility_id",),
    "meshoutage": ("mesh_code", *_TIMED),
    "areaoutage": ("area_code", *_TIMED),
    "acquisitiongaps": ("area_id", "begin", "end"),
    "isolatedcommunities": ("area_id",),
    "hiddenoutages": ("supply_point",),
    "outagetimeline": ("area_id", "begin", "end"),
    "outlook": ("area_id", "horizon_h"),
    "mapaudit": ("theme", "shown_at", "area_id"),
    "homeaway": ("supply_point",),
    "presencetable": ("supply_point", "slot_begin"),
    "recoveryindex": ("area_id", "begin", "end"),
    "contractcounts": ("area_id", "begin", "end"),
    "restorationplan": ("area_id", "plan_row"),
    "powertrucks": ("need_id", "truck_id"),
    "supportbatches": ("batch",),
    "utilityareas": ("name", "area_id"),
}
"""Result → fields that tell its rows apart; a field that the result lacks tells nothing."""


def identity_columns(theme: str) -> tuple[str, ...]:
    """Return the fields that tell what a row of a result is about; () where nothing does."""
    return IDENTITY if theme in PEOPLE else KEYS.get(theme, ())


def same_people(coming: Sequence[Row], standing: Sequence[Row]) -> dict[int, int]:
    """Return {place among those that come: place among those that stand} of who is certainly the same person."""
    here = [person_of(dict(zip(IDENTITY, row))) for row in coming]
    there = [person_of(dict(zip(IDENTITY, row))) for row in standing]
    finder = Finder(here, there)
    found: dict[int, int] = {}
    twice = set()
    for place, person in enumerate(there):
        at = finder.place(person)
        if at is None:
            continue
        if at in found:
            twice.add(at)
        found[at] = place
    return {at: place for at, place in found.items() if at not in twice}


def keeping(name: str, case: Case, theme: str, from_here: bool, progress: Progress) -> Optional[Keeping]:
    """Return what stays with the rows of a result in which people enter something; None of all others.

    Parameters
        name: of the algorithm that makes it.
        from_here: whether what was entered is read from the layer that is replaced.
    """
    from ..layers.row_numbers import Keeping
    from ..layers.schema import SPECS

    if "response" not in SPECS[theme].names():
        return None
    columns = identity_columns(theme)
    same = same_people if theme in PEOPLE else None
    return Keeping(columns, same, ENTERED, from_here, partial(_lost, name, case, theme, progress))


def _lost(name: str, case: Case, theme: str, progress: Progress, rows: list[dict[str, Any]]) -> None:
    from .entered import keep_gone

    keep_gone(name, case, theme in PEOPLE, rows, progress)
