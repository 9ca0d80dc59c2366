"""Rows of published files by columns: what most rows need is done for a block of them at once.

What a row is says `tabular`: `csv_record` and `json_records`. Here rows in which nothing is out of the ordinary are
split together; every other one goes through `csv_record`, so that rules and messages stand in one place.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Iterable, Iterator, Optional, Sequence, TypeVar, Union

from ..messages import Message
from .profile import FileSpec
from .tabular import BOM, Columns, Head, Numbered, Record, csv_lines, csv_record, json_records

Item = TypeVar("Item")
BLOCK_ROWS = 20_000
PIECE_ROWS = 1_000
"""Rows that are split together: one that is out of the ordinary costs the others of its piece a second look."""
Fields = Sequence[Sequence[str]]
"""Columns of a file, each with the texts of all rows as they stand, blanks around them too."""
_Lines = Sequence[Numbered]


@dataclass(frozen=True)
class RowBlock:
    """Some rows of a file, in its order."""

    lines: Sequence[int]
    """Of the rows that are whole: line (CSV) or number of the object (JSON), from 1."""
    raw: Sequence[Union[bytes, str]]
    """Of the same rows, what stands in the file."""
    fields: Fields
    """Of the same rows, by position of the column."""
    broken: Sequence[tuple[Record, Message]]
    """Rows that are none, and why."""

    def __len__(self) -> int:
        return len(self.lines) + len(self.broken)


def row_blocks(path: Path, head: Head, columns: Columns, spec: FileSpec) -> Iterator[RowBlock]:
    """Yield the rows of a CSV or JSON file, `BLOCK_ROWS` at a time; the last block has fewer, or none."""
    if head.form == "json":
        objects = json_records(path, columns.encoding, head.names)
        while found := list(islice(objects, BLOCK_ROWS)):
            yield block_of(found, columns.width)
        return
    with open(path, "rb") as stream:
        rows = csv_lines(stream, columns, spec.delimiter)
        while lines := list(islice(rows, BLOCK_ROWS)):
            yield csv_block(lines, columns, spec.delimiter)


def block_of(found: Sequence[Record], width: int) -> RowBlock:
    """Return records as a block."""
    whole = [record for record in found if record.problem is None]
    fields = list(zip(*(record.fields for record in whole))) or [()] * width
    broken = [(record, record.problem) for record in found if record.problem is not None]
    return RowBlock([record.line for record in whole], [record.raw for record in whole], fields, broken)


def csv_block(lines: _Lines, columns: Columns, delimiter: str) -> RowBlock:
    """Return rows, as `csv_lines` gives them, as a block: the same that `csv_record` makes of each."""
    pieces = [
        piece
        for first in range(0, len(lines), PIECE_ROWS)
        for piece in _pieces(lines[first : first + PIECE_ROWS], columns, delimiter)
    ]
    return RowBlock(
        _in_a_row(piece.lines for piece in pieces),
        _in_a_row(piece.raw for piece in pieces),
        [_in_a_row(piece.fields[at] for piece in pieces) for at in range(columns.width)],
        _in_a_row(piece.broken for piece in pieces),
    )


def _in_a_row(parts: Iterable[Sequence[Item]]) -> list[Item]:
    return list(chain.from_iterable(parts))


def _pieces(lines: _Lines, columns: Columns, delimiter: str) -> Iterator[RowBlock]:
    """Yield rows as pieces: a piece that cannot be split as a whole is halved, down to the row that is the cause."""
    piece = _piece(lines, columns, delimiter)
    if piece is not None:
        yield piece
    elif len(lines) == 1:
        yield block_of([csv_record(*lines[0], columns, delimiter)], columns.width)
    else:
        half = len(lines) // 2
        yield from _pieces(lines[:half], columns, delimiter)
        yield from _pieces(lines[half:], columns, delimiter)


def _piece(lines: _Lines, columns: Columns, delimiter: str) -> Optional[RowBlock]:
    """Return rows split together; None where one of them may be another row than it is by itself."""
    raw = [line for _, line in lines]
    try:
        texts = _decoded(raw, columns.encoding)
        fields = _split_plain(texts, columns.width, delimiter)
        if fields is not None:
            return RowBlock([number for number, _ in lines], raw, fields, ())
        rows = list(csv.reader(texts, delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error):
        return None
    # one that swallows the next leaves fewer rows than texts
    return _by_width(lines, rows, columns, delimiter) if len(rows) == len(texts) else None


def _decoded(raw: Sequence[bytes], encoding: str) -> list[str]:
    """Return lines as text without their ends. Raises `UnicodeDecodeError`."""
    if codecs.lookup(encoding).name == "utf-8-sig":
        # that codec is written in Python; each line may begin with the mark
        raw, encoding = [line[len(BOM) :] if line.startswith(BOM) else line for line in raw], "utf-8"
    return [line.decode(encoding).rstrip("\r\n") for line in raw]


def _split_plain(texts: Sequence[str], width: int, delimiter: str) -> Optional[Fields]:
    """Return the fields of rows that are but fields and delimiters; None where `csv` may see more in one of them."""
    joined = delimiter.join(texts)
    if any(sign in joined for sign in '"\r\0') or max(map(len, texts)) > csv.field_size_limit():
        return None
    if any(text.count(delimiter) != width - 1 for text in texts):
        return None
    fields = joined.split(delimiter)
    return [fields[at::width] for at in range(width)]


def _by_width(lines: _Lines, rows: Sequence[list[str]], columns: Columns, delimiter: str) -> RowBlock:
    """Return rows as a piece; what to say of those that have another number of fields says `csv_record`."""
    at = [place for place, row in enumerate(rows) if len(row) == columns.width]
    others = [lines[place] for place, row in enumerate(rows) if len(row) != columns.width]
    odd = block_of([csv_record(*line, columns, delimiter) for line in others], columns.width)
    fields = list(zip(*(rows[place] for place in at))) or [()] * columns.width
    return RowBlock([lines[place][0] for place in at], [lines[place][1] for place in at], fields, odd.broken)
