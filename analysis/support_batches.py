"""Lists of people parted among those who look after them: by district, 民生委員 or supporter (避難支援等実施者).

Tens of thousands of people are not called by one desk. Each batch goes to who knows them, with the contacts that the
list tells; whoever has nobody stands in a batch of their own, the first, and is never left out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Iterable, Mapping, Sequence


class BatchBy(str, Enum):
    """Who or what makes a batch."""

    DISTRICT = "district"
    """地区: 町内会, 自治会, 行政区."""
    COMMISSIONER = "commissioner"
    """民生委員・児童委員."""
    SUPPORTER = "supporter"
    """避難支援等実施者 of the 個別避難計画."""


HEADINGS: Mapping[BatchBy, tuple[str, ...]] = {
    BatchBy.DISTRICT: (
        "地区",
        "地区名",
        "町内会",
        "町内会名",
        "自治会",
        "自治会名",
        "行政区",
        "行政区名",
        "区域",
        "町丁名",
        "自主防災組織",
        "district",
    ),
    BatchBy.COMMISSIONER: (
        "民生委員",
        "民生委員氏名",
        "民生委員名",
        "担当民生委員",
        "民生委員・児童委員",
        "民生児童委員",
        "地区担当員",
    ),
    BatchBy.SUPPORTER: (
        "避難支援等実施者",
        "避難支援等実施者氏名",
        "避難支援者",
        "避難支援者氏名",
        "支援者",
        "支援者氏名",
        "支援者名",
        "supporter",
    ),
}
"""Headings of the column that makes the batches, the surest first."""
_CONTACT = re.compile(
    r"電話|連絡|携帯|ファックス|FAX|メール|mail|phone|支援者|実施者|民生|緊急|家族|親族|ケアマネ|介護事業|地区|町内会|自治会"
    r"|行政区|住所|所在地|居住地",
    re.IGNORECASE,
)
_APART = re.compile(r"[、，,;；/／\n]|・(?=\S)")
MOST_PARTS = 5
"""People named in one cell: more is a sentence, and stays whole."""


@dataclass(frozen=True)
class Batch:
    """People who go to one desk."""

    number: int
    """From 1, in the order of the names; 0 those who have nobody."""
    name: str
    """As the list has it; "" of those who have nobody."""
    places: tuple[int, ...]
    """Positions of the people in what was parted, in its order."""


def parts_of(cell: str) -> tuple[str, ...]:
    """Return who is named in a cell, each once; several where they stand beside each other."""
    plain = unicodedata.normalize("NFKC", cell).strip()
    found = tuple(dict.fromkeys(part.strip() for part in _APART.split(plain) if part.strip()))
    return found if len(found) <= MOST_PARTS else (plain,)


def batches(cells: Sequence[str]) -> list[Batch]:
    """Part people by the cell that names whose they are, those who have nobody first.

    Whoever has two stands in both batches: that each thinks the other has called is worse than two calls.
    """
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        for name in parts_of(cell) or ("",):
            places.setdefault(name, []).append(place)
    nobody = places.pop("", [])
    found = [Batch(number, name, tuple(places[name])) for number, name in enumerate(sorted(places), 1)]
    return [Batch(0, "", tuple(nobody)), *found] if nobody else found


def contact_columns(headings: Sequence[str], taken: Iterable[int]) -> list[int]:
    """Return the columns of a list that tell how to reach somebody, or where; `taken` are told anyway."""
    others = set(taken)
    return [place for place, heading in enumerate(headings) if place not in others and _CONTACT.search(heading)]
