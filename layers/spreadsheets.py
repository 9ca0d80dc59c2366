"""Tables that people keep: sheets of an XLSX workbook and the rows of any layer, as plain text.

A workbook is read from its own XML: GDAL's XLSX driver is not in every QGIS, turns numbers into doubles and guesses
headings, and a supply point of 22 digits does not survive that. Reading with Qt needs nothing that QGIS does not have.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Optional

from qgis.core import NULL, QgsFeatureRequest
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, QXmlStreamReader

from ..messages import TomoshibiError, Watch, message

if TYPE_CHECKING:
    from qgis.core import QgsFeatureSource

LARGEST = 512 << 20
"""Bytes of one part of a workbook after unpacking; more is no list of people."""
BLOCK = 1 << 16
CHECK_EVERY = 500
_TOKEN = QXmlStreamReader.TokenType
_WORKBOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"


class SheetError(TomoshibiError):
    """A workbook or layer that cannot be read."""


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook, in order. Raises `SheetError`."""
    with _opened(Path(path)) as book:
        return [name for name, _ in _sheets(book, Path(path))]


def read_xlsx(path: Path, sheet: str = "", watch: Optional[Watch] = None) -> list[list[str]]:
    """Return the rows of a sheet ("" is the first) as text, blank rows left out, numbers as the workbook has them.

    Raises `SheetError` where it is no XLSX, protected by a passphrase, or has no such sheet; `Cancelled`.
    """
    path, watch = Path(path), watch or Watch()
    with _opened(path) as book:
        sheets = _sheets(book, path)
        part = next((part for name, part in sheets if name == sheet or not sheet), None)
        if part is None:
            raise SheetError(
                message(
                    "{file} has no sheet “{sheet}”. It has: {sheets}.",
                    file=path.name,
                    sheet=sheet,
                    sheets=", ".join(name for name, _ in sheets) or "—",
                )
            )
        strings = _strings(book, path, watch)
        return _rows(book, part, strings, path, watch)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as book:
            yield book
    except zipfile.BadZipFile as error:
        raise SheetError(
            message(
                "{file} is not an XLSX workbook, or is protected by a passphrase. Save it as “Excel workbook (.xlsx)” "
                "without protection, or as CSV UTF-8.",
                file=path.name,
            )
        ) from error
    except (OSError, KeyError, RuntimeError, zlib.error, EOFError) as error:
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


def _strings(book: zipfile.ZipFile, path: Path, watch: Watch) -> list[str]:
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
                    watch.check()
        elif inside:
            pieces.append(reader.text())
    return found


def _rows(book: zipfile.ZipFile, part: str, strings: list[str], path: Path, watch: Watch) -> list[list[str]]:
    rows: list[list[str]] = []
    cells: dict[int, str] = {}
    kind, column, value, reading, inside = "", 0, "", 0, False
    for reader in _xml(book, part, path):
        if reader.isStartElement():
            name = reader.name()
            if name == "c":
                kind, value = _attribute(reader, "t"), ""
                column = _column(_attribute(reader, "r"), column + 1)
            elif name == "row":
                cells, column = {}, 0
            reading += name == "rPh"
            inside = name in ("v", "t") and not reading
        elif reader.isEndElement():
            name = reader.name()
            reading -= name == "rPh"
            inside = False
            if name == "c":
                cells[column] = _cell(kind, value, strings, path)
            elif name == "row" and any(cells.values()):
                rows.append([cells.get(number, "") for number in range(1, max(cells) + 1)])
                if len(rows) % CHECK_EVERY == 0:
                    watch.check()
            elif name == "sheetData":
                break
        elif inside:
            value += reader.text()
    return rows


def _column(reference: str, following: int) -> int:
    """Return the number of a column from a reference such as AB12, from 1; the one after the last where it has none."""
    letters = re.match(r"[A-Z]+", reference)
    if letters is None:
        return following
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return number


def _cell(kind: str, value: str, strings: list[str], path: Path) -> str:
    if kind == "s":
        if not value.isdigit() or int(value) >= len(strings):
            raise _broken(path)
        return strings[int(value)].strip()
    if kind in ("str", "inlineStr", "b", "e"):
        return "" if kind == "e" else value.strip()
    # a whole number is written as 1234567 or 1234567.0, a large one as 3.1234E+20: only the first two are exact
    return re.sub(r"\.0+$", "", value.strip())


def layer_rows(source: QgsFeatureSource, watch: Optional[Watch] = None) -> list[list[str]]:
    """Return the names of the fields and then the attributes of every feature, as text; NULL is a blank."""
    watch = watch or Watch()
    rows = [[field.name() for field in source.fields()]]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    for number, feature in enumerate(source.getFeatures(request)):
        if number % CHECK_EVERY == 0:
            watch.check()
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
