"""What a list says and nobody could read: by row, column and value, so that it can be looked at and is never lost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Iterable, Optional, Sequence

from ..messages import Message, message
from .listed import Listed, folded

SHOWN = 10
"""Rows or values named in one message."""
LONGEST = 20
"""Signs of a value that are shown."""
_DEGREE = re.compile(r"[0-9A-Zⅰ-ⅿ要介護支援障害者等級程度区分身体精神療育手帳判定種状態認定該当なし不明未?.()・/ -]*")
_MOST_DIGITS = 4
"""A value of care has fewer digits than a telephone number or an id."""


@dataclass(frozen=True)
class Unread:
    """One value that was not understood."""

    row: int
    """Row of the list as a spreadsheet counts it, its heading among them."""
    column: str
    """Heading of the column."""
    value: str


def shown(value: str, personal: bool) -> str:
    """Return a value as it may be told: short; of a person only what can be a degree, else it may be a name."""
    plain = "".join(sign for sign in " ".join(unicodedata.normalize("NFKC", value).split()) if sign.isprintable())
    if personal and not (_DEGREE.fullmatch(plain) and sum(map(str.isdigit, plain)) <= _MOST_DIGITS):
        return "…"
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "…"


def unread_messages(unread: Iterable[Unread], list_name: str, personal: bool = False) -> list[Message]:
    """Return one message for each column: how many values were not understood, in which rows, and what they are."""
    by_column: dict[str, list[Unread]] = {}
    for one in unread:
        by_column.setdefault(one.column, []).append(one)
    return [
        message(
            "{list}, column “{column}”: {count} value(s) are not understood and count as unknown ({values}). Correct "
            "them in the list.",
            list=list_name,
            column=column,
            count=len(found),
            values=", ".join(f"{one.row}: {shown(one.value, personal)}" for one in found[:SHOWN])
            + (" …" if len(found) > SHOWN else ""),
        )
        for column, found in by_column.items()
    ]


def columns_not_read(listed: Listed, used: Iterable[Optional[int]], of: re.Pattern[str]) -> list[Message]:
    """Return the message that names the columns whose folded heading has `of` in it, that nothing was read from.

    `used`: places of the columns that were read.
    """
    read = set(used)
    rest = [
        heading
        for place, heading in enumerate(listed.headings)
        if place not in read and of.search(folded(heading)) and any(listed.column(place))
    ]
    if not rest:
        return []
    return [message("{list}: columns not read: {columns}.", list=listed.name, columns=", ".join(rest))]


def some(rows: Sequence[object]) -> str:
    """Return the first of several row numbers or names, as one text."""
    return ", ".join(str(row) for row in rows[:SHOWN]) + (" …" if len(rows) > SHOWN else "")
