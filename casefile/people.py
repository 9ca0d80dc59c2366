"""Lists of people that a municipality keeps (要支援者, 見守り対象者, 申請者): which supply point is whose.

What is read is the number, the municipality's own key, and what was asked for. A name is kept only where it is wanted;
where there is no number, name and address are looked up in マスタ情報 and forgotten.
Nobody drops off a list: a person whose number cannot be used is kept without one, and told by row.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Iterable, Mapping, Optional, Sequence, Union

import numpy as np
import pandas as pd

from ..analysis.contract_life import NO
from ..analysis.coordinates import Doubt, Place, checked, doubt_messages, place_of
from ..analysis.listed import Listed, folded, repeated_message, spellings
from ..analysis.name_match import Contracts, Match, at_another_address, match_people
from ..analysis.reasons import Reason
from ..analysis.severity import HEAVY, Scale, heaviest, in_words, scale_of, severity_of
from ..analysis.unread import Unread, some, unread_messages
from ..arrays import Array, TextArray
from ..messages import Message, TomoshibiError, message
from .case import Case
from .contractor_checks import HEADINGS
from .contracts import SUPPLY, in_service, supply_rows
from .links import read_links, usable_number

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "supply_point": HEADINGS["supply_point"],
    "key": (*HEADINGS["key"], "個人番号", "住民番号", "被保険者番号", "受付番号", "申請番号"),
    "household": ("世帯番号", "世帯コード", "世帯ID", "世帯No", "household"),
    "name": (
        *("氏名", "氏名(漢字)", "対象者氏名", "要支援者氏名", "申請者氏名", "電気利用者氏名", "名前", "name"),
        *("患者氏名", "患者名", "利用者氏名", "利用者名", "療養者氏名", "対象者名", "お名前"),
    ),
    "holder": HEADINGS["name"],
    "kana": (
        *HEADINGS["kana"],
        "対象者カナ",
        "要支援者カナ",
        "申請者カナ",
        "氏名ｶﾅ",
        "カナ",
        "カナ氏名",
        "かな",
        "患者カナ",
        "患者氏名カナ",
        "利用者カナ",
        "利用者氏名カナ",
    ),
    "address": (
        *(*HEADINGS["address"], "対象者住所", "要支援者住所", "申請者住所", "現住所", "被災時住所", "居住地"),
        *("患者住所", "利用者住所", "療養者住所", "療養場所", "設置場所", "設置先住所", "設置住所", "納入先住所"),
    ),
    "care": (
        "要介護度",
        "介護度",
        "要介護状態区分",
        "要介護認定区分",
        "介護認定",
        "障害支援区分",
        "障害等級",
        "等級",
        "care",
    ),
    "lat": ("緯度", "北緯", "lat", "latitude", "y"),
    "lon": ("経度", "東経", "lon", "lng", "longitude", "x"),
}
"""Headings by which a column is told, the surest first; compared without differences of width and case."""
KNOWN = frozenset(folded(item) for items in COLUMNS.values() for item in items)
IDENTITY = frozenset(
    folded(item) for name in ("supply_point", "key", "household", "name", "holder", "address") for item in COLUMNS[name]
)
"""Headings of columns that say who a row is about."""
_RUNNING = frozenset(
    folded(item) for item in ("No", "No.", "№", "番号", "項番", "連番", "通番", "通し番号", "行番号", "#")
)
"""Headings of running numbers, which tell nobody apart."""
_PERHAPS_DATA = re.compile(r"[0-9０-９]|[市区町村].*[丁番]|\s")


class PeopleError(TomoshibiError):
    """A list of people cannot be used at all."""


@dataclass(frozen=True)
class People:
    """A list of people that was read."""

    table: pd.DataFrame
    """`row_no` int, and text `supply_point` ("" where none can be used) `key name care linked_by same_as` ("" where
    there is none). `linked_by`: `number`, `key` (each with `_elsewhere` behind it where the contract is at another
    address than the list's), `name_address`, or `review_several` `review_name` `review_address`;
    `same_as`: rows of the list that may be the same person. `home_key` bool: the key is the home's, not the person's.
    `care_degree` float (0 … 7, NaN not known), `lat lon` float (degrees as the list tells them, NaN where it does not).
    """
    problems: tuple[Message, ...]
    asked: pd.DataFrame
    """Text `name kana address` of the rows of `table`, for looking up only: never written, never told."""
    unread: int = 0
    """Values of care and coordinates that were not understood."""

    @property
    def elsewhere(self) -> Array:
        """Bool: whose supply point stands at another address, in another name, than the list's: perhaps another's."""
        return np.array([is_elsewhere(how) for how in self.table["linked_by"]], dtype=bool)


NUMBER, KEY_LINK, NAME_ADDRESS = "number", "key", "name_address"
_ELSEWHERE = "_elsewhere"
"""Behind `linked_by` where the supply point stands at another address, in another name, than the list's."""
_REVIEW = {Match.SEVERAL: "review_several", Match.NAME_ONLY: "review_name", Match.ADDRESS_ONLY: "review_address"}


def is_elsewhere(linked_by: object) -> bool:
    """Whether what `linked_by` tells of a row is that its supply point may be another's: it tells nothing of theirs."""
    return str(linked_by).endswith(_ELSEWHERE)


def own_number(values: Mapping[str, object]) -> str:
    """Return the supply point of a row of a result about people, "" where it has none that is surely theirs."""
    return "" if is_elsewhere(values.get("linked_by")) else str(values.get("supply_point") or "")


def find_columns(listed: Listed, chosen: Mapping[str, str]) -> dict[str, int]:
    """Return {name of `COLUMNS`: position}: what was chosen, else by the headings.

    Raises `PeopleError` where a chosen column is not there, or nothing tells whose supply point is wanted.
    """
    found = {}
    for name, candidates in COLUMNS.items():
        wanted = chosen.get(name, "")
        if wanted and wanted not in listed.headings:
            raise PeopleError(
                message("The list {list} has no column “{column}”. Choose another.", list=listed.name, column=wanted)
            )
        place = listed.place_of(candidates, wanted)
        if place is not None:
            found[name] = place
    by_name = "address" in found and ({"name", "holder", "kana"} & set(found))
    if not {"supply_point", "key", "household"} & set(found) and not by_name:
        raise PeopleError(
            message(
                "The list {list} has no column with the supply point (供給地点特定番号), none with your own id, "
                "and not both name and address. Name one of them “{number}” or “{key}” in its first row, or "
                "choose the column.",
                list=listed.name,
                number=COLUMNS["supply_point"][0],
                key="ID",
            )
        )
    return found


def people(
    listed: Listed,
    chosen: Mapping[str, str],
    links: Optional[pd.DataFrame] = None,
    with_names: bool = False,
    others: Iterable[Optional[int]] = (),
) -> People:
    """Return who is on a list; whoever has several supply points by `links` several times.

    Where the list gives no number, its key is looked up in `links` (`facility_id supply_point`). Only a row that
    repeats another wholly and carries a name or an id of its own is taken once, and it is said which. `others`: places
    of columns that the caller reads itself, which are not told as not read.
    """
    places = find_columns(listed, chosen)
    linked: dict[str, list[str]] = {}
    if links is not None:
        for key, number in zip(links["facility_id"], links["supply_point"]):
            linked.setdefault(str(key), []).append(str(number))
    same = _same(listed, places)
    care = _care(listed, places.get("care"), chosen.get("care", ""))
    own = _own_places(listed, places)
    found: list[tuple[object, ...]] = []
    for position, row in enumerate(listed.rows):
        whole = tuple(cell.strip() for cell in row)
        if not any(whole) or position in same.repeats:
            continue
        told = (care.words[position], care.degrees[position], own[position].lat, own[position].lon)
        more = (*told, same.marks.get(position, ""))
        found += _entries(listed.numbers[position], whole, places, linked, with_names, more)
    table = pd.DataFrame(found, columns=[*_KEPT, "name_asked", "kana", "address"])
    table = table.astype({"row_no": np.int64, "care_degree": np.float64, "lat": np.float64, "lon": np.float64})
    asked = table[["name_asked", "kana", "address"]].rename(columns={"name_asked": "name"})
    kept = table[_KEPT]
    doubts = [(f"{number}", place.doubt) for number, place in zip(listed.numbers, own)]
    misplaced = sum(place.doubt not in (None, Doubt.BLANK) for place in own)
    problems = [
        *listed.problems,
        *same.problems,
        *unread_messages(care.unread, listed.name, personal=True),
        *(_of_rows(listed.name, one) for one in doubt_messages(doubts)),
        *_problems(kept, listed.name),
        *_not_read(listed, {*places.values(), *care.columns, *(place for place in others if place is not None)}),
    ]
    return People(kept, tuple(problems), asked, len(care.unread) + misplaced)


_KEPT = [
    "row_no",
    "supply_point",
    "key",
    "name",
    "linked_by",
    "care",
    "care_degree",
    "lat",
    "lon",
    "same_as",
    "home_key",
]


def _entries(
    row_no: int,
    row: Sequence[str],
    places: Mapping[str, int],
    linked: Mapping[str, list[str]],
    with_names: bool,
    more: tuple[object, ...],
) -> list[tuple[object, ...]]:
    """Return what one row of a list becomes: an entry for each of its supply points, at least one."""
    cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
    own = cells.get("key", "")
    key = own or cells.get("household", "")
    name = cells.get("name", "") if with_names else ""
    # the contract is in the holder's name where the list tells it apart
    asked = (cells.get("holder") or cells.get("name", ""), cells.get("kana", ""), cells.get("address", ""))
    given = usable_number(cells.get("supply_point", ""))
    numbers = [given] if given else list(dict.fromkeys(linked.get(key, [])))
    how = NUMBER if given else KEY_LINK if numbers else ""
    return [(row_no, number, key, name, how, *more, key != own, *asked) for number in numbers or [""]]


@dataclass(frozen=True)
class _Same:
    """Rows that are, or may be, about one person."""

    repeats: frozenset[int]
    """Positions of rows that are left out: each repeats an earlier one, as `problems` says."""
    marks: dict[int, str]
    """Position → rows that may be the same person."""
    problems: list[Message]


def _same(listed: Listed, places: Mapping[str, int]) -> _Same:
    """Tell rows that repeat another from those that only look like it.

    A running number tells nobody apart, and what was filled from a merged cell is nobody's own.
    """
    keys = _names_of_keys(listed, places)
    rows = {position: tuple(cell.strip() for cell in row) for position, row in enumerate(listed.rows)}
    rows = {position: row for position, row in rows.items() if any(row)}
    repeats = _repeats(rows, places, keys, {row for row, _ in listed.filled})
    left = {position: row for position, row in rows.items() if position not in repeats}
    marks = {
        one: some([listed.numbers[other] for other in group if other != one])
        for group in _alike(left, listed.headings, places)
        for one in group
    }
    return _Same(frozenset(repeats), marks, _same_messages(listed, repeats, marks, keys))


def _alike(rows: Mapping[int, tuple[str, ...]], headings: Sequence[str], places: Mapping[str, int]) -> list[list[int]]:
    """Return the positions of rows that are the same but for running numbers, those of each such group."""
    running = {place for place, name in enumerate(headings) if set(spellings(name)) & _RUNNING}
    running -= {places[name] for name in ("key", "supply_point", "name") if name in places}
    groups: dict[tuple[str, ...], list[int]] = {}
    for position, row in rows.items():
        own = tuple(cell for place, cell in enumerate(row) if place not in running)
        groups.setdefault(own, []).append(position)
    return [group for group in groups.values() if len(group) > 1]


def _repeats(
    rows: Mapping[int, tuple[str, ...]],
    places: Mapping[str, int],
    keys: Mapping[str, set[tuple[str, ...]]],
    filled: set[int],
) -> dict[int, int]:
    """Return {position of a row that repeats another wholly, somebody's own name or id included: that of the first}."""
    key = places.get("key")
    named = {places[name] for name in ("name", "kana") if name in places} - {key}
    first: dict[tuple[str, ...], int] = {}
    found: dict[int, int] = {}
    for position, row in rows.items():
        before = first.get(row)
        who = any(row[place] for place in named if place < len(row))
        # an id that other people have too is a home's, not a person's
        who = who or (key is not None and key < len(row) and len(keys.get(row[key], ())) == 1)
        if who and before is not None and not {position, before} & filled:
            found[position] = before
        else:
            first.setdefault(row, position)
    return found


def _names_of_keys(listed: Listed, places: Mapping[str, int]) -> dict[str, set[tuple[str, ...]]]:
    """Return for each own id the different rows (without running numbers: names where there are any) that bear it."""
    told = [places[name] for name in ("name", "kana") if name in places] or range(len(listed.headings))
    found: dict[str, set[tuple[str, ...]]] = {}
    for key, row in zip(listed.column(places.get("key")), listed.rows):
        if key:
            found.setdefault(key, set()).add(tuple(row[place].strip() for place in told if place < len(row)))
    return found


def _same_messages(
    listed: Listed, repeats: Mapping[int, int], marks: Mapping[int, str], keys: Mapping[str, set[tuple[str, ...]]]
) -> list[Message]:
    said = []
    number = listed.numbers
    if repeats:
        said.append(repeated_message(listed, repeats))
    if marks:
        said.append(
            message(
                "{list}: rows {rows} are alike and have nothing that tells people apart: all stay on the list, marked "
                "as possibly the same.",
                list=listed.name,
                rows=some([number[one] for one in sorted(marks)]),
            )
        )
    shared = [key for key, rows in keys.items() if len(rows) > 1]
    if shared:
        said.append(
            message(
                "{list}: {count} id(s) stand on several people: all stay on the list. An id of each person's own tells "
                "them apart.",
                list=listed.name,
                count=len(shared),
            )
        )
    return said


@dataclass(frozen=True)
class _Care:
    """What a list says of the need of care, row by row."""

    words: list[str]
    degrees: list[float]
    unread: list[Unread]
    columns: list[int]


def _care(listed: Listed, place: Optional[int], chosen: str) -> _Care:
    """Return the heaviest of all columns that tell of care or disability, and what could not be read."""
    scales = _scales(listed.headings, place, chosen)
    words: list[list[str]] = [[] for _ in listed.rows]
    degrees: list[list[Optional[int]]] = [[] for _ in listed.rows]
    unread = []
    for column, scale in scales.items():
        for position, cell in enumerate(listed.column(column)):
            if not cell:
                continue
            told = severity_of(cell, scale)
            words[position].append(in_words(cell, scale) if len(scales) > 1 else cell)
            degrees[position].append(told.degree)
            if not told.understood:
                unread.append(Unread(listed.numbers[position], listed.headings[column], cell))
    return _Care(["・".join(each) for each in words], [_heaviest(each) for each in degrees], unread, list(scales))


def _scales(headings: Sequence[str], place: Optional[int], chosen: str) -> dict[int, Optional[Scale]]:
    """Return {column that tells of care: its scale}; None for the one `chosen` whose heading tells none."""
    found: dict[int, Optional[Scale]] = {}
    for column, heading in enumerate(headings):
        scale = scale_of(heading)
        if scale is not None:
            found[column] = scale
    if place is not None and (chosen or not found):
        found.setdefault(place, None)
    return found


def _heaviest(degrees: Sequence[Optional[int]]) -> float:
    """Return the heaviest degree, NaN where none is known, or one that is not understood may be heavier."""
    degree = heaviest(degrees)
    return math.nan if degree is None or (None in degrees and degree < HEAVY) else float(degree)


def _own_places(listed: Listed, places: Mapping[str, int]) -> list[Place]:
    """Return the place that the list itself tells of each row: of its columns, else of the layer's geometry."""
    if "lat" in places and "lon" in places:
        return [place_of(lat, lon) for lat, lon in zip(listed.column(places["lat"]), listed.column(places["lon"]))]
    if listed.places:
        return [checked(lat, lon) for lat, lon in listed.places]
    return [Place(math.nan, math.nan, Doubt.BLANK)] * len(listed.rows)


def _of_rows(list_name: str, what: Message) -> Message:
    return message("{list}, by row: {what}", list=list_name, what=what)


def _not_read(listed: Listed, read: Iterable[int]) -> list[Message]:
    """Name the columns that nothing was read from."""
    used = set(read)
    rest = [place for place in range(len(listed.headings)) if place not in used and any(listed.column(place))]
    if not rest:
        return []
    # where the first row is no heading but a person's, its cells must not be told
    return [
        message(
            "{list}: columns not read: {columns}.",
            list=listed.name,
            columns=", ".join(
                f"{place + 1}" if _PERHAPS_DATA.search(listed.headings[place]) else listed.headings[place]
                for place in rest
            ),
        )
    ]


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
    problems += _mark_elsewhere(case, columns, table, found.asked, list_name)
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


def _mark_elsewhere(
    case: Case, columns: set[str], table: pd.DataFrame, asked: pd.DataFrame, list_name: str
) -> list[Message]:
    """Mark in `table`, in place, whose supply point マスタ情報 has at another address, in another name; name them."""
    told = ((table["supply_point"] != "") & (asked["address"] != "").to_numpy()).to_numpy()
    if not told.any() or "address" not in columns:
        return []
    contracts = _contracts(case, columns)
    place = pd.Index(contracts.supply_point.astype(str)).get_indexer(table["supply_point"].astype(str))
    rows = np.flatnonzero(told & (place >= 0))
    part, place = asked.iloc[rows], place[rows]
    name, kana, address = (part[column].tolist() for column in ("name", "kana", "address"))
    rows = rows[at_another_address(name, kana, address, place.tolist(), contracts)]
    if not len(rows):
        return []
    how = table["linked_by"].to_numpy(object).copy()
    how[rows] = [f"{one}{_ELSEWHERE}" for one in how[rows]]
    table["linked_by"] = how
    return [
        message(
            "{list}: the supply point of {count} row(s) stands in マスタ情報 at another address, in another name (rows "
            "{rows}): perhaps it is somebody else's, and what its meter tells is not taken for theirs. Check these "
            "numbers.",
            list=list_name,
            count=len(rows),
            rows=some(table["row_no"].iloc[rows].drop_duplicates().tolist()),
        )
    ]


def _contracts(case: Case, columns: set[str]) -> Contracts:
    """Return the contracts of マスタ情報 that people are looked up in."""
    rows = supply_rows(case, ["name", "kana", "address"])
    blank = np.full(len(rows), "", dtype=object)

    def texts(name: str) -> Array:
        return rows[name].fillna("").to_numpy(object) if name in columns else blank

    return Contracts(rows["supply_point"].to_numpy(object), texts("name"), texts("kana"), texts("address"))


def _match_problems(table: pd.DataFrame, rows: Array, list_name: str) -> list[Message]:
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
                rows=some(matched),
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
                rows=some(review),
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
                rows=some(unusable),
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
                rows=some(again),
            )
        )
    return said


def _problems(table: pd.DataFrame, list_name: str) -> tuple[Message, ...]:
    """Say what is odd about a list as it stands; what looking up may still change is said by `linked_by_name`."""
    said = []
    blank = table.loc[table["key"] == "", "row_no"].drop_duplicates().tolist()
    if blank and (table["key"] != "").any():
        said.append(
            message(
                "{list}: rows {rows} have no id of their own: they are kept, and identified by their row.",
                list=list_name,
                rows=some(blank),
            )
        )
    return tuple(said)


def case_links(case: Case) -> Optional[pd.DataFrame]:
    """Return the links of the case (own id → supply points), None where it keeps none. Raises `LinksError`."""
    path = case.folder / "contractors" / "links.csv"
    return read_links(path).table if path.is_file() else None


@dataclass(frozen=True)
class Homes:
    """What the case knows of supply points; arrays of one length, in the order they were asked for."""

    rows: Array
    """int64: rows of the reading store (供給), -1 without readings."""
    lat: Array
    """float64 degrees of the pole; NaN where マスタ情報 has none."""
    lon: Array
    elsewhere: Array
    """Bool: whose supply point stands at another address than the list's; they have no row."""
    own: int = 0
    """How many places are those that the list itself told, because マスタ情報 has none."""


def homes_of(case: Case, listed: People) -> Homes:
    """Return rows and places of the people of a list: those of the supply point, else those the list tells.

    A supply point that stands at another address than the person's has neither row nor place: that is not where the
    person lives, and nothing that is read of its meter is taken for the person's.
    """
    elsewhere = listed.elsewhere
    found = homes(case, listed.table["supply_point"].to_numpy(str))
    own = listed.table[["lat", "lon"]].to_numpy(float)
    found.rows[elsewhere], found.lat[elsewhere], found.lon[elsewhere] = -1, np.nan, np.nan
    lacking = ~(np.isfinite(found.lat) & np.isfinite(found.lon)) & np.isfinite(own).all(axis=1)
    lat, lon = np.where(lacking, own[:, 0], found.lat), np.where(lacking, own[:, 1], found.lon)
    return Homes(found.rows, lat, lon, elsewhere, int(lacking.sum()))


def why_no_readings(case: Case, listed: People, found: Homes, at: datetime) -> list[Optional[Reason]]:
    """Return why nothing is read of each person's home at a moment; None where there are readings of it.

    Nobody linked them, the supply point stands at another address, the contract is over, or nobody asked.
    """
    numbers = listed.table["supply_point"].to_numpy(str)
    ended = in_service(case, numbers, at) == NO
    why: list[Optional[Reason]] = []
    for row, number, other, over in zip(found.rows, numbers, found.elsewhere, ended):
        if row >= 0:
            why.append(None)
        elif not number:
            why.append(Reason.NOT_LINKED)
        elif other:
            why.append(Reason.OTHER_ADDRESS)
        else:
            why.append(Reason.NOT_IN_SERVICE if over else Reason.OUT_OF_SCOPE)
    return why


def homes(case: Case, numbers: Union[Sequence[str], TextArray]) -> Homes:
    """Return rows and places of supply points; "" and those the case does not know have -1 and NaN."""
    wanted = np.asarray(numbers, dtype=str)
    rows = np.full(len(wanted), -1, dtype=np.int64)
    asked = np.flatnonzero(wanted != "")
    if len(asked) and case.readings.coverage() is not None:
        rows[asked] = np.asarray(case.readings.rows_of(wanted[asked], SUPPLY))
    lat, lon = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    if {"supply_point", "lat", "lon"} <= set(case.master_columns()):
        master = supply_rows(case, ["lat", "lon"])
        place = pd.Index(master["supply_point"].astype(str)).get_indexer(pd.Index(wanted))
        known = place >= 0
        lat[known] = master["lat"].to_numpy(float)[place[known]]
        lon[known] = master["lon"].to_numpy(float)[place[known]]
    return Homes(rows, lat, lon, np.zeros(len(wanted), dtype=bool))


def use_of(case: Case, rows: Array, begin: np.datetime64, end: np.datetime64) -> Array:
    """Return the readings of rows of the store, int32 (rows, half-hours) Wh; all missing (-1) for a row of -1."""
    known = np.flatnonzero(np.asarray(rows) >= 0)
    count = int((end - begin) // np.timedelta64(1800, "s"))
    found = np.full((len(rows), count), -1, dtype=np.int32)
    if len(known):
        found[known] = case.readings.window(begin, end, np.asarray(rows)[known])
    return found
