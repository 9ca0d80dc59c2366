from __future__ import annotations

import copy
import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.aggregator.errors import ProfileError
from tomoshibi.aggregator.profile import CODES, COLUMNS, SHIPPED, Profile, PublishedName, number_of

PROFILE = Profile.load(None)
RAW = json.loads(SHIPPED.read_text(encoding="utf-8"))


def spoilt(path: str, value) -> dict:
    raw = copy.deepcopy(RAW)
    *way, last = path.split(".")
    place = raw
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    if value is None:
        del place[int(last) if isinstance(place, list) else last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return raw


def problems(raw) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        Profile.of(raw, "x.json")
    assert all(str(problem) in str(caught.value) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_every_mark_says_whether_it_is_public_and_why():
    def marks(value):
        if isinstance(value, dict):
            if "basis" in value:
                yield value
            for item in value.values():
                yield from marks(item)
        elif isinstance(value, list):
            for item in value:
                yield from marks(item)

    found = list(marks(RAW))
    assert len(found) > 150
    assert all(mark["basis"] in ("public", "assumed") and mark["why"].endswith(".") for mark in found)


def test_the_columns_are_those_of_the_interface_page_in_their_order():
    names = [spec.name for spec in PROFILE.file("reading").columns]
    assert names == "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,30分電力量".split(",")
    assert [spec.column for spec in PROFILE.file("master").columns] == list(COLUMNS["master"])
    assert set(PROFILE.file("reading").required) == {"flow", "supply_point", "slot_code", "kwh"}
    assert PROFILE.file("outage").required == ("supply_point",)
    assert PROFILE.file("statistics").one_of == (("address", "mesh_code"),)


def test_codes_lead_to_the_numbers_of_the_tables():
    assert PROFILE.file("statistics").codes["energised"] == {"1": 1, "2": 2}
    assert PROFILE.file("reading").codes["flow"] == {"1": number_of("flow", "supply"), "2": number_of("flow", "export")}
    other = spoilt("codes.voltage.values", {"low": "LV", "high": "HV", "extra_high": "EHV"})
    assert Profile.of(other).file("master").codes["voltage"] == {"LV": 1, "HV": 2, "EHV": 3}


def test_codes_and_names_lead_to_each_other():
    for item, names in CODES.items():
        for name in names:
            assert PROFILE.code_name(item, PROFILE.code(item, name)) == name
    assert PROFILE.code_name("voltage", "9") is None


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("format", 2, "format"),
        ("interfaces.token", None, "interfaces.token"),
        ("interfaces.token.path", "IF", "interfaces.token.path"),
        ("interfaces.token.method", "FETCH", "interfaces.token.method"),
        ("keys.user_id.key", "", "keys.user_id.key"),
        ("keys.table.key", "dataClass", "keys"),
        ("keys.nonsense", {"key": "x", "basis": "public"}, "keys.nonsense"),
        ("codes.voltage.values.low", None, "codes.voltage.values.low"),
        ("codes.voltage.values.low", "2", "codes.voltage"),
        ("codes.voltage.values", [], "codes.voltage.values"),
        ("errors.not_found.code", "E40101", "errors"),
        ("conventions.slot.minutes", 15, "conventions.slot.minutes"),
        ("conventions.slot.digits", 1, "conventions.slot.digits"),
        ("conventions.dateFormat.value", "%Q", "conventions.dateFormat"),
        ("conventions.zone.value", "+00:00", "conventions.zone"),
        ("fileNames.pattern", "{kind}.csv", "fileNames.pattern"),
        ("files.reading", None, "files.reading"),
        ("files.reading.header.value", "yes", "files.reading.header.value"),
        ("files.reading.encodings.value", ["klingon"], "klingon"),
        ("files.reading.columns", [], "files.reading.columns"),
        ("files.reading.columns.5", None, "kwh"),
        ("files.reading.columns.0.type", "blob", "files.reading.columns[1].type"),
        ("files.reading.columns.0.column", "colour", "colour"),
        ("files.reading.columns.1.codes", "moods", "moods"),
        ("files.reading.columns.0.name", "データ種別", "データ種別"),
        ("files.reading.columns.0.basis", "guessed", "files.reading.columns[1].basis"),
    ],
)
def test_each_problem_is_named(path, value, named):
    assert any(named in problem for problem in problems(spoilt(path, value)))


def test_all_problems_are_named_at_once():
    raw = spoilt("interfaces.token", None)
    raw["codes"]["voltage"]["values"]["low"] = ""
    raw["files"]["master"]["delimiter"]["value"] = ";;"
    found = problems(raw)
    assert len(found) == 3


@pytest.mark.parametrize("raw", [[], None, "x", {}, 3])
def test_anything_that_is_no_profile_is_refused(raw):
    assert problems(raw)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ProfileError, match=r"nowhere\.json"):
        Profile.load(tmp_path / "nowhere.json")
    (tmp_path / "broken.json").write_text('{"format": 1,\n oops}', encoding="utf-8")
    with pytest.raises(ProfileError, match="line 2"):
        Profile.load(tmp_path / "broken.json")
    (tmp_path / "other.json").write_bytes(json.dumps(RAW, ensure_ascii=False).encode("cp932", "replace"))
    with pytest.raises(ProfileError, match="UTF-8"):
        Profile.load(tmp_path / "other.json")


def test_a_copy_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "copy.json").write_text(json.dumps(RAW, ensure_ascii=False), encoding="utf-8-sig")
    assert Profile.load(tmp_path / "copy.json") == PROFILE


names = st.builds(
    PublishedName,
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.from_regex(r"[A-Z][A-Z0-9_-]{0,20}", fullmatch=True),
    st.sampled_from(["reading", "master", "outage", "stat"]),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 1, 1)).map(
        lambda t: t.replace(second=0, microsecond=0)
    ),
    st.none() | st.integers(1, 999),
    st.sampled_from(["csv", "json", "zip"]),
)


@given(names)
def test_a_file_name_comes_back(name):
    assert PROFILE.file_names.parse(PROFILE.file_names.make(name)) == name


@pytest.mark.parametrize("text", ["", "readme.txt", "172057_C1_reading_209913010000.csv", "../172057_C1_reading.csv"])
def test_other_file_names_say_nothing(text):
    assert PROFILE.file_names.parse(text) is None


@pytest.mark.parametrize("added", ["(2)", " (1)", " - コピー", " - コピー (3)", " - Copy"])
def test_the_name_of_a_copy_says_what_the_name_said(added):
    plain = "172057_C1_reading_202401010000_002"
    assert PROFILE.file_names.parse(plain + added + ".csv") == PROFILE.file_names.parse(plain + ".csv") is not None
