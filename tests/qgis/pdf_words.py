"""What stands where in a PDF, by its own words and boxes (`pdftotext -bbox-layout`), and what is wrong with it.

Boxes are in millimetres from the upper left. Those of a PDF are as high as the font is set, which for Japanese fonts is
half as high again as the letters: they are cut down to the letters.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from qgis.core import QgsLayoutItemLabel, QgsPrintLayout
from tomoshibi.sheets.export import PRINT_DPI

MILLIMETRES = 25.4 / 72
_ABOVE, _BELOW = 0.2, 0.12
"""Shares of a word's box that are above and below its letters: Noto Sans CJK is 1.448 em high, a letter one em."""
_TOUCH = 0.1
"""Millimetres by which letters of two words may touch: rounding."""
_TWO_BLANKS = 2.0
"""Millimetres between an item and the ellipsis of those left out whole after it."""
_COARSE = 0.02
"""Share by which newer QGIS draws a legend wider at the few dots of a test than it measures it for a print."""
_EDGE = 3.0
"""Millimetres at the edge of a page that printers leave white."""


@dataclass(frozen=True)
class Word:
    """A word on a page."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlaps(self, other: Word) -> bool:
        """Whether letters of two words lie over each other."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > _TOUCH
            and min(self.bottom, other.bottom) - max(self.top, other.top) > _TOUCH
        )


@dataclass(frozen=True)
class Page:
    """A page of a PDF."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]


def pages_of(path: Path) -> list[Page]:
    """Return the pages of a PDF with their words."""
    call = ["pdftotext", "-bbox-layout", str(path), "-"]
    text = subprocess.run(call, capture_output=True, check=True).stdout.decode()
    # a control character in the text would be no XML
    tree = ElementTree.fromstring("".join(letter for letter in text if letter >= " " or letter in "\n\t"))
    space = "{http://www.w3.org/1999/xhtml}"
    found = []
    for number, page in enumerate(tree.iter(f"{space}page"), 1):
        words = tuple(_word(number, word) for word in page.iter(f"{space}word"))
        found.append(Page(number, *(float(page.get(name)) * MILLIMETRES for name in ("width", "height")), words))
    return found


def _word(page: int, word: ElementTree.Element) -> Word:
    left, top, right, bottom = (float(word.get(name)) * MILLIMETRES for name in ("xMin", "yMin", "xMax", "yMax"))
    high = bottom - top
    return Word(page, word.text or "", left, top + _ABOVE * high, right, bottom - _BELOW * high)


def overlapping(page: Page) -> list[tuple[str, str]]:
    """Return the pairs of words of a page that are written over each other."""
    order = sorted(page.words, key=lambda word: word.left)
    found = []
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if other.left >= one.right:
                break
            if one.overlaps(other):
                found.append((one.text, other.text))
    return found


def left_of_nothing(page: Page) -> list[Word]:
    """Return the ellipses of a page that stand alone: no word ends two blanks before them in their line."""
    return [
        dots
        for dots in page.words
        if dots.text in ("…", "...")
        and not any(
            word.top < dots.middle[1] < word.bottom and 0 <= dots.left - word.right <= _TWO_BLANKS
            for word in page.words
        )
    ]


def off_page(page: Page) -> list[str]:
    """Return the words that a printer would cut off."""
    return [
        word.text
        for word in page.words
        if word.left < _EDGE or word.top < _EDGE or word.right > page.width - _EDGE or word.bottom > page.height - _EDGE
    ]


def clipped(layout: QgsPrintLayout, page: Page) -> list[str]:
    """Return what is not whole in the frame of its item: labels, the legend, and names beside the map."""
    found = []
    for item in layout.items():
        if isinstance(item, QgsLayoutItemLabel) and not item.excludeFromExports() and item.currentText().strip():
            box = item.sceneBoundingRect()
            inside = [word for word in page.words if box.contains(*word.middle)]
            lacking = Counter("".join(item.currentText().split())) - Counter("".join(word.text for word in inside))
            # Where fonts join letters pdftotext may tell them apart; a dash is told as its like.
            lacking -= Counter(dict.fromkeys("–—―－-～〜", 99))
            out = [word.text for word in inside if word.left < box.left() - 0.3 or word.right > box.right() + 0.3]
            if lacking or out:
                found.append(f"{item.id()}: {''.join(lacking) or ' '.join(out)}")
    legend, room = layout.itemById("legend"), layout.itemById("legend_box")
    if legend is not None and room is not None:
        wider = _COARSE * room.rect().width() if layout.renderContext().dpi() < PRINT_DPI else 0.0
        if not room.sceneBoundingRect().adjusted(-1, -1, 1 + wider, 1).contains(legend.sceneBoundingRect()):
            found.append("legend")
    return found


def faults(layout: QgsPrintLayout | None, path: Path) -> list[str]:
    """Return all that is wrong with the text of a PDF: off the page, overlapping, or (of page 1's layout) clipped."""
    found = []
    for page in pages_of(path):
        found += [f"page {page.number}: off the page: {text}" for text in off_page(page)]
        found += [f"page {page.number}: nothing left of a text" for _ in left_of_nothing(page)]
        found += [f"page {page.number}: overlap: {one} / {other}" for one, other in overlapping(page)]
    if layout is not None:
        found += [f"clipped: {text}" for text in clipped(layout, pages_of(path)[0])]
    return found
