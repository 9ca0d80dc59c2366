"""The link list (施設と供給地点の対応表): which supply points feed which facility, prepared in peacetime."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..aggregator.contractor_lists import comparable, read_list
from ..aggregator.outside import read_cell
from ..analysis.listed import Listed, folded
from ..messages import Message, TomoshibiError, message

FACILITY = ("facility_id", "施設ID", "共通ID", "ID")
"""Headings under which the facility's id is found."""
SUPPLY_POINT = ("supply_point", "供給地点特定番号", "供給/受電地点特定番号", "地点番号")
"""Headings under which the supply point is found."""
COLUMNS = {"facility_id": FACILITY, "supply_point": SUPPLY_POINT}
KNOWN = frozenset(folded(item) for items in COLUMNS.values() for item in items)
UNREADABLE = "?"
"""Stands for a number that cannot be read: a supply point of which nothing can be known."""
_NUMBER = re.compile(r"[0-9]{22}")
_ZERO_LOST = re.compile(r"[1-9][0-9]{20}")
ENCODINGS = ("utf-8-sig", "cp932")


class LinksError(TomoshibiError):
    """The link list cannot be used at all."""


@dataclass(frozen=True)
class Links:
    """A link list that was read."""

    table: pd.DataFrame
    """Columns `facility_id` and `supply_point`, both text, without repetitions."""
    problems: tuple[Message, ...]
    """One message for each row that was left out."""
    unreadable: tuple[str, ...] = ()
    """Facility ids of rows whose number cannot be read: they have a supply point of which nothing is known."""


def usable_number(text: str) -> str:
    """Return a supply point as 22 digits, "" where it is none; one leading zero that a spreadsheet took is put back."""
    plain = re.sub(r"[\s-]", "", comparable(text)).lstrip("'")
    if _ZERO_LOST.fullmatch(plain):
        plain = "0" + plain
    return plain if _NUMBER.fullmatch(plain) and not _is_rounded(plain.lstrip("0")) else ""


def _is_rounded(digits: str) -> bool:
    """Whether a spreadsheet has rounded a number to fifteen digits: then it is another one than the meter's.

    One that has zeros before that too is a round number, and none but zeros is no number.
    """
    kept, lost = digits[:15], digits[15:]
    return not kept or (not lost.strip("0") and bool(kept[9:].strip("0")))


def read_links(path: Path) -> Links:
    """Read a list of facility and supply point, CSV or tab-separated, UTF-8, UTF-16 or CP932.

    Rows that cannot be used are left out and named by line. Raises `LinksError` where the file cannot be read or a
    heading is missing.
    """
    path = Path(path)
    try:
        raw = read_list(path)
    except TomoshibiError as error:
        raise LinksError(error.message) from error
    if raw.broken:
        raise LinksError(
            message(
                "The link list {file} is neither UTF-8 nor CP932 (Shift_JIS). Save it as CSV UTF-8.", file=path.name
            )
        )
    return links_in(Listed(path.name, list(raw.rows[0]), list(raw.rows[1:]), list(raw.lines[1:])))


def links_in(listed: Listed) -> Links:
    """Return the links of a table of facility and supply point; see `read_links`."""
    columns = {name: listed.place_of(headings) for name, headings in COLUMNS.items()}
    for name, place in columns.items():
        if place is None:
            raise LinksError(
                message(
                    "The link list {file} has no column {column}. Its first row must name the columns.",
                    file=listed.name,
                    column=" / ".join(COLUMNS[name]),
                )
            )
    kept, problems, unreadable = [], list(listed.problems), []
    for line, facility, written in zip(listed.numbers, *(listed.column(place) for place in columns.values())):
        number = usable_number(written)
        if not facility and not written:
            continue
        if not facility or not number:
            problems.append(
                message(
                    "{file}, line {line}: every column and a supply point of 22 digits are needed; the line is left "
                    "out. "
                    "A spreadsheet may have turned the number into 3.1E+20: format the column as text.",
                    file=listed.name,
                    line=line,
                )
            )
            unreadable += [facility] if facility and written else []
            continue
        kept.append((facility, number))
    table = pd.DataFrame(kept, columns=list(COLUMNS), dtype=object).drop_duplicates(ignore_index=True)
    return Links(table, tuple(problems), tuple(dict.fromkeys(unreadable)))


def csv_rows(text: str) -> list[list[str]]:
    """Return the rows of a short CSV. Raises `LinksError` where a line is none, as one with a NUL in Python 3.9."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return [[read_cell(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise LinksError(
            message(
                "Line {line} of the list cannot be read as CSV. Look for a quotation mark that is not closed.",
                line=reader.line_num,
            )
        ) from error
