"""The one reader of lists: whatever the form, encoding, titles and merged cells, no row below the heading is lost."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tomoshibi.casefile.people import IDENTITY, KNOWN, people
from tomoshibi.messages import Progress, TomoshibiError
from tomoshibi.processing_provider.listed import read_table
from tomoshibi.tests.lists import opendocument, workbook

PLAIN = [["No", "宛名番号", "氏名", "住所", "要介護度", "備考"]]
TWO_ROWS = [["No", "宛名番号", "氏名", "住所", "介護", ""], ["", "", "", "", "要介護度", "認定日"]]
NAMES = ["", "電力 太郎", "電力 花子", "通電 次郎"]
people_rows = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["", "K1", "K2"]),
        st.sampled_from(NAMES),
        st.sampled_from(["", "灯市灯町1-1", "灯市灯町"]),
        st.sampled_from(["", "要介護2", "要支援1", "??"]),
        st.sampled_from(["", "家族同居", "メモ"]),
    ),
    min_size=1,
    max_size=8,
)


def saved(folder, table, form, merged):
    if form in ("xlsx", "ods"):
        ranges = sorted({(column, top) for column, top in merged if top + 1 <= len(table)})
        cells = [f"{chr(65 + c)}{top}:{chr(65 + c)}{top + 1}" for c, top in ranges]
        if form == "ods":
            return opendocument(folder / "list.ods", ("一覧", table), merged=cells)
        return workbook(folder / "list.xlsx", table, cells)
    made = io.StringIO(newline="")
    csv.writer(made, delimiter="\t" if form == "tsv" else ",").writerows(table)
    path = folder / f"list.{'tsv' if form == 'tsv' else 'csv'}"
    path.write_bytes(made.getvalue().encode("utf-8" if form == "tsv" else form))
    return path


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=people_rows,
    heading=st.sampled_from([PLAIN, TWO_ROWS]),
    title=st.booleans(),
    form=st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "tsv", "xlsx", "ods"]),
    merges=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 7)), max_size=3),
)
def test_every_row_below_the_heading_is_read_or_named(tmp_path, qgis_app, rows, heading, title, form, merges):
    table = [*([["要支援者名簿"]] if title else []), *heading, *(list(row) for row in rows)]
    first = len(table) - len(rows) + 1
    own = {(column, first + row) for column, row in merges if row + 1 < len(rows)}
    # a merged cell hides what stood in its lower part
    for column, top in own:
        table[top][column] = "" if form in ("xlsx", "ods") else table[top][column]
    wanted = [number for number, row in enumerate(table, 1) if number >= first and any(row)]
    path = saved(tmp_path, table, form, own)
    if not wanted:
        with pytest.raises(TomoshibiError, match="has no rows"):
            read_table(str(path), None, KNOWN, Progress(), IDENTITY)
        return
    found = read_table(str(path), None, KNOWN, Progress(), IDENTITY)
    assert found.numbers == wanted
    listed = people(found, {})
    said = "\n".join(str(one) for one in listed.problems)
    for number in set(wanted) - set(listed.table["row_no"]):
        assert f"{number} (= " in said


def test_an_ods_is_read_as_an_xlsx_is(tmp_path, qgis_app):
    rows = [
        ["非常用電源一覧", "", "", ""],
        ["ID", "氏名", "住所", "備考"],
        ["K1", "電力 太郎", "灯市灯町1-1", "二行\nある"],
        ["K2", "通電 花子", 12, 12.5],
        ["K3", "", date(2026, 1, 21), datetime(2026, 1, 21, 9, 30)],
    ]
    merged = ["B4:B5"]
    books = (
        workbook(tmp_path / "list.xlsx", rows, merged),
        opendocument(tmp_path / "list.ods", ("表紙", [["表紙"]]), ("一覧", rows), merged=merged),
    )
    xlsx, ods = (read_table(str(path), None, KNOWN, Progress(), IDENTITY) for path in books)
    assert ods.rows == xlsx.rows and ods.numbers == xlsx.numbers and ods.headings == xlsx.headings
    assert ods.filled == xlsx.filled == {(2, 1)} and ods.rows[2][1:] == ["通電 花子", "2026-01-21", "2026-01-21 09:30"]
    assert any("the sheet “一覧” was read" in str(one) for one in ods.problems)
    named = read_table(f"{books[1]}|layername=一覧", None, KNOWN, Progress(), IDENTITY)
    assert named.rows == xlsx.rows
    with pytest.raises(TomoshibiError, match=r"no sheet “なし”\. It has: 表紙, 一覧"):
        read_table(f"{books[1]}|layername=なし", None, KNOWN, Progress(), IDENTITY)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "list.xls is no list that can be read"),
        ("list.pdf", b"%PDF-1.4", "list.pdf is no list that can be read"),
        ("list.csv", None, "list.csv is not there"),
        ("list.ods", b"PK\x03\x04", "list.ods is neither an XLSX nor an ODS"),
    ],
)
def test_a_file_that_is_no_list_is_named(tmp_path, qgis_app, name, content, said):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TomoshibiError, match=said):
        read_table(str(path), None, KNOWN, Progress())
