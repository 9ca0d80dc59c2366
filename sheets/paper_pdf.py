"""A paper (letter, report) as a PDF: words that can be searched, A4 upright, the drill named on every page."""

from __future__ import annotations

import html
from pathlib import Path

from qgis.PyQt.QtCore import QMarginsF, QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from ..casefile.papers.paper import PRACTICE, Blank, Block, Heading, Item, Paper, Table, Text, Words
from ..files import PART, is_whole_pdf, replace_file
from ..layers.style import font_family, plain_font
from ..messages import message
from .pages import PagesError
from .pdf_text import mend_text

_DPI = 300
_MARGIN_MM, _HEAD_MM = 25.0, 12.0
_POINTS = 10.5
_ALERT = "#a50f15"
_CSS = (
    "p{margin:0 0 2px 0} p.title{font-size:15px;font-weight:bold;margin:16px 0 16px 0}"
    "p.heading{font-size:12px;font-weight:bold;margin:10px 0 3px 0} p.more{margin-left:12px}"
    "p.subject{margin-bottom:10px}"
    "table{border-collapse:collapse} th{background:#e7eef5;text-align:left} span.blank{background:#fff59d}"
)
"""Pixels are points here: the painter is scaled to them."""


def write_paper_pdf(path: Path, paper: Paper) -> int:
    """Write a paper as a PDF and return its pages; it takes its place only when it is complete.

    Raises
        PagesError: the file cannot be written.
    """
    path = Path(path)
    part = path.with_name(path.name + PART)
    try:
        pages = _print(part, paper)
        if not is_whole_pdf(part):
            raise PagesError(
                message(
                    "{file} was not written to its end. Check that the disk has room, then run again.", file=path.name
                )
            )
        mend_text(part)
        replace_file(part, path)
    finally:
        part.unlink(missing_ok=True)
    return pages


def _print(path: Path, paper: Paper) -> int:
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(), QPageLayout.Unit.Millimeter))
    writer.setTitle(paper.shown_title)
    writer.setCreator("Tomoshibi")
    painter = QPainter()
    if not painter.begin(writer):
        raise PagesError(
            message("{file} cannot be written. Close the program that shows it, or choose another.", file=path.stem)
        )
    try:
        return _draw(painter, writer, paper)
    finally:
        painter.end()


def _draw(painter: QPainter, writer: QPdfWriter, paper: Paper) -> int:
    """Draw the pages and return how many there are."""
    # the document counts in points; the painter is scaled to them
    dots = _DPI / 72
    margin = _MARGIN_MM / 25.4 * 72
    wide, high = (edge / 25.4 * 72 for edge in (210.0, 297.0))
    room = QSizeF(wide - 2 * margin, high - 2 * margin)
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(_POINTS))
    document.setDefaultStyleSheet(_CSS)
    document.setHtml(as_html(paper))
    document.setPageSize(room)
    _keep_headings(document, {block.text for block in paper.blocks if isinstance(block, Heading)}, room.height())
    pages = document.pageCount()
    painter.scale(dots, dots)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(margin, margin - page * room.height())
        document.drawContents(painter, QRectF(0, page * room.height(), room.width(), room.height()))
        painter.restore()
        _edges(painter, paper, page + 1, pages, QRectF(margin, 0, room.width(), high))
    return pages


def _keep_headings(document: QTextDocument, headings: set[str], high: float) -> None:
    """Begin a page with a heading that would stand alone at the end of the one before."""
    layout = document.documentLayout()
    block = document.begin()
    while block.isValid():
        after = block.next()
        if block.text() in headings and after.isValid():
            page, below = (int((layout.blockBoundingRect(each).bottom() - 1) // high) for each in (block, after))
            if page != below:
                cursor = QTextCursor(block)
                look = cursor.blockFormat()
                look.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                cursor.setBlockFormat(look)
        block = after


def _edges(painter: QPainter, paper: Paper, page: int, pages: int, room: QRectF) -> None:
    """Draw what stands above and below the text of a page."""
    top = _HEAD_MM / 25.4 * 72
    if paper.practice:
        font = _font(14)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(_ALERT))
        painter.drawText(QRectF(room.x(), top, room.width(), 22), int(Qt.AlignmentFlag.AlignRight), PRACTICE)
    painter.setFont(_font(9))
    painter.setPen(QColor("#1a1a1a"))
    below = QRectF(room.x(), room.height() - top - 22, room.width(), 14)
    painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), f"{page} / {pages}")


def _font(points: float) -> QFont:
    """Return the font; in pixels, because the painter is scaled to points."""
    font = plain_font(font_family())
    font.setPixelSize(round(points))
    return font


def as_html(paper: Paper) -> str:
    """Return a paper as the HTML that Qt's documents understand."""
    parts = [_paragraph(line, "right") for line in paper.head]
    parts += [_paragraph(line) for line in paper.addressee]
    parts += [_paragraph(line, "right") for line in paper.sender]
    title = html.escape(paper.shown_title)
    subject, named = f'<p class="subject">件名：{title}</p>', f'<p class="title" align="center">{title}</p>'
    parts.append(subject if paper.is_mail else named)
    parts += [_block(block) for block in paper.blocks]
    return f"<body>{''.join(parts)}</body>"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f'<p class="heading">{html.escape(block.text)}</p>'
    if isinstance(block, Text):
        return _paragraph(block.line, "center" if block.align == "centre" else block.align)
    return _item(block) if isinstance(block, Item) else _table(block)


def _item(item: Item) -> str:
    label = html.escape(item.label)
    if len(item.lines) == 1:
        return f"<p>・{f'{label}：' if label else ''}{_words(item.lines[0])}</p>"
    first = f"<p>・{label}：</p>" if label else ""
    look = ' class="more"' if label else ""
    return first + "".join(f"<p{look}>・{_words(line)}</p>" for line in item.lines)


def _table(table: Table) -> str:
    total = sum(table.widths)
    shares = [100 * width // total for width in table.widths]
    head = "".join(f'<th width="{share}%">{html.escape(word)}</th>' for share, word in zip(shares, table.heading))
    rows = "".join("<tr>" + "".join(f"<td>{_words(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return (
        '<table width="100%" border="1" cellspacing="0" cellpadding="3" style="border-style:solid;'
        f'border-color:#808080"><tr>{head}</tr>{rows}</table>'
    )


def _paragraph(line: Words, align: str = "left") -> str:
    return f'<p align="{align}">{_words(line)}</p>'


def _words(line: Words) -> str:
    return "".join(
        f'<span class="blank">{html.escape(str(part))}</span>' if isinstance(part, Blank) else html.escape(part)
        for part in line
    )
