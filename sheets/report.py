"""What the report of the situation says (状況報告), in words, and the report as a page of HTML and as a workbook."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, Sequence

from ..analysis.report import ALL, OUTSIDE
from ..translate import tr

if TYPE_CHECKING:
    import pandas as pd

    from ..layers.spreadsheet import Sheet


class Kind(Enum):
    """How a figure is written."""

    COUNT = "count"
    CHANGE = "change"
    SHARE = "share"
    POINTS = "points"
    """Difference of shares: "+5 %" of 20 % could be 21 or 25."""
    RANGE = "range"


@dataclass(frozen=True)
class Column:
    """One column of the table."""

    name: str
    """In the table of `analysis.report.by_area`."""
    heading: Callable[[], str]
    kind: Kind = Kind.COUNT
    alert: bool = False
    """Whether it is set in bold where it is not 0."""
    wide: float = 1.0
    """Width beside that of the others."""
    upper: str = ""
    """Column of the upper bound of a range."""


@dataclass(frozen=True)
class Group:
    """Columns that tell one thing, at one moment."""

    title: Callable[[], str]
    columns: tuple[Column, ...]


READINGS = Group(
    lambda: tr("Readings (電力データ)"),
    (
        Column("meters", lambda: tr("Meters")),
        Column("silent", lambda: tr("Silent")),
        Column("silent_change", lambda: tr("Change"), Kind.CHANGE),
        Column("excess_meters", lambda: tr("Beyond peacetime"), alert=True),
        Column("excess_rate", lambda: tr("Share of it"), Kind.SHARE),
        Column("excess_change", lambda: tr("Change (points)"), Kind.POINTS),
        Column("unknown", lambda: tr("Not known")),
    ),
)
LISTS = Group(
    lambda: tr("Outage information (通電情報)"),
    (
        Column("listed", lambda: tr("Silent for 12 h"), alert=True),
        Column("listed_change", lambda: tr("Change"), Kind.CHANGE),
    ),
)
HOMES = Group(
    lambda: tr("Outage rate by area"),
    (
        Column("homes_low", lambda: tr("Dark beyond peacetime"), Kind.RANGE, True, 1.6, "homes_high"),
        Column("homes_unknown", lambda: tr("Not known")),
    ),
)
FACILITIES = Group(
    lambda: tr("Facilities"),
    (
        Column("outage", lambda: tr("Outage"), alert=True, wide=0.8),
        Column("outage_change", lambda: tr("Change"), Kind.CHANGE, wide=0.8),
        Column("partial", lambda: tr("In part"), alert=True, wide=0.8),
        Column("facilities_unknown", lambda: tr("Not known"), wide=0.8),
        Column("facilities", lambda: tr("In all"), wide=0.8),
    ),
)


@dataclass(frozen=True)
class Number:
    """One of the five numbers of the situation, in words."""

    label: str
    value: str
    rest: str = ""
    """How many are unknown, and why."""
    change: str = ""
    known: bool = True


@dataclass(frozen=True)
class PastRow:
    """What results of one moment, or of moments close to one another, told."""

    first: datetime
    last: datetime
    told: tuple[Optional[tuple[float, float]], ...]
    """Bounds of each number; None where no result tells it."""

    @property
    def words(self) -> str:
        """Its time."""
        if self.first == self.last:
            return f"{self.last:%m-%d %H:%M}"
        same = self.first.date() == self.last.date()
        last = f"{self.last:%H:%M}" if same else f"{self.last:%m-%d %H:%M}"
        return tr("{low}–{high}").format(low=f"{self.first:%m-%d %H:%M}", high=last)


@dataclass(frozen=True)
class History:
    """The five numbers since the event."""

    headings: tuple[str, ...] = ()
    rows: tuple[PastRow, ...] = ()
    """The newest first."""


@dataclass(frozen=True)
class Report:
    """All that the report says."""

    title: str
    place: str
    times: str
    practice: str
    """"" where it is no drill."""
    data: tuple[tuple[str, bool], ...]
    """Lines of how far the data reach and what is missing; True for those in red."""
    numbers: tuple[Number, ...]
    groups: tuple[tuple[Group, str], ...]
    """What the table tells, each with its moment in words."""
    table: pd.DataFrame
    """As from `analysis.report.by_area`."""
    history: History
    notes: tuple[str, ...]
    sources: str


def columns(report: Report) -> list[Column]:
    """Return the columns of all groups."""
    return [column for group, _ in report.groups for column in group.columns]


def area(row: Any, summed: int = 0) -> str:
    """Return the name of a row of the table; `summed`: how many areas its last row stands for (`in_rows`)."""
    if row.area_id == ALL:
        return tr("All together")
    if row.area_id == OUTSIDE:
        return tr("{count} more areas").format(count=f"{summed:,}") if summed else tr("Outside all areas, or no place")
    return str(row.area_name)


def cell(row: Any, column: Column) -> str:
    """Return a figure as it is shown; what is not known says so."""
    value = getattr(row, column.name)
    if value != value:
        return tr("Unknown")
    if column.kind is Kind.SHARE:
        return f"{100 * value:.1f} %"
    if column.kind is Kind.POINTS:
        return signed(100 * value, 1)
    if column.kind is Kind.CHANGE:
        return signed(value)
    return between(value, getattr(row, column.upper) if column.upper else value)


def is_unknown(row: Any, column: Column) -> bool:
    """Whether a figure is not known."""
    return bool(getattr(row, column.name) != getattr(row, column.name))


def is_alert(row: Any, column: Column) -> bool:
    """Whether a figure is one to look at."""
    value = getattr(row, column.upper or column.name)
    return column.alert and value == value and value > 0


def signed(value: float, digits: int = 0) -> str:
    """Return a change with its sign; ±0 where there is none."""
    rounded = round(value, digits)
    if not rounded:
        return "±0"
    return f"{rounded:+,.{digits}f}".replace("-", "−")


def between(low: float, high: float) -> str:
    """Return a number, or a range."""
    least, most = f"{round(low):,}", f"{round(high):,}"
    return least if least == most else tr("{low}–{high}").format(low=least, high=most)


def bounds(told: Optional[tuple[float, float]]) -> str:
    """Return one number of the past; "–" where no result tells it."""
    return "–" if told is None else between(*told)


_CSS = (
    "@page{size:A4;margin:10mm}"
    "body{font-family:'Yu Gothic UI',Meiryo,'Noto Sans CJK JP',sans-serif;margin:8mm;font-size:9pt;color:#1a1a1a}"
    "h1{font-size:16pt;margin:0}h2{font-size:11pt;margin:4mm 0 1mm}p{margin:1mm 0}"
    "table{border-collapse:collapse}td,th{border:1px solid #b5b5b5;padding:1px 6px;white-space:nowrap}"
    "td{text-align:right}th{background:#e7eef5;font-weight:normal}th[scope=row]{text-align:left;background:none}"
    "tbody tr:first-child>*{font-weight:bold;background:#f2f2f2}"
    ".alert{color:#a50f15;font-weight:bold}.note{color:#595959}"
    ".unknown{background:repeating-linear-gradient(45deg,#fff 0 4px,#ccc 4px 5px)}"
    ".numbers{display:flex;gap:3mm;margin:3mm 0}.numbers div{flex:1;background:#eef3f7;border:1px solid #b5b5b5;"
    "padding:2mm}.numbers b{display:block;font-size:15pt}.numbers .unknown b{color:#6b6b6b}"
    ".practice{float:right;border:2px solid #a50f15;color:#a50f15;font-weight:bold;padding:1mm 4mm}"
    "@media print{body{margin:0}}"
)


def page(report: Report) -> str:
    """Return the report as HTML; what is not known is hatched and says so."""
    escaped = html.escape
    practice = f'<p class="practice">{escaped(report.practice)}</p>' if report.practice else ""
    lines = "".join(f"<p{_style(alert)}>{escaped(line)}</p>" for line, alert in report.data)
    notes = "".join(f'<p class="note">{escaped(note)}</p>' for note in (*report.notes, report.sources))
    title = f"{report.place}: {report.title}"
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escaped(title)}</title><style>{_CSS}</style>'
        f"</head><body>{practice}<h1>{escaped(title)}</h1><p>{escaped(report.times)}</p>{lines}"
        f"{_numbers(report.numbers)}{_table(report)}{_history(report.history)}{notes}</body></html>\n"
    )


def _style(alert: bool) -> str:
    return ' class="alert"' if alert else ""


def _numbers(numbers: Sequence[Number]) -> str:
    if not numbers:
        return ""
    boxes = []
    for one in numbers:
        rest = "".join(f"<span>{html.escape(words)}</span><br>" for words in (one.rest, one.change) if words)
        style = "" if one.known else ' class="unknown"'
        boxes.append(f"<div{style}>{html.escape(one.label)}<b>{html.escape(one.value)}</b>{rest}</div>")
    return f'<div class="numbers">{"".join(boxes)}</div>'


def _table(report: Report) -> str:
    groups = "".join(
        f'<th colspan="{len(group.columns)}">{html.escape(group.title())} {html.escape(moment)}</th>'
        for group, moment in report.groups
    )
    shown = columns(report)
    heads = "".join(f"<th>{html.escape(column.heading())}</th>" for column in shown)
    rows = []
    for row in report.table.itertuples(index=False):
        cells = []
        for column in shown:
            style = ' class="unknown"' if is_unknown(row, column) else _style(is_alert(row, column))
            cells.append(f"<td{style}>{html.escape(cell(row, column))}</td>")
        rows.append(f'<tr><th scope="row">{html.escape(area(row))}</th>{"".join(cells)}</tr>')
    first = f'<th rowspan="2">{html.escape(tr("Areas"))}</th>'
    return (
        f"<table><thead><tr>{first}{groups}</tr><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        if report.groups
        else ""
    )


def _history(history: History) -> str:
    if not history.rows:
        return ""
    heads = "".join(f"<th>{html.escape(word)}</th>" for word in (tr("As of"), *history.headings))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(row.words)}</th>'
        + "".join(f"<td>{html.escape(bounds(told))}</td>" for told in row.told)
        + "</tr>"
        for row in history.rows
    )
    return f"<h2>{html.escape(tr('Since the event'))}</h2><table><tr>{heads}</tr>{rows}</table>"


def workbook(path: Path, report: Report) -> None:
    """Write the table, the numbers since the event and what is known of the data as sheets of a workbook."""
    from ..layers.spreadsheet import Sheet, write_xlsx

    moments = [f"{group.title()}: {moment}" for group, moment in report.groups]
    numbers = [f"{one.label}: {' / '.join(filter(None, (one.value, one.rest, one.change)))}" for one in report.numbers]
    lines = [report.times, *(line for line, _ in report.data), *numbers, *moments, *report.notes, report.sources]
    data = Sheet(tr("Data"), (tr("Data"),), [(line,) for line in lines], (), tr("Unknown"))
    write_xlsx(path, [_areas_sheet(report), *_history_sheets(report.history), data])


def _areas_sheet(report: Report) -> Sheet:
    from ..layers.spreadsheet import Sheet

    parts = [part for group, _ in report.groups for column in group.columns for part in _parts(group, column)]
    rows = [
        (area(row), *(_number(getattr(row, name), kind) for name, _, kind in parts))
        for row in report.table.itertuples(index=False)
    ]
    shares = tuple(place for place, (_, _, kind) in enumerate(parts, 1) if kind is Kind.SHARE)
    headings = (tr("Areas"), *(words for _, words, _ in parts))
    return Sheet(tr("By area"), headings, rows, shares, tr("Unknown"), 1)


def _history_sheets(history: History) -> list[Sheet]:
    """Return the numbers since the event as a sheet; none where there are none."""
    from ..layers.spreadsheet import Sheet

    if not history.rows:
        return []
    ends = [f"{word} ({end})" for word in history.headings for end in (tr("at least"), tr("at most"))]
    rows = [
        (row.first, row.last, *(end for told in row.told for end in (told or (None, None)))) for row in history.rows
    ]
    return [Sheet(tr("Since the event"), (tr("From"), tr("To"), *ends), rows, (), tr("Unknown"), 2)]


def _parts(group: Group, column: Column) -> list[tuple[str, str, Kind]]:
    """Return the columns of a workbook that one column of the page is: name, words, kind."""
    words = f"{group.title()}: {column.heading()}"
    if not column.upper:
        return [(column.name, words, column.kind)]
    ends = ((column.name, tr("at least")), (column.upper, tr("at most")))
    return [(name, f"{words} ({end})", column.kind) for name, end in ends]


def _number(value: float, kind: Kind) -> float:
    return round(100 * float(value), 1) if kind is Kind.POINTS else float(value)
