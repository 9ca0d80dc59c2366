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

from ..analysis.name_match import (
    Contracts,
    Match,
    Town,
    fold_name,
    in_another_town,
    match_people,
    town_of,
    towns_among,
)
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


def in_other_towns(case: Case, places: pd.DataFrame, links: pd.DataFrame) -> tuple[Message, ...]:
    """Return what is to be said of facilities whose supply points stand in another town by マスタ情報.

    A warning and no more: an address of one place may be written in two ways (地番 and 住居表示), and a facility may
    have a meter across the border of a town. So those are named alone that stand far off or without a place, in no
    name like the facility's, while another contract stands in the facility's town as its list writes it; the rest is
    counted.

    Parameters
        places: `facility_id name address lat lon`; links: `facility_id supply_point`.
    """
    if not {"address", "supply_point"} <= set(case.master_columns()):
        return ()
    apart = [pair for pair in _pairs(case, places, links) if pair.doubtful]
    if not apart:
        return ()
    held = supply_rows(case, ["address"])["address"].fillna("").to_numpy(object)
    known = towns_among([pair.town for pair in apart if pair.town is not None], held)
    named = list(dict.fromkeys(pair.name for pair in apart if pair.town in known))
    return tuple(_of_other_towns(named, len({pair.name for pair in apart} - set(named))))


def _of_other_towns(named: list[str], rest: int) -> list[Message]:
    said = []
    if named:
        said.append(
            message(
                "{count} facilities have a supply point in the list of links that stands in another town by "
                "マスタ情報: {names}. It counts all the same. Look whether its number is right.",
                count=len(named),
                names=some(named),
            )
        )
    if rest:
        said.append(
            message(
                "The addresses of {count} facilities and of their supply points (マスタ情報) name towns that cannot be "
                "compared: whether the list of links is right there is not known.",
                count=rest,
            )
        )
    return said


NEAR_M = 1000.0
"""A pole so near a facility is its own, whatever the town is called."""


@dataclass(frozen=True)
class _Pair:
    """A facility and one of its supply points."""

    name: str
    town: Optional[Town]
    other: Optional[Town]
    """By マスタ情報."""
    near: bool
    of_its_name: bool
    """Whether the contract is in a name that holds the facility's."""

    @property
    def doubtful(self) -> bool:
        """Whether nothing speaks for the supply point, and its town against it."""
        known = self.town is not None and self.other is not None and in_another_town(self.town, self.other)
        return known and not self.near and not self.of_its_name


def _pairs(case: Case, places: pd.DataFrame, links: pd.DataFrame) -> list[_Pair]:
    columns = [name for name in ("name", "address", "lat", "lon") if name in set(case.master_columns())]
    rows = supply_rows(case, columns)
    wanted = links.merge(places.assign(facility_id=places["facility_id"].astype(str)), on="facility_id")
    wanted = wanted[wanted["address"].fillna("") != ""]
    held = rows[rows["supply_point"].isin(set(wanted["supply_point"]))].drop_duplicates("supply_point")
    found = wanted.merge(held, on="supply_point", suffixes=("", "_held"))
    pairs = []
    for one in found.to_dict("records"):
        own, theirs = fold_name(str(one["name"] or "")), fold_name(str(one.get("name_held") or ""))
        off = _metres(one["lat"], one["lon"], one.get("lat_held", np.nan), one.get("lon_held", np.nan))
        pairs.append(
            _Pair(
                str(one["name"] or one["facility_id"]),
                town_of(str(one["address"])),
                town_of(str(one["address_held"] or "")),
                bool(off <= NEAR_M),
                bool(own) and own in theirs,
            )
        )
    return pairs


def _metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return how far two places lie apart, NaN where one is not known; exact enough for a kilometre."""
    north = (other_lat - lat) * 111_000.0
    return float(np.hypot(north, (other_lon - lon) * 111_000.0 * np.cos(np.radians(lat))))


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
