"""The report of a disposal says what is done, what remains and what was not looked for; papers as Word documents."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from tomoshibi.casefile.case import CaseInfo, Request
from tomoshibi.casefile.disposal_outcome import Deleted, DisposalOutcome, Outstanding, SearchScope
from tomoshibi.casefile.ledger import Entry
from tomoshibi.casefile.papers.disposal import disposal_report, received_kinds
from tomoshibi.casefile.papers.docx import write_docx
from tomoshibi.casefile.papers.facts import Facts
from tomoshibi.casefile.papers.paper import Blank, Heading, Item, Paper, Table, Text, plain, words

WHEN = Request(date=date(2026, 1, 19), use_from=date(2026, 1, 20), use_to=date(2026, 2, 2))
INFO = CaseInfo("架空の地震", datetime(2026, 1, 19, 5, 46), "172057", WHEN, operator="防災課長")
FACTS = Facts(INFO)
DONE = DisposalOutcome(
    datetime(2026, 2, 3, 9),
    datetime(2026, 2, 3, 9, 20),
    "防災課 電力 太郎",
    False,
    (Deleted("received", 1200, 3 << 20), Deleted("traces", 7, 0)),
    searched=5432,
    scope=SearchScope(600, 30, 30),
)


def entry(path: str) -> Entry:
    return Entry("2026-01-20T09:00:00", "tomoshibi:importfiles", path, (), True, None)


def said(outcome, info=INFO, received=("電力データ",)) -> dict[str, list[str]]:
    paper = disposal_report(replace(FACTS, info=info), outcome, received)
    found: dict[str, list[str]] = {}
    for block in paper.blocks:
        if isinstance(block, Heading):
            head = block.text
        elif isinstance(block, Item):
            found[block.label or head] = [plain(line) for line in block.lines]
    return found


def opening(outcome) -> str:
    paper = disposal_report(FACTS, outcome, ())
    return "\n".join(plain(block.line) for block in paper.blocks if isinstance(block, Text))


def rows_of(outcome) -> list[list[list[str]]]:
    blocks = disposal_report(FACTS, outcome, ()).blocks
    return [[[plain(cell) for cell in row] for row in each.rows] for each in blocks if isinstance(each, Table)]


def test_a_disposal_that_is_proven_is_reported_with_its_day_and_counts():
    assert "電力データを破棄しました。" in opening(DONE) and "未破棄" not in opening(DONE)
    found = said(DONE)
    assert found["上記電力データを削除した日"] == ["令和8年2月3日"]
    assert found["実施した時刻"] == ["令和8年2月3日 09:00 ～ 令和8年2月3日 09:20"]
    assert found["実施者"] == ["防災課 電力 太郎"] and found["残したもの"] == ["なし"]
    assert rows_of(DONE) == [
        [["受領したファイル", "1,200", "3.0 MB"], ["QGISの履歴・一時ファイル等の痕跡", "7", "0 B"]]
    ]
    assert found["案件の外に渡したもの"] == ["なし"]
    assert found["確認の検索"] == [
        "供給地点特定番号、氏名、住所を 5,432 件のファイル等で検索し、見つからなかった。",
        "検索した語：供給地点特定番号 600、氏名・住所等 30",
    ]


@pytest.mark.parametrize(
    ("outcome", "first", "day"),
    [
        (None, "【未破棄】破棄（dispose）は実行されていません。", "未破棄"),
        (replace(DONE, finished_at=None), "【未破棄】破棄は終わっていません。", "未破棄"),
        (replace(DONE, searched=0), "【未破棄】削除後の確認の検索が行われていません。", "未破棄"),
        (
            replace(DONE, remaining=(("a.csv", "held by another program"),)),
            "【一部未破棄】",
            "令和8年2月3日（残っているものを除く）",
        ),
        (replace(DONE, found=("a.csv",)), "【一部未破棄】", "令和8年2月3日（残っているものを除く）"),
        (replace(DONE, found=("a.csv",), finished_at=None), "【未破棄】破棄は終わっていません。", "未破棄"),
    ],
)
def test_what_is_not_done_is_never_reported_as_done(outcome, first, day):
    assert opening(outcome).startswith(first) and "電力データを破棄しました。" not in opening(outcome)
    assert said(outcome)["上記電力データを削除した日"] == [day]


def test_without_a_disposal_there_are_no_details_and_before_its_end_it_has_none():
    assert "破棄の明細" not in said(None) and "実施者" not in said(None)
    assert said(replace(DONE, finished_at=None))["実施した時刻"] == ["令和8年2月3日 09:00 ～ 終わっていない"]
    assert said(replace(DONE, searched=0))["確認の検索"] == ["確認していない"]
    assert rows_of(replace(DONE, deleted=())) == [[["なし", "0", ""]]]


def test_what_was_not_looked_for_or_not_read_is_told():
    scope = SearchScope(600, 5000, 12000, 2, 3)
    assert said(replace(DONE, scope=scope, found=("a.csv", "b.csv")))["確認の検索"] == [
        "供給地点特定番号、氏名、住所を 5,432 件のファイル等で検索し、2 件で見つかった。",
        "検索した語：供給地点特定番号 600、氏名・住所等 5,000（全 12,000 から均等に選んだもの）",
        "氏名等を読み取れず、検索の対象にできなかった表・名簿：2 件",
        "読めないため、最後まで確認できなかったファイル：3 件",
        "a.csv",
        "b.csv",
    ]


@pytest.mark.parametrize(
    ("count", "lines", "last"), [(20, 20, "x19"), (21, 21, "ほか 1 件"), (1500, 21, "ほか 1,480 件")]
)
def test_twenty_places_are_named_and_of_more_how_many(count, lines, last):
    kept = said(replace(DONE, kept=tuple(f"x{number}" for number in range(count))))["残したもの"]
    assert (len(kept), kept[-1]) == (lines, last)


def test_what_is_with_others_is_named_with_whom_and_since_when():
    others = (
        Outstanding("packages/a.zip", "福祉課", "2026-01-22T10:00:00", "tomoshibi:municipalpackages"),
        Outstanding("b.pdf", "", "someday", "tomoshibi:brief"),
    )
    outcome = replace(DONE, outstanding=others)
    item = "案件の外に渡したもの（ここでは削除していない。渡した先で削除を確認する）"
    assert said(outcome)[item] == ["2 件"]
    ask = "＿＿＿（要記入：回収・削除の確認）"
    assert rows_of(outcome)[1] == [
        ["packages/a.zip", "福祉課", "令和8年1月22日", ask],
        ["b.pdf", "＿＿＿（要記入：渡した相手）", "someday", ask],
    ]


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1.0 KB"),
        ((1 << 20) - 1, "1,024.0 KB"),
        (1 << 20, "1.0 MB"),
        (3 << 29, "1.5 GB"),
        (1 << 30, "1.0 GB"),
        (5 << 40, "5,120.0 GB"),
    ],
)
def test_sizes_are_written_in_the_unit_people_read(size, written):
    assert rows_of(replace(DONE, deleted=(Deleted("store", 1, size),)))[0][0][2] == written


def test_statistics_that_were_kept_and_an_extension_are_told():
    assert "統計データとそれのみ" in said(replace(DONE, kept_statistics=True))["方法"][0]
    assert "統計データとそれのみ" not in said(DONE)["方法"][0]
    longer = said(DONE, replace(INFO, extension_by="灯火送配電 1月30日"))["申請した電力データ利用期間"]
    assert longer == ["令和8年1月20日 ～ 令和8年2月2日", "（延長の同意：灯火送配電 1月30日）"]
    assert said(replace(DONE, operator=""))["実施者"] == ["防災課長"]
    assert "要記入" in said(replace(DONE, operator=""), replace(INFO, operator=""))["実施者"][0]


def test_the_kinds_that_came_are_told_by_the_ledger():
    assert received_kinds([]) == ()
    assert "要記入" in said(DONE, received=())["申請した電力データ（『通電情報』のみ報告）"][0]
    places = ["readings", "tables/outage/20260120", "tables/mastery", "layers.gpkg|readings"]
    assert received_kinds(map(entry, places)) == ("電力データ", "通電情報")
    assert received_kinds(map(entry, ["tables/master", "readings/2026"])) == ("電力データ", "マスタデータ")


# -- Word -------------------------------------------------------------------------------------------
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word(tmp_path, paper, part="document"):
    write_docx(tmp_path / "a.docx", paper)
    with zipfile.ZipFile(tmp_path / "a.docx") as package:
        assert {each.date_time for each in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return ElementTree.fromstring(package.read(f"word/{part}.xml"))


def text_of(node) -> str:
    return "".join(each.text or "" for each in node.iter(f"{W}t"))


def test_a_word_document_has_the_lines_of_the_paper_in_order(tmp_path):
    blocks = (
        Heading("一"),
        Text(words("右"), "right"),
        Item("甲", (words("乙"),)),
        Item("", (words("丙"),)),
        Item("丁", (words("戊"), words("己", Blank("庚")))),
        Table(("A", "B"), ((words("C<&"), words("D\x07")),), (1, 2)),
    )
    paper = Paper("題", blocks, addressee=(words("宛"),), sender=(words("差"),), head=(words("号"),))
    body = word(tmp_path, paper)[0]
    assert [text_of(each) for each in body.findall(f"{W}p")] == [
        *(
            "号",
            "宛",
            "差",
            "題",
            "一",
            "右",
            "・甲：乙",
            "・",
            "　・丙",
            "・丁：",
            "　・戊",
            "　・己＿＿＿（要記入：庚）",
        ),
        "",
    ]
    marked = [each for each in body.iter(f"{W}r") if each.find(f"{W}rPr/{W}rStyle") is not None]
    assert [text_of(each) for each in marked] == ["＿＿＿（要記入：庚）"]
    assert marked[0].find(f"{W}rPr/{W}rStyle").get(f"{W}val") == "ToFillIn"
    aligned = {text_of(each): each.find(f"{W}pPr/{W}jc") for each in body.findall(f"{W}p")}
    assert aligned["右"].get(f"{W}val") == "right" and aligned["題"].get(f"{W}val") == "center"
    assert aligned["一"] is None


def test_a_table_is_as_wide_as_the_page_and_its_heading_comes_again_on_the_next(tmp_path):
    table = Table(("A", "B"), ((words("C"), words("D")), (words("E"), words("F"))), (1, 2))
    found = word(tmp_path, Paper("題", (table,))).find(f".//{W}tbl")
    assert [each.get(f"{W}w") for each in found.iter(f"{W}gridCol")] == ["3023", "6046"]
    rows = found.findall(f"{W}tr")
    assert [[text_of(cell) for cell in row.findall(f"{W}tc")] for row in rows] == [["A", "B"], ["C", "D"], ["E", "F"]]
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False]
    assert [row.find(f".//{W}shd") is not None for row in rows] == [True, False, False]


def test_every_page_of_a_drill_says_so(tmp_path):
    assert text_of(word(tmp_path, Paper("題", (), True), "header")) == "訓練"
    assert text_of(word(tmp_path, Paper("題", ()), "header")) == ""


def test_styles_that_the_document_names_are_there(tmp_path):
    styles = word(tmp_path, Paper("題", ()), "styles")
    kinds = {each.get(f"{W}styleId"): each for each in styles.iter(f"{W}style")}
    assert set(kinds) == set(
        "Normal Title Heading1 ListParagraph TableText TableHeading Header Footer ToFillIn TableGrid".split()
    )
    assert kinds["ToFillIn"].get(f"{W}type") == "character" and kinds["ToFillIn"].find(f"{W}basedOn") is None
    assert kinds["Title"].find(f"{W}basedOn").get(f"{W}val") == "Normal"
    assert kinds["Title"].find(f"{W}pPr") is not None and kinds["Footer"].find(f"{W}pPr") is None
