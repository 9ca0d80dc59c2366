"""Text from outside (servers, files of others) before anything is done with it: limited, parsed, fit to show."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from pathlib import Path
from typing import IO, Any, Iterable, Optional, Union

from ..files import STEERS, fresh_file

SHOWN = 200
"""Characters of a text from outside that are shown or logged."""
LONGEST_ID = 256
"""Characters of an identity."""
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")

_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠\t\r](?s:.+)")
"""A text that a spreadsheet works out; whatever marks stand before it, one more is put there and taken away again."""
_CELL = re.compile(r'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|\Z)')
_SUSPECT = re.compile(r"(?:^|,)\"?'*\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def shown(text: object, limit: int = SHOWN) -> str:
    """Return a text from outside fit for a message or a log: one line, without marks that steer a screen, cut.

    Parameters
        text: anything; what is no text is written out.
        limit: most characters returned; what is longer ends in “…”.
    """
    # cut first: a text of megabytes is not worked through for two hundred characters
    raw = str(text)[: limit * 8]
    plain = _ANSI.sub("", raw)
    plain = "".join(" " if sign in "\t\r\n" else sign for sign in plain)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in STEERS).strip()
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def parse_json(content: Union[bytes, str]) -> Any:
    """Return what a JSON text holds. Raises `ValueError` for anything that is none, also one nested without end."""
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def whole_number(value: object, most: int = 2**63 - 1) -> Optional[int]:
    """Return a whole number from 0 to `most` written in ASCII digits (or an int), None for anything else."""
    if isinstance(value, bool):
        return None
    text = str(value) if isinstance(value, int) and 0 <= value <= most else value
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,19}", text):
        return None
    number = int(text)
    return number if number <= most else None


def identity(value: object) -> Optional[str]:
    """Return an identity a server gave, None where it is none that can be sent back.

    Such a one is blank, too long, or has characters that cannot be seen or written.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else None
    if not value.strip() or len(value) > LONGEST_ID:
        return None
    return None if any(unicodedata.category(sign) in STEERS for sign in value) else value


def safe_cell(value: object) -> object:
    """Return a value as it may stand in a CSV: a text that a spreadsheet would run as a formula gets a mark (').

    Numbers, also those written as text, and signs that stand alone stay as they are. `read_cell` takes the mark away.
    """
    if not isinstance(value, str) or not _FORMULA.fullmatch(value) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"


def read_cell(text: str) -> str:
    """Return a text as it was before `safe_cell`, or before a person put the mark there for the same reason."""
    return text[1:] if text.startswith("'") and _FORMULA.fullmatch(text) else text


class SafeWriter:
    """Writes rows of a CSV with CRLF, no cell of which runs in a spreadsheet."""

    def __init__(self, stream: IO[str]):
        self._writer = csv.writer(stream, lineterminator="\r\n")

    def writerow(self, row: Iterable[object]) -> None:
        """Write one row."""
        self._writer.writerow([safe_cell(value) for value in row])

    def writerows(self, rows: Iterable[Iterable[object]]) -> None:
        """Write rows."""
        for row in rows:
            self.writerow(row)


def make_csv_safe(path: Path) -> None:
    """Mark the texts of a CSV (UTF-8) that another program wrote, in place; all else stays as it was, quotes too.

    Raises OSError where it cannot be written.
    """
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as stream, fresh_file(path) as target:
        row = ""
        for line in stream:
            row += line
            if row.count('"') % 2:  # a cell goes on in the next line
                continue
            target.write(_safe_row(row).encode("utf-8", "surrogateescape"))
            row = ""
        target.write(row.encode("utf-8", "surrogateescape"))


def _safe_row(row: str) -> str:
    if not _SUSPECT.search(row):
        return row
    return _CELL.sub(lambda found: _safe_quoted(found[1]) + found[2], row)


def _safe_quoted(cell: str) -> str:
    if not cell.startswith('"'):
        return str(safe_cell(cell))
    text = cell[1:-1]
    return cell if safe_cell(text) == text else f'"\'{text}"'
