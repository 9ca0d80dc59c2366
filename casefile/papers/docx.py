"""A paper as a Word document (.docx), written with the standard library alone (ECMA-376)."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path
from typing import Iterable, Iterator

from ...files import fresh_file
from .paper import PRACTICE, Blank, Heading, Item, Paper, Table, Text, Words, words

SUFFIX = ".docx"
FONT, HEADING_FONT = "游明朝", "游ゴシック"
"""Fonts of Word and Office on Windows and macOS; others take a Japanese font of their own for them."""
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROOM = 9070
"""Twentieths of a point between the margins: A4 without twice 25 mm."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ALIGN = {"left": "left", "right": "right", "centre": "center"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same paper is the same file, whenever it is written."""


def write_docx(path: Path, paper: Paper) -> None:
    """Write a paper as a Word document, whole or not at all. Raises OSError where it cannot be written."""
    with fresh_file(path) as stream, zipfile.ZipFile(stream, "w") as package:
        for name, content in _parts(paper).items():
            package.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)


def _parts(paper: Paper) -> dict[str, str]:
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings"}
    kinds.update(header="header", footer="footer")
    listed = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/{name}" Target="{name}.xml"/>'
        for number, name in enumerate(("styles", "settings", "header", "footer"), 1)
    )
    return {
        "[Content_Types].xml": (
            f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'{listed}<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/></Relationships>'
        ),
        "docProps/core.xml": (
            f'{_DECLARED}<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{_escaped(paper.shown_title)}</dc:title><dc:creator>Tomoshibi</dc:creator>"
            "<dc:language>ja-JP</dc:language></cp:coreProperties>"
        ),
        "word/document.xml": (
            f'{_DECLARED}<w:document xmlns:w="{_MAIN}" xmlns:r="{_LINKS}"><w:body>{"".join(_body(paper))}'
            '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/>'
            '<w:footerReference w:type="default" r:id="rId4"/>'
            '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" '
            'w:header="709" w:footer="709" w:gutter="0"/></w:sectPr></w:body></w:document>'
        ),
        "word/_rels/document.xml.rels": (
            f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": (
            f'{_DECLARED}<w:settings xmlns:w="{_MAIN}"><w:themeFontLang w:val="en-US" w:eastAsia="ja-JP"/></w:settings>'
        ),
        "word/header.xml": (
            f'{_DECLARED}<w:hdr xmlns:w="{_MAIN}">'
            f"{_paragraph(words(PRACTICE) if paper.practice else (), 'Header', 'right')}</w:hdr>"
        ),
        "word/footer.xml": (
            f'{_DECLARED}<w:ftr xmlns:w="{_MAIN}"><w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="center"/></w:pPr>'
            '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
        ),
    }


def _body(paper: Paper) -> Iterator[str]:
    for line in paper.head:
        yield _paragraph(line, align="right")
    for line in paper.addressee:
        yield _paragraph(line)
    for line in paper.sender:
        yield _paragraph(line, align="right")
    yield _paragraph(words(paper.shown_title), "Title", "centre")
    for block in paper.blocks:
        if isinstance(block, Heading):
            yield _paragraph(words(block.text), "Heading1")
        elif isinstance(block, Text):
            yield _paragraph(block.line, align=block.align)
        elif isinstance(block, Item):
            yield from _item(block)
        elif isinstance(block, Table):
            # Word takes two tables that touch for one
            yield from (_table(block), _paragraph(()))


def _item(item: Item) -> Iterator[str]:
    first, *more = item.lines
    alone = not more and item.label
    yield _paragraph(words("・", f"{item.label}：" if item.label else "", *(first if alone else ())), "ListParagraph")
    if not alone:
        yield from (_paragraph(words("　・", *line), "ListParagraph") for line in item.lines)


def _table(table: Table) -> str:
    total = sum(table.widths)
    widths = [_ROOM * width // total for width in table.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(widths, (words(name) for name in table.heading), True)]
    rows += [_row(widths, row, False) for row in table.rows]
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(widths: list[int], cells: Iterable[Words], head: bool) -> str:
    about = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E7EEF5"/>' if head else ""
    filled = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f"{_paragraph(cell, 'TableHeading' if head else 'TableText')}</w:tc>"
        for width, cell in zip(widths, cells)
    )
    return f"<w:tr>{about}{filled}</w:tr>"


def _paragraph(line: Words, style: str = "", align: str = "left") -> str:
    about = f'<w:pStyle w:val="{style}"/>' if style else ""
    about += f'<w:jc w:val="{_ALIGN[align]}"/>' if align != "left" else ""
    runs = "".join(map(_run, line))
    return f"<w:p>{f'<w:pPr>{about}</w:pPr>' if about else ''}{runs}</w:p>"


def _run(part: object) -> str:
    about = '<w:rPr><w:rStyle w:val="ToFillIn"/></w:rPr>' if isinstance(part, Blank) else ""
    return f'<w:r>{about}<w:t xml:space="preserve">{_escaped(str(part))}</w:t></w:r>'


def _escaped(text: str) -> str:
    return html.escape(_ILLEGAL.sub("", text), quote=False)


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _style(name: str, title: str, about: str = "", look: str = "", kind: str = "paragraph") -> str:
    based = '<w:basedOn w:val="Normal"/>' if kind == "paragraph" else ""
    own = f"<w:pPr>{about}</w:pPr>" if about else ""
    own += f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{title}"/>{based}<w:qFormat/>{own}</w:style>'


def _styles() -> str:
    gothic = _fonts(HEADING_FONT)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'{_DECLARED}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(FONT)}'
        '<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="ja-JP" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        + _style("Title", "Title", '<w:spacing w:before="360" w:after="360"/>', f'{gothic}<w:b/><w:sz w:val="28"/>')
        + _style(
            "Heading1",
            "heading 1",
            '<w:keepNext/><w:spacing w:before="240" w:after="60"/><w:outlineLvl w:val="0"/>',
            f'{gothic}<w:b/><w:sz w:val="22"/>',
        )
        + _style("ListParagraph", "List Paragraph", '<w:ind w:left="420" w:hanging="210"/>')
        + _style("TableText", "Table Text", '<w:spacing w:before="20" w:after="20"/>', '<w:sz w:val="19"/>')
        + _style("TableHeading", "Table Heading", "<w:keepNext/>", f'{gothic}<w:b/><w:sz w:val="19"/>')
        + _style("Header", "header", "", f'{gothic}<w:b/><w:color w:val="A50F15"/><w:sz w:val="28"/>')
        + _style("Footer", "footer", "", '<w:sz w:val="18"/>')
        + _style("ToFillIn", "To Fill In", "", '<w:highlight w:val="yellow"/>', "character")
        + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
        f'{edges}</w:tblBorders><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )
