"""Workbooks as people make them, for tests: merged cells, dates, what the plugin itself never writes."""

from __future__ import annotations

import html
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Sequence

from tomoshibi.layers.spreadsheet import Sheet, write_xlsx

_EPOCH = datetime(1899, 12, 30)
DATE, MOMENT = 14, 22
"""Formats that every workbook has."""


def workbook(path: Path, rows: Sequence[Sequence[object]], merged: Sequence[str] = ()) -> Path:
    """Write rows of texts, numbers, dates and moments to an XLSX, with merged ranges such as A2:A3."""
    write_xlsx(path, [Sheet("一覧", ("",), [])])
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode("utf-8") for name in book.namelist()}
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = "".join(
        f'<row r="{number}">{"".join(_cell(place, number, value) for place, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    joined = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>{joined}</worksheet>'
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{main}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="{DATE}"/>'
        f'<xf numFmtId="{MOMENT}"/></cellXfs></styleSheet>'
    )
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


_ODS = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_SPACES = " ".join(f'xmlns:{name}="{_ODS.format(name)}"' for name in ("office", "table", "text"))


def opendocument(path: Path, *sheets: tuple[str, Sequence[Sequence[object]]], merged: Sequence[str] = ()) -> Path:
    """Write an ODS as LibreOffice does: rows that stand for many blank ones, cells covered by merged ones."""
    tables = "".join(
        f'<table:table table:name="{html.escape(name)}">'
        + "".join(_ods_row(number, row, merged) for number, row in enumerate(rows, 1))
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        for name, rows in sheets
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        book.writestr("content.xml", f"<office:document-content {_SPACES}>{body}</office:document-content>")
    return path


def _ods_row(number: int, row: Sequence[object], merged: Sequence[str]) -> str:
    cells = []
    for place, value in enumerate(row):
        below = [one for one in merged if one.startswith(f"{chr(65 + place)}{number}:")]
        rows = int(below[0].split(":")[1][1:]) - number + 1 if below else 1
        cells.append(_ods_cell(value, f' table:number-rows-spanned="{rows}"' if rows > 1 else ""))
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _ods_cell(value: object, spans: str) -> str:
    told = html.escape(str(value))
    note = "<office:annotation><text:p>メモ</text:p></office:annotation>"
    if value is None or value == "":
        return f"<table:table-cell{spans}/>"
    if isinstance(value, (date, datetime)):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"{spans}/>'
    if isinstance(value, (int, float)):
        shown = "<text:p>?</text:p></table:table-cell>"
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"{spans}>{shown}'
    lines = "".join(f"<text:p>{line}</text:p>" for line in told.split("\n"))
    return f'<table:table-cell office:value-type="string"{spans}>{note}{lines}</table:table-cell>'


def _cell(place: int, row: int, value: object) -> str:
    where = f'r="{chr(65 + place)}{row}"'
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return f'<c {where} s="2"><v>{(value - _EPOCH).total_seconds() / 86400!r}</v></c>'
    if isinstance(value, date):
        return f'<c {where} s="1"><v>{(datetime(value.year, value.month, value.day) - _EPOCH).days}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c {where}><v>{value!r}</v></c>"
    return f'<c {where} t="inlineStr"><is><t>{html.escape(str(value))}</t></is></c>'
