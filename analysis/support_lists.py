"""Lists that the prefecture and the utility exchange (重要施設リスト, 電源車, 燃料; 災害時連携計画 別添1, 4, 5).

They go to offices in Japan and are written in Japanese, under the headings by which they are read back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Optional, Sequence

import pandas as pd

from .power_trucks import PLAN_DRUMS, PLAN_FUEL_L, PLAN_TANKERS, TANKER_L, kind_order
from .support_requests import HEADINGS, Request, Support, matched

Cell = object
"""Text, number, or None for a blank cell."""
BY_LIST, BY_KIND = "優先順位のリスト", "種別による順（初期値）"
LINKED_BY = {"link": "対応表", "name_address": "氏名・住所で一致"}
FACILITY_HEADINGS = (
    *("優先順位", "順位の根拠", "施設ID", "施設名", "種別", "住所", "収容人数", "緯度", "経度", "連絡先"),
    *("供給地点特定番号", "番号の根拠"),
)
_ENTERED = tuple(HEADINGS.values())
SUPPORT_HEADINGS = ("種別", "順位", "行き先ID", "行き先", "施設の種別", "数量", "単位", "内訳", *_ENTERED)
"""Of trucks and fuel alike, so that one list may hold both."""
TRUCK, FUEL = "電源車", "燃料"


NAMED = 20
"""Ids that no list knows, up to which they are named in a note."""


@dataclass(frozen=True)
class Listing:
    """A list to be written: headings, rows, what to know of it."""

    name: str
    headings: tuple[str, ...]
    rows: list[list[Cell]]
    notes: tuple[str, ...] = ()


def unknown_ids(what: str, ids: Sequence[str], then: str) -> tuple[str, ...]:
    """Return the note of ids that no list of the case knows, none where there is none.

    Parameters
        what: in Japanese, what they are.
        then: in Japanese, what to do.
    """
    if not ids:
        return ()
    more = f" ほか{len(ids) - NAMED}件" if len(ids) > NAMED else ""
    return (f"{what}：{len(ids)}件（{'、'.join(ids[:NAMED])}{more}）。{then}",)


def facilities_list(
    places: pd.DataFrame,
    links: pd.DataFrame,
    linked_by: Sequence[str],
    contacts: Mapping[str, str],
    priority: Sequence[str] = (),
    numbers: bool = True,
) -> Listing:
    """Return 重要施設リスト, one row a facility, the first to be cared for first.

    Parameters
        places: `facility_id name kind capacity lat lon address`.
        links: `facility_id supply_point`.
        linked_by: how the links of each facility are known (`casefile.facility_links`).
        contacts: facility id → whom to call.
        priority: ids, first to last, as the prefecture orders them; the others follow by kind.
        numbers: whether supply points are written; they lead to personal data.
    """
    ranks = {str(name): place for place, name in enumerate(dict.fromkeys(map(str, priority)))}
    points: dict[str, list[str]] = {}
    for row in links.itertuples(index=False):
        points.setdefault(str(row.facility_id), []).append(str(row.supply_point))
    keyed = []
    for place, row in enumerate(places.itertuples(index=False)):
        identity = str(row.facility_id)
        keyed.append(((ranks.get(identity, len(ranks)), kind_order(str(row.kind)), place), row, linked_by[place]))
    rows: list[list[Cell]] = []
    for number, (key, row, how) in enumerate(sorted(keyed, key=lambda each: each[0]), 1):
        identity = str(row.facility_id)
        own = "、".join(dict.fromkeys(points.get(identity, ()))) if numbers else ""
        told = [number, BY_LIST if key[0] < len(ranks) else BY_KIND, identity, row.name, row.kind, row.address]
        told += [_number(row.capacity), _number(row.lat), _number(row.lon), contacts.get(identity) or None]
        rows.append([*told, own or None, LINKED_BY.get(how, "対応づけなし") if numbers else None])
    notes = ["優先順位は都道府県の決定による。"] if not ranks else []
    notes += (
        ["供給地点特定番号は、対応づけた施設だけに記載している。"]
        if numbers
        else ["供給地点特定番号は記載していない。"]
    )
    return Listing("重要施設リスト", FACILITY_HEADINGS, rows, tuple(notes))


def trucks_list(needs: pd.DataFrame, requests: Sequence[Request]) -> Listing:
    """Return the requests for trucks and what came, a row a need, then what was asked for other places.

    `needs`: the result of the trucks' proposal (`rank need_id name kind need_kva reason truck_id truck_kva`), empty
    where none was made. A row that nobody asked for yet stays without time: it is a proposal.
    """
    rows = []
    for row, one in _with_requests(needs, requests, Support.TRUCK):
        power = _number(row.truck_kva)
        truck = f"{_text(row.truck_id)}（{power:g} kVA）" if power is not None else _text(row.truck_id)
        told = [f"配置案：{truck}" if _text(row.truck_id) else "配置案：なし", _text(row.reason)]
        rows.append([*_place(TRUCK, row), _number(row.need_kva), "kVA", "；".join(filter(None, told)), *_entered(one)])
    rows += [[*_other(TRUCK, one, "kVA"), *_entered(one)] for one in _others(needs, requests, Support.TRUCK)]
    notes = ("順位と配置は案であり、派遣は一般送配電事業者が決める。",)
    return Listing("電源車の要請・到着", SUPPORT_HEADINGS, rows, notes)


def fuel_list(needs: pd.DataFrame, requests: Sequence[Request], hours: float) -> Listing:
    """Return the requests for fuel and what came: a row a truck with its fuel, then what else was asked for.

    `needs`: as for `trucks_list`, with `litres_per_hour fuel_l drums`; `hours`: for how long its fuel is.
    """
    running = needs[needs["truck_id"].map(_text) != ""] if len(needs) else needs
    rows = []
    for row, one in _with_requests(running, requests, Support.FUEL):
        use, drums = _number(row.litres_per_hour), _number(row.drums)
        told = [_text(row.truck_id), f"{use:g} L/h" if use is not None else "燃料消費量は不明"]
        told += [f"ドラム缶（200L）{drums:g} 本"] if drums is not None else []
        rows.append([*_place(FUEL, row), _number(row.fuel_l), "L", "；".join(told), *_entered(one)])
    rows += [[*_other(FUEL, one, "L"), *_entered(one)] for one in _others(running, requests, Support.FUEL)]
    return Listing("燃料の要請・到着", SUPPORT_HEADINGS, rows, tuple(_fuel_notes(running, hours)))


def support_list(needs: pd.DataFrame, requests: Sequence[Request], hours: float) -> Listing:
    """Return trucks, fuel and whatever else was asked for in one list, which people fill in and give back."""
    parts = (trucks_list(needs, requests), fuel_list(needs, requests, hours))
    rest = [[*_other("その他", each, None), *_entered(each)] for each in requests if each.kind is Support.OTHER]
    rows = [row for part in parts for row in part.rows]
    return Listing(
        "支援の要請・到着", SUPPORT_HEADINGS, rows + rest, tuple(note for part in parts for note in part.notes)
    )


def _places(needs: pd.DataFrame) -> list[tuple[str, str]]:
    return [(_text(row.need_id), _text(row.name)) for row in needs.itertuples(index=False)]


def _with_requests(
    needs: pd.DataFrame, requests: Sequence[Request], kind: Support
) -> Iterator[tuple[Any, Optional[Request]]]:
    """Yield each need with the request for it."""
    yield from zip(needs.itertuples(index=False), matched(requests, kind, _places(needs))[0])


def _others(needs: pd.DataFrame, requests: Sequence[Request], kind: Support) -> list[Request]:
    return matched(requests, kind, _places(needs))[1]


def _place(kind: str, row: Any) -> list[Cell]:
    return [kind, _number(row.rank), _text(row.need_id), _text(row.name), _text(row.kind)]


def _other(kind: str, one: Request, unit: Optional[str]) -> list[Cell]:
    return [kind, None, one.place_id or None, one.place, None, _number(one.amount), unit, None]


def _fuel_notes(running: pd.DataFrame, hours: float) -> list[str]:
    litres = [_number(value) for value in running["fuel_l"]] if len(running) else []
    known = math.fsum(each for each in litres if each is not None)
    unknown = sum(each is None for each in litres)
    notes = [
        f"配置案の {hours:g} 時間分の燃料：{known:,.0f} L（輸送車両 {math.ceil(known / TANKER_L):,} 台相当）",
        f"災害時連携計画 別添4（72時間分）：軽油 {PLAN_FUEL_L:,.0f} L、ドラム缶 {PLAN_DRUMS} 本、"
        f"燃料輸送車両 {PLAN_TANKERS} 台",
    ]
    return notes + ([f"燃料消費量がわからない車両 {unknown:,} 台は、合計に含まない。"] if unknown else [])


def _entered(one: Optional[Request]) -> list[Cell]:
    """Return the cells that people filled in, as they wrote them."""
    return [text or None for text in one.written] if one is not None else [None] * len(_ENTERED)


def _text(value: object) -> str:
    return "" if value is None or value != value or str(value) == "NULL" else str(value)


def _number(value: object) -> Optional[float]:
    """Return a number, whole where it is whole, None where it is not known."""
    try:
        number = float(_text(value))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number
