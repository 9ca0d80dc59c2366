"""Vector tiles (Mapbox Vector Tile 2.1 in MBTiles) read by hand, so that tests see what is in them."""

from __future__ import annotations

import gzip
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any


def _parts(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield (number of the field, value) of a Protocol Buffers message."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    while at < len(data):
        key = varint()
        kind = key & 7
        if kind == 0:
            yield key >> 3, varint()
        elif kind == 1:
            yield key >> 3, struct.unpack("<d", data[at : at + 8])[0]
            at += 8
        elif kind == 5:
            yield key >> 3, struct.unpack("<f", data[at : at + 4])[0]
            at += 4
        else:
            length = varint()
            yield key >> 3, data[at : at + length]
            at += length


def _numbers(data: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            found.append(value)
            value = shift = 0
    return found


def _value(data: bytes) -> Any:
    number, value = next(_parts(data))
    if number == 1:
        return value.decode("utf-8")
    if number == 6:
        return (value >> 1) ^ -(value & 1)
    return bool(value) if number == 7 else value


def features(path: Path, zoom: int) -> dict[str, list[dict[str, Any]]]:
    """Return {layer: attributes of each feature in each tile} of a zoom; what lies in several tiles comes as often."""
    found: dict[str, list[dict[str, Any]]] = {}
    with closing(sqlite3.connect(path)) as connection:
        tiles = connection.execute("SELECT tile_data FROM tiles WHERE zoom_level = ?", (zoom,)).fetchall()
    for (tile,) in tiles:
        for number, layer in _parts(gzip.decompress(tile)):
            if number == 3:
                _read_layer(layer, found)
    return found


def _read_layer(layer: bytes, found: dict[str, list[dict[str, Any]]]) -> None:
    name, keys, values, rows = "", [], [], []
    for number, part in _parts(layer):
        if number == 1:
            name = part.decode("utf-8")
        elif number == 2:
            rows.append(part)
        elif number == 3:
            keys.append(part.decode("utf-8"))
        elif number == 4:
            values.append(_value(part))
    for row in rows:
        tags = next((_numbers(part) for number, part in _parts(row) if number == 2), [])
        found.setdefault(name, []).append({keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2])})
