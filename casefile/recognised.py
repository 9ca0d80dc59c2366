"""What a file of a municipality's own may be kept as (案件のもの), told by its columns, its geometry and its name.

Nothing is guessed: where more than one kind fits, all of them are said and none is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Callable, Mapping, Optional, Sequence

from ..analysis.listed import folded, spellings
from ..messages import Message, message
from .own_inputs import OWN_INPUTS

POINT, LINE, POLYGON, MIXED = "point", "line", "polygon", "mixed"


@dataclass(frozen=True)
class Seen:
    """A table or a layer, as far as it was looked at."""

    name: str
    """Of the file, and of the layer in it where it holds several."""
    headings: tuple[str, ...]
    geometry: str = ""
    """`point`, `line`, `polygon`, `mixed` of these; "" for a table without places."""
    rows: int = 0


@dataclass(frozen=True)
class Recognised:
    """What it may be kept as."""

    kinds: tuple[str, ...]
    """Kinds of `OWN_INPUTS` that fit: one where it is sure, several where a person must choose, none."""
    why: Message
    contested: bool = False
    """Whether another file is of the same kind, so that a person must choose."""

    @property
    def kind(self) -> str:
        """The one kind that fits, "" where none or several do."""
        return self.kinds[0] if len(self.kinds) == 1 and not self.contested else ""


Columns = Mapping[str, Sequence[str]]
"""{property: headings that it goes by}, as the readers of the lists have them."""
Has = Callable[..., bool]
"""Tells whether all of some properties have a column: `has(columns, *names)`."""

_NAMES = {
    "LINKS": r"link|紐付|ひも付|対応表",
    "FACILITIES": r"facilit|shelter|避難所|避難場所|施設|病院",
    "BOUNDARY": r"boundary|municipalit|行政区域|市町村界|市域|町域|村域|n03",
    "AREAS": r"area|district|大字|町丁|小地域|集落|公民館区|地区界|学区",
    "ROADS": r"road|道路",
    "HAZARDS": r"hazard|landslide|damage|崖崩|土砂|被害|災害|浸水|通行止|規制",
    "SUPPORT_LIST": r"support|要支援|要配慮|支援者名簿",
    "RESIDENTS": r"resident|住民|住基|世帯",
    "TRUCKS": r"truck|電源車|発電機車",
    "BACKUP": r"backup|generator|非常用電源|自家発|発電機一覧",
    "PLAN": r"plan|復旧計画|復旧見込|復旧見通",
    "CONTACTS": r"contact|連絡先|連絡網",
    "REQUESTS": r"request|支援の要請|支援要請|要請一覧",
}
"""Words in names of files; they decide where columns and geometry leave several kinds."""
_ROAD_COLUMNS = re.compile(r"highway|lanes|rdctg|road|width|幅員|道路|路線")
_AREA_COLUMNS = re.compile(r"area_id|area_name|key_code|s_name|moji|大字|町丁|地区|集落|字名")
_CITY_COLUMNS = re.compile(r"^n03_00[1-7]$")
_SUPPORT_COLUMNS = re.compile(r"要支援|要配慮|支援区分|介護|障害|等級|医療機器|人工呼吸|care|supporter|支援者")
_HOME_COLUMNS = re.compile(r"世帯|household|住民|続柄")
_RESULT = {"as_of", "source"}
"""Columns that every result of our own has."""


@dataclass(frozen=True)
class Lists:
    """The columns of the lists, which other packages read."""

    facilities: Columns
    links: Columns
    people: Columns
    trucks: Columns
    plan: Columns
    backup: Columns
    contacts: Columns
    requests: Columns


def recognise(seen: Seen, lists: Lists) -> Recognised:
    """Return what a table or layer may be kept as."""
    refused = _refused(seen)
    if refused is not None:
        return Recognised((), refused)
    fitting = _by_columns(seen, lists) or _by_shape(seen)
    named = tuple(kind for kind in fitting if re.search(_NAMES[kind], seen.name.casefold()))
    if len(fitting) > 1 and len(named) == 1:
        return Recognised(named, message("Told by its name; its columns and geometry fit."))
    if len(fitting) > 1:
        return Recognised(named or fitting, message("It could be several things: choose what it is."))
    if fitting:
        return Recognised(fitting, message("Told by its columns, geometry and name."))
    return Recognised((), message("Neither its columns nor its geometry are those of an input."))


def _refused(seen: Seen) -> Optional[Message]:
    """Return why something can be no input at all."""
    if not seen.headings or not seen.rows:
        return message("It has no rows that could be read.")
    if {folded(heading) for heading in seen.headings} >= _RESULT:
        return message("It is a result of Tomoshibi, not an input.")
    if seen.geometry == MIXED:
        return message("It holds points, lines and polygons together: save each as a layer of its own first.")
    return None


def _by_columns(seen: Seen, lists: Lists) -> tuple[str, ...]:
    """Return the kinds whose columns a table, or a layer of points, has."""
    if seen.geometry not in ("", POINT):
        return ()
    has = _columns_of(seen)
    told = _of_tables(has, lists) if not seen.geometry else {}
    told["TRUCKS"] = has(lists.trucks, "kva") and _any(has, lists.trucks, "truck_id", "litres_per_hour")
    if _is_of_people(has, lists):
        told.update(dict.fromkeys(_lists_of_people(seen), True))
    else:
        told["FACILITIES"] = _is_of_facilities(seen, has, lists)
    return tuple(kind for kind in _NAMES if told.get(kind))


def _of_tables(has: Has, lists: Lists) -> dict[str, bool]:
    """Return which kinds that have no places of their own the columns are of."""
    reached = _any(has, lists.contacts, "phone", "mail")
    asked = _any(has, lists.requests, "asked_at", "asked_by", "asked_of")
    return {
        "LINKS": has(lists.links, "facility_id", "supply_point"),
        "BACKUP": has(lists.backup, "facility_id") and _any(has, lists.backup, "generator_kva", "battery_hours"),
        "PLAN": has(lists.plan, "place", "restored_at"),
        "CONTACTS": reached and has(lists.contacts, "role", "organisation"),
        "REQUESTS": asked and has(lists.requests, "kind", "place"),
    }


def _columns_of(seen: Seen) -> Has:
    """Return what tells whether all of some properties have a column."""
    there = {form for heading in seen.headings for form in spellings(heading)}

    def has(columns: Columns, *names: str) -> bool:
        return all(any(folded(word) in there for word in columns[name]) for name in names)

    return has


def _any(has: Has, columns: Columns, *names: str) -> bool:
    return any(has(columns, name) for name in names)


def _is_of_facilities(seen: Seen, has: Has, lists: Lists) -> bool:
    """Whether each row is a facility with a name, something that tells what it is, and a place or an address."""
    placed = seen.geometry == POINT or has(lists.facilities, "lat", "lon") or has(lists.facilities, "address")
    about = _any(has, lists.facilities, "kind", "capacity", "facility_id")
    return has(lists.facilities, "name") and about and placed


def _is_of_people(has: Has, lists: Lists) -> bool:
    """Whether a row is about a person: "name" alone may be that of a place."""
    named = {"name": [word for word in lists.people["name"] if word != "name"]}
    if has(named, "name") and has(lists.people, "address"):
        return True
    of_one = _any(has, lists.people, "kana", "care", "household", "supply_point")
    return of_one and _any(has, lists.people, "name", "holder")


def _lists_of_people(seen: Seen) -> list[str]:
    words = " ".join(seen.headings).casefold()
    support, homes = bool(_SUPPORT_COLUMNS.search(words)), bool(_HOME_COLUMNS.search(words))
    if support and not homes:
        return ["SUPPORT_LIST"]
    return ["RESIDENTS"] if homes and not support and not seen.geometry else ["SUPPORT_LIST", "RESIDENTS"]


def _by_shape(seen: Seen) -> tuple[str, ...]:
    """Return the kinds of layers that a geometry can be, fewer where columns or the number of features tell."""
    words = [folded(heading) for heading in seen.headings]
    if seen.geometry == LINE:
        return ("ROADS",) if _held(_ROAD_COLUMNS, words) else ("ROADS", "HAZARDS")
    if seen.geometry == POLYGON:
        return _polygons(seen, words)
    return ("FACILITIES", "HAZARDS") if seen.geometry == POINT else ()


def _polygons(seen: Seen, words: list[str]) -> tuple[str, ...]:
    if re.search(_NAMES["HAZARDS"], seen.name.casefold()):
        return ("HAZARDS",)
    if _held(_CITY_COLUMNS, words):
        return ("BOUNDARY",) if seen.rows == 1 else ("BOUNDARY", "AREAS")
    several = seen.rows > 1 and _held(_AREA_COLUMNS, words)
    return ("AREAS",) if several else ("BOUNDARY", "AREAS", "HAZARDS")


def _held(pattern: re.Pattern[str], words: list[str]) -> bool:
    return any(pattern.search(word) for word in words)


def settle(found: Sequence[tuple[Seen, Recognised]]) -> list[Recognised]:
    """Return what is taken of each where several are of one kind, in their order.

    Of a layer and a table of one name (facilities.geojson, facilities.csv) the layer is taken: it has places. Of others
    none is.
    """
    settled = [recognised for _, recognised in found]
    for kind in OWN_INPUTS:
        same = [place for place, one in enumerate(settled) if one.kind == kind]
        if len(same) > 1:
            told = _settled(kind, [found[place][0] for place in same])
            for place, one in zip(same, told):
                settled[place] = one or settled[place]
    return settled


def _settled(kind: str, several: Sequence[Seen]) -> list[Optional[Recognised]]:
    """Return what becomes of each of several of one kind, None of the one that is taken."""
    first, names = _layer_of_one_name(several), [seen.name for seen in several]
    if first is not None:
        why = message("{file} has the same name and places; that one is taken.", file=names[first])
        return [None if place == first else Recognised((), why) for place in range(len(several))]
    told = []
    for name in names:
        others = ", ".join(other for other in names if other != name)
        why = message("Of this kind there is {others} as well: choose one of them.", others=others)
        told.append(Recognised((kind,), why, contested=True))
    return list(told)


def _layer_of_one_name(several: Sequence[Seen]) -> Optional[int]:
    placed = [at for at, seen in enumerate(several) if seen.geometry]
    stems = {PurePath(seen.name).stem.casefold() for seen in several}
    return placed[0] if len(placed) == 1 and len(stems) == 1 else None
