"""Charts over time as PNG or SVG, drawn with Qt alone: small panels of steps and points; unknown times are hatched.

A value that is not known has no place on the axis: its time is hatched from top to bottom, never drawn as 0. So is a
time of which a series says nothing at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional, Sequence

from qgis.PyQt.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QImage, QPainter, QPen
from qgis.PyQt.QtSvg import QSvgGenerator

from ..files import fresh_file, is_full
from ..messages import TomoshibiError, message
from ..translate import tr
from .style import HATCH, INK, PAPER, font_family, plain_font

COLUMNS = 3
"""Panels beside one another."""
WIDTH, HEIGHT = 460, 250
"""Size of a panel, pixels."""
MOST = 60
"""Panels on one page; more could not be read."""
_SCALE = 2
"""Pixels of the PNG for one unit, so that it prints well."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 30, 42
_HEAD, _FOOT, _LINE = 44, 24, 20
_GRID = "#d9d9d9"
_FAINT = "#595959"


class ChartError(TomoshibiError):
    """The chart cannot be written."""


@dataclass(frozen=True)
class Series:
    """One quantity over time. All three of one length."""

    label: str
    """Its words in the legend; a series without is hatched where it is not known, and not drawn."""
    colour: str
    begin: Sequence[datetime]
    end: Sequence[datetime]
    values: Sequence[Optional[float]]
    """None or NaN is unknown."""
    dashed: bool = False
    points: bool = False
    """Marks at the ends instead of steps: what is known of single moments only."""
    hatched: bool = True
    """Whether its unknown times are hatched; of points those that are given, else every time without a value."""
    joined_from: Optional[float] = None
    """Given: each value is that of its step's end, and a straight line leads there from this value at the first begin.
    A step would show what is foreseen for its end from its begin on: too early."""


@dataclass(frozen=True)
class Panel:
    """One small chart."""

    title: str
    series: tuple[Series, ...]
    line: Optional[float] = None
    """A value to compare with: a thin line across."""


@dataclass(frozen=True)
class Chart:
    """A page of panels with one axis of time."""

    title: str
    panels: tuple[Panel, ...]
    note: str
    """Below the panels: as of when, from what."""
    percent: bool = False
    """Values are shares: the axis is in %."""
    event: Optional[datetime] = None
    """A moment marked in every panel."""
    event_label: str = ""
    monthly: bool = False
    """The axis names months instead of days and hours."""
    until: Optional[datetime] = None
    """Where the axis ends at the earliest; else with the last of the series."""
    columns: int = COLUMNS
    """Most panels beside one another."""
    one_scale: bool = False
    """All panels on one axis of values, so that they can be compared."""
    unknown_label: str = ""
    """Words of the hatching in the legend; "" for those that fit everything."""


@dataclass(frozen=True)
class _Frame:
    """Where times and values lie in a panel."""

    box: QRectF
    first: datetime
    last: datetime
    top: float

    def x(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return self.box.left() + self.box.width() * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        return self.box.bottom() - self.box.height() * value / self.top


@dataclass(frozen=True)
class _Axes:
    """What the panels of a page share."""

    first: datetime
    last: datetime
    values: tuple[float, ...] = ()
    """Values that every panel's axis holds."""

    @classmethod
    def of(cls, chart: Chart) -> Optional[_Axes]:
        """Return them, None where there is not one time."""
        told = [moment for one in chart.panels for each in one.series for moment in (*each.begin, *each.end)]
        if not told:
            return None
        last = max([*told, *([chart.until] if chart.until else [])])
        shared = [value for panel in chart.panels for value in _values(panel)] if chart.one_scale else []
        return cls(min(told), max(last, min(told) + timedelta(minutes=1)), tuple(shared))


def unknown(value: Optional[float]) -> bool:
    """Whether a value is none."""
    return value is None or value != value


def ceiling(values: Sequence[float]) -> tuple[float, float]:
    """Return the top of an axis that begins at 0 and holds `values`, and the distance of its lines."""
    most = max(values, default=0.0)
    if most <= 0:
        return 1.0, 0.5
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    return step * math.ceil(most / step - 1e-9), step


def _values(panel: Panel) -> list[float]:
    found = [value for series in panel.series for value in series.values if not unknown(value)]
    return found + ([panel.line] if panel.line is not None else [])


def hatched_spans(series: Series, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """Return the times between `first` and `last` that are hatched for a series, (begin, end) each.

    Steps: every time without a known value, whether it is given as unknown or not given at all. Points: those given
    as unknown, since between two moments nothing is claimed.
    """
    steps = sorted(zip(series.begin, series.end, series.values), key=lambda step: step[:2])
    if not series.hatched:
        return []
    if series.points:
        return [(begin, end) for begin, end, value in steps if unknown(value)]
    found, reached = [], first
    for begin, end, value in steps:
        if unknown(value):
            continue
        if begin > reached:
            found.append((reached, begin))
        reached = max(reached, end)
    return [*found, (reached, last)] if reached < last else found


def draw(chart: Chart, path: Path) -> None:
    """Write a chart; the ending of `path` says whether it is PNG or SVG.

    Raises
        ChartError: it cannot be written.
        OSError: the disk is full; a chart of before stays.
    """
    legend, size = _legend(chart), _size(chart)
    kind = path.suffix.lower()
    if kind not in (".png", ".svg"):
        raise ChartError(message("{file} is neither PNG nor SVG. Give the chart one of these endings.", file=path.name))
    # in memory first: Qt's writers do not say that a disk was full
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    if kind == ".svg":
        device = QSvgGenerator()
        device.setOutputDevice(content)
        device.setSize(size)
        device.setViewBox(QRectF(0, 0, size.width(), size.height()))
        device.setTitle(chart.title)
        good = _paint(device, chart, legend, size, 1)
    else:
        device = QImage(size * _SCALE, QImage.Format.Format_RGB32)
        device.fill(QColor(PAPER))
        good = _paint(device, chart, legend, size, _SCALE) and device.save(content, "PNG")
    if not good or not _kept(path, bytes(content.data())):
        raise ChartError(
            message(
                "{file} cannot be written. Close the program that holds it, or choose another file.", file=path.name
            )
        )


def _kept(path: Path, content: bytes) -> bool:
    """Write a file, False where that is refused. Raises OSError where the disk is full."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh_file(path) as stream:
            stream.write(content)
    except OSError as error:
        if is_full(error):
            raise
        return False
    return True


def paint(painter: QPainter, chart: Chart, box: QRectF) -> None:
    """Paint a chart into a box of the painter's units, as large as its shape allows."""
    size = _size(chart)
    scale = min(box.width() / size.width(), box.height() / size.height())
    painter.translate(box.topLeft())
    painter.scale(scale, scale)
    _paint_all(painter, chart, _legend(chart), size)


def shape(chart: Chart) -> float:
    """Return the height of a chart as a share of its width."""
    return _size(chart).height() / _size(chart).width()


def _head(chart: Chart) -> int:
    return _HEAD if chart.title else 8


def _columns(chart: Chart) -> int:
    return min(chart.columns, max(1, len(chart.panels)))


def _size(chart: Chart) -> QSize:
    rows = math.ceil(len(chart.panels) / _columns(chart))
    return QSize(_columns(chart) * WIDTH, _head(chart) + _LINE * len(_legend(chart)) + rows * HEIGHT + _FOOT)


def _paint(device: object, chart: Chart, legend: list[Series], size: QSize, scale: int) -> bool:
    painter = QPainter()
    if not painter.begin(device):
        return False
    try:
        painter.scale(scale, scale)
        _paint_all(painter, chart, legend, size)
    finally:
        painter.end()
    return True


def _paint_all(painter: QPainter, chart: Chart, legend: list[Series], size: QSize) -> None:
    columns, axes = _columns(chart), _Axes.of(chart)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(PAPER))
    _text(painter, QRectF(14, 8, size.width() - 28, 30), chart.title, 15, Qt.AlignmentFlag.AlignLeft, bold=True)
    head = _head(chart)
    for number, series in enumerate(legend):
        _legend_row(painter, series, head + _LINE * number)
    top = head + _LINE * len(legend)
    for number, panel in enumerate(chart.panels):
        area = QRectF(number % columns * WIDTH, top + number // columns * HEIGHT, WIDTH, HEIGHT)
        _panel(painter, chart, panel, area, axes)
    below = QRectF(14, size.height() - _FOOT, size.width() - 28, _FOOT - 4)
    _text(painter, below, chart.note, 8, Qt.AlignmentFlag.AlignLeft, _FAINT)


def _legend(chart: Chart) -> list[Series]:
    """The series of all panels, each once, and a line for the hatching where there is any."""
    found: dict[str, Series] = {}
    axes, hatched = _Axes.of(chart), False
    for panel in chart.panels:
        for series in panel.series:
            if series.label:
                found.setdefault(series.label, series)
            hatched = hatched or bool(axes and hatched_spans(series, axes.first, axes.last))
    rows = list(found.values())
    words = chart.unknown_label or tr("Unknown (no data)")
    return [*rows, Series(words, "", (), (), ())] if hatched else rows


def _text(
    painter: QPainter, box: QRectF, words: str, points: float, flags: object, colour: str = INK, bold: bool = False
) -> None:
    font = plain_font(font_family())
    # Pixels, so that PNG and SVG are alike whatever the device's resolution.
    font.setPixelSize(round(points * 4 / 3))
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, int(flags | Qt.AlignmentFlag.AlignVCenter), shown)


def _pen(colour: str, width: float, dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([4.0, 2.5])
    return pen


def _hatch(painter: QPainter, box: QRectF) -> None:
    """Lines by hand: the SVG generator has no brush patterns."""
    painter.save()
    painter.fillRect(box, QColor("#f2f2f2"))
    painter.setPen(_pen(HATCH, 0.6))
    gap, height = 6.0, box.height()
    # A grid fixed to the page, so that neighbouring steps join.
    number = math.floor((box.left() - height) / gap)
    while number * gap < box.right():
        start = number * gap
        left, right = max(start, box.left()), min(start + height, box.right())
        if right > left:
            painter.drawLine(
                QPointF(left, box.bottom() - (left - start)), QPointF(right, box.bottom() - (right - start))
            )
        number += 1
    painter.restore()


def _mark(painter: QPainter, at: QPointF, colour: str) -> None:
    painter.setPen(_pen(PAPER, 0.8))
    painter.setBrush(QBrush(QColor(colour)))
    painter.drawEllipse(at, 3.6, 3.6)


def _legend_row(painter: QPainter, series: Series, top: float) -> None:
    middle = top + _LINE / 2
    if not series.colour:
        _hatch(painter, QRectF(16, top + 4, 30, _LINE - 8))
    elif series.points:
        _mark(painter, QPointF(31, middle), series.colour)
    else:
        painter.setPen(_pen(series.colour, 2.2, series.dashed))
        painter.drawLine(QPointF(16, middle), QPointF(46, middle))
    _text(painter, QRectF(54, top, COLUMNS * WIDTH, _LINE), series.label, 9, Qt.AlignmentFlag.AlignLeft)


def _panel(painter: QPainter, chart: Chart, panel: Panel, area: QRectF, axes: Optional[_Axes]) -> None:
    box = area.adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
    head = QRectF(area.left() + 14, area.top() + 2, area.width() - 28, _TOP - 4)
    _text(painter, head, panel.title, 10, Qt.AlignmentFlag.AlignLeft, bold=True)
    if axes is None:
        _text(painter, box, tr("Unknown (no data)"), 9, Qt.AlignmentFlag.AlignHCenter)
        return
    top, step = ceiling(axes.values or _values(panel))
    frame = _Frame(box, axes.first, axes.last, top)
    for series in panel.series:
        for begin, end in hatched_spans(series, axes.first, axes.last):
            _hatch(painter, QRectF(QPointF(frame.x(begin), box.top()), QPointF(frame.x(end), box.bottom())))
    _value_axis(painter, chart, frame, step)
    _time_axis(painter, chart, frame)
    if panel.line is not None:
        painter.setPen(_pen(_FAINT, 1.0))
        painter.drawLine(QPointF(box.left(), frame.y(panel.line)), QPointF(box.right(), frame.y(panel.line)))
    if chart.event is not None and frame.first <= chart.event <= frame.last:
        painter.setPen(_pen(INK, 1.0, dashed=True))
        x = frame.x(chart.event)
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        _text(painter, QRectF(x + 3, box.top(), 90, 14), chart.event_label, 7.5, Qt.AlignmentFlag.AlignLeft)
    for series in panel.series:
        if series.label:
            _series(painter, frame, series)


def _series(painter: QPainter, frame: _Frame, series: Series) -> None:
    if series.joined_from is not None:
        _joined(painter, frame, series)
        return
    before: Optional[tuple[datetime, float]] = None
    for begin, end, value in zip(series.begin, series.end, series.values):
        if unknown(value):
            before = None
            continue
        y = frame.y(value)
        if series.points:
            _mark(painter, QPointF(frame.x(end), y), series.colour)
            continue
        painter.setPen(_pen(series.colour, 2.2, series.dashed))
        if before is not None and before[0] == begin:
            painter.drawLine(QPointF(frame.x(begin), before[1]), QPointF(frame.x(begin), y))
        painter.drawLine(QPointF(frame.x(begin), y), QPointF(frame.x(end), y))
        before = (end, y)


def corners(series: Series) -> list[tuple[datetime, float]]:
    """Return the corners of the line of a series that is `joined_from` a value: that value, then each known end."""
    known = [(end, value) for end, value in zip(series.end, series.values) if not unknown(value)]
    return [(series.begin[0], series.joined_from), *known] if known else []


def _joined(painter: QPainter, frame: _Frame, series: Series) -> None:
    painter.setPen(_pen(series.colour, 2.2, series.dashed))
    places = [QPointF(frame.x(moment), frame.y(value)) for moment, value in corners(series)]
    for one, other in zip(places, places[1:]):
        painter.drawLine(one, other)


def _value_axis(painter: QPainter, chart: Chart, frame: _Frame, step: float) -> None:
    for number in range(round(frame.top / step) + 1):
        value = number * step
        y = frame.y(value)
        painter.setPen(_pen(INK if number == 0 else _GRID, 0.8))
        painter.drawLine(QPointF(frame.box.left(), y), QPointF(frame.box.right(), y))
        words = f"{100 * value:g} %" if chart.percent else f"{value:,.10g}"
        place = QRectF(frame.box.left() - _LEFT, y - 8, _LEFT - 5, 16)
        _text(painter, place, words, 8, Qt.AlignmentFlag.AlignRight)


def _time_axis(painter: QPainter, chart: Chart, frame: _Frame) -> None:
    for moment, upper, lower in (_month_ticks if chart.monthly else _hour_ticks)(frame.first, frame.last):
        x = frame.x(moment)
        painter.setPen(_pen(INK, 0.8))
        painter.drawLine(QPointF(x, frame.box.bottom()), QPointF(x, frame.box.bottom() + 4))
        for row, words in enumerate((upper, lower)):
            place = QRectF(x - 24, frame.box.bottom() + 5 + 14 * row, 48, 14)
            _text(painter, place, words, 8, Qt.AlignmentFlag.AlignHCenter)


Tick = tuple[datetime, str, str]


def _hour_ticks(first: datetime, last: datetime) -> list[Tick]:
    """Ticks of hours or days, at most eight; the day is written below its first."""
    hours = (last - first) / timedelta(hours=1)
    step = next((item for item in (1, 2, 3, 6, 12, 24, 48, 96, 168, 336) if hours / item <= 7), 720)
    moment = first.replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[Tick] = []
    day = None
    while moment <= last:
        if moment >= first:
            below = "" if moment.date() == day else f"{moment.month}/{moment.day}"
            day = moment.date()
            found.append((moment, f"{moment:%H:%M}", below) if step < 24 else (moment, below, ""))
        moment += timedelta(hours=step)
    return found


def _month_ticks(first: datetime, last: datetime) -> list[Tick]:
    """Ticks of months, at most twelve; the year is written below its first."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((item for item in (1, 2, 3, 6, 12) if months / item <= 12), 24)
    found: list[Tick] = []
    year = None
    for number in range(0, months + 1, step):
        month = first.month - 1 + number
        moment = datetime(first.year + month // 12, month % 12 + 1, 1)
        if first <= moment <= last:
            found.append((moment, f"{moment.month}", "" if moment.year == year else f"{moment.year}"))
            year = moment.year
    return found


def times(values: Sequence[object]) -> tuple[datetime, ...]:
    """Return a column of times as `datetime`."""
    return tuple(value.to_pydatetime() if hasattr(value, "to_pydatetime") else value for value in values)
