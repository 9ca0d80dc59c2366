"""Pages about single people as PDF: text, ○× grids and half-hour curves, painted in millimetres.

A layout of QGIS would need a project and its main thread for every sheet; a painter draws hundreds of pages in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Optional, Sequence, TypeVar

import numpy as np
from qgis.PyQt.QtCore import QMarginsF, QPointF, Qt
from qgis.PyQt.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPdfWriter, QPolygonF

from ..files import is_whole_pdf, replace_file
from ..messages import Progress, TomoshibiError, message
from ..translate import tr
from .painter_mm import FAINT, GRID, INK, MillimetrePainter
from .pdf_text import mend_text

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 15.0
"""Millimetres of A4, upright."""
INNER = WIDTH - 2 * MARGIN
_DPI = 300
_FOOT_MM = 9.0
"""Height of terms of use and notice at the foot of a page."""
FILLS = {"○": "#d7e6f4", "×": "#ffffff", "－": "#e4e4e4"}
"""Ground of a sign: the signs themselves tell the states, also in black and white."""


class PagesError(TomoshibiError):
    """A PDF cannot be written."""


@dataclass(frozen=True)
class Heading:
    """What stands at the head and foot of every page."""

    title: str
    subtitle: str
    practice: bool
    as_of: str
    """In words, with the sources."""
    terms: str = ""
    """Purpose, terms of use, period of use, in words (`casefile.terms`)."""


def personal_notice() -> str:
    """Return the line at the foot of every page about single people."""
    return tr(
        "Personal data provided under Article 34 of the Electricity Business Act: for this purpose only, not to be "
        "copied; destroy it when use ends."
    )


class Pages(MillimetrePainter):
    """A PDF in the making; use it as a context. It takes its place only when it is complete."""

    def __init__(self, path: Path, heading: Heading, count: int):
        super().__init__()
        self.path = Path(path)
        self._part = self.path.with_name(self.path.name + ".part")
        self._heading, self._count, self._page = heading, count, 0
        self._writer: Optional[QPdfWriter] = None

    def __enter__(self) -> Pages:
        writer = QPdfWriter(str(self._part))
        writer.setResolution(_DPI)
        page = QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(),
            QPageLayout.Unit.Millimeter,
        )
        writer.setPageLayout(page)
        writer.setTitle(self._heading.title)
        writer.setCreator("Tomoshibi")
        painter = QPainter()
        if not painter.begin(writer):
            raise PagesError(
                message(
                    "{file} cannot be written. Close the program that shows it, or choose another.", file=self.path.name
                )
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._writer = writer
        self.begin(painter, _DPI / 25.4)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._painter.end()
        self._painter = self._writer = None
        if kind is None and not is_whole_pdf(self._part):
            self._part.unlink(missing_ok=True)
            raise PagesError(
                message(
                    "{file} was not written to its end. Check that the disk has room, then run again.",
                    file=self.path.name,
                )
            )
        if kind is None:
            mend_text(self._part)
            replace_file(self._part, self.path)
        elif self._part.exists():
            self._part.unlink()

    def page(self) -> None:
        """Begin the next page with heading and foot."""
        if self._page:
            self._writer.newPage()
        self._page += 1
        head = self._heading
        self.text(MARGIN, 12, INNER, 8, head.title, 15, bold=True)
        self.text(MARGIN, 20, INNER, 5, head.subtitle, 9, colour=FAINT)
        if head.practice:
            self.box(WIDTH - MARGIN - 34, 12, 34, 7, "#ffffff")
            self.text(WIDTH - MARGIN - 34, 12, 34, 7, tr("PRACTICE DATA"), 9, bold=True, align="centre")
        self.line(MARGIN, 26, WIDTH - MARGIN, 26, INK, 0.4)
        foot = HEIGHT - 17
        self.line(MARGIN, foot, WIDTH - MARGIN, foot, GRID, 0.2)
        self.text(MARGIN, foot + 1, INNER - 20, 4, head.as_of, 7, colour=FAINT)
        self.text(
            MARGIN,
            foot + 4.5,
            INNER - 20,
            _FOOT_MM,
            "\n".join(filter(None, (head.terms, personal_notice()))),
            self._foot_size(head.terms),
            colour=FAINT,
            top=True,
        )
        self.text(WIDTH - MARGIN - 20, foot + 1, 20, 4, f"{self._page} / {self._count}", 7, align="right", colour=FAINT)

    def _foot_size(self, terms: str) -> float:
        """Return the points at which terms and notice stand in their place at the foot."""
        words, size = "\n".join(filter(None, (terms, personal_notice()))), 7.0
        while size > 5 and self.height_of(words, INNER - 20, size) > _FOOT_MM:
            size -= 0.5
        return size

    def person(self, who: str, supply_point: str) -> None:
        """Write whom the page is about."""
        self.text(MARGIN, 29, INNER, 7, who, 13, bold=True)
        self.text(MARGIN, 36, INNER, 5, tr("Supply point") + "  " + (supply_point or "—"), 9)

    def signs(self, x: float, y: float, cell: float, height: float, signs: Sequence[str], size: float = 8.0) -> None:
        """Draw a row of ○×－ in boxes; a blank sign leaves its place empty."""
        for number, sign in enumerate(signs):
            if sign:
                self.box(x + number * cell, y, cell, height, FILLS.get(sign, "#ffffff"), GRID)
                self.text(x + number * cell, y, cell, height, sign, size, align="centre")

    def labels(self, x: float, y: float, cell: float, height: float, words: Sequence[str], size: float = 6.5) -> None:
        """Write one word above each cell."""
        for number, word in enumerate(words):
            self.text(x + number * cell, y, cell, height, word, size, align="centre", colour=FAINT)

    def curve(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        kwh: np.ndarray,
        asked: np.ndarray,
        most: float,
        ticks: Sequence[str],
        beside: Optional[np.ndarray] = None,
    ) -> None:
        """Draw half-hours (float, NaN missing) as a broken line; `ticks` are the words of equal parts of the width.

        Where a half-hour was `asked` for (bool) and is missing the ground is grey, so that a gap is not taken for no
        use. `beside`: other half-hours to compare with, in grey behind.
        """
        self.box(x, y, width, height, "#ffffff", GRID)
        part = width / max(len(ticks), 1)
        for number, word in enumerate(ticks):
            if number:
                self.line(x + number * part, y, x + number * part, y + height, GRID, 0.1)
            self.text(x + number * part, y + height, part, 3.6, word, 6, align="centre", colour=FAINT)
        self.text(x - 11, y - 1, 10, 4, f"{most:g}", 6, align="right", colour=FAINT)
        self.text(x - 11, y + height - 3, 10, 4, "0", 6, align="right", colour=FAINT)
        missing = np.isnan(kwh)
        step = width / max(len(kwh), 1)
        self._gaps(x, y, height, step, missing & asked)
        if beside is not None:
            self._pen("#a8a8a8", 0.15)
            self._broken(x, y, height, step, beside, most)
        self._pen("#08306b", 0.2)
        self._broken(x, y, height, step, kwh, most)

    def _broken(self, x: float, y: float, height: float, step: float, kwh: np.ndarray, most: float) -> None:
        """Draw a line that is broken where nothing is known."""
        for first, last in _runs(~np.isnan(kwh)):
            heights = y + height - height * np.minimum(kwh[first:last] / most, 1.0)
            places = x + step * (np.arange(first, last) + 0.5)
            points = [self._point(float(one), float(other)) for one, other in zip(places, heights)]
            if len(points) == 1:
                points.append(points[0] + QPointF(10, 0))
            self._painter.drawPolyline(QPolygonF(points))

    def _gaps(self, x: float, y: float, height: float, step: float, missing: np.ndarray) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(FILLS["－"]))
        for first, last in _runs(missing):
            self._painter.drawRect(self._rect(x + first * step, y, (last - first) * step, height))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)


def _runs(which: np.ndarray) -> list[tuple[int, int]]:
    """Return (first, end) of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], which, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2])]


def nice_most(kwh: np.ndarray) -> float:
    """Return a round number of kWh at or above the largest reading, at least 0.5: the top of a curve's scale."""
    largest = float(np.nanmax(kwh)) if np.isfinite(kwh).any() else 0.0
    return next((top for top in (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0) if largest <= top), largest)


One = TypeVar("One")


def write_pages(
    path: Path,
    heading: Heading,
    people: Iterable[One],
    count: int,
    progress: Progress,
    draw: Callable[[Pages, One], None],
) -> int:
    """Write one page for each of `people` (`count` of them); return the pages. Raises `PagesError`, `Cancelled`."""
    number = 0
    with Pages(path, heading, count) as pages:
        for number, one in enumerate(people, 1):
            progress.raise_if_cancelled()
            progress.set_fraction(number / max(count, 1))
            pages.page()
            draw(pages, one)
    return number
