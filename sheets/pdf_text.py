"""Text of a PDF that can be searched and copied as it was written.

Several characters share a glyph in Japanese fonts (月 U+6708 and the Kangxi radical ⽉ U+2F49). Qt tells a reader of
the PDF the first of them, so that a search for 月 finds nothing. The tables that lead from glyphs back to text are
mended in place: a code is four digits whichever it is, so that nothing in the file moves.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from qgis.PyQt.QtGui import QFont, QRawFont

from ..files import replace_file
from ..layers.style import font_family

_MAPS = re.compile(rb"begincmap\s.*?\sendcmap", re.DOTALL)
"""Table of one font, glyph → text."""
_TARGETS = re.compile(rb"\[[^\]]*\]|(?<=> <[0-9A-Fa-f]{4}> )<[0-9A-Fa-f]{4}>(?=\s)")
"""The texts of a range of glyphs: a list in brackets, or the third number of a line."""
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")
_PLAIN = (range(0x20, 0x7F), range(0x2013, 0x2014), range(0x3000, 0x3100), range(0x4E00, 0xA000), range(0xFF01, 0xFFE7))
"""What people write and search for: ASCII, the dash of ranges, kana, Japanese punctuation, ideographs, full width."""
_ODD = (range(0xA0, 0x100), range(0x2000, 0x2100), range(0x2215, 0x2216), range(0x2E80, 0x2FE0), range(0xF900, 0xFB00))
"""What fonts hold beside it under the same glyphs: spaces, hyphens, dots, a slash, radicals, ideographs."""


def _glyphs(font: QRawFont, codes: tuple[range, ...]) -> dict[int, int]:
    """Return {code: glyph} of the characters that a font has."""
    text = "".join(chr(code) for each in codes for code in each)
    glyphs = font.glyphIndexesForString(text)
    return {ord(letter): glyph for letter, glyph in zip(text, glyphs) if glyph}


@lru_cache(maxsize=8)
def written_as(family: str) -> dict[int, int]:
    """Return {odd code: the plain code with the same glyph} of a font."""
    font = QRawFont.fromFont(QFont(family))
    if not font.isValid():
        return {}
    plain: dict[int, int] = {}
    for code, glyph in _glyphs(font, _PLAIN).items():
        plain.setdefault(glyph, code)
    return {code: plain[glyph] for code, glyph in _glyphs(font, _ODD).items() if glyph in plain}


def mended(content: bytes, instead: dict[int, int]) -> bytes:
    """Return a PDF whose tables lead to the characters of `instead`; of the same length."""

    def code(found: re.Match[bytes]) -> bytes:
        number = int(found.group(1), 16)
        return b"<%04X>" % instead.get(number, number)

    def table(found: re.Match[bytes]) -> bytes:
        return _TARGETS.sub(lambda part: _CODE.sub(code, part.group()), found.group())

    return _MAPS.sub(table, content)


def mend_text(path: Path) -> None:
    """Let the text of a PDF of Qt be found and copied as it was written. Raises OSError where it cannot be written."""
    instead = written_as(font_family())
    before = path.read_bytes()
    after = mended(before, instead)
    if after != before:
        part = path.with_name(path.name + ".part")
        part.write_bytes(after)
        replace_file(part, path)
