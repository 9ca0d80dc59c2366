"""Letters and reports of a case, beside the items of the manual's examples."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.disposal_outcome import Deleted, DisposalOutcome, Outstanding, SearchScope, write_outcome
from tomoshibi.files import write_text_atomic
from tomoshibi.tests.drill_case import make_drill

MANUAL = {
    "application": {
        "Appendix 5.2 システム利用申請のメール本文例": (
            "[灯町市]電力データ集約システム システム利用申請",
            "灯火送配電株式会社 ご担当者様",
            "お世話になっております。灯町市防災課の電力 太郎です。",
            "電力データ集約システムを利用したいため以下のとおり申請させていただきます。",
            "■自治体情報",
            "・自治体名：灯町市",
            "防災課担当 電力 太郎",
            "・連絡先：bosai@example.jp",
            "・電話番号：000-0000-0000",
            "■申請する電力データ取得方法",
            "両方（LG-WANとAPI連携）",
            "以上",
        )
    },
    "comprehensive": {
        "§2.3.1 包括要請文書 記載イメージ": ("避難所の運営支援", "利用規約A", "令和8年1月20日 ～ 令和8年2月2日"),
        "§1.1 第2 1. 包括要請 (1) 対象": ("「通電情報」", "配電線地図", "復旧工事計画"),
        "§2.3 提出先": ("灯火送配電株式会社 御中", "電気事業法第34条第1項"),
        "§2.3 データの提供方法": ("電力データ集約システムから入手", "電子メール又は手交"),
        "§2.3.1 緊急時は事後提出": ("口頭又は電話で求めた日時",),
        "§2.3.1 廃棄報告": ("一般送配電事業者へ廃棄を報告する",),
        "§1.1 第1 3.(2) 安全管理措置": ("個人情報取扱責任者：保護 花子", "利用責任者：防災課長"),
    },
    "individual": {
        "§2.3.2 個別要請文書 記載イメージ": ("避難所の運営支援", "令和8年1月20日 ～ 令和8年2月2日"),
        "§2.3 提出先": ("経済産業大臣 殿", "資源エネルギー庁"),
        "§2.3 利用目的": ("非常災害時",),
        "§1.1 第2 2. 個別要請 (1)": ("個別要請による理由",),
        "§2.3 提出タイミング": ("資源エネルギー庁との協議",),
        "§2.3 利用規約": ("利用規約A",),
    },
    "explanation": {
        "§2.3.2 ・電力データの利用目的（防災訓練の詳細等）": ("1 電力データの利用目的", "避難所の運営支援", "UC④"),
        "§2.3.2 ・利用する電力データの種類、項目": ("電力データ", "マスタ情報", "供給/受電地点特定番号", "通電計器数"),
        "§2.3.2 ・利用する電力データの範囲": ("地域：灯町市の全域", "データ数", "個データの性質", "特定契約者に限る"),
        "§2.3.2 ・利用する期間": ("利用期間：令和8年1月20日 ～ 令和8年2月2日",),
        "§2.3.2 ・個人情報を取り扱う上で、留意、対策、取組": ("5 個人情報を取り扱う上で", "利用者及び利用端末の限定"),
        "§4.3 分析結果の印刷及び持ち出しの禁止": ("印刷及び持ち出し",),
    },
}
"""Items of the manual: paper → section → what stands in the paper for it."""
APPLICATION = """
◇件名：
[灯町市]電力データ集約システム システム利用申請
◇本文：
灯火送配電株式会社 ご担当者様
お世話になっております。灯町市防災課の電力 太郎です。
電力データ集約システムを利用したいため以下のとおり申請させていただきます。ご対応お願いいたします。
■自治体情報：
・自治体名：灯町市
・申請窓口：防災課担当 電力 太郎
・連絡先：bosai@example.jp
・電話番号：000-0000-0000
■申請する電力データ取得方法：
・両方（LG-WANとAPI連携）
以上
"""
"""The mail of Appendix 5.2 with its places filled in."""
DISPOSED = """
◇件名：
[灯町市]要請で取得した電力データ破棄報告
◇本文：
灯火送配電株式会社 ご担当者様
お世話になっております。灯町市防災課の電力 太郎です。
申請した電力データ活用の利用目的が終了したため、電力データを破棄しました。
■申請した要請：
・包括要請
■申請日：
・令和8年1月19日
■申請した電力データ利用期間：
・令和8年1月20日 ～ 令和8年2月2日
■申請した電力データ（『通電情報』のみ報告）：
・電力データ
・マスタデータ
・通電情報
■上記電力データを削除した日：
・令和8年2月3日
"""
"""The mail of Appendix 5.2 up to its end; what the disposal did follows."""
CONTACTS = """区分,組織,部署,氏名,電話番号,メールアドレス
申請窓口,灯町市,防災課,電力 太郎,000-0000-0000,bosai@example.jp
首長,灯町市,灯町市長,灯町 市子,,
個人情報取扱責任者,灯町市,総務課,保護 花子,,
一般送配電事業者,灯火送配電株式会社,総務部,通電 次郎,,
"""


@pytest.fixture
def case(run, tmp_path) -> Path:
    """A case that knows all that letters ask for."""
    return make_case(run, tmp_path, PRACTICE=False)


def make_case(run, tmp_path: Path, **more) -> Path:
    folder, contacts = tmp_path / "case", tmp_path / "contacts.csv"
    write_text_atomic(contacts, CONTACTS)
    given = {
        "CASE": str(folder),
        "NAME": "灯町地震",
        "EVENT_TIME": "2026-01-19T05:46:00",
        "MUNICIPALITY": "991007",
        "REQUEST_KIND": "blanket",
        "REQUEST_DATE": "2026-01-19",
        "USE_FROM": "2026-01-20",
        "USE_TO": "2026-02-02",
        "PURPOSE": "避難所の運営支援",
        "OPERATOR": "防災課長",
        "TERMS": "A",
        "CONTACTS": str(contacts),
    }
    run("createcase", {**given, **more})
    return folder


def empty_case(run, tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    given = {"CASE": str(folder), "NAME": "灯町地震", "EVENT_TIME": "2026-01-19T05:46:00", "MUNICIPALITY": "991007"}
    run("createcase", {**given, "REQUEST_KIND": "blanket"})
    return folder


def letter(run, folder: Path, kind: str, **more) -> dict:
    asked = {"CASE": str(folder), "KIND": kind, "USE_CASES": ["uc4", "uc2"], "ACCESS": ["lgwan", "api"]}
    return with_text(run, "requestletter", {**asked, **more})


def with_text(run, name: str, asked: dict) -> dict:
    """Run an algorithm that writes a paper; return its outputs and, as TEXT, the same paper as text."""
    text = Path(asked["CASE"]).parent / f"{name}.txt"
    run(name, {**asked, "OUTPUT": str(text)})
    return {**run(name, asked), "TEXT": text.read_text(encoding="utf-8")}


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("kind", MANUAL)
def test_each_letter_has_every_item_of_the_manual(run, case, kind):
    said = letter(run, case, kind)["TEXT"]
    lacking = [(section, item) for section, items in MANUAL[kind].items() for item in items if item not in said]
    assert lacking == [], said


@pytest.mark.parametrize("kind", MANUAL)
def test_what_the_case_does_not_know_is_a_marked_blank(run, tmp_path, kind, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_UTILITY", "")
    folder = empty_case(run, tmp_path)
    found = with_text(run, "requestletter", {"CASE": str(folder), "KIND": kind})
    assert found["BLANKS"] == found["TO_FILL_IN"].count("\n") + 1 > 4
    assert found["TEXT"].count("（要記入：") >= found["BLANKS"]
    assert "自治体名" in found["TO_FILL_IN"]
    for invented in ("灯町市", "利用規約A", "株式会社", "電力 太郎"):
        assert invented not in found["TEXT"]


def test_the_mail_of_application_is_the_manuals_word_for_word(run, case):
    said = letter(run, case, "application")["TEXT"]
    assert flat(said) == flat(APPLICATION)


def test_a_mail_that_is_all_known_has_no_blank(run, case):
    found = letter(run, case, "application")
    assert found["BLANKS"] == 0 and "要記入" not in found["TEXT"]
    assert Path(found["OUTPUT"]).name == "requestletter_application.txt"
    assert Path(found["OUTPUT"]).read_text(encoding="utf-8") == found["TEXT"]


@pytest.mark.parametrize("kind", MANUAL)
def test_every_paper_of_a_drill_says_so(run, tmp_path, kind):
    folder = make_case(run, tmp_path, PRACTICE=True)
    said = letter(run, folder, kind)["TEXT"]
    assert "【訓練】" in said
    word = tmp_path / "letter.docx"
    letter(run, folder, kind, OUTPUT=str(word))
    with zipfile.ZipFile(word) as package:
        assert "訓練" in package.read("word/header.xml").decode("utf-8")


def test_a_drill_is_told_that_a_blanket_request_gives_no_list(run, tmp_path, feedback):
    letter(run, make_case(run, tmp_path, PRACTICE=True), "comprehensive")
    assert any("individual request" in line for line in feedback.warnings)


def test_the_explanation_names_the_items_of_the_master_that_the_use_case_needs_and_no_others(run, case):
    said = letter(run, case, "explanation", USE_CASES=["uc5"])["TEXT"]
    assert "計器ID" in said and "電話番号" not in said and "氏名" not in said and "地域内の全契約" in said
    statistics = letter(run, case, "explanation", USE_CASES=["uc2"])["TEXT"]
    assert "通電計器数" in statistics and "個データの性質" not in statistics and "5 個人情報" not in statistics


def test_what_is_still_to_be_chosen_is_a_blank_and_what_was_registered_is_told(run, case, tmp_path):
    planned = letter(run, case, "explanation", USE_CASES=["uc2", "uc3"])["TEXT"]
    assert "（要記入：電圧分類、メッシュの大きさ）" in planned and "（要記入：電力データの抽出期間）" in planned
    assert "500m" not in planned
    drill = make_drill(tmp_path / "drill", meters=2000)
    asked = {"CASE": str(drill.case.folder), "KIND": "explanation"}
    told = with_text(run, "requestletter", asked)["TEXT"]
    assert "低圧、250mメッシュ、日別" in told and "低圧、市区町村、日別" in told
    assert "電力データ・マスタ情報：令和8年1月" in told and "電力データの抽出期間" not in told
    assert f"供給地点 {len(set(drill.case.readings.meters.supply_point.tolist())):,} 地点" in told
    assert "通電情報：登録した特定契約者に限る" in told and "登録済みの特定契約者" in told


def test_a_case_that_forbids_printing_says_so_in_the_explanation(run, tmp_path):
    folder = make_case(run, tmp_path, NO_EXPORT=True)
    assert "印刷及び持ち出しを禁止する" in letter(run, folder, "explanation")["TEXT"]


def test_a_word_document_is_whole_and_has_styles_tables_and_japanese_fonts(run, case, tmp_path):
    path = tmp_path / "letter.docx"
    letter(run, case, "explanation", OUTPUT=str(path))
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    document, styles = parts["word/document.xml"], parts["word/styles.xml"]
    used = {node.get(f"{w}val") for tag in ("pStyle", "rStyle", "tblStyle") for node in document.iter(f"{w}{tag}")}
    assert used <= {node.get(f"{w}styleId") for node in styles.iter(f"{w}style")}
    assert {"Title", "Heading1", "ToFillIn", "TableGrid"} <= used
    assert {node.get(f"{w}eastAsia") for node in styles.iter(f"{w}rFonts")} == {"游明朝", "游ゴシック"}
    rows = [len(row.findall(f"{w}tc")) for row in document.iter(f"{w}tr")]
    grid = len(list(document.iter(f"{w}gridCol")))
    assert len(rows) >= 4 and set(rows) == {grid}
    for name, root in parts.items():
        if name.endswith(".rels"):
            folder = "word/" if name.startswith("word/") else ""
            assert {f"{folder}{node.get('Target')}" for node in root} <= set(parts)
    listed = {node.get("PartName") for node in parts["[Content_Types].xml"] if node.get("PartName")}
    assert listed <= {f"/{name}" for name in parts}
    text = "".join(node.text or "" for node in document.iter(f"{w}t"))
    assert flat("個データの性質") in flat(text) and "（要記入：" in text


def test_text_of_users_cannot_break_a_word_document(run, tmp_path):
    folder = make_case(run, tmp_path, PURPOSE='<w:p> & "避難" \x0b', OPERATOR="a]]>b")
    path = tmp_path / "letter.docx"
    letter(run, folder, "comprehensive", OUTPUT=str(path))
    with zipfile.ZipFile(path) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    text = "".join(node.text or "" for node in root.iter() if node.tag.endswith("}t"))
    assert '<w:p> & "避難"' in text and "a]]>b" in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("kind", MANUAL)
def test_a_pdf_says_what_the_text_says_and_can_be_searched(run, tmp_path, kind):
    folder = make_case(run, tmp_path, PRACTICE=True)
    path = tmp_path / "letter.pdf"
    said = letter(run, folder, kind, OUTPUT=str(path))["TEXT"]
    printed = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    pages = printed.rstrip("\f").split("\f")
    assert all("訓練" in page for page in pages)
    lines = [line for line in said.replace("～", "〜").splitlines() if "｜" not in line]
    words = [part for line in lines for part in re.split("[：・　■◇【】]", line) if len(flat(part)) > 3]
    whole = flat("".join(re.sub(r"\n\s*訓練\s*\n|\n\s*\d+ / \d+\s*$", "\n", f"\n{page}") for page in pages))
    assert [part for part in words if flat(part)[:12] not in whole and not part.startswith("これは")] == []
    assert len(words) > 8


def test_another_ending_is_refused(run, case, tmp_path, complaint):
    asked = {"CASE": str(case), "KIND": "application", "OUTPUT": str(tmp_path / "letter.odt")}
    assert ".odt" in complaint("requestletter", asked)


def test_a_paper_is_in_the_ledger_and_not_personal(run, case):
    path = Path(letter(run, case, "individual")["OUTPUT"])
    last = list(Case.open(case).ledger.entries())[-1]
    assert (last.path, last.personal) == ("reports/requestletter_individual.docx", False)
    assert path.is_file() and last.sha256


# --- 破棄報告

OUTCOME = DisposalOutcome(
    datetime(2026, 2, 3, 9, 0),
    datetime(2026, 2, 3, 9, 12),
    "防災課 電力 太郎",
    True,
    (Deleted("received", 12, 3 << 20), Deleted("store", 2400, 5 << 30), Deleted("traces", 7, 0)),
    ("tables/statistics",),
    (),
    (Outstanding("/mnt/usb/灯町.zip", "灯町 福祉課", "2026-01-25T10:00:00", "tomoshibi:municipalpackages"),),
    2431,
)


def report(run, folder: Path) -> dict:
    return with_text(run, "disposalreport", {"CASE": str(folder)})


def test_the_report_has_every_item_of_the_manuals_mail_and_what_the_disposal_did(run, case):
    for place in ("readings", "tables/master", "tables/outage/20260120_0400"):
        Case.open(case).ledger.add("tomoshibi:importfiles", place)
    write_outcome(case, OUTCOME)
    found = report(run, case)
    assert flat(found["TEXT"]).startswith(flat(DISPOSED)) and found["TEXT"].endswith("以上\n")
    for item in ("・電力データ\n", "・マスタデータ\n", "・通電情報\n", "2,400", "5.0 GB", "実施者：防災課 電力 太郎"):
        assert item in found["TEXT"]
    for item in ("tables/statistics", "/mnt/usb/灯町.zip", "灯町 福祉課", "ここでは削除していない", "2,431 件"):
        assert item in found["TEXT"]
    assert found["DISPOSED"] == 1 and "未破棄" not in found["TEXT"]


def test_before_a_disposal_the_report_says_not_disposed(run, case, feedback):
    found = report(run, case)
    assert found["DISPOSED"] == 0
    assert "【未破棄】破棄（dispose）は実行されていません" in found["TEXT"]
    assert "電力データを破棄しました" not in found["TEXT"] and "令和8年2月3日" not in found["TEXT"]
    assert any("not disposed" in line for line in feedback.warnings)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"finished_at": None}, "破棄は終わっていません"),
        ({"finished_at": None, "remaining": (("layers.gpkg", "使用中"),)}, "破棄は終わっていません"),
        ({"searched": 0}, "確認していない"),
    ],
)
def test_a_disposal_that_is_not_proven_is_not_reported_as_done(run, case, change, word):
    write_outcome(case, replace(OUTCOME, **change))
    found = report(run, case)
    assert found["DISPOSED"] == 0 and word in found["TEXT"] and "【未破棄】" in found["TEXT"]
    assert "電力データを破棄しました" not in found["TEXT"]


def test_the_report_says_for_whom_was_not_searched(run, case):
    write_outcome(case, replace(OUTCOME, scope=SearchScope(200, 5000, 9000, 1, 2)))
    text = report(run, case)["TEXT"]
    assert "供給地点特定番号 200、氏名・住所等 5,000（全 9,000 から均等に選んだもの）" in text
    assert "できなかった表・名簿：1 件" in text and "確認できなかったファイル：2 件" in text
    write_outcome(case, replace(OUTCOME, scope=SearchScope(200, 400, 400)))
    text = report(run, case)["TEXT"]
    assert "氏名・住所等 400" in text and "均等" not in text and "できなかった" not in text


def test_after_a_disposal_nothing_but_the_case_itself_is_needed_for_the_report(run, case):
    opened = Case.open(case)
    for place in ("readings", "tables/master"):
        opened.ledger.add("tomoshibi:importfiles", place)
    write_outcome(case, OUTCOME)
    for name in ("received", "readings", "tables", "contractors", "sheets", "inputs"):
        shutil.rmtree(case / name, ignore_errors=True)
    found = report(run, case)
    assert found["DISPOSED"] == 1 and "・電力データ\n" in found["TEXT"] and "・通電情報\n" not in found["TEXT"]
    assert "（要記入：一般送配電事業者名）" in found["TEXT"]
    assert Path(found["OUTPUT"]).is_file()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"remaining": (("layers.gpkg", "他のプログラムが使用中"),)}, "layers.gpkg：他のプログラムが使用中"),
        ({"found": ("reports/a.html",)}, "reports/a.html"),
    ],
)
def test_what_was_ended_though_something_remains_is_reported_with_what_remains(run, case, change, word):
    write_outcome(case, replace(OUTCOME, **change))
    found = report(run, case)
    assert found["DISPOSED"] == 0 and word in found["TEXT"] and "【一部未破棄】" in found["TEXT"]
    assert "電力データを破棄しました。" not in found["TEXT"] and "破棄できていないものがあります" in found["TEXT"]
    assert "令和8年2月3日（残っているものを除く）" in found["TEXT"]
