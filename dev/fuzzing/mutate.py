"""Making broken and hostile inputs out of good ones."""

from __future__ import annotations

import json
import random
from datetime import datetime, time
from typing import Any, Callable

NASTY = (
    *("", " ", "0", "-1", "1e999", "NaN", "N/A", "²", "９９", "99999999999999999999", "9" * 5000, "1.0E+20"),
    *("9999-12-31", "0001-01-01T00:00:00+14:00", "1899/12/30", "2026-13-45", "24:00", "2036/01/01"),
    *("../../x", "/etc/passwd", "C:\\x", "CON", "COM¹", "a\u202eb", "\u200b", "\x1b[31m", "\x00", "\r\n", '"', "'"),
    *("<img src=x onerror=alert(1)>", "[% env('HOME') %]", "=cmd|'/c calc'!A0", "{0.__class__}", "%s%n"),
    *("𠮷", "か\u3099", "ｶﾞ", "\ufeff", "東京都" * 200),
)
NASTY_JSON: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1e308, -0.0, 10**40, [], {}, "", [[]], {"": {}}, "\ud800"),
    *NASTY,
)
NASTY_CELLS: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e300, 3.1e20, 45_000.5, datetime(1900, 1, 1), datetime(2026, 1, 20, 4), time(4, 30)),
    *("要介護Ⅴ", "介護５", "約300", "38°06′", "=1+1", "あ" * 5000, "１級", " "),
)
"""Values of cells of a workbook."""
ENCODINGS = ("utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-32", "euc_jp")


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Return a good file made bad in one to three ways."""
    for _ in range(draw.randint(1, 3)):
        content = draw.choice(_MUTATIONS)(content, draw)
    return content


def mutated_json(content: bytes, draw: random.Random) -> bytes:
    """Return a good JSON text with other values, other keys or other nesting; now and then no JSON at all."""
    if draw.random() < 0.15:
        return mutated(content, draw)
    if draw.random() < 0.05:
        return draw.choice((b"[" * 100_000, b'{"a":' * 50_000, b"null", b"[]", b"{}", b'"' + b"x" * 10**6 + b'"', b""))
    value = json.loads(content)
    for _ in range(draw.randint(1, 4)):
        value = _changed(value, draw)
    return json.dumps(value, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")


def mutated_lines(content: bytes, draw: random.Random) -> bytes:
    """Return JSON lines of which one is changed, torn, repeated or lost."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return mutated(content, draw)
    place = draw.randrange(len(lines))
    how = draw.randrange(5)
    if how == 0:
        lines[place] = mutated_json(lines[place], draw) + b"\n"
    elif how == 1:
        lines[place] = lines[place][: draw.randrange(len(lines[place]))]
    elif how == 2:
        lines.insert(place, lines[draw.randrange(len(lines))])
    elif how == 3:
        del lines[place]
    else:
        return mutated(content, draw)
    return b"".join(lines)


def _changed(value: Any, draw: random.Random) -> Any:
    """Return a JSON value with one thing in it changed, at any depth."""
    if isinstance(value, dict) and value and draw.random() < 0.85:
        key = draw.choice(list(value))
        how = draw.randrange(4)
        if how == 0:
            return {each: kept for each, kept in value.items() if each != key}
        if how == 1:
            return {**value, str(draw.choice(NASTY)): value[key]}
        return {**value, key: _changed(value[key], draw)}
    if isinstance(value, list) and value and draw.random() < 0.85:
        place = draw.randrange(len(value))
        how = draw.randrange(4)
        if how == 0:
            return value[:place] + value[place + 1 :]
        if how == 1:
            return value + [value[place]] * draw.randint(1, 50)
        return [*value[:place], _changed(value[place], draw), *value[place + 1 :]]
    return draw.choice(NASTY_JSON)


def _flip(content: bytes, draw: random.Random) -> bytes:
    if not content:
        return content
    out = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        out[draw.randrange(len(out))] = draw.randrange(256)
    return bytes(out)


def _cut(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def _encoded(content: bytes, draw: random.Random) -> bytes:
    return content.decode("utf-8", "replace").encode(draw.choice(ENCODINGS), "replace")


def _cell(content: bytes, draw: random.Random) -> bytes:
    lines = content.split(b"\n")
    place = draw.randrange(len(lines))
    cells = lines[place].split(b",")
    cells[draw.randrange(len(cells))] = draw.choice(NASTY).encode("utf-8")
    lines[place] = b",".join(cells)
    return b"\n".join(lines)


def _column(content: bytes, draw: random.Random) -> bytes:
    lines = [line.split(b",") for line in content.split(b"\n")]
    place = draw.randrange(max(len(lines[0]), 1))
    if draw.random() < 0.5:
        kept = [cells[:place] + cells[place + 1 :] for cells in lines]
    else:
        kept = [[*cells[:place], *cells[place : place + 1], *cells[place:]] for cells in lines]
    return b"\n".join(b",".join(cells) for cells in kept)


def _line(content: bytes, draw: random.Random) -> bytes:
    lines = content.split(b"\n")
    place = draw.randrange(len(lines))
    how = draw.randrange(3)
    if how == 0:
        del lines[place]
    elif how == 1:
        lines[place:place] = [lines[draw.randrange(len(lines))]] * draw.randint(1, 20)
    else:
        lines[place] = b'"' + lines[place]
    return b"\n".join(lines)


def _delimiter(content: bytes, draw: random.Random) -> bytes:
    return content.replace(b",", draw.choice((b"\t", b";", "，".encode(), b"|", b",,")))


_MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_cell, _cell, _cell, _cell),
    *(_line, _line, _column, _flip, _cut, _encoded, _delimiter),
)
