"""ZIPs whose member cannot be unpacked, by each way of packing."""

from __future__ import annotations

import io
import zipfile

PACKINGS = {"deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}


def damaged_zip(name: str, packing: str, content: bytes = b"0123456789" * 99) -> bytes:
    """Return a ZIP of one member whose packed bytes say nothing; the directory is whole."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", PACKINGS[packing]) as archive:
        archive.writestr(name, content)
        begin, end = archive.infolist()[0].header_offset + 30 + len(name.encode()), archive.start_dir
    made = bytearray(stream.getvalue())
    # what follows the header of LZMA, which is 9 bytes long
    made[begin + 9 : end] = b"\xff" * (end - begin - 9)
    return bytes(made)
