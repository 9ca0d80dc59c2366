"""Lists that are given as CSV or Excel: the restoration plan, the prefecture's order of priority."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Mapping, Sequence

from ...messages import TomoshibiError, message

if TYPE_CHECKING:
    import pandas as pd

ENCODINGS = ("utf-8-sig", "cp932")


def read_rows(path: Path) -> list[list[str]]:
    """Return the rows of a CSV (UTF-8 or CP932) or of the first sheet of an .xlsx, heading first, blank rows left out.

    Raises `TomoshibiError` where the file cannot be read or is empty.
    """
    if path.suffix.lower() == ".xlsx":
        from ...layers.spreadsheets import read_xlsx

        rows = read_xlsx(path)
    else:
        from ...casefile.links import csv_rows

        rows = csv_rows(_decoded(path))
    found = [[cell.strip() for cell in row] for row in rows]
    found = [row for row in found if any(row)]
    if len(found) < 2:
        raise TomoshibiError(
            message("{file} holds no rows below its heading. Choose the file with the list.", file=path.name)
        )
    return found


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TomoshibiError(
            message(
                "{file} cannot be read ({reason}). Check that it is there and not open elsewhere.",
                file=path.name,
                reason=error.strerror or "",
            )
        ) from error
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TomoshibiError(message("{file} is neither UTF-8 nor Shift_JIS. Save it as UTF-8 CSV.", file=path.name))


def table_of(path: Path, headings: Mapping[str, Sequence[str]], needed: Sequence[str]) -> pd.DataFrame:
    """Return the columns found, under their own names, as text. Raises `TomoshibiError` where a needed one lacks."""
    import pandas as pd

    head, *rows = read_rows(path)
    places = {name: next((head.index(word) for word in words if word in head), -1) for name, words in headings.items()}
    for name in needed:
        if places[name] < 0:
            raise TomoshibiError(
                message(
                    "{file} has no column {column}. Rename the column that holds it to one of these.",
                    file=path.name,
                    column=" / ".join(headings[name]),
                )
            )
    width = len(head)
    full = [row + [""] * (width - len(row)) for row in rows]
    return pd.DataFrame(
        {name: pd.Series([row[place] for row in full], dtype=object) for name, place in places.items() if place >= 0}
    )
