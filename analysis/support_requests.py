"""Support between the prefecture and the utility (電源車・燃料の要請と到着; 災害時連携計画 別添1, 2, 4, 5).

Read from the list that people keep: what was asked for, of whom, what they answered, and what came when. A request
whose arrival is not written down has not arrived; whether it was granted is not guessed at.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Iterable, Mapping, Optional, Sequence

from ..messages import TomoshibiError, message
from .listed import Listed, folded, ids_meant
from .periods import period_of
from .quantities import count_of
from .unread import Unread

COLUMNS = {
    "kind": ("kind", "種別", "品目", "要請の種別", "支援の種別"),
    "place_id": ("place_id", "行き先ID", "施設ID", "need_id", "facility_id"),
    "place": ("place", "行き先", "施設名", "要請場所", "受入れ場所", "受入場所", "名称"),
    "amount": ("amount", "数量", "必要量", "容量", "容量(kVA)", "必要電力(kVA)", "燃料(L)"),
    "asked_at": ("asked_at", "要請日時", "要請時刻"),
    "asked_by": ("asked_by", "要請者", "要請元"),
    "asked_of": ("asked_of", "要請先"),
    "answer": ("answer", "回答", "回答の内容", "可否"),
    "due_at": ("due_at", "到着見込み", "到着予定", "到着見込"),
    "arrived_at": ("arrived_at", "到着日時", "到着時刻", "着荷日時"),
    "note": ("note", "備考"),
}
"""Properties of a request and the headings under which a list gives them."""
KNOWN = frozenset(folded(heading) for headings in COLUMNS.values() for heading in headings)
HEADINGS = {
    "asked_at": "要請日時",
    "asked_by": "要請者",
    "asked_of": "要請先",
    "answer": "回答",
    "due_at": "到着見込み",
    "arrived_at": "到着日時",
    "note": "備考",
}
"""Columns that people fill in, under the headings with which a list is written."""


class Support(str, Enum):
    """What is asked for."""

    TRUCK = "truck"
    """電源車."""
    FUEL = "fuel"
    """燃料."""
    OTHER = "other"


class Progressed(str, Enum):
    """How far a request has come, by what the list says."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    """Nobody has written down an answer."""
    GRANTED = "granted"
    REFUSED = "refused"
    ARRIVED = "arrived"


_KINDS = ((Support.FUEL, r"燃料|軽油|重油|ドラム|ローリー|給油|fuel"), (Support.TRUCK, r"電源車|発電機車|truck|kva"))
_OPEN = re.compile(r"調整|検討|確認中|判断|保留|待ち|可否|未|pending")
"""Nobody has decided: read before yes and no."""
_NO = re.compile(r"不可|否|断|でき(?:ない|ず|ません)|困難|拒|×|refused|\bno\b")
_YES = re.compile(r"可|了|承|派遣|手配|決定|○|granted|\byes\b")


@dataclass(frozen=True)
class Request:
    """One request; what the list does not say is "" or None."""

    kind: Support
    place_id: str = ""
    place: str = ""
    amount: float = math.nan
    """kVA of a truck, litres of fuel; NaN where it is not known."""
    asked_at: Optional[datetime] = None
    asked_by: str = ""
    asked_of: str = ""
    answer: str = ""
    due_at: Optional[datetime] = None
    arrived_at: Optional[datetime] = None
    note: str = ""
    written: tuple[str, ...] = ()
    """The cells of `HEADINGS` as they stand in the list."""

    @property
    def progressed(self) -> Progressed:
        """How far it has come."""
        if self.arrived_at is not None:
            return Progressed.ARRIVED
        plain = unicodedata.normalize("NFKC", self.answer).casefold()
        undecided = _OPEN.search(plain) is not None
        if _NO.search(plain) and not undecided:
            return Progressed.REFUSED
        if (_YES.search(plain) or self.due_at is not None) and not undecided:
            return Progressed.GRANTED
        told = self.asked_at is not None or self.asked_of or self.answer
        return Progressed.ASKED if told else Progressed.NOT_ASKED

    @property
    def is_blank(self) -> bool:
        """Whether nobody entered anything: neither time nor answer nor note, as in a row of a proposal."""
        return self.progressed is Progressed.NOT_ASKED and not any(self.written)

    def is_for(self, place_id: str, name: str) -> bool:
        """Whether it goes to a place: by its id, else by its name."""
        return self.place_id == place_id if self.place_id else bool(name) and folded(self.place) == folded(name)


def support_of(text: str) -> Support:
    """Return what the words of a list ask for."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return next((kind for kind, words in _KINDS if re.search(words, plain)), Support.OTHER)


def requests_in(listed: Listed, event: Optional[datetime]) -> tuple[tuple[Request, ...], list[Unread]]:
    """Return the requests of a list in its order, and the values that were not understood.

    `event`: when the case's event began, by which a day without a year is told. Rows without place, amount and time are
    left out. Raises `TomoshibiError` where there is no column of the kind, or none of the place.
    """
    places = {name: listed.place_of(headings) for name, headings in COLUMNS.items()}
    for needed in ("kind", "place"):
        if places[needed] is None:
            raise TomoshibiError(
                message(
                    "The list of requests has no column {column}. Rename the column that holds it to one of these.",
                    column=" / ".join(COLUMNS[needed]),
                )
            )
    cells = {name: listed.column(place) for name, place in places.items()}
    found: list[Request] = []
    unread: list[Unread] = []
    for row in range(len(listed.rows)):
        values = {name: column[row].strip() for name, column in cells.items()}
        if not any(values[name] for name in ("place_id", "place", "amount", "asked_at", "arrived_at")):
            continue
        one, wrong = _request(values, event)
        found.append(one)
        unread += [_unread(listed, row, places[name], values[name]) for name in wrong]
    return tuple(found), unread


def _request(values: Mapping[str, str], event: Optional[datetime]) -> tuple[Request, list[str]]:
    """Return the request of a row, and which of its cells were not understood."""
    wrong = []
    times = {}
    for name in ("asked_at", "due_at", "arrived_at"):
        told = period_of(values[name], event)
        times[name] = told.period.begin if told.period is not None else None
        wrong += [] if told.understood else [name]
    amount = count_of(re.sub(r"(?i)kva|ℓ|l|リットル", "", unicodedata.normalize("NFKC", values["amount"])))
    wrong += [] if amount.understood else ["amount"]
    one = Request(
        support_of(values["kind"]),
        values["place_id"],
        values["place"],
        amount.value,
        times["asked_at"],
        values["asked_by"],
        values["asked_of"],
        values["answer"],
        times["due_at"],
        times["arrived_at"],
        values["note"],
        tuple(values[name] for name in HEADINGS),
    )
    return one, wrong


def _unread(listed: Listed, row: int, place: Optional[int], value: str) -> Unread:
    return Unread(listed.numbers[row], listed.headings[place] if place is not None else "", value)


def with_known_places(requests: Sequence[Request], known: Iterable[str]) -> tuple[tuple[Request, ...], tuple[str, ...]]:
    """Return the requests with the ids of their places as these are `known`, and the ids that mean none of them.

    An id is the same in any width and case, also where one place is written in several ways. Rows in which nobody
    entered anything are no requests: of them no id counts.
    """
    known = list(known)
    given = {each.place_id for each in requests if each.place_id}
    meant = {one: own for one in given for own in ids_meant([one], known).values() if folded(one) == folded(own)}
    meant.update(ids_meant(given, known))
    found = tuple(replace(each, place_id=meant.get(each.place_id, each.place_id)) for each in requests)
    asked = (each.place_id for each in requests if each.place_id and not each.is_blank)
    return found, tuple(dict.fromkeys(one for one in asked if one not in meant))


@dataclass(frozen=True)
class Counts:
    """How many requests of one kind have come how far."""

    asked: int
    """Asked for, whatever came of it."""
    granted: int
    arrived: int
    refused: int
    amount_asked: float
    """Sum of what was asked for; amounts that are not known are not in it. NaN where none is known."""
    amount_arrived: float
    """As `amount_asked`, of what arrived."""
    amounts_unknown: int

    @property
    def waiting(self) -> int:
        """Asked for, neither come nor refused."""
        return self.asked - self.arrived - self.refused


def counted(requests: Iterable[Request], *kinds: Support) -> Counts:
    """Count the requests of some kinds; amounts of different kinds are of different units."""
    asked = [each for each in requests if each.kind in kinds and each.progressed is not Progressed.NOT_ASKED]
    stages = [each.progressed for each in asked]
    arrived = [each.amount for each in asked if each.progressed is Progressed.ARRIVED]
    return Counts(
        len(asked),
        stages.count(Progressed.GRANTED),
        stages.count(Progressed.ARRIVED),
        stages.count(Progressed.REFUSED),
        _sum([each.amount for each in asked]),
        _sum(arrived),
        sum(math.isnan(each.amount) for each in asked),
    )


def _sum(amounts: Sequence[float]) -> float:
    known = [amount for amount in amounts if not math.isnan(amount)]
    return math.fsum(known) if known or not amounts else math.nan


def matched(
    requests: Sequence[Request], kind: Support, places: Sequence[tuple[str, str]]
) -> tuple[list[Optional[Request]], list[Request]]:
    """Return the first request for each place (id, name), None where there is none, and all others.

    Rows of a proposal in which nobody entered anything are no requests: they are left out of both.
    """
    entered = [each for each in requests if each.kind is kind and not each.is_blank]
    firsts: list[Optional[int]] = []
    for place in places:
        firsts.append(_first_for(place, entered, firsts))
    found = [None if first is None else entered[first] for first in firsts]
    return found, [each for number, each in enumerate(entered) if number not in firsts]


def _first_for(place: tuple[str, str], requests: Sequence[Request], used: Sequence[Optional[int]]) -> Optional[int]:
    """Return the position of the first request for a place that no other place has."""
    fitting = (number for number, each in enumerate(requests) if each.is_for(*place))
    return next((number for number in fitting if number not in used), None)
