"""Letters say what the case knows, word by word as the manual does, and leave a blank for what it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from tomoshibi.aggregator.conditions import Condition
from tomoshibi.casefile.case import CaseInfo, Request
from tomoshibi.casefile.contacts import Contact, Role
from tomoshibi.casefile.papers.facts import Facts, reiwa
from tomoshibi.casefile.papers.letters import Letter, letter
from tomoshibi.casefile.papers.paper import Heading, Item, Paper, Table, Text, plain, words
from tomoshibi.casefile.papers.text import as_text

HERE = "172057"
BEGIN, END = datetime(2026, 1, 19, 5), date(2026, 1, 21)
PERIOD = Request(date=date(2026, 1, 19), use_from=date(2026, 1, 20), use_to=date(2026, 2, 2))
INFO = CaseInfo("架空の地震", datetime(2026, 1, 19, 5, 46), HERE, PERIOD, purpose="避難所の運営", operator="防災課長")
CONTACTS = (
    Contact(Role.OWN, "灯町市", "防災課", "電力 太郎", "000-0000-0000", "bosai@example.jp"),
    Contact(Role.OWN, "灯町市", "福祉課", "灯 次郎", "000-0000-0000", ""),
    Contact(Role.HEAD, "灯町市", "灯町市長", "灯町 市子"),
)
PERSONAL = Condition(
    "personal",
    HERE,
    BEGIN,
    END,
    data_kinds=("reading", "master"),
    flows=("low_supply",),
    master_items=("supply_point", "address"),
    specified_contractors=False,
)
STATISTICS = Condition(
    "statistics",
    HERE,
    date(2026, 1, 1),
    END,
    table="energised",
    voltage="low",
    aggregation_unit="day",
    area_type="mesh",
    mesh_size=250,
)
KNOWN = Facts(INFO, CONTACTS, "hokuriku", (PERSONAL, STATISTICS), item_names={"supply_point": "供給地点特定番号"})
PRACTICE = replace(KNOWN, info=replace(INFO, practice=True))


def items(paper: Paper) -> dict[str, list[str]]:
    """Return the lines of each item that has a name."""
    return {each.label: [plain(line) for line in each.lines] for each in paper.blocks if isinstance(each, Item)}


def headings(paper: Paper) -> list[str]:
    return [each.text for each in paper.blocks if isinstance(each, Heading)]


def tables(paper: Paper) -> list[list[list[str]]]:
    return [[[plain(cell) for cell in row] for row in each.rows] for each in paper.blocks if isinstance(each, Table)]


def test_the_explanation_names_the_items_of_the_master_alone_and_how_statistics_are_counted():
    assert tables(letter(Letter.EXPLANATION, KNOWN)) == [
        [
            ["「通電情報」（個データ）", "電力データ", "項目は固定（記載不要）"],
            ["「通電情報」（個データ）", "マスタ情報", "供給地点特定番号、address"],
            ["統計加工されたデータ", "通電計器数", "低圧、250mメッシュ、日別"],
        ]
    ]


def test_by_month_and_by_municipality_statistics_are_said_to_be_counted_so():
    monthly = replace(STATISTICS, aggregation_unit="month", area_type="municipality", mesh_size=None, voltage="high")
    facts = replace(KNOWN, conditions=(monthly,))
    assert tables(letter(Letter.EXPLANATION, facts))[0][0][2] == "高圧、市区町村、月別"
    planned = replace(facts, use_cases=("uc5",))
    assert tables(letter(Letter.EXPLANATION, planned))[0][0][2] == "市区町村、月別、＿＿＿（要記入：電圧分類）"
    mesh = replace(planned, conditions=(STATISTICS,))
    assert "（要記入：電圧分類、メッシュの大きさ）" in tables(letter(Letter.EXPLANATION, mesh))[0][0][2]


def test_an_explanation_without_conditions_has_blanks_for_them():
    paper = letter(Letter.EXPLANATION, replace(KNOWN, conditions=()))
    assert tables(paper) == [
        [
            [
                "＿＿＿（要記入：「通電情報」／統計加工されたデータ）",
                "＿＿＿（要記入：種類）",
                "＿＿＿（要記入：取得する項目）",
            ]
        ]
    ]
    assert {"対象の契約数又は計器数", "個データの性質（対象者、低圧・高圧の別など）", "電力データの抽出期間"} <= set(
        paper.blanks
    )
    assert "5 個人情報を取り扱う上で、留意、対策、取組をしている内容" in headings(paper)


def test_of_statistics_alone_nothing_is_said_of_persons():
    paper = letter(Letter.EXPLANATION, replace(KNOWN, conditions=(STATISTICS,)))
    assert not {"データ数", "個データの性質", "印刷及び持ち出し"} & set(items(paper))
    assert items(paper)["データの抽出期間"] == ["通電計器数：令和8年1月1日 ～ 令和8年1月21日"]


@pytest.mark.parametrize(
    ("of_contractors", "said"),
    [
        (False, ["供給地点 12,345 地点（受領済みの電力データによる）"]),
        (True, ["登録済みの特定契約者 1,200 件"]),
    ],
)
def test_how_many_meters_it_is_about_is_told_of_contractors_or_of_all(of_contractors, said):
    asked = replace(PERSONAL, specified_contractors=of_contractors)
    paper = letter(Letter.EXPLANATION, replace(KNOWN, conditions=(asked,), meters=12345, registered=1200))
    assert items(paper)["データ数"] == said
    who = "登録した特定契約者に限る" if of_contractors else "地域内の全契約"
    assert items(paper)["個データの性質"] == [f"電力データ・マスタ情報：{who}（低圧／供給）"]
    assert items(paper)["データの抽出期間"] == ["電力データ・マスタ情報：令和8年1月19日 05:00 ～ 令和8年1月21日"]


def test_a_number_that_is_not_known_is_a_blank_and_not_none():
    asked = (PERSONAL, replace(PERSONAL, specified_contractors=True, flows=()))
    paper = letter(Letter.EXPLANATION, replace(KNOWN, conditions=asked))
    assert items(paper)["データ数"] == ["＿＿＿（要記入：対象の契約数又は計器数）"]
    assert items(paper)["個データの性質"][1] == "電力データ・マスタ情報：登録した特定契約者に限る"


def test_planned_conditions_have_no_period_yet_and_name_the_work():
    paper = letter(Letter.EXPLANATION, replace(KNOWN, use_cases=("uc1", "uc4")))
    assert items(paper)["データの抽出期間"] == ["＿＿＿（要記入：電力データの抽出期間）"]
    assert items(paper)["活用する業務"] == [
        "UC① 重要施設（避難所・病院等）の運営支援",
        "UC④ 避難行動要支援者の避難支援",
    ]
    assert "要記入" in items(letter(Letter.EXPLANATION, KNOWN))["活用する業務"][0]


def test_a_drill_is_called_one_with_its_day_place_and_people():
    real, drill = letter(Letter.EXPLANATION, KNOWN), letter(Letter.EXPLANATION, PRACTICE)
    assert (real.title, drill.title) == (
        "個別要請の説明資料（災害対応における電力データの利用）",
        "個別要請の説明資料（防災訓練における電力データの利用）",
    )
    assert headings(drill)[0] == "1 電力データの利用目的（防災訓練の詳細等）"
    assert {"訓練の日時・場所", "訓練の参加者", "訓練の内容"} <= set(items(drill))
    assert not {"訓練の日時・場所", "訓練の参加者"} & set(items(real))
    assert items(drill)["対象の災害"] == ["架空の地震（想定の発生 令和8年1月19日 05:46）"]
    assert items(real)["対象の災害"] == ["架空の地震（発生 令和8年1月19日 05:46）"]
    assert drill.shown_title.startswith("【訓練】") and real.shown_title == real.title


def test_printing_is_forbidden_in_the_explanation_where_the_case_forbids_it():
    forbidden = replace(KNOWN, info=replace(INFO, no_export=True))
    assert items(letter(Letter.EXPLANATION, forbidden))["印刷及び持ち出し"] == [
        "分析結果の印刷及び持ち出しを禁止する（システムの設定により出力しない）。"
    ]
    assert "要記入" in items(letter(Letter.EXPLANATION, KNOWN))["印刷及び持ち出し"][0]


def test_the_application_names_every_desk_and_each_telephone_once():
    paper = letter(Letter.APPLICATION, replace(KNOWN, access=("api", "lgwan")))
    assert paper.title == "[灯町市]電力データ集約システム システム利用申請" and paper.is_mail
    found = items(paper)
    assert found["申請窓口"] == ["防災課担当 電力 太郎", "福祉課担当 灯 次郎"]
    assert (found["電話番号"], found["連絡先"]) == (["000-0000-0000"], ["bosai@example.jp"])
    assert found[""] == ["両方（LG-WANとAPI連携）"]
    nobody = items(letter(Letter.APPLICATION, replace(KNOWN, contacts=())))
    assert nobody["申請窓口"] == ["＿＿＿（要記入：担当（課名） 氏名）"]
    assert nobody["電話番号"] == ["＿＿＿（要記入：電話番号）"]


@pytest.mark.parametrize(("ways", "said"), [(("lgwan",), "LG-WAN"), (("api",), "API連携"), ((), "＿＿＿（要記入")])
def test_the_way_of_delivery_is_the_one_that_was_chosen(ways, said):
    paper = letter(Letter.COMPREHENSIVE, replace(KNOWN, access=ways))
    assert items(paper)["「通電情報」及び統計データ"][0].startswith(f"電力データ集約システムから入手する（{said}")


def test_a_blanket_request_goes_to_the_utility_in_the_name_of_the_head():
    paper = letter(Letter.COMPREHENSIVE, KNOWN)
    assert [plain(line) for line in paper.addressee] == ["北陸電力送配電株式会社 御中"]
    assert [plain(line) for line in paper.sender] == ["灯町市", "灯町市長 灯町 市子"]
    assert [plain(line) for line in paper.head] == ["＿＿＿（要記入：文書番号）", "令和8年1月19日"]
    wanted = "要（「通電情報」のうち電力データ、「通電情報」のうちマスタ情報、統計データ（通電計器数））"
    assert f"（1）「通電情報」（電力データ、マスタ情報、通電情報）及び統計データ：{wanted}" in as_text(paper)
    assert [text[0] for text in headings(paper)] == list("123456789")
    assert items(paper)["区分"] == ["非常災害時"] and "個人情報取扱責任者" in paper.blanks


def test_an_individual_request_says_why_and_who_gives_the_data():
    real, drill = letter(Letter.INDIVIDUAL, KNOWN), letter(Letter.INDIVIDUAL, PRACTICE)
    assert items(drill)["個別要請による理由"] == ["防災訓練において使用するため（防災訓練時の個別要請）"]
    assert items(drill)["添付"] == ["個別要請の説明資料"] and items(drill)["区分"] == ["防災訓練時"]
    assert "要記入" in items(real)["個別要請による理由"][0] and "要記入" in items(real)["添付"][0]
    assert items(real)["提供を求める相手方"] == ["北陸電力送配電株式会社"]
    assert plain(real.addressee[0]) == "経済産業大臣 殿"


@pytest.mark.parametrize(("last", "asked"), [(date(2026, 2, 19), False), (date(2026, 2, 20), True), (None, False)])
def test_a_period_of_more_than_31_days_asks_for_its_reason(last, asked):
    info = replace(INFO, request=replace(PERIOD, use_to=last))
    blanks = letter(Letter.COMPREHENSIVE, replace(KNOWN, info=info)).blanks
    assert ("目安の2週間～1か月を超える期間とする理由" in blanks) == asked
    assert ("利用期間の終わり" in blanks) == (last is None)


def test_the_terms_are_named_by_their_letter():
    def said(terms):
        return as_text(letter(Letter.COMPREHENSIVE, replace(KNOWN, info=replace(INFO, terms=terms))))

    assert "利用規約A\n" in said("A") and "利用目的に応じた利用規約（A～D）" in said("")


@pytest.mark.parametrize(
    ("code", "named"), [("170003", "石川県"), ("010006", "北海道"), ("470007", "沖縄県"), ("172057", "自治体名")]
)
def test_a_prefecture_is_named_by_its_code_where_no_contact_says_it(code, named):
    facts = Facts(replace(INFO, municipality=code))
    assert named in str(facts.municipality)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2019, 4, 30), "2019年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 12, 31), "令和元年12月31日"),
        (date(2020, 1, 1), "令和2年1月1日"),
        (date(2026, 1, 20), "令和8年1月20日"),
    ],
)
def test_years_of_reiwa_begin_on_the_first_of_may(day, said):
    assert reiwa(day) == said


def test_a_paper_as_text_sets_lines_to_the_right_and_into_the_middle():
    blocks = (Text(words("以上"), "right"), Text(words("記"), "centre"), Text(words("あ" * 41), "right"))
    blocks += (
        Item("利用者", (words("一"), words("二"))),
        Item("", (words("三"), words("四"))),
        Item("五", (words("六"),)),
    )
    assert as_text(Paper("題", blocks)).split("\n") == [
        "",
        "　" * 19 + "題",
        "",
        "　" * 38 + "以上",
        "　" * 19 + "記",
        "あ" * 41,
        "・利用者：",
        "　・一",
        "　・二",
        "・三",
        "・四",
        "・五：六",
        "",
    ]


def test_a_mail_begins_with_its_subject_and_a_drill_says_so():
    mail = Paper("題", (Heading("一"), Table(("甲", "乙"), ((words("丙"), words("丁")),), (1, 1))), True, is_mail=True)
    assert as_text(mail).split("\n") == [
        *("◇件名：", "【訓練】題", "", "◇本文：", "【訓練】これは訓練です。", ""),
        *("", "■一：", "甲 ｜ 乙", "丙 ｜ 丁", ""),
    ]
