"""A file of readings is read twice on its way in, copied or not: once to know and keep it, once for what it holds."""

import os
import sys
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.ledger import sha256_of
from tomoshibi.tests.published import HEADERS, PROFILE, ROWS, Ear, write

NAME = "172057_C7_{kind}_202403010900.csv"
OPENED: list = []
_LISTENING: list = []


def _hear(event, arguments):
    if event == "open" and _LISTENING and isinstance(arguments[0], (str, bytes, os.PathLike)):
        flags = arguments[2] or 0
        OPENED.append((Path(os.fsdecode(arguments[0])).resolve(), bool(flags & (os.O_WRONLY | os.O_RDWR))))


sys.addaudithook(_hear)


@pytest.fixture
def opened():
    """Return `opened(function)`: how often it opened each file to read it."""

    def of(function):
        OPENED.clear()
        _LISTENING.append(True)
        try:
            function()
        finally:
            _LISTENING.clear()
        return Counter(path for path, writes in OPENED if not writes)

    return of


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", datetime(2024, 1, 1, 16, 10), "172057"))


def reading(folder, rows=None):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME.format(kind=PROFILE.file("reading").file_kind)
    return write(path, HEADERS["reading"], [ROWS["reading"]] if rows is None else rows)


def test_a_file_from_a_folder_is_read_once_and_its_copy_once(case, tmp_path, opened):
    path = reading(tmp_path / "stick")
    found = opened(lambda: take_in(case, [path], PROFILE, None, "all", Ear()))
    kept = case.folder / "received" / "byhand" / path.name
    assert (found[path.resolve()], found[kept.resolve()]) == (1, 1)
    assert kept.read_bytes() == path.read_bytes() and len(case.readings.meters) == 1
    assert {entry.sha256 for entry in case.ledger.entries() if entry.path.endswith(".csv")} == {sha256_of(path)}


def test_a_downloaded_file_is_read_twice(case, opened):
    path = reading(case.folder / "received" / "C7")
    found = opened(lambda: take_in(case, [path], PROFILE, None, "all", Ear()))
    assert found[path.resolve()] == 2 and len(case.readings.meters) == 1


def test_a_file_that_is_known_is_read_once_more_and_not_copied_again(case, tmp_path, opened):
    path = reading(tmp_path / "stick")
    take_in(case, [path], PROFILE, None, "all", Ear())
    again = reading(tmp_path / "other")
    ear = Ear()
    found = opened(lambda: take_in(case, [again], PROFILE, None, "all", ear))
    assert found[again.resolve()] == 1
    assert [each.name for each in (case.folder / "received" / "byhand").iterdir()].count(path.name) == 1
    assert len(list((case.folder / "received" / "byhand").glob("*.csv"))) == 1


def test_another_file_of_the_same_name_and_size_is_kept_beside_the_first(case, tmp_path, opened):
    first = reading(tmp_path / "stick")
    take_in(case, [first], PROFILE, None, "all", Ear())
    row = [*ROWS["reading"][:-1], "0.3"]
    other = reading(tmp_path / "other", [row])
    assert other.stat().st_size == first.stat().st_size and other.read_bytes() != first.read_bytes()
    found = opened(lambda: take_in(case, [other], PROFILE, None, "all", Ear()))
    assert found[other.resolve()] == 2
    kept = sorted(path.read_bytes() for path in (case.folder / "received" / "byhand").glob("*.csv"))
    assert kept == sorted([first.read_bytes(), other.read_bytes()])


def test_a_member_of_a_zip_is_read_twice_and_the_zip_twice(case, tmp_path, opened):
    path = reading(tmp_path / "stick")
    archive = tmp_path / "stick" / "a.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.write(path, path.name)
    found = opened(lambda: take_in(case, [archive], PROFILE, None, "all", Ear()))
    kept = case.folder / "received" / "byhand" / "a.zip"
    member = kept.with_name("a.zip.unzipped") / path.name
    assert (found[archive.resolve()], found[kept.resolve()], found[member.resolve()]) == (1, 1, 2)
    assert len(case.readings.meters) == 1
