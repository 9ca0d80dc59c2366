"""Published files as text: CSV or JSON, header, encoding, columns of the profile, records and their line numbers."""

from __future__ import annotations

import codecs
import csv
import json
import re
import unicodedata
from collections import deque
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Iterable, Iterator, Mapping, Optional, Sequence, Union

from ..messages import Message, Progress, TomoshibiError, message
from .profile import FileSpec
from .values import FIELD_COUNT, NOT_AN_OBJECT, UNDECODABLE

HEAD_BYTES = 1 << 18
"""How much of a file is looked at to tell what it is."""
HEAD_ROWS = 20
BLOCK = 1 << 20
MAX_OBJECT = 1 << 20
MAX_JOINED = 20
"""A quoted field with line ends in it may go over this many lines; more means a quotation mark was not closed."""
_GROUP = 1000
"""Lines that are looked at together."""
BOM = codecs.BOM_UTF8
Numbered = tuple[int, bytes]
"""Number of a line, from 1, and the line."""


class FileProblem(TomoshibiError):
    """A file that cannot be used at all."""


@dataclass(frozen=True)
class Head:
    """The beginning of a file."""

    form: str
    """`csv`, `json`, `empty` or `binary`."""
    lines: tuple[bytes, ...] = ()
    """First lines that are not blank (CSV), without line ends and byte order mark."""
    names: tuple[str, ...] = ()
    """Keys of the first object (JSON)."""


@dataclass(frozen=True)
class Columns:
    """Where the columns of the profile are in one file."""

    at: Mapping[str, int]
    """Internal column → position among the fields of a record (CSV), or among the keys of the first object (JSON)."""
    unknown: tuple[str, ...]
    """Names in the file that the profile does not know."""
    missing: tuple[str, ...]
    """Published names of required columns that are not in the file."""
    width: int
    """Number of fields a row must have (CSV) or is given (JSON)."""
    header: bool
    """Whether the first row is the header."""
    encoding: str


@dataclass(frozen=True)
class Record:
    """One row of a file, or why there is none."""

    line: int
    """Line (CSV) or number of the object (JSON), from 1."""
    fields: list[str]
    """Stripped texts, none with a problem; of JSON those of the first object's keys, "" where this one lacks it."""
    raw: Union[bytes, str]
    problem: Optional[Message] = None


def normal(name: str) -> str:
    """Return a column name without differences of width and spaces: ﾌｧｲﾙ and ファイル, （ and ( are the same."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


def head_of(path: Path) -> Head:
    """Return the beginning of a file. Raises `FileProblem` where it cannot be opened."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(HEAD_BYTES)
    except OSError as error:
        raise cannot_open(path, error) from error
    return head_in(data)


def head_in(data: bytes) -> Head:
    """Return the beginning of a file from its first bytes (`HEAD_BYTES` are enough)."""
    if data.startswith(BOM):
        data = data[len(BOM) :]
    if re.fullmatch(rb"\s*(?:\[\s*\]\s*)?", data):
        return Head("empty")
    # a zero byte in a row is a broken row; in the first line it means that this is no text
    if b"\x00" in data.lstrip().split(b"\n", 1)[0] or data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return Head("binary")
    if data.lstrip()[:1] in (b"[", b"{"):
        return Head("json", names=_first_keys(data))
    lines = [line.rstrip(b"\r") for line in data.split(b"\n")]
    return Head("csv", tuple(line for line in lines if line.strip())[:HEAD_ROWS])


def cannot_open(path: Path, error: OSError) -> FileProblem:
    """The error for a file that cannot be opened."""
    return FileProblem(
        message(
            "{file} cannot be opened ({reason}). Check that it is there and not open elsewhere.",
            file=Path(path).name,
            reason=error.strerror or "",
        )
    )


_ENVELOPE = re.compile(r'\s*\{[^\[\]]*?"[^"\[\]]*"\s*:\s*\[\s*(?=[{\]])')
"""An object with an array of objects as a member: {"data": [{ …."""


def _first_object(text: str) -> int:
    """Return where the objects begin: in an array, in an array that is a member of an object, or one on each line."""
    begin = re.match(r"\s*\[", text) or _ENVELOPE.match(text)
    return begin.end() if begin else 0


def _first_keys(data: bytes) -> tuple[str, ...]:
    for encoding in ("utf-8", "cp932"):
        text = data.decode(encoding, "replace")
        begin = text.find("{", _first_object(text))
        if begin < 0:
            return ()
        try:
            found, _ = json.JSONDecoder().raw_decode(text, begin)
        except (ValueError, RecursionError):
            continue
        if "\ufffd" not in "".join(found):
            return tuple(found)
    return ()


def split(line: bytes, encoding: str, delimiter: str) -> Optional[list[str]]:
    """Return the stripped fields of one line, None where the encoding does not know its bytes."""
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return None
    return [field.strip() for field in next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter), [])]


def columns_of(head: Head, spec: FileSpec) -> Optional[Columns]:
    """Find the columns of `spec` in the beginning of a file; None where nothing of it fits."""
    if head.form == "json":
        return _resolve(head.names, spec, spec.encodings[0]) if head.names else None
    if head.form != "csv" or not head.lines:
        return None
    try:
        named = _by_names(head.lines[0], spec)
    except csv.Error:
        return None
    if named is not None or spec.header or len(split_any(head.lines[0], spec)) != len(spec.columns):
        return named
    positions = {column.column: position for position, column in enumerate(spec.columns)}
    return Columns(positions, (), (), len(spec.columns), False, spec.encodings[0])


def _by_names(line: bytes, spec: FileSpec) -> Optional[Columns]:
    """Return the columns by the names in a header, in the encoding that knows the most; None where it names none."""
    best = None
    for encoding in spec.encodings:
        names = split(line, encoding, spec.delimiter)
        found = _resolve(names, spec, encoding) if names else None
        if found and found.at and (best is None or len(found.at) > len(best.at)):
            best = found
    return best


def split_any(line: bytes, spec: FileSpec) -> list[str]:
    """Return the fields of a line in the first encoding that knows its bytes, none where it is no row."""
    for encoding in (*spec.encodings, "latin-1"):
        try:
            fields = split(line, encoding, spec.delimiter)
        except csv.Error:
            return []
        if fields is not None:
            return fields
    return []


def _resolve(names: Sequence[str], spec: FileSpec, encoding: str) -> Columns:
    published = {normal(name): column.column for column in spec.columns for name in (*column.also, column.name)}
    elsewhere = {normal(name) for name in spec.elsewhere} - set(published)
    at: dict[str, int] = {}
    unknown = []
    for position, name in enumerate(names):
        column = published.get(normal(name))
        if column is None and normal(name) in elsewhere:
            continue
        if column is None or column in at:
            unknown.append(name)
        else:
            at[column] = position
    return Columns(at, tuple(unknown), _missing(spec, at), len(names), True, encoding)


def _missing(spec: FileSpec, at: Mapping[str, int]) -> tuple[str, ...]:
    """Return the published names of required columns that are not there, alternatives as one."""
    missing = [column.name for column in spec.columns if column.required and column.column not in at]
    for group in spec.one_of:
        if not any(column in at for column in group):
            missing.append(" / ".join(column.name for column in spec.columns if column.column in group))
    return tuple(missing)


def require_columns(path: Path, head: Head, spec: FileSpec, progress: Progress) -> tuple[Columns, list[Message]]:
    """Return the columns of a file and warnings about them. Raises `FileProblem` naming file and missing columns."""
    if head.form == "binary":
        raise FileProblem(
            message(
                "{file} is not a text file in an encoding of the profile (a spreadsheet, or UTF-16?). Save it as CSV in"
                " UTF-8, or take the file as it was published.",
                file=path.name,
            )
        )
    if head.form == "json" and not head.names:
        raise FileProblem(
            message("{file} is JSON, but not an array of objects. Take the file as it was published.", file=path.name)
        )
    columns = columns_of(head, spec)
    if columns is None or columns.missing:
        names = columns.missing if columns else [column.name for column in spec.columns if column.required]
        raise FileProblem(
            message(
                "{file} ({title}) has no column {columns}. Ask for the data with these items, or correct the names in"
                " the profile; if the file has no header row, say so in the profile.",
                file=path.name,
                title=spec.title,
                columns=", ".join(names),
            )
        )
    told = []
    if columns.unknown:
        told.append(
            message(
                "{file}: column(s) left out because the profile does not know them: {columns}",
                file=path.name,
                columns=", ".join(name or "—" for name in columns.unknown),
            )
        )
        progress.warn(told[0])
    return columns, told


def best_encoding(path: Path, encodings: tuple[str, ...], first: str) -> str:
    """Return the encoding that knows the most lines of the whole file: `first` where it is among the best."""
    order = (first, *(encoding for encoding in encodings if encoding != first))
    for encoding in order:
        if _decodes(path, encoding):
            return encoding
    bad = dict.fromkeys(order, 0)
    with open(path, "rb") as stream:
        for line in stream:
            for encoding in order:
                try:
                    line.decode(encoding)
                except UnicodeDecodeError:
                    bad[encoding] += 1
    return min(order, key=lambda encoding: bad[encoding])


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open(path, "rb") as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def csv_records(path: Path, columns: Columns, delimiter: str) -> Iterator[Record]:
    """Yield the rows of a CSV file after its header. Blank lines are no rows; a row that is broken has a `problem`."""
    with open(path, "rb") as stream:
        for number, line in csv_lines(stream, columns, delimiter):
            yield csv_record(number, line, columns, delimiter)


def csv_lines(stream: IO[bytes], columns: Columns, delimiter: str) -> Iterator[Numbered]:
    """Return (number of the line, bytes) of the rows of a CSV file after its header; one may go over several lines."""
    numbered: Iterator[Numbered] = enumerate(stream, 1)
    for number, line in numbered:
        numbered = chain([(number, line[len(BOM) :] if line.startswith(BOM) else line)], numbered)
        break
    if columns.header:
        next((None for _, line in numbered if line.strip()), None)
    return chain.from_iterable(_line_groups(numbered, columns, delimiter))


def _line_groups(numbered: Iterator[Numbered], columns: Columns, delimiter: str) -> Iterator[Iterable[Numbered]]:
    """Yield the rows among lines, many at a time."""
    while group := list(islice(numbered, _GROUP)):
        # only in a quoted field a line may end before its row
        if any(b'"' in line for _, line in group):
            yield _joined_lines(deque(group), numbered, columns, delimiter)
        else:
            yield [each for each in group if each[1].strip()]


def _joined_lines(
    ahead: deque[Numbered], numbered: Iterator[Numbered], columns: Columns, delimiter: str
) -> Iterator[Numbered]:
    """Yield the rows among the lines ahead, and among those of `numbered` that have to be looked at for them."""
    while ahead:
        number, line = ahead.popleft()
        if not line.strip():
            continue
        if line.count(b'"') % 2:
            line, taken = _joined(line, ahead, numbered, columns, delimiter)
            for _ in range(taken):
                ahead.popleft()
        yield number, line


def _joined(
    line: bytes, ahead: deque[Numbered], numbered: Iterator[Numbered], columns: Columns, delimiter: str
) -> tuple[bytes, int]:
    """Join a line with an open quotation mark to those that follow where that gives a whole row; else leave it.

    Returns the row, and how many of the lines ahead are in it.
    """
    whole = line
    for count in range(MAX_JOINED):
        if count == len(ahead):
            following = next(numbered, None)
            if following is None:
                break
            ahead.append(following)
        whole += ahead[count][1]
        if ahead[count][1].count(b'"') % 2:
            fields = _fields(whole, columns.encoding, delimiter)
            if fields is not None and len(fields) == columns.width:
                return whole, count + 1
            break
    return line, 0


def _fields(raw: bytes, encoding: str, delimiter: str) -> Optional[list[str]]:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error:
        return None
    return [field.strip() for field in rows[0]] if len(rows) == 1 else None


def csv_record(number: int, line: bytes, columns: Columns, delimiter: str) -> Record:
    """Return one row of a CSV file, or why it is none."""
    try:
        fields = _fields(line, columns.encoding, delimiter) if b"\n" in line[:-1] else None
        fields = fields or split(line, columns.encoding, delimiter)
    except csv.Error:
        return Record(number, [], line, FIELD_COUNT)
    if fields is None:
        return Record(number, [], line, UNDECODABLE)
    if len(fields) != columns.width:
        return Record(number, [], line, FIELD_COUNT)
    return Record(number, fields, line)


_BETWEEN = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\}\s*,?\s*(?=\{)")


def json_records(path: Path, encoding: str, names: Sequence[str]) -> Iterator[Record]:
    """Yield the objects of JSON one by one, their fields in the order of `names`, without holding the file.

    Numbers stay the text they are.

    The objects are an array, an array that is a member of an object ({"data": […]}), or one on each line.

    What is not an object, or broken, is a record with a `problem`, and reading goes on at the next object.
    """
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    with open(path, encoding=encoding, errors="replace", newline="") as stream:
        text, number, ended = stream.read(BLOCK), 0, False
        at = _first_object(text)
        while True:
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
            if text.startswith("]", at):
                return
            found, end = _decode(decoder, text, at)
            # A number at the end of what was read may go on in the next block.
            if (found is None or end == len(text)) and not ended and len(text) - at < MAX_OBJECT:
                more = stream.read(BLOCK)
                ended = not more
                text, at = text[at:] + more, 0
                continue
            if at >= len(text):
                return
            number += 1
            if found is None:
                ahead = _NEXT_OBJECT.search(text, at)
                end = ahead.end() if ahead else len(text)
            yield _json_record(number, found, text[at:end], names)
            text, at = (text[end:], 0) if end > BLOCK else (text, end)


def _decode(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Optional[object], int]:
    if at >= len(text):
        return None, at
    try:
        found, end = decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at
    return ([] if found is None else found), end


def _json_record(number: int, found: object, raw: str, names: Sequence[str]) -> Record:
    if not isinstance(found, dict):
        return Record(number, [], raw, NOT_AN_OBJECT)
    if "\ufffd" in raw:
        return Record(number, [], raw, UNDECODABLE)
    values = {str(key): "" if value is None else str(value).strip() for key, value in found.items()}
    try:
        "".join(values.values()).encode("utf-8")
    except UnicodeEncodeError:
        # half of a sign, as an escape of JSON can say it, is no text that could be kept
        return Record(number, [], raw, UNDECODABLE)
    return Record(number, [values.get(name, "") for name in names], raw)


def records(path: Path, head: Head, columns: Columns, spec: FileSpec) -> Iterator[Record]:
    """Yield the rows of a CSV or JSON file."""
    if head.form == "json":
        return json_records(path, columns.encoding, head.names)
    return csv_records(path, columns, spec.delimiter)
