"""The body of a compressed answer is unpacked piece by piece, whatever it is cut into."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from tomoshibi.aggregator.compressed import unpacked

TEXT = "電力データ".encode() * 1000


def raw(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def cut(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 4096])
@pytest.mark.parametrize(
    "coding, body",
    [
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT[:600]) + gzip.compress(b"") + gzip.compress(TEXT[600:])),
        ("gzip", gzip.compress(TEXT) + b"no member"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw(TEXT)),
        ("deflate", zlib.compress(TEXT) + gzip.compress(b"more")),
    ],
    # gzip holds the second it was packed in: as a name it would differ between processes that collect the tests
    ids=["one", "members", "end of none", "zlib", "raw", "end of another"],
)
def test_a_body_is_unpacked_whole_however_it_is_cut(coding, body, size):
    pieces = list(unpacked(cut(body, size), coding, 500))
    assert b"".join(pieces) == TEXT and max(map(len, pieces)) <= 500


@pytest.mark.parametrize(
    "coding, body",
    [("gzip", b"no gzip"), ("deflate", b"\xff\xff\xff"), ("gzip", zlib.compress(TEXT))],
    ids=["text", "no block", "another packing"],
)
def test_what_is_not_packed_so_is_an_error(coding, body):
    with pytest.raises(zlib.error):
        list(unpacked([body], coding, 500))


def test_an_empty_body_and_half_a_body_give_what_is_there():
    assert list(unpacked([], "gzip", 500)) == list(unpacked([b""], "deflate", 500)) == []
    half = b"".join(unpacked([gzip.compress(TEXT, 0)[:700]], "gzip", 500))
    assert half and TEXT.startswith(half)


def test_no_more_is_unpacked_than_is_read():
    block = gzip.compress(bytes(64 << 20))
    tracemalloc.start()
    pieces = unpacked([block], "gzip", 1 << 16)
    assert len(next(pieces)) == len(next(pieces)) == 1 << 16
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20
