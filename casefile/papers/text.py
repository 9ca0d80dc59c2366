"""A paper as plain text, to be put into a mail."""

from __future__ import annotations

from typing import Iterator

from .paper import PRACTICE, Block, Heading, Item, Paper, Table, Text, plain

WIDE = 40
"""Columns of full width that a line to the right or in the middle is set in."""


def as_text(paper: Paper) -> str:
    """Return a paper as text, lines ended by a line feed."""
    return "\n".join(_lines(paper)).rstrip() + "\n"


def _lines(paper: Paper) -> Iterator[str]:
    if paper.is_mail:
        yield from ("◇件名：", paper.shown_title, "", "◇本文：")
    if paper.practice:
        yield f"【{PRACTICE}】これは{PRACTICE}です。"
    for line in paper.head:
        yield _set(plain(line), "right")
    for line in paper.addressee:
        yield plain(line)
    for line in paper.sender:
        yield _set(plain(line), "right")
    if not paper.is_mail:
        yield from ("", _set(paper.shown_title, "centre"))
    yield ""
    for block in paper.blocks:
        yield from _block(block, "：" if paper.is_mail else "")


def _block(block: Block, after_heading: str) -> Iterator[str]:
    if isinstance(block, Heading):
        yield from ("", f"■{block.text}{after_heading}")
    elif isinstance(block, Text):
        yield _set(plain(block.line), block.align)
    elif isinstance(block, Item):
        yield from _item(block)
    elif isinstance(block, Table):
        yield from _table(block)


def _item(item: Item) -> Iterator[str]:
    if len(item.lines) == 1:
        yield f"・{item.label}：{plain(item.lines[0])}" if item.label else f"・{plain(item.lines[0])}"
        return
    if item.label:
        yield f"・{item.label}："
    yield from (f"　・{plain(line)}" if item.label else f"・{plain(line)}" for line in item.lines)


def _table(table: Table) -> Iterator[str]:
    yield " ｜ ".join(table.heading)
    for row in table.rows:
        yield " ｜ ".join(plain(cell) for cell in row)


def _set(line: str, align: str) -> str:
    room = max(WIDE - len(line), 0)
    if align == "right":
        return "　" * room + line
    return "　" * (room // 2) + line if align == "centre" else line
