"""A package as a ZIP: plain, or locked so that only its passphrase opens it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import struct
import sys
import zipfile
import zlib
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from tomoshibi.casefile import packages_zip
from tomoshibi.casefile.packages_zip import NoCipher, can_encrypt, new_passphrase, write_zip
from tomoshibi.messages import TomoshibiError

WHEN = datetime(2026, 1, 21, 13, 45, 58)
SECRET = "ABCD-EFGH-JKLM-NPQR-STUV-2345"
LONG = os.urandom((1 << 20) + 7)
"""More than is read at once, and no whole number of AES blocks."""
CONTENT = {"灯町市/一覧.csv": "番号,状態\n1,停電\n".encode(), "灯町市/map/long.bin": LONG, "灯町市/z.txt": b""}
LOCKS = pytest.mark.skipif(not can_encrypt(), reason="this Python has no package cryptography")


@pytest.fixture
def folder(tmp_path) -> Path:
    for name, content in CONTENT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "灯町市"


def opened(raw: bytes, member: zipfile.ZipInfo) -> bytes:
    """Unlock a member by the description of the form alone, block after block."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    names, more = struct.unpack("<2H", raw[member.header_offset + 26 : member.header_offset + 30])
    begin = member.header_offset + 30 + names + more
    locked = raw[begin : begin + member.compress_size]
    keys = hashlib.pbkdf2_hmac("sha1", SECRET.encode(), locked[:16], 1000, 66)
    hidden = locked[18:-10]
    assert locked[16:18] == keys[64:]
    assert hmac.new(keys[32:64], hidden, "sha1").digest()[:10] == locked[-10:]
    counters = b"".join(number.to_bytes(16, "little") for number in range(1, len(hidden) // 16 + 2))
    stream = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor().update(counters)
    clear = bytes(one ^ other for one, other in zip(hidden, stream))
    return zlib.decompress(clear, -15)


def test_a_plain_zip_holds_the_folder_with_one_time_for_all(folder, tmp_path):
    write_zip(folder, tmp_path / "a.zip", WHEN)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert {each.filename: packed.read(each) for each in packed.infolist()} == CONTENT
        assert {each.date_time for each in packed.infolist()} == {(2026, 1, 21, 13, 45, 58)}
        assert {each.compress_type for each in packed.infolist()} == {zipfile.ZIP_DEFLATED}


@LOCKS
def test_a_locked_zip_is_opened_by_its_passphrase_and_holds_the_same(folder, tmp_path):
    write_zip(folder, tmp_path / "a.zip", WHEN, SECRET)
    raw = (tmp_path / "a.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        members = packed.infolist()
    assert {each.filename: opened(raw, each) for each in members} == CONTENT
    assert {each.filename: each.file_size for each in members} == {name: len(all_) for name, all_ in CONTENT.items()}
    assert {each.date_time for each in members} == {(2026, 1, 21, 13, 45, 58)}
    # AES-256 in the form AE-2, over DEFLATE; locked, names in UTF-8; no checksum, which would tell of the content
    told = {(each.compress_type, each.flag_bits, each.CRC, each.extract_version, each.extra) for each in members}
    assert told == {(99, 0x801, 0, 51, b"\x01\x99\x07\x00\x02\x00AE\x03\x08\x00")}
    # what stands before each member says the same as the list at the end
    for each in members:
        name = each.filename.encode()
        head = struct.unpack("<4s5H3L2H", raw[each.header_offset : each.header_offset + 30])
        assert head[:4] == (b"PK\3\4", 51, 0x801, 99)
        assert head[4:6] == (13 << 11 | 45 << 5 | 29, 46 << 9 | 1 << 5 | 21)
        assert head[6:] == (0, each.compress_size, each.file_size, len(name), 11)


@LOCKS
def test_a_second_package_has_another_salt_and_none_shows_what_it_holds(folder, tmp_path):
    write_zip(folder, tmp_path / "a.zip", WHEN, SECRET)
    write_zip(folder, tmp_path / "b.zip", WHEN, SECRET)
    first, second = ((tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert len(first) == len(second) and first != second and "停電".encode() not in first


@LOCKS
def test_the_end_of_a_locked_zip_says_how_many_members_it_has_on_one_disk(folder, tmp_path):
    write_zip(folder, tmp_path / "a.zip", WHEN, SECRET)
    raw = (tmp_path / "a.zip").read_bytes()
    end = struct.unpack("<4s4H2LH", raw[-22:])
    assert end[:5] == (b"PK\5\6", 0, 0, 3, 3) and end[7] == 0
    assert end[5] + end[6] == len(raw) - 22 and raw[end[6] :].startswith(b"PK\1\2")


def test_a_cipher_is_there_where_its_package_can_be_imported(monkeypatch):
    assert can_encrypt() == (find_spec("cryptography") is not None)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    assert not can_encrypt()


def test_without_a_cipher_nothing_is_locked_and_nothing_weaker_takes_its_place(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(packages_zip, "can_encrypt", lambda: False)
    with pytest.raises(NoCipher, match="cannot encrypt"):
        write_zip(folder, tmp_path / "a.zip", WHEN, SECRET)
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize(("most", "fits"), [(0, True), (-1, False)])
def test_a_package_larger_than_the_form_takes_is_refused(folder, tmp_path, monkeypatch, most, fits):
    monkeypatch.setattr(packages_zip, "_MOST", sum(map(len, CONTENT.values())) + most)
    if fits:
        write_zip(folder, tmp_path / "a.zip", WHEN)
    else:
        with pytest.raises(TomoshibiError, match=r"a\.zip would be larger than 4 GB"):
            write_zip(folder, tmp_path / "a.zip", WHEN)
    assert (tmp_path / "a.zip").exists() == fits


def test_the_form_takes_a_mebibyte_less_than_its_32_bits_count():
    assert packages_zip._MOST == 4_293_918_720


def test_a_passphrase_is_six_groups_of_four_signs_that_nobody_confuses():
    drawn = {new_passphrase() for _ in range(50)}
    assert len(drawn) == 50
    assert all(re.fullmatch(r"([2-9A-HJ-NP-Y]{4}-){5}[2-9A-HJ-NP-Y]{4}", each) for each in drawn)
    assert set("".join(drawn)) == set("23456789ABCDEFGHJKLMNPQRSTUVWXY-")
