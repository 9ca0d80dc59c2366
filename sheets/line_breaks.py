"""Lines of a text in a box, broken here: newer versions of QGIS break lines at blanks alone, and Japanese has none."""

from __future__ import annotations

import unicodedata
from typing import Callable

_NOT_FIRST = frozenset("、。，．・：；！？）」』】〕〉》］｝ーゝゞ々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;!?)]}%")
"""What does not begin a line (行頭禁則)."""
_NOT_LAST = frozenset("（「『【〔〈《［｛([{")
"""What does not end a line (行末禁則)."""


def broken_lines(text: str, room: float, width_of: Callable[[str], float]) -> list[str]:
    """Return the lines of a text, those wider than `room` broken.

    A line is broken at a blank or between two letters of which one is Japanese; a longer run of others is cut.

    Parameters
        room, width_of: width of the box, and of a text in one line, in the same unit.
    """
    lines = []
    for line in text.split("\n"):
        while len(line) > 1 and width_of(line) > room:
            cut = _place_of_break(line, room, width_of)
            lines.append(line[:cut].rstrip())
            line = line[cut:].lstrip()
        lines.append(line)
    return lines


def _place_of_break(line: str, room: float, width_of: Callable[[str], float]) -> int:
    """Return how many letters stand in the line; at least 1."""
    fits, beyond = 1, len(line)
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        fits, beyond = (middle, beyond) if width_of(line[:middle]) <= room else (fits, middle)
    return next((place for place in range(fits, 0, -1) if _may_break(line[place - 1], line[place])), fits)


def _may_break(before: str, after: str) -> bool:
    if " " in (before, after):
        return True
    return (_is_wide(before) or _is_wide(after)) and after not in _NOT_FIRST and before not in _NOT_LAST


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
