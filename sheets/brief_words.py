"""The situation in two lines of words and figures, at the top of the brief, the unknown beside the known."""

from __future__ import annotations

from typing import Mapping

import pandas as pd

from ..analysis.key_figures import FacilityGroup, GroupCount, facilities_by_group
from ..translate import tr
from .headline import Told

_RATES = ("meshoutage", "areaoutage")
"""Themes that tell of the meters without power; the first that was made does."""


def brief_headline(tables: Mapping[str, pd.DataFrame], told: Mapping[str, Told], blind: bool) -> str:
    """Return the headline of the brief, a sentence for each theme.

    Parameters
        tables: theme → what was counted (`headline.table_of`).
        told: theme → what stands above its map.
        blind: whether the data tell nothing yet of what came after the event: then nothing is said to be well.

    Returns
        "" is never returned: where nothing was made, that is said.
    """
    found = []
    if "shelterpower" in tables:
        found.append(_facilities(tables["shelterpower"]))
    if "survivalclocks" in told:
        found.append(_first_line(told["survivalclocks"]))
    rates = next((kind for kind in _RATES if kind in told), None)
    if rates is not None:
        found.append(_first_line(told[rates]))
    for kind, unsaid in (
        ("isolatedcommunities", tr("It is not known whether settlements are isolated")),
        ("hiddenoutages", tr("Hidden outages are not known")),
    ):
        if kind in told:
            # an empty map of data from before the event proves nothing
            found.append(unsaid if blind and not len(tables[kind]) else _first_line(told[kind]))
    if not found:
        return tr("Nothing can be told: no map of the situation has been made yet.")
    return "".join(tr("{sentence}. ").format(sentence=one) for one in found).rstrip()


def _first_line(told: Told) -> str:
    return told.headline.partition("\n")[0]


def _facilities(table: pd.DataFrame) -> str:
    groups = facilities_by_group(table)
    if not groups:
        return tr("No facility to tell of")
    if all(group.unknown == group.total for group in groups):
        return tr("Of all {total} facilities nothing is known").format(total=f"{len(table):,}")
    return tr("Confirmed without power: {groups}").format(groups=tr(", ").join(map(_group, groups)))


def _group(counted: GroupCount) -> str:
    words = {
        FacilityGroup.SHELTERS: tr("shelters {dark} of {total}"),
        FacilityGroup.MEDICAL: tr("hospitals and clinics {dark} of {total}"),
        FacilityGroup.OTHERS: tr("other facilities {dark} of {total}"),
    }[counted.group]
    beside = [
        tr("in part {count}").format(count=f"{counted.partly:,}") if counted.partly else "",
        tr("unknown {count}").format(count=f"{counted.unknown:,}") if counted.unknown else "",
    ]
    known = words.format(dark=f"{counted.dark:,}", total=f"{counted.total:,}")
    aside = tr(", ").join(filter(None, beside))
    return known + (tr(" ({aside})").format(aside=aside) if aside else "")
