"""Tables that people keep, as every reader hands them on, and where their heading is.

A heading stands in the first row, below a title, or in two rows (障害: 等級, 種別).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Collection, Hashable, Iterable, Iterator, Mapping, Optional, Sequence

from ..messages import Message, TomoshibiError, message

LOOKED_AT = 12
"""Rows from the top in which a heading is looked for."""
BETWEEN = "："
"""Stands between the two rows of a heading."""
PARTS = frozenset(
    "漢字 カナ かな フリガナ ふりがな 姓 名 等級 級 区分 程度 判定 種別 種類 度 認定 認定日 有効期限 交付日 番号 電話 "
    "携帯 緯度 経度 屋内 屋外 年月日 日時 手帳 有無 計画 実績 人数 戸数 軒数 身体 療育 精神 知的 備考 続柄".split()
)
"""Words of the second row of a heading."""


@dataclass(frozen=True)
class Heading:
    """The names of the columns, and where they were found."""

    names: list[str]
    """One a column; the two rows of a heading are joined by `BETWEEN`, "" where there is none."""
    first: int
    """Position of its first row."""
    rows: int
    """1 or 2; 0 where the table has no heading."""


def folded(text: str) -> str:
    """Return a heading without differences of width, case and blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def spellings(heading: str) -> Iterator[str]:
    """Yield the forms, folded, under which a heading may be known: whole, both rows together, the lower, the upper."""
    yield folded(heading)
    upper, between, lower = heading.partition(BETWEEN)
    if between:
        yield folded(upper + lower)
        yield folded(f"{upper}({lower})")
        yield folded(lower)
        yield folded(upper)


def find_heading(rows: Sequence[Sequence[str]], known: Collection[str], identity: Collection[str] = ()) -> Heading:
    """Return the heading of a table.

    `known`: headings, folded, by which columns are told; `identity`: those of them that hold who or where a row is
    about. The row with most known headings is it. A row above it with several cells, and a row below it that fills its
    gaps or names parts and says nothing under `identity`, belong to it too: nobody is in such a row.
    """
    looked = rows[:LOOKED_AT]
    scores = [sum(folded(cell) in known for cell in row) for row in looked]
    if not any(scores):
        return Heading([], 0, 0)
    first = scores.index(max(scores))
    if first and _is_upper(looked[first - 1], looked[first], known):
        return Heading(_joined(looked[first - 1], looked[first]), first - 1, 2)
    if first + 1 < len(looked) and _is_lower(looked[first], looked[first + 1], known, identity):
        return Heading(_joined(looked[first], looked[first + 1]), first, 2)
    return Heading([cell.strip() for cell in looked[first]], first, 1)


def _is_upper(row: Sequence[str], below: Sequence[str], known: Collection[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    told = any(folded(cell) in known for cell in filled)
    return (len(filled) > 1 or told) and len(row) <= len(below) + 1 and not any(_has_digit(cell) for cell in filled)


def _is_lower(row: Sequence[str], below: Sequence[str], known: Collection[str], identity: Collection[str]) -> bool:
    names = list(row) + [""] * (len(below) - len(row))
    fills = False
    for name, cell in zip(names, below):
        if not cell.strip() or folded(cell) == folded(name):
            continue
        part = folded(cell) in known or cell.strip() in PARTS
        if _has_digit(cell) and not part:
            return False
        if folded(name) in identity and not part:
            return False
        fills = fills or part or not name.strip()
    return fills


def _has_digit(text: str) -> bool:
    return bool(re.search(r"[0-9]", unicodedata.normalize("NFKC", text)))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    found, group = [], ""
    for place in range(max(len(upper), len(lower))):
        top = upper[place].strip() if place < len(upper) else ""
        low = lower[place].strip() if place < len(lower) else ""
        group = top or group
        own = top or (group if low else "")
        found.append(own if not low or low == own else low if not own else f"{own}{BETWEEN}{low}")
    return found


def in_units(headings: Iterable[str], *units: str) -> tuple[str, ...]:
    """Return headings, and each with a unit in brackets: バッテリー, バッテリー(分)."""
    return tuple(name for heading in headings for name in (heading, *(f"{heading}({unit})" for unit in units)))


def ids_meant(given: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return {id of a list: the known one that it means}; ids that mean none, or perhaps several, are left out.

    An id is the same in any width and case, and where a spreadsheet took the zeros before a number. One that is known
    as it stands means itself, and no other is taken for it.
    """
    wanted, there = set(given), dict.fromkeys(known)
    found = {one: one for one in wanted if one in there}
    for fold in (folded, lambda text: folded(text).lstrip("0")):
        open_ids = [one for one in sorted(wanted) if one not in found]
        by_fold: dict[str, set[str]] = {}
        for one in there:
            by_fold.setdefault(fold(one), set()).add(one)
        written = Counter(fold(one) for one in open_ids)
        for one in open_ids:
            means = by_fold.get(fold(one), set())
            if len(means) == 1 and written[fold(one)] == 1 and not means & set(found.values()):
                found[one] = next(iter(means))
    return found


@dataclass(frozen=True)
class Listed:
    """A table as it was brought."""

    name: str
    """Name of the file or layer."""
    headings: list[str]
    """One a column, each once."""
    rows: list[Sequence[str]]
    numbers: list[int]
    """Row of each as a spreadsheet counts it, or number of the feature."""
    places: list[tuple[float, float]] = field(default_factory=list)
    """(latitude, longitude) of each row of a layer that has places, degrees of JGD2011; NaN where there is none."""
    filled: frozenset[tuple[int, int]] = frozenset()
    """(position in `rows`, column) of cells that took the value of the cell they are merged with."""
    above: tuple[str, ...] = ()
    """What stands above the heading: a title, a date."""
    problems: tuple[Message, ...] = ()

    def place_of(self, candidates: Iterable[str], chosen: str = "") -> Optional[int]:
        """Return the column that was chosen, else the first that bears one of the headings; None where there is none.

        Raises `TomoshibiError` where the chosen one is not there.
        """
        if chosen:
            if chosen in self.headings:
                return self.headings.index(chosen)
            raise TomoshibiError(
                message("The list {list} has no column “{column}”. Choose another.", list=self.name, column=chosen)
            )
        known: dict[str, int] = {}
        # the whole heading goes before its halves
        for depth in range(5):
            for place, heading in enumerate(self.headings):
                forms = list(spellings(heading))
                if depth < len(forms):
                    known.setdefault(forms[depth], place)
        return next((known[folded(item)] for item in candidates if folded(item) in known), None)

    def column(self, place: Optional[int]) -> list[str]:
        """Return the texts of a column, "" where a row is too short; all blank for None."""
        if place is None:
            return [""] * len(self.rows)
        return [row[place].strip() if place < len(row) else "" for row in self.rows]


_TOTAL = re.compile(
    r"(?:総合計|合計|総計|小計|累計|計|subtotal|grandtotal|total)[:：]?"
    r"(?:[0-9][0-9,.]*(?:人|名|件|戸|世帯|施設|棟|台|か所|ヶ所|箇所|kva|kl|l)?)?"
)
"""What the first cell of a row of sums says, folded."""
_SUPPLY_POINT = re.compile(r"[0-9]{21,22}")


def without_totals(listed: Listed) -> tuple[Listed, list[int]]:
    """Return a list without its rows of sums (合計, 小計, 計3台), and the numbers of these rows: nobody is in them.

    Only what the first cell of a row says that holds anything counts, and never of a row with a supply point.
    """
    sums = [_is_total(row) for row in listed.rows]
    if not any(sums):
        return listed, []
    kept = [position for position, one in enumerate(sums) if not one]
    return _of_rows(listed, kept), [number for number, one in zip(listed.numbers, sums) if one]


def _of_rows(listed: Listed, kept: Sequence[int]) -> Listed:
    place = {position: number for number, position in enumerate(kept)}
    return replace(
        listed,
        rows=[listed.rows[position] for position in kept],
        numbers=[listed.numbers[position] for position in kept],
        places=[listed.places[position] for position in kept] if listed.places else [],
        filled=frozenset((place[row], column) for row, column in listed.filled if row in place),
    )


def _is_total(row: Sequence[str]) -> bool:
    cells = [cell for cell in map(folded, row) if cell]
    return bool(cells) and bool(_TOTAL.fullmatch(cells[0])) and not any(map(_SUPPLY_POINT.search, cells))


def repeated(rows: Mapping[int, Hashable]) -> dict[int, int]:
    """Return {position of a row that is wholly the same as one before: position of the first}.

    `rows`: position → all that a row says, of rows that carry a name or an id of their own: only they can repeat one.
    """
    first: dict[Hashable, int] = {}
    found = {position: first.setdefault(whole, position) for position, whole in rows.items()}
    return {position: other for position, other in found.items() if other != position}


def repeated_message(listed: Listed, repeats: Mapping[int, int]) -> Message:
    """Return which rows of a list are taken once: every one of them, as nobody is left out without being named."""
    number = listed.numbers
    return message(
        "{list}: rows that repeat another wholly, name or id included, are taken once: {rows}.",
        list=listed.name,
        rows=", ".join(f"{number[one]} (= {number[first]})" for one, first in repeats.items()),
    )
