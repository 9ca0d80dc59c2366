"""Contractor lists: rows checked, sent, matched, registered, linked, kept and told apart. All people are invented."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.aggregator import contractor_lists as wire
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile import contractor_checks as checks
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.contractor_links import links_of, merged, refresh_links
from tomoshibi.casefile.contractors import ContractorsError, Lists, compare, hints, keep_registered, new_list
from tomoshibi.casefile.links import read_links

PROFILE = Profile.load()
POINT, OTHER = "0312340567890123456781", "0312340567890123456792"
HEADINGS = ["施設ID", "契約者氏名", "住所", "郵便番号", "電話番号", "供給地点特定番号"]
GOOD = ["F01", "電力 太郎", "灯県灯市一丁目1-1", "999-0001", "000-1111-2222", POINT]
ALGORITHM = "tomoshibi:matchcontractors"


def checked(*rows, headings=HEADINGS, mapping=None, broken=()):
    return checks.check_rows(headings, rows, mapping or checks.guess(headings), PROFILE, frozenset(broken))


def row(**changes):
    values = dict(zip(("id", "name", "address", "postcode", "phone", "point"), GOOD))
    return list({**values, **changes}.values())


def codes(**changes):
    return checked(row(**changes))["problems"][0].split()


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("訓練", datetime(2026, 1, 19, 5, 46), "172057"))


def kept(name="避難所", *rows):
    return new_list(name, checked(*(rows or (GOOD,))), checks.guess(HEADINGS), "名簿.csv")


# -- which column is what ---------------------------------------------------------------------------------------------


def test_columns_are_guessed_by_their_headings_whatever_their_width():
    found = checks.guess(["ＩＤ", "契約者 氏名", "ﾌﾘｶﾞﾅ", "所在地", "〒", "ＴＥＬ", "供給/受電地点特定番号", "備考"])
    assert found == {
        "key": "ＩＤ",
        "name": "契約者 氏名",
        "kana": "ﾌﾘｶﾞﾅ",
        "address": "所在地",
        "postcode": "〒",
        "phone": "ＴＥＬ",
        "supply_point": "供給/受電地点特定番号",
    }


def test_the_contract_holder_is_preferred_to_any_other_name():
    assert checks.guess(["氏名", "契約者名", "住所"])["name"] == "契約者名"
    assert checks.guess(["氏名", "世帯主", "住所"])["name"] == "世帯主"


@pytest.mark.parametrize("heading", ["要支援者氏名", "施設名", "名称", "対象者名"])
def test_a_supported_person_or_a_facility_is_never_taken_for_the_holder_by_itself(heading):
    assert "name" not in checks.guess([heading, "住所"])
    doubts = checks.mapping_doubts({"name": heading, "address": "住所"})
    assert len(doubts) == 1 and heading in str(doubts[0]) and "contract" in str(doubts[0])
    assert checks.mapping_doubts({"name": "契約者名", "address": "契約者住所"}) == []


@pytest.mark.parametrize(
    ("first", "header"),
    [
        (["氏名", "住所"], True),
        (["holder", "where"], True),
        (["電力 太郎", "灯県灯市一丁目1-1"], False),
        (["甲", POINT], False),
        (["甲", "3.1E+20"], False),
        (["甲", "０００－１１１１－２２２２"], False),
    ],
)
def test_a_first_row_of_values_is_no_heading(first, header):
    assert checks.has_header(first) is header


def test_columns_without_names_get_numbers_and_no_name_stands_twice():
    assert checks.headings_of(["氏名", "", "氏名"], True) == ["氏名", "field_2", "氏名_"]
    assert checks.headings_of(["電力 太郎", "灯市"], False) == ["field_1", "field_2"]


def test_columns_that_say_nothing_are_refused_with_those_there_are():
    with pytest.raises(checks.ListError, match="備考"):
        checked(["甲", "乙"], headings=["備考", "メモ"], mapping={})
    with pytest.raises(checks.ListError, match="氏名"):
        checked(GOOD, mapping={"name": "氏名", "address": "住所"})


# -- rows -------------------------------------------------------------------------------------------------------------


def test_a_good_row_has_no_problem_and_keeps_its_values():
    table = checked(GOOD)
    assert table["problems"][0] == ""
    assert [table[name][0] for name in ("key", "name", "address", "postcode", "phone", "supply_point")] == GOOD
    assert table["source:住所"][0] == GOOD[2]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"point": "3.1E+20"}, ["number_spoilt"]),
        ({"point": "3.12340567890123e+20"}, ["number_spoilt"]),
        ({"point": "312340567890123000000"}, ["number_spoilt"]),
        ({"point": POINT[1:]}, ["number_zero_added"]),
        ({"point": POINT[:-3]}, ["number_wrong:19"]),
        ({"point": "99" + POINT[2:]}, ["number_region"]),
        ({"name": ""}, ["no_name"]),
        ({"address": ""}, ["no_address"]),
        ({"name": "髙\ue000橋"}, ["gaiji"]),
        ({"name": "葛\U000e0100 太郎"}, ["gaiji"]),
        ({"address": "灯市〓町1"}, ["gaiji"]),
        ({"postcode": "60001"}, ["postcode_wrong"]),
        ({"postcode": "600001"}, ["postcode_zero_added"]),
        ({"phone": "9011112222"}, ["phone_zero_added"]),
        ({"phone": "1234"}, ["phone_wrong"]),
        ({"address": "", "phone": "", "postcode": "", "point": ""}, ["no_address", "nothing_to_match"]),
    ],
)
def test_each_problem_of_a_row_has_its_name(changes, expected):
    assert codes(**changes) == expected


def test_every_problem_can_be_said_and_none_says_a_value_of_the_row():
    for code in checks.PROBLEMS:
        (said,) = checks.problem_messages(f"{code}:12")
        assert len(str(said)) > 20
    said = checks.problem_messages("number_spoilt duplicate_person:7")
    assert "3.1E+20" in str(said[0]) and "row 7" in str(said[1])
    assert [str(what) for what in checks.problem_messages("of_a_newer_version")] == ["of_a_newer_version"]


def test_what_a_spreadsheet_took_off_is_put_back_in_what_is_sent():
    table = checked(row(point="'" + POINT[1:], postcode="600001", phone="90-1111-2222"))
    assert (table["supply_point"][0], table["postcode"][0], table["phone"][0]) == (POINT, "060-0001", "090-1111-2222")
    assert table["source:供給地点特定番号"][0] == "'" + POINT[1:]


def test_a_lost_number_is_not_sent_but_the_row_is():
    one, rows = kept("避難所", row(point="3.1E+20")).to_send()
    assert rows[0]["supply_point"] == "" and rows[0]["name"] == "電力 太郎"
    assert list(one.table["sent_no"]) == ["1"]


def test_people_and_numbers_that_come_twice_name_the_first_row():
    table = checked(
        GOOD,
        row(name="電力　太郎", address="灯県灯市一丁目１－１"),
        row(name="別人", address="別の所"),
        row(point=OTHER),
    )
    assert list(table["problems"]) == ["", "duplicate_number:1 duplicate_person:1", "duplicate_number:1", ""]


def test_widths_are_levelled_for_comparing_only():
    table = checked(row(name="ﾃﾞﾝﾘｮｸ　太郎", address="灯市１－１"))
    assert (table["name"][0], table["address"][0]) == ("ﾃﾞﾝﾘｮｸ　太郎", "灯市１－１")
    assert wire.comparable("ﾃﾞﾝﾘｮｸ　太郎１－１") == wire.comparable("デンリョク太郎1-1")


def test_rows_of_another_length_and_broken_signs_are_named_and_the_rest_goes_on():
    table = checked(GOOD[:3], [*GOOD[:4], "000-3333-4444", OTHER, "多い"], row(name="通電 花子", point=""), broken={2})
    found = [text.split() for text in table["problems"]]
    assert found[0] == ["short_row"] and found[1][-1] == "long_row" and found[2][0] == "undecodable"


def test_a_sign_that_the_encoding_lacks_keeps_its_row_back():
    raw = json.loads((wire.Path(wire.__file__).parent / "profiles" / "assumed.json").read_text(encoding="utf-8"))
    raw["files"]["master"]["encodings"]["value"] = ["cp932"]
    old = Profile.of(raw)
    table = checks.check_rows(HEADINGS, [row(name="𠮷野 太郎", point=OTHER), GOOD], checks.guess(HEADINGS), old)
    assert list(table["problems"]) == ["unwritable", ""]
    _, rows = new_list("a", table, checks.guess(HEADINGS), "").to_send()
    assert [item["name"] for item in rows] == ["電力 太郎"]
    assert wire.match_csv(rows, old).decode("cp932").startswith("供給/受電地点特定番号,氏名(漢字)")


@pytest.mark.slow
@given(st.lists(st.text(max_size=25), min_size=6, max_size=6))
def test_no_text_whatever_stops_a_list(values):
    table = checked(values, GOOD)
    assert len(table) == 2
    assert table["supply_point"][0] == "" or (len(table["supply_point"][0]) == 22)
    assert all(checks.problem_messages(text) is not None for text in table["problems"])


@given(st.integers(1, 10), st.integers(1, 10**20 - 1))
def test_a_number_without_its_leading_zero_comes_back_or_is_called_lost(region, rest):
    number = f"{region:02d}{rest:020d}"
    table = checked(row(point=str(int(number))))
    if table["supply_point"][0]:
        assert table["supply_point"][0] == number
    else:
        assert "number_spoilt" in table["problems"][0] and not number.lstrip("0")[15:].strip("0")


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_lists_are_read_in_every_encoding_and_with_every_delimiter(tmp_path, encoding, delimiter):
    path = tmp_path / "名簿.csv"
    lines = [delimiter.join(HEADINGS), "", delimiter.join(GOOD)]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    raw = wire.read_list(path)
    assert raw.rows == (tuple(HEADINGS), tuple(GOOD)) and raw.lines == (1, 3) and raw.broken == frozenset()


def test_a_row_with_broken_bytes_is_kept_and_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        "氏名,住所\r\n電力 太郎,灯市1\r\n".encode() + b"\xff\xfe\x80,x\r\n" + "通電 花子,灯市2\r\n".encode()
    )
    raw = wire.read_list(path)
    assert len(raw.rows) == 4 and raw.broken == frozenset({2}) and raw.rows[3][0] == "通電 花子"


def test_an_empty_or_binary_list_is_refused_by_name(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\r\n")
    (tmp_path / "b.csv").write_bytes(b"PK\x00\x00\x00")
    for name in ("a.csv", "b.csv", "gone.csv"):
        with pytest.raises(wire.TomoshibiError, match=name):
            wire.read_list(tmp_path / name)


def test_what_is_uploaded_bears_the_names_and_the_encoding_of_the_profile():
    _, rows = kept().to_send()
    content = wire.match_csv(rows, PROFILE)
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") == 2
    (read,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert read["氏名(漢字)"] == "電力 太郎" and read["供給/受電地点特定番号"] == POINT
    assert wire.register_csv(["M1", "M2", "M1", ""], PROFILE).decode("utf-8-sig").split() == [
        "マスタ情報ID",
        "M1",
        "M2",
    ]


# -- results ----------------------------------------------------------------------------------------------------------


def three():
    return kept(
        "避難所",
        GOOD,
        row(id="F02", name="", address="", phone="", postcode="", point=""),
        row(id="F03", name="通電 花子", address="灯市2", point=OTHER, phone="000-3333-4444"),
    ).to_send()[0]


def test_results_come_to_the_rows_that_were_sent_and_not_to_those_left_out():
    one = three().with_results([(1, "matched", "M1"), (2, "review", None)])
    assert list(one.table["result"]) == ["matched", "", "review"]
    assert one.identities() == ["M1"] and one.info.counts == {"matched": 1, "review": 1, "none": 0}
    with pytest.raises(ContractorsError, match="row 3"):
        one.with_results([(3, "matched", "M9")])
    said = [str(what) for what in hints(one)]
    assert len(said) == 1 and "LG-WAN" in said[0]


@pytest.mark.parametrize(
    "lines",
    [
        ["行番号,照合結果,マスタ情報ID", "2,目視一致,M3", "1,一致,M1"],
        ["氏名(漢字),住所(文字),マスタ情報ID", "通電　花子,灯市２,M3", "電力太郎,灯県灯市一丁目1-1,M1"],
        ["マスタ情報ID", "M1", "M3"],
    ],
)
def test_the_result_list_of_the_screens_finds_its_rows_by_number_by_person_or_by_order(tmp_path, lines):
    path = tmp_path / "結果.csv"
    path.write_bytes("\r\n".join(lines).encode("cp932"))
    results = wire.read_results(path, PROFILE)
    settled = [wire.ResultRow(item.row_no, "matched", item.master_info_id, item.name, item.address) for item in results]
    one, unplaced = three().with_result_file(settled)
    assert unplaced == 0 and list(one.table["master_info_id"]) == ["M1", "", "M3"]
    assert set(one.table["settled"]) == {"file", ""}


def test_a_result_list_of_other_people_fits_nowhere(tmp_path):
    rows = [wire.ResultRow(1, "matched", "M9", "別人", "別の所"), wire.ResultRow(None, "matched", "M8", "別人", "他")]
    one, unplaced = three().with_result_file(rows)
    assert unplaced == 2 and one.identities() == []


@pytest.mark.parametrize(
    ("word", "identity", "result"),
    [
        ("一致", "M1", "matched"),
        ("不一致", "", "none"),
        ("目視確認", "", "review"),
        ("目視対象", "M1", "review"),
        ("目視一致", "M1", "matched"),
        ("matched", "M1", "matched"),
        ("", "M1", "matched"),
        ("", "", "none"),
        ("一致", "", "review"),
        ("該当なし", "", "none"),
    ],
)
def test_words_of_the_result_list(tmp_path, word, identity, result):
    path = tmp_path / "r.csv"
    path.write_text(f"項番,照合結果,マスタ情報ID\n1,{word},{identity}\n", encoding="utf-8")
    (found,) = wire.read_results(path, PROFILE)
    assert (found.row_no, found.result, found.master_info_id) == (1, result, identity)


@pytest.mark.parametrize(("number", "row"), [("９", 9), ("007", 7), ("9" * 5000, None), ("-1", None)])
def test_a_row_number_is_one_or_none(tmp_path, number, row):
    path = tmp_path / "r.csv"
    path.write_text(f"項番,照合結果,マスタ情報ID\n{number},一致,M1\n", encoding="utf-8")
    assert [found.row_no for found in wire.read_results(path, PROFILE)] == [row]


# -- registration -----------------------------------------------------------------------------------------------------


def test_registration_is_noted_by_row_and_only_what_is_new_is_added_later():
    one = three().with_results([(1, "matched", "M1"), (2, "matched", "M3")])
    one = one.with_registration("L1", ["M1", "M3"], {2: "not known"}, False)
    assert one.registered_ids() == ["M1"] and one.info.registered == 1 and one.info.list_ids == ("L1",)
    assert one.table["rejected"][2] == "not known"
    assert one.identities(fresh=True) == ["M3"]
    one = one.with_registration("L2", ["M3"], {}, False)
    assert one.info.list_ids == ("L1", "L2") and one.table["rejected"][2] == ""
    one = one.with_registration("L3", ["M1", "M3"], {}, True)
    assert one.info.list_ids == ("L3",) and one.registered_ids() == ["M1", "M3"]
    assert one.without_registration().info.list_ids == ()


def test_matching_again_keeps_what_is_registered_until_the_result_differs():
    one = three().with_results([(1, "matched", "M1"), (2, "matched", "M3")])
    one = one.with_registration("L1", ["M1", "M3"], {}, False)
    again, _ = one.to_send()
    again = again.with_results([(1, "matched", "M1"), (2, "matched", "M4")])
    assert again.registered_ids() == ["M1"] and again.identities(fresh=True) == ["M4"]


# -- in the case ------------------------------------------------------------------------------------------------------


def test_lists_of_several_use_cases_are_kept_apart_and_come_back_as_they_were(case):
    lists = Lists(case)
    lists.save(kept("UC① 避難所/本部"), ALGORITHM)
    lists.save(kept("UC① 避難所:本部"), ALGORITHM)
    lists.save(kept("links"), ALGORITHM)
    assert [info.name for info in lists.all()] == ["UC① 避難所/本部", "UC① 避難所:本部", "links"]
    assert len({info.stem for info in lists.all()}) == 3 and not (case.folder / "contractors" / "links.csv").exists()
    tables = [found.table.astype(object) for found in (lists.open("links"), kept("links"))]
    pd.testing.assert_frame_equal(*tables)
    entries = [entry for entry in case.ledger.entries() if entry.path.startswith("contractors/")]
    assert len(entries) == 6 and all(entry.personal and entry.sha256 for entry in entries)
    lists.remove("links")
    with pytest.raises(ContractorsError, match="避難所"):
        lists.open("links")


def test_a_list_is_removed_with_what_was_made_of_it_and_a_removal_that_died_is_known(case):
    lists = Lists(case)
    lists.save(kept("避難所"), ALGORITHM)
    lists.save(kept("要配慮者"), ALGORITHM)
    folder = case.folder / "contractors"
    for stem in ("避難所", "要配慮者"):
        for ending in (".match.csv", ".register.csv"):
            (folder / f"{stem}{ending}").write_text("氏名\r\n電力 太郎\r\n", encoding="utf-8")
    others = sorted(path.name for path in folder.iterdir() if path.name.startswith("要配慮者"))
    assert not lists.is_half_removed("避難所")
    (folder / "避難所.csv").unlink()
    assert lists.is_half_removed("避難所") and not lists.is_half_removed("要配慮者")
    lists.remove("避難所")
    assert sorted(path.name for path in folder.iterdir()) == others and len(others) == 4


def test_a_list_that_was_damaged_is_named_and_not_taken_for_a_short_one(case):
    lists = Lists(case)
    lists.save(kept(), ALGORITHM)
    path = case.folder / "contractors" / "避難所.csv"
    path.write_bytes(path.read_bytes().split(b"\r\n")[0] + b"\r\n")
    with pytest.raises(ContractorsError, match=r"避難所\.csv"):
        lists.open("避難所")


def test_use_cases_share_the_aggregators_list_and_are_told_apart():
    first = kept("避難所").to_send()[0].with_results([(1, "matched", "M1")])
    second = kept("要支援者", row(id="P9")).to_send()[0].with_results([(1, "matched", "M1")])
    table = compare([first, second], [("M1", "避難所"), ("M7", "避難所"), ("M5", "他部署")])
    found = {(r.list_name, r.master_info_id, r.state, r.key) for r in table.itertuples()}
    assert found == {
        ("避難所", "M1", "both", "F01"),
        ("避難所", "M7", "there", ""),
        ("要支援者", "M1", "here", "P9"),
        ("他部署", "M5", "there", ""),
    }


def test_who_is_registered_is_the_scope_of_the_case(case):
    assert case.contractors() is None
    keep_registered(case, [("M1", "避難所")], ALGORITHM, "IF03_01_007")
    assert case.contractors().to_dict("records") == [{"master_info_id": "M1", "list_name": "避難所"}]
    keep_registered(case, [], ALGORITHM, "IF03_01_007")
    assert len(case.contractors()) == 0


# -- links ------------------------------------------------------------------------------------------------------------

MASTER = pd.DataFrame({"master_info_id": ["M1", "M1", "M3"], "supply_point": [POINT, OTHER, OTHER], "flow": [1, 2, 1]})


def test_links_come_from_the_master_and_leave_out_what_feeds_in():
    one = three().with_results([(1, "matched", "M1"), (2, "matched", "M3")])
    table, said = links_of(one, MASTER)
    assert table.values.tolist() == [["F01", POINT], ["F03", OTHER]] and said == []


def test_without_a_master_the_lists_own_number_serves_and_a_lack_is_said():
    one = kept("避難所", GOOD, row(id="F02", name="通電 花子", point="")).to_send()[0]
    one = one.with_results([(1, "matched", "M1"), (2, "matched", "M2")])
    table, said = links_of(one, MASTER[:0])
    assert table.values.tolist() == [["F01", POINT]]
    assert len(said) == 1 and "1 matched row" in str(said[0])


def test_another_number_in_the_master_is_used_and_said():
    one = kept("避難所", row(point=OTHER)).to_send()[0].with_results([(1, "matched", "M1")])
    table, said = links_of(one, MASTER)
    assert table["supply_point"][0] == POINT and "another" in str(said[0])


def test_links_of_a_list_replace_its_own_and_never_those_written_by_hand(case):
    path = case.folder / "contractors" / "links.csv"
    path.write_bytes(f"施設ID,供給地点特定番号,メモ\r\nF99,{OTHER},手書き\r\n".encode("cp932"))
    write_table(case.folder / "tables" / "master", MASTER)
    lists = Lists(case)
    lists.save(three().with_results([(1, "matched", "M1"), (2, "matched", "M3")]), ALGORITHM)
    assert refresh_links(case, ALGORITHM)[0] == 2
    found = read_links(path).table.values.tolist()
    assert found == [["F99", OTHER], ["F01", POINT], ["F03", OTHER]]
    lists.save(lists.open("避難所").with_results([(2, "none", None)]), ALGORITHM)
    before = len(list(case.ledger.entries()))
    assert refresh_links(case, ALGORITHM)[0] == 1
    assert read_links(path).table.values.tolist() == [["F99", OTHER], ["F01", POINT]]
    assert "手書き" in path.read_text(encoding="utf-8-sig")
    refresh_links(case, ALGORITHM)
    assert len(list(case.ledger.entries())) == before + 1


def test_a_link_list_without_its_columns_is_refused():
    with pytest.raises(checks.TomoshibiError, match="施設ID"):
        merged(b"a,b\r\n1,2\r\n", [], {"x"}, "links.csv")
