"""Facilities without a link: their supply points by name and address (LG-WAN, UC①′ without a list of links).

通電情報 names meters that are silent, with name and address; マスタ情報 names all, where it was fetched. A facility
whose name and address are those of one contract is linked; whatever fits in part is for a person to look at, and stays
unknown, as do all others: not being on a list under this name proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional

import numpy as np
import pandas as pd

from ..analysis.name_match import Contracts, Match, match_people
from ..analysis.unread import some
from ..arrays import Array
from ..messages import Message, message
from .case import Case
from .contracts import supply_rows

LINK, NAME_ADDRESS = "link", "name_address"
REVIEW = {Match.SEVERAL: "review_several", Match.NAME_ONLY: "review_name", Match.ADDRESS_ONLY: "review_address"}
_COLUMNS = ["supply_point", "name", "address"]


@dataclass(frozen=True)
class FacilityLinks:
    """Which supply points feed which facility, and how that is known."""

    table: pd.DataFrame
    """`facility_id supply_point`, both text."""
    linked_by: list[str]
    """Of each facility: `link`, `name_address`, `review_several` `review_name` `review_address`, "" not at all."""
    problems: tuple[Message, ...]


def with_names(case: Case, places: pd.DataFrame, links: pd.DataFrame, at: Optional[datetime] = None) -> FacilityLinks:
    """Return the links with those of facilities that have none, by name and address.

    `places`: `facility_id name address`; `links`: `facility_id supply_point`; `at`: lists later than it are not read.
    """
    ids = places["facility_id"].astype(str)
    linked = ids.isin(set(links["facility_id"].astype(str))).to_numpy()
    how = np.where(linked, LINK, "").astype(object)
    asked = ~linked & (places["name"] != "").to_numpy() & (places["address"] != "").to_numpy()
    known = _contracts(case, at) if asked.any() else None
    if known is None or not len(known):
        return FacilityLinks(links, how.tolist(), ())
    part = places[asked]
    # "灯町小学校" may be the contract of its 設置者; only what stands there under the same name is certain
    answer = match_people(part["name"].tolist(), [""] * len(part), part["address"].tolist(), known)
    kinds = [Match(kind) for kind in answer["match"]]
    how[asked] = [NAME_ADDRESS if kind is Match.UNIQUE else REVIEW.get(kind, "") for kind in kinds]
    found = pd.DataFrame(
        {"facility_id": ids[asked].to_numpy(object), "supply_point": answer["supply_point"].to_numpy()}
    )
    found = found[(answer["match"] == Match.UNIQUE.value).to_numpy()]
    table = pd.concat([links[["facility_id", "supply_point"]], found], ignore_index=True)
    return FacilityLinks(table, how.tolist(), tuple(_said(places["name"].to_numpy(object), how)))


def _said(names: Array, how: Array) -> list[Message]:
    said = []
    matched = names[how == NAME_ADDRESS]
    if len(matched):
        said.append(
            message(
                "{count} facilities without a link were found by name and address, each in one contract alone: "
                "{names}.",
                count=len(matched),
                names=some(matched.tolist()),
            )
        )
    review = names[np.isin(how, list(REVIEW.values()))]
    if len(review):
        said.append(
            message(
                "{count} facilities fit several contracts, or one by name or by address alone: {names}. Look at them "
                "yourself and enter their supply points in the list of links; they stay unknown.",
                count=len(review),
                names=some(review.tolist()),
            )
        )
    return said


def _contracts(case: Case, at: Optional[datetime]) -> Contracts:
    """Return supply points with name and address, of 通電情報 up to a moment and of マスタ情報."""
    parts = []
    for snapshot in case.outage_snapshots():
        if (at is None or snapshot.created_at <= at) and set(_COLUMNS) <= set(snapshot.table.columns):
            parts.append(snapshot.table[_COLUMNS])
    # lists name the same meters again and again; of マスタ情報 each stands there once
    parts = [pd.concat(parts, ignore_index=True).drop_duplicates()] if len(parts) > 1 else parts
    if set(_COLUMNS) <= set(case.master_columns()):
        parts.append(supply_rows(case, ["name", "address"])[_COLUMNS])
    if not parts:
        return Contracts(*(np.empty(0, dtype=object) for _ in range(4)))
    table = pd.concat(parts, ignore_index=True).fillna("")
    blank = np.full(len(table), "", dtype=object)
    number, name, address = (table[column].to_numpy(object) for column in _COLUMNS)
    return Contracts(number, name, blank, address)
