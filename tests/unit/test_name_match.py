"""People found by name and address in マスタ情報."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis.name_match import (
    DIFFERENT,
    LESS_SAID,
    SAME,
    Contracts,
    Match,
    at_another_address,
    compare,
    counts,
    fold_address,
    fold_kana,
    fold_name,
    in_another_town,
    match_people,
    town_of,
    towns_among,
)


def contracts(*rows):
    columns = list(zip(*rows)) if rows else [(), (), (), ()]
    return Contracts(*(np.array(column, dtype=object) for column in columns))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("石川県輪島市河井町二部12番地", "輪島市河井町２部１２"),
        ("石川県灯市河井町3丁目5番7号", "河井町３－５－７"),
        ("灯市三番町三丁目五番地の七", "石川県灯市三番町3-5-7"),
        ("灯市走出6の69", "灯市走出６番地６９"),
        ("灯市大字霞ヶ関１０", "灯市霞ケ関10番地"),
        ("札幌市中央区北一条西二丁目1", "北海道札幌市中央区北1条西2丁目1番地"),
        ("灯市本町十二番地", "灯市 本町 12"),
    ],
)
def test_forms_of_one_address_are_the_same(one, other):
    assert compare(fold_address(one), fold_address(other)) == SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("灯市本町1-2-3", "灯市本町1-2"),
        ("灯市本町1-2", "灯市本町1-3"),
        ("灯市本町1-23", "灯市本町12-3"),
        ("灯市本町1-2", "暁市本町1-2"),
        ("灯市本町1-2 コーポ灯101号室", "灯市本町1-2 コーポ灯102号室"),
        ("灯市本町1-2 コーポ灯101", "灯市本町1-2 暁荘101"),
        ("灯市一番町1", "灯市二番町1"),
    ],
)
def test_addresses_beside_are_different(one, other):
    assert compare(fold_address(one), fold_address(other)) == DIFFERENT


def test_a_room_left_out_says_less():
    with_room, without = fold_address("灯市本町1-2 コーポ灯101号室"), fold_address("灯市本町1丁目2")
    assert compare(with_room, without) == LESS_SAID
    assert compare(with_room, fold_address("本町1-2-101")) == LESS_SAID


def test_names_are_folded_by_width_blanks_and_old_forms():
    assert fold_name("髙橋　太郎") == fold_name("高橋太郎") != fold_name("高橋次郎")
    assert fold_name("渡邉 花子") == fold_name("渡辺花子")
    assert fold_kana("ﾃﾞﾝﾘｮｸ ﾀﾛｳ") == fold_kana("でんりょく　たろう") == fold_kana("デンリヨクタロウ")


def test_one_contract_of_name_and_address_is_used_and_all_others_are_for_review():
    known = contracts(
        ("01", "電力 太郎", "ﾃﾞﾝﾘﾖｸ ﾀﾛｳ", "灯市本町1丁目2番3号"),
        ("02", "電力 太郎", "ﾃﾞﾝﾘﾖｸ ﾀﾛｳ", "灯市旭町5"),
        ("03", "通電 花子", "ﾂｳﾃﾞﾝ ﾊﾅｺ", "灯市栄町7 コーポ灯1"),
        ("04", "通電 花子", "ﾂｳﾃﾞﾝ ﾊﾅｺ", "灯市栄町7 コーポ灯2"),
    )
    found = match_people(
        ["電力　太郎", "", "通電花子", "通電花子", "電力太郎", "停電 次郎", "停電 次郎", "電力太郎"],
        ["", "でんりょくたろう", "", "", "", "", "", ""],
        ["本町1-2-3", "灯市旭町５番地", "灯市栄町7", "灯市栄町7コーポ灯2号", "灯市緑町9", "灯市旭町5", "灯市緑町9", ""],
        known,
    )
    assert found["supply_point"].tolist() == ["01", "02", "", "04", "", "", "", ""]
    assert found["match"].tolist() == [
        "unique", "unique", "several", "unique", "name_only", "address_only", "none", "name_only",
    ]  # fmt: skip
    assert counts(found["match"]) == {"unique": 3, "several": 1, "name_only": 2, "address_only": 1, "none": 1}


def test_two_rows_of_one_supply_point_are_one_contract():
    known = contracts(("01", "電力 太郎", "", "灯市本町1"), ("01", "電力太郎", "", "灯市本町１番地"))
    assert match_people(["電力太郎"], [""], ["灯市本町1"], known)["supply_point"].tolist() == ["01"]


TOWNS = st.sampled_from(["灯市本町", "灯市旭町", "暁市本町", "灯市一番町"])
BLOCKS = st.lists(st.integers(1, 30), min_size=1, max_size=3)
NAMES = st.sampled_from(["電力 太郎", "通電 花子", "停電 次郎"])


def _plain(town, block):
    return town + "-".join(map(str, block))


def _written(town, block):
    form = ("{}番地", "{}丁目{}番地", "{}丁目{}番{}号")[len(block) - 1]
    return town + form.format(*block)


@pytest.mark.slow
@settings(max_examples=150)
@given(
    st.lists(st.tuples(NAMES, TOWNS, BLOCKS), min_size=1, max_size=12), st.tuples(NAMES, TOWNS, BLOCKS), st.randoms()
)
def test_never_matches_another_address_and_the_order_does_not_matter(rows, person, random):
    known = [(f"{number:02d}", name, "", _plain(town, block)) for number, (name, town, block) in enumerate(rows)]
    name, town, block = person
    found = match_people([name], [""], [_written(town, block)], contracts(*known)).iloc[0]
    right = [f"{number:02d}" for number, row in enumerate(rows) if row == person]
    assert found.supply_point == (right[0] if len(right) == 1 else "")
    assert (found.match == Match.UNIQUE) == (len(right) == 1)
    shuffled = list(known)
    random.shuffle(shuffled)
    again = match_people([name], [""], [_written(town, block)], contracts(*shuffled)).iloc[0]
    assert again.tolist() == found.tolist()


def test_a_large_list_against_a_large_master_takes_seconds_not_hours():
    generator = np.random.default_rng(3)
    count = 30_000
    towns = np.array(["灯市東町", "灯市西町", "灯市南町", "灯市北町"], dtype=object)
    address = [
        f"{towns[a]}{b}丁目{c}番{d}号"
        for a, b, c, d in zip(*(generator.integers(1, high, count) - (high == 5) for high in (5, 9, 60, 90)))
    ]
    names = np.array([f"電力 {number}郎" for number in generator.integers(0, 3000, count)], dtype=object)
    known = Contracts(
        np.array([f"{number:022d}" for number in range(count)], dtype=object),
        names,
        np.full(count, "", dtype=object),
        np.array(address, dtype=object),
    )
    part = slice(0, 1000)
    found = match_people(names[part].tolist(), [""] * 1000, address[part], known)
    unique = found["match"] == "unique"
    assert unique.mean() > 0.99
    assert (found["supply_point"][unique] == known.supply_point[part][unique]).all()


PIECES = st.sampled_from(
    (
        *("石川県", "灯市", "本町", "大字", "字", "一丁目", "二十番地", "番地の", "百五", "十", "三", "の", "ノ", "号"),
        *(
            "1",
            "12",
            "５",
            "015",
            "20",
            "٣",
            "①",
            "番",
            "棟",
            "コーポ灯",
            "101",
            "-",
            "－",
            "ー",
            " ",
            "\u3000",
            "\u200b",
        ),
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=9).map("".join), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_looking_at_numbers_first_overlooks_no_address(texts, picker):
    folded = {text: fold_address(text) for text in texts}
    asked = [text for text in texts if folded[text] is not None and picker.random() < 0.5]
    known = contracts(*((str(number), "別人", "", text) for number, text in enumerate(texts)))
    found = match_people(["電力太郎"] * len(asked), [""] * len(asked), asked, known)
    assert found["match"].tolist() == [Match.ADDRESS_ONLY.value] * len(asked)
    others = [text for text in texts if folded[text] is not None and text not in asked]
    without = contracts(*((str(number), "別人", "", text) for number, text in enumerate(texts) if text not in asked))
    expected = [any(compare(folded[text], folded[other]) != DIFFERENT for other in others) for text in asked]
    found = match_people(["電力太郎"] * len(asked), [""] * len(asked), asked, without)
    assert (found["match"] == Match.ADDRESS_ONLY.value).tolist() == expected


@pytest.mark.parametrize(
    "address", ["灯市本町1番地の五3", "灯市本町1番地の二十", "灯市本町٣٥", "灯市本町015", "灯市本町1大字2", "灯市百番1"]
)
def test_however_the_largest_number_is_written_an_address_is_seen(address):
    known = contracts(("1", "別人", "", address), ("2", "別人", "", "灯市本町7-8"))
    assert match_people(["電力太郎"], [""], [address], known)["match"].tolist() == [Match.ADDRESS_ONLY.value]


@pytest.mark.parametrize(
    ("name", "kana", "address", "elsewhere"),
    [
        # the contract of row 0: 電力 太郎, デンリョク タロウ, 灯市本町1-1
        ("電力 太郎", "", "灯市本町1-1", False),
        ("通電 花子", "", "本町一丁目1", False),
        ("電力　太郎", "", "灯市影町9-9", False),
        ("", "でんりょくたろう", "灯市影町9-9", False),
        ("通電 花子", "", "灯市影町9-9", True),
        ("通電 花子", "", "灯市影町", False),
        ("通電 花子", "", "", False),
        # without a name only an address that is another contract's says so: 地番 may be meant
        ("", "", "灯市影町9-9", False),
        ("", "", "灯市本町2-2", True),
    ],
)
def test_a_contract_at_another_address_and_in_another_name_is_told(name, kana, address, elsewhere):
    known = contracts(("1", "電力太郎", "デンリョクタロウ", "灯市本町1-1"), ("2", "送電次郎", "", "灯市本町2-2"))
    assert at_another_address([name], [kana], [address], [0], known).tolist() == [elsewhere]
    # of a contract without a name, or without an address, the same holds
    bare = contracts(("1", "", "", "灯市本町1-1"), ("2", "", "", "灯市本町2-2"), ("3", "電力太郎", "", ""))
    assert at_another_address([name], [kana], [address], [0], bare).tolist() == [address == "灯市本町2-2"]
    assert at_another_address([name], [kana], [address], [2], bare).tolist() == [False]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("灯島県灯市東町1-2", "灯市東町一丁目2番"),
        ("灯市東町", "東町５番地"),
        ("灯市大字灯ヶ丘12", "灯市灯が丘9"),
        ("灯市灯町字浜3", "灯町浜12番地"),
        ("灯市灯町5", "灯町字浜7"),
        ("灯市通電の浦1", "灯市通電ノ浦22"),
        ("灯市灯町二丁目5", "灯市灯町3-1"),
        ("灯市", "灯市灯町1"),
        ("灯市灯町2丁目1番1号", "灯町二丁目9-9"),
    ],
)
def test_towns_that_may_be_one_are_not_said_to_be_two(one, other):
    assert not in_another_town(town_of(one), town_of(other)) and not in_another_town(town_of(other), town_of(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("灯市東町1-2", "灯市西町1-2"),
        ("東町1", "灯市西町1"),
        ("灯市東町1", "暁市東町1"),
        ("灯市灯町一丁目1", "灯市灯町二丁目1"),
        ("灯市月影浜55番地", "灯市静電谷16番地"),
    ],
)
def test_towns_of_two_names_are_two(one, other):
    assert in_another_town(town_of(one), town_of(other)) and in_another_town(town_of(other), town_of(one))


def test_of_an_address_without_a_town_nothing_is_said_and_towns_are_found_however_they_are_written():
    assert town_of("") is None and town_of("12-3") is None and town_of("灯島県") is None
    held = np.array(["灯島県灯市西町一丁目2", "灯市灯が丘9", None, "灯市東町3", "西町の里1"], dtype=object)
    there = [town_of(text) for text in ("西町1", "灯市西町1丁目9", "灯市灯ヶ丘1")]
    absent = [town_of(text) for text in ("灯市西町2丁目9", "灯市南町", "暁市東町1")]
    assert towns_among([*there, *absent], held) == set(there)
    assert towns_among([], held) == set()
