"""The link list (施設と供給地点の対応表): which supply points feed which facility, prepared in peacetime."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..messages import Message, TomoshibiError, message

FACILITY = ("facility_id", "施設ID", "共通ID", "ID")
"""Headings under which the facility's id is found."""
SUPPLY_POINT = ("supply_point", "供給地点特定番号", "供給/受電地点特定番号", "地点番号")
"""Headings under which the supply point is found."""
_NUMBER = re.compile(r"[0-9]{22}")
ENCODINGS = ("utf-8-sig", "cp932")


class LinksError(TomoshibiError):
    """The link list cannot be used at all."""


@dataclass(frozen=True)
class Links:
    """A link list that was read."""

    table: pd.DataFrame
    """Columns `facility_id` (in a link list) and `supply_point`, both text, without repetitions."""
    problems: tuple[Message, ...]
    """One message for each row that was left out."""


def read_links(path: Path) -> Links:
    """Read a CSV of facility and supply point, UTF-8 or CP932. Rows that cannot be used are left out and named by line.

    Raises `LinksError` where the file cannot be read or a heading is missing.
    """
    return _read(Path(path), {"facility_id": FACILITY, "supply_point": SUPPLY_POINT})


def csv_rows(text: str) -> list[list[str]]:
    """Return the rows of a short CSV. Raises `LinksError` where a line is none, as one with a NUL in Python 3.9."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return list(reader)
    except csv.Error as error:
        raise LinksError(
            message(
                "Line {line} of the list cannot be read as CSV. Look for a quotation mark that is not closed.",
                line=reader.line_num,
            )
        ) from error


def _read(path: Path, headings: dict[str, tuple[str, ...]]) -> Links:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LinksError(
            message(
                "The link list {file} cannot be read ({reason}). Check that it is there and not open elsewhere.",
                file=path.name,
                reason=error.strerror or "",
            )
        ) from error
    rows = csv_rows(_decode(raw, path))
    header = [cell.strip() for cell in rows[0]] if rows else []
    places = [_heading(header, names, path) for names in headings.values()]
    kept, problems = [], []
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
        values = tuple(cells[place] for place in places)
        if not all(values) or not _NUMBER.fullmatch(values[-1]):
            problems.append(
                message(
                    "{file}, line {line}: every column and a supply point of 22 digits are needed; the line is left "
                    "out. "
                    "A spreadsheet may have turned the number into 3.1E+20: format the column as text.",
                    file=path.name,
                    line=line,
                )
            )
            continue
        kept.append(values)
    table = pd.DataFrame(kept, columns=list(headings), dtype=object).drop_duplicates(ignore_index=True)
    return Links(table, tuple(problems))


def _decode(raw: bytes, path: Path) -> str:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LinksError(
        message("The link list {file} is neither UTF-8 nor CP932 (Shift_JIS). Save it as CSV UTF-8.", file=path.name)
    )


def _heading(header: list[str], names: tuple[str, ...], path: Path) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    raise LinksError(
        message(
            "The link list {file} has no column {column}. Its first row must name the columns.",
            file=path.name,
            column=" / ".join(names),
        )
    )
