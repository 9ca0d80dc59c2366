"""CSV of 契約照合 and 特定契約者登録: the lists a municipality brings, what is uploaded, what the screens give back.

The same files go through the API and, written by hand of the officer, through the LG-WAN screens (manual §2.4). Their
columns are not public; they are assumed to bear the names of マスタ情報 in the profile.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Mapping, Optional, Sequence

from ..messages import Progress, TomoshibiError, message
from .outside import read_cell, whole_number
from .profile import Profile
from .tabular import cannot_open, normal

FIELDS = ("name", "kana", "address", "postcode", "phone", "supply_point")
"""What 契約照合 compares, by the internal names of マスタ情報; name and address are those of the contract holder."""
SOURCE_ENCODINGS = ("utf-8-sig", "cp932")
"""Encodings in which municipalities keep lists; UTF-16 is told by its byte order mark."""
_LOOKED_AT = 4096
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS = ",\t;"
BLOCK_ROWS = 2000
"""Rows between two looks whether to stop; one call for a whole file would hold up every other thread."""
LARGEST = 256 << 20
"""Bytes of a list; a list of all homes of a large city has a tenth of it."""
RESULT_NAMES = ("照合結果", "判定結果", "結果", "result")
ROW_NAMES = ("行番号", "項番", "No", "No.", "rowNo", "row_no")
"""Headings of the number of a row; the list that is uploaded has none."""
RESULT_WORDS = (("不一致", "none"), ("該当なし", "none"), ("一致", "matched"), ("目視", "review"), ("候補", "review"))
"""Parts of words that stand for a result, the first that is found counts; assumed, as the screens are not public."""


class ListFileError(TomoshibiError):
    """A list that cannot be read at all."""


@dataclass(frozen=True)
class RawList:
    """A list as text, row by row."""

    rows: tuple[tuple[str, ...], ...]
    """All rows that are not blank, the heading among them; fields without blanks around them."""
    lines: tuple[int, ...]
    """Line of each row in its file, from 1."""
    encoding: str
    broken: frozenset[int]
    """Positions in `rows` of rows with bytes that the encoding does not know; those are U+FFFD in the text."""


@dataclass(frozen=True)
class ResultRow:
    """One row of a result file of 契約照合."""

    row_no: Optional[int]
    """Number of the row in the list that was sent, from 1; None where the file does not say it."""
    result: str
    """`matched`, `review`, `none`."""
    master_info_id: str
    name: str
    address: str


def read_list(path: Path, progress: Optional[Progress] = None, encodings: Sequence[str] = SOURCE_ENCODINGS) -> RawList:
    """Read a CSV or tab-separated list; a row with broken bytes is kept and named in `broken`.

    Raises `ListFileError` where it is empty, too large or no text, `FileProblem` where it cannot be opened.
    """
    path, progress = Path(path), progress or Progress()
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise cannot_open(path, error) from error
    if size > LARGEST:
        raise ListFileError(
            message("The list {file} is larger than {limit} MB. Split it.", file=path.name, limit=LARGEST >> 20)
        )
    encoding = _encoding(raw, encodings)
    text = raw.decode(encoding, "replace")
    if "\x00" in text[:4096]:
        raise ListFileError(
            message("{file} is not a text file. Choose a CSV, an XLSX workbook or a layer.", file=path.name)
        )
    rows, lines, broken = _rows(text, progress)
    if not rows:
        raise ListFileError(message("The list {file} is empty. Choose another file.", file=path.name))
    return RawList(tuple(rows), tuple(lines), encoding, frozenset(broken))


def _encoding(raw: bytes, encodings: Sequence[str]) -> str:
    """Return the encoding that knows the most lines; the first of those that know all."""
    if raw[:2] in _UTF16:
        return "utf-16"
    # without a byte order mark, letters of a heading or of numbers leave every other byte zero
    head = raw[:_LOOKED_AT]
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 3 and head[place::2].count(0) > len(head) // 20 and not head[1 - place :: 2].count(0):
            return encoding
    for encoding in encodings:
        try:
            raw.decode(encoding)
            return encoding
        except UnicodeDecodeError:
            continue
    bad = {encoding: raw.decode(encoding, "replace").count("\ufffd") for encoding in encodings}
    return min(encodings, key=lambda encoding: bad[encoding])


def _rows(text: str, progress: Progress) -> tuple[list[tuple[str, ...]], list[int], list[int]]:
    # a title above the heading has none of them
    head = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()]
    delimiter = max(DELIMITERS, key=lambda sign: (sum(sign in line for line in head), text[:_LOOKED_AT].count(sign)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    broken: list[int] = []
    begin = 1
    try:
        for row in reader:
            cells = tuple([read_cell(cell.strip()) for cell in row])
            if any(cells):
                if any("\ufffd" in cell for cell in cells):
                    broken.append(len(rows))
                rows.append(cells)
                lines.append(begin)
                if len(rows) % BLOCK_ROWS == 0:
                    progress.raise_if_cancelled()
            begin = reader.line_num + 1
    except csv.Error as error:
        raise ListFileError(
            message(
                "Line {line} of the list cannot be read as CSV. Look for a quotation mark that is not closed.",
                line=reader.line_num,
            )
        ) from error
    return rows, lines, broken


def comparable(text: str) -> str:
    """Return a text for comparing only: without differences of width, of hyphens and without blanks."""
    return re.sub(r"[‐‑‒–—―−ｰ]", "-", "".join(unicodedata.normalize("NFKC", text).split()))


def unwritable(text: str, profile: Profile) -> bool:
    """Whether the encoding of the uploaded CSV lacks a sign of the text."""
    try:
        text.encode(upload_encoding(profile))
    except UnicodeEncodeError:
        return True
    return False


def upload_encoding(profile: Profile) -> str:
    """Return the encoding in which lists are uploaded: the first that the profile names for マスタ情報."""
    return profile.file("master").encodings[0]


def _write(header: Sequence[str], rows: Iterable[Sequence[str]], profile: Profile) -> bytes:
    spec = profile.file("master")
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=spec.delimiter, lineterminator="\r\n")
    if spec.header:
        writer.writerow(header)
    for row in rows:
        writer.writerow(row)
    return made.getvalue().encode(upload_encoding(profile))


def match_columns(profile: Profile) -> list[str]:
    """Return the internal columns of the CSV for 契約照合, in the order of the profile."""
    return [column.column for column in profile.file("master").columns if column.column in FIELDS]


def match_csv(rows: Iterable[Mapping[str, str]], profile: Profile) -> bytes:
    """Return the CSV for 契約照合: one row each with the keys of `FIELDS` ("" where not known)."""
    columns = match_columns(profile)
    header = [profile.file("master").column(name).name for name in columns]
    return _write(header, ([row.get(name, "") for name in columns] for row in rows), profile)


def register_csv(identities: Iterable[str], profile: Profile) -> bytes:
    """Return the CSV for 特定契約者登録: マスタ情報ID, each once."""
    name = profile.file("master").column("master_info_id").name
    return _write([name], ([identity] for identity in dict.fromkeys(identities) if identity), profile)


def read_results(path: Path, profile: Profile, progress: Optional[Progress] = None) -> list[ResultRow]:
    """Read the result list of 契約照合 as saved from the LG-WAN screen.

    Needed is the column of マスタ情報ID; 照合結果, a number of the row, name and address help. Without 照合結果 a row
    with an id is matched and one without is not. Raises `ListFileError`.
    """
    raw = read_list(path, progress, (*profile.file("master").encodings, *SOURCE_ENCODINGS))
    header = [normal(cell) for cell in raw.rows[0]]

    def place(*names: str) -> Optional[int]:
        return next((header.index(normal(name)) for name in names if normal(name) in header), None)

    spec = profile.file("master")
    places = {name: place(spec.column(name).name) for name in ("master_info_id", "name", "address")}
    if places["master_info_id"] is None:
        raise ListFileError(
            message(
                "{file} has no column {column}. Take the result list of 契約照合 as it was saved, or correct the name "
                "in the profile.",
                file=Path(path).name,
                column=spec.column("master_info_id").name,
            )
        )
    number_at, result_at = place(*ROW_NAMES), place(*RESULT_NAMES)

    def cell(row: Sequence[str], at: Optional[int]) -> str:
        return row[at] if at is not None and at < len(row) else ""

    found = []
    for row in raw.rows[1:]:
        identity = cell(row, places["master_info_id"])
        number = unicodedata.normalize("NFKC", cell(row, number_at))
        found.append(
            ResultRow(
                whole_number(number),
                _result(cell(row, result_at), identity, profile),
                identity,
                cell(row, places["name"]),
                cell(row, places["address"]),
            )
        )
    return found


def _result(word: str, identity: str, profile: Profile) -> str:
    named = profile.code_name("match_result", word)
    if named is None:
        named = next((result for part, result in RESULT_WORDS if part in word), None)
    if named == "matched" and not identity:
        return "review"
    return named or ("matched" if identity else "none")
