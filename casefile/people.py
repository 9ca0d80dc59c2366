"""Lists of people that a municipality keeps (要支援者, 見守り対象者, 申請者): which supply point is whose.

What is read is the number, the municipality's own key, and what was asked for. A name is kept only where it is wanted;
where there is no number, name and address are looked up in マスタ情報 and forgotten.
Nobody drops off a list: a person whose number cannot be used is kept without one, and told by row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..aggregator.contractor_lists import comparable
from ..aggregator.tabular import normal
from ..analysis.name_match import Contracts, Match, match_people
from ..messages import Message, TomoshibiError, message
from .case import Case
from .contractor_checks import HEADINGS
from .contracts import supply_rows
from .evidence import SUPPLY
from .links import read_links

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "supply_point": HEADINGS["supply_point"],
    "key": HEADINGS["key"],
    "name": ("氏名", "氏名(漢字)", "対象者氏名", "要支援者氏名", "申請者氏名", "電気利用者氏名", "名前", "name"),
    "holder": HEADINGS["name"],
    "kana": (*HEADINGS["kana"], "対象者カナ", "要支援者カナ", "申請者カナ", "氏名ｶﾅ", "カナ", "カナ氏名", "かな"),
    "address": (*HEADINGS["address"], "対象者住所", "要支援者住所", "申請者住所", "現住所", "被災時住所", "居住地"),
    "care": ("要介護度", "介護度", "要介護状態区分", "介護認定", "障害支援区分", "障害等級", "等級", "care"),
}
"""Headings by which a column is told, the surest first; compared without differences of width and case."""
_NUMBER = re.compile(r"[0-9]{22}")
_ZERO_LOST = re.compile(r"[1-9][0-9]{20}")
SHOWN = 10
"""Rows named in one message."""


class PeopleError(TomoshibiError):
    """A list of people cannot be used at all."""


@dataclass(frozen=True)
class People:
    """A list of people that was read."""

    table: pd.DataFrame
    """`row_no` int, and text `supply_point` ("" where none can be used) `key name care linked_by` ("" where there is
    none). `linked_by`: `number`, `key`, `name_address`, or `review_several` `review_name` `review_address`."""
    problems: tuple[Message, ...]
    asked: pd.DataFrame
    """Text `name kana address` of the rows of `table`, for looking up only: never written, never told."""


NUMBER, KEY_LINK, NAME_ADDRESS = "number", "key", "name_address"
_REVIEW = {Match.SEVERAL: "review_several", Match.NAME_ONLY: "review_name", Match.ADDRESS_ONLY: "review_address"}


def find_columns(headings: Sequence[str], chosen: Mapping[str, str], list_name: str) -> dict[str, int]:
    """Return {name of `COLUMNS`: position}: what was chosen, else by the headings.

    Raises `PeopleError` where a chosen column is not there, or neither supply point nor key can be told.
    """
    known = {normal(heading).casefold(): place for place, heading in reversed(list(enumerate(headings)))}
    found = {}
    for name, candidates in COLUMNS.items():
        wanted = chosen.get(name, "")
        if wanted and wanted not in headings:
            raise PeopleError(
                message("The list {list} has no column “{column}”. Choose another.", list=list_name, column=wanted)
            )
        place = headings.index(wanted) if wanted else None
        if place is None:
            told = (known.get(normal(item).casefold()) for item in candidates)
            place = next((one for one in told if one is not None), None)
        if place is not None:
            found[name] = place
    by_name = "address" in found and ({"name", "holder", "kana"} & set(found))
    if "supply_point" not in found and "key" not in found and not by_name:
        raise PeopleError(
            message(
                "The list {list} has no column with the supply point (供給地点特定番号), none with your own id, "
                "and not both name and address. Name one of them “{number}” or “{key}” in its first row, or "
                "choose the column.",
                list=list_name,
                number=COLUMNS["supply_point"][0],
                key="ID",
            )
        )
    return found


def usable_number(text: str) -> str:
    """Return a supply point as 22 digits, "" where it is none; one leading zero that a spreadsheet took is put back."""
    plain = re.sub(r"[\s-]", "", comparable(text)).lstrip("'")
    if _ZERO_LOST.fullmatch(plain):
        plain = "0" + plain
    # what a spreadsheet has rounded ends in zeros: it is another number than the meter's
    return plain if _NUMBER.fullmatch(plain) and plain.lstrip("0")[15:].strip("0") else ""


def people(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
    links: Optional[pd.DataFrame] = None,
    with_names: bool = False,
    list_name: str = "",
) -> People:
    """Return who is on a list; whoever has several supply points by `links` several times.

    Where the list gives no number, its key is looked up in `links` (`facility_id supply_point`). Rows that are
    repeated whole are taken once, and told.
    """
    places = find_columns(headings, chosen, list_name)
    linked: dict[str, list[str]] = {}
    if links is not None:
        for key, number in zip(links["facility_id"], links["supply_point"]):
            linked.setdefault(str(key), []).append(str(number))
    found: list[tuple[object, ...]] = []
    repeated: list[int] = []
    seen: set[tuple[str, ...]] = set()
    for row_no, row in enumerate(rows, 2):
        whole = tuple(cell.strip() for cell in row)
        if not any(whole):
            continue
        if whole in seen:
            repeated.append(row_no)
            continue
        seen.add(whole)
        found += _entries(row_no, whole, places, linked, with_names)
    table = pd.DataFrame(found, columns=[*_KEPT, "name_asked", "kana", "address"]).astype({"row_no": np.int64})
    asked = table[["name_asked", "kana", "address"]].rename(columns={"name_asked": "name"})
    kept = table[_KEPT]
    return People(kept, _problems(repeated, kept, list_name), asked)


_KEPT = ["row_no", "supply_point", "key", "name", "care", "linked_by"]


def _entries(
    row_no: int,
    row: Sequence[str],
    places: Mapping[str, int],
    linked: Mapping[str, list[str]],
    with_names: bool,
) -> list[tuple[object, ...]]:
    """Return what one row of a list becomes: an entry for each of its supply points, at least one."""
    cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
    key, care = cells.get("key", ""), cells.get("care", "")
    name = cells.get("name", "") if with_names else ""
    # the contract is in the holder's name where the list tells it apart
    asked = (cells.get("holder") or cells.get("name", ""), cells.get("kana", ""), cells.get("address", ""))
    given = usable_number(cells.get("supply_point", ""))
    numbers = [given] if given else list(dict.fromkeys(linked.get(key, [])))
    how = NUMBER if given else KEY_LINK if numbers else ""
    return [(row_no, number, key, name, care, how, *asked) for number in numbers or [""]]


def linked_by_name(case: Case, found: People, list_name: str = "") -> People:
    """Return the list with the supply points of those who have none by name and address in マスタ情報.

    One contract alone of that name at that address is used, and said; several, or the name or the address alone, are
    told for review and stay without one. So does everybody where マスタ情報 has no names or no addresses.
    """
    table = found.table.copy()
    open_rows = np.flatnonzero((table["supply_point"] == "").to_numpy())
    asked = found.asked.iloc[open_rows]
    named = ((asked["name"] != "") | (asked["kana"] != "")).to_numpy() & (asked["address"] != "").to_numpy()
    open_rows, asked = open_rows[named], asked[named]
    problems = list(found.problems)
    columns = set(case.master_columns())
    if len(open_rows) and "address" in columns and {"name", "kana"} & columns:
        answer = match_people(
            asked["name"].tolist(), asked["kana"].tolist(), asked["address"].tolist(), _contracts(case, columns)
        )
        kinds = answer["match"].to_numpy()
        how = [NAME_ADDRESS if kind == Match.UNIQUE else _REVIEW.get(Match(kind), "") for kind in kinds]
        for name, values in (("supply_point", answer["supply_point"].tolist()), ("linked_by", how)):
            column = table[name].to_numpy(object).copy()
            column[open_rows] = values
            table[name] = column
        problems += _match_problems(table, open_rows, list_name)
    return replace(found, table=table, problems=(*problems, *_unlinked(table, list_name)))


def _contracts(case: Case, columns: set[str]) -> Contracts:
    """Return the contracts of マスタ情報 that people are looked up in."""
    rows = supply_rows(case, ["name", "kana", "address"])
    blank = np.full(len(rows), "", dtype=object)

    def texts(name: str) -> np.ndarray:
        return rows[name].fillna("").to_numpy(object) if name in columns else blank

    return Contracts(rows["supply_point"].to_numpy(object), texts("name"), texts("kana"), texts("address"))


def _match_problems(table: pd.DataFrame, rows: np.ndarray, list_name: str) -> list[Message]:
    """Say who was found by name and address, and who is to be looked at."""
    part = table.iloc[rows]
    said = []
    matched = part.loc[part["linked_by"] == NAME_ADDRESS, "row_no"].tolist()
    if matched:
        said.append(
            message(
                "{list}: {count} row(s) without a supply point were found in マスタ情報 by name and address, each in "
                "one contract alone (rows {rows}).",
                list=list_name,
                count=len(matched),
                rows=_some(matched),
            )
        )
    review = part.loc[part["linked_by"].isin(_REVIEW.values()), "row_no"].tolist()
    if review:
        said.append(
            message(
                "{list}: {count} row(s) fit several contracts of マスタ情報, or one by name or by address alone (rows "
                "{rows}). Look at them yourself and enter their supply points; they stay unknown.",
                list=list_name,
                count=len(review),
                rows=_some(review),
            )
        )
    return said


def _unlinked(table: pd.DataFrame, list_name: str) -> list[Message]:
    """Say who has no supply point, and whose number stands in an earlier row too."""
    said = []
    unusable = table.loc[(table["supply_point"] == "") & (table["linked_by"] == ""), "row_no"].tolist()
    if unusable:
        said.append(
            message(
                "{list}: {count} row(s) have no usable supply point of 22 digits, and no link by their id (rows "
                "{rows}). They stay on the list as unknown. Match them by 契約照合, or format the column as text.",
                list=list_name,
                count=len(unusable),
                rows=_some(unusable),
            )
        )
    numbered = table[table["supply_point"] != ""]
    again = numbered.loc[numbered.duplicated("supply_point"), "row_no"].tolist()
    if again:
        said.append(
            message(
                "{list}: rows {rows} have a supply point that stands in an earlier row too: several people of one "
                "home, or a mistake.",
                list=list_name,
                rows=_some(again),
            )
        )
    return said


def _problems(repeated: Sequence[int], table: pd.DataFrame, list_name: str) -> tuple[Message, ...]:
    """Say what is odd about a list as it stands; what looking up may still change is said by `linked_by_name`."""
    said = []
    if repeated:
        said.append(
            message(
                "{list}: rows {rows} repeat an earlier row whole and are taken once.",
                list=list_name,
                rows=_some(repeated),
            )
        )
    blank = table.loc[table["key"] == "", "row_no"].drop_duplicates().tolist()
    if blank and (table["key"] != "").any():
        said.append(
            message(
                "{list}: rows {rows} have no id of their own: they are kept, and told by their row.",
                list=list_name,
                rows=_some(blank),
            )
        )
    return tuple(said)


def _some(rows: Sequence[int]) -> str:
    return ", ".join(str(row) for row in rows[:SHOWN]) + (" …" if len(rows) > SHOWN else "")


def case_links(case: Case) -> Optional[pd.DataFrame]:
    """Return the links of the case (own id → supply points), None where it keeps none. Raises `LinksError`."""
    path = case.folder / "contractors" / "links.csv"
    return read_links(path).table if path.is_file() else None


@dataclass(frozen=True)
class Homes:
    """What the case knows of supply points; arrays of one length, in the order they were asked for."""

    rows: np.ndarray
    """int64: rows of the reading store (供給), -1 without readings."""
    lat: np.ndarray
    """float64 degrees of the pole; NaN where マスタ情報 has none."""
    lon: np.ndarray


def homes(case: Case, numbers: Sequence[str]) -> Homes:
    """Return rows and places of supply points; "" and those the case does not know have -1 and NaN."""
    wanted = np.asarray(numbers, dtype=str)
    rows = np.full(len(wanted), -1, dtype=np.int64)
    asked = np.flatnonzero(wanted != "")
    if len(asked) and case.readings.coverage() is not None:
        rows[asked] = np.asarray(case.readings.rows_of(wanted[asked], SUPPLY))
    lat, lon = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    if {"supply_point", "lat", "lon"} <= set(case.master_columns()):
        master = supply_rows(case, ["lat", "lon"])
        place = pd.Index(master["supply_point"].astype(str)).get_indexer(wanted)
        known = place >= 0
        lat[known] = master["lat"].to_numpy(float)[place[known]]
        lon[known] = master["lon"].to_numpy(float)[place[known]]
    return Homes(rows, lat, lon)


def use_of(case: Case, rows: np.ndarray, begin: np.datetime64, end: np.datetime64) -> np.ndarray:
    """Return the readings of rows of the store, int32 (rows, half-hours) Wh; all missing (-1) for a row of -1."""
    known = np.flatnonzero(np.asarray(rows) >= 0)
    count = int((end - begin) // np.timedelta64(1800, "s"))
    found = np.full((len(rows), count), -1, dtype=np.int32)
    if len(known):
        found[known] = case.readings.window(begin, end, np.asarray(rows)[known])
    return found
