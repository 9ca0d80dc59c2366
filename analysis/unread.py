"""What a list says and nobody could read: by row, column and value, so that it can be looked at and is never lost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Iterable, Sequence

from ..messages import Message, message

SHOWN = 10
"""Rows or values named in one message."""
LONGEST = 20
"""Signs of a value that are shown."""
_TELLING = re.compile(r"[0-9A-Zⅰ-ⅿ]|要介護|要支援|支援区分|等級|級|程度|度$")
"""What a value of a typed column holds; a text without it may be anything, such as somebody's name."""


@dataclass(frozen=True)
class Unread:
    """One value that was not understood."""

    row: int
    """Row of the list as a spreadsheet counts it, its heading among them."""
    column: str
    """Heading of the column."""
    value: str


def shown(value: str) -> str:
    """Return a value as it may be told: short, and never a plain text, which may be a name in the wrong column."""
    plain = " ".join(unicodedata.normalize("NFKC", value).split())
    if not _TELLING.search(plain) and plain not in ("不明", "-", "?", "未"):
        return "…"
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "…"


def unread_messages(unread: Iterable[Unread], list_name: str) -> list[Message]:
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
            values=", ".join(f"{one.row}: {shown(one.value)}" for one in found[:SHOWN])
            + (" …" if len(found) > SHOWN else ""),
        )
        for column, found in by_column.items()
    ]


def some(rows: Sequence[object]) -> str:
    """Return the first of several row numbers or names, as one text."""
    return ", ".join(str(row) for row in rows[:SHOWN]) + (" …" if len(rows) > SHOWN else "")
