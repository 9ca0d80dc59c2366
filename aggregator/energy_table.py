"""Energies of 電力データ by the bytes they are written in: each text is read once, plain numbers many at a time."""

from __future__ import annotations

from threading import Lock
from typing import Callable, Iterable, Optional

import numpy as np

from ..arrays import Array, BoolArray, IntArray
from .values import BadValue

NOT_READY = -2
"""Instead of Wh: only who reads the row one by one can say what this is."""
TEXT_BYTES = 7
"""Bytes of the longest text; the sign behind it takes the eighth of a word."""
_PLACES = 16
"""Bits of the number of a place in the table."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_POINT = ord(".")

Energy = Callable[[str], "tuple[Optional[int], bool]"]
"""Text → (Wh, None where there is no figure; whether it was rounded). Raises `BadValue`."""


class EnergyTable:
    """Texts of up to seven bytes, and the sign behind them, as words → Wh; each text is read once.

    Threads may ask at the same time: a text stands in its place only when its Wh stand there.
    """

    def __init__(self, energy: Energy, places: int, most: int, empty: Iterable[str]):
        """`energy` says what any text is; `places`: digits behind the point down to 1 Wh; `most`: Wh of a reading.

        `empty`: texts that are no figure, even where they look like one.
        """
        self._energy, self._digits, self._most = energy, places, most
        texts = (text.encode("ascii", "replace") for text in empty)
        self._empty = np.array([_word(text) for text in texts if len(text) <= TEXT_BYTES], dtype=np.uint64)
        self._learning = Lock()
        self._words = np.zeros(1 << _PLACES, dtype=np.uint64)
        # word 0 is no text, and the mark of a free place
        self._wh = np.full(1 << _PLACES, NOT_READY, dtype=np.int32)

    def find(self, words: IntArray) -> tuple[IntArray, Optional[Array]]:
        """Return (Wh int32, or `NOT_READY` for the slow path; which were rounded, None for none)."""
        places = ((words * _MIX) >> np.uint64(64 - _PLACES)).astype(np.int64)
        missed = np.flatnonzero(self._words[places] != words)
        wh = self._wh[places]
        if not len(missed):
            return wh, None
        distinct, first, group = np.unique(words[missed], return_index=True, return_inverse=True)
        found, rounded = self._read(distinct)
        wh[missed] = found[group]
        with self._learning:
            new = np.flatnonzero((self._words[places[missed[first]]] == 0) & ~rounded & (distinct != 0))
            # of texts that meet in one free place, one stays
            at, chosen = np.unique(places[missed[first[new]]], return_index=True)
            self._wh[at] = found[new[chosen]]
            self._words[at] = distinct[new[chosen]]
        if not rounded.any():
            return wh, None
        all_rounded = np.zeros(len(words), dtype=bool)
        all_rounded[missed] = rounded[group]
        return wh, all_rounded

    def _read(self, words: IntArray) -> tuple[IntArray, BoolArray]:
        """Return the Wh of words, int32, and which were rounded: plain numbers at once, all other texts one by one."""
        texts, whole = _without_sign(words)
        wh, plain = plain_watt_hours(texts, self._digits)
        plain &= whole & (wh <= self._most) & ~np.isin(texts, self._empty)
        rounded = np.zeros(len(words), dtype=bool)
        for at in np.flatnonzero(~plain).tolist():
            wh[at], rounded[at] = self._parse(int(words[at]))
        return wh.astype(np.int32), rounded

    def _parse(self, word: int) -> tuple[int, bool]:
        text = word.to_bytes(8, "little").rstrip(b"\x00")[:-1]
        try:
            wh, rounded = self._energy(text.decode("ascii"))
        except (BadValue, UnicodeDecodeError):
            return NOT_READY, False
        return (NOT_READY, False) if wh is None else (wh, rounded)


def _word(text: bytes) -> int:
    return int.from_bytes(text, "little")


def _without_sign(words: IntArray) -> tuple[IntArray, BoolArray]:
    """Return words, uint64, without their last byte that is not 0, and which have no 0 before it."""
    texts: IntArray = words.copy()
    signs = texts.view(np.uint8).reshape(-1, 8)
    last = 7 - np.argmax(signs[:, ::-1] != 0, axis=1)
    signs[np.arange(len(signs)), last] = 0
    return texts, np.count_nonzero(signs, axis=1) == last


def plain_watt_hours(texts: IntArray, places: int) -> tuple[IntArray, BoolArray]:
    """Return numbers as Wh, int64, and which texts are plain ones: digits, at most one point, no finer than 1 Wh.

    Parameters
    ----------
    texts : uint64 (n,), at most seven signs each, the first in the lowest byte, zero bytes behind the last
    places : digits behind the point down to 1 Wh
    """
    signs = texts.view(np.uint8).reshape(-1, 8).astype(np.int64)
    wh = np.zeros(len(signs), dtype=np.int64)
    digits, fraction, points = wh.copy(), wh.copy(), wh.copy()
    ended = np.zeros(len(signs), dtype=bool)
    plain = signs[:, TEXT_BYTES] == 0
    for sign in signs.T[:TEXT_BYTES]:
        digit, point = (sign >= ord("0")) & (sign <= ord("9")), sign == _POINT
        plain &= np.where(ended, sign == 0, digit | point | (sign == 0))
        ended |= sign == 0
        wh = np.where(digit, wh * 10 + (sign - ord("0")), wh)
        digits += digit
        fraction += digit & (points > 0)
        points += point
    plain &= (digits > 0) & (points <= 1) & (fraction <= places)
    return wh * 10 ** np.maximum(0, places - fraction), plain
