"""What people write into lists: degrees of care, coordinates, numbers; what is not understood is never guessed."""

from __future__ import annotations

import math

import pytest
from tomoshibi.analysis.coordinates import Doubt, place_of
from tomoshibi.analysis.listed import Listed, find_heading, folded, ids_meant, without_totals
from tomoshibi.analysis.quantities import count_of, duration_of, durations_of, number_of, power_of, rate_of
from tomoshibi.analysis.severity import HEAVY, scale_of, severity_of
from tomoshibi.analysis.unread import Unread, unread_messages


@pytest.mark.parametrize(
    ("heading", "heavy", "light"),
    [
        ("要介護度", "5", "1"),
        ("要介護認定区分", "介護５", "要支援2"),
        ("障害等級", "1", "6"),
        ("身体障害者手帳", "1級", "5級"),
        ("障害支援区分", "6", "1"),
        ("療育手帳", "Ａ", "Ｂ"),
        ("愛の手帳", "1度", "4度"),
        ("精神障害者保健福祉手帳", "1", "3級"),
    ],
)
def test_the_heading_decides_which_end_of_the_scale_is_heavy(heading, heavy, light):
    scale = scale_of(heading)
    assert severity_of(heavy, scale).degree >= HEAVY > severity_of(light, scale).degree


@pytest.mark.parametrize(
    "text", ["要介護5", "介護５", "要介護Ⅴ", "要介護V", "要介護（5）", "要介護五", "要介護度５", "要介護 5"]
)
def test_care_of_five_is_read_however_it_is_written(text):
    assert severity_of(text).degree == 7
    assert severity_of(text, scale_of("要介護認定区分")).degree == 7


@pytest.mark.parametrize(
    ("text", "degree"),
    [("要支援1・身体1級", 7), ("精神2級", 4), ("要介護2 障害支援区分6", 7), ("非該当", 0), ("療育B2", 2)],
)
def test_of_several_degrees_in_a_cell_the_heaviest_counts(text, degree):
    assert severity_of(text).degree == degree


@pytest.mark.parametrize("text", ["要介護9", "車椅子", "寝たきり", "要介護12", "8級", "A"])
def test_a_degree_that_is_not_understood_is_said_to_be_so(text):
    found = severity_of(text)
    assert found.degree is None and not found.understood


@pytest.mark.parametrize("heading", ["要支援者氏名", "要介護認定日", "障害者手帳番号", "担当ケアマネ", "住所", "No"])
def test_a_heading_of_a_date_a_number_or_a_person_is_no_scale(heading):
    assert scale_of(heading) is None


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("38.19", "135.2917"),
        ("38度11分24秒", "135度17分30秒"),
        ("３８°１１′２４″", "135°17'30\""),
        ("N38:11:24", "E135:17:30.12"),
        ("北緯38度11分24秒", "東経135度17分30秒"),
        ("38-11-24", "135-17-30"),
    ],
)
def test_degrees_minutes_and_seconds_are_one_place(lat, lon):
    found = place_of(lat, lon)
    assert (found.lat, found.lon) == pytest.approx((38.19, 135.2917), abs=1e-4)


@pytest.mark.parametrize(
    ("lat", "lon", "doubt"),
    [
        ("0", "0", Doubt.ZERO),
        ("135.30", "38.18", Doubt.SWAPPED),
        ("-7340.5", "141022.1", Doubt.METRES),
        ("", "", Doubt.BLANK),
        ("38.19", "", Doubt.UNREAD),
        ("38.19", "灯町", Doubt.UNREAD),
        ("51.5", "-0.1", Doubt.OUTSIDE),
        ("38度70分", "135度", Doubt.UNREAD),
        ("nan", "inf", Doubt.UNREAD),
        ("38,19", "135,2917", Doubt.UNREAD),
        ("-7,340.5", "141,022.1", Doubt.METRES),
    ],
)
def test_what_cannot_be_in_japan_is_no_place_and_says_why(lat, lon, doubt):
    found = place_of(lat, lon)
    assert found.doubt is doubt and math.isnan(found.lat) and math.isnan(found.lon)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("約300", 300), ("約300人", 300), ("1,200人", 1200), ("１５０", 150), ("屋内120", 120), ("120", 120)],
        *[("屋内120／屋外400", 120), ("1200戸", 1200), ("300人(うち福祉20人)", 300), ("0", 0), ("150名程度", 150)],
    ],
)
def test_numbers_of_people_are_read_as_they_are_written(text, value):
    found = count_of(text)
    assert found.value == value and found.understood


@pytest.mark.parametrize("text", ["不明", "#N/A", "100〜200", "-5", "12,34", "数十人", "²", "9" * 5000])
def test_what_is_no_number_is_unknown_and_never_0(text):
    found = count_of(text)
    assert math.isnan(found.value) and not found.understood
    assert count_of("").understood


def test_capacities_and_plain_numbers():
    assert [power_of(text).value for text in ("100kVA", "１００ＫＶＡ", "1,000", "60")] == [100, 100, 1000, 60]
    assert not power_of("大型").understood and not number_of("1e999").understood
    assert number_of("1,200.5").value == 1200.5 and math.isnan(number_of("").value)
    assert number_of("1,200,300").value == 1200300
    for text in ("9,5", "1,5", "12,34", "1,2345", "1,200,3"):
        assert not number_of(text).understood and not rate_of(text).understood and math.isnan(rate_of(text).value)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        *[
            ("2時間30分", 2.5),
            ("２ｈ３０ｍ", 2.5),
            ("1時間半", 1.5),
            ("有(3時間)", 3),
            ("あり：８ｈ", 8),
            ("1日12時間", 36),
        ],
        *[("内蔵30分+外部4時間", 4.5), ("内蔵バッテリー3h、外部バッテリー8h", 11), ("本体90分＋予備90分", 3)],
    ],
)
def test_pieces_of_a_time_that_a_battery_lasts_are_added_up(text, hours):
    found = duration_of(text, "バッテリー")
    assert found.understood and found.value == pytest.approx(hours)


@pytest.mark.parametrize(
    "text", ["10分～30分", "10分・30分", "30分2時間", "内蔵200時間+外部200時間", "有", "2時間+", "3h以上"]
)
def test_pieces_that_may_be_one_or_the_other_are_not_added_up(text):
    found = duration_of(text, "バッテリー(時間)")
    assert math.isnan(found.value) and not found.understood


@pytest.mark.parametrize(
    ("text", "heading", "hours"),
    [
        *[("6〜8時間", "", (6, 8)), ("６～８", "バッテリー(時間)", (6, 8)), ("約6-8時間程度", "", (6, 8))],
        *[
            ("30分～1時間", "", (0.5, 1)),
            ("1日から2日", "", (24, 48)),
            ("30~60", "電池(分)", (0.5, 1)),
            ("8h", "", (8, 8)),
        ],
    ],
)
def test_a_span_of_a_battery_has_a_least_and_a_most(text, heading, hours):
    found = durations_of(text, heading)
    assert [one.value for one in found] == pytest.approx(hours) and all(one.understood for one in found)


@pytest.mark.parametrize(
    "text", ["8～6時間", "6～", "-5", "6、8時間", "1～2～3時間", "0～8時間", "200～300時間", "30~60"]
)
def test_what_is_no_span_is_not_understood(text):
    assert not any(one.understood for one in durations_of(text, "バッテリー"))


def test_a_consumption_may_name_its_unit_and_no_other():
    assert [rate_of(text).value for text in ("9", "9L/h", "９．５Ｌ／ｈ", "9リットル/時間")] == [9, 9, 9.5, 9]
    assert not rate_of("9L/日").understood and not rate_of("0.25L/kWh").understood


@pytest.mark.parametrize(
    ("given", "known", "means"),
    [
        (["A1"], ["A1", "a1"], {"A1": "A1"}),
        (["ａ１", " B-2 "], ["A1", "b-2"], {"ａ１": "A1", " B-2 ": "b-2"}),
        (["7", "12"], ["007", "0012"], {"7": "007", "12": "0012"}),
        # both may be meant, or both written for one: nobody can tell
        (["7"], ["07", "007"], {}),
        (["07", "7"], ["007"], {}),
        (["7", "007"], ["007"], {"007": "007"}),
        (["合計", ""], ["1"], {}),
    ],
)
def test_an_id_means_the_known_one_that_alone_it_can_mean(given, known, means):
    assert ids_meant(given, known) == means


KNOWN = {folded(item) for item in ("氏名", "住所", "要介護度", "ID", "等級")}
WHO = {folded(item) for item in ("氏名", "住所", "ID")}


@pytest.mark.parametrize(
    "cells", [["合計", "", "300"], ["", "計 3施設", ""], ["", "Ｔｏｔａｌ", "3"], ["小計：１，２００Ｌ", "", ""]]
)
def test_a_row_of_sums_is_nobody_and_is_told_by_its_row(cells):
    rows = [["1", "灯病院", "100"], cells, ["2", "計測病院", "200"]]
    listed = Listed("a.csv", ["ID", "施設名", "数"], rows, [2, 3, 4], [(1, 1), (2, 2), (3, 3)], frozenset({(2, 0)}))
    found, sums = without_totals(listed)
    assert sums == [3] and [row[0] for row in found.rows] == ["1", "2"] and found.numbers == [2, 4]
    assert found.places == [(1, 1), (3, 3)] and found.filled == {(1, 0)}


@pytest.mark.parametrize(
    "cells", [["合計", "0" * 22, ""], ["3", "合計", "1"], ["計 太郎", "", ""], ["合計病院", "", ""], ["", "", ""]]
)
def test_who_is_perhaps_somebody_is_no_row_of_sums(cells):
    listed = Listed("a.csv", ["ID", "施設名", "数"], [cells], [2])
    assert without_totals(listed) == (listed, [])


def test_a_heading_of_two_rows_is_taken_together():
    rows = [
        ["ID", "氏名", "介護", "", "障害"],
        ["", "", "要介護度", "認定日", "等級"],
        ["1", "電力 太郎", "要介護4", "", ""],
    ]
    found = find_heading(rows, KNOWN, WHO)
    assert (found.first, found.rows) == (0, 2)
    assert found.names == ["ID", "氏名", "介護：要介護度", "介護：認定日", "障害：等級"]
    assert scale_of(found.names[4]).name == "BODY" and scale_of(found.names[3]) is None


def test_a_table_in_which_no_heading_is_known_has_none():
    found = find_heading([["あ", "い"], ["う", "え"]], KNOWN, WHO)
    assert (list(found.names), found.first, found.rows) == ([], 0, 0)


def test_a_title_is_no_heading_and_a_person_without_numbers_is_no_second_row_of_it():
    rows = [["要支援者名簿"], ["氏名", "住所", "要介護度", ""], ["電力 太郎", "", "", "メモ"]]
    found = find_heading(rows, KNOWN, WHO)
    assert (found.first, found.rows) == (1, 1)


@pytest.mark.parametrize(
    ("upper", "below", "names"),
    [
        # several cells over the known ones, none of them known
        (["", "介護", "", "障害"], ["氏名", "要介護度", "住所", "等級"], "氏名 介護：要介護度 介護：住所 障害：等級"),
        # one cell, which is known
        (["", "要介護度"], ["氏名", "住所", "等級"], "氏名 要介護度：住所 要介護度：等級"),
    ],
)
def test_a_row_of_several_cells_or_of_a_known_one_is_the_upper_row_of_a_heading(upper, below, names):
    found = find_heading([upper, below, ["電力 太郎", "灯町1-2", "3", "1"]], KNOWN, WHO)
    assert (found.names, found.first, found.rows) == (names.split(), 0, 2)


@pytest.mark.parametrize("upper", [["台帳"], ["介護", "令和8年", "", ""], ["あ", "い", "う", "え", "お", "か"]])
def test_a_single_word_a_date_or_a_wider_row_is_no_upper_row(upper):
    found = find_heading([upper, ["氏名", "要介護度", "住所", "等級"]], KNOWN, WHO)
    assert (found.first, found.rows) == (1, 1)


def test_values_are_shown_only_where_they_cannot_be_a_name():
    unread = [
        Unread(3, "要介護度", "要介護9"),
        Unread(4, "要介護度", "電力 太郎"),
        Unread(5, "要介護度", "000-0000-0000"),
    ]
    told = str(unread_messages(unread, "名簿", personal=True)[0])
    assert "3: 要介護9, 4: …, 5: …" in told
    assert "4: 電力 太郎" in str(unread_messages(unread, "一覧")[0])
