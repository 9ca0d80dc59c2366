from __future__ import annotations

import copy
import json
import re
from datetime import datetime

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.aggregator.errors import ProfileError
from tomoshibi.aggregator.profile import CODES, COLUMNS, SHIPPED, Profile, PublishedName, number_of
from tomoshibi.aggregator.profile_schema import misfits, schema
from tomoshibi.aggregator.timecode import slot_of
from tomoshibi.dev import profile_docs

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
    ("path", "value", "where", "said"),
    [
        ("format", 2, "/format", "must be 1"),
        ("interfaces.token", None, "/interfaces/token", "missing"),
        ("interfaces.token.path", "IF", "/interfaces/token/path", "begin with"),
        ("interfaces.token.path", "/a\n", "/interfaces/token/path", "no blanks"),
        ("interfaces.token.method", "FETCH", "/interfaces/token/method", "FETCH"),
        ("interfaces.token.url", "x", "/interfaces/token/url", "not a name"),
        ("interfaces.files.path", "/IF03_01_010", "/interfaces/download/path", "/interfaces/files/path"),
        ("keys.user_id.key", "", "/keys/user_id/key", "empty"),
        ("keys.table.key", "dataClass", "/keys/table/key", "/keys/data_class/key"),
        ("keys.nonsense", {"key": "x", "basis": "public"}, "/keys/nonsense", "not a name"),
        ("codes.voltage.values.low", None, "/codes/voltage/values/low", "missing"),
        ("codes.voltage.values.low", "2", "/codes/voltage/values/high", "/codes/voltage/values/low"),
        ("codes.voltage.values", [], "/codes/voltage/values", "an object"),
        ("codes.voltage.values.low", 1, "/codes/voltage/values/low", "quotation marks"),
        ("errors.not_found.code", "E40101", "/errors/not_found/code", "/errors/bad_credentials/code"),
        ("conventions.slot.minutes", 20, "/conventions/slot/minutes", "30, 15"),
        ("conventions.slot.minutes", True, "/conventions/slot/minutes", "30, 15"),
        ("conventions.slot.minutes", 15, "/files/reading/otherSteps/0/minutes", "/conventions/slot/minutes"),
        ("files.reading.otherSteps.0.minutes", 7, "/files/reading/otherSteps/0/minutes", "30, 15"),
        ("files.reading.otherSteps.0.minutes", 5, "/files/reading/otherSteps/1/minutes", "is “5”"),
        ("files.reading.otherSteps.0.energy", "", "/files/reading/otherSteps/0/energy", "empty"),
        ("files.reading.otherSteps.0.energy", "5分電力量", "/files/reading/otherSteps/1", "cannot be distinguished"),
        ("files.reading.otherSteps.2.digits", 3, "/files/reading/otherSteps/2/digits", "too small"),
        ("files.reading.otherSteps.2.dateFormat", "%Q", "/files/reading/otherSteps/2/dateFormat", "%Y%m%d"),
        ("conventions.slot.digits", 1, "/conventions/slot/digits", "too small"),
        ("conventions.slot.digits", None, "/conventions/slot/digits", "timeFormat"),
        ("conventions.slot.timeFormat", "%H", "/conventions/slot/timeFormat", "%H%M"),
        ("conventions.dateFormat.value", "%Q", "/conventions/dateFormat/value", "%Y%m%d"),
        ("conventions.dateFormat.value", "%Y%m", "/conventions/dateFormat/value", "does not come back"),
        ("conventions.timeFormat.value", "%I%M", "/conventions/timeFormat/value", "does not come back"),
        ("conventions.masked.value", "", "/conventions/masked/value", "missing value"),
        ("conventions.zone.value", "+00:00", "/conventions/zone/value", "+09:00"),
        ("fileNames.pattern", "{kind}.csv", "/fileNames/pattern", "{municipality}"),
        ("fileNames.kinds", ["stat"], "/files/reading/fileKind", "/fileNames/kinds"),
        ("fileNames.kinds", ["stat", "stat"], "/fileNames/kinds", "twice"),
        ("files.reading", None, "/files/reading", "missing"),
        ("files.reading.header.value", "yes", "/files/reading/header/value", "true or false"),
        ("files.reading.encodings.value", ["klingon"], "/files/reading/encodings/value/0", "klingon"),
        ("files.reading.encodings.value", ["cp932", "utf-16"], "/files/reading/encodings/value/1", "line by line"),
        ("files.reading.encodings.value", ["iso2022_jp"], "/files/reading/encodings/value/0", "line by line"),
        ("files.reading.encodings.value", ["base64"], "/files/reading/encodings/value/0", "base64"),
        ("files.reading.delimiter.value", "5", "/files/reading/delimiter/value", "cannot separate"),
        ("files.reading.columns", [], "/files/reading/columns", "empty list"),
        ("files.reading.columns.5", None, "/files/reading/columns", "kwh"),
        ("files.reading.columns.0.type", "blob", "/files/reading/columns/0/type", "blob"),
        ("files.reading.columns.0.type", "code", "/files/reading/columns/0/type", "text"),
        ("files.reading.columns.0.column", "colour", "/files/reading/columns/0/column", "colour"),
        ("files.reading.columns.1.codes", "moods", "/files/reading/columns/1/codes", "moods"),
        ("files.reading.columns.1.codes", "voltage", "/files/reading/columns/1/codes", "flow"),
        ("files.reading.columns.1.name", "需要家特定ID", "/files/reading/columns/1/name", "需要家特定ID"),
        ("files.reading.columns.0.basis", "guessed", "/files/reading/columns/0/basis", "public, assumed"),
        ("files.statistics.requiredOneOf", [["address"], []], "/files/statistics/requiredOneOf/1", "at least one"),
    ],
)
def test_each_problem_is_named_by_its_place_and_what_to_do(path, value, where, said):
    found = [problem for problem in problems(spoilt(path, value)) if problem.startswith(where)]
    assert any(said in problem for problem in found), problems(spoilt(path, value))
    assert all(problem.count(".") and problem.endswith(".") for problem in found)


def test_problems_of_form_and_of_sense_are_named_together():
    raw = spoilt("codes.voltage.values.low", "2")
    raw["keys"]["nonsense"] = 3
    raw["files"]["master"]["encodings"]["value"] = ["klingon"]
    raw["conventions"]["dateFormat"]["value"] = "%Q"
    assert len(problems(raw)) == 4


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "readme.txt",
        "172057_C1_reading_209913010000.csv",
        "172057_C1_reading_000101010000.csv",
        "172057_C1_reading_999912312300.csv",
        "../172057_C1_reading.csv",
    ],
)
def test_other_file_names_say_nothing(text):
    assert PROFILE.file_names.parse(text) is None


@pytest.mark.parametrize("added", ["(2)", " (1)", " - コピー", " - コピー (3)", " - Copy"])
def test_the_name_of_a_copy_says_what_the_name_said(added):
    plain = "172057_C1_reading_202401010000_002"
    assert PROFILE.file_names.parse(plain + added + ".csv") == PROFILE.file_names.parse(plain + ".csv") is not None


# -- the schema ---------------------------------------------------------------------------------------
WRITTEN = json.loads((SHIPPED.parent / "profile.schema.json").read_text(encoding="utf-8"))


def test_the_schema_that_ships_is_the_one_the_loader_goes_by():
    assert schema() == WRITTEN


def test_the_schema_is_a_schema_and_the_shipped_profile_fits_it():
    jsonschema.Draft202012Validator.check_schema(WRITTEN)
    assert not list(jsonschema.Draft202012Validator(WRITTEN).iter_errors(RAW))


def places(value, way=()):
    """Every place of a JSON document, as the way to it."""
    yield way
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*way, name))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from places(value[place], (*way, place))


EVERYWHERE = list(places(RAW))
ODD = st.sampled_from(
    [None, True, 0, 1, 2.0, 3.5, -1, "", "x", "public", "code", "cp932", [], ["x", "x"], [1], {}, {"y": 1}]
)


def change(raw, way, how, value):
    """Replace, remove or add at a place; ways that an earlier change took away are left alone."""
    place = raw
    try:
        for name in way[:-1]:
            place = place[name]
        place[way[-1]]
    except (KeyError, IndexError, TypeError):
        return
    if how == "remove":
        del place[way[-1]]
    elif how == "replace":
        place[way[-1]] = value
    elif isinstance(place[way[-1]], dict):
        place[way[-1]]["unheard/of~"] = value
    elif isinstance(place[way[-1]], list):
        place[way[-1]].append(value)


def pointer_of(error) -> set[str]:
    """Where jsonschema sees an error, as the loader points to it: what is missing and unknown by its own name."""
    way = [str(name).replace("~", "~0").replace("/", "~1") for name in error.absolute_path]
    base = "".join("/" + name for name in way)
    if error.validator == "required":
        return {f"{base}/{name}" for name in error.validator_value if name not in error.instance}
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = (name for name in error.instance if name not in known)
        return {f"{base}/" + name.replace("~", "~0").replace("/", "~1") for name in unknown}
    return {base}


changes = st.lists(
    st.tuples(st.sampled_from(EVERYWHERE[1:]), st.sampled_from(["replace", "remove", "add"]), ODD),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@given(changes)
@settings(max_examples=150)
def test_schema_and_loader_see_the_same_misfits(made):
    raw = copy.deepcopy(RAW)
    for one in made:
        change(raw, *one)
    expected = set().union(*(pointer_of(error) for error in jsonschema.Draft202012Validator(WRITTEN).iter_errors(raw)))
    assert {problem.pointer for problem in misfits(raw, schema())} == expected


@pytest.mark.slow
@given(changes)
@settings(max_examples=100)
def test_whatever_is_in_a_profile_it_is_loaded_or_refused_with_reasons(made):
    raw = copy.deepcopy(RAW)
    for one in made:
        change(raw, *one)
    fits = not list(misfits(raw, schema()))
    try:
        loaded = Profile.of(raw)
    except ProfileError as error:
        assert error.problems
    else:
        assert fits
        name = PublishedName("172057", "C1", loaded.file("reading").file_kind, datetime(2024, 1, 1), 2, "csv")
        assert loaded.file_names.make(name)


@pytest.mark.parametrize("raw", [[], None, "x", 3])
def test_what_is_no_object_is_seen_by_both(raw):
    assert [problem.pointer for problem in misfits(raw, schema())] == [""]
    assert list(jsonschema.Draft202012Validator(WRITTEN).iter_errors(raw))


def test_a_file_name_with_a_time_in_pieces_comes_back():
    raw = spoilt("fileNames.timeFormat", "%Y-%m-%d_%H%M")
    raw["fileNames"]["pattern"] = "{kind}-{municipality}-{condition}@{time}{part}.{extension}"
    names = Profile.of(raw).file_names
    name = PublishedName("172057", "C-1", "stat", datetime(2024, 2, 29, 13, 30), 2, "csv")
    assert names.make(name) == "stat-172057-C-1@2024-02-29_1330_002.csv" and names.parse(names.make(name)) == name


# -- the guide ----------------------------------------------------------------------------------------
def test_the_guide_tells_the_marks_of_the_shipped_profile():
    text = profile_docs.GUIDE.read_text(encoding="utf-8")
    assert profile_docs.guide(text) == text
    assert profile_docs.SCHEMA.read_text(encoding="utf-8") == profile_docs.schema()


def test_every_place_the_guide_names_is_in_the_profile():
    text = profile_docs.GUIDE.read_text(encoding="utf-8").split(profile_docs.BEGIN)[0]
    named = set(re.findall(r"`(/[A-Za-z_/]+)`", text))
    assert len(named) > 8
    for pointer in named:
        place = RAW
        for name in pointer.strip("/").split("/"):
            place = place[name]


def test_the_slot_rules_of_the_guide_mean_what_it_says():
    text = profile_docs.GUIDE.read_text(encoding="utf-8")
    rules = re.findall(r"^   \| `([0-9/: ]+)`.*\| `(\"dateFormat\".*)` \|$", text, re.MULTILINE)
    assert len(rules) == 5
    for code, rule in rules:
        raw = spoilt("conventions.slot", {"minutes": 30, "basis": "assumed", **json.loads("{" + rule + "}")})
        assert slot_of(code, Profile.of(raw).slot) == datetime(2024, 2, 29)
