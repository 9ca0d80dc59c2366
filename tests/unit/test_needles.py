"""The search for people in files of any kind: what is planted is found, however it is written or packed."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from tomoshibi.casefile import needles as module
from tomoshibi.casefile.needles import Needles, search
from tomoshibi.tests.damaged_zip import PACKINGS, damaged_zip

NAME, ADDRESS, POINT = "通電 植蔵", "どこにもない町九丁目8-7", "9876543210987654321098"
NEEDLES = Needles(frozenset({POINT.encode()}), (NAME, ADDRESS))


@pytest.mark.parametrize("text", [NAME, ADDRESS, POINT])
@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("cp932"),
        lambda text: json.dumps({"a": text}).encode(),
        lambda text: np.array([text, "x"]).tobytes(),
        lambda text: quote(text).encode(),
        lambda text: b"a" * ((1 << 20) - 9) + text.encode("utf-8") + b"b" * 99,
    ],
    ids=["utf-8", "utf-16", "utf-16-be", "cp932", "json", "array", "address", "between blocks"],
)
def test_what_is_planted_is_found_however_it_is_written(tmp_path, text, write):
    path = tmp_path / "x"
    path.write_bytes(b"before " + b"\0" * (np.array([text]).itemsize % 4) + write(text) + b" after")
    assert NEEDLES.in_file(path)


def packed(content: bytes, name: str = "a.xml") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("text", [NAME, POINT])
def test_what_is_planted_is_found_in_archives_and_archives_within(tmp_path, text):
    inner = packed(text.encode("utf-8") * 3)
    for name, content in {
        "a.xlsx": inner,
        "b.zip": packed(inner, "inner.xlsx"),
        "c.gz": gzip.compress(text.encode("utf-8")),
        "d.zip": packed(b"", f"{text}.csv"),
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert NEEDLES.in_file(path), name


def test_what_a_database_deleted_is_found_in_its_free_pages(tmp_path):
    path = tmp_path / "a.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute("CREATE TABLE t (name TEXT)")
    connection.executemany("INSERT INTO t VALUES (?)", [(NAME,)] * 500)
    connection.commit()
    connection.execute("DROP TABLE t")
    connection.commit()
    connection.close()
    assert NEEDLES.in_file(path)


def test_a_file_named_after_a_person_is_found(tmp_path):
    path = tmp_path / f"{NAME}.txt"
    path.write_bytes(b"")
    assert NEEDLES.in_file(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"abc",
        "通電 植".encode(),
        "電 植蔵".encode("cp932"),
        POINT[:-1].encode(),
        b"1" * 21,
        b"5" * 22,
        bytes(range(256)) * 50,
    ],
)
def test_what_tells_of_nobody_is_not_found(tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert not NEEDLES.in_file(path)


def test_a_number_within_a_longer_run_of_digits_is_found():
    assert NEEDLES.within(b"00" + POINT.encode() + b"77")


def test_a_search_names_where_and_passes_over_what_it_is_told_to(tmp_path):
    for place in ("a/x.txt", "b/y.txt", "python/z.txt"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(NAME, encoding="utf-8")
    (tmp_path / "b" / "clean.txt").write_text("灯", encoding="utf-8")
    found = search([tmp_path, tmp_path / "b"], NEEDLES, lambda path: path.name == "python", lambda: None)
    assert [path.relative_to(tmp_path).as_posix() for path in found.found] == ["a/x.txt", "b/y.txt"]
    assert found.files == 3


def test_texts_that_a_harmless_file_holds_too_tell_of_nobody():
    left = NEEDLES.without(ADDRESS.encode("utf-8"))
    assert left.texts == (NAME,) and left.points == NEEDLES.points


def test_lines_that_must_stay_are_cleaned():
    other = "1" * 22
    assert NEEDLES.cleaned(f"inputs/{NAME}.csv {POINT} {other}") == f"inputs/….csv … {other}"


def test_needles_are_read_back(tmp_path):
    NEEDLES.save(tmp_path / "n")
    assert Needles.load(tmp_path / "n") == NEEDLES


def test_two_thousand_names_in_eight_writings_are_looked_for_at_once():
    many = Needles(texts=tuple(f"灯島 {number:05d}番地の家" for number in range(2000)))
    hay = ("灯島県灯市 番地の家 " * 20000).encode("utf-8")
    assert not many.within(hay)
    assert many.within(hay + "灯島 01234番地の家".encode("cp932"))


def test_a_search_without_needles_finds_nothing(tmp_path):
    Path(tmp_path / "x").write_text(NAME, encoding="utf-8")
    assert not Needles() and search([tmp_path], Needles(), lambda _: False, lambda: None).found == ()


def test_what_unpacks_to_more_than_is_looked_through_is_counted_as_unread_and_not_as_free(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_UNPACKED", 1 << 20)
    for name, content in (("long.gz", b" " * (3 << 20) + NAME.encode()), ("short.gz", b" " * 1000)):
        (tmp_path / name).write_bytes(gzip.compress(content))
    found = search([tmp_path], NEEDLES, lambda _: False, lambda: None)
    assert (found.files, found.unread, found.found) == (1, 1, ())


def test_a_plain_file_is_looked_through_to_its_end_however_long(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_UNPACKED", 1 << 20)
    (tmp_path / "long.txt").write_bytes(b" " * (3 << 20) + NAME.encode())
    assert search([tmp_path], NEEDLES, lambda _: False, lambda: None).found == (tmp_path / "long.txt",)


def test_needles_that_a_harmless_file_holds_are_not_looked_for_any_more():
    left = NEEDLES.without(NAME.encode())
    assert not left.within(NAME.encode()) and left.within(ADDRESS.encode())


@pytest.mark.parametrize("damaged", ["broken", "encrypted"])
def test_an_archive_that_cannot_be_opened_is_counted_as_unread(tmp_path, damaged):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", NAME * 50)
    content = bytearray(packed.getvalue())
    if damaged == "broken":
        content = content[: len(content) // 2]
    else:
        for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            content[content.index(start) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    found = search([tmp_path], NEEDLES, lambda _: False, lambda: None)
    assert (found.files, found.unread, found.found) == (0, 1, ())


@pytest.mark.parametrize("packing", sorted(PACKINGS))
def test_an_archive_whose_member_does_not_unpack_is_counted_as_unread_however_it_was_packed(tmp_path, packing):
    (tmp_path / "a.zip").write_bytes(damaged_zip("a.txt", packing))
    found = search([tmp_path], NEEDLES, lambda _: False, lambda: None)
    assert (found.files, found.unread, found.found) == (0, 1, ())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("灯町三丁", True),
        ("灯町三", False),
        ("0761000000", True),
        ("076100000", False),
        (" 灯町三丁 ", True),
        ("", False),
    ],
)
def test_what_is_too_short_to_tell_of_one_person_is_not_looked_for(text, kept):
    assert module._distinct([text, text]) == ([text.strip()] if kept else [])


@pytest.mark.parametrize(("count", "step"), [(5000, 1), (5001, 2), (10_001, 3)])
def test_of_more_than_five_thousand_as_many_spread_over_all_are_looked_for(count, step):
    names = [f"架空{number:06d}" for number in range(count)]
    assert module._spread(names) == names[::step]


def test_an_address_without_a_number_is_a_district_and_tells_of_nobody():
    assert module._of_one("住所", ["灯市灯町", "灯市灯町1", "灯市灯町２"]) == ["灯市灯町1", "灯市灯町２"]
    assert module._of_one("氏名", ["電力 太郎"]) == ["電力 太郎"]
