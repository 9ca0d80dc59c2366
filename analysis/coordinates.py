"""Places as lists give them: degrees, degrees minutes seconds (度分秒), swapped, in metres, or 0, 0.

A place that cannot be in Japan is no place: it is unknown, and told. It is never moved to where it would fit.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Iterable, Optional

from ..messages import Message, message
from .unread import some

SOUTH, NORTH, WEST, EAST = 20.0, 46.0, 122.0, 154.0
"""Degrees inside which Japan lies."""


class Doubt(Enum):
    """Why a place is not known."""

    BLANK = "blank"
    UNREAD = "unread"
    """What is written is no coordinate."""
    ZERO = "zero"
    SWAPPED = "swapped"
    """Latitude and longitude would fit if they were swapped."""
    METRES = "metres"
    """Far too large for degrees: plane coordinates."""
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Place:
    """A place, or why there is none."""

    lat: float
    lon: float
    doubt: Optional[Doubt] = None


_SIGN = r"[+-]?"
_DEGREES = re.compile(rf"({_SIGN}[0-9]+(?:\.[0-9]+)?)[°度]?")
_THOUSANDS = re.compile(rf"{_SIGN}[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?")
_DMS = re.compile(
    rf"({_SIGN}[0-9]{{1,3}})(?:[°度:]|-(?=[0-9]))([0-9]{{1,2}}(?:\.[0-9]+)?)(?:['′分:]|-(?=[0-9])|$)"
    r"(?:([0-9]{1,2}(?:\.[0-9]+)?)(?:[\"″秒]|''|′′)?)?"
)
_DIRECTIONS = re.compile(r"^(?:北緯|東経|[NE])|(?:[NE])$", re.IGNORECASE)


def degrees_of(text: object) -> Optional[float]:
    """Return decimal degrees of 38.19, 38.19度, 38度11分24秒, 38°11′24″, 38:11:24 or N38-11-24.5; None for others."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", "" if text is None else str(text)))
    plain = _DIRECTIONS.sub("", plain.replace("’", "'").replace("”", '"').replace("´", "'").replace("`", "'"))
    plain = plain.replace("゜", "°").replace("º", "°")
    if "," in plain:
        # 38,19 may be 38.19 or a slip: only commas of thousands, as of metres, are left out
        if not _THOUSANDS.fullmatch(plain):
            return None
        plain = plain.replace(",", "")
    whole = _DEGREES.fullmatch(plain)
    if whole:
        return float(whole.group(1))
    parts = _DMS.fullmatch(plain)
    if parts is None:
        return None
    minutes, seconds = float(parts.group(2)), float(parts.group(3) or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    size = abs(float(parts.group(1))) + minutes / 60 + seconds / 3600
    return -size if parts.group(1).startswith("-") else size


def in_japan(lat: float, lon: float) -> bool:
    """Whether a place in degrees can be in Japan."""
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


def checked(lat: float, lon: float) -> Place:
    """Return a place in degrees, or why it is none."""
    if math.isfinite(lat) and math.isfinite(lon) and in_japan(lat, lon):
        return Place(lat, lon)
    return Place(math.nan, math.nan, _doubt(lat, lon))


def _doubt(lat: float, lon: float) -> Doubt:
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return Doubt.BLANK
    if lat == 0 and lon == 0:
        return Doubt.ZERO
    if in_japan(lon, lat):
        return Doubt.SWAPPED
    return Doubt.METRES if max(abs(lat), abs(lon)) > 360 else Doubt.OUTSIDE


def place_of(lat: object, lon: object) -> Place:
    """Return the place that two cells of a list tell, or why there is none."""
    texts = ["" if cell is None else str(cell).strip() for cell in (lat, lon)]
    if not all(texts):
        return Place(math.nan, math.nan, Doubt.BLANK if not any(texts) else Doubt.UNREAD)
    read = [degrees_of(text) for text in texts]
    if read[0] is None or read[1] is None:
        return Place(math.nan, math.nan, Doubt.UNREAD)
    return checked(read[0], read[1])


_WORDS = {
    Doubt.UNREAD: message("the coordinates are not understood"),
    Doubt.ZERO: message("the coordinates are 0, 0"),
    Doubt.SWAPPED: message("it lies outside Japan; if latitude and longitude were swapped it would fit"),
    Doubt.METRES: message("the coordinates are in metres, not degrees"),
    Doubt.OUTSIDE: message("it lies outside Japan"),
}


def doubt_messages(doubts: Iterable[tuple[str, Optional[Doubt]]]) -> list[Message]:
    """Return one message for each kind of doubt, naming the places. `doubts`: (name, why); blanks are not told."""
    named: dict[Doubt, list[str]] = {}
    for name, doubt in doubts:
        if doubt in _WORDS:
            named.setdefault(doubt, []).append(name)
    return [
        message(
            "{count} place(s) count as unknown, because {why}: {names}. They are listed, but not on the map. Correct "
            "the coordinates.",
            count=len(names),
            why=_WORDS[doubt],
            names=some(names),
        )
        for doubt, names in named.items()
    ]
