"""Positions of fixed-width byte keys, in the order of first appearance: an open-addressed hash table in numpy arrays.

A dict of 600,000 supply points takes 100 MB and a loop; this takes the bytes of the keys and array operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, NamedTuple, Optional, Union

import numpy as np

from ..arrays import BoolArray, BytesArray, IntArray

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_ROOM = 3
"""Places of the table for a key, at least: few places are taken, so few keys have to look twice."""
FEW_PLACES = 1.5
"""The same where the table is most of what a key takes: 4 to 8 bytes each, and some keys look twice."""
_SMALLEST = 1 << 12
_EMPTY = -1
_RUN = 64
"""Keys in their order, of which one is sought."""
_PIECE = 1 << 19
"""Keys looked up or added at a time: what is worked out for each of them takes more than the key itself."""


def as_words(keys: BytesArray, width: int) -> IntArray:
    """Return byte keys `(n,)` of dtype `S…` or `V…` as `(n, words)` uint64, padded with zero bytes to whole words."""
    words = -(-width // 8)
    padded = np.zeros((len(keys), words * 8), dtype=np.uint8)
    raw = np.ascontiguousarray(keys).view(np.uint8).reshape(len(keys), keys.dtype.itemsize)
    padded[:, : min(width, raw.shape[1])] = raw[:, :width]
    return padded.view(np.uint64)


def mixed_words(keys: IntArray, telling: range) -> IntArray:
    """Return a 64-bit number of each key `(n, words)`, of the words that tell keys apart; equal keys have the same."""
    mixed: NDArray[np.uint64] = np.zeros(len(keys), dtype=np.uint64)
    for word in telling:
        mixed ^= keys[:, word].view(np.uint64)
        mixed *= _MIX
        mixed ^= mixed >> _HALF
    return mixed


class KeyIndex:
    """Keys of `words` 64-bit words and their positions 0, 1, 2 … in the order they were added.

    `telling` are the words that tell keys apart best: only they are mixed to find a place; all are compared. With
    `room` for as many keys as will come, nothing is moved while they do. `places` of the table are there for a key.
    """

    def __init__(self, words: int, telling: Optional[range] = None, room: int = 0, places: float = _ROOM):
        self.words = words
        self._telling = telling or range(words)
        self._places = places
        self._count = 0
        self._keys = np.empty((max(_SMALLEST // 2, room), words), dtype=np.uint64)
        self._table = np.full(_size_for(room, places), _EMPTY, dtype=np.int32)

    def __len__(self) -> int:
        return self._count

    @property
    def keys(self) -> IntArray:
        """The keys by position, `(len, words)` uint64. A view: it is void after the next `add`."""
        return self._keys[: self._count]

    def _mixed(self, keys: IntArray) -> IntArray:
        """Return a 64-bit number of each key; keys that are equal have the same."""
        return mixed_words(keys, self._telling)

    def find(self, keys: IntArray) -> IntArray:
        """Return the positions of `keys` `(n, words)` as int64, -1 where a key is not known."""
        keys = np.ascontiguousarray(keys, dtype=np.uint64).reshape(-1, self.words)
        if not self._count or not len(keys):
            return np.full(len(keys), -1, dtype=np.int64)
        if len(keys) > _PIECE:
            return np.concatenate([self.find(keys[at : at + _PIECE]) for at in range(0, len(keys), _PIECE)])
        return self._sought(keys, self._mixed(keys))[0]

    def find_in_order(self, keys: IntArray) -> tuple[IntArray, int]:
        """Return what `find` does, sooner where keys come in the order they were added; and how many came in another.

        Of each run only the first key is sought; the others are held against the keys behind it, and sought where
        they are another.
        """
        keys = np.ascontiguousarray(keys, dtype=np.uint64).reshape(-1, self.words)
        known = self._count
        if not known or not len(keys):
            return np.full(len(keys), -1, dtype=np.int64), 0
        begins, offsets = self.find(keys[::_RUN]), np.arange(len(keys))
        found = begins[offsets // _RUN] + offsets % _RUN
        found[begins[offsets // _RUN] < 0] = 0
        same = self._same(np.minimum(found, known - 1), keys) & (found < known)
        rest = np.flatnonzero(~same)
        found[rest] = self.find(keys[rest])
        return found, int(np.count_nonzero(found[rest] >= 0))

    def _sought(self, keys: IntArray, mixed: IntArray) -> tuple[IntArray, _Path]:
        """Return the positions of keys, int64, -1 where one is not known, and where the search for each ended."""
        # one table throughout: another thread may put a larger one in its place
        table = self._table
        mask, first = len(table) - 1, _path_of(mixed, len(table))
        found = np.full(len(keys), -1, dtype=np.int64)
        ended = first.places.copy()
        asked, (places, steps) = np.arange(len(keys)), first
        while len(asked):
            held = table[places]
            taken = held != _EMPTY
            if not taken.all():
                ended[asked] = places
                asked, places, steps, held = asked[taken], places[taken], steps[taken], held[taken]
            same = self._same(held, keys if len(asked) == len(keys) else keys[asked])
            if same.all():
                found[asked] = held
                break
            found[asked[same]] = held[same]
            rest = ~same
            steps = steps[rest]
            asked, places = asked[rest], (places[rest] + steps) & mask
        return found, _Path(ended, first.steps)

    def _at(self, positions: Union[slice, IntArray]) -> IntArray:
        """Return the keys at some positions, `(n, words)` uint64."""
        return self._keys[positions]

    def _same(self, held: IntArray, keys: IntArray) -> BoolArray:
        """Return which of the held positions hold these keys, bool."""
        differs = self._at(held) != keys
        # eight flags side by side are one word
        same: BoolArray = differs.view(np.uint64).ravel() == 0 if self.words == 8 else ~differs.any(axis=1)
        return same

    def add(self, keys: IntArray) -> IntArray:
        """Return the positions of `keys`, appending those not known yet in the order they stand."""
        keys = np.ascontiguousarray(keys, dtype=np.uint64).reshape(-1, self.words)
        if len(keys) > _PIECE:
            return np.concatenate([self.add(keys[at : at + _PIECE]) for at in range(0, len(keys), _PIECE)])
        mixed = self._mixed(keys)
        found, ended = self._sought(keys, mixed)
        missing = np.flatnonzero(found < 0)
        if len(missing):
            # a new key is entered where the search for it ended
            found[missing] = self._add_new(keys[missing], mixed[missing], ended.of(missing))
        return found

    def _add_new(self, keys: IntArray, mixed: IntArray, path: _Path) -> IntArray:
        """Append keys of which none is known (a key may stand there twice); return their positions."""
        begin = self._count
        if len(np.unique(mixed)) == len(keys):
            self._append(keys, path)
            return np.arange(begin, self._count)
        text = keys.view(f"S{self.words * 8}").ravel()
        _, first, group = np.unique(text, return_index=True, return_inverse=True)
        # np.unique sorts; the rank of each group's first appearance restores the order of the rows.
        rank: IntArray = np.empty(len(first), dtype=np.int64)
        rank[np.argsort(first)] = begin + np.arange(len(first))
        once = np.sort(first)
        self._append(keys[once], path.of(once))
        rows: IntArray = rank[group.ravel()]
        return rows

    def _append(self, fresh: IntArray, path: _Path) -> None:
        begin, end = self._count, self._count + len(fresh)
        if end > len(self._keys):
            grown = np.empty((max(end, len(self._keys) * 3 // 2), self.words), dtype=np.uint64)
            grown[:begin] = self._keys[:begin]
            self._keys = grown
        self._keys[begin:end] = fresh
        self._count = end
        if end * self._places > len(self._table):
            self._fill_table(_size_for(end, self._places))
        else:
            _enter(self._table, np.arange(begin, end, dtype=np.int32), path)

    def _fill_table(self, size: int) -> None:
        """Enter all keys into a new table of so many places."""
        table = np.full(size, _EMPTY, dtype=np.int32)
        for begin in range(0, self._count, _PIECE):
            some = slice(begin, min(begin + _PIECE, self._count))
            path = _path_of(self._mixed(self._at(some)), size)
            _enter(table, np.arange(some.start, some.stop, dtype=np.int32), path)
        self._table = table


class _Path(NamedTuple):
    """Where keys are looked for in a table."""

    places: IntArray
    """The first place of each key, int64."""
    steps: IntArray
    """From one place to the next, odd, int64."""

    def of(self, keys: IntArray) -> _Path:
        """Return the paths of some keys."""
        return _Path(self.places[keys], self.steps[keys])


def _path_of(mixed: IntArray, size: int) -> _Path:
    """Return the path of keys through a table of so many places by their mixed numbers."""
    mask = np.uint64(size - 1)
    return _Path((mixed & mask).astype(np.int64), ((mixed >> _HALF) & mask | np.uint64(1)).astype(np.int64))


def _enter(table: IntArray, positions: IntArray, path: _Path) -> None:
    """Enter positions, int32, into a table, each at the first free place of its path."""
    mask, (places, steps) = len(table) - 1, path
    while len(positions):
        free = table[places] == _EMPTY
        table[places[free]] = positions[free]
        lost = table[places] != positions
        steps = steps[lost]
        positions, places = positions[lost], (places[lost] + steps) & mask


class HeldIndex(KeyIndex):
    """Keys that stand in an array of their holder, each once: only where they stand is kept here, eight bytes a key.

    `others` are the bits of the last word that are no part of the key. Keys are looked up, and none can be added.
    """

    def __init__(self, keys: IntArray, others: int = 0):
        super().__init__(keys.shape[1])
        self._keys, self._count = keys.view(np.uint64), len(keys)
        self._own = ~np.uint64(others)
        self._fill_table(_size_for(len(keys), FEW_PLACES))

    def _at(self, positions: Union[slice, IntArray]) -> IntArray:
        found = np.array(self._keys[positions])
        found[:, -1] &= self._own
        return found

    def add(self, keys: IntArray) -> IntArray:
        """Raise `TypeError`: the keys are their holder's."""
        raise TypeError(f"{len(keys)} keys of which their holder knows nothing")


def _size_for(keys: int, room: float = _ROOM) -> int:
    """Return the places of a table for so many keys: a power of two."""
    size = _SMALLEST
    while keys * room > size:
        size *= 2
    return size


def places_among(keys: BytesArray, asked: BytesArray) -> IntArray:
    """Return where keys asked for stand among `keys` (`S…`; of equal ones the last), int64; -1 where they do not."""
    width = max(keys.dtype.itemsize, asked.dtype.itemsize, 1)
    index, number = numbered(asked, width)
    place: IntArray = np.full(len(index), -1, dtype=np.int64)
    for begin in range(0, len(keys), _PIECE):
        found = index.find(as_words(keys[begin : begin + _PIECE], width))
        there = np.flatnonzero(found >= 0)
        place[found[there]] = begin + there
    return place[number]


def numbered(keys: BytesArray, width: int) -> tuple[KeyIndex, IntArray]:
    """Return an index of keys, and the position of each in it, int64."""
    index = KeyIndex(-(-width // 8), None, len(keys))
    number: IntArray = np.empty(len(keys), dtype=np.int64)
    for begin in range(0, len(keys), _PIECE):
        some = slice(begin, begin + _PIECE)
        number[some] = index.add(as_words(keys[some], width))
    return index, number


def as_bytes(texts: Iterable[object]) -> BytesArray:
    """Return texts as UTF-8 bytes of fixed width, `S…` (n); bytes stay."""
    found = np.asarray(texts)
    if found.dtype.kind == "S":
        return found
    try:
        return found.astype("S")
    except UnicodeEncodeError:
        return np.char.encode(found.astype(str), "utf-8")
