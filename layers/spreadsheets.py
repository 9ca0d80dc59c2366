"""Tables that people keep: sheets of an XLSX or ODS workbook and the rows of any layer, as plain text.

A workbook is read from its own XML: GDAL's XLSX driver is not in every QGIS, turns numbers into doubles and guesses
headings, and a supply point of 22 digits does not survive that. Reading with Qt needs nothing that QGIS does not have.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Optional

from qgis.core import NULL, QgsFeatureRequest
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, QXmlStreamReader

from ..files import LZMAError, ZstdError
from ..messages import Progress, TomoshibiError, message

if TYPE_CHECKING:
    from qgis.core import QgsFeatureSource

LARGEST = 512 << 20
"""Bytes of one part of a workbook after unpacking; more is no list of people."""
BLOCK = 1 << 16
CHECK_EVERY = 500
_TOKEN = QXmlStreamReader.TokenType
_WORKBOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
_CONTENT = "content.xml"
"""The one part of an ODS in which its sheets are."""
_ASIDE = frozenset(("annotation", "ruby-text", "shapes"))
"""What is no part of a cell's text: notes, readings (ふりがな), drawings."""
_ODS_CELLS = ("table-cell", "covered-table-cell")
_ODS_VALUES = ("date-value", "time-value", "boolean-value", "string-value", "value")
MOST_COLUMNS = 1000
"""Columns that one cell may stand for."""
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])
"""Numbers of the formats of dates and times that every workbook has (ECMA-376, 18.8.30)."""
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_LAST_DAY = 2_958_465
"""31 December 9999 as a workbook counts days."""
MOST_FILLED = 100_000
"""Rows that one merged cell may cover."""


class SheetError(TomoshibiError):
    """A workbook or layer that cannot be read."""


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook, in order. Raises `SheetError`."""
    with _opened(Path(path)) as book:
        if _CONTENT in book.namelist():
            return [name for name, _, _ in _tables(book, Path(path), Progress())]
        return [name for name, _ in _sheets(book, Path(path))]


@dataclass(frozen=True)
class SheetRows:
    """The rows of a sheet that are not blank."""

    rows: list[list[str]]
    numbers: list[int]
    """Row of each in the sheet, from 1."""
    filled: frozenset[tuple[int, int]]
    """(position in `rows`, column from 0) of the cells that took the value of the cell they are merged with."""


def read_xlsx(path: Path, sheet: str = "", progress: Optional[Progress] = None) -> list[list[str]]:
    """Return the rows of a sheet as `read_sheet` does, nothing else."""
    return read_sheet(path, sheet, progress).rows


def read_sheet(path: Path, sheet: str = "", progress: Optional[Progress] = None) -> SheetRows:
    """Return the rows of a sheet ("" is the first) as text, blank rows left out, numbers as the workbook has them.

    Dates and times are 2024-01-31, 2024-01-31 18:00 or 18:00. What is merged over several rows stands in each of them.
    Raises `SheetError` where it is neither XLSX nor ODS, protected by a passphrase, or has no such sheet; `Cancelled`.
    """
    path, progress = Path(path), progress or Progress()
    with _opened(path) as book:
        if _CONTENT in book.namelist():
            tables = {name: (cells, merged) for name, cells, merged in _tables(book, path, progress)}
            return _filled(*tables[_chosen(path, sheet, list(tables))])
        sheets = _sheets(book, path)
        part = dict(reversed(sheets))[_chosen(path, sheet, [name for name, _ in sheets])]
        strings = _strings(book, path, progress)
        cells, merged = _cells(book, part, _Book(strings, *_dates(book, path)), path, progress)
    return _filled(cells, merged)


def _chosen(path: Path, sheet: str, names: list[str]) -> str:
    """Return the name of the sheet asked for, of the first for "". Raises `SheetError` where it is not there."""
    if names and not sheet:
        return names[0]
    if sheet in names:
        return sheet
    raise SheetError(
        message(
            "{file} has no sheet “{sheet}”. It has: {sheets}.",
            file=path.name,
            sheet=sheet,
            sheets=", ".join(names) or "—",
        )
    )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as book:
            yield book
    except zipfile.BadZipFile as error:
        raise SheetError(
            message(
                "{file} is neither an XLSX nor an ODS workbook, or is protected by a passphrase. Save it as “Excel "
                "workbook (.xlsx)” without protection, or as CSV UTF-8.",
                file=path.name,
            )
        ) from error
    except (OSError, KeyError, RuntimeError, zlib.error, LZMAError, ZstdError, EOFError) as error:
        raise _broken(path) from error


def _broken(path: Path) -> SheetError:
    return SheetError(
        message(
            "The workbook {file} cannot be read. Close it elsewhere, or open it in the spreadsheet and save it again.",
            file=path.name,
        )
    )


def _xml(book: zipfile.ZipFile, part: str, path: Path) -> Iterator[QXmlStreamReader]:
    """Yield the reader at every token of a part, fed in blocks."""
    if book.getinfo(part).file_size > LARGEST:
        raise SheetError(
            message("A sheet of {file} is larger than {limit} MB. Split it.", file=path.name, limit=LARGEST >> 20)
        )
    reader = QXmlStreamReader()
    with book.open(part) as stream:
        while True:
            token = reader.readNext()
            if token == _TOKEN.Invalid:
                if reader.error() != QXmlStreamReader.Error.PrematureEndOfDocumentError:
                    raise _broken(path)
                block = stream.read(BLOCK)
                if not block:
                    raise _broken(path)
                reader.addData(block)
                continue
            if token == _TOKEN.EndDocument:
                return
            yield reader


def _sheets(book: zipfile.ZipFile, path: Path) -> list[tuple[str, str]]:
    """Return (name, part) of every sheet."""
    targets: dict[str, str] = {}
    for reader in _xml(book, _RELATIONS, path):
        if reader.isStartElement() and reader.name() == "Relationship":
            targets[_attribute(reader, "Id")] = _attribute(reader, "Target")
    found = []
    for reader in _xml(book, _WORKBOOK, path):
        if reader.isStartElement() and reader.name() == "sheet":
            target = targets.get(_attribute(reader, "id"), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part.startswith("xl/worksheets/"):
                found.append((_attribute(reader, "name"), part))
    return found


def _attribute(reader: QXmlStreamReader, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace; "" where there is none."""
    for attribute in reader.attributes():
        if attribute.name() == name:
            return str(attribute.value())
    return ""


def _strings(book: zipfile.ZipFile, path: Path, progress: Progress) -> list[str]:
    """Return the shared texts. What Excel keeps as reading (ふりがな, `rPh`) is no part of a text."""
    if _STRINGS not in book.namelist():
        return []
    found: list[str] = []
    pieces: list[str] = []
    reading, inside = 0, False
    for reader in _xml(book, _STRINGS, path):
        if reader.isStartElement():
            name = reader.name()
            reading += name == "rPh"
            inside = name == "t" and not reading
            if name == "si":
                pieces = []
        elif reader.isEndElement():
            name = reader.name()
            reading -= name == "rPh"
            inside = False
            if name == "si":
                found.append("".join(pieces))
                if len(found) % CHECK_EVERY == 0:
                    progress.raise_if_cancelled()
        elif inside:
            pieces.append(reader.text())
    return found


@dataclass(frozen=True)
class _Book:
    """What the cells of all sheets refer to."""

    strings: list[str]
    date_styles: frozenset[int]
    """Numbers of the cell styles that show dates."""
    from_1904: bool


def _dates(book: zipfile.ZipFile, path: Path) -> tuple[frozenset[int], bool]:
    """Return which cell styles show dates, and whether days are counted from 1904."""
    found = _date_styles(book, path) if _STYLES in book.namelist() else frozenset()
    starts = any(
        reader.isStartElement() and reader.name() == "workbookPr" and _attribute(reader, "date1904") in ("1", "true")
        for reader in _xml(book, _WORKBOOK, path)
    )
    return found, starts


def _date_styles(book: zipfile.ZipFile, path: Path) -> frozenset[int]:
    """Return the numbers of the cell styles whose number format shows a date."""
    own: set[int] = set()
    found: set[int] = set()
    inside, number = False, 0
    for reader in _xml(book, _STYLES, path):
        name = reader.name() if reader.isStartElement() or reader.isEndElement() else ""
        if name == "cellXfs":
            inside = reader.isStartElement()
        elif not reader.isStartElement():
            continue
        elif name == "numFmt" and _shows_date(_attribute(reader, "formatCode")):
            own.add(_whole(_attribute(reader, "numFmtId")))
        elif name == "xf" and inside:
            if _whole(_attribute(reader, "numFmtId")) in _DATE_FORMATS | own:
                found.add(number)
            number += 1
    return frozenset(found)


def _shows_date(code: str) -> bool:
    plain = _QUOTED.sub("", code).casefold()
    return re.search(r"[ymdhsge年月日時]", plain) is not None and "general" not in plain


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1


_Cells = dict[int, dict[int, str]]
"""Row number → column number → text."""


def _cells(
    book: zipfile.ZipFile, part: str, told: _Book, path: Path, progress: Progress
) -> tuple[_Cells, list[tuple[int, int, int, int]]]:
    """Return the cells of a sheet, and what is merged: first row, first column, last row, last column."""
    rows: _Cells = {}
    merged = []
    kind, style, row, column, value, reading, inside = "", "", 0, 0, "", 0, False
    for reader in _xml(book, part, path):
        if reader.isStartElement():
            name = reader.name()
            if name == "c":
                kind, style, value = _attribute(reader, "t"), _attribute(reader, "s"), ""
                column = _column(_attribute(reader, "r"), column + 1)
            elif name == "row":
                row, column = max(_whole(_attribute(reader, "r")), row + 1), 0
            elif name == "mergeCell":
                merged += _range(_attribute(reader, "ref"))
            reading += name == "rPh"
            inside = name in ("v", "t") and not reading
        elif reader.isEndElement():
            name = reader.name()
            reading -= name == "rPh"
            inside = False
            if name == "c":
                rows.setdefault(row, {})[column] = _cell(kind, _whole(style), value, told, path)
            elif name == "row" and row % CHECK_EVERY == 0:
                progress.raise_if_cancelled()
        elif inside:
            value += reader.text()
    return rows, merged


_Merged = list[tuple[int, int, int, int]]


def _tables(book: zipfile.ZipFile, path: Path, progress: Progress) -> Iterator[tuple[str, _Cells, _Merged]]:
    """Yield the sheets of an ODS: name, cells and what is merged, as `_cells` gives them."""
    table: Optional[_OdsTable] = None
    for reader in _xml(book, _CONTENT, path):
        starts, ends = reader.isStartElement(), reader.isEndElement()
        tag = reader.name() if starts or ends else ""
        if tag == "table" and starts:
            table = _OdsTable(_attribute(reader, "name"))
        elif tag == "table" and table is not None:
            yield table.name, table.cells, table.merged
            table = None
        elif table is not None:
            table.take(reader, tag, starts)
            if ends and tag == "table-row":
                progress.raise_if_cancelled()


class _OdsTable:
    """A sheet of an ODS while it is read."""

    def __init__(self, name: str):
        self.name = name
        self.cells: _Cells = {}
        self.merged: _Merged = []
        self._row, self._rows, self._column = 0, 1, 0
        self._cell: Optional[_OdsCell] = None
        self._aside = 0
        """In how many of `_ASIDE` the reader is."""

    def take(self, reader: QXmlStreamReader, tag: str, starts: bool) -> None:
        """Take one token of the sheet; `tag`: "" for one that is neither a beginning nor an end."""
        if tag in _ASIDE:
            self._aside += 1 if starts else -1
        elif tag == "table-row" and starts:
            self._row, self._column, self._rows = self._row + 1, 0, _times(reader, "number-rows-repeated")
        elif tag == "table-row":
            _repeat(self.cells, self._row, self._rows)
            self._row += self._rows - 1
        elif tag in _ODS_CELLS and starts:
            self._cell = _OdsCell.at(reader)
        elif tag in _ODS_CELLS and self._cell is not None:
            self._end(self._cell)
        elif self._cell is not None and not self._aside:
            self._cell.take(reader, tag)

    def _end(self, cell: _OdsCell) -> None:
        text, first = cell.text, self._column + 1
        if text:
            row = self.cells.setdefault(self._row, {})
            row.update(dict.fromkeys(range(first, first + min(cell.times, MOST_COLUMNS)), text))
        if cell.rows > 1:
            self.merged.append((self._row, first, self._row + cell.rows - 1, first + cell.columns - 1))
        self._column += cell.times
        self._cell = None


def _repeat(cells: _Cells, row: int, times: int) -> None:
    """Write a row that stands for several into each of them."""
    if row in cells:
        cells.update({row + more: dict(cells[row]) for more in range(1, min(times, MOST_FILLED))})


def _times(reader: QXmlStreamReader, name: str) -> int:
    return max(1, _whole(_attribute(reader, name)))


@dataclass
class _OdsCell:
    """A cell of an ODS while it is read."""

    kind: str
    value: str
    times: int
    rows: int
    columns: int
    pieces: list[str]
    paragraphs: int = 0

    @classmethod
    def at(cls, reader: QXmlStreamReader) -> _OdsCell:
        """Return the cell that begins here."""
        kinds = [str(one.value()) for one in reader.attributes() if one.name() == "value-type"]
        kind = "error" if "error" in kinds else kinds[0] if kinds else ""
        value = next((found for name in _ODS_VALUES if (found := _attribute(reader, name))), "")
        spans = (_times(reader, f"number-{name}") for name in ("columns-repeated", "rows-spanned", "columns-spanned"))
        return cls(kind, value, *spans, [])

    def take(self, reader: QXmlStreamReader, tag: str) -> None:
        """Take what stands in the cell: paragraphs are lines."""
        if reader.isStartElement() and tag == "p":
            self.pieces += ["\n"] if self.paragraphs else []
            self.paragraphs += 1
        elif reader.isStartElement() and tag in ("s", "tab", "line-break"):
            self.pieces.append("\n" if tag == "line-break" else " ")
        elif reader.isCharacters() and self.paragraphs:
            self.pieces.append(str(reader.text()))

    @property
    def text(self) -> str:
        """The cell as `_cell` gives one of an XLSX."""
        if self.kind == "error":
            return ""
        if self.kind == "date":
            return re.sub(r"T(\d\d:\d\d).*", r" \1", self.value)
        clock = re.match(r"PT(\d+)H(\d+)M", self.value) if self.kind == "time" else None
        if clock:
            return f"{int(clock.group(1)):02d}:{int(clock.group(2)):02d}"
        if self.kind in ("float", "percentage", "currency"):
            return re.sub(r"\.0+$", "", self.value)
        return (self.value or "".join(self.pieces)).strip()


def _range(reference: str) -> list[tuple[int, int, int, int]]:
    """Return the corners of a range such as A2:B3; nothing where it is none."""
    ends = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", reference)
    if ends is None:
        return []
    return [(int(ends.group(2)), _column(ends.group(1), 0), int(ends.group(4)), _column(ends.group(3), 0))]


def _filled(cells: _Cells, merged: list[tuple[int, int, int, int]]) -> SheetRows:
    """Return the rows that are not blank, in each of them what is merged over it from the row where it begins."""
    present = {number for number, row in cells.items() if any(row.values())}
    taken: set[tuple[int, int]] = set()
    for top, left, bottom, _ in merged:
        value = cells.get(top, {}).get(left, "")
        if not value:
            continue
        for number in range(top + 1, min(bottom, top + MOST_FILLED) + 1):
            # a row with nothing else is the lower half of the row above
            if number in present and not cells[number].get(left):
                cells[number][left] = value
                taken.add((number, left - 1))
    numbers = sorted(present)
    place = {number: position for position, number in enumerate(numbers)}
    rows = [[cells[number].get(column, "") for column in range(1, max(cells[number]) + 1)] for number in numbers]
    return SheetRows(rows, numbers, frozenset((place[number], column) for number, column in taken))


def _column(reference: str, following: int) -> int:
    """Return the number of a column from a reference such as AB12, from 1; the one after the last where it has none."""
    letters = re.match(r"[A-Z]+", reference)
    if letters is None:
        return following
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return number


def _cell(kind: str, style: int, value: str, told: _Book, path: Path) -> str:
    if kind == "s":
        if not 0 <= _whole(value) < len(told.strings):
            raise _broken(path)
        return told.strings[int(value)].strip()
    if kind in ("str", "inlineStr", "b", "e"):
        return "" if kind == "e" else value.strip()
    if kind == "d":
        return value.strip().replace("T", " ")
    if style in told.date_styles and re.fullmatch(r"[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?", value.strip()):
        return _moment(float(value), told.from_1904)
    # a whole number is written as 1234567 or 1234567.0, a large one as 3.1234E+20: only the first two are exact
    return re.sub(r"\.0+$", "", value.strip())


def _moment(days: float, from_1904: bool) -> str:
    """Return a day and time as a workbook counts them in text; the time alone where there is no day."""
    if not 0 <= days <= _LAST_DAY:
        return f"{days:g}"
    moment = _EPOCHS[from_1904] + timedelta(seconds=round(days * 86400))
    if days < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if days.is_integer() else f"{moment:%Y-%m-%d %H:%M}"


def layer_rows(source: QgsFeatureSource, progress: Optional[Progress] = None) -> list[list[str]]:
    """Return the names of the fields and then the attributes of every feature, as text; NULL is a blank."""
    progress = progress or Progress()
    rows = [[field.name() for field in source.fields()]]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    for number, feature in enumerate(source.getFeatures(request)):
        if number % CHECK_EVERY == 0:
            progress.raise_if_cancelled()
        row = [plain(value) for value in feature.attributes()]
        if any(row):
            rows.append(row)
    return rows


def plain(value: object) -> str:
    """Return an attribute as text: whole numbers without a point, dates as 2024-01-31, NULL as a blank."""
    if value is None or value == NULL:
        return ""
    if isinstance(value, float):
        if value != value:
            return ""
        # more digits than a double holds: say so in the form a spreadsheet would, not as if they were exact
        return f"{value:.14E}" if abs(value) >= 1e15 else str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, (QDate, QTime, QDateTime)):
        return value.toString(Qt.DateFormat.ISODate)
    return str(value).strip()
