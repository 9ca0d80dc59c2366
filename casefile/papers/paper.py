"""A paper (文書) as records: what it says, apart from how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Union

PRACTICE = "訓練"
"""Printed on every page of a paper of a practice case."""
LINE = "＿＿＿"
ROOM = "＿" * 12
"""A line long enough for handwriting."""


@dataclass(frozen=True)
class Blank:
    """A place to fill in by hand, because the case does not know it (要記入)."""

    what: str
    """What belongs there."""

    def __str__(self) -> str:
        return f"{LINE}（要記入：{self.what}）"


Part = Union[str, Blank]
Words = tuple[Part, ...]
"""A line of words with blanks among them."""


def words(*parts: Part) -> Words:
    """Return the parts of a line, empty texts left out."""
    return tuple(part for part in parts if part != "")


def known(text: str, what: str) -> Part:
    """Return a text, or a blank that says `what` is to be filled in."""
    return text.strip() or Blank(what)


def plain(line: Words) -> str:
    """Return a line as text, its blanks marked."""
    return "".join(map(str, line))


@dataclass(frozen=True)
class Heading:
    """A heading inside the paper."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    line: Words
    align: str = "left"
    """`left`, `right` or `centre`."""


@dataclass(frozen=True)
class Item:
    """One item: its name and one or several lines."""

    label: str
    lines: tuple[Words, ...]


@dataclass(frozen=True)
class Table:
    """A table with a heading row."""

    heading: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    widths: tuple[int, ...]
    """Width of each column in relation to the others."""


Block = Union[Heading, Text, Item, Table]


@dataclass(frozen=True)
class Paper:
    """A letter, a mail or a report."""

    title: str
    """Of a mail its subject (件名)."""
    blocks: tuple[Block, ...]
    practice: bool = False
    addressee: tuple[Words, ...] = ()
    sender: tuple[Words, ...] = ()
    head: tuple[Words, ...] = ()
    """Number and date, at the upper right."""
    is_mail: bool = False
    """Whether it is sent as a mail; the title is then its subject."""

    @property
    def shown_title(self) -> str:
        """The title, which says where it is a drill."""
        return f"【{PRACTICE}】{self.title}" if self.practice else self.title

    def lines(self) -> Iterator[Words]:
        """Yield every line, also those of tables."""
        yield from (*self.head, *self.addressee, *self.sender)
        for block in self.blocks:
            if isinstance(block, Text):
                yield block.line
            elif isinstance(block, Item):
                yield from block.lines
            elif isinstance(block, Table):
                for row in block.rows:
                    yield from row

    @property
    def blanks(self) -> tuple[str, ...]:
        """What is to be filled in, each once, in order."""
        found = (part.what for line in self.lines() for part in line if isinstance(part, Blank))
        return tuple(dict.fromkeys(found))
