"""Columns at once and rows one by one are the same reading of a file: values, rejects, lines and words of both."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tomoshibi.aggregator import readers, row_blocks
from tomoshibi.aggregator.readers import read_table
from tomoshibi.aggregator.tabular import Columns, FileProblem, csv_lines, csv_records
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, ROWS, write

MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ODD = (
    *("", "N/A", " ", "\u3000", '"', '""', 'a"b', "a,b", "a\nb", "a\r\nb", "\r", "\0", "\t", "|", "\ufeff", "\u2028"),
    *("\x85", "\x0b", "\x1c", "²", "٣", "１２３", "山\u3000田", "﨑𠮷", "ｶﾅ", "=1+1", "x" * 300, "x" * (1 << 17 | 1)),
    *("0" * 22, P1, P2, "9" * 22, P1[1:], "0" + P1, "０" + P1[1:], "3.1E+20", "9" * 5000),
    *("-1", "-0", "-", ".", ".5", "5.", "1-2", "1e3", "nan", "inf", "1_0", "１．５", "37.4", "137.4", " 1 ", "+1"),
    *("99991231", "00010101", "18991231", "20240229", "20240230", "20240101", "2400", "0000", "1", "2", "9", "01"),
)
"""What has no business in a field, or looks as if it had."""


def written(field: str, style: str) -> str:
    """Return a field as some system may write it."""
    if style == "quoted":
        return '"' + field.replace('"', '""') + '"'
    return f" {field}\u3000" if style == "padded" else field


FIELD = st.tuples(st.sampled_from(ODD), st.sampled_from(["quoted", "quoted", "bare", "padded"]))


@st.composite
def files(draw, kind):
    """Return the bytes of a file of a kind, mostly of good rows, in one of its encodings."""
    some = draw(st.sampled_from([1.0, 1.0, 0.5, 0.0]))
    places = [
        at
        for at, column in enumerate(PROFILE.file(kind).columns)
        if column.required or at < some * len(HEADERS[kind]) or column.column in ("lat", "lon")
    ]
    good = [ROWS[kind][at] for at in places]
    usual = draw(st.sampled_from(["quoted", "bare", "bare"]))
    lines = []
    for _ in range(draw(st.integers(0, 12))):
        cells = [written(field, usual) for field in good]
        for at, (field, style) in draw(st.dictionaries(st.sampled_from(range(len(cells))), FIELD, max_size=3)).items():
            cells[at] = written(field, style)
        shape = draw(st.sampled_from(["whole"] * 6 + ["short", "long", "twice", "blank", "mark"]))
        row = ",".join(cells[:-1] if shape == "short" else [*cells, ""] if shape == "long" else cells)
        lines += {"twice": [row, row], "blank": ["", " ", ","], "mark": ["\ufeff" + row]}.get(shape, [row])
    encoding, end = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp932"])), draw(st.sampled_from(["\n", "\r\n"]))
    head = (",".join(HEADERS[kind][at] for at in places) + end).encode(encoding)
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    raw = bytearray((end.join(lines) + draw(st.sampled_from(["", end]))).encode(plain, "replace"))
    for at, byte in draw(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=2)):
        if at < len(raw):
            raw[at] = byte
    return head + bytes(raw)


def outcome(path: Path, kind: str):
    """Return all that a reading of a file gives, the bytes of its rejects among it; the complaint where it is none."""
    try:
        result = read_table(path, kind, PROFILE)
    except FileProblem as problem:
        return str(problem.message)
    kept = result.rejects.read_bytes() if result.rejects else b""
    return result.table, result.rows, result.rejected, [str(each) for each in result.warnings], kept


def one_by_one(patch) -> None:
    """Let every row and every value be read by itself."""
    patch.setattr(row_blocks, "_piece", lambda lines, columns, delimiter: None)
    patch.setattr(readers, "all_values", lambda column, texts: None)


@pytest.mark.parametrize("kind", ["master", "outage", "statistics", "flow_statistics"])
@MANY
@given(data=st.data(), pieces=st.sampled_from([(3, 2), (20_000, 1_000)]))
def test_read_by_columns_or_row_by_row_a_file_is_the_same(tmp_path_factory, kind, data, pieces):
    path = tmp_path_factory.mktemp("files") / "file.csv"
    path.write_bytes(data.draw(files(kind)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_blocks, "BLOCK_ROWS", pieces[0])
        patch.setattr(row_blocks, "PIECE_ROWS", pieces[1])
        found = outcome(path, kind)
        one_by_one(patch)
        expected = outcome(path, kind)
    if isinstance(expected, str):
        assert found == expected
        return
    pd.testing.assert_frame_equal(found[0], expected[0], check_exact=True)
    assert found[1:] == expected[1:]


@MANY
@given(files("master"), st.sampled_from(["utf-8-sig", "utf-8", "cp932"]))
def test_the_rows_of_a_block_are_those_that_come_one_by_one(tmp_path_factory, raw, encoding):
    path = tmp_path_factory.mktemp("files") / "file.csv"
    path.write_bytes(raw)
    width = raw.split(b"\n")[0].count(b",") + 1
    columns = Columns({}, (), (), width, True, encoding)
    alone = list(csv_records(path, columns, ","))
    with open(path, "rb") as stream:
        block = row_blocks.csv_block(list(csv_lines(stream, columns, ",")), columns, ",")
    whole = [record for record in alone if record.problem is None]
    assert list(block.lines) == [record.line for record in whole]
    assert list(block.raw) == [record.raw for record in whole]
    assert [[text.strip() for text in row] for row in zip(*block.fields)] == [record.fields for record in whole]
    assert [record for record, _ in block.broken] == [record for record in alone if record.problem is not None]
    assert len(block) == len(alone)


@pytest.mark.parametrize(
    "column", [column for column in PROFILE.file("master").columns if column.type in ("text", "number")]
)
@given(texts=st.lists(st.sampled_from(ODD) | st.text("0123456789.-eE_+ 　０", max_size=6), min_size=1, max_size=4))
def test_many_values_at_once_are_those_of_each(column, texts):
    found = readers.all_values(column, texts)
    if found is not None:
        # and none of them is refused
        assert [repr(value) for value in found] == [repr(readers._converter(column, PROFILE)(text)) for text in texts]


def test_plain_values_need_no_look_of_their_own():
    columns = {column.column: column for column in PROFILE.file("master").columns}
    assert readers.all_values(columns["supply_point"], [P1, P2]) == [P1, P2]
    assert readers.all_values(columns["lat"], ["37.4", "-0.5", "38"]) == [37.4, -0.5, 38.0]
    assert readers.all_values(columns["contract_kw"], ["3", "-1"]) is None
    assert readers.all_values(columns["supply_point"], [P1, "３" * 22]) is None


def test_one_bad_row_among_thousands_costs_that_row_and_is_told_with_its_line(tmp_path):
    header = ["供給/受電地点特定番号", "氏名(漢字)", "契約電力"]
    rows = [[f"{number:022d}".replace("00", "01", 1), "電力　太郎", "3"] for number in range(2500)]
    rows[700][0] = "3.1E+20"
    rows[1801].append("4")
    rows[2100][1] = "二行の\n名前"
    path = write(tmp_path / "m.csv", header, rows)
    result = read_table(path, "master", PROFILE)
    assert (result.rows, result.rejected, len(result.table)) == (2500, 2, 2498)
    assert result.table["name"][2098] == "二行の\n名前"
    with open(result.rejects, encoding="utf-8-sig", newline="") as stream:
        told = [(row["line"], row["item"]) for row in csv.DictReader(stream)]
    assert told == [("1803", "—"), ("702", header[0])]
    assert np.isfinite(result.table["contract_kw"]).all()
