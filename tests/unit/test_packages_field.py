"""Field packages: what was sent is read back, and what came back is read as a file from outside and compared."""

from __future__ import annotations

import errno
import os
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from tomoshibi.casefile import packages_return
from tomoshibi.casefile.answers import Person
from tomoshibi.casefile.packages_field import (
    LONGEST,
    Answer,
    Conflict,
    Sent,
    SentRow,
    Taken,
    all_sent,
    all_taken,
    decide,
    keep_sent,
    keep_taken,
    moment_text,
)
from tomoshibi.casefile.packages_return import NotReturned, read_return, take_photo
from tomoshibi.messages import Cancelled, TomoshibiError
from tomoshibi.tests.damaged_zip import PACKINGS, damaged_zip
from tomoshibi.tests.published import Ear

FIRST, SECOND = "0" * 8 + "-0000-4000-8000-" + "1" * 12, "0" * 8 + "-0000-4000-8000-" + "2" * 12
PERSON = Person("0501234567890123456789", "P1", "電力壱子")
NOBODY, HELPED, SAFE = Answer(), Answer("helped", "甲班", "2026-01-21T09:30:00"), Answer("safe")
SENT = Sent(
    FIRST,
    "2026-01-21T08:00:00",
    "甲班",
    {"visitplan": ("row_uuid", "response")},
    {"visitplan": (SentRow(SECOND, PERSON, HELPED), SentRow(FIRST, Person("", "P2", ""), NOBODY))},
)
JPEG = b"\xff\xd8\xff" + b"0" * 20


# -- what was sent and taken over -------------------------------------------------------------------
def test_what_was_sent_is_read_back_the_oldest_first(tmp_path):
    assert all_sent(tmp_path) == []
    later = Sent(SECOND, "2026-01-22T08:00:00", "乙班", {}, {})
    for each in (later, SENT):
        keep_sent(tmp_path, each)
    assert all_sent(tmp_path) == [SENT, later]


@pytest.mark.parametrize(
    ("before", "after"),
    [('"format": 1', '"format": 2'), (f'"id": "{FIRST}"', '"id": "../x"'), ('"recipient"', '"nobody"'), ("{", "[")],
)
def test_a_record_that_is_newer_or_broken_is_named(tmp_path, before, after):
    path = keep_sent(tmp_path, SENT)
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TomoshibiError, match=f"field/{FIRST}"):
        all_sent(tmp_path)


def test_answers_that_were_taken_over_are_read_back_without_a_line_that_was_cut_off(tmp_path):
    assert all_taken(tmp_path) == []
    keep_sent(tmp_path, SENT)
    taken = [Taken("2026-01-21T10:00:00", FIRST, "visitplan", SECOND, HELPED, "a.jpg")]
    keep_taken(tmp_path, taken)
    path = tmp_path / "field" / "answers.jsonl"
    with open(path, "ab") as stream:
        stream.write(b'{"when": "2026-01-21T10')
    assert all_taken(tmp_path) == taken


@pytest.mark.parametrize(
    ("base", "home", "theirs", "from_others", "becomes"),
    [
        (NOBODY, NOBODY, NOBODY, False, None),
        (NOBODY, NOBODY, HELPED, False, ""),
        (NOBODY, HELPED, HELPED, True, None),
        (NOBODY, SAFE, HELPED, False, Conflict.AT_HOME),
        (NOBODY, SAFE, HELPED, True, Conflict.TWICE),
        (SAFE, SAFE, NOBODY, False, Conflict.EMPTIED),
        (SAFE, HELPED, NOBODY, True, Conflict.EMPTIED),
        (SAFE, SAFE, HELPED, False, ""),
    ],
)
def test_only_what_changed_in_the_field_and_not_at_home_is_taken_over(base, home, theirs, from_others, becomes):
    assert decide(base, home, theirs, from_others) == becomes


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-21T09:30:00", "2026-01-21T09:30:00"),
        ("2026-01-21 09:30", "2026-01-21T09:30:00"),
        ("2026-01-21T00:30:00.123Z", "2026-01-21T09:30:00"),
        ("2026-01-21T02:30:00+02:00", "2026-01-21T09:30:00"),
        ("2026-01-20T19:30:00-0500", "2026-01-21T09:30:00"),
        ("2026-01-21", "2026-01-21T00:00:00"),
        (datetime(2026, 1, 21, 9, 30, 0, 999), "2026-01-21T09:30:00"),
        *[("", ""), (None, ""), ("21.1.2026", ""), ("2026-13-01", ""), ("9999-12-31T23:00:00-12:00", "")],
    ],
)
def test_times_of_any_app_are_japanese_time_to_the_second(written, moment):
    assert moment_text(written) == moment


def test_an_answer_without_anything_in_it_is_none_and_a_long_one_is_cut():
    assert not NOBODY and SAFE and NOBODY.values() == dict.fromkeys(NOBODY.values())
    assert HELPED.values()["response_at"] == "2026-01-21T09:30:00.000"
    assert len(Answer.of({"response_note": "あ" * 3000}).note) == LONGEST == 2000


# -- what came back ---------------------------------------------------------------------------------
def tablet(path: Path, lines, fields="row_uuid, response, response_at, photo, name", table="visitplan") -> Path:
    """Write a file that is a GeoPackage as far as rows go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY, {fields})')
        marks = ", ".join("?" * (fields.count(",") + 1))
        connection.executemany(f'INSERT INTO "{table}" ({fields}) VALUES ({marks})', lines)
        connection.commit()
    return path


ROW = (FIRST, "helped", "2026-01-21T00:30:00Z", "photos/a.jpg", "電力 壱子")


def returned(place, tmp_path, progress=None):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return read_return(place, scratch, progress or Ear())


@pytest.fixture
def place(tmp_path) -> Path:
    (tmp_path / "back" / "photos").mkdir(parents=True)
    (tmp_path / "back" / "photos" / "a.jpg").write_bytes(JPEG)
    tablet(tmp_path / "back" / "a.gpkg", [ROW, ("{" + SECOND.upper() + "}", "safe", None, None, None)])
    return tmp_path / "back"


def test_rows_of_a_folder_and_of_a_geopackage_are_read_with_whose_they_are(place, tmp_path):
    found = returned(place, tmp_path)
    first, second = found.rows
    assert (first.uuid, first.answer) == (FIRST, Answer("helped", "", "2026-01-21T09:30:00"))
    assert (first.person, first.photo, first.wrong) == (Person("", "", "電力壱子"), "photos/a.jpg", None)
    assert (second.uuid, second.answer) == (SECOND, SAFE)
    assert found.columns == {"visitplan": ("fid", "row_uuid", "response", "response_at", "photo", "name")}
    (tmp_path / "scratch").rename(tmp_path / "before")
    assert returned(place / "a.gpkg", tmp_path).rows == found.rows


def test_what_an_app_left_in_its_journal_counts_and_what_was_handed_in_is_not_changed(place, tmp_path):
    with closing(sqlite3.connect(place / "a.gpkg")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE visitplan SET response = 'moved' WHERE fid = 2")
        connection.commit()
        before = {path.name: path.read_bytes() for path in place.glob("a.gpkg*") if not path.name.endswith("-shm")}
        assert "a.gpkg-wal" in before
        assert [each.answer.response for each in returned(place, tmp_path).rows] == ["helped", "moved"]
        assert {name: (place / name).read_bytes() for name in before} == before


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ((FIRST, 5, None, None, None), "response"),
        ((FIRST, "safe", "yesterday", None, None), "response_at"),
        ((b"\x01", "safe", None, None, None), "row_uuid"),
    ],
)
def test_a_value_of_another_type_is_named_and_not_taken(tmp_path, line, wrong):
    (found,) = returned(tablet(tmp_path / "a.gpkg", [line]), tmp_path).rows
    assert found.wrong == wrong


def test_views_virtual_tables_and_tables_without_row_ids_are_not_read(tmp_path):
    path = tablet(tmp_path / "a.gpkg", [ROW])
    tablet(path, [("x",)], "response", "other")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIEW seen AS SELECT * FROM visitplan")
        connection.execute("CREATE VIRTUAL TABLE box USING rtree(row_uuid, a, b)")
        connection.commit()
    assert list(returned(path, tmp_path).columns) == ["visitplan"]


def test_what_is_no_field_package_is_refused(tmp_path):
    with pytest.raises(NotReturned, match="has the field row_uuid"):
        returned(tablet(tmp_path / "a.gpkg", [("x",)], "response"), tmp_path)
    (tmp_path / "scratch").rename(tmp_path / "before")
    (tmp_path / "b.gpkg").write_bytes(b"no database" * 1000)
    with pytest.raises(NotReturned, match="damaged or none"):
        returned(tmp_path / "b.gpkg", tmp_path)
    (tmp_path / "scratch").rename(tmp_path / "between")
    with pytest.raises(NotReturned, match="is not there"):
        returned(tmp_path / "c.gpkg", tmp_path)


@pytest.mark.parametrize("name", ["a.gpkg", "photos/b.jpg", "a.gpkg-wal"])
def test_links_are_refused_wherever_they_lie(place, tmp_path, name):
    (tmp_path / "away").write_bytes(JPEG)
    (place / name).unlink(missing_ok=True)
    os.symlink(tmp_path / "away", place / name)
    with pytest.raises(NotReturned, match="is a link"):
        returned(place, tmp_path)


def returned_with(folder):
    return packages_return.Return((), {}, folder)


@pytest.mark.parametrize(
    ("limit", "most", "fits"),
    [
        ("MOST_ROWS", 2, True),
        ("MOST_ROWS", 1, False),
        ("MOST_FILES", 3, True),
        ("MOST_FILES", 2, False),
        ("MOST_BYTES", 8192, True),
        ("MOST_BYTES", 8191, False),
    ],
)
def test_more_than_a_field_package_can_hold_is_refused(place, tmp_path, monkeypatch, limit, most, fits):
    (place / "b.txt").write_text("x", encoding="utf-8")
    assert (place / "a.gpkg").stat().st_size == 8192
    monkeypatch.setattr(packages_return, limit, most)
    if fits:
        assert len(returned(place, tmp_path).rows) == 2
    else:
        with pytest.raises(NotReturned, match="larger than a field package"):
            returned(place, tmp_path)


def test_the_limits_are_those_of_a_town():
    assert (packages_return.MOST_BYTES, packages_return.MOST_PHOTO) == (1 << 30, 25 << 20)
    assert (packages_return.MOST_ROWS, packages_return.MOST_TABLES, packages_return.MOST_FILES) == (300_000, 50, 2000)


def zipped(place, path, more=()):
    with zipfile.ZipFile(path, "w") as packed:
        for each in sorted(place.rglob("*")):
            if each.is_file():
                packed.write(each, f"甲班/{each.relative_to(place).as_posix()}")
        for name, content in more:
            packed.writestr(name, content)
    return path


def test_of_a_zip_packages_and_pictures_are_unpacked_under_the_last_part_of_their_names(place, tmp_path):
    more = [("甲班/../../../evil.png", b"x"), ("甲班/run.py", b"x"), ("甲班/.hidden.jpg", b"x"), ("甲班/a?.jpg", b"x")]
    found = returned(zipped(place, tmp_path / "a.zip", more), tmp_path)
    assert len(found.rows) == 2
    inside = tmp_path / "scratch" / "unpacked"
    assert found.folder == inside and {each.name for each in inside.iterdir()} == {"a.gpkg", "a.jpg", "evil.png"}
    assert take_photo(found, "photos/a.jpg", tmp_path / "kept" / "1") == "1.jpg"
    assert (tmp_path / "kept" / "1.jpg").read_bytes() == JPEG


@pytest.mark.parametrize("damage", ["twice", "cut"])
def test_a_zip_that_is_damaged_or_holds_a_name_twice_is_refused(place, tmp_path, damage):
    path = zipped(place, tmp_path / "a.zip", [("other/a.jpg", JPEG)] if damage == "twice" else ())
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(NotReturned, match="damaged, locked, or holds one name twice"):
        returned(path, tmp_path)


@pytest.mark.parametrize("packing", sorted(PACKINGS))
def test_a_zip_whose_member_does_not_unpack_is_refused_however_it_was_packed(tmp_path, packing):
    (tmp_path / "a.zip").write_bytes(damaged_zip("a.gpkg", packing))
    with pytest.raises(NotReturned, match="damaged, locked, or holds one name twice"):
        returned(tmp_path / "a.zip", tmp_path)


def test_a_disk_that_is_full_is_no_fault_of_the_zip(place, tmp_path, monkeypatch):
    def full(*_given):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(packages_return, "_copy_bounded", full)
    with pytest.raises(OSError, match="No space"):
        returned(zipped(place, tmp_path / "a.zip"), tmp_path)


def test_a_zip_that_unpacks_to_more_than_it_may_is_refused(place, tmp_path, monkeypatch):
    path = zipped(place, tmp_path / "a.zip")
    monkeypatch.setattr(packages_return, "MOST_BYTES", 8192 + len(JPEG) - 1)
    with pytest.raises(NotReturned, match="larger than a field package"):
        returned(path, tmp_path)


def test_a_return_can_be_stopped_while_it_is_unpacked(place, tmp_path):
    class Stopped(Ear):
        def raise_if_cancelled(self):
            raise Cancelled

    with pytest.raises(Cancelled):
        returned(zipped(place, tmp_path / "a.zip"), tmp_path, Stopped())


@pytest.mark.parametrize(
    ("named", "content", "taken"),
    [
        ("photos/b.JPG", JPEG, "1.jpg"),
        ("photos\\b.JPG", JPEG, "1.jpg"),
        ("b.JPG", JPEG, None),
        ("photos/b.JPG", b"\x89PNG\r\n\x1a\n", None),
        ("../back/photos/b.JPG", JPEG, None),
        ("", JPEG, None),
    ],
)
def test_a_picture_is_taken_from_the_folder_alone_and_only_if_it_is_one(place, tmp_path, named, content, taken):
    (place / "photos" / "b.JPG").write_bytes(content)
    assert take_photo(returned_with(place), named, tmp_path / "1") == taken


def test_a_link_is_no_picture(place, tmp_path):
    os.symlink(place / "photos" / "a.jpg", place / "photos" / "b.jpg")
    assert take_photo(returned_with(place), "photos/b.jpg", tmp_path / "1") is None


@pytest.mark.parametrize(("most", "taken"), [(len(JPEG), "1.jpg"), (len(JPEG) - 1, None)])
def test_a_picture_that_is_too_large_stays_behind(place, tmp_path, monkeypatch, most, taken):
    monkeypatch.setattr(packages_return, "MOST_PHOTO", most)
    assert take_photo(returned_with(place), "photos/a.jpg", tmp_path / "1") == taken
    assert take_photo(returned_with(None), "photos/a.jpg", tmp_path / "1") is None
