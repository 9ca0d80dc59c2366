"""The body of a compressed answer, unpacked piece by piece: what unpacks without end costs no more than is read of it.

urllib3 before 2.6 unpacks a whole block at once and copies what is left of it for every piece that is asked for.
"""

from __future__ import annotations

import zlib
from typing import Iterable, Iterator

PACKED = frozenset({"gzip", "x-gzip", "deflate"})
"""Codings that are unpacked here."""
_GZIP = 16 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


def unpacked(blocks: Iterable[bytes], coding: str, most: int) -> Iterator[bytes]:
    """Yield what a body unpacks to, piece by piece.

    A body of several members of gzip is unpacked to the last; what follows and is no member is left out. `deflate` may
    come without its header.

    Parameters
        blocks: the body as it comes
        coding: one of `PACKED`
        most: bytes of a piece at most

    Raises
        zlib.error: the body is not what the coding says

    """
    unpacker, ended, head = None, False, b""
    for block in blocks:
        packed, head = head + block, b""
        while packed:
            if unpacker is None:
                if len(packed) < 2:
                    head = packed
                    break
                unpacker = zlib.decompressobj(_form(packed, coding))
            try:
                piece = unpacker.decompress(packed, most)
            except zlib.error:
                if ended:
                    return
                raise
            if piece:
                yield piece
            packed = unpacker.unconsumed_tail
            if unpacker.eof:
                packed, unpacker, ended = unpacker.unused_data, None, True
                if coding == "deflate":
                    return


def _form(head: bytes, coding: str) -> int:
    """Return the `wbits` by which a body that begins so is unpacked."""
    if coding != "deflate":
        return _GZIP
    # RFC 1950: the method is 8, and the two bytes are a multiple of 31
    return zlib.MAX_WBITS if head[0] & 15 == 8 and (head[0] << 8 | head[1]) % 31 == 0 else _RAW
