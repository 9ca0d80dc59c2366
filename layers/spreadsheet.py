"""Workbooks (.xlsx) written with the standard library alone: texts, numbers, times, a heading that stays in sight.

Printed, they fill the width of an A4 page across, with the heading on every page: lists go along on paper.
"""

from __future__ import annotations

import html
import math
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Iterator, Optional, Sequence

from ..files import fresh_file, is_full, open_member
from ..messages import TomoshibiError, message

PLAIN, HEADING, TIME, SHARE, UNKNOWN = range(5)
"""Styles of cells, in the order of `_STYLES`."""
_EPOCH = datetime(1899, 12, 30)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
"""UTF-16 units of a cell: Excel calls a workbook with more of them broken."""
_LARGE = 10_000_000
"""Cells of a sheet that may come to 2 GB."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

A4 = 9
"""Excel's number of the paper."""
_FIT = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Yu Gothic"/></font><font><b/><sz val="11"/>'
    '<name val="Yu Gothic"/></font></fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE7EEF5"/>'
    '</patternFill></fill><fill><patternFill patternType="lightUp"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf xfId="0"/>'
    '<xf xfId="0" fontId="1" fillId="2" applyFont="1" applyFill="1"/>'
    '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/><xf xfId="0" numFmtId="10" applyNumberFormat="1"/>'
    '<xf xfId="0" fillId="3" applyFill="1"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Choices:
    """What may be entered in a column: the texts of the first column of another sheet, below its heading."""

    column: int
    """From 0."""
    sheet: str
    count: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows` of texts, numbers, datetimes; None is a blank cell."""

    name: str
    heading: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    shares: tuple[int, ...] = ()
    """Columns (from 0) shown in %."""
    unknown: str = ""
    """Word written, hatched, where a number is not known (NaN); "" leaves the cell blank and hatched."""
    frozen: int = 0
    """Columns on the left that stay in sight, besides the heading."""
    narrow: bool = False
    """Columns are as narrow as their texts, for grids of signs; these are printed at their own size."""
    choices: tuple[Choices, ...] = ()
    """Columns whose cells are filled in from a list."""


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook; numbers stay numbers, supply points and codes given as text stay text.

    A file of that name is replaced only when the new one is whole. Raises `TomoshibiError` where it cannot be written.
    """
    names = [_sheet_name(sheet.name, number) for number, sheet in enumerate(sheets, 1)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh_file(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
            for name, text in _frame(names).items():
                book.writestr(name, text)
            for number, sheet in enumerate(sheets, 1):
                large = len(sheet.rows) * len(sheet.heading) > _LARGE
                with open_member(book, f"xl/worksheets/sheet{number}.xml", large) as inner:
                    inner.writelines(text.encode("utf-8") for text in _sheet(sheet))
    except OSError as error:
        if is_full(error):
            raise TomoshibiError(
                message(
                    "{file} cannot be written ({reason}). Check that the disk has room and no other program holds it.",
                    file=path.name,
                    reason=error.strerror or "",
                )
            ) from error
        raise TomoshibiError(
            message(
                "{file} cannot be written ({reason}). Close the program that shows it, or choose another file.",
                file=path.name,
                reason=error.strerror or "",
            )
        ) from error


def _sheet_name(name: str, number: int) -> str:
    """Excel takes 31 letters and none of these."""
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip()[:31] or str(number)


def _frame(names: Sequence[str]) -> dict[str, str]:
    numbers = range(1, len(names) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    listed = "".join(
        f'<sheet name="{html.escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">{_quoted(name)}!$1:$1</definedName>'
        for place, name in enumerate(names)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    last = len(names) + 1
    return {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{kinds}</Types>'
        ),
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets>'
            f"<definedNames>{titles}</definedNames></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship Id="rId{last}" '
            f'Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": _STYLES,
    }


def _quoted(name: str) -> str:
    """Return the name of a sheet as formulas have it."""
    return html.escape("'" + name.replace("'", "''") + "'", quote=False)


def _sheet(sheet: Sheet) -> Iterator[str]:
    """Yield a sheet in pieces: as one text a sheet of 300,000 rows would be a gigabyte."""
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{_width(sheet, number - 1)}" customWidth="1"/>'
        for number in range(1, len(sheet.heading) + 1)
    )
    columns, pane = (f' xSplit="{sheet.frozen}"', "bottomRight") if sheet.frozen else ("", "bottomLeft")
    fit, across = ("", "") if sheet.narrow else (_FIT, ' fitToWidth="1" fitToHeight="0"')
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}">{fit}<sheetViews><sheetView workbookViewId="0"><pane{columns} ySplit="1" '
        f'topLeftCell="{chr(65 + sheet.frozen)}2" activePane="{pane}" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>"
    )
    yield _row(1, [_cell(word, HEADING) for word in sheet.heading])
    for number, row in enumerate(sheet.rows, 2):
        yield _row(number, [_value(sheet, place, value) for place, value in enumerate(row)])
    yield (f'</sheetData>{_choices(sheet)}<pageSetup paperSize="{A4}" orientation="landscape"{across}/></worksheet>')


def _choices(sheet: Sheet) -> str:
    """Return the lists from which cells are filled in; other texts are told to be none of them and may stay."""
    if not sheet.choices or not sheet.rows:
        return ""
    found = []
    for one in sheet.choices:
        letter, name = _letters(one.column), _quoted(_sheet_name(one.sheet, 0))
        found.append(
            f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" errorStyle="warning" '
            f'sqref="{letter}2:{letter}{len(sheet.rows) + 1}"><formula1>{name}!$A$2:$A${one.count + 1}</formula1>'
            "</dataValidation>"
        )
    return f'<dataValidations count="{len(found)}">{"".join(found)}</dataValidations>'


def _letters(column: int) -> str:
    """Return the letters of a column, counted from 0: A to Z, then AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _width(sheet: Sheet, place: int) -> int:
    texts = [sheet.heading[place], *(str(row[place]) for row in sheet.rows if place < len(row))]
    wide = max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in text) for text in texts)
    return min(max(wide + 2, 5 if sheet.narrow else 8), 50)


def _row(number: int, cells: list[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _value(sheet: Sheet, place: int, value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return _cell(sheet.unknown or None, UNKNOWN)
    return _cell(value, SHARE if place in sheet.shares else PLAIN)


def _cell(value: Optional[object], style: int) -> str:
    if value is None:
        return f'<c s="{style}"/>'
    if isinstance(value, datetime):
        days = (value - _EPOCH).total_seconds() / 86400
        return f'<c s="{TIME}"><v>{days:.10g}</v></c>'
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<c s="{style}"><v>{value!r}</v></c>'
    text = html.escape(_fitting(_ILLEGAL.sub("", str(value))), quote=False)
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _fitting(text: str) -> str:
    """Return a text as a cell takes it, cut with “…” where it is too long."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return text
    return units[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
