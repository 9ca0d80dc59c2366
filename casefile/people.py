"""Lists of people that a municipality keeps (要支援者, 見守り対象者, 申請者): which supply point is whose.

What is read is the number, the municipality's own key, and what was asked for. A name is read only where it is wanted.
Nobody drops off a list: a person whose number cannot be used is kept without one, and told by row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..aggregator.contractor_lists import comparable
from ..aggregator.tabular import normal
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
    """`row_no` int, and text `supply_point` ("" where none can be used) `key name care` ("" where there is none)."""
    problems: tuple[Message, ...]


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
    if "supply_point" not in found and "key" not in found:
        raise PeopleError(
            message(
                "The list {list} has no column with the supply point (供給地点特定番号) and none with your own id. "
                "Name one of them “{number}” or “{key}” in its first row, or choose the column.",
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
    repeated whole are taken once.
    """
    places = find_columns(headings, chosen, list_name)
    linked: dict[str, list[str]] = {}
    if links is not None:
        for key, number in zip(links["facility_id"], links["supply_point"]):
            linked.setdefault(str(key), []).append(str(number))
    found, unusable = [], []
    for row_no, row in enumerate(rows, 2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if not any(cell.strip() for cell in row):
            continue
        key, care = cells.get("key", ""), cells.get("care", "")
        name = cells.get("name", "") if with_names else ""
        given = usable_number(cells.get("supply_point", ""))
        numbers = [given] if given else linked.get(key, [])
        if not numbers:
            unusable.append(row_no)
        found += [(row_no, number, key, name, care) for number in numbers or [""]]
    table = pd.DataFrame(found, columns=["row_no", "supply_point", "key", "name", "care"])
    table = table.drop_duplicates([name for name in table if name != "row_no"], ignore_index=True)
    return People(table, _problems(unusable, table, list_name))


def _problems(unusable: Sequence[int], table: pd.DataFrame, list_name: str) -> tuple[Message, ...]:
    found = []
    if unusable:
        found.append(
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
        found.append(
            message(
                "{list}: rows {rows} have a supply point that stands in an earlier row too: several people of one "
                "home, or a mistake.",
                list=list_name,
                rows=_some(again),
            )
        )
    return tuple(found)


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
