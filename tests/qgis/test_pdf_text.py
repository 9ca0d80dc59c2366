"""Text of the PDFs is found and copied as it was written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tomoshibi.layers.style import font_family
from tomoshibi.sheets import pdf_text
from tomoshibi.sheets.pages import Heading, Pages

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


@pytest.fixture()
def family(qgis_app: object) -> str:
    """A font in which radicals and ideographs share glyphs."""
    found = font_family()
    if "CJK" not in found:
        pytest.skip("no Noto Sans CJK")
    return found


WRITTEN = (
    "月影浜浄水場・一二三人力口土大女子小山川工己弓手文日木民母生田目石立竹米糸羊老耳肉自至舌色虫血行衣見"
    "角言谷貝赤走足身車里金長門雨青非面音風食首香馬高鬼魚鳥鹿麦黄黒鼓鼻"
)
DIGITS = "As of 2026-01-21 06:00 1,234 (%) Confirmed 0123456789"


def copied(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


@needs_poppler
@pytest.mark.usefixtures("family")
def test_characters_that_share_a_glyph_with_radicals_are_copied_as_written(tmp_path: Path):
    path = tmp_path / "page.pdf"
    with Pages(path, Heading("表題", "灯市", False, "01-21"), 1) as pages:
        pages.page()
        for number, start in enumerate(range(0, len(WRITTEN), 20)):
            pages.text(15, 40 + 8 * number, 180, 7, WRITTEN[start : start + 20], 9)
        pages.text(15, 100, 180, 7, DIGITS, 9)
    text = copied(path)
    for start in range(0, len(WRITTEN), 20):
        assert WRITTEN[start : start + 20] in text
    assert DIGITS in text


def test_only_the_texts_of_the_tables_change_and_nothing_moves():
    table = (
        b"begincmap\n2 beginbfrange\n<2F49> <2F49> <2F49>\n<0001> <0003> [<6708> <2F49> <0041> ]\nendbfrange\nendcmap\n"
    )
    content = b"%PDF-1.4\n<2F49> Tj\n" + table + b"<2F49> after\n%%EOF"
    mended = pdf_text.mended(content, {0x2F49: 0x6708})
    assert len(mended) == len(content)
    assert mended.startswith(b"%PDF-1.4\n<2F49> Tj\n")
    assert mended.endswith(b"<2F49> after\n%%EOF")
    assert b"<2F49> <2F49> <6708>\n" in mended
    assert b"[<6708> <6708> <0041> ]" in mended


def test_no_plain_character_is_written_as_another(family: str):
    instead = pdf_text.written_as(family)
    assert instead[0x2F49] == ord("月")
    assert not any(code in each for code in instead for each in (range(0x20, 0x7F), range(0x4E00, 0xA000)))
