"""The workbook (XLSX): a sheet that says what all of it means, and a sheet for each theme."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..spreadsheet import Sheet, write_xlsx
from .content import LEGENDS, PERCENT, WORDS, Handed, HandedTheme, moment, shown

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can have."""


def write(path: Path, handed: Handed) -> None:
    """Write the workbook. Raises `TomoshibiError` where it cannot be written."""
    write_xlsx(path, [_first(handed), *(_sheet(one) for one in handed.themes)])


def _first(handed: Handed) -> Sheet:
    rows: list[tuple[object, ...]] = [("", line) for line in handed.lines()]
    rows += [("出典・取扱い", handed.source()), ("提供先", handed.recipient or "（記載なし）")]
    for one in handed.themes:
        result = one.result
        rows.append((one.theme.title_ja, f"{len(one.rows):,} 件"))
        if result is not None:
            rows.append(("", f"表示時点 {moment(result.as_of)}、データの時点 {moment(result.evidence_until)} まで"))
        rows += [("", note) for note in one.notes()]
        if len(one.rows) > MOST_ROWS:
            rows.append(("", f"行が多いため、はじめの {MOST_ROWS:,} 件のみ。全件はGeoJSONにあります。"))
    return Sheet("はじめに", (handed.title, ""), rows)


def _sheet(one: HandedTheme) -> Sheet:
    labels = {cls.code: cls.label for cls in LEGENDS[one.theme.theme]}
    names = one.theme.names()
    rows: list[tuple[object, ...]] = [
        (labels[code], *(_cell(name, value) for name, value in zip(names, row)))
        for code, row in zip(one.classes(), one.rows[:MOST_ROWS])
    ]
    if one.absent():
        rows = [(one.absent(),)]
    shares = tuple(place for place, name in enumerate(names, 1) if name in PERCENT)
    return Sheet(one.theme.title_ja, ("区分", *(column.label_ja for column in one.theme.columns)), rows, shares)


def _cell(name: str, value: object) -> object:
    plain = isinstance(value, (datetime, int, float)) and not isinstance(value, bool)
    return value if value is None or (plain and name not in WORDS) else shown(name, value)
