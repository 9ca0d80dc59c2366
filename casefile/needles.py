"""What identifies people in a case (supply points, names, addresses), and the search for it in files of any kind.

Used to prove a disposal (破棄): what is looked for is kept inside the case until the search is over. Nothing that is
found is told but where.
"""

from __future__ import annotations

import csv
import errno
import gzip
import io
import json
import os
import re
import stat
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Callable, Iterable, Iterator, Optional
from urllib.parse import quote

import numpy as np
import pandas as pd

from ..aggregator.outside import parse_json, read_cell
from ..arrays import Array
from ..files import DAMAGED_ZIP, write_text_atomic
from ..messages import Progress, TomoshibiError
from .case import Case
from .columns import has_table, read_table
from .contractors import Lists
from .own_inputs import OWN_INPUTS, own_inputs

MOST_TEXTS = 5000
"""Names, and addresses, that are looked for; of more, as many spread over all. Supply points are looked for all."""
SHORTEST = 4
"""Characters of a text that is looked for: a shorter one stands in many files that tell of nobody."""
_LEAST_DIGITS = 10
"""Characters of a text of ASCII alone (a telephone number) that is looked for."""
_DIGITS = 22
"""Digits of a supply point (供給地点特定番号)."""
_BLOCK, _OVERLAP = 1 << 20, 1 << 10
_KEY = 6
"""Bytes of the end of a text by which it is looked up."""
_LONGEST = 60
"""Characters of a text that are compared: its last ones."""
_DEPTH = 3
"""Archives within archives that are looked into."""
_MOST_UNPACKED = 1 << 31
"""Bytes of one member of an archive that are looked through."""
_NAMING = ("name", "address")
"""Columns of the tables of a case that name people."""
_HEADINGS = re.compile("氏名|名前|契約者名|住所|所在地|電話|カナ|name|address|phone|kana", re.IGNORECASE)
_RUNS = (
    re.compile(rb"[0-9]{22,}"),
    re.compile(rb"(?:[0-9]\0){21,}[0-9]"),
    re.compile(rb"(?:[0-9]\0\0\0){21,}[0-9]"),
)
"""Runs of digits of one, two and four bytes each."""


def _as_in_ini(text: str) -> bytes:
    return "".join(sign if ord(sign) < 128 else f"\\x{ord(sign):x}" for sign in text).encode("ascii")


_WRITINGS: tuple[Callable[[str], bytes], ...] = (
    lambda text: text.encode("utf-8"),
    lambda text: text.encode("utf-16-le"),
    lambda text: text.encode("utf-16-be"),
    lambda text: text.encode("utf-32-le"),
    lambda text: text.encode("cp932", "ignore") if _fits(text) else b"",
    lambda text: text.encode("unicode_escape"),
    _as_in_ini,
    lambda text: quote(text).encode("ascii"),
)
"""How a text may stand in a file: as text, in arrays, in JSON, in settings of Qt, in addresses."""


def _fits(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True)
class Needles:
    """What is looked for."""

    points: frozenset[bytes] = frozenset()
    """Supply points, 22 digits each."""
    texts: tuple[str, ...] = ()
    """Names, addresses, telephone numbers."""
    texts_in_all: int = 0
    """How many of them the case held: of more than `MOST_TEXTS` some are looked for."""
    unread: int = 0
    """Tables and lists of the case that name people and could not be read for it."""
    _patterns: dict[int, dict[int, dict[bytes, str]]] = field(default_factory=dict, repr=False, compare=False)
    """Last bytes of a pattern → by length, the patterns that end so, each with the text that it writes.

    Thousands of addresses end the same ("番地", "号"): of each length, one look tells whether one of them is there.
    """

    def __post_init__(self) -> None:
        for text in self.texts:
            for write in _WRITINGS:
                pattern = write(text[-_LONGEST:])
                if len(pattern) >= _KEY:
                    key = int.from_bytes(pattern[-_KEY:], "little")
                    self._patterns.setdefault(key, {}).setdefault(len(pattern), {})[pattern] = text
        keys = np.array(sorted(self._patterns), dtype=np.uint64)
        low = np.zeros(1 << 16, dtype=bool)
        low[(keys & np.uint64(0xFFFF)).astype(np.int64)] = True
        object.__setattr__(self, "_keys", keys)
        object.__setattr__(self, "_low", low)

    def __bool__(self) -> bool:
        return bool(self.points or self.texts)

    def within(self, content: bytes) -> bool:
        """Whether a piece of a file, or a name, holds any of it."""
        return self._holds_point(content) or next(self._texts_in(content), None) is not None

    def _holds_point(self, content: bytes) -> bool:
        if not self.points:
            return False
        for wide, pattern in zip((1, 2, 4), _RUNS):
            for run in pattern.finditer(content):
                digits = run.group()[::wide]
                if any(digits[at : at + _DIGITS] in self.points for at in range(len(digits) - _DIGITS + 1)):
                    return True
        return False

    def _texts_in(self, content: bytes) -> Iterator[str]:
        keys: Array = self.__dict__["_keys"]
        low: Array = self.__dict__["_low"]
        if not len(keys) or len(content) < _KEY:
            return
        raw = np.frombuffer(content, dtype=np.uint8)
        count = len(raw) - _KEY + 1
        first = raw[:count].astype(np.uint16) | (raw[1 : count + 1].astype(np.uint16) << np.uint16(8))
        places = np.flatnonzero(low[first])
        value = first[places].astype(np.uint64)
        for at in range(2, _KEY):
            value |= raw[places + at].astype(np.uint64) << np.uint64(8 * at)
        slot = np.minimum(np.searchsorted(keys, value), len(keys) - 1)
        for place in places[keys[slot] == value].tolist():
            end = place + _KEY
            key = int.from_bytes(content[place:end], "little")
            for length, patterns in self._patterns[key].items():
                text = patterns.get(content[max(end - length, 0) : end])
                if text is not None:
                    yield text

    def in_stream(self, stream: IO[bytes], most: Optional[int] = None) -> bool:
        """Whether a stream holds any of it, read block by block.

        Raises
            OSError: it cannot be read, or holds more than `most` bytes, so that the rest is not known.
        """
        kept, read = b"", 0
        while block := stream.read(_BLOCK):
            if self.within(kept + block):
                return True
            kept, read = block[-_OVERLAP:], read + len(block)
            if most is not None and read > most:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return False

    def in_file(self, path: Path) -> bool:
        """Whether a file, what is packed in it, or its name holds any of it. Raises OSError where it cannot be read."""
        if self.within(os.fsencode(path.name)) or self.within(path.name.encode("utf-8", "ignore")):
            return True
        with open(path, "rb") as stream:
            if self.in_stream(stream):
                return True
            stream.seek(0)
            return self._in_archive(stream, _DEPTH)

    def _in_archive(self, stream: IO[bytes], depth: int) -> bool:
        start = stream.read(4)
        stream.seek(0)
        try:
            if start[:2] == b"\x1f\x8b":
                with gzip.open(stream) as unpacked:
                    return self.in_stream(unpacked, _MOST_UNPACKED)  # type: ignore[arg-type]
            if depth and start == b"PK\x03\x04":
                with zipfile.ZipFile(stream) as archive:
                    return any(self._in_member(archive, member, depth) for member in archive.infolist())
        except (*DAMAGED_ZIP, RuntimeError) as error:
            # broken or encrypted: its bytes as they lie were looked through, what is packed in them was not
            raise OSError(errno.EIO, os.strerror(errno.EIO)) from error
        return False

    def _in_member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> bool:
        if self.within(member.filename.encode("utf-8", "ignore")):
            return True
        with archive.open(member) as stream:
            if self.in_stream(stream, _MOST_UNPACKED):
                return True
        if not member.filename.lower().endswith((".zip", ".xlsx", ".ods", ".qgz", ".docx", ".gz", ".npz")):
            return False
        return self._in_archive(io.BytesIO(archive.read(member)), depth - 1)

    def without(self, content: bytes) -> Needles:
        """Return it without the texts that a harmless file holds as well: they tell of nobody."""
        held = set(self._texts_in(content))
        left = tuple(text for text in self.texts if text not in held)
        return replace(self, texts=left, _patterns={}) if held else self

    def cleaned(self, text: str) -> str:
        """Return a text without what identifies anybody, for lines that must stay."""
        if not self.within(text.encode("utf-8", "ignore")):
            return text
        for each in self.texts:
            text = text.replace(each, "…")
        return re.sub(
            r"[0-9]{22}", lambda found: "…" if found.group().encode("ascii") in self.points else found.group(), text
        )

    def save(self, path: Path) -> None:
        """Keep it in a file until the search is over. Raises OSError."""
        points = sorted(point.decode("ascii") for point in self.points)
        record = {
            "points": points,
            "texts": list(self.texts),
            "texts_in_all": self.texts_in_all,
            "unread": self.unread,
        }
        write_text_atomic(path, json.dumps(record, ensure_ascii=False))

    @classmethod
    def load(cls, path: Path) -> Needles:
        """Return what `save` kept. Raises OSError, ValueError, KeyError."""
        record = parse_json(path.read_bytes())
        return cls(
            frozenset(point.encode("ascii") for point in record["points"]),
            tuple(record["texts"]),
            int(record["texts_in_all"]),
            int(record["unread"]),
        )


Found = tuple[set[bytes], list[list[str]], int]
"""Supply points, columns of names and addresses, and how many lists could not be read for them."""


def needles_of(case: Case, progress: Optional[Progress] = None) -> Needles:
    """Return what identifies the people of a case: of its tables, its lists, and the inputs that name people.

    What cannot be read of a broken case is warned of, and the rest is looked for: such a case must go, too.
    """
    points: set[bytes] = set()
    columns: list[list[str]] = []
    unread = 0
    for part in (_of_tables, _of_lists, _of_inputs):
        try:
            more, found, lacking = part(case)
        except TomoshibiError as error:
            (progress or Progress()).warn(error.message)
            unread += 1
            continue
        points |= more
        columns += found
        unread += lacking
    distinct = [_distinct(column) for column in columns]
    texts = tuple(text for column in distinct for text in _spread(column))
    return Needles(frozenset(points), texts, sum(map(len, distinct)), unread)


def _of_inputs(case: Case) -> Found:
    """Return the same of the inputs that name people, as far as they are text."""
    points: set[bytes] = set()
    texts: list[list[str]] = []
    unread = 0
    for kind, kept in own_inputs(case.folder).items():
        if OWN_INPUTS[kind].personal and kept.path.is_file():
            content = kept.path.read_bytes()
            points |= {run for run in _RUNS[0].findall(content) if len(run) == _DIGITS}
            texts += _columns(content)
            unread += content.startswith(b"PK") or _decoded(content) is None
    return points, texts, unread


def _of_tables(case: Case) -> Found:
    """Return the supply points of マスタ情報 and 通電情報, and the columns of names and addresses."""
    points: set[bytes] = set()
    for folder in (case.folder / "tables" / "master", *sorted((case.folder / "tables" / "outage").glob("*"))):
        if has_table(folder):
            points |= _points(_texts(read_table(folder, ["supply_point"])["supply_point"]))
    names = [name for name in _NAMING if name in case.master_columns()]
    if not names:
        return points, [], 0
    master = case.master_rows(names)
    return points, [_of_one(name, _texts(master[name])) for name in names], 0


def _of_lists(case: Case) -> Found:
    """Return the columns of names and addresses of the lists of contracts."""
    lists = Lists(case)
    tables = [lists.open(info.name).table for info in lists.all()]
    return set(), [_of_one(name, _texts(table[name])) for table in tables for name in _NAMING if name in table], 0


def _texts(column: pd.Series) -> list[str]:
    """Return the texts of a column, without those that are not known."""
    return [str(value) for value in column.dropna().tolist()]


def _points(values: Iterable[str]) -> set[bytes]:
    return {value.encode("ascii") for value in values if len(value) == _DIGITS and value.isascii() and value.isdigit()}


def _columns(content: bytes) -> list[list[str]]:
    """Return the columns of a CSV whose headings say that they hold names, addresses or telephone numbers."""
    text = _decoded(content)
    rows = [[read_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text or ""))]
    if not rows:
        return []
    wanted = [place for place, heading in enumerate(rows[0]) if _HEADINGS.search(heading)]
    return [_of_one(rows[0][place], (row[place] for row in rows[1:] if place < len(row))) for place in wanted]


def _of_one(heading: str, values: Iterable[str]) -> list[str]:
    """Return the values of a column that tell of one place or person: an address without a number is a district."""
    address = re.search("address|住所|所在地", heading, re.IGNORECASE) is not None
    return [value for value in values if not address or re.search("[0-9０-９]", value)]


def _decoded(content: bytes) -> Optional[str]:
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _distinct(values: Iterable[str]) -> list[str]:
    """Return the distinct texts that are long enough, in order."""
    return sorted({value.strip() for value in values if _tells(value.strip())})


def _spread(distinct: list[str]) -> list[str]:
    """Return the texts, `MOST_TEXTS` of more, spread over all."""
    return distinct[:: max(-(-len(distinct) // MOST_TEXTS), 1)]


def _tells(text: str) -> bool:
    """Whether a text is long enough to tell of one person: digits alone tell less than signs of a name."""
    return len(text) >= (_LEAST_DIGITS if text.isascii() else SHORTEST)


@dataclass(frozen=True)
class Searched:
    """What a search came to."""

    files: int
    found: tuple[Path, ...]
    unread: int
    """Files that this user may not read, or that unpack to more than is looked through."""


def search(
    roots: Iterable[Path], needles: Needles, passed: Callable[[Path], bool], stopped: Callable[[], None]
) -> Searched:
    """Look through all files below some folders.

    Parameters
        passed: tells what is not looked at: folders with what is below them, and files.
        stopped: called for each file; may raise to give up.
    """
    count, unread, found = 0, 0, []
    for path in _files(roots, passed):
        stopped()
        try:
            held = needles.in_file(path)
        except OSError:
            unread += path.exists()
            continue
        count += 1
        if held:
            found.append(path)
    return Searched(count, tuple(found), unread)


def is_older(path: Path, since: float) -> bool:
    """Whether a file was written, and put where it is, before a moment (seconds since 1970); never of a folder."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and max(found.st_mtime, found.st_ctime) < since


def _files(roots: Iterable[Path], passed: Callable[[Path], bool]) -> Iterator[Path]:
    seen: set[str] = set()
    for root in roots:
        for parent, folders, names in os.walk(root):
            folders[:] = sorted(each for each in folders if not passed(Path(parent, each)))
            for name in sorted(names):
                path = Path(parent, name)
                real = os.path.realpath(path)
                if real in seen or passed(path):
                    continue
                seen.add(real)
                try:
                    regular = stat.S_ISREG(os.lstat(path).st_mode)
                except OSError:
                    continue
                if regular:
                    yield path
