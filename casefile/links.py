"""The link list (施設と供給地点の対応表): which supply points feed which facility, prepared in peacetime."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..aggregator.contractor_lists import read_list
from ..aggregator.outside import read_cell
from ..analysis.listed import Listed, folded
from ..messages import Message, TomoshibiError, message

FACILITY = ("facility_id", "施設ID", "共通ID", "ID")
"""Headings under which the facility's id is found."""
SUPPLY_POINT = ("supply_point", "供給地点特定番号", "供給/受電地点特定番号", "地点番号")
"""Headings under which the supply point is found."""
COLUMNS = {"facility_id": FACILITY, "supply_point": SUPPLY_POINT}
KNOWN = frozenset(folded(item) for items in COLUMNS.values() for item in items)
_NUMBER = re.compile(r"[0-9]{22}")
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
    kept, problems = [], list(listed.problems)
    for line, *values in zip(listed.numbers, *(listed.column(place) for place in columns.values())):
        number = unicodedata.normalize("NFKC", values[-1])
        if not any(values):
            continue
        if not all(values) or not _NUMBER.fullmatch(number):
            problems.append(
                message(
                    "{file}, line {line}: every column and a supply point of 22 digits are needed; the line is left "
                    "out. "
                    "A spreadsheet may have turned the number into 3.1E+20: format the column as text.",
                    file=listed.name,
                    line=line,
                )
            )
            continue
        kept.append((*values[:-1], number))
    table = pd.DataFrame(kept, columns=list(COLUMNS), dtype=object).drop_duplicates(ignore_index=True)
    return Links(table, tuple(problems))


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
